//! Binance: every published reply, and fixtures for what these do not cover.

use crate::import_support::{briefs, imported, imported_text, notes, published, rejections, stated, stated_and_own_profit};
use plimsoll::import::{Imported, RowCount};
use plimsoll::instrument::{Instrument, Settlement, Unlock};
use plimsoll::market::{FactValue, Origin};

fn venue(name: &str) -> Option<Imported> {
    let imported = published(&format!("venues/binance_{name}.json"))?;
    assert_eq!(imported.files[0].format.as_deref(), Some("binance"), "{name}");
    assert_eq!(imported.rows.read, imported.rows.accepted + imported.rows.rejected, "{name}");
    assert!(rejections(&imported).is_empty(), "{name}: {:?}", imported.issues);
    Some(imported)
}

fn rows(accepted: usize) -> RowCount {
    RowCount { read: accepted, accepted, rejected: 0 }
}

#[test]
fn published_futures_positions_have_the_profit_that_binance_prints() {
    if let Some(imported) = venue("fapi_v3_positionRisk") {
        assert_eq!(imported.rows, rows(2));
        assert_eq!(briefs(&imported), [("BTCUSDT", "USD-M", "perpetual", 0.001, Some(22185.2), Some(21123.05052574))]);
        assert_eq!(stated(&imported.positions[0]), ([Some(21.12305052), None, None, Some(19731.45529116)], ["USDT", "USDT"]));
        let (printed, own) = stated_and_own_profit(&imported.positions[0]);
        assert_eq!(printed, -1.06214947);
        assert!((printed - own).abs() < 1e-8, "{own}");
        // The mark is a fact of no time: updateTime is when the position changed.
        assert!(matches!(&imported.facts[0].value, FactValue::Perpetual { price, .. } if price.get() == 21123.05052574));
        assert_eq!((imported.facts.len(), imported.facts[0].time, imported.facts[0].origin), (1, None, Origin::Position));
        assert_eq!(imported.positions[0].stated.as_ref().and_then(|stated| stated.time).map(|time| time.ms()), Some(1_655_217_461_579));
    }
    if let Some(imported) = venue("dapi_v1_positionRisk") {
        assert_eq!(imported.rows, rows(3));
        assert_eq!(briefs(&imported), [("BTCUSD_201225", "COIN-M", "future", 1.0, Some(11707.70000003), Some(11788.66626667))]);
        let Instrument::Future(future) = &imported.positions[0].instrument else { panic!("no future") };
        assert_eq!((future.settlement, future.contract_size, future.expiry.ms()), (Settlement::Inverse, 100.0, 1_608_883_200_000));
        let (printed, own) = stated_and_own_profit(&imported.positions[0]);
        assert_eq!(printed, 0.00005866);
        assert!((printed - own).abs() < 1e-8, "{own}");
        // The documentation's notional is the mark itself; 100 dollars are 0.0085 coins.
        assert_eq!(stated(&imported.positions[0]), ([None, None, None, Some(11667.63509587)], ["BTC", "BTC"]));
        assert_eq!(notes(&imported)[1], (19, "notionalValue", "not the size of"));
    }
    if let Some(imported) = venue("fapi_v2_positionRisk") {
        assert_eq!((imported.rows, imported.positions.len(), imported.facts.len()), (rows(1), 0, 0));
        assert_eq!(notes(&imported), [(2, "", "a flat row: its")]);
    }
}

#[test]
fn published_futures_accounts_count_the_wallet_and_not_the_profit() {
    if let Some(imported) = venue("fapi_v3_account") {
        assert_eq!(imported.rows, rows(4));
        assert_eq!(
            briefs(&imported),
            [
                ("USDT", "USD-M", "cash", 23.72469206, None, None),
                ("USDC", "USD-M", "cash", 103.12345678, None, None),
                ("BTCUSDT", "USD-M", "perpetual", 1.0, None, None),
            ]
        );
        let account = &imported.accounts[0];
        assert_eq!((account.name.as_str(), account.currency.as_ref(), account.health), ("USD-M", None, None));
        let figures = [account.equity, account.balance, account.unrealized_pnl, account.initial_margin, account.maintenance_margin];
        assert_eq!(figures.map(|figure| figure.unwrap().get()), [103.12345678, 103.12345678, 0.0, 0.0, 0.0]);
    }
    if let Some(imported) = venue("dapi_v1_account") {
        assert_eq!(imported.rows, rows(4));
        assert_eq!(briefs(&imported), [("BTC", "COIN-M", "spot", 0.00241969, None, None)]);
        let account = &imported.accounts[0];
        assert_eq!(account.currency.as_ref().map(|currency| currency.code()), Some("BTC"));
        assert_eq!((account.equity.unwrap().get(), account.time.unwrap().ms()), (0.00241969, 1_625_474_304_765));
    }
    if let Some(imported) = venue("fapi_v3_balance") {
        assert_eq!((imported.rows, briefs(&imported)), (rows(1), vec![("USDT", "USD-M", "cash", 122607.35137903, None, None)]));
    }
    if let Some(imported) = venue("dapi_v1_balance") {
        assert_eq!((imported.rows, briefs(&imported)), (rows(1), vec![("BTC", "COIN-M", "spot", 0.0025, None, None)]));
    }
}

#[test]
fn a_published_short_option_has_the_terms_of_its_symbol() {
    let Some(imported) = venue("eapi_v1_position_docs") else { return };
    assert_eq!(imported.rows, rows(1));
    assert_eq!(briefs(&imported), [("BTC-200730-9000-C", "options", "call", -0.1, Some(1000.0), Some(1050.0138))]);
    let Instrument::Option(option) = &imported.positions[0].instrument else { panic!("no option") };
    assert_eq!((option.settlement, option.quote.code(), option.contract_size), (Settlement::Linear, "USDT", 1.0));
    assert_eq!((option.expiry.to_string().as_str(), option.strike.get()), ("2020-07-30T08:00:00Z", 9000.0));
    let (printed, own) = stated_and_own_profit(&imported.positions[0]);
    assert_eq!(printed, -5.00138);
    assert!((printed - own).abs() < 1e-9, "{own}");
    assert!(
        matches!(&imported.facts[0].value, FactValue::Option { mark_price: Some(price), mark_vol: None, .. } if price.get() == 1050.0138)
    );
    // The documentation's own expiryDate is another day.
    assert_eq!(notes(&imported), [(2, "expiryDate", "2020-06-30T10:00:00Z, although the symbol")]);
}

#[test]
fn published_balances_loans_and_stakes() {
    if let Some(imported) = venue("api_v3_account") {
        assert_eq!(imported.rows, rows(2));
        let expected = [("BTC", "spot", "spot", 4723846.89208129, None, None), ("LTC", "spot", "spot", 4763368.68006011, None, None)];
        assert_eq!(briefs(&imported), expected);
    }
    if let Some(imported) = venue("sapi_v1_margin_account") {
        assert_eq!(imported.rows, rows(5));
        assert_eq!(
            briefs(&imported),
            [
                ("BTC", "margin", "spot", 0.004995, None, None),
                ("BNB", "margin", "spot", 2346.5, None, None),
                ("BNB", "margin", "loan", -201.66666672, None, None),
            ]
        );
        let account = &imported.accounts[0];
        assert_eq!((account.health.unwrap().get(), account.equity.unwrap().get()), (11.64405625, 6.24095242));
    }
    if let Some(imported) = venue("sapi_v1_margin_isolated_account") {
        // Two flat assets and their pair, whose level of 0 is no health.
        assert_eq!((imported.rows, imported.positions.len(), imported.facts.len()), (rows(3), 0, 0));
        assert_eq!((imported.accounts[0].name.as_str(), imported.accounts[0].health), ("isolated BTCUSDT", None));
    }
    if let Some(imported) = venue("sapi_v1_loan_ongoing_orders") {
        assert_eq!(imported.rows, rows(1));
        assert_eq!(
            briefs(&imported),
            [("BUSD", "loan 100000001", "loan", -10_000.0, None, None), ("BNB", "loan 100000001", "loan", 49.27565492, None, None),]
        );
        assert_eq!(imported.accounts[0].health.unwrap().get(), 0.57);
        assert_eq!(notes(&imported), [(3, "residualInterest", "totalDebt is taken as")]);
    }
    if let Some(imported) = venue("sapi_v1_simple-earn_flexible_position") {
        assert_eq!(briefs(&imported), [("USDT", "earn", "loan", 75.46, None, None)]);
        assert!(matches!(&imported.positions[0].instrument, Instrument::Loan(loan) if loan.rate.unwrap().get() == 0.02599895));
    }
    if let Some(imported) = venue("sapi_v1_simple-earn_locked_position") {
        assert_eq!(briefs(&imported), [("AXS", "earn", "stake", 122.09202928, None, None)]);
        let Instrument::Stake(stake) = &imported.positions[0].instrument else { panic!("no stake") };
        assert!(matches!(stake.unlock, Unlock::At(time) if time.ms() == 1_651_536_000_000));
        assert_eq!((stake.underlying.as_str(), stake.rate), ("AXS", 1.0));
    }
}

#[test]
fn the_published_portfolio_margin_account_keeps_its_uni_mmr() {
    let Some(imported) = venue("sapi_v1_portfolio_account") else { return };
    assert_eq!((imported.rows, imported.positions.len()), (rows(1), 0));
    let account = &imported.accounts[0];
    let maintenance = account.maintenance_margin.unwrap().get();
    assert_eq!((account.equity.unwrap().get(), maintenance), (142607.35137903, 23.72469206));
    // uniMMR is the equity after haircuts, 122607.35137903, by the maintenance margin.
    assert!((account.health.unwrap().get() - 122607.35137903 / maintenance).abs() < 1e-7);
}

#[test]
fn published_marks_become_facts_and_margin_tiers_a_note() {
    if let Some(imported) = venue("fapi_v1_premiumIndex") {
        assert_eq!((imported.rows, imported.facts.len()), (rows(1), 3));
        let numbers: Vec<f64> = imported
            .facts
            .iter()
            .map(|fact| match &fact.value {
                FactValue::Spot { price, .. } | FactValue::Perpetual { price, .. } => price.get(),
                FactValue::Funding { rate, .. } => rate.get(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(numbers, [11781.80495970, 0.00038246 * 3.0 * 365.0, 11793.63104562]);
        assert!(
            imported.facts.iter().all(|fact| fact.time.map(|time| time.ms()) == Some(1_597_370_495_002) && fact.origin == Origin::Quote)
        );
    }
    for (name, symbol) in [("dapi_v2_leverageBracket", "BTCUSD_PERP"), ("fapi_v1_leverageBracket", "ETHUSDT")] {
        let Some(imported) = venue(name) else { continue };
        assert_eq!((imported.rows, imported.positions.len(), imported.facts.len()), (rows(1), 0, 0));
        assert_eq!(imported.issues.iter().map(|issue| issue.subject.as_deref()).collect::<Vec<_>>(), [Some(symbol)]);
    }
}

#[test]
fn hedge_mode_holds_a_contract_long_and_short_at_once() {
    let imported = imported("venues/binance_hedge.json");
    assert_eq!(imported.rows, RowCount { read: 8, accepted: 5, rejected: 3 });
    assert_eq!(
        briefs(&imported),
        [
            ("ETHUSDT", "USD-M", "perpetual", 2.5, Some(1850.4), Some(1912.35)),
            ("ETHUSDT", "USD-M", "perpetual", -0.75, Some(1990.1), Some(1912.35)),
            // Prices of a thousand coins are kept per coin.
            ("1000PEPEUSDT", "USD-M", "perpetual", -40.0, Some(0.0112 / 1000.0), Some(0.0098765 / 1000.0)),
            ("BTCUSDC_260327", "USD-M", "future", 0.3, Some(97000.5), Some(96512.75)),
        ]
    );
    for position in &imported.positions {
        let (printed, own) = stated_and_own_profit(position);
        assert!((printed - own).abs() < 1e-8, "{}: {printed} against {own}", position.name);
    }
    assert_eq!(stated(&imported.positions[0]), ([Some(4780.875), Some(478.0875), Some(23.904375), Some(1101.25)], ["USDT", "USDT"]));
    assert_eq!(stated(&imported.positions[1]).0, [Some(-1434.2625), Some(143.42625), Some(7.1713125), None]);
    assert_eq!(stated(&imported.positions[2]).0[3], Some(0.0456 / 1000.0));
    assert_eq!(stated(&imported.positions[3]).1, ["USDC", "USDC"]);
    let rejected: Vec<_> =
        rejections(&imported).iter().map(|issue| (issue.line, issue.column.as_deref(), issue.value.as_deref())).collect();
    assert_eq!(
        rejected,
        [
            (Some(7), Some("symbol"), Some("SOLBTC")),
            (Some(8), Some("positionAmt"), Some("1.2o")),
            (Some(9), Some("positionAmt"), Some("-7"))
        ]
    );
    // The short without a sign is said to be read as one; the flat pair of two coins is no failure.
    assert_eq!(notes(&imported), [(4, "positionAmt", "a short position whose"), (6, "", "a flat row: its")]);
}

#[test]
fn coin_margined_contracts_are_a_hundred_dollars_of_bitcoin_and_ten_of_the_rest() {
    let imported = imported("venues/binance_coin_m.json");
    assert_eq!(imported.rows, rows(2));
    let expected = [
        ("ETHUSD_PERP", "COIN-M", "perpetual", -250.0, Some(1875.25), Some(1911.8)),
        ("BTCUSD_260327", "COIN-M", "future", 12.0, Some(98250.5), Some(97400.25)),
    ];
    assert_eq!(briefs(&imported), expected);
    for position in &imported.positions {
        let (printed, own) = stated_and_own_profit(position);
        assert!((printed - own).abs() < 5.1e-9, "{}: {printed} against {own}", position.name);
    }
    assert_eq!(stated(&imported.positions[0]), ([Some(-1.30766817), None, None, Some(3120.5)], ["ETH", "ETH"]));
    assert_eq!(stated(&imported.positions[1]), ([Some(0.0123203), None, None, None], ["BTC", "BTC"]));
    assert!(notes(&imported).is_empty());
}

#[test]
fn an_option_whose_fields_contradict_its_symbol_is_left_out() {
    let imported = imported("venues/binance_options.json");
    assert_eq!(imported.rows, RowCount { read: 5, accepted: 3, rejected: 2 });
    let expected = [
        ("BTC-260327-110000-C", "options", "call", -0.5, Some(1800.0), Some(2210.5)),
        ("BTC-260327-80000-P", "options", "put", 1.5, Some(1020.0), Some(950.25)),
    ];
    assert_eq!(briefs(&imported), expected);
    for position in &imported.positions {
        let (printed, own) = stated_and_own_profit(position);
        assert!((printed - own).abs() < 1e-9, "{}", position.name);
    }
    let rejected: Vec<_> = rejections(&imported).iter().map(|issue| (issue.column.as_deref(), issue.value.as_deref())).collect();
    assert_eq!(rejected, [(Some("strikePrice"), Some("95000")), (Some("optionSide"), Some("CALL"))]);
    let vols: Vec<_> = imported
        .facts
        .iter()
        .filter_map(|fact| match &fact.value {
            FactValue::Option { mark_vol: Some(vol), strike, .. } => Some((strike.get(), vol.get())),
            _ => None,
        })
        .collect();
    assert_eq!(vols, [(110_000.0, 0.5125)]);
}

#[test]
fn replies_in_one_file_count_each_holding_once() {
    let imported = imported("venues/binance_together.json");
    assert_eq!(imported.rows, rows(19));
    assert_eq!(
        briefs(&imported),
        [
            ("USDT", "USD-M", "cash", 5000.0, None, None),
            ("SOLUSDT", "USD-M", "perpetual", 10.0, None, None),
            ("BTCUSDT", "USD-M", "perpetual", -0.1, Some(95727.0), Some(95512.0)),
            ("ETH", "spot", "spot", 4.0, None, None),
            ("USDC", "spot", "cash", 1200.0, None, None),
            ("USDT", "funding", "cash", 16.0, None, None),
            ("BTC", "margin", "spot", 0.1, None, None),
            ("USDT", "margin", "loan", -3801.25, None, None),
            ("ETH", "isolated ETHUSDT", "spot", 0.2, None, None),
            ("ETH", "isolated ETHUSDT", "loan", -0.5001, None, None),
            ("USDT", "isolated ETHUSDT", "cash", 1600.0, None, None),
            ("USDT", "earn", "loan", 500.0, None, None),
        ]
    );
    let repeated: Vec<_> = imported.issues.iter().filter(|issue| issue.message.contains("counted once")).map(|issue| issue.line).collect();
    assert_eq!(repeated, [Some(8), Some(16)]);
    let accounts: Vec<_> =
        imported.accounts.iter().map(|account| (account.name.as_str(), account.health.map(|health| health.get()))).collect();
    assert_eq!(accounts, [("USD-M", None), ("margin", Some(2.5)), ("isolated ETHUSDT", Some(1.9))]);
    let facts: Vec<(&str, f64)> = imported
        .facts
        .iter()
        .map(|fact| match &fact.value {
            FactValue::Spot { price, underlying } => (underlying.as_str(), price.get()),
            FactValue::Perpetual { price, .. } => ("perpetual", price.get()),
            FactValue::Forward { price, .. } => ("forward", price.get()),
            FactValue::Funding { rate, .. } => ("funding", rate.get()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        facts,
        [
            ("perpetual", 95512.0),
            ("ETH", 1910.5),
            ("BTC", 95500.25),
            ("forward", 97000.5),
            ("PEPE", 0.00988 / 1000.0),
            ("funding", -0.00005 * 1095.0),
            ("perpetual", 0.0098765 / 1000.0),
            ("ETH", 1910.5),
            ("funding", 0.0001 * 1095.0),
            ("perpetual", 1911.8),
        ]
    );
}

#[test]
fn a_portfolio_margin_account_holds_three_wallets_and_counts_each_once() {
    let imported = imported("venues/binance_portfolio.json");
    assert_eq!(imported.rows, RowCount { read: 17, accepted: 16, rejected: 1 });
    assert!(imported.positions.iter().all(|position| position.account == "portfolio margin"));
    let account = "portfolio margin";
    assert_eq!(
        briefs(&imported),
        [
            ("USDT USD-M", account, "cash", 8250.5, None, None),
            ("USDT", account, "cash", 12_000.0, None, None),
            ("USDT", account, "loan", -3001.25, None, None),
            ("BTC COIN-M", account, "spot", 0.25, None, None),
            ("BTC", account, "spot", 0.5, None, None),
            ("USDC USD-M", account, "cash", -40.0, None, None),
            // 3 + 4, although the reply's total is 9.
            ("BNB USD-M", account, "spot", 4.0, None, None),
            ("BNB", account, "spot", 3.0, None, None),
            ("ETH", account, "loan", -0.4002, None, None),
            ("SOL", account, "spot", 12.0, None, None),
            ("BTCUSDT", account, "perpetual", 0.5, Some(95_825.5), Some(95_000.5)),
            ("BTCUSD_260327", account, "future", -50.0, Some(96_000.0), Some(100_000.0)),
            ("BTCUSD_PERP", account, "perpetual", -50.0, Some(96_000.0), Some(100_000.0)),
            // Of the account reply only, which states neither entry nor mark.
            ("SOLUSDT", account, "perpetual", -2.0, None, None),
        ]
    );
    for (position, unit) in [(10, 5e-9), (11, 5e-9), (12, 5e-9)] {
        let (printed, own) = stated_and_own_profit(&imported.positions[position]);
        assert!((printed - own).abs() < unit, "{printed} against {own}");
    }
    let Instrument::Future(future) = &imported.positions[11].instrument else { panic!("no future") };
    assert_eq!((future.contract_size, future.expiry.to_string().as_str()), (100.0, "2026-03-27T08:00:00Z"));
    assert_eq!(stated(&imported.positions[11]), ([Some(-0.05), None, None, Some(180_500.25)], ["BTC", "BTC"]));
    let repeated: Vec<_> = imported.issues.iter().filter(|issue| issue.message.contains("counted once")).map(|issue| issue.line).collect();
    assert_eq!(repeated, [Some(21), Some(23), Some(28), Some(30)]);
    let rejected: Vec<_> =
        rejections(&imported).iter().map(|issue| (issue.line, issue.column.as_deref(), issue.value.as_deref())).collect();
    assert_eq!(rejected, [(Some(10), Some("crossMarginBorrowed"), Some("none"))]);
    let columns: Vec<_> = notes(&imported).into_iter().take(5).map(|(line, column, _)| (line, column)).collect();
    let expected =
        [(2, "accountEquity"), (2, "accountStatus"), (6, "negativeBalance"), (7, "totalWalletBalance"), (9, "totalWalletBalance")];
    assert_eq!(columns, expected);

    let whole = &imported.accounts[0];
    let figures = [whole.equity, whole.initial_margin, whole.maintenance_margin, whole.health].map(|figure| figure.unwrap().get());
    assert_eq!(figures, [61_400.75, 15_020.5, 13_825.02671892, 4.2105]);
    let of_assets: Vec<_> = imported.accounts[1..]
        .iter()
        .map(|account| {
            let number = |figure: Option<plimsoll::units::Quantity>| figure.map(|figure| figure.get());
            (account.currency.as_ref().unwrap().code(), number(account.balance), number(account.unrealized_pnl))
        })
        .collect();
    assert_eq!(
        of_assets,
        [
            ("USDT", Some(20_250.5), Some(-412.5)),
            ("BTC", Some(0.75), Some(-0.00416667)),
            ("USDC", Some(-40.0), Some(0.0)),
            // One of the two gains is blank: their sum is not known.
            ("BNB", Some(9.0), None),
            ("SOL", Some(12.0), None),
        ]
    );
}

#[test]
fn futures_wallets_of_portfolio_margin_alone_are_told_apart_by_their_positions() {
    let wallets = |text: &str| {
        let imported = imported_text("account.json", text);
        let found: Vec<_> = imported.positions.iter().map(|position| (position.name.clone(), position.quantity.get())).collect();
        (found, imported.issues.iter().filter(|issue| issue.message.contains("which wallet this is")).count())
    };
    let asset = r#""assets":[{"asset":"BTC","crossWalletBalance":"0.25","crossUnPnl":"0"}]"#;
    let coin_m = r#""positions":[{"symbol":"BTCUSD_PERP","positionAmt":"0","positionSide":"BOTH","maxQty":"50"}]"#;
    let usd_m = r#""positions":[{"symbol":"BTCUSDT_260327","positionAmt":"0","positionSide":"BOTH","maxNotional":"50"}]"#;
    assert_eq!(wallets(&format!("{{{asset},{coin_m}}}")), (vec![("BTC COIN-M".to_owned(), 0.25)], 0));
    assert_eq!(wallets(&format!("{{{asset},{usd_m}}}")), (vec![("BTC USD-M".to_owned(), 0.25)], 0));
    assert_eq!(wallets(&format!("{{{asset},\"positions\":[]}}")), (vec![("BTC COIN-M".to_owned(), 0.25)], 1));
}

#[test]
fn a_futures_account_without_an_open_position_still_holds_its_wallets() {
    let text = r#"{"totalWalletBalance":"250.5","totalMarginBalance":"250.5","totalMaintMargin":"0","positions":[],
                   "assets":[{"asset":"USDC","walletBalance":"250.5","marginBalance":"250.5"}]}"#;
    let imported = imported_text("account.json", text);
    assert_eq!((imported.rows, imported.issues.as_slice()), (rows(2), &[][..]));
    assert_eq!(briefs(&imported), [("USDC", "USD-M", "cash", 250.5, None, None)]);
    assert_eq!(imported.accounts[0].equity.unwrap().get(), 250.5);
}

#[test]
fn loans_take_interest_and_liquidation_from_the_terms_in_their_file() {
    let imported = imported("venues/binance_loans.json");
    assert_eq!(imported.rows, RowCount { read: 14, accepted: 11, rejected: 3 });
    let loans: Vec<_> = imported
        .positions
        .iter()
        .map(|position| {
            let Instrument::Loan(loan) = &position.instrument else { panic!("{}", position.name) };
            let account = position.account.as_str();
            (loan.asset.code(), account, position.quantity.get(), loan.rate.map(|rate| rate.get()), loan.threshold)
        })
        .collect();
    assert_eq!(
        loans,
        [
            // The later of two rates, although it stands first; BTC is liquidated at 91 %.
            ("USDT", "loan USDT on BTC", -12_000.75, Some(0.0612), None),
            ("BTC", "loan USDT on BTC", 0.2, None, Some(0.91)),
            ("USDC", "loan USDC on ADA", -500.0, None, None),
            ("ADA", "loan USDC on ADA", 1500.0, None, None),
            // Its own rate, not that of the coin; a flexible one is charged what it was last charged.
            ("USDT", "VIP loan 700000001", -250_000.0, Some(0.0735), None),
            ("ETH", "VIP loan 700000002", -40.0, Some(0.0195), None),
        ]
    );
    let health: Vec<_> = imported.accounts.iter().map(|account| account.health.unwrap().get()).collect();
    assert_eq!(health, [0.63, 0.55, 0.52, 0.51]);
    let rejected: Vec<_> =
        rejections(&imported).iter().map(|issue| (issue.line, issue.column.as_deref(), issue.value.as_deref())).collect();
    assert_eq!(
        rejected,
        [(Some(5), Some("totalDebt"), None), (Some(10), Some("loanRate"), Some("cheap")), (Some(23), Some("liquidationLTV"), Some("83"))]
    );
    // The collateral of a VIP loan is not made up.
    let elsewhere: Vec<_> = notes(&imported).into_iter().filter(|(_, column, _)| *column == "collateralAccountId").collect();
    assert_eq!(elsewhere.iter().map(|(line, _, _)| *line).collect::<Vec<_>>(), [8, 9]);
}

#[test]
fn a_transaction_history_is_summed_by_account_and_coin() {
    let imported = imported("venues/binance_history.csv");
    assert_eq!((imported.rows.read, imported.rows.accepted, imported.files[0].format.as_deref()), (39, 36, Some("binance-history")));
    let expected = [
        ("USDT", "USD-M", "cash", 2144.5),
        // Of the pair of rows of a subscription one counts; the token of savings is the coin; a locked coin has one row only.
        ("BUSD", "earn", "loan", 100.0),
        ("SOL", "earn", "loan", 20.0),
        ("USDT", "earn", "loan", 1000.25),
        ("BNB", "funding", "spot", 0.02),
        ("ADA", "loan", "loan", 1200.0),
        ("USDT", "margin", "cash", 6150.0),
        ("ADA", "spot", "spot", 300.0),
        ("BTC", "spot", "spot", 0.0999),
        ("BUSD", "spot", "cash", 150.0),
        ("LTC", "spot", "spot", 2.0),
        ("SOL", "spot", "spot", 20.0),
        ("USDC", "spot", "cash", 200.0),
        ("USDT", "spot", "cash", 4500.0),
        ("USDC", "loan", "loan", -200.0),
        ("ETH", "margin", "loan", -1.0),
    ];
    assert_eq!(imported.positions.len(), expected.len());
    for (position, (coin, account, class, quantity)) in imported.positions.iter().zip(expected) {
        let found = (position.name.as_str(), position.account.as_str(), position.instrument.class());
        assert_eq!(found, (coin, account, class));
        assert!((position.quantity.get() - quantity).abs() < 1e-9, "{coin} {account}: {}", position.quantity.get());
        assert_eq!(position.entry_price, None);
    }
    let rejected: Vec<_> =
        rejections(&imported).iter().map(|issue| (issue.line, issue.column.as_deref(), issue.value.as_deref())).collect();
    assert_eq!(
        rejected,
        [(Some(34), Some("Change"), Some("12o")), (Some(36), Some("UTC_Time"), Some("yesterday")), (Some(37), Some("Account"), None)]
    );
    // XRP was sent away before it came in; what DOGE is left is not known; LTC was borrowed before.
    let missing: Vec<_> = imported
        .issues
        .iter()
        .filter(|issue| issue.message.contains("not derived"))
        .map(|issue| issue.subject.as_deref().unwrap())
        .collect();
    assert_eq!(missing, ["DOGE funding", "XRP spot", "LTC loan"]);
    assert!(imported.issues.iter().any(|issue| issue.message.contains("no open position") && issue.subject.as_deref() == Some("USD-M")));
}

#[test]
fn a_history_in_either_order_of_one_user_or_two() {
    let rows = ["23-05-01 10:00:00,Spot,Deposit,ETH,2", "23-05-02 10:00:00,Spot,Withdraw,ETH,-1.5", "23-05-03 10:00:00,Spot,Deposit,ETH,1"];
    let held = |rows: &[&str]| {
        let imported = imported_text("history.csv", &format!("Time,Account,Operation,Coin,Change\n{}\n", rows.join("\n")));
        assert!(rejections(&imported).is_empty(), "{:?}", imported.issues);
        briefs(&imported).iter().map(|brief| (brief.1.to_owned(), brief.3)).collect::<Vec<_>>()
    };
    let backwards: Vec<&str> = rows.iter().rev().copied().collect();
    assert_eq!((held(&rows), held(&backwards)), (vec![("spot".to_owned(), 1.5)], vec![("spot".to_owned(), 1.5)]));
    // Without its first row the balance would be below zero.
    assert_eq!(held(&rows[1..]), []);
    let users = imported_text(
        "history.csv",
        "User_ID,UTC_Time,Account,Operation,Coin,Change,Remark\n\
         7,2026-01-01 10:00:00,Spot,Deposit,ETH,2,\n\
         8,2026-01-01 11:00:00,Spot,Deposit,ETH,3,\n\
         8,2026-01-01 12:00:00,Spot,Simple Earn Flexible Subscription,ETH,-1,\n",
    );
    let held: Vec<_> = briefs(&users).iter().map(|brief| (brief.1, brief.2, brief.3)).collect();
    assert_eq!(held, [("earn 8", "loan", 1.0), ("spot 7", "spot", 2.0), ("spot 8", "spot", 2.0)]);
}
