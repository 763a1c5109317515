//! Rows of the crypto set that the library has a word for though no question of the set's own format reaches it.

use plimsoll::book::edit::apply;
use plimsoll::book::{Book, Edit, Position};
use plimsoll::engine::{Engine, Inputs, Settings};
use plimsoll::instrument::{EuropeanOption, Instrument, Loan, OptionKind, Perpetual, Pool, Settlement, Side};
use plimsoll::issue::Source;
use plimsoll::market::{Fact, FactValue, Origin};
use plimsoll::units::{Currency, Price, Quantity, Timestamp};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;

fn path(set: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/oracles/{set}.csv"))
}

/// Inputs, what is asked, the answer and its tolerance, of the rows on one topic.
fn rows(topic: &str) -> Vec<(Value, String, f64, f64)> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_path(path("crypto")).unwrap();
    let header = reader.headers().unwrap().clone();
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let cell = |record: &csv::StringRecord, column: &str| record[header.iter().position(|head| head == column).unwrap()].to_owned();
    let of_topic = records.iter().filter(|record| cell(record, "topic") == topic);
    of_topic
        .map(|record| {
            let number = |column| cell(record, column).parse::<f64>().unwrap();
            (serde_json::from_str(&cell(record, "inputs")).unwrap(), cell(record, "quantity"), number("expected"), number("abs_tol"))
        })
        .collect()
}

fn number(inputs: &Value, name: &str) -> f64 {
    inputs[name].as_f64().unwrap()
}

fn near(asked: &str, ours: f64, expected: f64, tolerance: f64) {
    assert!((ours - expected).abs() <= tolerance, "{asked}: {ours} is not {expected}");
}

#[test]
fn a_pool_share_loses_against_holding_what_the_set_says() {
    let share =
        Pool { base: Currency::new("ETH"), quote: Currency::new("USDC"), side: Side::Base, liquidity: 7.0, lower: 0.0, upper: None };
    let rows = rows("impermanent_loss");
    for (inputs, asked, expected, tolerance) in &rows {
        let loss = share.impermanent_loss(2000.0, 2000.0 * number(inputs, "price_ratio")).unwrap();
        near(asked, -100.0 * loss, *expected, *tolerance);
    }
    assert_eq!(rows.len(), 8);
}

#[test]
fn a_linear_option_gains_what_the_set_says() {
    let rows = rows("linear_option_expiry");
    for (inputs, asked, expected, tolerance) in &rows {
        let option = Instrument::Option(EuropeanOption {
            underlying: "SOL".to_owned(),
            quote: Currency::usd(),
            settlement: Settlement::Linear,
            contract_size: number(inputs, "multiplier"),
            expiry: Timestamp::from_ms(0),
            strike: Price::new(number(inputs, "K")).unwrap(),
            kind: OptionKind::Call,
        });
        let payoff = OptionKind::Call.intrinsic(number(inputs, "delivery"), number(inputs, "K"));
        let premium = number(inputs, "premium_usdc");
        let gain = |entry, price| number(inputs, "qty") * option.unit_gain(entry, price).unwrap();
        let ours = match asked.as_str() {
            "premium_paid_usdc" => -gain(premium, 0.0),
            "settlement_usdc" => gain(0.0, payoff),
            _ => gain(premium, payoff),
        };
        near(asked, ours, *expected, *tolerance);
    }
    assert_eq!(rows.len(), 3);
}

fn position(instrument: Instrument, quantity: f64, entry: Option<f64>) -> Position {
    Position {
        name: "row".to_owned(),
        account: "main".to_owned(),
        venue: "Aave".to_owned(),
        instrument,
        quantity: Quantity::new(quantity).unwrap(),
        entry_price: entry.map(|entry| Price::new(entry).unwrap()),
        mark: None,
        tags: BTreeMap::new(),
        stated: None,
        source: Source::default(),
    }
}

#[test]
fn lots_are_netted_at_the_average_entry_of_the_set() {
    let rows = rows("linear_avg_entry");
    for (inputs, asked, expected, tolerance) in &rows {
        let contract =
            Perpetual { underlying: "BTC".to_owned(), quote: Currency::usd(), settlement: Settlement::Linear, contract_size: 1.0 };
        let lot = |lot: &Value| position(Instrument::Perpetual(contract.clone()), lot[0].as_f64().unwrap(), lot[1].as_f64());
        let mut book = Book { positions: inputs["lots"].as_array().unwrap().iter().map(lot).collect() };
        apply(&mut book.positions, &Edit::NetByInstrument).unwrap();
        near(asked, book.positions[0].entry_price.unwrap().get(), *expected, *tolerance);
    }
    assert_eq!(rows.len(), 1);
}

#[test]
fn the_health_of_a_lending_account_is_the_sets_and_none_without_a_debt() {
    let rows = rows("health_factor");
    for (inputs, asked, expected, tolerance) in &rows {
        let mut positions = Vec::new();
        let mut facts = Vec::new();
        for (place, collateral) in inputs["collateral"].as_array().unwrap().iter().enumerate() {
            let coin = format!("COIN{place}");
            let price = Price::new(collateral[0].as_f64().unwrap()).unwrap();
            let spot = FactValue::Spot { underlying: coin.clone(), price };
            facts.push(Fact { value: spot, time: None, origin: Origin::Quote, source: Source::default() });
            positions.push(position(
                Instrument::Loan(Loan { asset: Currency::new(&coin), rate: None, threshold: collateral[1].as_f64() }),
                1.0,
                None,
            ));
        }
        let debt = Loan { asset: Currency::new("USDC"), rate: None, threshold: None };
        positions.push(position(Instrument::Loan(debt), -number(inputs, "debt"), None));
        let inputs = Inputs { positions, facts, accounts: Vec::new(), as_of: Some(Timestamp::from_ms(0)) };
        let health = Engine::load(inputs, Timestamp::from_ms(0)).valuation(&Settings::default(), false).accounts[0].health;
        match health {
            Some(health) => near(asked, health, *expected, *tolerance),
            None => assert!(expected.is_infinite(), "{asked}: none where {expected} is expected"),
        }
    }
    assert_eq!(rows.len(), 2);
}
