//! Contracts that had run out before the book's time.

use crate::check::{CheckDef, Evidence, Finding, Severity};
use crate::method::Method;
use crate::price::Line;

/// The check.
pub const DEF: CheckDef = CheckDef {
    id: "expired",
    label: "Expired contracts",
    doc: "Positions whose expiry is not after the book's time: they count for nothing, and their settlement is taken to be in the \
          balance. The difference is the time since then.",
    run,
};

/// What else is said of it.
pub(super) const METHOD: Method = Method {
    id: DEF.id,
    label: DEF.label,
    doc: DEF.doc,
    formula: "expiry ≤ the book's time",
    unit: "hours",
    convention: "Its settlement is taken to be in the balance of the account already.",
    source: "by definition",
    limits: "If the file was written before the settlement was booked, the book lacks it: correct the book's time.",
};

fn run(evidence: &Evidence<'_>) -> Vec<Finding> {
    let expired = evidence.positions().zip(evidence.plan.lines()).filter(|(_, line)| **line == Line::Expired);
    expired
        .filter_map(|((index, position, _), _)| {
            let days = position.instrument.expiry()?.days_to(evidence.state.as_of);
            Some(Finding {
                severity: Severity::Warning,
                difference: days,
                unit: "days".to_owned(),
                message: "it had expired before the book's time: the file is old, or its settlement is not booked yet".to_owned(),
                ..Finding::of_position(&DEF, index, position)
            })
        })
        .collect()
}
