//! Whether a position's numbers can be computed with: a price of 1e300 is a number, its square is none.
//!
//! What passes is far enough from the largest double that no sum over a book and no shock leads there; what does not is left out
//! of the totals by name, since an infinite part would make them NaN.

use crate::instrument::{Instrument, Point};
use crate::issue::{Issue, IssueKind};
use crate::price::ValuedPosition;
use crate::price::plan::value_position;
use crate::units::{CoinGreeks, Greeks, Measures};

/// Prices and sizes from one over this to this need no closer look.
const ORDINARY: f64 = 1e30;
/// The same of a volatility at the lower end, and of its variance to expiry.
const LEAST_VOL: f64 = 1e-12;
/// Discounting to expiry as a logarithm, either way.
const ORDINARY_LOG_DISCOUNT: f64 = 100.0;
/// The largest number of a position that is computed with, and the largest price of a market; the smallest is one over it.
const MOST: f64 = 1e200;
const MOST_PRICE: f64 = 1e100;

/// Refuses a position of which a number is, or may become, more than a double holds.
///
/// # Errors
/// A `Calculation` issue.
pub(super) fn check(instrument: &Instrument, point: &Point, quantity: f64, entry: Option<f64>) -> Result<(), Issue> {
    if is_ordinary(instrument, point, quantity, entry) {
        return Ok(());
    }
    let size = quantity * instrument.contract_size();
    let valued = value_position(instrument, point, quantity, entry);
    // What opening cost is part of the value only where there is a price to set against it.
    let opened = entry.map_or([0.0; 2], |entry| [size * entry, size / entry]);
    let is_held = |number: f64| number.abs() <= MOST;
    let is_price = |price: f64| price == 0.0 || (1.0 / MOST_PRICE..=MOST_PRICE).contains(&price);
    if numbers(&valued).chain([size]).chain(opened).all(is_held) && [point.spot, point.forward, point.other].into_iter().all(is_price) {
        return Ok(());
    }
    let message = "its value or a sensitivity is too large for any computation; prices and sizes from 1e-30 to 1e30 never are";
    Err(Issue::rejected(IssueKind::Calculation, message).with_value(&format!("{quantity:e}")))
}

fn is_ordinary(instrument: &Instrument, point: &Point, quantity: f64, entry: Option<f64>) -> bool {
    let Point { spot, forward, years, vol, rate, other, .. } = *point;
    let within = |number: f64| (1.0 / ORDINARY..=ORDINARY).contains(&number);
    let strike = instrument.option_terms().map_or(1.0, |option| option.strike.get());
    let prices = [spot, forward, instrument.contract_size(), entry.filter(|entry| *entry != 0.0).unwrap_or(1.0)];
    let others = [strike, quantity.abs(), other];
    prices.into_iter().all(within)
        && others.into_iter().all(|number| number == 0.0 || within(number))
        && (vol == 0.0 || vol >= LEAST_VOL)
        && (rate * years).abs() <= ORDINARY_LOG_DISCOUNT
        && !matches!(instrument, Instrument::Pool(_) | Instrument::Stake(_))
}

/// Every number of it.
fn numbers(of: &ValuedPosition) -> impl Iterator<Item = f64> {
    let Greeks { value, delta, gamma, vega, theta, rho, vanna, volga, charm } = of.greeks;
    let Measures {
        value: _,
        gross_notional,
        net_notional,
        cash_delta,
        gamma_1pct,
        vega_1pt,
        theta_1d,
        rho_1bp,
        vanna_1pt,
        volga_1pt,
        charm_1d,
    } = of.measures;
    let CoinGreeks { value: coins, delta: coin_delta, gamma_1pct: coin_gamma, vega_1pt: coin_vega, theta_1d: coin_theta } =
        of.coin.unwrap_or_default();
    let raw = [value, delta, gamma, vega, theta, rho, vanna, volga, charm];
    let scaled = [gross_notional, net_notional, cash_delta, gamma_1pct, vega_1pt, theta_1d, rho_1bp, vanna_1pt, volga_1pt, charm_1d];
    raw.into_iter().chain(scaled).chain([coins, coin_delta, coin_gamma, coin_vega, coin_theta, of.unit_price])
}
