//! P&L explain: what Greeks, carry and moves say that a stressed market makes of each position, and what they leave unexplained.
//!
//! Input: a plan, its book, and two states of it, however the second came about. Output: [`Explain`]. Each part is a raw derivative of the
//! position's value in the first state times its move; the carry is revalued, with basis and rate of the second state and everything else
//! of the first. The P&L is the full revaluation's. Invariant: parts, remainder and what one double cannot hold of it add up to the P&L to the bit, for
//! every position, every group and the book.
//! Taylor to second order in spot and vol; Castagna 2010, chapter 3, for vanna and volga.

use crate::book::Book;
use crate::instrument::Instrument;
use crate::method::Method;
use crate::price::{Expiry, Plan, State, Valued, ValuedPosition};
use serde::{Deserialize, Serialize};

/// What is said of it.
pub const METHOD: Method = Method {
    id: "explain",
    label: "P&L explain",
    doc: "What delta, gamma, vega, theta, vanna, volga and carry say that a storm makes of each position, and what they leave unexplained.",
    formula: "P&L = Δ·dS + ½·Γ·dS² + ν·dσ + Θ·dt + vanna·dS·dσ + ½·volga·dσ² + carry + events + remainder\n\
              carry = V(basis′, rate′; S, σ, T) − V(basis, rate; S, σ, T)\n\
              events = what a scenario does to positions, venues and protocols themselves: failures, marks, collateral, pegs, slashing, funding, and \
              every shock that is on one venue or label\n\
              remainder = V(market′) − V(market) − all of these",
    unit: "US dollars",
    convention: "Greeks are those of the market now. Time counts no further than to a contract's expiry; a leg that is settled on the way has no \
                 change of vol, and its basis goes to 0. The columns and the remainder add up to the P&L in full revaluation to the last bit.",
    source: "Taylor to second order in spot and vol; Castagna 2010, chapter 3",
    limits: "A large move, charm, speed, the second asset of a pool and whatever else is of higher order stand in the remainder. Funding is paid where a scenario has it, never under the shock bar.",
};

/// What a part is of, in the order of [`Explained::parts`].
pub const PARTS: [&str; COUNT] = ["Delta", "Gamma", "Vega", "Theta", "Vanna", "Volga", "Carry", EVENTS];

/// What happens to positions beside the market's moves.
pub const EVENTS: &str = "Events";

const COUNT: usize = 8;

/// The largest part that is computed with: a sum of them is a double still.
const MOST: f64 = 1e300;
/// A forward over spot that moves by less than this part of itself has been rounded, not moved.
const ROUNDED: f64 = 1e-13;

/// A P&L told apart, US dollars, + is a gain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Explained {
    /// `Δ·dS`.
    pub delta: f64,
    /// `½·Γ·dS²`.
    pub gamma: f64,
    /// `∂V/∂σ·dσ`.
    pub vega: f64,
    /// `Θ·dt`, no longer than the contract lives.
    pub theta: f64,
    /// `∂²V/∂S∂σ·dS·dσ`.
    pub vanna: f64,
    /// `½·∂²V/∂σ²·dσ²`.
    pub volga: f64,
    /// What the change of basis and rate alone makes of it, by full revaluation.
    pub carry: f64,
    /// What happens to the position itself, to its venue, or to the peg of its coin.
    pub events: f64,
    /// The P&L less all of these.
    pub remainder: f64,
    /// What the remainder, as one double, cannot hold: 0, or less than its last digit.
    pub rounding: f64,
}

impl Explained {
    /// Tells a P&L apart: what the parts do not explain is the remainder.
    pub fn of(parts: [f64; COUNT], pnl: f64) -> Explained {
        // A difference of two nothings may be −0, which no sum of the parts is.
        let pnl = pnl + 0.0;
        let [delta, gamma, vega, theta, vanna, volga, carry, events] = parts.map(|part| part.clamp(-MOST, MOST));
        let mut explained = Explained { delta, gamma, vega, theta, vanna, volga, carry, events, ..Explained::default() };
        let told = explained.told();
        explained.remainder = pnl - told;
        explained.rounding = pnl - (told + explained.remainder);
        explained
    }

    /// The parts without the remainder, in the order of [`PARTS`].
    pub fn parts(&self) -> [f64; COUNT] {
        [self.delta, self.gamma, self.vega, self.theta, self.vanna, self.volga, self.carry, self.events]
    }

    /// What is explained: the sum of the parts from the left.
    pub fn told(&self) -> f64 {
        self.parts().into_iter().fold(0.0, |sum, part| sum + part)
    }

    /// The P&L, to the bit.
    pub fn pnl(&self) -> f64 {
        (self.told() + self.remainder) + self.rounding
    }

    /// Several told apart as one: parts and P&Ls are summed, and the remainder is what the one leaves of the other.
    pub fn sum<'a>(all: impl Iterator<Item = &'a Explained>) -> Explained {
        let (parts, pnl) = all.fold(([0.0; COUNT], 0.0), |(parts, pnl), one| (added(parts, one), pnl + one.pnl()));
        Explained::of(parts, pnl)
    }
}

fn added(mut parts: [f64; COUNT], one: &Explained) -> [f64; COUNT] {
    for (sum, part) in parts.iter_mut().zip(one.parts()) {
        *sum += part;
    }
    parts
}

/// A book's P&L told apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Explain {
    /// In book order; `None` for a position that is left out or had expired before the book's time.
    pub positions: Vec<Option<Explained>>,
    /// The whole book: the parts of its positions, the P&L of its two totals.
    pub total: Explained,
}

/// Tells the P&L between two states of one plan apart; of the first it is known what the book is worth in it.
pub fn explain(plan: &Plan, book: &Book, now: (&State, &Valued), stressed: &State) -> Explain {
    explain_after(plan, book, now, stressed, None)
}

/// The same where something has happened to positions in the second state besides: `ended` is what they come to.
pub fn explain_after(plan: &Plan, book: &Book, (base, before): (&State, &Valued), stressed: &State, ended: Option<&Valued>) -> Explain {
    let [after, carried] = [stressed, &carried(plan, base, stressed)].map(|state| plan.value(book, state));
    told_apart(book, [before, &after, &carried], ended, base.as_of.years_to(stressed.as_of))
}

fn told_apart(book: &Book, [before, after, carried]: [&Valued; 3], ended: Option<&Valued>, years: f64) -> Explain {
    let each = before.positions.iter().zip(&after.positions).zip(&carried.positions);
    let positions: Vec<Option<Explained>> = each
        .enumerate()
        .map(|(place, ((before, after), carried))| {
            let (before, after, carried) = (before.as_ref()?, after.as_ref()?, carried.as_ref()?);
            let end = match ended {
                Some(ended) => ended.positions.get(place)?.as_ref()?,
                None => after,
            };
            let events = end.measures.value - after.measures.value;
            let value = if events == 0.0 { after.greeks.value } else { end.measures.value };
            let events = events + book.positions.get(place).map_or(0.0, |held| of_peg(&held.instrument, before, after));
            Some(Explained::of(parts(before, after, carried, years, events), value - before.greeks.value))
        })
        .collect();
    let parts = positions.iter().flatten().fold([0.0; COUNT], added);
    Explain { total: Explained::of(parts, ended.unwrap_or(after).total - before.total), positions }
}

/// What a dollar balance, which has no delta, makes of the peg of its coin; of a pool share what it held before.
fn of_peg(held: &Instrument, before: &ValuedPosition, after: &ValuedPosition) -> f64 {
    match held {
        _ if !held.is_currency() || before.spot == after.spot => 0.0,
        Instrument::Pool(_) => before.greeks.value * (after.spot / before.spot - 1.0),
        _ => after.greeks.value - before.greeks.value,
    }
}

fn parts(before: &ValuedPosition, after: &ValuedPosition, carried: &ValuedPosition, years: f64, events: f64) -> [f64; COUNT] {
    let greeks = &before.greeks;
    let spot = after.spot - before.spot;
    let has_expired = after.years.is_some_and(|left| left <= 0.0);
    // What is settled no longer depends on a vol.
    let vol = if has_expired { 0.0 } else { before.vol.zip(after.vol).map_or(0.0, |(before, after)| after - before) };
    let years = before.years.map_or(years, |left| years.min(left.max(0.0)));
    [
        greeks.delta * spot,
        0.5 * greeks.gamma * spot * spot,
        greeks.vega * vol,
        greeks.theta * years,
        greeks.vanna * spot * vol,
        0.5 * greeks.volga * vol * vol,
        carried.greeks.value - greeks.value,
        events,
    ]
}

/// The first state with basis and rates of the second: forwards stand over the first spot, less its dividends to come, as they stand over
/// the second; of what expires in between, at spot.
fn carried(plan: &Plan, base: &State, stressed: &State) -> State {
    let mut state = State { rates: stressed.rates.clone(), ..base.clone() };
    for (group, (underlying, expiry)) in plan.groups().enumerate() {
        let (Some(forward), Some(stressed_forward)) = (state.forwards.get_mut(group), stressed.forwards.get(group)) else { continue };
        let (Some(before), Some(after)) = (base.spots.get(underlying), stressed.spots.get(underlying)) else { continue };
        let years = |state: &State| state.years.get(group).copied().unwrap_or(0.0);
        let (years_before, years_after) = (years(base), years(stressed));
        let carried = match expiry {
            Expiry::None => continue,
            Expiry::Dated(_) if years_before <= 0.0 => continue,
            Expiry::Dated(_) if years_after <= 0.0 => *before,
            Expiry::Dated(_) => {
                let rate = stressed.rates.get(underlying).copied().unwrap_or(0.0);
                let rest = |spot: f64, years: f64| spot - plan.escrow(group, spot, rate, years).map_or(0.0, |escrow| escrow.value);
                stressed_forward * (rest(*before, years_before) / rest(*after, years_after))
            }
            Expiry::Perpetual(_) => stressed_forward * (before / after),
        };
        if carried.is_finite() && carried > 0.0 && (carried / *forward - 1.0).abs() > ROUNDED {
            *forward = carried;
        }
    }
    state
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Doubles of every size that a book may have, from a generator of its own (Knuth's constants).
    fn draws() -> impl FnMut() -> f64 {
        let mut state = 7_u64;
        move || {
            let mut next = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                state >> 11
            };
            let (mantissa, exponent, sign) = (next() as f64 / (1_u64 << 53) as f64, next() % 60, next() % 2);
            let size = (0..exponent).fold(1e-9, |size, _| size * 2.0);
            if sign == 0 { mantissa * size } else { -mantissa * size }
        }
    }

    #[test]
    fn parts_and_remainder_are_the_pnl_to_the_bit_whatever_their_sizes() {
        let mut draw = draws();
        let mut rounded = 0;
        for _ in 0..1_000_000 {
            let (parts, pnl) = ([draw(), draw(), draw(), draw(), draw(), draw(), draw(), draw()], draw());
            let explained = Explained::of(parts, pnl);
            assert_eq!(explained.pnl().to_bits(), pnl.to_bits(), "{parts:?} {pnl}");
            // One double more would change the remainder's last digit: it hides nothing.
            assert!(explained.rounding.abs() <= explained.remainder.abs() * f64::EPSILON, "{explained:?}");
            rounded += usize::from(explained.rounding != 0.0);
        }
        assert!(rounded > 0, "the case that a single remainder cannot answer was not drawn");
    }

    #[test]
    fn a_sum_of_what_is_told_apart_is_told_apart() {
        let mut draw = draws();
        let all: Vec<Explained> = (0..50).map(|_| Explained::of([draw(), draw(), draw(), 0.0, 0.0, 0.0, 0.0, draw()], draw())).collect();
        let sum = Explained::sum(all.iter());
        assert_eq!(sum.pnl().to_bits(), all.iter().fold(0.0, |sum, one| sum + one.pnl()).to_bits());
        assert_eq!(sum.gamma.to_bits(), all.iter().fold(0.0, |sum, one| sum + one.gamma).to_bits());
        assert_eq!(Explained::sum([].into_iter()), Explained::default());
    }
}
