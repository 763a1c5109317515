//! Prices that are older than the book's time, and prices of one underlying that are not of one moment.

use crate::check::{CheckDef, Evidence, Finding, HOUR_MS, Severity};
use crate::market::{Fact, Origin};
use crate::method::Method;
use crate::order;
use crate::units::Timestamp;

/// The check.
pub const DEF: CheckDef = CheckDef {
    id: "stale",
    label: "Stale prices",
    doc: "Age, at the book's time, of the marks that a position's own row dates, and of the market data that are believed about the \
          book's underlyings: older than the limit as a whole, or further apart than the limit among themselves. Prices without a \
          time are not looked at.",
    run,
};

/// What else is said of it.
pub(super) const METHOD: Method = Method {
    id: DEF.id,
    label: DEF.label,
    doc: DEF.doc,
    formula: "age = the book's time − the time of the price;  age > limit, or newest − oldest > limit",
    unit: "hours",
    convention: "The limit is an hour unless another is set.",
    source: "by definition",
    limits: "Prices without a time are not looked at.",
};

fn run(evidence: &Evidence<'_>) -> Vec<Finding> {
    let (limit, as_of) = (evidence.limits.stale_hours, evidence.state.as_of);
    let age = |time: Timestamp| (as_of.ms() - time.ms()) as f64 / HOUR_MS;
    let found = |hours: f64, blank: Finding, message: String| Finding {
        severity: Severity::by(hours / limit, 1.0, f64::INFINITY),
        message,
        // A percentage of an age says nothing.
        ..blank.comparing(hours, limit, "hours", 0.0)
    };
    let mut findings = Vec::new();
    let of_rows = evidence.facts.iter().filter(|fact| fact.origin == Origin::Position && fact.source.line > 0);
    let times = order::map(of_rows.filter_map(|fact| Some((&fact.source, fact.time?))));
    for (index, position, _) in evidence.positions() {
        let hours = position.mark.and(times.get(&position.source)).map(|time| age(*time));
        if let Some(hours) = hours.filter(|hours| *hours > limit) {
            findings.push(found(hours, Finding::of_position(&DEF, index, position), "the mark is older than the book's time".to_owned()));
        }
    }
    let believed = Fact::believed(evidence.facts);
    for underlying in evidence.plan.underlyings() {
        let about = believed.iter().filter(|fact| fact.origin == Origin::Quote && fact.value.underlying() == underlying.name);
        let ages: Vec<f64> = about.filter_map(|fact| fact.time).map(age).collect();
        let newest = ages.iter().copied().fold(f64::INFINITY, f64::min);
        let oldest = ages.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let blank = Finding::of_market(&DEF, &format!("{} market data", underlying.name));
        if ages.is_empty() {
            continue;
        }
        if newest > limit {
            findings.push(found(newest, blank, "even the latest of them is older than the book's time".to_owned()));
        } else if oldest - newest > limit {
            let late = ages.iter().filter(|age| **age - newest > limit).count();
            let message = format!("they are not of one moment: {late} of {} are older than the latest by more than the limit", ages.len());
            findings.push(found(oldest - newest, blank, message));
        }
    }
    findings
}
