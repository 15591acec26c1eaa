//! Writes a command.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ReturnType;

use super::Expansion;
use crate::aggregate::behaviour::command::{Command, Existence, Field, Parameter};
use crate::names;
use crate::syntax::spans;

impl Expansion<'_> {
    /// ```text
    /// #[derive(Debug, Clone, Serialize, Deserialize)]
    /// pub struct Deposit { pub cents: u64 }
    /// ```
    pub(super) fn command_struct(&self, command: &Command) -> TokenStream {
        let Command {
            name,
            vis,
            attrs,
            cfgs,
            ..
        } = command;
        let (krate, serde, fields) = (
            &self.behaviour.krate,
            self.behaviour.krate.serde(),
            fields(command),
        );
        // Two structs of one name are reported at the methods.
        let keyword = spans::at(command.named_at(), quote!(struct));
        quote! {
            #(#cfgs)*
            #(#attrs)*
            #[allow(missing_docs)]
            #[derive(#krate::Clone, #krate::Debug, #krate::serde::Serialize, #krate::serde::Deserialize)]
            #serde
            #vis #keyword #name #fields
        }
    }

    /// ```text
    /// impl Command for Deposit where Account: AggregateRoot {
    ///     type Aggregate = Account;
    ///     const NAME: &'static str = text(&command_name::<Account>("deposit"));
    ///     const EXISTENCE: Existence = Existence::Require;
    ///     fn decide(&self, state: &Account, ctx: &CommandContext) -> Decision<Account> {
    ///         decided::<Account>(state.deposit(Clone::clone(&self.cents)))
    ///     }
    /// }
    /// ```
    pub(super) fn command_impl(&self, command: &Command) -> TokenStream {
        let (krate, this) = (&self.krate, self.this);
        let Command { name, cfgs, .. } = command;
        let stored = names::stored(&command.sig.ident);
        let existence = existence(command.existence);
        let (body, declared) = (self.body(command), self.declared());
        quote! {
            #(#cfgs)*
            #[allow(deprecated)]
            impl #krate::Command for #name #declared {
                type Aggregate = #this;
                const NAME: &'static str = #krate::text(&#krate::command_name::<#this>(#stored));
                const EXISTENCE: #krate::Existence = #krate::Existence::#existence;

                fn decide(&self, state: &#this, ctx: &#krate::CommandContext) -> #krate::Decision<#this> {
                    #body
                }
            }
        }
    }

    /// The call of the method, where its return type stands: an error about what it returns points there.
    fn body(&self, command: &Command) -> TokenStream {
        let (krate, this) = (&self.krate, self.this);
        if self.inert {
            return quote!(#krate::inert(self, state, ctx));
        }
        let (method, arguments) = (&command.sig.ident, self.arguments(command));
        let call = quote!(#krate::decided::<#this>(state.#method(#(#arguments),*)));
        match &command.sig.output {
            ReturnType::Type(_, ty) => spans::at(ty, call),
            ReturnType::Default => call,
        }
    }

    fn arguments(&self, command: &Command) -> Vec<TokenStream> {
        let krate = &self.krate;
        let argument = |parameter: &Parameter| match parameter {
            Parameter::Field(field) => {
                let ident = &field.ident;
                Some(quote!(#krate::Clone::clone(&self.#ident)))
            }
            Parameter::Context => Some(quote!(ctx)),
            Parameter::Unusable => None,
        };
        command.parameters.iter().filter_map(argument).collect()
    }
}

/// `{ pub cents: u64 }`, or `;`: a unit struct can be written as `Close` and as `Close {}`.
fn fields(command: &Command) -> TokenStream {
    let vis = &command.vis;
    let fields: Vec<_> = command
        .fields()
        .map(|Field { attrs, ident, ty }| quote!(#(#attrs)* #vis #ident: #ty))
        .collect();
    if fields.is_empty() {
        spans::at(command.named_at(), quote!(;))
    } else {
        spans::braced_at(command.named_at(), quote!(#(#fields),*)).into()
    }
}

fn existence(existence: Existence) -> TokenStream {
    match existence {
        Existence::Create => quote!(Create),
        Existence::Require => quote!(Require),
        Existence::Upsert => quote!(Upsert),
    }
}
