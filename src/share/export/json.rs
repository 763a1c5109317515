//! The whole book as our own JSON document, version 1: positions, market, accounts, the past and the instant to value at.
//!
//! ```text
//! {"version":1,"as_of":"…","positions":[{…}],"market":[{"fact":"spot","underlying":"BTC","price":95000,"time":"…"}],"accounts":[{…}],
//!  "history":[{"symbol":"BTC","kind":"close","days":["2026-01-02"],"values":[95000.5]}],"correlations":[{"symbols":["BTC","ETH"],"below":[0.8]}]}
//! ```
//!
//! A field whose value is not known is left out; a fact without origin is a quote; the past stands there only where there is any.

use crate::book::Account;
use crate::engine::Inputs;
use crate::instrument::{OptionKind, Settlement};
use crate::market::history::{CorrelationTable, History, PriceSeries, SeriesKind};
use crate::market::{Fact, FactValue, Origin};
use crate::share::export::position::Table;
use crate::share::export::{Cell, ExportDef, kept};
use crate::units::{Price, Quantity, Timestamp, Vol, exact_text};

/// The format.
pub(super) const DEF: ExportDef = ExportDef {
    id: "json",
    label: "Positions, market, accounts and price histories as JSON",
    extension: "json",
    media_type: "application/json",
    write,
};

fn write(inputs: &Inputs) -> Vec<u8> {
    let mut text = String::from("{\n\"version\":1");
    if let Some(as_of) = inputs.as_of {
        text.push_str(&format!(",\n\"as_of\":\"{as_of}\""));
    }
    let table = Table::new(&inputs.positions);
    let header: Vec<&str> = table.header().collect();
    list(&mut text, "positions", &inputs.positions, |record, position| {
        header.iter().zip(table.row(position)).for_each(|(name, cell)| record.put(name, cell));
    });
    list(&mut text, "market", &inputs.facts, write_fact);
    list(&mut text, "accounts", &inputs.accounts, write_account);
    let History { series, correlations } = &inputs.history;
    if !series.is_empty() {
        list(&mut text, "history", series, write_series);
    }
    if let Some(table) = correlations {
        list(&mut text, "correlations", std::slice::from_ref(table), write_correlations);
    }
    text.push_str("\n}\n");
    text.into_bytes()
}

/// A list of records, one on each line.
fn list<T>(text: &mut String, name: &str, items: &[T], write: impl Fn(&mut Record<'_>, &T)) {
    text.push_str(&format!(",\n\"{name}\":["));
    for (place, item) in items.iter().enumerate() {
        text.push_str(if place == 0 { "\n{" } else { ",\n{" });
        let mut record = Record { text, is_empty: true };
        write(&mut record, item);
        text.push('}');
    }
    text.push(']');
}

struct Record<'a> {
    text: &'a mut String,
    is_empty: bool,
}

impl Record<'_> {
    fn put(&mut self, name: &str, cell: Cell<'_>) {
        let value = match cell {
            Cell::Blank => return,
            Cell::Number(number) => exact_text(number),
            Cell::Text(text) => quoted(&kept(&text)),
        };
        if !std::mem::take(&mut self.is_empty) {
            self.text.push(',');
        }
        self.text.push_str(&quoted(name));
        self.text.push(':');
        self.text.push_str(&value);
    }

    /// A list of what is written already.
    fn list(&mut self, name: &str, items: impl Iterator<Item = String>) {
        if !std::mem::take(&mut self.is_empty) {
            self.text.push(',');
        }
        let items: Vec<String> = items.collect();
        self.text.push_str(&format!("{}:[{}]", quoted(name), items.join(",")));
    }

    fn number(&mut self, name: &str, value: Option<f64>) {
        self.put(name, value.map_or(Cell::Blank, Cell::Number));
    }

    fn time(&mut self, name: &str, time: Option<Timestamp>) {
        self.put(name, time.map_or(Cell::Blank, |time| Cell::text(time.to_string())));
    }
}

fn write_series(record: &mut Record<'_>, series: &PriceSeries) {
    record.put("symbol", Cell::text(series.symbol.as_str()));
    record.put(
        "kind",
        Cell::text(match series.kind {
            SeriesKind::Close => "close",
            SeriesKind::Return => "return",
            SeriesKind::Yield => "yield",
        }),
    );
    // A day in full: every one is midnight.
    let days = series.observations.iter().map(|observation| quoted(&observation.day.to_string().replace("T00:00:00Z", "")));
    record.list("days", days);
    record.list("values", series.observations.iter().map(|observation| exact_text(observation.value)));
}

fn write_correlations(record: &mut Record<'_>, table: &CorrelationTable) {
    record.list("symbols", table.symbols.iter().map(|symbol| quoted(symbol)));
    record.list("below", table.below.iter().map(|entry| exact_text(*entry)));
}

/// A text as a JSON string (RFC 8259, section 7).
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for sign in text.chars() {
        match sign {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\0'..='\u{1f}' => quoted.push_str(&format!("\\u{:04x}", u32::from(sign))),
            sign => quoted.push(sign),
        }
    }
    quoted.push('"');
    quoted
}

fn write_fact(record: &mut Record<'_>, fact: &Fact) {
    let (name, price) = match &fact.value {
        FactValue::Spot { price, .. } => ("spot", Some(price)),
        FactValue::Rate { .. } => ("rate", None),
        FactValue::Funding { .. } => ("funding", None),
        FactValue::Perpetual { price, .. } => ("perpetual", Some(price)),
        FactValue::Forward { price, .. } => ("forward", Some(price)),
        FactValue::Dividend { .. } => ("dividend", None),
        FactValue::DailyVol { .. } => ("daily_vol", None),
        FactValue::Option { .. } => ("option", None),
    };
    record.put("fact", Cell::text(name));
    record.put("underlying", Cell::text(fact.value.underlying()));
    match &fact.value {
        FactValue::Rate { rate, .. } | FactValue::Funding { rate, .. } => record.number("rate", Some(rate.get())),
        FactValue::DailyVol { vol, .. } => record.number("vol", Some(vol.get())),
        FactValue::Perpetual { settlement, .. } => record.put("settlement", Cell::text(settles(*settlement))),
        FactValue::Forward { expiry, .. } => record.time("expiry", Some(*expiry)),
        FactValue::Dividend { ex_date, amount, .. } => {
            record.time("ex_date", Some(*ex_date));
            record.number("dividend", Some(amount.get()));
        }
        FactValue::Option { underlying: _, expiry, strike, kind, settlement, mark_vol, mark_price, bid_ask } => {
            record.time("expiry", Some(*expiry));
            record.number("strike", Some(strike.get()));
            record.put(
                "option_type",
                Cell::text(match kind {
                    OptionKind::Call => "call",
                    OptionKind::Put => "put",
                }),
            );
            record.put("settlement", Cell::text(settles(*settlement)));
            record.number("vol", mark_vol.map(Vol::get));
            record.number("mark", mark_price.map(Price::get));
            record.number("bid_vol", bid_ask.bid_vol.map(Vol::get));
            record.number("ask_vol", bid_ask.ask_vol.map(Vol::get));
            record.number("bid", bid_ask.bid.map(Price::get));
            record.number("ask", bid_ask.ask.map(Price::get));
        }
        FactValue::Spot { .. } => {}
    }
    record.number("price", price.map(|price| price.get()));
    record.time("time", fact.time);
    match fact.origin {
        Origin::Quote => {}
        Origin::Position => record.put("origin", Cell::text("position")),
        Origin::Assumed => record.put("origin", Cell::text("assumed")),
    }
}

fn settles(settlement: Settlement) -> &'static str {
    match settlement {
        Settlement::Linear => "linear",
        Settlement::Inverse => "inverse",
    }
}

fn write_account(record: &mut Record<'_>, account: &Account) {
    let Account {
        venue,
        name,
        kind,
        currency,
        equity,
        balance,
        unrealized_pnl,
        initial_margin,
        maintenance_margin,
        health,
        time,
        source: _,
    } = account;
    record.put("venue", Cell::text(venue.as_str()));
    record.put("name", Cell::text(name.as_str()));
    record.put("kind", Cell::text(kind.as_str()));
    record.put("currency", currency.as_ref().map_or(Cell::Blank, |currency| Cell::text(currency.code())));
    for (name, figure) in [
        ("equity", equity),
        ("balance", balance),
        ("unrealized_pnl", unrealized_pnl),
        ("initial_margin", initial_margin),
        ("maintenance_margin", maintenance_margin),
        ("health", health),
    ] {
        record.number(name, figure.map(Quantity::get));
    }
    record.time("time", *time);
}
