//! Colours of charts: tokens → shades of a diverging scale.
//!
//! Invariant: lightness along each arm of the scale runs one way, in a dark theme as in a light one, so that a larger amount is
//! always further from the middle for every reader. Shades are mixed in OKLab (Ottosson, 2020).

/// An opaque sRGB colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rgb {
    /// Red.
    pub r: u8,
    /// Green.
    pub g: u8,
    /// Blue.
    pub b: u8,
}

impl Rgb {
    /// From its parts.
    pub const fn new(r: u8, g: u8, b: u8) -> Rgb {
        Rgb { r, g, b }
    }

    /// Reads `#rgb`, `#rrggbb` or `rgb(r, g, b)`; anything behind the third part, such as an alpha, is left aside.
    pub fn parse(text: &str) -> Option<Rgb> {
        let text = text.trim();
        if let Some(hex) = text.strip_prefix('#') {
            let digits: Vec<u8> =
                hex.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect::<Option<_>>()?;
            return match digits.as_slice() {
                [r, g, b] => Some(Rgb::new(r * 17, g * 17, b * 17)),
                [r1, r0, g1, g0, b1, b0, ..] => Some(Rgb::new(r1 * 16 + r0, g1 * 16 + g0, b1 * 16 + b0)),
                _ => None,
            };
        }
        let inside = text.strip_prefix("rgba(").or_else(|| text.strip_prefix("rgb("))?.strip_suffix(')')?;
        let mut parts = inside.split([',', ' ', '/']).filter(|part| !part.is_empty()).map(|part| part.parse::<u8>().ok());
        Some(Rgb::new(parts.next()??, parts.next()??, parts.next()??))
    }

    /// The shade at `share` of the way to another colour.
    #[must_use]
    pub fn mix(self, other: Rgb, share: f64) -> Rgb {
        let (from, to) = (Lab::from(self), Lab::from(other));
        let between = |a: f64, b: f64| a + (b - a) * share.clamp(0.0, 1.0);
        Lab { l: between(from.l, to.l), a: between(from.a, to.a), b: between(from.b, to.b) }.into()
    }

    /// Of two colours the one that is easier to read on this one.
    #[must_use]
    pub fn legible(self, one: Rgb, other: Rgb) -> Rgb {
        let distance = |colour: Rgb| (colour.lightness() - self.lightness()).abs();
        if distance(one) >= distance(other) { one } else { other }
    }

    /// Lightness as seen, 0 to 1.
    pub fn lightness(self) -> f64 {
        Lab::from(self).l
    }
}

struct Lab {
    l: f64,
    a: f64,
    b: f64,
}

impl From<Rgb> for Lab {
    fn from(colour: Rgb) -> Lab {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { libm::pow((part + 0.055) / 1.055, 2.4) }
        };
        let (r, g, b) = (linear(colour.r), linear(colour.g), linear(colour.b));
        let l = libm::cbrt(0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b);
        let m = libm::cbrt(0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b);
        let s = libm::cbrt(0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b);
        Lab {
            l: 0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s,
            a: 1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s,
            b: 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s,
        }
    }
}

impl From<Lab> for Rgb {
    fn from(lab: Lab) -> Rgb {
        let cube = |root: f64| root * root * root;
        let l = cube(lab.l + 0.396_337_777_4 * lab.a + 0.215_803_757_3 * lab.b);
        let m = cube(lab.l - 0.105_561_345_8 * lab.a - 0.063_854_172_8 * lab.b);
        let s = cube(lab.l - 0.089_484_177_5 * lab.a - 1.291_485_548_0 * lab.b);
        // Saturating: a float to integer cast clamps to 0..=255.
        let part = |linear: f64| {
            let part = if linear <= 0.003_130_8 { linear * 12.92 } else { 1.055 * libm::pow(linear, 1.0 / 2.4) - 0.055 };
            (part * 255.0).round() as u8
        };
        Rgb::new(
            part(4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s),
            part(-1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s),
            part(-0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s),
        )
    }
}

/// Shades of one arm of the scale, besides the middle.
const SHADES: usize = 96;

/// Below 1, small amounts stand out more.
const EASE: f64 = 0.8;

/// Losses on one side, gains on the other, the middle at 0; laid out once per theme.
#[derive(Clone, Debug, PartialEq)]
pub struct Diverging {
    mid: Rgb,
    losses: Vec<Rgb>,
    gains: Vec<Rgb>,
}

impl Diverging {
    /// From the middle and two tokens for each side, in any order: the one nearer to the middle in lightness comes first.
    pub fn new(mid: Rgb, loss: [Rgb; 2], gain: [Rgb; 2]) -> Diverging {
        let arm = |[one, other]: [Rgb; 2]| {
            let distance = |colour: Rgb| (colour.lightness() - mid.lightness()).abs();
            let (near, far) = if distance(one) <= distance(other) { (one, other) } else { (other, one) };
            (1..=SHADES)
                .map(|step| {
                    // Small amounts take the hue sooner than in proportion: the scale beside the cells tells how much each shade is.
                    let share = libm::pow(step as f64 / SHADES as f64, EASE);
                    // The near token sits at 55 %: the middle of the scale gets more of the shades that differ in hue.
                    if share < 0.55 { mid.mix(near, share / 0.55) } else { near.mix(far, (share - 0.55) / 0.45) }
                })
                .collect()
        };
        Diverging { mid, losses: arm(loss), gains: arm(gain) }
    }

    /// The shade of an amount as a share of the largest, −1 to 1; beyond is the end's.
    pub fn at(&self, share: f64) -> Rgb {
        let arm = if share < 0.0 { &self.losses } else { &self.gains };
        let step = (share.abs().min(1.0) * SHADES as f64).round() as usize;
        step.checked_sub(1).and_then(|step| arm.get(step)).copied().unwrap_or(self.mid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_read() {
        assert_eq!(Rgb::parse(" #0b1220"), Some(Rgb::new(11, 18, 32)));
        assert_eq!(Rgb::parse("#fff"), Some(Rgb::new(255, 255, 255)));
        assert_eq!(Rgb::parse("rgb(1, 2, 3)"), Some(Rgb::new(1, 2, 3)));
        assert_eq!(Rgb::parse("rgba(1, 2, 3, 0.5)"), Some(Rgb::new(1, 2, 3)));
        assert_eq!(Rgb::parse("#12"), None);
        assert_eq!(Rgb::parse("blue"), None);
    }

    #[test]
    fn mixing_keeps_the_ends() {
        let (one, other) = (Rgb::new(26, 39, 64), Rgb::new(255, 138, 61));
        assert_eq!(one.mix(other, 0.0), one);
        assert_eq!(one.mix(other, 1.0), other);
    }

    #[test]
    fn lightness_runs_one_way_in_both_themes() {
        let hex = |text: &str| Rgb::parse(text).unwrap();
        for [mid, loss, loss_deep, gain, gain_deep] in
            [["#1a2740", "#ff8a3d", "#c4500a", "#4aa3ff", "#0f63c9"], ["#f1ece1", "#b84a06", "#8a3503", "#0f63c9", "#0a4694"]]
        {
            let scale = Diverging::new(hex(mid), [hex(loss), hex(loss_deep)], [hex(gain), hex(gain_deep)]);
            let up = hex(loss).lightness() > hex(mid).lightness();
            for sign in [-1.0, 1.0] {
                let lightness: Vec<f64> = (0..=10).map(|step| scale.at(sign * f64::from(step) / 10.0).lightness()).collect();
                assert!(lightness.windows(2).all(|pair| (pair[1] > pair[0]) == up), "{lightness:?}");
            }
            assert_eq!(scale.at(0.0), hex(mid));
            assert_eq!(scale.at(7.0), scale.at(1.0));
        }
    }
}
