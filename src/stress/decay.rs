//! What the passing of time does to a book, day by day to its last expiry, by full revaluation.
//!
//! Each day is the state that a shock of so many days leads to, so that what expires on the way is settled as it is there. Two ways for
//! spot: it stays, and the forwards come down to it at their annualized basis; or it goes where its forwards say, which then do not
//! move, and a leg that expires is settled at its own forward. Vols stay. Invariant: the values are differences from today's, and the
//! days' changes add up to the last value.

use crate::issue::{Issue, IssueKind};
use crate::math::american::Boundaries;
use crate::math::{exp, log_ratio};
use crate::order;
use crate::price::{Expiry, Plan, State};
use crate::stress::Shock;
use crate::units::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Where spot goes while time passes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecayPath {
    /// Along its own forwards.
    #[default]
    Forward,
    /// It stays where it is.
    Held,
}

impl DecayPath {
    /// Both, in the order shown.
    pub const ALL: [DecayPath; 2] = [DecayPath::Forward, DecayPath::Held];
}

/// One day of a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecayDay {
    /// Days from the book's time; whole but for the last, which is the last expiry.
    pub days: f64,
    /// The instant.
    pub at: Timestamp,
    /// Value of the book less today's, US dollars.
    pub change: f64,
    /// The same less that of the day before.
    pub of_day: f64,
}

/// Longest calendar, days: the longest horizon of a shock.
const MOST_DAYS: f64 = 3650.0;

/// The days of a calendar: from one day on to the last expiry of the plan, which is the last of them; none where nothing expires.
pub fn days(plan: &Plan, base: &State) -> Vec<f64> {
    let length = plan.expiries().last().map_or(0.0, |last| base.as_of.days_to(*last)).min(MOST_DAYS);
    let whole = (1..).map(f64::from).take_while(|days| *days < length);
    whole.chain((length > 0.0).then_some(length)).collect()
}

/// The way of every spot.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SpotPaths {
    /// Log of forward over spot by years, ascending, with (0, 0) first; an underlying that is not here stays where it is.
    by_underlying: BTreeMap<String, Vec<(f64, f64)>>,
    /// What was done otherwise than asked for.
    pub issues: Vec<Issue>,
}

impl SpotPaths {
    /// The ways that the forwards of a plan say, or none.
    pub fn new(plan: &Plan, base: &State, path: DecayPath) -> SpotPaths {
        let mut paths = SpotPaths::default();
        if path == DecayPath::Held {
            return paths;
        }
        let mut with_dividends = BTreeSet::new();
        for (group, (underlying, expiry)) in plan.groups().enumerate() {
            let (Some(planned), Some(spot)) = (plan.underlyings().get(underlying), base.spots.get(underlying)) else { continue };
            let (Some(forward), Some(years)) = (base.forwards.get(group), base.years.get(group)) else { continue };
            if planned.is_currency || !(*spot > 0.0 && *forward > 0.0) {
                continue;
            }
            let knots = paths.by_underlying.entry(planned.name.clone()).or_insert_with(|| vec![(0.0, 0.0)]);
            if matches!(expiry, Expiry::Dated(_)) && *years > 0.0 {
                knots.push((*years, log_ratio(*forward, *spot)));
            }
            let rate = base.rates.get(underlying).copied().unwrap_or(0.0);
            if plan.escrow(group, *spot, rate, *years).is_some() {
                with_dividends.insert(planned.name.clone());
            }
        }
        for name in with_dividends {
            // An ex-date is a step of the spot's path that the forwards on both sides of it do not place.
            paths.by_underlying.remove(&name);
            let message = "it pays dividends: its spot stays where it is in the theta calendar, its forwards come down to it";
            paths.issues.push(Issue::noted(IssueKind::Calculation, message).about(&format!("{name} theta calendar")));
        }
        for knots in paths.by_underlying.values_mut() {
            order::sort_by(knots, |one, other| one.0.total_cmp(&other.0));
        }
        paths
    }

    /// The state so many days on.
    fn after(&self, plan: &Plan, base: &State, days: f64) -> State {
        let mut state = Shock { days, ..Shock::default() }.apply(plan, base);
        let years = base.as_of.years_to(state.as_of);
        let paths: Vec<_> = plan.underlyings().iter().map(|underlying| self.by_underlying.get(&underlying.name)).collect();
        for ((spot, path), before) in state.spots.iter_mut().zip(&paths).zip(&base.spots) {
            if let Some(knots) = path {
                *spot = before * exp(along(knots, years));
            }
        }
        for (group, (underlying, expiry)) in plan.groups().enumerate() {
            let (Some(forward), Some(before)) = (state.forwards.get_mut(group), base.forwards.get(group)) else { continue };
            let (Some(spot), Some(spot_before)) = (state.spots.get(underlying), base.spots.get(underlying)) else { continue };
            if paths.get(underlying).is_none_or(Option::is_none) {
                continue;
            }
            match expiry {
                Expiry::None => *forward = *spot,
                Expiry::Perpetual(_) => *forward = if *spot_before > 0.0 { before * (spot / spot_before) } else { *before },
                Expiry::Dated(_) => {
                    *forward = *before;
                    let is_over = state.years.get(group).is_some_and(|years| *years <= 0.0);
                    if let Some(settled) = state.settled.get_mut(group).filter(|_| is_over) {
                        *settled = *before;
                    }
                }
            }
        }
        state
    }
}

/// Values a plan on these days, which ascend. The paths may be those of a larger plan in the same market.
pub fn decay(plan: &Plan, base: &State, paths: &SpotPaths, days: &[f64]) -> Vec<DecayDay> {
    let before = plan.total(base);
    let mut boundaries = Boundaries::default();
    let mut last = 0.0;
    let day = |days: &f64| {
        let state = paths.after(plan, base, *days);
        let change = plan.total_among(&state, &mut boundaries) - before;
        let of_day = change - std::mem::replace(&mut last, change);
        DecayDay { days: *days, at: state.as_of, change, of_day }
    };
    days.iter().map(day).collect()
}

/// The log of spot over today's after so many years: straight between two forwards, and beyond the last at its annualized basis.
fn along(knots: &[(f64, f64)], years: f64) -> f64 {
    let next = knots.partition_point(|(knot, _)| *knot < years);
    match (next.checked_sub(1).and_then(|before| knots.get(before)), knots.get(next)) {
        (_, Some((knot, log))) if *knot == years => *log,
        (Some((from, low)), Some((until, high))) => low + (high - low) * (years - from) / (until - from),
        (Some((last, log)), None) if *last > 0.0 => log * years / last,
        _ => 0.0,
    }
}
