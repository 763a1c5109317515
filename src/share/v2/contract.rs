//! Contracts that v1 does not know in the v2 link. FROZEN, part of `v2`, which describes it.

use crate::book::Position;
use crate::engine::Inputs;
use crate::instrument::{AmericanOption, Cash, Instrument, Loan, OptionKind, Other, Pool, Share, Side, Stake, Unlock};
use crate::issue::Issue;
use crate::share::v1::wire::{Reader, Writer, limited};
use crate::share::v1::{column, refused};
use crate::share::v2::label::{next_of_each, read_each};
use crate::share::{damaged, invalid};
use crate::units::{Currency, Price, Rate, Timestamp};
use std::collections::BTreeMap;

const AMERICAN_CALL: u8 = 0;
const AMERICAN_PUT: u8 = 1;
const SHARE: u8 = 2;
const STAKE: u8 = 3;
const LOAN: u8 = 4;
const POOL_BASE: u8 = 5;
const POOL_QUOTE: u8 = 6;
const OTHER: u8 = 7;

/// A contract as the link writes it; ordered so that neighbors differ little. Numbers are kept as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Row<'a> {
    tag: u8,
    first: &'a str,
    second: &'a str,
    time: Option<Timestamp>,
    numbers: [Option<u64>; 3],
}

impl<'a> Row<'a> {
    /// `None` for a contract that v1 knows.
    pub(super) fn new(instrument: &'a Instrument) -> Option<Row<'a>> {
        let bits = |number: f64| Some(number.to_bits());
        Some(match instrument {
            Instrument::Cash(_) | Instrument::Spot(_) | Instrument::Future(_) | Instrument::Perpetual(_) | Instrument::Option(_) => {
                return None;
            }
            Instrument::AmericanOption(AmericanOption { underlying, quote, contract_size, expiry, strike, kind }) => Row {
                tag: if *kind == OptionKind::Call { AMERICAN_CALL } else { AMERICAN_PUT },
                first: underlying,
                second: quote.code(),
                time: Some(*expiry),
                numbers: [bits(*contract_size), bits(strike.get()), None],
            },
            Instrument::Share(Share { symbol }) => Row { tag: SHARE, first: symbol, ..Row::default() },
            Instrument::Stake(Stake { token, underlying, rate, unlock }) => {
                let (time, notice) = match unlock {
                    Unlock::Free => (None, None),
                    Unlock::Notice(days) => (None, bits(*days)),
                    Unlock::At(time) => (Some(*time), None),
                };
                Row { tag: STAKE, first: underlying, second: token, time, numbers: [bits(*rate), notice, None] }
            }
            Instrument::Loan(Loan { asset, rate, threshold }) => {
                let numbers = [rate.map(Rate::get).and_then(bits), threshold.and_then(bits), None];
                Row { tag: LOAN, first: asset.code(), numbers, ..Row::default() }
            }
            Instrument::Pool(Pool { base, quote, side, liquidity, lower, upper }) => Row {
                tag: if *side == Side::Base { POOL_BASE } else { POOL_QUOTE },
                first: base.code(),
                second: quote.code(),
                time: None,
                numbers: [bits(*liquidity), bits(*lower), upper.and_then(bits)],
            },
            Instrument::Other(Other { symbol, kind, contract_size }) => {
                Row { tag: OTHER, first: symbol, second: kind, time: None, numbers: [bits(*contract_size), None, None] }
            }
        })
    }
}

/// What stands in v1's table for a contract of this one.
pub(super) fn stand_in() -> Instrument {
    Instrument::Cash(Cash { currency: Currency::new("") })
}

/// Every contract of the book that v1 does not know, in order, and the place of each position's.
#[derive(Default)]
pub(super) struct Table<'a> {
    rows: Vec<Row<'a>>,
    holders: Vec<Option<usize>>,
}

impl<'a> Table<'a> {
    /// Collects them.
    pub(super) fn fill(&mut self, inputs: &'a Inputs) {
        let of_positions: Vec<Option<Row<'a>>> = inputs.positions.iter().map(|position| Row::new(&position.instrument)).collect();
        let mut places: BTreeMap<Row<'a>, usize> = BTreeMap::new();
        for row in of_positions.iter().flatten() {
            places.insert(*row, 0);
        }
        places.values_mut().zip(0..).for_each(|(place, next)| *place = next);
        self.rows = places.keys().copied().collect();
        self.holders = of_positions.iter().map(|row| row.as_ref().and_then(|row| places.get(row).copied())).collect();
    }
}

/// Writes the table, column by column, and who holds what.
pub(super) fn write<'a>(writer: &mut Writer<'a>, table: &Table<'a>) {
    let Table { rows, holders } = table;
    writer.count(rows.len());
    rows.iter().for_each(|row| writer.byte(row.tag));
    rows.iter().for_each(|row| writer.text(row.first));
    rows.iter().for_each(|row| writer.text(row.second));
    writer.presence(&rows.iter().map(|row| row.time.is_some()).collect::<Vec<bool>>());
    writer.times(&rows.iter().filter_map(|row| row.time).collect::<Vec<Timestamp>>());
    for which in 0..3 {
        column::write_some(writer, rows.iter().map(|row| row.numbers.get(which).copied().flatten().map(f64::from_bits)));
    }
    writer.presence(&holders.iter().map(Option::is_some).collect::<Vec<bool>>());
    let mut before = 0;
    for place in holders.iter().flatten() {
        let place = *place as i64;
        writer.signed(place - before);
        before = place;
    }
}

/// Reads it, and puts the contracts in the place of their stand-ins.
pub(super) fn read(reader: &mut Reader<'_>, positions: &mut [Position]) -> Result<(), Issue> {
    let contracts = read_table(reader)?;
    let holds = reader.presence(positions.len())?;
    let mut place = 0_i64;
    for (position, _) in positions.iter_mut().zip(holds).filter(|(_, holds)| *holds) {
        place = place.checked_add(reader.signed()?).ok_or_else(damaged)?;
        let (contract, spelled) = usize::try_from(place).ok().and_then(|place| contracts.get(place)).ok_or_else(damaged)?;
        if position.instrument != stand_in() {
            return Err(damaged());
        }
        reader.spell(*spelled)?;
        position.instrument = contract.clone();
    }
    Ok(())
}

/// The contracts, each with the bytes of text that a copy of it takes.
fn read_table(reader: &mut Reader<'_>) -> Result<Vec<(Instrument, usize)>, Issue> {
    let count = limited(reader.count(3)?, reader.limits.positions, "contracts")?;
    let tags = reader.take(count)?;
    let (firsts, seconds) = (reader.texts(count)?, reader.texts(count)?);
    let has_time = reader.presence(count)?;
    let times = column::read_where(&has_time, |count| reader.times(count))?;
    let mut columns = read_each(reader, count, 3)?;
    let mut contracts = Vec::with_capacity(count);
    for (((tag, first), second), time) in tags.iter().zip(firsts).zip(seconds).zip(times) {
        let spelled = first.len() + second.len();
        contracts.push((contract(*tag, first, second, time, next_of_each(&mut columns))?, spelled));
    }
    Ok(contracts)
}

fn contract(tag: u8, first: String, second: String, time: Option<Timestamp>, numbers: [Option<f64>; 3]) -> Result<Instrument, Issue> {
    Ok(match (tag, second.as_str(), time, numbers) {
        (AMERICAN_CALL | AMERICAN_PUT, _, Some(expiry), [Some(size), Some(strike), None]) => Instrument::AmericanOption(AmericanOption {
            underlying: first,
            quote: Currency::new(&second),
            contract_size: above_zero(size, "size")?,
            expiry,
            strike: Price::new(strike).map_err(refused)?,
            kind: if tag == AMERICAN_CALL { OptionKind::Call } else { OptionKind::Put },
        }),
        (SHARE, "", None, [None, None, None]) => Instrument::Share(Share { symbol: first }),
        (STAKE, _, time, [Some(rate), notice, None]) => {
            let unlock = match (time, notice) {
                (None, None) => Unlock::Free,
                (None, Some(days)) => Unlock::Notice(not_below_zero(days, "notice")?),
                (Some(time), None) => Unlock::At(time),
                (Some(_), Some(_)) => return Err(damaged()),
            };
            Instrument::Stake(Stake { token: second, underlying: first, rate: above_zero(rate, "rate")?, unlock })
        }
        (LOAN, "", None, [rate, threshold, None]) => Instrument::Loan(Loan {
            asset: Currency::new(&first),
            rate: rate.map(Rate::new).transpose().map_err(refused)?,
            threshold: threshold.map(|threshold| not_below_zero(threshold, "threshold")).transpose()?,
        }),
        (POOL_BASE | POOL_QUOTE, _, None, [Some(liquidity), Some(lower), upper]) => {
            let lower = not_below_zero(lower, "range")?;
            if upper.is_some_and(|upper| !(upper.is_finite() && upper >= lower)) {
                return Err(invalid("the link holds a pool share whose range ends below its start".to_owned()));
            }
            let side = if tag == POOL_BASE { Side::Base } else { Side::Quote };
            let (base, quote) = (Currency::new(&first), Currency::new(&second));
            Instrument::Pool(Pool { base, quote, side, liquidity: above_zero(liquidity, "liquidity")?, lower, upper })
        }
        (OTHER, _, None, [Some(size), None, None]) => {
            Instrument::Other(Other { symbol: first, kind: second, contract_size: above_zero(size, "size")? })
        }
        _ => return Err(damaged()),
    })
}

fn above_zero(value: f64, what: &str) -> Result<f64, Issue> {
    if value.is_finite() && value > 0.0 {
        return Ok(value);
    }
    Err(invalid(format!("the link holds a contract whose {what} is not a number above 0")).with_value(&value.to_string()))
}

fn not_below_zero(value: f64, what: &str) -> Result<f64, Issue> {
    if value.is_finite() && value >= 0.0 {
        return Ok(value);
    }
    Err(invalid(format!("the link holds a contract whose {what} is not a number of 0 or more")).with_value(&value.to_string()))
}
