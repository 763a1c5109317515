//! The sample book that the page offers: read without a loss, valued as a whole, and worth what Python says it is worth.

use plimsoll::engine::{Engine, Inputs, Settings};
use plimsoll::import::{File, import};
use plimsoll::issue::Effect;
use plimsoll::session::Session;
use plimsoll::share::{COMFORTABLE_CHARS, Shared, decode, encode};
use plimsoll::units::Timestamp;

fn sample() -> Vec<File> {
    let file = |name: &str, bytes: &[u8]| File::new(name, bytes);
    vec![
        file("deribit-positions.json", include_bytes!("../../public/sample/deribit-positions.json")),
        file("second-account.csv", include_bytes!("../../public/sample/second-account.csv")),
        file("market.json", include_bytes!("../../public/sample/market.json")),
    ]
}

fn inputs() -> Inputs {
    let imported = import(&sample());
    Inputs { positions: imported.positions, facts: imported.facts, accounts: Vec::new(), history: Default::default(), as_of: None }
}

#[test]
fn nothing_of_it_is_lost() {
    let imported = import(&sample());
    assert_eq!((imported.rows.read, imported.rows.accepted, imported.rows.rejected), (156, 156, 0));
    assert_eq!(imported.issues, []);
    assert_eq!(imported.positions.len(), 40);
    let formats: Vec<Option<&str>> = imported.files.iter().map(|file| file.format.as_deref()).collect();
    assert_eq!(formats, [Some("deribit-positions"), Some("plimsoll-csv"), Some("deribit-book-summary")]);
    for (account, count) in [("Deribit main", 32), ("OKX hedge", 8)] {
        assert_eq!(imported.positions.iter().filter(|position| position.account == account).count(), count, "{account}");
    }
}

#[test]
fn every_position_is_valued_and_every_assumption_is_named() {
    let valuation = Engine::load(inputs(), Timestamp::from_ms(0)).valuation(&Settings::default(), true);
    assert_eq!((valuation.coverage.positions, valuation.coverage.valued), (40, 40));
    assert_eq!(valuation.as_of.to_string(), "2026-01-16T12:31:07.454Z");
    assert!(valuation.issues.iter().all(|issue| issue.effect == Effect::Noted));
    let mut about: Vec<&str> = valuation.issues.iter().filter_map(|issue| issue.subject.as_deref()).collect();
    about.sort_unstable();
    assert_eq!(about, ["BTC-USDC-260130-90000-P", "USDC", "USDT"], "{:?}", valuation.issues);
}

/// Figures from a separate program in Python (Black 1976 by `math.erfc`, its own reading of the three files), 2026-11-21.
#[test]
fn the_headline_numbers_are_those_of_an_independent_program() {
    let engine = Engine::load(inputs(), Timestamp::from_ms(0));
    let report = engine.report(&Settings::default());
    let totals = report.valuation.base;
    for (name, value, expected) in [
        ("equity", totals.equity, 5_010_909.637_194_976),
        ("net cash delta", totals.measures.cash_delta, 2_109_779.074_175_737),
        ("gamma for 1 %", totals.measures.gamma_1pct, -323_120.128_032_161),
        ("vega for a point", totals.measures.vega_1pt, -5_187.701_603_646),
        ("theta for a day", totals.measures.theta_1d, 5_520.949_014_697),
        ("gross notional", totals.measures.gross_notional, 30_259_704.18),
        ("worst cell of the grid", report.grid.worst.unwrap().pnl, -2_756_972.050_782_566),
    ] {
        assert!((value / expected - 1.0).abs() < 5e-7, "{name}: {value} is not {expected}");
    }
    let worst = report.grid.worst.unwrap();
    assert_eq!((worst.spot, worst.vol), (-0.5, 0.5));
}

#[test]
fn it_travels_in_a_comfortable_link() {
    let engine = Engine::load(inputs(), Timestamp::from_ms(0));
    let sent = Shared { inputs: Some(engine.needed_inputs()), session: Session { name: "Sample desk".to_owned(), ..Session::default() } };
    let link = encode(&sent).unwrap();
    assert!(link.len() < COMFORTABLE_CHARS, "{}", link.len());
    let there = Engine::load(decode(&link).unwrap().inputs.unwrap(), Timestamp::from_ms(0));
    let (here, there) = (engine.report(&Settings::default()), there.report(&Settings::default()));
    assert_eq!((here.valuation.base, here.grid, here.profile), (there.valuation.base, there.grid, there.profile));
}
