//! The headline measures: one list that feeds the headlines, their explanations, the tables and the charts.

use crate::exposure::{Slice, Totals};
use crate::price::ValuedPosition;
use crate::units::{CoinGreeks, Measures};
use crate::view::format;

/// How a measure is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// US dollars, sign only when negative.
    Money,
    /// US dollars with their sign.
    Change,
    /// A multiple, `4.2 ×`.
    Multiple,
}

/// One headline measure.
pub struct MeasureDef {
    /// Stable id, kebab-case.
    pub id: &'static str,
    /// Name as the page shows it.
    pub label: &'static str,
    /// Unit in words.
    pub unit: &'static str,
    /// What it says, one sentence.
    pub doc: &'static str,
    /// How it is computed.
    pub formula: &'static str,
    /// How it is written.
    pub style: Style,
    /// Of the whole book; `None` where it has no value.
    pub of_totals: fn(&Totals) -> Option<f64>,
    /// Share of a sum or of one position, US dollars; `None` for a ratio.
    pub of_measures: Option<fn(&Measures) -> f64>,
    /// The same in the underlying's coin.
    pub of_coin: Option<fn(&CoinGreeks) -> f64>,
}

/// The measures in the order of the headlines.
pub const ALL: &[&MeasureDef] = &[&EQUITY, &NET_DELTA, &GAMMA, &VEGA, &THETA, &GROSS, &NET, &LEVERAGE];

/// Equity.
pub const EQUITY: MeasureDef = MeasureDef {
    id: "equity",
    label: "Equity",
    unit: "US dollars",
    doc: "What the book is worth: balances and coins, option values, and what futures and perpetuals have gained since entry.",
    formula: "Σ value. Option: q · e^(−rT) · V(F), inverse q · V(F) · S/F, with V Black (1976) at the contract's vol; American: plus the premium for early exercise. Linear future: q · (F − E); inverse: q · S · (1/E − 1/F). Coin: q · S. Cash: its amount.",
    style: Style::Money,
    of_totals: |totals| Some(totals.equity),
    of_measures: Some(|measures| measures.value),
    of_coin: Some(|coin| coin.value),
};

/// Net delta.
pub const NET_DELTA: MeasureDef = MeasureDef {
    id: "net-delta",
    label: "Net delta",
    unit: "US dollars",
    doc: "Dollars gained for a rise of spot by 100 %, to first order: the size of the coin holding that would move alike.",
    formula: "Σ Δ · S, with Δ = ∂value/∂spot at F/S held; an inverse option's Δ is N(d1). In coin: Σ (Δ − V/S), the net transaction delta, in which a coin held is no exposure.",
    style: Style::Change,
    of_totals: |totals| Some(totals.measures.cash_delta),
    of_measures: Some(|measures| measures.cash_delta),
    of_coin: Some(|coin| coin.delta),
};

/// Gamma for one percent.
pub const GAMMA: MeasureDef = MeasureDef {
    id: "gamma-1pct",
    label: "Gamma 1 %",
    unit: "US dollars of delta per 1 % of spot",
    doc: "How much the net delta changes when spot moves by 1 %.",
    formula: "Σ Γ · S² / 100. In coin: S² · ∂²(V/S)/∂S² / 100.",
    style: Style::Change,
    of_totals: |totals| Some(totals.measures.gamma_1pct),
    of_measures: Some(|measures| measures.gamma_1pct),
    of_coin: Some(|coin| coin.gamma_1pct),
};

/// Vega for one vol point.
pub const VEGA: MeasureDef = MeasureDef {
    id: "vega-1pt",
    label: "Vega 1 pt",
    unit: "US dollars per vol point",
    doc: "Dollars gained when every vol rises by one point, 60 % to 61 %.",
    formula: "Σ ∂value/∂σ / 100, not weighted by tenor.",
    style: Style::Change,
    of_totals: |totals| Some(totals.measures.vega_1pt),
    of_measures: Some(|measures| measures.vega_1pt),
    of_coin: Some(|coin| coin.vega_1pt),
};

/// Theta for one day.
pub const THETA: MeasureDef = MeasureDef {
    id: "theta-1d",
    label: "Theta 1 d",
    unit: "US dollars per day",
    doc: "Dollars gained over one day in which spot, forwards and vols stand still.",
    formula: "Σ ∂value/∂t / 365; for an option with less than three days to live the full repricing one day on.",
    style: Style::Change,
    of_totals: |totals| Some(totals.measures.theta_1d),
    of_measures: Some(|measures| measures.theta_1d),
    of_coin: Some(|coin| coin.theta_1d),
};

/// Gross notional.
pub const GROSS: MeasureDef = MeasureDef {
    id: "gross-notional",
    label: "Gross notional",
    unit: "US dollars",
    doc: "The size of everything that moves with a price, long and short alike; dollar balances are not in it.",
    formula: "Σ |q · size · S|; an inverse future counts its dollar size.",
    style: Style::Money,
    of_totals: |totals| Some(totals.measures.gross_notional),
    of_measures: Some(|measures| measures.gross_notional),
    of_coin: None,
};

/// Net notional.
pub const NET: MeasureDef = MeasureDef {
    id: "net-notional",
    label: "Net notional",
    unit: "US dollars",
    doc: "The same with shorts subtracted: bought contracts less sold ones at spot, calls and puts alike, whatever their delta.",
    formula: "Σ q · size · S.",
    style: Style::Change,
    of_totals: |totals| Some(totals.measures.net_notional),
    of_measures: Some(|measures| measures.net_notional),
    of_coin: None,
};

/// Leverage.
pub const LEVERAGE: MeasureDef = MeasureDef {
    id: "leverage",
    label: "Leverage",
    unit: "multiple of equity",
    doc: "Gross notional over equity; it has no value when equity is not positive.",
    formula: "gross notional / equity.",
    style: Style::Multiple,
    of_totals: |totals| totals.leverage,
    of_measures: None,
    of_coin: None,
};

impl MeasureDef {
    /// The measure of the given id.
    pub fn by_id(id: &str) -> Option<&'static MeasureDef> {
        ALL.iter().copied().find(|def| def.id == id)
    }

    /// Compact text with its unit.
    pub fn text(&self, value: Option<f64>) -> String {
        match (value, self.style) {
            (None, _) => "n/a".to_owned(),
            (Some(value), Style::Money) => format::money(value),
            (Some(value), Style::Change) => format::signed_money(value),
            (Some(value), Style::Multiple) => format::multiple(value),
        }
    }

    /// Every digit that matters, with its unit.
    pub fn exact_text(&self, value: Option<f64>) -> String {
        match (value, self.style) {
            (None, _) => "n/a".to_owned(),
            (Some(value), Style::Money | Style::Change) => format::exact_money(value),
            (Some(value), Style::Multiple) => format::multiple(value),
        }
    }

    /// Compact text of the coin measure, `−12.4 BTC`; `None` where the slice has no single coin.
    pub fn coin_text(&self, slice: &Slice, shocked: bool) -> Option<String> {
        let code = slice.coin.as_deref()?;
        let coin = if shocked { slice.shocked_coin } else { slice.base_coin }?;
        let value = self.of_coin?(&coin);
        Some(if self.style == Style::Money { format::coin(value, code) } else { format::signed_coin(value, code) })
    }

    /// The part of one position.
    pub fn of_position(&self, position: &ValuedPosition) -> Option<f64> {
        self.of_measures.map(|of| of(&position.measures))
    }
}
