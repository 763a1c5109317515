//! Interactive Brokers: activity statements and Flex queries, real ones where they lie and fixtures for what they do not hold.

use crate::import_support::{dropped, fixture, imported, imported_text, published, rejections};
use plimsoll::book::Position;
use plimsoll::engine::{Engine, Inputs};
use plimsoll::import::{Imported, RowCount, import};
use plimsoll::instrument::{Instrument, OptionKind, Settlement};
use plimsoll::issue::Effect;
use plimsoll::market::{FactValue, Origin};
use plimsoll::math::exp;
use plimsoll::units::{Quantity, Timestamp};

/// Class, underlying, contract size, expiry.
fn terms(instrument: &Instrument) -> (&'static str, &str, f64, Option<String>) {
    let size = match instrument {
        Instrument::Option(option) => option.contract_size,
        Instrument::AmericanOption(option) => option.contract_size,
        Instrument::Future(future) => future.contract_size,
        Instrument::Other(other) => other.contract_size,
        _ => 1.0,
    };
    (instrument.class(), instrument.underlying(), size, instrument.expiry().map(|time| time.to_string()))
}

fn held<'a>(imported: &'a Imported, name: &str) -> &'a Position {
    imported.positions.iter().find(|position| position.name == name).unwrap_or_else(|| panic!("{name}"))
}

/// Quantity, entry price and mark.
fn figures(position: &Position) -> (f64, Option<f64>, Option<f64>) {
    (position.quantity.get(), position.entry_price.map(|price| price.get()), position.mark.map(|price| price.get()))
}

/// Profit and value as the broker states them, and their currency where it is not the dollar.
fn stated(position: &Position) -> (Option<f64>, Option<f64>, Option<String>) {
    let stated = position.stated.as_ref().unwrap();
    let number = |number: Option<Quantity>| number.map(|number| number.get());
    (number(stated.unrealized_pnl), number(stated.notional), stated.currency.as_ref().map(|currency| currency.code().to_owned()))
}

fn spot(imported: &Imported, code: &str) -> Option<(f64, Option<String>)> {
    imported.facts.iter().find_map(|fact| match &fact.value {
        FactValue::Spot { underlying, price } if underlying == code => {
            assert_eq!(fact.origin, Origin::Position);
            Some((price.get(), fact.time.map(|time| time.to_string())))
        }
        _ => None,
    })
}

fn note<'a>(imported: &'a Imported, line: u64, words: &str) -> &'a str {
    let found = imported.issues.iter().find(|issue| issue.line == Some(line) && issue.message.contains(words));
    let issue = found.unwrap_or_else(|| panic!("line {line}, {words}: {:?}", imported.issues));
    assert_eq!(issue.effect, Effect::Noted);
    &issue.message
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-12 * expected.abs(), "{found} against {expected}");
}

#[test]
fn the_published_activity_statement_of_options() {
    let Some(imported) = published("venues/ibkr/activity_statement_options.csv") else { return };
    assert_eq!(imported.rows, RowCount { read: 12, accepted: 12, rejected: 0 });
    assert_eq!(imported.files[0].format.as_deref(), Some("ibkr-statement"));
    let [position] = imported.positions.as_slice() else { panic!("{:?}", imported.positions) };
    assert_eq!((position.name.as_str(), position.account.as_str(), position.source.line), ("SPY 31MAR25 570 C", "U1234567", 11));
    assert_eq!(terms(&position.instrument), ("american call", "SPY", 100.0, Some("2025-03-31T20:00:00Z".to_owned())));
    assert_eq!(figures(position), (1.0, Some(0.8315665), Some(0.0)));
    assert_eq!(stated(position), (Some(-83.15665), None, None));
    let [fact] = imported.facts.as_slice() else { panic!("{:?}", imported.facts) };
    assert_eq!(fact.time.map(|time| time.to_string()).as_deref(), Some("2025-03-31T20:00:00Z"));
    let FactValue::Option { strike, kind, settlement, mark_price, .. } = &fact.value else { panic!("{fact:?}") };
    let terms = (strike.get(), *kind, *settlement, mark_price.map(|price| price.get()));
    assert_eq!(terms, (570.0, OptionKind::Call, Settlement::Linear, Some(0.0)));
    // Two trades are history; the statement was run without its cash report, so no cash is claimed.
    let messages: Vec<&str> = imported.issues.iter().map(|issue| issue.message.as_str()).collect();
    assert_eq!(messages.len(), 2);
    assert!(messages[0].contains("Trades (2)") && messages[1].contains("no section Cash Report"), "{messages:?}");
}

#[test]
fn the_published_flex_query() {
    let Some(imported) = published("venues/ibkr/flex_query_ibflex.xml") else { return };
    assert_eq!(imported.rows, RowCount { read: 12, accepted: 12, rejected: 0 });
    assert_eq!(imported.files[0].format.as_deref(), Some("ibkr-flex-xml"));
    let [shares, cash] = imported.positions.as_slice() else { panic!("{:?}", imported.positions) };
    assert_eq!(terms(&shares.instrument), ("share", "VXX", 1.0, None));
    assert_eq!(figures(shares), (-100.0, Some(34.405), Some(35.53)));
    assert_eq!(stated(shares), (Some(-112.5), Some(-3553.0), None));
    assert_eq!((shares.account.as_str(), shares.source.line), ("U123456", 6));
    assert_eq!(spot(&imported, "VXX"), Some((35.53, Some("2011-12-30T21:00:00Z".to_owned()))));
    assert_eq!((terms(&cash.instrument).1, figures(cash), cash.source.line), ("USD", (51.730897778, None, None), 12));
    let account = imported.accounts.first().unwrap();
    assert_eq!((account.name.as_str(), account.equity.map(|equity| equity.get())), ("U123456", Some(40.1509097)));
    assert_eq!(imported.files[0].kinds.get("currency lot"), Some(&1));
    note(&imported, 9, "currency lot");
    assert!(rejections(&imported).is_empty());
}

#[test]
fn every_class_of_a_statement_becomes_its_contract() {
    let imported = imported("venues/ibkr_statement_classes.csv");
    assert_eq!(imported.rows, RowCount { read: 34, accepted: 33, rejected: 1 });
    let winter = |day: &str, hour: u8| Some(format!("{day}T{hour}:00:00Z"));
    for (name, expected, numbers, pnl) in [
        ("ETH", ("share", "ETH stock", 1.0, None), (1200.0, 20.5, 30.0), 11_400.0),
        ("TSLA 17JAN25 400 P", ("american put", "TSLA", 100.0, winter("2025-01-17", 21)), (-2.0, 35.25, 50.1), -2970.0),
        ("SPXW 20DEC24 6000 C", ("call", "SPX", 100.0, winter("2024-12-20", 21)), (1.0, 95.5, 110.2), 1470.0),
        ("ESZ4", ("future", "ES", 50.0, winter("2024-12-20", 21)), (-1.0, 6010.25, 6050.0), -1987.5),
        ("MBTZ4", ("future", "BTC", 0.1, winter("2024-12-27", 16)), (3.0, 95_000.0, 97_000.0), 600.0),
        ("T 4 1/8 11/15/32", ("other", "T 4 1/8 11/15/32", 0.01, None), (10_000.0, 98.0, 99.5), 150.0),
        ("ESZ4 C6100", ("other", "ESZ4 C6100", 50.0, None), (1.0, 20.0, 25.0), 250.0),
    ] {
        let position = held(&imported, name);
        assert_eq!(terms(&position.instrument), expected, "{name}");
        assert_eq!(figures(position), (numbers.0, Some(numbers.1), Some(numbers.2)), "{name}");
        assert_eq!((stated(position).0, position.account.as_str()), (Some(pnl), "U7654321"), "{name}");
    }
    assert_eq!(imported.positions.len(), 11);
    // The lots, totals and the sum in the base currency are counted and not added.
    assert_eq!(imported.files[0].kinds.get("lot"), Some(&2));
    assert_eq!(imported.files[0].kinds.get("total"), Some(&3));
    assert_eq!(figures(held(&imported, "USD")), (12_500.5, None, None));
    assert_eq!(figures(held(&imported, "EUR")), (-2000.0, None, None));
    assert_eq!(terms(&held(&imported, "EUR").instrument).0, "spot");
    let time = "2024-12-02T21:00:00Z".to_owned();
    assert_eq!(spot(&imported, "EUR"), Some((1.05, Some(time.clone()))));
    assert_eq!(spot(&imported, "ETH stock"), Some((30.0, Some(time))));
    assert_eq!(spot(&imported, "ETH"), None, "a trust of that ticker says nothing about the coin");
    assert_eq!(imported.accounts[0].equity.map(|equity| equity.get()), Some(57_000.25));
    assert_eq!(
        rejections(&imported).iter().map(|issue| (issue.line, issue.column.as_deref())).collect::<Vec<_>>(),
        [(Some(27), Some("Symbol"))]
    );
    note(&imported, 25, "bond");
    note(&imported, 26, "future option");
}

#[test]
fn prices_in_another_currency_are_converted_at_the_files_own_rate_or_left_out() {
    let statement = imported("venues/ibkr_statement_classes.csv");
    let converted = held(&statement, "ASML");
    let (quantity, entry, mark) = figures(converted);
    assert_eq!(quantity, 10.0);
    close(entry.unwrap(), 600.0 * 1.05);
    close(mark.unwrap(), 650.0 * 1.05);
    assert_eq!(stated(converted), (Some(500.0), Some(6500.0), Some("EUR".to_owned())));
    note(&statement, 17, "prices and strikes in EUR at 1.05 US dollars");
    assert_eq!(figures(held(&statement, "700")), (100.0, None, None));
    assert_eq!(spot(&statement, "700"), None);
    note(&statement, 18, "HKD without an exchange rate");
    // Rates to a base of euros: a pound is 1.2 of them and a dollar 0.8, so a pound is 1.5 dollars.
    let flex = imported("venues/ibkr_flex_lots.xml");
    close(figures(held(&flex, "VOD")).2.unwrap(), 0.7 * 1.5);
    assert_eq!(figures(held(&flex, "AAPL")).2, Some(240.0));
    close(spot(&flex, "EUR").unwrap().0, 1.25);
    // The other account keeps no such rate.
    assert_eq!(figures(held(&flex, "NESN")), (7.0, None, None));
}

#[test]
fn of_summary_and_lots_only_one_is_summed() {
    let imported = imported("venues/ibkr_flex_lots.xml");
    assert_eq!(imported.rows, RowCount { read: 17, accepted: 16, rejected: 1 });
    assert_eq!(imported.files[0].kinds.get("lot"), Some(&4));
    assert_eq!(figures(held(&imported, "AAPL")), (30.0, Some(200.0), Some(240.0)));
    assert_eq!(held(&imported, "AAPL").source.line, 7, "a row that spans lines is named by its first");
    // Without a summary the lots are one position at their average cost.
    let lots = held(&imported, "VOD");
    assert_eq!((lots.quantity.get(), lots.source.line), (4000.0, 12));
    close(lots.entry_price.unwrap().get(), (1000.0 * 0.75 + 3000.0 * 0.65) / 4000.0 * 1.5);
    assert_eq!(stated(lots), (Some(100.0), Some(2800.0), Some("GBP".to_owned())));
    assert_eq!(imported.positions.iter().filter(|position| position.name == "VOD").count(), 1);
}

#[test]
fn flex_queries_tell_coins_indices_currencies_and_what_nothing_prices() {
    let imported = imported("venues/ibkr_flex_lots.xml");
    let index = held(&imported, "RUTW  241231P02300000");
    assert_eq!(terms(&index.instrument), ("put", "RUT", 100.0, Some("2024-12-31T21:00:00Z".to_owned())));
    assert_eq!(figures(index), (-4.0, Some(25.0), Some(21.5)));
    assert_eq!(terms(&held(&imported, "ETH.USD-PAXOS").instrument), ("spot", "ETH", 1.0, None));
    assert_eq!(spot(&imported, "ETH").map(|spot| spot.0), Some(3600.0));
    let micro = held(&imported, "METF5");
    assert_eq!(terms(&micro.instrument), ("future", "ETH", 0.1, Some("2025-01-31T16:00:00Z".to_owned())));
    assert_eq!((micro.account.as_str(), figures(micro)), ("U200", (10.0, Some(3500.0), Some(3650.0))));
    note(&imported, 16, "contract for difference");
    // The euros of the position list are those of the cash report.
    assert_eq!(imported.positions.iter().filter(|position| position.instrument.underlying() == "EUR").count(), 1);
    note(&imported, 17, "part of the cash report");
    let refused = rejections(&imported);
    assert_eq!((refused.len(), refused[0].line), (1, Some(30)));
    assert!(refused[0].message.contains("when the future expires"), "{}", refused[0].message);
}

#[test]
fn a_flex_query_as_table_holds_one_table_a_section() {
    let imported = imported("venues/ibkr_flex_positions.csv");
    assert_eq!(imported.files[0].format.as_deref(), Some("ibkr-flex-csv"));
    assert_eq!(imported.rows, RowCount { read: 9, accepted: 7, rejected: 2 });
    assert_eq!(figures(held(&imported, "QQQ")), (-50.0, Some(500.0), Some(520.25)));
    let option = held(&imported, "QQQ   250620P00500000");
    assert_eq!(terms(&option.instrument), ("american put", "QQQ", 100.0, Some("2025-06-20T20:00:00Z".to_owned())));
    assert_eq!(figures(option), (3.0, Some(6.25), Some(4.5)));
    close(figures(held(&imported, "SAP")).2.unwrap(), 260.0 * 1.14);
    assert_eq!((held(&imported, "USD").account.as_str(), figures(held(&imported, "USD")).0), ("U1", 777.0));
    assert_eq!((held(&imported, "EUR").account.as_str(), figures(held(&imported, "EUR")).0), ("U2", -100.0));
    let refused: Vec<_> = rejections(&imported).iter().map(|issue| (issue.line, issue.column.clone())).collect();
    assert_eq!(refused, [(Some(6), Some("MarkPrice".to_owned())), (Some(7), None)]);
}

#[test]
fn markup_that_could_grow_or_never_ends_is_refused() {
    let bomb = imported("venues/ibkr_flex_bomb.xml");
    let refused = rejections(&bomb);
    assert!(bomb.positions.is_empty() && refused.len() == 1, "{refused:?}");
    assert_eq!(refused[0].line, Some(2));
    assert!(refused[0].message.contains("DOCTYPE"), "{}", refused[0].message);
    let deep = format!("<FlexQueryResponse>{}", "<a>".repeat(100_000));
    let deep = imported_text("deep.xml", &deep);
    assert!(rejections(&deep)[0].message.contains("64 deep"), "{:?}", deep.issues);
    let entity = r#"<FlexQueryResponse><OpenPosition accountId="U1" currency="USD" symbol="&x;" position="1"/></FlexQueryResponse>"#;
    let entity = imported_text("entity.xml", entity);
    assert_eq!((entity.rows, entity.positions.len()), (RowCount { read: 1, accepted: 0, rejected: 1 }, 0));
    let wide = format!("<FlexQueryResponse><OpenPosition {}/></FlexQueryResponse>", "a=\"1\" ".repeat(100_000));
    assert_eq!(imported_text("wide.xml", &wide).rows, RowCount { read: 1, accepted: 0, rejected: 1 });
    let other = imported_text("feed.xml", "<?xml version=\"1.0\"?><rss><channel/></rss>");
    assert!(rejections(&other)[0].message.contains("only Flex queries of Interactive Brokers"), "{:?}", other.issues);
}

#[test]
fn a_flex_query_that_is_cut_off_gives_what_it_holds_and_says_so() {
    let whole = fixture("venues/ibkr_flex_lots.xml");
    let text = String::from_utf8(whole.clone()).unwrap();
    // Behind the third position, in the middle of a tag.
    let cut = text.match_indices("<OpenPosition ").nth(3).unwrap().0 + 20;
    let imported = import(&[dropped("cut.xml", &whole[..cut])]);
    // The account and three rows of one position.
    assert_eq!(imported.rows, RowCount { read: 4, accepted: 4, rejected: 0 }, "{:?}", imported.issues);
    assert_eq!(figures(held(&imported, "AAPL")), (30.0, Some(200.0), Some(240.0)));
    let refused = rejections(&imported);
    assert_eq!((refused.len(), refused[0].line), (1, Some(12)), "{refused:?}");
    let ended = text.find("</OpenPositions>").unwrap();
    let imported = import(&[dropped("cut.xml", &whole[..ended])]);
    assert!(rejections(&imported)[0].message.contains("it is cut off"), "{:?}", imported.issues);
    // Every other cut is survived as well: no panic, and the counts add up.
    for end in (0..whole.len()).step_by(97) {
        let rows = import(&[dropped("cut.xml", &whole[..end])]).rows;
        assert_eq!(rows.read, rows.accepted + rows.rejected);
    }
}

#[test]
fn accounts_that_a_statement_unites_share_its_exchange_rates() {
    let text = "Statement,Header,Field Name,Field Value\n\
        Statement,Data,Period,\"June 2, 2025 - June 6, 2025\"\n\
        Account Information,Header,Field Name,Field Value\n\
        Account Information,Data,Account,\"U1 (Custom Consolidated)\"\n\
        Account Information,Data,Base Currency,USD\n\
        Open Positions,Header,DataDiscriminator,Asset Category,Currency,Account,Symbol,Quantity,Open,Mult,Cost Price,Cost Basis,Close Price,Value,Unrealized P/L,Code\n\
        Open Positions,Data,Summary,Equity and Index Options,EUR,U2,ADS 19SEP25 220 C,-3,-,100,8.5,-2550,9.25,-2775,-225,\n\
        Forex Balances,Header,Asset Category,Currency,Description,Quantity,Cost Price,Cost Basis in USD,Close Price,Value in USD,Unrealized P/L in USD,Code\n\
        Forex Balances,Data,Forex,USD,EUR,1000,1.1,-1100,1.14,1140,40,\n\
        Forex Balances,Total,,USD,,,,-1100,,1140,40,\n\
        Cash Report,Header,Currency Summary,Currency,Total,Securities,Futures,\n\
        Cash Report,Data,Ending Cash,EUR,1000,1000,0,\n\
        Open Positions,Odd,Summary\n\
        Dividends,Data,USD,2025-06-03,AAPL,1\n";
    let imported = imported_text("U1.csv", text);
    assert_eq!(imported.rows, RowCount { read: 9, accepted: 7, rejected: 2 });
    let option = held(&imported, "ADS 19SEP25 220 C");
    assert_eq!(option.account, "U2");
    assert_eq!(terms(&option.instrument), ("american call", "ADS", 100.0, Some("2025-09-19T20:00:00Z".to_owned())));
    let Instrument::AmericanOption(contract) = &option.instrument else { panic!("{option:?}") };
    close(contract.strike.get(), 220.0 * 1.14);
    close(option.entry_price.unwrap().get(), 8.5 * 1.14);
    close(option.mark.unwrap().get(), 9.25 * 1.14);
    assert_eq!(figures(held(&imported, "EUR")), (1000.0, None, None));
    assert_eq!((held(&imported, "EUR").account.as_str(), imported.positions.len()), ("U1", 2));
    assert_eq!(spot(&imported, "EUR"), Some((1.14, Some("2025-06-06T20:00:00Z".to_owned()))));
    // A row of no kind, and a section whose columns were never named.
    assert_eq!(rejections(&imported).iter().map(|issue| issue.line).collect::<Vec<_>>(), [Some(13), Some(14)]);
}

#[test]
fn a_flex_query_without_the_sections_that_matter_says_which_to_add() {
    let text = r#"<FlexQueryResponse queryName="q"><FlexStatements><FlexStatement accountId="U1"><OpenPositions/></FlexStatement></FlexStatements></FlexQueryResponse>"#;
    let imported = imported_text("empty.xml", text);
    assert!(rejections(&imported)[0].message.contains("add Open Positions and Cash Report"), "{:?}", imported.issues);
}

#[test]
fn options_run_out_on_a_trading_day_at_the_hour_of_their_settlement() {
    let imported = imported("venues/ibkr_statement_expiries.csv");
    assert!(rejections(&imported).is_empty(), "{:?}", imported.issues);
    for (name, class, expiry) in [
        // Winter and summer time, and Good Friday.
        ("KO 17JAN25 62.5 C", "american call", "2025-01-17T21:00:00Z"),
        ("KO 18JUL25 65 P", "american put", "2025-07-18T20:00:00Z"),
        ("KO 18APR25 60 C", "american call", "2025-04-17T20:00:00Z"),
        // Opening prices; the second is named by the day before its settlement.
        ("SPX 20DEC24 6100 C", "call", "2024-12-20T14:30:00Z"),
        ("SPX 19JUN25 6000 P", "put", "2025-06-20T13:30:00Z"),
        ("SPXW 20DEC24 6100 C", "call", "2024-12-20T21:00:00Z"),
        ("XSP 18JUL25 620 C", "call", "2025-07-18T20:00:00Z"),
    ] {
        let (found, _, _, time) = terms(&held(&imported, name).instrument);
        assert_eq!((found, time.as_deref()), (class, Some(expiry)), "{name}");
    }
    note(&imported, 11, "New York does not trade on 2025-04-18 (Good Friday)");
    note(&imported, 12, "09:30 New York of 2024-12-20");
    assert_eq!(imported.issues.iter().filter(|issue| issue.message.contains("09:30")).count(), 2);
}

#[test]
fn a_book_of_options_is_priced_with_a_file_of_rates_and_dividends() {
    let statement = fixture("venues/ibkr_statement_expiries.csv");
    let market = "underlying,type,spot,rate,ex_date,dividend,quantity\n\
        USD,rate,,4.4%,,,\n\
        KO,dividend,,,2025-03-14T13:30:00Z,0.485,\n\
        KO,dividend,,,2025-06-13T13:30:00Z,0.51,\n\
        KO,share,63.1,,,,1\n";
    let imported = import(&[dropped("U5550001.csv", statement), dropped("market.csv", market)]);
    assert!(rejections(&imported).is_empty(), "{:?}", imported.issues);
    let inputs = Inputs {
        positions: imported.positions,
        facts: imported.facts,
        accounts: imported.accounts,
        history: imported.history,
        as_of: imported.as_of,
    };
    let engine = Engine::load(inputs, Timestamp::from_ms(0));
    let rows = engine.rows();
    let of = |name: &str| rows.iter().find(|row| row.name == name).and_then(|row| row.base).unwrap();
    // 227.96 days at 4.4 % carry the spot less 0.485 and 0.51, which wait 101.7 and 192.7 days.
    let (put, years) = (of("KO 18JUL25 65 P"), 227.0 / 365.0 + 23.0 / 8760.0);
    let rest = 63.1 - 0.485 * exp(-0.044 * (101.0 + 16.5 / 24.0) / 365.0) - 0.51 * exp(-0.044 * (192.0 + 16.5 / 24.0) / 365.0);
    close(put.forward, rest * exp(0.044 * years));
    // The marks give the vols, and these the marks again.
    assert!((put.unit_price - 3.05).abs() < 1e-6 && (0.1..0.4).contains(&put.vol.unwrap()), "{put:?}");
    let early = of("KO 17JAN25 62.5 C");
    assert!((early.unit_price - 1.25).abs() < 1e-6 && early.greeks.delta > 0.0, "{early:?}");
    let subjects: Vec<&str> = engine.issues().iter().filter_map(|issue| issue.subject.as_deref()).collect();
    assert!(subjects.contains(&"KO rate") && subjects.contains(&"KO dividends 2025-07-18T20:00:00Z"), "{subjects:?}");
    assert!(!subjects.contains(&"KO dividends 2025-01-17T21:00:00Z"), "{subjects:?}");
}
