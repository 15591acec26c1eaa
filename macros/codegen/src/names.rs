//! Every identifier that we generate.

use proc_macro2::{Ident, Span};
use syn::LitStr;
use syn::ext::IdentExt;

/// Generated code resolves where the attribute stands: inside a `macro_rules!`, that is the macro's caller or the
/// macro, whichever wrote the attribute.
pub(crate) fn call_site() -> Span {
    Span::call_site()
}

/// What the impls call `gesta::private`. No path of a user starts with it.
pub(crate) fn alias() -> Ident {
    ours("_gesta")
}

/// A name of `gesta::private`.
pub(crate) fn ours(name: &str) -> Ident {
    Ident::new(name, call_site())
}

/// `Account` → `AccountEvent`.
pub(crate) fn event_enum(aggregate: &Ident) -> Ident {
    Ident::new(&format!("{}Event", aggregate.unraw()), aggregate.span())
}

/// Whoever takes events, where their types stand beside it. No type of a user has this name.
pub(crate) fn subscriber() -> Ident {
    ours("_GestaSubscriber")
}

/// `owner` → `OWNER`, at the field. `None` for a name of which no identifier can be made.
pub(crate) fn index_constant(field: &Ident) -> Option<Ident> {
    let name = field.unraw().to_string().to_uppercase();
    let mut ident = syn::parse_str::<Ident>(&name).ok()?;
    ident.set_span(field.span());
    Some(ident)
}

/// The last part of a command's stored name.
pub(crate) fn stored(method: &Ident) -> LitStr {
    LitStr::new(&method.unraw().to_string(), method.span())
}

/// `open_account` → `OpenAccount`, at the method, so that an editor's go-to-definition lands there. `None` for a
/// name of which no identifier can be made, such as `_1` and `self_`.
pub(crate) fn command_struct(method: &Ident) -> Option<Ident> {
    let name = pascal(&method.unraw().to_string());
    let mut ident = syn::parse_str::<Ident>(&name).ok()?;
    ident.set_span(method.span());
    Some(ident)
}

/// `open_account` → `OpenAccount`.
pub(crate) fn pascal(snake: &str) -> String {
    snake
        .split('_')
        .flat_map(|word| {
            let mut letters = word.chars();
            let first = letters.next().into_iter().flat_map(char::to_uppercase);
            first.chain(letters).collect::<Vec<_>>()
        })
        .collect()
}

/// `AccountOpened` → `account_opened`.
pub(crate) fn snake(pascal: &str) -> String {
    let mut snake = String::new();
    for letter in pascal.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_from_snake_to_pascal_and_back() {
        for (there, back) in [
            ("open", "Open"),
            ("open_account", "OpenAccount"),
            ("été", "Été"),
        ] {
            assert_eq!(pascal(there), back);
            assert_eq!(snake(back), there);
        }
    }

    #[test]
    fn a_method_without_a_name_for_its_struct_has_none() {
        for method in ["_1", "self_", "__"] {
            assert!(command_struct(&Ident::new(method, call_site())).is_none());
        }
        let raw: Ident = syn::parse_quote!(r#type);
        assert_eq!(command_struct(&raw).unwrap(), "Type");
    }
}
