//! What page, workers and terminal say to the engine, and its answers; plain data, sent as postcard bytes.
//!
//! Invariant: everyone runs the same [`handle`]. Runs carry a revision, so that an answer to a question no longer asked is
//! recognized and dropped. Inputs travel as opaque bytes beside the message ([`Request::payload`]): the page passes them on without
//! reading them, and a book of a hundred thousand positions costs it nothing.

mod desk;
mod request;
mod response;

use crate::book::strategy::Recognized;
use crate::book::{Edit, Position, edit, strategy, tag};
#[cfg(feature = "annex")]
use crate::check::Limits;
use crate::check::Severity;
#[cfg(feature = "annex")]
use crate::engine::Report;
use crate::engine::{Block, Engine, Inputs, Settings};
use crate::import::mapping::Mapping;
use crate::import::{File, MAX_POSITIONS};
#[cfg(feature = "annex")]
use crate::import::{Options, mapping};
use crate::issue::{Issue, IssueKind};
use crate::oracle;
use crate::session::{Choices, Session};
use crate::share::document::{self, Document, SavedBook};
use crate::share::export;
use crate::share::{self, Shared};
use crate::units::Timestamp;
use serde::{Deserialize, Serialize};

pub use crate::protocol::desk::Desk;
pub use crate::protocol::request::{Detail, Request};
pub use crate::protocol::response::{Contribution, Imported, Preview, Response, TableWindow};

/// Contradictions that a preview names; the rest is counted.
#[cfg(feature = "annex")]
const MOST_FINDINGS: usize = 20;

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
        Request::Import { files, mappings, chosen, now } => import(&files, &mappings, chosen, now, report),
        Request::TryMapping { files, mapping, rows_at_most } => try_mapping(&files, &mapping, rows_at_most),
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
        Request::ReadQuestions { set, text } => Ok(Response::Questions { set, questions: read_questions(&text)? }),
        Request::Answer { set, questions } => {
            let answers = to_bytes(&oracle::answers(&from_bytes::<Vec<_>>(&questions)?))?;
            Ok(Response::Answered { set, build: BUILD.to_owned(), answers })
        }
        Request::Judge { text, answers } => judge(&text, &answers),
        Request::Methods => methods(),
        Request::ExerciseBoundary { index, settings } => exercise_boundary(desk, index, &settings),
        Request::Report { settings, results } => report_file(desk, &settings, results),
        Request::Sheet { revision, sheet, settings, choices } => analysis(desk, revision, &sheet, &settings, &choices),
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
        Request::Export { format, name } => {
            let inputs = desk.engine().ok_or_else(nothing_loaded)?.inputs();
            let known = export::ALL.iter().find(|def| def.id == format);
            let def = known.ok_or_else(|| Issue::rejected(IssueKind::Unsupported, "no such file format is written").with_value(&format))?;
            Ok(Response::File { name: format!("{name}.{}", def.extension), bytes: (def.write)(inputs) })
        }
        Request::Strategies { limit } => {
            let engine = desk.engine().ok_or_else(nothing_loaded)?;
            let Recognized { mut strategies, outright } = strategy::recognize(&engine.inputs().positions, engine.as_of());
            let length = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
            let (count, outright) = (length(strategies.len()), length(outright.len()));
            strategies.truncate(limit as usize);
            Ok(Response::Strategies { strategies, count, outright })
        }
        Request::Compare { earlier, now, limit, measure } => {
            let engine = desk.engine().ok_or_else(nothing_loaded)?;
            let mut comparison = engine.since(&Engine::load(from_bytes(&earlier)?, now), measure)?;
            let counts = [comparison.condense(limit as usize), comparison.issues.len()];
            comparison.issues.truncate(limit as usize);
            Ok(Response::Compared { comparison, counts: counts.map(|count| u32::try_from(count).unwrap_or(u32::MAX)) })
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

/// Reads files and sums up the book as it would be; nothing is loaded by it.
#[cfg(feature = "annex")]
fn import(
    files: &[File],
    kept: &str,
    chosen: Vec<(u32, Mapping)>,
    now: Timestamp,
    report: &mut dyn FnMut(Response),
) -> Result<Response, Issue> {
    // What cannot be read of the page's own is said, and stops nobody from reading files.
    let (mappings, refused) = match kept {
        "" => (Vec::new(), None),
        kept => mapping::from_text(kept).map_or_else(|issue| (Vec::new(), Some(issue)), |mappings| (mappings, None)),
    };
    let options = Options { mappings, chosen };
    let imported = crate::import::import_with(files, &options, &mut |done, total| report(Response::Reading { done, total }));
    let (rows, files, tables) = (imported.rows, imported.files, imported.tables);
    let issues = refused.into_iter().chain(imported.issues).collect();
    let inputs = Inputs {
        positions: imported.positions,
        facts: imported.facts,
        accounts: imported.accounts,
        history: imported.history,
        as_of: imported.as_of,
    };
    let positions = count(&inputs.positions);
    let bytes = to_bytes(&inputs)?;
    let preview = (!inputs.positions.is_empty()).then(|| {
        let engine = Engine::load(inputs, now);
        let valuation = engine.valuation(&Settings::default(), false);
        let mut findings = engine.findings(Limits::default());
        let finding_count = u32::try_from(findings.len()).unwrap_or(u32::MAX);
        findings.truncate(MOST_FINDINGS);
        Preview {
            as_of: valuation.as_of,
            totals: valuation.base,
            coverage: valuation.coverage,
            by_underlying: valuation.by_underlying,
            findings,
            finding_count,
        }
    });
    Ok(Response::Imported(Imported { inputs: bytes, rows, files, positions, issues, preview, tables, mappings: options.mappings }))
}

/// This part of the program reads no files: the page hands them to a module of their own, which it loads with the first of them.
#[cfg(not(feature = "annex"))]
fn import(_: &[File], _: &str, _: Vec<(u32, Mapping)>, _: Timestamp, _: &mut dyn FnMut(Response)) -> Result<Response, Issue> {
    Err(Issue::rejected(IssueKind::Unsupported, "this part of the program reads no files"))
}

/// Reads the first rows of the one file.
#[cfg(feature = "annex")]
fn try_mapping(files: &[File], mapping: &Mapping, rows_at_most: u32) -> Result<Response, Issue> {
    let file = files.first().ok_or_else(|| Issue::rejected(IssueKind::MissingData, "there is no file to map"))?;
    Ok(Response::Tried(crate::import::try_mapping(file, mapping, rows_at_most as usize)))
}

/// The questions of an accuracy set, which is read as files are.
#[cfg(feature = "annex")]
fn read_questions(text: &str) -> Result<Vec<u8>, Issue> {
    to_bytes(&oracle::questions(text)?)
}

/// Compares answers with what the set expects.
#[cfg(feature = "annex")]
fn judge(text: &str, answers: &[u8]) -> Result<Response, Issue> {
    Ok(Response::SelfTested { verdict: oracle::judge(text, &from_bytes::<Vec<_>>(answers)?)? })
}

/// The texts are loaded when they are asked for, as what reads files is.
#[cfg(feature = "annex")]
fn methods() -> Result<Response, Issue> {
    Ok(Response::Methods { sections: to_bytes(&crate::view::methods::sections())? })
}

#[cfg(feature = "annex")]
fn exercise_boundary(desk: &Desk, index: u32, settings: &Settings) -> Result<Response, Issue> {
    settings.check()?;
    let engine = desk.engine().ok_or_else(nothing_loaded)?;
    let place = index as usize;
    let row = engine.row(place).ok_or_else(|| Issue::rejected(IssueKind::MissingData, "the book has no such position"))?;
    let boundary = engine.exercise_boundary(place, settings);
    let sheet = crate::view::chart::exercise_boundary::sheet(&row, boundary.as_ref(), settings, engine.as_of());
    Ok(Response::ExerciseBoundary { index, sheet: to_bytes(&sheet)? })
}

/// The bytes that the terminal prints.
#[cfg(feature = "annex")]
fn report_file(desk: &Desk, settings: &Settings, results: Vec<(Block, Vec<f64>)>) -> Result<Response, Issue> {
    settings.check()?;
    let valuation = desk.engine().ok_or_else(nothing_loaded)?.valuation(settings, true);
    let text = crate::view::report_json(&Report::assemble(valuation, results)) + "\n";
    Ok(Response::File { name: "plimsoll-report.json".to_owned(), bytes: text.into_bytes() })
}

/// As [`import`]: not here.
#[cfg(not(feature = "annex"))]
fn report_file(_: &Desk, _: &Settings, _: Vec<(Block, Vec<f64>)>) -> Result<Response, Issue> {
    Err(Issue::rejected(IssueKind::Unsupported, "this part of the program writes no reports"))
}

/// Lays out an analysis.
#[cfg(feature = "annex")]
fn analysis(desk: &mut Desk, revision: u32, id: &str, settings: &Settings, choices: &Choices) -> Result<Response, Issue> {
    settings.check()?;
    let sheet = to_bytes(&desk.sheet(id, settings, choices)?)?;
    Ok(Response::Sheet { revision, id: id.to_owned(), sheet })
}

/// As [`import`]: not here.
#[cfg(not(feature = "annex"))]
fn analysis(_: &mut Desk, _: u32, _: &str, _: &Settings, _: &Choices) -> Result<Response, Issue> {
    Err(Issue::rejected(IssueKind::Unsupported, "this part of the program runs no analyses"))
}

/// As [`import`]: not here.
#[cfg(not(feature = "annex"))]
fn methods() -> Result<Response, Issue> {
    Err(Issue::rejected(IssueKind::Unsupported, "this part of the program holds no texts"))
}

/// As [`import`]: not here.
#[cfg(not(feature = "annex"))]
fn read_questions(_: &str) -> Result<Vec<u8>, Issue> {
    Err(no_sets())
}

/// As [`import`]: not here.
#[cfg(not(feature = "annex"))]
fn judge(_: &str, _: &[u8]) -> Result<Response, Issue> {
    Err(no_sets())
}

#[cfg(not(feature = "annex"))]
fn no_sets() -> Issue {
    Issue::rejected(IssueKind::Unsupported, "this part of the program reads no accuracy sets")
}

/// As [`import`]: not here.
#[cfg(not(feature = "annex"))]
fn exercise_boundary(_: &Desk, _: u32, _: &Settings) -> Result<Response, Issue> {
    Err(Issue::rejected(IssueKind::Unsupported, "this part of the program draws no exercise boundaries"))
}

/// As [`import`]: not here.
#[cfg(not(feature = "annex"))]
fn try_mapping(_: &[File], _: &Mapping, _: u32) -> Result<Response, Issue> {
    Err(Issue::rejected(IssueKind::Unsupported, "this part of the program reads no files"))
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
