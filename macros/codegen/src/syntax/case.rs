//! What `#[serde(rename_all = "..")]` makes of a name.

use syn::Attribute;

use super::serde;

/// A rule by which serde writes the names of fields and variants; of [its documentation](https://serde.rs/container-attrs.html#rename_all).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    AsWritten,
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Case {
    /// The rule for the fields of a struct, or for the variants of an enum.
    pub(crate) fn of_fields(attributes: &[Attribute]) -> Self {
        Self::of(attributes, "rename_all")
    }

    /// The rule for the fields of an enum's variants.
    pub(crate) fn of_variant_fields(attributes: &[Attribute]) -> Self {
        Self::of(attributes, "rename_all_fields")
    }

    fn of(attributes: &[Attribute], setting: &str) -> Self {
        let mut settings = serde::settings(attributes).into_iter();
        let found = settings.find(|each| each.name == setting);
        match found.and_then(|found| found.text()).as_deref() {
            Some("lowercase") => Self::Lower,
            Some("UPPERCASE") => Self::Upper,
            Some("PascalCase") => Self::Pascal,
            Some("camelCase") => Self::Camel,
            Some("snake_case") => Self::Snake,
            Some("SCREAMING_SNAKE_CASE") => Self::ScreamingSnake,
            Some("kebab-case") => Self::Kebab,
            Some("SCREAMING-KEBAB-CASE") => Self::ScreamingKebab,
            _ => Self::AsWritten,
        }
    }

    /// A field's name, which is written in snake case.
    pub(crate) fn field(self, name: &str) -> String {
        match self {
            Self::AsWritten | Self::Lower | Self::Snake => name.to_owned(),
            Self::Upper | Self::ScreamingSnake => name.to_ascii_uppercase(),
            Self::Pascal => pascal(name),
            Self::Camel => uncapitalized(&pascal(name)),
            Self::Kebab => name.replace('_', "-"),
            Self::ScreamingKebab => name.to_ascii_uppercase().replace('_', "-"),
        }
    }

    /// A variant's name, which is written in Pascal case.
    pub(crate) fn variant(self, name: &str) -> String {
        match self {
            Self::AsWritten | Self::Pascal => name.to_owned(),
            Self::Lower => name.to_ascii_lowercase(),
            Self::Upper => name.to_ascii_uppercase(),
            Self::Camel => uncapitalized(name),
            Self::Snake => crate::names::snake(name),
            Self::ScreamingSnake => crate::names::snake(name).to_ascii_uppercase(),
            Self::Kebab => crate::names::snake(name).replace('_', "-"),
            Self::ScreamingKebab => {
                let snake = crate::names::snake(name);
                snake.to_ascii_uppercase().replace('_', "-")
            }
        }
    }
}

fn pascal(snake: &str) -> String {
    let mut capitalize = true;
    let mut pascal = String::new();
    for letter in snake.chars() {
        if letter == '_' {
            capitalize = true;
        } else if capitalize {
            pascal.push(letter.to_ascii_uppercase());
            capitalize = false;
        } else {
            pascal.push(letter);
        }
    }
    pascal
}

fn uncapitalized(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_serde_writes() {
        for (case, field, variant) in [
            (Case::AsWritten, "vat_rate_2", "VatRate"),
            (Case::Lower, "vat_rate_2", "vatrate"),
            (Case::Upper, "VAT_RATE_2", "VATRATE"),
            (Case::Pascal, "VatRate2", "VatRate"),
            (Case::Camel, "vatRate2", "vatRate"),
            (Case::Snake, "vat_rate_2", "vat_rate"),
            (Case::ScreamingSnake, "VAT_RATE_2", "VAT_RATE"),
            (Case::Kebab, "vat-rate-2", "vat-rate"),
            (Case::ScreamingKebab, "VAT-RATE-2", "VAT-RATE"),
        ] {
            assert_eq!(case.field("vat_rate_2"), field, "{case:?}");
            assert_eq!(case.variant("VatRate"), variant, "{case:?}");
        }
    }
}
