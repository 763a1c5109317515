//! How much of each limit is used.

use crate::exposure::concentration::{self, Locked};
use crate::exposure::counterparty::Counterparties;
use crate::exposure::leverage::{Leverage, Leveraged};
use crate::exposure::limit::measure::What;
use crate::exposure::limit::{EquityDef, Limit, LimitMeasure, Slice, key_text};
use crate::exposure::pivot::columns::{Columns, Sources, Under};
use crate::exposure::pivot::dimension::Dimension;
use crate::exposure::pivot::measure::{self, MeasureDef};
use crate::exposure::pivot::{Key, Query, Sum, property};
use crate::order;
use serde::{Deserialize, Serialize};

/// What limits are held against.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The book and its numbers.
    pub sources: Sources<'a>,
    /// Leverage.
    pub leverage: &'a Leveraged,
    /// Exposures at default.
    pub counterparties: &'a Counterparties,
    /// What is locked.
    pub locked: &'a Locked,
}

/// Where a limit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Above the hard limit.
    Hard,
    /// Above the soft limit.
    Soft,
    /// There is no number to hold against it.
    Unknown,
    /// At most the soft limit, or the hard one where there is no other.
    Within,
}

/// One limit and what is used of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The limit.
    pub limit: Limit,
    /// Its place in the set, from 0.
    pub place: u32,
    /// The worst key, of a limit on each key of a dimension.
    pub worst: Option<String>,
    /// The value, signed, in the measure's unit.
    pub value: Option<f64>,
    /// What counts of it over the hard limit; `None` where there is no value.
    pub utilization: Option<f64>,
    /// Where it stands.
    pub status: Status,
    /// Positions in the slice that have no number and are not in the value.
    pub left_out: u32,
    /// What else is to be known, a sentence; may be empty.
    pub note: String,
}

/// A number before it is held against its limit.
#[derive(Clone, Debug, Default)]
struct Found {
    worst: Option<String>,
    value: Option<f64>,
    left_out: u32,
    note: &'static str,
    /// No number is small enough: there is size without equity.
    is_beyond: bool,
}

/// What is said of a limit on a key that the book does not have.
pub const EMPTY: &str = "no position is in this slice";
const NO_EQUITY: &str = "there is size and no equity to carry it";

/// Reads every limit: hard breaches first, then soft ones, then what is unknown, each by utilization.
pub fn evaluate(limits: &[Limit], columns: &mut Columns, facts: &Facts<'_>) -> Vec<Reading> {
    let mut readings: Vec<Reading> = (0..).zip(limits).map(|(place, limit)| reading(place, limit, columns, facts)).collect();
    let used = |reading: &Reading| reading.utilization.unwrap_or(f64::INFINITY);
    order::sort_by(&mut readings, |one, other| one.status.cmp(&other.status).then(used(other).total_cmp(&used(one))));
    readings
}

fn reading(place: u32, limit: &Limit, columns: &mut Columns, facts: &Facts<'_>) -> Reading {
    let Found { worst, value, left_out, note, is_beyond } = match limit.measure {
        LimitMeasure::Sum(measure) => sum(limit, measure, columns, facts),
        LimitMeasure::Equity(def) => equity(limit, def, columns, facts),
    };
    let counted = value.map(|value| limit.direction.counted(value));
    let status = match counted {
        None if is_beyond => Status::Hard,
        None => Status::Unknown,
        Some(counted) if counted > limit.hard => Status::Hard,
        Some(counted) if limit.soft.is_some_and(|soft| counted > soft) => Status::Soft,
        Some(_) => Status::Within,
    };
    let utilization = counted.map(|counted| counted / limit.hard);
    Reading { limit: limit.clone(), place, worst, value, utilization, status, left_out, note: note.to_owned() }
}

fn sum(limit: &Limit, measure: &'static MeasureDef, columns: &mut Columns, facts: &Facts<'_>) -> Found {
    let whole = Dimension::Known(&property::UNDERLYING);
    let dimension = match &limit.slice {
        Slice::Whole => &whole,
        Slice::Of(dimension, _) | Slice::Each(dimension) => dimension,
    };
    let pivot = columns.pivot(&facts.sources, &Query { rows: dimension, columns: None, measure, under: Under::Now, within: &[] });
    let of = |sum: &Sum| match sum.positions {
        0 => Found { value: Some(0.0), note: EMPTY, ..Found::default() },
        // What had expired holds nothing any more.
        _ if sum.summed == 0 && sum.left_out == 0 => Found { value: Some(0.0), ..Found::default() },
        _ => Found { value: sum.value(), left_out: sum.left_out, ..Found::default() },
    };
    let rows = || pivot.rows.iter().zip(&pivot.row_totals);
    match &limit.slice {
        Slice::Whole => of(&pivot.total),
        Slice::Of(_, name) => {
            let row = rows().find(|(key, _)| is_called(&key_text(dimension, key), name));
            of(&row.map_or_else(Sum::default, |(_, sum)| *sum))
        }
        Slice::Each(_) => {
            let found = rows().filter_map(|(key, sum)| Some((key_text(dimension, key), sum.value()?)));
            let worst = worst(limit, found);
            Found { left_out: pivot.total.left_out, note: if pivot.total.positions == 0 { EMPTY } else { "" }, ..worst }
        }
    }
}

/// The one that uses the limit up most.
fn worst(limit: &Limit, found: impl Iterator<Item = (String, f64)>) -> Found {
    let counted = |(_, value): &(String, f64)| limit.direction.counted(*value);
    match found.max_by(|one, other| counted(one).total_cmp(&counted(other))) {
        Some((name, value)) => Found { worst: Some(name), value: Some(value), ..Found::default() },
        None => Found::default(),
    }
}

fn is_called(text: &str, name: &str) -> bool {
    text.trim().to_lowercase() == name.trim().to_lowercase()
}

fn equity(limit: &Limit, def: &EquityDef, columns: &mut Columns, facts: &Facts<'_>) -> Found {
    let Facts { leverage, counterparties, locked, .. } = facts;
    let part = |part: f64| match locked.share(part) {
        None if part > 0.0 => Found { is_beyond: true, note: NO_EQUITY, left_out: locked.left_out, ..Found::default() },
        share => Found { value: Some(share.unwrap_or(0.0)), left_out: locked.left_out, ..Found::default() },
    };
    let of_leverage = |size: fn(&Leverage) -> f64, over: fn(&Leverage) -> Option<f64>| levered(limit, leverage, size, over);
    let by_name = |of: fn(&crate::exposure::counterparty::CounterpartyRow) -> Option<f64>, all: f64| {
        let rows = counterparties.rows.iter().filter_map(|row| Some((row, row.name.as_deref()?)));
        match &limit.slice {
            Slice::Whole => Found { value: Some(all), ..Found::default() },
            Slice::Of(_, name) => match rows.clone().find(|(_, known)| is_called(known, name)) {
                Some((row, _)) => Found { value: of(row), left_out: row.left_out, ..Found::default() },
                None => Found { value: Some(0.0), note: EMPTY, ..Found::default() },
            },
            Slice::Each(_) => worst(limit, rows.filter_map(|(row, name)| Some((name.to_owned(), of(row)?)))),
        }
    };
    match def.what {
        What::GrossLeverage => of_leverage(|leverage| leverage.gross_notional, Leverage::gross),
        What::NetLeverage => of_leverage(|leverage| leverage.net_notional, Leverage::net),
        What::DeltaLeverage => of_leverage(|leverage| leverage.gross_delta, Leverage::delta_adjusted),
        What::LockedShare => part(locked.locked),
        What::BorrowedShare => part(locked.borrowed),
        What::ExposureAtDefault => by_name(|row| Some(row.exposure), counterparties.exposure),
        What::ExpectedLoss => {
            let found = by_name(|row| row.expected_loss, counterparties.expected_loss);
            let note =
                if counterparties.unrated > 0.0 { "counterparties without a probability of default are not in it" } else { found.note };
            Found { note, ..found }
        }
        What::Concentration => match &limit.slice {
            Slice::Each(dimension) => {
                let found = concentration::concentration(columns, &facts.sources, dimension, &measure::GROSS_NOTIONAL);
                let worst = found.top.first().map(|share| key_text(dimension, &share.key));
                let note = if found.index.is_none() { EMPTY } else { "" };
                Found { value: Some(found.index.unwrap_or(0.0)), worst, left_out: found.left_out, note, is_beyond: false }
            }
            // A set with such a slice is not read.
            Slice::Whole | Slice::Of(..) => Found::default(),
        },
    }
}

fn levered(limit: &Limit, all: &Leveraged, size: fn(&Leverage) -> f64, over: fn(&Leverage) -> Option<f64>) -> Found {
    let of = |leverage: &Leverage| match over(leverage) {
        None if size(leverage) != 0.0 => Found { is_beyond: true, note: NO_EQUITY, ..Found::default() },
        value => Found { value: Some(value.unwrap_or(0.0)), ..Found::default() },
    };
    // Named as the pivot names accounts, so that a limit on one reads like any other limit on it.
    let named = || all.accounts.iter().map(|account| (property::account_key(&account.venue, &account.name), account));
    let text = |key: &Key| key_text(&Dimension::Known(&property::ACCOUNT), key);
    let left_out = || all.accounts.iter().map(|account| account.left_out).sum();
    match &limit.slice {
        Slice::Whole => Found { left_out: left_out(), ..of(&all.whole) },
        Slice::Of(_, name) => match named().find(|(key, _)| is_called(&text(key), name)) {
            Some((_, account)) => Found { left_out: account.left_out, ..of(&account.leverage) },
            None => Found { note: EMPTY, ..Found::default() },
        },
        Slice::Each(_) => {
            if let Some((key, account)) = named().find(|(_, account)| of(&account.leverage).is_beyond) {
                return Found { worst: Some(text(&key)), left_out: account.left_out, ..of(&account.leverage) };
            }
            let found = worst(limit, named().filter_map(|(key, account)| Some((text(&key), of(&account.leverage).value?))));
            Found { left_out: left_out(), ..found }
        }
    }
}
