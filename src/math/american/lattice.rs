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
/// Steps of the whole life, and the fewest between two ex-dates.
const STEPS: f64 = 64.0;
const LEAST_STEPS: f64 = 4.0;
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
    /// Slope and intercept of the difference beyond the first and the last node.
    ends: [(f64, f64); 2],
    /// Where exercise is due, from today to expiry.
    pub critical: Vec<Critical>,
}

/// The grid that a base case and its bumps share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    first: f64,
    step: f64,
    count: usize,
}

/// One option on the lattice: undiscounted values, and a straight line `a·Ŝ + c` beyond each end.
struct Holding {
    values: Vec<f64>,
    middle: Vec<f64>,
    ends: [(f64, f64); 2],
}

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
        let count = ((high - low) / (SPACING * deviation)).min(MAX_NODES).max(8.0) as usize;
        let step = (high - low) / count as f64;
        match input.kind {
            OptionKind::Put => Layout { first: low, step, count: count + 1 },
            OptionKind::Call => Layout { first: high, step: -step, count: count + 1 },
        }
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
        let Layout { first, step, count } = layout;
        let unscaled: Vec<f64> = (0..count).map(|place| exp(first + step * place as f64)).collect();
        let mut lattice = Lattice { input, unscaled, weights: vec![(0.0, 0.0); count], rest: vec![0.0; count] };
        let payoff = lattice.payoff(0.0, 0.0);
        let (mut with, mut without) = (Holding::at_expiry(&lattice, payoff), Holding::at_expiry(&lattice, payoff));
        let mut critical = vec![lattice.critical(&with, payoff, 0.0)];
        let ex_dates = coming(dividends, input.years).map(|dividend| dividend.before_expiry);
        let mut start = 0.0;
        for until in ex_dates.chain([input.years]) {
            let length = until - start;
            if length > 0.0 {
                let steps = (STEPS * (length / input.years).sqrt()).ceil().max(LEAST_STEPS);
                let at = |place: f64| if place < steps { start + length * (place / steps) * (place / steps) } else { until };
                for place in 0..steps as usize {
                    let (from, to) = (at(place as f64), at((place + 1) as f64));
                    let middle = from + GAMMA * (to - from);
                    lattice.weigh(to - from, step);
                    let payoffs = [middle, to].map(|years| lattice.payoff(years, held(input, dividends, years)));
                    lattice.step(&mut with, (from, middle, to), payoffs);
                    lattice.step(&mut without, (from, middle, to), [middle, to].map(|years| lattice.payoff(years, 0.0)));
                    let [_, at_end] = payoffs;
                    critical.push(lattice.critical(&with, at_end, to));
                }
            }
            // The last chance before the ex-date.
            if until < input.years {
                let payoff = lattice.payoff(until, held(input, dividends, until * (1.0 + f64::EPSILON)));
                critical.push(lattice.exercise(&mut with, payoff, until));
            }
            start = until;
        }
        let discount = exp(-input.rate * input.years);
        let values = with.values.iter().zip(&without.values).map(|(with, without)| discount * (with - without)).collect();
        let [[first_with, last_with], [first_without, last_without]] = [with.ends, without.ends];
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
    rest: Vec<f64>,
}

impl Holding {
    fn at_expiry(lattice: &Lattice<'_>, payoff: Payoff) -> Holding {
        let values: Vec<f64> = lattice.unscaled.iter().map(|unscaled| payoff.at(*unscaled).max(0.0)).collect();
        let end = |place: Option<&f64>| if place.is_some_and(|value| *value > 0.0) { (payoff.sign, -payoff.sign) } else { (0.0, 0.0) };
        let ends = [end(values.first()), end(values.last())];
        Holding { middle: values.clone(), ends, values }
    }
}

impl Lattice<'_> {
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

    fn step(&mut self, holding: &mut Holding, (from, middle, to): (f64, f64, f64), payoffs: [Payoff; 2]) {
        let share = self.weights.first().map_or(0.0, |weight| weight.0);
        // Trapezoidal up to the middle.
        for (rest, three) in self.rest.iter_mut().skip(1).zip(holding.values.windows(3)) {
            if let [before, here, after] = three {
                *rest = here + share * (before - 2.0 * here + after);
            }
        }
        let [at_middle, at_end] = payoffs;
        let ends = self.move_ends(&mut holding.ends, middle - from, at_middle);
        self.substitute(&mut holding.middle, ends, at_middle);
        // Backward difference through the start and the middle up to the end.
        let by_middle = 1.0 / (GAMMA * (2.0 - GAMMA));
        for (rest, (middle, start)) in self.rest.iter_mut().zip(holding.middle.iter().zip(&holding.values)) {
            *rest = by_middle * middle - (by_middle - 1.0) * start;
        }
        let ends = self.move_ends(&mut holding.ends, to - middle, at_end);
        self.substitute(&mut holding.values, ends, at_end);
    }

    /// Takes the lines beyond both ends back in time, or exchanges them for exercise; gives the values at the end nodes.
    fn move_ends(&self, ends: &mut [(f64, f64); 2], years: f64, payoff: Payoff) -> [f64; 2] {
        let (by_yield, by_rate) = (exp(-self.input.carry_yield * years), exp(-self.input.rate * years));
        let nodes = [self.unscaled.first(), self.unscaled.last()].map(|node| node.copied().unwrap_or(0.0));
        let mut values = [0.0; 2];
        for ((end, node), value) in ends.iter_mut().zip(nodes).zip(&mut values) {
            *end = (end.0 * by_yield, end.1 * by_rate);
            *value = exchange(end, node, payoff);
        }
        values
    }

    /// The solution, from the first node on, with exercise wherever it is better.
    fn substitute(&mut self, values: &mut [f64], [first, last]: [f64; 2], payoff: Payoff) {
        let nodes = values.len();
        let mut below = last;
        let inner = self.rest.iter_mut().zip(&self.weights).take(nodes - 1).skip(1).rev();
        for (rest, (share, pivot)) in inner {
            below = (*rest + share * below) * pivot;
            *rest = below;
        }
        let mut before = first;
        let columns = values.iter_mut().zip(&self.rest).zip(self.weights.iter().zip(&self.unscaled));
        for (place, ((value, rest), ((share, pivot), unscaled))) in columns.enumerate() {
            before = match place {
                0 => first,
                _ if place == nodes - 1 => last,
                _ => (rest + share * pivot * before).max(payoff.at(*unscaled)),
            };
            *value = before;
        }
    }

    /// Exercise at one instant, wherever it is better; where that is.
    fn exercise(&self, holding: &mut Holding, payoff: Payoff, years: f64) -> Critical {
        let nodes = [self.unscaled.first(), self.unscaled.last()].map(|node| node.copied().unwrap_or(0.0));
        for (end, node) in holding.ends.iter_mut().zip(nodes) {
            exchange(end, node, payoff);
        }
        let mut before = None;
        let mut spot = None;
        for (value, unscaled) in holding.values.iter_mut().zip(&self.unscaled) {
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
    fn critical(&self, holding: &Holding, payoff: Payoff, years: f64) -> Critical {
        let [(slope, intercept), _] = holding.ends;
        let is_exercised = years > 0.0 && slope == payoff.sign && intercept == payoff.sign * (payoff.held - 1.0);
        let waiting = || holding.values.iter().zip(&self.unscaled).map(|(value, unscaled)| (value - payoff.at(*unscaled), *unscaled));
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
