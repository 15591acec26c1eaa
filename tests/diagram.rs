//! The steps of a saga as a flowchart.

#![allow(
    dead_code,
    missing_docs,
    unused_variables,
    reason = "declared, not run"
)]

use gesta::Saga;
use gesta::prelude::*;

#[event]
pub struct Asked {}

#[event]
pub struct Paid {}

#[event]
pub struct Done {}

#[aggregate]
#[derive(Default)]
pub struct Account {}

#[aggregate]
impl Account {
    #[command]
    fn withdraw(&self) -> Done {
        Done {}
    }

    #[command]
    fn deposit(&self) -> Done {
        Done {}
    }

    #[apply]
    fn done(&mut self, _: &Done) {}
}

#[saga]
pub struct MoveMoney {}

#[saga]
impl MoveMoney {
    #[start]
    fn start(_: &Asked) -> Self {
        Self {}
    }

    #[step(undo = refund)]
    fn debit(&self) -> Call<Withdraw> {
        Withdraw {}.to("alice")
    }

    #[step(retry(times = 5, backoff = "200ms"), timeout = "30s")]
    fn credit(&self) -> Call<Deposit> {
        Deposit {}.to("bob")
    }

    #[undo]
    fn refund(&self) -> Call<Deposit> {
        Deposit {}.to("alice")
    }

    #[completed]
    fn complete(&self) -> Call<Deposit> {
        Deposit {}.to("bank")
    }

    #[failed]
    fn cancel(&self, failure: &Failure) -> Call<Withdraw> {
        Withdraw {}.to("bank")
    }
}

#[saga]
pub struct Branches {}

#[saga]
impl Branches {
    #[start]
    fn start(_: &Asked) -> Self {
        Self {}
    }

    #[step(undo = back)]
    fn first(&self) -> Option<Call<Withdraw>> {
        None
    }

    #[step(after = [], undo = pay_back)]
    fn graph(&self) -> Call<Withdraw> {
        Withdraw {}.to("alice")
    }

    #[step(effect, after = [first, graph], pivot)]
    async fn charge(&self) -> Result<(), std::fmt::Error> {
        Ok(())
    }

    #[step(awaits = Paid, after = [charge], timeout = "2h", on_timeout = escalate)]
    fn paid(&mut self, _: &Paid) {}

    #[step(after = [charge], timeout = "1500ms")]
    fn end(&self) -> Call<Deposit> {
        Deposit {}.to("alice")
    }

    #[step(after = any_of(paid, end))]
    fn either(&self) -> Call<Deposit> {
        Deposit {}.to("alice")
    }

    #[step(after = count(2, paid, end, either))]
    fn most(&self) -> Call<Deposit> {
        Deposit {}.to("alice")
    }

    #[undo]
    async fn pay_back(&self) -> Result<(), std::fmt::Error> {
        Ok(())
    }

    #[undo]
    fn back(&self) -> Call<Deposit> {
        Deposit {}.to("alice")
    }

    fn escalate(&self) -> Call<Deposit> {
        Deposit {}.to("alice")
    }
}

#[test]
fn steps_one_after_another() {
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(MoveMoney::diagram());
    });
}

#[test]
fn branches_joins_effects_and_awaited_events() {
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(Branches::diagram());
    });
}

#[saga]
pub struct Nothing;

#[saga]
impl Nothing {
    #[on]
    fn asked(_: &Asked) -> Call<Deposit> {
        Deposit {}.to("alice")
    }
}

#[test]
fn a_saga_without_steps_has_no_steps_to_show() {
    assert_eq!(
        Nothing::diagram(),
        "flowchart TD\n    start([\"start\"])\n    completed([\"completed\"])\n"
    );
}
