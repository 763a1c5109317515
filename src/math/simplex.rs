//! The downhill simplex of Nelder and Mead (1965) in two variables, with a fixed number of steps.

/// A place and the value there.
pub(in crate::math) type Place = ([f64; 2], f64);

/// The lowest place found in `steps` steps from `start`, with first sides of the given lengths.
pub(in crate::math) fn descend(mut value: impl FnMut([f64; 2]) -> f64, start: Place, sides: [f64; 2], steps: usize) -> Place {
    let [x, y] = start.0;
    let mut place = |at: [f64; 2]| (at, value(at));
    let mut corners = [start, place([x + sides[0], y]), place([x, y + sides[1]])];
    for _ in 0..steps {
        corners.sort_by(|one, other| one.1.total_cmp(&other.1));
        let [best, middle, worst] = corners;
        let center = [0.5 * (best.0[0] + middle.0[0]), 0.5 * (best.0[1] + middle.0[1])];
        let toward = |at: [f64; 2], share: f64| [center[0] + share * (at[0] - center[0]), center[1] + share * (at[1] - center[1])];
        let mirrored = place(toward(worst.0, -1.0));
        let next = if mirrored.1 < best.1 {
            let farther = place(toward(worst.0, -2.0));
            if farther.1 < mirrored.1 { farther } else { mirrored }
        } else if mirrored.1 < middle.1 {
            mirrored
        } else {
            let nearer = if mirrored.1 < worst.1 { place(toward(worst.0, -0.5)) } else { place(toward(worst.0, 0.5)) };
            if nearer.1 < mirrored.1.min(worst.1) {
                nearer
            } else {
                let halfway = |at: [f64; 2]| [0.5 * (at[0] + best.0[0]), 0.5 * (at[1] + best.0[1])];
                corners = [best, place(halfway(middle.0)), place(halfway(worst.0))];
                continue;
            }
        };
        corners = [best, middle, next];
    }
    corners.sort_by(|one, other| one.1.total_cmp(&other.1));
    corners[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bent_valley_is_followed_to_its_end() {
        // Rosenbrock (1960).
        let valley = |[x, y]: [f64; 2]| 100.0 * (y - x * x) * (y - x * x) + (1.0 - x) * (1.0 - x);
        let (at, value) = descend(valley, ([-1.2, 1.0], valley([-1.2, 1.0])), [0.1, 0.1], 200);
        assert!((at[0] - 1.0).abs() < 1e-6 && (at[1] - 1.0).abs() < 1e-6 && value < 1e-12, "{at:?} {value}");
    }
}
