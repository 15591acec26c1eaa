//! Nothing is in scope.

#![no_implicit_prelude]

#[::gesta::event]
pub struct Opened {
    pub owner: ::std::string::String,
}

fn longer(short: u8) -> u64 {
    ::std::convert::From::from(short)
}

#[::gesta::event(name = "Sold", version = 1)]
pub struct SoldV1 {
    pub cents: u8,
}

#[::gesta::event(version = 3, from = SoldV1)]
#[removed(3, note: ::std::option::Option<::std::string::String>)]
pub struct Sold {
    #[changed(3, from = u8, with = longer)]
    pub cents: u64,
    #[renamed(3, was = "buyer")]
    pub owner: ::std::string::String,
    #[since(3, default = "EUR")]
    pub currency: ::std::string::String,
    #[since(3, default)]
    pub tags: ::std::vec::Vec<u8>,
}

impl ::std::convert::From<SoldV1> for Sold {
    fn from(old: SoldV1) -> Self {
        Self {
            cents: longer(old.cents),
            owner: ::std::default::Default::default(),
            currency: ::std::default::Default::default(),
            tags: ::std::default::Default::default(),
        }
    }
}

#[::gesta::aggregate(retired("Given"))]
#[derive(::std::default::Default)]
pub struct Thing;

#[::gesta::aggregate]
impl Thing {
    #[::gesta::command(create)]
    fn open(&self, owner: ::std::string::String) -> Opened {
        Opened { owner }
    }

    #[::gesta::command]
    fn close(&self) -> ::std::option::Option<Opened> {
        ::std::option::Option::None
    }

    #[::gesta::upcast]
    fn sold(old: Sold) -> ::std::option::Option<Opened> {
        ::std::option::Option::Some(Opened { owner: old.owner })
    }

    #[::gesta::apply]
    fn opened(&mut self, _: &Opened) {}
}

#[derive(::std::clone::Clone, ::gesta::AggregateId)]
pub struct Number(u64);

#[::gesta::projection(of(Thing), ignore(Given))]
pub struct Owner {
    #[index]
    name: ::std::string::String,
}

#[::gesta::event]
pub struct Given {}

#[::gesta::projection]
impl Owner {
    #[::gesta::on(keys = [event.owner])]
    fn opened(&mut self, event: &Opened, _: &::gesta::Recorded) -> ::gesta::Then {
        self.name = ::std::clone::Clone::clone(&event.owner);
        ::gesta::Then::Keep
    }
}

#[::gesta::projection(sql, of(Thing), ignore(Given))]
pub struct Owners;

#[::gesta::projection]
impl Owners {
    #[::gesta::setup]
    async fn setup(_: &mut ::gesta::Sql) -> ::std::result::Result<(), ::gesta::SqlError> {
        ::std::result::Result::Ok(())
    }

    #[::gesta::on]
    async fn opened(
        _: &Opened,
        _: &::gesta::Recorded,
        _: &mut ::gesta::Sql,
    ) -> ::std::result::Result<(), ::gesta::SqlError> {
        ::std::result::Result::Ok(())
    }
}

#[::gesta::event]
pub struct Asked {
    pub id: u64,
}

#[::gesta::saga]
pub struct Twice {
    owner: ::std::string::String,
}

#[::gesta::saga]
impl Twice {
    #[::gesta::start(correlate = event.id)]
    fn start(event: &Asked) -> ::std::option::Option<Self> {
        let _ = event;
        ::std::option::Option::None
    }

    #[::gesta::step(undo = unopen, timeout = "1s", on_timeout = late, retry(times = 1))]
    fn open(&self) -> ::gesta::Call<Open> {
        let owner = ::std::clone::Clone::clone(&self.owner);
        ::gesta::Command::to(Open { owner }, "a")
    }

    #[::gesta::step(effect, pivot)]
    async fn tell(&self) -> ::std::result::Result<(), ::std::fmt::Error> {
        ::std::result::Result::Ok(())
    }

    #[::gesta::step(awaits = Given, after = any_of(open, tell))]
    fn given(&mut self, _: &Given) {}

    #[::gesta::undo]
    fn unopen(&self) -> ::gesta::Call<Close> {
        ::gesta::Command::to(Close {}, "a")
    }

    fn late(&self) -> ::std::option::Option<::gesta::Call<Close>> {
        ::std::option::Option::None
    }

    #[::gesta::on]
    fn opened(&mut self, _: &Opened) -> (::gesta::Call<Close>, ::gesta::End) {
        (::gesta::Command::to(Close {}, "a"), ::gesta::End)
    }

    #[::gesta::completed]
    fn done(&self) -> ::gesta::Call<Close> {
        ::gesta::Command::to(Close {}, "b")
    }

    #[::gesta::failed]
    fn failed(&self, _: &::gesta::Failure) -> ::gesta::Call<Close> {
        ::gesta::Command::to(Close {}, "b")
    }
}
