//! Writes how tables are written.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Path;

use super::super::model::{Behaviour, Handler, HookMethod};
use super::declared;
use crate::expand::at_what_it_returns;
use crate::names;
use crate::syntax::spans;

/// ```text
/// Handles::<Self>::writing(TableHandler::ignore())
/// ```
pub(super) fn ignoring() -> TokenStream {
    let krate = names::alias();
    quote!(#krate::Handles::<Self>::writing(#krate::TableHandler::ignore()))
}

/// ```text
/// Handles::<Self>::writing(
///     TableHandler::on::<Deposited>(|event, _, sql| written(Self::deposited(event, sql)))
/// )
/// ```
pub(super) fn writing(handler: &Handler, event: &Path) -> TokenStream {
    let (krate, method) = (names::alias(), &handler.sig.ident);
    let (recorded, called) = match handler.parameters().count() {
        3.. => (
            quote!(recorded),
            quote!(Self::#method(event, recorded, sql)),
        ),
        _ => (quote!(_), quote!(Self::#method(event, sql))),
    };
    let written = at_what_it_returns(&handler.sig, quote!(#krate::written(#called)));
    let run = quote!(|event, #recorded, sql| #written);
    quote!(#krate::Handles::<Self>::writing(#krate::TableHandler::on::<#event>(#run)))
}

/// ```text
/// const _: () = assert_tables::<Balances>();
/// impl Tables for Balances where Balances: DeclaredRoot {
///     fn setup(sql: &mut Sql) -> SqlFuture<'_> { written(Self::setup(sql)) }
///     fn teardown(sql: &mut Sql) -> SqlFuture<'_> { written(Self::teardown(sql)) }
/// }
/// ```
pub(super) fn implementation(behaviour: &Behaviour, this: &Path) -> TokenStream {
    let hooks = behaviour.hooks.iter().map(hook);
    with_hooks(behaviour, this, &quote!(#(#hooks)*))
}

/// The same without the user's methods.
pub(super) fn inert(behaviour: &Behaviour, this: &Path) -> TokenStream {
    with_hooks(behaviour, this, &TokenStream::new())
}

fn with_hooks(behaviour: &Behaviour, this: &Path, hooks: &TokenStream) -> TokenStream {
    let (krate, declared) = (names::alias(), declared(this));
    let asserted = quote!(const _: () = #krate::assert_tables::<#this>(););
    let asserted = match &behaviour.tables {
        Some(method) => spans::at(method, asserted),
        None => asserted,
    };
    quote! {
        #asserted
        impl #krate::Tables for #this where #declared { #hooks }
    }
}

fn hook(hook: &HookMethod) -> TokenStream {
    let (krate, cfgs, method) = (names::alias(), &hook.cfgs, &hook.sig.ident);
    let name = names::ours(hook.hook.name());
    let written = at_what_it_returns(&hook.sig, quote!(#krate::written(Self::#method(sql))));
    quote! {
        #(#cfgs)*
        fn #name(sql: &mut #krate::Sql) -> #krate::SqlFuture<'_> { #written }
    }
}
