//! When the fingerprints of a projection change: whenever what it folds may, and not with its docs.

#![expect(clippy::unwrap_used, reason = "a test")]

/// The constant of this name in what becomes of a projection.
fn fingerprint(name: &str, file: &str) -> String {
    let file = gesta_codegen::file(syn::parse_file(file).unwrap()).unwrap();
    let code = prettyplease::unparse(&file);
    let name = format!("const {name}: u64 = ");
    let (_, rest) = code.split_once(&name).unwrap();
    rest.split(';').next().unwrap().to_owned()
}

#[test]
fn that_of_the_struct_changes_with_its_fields_its_indexes_and_its_sources() {
    let of = |code| fingerprint("FINGERPRINT", code);
    let plain = of("#[projection(of(A), ignore(B))] struct S { a: u8, b: u8 }");
    assert_eq!(
        of(
            "#[projection(of(A), ignore(B), version = 2, on_error = park)] /** docs */ struct S { /** docs */ a: u8, b: u8 }"
        ),
        plain
    );
    for other in [
        "#[projection(of(A), ignore(B))] struct S { a: u16, b: u8 }",
        "#[projection(of(A), ignore(B))] struct S { #[index] a: u8, b: u8 }",
        "#[projection(of(A), ignore(B))] struct S { a: u8, #[index] b: u8 }",
        "#[projection(of(A), ignore(C))] struct S { a: u8, b: u8 }",
        "#[projection(of(A, B))] struct S { a: u8, b: u8 }",
        "#[projection(of(A))] struct S { a: u8, b: u8 }",
    ] {
        assert_ne!(of(other), plain, "{other}");
    }
}

#[test]
fn that_of_the_impl_changes_with_its_handlers_and_their_keys() {
    let of = |code| fingerprint("HANDLERS_FINGERPRINT", code);
    let plain = of("#[projection] impl S { #[on(key = e.a)] fn a(&mut self, e: &A) {} }");
    assert_eq!(
        of(
            "#[projection] impl S { fn other() {} /** docs */ #[on(key = e.a)] fn a(&mut self, e: &A) {} }"
        ),
        plain
    );
    for other in [
        "#[projection] impl S { #[on(key = e.b)] fn a(&mut self, e: &A) {} }",
        "#[projection] impl S { #[on(keys = e.a)] fn a(&mut self, e: &A) {} }",
        "#[projection] impl S { #[on] fn a(&mut self, e: &A) {} }",
        "#[projection] impl S { #[on(key = e.a)] fn a(&mut self, e: &B) {} }",
        "#[projection] impl S { #[on(key = e.a)] fn a(&mut self, e: &A) { self.n += 1 } }",
    ] {
        assert_ne!(of(other), plain, "{other}");
    }
}
