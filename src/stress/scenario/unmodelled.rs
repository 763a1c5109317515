//! Families that a scenario may state and the engine has no number for yet: they are kept, and said wherever the scenario is run.

use crate::stress::scenario::{Act, FamilyDef, Needs, field};

/// Correlations.
pub const CORRELATION: FamilyDef = FamilyDef {
    id: "correlation",
    label: "Correlation",
    doc: "Draws correlations towards one; no P&L of a book follows from correlations alone.",
    fields: &[field("theta", "%", "part of the way to one, percent", 0.0, 100.0)],
    needs: Needs::All,
    by_expiry: false,
    act: Act::Unmodelled("no contract here is priced from a correlation, so that it changes no value"),
};

/// Bid and ask, and depth.
pub const SPREAD: FamilyDef = FamilyDef {
    id: "spread",
    label: "Bid-ask and depth",
    doc: "Widens bid-ask spreads and thins the order books.",
    fields: &[
        field("factor", "×", "times the usual spread", 0.0, 1000.0),
        field("depth", "%", "percent of the usual depth that is left", 0.0, 100.0),
    ],
    needs: Needs::Any,
    by_expiry: false,
    act: Act::Unmodelled("positions are valued at their marks, what it costs to close them is not computed yet"),
};

/// Haircuts of collateral.
pub const HAIRCUT: FamilyDef = FamilyDef {
    id: "haircut",
    label: "Margin haircut",
    doc: "Raises the haircuts that venues apply to collateral.",
    fields: &[field("points", "pts", "percentage points of haircut that are added", -100.0, 100.0)],
    needs: Needs::All,
    by_expiry: false,
    act: Act::Unmodelled("margin is not computed yet, and a haircut changes no value"),
};
