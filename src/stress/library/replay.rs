//! What the closes of a file did between two days, as a scenario for the book at hand.

use crate::issue::{Issue, IssueKind};
use crate::market::history::{History, SeriesKind};
use crate::math::{exp, exp_m1};
use crate::order;
use crate::price::Plan;
use crate::stress::library::named;
use crate::stress::scenario::{Scenario, Selector, ShockItem, family};
use crate::units::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Longest window, days.
pub const MAX_REPLAY_DAYS: u32 = 30;

/// Two days of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The close that moves count from, midnight UTC of its day.
    pub from: Timestamp,
    /// The close that they count to.
    pub to: Timestamp,
}

/// Log levels of the underlyings of a plan, by day.
#[derive(Clone, Debug)]
pub struct Replays<'a> {
    levels: Vec<(&'a str, Option<BTreeMap<Timestamp, f64>>)>,
}

impl<'a> Replays<'a> {
    /// What a history has of the underlyings of a plan.
    pub fn new(history: &History, plan: &'a Plan) -> Replays<'a> {
        let priced = plan.underlyings().iter().filter(|underlying| !underlying.is_currency);
        Replays { levels: priced.map(|underlying| (underlying.name.as_str(), levels(history, &underlying.name))).collect() }
    }

    /// What each underlying did over the window, with time going by as it did; what has no close on both days does not move, and that is
    /// said.
    ///
    /// # Errors
    /// `Invalid` where the window is not 1 to [`MAX_REPLAY_DAYS`] days; `MissingData` where no underlying has a close on both days.
    pub fn scenario(&self, window: Window) -> Result<(Scenario, Vec<Issue>), Issue> {
        let days = window.from.days_to(window.to);
        if !(1.0..=f64::from(MAX_REPLAY_DAYS)).contains(&days) {
            let message = "a replay spans 1 to 30 days, from an earlier to a later day";
            return Err(Issue::rejected(IssueKind::Invalid, message).with_value(&format!("{} to {}", window.from, window.to)));
        }
        let mut issues = Vec::new();
        let mut shocks = Vec::new();
        for (name, levels) in &self.levels {
            let moved = levels.as_ref().and_then(|levels| Some(levels.get(&window.to)? - levels.get(&window.from)?));
            match (moved, family("spot")) {
                (Some(moved), Some(spot)) => {
                    shocks.push(ShockItem::new(spot, &[("percent", 100.0 * exp_m1(moved))], Selector::asset(name)));
                }
                _ => {
                    let message = "no file has its closes of both days: it does not move in this replay";
                    issues.push(Issue::noted(IssueKind::MissingData, message).about(name));
                }
            }
        }
        let (from, to) = (day(window.from), day(window.to));
        if shocks.is_empty() {
            let message = "no file has closes of an underlying of this book on both days";
            return Err(Issue::rejected(IssueKind::MissingData, message).with_value(&format!("{from} to {to}")));
        }
        let source = "Measured: closes of the dropped history. Vols, basis and pegs stay, since no file has them.";
        let mut scenario = named(format!("replay-{from}-{to}"), format!("Replay {from} to {to}"), source);
        (scenario.shocks, scenario.days) = (shocks, days);
        Ok((scenario, issues))
    }

    /// Every window of so many days of which some underlying has both closes, the worst for this delta and gamma first: dollars for a move
    /// of 100 %, and its change, by underlying. A window is judged by `Σ Δ·x + ½·Γ·x²`, to be revalued by who asks.
    pub fn windows(&self, days: u32, sensitivities: &[(String, f64, f64)]) -> Vec<Window> {
        let of = |name: &str| self.levels.iter().find(|(known, _)| *known == name).and_then(|(_, levels)| levels.as_ref());
        let levels: Vec<(&BTreeMap<Timestamp, f64>, f64, f64)> =
            sensitivities.iter().filter_map(|(name, delta, gamma)| Some((of(name)?, *delta, *gamma))).collect();
        let all: BTreeSet<Timestamp> = levels.iter().flat_map(|(levels, ..)| levels.keys().copied()).collect();
        let mut found: Vec<(f64, Window)> = Vec::new();
        for from in all {
            let window = Window { from, to: from.plus_days(f64::from(days)) };
            let mut sum = None;
            for (levels, delta, gamma) in &levels {
                let Some((before, after)) = levels.get(&window.from).zip(levels.get(&window.to)) else { continue };
                let moved = exp(after - before) - 1.0;
                *sum.get_or_insert(0.0) += delta * moved + 0.5 * gamma * moved * moved;
            }
            found.extend(sum.map(|sum| (sum, window)));
        }
        order::sort_by(&mut found, |one, other| one.0.total_cmp(&other.0).then(one.1.from.cmp(&other.1.from)));
        found.into_iter().map(|(_, window)| window).collect()
    }
}

/// Log levels by day; `None` of a yield or of what has no history.
fn levels(history: &History, name: &str) -> Option<BTreeMap<Timestamp, f64>> {
    let series = history.series(name).filter(|series| series.kind != SeriesKind::Yield)?;
    Some(series.levels().into_iter().collect())
}

fn day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}
