//! What page, workers and terminal say to the engine, and its answers; plain data, sent as postcard bytes.
//!
//! Invariant: everyone runs the same [`handle`]. Runs carry a revision, so that an answer to a question no longer asked is
//! recognized and dropped. Inputs travel as opaque bytes beside the message ([`Request::payload`]): the page passes them on without
//! reading them, and a book of a hundred thousand positions costs it nothing.

#[cfg(feature = "annex")]
mod annex;
#[cfg(not(feature = "annex"))]
#[path = "no_annex.rs"]
mod annex;
mod desk;
mod request;
mod response;

use crate::book::strategy::Recognized;
use crate::book::{Edit, Position, edit, strategy, tag};
use crate::check::Severity;
use crate::engine::{Engine, Inputs};
use crate::import::MAX_POSITIONS;
use crate::issue::{Issue, IssueKind};
use crate::oracle;
use crate::session::Session;
use crate::share::document::{self, Document, SavedBook};
use crate::share::{self, Shared};
use serde::{Deserialize, Serialize};

pub use crate::protocol::desk::Desk;
pub use crate::protocol::request::{Detail, Request};
pub use crate::protocol::response::{Contribution, Imported, Preview, Response, TableWindow};

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
        Request::Import { .. }
        | Request::TryMapping { .. }
        | Request::ReadQuestions { .. }
        | Request::Judge { .. }
        | Request::Methods
        | Request::ExerciseBoundary { .. }
        | Request::Report { .. }
        | Request::Sheet { .. }
        | Request::Export { .. }
        | Request::Compare { .. } => annex::answer(desk, request, report),
        Request::Merge { both, split } => {
            let cut = usize::try_from(split).ok().and_then(|split| both.split_at_checked(split));
            let (book, added) = cut.ok_or_else(|| Issue::rejected(IssueKind::Parse, "a message was cut short"))?;
            let (mut inputs, added): (Inputs, Inputs) = (from_bytes(book)?, from_bytes(added)?);
            if added.as_of.is_some() || added.facts.iter().any(|fact| fact.time.is_some()) {
                inputs.as_of = added.as_of;
            }
            inputs.positions.extend(added.positions);
            inputs.facts.extend(added.facts);
            inputs.accounts.extend(added.accounts);
            inputs.history.extend(added.history);
            merged(&inputs)
        }
        Request::Edit { edits } => {
            let engine = desk.engine().ok_or_else(nothing_loaded)?;
            let nets = edits == [Edit::NetByInstrument];
            let counts = nets.then(|| edit::netting(&engine.inputs().positions)).transpose()?;
            let mut response = merged(&engine.edited(&edits)?)?;
            if let Response::Merged { netted, .. } = &mut response {
                *netted = counts;
            }
            Ok(response)
        }
        Request::Answer { set, questions } => {
            let answers = to_bytes(&oracle::answers(&from_bytes::<Vec<_>>(&questions)?))?;
            Ok(Response::Answered { set, build: BUILD.to_owned(), answers })
        }
        Request::PreviewRules { rules } => {
            let inputs = desk.engine().ok_or_else(nothing_loaded)?.inputs();
            Ok(Response::RulesPreviewed { preview: tag::preview(&rules, &inputs.positions) })
        }
        Request::Findings { limits, limit } => {
            let mut findings = desk.engine().ok_or_else(nothing_loaded)?.findings(limits.checked()?);
            let of = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
            let counts =
                [Severity::Error, Severity::Warning, Severity::Note].map(|severity| u32::try_from(of(severity)).unwrap_or(u32::MAX));
            findings.truncate(limit as usize);
            Ok(Response::Findings { findings, counts })
        }
        Request::LabelStrategies => merged(&desk.engine().ok_or_else(nothing_loaded)?.labelled_by_strategy()?),
        Request::Strategies { limit } => {
            let engine = desk.engine().ok_or_else(nothing_loaded)?;
            let Recognized { mut strategies, outright } = strategy::recognize(&engine.inputs().positions, engine.as_of());
            let length = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
            let (count, outright) = (length(strategies.len()), length(outright.len()));
            strategies.truncate(limit as usize);
            Ok(Response::Strategies { strategies, count, outright })
        }
        Request::Put { inputs, index } => {
            let engine = desk.engine().ok_or_else(nothing_loaded)?;
            let (mut book, added): (Inputs, Inputs) = (engine.inputs().clone(), from_bytes(&inputs)?);
            let mut positions = added.positions.into_iter();
            if let Some(index) = index
                && let Some(position) = positions.next()
            {
                edit::apply(&mut book.positions, &Edit::Replace { index, position: Box::new(position) })?;
            }
            book.positions.extend(positions);
            book.facts.extend(added.facts);
            merged(&book)
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
        Request::Cells { index } => Ok(Response::Cells { index, cells: desk.cells(index as usize) }),
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
        Request::Pack { ticket, imported } => {
            Ok(pack(*imported).map_or_else(|issue| Response::NotSaved { ticket, issue }, |packed| Response::Packed { ticket, packed }))
        }
        Request::Restore { ticket, document } => Ok(restore(&document).map_or_else(
            |issue| Response::NotSaved { ticket, issue },
            |(session, imported)| Response::Restored { ticket, session, imported },
        )),
        Request::Open { text } => {
            let Shared { inputs, session } = share::decode(&text)?;
            let positions = inputs.as_ref().map_or(0, |inputs| count(&inputs.positions));
            let inputs = inputs.as_ref().map(to_bytes).transpose()?.unwrap_or_default();
            Ok(Response::Opened { inputs, positions, session })
        }
    }
}

fn pack(imported: Imported) -> Result<Vec<u8>, Issue> {
    let Imported { inputs, rows, files, issues, .. } = imported;
    document::pack(&SavedBook { inputs: from_bytes(&inputs)?, rows, files, issues })
}

fn restore(document: &[u8]) -> Result<(Session, Box<Imported>), Issue> {
    let Document { session, book, .. } = document::decode(document)?;
    let SavedBook { inputs, rows, files, issues } = book;
    let positions = count(&inputs.positions);
    let imported =
        Imported { inputs: to_bytes(&inputs)?, rows, files, positions, issues, preview: None, tables: Vec::new(), mappings: Vec::new() };
    Ok((session, Box::new(imported)))
}

/// Inputs that were put together here, unless they are more than a book holds.
fn merged(inputs: &Inputs) -> Result<Response, Issue> {
    let positions = count(&inputs.positions);
    if inputs.positions.len() > MAX_POSITIONS {
        let message = format!("the book would have {positions} positions, at most {MAX_POSITIONS} are held: replace it, or add fewer");
        return Err(Issue::rejected(IssueKind::Unsupported, message));
    }
    Ok(Response::Merged { inputs: to_bytes(inputs)?, positions, netted: None })
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
