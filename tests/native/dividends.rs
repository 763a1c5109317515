//! Cash dividends: European and American options against trees and closed forms that share no code with them, forwards, Greeks,
//! shocks, files, and what a share or a link carries of them.

use plimsoll::math::american::{AmericanInput, Boundaries, EscrowedInput};
use plimsoll::math::black::{MertonInput, OptionKind};
use plimsoll::math::dividend::Dividend;
use plimsoll::math::{exp, ln};

const KINDS: [OptionKind; 2] = [OptionKind::Call, OptionKind::Put];

/// Ex-date as a share of a life of 1001 steps, and amount.
type Paid = (i32, f64);
const STEPS: i32 = 1001;

/// An option on the whole spot; the yield is that of the rest of it.
fn option(kind: OptionKind, strike: f64, years: f64, vol: f64, (rate, carry_yield): (f64, f64)) -> AmericanInput {
    AmericanInput { spot: 100.0, strike, years, vol, rate, carry_yield, kind }
}

fn schedule(paid: &[Paid], years: f64) -> Vec<Dividend> {
    let place = |(step, amount): &Paid| Dividend { before_expiry: years * (1.0 - f64::from(*step) / f64::from(STEPS)), amount: *amount };
    paid.iter().rev().map(place).collect()
}

/// Present value of what is paid at and after a time, or after it only.
fn worth(paid: &[Paid], input: &AmericanInput, time: f64, also_now: bool) -> f64 {
    paid.iter()
        .map(|(step, amount)| (input.years * f64::from(*step) / f64::from(STEPS), amount))
        .filter(|(at, _)| *at > time + 1e-9 || (also_now && *at > time - 1e-9))
        .map(|(at, amount)| amount * exp(-input.rate * (at - time)))
        .sum()
}

fn rest(input: &AmericanInput, paid: &[Paid]) -> f64 {
    input.spot - worth(paid, input, 0.0, false)
}

fn forward(input: &AmericanInput, paid: &[Paid]) -> f64 {
    rest(input, paid) * exp((input.rate - input.carry_yield) * input.years)
}

fn european(input: &AmericanInput, paid: &[Paid]) -> f64 {
    let AmericanInput { strike, years, vol, rate, carry_yield, kind, .. } = *input;
    MertonInput { spot: rest(input, paid), strike, years, vol, rate, dividend_yield: carry_yield, kind }.greeks().price
}

/// Leisen and Reimer's (1996) tree of the escrowed spot, exercised on the whole one, on either side of each ex-date.
fn tree(input: &AmericanInput, paid: &[Paid]) -> f64 {
    let AmericanInput { strike, years, vol, rate, carry_yield, kind, .. } = *input;
    let spot = rest(input, paid);
    let price = |steps: i32| {
        let deviation = vol * years.sqrt();
        let d2 = (ln(spot / strike) + (rate - carry_yield - 0.5 * vol * vol) * years) / deviation;
        let inverse = |z: f64| {
            let n = f64::from(steps);
            let ratio = z / (n + 1.0 / 3.0 + 0.1 / (n + 1.0));
            0.5 + z.signum() * (0.25 - 0.25 * exp(-ratio * ratio * (n + 1.0 / 6.0))).sqrt()
        };
        let (up_share, chance) = (inverse(d2 + deviation), inverse(d2));
        let step = years / f64::from(steps);
        let growth = exp((rate - carry_yield) * step);
        let (up, down) = (growth * up_share / chance, growth * (1.0 - up_share) / (1.0 - chance));
        let discount = exp(-rate * step);
        let mut lowest = spot * exp(f64::from(steps) * ln(down));
        let mut values: Vec<f64> = (0..=steps).map(|ups| kind.intrinsic(lowest * exp(f64::from(ups) * ln(up / down)), strike)).collect();
        for level in (0..steps).rev() {
            lowest /= down;
            let time = step * f64::from(level);
            let (before, after) = (worth(paid, input, time, true), worth(paid, input, time, false));
            let mut now = lowest;
            for ups in 0..=level as usize {
                let held = discount * (chance * values[ups + 1] + (1.0 - chance) * values[ups]);
                let exercised = kind.intrinsic(now + before, strike).max(kind.intrinsic(now + after, strike));
                values[ups] = held.max(exercised);
                now *= up / down;
            }
        }
        values[0]
    };
    let (coarse, fine) = (price(STEPS), price(3 * STEPS));
    fine + 0.5 * (fine - coarse)
}

#[test]
fn american_options_agree_with_a_tree_of_three_thousand_steps() {
    let quarterly: &[Paid] = &[(125, 1.0), (375, 1.0), (625, 1.0), (875, 1.0)];
    let mut worst = 0.0_f64;
    for (paid, years, vol, carry) in [
        (&[(500, 4.0)][..], 1.0, 0.3, (0.05, 0.0)),
        (quarterly, 1.0, 0.2, (0.05, 0.0)),
        (quarterly, 1.0, 0.25, (0.04, 0.01)),
        (&[(950, 3.0)][..], 0.5, 0.4, (0.08, 0.0)),
        (&[(20, 2.0)][..], 0.25, 0.15, (0.03, -0.01)),
        (quarterly, 2.0, 0.35, (0.0, 0.0)),
        (&[(400, 2.5)][..], 0.75, 0.22, (-0.01, 0.0)),
    ] {
        for strike in [80.0, 100.0, 120.0] {
            for kind in KINDS {
                let input = option(kind, strike, years, vol, carry);
                let dividends = schedule(paid, years);
                let escrowed = EscrowedInput::new(input, forward(&input, paid), &dividends).unwrap();
                assert!((escrowed.rest().spot - rest(&input, paid)).abs() < 1e-12);
                let (found, expected) = (escrowed.price(), tree(&input, paid));
                worst = worst.max((found - expected).abs());
            }
        }
    }
    assert!(worst < 2e-3, "{worst}");
}
