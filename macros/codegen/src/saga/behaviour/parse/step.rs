//! Reads the keys of a `#[step]`.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, LitInt, LitStr, Path, Token, bracketed};

use super::{CORRELATE, Correlate, key_of_projections, read};
use crate::diagnostics::Diagnostics;
use crate::syntax::duration::Duration;
use crate::syntax::keys::{self, Grammar, Known};

static STEP: Grammar = Grammar {
    of: "`#[step]`",
    keys: &[
        Known::new("undo", "undo = refund"),
        Known::new("no_undo", "no_undo"),
        Known::new("pivot", "pivot"),
        Known::new("retry", "retry(times = 5, backoff = \"200ms\")"),
        Known::new("timeout", "timeout = \"30s\""),
        Known::new("on_timeout", "on_timeout = escalate"),
        Known::new("after", "after = [debit, reserve]"),
        Known::new("awaits", "awaits = PaymentConfirmed"),
        CORRELATE,
        Known::new("effect", "effect"),
        Known::new("was", "was = [\"debit\"]"),
    ],
    elsewhere: key_of_projections,
};

static RETRY: Grammar = Grammar::new(
    "`retry(..)`",
    &[
        Known::new("times", "times = 5"),
        Known::new("backoff", "backoff = \"200ms\""),
    ],
);

/// Where only the key is kept, or with its value, it is there to point at.
#[derive(Default)]
pub(crate) struct StepKeys {
    pub(crate) undo: Option<Ident>,
    pub(crate) no_undo: Option<Ident>,
    pub(crate) pivot: Option<Ident>,
    pub(crate) retry: Option<RetryKey>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) on_timeout: Option<Ident>,
    pub(crate) after: Option<AfterKey>,
    pub(crate) awaits: Option<(Ident, Path)>,
    pub(crate) correlate: Option<Correlate>,
    pub(crate) effect: Option<Ident>,
    pub(crate) was: Vec<LitStr>,
}

/// `retry(times = 5, backoff = "200ms")`
pub(crate) struct RetryKey {
    pub(crate) key: Ident,
    pub(crate) times: Option<LitInt>,
    pub(crate) backoff: Option<Duration>,
}

/// `after = [a, b]`, `after = any_of(a, b)`, `after = count(2, a, b, c)`
pub(crate) struct AfterKey {
    pub(crate) key: Ident,
    pub(crate) steps: Vec<Ident>,
    pub(crate) how_many: HowMany,
}

/// How many of the steps must be done.
pub(crate) enum HowMany {
    All,
    Any,
    Count(LitInt),
}

pub(super) fn parse(attribute: &Attribute, diagnostics: &mut Diagnostics) -> StepKeys {
    let mut step = StepKeys::default();
    read(attribute, &STEP, diagnostics, |key, input, diagnostics| {
        step.read(key, input, diagnostics)
    });
    step
}

impl StepKeys {
    fn read(
        &mut self,
        key: &Ident,
        input: ParseStream<'_>,
        diagnostics: &mut Diagnostics,
    ) -> syn::Result<()> {
        match key.to_string().as_str() {
            "undo" => self.undo = Some(keys::assigned(input)?),
            "no_undo" => self.no_undo = Some(key.clone()),
            "pivot" => self.pivot = Some(key.clone()),
            "retry" => self.retry = Some(RetryKey::read(key, input, diagnostics)?),
            "timeout" => self.timeout = Some(keys::assigned(input)?),
            "on_timeout" => self.on_timeout = Some(keys::assigned(input)?),
            "after" => self.after = Some(AfterKey::read(key, input)?),
            "awaits" => self.awaits = Some((key.clone(), keys::path(input)?)),
            "correlate" => self.correlate = Some((key.clone(), keys::assigned(input)?)),
            "effect" => self.effect = Some(key.clone()),
            _ => self.was = keys::names(input)?,
        }
        Ok(())
    }
}

impl RetryKey {
    fn read(
        key: &Ident,
        input: ParseStream<'_>,
        diagnostics: &mut Diagnostics,
    ) -> syn::Result<Self> {
        let (mut times, mut backoff) = (None, None);
        let tokens = keys::listed(input)?;
        keys::read(tokens, &RETRY, diagnostics, |key, input, _| {
            if key == "times" {
                times = Some(keys::assigned(input)?);
            } else {
                backoff = Some(keys::assigned(input)?);
            }
            Ok(())
        });
        Ok(Self {
            key: key.clone(),
            times,
            backoff,
        })
    }
}

impl AfterKey {
    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        input.parse::<Token![=]>()?;
        let (steps, how_many) = if input.peek(syn::token::Bracket) {
            let content;
            bracketed!(content in input);
            (idents(&content)?, HowMany::All)
        } else {
            several(input)?
        };
        Ok(Self {
            key: key.clone(),
            steps,
            how_many,
        })
    }
}

/// `any_of(a, b)`, `count(2, a, b, c)`
fn several(input: ParseStream<'_>) -> syn::Result<(Vec<Ident>, HowMany)> {
    let word: Ident = input.parse()?;
    let is_count = word == "count";
    if !is_count && word != "any_of" {
        return Err(syn::Error::new(word.span(), "neither"));
    }
    let inside = |input: ParseStream<'_>| {
        if !is_count {
            return Ok((idents(input)?, HowMany::Any));
        }
        let count = HowMany::Count(input.parse()?);
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        Ok((idents(input)?, count))
    };
    inside.parse2(keys::listed(input)?)
}

fn idents(input: ParseStream<'_>) -> syn::Result<Vec<Ident>> {
    let idents = Punctuated::<Ident, Token![,]>::parse_terminated_with(input, Ident::parse_any)?;
    Ok(idents.into_iter().collect())
}
