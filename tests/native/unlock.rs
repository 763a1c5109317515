//! Supplies as the user keeps them, and what an unlock does to a holding.

use crate::book_support::{AS_OF, coin, day, load, near, perpetual, position, spot_fact};
use plimsoll::exposure::unlock::{Supply, read_supplies};
use plimsoll::instrument::Settlement;
use plimsoll::issue::{Effect, Issue};

const TABLE: &str = "\
# Kept by hand
asset,circulating,total,unlock,date,elasticity
arb, 4.0e9 ,10e9,92.65e6,2026-02-16,1
BTC,19.9e6,21e6,,,
";

fn supplies(text: &str) -> Vec<Supply> {
    let read = read_supplies(text, "supply.csv");
    assert!(read.issues.is_empty(), "{:?}", read.issues);
    read.value
}

/// Line, column, value of the only issue.
fn refused(row: &str) -> (u64, String, String, Issue) {
    let read = read_supplies(&format!("asset,circulating,total,unlock,date,elasticity\nSUI,3e9,10e9,,,\n{row}\n"), "supply.csv");
    let [issue] = read.issues.as_slice() else { panic!("{row}: {:?}", read.issues) };
    assert_eq!((issue.effect, issue.file.as_deref(), read.value.len()), (Effect::Rejected, Some("supply.csv"), 1), "{row}");
    (issue.line.unwrap(), issue.column.clone().unwrap_or_default(), issue.value.clone().unwrap_or_default(), issue.clone())
}

#[test]
fn a_table_is_read_by_its_header_in_any_order() {
    let read = supplies(TABLE);
    let [arb, btc] = read.as_slice() else { panic!("{read:?}") };
    assert_eq!((arb.asset.as_str(), arb.circulating, arb.total, arb.unlock, arb.line), ("ARB", 4e9, 1e10, Some(92.65e6), 3));
    assert_eq!((btc.unlock, btc.date, btc.elasticity), (None, None, None));
    let turned = supplies("total,ASSET,elasticity,circulating\n10,XYZ,0.5,4\n");
    assert_eq!((turned[0].circulating, turned[0].total, turned[0].elasticity), (4.0, 10.0, Some(0.5)));
    let odd = read_supplies("asset,circulating,total,colour\nXYZ,4,10,blue\n", "supply.csv");
    assert_eq!((odd.value.len(), odd.issues[0].effect, odd.issues[0].column.as_deref()), (1, Effect::Noted, Some("colour")));
}

#[test]
fn what_cannot_be_read_is_named_with_line_column_and_value() {
    for (row, column, value) in [
        (",1,2,,,", "asset", ""),
        ("ARB,,2,,,", "circulating", ""),
        ("ARB,many,2,,,", "circulating", "many"),
        ("ARB,NaN,2,,,", "circulating", "NaN"),
        ("ARB,0,2,,,", "circulating", "0"),
        ("ARB,3,2,,,", "total", "2"),
        ("ARB,1,2,1.5,,", "unlock", "1.5"),
        ("ARB,1,2,-1,,", "unlock", "-1"),
        ("ARB,1,2,1,31/12/2026,", "date", "31/12/2026"),
        ("ARB,1,2,1,,9", "elasticity", "9"),
        ("sui,1,2,,,", "asset", "SUI"),
    ] {
        let (line, found, said, issue) = refused(row);
        assert_eq!((line, found.as_str(), said.as_str()), (3, column, value), "{row}");
        assert!(issue.message.contains("accepted") || issue.message.contains("number"), "{row}: {}", issue.message);
    }
    for (header, column) in [("asset,circulating", "total"), ("asset,circulating,total,Total", "Total"), ("", "asset")] {
        let read = read_supplies(&format!("{header}\nARB,1,2,3\n"), "supply.csv");
        assert_eq!((read.value.len(), read.issues.len()), (0, 1), "{header}");
        assert_eq!(read.issues[0].column.as_deref(), Some(column), "{header}");
    }
}

#[test]
fn an_unlock_takes_the_price_down_by_its_share_to_the_elasticity() {
    let engine = load(
        vec![
            position("ARB", coin("ARB"), 100_000.0, None),
            position("lent", coin("ARB"), 50_000.0, None),
            position("perp", perpetual("ARB", Settlement::Linear, 1.0), -150_000.0, Some(1.0)),
            position("BTC", coin("BTC"), 2.0, None),
            position("OP", coin("OP"), 10.0, None),
        ],
        vec![spot_fact("ARB", 0.8), spot_fact("BTC", 100_000.0), spot_fact("OP", 1.5)],
    );
    let found = engine.overhangs(&supplies(TABLE));
    let [arb, btc] = found.rows.as_slice() else { panic!("{found:?}") };
    assert_eq!((arb.coins, arb.spot, arb.market_cap, arb.fully_diluted), (150_000.0, 0.8, 3.2e9, 8e9));
    near("overhang", arb.overhang, 1.5, 1e-15);
    near("days", arb.days.unwrap(), AS_OF.days_to(day(31)) - 8.0 / 24.0, 1e-12);
    let factor = 4e9 / (4e9 + 92.65e6);
    near("price", arb.spot_after.unwrap(), 0.8 * factor, 1e-14);
    near("loss", arb.pnl.unwrap(), 150_000.0 * 0.8 * (factor - 1.0), 1e-12);
    assert_eq!((btc.spot_after, btc.pnl), (None, None));
    near("fully diluted bitcoin", btc.overhang, 21.0 / 19.9 - 1.0, 1e-14);
    assert_eq!(found.pnl, arb.pnl);
    assert_eq!(found.without_supply, ["OP"]);
    // The root of a quarter.
    let half = supplies("asset,circulating,total,unlock,elasticity\nARB,1,4,3,0.5\n");
    near("the root of a quarter", engine.overhangs(&half).rows[0].spot_after.unwrap(), 0.4, 1e-15);
}

#[test]
fn an_unlock_that_has_been_counts_for_nothing_and_is_said() {
    let engine = load(vec![position("ARB", coin("ARB"), 1.0, None)], vec![spot_fact("ARB", 0.8)]);
    let found = engine.overhangs(&supplies("asset,circulating,total,unlock,date,elasticity\nARB,4,10,1,2026-01-01,1\n"));
    assert_eq!((found.rows[0].spot_after, found.pnl), (None, None));
    assert_eq!((found.issues.len(), found.issues[0].line, found.issues[0].column.as_deref()), (1, Some(2), Some("date")));
}
