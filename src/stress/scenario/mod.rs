//! Scenarios: named lists of shocks on market factors, and what a book is worth under them.
//!
//! Input: a [`Pack`], read from JSON that is meant to be kept in a repository of its own and read in a diff. Output: an [`Outcome`]. What
//! moves a market maps the plan's state to a state ([`apply`]), so that no contract knows that it is stressed; what happens to one venue,
//! one protocol or one kind of holding acts on the positions afterwards ([`position`]). One file for each family of shocks; [`ALL`] is
//! their only list, and reader, writer and help iterate it. Invariant: an empty scenario gives exactly 0; a shock that has no number here
//! is said, never ignored.

mod apply;
mod basis;
mod collateral;
mod failure;
mod funding;
mod grid;
mod mark;
mod method;
mod peg;
mod position;
mod rate;
mod read;
mod selector;
mod slash;
mod spot;
mod stake;
mod unlock;
mod unmodelled;
mod vol;
mod write;

use crate::instrument::Instrument;
use crate::stress::PathRule;

pub use crate::market::surface::Stickiness;
pub use crate::stress::scenario::apply::{Ground, market};
pub use crate::stress::scenario::grid::{Aftermath, MOST_TOUCHED};
pub use crate::stress::scenario::method::METHODS;
pub use crate::stress::scenario::position::Outcome;
pub use crate::stress::scenario::read::read;
pub use crate::stress::scenario::selector::{CLASSES, Selector, Target};
pub use crate::stress::scenario::write::write;

/// Version of the format of packs.
pub const VERSION: u32 = 1;
/// Most scenarios of a pack.
pub const MAX_SCENARIOS: usize = 200;
/// Most shocks of a scenario.
pub const MAX_SHOCKS: usize = 100;
/// Longest time roll, days.
pub const MAX_DAYS: f64 = 3650.0;
/// Least and most part of the P&L that counts.
pub const WEIGHTS: (f64, f64) = (1e-6, 1.0);
/// Lowest and highest skew stickiness ratio.
pub const SKEW_RATIOS: (f64, f64) = (-5.0, 5.0);
/// Least and most days to expiry that a shock is narrowed to.
pub const DAYS_TO_EXPIRY: (f64, f64) = (0.0, 1e5);
/// Most exceptions of a selector inside each other.
pub const MAX_EXCEPTIONS: usize = 3;

/// Scenarios that are kept together in one file.
pub type Pack = Vec<Scenario>;

/// A named list of shocks.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Stable id within its pack.
    pub id: String,
    /// For a reader.
    pub name: String,
    /// Where its figures come from, what is measured and what is assumed; may be empty.
    pub source: String,
    /// What happens, family by family and within a family in this order, each to what the ones before have left.
    pub shocks: Vec<ShockItem>,
    /// Days forward.
    pub days: f64,
    /// The way there, which settles what expires on it.
    pub path: PathRule,
    /// What becomes of the smile when the forward moves.
    pub smile: Stickiness,
    /// Part of the P&L that counts, above 0 and at most 1: margin models count extreme moves in part.
    pub weight: f64,
}

impl Default for Scenario {
    fn default() -> Scenario {
        Scenario {
            id: String::new(),
            name: String::new(),
            source: String::new(),
            shocks: Vec::new(),
            days: 0.0,
            path: PathRule::Jump,
            smile: Stickiness::Strike,
            weight: 1.0,
        }
    }
}

/// One shock: a family, its numbers, and what it is on.
#[derive(Clone, Debug, PartialEq)]
pub struct ShockItem {
    /// What kind of shock.
    pub family: &'static FamilyDef,
    /// Its numbers in the units of the family's fields, in their order; `None` where one is not given.
    pub values: Vec<Option<f64>>,
    /// What it is on.
    pub on: Selector,
}

impl ShockItem {
    /// A shock of this family with these numbers by field; fields that the family does not have are left out.
    pub fn new(family: &'static FamilyDef, values: &[(&str, f64)], on: Selector) -> ShockItem {
        let of = |field: &FieldDef| values.iter().find(|(id, _)| *id == field.id).map(|(_, value)| *value);
        ShockItem { family, values: family.fields.iter().map(of).collect(), on }
    }

    /// The number of a field; `None` where it is not given.
    pub fn value(&self, field: &str) -> Option<f64> {
        let place = self.family.fields.iter().position(|known| known.id == field)?;
        self.values.get(place).copied().flatten()
    }

    /// The number of a field in percent or points as a fraction; 0 where it is not given.
    fn fraction(&self, field: &str) -> f64 {
        self.value(field).unwrap_or(0.0) / 100.0
    }
}

/// A number of a shock.
#[derive(Debug, PartialEq)]
pub struct FieldDef {
    /// Its name in a file.
    pub id: &'static str,
    /// Its unit, as it stands behind a name; empty where the name says it or it has none.
    pub unit: &'static str,
    /// What it is, with its unit.
    pub doc: &'static str,
    /// Least and most that is accepted.
    pub range: (f64, f64),
}

const fn field(id: &'static str, unit: &'static str, doc: &'static str, least: f64, most: f64) -> FieldDef {
    FieldDef { id, unit, doc, range: (least, most) }
}

/// A family of shocks.
#[derive(Debug)]
pub struct FamilyDef {
    /// Its name in a file.
    pub id: &'static str,
    /// For a reader.
    pub label: &'static str,
    /// What it does, one sentence.
    pub doc: &'static str,
    /// Its numbers.
    pub fields: &'static [FieldDef],
    /// Which of the fields must be given.
    pub needs: Needs,
    /// Whether a span of days to expiry can be selected.
    pub by_expiry: bool,
    /// What it does.
    act: Act,
}

impl PartialEq for FamilyDef {
    fn eq(&self, other: &FamilyDef) -> bool {
        self.id == other.id
    }
}

/// Which fields a shock must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// All of them.
    All,
    /// At least one.
    Any,
    /// Exactly one.
    One,
    /// None of them.
    Nothing,
}

/// An option as a shock of vols sees it.
#[derive(Clone, Copy, Debug)]
struct VolNow {
    vol: f64,
    /// Days to expiry after the time roll.
    days: f64,
    /// `ln(K/F)` after the move of the forward.
    moneyness: f64,
}

/// What a family does.
#[derive(Debug)]
enum Act {
    /// Spot after the shock from spot before it and the standard deviation of one day, a fraction.
    Spot(fn(&ShockItem, f64, f64) -> f64),
    /// Vol after the shock.
    Vol(fn(&ShockItem, &VolNow) -> f64),
    /// Factor on a dated forward with so many years to go after the time roll.
    Forward(fn(&ShockItem, f64) -> f64),
    /// What is added to a rate.
    Rate(fn(&ShockItem) -> f64),
    /// Dollars that a dollar coin is worth.
    Peg(fn(&ShockItem, f64) -> f64),
    /// Factor on the prices that some derivatives are marked at.
    Mark(fn(&ShockItem) -> f64),
    /// Factor on the value of some holdings.
    Value(fn(&Instrument) -> bool, fn(&ShockItem) -> f64),
    /// Yearly cost of a dollar of a long perpetual.
    Cost(fn(&ShockItem) -> f64),
    /// Part of what is positive that comes back.
    Failure(fn(&ShockItem) -> f64),
    /// The engine has no number for it: what is missing.
    Unmodelled(&'static str),
}

impl Act {
    /// Whether it moves a column of the market.
    fn is_market(&self) -> bool {
        matches!(self, Act::Spot(_) | Act::Vol(_) | Act::Forward(_) | Act::Rate(_) | Act::Peg(_))
    }
}

/// Every family, in the order in which they act.
pub const ALL: &[&FamilyDef] = &[
    &spot::DEF,
    &unlock::DEF,
    &basis::DEF,
    &vol::DEF,
    &rate::DEF,
    &peg::DEF,
    &mark::DEF,
    &stake::DEF,
    &slash::DEF,
    &collateral::DEF,
    &funding::DEF,
    &failure::DEF,
    &unmodelled::CORRELATION,
    &unmodelled::SPREAD,
    &unmodelled::HAIRCUT,
];

/// The family of this name.
pub fn family(id: &str) -> Option<&'static FamilyDef> {
    ALL.iter().copied().find(|def| def.id == id)
}
