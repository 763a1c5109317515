//! Bybit: every published reply and export, and fixtures for what these do not cover.

use crate::import_support::{briefs, imported, notes, published, rejections, stated, stated_and_own_profit};
use plimsoll::import::{Imported, RowCount};
use plimsoll::instrument::{Instrument, Settlement};
use plimsoll::market::{FactValue, Origin};
use plimsoll::units::{Price, Vol};

fn venue(name: &str) -> Option<Imported> {
    let imported = published(&format!("venues/{name}"))?;
    let format = if name.ends_with(".csv") { "bybit-asset-changes" } else { "bybit" };
    assert_eq!(imported.files[0].format.as_deref(), Some(format), "{name}");
    assert!(rejections(&imported).is_empty(), "{name}: {:?}", imported.issues);
    Some(imported)
}

fn rows(accepted: usize) -> RowCount {
    RowCount { read: accepted, accepted, rejected: 0 }
}

/// The facts in their order, by name and number.
fn facts(imported: &Imported) -> Vec<(&'static str, f64)> {
    imported
        .facts
        .iter()
        .flat_map(|fact| match &fact.value {
            FactValue::Spot { price, .. } => vec![("spot", price.get())],
            FactValue::Perpetual { price, .. } => vec![("perpetual", price.get())],
            FactValue::Forward { price, .. } => vec![("forward", price.get())],
            FactValue::Funding { rate, .. } => vec![("funding", rate.get())],
            FactValue::Option { mark_vol, mark_price, .. } => {
                vec![("vol", mark_vol.map_or(f64::NAN, |vol| vol.get())), ("mark", mark_price.map_or(f64::NAN, |price| price.get()))]
            }
            other => panic!("{other:?}"),
        })
        .filter(|(_, number)| !number.is_nan())
        .collect()
}

#[test]
fn the_published_inverse_short_has_the_profit_that_bybit_prints() {
    let Some(imported) = venue("bybit_v5_position_list.json") else { return };
    assert_eq!(imported.rows, rows(1));
    assert_eq!(briefs(&imported), [("BTCUSD", "", "perpetual", -300.0, Some(27464.50441675), Some(28224.5))]);
    let Instrument::Perpetual(perpetual) = &imported.positions[0].instrument else { panic!("no perpetual") };
    assert_eq!((perpetual.settlement, perpetual.contract_size), (Settlement::Inverse, 1.0));
    let (printed, own) = stated_and_own_profit(&imported.positions[0]);
    assert_eq!(printed, -0.00029413);
    assert!((printed - own).abs() < 5e-9, "{own}");
    assert_eq!(stated(&imported.positions[0]), ([Some(0.01092319), Some(0.00010923), Some(0.0000015), None], ["BTC", "BTC"]));
    // The mark is of the reply's time, the figures of the position's own.
    assert_eq!(facts(&imported), [("perpetual", 28224.5)]);
    assert_eq!(imported.facts[0].time.map(|time| time.ms()), Some(1_697_684_980_172));
    assert_eq!(imported.positions[0].stated.as_ref().and_then(|stated| stated.time).map(|time| time.ms()), Some(1_697_673_600_012));
}

#[test]
fn published_accounts_and_terms_are_kept_or_noted() {
    if let Some(imported) = venue("bybit_v5_account_wallet-balance.json") {
        assert_eq!((imported.rows, imported.positions.len()), (rows(2), 0));
        let account = &imported.accounts[0];
        let figures = [account.equity, account.balance, account.unrealized_pnl, account.maintenance_margin, account.health];
        assert_eq!(figures.map(|figure| figure.unwrap().get()), [3.31216591, 3.00326056, 0.0, 0.0, 0.0]);
        assert_eq!(account.time.unwrap().ms(), 1_690_872_862_481);
        assert_eq!(notes(&imported), [(19, "", "a flat row: its")]);
    }
    if let Some(imported) = venue("bybit_v5_account_option-asset-info.json") {
        let account = &imported.accounts[0];
        assert_eq!((imported.rows, account.kind.as_str()), (rows(1), "options on BTC"));
        assert_eq!((account.unrealized_pnl.unwrap().get(), account.time.unwrap().ms()), (-47.6318, 1_773_230_923_530));
    }
    for (name, subject) in [
        ("bybit_v5_asset_coin-greeks.json", "BTC"),
        ("bybit_v5_account_collateral-info.json", "BTC"),
        ("bybit_v5_market_risk-limit.json", "BTCUSD"),
    ] {
        let Some(imported) = venue(name) else { continue };
        assert_eq!((imported.rows, imported.positions.len(), imported.accounts.len()), (rows(1), 0, 0), "{name}");
        assert_eq!(imported.issues.iter().map(|issue| issue.subject.as_deref()).collect::<Vec<_>>(), [Some(subject)], "{name}");
    }
}

#[test]
fn published_loans_and_earn_positions() {
    if let Some(imported) = venue("bybit_v5_crypto-loan_ongoing-orders.json") {
        let account = "loan 1793683005081680384";
        assert_eq!(imported.rows, rows(1));
        assert_eq!(briefs(&imported)[1], ("BTC", account, "loan", 0.0964687, None, None));
        let debt = &imported.positions[0];
        // Principal 1888.005198 and interest 0.04016, at 0.0000010633 an hour.
        assert!((debt.quantity.get() + 1888.005198 + 0.04016).abs() < 1e-9);
        assert!(matches!(&debt.instrument, Instrument::Loan(loan) if (loan.rate.unwrap().get() - 0.009314508).abs() < 1e-12));
        assert_eq!((imported.accounts[0].name.as_str(), imported.accounts[0].health.unwrap().get()), (account, 0.4161));
        assert_eq!(notes(&imported), [(6, "residualInterest", "totalDebt is the unpaid")]);
    }
    if let Some(imported) = venue("bybit_v5_earn_position.json") {
        assert_eq!((imported.rows, briefs(&imported)), (rows(1), vec![("USDT", "earn", "loan", 3000.0, None, None)]));
        assert_eq!(notes(&imported), [(6, "productId", "read as lent: the")]);
    }
}

#[test]
fn published_tickers_become_facts() {
    if let Some(imported) = venue("bybit_v5_market_tickers_linear.json") {
        assert_eq!((imported.rows, facts(&imported)[0]), (rows(1), ("spot", 16598.54)));
        assert_eq!(facts(&imported).last(), Some(&("perpetual", 16596.0)));
        let is_timed = |time: i64| imported.facts.iter().all(|fact| fact.time.map(|time| time.ms()) == Some(time));
        assert!(is_timed(1_672_376_496_682));
        // -0.001034 per 8 hours is -113 % a year: kept if a rate may be that, and said if not.
        assert!(facts(&imported).len() == 3 || imported.issues.iter().any(|issue| issue.message.contains("-113.2 %")));
    }
    if let Some(imported) = venue("bybit_v5_market_tickers_option.json") {
        let expected = [("spot", 16600.55), ("forward", 16590.42), ("vol", 0.7567), ("mark", 0.00000009)];
        assert_eq!((imported.rows, facts(&imported)), (rows(1), expected.to_vec()));
        let expiry = imported.facts.iter().find_map(|fact| match &fact.value {
            FactValue::Option { expiry, strike, settlement, bid_ask, .. } => {
                // Nobody bids.
                assert_eq!((bid_ask.bid, bid_ask.bid_vol), (None, None));
                assert_eq!((bid_ask.ask.map(Price::get), bid_ask.ask_vol.map(Vol::get)), (Some(435.0), Some(5.0)));
                Some((expiry.to_string(), strike.get(), *settlement))
            }
            _ => None,
        });
        assert_eq!(expiry, Some(("2022-12-30T08:00:00Z".to_owned(), 18000.0, Settlement::Linear)));
        assert!(imported.facts.iter().all(|fact| fact.origin == Origin::Quote));
    }
}

#[test]
fn published_asset_changes_leave_what_stands_after_the_last_row() {
    if let Some(imported) = venue("bybit-csv/AssetChangeDetails_uta.csv") {
        assert_eq!(imported.rows, rows(3));
        let found = briefs(&imported);
        assert_eq!(found[0], ("ETHUSDT", "100000000", "perpetual", 0.05, Some(2510.0), None));
        // A SELL that closes leaves the rest of a long position, which the later settlement confirms. It was closed at 4356 with a
        // profit of 1.0375 on 0.02 ounces.
        let (name, _, _, quantity, entry, _) = found[1];
        assert_eq!((name, quantity), ("XAUTUSDT", 0.02));
        assert!((entry.unwrap() - (4356.0 - 1.0375 / 0.02)).abs() < 1e-9);
        assert_eq!(found[2], ("USDT", "100000000", "cash", 306.65972817, None, None));
        assert_eq!(imported.positions[1].source.line, 4);
        assert_eq!(found.len(), 3);
    }
    if let Some(imported) = venue("bybit-csv/AssetChangeDetails_fund.csv") {
        assert_eq!((imported.rows, briefs(&imported)), (rows(1), vec![("USDT", "100000000 funding", "cash", 1.2727, None, None)]));
    }
}

#[test]
fn several_replies_of_all_categories_stand_in_one_file() {
    let imported = imported("venues/bybit_positions.json");
    assert_eq!(imported.rows, RowCount { read: 12, accepted: 8, rejected: 4 });
    assert_eq!(
        briefs(&imported),
        [
            ("BTCUSDT", "", "perpetual", -0.4, Some(98100.2), Some(97455.1)),
            ("BTCUSDT", "", "perpetual", 0.1, Some(99500.0), Some(97455.1)),
            ("BTCPERP", "", "perpetual", 0.25, Some(96010.0), Some(97460.0)),
            ("BTC-27MAR26", "", "future", 0.1, Some(99500.0), Some(99120.5)),
            ("BTCUSDH26", "", "future", -5000.0, Some(95800.5), Some(97400.0)),
            ("BTC-27MAR26-120000-C-USDT", "", "call", -2.0, Some(40.0), Some(31.25)),
            ("ETH-27MAR26-1500-P", "", "put", 3.0, Some(22.5), Some(0.0)),
        ]
    );
    for position in &imported.positions {
        let (printed, own) = stated_and_own_profit(position);
        assert!((printed - own).abs() < 5.1e-9, "{}: {printed} against {own}", position.name);
    }
    let terms: Vec<_> = imported.positions.iter().map(|position| (stated(position).1[0], position.instrument.expiry())).collect();
    let march = imported.positions[3].instrument.expiry();
    assert_eq!(march.unwrap().to_string(), "2026-03-27T08:00:00Z");
    let expected = [("USDT", None), ("USDT", None), ("USDC", None), ("USDC", march), ("BTC", march), ("USDT", march), ("USDC", march)];
    assert_eq!(terms, expected);
    let rejected: Vec<_> =
        rejections(&imported).iter().map(|issue| (issue.line, issue.column.as_deref(), issue.value.as_deref())).collect();
    assert_eq!(
        rejected,
        [
            (Some(8), Some("size"), Some("1O")),
            (Some(9), Some("symbol"), Some("WHAT-EVER")),
            (Some(10), Some("symbol"), Some("ETHUSD")),
            (Some(11), Some("side"), None),
        ]
    );
    assert!(rejections(&imported)[2].message.contains("category is linear"), "{:?}", rejections(&imported)[2]);
    assert_eq!(notes(&imported), [(7, "", "a flat row: its")]);
}

#[test]
fn what_is_held_and_what_is_owed_add_up_to_the_equity_of_the_wallet() {
    let imported = imported("venues/bybit_wallet.json");
    assert_eq!(imported.rows, rows(6));
    assert_eq!(
        briefs(&imported),
        [
            // Equity 9258.04 = 10000 − 1000 + 258.04 of unrealized profit, which is the positions' own.
            ("USDT", "", "cash", 10_000.0, None, None),
            ("USDT", "", "loan", -1000.0, None, None),
            // A loss of derivatives that was borrowed: nothing is held.
            ("USDC", "", "loan", -40.0, None, None),
            // A reply without spotBorrow states the wallet after it.
            ("BTC", "", "spot", 0.05 + 0.01, None, None),
            ("BTC", "", "loan", -0.01, None, None),
            ("ETH", "contract", "spot", 1.0, None, None),
        ]
    );
    let accounts: Vec<_> =
        imported.accounts.iter().map(|account| (account.name.as_str(), account.equity.map(|equity| equity.get()))).collect();
    assert_eq!(accounts, [("", Some(15250.5)), ("contract", None)]);
}

#[test]
fn funding_follows_the_interval_of_its_contract() {
    let imported = imported("venues/bybit_tickers.json");
    assert_eq!(imported.rows, rows(4));
    assert_eq!(
        facts(&imported),
        [
            ("spot", 97400.5),
            ("funding", 0.00005 * (24.0 * 365.0 / 4.0)),
            ("perpetual", 97455.1),
            ("forward", 99120.5),
            ("spot", 97400.5),
            ("forward", 99120.5),
            ("vol", 0.4821),
            ("mark", 31.25),
            ("spot", 1911.0),
            ("forward", 1925.5),
            ("mark", 0.0),
        ]
    );
    assert!(notes(&imported).is_empty());
}

#[test]
fn asset_changes_are_ordered_by_time_and_signed_by_side_and_action() {
    let imported = imported("venues/bybit_asset_changes_uta.csv");
    assert_eq!(imported.rows, RowCount { read: 16, accepted: 13, rejected: 3 });
    let found = briefs(&imported);
    // A BUY that closes leaves the rest of a short position; opened at 1/(1/98000 − 0.00021/1000).
    assert_eq!((found[0].0, found[0].3), ("BTCUSD", -500.0));
    assert!((found[0].4.unwrap() - 1.0 / (1.0 / 98_000.0 - 2.1e-7)).abs() < 1e-6, "{:?}", found[0]);
    assert_eq!(
        found[1..],
        [
            // The later spot trade of the same pair does not close it.
            ("BTCUSDT", "", "perpetual", 0.02, Some(96_500.0), None),
            ("ETH-27MAR26-1500-P", "", "put", -4.0, Some(25.5), None),
            // Two fills of one second, the latest first in the file: (0.6·2000 + 0.3·2006)/0.9.
            ("ETHUSDT", "", "perpetual", -0.9, Some(2002.0), None),
            ("SOLUSDT", "", "perpetual", -3.0, Some(139.5), None),
            ("BTC", "", "spot", 0.100205, None, None),
            ("USDC", "", "cash", 301.5, None, None),
            ("USDT", "", "cash", 880.5, None, None),
        ]
    );
    let rejected: Vec<_> =
        rejections(&imported).iter().map(|issue| (issue.line, issue.column.as_deref(), issue.value.as_deref())).collect();
    assert_eq!(
        rejected,
        [
            (Some(14), Some("Contract"), Some("ODD/PAIR")),
            (Some(15), Some("Action"), Some("REDUCE")),
            (Some(16), Some("Position"), Some("1x")),
        ]
    );
}

#[test]
fn a_signed_position_column_needs_no_side() {
    let imported = imported("venues/bybit_asset_changes_signed.csv");
    assert_eq!(imported.rows, rows(3));
    let held: Vec<_> = briefs(&imported).iter().map(|brief| (brief.0.to_owned(), brief.1.to_owned(), brief.3)).collect();
    let expected = [("BTCUSDT", "7", 0.01), ("ETHUSDT", "7", -0.5), ("BTCUSDT", "8", -0.03), ("USDT", "7", 95.0), ("USDT", "8", 50.0)];
    assert_eq!(held, expected.map(|(name, account, quantity)| (name.to_owned(), account.to_owned(), quantity)));
}
