//! What a scenario makes of the positions: the market that each sees, and what happens to it besides.
//!
//! Invariant: P&L is the whole book in the moved market less the whole book now, by the plan's own sum, and the difference of those
//! positions alone that see another market or that something happens to; without shocks it is 0 to the bit.

use crate::book::Position;
use crate::instrument::{Instrument, Settlement};
use crate::issue::{Issue, IssueKind};
use crate::price::{State, ValuedPosition};
use crate::stress::scenario::apply::worth;
use crate::stress::scenario::{Act, Ground, Scenario, ShockItem, Target, market};
use crate::units::{Currency, Greeks, Measures};
use std::collections::BTreeMap;

/// A book under a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The market that shocks without a venue or a label lead to.
    pub state: State,
    /// The positions after everything, in book order, before the scenario's weight; `None` of one that is left out or had expired.
    pub positions: Vec<Option<ValuedPosition>>,
    /// Value of the whole book, US dollars.
    pub total: f64,
    /// `total` less its value now, US dollars, times the scenario's weight.
    pub pnl: f64,
    /// Shocks that the engine has no number for, and what was assumed.
    pub issues: Vec<Issue>,
}

/// A market that some positions see: the shocks on the market that they alone meet, those on their marks, and the coin that they are
/// quoted in.
type View = (Vec<usize>, Vec<usize>, Option<String>);

impl Scenario {
    /// Values the whole book under it.
    pub fn run(&self, ground: &Ground<'_>) -> Outcome {
        let is_shared = |place: usize| self.shocks.get(place).is_some_and(|item| !item.on.is_by_position());
        let (state, mut issues) = market(ground, self, &is_shared);
        issues.extend(self.shocks.iter().filter_map(unmodelled));
        let mut after = ground.plan.value(ground.book, &state);
        let mut views: BTreeMap<View, State> = BTreeMap::new();
        let mut failed: BTreeMap<(usize, &str), Vec<usize>> = BTreeMap::new();
        let mut added = 0.0;
        for (index, position) in ground.book.positions.iter().enumerate() {
            let Some(plain) = after.positions.get(index).copied().flatten() else { continue };
            let days = position.instrument.expiry().map(|expiry| ground.base.as_of.days_to(expiry));
            let target = Target::of(position, days);
            let on: Vec<usize> =
                self.shocks.iter().enumerate().filter(|(_, item)| item.on.holds(&target)).map(|(place, _)| place).collect();
            let valued = self.valued(ground, (index, position), plain, &on, &mut views);
            let valued = self.held(position, valued, &on);
            if valued != plain {
                added += valued.measures.value - plain.measures.value;
                if let Some(slot) = after.positions.get_mut(index) {
                    *slot = Some(valued);
                }
            }
            let failure = on.iter().find(|place| self.shocks.get(**place).is_some_and(|item| matches!(item.family.act, Act::Failure(_))));
            if let Some(place) = failure {
                failed.entry((*place, position.venue.as_str())).or_default().push(index);
            }
        }
        for ((place, _), indices) in failed {
            let Some(item) = self.shocks.get(place) else { continue };
            added += fail(item, &indices, &mut after.positions);
        }
        let total = after.total + added;
        Outcome { state, positions: after.positions, total, pnl: (total - ground.valued.total) * self.weight, issues }
    }

    /// The position in the market that it sees.
    fn valued(
        &self,
        ground: &Ground<'_>,
        (index, position): (usize, &Position),
        plain: ValuedPosition,
        on: &[usize],
        views: &mut BTreeMap<View, State>,
    ) -> ValuedPosition {
        let is = |place: &usize, what: fn(&ShockItem) -> bool| self.shocks.get(*place).is_some_and(what);
        let own: Vec<usize> =
            on.iter().copied().filter(|place| is(place, |item| item.family.act.is_market() && item.on.is_by_position())).collect();
        let is_derivative = is_derivative(&position.instrument);
        let marks: Vec<usize> =
            on.iter().copied().filter(|place| is_derivative && is(place, |item| matches!(item.family.act, Act::Mark(_)))).collect();
        let quote = position.instrument.quote();
        let is_quoted = is_derivative && position.instrument.settlement() == Settlement::Linear && quote != Currency::usd();
        let pegs: Vec<&ShockItem> = self
            .shocks
            .iter()
            .enumerate()
            .filter(|(place, item)| matches!(item.family.act, Act::Peg(_)) && (!item.on.is_by_position() || own.contains(place)))
            .map(|(_, item)| item)
            .collect();
        let peg = if is_quoted { worth(quote.code(), &pegs) } else { 1.0 };
        if own.is_empty() && marks.is_empty() && peg == 1.0 {
            return plain;
        }
        if peg <= 0.0 {
            return emptied(plain, 0.0);
        }
        let key: View = (own, marks, (peg != 1.0).then(|| quote.code().to_owned()));
        let view = views.entry(key).or_insert_with_key(|(own, marks, _)| {
            let is_on = |place: usize| self.shocks.get(place).is_some_and(|item| !item.on.is_by_position()) || own.contains(&place);
            let (mut state, _) = market(ground, self, &is_on);
            let marked = marks.iter().filter_map(|place| self.shocks.get(*place)).fold(1.0, |factor, item| match item.family.act {
                Act::Mark(act) => factor * act(item),
                _ => factor,
            });
            // A price in a coin that is worth less than a dollar is so much higher.
            let factor = marked / peg;
            state.spots.iter_mut().chain(&mut state.forwards).chain(&mut state.settled).for_each(|price| *price *= factor);
            state
        });
        let seen = ground.plan.value_one(ground.book, view, index).unwrap_or(plain);
        if peg == 1.0 { seen } else { scaled(seen, peg) }
    }

    /// What happens to a position besides: to its coins, to what they are counted at, and what it costs.
    fn held(&self, position: &Position, valued: ValuedPosition, on: &[usize]) -> ValuedPosition {
        let mut valued = valued;
        for item in on.iter().filter_map(|place| self.shocks.get(*place)) {
            match item.family.act {
                Act::Value(is_meant, factor) if is_meant(&position.instrument) && valued.measures.value > 0.0 => {
                    valued = scaled(valued, factor(item));
                }
                Act::Cost(rate) if matches!(position.instrument, Instrument::Perpetual(_)) && self.days > 0.0 => {
                    let cost = valued.measures.net_notional * rate(item) * self.days / 365.0;
                    valued.measures.value -= cost;
                    valued.greeks.value -= cost;
                }
                _ => {}
            }
        }
        valued
    }
}

/// What a venue owes on balance comes back in part; what is owed to it stays. Returns the change of value.
fn fail(item: &ShockItem, indices: &[usize], positions: &mut [Option<ValuedPosition>]) -> f64 {
    let Act::Failure(recovery) = item.family.act else { return 0.0 };
    let values = |positions: &[Option<ValuedPosition>]| -> f64 {
        indices.iter().filter_map(|index| positions.get(*index).copied().flatten()).map(|valued| valued.measures.value).sum()
    };
    let before = values(positions);
    let factor = if before > 0.0 { recovery(item) } else { 1.0 };
    for index in indices {
        if let Some(Some(valued)) = positions.get_mut(*index) {
            *valued = emptied(*valued, factor);
        }
    }
    values(positions) - before
}

/// Whether it is a contract that is marked, not a holding.
fn is_derivative(instrument: &Instrument) -> bool {
    matches!(instrument, Instrument::Future(_) | Instrument::Perpetual(_) | Instrument::Option(_) | Instrument::AmericanOption(_))
}

/// So many times as much of it.
fn scaled(valued: ValuedPosition, factor: f64) -> ValuedPosition {
    ValuedPosition { greeks: valued.greeks.scaled(factor), measures: valued.measures.scaled(factor), coin: None, ..valued }
}

/// A claim in dollars: a part of the value, and no Greeks.
fn emptied(valued: ValuedPosition, factor: f64) -> ValuedPosition {
    let value = valued.measures.value * factor;
    ValuedPosition {
        greeks: Greeks { value, ..Greeks::default() },
        measures: Measures { value, ..Measures::default() },
        coin: None,
        ..valued
    }
}

fn unmodelled(item: &ShockItem) -> Option<Issue> {
    let Act::Unmodelled(why) = item.family.act else { return None };
    Some(Issue::noted(IssueKind::Unsupported, format!("{} counts for nothing here: {why}", item.family.label)).about(item.family.label))
}
