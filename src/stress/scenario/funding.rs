//! Funding of perpetuals over the days of the time roll.

use crate::stress::scenario::{Act, FamilyDef, Needs, field};

/// This family.
pub const DEF: FamilyDef = FamilyDef {
    id: "funding",
    label: "Funding",
    doc: "Funding of perpetuals over the days of the scenario: longs pay and shorts receive it where it is positive.",
    fields: &[field("percent", "% a year", "percent a year of the size, simple", -10_000.0, 10_000.0)],
    needs: Needs::All,
    by_expiry: false,
    act: Act::Cost(|item| item.fraction("percent")),
};
