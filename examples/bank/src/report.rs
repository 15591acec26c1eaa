//! What a person wants to see of a journal that was read.

use crate::import::Imported;
use crate::journal::{Journal, Line};
use crate::money::{grouped, show};
use crate::outcome::Outcome;
use crate::statement::{Bank, Statement};
use crate::table::{Side, table};

/// The accounts, what was rejected, what is malformed; at the end, where the eye falls first, the sums.
#[must_use]
pub fn report(journal: &Journal, imported: &Imported, bank: &Bank) -> String {
    let lines: Vec<_> = journal.lines.iter().zip(&imported.outcomes).collect();
    [
        show_accounts(&bank.accounts),
        show_rejected(&lines),
        show_malformed(journal),
        show_summary(journal, imported, bank, &lines),
    ]
    .join("\n")
}

/// A line of the journal, and what became of it.
type Told<'a> = (&'a Line, &'a Outcome);

fn show_accounts(accounts: &[(String, Statement)]) -> String {
    let mut rows: Vec<_> = accounts
        .iter()
        .map(|(account, each)| [account.clone(), each.owner.clone(), show(each.balance)])
        .collect();
    let total = accounts.iter().map(|(_, each)| each.balance).sum();
    rows.push(["total".to_owned(), String::new(), show(total)]);
    let table = table([Side::Left, Side::Left, Side::Right], &rows);
    format!("Accounts ({})\n{table}", grouped(accounts.len()))
}

fn show_rejected(lines: &[Told<'_>]) -> String {
    use Side::{Left, Right};
    let rows: Vec<_> = lines
        .iter()
        .filter_map(|(line, outcome)| Some((line, reason(line, outcome)?)))
        .map(|(line, reason)| {
            [
                format!("line {}", line.number),
                line.id.clone(),
                line.account.clone(),
                line.operation.name().to_owned(),
                line.operation.cents().map_or_else(String::new, show),
                reason,
            ]
        })
        .collect();
    let table = table([Right, Left, Left, Left, Right, Left], &rows);
    format!("Rejected operations ({})\n{table}", grouped(rows.len()))
}

/// Why an operation was rejected. A line that came twice is told once.
fn reason(line: &Line, outcome: &Outcome) -> Option<String> {
    match outcome {
        _ if line.repeats.is_some() => None,
        Outcome::Done | Outcome::DoneBefore => None,
        Outcome::Refused { reason } | Outcome::RefusedBefore { reason } => Some(reason.clone()),
        Outcome::NothingToBring { withdrawal } => {
            Some(format!("its withdrawal, line {withdrawal}, was rejected"))
        }
        Outcome::Cancelled { why, put_back, .. } => match put_back {
            true => Some(format!("{why}; the money was put back")),
            false => Some(why.clone()),
        },
    }
}

fn show_malformed(journal: &Journal) -> String {
    let rows: Vec<_> = journal
        .malformed
        .iter()
        .map(|line| {
            let number = format!("line {}", line.number);
            [number, line.problem.to_string(), cut(&line.text)]
        })
        .collect();
    let table = table([Side::Right, Side::Left, Side::Left], &rows);
    format!("Malformed lines ({})\n{table}", grouped(rows.len()))
}

/// As much of the text as fits beside the rest.
fn cut(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}..", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn show_summary(journal: &Journal, imported: &Imported, bank: &Bank, lines: &[Told<'_>]) -> String {
    let first = || lines.iter().filter(|(line, _)| line.repeats.is_none());
    let accepted = first().filter(|(_, outcome)| outcome.is_done()).count();
    let rejected = first().count() - accepted;
    let repeated = lines.len() - first().count();
    let rows = [
        ("accepted", grouped(accepted), String::new()),
        ("rejected", grouped(rejected), without_money(lines)),
        (
            "repeated",
            grouped(repeated),
            "entered twice, done once".to_owned(),
        ),
        (
            "malformed",
            grouped(journal.malformed.len()),
            "not done".to_owned(),
        ),
        ("transfers", grouped(transfers(lines)), put_back(lines)),
        ("commands", grouped(imported.commands), speed(imported)),
        ("events", grouped(imported.events), stored(bank)),
    ]
    .map(|(what, count, note)| [what.to_owned(), count, note]);
    let table = table([Side::Left, Side::Right, Side::Left], &rows);
    let stranded: String = first().filter_map(stranded).collect();
    format!("Summary\n{table}\n{stranded}\n{}", verdict(lines))
}

fn without_money(lines: &[Told<'_>]) -> String {
    let waited = |outcome: &Outcome| matches!(outcome, Outcome::NothingToBring { .. });
    let waiting = lines
        .iter()
        .filter(|(line, told)| line.repeats.is_none() && waited(told));
    format!(
        "{} of them as the second half of a transfer",
        grouped(waiting.count())
    )
}

/// How many transfers were carried out.
fn transfers(lines: &[Told<'_>]) -> usize {
    let first = lines.iter().filter(|(line, _)| line.repeats.is_none());
    let transfers = first.filter(|(line, _)| line.operation.receiver().is_some());
    transfers.filter(|(_, outcome)| outcome.is_done()).count()
}

fn put_back(lines: &[Told<'_>]) -> String {
    let was = |outcome: &Outcome| matches!(outcome, Outcome::Cancelled { put_back: true, .. });
    let first = lines.iter().filter(|(line, _)| line.repeats.is_none());
    let count = first.filter(|(_, outcome)| was(outcome)).count();
    format!(
        "carried out; of {} others the money was put back",
        grouped(count)
    )
}

fn stored(bank: &Bank) -> String {
    let accounts: u64 = bank.accounts.iter().map(|(_, each)| each.events).sum();
    let transfers = bank.events.saturating_sub(accounts + bank.rejections);
    format!(
        "stored by this run; {} in the accounts, {} of rejections, {} of transfers",
        grouped(accounts),
        grouped(bank.rejections),
        grouped(transfers)
    )
}

fn speed(imported: &Imported) -> String {
    let seconds = imported.elapsed.as_secs_f64();
    // Only shown: a fraction of a command a second is nobody's concern.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a rate, to be looked at"
    )]
    let rate = (imported.commands as f64 / seconds.max(1e-6)) as u64;
    format!("in {seconds:.2} s: {} per second", grouped(rate))
}

/// Money that left one account and did not arrive on the other.
fn stranded((line, outcome): &Told<'_>) -> Option<String> {
    let (Outcome::Refused { .. } | Outcome::RefusedBefore { .. }) = outcome else {
        return None;
    };
    // Only a deposit comes after another line.
    let (transfer, _) = line.transfer.as_ref().zip(line.after)?;
    Some(format!(
        "Transfer {transfer}: {} left one account and did not reach the other, see line {}.\n",
        show(line.operation.cents()?),
        line.number
    ))
}

fn verdict(lines: &[Told<'_>]) -> String {
    let count = |of: fn(&Outcome) -> bool| {
        let first = lines.iter().filter(|(line, _)| line.repeats.is_none());
        first.filter(|(_, outcome)| of(outcome)).count()
    };
    let (new, old) = (count(Outcome::is_new), count(Outcome::was_known));
    let operations = grouped(lines.len());
    match (new, old) {
        (0, _) => {
            format!("All {operations} operations were already in the bank; no balance changed.\n")
        }
        (_, 0) => format!("All {operations} operations were new to the bank.\n"),
        (new, _) => format!(
            "{} of {operations} operations were new to the bank; it had the others already.\n",
            grouped(new)
        ),
    }
}
