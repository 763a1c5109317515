//! The terminal: same numbers as the library to the byte, honest exit statuses, nothing lost.

use plimsoll::engine::{Engine, Inputs, Settings};
use plimsoll::import::{File, import};
use plimsoll::session::Session;
use plimsoll::share::{Shared, encode};
use plimsoll::stress::{Move, Shock, VolShift};
use plimsoll::units::Timestamp;
use plimsoll::view::{report_json, surface_json};
use std::path::PathBuf;
use std::process::{Command, Output};

const SAMPLE: [&str; 3] = ["deribit-positions.json", "second-account.csv", "market.json"];

fn path(below: &str) -> String {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(below).to_str().unwrap().to_owned()
}

fn run<T: AsRef<std::ffi::OsStr>>(arguments: &[T]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_plimsoll")).args(arguments).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn status(arguments: &[&str]) -> (i32, String) {
    let output = run(arguments);
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn with_sample(before: &[&str], after: &[&str]) -> Vec<String> {
    let sample = SAMPLE.map(|name| path(&format!("public/sample/{name}")));
    before.iter().map(|word| (*word).to_owned()).chain(sample).chain(after.iter().map(|word| (*word).to_owned())).collect()
}

fn engine() -> Engine {
    let files = SAMPLE.map(|name| File::new(name, std::fs::read(path(&format!("public/sample/{name}"))).unwrap()));
    let imported = import(&files);
    Engine::load(
        Inputs { positions: imported.positions, facts: imported.facts, accounts: Vec::new(), history: Default::default(), as_of: None },
        Timestamp::from_ms(0),
    )
}

fn storm() -> Settings {
    let shock = Shock { all: Move { spot: -16.0 / 100.0, vol: VolShift::Points(12.0 / 100.0) }, days: 3.0, ..Shock::default() };
    Settings { shock, ..Settings::default() }
}

#[test]
fn the_report_is_the_one_of_the_page_to_the_byte() {
    let calm = run(&with_sample(&["report", "--json"], &[]));
    assert_eq!(out(&calm), format!("{}\n", report_json(&engine().report(&Settings::default()))));
    let stormy = run(&with_sample(&["report"], &["--spot-shock", "-16", "--vol-shock=12", "--days", "3", "--json"]));
    assert_eq!(out(&stormy), format!("{}\n", report_json(&engine().report(&storm()))));
}

#[test]
fn a_link_gives_the_sender_s_numbers() {
    let session = Session { settings: storm(), ..Session::default() };
    let link = encode(&Shared { inputs: Some(engine().needed_inputs()), session: session.clone() }).unwrap();
    let output = run(&["report", "--link", &format!("https://plimsoll.example.org/#{link}"), "--json"]);
    let theirs: serde_json::Value = serde_json::from_str(&out(&output)).unwrap();
    let ours: serde_json::Value = serde_json::from_str(&report_json(&engine().report(&storm()))).unwrap();
    for field in ["as_of", "settings", "base", "shocked", "pnl", "grid", "profile", "coverage", "ordinary_day"] {
        assert_eq!(theirs[field], ours[field], "{field}");
    }
    // A scenario alone is laid over the files beside it.
    let scenario = encode(&Shared { inputs: None, session }).unwrap();
    let output = run(&with_sample(&["report", "--json", "--link", &scenario], &[]));
    assert_eq!(out(&output), format!("{}\n", report_json(&engine().report(&storm()))));
}

#[test]
fn the_time_to_value_at_can_be_given() {
    let output = run(&with_sample(&["report", "--json", "--as-of", "2026-01-18T00:00:00Z"], &[]));
    let report: serde_json::Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!(report["as_of"], 1_768_694_400_000_i64);
    assert_eq!(report["coverage"]["expired"], 2);
}

#[test]
fn a_surface_is_listed_by_expiry_and_is_the_one_of_the_library() {
    let output = run(&with_sample(&["surface", "--json"], &[]));
    assert_eq!(out(&output), format!("{}\n", surface_json(&engine().surface())));
    let found: serde_json::Value = serde_json::from_str(&out(&output)).unwrap();
    let smile = &found["chains"][1]["smiles"][0];
    assert_eq!((&smile["curve"]["kind"], &smile["forward"]["method"]), (&"svi".into(), &"chain".into()));
    assert!(smile["fit"]["weighted_rms"].as_f64().is_some_and(|rms| rms > 0.0 && rms < 0.005), "{smile}");
    assert!(found["issues"].as_array().unwrap().iter().any(|issue| issue["subject"] == "BTC 2026-03-27T08:00:00Z smile"));

    let text = out(&run(&with_sample(&["surface"], &[])));
    for words in [
        "3 option chains at 16 Jan 2026",
        "Smiles of BTC, paid in coin",
        "Smiles of BTC, paid in dollars",
        "Forwards of BTC, paid in coin, USD",
        "1 quote is too few for the five parameters of SVI",
    ] {
        assert!(text.replace('\u{a0}', " ").contains(words), "{words}\n{text}");
    }
    for bad in ["NaN", "inf", "-0.00", "−0.00"] {
        assert!(!text.contains(bad), "{bad}\n{text}");
    }
    let later = out(&run(&with_sample(&["surface", "--json", "--as-of", "2026-02-01"], &[])));
    let later: serde_json::Value = serde_json::from_str(&later).unwrap();
    assert_eq!(later["chains"][1]["smiles"].as_array().unwrap().len(), 3, "the expired ones are gone");
}

#[test]
fn an_import_lists_rows_positions_and_issues() {
    let file = path("tests/fixtures/bad-input/dom_mixed_good_bad.csv");
    let output = run(&["import", "--json", &file, &path("no/such/file.csv")]);
    assert_eq!(output.status.code(), Some(0));
    let imported: serde_json::Value = serde_json::from_str(&out(&output)).unwrap();
    let rows = |name: &str| imported["rows"][name].as_u64().unwrap();
    assert_eq!(rows("read"), rows("accepted") + rows("rejected"));
    assert!(rows("rejected") > 0 && !imported["positions"].as_array().unwrap().is_empty());
    let issues = imported["issues"].as_array().unwrap();
    assert!(
        issues.iter().all(|issue| ["kind", "file", "line", "column", "value", "message"].iter().all(|field| issue.get(field).is_some()))
    );
    assert!(
        issues
            .iter()
            .any(|issue| issue["file"] == "file.csv" && issue["message"].as_str().unwrap().starts_with("the file cannot be opened"))
    );
}

#[test]
fn an_exported_book_gives_the_same_report() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let book = folder.join("book.json").to_str().unwrap().to_owned();
    assert_eq!(run(&with_sample(&["export"], &["--output", &book])).status.code(), Some(0));
    let report = |output: &Output| serde_json::from_str::<serde_json::Value>(&out(output)).unwrap();
    let (theirs, ours) = (report(&run(&["report", "--json", &book])), report(&run(&with_sample(&["report", "--json"], &[]))));
    for field in ["as_of", "base", "grid", "profile", "coverage", "ordinary_day", "spots", "by_underlying", "by_expiry"] {
        assert_eq!(theirs[field], ours[field], "{field}");
    }
    for ending in ["csv", "xlsx"] {
        let table = folder.join(format!("book.{ending}")).to_str().unwrap().to_owned();
        assert_eq!(run(&["export", &book, "--output", &table]).status.code(), Some(0));
        let imported: serde_json::Value = serde_json::from_str(&out(&run(&["import", "--json", &table]))).unwrap();
        assert_eq!((imported["positions"].as_array().unwrap().len(), imported["rows"]["rejected"].as_u64()), (40, Some(0)), "{ending}");
    }
}

#[test]
fn an_oracle_is_answered_row_by_row() {
    let output = out(&run(&["answer", &path("tests/oracles/crypto.csv")]));
    let mut lines = output.lines();
    assert_eq!((lines.next(), lines.next()), (Some("id,value"), Some("CR0004,0.25")));
    assert!(output.lines().any(|line| line == "CR0034,"));
    assert_eq!(output.lines().count(), 110);
}

#[test]
fn the_exit_status_tells_wrong_arguments_from_nothing_done() {
    let sample = path("public/sample/second-account.csv");
    for arguments in [
        &[][..],
        &["bogus"],
        &["import"],
        &["report"],
        &["surface"],
        &["surface", &sample, "--days", "1"],
        &["answer"],
        &["report", &sample, "--days"],
        &["report", &sample, "--days", "-1"],
        &["report", &sample, "--days", "NaN"],
        &["report", &sample, "--spot-shock", "-100"],
        &["report", &sample, "--as-of", "yesterday"],
        &["import", &sample, "--days", "1"],
        &["answer", &sample, &sample],
        &["export", &sample],
        &["export", "--output", "book.csv"],
        &["export", &sample, "--output", "book.pdf"],
        &["export", &sample, "--output", "book.csv", "--format", "ods"],
        &["analysis"],
        &["analysis", "scenarios"],
        &["analysis", "storms", &sample],
        &["analysis", "scenarios", &sample, "--set", "group"],
    ] {
        let (code, words) = status(arguments);
        assert_eq!(code, 2, "{arguments:?}: {words}");
        assert!(words.starts_with("plimsoll: ") && words.lines().count() == 1, "{words}");
    }
    for arguments in [
        &["import", "no-such-file"][..],
        &["export", &sample, "--output", "no-such-folder/a.csv"],
        &["report", "no-such-file"],
        &["surface", &sample],
        &["answer", &sample],
        &["report", "--link", "#v1.damaged"],
    ] {
        let (code, words) = status(arguments);
        assert_eq!((code, words.lines().count()), (1, 1), "{arguments:?}: {words}");
    }
    for arguments in [&["--help"][..], &["report", "--help"], &["--version"], &["import", &sample]] {
        assert_eq!(status(arguments), (0, String::new()), "{arguments:?}");
    }
}

#[test]
fn an_analysis_is_the_one_of_the_page_with_what_is_set_in_it() {
    let pack = std::env::temp_dir().join(format!("plimsoll-pack-{}.json", std::process::id()));
    std::fs::write(&pack, r#"{"version":1,"scenarios":[{"id":"dip","name":"A dip","shocks":[{"spot":{"percent":-20}}]}]}"#).unwrap();
    let set = format!("scenarios/pack=@{}", pack.display());
    let asked = ["--set", "scenarios/group=own", "--set", &set, "--json"];
    let answer: serde_json::Value = serde_json::from_str(&out(&run(&with_sample(&["analysis", "scenarios"], &asked)))).unwrap();
    std::fs::remove_file(&pack).unwrap();
    let parts = answer["parts"].as_array().unwrap();
    let table = parts.iter().find(|part| part["id"] == "scenarios").unwrap();
    assert_eq!(table["heads"][1], "P&L, USD");
    assert_eq!(table["rows"][0][0], "A dip");
    let fall = Shock { all: Move { spot: -0.2, vol: VolShift::Points(0.0) }, ..Shock::default() };
    let pnl = engine().valuation(&Settings { shock: fall, ..Settings::default() }, false).pnl.unwrap();
    let found = table["rows"][0][1].as_f64().unwrap();
    assert!((found / pnl - 1.0).abs() < 1e-9, "{found} {pnl}");
    // As text, and with a choice that cannot be used named by its key.
    let text = out(&run(&with_sample(&["analysis", "tornado"], &["--set", "tornado/spot=much"])));
    assert!(text.contains("tornado/spot: “much” is no number") && text.contains("P&L when it falls, USD"), "{text}");
    assert!(!text.contains("NaN"), "{text}");
    // A link opens with the choices of its sender.
    let mut session = Session::default();
    session.choices.insert("tornado/spot".to_owned(), "25".to_owned());
    let link = encode(&Shared { inputs: Some(engine().needed_inputs()), session }).unwrap();
    assert!(out(&run(&["analysis", "tornado", "--link", &format!("#{link}")])).contains("±25.0"));
}

#[test]
fn tables_are_readable_and_say_what_is_left_out() {
    let text = out(&run(&with_sample(&["report"], &["--spot-shock", "-16"])));
    for words in
        ["40 positions, 40 valued, 0 expired before, 0 left out", "Net delta", "By expiry, US dollars", "Worst cell of the whole grid"]
    {
        assert!(text.contains(words), "{words}\n{text}");
    }
    for bad in ["NaN", "inf", "-0.00", "−0.00"] {
        assert!(!text.contains(bad), "{bad}\n{text}");
    }
}

#[test]
fn a_hostile_name_does_not_command_the_terminal() {
    let text = out(&run(&["import", &path("tests/fixtures/bad-input/ansi_escape.csv")]));
    assert!(!text.chars().any(|char| char.is_control() && char != '\n'), "{text:?}");
}
