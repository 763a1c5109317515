//! What balances are counted at by one venue: collateral alone goes astray while the market stands.

use crate::instrument::Instrument;
use crate::stress::scenario::{Act, FamilyDef, Needs, field};

/// This family.
pub const DEF: FamilyDef = FamilyDef {
    id: "collateral",
    label: "Venue's collateral",
    doc: "Moves the value of balances, stakes and pools at the selected venues, and of nothing that is a contract or owed.",
    fields: &[field("percent", "%", "percent of the value", -100.0, 1000.0)],
    needs: Needs::All,
    by_expiry: false,
    act: Act::Value(is_balance, |item| 1.0 + item.fraction("percent")),
};

/// Whether it is held rather than agreed; what is owed is told apart by its sign.
fn is_balance(held: &Instrument) -> bool {
    !matches!(held, Instrument::Future(_) | Instrument::Perpetual(_) | Instrument::Option(_) | Instrument::AmericanOption(_))
}
