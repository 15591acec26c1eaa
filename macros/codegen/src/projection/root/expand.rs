//! Writes what a projection is.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use syn::{LitInt, LitStr, Path};

use super::model::{Index, Root};
use crate::syntax::{attributes, spans};
use crate::{fallback, names};

/// ```text
/// #[derive(Default, Serialize, Deserialize)]
/// pub struct Statement { pub owner: String, pub balance: u64 }
///
/// const _: () = {
///     use ::gesta::private as _gesta;
///     impl _gesta::Subscriber for Statement {
///         type Handler = _gesta::DocumentHandler<Self>;
///     }
///     impl _gesta::ProjectionRoot for Statement { .. }
///     impl _gesta::Document for Statement { .. }
///     impl _gesta::On<Withdrawn> for Statement { .. }
///     impl Statement {
///         pub const OWNER: _gesta::Index<Self, String> = _gesta::Index::new(0u32);
///     }
/// };
/// ```
pub(crate) fn expand(root: &Root) -> TokenStream {
    let subscribed: Vec<_> = root.of.iter().map(subscribed).collect();
    let ignored = root.ignore.iter().map(|event| ignored(event, root));
    let (indexed, constants) = (indexed(&root.indexes), constants(root));
    let implementation = implementation(root, &keys(root), &quote!(#(#subscribed)*), &indexed);
    let live = live(root);
    written(root, &quote!(#implementation #(#ignored)* #constants #live))
}

/// The projection as if it had no mistakes, so that its impl reports none either; a generic one cannot be.
pub(crate) fn fallback(root: &Root) -> TokenStream {
    if !root.item.generics.params.is_empty() {
        return fallback::item(&root.item);
    }
    let nothing = TokenStream::new();
    let implementation = implementation(root, &nothing, &nothing, &nothing);
    let constants = root.sql.is_none().then(|| constants(root));
    written(root, &quote!(#implementation #constants))
}

/// The struct, and its impls out of sight.
fn written(root: &Root, impls: &TokenStream) -> TokenStream {
    let (derives, alias) = (root.krate.derive(&root.derives), root.krate.alias());
    let mut item = root.item.clone();
    let docs = attributes::take_docs(&mut item.attrs);
    quote! {
        #(#docs)*
        #derives
        #item

        const _: () = {
            #alias
            #impls
        };
    }
}

/// ```text
/// impl ProjectionRoot for Statement {
///     const NAME: &'static str = "Statement";
///     const FINGERPRINT: u64 = 0x..;
///     fn subscribe(to: &mut Subscriptions<Self>) {
///         <Account as Source<Self>>::subscribe(to);
///     }
///     fn kind() -> Kind<Self> { Kind::documents() }
/// }
/// ```
fn implementation(
    root: &Root,
    keys: &TokenStream,
    subscribed: &TokenStream,
    indexed: &TokenStream,
) -> TokenStream {
    let (krate, ident, name) = (names::alias(), &root.item.ident, &root.name);
    let (handler, kind, document) = (handler(root), kind(root), document(root, indexed));
    let fingerprint = format!("{:#018x}", root.fingerprint);
    let fingerprint = LitInt::new(&fingerprint, names::call_site());
    quote! {
        impl #krate::Subscriber for #ident {
            type Handler = #handler;
        }
        impl #krate::ProjectionRoot for #ident {
            const NAME: &'static str = #name;
            #keys
            const FINGERPRINT: u64 = #fingerprint;

            fn subscribe(to: &mut #krate::Subscriptions<Self>) { #subscribed }
            fn kind() -> #krate::Kind<Self> { #kind }
        }
        #document
    }
}

fn handler(root: &Root) -> TokenStream {
    let krate = names::alias();
    match root.sql {
        Some(_) => quote!(#krate::TableHandler),
        None => quote!(#krate::DocumentHandler<Self>),
    }
}

/// That the impl block writes no tables, the compiler says at `sql`.
fn kind(root: &Root) -> TokenStream {
    let krate = names::alias();
    match &root.sql {
        Some(sql) => spans::at(sql, quote!(#krate::Kind::tables())),
        None => quote!(#krate::Kind::documents()),
    }
}

/// ```text
/// impl Document for Statement {
///     const MODE: Mode = Mode::Inline;
/// }
/// ```
fn document(root: &Root, indexed: &TokenStream) -> Option<TokenStream> {
    let (krate, ident, mode) = (names::alias(), &root.item.ident, mode(root));
    let document = quote!(impl #krate::Document for #ident { #mode #indexed });
    root.sql.is_none().then_some(document)
}

fn keys(root: &Root) -> TokenStream {
    let krate = names::alias();
    let version = root.version.as_ref();
    let version = version.map(|version| quote!(const VERSION: u32 = #version;));
    let parks = root
        .on_error
        .as_ref()
        .is_some_and(|on_error| on_error == "park");
    let on_error = parks.then(|| quote!(const ON_ERROR: #krate::OnError = #krate::OnError::Park;));
    quote!(#version #on_error)
}

fn mode(root: &Root) -> Option<TokenStream> {
    let krate = names::alias();
    let mode = match (&root.inline, &root.live) {
        (Some(_), _) => quote!(Inline),
        (None, Some(_)) => quote!(Live),
        (None, None) => return None,
    };
    Some(quote!(const MODE: #krate::Mode = #krate::Mode::#mode;))
}

/// What the compiler says of it, it says where it is named.
///
/// ```text
/// <Account as Source<Self>>::subscribe(to);
/// ```
fn subscribed(source: &Path) -> TokenStream {
    let krate = names::alias();
    spans::at(
        source,
        quote!(<#source as #krate::Source<Self>>::subscribe(to);),
    )
}

/// ```text
/// impl On<Withdrawn> for Statement where Withdrawn: Event {
///     fn handler() -> DocumentHandler<Self> { <DocumentHandler<Self>>::ignore() }
/// }
/// ```
fn ignored(event: &Path, root: &Root) -> TokenStream {
    let (krate, ident, handler) = (names::alias(), &root.item.ident, handler(root));
    let implementation = quote! {
        impl #krate::On<#event> for #ident where #event: #krate::Event {
            fn handler() -> #handler { <#handler>::ignore() }
        }
    };
    spans::at(event, implementation)
}

/// ```text
/// assert_stream::<Account>();
/// ```
fn live(root: &Root) -> Option<TokenStream> {
    let (krate, of) = (names::alias(), &root.of);
    let streams = of
        .iter()
        .map(|of| spans::at(of, quote!(#krate::assert_stream::<#of>();)));
    root.live.is_some().then(|| quote!(#(#streams)*))
}

/// ```text
/// const INDEXES: &'static [&'static str] = &["owner"];
/// fn index(&self, entries: &mut IndexEntries) {
///     entries.add(0u32, &self.owner);
/// }
/// ```
fn indexed(indexes: &[Index]) -> TokenStream {
    if indexes.is_empty() {
        return TokenStream::new();
    }
    let krate = names::alias();
    let fields = indexes.iter().filter_map(|index| index.field.as_ref());
    let names = fields.map(names::stored);
    let added = numbered(indexes).map(|(number, field, _, index)| {
        spans::at(&index.ty, quote!(entries.add(#number, &self.#field);))
    });
    quote! {
        const INDEXES: &'static [&'static str] = &[#(#names),*];

        fn index(&self, entries: &mut #krate::IndexEntries) { #(#added)* }
    }
}

/// ```text
/// impl Statement {
///     /// Finds documents by their `owner`.
///     pub const OWNER: Index<Self, String> = Index::new(0u32);
/// }
/// ```
fn constants(root: &Root) -> Option<TokenStream> {
    let (krate, ident) = (names::alias(), &root.item.ident);
    let constants: Vec<_> = numbered(&root.indexes)
        .map(|(number, field, constant, Index { vis, ty, .. })| {
            let docs = LitStr::new(
                &format!(" Finds documents by their `{field}`."),
                names::call_site(),
            );
            quote! {
                #[doc = #docs]
                #[allow(dead_code)]
                #vis const #constant: #krate::Index<Self, #ty> = #krate::Index::new(#number);
            }
        })
        .collect();
    let some = !constants.is_empty();
    some.then(|| quote!(impl #ident { #(#constants)* }))
}

/// Each index that can be named: its number, its field, its constant.
fn numbered(indexes: &[Index]) -> impl Iterator<Item = (Literal, &Ident, &Ident, &Index)> {
    let numbered = (0..).zip(indexes);
    numbered.filter_map(|(number, index)| {
        let number = Literal::u32_suffixed(number);
        Some((
            number,
            index.field.as_ref()?,
            index.constant.as_ref()?,
            index,
        ))
    })
}
