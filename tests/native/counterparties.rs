//! Who owes the book what, what a failure leaves naked, and that nothing is lost on the way back.

use crate::book_support::{
    AS_OF, cash, coin, day, forward_fact, future, generated, load, near, option, option_fact, perpetual, position, spot_fact,
};
use plimsoll::book::{Edit, Position, edit};
use plimsoll::engine::{Engine, Inputs};
use plimsoll::exposure::counterparty::{Counterparties, CounterpartyKind, DefaultRate, Failure, Greek, Naked};
use plimsoll::exposure::pivot::columns::Columns;
use plimsoll::instrument::{Instrument, Loan, OptionKind, Pool, Settlement, Side, Stake, Unlock};
use plimsoll::units::Currency;
use std::collections::BTreeMap;

fn at(venue: &str, mut position: Position) -> Position {
    position.venue = venue.to_owned();
    position
}

fn labelled(key: &str, label: &str, mut position: Position) -> Position {
    position.tags.insert(key.to_owned(), label.to_owned());
    position
}

fn in_usdt(mut instrument: Instrument) -> Instrument {
    if let Instrument::Perpetual(perpetual) = &mut instrument {
        perpetual.quote = Currency::new("USDT");
    }
    instrument
}

fn loan(asset: &str) -> Instrument {
    Instrument::Loan(Loan { asset: Currency::new(asset), rate: None, threshold: Some(0.8) })
}

fn failure(failures: &[Failure], kind: &str, name: &str) -> Failure {
    failures.iter().find(|failure| (failure.kind.as_str(), failure.name.as_str()) == (kind, name)).unwrap().clone()
}

fn all(engine: &Engine) -> (Counterparties, Vec<Failure>) {
    let mut columns = Columns::default();
    (engine.counterparties(&mut columns, &BTreeMap::new()), engine.failures(&mut columns))
}

/// 34 coins held at Binance, hedged by a perpetual and puts at Deribit.
fn hedged_on_one_venue() -> Engine {
    let put = option("BTC", Settlement::Linear, OptionKind::Put, 90_000.0, day(70));
    let positions = vec![
        at("Binance", position("BTC", coin("BTC"), 34.0, None)),
        at("Binance", position("USDC", cash("USDC"), 100_000.0, None)),
        at("Deribit", position("BTC-PERPETUAL", perpetual("BTC", Settlement::Linear, 1.0), -30.0, Some(98_000.0))),
        at("Deribit", position("put", put.clone(), 10.0, None)),
        at("Deribit", position("USDC", cash("USDC"), 400_000.0, None)),
        at("Bybit", position("BTC-PERP", perpetual("BTC", Settlement::Linear, 1.0), 1.0, Some(100_000.0))),
    ];
    load(positions, vec![spot_fact("BTC", 100_000.0), forward_fact("BTC", day(70), 101_000.0), option_fact(&put, Some(0.6), None)])
}

#[test]
fn a_venue_whose_hedges_cover_the_rest_is_found_without_being_asked_for() {
    let engine = hedged_on_one_venue();
    let (_, failures) = all(&engine);
    let found: Vec<(&str, &str)> = failures
        .iter()
        .filter(|failure| failure.is_hidden_concentration())
        .map(|failure| (failure.kind.as_str(), failure.name.as_str()))
        .collect();
    assert_eq!(found, [("venue", "Binance"), ("venue", "Deribit")]);
    let deribit = failure(&failures, "venue", "Deribit");
    let [of_book, of_coin] = deribit.naked.as_slice() else { panic!("{:?}", deribit.naked) };
    assert_eq!((of_book.greek, of_book.underlying.as_deref(), of_coin.underlying.as_deref()), (Greek::Delta, None, Some("BTC")));
    assert_eq!((of_book.before, of_book.after), (of_coin.before, of_coin.after));
    assert_eq!(of_book.after, 35.0 * 100_000.0);
    let put_delta = engine.valuation(&plimsoll::engine::Settings::default(), true).positions[3].base.unwrap().measures.cash_delta;
    near("before", of_book.before, 500_000.0 + put_delta, 1e-12);
    assert!(of_book.before.abs() < 0.1 * of_book.after);
    // The puts and the perpetual's loss go with the money that stands beside them.
    let put_value = engine.valuation(&plimsoll::engine::Settings::default(), true).positions[3].base.unwrap().measures.value;
    near("equity lost", deribit.equity_lost, 400_000.0 - 30.0 * 2_000.0 + put_value, 1e-12);
    assert_eq!(deribit.balances, 400_000.0);
    // What leaves with Deribit is the gamma and vega themselves: nothing is naked there, it is gone.
    assert_eq!((deribit.after.gamma_1pct, deribit.after.vega_1pt), (0.0, 0.0));
    // Bybit's contract hedges nothing of size.
    assert!(!failure(&failures, "venue", "Bybit").is_hidden_concentration());
    // A dollar coin's failure takes its balances, and no contract here is settled in it.
    let usdc = failure(&failures, "stablecoin", "USDC");
    assert_eq!((usdc.equity_lost, usdc.positions, usdc.naked.len()), (500_000.0, 2, 0));
}

#[test]
fn a_short_vega_that_another_venue_covers_is_naked_without_it() {
    let strangle = [
        option("BTC", Settlement::Inverse, OptionKind::Call, 120_000.0, day(70)),
        option("BTC", Settlement::Inverse, OptionKind::Call, 125_000.0, day(70)),
    ];
    let positions = vec![
        at("Deribit", position("sold", strangle[0].clone(), -40.0, None)),
        at("OKX", position("bought", strangle[1].clone(), 42.0, None)),
    ];
    let mut facts = vec![spot_fact("BTC", 100_000.0), forward_fact("BTC", day(70), 101_000.0)];
    facts.extend(strangle.iter().map(|option| option_fact(option, Some(0.6), None)));
    let (rows, failures) = all(&load(positions, facts));
    let okx = failure(&failures, "venue", "OKX");
    let greeks: Vec<Greek> = okx.naked.iter().filter(|naked| naked.underlying.is_none()).map(|naked| naked.greek).collect();
    assert_eq!(greeks, [Greek::Delta, Greek::Gamma, Greek::Vega]);
    assert!(okx.after.vega_1pt < 0.0 && okx.after.vega_1pt.abs() > 5.0 * okx.before.vega_1pt.abs());
    // What is owed is no claim: a venue that the book is short at loses it nothing.
    let deribit = failure(&failures, "venue", "Deribit");
    assert!(deribit.after.value > deribit.before.value && deribit.equity_lost == 0.0);
    assert_eq!(rows.rows.iter().map(|row| row.exposure > 0.0).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn a_stablecoin_takes_balances_pools_and_the_contracts_that_it_settles() {
    let pool = |side| {
        let (base, quote) = (Currency::new("ETH"), Currency::new("USDT"));
        Instrument::Pool(Pool { base, quote, side, liquidity: 1_000.0, lower: 0.0, upper: None })
    };
    let positions = vec![
        at("Binance", position("BTC", coin("BTC"), 10.0, None)),
        at("Binance", position("perp", in_usdt(perpetual("BTC", Settlement::Linear, 1.0)), -10.0, Some(110_000.0))),
        at("Binance", position("USDT", cash("USDT"), 50_000.0, None)),
        at("Deribit", position("inverse", perpetual("BTC", Settlement::Inverse, 10.0), -100.0, Some(100_000.0))),
        at("Aave", position("debt", loan("USDT"), -20_000.0, None)),
        at("Uniswap", position("base", pool(Side::Base), 1.0, None)),
        at("Uniswap", position("quote", pool(Side::Quote), 1.0, None)),
    ];
    let (_, failures) = all(&load(positions, vec![spot_fact("BTC", 100_000.0), spot_fact("ETH", 2_500.0)]));
    let usdt = failure(&failures, "stablecoin", "USDT");
    // 20 ether and 50 000 dollars in the pool.
    near("balances", usdt.balances, 50_000.0 - 20_000.0 + 100_000.0, 1e-12);
    near("equity lost", usdt.equity_lost, usdt.balances + 10.0 * 10_000.0, 1e-12);
    assert_eq!(usdt.positions, 5);
    near("coins remain", usdt.after.cash_delta, 10.0 * 100_000.0 - 1_000.0, 1e-12);
    // The hedge that it pays is naked, found under its own name as under the venue's.
    let naked: Vec<&Naked> = usdt.naked.iter().filter(|naked| naked.underlying.as_deref() == Some("BTC")).collect();
    assert_eq!(naked.iter().map(|naked| naked.greek).collect::<Vec<_>>(), [Greek::Delta]);
    assert!(naked[0].before.abs() < 2_000.0);
}

#[test]
fn chains_protocols_and_counterparties_fail_by_their_labels() {
    let stake = Instrument::Stake(Stake { token: "WSTETH".to_owned(), underlying: "ETH".to_owned(), rate: 1.2, unlock: Unlock::Free });
    let positions = vec![
        labelled("chain", "ethereum", labelled("protocol", "Lido", at("wallet", position("stake", stake, 100.0, None)))),
        labelled("chain", "ethereum", labelled("protocol", "Aave", at("wallet", position("lent", loan("ETH"), 50.0, None)))),
        labelled("chain", "arbitrum", at("GMX", position("short", perpetual("ETH", Settlement::Linear, 1.0), -170.0, Some(2_500.0)))),
        labelled("counterparty", "Copper", at("Deribit", position("kept elsewhere", cash("USDC"), 9.0, None))),
        at("", position("nowhere", cash("USD"), 7.0, None)),
    ];
    let (rows, failures) = all(&load(positions, vec![spot_fact("ETH", 2_500.0)]));
    let names = |kind: &str| failures.iter().filter(|failure| failure.kind == kind).map(|failure| failure.name.clone()).collect::<Vec<_>>();
    assert_eq!(names("chain"), ["arbitrum", "ethereum"]);
    assert_eq!(names("protocol"), ["Aave", "Lido"]);
    assert_eq!(names("venue"), ["Deribit", "GMX", "wallet"]);
    assert_eq!(names("counterparty"), ["Copper", "GMX", "wallet"]);
    assert_eq!(failure(&failures, "chain", "ethereum").equity_lost, 170.0 * 2_500.0);
    assert!(failure(&failures, "chain", "arbitrum").is_hidden_concentration());
    let known: Vec<Option<CounterpartyKind>> = rows.rows.iter().map(|row| row.kind).collect();
    // By exposure: the wallet, Copper, GMX with nothing to claim, and what no counterparty holds.
    assert_eq!(known, [None, None, Some(CounterpartyKind::Protocol), None]);
    assert_eq!(rows.rows[3].name, None);
    assert_eq!((rows.rows[3].net, rows.rows[3].exposure, rows.exposure), (7.0, 0.0, 425_009.0));
}

#[test]
fn expected_loss_is_exposure_times_the_rates_and_unknown_without_them() {
    let positions = vec![
        at("Deribit", position("BTC", coin("BTC"), 2.0, None)),
        at("Deribit", position("future", future("BTC", Settlement::Linear, 1.0, day(70)), 1.0, Some(120_000.0))),
        at("Deribit", position("debt", loan("USDC"), -30_000.0, None)),
        at("Deribit", position("pledged", loan("USDT"), 10_000.0, None)),
        at("Someone", position("USD", cash("USD"), 40_000.0, None)),
    ];
    let engine = load(positions, vec![spot_fact("BTC", 100_000.0), forward_fact("BTC", day(70), 101_000.0)]);
    let (rows, _) = all(&engine);
    let [deribit, someone] = rows.rows.as_slice() else { panic!("{rows:?}") };
    let parts = [deribit.balance, deribit.unrealized, deribit.options, deribit.locked, deribit.owed];
    assert_eq!(parts, [200_000.0, -19_000.0, 0.0, 10_000.0, 30_000.0]);
    assert_eq!((deribit.net, deribit.exposure, deribit.share), (161_000.0, 161_000.0, Some(161.0 / 201.0)));
    let assumed = CounterpartyKind::Exchange.assumed_rate();
    assert_eq!((deribit.rate, deribit.is_assumed), (Some(assumed), true));
    near("expected loss", deribit.expected_loss.unwrap(), 161_000.0 * assumed.probability * assumed.loss, 1e-14);
    assert_eq!((someone.rate, someone.expected_loss, rows.unrated), (None, None, 40_000.0));
    let said: Vec<&str> = rows.issues.iter().filter_map(|issue| issue.subject.as_deref()).collect();
    assert_eq!(said, ["Deribit default", "Someone default"]);
    // What the user states goes before, and is noted no more.
    let own: BTreeMap<String, DefaultRate> =
        ["Deribit", "Someone"].map(|name| (name.to_owned(), DefaultRate::new(0.1, 0.5).unwrap())).into();
    let rows = engine.counterparties(&mut Columns::default(), &own);
    near("own", rows.expected_loss, 201_000.0 * 0.05, 1e-14);
    assert!(rows.issues.is_empty() && rows.unrated == 0.0);
}

#[test]
fn removing_a_venue_and_adding_it_back_restores_every_bit() {
    let venues = ["Deribit", "Binance", "OKX", ""];
    for seed in 1..12 {
        let mut inputs = generated(seed, 80);
        for (index, position) in inputs.positions.iter_mut().enumerate() {
            position.venue = venues[(index * 7 + seed as usize) % 4].to_owned();
        }
        let whole = Engine::load(inputs.clone(), AS_OF);
        let before = all(&whole);
        let gone: Vec<u32> =
            (0..).zip(&inputs.positions).filter(|(_, position)| position.venue == "Deribit").map(|(index, _)| index).collect();
        let kept: Vec<Position> = gone.iter().map(|index| inputs.positions[*index as usize].clone()).collect();
        let mut positions = inputs.positions.clone();
        edit::apply(&mut positions, &Edit::Delete { indices: gone }).unwrap();
        let without = Engine::load(Inputs { positions: positions.clone(), ..inputs.clone() }, AS_OF);
        // What the failure test says remains is what the book without the venue comes to.
        let deribit = failure(&before.1, "venue", "Deribit");
        let rest = without.valuation(&plimsoll::engine::Settings::default(), false).base.measures;
        let gross = whole.valuation(&plimsoll::engine::Settings::default(), false).base.measures.gross_notional;
        for (name, after, rest) in [
            ("value", deribit.after.value, rest.value),
            ("delta", deribit.after.cash_delta, rest.cash_delta),
            ("gamma", deribit.after.gamma_1pct, rest.gamma_1pct),
            ("vega", deribit.after.vega_1pt, rest.vega_1pt),
        ] {
            assert!((after - rest).abs() < 1e-12 * gross, "seed {seed}: {name} {after} is not {rest}");
        }
        // Added back at the end, in another order than they had.
        for position in kept.into_iter().rev() {
            edit::apply(&mut positions, &Edit::Add(Box::new(position))).unwrap();
        }
        let again = all(&Engine::load(Inputs { positions, ..inputs }, AS_OF));
        assert_eq!(bits(&again), bits(&before), "seed {seed}");
    }
}

fn bits(both: &(Counterparties, Vec<Failure>)) -> Vec<u8> {
    plimsoll::protocol::to_bytes(both).unwrap()
}
