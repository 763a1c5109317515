//! The peg of liquid-staking tokens to the coin behind them.

use crate::instrument::Instrument;
use crate::stress::scenario::{Act, FamilyDef, Needs, field};

/// This family.
pub const DEF: FamilyDef = FamilyDef {
    id: "stake",
    label: "Liquid-staking peg",
    doc: "Moves what staked tokens are worth in the coin behind them; a discount is negative.",
    fields: &[field("percent", "%", "percent of the coin behind it, -6 is a discount of 6 %", -100.0, 100.0)],
    needs: Needs::All,
    by_expiry: false,
    act: Act::Value(|held| matches!(held, Instrument::Stake(_)), |item| 1.0 + item.fraction("percent")),
};
