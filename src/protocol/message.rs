//! The questions and answers.

use crate::book::Edit;
use crate::check::{Finding, Limits};
use crate::engine::{Block, Settings, Valuation};
use crate::exposure::{Coverage, Slice, Totals};
use crate::import::mapping::{Mapping, TableSample, Trial};
use crate::import::{File, FileSummary, RowCount};
use crate::issue::Issue;
use crate::session::Session;
use crate::units::Timestamp;
use crate::view::table::lines::{ShownLine, TableChoice};
use serde::{Deserialize, Serialize};

/// A question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Read files; nothing is loaded by it.
    Import {
        /// The files.
        files: Vec<File>,
        /// The mappings that the page keeps, as [`crate::import::mapping::to_text`] wrote them; blank for none.
        mappings: String,
        /// Files, by place, that are read by a mapping whatever they are.
        chosen: Vec<(u32, Mapping)>,
        /// The time to preview the book at if no fact names one.
        now: Timestamp,
    },
    /// Read the first rows of a file by a mapping that is still being made.
    TryMapping {
        /// The file, alone.
        files: Vec<File>,
        /// The mapping.
        mapping: Mapping,
        /// How many rows at most.
        rows_at_most: u32,
    },
    /// Add inputs to inputs.
    Merge {
        /// The book and behind it what is added to it, each as [`Response::Imported`] gave it.
        #[serde(with = "serde_bytes")]
        both: Vec<u8>,
        /// Where the second starts.
        split: u64,
    },
    /// Make these inputs the loaded book.
    Load {
        /// Inputs, as [`Response::Imported`] gave them.
        #[serde(with = "serde_bytes")]
        inputs: Vec<u8>,
        /// The time to value at if no fact names one.
        now: Timestamp,
    },
    /// Value the loaded book.
    Value {
        /// Echoed in the answer.
        revision: u64,
        /// Under these settings.
        settings: Settings,
        /// How much of it.
        detail: Detail,
    },
    /// The inputs of the loaded book after these edits; what is loaded stays as it is until the answer is loaded.
    Edit {
        /// In this order.
        edits: Vec<Edit>,
    },
    /// Where the loaded book's files contradict themselves, each other or the model.
    Findings {
        /// What is tolerated.
        limits: Limits,
    },
    /// The same with the positions and market facts of these inputs added, or put in the place of a position.
    Put {
        /// Inputs, as [`Response::Imported`] gave them.
        #[serde(with = "serde_bytes")]
        inputs: Vec<u8>,
        /// The position that the first of them takes the place of; none where all are added.
        index: Option<u32>,
    },
    /// A position as a row of the positions table, to be edited.
    Cells {
        /// Its place in the book, from 0.
        index: u32,
    },
    /// Show some lines of the table of positions.
    Table {
        /// Echoed in the answer.
        revision: u64,
        /// Under these settings.
        settings: Settings,
        /// Filter, order and groups.
        choice: TableChoice,
        /// The first line, from 0.
        first: u32,
        /// How many at most.
        count: u32,
    },
    /// Write the whole table as CSV.
    TableCsv {
        /// Under these settings.
        settings: Settings,
    },
    /// Take a number apart.
    Contributions {
        /// Under these settings.
        settings: Settings,
        /// A headline measure by id; `None` for the P&L of the shock.
        measure: Option<String>,
    },
    /// List what was assumed and what is left out.
    Issues {
        /// How many of each at most.
        limit: u32,
    },
    /// Compute one block of the loaded book.
    Compute {
        /// Echoed in the answer.
        revision: u64,
        /// Under these settings.
        settings: Settings,
        /// Which block.
        block: Block,
    },
    /// Write a link.
    Share {
        /// The user's choices.
        session: Session,
        /// Whether the book and its market go along.
        with_positions: bool,
    },
    /// Read a link.
    Open {
        /// The fragment or the whole address.
        text: String,
    },
}

/// How much of a valuation is sent: names and issues of ten thousand positions do not travel with every move of a slider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Detail {
    /// Totals and sums.
    Totals,
    /// Everything: issues, and a row for each position.
    Full,
}

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
        /// The findings.
        findings: Vec<Finding>,
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

impl Request {
    /// The files of the question, which travel beside it.
    pub fn files(&mut self) -> Option<&mut Vec<File>> {
        match self {
            Request::Import { files, .. } | Request::TryMapping { files, .. } => Some(files),
            _ => None,
        }
    }

    /// The large bytes of the message, which travel beside it.
    pub fn payload(&mut self) -> Option<&mut Vec<u8>> {
        match self {
            Request::Merge { both: bytes, .. } | Request::Load { inputs: bytes, .. } | Request::Put { inputs: bytes, .. } => Some(bytes),
            _ => None,
        }
    }
}

impl Response {
    /// The large bytes of the message, which travel beside it.
    pub fn payload(&mut self) -> Option<&mut Vec<u8>> {
        match self {
            Response::Imported(imported) => Some(&mut imported.inputs),
            Response::Opened { inputs: bytes, .. } | Response::Merged { inputs: bytes, .. } | Response::File { bytes, .. } => Some(bytes),
            _ => None,
        }
    }
}
