//! `events.lock` as a user meets it: a package, an edit, `cargo test`, and what it says.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at what it does not expect"
)]

mod package;

use package::Package;

const SHOP: &str = r#"
use gesta::prelude::*;

pub type Cents = u64;

mod foreign {
    use gesta::private::serde;
    #[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
    #[serde(crate = "gesta::private::serde")]
    pub struct Address { pub city: String }
}

#[value]
pub enum Currency { Eur, Usd }

#[event]
pub struct OrderPlaced {
    pub total: Cents,
    pub currency: Currency,
    pub to: foreign::Address,
}

#[event]
pub struct OrderPaid;

#[aggregate]
#[derive(Default)]
pub struct Order { paid: bool }

#[aggregate]
impl Order {
    #[apply]
    fn placed(&mut self, _: &OrderPlaced) {}
    #[apply]
    fn paid(&mut self, _: &OrderPaid) { self.paid = true }
}
"#;

const LOCK: &str = r#"# The shapes in which the events of this package are stored: what is in here can be read for ever.
# Written by `GESTA_LOCK=accept cargo test`. Commit it, and review it like code.

aggregate Order
    OrderPaid
    OrderPlaced

event OrderPaid v1
  wire   null
  golden null

event OrderPlaced v1
    currency: Currency
    to: Address
    total: Cents
  wire   {currency: enum {Eur, Usd}, to: {city: string}, total: u64}
  golden {"total":1,"currency":"Eur","to":{"city":"text"}}

value Currency
    Eur
    Usd
  wire   enum {Eur, Usd}
"#;

/// One package after another, since they share what is compiled.
#[test]
fn a_lock_goes_with_its_code() {
    let package = Package::new(SHOP);
    it_is_made_when_it_is_accepted(&package);
    what_the_compiler_does_not_see_fails_a_test(&package);
    what_stays_readable_is_accepted_with_its_old_payload(&package);
    an_edit_of_the_lock_compiles_the_package_again(&package);
    what_the_code_lost_is_named(&package);
    a_version_that_is_raised_is_read_and_locked(&package);
    what_a_later_version_stands_on_is_not_rewritten(&package);
    an_aggregate_that_is_renamed_is_missed(&package);
    a_type_without_a_sample_is_given_one(&package);
    the_steps_of_a_saga_are_kept(&package);
}

fn it_is_made_when_it_is_accepted(package: &Package) {
    let output = package.test().fails();
    assert!(output.contains("- `OrderPaid` v1 is not in it"), "{output}");
    assert!(
        output.contains("- `OrderPlaced` is not among the events of `Order` in it"),
        "{output}"
    );
    assert!(
        output.contains("run `GESTA_LOCK=accept cargo test`"),
        "{output}"
    );

    package.accept().passes();
    assert_eq!(package.lock(), LOCK);
    package.test().passes();
}

/// Aliases, and types of other crates.
fn what_the_compiler_does_not_see_fails_a_test(package: &Package) {
    for (from, to, said) in [
        (
            "type Cents = u64",
            "type Cents = String",
            "the payload of `OrderPlaced` v1 is not read",
        ),
        (
            "type Cents = u64",
            "type Cents = u32",
            "`OrderPlaced` v1 is read as {currency: enum {Eur, Usd}, to: {city: string}, total: u32}, and was as",
        ),
        (
            "pub city: String",
            "pub city: String, pub zip: Option<String>",
            "is written as",
        ),
        (
            "Eur, Usd",
            "Eur, Usd, Chf",
            "value `Currency`: `Chf` is not in it",
        ),
    ] {
        package.write(&SHOP.replace(from, to));
        package.check().passes();
        let output = package.test().fails();
        assert!(output.contains(said), "{to}: {output}");
    }
    package.write(SHOP);
    package.test().passes();
}

fn what_stays_readable_is_accepted_with_its_old_payload(package: &Package) {
    let changed = SHOP.replace("Eur, Usd", "Chf, Eur, Usd");
    package.write(&changed);
    package.accept().passes();
    let lock = package.lock();
    assert!(lock.contains("wire   enum {Chf, Eur, Usd}"), "{lock}");
    assert!(
        lock.contains(r#""currency":"Eur""#),
        "the payload is new: {lock}"
    );
    package.test().passes();
    package.write(SHOP);
    package.accept().passes();
    assert_eq!(package.lock(), LOCK);
}

fn an_edit_of_the_lock_compiles_the_package_again(package: &Package) {
    package.write_lock(LOCK);
    package.write(SHOP);
    package.check().passes();
    package.write_lock(&LOCK.replace("total: Cents", "total: u64"));
    let output = package.check().fails();
    assert!(
        output.contains("which is locked, has `total: u64`, not `Cents`"),
        "{output}"
    );

    package.write_lock(&LOCK.replace("event OrderPaid", "<<<<<<< HEAD\nevent OrderPaid"));
    let output = package.check().fails();
    assert!(output.contains("resolve the merge"), "{output}");
    package.write_lock(LOCK);
    package.check().passes();
}

fn what_the_code_lost_is_named(package: &Package) {
    package.write_lock(&format!("{LOCK}\nvalue Weight\n    0: u32\n  wire   u32\n"));
    let output = package.test().fails();
    assert!(
        output.contains("value `Weight` is in it, and no source of the package names it"),
        "{output}"
    );
    package.write_lock(&LOCK.replace("  golden null\n", "  golden {\"a\":1}\n"));
    let output = package.test().fails();
    assert!(
        output.contains("the payload of `OrderPaid` v1 is not read"),
        "{output}"
    );
    package.write_lock(LOCK);
}

fn a_version_that_is_raised_is_read_and_locked(package: &Package) {
    let raised = SHOP.replace(
        "#[event]\npub struct OrderPaid;",
        "#[event(version = 2, was = [\"OrderSettled\"])]\npub struct OrderPaid { #[since(2, default)] pub by: String }",
    );
    package.write(&raised);
    package.check().passes();
    let output = package.test().fails();
    assert!(output.contains("- `OrderPaid` v2 is not in it"), "{output}");
    package.accept().passes();
    let lock = package.lock();
    for line in [
        "    OrderSettled\n",
        "event OrderPaid v1\n  wire   null\n  golden null\n",
        "event OrderPaid v2\n    by: String\n  wire   {by: string}\n  golden {\"by\":\"text\"}\n",
    ] {
        assert!(lock.contains(line), "{line} is not in {lock}");
    }
    package.test().passes();
    let accepted = package.lock();
    package.accept().passes();
    assert_eq!(
        package.lock(),
        accepted,
        "the second time changes something"
    );
}

/// The way to lock a new version must not bless a wrong history of the old ones.
fn what_a_later_version_stands_on_is_not_rewritten(package: &Package) {
    for (locked, history) in [
        // A misspelt `was`; and one of a field that may be missing, which would read as none.
        ("by: String", "#[renamed(2, was = \"bye\")] pub who: String"),
        (
            "by: Option<String>",
            "#[renamed(2, was = \"bye\")] pub who: Option<String>",
        ),
    ] {
        let paid = |event: &str, field: &str| {
            let event = format!("{event}\npub struct OrderPaid {{ {field} }}");
            SHOP.replace("#[event]\npub struct OrderPaid;", &event)
        };
        package.write_lock("");
        package.write(&paid("#[event]", &format!("pub {locked}")));
        package.accept().passes();
        let before = package.lock();
        package.write(&paid("#[event(version = 2)]", history));
        let output = package.accept().fails();
        assert!(
            output.contains("`OrderPaid` v1 is locked otherwise"),
            "{output}"
        );
        assert!(
            output.contains("the payload of `OrderPaid` v1 is"),
            "{output}"
        );
        for line in before.lines() {
            assert!(package.lock().contains(line), "{line} is gone");
        }
    }
}

fn an_aggregate_that_is_renamed_is_missed(package: &Package) {
    package.write_lock(LOCK);
    package.write(
        &SHOP
            .replace("pub struct Order {", "pub struct Purchase {")
            .replace("impl Order {", "impl Purchase {"),
    );
    for run in [package.test(), package.accept()] {
        let output = run.fails();
        assert!(
            output.contains("#[aggregate(name = \"Order\")]"),
            "{output}"
        );
    }
    assert_eq!(package.lock(), LOCK);
}

fn a_type_without_a_sample_is_given_one(package: &Package) {
    let picky = format!(
        "{SHOP}{}",
        r#"
        use gesta::private::serde;
        #[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
        #[serde(crate = "gesta::private::serde", try_from = "String")]
        pub struct Isbn(String);
        impl TryFrom<String> for Isbn {
            type Error = &'static str;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                if text.starts_with("978-") { Ok(Self(text)) } else { Err("no ISBN") }
            }
        }
        #[event]
        pub struct BookListed { pub isbn: Isbn }
        "#
    );
    package.write_lock(LOCK);
    package.write(&picky);
    let output = package.accept().fails();
    for said in [
        "no payload of `BookListed` v1 can be made up",
        "`isbn`",
        "no ISBN",
        "#[event(sample = ..)]",
    ] {
        assert!(output.contains(said), "{said} is not in {output}");
    }
    let given = picky.replace(
        "#[event]\n        pub struct BookListed",
        "#[event(sample = BookListed { isbn: Isbn(String::from(\"978-1\")) })]\n        pub struct BookListed",
    );
    package.write(&given);
    package.accept().passes();
    let lock = package.lock();
    assert!(lock.contains(r#"golden {"isbn":"978-1"}"#), "{lock}");
    package.test().passes();
}

const SAGA: &str = r#"
#[saga]
pub struct Delivery {}

#[saga]
impl Delivery {
    #[start]
    fn start(_: &OrderPaid) -> Self { Self {} }
    #[step(effect, no_undo)]
    async fn pack(&self) -> Result<(), std::fmt::Error> { Ok(()) }
}
"#;

fn the_steps_of_a_saga_are_kept(package: &Package) {
    let shop = |saga: &str| package.write(&format!("{SHOP}{saga}"));
    package.write_lock(LOCK);
    shop(SAGA);
    let output = package.test().fails();
    assert!(
        output.contains("- saga `Delivery` is not in it"),
        "{output}"
    );
    package.accept().passes();
    let first = "\nsaga Delivery v1\n    pack\n";
    assert_eq!(package.lock(), format!("{LOCK}{first}"));

    let wrap = SAGA.replace("fn pack", "fn wrap");
    shop(&wrap);
    let output = package.check().fails();
    assert!(output.contains("`#[step(was = [\"pack\"])]`"), "{output}");
    // To accept it blesses nothing: the old name stays, until the version says that it is gone.
    package.accept().passes();
    let both = "\nsaga Delivery v1\n    pack\n    wrap\n";
    assert_eq!(package.lock(), format!("{LOCK}{both}"));
    package.check().fails();

    let renamed = wrap.replace("no_undo", "no_undo, was = [\"pack\"]");
    shop(&renamed);
    package.test().passes();
    package.write_lock(&format!("{LOCK}{first}"));
    let output = package.test().fails();
    let missing = "- `wrap` is not among the steps of `Delivery` in it";
    assert!(output.contains(missing), "{output}");

    shop(&wrap.replacen("#[saga]", "#[saga(version = 2)]", 1));
    let output = package.test().fails();
    let raised = "- saga `Delivery` is at version 2, and at 1 in it";
    assert!(output.contains(raised), "{output}");
    package.accept().passes();
    let second = "\nsaga Delivery v2\n    wrap\n";
    assert_eq!(package.lock(), format!("{LOCK}{second}"));

    shop(&wrap);
    let output = package.accept().fails();
    let lowered = "saga `Delivery` is at version 1, and version 2 is in it";
    assert!(output.contains(lowered), "{output}");
    assert_eq!(package.lock(), format!("{LOCK}{second}"));

    package.write(SHOP);
    let output = package.test().fails();
    let lost = "saga `Delivery` is in it, and no source of the package names it";
    assert!(output.contains(lost), "{output}");
    package.write_lock(LOCK);
}
