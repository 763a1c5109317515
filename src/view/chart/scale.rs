//! Axes: values → pixels and back, round ticks, room for labels.

/// A rectangle in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub left: f64,
    /// Top edge.
    pub top: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Rect {
    /// Right edge.
    pub fn right(&self) -> f64 {
        self.left + self.width
    }

    /// Bottom edge.
    pub fn bottom(&self) -> f64 {
        self.top + self.height
    }

    /// Whether a point lies in it, edges included.
    pub fn holds(&self, x: f64, y: f64) -> bool {
        (self.left..=self.right()).contains(&x) && (self.top..=self.bottom()).contains(&y)
    }
}

/// Size of axis labels, CSS pixels.
pub const LABEL: f64 = 11.0;

/// A tick: where, what, and a second line.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Pixel along the axis.
    pub at: f64,
    /// Its label.
    pub label: String,
    /// Price level under it; empty where there is none.
    pub level: String,
}

/// A straight axis: `low` lies at pixel `from`, `high` at pixel `to`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// Lowest value.
    pub low: f64,
    /// Highest value, above the lowest.
    pub high: f64,
    /// Pixel of the lowest value.
    pub from: f64,
    /// Pixel of the highest value.
    pub to: f64,
}

impl Scale {
    /// Pixel of a value.
    pub fn at(&self, value: f64) -> f64 {
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }

    /// Value at a pixel.
    pub fn value(&self, pixel: f64) -> f64 {
        self.low + (pixel - self.from) / (self.to - self.from) * (self.high - self.low)
    }

    /// Whether a value lies on it.
    pub fn holds(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

/// Round values from `low` to `high`, at most `most` of them and as many as fit, or somewhat fewer that hold both ends: steps of
/// 1, 2, 2.5 or 5 times a power of ten, so that 0 is among them wherever the range holds it.
pub fn ticks(low: f64, high: f64, most: usize) -> Vec<f64> {
    let span = high - low;
    if !(span > 0.0 && span.is_finite()) || most == 0 {
        return Vec::new();
    }
    let decade = libm::exp10(libm::floor(libm::log10(span / most as f64)));
    let slack = span * 1e-9;
    let mut found: Vec<f64> = Vec::new();
    for step in [1.0, 2.0, 2.5, 5.0, 10.0, 20.0, 25.0, 50.0].map(|factor| factor * decade) {
        let (first, last) = (((low - slack) / step).ceil(), ((high + slack) / step).floor());
        let count = last - first + 1.0;
        if count > most as f64 || (!found.is_empty() && count * 2.0 <= found.len() as f64) {
            continue;
        }
        let holds_ends = first * step <= low + slack && last * step >= high - slack;
        if found.is_empty() || holds_ends {
            found = (0..most)
                .map(|index| first + index as f64)
                .take_while(|multiple| *multiple <= last)
                .map(|multiple| multiple * step)
                .collect();
        }
        if holds_ends {
            break;
        }
    }
    found
}

/// About how wide a label is, in CSS pixels, on the generous side; what must be exact is measured on the canvas.
pub fn text_width(text: &str, size: f64) -> f64 {
    let ems: f64 = text
        .chars()
        .map(|character| match character {
            '.' | ',' | ':' | ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '·' | 'i' | 'l' | 'j' | '|' => 0.34,
            'M' | 'W' | 'm' | 'w' | '%' | '−' | '+' => 0.84,
            _ => 0.64,
        })
        .sum();
    ems * size
}

/// Which labels of a row keep at least `gap` pixels to their neighbours: each is `(middle, width)`, in order of importance.
pub fn without_overlap(labels: &[(f64, f64)], gap: f64) -> Vec<bool> {
    let mut taken: Vec<(f64, f64)> = Vec::new();
    labels
        .iter()
        .map(|(middle, width)| {
            let (left, right) = (middle - width / 2.0, middle + width / 2.0);
            let free = taken.iter().all(|(from, to)| right + gap <= *from || left - gap >= *to);
            if free {
                taken.push((left, right));
            }
            free
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_hold_zero() {
        assert_eq!(ticks(-0.5, 0.5, 5), [-0.5, -0.25, 0.0, 0.25, 0.5]);
        assert_eq!(ticks(-0.5, 0.5, 4), [-0.5, 0.0, 0.5]);
        assert_eq!(ticks(-1_583.0, 420.0, 6), [-1_500.0, -1_000.0, -500.0, 0.0]);
        assert_eq!(ticks(0.0, 0.0, 5), [0.0; 0]);
        assert_eq!(ticks(0.0, f64::INFINITY, 5), [0.0; 0]);
        for (low, high) in [(-3.7, 11.2), (-1e-9, 1e-7), (-4e8, 9e8), (-0.99, 3.0)] {
            for most in 2..12 {
                let found = ticks(low, high, most);
                assert!(found.len() <= most && !found.is_empty(), "{low} {high} {most}");
                assert!(found.contains(&0.0), "{found:?}");
            }
        }
    }

    #[test]
    fn a_scale_goes_there_and_back() {
        let scale = Scale { low: -0.5, high: 0.5, from: 10.0, to: 210.0 };
        assert_eq!(scale.at(0.0), 110.0);
        assert!((scale.value(scale.at(0.3)) - 0.3).abs() < 1e-12);
        assert!(scale.holds(-0.5) && !scale.holds(0.51));
    }

    #[test]
    fn crowded_labels_give_way_to_the_important() {
        assert_eq!(without_overlap(&[(50.0, 20.0), (65.0, 20.0), (90.0, 20.0)], 4.0), [true, false, true]);
    }
}
