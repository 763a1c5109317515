//! OKX: published replies to the printed digit, and shapes that they do not show. The fixtures' figures are their own.

use crate::import_support::{imported, imported_text, published, rejections};
use crate::profit::{assert_profit, profit, stated};
use plimsoll::book::Position;
use plimsoll::import::{Imported, RowCount};
use plimsoll::instrument::{Instrument, Settlement};
use plimsoll::issue::{Effect, IssueKind};
use plimsoll::market::{FactValue, Origin};
use plimsoll::units::Vol;

const ONE: RowCount = RowCount { read: 1, accepted: 1, rejected: 0 };

/// Contract size in its own unit.
fn size(position: &Position) -> f64 {
    match &position.instrument {
        Instrument::Perpetual(perpetual) => perpetual.contract_size,
        Instrument::Future(future) => future.contract_size,
        Instrument::Option(option) => option.contract_size,
        _ => 1.0,
    }
}

fn notes(imported: &Imported) -> Vec<(Option<&str>, &str)> {
    let noted = imported.issues.iter().filter(|issue| issue.effect == Effect::Noted);
    noted.map(|issue| (issue.column.as_deref(), issue.message.as_str())).collect()
}

#[test]
fn the_published_inverse_future_is_ten_dollars_a_contract() {
    let Some(imported) = published("venues/okx_api_v5_account_positions.json") else { return };
    assert_eq!((imported.rows, imported.files[0].format.as_deref()), (ONE, Some("okx")));
    let position = &imported.positions[0];
    let Instrument::Future(future) = &position.instrument else { panic!("{position:?}") };
    assert_eq!((future.underlying.as_str(), future.settlement, future.contract_size), ("ETH", Settlement::Inverse, 10.0));
    assert_eq!((future.expiry.ms(), position.quantity.get()), (1_619_769_600_000, 1.0));
    assert_eq!((position.entry_price.unwrap().get(), position.mark.unwrap().get()), (2566.31, 2353.849));
    let figures = position.stated.as_ref().unwrap();
    assert_eq!((stated(position), figures.currency.as_ref().unwrap().code()), (-9.932766034e-7, "ETH"));
    assert_eq!(figures.initial_margin.unwrap().get(), 0.0003896645377994);
    assert_eq!(
        (figures.maintenance_margin.unwrap().get(), figures.liquidation_price.unwrap().get()),
        (0.0000311811092368, 2352.8496681818233)
    );
    // The margin of ten times leverage proves the size: 10 dollars / 2566.31 / 10, to the last digit.
    assert!((10.0 / 2566.31 / 10.0 - figures.initial_margin.unwrap().get()).abs() < 5e-17);
    // The example's mark was edited after its profit: at the mark printed a long from 2566.31 loses 354 times as much.
    assert!((profit(position) + 0.000351715).abs() < 1e-9, "{}", profit(position));
    // So was its notional, and that is said.
    assert_eq!(
        notes(&imported),
        [(Some("notionalUsd"), "the notional does not fit a contract of 10: the size of the contract is believed")]
    );
    let facts: Vec<_> = imported.facts.iter().map(|fact| (&fact.value, fact.time.map(|time| time.ms()), fact.origin)).collect();
    let pushed = Some(1_619_507_761_462);
    assert!(
        matches!(&facts[..], [(FactValue::Spot { price, .. }, spot_time, Origin::Position), (FactValue::Forward { price: forward, .. }, forward_time, _)]
        if price.get() == 2566.13 && forward.get() == 2353.849 && *spot_time == pushed && *forward_time == pushed),
        "{facts:?}"
    );
}

#[test]
fn the_published_balances_loans_and_accounts() {
    if let Some(imported) = published("venues/okx_api_v5_account_balance.json") {
        assert_eq!(imported.rows, RowCount { read: 2, accepted: 2, rejected: 0 });
        let [cash] = imported.positions.as_slice() else { panic!("{:?}", imported.positions) };
        assert_eq!((cash.instrument.class(), cash.name.as_str(), cash.quantity.get()), ("cash", "USDT", 4850.435693622894));
        let [whole, adjusted] = imported.accounts.as_slice() else { panic!("{:?}", imported.accounts) };
        let number = |figure: Option<plimsoll::units::Quantity>| figure.unwrap().get();
        assert_eq!((number(whole.equity), number(adjusted.equity)), (55_837.43556134779, 55_415.624719833286));
        assert_eq!((number(whole.initial_margin), number(whole.maintenance_margin)), (8.57068529, 0.3428274116));
        assert_eq!((number(whole.health), number(whole.unrealized_pnl)), (143_682.59776662575, -7.543562688000006));
        assert_eq!(whole.time.map(|time| time.ms()), Some(1_705_474_164_160));
        // 150 dollars lie in strategies, outside of the balance.
        assert_eq!(imported.issues.iter().map(|issue| issue.value.as_deref()).collect::<Vec<_>>(), [Some("150")]);
    }
    if let Some(imported) = published("venues/okx_api_v5_asset_balances.json") {
        let [ether] = imported.positions.as_slice() else { panic!("{:?}", imported.positions) };
        assert_eq!((imported.rows, ether.instrument.class(), ether.account.as_str()), (ONE, "spot", "funding"));
        assert_eq!((ether.quantity.get(), imported.issues.len()), (37.11827078, 0));
    }
    if let Some(imported) = published("venues/okx_api_v5_finance_savings_balance.json") {
        let [lent] = imported.positions.as_slice() else { panic!("{:?}", imported.positions) };
        let Instrument::Loan(loan) = &lent.instrument else { panic!("{lent:?}") };
        assert_eq!((imported.rows, loan.asset.code(), loan.rate.unwrap().get(), loan.threshold), (ONE, "USDT", 0.01, None));
        assert_eq!((lent.quantity.get(), lent.account.as_str()), (11.001073745345782, "savings"));
    }
}

#[test]
fn the_published_risk_reply_gives_figures_and_holds_nothing_twice() {
    let Some(imported) = published("venues/okx_api_v5_account_account-position-risk.json") else { return };
    assert_eq!(imported.rows, RowCount { read: 4, accepted: 4, rejected: 0 });
    assert!(imported.positions.is_empty() && imported.facts.is_empty());
    let figures: Vec<_> = imported
        .accounts
        .iter()
        .map(|account| (account.currency.as_ref().map(|currency| currency.code()), account.equity.unwrap().get()))
        .collect();
    assert_eq!(figures, [(None, 174_238.67936497115), (Some("BTC"), 1.3863533369419636), (Some("USDT"), 73_323.39556496318)]);
    assert_eq!(imported.accounts[0].time.map(|time| time.ms()), Some(1_620_282_889_345));
    assert_eq!(notes(&imported).iter().map(|note| note.0).collect::<Vec<_>>(), [Some("eq"), Some("eq"), Some("pos")]);
}

#[test]
fn published_replies_that_hold_nothing_say_so() {
    for (file, column) in [
        ("account_config", "acctLv"),
        ("account_greeks", "deltaPA"),
        ("account_positions-history", "closeAvgPx"),
        ("public_position-tiers", "tier"),
    ] {
        let Some(imported) = published(&format!("venues/okx_api_v5_{file}.json")) else { return };
        assert_eq!((imported.rows, imported.positions.len(), imported.facts.len()), (ONE, 0, 0), "{file}");
        assert_eq!(notes(&imported).iter().map(|note| note.0).collect::<Vec<_>>(), [Some(column)], "{file}");
        assert!(rejections(&imported).is_empty() && imported.accounts.is_empty(), "{file}");
    }
}

#[test]
fn the_published_market_data() {
    let time = Some(1_597_026_383_085);
    if let Some(imported) = published("venues/okx_api_v5_public_mark-price.json") {
        assert_eq!(imported.rows, ONE);
        let [fact] = imported.facts.as_slice() else { panic!("{:?}", imported.facts) };
        assert_eq!((fact.time.map(|time| time.ms()), fact.origin), (time, Origin::Quote));
        assert!(
            matches!(&fact.value, FactValue::Perpetual { underlying, settlement: Settlement::Linear, price } if underlying == "BTC" && price.get() == 200.0)
        );
    }
    if let Some(imported) = published("venues/okx_api_v5_public_opt-summary.json") {
        assert_eq!(imported.rows, RowCount { read: 2, accepted: 2, rejected: 0 });
        assert!(imported.facts.iter().all(|fact| fact.time.map(|time| time.ms()) == time && fact.origin == Origin::Quote));
        let forwards: Vec<_> = imported
            .facts
            .iter()
            .filter_map(|fact| match &fact.value {
                FactValue::Forward { expiry, price, .. } => Some((expiry.ms(), price.get())),
                _ => None,
            })
            .collect();
        // 2020-01-03; the first row states no forward.
        assert_eq!(forwards, [(1_578_038_400_000, 39_016.81436290684)]);
        let options: Vec<_> = imported
            .facts
            .iter()
            .filter_map(|fact| match &fact.value {
                FactValue::Option { strike, settlement, mark_vol, bid_ask, .. } => {
                    assert_eq!((bid_ask.bid_vol, bid_ask.ask_vol.map(Vol::get)), (None, Some(1.5625)));
                    Some((strike.get(), *settlement, mark_vol.unwrap().get()))
                }
                _ => None,
            })
            .collect();
        assert_eq!(options, [(5500.0, Settlement::Inverse, 0.9987), (6500.0, Settlement::Inverse, 0.9987)]);
    }
}

#[test]
fn contracts_are_counted_in_their_own_size_and_signed_by_their_side() {
    let imported = imported("venues/okx_account.json");
    assert_eq!((imported.rows, rejections(&imported).len()), (RowCount { read: 19, accepted: 19, rejected: 0 }, 0));
    let contracts: Vec<_> =
        imported.positions.iter().take(10).map(|position| (position.name.as_str(), position.quantity.get(), size(position))).collect();
    assert_eq!(
        contracts,
        [
            ("BTC-USDT-SWAP", 250.0, 0.01),
            ("BTC-USDT-SWAP", -100.0, 0.01),
            ("BTC-USD-SWAP", -40.0, 100.0),
            ("SOL-USDT-SWAP", 30.0, 1.0),
            ("PEPE-USDT-SWAP", -3.0, 10_000_000.0),
            ("BTC-USD-261225-70000-C", -200.0, 0.01),
            ("ETH-USD-261225-2500-P", 50.0, 0.1),
            ("XRP-USD-261225-2-C", -10.0, 100.0),
            ("BTC-USDT-261225", -12.0, 0.01),
            // Half a thousand twice: the terms that stand in the same file, behind the position.
            ("DOGE-USDC-SWAP", 7.0, 1000.0),
        ]
    );
    for (position, unit) in imported.positions.iter().zip([1e-6, 1e-6, 1e-9, 1e-6, 1e-6, 1e-9, 1e-9, 1e-6, 1e-6, 1e-6]) {
        assert_profit(position, unit);
    }
    let currencies: Vec<_> =
        imported.positions.iter().take(10).map(|position| position.stated.as_ref().unwrap().currency.clone().unwrap()).collect();
    let codes: Vec<_> = currencies.iter().map(|currency| currency.code()).collect();
    assert_eq!(codes, ["USDT", "USDT", "BTC", "USDT", "USDT", "BTC", "ETH", "XRP", "USDT", "USDC"]);
    // Sizes that nobody lists are said to come from the row.
    let taken: Vec<_> = imported
        .issues
        .iter()
        .filter(|issue| issue.message.contains("the size of the contract is taken from the row"))
        .map(|issue| issue.subject.as_deref().unwrap())
        .collect();
    assert_eq!(taken, ["SOL-USDT-SWAP", "PEPE-USDT-SWAP", "XRP-USD-261225-2-C"]);
    let flat = imported.issues.iter().find(|issue| issue.subject.as_deref() == Some("LTC-USDT-SWAP")).unwrap();
    assert_eq!((flat.effect, flat.line), (Effect::Noted, Some(15)));
}

#[test]
fn a_margin_trade_is_what_was_bought_and_what_is_owed_for_it() {
    let imported = imported("venues/okx_account.json");
    let legs: Vec<_> = imported
        .positions
        .iter()
        .filter(|position| position.name == "ETH-USDT")
        .map(|position| {
            (
                position.instrument.class(),
                position.instrument.underlying(),
                position.quantity.get(),
                position.entry_price.map(|price| price.get()),
            )
        })
        .collect();
    assert_eq!(
        legs,
        [
            ("spot", "ETH", 2.0, Some(2600.0)),
            ("loan", "USDT", -5001.5, None),
            ("cash", "USDT", 5240.0, None),
            ("loan", "ETH", -2.0, Some(2620.0)),
        ]
    );
}

#[test]
fn a_negative_balance_is_a_loan_and_a_liability_beside_a_balance_another() {
    let imported = imported("venues/okx_account.json");
    let balances: Vec<_> = imported
        .positions
        .iter()
        .skip(14)
        .map(|position| (position.name.as_str(), position.instrument.class(), position.quantity.get()))
        .collect();
    assert_eq!(balances, [("USDT", "loan", -1002.0), ("BTC", "spot", 1.5), ("ETH", "spot", 3.0), ("ETH", "loan", -1.0)]);
    let of_bitcoin =
        imported.accounts.iter().find(|account| account.currency.as_ref().is_some_and(|currency| currency.code() == "BTC")).unwrap();
    assert_eq!((of_bitcoin.initial_margin.unwrap().get(), of_bitcoin.health.unwrap().get()), (0.39, 3.9));
    assert_eq!(imported.accounts.len(), 2);
}

#[test]
fn what_cannot_be_read_is_refused_with_its_place() {
    let imported = imported("venues/okx_refused.json");
    assert_eq!(imported.rows, RowCount { read: 13, accepted: 1, rejected: 12 });
    let rejected: Vec<_> = rejections(&imported).iter().map(|issue| (issue.line.unwrap(), issue.kind, issue.column.as_deref())).collect();
    assert_eq!(
        rejected,
        [
            (2, IssueKind::Parse, Some("instId")),
            (3, IssueKind::Parse, Some("pos")),
            (4, IssueKind::Invalid, Some("posSide")),
            (5, IssueKind::MissingData, Some("instId")),
            (6, IssueKind::Invalid, Some("instType")),
            (7, IssueKind::Invalid, Some("pos")),
            (8, IssueKind::MissingData, Some("liab")),
            (9, IssueKind::Invalid, Some("posCcy")),
            (10, IssueKind::MissingData, Some("pos")),
            (11, IssueKind::Invalid, Some("markPx")),
            (12, IssueKind::Parse, None),
            (13, IssueKind::Unsupported, Some("data")),
        ]
    );
    assert!(rejections(&imported)[3].message.contains("/public/instruments"));
}

#[test]
fn a_number_that_is_not_plain_is_not_interpreted() {
    let text = r#"[{"ccy":"ETH","bal":"1,5","frozenBal":"0"},{"ccy":"ETH","bal":"(2)","frozenBal":"0"},{"ccy":"ETH","bal":"1e-3","frozenBal":"0"}]"#;
    let imported = imported_text("balances.json", text);
    assert_eq!(imported.positions.iter().map(|position| position.quantity.get()).collect::<Vec<_>>(), [0.001]);
    let rejected: Vec<_> = rejections(&imported).iter().map(|issue| (issue.column.as_deref(), issue.value.as_deref())).collect();
    assert_eq!(rejected, [(Some("bal"), Some("1,5")), (Some("bal"), Some("(2)"))]);
}

#[test]
fn an_empty_reply_is_an_empty_list_and_no_unknown_format() {
    let imported = imported_text("positions.json", r#"{"code":"0","data":[],"msg":""}"#);
    assert!(rejections(&imported)[0].message.starts_with("the list is empty"), "{:?}", imported.issues);
}

#[test]
fn the_published_rows_of_several_venues_are_market_data_in_their_own_units() {
    let Some(imported) = published("venues/greeks_reference_rows.json") else { return };
    assert_eq!((imported.rows, imported.files[0].format.as_deref()), (RowCount { read: 4, accepted: 4, rejected: 0 }, Some("option-rows")));
    let options: Vec<_> = imported
        .facts
        .iter()
        .filter_map(|fact| match &fact.value {
            FactValue::Option { underlying, expiry, strike, settlement, mark_vol, mark_price, .. } => {
                let price = mark_price.map(|price| price.get());
                Some((underlying.as_str(), expiry.ms(), strike.get(), *settlement, mark_vol.unwrap().get(), price, fact.time.unwrap().ms()))
            }
            _ => None,
        })
        .collect();
    let (percent, inverse) = (53.72 * 0.01, 62.89 * 0.01);
    assert_eq!(
        options,
        [
            ("BTC", 1_766_736_000_000, 100_000.0, Settlement::Inverse, 0.4335822639833618, None, 1_752_086_420_763),
            ("AVAX", 1_780_041_600_000, 8.6, Settlement::Linear, percent, Some(0.3144), 1_777_593_600_657),
            ("BTC", 1_591_689_600_000, 9875.0, Settlement::Inverse, inverse, Some(0.02210436), 1_591_574_399_413),
            ("BTC", 1_790_323_200_000, 145_000.0, Settlement::Linear, 0.709, Some(2.439), 1_788_134_400_000),
        ]
    );
    let forwards = imported.facts.iter().filter(|fact| matches!(fact.value, FactValue::Forward { .. })).count();
    assert_eq!((forwards, imported.positions.len(), rejections(&imported).len()), (3, 0, 0));
}
