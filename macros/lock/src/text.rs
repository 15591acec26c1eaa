//! Names and texts, as they stand in a line: exactly, whatever is in them.

/// A name or key: as it is if it is plain, in quotes otherwise.
pub(crate) fn name(name: &str) -> String {
    if !name.is_empty() && name.chars().all(is_plain) {
        name.to_owned()
    } else {
        quoted(name)
    }
}

/// The name at the beginning of `input`, and what follows it.
pub(crate) fn read_name(input: &str) -> Option<(String, &str)> {
    if let Some(inside) = input.strip_prefix('"') {
        return read_quoted(inside);
    }
    let end = input.find(|c| !is_plain(c)).unwrap_or(input.len());
    let (name, rest) = input.split_at_checked(end)?;
    (!name.is_empty()).then(|| (name.to_owned(), rest))
}

/// The text to the end of the line: as it is if it fits, `\"..\n.."` otherwise.
pub(crate) fn value(text: &str) -> String {
    if fits_a_line(text) {
        text.to_owned()
    } else {
        escaped(text)
    }
}

/// `\"..\n.."`, for a text that would be read as something else.
pub(crate) fn escaped(text: &str) -> String {
    format!("\\{}", quoted(text))
}

/// The text that fills the rest of a line.
pub(crate) fn read_value(input: &str) -> Option<String> {
    match input.strip_prefix('\\') {
        None => (!input.is_empty()).then(|| input.to_owned()),
        Some(quoted) => {
            let (text, rest) = read_quoted(quoted.strip_prefix('"')?)?;
            rest.is_empty().then_some(text)
        }
    }
}

/// Whether the text can stand at the end of a line without quotes: ends of lines are trimmed.
pub(crate) fn fits_a_line(text: &str) -> bool {
    let escaped = text.is_empty() || text.starts_with('\\');
    !escaped && text.trim() == text && !text.contains(is_hidden)
}

fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// What breaks lines, or would show a reviewer something else than what is there.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if is_hidden(c) => quoted.extend(c.escape_unicode()),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// What stands up to the closing quote, and what follows that. The opening quote is gone already.
fn read_quoted(input: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut chars = input.chars();
    loop {
        match chars.next()? {
            '"' => return Some((text, chars.as_str())),
            '\\' => text.push(match chars.next()? {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                c @ ('"' | '\\') => c,
                'u' => {
                    let (digits, rest) = chars.as_str().strip_prefix('{')?.split_once('}')?;
                    chars = rest.chars();
                    char::from_u32(u32::from_str_radix(digits, 16).ok()?)?
                }
                _ => return None,
            }),
            c => text.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_plain_stands_in_quotes() {
        for (text, written) in [
            ("Withdrawn", "Withdrawn"),
            ("order.placed-2_é", "order.placed-2_é"),
            ("", r#""""#),
            ("With drawn", r#""With drawn""#),
            ("a: b", r#""a: b""#),
            ("r#type", r##""r#type""##),
            ("\"\\\n\t\u{202e}", r#""\"\\\n\t\u{202e}""#),
        ] {
            assert_eq!(name(text), written);
            let line = format!("{written} v2");
            assert_eq!(read_name(&line), Some((text.to_owned(), " v2")));
        }
    }

    #[test]
    fn a_text_is_escaped_only_where_it_would_not_fit() {
        for (text, written) in [
            (r#"{"a":"x\ny"}"#, r#"{"a":"x\ny"}"#),
            (r#""text""#, r#""text""#),
            ("a\nb\r", r#"\"a\nb\r""#),
            (" a", r#"\" a""#),
            ("a ", r#"\"a ""#),
            ("", r#"\"""#),
            (r"\a", r#"\"\\a""#),
        ] {
            assert_eq!(value(text), written);
            assert_eq!(read_value(written).as_deref(), Some(text));
        }
    }

    #[test]
    fn what_no_one_wrote_is_refused() {
        for name in [
            "",
            " a",
            ":",
            "\"a",
            r#""\x""#,
            r#""\u{110000}""#,
            r#""\u41""#,
        ] {
            assert_eq!(read_name(name), None, "{name}");
        }
        for value in ["", r"\a", r#"\"a"#, r#"\"a" b"#] {
            assert_eq!(read_value(value), None, "{value}");
        }
    }
}
