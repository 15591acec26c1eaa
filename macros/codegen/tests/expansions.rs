//! What the attributes write. Each snapshot begins with what the user wrote.

#![expect(clippy::unwrap_used, reason = "a test")]

/// What the user writes, then what becomes of it.
fn expanded(input: &str) -> String {
    let file = syn::parse_file(input).unwrap();
    let output = prettyplease::unparse(&gesta_codegen::file(file).unwrap());
    format!("{}\n\n// becomes:\n\n{output}", input.trim())
}

macro_rules! snapshot {
    ($name:ident, $input:expr) => {
        #[test]
        fn $name() {
            let mut settings = insta::Settings::clone_current();
            settings.set_omit_expression(true);
            settings.set_prepend_module_to_snapshot(false);
            settings.bind(|| insta::assert_snapshot!(stringify!($name), expanded($input)));
        }
    };
}

snapshot!(
    the_account_of_the_readme,
    include_str!("../../../tests/ui/aggregate/pass/account.rs")
);

snapshot!(
    an_event,
    r#"
/// Money came in.
#[event]
pub struct Deposited {
    /// How much.
    pub cents: u64,
}
"#
);

snapshot!(
    an_event_with_a_stored_name_and_derives_of_its_own,
    r#"
#[gesta::event(name = "MoneyDeposited", crate = crate::gesta)]
#[derive(Clone, PartialEq, Serialize)]
pub(crate) struct Deposited;
"#
);

snapshot!(
    an_event_that_derives_all_itself,
    r#"
#[event]
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
struct Deposited {}
"#
);

snapshot!(
    an_event_with_a_history,
    r#"
#[event(version = 3, was = ["OrderReceived"])]
#[removed(3, note: String)]
pub struct OrderPlaced {
    #[renamed(2, was = "customer")]
    pub customer_id: String,
    #[since(2, default = "EUR")]
    pub currency: String,
    #[changed(3, from = u32, with = cents_from_units)]
    pub total_cents: u64,
}
"#
);

snapshot!(
    an_event_with_an_old_struct_and_a_history,
    r#"
#[event(version = 3, from = OrderPlacedV1)]
pub struct OrderPlaced {
    pub customer_id: String,
    #[since(3, default)]
    pub tags: Vec<String>,
}
"#
);

snapshot!(
    the_struct_of_an_aggregate,
    r#"
#[aggregate]
#[derive(Default)]
pub struct Account {
    balance: u64,
}
"#
);

snapshot!(
    the_struct_of_an_aggregate_with_every_key,
    r#"
#[aggregate(id = AccountNumber, error = Refused, name = "BankAccount", snapshot(every = 100, version = 2))]
#[derive(Default, Serialize, Deserialize)]
pub struct Account {
    balance: u64,
}
"#
);

snapshot!(
    a_small_impl,
    r#"
#[aggregate]
impl Account {
    /// Puts money in.
    #[command]
    pub fn deposit(
        &self,
        /// How much.
        cents: u64,
    ) -> Deposited {
        Deposited { cents }
    }

    #[apply]
    fn deposited(&mut self, event: &Deposited) {
        self.balance += event.cents;
    }
}
"#
);

snapshot!(
    every_kind_of_command,
    r#"
#[aggregate(crate = renamed)]
impl Account {
    #[command(create)]
    pub fn open(&self, owner: String, ctx: &CommandContext) -> Opened {
        Opened { owner, at: ctx.now() }
    }

    #[command(upsert, name = TouchAccount)]
    #[cfg(feature = "touch")]
    pub(crate) fn touch(&self) -> Option<events::Touched> {
        None
    }

    #[command]
    #[deprecated]
    fn merge(&self, #[serde(default)] mut others: Vec<Self>) -> Result<(Opened, Vec<AccountEvent>), Refused> {
        others.clear();
        Err(Refused)
    }

    fn helper(&self) {}

    #[apply]
    fn opened(&mut self, _: &Opened) {}

    #[apply]
    fn touched(&mut self, Touched { .. }: &events::Touched) {}
}
"#
);

snapshot!(
    an_aggregate_with_events_of_the_past,
    r#"
#[aggregate(retired("AccountFlagged"))]
#[derive(Default)]
pub struct Account {
    balance: u64,
}

#[aggregate]
impl Account {
    #[upcast]
    fn created(old: AccountCreated) -> (AccountOpened, Option<Deposited>) {
        (AccountOpened { owner: old.owner }, None)
    }

    #[apply]
    fn opened(&mut self, _: &AccountOpened) {}
}
"#
);

snapshot!(
    mistakes_in_a_history,
    r#"
#[event(version = 2)]
#[removed(2, note: String)]
pub struct OrderPlaced {
    #[since(99999999999, default)]
    pub currency: String,
    #[changed(2, form = u32)]
    pub total_cents: u64,
}
"#
);

snapshot!(
    mistakes,
    r#"
#[event(naem = "Deposited")]
pub struct Deposited {
    pub cents: u64,
}

#[aggregate]
impl Account {
    #[command(create)]
    pub async fn open(&self, owner: &str) {}

    #[command]
    pub fn send(&self) -> Deposited {
        Deposited { cents: 0 }
    }

    #[apply]
    fn deposited(&mut self, event: Deposited) {}
}
"#
);

snapshot!(
    the_statement_of_an_account,
    r#"
/// What an account holds.
#[projection(of(Account))]
pub struct Statement {
    #[index]
    pub owner: String,
    balance: u64,
}

#[projection]
impl Statement {
    #[on]
    fn opened(&mut self, event: &AccountOpened) {
        self.owner = event.owner.clone();
    }

    #[on]
    fn withdrawn(&mut self, event: &Withdrawn, recorded: &Recorded) -> Then {
        Then::Delete
    }

    fn is_empty(&self) -> bool {
        self.balance == 0
    }
}
"#
);

snapshot!(
    a_projection_with_every_key,
    r#"
#[projection(
    of(Order, shop::Customer, OrderPlaced),
    ignore(OrderSeen),
    name = "orders",
    version = 2,
    on_error = park,
    crate = crate::gesta,
)]
#[derive(Debug, Default)]
pub(crate) struct Orders(u64);

#[projection(crate = crate::gesta)]
impl Orders {
    #[on(key = event.customer)]
    fn placed(&mut self, event: &OrderPlaced) {}

    #[on(keys = [event.from, event.lines + 1])]
    fn moved(&mut self, event: &OrderMoved, recorded: &Recorded) {}

    #[on(keys = event.lines.iter().map(|line| line.product))]
    #[cfg(feature = "packing")]
    fn packed(&mut self, event: &shop::Packed) -> Result<(), Error> {}

    #[on(key = recorded.position)]
    fn sent(&mut self, _: &Self::Sent, recorded: &Recorded) {}

    #[on(keys = [event.from, event.to])]
    fn transferred(&mut self, event: &Transferred, key: &str) {}

    #[on(keys = [event.by, recorded.position])]
    fn returned(&mut self, event: &Returned, _: &str, recorded: &Recorded) {}
}

#[projection(of(Order), live)]
struct Shown {}

#[projection(of(Order), inline)]
struct Counted {}
"#
);

snapshot!(
    a_projection_of_tables,
    r#"
/// What is in each account.
#[projection(sql, of(Account), ignore(AccountClosed))]
pub struct Balances;

#[projection]
impl Balances {
    #[setup]
    async fn setup(sql: &mut Sql) -> Result<(), SqlError> {}

    #[teardown]
    #[cfg(feature = "teardown")]
    async fn remove(sql: &mut Sql) -> Result<(), SqlError> {}

    #[on]
    async fn opened(event: &AccountOpened, sql: &mut Sql) -> Result<(), sqlx::Error> {}

    #[on]
    async fn deposited(event: &Deposited, recorded: &Recorded, sql: &mut Sql) -> Result<(), SqlError> {}
}
"#
);

snapshot!(
    mistakes_in_a_projection_of_tables,
    r#"
#[projection(sql, of(Account), on_error = park, inline)]
pub struct Balances {
    #[index]
    owner: String,
}

#[projection]
impl Balances {
    #[setup]
    fn setup(sql: Sql) {}

    #[on]
    async fn opened(&mut self, event: &AccountOpened) {}

    #[on(key = event.owner)]
    async fn deposited(sql: &mut Sql, event: &Deposited) {}

    #[teardown]
    #[on]
    async fn nothing() {}
}
"#
);

snapshot!(
    mistakes_in_a_projection,
    r#"
#[projection(version = 0, inline, live)]
pub struct Statement {
    #[index(unique)]
    pub owner: String,
}

#[projection]
impl Statement {
    #[on]
    fn opened(&self, event: AccountOpened) {}

    #[on(key = event.a, keys = [event.b])]
    async fn deposited(&mut self, event: &Deposited) {}

    #[on]
    fn nothing(&mut self) {}

    #[on]
    fn moved(&mut self, key: &str, event: &Moved, key: String) {}
}
"#
);

snapshot!(
    a_saga_that_moves_money,
    r#"
/// Moves money between two accounts, or puts it back.
#[saga]
pub struct MoveMoney {
    from: String,
    to: String,
    cents: u64,
}

#[saga]
impl MoveMoney {
    #[start]
    fn start(event: &TransferRequested) -> Self {}

    #[step(undo = refund)]
    fn debit(&self) -> Call<Withdraw> {}

    #[step(retry(times = 5, backoff = "200ms"), timeout = "30s", on_timeout = escalate)]
    fn credit(&self) -> Call<Deposit> {}

    #[undo]
    fn refund(&self) -> Call<Deposit> {}

    fn escalate(&self, ctx: &SagaContext) -> Call<Escalate> {}

    #[completed]
    fn complete(&self, ctx: &SagaContext) -> Call<Complete> {}

    #[failed]
    fn cancel(&self, ctx: &SagaContext, failure: &Failure) -> Call<Cancel> {}

    fn helper(&self) {}
}
"#
);

snapshot!(
    a_saga_with_every_key,
    r#"
#[saga(name = "fulfil", version = 2, crate = crate::gesta)]
#[derive(Clone)]
pub(crate) struct Fulfil;

#[saga(crate = crate::gesta)]
impl Fulfil {
    #[start(correlate = event.order_id)]
    fn start(event: &OrderPlaced, recorded: &Recorded) -> Option<Self> {}

    #[step(no_undo, was = ["book"])]
    fn reserve(&self) -> Call<Reserve> {}

    #[step(effect, after = [], pivot, retry(times = 2))]
    async fn r#match(&self, ctx: &EffectContext) -> Result<Receipt, Error> {}

    #[step(awaits = shop::Paid, correlate = paid.order, after = any_of(reserve, r#match), timeout = "2d")]
    fn paid(&mut self, recorded: &Recorded, paid: &shop::Paid) {}

    #[step(after = count(2, reserve, r#match, paid), no_undo)]
    fn ship(&self, ctx: &SagaContext) -> Result<Call<Ship>, NoResult> {}

    #[on(correlate = recorded.stream.id())]
    #[cfg(feature = "complaints")]
    fn complained(&mut self, _: &Complained, ctx: &SagaContext) -> (Call<Tell>, End) {}
}
"#
);

snapshot!(
    a_saga_that_undoes_outside_of_the_store,
    r#"
#[saga]
pub struct Book {
    card: String,
}

#[saga]
impl Book {
    #[start]
    fn start(event: &TripBooked) -> Self {}

    #[step(effect, undo = refund, timeout = "10s")]
    async fn charge(&self, ctx: &EffectContext) -> Result<Receipt, Error> {}

    #[step(undo = forget)]
    fn reserve(&self) -> Call<Reserve> {}

    #[step]
    fn confirm(&self) -> Call<Confirm> {}

    #[undo]
    async fn refund(&self, ctx: &EffectContext) -> Result<(), Error> {}

    #[undo]
    async fn forget(&self) -> Result<(), Error> {}
}
"#
);

snapshot!(
    a_saga_without_state,
    r#"
#[saga]
struct Greeting;

#[saga]
impl Greeting {
    #[on]
    fn greet(event: &AccountOpened) -> Call<Greet> {}
}
"#
);

snapshot!(
    mistakes_in_a_saga,
    r#"
#[saga(version = 0)]
pub struct MoveMoney<T>(T);

#[saga]
impl MoveMoney {
    #[start(key = event.id)]
    fn start(&self, event: TransferRequested) {}

    #[step(undo = refnd, timeout = "soon")]
    async fn debit(&mut self, event: &Debited) {}

    #[step(after = [credits], on_timeout = nothing)]
    fn credit(&self) -> Call<Deposit> {}

    #[undo]
    fn refund(self) -> Call<Deposit> {}
}
"#
);

snapshot!(
    attributes_are_found_in_modules_and_functions,
    r#"
mod events {
    #[gesta::event]
    pub struct Deposited {}
}

fn test() {
    let before = 1;
    #[event]
    struct Inside {}
    macro_rules! left {
        () => {
            #[event]
            struct Alone {}
        };
    }
}
"#
);

/// Derives are left alone in a file, so this one is called by itself.
#[test]
fn an_id() {
    let input = "pub struct AccountNumber(u32);";
    let output = gesta_codegen::aggregate_id(input.parse().unwrap());
    let output = prettyplease::unparse(&syn::parse2(output).unwrap());
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.set_prepend_module_to_snapshot(false);
    settings
        .bind(|| insta::assert_snapshot!("an_id", format!("{input}\n\n// beside it:\n\n{output}")));
}

/// What is locked: the tests, and what makes the compiler look at the file again.
#[test]
fn what_is_locked() {
    const LOCK: &str = "aggregate Account\n    Deposited\n\nevent Deposited v1\n    cents: u64\n\n\
                        saga Pay v1\n    debit\n    transfer\n\nsaga Ship v2\n    send\n";
    let package = gesta_codegen::Package::with_lock(LOCK);
    let mut text = String::new();
    for (expand, args, item) in [
        (
            gesta_codegen::event as fn(&_, _, _) -> proc_macro2::TokenStream,
            "version = 2",
            "pub struct Deposited { pub cents: u64, #[since(2, default)] pub memo: String }",
        ),
        (
            gesta_codegen::value,
            "",
            "pub enum Currency { Eur, Other(std::string::String) }",
        ),
        (
            gesta_codegen::aggregate,
            "",
            "#[derive(Default)] pub struct Account { balance: u64 }",
        ),
        (gesta_codegen::saga, "", "pub struct Pay;"),
        (
            gesta_codegen::saga,
            "",
            "impl Pay {
                #[start] fn start(_: &Asked) -> Self { Self }
                #[step(was = [\"debit\"])] fn withdraw(&self) -> Call<Withdraw> { Withdraw.to(\"a\") }
            }",
        ),
    ] {
        let output = expand(&package, args.parse().unwrap(), item.parse().unwrap());
        text += &prettyplease::unparse(&syn::parse2(output).unwrap());
        text.push('\n');
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!("what_is_locked", text.trim_end()));
}
