//! Text in columns.

use std::fmt::Write;

/// Which side of its column a cell stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Left,
    Right,
}

/// Lays the rows out in columns, two spaces apart and indented by two.
#[must_use]
pub fn table<const N: usize>(sides: [Side; N], rows: &[[String; N]]) -> String {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for ((cell, width), side) in row.iter().zip(widths).zip(sides) {
            // Writing to a string does not fail.
            let _ = match side {
                Side::Left => write!(line, "  {cell:<width$}"),
                Side::Right => write!(line, "  {cell:>width$}"),
            };
        }
        // A journal may hold anything, also what would move the cursor or clear the screen.
        let clean = |c: char| if c.is_control() { '\u{fffd}' } else { c };
        text.extend(line.trim_end().chars().map(clean));
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_moves_the_cursor() {
        let rows = [["\u{1b}[2J\n".to_owned()]];
        assert_eq!(table([Side::Left], &rows), "  \u{fffd}[2J\n");
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let row = |name: &str, amount: &str| [name.to_owned(), amount.to_owned()];
        let rows = [row("Zoé", "1.00"), row("Al", "1,000.00"), row("Bo", "")];
        assert_eq!(
            table([Side::Left, Side::Right], &rows),
            "  Zoé      1.00\n  Al   1,000.00\n  Bo\n"
        );
    }
}
