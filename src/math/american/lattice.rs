//! What dividends change about an American option, on a lattice of spots and times.
//!
//! In the escrowed model the share is `S = Ŝ + PV` of the dividends to come, and `Ŝ` moves as any other spot does, so that exercise
//! pays `±(Ŝ + PV − K)`: a strike that falls a little every day and leaps up by the dividend at each ex-date. The right to exercise at any
//! time is solved for backward from expiry, with the right to exercise just before each ex-date besides.
//!
//! In `y = ln Ŝ` less its drift, and undiscounted, the Black-Scholes-Merton equation is the equation of heat; it is stepped by
//! TR-BDF2 (Bank and others 1985), with exercise decided within each step (Brennan and Schwartz 1977), in steps that shorten towards
//! expiry and towards each ex-date. The same is done for the option without dividends, and only the difference is used: the rest is
//! the integral over the exercise boundary, so that the errors of the lattice cancel and vanish with the dividends.

use crate::math::american::AmericanInput;
use crate::math::black::OptionKind;
use crate::math::dividend::{Dividend, coming};
use crate::math::{exp, ln};
use serde::{Deserialize, Serialize};

/// Standard deviations to expiry that the lattice reaches beyond the strikes, and its spacing in them.
const REACH: f64 = 6.5;
const SPACING: f64 = 0.05;
/// Most nodes.
const MAX_NODES: f64 = 1500.0;
/// Steps of the whole life, and how many more each stretch between two ex-dates gets.
const STEPS: (f64, f64) = (40.0, 6.0);
/// 2 − √2: the share of a step that the trapezoidal rule takes.
const GAMMA: f64 = 2.0 - core::f64::consts::SQRT_2;
/// Least part of the strike that is taken for the strike less dividends in laying the lattice out.
const LEAST_STRIKE: f64 = 0.05;
/// By how much of the strike exercise must be better at the end of the lattice to count as better.
const BETTER: f64 = 1e-13;

/// The share at and beyond which exercise is due, at one time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Critical {
    /// Years to expiry.
    pub years: f64,
    /// Price of the share, dividends to come included: a put is exercised at or below it, a call at or above; `None` where no price is
    /// far enough.
    pub spot: Option<f64>,
    /// Farther end of the region, beyond which waiting is better again: under negative rates only.
    pub other_end: Option<f64>,
}

/// Difference that dividends make to an option of a strike, at every escrowed spot.
#[derive(Clone, Debug, PartialEq)]
pub struct Correction {
    strike: f64,
    /// `y` of the first node, and the signed step: nodes start at the end where exercise is due.
    first: f64,
    step: f64,
    /// ln Ŝ/K + `growth` is `y` today.
    growth: f64,
    /// Difference at the nodes, as shares of the strike.
    values: Vec<f64>,
    /// The difference beyond the nodes.
    ends: Ends,
    /// Where exercise is due, from today to expiry.
    pub critical: Vec<Critical>,
}

/// The grid that a base case and its bumps share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    first: f64,
    step: f64,
    count: usize,
    /// Steps of a life without dividends, and how many more each stretch between ex-dates gets.
    steps: (f64, f64),
}

/// The option with dividends and the one without, side by side: undiscounted values, and of each a straight line `a·Ŝ + c` beyond
/// either end. The two do not depend on each other, which halves the time that a step takes.
struct Pair {
    values: Vec<[f64; 2]>,
    middle: Vec<[f64; 2]>,
    ends: [Ends; 2],
}

/// Slope and intercept beyond the first and the last node.
type Ends = [(f64, f64); 2];

/// Exercise at one time: undiscounted, at spot `e^y`·`scale`, `growth` times `sign`·(spot + `held` − 1).
#[derive(Clone, Copy)]
struct Payoff {
    sign: f64,
    scale: f64,
    held: f64,
    growth: f64,
}

impl Payoff {
    fn at(&self, unscaled: f64) -> f64 {
        self.growth * self.sign * (unscaled * self.scale + self.held - 1.0)
    }
}

impl Layout {
    /// The lattice of these terms.
    pub fn new(input: &AmericanInput, dividends: &[Dividend]) -> Layout {
        let deviation = input.vol * input.years.sqrt();
        let drift = log_drift(input);
        let (mut low, mut high) = (0.0_f64, 0.0_f64);
        let ex_dates = coming(dividends, input.years).map(|dividend| dividend.before_expiry);
        for years in ex_dates.chain([input.years]) {
            // Just before an ex-date and just after it the strikes differ by the dividend.
            for until in [years, years * (1.0 + 1e-12)] {
                let strike = (1.0 - held(input, dividends, until)).max(LEAST_STRIKE);
                let place = ln(strike) + drift * years;
                (low, high) = (low.min(place), high.max(place));
            }
        }
        (low, high) = (low - REACH * deviation, high + REACH * deviation);
        // An even number, so that every other node makes a lattice as well.
        let count = 2 * (((high - low) / (2.0 * SPACING * deviation)).clamp(8.0, 0.5 * MAX_NODES) as usize);
        let step = (high - low) / count as f64;
        let (first, step) = if input.kind == OptionKind::Put { (low, step) } else { (high, -step) };
        Layout { first, step, count: count + 1, steps: STEPS }
    }

    /// The same with half the nodes and half the steps, which is enough for differences.
    #[must_use]
    pub fn coarse(self) -> Layout {
        let (steps, more) = self.steps;
        Layout { step: 2.0 * self.step, count: self.count / 2 + 1, steps: (0.5 * steps, 0.5 * more), ..self }
    }
}

/// Drift of ln Ŝ.
fn log_drift(input: &AmericanInput) -> f64 {
    input.rate - input.carry_yield - 0.5 * input.vol * input.vol
}

/// Dividends to come with `years` to go, worth then, as a share of the strike.
fn held(input: &AmericanInput, dividends: &[Dividend], years: f64) -> f64 {
    let worth = |dividend: &Dividend| dividend.amount * exp(-input.rate * (years - dividend.before_expiry));
    coming(dividends, years).map(worth).sum::<f64>() / input.strike
}

impl Correction {
    /// Of an option whose worth is certain: no difference that its price does not say.
    pub fn none() -> Correction {
        let ends = [(0.0, 0.0); 2];
        Correction { strike: 1.0, first: 0.0, step: 1.0, growth: 0.0, values: Vec::new(), ends, critical: Vec::new() }
    }

    /// Of an option on the escrowed spot with these dividends, which lie before its expiry and are sorted by the time to it. Vol, strike
    /// and years must be > 0; the spot plays no part.
    pub fn new(input: &AmericanInput, dividends: &[Dividend], layout: Layout) -> Correction {
        let Layout { first, step, count, .. } = layout;
        let unscaled: Vec<f64> = (0..count).map(|place| exp(first + step * place as f64)).collect();
        let mut lattice = Lattice { input, unscaled, weights: vec![(0.0, 0.0); count], rest: vec![[0.0; 2]; count] };
        let mut pair = lattice.at_expiry();
        let mut critical = vec![lattice.critical(&pair, lattice.payoff(0.0, 0.0), 0.0)];
        let ex_dates = coming(dividends, input.years).map(|dividend| dividend.before_expiry);
        let mut start = 0.0;
        for until in ex_dates.chain([input.years]) {
            let length = until - start;
            if length > 0.0 {
                let steps = (layout.steps.0 * length / input.years).ceil() + layout.steps.1;
                let at = |place: f64| if place < steps { start + length * (place / steps) * (place / steps) } else { until };
                for place in 0..steps as usize {
                    let (from, to) = (at(place as f64), at((place + 1) as f64));
                    let middle = from + GAMMA * (to - from);
                    lattice.weigh(to - from, step);
                    let payoffs = |years: f64| [held(input, dividends, years), 0.0].map(|held| lattice.payoff(years, held));
                    let (at_middle, at_end) = (payoffs(middle), payoffs(to));
                    lattice.step(&mut pair, (from, middle, to), at_middle, at_end);
                    let [with, _] = at_end;
                    critical.push(lattice.critical(&pair, with, to));
                }
            }
            // The last chance before the ex-date.
            if until < input.years {
                let payoff = lattice.payoff(until, held(input, dividends, until * (1.0 + f64::EPSILON)));
                critical.push(lattice.exercise(&mut pair, payoff, until));
            }
            start = until;
        }
        let discount = exp(-input.rate * input.years);
        let values = pair.values.iter().map(|[with, without]| discount * (with - without)).collect();
        let [[first_with, last_with], [first_without, last_without]] = pair.ends;
        let less = |one: (f64, f64), other: (f64, f64)| (one.0 - other.0, one.1 - other.1);
        critical.reverse();
        Correction {
            strike: input.strike,
            first,
            step,
            growth: log_drift(input) * input.years,
            values,
            ends: [less(first_with, first_without), less(last_with, last_without)],
            critical,
        }
    }

    /// Whether exercise is due now at this whole price of the share.
    pub fn is_exercised(&self, spot: f64, kind: OptionKind) -> bool {
        let critical = self.critical.first().and_then(|critical| critical.spot);
        critical.is_some_and(|critical| if kind == OptionKind::Put { spot <= critical } else { spot >= critical })
    }

    /// The difference at an escrowed spot, and its first two derivatives by it.
    pub fn at(&self, spot: f64) -> [f64; 3] {
        let place = (ln(spot / self.strike) + self.growth - self.first) / self.step;
        let last = self.values.len() as f64 - 1.0;
        if !(1.0..last - 1.0).contains(&place) {
            let [first, last] = self.ends;
            let (slope, intercept) = if place > 1.0 { last } else { first };
            return [slope * spot + intercept * self.strike, slope, 0.0];
        }
        // The cubic through the four nodes around it.
        let node = (place as usize).clamp(1, self.values.len().saturating_sub(3));
        let share = place - node as f64;
        let [before, here, after, beyond] = [node - 1, node, node + 1, node + 2].map(|node| self.values.get(node).copied().unwrap_or(0.0));
        let cubic = [
            here,
            after - before / 3.0 - 0.5 * here - beyond / 6.0,
            0.5 * (before + after) - here,
            (beyond - before) / 6.0 + 0.5 * (here - after),
        ];
        let [c0, c1, c2, c3] = cubic;
        let value = c0 + share * (c1 + share * (c2 + share * c3));
        let by_y = (c1 + share * (2.0 * c2 + 3.0 * share * c3)) / self.step;
        let by_y_twice = (2.0 * c2 + 6.0 * share * c3) / (self.step * self.step);
        let by_spot = self.strike / spot;
        [self.strike * value, by_spot * by_y, by_spot / spot * (by_y_twice - by_y)]
    }
}

/// The nodes, and room for the solution of one step.
struct Lattice<'a> {
    input: &'a AmericanInput,
    /// e^y.
    unscaled: Vec<f64>,
    /// Of each node, how much of its neighbors it takes, and the reciprocal pivot of the elimination.
    weights: Vec<(f64, f64)>,
    rest: Vec<[f64; 2]>,
}

impl Lattice<'_> {
    fn at_expiry(&self) -> Pair {
        let payoff = self.payoff(0.0, 0.0);
        let values: Vec<[f64; 2]> = self.unscaled.iter().map(|unscaled| [payoff.at(*unscaled).max(0.0); 2]).collect();
        let end = |place: Option<&[f64; 2]>| match place {
            Some([value, _]) if *value > 0.0 => (payoff.sign, -payoff.sign),
            _ => (0.0, 0.0),
        };
        let ends = [end(values.first()), end(values.last())];
        Pair { middle: values.clone(), ends: [ends; 2], values }
    }

    fn payoff(&self, years: f64, held: f64) -> Payoff {
        let sign = self.input.kind.sign();
        Payoff { sign, scale: exp(-log_drift(self.input) * years), held, growth: exp(self.input.rate * years) }
    }

    /// Elimination of one step's system from the last node to the first; both stages of a step have the same.
    fn weigh(&mut self, years: f64, step: f64) {
        let share = 0.25 * GAMMA * self.input.vol * self.input.vol * years / (step * step);
        // The end nodes are known.
        let mut weight = 0.0;
        for slot in self.weights.iter_mut().rev().skip(1) {
            let pivot = 1.0 / (1.0 + 2.0 * share - share * weight);
            weight = share * pivot;
            *slot = (share, pivot);
        }
    }

    fn step(&mut self, pair: &mut Pair, (from, middle, to): (f64, f64, f64), at_middle: [Payoff; 2], at_end: [Payoff; 2]) {
        let share = self.weights.first().map_or(0.0, |weight| weight.0);
        // Trapezoidal up to the middle.
        for (rest, three) in self.rest.iter_mut().skip(1).zip(pair.values.windows(3)) {
            if let [[before, other_before], [here, other_here], [after, other_after]] = three {
                let known = |before: f64, here: f64, after: f64| here + share * (before - 2.0 * here + after);
                *rest = [known(*before, *here, *after), known(*other_before, *other_here, *other_after)];
            }
        }
        let ends = self.move_ends(&mut pair.ends, middle - from, at_middle);
        self.substitute(&mut pair.middle, ends, at_middle);
        // Backward difference through the start and the middle up to the end.
        let by_middle = 1.0 / (GAMMA * (2.0 - GAMMA));
        let known = |middle: f64, start: f64| by_middle * middle - (by_middle - 1.0) * start;
        for (rest, ([middle, other_middle], [start, other_start])) in self.rest.iter_mut().zip(pair.middle.iter().zip(&pair.values)) {
            *rest = [known(*middle, *start), known(*other_middle, *other_start)];
        }
        let ends = self.move_ends(&mut pair.ends, to - middle, at_end);
        self.substitute(&mut pair.values, ends, at_end);
    }

    /// Takes the lines beyond both ends back in time, or exchanges them for exercise; gives the values at the first and at the last node.
    fn move_ends(&self, ends: &mut [Ends; 2], years: f64, payoffs: [Payoff; 2]) -> [[f64; 2]; 2] {
        let (by_yield, by_rate) = (exp(-self.input.carry_yield * years), exp(-self.input.rate * years));
        let mut values = [[0.0; 2]; 2];
        for (which, (ends, payoff)) in ends.iter_mut().zip(payoffs).enumerate() {
            for ((end, node), value) in ends.iter_mut().zip(self.end_nodes()).zip(&mut values) {
                *end = (end.0 * by_yield, end.1 * by_rate);
                if let Some(value) = value.get_mut(which) {
                    *value = exchange(end, node, payoff);
                }
            }
        }
        values
    }

    fn end_nodes(&self) -> [f64; 2] {
        [self.unscaled.first(), self.unscaled.last()].map(|node| node.copied().unwrap_or(0.0))
    }

    /// The solution, from the first node on, with exercise wherever it is better.
    fn substitute(&mut self, values: &mut [[f64; 2]], [first, last]: [[f64; 2]; 2], payoffs: [Payoff; 2]) {
        let inner = values.len().saturating_sub(1);
        let mut below = last;
        for (rest, (share, pivot)) in self.rest.iter_mut().zip(&self.weights).take(inner).skip(1).rev() {
            let [one, other] = *rest;
            let [one_below, other_below] = below;
            below = [(one + share * one_below) * pivot, (other + share * other_below) * pivot];
            *rest = below;
        }
        let [with, without] = payoffs;
        let mut before = first;
        let columns = values.iter_mut().zip(&self.rest).zip(self.weights.iter().zip(&self.unscaled));
        for ((value, rest), ((share, pivot), unscaled)) in columns.take(inner).skip(1) {
            let ([one, other], [one_before, other_before]) = (rest, before);
            let weight = share * pivot;
            before = [(one + weight * one_before).max(with.at(*unscaled)), (other + weight * other_before).max(without.at(*unscaled))];
            *value = before;
        }
        if let [head, .., tail] = values {
            (*head, *tail) = (first, last);
        }
    }

    /// Exercise at one instant, wherever it is better; where that is.
    fn exercise(&self, pair: &mut Pair, payoff: Payoff, years: f64) -> Critical {
        let [ends, _] = &mut pair.ends;
        for (end, node) in ends.iter_mut().zip(self.end_nodes()) {
            exchange(end, node, payoff);
        }
        let mut before = None;
        let mut spot = None;
        for ([value, _], unscaled) in pair.values.iter_mut().zip(&self.unscaled) {
            let exercised = payoff.at(*unscaled);
            let gain = exercised - *value;
            if let Some((gain_before, unscaled_before)) = before.filter(|(gain_before, _)| *gain_before > BETTER && gain <= BETTER) {
                let crossing: f64 = unscaled_before + (unscaled - unscaled_before) * gain_before / (gain_before - gain);
                spot = spot.or(Some(self.input.strike * (crossing * payoff.scale + payoff.held)));
            }
            before = Some((gain, *unscaled));
            *value = value.max(exercised);
        }
        Critical { years, spot, other_end: None }
    }

    /// Where the exercise that the first node is in ends.
    fn critical(&self, pair: &Pair, payoff: Payoff, years: f64) -> Critical {
        let [[(slope, intercept), _], _] = pair.ends;
        let is_exercised = years > 0.0 && slope == payoff.sign && intercept == payoff.sign * (payoff.held - 1.0);
        let waiting = || pair.values.iter().zip(&self.unscaled).map(|([value, _], unscaled)| (value - payoff.at(*unscaled), *unscaled));
        let count = waiting().take_while(|(gain, _)| *gain <= 0.0).count();
        let mut beyond = waiting().skip(count);
        let (Some(one), Some(other), true) = (beyond.next(), beyond.next(), is_exercised && count > 0) else {
            return Critical { years, spot: None, other_end: None };
        };
        // What waiting is worth begins as a parabola, so its root is extrapolated to where it begins.
        let (root, next) = (one.0.sqrt(), other.0.sqrt());
        let steps = (root / (next - root)).clamp(0.0, 1.0);
        let ratio = if other.1 > 0.0 { one.1 / other.1 } else { 1.0 };
        let unscaled = one.1 * (1.0 + steps * (ratio - 1.0));
        let spot = Some(self.input.strike * (unscaled * payoff.scale + payoff.held));
        Critical { years, spot, other_end: None }
    }
}

/// Exchanges a line for that of exercise where exercise is better at the node; gives the undiscounted value there.
fn exchange(line: &mut (f64, f64), node: f64, payoff: Payoff) -> f64 {
    let waiting = payoff.growth * (line.0 * node * payoff.scale + line.1);
    let exercised = payoff.at(node);
    if exercised > waiting + BETTER * payoff.growth {
        *line = (payoff.sign, payoff.sign * (payoff.held - 1.0));
        return exercised;
    }
    waiting
}
