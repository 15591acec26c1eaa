//! Writes what an aggregate does with its events.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{LitInt, Path, ReturnType};

use super::Expansion;
use crate::aggregate::behaviour::model::{AppliedEvent, Upcast};
use crate::names;
use crate::syntax::{spans, types};

impl Expansion<'_> {
    /// ```text
    /// pub enum AccountEvent {
    ///     Deposited(Deposited),
    /// }
    /// ```
    pub(super) fn event_enum(&self) -> TokenStream {
        let event_enum = &self.event_enum;
        let (variants, events) = (self.variants(), self.events());
        let docs = format!(" The events of `{}`.", types::written(self.this));
        quote! {
            #[doc = #docs]
            #[allow(missing_docs, private_interfaces, unreachable_pub, clippy::enum_variant_names)]
            pub enum #event_enum {
                #(#variants(#events),)*
            }
        }
    }

    /// Not derived: `#[derive]` would report for itself what holds no event.
    ///
    /// ```text
    /// impl Clone for AccountEvent {
    ///     fn clone(&self) -> Self {
    ///         match self {
    ///             Self::Deposited(event) => cloned(event),
    ///         }
    ///     }
    /// }
    /// impl Debug for AccountEvent {
    ///     fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
    ///         Debug::fmt(Events::event(self), f)
    ///     }
    /// }
    /// ```
    pub(super) fn enum_derives(&self) -> TokenStream {
        let (krate, event_enum, variants) = (&self.krate, &self.event_enum, self.variants());
        quote! {
            impl #krate::Clone for #event_enum {
                fn clone(&self) -> Self {
                    match *self { #(Self::#variants(ref event) => #krate::cloned(event),)* }
                }
            }
            impl #krate::Debug for #event_enum {
                fn fmt(&self, f: &mut #krate::Formatter<'_>) -> #krate::FmtResult {
                    #krate::Debug::fmt(#krate::Events::event(self), f)
                }
            }
        }
    }

    /// ```text
    /// impl Events for AccountEvent {
    ///     const TYPES: &'static [EventType<Self>] = &[EventType::of::<Deposited>()];
    ///     fn event(&self) -> &dyn EventObject {
    ///         match self {
    ///             Self::Deposited(event) => object::<Self, _>(event),
    ///         }
    ///     }
    /// }
    /// ```
    pub(super) fn events_impl(&self) -> TokenStream {
        let (krate, event_enum, variants) = (&self.krate, &self.event_enum, self.variants());
        let of = self
            .events()
            .into_iter()
            .map(|event| quote!(of::<#event>()));
        let split = self
            .upcasts
            .iter()
            .map(|(_, event)| quote!(split::<#event>()));
        let types = of.chain(split);
        quote! {
            impl #krate::Events for #event_enum {
                const TYPES: &'static [#krate::EventType<Self>] = &[#(#krate::EventType::#types),*];

                fn event(&self) -> &dyn #krate::EventObject {
                    match *self { #(Self::#variants(ref event) => #krate::object::<Self, _>(event),)* }
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
    ///             AccountEvent::Deposited(event) => self.deposited(event),
    ///         }
    ///     }
    /// }
    /// ```
    pub(super) fn aggregate_impl(&self) -> TokenStream {
        let (krate, this, event_enum) = (&self.krate, self.this, &self.event_enum);
        let fingerprint = format!("{:#018x}", self.behaviour.fingerprint);
        let fingerprint = LitInt::new(&fingerprint, names::call_site());
        let declared = self.declared();
        let arms = self.applies.iter().map(|(apply, event)| {
            let (variant, method) = (&event.variant, &apply.sig.ident);
            if self.inert {
                quote!(#event_enum::#variant(_) => {})
            } else {
                quote!(#event_enum::#variant(ref event) => self.#method(event),)
            }
        });
        quote! {
            impl #krate::Aggregate for #this #declared {
                type Event = #event_enum;
                const APPLY_FINGERPRINT: u64 = #fingerprint;

                fn apply(&mut self, event: &#event_enum) {
                    match *event { #(#arms)* }
                }
            }
        }
    }

    /// ```text
    /// impl IntoEvents<Account> for AccountEvent { .. }
    /// ```
    pub(super) fn enum_into_events(&self) -> TokenStream {
        self.collected(self.event_enum.to_token_stream())
    }

    /// Only the first asks for an event; whatever else is written asks for the first, so that one that is no event is
    /// reported once.
    ///
    /// ```text
    /// impl EventOf<AccountEvent> for Deposited {}
    /// impl From<Deposited> for AccountEvent { .. }
    /// impl IntoEvents<Account> for Deposited { .. }
    /// ```
    pub(super) fn event_impls(&self, event: &AppliedEvent) -> TokenStream {
        let (krate, event_enum) = (&self.krate, &self.event_enum);
        let AppliedEvent { path, variant } = event;
        let collected = self.collected(path.to_token_stream());
        quote! {
            impl #krate::EventOf<#event_enum> for #path {}
            impl #krate::From<#path> for #event_enum {
                fn from(event: #path) -> Self { Self::#variant(event) }
            }
            #collected
        }
    }

    /// ```text
    /// impl SplitInto<AccountEvent> for AccountCreated {
    ///     fn split(self) -> Split<Account> {
    ///         split::<Account>(Account::created(self))
    ///     }
    /// }
    /// ```
    pub(super) fn split_impl(&self, upcast: &Upcast, event: &Path) -> TokenStream {
        let (krate, this, event_enum) = (&self.krate, self.this, &self.event_enum);
        let method = &upcast.sig.ident;
        let call = quote!(#krate::split::<#this>(<#this>::#method(self)));
        let body = match &upcast.sig.output {
            ReturnType::Type(_, ty) => spans::at(ty, call),
            ReturnType::Default => call,
        };
        quote! {
            impl #krate::SplitInto<#event_enum> for #event {
                fn split(self) -> #krate::Split<#this> { #body }
            }
        }
    }

    /// Each where the event stands, so that the compiler points there.
    ///
    /// ```text
    /// const _: () = {
    ///     assert_name::<AccountEvent>(0);
    /// };
    /// ```
    pub(super) fn unique_names(&self) -> Option<TokenStream> {
        if self.inert {
            return None;
        }
        let (krate, event_enum) = (&self.krate, &self.event_enum);
        let events = self.events().into_iter();
        let events = events.chain(self.upcasts.iter().map(|(_, event)| *event));
        let asserted = events.enumerate().map(|(index, event)| {
            spans::at(event, quote!(#krate::assert_name::<#event_enum>(#index);))
        });
        Some(quote!(const _: () = { #(#asserted)* };))
    }

    /// ```text
    /// impl<S: Subscriber + On<Deposited>> Source<S> for Account where Account: AggregateRoot {
    ///     fn subscribe(to: &mut Subscriptions<S>) {
    ///         to.aggregate::<Self>().on::<Deposited>();
    ///     }
    /// }
    /// ```
    pub(super) fn source_impl(&self) -> TokenStream {
        let (krate, this, events) = (&self.krate, self.this, self.events());
        let (subscriber, declared) = (names::subscriber(), self.declared());
        quote! {
            impl<#subscriber: #krate::Subscriber #(+ #krate::On<#events>)*> #krate::Source<#subscriber>
                for #this #declared
            {
                fn subscribe(to: &mut #krate::Subscriptions<#subscriber>) {
                    let _ = to.aggregate::<Self>()#(.on::<#events>())*;
                }
            }
        }
    }

    /// `impl IntoEvents<Account> for .. { .. }`
    fn collected(&self, ty: TokenStream) -> TokenStream {
        let (krate, this, event_enum) = (&self.krate, self.this, &self.event_enum);
        let declared = self.declared();
        quote! {
            impl #krate::IntoEvents<#this> for #ty #declared {
                fn add_to(self, to: &mut #krate::Vec<#event_enum>) -> #krate::Added<#this> {
                    #krate::add(self, to)
                }
            }
        }
    }

    fn variants(&self) -> Vec<&Ident> {
        let events = self.applies.iter();
        events.map(|(_, event)| &event.variant).collect()
    }

    fn events(&self) -> Vec<&Path> {
        let events = self.applies.iter();
        events.map(|(_, event)| &event.path).collect()
    }
}
