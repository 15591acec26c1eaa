//! Of the versions of an event.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Error, LitInt, Meta, Path, Type};

use super::error;
use crate::names;
use crate::syntax::attributes;
use crate::syntax::types::{owned, written};

pub(crate) fn invalid_version(version: &LitInt) -> Error {
    error(
        version,
        "the version of an event is a number from 1 to 1000",
        "write `version = 2` for the first change; without `version`, it is 1",
    )
}

pub(crate) fn from_before_the_first_version(from: &Path) -> Error {
    error(
        from,
        "`from` names the event of the version before, and there is none before version 1",
        format_args!("write `version = 2, from = {}`", written(from)),
    )
}

pub(crate) fn from_itself(from: &Path, name: &Ident, before: u32) -> Error {
    error(
        from,
        format_args!("`{name}` cannot have been itself before"),
        format_args!(
            "keep the struct as it was, as `#[event(name = \"..\")] struct {name}V{before}`, and write \
             `from = {name}V{before}`"
        ),
    )
}

/// Where nothing but the version is missing, the attribute is shown with one.
pub(crate) fn step_without_a_version(attribute: &Attribute, example: &str) -> Error {
    let tokens = match &attribute.meta {
        Meta::List(list) => list.tokens.clone(),
        Meta::Path(_) | Meta::NameValue(_) => TokenStream::new(),
    };
    let name = name(attribute);
    let wrong = format_args!("`#[{name}]` begins with the version that brought the change");
    match tokens.clone().into_iter().next() {
        Some(TokenTree::Ident(first)) => error(
            first,
            wrong,
            format_args!("write `#[{name}(2, {})]`", written(&tokens)),
        ),
        Some(_) => error(tokens, wrong, format_args!("write `{example}`")),
        None => error(attribute, wrong, format_args!("write `{example}`")),
    }
}

pub(crate) fn renamed_without_was(attribute: &Attribute, version: &LitInt) -> Error {
    error(
        attribute,
        format_args!("nothing says what the field was called before version {version}"),
        format_args!("write `#[renamed({version}, was = \"..\")]`"),
    )
}

pub(crate) fn changed_from_or_with_missing(
    attribute: &Attribute,
    version: &LitInt,
    from: Option<&Type>,
    with: Option<Path>,
) -> Error {
    let wrong = match from {
        Some(_) => {
            format!("nothing says how a value from before version {version} becomes today's")
        }
        None => format!("nothing says what type the field had before version {version}"),
    };
    let from = from.map_or("OldType".to_owned(), written);
    let with = with.map_or("function".to_owned(), |path| written(&path));
    error(
        attribute,
        wrong,
        format_args!(
            "write `#[changed({version}, from = {from}, with = {with})]`, where `{with}` is a function that takes \
             `{from}` and gives what the field holds since"
        ),
    )
}

pub(crate) fn removed_without_field_and_type(
    attribute: &Attribute,
    version: &LitInt,
    rest: TokenStream,
) -> Error {
    let mut tokens = rest.clone().into_iter();
    let field = match tokens.next() {
        Some(TokenTree::Ident(field)) => field.to_string(),
        _ => "note".to_owned(),
    };
    let at = if rest.is_empty() {
        attribute.to_token_stream()
    } else {
        rest
    };
    error(
        at,
        "`#[removed]` says which field is gone, and what type it had",
        format_args!("write `#[removed({version}, {field}: String)]`, or whatever its type was"),
    )
}

pub(crate) fn removed_outside_of_an_event(above: bool) -> Error {
    let (wrong, help) = if above {
        (
            "`#[removed]` stands above `#[event]`, which cannot see it there",
            "write it in the line below `#[event]`",
        )
    } else {
        (
            "`#[removed]` belongs to an event, and this is none",
            "write `#[event(version = 2)]` above it",
        )
    };
    Error::new(names::call_site(), format_args!("{wrong}\nhelp: {help}"))
}

pub(crate) fn removed_on_a_field(attribute: &Attribute) -> Error {
    error(
        attribute,
        "`#[removed]` stands above the struct: the field that it speaks of is gone",
        "write it below `#[event]`; a field that is new has `#[since(2, default)]`",
    )
}

pub(crate) fn field_step_on_the_struct(attribute: &Attribute) -> Error {
    let name = name(attribute);
    error(
        attribute,
        format_args!("`#[{name}]` stands above the field that it speaks of, not above the struct"),
        "write it inside the struct; of fields that are gone, `#[removed(2, note: String)]` speaks here",
    )
}

fn name(attribute: &Attribute) -> String {
    attributes::last_segment(attribute.path()).map_or("since".to_owned(), ToString::to_string)
}

pub(crate) fn since_without_default(attribute: &Attribute, version: &LitInt) -> Error {
    error(
        attribute,
        format_args!(
            "nothing says what stands for the field in events from before version {version}"
        ),
        format_args!(
            "write `#[since({version}, default)]`, or a value: `#[since({version}, default = \"EUR\")]`"
        ),
    )
}

pub(crate) fn step_to_the_first_version(version: &LitInt) -> Error {
    error(
        version,
        "a change leads to version 2 or later: version 1 is the first shape of the event",
        "write the version that brought the change; what was there from the first needs no attribute",
    )
}

pub(crate) fn step_above_the_version(version: &LitInt, of_event: u32) -> Error {
    error(
        version,
        format_args!("the change is of version {version}, and the event is at version {of_event}"),
        format_args!("write `#[event(version = {version})]`"),
    )
}

pub(crate) fn second_since(version: &LitInt, field: &Ident) -> Error {
    error(
        version,
        format_args!("`{field}` begins twice"),
        format_args!(
            "keep one `#[since]`; a field of that name that came before and went is `#[removed({version}, {field}: ..)]` above the struct"
        ),
    )
}

pub(crate) fn step_before_since(version: &LitInt, field: &Ident, since: u32) -> Error {
    error(
        version,
        format_args!("`{field}` did not exist before version {since}, so it was nothing else then"),
        format_args!("leave the attribute out, or write a version above {since}"),
    )
}

pub(crate) fn repeated_step(version: &LitInt, field: &Ident, step: &str) -> Error {
    error(
        version,
        format_args!("`{field}` is `#[{step}]` twice in version {version}"),
        "keep one of the two, or write the version that the other belongs to",
    )
}

pub(crate) fn renamed_to_the_same(was: impl ToTokens, key: &str, version: u32) -> Error {
    error(
        was,
        format_args!("the field is still called `{key}` in version {version}"),
        format_args!(
            "write the name that it had before version {version}, or leave the attribute out"
        ),
    )
}

pub(crate) fn past_field_borrows(ty: &Type) -> Error {
    error(
        ty,
        "an event is read back, so it owns what it held",
        format_args!("write `{}`: what is stored is the same", owned(ty)),
    )
}

pub(crate) fn removed_before_since(since: &LitInt, field: &Ident, removed: u32) -> Error {
    error(
        since,
        format_args!("`{field}` was removed in version {removed}, so it came before that"),
        format_args!("write a version below {removed}"),
    )
}

pub(crate) fn steps_beside_serde(setting: impl ToTokens, name: &str) -> Error {
    error(
        setting,
        format_args!(
            "with `#[serde({name})]` on the struct, the attributes of its fields cannot tell what was stored"
        ),
        "keep the old struct as an event of its own, and write `#[event(version = 2, from = OldStruct)]`",
    )
}

pub(crate) fn missing_step(version: &LitInt, event: &Ident, missing: u32) -> Error {
    let before = missing.saturating_sub(1);
    error(
        version,
        format_args!(
            "nothing says what version {missing} changed: events of version {before} could not be read"
        ),
        format_args!(
            "write what it changed:\n\
             - above a field that is new, `#[since({missing}, default)]`\n\
             - above one that had another name, `#[renamed({missing}, was = \"..\")]`\n\
             - above one that had another type, `#[changed({missing}, from = .., with = ..)]`\n\
             - above the struct for a field that is gone, `#[removed({missing}, field: Type)]`\n\
             or keep the old struct as an event of its own, and write `from = {event}V{before}` here"
        ),
    )
}

pub(crate) fn key_twice(place: impl ToTokens, key: &str, version: u32) -> Error {
    error(
        place,
        format_args!("in version {version} there would be two fields `{key}`"),
        format_args!(
            "one of them is newer or was called otherwise: write `#[since(..)]` or `#[renamed(..)]` on it, with a \
             version above {version}"
        ),
    )
}
