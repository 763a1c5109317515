//! A token unlock: `P' = P·(circulating/(circulating + unlock))^ε`.

use crate::math::pow;
use crate::stress::scenario::{Act, FamilyDef, Needs, ShockItem, field};

/// This family.
pub const DEF: FamilyDef = FamilyDef {
    id: "unlock",
    label: "Token unlock",
    doc: "Adds coins to what is traded; at an elasticity of 1 the value of the whole market stays.",
    fields: &[
        field("circulating", "coins", "coins that are traded", 1e-9, 1e30),
        field("unlock", "coins", "coins that are added", 0.0, 1e30),
        field("elasticity", "", "of the price by the supply, 0 to 5", 0.0, 5.0),
    ],
    needs: Needs::All,
    by_expiry: false,
    act: Act::Spot(moved),
};

fn moved(item: &ShockItem, spot: f64, _: f64) -> f64 {
    match (item.value("circulating"), item.value("unlock"), item.value("elasticity")) {
        (Some(circulating), Some(unlock), Some(elasticity)) => spot * pow(circulating / (circulating + unlock), elasticity),
        _ => spot,
    }
}
