//! Writes what an aggregate is.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::LitInt;

use super::model::{Root, Snapshot};
use crate::syntax::spans;
use crate::{fallback, names};

/// ```text
/// pub struct Account { balance: u64 }
///
/// const _: () = {
///     use ::gesta::private as _gesta;
///     impl _gesta::AggregateRoot for Account {
///         type Id = String;
///         type Error = Refused;
///         const NAME: &'static str = "Account";
///     }
///     _gesta::assert_aggregate::<Account>();
/// };
/// ```
pub(crate) fn expand(root: &Root) -> TokenStream {
    let (item, krate, ident) = (&root.item, names::alias(), &root.item.ident);
    let alias = root.krate.alias();
    let implementation = implementation(root, root.snapshot.as_ref());
    let retired = root.retired.iter().map(|name| {
        spans::at(
            name,
            quote!(const _: () = #krate::assert_retired::<#ident>(#name);),
        )
    });
    let (locked, test) = locked(root);
    quote! {
        #item

        const _: () = {
            #alias
            #implementation
            #locked

            #krate::assert_aggregate::<#ident>();
            #(#retired)*
        };
        #test
    }
}

/// That each locked event is still one of the aggregate, and the test that the lock holds all of them.
///
/// ```text
/// const _: () = assert_claimed::<Account>(&[("Deposited", 1)]);
/// ```
fn locked(root: &Root) -> (Option<TokenStream>, Option<TokenStream>) {
    let Some(locked) = &root.locked else {
        return (None, None);
    };
    let (krate, ident) = (names::alias(), &root.item.ident);
    let claims: Vec<_> = root
        .stored_events()
        .into_iter()
        .map(|(name, version)| {
            let version = Literal::u32_unsuffixed(version);
            quote!((#name, #version))
        })
        .collect();
    let claimed = (!claims.is_empty()).then(|| {
        let claimed = quote!(const _: () = #krate::assert_claimed::<#ident>(&[#(#claims),*]););
        spans::at(ident, claimed)
    });
    let tracked = locked.tracked();
    let test = crate::lock::test(&root.krate, ident, "check_aggregate");
    (Some(quote!(#tracked #claimed)), Some(test))
}

/// The aggregate as if it had no mistakes, so that its impl reports none either; a generic one cannot be.
pub(crate) fn fallback(root: &Root) -> TokenStream {
    if !root.item.generics.params.is_empty() {
        return fallback::item(&root.item);
    }
    let (item, implementation, alias) =
        (&root.item, implementation(root, None), root.krate.alias());
    quote! {
        #item

        const _: () = {
            #alias
            #implementation
        };
    }
}

fn implementation(root: &Root, snapshot: Option<&Snapshot>) -> TokenStream {
    let (krate, ident, name) = (names::alias(), &root.item.ident, &root.name);
    let id = root
        .id
        .as_ref()
        .map_or_else(|| quote!(#krate::String), |id| quote!(#id));
    let error = root
        .error
        .as_ref()
        .map_or_else(|| quote!(#krate::Infallible), |error| quote!(#error));
    let (retired, snapshots) = (retired(root), snapshot.map(snapshots));
    quote! {
        impl #krate::AggregateRoot for #ident {
            type Id = #id;
            type Error = #error;
            const NAME: &'static str = #name;
            #retired
            #snapshots
        }
    }
}

fn retired(root: &Root) -> Option<TokenStream> {
    let names = &root.retired;
    let some = !names.is_empty();
    some.then(|| quote!(const RETIRED: &'static [&'static str] = &[#(#names),*];))
}

fn snapshots(snapshot: &Snapshot) -> TokenStream {
    let (krate, every) = (names::alias(), &snapshot.every);
    let fingerprint = LitInt::new(
        &format!("{:#018x}", snapshot.fingerprint),
        names::call_site(),
    );
    quote! {
        fn snapshots() -> #krate::Option<#krate::Snapshots<Self>> {
            #krate::Option::Some(#krate::snapshots(#every, #fingerprint))
        }
    }
}
