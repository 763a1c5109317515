//! The prices that one venue marks its contracts at: an oracle that goes astray while the market stands.

use crate::stress::scenario::{Act, FamilyDef, Needs, field};

/// This family.
pub const DEF: FamilyDef = FamilyDef {
    id: "mark",
    label: "Venue's mark",
    doc: "Moves spot and forwards as futures, perpetuals and options at the selected venues see them; their vols and everything else stay.",
    fields: &[field("percent", "%", "percent of the price", -99.99, 10_000.0)],
    needs: Needs::All,
    by_expiry: false,
    act: Act::Mark(|item| 1.0 + item.fraction("percent")),
};
