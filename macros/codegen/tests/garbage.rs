//! No input makes the attributes panic, and what they write for any item is Rust.

#![expect(clippy::panic, reason = "a test")]

use gesta_codegen::Package;
use proc_macro2::TokenStream;
use proptest::prelude::*;

/// Whatever may stand in an attribute's parentheses, and more.
const ARGUMENTS: &[&str] = &[
    "",
    ",",
    ",,",
    "name",
    "name =",
    "name = ,",
    "name = \"A\"",
    "name = \"\"",
    "name = 1",
    "name(\"A\")",
    "id = u64",
    "id = Vec<(u8, u16)>,",
    "id = fn(u8) -> u8",
    "error = dyn Fn()",
    "error =",
    "snapshot",
    "snapshot()",
    "snapshot(every)",
    "snapshot(every = 0)",
    "snapshot(every = 99999999999999999999)",
    "snapshot(every = 1u8, version = x)",
    "snapshot(every = 100, every = 1)",
    "snapshot(,)",
    "retired",
    "retired()",
    "retired(\"A\")",
    "retired(\"A\", \"A\",)",
    "retired(A)",
    "version = 0",
    "version = 2",
    "version = -1",
    "version = 4000000000",
    "version = 99999999999999999999",
    "version = 2, from = A",
    "version = 1000, from = a::B",
    "version = 3, from = Account, was = [\"A\"]",
    "from = A",
    "from = \"A\"",
    "was = []",
    "was = [\"A\", \"A\"]",
    "was = \"A\"",
    "lock = false",
    "lock = 1",
    "sample = A { b: 1 }",
    "sample =",
    "2",
    "2, default",
    "2, default = \"EUR\"",
    "2, default = |x| x + 1",
    "2, defualt",
    "99999999999, default",
    "4000000000, default",
    "2, was = \"a\"",
    "2, was = a",
    "2, from = u32, with = a::b",
    "2, from = &'a str, with = b",
    "2, from = impl X, with = |x| x",
    "2, a: u8",
    "2, r#in: Vec<&str>, since = 1",
    "3, a: u8, since = 99999999999",
    "2, _: u8",
    "2 default",
    "default",
    "crate",
    "crate = a::b",
    "crate = ::a",
    "crate = crate",
    "crate = a<b>",
    "crate = \"a\"",
    "of",
    "of()",
    "of = A",
    "of(A, a::B, A,)",
    "of(A), ignore(A, A), live",
    "of(a b), ignore(1)",
    "of(A), version = 99999999999",
    "of(A), inline, live, sql",
    "of(A), on_error = park, version = 2",
    "sql, of(A), on_error = park",
    "on_error = 1",
    "key = event.a",
    "key = ",
    "key = a < b, keys = [a, (b, c)]",
    "keys = [event.a, &event.b, ..x]",
    "keys = if a { b } else { c }",
    "key = return",
    "key = |event| event",
    "undo = opened, retry(times = 5, backoff = \"200ms\"), timeout = \"30s\", on_timeout = open",
    "undo = r#type, no_undo, pivot",
    "retry(times = 99999999999, backoff = \"\"), timeout = \"é\"",
    "retry(), was = [\"\", \"open\"]",
    "after = [open, open, nowhere]",
    "after = [], no_undo",
    "after = any_of(opened), pivot",
    "after = any_of()",
    "after = count(2, open, opened)",
    "after = count(99999999999999999999)",
    "after = [x2], effect, undo = _1",
    "awaits = A, correlate = event.a",
    "awaits = Self, correlate = |event| event, effect",
    "correlate = event.a",
    "create",
    "create = 1",
    "upsert",
    "create, upsert",
    "create create",
    "name = r#type",
    "name = Self",
    "name = _",
    "self",
    "=",
    "=>",
    "1",
    "'a",
    "#",
    "#[x]",
    "::",
    "a::b",
    "a::b = c",
    "é",
    "r#name = \"A\"",
    "(name)",
    "[name]",
    "{ name }",
];

const ATTRIBUTES: &[&str] = &[
    "",
    "#[command]",
    "#[apply]",
    "#[command] #[apply]",
    "#[command] #[command]",
    "#[a::b::command]",
    "#[cfg(x)]",
    "#[command] #[cfg(x)] #[doc = \"d\"]",
    "#[apply] #[cfg(x)]",
    "#[command = 1]",
    "#[apply()]",
    "#[apply[]]",
    "#[command{}]",
    "#[derive(Debug)]",
    "#[derive(Clone, 1)]",
    "#[serde(crate = \"x\")]",
    "#[serde]",
    "#[aggregate]",
    "#[upcast]",
    "#[upcast(a)]",
    "#[upcast] #[apply]",
    "#[upcast] #[cfg(x)]",
    "#[on]",
    "#[on = 1]",
    "#[on(key = event.a + 1)]",
    "#[on(keys = [event.a, b])]",
    "#[on(keys = event.a)] #[on]",
    "#[index]",
    "#[event]",
    "#[start]",
    "#[step]",
    "#[step] #[cfg(x)]",
    "#[undo]",
    "#[completed]",
    "#[failed]",
];

const NAMES: &[&str] = &[
    "open",
    "_",
    "_1",
    "__",
    "self_",
    "send",
    "r#type",
    "r#match",
    "é",
    "ß",
    "opened",
    "account",
    "account_event",
    "x2",
];

const PARAMETERS: &[&str] = &[
    "",
    "&self",
    "&mut self",
    "self",
    "mut self",
    "self: Box<Self>",
    "&'a self",
    "&self, a: u8",
    "&self, _: u8",
    "&self, (a, b): (u8, u8)",
    "&self, a: &str",
    "&self, a: &'static [&u8]",
    "&self, a: impl Into<X>",
    "&self, ctx: &CommandContext",
    "&self, ctx: CommandContext",
    "&self, ctx: &mut a::CommandContext",
    "&self, #[cfg(x)] a: u8",
    "&self, #[serde(default)] /** d */ mut a: Self",
    "&self, ref a: u8",
    "&self, a @ 1: u8",
    "&self, a: u8, a: u8",
    "&mut self, event: &Opened",
    "&mut self, event: Opened",
    "&mut self, event: &mut Opened",
    "&mut self, event: &a::Opened",
    "&mut self, event: &Opened<u8>",
    "&mut self, event: &(u8)",
    "&mut self, _: &Self",
    "&mut self, a: &A, b: &B",
    "&self, a: fn(&u8) -> u8",
    "&self, a: [u8; { 1 }]",
    "a: u8",
    "&mut self, event: &A, recorded: &Recorded",
    "&mut self, recorded: &Recorded, event: &A",
    "&mut self, recorded: Recorded<A>",
    "&mut self, A { b, .. }: &A, _: &a::Recorded",
    "&mut self, event: &A, recorded: &mut Recorded, c: C",
    "event: &A, recorded: &Recorded",
    "&self, failure: &Failure, ctx: &SagaContext, ctx: &SagaContext",
    "&self, ctx: &EffectContext",
    "&self, r#in: u8",
    "&self, a: _",
    "&self, a: macro_type!()",
    "&self, a: <A as B>::C",
    "&mut self, _: &r#Type",
    "&self, a: u8, ...",
];

const RETURNS: &[&str] = &[
    "",
    "-> ()",
    "-> (())",
    "-> Opened",
    "-> Result<Opened, Refused>",
    "-> impl X",
    "-> !",
    "-> Self",
    "-> &'static str",
    "-> Option<Open>",
    "-> _",
    "-> m!()",
    "where Self: Sized",
    "-> Opened where u8: Copy",
];

const QUALIFIERS: &[&str] = &[
    "",
    "pub",
    "async",
    "unsafe",
    "const",
    "extern \"C\"",
    "pub(crate) async unsafe",
];

const GENERICS: &[&str] = &["", "<>", "<T>", "<'a>", "<const N: usize>"];

const TYPES: &[&str] = &[
    "Account",
    "a::Account",
    "Self",
    "Vec<u8>",
    "&Account",
    "dyn X",
    "X for Account",
    "!Send for Account",
    "r#type",
    "(Account)",
    "[u8]",
    "m!()",
    "<A as B>::C",
    "_",
    "é",
];

const OTHERS: &[&str] = &[
    "",
    "x",
    "struct",
    "struct A",
    "struct A;",
    "struct A(u8);",
    "struct A();",
    "struct A { a: &'static str, b: Vec<&u8> }",
    "struct A<T>(T) where T: Copy;",
    "struct A where u8: Copy { }",
    "enum A {}",
    "enum A { B(u8), C { d: u8 } = 1 }",
    "#[derive(Default)] enum A { #[default] B }",
    "union A { a: u8 }",
    "fn f() {}",
    "mod m;",
    "mod m { }",
    "trait T { #[command] fn f(&self); const C: u8; }",
    "type A = u8;",
    "const A: u8 = 1;",
    "use a::b;",
    "static A: u8 = 1;",
    "macro_rules! m { () => {} }",
    "extern crate a;",
    "struct r#type;",
    "struct _gesta;",
    "1 + 1",
    "{ }",
    "impl A",
    "pub",
    "struct A { #[serde(skip)] r#in: u8 }",
    "#![inner] struct A;",
    "#[derive] struct A;",
    "#[derive(a::Debug)] struct A;",
    "impl A { const B: u8 = 1; type C = u8; m!(); }",
    "struct Größe;",
    "struct A(pub a::B<&str>, u8, u8, u8, u8, u8);",
    "#[removed(2, a: u8)] struct A;",
    "#[removed(2, a: u8)] #[removed(2, a: u8)] struct A { a: u8 }",
    "#[removed(2, a: u8)] #[event(version = 2)] #[since(2)] struct A { #[removed(2, b: u8)] b: u8 }",
    "enum A { B { #[since(2, default)] c: u8 } }",
    "union A { #[since(2, default)] a: u8 }",
    "struct A(#[changed(2, from = u8, with = b)] u16);",
    "struct A { #[index] a: u8, #[index] r#type: f64, #[index(a)] #[index] _b: B }",
    "struct A(#[index] u8);",
    "struct A { #[index] ß: u8, #[index] self_: Self }",
    "trait T { #[on] fn f(&self); }",
    "#[serde(default)] struct A { #[since(2, default)] a: u8 }",
];

type Attribute = fn(TokenStream, TokenStream) -> TokenStream;

/// What the items above may find locked: other shapes of themselves.
const LOCK: &str = "
aggregate A
    A
    B

event A v1
    a: u64
    #[serde(tag = \"t\")]

event A v2
    b: String

value A
    B(u64)

saga A v2
    a
    b
";

fn package() -> Package {
    Package::with_lock(LOCK)
}

const ALL: &[Attribute] = &[
    |args, item| gesta_codegen::event(&package(), args, item),
    |args, item| gesta_codegen::event(&Package::unlocked(), args, item),
    |args, item| gesta_codegen::value(&package(), args, item),
    |args, item| gesta_codegen::aggregate(&package(), args, item),
    |args, item| gesta_codegen::projection(&Package::unlocked(), args, item),
    |args, item| gesta_codegen::saga(&package(), args, item),
    |_, item| gesta_codegen::step(item),
    |_, item| gesta_codegen::on(item),
    |_, item| gesta_codegen::command(item),
    |_, item| gesta_codegen::apply(item),
    |_, item| gesta_codegen::upcast(item),
    gesta_codegen::removed,
    |_, item| gesta_codegen::aggregate_id(item),
];

fn of(table: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    proptest::sample::select(table)
}

fn method() -> impl Strategy<Value = String> {
    (
        of(ATTRIBUTES),
        of(ARGUMENTS),
        of(QUALIFIERS),
        of(NAMES),
        of(GENERICS),
        of(PARAMETERS),
        of(RETURNS),
    )
        .prop_map(
            |(attributes, arguments, qualifiers, name, generics, parameters, returns)| {
                let attributes =
                    attributes.replace("[command]", &format!("[command({arguments})]"));
                let attributes = attributes.replace("[on]", &format!("[on({arguments})]"));
                let attributes = attributes.replace("[step]", &format!("[step({arguments})]"));
                let attributes = attributes.replace("[start]", &format!("[start({arguments})]"));
                format!(
                    "{attributes} {qualifiers} fn {name}{generics}({parameters}) {returns} {{ }}"
                )
            },
        )
}

fn impl_block() -> impl Strategy<Value = String> {
    (
        of(GENERICS),
        of(TYPES),
        proptest::collection::vec(method(), 0..5),
    )
        .prop_map(|(generics, ty, methods)| {
            format!("impl{generics} {ty} {{ {} }}", methods.join("\n"))
        })
}

/// A struct with steps of its versions.
fn history() -> impl Strategy<Value = String> {
    let step = || {
        let kind = prop_oneof![
            Just("since"),
            Just("renamed"),
            Just("changed"),
            Just("removed")
        ];
        (kind, of(ARGUMENTS)).prop_map(|(kind, arguments)| format!("#[{kind}({arguments})]"))
    };
    let steps = move || proptest::collection::vec(step(), 0..3).prop_map(|steps| steps.join(" "));
    (steps(), of(ATTRIBUTES), steps(), steps(), of(NAMES)).prop_map(
        |(above, attribute, first, second, name)| {
            format!(
                "{above} {attribute} struct Account {{ {first} {name}: u8, {second} b: String }}"
            )
        },
    )
}

fn soup() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        of(ARGUMENTS),
        of(ATTRIBUTES),
        of(NAMES),
        of(PARAMETERS),
        of(RETURNS),
        of(QUALIFIERS),
        of(TYPES),
        of(OTHERS),
    ];
    proptest::collection::vec(word, 0..12).prop_map(|words| words.join(" "))
}

/// `Err` for what is not even tokens.
fn tokens(text: &str) -> Result<TokenStream, proc_macro2::LexError> {
    text.parse()
}

fn try_all(arguments: &str, item: &str) {
    let (Ok(arguments), Ok(item)) = (tokens(arguments), tokens(item)) else {
        return;
    };
    let was_an_item = syn::parse2::<syn::Item>(item.clone()).is_ok();
    for attribute in ALL {
        let output = attribute(arguments.clone(), item.clone());
        if was_an_item && let Err(error) = syn::parse2::<syn::File>(output.clone()) {
            panic!("{error} in {output}");
        }
    }
}

#[test]
fn each_odd_item_with_each_odd_key() {
    for arguments in ARGUMENTS {
        for item in OTHERS {
            try_all(arguments, item);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn any_impl_block((arguments, item) in (of(ARGUMENTS), impl_block())) {
        try_all(arguments, &item);
    }

    #[test]
    fn any_history((arguments, item) in (of(ARGUMENTS), history())) {
        try_all(arguments, &item);
    }

    #[test]
    fn any_soup((arguments, item) in (soup(), soup())) {
        try_all(&arguments, &item);
    }
}
