//! Arguments of the terminal → what was asked.

use plimsoll::session::Choices;
use plimsoll::share::export::{self, ExportDef};
use plimsoll::units::Timestamp;

/// What was asked.
pub enum Command {
    Help,
    Version,
    Import { files: Vec<String>, json: bool },
    Report(Arguments),
    Surface(Arguments),
    Analysis(Arguments),
    Export { files: Vec<String>, format: &'static ExportDef, output: String },
    Methods { json: bool },
    Answer { file: String },
}

#[derive(Default)]
pub struct Arguments {
    pub files: Vec<String>,
    pub link: Option<String>,
    pub as_of: Option<Timestamp>,
    /// Percent.
    pub spot_shock: Option<f64>,
    /// Points.
    pub vol_shock: Option<f64>,
    pub days: Option<f64>,
    pub json: bool,
    pub format: Option<String>,
    pub output: Option<String>,
    pub choices: Choices,
}

/// Reads the arguments; a sentence says what is wrong with them.
pub fn parse(arguments: &[String]) -> Result<Command, String> {
    let Some((command, rest)) = arguments.split_first() else {
        return Err("a command is wanted: import, report, surface, analysis, export, methods or answer".to_owned());
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
        "analysis" => {
            let options = ["--json", "--link", "--as-of", "--spot-shock", "--vol-shock", "--days", "--set"];
            let given = parse_options(rest, &options)?;
            let wanted = if given.link.is_some() { 1 } else { 2 };
            if given.files.len() < wanted {
                Err("analysis wants a name and at least one file, or --link and a link".to_owned())
            } else {
                Ok(Command::Analysis(given))
            }
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
        other => Err(format!("{other:?} is no command: import, report, surface, analysis, export, methods and answer are")),
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
            "--set" => {
                let (key, value) = value.split_once('=').ok_or_else(|| format!("--set wants KEY=VALUE, not {value:?}"))?;
                given.choices.insert(key.to_owned(), value.to_owned());
            }
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
