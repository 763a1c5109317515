//! Stage: Valued → sums. By underlying, by expiry and over the whole book; every sum runs in book order.

mod account;
pub mod carry;
pub mod compare;
pub mod concentration;
pub mod counterparty;
pub mod ladder;
pub mod leverage;
pub mod limit;
mod method;
pub mod pivot;
pub mod unlock;
pub mod portfolio_vol;

use crate::book::Book;
use crate::instrument::Instrument;
use crate::market::Market;
use crate::price::{Line, Plan, Valued};
use crate::units::{CoinGreeks, Measures};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub use crate::exposure::account::{AccountRow, by_account};
pub use crate::exposure::method::METHODS;

/// Sums over the whole book.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Totals {
    /// Value of everything, US dollars.
    pub equity: f64,
    /// Gross notional over equity; `None` when equity is not positive.
    pub leverage: Option<f64>,
    /// All measures, US dollars; `value` is the sum over positions and `equity` the same over netted contracts.
    pub measures: Measures,
}

/// The positions that share one property.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slice {
    /// Code of the underlying, ISO time of the expiry, or `none`.
    pub key: String,
    /// How many positions.
    pub positions: u32,
    /// US dollars.
    pub base: Measures,
    /// US dollars; absent without a shock.
    pub shocked: Option<Measures>,
    /// The coin that `base_coin` and `shocked_coin` count; absent with them.
    pub coin: Option<String>,
    /// In the underlying's coin, where all positions share one.
    pub base_coin: Option<CoinGreeks>,
    /// The same under the shock.
    pub shocked_coin: Option<CoinGreeks>,
}

/// What the totals leave out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// Positions in the book.
    pub positions: u32,
    /// Positions that every total counts.
    pub valued: u32,
    /// Positions that had expired before the book's time and count for nothing.
    pub expired: u32,
    /// Positions that no total counts.
    pub left_out: u32,
    /// Positions that no model prices and that stand at their mark with a delta of one; part of `valued`.
    pub at_mark: u32,
    /// Their gross notional, US dollars.
    pub at_mark_gross: f64,
    /// Gross notional of what is left out, US dollars; `None` where the spot of one of them is not known.
    pub left_out_gross: Option<f64>,
}

/// Sums the whole book.
pub fn totals(valued: &Valued) -> Totals {
    let mut measures = Measures::default();
    for position in valued.positions.iter().flatten() {
        measures += position.measures;
    }
    let leverage = (valued.total > 0.0).then(|| measures.gross_notional / valued.total);
    Totals { equity: valued.total, leverage, measures }
}

/// Counts what is and is not in the totals.
pub fn coverage(book: &Book, market: &Market, plan: &Plan) -> Coverage {
    let mut coverage = Coverage { left_out_gross: Some(0.0), ..Coverage::default() };
    for (position, line) in book.positions.iter().zip(plan.lines()) {
        coverage.positions += 1;
        match line {
            Line::Contract(_) => {
                coverage.valued += 1;
                if matches!(position.instrument, Instrument::Other(_)) {
                    coverage.at_mark += 1;
                    let spot = market.spot(position.instrument.underlying()).map_or(0.0, |spot| spot.value);
                    coverage.at_mark_gross += (position.quantity.get() * position.instrument.exposure_at(spot)).abs();
                }
            }
            Line::Expired => coverage.expired += 1,
            Line::LeftOut => {
                coverage.left_out += 1;
                let spot = market.spot(position.instrument.underlying()).map(|spot| spot.value).ok();
                let gross = spot.map(|spot| (position.quantity.get() * position.instrument.exposure_at(spot)).abs());
                coverage.left_out_gross = coverage.left_out_gross.zip(gross).map(|(sum, gross)| sum + gross);
            }
        }
    }
    coverage
}

/// Sums by underlying, in alphabetical order.
pub fn by_underlying(book: &Book, base: &Valued, shocked: Option<&Valued>) -> Vec<Slice> {
    slices(book, base, shocked, |index| book.positions.get(index).map(|position| position.instrument.underlying().to_owned()))
}

/// Sums by expiry, in time order, what never expires last.
pub fn by_expiry(book: &Book, base: &Valued, shocked: Option<&Valued>) -> Vec<Slice> {
    slices(book, base, shocked, |index| {
        let position = book.positions.get(index)?;
        Some(position.instrument.expiry().map_or_else(|| "none".to_owned(), |expiry| expiry.to_string()))
    })
}

fn slices(book: &Book, base: &Valued, shocked: Option<&Valued>, key: impl Fn(usize) -> Option<String>) -> Vec<Slice> {
    let mut slices: BTreeMap<String, (Slice, Option<String>)> = BTreeMap::new();
    for (index, position) in base.positions.iter().enumerate() {
        let (Some(valued), Some(key)) = (position, key(index)) else { continue };
        let underlying = book.positions.get(index).map(|position| position.instrument.underlying().to_owned());
        let (slice, coin) = slices.entry(key.clone()).or_insert_with(|| {
            let slice = Slice {
                key,
                positions: 0,
                base: Measures::default(),
                shocked: shocked.map(|_| Measures::default()),
                coin: None,
                base_coin: valued.coin.map(|_| CoinGreeks::default()),
                shocked_coin: valued.coin.and(shocked).map(|_| CoinGreeks::default()),
            };
            (slice, underlying.clone())
        });
        slice.positions += 1;
        slice.base += valued.measures;
        let same_coin = *coin == underlying;
        slice.base_coin = sum_coin(slice.base_coin, valued.coin, same_coin);
        if let Some(other) = shocked.and_then(|shocked| shocked.positions.get(index)?.as_ref()) {
            if let Some(sum) = &mut slice.shocked {
                *sum += other.measures;
            }
            slice.shocked_coin = sum_coin(slice.shocked_coin, other.coin, same_coin);
        }
    }
    slices.into_values().map(|(slice, coin)| Slice { coin: slice.base_coin.and(coin), ..slice }).collect()
}

/// Coins of different underlyings do not add up: the sum is then withdrawn.
fn sum_coin(sum: Option<CoinGreeks>, coin: Option<CoinGreeks>, same_coin: bool) -> Option<CoinGreeks> {
    match (sum, coin) {
        (Some(mut sum), Some(coin)) if same_coin => {
            sum += coin;
            Some(sum)
        }
        _ => None,
    }
}
