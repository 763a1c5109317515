//! The basis of dated forwards: `F' = F·e^(Δb·T)`.

use crate::math::exp;
use crate::stress::scenario::{Act, FamilyDef, Needs, field};

/// This family.
pub const DEF: FamilyDef = FamilyDef {
    id: "basis",
    label: "Forward basis",
    doc: "Adds to the continuous yearly basis of dated forwards; a perpetual has no expiry and is moved by mark or costs funding.",
    fields: &[field("points", "pts a year", "percentage points a year, -5 takes 5 % a year off", -1000.0, 1000.0)],
    needs: Needs::All,
    by_expiry: true,
    act: Act::Forward(|item, years| exp(item.fraction("points") * years)),
};
