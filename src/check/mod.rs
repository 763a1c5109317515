//! Stage: Book × Facts × Market × Valued → [`Finding`]s: where the files contradict themselves, each other or the model.
//!
//! One check, one file, one `DEF` in [`ALL`]. Invariant: a check changes nothing and leaves nothing out of a total; it compares
//! what somebody stated with what follows from something else, and keeps silent where one of the two is missing.

mod across;
mod bounds;
mod expired;
mod model;
mod notional;
mod parity;
mod pnl;
mod repeated;
mod stale;

use crate::book::{Book, Position};
use crate::instrument::{Instrument, Settlement};
use crate::issue::{Issue, IssueKind};
use crate::market::{Fact, Market};
use crate::method::Method;
use crate::order;
use crate::price::{Plan, State, Valued, ValuedPosition};
use crate::units::Currency;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// Milliseconds of an hour.
const HOUR_MS: f64 = 3_600_000.0;
/// US dollars below which a note is not worth a reader's time.
const HALF_A_CENT: f64 = 0.005;

/// What a check looks at.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// What is held, with what the venues state of it.
    pub book: &'a Book,
    /// What the files say of the market.
    pub facts: &'a [Fact],
    /// The market made of them.
    pub market: &'a Market,
    /// The book laid out.
    pub plan: &'a Plan,
    /// The market in the plan's columns.
    pub state: &'a State,
    /// The book valued.
    pub valued: &'a Valued,
    /// What the user tolerates.
    pub limits: Limits,
}

/// What the user tolerates.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Prices older than this are stale, hours.
    pub stale_hours: f64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { stale_hours: 1.0 }
    }
}

impl Limits {
    /// Checks the range.
    ///
    /// # Errors
    /// An `Invalid` issue for a time that is none.
    pub fn checked(self) -> Result<Limits, Issue> {
        if self.stale_hours.is_finite() && self.stale_hours > 0.0 {
            return Ok(self);
        }
        let message = "the age from which a price is stale must be a positive number of hours";
        Err(Issue::rejected(IssueKind::Invalid, message).with_value(&self.stale_hours.to_string()))
    }
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing: rounding, timing.
    Note,
    /// Something does not fit.
    Warning,
    /// A number is wrong, here or there.
    Error,
}

/// A contradiction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Id of the check that found it.
    pub check: String,
    /// How much it matters.
    pub severity: Severity,
    /// Place of the position in the book, where it is about one.
    pub position: Option<u32>,
    /// Name of the position, or market key such as `BTC forward 2026-03-27T08:00:00Z`.
    pub subject: String,
    /// What is stated, in `unit`.
    pub stated: Option<f64>,
    /// What follows from something else, in `unit`.
    pub computed: Option<f64>,
    /// Stated less computed, in `unit`.
    pub difference: f64,
    /// Unit of the three.
    pub unit: String,
    /// The difference as a part of the measure that the check names.
    pub relative: Option<f64>,
    /// What the difference is worth, US dollars, ≥ 0; `None` where it is not money or no spot is known.
    pub dollars: Option<f64>,
    /// What was found, one sentence without a trailing period.
    pub message: String,
}

/// A check.
#[derive(Clone, Copy, Debug)]
pub struct CheckDef {
    /// Permanent id.
    pub id: &'static str,
    /// Name as the page shows it.
    pub label: &'static str,
    /// What is compared with what, and within which tolerance.
    pub doc: &'static str,
    /// Finds.
    pub run: fn(&Evidence<'_>) -> Vec<Finding>,
}

/// Every check.
pub const ALL: &[CheckDef] =
    &[pnl::DEF, notional::DEF, model::DEF, bounds::DEF, parity::DEF, expired::DEF, stale::DEF, across::DEF, repeated::DEF];

/// How each of [`ALL`] is computed, in the same order.
pub const METHODS: &[&Method] = &[
    &pnl::METHOD,
    &notional::METHOD,
    &model::METHOD,
    &bounds::METHOD,
    &parity::METHOD,
    &expired::METHOD,
    &stale::METHOD,
    &across::METHOD,
    &repeated::METHOD,
];

/// What the page says of a check: its name, and what is compared with what. Reading it links no check into the page.
#[derive(Clone, Copy, Debug)]
pub struct CheckText {
    /// Permanent id.
    pub id: &'static str,
    /// Name as the page shows it.
    pub label: &'static str,
    /// What is compared with what, and within which tolerance.
    pub doc: &'static str,
}

/// The texts of [`ALL`].
pub const TEXTS: [CheckText; ALL.len()] = {
    let mut texts = [CheckText { id: "", label: "", doc: "" }; ALL.len()];
    let mut place = 0;
    while place < ALL.len() {
        let CheckDef { id, label, doc, .. } = ALL[place];
        texts[place] = CheckText { id, label, doc };
        place += 1;
    }
    texts
};

/// Runs every check; the gravest first, then by what they are worth in dollars, then in the order of the checks and of the book.
/// Notes that are worth less than half a cent are rounding, and left out.
pub fn run(evidence: &Evidence<'_>) -> Vec<Finding> {
    let is_rounding =
        |finding: &Finding| finding.severity == Severity::Note && finding.dollars.is_some_and(|dollars| dollars < HALF_A_CENT);
    let mut findings: Vec<Finding> = ALL.iter().flat_map(|check| (check.run)(evidence)).filter(|finding| !is_rounding(finding)).collect();
    let size = |finding: &Finding| finding.dollars.unwrap_or(0.0);
    order::sort_by(&mut findings, |a, b| {
        b.severity.cmp(&a.severity).then_with(|| size(b).partial_cmp(&size(a)).unwrap_or(Ordering::Equal))
    });
    findings
}

impl Finding {
    /// A finding about a position, still to be filled.
    fn of_position(check: &CheckDef, index: usize, position: &Position) -> Finding {
        let position_index = u32::try_from(index).unwrap_or(u32::MAX);
        Finding { position: Some(position_index), subject: position.name.clone(), ..Finding::of_market(check, "") }
    }

    /// A finding about the market, still to be filled.
    fn of_market(check: &CheckDef, subject: &str) -> Finding {
        Finding {
            check: check.id.to_owned(),
            severity: Severity::Note,
            position: None,
            subject: subject.to_owned(),
            stated: None,
            computed: None,
            difference: 0.0,
            unit: String::new(),
            relative: None,
            dollars: None,
            message: String::new(),
        }
    }

    /// Two numbers of one unit, and their difference as a part of `base`.
    #[must_use]
    fn comparing(self, stated: f64, computed: f64, unit: &str, base: f64) -> Finding {
        let difference = stated - computed;
        let relative = (base != 0.0).then(|| difference / base.abs());
        Finding { stated: Some(stated), computed: Some(computed), difference, unit: unit.to_owned(), relative, ..self }
    }
}

impl Severity {
    /// The gravest whose floor a size reaches.
    fn by(size: f64, warning: f64, error: f64) -> Severity {
        if size >= error {
            Severity::Error
        } else if size >= warning {
            Severity::Warning
        } else {
            Severity::Note
        }
    }
}

impl<'a> Evidence<'a> {
    /// Positions with their places and, where they have one, their values.
    fn positions(&self) -> impl Iterator<Item = (usize, &'a Position, Option<&'a ValuedPosition>)> {
        let valued = self.valued;
        self.book.positions.iter().enumerate().map(move |(index, position)| {
            let value = valued.positions.get(index).and_then(Option::as_ref);
            (index, position, value)
        })
    }

    /// Dollars of one unit of a currency, where its spot is known.
    fn dollars_of(&self, currency: &Currency) -> Option<f64> {
        if currency.is_dollar_like() {
            return Some(1.0);
        }
        self.market.spot(currency.code()).ok().map(|spot| spot.value).filter(|spot| *spot > 0.0)
    }
}

/// Unit of a contract's own price: the coin of an inverse option, else its quote currency.
fn price_unit(instrument: &Instrument) -> String {
    match instrument {
        Instrument::Option(option) if option.settlement == Settlement::Inverse => option.underlying.clone(),
        _ => instrument.quote().code().to_owned(),
    }
}
