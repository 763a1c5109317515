//! Laws of the bare formulas over random inputs: bounds, parity, monotony, derivatives, and the way back from price to vol.
//!
//! The generator is a linear congruence (Knuth, MMIX), so that a failure names inputs that fail again.

use plimsoll::math::black::{BlackColumns, BlackInput, MertonGreeks, MertonInput, OptionKind};
use plimsoll::math::implied_vol::{ImpliedVolColumns, ImpliedVolInput};
use plimsoll::math::{exp, ln};

struct Draw(u64);

impl Draw {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Evenly spread in the logarithm.
    fn scale(&mut self, low: f64, high: f64) -> f64 {
        exp(self.between(ln(low), ln(high)))
    }

    fn black(&mut self) -> BlackInput {
        let forward = self.scale(0.01, 200_000.0);
        let strike = forward * self.scale(0.05, 20.0);
        let kind = if self.unit() < 0.5 { OptionKind::Call } else { OptionKind::Put };
        BlackInput { forward, strike, years: self.scale(1e-6, 5.0), vol: self.scale(0.005, 5.0), kind }
    }
}

/// More in a release build, where a case costs a tenth.
const CASES: usize = if cfg!(debug_assertions) { 200_000 } else { 1_000_000 };

#[test]
fn prices_and_deltas_stay_within_their_bounds() {
    let mut draw = Draw(1);
    for _ in 0..CASES {
        let input = draw.black();
        let greeks = input.greeks();
        let ceiling = if input.kind == OptionKind::Call { input.forward } else { input.strike };
        assert!(greeks.price >= input.kind.intrinsic(input.forward, input.strike) && greeks.price <= ceiling, "{input:?} {greeks:?}");
        let delta = input.kind.sign() * greeks.delta;
        assert!((0.0..=1.0).contains(&delta) && (0.0..=1.0).contains(&greeks.exercise_probability), "{input:?} {greeks:?}");
        assert!(greeks.gamma >= 0.0 && greeks.vega >= 0.0 && greeks.theta <= 0.0, "{input:?} {greeks:?}");
        assert_eq!(greeks.price.to_bits(), input.price().to_bits(), "{input:?}");
    }
}

#[test]
fn a_call_less_a_put_is_the_forward_less_the_strike() {
    let mut draw = Draw(2);
    for _ in 0..CASES {
        let call = BlackInput { kind: OptionKind::Call, ..draw.black() };
        let put = BlackInput { kind: OptionKind::Put, ..call };
        let distance = call.price() - put.price() - (call.forward - call.strike);
        let scale = call.forward.max(call.strike);
        assert!(distance.abs() <= 1e-15 * scale, "{call:?}: {distance}");
        let delta = call.greeks().delta - put.greeks().delta;
        assert!((delta - 1.0).abs() <= 1e-15, "{call:?}: {delta}");
    }
}

#[test]
fn more_vol_is_never_worth_less() {
    let mut draw = Draw(3);
    for _ in 0..CASES {
        let input = draw.black();
        let more = BlackInput { vol: input.vol * (1.0 + draw.scale(1e-9, 1.0)), ..input };
        assert!(more.price() >= input.price(), "{input:?} {more:?}: {} {}", input.price(), more.price());
    }
}

#[test]
fn the_price_does_not_jump_where_its_form_changes() {
    // The form changes at σ√T = 0.1 and, beyond that, where d1 of the call is 0.
    for vol in [0.1, 0.6, 1.0, 2.0] {
        for strike in [100.0, 101.0, 115.0, 130.0, 180.0, 400.0] {
            for at in [vol, (2.0 * ln(strike / 100.0)).sqrt().max(0.1)] {
                let input = |vol: f64| BlackInput { forward: 100.0, strike, years: 1.0, vol, kind: OptionKind::Call };
                let (below, above) = (input(at * (1.0 - 1e-15)).price(), input(at * (1.0 + 1e-15)).price());
                let slope = 2e-15 * at * input(at).greeks().vega;
                assert!((above - below - slope).abs() <= 1e-13 * above, "{strike} {at}: {below} {above}");
            }
        }
    }
}

#[test]
fn a_vol_comes_back_from_its_price_as_exactly_as_the_price_holds_it() {
    let mut draw = Draw(4);
    let mut solved = 0;
    for _ in 0..CASES {
        let input = draw.black();
        let greeks = input.greeks();
        let price = greeks.price;
        let ceiling = if input.kind == OptionKind::Call { input.forward } else { input.strike };
        let time_value = price - input.kind.intrinsic(input.forward, input.strike);
        // A price at the edge of what a double resolves holds no vol to find.
        if time_value <= 0.0 || ceiling - price <= 0.0 || !(greeks.vega * input.vol).is_normal() {
            continue;
        }
        // How far the vol moves for the last bit of the price, relative to the vol.
        let condition = price / (greeks.vega * input.vol);
        if 16.0 * f64::EPSILON * condition > 0.01 {
            continue;
        }
        let back = ImpliedVolInput { forward: input.forward, strike: input.strike, years: input.years, price, kind: input.kind }.solve();
        let tolerance = (16.0 * f64::EPSILON * condition).max(1e-12);
        assert!(back.is_ok_and(|vol| (vol / input.vol - 1.0).abs() <= tolerance), "{input:?}: {back:?}, condition {condition}");
        solved += 1;
    }
    assert!(solved > CASES / 5, "{solved}");
}

#[test]
fn every_greek_is_the_derivative_of_the_price() {
    let mut draw = Draw(5);
    for _ in 0..500 {
        let kind = if draw.unit() < 0.5 { OptionKind::Call } else { OptionKind::Put };
        let input = MertonInput {
            spot: 100.0,
            strike: draw.between(70.0, 140.0),
            years: draw.between(0.1, 3.0),
            vol: draw.between(0.15, 1.2),
            rate: draw.between(-0.03, 0.1),
            dividend_yield: draw.between(-0.03, 0.1),
            kind,
        };
        let greeks = input.greeks();
        let slope = |bump: fn(&MertonInput, f64) -> MertonInput, size: f64, of: fn(&MertonGreeks) -> f64| {
            (of(&bump(&input, size).greeks()) - of(&bump(&input, -size).greeks())) / (2.0 * size)
        };
        let spot = |input: &MertonInput, by: f64| MertonInput { spot: input.spot + by, ..*input };
        let vol = |input: &MertonInput, by: f64| MertonInput { vol: input.vol + by, ..*input };
        let later = |input: &MertonInput, by: f64| MertonInput { years: input.years - by, ..*input };
        let rate = |input: &MertonInput, by: f64| MertonInput { rate: input.rate + by, ..*input };
        let dividend = |input: &MertonInput, by: f64| MertonInput { dividend_yield: input.dividend_yield + by, ..*input };
        let strike = |input: &MertonInput, by: f64| MertonInput { strike: input.strike + by, ..*input };
        for (name, value, numeric) in [
            ("delta", greeks.delta, slope(spot, 1e-3, |greeks| greeks.price)),
            ("gamma", greeks.gamma, slope(spot, 1e-3, |greeks| greeks.delta)),
            ("speed", greeks.speed, slope(spot, 1e-3, |greeks| greeks.gamma)),
            ("vega", greeks.vega, slope(vol, 1e-5, |greeks| greeks.price)),
            ("vanna", greeks.vanna, slope(vol, 1e-5, |greeks| greeks.delta)),
            ("volga", greeks.volga, slope(vol, 1e-5, |greeks| greeks.vega)),
            ("zomma", greeks.zomma, slope(vol, 1e-5, |greeks| greeks.gamma)),
            ("theta", greeks.theta, slope(later, 1e-5, |greeks| greeks.price)),
            ("charm", greeks.charm, slope(later, 1e-5, |greeks| greeks.delta)),
            ("color", greeks.color, slope(later, 1e-5, |greeks| greeks.gamma)),
            ("rho", greeks.rho, slope(rate, 1e-5, |greeks| greeks.price)),
            ("dividend rho", greeks.dividend_rho, slope(dividend, 1e-5, |greeks| greeks.price)),
            ("strike delta", greeks.strike_delta, slope(strike, 1e-3, |greeks| greeks.price)),
            ("strike gamma", greeks.strike_gamma, slope(strike, 1e-3, |greeks| greeks.strike_delta)),
        ] {
            assert!((value - numeric).abs() <= 1e-6 * value.abs().max(1e-2), "{name} of {input:?}: {value} against {numeric}");
        }
    }
}

#[test]
fn options_in_columns_have_the_bits_that_each_has_alone() {
    let mut draw = Draw(6);
    // Not a multiple of four, with limits and what is no number among them.
    let mut inputs: Vec<BlackInput> = (0..1003).map(|_| draw.black()).collect();
    for (place, odd) in [(3, 0.0), (64, f64::INFINITY), (65, f64::NAN), (511, 1e-300), (800, 1e300), (1002, -1.0)] {
        inputs[place].vol = odd;
        inputs[place + 7 - 14 * usize::from(place > 900)].strike = odd;
        inputs[place + 12 - 30 * usize::from(place > 900)].years = odd;
    }
    let column = |of: fn(&BlackInput) -> f64| inputs.iter().map(of).collect::<Vec<f64>>();
    let (forwards, strikes) = (column(|input| input.forward), column(|input| input.strike));
    let (years, vols, signs) = (column(|input| input.years), column(|input| input.vol), column(|input| input.kind.sign()));
    let options = BlackColumns { forwards: &forwards, strikes: &strikes, years: &years, vols: &vols, signs: &signs };
    let (prices, greeks) = (options.prices(), options.greeks());
    assert_eq!((prices.len(), greeks.ultima.len()), (1003, 1003));
    for (place, input) in inputs.iter().enumerate() {
        let alone = input.greeks();
        let pairs = [
            (prices[place], input.price()),
            (greeks.price[place], alone.price),
            (greeks.delta[place], alone.delta),
            (greeks.gamma[place], alone.gamma),
            (greeks.vega[place], alone.vega),
            (greeks.theta[place], alone.theta),
            (greeks.vanna[place], alone.vanna),
            (greeks.volga[place], alone.volga),
            (greeks.charm[place], alone.charm),
            (greeks.speed[place], alone.speed),
            (greeks.zomma[place], alone.zomma),
            (greeks.color[place], alone.color),
            (greeks.ultima[place], alone.ultima),
            (greeks.exercise_probability[place], alone.exercise_probability),
        ];
        assert!(pairs.iter().all(|(together, alone)| together.to_bits() == alone.to_bits()), "{place} {input:?}: {pairs:?}");
    }
    let implied = ImpliedVolColumns { forwards: &forwards, strikes: &strikes, years: &years, prices: &prices, signs: &signs };
    let mut found = Vec::new();
    implied.solve_into(&mut found);
    assert_eq!(found.len(), 1003);
    for (place, input) in inputs.iter().enumerate() {
        let BlackInput { forward, strike, years, kind, .. } = *input;
        let alone = ImpliedVolInput { forward, strike, years, price: prices[place], kind }.solve();
        assert_eq!(found[place].map(f64::to_bits), alone.map(f64::to_bits), "{place} {input:?}");
    }
    assert!(found.iter().filter(|vol| vol.is_ok()).count() > 250 && found.iter().any(Result::is_err));
}
