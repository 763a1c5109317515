//! A user's word on a table that no format knows: which of its columns is which of our fields, and how its numbers are meant.
//!
//! Invariant: a mapping never does its work in silence. Every file that is read by one says so, with all that it decides.

use crate::book::Position;
use crate::import::RowCount;
use crate::import::mapping_field::MappedField;
use crate::import::number::DecimalMark;
use crate::issue::{Issue, IssueKind};
use crate::units::Vol;
use serde::{Deserialize, Serialize};

/// Rows of a table that are shown before it is read.
pub const SAMPLE_ROWS: usize = 20;
/// Longest name of a mapping, characters.
pub const MAX_NAME: usize = 60;

/// How volatilities are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VolUnit {
    /// Told by sign and size: with a percent sign or above 3 it is percent.
    #[default]
    Auto,
    /// 0.62 is 62 %.
    Decimal,
    /// 62 is 62 %.
    Percent,
}

/// The sign between whole and fraction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkChoice {
    /// Told by the numbers of the file.
    #[default]
    Auto,
    /// `0.62`
    Point,
    /// `0,62`
    Comma,
}

/// What stands first in a date such as 03/04/2027.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// Told by each date; the day where both are possible, with a note.
    #[default]
    Auto,
    /// 3 April.
    DayFirst,
    /// March 4.
    MonthFirst,
}

/// Which column of a file is which of our fields. Saved by the page under a name; the text form of it is [`to_text`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// The user's name for it.
    pub name: String,
    /// Column of the file, and the field of ours that it holds.
    pub columns: Vec<(String, String)>,
    /// Field of ours, and what every row has in it.
    pub constants: Vec<(String, String)>,
    /// Whether the file writes what is held with a minus.
    pub flips_sign: bool,
    /// How volatilities are written.
    pub vol_unit: VolUnit,
    /// How fractions are written.
    pub decimal_mark: MarkChoice,
    /// How dates are written.
    pub date_order: DateOrder,
}

/// Where a field comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldSource {
    /// From nowhere.
    Absent,
    /// A column of the file.
    Column(String),
    /// The same in every row.
    Constant(String),
}

impl Mapping {
    /// Where a field comes from.
    pub fn source(&self, field: &str) -> FieldSource {
        let column = self.columns.iter().find(|(_, known)| known == field).map(|(column, _)| FieldSource::Column(column.clone()));
        let constant = || self.constants.iter().find(|(known, _)| known == field).map(|(_, text)| FieldSource::Constant(text.clone()));
        column.or_else(constant).unwrap_or(FieldSource::Absent)
    }

    /// Says where a field comes from.
    pub fn set(&mut self, field: &str, source: FieldSource) {
        self.columns.retain(|(_, known)| known != field);
        self.constants.retain(|(known, _)| known != field);
        match source {
            FieldSource::Absent => {}
            FieldSource::Column(column) => self.columns.push((column, field.to_owned())),
            FieldSource::Constant(text) => self.constants.push((field.to_owned(), text)),
        }
    }

    /// Whether a table with these columns can be read by it.
    pub fn fits(&self, columns: &[String]) -> bool {
        !self.columns.is_empty() && self.columns.iter().all(|(column, _)| columns.contains(column))
    }

    /// The one of several that says most about a table with these columns; the first of equals.
    pub(super) fn best<'m>(mappings: &'m [Mapping], columns: &[String]) -> Option<&'m Mapping> {
        mappings.iter().rev().filter(|mapping| mapping.fits(columns)).max_by_key(|mapping| mapping.columns.len())
    }

    /// Why it cannot be used on a table with these columns: what was saved may have been written by anyone.
    pub(super) fn problem(&self, columns: &[String]) -> Option<Issue> {
        let about = |message: String| Issue::rejected(IssueKind::Invalid, format!("the mapping “{}” {message}", self.name));
        if let Some((column, _)) = self.columns.iter().find(|(column, _)| !columns.contains(column)) {
            return Some(about("needs a column that the file does not have".to_owned()).in_column(column));
        }
        let fields: Vec<&str> = self.fields().collect();
        if let Some(field) = fields.iter().find(|field| MappedField::by_id(field).is_none()) {
            return Some(about(format!("names {field}, which is no field of a position")));
        }
        let twice = fields.iter().enumerate().find(|(index, field)| fields.iter().skip(index + 1).any(|other| other == *field));
        twice.map(|(_, field)| about(format!("takes {field} from two places, keep one of them")))
    }

    /// The fields that come from somewhere.
    pub(super) fn fields(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(_, field)| field.as_str()).chain(self.constants.iter().map(|(field, _)| field.as_str()))
    }

    /// All that it decides, for the note on a file that was read by it.
    pub(super) fn describe(&self) -> String {
        let columns = self.columns.iter().map(|(column, field)| format!("{column} is {field}"));
        let constants = self.constants.iter().map(|(field, text)| format!("{field} is {text} in every row"));
        let choices = [
            self.flips_sign.then_some("every sign turned round: what the file writes with a minus is held long"),
            match self.vol_unit {
                VolUnit::Auto => None,
                VolUnit::Decimal => Some("volatilities as decimals, 0.62 is 62 %"),
                VolUnit::Percent => Some("volatilities in percent, 62 is 62 %"),
            },
            match self.decimal_mark {
                MarkChoice::Auto => None,
                MarkChoice::Point => Some("a point is the decimal mark"),
                MarkChoice::Comma => Some("a comma is the decimal mark"),
            },
            match self.date_order {
                DateOrder::Auto => None,
                DateOrder::DayFirst => Some("dates with the day first"),
                DateOrder::MonthFirst => Some("dates with the month first"),
            },
        ];
        let parts: Vec<String> = columns.chain(constants).chain(choices.into_iter().flatten().map(str::to_owned)).collect();
        format!("read by the mapping “{}”: {}", self.name, parts.join("; "))
    }

    /// What it says about the numbers of a file.
    pub(super) fn reading(&self) -> Reading {
        let mark = match self.decimal_mark {
            MarkChoice::Auto => None,
            MarkChoice::Point => Some(DecimalMark::Point),
            MarkChoice::Comma => Some(DecimalMark::Comma),
        };
        Reading { vol_unit: self.vol_unit, mark }
    }
}

/// What is known of a file's numbers before they are read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reading {
    /// How volatilities are written.
    pub vol_unit: VolUnit,
    /// How fractions are written.
    pub mark: Option<DecimalMark>,
}

/// What a user must see of a table to say what its columns are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableSample {
    /// Which of the files it is, from 0.
    pub file: u32,
    /// Names of the columns, each once; a column without a name is called by its place.
    pub columns: Vec<String>,
    /// Columns that are not listed here, of a very wide table.
    pub unlisted: u32,
    /// The cells of the first [`SAMPLE_ROWS`] rows, shortened.
    pub rows: Vec<Vec<String>>,
    /// The mapping that it was read by, or else the one that its names and cells suggest.
    pub mapping: Mapping,
    /// Whether it was read by that mapping.
    pub is_mapped: bool,
}

impl TableSample {
    /// The same once it was read by a mapping.
    #[must_use]
    pub(super) fn read_by(self, mapping: &Mapping) -> TableSample {
        TableSample { mapping: mapping.clone(), is_mapped: true, ..self }
    }
}

/// A table read by a mapping that is still being made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// The first rows, at most [`SAMPLE_ROWS`].
    pub rows: Vec<TriedRow>,
    /// All rows that were read.
    pub count: RowCount,
    /// Whether these are all rows of the file.
    pub is_whole: bool,
    /// What concerns the table, not one of its first rows.
    pub issues: Vec<Issue>,
}

/// One row of a trial.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TriedRow {
    /// Its line in the file.
    pub line: u64,
    /// What it came to.
    pub positions: Vec<Position>,
    /// The volatility that it states, of an option.
    pub vol: Option<Vol>,
    /// Why it was left out, and what was interpreted.
    pub issues: Vec<Issue>,
}

/// Mappings as they are kept. Each has its fields by name, so that one kept by an older page can be read by a newer.
#[derive(Serialize, Deserialize)]
struct Kept {
    version: u32,
    mappings: Vec<Mapping>,
}

const VERSION: u32 = 1;

/// Mappings as text, to be kept.
pub fn to_text(mappings: &[Mapping]) -> String {
    // Plain text and lists, which always can be written.
    serde_json::to_string(&Kept { version: VERSION, mappings: mappings.to_vec() }).unwrap_or_default()
}

/// Mappings from the text that was kept.
///
/// # Errors
/// A `Parse` issue for a text that is none of ours.
pub fn from_text(text: &str) -> Result<Vec<Mapping>, Issue> {
    let refused = |why: String| Issue::noted(IssueKind::Parse, format!("the mappings kept in this browser cannot be read: {why}"));
    let kept: Kept = serde_json::from_str(text).map_err(|error| refused(error.to_string()))?;
    if kept.version != VERSION {
        return Err(refused(format!("they are of version {}, and {VERSION} is known", kept.version)));
    }
    Ok(kept.mappings)
}
