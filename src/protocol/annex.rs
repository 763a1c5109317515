//! The questions that the annex alone answers: it is loaded when the first of them is asked.

use crate::check::Limits;
use crate::engine::{Block, Engine, Inputs, Report, Settings};
use crate::import::mapping::{self, Mapping};
use crate::import::{File, Options};
use crate::issue::{Issue, IssueKind};
use crate::oracle;
use crate::protocol::{Desk, Imported, Preview, Request, Response, count, from_bytes, nothing_loaded, to_bytes};
use crate::session::Choices;
use crate::share::export;
use crate::units::Timestamp;

/// Contradictions that a preview names; the rest is counted.
const MOST_FINDINGS: usize = 20;

pub(super) fn answer(desk: &mut Desk, request: Request, report: &mut dyn FnMut(Response)) -> Result<Response, Issue> {
    match request {
        Request::Import { files, mappings, chosen, now } => import(&files, &mappings, chosen, now, report),
        Request::TryMapping { files, mapping, rows_at_most } => try_mapping(&files, &mapping, rows_at_most),
        Request::ReadQuestions { set, text } => Ok(Response::Questions { set, questions: read_questions(&text)? }),
        Request::Judge { text, answers } => judge(&text, &answers),
        Request::Methods => methods(),
        Request::ExerciseBoundary { index, settings } => exercise_boundary(desk, index, &settings),
        Request::Report { settings, results } => report_file(desk, &settings, results),
        Request::Sheet { revision, sheet, settings, choices } => analysis(desk, revision, &sheet, &settings, &choices),
        Request::Export { format, name } => {
            let inputs = desk.engine().ok_or_else(nothing_loaded)?.inputs();
            let known = export::ALL.iter().find(|def| def.id == format);
            let def = known.ok_or_else(|| Issue::rejected(IssueKind::Unsupported, "no such file format is written").with_value(&format))?;
            Ok(Response::File { name: format!("{name}.{}", def.extension), bytes: (def.write)(inputs) })
        }
        Request::Compare { earlier, now, limit, measure } => {
            let engine = desk.engine().ok_or_else(nothing_loaded)?;
            let mut comparison = engine.since(&Engine::load(from_bytes(&earlier)?, now), measure)?;
            let counts = [comparison.condense(limit as usize), comparison.issues.len()];
            comparison.issues.truncate(limit as usize);
            Ok(Response::Compared { comparison, counts: counts.map(|count| u32::try_from(count).unwrap_or(u32::MAX)) })
        }
        _ => Err(Issue::rejected(IssueKind::Unsupported, "the other workers answer that")),
    }
}

/// Reads files and sums up the book as it would be; nothing is loaded by it.
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

/// Reads the first rows of the one file.
fn try_mapping(files: &[File], mapping: &Mapping, rows_at_most: u32) -> Result<Response, Issue> {
    let file = files.first().ok_or_else(|| Issue::rejected(IssueKind::MissingData, "there is no file to map"))?;
    Ok(Response::Tried(crate::import::try_mapping(file, mapping, rows_at_most as usize)))
}

/// The questions of an accuracy set, which is read as files are.
fn read_questions(text: &str) -> Result<Vec<u8>, Issue> {
    to_bytes(&oracle::questions(text)?)
}

/// Compares answers with what the set expects.
fn judge(text: &str, answers: &[u8]) -> Result<Response, Issue> {
    Ok(Response::SelfTested { verdict: oracle::judge(text, &from_bytes::<Vec<_>>(answers)?)? })
}

/// The texts are loaded when they are asked for, as what reads files is.
fn methods() -> Result<Response, Issue> {
    Ok(Response::Methods { sections: to_bytes(&crate::view::methods::sections())? })
}

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
fn report_file(desk: &Desk, settings: &Settings, results: Vec<(Block, Vec<f64>)>) -> Result<Response, Issue> {
    settings.check()?;
    let valuation = desk.engine().ok_or_else(nothing_loaded)?.valuation(settings, true);
    let text = crate::view::report_json(&Report::assemble(valuation, results)) + "\n";
    Ok(Response::File { name: "plimsoll-report.json".to_owned(), bytes: text.into_bytes() })
}

/// Lays out an analysis.
fn analysis(desk: &mut Desk, revision: u32, id: &str, settings: &Settings, choices: &Choices) -> Result<Response, Issue> {
    settings.check()?;
    let sheet = to_bytes(&desk.sheet(id, settings, choices)?)?;
    Ok(Response::Sheet { revision, id: id.to_owned(), sheet })
}
