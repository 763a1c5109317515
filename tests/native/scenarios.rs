//! Scenarios: their file, what they do to a market and to positions, and that nothing of it is more or less than a full revaluation.

use crate::book_support::{
    AS_OF, ByHand, at, cash, coin, day, forward_fact, generated, inputs, load, near, option, option_fact, perpetual, perpetual_fact,
    position, spot_fact,
};
use plimsoll::book::Position;
use plimsoll::engine::{Engine, Settings, Yardsticks};
use plimsoll::exposure::limit::{self, Status};
use plimsoll::exposure::pivot::columns::Columns;
use plimsoll::instrument::{Instrument, OptionKind, Settlement, Stake, Unlock};
use plimsoll::issue::Issue;
use plimsoll::stress::scenario::{ALL, Needs, Scenario, Selector, ShockItem, family, read, write};
use plimsoll::stress::{Move, PathRule, Shock, VolShift};
use plimsoll::units::Currency;
use std::collections::BTreeMap;

const GOLDEN: &str = include_str!("../fixtures/scenarios/pack.json");

pub fn item(id: &str, values: &[(&str, f64)], on: Selector) -> ShockItem {
    ShockItem::new(family(id).unwrap(), values, on)
}

pub fn scenario(shocks: Vec<ShockItem>) -> Scenario {
    Scenario { id: "one".to_owned(), name: "One".to_owned(), shocks, ..Scenario::default() }
}

fn pnl(engine: &Engine, scenario: &Scenario) -> f64 {
    engine.scenarios(std::slice::from_ref(scenario), Yardsticks::default())[0].pnl
}

/// P&L of the shock bar's shock.
fn of_bar(engine: &Engine, shock: Shock) -> f64 {
    engine.valuation(&Settings { shock, ..Settings::default() }, false).pnl.unwrap()
}

pub fn only(text: &str) -> Scenario {
    let pack = read(&format!("{{\"version\":1,\"scenarios\":[{{\"id\":\"x\",\"shocks\":[{text}]}}]}}"));
    assert!(pack.issues.is_empty(), "{:?}", pack.issues);
    pack.value[0].clone()
}

fn refused(text: &str) -> Issue {
    let pack = read(text);
    assert_eq!((pack.value.len(), pack.issues.len()), (0, 1), "{text}: {:?}", pack.issues);
    pack.issues[0].clone()
}

#[test]
fn the_format_of_packs_is_the_golden_file_and_goes_both_ways() {
    let pack = read(GOLDEN);
    assert!(pack.issues.is_empty(), "{:?}", pack.issues);
    assert_eq!(write(&pack.value), GOLDEN);
    let used = |id: &str| pack.value.iter().flat_map(|scenario| &scenario.shocks).any(|item| item.family.id == id);
    assert!(ALL.iter().all(|family| used(family.id)), "a family is missing from the golden file");
    assert_eq!(read("").value, []);
    assert_eq!(read(&write(&[])).value, []);
}

#[test]
fn an_error_names_line_column_value_and_what_would_be_accepted() {
    let head = "{\"version\": 1,\n \"scenarios\": [{\"id\": \"a\",\n  \"shocks\": [";
    for (shock, column, value, says) in [
        ("{\"spot\": {\"percent\": -130}}", "percent", "-130", "from -99.99 to 10000"),
        ("{\"spot\": {\"percent\": \"x\"}}", "percent", "\"x\"", "a number"),
        ("{\"spot\": {\"percent\": 1, \"level\": 2}}", "spot", "{\"percent\": 1, \"level\": 2}", "exactly one of these"),
        ("{\"vol\": {}}", "vol", "{}", "at least one of these"),
        ("{\"spott\": {\"percent\": 1}}", "spott", "{\"percent\": 1}", "no such field"),
        ("{\"spot\": {\"percent\": 1}, \"on\": {\"to_days\": 3}}", "on", "{\"to_days\": 3}", "vol and basis only"),
        ("{\"spot\": {\"percent\": 1}, \"rate\": {\"points\": 1}}", "rate", "{\"points\": 1}", "begin another"),
        ("{\"on\": {}}", "shock", "{\"on\": {}}", "one of these is accepted: spot"),
        ("{\"spot\": {\"percent\": 1}, \"on\": {\"venues\": \"X\"}}", "venues", "\"X\"", "asset, class, venue"),
    ] {
        let issue = refused(&format!("{head}{shock}]}}]}}"));
        assert_eq!((issue.line, issue.column.as_deref(), issue.value.as_deref()), (Some(3), Some(column), Some(value)), "{shock}");
        assert!(issue.message.contains(says) && issue.message.contains("line 3, column "), "{shock}: {}", issue.message);
    }
    assert!(refused("{\"scenarios\": []}").message.contains("\"version\": 1"));
    assert!(refused("{\"version\": 2, \"scenarios\": []}").message.contains("version 1 is accepted"));
    assert!(refused("[1]").message.contains("version, scenarios"));
    assert!(refused("{").message.contains("not valid JSON"));
    assert!(refused(&"[".repeat(300)).message.contains("levels deep"));
    assert!(refused("{\"version\":1,\"scenarios\":[{\"shocks\":[]}]}").message.contains("\"id\""));
}

#[test]
fn one_bad_scenario_does_not_take_the_others_with_it() {
    let text = "{\"version\":1,\"scenarios\":[{\"id\":\"a\",\"shocks\":[]},{\"id\":\"a\",\"shocks\":[]},{\"id\":\"b\",\"days\":-1,\"shocks\":[]},{\"id\":\"c\",\"shocks\":[]}]}";
    let pack = read(text);
    assert_eq!(pack.value.iter().map(|scenario| scenario.id.as_str()).collect::<Vec<_>>(), ["a", "c"]);
    assert_eq!(pack.issues.len(), 2);
}

#[test]
fn a_scenario_without_shocks_gives_exactly_nothing() {
    for seed in 1..6 {
        let engine = Engine::load(generated(seed, 120), AS_OF);
        assert_eq!(pnl(&engine, &scenario(Vec::new())).to_bits(), 0.0_f64.to_bits());
        let idle = ALL
            .iter()
            .filter(|family| !matches!(family.needs, Needs::One) && family.id != "unlock" && family.id != "failure")
            .map(|family| item(family.id, &family.fields.iter().map(|field| (field.id, 0.0)).collect::<Vec<_>>(), Selector::ALL));
        let mut idle: Vec<ShockItem> = idle.collect();
        idle.push(item("spot", &[("percent", 0.0)], Selector::ALL));
        idle.push(item("peg", &[("percent", 0.0)], Selector::ALL));
        assert_eq!(pnl(&engine, &scenario(idle)), 0.0);
    }
}

#[test]
fn what_the_shock_bar_can_do_is_the_same_here() {
    for seed in 1..6 {
        let engine = Engine::load(generated(seed, 120), AS_OF);
        for (spot, vol, days, path) in
            [(-0.3, 0.2, 0.0, PathRule::Jump), (0.25, -0.1, 20.0, PathRule::Jump), (-0.6, 0.0, 90.0, PathRule::Line)]
        {
            let shocks =
                vec![item("spot", &[("percent", spot * 100.0)], Selector::ALL), item("vol", &[("points", vol * 100.0)], Selector::ALL)];
            let of_scenario = pnl(&engine, &Scenario { days, path, ..scenario(shocks) });
            let bar = of_bar(&engine, Shock { all: Move { spot, vol: VolShift::Points(vol) }, days, path, ..Shock::default() });
            near(&format!("seed {seed}"), of_scenario, bar, 1e-9);
        }
    }
}

/// The book valued anew in a market that is written down by hand.
#[test]
fn the_pnl_is_the_difference_of_two_full_valuations() {
    let expiry = ByHand::expiry();
    let years = AS_OF.years_to(expiry);
    let forward = 96_000.0 * 0.8 * libm::exp(-0.06 * years);
    let days = years * 365.0;
    let vol = |vol: f64, strike: f64| {
        let tenths = libm::log(strike / forward).clamp(-0.5, 0.5) / 0.1;
        vol * (1.0 + 0.4 * libm::pow(30.0 / days, 0.3)) + 0.015 * tenths + 0.002 * tenths * tenths - 0.03 * libm::log2(days / 30.0)
    };
    let [low, high] = ByHand::STRIKES;
    let after = ByHand { spot: 76_000.0, forward, vols: [vol(0.5, low), vol(0.55, high)], rate: 0.035 };
    let shocks = vec![
        item("spot", &[("percent", -20.0)], Selector::asset("BTC")),
        item("basis", &[("points", -6.0)], Selector::ALL),
        item("vol", &[("percent", 40.0), ("power", 0.3)], Selector::ALL),
        item("vol", &[("skew", 1.5), ("wings", 0.2), ("term", 3.0)], Selector::ALL),
        item("rate", &[("points", 1.5)], Selector::ALL),
    ];
    near("P&L", pnl(&ByHand::NOW.engine(), &scenario(shocks)), after.equity() - ByHand::NOW.equity(), 1e-9);
}

/// Short three days, long two days; calendars and diagonals; rolled to before, at and past each expiry.
#[test]
fn legs_that_expire_on_the_way_are_settled_by_the_path() {
    let (two, three, thirty) = (day(2), day(3), day(30));
    for settlement in [Settlement::Linear, Settlement::Inverse] {
        let leg = |kind, strike, expiry| option("BTC", settlement, kind, strike, expiry);
        let facts = || {
            let mut facts = vec![spot_fact("BTC", 95_000.0)];
            for (expiry, forward) in [(two, 95_050.0), (three, 95_080.0), (thirty, 95_900.0)] {
                facts.push(forward_fact("BTC", expiry, forward));
                for strike in [90_000.0, 95_000.0, 100_000.0] {
                    for kind in [OptionKind::Call, OptionKind::Put] {
                        facts.push(option_fact(&leg(kind, strike, expiry), Some(0.6), None));
                    }
                }
            }
            facts
        };
        let books: [Vec<(OptionKind, f64, plimsoll::units::Timestamp, f64)>; 3] = [
            vec![(OptionKind::Call, 95_000.0, three, -10.0), (OptionKind::Call, 95_000.0, two, 10.0)],
            vec![(OptionKind::Put, 95_000.0, two, -7.0), (OptionKind::Put, 95_000.0, thirty, 7.0)],
            vec![(OptionKind::Call, 100_000.0, three, -4.0), (OptionKind::Call, 90_000.0, thirty, 4.0)],
        ];
        for legs in &books {
            let positions: Vec<Position> =
                legs.iter().map(|(kind, strike, expiry, held)| position("leg", leg(*kind, *strike, *expiry), *held, None)).collect();
            let engine = load(positions, facts());
            for path in [PathRule::Jump, PathRule::Line] {
                for days in [0.5, 1.9, 2.1, 2.9, 3.1, 29.0, 31.0] {
                    for spot in [-0.15, 0.0, 0.12] {
                        let shock = vec![item("spot", &[("percent", spot * 100.0)], Selector::ALL)];
                        let found = pnl(&engine, &Scenario { days, path, ..scenario(shock) });
                        let after: f64 = legs.iter().map(|leg| worth(leg, settlement, path, days, spot)).sum();
                        let before: f64 = legs.iter().map(|leg| worth(leg, settlement, path, 0.0, 0.0)).sum();
                        near(&format!("{settlement:?} {path:?} {days} d {spot}"), found, after - before, 2e-8);
                    }
                }
            }
        }
    }
}

/// Value of a leg by hand: a live one alone in the moved market, an expired one at its path's price.
fn worth(
    (kind, strike, expiry, held): &(OptionKind, f64, plimsoll::units::Timestamp, f64),
    settlement: Settlement,
    path: PathRule,
    days: f64,
    spot: f64,
) -> f64 {
    let (life, elapsed) = (AS_OF.days_to(*expiry), (days * 86_400_000.0).round() / 86_400_000.0);
    let after = 95_000.0 * (1.0 + spot);
    if elapsed >= life {
        let settled = match path {
            PathRule::Jump => after,
            PathRule::Line => 95_000.0 * libm::pow(1.0 + spot, life / elapsed),
        };
        let paid = match kind {
            OptionKind::Call => (settled - strike).max(0.0),
            OptionKind::Put => (strike - settled).max(0.0),
        };
        // What an inverse leg pays is coins at the settlement price, counted at spot.
        return held * if settlement == Settlement::Inverse { paid / settled * after } else { paid };
    }
    let forward: f64 = match life {
        life if life < 2.5 => 95_050.0,
        life if life < 4.0 => 95_080.0,
        _ => 95_900.0,
    };
    let years = life / 365.0;
    let carry = libm::log(forward / 95_000.0) / years;
    let forward = forward * libm::exp(-carry * elapsed / 365.0) * (1.0 + spot);
    let contract = option("BTC", settlement, *kind, *strike, *expiry);
    let facts = vec![spot_fact("BTC", after), forward_fact("BTC", *expiry, forward), option_fact(&contract, Some(0.6), None)];
    let as_of = plimsoll::units::Timestamp::from_ms(AS_OF.ms() + (days * 86_400_000.0).round() as i64);
    let mut inputs = inputs(vec![position("leg", contract, *held, None)], facts);
    inputs.as_of = Some(as_of);
    Engine::load(inputs, as_of).valuation(&Settings::default(), false).base.equity
}

fn two_venues() -> Engine {
    let linear = || perpetual("BTC", Settlement::Linear, 1.0);
    let mut quoted = linear();
    if let Instrument::Perpetual(perpetual) = &mut quoted {
        perpetual.quote = Currency::new("USDT");
    }
    let stake = Instrument::Stake(Stake { token: "WSTETH".to_owned(), underlying: "ETH".to_owned(), rate: 1.2, unlock: Unlock::Free });
    let positions = vec![
        at("A", position("long", linear(), 2.0, Some(90_000.0))),
        at("A", position("dollars", cash("USD"), 100_000.0, None)),
        at("B", position("short", quoted, -2.0, Some(98_000.0))),
        at("B", position("tether", cash("USDT"), 50_000.0, None)),
        at("B", position("loan", cash("USDT"), -20_000.0, None)),
        at("C", position("stake", stake, 10.0, None)),
    ];
    let facts = vec![spot_fact("BTC", 95_000.0), perpetual_fact("BTC", Settlement::Linear, 95_000.0), spot_fact("ETH", 3_000.0)];
    load(positions, facts)
}

#[test]
fn a_venue_a_peg_and_a_protocol_act_on_their_own_positions() {
    let engine = two_venues();
    let check = |shock: &str, days: f64, expected: f64| {
        near(shock, pnl(&engine, &Scenario { days, ..only(shock) }), expected, 1e-9);
    };
    check("{\"mark\":{\"percent\":-10},\"on\":{\"venue\":\"A\"}}", 0.0, -19_000.0);
    check("{\"spot\":{\"percent\":-10},\"on\":{\"venue\":\"B\"}}", 0.0, 19_000.0);
    check("{\"spot\":{\"percent\":-10},\"on\":{\"but\":{\"venue\":\"A\"}}}", 0.0, 19_000.0 - 10.0 * 1.2 * 300.0);
    // 30 000 of balances lose a tenth; the perpetual's price in the coin rises, its entry stays in the coin.
    check("{\"peg\":{\"level\":0.9},\"on\":{\"asset\":\"USDT\"}}", 0.0, -3_000.0 + (-2.0 * (95_000.0 - 0.9 * 98_000.0) - 6_000.0));
    check("{\"peg\":{\"level\":0.5},\"on\":{\"asset\":\"USD\"}}", 0.0, 0.0);
    check("{\"peg\":{\"percent\":-10},\"on\":{\"asset\":\"USDT\",\"venue\":\"A\"}}", 0.0, 0.0);
    check("{\"stake\":{\"percent\":-6}}", 0.0, -0.06 * 36_000.0);
    check("{\"slash\":{\"percent\":5},\"on\":{\"asset\":\"wsteth\"}}", 0.0, -0.05 * 36_000.0);
    check("{\"collateral\":{\"percent\":-20},\"on\":{\"venue\":\"B\"}}", 0.0, -10_000.0);
    check("{\"funding\":{\"percent\":36.5},\"on\":{\"venue\":\"A\"}}", 10.0, -0.01 * 190_000.0);
    check("{\"failure\":{\"recovery\":25},\"on\":{\"venue\":\"A\"}}", 0.0, -0.75 * 110_000.0);
    check("{\"unlock\":{\"circulating\":100,\"unlock\":300,\"elasticity\":0.5},\"on\":{\"asset\":\"ETH\"}}", 0.0, -0.5 * 36_000.0);
    let failed = engine.scenario(0, &only("{\"failure\":{\"recovery\":0},\"on\":{\"venue\":\"A\"}}"), Yardsticks::default());
    near("delta left", failed.row.after.measures.cash_delta, -190_000.0 + 36_000.0, 1e-12);
    assert_eq!(failed.by_venue[0].key, "A");
    near("parts", failed.by_underlying.iter().map(|part| part.pnl).sum(), failed.row.pnl, 1e-9);
}

#[test]
fn a_venue_that_is_owed_money_loses_no_claim_when_it_fails() {
    let engine = load(vec![at("A", position("debt", cash("USD"), -5_000.0, None))], Vec::new());
    assert_eq!(pnl(&engine, &only("{\"failure\":{\"recovery\":0},\"on\":{\"venue\":\"A\"}}")), 0.0);
}

#[test]
fn what_has_no_number_is_said_and_moves_nothing() {
    let engine = two_venues();
    for shock in ["{\"correlation\":{\"theta\":100}}", "{\"spread\":{\"factor\":5}}", "{\"haircut\":{\"points\":10}}"] {
        let row = &engine.scenarios(&[only(shock)], Yardsticks::default())[0];
        assert_eq!((row.pnl, row.issues.len()), (0.0, 1), "{shock}");
        assert!(row.issues[0].message.contains("counts for nothing"), "{shock}: {:?}", row.issues);
    }
}

#[test]
fn sigma_is_one_standard_deviation_of_a_day() {
    let call = option("BTC", Settlement::Linear, OptionKind::Call, 95_000.0, day(30));
    let facts = vec![spot_fact("BTC", 95_000.0), forward_fact("BTC", day(30), 95_000.0), option_fact(&call, Some(0.5), None)];
    let engine = load(vec![position("coin", coin("BTC"), 1.0, None), position("call", call, 0.0, None)], facts);
    let expected = 95_000.0 * (libm::exp(-3.0 * 0.5 / 365.0_f64.sqrt()) - 1.0);
    near("P&L", pnl(&engine, &only("{\"spot\":{\"sigma\":-3}}")), expected, 1e-9);
}

#[test]
fn the_smile_rule_decides_what_a_strike_is_priced_at() {
    let expiry = day(40);
    let call = |strike: f64| option("BTC", Settlement::Linear, OptionKind::Call, strike, expiry);
    let strikes = [60_000.0, 80_000.0, 100_000.0, 120_000.0];
    let vols = [0.9, 0.7, 0.5, 0.45];
    let mut facts = vec![spot_fact("BTC", 100_000.0), forward_fact("BTC", expiry, 100_000.0)];
    facts.extend(strikes.iter().zip(vols).map(|(strike, vol)| option_fact(&call(*strike), Some(vol), None)));
    let engine = load(vec![position("call", call(80_000.0), 1.0, None)], facts);
    let of = |smile: &str| {
        let text =
            format!("{{\"version\":1,\"scenarios\":[{{\"id\":\"x\",\"smile\":{smile},\"shocks\":[{{\"spot\":{{\"percent\":-20}}}}]}}]}}");
        let scenario = read(&text).value[0].clone();
        engine.scenario(0, &scenario, Yardsticks::default()).moves.iter().find_map(|each| each.vols).unwrap().0
    };
    assert_eq!(of("\"sticky-strike\""), 0.0);
    // The forward falls onto the strike, which is then at the money: 0.5 instead of 0.7.
    near("sticky delta", of("\"sticky-delta\""), -0.2, 1e-9);
    near("R = 0 is sticky delta", of("0"), of("\"sticky-delta\""), 1e-12);
    assert!(of("0.5") < 0.0 && of("0.5") > -0.2);
    assert!(of("1.5") > 0.0);
}

#[test]
fn limits_are_read_in_the_market_that_a_scenario_leaves() {
    let engine = load(vec![position("coin", coin("BTC"), 2.0, None)], vec![spot_fact("BTC", 50_000.0)]);
    let set = limit::read("measure,dimension,key,soft,hard\nnet-delta,,,105000,115000\ngross-notional,venue,nowhere,,1\n").value;
    let pack: Vec<Scenario> =
        [-20.0, 10.0, 20.0].map(|percent| scenario(vec![item("spot", &[("percent", percent)], Selector::ALL)])).into();
    let rows = engine.scenarios(&pack, Yardsticks { limits: &set, ..Yardsticks::default() });
    let of = |place: usize| {
        let row = rows.iter().find(|row| row.place == place).unwrap();
        let reading = row.limits.iter().find(|reading| reading.place == 0).unwrap();
        (reading.status, reading.value.unwrap().round())
    };
    assert_eq!([of(0), of(1), of(2)], [(Status::Within, 80_000.0), (Status::Soft, 110_000.0), (Status::Hard, 120_000.0)]);
    assert!(rows.iter().all(|row| row.limits.len() == 2));
    assert!(engine.scenarios(&pack, Yardsticks::default()).iter().all(|row| row.limits.is_empty()));
}

#[test]
fn a_failure_is_in_the_limits_after_it() {
    let engine = load(
        vec![
            at("A", position("coin", coin("BTC"), 1.0, None)),
            at("B", position("short", perpetual("BTC", Settlement::Linear, 1.0), -1.0, Some(50_000.0))),
        ],
        vec![spot_fact("BTC", 50_000.0), perpetual_fact("BTC", Settlement::Linear, 50_000.0)],
    );
    let set = limit::read("measure,dimension,key,soft,hard\nnet-delta,,,,40000\n").value;
    let failed = Scenario {
        shocks: vec![item("failure", &[("recovery", 0.0)], Selector { venues: vec!["B".to_owned()], ..Selector::ALL })],
        ..Scenario::default()
    };
    let row = &engine.scenarios(&[failed], Yardsticks { limits: &set, ..Yardsticks::default() })[0];
    assert_eq!(engine.limits(&mut Columns::default(), &set, &BTreeMap::new())[0].status, Status::Within);
    assert_eq!((row.limits[0].status, row.limits[0].value.map(f64::round)), (Status::Hard, Some(50_000.0)));
}

#[test]
fn the_worst_is_first_and_counted_in_dollars_coins_and_of_equity() {
    let engine = load(vec![position("coin", coin("BTC"), 2.0, None)], vec![spot_fact("BTC", 50_000.0)]);
    let pack: Vec<Scenario> = [10.0, -20.0, 0.0].map(|move_by| scenario(vec![item("spot", &[("percent", move_by)], Selector::ALL)])).into();
    let rows = engine.scenarios(&pack, Yardsticks { coin: Some("BTC"), ..Yardsticks::default() });
    assert_eq!(rows.iter().map(|row| row.place).collect::<Vec<_>>(), [1, 2, 0]);
    near("worst", rows[0].pnl, -20_000.0, 1e-12);
    assert_eq!(rows[0].of_equity.map(|part| (part * 1e9).round() / 1e9), Some(-0.2));
    near("in coin", rows[0].pnl_coin.unwrap(), 0.0, 1e-12);
}

#[test]
fn what_counts_in_part_counts_in_part_in_coins_too() {
    // Short of dollars by half of two coins: a fall of 60 % costs 1.5 coins, of which a third counts.
    let book = vec![position("coin", coin("BTC"), 2.0, None), position("debt", cash("USD"), -50_000.0, None)];
    let engine = load(book, vec![spot_fact("BTC", 50_000.0)]);
    let fall = Scenario { weight: 1.0 / 3.0, ..scenario(vec![item("spot", &[("percent", -60.0)], Selector::ALL)]) };
    let row = &engine.scenarios(&[fall], Yardsticks { coin: Some("BTC"), ..Yardsticks::default() })[0];
    near("dollars", row.pnl, -20_000.0, 1e-12);
    near("coins", row.pnl_coin.unwrap(), -0.5, 1e-12);
}
