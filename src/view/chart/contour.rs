//! The line on which a grid of values is 0: marching squares over the centres of its cells, on values refined with Catmull–Rom
//! splines so that the line bends as the values do.

use std::collections::BTreeMap;

/// A point in cells: column and row, the centre of the first cell at (0, 0).
pub type Point = (f64, f64);

/// Points of the refined grid to each cell.
const FINER: usize = 4;

/// The zero line of values laid out row after row, as few strokes as it has pieces. Squares with a value that is not finite are
/// left out.
pub fn zero_line(values: &[f64], columns: usize) -> Vec<Vec<Point>> {
    if columns < 2 || values.len() < 2 * columns {
        return Vec::new();
    }
    let rows = values.len() / columns;
    let along: Vec<f64> = values.chunks_exact(columns).flat_map(refined).collect();
    let wide = (columns - 1) * FINER + 1;
    let tall = (rows - 1) * FINER + 1;
    let columns_of_fine: Vec<Vec<f64>> =
        (0..wide).map(|column| refined(&along.iter().skip(column).step_by(wide).copied().collect::<Vec<_>>())).collect();
    let at = |column: usize, row: usize| columns_of_fine.get(column).and_then(|values| values.get(row)).copied().unwrap_or(f64::NAN);
    let mut pieces = Vec::new();
    for row in 0..tall - 1 {
        for column in 0..wide - 1 {
            let corners = [at(column, row), at(column + 1, row), at(column + 1, row + 1), at(column, row + 1)];
            let below = corners.iter().filter(|value| **value < 0.0).count();
            if (1..4).contains(&below) && corners.iter().all(|value| value.is_finite()) {
                square(corners, (column as f64, row as f64), &mut pieces);
            }
        }
    }
    let scale = |(column, row): Point| (column / FINER as f64, row / FINER as f64);
    joined(pieces).into_iter().map(|line| line.into_iter().map(scale).collect()).collect()
}

/// The values with [`FINER`] steps from each to the next.
fn refined(values: &[f64]) -> Vec<f64> {
    let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
    // Beyond an end the values go on as the parabola through the last three, or straight where there are only two.
    let beyond = |[last, second, third]: [f64; 3]| if third.is_finite() { 3.0 * (last - second) + third } else { 2.0 * last - second };
    let count = values.len();
    let mut fine = Vec::with_capacity(values.len() * FINER);
    for index in 0..values.len().saturating_sub(1) {
        let (from, to) = (at(index), at(index + 1));
        let before = if index == 0 { beyond([at(0), at(1), at(2)]) } else { at(index - 1) };
        let after = if index + 2 < count { at(index + 2) } else { beyond([to, from, index.checked_sub(1).map_or(f64::NAN, at)]) };
        fine.push(from);
        for step in 1..FINER {
            let t = step as f64 / FINER as f64;
            let slope = (to - before) / 2.0;
            let next_slope = (after - from) / 2.0;
            let bend = 3.0 * (to - from) - 2.0 * slope - next_slope;
            let twist = 2.0 * (from - to) + slope + next_slope;
            let value = from + t * (slope + t * (bend + t * twist));
            // Beside a gap in the values there is no slope.
            fine.push(if value.is_finite() { value } else { from + (to - from) * t });
        }
    }
    fine.extend(values.last());
    fine
}

/// Corners run round from the origin: (0,0), (1,0), (1,1), (0,1). A saddle is cut by the sign of its middle.
fn square(corners: [f64; 4], origin: Point, pieces: &mut Vec<[Point; 2]>) {
    const PLACES: [Point; 4] = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
    let mut crossings = Vec::with_capacity(4);
    for edge in 0..4 {
        let [from, to] = [edge, (edge + 1) % 4].map(|corner| PLACES.get(corner).copied().unwrap_or_default());
        let [value, next] = [edge, (edge + 1) % 4].map(|corner| corners.get(corner).copied().unwrap_or(f64::NAN));
        if (value < 0.0) != (next < 0.0) {
            let share = value / (value - next);
            crossings.push((origin.0 + from.0 + (to.0 - from.0) * share, origin.1 + from.1 + (to.1 - from.1) * share));
        }
    }
    match *crossings.as_slice() {
        [one, other] => pieces.push([one, other]),
        [first, second, third, fourth] => {
            let middle = corners.iter().sum::<f64>() / 4.0;
            if (middle < 0.0) == (corners.first().copied().unwrap_or(0.0) < 0.0) {
                pieces.extend([[first, second], [third, fourth]]);
            } else {
                pieces.extend([[fourth, first], [second, third]]);
            }
        }
        _ => {}
    }
}

/// Pieces that meet become one line. Two squares compute the point on their common edge with a rounding of their own, hence the
/// coarser key.
fn joined(pieces: Vec<[Point; 2]>) -> Vec<Vec<Point>> {
    let key = |point: Point| ((point.0 * 1e6).round() as i64, (point.1 * 1e6).round() as i64);
    let mut at: BTreeMap<(i64, i64), Vec<usize>> = BTreeMap::new();
    for (index, piece) in pieces.iter().enumerate() {
        for end in piece {
            at.entry(key(*end)).or_default().push(index);
        }
    }
    let mut is_used = vec![false; pieces.len()];
    let mut next_from = |end: Point| -> Option<Point> {
        let index = at.get(&key(end))?.iter().copied().find(|index| is_used.get(*index) == Some(&false))?;
        *is_used.get_mut(index)? = true;
        let [one, other] = *pieces.get(index)?;
        Some(if key(one) == key(end) { other } else { one })
    };
    let mut lines = Vec::new();
    for piece in &pieces {
        let [start, _] = *piece;
        let mut line = vec![start];
        let mut end = start;
        while let Some(next) = next_from(end) {
            line.push(next);
            end = next;
        }
        if line.len() == 1 {
            continue;
        }
        line.reverse();
        let mut end = start;
        while let Some(next) = next_from(end) {
            line.push(next);
            end = next;
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slope_is_cut_where_it_is_zero() {
        let lines = zero_line(&[-1.0, 3.0, -1.0, 3.0, -1.0, 3.0], 2);
        assert_eq!(lines.len(), 1, "{lines:?}");
        let line = &lines[0];
        assert!(line.iter().all(|(column, _)| (column - 0.25).abs() < 0.05), "{line:?}");
        assert_eq!((line.first().map(|end| end.1).into_iter().chain(line.last().map(|end| end.1))).fold(0.0, f64::max), 2.0);
    }

    #[test]
    fn what_does_not_change_its_sign_or_is_not_there_has_no_line() {
        assert_eq!(zero_line(&[1.0, 1.0, 1.0, 1.0], 2).len(), 0);
        assert_eq!(zero_line(&[-1.0, f64::NAN, 1.0, 1.0], 2).len(), 0);
        assert_eq!(zero_line(&[], 0).len(), 0);
        assert_eq!(zero_line(&[1.0, -1.0], 2).len(), 0);
    }

    #[test]
    fn a_saddle_is_cut_into_two_lines() {
        assert_eq!(zero_line(&[2.0, -1.0, -1.0, 2.0], 2).len(), 2);
    }

    #[test]
    fn a_hill_has_one_closed_line() {
        let hill: Vec<f64> =
            (0..49).map(|index| 6.0 - f64::from((index % 7 - 3) * (index % 7 - 3) + (index / 7 - 3) * (index / 7 - 3))).collect();
        let lines = zero_line(&hill, 7);
        assert_eq!(lines.len(), 1);
        let line = &lines[0];
        let (first, last) = (line[0], line[line.len() - 1]);
        assert!((first.0 - last.0).abs() + (first.1 - last.1).abs() < 1e-5);
        assert!(line.iter().all(|(x, y)| (((x - 3.0) * (x - 3.0) + (y - 3.0) * (y - 3.0)).sqrt() - 6.0_f64.sqrt()).abs() < 0.05));
    }
}
