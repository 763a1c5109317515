//! Slashing of staked coins.

use crate::instrument::Instrument;
use crate::stress::scenario::{Act, FamilyDef, Needs, field};

/// This family.
pub const DEF: FamilyDef = FamilyDef {
    id: "slash",
    label: "Slashing",
    doc: "Takes a part of the staked coins away.",
    fields: &[field("percent", "%", "percent of the coins that are lost", 0.0, 100.0)],
    needs: Needs::All,
    by_expiry: false,
    act: Act::Value(|held| matches!(held, Instrument::Stake(_)), |item| 1.0 - item.fraction("percent")),
};
