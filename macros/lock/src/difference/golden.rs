//! Stored payloads: whether two of them have one shape.

/// Whether the two pieces of JSON differ in nothing but their strings and numbers.
pub(super) fn same_shape(was: &str, now: &str) -> bool {
    outline(was) == outline(now)
}

/// The JSON with `s` for strings that are no keys and `0` for numbers.
fn outline(json: &str) -> String {
    let mut outline = String::new();
    let mut rest = json;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '"' => string_length(rest),
            '-' | '0'..='9' => rest.find(|c| !is_number(c)).unwrap_or(rest.len()),
            _ => c.len_utf8(),
        };
        let (token, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        rest = after;
        match c {
            '"' if !after.trim_start().starts_with(':') => outline.push('s'),
            '-' | '0'..='9' => outline.push('0'),
            c if c.is_whitespace() => {}
            _ => outline.push_str(token),
        }
    }
    outline
}

fn is_number(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E')
}

/// How long the string is at whose opening quote the text begins.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    let mut inside = text.char_indices().skip(1);
    let end = inside.find(|(_, c)| {
        let end = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        end
    });
    end.map_or(text.len(), |(index, _)| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_numbers_do_not_count() {
        for (was, now) in [
            (r#"{"a":1,"b":"x"}"#, r#"{"a":-2.5e+7, "b": "y\"z"}"#),
            (r#"["a",[true]]"#, r#"["\\",[true]]"#),
            ("\"ü\"", "\"\""),
        ] {
            assert!(same_shape(was, now), "{was} {now}");
        }
    }

    #[test]
    fn keys_and_kinds_count() {
        for now in [
            r#"{"b":1}"#,
            r#"{"a":"1"}"#,
            r#"{"a":null}"#,
            r#"{"a":1,"b":1}"#,
            "1",
            "\"a",
        ] {
            assert!(!same_shape(r#"{"a":1}"#, now), "{now}");
        }
    }
}
