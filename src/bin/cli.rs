//! The terminal: `plimsoll import`, `report`, `surface`, `export`, `methods`, `answer`. Arguments in, text out; every number comes from the library,
//! the report's by the same [`protocol::handle`] that the page and its workers run.

use plimsoll::engine::{Engine, Inputs, Report, Settings};
use plimsoll::import::{File, FileSummary, Imported, RowCount, import};
use plimsoll::issue::{Effect, Issue, IssueKind};
use plimsoll::protocol::{self, Desk, Detail, Request, Response};
use plimsoll::share::export::{self, ExportDef};
use plimsoll::share::{self, Shared};
use plimsoll::stress::{Move, Shock, VolShift};
use plimsoll::units::Timestamp;
use plimsoll::view::{self, format, terminal};
use plimsoll::{oracle, protocol::BUILD};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

const HELP: &str = "\
Plimsoll: how deep a book of derivatives sits.

plimsoll import FILE… [--json]
    Reads exports and market snapshots; lists rows, positions and every issue.
plimsoll report FILE… [--as-of TIME] [--spot-shock PCT] [--vol-shock PTS] [--days N] [--json]
    Values the book, as the page does. With --json: the report that the page saves, byte for byte.
plimsoll report --link URL [--json]
    Values the book of a shared link under the sender's settings. A link without a book takes FILE… beside it.
plimsoll surface FILE… [--as-of TIME] [--json]
    Fits a smile to each expiry of the option chains: forward and its origin, error in vol points, arbitrage.
plimsoll export FILE… --output PATH [--format csv|json|xlsx]
    Writes the book: CSV and XLSX hold the positions, JSON the market and the accounts as well. Without --format: by the
    ending of PATH.
plimsoll methods [--json]
    Lists how every number is computed: formula, unit, convention, source, limits.
plimsoll answer ORACLE.csv
    Answers the rows of an accuracy set as id,value; empty where there is no answer.

    --as-of TIME       instant to value at, 2026-01-16 or 2026-01-16T12:30:00Z, in UTC unless it says otherwise;
                       without it the latest time in the files, else the clock
    --spot-shock PCT   moves every spot, percent: -16 is 16 % down
    --vol-shock PTS    moves every vol, points: 12 is 60 % to 72 %
    --days N           days forward
    --json             one line of JSON instead of tables
    --help, --version

Exit status: 0 done, 1 nothing could be done, 2 the arguments are wrong.
";

/// What was asked.
enum Command {
    Help,
    Version,
    Import { files: Vec<String>, json: bool },
    Report(Arguments),
    Surface(Arguments),
    Export { files: Vec<String>, format: &'static ExportDef, output: String },
    Methods { json: bool },
    Answer { file: String },
}

#[derive(Default)]
struct Arguments {
    files: Vec<String>,
    link: Option<String>,
    as_of: Option<Timestamp>,
    /// Percent.
    spot_shock: Option<f64>,
    /// Points.
    vol_shock: Option<f64>,
    days: Option<f64>,
    json: bool,
    format: Option<String>,
    output: Option<String>,
}

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

fn parse(arguments: &[String]) -> Result<Command, String> {
    let Some((command, rest)) = arguments.split_first() else {
        return Err("a command is wanted: import, report, surface, export, methods or answer".to_owned());
    };
    if rest.iter().take_while(|argument| *argument != "--").any(|argument| argument == "--help" || argument == "-h") {
        return Ok(Command::Help);
    }
    match command.as_str() {
        "--help" | "-h" | "help" => Ok(Command::Help),
        "--version" | "-V" => Ok(Command::Version),
        "import" => {
            let given = parse_options(rest, &["--json"])?;
            if given.files.is_empty() {
                return Err("import wants at least one file".to_owned());
            }
            Ok(Command::Import { files: given.files, json: given.json })
        }
        "report" => {
            let given = parse_options(rest, &["--json", "--link", "--as-of", "--spot-shock", "--vol-shock", "--days"])?;
            if given.files.is_empty() && given.link.is_none() {
                return Err("report wants at least one file, or --link and a link".to_owned());
            }
            Ok(Command::Report(given))
        }
        "surface" => {
            let given = parse_options(rest, &["--json", "--as-of"])?;
            if given.files.is_empty() { Err("surface wants at least one file".to_owned()) } else { Ok(Command::Surface(given)) }
        }
        "export" => parse_export(parse_options(rest, &["--format", "--output"])?),
        "methods" => match parse_options(rest, &["--json"])? {
            given if given.files.is_empty() => Ok(Command::Methods { json: given.json }),
            _ => Err("methods wants no file".to_owned()),
        },
        "answer" => match <[String; 1]>::try_from(parse_options(rest, &[])?.files) {
            Ok([file]) => Ok(Command::Answer { file }),
            Err(_) => Err("answer wants one file".to_owned()),
        },
        other => Err(format!("{other:?} is no command: import, report, surface, export, methods and answer are")),
    }
}

fn parse_export(given: Arguments) -> Result<Command, String> {
    let output = given.output.ok_or("export wants --output and a path")?;
    if given.files.is_empty() {
        return Err("export wants at least one file".to_owned());
    }
    let ending = output.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    let id = given.format.or(ending).unwrap_or_default();
    let format = export::ALL.iter().find(|format| format.id == id);
    let known: Vec<&str> = export::ALL.iter().map(|format| format.id).collect();
    let format = format.ok_or_else(|| format!("{id:?} is no format to write: --format takes {}", known.join(", ")))?;
    Ok(Command::Export { files: given.files, format, output })
}

fn parse_options(arguments: &[String], known: &[&str]) -> Result<Arguments, String> {
    let mut given = Arguments::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if argument == "--" {
            given.files.extend(rest.cloned());
            break;
        }
        if !argument.starts_with('-') || argument == "-" {
            given.files.push(argument.clone());
            continue;
        }
        let (name, attached) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (argument.as_str(), None),
        };
        if !known.contains(&name) {
            return Err(format!("{name:?} is no option here"));
        }
        if name == "--json" {
            given.json = true;
            continue;
        }
        let value = attached.or_else(|| rest.next().cloned()).ok_or_else(|| format!("{name} wants a value"))?;
        match name {
            "--link" => given.link = Some(value),
            "--format" => given.format = Some(value),
            "--output" => given.output = Some(value),
            "--as-of" => {
                let at = Timestamp::parse_iso(&value);
                given.as_of = Some(at.ok_or_else(|| format!("--as-of wants a time such as 2026-01-16T12:30:00Z, not {value:?}"))?);
            }
            "--spot-shock" => given.spot_shock = Some(number(name, &value)?),
            "--vol-shock" => given.vol_shock = Some(number(name, &value)?),
            _ => given.days = Some(number(name, &value)?),
        }
    }
    Ok(given)
}

fn number(name: &str, text: &str) -> Result<f64, String> {
    let plain = text.trim().trim_end_matches('%').replace('−', "-");
    let value = plain.trim().parse::<f64>().ok().filter(|value| value.is_finite());
    value.ok_or_else(|| format!("{name} wants a number such as -16, not {text:?}"))
}

fn run(command: Command) -> Result<(), Refusal> {
    match command {
        Command::Help => print(HELP),
        Command::Version => print(&format!("plimsoll {BUILD}\n")),
        Command::Import { files, json } => {
            let imported = read_and_import(&files)?;
            if json { print(&format!("{}\n", view::import_json(&imported))) } else { print(&terminal::import(&imported)) }
        }
        Command::Report(arguments) => report(&arguments),
        Command::Surface(arguments) => surface(&arguments),
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

fn report(arguments: &Arguments) -> Result<(), Refusal> {
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
    let mut settings = shared.session.settings;
    settings.shock = shock(settings.shock, arguments);
    if let Err(issue) = settings.check() {
        return Err(Refusal::Usage(terminal::sentence(&issue)));
    }
    let report = compute(&inputs, settings)?;
    if arguments.json { print(&format!("{}\n", view::report_json(&report))) } else { print(&terminal::report(&report)) }
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

/// The report by question and answer, as the page gets it from its workers.
fn compute(inputs: &Inputs, settings: Settings) -> Result<Report, Issue> {
    let mut desk = Desk::default();
    let mut ask = |request| match protocol::handle(&mut desk, request, &mut |_| {}) {
        Response::Failed(issue) => Err(issue),
        response => Ok(response),
    };
    let unasked = || Issue::rejected(IssueKind::Calculation, "the engine gave an answer that was not asked for");
    ask(Request::Load { inputs: protocol::to_bytes(inputs)?, now: now() })?;
    let Response::Valued { valuation, blocks, .. } = ask(Request::Value { revision: 0, settings: settings.clone(), detail: Detail::Full })?
    else {
        return Err(unasked());
    };
    let mut results = Vec::new();
    for block in blocks {
        let Response::Computed { pnl, .. } = ask(Request::Compute { revision: 0, settings: settings.clone(), block })? else {
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
