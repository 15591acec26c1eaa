//! Writes what an aggregate does with its events.

use proc_macro2::TokenStream;
use quote::quote;
use syn::LitInt;

use super::Expansion;
use crate::aggregate::behaviour::model::{AppliedEvent, Apply};
use crate::names;
use crate::syntax::{spans, types};

impl Expansion<'_> {
    /// ```text
    /// pub enum AccountEvent {
    ///     Deposited(Deposited),
    /// }
    /// ```
    pub(super) fn event_enum(&self) -> TokenStream {
        let (krate, event_enum) = (&self.behaviour.krate, &self.event_enum);
        let variants = self.applies.iter().map(|(_, event)| &event.variant);
        let events = self.applies.iter().map(|(_, event)| &event.path);
        let docs = format!(" The events of `{}`.", types::written(self.this));
        quote! {
            #[doc = #docs]
            #[allow(missing_docs, private_interfaces, unreachable_pub)]
            #[derive(#krate::Clone, #krate::Debug)]
            pub enum #event_enum {
                #(#variants(#events),)*
            }
        }
    }

    /// ```text
    /// impl Events for AccountEvent {
    ///     const KEYS: &'static [EventKey] = &[EventKey::of::<Deposited>()];
    ///     fn event(&self) -> &dyn EventObject {
    ///         match self {
    ///             Self::Deposited(event) => event,
    ///         }
    ///     }
    ///     fn decode(stored: Encoded<'_>) -> Result<Self, DecodeError> {
    ///         match stored.name {
    ///             <Deposited as Event>::NAME => stored.decode().map(Self::Deposited),
    ///             _ => Err(stored.unknown()),
    ///         }
    ///     }
    /// }
    /// ```
    pub(super) fn events_impl(&self) -> TokenStream {
        let (krate, event_enum) = (&self.krate, &self.event_enum);
        let variants: Vec<_> = self
            .applies
            .iter()
            .map(|(_, event)| &event.variant)
            .collect();
        let events: Vec<_> = self.applies.iter().map(|(_, event)| &event.path).collect();
        quote! {
            impl #krate::Events for #event_enum {
                const KEYS: &'static [#krate::EventKey] = &[#(#krate::EventKey::of::<#events>()),*];

                fn event(&self) -> &dyn #krate::EventObject {
                    match *self { #(Self::#variants(ref event) => event,)* }
                }

                fn decode(stored: #krate::Encoded<'_>) -> #krate::Result<Self, #krate::DecodeError> {
                    match stored.name {
                        #(<#events as #krate::Event>::NAME => stored.decode().map(Self::#variants),)*
                        _ => #krate::Result::Err(stored.unknown()),
                    }
                }
            }
        }
    }

    /// ```text
    /// impl Aggregate for Account where Account: AggregateRoot {
    ///     type Event = AccountEvent;
    ///     const APPLY_FINGERPRINT: u64 = 0x..;
    ///     fn apply(&mut self, event: &AccountEvent) {
    ///         match event {
    ///             AccountEvent::Deposited(event) => Apply::apply(self, event),
    ///         }
    ///     }
    /// }
    /// ```
    pub(super) fn aggregate_impl(&self) -> TokenStream {
        let (krate, this, event_enum) = (&self.krate, self.this, &self.event_enum);
        let variants = self.applies.iter().map(|(_, event)| &event.variant);
        let fingerprint = format!("{:#018x}", self.behaviour.fingerprint);
        let fingerprint = LitInt::new(&fingerprint, names::call_site());
        let declared = self.declared();
        quote! {
            impl #krate::Aggregate for #this #declared {
                type Event = #event_enum;
                const APPLY_FINGERPRINT: u64 = #fingerprint;

                fn apply(&mut self, event: &#event_enum) {
                    match *event {
                        #(#event_enum::#variants(ref event) => #krate::Apply::apply(self, event),)*
                    }
                }
            }
        }
    }

    /// ```text
    /// impl IntoEvents<Account> for AccountEvent { .. }
    /// ```
    pub(super) fn enum_into_events(&self) -> TokenStream {
        let (krate, this, event_enum) = (&self.krate, self.this, &self.event_enum);
        let declared = self.declared();
        quote! {
            impl #krate::IntoEvents<#this> for #event_enum #declared {
                fn add_to(self, events: &mut #krate::Vec<Self>) -> #krate::Added<#this> {
                    #krate::add(self, events)
                }
            }
        }
    }

    /// ```text
    /// impl Apply<Deposited> for Account { .. }
    /// impl From<Deposited> for AccountEvent { .. }
    /// impl IntoEvents<Account> for Deposited { .. }
    /// ```
    pub(super) fn event_impls(&self, apply: &Apply, event: &AppliedEvent) -> TokenStream {
        let (krate, this, event_enum) = (&self.krate, self.this, &self.event_enum);
        let AppliedEvent { path, variant } = event;
        let method = &apply.sig.ident;
        let declared = self.declared();
        let applies = spans::at(path, quote!(#krate::Apply<#path>));
        let call = (!self.inert).then(|| quote!(self.#method(event);));
        quote! {
            impl #applies for #this {
                fn apply(&mut self, event: &#path) { #call }
            }
            impl #krate::From<#path> for #event_enum {
                fn from(event: #path) -> Self { Self::#variant(event) }
            }
            impl #krate::IntoEvents<#this> for #path #declared {
                fn add_to(self, events: &mut #krate::Vec<#event_enum>) -> #krate::Added<#this> {
                    #krate::add(#event_enum::#variant(self), events)
                }
            }
        }
    }
}
