//! American options on a share that pays cash dividends before expiry, by the escrowed model of [`crate::math::dividend`].
//!
//! The volatility belongs to the spot less the dividends to come, and exercise is decided on the whole: at any time, and just before
//! each ex-date, where a call is exercised for the dividend. The price is that of the same option on the escrowed spot, from the
//! exercise boundary that all strikes share, and what dividends change about it, from a lattice of the strike's own
//! ([`super::lattice`]). Against trees of 3 000 steps and more the difference is below 2·10⁻⁵ of the strike; exercise at a date chosen
//! today (Black 1975) is worth less, the formula of Roll, Geske and Whaley for one dividend and no yield the same.
//!
//! Limits of the model, not of the numbers: a vol that is quoted for the whole spot is a little too low for the rest of it, by about the
//! share of the spot that is escrowed; the same share has another escrowed spot for each expiry, so that two expiries differ by where their
//! vol belongs; and a dividend is paid whatever becomes of the price. Of regions that negative rates give two ends, the farther one is
//! decided to first order.

use crate::math::american::implied::search;
use crate::math::american::{AmericanInput, Boundary, Correction, Layout, Shape};
use crate::math::dividend::{Dividend, Escrow, coming};
use crate::math::implied_vol::NoVol;
use crate::math::{exp, log_ratio};
use std::borrow::Cow;

/// What an American option depends on where dividends lie before its expiry.
#[derive(Clone, Debug, PartialEq)]
pub struct EscrowedInput<'a> {
    /// The option on the escrowed spot.
    rest: AmericanInput,
    /// What the dividends are worth.
    escrow: f64,
    /// By the time before expiry, as much of each as is paid.
    dividends: Cow<'a, [Dividend]>,
}

impl<'a> EscrowedInput<'a> {
    /// Of an option on the whole spot, `forward` that of its expiry, which implies the yield of the rest as in
    /// [`AmericanInput::on_forward`]; `None` where no dividend goes ex before it expires. Dividends are sorted by the time before expiry.
    pub fn new(whole: AmericanInput, forward: f64, dividends: &'a [Dividend]) -> Option<EscrowedInput<'a>> {
        let count = coming(dividends, whole.years).count();
        let dividends = dividends.get(..count).filter(|coming| !coming.is_empty())?;
        let escrow = Escrow::new(dividends, whole.spot, whole.rate, whole.years);
        let rest = AmericanInput { spot: whole.spot - escrow.value, ..whole }.on_forward(forward).bounded();
        let dividends = if escrow.paid == 1.0 {
            Cow::Borrowed(dividends)
        } else {
            dividends.iter().map(|dividend| Dividend { amount: escrow.paid * dividend.amount, ..*dividend }).collect()
        };
        Some(EscrowedInput { rest, escrow: escrow.value, dividends })
    }

    /// The option on the escrowed spot.
    pub fn rest(&self) -> &AmericanInput {
        &self.rest
    }

    /// The dividends.
    pub fn dividends(&self) -> &[Dividend] {
        &self.dividends
    }

    /// The lattice of these terms.
    pub fn layout(&self) -> Layout {
        Layout::new(&self.rest, &self.dividends)
    }

    /// What the dividends change, at every spot; nothing where nothing is left to chance.
    pub fn correction(&self, layout: Layout) -> Correction {
        if self.rest.is_settled() { Correction::none() } else { Correction::new(&self.rest, &self.dividends, layout) }
    }

    /// Price.
    pub fn price(&self) -> f64 {
        self.price_within(&self.rest.boundary(), &self.correction(self.layout()))
    }

    /// Price, when both regions of these terms are known from another spot.
    pub fn price_within(&self, boundary: &Boundary, correction: &Correction) -> f64 {
        let AmericanInput { spot, strike, kind, .. } = self.rest;
        let settled = self.settled();
        if self.rest.is_settled() {
            return settled;
        }
        let whole = spot + self.escrow;
        if correction.is_exercised(whole, kind) {
            return kind.intrinsic(whole, strike);
        }
        let [difference, ..] = correction.at(spot);
        // What is sure to be had is worth no more than the right to choose.
        let least = settled.max(self.rest.european_price());
        (self.rest.price_within(boundary) + difference).max(least).min(self.ceiling().max(least))
    }

    /// Price and its derivatives by the spot, on a lattice that others may share.
    pub fn shape(&self, layout: Layout) -> Shape {
        let (boundary, correction) = (self.rest.boundary(), self.correction(layout));
        let price = self.price_within(&boundary, &correction);
        let AmericanInput { spot, kind, .. } = self.rest;
        if !self.rest.is_settled() && correction.is_exercised(spot + self.escrow, kind) {
            return Shape { price, delta: kind.sign(), gamma: 0.0 };
        }
        let plain = self.rest.shape_within(&boundary);
        let [_, slope, curvature] = correction.at(spot);
        let (delta, gamma) = (plain.delta + slope, plain.gamma + curvature);
        let is_finite = delta.is_finite() && gamma.is_finite();
        Shape { price, delta: if is_finite { delta } else { plain.delta }, gamma: if is_finite { gamma } else { plain.gamma } }
    }

    /// The vol at which the option has this price; the input's own vol plays no part.
    ///
    /// # Errors
    /// The bound on which the price lies or which it breaks.
    pub fn implied_vol(&self, price: f64) -> Result<f64, NoVol> {
        let positive = |x: f64| x > 0.0 && x.is_finite();
        if !(positive(self.rest.spot) && positive(self.rest.strike) && positive(self.rest.years) && price.is_finite()) {
            return Err(NoVol::BadInput);
        }
        if price < 0.0 {
            return Err(NoVol::NegativePrice);
        }
        let first = self.rest.european_log_vol(price).unwrap_or(0.0);
        let at = |vol: f64| EscrowedInput { rest: AmericanInput { vol, ..self.rest }, ..self.clone() };
        search(price, (self.settled(), self.ceiling()), first, |vol| at(vol).price())
    }

    /// No option is worth more: the share itself, or the strike, at the best date.
    fn ceiling(&self) -> f64 {
        let held = if self.rest.kind.sign() > 0.0 { self.escrow } else { 0.0 };
        self.rest.ceiling() + held
    }

    /// The best of exercise at a date that is settled today: now, at expiry, on either side of each ex-date, and where the gain of the
    /// rest of the spot stands still.
    fn settled(&self) -> f64 {
        let AmericanInput { spot, strike, years, rate, carry_yield, kind, .. } = self.rest;
        let still = log_ratio(rate * strike, carry_yield * spot) / (rate - carry_yield);
        let ex_dates = self.dividends.iter().map(|dividend| years - dividend.before_expiry);
        let gain = |time: f64| {
            let later = |is_later: &dyn Fn(f64) -> bool| {
                let paid = self.dividends.iter().map(|dividend| (years - dividend.before_expiry, dividend.amount));
                paid.filter(|(wait, _)| is_later(*wait)).map(|(wait, amount)| amount * exp(-rate * wait)).sum::<f64>()
            };
            let rest = spot * exp(-carry_yield * time) - strike * exp(-rate * time);
            let sign = kind.sign();
            (sign * (rest + later(&|wait| wait >= time))).max(sign * (rest + later(&|wait| wait > time)))
        };
        let dates = ex_dates.chain([0.0, still, years]).filter(|time| (0.0..=years).contains(time));
        dates.map(gain).fold(0.0, f64::max)
    }
}
