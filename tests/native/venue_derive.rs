//! Derive: the published reply to the printed digit, and shapes that it does not show.

use crate::import_support::{imported, published, rejections};
use crate::profit::{assert_profit, profit, stated};
use plimsoll::import::RowCount;
use plimsoll::instrument::{Instrument, OptionKind, Settlement};
use plimsoll::issue::IssueKind;
use plimsoll::market::FactValue;

#[test]
fn the_published_perpetual_and_its_collateral() {
    let Some(imported) = published("venues/derive_private_get_positions_ccxt.json") else { return };
    assert_eq!(imported.rows, RowCount { read: 3, accepted: 3, rejected: 0 });
    assert_eq!((imported.files[0].format.as_deref(), imported.positions.len(), imported.accounts.len()), (Some("derive"), 2, 0));
    let [perpetual, ether] = imported.positions.as_slice() else { panic!("{:?}", imported.positions) };
    let Instrument::Perpetual(terms) = &perpetual.instrument else { panic!("{perpetual:?}") };
    assert_eq!(
        (terms.underlying.as_str(), terms.quote.code(), terms.settlement, terms.contract_size),
        ("BTC", "USDC", Settlement::Linear, 1.0)
    );
    assert_eq!((perpetual.quantity.get(), perpetual.account.as_str(), perpetual.venue.as_str()), (-0.02, "130837", "Derive"));
    assert_eq!(perpetual.entry_price.unwrap().get(), 102_632.91053898695);
    assert_eq!(perpetual.mark.unwrap().get(), 102_765.19033790818);
    // unrealized_pnl, whose entry includes the fees; the figure without fees would be −0.3898.
    assert_eq!(stated(perpetual), -2.645595978424555);
    assert!((profit(perpetual) - stated(perpetual)).abs() < 1e-11, "{}", profit(perpetual));
    let figures = perpetual.stated.as_ref().unwrap();
    let margins = (figures.initial_margin.unwrap().get(), figures.maintenance_margin.unwrap().get());
    assert_eq!(margins, (132.20744137048587, 101.37788426911357));
    assert_eq!((figures.currency.as_ref().unwrap().code(), figures.notional), ("USDC", None));
    assert_eq!((ether.instrument.class(), ether.instrument.underlying(), ether.quantity.get()), ("spot", "ETH", 0.1));
    assert_eq!((ether.entry_price.unwrap().get(), ether.mark.unwrap().get()), (3184.891931, 3180.7603250000006));
    assert_profit(ether, 1e-6);
    let prices: Vec<_> = imported
        .facts
        .iter()
        .map(|fact| match &fact.value {
            FactValue::Spot { underlying, price } => (underlying.as_str(), price.get()),
            FactValue::Perpetual { underlying, price, .. } => (underlying.as_str(), price.get()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(prices, [("BTC", 102_767.65719380001), ("BTC", 102_765.19033790818), ("ETH", 3180.7603250000006)]);
    assert!(imported.issues.is_empty(), "{:?}", imported.issues);
}

#[test]
fn options_are_linear_signed_and_of_their_own_sub_account() {
    let imported = imported("venues/derive_accounts.json");
    assert_eq!(imported.rows, RowCount { read: 10, accepted: 8, rejected: 2 });
    let held: Vec<_> = imported
        .positions
        .iter()
        .map(|position| (position.name.as_str(), position.account.as_str(), position.instrument.class(), position.quantity.get()))
        .collect();
    assert_eq!(
        held,
        [
            ("ETH-20261225-3000-C", "501", "call", -4.5),
            ("BTC-20261225-50000-P", "501", "put", 0.25),
            ("USDC", "502", "cash", -1500.25),
            ("WSTETH", "502", "spot", 5.0),
            ("ETH-PERP", "502", "perpetual", 2.0),
        ]
    );
    let Instrument::Option(call) = &imported.positions[0].instrument else { panic!() };
    assert_eq!((call.settlement, call.kind, call.strike.get()), (Settlement::Linear, OptionKind::Call, 3000.0));
    assert_eq!((call.quote.code(), call.contract_size, call.expiry.to_string().as_str()), ("USDC", 1.0, "2026-12-25T08:00:00Z"));
    for position in imported.positions.iter().filter(|position| position.instrument.class() != "cash") {
        assert_profit(position, 1e-1);
    }
    let figures = imported.positions[0].stated.as_ref().unwrap();
    assert_eq!((figures.initial_margin.unwrap().get(), figures.liquidation_price.unwrap().get()), (2400.5, 4100.5));
    let account = &imported.accounts[0];
    assert_eq!((imported.accounts.len(), account.name.as_str()), (1, "502"));
    assert_eq!((account.equity.unwrap().get(), account.health.unwrap().get()), (12_000.5, 9500.25));
    let rejected: Vec<_> = rejections(&imported).iter().map(|issue| (issue.line, issue.kind, issue.value.clone())).collect();
    assert_eq!(
        rejected,
        [(Some(6), IssueKind::Parse, Some("ETH-20260230-3000-C".to_owned())), (Some(7), IssueKind::Parse, Some("1,5x".to_owned()))]
    );
}
