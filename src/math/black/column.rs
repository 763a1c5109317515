//! Black (1976) in columns: many options at once, each with the bits that it has alone.

use crate::math::black::kernel::{self, Batch, Distribution, FOURS, Sensitivities};
use crate::math::black::{BlackGreeks, BlackInput, OptionKind};
use crate::math::elementary::ordinary_log_ratio;
use crate::math::lane::{Lane, load};
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

/// Four options side by side, with what is computed of them.
struct Ready {
    forward: f64x4,
    strike: f64x4,
    vol: f64x4,
    sign: f64x4,
    quotient: f64x4,
    root_years: f64x4,
    distribution: Distribution<f64x4>,
}

impl<'a> BlackColumns<'a> {
    /// How many options there are: as many as the shortest column has.
    pub fn count(&self) -> usize {
        [self.forwards, self.strikes, self.years, self.vols, self.signs].map(<[f64]>::len).into_iter().min().unwrap_or(0)
    }

    /// Undiscounted prices, as [`BlackInput::price`].
    pub fn prices(&self) -> Vec<f64> {
        let mut prices = Vec::new();
        self.prices_into(&mut prices);
        prices
    }

    /// The same into a column that is kept from call to call.
    pub fn prices_into(&self, prices: &mut Vec<f64>) {
        prices.resize(self.count(), 0.0);
        self.each(|from, four| {
            let out = prices.get_mut(from..).unwrap_or_default();
            match four {
                Some(Ready { forward, strike, sign, distribution, .. }) => kernel::price(forward, strike, &distribution, sign).store(out),
                None => {
                    for (place, out) in (from..).zip(out).take(f64x4::WIDTH) {
                        *out = self.one(place).map_or(0.0, |one| one.price());
                    }
                }
            }
        });
    }

    /// Prices and sensitivities, as [`BlackInput::greeks`].
    pub fn greeks(&self) -> GreekColumns {
        let mut greeks = GreekColumns::default();
        self.greeks_into(&mut greeks);
        greeks
    }

    /// The same into columns that are kept from call to call.
    pub fn greeks_into(&self, greeks: &mut GreekColumns) {
        greeks.resize(self.count());
        self.each(|from, four| match four {
            Some(Ready { forward, strike, vol, sign, quotient, root_years, distribution }) => {
                greeks.store(from, &kernel::sensitivities(forward, strike, quotient, &distribution, root_years, vol, sign));
            }
            None => {
                for place in from..from + f64x4::WIDTH {
                    if let Some(one) = self.one(place) {
                        greeks.set(place, &one.greeks());
                    }
                }
            }
        });
    }

    /// Gives each four options with what is computed of them and the place of the first, or only the place where one of them is not
    /// live and a limit is met.
    #[inline(always)]
    fn each(&self, mut take: impl FnMut(usize, Option<Ready>)) {
        let mut batch = Batch::new();
        let zero = f64x4::splat(0.0);
        let (mut quotients, mut roots, mut are_live) = ([zero; FOURS], [zero; FOURS], [false; FOURS]);
        for first in (0..self.count()).step_by(FOURS * f64x4::WIDTH) {
            let places = || (first..self.count()).step_by(f64x4::WIDTH).take(FOURS);
            let kept = quotients.iter_mut().zip(&mut roots).zip(&mut are_live);
            batch.fill(places().zip(kept).map(|(from, ((quotient, root), is_live))| {
                let [forward, strike, years, vol] = [self.forwards, self.strikes, self.years, self.vols].map(|column| load(column, from));
                (*quotient, *root) = (forward / strike, years.sqrt());
                let deviation = vol * *root;
                let above = |least: f64, value: f64x4| f64x4::splat(least).is_below(value);
                let is_price = |value: f64x4| above(LEAST_PRICE, value) & value.is_below(f64x4::splat(MOST_PRICE));
                let is = is_price(forward) & is_price(strike) & above(LEAST, years) & above(LEAST, vol) & above(LEAST, deviation);
                *is_live = f64x4::is_all(is);
                (ordinary_log_ratio(forward, strike, *quotient), deviation)
            }));
            let kept = quotients.iter().zip(&roots).zip(&are_live);
            for ((from, distribution), ((quotient, root_years), is_live)) in places().zip(batch.distributions()).zip(kept) {
                let [forward, strike, vol, sign] = [self.forwards, self.strikes, self.vols, self.signs].map(|column| load(column, from));
                let (quotient, root_years) = (*quotient, *root_years);
                take(from, is_live.then_some(Ready { forward, strike, vol, sign, quotient, root_years, distribution }));
            }
        }
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
    fn resize(&mut self, count: usize) {
        self.columns().into_iter().for_each(|column| column.resize(count, 0.0));
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
        for (column, value) in self.columns().into_iter().zip(of.values()) {
            if let Some(slot) = column.get_mut(place) {
                *slot = value;
            }
        }
    }
}
