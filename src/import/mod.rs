//! Files → positions and market facts.
//!
//! Input: bytes as the user dropped them. Output: [`Imported`]. Invariant: an import never fails as a whole; every row becomes a
//! position, a fact, or an `Issue` with file, line, column, value and what would be accepted, and `read = accepted + rejected`.
//! The format is recognized from the content, never from the name.

mod content;
mod deribit_book_summary;
mod deribit_chain;
mod deribit_name;
mod deribit_positions;
mod generic;
mod number;
mod plimsoll_csv;
mod plimsoll_json;
mod record;

use crate::book::Position;
use crate::issue::{Effect, Issue, IssueKind};
use crate::market::Fact;
use crate::units::Timestamp;
use serde::{Deserialize, Serialize};

pub use crate::import::content::Content;

/// Largest file, bytes.
pub const MAX_FILE_BYTES: usize = 100 * 1024 * 1024;
/// Most positions of one book.
pub const MAX_POSITIONS: usize = 100_000;
/// Longest name, account or other label, characters.
pub const MAX_LABEL_CHARS: usize = 256;

/// A format.
pub struct ImportDef {
    /// Stable id, kebab-case.
    pub id: &'static str,
    /// Name as the page shows it.
    pub label: &'static str,
    /// What it is and where a user gets it, one sentence.
    pub doc: &'static str,
    /// Whether the content is of this format; asked fast.
    pub recognizes: fn(&Content) -> bool,
    /// Reads it.
    pub read: fn(&Content, &mut Imported),
}

/// The formats, in the order in which they are asked.
pub const ALL: &[&ImportDef] =
    &[&deribit_book_summary::DEF, &deribit_chain::DEF, &deribit_positions::DEF, &plimsoll_csv::DEF, &plimsoll_json::DEF];

/// A file as the user gave it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Rows that state something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowCount {
    /// All of them.
    pub read: u64,
    /// Those that became a position or a fact, or said that there is none.
    pub accepted: u64,
    /// Those that became an issue.
    pub rejected: u64,
}

/// What was made of one file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FileSummary {
    /// Its name.
    pub name: String,
    /// Id of its format; `None` if nothing recognized it.
    pub format: Option<String>,
    /// Label of its format.
    pub label: String,
    /// Positions in it.
    pub positions: u64,
    /// Market facts in it.
    pub facts: u64,
}

/// What came of all files.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Imported {
    /// The positions, in the order of the files and rows.
    pub positions: Vec<Position>,
    /// The market facts.
    pub facts: Vec<Fact>,
    /// Rows of all files.
    pub rows: RowCount,
    /// What was left out, and what was assumed in reading.
    pub issues: Vec<Issue>,
    /// The files.
    pub files: Vec<FileSummary>,
}

impl Imported {
    fn accept(&mut self) {
        self.rows.read += 1;
        self.rows.accepted += 1;
    }

    fn reject(&mut self, issue: Issue) {
        self.rows.read += 1;
        self.rows.rejected += 1;
        self.issues.push(Issue { effect: Effect::Rejected, ..issue });
    }

    /// Takes a position, unless the book is full.
    fn push_position(&mut self, position: Position) {
        if self.positions.len() >= MAX_POSITIONS {
            let message = format!("a book holds at most {MAX_POSITIONS} positions, this one and those after it are left out");
            let issue = Issue::rejected(IssueKind::Invalid, message).in_file(&position.source.file).at_line(position.source.line);
            self.reject(issue.with_value(&position.name));
            return;
        }
        self.accept();
        self.positions.push(position);
    }

    /// Latest time that any fact names.
    pub fn latest(&self) -> Option<Timestamp> {
        self.facts.iter().filter_map(|fact| fact.time).max()
    }
}

/// Reads files.
pub fn import(files: &[File]) -> Imported {
    let mut imported = Imported::default();
    for file in files {
        let (positions, facts) = (imported.positions.len(), imported.facts.len());
        let format = import_one(file, &mut imported);
        imported.files.push(FileSummary {
            name: file.name.clone(),
            format: format.map(|def| def.id.to_owned()),
            label: format.map_or_else(|| "not recognized".to_owned(), |def| def.label.to_owned()),
            positions: (imported.positions.len() - positions) as u64,
            facts: (imported.facts.len() - facts) as u64,
        });
    }
    imported
}

fn import_one(file: &File, imported: &mut Imported) -> Option<&'static ImportDef> {
    let content = match Content::decode(file) {
        Ok(content) => content,
        Err(issue) => {
            imported.issues.push(issue.in_file(&file.name));
            return None;
        }
    };
    let Some(def) = ALL.iter().copied().find(|def| (def.recognizes)(&content)) else {
        let known: Vec<&str> = ALL.iter().map(|def| def.label).collect();
        let message = format!("no importer knows this file; accepted are: {}", known.join(", "));
        let value: String = content.text.chars().take(60).collect();
        imported.issues.push(Issue::rejected(IssueKind::Unsupported, message).in_file(&file.name).at_line(1).with_value(value.trim()));
        return None;
    };
    let before = imported.rows.read;
    imported.issues.extend(content.notes.iter().cloned());
    (def.read)(&content, imported);
    if imported.rows.read == before && !imported.issues.iter().any(|issue| issue.effect == Effect::Rejected && issue.file.as_deref() == Some(&file.name)) {
        imported.issues.push(Issue::rejected(IssueKind::MissingData, "the file holds no rows").in_file(&file.name));
    }
    Some(def)
}
