//! Curves of a profile: which there are, how each is drawn, and which are shown at first.
//!
//! Invariant: no two of the first fourteen curves share both colour and dash, and a curve keeps its pen when others are hidden.

use crate::stress::{CurveKind, Profile};
use crate::view::chart::reading::{Dash, Pen};
use crate::view::chart::text;

/// One curve that may be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Which.
    pub kind: CurveKind,
    /// `today`, `+7 d`, `30 Jan 2026`.
    pub name: String,
    /// How it is drawn.
    pub pen: Pen,
    /// Whether it is drawn.
    pub is_visible: bool,
}

/// Tokens of the series that are not today and not the chosen day.
const EXPIRY_COLOURS: [usize; 4] = [2, 3, 4, 5];

/// The dashes that tell curves of one colour apart.
const DASHES: [Dash; 3] = [Dash::Solid, Dash::Dashed, Dash::Dotted];

/// Every curve of a profile; `choice` is what the user switched on or off, the rest is as by default: today, the chosen day, the
/// first two expiries and the last.
pub fn series(profile: &Profile, choice: &[(CurveKind, bool)]) -> Vec<Series> {
    let expiries = profile.curves.iter().filter(|curve| matches!(curve.kind, CurveKind::Expiry(_))).count();
    let mut next = 0;
    profile
        .curves
        .iter()
        .map(|curve| {
            let (pen, by_default) = match curve.kind {
                CurveKind::Today => (Pen { colour: 0, dash: Dash::Solid, is_thick: true }, true),
                CurveKind::Chosen => (Pen { colour: 1, dash: Dash::Solid, is_thick: true }, true),
                CurveKind::Expiry(_) => {
                    let index = next;
                    next += 1;
                    let colour = EXPIRY_COLOURS.get(index % EXPIRY_COLOURS.len()).copied().unwrap_or(0);
                    let dash = DASHES.get(index / EXPIRY_COLOURS.len() % DASHES.len()).copied().unwrap_or_default();
                    (Pen { colour, dash, is_thick: false }, index < 2 || index + 1 == expiries)
                }
            };
            let chosen = choice.iter().find(|(kind, _)| *kind == curve.kind).map(|(_, is_visible)| *is_visible);
            Series { kind: curve.kind, name: text::curve(curve), pen, is_visible: chosen.unwrap_or(by_default) }
        })
        .collect()
}
