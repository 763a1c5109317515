//! What a scenario makes of the positions: the market that each sees, and what happens to it besides.
//!
//! Invariant: P&L is the whole book in the moved market less the whole book now, by the plan's own sum, and the difference of those
//! positions alone that see another market or that something happens to; without shocks it is 0 to the bit.

use crate::book::Position;
use crate::instrument::{Instrument, Settlement};
use crate::issue::{Issue, IssueKind};
use crate::price::{State, ValuedPosition};
use crate::stress::scenario::apply::worth;
use crate::stress::scenario::{Act, Ground, Scenario, ShockItem, Target, funding, market};
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
pub(super) type View = (Vec<usize>, Vec<usize>, Option<String>);

/// A position that sees another market than the rest, or that something happens to besides.
#[derive(Clone, Debug)]
pub(super) struct Touch {
    /// Its place in the book.
    pub(super) index: usize,
    /// The shocks that are on it.
    on: Vec<usize>,
    /// The market that it sees, where that is not what all others see.
    view: Option<View>,
    /// Dollars that the coin is worth which it is quoted in.
    peg: f64,
}

impl Scenario {
    /// Values the whole book under it.
    pub fn run(&self, ground: &Ground<'_>) -> Outcome {
        let (state, issues) = self.shared(ground);
        let mut after = ground.plan.value(ground.book, &state);
        let touched = self.touched(ground);
        let mut value = |state: &State, index: usize| ground.plan.value_one(ground.book, state, index);
        let added = self.happen(ground, &touched, &self.views(ground, &touched), &mut value, &mut after.positions);
        let total = after.total + added;
        Outcome { state, positions: after.positions, total, pnl: (total - ground.valued.total) * self.weight, issues }
    }

    /// The market that shocks without a venue or a label lead to; what counts for nothing is noted.
    pub(super) fn shared(&self, ground: &Ground<'_>) -> (State, Vec<Issue>) {
        let (state, mut issues) = market(ground, self, &|place| self.is_shared(place));
        issues.extend(self.shocks.iter().filter_map(unmodelled));
        if self.days == 0.0 && self.shocks.iter().any(|item| matches!(item.family.act, Act::Cost(rate) if rate(item) != 0.0)) {
            let message = "Funding counts for nothing here: it is paid over the days of the scenario, of which there are none";
            issues.push(Issue::noted(IssueKind::Invalid, message).about(funding::DEF.label));
        }
        (state, issues)
    }

    fn is_shared(&self, place: usize) -> bool {
        self.shocks.get(place).is_some_and(|item| !item.on.is_by_position())
    }

    /// The positions that it does not treat like all others.
    pub(super) fn touched(&self, ground: &Ground<'_>) -> Vec<Touch> {
        // Without a look at each position: replays and risk arrays move markets alone, and books are large.
        let is_alike = |item: &ShockItem| match item.family.act {
            Act::Spot(_) | Act::Vol(_) | Act::Forward(_) | Act::Rate(_) => !item.on.is_by_position(),
            Act::Unmodelled(_) => true,
            Act::Peg(_) | Act::Mark(_) | Act::Value(..) | Act::Cost(_) | Act::Failure(_) => false,
        };
        if self.shocks.iter().all(is_alike) {
            return Vec::new();
        }
        let positions = ground.book.positions.iter().enumerate();
        positions.filter_map(|(index, position)| self.touch(ground, index, position)).collect()
    }

    fn touch(&self, ground: &Ground<'_>, index: usize, position: &Position) -> Option<Touch> {
        let days = position.instrument.expiry().map(|expiry| ground.base.as_of.days_to(expiry));
        let target = Target::of(position, days);
        let on: Vec<usize> = self.shocks.iter().enumerate().filter(|(_, item)| item.on.holds(&target)).map(|(place, _)| place).collect();
        let is = |place: &usize, what: &dyn Fn(&ShockItem) -> bool| self.shocks.get(*place).is_some_and(what);
        let is_own = |item: &ShockItem| item.family.act.is_market() && item.on.is_by_position() && sees(item, position, days);
        let own: Vec<usize> = (0..self.shocks.len()).filter(|place| is(place, &is_own)).collect();
        let is_mark = |item: &ShockItem| matches!(item.family.act, Act::Mark(_)) && item.happens_to(&position.instrument);
        let marks: Vec<usize> = on.iter().copied().filter(|place| is(place, &is_mark)).collect();
        let quote = position.instrument.quote();
        let is_peg = |place: &usize| is(place, &|item| matches!(item.family.act, Act::Peg(_)));
        let is_met = |place: &usize| is_peg(place) && (self.is_shared(*place) || own.contains(place));
        let pegs: Vec<&ShockItem> = (0..self.shocks.len()).filter(is_met).filter_map(|place| self.shocks.get(place)).collect();
        let peg = if is_quoted(&position.instrument) { worth(quote.code(), &pegs) } else { 1.0 };
        let sees_another = !(own.is_empty() && marks.is_empty() && peg == 1.0);
        if !sees_another && !on.iter().any(|place| is(place, &|item| item.happens_to(&position.instrument))) {
            return None;
        }
        let view = (sees_another && peg > 0.0).then(|| (own, marks, (peg != 1.0).then(|| quote.code().to_owned())));
        Some(Touch { index, on, view, peg })
    }

    /// The markets that these positions see.
    pub(super) fn views(&self, ground: &Ground<'_>, touched: &[Touch]) -> BTreeMap<View, State> {
        let mut views: BTreeMap<View, State> = BTreeMap::new();
        for touch in touched {
            let Some(view) = touch.view.as_ref().filter(|view| !views.contains_key(*view)) else { continue };
            let (own, marks, _) = view;
            let (mut state, _) = market(ground, self, &|place| self.is_shared(place) || own.contains(&place));
            let marked = marks.iter().filter_map(|place| self.shocks.get(*place)).fold(1.0, |factor, item| match item.family.act {
                Act::Mark(act) => factor * act(item),
                _ => factor,
            });
            // A price in a coin that is worth less than a dollar is so much higher.
            let factor = marked / touch.peg;
            state.spots.iter_mut().chain(&mut state.forwards).chain(&mut state.settled).for_each(|price| *price *= factor);
            views.insert(view.clone(), state);
        }
        views
    }

    /// Does to these positions what happens to them alone; `positions` come as the market that all share values them, `value` is how one
    /// is valued in another. Returns the change of the book's value.
    pub(super) fn happen(
        &self,
        ground: &Ground<'_>,
        touched: &[Touch],
        views: &BTreeMap<View, State>,
        value: &mut dyn FnMut(&State, usize) -> Option<ValuedPosition>,
        positions: &mut [Option<ValuedPosition>],
    ) -> f64 {
        let mut failed: BTreeMap<(usize, &str), Vec<usize>> = BTreeMap::new();
        let mut added = 0.0;
        for touch in touched {
            let Some(plain) = positions.get(touch.index).copied().flatten() else { continue };
            let Some(position) = ground.book.positions.get(touch.index) else { continue };
            let seen = touch.view.as_ref().and_then(|view| views.get(view));
            let valued = match seen.and_then(|state| value(state, touch.index)) {
                _ if touch.peg <= 0.0 => emptied(plain, 0.0),
                Some(seen) if touch.peg == 1.0 => seen,
                Some(seen) => scaled(seen, touch.peg),
                None => plain,
            };
            let valued = self.held(position, valued, &touch.on);
            if valued != plain {
                added += valued.measures.value - plain.measures.value;
                if let Some(slot) = positions.get_mut(touch.index) {
                    *slot = Some(valued);
                }
            }
            let is_failure = |place: &&usize| self.shocks.get(**place).is_some_and(|item| matches!(item.family.act, Act::Failure(_)));
            for place in touch.on.iter().filter(is_failure) {
                failed.entry((*place, position.venue.as_str())).or_default().push(touch.index);
            }
        }
        // In the order of the list, each of what the ones before have left.
        for ((place, _), indices) in failed {
            let Some(item) = self.shocks.get(place) else { continue };
            added += fail(item, &indices, positions);
        }
        added
    }

    /// What happens to a position besides: to its coins, to what they are counted at, and what it costs.
    fn held(&self, position: &Position, valued: ValuedPosition, on: &[usize]) -> ValuedPosition {
        let mut valued = valued;
        let items = on.iter().filter_map(|place| self.shocks.get(*place));
        for item in items.filter(|item| item.happens_to(&position.instrument)) {
            match item.family.act {
                Act::Value(_, factor) if valued.measures.value > 0.0 => valued = scaled(valued, factor(item)),
                Act::Cost(rate) if self.days > 0.0 => {
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

impl ShockItem {
    /// Whether it is on a valued position, or on a price that one is valued at; true of a shock that has no number here at all.
    pub fn reaches(&self, ground: &Ground<'_>) -> bool {
        let days = |position: &Position| position.instrument.expiry().map(|expiry| ground.base.as_of.days_to(expiry));
        let is_valued = |(position, valued): (_, &Option<_>)| valued.is_some().then_some(position);
        let mut positions = ground.book.positions.iter().zip(&ground.valued.positions).filter_map(is_valued);
        matches!(self.family.act, Act::Unmodelled(_)) || positions.any(|position| self.is_on(position, days(position)))
    }

    fn is_on(&self, position: &Position, days: Option<f64>) -> bool {
        let instrument = &position.instrument;
        let is_dated = !matches!(instrument, Instrument::Perpetual(_)) && days.is_some();
        // A staked token has no price of its own: spot is that of the coin behind it.
        let is_on_price = || self.on.holds(&Target { token: None, ..Target::of(position, days) });
        let is_on_it = || self.on.holds(&Target::of(position, days));
        match self.family.act {
            Act::Spot(_) if instrument.is_currency() => false,
            Act::Spot(_) => {
                is_on_price() || (instrument.other_asset().is_some_and(|other| !other.is_dollar_like()) && sees(self, position, days))
            }
            Act::Vol(_) | Act::Rate(_) => instrument.option_terms().is_some() && is_on_price(),
            Act::Forward(_) => is_dated && is_on_price(),
            Act::Peg(_) => {
                let is_pegged = instrument.is_derivative() || Currency::new(instrument.underlying()).is_dollar_like();
                (is_pegged || instrument.other_asset().is_some_and(|other| other.is_dollar_like())) && sees(self, position, days)
            }
            Act::Mark(_) | Act::Value(..) | Act::Cost(_) | Act::Failure(_) => self.happens_to(instrument) && is_on_it(),
            Act::Unmodelled(_) => true,
        }
    }

    /// Whether it is of those shocks that happen to such a position itself; what moves a market is not.
    fn happens_to(&self, instrument: &Instrument) -> bool {
        match self.family.act {
            Act::Mark(_) => instrument.is_derivative(),
            Act::Value(is_meant, _) => is_meant(instrument),
            Act::Cost(_) => matches!(instrument, Instrument::Perpetual(_)),
            Act::Failure(_) => true,
            _ => false,
        }
    }
}

/// Whether a shock that tells positions apart moves a price that this one is valued at: of a contract that of its underlying or the peg of
/// the coin that it is quoted in, of a pool share those of both assets.
fn sees(item: &ShockItem, position: &Position, days: Option<f64>) -> bool {
    let instrument = &position.instrument;
    let target = Target::of(position, days);
    let coin = |asset| item.on.holds(&Target { asset, token: None, class: "stablecoin", position: Some(position), days });
    let is_of_other = instrument.other_asset().is_some_and(|other| match other.is_dollar_like() {
        true => coin(other.code()),
        false => item.on.holds(&Target { asset: other.code(), token: None, class: "coin", position: Some(position), days }),
    });
    let is_of_itself = match item.family.act {
        Act::Peg(_) if instrument.is_derivative() => {
            let is_of_quote = is_quoted(instrument) && coin(instrument.quote().code());
            is_of_quote || (Currency::new(instrument.underlying()).is_dollar_like() && item.on.holds(&target))
        }
        _ => item.on.holds(&target),
    };
    is_of_itself || is_of_other
}

/// Whether it is priced and paid in a dollar coin.
fn is_quoted(instrument: &Instrument) -> bool {
    instrument.is_derivative() && instrument.settlement() == Settlement::Linear && instrument.quote() != Currency::usd()
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
