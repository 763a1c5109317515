//! Hyperliquid: published replies to the printed digit, and shapes that they do not show.

use crate::import_support::{imported, imported_text, published, rejections};
use crate::profit::assert_profit;
use plimsoll::book::Position;
use plimsoll::import::{Imported, RowCount};
use plimsoll::instrument::Instrument;
use plimsoll::market::FactValue;

fn by_name<'a>(imported: &'a Imported, name: &str) -> &'a Position {
    imported.positions.iter().find(|position| position.name == name).unwrap_or_else(|| panic!("{name}"))
}

#[test]
fn the_published_account_is_its_perpetual_and_the_dollars_beside_it() {
    let Some(imported) = published("venues/hyperliquid_futures_GetAccountInfo.json") else { return };
    assert_eq!(imported.rows, RowCount { read: 2, accepted: 2, rejected: 0 });
    assert_eq!((imported.positions.len(), imported.files[0].format.as_deref()), (2, Some("hyperliquid")));
    let perpetual = by_name(&imported, "HYPE-PERP");
    let Instrument::Perpetual(terms) = &perpetual.instrument else { panic!("{perpetual:?}") };
    assert_eq!((terms.underlying.as_str(), terms.quote.code(), terms.contract_size), ("HYPE", "USDC", 1.0));
    assert_eq!(perpetual.quantity.get(), 2.0);
    assert_eq!((perpetual.entry_price.unwrap().get(), perpetual.mark.unwrap().get()), (37.829, 37.826));
    assert_profit(perpetual, 1e-6);
    let stated = perpetual.stated.as_ref().unwrap();
    assert_eq!((stated.notional.unwrap().get(), stated.initial_margin.unwrap().get()), (75.652, 7.525754));
    assert_eq!(stated.currency.as_ref().unwrap().code(), "USDC");
    // Collateral and gain together are the account.
    let cash = by_name(&imported, "USDC").quantity.get();
    let equity = imported.accounts[0].equity.unwrap().get();
    assert!((cash - 0.006 - equity).abs() < 1e-12 && equity == 83.307638, "{cash} {equity}");
    assert_eq!(imported.accounts[0].initial_margin.unwrap().get(), 7.525754);
    assert_eq!(imported.files[0].as_of.map(|time| time.ms()), Some(1_754_467_216_357));
    assert!(
        matches!(&imported.facts[0].value, FactValue::Perpetual { underlying, price, .. } if underlying == "HYPE" && price.get() == 37.826)
    );
    assert!(imported.issues.is_empty(), "{:?}", imported.issues);
}

#[test]
fn the_published_isolated_position_is_liquidated_where_its_own_figures_say() {
    let Some(imported) = published("venues/hyperliquid_futures_GetAccountInfo.json") else { return };
    let position = by_name(&imported, "HYPE-PERP");
    let stated = position.stated.as_ref().unwrap();
    // What was paid in beyond the position's value is lost when maintenance, half of 1/10, is all that is left.
    let dollars = stated.initial_margin.unwrap().get() - stated.notional.unwrap().get();
    let price = -dollars / (position.quantity.get() * (1.0 - 1.0 / 20.0));
    let liquidation = stated.liquidation_price.unwrap().get();
    assert!((price - liquidation).abs() < 1e-9 && liquidation == 35.8559189474, "{price} against {liquidation}");
}

#[test]
fn the_published_spot_balances_and_funding() {
    if let Some(imported) = published("venues/hyperliquid_spot_GetBalances.json") {
        assert_eq!(imported.rows, RowCount { read: 2, accepted: 2, rejected: 0 });
        let held: Vec<_> = imported.positions.iter().map(|position| (position.instrument.class(), position.quantity.get())).collect();
        assert_eq!(held, [("cash", 2.77363), ("spot", 0.00959057)]);
        let entry = imported.positions[1].entry_price.unwrap().get();
        assert!((entry * 0.00959057 - 0.214388).abs() < 1e-12, "{entry}");
    }
    if let Some(imported) = published("venues/hyperliquid_futures_GetFundingHistory.json") {
        assert_eq!(imported.rows, RowCount { read: 1, accepted: 1, rejected: 0 });
        assert!(imported.positions.is_empty() && imported.facts.is_empty() && rejections(&imported).is_empty());
        assert_eq!((imported.issues.len(), imported.issues[0].subject.as_deref()), (1, Some("HYPE")));
    }
}

#[test]
fn shorts_thousands_and_markets_of_third_parties() {
    let imported = imported("venues/hyperliquid_account.json");
    assert_eq!(imported.rows, RowCount { read: 9, accepted: 8, rejected: 1 });
    let short = by_name(&imported, "BTC-PERP");
    assert_eq!((short.quantity.get(), short.mark.unwrap().get()), (-0.4, 61_000.0));
    assert_eq!(short.stated.as_ref().unwrap().liquidation_price, None);
    // One kPEPE is a thousand PEPE; all prices are of one.
    let thousands = by_name(&imported, "kPEPE-PERP");
    let Instrument::Perpetual(terms) = &thousands.instrument else { panic!("{thousands:?}") };
    assert_eq!((terms.underlying.as_str(), terms.contract_size), ("PEPE", 1000.0));
    let prices = (thousands.entry_price.unwrap().get(), thousands.stated.as_ref().unwrap().liquidation_price.unwrap().get());
    assert!((prices.0 - 1.02e-5).abs() < 1e-18 && (prices.1 - 9.111e-6).abs() < 1e-18, "{prices:?}");
    assert_eq!(by_name(&imported, "xyz:SMSN-PERP").instrument.underlying(), "SMSN");
    for name in ["BTC-PERP", "kPEPE-PERP", "xyz:SMSN-PERP"] {
        assert_profit(by_name(&imported, name), 1e-1);
    }
    // 10 150.5 of equity with 150 of gains.
    assert_eq!(by_name(&imported, "USDC").quantity.get(), 10_000.5);
    assert_eq!(by_name(&imported, "UBTC").entry_price.unwrap().get(), 60_000.0);
    let rejected = rejections(&imported);
    assert_eq!(
        (rejected.len(), rejected[0].line, rejected[0].column.as_deref(), rejected[0].value.as_deref()),
        (1, Some(9), Some("szi"), Some("ten"))
    );
}

#[test]
fn an_account_without_its_value_is_refused_and_its_positions_are_kept() {
    let text = r#"{"marginSummary":{},"assetPositions":[{"position":{"coin":"ETH","szi":"1","entryPx":"2000","positionValue":"2100","unrealizedPnl":"100"}}]}"#;
    let imported = imported_text("state.json", text);
    assert_eq!(imported.rows, RowCount { read: 2, accepted: 1, rejected: 1 });
    assert_eq!(imported.positions.len(), 1);
    assert!(rejections(&imported)[0].message.contains("accountValue"));
}
