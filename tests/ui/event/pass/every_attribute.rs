use gesta::prelude::*;

fn cents_from_units(units: u32) -> u64 {
    u64::from(units) * 100
}

fn units_from_text(units: String) -> u32 {
    units.parse().unwrap_or_default()
}

#[event(name = "OrderPlaced", version = 2, lock = false, crate = gesta)]
#[removed(2, code: u8)]
pub struct OrderPlacedV2 {
    pub customer: String,
}

#[event(
    version = 5,
    from = OrderPlacedV2,
    name = "OrderPlaced",
    was = ["OrderMade", "OrderReceived"],
    lock = false,
    sample = Order {
        customer_id: String::new(),
        currency: String::new(),
        total_cents: 0,
        tags: Vec::new(),
    },
    crate = ::gesta,
)]
#[removed(4, note: Option<String>)]
#[removed(5, memo: String, since = 4)]
#[derive(PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    #[renamed(5, was = "customerName")]
    #[renamed(4, was = "customer")]
    pub customer_id: String,
    #[since(4, default = "EUR")]
    #[serde(rename = "unit")]
    pub currency: String,
    #[changed(4, from = String, with = units_from_text)]
    #[changed(5, from = u32, with = cents_from_units)]
    pub total_cents: u64,
    #[since(5, default)]
    pub tags: Vec<String>,
}

impl From<OrderPlacedV2> for Order {
    fn from(old: OrderPlacedV2) -> Self {
        Self {
            customer_id: old.customer,
            currency: String::new(),
            total_cents: 0,
            tags: Vec::new(),
        }
    }
}

/// Two fields change names with each other.
#[event(version = 2)]
pub struct Swapped {
    #[renamed(2, was = "second")]
    #[serde(rename = "one")]
    pub first: String,
    #[renamed(2, was = "first")]
    #[serde(rename = "two")]
    pub second: String,
}

fn main() {
    use gesta::event::Encoded;

    let stored = |version, json| Encoded {
        name: "OrderPlaced",
        version,
        json,
    };
    let third = stored(3, r#"{"customer":"ann","totalCents":"7","note":null}"#);
    let third: Order = third.decode().unwrap();
    assert_eq!((third.customer_id.as_str(), third.total_cents), ("ann", 700));
    let fourth = stored(4, r#"{"customerName":"bob","unit":"CHF","totalCents":7,"memo":""}"#);
    let fourth: Order = fourth.decode().unwrap();
    assert_eq!((fourth.customer_id.as_str(), fourth.currency.as_str()), ("bob", "CHF"));
    let first: Order = stored(1, r#"{"customer":"cid","code":5}"#).decode().unwrap();
    assert_eq!(first.customer_id, "cid");
}
