//! A field that is missing or cannot be read is an issue, in whatever format: it never becomes 0, or another default, in silence.

use crate::import_support::imported_text;
use plimsoll::import::Imported;
use plimsoll::issue::Effect;

/// A file with one field missing or unreadable: its text; positions that it still gives; effect, column and value of the issue.
struct Case {
    what: &'static str,
    text: &'static str,
    held: &'static [(&'static str, f64)],
    issue: (Effect, &'static str, Option<&'static str>),
}

const NOTED: Effect = Effect::Noted;
const REJECTED: Effect = Effect::Rejected;

const CASES: &[Case] = &[
    Case {
        what: "a time in seconds is none in milliseconds",
        text: r#"[{"symbol":"BTCUSDT","positionSide":"BOTH","positionAmt":"1","entryPrice":"90000","markPrice":"95000","updateTime":1768560000}]"#,
        held: &[("BTCUSDT", 1.0)],
        issue: (NOTED, "updateTime", Some("1768560000")),
    },
    Case {
        what: "a time in words dates nothing",
        text: r#"{"retCode":0,"result":{"category":"linear","list":[{"symbol":"BTCUSDT","side":"Buy","size":"1","avgPrice":"90000","markPrice":"95000","updatedTime":"noon"}]}}"#,
        held: &[("BTCUSDT", 1.0)],
        issue: (NOTED, "updatedTime", Some("noon")),
    },
    Case {
        what: "the time at which Deribit replied",
        text: r#"{"jsonrpc":"2.0","usOut":"late","result":[{"instrument_name":"BTC-PERPETUAL","direction":"buy","size":10,"average_price":90000}]}"#,
        held: &[("BTC-PERPETUAL", 10.0)],
        issue: (NOTED, "usOut", Some("late")),
    },
    Case {
        what: "Deribit's direction",
        text: r#"{"result":[{"instrument_name":"BTC-PERPETUAL","direction":"","size":-10,"average_price":90000}]}"#,
        held: &[("BTC-PERPETUAL", -10.0)],
        issue: (NOTED, "direction", None),
    },
    Case {
        what: "a blank part of a spot balance",
        text: r#"{"balances":[{"asset":"BTC","free":"1","locked":""}]}"#,
        held: &[],
        issue: (REJECTED, "locked", None),
    },
    Case {
        what: "a blank part of what is borrowed",
        text: r#"{"marginLevel":"2","userAssets":[{"asset":"BTC","free":"1","locked":"0","borrowed":"0.5","interest":""}]}"#,
        held: &[],
        issue: (REJECTED, "interest", None),
    },
    Case {
        what: "the asset of an isolated pair",
        text: r#"{"assets":[{"symbol":"ETHUSDT","marginLevel":"2","indexPrice":"3000","baseAsset":{"asset":"","netAssetOfBtc":"1","free":"1","locked":"0","borrowed":"0","interest":"0"},"quoteAsset":{"asset":"USDT","netAssetOfBtc":"1","free":"5","locked":"0","borrowed":"0","interest":"0"}}]}"#,
        held: &[("USDT", 5.0)],
        issue: (REJECTED, "baseAsset", Some("ETHUSDT")),
    },
    Case {
        what: "what is borrowed of a coin at Bybit",
        text: r#"{"result":{"list":[{"accountType":"UNIFIED","totalEquity":"1","coin":[{"coin":"BTC","walletBalance":"2","equity":"2"}]}]}}"#,
        held: &[("BTC", 2.0)],
        issue: (NOTED, "borrowAmount", None),
    },
    Case {
        what: "the multiplier of OKX's contracts",
        text: r#"{"data":[{"instId":"BTC-USDT-SWAP","instType":"SWAP","ctVal":"0.01","ctMult":""}]}"#,
        held: &[],
        issue: (REJECTED, "ctMult", None),
    },
    Case {
        what: "the debt of an OKX balance",
        text: r#"{"data":[{"totalEq":"5","details":[{"ccy":"BTC","cashBal":"2","eq":"2"}]}]}"#,
        held: &[("BTC", 2.0)],
        issue: (NOTED, "liab", None),
    },
    Case {
        what: "the debt of a long margin trade",
        text: r#"{"data":[{"instId":"BTC-USDT","instType":"MARGIN","pos":"1","posSide":"net","posCcy":"BTC","avgPx":"90000","liab":"","liabCcy":""}]}"#,
        held: &[("BTC-USDT", 1.0)],
        issue: (NOTED, "liab", None),
    },
    Case {
        what: "the interest of a margin trade",
        text: r#"{"data":[{"instId":"BTC-USDT","instType":"MARGIN","pos":"1","posSide":"net","posCcy":"BTC","avgPx":"90000","liab":"-500","liabCcy":"USDT","interest":""}]}"#,
        held: &[("BTC-USDT", 1.0), ("BTC-USDT", -500.0)],
        issue: (NOTED, "interest", None),
    },
    Case {
        what: "one of the gains that Hyperliquid's collateral is worked out with",
        text: r#"{"marginSummary":{"accountValue":"100","totalMarginUsed":"1"},"assetPositions":[{"type":"oneWay","position":{"coin":"BTC","szi":"1","entryPx":"90000","positionValue":"95000"}}],"time":1768560000000}"#,
        held: &[("BTC-PERP", 1.0)],
        issue: (REJECTED, "unrealizedPnl", None),
    },
    Case {
        what: "the coin of a third party's market",
        text: r#"{"assetPositions":[{"position":{"coin":"dex:","szi":"1","entryPx":"90000","positionValue":"95000"}}]}"#,
        held: &[],
        issue: (REJECTED, "coin", Some("dex:")),
    },
    Case {
        what: "the currency of a wallet in Bybit's asset changes",
        text: "Currency,Contract,Type,Direction,Quantity,Position,Filled Price,Cash Flow,Change,Wallet Balance,Action,Time\n,BTCUSDT,TRADE,BUY,1,1,90000,0,0,500,OPEN,2026-01-16 10:00:00\n",
        held: &[],
        issue: (REJECTED, "Currency", None),
    },
    Case {
        what: "the position after a row of Bybit's asset changes",
        text: "Currency,Contract,Type,Direction,Quantity,Position,Filled Price,Cash Flow,Change,Wallet Balance,Action,Time\nUSDT,BTCUSDT,TRADE,BUY,1,--,90000,0,0,500,OPEN,2026-01-16 10:00:00\n",
        held: &[("USDT", 500.0)],
        issue: (NOTED, "Position", Some("--")),
    },
    Case {
        what: "what was paid for a purchase at Coinbase",
        text: "ID,Timestamp,Transaction Type,Asset,Quantity Transacted,Price Currency,Price at Transaction,Subtotal,Total,Notes\n1,2026-01-16 10:00:00 UTC,Buy,BTC,1,USD,90000,,,\n",
        held: &[("BTC", 1.0)],
        issue: (NOTED, "Total", None),
    },
    Case {
        what: "one side of a trade at CoinTracking",
        text: "Type,Buy,Cur.,Sell,Cur.,Fee,Cur.,Date\nTrade,,,500,USDC,,,16.01.2026 10:00\n",
        held: &[],
        issue: (REJECTED, "Buy", None),
    },
    Case {
        what: "the share of a trade at Interactive Brokers",
        text: "Buy/Sell,TradeDate,ISIN,AssetClass,Quantity,TradePrice,TradeMoney,CurrencyPrimary\nBUY,20260116,,STK,5,100,500,USD\n",
        held: &[],
        issue: (REJECTED, "ISIN", None),
    },
    Case {
        what: "the day of a Flex statement",
        text: r#"<FlexQueryResponse><FlexStatements><FlexStatement accountId="U1" toDate="soon"><OpenPositions><OpenPosition currency="USD" assetCategory="BOND" symbol="T 4" position="10" markPrice="99" fxRateToBase="1" reportDate="20260116"/></OpenPositions></FlexStatement></FlexStatements></FlexQueryResponse>"#,
        held: &[("T 4", 10.0)],
        issue: (NOTED, "toDate", Some("soon")),
    },
    Case {
        what: "the day of a Flex position",
        text: r#"<FlexQueryResponse><FlexStatements><FlexStatement accountId="U1" toDate="20260116"><OpenPositions><OpenPosition currency="USD" assetCategory="BOND" symbol="T 4" position="10" markPrice="99" fxRateToBase="1" reportDate="someday"/></OpenPositions></FlexStatement></FlexStatements></FlexQueryResponse>"#,
        held: &[("T 4", 10.0)],
        issue: (NOTED, "reportDate", Some("someday")),
    },
    Case {
        what: "a rate of exchange of 0",
        text: r#"<FlexQueryResponse><FlexStatements><FlexStatement accountId="U1" toDate="20260116"><OpenPositions><OpenPosition currency="USD" assetCategory="BOND" symbol="T 4" position="10" markPrice="99" fxRateToBase="0" reportDate="20260116"/></OpenPositions></FlexStatement></FlexStatements></FlexQueryResponse>"#,
        held: &[("T 4", 10.0)],
        issue: (NOTED, "fxRateToBase", Some("0")),
    },
    Case {
        what: "the amount of a purchase at Schwab",
        text: "Date,Action,Symbol,Description,Quantity,Price,Fees & Comm,Amount\n01/16/2026,Buy,SPY,SPDR,5,$690.10,,\n",
        held: &[("SPY", 5.0)],
        issue: (NOTED, "Amount", None),
    },
    Case {
        what: "the currency of what was paid at Delta",
        text: "Date,Way,Base amount,Base currency (name),Base type,Quote amount,Quote currency\n2026-01-16 10:00:00,BUY,1,BTC,CRYPTO,90000,\n",
        held: &[("BTC", 1.0)],
        issue: (NOTED, "Quote amount", Some("90000")),
    },
    Case {
        what: "the size of a contract in a table of positions",
        text: "underlying,type,quantity,margin,quote,contract_size\nBTC,perp,5,linear,USDT,\n",
        held: &[("BTC perpetual", 5.0)],
        issue: (NOTED, "contract_size", None),
    },
    Case {
        what: "the currency of the prices in a table of positions",
        text: "underlying,type,expiry,quantity,margin,quote,contract_size\nBTC,future,2027-03-26,5,linear,,1\n",
        held: &[("BTC 2027-03-26", 5.0)],
        issue: (NOTED, "quote", None),
    },
    Case {
        what: "what a contract quoted in dollars pays in",
        text: "underlying,type,quantity,margin,quote,contract_size\nBTC,perp,5,,USD,1\n",
        held: &[("BTC perpetual", 5.0)],
        issue: (NOTED, "margin", None),
    },
    Case {
        what: "when a stake can be sold",
        text: "underlying,type,quantity,token,conversion_rate,unlock\nETH,stake,5,stETH,1,\n",
        held: &[("ETH stake", 5.0)],
        issue: (NOTED, "unlock", None),
    },
];

fn held(imported: &Imported) -> Vec<(&str, f64)> {
    imported.positions.iter().map(|position| (position.name.as_str(), position.quantity.get())).collect()
}

#[test]
fn a_missing_or_unreadable_field_is_an_issue_that_names_it() {
    for case in CASES {
        let imported = imported_text("file", case.text);
        assert_eq!(held(&imported), case.held, "{}: {:?}", case.what, imported.issues);
        let (effect, column, value) = case.issue;
        let is_named = |issue: &plimsoll::issue::Issue| {
            issue.effect == effect
                && issue.column.as_deref() == Some(column)
                && value.is_none_or(|value| issue.value.as_deref() == Some(value))
                && issue.line.is_some()
        };
        assert!(imported.issues.iter().any(is_named), "{}: {:?}", case.what, imported.issues);
    }
}

#[test]
fn a_time_that_is_left_out_dates_nothing_else() {
    let text = r#"[{"symbol":"BTCUSDT","positionSide":"BOTH","positionAmt":"1","entryPrice":"90000","markPrice":"95000","updateTime":"soon"},
                   {"symbol":"ETHUSDT","positionSide":"BOTH","positionAmt":"1","entryPrice":"3000","markPrice":"3100","updateTime":"2026-01-16T10:00:00Z"},
                   {"symbol":"SOLUSDT","positionSide":"BOTH","positionAmt":"1","entryPrice":"100","markPrice":"110","updateTime":0}]"#;
    let imported = imported_text("file", text);
    let times: Vec<_> =
        imported.positions.iter().map(|position| position.stated.as_ref().unwrap().time.map(|time| time.to_string())).collect();
    assert_eq!(times, [None, Some("2026-01-16T10:00:00Z".to_owned()), None]);
    assert_eq!(imported.issues.iter().map(|issue| (issue.line, issue.effect)).collect::<Vec<_>>(), [(Some(1), NOTED)]);
}

#[test]
fn what_a_whole_table_leaves_out_is_said_once_and_counted() {
    let rows: String = (1..=40).map(|quantity| format!("BTC,perp,{quantity},linear,USDT\n")).collect();
    let imported = imported_text("positions.csv", &format!("underlying,type,quantity,margin,quote\n{rows}"));
    assert_eq!(imported.positions.len(), 40);
    let messages: Vec<_> = imported.issues.iter().map(|issue| (issue.line, issue.message.as_str())).collect();
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(messages[0].0 == Some(2) && messages[0].1.starts_with("no contract size"), "{messages:?}");
    assert!(messages[1].1.starts_with("39 more rows likewise, the last on line 41"), "{messages:?}");
}
