//! The difference between two texts, line by line.

/// More comparisons than this are not worth a wait: the texts are then shown one below the other.
const MOST_COMPARISONS: usize = 4_000_000;

/// Shows both texts as one: `-` before a line of `expected` only, `+` before a line of `actual` only.
pub(super) fn difference(expected: &[String], actual: &[String]) -> String {
    let lengths = if expected.len().saturating_mul(actual.len()) > MOST_COMPARISONS {
        Vec::new()
    } else {
        common_lengths(expected, actual)
    };
    let length = |i: usize, j: usize| {
        lengths
            .get(i)
            .and_then(|row: &Vec<usize>| row.get(j))
            .copied()
            .unwrap_or(0)
    };

    let mut lines = String::new();
    let (mut i, mut j) = (0, 0);
    loop {
        let (sign, line) = match (expected.get(i), actual.get(j)) {
            (Some(left), Some(right)) if left == right => (' ', left),
            (Some(left), Some(_)) if length(i + 1, j) >= length(i, j + 1) => ('-', left),
            (Some(left), None) => ('-', left),
            (_, Some(right)) => ('+', right),
            (None, None) => return lines,
        };
        i += usize::from(sign != '+');
        j += usize::from(sign != '-');
        lines.push_str(&format!("{sign} {line}\n"));
    }
}

/// At `[i][j]`, how many lines the texts have in common from line `i` of `expected` and line `j` of `actual` on.
fn common_lengths(expected: &[String], actual: &[String]) -> Vec<Vec<usize>> {
    let mut rows = vec![vec![0; actual.len() + 1]];
    for left in expected.iter().rev() {
        let below = rows.last().map(Vec::as_slice).unwrap_or_default();
        let mut row = vec![0];
        for (right, pair) in actual.iter().zip(below.windows(2)).rev() {
            let beside = row.last().copied().unwrap_or(0);
            let (down, diagonal) = (
                pair.first().copied().unwrap_or(0),
                pair.last().copied().unwrap_or(0),
            );
            row.push(if left == right {
                diagonal + 1
            } else {
                down.max(beside)
            });
        }
        row.reverse();
        rows.push(row);
    }
    rows.reverse();
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(expected: &str, actual: &str) -> String {
        let lines = |text: &str| text.chars().map(String::from).collect::<Vec<_>>();
        difference(&lines(expected), &lines(actual)).replace('\n', "|")
    }

    #[test]
    fn what_is_common_stands_once() {
        assert_eq!(diff("abc", "abc"), "  a|  b|  c|");
        assert_eq!(diff("abcd", "axcdy"), "  a|- b|+ x|  c|  d|+ y|");
        assert_eq!(diff("xaaay", "aaa"), "- x|  a|  a|  a|- y|");
    }

    #[test]
    fn an_empty_text_is_all_removed_or_all_added() {
        assert_eq!(diff("", "ab"), "+ a|+ b|");
        assert_eq!(diff("ab", ""), "- a|- b|");
        assert_eq!(diff("", ""), "");
    }

    #[test]
    fn the_removed_lines_stand_before_those_that_replace_them() {
        assert_eq!(diff("ab", "xy"), "- a|- b|+ x|+ y|");
    }

    #[test]
    fn texts_too_long_to_compare_are_shown_whole() {
        let lines = |word: &str| vec![word.to_owned(); 2_001];
        let shown = difference(&lines("a"), &lines("b"));
        assert!(shown.starts_with("- a\n- a\n") && shown.ends_with("+ b\n+ b\n"));
        assert_eq!(shown.lines().count(), 4_002);
    }
}
