//! An American option on a share or fund: worth its exercise or its continuation, whichever is more.
//!
//! It is always linear: it delivers the share against the strike. The yield that makes waiting cheap or dear is read from the
//! point, `q = r − ln(F/S)/T`, so that forwards stay the one source of dividends; `F/S` stays put when spot moves. Theta and charm
//! hold spot and forward, as every Greek of time here does, so the yield moves as the same carry falls to a shorter life.
//!
//! Where dividends go ex before it expires they are escrowed ([`crate::math::dividend`]): the vol is that of the spot less their present
//! value, exercise is decided on the whole spot, and its sensitivities by anything but the spot are central differences of the price.

use crate::instrument::{EuropeanOption, OptionKind, Point, Settlement};
use crate::math::american::{AmericanInput, Boundaries, Critical, EscrowedInput, Shape};
use crate::math::exp;
use crate::method::Method;
use crate::units::{Currency, Greeks, Price, Timestamp};
use serde::{Deserialize, Serialize};

/// Steps of differences under dividends: as a share of the vol, as a share of the years, and of the rate.
const VOL_STEP: f64 = 0.02;
const TIME_STEP: f64 = 0.005;
const RATE_STEP: f64 = 1e-3;

/// What is said of it.
pub(super) const METHOD: Method = Method {
    id: "american-option",
    label: "American option",
    doc: "An option on a share or fund that may be exercised at any time up to its expiry.",
    formula: "V = V_European + ∫₀ᵀ [r·K·e^(−rs)·N(−d₋) − y·S·e^(−ys)·N(−d₊)] ds  (put)\n\
              d± = [ln(S/b(T−s)) + (r − y ± σ²/2)·s]/(σ√s),  b the boundary of exercise\n\
              y = r − ln(F/S)/T\n\
              call: the put with S and K, r and y exchanged",
    unit: "US dollars; T in years of 365 days; c shares a contract",
    convention: "The yield y is what the forward implies, so that forwards are the one source of dividends; r and y may have either \
              sign, with two boundaries where both are negative and y < r. Δ, Γ, θ by the integral and the equation that it obeys; \
              vega and ρ of the premium by central differences of 10⁻³ of σ and 10⁻⁴ of r.",
    source: "Kim 1990; Andersen, Lake and Offengenden 2016, High performance American option pricing; exchange of call and put: \
              McDonald and Schroder 1998",
    limits: "Within 10⁻⁶ of max(1, V) in the accuracy set. Dividends whose days are known are escrowed (Hull 2018, ch. 15): the vol is \
              that of the spot less their present value, and the right to exercise, also just before each ex-date, is worth what a \
              lattice adds to the integral, within 2·10⁻⁵ of the strike.",
};

/// Terms of an American option.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AmericanOption {
    /// Code of the underlying.
    pub underlying: String,
    /// Currency of strike and price.
    pub quote: Currency,
    /// Shares per contract, > 0.
    pub contract_size: f64,
    /// Last instant of exercise.
    pub expiry: Timestamp,
    /// Strike.
    pub strike: Price,
    /// Call or put.
    pub kind: OptionKind,
}

impl AmericanOption {
    /// The same terms with exercise at expiry only.
    pub fn european(&self) -> EuropeanOption {
        EuropeanOption {
            underlying: self.underlying.clone(),
            quote: self.quote.clone(),
            settlement: Settlement::Linear,
            contract_size: self.contract_size,
            expiry: self.expiry,
            strike: self.strike,
            kind: self.kind,
        }
    }

    /// What its price depends on, read from the point, but for the yield.
    fn whole(&self, point: &Point) -> AmericanInput {
        let AmericanOption { kind, strike, .. } = *self;
        let Point { spot, years, vol, rate, .. } = *point;
        AmericanInput { spot, strike: strike.get(), years, vol, rate, carry_yield: rate, kind }
    }

    /// The same without dividends.
    fn input(&self, point: &Point) -> AmericanInput {
        self.whole(point).on_forward(point.forward)
    }

    /// The same where dividends go ex before it expires.
    fn escrowed<'a>(&self, point: &Point<'a>) -> Option<EscrowedInput<'a>> {
        // Most shares are without, and this is a hot path.
        if point.dividends.is_empty() { None } else { EscrowedInput::new(self.whole(point), point.forward, point.dividends) }
    }

    /// The prices of the share at which exercise is due, by the time to go, the longest first; empty where it never is.
    pub fn exercise_boundary(&self, point: &Point) -> Vec<Critical> {
        if point.is_expired() {
            return Vec::new();
        }
        let critical = match self.escrowed(point) {
            Some(escrowed) => escrowed.correction(escrowed.layout()).critical,
            None => self.input(point).critical(),
        };
        if critical.iter().any(|critical| critical.spot.is_some()) { critical } else { Vec::new() }
    }

    /// Value of one contract, US dollars: the same bits as `greeks(..).value`.
    pub fn value(&self, point: &Point) -> f64 {
        self.value_among(point, &mut Boundaries::default())
    }

    /// The same bits, with exercise regions that others have fitted already.
    pub fn value_among(&self, point: &Point, boundaries: &mut Boundaries) -> f64 {
        if point.is_expired() {
            return self.contract_size * self.kind.intrinsic(point.settled_at, self.strike.get());
        }
        if let Some(escrowed) = self.escrowed(point) {
            return self.contract_size * boundaries.price(&escrowed);
        }
        let input = self.input(point);
        self.contract_size * input.price_within(boundaries.of(&input))
    }

    /// Value and sensitivities of one contract, US dollars.
    pub fn greeks(&self, point: &Point) -> Greeks {
        if point.is_expired() {
            return Greeks { value: self.value(point), ..Greeks::default() };
        }
        if let Some(escrowed) = self.escrowed(point) {
            return self.escrowed_greeks(point, &escrowed).scaled(self.contract_size);
        }
        let input = self.input(point);
        let greeks = input.greeks();
        let carry = input.rate - input.carry_yield;
        Greeks {
            value: greeks.price,
            delta: greeks.delta,
            gamma: greeks.gamma,
            vega: greeks.vega,
            // With the forward held, the carry per year is that over the whole life, shared by fewer years.
            theta: greeks.theta - greeks.yield_rho * carry / point.years,
            rho: greeks.rho,
            vanna: greeks.vanna,
            volga: greeks.volga,
            charm: greeks.charm - greeks.yield_delta * carry / point.years,
        }
        .scaled(self.contract_size)
    }

    fn escrowed_greeks(&self, point: &Point, escrowed: &EscrowedInput<'_>) -> Greeks {
        let Shape { price: value, delta, gamma } = escrowed.shape(escrowed.layout());
        // One lattice for all differences, so that what it misses is missed alike and leaves them.
        let layout = escrowed.layout().coarse();
        let base = escrowed.shape(layout);
        let at = |point: &Point| match self.escrowed(point) {
            Some(escrowed) => escrowed.shape(layout),
            None => self.input(point).shape_within(&self.input(point).boundary()),
        };
        let pair = |bump: &dyn Fn(f64) -> Shape, step: f64| (bump(step), bump(-step));
        let vol_step = VOL_STEP * point.vol;
        let (rich, cheap) = pair(&|step| at(&Point { vol: point.vol + step, ..*point }), vol_step);
        // No dividend goes ex within the step.
        let first = escrowed.dividends().iter().map(|dividend| point.years - dividend.before_expiry).fold(point.years, f64::min);
        let time_step = (TIME_STEP * point.years).min(0.5 * first);
        let (longer, shorter) = pair(&|step| at(&Point { years: point.years + step, ..*point }), time_step);
        let (dear, free) = pair(
            &|step| {
                let rate = point.rate + step;
                let rest = point.spot - point.escrow().value;
                let moved = Point { rate, ..*point };
                // At the same yield of the rest.
                let forward = point.forward * exp(step * point.years) * ((point.spot - moved.escrow().value) / rest);
                at(&Point { forward, ..moved })
            },
            RATE_STEP,
        );
        let change = |up: f64, down: f64, step: f64| if step > 0.0 { (up - down) / (2.0 * step) } else { 0.0 };
        Greeks {
            value,
            delta,
            gamma,
            vega: change(rich.price, cheap.price, vol_step),
            theta: -change(longer.price, shorter.price, time_step),
            rho: change(dear.price, free.price, RATE_STEP),
            vanna: change(rich.delta, cheap.delta, vol_step),
            volga: if vol_step > 0.0 { (rich.price - 2.0 * base.price + cheap.price) / (vol_step * vol_step) } else { 0.0 },
            charm: -change(longer.delta, shorter.delta, time_step),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINT: Point =
        Point { spot: 100.0, forward: 101.5, years: 0.5, vol: 0.3, rate: 0.05, settled_at: 100.0, other: 0.0, dividends: &[] };

    fn option(kind: OptionKind) -> AmericanOption {
        AmericanOption {
            underlying: "SPY".to_owned(),
            quote: Currency::usd(),
            contract_size: 100.0,
            expiry: Timestamp::from_ms(0),
            strike: Price::new(105.0).unwrap(),
            kind,
        }
    }

    #[test]
    fn it_is_worth_more_than_the_european_option_where_waiting_costs_something() {
        let extra = |kind, point: &Point| option(kind).value(point) - option(kind).european().value(point);
        assert!(extra(OptionKind::Put, &POINT) > 20.0);
        // The share pays less than money does, so a call waits, until dividends pull the forward below spot.
        assert!(extra(OptionKind::Call, &Point { forward: 100.0 * exp(0.05 * 0.5), ..POINT }).abs() < 1e-9);
        assert!(extra(OptionKind::Call, &Point { forward: 97.0, ..POINT }) > 10.0);
    }

    #[test]
    fn sensitivities_are_derivatives_of_the_value_with_the_basis_held() {
        for kind in [OptionKind::Call, OptionKind::Put] {
            let option = option(kind);
            let point = Point { forward: 98.5, ..POINT };
            let greeks = option.greeks(&point);
            let at = |spot: f64, vol: f64, years: f64| {
                option.greeks(&Point { spot, forward: point.forward / point.spot * spot, vol, years, ..point })
            };
            let (ds, dv, dt) = (0.05, 1e-3, 1e-3);
            let (up, down) = (at(100.0 + ds, 0.3, 0.5), at(100.0 - ds, 0.3, 0.5));
            let (rich, cheap) = (at(100.0, 0.3 + dv, 0.5), at(100.0, 0.3 - dv, 0.5));
            let (young, old) = (at(100.0, 0.3, 0.5 + dt), at(100.0, 0.3, 0.5 - dt));
            let rate = |rate: f64| {
                let forward = point.forward * exp((rate - point.rate) * point.years);
                option.value(&Point { forward, rate, ..point })
            };
            for (name, value, difference) in [
                ("delta", greeks.delta, (up.value - down.value) / (2.0 * ds)),
                ("gamma", greeks.gamma, (up.delta - down.delta) / (2.0 * ds)),
                ("vega", greeks.vega, (rich.value - cheap.value) / (2.0 * dv)),
                ("theta", greeks.theta, -(young.value - old.value) / (2.0 * dt)),
                ("rho", greeks.rho, (rate(0.05 + dv) - rate(0.05 - dv)) / (2.0 * dv)),
                ("vanna", greeks.vanna, (rich.delta - cheap.delta) / (2.0 * dv)),
                ("volga", greeks.volga, (rich.vega - cheap.vega) / (2.0 * dv)),
                ("charm", greeks.charm, -(young.delta - old.delta) / (2.0 * dt)),
            ] {
                assert!((value / difference - 1.0).abs() < 1e-4, "{kind:?} {name}: {value} against {difference}");
            }
            assert_eq!(option.value(&point).to_bits(), greeks.value.to_bits());
        }
    }

    #[test]
    fn an_expired_option_pays_by_the_settlement_price_and_has_no_sensitivity() {
        let point = Point { years: 0.0, settled_at: 90.0, ..POINT };
        let greeks = option(OptionKind::Put).greeks(&point);
        assert_eq!((greeks.value, greeks.delta, greeks.theta), (1500.0, 0.0, 0.0));
        assert_eq!(option(OptionKind::Put).value(&point), 1500.0);
    }
}
