//! The limit matrix: time, vol, forward, strike and rates each from nothing through ordinary to absurd, in every combination.
//!
//! No number is NaN or infinite, and each is what the limit is. The references share no code with the engine: normal tails by
//! `libm`'s erfc, sensitivities from their closed forms with magnitudes added up as logarithms, so that none overflows on the way.

use plimsoll::math::american::{AmericanGreeks, AmericanInput};
use plimsoll::math::black::{BlackColumns, BlackGreeks, BlackInput, GreekColumns, MertonGreeks, MertonInput, OptionKind};
use plimsoll::math::implied_vol::{ImpliedVolInput, NoVol};

const KINDS: [OptionKind; 2] = [OptionKind::Call, OptionKind::Put];
const YEARS: [f64; 9] = [-1.0, 0.0, 1e-12, 1e-6, 1.0 / 365.0, 0.25, 1.0, 30.0, 1000.0];
const VOLS: [f64; 8] = [0.0, 1e-8, 1e-3, 0.2, 0.65, 5.0, 50.0, 1e6];
const PRICES: [f64; 10] = [0.0, 1e-300, 1e-12, 0.01, 1.0, 100.0, 103.0, 1e5, 1e12, 1e300];
const RATES: [f64; 9] = [-1e6, -10.0, -1.0, -0.05, 0.0, 0.05, 1.0, 10.0, 1e6];
/// Rates beyond this to expiry are taken for it.
const MAX_LOG_DISCOUNT: f64 = 300.0;

/// Every option of the matrix, undiscounted.
fn options() -> impl Iterator<Item = BlackInput> {
    let of = |forward: f64| {
        PRICES.into_iter().flat_map(move |strike| {
            let of_kind =
                move |kind| YEARS.into_iter().flat_map(move |years| VOLS.map(|vol| BlackInput { forward, strike, years, vol, kind }));
            KINDS.into_iter().flat_map(of_kind)
        })
    };
    PRICES.into_iter().flat_map(of)
}

/// N(x), tails included.
fn normal(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

/// sign·e^`log`·`factor`, kept within what a double holds.
fn scaled(factor: f64, log: f64) -> f64 {
    if factor == 0.0 { 0.0 } else { factor.signum() * libm::exp(libm::log(factor.abs()) + log).min(f64::MAX) }
}

/// What a sensitivity is, and the size of the terms that cancel in it.
struct Expected {
    name: &'static str,
    value: f64,
    size: f64,
}

/// The closed forms (Haug 2007, chapter 2) with magnitudes as logarithms.
fn closed_forms(input: &BlackInput) -> [Expected; 10] {
    let BlackInput { forward, strike, years, vol, .. } = *input;
    let s = vol * years.sqrt();
    let x = libm::log(forward) - libm::log(strike);
    let (d1, d2) = (x / s + 0.5 * s, x / s - 0.5 * s);
    let (ln_f, ln_s, ln_vol, ln_t) = (libm::log(forward), libm::log(s), libm::log(vol), libm::log(years));
    let ln_density = -0.5 * d1 * d1 - 0.918_938_533_204_672_8;
    let ln_gamma = ln_density - ln_f - ln_s;
    let ln_vega = ln_density + ln_f + 0.5 * ln_t;
    let (half, product) = (0.5_f64, d1 * d2);
    let of = |name, factor: f64, parts: f64, log: f64| Expected { name, value: scaled(factor, log), size: scaled(parts, log) };
    [
        of("gamma", 1.0, 1.0, ln_gamma),
        of("vega", 1.0, 1.0, ln_vega),
        of("theta", -half, half, ln_vega + ln_vol - ln_t),
        of("vanna", -d2, d2.abs() + d1.abs(), ln_density - ln_vol),
        of("volga", product, d1 * d1 + d2 * d2, ln_vega - ln_vol),
        of("charm", half * d2, d2.abs() + d1.abs(), ln_density - ln_t),
        of("speed", -(d1 / s + 1.0), (d1 / s).abs() + (0.5 * s).abs() / s + 1.0, ln_gamma - ln_f),
        of("zomma", product - 1.0, d1 * d1 + d2 * d2 + 1.0, ln_gamma - ln_vol),
        of("color", half * (1.0 - product), d1 * d1 + d2 * d2 + 1.0, ln_gamma - ln_t),
        of(
            "ultima",
            -(product * (1.0 - product) + d1 * d1 + d2 * d2),
            (d1 * d1 + d2 * d2) * (2.0 + d1 * d1 + d2 * d2),
            ln_vega - 2.0 * ln_vol,
        ),
    ]
}

#[test]
fn every_option_of_the_matrix_is_finite_and_its_price_the_limit() {
    let mut count = 0;
    for input in options() {
        let BlackInput { forward, strike, years, vol, kind } = input;
        let greeks = input.greeks();
        assert!(greeks.values().iter().all(|field| field.is_finite()), "{input:?} {greeks:?}");
        assert_eq!(input.price().to_bits(), greeks.price.to_bits(), "{input:?}");
        let intrinsic = kind.intrinsic(forward, strike);
        let ceiling = if kind == OptionKind::Call { forward } else { strike };
        assert!(greeks.price >= intrinsic && greeks.price <= ceiling, "{input:?}: {}", greeks.price);
        assert!((0.0..=1.0).contains(&(kind.sign() * greeks.delta)) && (0.0..=1.0).contains(&greeks.exercise_probability), "{input:?}");
        assert!(greeks.gamma >= 0.0 && greeks.vega >= 0.0 && greeks.theta <= 0.0, "{input:?} {greeks:?}");
        let deviation = vol * years.max(0.0).sqrt();
        let away = (libm::log(forward) - libm::log(strike)).abs();
        if deviation == 0.0 || forward == 0.0 || strike == 0.0 {
            // At expiry, without chance, and where forward or strike is nothing: intrinsic value, a step for a delta, nothing else.
            assert_eq!(greeks.price, intrinsic, "{input:?}");
            let step = if forward == strike { 0.5 } else { f64::from(intrinsic > 0.0) };
            let none = BlackGreeks { price: intrinsic, delta: kind.sign() * step, exercise_probability: step, ..BlackGreeks::default() };
            assert_eq!(greeks, none, "{input:?}");
        } else if deviation >= 100.0 && away < 0.25 * deviation * deviation {
            // All is chance: a call is worth the forward and a put its strike.
            assert_eq!(greeks.price, ceiling, "{input:?}");
        } else if away > 40.0 * deviation && away > deviation * deviation {
            // Too far for chance to matter: intrinsic value, and a delta of all or nothing.
            assert!(greeks.price - intrinsic <= 1e-300 * forward.min(strike), "{input:?}: {}", greeks.price);
            let all = if intrinsic > 0.0 { greeks.delta.abs() } else { 1.0 - greeks.delta.abs() };
            assert!(all == 1.0 && greeks.gamma * forward <= 1e-280 && greeks.vega <= 1e-280 * forward, "{input:?} {greeks:?}");
        }
        count += 1;
    }
    assert_eq!(count, 9 * 8 * 10 * 10 * 2);
}

#[test]
fn calls_less_puts_of_the_matrix_are_forwards() {
    for call in options().filter(|input| input.kind == OptionKind::Call) {
        let put = BlackInput { kind: OptionKind::Put, ..call };
        let (of_call, of_put) = (call.greeks(), put.greeks());
        let scale = call.forward.max(call.strike);
        let miss = of_call.price - of_put.price - (call.forward - call.strike);
        assert!(miss.abs() <= 1e-15 * scale, "{call:?}: {miss:e}");
        assert!((of_call.delta - of_put.delta - 1.0).abs() <= 1e-15, "{call:?}");
        assert!((of_call.exercise_probability + of_put.exercise_probability - 1.0).abs() <= 1e-15, "{call:?}");
        // What parity leaves no difference in has the same bits, or the same value with a sign for nothing.
        for (place, (a, b)) in of_call.values().into_iter().zip(of_put.values()).enumerate().take(12).skip(2) {
            assert_eq!(a, b, "{call:?}: field {place}");
        }
    }
}

#[test]
fn every_live_option_of_the_matrix_has_the_closed_forms() {
    let (mut compared, mut nothing) = (0, 0);
    let is_live = |input: &BlackInput| input.years > 0.0 && input.vol > 0.0 && input.forward > 0.0 && input.strike > 0.0;
    for input in options().filter(is_live) {
        let BlackInput { forward, strike, years, vol, kind } = input;
        let greeks = input.greeks();
        let s = vol * years.sqrt();
        let x = libm::log(forward) - libm::log(strike);
        let (d1, d2) = (x / s + 0.5 * s, x / s - 0.5 * s);
        let sign = kind.sign();
        // The logarithm of F/K is good to a part in 10^15 of ln F and ln K, and d to that over s; the exponent is its square.
        let log_error = 4e-16 * (libm::log(forward).abs() + libm::log(strike).abs());
        let d_error = if forward == strike { 4e-16 * d1.abs() } else { log_error / s + 4e-16 * (x / s).abs() };
        // Sums of logarithms as large as 2000 are good to that many times a part in 10^16.
        let tolerance = 1e-12 + 4.0 * d_error * (d1.abs() + d2.abs() + 1.0);
        if tolerance < 1e-3 {
            let near = |name: &str, ours: f64, expected: f64, size: f64| {
                let least = f64::MIN_POSITIVE * (1.0 + size / expected.abs().max(f64::MIN_POSITIVE)).min(1e10);
                let is_near = (ours - expected).abs() <= tolerance * size.max(expected.abs()) + least;
                // The largest double stands for what overflows, be it on the way: the ultima of a forward of 1e300.
                let is_beyond = ours.abs() > 1e307 && ours.signum() == expected.signum() && (expected.abs() > 1e307 || forward > 1e299);
                assert!(is_near || is_beyond, "{name} of {input:?}: {ours:e} is not {expected:e} to {tolerance:e}");
            };
            near("delta", greeks.delta, sign * normal(sign * d1), 0.0);
            near("exercise probability", greeks.exercise_probability, normal(sign * d2), 0.0);
            let ours = [
                greeks.gamma,
                greeks.vega,
                greeks.theta,
                greeks.vanna,
                greeks.volga,
                greeks.charm,
                greeks.speed,
                greeks.zomma,
                greeks.color,
                greeks.ultima,
            ];
            let expected = closed_forms(&input);
            // Where no double holds the density or the vega in full, the others are nothing with it: no move shows in the price.
            let is_alive = expected[1].value > 1e-290 && d1.abs() < 36.0;
            for (ours, Expected { name, value, size }) in ours.into_iter().zip(expected) {
                if is_alive {
                    near(name, ours, value, size);
                } else {
                    assert!(ours.abs() <= 2.0 * size + f64::MIN_POSITIVE, "{name} of {input:?}: {ours:e} is not {value:e}");
                }
            }
            let price = sign * (forward * normal(sign * d1) - strike * normal(sign * d2));
            assert!((greeks.price - price).abs() <= (tolerance + 1e-15) * forward.max(strike), "{input:?}: {} {price}", greeks.price);
            compared += 1;
        } else {
            // No density is left this far out, or its place is within the rounding of the two prices.
            nothing += u32::from(greeks.vega == 0.0);
        }
    }
    assert!(compared > 5000 && nothing > 2000, "{compared} compared, {nothing} without a density");
}

/// The same options as columns.
fn columns(options: &[BlackInput]) -> [Vec<f64>; 5] {
    let column = |of: fn(&BlackInput) -> f64| options.iter().map(of).collect();
    [column(|of| of.forward), column(|of| of.strike), column(|of| of.years), column(|of| of.vol), column(|of| of.kind.sign())]
}

#[test]
fn columns_of_the_matrix_have_the_bits_of_its_options() {
    let options: Vec<BlackInput> = options().collect();
    // As they come, ordinary and absurd side by side, and shuffled by a stride that is prime to their number.
    for stride in [1, 1709] {
        let shuffled: Vec<BlackInput> = (0..options.len()).map(|place| options[place * stride % options.len()]).collect();
        let [forwards, strikes, years, vols, signs] = columns(&shuffled);
        let columns = BlackColumns { forwards: &forwards, strikes: &strikes, years: &years, vols: &vols, signs: &signs };
        let (prices, of) = (columns.prices(), columns.greeks());
        let GreekColumns { price, delta, gamma, vega, theta, vanna, volga, charm, speed, zomma, color, ultima, exercise_probability } = of;
        let all = [price, delta, gamma, vega, theta, vanna, volga, charm, speed, zomma, color, ultima, exercise_probability];
        for (place, option) in shuffled.iter().enumerate() {
            let expected = option.greeks().values();
            assert_eq!(prices[place].to_bits(), expected[0].to_bits(), "{option:?}");
            for (column, expected) in all.iter().zip(expected) {
                assert_eq!(column[place].to_bits(), expected.to_bits(), "{option:?}");
            }
        }
    }
}

#[test]
fn every_price_of_the_matrix_has_its_vol_or_a_named_reason() {
    let mut solved = 0;
    for BlackInput { forward, strike, years, vol, kind } in options() {
        let own = BlackInput { forward, strike, years, vol, kind }.price();
        let (intrinsic, ceiling) = (kind.intrinsic(forward, strike), if kind == OptionKind::Call { forward } else { strike });
        let (below, above) = (intrinsic.next_down(), ceiling.next_up());
        for price in [own, intrinsic, ceiling, below, above, -1.0, 0.0, 0.5 * (intrinsic + ceiling), f64::NAN, f64::INFINITY] {
            let input = ImpliedVolInput { forward, strike, years, price, kind };
            let reason = if !(forward > 0.0 && strike > 0.0 && years > 0.0 && price.is_finite()) {
                Some(NoVol::BadInput)
            } else if price < 0.0 {
                Some(NoVol::NegativePrice)
            } else if price > ceiling {
                Some(NoVol::AboveMaximum)
            } else if price == ceiling {
                Some(NoVol::AtMaximum)
            } else if price < intrinsic {
                Some(NoVol::BelowIntrinsic)
            } else if price == intrinsic {
                Some(NoVol::NoTimeValue)
            } else {
                None
            };
            match (input.solve(), reason) {
                (Ok(found), None) => {
                    assert!(found > 0.0 && found.is_finite(), "{input:?}: {found}");
                    let back = BlackInput { forward, strike, years, vol: found, kind };
                    // What the last bit of the vol is worth, and the rounding of the price itself.
                    let vega = back.greeks().vega * found;
                    let slack = 64.0 * f64::EPSILON * price + 1e-12 * vega + 4.0 * f64::EPSILON * forward.min(strike) + 1e-320;
                    let miss = back.price() - price;
                    assert!(miss.abs() <= slack, "{input:?}: {found} gives a price {miss:e} off");
                    solved += 1;
                }
                (Err(found), Some(reason)) => assert_eq!(found, reason, "{input:?}"),
                (answer, reason) => panic!("{input:?}: {answer:?} where {reason:?}"),
            }
        }
    }
    assert!(solved > 5000, "{solved}");
}

fn merton_fields(of: &MertonGreeks) -> [f64; 16] {
    [
        of.price,
        of.delta,
        of.gamma,
        of.vega,
        of.theta,
        of.rho,
        of.dividend_rho,
        of.vanna,
        of.volga,
        of.charm,
        of.speed,
        of.zomma,
        of.color,
        of.ultima,
        of.strike_delta,
        of.strike_gamma,
    ]
}

/// An amount that grows by this logarithm, kept within what a double holds.
fn grown(amount: f64, log: f64) -> f64 {
    if amount == 0.0 { 0.0 } else { libm::exp(libm::log(amount) + log).min(f64::MAX) }
}

#[test]
fn rates_from_a_loss_of_all_to_the_absurd_leave_finite_numbers_within_their_bounds() {
    for input in options() {
        let BlackInput { forward: spot, strike, years, vol, kind } = input;
        for rate in RATES {
            for dividend_yield in RATES {
                let merton = MertonInput { spot, strike, years, vol, rate, dividend_yield, kind };
                let greeks = merton.greeks();
                assert!(merton_fields(&greeks).iter().all(|field| field.is_finite()), "{merton:?} {greeks:?}");
                let bounded = |rate: f64| (-rate * years.max(0.0)).clamp(-MAX_LOG_DISCOUNT, MAX_LOG_DISCOUNT);
                let (share, cash) = (grown(spot, bounded(dividend_yield)), grown(strike, bounded(rate)));
                let (held, paid) = if kind == OptionKind::Call { (share, cash) } else { (cash, share) };
                // What a double no longer holds, at its largest discounting, may be nothing.
                let slack = 1e-12 * share.max(cash) + 1e-170;
                let floor = (held - paid).max(0.0);
                let price = greeks.price;
                assert!(price >= floor - slack && price <= held + slack, "{merton:?}: {price} outside of {floor} to {held}");
                let deviation = vol * years.max(0.0).sqrt();
                if share.max(cash) > 1e307 {
                    // No double holds what it is worth.
                } else if deviation == 0.0 {
                    assert!((price - floor).abs() <= slack, "{merton:?}: {price} is not {floor}");
                } else if deviation >= 100.0 {
                    // A carry of e^600 at most is still nothing beside a variance of 10 000.
                    assert!((price - held).abs() <= slack, "{merton:?}: {price} is not {held}");
                }
                let delta = kind.sign() * greeks.delta;
                let most = libm::exp(bounded(dividend_yield));
                assert!(
                    delta >= 0.0 && delta <= most * (1.0 + 1e-12) && greeks.gamma >= 0.0 && greeks.vega >= 0.0,
                    "{merton:?} {greeks:?}"
                );
            }
        }
    }
}

#[test]
fn calls_less_puts_are_discounted_forwards_at_every_rate() {
    for input in options().filter(|input| input.kind == OptionKind::Call) {
        let BlackInput { forward: spot, strike, years, vol, .. } = input;
        for rate in RATES {
            for dividend_yield in RATES {
                let [call, put] = KINDS.map(|kind| MertonInput { spot, strike, years, vol, rate, dividend_yield, kind }.greeks().price);
                let bounded = |rate: f64| (-rate * years.max(0.0)).clamp(-MAX_LOG_DISCOUNT, MAX_LOG_DISCOUNT);
                let (share, cash) = (grown(spot, bounded(dividend_yield)), grown(strike, bounded(rate)));
                let scale = share.max(cash);
                if scale < 1e307 {
                    // The exponent itself is rounded: a part in 10^16 of 300.
                    assert!(
                        (call - put - (share - cash)).abs() <= 3e-13 * scale + 1e-170,
                        "{input:?} {rate} {dividend_yield}: {call} {put}"
                    );
                }
            }
        }
    }
}

/// Fewer of each, since the exercise region of every combination is solved for.
const AMERICAN_YEARS: [f64; 7] = [0.0, 1e-12, 1e-6, 1.0 / 365.0, 0.25, 30.0, 1000.0];
const AMERICAN_VOLS: [f64; 6] = [0.0, 1e-8, 1e-3, 0.65, 50.0, 1e6];
const AMERICAN_RATES: [f64; 4] = [-1.0, -0.05, 0.0, 0.05];
/// Rates and vols that no unit accepts, and those of thousands of percent, take hundreds of times as long to solve for.
const ABSURD_RATES: [f64; 4] = [-1e6, -0.05, 0.05, 1e6];
/// Spots and strikes.
const AMERICAN_PAIRS: [(f64, f64); 14] = [
    (0.0, 0.0),
    (0.0, 1.0),
    (1.0, 0.0),
    (1e-300, 1e-300),
    (1e-300, 1e300),
    (1e-12, 1e-12),
    (1.0, 1e5),
    (100.0, 100.0),
    (100.0, 103.0),
    (103.0, 100.0),
    (130.0, 100.0),
    (1e12, 1.0),
    (1e300, 1e-300),
    (1e300, 1e300),
];

fn european(input: &AmericanInput, years: f64) -> f64 {
    let AmericanInput { spot, strike, vol, rate, carry_yield, kind, .. } = *input;
    MertonInput { spot, strike, years, vol, rate, dividend_yield: carry_yield, kind }.greeks().price
}

/// The rate that is taken for this one.
fn bounded_rate(rate: f64, years: f64) -> f64 {
    rate.clamp(-MAX_LOG_DISCOUNT / years, MAX_LOG_DISCOUNT / years)
}

#[test]
fn american_options_of_the_matrix_are_within_their_bounds_and_at_their_limits() {
    for years in AMERICAN_YEARS {
        for vol in AMERICAN_VOLS {
            let rates: &[f64] = match (years > 100.0 || vol > 10.0, years == 0.25 && vol < 10.0) {
                (true, _) => &[0.05, 1.0],
                (_, true) => &ABSURD_RATES,
                _ => &AMERICAN_RATES,
            };
            for rate in rates.iter().copied() {
                for carry_yield in rates.iter().copied() {
                    for kind in KINDS {
                        let shared = AmericanInput { spot: 100.0, strike: 100.0, years, vol, rate, carry_yield, kind };
                        let boundary = shared.boundary();
                        for (spot, strike) in AMERICAN_PAIRS {
                            let input = AmericanInput { spot, strike, ..shared };
                            check_american(&input, input.price_within(&boundary));
                        }
                    }
                }
            }
        }
    }
}

fn check_american(input: &AmericanInput, price: f64) {
    let AmericanInput { spot, strike, years, vol, rate, carry_yield, kind } = *input;
    assert!(price.is_finite(), "{input:?}: {price}");
    let (floor, no_chance) = (kind.intrinsic(spot, strike), vol * years.sqrt() == 0.0 || spot == 0.0 || strike == 0.0);
    let taken = AmericanInput { rate: bounded_rate(rate, years), carry_yield: bounded_rate(carry_yield, years), ..*input };
    let most = |amount: f64, rate: f64| grown(amount, (-rate * years).max(0.0));
    let (share, cash) = (most(spot, taken.carry_yield), most(strike, taken.rate));
    let ceiling = if kind == OptionKind::Call { share } else { cash };
    assert!(price >= floor && price <= ceiling * (1.0 + 1e-12) + 1e-170, "{input:?}: {price:e} outside of {floor:e} to {ceiling:e}");
    if years == 0.0 {
        assert_eq!(price, floor, "{input:?}");
    }
    // It is worth at least what the right to exercise at any one date is; where rate or vol is absurd, at the last.
    let scale = share.max(cash);
    let is_ordinary = vol <= 50.0 && rate.abs() <= 10.0 && carry_yield.abs() <= 10.0;
    for part in if is_ordinary { &[1.0, 0.5, 1e-3] as &[f64] } else { &[1.0] } {
        let at_one_date = european(&taken, part * years);
        assert!(scale > 1e307 || price >= at_one_date - 1e-9 * scale - 1e-170, "{input:?}: {price:e} under {at_one_date:e} of {part}");
    }
    if no_chance && scale < 1e307 {
        let at = |step: i32| {
            let date = f64::from(step) * 1e-2 * years;
            kind.sign() * (grown(spot, -taken.carry_yield * date) - grown(strike, -taken.rate * date))
        };
        let best = (0..=100).map(at).fold(0.0, f64::max);
        assert!(price >= best - 1e-12 * scale - 1e-170, "{input:?}: {price:e} under {best:e}");
    }
}

#[test]
fn american_sensitivities_of_the_matrix_are_finite() {
    for years in [0.0, 1e-6, 0.25] {
        for vol in [0.0, 0.65, 5.0] {
            for (rate, carry_yield) in [(0.05, 0.02), (-0.02, -0.05), (0.0, 1e6), (1e6, 0.05), (-1e6, -1e6)] {
                {
                    for (spot, strike) in [(0.0, 1.0), (1.0, 0.0), (100.0, 103.0), (1e300, 1e-300), (1e300, 1e300)] {
                        for kind in KINDS {
                            let input = AmericanInput { spot, strike, years, vol, rate, carry_yield, kind };
                            let AmericanGreeks { price, delta, gamma, vega, theta, rho, yield_rho, vanna, volga, charm, yield_delta } =
                                input.greeks();
                            let all = [price, delta, gamma, vega, theta, rho, yield_rho, vanna, volga, charm, yield_delta];
                            assert!(all.iter().all(|greek| greek.is_finite()), "{input:?} {all:?}");
                            assert_eq!(price.to_bits(), input.price().to_bits(), "{input:?}");
                        }
                    }
                }
            }
        }
    }
}
