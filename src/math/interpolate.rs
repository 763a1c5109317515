//! Interpolation on sorted knots.

/// Piecewise linear through `knots` (sorted by abscissa), flat beyond both ends; `None` without knots.
pub fn linear_flat(knots: &[(f64, f64)], x: f64) -> Option<f64> {
    let (first, last) = (knots.first()?, knots.last()?);
    if x <= first.0 {
        return Some(first.1);
    }
    if x >= last.0 {
        return Some(last.1);
    }
    let above = knots.partition_point(|knot| knot.0 < x);
    let (low, high) = (knots.get(above.checked_sub(1)?)?, knots.get(above)?);
    if high.0 == x {
        return Some(high.1);
    }
    Some(low.1 + (high.1 - low.1) * ((x - low.0) / (high.0 - low.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knots_are_met_exactly_and_ends_are_flat() {
        let knots = [(1.0, 0.1), (2.0, 0.3), (4.0, 0.2)];
        for (x, expected) in [(0.0, 0.1), (1.0, 0.1), (1.5, 0.2), (2.0, 0.3), (3.0, 0.25), (9.0, 0.2)] {
            assert!(linear_flat(&knots, x).is_some_and(|y| (y - expected).abs() < 1e-15), "{x}");
        }
        assert_eq!(linear_flat(&[], 1.0), None);
    }
}
