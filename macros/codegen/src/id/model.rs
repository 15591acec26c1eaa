//! What an id is: a name for the one field that it wraps.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Data, DeriveInput, Member, Path, Type};

use super::parse::ParsedId;
use crate::krate::Krate;

pub(crate) struct Id {
    pub(crate) item: DeriveInput,
    /// The field, if there is exactly one.
    pub(crate) inner: Option<(Member, Type)>,
    pub(crate) krate: Krate,
    pub(crate) krate_path: Option<Path>,
}

impl From<ParsedId> for Id {
    fn from(parsed: ParsedId) -> Self {
        let ParsedId { item, krate } = parsed;
        Self {
            inner: inner(&item.data),
            krate: Krate::new(krate.as_ref()),
            krate_path: krate,
            item,
        }
    }
}

fn inner(data: &Data) -> Option<(Member, Type)> {
    let Data::Struct(data) = data else {
        return None;
    };
    let mut fields = data.fields.iter().zip(data.fields.members());
    match (fields.next(), fields.next()) {
        (Some((field, member)), None) => Some((member, field.ty.clone())),
        _ => None,
    }
}

impl Id {
    /// What to point at if it is no newtype.
    pub(crate) fn body(&self) -> TokenStream {
        match &self.item.data {
            Data::Struct(data) if !data.fields.is_empty() => data.fields.to_token_stream(),
            Data::Struct(_) => self.item.ident.to_token_stream(),
            Data::Enum(data) => data.enum_token.to_token_stream(),
            Data::Union(data) => data.union_token.to_token_stream(),
        }
    }
}
