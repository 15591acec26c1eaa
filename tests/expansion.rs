//! A user can keep a snapshot of the code that is generated for a file of their own.

#[test]
fn a_file_is_expanded_as_it_is_compiled() {
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(gesta::testing::expansion("ui/command/pass/empty.rs"));
    });
}

#[test]
#[should_panic(expected = "`ui/nowhere.rs` cannot be read")]
fn a_file_that_is_not_there_is_said_so() {
    let _ = gesta::testing::expansion("ui/nowhere.rs");
}
