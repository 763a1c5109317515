//! Stage 0, vocabulary of failure: what was wrong with an input, where it stood, and what would have been accepted.
//!
//! Invariant: nothing is dropped without an [`Issue`]; nothing is assumed without one either.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// What went wrong, in the coarse classes that a reader can act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IssueKind {
    /// A value was read and is outside of what the field accepts.
    Invalid,
    /// Text or bytes could not be read as what the field holds.
    Parse,
    /// Something that a number needs is in none of the files.
    MissingData,
    /// The contract, format or unit is known and not handled yet.
    Unsupported,
    /// A value was converted under an interpretation that the user should see.
    Conversion,
    /// A calculation has no answer for these inputs.
    Calculation,
}

/// What became of the row, file or number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The row, file or position was left out.
    Rejected,
    /// It was kept; the message states the assumption or the doubt.
    Noted,
}

/// One problem or assumption, with the place and the value that caused it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// Class of the problem.
    pub kind: IssueKind,
    /// Whether something was left out.
    pub effect: Effect,
    /// File name as the user gave it, when the cause is in a file.
    pub file: Option<String>,
    /// Line in that file, counted from 1.
    pub line: Option<u64>,
    /// Column header or JSON field name.
    pub column: Option<String>,
    /// Position name or market key (`BTC 27MAR26 forward`), when it concerns one.
    pub subject: Option<String>,
    /// The offending value as it stood.
    pub value: Option<String>,
    /// What is wrong and what would be accepted; one sentence without a trailing period.
    pub message: String,
}

impl Issue {
    /// An issue that left something out.
    pub fn rejected(kind: IssueKind, message: impl Into<String>) -> Issue {
        Issue { kind, effect: Effect::Rejected, file: None, line: None, column: None, subject: None, value: None, message: message.into() }
    }

    /// An issue that left nothing out: an assumption, a doubt, an interpretation.
    pub fn noted(kind: IssueKind, message: impl Into<String>) -> Issue {
        Issue { effect: Effect::Noted, ..Issue::rejected(kind, message) }
    }

    /// Names the file.
    #[must_use]
    pub fn in_file(mut self, file: &str) -> Issue {
        self.file = Some(file.to_owned());
        self
    }

    /// Names the line, counted from 1.
    #[must_use]
    pub fn at_line(mut self, line: u64) -> Issue {
        self.line = Some(line);
        self
    }

    /// Names the column or field.
    #[must_use]
    pub fn in_column(mut self, column: &str) -> Issue {
        self.column = Some(column.to_owned());
        self
    }

    /// Names the position or market item.
    #[must_use]
    pub fn about(mut self, subject: &str) -> Issue {
        self.subject = Some(subject.to_owned());
        self
    }

    /// Quotes the value, cut to 120 characters so that a hostile field cannot flood the list.
    #[must_use]
    pub fn with_value(mut self, value: &str) -> Issue {
        let mut text: String = value.chars().take(120).collect();
        if text.len() < value.len() {
            text.push('…');
        }
        self.value = Some(text);
        self
    }
}

/// Where a position or a market fact was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Source {
    /// File name as the user gave it; empty for a shared link.
    pub file: SmolStr,
    /// Line in that file, counted from 1; 0 where there is none.
    pub line: u64,
}

/// A result that is never lost as a whole: what could be read, and what could not.
#[must_use]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Partial<T> {
    /// What was kept.
    pub value: T,
    /// What was not, and what was assumed.
    pub issues: Vec<Issue>,
}
