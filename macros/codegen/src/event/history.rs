//! The versions of an event: what the struct looked like in each.

use proc_macro2::Ident;
use syn::{Attribute, Data, DeriveInput, Expr, LitInt, LitStr, Path, Type};

use super::steps::{FieldSteps, ParsedSteps};
use crate::syntax::serde;

/// How the struct came to what it is.
pub(crate) struct History {
    pub(crate) fields: Vec<Field>,
    pub(crate) removed: Vec<Removed>,
    /// Changes when a step does.
    pub(crate) fingerprint: u64,
}

/// A number in an attribute, to point at.
#[derive(Clone)]
pub(crate) struct Version {
    pub(crate) literal: LitInt,
    /// What it says; the greatest number if that is none.
    pub(crate) number: u32,
}

/// A field that today's struct has.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    /// Those of serde.
    pub(crate) attrs: Vec<Attribute>,
    /// One, or none; `check` refuses others.
    pub(crate) since: Vec<Since>,
    pub(crate) renamed: Vec<Renamed>,
    pub(crate) changed: Vec<Changed>,
}

pub(crate) struct Since {
    pub(crate) version: Version,
    pub(crate) default: Option<Expr>,
}

pub(crate) struct Renamed {
    pub(crate) version: Version,
    pub(crate) was: LitStr,
}

pub(crate) struct Changed {
    pub(crate) version: Version,
    pub(crate) from: Type,
    pub(crate) with: Path,
}

/// A field that it no longer has.
pub(crate) struct Removed {
    pub(crate) version: Version,
    pub(crate) since: Option<Version>,
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
}

/// A field as it was in one version.
pub(crate) enum PastField<'a> {
    Kept(Kept<'a>),
    Removed(&'a Removed),
}

/// A field that today's struct still has.
pub(crate) struct Kept<'a> {
    pub(crate) field: &'a Field,
    /// The rename that came first after the version: the key was another.
    pub(crate) renamed: Option<&'a Renamed>,
    /// The changes after the version, oldest first.
    pub(crate) changed: Vec<&'a Changed>,
}

impl From<LitInt> for Version {
    fn from(literal: LitInt) -> Self {
        let number = literal.base10_parse().unwrap_or(u32::MAX);
        Self { literal, number }
    }
}

impl History {
    pub(crate) fn new(item: &DeriveInput, steps: ParsedSteps) -> Self {
        let fingerprint = steps.fingerprint;
        let fields = match &item.data {
            Data::Struct(data) => data.fields.iter(),
            _ => return Self::none(),
        };
        let fields = fields
            .zip(steps.fields)
            .filter_map(|(field, steps)| Field::new(field, steps));
        let removed = steps.removed.into_iter().map(|removed| Removed {
            version: removed.version.into(),
            // There from the first version is what it is without `since`.
            since: removed
                .since
                .map(Version::from)
                .filter(|since| since.number != 1),
            ident: removed.ident,
            ty: removed.ty,
        });
        Self {
            fields: fields.collect(),
            removed: removed.collect(),
            fingerprint,
        }
    }

    fn none() -> Self {
        Self {
            fields: Vec::new(),
            removed: Vec::new(),
            fingerprint: 0,
        }
    }

    /// Every step: the version that it leads to.
    pub(crate) fn steps(&self) -> impl Iterator<Item = &Version> {
        let fields = self.fields.iter().flat_map(Field::steps);
        let removed = self.removed.iter();
        fields.chain(removed.flat_map(|gone| gone.since.iter().chain([&gone.version])))
    }

    /// The first version whose shape the steps tell; `version` if there are no steps.
    pub(crate) fn oldest(&self, version: u32) -> u32 {
        let first = self.steps().map(|step| step.number).min();
        first.map_or(version, |step| step.saturating_sub(1))
    }

    /// The fields in a version.
    pub(crate) fn at(&self, version: u32) -> Vec<PastField<'_>> {
        let kept = self.fields.iter().filter_map(|field| field.at(version));
        let removed = self.removed.iter().filter(|gone| gone.is_in(version));
        kept.map(PastField::Kept)
            .chain(removed.map(PastField::Removed))
            .collect()
    }
}

impl Field {
    fn new(field: &syn::Field, steps: FieldSteps) -> Option<Self> {
        let since = steps.since.into_iter().map(|since| Since {
            version: since.version.into(),
            default: since.default,
        });
        let renamed = steps.renamed.into_iter().map(|renamed| Renamed {
            version: renamed.version.into(),
            was: renamed.was,
        });
        let changed = steps.changed.into_iter().map(|changed| Changed {
            version: changed.version.into(),
            from: changed.from,
            with: changed.with,
        });
        Some(Self {
            ident: field.ident.clone()?,
            ty: field.ty.clone(),
            attrs: serde::of(&field.attrs),
            since: since.collect(),
            renamed: renamed.collect(),
            changed: changed.collect(),
        })
    }

    fn steps(&self) -> impl Iterator<Item = &Version> {
        let since = self.since.iter().map(|since| &since.version);
        let renamed = self.renamed.iter().map(|renamed| &renamed.version);
        let changed = self.changed.iter().map(|changed| &changed.version);
        since.chain(renamed).chain(changed)
    }

    /// The field as it was in a version; `None` if there was none.
    pub(crate) fn at(&self, version: u32) -> Option<Kept<'_>> {
        if self.is_newer_than(version) {
            return None;
        }
        let renamed = self.renamed.iter();
        let renamed = renamed
            .filter(|renamed| renamed.version.number > version)
            .min_by_key(|renamed| renamed.version.number);
        let changed = self.changed.iter();
        let mut changed: Vec<_> = changed
            .filter(|changed| changed.version.number > version)
            .collect();
        changed.sort_by_key(|changed| changed.version.number);
        Some(Kept {
            field: self,
            renamed,
            changed,
        })
    }

    fn is_newer_than(&self, version: u32) -> bool {
        self.since
            .first()
            .is_some_and(|since| since.version.number > version)
    }
}

/// Settings that name functions for one type, or that hang on it.
const OF_A_TYPE: &[&str] = &[
    "with",
    "serialize_with",
    "deserialize_with",
    "skip_serializing_if",
    "flatten",
    "getter",
    "bound",
    "borrow",
];

impl Kept<'_> {
    /// The type in that version.
    pub(crate) fn ty(&self) -> &Type {
        let first = self.changed.first();
        first.map_or(&self.field.ty, |changed| &changed.from)
    }

    /// The attributes of serde in that version: those about a type belong to the type that it has now, and a `rename`
    /// to the key.
    pub(crate) fn attrs(&self) -> Vec<Attribute> {
        let attrs = &self.field.attrs;
        match (self.changed.is_empty(), self.renamed.is_some()) {
            (true, false) => attrs.clone(),
            (true, true) => serde::without(attrs, &["rename"]),
            (false, false) => serde::without(attrs, OF_A_TYPE),
            (false, true) => serde::without(&serde::without(attrs, OF_A_TYPE), &["rename"]),
        }
    }
}

impl Removed {
    fn is_in(&self, version: u32) -> bool {
        let since = self.since.as_ref().map_or(1, |since| since.number);
        (since..self.version.number).contains(&version)
    }
}
