//! Questions about types.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{GenericArgument, Path, PathArguments, PathSegment, Type, TypePath};

use super::tokens;

/// The type without the invisible groups that a `macro_rules!` puts around what it passes on.
pub(crate) fn ungrouped(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => ungrouped(&group.elem),
        Type::Paren(paren) => ungrouped(&paren.elem),
        other => other,
    }
}

/// The path of a type that has a name and no parameters.
pub(crate) fn plain_path(ty: &Type) -> Option<&Path> {
    let Type::Path(TypePath {
        qself: None, path, ..
    }) = ungrouped(ty)
    else {
        return None;
    };
    let plain = |segment: &PathSegment| matches!(segment.arguments, PathArguments::None);
    let named = path.segments.last().is_some_and(|last| {
        let keyword = ["Self", "self", "super", "crate"]
            .into_iter()
            .any(|word| last.ident == word);
        !keyword
    });
    (named && path.segments.iter().all(plain)).then_some(path)
}

/// `()`, and the `Result` and `Option` of it.
pub(crate) fn gives_nothing(ty: &Type) -> bool {
    match ungrouped(ty) {
        Type::Tuple(tuple) => tuple.elems.is_empty(),
        Type::Path(path) if is_named(ty, "Result") || is_named(ty, "Option") => {
            let last = path.path.segments.last();
            last.and_then(first_argument).is_some_and(gives_nothing)
        }
        _ => false,
    }
}

/// `T` of `&T`, and of `T`.
pub(crate) fn referred(ty: &Type) -> &Type {
    match ungrouped(ty) {
        Type::Reference(reference) => ungrouped(&reference.elem),
        other => other,
    }
}

/// `E` of `Recorded<E>`.
pub(crate) fn argument(ty: &Type) -> Option<&Type> {
    match ungrouped(ty) {
        Type::Path(path) => path.path.segments.last().and_then(first_argument),
        _ => None,
    }
}

/// `T` of `Result<T, E>`.
fn first_argument(segment: &PathSegment) -> Option<&Type> {
    match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => match arguments.args.first() {
            Some(GenericArgument::Type(ty)) => Some(ty),
            _ => None,
        },
        _ => None,
    }
}

/// The last segment of a path's name: `CommandContext` of `gesta::CommandContext`.
pub(crate) fn is_named(ty: &Type, name: &str) -> bool {
    let Type::Path(path) = ungrouped(ty) else {
        return false;
    };
    path.path
        .segments
        .last()
        .is_some_and(|segment| segment.ident == name)
}

/// The type with `this` for `Self`.
pub(crate) fn without_self(ty: &Type, this: &TokenStream) -> Type {
    let tokens = tokens::without_self(ty.to_token_stream(), this);
    syn::parse2(tokens).unwrap_or_else(|_| ty.clone())
}

/// Whether a type borrows: `&str`, `Option<&str>`, `Name<'a>`; but not `Cow<'static, str>`, which may own.
pub(crate) fn borrows(ty: &Type) -> bool {
    let ty = ty.to_token_stream();
    let is = |token: &TokenTree, sign| matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign);
    let lifetimes = tokens::count(ty.clone(), &|token| is(token, '\''));
    let statics = tokens::count(
        ty.clone(),
        &|token| matches!(token, TokenTree::Ident(ident) if ident == "static"),
    );
    tokens::any(ty, &|token| is(token, '&')) || lifetimes > statics
}

/// A type that owns what this one borrows: `&str` → `String`, `&[T]` → `Vec<T>`, `&T` → `T`.
pub(crate) fn owned(ty: &Type) -> String {
    let text = match ungrouped(ty) {
        Type::Reference(reference) => match ungrouped(&reference.elem) {
            Type::Slice(slice) => format!("Vec<{}>", owned(&slice.elem)),
            elem => owned(elem),
        },
        other => written(other),
    };
    let text = text
        .replace("&'static ", "")
        .replace("&mut ", "")
        .replace('&', "");
    let text = text.replace("<str>", "<String>");
    if text == "str" {
        "String".to_owned()
    } else {
        text
    }
}

/// Whether `impl Trait` occurs in a type.
pub(crate) fn is_opaque(ty: &Type) -> bool {
    tokens::mentions(ty.to_token_stream(), "impl")
}

/// Code as a person writes it, as far as that matters in an error: `Vec<u8>`, not `Vec < u8 >`.
pub(crate) fn written(code: &impl ToTokens) -> String {
    let mut text = code.to_token_stream().to_string();
    for (spaced, tight) in [
        (" :: ", "::"),
        (":: ", "::"),
        (" < ", "<"),
        (" >", ">"),
        ("< ", "<"),
        (" ,", ","),
        ("& ", "&"),
        (" ;", ";"),
    ] {
        text = text.replace(spaced, tight);
    }
    text
}
