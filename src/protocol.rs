//! What page, workers and terminal say to the engine, and its answers; plain data, sent as postcard bytes.
//!
//! Invariant: everyone runs the same [`handle`]. Runs carry a revision, so that an answer to a question no longer asked is
//! recognized and dropped. Inputs travel as opaque bytes: the page passes them on without reading them.

use crate::book::strategy::{self, Recognized};
use crate::book::{Edit, Position};
use crate::check::{Finding, Limits};
use crate::engine::{Block, Engine, Inputs, PositionRow, Settings, Valuation};
use crate::exposure::compare::Comparison;
use crate::import::{self, File, FileSummary, RowCount};
use crate::issue::{Issue, IssueKind};
use crate::price::ValuedPosition;
use crate::session::Session;
use crate::share::{self, Shared};
use crate::units::Timestamp;
use serde::{Deserialize, Serialize};

/// A question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Read files, on top of earlier inputs or alone.
    Import {
        /// The files.
        files: Vec<File>,
        /// Inputs to add to, as [`Response::Imported`] gave them.
        #[serde(with = "serde_bytes")]
        onto: Option<Vec<u8>>,
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
    /// Describe some positions of the loaded book, without a shock, and some of its issues.
    Rows {
        /// The first, from 0.
        first: u32,
        /// How many at most.
        count: u32,
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
    /// The structures that the loaded book's positions add up to.
    Strategies,
    /// What became of an earlier book until it was the loaded one.
    Compare {
        /// Inputs of the earlier book, as [`Response::Imported`] gave them.
        #[serde(with = "serde_bytes")]
        earlier: Vec<u8>,
        /// Its time if no fact names one.
        now: Timestamp,
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
    /// And every position under the shock.
    Shocked,
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
        /// The positions under the shock, for [`Detail::Shocked`]; empty without a shock.
        shocked: Vec<Option<ValuedPosition>>,
        /// The blocks that belong to these settings.
        blocks: Vec<Block>,
    },
    /// Some rows and issues.
    Rows {
        /// Of the request.
        first: u32,
        /// The rows; fewer than asked for at the end.
        positions: Vec<PositionRow>,
        /// The issues of the same range.
        issues: Vec<Issue>,
        /// Whether more of either follow.
        has_more: bool,
    },
    /// The book was edited.
    Edited {
        /// The inputs, to be loaded; opaque.
        #[serde(with = "serde_bytes")]
        inputs: Vec<u8>,
        /// Positions in them.
        positions: u32,
    },
    /// What the checks found; the gravest first.
    Findings {
        /// The findings.
        findings: Vec<Finding>,
    },
    /// The book read as structures.
    Strategies {
        /// The structures and what stands alone.
        recognized: Recognized,
    },
    /// Two books compared.
    Compared {
        /// The change and what it is made of.
        comparison: Comparison,
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
        /// Inputs, if the link holds a book.
        #[serde(with = "serde_bytes")]
        inputs: Option<Vec<u8>>,
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
    /// Positions in the inputs, earlier ones included.
    pub positions: u32,
    /// What was dropped and what was assumed in reading.
    pub issues: Vec<Issue>,
}

/// Names the build: page and worker must be of one. The release build sets it to the commit.
pub const BUILD: &str = match option_env!("PLIMSOLL_BUILD") {
    Some(build) => build,
    None => env!("CARGO_PKG_VERSION"),
};

/// Answers one question. `engine` is the loaded book, if any.
pub fn handle(engine: &mut Option<Engine>, request: Request) -> Response {
    answer(engine, request).unwrap_or_else(Response::Failed)
}

fn answer(engine: &mut Option<Engine>, request: Request) -> Result<Response, Issue> {
    match request {
        Request::Import { files, onto } => {
            let imported = import::import(&files);
            let mut inputs = match onto {
                Some(bytes) => from_bytes(&bytes)?,
                None => Inputs::default(),
            };
            if imported.facts.iter().any(|fact| fact.time.is_some()) {
                inputs.as_of = None;
            }
            inputs.positions.extend(imported.positions);
            inputs.facts.extend(imported.facts);
            inputs.accounts.extend(imported.accounts);
            let positions = count(&inputs.positions);
            let inputs = to_bytes(&inputs)?;
            Ok(Response::Imported(Imported { inputs, rows: imported.rows, files: imported.files, positions, issues: imported.issues }))
        }
        Request::Load { inputs, now } => {
            let loaded = Engine::load(from_bytes(&inputs)?, now);
            let as_of = loaded.as_of();
            *engine = Some(loaded);
            Ok(Response::Loaded { as_of })
        }
        Request::Value { revision, settings, detail } => {
            settings.check()?;
            let engine = engine.as_ref().ok_or_else(nothing_loaded)?;
            let mut valuation = Box::new(engine.valuation(&settings, detail == Detail::Full));
            if detail != Detail::Full {
                valuation.issues.clear();
            }
            let shocked = if detail == Detail::Shocked { engine.shocked_positions(&settings) } else { Vec::new() };
            Ok(Response::Valued { revision, valuation, shocked, blocks: engine.blocks(&settings) })
        }
        Request::Rows { first, count } => {
            let engine = engine.as_ref().ok_or_else(nothing_loaded)?;
            let (positions, issues, has_more) = engine.rows_in(first as usize, count as usize);
            Ok(Response::Rows { first, positions, issues, has_more })
        }
        Request::Edit { edits } => {
            let inputs = engine.as_ref().ok_or_else(nothing_loaded)?.edited(&edits)?;
            Ok(Response::Edited { inputs: to_bytes(&inputs)?, positions: count(&inputs.positions) })
        }
        Request::Findings { limits } => {
            let engine = engine.as_ref().ok_or_else(nothing_loaded)?;
            Ok(Response::Findings { findings: engine.findings(limits.checked()?) })
        }
        Request::Strategies => {
            let engine = engine.as_ref().ok_or_else(nothing_loaded)?;
            Ok(Response::Strategies { recognized: strategy::recognize(&engine.inputs().positions, engine.as_of()) })
        }
        Request::Compare { earlier, now } => {
            let engine = engine.as_ref().ok_or_else(nothing_loaded)?;
            Ok(Response::Compared { comparison: engine.since(&Engine::load(from_bytes(&earlier)?, now))? })
        }
        Request::Compute { revision, settings, block } => {
            settings.check()?;
            let engine = engine.as_ref().ok_or_else(nothing_loaded)?;
            Ok(Response::Computed { revision, block, pnl: engine.block(&settings, block) })
        }
        Request::Share { session, with_positions } => {
            let inputs = engine.as_ref().filter(|_| with_positions).map(Engine::needed_inputs);
            Ok(Response::Shared { fragment: share::encode(&Shared { inputs, session })? })
        }
        Request::Open { text } => {
            let Shared { inputs, session } = share::decode(&text)?;
            let positions = inputs.as_ref().map_or(0, |inputs| count(&inputs.positions));
            let inputs = inputs.as_ref().map(to_bytes).transpose()?;
            Ok(Response::Opened { inputs, positions, session })
        }
    }
}

fn count(positions: &[Position]) -> u32 {
    u32::try_from(positions.len()).unwrap_or(u32::MAX)
}

fn nothing_loaded() -> Issue {
    Issue::rejected(IssueKind::MissingData, "no book is loaded yet")
}

/// Bytes of a message or of inputs.
///
/// # Errors
/// A `Calculation` issue if it cannot be written, which takes running out of memory.
pub fn to_bytes<T: Serialize>(value: &T) -> Result<Vec<u8>, Issue> {
    postcard::to_stdvec(value).map_err(|error| Issue::rejected(IssueKind::Calculation, format!("a message could not be written: {error}")))
}

/// A message or inputs from bytes.
///
/// # Errors
/// A `Parse` issue if the bytes are not of this build.
pub fn from_bytes<T: for<'a> Deserialize<'a>>(bytes: &[u8]) -> Result<T, Issue> {
    postcard::from_bytes(bytes).map_err(|error| Issue::rejected(IssueKind::Parse, format!("a message could not be read: {error}")))
}
