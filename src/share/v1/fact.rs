//! What is known of the market in the v1 link. FROZEN, part of `v1`, which describes it.

use crate::instrument::{EuropeanOption, Instrument, Settlement};
use crate::issue::{Issue, Source};
use crate::market::{BidAsk, Fact, FactValue, Origin};
use crate::share::damaged;
use crate::share::v1::contract::{OptionKey, Table, option_key};
use crate::share::v1::wire::{Reader, Writer, limited};
use crate::share::v1::{column, refused};
use crate::units::{Price, Rate, Timestamp, Vol};

const OPTION: u8 = 7;
const FORWARD: u8 = 5;
const ASSUMED: u8 = 8;
const QUOTED: u8 = 16;

/// Kind and number of a fact.
fn kind_and_number(value: &FactValue) -> (u8, f64) {
    match value {
        FactValue::Spot { price, .. } => (0, price.get()),
        FactValue::Rate { rate, .. } => (1, rate.get()),
        FactValue::Funding { rate, .. } => (2, rate.get()),
        FactValue::Perpetual { settlement: Settlement::Linear, price, .. } => (3, price.get()),
        FactValue::Perpetual { settlement: Settlement::Inverse, price, .. } => (4, price.get()),
        FactValue::Forward { price, .. } => (FORWARD, price.get()),
        FactValue::DailyVol { vol, .. } => (6, vol.get()),
        FactValue::Option { .. } => (OPTION, 0.0),
        // No fact of v1: `share::dividend` takes them out before.
        FactValue::Dividend { amount, .. } => (OPTION, amount.get()),
    }
}

/// Writes the facts.
pub(in crate::share) fn write<'a>(writer: &mut Writer<'a>, facts: &'a [Fact], table: &Table<'a>) {
    let tags: Vec<u8> = facts
        .iter()
        .map(|fact| {
            let origin = match fact.origin {
                Origin::Position => 0,
                Origin::Assumed => ASSUMED,
                Origin::Quote => QUOTED,
            };
            kind_and_number(&fact.value).0 + origin
        })
        .collect();
    let runs: Vec<&[u8]> = tags.chunk_by(|one, other| one == other).collect();
    writer.count(runs.len());
    for run in runs {
        run.first().iter().for_each(|tag| writer.byte(**tag));
        writer.count(run.len());
    }
    let keys: Vec<Option<OptionKey<'a>>> = facts.iter().map(|fact| option_key(&fact.value)).collect();
    facts.iter().zip(&keys).filter(|(_, key)| key.is_none()).for_each(|(fact, _)| writer.text(fact.value.underlying()));
    let expiries: Vec<Timestamp> = facts
        .iter()
        .filter_map(|fact| match fact.value {
            FactValue::Forward { expiry, .. } => Some(expiry),
            _ => None,
        })
        .collect();
    writer.times(&expiries);
    let mut before = 0;
    for key in keys.iter().flatten() {
        let place = table.options.get(key).map_or(0, |place| *place as i64);
        writer.signed(place - before);
        before = place;
    }
    for kind in 0..OPTION {
        let of_kind = facts.iter().map(|fact| kind_and_number(&fact.value)).filter(|(each, _)| *each == kind);
        let numbers: Vec<f64> = of_kind.map(|(_, number)| number).collect();
        if !numbers.is_empty() {
            column::write(writer, &numbers);
        }
    }
    let marks: Vec<(Option<f64>, Option<f64>)> = facts
        .iter()
        .filter_map(|fact| match fact.value {
            FactValue::Option { mark_vol, mark_price, .. } => Some((mark_vol.map(Vol::get), mark_price.map(Price::get))),
            _ => None,
        })
        .collect();
    if !marks.is_empty() {
        column::write_some(writer, marks.iter().map(|(vol, _)| *vol));
        column::write_some(writer, marks.iter().map(|(_, price)| *price));
    }
    writer.presence(&facts.iter().map(|fact| fact.time.is_some()).collect::<Vec<bool>>());
    writer.times(&facts.iter().filter_map(|fact| fact.time).collect::<Vec<Timestamp>>());
}

/// Reads them.
pub(in crate::share) fn read(reader: &mut Reader<'_>, contracts: &[Instrument]) -> Result<Vec<Fact>, Issue> {
    let mut tags: Vec<(u8, Origin)> = Vec::new();
    for _ in 0..reader.count(2)? {
        let (tag, length) = (reader.byte()?, reader.count(1)?);
        let origin = match tag & !OPTION {
            0 => Origin::Position,
            ASSUMED => Origin::Assumed,
            QUOTED => Origin::Quote,
            _ => return Err(damaged()),
        };
        limited(tags.len() + length, reader.limits.facts, "market figures")?;
        tags.extend(std::iter::repeat_n((tag & OPTION, origin), length));
    }
    let of_kind = |kind: u8| tags.iter().filter(|(each, _)| *each == kind).count();
    let options = of_kind(OPTION);
    let mut underlyings = reader.texts(tags.len() - options)?.into_iter();
    let mut expiries = reader.times(of_kind(FORWARD))?.into_iter();
    let mut place = 0_i64;
    let mut places = Vec::with_capacity(options);
    for _ in 0..options {
        place = place.checked_add(reader.signed()?).ok_or_else(damaged)?;
        places.push(usize::try_from(place).map_err(|_| damaged())?);
    }
    let mut places = places.into_iter();
    let mut numbers = Vec::new();
    for kind in 0..OPTION {
        let count = of_kind(kind);
        numbers.push(if count > 0 { column::read(reader, count)? } else { Vec::new() }.into_iter());
    }
    let (mut vols, mut prices) = (Vec::new().into_iter(), Vec::new().into_iter());
    if options > 0 {
        vols = column::read_some(reader, options, Vol::new)?.into_iter();
        prices = column::read_some(reader, options, Price::new)?.into_iter();
    }
    let has_time = reader.presence(tags.len())?;
    let times = column::read_where(&has_time, |count| reader.times(count))?;
    let mut facts = Vec::with_capacity(tags.len());
    for ((kind, origin), time) in tags.into_iter().zip(times) {
        let value = if kind == OPTION {
            let Some(Instrument::Option(option)) = places.next().and_then(|place| contracts.get(place)) else { return Err(damaged()) };
            let EuropeanOption { underlying, expiry, strike, kind, settlement, .. } = option.clone();
            reader.spell(underlying.len())?;
            let (mark_vol, mark_price) = (vols.next().flatten(), prices.next().flatten());
            FactValue::Option { underlying, expiry, strike, kind, settlement, mark_vol, mark_price, bid_ask: BidAsk::default() }
        } else {
            let underlying = underlyings.next().ok_or_else(damaged)?;
            let number = numbers.get_mut(usize::from(kind)).and_then(Iterator::next).ok_or_else(damaged)?;
            let expiry = if kind == FORWARD { expiries.next() } else { None };
            fact_value(kind, underlying, expiry, number).map_err(refused)?
        };
        facts.push(Fact { value, time, origin, source: Source::default() });
    }
    Ok(facts)
}

fn fact_value(kind: u8, underlying: String, expiry: Option<Timestamp>, number: f64) -> Result<FactValue, Issue> {
    Ok(match (kind, expiry) {
        (0, _) => FactValue::Spot { underlying, price: Price::new(number)? },
        (1, _) => FactValue::Rate { underlying, rate: Rate::new(number)? },
        (2, _) => FactValue::Funding { underlying, rate: Rate::new(number)? },
        (3, _) => FactValue::Perpetual { underlying, settlement: Settlement::Linear, price: Price::new(number)? },
        (4, _) => FactValue::Perpetual { underlying, settlement: Settlement::Inverse, price: Price::new(number)? },
        (FORWARD, Some(expiry)) => FactValue::Forward { underlying, expiry, price: Price::new(number)? },
        (6, _) => FactValue::DailyVol { underlying, vol: Vol::new(number)? },
        _ => return Err(damaged()),
    })
}
