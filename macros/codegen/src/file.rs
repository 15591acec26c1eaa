//! A whole file, with the attributes in it expanded: for tests that look at what they write.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Block, File, Item, ItemMod, Meta, Stmt};

use crate::lock::Package;
use crate::syntax::attributes;

/// Expands every `#[event]`, `#[value]`, `#[aggregate]`, `#[projection]` and `#[saga]` of a file, by whatever path they are written,
/// in modules and function bodies too. What holds the lock is left out. Derives and `macro_rules!` stay as they are.
///
/// # Errors
/// If what was expanded is no Rust, which is a mistake of ours.
pub fn file(mut file: File) -> syn::Result<File> {
    let mut expander = Expander { error: None };
    expander.visit_file_mut(&mut file);
    expander.error.map_or(Ok(file), Err)
}

type Expand = fn(&Package, TokenStream, TokenStream) -> TokenStream;

/// The attributes that are expanded.
const EXPANDED: &[(&str, Expand)] = &[
    ("event", crate::event),
    ("value", crate::value),
    ("aggregate", crate::aggregate),
    ("projection", crate::projection),
    ("saga", crate::saga),
];

struct Expander {
    error: Option<syn::Error>,
}

impl VisitMut for Expander {
    fn visit_file_mut(&mut self, file: &mut File) {
        self.expand_all(&mut file.items);
        visit_mut::visit_file_mut(self, file);
    }

    fn visit_item_mod_mut(&mut self, module: &mut ItemMod) {
        if let Some((_, items)) = &mut module.content {
            self.expand_all(items);
        }
        visit_mut::visit_item_mod_mut(self, module);
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        let statements = std::mem::take(&mut block.stmts);
        for statement in statements {
            match statement {
                Stmt::Item(item) => block
                    .stmts
                    .extend(self.expand(item).into_iter().map(Stmt::Item)),
                other => block.stmts.push(other),
            }
        }
        visit_mut::visit_block_mut(self, block);
    }
}

impl Expander {
    fn expand_all(&mut self, items: &mut Vec<Item>) {
        let before = std::mem::take(items);
        items.extend(before.into_iter().flat_map(|item| self.expand(item)));
    }

    fn expand(&mut self, mut item: Item) -> Vec<Item> {
        let Some(attribute) = take_attribute(&mut item) else {
            return vec![item];
        };
        let args = match &attribute.meta {
            Meta::List(list) => list.tokens.clone(),
            Meta::Path(_) | Meta::NameValue(_) => TokenStream::new(),
        };
        let expand = EXPANDED
            .iter()
            .find(|(name, _)| attributes::is(&attribute, name))
            .map_or(crate::event as Expand, |(_, expand)| *expand);
        let expanded = expand(&Package::unlocked(), args, item.to_token_stream());
        match syn::parse2::<File>(expanded) {
            Ok(expanded) => expanded
                .items
                .into_iter()
                .flat_map(|item| self.expand(item))
                .collect(),
            Err(error) => {
                self.error.get_or_insert(error);
                vec![item]
            }
        }
    }
}

/// The first attribute that is to be expanded, taken out of the item.
fn take_attribute(item: &mut Item) -> Option<Attribute> {
    let attributes = match item {
        Item::Struct(item) => &mut item.attrs,
        Item::Impl(item) => &mut item.attrs,
        Item::Enum(item) => &mut item.attrs,
        _ => return None,
    };
    let ours = |attribute: &Attribute| {
        EXPANDED
            .iter()
            .any(|(name, _)| attributes::is(attribute, name))
    };
    let index = attributes.iter().position(ours)?;
    Some(attributes.remove(index))
}
