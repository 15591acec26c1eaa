//! Writes `journal.csv`, always the same: `cargo run -p bank --example generate_journal`.

use std::collections::VecDeque;

/// How many accounts are opened.
const ACCOUNTS: u64 = 200;
/// How many lines are good, but for those that come twice.
const OPERATIONS: usize = 3_950;

fn main() -> std::io::Result<()> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/journal.csv");
    std::fs::write(path, journal())
}

/// The whole file.
pub(crate) fn journal() -> Vec<u8> {
    let mut book = Book {
        text: b"id,operation,account,value,transfer,clerk\n".to_vec(),
        random: Random(20_260_101),
        lines: Vec::new(),
        ids: 0,
        opened: 0,
        transfers: 0,
        on_the_way: VecDeque::new(),
    };
    let mut broken = BROKEN.iter();
    let every = OPERATIONS / (BROKEN.len() + 1);
    while book.lines.len() < OPERATIONS {
        book.operation();
        match book.lines.len() % 120 {
            40 => book.again(),
            80 => book.open_again(),
            100 if book.lines.len() / 120 % 8 == 4 => book.freeze(),
            _ => {}
        }
        let due = book.lines.len() / every;
        if due + broken.len() > BROKEN.len()
            && let Some(line) = broken.next()
        {
            book.broken(line.as_bytes());
        }
    }
    while let Some((_, deposit)) = book.on_the_way.pop_front() {
        book.line(&deposit);
    }
    book.text
}

struct Book {
    text: Vec<u8>,
    random: Random,
    /// All good lines.
    lines: Vec<String>,
    ids: u64,
    opened: u64,
    transfers: u64,
    /// Deposits of transfers, and how many lines have to come before each.
    on_the_way: VecDeque<(usize, String)>,
}

impl Book {
    fn operation(&mut self) {
        if let Some((due, _)) = self.on_the_way.front()
            && *due <= self.lines.len()
            && let Some((_, deposit)) = self.on_the_way.pop_front()
        {
            return self.line(&deposit);
        }
        match self.random.below(100) {
            // The first accounts open at once, the others as the bank finds customers.
            _ if self.opened < 20 => self.customer(),
            0..10 if self.opened < ACCOUNTS => self.customer(),
            0..45 => self.entry("deposit", 5_000, 120_000),
            45..80 => self.entry("withdraw", 500, 60_000),
            _ => self.transfer(),
        }
    }

    fn open(&mut self) {
        self.opened += 1;
        // 20 and 23 have no common factor, so that no two of 460 customers have one name.
        let (first, last) = (pick(FIRST, self.opened * 7), pick(LAST, self.opened * 5));
        let clerk = self.clerk();
        self.line(&format!(
            "open,A-{:03},{first} {last},,{clerk}",
            self.opened
        ));
    }

    /// An account opens, and most owners bring some money along.
    fn customer(&mut self) {
        self.open();
        if self.random.below(8) > 0 {
            let (account, amount) = (self.opened, self.amount(20_000, 250_000));
            let clerk = self.clerk();
            self.line(&format!("deposit,A-{account:03},{amount},,{clerk}"));
        }
    }

    /// A deposit or a withdrawal. Now and then of an account that is not open yet, or never will be.
    fn entry(&mut self, operation: &str, least: u64, most: u64) {
        let known = self.opened + u64::from(self.random.below(40) == 0) * 9;
        let account = 1 + self.random.below(known);
        let amount = self.amount(least, most);
        let clerk = self.clerk();
        self.line(&format!("{operation},A-{account:03},{amount},,{clerk}"));
    }

    /// One line; of every fifth a withdrawal at once, and a deposit some lines further down, as it was done before.
    fn transfer(&mut self) {
        self.transfers += 1;
        let (from, mut to) = (
            1 + self.random.below(self.opened),
            1 + self.random.below(self.opened),
        );
        // Some go to an account that nobody opens.
        if self.transfers % 250 == 100 || self.transfers % 100 == 49 {
            to = 999;
        }
        let (amount, clerk) = (self.amount(100, 40_000), self.clerk());
        if !self.transfers.is_multiple_of(5) {
            return self.line(&format!("transfer,A-{from:03},{amount},A-{to:03},{clerk}"));
        }
        let name = format!("T-{:04}", self.transfers);
        let withdrawal = format!("withdraw,A-{from:03},{amount},{name},{clerk}");
        // The withdrawal of a few cannot be read; their deposits must not be made.
        if self.transfers % 250 == 60 {
            self.broken(withdrawal.replace('.', ":").as_bytes());
        } else {
            self.line(&withdrawal);
        }
        let due = self.lines.len() + self.random.below(12) as usize;
        let deposit = format!("deposit,A-{to:03},{amount},{name},{clerk}");
        self.on_the_way.push_back((due, deposit));
    }

    /// A good line, which gets the next id.
    fn line(&mut self, rest: &str) {
        self.ids += 1;
        self.lines.push(format!("J-{:05},{rest}", self.ids));
        self.text
            .extend(self.lines.last().map(String::as_bytes).unwrap_or_default());
        self.text.push(b'\n');
    }

    /// A line that came before, word for word.
    fn again(&mut self) {
        let back = 1 + self.random.below(30) as usize;
        if let Some(line) = self.lines.iter().rev().nth(back) {
            self.text.extend(line.as_bytes());
            self.text.push(b'\n');
        }
    }

    /// An account that is open, opened by someone else.
    fn open_again(&mut self) {
        let account = 1 + self.random.below(self.opened);
        self.line(&format!("open,A-{account:03},Someone Else,,web"));
    }

    fn freeze(&mut self) {
        let account = 1 + self.random.below(self.opened);
        self.line(&format!("freeze,A-{account:03},,,counter 1"));
    }

    /// A line that is no operation. `#` stands for the next id, `~` for a byte that is no UTF-8.
    fn broken(&mut self, rest: &[u8]) {
        self.ids += 1;
        let id = format!("J-{:05}", self.ids);
        if !rest.contains(&b'#') && rest.first().is_some_and(u8::is_ascii_lowercase) {
            self.text.extend(format!("{id},").as_bytes());
        }
        for &byte in rest {
            match byte {
                b'#' => self.text.extend(id.as_bytes()),
                b'~' => self.text.push(0xfc),
                _ => self.text.push(byte),
            }
        }
        self.text.push(b'\n');
    }

    /// Half of the amounts are round, as people like them.
    fn amount(&mut self, least: u64, most: u64) -> String {
        let cents = least + self.random.below(most - least);
        match self.random.below(4) {
            0 | 1 => format!("{}.00", (cents / 100 / 5 * 5).max(5)),
            2 => format!("{}", cents / 100),
            _ => format!("{}.{:02}", cents / 100, cents % 100),
        }
    }

    fn clerk(&mut self) -> &'static str {
        let n = self.random.below(CLERKS.len() as u64);
        pick(CLERKS, n)
    }
}

/// <https://prng.di.unimi.it/splitmix64.c>
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }
}

fn pick<'a>(list: &[&'a str], n: u64) -> &'a str {
    list.get(n as usize % list.len())
        .copied()
        .unwrap_or_default()
}

const CLERKS: &[&str] = &["web", "app", "counter 1", "counter 2", "counter 3", ""];

const FIRST: &[&str] = &[
    "Ada",
    "Björn",
    "Chiara",
    "Dmitri",
    "Eun-ji",
    "Fatima",
    "Grace",
    "Henrik",
    "Inês",
    "Jamal",
    "Keiko",
    "Liam",
    "María",
    "Nadia",
    "Oluwaseun",
    "Priya",
    "Quentin",
    "Rosa",
    "Søren",
    "Tomás",
];

const LAST: &[&str] = &[
    "Abe", "Bauer", "Chen", "Dubois", "Eriksen", "Fischer", "García", "Haddad", "Ito", "Jensen",
    "Kowalski", "López", "Moreau", "Nguyễn", "Okafor", "Petrov", "Quispe", "Rossi", "Silva",
    "Tanaka", "Usman", "Varga", "Weber",
];

/// What clerks, printers and lines of wire make of a journal.
const BROKEN: &[&str] = &[
    "deposit,A-003,50.00",
    "deposit,A-004,1,250.00,,counter 1",
    "open,A-901,Okafor, Grace,,counter 2",
    "deposit,A-005,twenty,,counter 1",
    "withdraw,A-006,12:50,,web",
    "deposit,A-007,-20.00,,app",
    "withdraw,A-008,-1,,counter 3",
    "deposit,A-009,184467440737095516.16,,web",
    "deposit,A-010,99999999999999999999999999.00,,web",
    "deposit,A-011,0.00,,app",
    "deposit,A-012,10.005,,counter 2",
    "deposit,A-013,,,counter 2",
    "close,A-014,,,counter 1",
    "transfer,A-015,30.00,,web",
    "Deposit,A-017,30.00,,counter 1",
    "deposit,,75.00,,counter 3",
    "open,A-902,,,counter 1",
    "open,A-903,J~rgen Weber,,counter 2",
    ",deposit,A-018,5.00,,web",
    "J-00001,deposit,A-019,5000.00,,web",
    "#;deposit;A-020;5.00;;web",
    "*** PAPER JAM *** \u{7}\u{1b}[2J tray 2, please call extension 4711 and do not switch the printer off",
    "",
    "deposit,A-021,1e6,,app",
    "open,A-904,Li Wei,T-9001,counter 1",
    "withdraw,A-022,NaN,,app",
];
