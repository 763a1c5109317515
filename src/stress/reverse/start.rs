//! Where the search starts: directions in which a book is likely to lose.

use crate::math::matrix::Symmetric;
use crate::math::normal;
use crate::stress::factor::FactorKind;
use crate::stress::reverse::ray::{Search, normalized};

/// Most principal directions, and most of the curvature.
const MOST: usize = 16;
/// Directions that are spread over all.
const SPREAD: u32 = 1024;
/// Step of second differences, standard deviations.
const DIFFERENCE: f64 = 0.05;

/// Both ways along the slope of the loss, the principal directions and those of its curvature, and each factor with what moves with it.
pub(super) fn directions(search: &mut Search<'_>) -> Vec<Vec<f64>> {
    let rank = search.factors.rank();
    let nothing = vec![0.0; rank];
    let slope = search.slope(&nothing);
    let unit = |axis: usize| (0..rank).map(|place| if place == axis { 1.0 } else { 0.0 }).collect::<Vec<f64>>();
    let mut found = vec![slope];
    found.extend((0..rank.min(MOST)).map(unit));
    found.extend(curvature(search).eigen().vectors.into_iter().take(MOST));
    let factors = search.factors;
    found.extend((0..factors.count().min(MOST)).map(|factor| {
        let only: Vec<f64> = factors
            .deviations
            .iter()
            .enumerate()
            .map(|(place, deviation)| if place == factor { 1.0 / deviation.max(1e-12) } else { 0.0 })
            .collect();
        factors.pulled_back(&only)
    }));
    found
        .iter()
        .filter_map(|direction| normalized(direction))
        .flat_map(|direction| {
            let back = direction.iter().map(|entry| -entry).collect();
            [direction, back]
        })
        .collect()
}

/// Curvature of the loss over the independent directions, from second differences within each underlying: between two underlyings there is
/// hardly any.
fn curvature(search: &mut Search<'_>) -> Symmetric {
    let factors = search.factors;
    let count = factors.count();
    let step = |factor: usize| factors.deviations.get(factor).copied().unwrap_or(0.0) * DIFFERENCE;
    let at = |search: &mut Search<'_>, steps: &[(usize, f64)]| {
        let mut moves = vec![0.0; count];
        for (factor, sign) in steps {
            if let Some(slot) = moves.get_mut(*factor) {
                *slot = sign * step(*factor);
            }
        }
        search.of_moves(&moves)
    };
    let rest = at(search, &[]);
    let mut own = Symmetric::from_fn(count, |row, column| {
        if row != column {
            return 0.0;
        }
        at(search, &[(row, 1.0)]) + at(search, &[(row, -1.0)]) - 2.0 * rest
    });
    for (spot, factor) in factors.list.iter().enumerate().filter(|(_, factor)| factor.kind == FactorKind::Spot) {
        let is_vol = |other: &crate::stress::factor::Factor| other.kind == FactorKind::Vol && other.underlying == factor.underlying;
        let Some(vol) = factors.list.iter().position(is_vol) else { continue };
        let crossed = at(search, &[(spot, 1.0), (vol, 1.0)]) + at(search, &[(spot, -1.0), (vol, -1.0)])
            - at(search, &[(spot, 1.0), (vol, -1.0)])
            - at(search, &[(spot, -1.0), (vol, 1.0)]);
        own.set(vol, spot, crossed / 4.0);
    }
    // In deviations of the factors now; along the independent directions from each side.
    let scaled = |factor: usize, value: f64| value * factors.deviations.get(factor).map_or(0.0, |deviation| 1.0 / deviation.max(1e-300));
    let rows: Vec<Vec<f64>> = (0..count)
        .map(|row| {
            factors.pulled_back(&own.row(row).iter().enumerate().map(|(column, entry)| scaled(column, *entry)).collect::<Vec<f64>>())
        })
        .collect();
    let columns: Vec<Vec<f64>> = (0..factors.rank())
        .map(|direction| {
            let column: Vec<f64> =
                rows.iter().enumerate().map(|(row, entries)| scaled(row, entries.get(direction).copied().unwrap_or(0.0))).collect();
            factors.pulled_back(&column)
        })
        .collect();
    Symmetric::from_fn(factors.rank(), |row, column| {
        let entry = columns.get(column).and_then(|column| column.get(row)).copied().unwrap_or(0.0);
        if entry.is_finite() { entry } else { 0.0 }
    })
}

/// Directions spread over all: a sequence of Weyl over the fractional parts of square roots of primes, as normal numbers.
pub(super) fn spread(rank: usize) -> impl Iterator<Item = Vec<f64>> {
    let primes = (2_u32..).filter(|number| (2..*number).take_while(|part| part * part <= *number).all(|part| number % part != 0));
    let steps: Vec<f64> = primes.take(rank).map(|prime| f64::from(prime).sqrt()).map(|root| root - root.floor()).collect();
    (1..=SPREAD).filter_map(move |point| {
        let normals: Vec<f64> = steps
            .iter()
            .map(|step| {
                let part = f64::from(point) * step;
                normal::quantile((part - part.floor()).clamp(1e-9, 1.0 - 1e-9))
            })
            .collect();
        normalized(&normals)
    })
}
