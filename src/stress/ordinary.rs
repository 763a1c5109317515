//! The loss on one ordinary day: every spot one standard deviation down, or every spot one up, whichever is worse.
//!
//! The deviation is `σ·√(1/365)` with σ the at-the-money vol of the first expiry at least a week away.

use crate::issue::{Issue, IssueKind};
use crate::market::Market;
use crate::price::{Plan, State};
use crate::stress::{Move, Shock, VolShift};
use crate::units::STATE_CURRENCIES;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Annualized vol, a decimal, that is assumed of an underlying of which nothing gives one, and in words: that of the currency of a state is
/// a sixth of a coin's.
pub fn assumed_vol(underlying: &str) -> (f64, &'static str) {
    if STATE_CURRENCIES.contains(&underlying) { (0.1, "10 %") } else { (0.6, "60 %") }
}

/// The loss and the move behind it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrdinaryDay {
    /// Loss, US dollars, ≥ 0.
    pub loss: f64,
    /// One standard deviation by underlying, a fraction of spot.
    pub deviations: BTreeMap<String, f64>,
    /// Whether the worse day is the one on which all fall.
    pub is_fall: bool,
}

/// Values the book on both days. The issues name underlyings whose vol was assumed.
pub fn ordinary_day(plan: &Plan, base: &State, market: &Market) -> (OrdinaryDay, Vec<Issue>) {
    let mut issues = Vec::new();
    let mut deviations = BTreeMap::new();
    for underlying in plan.underlyings().iter().filter(|underlying| !underlying.is_currency) {
        let vol = market.at_the_money_vol(&underlying.name).unwrap_or_else(|| {
            let (vol, words) = assumed_vol(&underlying.name);
            let message = format!("no option gives its vol, {words} a year is assumed for the move of an ordinary day");
            issues.push(Issue::noted(IssueKind::MissingData, message).about(&format!("{} ordinary day", underlying.name)));
            vol
        });
        deviations.insert(underlying.name.clone(), vol / 365.0_f64.sqrt());
    }
    let before = plan.total(base);
    let pnl = |sign: f64| {
        let per_underlying = deviations
            .iter()
            .map(|(name, deviation)| (name.clone(), Move { spot: (sign * deviation).max(-0.99), vol: VolShift::Points(0.0) }))
            .collect();
        plan.total(&Shock { per_underlying, ..Shock::default() }.apply(plan, base)) - before
    };
    let (fall, rise) = (pnl(-1.0), pnl(1.0));
    (OrdinaryDay { loss: (-fall.min(rise)).max(0.0), deviations, is_fall: fall <= rise }, issues)
}
