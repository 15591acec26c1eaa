// Written by `expansion.rs` from `account.rs`: what the attributes make of it.

use gesta::prelude::*;
#[derive(
    ::gesta::private::Debug,
    ::gesta::private::Clone,
    ::gesta::private::serde::Serialize,
    ::gesta::private::serde::Deserialize
)]
#[serde(crate = "::gesta::private::serde")]
pub struct AccountOpened {
    pub owner: String,
}
const _: () = {
    use ::gesta::private as _gesta;
    impl _gesta::Event for AccountOpened {
        const NAME: &'static str = "AccountOpened";
        const VERSION: u32 = 1;
    }
    impl<_GestaSubscriber: _gesta::On<Self>> _gesta::Source<_GestaSubscriber>
    for AccountOpened {
        fn subscribe(to: &mut _gesta::Subscriptions<_GestaSubscriber>) {
            to.event::<Self>();
        }
    }
};
// ANCHOR: event
#[derive(
    ::gesta::private::Debug,
    ::gesta::private::Clone,
    ::gesta::private::serde::Serialize,
    ::gesta::private::serde::Deserialize
)]
#[serde(crate = "::gesta::private::serde")]
pub struct Deposited {
    pub cents: u64,
}
const _: () = {
    use ::gesta::private as _gesta;
    impl _gesta::Event for Deposited {
        const NAME: &'static str = "Deposited";
        const VERSION: u32 = 1;
    }
    impl<_GestaSubscriber: _gesta::On<Self>> _gesta::Source<_GestaSubscriber>
    for Deposited {
        fn subscribe(to: &mut _gesta::Subscriptions<_GestaSubscriber>) {
            to.event::<Self>();
        }
    }
};
// ANCHOR_END: event
#[derive(
    ::gesta::private::Debug,
    ::gesta::private::Clone,
    ::gesta::private::serde::Serialize,
    ::gesta::private::serde::Deserialize
)]
#[serde(crate = "::gesta::private::serde")]
pub struct Withdrawn {
    pub cents: u64,
}
const _: () = {
    use ::gesta::private as _gesta;
    impl _gesta::Event for Withdrawn {
        const NAME: &'static str = "Withdrawn";
        const VERSION: u32 = 1;
    }
    impl<_GestaSubscriber: _gesta::On<Self>> _gesta::Source<_GestaSubscriber>
    for Withdrawn {
        fn subscribe(to: &mut _gesta::Subscriptions<_GestaSubscriber>) {
            to.event::<Self>();
        }
    }
};
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum Refused {
    #[error("{requested} cents requested, {available} available")]
    InsufficientFunds { requested: u64, available: u64 },
}
#[derive(Debug, Default)]
pub struct Account {
    balance: u64,
}
// ANCHOR: root
const _: () = {
    use ::gesta::private as _gesta;
    impl _gesta::AggregateRoot for Account {
        type Id = _gesta::String;
        type Error = Refused;
        const NAME: &'static str = "Account";
    }
    _gesta::assert_aggregate::<Account>();
};
// ANCHOR_END: root
impl Account {
    #[allow(
        clippy::unused_self,
        clippy::must_use_candidate,
        clippy::needless_pass_by_value
    )]
    pub fn open(&self, owner: String) -> AccountOpened {
        AccountOpened { owner }
    }
    #[allow(
        clippy::unused_self,
        clippy::must_use_candidate,
        clippy::needless_pass_by_value
    )]
    pub fn deposit(&self, cents: u64) -> Deposited {
        Deposited { cents }
    }
    #[allow(
        clippy::unused_self,
        clippy::must_use_candidate,
        clippy::needless_pass_by_value
    )]
    pub fn withdraw(&self, cents: u64) -> Result<Withdrawn, Refused> {
        if cents > self.balance {
            return Err(Refused::InsufficientFunds {
                requested: cents,
                available: self.balance,
            });
        }
        Ok(Withdrawn { cents })
    }
    #[allow(clippy::unused_self, clippy::trivially_copy_pass_by_ref)]
    fn opened(&mut self, _: &AccountOpened) {}
    #[allow(clippy::unused_self, clippy::trivially_copy_pass_by_ref)]
    fn deposited(&mut self, event: &Deposited) {
        self.balance += event.cents;
    }
    #[allow(clippy::unused_self, clippy::trivially_copy_pass_by_ref)]
    fn withdrawn(&mut self, event: &Withdrawn) {
        self.balance -= event.cents;
    }
}
// ANCHOR: enum
/// The events of `Account`.
#[allow(missing_docs, private_interfaces, unreachable_pub, clippy::enum_variant_names)]
pub enum AccountEvent {
    AccountOpened(AccountOpened),
    Deposited(Deposited),
    Withdrawn(Withdrawn),
}
// ANCHOR_END: enum
#[allow(missing_docs)]
#[derive(
    ::gesta::private::Clone,
    ::gesta::private::Debug,
    ::gesta::private::serde::Serialize,
    ::gesta::private::serde::Deserialize
)]
#[serde(crate = "::gesta::private::serde")]
pub struct Open {
    pub owner: String,
}
#[allow(missing_docs)]
#[derive(
    ::gesta::private::Clone,
    ::gesta::private::Debug,
    ::gesta::private::serde::Serialize,
    ::gesta::private::serde::Deserialize
)]
#[serde(crate = "::gesta::private::serde")]
pub struct Deposit {
    pub cents: u64,
}
// ANCHOR: command_struct
#[allow(missing_docs)]
#[derive(
    ::gesta::private::Clone,
    ::gesta::private::Debug,
    ::gesta::private::serde::Serialize,
    ::gesta::private::serde::Deserialize
)]
#[serde(crate = "::gesta::private::serde")]
pub struct Withdraw {
    pub cents: u64,
}
// ANCHOR_END: command_struct
const _: () = {
    use ::gesta::private as _gesta;
    impl _gesta::Clone for AccountEvent {
        fn clone(&self) -> Self {
            match *self {
                Self::AccountOpened(ref event) => _gesta::cloned(event),
                Self::Deposited(ref event) => _gesta::cloned(event),
                Self::Withdrawn(ref event) => _gesta::cloned(event),
            }
        }
    }
    impl _gesta::Debug for AccountEvent {
        fn fmt(&self, f: &mut _gesta::Formatter<'_>) -> _gesta::FmtResult {
            _gesta::Debug::fmt(_gesta::Events::event(self), f)
        }
    }
    // ANCHOR: events
    impl _gesta::Events for AccountEvent {
        const TYPES: &'static [_gesta::EventType<Self>] = &[
            _gesta::EventType::of::<AccountOpened>(),
            _gesta::EventType::of::<Deposited>(),
            _gesta::EventType::of::<Withdrawn>(),
        ];
        fn event(&self) -> &dyn _gesta::EventObject {
            match *self {
                Self::AccountOpened(ref event) => _gesta::object::<Self, _>(event),
                Self::Deposited(ref event) => _gesta::object::<Self, _>(event),
                Self::Withdrawn(ref event) => _gesta::object::<Self, _>(event),
            }
        }
    }
    // ANCHOR_END: events
    // ANCHOR: aggregate
    impl _gesta::Aggregate for Account
    where
        Account: _gesta::AggregateRoot,
    {
        type Event = AccountEvent;
        const APPLY_FINGERPRINT: u64 = 0xf90aed02f22414d6;
        fn apply(&mut self, event: &AccountEvent) {
            match *event {
                AccountEvent::AccountOpened(ref event) => self.opened(event),
                AccountEvent::Deposited(ref event) => self.deposited(event),
                AccountEvent::Withdrawn(ref event) => self.withdrawn(event),
            }
        }
    }
    // ANCHOR_END: aggregate
    impl _gesta::IntoEvents<Account> for AccountEvent
    where
        Account: _gesta::AggregateRoot,
    {
        fn add_to(self, to: &mut _gesta::Vec<AccountEvent>) -> _gesta::Added<Account> {
            _gesta::add(self, to)
        }
    }
    impl _gesta::EventOf<AccountEvent> for AccountOpened {}
    impl _gesta::From<AccountOpened> for AccountEvent {
        fn from(event: AccountOpened) -> Self {
            Self::AccountOpened(event)
        }
    }
    impl _gesta::IntoEvents<Account> for AccountOpened
    where
        Account: _gesta::AggregateRoot,
    {
        fn add_to(self, to: &mut _gesta::Vec<AccountEvent>) -> _gesta::Added<Account> {
            _gesta::add(self, to)
        }
    }
    // ANCHOR: apply
    impl _gesta::EventOf<AccountEvent> for Deposited {}
    impl _gesta::From<Deposited> for AccountEvent {
        fn from(event: Deposited) -> Self {
            Self::Deposited(event)
        }
    }
    impl _gesta::IntoEvents<Account> for Deposited
    where
        Account: _gesta::AggregateRoot,
    {
        fn add_to(self, to: &mut _gesta::Vec<AccountEvent>) -> _gesta::Added<Account> {
            _gesta::add(self, to)
        }
    }
    // ANCHOR_END: apply
    impl _gesta::EventOf<AccountEvent> for Withdrawn {}
    impl _gesta::From<Withdrawn> for AccountEvent {
        fn from(event: Withdrawn) -> Self {
            Self::Withdrawn(event)
        }
    }
    impl _gesta::IntoEvents<Account> for Withdrawn
    where
        Account: _gesta::AggregateRoot,
    {
        fn add_to(self, to: &mut _gesta::Vec<AccountEvent>) -> _gesta::Added<Account> {
            _gesta::add(self, to)
        }
    }
    impl<
        _GestaSubscriber: _gesta::Subscriber + _gesta::On<AccountOpened>
            + _gesta::On<Deposited> + _gesta::On<Withdrawn>,
    > _gesta::Source<_GestaSubscriber> for Account
    where
        Account: _gesta::AggregateRoot,
    {
        fn subscribe(to: &mut _gesta::Subscriptions<_GestaSubscriber>) {
            let _ = to
                .aggregate::<Self>()
                .on::<AccountOpened>()
                .on::<Deposited>()
                .on::<Withdrawn>();
        }
    }
    const _: () = {
        _gesta::assert_name::<AccountEvent>(0usize);
        _gesta::assert_name::<AccountEvent>(1usize);
        _gesta::assert_name::<AccountEvent>(2usize);
    };
    #[allow(deprecated)]
    impl _gesta::Command for Open
    where
        Account: _gesta::AggregateRoot,
    {
        type Aggregate = Account;
        const NAME: &'static str = _gesta::text(
            &_gesta::command_name::<Account>("open"),
        );
        const EXISTENCE: _gesta::Existence = _gesta::Existence::Create;
        fn decide(
            &self,
            state: &Account,
            ctx: &_gesta::CommandContext,
        ) -> _gesta::Decision<Account> {
            _gesta::decided::<Account>(state.open(_gesta::Clone::clone(&self.owner)))
        }
    }
    #[allow(deprecated)]
    impl _gesta::Command for Deposit
    where
        Account: _gesta::AggregateRoot,
    {
        type Aggregate = Account;
        const NAME: &'static str = _gesta::text(
            &_gesta::command_name::<Account>("deposit"),
        );
        const EXISTENCE: _gesta::Existence = _gesta::Existence::Require;
        fn decide(
            &self,
            state: &Account,
            ctx: &_gesta::CommandContext,
        ) -> _gesta::Decision<Account> {
            _gesta::decided::<Account>(state.deposit(_gesta::Clone::clone(&self.cents)))
        }
    }
    // ANCHOR: command
    #[allow(deprecated)]
    impl _gesta::Command for Withdraw
    where
        Account: _gesta::AggregateRoot,
    {
        type Aggregate = Account;
        const NAME: &'static str = _gesta::text(
            &_gesta::command_name::<Account>("withdraw"),
        );
        const EXISTENCE: _gesta::Existence = _gesta::Existence::Require;
        fn decide(
            &self,
            state: &Account,
            ctx: &_gesta::CommandContext,
        ) -> _gesta::Decision<Account> {
            _gesta::decided::<Account>(state.withdraw(_gesta::Clone::clone(&self.cents)))
        }
    }
// ANCHOR_END: command
};
