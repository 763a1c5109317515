//! Raw SVI fitted to points: the quasi-explicit method (Zeliade Systems 2009) outside, `inner` inside, Gauss–Newton at the end.
//!
//! The error of the best smile of each center and width is a function of two variables. It is looked up on a grid, followed down
//! from the lowest places by a simplex, and polished with the linear parameters projected out (Kaufman 1975), which gives the
//! parameters of an exact smile to rounding. All counts are fixed.

use crate::math::simplex::{self, Place};
use crate::math::svi::inner::{Best, Inner};
use crate::math::svi::{FEWEST_POINTS, Svi};
use crate::math::{exp, ln};

/// A point to be met.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SviPoint {
    /// Log-moneyness ln(K/F).
    pub k: f64,
    /// Total variance, > 0.
    pub variance: f64,
    /// Weight of the squared error in total variance, > 0; only their ratios matter.
    pub weight: f64,
}

/// The best smile.
#[derive(Clone, Debug, PartialEq)]
pub struct SviFit {
    /// Its parameters.
    pub svi: Svi,
    /// Root of the weighted mean square of what is left, total variance.
    pub error: f64,
    /// Whether a bound holds it: a wing as steep as can be, a tilt of ±1, or a variance at its floor.
    pub is_bound: bool,
    /// For each point the part of itself in the fit's answer there, 0 to 1: to first order, and of a bound fit with center and width
    /// held.
    pub leverages: Vec<f64>,
}

/// Places of the grid.
const CENTERS: usize = 13;
const WIDTHS: usize = 9;
/// Places of the grid that are followed down.
const STARTS: usize = 3;
/// Steps of each simplex, and of the last one.
const DESCENT: usize = 40;
const LAST_DESCENT: usize = 80;
/// Steps of the polish.
const POLISH: usize = 25;

/// Least total variance of a smile, as a part of the least of the points.
const FLOOR: f64 = 0.01;
/// Narrowest and widest bend, as a part of the range of the points.
const NARROWEST: f64 = 0.01;
const WIDEST: f64 = 20.0;
/// A column of least squares shorter than this is none; those of the parameters are of the size of the variance.
const VANISHING: f64 = 1e-12;
/// How far beyond the points the center may lie, as a part of their range.
const BEYOND: f64 = 1.0;

/// The search: its points and the box that center and logarithmic width lie in.
struct Search {
    points: Vec<SviPoint>,
    floor: f64,
    centers: (f64, f64),
    widths: (f64, f64),
    inner: Inner,
}

impl Search {
    fn best(&mut self, [m, width]: [f64; 2]) -> Best {
        let m = m.clamp(self.centers.0, self.centers.1);
        let sigma = exp(width.clamp(self.widths.0, self.widths.1));
        self.inner.solve(&self.points, (m, sigma), self.floor)
    }

    fn descend(&mut self, start: Place, sides: [f64; 2], steps: usize) -> Place {
        simplex::descend(|at| self.best(at).error, start, sides, steps)
    }
}

/// Fits raw SVI to at least [`FEWEST_POINTS`] points of different log-moneyness; `None` with fewer, or where a number is not finite
/// or not positive.
pub fn fit(points: &[SviPoint]) -> Option<SviFit> {
    let mut places: Vec<f64> = points.iter().map(|point| point.k).collect();
    places.sort_by(f64::total_cmp);
    places.dedup();
    let total: f64 = points.iter().map(|point| point.weight).sum();
    let is_sound = |point: &SviPoint| point.k.is_finite() && point.variance > 0.0 && point.variance.is_finite() && point.weight > 0.0;
    if places.len() < FEWEST_POINTS || !points.iter().all(is_sound) || !total.is_finite() {
        return None;
    }
    let (low, high) = (*places.first()?, *places.last()?);
    let range = high - low;
    let least = points.iter().map(|point| point.variance).fold(f64::INFINITY, f64::min);
    let mut search = Search {
        points: points.iter().map(|point| SviPoint { weight: point.weight / total, ..*point }).collect(),
        floor: FLOOR * least,
        centers: (low - BEYOND * range, high + BEYOND * range),
        widths: (ln(NARROWEST * range), ln(WIDEST * range)),
        inner: Inner::default(),
    };

    let (center_step, width_step) = (1.5 * range / (CENTERS - 1) as f64, (ln(3.0) - ln(0.02)) / (WIDTHS - 1) as f64);
    let mut grid: Vec<Place> = Vec::with_capacity(CENTERS * WIDTHS);
    for column in 0..CENTERS {
        for row in 0..WIDTHS {
            let at = [low - 0.25 * range + column as f64 * center_step, ln(0.02 * range) + row as f64 * width_step];
            let error = search.best(at).error;
            grid.push((at, error));
        }
    }
    grid.sort_by(|one, other| one.1.total_cmp(&other.1));
    // Starts that are neighbors would all end in the same valley.
    let mut starts: Vec<Place> = Vec::with_capacity(STARTS);
    for place in &grid {
        let is_apart =
            |start: &Place| (start.0[0] - place.0[0]).abs() > 1.5 * center_step || (start.0[1] - place.0[1]).abs() > 1.5 * width_step;
        if starts.len() < STARTS && starts.iter().all(is_apart) {
            starts.push(*place);
        }
    }
    let sides = [0.5 * center_step, 0.5 * width_step];
    let descended = starts.into_iter().map(|start| search.descend(start, sides, DESCENT));
    let lowest = descended.min_by(|one, other| one.1.total_cmp(&other.1))?;
    let lowest = search.descend(lowest, [0.1 * sides[0], 0.1 * sides[1]], LAST_DESCENT);
    let best = polish(&mut search, lowest);
    let leverages = leverages(&search.points, &best);
    Some(SviFit { svi: best.svi, error: misfit(&search.points, &best.svi).sqrt(), is_bound: !best.is_free, leverages })
}

/// Mean weighted square of what is left, point by point: the error of [`Best`], a difference of moments, ends at their rounding.
fn misfit(points: &[SviPoint], svi: &Svi) -> f64 {
    let left = |point: &SviPoint| point.variance - svi.total_variance(point.k);
    points.iter().map(|point| point.weight * left(point) * left(point)).sum()
}

/// Gauss–Newton steps in center and logarithmic width, damped (Marquardt 1963), as long as no bound holds the smile.
fn polish(search: &mut Search, start: Place) -> Best {
    let mut at = [start.0[0].clamp(search.centers.0, search.centers.1), start.0[1].clamp(search.widths.0, search.widths.1)];
    let mut best = search.best(at);
    let mut error = misfit(&search.points, &best.svi);
    let mut damping = 1e-6;
    for _ in 0..POLISH {
        if !best.is_free {
            break;
        }
        let Some(step) = newton_step(&search.points, &best.svi, damping) else { break };
        let next = [at[0] + step[0], at[1] + step[1]];
        let found = search.best(next);
        let left = misfit(&search.points, &found.svi);
        if left < error {
            (at, best, error, damping) = (next, found, left, damping * 0.1);
        } else {
            damping *= 10.0;
        }
    }
    best
}

/// Columns that least squares see: those of the linear parameters made orthonormal, then the two of center and width without
/// what the linear ones explain of them.
struct Columns {
    linear: [Vec<f64>; 3],
    outer: [Vec<f64>; 2],
}

impl Columns {
    fn new(points: &[SviPoint], svi: &Svi) -> Columns {
        let mut columns = [const { Vec::new() }; 5];
        for point in points {
            let y = (point.k - svi.m) / svi.sigma;
            let root = (y * y + 1.0).sqrt();
            let tilt = svi.rho + y / root;
            let weight = point.weight.sqrt();
            // ∂w/∂m and ∂w/∂ln σ with a, d and c held.
            let row = [1.0, y, y * y / (1.0 + root), -svi.b * tilt, -svi.b * svi.sigma * y * tilt];
            columns.iter_mut().zip(row).for_each(|(column, value)| column.push(weight * value));
        }
        let [one, y, z, mut m, mut width] = columns;
        let mut linear = [one, y, z];
        for place in 0..linear.len() {
            let (done, rest) = linear.split_at_mut(place);
            let Some(column) = rest.first_mut() else { continue };
            // Twice, for what the first round leaves of nearly parallel columns.
            for _ in 0..2 {
                done.iter().for_each(|other| project_out(column, other));
            }
            normalize(column);
        }
        for _ in 0..2 {
            linear.iter().for_each(|other| project_out(&mut m, other));
            linear.iter().for_each(|other| project_out(&mut width, other));
        }
        Columns { linear, outer: [m, width] }
    }
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

fn project_out(column: &mut [f64], unit: &[f64]) {
    let share = dot(column, unit);
    column.iter_mut().zip(unit).for_each(|(value, unit)| *value -= share * unit);
}

/// Step of center and logarithmic width.
fn newton_step(points: &[SviPoint], svi: &Svi, damping: f64) -> Option<[f64; 2]> {
    let columns = Columns::new(points, svi);
    let left: Vec<f64> = points.iter().map(|point| point.weight.sqrt() * (point.variance - svi.total_variance(point.k))).collect();
    let [m, width] = &columns.outer;
    let (mm, mw, ww) = (dot(m, m), dot(m, width), dot(width, width));
    let (toward_m, toward_width) = (dot(m, &left), dot(width, &left));
    let (mm, ww) = (mm * (1.0 + damping), ww * (1.0 + damping));
    let determinant = mm * ww - mw * mw;
    (determinant > 0.0).then(|| [(toward_m * ww - toward_width * mw) / determinant, (toward_width * mm - toward_m * mw) / determinant])
}

/// The diagonal of the projection on the columns of all parameters that no bound holds.
fn leverages(points: &[SviPoint], best: &Best) -> Vec<f64> {
    let Columns { linear, outer: [mut m, mut width] } = Columns::new(points, &best.svi);
    let mut leverages = vec![0.0; points.len()];
    let mut add = |column: &[f64]| leverages.iter_mut().zip(column).for_each(|(leverage, value)| *leverage += value * value);
    linear.iter().for_each(|column| add(column));
    if best.is_free {
        normalize(&mut m);
        project_out(&mut width, &m);
        normalize(&mut width);
        add(&m);
        add(&width);
    }
    leverages.into_iter().map(|leverage| leverage.min(1.0)).collect()
}

/// To a length of 1, unless next to nothing is left of it: a flat smile has neither center nor width.
fn normalize(column: &mut [f64]) {
    let length = dot(column, column).sqrt();
    column.iter_mut().for_each(|value| *value = if length > VANISHING { *value / length } else { 0.0 });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points_of(svi: &Svi, ks: impl IntoIterator<Item = f64>) -> Vec<SviPoint> {
        ks.into_iter().map(|k| SviPoint { k, variance: svi.total_variance(k), weight: 1.0 }).collect()
    }

    fn even(low: f64, high: f64, count: u32) -> impl Iterator<Item = f64> {
        (0..count).map(move |place| low + (high - low) * f64::from(place) / f64::from(count - 1))
    }

    #[test]
    fn the_parameters_of_an_exact_smile_are_recovered() {
        for svi in [
            Svi { a: 0.04, b: 0.4, rho: -0.4, m: 0.1, sigma: 0.2 },
            Svi { a: -0.0410, b: 0.1331, rho: 0.3060, m: 0.3586, sigma: 0.4153 },
            Svi { a: 0.001, b: 0.05, rho: -0.8, m: -0.02, sigma: 0.05 },
            Svi { a: 0.01, b: 0.2, rho: 0.0, m: 0.0, sigma: 0.3 },
        ] {
            let found = fit(&points_of(&svi, even(-0.9, 1.1, 25))).unwrap();
            for (name, ours, theirs) in [
                ("a", found.svi.a, svi.a),
                ("b", found.svi.b, svi.b),
                ("rho", found.svi.rho, svi.rho),
                ("m", found.svi.m, svi.m),
                ("sigma", found.svi.sigma, svi.sigma),
            ] {
                assert!((ours - theirs).abs() < 1e-9, "{name}: {ours} against {theirs}, {svi:?}");
            }
            assert!(found.error < 1e-12 && !found.is_bound, "{found:?}");
        }
    }

    #[test]
    fn a_smile_that_would_be_negative_or_too_steep_is_held_by_its_bound() {
        // A deep V that ends below 0, and a wing of slope 3.
        let deep = fit(&even(-1.0, 1.0, 21).map(|k| SviPoint { k, variance: (k.abs() - 0.05).max(1e-3), weight: 1.0 }).collect::<Vec<_>>());
        let steep = fit(&even(-1.0, 1.0, 21).map(|k| SviPoint { k, variance: 0.1 + 3.0 * k.max(0.0), weight: 1.0 }).collect::<Vec<_>>());
        for found in [deep.unwrap(), steep.unwrap()] {
            let Svi { b, rho, .. } = found.svi;
            assert!(found.svi.minimum() > 0.0 && b * (1.0 + rho.abs()) <= 2.0 + 1e-9 && rho.abs() <= 1.0, "{found:?}");
        }
    }

    #[test]
    fn straight_and_flat_smiles_are_met_too() {
        for slope in [0.0, 0.1, -0.1] {
            let found =
                fit(&even(-0.3, 0.3, 9).map(|k| SviPoint { k, variance: 0.2 + slope * k, weight: 1.0 }).collect::<Vec<_>>()).unwrap();
            assert!(found.error < 2e-4, "{slope}: {found:?}");
        }
    }

    #[test]
    fn the_search_ends_in_the_lowest_valley() {
        let mut seed = 1_u64;
        let mut noise = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 40) as f64 / (1_u64 << 24) as f64 - 0.5
        };
        for (svi, size, hump) in [
            (Svi { a: 0.04, b: 0.4, rho: -0.4, m: 0.1, sigma: 0.2 }, 0.01, 0.0),
            (Svi { a: -0.02, b: 0.2, rho: 0.6, m: -0.5, sigma: 0.4 }, 0.02, 0.0),
            (Svi { a: 0.02, b: 0.05, rho: -0.9, m: 0.3, sigma: 0.02 }, 0.001, 0.0),
            (Svi { a: 0.1, b: 0.1, rho: 0.0, m: 0.0, sigma: 1.0 }, 0.03, 0.05),
            (Svi { a: 0.1, b: 0.0, rho: 0.0, m: 0.0, sigma: 1.0 }, 0.03, -0.05),
        ] {
            let at = |k: f64| svi.total_variance(k) + hump * exp(-20.0 * k * k);
            let points: Vec<SviPoint> =
                even(-0.8, 1.0, 19).map(|k| SviPoint { k, variance: at(k) + size * noise(), weight: 1.0 + noise() }).collect();
            let found = fit(&points).unwrap();
            let total: f64 = points.iter().map(|point| point.weight).sum();
            let points: Vec<SviPoint> = points.iter().map(|point| SviPoint { weight: point.weight / total, ..*point }).collect();
            let floor = FLOOR * points.iter().map(|point| point.variance).fold(f64::INFINITY, f64::min);
            let mut inner = Inner::default();
            let mut lowest = f64::INFINITY;
            for m in even(-2.6, 2.8, 60) {
                for width in even(ln(0.018), ln(36.0), 60) {
                    lowest = lowest.min(inner.solve(&points, (m, exp(width)), floor).error.sqrt());
                }
            }
            assert!(found.error <= lowest * (1.0 + 1e-9), "{} against {lowest}: {found:?}", found.error);
        }
    }

    #[test]
    fn too_few_or_unsound_points_are_not_fitted() {
        let svi = Svi { a: 0.04, b: 0.4, rho: -0.4, m: 0.1, sigma: 0.2 };
        assert_eq!(fit(&points_of(&svi, even(-0.5, 0.5, 4))), None);
        assert_eq!(fit(&points_of(&svi, [0.0, 0.0, 0.1, 0.2, 0.3])), None);
        let mut points = points_of(&svi, even(-0.5, 0.5, 9));
        points[3].variance = 0.0;
        assert_eq!(fit(&points), None);
        points[3].variance = f64::NAN;
        assert_eq!(fit(&points), None);
    }

    #[test]
    fn leverages_sum_to_the_number_of_parameters() {
        let svi = Svi { a: 0.04, b: 0.4, rho: -0.4, m: 0.1, sigma: 0.2 };
        let found = fit(&points_of(&svi, even(-0.9, 1.1, 25))).unwrap();
        assert!((found.leverages.iter().sum::<f64>() - 5.0).abs() < 1e-9);
        let five = fit(&points_of(&svi, even(-0.9, 1.1, 5))).unwrap();
        assert!(five.leverages.iter().all(|leverage| (leverage - 1.0).abs() < 1e-6), "{:?}", five.leverages);
    }
}
