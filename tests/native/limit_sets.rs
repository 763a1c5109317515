//! Limits: what is used of them, in which order they are told, and that their file reads back.

use crate::book_support::{AS_OF, at, coin, generated, load, near, perpetual, position, spot_fact};
use plimsoll::engine::Engine;
use plimsoll::exposure::limit::{Direction, Limit, LimitMeasure, Reading, Slice, Status, read, write};
use plimsoll::exposure::pivot::columns::Columns;
use plimsoll::exposure::pivot::dimension::Dimension;
use plimsoll::instrument::Settlement;
use plimsoll::protocol::{from_bytes, to_bytes};
use std::collections::BTreeMap;

fn of(measure: &str, slice: Slice, soft: Option<f64>, hard: f64) -> Limit {
    Limit { measure: LimitMeasure::by_id(measure).unwrap(), slice, soft, hard, direction: Direction::Absolute }
}

fn by(dimension: &str, key: &str) -> Slice {
    let dimension = Dimension::by_id(dimension).unwrap();
    if key.is_empty() { Slice::Each(dimension) } else { Slice::Of(dimension, key.to_owned()) }
}

fn readings(engine: &Engine, limits: &[Limit]) -> Vec<Reading> {
    engine.limits(&mut Columns::default(), limits, &BTreeMap::new())
}

/// One coin and three short at another venue.
fn book() -> Engine {
    let positions = vec![
        at("Binance", position("BTC", coin("BTC"), 5.0, None)),
        at("Deribit", position("perp", perpetual("BTC", Settlement::Linear, 1.0), -3.0, Some(100_000.0))),
        at("Bybit", position("nothing known", coin("XYZ"), 1.0, None)),
    ];
    load(positions, vec![spot_fact("BTC", 100_000.0)])
}

#[test]
fn breaches_come_first_and_what_is_unknown_is_not_within() {
    let limits = [
        of("gross-leverage", Slice::Whole, None, 2.0),
        of("value", by("venue", "Bybit"), None, 1.0),
        of("net-delta", by("venue", "deribit"), Some(200_000.0), 400_000.0),
        of("gross-notional", by("venue", ""), None, 450_000.0),
        of("net-delta", Slice::Whole, None, 1_000_000.0),
    ];
    let engine = book();
    let found = readings(&engine, &limits);
    let told: Vec<(u32, Status, Option<f64>)> = found.iter().map(|reading| (reading.place, reading.status, reading.utilization)).collect();
    assert_eq!(
        told,
        [
            (3, Status::Hard, Some(500.0 / 450.0)),
            (2, Status::Soft, Some(0.75)),
            (1, Status::Unknown, None),
            (0, Status::Within, Some(0.8)),
            (4, Status::Within, Some(0.2)),
        ]
    );
    assert_eq!((found[0].worst.as_deref(), found[0].value), (Some("Binance"), Some(500_000.0)));
    assert_eq!(found[1].value, Some(-300_000.0), "the value keeps its sign, its size counts");
    assert_eq!((found[2].value, found[2].left_out), (None, 1));
}

#[test]
fn a_direction_counts_one_sign_and_an_empty_slice_is_said_to_be_empty() {
    let engine = book();
    let deribit = of("net-delta", by("venue", "Deribit"), None, 100_000.0);
    let used = |direction: Direction| readings(&engine, &[Limit { direction, ..deribit.clone() }])[0].utilization;
    assert_eq!([Direction::Absolute, Direction::Long, Direction::Short].map(used), [Some(3.0), Some(0.0), Some(3.0)]);
    let empty = &readings(&engine, &[of("net-delta", by("venue", "Derbit"), None, 1.0)])[0];
    assert_eq!((empty.status, empty.value, empty.note.as_str()), (Status::Within, Some(0.0), "no position is in this slice"));
}

#[test]
fn size_without_equity_is_beyond_any_leverage() {
    let positions = vec![at("Deribit", position("perp", perpetual("BTC", Settlement::Linear, 1.0), 1.0, Some(110_000.0)))];
    let engine = load(positions, vec![spot_fact("BTC", 100_000.0)]);
    for slice in [Slice::Whole, by("account", "Deribit · main"), by("account", "")] {
        let found = &readings(&engine, &[of("gross-leverage", slice, None, 1e9)])[0];
        assert_eq!((found.status, found.value, found.note.as_str()), (Status::Hard, None, "there is size and no equity to carry it"));
    }
}

#[test]
fn measures_of_a_whole_are_those_of_their_own_pages() {
    for seed in [4, 9] {
        let engine = Engine::load(generated(seed, 60), AS_OF);
        let mut columns = Columns::default();
        let value = |limit: Limit| engine.limits(&mut Columns::default(), &[limit], &BTreeMap::new())[0].value;
        let (leverage, counterparties) = (engine.leverage(), engine.counterparties(&mut columns, &BTreeMap::new()));
        assert_eq!(value(of("delta-leverage", Slice::Whole, None, 1.0)), leverage.whole.delta_adjusted());
        assert_eq!(value(of("exposure-at-default", by("counterparty", "Deribit"), None, 1.0)), Some(counterparties.exposure));
        let by_account = value(of("gross-notional", by("account", "Deribit · hedge"), None, 1.0)).unwrap();
        let account = leverage.accounts.iter().find(|account| account.name == "hedge").unwrap();
        near("gross", by_account, account.leverage.gross_notional, 1e-12);
        let concentration = value(of("hhi", by("underlying", ""), None, 1.0)).unwrap();
        assert!((0.5..1.0).contains(&concentration), "{concentration}");
    }
}

#[test]
fn a_set_reads_back_as_it_was_written_from_its_file_and_from_bytes() {
    let limits = vec![
        of("net-delta", Slice::Whole, Some(0.1 + 0.2), 2.5e6),
        of("vega-1pt", by("tag:desk", "=SUM(1,2)"), None, 1e-7),
        of("vega-1pt", by("tag:desk", "'=x"), None, 2.0),
        of("gamma-1pct", by("strategy", "a \"box\", wide; or so"), None, 3.0),
        of("hhi", by("venue", ""), Some(0.3), 0.5),
        Limit { direction: Direction::Short, ..of("net-delta", by("expiry-bucket", "≤ 7 d"), None, 40.0) },
    ];
    let text = write(&limits);
    let again = read(&text);
    assert_eq!((again.value, again.issues), (limits.clone(), Vec::new()), "{text}");
    assert_eq!(from_bytes::<Vec<Limit>>(&to_bytes(&limits).unwrap()).unwrap(), limits);
    // The usual direction needs no column of its own.
    assert!(write(&limits[..5]).starts_with("measure,dimension,key,soft,hard\nnet-delta,,,0.30000000000000004,2500000\n"));
}

#[test]
fn a_spreadsheet_s_file_is_read_by_labels_in_any_order_and_with_percent() {
    let text =
        "\u{feff}Hard;Measure;Dimension;Key;Note\r\n60%;Concentration (HHI of gross notional);Venue;;mine\r\n\r\n3;Gross leverage;;;\r\n";
    let found = read(text);
    assert_eq!(found.value, [of("hhi", by("venue", ""), None, 0.6), of("gross-leverage", Slice::Whole, None, 3.0)]);
    let [issue] = found.issues.as_slice() else { panic!("{:?}", found.issues) };
    assert_eq!(issue.column.as_deref(), Some("Note"));
}

#[test]
fn every_line_that_is_no_limit_says_where_and_what_would_be() {
    let text = "measure,dimension,key,soft,hard,direction\n\
                net-delta,,,,1e6,\n\
                net-dleta,,,,1e6,\n\
                net-delta,venu,Deribit,,1,\n\
                net-delta,,Deribit,,1,\n\
                net-delta,venue,Deribit,2,1,\n\
                net-delta,venue,Deribit,,\"1,000\",\n\
                net-delta,venue,OKX,,-5,\n\
                net-delta,venue,OKX,,inf,\n\
                net-delta,venue,OKX,,5,sideways\n\
                gross-leverage,venue,OKX,,5,\n\
                hhi,,,,0.5,\n\
                hhi,venue,,,0.5,\n\
                Net-Delta,,,,7,\n";
    let found = read(text);
    assert_eq!(found.value, [of("net-delta", Slice::Whole, None, 1e6), of("hhi", by("venue", ""), None, 0.5)]);
    let told: Vec<(u64, &str, &str)> = found
        .issues
        .iter()
        .map(|issue| (issue.line.unwrap(), issue.column.as_deref().unwrap_or_default(), issue.value.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(
        told,
        [
            (3, "measure", "net-dleta"),
            (4, "dimension", "venu"),
            (5, "key", "Deribit"),
            (6, "soft", "2"),
            (7, "hard", "1,000"),
            (8, "hard", "-5"),
            (9, "hard", "inf"),
            (10, "direction", "sideways"),
            (11, "dimension", ""),
            (12, "dimension", ""),
            (14, "", ""),
        ]
    );
    assert!(found.issues[0].message.contains("net-delta") && found.issues[0].message.contains("exposure-at-default"));
    for (text, column) in [("net-delta,,,,5\n", "measure"), ("measure,soft\nnet-delta,1\n", "hard")] {
        let found = read(text);
        assert_eq!((found.value.len(), found.issues.len()), (0, 1));
        assert_eq!((found.issues[0].column.as_deref(), found.issues[0].line), (Some(column), Some(1)));
    }
    assert_eq!((read(" \n").value.len(), read("").issues.len()), (0, 0));
}
