//! The shock bar's shock: spot, vol and days, for all underlyings or per underlying.
//!
//! Spot moves by a fraction and takes its forwards along; `days` later the annualized basis is unchanged, so that each forward
//! has converged towards spot; dividends stay what they are in dollars, so that it is the spot less those still to come that moves its
//! forwards, and an ex-date on the way leaves the spot where the shock puts it; vols move by points or by a fraction, each contract keeping its own (sticky strike), alike for
//! every tenor. A contract whose expiry lies within the days is settled at the path's price.

use crate::issue::{Issue, IssueKind};
use crate::math::{exp, log_ratio, pow};
use crate::price::{Expiry, Plan, State};
use crate::units::{DAY_MS, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How vols move.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VolShift {
    /// By this much, 0.10 = ten vol points up; never below zero vol.
    Points(f64),
    /// By this fraction of itself, 0.10 = a tenth up.
    Relative(f64),
}

/// What happens to one underlying.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Move {
    /// Fraction by which spot moves, −0.16 = 16 % down; above −1.
    pub spot: f64,
    /// How its vols move.
    pub vol: VolShift,
}

impl Move {
    /// Nothing happens.
    pub const NONE: Move = Move { spot: 0.0, vol: VolShift::Points(0.0) };

    /// Whether nothing happens.
    pub fn is_none(&self) -> bool {
        self.spot == 0.0 && matches!(self.vol, VolShift::Points(0.0) | VolShift::Relative(0.0))
    }
}

/// The way from today's spot to the shocked one, which decides at what price a leg that expires on the way is settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PathRule {
    /// Spot jumps at once and stays.
    #[default]
    Jump,
    /// Spot goes in a straight line of log price.
    Line,
}

/// A shock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shock {
    /// Every underlying without an entry of its own.
    pub all: Move,
    /// By code of the underlying.
    pub per_underlying: BTreeMap<String, Move>,
    /// Days forward, 0 to 3 650.
    pub days: f64,
    /// The way there.
    pub path: PathRule,
}

impl Default for Shock {
    fn default() -> Shock {
        Shock { all: Move::NONE, per_underlying: BTreeMap::new(), days: 0.0, path: PathRule::Jump }
    }
}

/// Longest horizon of a shock, days.
const MAX_DAYS: f64 = 3650.0;

impl Shock {
    /// Whether nothing happens.
    pub fn is_none(&self) -> bool {
        self.days == 0.0 && self.all.is_none() && self.per_underlying.values().all(Move::is_none)
    }

    /// Checks the ranges: spot above −100 % and at most +10 000 %, vol shifts within ±1 000 points, 0 to 3 650 days.
    ///
    /// # Errors
    /// An `Invalid` issue naming the field, the value and the range.
    pub fn check(&self) -> Result<(), Issue> {
        let refuse = |what: &str, value: f64| Err(Issue::rejected(IssueKind::Invalid, what.to_owned()).with_value(&value.to_string()));
        if !(0.0..=MAX_DAYS).contains(&self.days) {
            return refuse("days forward must be between 0 and 3 650", self.days);
        }
        for each in std::iter::once(&self.all).chain(self.per_underlying.values()) {
            if !(each.spot > -1.0 && each.spot <= 100.0) {
                return refuse("a spot shock must be above -100 % and at most +10 000 %", each.spot);
            }
            let (VolShift::Points(vol) | VolShift::Relative(vol)) = each.vol;
            if !(-10.0..=10.0).contains(&vol) {
                return refuse("a vol shock must be between -1 000 and +1 000", vol);
            }
        }
        Ok(())
    }

    /// What happens to an underlying.
    pub fn of(&self, underlying: &str) -> &Move {
        self.per_underlying.get(underlying).unwrap_or(&self.all)
    }

    /// The state after the shock.
    pub fn apply(&self, plan: &Plan, base: &State) -> State {
        let mut state = base.clone();
        // To the nearest millisecond: cutting off would miss an expiry by one.
        state.as_of = Timestamp::from_ms(base.as_of.ms() + (self.days * DAY_MS as f64).round() as i64);
        let elapsed_ms = state.as_of.ms() - base.as_of.ms();
        let elapsed_years = base.as_of.years_to(state.as_of);
        let moves: Vec<Move> = plan
            .underlyings()
            .iter()
            .map(|underlying| if underlying.is_currency { Move::NONE } else { *self.of(&underlying.name) })
            .collect();
        let growth = |underlying: usize| 1.0 + moves.get(underlying).map_or(0.0, |each| each.spot);
        for (underlying, spot) in state.spots.iter_mut().enumerate() {
            *spot *= growth(underlying);
        }
        for (index, (underlying, expiry)) in plan.groups().enumerate() {
            let (Some(spot), Some(spot_before)) = (state.spots.get(underlying), base.spots.get(underlying)) else { continue };
            let (Some(forward), Some(years)) = (state.forwards.get_mut(index), state.years.get_mut(index)) else { continue };
            let growth = growth(underlying);
            let Expiry::Dated(at) = expiry else {
                *forward *= growth;
                continue;
            };
            let life_ms = at.ms() - base.as_of.ms();
            if elapsed_ms >= life_ms {
                // Expired on the way: settled where the path stood then.
                let settled = match self.path {
                    PathRule::Line if elapsed_ms > 0 => spot_before * pow(growth, life_ms as f64 / elapsed_ms as f64),
                    PathRule::Line | PathRule::Jump => *spot,
                };
                if let Some(slot) = state.settled.get_mut(index) {
                    *slot = settled;
                }
                *forward = *spot;
                *years = 0.0;
                continue;
            }
            let (years_before, years_after) = (*years, state.as_of.years_to(at));
            let rate = base.rates.get(underlying).copied().unwrap_or(0.0);
            let rest = |spot: f64, years: f64| plan.escrow(index, spot, rate, years).map(|escrow| spot - escrow.value);
            let (rest_before, growth) = match (rest(*spot_before, years_before), rest(*spot, years_after)) {
                (Some(before), Some(after)) => (before, after / before),
                _ => (*spot_before, growth),
            };
            if elapsed_ms > 0 && years_before > 0.0 && *forward > 0.0 && rest_before > 0.0 {
                let carry = log_ratio(*forward, rest_before) / years_before;
                *forward *= exp(-carry * elapsed_years);
            }
            *forward *= growth;
            *years = years_after;
        }
        for (vol, underlying) in state.vols.iter_mut().zip(plan.contract_underlyings()) {
            *vol = match moves.get(underlying).map(|each| each.vol) {
                Some(VolShift::Points(points)) => (*vol + points).max(0.0),
                Some(VolShift::Relative(fraction)) => (*vol * (1.0 + fraction)).max(0.0),
                None => *vol,
            };
        }
        state
    }
}
