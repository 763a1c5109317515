//! Deribit's transaction log as the web site exports it: CSV → the open positions and coin balances after its last rows
//! (venues.md, section 1). Four layouts are in use; they differ in the columns of amounts and notes.
//!
//! `Position` is the signed open position after the row, `Balance` the balance of the file's currency; the rows of an instrument
//! replayed give its average entry price. Invariant: of each instrument and currency the latest row by `Date`, then `UserSeq`,
//! counts, whichever way the file is sorted.

use crate::book::{Account, Stated};
use crate::import::content::Content;
use crate::import::date::{self, EXPIRY_TIME_MS};
use crate::import::deribit_fills::{self, Event, Held, Step};
use crate::import::deribit_name::{self, Name};
use crate::import::holding::Holding;
use crate::import::intake::Intake;
use crate::import::row::Row;
use crate::import::schema::{Field, Schema, Unknown};
use crate::import::terms::{self, Statement};
use crate::import::{ImportDef, Imported};
use crate::instrument::{Instrument, Settlement};
use crate::issue::{Issue, IssueKind};
use crate::market::Origin;
use crate::units::{Currency, Price, Quantity, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// The format.
pub(super) const DEF: ImportDef = ImportDef {
    id: "deribit-log",
    label: "Deribit transaction log (CSV)",
    doc: "Deribit's web export transaction_log-<user>-<currency>-….csv: columns UserSeq, Date, Instrument, Type, Position, Cash Flow and \
          Balance; open positions, with the average price of their fills, and balances are those after its last rows",
    recognizes,
    read,
};

const VENUE: &str = "Deribit";

const FIELDS: usize = 13;
const SEQUENCE: usize = 0;
const DATE: usize = 1;
const INSTRUMENT: usize = 2;
const TYPE: usize = 3;
const POSITION: usize = 4;
const MARK: usize = 5;
const INDEX: usize = 6;
const BALANCE: usize = 7;
const EQUITY: usize = 8;
const SIDE: usize = 9;
const AMOUNT: usize = 10;
const BASE_AMOUNT: usize = 11;
const PRICE: usize = 12;

const SCHEMA: Schema<FIELDS> = Schema {
    fields: [
        Field { names: &["userseq"], is_number: false },
        Field { names: &["date"], is_number: false },
        Field { names: &["instrument"], is_number: false },
        Field { names: &["type"], is_number: false },
        Field { names: &["position"], is_number: true },
        Field { names: &["markprice"], is_number: true },
        Field { names: &["indexprice"], is_number: true },
        Field { names: &["balance"], is_number: true },
        Field { names: &["equity"], is_number: true },
        Field { names: &["side"], is_number: false },
        Field { names: &["amount", "size"], is_number: true },
        Field { names: &["baseamount"], is_number: true },
        Field { names: &["price"], is_number: true },
    ],
    required: &[SEQUENCE, DATE, INSTRUMENT, TYPE, POSITION, BALANCE],
    unknown: Unknown::Expected,
};

fn recognizes(content: &Content) -> bool {
    let columns = ["UserSeq", "Date", "Instrument", "Type", "Position", "Cash Flow", "Balance"];
    content.table().is_some_and(|table| columns.iter().all(|name| table.has(name)))
}

/// A row, as far as it matters.
struct Entry {
    line: u64,
    time: Timestamp,
    sequence: Option<f64>,
    /// Name and terms, of a contract.
    contract: Option<(String, Instrument)>,
    /// What the row does to the position, where it states one.
    step: Option<Step>,
    mark: Option<Price>,
    index: Option<Price>,
    balance: Option<Quantity>,
    equity: Option<Quantity>,
}

fn read(content: &Content, out: &mut Imported) {
    let mut intake = Intake::new(out, content.name);
    // Headers of several layouts put together, as examples show them, have no rows between them.
    if content.text.lines().filter(|line| !line.trim().is_empty()).all(is_header) {
        let line = content.table().map_or(1, |table| table.header_line);
        let message = "no rows after the header: no positions and no market data";
        intake.issue(Issue::rejected(IssueKind::MissingData, message).at_line(line));
        return intake.finish();
    }
    let (mut entries, mut doubtful): (Vec<Entry>, _) = (Vec::new(), BTreeSet::new());
    SCHEMA.read(content, &mut intake, |row, intake| {
        let entry = read_row(row, intake).inspect_err(|_| {
            doubtful.insert(row.raw(INSTRUMENT).to_uppercase());
        })?;
        entries.extend(entry);
        Ok(())
    });
    // Rows of one instant that have no sequence stand in the order of the file, whose first row may be the latest.
    if entries.first().zip(entries.last()).is_some_and(|(first, last)| first.time > last.time) {
        entries.reverse();
    }
    let order = |sequence: Option<f64>| sequence.unwrap_or(f64::NEG_INFINITY);
    entries.sort_by(|one, other| one.time.cmp(&other.time).then(order(one.sequence).total_cmp(&order(other.sequence))));
    record_positions(&entries, &doubtful, &mut intake);
    record_balances(&entries, content.name, &mut intake);
    intake.finish();
}

fn is_header(line: &str) -> bool {
    let mut names = line.split([',', ';', '\t']).map(|name| name.trim().trim_matches('"'));
    names.any(|name| name == "UserSeq") && line.contains("Instrument") && line.contains("Position")
}

fn read_row(row: &Row<'_, FIELDS>, intake: &mut Intake<'_>) -> Result<Option<Entry>, Issue> {
    if row.raw(SEQUENCE) == "UserSeq" && row.raw(DATE) == "Date" {
        row.note(SEQUENCE, intake, "the header again: nothing is read from it");
        return Ok(None);
    }
    let accepted = "not a time; 2027-03-27 08:00:00, 27 Mar 2027 08:00:00 and milliseconds since 1970 are accepted";
    let time = instant(row.raw(DATE)).ok_or_else(|| row.refuse(DATE, IssueKind::Parse, accepted))?;
    let contract = contract(row, intake)?;
    let sequence = stated(row, SEQUENCE, Row::amount, intake)?;
    if sequence.is_none() {
        row.note(SEQUENCE, intake, "no number of the row: of one instant it counts as the first, as far as the file's order goes");
    }
    Ok(Some(Entry {
        line: row.line,
        time,
        sequence,
        step: step(row, intake)?.filter(|_| contract.is_some()),
        contract,
        mark: stated(row, MARK, Row::price, intake)?,
        index: stated(row, INDEX, Row::price, intake)?,
        balance: stated(row, BALANCE, Row::quantity, intake)?,
        equity: stated(row, EQUITY, Row::quantity, intake)?,
    }))
}

/// What a row does to a position; `None` where it states none.
fn step(row: &Row<'_, FIELDS>, intake: &mut Intake<'_>) -> Result<Option<Step>, Issue> {
    let event = Event::of(row.raw(TYPE));
    let position = stated(row, POSITION, Row::quantity, intake)?;
    // What is delivered is no longer held, whatever the row prints.
    if event == Event::Delivery && position.is_some_and(|position| position.get() != 0.0) {
        row.note(POSITION, intake, "a delivery closes the position: it is taken as 0");
    }
    let after = match (event, position) {
        (Event::Delivery, _) => 0.0,
        (_, Some(position)) => position.get(),
        (_, None) => return Ok(None),
    };
    let amounts = [stated(row, AMOUNT, Row::amount, intake)?, stated(row, BASE_AMOUNT, Row::amount, intake)?];
    let side = match row.word(SIDE).rsplit(' ').next() {
        Some("buy") => Some(1.0),
        Some("sell") => Some(-1.0),
        _ => None,
    };
    let price = stated(row, PRICE, Row::amount, intake)?;
    Ok(Some(Step { line: row.line, event, after, amounts, side, price }))
}

/// A cell by its reader; `None` where the log writes a dash for nothing.
fn stated<'r, T>(
    row: &Row<'r, FIELDS>,
    field: usize,
    read: impl FnOnce(&Row<'r, FIELDS>, usize, &mut Intake<'_>) -> Result<Option<T>, Issue>,
    intake: &mut Intake<'_>,
) -> Result<Option<T>, Issue> {
    if matches!(row.raw(field), "-" | "--" | "N/A") { Ok(None) } else { read(row, field, intake) }
}

/// What has a position: no coin pair, which changes balances only, and no combination, whose legs have rows of their own.
fn contract(row: &Row<'_, FIELDS>, intake: &mut Intake<'_>) -> Result<Option<(String, Instrument)>, Issue> {
    let name = row.raw(INSTRUMENT);
    if matches!(name, "" | "-" | "--") {
        return Ok(None);
    }
    match deribit_name::parse(name) {
        Some(Name::Combination) => {
            row.note(INSTRUMENT, intake, "a combination of contracts: its legs count, each in a row of its own");
            Ok(None)
        }
        _ => match terms::contract(row, INSTRUMENT)? {
            Instrument::Spot(_) | Instrument::Cash(_) => Ok(None),
            instrument => Ok(Some((row.text(INSTRUMENT, intake)?.to_uppercase(), instrument))),
        },
    }
}

/// `2022-02-17 17:36:43`, `17 Feb 2022 17:36:43` or milliseconds since 1970; UTC.
fn instant(text: &str) -> Option<Timestamp> {
    if text.len() == 13 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().map(Timestamp::from_ms);
    }
    Timestamp::parse_iso(text).or_else(|| {
        let (day, clock) = text.rsplit_once(' ')?;
        let (day, clock) = (date::parse_code(day.trim_end_matches(','))?, Timestamp::parse_iso(&format!("1970-01-01T{clock}"))?);
        Some(Timestamp::from_ms(day.ms() - EXPIRY_TIME_MS + clock.ms()))
    })
}

fn record_positions(entries: &[Entry], doubtful: &BTreeSet<String>, intake: &mut Intake<'_>) {
    let mut by_name: BTreeMap<&str, (&Entry, &Instrument, Vec<Step>)> = BTreeMap::new();
    for entry in entries {
        if let (Some((name, instrument)), Some(step)) = (&entry.contract, entry.step) {
            let rows = by_name.entry(name).or_insert_with(|| (entry, instrument, Vec::new()));
            rows.0 = entry;
            rows.2.push(step);
        }
    }
    let latest = entries.last().map(|entry| entry.time);
    for (name, (entry, instrument, steps)) in by_name {
        let Some(held) = deribit_fills::replay(instrument, &steps).filter(|held| held.quantity != 0.0) else { continue };
        let about = |kind: IssueKind, message: String| Issue::noted(kind, message).about(name);
        if let Some(expiry) = instrument.expiry().filter(|expiry| latest.is_some_and(|latest| *expiry < latest)) {
            let message = format!("it ran out at {expiry}, before the last row of the file, which has no delivery of it: it is not held");
            intake.note_on(entry.line, "ran out without a delivery", about(IssueKind::MissingData, message));
            continue;
        }
        let (mark, spot, time) = (entry.mark.filter(|mark| mark.get() > 0.0), entry.index, Some(entry.time));
        Statement { mark, vol: None, spot, forward: None, rate: None, funding: None, time, origin: Origin::Position }
            .record(instrument, entry.line, intake);
        note_entry(&held, entry.line, about, intake);
        if doubtful.contains(name) {
            let message = "a row of this instrument was rejected: its position may be that of an earlier row";
            intake.note(entry.line, about(IssueKind::Invalid, message.to_owned()));
        }
        let (name, account, instrument) = (name.to_owned(), String::new(), instrument.clone());
        let result = held.entry.map(Price::new).transpose().and_then(|price| {
            let (quantity, stated) = (held.quantity, Stated::default());
            Holding { name, account, venue: VENUE, instrument, quantity, entry: price, mark, stated }.record(entry.line, intake)
        });
        if let Err(issue) = result {
            intake.issue(issue.at_line(entry.line));
        }
    }
}

/// Says where the entry price comes from, or why there is none.
fn note_entry(held: &Held, line: u64, about: impl Fn(IssueKind, String) -> Issue, intake: &mut Intake<'_>) {
    let Some((lost, why)) = &held.unknown else {
        let message = "the position after the last row of its instrument; its entry price is the average of the fills in this file";
        return intake.note(line, about(IssueKind::Conversion, message.to_owned()));
    };
    let message = format!("no entry price, so the gain since entry is not known: line {lost}: {why}");
    intake.note_on(line, "no entry price", about(IssueKind::MissingData, message));
}

/// The currency in which a contract's gains are paid.
fn paid_in(instrument: &Instrument) -> Currency {
    match instrument.settlement() {
        Settlement::Inverse => Currency::new(instrument.underlying()),
        Settlement::Linear => instrument.quote(),
    }
}

fn record_balances(entries: &[Entry], file: &str, intake: &mut Intake<'_>) {
    let own = |entry: &Entry| entry.contract.as_ref().map(|(_, instrument)| paid_in(instrument));
    let mut known: Vec<Currency> = entries.iter().filter_map(own).collect();
    known.sort();
    known.dedup();
    let by_name = currency_of_name(file);
    // Deposits and transfers name no instrument: they are of the currency of the rest of the file.
    let of_file = match known.as_slice() {
        [one] => Some(one.clone()),
        _ => by_name.clone(),
    };
    let mut last: BTreeMap<Currency, &Entry> = BTreeMap::new();
    let mut homeless = None;
    for entry in entries.iter().filter(|entry| entry.balance.is_some()) {
        match own(entry).or_else(|| of_file.clone()) {
            Some(currency) => drop(last.insert(currency, entry)),
            None => homeless = Some(entry),
        }
    }
    if let Some(entry) = homeless {
        let message = "neither the instruments nor the name of the file say in which currency this balance is: a name such as \
                       transaction_log-1234-BTC-2027.csv is accepted";
        intake.issue(Issue::rejected(IssueKind::MissingData, message).in_column("Balance").at_line(entry.line));
    }
    for (currency, entry) in last {
        let how = match (known.contains(&currency), by_name.as_ref().filter(|by_name| **by_name != currency)) {
            (true, None) => "the balance after the last row, in the currency in which the instruments of the file pay",
            (true, Some(_)) => {
                "the balance after the last row, in the currency in which the instruments pay; the name of the file says another"
            }
            (false, _) => "the balance after the last row, in the currency that the name of the file says",
        };
        intake.note(entry.line, Issue::noted(IssueKind::Conversion, how).in_column("Balance").about(currency.code()));
        let source = intake.source(entry.line);
        let kind = "transaction log".to_owned();
        let (equity, balance, time) = (entry.equity, entry.balance, Some(entry.time));
        let (venue, of_account) = (VENUE.to_owned(), Some(currency.clone()));
        intake.account(Account { venue, kind, currency: of_account, equity, balance, time, source, ..Account::default() });
        let (name, account, instrument) = (currency.code().to_owned(), String::new(), deribit_name::coin(currency.code()));
        let quantity = balance.map_or(0.0, Quantity::get);
        let holding = Holding { name, account, venue: VENUE, instrument, quantity, entry: None, mark: None, stated: Stated::default() };
        if let Err(issue) = holding.record(entry.line, intake) {
            intake.issue(issue.at_line(entry.line));
        }
    }
}

/// `transaction_log-<user>-<currency>-…`.
fn currency_of_name(file: &str) -> Option<Currency> {
    let name = file.to_lowercase();
    let stem = name.split_once("transaction_log-")?.1.split('.').next()?;
    let code = stem.split(['-', ' ']).nth(1)?.to_owned();
    let is_code = (2..=6).contains(&code.len()) && code.starts_with(|sign: char| sign.is_ascii_alphabetic());
    (is_code && code.bytes().all(|byte| byte.is_ascii_alphanumeric())).then(|| Currency::new(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_in_the_ways_that_the_log_has_been_written() {
        let time = Timestamp::parse_iso("2026-02-07T17:36:43Z");
        for text in ["2026-02-07 17:36:43", "2026-02-07T17:36:43Z", "7 Feb 2026 17:36:43", "07-Feb-2026 17:36:43", "1770485803000"] {
            assert_eq!(instant(text), time, "{text}");
        }
        for text in ["", "yesterday", "31 Feb 2026 10:00:00", "7 Feb 2026 25:00:00", "7 Feb 2026"] {
            assert_eq!(instant(text), None, "{text}");
        }
    }

    #[test]
    fn the_currency_stands_behind_the_user_in_the_name() {
        for (file, expected) in [
            ("transaction_log-1234-BTC-2026-01-01.csv", Some("BTC")),
            ("transaction_log-1234-usdc.csv", Some("USDC")),
            ("my transaction_log-1234-ETH-all (1).csv", Some("ETH")),
            ("transaction_log-1234.csv", None),
            ("transaction_log-1234-2026-01-01.csv", None),
            ("log.csv", None),
        ] {
            assert_eq!(currency_of_name(file).as_ref().map(Currency::code), expected, "{file}");
        }
    }
}
