//! Daily closes and correlations as files hold them: every cell becomes a number of a day or is named, and what is interpreted is said.

use crate::import_support::{dropped, fixture, imported, imported_text, notes, published, rejections};
use plimsoll::import::{FileSummary, Imported, RowCount, import};
use plimsoll::issue::IssueKind;
use plimsoll::market::history::{PriceSeries, SeriesKind};

/// Day and number, day as it is written.
fn days(series: &PriceSeries) -> Vec<(String, f64)> {
    series.observations.iter().map(|one| (one.day.to_string()[..10].to_owned(), one.value)).collect()
}

fn of<'a>(imported: &'a Imported, symbol: &str) -> &'a PriceSeries {
    imported.history.series(symbol).unwrap_or_else(|| panic!("{symbol}: {:?}", imported.issues))
}

fn rows(read: usize, accepted: usize) -> RowCount {
    RowCount { read, accepted, rejected: read - accepted }
}

#[test]
fn the_published_tables_are_read_to_the_last_cell() {
    for (file, count, numbers, first) in [
        ("crypto_daily_close_usd.csv", 10, 0, ("BTC", "2014-09-17", 457.33401)),
        ("crypto_daily_close_usd_alt.csv", 15, 0, ("BTC", "2014-01-01", 806.21)),
        ("etf_daily_adjclose_usd.csv", 7, 7 * 2775, ("SPY", "2014-09-17", 165.50453)),
        ("rates_dollar_daily.csv", 2, 0, ("DTWEXBGS", "2014-01-02", 93.8192)),
    ] {
        let Some(imported) = published(&format!("history/{file}")) else { return };
        assert_eq!(imported.files[0].format.as_deref(), Some("price-history"), "{file}");
        assert_eq!((rejections(&imported).len(), imported.rows.rejected, imported.history.series.len()), (0, 0, count), "{file}");
        assert!(numbers == 0 || imported.history.observations() == numbers, "{file}: {}", imported.history.observations());
        let (symbol, day, value) = first;
        assert_eq!(days(of(&imported, symbol))[0], (day.to_owned(), value), "{file}");
        assert!(imported.positions.is_empty() && imported.facts.is_empty());
    }
    let imported = published("history/rates_dollar_daily.csv").unwrap();
    let yields = of(&imported, "DGS10");
    assert_eq!((yields.kind, days(yields)[0].clone()), (SeriesKind::Yield, ("2014-01-02".to_owned(), 0.03)));
}

#[test]
fn a_column_for_each_asset_or_a_row_for_each_close() {
    let wide = imported_text("a.csv", "Date,BTC-USD,eth,SPY Adj Close\n2026-01-02,100,,7.5\n2026-01-03,101.5,10,\n");
    assert_eq!((wide.rows, rejections(&wide).len()), (rows(2, 2), 0));
    assert_eq!(days(of(&wide, "BTC")), [("2026-01-02".to_owned(), 100.0), ("2026-01-03".to_owned(), 101.5)]);
    assert_eq!((days(of(&wide, "ETH")).len(), days(of(&wide, "SPY")).len()), (1, 1));
    let long = imported_text("b.csv", "symbol,date,open,close\nBTC,2026-01-02,1,100\nETH,2026-01-02,1,10\nBTC,2026-01-03,1,101.5\n");
    assert_eq!((long.rows, long.files[0].format.as_deref()), (rows(3, 3), Some("price-history")));
    assert_eq!(days(of(&long, "BTC")), days(of(&wide, "BTC")));
    let semicolons = imported_text("c.csv", "day;BTC;ETH\n13.01.2026;100,5;\n14.01.2026;101,25;9,5\n");
    assert_eq!(days(of(&semicolons, "BTC")), [("2026-01-13".to_owned(), 100.5), ("2026-01-14".to_owned(), 101.25)]);
    let american = imported_text("d.csv", "date,SPY\n01/02/2026,1\n01/05/2026,2\n01/13/2026,3\n");
    assert_eq!(days(of(&american, "SPY"))[1].0, "2026-01-05");
    let unnamed = imported_text("e.csv", ",SPY,GLD\n2026-01-02,1,5\n2026-01-05,2,6\n");
    assert_eq!(unnamed.history.series.len(), 2);
}

#[test]
fn what_is_no_number_of_a_day_is_named_with_its_place() {
    let imported = imported_text(
        "a.csv",
        "date,BTC,ETH\n2026-01-01,100,x1\n2026-02-30,101,11\n2026-01-03,-5,\n2026-01-04,N/A,12\n2026-01-05,0,12.5\n2026-01-06,1,2,3\n2026-01-07,104,13\n",
    );
    assert_eq!(imported.rows, rows(7, 4));
    assert_eq!(days(of(&imported, "BTC")), [("2026-01-01".to_owned(), 100.0), ("2026-01-07".to_owned(), 104.0)]);
    assert_eq!(days(of(&imported, "ETH")).len(), 3);
    let found: Vec<(u64, &str, &str)> = rejections(&imported)
        .iter()
        .map(|issue| (issue.line.unwrap(), issue.column.as_deref().unwrap_or(""), issue.value.as_deref().unwrap_or("")))
        .collect();
    assert_eq!(found, [(3, "date", "2026-02-30"), (4, "BTC", "-5"), (7, "", "")]);
    let noted: Vec<(u64, &str)> = notes(&imported).iter().map(|(line, column, _)| (*line, *column)).collect();
    assert_eq!(noted, [(2, "ETH"), (5, "BTC"), (6, "BTC")]);
}

#[test]
fn the_later_of_two_numbers_of_a_day_counts_and_both_are_named() {
    let imported = imported("bad-input/ret_unsorted_dup.csv");
    assert_eq!(days(of(&imported, "BTC")), [("2026-01-01".to_owned(), 0.02), ("2026-01-03".to_owned(), 0.05)]);
    let duplicate = imported.issues.iter().find(|issue| issue.line == Some(4)).unwrap();
    assert!(duplicate.value.as_deref() == Some("2026-01-03") && duplicate.message.contains("line 2"), "{duplicate:?}");
    assert!(imported.issues.iter().any(|issue| issue.message.contains("sorted") && issue.subject.as_deref() == Some("BTC")));
}

#[test]
fn returns_are_told_by_their_signs_and_a_series_that_stands_still_is_named() {
    let gaps = imported("bad-input/ret_gap_nan.csv");
    assert_eq!((of(&gaps, "BTC").kind, days(of(&gaps, "ETH"))[2].1), (SeriesKind::Return, -0.03));
    assert_eq!(days(of(&gaps, "BTC")).len(), 2);
    let constant = imported("bad-input/ret_constant.csv");
    assert!(constant.issues.iter().any(|issue| issue.message.contains("never moves")));
    let single = imported("bad-input/ret_single.csv");
    assert!(single.history.is_empty() && rejections(&single)[0].message.contains("at least 2 days"), "{:?}", single.issues);
}

#[test]
fn a_table_of_correlations_is_kept_repaired_or_refused_whole() {
    let kept = imported("bad-input/corr_not_psd.csv");
    let table = kept.history.correlations.as_ref().unwrap();
    assert_eq!((table.symbols.join(" "), table.below.clone()), ("A B C".to_owned(), vec![0.9, 0.7, -0.9]));
    let noted = kept.issues.iter().find(|issue| issue.kind == IssueKind::Calculation).unwrap();
    assert!(noted.message.contains("smallest eigenvalue is -0.6700") && noted.message.contains("by 0.3535"), "{}", noted.message);
    for (file, line, column, value) in [("corr_gt1.csv", 2, "B", "1.5"), ("corr_asymmetric.csv", 3, "A", "0.4")] {
        let refused = imported(&format!("bad-input/{file}"));
        assert!(refused.history.is_empty() && refused.rows == rows(2, 0), "{file}");
        let issue = rejections(&refused).into_iter().find(|issue| issue.line == Some(line)).unwrap();
        assert_eq!((issue.column.as_deref(), issue.value.as_deref()), (Some(column), Some(value)), "{file}");
    }
}

#[test]
fn of_two_files_the_later_one_counts() {
    let one = dropped("one.csv", "date,BTC\n2026-01-01,1\n2026-01-02,2\n");
    let two = dropped("two.csv", "date,BTC,ETH\n2026-01-02,2.5,9\n2026-01-03,3,8\n");
    let both = import(&[one, two]);
    assert_eq!(days(of(&both, "BTC")).iter().map(|(_, value)| *value).collect::<Vec<_>>(), [1.0, 2.5, 3.0]);
    assert_eq!((both.rows, both.history.series.len()), (rows(4, 4), 2));
    assert!(
        both.files.iter().all(FileSummary::holds_history)
            && !imported_text("a.csv", "underlying,quantity\nBTC,1\n").files[0].holds_history()
    );
}

#[test]
fn tables_of_positions_and_trades_are_no_histories() {
    for name in ["import/plimsoll_positions.csv", "bad-input/ok_simple.csv", "bad-input/ok_column_order.csv"] {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
        if path.exists() {
            let imported = import(&[dropped(name, fixture(name))]);
            assert!(imported.history.is_empty() && !imported.positions.is_empty(), "{name}");
        }
    }
    for text in [
        "date,symbol,quantity,price\n2026-01-01,BTC,1,2\n",
        "date,amount\n2026-01-01,5\n2026-01-02,6\n",
        "time,open,close\n2026-01-01,5,6\n",
    ] {
        assert!(imported_text("a.csv", text).history.is_empty(), "{text}");
    }
}
