//! Who loses what in a storm and why: the P&L told apart, single factors, cubes, and books beside the open one.

use crate::book_support::{
    AS_OF, Draw, cash, coin, day, desk, forward_fact, future, generated, inputs, load, near, option, option_fact, perpetual,
    perpetual_fact, position, spot_fact,
};
use crate::sheet_support::{ask, body, controls, errors, numbers, plain, ranked, row, said, table};
use plimsoll::book::{Book, Position};
use plimsoll::engine::{Engine, Inputs, Settings};
use plimsoll::exposure::pivot::dimension::Dimension;
use plimsoll::instrument::{OptionKind, Settlement};
use plimsoll::market::{FactValue, Market};
use plimsoll::price::{Plan, State};
use plimsoll::session::Session;
use plimsoll::share::{self, Shared};
use plimsoll::stress::cube::{CubeSpec, PairSpec, Still};
use plimsoll::stress::explain::{Explained, explain};
use plimsoll::stress::library;
use plimsoll::stress::scenario::{self, Scenario};
use plimsoll::stress::tornado::{Factor, TornadoSpec};
use plimsoll::stress::{GridSpec, Move, Numeraire, PathRule, Shock, VolShift};
use plimsoll::units::Rate;
use plimsoll::view::sheet::Body;
use std::collections::BTreeMap;

fn laid_out(inputs: &Inputs) -> (Book, Plan, State) {
    let book = Book { positions: inputs.positions.clone() };
    let (market, _) = Market::assemble(&inputs.facts, AS_OF);
    let (plan, state, _) = Plan::new(&book, &market);
    (book, plan, state)
}

fn shock(spot: f64, points: f64, days: f64) -> Shock {
    Shock { all: Move { spot, vol: VolShift::Points(points) }, days, ..Shock::default() }
}

fn drawn(draw: &mut Draw) -> Shock {
    let mut each = || {
        let vol = draw.between(-0.5, 1.0);
        let vol = if draw.below(2) == 0 { VolShift::Points(vol) } else { VolShift::Relative(vol) };
        Move { spot: draw.between(-0.95, 3.0), vol }
    };
    let (all, eth) = (each(), each());
    let path = if draw.below(2) == 0 { PathRule::Jump } else { PathRule::Line };
    Shock { all, per_underlying: BTreeMap::from([("ETH".to_owned(), eth)]), days: draw.between(0.0, 100.0), path }
}

#[test]
fn columns_and_remainder_are_the_pnl_to_the_bit_for_random_books_and_shocks() {
    for seed in 0..60 {
        let inputs = generated(seed, 60);
        let (book, plan, base) = laid_out(&inputs);
        let mut draw = Draw(seed + 1000);
        draw.next();
        for _ in 0..5 {
            let mut stressed = drawn(&mut draw).apply(&plan, &base);
            // A scenario may also move what the shock bar does not.
            stressed.rates.iter_mut().for_each(|rate| *rate += draw.between(-0.05, 0.05));
            stressed.forwards.iter_mut().for_each(|forward| *forward *= draw.between(0.9, 1.1));
            let (before, after) = (plan.value(&book, &base), plan.value(&book, &stressed));
            let found = explain(&plan, &book, (&base, &before), &stressed);
            assert_eq!(found.positions.len(), book.positions.len());
            for (at, explained) in found.positions.iter().enumerate() {
                let (Some(explained), Some(before), Some(after)) = (explained, &before.positions[at], &after.positions[at]) else {
                    panic!("{seed}: {at} is left out")
                };
                let pnl = after.greeks.value - before.greeks.value + 0.0;
                let sum = ((explained.parts().iter().fold(0.0, |sum, part| sum + part)) + explained.remainder) + explained.rounding;
                assert_eq!((sum.to_bits(), explained.pnl().to_bits()), (pnl.to_bits(), pnl.to_bits()), "{seed}: {at}");
            }
            let pnl = plan.total(&stressed) - plan.total(&base) + 0.0;
            assert_eq!(found.total.pnl().to_bits(), pnl.to_bits(), "{seed}");
        }
    }
}

#[test]
fn nothing_that_happens_is_told_apart_into_nothing() {
    let (book, plan, base) = laid_out(&generated(4, 40));
    let found = explain(&plan, &book, (&base, &plan.value(&book, &base)), &Shock::default().apply(&plan, &base));
    assert_eq!(found.total, Explained::default());
    assert!(found.positions.iter().flatten().all(|explained| *explained == Explained::default()));
}

/// One call, and the parts of its P&L under a shock.
fn of_call(shock: &Shock) -> Explained {
    let call = option("BTC", Settlement::Linear, OptionKind::Call, 110_000.0, day(30));
    let facts = vec![spot_fact("BTC", 100_000.0), forward_fact("BTC", day(30), 100_000.0), option_fact(&call, Some(0.6), None)];
    load(vec![position("call", call, 2.0, None)], facts).explain(shock).total
}

#[test]
fn parts_are_greeks_times_moves() {
    let explained = of_call(&shock(0.01, 0.02, 1.0));
    let call = option("BTC", Settlement::Linear, OptionKind::Call, 110_000.0, day(30));
    let facts = vec![spot_fact("BTC", 100_000.0), forward_fact("BTC", day(30), 100_000.0), option_fact(&call, Some(0.6), None)];
    let greeks = load(vec![position("call", call, 2.0, None)], facts).row(0).unwrap().base.unwrap().greeks;
    near("delta", explained.delta, greeks.delta * 1000.0, 1e-12);
    near("gamma", explained.gamma, 0.5 * greeks.gamma * 1e6, 1e-12);
    near("vega", explained.vega, greeks.vega * 0.02, 1e-12);
    near("theta", explained.theta, greeks.theta / 365.0, 1e-12);
    near("vanna", explained.vanna, greeks.vanna * 1000.0 * 0.02, 1e-12);
    near("volga", explained.volga, 0.5 * greeks.volga * 0.02 * 0.02, 1e-12);
    // The forward stands at spot: there is no basis to earn.
    assert_eq!(explained.carry, 0.0);
    // A day of charm and what it does to vega.
    assert!(explained.remainder.abs() < 0.03 * explained.pnl().abs(), "{explained:?}");
}

#[test]
fn small_moves_leave_less_unexplained_than_the_third_order() {
    // Halving every move divides what is left by eight, and by four where time or carry cross with another: charm.
    let left = |size: f64| of_call(&shock(0.02 * size, 0.04 * size, 0.0)).remainder.abs();
    let (whole, half, quarter) = (left(1.0), left(0.5), left(0.25));
    assert!((6.0..10.0).contains(&(whole / half)) && (6.0..10.0).contains(&(half / quarter)), "{whole} {half} {quarter}");
}

#[test]
fn a_future_earns_its_basis_as_carry_and_leaves_nothing_else() {
    let held = future("BTC", Settlement::Linear, 1.0, day(73));
    let facts = vec![spot_fact("BTC", 100_000.0), forward_fact("BTC", day(73), 102_000.0)];
    let engine = load(vec![position("future", held, 3.0, Some(101_000.0))], facts);
    let rolled = engine.explain(&shock(0.0, 0.0, 10.0)).total;
    assert_eq!((rolled.delta, rolled.theta), (0.0, 0.0));
    assert!(rolled.carry < 0.0);
    near("carry", rolled.carry, rolled.pnl(), 1e-9);
    // Past its expiry all of the basis is gone, whatever spot does.
    let settled = engine.explain(&shock(-0.1, 0.0, 80.0)).total;
    near("basis", settled.carry, -3.0 * 2000.0, 1e-12);
    near("delta", settled.delta, -3.0 * 10_000.0 * 1.02, 1e-12);
    near("all", settled.pnl(), 3.0 * (90_000.0 - 102_000.0), 1e-12);
}

#[test]
fn a_perpetual_that_leaves_its_spot_is_carry() {
    let held = perpetual("BTC", Settlement::Linear, 1.0);
    let facts = vec![spot_fact("BTC", 100_000.0), perpetual_fact("BTC", Settlement::Linear, 100_100.0)];
    let (book, plan, base) = laid_out(&inputs(vec![position("perpetual", held, -2.0, Some(100_000.0))], facts));
    let mut stressed = base.clone();
    stressed.forwards.iter_mut().for_each(|forward| *forward *= 0.99);
    let total = explain(&plan, &book, (&base, &plan.value(&book, &base)), &stressed).total;
    near("carry", total.carry, 2.0 * 1001.0, 1e-12);
    assert_eq!((total.delta, total.remainder, total.rounding), (0.0, 0.0, 0.0));
}

#[test]
fn a_leg_that_expires_on_the_way_has_no_vol_and_no_more_theta_than_it_has_time() {
    let call = option("BTC", Settlement::Inverse, OptionKind::Call, 100_000.0, day(3));
    let facts = vec![spot_fact("BTC", 100_000.0), forward_fact("BTC", day(3), 100_000.0), option_fact(&call, Some(0.6), None)];
    let engine = load(vec![position("call", call, 1.0, None)], facts);
    let (short, long) = (engine.explain(&shock(0.0, 0.5, 4.0)).total, engine.explain(&shock(0.0, 0.5, 400.0)).total);
    assert_eq!((short.vega, short.volga, short.vanna), (0.0, 0.0, 0.0));
    assert_eq!(short.theta.to_bits(), long.theta.to_bits());
    let worth = engine.row(0).unwrap().base.unwrap().greeks.value;
    near("all", short.pnl(), -worth, 1e-12);
}

#[test]
fn groups_hold_every_position_once() {
    let engine = Engine::load(generated(9, 80), AS_OF);
    let explain = engine.explain(&shock(-0.3, 0.2, 5.0));
    for dimension in Dimension::of(&Book { positions: engine.inputs().positions.clone() }) {
        let groups = engine.explained_by(&explain, &dimension);
        assert_eq!(groups.iter().map(|group| group.positions).sum::<usize>(), 80, "{}", dimension.id());
        let vega: f64 = groups.iter().map(|group| group.explained.vega).sum();
        near(&dimension.id(), vega, explain.total.vega, 1e-12);
    }
}

#[test]
fn each_bar_is_the_pnl_of_its_own_shock_and_the_widest_is_first() {
    let engine = Engine::load(generated(3, 60), AS_OF);
    let spec = TornadoSpec { spot: 0.2, vol: 0.15, days: 3.0, rate: 0.01, most: 25 };
    let bars = engine.tornado(&spec);
    // Four underlying factors of two coins each: spot twice, vol; and time and rates.
    assert_eq!(bars.len(), 8);
    assert!(bars.windows(2).all(|pair| pair[0].width() >= pair[1].width()));
    let valued = |shock: Shock| engine.valuation(&Settings { shock, ..Settings::default() }, false).pnl.unwrap();
    let one = |name: &str, each: Move| Shock { per_underlying: BTreeMap::from([(name.to_owned(), each)]), ..Shock::default() };
    for bar in &bars {
        let (down, up) = match (&bar.underlying, bar.factor) {
            (Some(name), Factor::Spot | Factor::OrdinarySpot) => {
                let to = |spot: f64| valued(one(name, Move { spot, vol: VolShift::Points(0.0) }));
                (Some(to(-bar.size)), to(bar.size))
            }
            (Some(name), _) => {
                let to = |points: f64| valued(one(name, Move { spot: 0.0, vol: VolShift::Points(points) }));
                (Some(to(-0.15)), to(0.15))
            }
            (None, Factor::Time) => (None, valued(shock(0.0, 0.0, 3.0))),
            (None, _) => continue,
        };
        assert_eq!((bar.down, bar.up), (down, up), "{bar:?}");
    }
}

#[test]
fn rates_move_forwards_as_rho_says() {
    let call = option("BTC", Settlement::Linear, OptionKind::Call, 110_000.0, day(60));
    let mut facts = vec![spot_fact("BTC", 100_000.0), forward_fact("BTC", day(60), 101_000.0), option_fact(&call, Some(0.6), None)];
    facts.push(crate::book_support::quote(FactValue::Rate { underlying: "BTC".to_owned(), rate: Rate::new(0.04).unwrap() }));
    let engine = load(vec![position("call", call, 1.0, None)], facts);
    let rho = engine.row(0).unwrap().base.unwrap().greeks.rho;
    let bars = engine.tornado(&TornadoSpec { rate: 1e-5, ..TornadoSpec::default() });
    let bar = bars.iter().find(|bar| bar.factor == Factor::Rate).unwrap();
    near("rho", (bar.up - bar.down.unwrap()) / 2e-5, rho, 1e-6);
}

#[test]
fn a_slice_of_a_day_is_the_grid_of_that_day_to_the_bit_and_slices_meet() {
    let engine = Engine::load(generated(7, 40), AS_OF);
    let grid = GridSpec { spot_count: 5, vol_count: 3, ..GridSpec::default() };
    let cube = engine.cube(&CubeSpec { grid: grid.clone(), days: vec![0.0, 7.0, 30.0] }, &Shock::default());
    let settings = Settings { grid, shock: shock(0.0, 0.0, 7.0), ..Settings::default() };
    let report = engine.report(&settings);
    assert_eq!(cube.slice(Still::Days, 1).unwrap().pnl, report.grid.pnl);
    assert_eq!(cube.ends(1).unwrap().0.pnl, report.grid.worst.unwrap().pnl);
    let (by_vol, by_spot) = (cube.slice(Still::Vol, 2).unwrap(), cube.slice(Still::Spot, 4).unwrap());
    // Day 2, vol 2, spot 4, seen from three sides.
    assert_eq!(cube.at(4, 2, 2), Some(by_vol.pnl[2 * 5 + 4]));
    assert_eq!(cube.at(4, 2, 2), Some(by_spot.pnl[2 * 3 + 2]));
    assert!(cube.slice(Still::Days, 3).is_none() && cube.at(5, 0, 0).is_none());
    assert_eq!(cube.at(2, 1, 0), Some(0.0));
}

#[test]
fn a_pair_of_coins_that_are_held_gains_what_each_gains() {
    let facts = vec![spot_fact("BTC", 100_000.0), spot_fact("ETH", 4000.0)];
    let engine = load(vec![position("BTC", coin("BTC"), 2.0, None), position("ETH", coin("ETH"), -10.0, None)], facts);
    let spec = PairSpec { underlyings: ("BTC".to_owned(), "ETH".to_owned()), spot: (-0.5, 0.5), count: 3 };
    let grid = engine.pair(&spec, &Shock::default());
    assert_eq!(grid.moves, [-0.5, 0.0, 0.5]);
    // Rows are ETH from its fall, columns BTC.
    let expected = [-80_000.0, 20_000.0, 120_000.0, -100_000.0, 0.0, 100_000.0, -120_000.0, -20_000.0, 80_000.0];
    assert_eq!(grid.pnl, expected);
    let same = PairSpec { underlyings: ("BTC".to_owned(), "BTC".to_owned()), ..spec };
    assert!(same.check().is_err());
}

#[test]
fn the_trough_is_the_worst_point_of_its_curve() {
    let straddle = |kind| option("BTC", Settlement::Linear, kind, 100_000.0, day(30));
    let (call, put) = (straddle(OptionKind::Call), straddle(OptionKind::Put));
    let facts = vec![
        spot_fact("BTC", 100_000.0),
        forward_fact("BTC", day(30), 100_000.0),
        option_fact(&call, Some(0.6), None),
        option_fact(&put, Some(0.6), None),
    ];
    let engine = load(vec![position("call", call, 1.0, None), position("put", put, 1.0, None)], facts);
    let settings = Settings::default();
    let curves = engine.curves(&settings);
    let found = engine.troughs(&settings, &curves);
    // A straddle at its expiry is worth nothing at its strike.
    let last = found.last().unwrap();
    assert_eq!((last.spot, last.days), (0.0, AS_OF.days_to(day(30))));
    let worth: f64 = (0..2).map(|at| engine.row(at).unwrap().base.unwrap().greeks.value).sum();
    near("trough", last.pnl, -worth, 1e-12);
    // Without the put the trough lies at the first spot at which the call is worth nothing, counted from today's.
    let closed = Engine::load(engine.closed(1, 1.0).unwrap(), AS_OF);
    let moved = *closed.troughs(&settings, &curves).last().unwrap();
    assert_eq!(moved.spot, 0.0);
    near("moved", moved.pnl, -engine.row(0).unwrap().base.unwrap().greeks.value, 1e-12);
}

#[test]
fn a_leg_that_is_closed_in_part_leaves_equity_and_takes_its_part_of_the_greeks() {
    let engine = Engine::load(generated(11, 30), AS_OF);
    let index = engine.inputs().positions.iter().position(|held| held.instrument.option_terms().is_some()).unwrap();
    let leg = engine.row(index).unwrap().base.unwrap();
    let before = engine.valuation(&Settings::default(), false);
    for part in [0.25, 1.0] {
        let other = Engine::load(engine.closed(u32::try_from(index).unwrap(), part).unwrap(), AS_OF);
        let after = other.valuation(&Settings::default(), false);
        near("equity", after.base.equity, before.base.equity, 1e-9);
        near("vega", after.base.measures.vega_1pt, before.base.measures.vega_1pt - part * leg.measures.vega_1pt, 1e-9);
    }
    assert!(engine.closed(0, 0.0).is_err() && engine.closed(0, 1.5).is_err() && engine.closed(9999, 0.5).is_err());
    assert_eq!(engine.inputs(), Engine::load(generated(11, 30), AS_OF).inputs());
}

#[test]
fn an_overlay_adds_its_scale_of_the_second_book_and_moves_nothing_of_the_own_one() {
    let (own, second) = (Engine::load(generated(1, 30), AS_OF), Engine::load(generated(1, 50), AS_OF));
    let settings = Settings { shock: shock(-0.2, 0.1, 3.0), ..Settings::default() };
    let of = |engine: &Engine| engine.valuation(&settings, false);
    // Both are valued in one market, since the seed is one.
    for scale in [0.1, 1.0, -2.5] {
        let both = of(&Engine::load(own.overlaid(second.inputs(), scale).unwrap(), AS_OF));
        near("equity", both.base.equity, of(&own).base.equity + scale * of(&second).base.equity, 1e-9);
        near("pnl", both.pnl.unwrap(), of(&own).pnl.unwrap() + scale * of(&second).pnl.unwrap(), 1e-9);
        let delta = |engine: &Engine| of(engine).base.measures.cash_delta;
        near("delta", both.base.measures.cash_delta, delta(&own) + scale * delta(&second), 1e-9);
    }
    assert_eq!(own.overlaid(second.inputs(), 0.0).unwrap(), *own.inputs());
    assert!(own.overlaid(second.inputs(), f64::NAN).is_err() && own.overlaid(second.inputs(), 1001.0).is_err());
}

#[test]
fn a_second_book_in_another_market_is_valued_in_the_own_one_and_brings_what_that_lacks() {
    let call = option("BTC", Settlement::Linear, OptionKind::Call, 110_000.0, day(30));
    // The own book knows no forward of that day: its own expiry's is what it goes by.
    let held = option("BTC", Settlement::Linear, OptionKind::Put, 90_000.0, day(30));
    let own = load(vec![position("put", held.clone(), 1.0, None)], vec![spot_fact("BTC", 100_000.0), option_fact(&held, Some(0.7), None)]);
    let facts = vec![
        spot_fact("BTC", 50_000.0),
        forward_fact("BTC", day(30), 60_000.0),
        option_fact(&call, Some(0.6), None),
        spot_fact("SOL", 200.0),
        crate::book_support::quote(FactValue::Rate { underlying: "BTC".to_owned(), rate: Rate::new(0.5).unwrap() }),
        crate::book_support::quote(FactValue::Rate { underlying: "USD".to_owned(), rate: Rate::new(0.5).unwrap() }),
    ];
    let second = inputs(vec![position("call", call, 1.0, None), position("SOL", coin("SOL"), 10.0, None)], facts);
    let both = Engine::load(own.overlaid(&second, 2.0).unwrap(), AS_OF);
    let rows = both.rows();
    assert_eq!(rows[0].base, own.row(0).unwrap().base);
    assert_eq!(rows[1].base.unwrap().spot, 100_000.0);
    assert_eq!(rows[1].base.unwrap().vol, Some(0.6));
    assert_eq!(rows[2].base.unwrap().greeks.value, 4000.0);
    assert_eq!(rows[1].tags.get("book").map(String::as_str), Some("overlay"));
}

#[test]
fn every_storm_of_the_library_is_told_apart_to_the_bit_with_its_events() {
    let engine = Engine::load(generated(11, 120), AS_OF);
    let mut events = 0;
    for scenario in library::ALL.iter().flat_map(|group| (group.pack)()) {
        let unweighted = Scenario { weight: 1.0, ..scenario.clone() };
        let (outcome, explain) = (unweighted.run(&engine.ground()), engine.explain_scenario(&scenario));
        near(&scenario.name, explain.total.pnl(), outcome.pnl, 1e-12);
        assert_eq!(
            explain.total.pnl().to_bits(),
            (outcome.total - engine.valuation(&Settings::default(), false).base.equity + 0.0).to_bits()
        );
        for (explained, after) in explain.positions.iter().zip(&outcome.positions) {
            assert_eq!(explained.is_some(), after.is_some());
        }
        let told: f64 = explain.total.parts().iter().sum();
        near("parts", told + explain.total.remainder, explain.total.pnl(), 1e-9);
        events += usize::from(explain.total.events != 0.0);
    }
    assert!(events > 0, "no storm of the library happens to a position");
}

#[test]
fn a_failure_is_an_event_and_no_move_of_the_market() {
    let at = |venue: &str, position: Position| Position { venue: venue.to_owned(), ..position };
    let engine = load(
        vec![at("A", position("coin", coin("BTC"), 1.0, None)), at("B", position("coin", coin("BTC"), 3.0, None))],
        vec![spot_fact("BTC", 50_000.0)],
    );
    let pack = "{\"version\":1,\"scenarios\":[{\"id\":\"fail\",\"name\":\"Fail\",\"shocks\":[{\"spot\":{\"percent\":-10}},\
                {\"failure\":{\"recovery\":25},\"on\":{\"venue\":\"B\"}}]}]}";
    let read = scenario::read(pack);
    assert!(read.issues.is_empty(), "{:?}", read.issues);
    let explain = engine.explain_scenario(&read.value[0]);
    near("delta", explain.total.delta, -20_000.0, 1e-12);
    // Of 135 000 a quarter comes back.
    near("events", explain.total.events, -101_250.0, 1e-12);
    near("remainder", explain.total.remainder, 0.0, 1e-9);
    let choices = [("scenarios/pack", pack), ("scenarios/picked", "fail")];
    let sheet = ask(&mut desk(&engine), "explain", &Settings::default(), &choices);
    assert!(said(&sheet, "explain-said").starts_with("Fail: −$121 k by full revaluation. Explained"), "{}", said(&sheet, "explain-said"));
    assert!(table(&sheet, "explain-by").table.heads.contains(&"Events, USD".to_owned()));
    // The bar goes first where it is set, and has no events.
    let settings = Settings { shock: shock(-0.1, 0.0, 0.0), ..Settings::default() };
    let bar = ask(&mut desk(&engine), "explain", &settings, &choices);
    assert!(said(&bar, "explain-said").starts_with("The shock bar: −$20.0 k"), "{}", said(&bar, "explain-said"));
    assert!(!table(&bar, "explain-by").table.heads.contains(&"Events, USD".to_owned()));
    let gone = ask(&mut desk(&engine), "explain", &Settings::default(), &[("explain/of", "gone")]);
    assert_eq!(errors(&gone, "explain-of"), ["there is no scenario “gone”; the shock bar’s is told apart"]);
}

#[test]
fn a_storm_of_any_group_that_is_taken_is_told_apart_and_set_side_by_side() {
    let mut desk = desk(&Engine::load(generated(5, 40), AS_OF));
    for group in library::ALL {
        let storm = (group.pack)().into_iter().last().unwrap();
        let choices = [("scenarios/group", group.id), ("scenarios/picked", &storm.id)];
        let explained = ask(&mut desk, "explain", &Settings::default(), &choices);
        assert!(said(&explained, "explain-said").starts_with(&format!("{}: ", plain(&storm.name))), "{}", group.id);
        let beside = ask(&mut desk, "beside", &Settings::default(), &choices);
        assert_eq!(table(&beside, "beside-headlines").table.heads[1], storm.name);
    }
    // What was taken in another group is not the one that is in sight.
    let other = [("scenarios/group", "historical"), ("scenarios/picked", "crash")];
    assert!(said(&ask(&mut desk, "explain", &Settings::default(), &other), "explain-no-shock").contains("No shock is set"));
}

#[test]
fn an_analysis_that_counts_in_dollars_says_so_where_coins_are_chosen() {
    let mut desk = desk(&Engine::load(generated(5, 40), AS_OF));
    let coins = Settings { numeraire: Numeraire::Coin("BTC".to_owned()), ..Settings::default() };
    assert!(said(&ask(&mut desk, "tornado", &coins, &[]), "numeraire").contains("in US dollars. In BTC"));
    assert!(ask(&mut desk, "tornado", &Settings::default(), &[]).parts.iter().all(|part| part.id != "numeraire"));
}

#[test]
fn the_explain_sheet_never_hides_what_is_unexplained() {
    let mut desk = desk(&Engine::load(generated(2, 150), AS_OF));
    let none = ask(&mut desk, "explain", &Settings::default(), &[]);
    assert!(said(&none, "explain-no-shock").contains("No shock is set"));
    let settings = Settings { shock: shock(-0.4, 0.3, 7.0), ..Settings::default() };
    let sheet = ask(&mut desk, "explain", &settings, &[("explain/by", "venue")]);
    for (id, before) in [("explain-by", 2), ("explain-positions", 1)] {
        let table = &table(&sheet, id).table;
        assert_eq!(table.heads.last().map(String::as_str), Some("Unexplained, USD"));
        for row in &table.rows {
            let numbers = numbers(row);
            let [pnl, parts @ ..] = &numbers[before - 1..] else { panic!("{id}") };
            near(id, parts.iter().sum(), *pnl, 1e-9);
        }
    }
    // A hundred are listed, the others stand together, then the book.
    assert_eq!(table(&sheet, "explain-positions").table.rows.len(), 102);
    let steps = ranked(&sheet, "waterfall");
    assert!(steps.rows.iter().any(|row| row.name == "Unexplained"));
    // Each step begins where the one before ends, and the last ends at the sum.
    let mut at = 0.0;
    for row in &steps.rows {
        let [bar] = &row.bars[..] else { panic!("{row:?}") };
        if row.is_sum {
            near("sum", bar.to, at, 1e-6 * at.abs());
        } else {
            assert_eq!(bar.from, at, "{}", row.name);
        }
        at = bar.to;
    }
    assert!(steps.rows.last().is_some_and(|row| row.is_sum));
    let wrong = ask(&mut desk, "explain", &settings, &[("explain/by", "colour")]);
    assert!(errors(&wrong, "explain-choice")[0].contains("colour"));
}

#[test]
fn the_sheets_say_what_they_cannot_use() {
    let mut desk = desk(&Engine::load(generated(2, 20), AS_OF));
    let plain = Settings::default();
    let tornado = ask(&mut desk, "tornado", &plain, &[("tornado/spot", "x"), ("tornado/days", "7")]);
    assert_eq!(errors(&tornado, "tornado-choice"), ["“x” is no number from 0.01 to 99; 10 is used"]);
    let bars = ranked(&tornado, "tornado");
    let widths: Vec<f64> = bars
        .rows
        .iter()
        .map(|row| {
            row.bars.iter().map(|bar| bar.to.max(0.0)).fold(0.0, f64::max) - row.bars.iter().map(|bar| bar.to.min(0.0)).fold(0.0, f64::min)
        })
        .collect();
    assert!(widths.is_sorted_by(|one, other| one >= other), "{widths:?}");
    // Time goes forward only; every other factor falls and rises.
    for row in &bars.rows {
        assert_eq!(row.bars.len(), if row.name.starts_with("Time") { 1 } else { 2 }, "{}", row.name);
    }
    assert!(bars.rows.iter().any(|row| row.name.contains("spot ±10.0")), "{:?}", bars.rows);
    let cube = ask(&mut desk, "cube", &plain, &[("cube/days", "7, 0, 400"), ("cube/still", "vol"), ("cube/at", "0.1")]);
    let Body::Tiles(tiles, _) = body(&cube, "cube") else { panic!("no cube") };
    assert_eq!((tiles.columns.len(), tiles.rows.len()), (11, 3));
    assert!(tiles.sub.contains("+10"), "{}", tiles.sub);
    let Body::Tiles(pair, _) = body(&cube, "pair-grid") else { panic!("no pair") };
    assert_eq!((pair.columns.len(), pair.rows.len()), (11, 11));
    let wrong = ask(&mut desk, "cube", &plain, &[("cube/days", "soon"), ("cube/first", "BTC"), ("cube/second", "BTC")]);
    assert!(errors(&wrong, "cube-choice")[0].contains("soon"));
    assert_eq!(errors(&wrong, "pair-choice").len(), 1);
    // A place that this axis does not have is refused; one that was chosen on another axis is none here.
    let off = ask(&mut desk, "cube", &plain, &[("cube/days", "0, 7"), ("cube/at", "5")]);
    let [error] = &errors(&off, "cube-choice")[..] else { panic!("{:?}", errors(&off, "cube-choice")) };
    assert!(error.contains("“5”") && error.contains("+7") && error.ends_with("is used"), "{error}");
    let gone = ask(&mut desk, "cube", &plain, &[("cube/days", "0, 7"), ("cube/at", "days/30")]);
    assert!(errors(&gone, "cube-choice")[0].contains("“30”"));
    let other = ask(&mut desk, "cube", &plain, &[("cube/still", "vol"), ("cube/at", "days/7")]);
    assert_eq!(errors(&other, "cube-choice"), Vec::<String>::new());
    let seventh = ask(&mut desk, "cube", &plain, &[("cube/days", "0, 7"), ("cube/at", "days/7")]);
    let Body::Tiles(tiles, _) = body(&seventh, "cube") else { panic!("no cube") };
    assert!(tiles.sub.contains("+7") && errors(&seventh, "cube-choice").is_empty(), "{}", tiles.sub);
    let Body::Table(days) = body(&seventh, "cube-days") else { panic!("no days") };
    assert_eq!(days.pick.as_ref().map(|pick| pick.values.clone()), Some(vec!["days/0".to_owned(), "days/7".to_owned()]));
    let held = ask(&mut desk, "cube", &plain, &[("cube/still", "rate"), ("cube/second", "NONE")]);
    assert!(errors(&held, "cube-choice")[0].contains("“rate”"));
    assert!(errors(&held, "pair-choice")[0].contains("“NONE”"));
    let closed = ask(&mut desk, "what-if", &plain, &[("what-if/position", "0"), ("what-if/part", "50")]);
    assert!(said(&closed, "what-if-said").contains("50.0 % of"), "{}", said(&closed, "what-if-said"));
    let gone = ask(&mut desk, "what-if", &plain, &[("what-if/position", "77")]);
    assert!(errors(&gone, "what-if-choice")[0].contains("77"));
}

#[test]
fn trades_change_the_risk_and_not_the_equity() {
    let call = option("BTC", Settlement::Linear, OptionKind::Call, 100_000.0, day(30));
    let facts = vec![
        spot_fact("BTC", 95_000.0),
        forward_fact("BTC", day(30), 95_500.0),
        option_fact(&call, Some(0.6), None),
        perpetual_fact("BTC", Settlement::Linear, 95_100.0),
    ];
    let engine = load(vec![position("coin", coin("BTC"), 2.0, None), position("call", call.clone(), -3.0, None)], facts);
    let settings = Settings { shock: shock(-0.2, 0.1, 1.0), ..Settings::default() };
    let trades = format!(
        "underlying,type,expiry,strike,quantity,price,settlement\nBTC,call,{},100000,5,9999,linear\nBTC,perpetual,,,-1.5,90000,linear\n",
        &day(30).to_string()[..10]
    );
    let sheet = ask(&mut desk(&engine), "what-if", &settings, &[("what-if/trades", &trades)]);
    assert_eq!(errors(&sheet, "what-if-choice"), [""; 0]);
    assert!(said(&sheet, "what-if-said").starts_with("2 trades at the price at which each is valued"), "{}", said(&sheet, "what-if-said"));
    let row = |name: &str| {
        let rows = &table(&sheet, "measures").table.rows;
        numbers(rows.iter().find(|row| row[0].shown() == name).unwrap_or_else(|| panic!("{name}")))
    };
    let [before, after, _] = row("Equity")[..] else { panic!() };
    near("equity", after, before, 1e-9);
    // What the trades are worth after the shock, less what they were worth, is what the P&L gains.
    let bought = load(
        vec![position("call", call, 5.0, None), position("short", perpetual("BTC", Settlement::Linear, 1.0), -1.5, None)],
        engine.inputs().facts.clone(),
    );
    let [_, _, gained] = row("P&L under shock")[..] else { panic!() };
    near("P&L", gained, bought.valuation(&settings, false).pnl.unwrap(), 1e-9);
    let [_, _, delta] = row("Net delta")[..] else { panic!() };
    near("delta", delta, bought.valuation(&settings, false).base.measures.cash_delta, 1e-9);
    // With the leg closed as well, and what cannot be used or priced named.
    let both = ask(&mut desk(&engine), "what-if", &settings, &[("what-if/position", "1"), ("what-if/trades", &trades)]);
    assert!(said(&both, "what-if-said").contains("100.0 % of call closed"), "{}", said(&both, "what-if-said"));
    let refused = ask(&mut desk(&engine), "what-if", &settings, &[("what-if/trades", "underlying,type,quantity\nBTC,spot,many\n")]);
    assert!(errors(&refused, "what-if-choice")[0].contains("line 2") && errors(&refused, "what-if-choice")[0].contains("many"));
    let unpriced = ask(&mut desk(&engine), "what-if", &settings, &[("what-if/trades", "underlying,type,quantity\nDOGE,spot,7\n")]);
    assert!(said(&unpriced, "what-if-refused").contains("DOGE"), "{}", said(&unpriced, "what-if-refused"));
}

/// A book on Deribit: an inverse perpetual with a gain, a linear future with a loss, inverse puts, coins and dollars; and a market that quotes
/// more than is held.
fn on_deribit() -> Engine {
    let put = option("BTC", Settlement::Inverse, OptionKind::Put, 80_000.0, day(30));
    let other = option("BTC", Settlement::Inverse, OptionKind::Put, 70_000.0, day(30));
    let facts = vec![
        spot_fact("BTC", 100_000.0),
        forward_fact("BTC", day(30), 100_500.0),
        perpetual_fact("BTC", Settlement::Inverse, 100_000.0),
        option_fact(&put, Some(0.6), None),
        option_fact(&other, Some(0.75), None),
    ];
    let positions = vec![
        position("BTC-PERPETUAL", perpetual("BTC", Settlement::Inverse, 1.0), -1_400_000.0, Some(112_000.0)),
        position("future", future("BTC", Settlement::Linear, 1.0, day(30)), 3.0, Some(101_000.0)),
        position("put", put, 20.0, Some(0.01)),
        position("BTC", coin("BTC"), 20.0, None),
        position("USD", cash("USD"), 50_000.0, None),
    ];
    load(positions, facts)
}

/// Quantities by name, the price at which each was opened.
fn held(inputs: &Inputs, name: &str) -> Vec<(f64, Option<f64>)> {
    let named = inputs.positions.iter().filter(|held| held.name == name);
    named.map(|held| (held.quantity.get(), held.entry_price.map(|entry| entry.get()))).collect()
}

fn typed(text: &str) -> Inputs {
    let read = plimsoll::import::import(&[plimsoll::import::File::new("trades.csv", text)]);
    let rejected = |issue: &plimsoll::issue::Issue| issue.effect == plimsoll::issue::Effect::Rejected;
    assert!(!read.issues.iter().any(rejected), "{:?}", read.issues);
    Inputs { positions: read.positions, facts: read.facts, ..Inputs::default() }
}

#[test]
fn a_trade_that_closes_what_is_held_is_closing_it() {
    let engine = on_deribit();
    let of = |inputs: Inputs| Engine::load(inputs, AS_OF).valuation(&Settings::default(), false).base;
    let (before, closed) = (of(engine.inputs().clone()), engine.closed(0, 1.0).unwrap());
    assert_eq!(held(&closed, "BTC").len(), 1);
    // Without an account, or with neither, it is the one that holds it.
    for holder in ["Deribit,main", "deribit,", ","] {
        let traded = engine.traded(&typed(&format!("instrument,quantity,venue,account\nBTC-PERPETUAL,1400000,{holder}\n"))).unwrap();
        assert_eq!(traded.positions, closed.positions, "{holder}");
        let after = of(traded);
        near("equity", after.equity, before.equity, 1e-12);
        // The coins that are paid out are held.
        near("gross", after.measures.gross_notional, before.measures.gross_notional - 1_400_000.0 + 150_000.0, 1e-12);
    }
    // 1.4 M·(1/100 000 − 1/112 000) coins are the gain of the short that is paid out.
    let coins = 1_400_000.0 * (1.0 / 100_000.0 - 1.0 / 112_000.0);
    near("coins", held(&closed, "BTC")[0].0, 20.0 + coins, 1e-12);
    // A part keeps the price that it was opened at; what goes beyond opens at the present one.
    let part = engine.traded(&typed("instrument,quantity,venue\nBTC-PERPETUAL,350000,Deribit\n")).unwrap();
    assert_eq!(held(&part, "BTC-PERPETUAL"), [(-1_050_000.0, Some(112_000.0))]);
    near("coins", held(&part, "BTC")[0].0, 20.0 + coins / 4.0, 1e-12);
    let beyond = engine.traded(&typed("instrument,quantity,venue\nBTC-PERPETUAL,1500000,Deribit\n")).unwrap();
    assert_eq!(held(&beyond, "BTC-PERPETUAL"), [(100_000.0, None)]);
    near("equity", of(beyond).equity, before.equity, 1e-12);
    // Two trades share one lot, an option gives its premium back, and no trade is labelled.
    let name = format!("underlying,type,expiry,strike,quantity,venue,settlement\nBTC,put,{},80000,-20,Deribit,inverse\n", day(30));
    let sold = engine.traded(&typed(&name)).unwrap();
    assert!(held(&sold, "put").is_empty() && sold.positions.iter().all(|held| held.tags.is_empty()));
    near("equity", of(sold).equity, before.equity, 1e-12);
    let twice = "instrument,quantity,venue\nBTC-PERPETUAL,1000000,Deribit\nBTC-PERPETUAL,1000000,Deribit\n";
    let twice = engine.traded(&typed(twice)).unwrap();
    assert_eq!(held(&twice, "BTC-PERPETUAL"), [(600_000.0, None)]);
    // Another account's is not closed, nor either of two that the trade leaves open.
    let elsewhere = engine.traded(&typed("instrument,quantity,venue,account\nBTC-PERPETUAL,1400000,Deribit,hedge\n")).unwrap();
    assert_eq!(held(&elsewhere, "BTC-PERPETUAL").len(), 2);
    let mut both = engine.inputs().clone();
    both.positions.push(Position { account: "second".to_owned(), ..both.positions[0].clone() });
    let both = Engine::load(both, AS_OF);
    let trades = "instrument,quantity,venue\nBTC-PERPETUAL,1400000,Deribit\n";
    assert_eq!(held(&both.traded(&typed(trades)).unwrap(), "BTC-PERPETUAL").len(), 3);
    let sheet = ask(&mut desk(&both), "what-if", &Settings::default(), &[("what-if/trades", trades)]);
    assert!(said(&sheet, "what-if-said").contains("BTC-PERPETUAL is held in 2 accounts"), "{}", said(&sheet, "what-if-said"));
}

#[test]
fn ones_own_book_at_minus_one_leaves_no_position() {
    for engine in [on_deribit(), Engine::load(generated(5, 60), AS_OF)] {
        let before = engine.valuation(&Settings::default(), false).base;
        let nothing = engine.overlaid(engine.inputs(), -1.0).unwrap();
        let after = Engine::load(nothing.clone(), AS_OF).valuation(&Settings::default(), false).base;
        // Long and short lots of a book that is not netted close each other as well; then the gain that they lock in is what is left.
        near("gross", after.measures.gross_notional, 0.0, 1e-6 * before.measures.gross_notional);
        near("equity", after.equity, 0.0, 1e-9 * before.equity.abs());
    }
    assert_eq!(on_deribit().overlaid(on_deribit().inputs(), -1.0).unwrap().positions, []);
    // Opened elsewhere, the two gains are paid out: 700 k·(1/112 000 − 1/90 000) coins less than nothing, three quarters of the future stay.
    let engine = on_deribit();
    let mut second = engine.inputs().clone();
    second.positions.truncate(2);
    second.positions[0].entry_price = Some(crate::book_support::price(90_000.0));
    let both = engine.overlaid(&second, -0.5).unwrap();
    assert_eq!(held(&both, "BTC-PERPETUAL"), [(-700_000.0, Some(112_000.0))]);
    assert_eq!(held(&both, "future"), [(1.5, Some(101_000.0))]);
    near("coins", held(&both, "BTC")[0].0, 20.0 + 700_000.0 * (1.0 / 90_000.0 - 1.0 / 112_000.0), 1e-12);
    let of = |inputs: Inputs| Engine::load(inputs, AS_OF).valuation(&Settings::default(), false).base.equity;
    let expected = of(engine.inputs().clone()) - 0.5 * of(Inputs { positions: second.positions.clone(), ..engine.inputs().clone() });
    near("equity", of(both), expected, 1e-12);
}

#[test]
fn trades_are_told_with_their_units_and_a_quantity_in_the_wrong_one_is_doubted() {
    let engine = on_deribit();
    let trades = "instrument,quantity,venue\nBTC-15FEB26-80000-P,20,Deribit\nBTC-PERPETUAL,-500000,Deribit\n";
    let sheet = ask(&mut desk(&engine), "what-if", &Settings::default(), &[("what-if/trades", trades)]);
    assert_eq!(errors(&sheet, "what-if-choice"), [""; 0]);
    let (options, perpetual) = (row(table(&sheet, "what-if-trades"), 0), row(table(&sheet, "what-if-trades"), 1));
    let of = |index: usize| engine.row(index).unwrap().base.unwrap();
    assert_eq!(options[1..3], ["Deribit · main", "+20 BTC"]);
    assert!(options[4].ends_with(" BTC"), "{options:?}");
    assert_eq!(options[5..7], ["60.00", "as held"]);
    assert_eq!((perpetual[2].as_str(), perpetual[4].as_str()), ("−500 000 USD", "100 000.00 USD"));
    let cells = numbers(&table(&sheet, "what-if-trades").table.rows[0]);
    let puts = of(2);
    for (at, expected) in
        [puts.measures.cash_delta, puts.measures.gamma_1pct, puts.measures.vega_1pt, puts.measures.theta_1d].iter().enumerate()
    {
        near("greeks", cells[3 + at], *expected, 1e-12);
    }
    near("paid", *cells.last().unwrap(), puts.greeks.value, 1e-12);
    assert!(!said(&sheet, "what-if-said").contains("check the unit"));
    // Dollars typed where coins are counted.
    let coins = "underlying,type,quantity,venue\nBTC,perpetual,-500000,Deribit\n";
    let sheet = ask(&mut desk(&engine), "what-if", &Settings::default(), &[("what-if/trades", coins)]);
    let gross = engine.valuation(&Settings::default(), false).base.measures.gross_notional;
    let times = (500_000.0 * 100_000.0 / gross) as usize;
    assert_eq!(row(table(&sheet, "what-if-trades"), 0)[2], "−500 000 BTC");
    let doubted = said(&sheet, "what-if-said").replace(',', "");
    assert!(doubted.contains("check the unit of its quantity") && doubted.contains("−500 000 BTC"), "{doubted}");
    assert!(doubted.replace(' ', "").contains(&format!("{times}timesthegross")), "{times} {doubted}");
    // The list of positions says units too, and a first line that names nothing is said in short.
    let sheet =
        ask(&mut desk(&engine), "what-if", &Settings::default(), &[("what-if/trades", "BTC-PERPETUAL,1400000,Deribit,Deribit main\n")]);
    assert_eq!(errors(&sheet, "what-if-choice"), ["the first line names the columns, such as instrument,quantity,venue"]);
    let plimsoll::view::sheet::ControlKind::Select(names) = &controls(&sheet, "what-if-choice")[0].kind else { panic!() };
    let perpetual = names.iter().find(|(_, name)| name.starts_with("BTC-PERPETUAL")).unwrap();
    assert!(perpetual.1.replace(['\u{202f}', '\u{a0}'], " ").contains("−1 400 000 USD"), "{perpetual:?}");
}

/// A link leaves the quotes of what is not held at home; a typed vol goes along and is used at home as well.
#[test]
fn a_trade_with_its_vol_is_the_same_in_a_link() {
    let engine = on_deribit();
    let link = share::encode(&Shared { inputs: Some(engine.needed_inputs()), session: Session::default() }).unwrap();
    let there = Engine::load(share::decode(&link).unwrap().inputs.unwrap(), AS_OF);
    let settings = Settings { shock: shock(-0.2, 0.1, 1.0), ..Settings::default() };
    let sheets = |vol: &str| {
        let trades =
            format!("underlying,type,expiry,strike,quantity,venue,settlement,vol\nBTC,put,{},70000,-5,Deribit,inverse,{vol}\n", day(30));
        [&engine, &there].map(|engine| ask(&mut desk(engine), "what-if", &settings, &[("what-if/trades", &trades)]))
    };
    let carried =
        |sheet: &plimsoll::view::sheet::Sheet| table(sheet, "what-if-trades").notes.iter().any(|note| note.contains("A link carries"));
    let [here, linked] = sheets("65");
    assert_eq!(row(table(&here, "what-if-trades"), 0)[5..7], ["65.00", "column vol"]);
    assert_eq!(here, linked);
    assert!(!carried(&here));
    // Without it the file's quote is used here and what is held there, and it is said.
    let [here, linked] = sheets("");
    assert_eq!(row(table(&here, "what-if-trades"), 0)[5..7], ["75.00", "quote of a file"]);
    assert_eq!(row(table(&linked, "what-if-trades"), 0)[5..7], ["60.00", "between quotes of its expiry"]);
    assert!(carried(&here) && carried(&linked));
}

#[test]
fn limits_and_the_shock_stand_before_and_after_a_trade() {
    let engine = on_deribit();
    let gross = engine.valuation(&Settings::default(), false).base.measures.gross_notional;
    let limits = format!("measure,hard\ngross-notional,{}\n", gross - 1_000_000.0);
    let settings = Settings { shock: shock(-0.2, 0.0, 0.0), ..Settings::default() };
    let trades = "instrument,quantity,venue\nBTC-PERPETUAL,1400000,Deribit\n";
    let sheet = ask(&mut desk(&engine), "what-if", &settings, &[("what-if/trades", trades), ("limits/set", &limits)]);
    let of = row(table(&sheet, "what-if-limits"), 0);
    assert_eq!((of[2].as_str(), of[4].as_str()), ("breached", "within"));
    let [now, after, ..] = numbers(&table(&sheet, "what-if-limits").table.rows[0])[..] else { panic!() };
    near("now", now, gross, 1e-12);
    near("after", after, gross - 1_400_000.0 + 150_000.0, 1e-12);
    let link = share::encode(&Shared { inputs: Some(engine.needed_inputs()), session: Session::default() }).unwrap();
    let whole = format!("https://example.org/plimsoll/#{link}");
    let laid_on =
        ask(&mut desk(&engine), "overlay", &settings, &[("overlay/link", &whole), ("overlay/scale", "-1"), ("limits/set", &limits)]);
    assert_eq!(row(table(&laid_on, "overlay-limits"), 0)[4], "within");
    // Each underlying's P&L under the shock is what the shock makes of it.
    let rows = &table(&sheet, "by-underlying").table.rows;
    let pnl = numbers(rows.iter().find(|row| row[0].shown() == "BTC" && row[1].shown() == "P&L under shock").unwrap());
    near("P&L", pnl[0], engine.valuation(&settings, false).pnl.unwrap(), 1e-9);
    let closed = Engine::load(engine.closed(0, 1.0).unwrap(), AS_OF);
    near("P&L after", pnl[1], closed.valuation(&settings, false).pnl.unwrap(), 1e-9);
    let leverage = table(&sheet, "measures").table.rows.iter().find(|row| row[0].shown() == "Leverage under shock").unwrap();
    assert!(leverage[3].shown().starts_with('−'), "{leverage:?}");
}

#[test]
fn a_link_that_is_pasted_is_laid_over_and_a_broken_one_is_named() {
    let (own, second) = (Engine::load(generated(1, 10), AS_OF), Engine::load(generated(1, 20), AS_OF));
    let link = share::encode(&Shared { inputs: Some(second.needed_inputs()), session: Session::default() }).unwrap();
    let mut desk = desk(&own);
    let settings = Settings { shock: shock(0.1, 0.0, 0.0), ..Settings::default() };
    let whole = format!("https://example.org/plimsoll/#{link}");
    let sheet = ask(&mut desk, "overlay", &settings, &[("overlay/link", &whole), ("overlay/scale", "-0.5")]);
    let rows = &table(&sheet, "measures").table.rows;
    let pnl = rows.iter().find(|row| row[0].shown() == "P&L under shock").unwrap();
    let of = |engine: &Engine| engine.valuation(&settings, false).pnl.unwrap();
    let [before, after, difference] = numbers(pnl)[..] else { panic!("{pnl:?}") };
    assert_eq!(before, of(&own));
    near("after", after, of(&own) - 0.5 * of(&second), 1e-9);
    assert_eq!(difference, after - before);
    let broken = ask(&mut desk, "overlay", &settings, &[("overlay/link", &whole[..whole.len() - 4])]);
    assert_eq!(errors(&broken, "overlay-choice").len(), 1);
    let scenario = share::encode(&Shared { inputs: None, session: Session::default() }).unwrap();
    let empty = ask(&mut desk, "overlay", &settings, &[("overlay/link", &scenario)]);
    assert!(errors(&empty, "overlay-choice")[0].contains("no book"));
    assert!(said(&ask(&mut desk, "overlay", &settings, &[]), "overlay-none").contains("kB"));
}

#[test]
fn a_numeraire_counts_bars_in_coins() {
    let (_, plan, base) = laid_out(&inputs(vec![position("BTC", coin("BTC"), 2.0, None)], vec![spot_fact("BTC", 100_000.0)]));
    let ordinary = BTreeMap::from([("BTC".to_owned(), 0.03)]);
    let names = ["BTC".to_owned()];
    let coins = Numeraire::Coin("BTC".to_owned());
    let bars = plimsoll::stress::tornado::tornado(&plan, &base, &TornadoSpec::default(), &ordinary, &names, &coins);
    // What is held in coins does not move in coins.
    assert!(bars.iter().all(|bar| bar.width() == 0.0), "{bars:?}");
}
