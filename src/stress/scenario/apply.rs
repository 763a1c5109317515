//! A scenario's shocks on the columns of the market.
//!
//! Spot, time and forwards go through the shock bar's own [`Shock`], so that both mean the same; then the basis, the smile by its rule, the
//! vols, rates and pegs. Invariant: of a scenario that moves nothing every column keeps its bits.

use crate::book::Book;
use crate::book::tag::asset_class;
use crate::issue::{Issue, IssueKind};
use crate::market::Market;
use crate::math::{exp, log_ratio};
use crate::price::{Expiry, Plan, State, Valued};
use crate::stress::scenario::{Act, Scenario, ShockItem, Target, VolNow};
use crate::stress::{Move, Shock, VolShift};
use crate::units::Currency;
use std::collections::BTreeMap;

/// What scenarios act on.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// The book.
    pub book: &'a Book,
    /// What is known of the market: its smiles.
    pub market: &'a Market,
    /// The book laid out.
    pub plan: &'a Plan,
    /// The market now.
    pub base: &'a State,
    /// The book in it.
    pub valued: &'a Valued,
    /// Standard deviation of one day by underlying, a fraction of spot.
    pub deviations: &'a BTreeMap<String, f64>,
}

/// The market under the shocks that `is_on` takes; what it lacks is noted.
pub fn market(ground: &Ground<'_>, scenario: &Scenario, is_on: &dyn Fn(usize) -> bool) -> (State, Vec<Issue>) {
    let items: Vec<&ShockItem> = scenario
        .shocks
        .iter()
        .enumerate()
        .filter(|(place, item)| item.family.act.is_market() && is_on(*place))
        .map(|(_, item)| item)
        .collect();
    let classes = classes(ground.plan);
    let mut state = moved(ground, scenario, &items, &classes);
    let mut issues = Vec::new();
    bend_forwards(ground, &items, &classes, &mut state);
    smile(ground, scenario, &mut state, &mut issues);
    shift_vols(ground, &items, &mut state);
    for (place, underlying) in ground.plan.underlyings().iter().enumerate() {
        let target = column(&underlying.name, classes.get(place).copied().unwrap_or("coin"), None);
        let on = || items.iter().filter(|item| item.on.holds_column(&target));
        for item in on() {
            if let (Act::Rate(added), Some(rate)) = (&item.family.act, state.rates.get_mut(place)) {
                *rate += added(item);
            }
        }
        if underlying.is_currency || Currency::new(&underlying.name).is_dollar_like() {
            scale(ground, &mut state, place, worth(&underlying.name, &items));
        }
    }
    (state, issues)
}

/// All prices of a dollar coin go with its peg: of balances, of stakes of it, and of contracts on it.
fn scale(ground: &Ground<'_>, state: &mut State, place: usize, factor: f64) {
    if factor == 1.0 {
        return;
    }
    state.spots.get_mut(place).into_iter().for_each(|spot| *spot *= factor);
    let prices = state.forwards.iter_mut().zip(&mut state.settled);
    for ((forward, settled), _) in prices.zip(ground.plan.groups()).filter(|(_, (underlying, _))| *underlying == place) {
        *forward *= factor;
        *settled *= factor;
    }
}

/// What a dollar coin is worth under these shocks, US dollars. The dollar itself has no peg.
pub(super) fn worth(code: &str, items: &[&ShockItem]) -> f64 {
    if code == Currency::usd().code() {
        return 1.0;
    }
    let target = column(code, "stablecoin", None);
    items.iter().filter(|item| item.on.holds_column(&target)).fold(1.0, |worth, item| match item.family.act {
        Act::Peg(peg) => peg(item, worth),
        _ => worth,
    })
}

/// A column of the market.
fn column<'a>(asset: &'a str, class: &'a str, days: Option<f64>) -> Target<'a> {
    Target { asset, token: None, class, position: None, days }
}

/// The class of each underlying: that of the first contract on it.
fn classes(plan: &Plan) -> Vec<&'static str> {
    let mut classes = vec![None; plan.underlyings().len()];
    for (instrument, underlying, _) in plan.contracts() {
        if let Some(slot) = classes.get_mut(underlying) {
            slot.get_or_insert_with(|| asset_class(instrument));
        }
    }
    let usual = |(class, underlying): (Option<&'static str>, &crate::price::PlannedUnderlying)| {
        class.unwrap_or(if underlying.is_currency { "stablecoin" } else { "coin" })
    };
    classes.into_iter().zip(plan.underlyings()).map(usual).collect()
}

/// Spots, time, and forwards as they go with both.
fn moved(ground: &Ground<'_>, scenario: &Scenario, items: &[&ShockItem], classes: &[&'static str]) -> State {
    let mut per_underlying = BTreeMap::new();
    for ((underlying, class), before) in ground.plan.underlyings().iter().zip(classes).zip(&ground.base.spots) {
        if underlying.is_currency || *before <= 0.0 {
            continue;
        }
        let target = column(&underlying.name, class, None);
        let deviation = ground.deviations.get(&underlying.name).copied().unwrap_or(0.0);
        let mut is_moved = false;
        let after = items.iter().filter(|item| item.on.holds_column(&target)).fold(*before, |spot, item| match item.family.act {
            Act::Spot(act) => {
                is_moved = true;
                act(item, spot, deviation)
            }
            _ => spot,
        });
        if is_moved && after != *before {
            per_underlying.insert(underlying.name.clone(), Move { spot: after / before - 1.0, vol: VolShift::Points(0.0) });
        }
    }
    Shock { all: Move::NONE, per_underlying, days: scenario.days, path: scenario.path }.apply(ground.plan, ground.base)
}

fn bend_forwards(ground: &Ground<'_>, items: &[&ShockItem], classes: &[&'static str], state: &mut State) {
    for (group, (underlying, expiry)) in ground.plan.groups().enumerate() {
        let Expiry::Dated(at) = expiry else { continue };
        let (Some(forward), Some(years)) = (state.forwards.get_mut(group), state.years.get(group)) else { continue };
        let name = ground.plan.underlyings().get(underlying).map_or("", |underlying| underlying.name.as_str());
        let target = column(name, classes.get(underlying).copied().unwrap_or("coin"), Some(ground.base.as_of.days_to(at)));
        for item in items.iter().filter(|item| *years > 0.0 && item.on.holds_column(&target)) {
            if let Act::Forward(factor) = item.family.act {
                *forward *= factor(item, *years);
            }
        }
    }
}

/// Slides the smile of each expiry by the scenario's rule. A contract keeps what its own vol is beside its smile.
fn smile(ground: &Ground<'_>, scenario: &Scenario, state: &mut State, issues: &mut Vec<Issue>) {
    let ratio = scenario.smile.ratio();
    if ratio == 1.0 {
        return;
    }
    let mut without: Vec<String> = Vec::new();
    for (contract, (instrument, _, group)) in ground.plan.contracts().enumerate() {
        let Some(option) = instrument.option_terms() else { continue };
        let (Some(before), Some(after)) = (ground.base.forwards.get(group), state.forwards.get(group)) else { continue };
        let (Some(vol), Some(years)) = (state.vols.get_mut(contract), state.years.get(group)) else { continue };
        if *years <= 0.0 || before == after || *before <= 0.0 || *after <= 0.0 {
            continue;
        }
        match ground.market.smile(&option.underlying, option.expiry) {
            Some(smile) => {
                let read_at = option.strike.get() * exp((ratio - 1.0) * log_ratio(*after, *before));
                *vol = (*vol + smile.vol(read_at, *before) - smile.vol(option.strike.get(), *before)).max(0.0);
            }
            None => without.push(format!("{} {}", option.underlying, option.expiry)),
        }
    }
    without.dedup();
    issues.extend(without.into_iter().map(|of| {
        let message = "no file quotes its smile, so that each strike keeps its vol whatever the smile rule";
        Issue::noted(IssueKind::MissingData, message).about(&of)
    }));
}

/// Vol after a shock.
type VolShock = fn(&ShockItem, &VolNow) -> f64;

fn shift_vols(ground: &Ground<'_>, items: &[&ShockItem], state: &mut State) {
    let items: Vec<(&ShockItem, VolShock)> = items
        .iter()
        .filter_map(|item| match item.family.act {
            Act::Vol(act) => Some((*item, act)),
            _ => None,
        })
        .collect();
    if items.is_empty() {
        return;
    }
    for (contract, (instrument, _, group)) in ground.plan.contracts().enumerate() {
        let Some(option) = instrument.option_terms() else { continue };
        let strike = option.strike.get();
        let (Some(vol), Some(years), Some(forward)) = (state.vols.get_mut(contract), state.years.get(group), state.forwards.get(group))
        else {
            continue;
        };
        if *years <= 0.0 {
            continue;
        }
        let moneyness = if strike > 0.0 && *forward > 0.0 { log_ratio(strike, *forward) } else { 0.0 };
        let target = column(instrument.underlying(), asset_class(instrument), Some(ground.base.as_of.days_to(option.expiry)));
        for (item, act) in items.iter().filter(|(item, _)| item.on.holds_column(&target)) {
            *vol = act(item, &VolNow { vol: *vol, days: *years * 365.0, moneyness });
        }
    }
}
