//! Spot moves: relative, to a level, or in standard deviations of one day.

use crate::math::exp;
use crate::stress::scenario::{Act, FamilyDef, Needs, ShockItem, field};

/// This family.
pub const DEF: FamilyDef = FamilyDef {
    id: "spot",
    label: "Spot",
    doc: "Moves spot, and its forwards with it; dollar coins are moved by peg.",
    fields: &[
        field("percent", "%", "percent of spot, -30 is 30 % down", -99.99, 10_000.0),
        field("level", "USD", "US dollars that it goes to", 1e-12, 1e12),
        field("sigma", "σ of one day", "standard deviations of one day, as a log return", -50.0, 50.0),
    ],
    needs: Needs::One,
    by_expiry: false,
    act: Act::Spot(moved),
};

fn moved(item: &ShockItem, spot: f64, deviation: f64) -> f64 {
    match (item.value("level"), item.value("sigma")) {
        (Some(level), _) => level,
        (None, Some(sigma)) => spot * exp(sigma * deviation),
        (None, None) => spot * (1.0 + item.fraction("percent")),
    }
}
