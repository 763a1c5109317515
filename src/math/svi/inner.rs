//! The inner problem of the quasi-explicit method (Zeliade Systems 2009, "Quasi-explicit calibration of Gatheral's SVI model").
//!
//! With center m and width σ held and y = (k − m)/σ, total variance is a + d·y + c·√(y² + 1): linear in a, d = ρbσ and c = bσ.
//! Least squares over the polygon 0 ≤ |d| ≤ c, c + |d| ≤ 2σ are explicit: the free optimum, or that of an edge. The variance must
//! stay above a floor; where the optimum does not, it is sought among the smiles that touch the floor, at a place that is moved to
//! their own minimum until both agree.

use crate::math::svi::{STEEPEST_WING, Svi, SviPoint};

/// How often the place of the minimum is moved.
const MOVES: usize = 8;

/// The points in the coordinates of one center and width.
#[derive(Clone, Debug, Default)]
pub(super) struct Inner {
    /// y and √(y² + 1) − 1, which keeps its digits where y is small.
    coordinates: Vec<(f64, f64)>,
}

/// The best smile of one center and width.
#[derive(Clone, Copy, Debug)]
pub(super) struct Best {
    /// Mean weighted square of what is left, total variance squared.
    pub error: f64,
    /// Its parameters.
    pub svi: Svi,
    /// Whether no bound holds it.
    pub is_free: bool,
}

/// Weighted second moments of y, z and the variance about some point.
#[derive(Clone, Copy, Debug, Default)]
struct Moments {
    yy: f64,
    yz: f64,
    zz: f64,
    yv: f64,
    zv: f64,
    vv: f64,
}

impl Moments {
    fn error(&self, d: f64, c: f64) -> f64 {
        self.vv - 2.0 * (d * self.yv + c * self.zv) + d * d * self.yy + 2.0 * d * c * self.yz + c * c * self.zz
    }

    /// The moments about a point that lies (y, z, v) from the present one, for weights that sum to 1.
    fn about(&self, y: f64, z: f64, v: f64) -> Moments {
        Moments {
            yy: self.yy + y * y,
            yz: self.yz + y * z,
            zz: self.zz + z * z,
            yv: self.yv + y * v,
            zv: self.zv + z * v,
            vv: self.vv + v * v,
        }
    }

    /// (d, c) of the least error in the polygon of width `sigma`, and whether it lies inside.
    fn solve(&self, sigma: f64) -> (f64, f64, bool) {
        let determinant = self.yy * self.zz - self.yz * self.yz;
        if determinant > 1e-14 * self.yy * self.zz {
            let d = (self.yv * self.zz - self.zv * self.yz) / determinant;
            let c = (self.zv * self.yy - self.yv * self.yz) / determinant;
            if d.abs() <= c && c + d.abs() <= STEEPEST_WING * sigma {
                return (d, c, true);
            }
        }
        // The edges from (0, 0) over (σ, σ) and (0, 2σ) to (−σ, σ) and back.
        let half = 0.5 * STEEPEST_WING * sigma;
        let corners = [(0.0, 0.0), (half, half), (0.0, 2.0 * half), (-half, half), (0.0, 0.0)];
        let mut best = (0.0, 0.0, f64::INFINITY);
        for (from, to) in corners.iter().zip(corners.iter().skip(1)) {
            let (y, z) = (to.0 - from.0, to.1 - from.1);
            let curvature = y * y * self.yy + 2.0 * y * z * self.yz + z * z * self.zz;
            let toward = y * self.yv + z * self.zv - from.0 * (y * self.yy + z * self.yz) - from.1 * (y * self.yz + z * self.zz);
            let share = if curvature > 0.0 { (toward / curvature).clamp(0.0, 1.0) } else { 0.0 };
            let (d, c) = (from.0 + share * y, from.1 + share * z);
            let error = self.error(d, c);
            if error < best.2 {
                best = (d, c, error);
            }
        }
        (best.0, best.1, false)
    }
}

impl Inner {
    /// The best smile with center `m` and width `sigma` > 0 whose variance stays at or above `floor`. The weights sum to 1.
    pub(super) fn solve(&mut self, points: &[SviPoint], (m, sigma): (f64, f64), floor: f64) -> Best {
        self.coordinates.clear();
        let (mut mean_y, mut mean_z, mut mean_v) = (0.0, 0.0, 0.0);
        for point in points {
            let y = (point.k - m) / sigma;
            let z = y * y / (1.0 + (y * y + 1.0).sqrt());
            mean_y += point.weight * y;
            mean_z += point.weight * z;
            mean_v += point.weight * point.variance;
            self.coordinates.push((y, z));
        }
        let mut central = Moments::default();
        for (point, (y, z)) in points.iter().zip(&self.coordinates) {
            let (y, z, v) = (y - mean_y, z - mean_z, point.variance - mean_v);
            let (weighted_y, weighted_z) = (point.weight * y, point.weight * z);
            central.yy += weighted_y * y;
            central.yz += weighted_y * z;
            central.zz += weighted_z * z;
            central.yv += weighted_y * v;
            central.zv += weighted_z * v;
            central.vv += point.weight * v * v;
        }
        let (d, c, is_free) = central.solve(sigma);
        // What is called z here is less by 1 than in the formula.
        let a = mean_v - d * mean_y - c * mean_z - c;
        let free = Best { error: central.error(d, c).max(0.0), svi: raw(a, d, c, m, sigma), is_free };
        if free.svi.minimum() >= floor { free } else { touching(&central, (mean_y, mean_z, mean_v), free.svi, floor) }
    }
}

fn raw(a: f64, d: f64, c: f64, m: f64, sigma: f64) -> Svi {
    Svi { a, b: c / sigma, rho: if c > 0.0 { (d / c).clamp(-1.0, 1.0) } else { 0.0 }, m, sigma }
}

/// The best smile whose least variance is `floor`.
fn touching(central: &Moments, (mean_y, mean_z, mean_v): (f64, f64, f64), start: Svi, floor: f64) -> Best {
    let Svi { m, sigma, .. } = start;
    let mut best = Best { error: f64::INFINITY, svi: start, is_free: false };
    let mut rho = start.rho;
    for _ in 0..MOVES {
        // A smile of full tilt has its minimum at infinity; so far out, but not farther, it is met.
        let spread = (1.0 - rho * rho).max(1e-8).sqrt();
        let (y, root) = (-rho / spread, (rho * rho / (spread * spread) + 1.0).sqrt());
        let away = central.about(mean_y - y, mean_z - (root - 1.0), mean_v - floor);
        let (d, c, _) = away.solve(sigma);
        let touching = raw(floor - d * y - c * root, d, c, m, sigma);
        // The minimum may lie elsewhere and lower: the whole smile is lifted by that much.
        let lift = (floor - touching.minimum()).max(0.0);
        let svi = Svi { a: touching.a + lift, ..touching };
        let left = mean_v - (svi.a + c) - d * mean_y - c * mean_z;
        let error = central.error(d, c).max(0.0) + left * left;
        if error < best.error {
            best = Best { error, svi, is_free: false };
        }
        rho = svi.rho;
    }
    best
}
