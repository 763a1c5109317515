//! The positions table and the registry of measures: what a reader is shown of rows whose numbers are known.

use crate::book_support::{forward_fact, load, option, option_fact, position, spot_fact};
use plimsoll::engine::{PositionRow, Settings};
use plimsoll::instrument::{OptionKind, Settlement};
use plimsoll::price::ValuedPosition;
use plimsoll::units::{Greeks, Measures, Timestamp};
use plimsoll::view::measure;
use plimsoll::view::table::lines::{Grouping, TableChoice, TableLine, lines};
use plimsoll::view::table::positions::{ALL, Side, Sums, csv};
use std::collections::BTreeMap;
use std::collections::BTreeSet;

const MARCH: i64 = 1_774_598_400_000;
const JUNE: i64 = 1_782_460_800_000;

fn valued(value: f64, cash_delta: f64) -> ValuedPosition {
    ValuedPosition {
        greeks: Greeks { value, ..Greeks::default() },
        measures: Measures { value, cash_delta, ..Measures::default() },
        coin: None,
        unit_price: value / 2.0,
        spot: 100.0,
        forward: 100.0,
        vol: None,
        years: None,
    }
}

/// A row worth `value`, with `pnl` under the shock; `None` is left out.
fn row(index: u32, name: &str, underlying: &str, expiry: Option<i64>, value: Option<f64>, pnl: f64) -> PositionRow {
    PositionRow {
        index,
        name: name.to_owned(),
        account: if underlying == "ETH" { "hedge".to_owned() } else { "main".to_owned() },
        venue: "Deribit".to_owned(),
        class: match name.rsplit('-').next() {
            Some("C") => "call".to_owned(),
            Some("P") => "put".to_owned(),
            _ => "spot".to_owned(),
        },
        underlying: underlying.to_owned(),
        settlement: Settlement::Inverse,
        expiry: expiry.map(Timestamp::from_ms),
        strike: None,
        quantity: 2.0,
        quantity_unit: underlying.to_owned(),
        price_unit: underlying.to_owned(),
        entry_price: None,
        mark: None,
        tags: BTreeMap::new(),
        stated: None,
        file: "book.csv".to_owned(),
        line: u64::from(index) + 2,
        status: if value.is_some() { "valued".to_owned() } else { "left_out".to_owned() },
        base: value.map(|value| valued(value, value * 10.0)),
        shocked: value.map(|value| valued(value + pnl, value * 20.0)),
    }
}

fn rows() -> Vec<PositionRow> {
    vec![
        row(0, "ETH-26JUN26-3000-P", "ETH", Some(JUNE), Some(-40.0), 5.0),
        row(1, "BTC-26JUN26-100000-C", "BTC", Some(JUNE), Some(300.0), -30.0),
        row(2, "BTC-27MAR26-100000-C", "BTC", Some(MARCH), Some(20.0), 7.0),
        row(3, "BTC-27MAR26-90000-C", "BTC", Some(MARCH), None, 0.0),
        row(4, "BTC", "BTC", None, Some(1000.0), -100.0),
        row(5, "BTC-27MAR26-90000-P", "BTC", Some(MARCH), Some(-5.0), 0.5),
    ]
}

fn column(id: &str) -> usize {
    ALL.iter().position(|column| column.id == id).unwrap()
}

/// The indices of the rows in the order shown.
fn shown(choice: &TableChoice) -> Vec<usize> {
    lines(&rows(), choice)
        .into_iter()
        .filter_map(|line| match line {
            TableLine::Row(index) => Some(index),
            TableLine::Group { .. } => None,
        })
        .collect()
}

fn flat(sort: &str, descends: bool) -> TableChoice {
    TableChoice { sort: column(sort), descends, grouping: Grouping::None, ..TableChoice::default() }
}

#[test]
fn groups_go_by_underlying_and_expiry_with_their_sums() {
    let mut groups = Vec::new();
    let mut members = Vec::new();
    for line in lines(&rows(), &TableChoice::default()) {
        match line {
            TableLine::Group { level, label, count, sums } => {
                groups.push((level, label, count, sums.base.value, sums.shocked.value, sums.pnl, sums.base.cash_delta));
            }
            TableLine::Row(index) => members.push((groups.len(), index)),
        }
    }
    let expected = [
        (0, "BTC", 5, 1315.0, 1192.5, Some(-122.5), 13_150.0),
        (1, "no expiry", 1, 1000.0, 900.0, Some(-100.0), 10_000.0),
        (1, "2026-03-27", 3, 15.0, 22.5, Some(7.5), 150.0),
        (1, "2026-06-26", 1, 300.0, 270.0, Some(-30.0), 3_000.0),
        (0, "ETH", 1, -40.0, -35.0, Some(5.0), -400.0),
        (1, "2026-06-26", 1, -40.0, -35.0, Some(5.0), -400.0),
    ];
    let labels: Vec<&str> = groups.iter().map(|group| group.1.as_str()).collect();
    assert_eq!(labels.len(), expected.len(), "{labels:?}");
    for (group, expected) in groups.iter().zip(expected) {
        let numbers = (group.0, group.2, group.3, group.4, group.5, group.6);
        assert_eq!(numbers, (expected.0, expected.2, expected.3, expected.4, expected.5, expected.6), "{}", group.1);
        assert!(group.1.contains(expected.1) || expected.1.starts_with("2026"), "{} is not {}", group.1, expected.1);
    }
    // Strikes in their own order, calls before puts; the row that is left out stands in its group and adds nothing.
    assert_eq!(members, [(2, 4), (3, 3), (3, 5), (3, 2), (4, 1), (6, 0)]);
}

#[test]
fn a_subtotal_without_a_shock_has_no_pnl() {
    let mut unshocked = rows();
    unshocked.iter_mut().for_each(|row| row.shocked = None);
    for line in lines(&unshocked, &TableChoice::default()) {
        if let TableLine::Group { sums, label, .. } = line {
            assert_eq!((sums.pnl, sums.shocked), (None, sums.base), "{label}");
        }
    }
    let pnl = ALL[column("pnl")];
    assert_eq!((pnl.text)(&unshocked[1], Side::Shocked), "");
    assert_eq!((pnl.sum.unwrap())(&Sums::default(), Side::Base), "");
}

#[test]
fn a_filter_asks_for_every_word_in_any_case() {
    for (filter, expected) in [
        ("", vec![4, 3, 5, 2, 1, 0]),
        ("  ", vec![4, 3, 5, 2, 1, 0]),
        ("btc put", vec![5]),
        ("PUT", vec![5, 0]),
        ("hedge", vec![0]),
        ("26jun26 deribit", vec![1, 0]),
        ("90000", vec![3, 5]),
        ("btc hedge", vec![]),
    ] {
        let choice = TableChoice { filter: filter.to_owned(), ..TableChoice::default() };
        assert_eq!(shown(&choice), expected, "{filter}");
    }
    let choice = TableChoice { filter: "put".to_owned(), ..TableChoice::default() };
    let sums: Vec<f64> = lines(&rows(), &choice)
        .into_iter()
        .filter_map(|line| match line {
            TableLine::Group { level: 0, sums, .. } => Some(sums.base.value),
            _ => None,
        })
        .collect();
    assert_eq!(sums, [-5.0, -40.0], "a subtotal counts what is shown");
}

#[test]
fn rows_without_the_number_stand_last_in_either_direction() {
    assert_eq!(shown(&flat("value", false)), [0, 5, 2, 1, 4, 3]);
    assert_eq!(shown(&flat("value", true)), [4, 1, 2, 5, 0, 3]);
    assert_eq!(shown(&flat("pnl", true)), [2, 0, 5, 1, 4, 3]);
}

#[test]
fn names_order_by_their_numbers_and_equals_keep_the_book_s_order() {
    assert_eq!(shown(&flat("instrument", false)), [4, 1, 3, 5, 2, 0]);
    assert_eq!(shown(&flat("instrument", true)), [0, 2, 5, 3, 1, 4]);
    assert_eq!(shown(&flat("quantity", false)), [0, 1, 2, 3, 4, 5]);
    assert_eq!(shown(&flat("quantity", true)), [0, 1, 2, 3, 4, 5]);
    let beyond = TableChoice { sort: ALL.len(), grouping: Grouping::None, ..TableChoice::default() };
    assert_eq!(shown(&beyond), [0, 1, 2, 3, 4, 5]);
}

#[test]
fn the_order_follows_the_side_that_is_shown() {
    // On the base row 5 stands below row 2; a shock that turns them is followed only where it is shown.
    let mut rows = rows();
    rows[2].shocked = Some(valued(-900.0, 0.0));
    let order = |side: Side| lines(&rows, &TableChoice { side, ..flat("value", false) }).into_iter().next();
    assert_eq!(order(Side::Base), Some(TableLine::Row(0)));
    assert_eq!(order(Side::Shocked), Some(TableLine::Row(2)));
}

#[test]
fn a_row_that_is_left_out_says_so_and_shows_no_number() {
    let rows = rows();
    assert_eq!((ALL[column("value")].text)(&rows[3], Side::Base), "left out");
    let expired = PositionRow { status: "expired".to_owned(), ..rows[3].clone() };
    assert_eq!((ALL[column("value")].text)(&expired, Side::Base), "expired");
    for id in ["price", "vol", "pnl", "delta", "gamma", "vega", "theta"] {
        assert_eq!((ALL[column(id)].text)(&rows[3], Side::Shocked), "", "{id}");
    }
}

#[test]
fn the_file_has_every_row_and_leaves_empty_what_is_not_known() {
    let text = csv(&rows());
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let heads = reader.headers().unwrap().clone();
    let place = |name: &str| heads.iter().position(|head| head == name).unwrap();
    let (value, pnl, status, line) = (place("value_usd"), place("pnl_of_shock_usd"), place("status"), place("line"));
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), 6);
    assert_eq!((&records[1][value], &records[1][pnl], &records[1][status], &records[1][line]), ("300", "-30", "valued", "3"));
    assert_eq!((&records[3][value], &records[3][pnl], &records[3][status]), ("", "", "left_out"));
    assert_eq!(&records[0][place("expiry")], "2026-06-26T08:00:00Z");
    assert!(text.ends_with("\r\n") && text.matches("\r\n").count() == 7);
}

/// Letters, digits and single hyphens, lower case.
fn is_kebab(id: &str) -> bool {
    id.split('-').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

#[test]
fn the_registries_are_in_order() {
    let measures = measure::ALL.iter().map(|def| (def.id, def.label, def.doc));
    let columns = ALL.iter().map(|column| (column.id, column.label, column.doc));
    for entries in [measures.collect::<Vec<_>>(), columns.collect()] {
        let ids: BTreeSet<&str> = entries.iter().map(|entry| entry.0).collect();
        let labels: BTreeSet<&str> = entries.iter().map(|entry| entry.1).collect();
        assert_eq!((ids.len(), labels.len()), (entries.len(), entries.len()), "{ids:?} {labels:?}");
        for (id, label, doc) in entries {
            assert!(is_kebab(id), "{id}");
            assert!(!label.trim().is_empty() && label.trim() == label, "{id}: {label}");
            assert!(doc.ends_with('.') && doc.len() > 10 && !doc.contains("  "), "{id}: {doc}");
            assert!(doc.chars().next().is_some_and(char::is_uppercase), "{id}: {doc}");
        }
    }
    for def in measure::ALL {
        assert!(!def.formula.is_empty() && !def.unit.is_empty(), "{}", def.id);
        assert!(
            std::ptr::eq(measure::MeasureDef::by_id(def.id).unwrap(), *def)
                || measure::MeasureDef::by_id(def.id).unwrap().label == def.label
        );
        assert_eq!(def.text(None), "n/a", "{}", def.id);
    }
    assert!(measure::MeasureDef::by_id("Equity").is_none());
    assert!(!is_kebab("a--b") && !is_kebab("aB") && !is_kebab("-a") && is_kebab("gamma-1pct"));
}

#[test]
fn each_measure_reads_its_own_number() {
    // A measure that read its neighbor's field would pass every other test.
    let measures = Measures {
        value: 1.0,
        gross_notional: 2.0,
        net_notional: 3.0,
        cash_delta: 4.0,
        gamma_1pct: 5.0,
        vega_1pt: 6.0,
        theta_1d: 7.0,
        ..Measures::default()
    };
    let totals = plimsoll::exposure::Totals { equity: 1.0, leverage: Some(8.0), measures };
    for (id, number) in [
        ("equity", 1.0),
        ("gross-notional", 2.0),
        ("net-notional", 3.0),
        ("net-delta", 4.0),
        ("gamma-1pct", 5.0),
        ("vega-1pt", 6.0),
        ("theta-1d", 7.0),
        ("leverage", 8.0),
    ] {
        let def = measure::MeasureDef::by_id(id).unwrap();
        assert_eq!((def.of_totals)(&totals), Some(number), "{id}");
        assert_eq!(def.of_measures.map(|of| of(&measures)), (id != "leverage").then_some(number), "{id}");
    }
    assert_eq!(measure::ALL.len(), 8, "a new measure has its line here");
}

#[test]
fn a_multiple_without_a_value_says_why_instead_of_what_it_is_of() {
    use plimsoll::view::measure::{EQUITY, LEVERAGE};
    assert_eq!(LEVERAGE.of_what(Some(8.0)), "of equity");
    assert_eq!(LEVERAGE.of_what(None), "no positive equity");
    assert_eq!((EQUITY.of_what(Some(1.0)), EQUITY.of_what(None)), ("", ""));
}

#[test]
fn coins_of_an_expiry_carry_the_code_of_their_coin() {
    let (march, june) = (Timestamp::from_ms(MARCH), Timestamp::from_ms(JUNE));
    let call =
        |underlying: &str, expiry| position("call", option(underlying, Settlement::Inverse, OptionKind::Call, 1e5, expiry), 1.0, None);
    let facts = |underlying: &str, spot: f64| {
        let vol = |expiry| option_fact(&option(underlying, Settlement::Inverse, OptionKind::Call, 1e5, expiry), Some(0.6), None);
        vec![
            spot_fact(underlying, spot),
            forward_fact(underlying, march, spot),
            forward_fact(underlying, june, spot),
            vol(march),
            vol(june),
        ]
    };
    let market = facts("BTC", 95_000.0).into_iter().chain(facts("ETH", 90_000.0)).collect();
    let engine = load(vec![call("BTC", march), call("BTC", june), call("ETH", june)], market);
    let slices = engine.valuation(&Settings::default(), false).by_expiry;
    let texts: Vec<Option<String>> = slices.iter().map(|slice| measure::EQUITY.coin_text(slice, false)).collect();
    assert!(texts[0].as_ref().is_some_and(|text| text.ends_with("\u{a0}BTC")), "{texts:?}");
    assert_eq!(texts[1..], [None], "BTC and ETH do not add up");
}
