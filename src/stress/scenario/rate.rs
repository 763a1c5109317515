//! Discount rates.

use crate::stress::scenario::{Act, FamilyDef, Needs, field};

/// This family.
pub const DEF: FamilyDef = FamilyDef {
    id: "rate",
    label: "Rates",
    doc: "Adds to the continuous discount rate; forwards stay, since the basis is a shock of its own.",
    fields: &[field("points", "pts a year", "percentage points a year, 1 is 100 basis points", -100.0, 100.0)],
    needs: Needs::All,
    by_expiry: false,
    act: Act::Rate(|item| item.fraction("points")),
};
