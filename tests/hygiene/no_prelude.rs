//! Nothing is in scope.

#![no_implicit_prelude]

#[::gesta::event]
pub struct Opened {
    pub owner: ::std::string::String,
}

#[::gesta::aggregate]
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

    #[::gesta::apply]
    fn opened(&mut self, _: &Opened) {}
}

#[derive(::std::clone::Clone, ::gesta::AggregateId)]
pub struct Number(u64);
