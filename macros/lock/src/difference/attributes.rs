//! As much of serde's attributes as it takes to know whether a field may be missing.

use crate::lock::Shape;

/// Whether what was stored without this field is read by a type that has it.
pub(super) fn may_be_missing(key: &str, declared: &str, shape: &Shape) -> bool {
    let place_in_a_tuple = key.chars().all(|c| c.is_ascii_digit());
    let says = |words: &[&str]| says(declared, words);
    let default = says(&["default", "skip", "skip_deserializing"])
        || shape
            .attributes
            .iter()
            .any(|text| self::says(text, &["default"]));
    let option = is_option(declared) && !says(&["with", "deserialize_with"]);
    !place_in_a_tuple && (default || option)
}

/// Whether one of the words stands in an attribute, and not in a string.
fn says(text: &str, words: &[&str]) -> bool {
    let text = text.replace("\\\"", "");
    let outside_of_strings = text.split('"').step_by(2);
    let mut found = outside_of_strings.flat_map(|part| part.split(|c| !is_word(c)));
    text.contains("#[") && found.any(|word| words.contains(&word))
}

/// Whether the type is an `Option`, by whatever path.
fn is_option(declared: &str) -> bool {
    let path = type_of(declared).split_once('<').map(|(path, _)| path);
    let last = path.and_then(|path| path.trim_end().rsplit(':').next());
    last.is_some_and(|last| last.trim() == "Option")
}

/// The type, without the attributes before or after it.
pub(super) fn type_of(declared: &str) -> &str {
    let mut ty = declared;
    while let Some((_, rest)) = ty.split_once(")]").filter(|_| ty.starts_with('#')) {
        ty = rest.trim_start();
    }
    ty.split("#[").next().unwrap_or(ty).trim()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_and_defaults_may_be_missing() {
        let shape = Shape::default();
        for declared in [
            "Option<u64>",
            "Option < u64 >",
            "::core::option::Option<Vec<u8>>",
            "Option<u64> #[serde(rename = \"with\")]",
            "#[serde(rename = \"x\")] Option<u64>",
            "u64 #[serde(default)]",
            "u64 #[serde(rename = \"a\\\"b\", default = \"one\")]",
            "Option<u64> #[serde(default, with = \"ours\")]",
            "u64 #[serde(skip)]",
        ] {
            let missing = may_be_missing("a", declared, &shape);
            assert!(missing, "{declared}");
            assert!(!may_be_missing("0", declared, &shape), "{declared}");
        }
    }

    #[test]
    fn all_else_may_not() {
        let shape = Shape::default();
        for declared in [
            "u64",
            "Vec<Option<u64>>",
            "MyOption<u64>",
            "Option",
            "default",
            "Option<u64> #[serde(with = \"ours\")]",
            "Option<u64> #[serde(deserialize_with = \"ours\")]",
            "u64 #[serde(rename = \"default\")]",
            "u64 #[serde(rename = \"a\\\"default\")]",
            "u64 #[serde(with = \"Option<u64>\")]",
        ] {
            assert!(!may_be_missing("a", declared, &shape), "{declared}");
        }
    }

    #[test]
    fn a_default_of_the_type_is_one_of_each_field() {
        let mut shape = Shape::default();
        shape.attributes.insert("#[serde(default)]".to_owned());
        assert!(may_be_missing("a", "u64", &shape));
    }

    #[test]
    fn the_type_is_found_beside_attributes() {
        for declared in [
            "[u8; 4]",
            "[u8; 4] #[serde(default)]",
            "#[serde(default)] [u8; 4]",
            "#[serde(default)] #[serde(rename = \"x\")] [u8; 4]",
        ] {
            assert_eq!(type_of(declared), "[u8; 4]");
        }
    }
}
