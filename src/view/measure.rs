//! The headline measures: one list that feeds the headlines, their explanations, the tables and the charts.

use crate::exposure::{Slice, Totals};
use crate::method::Method;
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
    formula: "Σ value\noption: q·e^(−rT)·V(F), inverse q·V(F)·S/F, with V Black (1976) at the contract's vol; American: plus the premium for early exercise\nlinear future: q·(F − E);  inverse: q·S·(1/E − 1/F)\ncoin: q·S;  cash: its amount",
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
    formula: "Σ Δ·S, with Δ = ∂value/∂spot at F/S held; an inverse option's Δ is N(d₁)\nin coin: Σ (Δ − V/S), the net transaction delta, in which a coin held is no exposure",
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
    formula: "Σ Γ·S² / 100\nin coin: S²·∂²(V/S)/∂S² / 100",
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
    formula: "Σ ∂value/∂σ / 100, not weighted by tenor",
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
    formula: "Σ ∂value/∂t / 365; for an option with less than three days to live the full repricing one day on",
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
    formula: "Σ |q·size·S|; an inverse future counts its dollar size",
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
    formula: "Σ q·size·S",
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
    formula: "gross notional / equity",
    style: Style::Multiple,
    of_totals: |totals| totals.leverage,
    of_measures: None,
    of_coin: None,
};

/// What the methods page says of each of [`ALL`] beside its definition, in the same order.
pub const METHODS: &[&Method] = &[
    &Method {
        convention: "Gains of futures and perpetuals are counted as if they were paid today; no haircut is taken off.",
        source: "Black 1976 for options, else contract specifications; see Contracts",
        limits: "Only what the files hold: a balance that is not exported is not in it.",
        ..of(&EQUITY)
    },
    &Method {
        convention: "F/S is held as S moves. An inverse option's delta is N(d₁) in dollars and N(d₁) − c in coin; many venues show one of \
                  them as “delta”.",
        source: "Black 1976; coin delta: Alexander, Chen and Imeraj 2023",
        limits: "To first order: a move of more than a few percent is the profile's business.",
        ..of(&NET_DELTA)
    },
    &Method {
        convention: "Per 1 % of spot of each underlying. Gammas of several underlyings add up to the change if all move by 1 %.",
        source: "Black 1976",
        limits: "To second order; near expiry it holds for moves smaller than the distance to the strike.",
        ..of(&GAMMA)
    },
    &Method {
        convention: "Every vol moves by one point alike, a week's as a year's, which it rarely does.",
        source: "Black 1976",
        limits: "Parallel and to first order; skew stays as it is.",
        ..of(&VEGA)
    },
    &Method {
        convention: "365 days a year. Spot, forward and vol stand still, so that a future has none; what venues show instead stands under Greeks as venues \
                     define them.",
        source: "Black 1976; Merton 1973",
        limits: "Funding of perpetuals and interest on loans are not in it.",
        ..of(&THETA)
    },
    &Method {
        convention: "At spot, options at full size whatever their delta. An inverse future counts its dollars.",
        source: "by definition",
        limits: "Says nothing of risk: a box counts four times its size.",
        ..of(&GROSS)
    },
    &Method {
        convention: "An inverse future counts its dollars; an option counts its full size, whatever its delta.",
        source: "by definition",
        limits: "A bought put counts as long; net delta says what it does.",
        ..of(&NET)
    },
    &Method {
        convention: "Over the equity of the whole book, all venues together.",
        source: "by definition",
        limits: "A venue sees its own account only, and so another leverage.",
        ..of(&LEVERAGE)
    },
];

/// The parts of a method that a definition holds.
const fn of(def: &MeasureDef) -> Method {
    let MeasureDef { id, label, doc, formula, unit, .. } = *def;
    Method { id, label, doc, formula, unit, convention: "", source: "", limits: "" }
}

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

    /// What a multiple is of, or why it has no value; empty for what is no multiple.
    pub fn of_what(&self, value: Option<f64>) -> &'static str {
        match (self.style, value) {
            (Style::Multiple, Some(_)) => "of equity",
            (Style::Multiple, None) => "no positive equity",
            _ => "",
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
