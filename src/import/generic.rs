//! A generic row → a position and what it says about the market.

use crate::book::Position;
use crate::import::deribit_name::{EXPIRY_MS_OF_DAY, parse_date, parse_name};
use crate::import::number::parse_number;
use crate::import::record::{Field, Record};
use crate::import::{Imported, MAX_LABEL_CHARS};
use crate::instrument::{Cash, EuropeanOption, Future, Instrument, OptionKind, Perpetual, Settlement, Spot};
use crate::issue::{Issue, IssueKind, Source};
use crate::market::{Fact, FactValue, Origin};
use crate::units::{Currency, DAY_MS, Price, Quantity, Rate, Timestamp, Vol};

/// Vols above this without a percent sign are read as percent.
const PERCENT_ABOVE: f64 = 3.0;
/// Rates above this are doubted.
const DOUBTFUL_RATE: f64 = 1.0;

/// Reads a row into the import: accepted with its notes, or rejected with one issue.
pub fn read_row(record: &Record<'_>, imported: &mut Imported) {
    let mut notes = Vec::new();
    match position(record, &mut notes) {
        Ok((position, facts)) => {
            imported.issues.append(&mut notes);
            let room = imported.positions.len();
            imported.push_position(position);
            if imported.positions.len() > room {
                imported.facts.extend(facts);
            }
        }
        Err(issue) => imported.reject(issue),
    }
}

fn position(record: &Record<'_>, notes: &mut Vec<Issue>) -> Result<(Position, Vec<Fact>), Issue> {
    let name = label(record, Field::Instrument, notes)?;
    let named = parse_name(&name);
    let quantity = required_number(record, Field::Quantity, notes)?;
    let sign = match record.text(Field::Side).to_lowercase().as_str() {
        "" => 1.0,
        "buy" | "long" | "b" if quantity >= 0.0 => 1.0,
        "sell" | "short" | "s" if quantity >= 0.0 => -1.0,
        "buy" | "long" | "b" | "sell" | "short" | "s" => 1.0,
        _ => return Err(record.issue_at(Field::Side, invalid("a side is buy, sell, long, short or empty"))),
    };
    let quantity = Quantity::new(sign * quantity).map_err(|issue| record.issue_at(Field::Quantity, issue))?;
    let instrument = instrument(record, &name, named.as_ref(), notes)?;
    let entry_price = number(record, Field::EntryPrice, notes)?.map(|value| price(record, Field::EntryPrice, value)).transpose()?;
    let mark = number(record, Field::Mark, notes)?.map(|value| price(record, Field::Mark, value)).transpose()?;
    let facts = facts(record, &instrument, mark, notes)?;
    let name = if name.is_empty() { instrument.underlying().to_owned() } else { name };
    let position = Position {
        name,
        account: label(record, Field::Account, notes)?,
        venue: label(record, Field::Venue, notes)?,
        instrument,
        quantity,
        entry_price,
        mark,
        source: Source { file: record.file.to_owned(), line: record.line },
    };
    Ok((position, facts))
}

fn invalid(message: &str) -> Issue {
    Issue::rejected(IssueKind::Invalid, message.to_owned())
}

/// A label: not too long, control characters shown as such.
fn label(record: &Record<'_>, field: Field, notes: &mut Vec<Issue>) -> Result<String, Issue> {
    let text = record.text(field);
    if text.contains('\0') {
        return Err(record.issue_at(field, invalid("a name must not hold a NUL byte")));
    }
    if text.chars().count() > MAX_LABEL_CHARS {
        return Err(record.issue_at(field, invalid("a name has at most 256 characters")));
    }
    let is_control = |character: char| character.is_control() && !matches!(character, '\n' | '\r' | '\t');
    if text.contains(is_control) {
        let note = Issue::noted(IssueKind::Conversion, "control characters are shown as \u{fffd}");
        notes.push(record.issue_at(field, note));
        return Ok(text.replace(is_control, "\u{fffd}"));
    }
    Ok(text.to_owned())
}

/// A number, `None` if the field is empty; interpretations are noted.
fn number(record: &Record<'_>, field: Field, notes: &mut Vec<Issue>) -> Result<Option<f64>, Issue> {
    Ok(read_number(record, field, notes)?.map(|(value, _)| value))
}

fn read_number(record: &Record<'_>, field: Field, notes: &mut Vec<Issue>) -> Result<Option<(f64, bool)>, Issue> {
    let text = record.text(field);
    if text.is_empty() {
        return Ok(None);
    }
    let read = parse_number(text, record.comma_is_decimal)
        .map_err(|accepted| record.issue_at(field, Issue::rejected(IssueKind::Parse, format!("this is no number; accepted is {accepted}"))))?;
    if let Some(note) = read.note {
        notes.push(record.issue_at(field, Issue::noted(IssueKind::Conversion, format!("read as {}: {note}", read.value))));
    }
    if read.is_percent && !matches!(field, Field::Vol | Field::Rate) {
        return Err(record.issue_at(field, invalid("a percent sign has no meaning here, a plain number is accepted")));
    }
    Ok(Some((read.value, read.is_percent)))
}

fn required_number(record: &Record<'_>, field: Field, notes: &mut Vec<Issue>) -> Result<f64, Issue> {
    number(record, field, notes)?.ok_or_else(|| record.issue_at(field, Issue::rejected(IssueKind::MissingData, "a number is needed here")))
}

fn price(record: &Record<'_>, field: Field, value: f64) -> Result<Price, Issue> {
    Price::new(value).map_err(|issue| record.issue_at(field, issue))
}

fn instrument(record: &Record<'_>, name: &str, named: Option<&Instrument>, notes: &mut Vec<Issue>) -> Result<Instrument, Issue> {
    let kind = record.text(Field::Type).to_lowercase();
    let class = match kind.as_str() {
        "option" | "options" | "opt" | "european option" => "option",
        "call" | "put" => "option",
        "future" | "futures" | "fut" => "future",
        "perp" | "perpetual" | "swap" | "perpetual swap" => "perpetual",
        "spot" | "coin" | "token" | "crypto" => "spot",
        "cash" | "stable" | "stablecoin" | "fiat" => "cash",
        "" => match named {
            Some(Instrument::Option(_)) => "option",
            Some(Instrument::Future(_)) => "future",
            Some(Instrument::Perpetual(_)) => "perpetual",
            Some(Instrument::Spot(_)) => "spot",
            Some(Instrument::Cash(_)) | None => {
                let message = "no type, and the name is not one of Deribit's; accepted types are option, future, perp, spot, cash";
                return Err(record.issue_at(Field::Type, Issue::rejected(IssueKind::MissingData, message)).with_value(name));
            }
        },
        _ => return Err(record.issue_at(Field::Type, invalid("accepted types are option, future, perp, spot, cash"))),
    };
    let underlying = match (record.text(Field::Underlying), named) {
        ("", Some(named)) => named.underlying().to_owned(),
        ("", None) if class == "spot" || class == "cash" => name.to_uppercase(),
        ("", None) => return Err(record.issue_at(Field::Underlying, Issue::rejected(IssueKind::MissingData, "the underlying is needed, such as BTC"))),
        (text, _) => {
            label(record, Field::Underlying, notes)?;
            text.to_uppercase()
        }
    };
    match class {
        "cash" => return Ok(Instrument::Cash(Cash { currency: Currency::new(&underlying) })),
        "spot" if Currency::new(&underlying).is_dollar_like() => return Ok(Instrument::Cash(Cash { currency: Currency::new(&underlying) })),
        "spot" => return Ok(Instrument::Spot(Spot { asset: underlying })),
        _ => {}
    }
    let settlement = settlement(record, named, notes)?;
    let quote = match (record.text(Field::Quote), named) {
        ("", Some(named)) => named.quote(),
        ("", None) => Currency::usd(),
        (text, _) => Currency::new(text),
    };
    let contract_size = match number(record, Field::ContractSize, notes)? {
        None => 1.0,
        Some(size) if size > 0.0 => size,
        Some(_) => return Err(record.issue_at(Field::ContractSize, invalid("a contract size is above 0"))),
    };
    if class == "perpetual" {
        return Ok(Instrument::Perpetual(Perpetual { underlying, quote, settlement, contract_size }));
    }
    let expiry = match (record.text(Field::Expiry), named.and_then(Instrument::expiry)) {
        ("", Some(expiry)) => expiry,
        ("", None) => return Err(record.issue_at(Field::Expiry, Issue::rejected(IssueKind::MissingData, "an expiry is needed, such as 2027-03-27"))),
        (text, _) => expiry(record, text, notes)?,
    };
    if class == "future" {
        return Ok(Instrument::Future(Future { underlying, quote, settlement, contract_size, expiry }));
    }
    let named_option = match named {
        Some(Instrument::Option(option)) => Some(option),
        _ => None,
    };
    let strike = match (number(record, Field::Strike, notes)?, named_option) {
        (Some(value), _) => price(record, Field::Strike, value)?,
        (None, Some(option)) => option.strike,
        (None, None) => return Err(record.issue_at(Field::Strike, Issue::rejected(IssueKind::MissingData, "an option needs a strike"))),
    };
    if strike.get() == 0.0 {
        notes.push(record.issue_at(Field::Strike, Issue::noted(IssueKind::Invalid, "a strike of 0 is kept: the call is the forward itself")));
    } else if strike.get() > 1e12 {
        notes.push(record.issue_at(Field::Strike, Issue::noted(IssueKind::Invalid, "an absurd strike is kept as it is")));
    }
    let kind = match (record.text(Field::OptionType).to_lowercase().as_str(), kind.as_str()) {
        ("call" | "c", _) | ("", "call") => OptionKind::Call,
        ("put" | "p", _) | ("", "put") => OptionKind::Put,
        // The name alone decides only where the row leaves all terms to it.
        ("", "") => named_option.map(|option| option.kind).ok_or_else(|| record.issue_at(Field::OptionType, invalid("an option is call or put")))?,
        _ => return Err(record.issue_at(Field::OptionType, invalid("an option is call or put"))),
    };
    if let Some(option) = named_option
        && (option.strike != strike || option.kind != kind || option.expiry != expiry)
    {
        let note = Issue::noted(IssueKind::Conversion, "the name says other terms than the columns; the columns are used");
        notes.push(record.issue(note).in_column("instrument").with_value(name));
    }
    Ok(Instrument::Option(EuropeanOption { underlying, quote, settlement, contract_size, expiry, strike, kind }))
}

fn settlement(record: &Record<'_>, named: Option<&Instrument>, notes: &mut Vec<Issue>) -> Result<Settlement, Issue> {
    match record.text(Field::Margin).to_lowercase().as_str() {
        "inverse" | "reversed" | "coin" | "coin-margined" => Ok(Settlement::Inverse),
        "linear" | "usd" | "usdc" | "usdt" | "usd-margined" => Ok(Settlement::Linear),
        "" => Ok(match named {
            Some(named) => named.settlement(),
            None => {
                let note = Issue::noted(IssueKind::MissingData, "no settlement is given: taken as linear, paid in dollars; accepted are linear and inverse");
                notes.push(record.issue_at(Field::Margin, note));
                Settlement::Linear
            }
        }),
        _ => Err(record.issue_at(Field::Margin, invalid("a settlement is linear or inverse"))),
    }
}

/// An expiry in any of the ways it is written; a bare date is at 08:00 UTC.
fn expiry(record: &Record<'_>, text: &str, notes: &mut Vec<Issue>) -> Result<Timestamp, Issue> {
    let mut note = |at: Timestamp, how: &str| {
        notes.push(record.issue_at(Field::Expiry, Issue::noted(IssueKind::Conversion, format!("read as {at}: {how}"))));
        at
    };
    if let Some(at) = Timestamp::parse_iso(text) {
        return Ok(if text.len() == 10 { Timestamp::from_ms(at.ms() + EXPIRY_MS_OF_DAY) } else { at });
    }
    if let Some(at) = parse_date(text) {
        return Ok(at);
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let digits: i64 = text.parse().unwrap_or(0);
        match text.len() {
            13 => return Ok(note(Timestamp::from_ms(digits), "milliseconds since 1970")),
            10 => return Ok(note(Timestamp::from_ms(digits * 1000), "seconds since 1970")),
            8 => {
                let at = Timestamp::from_civil(digits / 10_000, (digits / 100 % 100) as u32, (digits % 100) as u32, EXPIRY_MS_OF_DAY);
                if let Some(at) = at {
                    return Ok(note(at, "year, month, day"));
                }
            }
            // A spreadsheet's serial counts days since 1899-12-30, which is day −25 569.
            5 if (20_000..80_000).contains(&digits) => {
                return Ok(note(Timestamp::from_ms((digits - 25_569) * DAY_MS + EXPIRY_MS_OF_DAY), "a spreadsheet's day number"));
            }
            _ => {}
        }
    }
    let parts: Vec<Option<u32>> = text.split(['/', '.']).map(|part| part.parse().ok()).collect();
    if let [Some(first), Some(second), Some(year)] = parts.as_slice() {
        let (day, month, how) = if *second > 12 { (*second, *first, "month/day/year") } else { (*first, *second, "day/month/year") };
        if let Some(at) = Timestamp::from_civil(i64::from(*year), month, day, EXPIRY_MS_OF_DAY) {
            return Ok(note(at, how));
        }
    }
    let message = "this is no date that exists; accepted are 2027-03-27, 2027-03-27T08:00:00Z, 27MAR27 and 27/03/2027";
    Err(record.issue_at(Field::Expiry, Issue::rejected(IssueKind::Parse, message)))
}

/// What the row says about the market, as of its own time, which it does not tell.
fn facts(record: &Record<'_>, instrument: &Instrument, mark: Option<Price>, notes: &mut Vec<Issue>) -> Result<Vec<Fact>, Issue> {
    let mut values = Vec::new();
    let underlying = || instrument.underlying().to_owned();
    let positive = |field: Field, value: f64, notes: &str| match Price::new(value) {
        Ok(price) if price.get() > 0.0 => Ok(price),
        _ => Err(record.issue_at(field, invalid(notes))),
    };
    if let Some(spot) = number(record, Field::Spot, notes)? {
        values.push(FactValue::Spot { underlying: underlying(), price: positive(Field::Spot, spot, "a spot is above 0: Black's formula needs a positive forward")? });
    }
    if let (Some(forward), Some(expiry)) = (number(record, Field::Forward, notes)?, instrument.expiry()) {
        let price = positive(Field::Forward, forward, "a forward is above 0: Black's formula needs a positive forward")?;
        values.push(FactValue::Forward { underlying: underlying(), expiry, price });
    }
    if let Some((rate, is_percent)) = read_number(record, Field::Rate, notes)? {
        let rate = Rate::new(rate).map_err(|issue| record.issue_at(Field::Rate, issue))?;
        if rate.get().abs() > DOUBTFUL_RATE && !is_percent {
            let message = format!("read as {} % a year; write 0.04 or 4% if that was meant", rate.get() * 100.0);
            notes.push(record.issue_at(Field::Rate, Issue::noted(IssueKind::Conversion, message)));
        }
        values.push(FactValue::Rate { underlying: underlying(), rate });
    }
    let vol = match read_number(record, Field::Vol, notes)? {
        None => None,
        Some((value, is_percent)) => {
            let is_bare_percent = value > PERCENT_ABOVE && !is_percent;
            let vol = Vol::new(if is_bare_percent { value / 100.0 } else { value }).map_err(|issue| record.issue_at(Field::Vol, issue))?;
            if is_bare_percent {
                let message = format!("read as {value} %; a vol above 3 without a percent sign is taken as percent");
                notes.push(record.issue_at(Field::Vol, Issue::noted(IssueKind::Conversion, message)));
            }
            Some(vol)
        }
    };
    match instrument {
        Instrument::Option(option) if vol.is_some() || mark.is_some() => values.push(FactValue::Option {
            underlying: underlying(),
            expiry: option.expiry,
            strike: option.strike,
            kind: option.kind,
            settlement: option.settlement,
            mark_vol: vol,
            mark_price: mark,
        }),
        Instrument::Future(future) => values.extend(
            mark.filter(|mark| mark.get() > 0.0).map(|price| FactValue::Forward { underlying: underlying(), expiry: future.expiry, price }),
        ),
        Instrument::Perpetual(perpetual) => values.extend(
            mark.filter(|mark| mark.get() > 0.0).map(|price| FactValue::Perpetual { underlying: underlying(), settlement: perpetual.settlement, price }),
        ),
        Instrument::Spot(_) => values.extend(mark.filter(|mark| mark.get() > 0.0).map(|price| FactValue::Spot { underlying: underlying(), price })),
        Instrument::Cash(_) | Instrument::Option(_) => {}
    }
    let source = Source { file: record.file.to_owned(), line: record.line };
    Ok(values.into_iter().map(|value| Fact { value, time: None, origin: Origin::Position, source: source.clone() }).collect())
}
