//! The table of contracts in the v1 link, and their names. FROZEN, part of `v1`, which describes it.

use crate::engine::Inputs;
use crate::instrument::{Cash, EuropeanOption, Future, Instrument, OptionKind, Perpetual, Settlement, Spot};
use crate::issue::Issue;
use crate::market::FactValue;
use crate::order;
use crate::share::v1::wire::{Reader, Writer, limited};
use crate::share::v1::{column, refused};
use crate::share::{damaged, invalid};
use crate::units::{Currency, Price, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

const INVERSE: u8 = 8;

/// Order within an underlying.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::share) enum Class {
    Cash,
    Spot,
    Perpetual,
    Future,
    Call,
    Put,
}

impl Class {
    fn tag(self) -> u8 {
        match self {
            Class::Cash => 0,
            Class::Spot => 1,
            Class::Perpetual => 2,
            Class::Future => 3,
            Class::Call => 4,
            Class::Put => 5,
        }
    }

    fn of_tag(tag: u8) -> Option<Class> {
        [Class::Cash, Class::Spot, Class::Perpetual, Class::Future, Class::Call, Class::Put].into_iter().find(|class| class.tag() == tag)
    }
}

/// A contract as the link writes it; ordered so that neighbors differ little. Strikes and sizes are bits of positive numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::share) struct Row<'a> {
    underlying: &'a str,
    expiry: Option<Timestamp>,
    strike: u64,
    class: Class,
    settlement: Settlement,
    quote: &'a str,
    size: u64,
}

impl<'a> Row<'a> {
    pub(in crate::share) fn new(instrument: &'a Instrument) -> Row<'a> {
        let one = Row {
            underlying: instrument.underlying(),
            expiry: None,
            strike: 0,
            class: Class::Cash,
            settlement: Settlement::Linear,
            quote: "",
            size: 0,
        };
        match instrument {
            Instrument::Cash(Cash { currency: _ }) => one,
            Instrument::Spot(Spot { asset: _ }) => Row { class: Class::Spot, ..one },
            Instrument::Perpetual(Perpetual { underlying: _, quote, settlement, contract_size }) => {
                Row { class: Class::Perpetual, settlement: *settlement, quote: quote.code(), size: contract_size.to_bits(), ..one }
            }
            Instrument::Future(Future { underlying: _, quote, settlement, contract_size, expiry }) => {
                let (quote, size) = (quote.code(), contract_size.to_bits());
                Row { class: Class::Future, settlement: *settlement, quote, size, expiry: Some(*expiry), ..one }
            }
            Instrument::Option(EuropeanOption { underlying: _, quote, settlement, contract_size, expiry, strike, kind }) => Row {
                class: class(*kind),
                settlement: *settlement,
                quote: quote.code(),
                size: contract_size.to_bits(),
                expiry: Some(*expiry),
                strike: strike.get().to_bits(),
                ..one
            },
            // Not of version 1; the caller reads the link back and finds them missing.
            _ => one,
        }
    }

    /// The row of an option that the book does not hold.
    fn of_fact(key: OptionKey<'a>) -> Row<'a> {
        let (underlying, expiry, strike, class, settlement) = key;
        Row { underlying, expiry: Some(expiry), strike, class, settlement, quote: "USD", size: 1.0_f64.to_bits() }
    }
}

fn class(kind: OptionKind) -> Class {
    match kind {
        OptionKind::Call => Class::Call,
        OptionKind::Put => Class::Put,
    }
}

/// What tells one listed option from another in a fact.
pub(in crate::share) type OptionKey<'a> = (&'a str, Timestamp, u64, Class, Settlement);

/// The key of an option's fact.
pub(in crate::share) fn option_key(value: &FactValue) -> Option<OptionKey<'_>> {
    match value {
        FactValue::Option { underlying, expiry, strike, kind, settlement, mark_vol: _, mark_price: _, bid_ask: _ } => {
            Some((underlying, *expiry, strike.get().to_bits(), class(*kind), *settlement))
        }
        _ => None,
    }
}

/// Every contract that the book holds or the facts name, in order.
#[derive(Default)]
pub(in crate::share) struct Table<'a> {
    pub(in crate::share) rows: Vec<Row<'a>>,
    pub(in crate::share) places: BTreeMap<Row<'a>, usize>,
    pub(in crate::share) options: BTreeMap<OptionKey<'a>, usize>,
}

impl<'a> Table<'a> {
    /// Collects them.
    pub(in crate::share) fn fill(&mut self, inputs: &'a Inputs) {
        let mut rows: Vec<Row<'a>> = inputs.positions.iter().map(|position| Row::new(&position.instrument)).collect();
        order::sort_by(&mut rows, Ord::cmp);
        rows.dedup();
        let key = |row: &Row<'a>| Some((row.underlying, row.expiry?, row.strike, row.class, row.settlement));
        let held: BTreeSet<OptionKey<'a>> = order::set(rows.iter().filter_map(key));
        rows.extend(inputs.facts.iter().filter_map(|fact| option_key(&fact.value)).filter(|key| !held.contains(key)).map(Row::of_fact));
        order::sort_by(&mut rows, Ord::cmp);
        rows.dedup();
        self.places = rows.iter().enumerate().map(|(place, row)| (*row, place)).collect();
        for (place, row) in rows.iter().enumerate() {
            if let Some(key) = key(row) {
                self.options.entry(key).or_insert(place);
            }
        }
        self.rows = rows;
    }
}

/// Writes the table, column by column.
pub(in crate::share) fn write<'a>(writer: &mut Writer<'a>, rows: &[Row<'a>]) {
    writer.count(rows.len());
    rows.iter().for_each(|row| writer.byte(row.class.tag() + if row.settlement == Settlement::Inverse { INVERSE } else { 0 }));
    rows.iter().for_each(|row| writer.text(row.underlying));
    let from = |class: Class| rows.iter().filter(move |row| row.class >= class);
    from(Class::Perpetual).for_each(|row| writer.text(row.quote));
    column::write(writer, &from(Class::Perpetual).map(|row| f64::from_bits(row.size)).collect::<Vec<f64>>());
    writer.times(&from(Class::Future).filter_map(|row| row.expiry).collect::<Vec<Timestamp>>());
    column::write(writer, &from(Class::Call).map(|row| f64::from_bits(row.strike)).collect::<Vec<f64>>());
}

/// Reads it.
pub(in crate::share) fn read(reader: &mut Reader<'_>) -> Result<Vec<Instrument>, Issue> {
    let count = limited(reader.count(2)?, reader.limits.positions + reader.limits.facts, "contracts")?;
    let mut tags = Vec::with_capacity(count);
    for tag in reader.take(count)? {
        let class = Class::of_tag(tag & !INVERSE).ok_or_else(damaged)?;
        let settlement = if tag & INVERSE != 0 { Settlement::Inverse } else { Settlement::Linear };
        if settlement == Settlement::Inverse && class < Class::Perpetual {
            return Err(damaged());
        }
        tags.push((class, settlement));
    }
    let underlyings = reader.texts(count)?;
    let from = |class: Class| tags.iter().filter(|(each, _)| *each >= class).count();
    let mut quotes = reader.texts(from(Class::Perpetual))?.into_iter();
    let mut sizes = column::read(reader, from(Class::Perpetual))?.into_iter();
    let mut expiries = reader.times(from(Class::Future))?.into_iter();
    let mut strikes = column::read(reader, from(Class::Call))?.into_iter();
    tags.into_iter()
        .zip(underlyings)
        .map(|((class, settlement), underlying)| {
            match class {
                Class::Cash => return Ok(Instrument::Cash(Cash { currency: Currency::new(&underlying) })),
                Class::Spot => return Ok(Instrument::Spot(Spot { asset: underlying })),
                Class::Perpetual | Class::Future | Class::Call | Class::Put => {}
            }
            let quote = Currency::new(&quotes.next().ok_or_else(damaged)?);
            let contract_size = sizes.next().ok_or_else(damaged)?;
            if !(contract_size.is_finite() && contract_size > 0.0) {
                let message = "the link holds a contract whose size is not a number above 0".to_owned();
                return Err(invalid(message).with_value(&contract_size.to_string()));
            }
            if class == Class::Perpetual {
                return Ok(Instrument::Perpetual(Perpetual { underlying, quote, settlement, contract_size }));
            }
            let expiry = expiries.next().ok_or_else(damaged)?;
            if class == Class::Future {
                return Ok(Instrument::Future(Future { underlying, quote, settlement, contract_size, expiry }));
            }
            let strike = Price::new(strikes.next().ok_or_else(damaged)?).map_err(refused)?;
            let kind = if class == Class::Call { OptionKind::Call } else { OptionKind::Put };
            Ok(Instrument::Option(EuropeanOption { underlying, quote, settlement, contract_size, expiry, strike, kind }))
        })
        .collect()
}

const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/// The name that a contract has of its own: Deribit's, `BTC-PERPETUAL`, `BTC-27MAR26`, `SOL_USDC-27MAR26-150-C`, with `d` for a
/// decimal point; the code of a coin or currency. Frozen like the rest: a position without a name in the link has this one.
pub(in crate::share) fn own_name(instrument: &Instrument) -> String {
    let pair = match instrument.settlement() {
        Settlement::Inverse => instrument.underlying().to_owned(),
        Settlement::Linear => format!("{}_{}", instrument.underlying(), instrument.quote()),
    };
    let date = instrument.expiry().map_or_else(String::new, |expiry| {
        let (year, month, day) = expiry.civil();
        let month = MONTHS.get((month as usize).wrapping_sub(1)).copied().unwrap_or_default();
        format!("{day}{month}{:02}", year.rem_euclid(100))
    });
    match instrument {
        Instrument::Cash(cash) => cash.currency.code().to_owned(),
        Instrument::Spot(spot) => spot.asset.clone(),
        Instrument::Perpetual(_) => format!("{pair}-PERPETUAL"),
        Instrument::Future(_) => format!("{pair}-{date}"),
        Instrument::Option(option) => {
            let kind = if option.kind == OptionKind::Call { 'C' } else { 'P' };
            format!("{pair}-{date}-{}-{kind}", option.strike.get().to_string().replace('.', "d"))
        }
        _ => String::new(),
    }
}
