//! A whole file, with the attributes in it expanded: for tests that look at what they write.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Block, File, Item, ItemMod, Meta, Stmt};

use crate::syntax::attributes;

/// Expands every `#[event]` and `#[aggregate]` of a file, by whatever path they are written, in modules and function
/// bodies too. Derives and `macro_rules!` stay as they are.
///
/// # Errors
/// If what was expanded is no Rust, which is a mistake of ours.
pub fn file(mut file: File) -> syn::Result<File> {
    let mut expander = Expander { error: None };
    expander.visit_file_mut(&mut file);
    expander.error.map_or(Ok(file), Err)
}

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
        let expand = if attributes::is(&attribute, "event") {
            crate::event
        } else {
            crate::aggregate
        };
        match syn::parse2::<File>(expand(args, item.to_token_stream())) {
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
        attributes::is(attribute, "event") || attributes::is(attribute, "aggregate")
    };
    let index = attributes.iter().position(ours)?;
    Some(attributes.remove(index))
}
