//! What page, workers and terminal say to the engine, and its answers; plain data, sent as postcard bytes.
//!
//! Invariant: everyone runs the same [`handle`]. Runs carry a revision, so that an answer to a question no longer asked is
//! recognized and dropped. Inputs travel as opaque bytes beside the message ([`Request::payload`]): the page passes them on without
//! reading them, and a book of a hundred thousand positions costs it nothing.

mod desk;

use crate::engine::{Block, Engine, Inputs, Settings, Valuation};
use crate::exposure::{Coverage, Slice, Totals};
use crate::import::{File, FileSummary, MAX_POSITIONS, RowCount};
use crate::issue::{Issue, IssueKind};
use crate::session::Session;
use crate::share::{self, Shared};
use crate::units::Timestamp;
use crate::view::table::lines::{ShownLine, TableChoice};
use serde::{Deserialize, Serialize};

pub use crate::protocol::desk::Desk;

/// A question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Read files; nothing is loaded by it.
    Import {
        /// The files.
        files: Vec<File>,
        /// The time to preview the book at if no fact names one.
        now: Timestamp,
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
    /// Inputs were added to inputs.
    Merged {
        /// The sum.
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
    /// The large bytes of the message, which travel beside it.
    pub fn payload(&mut self) -> Option<&mut Vec<u8>> {
        match self {
            Request::Merge { both: bytes, .. } | Request::Load { inputs: bytes, .. } => Some(bytes),
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

/// Names the build: page and worker must be of one. The release build sets it to the commit.
pub const BUILD: &str = match option_env!("PLIMSOLL_BUILD") {
    Some(build) => build,
    None => env!("CARGO_PKG_VERSION"),
};

/// Answers one question. `report` hears how far a long one has come.
pub fn handle(desk: &mut Desk, request: Request, report: &mut dyn FnMut(Response)) -> Response {
    answer(desk, request, report).unwrap_or_else(Response::Failed)
}

fn answer(desk: &mut Desk, request: Request, report: &mut dyn FnMut(Response)) -> Result<Response, Issue> {
    match request {
        Request::Import { files, now } => import(&files, now, report),
        Request::Merge { both, split } => {
            let cut = usize::try_from(split).ok().and_then(|split| both.split_at_checked(split));
            let (book, added) = cut.ok_or_else(|| Issue::rejected(IssueKind::Parse, "a message was cut short"))?;
            let (mut inputs, added): (Inputs, Inputs) = (from_bytes(book)?, from_bytes(added)?);
            if added.facts.iter().any(|fact| fact.time.is_some()) {
                inputs.as_of = None;
            }
            inputs.positions.extend(added.positions);
            inputs.facts.extend(added.facts);
            inputs.accounts.extend(added.accounts);
            let positions = u32::try_from(inputs.positions.len()).unwrap_or(u32::MAX);
            if inputs.positions.len() > MAX_POSITIONS {
                let message =
                    format!("the book would have {positions} positions, at most {MAX_POSITIONS} are held: replace it, or drop fewer");
                return Err(Issue::rejected(IssueKind::Unsupported, message));
            }
            Ok(Response::Merged { inputs: to_bytes(&inputs)?, positions })
        }
        Request::Load { inputs, now } => {
            let loaded = Engine::load(from_bytes(&inputs)?, now);
            let as_of = loaded.as_of();
            desk.load(loaded);
            Ok(Response::Loaded { as_of })
        }
        Request::Value { revision, settings, detail } => {
            settings.check()?;
            let engine = desk.engine().ok_or_else(nothing_loaded)?;
            let mut valuation = Box::new(engine.valuation(&settings, detail == Detail::Full));
            if detail != Detail::Full {
                valuation.issues.clear();
            }
            Ok(Response::Valued { revision, valuation, blocks: engine.blocks(&settings) })
        }
        Request::Table { revision, settings, choice, first, count } => {
            settings.check()?;
            Ok(Response::Table { revision, window: desk.window(&settings, &choice, first as usize, count as usize) })
        }
        Request::TableCsv { settings } => {
            Ok(Response::File { name: "plimsoll-positions.csv".to_owned(), bytes: desk.table_csv(&settings).into_bytes() })
        }
        Request::Contributions { settings, measure } => Ok(Response::Contributions(desk.contributions(&settings, measure.as_deref()))),
        Request::Issues { limit } => {
            let (issues, counts) = desk.issues(limit as usize);
            Ok(Response::Issues { issues, counts })
        }
        Request::Compute { revision, settings, block } => {
            settings.check()?;
            let engine = desk.engine().ok_or_else(nothing_loaded)?;
            Ok(Response::Computed { revision, block, pnl: engine.block(&settings, block) })
        }
        Request::Share { session, with_positions } => {
            let inputs = desk.engine().filter(|_| with_positions).map(Engine::needed_inputs);
            Ok(Response::Shared { fragment: share::encode(&Shared { inputs, session })? })
        }
        Request::Open { text } => {
            let Shared { inputs, session } = share::decode(&text)?;
            let positions = inputs.as_ref().map_or(0, |inputs| u32::try_from(inputs.positions.len()).unwrap_or(u32::MAX));
            let inputs = inputs.as_ref().map(to_bytes).transpose()?.unwrap_or_default();
            Ok(Response::Opened { inputs, positions, session })
        }
    }
}

/// Reads files and sums up the book as it would be; nothing is loaded by it.
#[cfg(feature = "import")]
fn import(files: &[File], now: Timestamp, report: &mut dyn FnMut(Response)) -> Result<Response, Issue> {
    let imported = crate::import::import_with(files, &mut |done, total| report(Response::Reading { done, total }));
    let (rows, files, issues) = (imported.rows, imported.files, imported.issues);
    let inputs = Inputs { positions: imported.positions, facts: imported.facts, accounts: imported.accounts, as_of: None };
    let positions = u32::try_from(inputs.positions.len()).unwrap_or(u32::MAX);
    let bytes = to_bytes(&inputs)?;
    let preview = (!inputs.positions.is_empty()).then(|| {
        let engine = Engine::load(inputs, now);
        let valuation = engine.valuation(&Settings::default(), false);
        Preview { as_of: valuation.as_of, totals: valuation.base, coverage: valuation.coverage, by_underlying: valuation.by_underlying }
    });
    Ok(Response::Imported(Imported { inputs: bytes, rows, files, positions, issues, preview }))
}

/// This part of the program reads no files: the page hands them to a module of their own, which it loads with the first of them.
#[cfg(not(feature = "import"))]
fn import(_: &[File], _: Timestamp, _: &mut dyn FnMut(Response)) -> Result<Response, Issue> {
    Err(Issue::rejected(IssueKind::Unsupported, "this part of the program reads no files"))
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
