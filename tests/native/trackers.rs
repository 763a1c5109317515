//! Trackers' and brokers' ledgers: holdings rebuilt from transactions, real exports where they lie and fixtures for the rest.

use crate::import_support::{dropped, fixture, imported, published, rejections};
use plimsoll::import::{Imported, RowCount, import};
use plimsoll::issue::Effect;
use plimsoll::market::FactValue;
use proptest::prelude::*;

/// Class, name, quantity, entry price.
type Row<'a> = (&'a str, &'a str, f64, Option<f64>);

/// Every position, no more and no fewer, to the rounding of sums.
fn check(imported: &Imported, expected: &[Row<'_>]) {
    let names: Vec<&str> = imported.positions.iter().map(|position| position.name.as_str()).collect();
    assert_eq!(names, expected.iter().map(|(_, name, ..)| *name).collect::<Vec<_>>());
    let is_close = |found: f64, expected: f64| (found - expected).abs() <= 1e-9 * expected.abs().max(1e-4);
    for (position, (class, name, quantity, entry)) in imported.positions.iter().zip(expected) {
        assert_eq!(position.instrument.class(), *class, "{name}");
        assert!(is_close(position.quantity.get(), *quantity), "{name}: {} against {quantity}", position.quantity.get());
        let found = position.entry_price.map(|price| price.get());
        assert_eq!(found.is_some(), entry.is_some(), "{name}: {found:?}");
        assert!(found.zip(*entry).is_none_or(|(found, entry)| is_close(found, entry)), "{name}: {found:?} against {entry:?}");
        assert!(position.mark.is_none(), "{name}: a ledger marks nothing");
    }
}

fn rows(imported: &Imported, format: &str, accepted: usize, rejected: usize) {
    assert_eq!(imported.rows, RowCount { read: accepted + rejected, accepted, rejected });
    assert_eq!(imported.files[0].format.as_deref(), Some(format));
    assert_eq!(rejections(imported).len(), rejected);
}

/// Last prices in dollars: code, price, time.
fn spots(imported: &Imported) -> Vec<(&str, f64, String)> {
    let spot = |fact: &'_ plimsoll::market::Fact| fact.time.unwrap().to_string();
    let of = imported.facts.iter().map(|fact| match &fact.value {
        FactValue::Spot { underlying, price } => (underlying.as_str(), price.get(), spot(fact)),
        other => panic!("{other:?}"),
    });
    of.collect()
}

/// What is noted about a holding, or about the file where there is no subject.
fn has_note(imported: &Imported, subject: Option<&str>, words: &str) -> bool {
    let mut notes = imported.issues.iter().filter(|issue| issue.effect == Effect::Noted && issue.subject.as_deref() == subject);
    notes.any(|issue| issue.message.contains(words))
}

fn negative(imported: &Imported) -> Vec<&str> {
    let notes = imported.issues.iter().filter(|issue| issue.message.contains("the ledger is incomplete"));
    notes.filter_map(|issue| issue.subject.as_deref()).collect()
}

#[test]
fn the_published_bitvavo_history_balances_to_the_cent() {
    let Some(imported) = published("venues/tracker-exports/bitvavo-export.csv") else { return };
    rows(&imported, "bitvavo", 34, 0);
    // Euros, tether and lumens go in and out to nothing; what is left of the rest was earned by staking, and a rounding of the venue.
    check(
        &imported,
        &[
            ("spot", "ADA", 0.120549 + 0.120452 + 0.120356, None),
            ("spot", "BTC", 0.00072401, None),
            ("spot", "ETH", 0.000053650000000001, None),
        ],
    );
    assert!(spots(&imported).is_empty(), "no price of it is in dollars");
    assert!(has_note(&imported, None, "holdings rebuilt from 34 transactions, 34 rows, of 2022-10-31 to 2023-11-30"));
    assert!(negative(&imported).is_empty() && !has_note(&imported, None, "not derived"));
}

#[test]
fn the_published_coinbase_history_lacks_its_beginning_and_says_so() {
    let Some(imported) = published("venues/tracker-exports/coinbase-export.csv") else { return };
    rows(&imported, "coinbase", 8, 0);
    check(
        &imported,
        &[
            ("spot", "BTC", 0.00166779 - 0.00363125, None),
            ("spot", "ETH", 0.180914809326 + 0.000022652183 + 0.000037835729 - 0.17305191, None),
            ("stake", "ETH2", 0.17305191 - 0.180914809326, None),
            ("spot", "XRP", 156.145683, None),
        ],
    );
    assert_eq!(imported.positions[2].instrument.underlying(), "ETH");
    assert_eq!(negative(&imported), ["BTC", "ETH2"]);
    // The last two rows have one number and differ in the currency of their price: one purchase, and its price in dollars.
    assert!(imported.issues.iter().any(|issue| issue.line == Some(8) && issue.message.contains("as on line 9")));
    assert_eq!(spots(&imported), [("BTC", 39_999.331136545, "2022-03-25T06:45:27Z".to_owned())]);
    assert!(has_note(&imported, None, "cash in USD is not derived"));
}

#[test]
fn the_published_cointracking_table_has_both_forms_of_its_dates() {
    let Some(imported) = published("venues/tracker-exports/cointracking-export.csv") else { return };
    rows(&imported, "cointracking", 6, 0);
    check(&imported, &[("spot", "BTC", 0.001 + 0.0055 + 0.0011 - 0.0022 + 0.001 - 0.001, None)]);
    assert!(has_note(&imported, None, "of 2024-12-06 to 2025-01-18"));
    assert!(has_note(&imported, None, "cash in EUR is not derived"));
    assert!(has_note(&imported, None, "name no zone"));
}

#[test]
fn the_published_cryptocom_history_moves_coins_in_and_out_of_stakes() {
    let Some(imported) = published("venues/tracker-exports/cryptocom-export.csv") else { return };
    rows(&imported, "cryptocom", 65, 0);
    check(
        &imported,
        &[
            ("spot", "AVAX", 5.0, Some(219.461067 / 5.0)),
            ("spot", "BTC", 0.01152324, None),
            ("spot", "CRO", -0.0203683, None),
            // Unlocked from a lockup that began before the first row; the rewards that were compounded are gone to the last digit.
            ("stake", "CRO staked", -11_791.0, None),
            ("spot", "EGLD", -4.15, None),
            ("spot", "ETHW", -0.67, None),
            ("spot", "SOL", 3.3, Some(385.873798 / 3.3)),
            ("cash", "USDC", 234.306749, None),
            ("cash", "USDT", -795.068191, None),
            ("spot", "XRP", 3059.220008, None),
        ],
    );
    assert_eq!(negative(&imported), ["CRO", "CRO staked", "EGLD", "ETHW", "USDT"]);
    // The dollar amounts are today's rate times the euros of then; a dollar coin that was paid is a price.
    assert!(has_note(&imported, None, "one exchange rate for all dates"));
    let found = spots(&imported);
    let codes: Vec<_> = found.iter().map(|(code, _, time)| (*code, time.get(..10).unwrap())).collect();
    assert_eq!(codes, [("AVAX", "2024-01-02"), ("EGLD", "2025-01-07"), ("ETHW", "2025-01-07"), ("SOL", "2024-01-02")]);
    assert!((found[1].1 - 150.865358 / 4.15).abs() < 1e-12);
}

#[test]
fn the_published_delta_export_holds_shares_coins_and_cash() {
    let Some(imported) = published("venues/tracker-exports/delta-export.csv") else { return };
    rows(&imported, "delta", 7, 0);
    check(
        &imported,
        &[
            ("share", "AAPL", 5.0, Some(250.0)),
            ("spot", "BNB", -0.1, None),
            ("spot", "BTC", 0.001 - 0.6, None),
            ("spot", "DOT", -0.101, None),
            ("spot", "ETH", 10.88, None),
            ("spot", "SOL", -100.0, None),
            ("cash", "USD", 5000.0 - 1250.0 + 2.5 - 0.5, None),
        ],
    );
    assert_eq!(negative(&imported), ["BNB", "BTC", "DOT", "SOL"]);
    // 15:00 four hours behind UTC.
    assert_eq!(spots(&imported), [("AAPL", 250.0, "2023-05-08T19:00:00Z".to_owned())]);
}

#[test]
fn the_published_trades_of_interactive_brokers_name_shares_by_isin() {
    let Some(imported) = published("venues/tracker-exports/ibkr-trades-export.csv") else { return };
    rows(&imported, "ibkr-trades", 11, 0);
    let paid = 95.0 * 93.78 + 105.0 * 95.42 + 11.0 * 95.46 + 97.84 + 2.0 * 103.18 + 97.0 * 103.61 + 12.0 * 103.66;
    check(&imported, &[("share", "CH0111762537", 7.0, None), ("share", "US9220427424", 323.0, Some(paid / 323.0))]);
    // The close of New York in winter of the last trade's day; the Swiss share has no price in dollars.
    assert_eq!(spots(&imported), [("US9220427424", 103.66, "2024-01-29T21:00:00Z".to_owned())]);
    assert!(has_note(&imported, None, "holdings rebuilt from 8 transactions, 11 rows"));
    assert!(has_note(&imported, None, "cash in CHF, USD is not derived"));
    assert_eq!(imported.issues.iter().filter(|issue| issue.message.contains("an exchange of currencies")).count(), 3);
}

#[test]
fn the_published_revolut_statement_mixes_currencies() {
    let Some(imported) = published("venues/tracker-exports/revolut-crypto-export.csv") else { return };
    rows(&imported, "revolut-crypto", 13, 0);
    check(
        &imported,
        &[
            ("spot", "BTC", 0.00056077 + 0.00069453 + 0.00027963 + 0.00009518, None),
            ("spot", "ETH", 0.00431791 + 0.00002061 + 0.00004274 + 0.0000478 - 0.18580349, None),
            ("stake", "ETH staked", 0.18580349, None),
        ],
    );
    assert_eq!(negative(&imported), ["ETH"]);
    assert_eq!(spots(&imported), [("BTC", 105_058.55, "2025-05-09T10:03:50Z".to_owned())]);
    assert!(has_note(&imported, None, "cash in EUR, SEK, USD is not derived"));
}

#[test]
fn the_published_schwab_history_is_a_part_of_one_and_invents_no_cash() {
    let Some(imported) = published("venues/tracker-exports/schwab-export.csv") else { return };
    rows(&imported, "schwab", 120, 0);
    assert_eq!(imported.files[0].kinds.get("total"), Some(&1));
    let spy = (1.6531 * 420.1 + 1.5705 * 455.98 + 1.575 * 416.5 + 2.299 * 405.42) / 7.0976;
    check(
        &imported,
        &[
            ("share", "00165C203", -344.0, None),
            ("share", "09070K200", -1000.0, None),
            ("share", "171439102", -50.0, None),
            ("share", "890260854", -1.0, None),
            ("share", "AMC", 38.0, None),
            ("share", "APE stock", 344.0, None),
            ("share", "ARCC", 18.4207, Some(18.816462132275102)),
            ("share", "AVGO", 10.0, Some(168.0)),
            ("share", "DGLRX", -872.454, None),
            ("share", "FIHBX", -507.208, None),
            ("share", "FMGIX", 10.006, Some(16.66481211273236)),
            ("share", "GBDC", 10.32, Some(14.5)),
            ("share", "LCID", 50.0, None),
            ("share", "NEWH", 1000.0, None),
            ("share", "NFRIX", 34.681, Some(17.88972261468816)),
            ("share", "NMFC", 33.7106, Some(12.579771496205941)),
            ("share", "SNAXX", 3706.38 - 500_135.0, None),
            ("share", "SNSXX", 4136.58, Some(1.0)),
            ("share", "SPY", 7.0976, Some(spy)),
            ("share", "SWVXX", 46.23, Some(1.0)),
            ("share", "TCPC", 36.3353, Some(11.576430936307117)),
            ("share", "TNXP", 1.0, None),
            ("share", "TSLX", 13.5303, Some(19.400547068431594)),
            ("share", "VEA", 0.0086, Some(45.33)),
            ("share", "VNQ", 4.4877, Some(72.69)),
            ("share", "VWO", 0.0025, Some(40.2148)),
        ],
    );
    assert_eq!(negative(&imported), ["00165C203", "09070K200", "171439102", "890260854", "DGLRX", "FIHBX", "SNAXX"]);
    assert!(has_note(&imported, Some("USD"), "cash is not derived: its balance would have fallen to -2094.95"));
    let found = spots(&imported);
    let of = |code: &str| found.iter().find(|(name, ..)| *name == code).map(|(_, price, time)| (*price, time.as_str()));
    assert_eq!(of("SPY"), Some((420.1, "2023-11-01T20:00:00Z")));
    // Ten shares for one: the price of before the split is none of a share of today.
    assert_eq!(of("AVGO"), Some((170.067, "2024-07-15T20:00:00Z")));
}

#[test]
fn cash_and_average_cost_follow_the_order_of_time_and_not_of_the_file() {
    let imported = imported("venues/tracker_delta_cash.csv");
    rows(&imported, "delta", 10, 2);
    check(
        &imported,
        &[
            // Bought again after all of it was sold: the first purchase is over.
            ("spot", "ADA", 10.0, Some(0.7)),
            ("share", "BTC stock", 4.0, Some(50.0)),
            // The row of 04:00 UTC comes before that of 23:30 five hours behind it; a fee in kind takes its share of the cost.
            ("spot", "ETH", 1.5, Some((990.0 + 6000.0) / 2.99)),
            ("spot", "SOL", 1.0, None),
            ("cash", "USD", 10_000.0 - 6000.0 - 12.0 - 1000.0 - 200.0 - 50.0 + 60.0 - 7.0, None),
            ("cash", "USDC", 6000.0, None),
        ],
    );
    // More euros were spent than paid in: deposits are missing, so no balance is claimed.
    assert!(has_note(&imported, Some("EUR"), "its balance would have fallen to -100"));
    let refused: Vec<_> = rejections(&imported).iter().map(|issue| (issue.line, issue.value.clone())).collect();
    assert_eq!(refused, [(Some(12), Some("STAKE".to_owned())), (Some(13), Some("x".to_owned()))]);
    assert!(has_note(&imported, None, "without what 2 rows moved"));
}

#[test]
fn coinbase_prices_in_dollars_give_an_average_cost_and_a_balance() {
    let imported = imported("venues/tracker_coinbase_types.csv");
    rows(&imported, "coinbase", 8, 2);
    let ether = (1.5 * 2000.0 + 0.5 * 2400.0) / 2.0;
    check(
        &imported,
        &[
            ("spot", "ETH", 1.0, Some(ether)),
            ("spot", "SOL", 10.1, Some((0.5 * 3000.0 + 16.0) / 10.1)),
            ("cash", "USD", 5000.0 - 3010.0 - 1200.0 + 1245.0 - 1000.0, None),
        ],
    );
    assert_eq!(rejections(&imported).iter().map(|issue| issue.line).collect::<Vec<_>>(), [Some(12), Some(13)]);
    assert!(imported.issues.iter().any(|issue| issue.line == Some(11) && issue.message.contains("as on line 10")));
}

#[test]
fn decimal_commas_and_fees_of_cointracking() {
    let imported = imported("venues/tracker_cointracking_comma.csv");
    rows(&imported, "cointracking", 3, 1);
    // Its amounts are net: the fee in coins is not taken a second time, and the tether is spent.
    check(&imported, &[("spot", "BTC", 0.02, Some(40_000.0))]);
    assert_eq!(spots(&imported), [("BTC", 40_000.0, "2024-02-02T09:00:00Z".to_owned())]);
}

#[test]
fn schwab_options_splits_and_a_whole_history_of_cash() {
    let imported = imported("venues/tracker_schwab_options.csv");
    rows(&imported, "schwab", 9, 1);
    check(
        &imported,
        &[
            ("american call", "AAPL 01/16/2026 200.00 C", 3.0, Some(18.2)),
            ("share", "NVDA", 100.0, Some(120.0)),
            // Sold to open is a short position and no gap in the ledger; the put that expired is gone.
            ("call", "SPX 12/19/2025 6000.00 C", -1.0, Some(310.5)),
            ("cash", "USD", 33_806.1, None),
            ("share", "XYZ", 1.0, None),
        ],
    );
    assert!(negative(&imported).is_empty());
    let call = &imported.positions[0].instrument;
    assert_eq!((call.underlying(), call.expiry().map(|time| time.to_string()).as_deref()), ("AAPL", Some("2026-01-16T21:00:00Z")));
    assert_eq!(spots(&imported), [("NVDA", 121.79, "2025-06-10T20:00:00Z".to_owned())]);
}

#[test]
fn a_stake_takes_its_cost_along() {
    let imported = imported("venues/tracker_revolut_dollars.csv");
    rows(&imported, "revolut-crypto", 3, 1);
    check(&imported, &[("spot", "ETH", 1.0, Some(1500.0)), ("stake", "ETH staked", 1.0, Some(1500.0))]);
    assert_eq!(spots(&imported), [("ETH", 1700.0, "2024-01-07T21:00:00Z".to_owned())]);
}

#[test]
fn what_bitvavo_has_not_completed_moves_nothing() {
    let imported = imported("venues/tracker_bitvavo_pending.csv");
    rows(&imported, "bitvavo", 4, 0);
    check(&imported, &[("spot", "EUR", 250.0 + 1.0 - 100.0, None), ("cash", "USDC", 108.0, None)]);
    // A dollar coin that was bought with euros tells the price of the euro; noon in Amsterdam in summer.
    assert_eq!(spots(&imported), [("EUR", 1.08, "2024-07-01T10:00:00Z".to_owned())]);
    assert!(has_note(&imported, None, "a time zone that is not known here"));
}

/// A ledger or a statement with some of its bytes replaced, taken out or put in.
fn damaged() -> impl Strategy<Value = (&'static str, Vec<u8>)> {
    const SEEDS: &[&str] = &[
        "venues/tracker_bitvavo_pending.csv",
        "venues/tracker_coinbase_types.csv",
        "venues/tracker_cointracking_comma.csv",
        "venues/tracker_delta_cash.csv",
        "venues/tracker_revolut_dollars.csv",
        "venues/tracker_schwab_options.csv",
        "venues/ibkr_flex_lots.xml",
        "venues/ibkr_flex_positions.csv",
        "venues/ibkr_statement_classes.csv",
    ];
    let edit = (any::<prop::sample::Index>(), any::<Option<u8>>());
    (prop::sample::select(SEEDS), prop::collection::vec(edit, 0..12)).prop_map(|(seed, edits)| {
        let mut bytes = fixture(seed);
        for (index, byte) in edits {
            let at = index.index(bytes.len());
            match byte {
                Some(byte) => bytes[at] = byte,
                None => drop(bytes.remove(at)),
            }
        }
        (seed, bytes)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_ledger_loses_no_row_without_a_word((name, bytes) in damaged()) {
        let imported = import(&[dropped(name, bytes)]);
        let rows = imported.rows;
        prop_assert_eq!(rows.read, rows.accepted + rows.rejected);
        prop_assert!(rejections(&imported).len() >= rows.rejected);
        prop_assert!(rows.read > 0 || !rejections(&imported).is_empty());
        let json = serde_json::to_string(&imported).unwrap();
        prop_assert_eq!(serde_json::from_str::<Imported>(&json).unwrap(), imported);
    }
}
