//! Some moves are given: what the other factors are to be expected to do.
//!
//! `E[x₂|x₁] = Σ₂₁·Σ₁₁⁻¹·x₁`, with the deviation that is left, `Σ₂₂ − Σ₂₁·Σ₁₁⁻¹·Σ₁₂` (the conditional normal distribution; Kupiec 1998,
//! "Stress testing in a value at risk framework"). Invariant: a given move stays what it is to the bit. Moves that cannot be together,
//! as two that are perfectly correlated and differ, are said to contradict each other.

use crate::math::matrix::{Symmetric, dot};
use crate::method::Method;
use crate::stress::factor::Factors;

/// How it is computed.
pub const METHODS: &[&Method] = &[&PROPAGATION];

const PROPAGATION: Method = Method {
    id: "propagation",
    label: "What follows",
    doc: "The moves of some factors are given; the others move as they are to be expected to, given those.",
    formula: "E[x₂ | x₁] = Σ₂₁·Σ₁₁⁻¹·x₁\n\
              deviation left = √diag(Σ₂₂ − Σ₂₁·Σ₁₁⁻¹·Σ₁₂)\n\
              how unusual the given moves are = √(x₁'·Σ₁₁⁻¹·x₁)",
    unit: "logarithms of spot and of vol over the horizon; standard deviations",
    convention: "A factor that is typed is given; taken back, it follows. Nothing is given: nothing moves. The P&L is a full revaluation.",
    source: "Kupiec 1998, “Stress testing in a value at risk framework”",
    limits: "Linear and normal: what follows in a crash is more than on an ordinary day, which is what the stressed correlations are for. \
             Where given moves contradict a perfect correlation, what follows is from the nearest moves that do not.",
};

/// An eigenvalue below this part of the largest is none.
const STILL: f64 = 1e-10;
/// Part of the given moves that no market can have, above which it is said.
const CONTRADICTION: f64 = 1e-6;

/// What one factor does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Followed {
    /// Its move, a logarithm: the given one, or what is to be expected.
    pub size: f64,
    /// Whether it was given.
    pub is_given: bool,
    /// One standard deviation before anything is known.
    pub deviation: f64,
    /// One standard deviation that is left once the given moves are known; 0 of a given one.
    pub left: f64,
}

/// What was given and what followed.
#[derive(Clone, Debug, PartialEq)]
pub struct Propagation {
    /// By factor.
    pub factors: Vec<Followed>,
    /// How far the given moves are from none, in standard deviations.
    pub distance: f64,
    /// Whether the given moves cannot be together.
    pub is_contradiction: bool,
}

/// Lets the rest follow; `given` has a move, or none, for each factor.
pub fn propagate(factors: &Factors, given: &[Option<f64>]) -> Propagation {
    let deviation = |place: usize| factors.deviations.get(place).copied().unwrap_or(0.0);
    let of = |place: usize| given.get(place).copied().flatten();
    // What does not move at all says nothing of the others.
    let known: Vec<usize> = (0..factors.count()).filter(|place| of(*place).is_some() && deviation(*place) > 0.0).collect();
    let standard: Vec<f64> = known.iter().map(|place| of(*place).unwrap_or(0.0) / deviation(*place)).collect();
    let inverse = Inverse::of(&factors.correlation.of_places(&known));
    let weights = inverse.times(&standard);
    let back: Vec<f64> = factors.correlation.of_places(&known).times(&weights);
    let size = dot(&standard, &standard).sqrt();
    let missed = back.iter().zip(&standard).map(|(one, other)| (one - other) * (one - other)).sum::<f64>().sqrt();
    let each = |place: usize| {
        let before = deviation(place);
        if let Some(size) = of(place) {
            return Followed { size, is_given: true, deviation: before, left: 0.0 };
        }
        let with: Vec<f64> = known.iter().map(|other| factors.correlation.get(place, *other)).collect();
        let explained = dot(&with, &inverse.times(&with)).clamp(0.0, 1.0);
        Followed { size: before * dot(&with, &weights), is_given: false, deviation: before, left: before * (1.0 - explained).sqrt() }
    };
    Propagation {
        factors: (0..factors.count()).map(each).collect(),
        distance: dot(&standard, &weights).max(0.0).sqrt(),
        is_contradiction: missed > CONTRADICTION * size,
    }
}

/// The inverse of a correlation matrix on the directions in which something moves.
struct Inverse {
    pairs: Vec<(f64, Vec<f64>)>,
    size: usize,
}

impl Inverse {
    fn of(matrix: &Symmetric) -> Inverse {
        let eigen = matrix.eigen();
        let nothing = eigen.values.first().copied().unwrap_or(0.0) * STILL;
        let pairs = eigen.values.into_iter().zip(eigen.vectors).filter(|(value, _)| *value > nothing).collect();
        Inverse { pairs, size: matrix.size() }
    }

    fn times(&self, vector: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; self.size];
        for (value, direction) in &self.pairs {
            let part = dot(direction, vector) / value;
            out.iter_mut().zip(direction).for_each(|(slot, entry)| *slot += part * entry);
        }
        out
    }
}
