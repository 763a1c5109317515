//! The peg of dollar coins.

use crate::stress::scenario::{Act, FamilyDef, Needs, ShockItem, field};

/// This family.
pub const DEF: FamilyDef = FamilyDef {
    id: "peg",
    label: "Stablecoin peg",
    doc: "Moves what a dollar coin is worth: balances, loans and pools of it, and what contracts quoted in it gain, whose prices in it rise as it falls.",
    fields: &[
        field("level", "USD", "US dollars for one", 0.0, 2.0),
        field("percent", "%", "percent of what it is worth, -12 is 0.88 dollars", -100.0, 100.0),
    ],
    needs: Needs::One,
    by_expiry: false,
    act: Act::Peg(worth),
};

fn worth(item: &ShockItem, before: f64) -> f64 {
    item.value("level").unwrap_or_else(|| before * (1.0 + item.fraction("percent")))
}
