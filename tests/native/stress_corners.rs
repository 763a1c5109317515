//! Corners of scenarios, overlays and reverse stress: what happens where several things meet in one position.

use crate::book_support::{
    AS_OF, at, cash, coin, day, desk, forward_fact, future, inputs, load, near, option, option_fact, perpetual, perpetual_fact, position,
    spot_fact,
};
use crate::scenarios::only;
use crate::sheet_support::{ask, said, table};
use plimsoll::book::Position;
use plimsoll::engine::{Engine, Settings, Yardsticks};
use plimsoll::instrument::{Instrument, OptionKind, Pool, Settlement, Side, Stake, Unlock};
use plimsoll::stress::scenario::read;
use plimsoll::units::Currency;

fn pnl(engine: &Engine, shocks: &str) -> f64 {
    engine.scenarios(&[only(shocks)], Yardsticks::default())[0].pnl
}

fn quoted(mut instrument: Instrument, code: &str) -> Instrument {
    match &mut instrument {
        Instrument::Perpetual(perpetual) => perpetual.quote = Currency::new(code),
        Instrument::Future(future) => future.quote = Currency::new(code),
        Instrument::Option(option) => option.quote = Currency::new(code),
        _ => {}
    }
    instrument
}

fn pool(side: Side, lower: f64, upper: Option<f64>) -> Instrument {
    Instrument::Pool(Pool { base: Currency::new("ETH"), quote: Currency::new("USDC"), side, liquidity: 1000.0, lower, upper })
}

/// The same peg on the whole market and on the one venue that holds everything.
#[test]
fn a_peg_of_one_venue_reaches_the_contracts_that_are_quoted_in_it() {
    let call = quoted(option("BTC", Settlement::Linear, OptionKind::Call, 95_000.0, day(30)), "USDT");
    let positions = vec![
        at("B", position("perpetual", quoted(perpetual("BTC", Settlement::Linear, 1.0), "USDT"), -2.0, Some(98_000.0))),
        at("B", position("call", call.clone(), 3.0, None)),
        at("B", position("tether", cash("USDT"), 50_000.0, None)),
    ];
    let facts = vec![
        spot_fact("BTC", 95_000.0),
        perpetual_fact("BTC", Settlement::Linear, 95_000.0),
        forward_fact("BTC", day(30), 95_500.0),
        option_fact(&call, Some(0.5), None),
    ];
    let engine = load(positions, facts);
    let everywhere = pnl(&engine, "{\"peg\":{\"level\":0.9},\"on\":{\"asset\":\"USDT\"}}");
    near("venue", pnl(&engine, "{\"peg\":{\"level\":0.9},\"on\":{\"asset\":\"USDT\",\"venue\":\"B\"}}"), everywhere, 1e-12);
    near("but", pnl(&engine, "{\"peg\":{\"level\":0.9},\"on\":{\"asset\":\"USDT\",\"but\":{\"venue\":\"A\"}}}"), everywhere, 1e-12);
    let classes = "{\"peg\":{\"level\":0.9},\"on\":{\"class\":\"stablecoin\",\"venue\":\"B\"}}";
    near("class", pnl(&engine, classes), everywhere, 1e-12);
    assert_eq!(pnl(&engine, "{\"peg\":{\"level\":0.9},\"on\":{\"asset\":\"USDC\",\"venue\":\"B\"}}"), 0.0);
    assert_eq!(pnl(&engine, "{\"peg\":{\"level\":0.9},\"on\":{\"asset\":\"USDT\",\"venue\":\"A\"}}"), 0.0);
}

#[test]
fn both_sides_of_a_pool_share_see_the_shock_of_their_venue() {
    for (lower, upper) in [(0.0, None), (1_000.0, Some(4_000.0))] {
        let sides = || {
            vec![
                at("U", position("base", pool(Side::Base, lower, upper), 1.0, None)),
                at("U", position("quote", pool(Side::Quote, lower, upper), 1.0, None)),
            ]
        };
        let engine = load(sides(), vec![spot_fact("ETH", 2_500.0)]);
        for (everywhere, here) in [
            (
                "{\"spot\":{\"percent\":-30},\"on\":{\"asset\":\"ETH\"}}",
                "{\"spot\":{\"percent\":-30},\"on\":{\"asset\":\"ETH\",\"venue\":\"U\"}}",
            ),
            (
                "{\"peg\":{\"level\":0.8},\"on\":{\"asset\":\"USDC\"}}",
                "{\"peg\":{\"level\":0.8},\"on\":{\"asset\":\"USDC\",\"venue\":\"U\"}}",
            ),
        ] {
            let whole = pnl(&engine, everywhere);
            assert!(whole < -1.0, "{everywhere}: {whole}");
            near(here, pnl(&engine, here), whole, 1e-12);
        }
    }
}

/// Whoever sells the worthless coin to the pool takes all of the other one out.
#[test]
fn a_pool_whose_dollar_coin_is_worth_nothing_is_empty() {
    for (lower, upper) in [(0.0, None), (1_000.0, Some(4_000.0))] {
        let sides = vec![
            position("base", pool(Side::Base, lower, upper), 1.0, None),
            position("quote", pool(Side::Quote, lower, upper), 1.0, None),
        ];
        let engine = load(sides, vec![spot_fact("ETH", 2_500.0)]);
        let before = engine.valuation(&Settings::default(), false).base.equity;
        let row = &engine.scenarios(&[only("{\"peg\":{\"level\":0},\"on\":{\"asset\":\"USDC\"}}")], Yardsticks::default())[0];
        near("P&L", row.pnl, -before, 1e-9);
        assert!(row.after.measures.gamma_1pct.is_finite(), "{:?}", row.after.measures);
    }
}

#[test]
fn a_second_failure_takes_of_what_the_first_left() {
    let engine = load(
        vec![at("A", position("tether", cash("USDT"), 1_000.0, None)), at("A", position("dollars", cash("USD"), 600.0, None))],
        Vec::new(),
    );
    let venue = "{\"failure\":{\"recovery\":50},\"on\":{\"venue\":\"A\"}}";
    let issuer = "{\"failure\":{\"recovery\":20},\"on\":{\"asset\":\"USDT\"}}";
    near("venue first", pnl(&engine, &format!("{venue},{issuer}")), 100.0 + 300.0 - 1_600.0, 1e-12);
    near("issuer first", pnl(&engine, &format!("{issuer},{venue}")), 100.0 + 300.0 - 1_600.0, 1e-12);
}

#[test]
fn a_fall_of_coins_takes_no_euros_with_it() {
    let positions = vec![position("euros", coin("EUR"), 10_000.0, None), position("coin", coin("BTC"), 1.0, None)];
    let engine = load(positions, vec![spot_fact("EUR", 1.1), spot_fact("BTC", 95_000.0)]);
    near("coins", pnl(&engine, "{\"spot\":{\"percent\":-40},\"on\":{\"class\":\"coin\"}}"), -38_000.0, 1e-12);
    near("currencies", pnl(&engine, "{\"spot\":{\"percent\":-10},\"on\":{\"class\":\"currency\"}}"), -1_100.0, 1e-12);
}

#[test]
fn what_a_balance_loses_with_its_peg_is_an_event_and_not_unexplained() {
    let positions = vec![
        position("tether", cash("USDT"), 50_000.0, None),
        position("perpetual", quoted(perpetual("BTC", Settlement::Linear, 1.0), "USDT"), 1.0, Some(95_000.0)),
    ];
    let engine = load(positions, vec![spot_fact("BTC", 95_000.0), perpetual_fact("BTC", Settlement::Linear, 95_000.0)]);
    let explain = engine.explain_scenario(&only("{\"peg\":{\"level\":0.9},\"on\":{\"asset\":\"USDT\"}}"));
    near("tether", explain.positions[0].unwrap().events, -5_000.0, 1e-12);
    assert_eq!(explain.positions[0].unwrap().remainder, 0.0);
    near("whole", explain.total.events, -5_000.0 + 9_500.0, 1e-9);
    near("remainder", explain.total.remainder, 0.0, 1e-9);
}

/// The second book is of another day: its forwards are so much over its own spot.
#[test]
fn a_forward_that_only_the_second_book_knows_keeps_its_basis_and_not_its_level() {
    let own = load(vec![position("coin", coin("BTC"), 1.0, None)], vec![spot_fact("BTC", 95_000.0)]);
    let facts =
        vec![spot_fact("BTC", 100_000.0), perpetual_fact("BTC", Settlement::Linear, 100_100.0), forward_fact("BTC", day(60), 102_000.0)];
    let second = inputs(
        vec![
            position("perpetual", perpetual("BTC", Settlement::Linear, 1.0), 1.0, Some(100_000.0)),
            position("future", future("BTC", Settlement::Linear, 1.0, day(60)), 1.0, Some(100_000.0)),
        ],
        facts,
    );
    let rows = Engine::load(own.overlaid(&second, 1.0).unwrap(), AS_OF).rows();
    near("perpetual", rows[1].base.unwrap().forward, 95_095.0, 1e-12);
    near("future", rows[2].base.unwrap().forward, 96_900.0, 1e-12);
    // A trade that is typed with its forward means that forward.
    let trade = inputs(
        vec![position("future", future("BTC", Settlement::Linear, 1.0, day(60)), 1.0, None)],
        vec![forward_fact("BTC", day(60), 97_000.0)],
    );
    let rows = Engine::load(own.traded(&trade).unwrap(), AS_OF).rows();
    near("typed", rows[1].base.unwrap().forward, 97_000.0, 1e-12);
}

#[test]
fn a_class_that_there_is_none_of_is_refused() {
    let text =
        |on: &str| format!("{{\"version\":1,\"scenarios\":[{{\"id\":\"x\",\"shocks\":[{{\"spot\":{{\"percent\":-10}},\"on\":{on}}}]}}]}}");
    for on in ["{\"class\":\"coins\"}", "{\"class\":[\"coin\",\"stock\"]}", "{\"but\":{\"class\":\"fx\"}}"] {
        let pack = read(&text(on));
        assert_eq!((pack.value.len(), pack.issues.len()), (0, 1), "{on}");
        assert!(
            pack.issues[0].message.contains("coin, stablecoin, cash, share, index, rate, currency, commodity, other"),
            "{:?}",
            pack.issues
        );
    }
    assert!(read(&text("{\"class\":\"Coin\"}")).issues.is_empty());
}

#[test]
fn funding_over_no_days_is_said_to_cost_nothing() {
    let engine = load(
        vec![position("perpetual", perpetual("BTC", Settlement::Linear, 1.0), 1.0, Some(95_000.0))],
        vec![spot_fact("BTC", 95_000.0), perpetual_fact("BTC", Settlement::Linear, 95_000.0)],
    );
    let row = &engine.scenarios(&[only("{\"funding\":{\"percent\":100}}")], Yardsticks::default())[0];
    assert_eq!((row.pnl, row.issues.len()), (0.0, 1), "{:?}", row.issues);
}

fn editor(engine: &Engine, shock: &str) -> String {
    let pack = format!("{{\"version\":1,\"scenarios\":[{{\"id\":\"x\",\"name\":\"X\",\"shocks\":[{shock}]}}]}}");
    let sheet = ask(&mut desk(engine), "editor", &Settings::default(), &[("scenarios/pack", &pack), ("editor/of", "own/x")]);
    let family = shock.split('"').nth(1).unwrap();
    table(&sheet, &format!("editor-{family}")).notes.join(" ")
}

#[test]
fn the_editor_says_which_shocks_are_on_nothing_and_of_no_other() {
    let stake = Instrument::Stake(Stake { token: "WSTETH".to_owned(), underlying: "ETH".to_owned(), rate: 1.2, unlock: Unlock::Free });
    let positions = vec![
        at("B", position("perpetual", quoted(perpetual("BTC", Settlement::Linear, 1.0), "USDT"), 1.0, Some(95_000.0))),
        position("stake", stake, 10.0, None),
    ];
    let engine =
        load(positions, vec![spot_fact("BTC", 95_000.0), perpetual_fact("BTC", Settlement::Linear, 95_000.0), spot_fact("ETH", 3_000.0)]);
    for (shock, is_idle) in [
        ("{\"peg\":{\"level\":0.9},\"on\":{\"asset\":\"USDT\"}}", false),
        ("{\"peg\":{\"level\":0.9},\"on\":{\"asset\":\"USDT\",\"venue\":\"B\"}}", false),
        ("{\"peg\":{\"level\":0.9},\"on\":{\"asset\":\"USDC\"}}", true),
        ("{\"spot\":{\"percent\":-10},\"on\":{\"asset\":\"BTC\"}}", false),
        ("{\"spot\":{\"percent\":-10},\"on\":{\"asset\":\"WSTETH\"}}", true),
        ("{\"stake\":{\"percent\":-10},\"on\":{\"asset\":\"WSTETH\"}}", false),
        ("{\"stake\":{\"percent\":-10},\"on\":{\"asset\":\"BTC\"}}", true),
        ("{\"vol\":{\"points\":10}}", true),
        ("{\"basis\":{\"points\":10}}", true),
        ("{\"funding\":{\"percent\":10},\"on\":{\"venue\":\"B\"}}", false),
        ("{\"failure\":{\"recovery\":10},\"on\":{\"venue\":\"Z\"}}", true),
        ("{\"correlation\":{\"theta\":10}}", false),
    ] {
        assert_eq!(editor(&engine, shock).contains("On nothing in this book"), is_idle, "{shock}: {}", editor(&engine, shock));
    }
}

#[test]
fn a_limit_without_a_number_is_not_said_to_hold_in_every_storm() {
    // Nobody rates this venue, so that the expected loss has no number.
    let engine = load(vec![at("Nobody's", position("coin", coin("BTC"), 1.0, None))], vec![spot_fact("BTC", 95_000.0)]);
    let set = "measure,dimension,key,soft,hard\nexpected-loss,counterparty,Nobody's,,1000\nnet-leverage,,,,3\n";
    let sheet = ask(&mut desk(&engine), "reverse", &Settings::default(), &[("limits/set", set), ("reverse/of", "1")]);
    assert!(said(&sheet, "storm").contains("has no number that could be held against its hard limit"), "{}", said(&sheet, "storm"));
    let notes = &table(&sheet, "limit-breaks").notes;
    assert!(notes.len() == 1 && notes[0].contains("has no number now"), "of this limit only: {notes:?}");
    let sheet = ask(&mut desk(&engine), "reverse", &Settings::default(), &[("limits/set", set)]);
    let notes = &table(&sheet, "limit-breaks").notes;
    assert!(notes[0].contains("has no number now") && notes[1].contains("no factor alone breaks it"), "{notes:?}");
}

#[test]
fn size_without_equity_is_said_and_no_percentage_of_a_limit() {
    let positions = vec![position("coin", coin("BTC"), 1.0, None), position("debt", cash("USD"), -100_000.0, None)];
    let engine = load(positions, vec![spot_fact("BTC", 95_000.0)]);
    let set = "measure,dimension,key,soft,hard\ngross-leverage,,,,3\n";
    let sheet = ask(
        &mut desk(&engine),
        "reverse",
        &Settings::default(),
        &[("limits/set", set), ("reverse/of", "1"), ("reverse/unit", "usd"), ("reverse/dollars", "1000")],
    );
    let storm = said(&sheet, "storm");
    assert!(!storm.contains("000 %") && storm.contains("no equity"), "{storm}");
}

#[test]
fn the_book_valued_anew_in_the_market_of_each_venue_is_what_the_scenario_says() {
    let expiry = day(20);
    let call = option("BTC", Settlement::Inverse, OptionKind::Call, 90_000.0, expiry);
    let held = |venue: &str| {
        vec![
            at(venue, position("call", call.clone(), 3.0, None)),
            at(venue, position("inverse", future("BTC", Settlement::Inverse, 1.0, expiry), -50_000.0, Some(90_000.0))),
        ]
    };
    let facts = |spot: f64, forward: f64, vol: f64| {
        vec![spot_fact("BTC", spot), forward_fact("BTC", expiry, forward), option_fact(&call, Some(vol), None)]
    };
    let engine = load([held("A"), held("B")].concat(), facts(95_000.0, 96_000.0, 0.5));
    let total = |positions: Vec<Position>, facts: Vec<_>| load(positions, facts).valuation(&Settings::default(), false).base.equity;
    let before = total(held("A"), facts(95_000.0, 96_000.0, 0.5));
    let shocks = "{\"spot\":{\"percent\":-20}},{\"spot\":{\"percent\":-10},\"on\":{\"venue\":\"B\"}},{\"vol\":{\"points\":10},\"on\":{\"venue\":\"B\",\"but\":{\"asset\":\"ETH\"}}}";
    let after = total(held("A"), facts(76_000.0, 76_800.0, 0.5)) + total(held("B"), facts(68_400.0, 69_120.0, 0.6));
    near("P&L", pnl(&engine, shocks), after - 2.0 * before, 1e-9);
    near("explained", engine.explain_scenario(&only(shocks)).total.pnl(), after - 2.0 * before, 1e-9);
}

/// What stands on a dollar coin falls with it, whether or not a balance of the coin is held as well.
#[test]
fn a_stake_of_a_dollar_coin_and_a_contract_on_one_fall_with_its_peg() {
    let stake = Instrument::Stake(Stake { token: "SUSDE".to_owned(), underlying: "USDE".to_owned(), rate: 1.1, unlock: Unlock::Free });
    let alone = || {
        vec![
            at("A", position("stake", stake.clone(), 1_000.0, None)),
            at("A", position("perpetual", perpetual("USDC", Settlement::Linear, 1.0), 5_000.0, Some(0.999))),
        ]
    };
    let facts = || vec![spot_fact("USDE", 1.0), spot_fact("USDC", 1.0), perpetual_fact("USDC", Settlement::Linear, 1.0)];
    let with_balances =
        [alone(), vec![at("B", position("balance", cash("USDE"), 100.0, None)), at("B", position("balance", cash("USDC"), 100.0, None))]]
            .concat();
    for engine in [load(alone(), facts()), load(with_balances, facts())] {
        for (code, expected) in [("USDE", -110.0), ("USDC", -500.0)] {
            near(
                code,
                pnl(&engine, &format!("{{\"peg\":{{\"level\":0.9}},\"on\":{{\"asset\":\"{code}\",\"venue\":\"A\"}}}}")),
                expected,
                1e-12,
            );
        }
    }
    near("everywhere", pnl(&load(alone(), facts()), "{\"peg\":{\"percent\":-10}}"), -610.0, 1e-12);
    let grid = load(alone(), facts());
    let scenario = only("{\"peg\":{\"percent\":-10}}");
    near("explained", grid.explain_scenario(&scenario).total.pnl(), -610.0, 1e-12);
}
