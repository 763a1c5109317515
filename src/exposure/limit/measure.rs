//! What can be limited: every measure of the pivot, and those that are of a whole and not sums of positions.

use crate::exposure::limit::Slice;
use crate::exposure::pivot::dimension::Dimension;
use crate::exposure::pivot::measure::{self, MeasureDef};
use crate::issue::{Issue, IssueKind};
use serde::{Deserialize, Serialize};

/// In what a limit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitUnit {
    /// In the unit of a measure of the pivot, US dollars of something.
    Dollars,
    /// Times the equity.
    Times,
    /// A part, 0.25 = 25 %.
    Part,
}

/// Of which slices a measure exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slices {
    /// Of the whole book only.
    Whole,
    /// Of the whole and by this dimension.
    By(&'static str),
    /// By a dimension as a whole, whatever it is.
    Dimension,
}

/// What is measured of a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Gross notional over equity.
    GrossLeverage,
    /// Net notional over equity.
    NetLeverage,
    /// Gross delta over equity.
    DeltaLeverage,
    /// Concentration of gross notional.
    Concentration,
    /// Exposure at default.
    ExposureAtDefault,
    /// Expected loss.
    ExpectedLoss,
    /// Locked part of the equity.
    LockedShare,
    /// Borrowed part of the equity.
    BorrowedShare,
}

/// A measure that is no sum over positions.
#[derive(Debug)]
pub struct EquityDef {
    /// What it is.
    pub what: What,
    /// Stable id, kebab-case.
    pub id: &'static str,
    /// For a reader.
    pub label: &'static str,
    /// In what it is.
    pub unit: LimitUnit,
    /// Of what it exists.
    pub slices: Slices,
}

/// Gross notional over equity.
pub const GROSS_LEVERAGE: EquityDef = EquityDef {
    what: What::GrossLeverage,
    id: "gross-leverage",
    label: "Gross leverage",
    unit: LimitUnit::Times,
    slices: Slices::By("account"),
};
/// Net notional over equity.
pub const NET_LEVERAGE: EquityDef =
    EquityDef { what: What::NetLeverage, id: "net-leverage", label: "Net leverage", unit: LimitUnit::Times, slices: Slices::By("account") };
/// Gross delta over equity.
pub const DELTA_LEVERAGE: EquityDef = EquityDef {
    what: What::DeltaLeverage,
    id: "delta-leverage",
    label: "Delta-adjusted leverage",
    unit: LimitUnit::Times,
    slices: Slices::By("account"),
};
/// Concentration of gross notional.
pub const CONCENTRATION: EquityDef = EquityDef {
    what: What::Concentration,
    id: "hhi",
    label: "Concentration (HHI of gross notional)",
    unit: LimitUnit::Part,
    slices: Slices::Dimension,
};
/// Exposure at default.
pub const EXPOSURE_AT_DEFAULT: EquityDef = EquityDef {
    what: What::ExposureAtDefault,
    id: "exposure-at-default",
    label: "Exposure at default",
    unit: LimitUnit::Dollars,
    slices: Slices::By("counterparty"),
};
/// Expected loss.
pub const EXPECTED_LOSS: EquityDef = EquityDef {
    what: What::ExpectedLoss,
    id: "expected-loss",
    label: "Expected loss of defaults",
    unit: LimitUnit::Dollars,
    slices: Slices::By("counterparty"),
};
/// Locked part of the equity.
pub const LOCKED_SHARE: EquityDef = EquityDef {
    what: What::LockedShare,
    id: "locked-share",
    label: "Locked share of equity",
    unit: LimitUnit::Part,
    slices: Slices::Whole,
};
/// Borrowed part of the equity.
pub const BORROWED_SHARE: EquityDef = EquityDef {
    what: What::BorrowedShare,
    id: "borrowed-share",
    label: "Borrowed share of equity",
    unit: LimitUnit::Part,
    slices: Slices::Whole,
};

/// All of them, in the order of the menus.
pub const EQUITY: &[&EquityDef] = &[
    &GROSS_LEVERAGE,
    &NET_LEVERAGE,
    &DELTA_LEVERAGE,
    &CONCENTRATION,
    &EXPOSURE_AT_DEFAULT,
    &EXPECTED_LOSS,
    &LOCKED_SHARE,
    &BORROWED_SHARE,
];

/// What is limited. As text it is its id.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum LimitMeasure {
    /// A sum over positions.
    Sum(&'static MeasureDef),
    /// A measure of a whole.
    Equity(&'static EquityDef),
}

impl LimitMeasure {
    /// Every measure, in the order of the menus.
    pub fn all() -> impl Iterator<Item = LimitMeasure> {
        measure::ALL.iter().copied().map(LimitMeasure::Sum).chain(EQUITY.iter().copied().map(LimitMeasure::Equity))
    }

    /// The measure of this id or label, whatever its case.
    pub fn by_id(text: &str) -> Option<LimitMeasure> {
        let text = text.trim();
        LimitMeasure::all().find(|measure| measure.id().eq_ignore_ascii_case(text) || measure.label().eq_ignore_ascii_case(text))
    }

    /// Stable id.
    pub fn id(self) -> &'static str {
        match self {
            LimitMeasure::Sum(def) => def.id,
            LimitMeasure::Equity(def) => def.id,
        }
    }

    /// For a reader.
    pub fn label(self) -> &'static str {
        match self {
            LimitMeasure::Sum(def) => def.label,
            LimitMeasure::Equity(def) => def.label,
        }
    }

    /// In what it is.
    pub fn unit(self) -> LimitUnit {
        match self {
            LimitMeasure::Sum(_) => LimitUnit::Dollars,
            LimitMeasure::Equity(def) => def.unit,
        }
    }

    /// Refuses a slice that the measure does not exist of.
    pub(super) fn check_slice(self, slice: &Slice) -> Result<(), Issue> {
        let LimitMeasure::Equity(def) = self else { return Ok(()) };
        let is_by = |dimension: &Dimension, id: &str| dimension.id() == id;
        let message = match (def.slices, slice) {
            (Slices::Whole, Slice::Whole) | (Slices::By(_), Slice::Whole) | (Slices::Dimension, Slice::Each(_)) => return Ok(()),
            (Slices::By(id), Slice::Of(dimension, _) | Slice::Each(dimension)) if is_by(dimension, id) => return Ok(()),
            (Slices::Whole, _) => format!("{} is of the whole book: leave dimension and key empty", def.label),
            (Slices::By(id), _) => format!("{} is of the whole book or by {id}", def.label),
            (Slices::Dimension, _) => format!("{} needs a dimension and no key", def.label),
        };
        Err(Issue::rejected(IssueKind::Unsupported, message).in_column("dimension"))
    }
}

impl PartialEq for LimitMeasure {
    fn eq(&self, other: &LimitMeasure) -> bool {
        self.id() == other.id()
    }
}

impl From<LimitMeasure> for String {
    fn from(measure: LimitMeasure) -> String {
        measure.id().to_owned()
    }
}

impl TryFrom<String> for LimitMeasure {
    type Error = String;
    fn try_from(id: String) -> Result<LimitMeasure, String> {
        LimitMeasure::by_id(&id).ok_or_else(|| format!("there is no measure {id}"))
    }
}
