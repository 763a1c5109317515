//! Names and first cells of a table → the mapping that they suggest, for the user to confirm.
//!
//! Invariant: no two columns for one field and no column for two; a column whose cells cannot be what its name says is left alone.

use crate::import::deribit_name::{self, Name};
use crate::import::mapping::{DateOrder, FieldSource, Mapping, VolUnit};
use crate::import::mapping_field::FIELDS;
use crate::import::number::{self, DecimalMark};
use crate::import::{date, mapping_hint, mapping_word};
use crate::units::Timestamp;

/// A score from here on is a guess worth showing.
const ENOUGH: i32 = 35;
/// Currencies that prices are in.
const CURRENCIES: [&str; 11] = ["USD", "EUR", "GBP", "CHF", "JPY", "USDT", "USDC", "AUD", "CAD", "HKD", "SGD"];
/// Coins that need no name of their column to be known.
const COINS: [&str; 14] = ["BTC", "XBT", "ETH", "SOL", "XRP", "ADA", "DOGE", "LTC", "AVAX", "BNB", "LINK", "DOT", "MATIC", "USDC"];

/// A column by its name and its first cells.
struct Column<'a> {
    name: &'a str,
    /// Cells that are not blank.
    cells: Vec<&'a str>,
    /// Whether every row has one.
    is_full: bool,
}

/// The mapping that a table suggests.
pub(super) fn guess(names: &[String], rows: &[Vec<String>]) -> Mapping {
    let column = |(index, name): (usize, &'_ String)| {
        let cells: Vec<&str> =
            rows.iter().filter_map(|row| row.get(index)).map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect();
        (name.clone(), cells.len() == rows.len(), cells)
    };
    let cut: Vec<(String, bool, Vec<&str>)> = names.iter().enumerate().map(column).collect();
    let columns: Vec<Column<'_>> =
        cut.iter().map(|(name, is_full, cells)| Column { name, cells: cells.clone(), is_full: *is_full }).collect();
    let is_blotter = columns.iter().any(|column| column.are(|cell| mapping_word::is_word("side", cell)));
    let mut scored = Vec::new();
    for (index, column) in columns.iter().enumerate() {
        for (order, field) in FIELDS.iter().enumerate() {
            let score = column.score(field.id, is_blotter);
            if score >= ENOUGH {
                scored.push((-score, order, index));
            }
        }
    }
    scored.sort_unstable();
    let mut found: Vec<Option<&Column<'_>>> = vec![None; FIELDS.len()];
    for (_, order, index) in scored {
        let column = columns.get(index);
        let is_taken = found.iter().flatten().any(|taken| column.is_some_and(|column| std::ptr::eq(*taken, column)));
        if let Some(slot) = found.get_mut(order).filter(|slot| slot.is_none() && !is_taken) {
            *slot = column;
        }
    }
    let of = |field: &str| FIELDS.iter().position(|known| known.id == field).and_then(|order| found.get(order).copied().flatten());
    let mut mapping = Mapping::default();
    for (field, column) in FIELDS.iter().zip(&found) {
        if let Some(column) = column {
            mapping.set(field.id, FieldSource::Column(column.name.to_owned()));
        }
    }
    if !of("instrument").is_some_and(Column::is_contract)
        && of("type").is_none()
        && let Some(kind) = kind(&of, &columns)
    {
        mapping.set("type", FieldSource::Constant(kind.to_owned()));
    }
    mapping.date_order = of("expiry").map_or(DateOrder::Auto, Column::date_order);
    if of("iv").is_some_and(Column::is_in_percent) {
        mapping.vol_unit = VolUnit::Percent;
    }
    mapping
}

/// The type of every row of a table that has no column for it.
fn kind<'c>(of: &dyn Fn(&str) -> Option<&'c Column<'c>>, columns: &[Column<'_>]) -> Option<&'static str> {
    let is_full = |field: &str| of(field).is_some_and(|column| column.is_full);
    if of("strike").is_some() || of("option_type").is_some() {
        return (is_full("strike") && of("expiry").is_some()).then_some("option");
    }
    if of("expiry").is_some() {
        return is_full("expiry").then_some("future");
    }
    of("underlying")?;
    Some(if columns.iter().any(|column| mapping_hint::tells_perpetual(column.name)) { "perp" } else { "spot" })
}

impl Column<'_> {
    /// How far name and cells speak for a field.
    fn score(&self, field: &str, is_blotter: bool) -> i32 {
        let mut named = mapping_hint::score(field, self.name, is_blotter);
        // A column of bare codes says what the contract is on, not which contract it is.
        if self.are(is_code) && !self.is_contract() {
            match field {
                "instrument" => named /= 2,
                "underlying" => named = named.max(mapping_hint::score("instrument", self.name, is_blotter) - 1),
                _ => {}
            }
        }
        if self.cells.is_empty() {
            return named - 20;
        }
        let known = |cell: &str| mapping_word::is_word(field, cell);
        let is_text = !self.are(is_number) && !self.are(is_date);
        let is_type = || self.are(|cell| mapping_word::is_word("type", cell));
        // Whether the cells can be what the name says; what they alone are worth, where they can be one thing only.
        let (is_possible, told) = match field {
            "instrument" if self.is_contract() => (true, 60),
            "instrument" => (is_text && !is_type(), 0),
            "underlying" if self.are(|cell| COINS.contains(&cell) || mapping_word::ours(field, cell).is_some()) => (true, 45),
            "underlying" => (is_text && !is_type() && !self.is_contract(), 0),
            "account" | "venue" => (!self.are(is_date), 0),
            "option_type" => (self.are(known), self.worth(known, 45)),
            "side" => (self.are(known) && !self.are(|cell| mapping_word::is_word("option_type", cell)), self.worth(known, 45)),
            "type" => (self.share(known) >= 0.5, self.worth(known, 40)),
            "margin" => (self.are(known), 0),
            "quote" if self.are(|cell| CURRENCIES.contains(&cell.to_uppercase().as_str())) => (true, 36),
            "quote" => (self.are(is_code), 0),
            "expiry" if self.are(is_date) => (true, self.worth(is_date, 40)),
            "expiry" => (self.are(|cell| date::parse(cell, None).is_some()), 0),
            "as_of" => (self.are(|cell| Timestamp::parse_iso(cell).is_some() || is_ms(cell)), 0),
            _ => (self.are(is_number), 0),
        };
        let told = if mapping_hint::is_needless(self.name) { 0 } else { told };
        match (is_possible, named > 0 && told > 0) {
            (false, _) => 0,
            (true, true) => named + 10,
            (true, false) => named.max(told),
        }
    }

    fn share(&self, is: impl Fn(&str) -> bool) -> f64 {
        self.cells.iter().filter(|cell| is(cell)).count() as f64 / self.cells.len().max(1) as f64
    }

    /// Whether its cells are, but for totals, gaps that are written out and mistakes.
    fn are(&self, is: impl Fn(&str) -> bool) -> bool {
        !self.cells.is_empty() && self.share(is) >= 0.6
    }

    /// What its cells tell by themselves: more of them must agree than where the name says so too.
    fn worth(&self, is: impl Fn(&str) -> bool, score: i32) -> i32 {
        if self.share(is) >= 0.8 { score } else { 0 }
    }

    fn is_contract(&self) -> bool {
        self.share(|cell| matches!(deribit_name::parse(cell), Some(Name::Contract(_)))) >= 0.5
    }

    /// The order of day and month that its dates prove; none where they prove both or neither.
    fn date_order(&self) -> DateOrder {
        let over = |place: usize| {
            let part = |cell: &str| cell.split(['/', '.', '-']).nth(place).and_then(|part| part.parse::<u32>().ok());
            let is_year_last = |cell: &str| cell.split(['/', '.', '-']).next().is_some_and(|first| first.len() <= 2);
            self.cells.iter().any(|cell| is_year_last(cell) && part(cell).is_some_and(|number| (13..=31).contains(&number)))
        };
        match (over(0), over(1)) {
            (true, false) => DateOrder::DayFirst,
            (false, true) => DateOrder::MonthFirst,
            _ => DateOrder::Auto,
        }
    }

    fn is_in_percent(&self) -> bool {
        self.name.contains('%') || self.cells.iter().any(|cell| number_of(cell).is_some_and(|number| !number.percent && number.value > 3.0))
    }
}

/// A number in either way of writing fractions.
fn number_of(cell: &str) -> Option<number::Number> {
    let mark = number::decimal_mark_of(cell).unwrap_or(DecimalMark::Point);
    number::parse(cell, mark).or_else(|_| number::parse(cell, DecimalMark::Comma)).ok()
}

fn is_number(cell: &str) -> bool {
    number_of(cell).is_some()
}

/// A date that is no mere number.
fn is_date(cell: &str) -> bool {
    let is_day = cell.len() == 8 && cell.starts_with("20") && cell.bytes().all(|byte| byte.is_ascii_digit());
    (is_day || !is_number(cell)) && date::parse(cell, None).is_some()
}

fn is_ms(cell: &str) -> bool {
    (12..=14).contains(&cell.len()) && cell.bytes().all(|byte| byte.is_ascii_digit())
}

/// A bare code such as `BTC`, `AAPL` or `ETHUSDT`.
fn is_code(cell: &str) -> bool {
    let is_bare = (1..=10).contains(&cell.len())
        && cell.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && cell.starts_with(|sign: char| sign.is_ascii_alphabetic());
    is_bare || mapping_word::ours("underlying", cell).is_some()
}
