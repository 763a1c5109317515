//! The sheet of basis, carry and unlocks: what it shows is what the engine found, and what the user typed is read or refused by line.

use crate::book_support::{
    AS_OF, coin, day, forward_fact, future, generated, load, option, option_fact, perpetual, perpetual_fact, position, quote, spot_fact,
};
use crate::sheet_support::{controls, has, of, plot, row, table, words, written};
use plimsoll::engine::Engine;
use plimsoll::instrument::{OptionKind, Settlement};
use plimsoll::market::FactValue;
use plimsoll::units::Rate;
use plimsoll::view::chart::Cell;
use plimsoll::view::sheet::{Body, ControlKind, Sheet, Tone};

fn sheet(engine: &Engine, choices: &[(&str, &str)]) -> Sheet {
    of(engine, "carry", choices)
}

fn number(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Number(value, _) => *value,
        Cell::Text(text) => panic!("{text}"),
    }
}

fn carry_book() -> Engine {
    let call = |expiry| option("BTC", Settlement::Linear, OptionKind::Call, 100_000.0, expiry);
    load(
        vec![
            position("BTC", coin("BTC"), 3.0, None),
            position("future", future("BTC", Settlement::Linear, 1.0, day(90)), -2.0, Some(103_000.0)),
            position("perp", perpetual("BTC", Settlement::Linear, 1.0), -0.5, Some(99_000.0)),
        ],
        vec![
            spot_fact("BTC", 100_000.0),
            perpetual_fact("BTC", Settlement::Linear, 100_000.0),
            forward_fact("BTC", day(30), 101_000.0),
            forward_fact("BTC", day(90), 104_000.0),
            quote(FactValue::Funding { underlying: "BTC".to_owned(), rate: Rate::new(0.1).unwrap() }),
            option_fact(&call(day(30)), Some(0.9), None),
            option_fact(&call(day(90)), Some(0.4), None),
        ],
    )
}

#[test]
fn tables_and_chart_hold_what_the_engine_found() {
    let engine = carry_book();
    let (sheet, carry) = (sheet(&engine, &[]), engine.carry());
    let books = table(&sheet, "carry-books");
    assert_eq!(books.table.rows.len(), 2);
    let locked = &books.table.rows[1];
    assert_eq!(row(books, 1)[..5], ["BTC", "coins or shares", "future 16 Apr 2026", "Deribit", "2"]);
    assert_eq!((number(&locked[7]), number(&locked[8])), (carry.books[1].per_year, carry.books[1].to_expiry));
    assert_eq!(row(books, 1)[9], "locked in");
    assert_eq!(row(table(&sheet, "funding"), 0)[3..], ["−50 000", "+10.00", "+14", "+5 000"]);
    assert_eq!(row(table(&sheet, "carry-left"), 0), ["BTC", "coins or shares", "0.5", "+50 000"]);
    let plot = plot(&sheet, "basis-curve");
    let told: Vec<f64> = plot.stops.iter().flat_map(|stop| plot.values(stop).map(|(_, value)| value)).collect();
    assert_eq!(told, carry.basis.iter().filter_map(|row| row.yearly).collect::<Vec<_>>());
    assert_eq!(plot.table, table(&sheet, "basis").table);
    let layout = plot.layout(900.0, plot.height(900.0), 2.0);
    assert!(plot.y_ticks(&layout).iter().any(|tick| tick.label.starts_with('+')));
    // The variance at the money falls from one expiry to the next.
    let vols = table(&sheet, "forward-vols");
    assert_eq!(row(vols, 0)[4..], ["–", "impossible"]);
    let said = words(&sheet, "carry-summary");
    assert!(
        said[0].1.starts_with("2 carry books with $250 k on each side: +$37.5 k a year at the yields of now, +$32.5 k of it locked in."),
        "{said:?}"
    );
    assert!(said.iter().any(|(tone, words)| *tone == Tone::Warning && words.contains("no volatility in between allows")), "{said:?}");
}

#[test]
fn a_book_without_carry_says_so() {
    let sheet = sheet(&load(vec![position("BTC", coin("BTC"), 1.0, None)], vec![spot_fact("BTC", 100_000.0)]), &[]);
    assert!(written(&sheet, "carry-summary").sentences[0].1.starts_with("No carry book"));
    assert!(table(&sheet, "carry-books").table.rows.is_empty() && !table(&sheet, "carry-books").empty.is_empty());
    assert!(!has(&sheet, "basis-curve"));
}

#[test]
fn supplies_are_typed_read_and_refused_by_line() {
    let engine = carry_book();
    let table_of = "asset,circulating,total,unlock,date,elasticity\nBTC,19.9e6,21e6,1e5,2026-03-01,1\nARB,many,1e10,,,\n";
    let sheet = sheet(&engine, &[("carry/supplies", table_of)]);
    let unlocks = table(&sheet, "unlocks");
    let after = 100_000.0 * 19.9 / 20.0;
    assert_eq!(row(unlocks, 0)[..2], ["BTC", "3"]);
    assert!((number(&unlocks.table.rows[0][8]).unwrap() - after).abs() < 1e-9);
    assert!((number(&unlocks.table.rows[0][9]).unwrap() - 3.0 * (after - 100_000.0)).abs() < 1e-9);
    assert!(unlocks.notes[0].starts_with("line 3, column circulating, “many”: "), "{:?}", unlocks.notes);
    let controls = controls(&sheet, "supplies");
    assert!(matches!(&controls[0].kind, ControlKind::Document(file) if file == "supplies.csv"));
    assert_eq!((controls[0].value.as_str(), controls[0].error.as_str()), (table_of, "1 row is not read"));
    let none = self::sheet(&engine, &[]);
    assert!(table(&none, "unlocks").table.rows.is_empty());
    assert_eq!(table(&none, "unlocks").notes, ["Held and not in the table: BTC."]);
}

#[test]
fn every_number_of_a_random_book_is_finite() {
    for seed in 0..10 {
        let sheet = sheet(&Engine::load(generated(seed, 60), AS_OF), &[]);
        for part in &sheet.parts {
            let Body::Table(table) = &part.body else { continue };
            assert!(table.table.rows.iter().all(|row| row.len() == table.table.heads.len()), "seed {seed}: {}", part.id);
            let numbers =
                table.table.rows.iter().flatten().filter_map(|cell| if let Cell::Number(value, _) = cell { *value } else { None });
            assert!(numbers.into_iter().all(f64::is_finite), "seed {seed}: {}", part.id);
        }
    }
}
