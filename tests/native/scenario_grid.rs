//! The spot × vol grid on top of a scenario: it is the ordinary grid where nothing happened, a full revaluation where something did, and
//! the same bits whoever computes its rows.

use crate::book_support::{
    AS_OF, ByHand, cash, day, desk, forward_fact, generated, inputs, load, near, option, option_fact, perpetual, position, spot_fact,
};
use crate::pivot;
use crate::scenarios::{item, scenario};
use crate::sheet_support::{ask, tiles};
use plimsoll::book::Position;
use plimsoll::engine::{Block, Engine, Settings, Yardsticks};
use plimsoll::instrument::{Instrument, OptionKind, Settlement};
use plimsoll::issue::IssueKind;
use plimsoll::stress::scenario::{MOST_TOUCHED, Scenario, Selector, ShockItem};
use plimsoll::stress::{Grid, GridSpec, Numeraire, library};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

fn venue(name: &str) -> Selector {
    Selector { venues: vec![name.to_owned()], ..Selector::ALL }
}

fn settings(count: u32) -> Settings {
    let grid = GridSpec { spot_count: count, vol: (-0.3, 0.5), vol_count: count, ..GridSpec::default() };
    Settings { grid, ..Settings::default() }
}

fn bits(grid: &Grid) -> Vec<u64> {
    grid.pnl.iter().map(|value| value.to_bits()).collect()
}

fn library() -> Vec<Scenario> {
    library::ALL.iter().flat_map(|group| (group.pack)()).collect()
}

/// A book of every contract, of which a part stands at another venue.
fn at_two_venues(seed: u64) -> Engine {
    let mut inputs = pivot::book(seed);
    let is_american = |position: &&Position| matches!(position.instrument, Instrument::AmericanOption(_));
    let american = inputs.positions.iter().find(is_american).unwrap().instrument.clone();
    inputs.facts.push(option_fact(&american, Some(0.25), None));
    for (place, position) in inputs.positions.iter_mut().enumerate() {
        position.venue = ["A", "B"][place % 2].to_owned();
    }
    Engine::load(inputs, AS_OF)
}

#[test]
fn a_scenario_that_does_nothing_leaves_the_ordinary_grid_to_the_bit() {
    let nothing = scenario(Vec::new());
    for seed in 1..6 {
        let engine = Engine::load(generated(seed, 120), AS_OF);
        for numeraire in [Numeraire::Usd, Numeraire::Coin("ETH".to_owned())] {
            for underlying in [None, Some("BTC".to_owned())] {
                let mut settings = Settings { numeraire: numeraire.clone(), ..settings(21) };
                settings.grid.underlying = underlying;
                let ordinary: Vec<f64> =
                    (0..settings.grid.vol_count).flat_map(|row| engine.block(&settings, Block::GridRow(row))).collect();
                let found = engine.scenario_grid(&nothing, &settings).unwrap();
                assert_eq!(found.pnl.len(), 441);
                assert_eq!(bits(&found), ordinary.iter().map(|value| value.to_bits()).collect::<Vec<_>>(), "seed {seed}");
            }
        }
    }
}

#[test]
fn without_further_moves_stands_what_the_scenario_itself_loses() {
    let engine = at_two_venues(3);
    let settings =
        Settings { grid: GridSpec { spot: (-0.1, 0.1), spot_count: 3, vol: (-0.1, 0.1), vol_count: 3, underlying: None }, ..settings(3) };
    let mut pack = library();
    pack.push(scenario(vec![item("failure", &[("recovery", 30.0)], venue("A")), item("spot", &[("percent", -30.0)], Selector::ALL)]));
    let rows = engine.scenarios(&pack, Yardsticks::default());
    assert!(rows.len() > 80);
    for row in rows {
        let grid = engine.scenario_grid(&pack[row.place], &settings).unwrap();
        assert_eq!(grid.days, pack[row.place].days);
        near(&pack[row.place].id, grid.pnl[4], row.pnl, 1e-12);
    }
}

/// A further move is a second shock of the same families behind the first.
#[test]
fn a_cell_is_the_scenario_with_the_further_move_among_its_shocks() {
    let (further_spot, further_vol) = (-0.25, 0.1);
    let grid = GridSpec { spot: (further_spot, 0.25), spot_count: 3, vol: (-0.3, further_vol), vol_count: 2, underlying: None };
    let settings = Settings { grid, ..Settings::default() };
    for seed in 1..6 {
        let engine = at_two_venues(seed);
        for besides in [
            Vec::new(),
            vec![item("rate", &[("points", 2.0)], Selector::ALL), item("basis", &[("points", -7.0)], Selector::ALL)],
            vec![item("mark", &[("percent", -12.0)], venue("A"))],
            vec![item("spot", &[("percent", -5.0)], venue("B")), item("collateral", &[("percent", -20.0)], venue("B"))],
            vec![item("failure", &[("recovery", 25.0)], venue("A"))],
            vec![item("failure", &[("recovery", 0.0)], Selector::ALL), item("peg", &[("level", 0.8)], Selector::asset("USDC"))],
        ] {
            let spot = |part: f64| item("spot", &[("percent", 100.0 * part)], Selector::ALL);
            let vol = |points: f64| item("vol", &[("points", 100.0 * points)], Selector::ALL);
            let shocks = |further: Vec<ShockItem>| [vec![spot(-0.2), vol(0.15)], further, besides.clone()].concat();
            for weight in [1.0, 0.35] {
                let first = Scenario { weight, ..scenario(shocks(Vec::new())) };
                let both = Scenario { weight, ..scenario(shocks(vec![spot(further_spot), vol(further_vol)])) };
                let cell = engine.scenario_grid(&first, &settings).unwrap().pnl[3];
                let expected = engine.scenarios(std::slice::from_ref(&both), Yardsticks::default())[0].pnl;
                near(&format!("seed {seed}, {besides:?}"), cell, expected, 1e-9);
            }
        }
    }
}

/// The book valued anew in a market that is written down by hand.
#[test]
fn a_cell_is_the_difference_of_two_full_valuations() {
    let storm = scenario(vec![
        item("spot", &[("percent", -20.0)], Selector::asset("BTC")),
        item("basis", &[("points", -6.0)], Selector::ALL),
        item("vol", &[("percent", 40.0)], Selector::ALL),
        item("rate", &[("points", 1.5)], Selector::ALL),
    ]);
    let grid = ByHand::NOW.engine().scenario_grid(&storm, &settings(5)).unwrap();
    let forward = 96_000.0 * 0.8 * libm::exp(-0.06 * AS_OF.years_to(ByHand::expiry()));
    let before = ByHand::NOW.equity();
    for (row, shift) in grid.vols.iter().enumerate() {
        for (column, moved) in grid.spots.iter().enumerate() {
            let vol = |vol: f64| vol * 1.4 + shift;
            let (spot, forward) = (76_000.0 * (1.0 + moved), forward * (1.0 + moved));
            let after = ByHand { spot, forward, vols: [vol(0.5), vol(0.55)], rate: 0.035 };
            near(&format!("{moved} {shift}"), grid.pnl[row * 5 + column], after.equity() - before, 1e-9);
        }
    }
}

#[test]
fn what_expired_in_the_scenario_stays_settled_when_spot_moves_on() {
    for settlement in [Settlement::Linear, Settlement::Inverse] {
        let call = option("BTC", settlement, OptionKind::Call, 90_000.0, day(3));
        let facts = vec![spot_fact("BTC", 95_000.0), forward_fact("BTC", day(3), 95_000.0), option_fact(&call, Some(0.5), None)];
        let engine = load(vec![position("call", call, 2.0, None)], facts);
        let storm = Scenario { days: 10.0, ..scenario(vec![item("spot", &[("percent", 20.0)], Selector::ALL)]) };
        let grid = engine.scenario_grid(&storm, &settings(5)).unwrap();
        let (settled, before) = (95_000.0 * 1.2, engine.valuation(&Settings::default(), false).base.equity);
        for (at, pnl) in grid.pnl.iter().enumerate() {
            // Dollars stay dollars; what was paid in coins goes on with the coin.
            let gone_on = if settlement == Settlement::Inverse { 1.0 + grid.spots[at % 5] } else { 1.0 };
            near(&format!("{settlement:?} {at}"), *pnl, 2.0 * (settled - 90_000.0) * gone_on - before, 1e-9);
        }
    }
}

#[test]
fn rows_of_many_scenarios_have_the_same_bits_for_one_two_and_four_workers() {
    let engine = at_two_venues(9);
    let settings = settings(21);
    let mut pack: Vec<Scenario> = library().into_iter().step_by(9).collect();
    pack.push(scenario(vec![item("mark", &[("percent", -12.0)], venue("A")), item("failure", &[("recovery", 10.0)], venue("B"))]));
    let blocks: Vec<(usize, u32)> = (0..pack.len()).flat_map(|place| (0..21).map(move |row| (place, row))).collect();
    let run = |workers: usize, order: &dyn Fn(usize) -> usize| -> Vec<u64> {
        let (next, done) = (AtomicUsize::new(0), Mutex::new(vec![Vec::new(); blocks.len()]));
        let order: Vec<usize> = (0..blocks.len()).map(order).collect();
        std::thread::scope(|scope| {
            for _ in 0..workers {
                // Each has an engine of its own, as a worker of the page does.
                let mine = engine.clone();
                let (next, done, order, pack, blocks, settings) = (&next, &done, &order, &pack, &blocks, &settings);
                scope.spawn(move || {
                    while let Some(at) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let (place, row) = blocks[*at];
                        let values = mine.aftermath(&pack[place]).unwrap().row(&settings.grid, &settings.numeraire, row);
                        done.lock().unwrap()[*at] = values;
                    }
                });
            }
        });
        done.into_inner().unwrap().into_iter().flatten().map(f64::to_bits).collect()
    };
    let alone = run(1, &|at| at);
    assert_eq!(alone.len(), pack.len() * 441);
    let whole: Vec<u64> = pack.iter().flat_map(|each| bits(&engine.scenario_grid(each, &settings).unwrap())).collect();
    assert_eq!(alone, whole);
    let count = blocks.len();
    assert!(alone == run(2, &|at| count - 1 - at), "two workers, the last block first");
    assert!(alone == run(4, &|at| (at % 21) * (count / 21) + at / 21), "four workers, row after row of all scenarios");
}

#[test]
fn a_scenario_that_treats_too_many_positions_alone_is_refused_and_says_so() {
    let held: Vec<Position> =
        (0..=MOST_TOUCHED).map(|_| position("perp", perpetual("BTC", Settlement::Linear, 1.0), 1.0, Some(90_000.0))).collect();
    let engine =
        Engine::load(inputs([held, vec![position("dollars", cash("USD"), 5.0, None)]].concat(), vec![spot_fact("BTC", 95_000.0)]), AS_OF);
    let storm = scenario(vec![item("mark", &[("percent", -5.0)], Selector::ALL)]);
    let issue = engine.scenario_grid(&storm, &settings(3)).unwrap_err();
    assert_eq!((issue.kind, issue.value.as_deref()), (IssueKind::Unsupported, Some("2001")));
    assert!(issue.message.contains("smaller selections are accepted"), "{}", issue.message);
    let plain = scenario(vec![item("spot", &[("percent", -5.0)], Selector::ALL)]);
    assert!(engine.scenario_grid(&plain, &settings(3)).is_ok());
}

#[test]
fn the_sheet_shows_the_grid_of_the_storm_that_is_taken_apart_with_its_own_loss_in_the_middle() {
    let engine = at_two_venues(4);
    let is_held = |valued: &Option<f64>| valued.is_some_and(|pnl| pnl != 0.0);
    let crash = library().into_iter().find(|storm| storm.id == "crash-vol-up").unwrap();
    let detail = engine.scenario(0, &crash, Yardsticks::default());
    let americans = engine.inputs().positions.iter().zip(&detail.by_position);
    let held =
        americans.filter(|(position, valued)| matches!(position.instrument, Instrument::AmericanOption(_)) && is_held(valued)).count();
    assert_eq!(held, 1);
    let mut desk = desk(&engine);
    for picked in ["crash-vol-up", "grind-up-vol-down", "2022-11-ftx"] {
        let sheet = ask(&mut desk, "scenarios", &Settings::default(), &[("scenarios/picked", picked)]);
        let tiles = tiles(&sheet, "scenario-grid");
        let storm = library().into_iter().find(|storm| storm.id == picked).unwrap();
        let pnl = engine.scenarios(std::slice::from_ref(&storm), Yardsticks::default())[0].pnl;
        assert_eq!((tiles.columns.len(), tiles.rows.len(), tiles.unit.as_str()), (11, 11, "USD"));
        assert!(tiles.title.ends_with(&storm.name), "{}", tiles.title);
        let middle = tiles.tile((5, 5)).unwrap().value.unwrap();
        near(picked, middle, pnl, 1e-9);
        // The highest vol on top, the lowest spot on the left, each with its unit.
        assert_eq!((tiles.rows[0].as_str(), tiles.columns[0].as_str()), ("+50\u{a0}pts", "−50\u{a0}%"));
        let one = engine
            .scenario_grid(&storm, &Settings { grid: GridSpec { spot_count: 2, vol_count: 2, ..GridSpec::default() }, ..settings(2) });
        near(picked, tiles.tile((0, 0)).unwrap().value.unwrap(), one.unwrap().pnl[2], 1e-9);
    }
}
