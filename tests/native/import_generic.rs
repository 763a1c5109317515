//! Our own table and document: every contract, label and figure that a position can hold, and what a document says beside them.

use crate::import_support::{imported_text, rejections};
use plimsoll::import::RowCount;
use plimsoll::instrument::{AmericanOption, Cash, Instrument, Loan, OptionKind, Other, Pool, Share, Side, Spot, Stake, Unlock};
use plimsoll::issue::Effect;
use plimsoll::market::{BidAsk, FactValue, Origin};
use plimsoll::units::{Currency, Price, Quantity, Rate, Timestamp, Vol};

const MARCH: Timestamp = Timestamp::from_ms(1_806_134_400_000);

/// The contract of a table of one row.
fn contract(header: &str, row: &str) -> Result<Instrument, (String, String)> {
    let imported = imported_text("a.csv", &format!("quantity,{header}\n2,{row}\n"));
    match rejections(&imported).first() {
        Some(issue) => Err((issue.column.clone().unwrap_or_default(), issue.message.clone())),
        None => Ok(imported.positions[0].instrument.clone()),
    }
}

fn coin(code: &str) -> Currency {
    Currency::new(code)
}

#[test]
fn each_type_has_its_terms() {
    let american = |quote: &str, kind| {
        let strike = Price::new(200.0).unwrap();
        Instrument::AmericanOption(AmericanOption {
            underlying: "AAPL".to_owned(),
            quote: coin(quote),
            contract_size: 100.0,
            expiry: MARCH,
            strike,
            kind,
        })
    };
    let stake =
        |token: &str, rate, unlock| Instrument::Stake(Stake { token: token.to_owned(), underlying: "ETH".to_owned(), rate, unlock });
    let loan = |code: &str, rate: Option<f64>, threshold| {
        Instrument::Loan(Loan { asset: coin(code), rate: rate.map(|rate| Rate::new(rate).unwrap()), threshold })
    };
    let pool =
        |side, lower, upper| Instrument::Pool(Pool { base: coin("ETH"), quote: coin("USDC"), side, liquidity: 1234.5, lower, upper });
    let option = "underlying,type,strike,expiry,option_type,contract_size,exercise,quote";
    let of_pool = "underlying,type,quote,pool_side,liquidity,lower,upper";
    for (header, row, expected) in [
        (option, "aapl,american_option,200,2027-03-27,call,100,,", american("USD", OptionKind::Call)),
        (option, "AAPL,put,200,2027-03-27,,100,American,EUR", american("EUR", OptionKind::Put)),
        ("underlying,type", "AAPL,stock", Instrument::Share(Share { symbol: "AAPL".to_owned() })),
        ("underlying,type", "btc,share", Instrument::Share(Share { symbol: "BTC stock".to_owned() })),
        ("underlying,type", "BTC stock,share", Instrument::Share(Share { symbol: "BTC stock".to_owned() })),
        ("underlying,type", "btc,spot", Instrument::Spot(Spot { asset: "BTC".to_owned() })),
        ("underlying,type", "usdc,spot", Instrument::Cash(Cash { currency: coin("USDC") })),
        ("underlying,type", "ETH,stake", stake("ETH", 1.0, Unlock::Free)),
        ("underlying,type,token,conversion_rate,unlock", "ETH,stake,wstETH,1.2,7 days", stake("wstETH", 1.2, Unlock::Notice(7.0))),
        ("underlying,type,unlock", "ETH,stake,2027-03-27T08:00:00Z", stake("ETH", 1.0, Unlock::At(MARCH))),
        ("underlying,type,unlock", "ETH,stake,1.5 day", stake("ETH", 1.0, Unlock::Notice(1.5))),
        ("underlying,type,yearly_rate,liquidation_threshold", "usdc,loan,4.5%,0.825", loan("USDC", Some(0.045), Some(0.825))),
        ("underlying,type,yearly_rate,liquidation_threshold", "WBTC,loan,,82.5%", loan("WBTC", None, Some(0.825))),
        (of_pool, "ETH,pool,USDC,base,1234.5,,", pool(Side::Base, 0.0, None)),
        (of_pool, "ETH,pool,USDC,quote,1234.5,1500,4000", pool(Side::Quote, 1500.0, Some(4000.0))),
        (
            "underlying,type,contract_size,other_kind",
            "US 4 1/8 11/32,other,1000,bond",
            Instrument::Other(Other { symbol: "US 4 1/8 11/32".to_owned(), kind: "bond".to_owned(), contract_size: 1000.0 }),
        ),
    ] {
        assert_eq!(contract(header, row), Ok(expected), "{row}");
    }
}

#[test]
fn a_term_that_is_missing_or_absurd_names_its_column() {
    let option = "underlying,type,strike,expiry,option_type,exercise,margin";
    let pool = "underlying,type,quote,pool_side,liquidity,lower,upper";
    for (header, row, column, part) in [
        (option, "AAPL,option,200,2027-03-27,call,bermudan,", "exercise", "european and american are accepted"),
        (option, "AAPL,option,200,2027-03-27,call,american,inverse", "margin", "an American option is linear"),
        (option, "AAPL,american,,2027-03-27,call,,", "strike", "needs a strike"),
        ("underlying,type,conversion_rate", "ETH,stake,0", "conversion_rate", "must be above 0"),
        ("underlying,type,unlock", "ETH,stake,soon", "unlock", "7 days, free or an empty cell"),
        ("underlying,type,unlock", "ETH,stake,-1 days", "unlock", "not a notice"),
        ("underlying,type,liquidation_threshold", "ETH,loan,82.5", "liquidation_threshold", "0 to 1, or 0% to 100%"),
        (pool, "ETH,pool,USDC,,5,,", "pool_side", "base and quote are accepted"),
        (pool, "ETH,pool,,base,5,,", "quote", "needs its other asset"),
        (pool, "ETH,pool,USDC,base,,,", "liquidity", "needs its liquidity"),
        (pool, "ETH,pool,USDC,base,5,10,10", "upper", "above the lower one"),
    ] {
        let (found, message) = contract(header, row).unwrap_err();
        assert!(found == column && message.contains(part), "{row}: {found}: {message}");
    }
}

#[test]
fn labels_and_the_venue_s_own_figures_come_along() {
    let imported = imported_text(
        "a.csv",
        "instrument,qty,tag:strategy,Tag: Trader,unrealized_pnl,pnl_currency,notional,notional_currency,initial_margin,maintenance_margin,\
         liquidation_price,stated_at\n\
         BTC-PERPETUAL,10,carry,'=ann,-12.5,btc,1e6,USD,0.5,0.25,81234.5,2027-03-27T08:00:00Z\n\
         ETH-PERPETUAL,10,,,,,,,,,n/a,\n",
    );
    let [first, second] = imported.positions.as_slice() else { panic!("{:?}", imported.issues) };
    let tags: Vec<_> = first.tags.iter().map(|(dimension, label)| (dimension.as_str(), label.as_str())).collect();
    assert_eq!(tags, [("Trader", "=ann"), ("strategy", "carry")]);
    let stated = first.stated.as_deref().unwrap();
    let figures = [stated.unrealized_pnl, stated.notional, stated.initial_margin, stated.maintenance_margin];
    assert_eq!(figures.map(|figure| figure.map(Quantity::get)), [Some(-12.5), Some(1e6), Some(0.5), Some(0.25)]);
    assert_eq!((stated.liquidation_price.map(Price::get), stated.time), (Some(81_234.5), Some(MARCH)));
    assert_eq!((stated.currency.clone(), stated.notional_currency.clone()), (Some(coin("BTC")), Some(Currency::usd())));
    // A figure for comparison that cannot be read costs no position.
    assert_eq!((second.tags.len(), second.stated.clone(), rejections(&imported).len()), (0, None, 0));
    let note = imported.issues.iter().find(|issue| issue.line == Some(3)).unwrap();
    assert!(note.effect == Effect::Noted && note.message.ends_with("the venue's own figure is left out"), "{note:?}");
    let twice = imported_text("a.csv", "instrument,qty,tag:a,TAG:a\nBTC-PERPETUAL,10,x,y\n");
    assert!(rejections(&twice)[0].message.contains("two columns hold the label a"), "{:?}", twice.issues);
}

#[test]
fn a_document_states_market_and_accounts_as_they_are() {
    let text = r#"{"version":1,"name":"Desk","as_of":"2027-03-26T12:00:00Z",
        "positions":[{"instrument":"BTC-27MAR27-100000-C","quantity":2,"mark":0.05,"tag:desk":"vol"}],
        "market":[{"fact":"spot","underlying":"BTC","price":95000.5,"time":"2027-03-26T11:00:00.018Z"},
          {"fact":"option","underlying":"BTC","expiry":"2027-03-27","strike":100000,"option_type":"call","settlement":"inverse","vol":3.5},
          {"fact":"forward","underlying":"BTC","expiry":"2027-02-30","price":96000},
          {"fact":"rate","underlying":"BTC","rate":"4%","origin":"assumed"},
          {"fact":"volume","underlying":"BTC"}],
        "accounts":[{"venue":"Deribit","name":"main","kind":"portfolio margin","currency":"btc","equity":12.5,"health":null}]}"#;
    let imported = imported_text("desk.json", text);
    assert_eq!(imported.rows, RowCount { read: 7, accepted: 5, rejected: 2 });
    assert_eq!(imported.as_of.map(|time| time.to_string()).as_deref(), Some("2027-03-26T12:00:00Z"));
    let values: Vec<_> = imported.facts.iter().map(|fact| (fact.value.clone(), fact.origin, fact.source.line)).collect();
    let btc = || "BTC".to_owned();
    let option = FactValue::Option {
        underlying: btc(),
        expiry: MARCH,
        strike: Price::new(100_000.0).unwrap(),
        kind: OptionKind::Call,
        settlement: plimsoll::instrument::Settlement::Inverse,
        mark_vol: Some(Vol::new(3.5).unwrap()),
        mark_price: None,
        bid_ask: BidAsk::default(),
    };
    assert_eq!(
        values,
        [
            (FactValue::Spot { underlying: btc(), price: Price::new(95_000.5).unwrap() }, Origin::Quote, 3),
            (option, Origin::Quote, 4),
            (FactValue::Rate { underlying: btc(), rate: Rate::new(0.04).unwrap() }, Origin::Assumed, 6),
        ]
    );
    let account = &imported.accounts[0];
    assert_eq!((account.venue.as_str(), account.equity.map(Quantity::get), account.health), ("Deribit", Some(12.5), None));
    assert_eq!((account.currency.clone(), account.source.line), (Some(coin("BTC")), 8));
    let rejected: Vec<_> = rejections(&imported).iter().map(|issue| (issue.line, issue.column.clone().unwrap())).collect();
    assert_eq!(rejected, [(Some(5), "expiry".to_owned()), (Some(7), "fact".to_owned())]);
    for part in ["the marks of its positions are kept beside it", "taken as a decimal: 3.5 is a volatility of 350 %"] {
        assert!(imported.issues.iter().any(|issue| issue.effect == Effect::Noted && issue.message.contains(part)), "{part}");
    }
}

#[test]
fn a_document_without_positions_is_read_for_its_market() {
    let imported = imported_text("m.json", r#"{"version":1,"market":[{"fact":"spot","underlying":"BTC","price":1}],"positions":[]}"#);
    assert_eq!((imported.rows.accepted, imported.facts.len(), rejections(&imported).len()), (1, 1, 0));
    for (text, part) in [
        (r#"{"version":2,"market":[{"fact":"spot"}]}"#, "version of the document must be 1"),
        (r#"{"version":1,"market":[],"positions":[]}"#, "the list is empty"),
        (r#"{"version":1,"market":[],"market":[]}"#, "stands twice"),
        (r#"{"version":1,"positions":[{"instrument":"BTC-PERPETUAL","qty":1}],"market":{}}"#, "a list is expected"),
    ] {
        let imported = imported_text("m.json", text);
        assert!(rejections(&imported)[0].message.contains(part), "{text}: {:?}", imported.issues);
    }
}

#[test]
fn an_unknown_field_of_any_record_is_named() {
    let text = r#"[{"instrument":"BTC-PERPETUAL","qty":1},{"instrument":"BTC-PERPETUAL","qty":1,"note":"x","tag:a":"b"}]"#;
    let imported = imported_text("a.json", text);
    let notes: Vec<_> = imported.issues.iter().map(|issue| issue.message.as_str()).filter(|note| note.contains("not read")).collect();
    assert_eq!(notes, ["columns that are not read: note"]);
}
