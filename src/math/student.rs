//! Student's t distribution: the tails keep their digits, as those of the normal one do.
//!
//! With s = t/√ν and a = ν/2 the lower tail is half of the incomplete beta function I_x(a, ½) at x = 1/(1 + s²) (NIST DLMF 8.17),
//! by its continued fraction 8.17.22. Γ(a+½)/Γ(a) is a series in 1/(a − ¼)², with coefficients from 80 digits (2026-11), after
//! steps up by the recurrence.

use crate::math::{exp, exp_m1, ln, ln_1p, normal};

/// 1/√π.
const INVERSE_ROOT_PI: f64 = 0.564_189_583_547_756_3;
/// Γ(a+½)/Γ(a)/√(a − ¼), less 1, in 1/(a − ¼)², from 10 on good to 1e-15.
const GAMMA_RATIO: [f64; 6] = [
    0.015_625,
    -0.002_319_335_937_5,
    0.001_203_536_987_304_687_5,
    -0.001_298_762_857_913_971,
    0.002_385_557_512_752_712,
    -0.006_670_963_462_056_533,
];
/// From here on the series is taken.
const LARGE: f64 = 10.0;
/// Above so many degrees of freedom the distribution is taken as normal.
const NORMAL: f64 = 1e10;
/// Steps of the continued fraction, which takes about the root of the degrees of freedom.
const FRACTION_STEPS: u32 = 200_000;
/// Steps of a search, which takes less than ten.
const STEPS: usize = 100;
/// Above it 1 + s² is s².
const FAR: f64 = 1e8;

/// The distribution with location 0 and scale 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StudentT {
    /// Degrees of freedom ν, > 0.
    pub freedom: f64,
}

impl StudentT {
    /// Standard deviation √(ν/(ν − 2)); infinite up to two degrees of freedom.
    pub fn deviation(self) -> f64 {
        if self.freedom > 2.0 { (self.freedom / (self.freedom - 2.0)).sqrt() } else { f64::INFINITY }
    }

    /// Density.
    pub fn pdf(self, t: f64) -> f64 {
        if self.freedom > NORMAL {
            return normal::pdf(t);
        }
        let s = t.abs() / self.freedom.sqrt();
        gamma_ratio(0.5 * self.freedom) * INVERSE_ROOT_PI / self.freedom.sqrt() * exp(-0.5 * (self.freedom + 1.0) * log_growth(s))
    }

    /// Cumulative distribution; a tail as far out as 10⁻⁴⁰ is within 2·10⁻¹⁴ of itself.
    pub fn cdf(self, t: f64) -> f64 {
        if self.freedom > NORMAL {
            return normal::cdf(t);
        }
        let (tail, _) = self.tail(t.abs() / self.freedom.sqrt());
        if t < 0.0 { tail } else { 1.0 - tail }
    }

    /// The value that is not exceeded with this probability; infinite at 0 and 1.
    pub fn quantile(self, probability: f64) -> f64 {
        if !(probability > 0.0 && probability < 1.0) || self.freedom > NORMAL {
            return normal::quantile(probability);
        }
        let upper = probability > 0.5;
        let lower = if upper { 1.0 - probability } else { probability };
        let s = if lower > 0.25 { self.near(lower) } else { self.far(lower) };
        let t = s * self.freedom.sqrt();
        if upper { t } else { -t }
    }

    /// Mean of the values below the quantile of this probability; infinite up to one degree of freedom (McNeil, Frey and Embrechts
    /// 2015, example 2.15).
    pub fn tail_mean(self, probability: f64) -> f64 {
        if self.freedom <= 1.0 {
            return f64::NEG_INFINITY;
        }
        let t = self.quantile(probability);
        if self.freedom > NORMAL {
            return -normal::pdf(t) / probability;
        }
        -self.pdf(t) / probability * (self.freedom + t * t) / (self.freedom - 1.0)
    }

    /// The lower tail below −s√ν, and its derivative by −ln(1 + s²).
    fn tail(self, s: f64) -> (f64, f64) {
        if s == 0.0 {
            return (0.5, f64::INFINITY);
        }
        let a = 0.5 * self.freedom;
        let front = gamma_ratio(a) * INVERSE_ROOT_PI * exp(-a * log_growth(s));
        let (x, root) = if s > FAR { (0.0, 1.0) } else { (1.0 / (1.0 + s * s), s / (1.0 + s * s).sqrt()) };
        let tail = if x < (a + 1.0) / (a + 2.5) {
            0.5 * front * root * beta_fraction(a, 0.5, x) / a
        } else {
            0.5 - front * root * beta_fraction(0.5, a, s * s * x)
        };
        (tail, 0.5 * front / root)
    }

    /// s of a tail above a quarter: Newton's method from the middle, from which the tail is convex.
    fn near(self, probability: f64) -> f64 {
        let mut t = 0.0;
        for _ in 0..STEPS {
            let step = (self.tail(t / self.freedom.sqrt()).0 - probability) / self.pdf(t);
            t += step;
            if step.abs() <= 2e-16 * t.abs() {
                break;
            }
        }
        t / self.freedom.sqrt()
    }

    /// s of a tail up to a quarter: Newton's method on its logarithm, which is almost a straight line in −ln(1 + s²), and convex.
    fn far(self, probability: f64) -> f64 {
        let s_of = |y: f64| exp(-0.5 * y) * (-exp_m1(y)).sqrt();
        // Half a unit below the middle every such distribution has more than a quarter.
        let mut y = -ln_1p(0.25 / self.freedom);
        for _ in 0..STEPS {
            let (tail, slope) = self.tail(s_of(y));
            let step = ln(tail / probability) * tail / slope;
            if !step.is_finite() {
                break;
            }
            y -= step;
            if step.abs() <= 2e-16 * y.abs() {
                break;
            }
        }
        s_of(y)
    }
}

/// ln(1 + s²).
fn log_growth(s: f64) -> f64 {
    if s > FAR { 2.0 * ln(s) } else { ln_1p(s * s) }
}

/// Γ(a + ½)/Γ(a).
fn gamma_ratio(a: f64) -> f64 {
    let (mut a, mut ratio) = (a, 1.0);
    while a < LARGE {
        ratio *= a / (a + 0.5);
        a += 1.0;
    }
    let middle = a - 0.25;
    let inverse = 1.0 / (middle * middle);
    ratio * middle.sqrt() * (1.0 + GAMMA_RATIO.iter().rev().fold(0.0, |sum, coefficient| (sum + coefficient) * inverse))
}

/// The continued fraction of I_x(a, b) without x^a·(1 − x)^b/(a·B(a, b)), by Lentz's method as Thompson and Barnett (1986) have it.
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let guarded = |number: f64| if number.abs() < TINY { TINY } else { number };
    let mut upper = 1.0;
    let mut lower = 1.0 / guarded(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = lower;
    for step in 1..FRACTION_STEPS {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for coefficient in [even, odd] {
            lower = 1.0 / guarded(1.0 + coefficient * lower);
            upper = guarded(1.0 + coefficient / upper);
            change = lower * upper;
            fraction *= change;
        }
        if (change - 1.0).abs() <= 2e-16 {
            break;
        }
    }
    fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(ours: f64, right: f64, part: f64) {
        assert!((ours / right - 1.0).abs() <= part, "{ours} {right}");
    }

    #[test]
    fn one_and_two_degrees_are_the_closed_forms() {
        let (one, two) = (StudentT { freedom: 1.0 }, StudentT { freedom: 2.0 });
        for t in [1e-9_f64, 1e-3, 0.1, 0.4, 1.0, 3.0, 1e3, 1e9, 1e100] {
            let root = (2.0 + t * t).sqrt();
            // (1 − t/√(2 + t²))/2 without its cancellation.
            close(two.cdf(-t), 1.0 / (root * (root + t)), 1e-13);
            close(one.pdf(t), 1.0 / (core::f64::consts::PI * (1.0 + t * t)), 1e-13);
        }
        // Cauchy: the quantile is −cot(πp).
        close(one.quantile(1e-12), -1.0 / (core::f64::consts::PI * 1e-12), 5e-15);
        close(one.quantile(0.25), -1.0, 1e-15);
    }

    #[test]
    fn the_quantile_undoes_the_distribution() {
        for freedom in [0.3, 1.0, 2.1, 3.0, 7.5, 30.0, 1000.0, 1e6] {
            let distribution = StudentT { freedom };
            for p in [1e-70, 1e-30, 1e-9, 1e-4, 0.01, 0.1, 0.249, 0.251, 0.4, 0.499_999, 0.5, 0.7, 0.99] {
                close(distribution.cdf(distribution.quantile(p)), p, 2e-13);
            }
        }
        assert_eq!(StudentT { freedom: 4.0 }.quantile(0.0), f64::NEG_INFINITY);
        assert!(StudentT { freedom: 4.0 }.quantile(f64::NAN).is_nan());
    }

    #[test]
    fn many_degrees_are_normal() {
        for p in [1e-6, 0.01, 0.3] {
            close(StudentT { freedom: 1e9 }.quantile(p), normal::quantile(p), 1e-7);
            assert_eq!(StudentT { freedom: 1e11 }.quantile(p), normal::quantile(p));
        }
    }

    #[test]
    fn the_tail_mean_is_the_mean_of_the_tail() {
        let distribution = StudentT { freedom: 4.0 };
        // Midpoints of the probability below 5 %.
        let steps = 200_000;
        let sum: f64 = (0..steps).map(|step| distribution.quantile(0.05 * (f64::from(step) + 0.5) / f64::from(steps))).sum();
        close(distribution.tail_mean(0.05), sum / f64::from(steps), 1e-4);
    }
}
