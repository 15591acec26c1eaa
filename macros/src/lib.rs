//! The attributes of [Gesta](https://docs.rs/gesta). Depend on `gesta`, which re-exports them.

use gesta_codegen::Package;
use proc_macro::{Span, TokenStream};

#[doc = include_str!("../docs/event.md")]
#[proc_macro_attribute]
pub fn event(args: TokenStream, item: TokenStream) -> TokenStream {
    gesta_codegen::event(&package(), args.into(), item.into()).into()
}

#[doc = include_str!("../docs/value.md")]
#[proc_macro_attribute]
pub fn value(args: TokenStream, item: TokenStream) -> TokenStream {
    gesta_codegen::value(&package(), args.into(), item.into()).into()
}

#[doc = include_str!("../docs/aggregate.md")]
#[proc_macro_attribute]
pub fn aggregate(args: TokenStream, item: TokenStream) -> TokenStream {
    gesta_codegen::aggregate(&package(), args.into(), item.into()).into()
}

#[doc = include_str!("../docs/command.md")]
#[proc_macro_attribute]
pub fn command(_: TokenStream, item: TokenStream) -> TokenStream {
    gesta_codegen::command(item.into()).into()
}

#[doc = include_str!("../docs/apply.md")]
#[proc_macro_attribute]
pub fn apply(_: TokenStream, item: TokenStream) -> TokenStream {
    gesta_codegen::apply(item.into()).into()
}

#[doc = include_str!("../docs/upcast.md")]
#[proc_macro_attribute]
pub fn upcast(_: TokenStream, item: TokenStream) -> TokenStream {
    gesta_codegen::upcast(item.into()).into()
}

#[doc = include_str!("../docs/projection.md")]
#[proc_macro_attribute]
pub fn projection(args: TokenStream, item: TokenStream) -> TokenStream {
    gesta_codegen::projection(&package(), args.into(), item.into()).into()
}

#[doc = include_str!("../docs/on.md")]
#[proc_macro_attribute]
pub fn on(_: TokenStream, item: TokenStream) -> TokenStream {
    gesta_codegen::on(item.into()).into()
}

#[doc = include_str!("../docs/setup.md")]
#[proc_macro_attribute]
pub fn setup(_: TokenStream, item: TokenStream) -> TokenStream {
    gesta_codegen::setup(item.into()).into()
}

#[doc = include_str!("../docs/teardown.md")]
#[proc_macro_attribute]
pub fn teardown(_: TokenStream, item: TokenStream) -> TokenStream {
    gesta_codegen::teardown(item.into()).into()
}

#[doc = include_str!("../docs/saga.md")]
#[proc_macro_attribute]
pub fn saga(args: TokenStream, item: TokenStream) -> TokenStream {
    gesta_codegen::saga(&package(), args.into(), item.into()).into()
}

#[doc = include_str!("../docs/start.md")]
#[proc_macro_attribute]
pub fn start(_: TokenStream, item: TokenStream) -> TokenStream {
    gesta_codegen::start(item.into()).into()
}

#[doc = include_str!("../docs/step.md")]
#[proc_macro_attribute]
pub fn step(_: TokenStream, item: TokenStream) -> TokenStream {
    gesta_codegen::step(item.into()).into()
}

#[doc = include_str!("../docs/undo.md")]
#[proc_macro_attribute]
pub fn undo(_: TokenStream, item: TokenStream) -> TokenStream {
    gesta_codegen::undo(item.into()).into()
}

#[doc = include_str!("../docs/completed.md")]
#[proc_macro_attribute]
pub fn completed(_: TokenStream, item: TokenStream) -> TokenStream {
    gesta_codegen::completed(item.into()).into()
}

#[doc = include_str!("../docs/failed.md")]
#[proc_macro_attribute]
pub fn failed(_: TokenStream, item: TokenStream) -> TokenStream {
    gesta_codegen::failed(item.into()).into()
}

#[doc = include_str!("../docs/removed.md")]
#[proc_macro_attribute]
pub fn removed(args: TokenStream, item: TokenStream) -> TokenStream {
    gesta_codegen::removed(args.into(), item.into()).into()
}

#[doc = include_str!("../docs/aggregate_id.md")]
#[proc_macro_derive(AggregateId, attributes(aggregate_id))]
pub fn aggregate_id(item: TokenStream) -> TokenStream {
    gesta_codegen::aggregate_id(item.into()).into()
}

/// The package of the file that is expanded.
fn package() -> Package {
    Package::current(Span::call_site().local_file())
}
