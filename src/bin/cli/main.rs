//! The terminal: `plimsoll import`, `report`, `surface`, `analysis`, `export`, `methods`, `answer`. Arguments in, text out; every number comes from the library,
//! the report's by the same [`protocol::handle`] that the page and its workers run.

mod arguments;

use arguments::{Arguments, Command, parse};
use plimsoll::engine::{Engine, Inputs, Report, Settings};
use plimsoll::import::{File, FileSummary, Imported, RowCount, import};
use plimsoll::issue::{Effect, Issue, IssueKind};
use plimsoll::protocol::{self, Desk, Detail, Request, Response};
use plimsoll::session::{MAX_CHOICE_VALUE, Session, can_be_held};
use plimsoll::share::export::ExportDef;
use plimsoll::share::{self, Shared};
use plimsoll::stress::{Move, Shock, VolShift};
use plimsoll::units::Timestamp;
use plimsoll::view::{self, format, sheet, terminal};
use plimsoll::{oracle, protocol::BUILD};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

/// Why nothing was done, and the exit status that says so.
enum Refusal {
    /// The arguments are wrong.
    Usage(String),
    /// Nothing could be done.
    Failed(Issue),
}

impl From<Issue> for Refusal {
    fn from(issue: Issue) -> Refusal {
        Refusal::Failed(issue)
    }
}

fn main() -> ExitCode {
    // An argument that is not Unicode may still name a file, but not one that this program could speak of.
    let arguments: Vec<String> = std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect();
    let done = parse(&arguments).map_err(Refusal::Usage).and_then(run);
    let (words, status) = match done {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Refusal::Usage(sentence)) => (format!("{sentence}; see plimsoll --help"), 2),
        Err(Refusal::Failed(issue)) => (terminal::sentence(&issue), 1),
    };
    complain(&words);
    ExitCode::from(status)
}

fn run(command: Command) -> Result<(), Refusal> {
    match command {
        Command::Help => print(terminal::HELP),
        Command::Version => print(&format!("plimsoll {BUILD}\n")),
        Command::Import { files, json } => {
            let imported = read_and_import(&files)?;
            if json { print(&format!("{}\n", view::import_json(&imported))) } else { print(&terminal::import(&imported)) }
        }
        Command::Report(arguments) => report(&arguments),
        Command::Surface(arguments) => surface(&arguments),
        Command::Analysis(arguments) => analysis(arguments),
        Command::Export { files, format, output } => write_book(&files, format, &output),
        Command::Methods { json: true } => print(&format!("{}\n", view::methods::json(BUILD))),
        Command::Methods { json: false } => print(&terminal::methods(&view::methods::sections())),
        Command::Answer { file } => answer(&file),
    }
}

fn print(text: &str) -> Result<(), Refusal> {
    let mut output = std::io::stdout().lock();
    let written = output.write_all(text.as_bytes()).and_then(|()| output.flush());
    written.map_err(|error| Refusal::Failed(Issue::rejected(IssueKind::Calculation, format!("the output could not be written: {error}"))))
}

fn complain(words: &str) {
    // Where even this cannot be written, the exit status still tells.
    let _unheard = writeln!(std::io::stderr().lock(), "plimsoll: {words}");
}

/// The file name without its folders, as the page would see it.
fn short_name(path: &str) -> String {
    std::path::Path::new(path).file_name().map_or_else(|| path.to_owned(), |name| name.to_string_lossy().into_owned())
}

fn read(path: &str) -> Result<File, Issue> {
    let name = short_name(path);
    match std::fs::read(path) {
        Ok(bytes) => Ok(File::new(name, bytes)),
        Err(error) => Err(Issue::rejected(IssueKind::MissingData, format!("the file cannot be opened: {error}")).in_file(&name)),
    }
}

/// Files that can be opened, and an issue for each that cannot.
///
/// # Errors
/// When there is none that can.
fn open(paths: &[String]) -> Result<(Vec<File>, Vec<Issue>), Refusal> {
    let (mut files, mut unread) = (Vec::new(), Vec::new());
    for path in paths {
        match read(path) {
            Ok(file) => files.push(file),
            Err(issue) => unread.push(issue),
        }
    }
    match unread.pop() {
        Some(last) if files.is_empty() => {
            unread.iter().for_each(|issue| complain(&terminal::sentence(issue)));
            Err(Refusal::Failed(last))
        }
        last => {
            unread.extend(last);
            Ok((files, unread))
        }
    }
}

fn read_and_import(paths: &[String]) -> Result<Imported, Refusal> {
    let (files, unread) = open(paths)?;
    let mut imported = import(&files);
    for issue in unread {
        let name = issue.file.clone().unwrap_or_default();
        imported.files.push(FileSummary { name, label: "not opened".to_owned(), rows: RowCount::default(), ..FileSummary::default() });
        imported.issues.push(issue);
    }
    Ok(imported)
}

/// The inputs that the files give. Neither a report nor a written book has a place for what went wrong in reading; it is not kept
/// quiet either.
fn inputs_of(files: &[String]) -> Result<Inputs, Refusal> {
    let imported = read_and_import(files)?;
    imported.issues.iter().filter(|issue| issue.effect == Effect::Rejected).for_each(|issue| complain(&terminal::sentence(issue)));
    Ok(Inputs {
        positions: imported.positions,
        facts: imported.facts,
        accounts: imported.accounts,
        history: imported.history,
        as_of: imported.as_of,
    })
}

fn write_book(files: &[String], format: &ExportDef, output: &str) -> Result<(), Refusal> {
    let inputs = inputs_of(files)?;
    if inputs == Inputs::default() {
        return Err(Refusal::Failed(Issue::rejected(IssueKind::MissingData, "nothing could be read, so there is nothing to write")));
    }
    let not_written = |error| Issue::rejected(IssueKind::Calculation, format!("the file cannot be written: {error}")).in_file(output);
    std::fs::write(output, (format.write)(&inputs)).map_err(|error| Refusal::Failed(not_written(error)))
}

/// The book of the files or of the link, and what is chosen of it.
fn opened(arguments: &Arguments) -> Result<(Inputs, Session), Refusal> {
    let shared = match &arguments.link {
        Some(link) => share::decode(link)?,
        None => Shared::default(),
    };
    let mut inputs = match shared.inputs {
        Some(_) if !arguments.files.is_empty() => {
            return Err(Refusal::Usage("the link holds a book already, so no file can be given beside it".to_owned()));
        }
        Some(inputs) => inputs,
        None if arguments.files.is_empty() => {
            return Err(Refusal::Usage("the link holds a scenario without a book, so a file is wanted beside it".to_owned()));
        }
        None => inputs_of(&arguments.files)?,
    };
    inputs.as_of = arguments.as_of.or(inputs.as_of);
    if inputs.positions.is_empty() {
        return Err(Refusal::Failed(Issue::rejected(IssueKind::MissingData, "no position could be read, so there is nothing to report")));
    }
    let mut session = shared.session;
    session.settings.shock = shock(session.settings.shock, arguments);
    match session.settings.check() {
        Ok(()) => Ok((inputs, session)),
        Err(issue) => Err(Refusal::Usage(terminal::sentence(&issue))),
    }
}

fn report(arguments: &Arguments) -> Result<(), Refusal> {
    let (inputs, session) = opened(arguments)?;
    let report = compute(&inputs, session.settings)?;
    if arguments.json { print(&format!("{}\n", view::report_json(&report))) } else { print(&terminal::report(&report)) }
}

/// One analysis as the page lays it out.
fn analysis(mut arguments: Arguments) -> Result<(), Refusal> {
    let name = arguments.files.remove(0);
    let known: Vec<&str> = sheet::ALL.iter().map(|def| def.id).collect();
    if !known.contains(&name.as_str()) {
        return Err(Refusal::Usage(format!("{name:?} is no analysis: {} are", known.join(", "))));
    }
    let (inputs, mut session) = opened(&arguments)?;
    for (key, value) in arguments.choices {
        let value = match value.strip_prefix('@') {
            Some(path) => String::from_utf8_lossy(&read(path)?.bytes).into_owned(),
            None => value,
        };
        session.choices.insert(key, value);
    }
    if !can_be_held(&session.choices) {
        return Err(Refusal::Usage(format!("--set takes values of at most {MAX_CHOICE_VALUE} bytes, as the page keeps them")));
    }
    let mut desk = Desk::default();
    ask(&mut desk, Request::Load { inputs: protocol::to_bytes(&inputs)?, now: now() })?;
    let request = Request::Sheet { revision: 0, sheet: name, settings: session.settings, choices: session.choices };
    let Response::Sheet { sheet, .. } = ask(&mut desk, request)? else { return Err(unasked().into()) };
    let sheet = protocol::from_bytes(&sheet)?;
    if arguments.json { print(&format!("{}\n", terminal::sheet_json(&sheet))) } else { print(&terminal::sheet(&sheet)) }
}

/// The smiles of the files' chains.
fn surface(arguments: &Arguments) -> Result<(), Refusal> {
    let mut inputs = inputs_of(&arguments.files)?;
    inputs.as_of = arguments.as_of.or(inputs.as_of);
    let surface = Engine::load(inputs, now()).surface();
    if surface.chains.is_empty() {
        let words = "no option of the files has a volatility or a price and is alive, so there is no smile to fit";
        return Err(Refusal::Failed(Issue::rejected(IssueKind::MissingData, words)));
    }
    if arguments.json { print(&format!("{}\n", view::surface_json(&surface))) } else { print(&terminal::surface(&surface)) }
}

/// The shock with what the arguments say of it.
fn shock(shock: Shock, arguments: &Arguments) -> Shock {
    let spot = arguments.spot_shock.map_or(shock.all.spot, |percent| percent / 100.0);
    let vol = arguments.vol_shock.map_or(shock.all.vol, |points| VolShift::Points(points / 100.0));
    Shock { all: Move { spot, vol }, days: arguments.days.unwrap_or(shock.days), ..shock }
}

fn ask(desk: &mut Desk, request: Request) -> Result<Response, Issue> {
    match protocol::handle(desk, request, &mut |_| {}) {
        Response::Failed(issue) => Err(issue),
        response => Ok(response),
    }
}

fn unasked() -> Issue {
    Issue::rejected(IssueKind::Calculation, "the engine gave an answer that was not asked for")
}

/// The report by question and answer, as the page gets it from its workers.
fn compute(inputs: &Inputs, settings: Settings) -> Result<Report, Issue> {
    let mut desk = Desk::default();
    ask(&mut desk, Request::Load { inputs: protocol::to_bytes(inputs)?, now: now() })?;
    let value = Request::Value { revision: 0, settings: settings.clone(), detail: Detail::Full };
    let Response::Valued { valuation, blocks, .. } = ask(&mut desk, value)? else { return Err(unasked()) };
    let mut results = Vec::new();
    for block in blocks {
        let Response::Computed { pnl, .. } = ask(&mut desk, Request::Compute { revision: 0, settings: settings.clone(), block })? else {
            return Err(unasked());
        };
        results.push((block, pnl));
    }
    Ok(Report::assemble(*valuation, results))
}

/// The clock, read only here and only for a book whose files name no time.
fn now() -> Timestamp {
    #[allow(clippy::disallowed_methods, reason = "the terminal is the edge: below it, time is an argument")]
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_ms(i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX))
}

fn answer(path: &str) -> Result<(), Refusal> {
    let file = read(path)?;
    let mut csv = String::from_utf8_lossy(&file.bytes).into_owned();
    if let Some(samples) = &oracle::format(&csv)?.samples {
        // They stand beside the set, or in a folder of their own there.
        let beside = Path::new(path).parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folders = [beside.to_path_buf(), beside.join("data")].into_iter().filter_map(|folder| std::fs::read_dir(folder).ok());
        let mut found: Vec<PathBuf> = folders.flatten().flatten().map(|entry| entry.path()).collect();
        found.sort();
        for path in found {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if name.starts_with(samples.prefix) && name.ends_with(".csv") {
                csv = oracle::attach(&csv, name, &String::from_utf8_lossy(&read(&path.to_string_lossy())?.bytes));
            }
        }
    }
    let mut text = String::from("id,value\n");
    for (id, value) in oracle::answer(&csv)? {
        text.push_str(&format!("{},{}\n", format::csv_text(&id), value.map_or_else(String::new, format::round_trip)));
    }
    print(&text)
}
