//! The likeliest storm that loses a given amount: of all moves of the factors that do, those nearest to none, `min x'·Σ⁻¹·x` subject to
//! `loss(x) ≥ L`, on the full revaluation.
//!
//! Input: [`Factors`], a loss as a function of their moves, the amount. Output: [`Reverse`]. Invariant: the loss at the answer is the
//! amount or more, to 1e-9 of it; the search is deterministic; where it ends before it is done, the answer says so.
//!
//! In independent standard directions the distance is the length of a vector. Rays along many directions are followed to the first place
//! where the amount is lost; from the nearest of these places the direction is turned towards the slope of the loss as long as that
//! brings the place nearer (Hasofer and Lind 1974, Rackwitz and Fiessler 1978, with the line search of Zhang and Der Kiureghian 1995, the
//! places held on the surface of the loss), then towards each side in shrinking steps, where the surface has edges.

mod breaks;
mod ray;
mod start;

use crate::math::matrix::dot;
use crate::method::Method;
use crate::stress::factor::Factors;
use crate::stress::reverse::ray::{Search, normalized, turned};

pub use crate::stress::reverse::breaks::{BREAK_STEP, Reach, first_breaks};

/// How they are computed.
pub const METHODS: &[&Method] = &[&REVERSE, &BREAK_POINT];

const REVERSE: Method = Method {
    id: "reverse",
    label: "Reverse stress",
    doc: "The likeliest moves of spots and vols at which the book loses a given amount, and how unusual they are.",
    formula: "min d² = x'·Σ⁻¹·x  subject to  V(now) − V(x) ≥ L\n\
              share of factor i = xᵢ·∂L/∂xᵢ / Σⱼ xⱼ·∂L/∂xⱼ, at the answer also xᵢ·(Σ⁻¹x)ᵢ/d²",
    unit: "x in logarithms of spot and of vol; d in standard deviations over the horizon",
    convention: "Full revaluation, vols of an underlying in parallel in logarithms. A vol of vol of 90 % a year and a correlation of −0.3 with \
                 spot are assumed by Plimsoll and can be typed. Vols move together as their spots do. One starts from the principal directions, \
                 from the slope and the curvature of the loss, and from 1 024 directions spread over all.",
    source: "Hasofer and Lind 1974; Rackwitz and Fiessler 1978; Zhang and Der Kiureghian 1995; Breuer, Jandačka, Rheinberger and Summer 2009, \
             “How to find plausible, severe, and useful stress scenarios”",
    limits: "Up to 12 standard deviations. A normal distribution decides what is likely: real markets reach several of these far more often than \
             it says. Basis, funding and rates stay. For a large book the search is shorter, which is then said.",
};

const BREAK_POINT: Method = Method {
    id: "break-point",
    label: "Break points",
    doc: "The smallest move of one factor, down and up, at which the loss is reached or a hard limit is passed, the others standing still.",
    formula: "the least t > 0 with V(now) − V(±t·σᵢ) ≥ L, or with counted > hard",
    unit: "a move of spot or of vol, in percent; standard deviations over the horizon",
    convention: "Steps of a quarter of a standard deviation, then halving. What is broken already is said to be.",
    source: "our rule",
    limits: "Up to 12 standard deviations; what is lost and back again between two steps is not seen.",
};

/// Farthest distance that is searched, standard deviations.
pub const FARTHEST: f64 = 12.0;
/// Nearest places from which the search goes on.
const STARTS: usize = 8;
/// Turns towards the slope at most.
const TURNS: usize = 200;
/// Part of the difference in direction that is too little to go on.
const ALIGNED: f64 = 1e-15;
/// Steps to the sides, radians.
const SIDE_STEPS: [f64; 7] = [0.5, 0.2, 0.08, 0.03, 0.01, 1e-3, 1e-4];

/// The likeliest moves that lose the amount.
#[derive(Clone, Debug, PartialEq)]
pub struct Storm {
    /// By factor, logarithms.
    pub moves: Vec<f64>,
    /// Standard deviations from none.
    pub distance: f64,
    /// Loss there, US dollars.
    pub loss: f64,
    /// Part of the distance that is due to each factor; they add up to 1.
    pub shares: Vec<f64>,
    /// P&L of the move of each factor alone, US dollars.
    pub alone: Vec<f64>,
}

/// The answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// So much is lost without any move, as time goes on.
    Already(f64),
    /// The likeliest moves.
    Found(Box<Storm>),
    /// Nothing that was looked at within [`FARTHEST`] loses so much; the largest loss that was met, and where.
    Nowhere {
        /// US dollars.
        worst: f64,
        /// By factor, logarithms.
        moves: Vec<f64>,
    },
}

/// The answer, and whether the search came to its end.
#[derive(Clone, Debug, PartialEq)]
pub struct Reverse {
    /// What was found.
    pub answer: Answer,
    /// Revaluations.
    pub valuations: usize,
    /// Whether all was looked at; else the revaluations that were allowed were used up.
    pub is_complete: bool,
}

/// Looks for the likeliest moves that lose `amount` > 0. `loss` values the book after moves of the factors; `most` revaluations are
/// allowed, to about the directions that a last step takes.
pub fn reverse(factors: &Factors, loss: &mut dyn FnMut(&[f64]) -> f64, amount: f64, most: usize) -> Reverse {
    let mut search = Search::new(factors, loss, amount, most);
    let at_rest = search.at(&vec![0.0; factors.rank()]);
    if at_rest >= amount {
        return Reverse { answer: Answer::Already(at_rest), valuations: search.used, is_complete: true };
    }
    let mut found: Vec<(f64, Vec<f64>)> = Vec::new();
    for direction in start::directions(&mut search) {
        if search.is_over() {
            break;
        }
        if let Some(distance) = search.crossing(&direction, FARTHEST) {
            found.push((distance, direction));
        }
    }
    let distances: Vec<f64> = found.iter().map(|(distance, _)| -1.0 / distance).collect();
    let mut best: Option<(f64, Vec<f64>)> = None;
    for place in crate::stress::factor::by_size(&distances).into_iter().take(STARTS) {
        let Some((distance, direction)) = found.get(place).cloned() else { continue };
        keep(&mut best, descend(&mut search, distance, direction));
    }
    for direction in start::spread(factors.rank()) {
        if search.is_over() {
            break;
        }
        if let Some(distance) = search.below(&direction, best.as_ref().map(|(distance, _)| *distance)) {
            keep(&mut best, descend(&mut search, distance, direction));
        }
    }
    while let Some((distance, direction)) = best.clone() {
        let Some((nearer, side)) = beside(&mut search, distance, &direction) else { break };
        best = Some(descend(&mut search, nearer, side));
    }
    let is_complete = !search.is_over();
    let answer = match best {
        Some((distance, direction)) => Answer::Found(Box::new(storm(&mut search, distance, &direction))),
        None => Answer::Nowhere { worst: search.worst.0, moves: factors.moves(&search.worst.1) },
    };
    Reverse { answer, valuations: search.used, is_complete }
}

fn keep(best: &mut Option<(f64, Vec<f64>)>, other: (f64, Vec<f64>)) {
    if best.as_ref().is_none_or(|(distance, _)| other.0 < *distance) {
        *best = Some(other);
    }
}

/// Turns the direction towards the slope as long as that brings the place nearer.
fn descend(search: &mut Search<'_>, mut distance: f64, mut direction: Vec<f64>) -> (f64, Vec<f64>) {
    for _ in 0..TURNS {
        if search.is_over() {
            break;
        }
        let place: Vec<f64> = direction.iter().map(|entry| entry * distance).collect();
        let Some(slope) = normalized(&search.slope(&place)) else { break };
        if 1.0 - dot(&slope, &direction) < ALIGNED {
            break;
        }
        // All the way, then less and less.
        let nearer = (0..12).find_map(|halving| {
            let to = turned(&direction, &slope, 1.0 / f64::from(1 << halving))?;
            Some((search.nearer(&to, distance)?, to))
        });
        let Some((next, to)) = nearer else { break };
        let gain = 1.0 - next / distance;
        (distance, direction) = (next, to);
        if gain < 1e-14 {
            break;
        }
    }
    (distance, direction)
}

/// A direction beside this one that is nearer.
fn beside(search: &mut Search<'_>, distance: f64, direction: &[f64]) -> Option<(f64, Vec<f64>)> {
    for step in SIDE_STEPS {
        for place in 0..direction.len() {
            for sign in [1.0, -1.0] {
                if search.is_over() {
                    return None;
                }
                let mut to = direction.to_vec();
                if let Some(slot) = to.get_mut(place) {
                    *slot += sign * step;
                }
                let Some(to) = normalized(&to) else { continue };
                if let Some(nearer) = search.nearer(&to, distance * (1.0 - 1e-10)) {
                    return Some((nearer, to));
                }
            }
        }
    }
    None
}

fn storm(search: &mut Search<'_>, distance: f64, direction: &[f64]) -> Storm {
    let place: Vec<f64> = direction.iter().map(|entry| entry * distance).collect();
    let moves = search.factors.moves(&place);
    let slope = search.slope_of_moves(&moves);
    let parts: Vec<f64> = moves.iter().zip(&slope).map(|(size, slope)| size * slope).collect();
    let whole: f64 = parts.iter().sum();
    let shares = parts.iter().map(|part| if whole == 0.0 { 0.0 } else { part / whole }).collect();
    let at_rest = search.of_moves(&vec![0.0; moves.len()]);
    let alone = (0..moves.len())
        .map(|factor| {
            let only: Vec<f64> = moves.iter().enumerate().map(|(place, size)| if place == factor { *size } else { 0.0 }).collect();
            at_rest - search.of_moves(&only)
        })
        .collect();
    Storm { loss: search.of_moves(&moves), moves, distance, shares, alone }
}
