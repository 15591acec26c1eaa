use std::error::Error;

use gesta::prelude::*;

#[event]
pub struct CustomerRegistered {
    pub name: String,
}

#[event]
pub struct CustomerLeft {}

#[event]
pub struct OrderPlaced {
    pub customer: String,
    pub products: Vec<String>,
    pub cents: u64,
}

#[event]
pub struct OrderShipped {}

#[aggregate]
#[derive(Default)]
pub struct Customer {}

#[aggregate]
impl Customer {
    #[command(create)]
    pub fn register(&self, name: String) -> CustomerRegistered {
        CustomerRegistered { name }
    }

    #[command]
    pub fn leave(&self) -> CustomerLeft {
        CustomerLeft {}
    }

    #[apply]
    fn registered(&mut self, _: &CustomerRegistered) {}
    #[apply]
    fn left(&mut self, _: &CustomerLeft) {}
}

#[aggregate]
#[derive(Default)]
pub struct Order {}

#[aggregate]
impl Order {
    #[command(create)]
    pub fn place(&self, customer: String, products: Vec<String>, cents: u64) -> OrderPlaced {
        OrderPlaced {
            customer,
            products,
            cents,
        }
    }

    #[command]
    pub fn ship(&self) -> OrderShipped {
        OrderShipped {}
    }

    #[apply]
    fn placed(&mut self, _: &OrderPlaced) {}
    #[apply]
    fn shipped(&mut self, _: &OrderShipped) {}
}

// ANCHOR: card
#[projection(of(Customer, Order), ignore(OrderShipped))]
#[derive(Debug, PartialEq)]
pub struct CustomerCard {
    #[index]
    pub name: String,
    pub orders: u64,
    pub last_order: Option<gesta::Timestamp>,
}

#[projection]
impl CustomerCard {
    #[on]
    fn registered(&mut self, event: &CustomerRegistered) {
        self.name = event.name.clone()
    }

    #[on(key = event.customer)]
    fn placed(&mut self, _: &OrderPlaced, recorded: &Recorded) {
        self.orders += 1;
        self.last_order = Some(recorded.meta.time);
    }

    #[on]
    fn left(&mut self, _: &CustomerLeft) -> Then {
        Then::Delete
    }
}
// ANCHOR_END: card

// ANCHOR: keys
#[projection(of(OrderPlaced))]
pub struct Product {
    pub orders: u64,
}

#[projection]
impl Product {
    #[on(keys = event.products)]
    fn placed(&mut self, _: &OrderPlaced) {
        self.orders += 1
    }
}
// ANCHOR_END: keys

// ANCHOR: park
#[derive(Debug, thiserror::Error)]
#[error("nobody spends that much")]
pub struct Overflow;

#[projection(of(OrderPlaced), on_error = park)]
pub struct Spending {
    pub cents: u64,
}

#[projection]
impl Spending {
    #[on(key = event.customer)]
    fn placed(&mut self, event: &OrderPlaced) -> Result<(), Overflow> {
        self.cents = self.cents.checked_add(event.cents).ok_or(Overflow)?;
        Ok(())
    }
}
// ANCHOR_END: park

fn place(customer: &str, products: &[&str], cents: u64) -> Place {
    Place {
        customer: customer.to_owned(),
        products: products.iter().map(|each| (*each).to_owned()).collect(),
        cents,
    }
}

#[tokio::test]
async fn a_document_may_have_any_key() -> Result<(), Box<dyn Error>> {
    let shop = App::builder()
        .store("memory:")
        .aggregate::<Customer>()
        .aggregate::<Order>()
        .projection::<CustomerCard>()
        .projection::<Product>()
        .start()
        .await?;
    let name = "Ann".to_owned();
    shop.send("ann", Register { name }).await?;
    shop.send("1", place("ann", &["tea", "milk", "tea"], 500))
        .await?;
    shop.send("1", Ship {}).await?;
    shop.send("2", place("ann", &["tea"], 300))
        .wait_for::<CustomerCard>()
        .wait_for::<Product>()
        .await?;
    let card = shop.view::<CustomerCard>("ann").await?.unwrap();
    assert_eq!((card.name.as_str(), card.orders), ("Ann", 2));
    assert_eq!(shop.view::<Product>("tea").await?.unwrap().orders, 2);
    assert_eq!(shop.view::<Product>("milk").await?.unwrap().orders, 1);
    let left = shop.send("ann", Leave {}).wait_for::<CustomerCard>();
    assert!(left.await?.visible);
    assert_eq!(shop.view::<CustomerCard>("ann").await?, None);
    shop.shutdown().await?;
    Ok(())
}

#[tokio::test]
async fn a_parked_key_waits_until_somebody_decides() -> Result<(), Box<dyn Error>> {
    let shop = App::builder()
        .store("memory:")
        .aggregate::<Order>()
        .projection::<Spending>()
        .start()
        .await?;
    shop.send("1", place("ann", &[], 100)).await?;
    shop.send("2", place("ann", &[], u64::MAX)).await?;
    shop.send("3", place("ann", &[], 200)).await?;
    let last = shop.send("4", place("bob", &[], 50));
    assert!(last.wait_for::<Spending>().await?.visible);
    assert_eq!(shop.view::<Spending>("ann").await?.unwrap().cents, 100);
    assert_eq!(shop.view::<Spending>("bob").await?.unwrap().cents, 50);
    // ANCHOR: parked
    let spending = shop.projection::<Spending>();
    for parked in spending.parked().await? {
        let (key, position, error) = (parked.key, parked.event.position, parked.error);
        println!("{key} at {position}: {error:?}, {} tries", parked.attempts);
    }
    // ann at 2: Some("nobody spends that much"), 4 tries
    // ann at 3: None, 0 tries

    spending.retry("ann").await?; // once the code is mended
    spending.skip("ann", 2).await?; // or never
    // ANCHOR_END: parked
    while !spending.parked().await?.is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(shop.view::<Spending>("ann").await?.unwrap().cents, 300);
    shop.shutdown().await?;
    Ok(())
}
