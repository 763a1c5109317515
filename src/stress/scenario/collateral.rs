//! What balances are counted at by one venue: collateral alone goes astray while the market stands.

use crate::stress::scenario::{Act, FamilyDef, Needs, field};

/// This family.
pub const DEF: FamilyDef = FamilyDef {
    id: "collateral",
    label: "Venue's collateral",
    doc: "Moves the value of balances, stakes and pools at the selected venues, and of nothing that is a contract or owed.",
    fields: &[field("percent", "%", "percent of the value", -100.0, 1000.0)],
    needs: Needs::All,
    by_expiry: false,
    // What is owed is told apart by its sign.
    act: Act::Value(|held| !held.is_derivative(), |item| 1.0 + item.fraction("percent")),
};
