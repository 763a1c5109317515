//! Failure of a venue or a protocol.

use crate::stress::scenario::{Act, FamilyDef, Needs, field};

/// This family.
pub const DEF: FamilyDef = FamilyDef {
    id: "failure",
    label: "Failure",
    doc: "What is selected goes: of what each venue of it owes on balance a part comes back, what is owed to it stays owed, and its Greeks are gone.",
    fields: &[field("recovery", "%", "percent that comes back", 0.0, 100.0)],
    needs: Needs::All,
    by_expiry: false,
    act: Act::Failure(|item| item.fraction("recovery")),
};
