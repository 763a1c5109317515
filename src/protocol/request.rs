//! The questions.

use crate::book::Edit;
use crate::book::tag::Rule;
use crate::check::Limits;
use crate::engine::{Block, Settings};
use crate::exposure::compare::Compared;
use crate::import::File;
use crate::import::mapping::Mapping;
use crate::protocol::Imported;
use crate::session::{Choices, Session};
use crate::units::Timestamp;
use crate::view::table::lines::TableChoice;
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
    /// Read the questions of an accuracy set.
    ReadQuestions {
        /// Echoed in the answer: which set.
        set: String,
        /// The set's text.
        text: String,
    },
    /// Answer questions.
    Answer {
        /// Echoed in the answer: which set.
        set: String,
        /// As [`Response::Questions`](crate::protocol::Response::Questions) gave them.
        #[serde(with = "serde_bytes")]
        questions: Vec<u8>,
    },
    /// Compare answers with what the set expects.
    Judge {
        /// The set's text.
        text: String,
        /// As [`Response::Answered`](crate::protocol::Response::Answered) gave them.
        #[serde(with = "serde_bytes")]
        answers: Vec<u8>,
    },
    /// How every number is computed.
    Methods,
    /// When the early exercise of an American option of the loaded book is due; the annex answers.
    ExerciseBoundary {
        /// Its place in the book, from 0; echoed in the answer.
        index: u32,
        /// Under these settings.
        settings: Settings,
    },
    /// Write the whole report as a file; the annex answers.
    Report {
        /// Under these settings.
        settings: Settings,
        /// What [`crate::engine::Engine::blocks`] of them came to, in that order.
        results: Vec<(Block, Vec<f64>)>,
    },
    /// An analysis of the loaded book; the annex answers.
    Sheet {
        /// Echoed in the answer.
        revision: u32,
        /// [`crate::view::sheet::SheetDef::id`].
        sheet: String,
        /// Under these settings.
        settings: Settings,
        /// What is chosen in it.
        choices: Choices,
    },
    /// What rules for labels would do to the loaded book.
    PreviewRules {
        /// In this order.
        rules: Vec<Rule>,
    },
    /// Where the loaded book's files contradict themselves, each other or the model.
    Findings {
        /// What is tolerated.
        limits: Limits,
        /// How many at most.
        limit: u32,
    },
    /// The structures that the loaded book's positions add up to.
    Strategies {
        /// How many at most.
        limit: u32,
    },
    /// The inputs of the loaded book with each position labelled by the structure that it wholly belongs to.
    LabelStrategies,
    /// Write the loaded book as a file.
    Export {
        /// [`crate::share::export::ExportDef::id`] of the format.
        format: String,
        /// File name without its ending.
        name: String,
    },
    /// What became of an earlier book until it was the loaded one.
    Compare {
        /// Inputs of the earlier book, as [`Response::Imported`] gave them.
        #[serde(with = "serde_bytes")]
        earlier: Vec<u8>,
        /// Its time if no fact names one.
        now: Timestamp,
        /// How many rows at most, and how many issues.
        limit: u32,
        /// What of the two is compared.
        measure: Compared,
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
    /// Make of a book what is saved of it, but for the session.
    Pack {
        /// Echoed in the answer.
        ticket: u64,
        /// The book, as [`Response::Imported`] gave it.
        imported: Box<Imported>,
    },
    /// Read a saved book.
    Restore {
        /// Echoed in the answer.
        ticket: u64,
        /// The document.
        #[serde(with = "serde_bytes")]
        document: Vec<u8>,
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
            Request::Pack { imported, .. } => Some(&mut imported.inputs),
            Request::Restore { document: bytes, .. } | Request::Compare { earlier: bytes, .. } => Some(bytes),
            _ => None,
        }
    }
}
