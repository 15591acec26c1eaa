//! "Did you mean".

/// The candidate that is most like what was written, if one is like enough.
pub(crate) fn similar<'a>(
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (distance(written, candidate), candidate))
        .filter(|(distance, candidate)| distance * 3 <= candidate.len().max(4))
        .min()
        .map(|(_, candidate)| candidate)
}

/// How many letters to add, drop or replace; two neighbours that changed places count as one.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    let mut last = None;
    for (row, letter) in left.chars().enumerate() {
        let mut here = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let at =
                |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&above, column) + usize::from(letter != *other))
                .min(at(&above, column + 1) + 1)
                .min(at(&here, column) + 1);
            if column > 0 && last == Some(*other) && right.get(column - 1) == Some(&letter) {
                best = best.min(at(&before, column - 1) + 1);
            }
            here.push(best);
        }
        before = std::mem::replace(&mut above, here);
        last = Some(letter);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let keys = ["id", "error", "name", "snapshot", "crate"];
        for (written, meant) in [
            ("naem", Some("name")),
            ("errors", Some("error")),
            ("snapshots", Some("snapshot")),
            ("ids", Some("id")),
            ("id_type", None),
            ("", None),
        ] {
            assert_eq!(similar(written, keys), meant, "{written}");
        }
    }
}
