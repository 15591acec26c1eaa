//! The same without Gesta: a struct for each shape, serde_json, and a conversion.

use serde::Deserialize;

use crate::orders::{OrderPlaced, cents};

#[derive(Deserialize)]
struct V1 {
    customer: String,
    total_cents: u32,
    express: bool,
    items: Vec<String>,
}

#[derive(Deserialize)]
struct V2 {
    customer_id: String,
    currency: String,
    total_cents: u32,
    express: bool,
    items: Vec<String>,
}

pub fn today(json: &str) -> Result<OrderPlaced, serde_json::Error> {
    serde_json::from_str(json)
}

pub fn one_step(json: &str) -> Result<OrderPlaced, serde_json::Error> {
    let old: V2 = serde_json::from_str(json)?;
    Ok(OrderPlaced {
        customer_id: old.customer_id,
        currency: old.currency,
        total_cents: cents(old.total_cents),
        express: old.express,
        voucher: None,
        items: old.items,
    })
}

pub fn two_steps(json: &str) -> Result<OrderPlaced, serde_json::Error> {
    let old: V1 = serde_json::from_str(json)?;
    Ok(OrderPlaced {
        customer_id: old.customer,
        currency: "EUR".to_owned(),
        total_cents: cents(old.total_cents),
        express: old.express,
        voucher: None,
        items: old.items,
    })
}
