//! Implied vols in columns: many options at once, each with the bits that it has alone.

use crate::math::black::{Batch, Distribution, OptionKind};
use crate::math::implied_vol::target::Target;
use crate::math::implied_vol::{ImpliedVolInput, NoVol};
use crate::math::lane::{BATCH, Lane, load};
use wide::f64x4;

/// Undiscounted prices, a number of each option in every column.
#[derive(Clone, Copy, Debug)]
pub struct ImpliedVolColumns<'a> {
    /// Forwards of the expiries, quote currency per base unit.
    pub forwards: &'a [f64],
    /// Strikes, quote currency per base unit.
    pub strikes: &'a [f64],
    /// Years to expiry.
    pub years: &'a [f64],
    /// Undiscounted prices, in the currency of the forwards.
    pub prices: &'a [f64],
    /// 1 for a call, −1 for a put.
    pub signs: &'a [f64],
}

/// Options of a batch, in fours.
const FOURS: usize = BATCH / f64x4::WIDTH;

impl ImpliedVolColumns<'_> {
    /// How many options there are: as many as the shortest column has.
    pub fn count(&self) -> usize {
        [self.forwards, self.strikes, self.years, self.prices, self.signs].map(<[f64]>::len).into_iter().min().unwrap_or(0)
    }

    /// The vol of each, as [`ImpliedVolInput::solve`], into a column that is kept from call to call.
    pub fn solve_into(&self, vols: &mut Vec<Result<f64, NoVol>>) {
        vols.resize(self.count(), Err(NoVol::BadInput));
        let mut batch = Batch::new();
        let zero = f64x4::splat(0.0);
        let mut guesses = [zero; FOURS];
        let mut targets = [None; FOURS];
        let columns = [self.forwards, self.strikes, self.years, self.prices, self.signs];
        for (first, out) in (0..).step_by(BATCH).zip(vols.chunks_mut(BATCH)) {
            let places = (first..).step_by(f64x4::WIDTH).take(out.len().div_ceil(f64x4::WIDTH));
            for ((from, guess), target) in places.clone().zip(&mut guesses).zip(&mut targets) {
                let [forward, strike, years, price, sign] = columns.map(|column| load(column, from));
                let of = Target::new(forward, strike, price, sign);
                *target = f64x4::is_all(of.is_fit(forward, strike, years)).then_some(of);
                *guess = of.guess();
            }
            batch.fill(targets.iter().zip(&guesses).take(out.len().div_ceil(f64x4::WIDTH)).map(|(target, guess)| {
                // Where the way is not taken any numbers will do.
                target.as_ref().map_or((zero, f64x4::splat(1.0)), |target| (target.x, *guess))
            }));
            let solved = targets.iter().zip(&guesses).zip(batch.distributions());
            for ((from, ((target, guess), distribution)), out) in places.zip(solved).zip(out.chunks_mut(f64x4::WIDTH)) {
                let deviation = target.as_ref().and_then(|target| one_step(target, *guess, &distribution));
                match deviation {
                    Some(deviation) => {
                        let found = (deviation / load(self.years, from).sqrt()).to_array();
                        out.iter_mut().zip(found).for_each(|(out, vol)| *out = Ok(vol));
                    }
                    None => out.iter_mut().enumerate().for_each(|(place, out)| *out = self.one(from + place)),
                }
            }
        }
    }

    fn one(&self, place: usize) -> Result<f64, NoVol> {
        let [forward, strike, years, price, sign] =
            [self.forwards, self.strikes, self.years, self.prices, self.signs].map(|column| column.get(place).copied().unwrap_or(f64::NAN));
        let kind = if sign < 0.0 { OptionKind::Put } else { OptionKind::Call };
        ImpliedVolInput { forward, strike, years, price, kind }.solve()
    }
}

/// σ√T of four options that are all done after one step.
#[inline(always)]
fn one_step(target: &Target<f64x4>, guess: f64x4, distribution: &Distribution<f64x4>) -> Option<f64x4> {
    let (deviation, is_last) = target.step(guess, distribution);
    f64x4::is_all(is_last).then_some(deviation)
}
