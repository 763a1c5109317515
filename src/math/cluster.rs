//! What moves together: average linkage on the distance √((1 − ρ)/2) (Sokal and Michener 1958; the distance of Mantegna 1999, scaled
//! to 0 … 1), with an order of leaves that puts neighbors side by side in a matrix.

use crate::math::matrix::Symmetric;

/// Two groups that are joined.
#[derive(Clone, Debug, PartialEq)]
pub struct Join {
    /// Members of both, in the order in which they stand side by side.
    pub members: Vec<usize>,
    /// Mean distance between the members of the one and of the other, 0 to 1.
    pub distance: f64,
}

/// A tree of groups.
#[derive(Clone, Debug, PartialEq)]
pub struct Clusters {
    /// All places, what goes together side by side.
    pub order: Vec<usize>,
    /// Joins, the nearest first.
    pub joins: Vec<Join>,
    size: usize,
}

/// The distance of a correlation: 0 of one, 0.71 of none, 1 of minus one. What has no correlation with others stands as far as what
/// goes its own way.
pub fn distance(correlation: f64) -> f64 {
    let correlation = if correlation.is_nan() { 0.0 } else { correlation.clamp(-1.0, 1.0) };
    ((1.0 - correlation) / 2.0).sqrt()
}

impl Clusters {
    /// Groups the places of a correlation matrix.
    pub fn of(correlation: &Symmetric) -> Clusters {
        let size = correlation.size();
        let far = |one: usize, other: usize| distance(correlation.get(one, other));
        let mut groups: Vec<Vec<usize>> = (0..size).map(|place| vec![place]).collect();
        let mut between: Vec<Vec<f64>> = (0..size).map(|row| (0..size).map(|column| far(row, column)).collect()).collect();
        let mut joins = Vec::new();
        while groups.len() > 1 {
            let Some((low, high, nearest)) = nearest(&between) else { break };
            let other = groups.remove(high);
            let away = between.remove(high);
            for row in &mut between {
                row.remove(high);
            }
            let Some(one) = groups.get_mut(low) else { break };
            let (count, others) = (one.len() as f64, other.len() as f64);
            // The mean over all pairs is the mean of the means, weighted by members (Lance and Williams 1967).
            for place in (0..between.len()).filter(|place| *place != low) {
                let old = between.get(low).and_then(|row| row.get(place)).copied().unwrap_or(f64::NAN);
                let from = away.get(if place < high { place } else { place + 1 }).copied().unwrap_or(f64::NAN);
                let mean = (count * old + others * from) / (count + others);
                for (row, column) in [(low, place), (place, low)] {
                    if let Some(slot) = between.get_mut(row).and_then(|row| row.get_mut(column)) {
                        *slot = mean;
                    }
                }
            }
            *one = side_by_side(std::mem::take(one), other, &far);
            joins.push(Join { members: one.clone(), distance: nearest });
        }
        Clusters { order: groups.pop().unwrap_or_default(), joins, size }
    }

    /// The groups whose members are nearer than a distance, each in the order of its members, in the order of the leaves.
    pub fn within(&self, distance: f64) -> Vec<Vec<usize>> {
        // A join farther than a later one cannot be: means grow from join to join.
        let joined: Vec<&Join> = self.joins.iter().take_while(|join| join.distance <= distance).collect();
        let mut group = (0..self.size).collect::<Vec<usize>>();
        for (number, join) in (self.size..).zip(&joined) {
            for member in &join.members {
                if let Some(slot) = group.get_mut(*member) {
                    *slot = number;
                }
            }
        }
        let mut groups: Vec<(usize, Vec<usize>)> = Vec::new();
        for place in &self.order {
            let number = group.get(*place).copied().unwrap_or(usize::MAX);
            match groups.last_mut().filter(|(last, _)| *last == number) {
                Some((_, members)) => members.push(*place),
                None => groups.push((number, vec![*place])),
            }
        }
        groups.into_iter().map(|(_, members)| members).collect()
    }
}

/// The nearest pair of groups, the first of equals.
fn nearest(between: &[Vec<f64>]) -> Option<(usize, usize, f64)> {
    let mut found: Option<(usize, usize, f64)> = None;
    for (row, distances) in between.iter().enumerate() {
        for (column, distance) in distances.iter().enumerate().take(row) {
            if found.is_none_or(|(_, _, nearest)| *distance < nearest) {
                found = Some((column, row, *distance));
            }
        }
    }
    found
}

/// Two groups in a row, each turned so that the ends which meet are the nearest.
fn side_by_side(one: Vec<usize>, other: Vec<usize>, far: &dyn Fn(usize, usize) -> f64) -> Vec<usize> {
    let turned =
        |group: &[usize], turns: bool| -> Vec<usize> { if turns { group.iter().rev().copied().collect() } else { group.to_vec() } };
    let mut best: Option<(f64, Vec<usize>)> = None;
    for (first, second) in [(false, false), (true, false), (false, true), (true, true)] {
        let (first, second) = (turned(&one, first), turned(&other, second));
        let gap = match (first.last(), second.first()) {
            (Some(end), Some(start)) => far(*end, *start),
            _ => f64::INFINITY,
        };
        if best.as_ref().is_none_or(|(least, _)| gap < *least) {
            best = Some((gap, [first, second].concat()));
        }
    }
    best.map_or_else(Vec::new, |(_, order)| order)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(entries: &[&[f64]]) -> Clusters {
        Clusters::of(&Symmetric::from_fn(entries.len(), |row, column| entries[row][column]))
    }

    #[test]
    fn what_moves_together_stands_together() {
        // 0, 2 and 4 go together, 1 and 3 do, and the two groups go apart.
        let clusters = of(&[&[1.0], &[0.1, 1.0], &[0.9, 0.1, 1.0], &[0.0, 0.8, 0.1, 1.0], &[0.7, 0.2, 0.85, 0.0, 1.0]]);
        assert_eq!(clusters.order, [0, 2, 4, 1, 3]);
        assert_eq!(clusters.within(distance(0.6)), [vec![0, 2, 4], vec![1, 3]]);
        assert_eq!(clusters.within(0.0).len(), 5);
        assert_eq!(clusters.within(1.0), [vec![0, 2, 4, 1, 3]]);
        // Mean of the distances of 0–4 and 2–4.
        let expected = 0.5 * (distance(0.7) + distance(0.85));
        assert!((clusters.joins[2].distance - expected).abs() < 1e-15 && clusters.joins.len() == 4);
        assert!(clusters.joins.windows(2).all(|pair| pair[0].distance <= pair[1].distance));
    }

    #[test]
    fn nothing_one_and_what_has_no_correlation_are_no_trouble() {
        assert_eq!((of(&[]).order, of(&[&[1.0]]).order), (vec![], vec![0]));
        let clusters = of(&[&[1.0], &[f64::NAN, 1.0], &[0.9, f64::NAN, 1.0]]);
        assert_eq!((clusters.order.len(), clusters.within(distance(0.5)).len()), (3, 2));
    }
}
