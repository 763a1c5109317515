//! The tornado: one factor at a time to either side, everything else still, by full revaluation; the widest first.
//!
//! Input: a plan, its state and how far each factor goes. Output: [`Bar`]s. Invariant: both ends of a bar are P&Ls of the same book from the same
//! state, so that bars can be held against each other; their sum is no P&L.

use crate::issue::{Issue, IssueKind};
use crate::math::american::Boundaries;
use crate::math::exp;
use crate::method::Method;
use crate::order;
use crate::price::{Expiry, Plan, State};
use crate::stress::grid::only;
use crate::stress::{Move, Numeraire, Shock, VolShift};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What is said of it.
pub const METHOD: Method = Method {
    id: "tornado",
    label: "Tornado",
    doc: "P&L when one factor goes to either side and everything else stands still, the widest first.",
    formula: "P&L(−x), P&L(+x) in full revaluation;  width = max(P&L, 0) − min(P&L, 0) over both\n\
              spot: ±σ·√(1/365) and ±x;  vol: ±p points;  time: +t days;  rate: r ± y, F′ = F·e^(±y·T)",
    unit: "US dollars",
    convention: "σ is that of the ordinary day. Vols of one underlying move alike for every contract. Time goes forward only. A rate moves every discount \
                 rate at once, and dated forwards with it.",
    source: "our rule",
    limits: "Factors do not move alone; bars do not add up. Underlyings beyond those with the most gross notional have no bars.",
};

/// How far each factor goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TornadoSpec {
    /// Move of each spot beside that of its ordinary day, a fraction above 0 and below 1.
    pub spot: f64,
    /// Shift of the vols of each underlying, 0.10 = ten points.
    pub vol: f64,
    /// Days forward.
    pub days: f64,
    /// Shift of every discount rate, 0.01 = one percent a year.
    pub rate: f64,
    /// Underlyings that have bars of their own, those with the most gross notional first.
    pub most: usize,
}

impl Default for TornadoSpec {
    fn default() -> TornadoSpec {
        TornadoSpec { spot: 0.1, vol: 0.1, days: 1.0, rate: 0.01, most: 25 }
    }
}

impl TornadoSpec {
    /// Checks the ranges.
    ///
    /// # Errors
    /// An `Invalid` issue naming the range.
    pub fn check(&self) -> Result<(), Issue> {
        let refuse = |message: &str, value: f64| Err(Issue::rejected(IssueKind::Invalid, message).with_value(&value.to_string()));
        if !(self.spot > 0.0 && self.spot < 1.0) {
            return refuse("a spot move to either side must lie above 0 and below 100 %", self.spot);
        }
        if !(self.vol > 0.0 && self.vol <= 10.0) {
            return refuse("a vol shift to either side must lie above 0 and at most at 1 000 points", self.vol);
        }
        if !(self.days > 0.0 && self.days <= 3650.0) {
            return refuse("days forward must lie above 0 and at most at 3 650", self.days);
        }
        if !(self.rate > 0.0 && self.rate <= 1.0) {
            return refuse("a shift of rates must lie above 0 and at most at 100 %", self.rate);
        }
        Ok(())
    }
}

/// What moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Factor {
    /// Spot, by one standard deviation of a day.
    OrdinarySpot,
    /// Spot, by a chosen part.
    Spot,
    /// Vols, alike for every contract.
    Vol,
    /// Time, forward only.
    Time,
    /// Discount rates, and forwards with them.
    Rate,
}

/// One factor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bar {
    /// What moves.
    pub factor: Factor,
    /// Of which underlying; `None` of all.
    pub underlying: Option<String>,
    /// How far it goes to either side: a fraction of spot, a vol shift, days, a rate.
    pub size: f64,
    /// P&L when it falls, in the numeraire; `None` where it cannot.
    pub down: Option<f64>,
    /// P&L when it rises, in the numeraire.
    pub up: f64,
}

impl Bar {
    /// From the lower to the higher end, 0 among them.
    pub fn ends(&self) -> (f64, f64) {
        let down = self.down.unwrap_or(0.0);
        (down.min(self.up).min(0.0), down.max(self.up).max(0.0))
    }

    /// Its width.
    pub fn width(&self) -> f64 {
        let (low, high) = self.ends();
        high - low
    }

    /// The worse of both ends.
    pub fn worst(&self) -> f64 {
        self.down.unwrap_or(self.up).min(self.up)
    }
}

/// The bars, the widest first; of equals the order of the factors stands. `ordinary` holds the deviation of a day by underlying, a fraction of spot, and
/// `names` the underlyings that have bars of their own.
pub fn tornado(
    plan: &Plan,
    base: &State,
    spec: &TornadoSpec,
    ordinary: &BTreeMap<String, f64>,
    names: &[String],
    numeraire: &Numeraire,
) -> Vec<Bar> {
    let before = numeraire.total(plan, base);
    let mut boundaries = Boundaries::default();
    let mut pnl = |state: &State| numeraire.total_among(plan, state, &mut boundaries) - before;
    let with_vol = underlyings_with_vol(plan, base);
    let mut bars = Vec::new();
    for name in names {
        let mut bar = |factor: Factor, size: f64| {
            let mut side = |sign: f64| {
                let each = match factor {
                    Factor::Vol => Move { spot: 0.0, vol: VolShift::Points(sign * size) },
                    _ => Move { spot: (sign * size).max(-0.99), vol: VolShift::Points(0.0) },
                };
                pnl(&only(Some(name), each, &Shock::default()).apply(plan, base))
            };
            bars.push(Bar { factor, underlying: Some(name.clone()), size, down: Some(side(-1.0)), up: side(1.0) });
        };
        if let Some(deviation) = ordinary.get(name) {
            bar(Factor::OrdinarySpot, *deviation);
        }
        bar(Factor::Spot, spec.spot);
        if with_vol.contains(name.as_str()) {
            bar(Factor::Vol, spec.vol);
        }
    }
    let later = Shock { days: spec.days, ..Shock::default() }.apply(plan, base);
    bars.push(Bar { factor: Factor::Time, underlying: None, size: spec.days, down: None, up: pnl(&later) });
    let (down, up) = (pnl(&rates(plan, base, -spec.rate)), pnl(&rates(plan, base, spec.rate)));
    bars.push(Bar { factor: Factor::Rate, underlying: None, size: spec.rate, down: Some(down), up });
    order::sort_by(&mut bars, |one, other| other.width().total_cmp(&one.width()));
    bars
}

/// Underlyings with a contract that has a vol.
fn underlyings_with_vol<'a>(plan: &'a Plan, base: &State) -> BTreeSet<&'a str> {
    let with_vol = plan.contract_underlyings().zip(&base.vols).filter(|(_, vol)| **vol > 0.0);
    with_vol.filter_map(|(underlying, _)| plan.underlyings().get(underlying)).map(|underlying| underlying.name.as_str()).collect()
}

/// The state with every discount rate shifted while spots stay: a dated forward moves by `e^(shift·T)`, and with what that makes of dividends to
/// come; what a perpetual's mark is over spot stays.
pub fn rates(plan: &Plan, base: &State, shift: f64) -> State {
    let mut state = base.clone();
    state.rates.iter_mut().for_each(|rate| *rate += shift);
    for (group, (underlying, expiry)) in plan.groups().enumerate() {
        let (Some(forward), Some(years)) = (state.forwards.get_mut(group), base.years.get(group)) else { continue };
        let (Some(spot), Some(rate)) = (base.spots.get(underlying), base.rates.get(underlying)) else { continue };
        if !matches!(expiry, Expiry::Dated(_)) || *years <= 0.0 {
            continue;
        }
        let rest = |rate: f64| spot - plan.escrow(group, *spot, rate, *years).map_or(0.0, |escrow| escrow.value);
        let growth = rest(rate + shift) / rest(*rate) * exp(shift * years);
        if growth.is_finite() && growth > 0.0 {
            *forward *= growth;
        }
    }
    state
}
