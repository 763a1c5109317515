//! Each format's numbers: quantities, signs, sizes, expiries, strikes, marks, facts. The fixtures' figures are their own.

use crate::import_support::{dropped, fixture, imported, imported_text, rejections};
use plimsoll::book::Position;
use plimsoll::import::{ALL, Imported, MAX_POSITIONS, RowCount, import};
use plimsoll::instrument::{Instrument, OptionKind, Settlement};
use plimsoll::issue::{Effect, IssueKind};
use plimsoll::market::{BidAsk, Fact, FactValue, Origin};
use plimsoll::units::{Price, Vol};

/// 2026-12-25 and 2026-10-02, 08:00 UTC.
const DECEMBER: i64 = 1_798_185_600_000;
const OCTOBER: i64 = 1_790_928_000_000;

/// A fact in short: topic, number, time.
fn short(fact: &Fact) -> (String, f64, Option<i64>) {
    let (topic, number) = match &fact.value {
        FactValue::Spot { underlying, price } => (format!("{underlying} spot"), price.get()),
        FactValue::Rate { underlying, rate } => (format!("{underlying} rate"), rate.get()),
        FactValue::Funding { underlying, rate } => (format!("{underlying} funding"), rate.get()),
        FactValue::Perpetual { underlying, settlement, price } => (format!("{underlying} {settlement:?} perpetual"), price.get()),
        FactValue::Forward { underlying, expiry, price } => (format!("{underlying} {} forward", expiry.ms()), price.get()),
        FactValue::Dividend { underlying, ex_date, amount } => (format!("{underlying} {} dividend", ex_date.ms()), amount.get()),
        FactValue::DailyVol { underlying, vol } => (format!("{underlying} daily vol"), vol.get()),
        FactValue::Option { underlying, expiry, strike, kind, settlement, mark_vol, mark_price, bid_ask: _ } => {
            let price = mark_price.map(|price| price.get());
            let topic = format!("{underlying} {} {} {kind:?} {settlement:?} at {price:?}", expiry.ms(), strike.get());
            (topic, mark_vol.map_or(f64::NAN, |vol| vol.get()))
        }
    };
    (topic, number, fact.time.map(|time| time.ms()))
}

fn assert_facts(imported: &Imported, origin: Origin, expected: &[(&str, f64, Option<i64>)]) {
    assert_eq!(imported.facts.len(), expected.len(), "{:#?}", imported.facts.iter().map(short).collect::<Vec<_>>());
    for (fact, (topic, number, time)) in imported.facts.iter().zip(expected) {
        let found = short(fact);
        let is_same = found.1 == *number || (found.1.is_nan() && number.is_nan()) || (found.1 / number - 1.0).abs() < 1e-14;
        assert!(found.0 == *topic && is_same && found.2 == *time && fact.origin == origin, "{found:?} against {topic} {number} {time:?}");
    }
}

/// Name, class, settlement, quantity, entry price, mark, contract size, expiry, strike.
type Held<'a> = (&'a str, &'a str, Settlement, f64, Option<f64>, Option<f64>, f64, Option<i64>, Option<f64>);

fn held(position: &Position) -> Held<'_> {
    let (size, strike) = match &position.instrument {
        Instrument::Option(option) => (option.contract_size, Some(option.strike.get())),
        Instrument::Future(future) => (future.contract_size, None),
        Instrument::Perpetual(perpetual) => (perpetual.contract_size, None),
        Instrument::AmericanOption(option) => (option.contract_size, Some(option.strike.get())),
        Instrument::Other(other) => (other.contract_size, None),
        _ => (1.0, None),
    };
    let instrument = &position.instrument;
    let expiry = instrument.expiry().map(|expiry| expiry.ms());
    let prices = (position.entry_price.map(|price| price.get()), position.mark.map(|price| price.get()));
    (&position.name, instrument.class(), instrument.settlement(), position.quantity.get(), prices.0, prices.1, size, expiry, strike)
}

#[test]
fn deribit_positions_take_sign_from_direction_and_size_from_magnitude() {
    use Settlement::{Inverse, Linear};
    let imported = imported("import/deribit_positions.json");
    assert_eq!(imported.rows, RowCount { read: 12, accepted: 8, rejected: 4 });
    assert_eq!(imported.files[0].format.as_deref(), Some("deribit-positions"));
    assert_eq!(
        imported.positions.iter().map(held).collect::<Vec<_>>(),
        [
            ("BTC-25DEC26-120000-C", "call", Inverse, 2.5, Some(0.0415), Some(0.0362), 1.0, Some(DECEMBER), Some(120_000.0)),
            ("BTC-25DEC26-80000-P", "put", Inverse, -4.0, Some(0.021), Some(0.0188), 1.0, Some(DECEMBER), Some(80_000.0)),
            ("BTC-PERPETUAL", "perpetual", Inverse, -150_000.0, Some(99_120.0), Some(98_510.25), 1.0, None, None),
            ("ETH-25DEC26", "future", Inverse, 40_000.0, Some(3550.0), Some(3611.4), 1.0, Some(DECEMBER), None),
            ("SOL_USDC-PERPETUAL", "perpetual", Linear, 300.0, Some(151.2), Some(149.75), 1.0, None, None),
            ("XRP_USDC-25DEC26-2d25-P", "put", Linear, -1000.0, Some(0.11), Some(0.09), 1.0, Some(DECEMBER), Some(2.25)),
            ("BTC_USDT", "spot", Linear, 0.75, Some(90_000.0), Some(98_501.0), 1.0, None, None),
        ]
    );
    let sent = Some(1_790_000_000_123);
    assert_facts(
        &imported,
        Origin::Position,
        &[
            ("BTC spot", 98_500.5, sent),
            ("BTC 1798185600000 120000 Call Inverse at Some(0.0362)", f64::NAN, sent),
            ("BTC 1798185600000 80000 Put Inverse at Some(0.0188)", f64::NAN, sent),
            ("BTC Inverse perpetual", 98_510.25, sent),
            ("ETH spot", 3540.2, sent),
            ("ETH 1798185600000 forward", 3611.4, sent),
            ("SOL spot", 149.7, sent),
            ("SOL Linear perpetual", 149.75, sent),
            ("XRP spot", 2.31, sent),
            ("XRP 1798185600000 2.25 Put Linear at Some(0.09)", f64::NAN, sent),
        ],
    );
    let rejected: Vec<_> = rejections(&imported).iter().map(|issue| (issue.line, issue.kind, issue.column.clone())).collect();
    let column = |name: &str| Some(name.to_owned());
    assert_eq!(
        rejected,
        [
            (Some(14), IssueKind::Unsupported, column("instrument_name")),
            (Some(15), IssueKind::Invalid, column("direction")),
            (Some(16), IssueKind::Parse, column("size")),
            (Some(17), IssueKind::Parse, None),
        ]
    );
    let flat = imported.issues.iter().find(|issue| issue.effect == Effect::Noted).unwrap();
    assert_eq!((flat.line, flat.subject.as_deref()), (Some(13), Some("ETH-PERPETUAL")));
    assert_eq!(imported.positions[0].source.line, 6);
    assert_eq!(imported.positions[0].venue, "Deribit");
}

#[test]
fn a_bare_list_is_read_as_its_envelope() {
    let text = r#"[{"instrument_name":"BTC-PERPETUAL","direction":"sell","size":120,"average_price":90000,"mark_price":91000,"index_price":91010}]"#;
    let imported = imported_text("positions.txt", text);
    assert_eq!(imported.positions.iter().map(|position| position.quantity.get()).collect::<Vec<_>>(), [-120.0]);
    assert_facts(&imported, Origin::Position, &[("BTC spot", 91_010.0, None), ("BTC Inverse perpetual", 91_000.0, None)]);
}

/// Volatilities and prices that are bid and asked, of each option.
fn quoted(imported: &Imported) -> Vec<[Option<f64>; 4]> {
    let options = imported.facts.iter().filter_map(|fact| match &fact.value {
        FactValue::Option { bid_ask, .. } => Some(bid_ask),
        _ => None,
    });
    options
        .map(|BidAsk { bid_vol, ask_vol, bid, ask }| {
            let (vol, price) = (|vol: &Option<Vol>| vol.map(Vol::get), |price: &Option<Price>| price.map(Price::get));
            [vol(bid_vol), vol(ask_vol), price(bid), price(ask)]
        })
        .collect()
}

#[test]
fn a_deribit_book_summary_is_market_data_in_percent() {
    let imported = imported("import/deribit_book_summary.json");
    assert_eq!(imported.rows, RowCount { read: 7, accepted: 5, rejected: 2 });
    assert!(imported.positions.is_empty());
    let time = Some(1_790_000_000_500);
    assert_facts(
        &imported,
        Origin::Quote,
        &[
            ("BTC spot", 98_500.5, time),
            ("BTC 1798185600000 forward", 100_240.5, time),
            ("BTC 1798185600000 120000 Call Inverse at Some(0.0362)", 0.4825, time),
            ("BTC 1790928000000 forward", 98_777.25, time),
            ("BTC 1790928000000 99000 Put Inverse at Some(0.0185)", 0.41, time),
            ("BTC 1790928000000 300000 Call Inverse at Some(0.0)", f64::NAN, time),
            // The future of December says what its option said, and is kept once.
            ("BTC funding", 0.1095, time),
            ("BTC Inverse perpetual", 98_510.25, time),
        ],
    );
    // Null is nobody's bid.
    assert_eq!(quoted(&imported)[..2], [[None, None, Some(0.035), Some(0.037)], [None; 4]]);
    assert_eq!(rejections(&imported).iter().map(|issue| issue.line).collect::<Vec<_>>(), [Some(7), Some(8)]);
    assert_eq!(imported.files[0].as_of.map(|time| time.ms()), time);
    assert_eq!(OCTOBER, 1_790_928_000_000);
}

#[test]
fn what_is_bid_for_an_option_without_a_mark_is_not_lost() {
    let text = "timestamp,instrument_name,mark_price,index_price,underlying_price,best_bid_price,best_ask_price\n\
                1790000000100,BTC-25DEC26-120000-C,,98500.5,100240.5,0.035,0.037\n";
    let imported = imported_text("chain.csv", text);
    assert_eq!(imported.rows, RowCount { read: 1, accepted: 1, rejected: 0 });
    assert_eq!(quoted(&imported), [[None, None, Some(0.035), Some(0.037)]]);
}

#[test]
fn the_header_of_a_chain_tells_the_unit_of_its_volatility() {
    let percent = imported("import/chain_percent.csv");
    // 0 is no bid.
    assert_eq!(quoted(&percent)[..2], [[None; 4], [Some(0.51), None, None, None]]);
    assert_eq!(percent.rows, RowCount { read: 6, accepted: 4, rejected: 2 });
    let (early, late) = (Some(1_790_000_000_100), Some(1_790_000_000_200));
    assert_facts(
        &percent,
        Origin::Quote,
        &[
            ("BTC spot", 98_500.5, early),
            ("BTC 1798185600000 forward", 100_240.5, early),
            ("BTC 1798185600000 120000 Call Inverse at Some(0.0362)", 0.4825, early),
            ("BTC 1798185600000 80000 Put Inverse at Some(0.0188)", 0.525, early),
            ("BTC spot", 98_501.0, late),
            ("BTC 1790928000000 forward", 98_777.25, late),
            ("BTC 1790928000000 99000 Put Inverse at Some(0.0185)", f64::NAN, late),
            ("BTC 1790928000000 99000 Call Inverse at Some(0.0205)", f64::NAN, late),
        ],
    );
    let rejected: Vec<_> = rejections(&percent).iter().map(|issue| (issue.line, issue.column.clone().unwrap())).collect();
    assert_eq!(rejected, [(Some(6), "expiration_timestamp".to_owned()), (Some(7), "mark_price".to_owned())]);

    let decimal = imported("import/chain_decimal.csv");
    let time = Some(1_790_000_000_553);
    assert_facts(
        &decimal,
        Origin::Quote,
        &[
            ("ETH spot", 3540.2, time),
            ("ETH 1790928000000 forward", 3549.75, time),
            ("ETH 1790928000000 3500 Call Inverse at Some(0.0451)", 0.7125, time),
            ("ETH 1790928000000 500 Put Inverse at Some(0.0001)", 3.4882, time),
        ],
    );

    let futures = imported("import/chain_futures.csv");
    let time = Some(1_790_000_000_300);
    assert_facts(
        &futures,
        Origin::Quote,
        &[
            ("BTC spot", 98_500.5, time),
            ("BTC 1798185600000 forward", 100_240.5, time),
            ("BTC funding", 0.1095, time),
            ("BTC Inverse perpetual", 98_510.25, time),
        ],
    );
    for imported in [&percent, &decimal, &futures] {
        assert_eq!((imported.files[0].format.as_deref(), imported.positions.len()), (Some("deribit-chain"), 0));
    }
}

#[test]
fn a_table_of_positions_is_read_by_its_column_names() {
    use Settlement::{Inverse, Linear};
    let imported = imported("import/positions_mixed.csv");
    assert_eq!(imported.rows, RowCount { read: 9, accepted: 6, rejected: 3 });
    assert_eq!(
        imported.positions.iter().map(held).collect::<Vec<_>>(),
        [
            ("BTC-25DEC26-120000-C", "call", Inverse, 2.5, Some(0.0415), Some(0.0362), 1.0, Some(DECEMBER), Some(120_000.0)),
            ("BTC 2026-12-25 80000 put", "put", Inverse, -400.0, Some(0.021), None, 0.01, Some(DECEMBER), Some(80_000.0)),
            ("SOLUSDT", "perpetual", Linear, 300.0, Some(151.2), Some(149.75), 1.0, None, None),
            ("USDC", "cash", Linear, 25_000.5, None, None, 1.0, None, None),
            ("ETH", "spot", Linear, 12.0, Some(3100.0), None, 1.0, None, None),
            ("ETH-25DEC26", "future", Inverse, -40_000.0, Some(3550.0), Some(3611.4), 1.0, Some(DECEMBER), None),
        ]
    );
    let time = Some(1_790_000_000_000);
    assert_facts(
        &imported,
        Origin::Position,
        &[
            ("BTC spot", 98_500.5, time),
            ("BTC 1798185600000 forward", 100_240.5, time),
            ("BTC 1798185600000 120000 Call Inverse at Some(0.0362)", 0.4825, time),
            ("BTC rate", 0.04, time),
            ("BTC 1798185600000 80000 Put Inverse at None", 0.525, time),
            ("SOL spot", 149.7, None),
            ("SOL Linear perpetual", 149.75, None),
            ("ETH spot", 3540.2, None),
            ("ETH 1798185600000 forward", 3611.4, None),
        ],
    );
    let Instrument::Perpetual(perpetual) = &imported.positions[2].instrument else { panic!("a perpetual") };
    assert_eq!((perpetual.quote.code(), perpetual.underlying.as_str()), ("USDT", "SOL"));
    let Instrument::Option(option) = &imported.positions[1].instrument else { panic!("an option") };
    assert_eq!((option.kind, option.quote.code(), option.underlying.as_str()), (OptionKind::Put, "USD", "BTC"));
    assert_eq!((imported.positions[1].account.as_str(), imported.positions[1].venue.as_str()), ("main", "OKX"));
    let rejected: Vec<_> = rejections(&imported).iter().map(|issue| (issue.line, issue.column.clone().unwrap())).collect();
    assert_eq!(rejected, [(Some(8), "Expiration".to_owned()), (Some(9), "Side".to_owned()), (Some(11), "Multiplier".to_owned())]);
}

#[test]
fn the_template_is_a_file_that_we_accept_without_a_doubt() {
    let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/public/template/positions.csv")).unwrap();
    let imported = import(&[dropped("positions.csv", bytes)]);
    assert_eq!((imported.rows, rejections(&imported).len()), (RowCount { read: 8, accepted: 8, rejected: 0 }, 0));
    let classes: Vec<_> =
        imported.positions.iter().map(|position| (position.instrument.class(), position.instrument.settlement())).collect();
    use Settlement::{Inverse, Linear};
    assert_eq!(
        classes,
        [
            ("call", Inverse),
            ("put", Inverse),
            ("call", Linear),
            ("perpetual", Inverse),
            ("future", Linear),
            ("spot", Linear),
            ("cash", Linear)
        ]
    );
    assert!(imported.issues.iter().all(|issue| issue.column.as_deref() == Some("iv")), "{:?}", imported.issues);
}

#[test]
fn files_are_added_in_their_order_and_one_bad_file_costs_nothing_else() {
    let files = [
        dropped("a.json", fixture("import/deribit_positions.json")),
        dropped("b.bin", *b"\x7FELF...."),
        dropped("c.csv", fixture("import/chain_futures.csv")),
    ];
    let imported = import(&files);
    let summary: Vec<_> =
        imported.files.iter().map(|file| (file.name.as_str(), file.format.as_deref(), file.positions, file.facts)).collect();
    assert_eq!(summary, [("a.json", Some("deribit-positions"), 7, 10), ("b.bin", None, 0, 0), ("c.csv", Some("deribit-chain"), 0, 4)]);
    assert_eq!(imported.rows, RowCount { read: 14, accepted: 10, rejected: 4 });
}

#[test]
fn a_book_beyond_the_limit_is_left_out_whole() {
    let row = "BTC-PERPETUAL,1\n";
    let text = |rows: usize| format!("instrument,quantity\n{}", row.repeat(rows));
    let full = imported_text("full.csv", &text(MAX_POSITIONS));
    assert_eq!((full.positions.len(), rejections(&full).len()), (MAX_POSITIONS, 0));
    // Rows behind the limit are not read and yet counted: blank ones and line breaks within quotes are no rows.
    let over = imported_text("over.csv", &(text(MAX_POSITIONS + 500) + "\n  \n\"BTC\n-PERPETUAL\",1"));
    assert_eq!(over.rows, RowCount { read: MAX_POSITIONS + 501, accepted: 0, rejected: MAX_POSITIONS + 501 });
    assert_eq!((over.positions.len(), over.facts.len(), rejections(&over).len()), (0, 0, 1));
    assert!(rejections(&over)[0].message.contains("all 100501 rows"), "{:?}", over.issues);
}

#[test]
fn notes_that_repeat_are_counted_and_rejections_are_listed() {
    let rows: String = (0..12).map(|row| if row % 4 == 3 { "BTC-PERPETUAL,many\n" } else { "BTC-PERPETUAL,\"1,000\"\n" }).collect();
    let imported = imported_text("a.csv", &format!("instrument,qty\n{rows}"));
    assert_eq!(imported.rows, RowCount { read: 12, accepted: 9, rejected: 3 });
    assert_eq!(rejections(&imported).iter().map(|issue| issue.line).collect::<Vec<_>>(), [Some(5), Some(9), Some(13)]);
    let noted: Vec<_> = imported.issues.iter().filter(|issue| issue.effect == Effect::Noted).collect();
    assert_eq!(noted.len(), 6, "{noted:?}");
    assert!(noted[5].message.starts_with("4 more rows likewise, the last on line 12"), "{:?}", noted[5]);
}

#[test]
fn sizes_that_would_exhaust_the_memory_are_refused_by_name() {
    let wide = format!("instrument,quantity{}\nBTC-PERPETUAL,1{}\n", ",x".repeat(1023), ",".repeat(1023));
    assert!(rejections(&imported_text("wide.csv", &wide))[0].message.contains("1025 columns"));
    let one_line = format!("instrument,quantity{}", ",x".repeat(600_000));
    assert!(rejections(&imported_text("one.csv", &one_line))[0].message.contains("at most 1000000 are read"));
    let huge = import(&[dropped("huge.csv", vec![b'a'; 100 * 1024 * 1024 + 1])]);
    assert!(rejections(&huge)[0].message.contains("104857601 bytes"));
    let deep = format!("{{\"positions\":{}", "[".repeat(1_000_000));
    assert!(rejections(&imported_text("deep.json", &deep))[0].message.contains("more than 64 levels"));
}

#[test]
fn every_format_says_what_it_is() {
    let mut ids: Vec<&str> = ALL.iter().map(|def| def.id).collect();
    assert_eq!(ids.last(), Some(&"plimsoll-csv"));
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), ALL.len());
    assert!(ALL.iter().all(|def| !def.label.is_empty() && def.doc.len() > 40 && !def.doc.ends_with('.')));
}
