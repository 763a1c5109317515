//! Deribit's private files: published replies to the printed digit, and shapes that they do not show.

use crate::import_support::{dropped, fixture, imported, imported_text, published, rejections};
use crate::profit::{assert_profit, assert_profit_of_rounded, stated};
use plimsoll::import::{Imported, RowCount, import};
use plimsoll::issue::{Effect, IssueKind};
use plimsoll::market::FactValue;

/// Name, class, quantity, mark.
fn held(imported: &Imported) -> Vec<(&str, &str, f64, Option<f64>)> {
    let positions = imported.positions.iter();
    positions
        .map(|position| {
            (position.name.as_str(), position.instrument.class(), position.quantity.get(), position.mark.map(|mark| mark.get()))
        })
        .collect()
}

#[test]
fn the_published_profits_since_entry_follow_from_entry_and_mark() {
    let Some(imported) = published("deribit/get_positions.json") else { return };
    assert_eq!(imported.rows, RowCount { read: 4, accepted: 4, rejected: 0 });
    // Futures print nine digits of the profit and cents of the prices; the option prints all of its own.
    for (position, tick) in imported.positions.iter().zip([0.01, 0.01, 0.0]) {
        assert_profit_of_rounded(position, 1e-9, tick);
    }
    // Not the profit since the last settlement, −0.001247399, 0.000140281 and 0.000035976.
    assert_eq!(imported.positions.iter().map(stated).collect::<Vec<_>>(), [-0.014649126, -0.000957063, 0.01226105]);
    let figures: Vec<_> = imported
        .positions
        .iter()
        .map(|position| {
            let figures = position.stated.as_ref().unwrap();
            let number = |figure: Option<plimsoll::units::Quantity>| figure.map(|figure| figure.get());
            let currency = figures.currency.as_ref().unwrap().code();
            (currency, number(figures.notional), number(figures.initial_margin), number(figures.maintenance_margin))
        })
        .collect();
    assert_eq!(
        figures,
        [
            ("ETH", Some(-0.243313388), Some(0.004866386), Some(0.002433252)),
            ("ETH", Some(-0.04591948), Some(0.000918398), Some(0.000459203)),
            ("BTC", None, Some(0.0), Some(0.0)),
        ]
    );
}

#[test]
fn the_published_margin_simulation_gives_its_margins_and_holds_nothing() {
    let Some(imported) = published("deribit/pme_simulate_btc_20240617.json") else { return };
    assert_eq!(
        (imported.rows, imported.files[0].format.as_deref()),
        (RowCount { read: 2, accepted: 2, rejected: 0 }, Some("deribit-positions"))
    );
    assert!(imported.positions.is_empty() && imported.facts.is_empty());
    let [margin] = imported.accounts.as_slice() else { panic!("{:?}", imported.accounts) };
    assert_eq!((margin.kind.as_str(), margin.currency.as_ref().unwrap().code()), ("portfolio margin simulation", "BTC"));
    assert_eq!((margin.initial_margin.unwrap().get(), margin.maintenance_margin.unwrap().get()), (0.122861343, 0.050274504784));
    let [note] = imported.issues.as_slice() else { panic!("{:?}", imported.issues) };
    assert_eq!((note.effect, note.column.as_deref()), (Effect::Noted, Some("model_params")));
    assert!(note.message.contains("no number uses its parameters yet"));
}

#[test]
fn positions_and_summaries_of_several_currencies_in_one_file() {
    let imported = imported("venues/deribit_account.json");
    assert_eq!(imported.rows, RowCount { read: 9, accepted: 7, rejected: 2 });
    assert_eq!(
        held(&imported),
        [
            ("BTC-PERPETUAL", "perpetual", 50_000.0, Some(61_010.0)),
            ("SOL_USDC-PERPETUAL", "perpetual", -300.0, Some(149.75)),
            ("ETH-25DEC26-2500-P", "put", -20.0, Some(0.05)),
            ("BTC", "spot", 2.5, None),
            ("ETH", "spot", 40.0, None),
            ("USDC", "cash", 5000.0, None),
        ]
    );
    assert!(imported.positions.iter().all(|position| position.account == "main" && position.venue == "Deribit"));
    let currencies: Vec<_> =
        imported.positions.iter().take(3).map(|position| position.stated.as_ref().unwrap().currency.clone().unwrap()).collect();
    assert_eq!(currencies.iter().map(|currency| currency.code()).collect::<Vec<_>>(), ["BTC", "USDC", "ETH"]);
    for (position, unit) in imported.positions.iter().zip([1e-9, 1e-6, 1e-9]) {
        assert_profit(position, unit);
    }
    assert_eq!(imported.positions[0].stated.as_ref().unwrap().liquidation_price.unwrap().get(), 31_200.5);
    let accounts: Vec<_> = imported
        .accounts
        .iter()
        .map(|account| {
            let figures = (account.equity.unwrap().get(), account.balance.unwrap().get(), account.unrealized_pnl.unwrap().get());
            (account.currency.as_ref().unwrap().code(), figures, account.time.unwrap().ms())
        })
        .collect();
    assert_eq!(
        accounts,
        [
            ("BTC", (2.526, 2.5, 0.00283), 1_790_000_000_223),
            ("ETH", (39.0, 40.0, 0.0), 1_790_000_000_323),
            ("USDC", (5020.0, 5000.0, 20.0), 1_790_000_000_323),
            ("EURR", (0.0, 0.0, 0.0), 1_790_000_000_323),
        ]
    );
    let rejected: Vec<_> = rejections(&imported).iter().map(|issue| (issue.line, issue.kind, issue.value.as_deref())).collect();
    assert_eq!(rejected, [(Some(6), IssueKind::Parse, Some("null")), (Some(13), IssueKind::Parse, Some("lots"))]);
    let deltas = imported.issues.iter().filter(|issue| issue.column.as_deref() == Some("delta_total"));
    assert_eq!(deltas.map(|issue| issue.value.as_deref()).collect::<Vec<_>>(), [Some("0.8195"), Some("7.5"), Some("-300.0")]);
    // What the perpetual gained before the last settlement is in the balance and in its gain since entry.
    let twice =
        imported.issues.iter().filter(|issue| issue.column.as_deref() == Some("futures_pl")).map(|issue| issue.line).collect::<Vec<_>>();
    assert_eq!(twice, [Some(8)]);
}

#[test]
fn a_log_in_any_of_its_layouts_gives_what_is_open_after_its_last_rows() {
    for layout in ["a", "b", "c", "d"] {
        let imported = imported(&format!("venues/deribit_log_{layout}.csv"));
        assert_eq!(
            (imported.rows, imported.files[0].format.as_deref()),
            (RowCount { read: 9, accepted: 9, rejected: 0 }, Some("deribit-log")),
            "{layout}"
        );
        assert_eq!(
            held(&imported),
            [
                ("BTC-25DEC26-70000-C", "call", -5.0, Some(0.0515)),
                ("BTC-PERPETUAL", "perpetual", -30_000.0, Some(60_980.0)),
                ("BTC", "spot", 1.5275, None),
            ],
            "{layout}"
        );
        // Two sales at 0.05 and 0.052; one at 61 000, which its settlement does not move.
        let entries: Vec<_> = imported.positions.iter().map(|position| position.entry_price.map(|price| price.get())).collect();
        assert_eq!(entries, [Some((2.0 * 0.05 + 3.0 * 0.052) / 5.0), Some(61_000.0), None], "{layout}");
        let [account] = imported.accounts.as_slice() else { panic!("{:?}", imported.accounts) };
        assert_eq!((account.equity.unwrap().get(), account.balance.unwrap().get()), (1.61, 1.5275), "{layout}");
        assert_eq!(account.time.unwrap().to_string(), "2026-09-11T08:00:00Z", "{layout}");
        // The oldest layout has no index.
        let spots = imported.facts.iter().filter(|fact| matches!(fact.value, FactValue::Spot { .. })).count();
        assert_eq!(spots, if layout == "d" { 0 } else { 2 }, "{layout}");
    }
}

#[test]
fn a_log_sorted_either_way_and_settled_in_dollars() {
    let forward = imported("venues/deribit_log_mixed.csv");
    assert_eq!(forward.rows, RowCount { read: 8, accepted: 6, rejected: 2 });
    assert_eq!(held(&forward), [("SOL_USDC-PERPETUAL", "perpetual", 60.0, Some(151.1)), ("USDC", "cash", 380.0, None)]);
    let entry = forward.positions[0].entry_price.unwrap().get();
    assert!((entry - (40.0 * 150.0 + 20.0 * 151.0) / 60.0).abs() < 1e-12, "{entry}");
    let rejected: Vec<_> = rejections(&forward).iter().map(|issue| (issue.line, issue.column.as_deref())).collect();
    assert_eq!(rejected, [(Some(8), Some("Position")), (Some(9), Some("Date"))]);
    // The rejected row may have been the latest, and that is said.
    assert!(forward.issues.iter().any(|issue| issue.message.contains("a row of this instrument was rejected")));
    let text = String::from_utf8(fixture("venues/deribit_log_mixed.csv")).unwrap();
    let (header, rows) = text.split_once('\n').unwrap();
    let mut rows: Vec<&str> = rows.lines().collect();
    rows.reverse();
    let backward = imported_text("log.csv", &format!("{header}\n{}\n", rows.join("\n")));
    assert_eq!(held(&backward), held(&forward));
}

#[test]
fn a_balance_without_instruments_takes_its_currency_from_the_name_of_the_file_or_is_refused() {
    let text = "ID,UserSeq,Date,Instrument,Type,Side,Size,Position,Price,Mark Price,Cash Flow,Funding,Fee Rate,Fee Paid,Fee Balance,Change,Balance,Equity,Trade ID,Order ID,Info\n\
                1,5,2026-09-08 08:00:00,,deposit,,2,,,,2,,,,,2,2.5,2.5,,,\n";
    let named = import(&[dropped("transaction_log-1001-ETH-2026-09.csv", text)]);
    assert_eq!(held(&named), [("ETH", "spot", 2.5, None)]);
    assert!(named.issues.iter().any(|issue| issue.message.contains("that the name of the file says") && issue.effect == Effect::Noted));
    let nameless = import(&[dropped("log.csv", text)]);
    assert!(nameless.positions.is_empty());
    let [refused] = rejections(&nameless)[..] else { panic!("{:?}", nameless.issues) };
    assert_eq!((refused.kind, refused.line, refused.column.as_deref()), (IssueKind::MissingData, Some(2), Some("Balance")));
}

#[test]
fn headers_without_rows_are_refused() {
    let header = String::from_utf8(fixture("venues/deribit_log_a.csv")).unwrap().lines().next().unwrap().to_owned();
    let mut all = vec![imported_text("log.csv", &format!("{header}\n"))];
    all.extend(published("deribit/transaction_log_csv_headers.txt"));
    for imported in all {
        assert_eq!((imported.rows, imported.positions.len()), (RowCount::default(), 0));
        let [refused] = rejections(&imported)[..] else { panic!("{:?}", imported.issues) };
        assert!(refused.message.starts_with("no rows after the header"), "{refused:?}");
    }
}

#[test]
fn a_list_of_tickers_is_market_data_too() {
    let text = r#"[{"instrument_name":"BTC-25DEC26-120000-C","timestamp":1790000000500,"mark_price":0.0362,"mark_iv":48.25,"underlying_price":100240.5,"index_price":98500.5,"state":"open"}]"#;
    let imported = imported_text("tickers.json", text);
    assert_eq!((imported.rows.accepted, imported.facts.len(), imported.files[0].format.as_deref()), (1, 3, Some("deribit-book-summary")));
    let vol = imported.facts.iter().find_map(|fact| match &fact.value {
        FactValue::Option { mark_vol, .. } => mark_vol.map(|vol| vol.get()),
        _ => None,
    });
    assert_eq!(vol, Some(0.4825));
}

#[test]
fn the_fills_of_a_log_give_the_average_entry_price_of_what_is_open() {
    let imported = imported("venues/deribit_log_fills.csv");
    assert_eq!(imported.rows, RowCount { read: 17, accepted: 17, rejected: 0 });
    let entries: Vec<(&str, f64, Option<f64>)> = imported
        .positions
        .iter()
        .map(|position| (position.name.as_str(), position.quantity.get(), position.entry_price.map(|price| price.get())))
        .collect();
    let expected = [
        // 5 000 sold, 12 000 bought: what went through zero was opened at the last price.
        ("BTC-25DEC26", 7000.0, Some(63_000.0)),
        // Sold at 0.05 and 0.04; the purchase of one leaves the average.
        ("BTC-25DEC26-70000-C", -4.0, Some(0.044)),
        // Taken over from another account at the row's price.
        ("BTC-25DEC26-80000-C", -2.0, Some(0.02)),
        // The row that took it from 1 to 2 is missing.
        ("BTC-25DEC26-90000-C", 3.0, None),
        // It was there before the first row.
        ("BTC-26MAR27", 30_000.0, None),
        // 20 000 dollars at 50 000 and 30 000 at 60 000 are 0.9 coins.
        ("BTC-PERPETUAL", 40_000.0, Some(50_000.0 / 0.9)),
        ("BTC", 2.291, None),
    ];
    assert_eq!(entries.len(), expected.len(), "{entries:?}");
    for ((name, quantity, entry), (expected_name, expected_quantity, expected_entry)) in entries.into_iter().zip(expected) {
        assert_eq!((name, quantity), (expected_name, expected_quantity));
        assert_eq!(entry.is_some(), expected_entry.is_some(), "{name}");
        assert!(entry.zip(expected_entry).is_none_or(|(one, other)| (one / other - 1.0).abs() < 1e-12), "{name}: {entry:?}");
    }
    let unknown: Vec<_> = imported
        .issues
        .iter()
        .filter(|issue| issue.message.starts_with("no entry price"))
        .map(|issue| (issue.subject.as_deref().unwrap(), issue.line, issue.kind, issue.effect))
        .collect();
    let missing = (IssueKind::MissingData, Effect::Noted);
    assert_eq!(unknown, [("BTC-25DEC26-90000-C", Some(18), missing.0, missing.1), ("BTC-26MAR27", Some(12), missing.0, missing.1)]);
    // One option was delivered; the other ran out on the same day without a row that says so.
    let ended: Vec<_> =
        imported.issues.iter().filter(|issue| issue.message.contains("ran out")).map(|issue| issue.subject.as_deref()).collect();
    assert_eq!(ended, [Some("BTC-4SEP26-60000-P")]);
    assert!(imported.issues.iter().any(|issue| issue.line == Some(15) && issue.message.contains("a delivery closes")));
}
