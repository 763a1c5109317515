//! The answers.

use crate::book::strategy::Strategy;
use crate::book::tag;
use crate::check::Finding;
use crate::engine::{Block, Valuation};
use crate::exposure::compare::Comparison;
use crate::exposure::{Coverage, Slice, Totals};
use crate::import::mapping::{Mapping, TableSample, Trial};
use crate::import::{FileSummary, RowCount};
use crate::issue::Issue;
use crate::oracle::Verdict;
use crate::session::Session;
use crate::units::Timestamp;
use crate::view::table::lines::ShownLine;
use serde::{Deserialize, Serialize};

/// An answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Response {
    /// A worker has started; `build` tells whether it belongs to this page.
    Ready {
        /// [`BUILD`] of the worker.
        build: String,
    },
    /// Files were read.
    Imported(Imported),
    /// What the first rows come to by a mapping.
    Tried(Trial),
    /// The book was edited, or inputs were added to inputs.
    Merged {
        /// What it came to.
        #[serde(with = "serde_bytes")]
        inputs: Vec<u8>,
        /// Positions in it.
        positions: u32,
        /// Where the edit was a netting: how many lots were put together, and how many positions are left of them.
        netted: Option<[u32; 2]>,
    },
    /// The book is loaded.
    Loaded {
        /// The instant it is valued at.
        as_of: Timestamp,
    },
    /// A valuation.
    Valued {
        /// Of the request.
        revision: u64,
        /// The result; its issues and positions are empty unless [`Detail::Full`] was asked for.
        valuation: Box<Valuation>,
        /// The blocks that belong to these settings.
        blocks: Vec<Block>,
    },
    /// How far the reading of files has come.
    Reading {
        /// Bytes read.
        done: u64,
        /// Bytes of all files.
        total: u64,
    },
    /// What the checks found; the gravest first.
    Findings {
        /// The first findings.
        findings: Vec<Finding>,
        /// How many there are in all: errors, warnings, notes.
        counts: [u32; 3],
    },
    /// The book read as structures.
    Strategies {
        /// The first structures.
        strategies: Vec<Strategy>,
        /// How many there are in all.
        count: u32,
        /// How many positions stand alone, in whole or in part.
        outright: u32,
    },
    /// What an accuracy set asks.
    Questions {
        /// Which set.
        set: String,
        /// The questions; opaque.
        #[serde(with = "serde_bytes")]
        questions: Vec<u8>,
    },
    /// Answers to questions.
    Answered {
        /// Which set.
        set: String,
        /// [`BUILD`](crate::protocol::BUILD) of the module that answered.
        build: String,
        /// The answers; opaque.
        #[serde(with = "serde_bytes")]
        answers: Vec<u8>,
    },
    /// What came of an accuracy set.
    SelfTested {
        /// Counts, the worst error, and what is outside.
        verdict: Verdict,
    },
    /// How every number is computed.
    Methods {
        /// The bytes of a list of [`Section`](crate::view::methods::Section)s: only who shows them needs to read them.
        #[serde(with = "serde_bytes")]
        sections: Vec<u8>,
    },
    /// When early exercise of a position is due.
    ExerciseBoundary {
        /// Of the request.
        index: u32,
        /// A [`crate::view::chart::exercise_boundary::BoundarySheet`], as bytes.
        #[serde(with = "serde_bytes")]
        sheet: Vec<u8>,
    },
    /// An analysis.
    Sheet {
        /// Of the request.
        revision: u32,
        /// Of the request.
        id: String,
        /// A [`crate::view::sheet::Sheet`], as bytes.
        #[serde(with = "serde_bytes")]
        sheet: Vec<u8>,
    },
    /// What rules for labels would do.
    RulesPreviewed {
        /// How many positions they concern.
        preview: tag::Preview,
    },
    /// Two books compared.
    Compared {
        /// The change and what it is made of, with the rows in which most happened.
        comparison: Comparison,
        /// How many rows there are in all, and how many issues.
        counts: [u32; 2],
    },
    /// Some lines of the table.
    Table {
        /// Of the request.
        revision: u64,
        /// The lines.
        window: TableWindow,
    },
    /// A file to save.
    File {
        /// Its name.
        name: String,
        /// Its content.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// A position as a row of the positions table.
    Cells {
        /// Its place in the book.
        index: u32,
        /// Columns and cells.
        cells: Vec<(String, String)>,
    },
    /// The parts of a number.
    Contributions(Vec<Contribution>),
    /// What was assumed and what is left out.
    Issues {
        /// The first of each effect, rejections first.
        issues: Vec<Issue>,
        /// How many were left out and how many noted, in all.
        counts: [u32; 2],
    },
    /// A computed block.
    Computed {
        /// Of the request.
        revision: u64,
        /// Which.
        block: Block,
        /// P&L in the numeraire.
        pnl: Vec<f64>,
    },
    /// A link.
    Shared {
        /// The fragment without `#`.
        fragment: String,
    },
    /// A link that was read.
    Opened {
        /// Inputs; empty if the link holds no book.
        #[serde(with = "serde_bytes")]
        inputs: Vec<u8>,
        /// How many positions it holds.
        positions: u32,
        /// The sender's choices.
        session: Session,
    },
    /// A book that can be saved.
    Packed {
        /// Of the request.
        ticket: u64,
        /// What [`crate::share::document::join`] takes.
        #[serde(with = "serde_bytes")]
        packed: Vec<u8>,
    },
    /// A saved book that was read.
    Restored {
        /// Of the request.
        ticket: u64,
        /// The user's choices.
        session: Session,
        /// The book and what was made of its files.
        imported: Box<Imported>,
    },
    /// A book that cannot be saved, or a saved book that cannot be read.
    NotSaved {
        /// Of the request.
        ticket: u64,
        /// Why.
        issue: Issue,
    },
    /// It could not be done.
    Failed(Issue),
}

/// What came of an import.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Imported {
    /// The inputs, to be loaded; opaque.
    #[serde(with = "serde_bytes")]
    pub inputs: Vec<u8>,
    /// Rows of these files.
    pub rows: RowCount,
    /// The files, each with what was made of it.
    pub files: Vec<FileSummary>,
    /// Positions in the inputs.
    pub positions: u32,
    /// What was dropped and what was assumed in reading.
    pub issues: Vec<Issue>,
    /// The book as it would be.
    pub preview: Option<Preview>,
    /// The tables among the files whose columns the user may map.
    pub tables: Vec<TableSample>,
    /// The mappings that the page keeps, as they were read.
    pub mappings: Vec<Mapping>,
}

/// A book that is not open yet, summed up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    /// The instant that it would be valued at.
    pub as_of: Timestamp,
    /// Its totals.
    pub totals: Totals,
    /// What they leave out.
    pub coverage: Coverage,
    /// By underlying.
    pub by_underlying: Vec<Slice>,
    /// The gravest contradictions in it.
    pub findings: Vec<Finding>,
    /// How many there are in all.
    pub finding_count: u32,
}

/// Some lines of the table of positions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TableWindow {
    /// Lines in all.
    pub total: u32,
    /// The first of these.
    pub first: u32,
    /// The lines.
    pub lines: Vec<ShownLine>,
}

/// A part of a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contribution {
    /// Name of the position.
    pub name: String,
    /// Its file and line.
    pub source: String,
    /// Its share, US dollars.
    pub amount: f64,
}

impl Response {
    /// The large bytes of the message, which travel beside it.
    pub fn payload(&mut self) -> Option<&mut Vec<u8>> {
        match self {
            Response::Imported(imported) => Some(&mut imported.inputs),
            Response::Restored { imported, .. } => Some(&mut imported.inputs),
            Response::Packed { packed: bytes, .. } => Some(bytes),
            Response::Opened { inputs: bytes, .. } | Response::Merged { inputs: bytes, .. } | Response::File { bytes, .. } => Some(bytes),
            _ => None,
        }
    }
}
