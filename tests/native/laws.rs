//! Laws of the pricing kernels over a million options: parity, bounds, monotony, convexity, the way back from price to vol, and
//! every sensitivity against central differences of what it is the derivative of.
//!
//! Draws are counter-based (SplitMix64 of a seed and a place), so that any one of them can be made again alone. Ranges are
//! log-uniform and reach from a second to fifty years and from 0.1 % to 2000 % of vol. Of sixteen draws ten are within eight standard
//! deviations of the money, five are anywhere up to a thousandfold from it, and one is absurd.

use plimsoll::math::american::AmericanInput;
use plimsoll::math::black::{BlackColumns, BlackGreeks, BlackInput, GreekColumns, MertonGreeks, MertonInput, OptionKind};
use plimsoll::math::implied_vol::{ImpliedVolInput, NoVol};
use plimsoll::math::{exp, ln};

const DRAWS: usize = 1_000_000;

/// Numbers of one draw; each is a function of seed, draw and place alone.
struct Draw {
    seed: u64,
    draw: u64,
    place: u64,
}

impl Draw {
    fn new(seed: u64, draw: usize) -> Draw {
        Draw { seed, draw: draw as u64, place: 0 }
    }

    /// Evenly spread over [0, 1): SplitMix64 (Steele, Lea and Flood 2014).
    fn unit(&mut self) -> f64 {
        self.place += 1;
        let counter = (self.seed << 56) ^ (self.draw << 8) ^ self.place;
        let mut z = counter.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Evenly spread in the logarithm.
    fn scale(&mut self, low: f64, high: f64) -> f64 {
        exp(self.between(ln(low), ln(high)))
    }

    fn kind(&mut self) -> OptionKind {
        if self.unit() < 0.5 { OptionKind::Call } else { OptionKind::Put }
    }

    fn option(&mut self) -> BlackInput {
        let kind = self.kind();
        let sort = self.unit() * 16.0;
        if sort < 1.0 {
            let (forward, strike) = (self.scale(1e-300, 1e300), self.scale(1e-300, 1e300));
            return BlackInput { forward, strike, years: self.scale(1e-15, 1e4), vol: self.scale(1e-12, 1e8), kind };
        }
        let (forward, years, vol) = (self.scale(1e-6, 1e6), self.scale(3e-8, 50.0), self.scale(1e-3, 20.0));
        let far = if sort < 6.0 { self.between(-7.0, 7.0) } else { (vol * years.sqrt() * self.between(-8.0, 8.0)).clamp(-600.0, 600.0) };
        BlackInput { forward, strike: forward * exp(far), years, vol, kind }
    }
}

/// A million options.
fn options(seed: u64) -> Vec<BlackInput> {
    (0..DRAWS).map(|draw| Draw::new(seed, draw).option()).collect()
}

/// What `vary` makes of each option, by columns.
fn in_columns<T>(options: &[BlackInput], vary: impl Fn(&BlackInput, usize) -> BlackInput, of: impl Fn(&BlackColumns) -> T) -> T {
    let varied: Vec<BlackInput> = options.iter().enumerate().map(|(place, option)| vary(option, place)).collect();
    let column = |field: fn(&BlackInput) -> f64| varied.iter().map(field).collect::<Vec<f64>>();
    let (forwards, strikes, years) = (column(|of| of.forward), column(|of| of.strike), column(|of| of.years));
    let (vols, signs) = (column(|of| of.vol), column(|of| of.kind.sign()));
    of(&BlackColumns { forwards: &forwards, strikes: &strikes, years: &years, vols: &vols, signs: &signs })
}

fn prices(options: &[BlackInput], vary: impl Fn(&BlackInput, usize) -> BlackInput) -> Vec<f64> {
    in_columns(options, vary, |columns| columns.prices())
}

fn ceiling(option: &BlackInput) -> f64 {
    if option.kind == OptionKind::Call { option.forward } else { option.strike }
}

#[test]
fn a_million_prices_and_deltas_are_within_their_bounds_and_at_parity() {
    let options = options(1);
    let greeks = in_columns(&options, |option, _| *option, |columns| columns.greeks());
    let other = |option: &BlackInput| if option.kind == OptionKind::Call { OptionKind::Put } else { OptionKind::Call };
    let others = in_columns(&options, |option, _| BlackInput { kind: other(option), ..*option }, |columns| columns.greeks());
    for (place, option) in options.iter().enumerate() {
        let BlackInput { forward, strike, kind, .. } = *option;
        let GreekColumns { price, delta, gamma, vega, theta, exercise_probability, .. } = &greeks;
        let (price, sign) = (price[place], kind.sign());
        assert!(price >= kind.intrinsic(forward, strike) && price <= ceiling(option), "{place} {option:?}: {price}");
        let own = sign * delta[place];
        assert!((0.0..=1.0).contains(&own) && (0.0..=1.0).contains(&exercise_probability[place]), "{place} {option:?}: {own}");
        assert!(gamma[place] >= 0.0 && vega[place] >= 0.0 && theta[place] <= 0.0, "{place} {option:?}");
        // Call less put is the forward less the strike, to 1e-13 of the greater of the two.
        let miss = sign * (price - others.price[place]) - (forward - strike);
        assert!(miss.abs() <= 1e-13 * forward.max(strike), "{place} {option:?}: {miss:e}");
        let delta_miss = own + (-sign * others.delta[place]) - 1.0;
        assert!(delta_miss.abs() <= 1e-15, "{place} {option:?}: {delta_miss:e}");
        assert_eq!((gamma[place], vega[place]), (others.gamma[place], others.vega[place]), "{place} {option:?}");
    }
}

#[test]
fn a_million_prices_rise_and_bend_as_they_must() {
    let options = options(2);
    let price = prices(&options, |option, _| *option);
    // From a part in 10^9 to double.
    let step = |place: usize| Draw::new(102, place).scale(1e-9, 1.0);
    let dearer = prices(&options, |option, place| BlackInput { vol: option.vol * (1.0 + step(place)), ..*option });
    let longer = prices(&options, |option, place| BlackInput { years: option.years * (1.0 + step(place)), ..*option });
    let higher = prices(&options, |option, place| BlackInput { strike: option.strike * (1.0 + step(place)), ..*option });
    let lower = prices(&options, |option, place| BlackInput { strike: option.strike * (1.0 - 0.5 * step(place)), ..*option });
    let up = prices(&options, |option, place| BlackInput { forward: option.forward * (1.0 + step(place)), ..*option });
    for (place, option) in options.iter().enumerate() {
        let BlackInput { forward, strike, kind, .. } = *option;
        let price = price[place];
        // In vol and time not even the last bit falls.
        assert!(dearer[place] >= price, "{place} {option:?} by vol: {price} {}", dearer[place]);
        assert!(longer[place] >= price * (1.0 - 4.0 * f64::EPSILON), "{place} {option:?} by time: {price} {}", longer[place]);
        // In strike and forward it is as good as the logarithm of their ratio, whose last bit the exponent multiplies.
        let away = (ln(forward / strike) / (option.vol * option.years.sqrt())).abs().min(40.0);
        let noise =
            f64::EPSILON * (32.0 + 8.0 * away * away) * price.max(dearer[place]).max(higher[place]).max(lower[place]).max(up[place])
                + 1e-300;
        let rounding = 2.0 * f64::EPSILON * forward.max(strike);
        let sign = kind.sign();
        let (by_strike, by_forward) = (sign * (price - higher[place]), sign * (up[place] - price));
        assert!(by_strike >= -noise && by_strike <= strike * step(place) + noise + rounding, "{place} {option:?} by strike: {by_strike:e}");
        assert!(
            by_forward >= -noise && by_forward <= forward * step(place) + noise + rounding,
            "{place} {option:?} by forward: {by_forward:e}"
        );
        // Convex in strike: the chord from below to above lies over the price.
        let (below, above) = (strike - strike * (1.0 - 0.5 * step(place)), strike * (1.0 + step(place)) - strike);
        let weight = above / (above + below);
        let chord = lower[place] * weight + higher[place] * (1.0 - weight);
        assert!(chord >= price - noise, "{place} {option:?} bends down: {price} {chord}");
    }
}

#[test]
fn a_million_vols_come_back_from_their_prices() {
    let options = options(3);
    let greeks = in_columns(&options, |option, _| *option, |columns| columns.greeks());
    let (mut solved, mut refused) = (0, 0);
    for (place, option) in options.iter().enumerate() {
        let BlackInput { forward, strike, years, vol, kind } = *option;
        let (price, intrinsic, ceiling) = (greeks.price[place], kind.intrinsic(forward, strike), ceiling(option));
        let answer = ImpliedVolInput { forward, strike, years, price, kind }.solve();
        if price == ceiling || price == intrinsic {
            let reason = if price == ceiling { NoVol::AtMaximum } else { NoVol::NoTimeValue };
            assert_eq!(answer, Err(reason), "{place} {option:?}");
            refused += 1;
            continue;
        }
        let found = answer.unwrap();
        let back = BlackInput { vol: found, ..*option }.price();
        // How far the vol moves for a bit of the price, relative to itself; a price at its bounds holds little of it, as does one whose
        // share of its bound is below the normal numbers.
        let lever = greeks.vega[place] * vol;
        let condition = price / lever;
        let is_normal = price > 1e-290 && price > 1e-290 * forward.min(strike);
        if lever > 0.0 && 16.0 * f64::EPSILON * condition < 0.01 && is_normal {
            let tolerance = (16.0 * f64::EPSILON * condition).max(1e-12);
            assert!((found / vol - 1.0).abs() <= tolerance, "{place} {option:?}: {found}, condition {condition:e}");
            solved += 1;
        }
        assert!((back - price).abs() <= 1e-12 * price + 4.0 * f64::EPSILON * forward.min(strike), "{place} {option:?}: {back} {price}");
    }
    assert!(solved > DRAWS / 4 && refused > DRAWS / 10, "{solved} solved, {refused} refused");
}

#[test]
fn prices_outside_of_their_bounds_have_a_named_reason_and_no_vol() {
    for draw in 0..DRAWS / 10 {
        let mut numbers = Draw::new(4, draw);
        let BlackInput { forward, strike, years, kind, .. } = numbers.option();
        let (intrinsic, ceiling) = (kind.intrinsic(forward, strike), if kind == OptionKind::Call { forward } else { strike });
        let step = numbers.scale(1e-15, 10.0);
        let ask = |price: f64| ImpliedVolInput { forward, strike, years, price, kind }.solve();
        let above = ceiling.next_up().max(ceiling * (1.0 + step));
        assert_eq!((ask(above), ask(ceiling)), (Err(NoVol::AboveMaximum), Err(NoVol::AtMaximum)), "{draw}");
        if intrinsic > 0.0 && intrinsic < ceiling {
            let below = intrinsic.next_down().min(intrinsic * (1.0 - step));
            let reason = if below < 0.0 { NoVol::NegativePrice } else { NoVol::BelowIntrinsic };
            assert_eq!((ask(below), ask(intrinsic)), (Err(reason), Err(NoVol::NoTimeValue)), "{draw}");
        }
        assert_eq!(ask(-step), Err(NoVol::NegativePrice), "{draw}");
    }
}

/// A derivative by Richardson's extrapolation of two central differences, and how far it may be from the truth: what the rounding
/// of the four values comes to, a part of the truncation that the coarser difference shows, and, where that happens to be nothing,
/// the fifth derivative at a hundred times its usual size.
fn derivative(of: impl Fn(f64) -> f64, step: f64, accuracy: f64) -> (f64, f64) {
    let at = [step, -step, 0.5 * step, -0.5 * step].map(&of);
    let (coarse, fine) = ((at[0] - at[1]) / (2.0 * step), (at[2] - at[3]) / step);
    let size = at.into_iter().map(f64::abs).fold(0.0, f64::max);
    let best = fine + (fine - coarse) / 3.0;
    // A step that is added to a number is itself rounded to that number's last bit, which is part of `accuracy`.
    let usual = size * STEP / step;
    (
        best,
        4.0 * accuracy * size / step + 0.02 * (best - fine).abs() + 100.0 / 480.0 * (STEP * STEP * STEP * STEP) * usual + f64::MIN_POSITIVE,
    )
}

/// Compares a sensitivity; says whether the comparison was a sharp one.
fn is_derivative(name: &str, what: &dyn std::fmt::Debug, ours: f64, (numeric, tolerance): (f64, f64)) -> bool {
    assert!((ours - numeric).abs() <= tolerance, "{name} of {what:?}: {ours:e} against {numeric:e} to {tolerance:e}");
    tolerance <= 1e-5 * ours.abs()
}

/// Steps are this part of the length over which a value changes.
const STEP: f64 = 1.0 / 64.0;
const SENSITIVITY_DRAWS: usize = 20_000;

#[test]
fn every_sensitivity_on_a_forward_is_the_central_difference_of_what_it_derives() {
    let (mut sharp, mut all) = (0, 0);
    for draw in 0..SENSITIVITY_DRAWS {
        let mut numbers = Draw::new(5, draw);
        let (forward, years, s) = (numbers.scale(1e-3, 1e5), numbers.scale(1e-3, 20.0), numbers.scale(0.005, 2.5));
        let x = s * numbers.between(-4.0, 4.0);
        let input = BlackInput { forward, strike: forward * exp(-x), years, vol: s / years.sqrt(), kind: numbers.kind() };
        let (d1, d2) = (x / s + 0.5 * s, x / s - 0.5 * s);
        let pace = 1.0 + d1.abs() + d2.abs();
        // A value is good to a few bits and what the rounding of ln(F/K) does to it, squared deviations in the exponent included.
        let accuracy = 4.0 * f64::EPSILON * (1.0 + pace / s.min(1.0)) * pace;
        let at = |by: fn(&BlackInput, f64) -> BlackInput, of: fn(&BlackGreeks) -> f64| move |step: f64| of(&by(&input, step).greeks());
        let by_forward = |input: &BlackInput, step: f64| BlackInput { forward: input.forward + step, ..*input };
        let by_vol = |input: &BlackInput, step: f64| BlackInput { vol: input.vol + step, ..*input };
        let later = |input: &BlackInput, step: f64| BlackInput { years: input.years - step, ..*input };
        let by_strike = |input: &BlackInput, step: f64| BlackInput { strike: input.strike + step, ..*input };
        let in_forward = STEP * forward * s.min(1.0);
        let (in_vol, in_years) = (STEP * input.vol / pace, STEP * years / pace);
        let greeks = input.greeks();
        let likelihood = -input.kind.sign() * greeks.exercise_probability;
        for (name, ours, numeric) in [
            ("delta", greeks.delta, derivative(at(by_forward, |of| of.price), in_forward, accuracy)),
            ("gamma", greeks.gamma, derivative(at(by_forward, |of| of.delta), in_forward, accuracy)),
            ("speed", greeks.speed, derivative(at(by_forward, |of| of.gamma), in_forward, accuracy)),
            ("vega", greeks.vega, derivative(at(by_vol, |of| of.price), in_vol, accuracy)),
            ("vanna", greeks.vanna, derivative(at(by_vol, |of| of.delta), in_vol, accuracy)),
            ("volga", greeks.volga, derivative(at(by_vol, |of| of.vega), in_vol, accuracy)),
            ("zomma", greeks.zomma, derivative(at(by_vol, |of| of.gamma), in_vol, accuracy)),
            ("ultima", greeks.ultima, derivative(at(by_vol, |of| of.volga), in_vol, accuracy)),
            ("theta", greeks.theta, derivative(at(later, |of| of.price), in_years, accuracy)),
            ("charm", greeks.charm, derivative(at(later, |of| of.delta), in_years, accuracy)),
            ("color", greeks.color, derivative(at(later, |of| of.gamma), in_years, accuracy)),
            ("exercise probability", likelihood, derivative(at(by_strike, |of| of.price), STEP * input.strike * s.min(1.0), accuracy)),
        ] {
            sharp += u32::from(is_derivative(name, &input, ours, numeric));
            all += 1;
        }
    }
    assert!(f64::from(sharp) > 0.9 * f64::from(all), "{sharp} of {all} are sharp");
}

#[test]
fn every_sensitivity_on_a_spot_is_the_central_difference_of_what_it_derives() {
    let (mut sharp, mut all) = (0, 0);
    for draw in 0..SENSITIVITY_DRAWS {
        let mut numbers = Draw::new(6, draw);
        let (spot, years, s) = (numbers.scale(1e-3, 1e5), numbers.scale(1e-3, 20.0), numbers.scale(0.02, 2.5));
        let (rate, dividend_yield) = (numbers.between(-0.1, 0.2), numbers.between(-0.1, 0.2));
        let x = s * numbers.between(-4.0, 4.0);
        let strike = spot * exp((rate - dividend_yield) * years - x);
        let input = MertonInput { spot, strike, years, vol: s / years.sqrt(), rate, dividend_yield, kind: numbers.kind() };
        let (d1, d2) = (x / s + 0.5 * s, x / s - 0.5 * s);
        let drift = (rate - dividend_yield).abs() * years;
        let pace = 1.0 + d1.abs() + d2.abs() + drift / s;
        let accuracy = 4.0 * f64::EPSILON * (1.0 + (1.0 + drift) * pace / s.min(1.0)) * pace;
        let at = |by: fn(&MertonInput, f64) -> MertonInput, of: fn(&MertonGreeks) -> f64| move |step: f64| of(&by(&input, step).greeks());
        let by_spot = |input: &MertonInput, step: f64| MertonInput { spot: input.spot + step, ..*input };
        let by_vol = |input: &MertonInput, step: f64| MertonInput { vol: input.vol + step, ..*input };
        let later = |input: &MertonInput, step: f64| MertonInput { years: input.years - step, ..*input };
        let by_rate = |input: &MertonInput, step: f64| MertonInput { rate: input.rate + step, ..*input };
        let by_yield = |input: &MertonInput, step: f64| MertonInput { dividend_yield: input.dividend_yield + step, ..*input };
        let by_strike = |input: &MertonInput, step: f64| MertonInput { strike: input.strike + step, ..*input };
        let (in_spot, in_strike) = (STEP * spot * s.min(1.0), STEP * strike * s.min(1.0));
        let (in_vol, in_years, in_rate) = (STEP * input.vol / pace, STEP * years / pace, STEP * s.min(1.0) / years);
        let greeks = input.greeks();
        for (name, ours, numeric) in [
            ("delta", greeks.delta, derivative(at(by_spot, |of| of.price), in_spot, accuracy)),
            ("gamma", greeks.gamma, derivative(at(by_spot, |of| of.delta), in_spot, accuracy)),
            ("speed", greeks.speed, derivative(at(by_spot, |of| of.gamma), in_spot, accuracy)),
            ("vega", greeks.vega, derivative(at(by_vol, |of| of.price), in_vol, accuracy)),
            ("vanna", greeks.vanna, derivative(at(by_vol, |of| of.delta), in_vol, accuracy)),
            ("volga", greeks.volga, derivative(at(by_vol, |of| of.vega), in_vol, accuracy)),
            ("zomma", greeks.zomma, derivative(at(by_vol, |of| of.gamma), in_vol, accuracy)),
            ("ultima", greeks.ultima, derivative(at(by_vol, |of| of.volga), in_vol, accuracy)),
            ("theta", greeks.theta, derivative(at(later, |of| of.price), in_years, accuracy)),
            ("charm", greeks.charm, derivative(at(later, |of| of.delta), in_years, accuracy)),
            ("color", greeks.color, derivative(at(later, |of| of.gamma), in_years, accuracy)),
            ("rho", greeks.rho, derivative(at(by_rate, |of| of.price), in_rate, accuracy)),
            ("dividend rho", greeks.dividend_rho, derivative(at(by_yield, |of| of.price), in_rate, accuracy)),
            ("strike delta", greeks.strike_delta, derivative(at(by_strike, |of| of.price), in_strike, accuracy)),
            ("strike gamma", greeks.strike_gamma, derivative(at(by_strike, |of| of.strike_delta), in_strike, accuracy)),
        ] {
            sharp += u32::from(is_derivative(name, &input, ours, numeric));
            all += 1;
        }
    }
    assert!(f64::from(sharp) > 0.9 * f64::from(all), "{sharp} of {all} are sharp");
}

#[test]
fn two_thousand_american_options_keep_their_bounds_their_order_and_their_symmetry() {
    for draw in 0..2000 {
        let mut numbers = Draw::new(7, draw);
        let input = AmericanInput {
            spot: 100.0,
            strike: numbers.scale(40.0, 250.0),
            years: numbers.scale(0.003, 5.0),
            vol: numbers.scale(0.05, 2.0),
            rate: numbers.between(-0.03, 0.15),
            carry_yield: numbers.between(-0.03, 0.15),
            kind: numbers.kind(),
        };
        let AmericanInput { spot, strike, years, vol, rate, carry_yield, kind } = input;
        let price = input.price();
        let european = MertonInput { spot, strike, years, vol, rate, dividend_yield: carry_yield, kind }.greeks().price;
        assert!(price >= kind.intrinsic(spot, strike), "{draw} {input:?}: {price}");
        assert!(price >= european * (1.0 - 1e-14), "{draw} {input:?}: {price} under {european}");
        // A call is a put with spot and strike, and rate and yield, exchanged (McDonald and Schroder 1998).
        let mirror = if kind == OptionKind::Call { OptionKind::Put } else { OptionKind::Call };
        let other = AmericanInput { spot: strike, strike: spot, rate: carry_yield, carry_yield: rate, kind: mirror, ..input };
        assert!((other.price() - price).abs() <= 1e-9 * price.max(1.0), "{draw} {input:?}: {price} {}", other.price());
        // Twice the spot and strike is twice the price.
        let double = AmericanInput { spot: 2.0 * spot, strike: 2.0 * strike, ..input };
        assert!((double.price() / 2.0 - price).abs() <= 1e-12 * price.max(1.0), "{draw} {input:?}");
        // The boundary is good to 1e-7 of the strike, and so are differences of prices across it.
        let (noise, boundary, sign) = (1e-7 * strike, input.boundary(), kind.sign());
        let at_spot = |spot: f64| AmericanInput { spot, ..input }.price_within(&boundary);
        let at_strike = |strike: f64| AmericanInput { strike, ..input }.price_within(&boundary);
        let by_spot = sign * (at_spot(102.0) - price);
        let (most_share, most_cash) = (exp((-carry_yield * years).max(0.0)), exp((-rate * years).max(0.0)));
        assert!(by_spot >= -noise && by_spot <= 2.0 * most_share + noise, "{draw} {input:?}: {by_spot} by spot");
        let by_strike = -sign * (at_strike(strike * 1.02) - price);
        assert!(by_strike >= -noise && by_strike <= 0.02 * strike * most_cash + noise, "{draw} {input:?}: {by_strike} by strike");
        let bend = at_strike(strike * 1.02) - 2.0 * price + at_strike(strike * 0.98);
        assert!(bend >= -2.0 * noise, "{draw} {input:?}: {bend} of convexity in strike");
        let (dearer, longer) = (AmericanInput { vol: 1.03 * vol, ..input }, AmericanInput { years: 1.03 * years, ..input });
        assert!(dearer.price() >= price - noise && longer.price() >= price - noise, "{draw} {input:?} by vol or time");
    }
}
