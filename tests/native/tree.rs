//! Leisen and Reimer's (1996) binomial tree, against which American options are checked.

use plimsoll::math::american::AmericanInput;
use plimsoll::math::{exp, ln};

/// Price of an American option on a tree of the input's spot. `paid` gives what stands above the tree's spot at a time, just before it
/// and at it: exercise is decided on the sum, on either side.
pub fn leisen_reimer(input: &AmericanInput, steps: i32, paid: impl Fn(f64) -> [f64; 2]) -> f64 {
    let AmericanInput { spot, strike, years, vol, rate, carry_yield, kind } = *input;
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
        let [before, after] = paid(step * f64::from(level));
        let mut now = lowest;
        for ups in 0..=level as usize {
            let held = discount * (chance * values[ups + 1] + (1.0 - chance) * values[ups]);
            let exercised = kind.intrinsic(now + before, strike).max(kind.intrinsic(now + after, strike));
            values[ups] = held.max(exercised);
            now *= up / down;
        }
    }
    values[0]
}
