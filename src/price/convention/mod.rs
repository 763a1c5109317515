//! The venues' own rules for Greeks beside ours, figure by figure, so that a published number can be met and a difference has a
//! name. Ours are in `instrument` and do not depend on these.
//!
//! Input: one option under the market that it is valued in. Output: [`Figure`]s, ours and by the venue's rule in the venue's own
//! unit. One convention, one file, one `DEF` in [`ALL`].

mod binance;
mod bybit;
mod deribit;
mod okx_black_scholes;
mod okx_coin;

use crate::instrument::{EuropeanOption, Point, Settlement};
use crate::math::black::BlackInput;
use crate::method::Method;
use crate::price::{DAY_YEARS, SHORT_LIVED_YEARS, ValuedPosition};
use crate::units::{CoinGreeks, Greeks, Measures};
use serde::{Deserialize, Serialize};

pub use crate::price::convention::deribit::{DeribitGreeks, deribit_greeks};

/// A convention.
pub struct ConventionDef {
    /// Stable id, kebab-case.
    pub id: &'static str,
    /// Name for a reader.
    pub label: &'static str,
    /// The venue, as positions name it.
    pub venue: &'static str,
    /// The rules, in words.
    pub doc: &'static str,
    /// The venue's figures beside ours; empty for an option that has expired.
    pub figures: fn(&OptionState) -> Vec<Figure>,
}

/// Every convention, alphabetical.
pub const ALL: &[&ConventionDef] = &[&binance::DEF, &bybit::DEF, &deribit::DEF, &okx_black_scholes::DEF, &okx_coin::DEF];

/// How each of [`ALL`] is computed, in the same order.
pub const METHODS: &[&Method] = &[&binance::METHOD, &bybit::METHOD, &deribit::METHOD, &okx_black_scholes::METHOD, &okx_coin::METHOD];

/// What is said of every convention alike; the unit is that of most.
const fn method(def: &ConventionDef) -> Method {
    let ConventionDef { id, label, doc, .. } = *def;
    Method {
        id,
        label,
        doc: "How the venue's own Greeks of an option follow from the market that it is valued in, so that a published number can be \
              met and a difference has a name.",
        formula: "",
        unit: "Δ coins, Γ per dollar, vega US dollars per point, θ US dollars per day; of one coin",
        convention: doc,
        source: "",
        limits: "",
    }
}

impl ConventionDef {
    /// The convention with this id.
    pub fn by_id(id: &str) -> Option<&'static ConventionDef> {
        ALL.iter().copied().find(|def| def.id == id)
    }

    /// The convention of a venue; of several the first.
    pub fn of_venue(venue: &str) -> Option<&'static ConventionDef> {
        ALL.iter().copied().find(|def| def.venue.eq_ignore_ascii_case(venue.trim()))
    }
}

/// What a figure measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// By the price of the underlying, as the venue defines it.
    Delta,
    /// The same net of the premium, where the venue states both.
    NetDelta,
    /// Second derivative by the price of the underlying.
    Gamma,
    /// By volatility.
    Vega,
    /// By time.
    Theta,
    /// By the rate.
    Rho,
    /// The price itself.
    MarkPrice,
}

impl Measure {
    /// For a reader.
    pub fn label(self) -> &'static str {
        match self {
            Measure::Delta => "Delta",
            Measure::NetDelta => "Delta net of premium",
            Measure::Gamma => "Gamma",
            Measure::Vega => "Vega",
            Measure::Theta => "Theta",
            Measure::Rho => "Rho",
            Measure::MarkPrice => "Mark price",
        }
    }
}

/// The unit of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Coins of the underlying.
    Coins,
    /// Coins per dollar of the underlying's price.
    CoinsPerDollar,
    /// Coins per move of 100 % of the underlying's price.
    CoinsPerWholeMove,
    /// Coins per vol point.
    CoinsPerPoint,
    /// Coins per day.
    CoinsPerDay,
    /// Dollars per vol point.
    DollarsPerPoint,
    /// Dollars per day.
    DollarsPerDay,
    /// Dollars per percentage point of rate.
    DollarsPerPercent,
}

impl Unit {
    /// One of it in US dollars at this spot, by the bump that ours are told in: delta and prices as values, gamma as the change of the
    /// delta's value by a move of 1 %.
    pub fn in_dollars(self, spot: f64) -> f64 {
        match self {
            Unit::Coins | Unit::CoinsPerPoint | Unit::CoinsPerDay => spot,
            Unit::CoinsPerDollar => spot * spot / 100.0,
            Unit::CoinsPerWholeMove => spot / 100.0,
            Unit::DollarsPerPoint | Unit::DollarsPerDay | Unit::DollarsPerPercent => 1.0,
        }
    }

    /// For a reader, with the code of the underlying.
    pub fn label(self, coin: &str) -> String {
        match self {
            Unit::Coins => coin.to_owned(),
            Unit::CoinsPerDollar => format!("{coin} per USD"),
            Unit::CoinsPerWholeMove => format!("{coin} per 100 %"),
            Unit::CoinsPerPoint => format!("{coin} per vol point"),
            Unit::CoinsPerDay => format!("{coin} per day"),
            Unit::DollarsPerPoint => "USD per vol point".to_owned(),
            Unit::DollarsPerDay => "USD per day".to_owned(),
            Unit::DollarsPerPercent => "USD per percentage point".to_owned(),
        }
    }
}

/// One number by two rules.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What it measures.
    pub measure: Measure,
    /// In what both are.
    pub unit: Unit,
    /// By our rule.
    pub ours: f64,
    /// By the venue's.
    pub theirs: f64,
}

impl Figure {
    /// Ours less theirs.
    pub fn difference(&self) -> f64 {
        self.ours - self.theirs
    }
}

/// An option, or a position of it, under one state of the market, with our measures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OptionState {
    /// What Black (1976) depends on, of one coin.
    pub black: BlackInput,
    /// Spot, US dollars.
    pub spot: f64,
    /// Continuous discount rate per year.
    pub rate: f64,
    /// What it pays in.
    pub settlement: Settlement,
    /// Coins, signed: contracts times their size.
    pub coins: f64,
    greeks: Greeks,
    measures: Measures,
    coin: CoinGreeks,
}

impl OptionState {
    /// One coin of an option at a point of the market.
    pub fn of_coin(option: &EuropeanOption, point: &Point) -> OptionState {
        let unit = EuropeanOption { contract_size: 1.0, ..option.clone() };
        let greeks = unit.greeks(point);
        let theta_1d = if point.years > 0.0 && point.years < SHORT_LIVED_YEARS {
            unit.value(&Point { years: point.years - DAY_YEARS, settled_at: point.spot, ..*point }) - greeks.value
        } else {
            greeks.theta_per_day()
        };
        let black =
            BlackInput { forward: point.forward, strike: option.strike.get(), years: point.years, vol: point.vol, kind: option.kind };
        let measures = greeks.measures(point.spot, theta_1d, 0.0, 0.0);
        let coin = greeks.in_coin(point.spot, theta_1d);
        let (spot, rate, settlement) = (point.spot, point.rate, option.settlement);
        OptionState { black, spot, rate, settlement, coins: 1.0, greeks, measures, coin }
    }

    /// A position as it was valued, with the rate that it was discounted at; `None` of one without a vol or a life.
    pub fn of_position(option: &EuropeanOption, quantity: f64, valued: &ValuedPosition, rate: f64) -> Option<OptionState> {
        let (vol, years) = (valued.vol?, valued.years?);
        Some(OptionState {
            black: BlackInput { forward: valued.forward, strike: option.strike.get(), years, vol, kind: option.kind },
            spot: valued.spot,
            rate,
            settlement: option.settlement,
            coins: quantity * option.contract_size,
            greeks: valued.greeks,
            measures: valued.measures,
            coin: valued.coin?,
        })
    }

    /// A figure of which the venue's rule gives `per_coin`.
    fn figure(&self, measure: Measure, unit: Unit, ours: f64, per_coin: f64) -> Figure {
        Figure { measure, unit, ours, theirs: per_coin * self.coins }
    }

    fn delta(&self, per_coin: f64) -> Figure {
        self.figure(Measure::Delta, Unit::Coins, self.greeks.delta, per_coin)
    }

    fn gamma(&self, per_coin: f64) -> Figure {
        self.figure(Measure::Gamma, Unit::CoinsPerDollar, self.greeks.gamma, per_coin)
    }

    fn vega(&self, per_coin: f64) -> Figure {
        self.figure(Measure::Vega, Unit::DollarsPerPoint, self.measures.vega_1pt, per_coin)
    }

    fn theta(&self, per_coin: f64) -> Figure {
        self.figure(Measure::Theta, Unit::DollarsPerDay, self.measures.theta_1d, per_coin)
    }

    fn is_live(&self) -> bool {
        self.black.years > 0.0 && self.black.forward > 0.0 && self.spot > 0.0
    }
}

/// Greeks on spot by Black and Scholes (1973): delta, gamma, vega per point, theta per day.
fn on_spot(state: &OptionState, rate: f64) -> [f64; 4] {
    let BlackInput { strike, years, vol, kind, .. } = state.black;
    let greeks = crate::math::black::MertonInput { spot: state.spot, strike, years, vol, rate, dividend_yield: 0.0, kind }.greeks();
    [greeks.delta, greeks.gamma, greeks.vega / 100.0, greeks.theta / 365.0]
}
