//! Black (1976) in columns: many options at once, each with the bits that it has alone.

use crate::math::black::kernel::{self, Sensitivities};
use crate::math::black::{BlackGreeks, BlackInput, OptionKind};
use crate::math::elementary::log_ratio;
use crate::math::lane::Lane;
use wide::f64x4;

/// Between these prices, and above this time, vol and deviation, no sensitivity overflows; what lies outside is computed alone.
const LEAST_PRICE: f64 = 1e-60;
const MOST_PRICE: f64 = 1e60;
const LEAST: f64 = 1e-30;

/// Undiscounted options, a number of each in every column.
#[derive(Clone, Copy, Debug)]
pub struct BlackColumns<'a> {
    /// Forwards of the expiries, quote currency per base unit.
    pub forwards: &'a [f64],
    /// Strikes, quote currency per base unit.
    pub strikes: &'a [f64],
    /// Years to expiry.
    pub years: &'a [f64],
    /// Annualized volatilities, 0.65 = 65 %.
    pub vols: &'a [f64],
    /// 1 for a call, −1 for a put.
    pub signs: &'a [f64],
}

/// Prices and sensitivities, a number of each option in every column; what they are is said at [`BlackGreeks`].
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of BlackGreeks")]
pub struct GreekColumns {
    pub price: Vec<f64>,
    pub delta: Vec<f64>,
    pub gamma: Vec<f64>,
    pub vega: Vec<f64>,
    pub theta: Vec<f64>,
    pub vanna: Vec<f64>,
    pub volga: Vec<f64>,
    pub charm: Vec<f64>,
    pub speed: Vec<f64>,
    pub zomma: Vec<f64>,
    pub color: Vec<f64>,
    pub ultima: Vec<f64>,
    pub exercise_probability: Vec<f64>,
}

/// Options side by side.
struct Four {
    forward: f64x4,
    strike: f64x4,
    years: f64x4,
    root_years: f64x4,
    vol: f64x4,
    sign: f64x4,
    /// Whether each of them is live, so that no limit is met and nothing overflows.
    are_live: bool,
}

impl<'a> BlackColumns<'a> {
    /// How many options there are: as many as the shortest column has.
    pub fn count(&self) -> usize {
        [self.forwards, self.strikes, self.years, self.vols, self.signs].map(<[f64]>::len).into_iter().min().unwrap_or(0)
    }

    /// Undiscounted prices, as [`BlackInput::price`].
    pub fn prices(&self) -> Vec<f64> {
        let mut prices = vec![0.0; self.count()];
        for (from, out) in (0..).step_by(f64x4::WIDTH).zip(prices.chunks_mut(f64x4::WIDTH)) {
            let four = self.four(from);
            if four.are_live {
                let log_moneyness = log_ratio(four.forward, four.strike);
                kernel::price(four.forward, four.strike, log_moneyness, four.vol * four.root_years, four.sign).store(out);
            } else {
                for (place, out) in (from..).zip(out) {
                    *out = self.one(place).map_or(0.0, |one| one.price());
                }
            }
        }
        prices
    }

    /// Prices and sensitivities, as [`BlackInput::greeks`].
    pub fn greeks(&self) -> GreekColumns {
        let mut greeks = GreekColumns::of(self.count());
        for from in (0..self.count()).step_by(f64x4::WIDTH) {
            let four = self.four(from);
            if four.are_live {
                let log_moneyness = log_ratio(four.forward, four.strike);
                let years = (four.years, four.root_years);
                greeks.store(from, &kernel::sensitivities(four.forward, four.strike, log_moneyness, years, four.vol, four.sign));
            } else {
                for place in from..from + f64x4::WIDTH {
                    if let Some(one) = self.one(place) {
                        greeks.set(place, &one.greeks());
                    }
                }
            }
        }
        greeks
    }

    fn four(&self, from: usize) -> Four {
        let load = |column: &[f64]| f64x4::load(column.get(from..).unwrap_or_default());
        let [forward, strike, years, vol, sign] = [self.forwards, self.strikes, self.years, self.vols, self.signs].map(load);
        let root_years = years.sqrt();
        let (one, zero) = (f64x4::splat(1.0), f64x4::splat(0.0));
        let is = |least: f64, value: f64x4| f64x4::choose(f64x4::splat(least).is_below(value), zero, one);
        let odd = |value: f64x4| is(LEAST_PRICE, value) + f64x4::choose(value.is_below(f64x4::splat(MOST_PRICE)), zero, one);
        let faults = odd(forward) + odd(strike) + is(LEAST, years) + is(LEAST, vol) + is(LEAST, vol * root_years);
        Four { forward, strike, years, root_years, vol, sign, are_live: !f64x4::is_any(zero.is_below(faults)) }
    }

    fn one(&self, place: usize) -> Option<BlackInput> {
        Some(BlackInput {
            forward: *self.forwards.get(place)?,
            strike: *self.strikes.get(place)?,
            years: *self.years.get(place)?,
            vol: *self.vols.get(place)?,
            kind: if *self.signs.get(place)? < 0.0 { OptionKind::Put } else { OptionKind::Call },
        })
    }
}

impl GreekColumns {
    fn of(count: usize) -> GreekColumns {
        let column = || vec![0.0; count];
        GreekColumns {
            price: column(),
            delta: column(),
            gamma: column(),
            vega: column(),
            theta: column(),
            vanna: column(),
            volga: column(),
            charm: column(),
            speed: column(),
            zomma: column(),
            color: column(),
            ultima: column(),
            exercise_probability: column(),
        }
    }

    /// The columns, in the order of [`Sensitivities`].
    fn columns(&mut self) -> [&mut Vec<f64>; 13] {
        [
            &mut self.price,
            &mut self.delta,
            &mut self.gamma,
            &mut self.vega,
            &mut self.theta,
            &mut self.vanna,
            &mut self.volga,
            &mut self.charm,
            &mut self.speed,
            &mut self.zomma,
            &mut self.color,
            &mut self.ultima,
            &mut self.exercise_probability,
        ]
    }

    #[inline(always)]
    fn store(&mut self, from: usize, of: &Sensitivities<f64x4>) {
        of.price.store(self.price.get_mut(from..).unwrap_or_default());
        of.delta.store(self.delta.get_mut(from..).unwrap_or_default());
        of.gamma.store(self.gamma.get_mut(from..).unwrap_or_default());
        of.vega.store(self.vega.get_mut(from..).unwrap_or_default());
        of.theta.store(self.theta.get_mut(from..).unwrap_or_default());
        of.vanna.store(self.vanna.get_mut(from..).unwrap_or_default());
        of.volga.store(self.volga.get_mut(from..).unwrap_or_default());
        of.charm.store(self.charm.get_mut(from..).unwrap_or_default());
        of.speed.store(self.speed.get_mut(from..).unwrap_or_default());
        of.zomma.store(self.zomma.get_mut(from..).unwrap_or_default());
        of.color.store(self.color.get_mut(from..).unwrap_or_default());
        of.ultima.store(self.ultima.get_mut(from..).unwrap_or_default());
        of.exercise_probability.store(self.exercise_probability.get_mut(from..).unwrap_or_default());
    }

    fn set(&mut self, place: usize, of: &BlackGreeks) {
        let values = [
            of.price,
            of.delta,
            of.gamma,
            of.vega,
            of.theta,
            of.vanna,
            of.volga,
            of.charm,
            of.speed,
            of.zomma,
            of.color,
            of.ultima,
            of.exercise_probability,
        ];
        for (column, value) in self.columns().into_iter().zip(values) {
            if let Some(slot) = column.get_mut(place) {
                *slot = value;
            }
        }
    }
}
