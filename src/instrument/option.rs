//! A European option on a coin, priced by Black (1976) on the forward of its own expiry.
//!
//! Linear: worth `e^{−rT}·V(F)` dollars. Inverse: worth `V(F)/F` coins, hence `V(F)·S/F` dollars at spot (Deribit's convention;
//! with a forward at carry the two agree). When spot moves, `F/S` stays put, so an inverse option's dollar delta is N(d1) exactly. Of a
//! share that pays dividends it is `F/(S − PV)` that stays put, and the vol is that of the spot less its dividends.

use crate::instrument::{OptionKind, Point, Settlement};
use crate::math::black::BlackInput;
use crate::method::Method;
use crate::units::{Currency, Greeks, Price, Timestamp};
use serde::{Deserialize, Serialize};

/// What is said of it.
pub(super) const METHOD: Method = Method {
    id: "option",
    label: "European option",
    doc: "An option that is exercised at its expiry, priced on the forward of that expiry.",
    formula: "d₁ = ln(F/K)/(σ√T) + σ√T/2,  d₂ = d₁ − σ√T,  ± = + for a call, − for a put\n\
              V(F) = ±[F·N(±d₁) − K·N(±d₂)]\n\
              linear: q·c·e^(−rT)·V(F)      inverse: q·c·V(F)/F coins = q·c·V(F)·S/F dollars\n\
              Δ = ±q·c·e^(−rT)·(F/S)·N(±d₁), inverse ±q·c·N(±d₁)\n\
              Γ = q·c·w·(F/S)²·φ(d₁)/(F·σ√T),  vega = q·c·w·F·φ(d₁)·√T,  w = e^(−rT) or S/F\n\
              θ = q·c·w·[r·V(F) − F·φ(d₁)·σ/(2√T)], without r·V(F) if inverse\n\
              expired at P: q·c·max(±(P − K), 0) dollars, inverse the same over P in coins",
    unit: "US dollars; T in years of 365 days, σ a year (0.65 is 65 %), r continuous; c coins a contract",
    convention: "F/S stays as it is when S moves, so that Δ of an inverse option is N(d₁) exactly and its coin delta is Δ − V/S, the \
              net transaction delta. An inverse option is not discounted: the coin price V(F)/F is what venues quote.",
    source: "Black 1976, The pricing of commodity contracts, eq. 16; inverse: Alexander, Chen and Imeraj 2023, Crypto quanto and \
              inverse options; computed with the ratio N/φ, so that far options keep their digits (Jäckel 2015, eq. 2.4)",
    limits: "One lognormal per contract: the vol is the contract's own and does not change with spot under a shock.",
};

/// Terms of a European option.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EuropeanOption {
    /// Code of the underlying.
    pub underlying: String,
    /// Currency of strike and forward.
    pub quote: Currency,
    /// What it pays in.
    pub settlement: Settlement,
    /// Coins per contract, > 0.
    pub contract_size: f64,
    /// Instant of exercise.
    pub expiry: Timestamp,
    /// Strike.
    pub strike: Price,
    /// Call or put.
    pub kind: OptionKind,
}

impl EuropeanOption {
    fn black(&self, point: &Point) -> BlackInput {
        BlackInput { forward: point.forward, strike: self.strike.get(), years: point.years, vol: point.vol, kind: self.kind }
    }

    /// Value of one contract, US dollars: the fast path of grids and profiles, the same bits as `greeks(..).value`.
    pub fn value(&self, point: &Point) -> f64 {
        if point.is_expired() {
            return self.contract_size * self.payoff(point);
        }
        self.contract_size * self.value_factor(point) * self.black(point).price()
    }

    /// Coins or dollars paid at the settlement price, in dollars of the point's spot.
    fn payoff(&self, point: &Point) -> f64 {
        let paid = self.kind.intrinsic(point.settled_at, self.strike.get());
        match self.settlement {
            Settlement::Linear => paid,
            Settlement::Inverse if point.settled_at > 0.0 => paid / point.settled_at * point.spot,
            Settlement::Inverse => 0.0,
        }
    }

    /// Dollars per unit of undiscounted Black price.
    fn value_factor(&self, point: &Point) -> f64 {
        self.settlement.value_factor(point.spot, point.forward, point.rate, point.years)
    }

    /// Value and sensitivities of one contract, US dollars.
    pub fn greeks(&self, point: &Point) -> Greeks {
        if point.is_expired() {
            let value = self.payoff(point);
            let delta = match self.settlement {
                Settlement::Inverse if point.spot > 0.0 => value / point.spot,
                _ => 0.0,
            };
            return Greeks { value, delta, ..Greeks::default() }.scaled(self.contract_size);
        }
        let black = self.black(point).greeks();
        let factor = self.value_factor(point);
        let escrow = point.escrow();
        let basis = if point.spot > 0.0 { point.forward / (point.spot - escrow.value) } else { 0.0 };
        // Only a linear option is discounted, so only its value grows with the passing of time itself.
        let growth = match self.settlement {
            Settlement::Linear => point.rate,
            Settlement::Inverse => 0.0,
        };
        let strike = self.strike.get();
        let exercise_cost = if black.exercise_probability == 0.0 { 0.0 } else { strike * black.exercise_probability };
        Greeks {
            value: factor * black.price,
            delta: factor * basis * black.delta,
            gamma: factor * basis * basis * black.gamma,
            vega: factor * black.vega,
            theta: factor * (black.theta + growth * black.price),
            rho: factor * self.kind.sign() * point.years * exercise_cost + escrow.by_rate(factor * basis * black.delta),
            vanna: factor * basis * black.vanna,
            volga: factor * black.volga,
            charm: factor * basis * (black.charm + growth * black.delta),
        }
        .scaled(self.contract_size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::exp;

    fn option(settlement: Settlement) -> EuropeanOption {
        EuropeanOption {
            underlying: "BTC".to_owned(),
            quote: Currency::usd(),
            settlement,
            contract_size: 1.0,
            expiry: Timestamp::from_ms(0),
            strike: Price::new(110_000.0).unwrap(),
            kind: OptionKind::Call,
        }
    }

    const POINT: Point = Point {
        spot: 99_000.0,
        forward: 100_000.0,
        years: 30.0 / 365.0,
        vol: 0.6,
        rate: 0.03,
        settled_at: 99_000.0,
        other: 0.0,
        dividends: &[],
    };

    #[test]
    fn sensitivities_are_derivatives_of_the_value() {
        for settlement in [Settlement::Linear, Settlement::Inverse] {
            let option = option(settlement);
            let greeks = option.greeks(&POINT);
            let at = |spot: f64, vol: f64, years: f64| {
                option.greeks(&Point { spot, forward: POINT.forward / POINT.spot * spot, vol, years, ..POINT })
            };
            let (ds, dv, dt) = (5.0, 1e-4, 1e-6);
            let (up, down) = (at(POINT.spot + ds, POINT.vol, POINT.years), at(POINT.spot - ds, POINT.vol, POINT.years));
            let (rich, cheap) = (at(POINT.spot, POINT.vol + dv, POINT.years), at(POINT.spot, POINT.vol - dv, POINT.years));
            let (young, old) = (at(POINT.spot, POINT.vol, POINT.years + dt), at(POINT.spot, POINT.vol, POINT.years - dt));
            let rate = |rate: f64| {
                let forward = POINT.forward * exp((rate - POINT.rate) * POINT.years);
                option.greeks(&Point { forward, rate, ..POINT }).value
            };
            for (name, value, difference) in [
                ("delta", greeks.delta, (up.value - down.value) / (2.0 * ds)),
                ("gamma", greeks.gamma, (up.delta - down.delta) / (2.0 * ds)),
                ("vega", greeks.vega, (rich.value - cheap.value) / (2.0 * dv)),
                ("theta", greeks.theta, -(young.value - old.value) / (2.0 * dt)),
                ("rho", greeks.rho, (rate(POINT.rate + dv) - rate(POINT.rate - dv)) / (2.0 * dv)),
                ("vanna", greeks.vanna, (rich.delta - cheap.delta) / (2.0 * dv)),
                ("volga", greeks.volga, (rich.vega - cheap.vega) / (2.0 * dv)),
                ("charm", greeks.charm, -(young.delta - old.delta) / (2.0 * dt)),
            ] {
                assert!((value / difference - 1.0).abs() < 2e-5, "{settlement:?} {name}: {value} against {difference}");
            }
            assert_eq!(option.value(&POINT).to_bits(), greeks.value.to_bits());
        }
    }

    #[test]
    fn an_inverse_option_has_the_net_transaction_delta_of_the_methods_sheet() {
        let point = Point { spot: 100_000.0, rate: 0.0, ..POINT };
        let coin = option(Settlement::Inverse).greeks(&point).in_coin(point.spot, 0.0);
        assert!((coin.value - 0.032_702_605_0).abs() < 1e-10, "{}", coin.value);
        assert!((coin.delta - 0.287_163_080_6).abs() < 1e-10, "{}", coin.delta);
    }

    #[test]
    fn an_expired_option_pays_by_the_settlement_price_and_has_no_other_sensitivity() {
        let point = Point { years: 0.0, settled_at: 137_500.0, spot: 140_000.0, ..POINT };
        let linear = option(Settlement::Linear).greeks(&point);
        assert_eq!((linear.value, linear.delta, linear.gamma), (27_500.0, 0.0, 0.0));
        let inverse = option(Settlement::Inverse).greeks(&point);
        assert_eq!((inverse.value, inverse.delta, inverse.vega), (28_000.0, 0.2, 0.0));
    }
}
