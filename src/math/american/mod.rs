//! American options on a spot with continuous rate and yield of either sign: price, sensitivities, exercise region.
//!
//! The premium over the European option is Kim's integral over the exercise boundary of Andersen, Lake and Offengenden (2016);
//! see [`boundary`] and [`curve`]. Delta, gamma, theta and charm are derivatives of that integral and of the Black-Scholes-Merton
//! equation that it obeys; those by vol, rate and yield are those of the European option plus central differences of the premium,
//! at ±10⁻³ of the vol and ±10⁻⁴ of rate and yield.
//!
//! Cash dividends are [`escrowed`].
//!
//! All limits are values: without time, vol, spot or strike nothing is left to chance, and the option is worth the best of its
//! exercise dates. No price is below its intrinsic value or that of the European option.

mod boundary;
mod curve;
mod escrowed;
mod implied;
mod lattice;
mod quadrature;
mod shared;

use crate::math::american::boundary::Premium;
use crate::math::black::{BlackInput, MAX_LOG_DISCOUNT, MertonGreeks, MertonInput, OptionKind, held};
use crate::math::{exp, log_ratio};

pub use crate::math::american::boundary::Boundary;
pub use crate::math::american::escrowed::EscrowedInput;
pub use crate::math::american::lattice::{Correction, Critical, Layout};
pub use crate::math::american::shared::Boundaries;

/// Shares of the strike beyond which no boundary is shown: a yield that is rounding noise has one at a billion strikes.
const FARTHEST: core::ops::Range<f64> = 1e-3..1e3;
/// Steps between now and expiry in which a boundary is shown.
const CRITICAL_STEPS: u32 = 32;
/// Relative step of differences by vol.
const VOL_STEP: f64 = 1e-3;
/// Step of differences by rate and yield.
const RATE_STEP: f64 = 1e-4;
/// Standard deviations to expiry below which chance is nothing.
const NO_CHANCE: f64 = 1e-12;
/// Parts of 1 to which a carry is rounded: far below any price, and coarse enough that a forward that moves in step with its spot
/// keeps its carry, and with it its exercise region.
const CARRY_PARTS: f64 = 1_099_511_627_776.0;

/// What an American option depends on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AmericanInput {
    /// Spot, quote currency per base unit, ≥ 0.
    pub spot: f64,
    /// Strike, ≥ 0.
    pub strike: f64,
    /// Years to expiry, 0 or less once expired.
    pub years: f64,
    /// Annualized volatility, ≥ 0.
    pub vol: f64,
    /// Continuous discount rate per year.
    pub rate: f64,
    /// Continuous dividend yield or borrow rate per year.
    pub carry_yield: f64,
    /// Call or put.
    pub kind: OptionKind,
}

/// Price and its derivatives; per 1.00 and per year.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AmericanGreeks {
    /// Price.
    pub price: f64,
    /// ∂/∂spot.
    pub delta: f64,
    /// ∂²/∂spot².
    pub gamma: f64,
    /// ∂/∂vol.
    pub vega: f64,
    /// −∂/∂years at fixed rate and yield.
    pub theta: f64,
    /// ∂/∂rate at fixed yield.
    pub rho: f64,
    /// ∂/∂yield at fixed rate.
    pub yield_rho: f64,
    /// ∂²/∂spot∂vol.
    pub vanna: f64,
    /// ∂²/∂vol².
    pub volga: f64,
    /// −∂delta/∂years at fixed rate and yield.
    pub charm: f64,
    /// ∂delta/∂yield at fixed rate.
    pub yield_delta: f64,
}

/// Price and its derivatives by the spot.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shape {
    /// Price.
    pub price: f64,
    /// ∂/∂spot.
    pub delta: f64,
    /// ∂²/∂spot².
    pub gamma: f64,
}

/// Value and slope of the premium, in the option's own currency.
#[derive(Clone, Copy, Default)]
struct Extra {
    value: f64,
    delta: f64,
}

impl AmericanInput {
    /// The same with the yield at which its rate carries the spot to this forward; with its rate for a yield, hence no carry,
    /// where spot, forward or time are missing.
    #[must_use]
    pub fn on_forward(self, forward: f64) -> AmericanInput {
        let has_carry = self.years > 0.0 && self.spot > 0.0 && forward > 0.0;
        let carry = if has_carry { log_ratio(forward, self.spot) / self.years } else { 0.0 };
        let carry = (carry * CARRY_PARTS).round() / CARRY_PARTS;
        AmericanInput { carry_yield: self.rate - carry, ..self }
    }

    /// The exercise region, which every strike shares.
    pub fn boundary(&self) -> Boundary {
        let input = self.bounded();
        let vol = if input.is_settled() { 0.0 } else { input.vol };
        Boundary::fit(vol, input.rate, input.carry_yield, input.years, input.kind)
    }

    /// The spots at which exercise is due, from now to expiry, evenly in the root of the time to go, which is how a boundary bends.
    pub fn critical(&self) -> Vec<Critical> {
        let input = self.bounded();
        let boundary = input.boundary();
        let at = |place: u32| {
            let share = f64::from(place) / f64::from(CRITICAL_STEPS);
            let years = input.years * share * share;
            let (low, high) = boundary.region(years).map_or((None, None), |(low, high)| (Some(low), Some(high)));
            // The other end is that of negative rates: below it a put waits as well, and above it a call.
            let (near, far) = if input.kind == OptionKind::Put { (high, low) } else { (low, high) };
            let spot = |share: Option<f64>| share.filter(|share| FARTHEST.contains(share)).map(|share| share * input.strike);
            Critical { years, spot: spot(near), other_end: spot(far) }
        };
        (0..=CRITICAL_STEPS).rev().map(at).collect()
    }

    /// Price.
    pub fn price(&self) -> f64 {
        self.price_within(&self.boundary())
    }

    /// Price, when the exercise region of these terms is known from another spot or strike.
    pub fn price_within(&self, boundary: &Boundary) -> f64 {
        let input = self.bounded();
        let intrinsic = input.kind.intrinsic(input.spot, input.strike);
        if input.is_settled() {
            return input.settled().price;
        }
        let (log_spot, scale) = input.as_put();
        if boundary.is_exercised(log_spot) {
            return intrinsic;
        }
        let european = input.european_price();
        let premium = scale * boundary.premium(log_spot).value;
        let premium = if premium > 0.0 { premium } else { 0.0 };
        // Exercise at a date that is settled today is worth no more than the right to choose it.
        (european + premium).max(input.settled().price).min(input.ceiling().max(intrinsic))
    }

    /// Price and sensitivities.
    pub fn greeks(&self) -> AmericanGreeks {
        let input = self.bounded();
        if input.is_settled() {
            return input.settled();
        }
        let boundary = input.boundary();
        let (log_spot, scale) = input.as_put();
        let sign = input.kind.sign();
        if boundary.is_exercised(log_spot) {
            let price = input.kind.intrinsic(input.spot, input.strike);
            return AmericanGreeks { price, delta: sign, ..AmericanGreeks::default() };
        }
        let european: MertonGreeks = input.merton().greeks();
        let premium = boundary.premium(log_spot);
        let spot = input.spot;
        let (delta, gamma, speed) = input.slopes(&premium);
        let value = held(scale * premium.value);
        // The Black-Scholes-Merton equation of the premium and of its delta.
        let (carry, variance) = (input.rate - input.carry_yield, input.vol * input.vol);
        let spread = held(0.5 * variance * spot * spot);
        let theta = held(input.rate * value) - held(held(carry * spot) * delta) - held(spread * gamma);
        let charm = held(input.carry_yield * delta) - held(held((carry + variance) * spot) * gamma) - held(spread * speed);
        let extra = |input: AmericanInput| input.extra();
        let vol_step = VOL_STEP * input.vol;
        let (rich, cheap) =
            (extra(AmericanInput { vol: input.vol + vol_step, ..input }), extra(AmericanInput { vol: input.vol - vol_step, ..input }));
        let (dear, free) = (
            extra(AmericanInput { rate: input.rate + RATE_STEP, ..input }),
            extra(AmericanInput { rate: input.rate - RATE_STEP, ..input }),
        );
        let (lush, dry) = (
            extra(AmericanInput { carry_yield: input.carry_yield + RATE_STEP, ..input }),
            extra(AmericanInput { carry_yield: input.carry_yield - RATE_STEP, ..input }),
        );
        AmericanGreeks {
            price: input.price_within(&boundary),
            delta: european.delta + delta,
            gamma: european.gamma + gamma,
            vega: european.vega + (rich.value - cheap.value) / (2.0 * vol_step),
            theta: european.theta + theta,
            rho: european.rho + (dear.value - free.value) / (2.0 * RATE_STEP),
            yield_rho: european.dividend_rho + (lush.value - dry.value) / (2.0 * RATE_STEP),
            vanna: european.vanna + (rich.delta - cheap.delta) / (2.0 * vol_step),
            volga: european.volga + (rich.value - 2.0 * value + cheap.value) / (vol_step * vol_step),
            charm: european.charm + charm,
            yield_delta: -input.years * (european.delta + held(spot * european.gamma)) + (lush.delta - dry.delta) / (2.0 * RATE_STEP),
        }
        .held()
    }

    /// Price and its derivatives by the spot, in an exercise region that is known.
    pub fn shape_within(&self, boundary: &Boundary) -> Shape {
        let input = self.bounded();
        let price = input.price_within(boundary);
        if input.is_settled() {
            let AmericanGreeks { delta, gamma, .. } = input.settled();
            return Shape { price, delta, gamma };
        }
        let (log_spot, _) = input.as_put();
        if boundary.is_exercised(log_spot) {
            return Shape { price, delta: input.kind.sign(), gamma: 0.0 };
        }
        let european = input.merton().greeks();
        let (delta, gamma, _) = input.slopes(&boundary.premium(log_spot));
        Shape { price, delta: european.delta + delta, gamma: european.gamma + gamma }
    }

    /// The first three derivatives of the premium by the spot; none where they are out of range.
    fn slopes(&self, premium: &Premium) -> (f64, f64, f64) {
        let (log_spot, scale) = self.as_put();
        let spot = self.spot;
        let slopes = match self.kind {
            OptionKind::Put => (premium.slope, premium.curvature / scale, premium.third / (scale * scale)),
            // A call is S·v(K/S).
            OptionKind::Call => {
                let x = exp(log_spot);
                let curvature = x * x * premium.curvature;
                (premium.value - x * premium.slope, curvature / spot, -(3.0 * curvature + x * x * x * premium.third) / (spot * spot))
            }
        };
        if slopes.0.is_finite() && slopes.1.is_finite() && slopes.2.is_finite() { slopes } else { (0.0, 0.0, 0.0) }
    }

    /// The same with rates that no double overflows by, and no time before now.
    fn bounded(&self) -> AmericanInput {
        let years = self.years.max(0.0);
        let most = MAX_LOG_DISCOUNT / years;
        AmericanInput { years, rate: self.rate.clamp(-most, most), carry_yield: self.carry_yield.clamp(-most, most), ..*self }
    }

    fn is_settled(&self) -> bool {
        !(self.spot > 0.0 && self.strike > 0.0 && self.vol * self.years.sqrt() > NO_CHANCE)
    }

    /// ln(spot/strike) of the put that the option is, and that put's strike.
    fn as_put(&self) -> (f64, f64) {
        match self.kind {
            OptionKind::Put => (log_ratio(self.spot, self.strike), self.strike),
            OptionKind::Call => (log_ratio(self.strike, self.spot), self.spot),
        }
    }

    fn merton(&self) -> MertonInput {
        let AmericanInput { spot, strike, years, vol, rate, carry_yield: dividend_yield, kind } = *self;
        MertonInput { spot, strike, years, vol, rate, dividend_yield, kind }
    }

    fn european_price(&self) -> f64 {
        let AmericanInput { spot, strike, years, vol, rate, carry_yield, kind } = *self;
        let growth = exp((rate - carry_yield) * years);
        let forward = spot * growth;
        // A forward that no double holds is left at the spot, and the strike comes down to it instead.
        let (forward, strike, decay) = if forward.is_finite() { (forward, strike, rate) } else { (spot, strike / growth, carry_yield) };
        (exp(-decay * years) * BlackInput { forward, strike, years, vol, kind }.price()).min(f64::MAX)
    }

    /// No option is worth more: the share itself, or the strike, at the best date.
    fn ceiling(&self) -> f64 {
        let (most, decay) = match self.kind {
            OptionKind::Call => (self.spot, self.carry_yield),
            OptionKind::Put => (self.strike, self.rate),
        };
        (most * exp((-decay * self.years).max(0.0))).min(f64::MAX)
    }

    /// The premium over the European option and its slope by the spot.
    fn extra(&self) -> Extra {
        let boundary = self.boundary();
        let (log_spot, scale) = self.as_put();
        if boundary.is_exercised(log_spot) {
            let european = self.merton().greeks();
            let value = self.kind.intrinsic(self.spot, self.strike) - european.price;
            return Extra { value, delta: self.kind.sign() - european.delta };
        }
        let premium = boundary.premium(log_spot);
        let delta = match self.kind {
            OptionKind::Put => premium.slope,
            OptionKind::Call => premium.value - exp(log_spot) * premium.slope,
        };
        Extra { value: held(scale * premium.value), delta: if delta.is_finite() { delta } else { 0.0 } }
    }

    /// Nothing is left to chance: the best of exercise now, at expiry, and where its gain stands still between them.
    fn settled(&self) -> AmericanGreeks {
        let AmericanInput { spot, strike, years, rate, carry_yield, kind, .. } = *self;
        let carry = rate - carry_yield;
        let between = log_ratio(rate * strike, carry_yield * spot) / carry;
        let best = [0.0, between, years]
            .into_iter()
            .filter(|time| (0.0..=years).contains(time))
            .map(|time| (time, kind.sign() * (held(spot * exp(-carry_yield * time)) - held(strike * exp(-rate * time)))))
            .fold((0.0, 0.0), |best, next| if next.1 > best.1 { next } else { best });
        let (time, price) = best;
        if price <= 0.0 {
            return AmericanGreeks::default();
        }
        let share = kind.sign() * exp(-carry_yield * time);
        let paid = held(kind.sign() * strike * exp(-rate * time));
        let is_between = time > 0.0 && time < years;
        let is_last = time > 0.0 && time == years;
        AmericanGreeks {
            price,
            delta: share,
            gamma: if is_between { carry_yield * share / (spot * carry) } else { 0.0 },
            theta: if is_last { held(carry_yield * held(spot * share)) - held(rate * paid) } else { 0.0 },
            rho: time * paid,
            yield_rho: -time * held(spot * share),
            charm: if is_last { carry_yield * share } else { 0.0 },
            yield_delta: if is_between { -share * (time + carry_yield * (time - 1.0 / carry_yield) / carry) } else { -time * share },
            ..AmericanGreeks::default()
        }
        .held()
    }
}

impl AmericanGreeks {
    /// The same with numbers that doubles hold.
    fn held(self) -> AmericanGreeks {
        AmericanGreeks {
            price: held(self.price),
            delta: held(self.delta),
            gamma: held(self.gamma),
            vega: held(self.vega),
            theta: held(self.theta),
            rho: held(self.rho),
            yield_rho: held(self.yield_rho),
            vanna: held(self.vanna),
            volga: held(self.volga),
            charm: held(self.charm),
            yield_delta: held(self.yield_delta),
        }
    }
}
