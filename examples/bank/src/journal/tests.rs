use super::*;
use crate::money::NotAnAmount;

fn parse(lines: &[&str]) -> Journal {
    let text = format!("{HEADER}\n{}\n", lines.join("\n"));
    Journal::parse(text.as_bytes()).unwrap()
}

fn problems(lines: &[&str]) -> Vec<(usize, Problem)> {
    let malformed = parse(lines).malformed.into_iter();
    malformed.map(|line| (line.number, line.problem)).collect()
}

#[test]
fn a_line_is_an_operation() {
    let journal = parse(&["J-1,open,A,Ada,,", "", "J-2,deposit,A,1.50,,web"]);
    assert_eq!(journal.malformed, []);
    assert_eq!(
        journal.lines[1],
        Line {
            number: 4,
            id: "J-2".into(),
            account: "A".into(),
            operation: Operation::Deposit { cents: 150 },
            transfer: None,
            clerk: Some("web".into()),
            repeats: None,
            after: None,
        }
    );
}

#[test]
fn a_file_from_windows_reads_the_same() {
    let text = format!("{HEADER}\r\nJ-1,open,A,Ada,,web\r\n");
    let journal = Journal::parse(text.as_bytes()).unwrap();
    assert_eq!(journal.lines[0].clerk.as_deref(), Some("web"));
}

#[test]
fn a_file_without_the_header_is_no_journal() {
    assert_eq!(Journal::parse(b"").unwrap_err(), NotAJournal);
    assert_eq!(
        Journal::parse(b"J-1,open,A,Ada,,\n").unwrap_err(),
        NotAJournal
    );
}

#[test]
fn a_journal_may_have_memos() {
    let lines = "J-1,withdraw,A,1.50,,web,rent\nJ-2,withdraw,A,2.00,,,\nJ-3,deposit,A,1.00,,,gift\nJ-4,open,A,Ada,,\n";
    let journal = Journal::parse(format!("{HEADER},memo\n{lines}").as_bytes()).unwrap();
    let withdraw = |cents, memo: &str| Operation::Withdraw {
        cents,
        memo: memo.into(),
    };
    let operations: Vec<_> = journal.lines.iter().map(|line| &line.operation).collect();
    assert_eq!(operations, [&withdraw(150, "rent"), &withdraw(200, "")]);
    let problems: Vec<_> = journal
        .malformed
        .into_iter()
        .map(|line| line.problem)
        .collect();
    let short = Problem::FieldCount {
        needed: 7,
        found: 6,
    };
    assert_eq!(problems, [Problem::Memo, short]);
}

#[test]
fn a_broken_line_is_told_by_its_number_and_its_fault() {
    let found = problems(&[
        "J-1,open,A,Ada,",
        ",open,A,Ada,,",
        "J-1,open,,Ada,,",
        "J-1,open,A,,,",
        "J-1,deposit,A,,,",
        "J-1,steal,A,1.00,,",
        "J-1,deposit,A,-1.00,,",
        "J-1,open,A,Ada,T-1,",
    ]);
    let unknown = Problem::UnknownOperation {
        name: "steal".into(),
    };
    let negative = Problem::Amount {
        text: "-1.00".into(),
        problem: NotAnAmount::Negative,
    };
    let expected = [
        (
            2,
            Problem::FieldCount {
                needed: 6,
                found: 5,
            },
        ),
        (3, Problem::NoId),
        (4, Problem::NoAccount),
        (5, Problem::NoOwner),
        (6, Problem::NoAmount),
        (7, unknown),
        (8, negative),
        (9, Problem::NoHalf),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_line_that_is_no_text_is_shown_as_well_as_can_be() {
    let bytes = [
        HEADER.as_bytes(),
        b"\nJ-1,open,A,J\xfcrgen,,\nJ-2,open,A,Ada,,",
    ]
    .concat();
    let journal = Journal::parse(&bytes).unwrap();
    assert_eq!(journal.malformed[0].problem, Problem::NotUtf8);
    assert_eq!(journal.malformed[0].text, "J-1,open,A,J\u{fffd}rgen,,");
    assert_eq!(journal.lines.len(), 1);
}

#[test]
fn a_line_may_come_twice_but_its_id_may_not_change_its_meaning() {
    let lines = [
        "J-1,open,A,Ada,,",
        "J-1,open,A,Ada,,",
        "J-1,open,B,Ada,,",
        "J-1,open,A,Ada,,",
    ];
    let journal = parse(&lines);
    let repeats: Vec<_> = journal.lines.iter().map(|line| line.repeats).collect();
    assert_eq!(repeats, [None, Some(0), Some(0)]);
    assert_eq!(problems(&lines), [(4, Problem::IdReused { line: 2 })]);
}

#[test]
fn the_id_of_a_broken_line_is_still_free() {
    let lines = ["J-1,deposit,A,x,,", "J-1,deposit,A,1,,"];
    assert_eq!(parse(&lines).lines.len(), 1);
}

#[test]
fn a_transfer_is_a_withdrawal_and_then_a_deposit() {
    let journal = parse(&[
        "J-1,withdraw,A,5,T-1,",
        "J-2,open,C,Cleo,,",
        "J-3,deposit,B,5.00,T-1,",
        "J-3,deposit,B,5.00,T-1,",
    ]);
    assert_eq!(journal.malformed, []);
    let after: Vec<_> = journal.lines.iter().map(|line| line.after).collect();
    assert_eq!(after, [None, None, Some(0), Some(0)]);
}

#[test]
fn a_transfer_on_one_line_concerns_two_accounts() {
    let journal = parse(&[
        "J-1,transfer,A,5,B,web",
        "J-2,transfer,A,5,A,",
        "J-3,freeze,B,,,",
    ]);
    assert_eq!(journal.malformed, []);
    let to = |to: &str| Operation::Transfer {
        cents: 500,
        to: to.into(),
    };
    let operations: Vec<_> = journal.lines.iter().map(|line| &line.operation).collect();
    assert_eq!(operations, [&to("B"), &to("A"), &Operation::Freeze]);
    let accounts: Vec<Vec<_>> = journal
        .lines
        .iter()
        .map(|line| line.accounts().collect())
        .collect();
    assert_eq!(accounts, [vec!["A", "B"], vec!["A"], vec!["B"]]);
    assert!(journal.lines.iter().all(|line| line.transfer.is_none()));
}

#[test]
fn a_transfer_goes_somewhere_and_a_freeze_has_no_amount() {
    let found = problems(&[
        "J-1,transfer,A,5,,",
        "J-2,transfer,A,,B,",
        "J-3,freeze,A,5,,",
        "J-4,freeze,A,,T-1,",
    ]);
    let expected = [
        (2, Problem::NoReceiver),
        (3, Problem::NoAmount),
        (4, Problem::FreezeValue),
        (5, Problem::NoHalf),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_transfer_makes_no_money() {
    let found = problems(&[
        "J-1,deposit,B,5,T-1,",
        "J-2,withdraw,A,5,T-1,",
        "J-3,deposit,B,6,T-1,",
        "J-4,withdraw,A,5,T-1,",
        "J-5,deposit,B,5,T-1,",
        "J-6,deposit,C,5,T-1,",
        "J-7,withdraw,A,x,T-2,",
        "J-8,deposit,C,7,T-2,",
    ]);
    let not_a_number = Problem::Amount {
        text: "x".into(),
        problem: NotAnAmount::NoNumber,
    };
    let other = Problem::OtherAmount {
        line: 3,
        cents: 500,
    };
    let expected = [
        (2, Problem::NothingWithdrawn),
        (4, other),
        (5, Problem::WithdrawnTwice { line: 3 }),
        (7, Problem::DepositedTwice { line: 6 }),
        (8, not_a_number),
        (9, Problem::NothingWithdrawn),
    ];
    assert_eq!(found, expected);
}
