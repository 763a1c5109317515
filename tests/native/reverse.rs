//! The likeliest storm against closed forms and against random searches, what follows from given moves, and break points.

use crate::book_support::{AS_OF, cash, coin, day, generated, load, option, option_fact, perpetual, position, spot_fact};
use plimsoll::engine::{Engine, FactorChoice, PastChoice};
use plimsoll::exposure::limit;
use plimsoll::instrument::{OptionKind, Settlement};
use plimsoll::market::history::{BuiltIn, Estimator, Regime};
use plimsoll::math::matrix::{Symmetric, dot};
use plimsoll::math::{exp, ln};
use plimsoll::stress::factor::{Factor, FactorKind, Factors, VolAssumptions};
use plimsoll::stress::propagation::propagate;
use plimsoll::stress::reverse::{Answer, FARTHEST, Reach, Storm, reverse};
use std::collections::BTreeMap;

fn choice(regime: Regime, theta: f64, days: f64) -> FactorChoice {
    let past = PastChoice { past: None, regime, theta, estimator: Estimator::Shrunk, given: false };
    FactorChoice { past, vols: VolAssumptions::default(), days }
}

fn spots(deviations: &[f64], correlation: f64) -> Factors {
    let list = (0..deviations.len()).map(|place| Factor { underlying: format!("C{place}"), kind: FactorKind::Spot }).collect();
    let matrix = Symmetric::from_fn(deviations.len(), |row, column| if row == column { 1.0 } else { correlation });
    Factors::with(list, deviations.to_vec(), matrix, 1.0)
}

fn found(answer: Answer) -> Storm {
    let Answer::Found(storm) = answer else { panic!("{answer:?}") };
    *storm
}

fn sigma(factors: &Factors, deltas: &[f64]) -> f64 {
    let scaled: Vec<f64> = deltas.iter().zip(&factors.deviations).map(|(delta, deviation)| delta * deviation).collect();
    factors.correlation.quadratic(&scaled).sqrt()
}

struct Draws(u64);

impl Draws {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// In a ball of radius 1, thinly towards its middle.
    fn in_ball(&mut self, rank: usize) -> Vec<f64> {
        let normals: Vec<f64> = (0..rank).map(|_| plimsoll::math::normal::quantile(self.uniform())).collect();
        let size = plimsoll::math::pow(self.uniform(), 1.0 / rank as f64) / dot(&normals, &normals).sqrt();
        normals.iter().map(|entry| entry * size).collect()
    }
}

#[test]
fn a_delta_normal_book_has_the_storm_of_theory() {
    for (deltas, deviations, correlation) in [
        (vec![1e6], vec![0.03], 0.0),
        (vec![1e6, -4e5], vec![0.03, 0.045], 0.8),
        (vec![1e6, -4e5, 7e4, 0.0, 2.5e5], vec![0.03, 0.045, 0.06, 0.05, 0.001], 0.6),
    ] {
        let factors = spots(&deviations, correlation);
        let whole = sigma(&factors, &deltas);
        for amount in [0.01 * whole, whole, 3.7 * whole, 11.9 * whole] {
            let storm = found(reverse(&factors, &mut |moves| -dot(&deltas, moves), amount, 60_000).answer);
            assert!((storm.distance / (amount / whole) - 1.0).abs() < 1e-9, "{} {amount}", storm.distance);
            assert!((storm.loss / amount - 1.0).abs() < 1e-9);
            // x = −L·Σδ/(δ'Σδ).
            let scaled: Vec<f64> = deltas.iter().zip(&deviations).map(|(delta, deviation)| delta * deviation).collect();
            for (place, with) in factors.correlation.times(&scaled).into_iter().enumerate() {
                let theory = -amount * with * deviations[place] / (whole * whole);
                assert!((storm.moves[place] - theory).abs() <= 1e-6 * theory.abs(), "{place}: {} {theory}", storm.moves[place]);
                let share = scaled[place] * with / (whole * whole);
                assert!((storm.shares[place] - share).abs() < 1e-6);
            }
        }
        let nowhere = reverse(&factors, &mut |moves| -dot(&deltas, moves), 12.1 * whole, 60_000).answer;
        let Answer::Nowhere { worst, .. } = nowhere else { panic!("{nowhere:?}") };
        assert!((worst / (FARTHEST * whole) - 1.0).abs() < 1e-6, "{worst}");
    }
}

#[test]
fn a_quadratic_loss_with_two_valleys_has_its_nearest_point() {
    // Loss 2·x² + y² in independent units: the nearest place is along x, at √(L/2), on either side.
    let storm = found(reverse(&spots(&[1.0, 1.0], 0.0), &mut |moves| 2.0 * moves[0] * moves[0] + moves[1] * moves[1], 8.0, 60_000).answer);
    assert!((storm.distance - 2.0).abs() < 1e-9 && storm.moves[1].abs() < 1e-4, "{storm:?}");
    // A slope up to a far side and a hole on the near side that no slope leads to.
    let hole = |moves: &[f64]| if (moves[0] + 2.0).abs() < 0.5 && (moves[1] - 1.0).abs() < 0.5 { 6.0 } else { moves[0] };
    let storm = found(reverse(&spots(&[1.0, 1.0], 0.0), &mut { hole }, 5.0, 60_000).answer);
    assert!((storm.distance - (1.5_f64 * 1.5 + 0.5 * 0.5).sqrt()).abs() < 1e-3, "{storm:?}");
}

#[test]
fn a_coin_alone_falls_by_what_the_loss_is_of_it() {
    let engine = load(vec![position("BTC", coin("BTC"), 2.0, None), position("USD", cash("USD"), 5e4, None)], vec![spot_fact("BTC", 1e5)]);
    let book = engine.factors(&choice(Regime::Calm, 0.0, 4.0));
    let deviation = BuiltIn::of(Regime::Calm).unwrap().vols[0] * (4.0_f64 / 365.0).sqrt();
    assert_eq!((book.factors.count(), book.factors.deviations[0]), (1, deviation));
    let storm = found(engine.reverse(&book.factors, 3e4, 0.0).answer);
    let theory = ln(1.0 - 3e4 / 2e5);
    assert!((storm.moves[0] / theory - 1.0).abs() < 1e-9 && (storm.distance / (-theory / deviation) - 1.0).abs() < 1e-9, "{storm:?}");
    let breaks = engine.break_points(&book.factors, (3e4, 0.0), &[], &BTreeMap::new());
    let (Reach::At(down), Reach::Nowhere) = breaks.factors[0].loss else { panic!("{breaks:?}") };
    assert!((down - storm.distance).abs() < 1e-8);
    // A loss that no fall reaches.
    assert!(matches!(engine.reverse(&book.factors, 2.1e5, 0.0).answer, Answer::Nowhere { .. }));
    assert_eq!(engine.reverse(&book.factors, 0.0, 0.0).answer, Answer::Already(0.0));
}

#[test]
fn a_small_loss_of_coins_is_the_one_of_the_normal_distribution() {
    let positions = vec![
        position("BTC", coin("BTC"), 1.0, None),
        position("ETH", perpetual("ETH", Settlement::Linear, 1.0), -20.0, Some(3_000.0)),
        position("SOL", coin("SOL"), 200.0, None),
    ];
    let engine = load(positions, vec![spot_fact("BTC", 1e5), spot_fact("ETH", 3e3), spot_fact("SOL", 150.0)]);
    for regime in [Regime::Calm, Regime::Stress] {
        let factors = engine.factors(&choice(regime, 0.3, 1.0)).factors;
        let delta = |factor: &Factor| match factor.underlying.as_str() {
            "BTC" => 1e5,
            "ETH" => -6e4,
            _ => 3e4,
        };
        let whole = sigma(&factors, &factors.list.iter().map(delta).collect::<Vec<f64>>());
        // What the curvature of e^x adds is of the order of the loss over the holding.
        let amount = 1e-6 * whole;
        let storm = found(engine.reverse(&factors, amount, 0.0).answer);
        assert!((storm.distance / 1e-6 - 1.0).abs() < 1e-6, "{}", storm.distance);
    }
}

/// Two coins with options of both, long and short, drawn.
fn options(seed: u64) -> Engine {
    let mut draws = Draws(seed);
    let (mut positions, mut facts) = (Vec::new(), vec![spot_fact("BTC", 1e5), spot_fact("ETH", 3e3)]);
    for (underlying, spot, size) in [("BTC", 1e5, 1.0), ("ETH", 3e3, 30.0)] {
        for leg in 0..4 {
            let strike = (spot * (0.8 + 0.4 * draws.uniform()) / 100.0).round() * 100.0;
            let kind = if draws.uniform() < 0.5 { OptionKind::Call } else { OptionKind::Put };
            let expiry = day(3 + (draws.uniform() * 60.0) as i64);
            let held = size * (10.0 * draws.uniform() - 5.0).round();
            let contract = option(underlying, Settlement::Linear, kind, strike, expiry);
            facts.push(option_fact(&contract, Some(0.4 + 0.3 * draws.uniform()), None));
            positions.push(position(
                &format!("{underlying}-{leg}"),
                option(underlying, Settlement::Linear, kind, strike, expiry),
                held,
                None,
            ));
        }
    }
    load(positions, facts)
}

#[test]
fn no_random_search_finds_a_likelier_storm_of_an_option_book() {
    for seed in 1..=6 {
        let engine = options(seed);
        let factors = engine.factors(&choice(Regime::Calm, 0.0, 1.0)).factors;
        assert_eq!((factors.count(), factors.rank()), (4, 4));
        let mut loss = engine.loss_of(&factors, 0.0);
        for amount in [5e3, 4e4] {
            let answer = engine.reverse(&factors, amount, 0.0);
            assert!(answer.is_complete, "{}", answer.valuations);
            let (radius, nearest) = match answer.answer {
                Answer::Found(storm) => {
                    assert!((storm.loss / amount - 1.0).abs() < 1e-3, "{seed}: {} of {amount}", storm.loss);
                    assert!((storm.shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
                    (storm.distance * (1.0 - 1e-6), Some(storm.distance))
                }
                Answer::Nowhere { worst, .. } => {
                    assert!(worst < amount);
                    (FARTHEST, None)
                }
                Answer::Already(_) => panic!("{seed}"),
            };
            let mut draws = Draws(seed * 1000 + 7);
            for _ in 0..100_000 {
                let place: Vec<f64> = draws.in_ball(factors.rank()).into_iter().map(|entry| entry * radius).collect();
                let lost = loss(&factors.moves(&place));
                assert!(lost < amount, "{seed} {amount}: {lost} at {} before {nearest:?}", dot(&place, &place).sqrt());
            }
        }
    }
}

#[test]
fn no_random_search_finds_a_likelier_storm_past_expiries_or_in_a_crash() {
    for seed in 11..=16 {
        for (regime, theta, days, roll) in [(Regime::Stress, 0.9, 1.0, 0.0), (Regime::Calm, 0.0, 30.0, 30.0)] {
            let engine = options(seed);
            let factors = engine.factors(&choice(regime, theta, days)).factors;
            let mut loss = engine.loss_of(&factors, roll);
            let radius = match engine.reverse(&factors, 4e4, roll).answer {
                Answer::Found(storm) => {
                    assert!((storm.loss / 4e4 - 1.0).abs() < 1e-3, "{seed} {regime:?}: {}", storm.loss);
                    storm.distance * (1.0 - 1e-6)
                }
                Answer::Nowhere { .. } => FARTHEST,
                Answer::Already(lost) => {
                    assert!(lost >= 4e4 && roll > 0.0);
                    continue;
                }
            };
            let mut draws = Draws(seed);
            for _ in 0..20_000 {
                let place: Vec<f64> = draws.in_ball(factors.rank()).into_iter().map(|entry| entry * radius).collect();
                assert!(loss(&factors.moves(&place)) < 4e4, "{seed} {regime:?}: {} of {radius}", dot(&place, &place).sqrt());
            }
        }
    }
}

#[test]
fn moves_of_factors_have_the_correlations_that_are_said() {
    let engine = options(3);
    let factors = engine.factors(&choice(Regime::Stress, 0.5, 1.0)).factors;
    let kinds: Vec<(String, FactorKind)> = factors.list.iter().map(|factor| (factor.underlying.clone(), factor.kind)).collect();
    assert_eq!(kinds[0].1, FactorKind::Spot);
    let built = BuiltIn::of(Regime::Stress).unwrap();
    let between = 0.5 * built.below[0] + 0.5;
    let at = |name: &str, kind: FactorKind| kinds.iter().position(|known| known == &(name.to_owned(), kind)).unwrap();
    let (btc, eth) = (at("BTC", FactorKind::Spot), at("ETH", FactorKind::Spot));
    let (btc_vol, eth_vol) = (at("BTC", FactorKind::Vol), at("ETH", FactorKind::Vol));
    let near = |one: f64, other: f64| (one - other).abs() < 1e-12;
    assert!(near(factors.correlation.get(btc, eth), between) && near(factors.correlation.get(btc_vol, eth_vol), between));
    assert!(near(factors.correlation.get(btc, btc_vol), -0.3) && near(factors.correlation.get(btc, eth_vol), -0.3 * between));
    // Σ = A·A'.
    let units: Vec<Vec<f64>> = (0..factors.rank())
        .map(|axis| factors.moves(&(0..factors.rank()).map(|place| f64::from(u8::from(place == axis))).collect::<Vec<f64>>()))
        .collect();
    for row in 0..4 {
        for column in 0..4 {
            let sum: f64 = units.iter().map(|unit| unit[row] * unit[column]).sum();
            let theory = factors.correlation.get(row, column) * factors.deviations[row] * factors.deviations[column];
            assert!((sum - theory).abs() < 1e-15, "{row} {column}");
        }
    }
}

#[test]
fn what_no_history_knows_is_assumed_and_said() {
    let positions = vec![position("PEPE", coin("PEPE"), 1e6, None), position("BTC", coin("BTC"), 1.0, None)];
    let factors = load(positions, vec![spot_fact("PEPE", 0.01), spot_fact("BTC", 1e5)]).factors(&choice(Regime::Calm, 0.0, 1.0)).factors;
    let pepe = factors.list.iter().position(|factor| factor.underlying == "PEPE").unwrap();
    assert_eq!(factors.deviations[pepe], 0.6 * (1.0_f64 / 365.0).sqrt());
    assert!((factors.correlation.get(0, 1) - 0.6).abs() < 1e-15);
    assert_eq!(factors.issues.iter().map(|issue| issue.subject.clone().unwrap()).collect::<Vec<_>>(), ["PEPE"]);
}

#[test]
fn the_currency_of_a_state_is_not_assumed_to_move_like_a_coin() {
    let book = vec![position("EUR", coin("EUR"), 1e5, None)];
    let engine = load(book, vec![spot_fact("EUR", 1.1)]);
    let factors = engine.factors(&choice(Regime::Calm, 0.0, 1.0)).factors;
    let day = 0.1 * (1.0_f64 / 365.0).sqrt();
    assert!((factors.deviations[0] - day).abs() < 1e-15, "{:?}", factors.deviations);
    let ordinary = engine.valuation(&plimsoll::engine::Settings::default(), false).ordinary_day;
    assert!((ordinary.loss - 1.1e5 * 0.1 / 365.0_f64.sqrt()).abs() < 1e-6, "{ordinary:?}");
    assert!(engine.issues().iter().any(|issue| issue.message.contains("10 % a year")), "{:?}", engine.issues());
}

#[test]
fn what_follows_is_the_conditional_expectation() {
    let factors = spots(&[0.02, 0.05, 0.04], 0.6);
    let found = propagate(&factors, &[Some(-0.06), None, None]);
    assert_eq!((found.factors[0].size, found.factors[0].is_given, found.factors[0].left), (-0.06, true, 0.0));
    // ρ·σ₂/σ₁·x₁, and σ₂·√(1 − ρ²).
    assert!((found.factors[1].size + 0.6 * 0.05 / 0.02 * 0.06).abs() < 1e-15 && (found.factors[1].left - 0.05 * 0.8).abs() < 1e-15);
    assert!((found.distance - 3.0).abs() < 1e-12 && !found.is_contradiction);
    // Two given: with equal correlations ρ the weights are ρ/(1 + ρ) each.
    let found = propagate(&factors, &[Some(-0.06), Some(0.05), None]);
    assert!((found.factors[2].size - 0.04 * (0.6 / 1.6) * (-3.0 + 1.0)).abs() < 1e-15, "{found:?}");
    assert!((found.factors[2].left - 0.04 * (1.0_f64 - 2.0 * 0.36 / 1.6).sqrt()).abs() < 1e-15);
    // Given as it would follow anyway, a factor changes nothing.
    let alone = propagate(&factors, &[Some(-0.06), None, None]);
    let typed = propagate(&factors, &[Some(-0.06), Some(alone.factors[1].size), None]);
    assert!((typed.factors[2].size - alone.factors[2].size).abs() < 1e-15 && (typed.distance - alone.distance).abs() < 1e-12);
    let none = propagate(&factors, &[None, None, None]);
    assert!(none.factors.iter().all(|factor| factor.size == 0.0 && factor.left == factor.deviation) && none.distance == 0.0);
    // All move as one: what differs contradicts.
    let one = spots(&[0.02, 0.04], 1.0);
    assert!(!propagate(&one, &[Some(0.01), Some(0.02)]).is_contradiction);
    assert!(propagate(&one, &[Some(0.01), Some(-0.02)]).is_contradiction);
}

#[test]
fn the_pnl_of_what_follows_is_that_of_a_revaluation() {
    let engine = options(2);
    let factors = engine.factors(&choice(Regime::Calm, 0.0, 1.0)).factors;
    let (followed, pnl) = engine.propagated(&factors, &[Some(ln(0.9)), None, None, None], 0.0);
    let moves: Vec<f64> = followed.factors.iter().map(|factor| factor.size).collect();
    let shock = factors.shock(&moves, 0.0);
    assert!((shock.of(&factors.list[0].underlying).spot + 0.1).abs() < 1e-15);
    let settings = plimsoll::engine::Settings { shock, ..plimsoll::engine::Settings::default() };
    let report = engine.valuation(&settings, false);
    assert!((report.pnl.unwrap() - pnl).abs() < 1e-6, "{pnl}");
    let (_, nothing) = engine.propagated(&factors, &[None, None, None, None], 0.0);
    assert_eq!(nothing, 0.0);
}

#[test]
fn a_limit_breaks_where_its_measure_reaches_it() {
    let engine = load(vec![position("BTC", coin("BTC"), 2.0, None)], vec![spot_fact("BTC", 1e5)]);
    let factors = engine.factors(&choice(Regime::Calm, 0.0, 1.0)).factors;
    let set = limit::read("measure,dimension,key,soft,hard\nnet-delta,,,,250000\ngross-notional,,,,150000\n");
    assert!(set.issues.is_empty(), "{:?}", set.issues);
    let found = engine.break_points(&factors, (1e5, 0.0), &set.value, &BTreeMap::new());
    assert!(found.has_limits);
    let (Reach::Nowhere, Reach::At(up)) = found.factors[0].limits[0] else { panic!("{found:?}") };
    assert!((exp(up * factors.deviations[0]) - 1.25).abs() < 1e-8);
    assert_eq!(found.factors[0].limits[1], (Reach::Already, Reach::Already));
}

#[test]
fn the_likeliest_storm_that_breaks_a_limit_is_the_nearest_point_of_its_surface() {
    let book = vec![position("BTC", coin("BTC"), 2.0, None), position("ETH", coin("ETH"), -30.0, None)];
    let engine = load(book, vec![spot_fact("BTC", 1e5), spot_fact("ETH", 3e3)]);
    let factors = engine.factors(&choice(Regime::Calm, 0.0, 1.0)).factors;
    let limit = |text: &str| limit::read(&format!("measure,dimension,key,soft,hard\n{text}\n")).value.remove(0);
    // Of one underlying its spot alone decides: ln 1.25 away, and the other follows by its beta.
    let of_bitcoin = found(engine.reverse_limit(&factors, &limit("net-delta,underlying,BTC,,250000"), &BTreeMap::new(), 0.0).answer);
    let [bitcoin, ether] = [factors.deviations[0], factors.deviations[1]];
    assert!((of_bitcoin.distance - ln(1.25) / bitcoin).abs() < 1e-6, "{}", of_bitcoin.distance);
    let beta = factors.correlation.get(0, 1) * ether / bitcoin;
    assert!(
        (of_bitcoin.moves[0] - ln(1.25)).abs() < 1e-9 && (of_bitcoin.moves[1] - beta * ln(1.25)).abs() < 1e-5,
        "{:?}",
        of_bitcoin.moves
    );
    // Of the whole the surface is 2·e^x·100 000 − 30·e^y·3 000 = 140 000: no point of it on a fine grid is nearer.
    let whole = found(engine.reverse_limit(&factors, &limit("net-delta,,,,140000"), &BTreeMap::new(), 0.0).answer);
    assert!((2e5 * exp(whole.moves[0]) - 9e4 * exp(whole.moves[1]) - 1.4e5).abs() < 1e-3);
    let correlation = factors.correlation.get(0, 1);
    let nearest = (0..40_000)
        .map(|step| {
            let first = -0.2 + f64::from(step) * 1e-5;
            let (one, other) = (first / bitcoin, ln((2e5 * exp(first) - 1.4e5) / 9e4) / ether);
            (one * one - 2.0 * correlation * one * other + other * other) / (1.0 - correlation * correlation)
        })
        .filter(|square| square.is_finite())
        .fold(f64::INFINITY, f64::min);
    assert!((whole.distance - nearest.sqrt()).abs() < 1e-6, "{} {}", whole.distance, nearest.sqrt());
    let already = engine.reverse_limit(&factors, &limit("gross-notional,,,,1000"), &BTreeMap::new(), 0.0).answer;
    assert!(matches!(already, Answer::Already(used) if (used - 290.0).abs() < 1e-9), "{already:?}");
}

#[test]
fn time_that_goes_on_is_in_the_loss() {
    let expiry = day(20);
    let call = option("BTC", Settlement::Linear, OptionKind::Call, 1e5, expiry);
    let facts = vec![spot_fact("BTC", 1e5), option_fact(&call, Some(0.5), None)];
    let engine = load(vec![position("C", call, 1.0, None)], facts);
    let factors = engine.factors(&choice(Regime::Calm, 0.0, 10.0)).factors;
    let decay = engine.loss_of(&factors, 10.0)(&[0.0, 0.0]);
    assert!(decay > 0.0);
    assert_eq!(engine.reverse(&factors, 0.5 * decay, 10.0).answer, Answer::Already(decay));
    let (at_once, later) =
        (found(engine.reverse(&factors, 2.0 * decay, 0.0).answer), found(engine.reverse(&factors, 2.0 * decay, 10.0).answer));
    assert!(later.distance < at_once.distance);
    assert!(AS_OF < expiry);
}

#[test]
fn a_large_book_ends_in_time_and_says_so() {
    let engine = Engine::load(generated(5, 300), AS_OF);
    let factors = engine.factors(&choice(Regime::Calm, 0.0, 1.0)).factors;
    let mut loss = engine.loss_of(&factors, 0.0);
    let answer = reverse(&factors, &mut loss, 1e5, 300);
    assert!(!answer.is_complete && answer.valuations < 2_000, "{}", answer.valuations);
}

mod sheet {
    use super::*;
    use crate::book_support::desk;
    use crate::sheet_support::{ask, body, has, row, table, words};
    use plimsoll::engine::{Settings, Yardsticks};
    use plimsoll::stress::scenario::{Scenario, read, write};
    use plimsoll::view::sheet::{Body, ControlKind, Sheet, Tone};

    fn of(engine: &Engine, sheet: &str, choices: &[(&str, &str)]) -> Sheet {
        ask(&mut desk(engine), sheet, &Settings::default(), choices)
    }

    fn two_coins() -> Engine {
        let positions = vec![position("BTC", coin("BTC"), 1.0, None), position("ETH", coin("ETH"), 20.0, None)];
        load(positions, vec![spot_fact("BTC", 1e5), spot_fact("ETH", 3e3)])
    }

    #[test]
    fn the_likeliest_storm_is_told_in_a_sentence() {
        let sheet = of(&two_coins(), "reverse", &[]);
        let said = words(&sheet, "storm");
        assert_eq!(
            said[0],
            (
                Tone::Plain,
                "The likeliest way to lose $16.0 k, 10.0 % of equity, is BTC −10.0 % and ETH −10.0 %: 5.66 standard deviations over 1 day."
                    .to_owned()
            )
        );
        assert!(said[1].1.contains("$16.0 k"), "{said:?}");
        let factors = table(&sheet, "storm-factors");
        assert_eq!(factors.table.rows.len(), 2);
        let breaks = table(&sheet, "break-points");
        assert_eq!(row(breaks, 0)[..2], ["BTC", "−16.0 %"]);
        assert_eq!(row(breaks, 0)[3], "none within 12σ");
    }

    #[test]
    fn a_loss_in_dollars_and_what_cannot_be_one() {
        let engine = two_coins();
        let dollars = words(&of(&engine, "reverse", &[("reverse/unit", "usd"), ("reverse/dollars", "8 000")]), "storm");
        assert!(dollars[0].1.starts_with("The likeliest way to lose $8.00 k, 5.0 % of equity, is BTC"), "{dollars:?}");
        let wrong = of(&engine, "reverse", &[("reverse/part", "much"), ("factors/days", "0")]);
        let Body::Controls(controls) = body(&wrong, "reverse-choice") else { panic!() };
        let errors: Vec<&str> = controls.iter().map(|control| control.error.as_str()).filter(|error| !error.is_empty()).collect();
        assert_eq!(
            errors,
            ["“much” is no loss: a number above 0; 10 is used", "“0” cannot be used: days above 0 and at most 365; 1 is used"]
        );
        let short = vec![position("BTC", coin("BTC"), -1.0, None)];
        let without = of(&load(short, vec![spot_fact("BTC", 1e5)]), "reverse", &[("reverse/unit", "equity")]);
        assert!(words(&without, "storm")[0].1.starts_with("Without equity"));
        let cash_only = of(&load(vec![position("USD", cash("USD"), 1e4, None)], Vec::new()), "reverse", &[]);
        assert!(words(&cash_only, "storm")[0].1.contains("nothing but currencies"));
    }

    #[test]
    fn limits_stand_with_the_factors_that_break_them() {
        let set = "measure,dimension,key,soft,hard\nnet-delta,,,,180000\nnet-leverage,,,,3\n";
        let limits = of(&two_coins(), "reverse", &[("limits/set", set)]);
        let table = table(&limits, "limit-breaks");
        // 160 000 + 20 000: BTC by 20 %.
        assert_eq!((row(table, 0)[1].as_str(), row(table, 0)[4].as_str()), ("BTC", "+20.0 %"));
        assert!(table.notes.iter().any(|note| note.starts_with("Net leverage: no factor alone")), "{:?}", table.notes);
    }

    #[test]
    fn the_storm_that_reaches_a_limit_is_asked_for_by_its_place_in_the_set() {
        let set = "measure,dimension,key,soft,hard\nnet-leverage,,,,3\nnet-delta,underlying,BTC,,125000\n";
        let choices = [("limits/set", set), ("reverse/of", "2")];
        let sheet = of(&two_coins(), "reverse", &choices);
        let said = &words(&sheet, "storm")[0].1;
        assert!(
            said.starts_with("$ delta, net, underlying: BTC: the likeliest way to its hard limit of $125 k is BTC +25.0 %: 11.43 standard"),
            "{said}"
        );
        assert!(said.ends_with("The P&L there, with what follows, is +$36.1 k."), "{said}");
        assert!(!table(&sheet, "storm-factors").table.heads.iter().any(|head| head.contains("P&L")));
        // No loss is asked about, and no other limit.
        let Body::Controls(controls) = body(&sheet, "reverse-choice") else { panic!() };
        assert!(!controls.iter().any(|control| control.label.starts_with("Loss") || control.label == "That is"), "{controls:?}");
        assert!(!has(&sheet, "break-points"));
        let breaks = table(&sheet, "limit-breaks");
        assert_eq!((breaks.table.rows.len(), row(breaks, 0)[4].as_str()), (1, "+25.0 %"), "{:?}", breaks.table.rows);
        let (pack, _) = kept(&two_coins(), "reverse", "storm-keep", &choices);
        assert!(pack[0].name.starts_with("Reverse stress: $ delta, net, underlying: BTC at its hard limit of $125"), "{}", pack[0].name);
        let passed = "measure,dimension,key,soft,hard\ngross-notional,,,,1000\n";
        let passed = of(&two_coins(), "reverse", &[("limits/set", passed), ("reverse/of", "1")]);
        let breaks = table(&passed, "limit-breaks");
        assert!(
            breaks.table.rows.is_empty() && breaks.notes[0].ends_with("its hard limit is passed already, without any move."),
            "{breaks:?}"
        );
        // A book without equity has limits all the same.
        let short = vec![position("BTC", coin("BTC"), -1.0, None)];
        let whole = "measure,dimension,key,soft,hard\nnet-delta,,,,120000\n";
        let short = of(&load(short, vec![spot_fact("BTC", 1e5)]), "reverse", &[("limits/set", whole), ("reverse/of", "1")]);
        assert!(words(&short, "storm")[0].1.contains("BTC +20.0 %"), "{:?}", words(&short, "storm"));
        let gone = of(&two_coins(), "reverse", &[("limits/set", set), ("reverse/of", "7")]);
        let Body::Controls(controls) = body(&gone, "reverse-choice") else { panic!() };
        assert_eq!(controls[0].error, "“7” is no limit of the set, which has 2 of them; a loss is looked for");
    }

    /// The own pack after the button that keeps a storm was pressed, and what the sheet has then.
    fn kept(engine: &Engine, sheet: &str, id: &str, choices: &[(&str, &str)]) -> (Vec<Scenario>, String) {
        let page = of(engine, sheet, choices);
        let Body::Controls(controls) = body(&page, id) else { panic!() };
        let ControlKind::Buttons(buttons) = &controls[0].kind else { panic!("{:?}", controls[0]) };
        assert_eq!((controls[0].key.as_str(), buttons[0].1.as_str()), ("scenarios/pack", "Keep as storm"));
        let read = read(&buttons[0].0);
        assert!(read.issues.is_empty(), "{:?}", read.issues);
        assert_eq!(controls[0].also, [("editor/of".to_owned(), format!("own/{}", read.value.last().unwrap().id))]);
        let after: Vec<(&str, &str)> = choices.iter().copied().chain([("scenarios/pack", buttons[0].0.as_str())]).collect();
        let page = of(engine, sheet, &after);
        let Body::Controls(controls) = body(&page, id) else { panic!() };
        (read.value, controls[0].value.clone())
    }

    fn as_the_sheet_has_it(engine: &Engine, days: f64) -> Factors {
        let past = PastChoice { past: None, regime: Regime::Recent, theta: 0.3, estimator: Estimator::Smoothed(0.94), given: false };
        engine.factors(&FactorChoice { past, vols: VolAssumptions::default(), days }).factors
    }

    #[test]
    fn a_kept_storm_loses_what_the_storm_loses() {
        for (engine, days, time) in [(options(2), "1", "at-once"), (options(5), "3", "passes"), (two_coins(), "1", "at-once")] {
            let roll = if time == "passes" { 3.0 } else { 0.0 };
            let choices = [("factors/days", days), ("factors/time", time), ("reverse/unit", "usd"), ("reverse/dollars", "9000")];
            let (pack, said) = kept(&engine, "reverse", "storm-keep", &choices);
            let storm = found(engine.reverse(&as_the_sheet_has_it(&engine, days.parse().unwrap()), 9e3, roll).answer);
            let rows = engine.scenarios(&pack, Yardsticks::default());
            assert!(rows[0].issues.is_empty() && (rows[0].pnl / -storm.loss - 1.0).abs() < 1e-9, "{} {}", rows[0].pnl, storm.loss);
            assert_eq!((pack[0].id.as_str(), pack[0].days), ("reverse-stress-lose-9-00-k", roll));
            assert!(pack[0].name.starts_with("Reverse stress: lose $9.00") && pack[0].source.starts_with("Found by reverse stress"));
            assert!(said.contains("The own pack holds it as “Reverse stress: lose $9.00"), "{said}");
        }
    }

    #[test]
    fn what_follows_is_kept_with_every_move_of_it_beside_what_the_pack_has() {
        let engine = options(2);
        let own = write(&[Scenario { id: "mine".to_owned(), name: "Mine".to_owned(), ..Scenario::default() }]);
        let choices = [("propagation/BTC", "-10"), ("propagation/ETH vol", "25"), ("scenarios/pack", own.as_str())];
        let (pack, _) = kept(&engine, "propagation", "propagation-keep", &choices);
        let factors = as_the_sheet_has_it(&engine, 1.0);
        let given: Vec<Option<f64>> = ["BTC", "ETH", "BTC vol", "ETH vol"]
            .iter()
            .map(|name| [("BTC", 0.9), ("ETH vol", 1.25)].iter().find(|(known, _)| known == name).map(|(_, part)| ln(*part)))
            .collect();
        let (_, pnl) = engine.propagated(&factors, &given, 0.0);
        assert_eq!((pack.len(), pack[0].id.as_str(), pack[1].shocks.len()), (2, "mine", 4));
        let kept = engine.scenarios(&pack[1..], Yardsticks::default())[0].pnl;
        assert!((kept / pnl - 1.0).abs() < 1e-9, "{kept} {pnl}");
        assert!(!has(&of(&engine, "propagation", &[]), "propagation-keep"), "nothing is given");
    }

    #[test]
    fn a_storm_is_not_kept_over_a_pack_that_cannot_be_read() {
        let page = of(&two_coins(), "reverse", &[("scenarios/pack", "{")]);
        let Body::Controls(controls) = body(&page, "storm-keep") else { panic!() };
        assert!(controls[0].kind == ControlKind::Note && controls[0].value.starts_with("the own pack has an error"), "{controls:?}");
    }

    #[test]
    fn a_typed_move_is_given_and_the_rest_follows() {
        let engine = two_coins();
        let rest = of(&engine, "propagation", &[]);
        assert!(words(&rest, "propagated")[0].1.starts_with("Type the move"));
        let given = of(&engine, "propagation", &[("propagation/BTC", "-10 %")]);
        let said = words(&given, "propagated");
        assert!(said[0].1.starts_with("Given BTC −10.0 %, with the rest as it follows, the book makes −$"), "{said:?}");
        let shown = table(&given, "propagation");
        assert_eq!((row(shown, 0)[6].as_str(), row(shown, 1)[6].as_str()), ("given", "follows"));
        let built = BuiltIn::of(Regime::Calm).unwrap();
        let theory = exp(ln(0.9) * built.below[0] * built.vols[1] / built.vols[0]) - 1.0;
        let plimsoll::view::chart::Cell::Number(Some(eth), _) = shown.table.rows[1][2] else { panic!() };
        assert!((eth / 100.0 - theory).abs() < 1e-12);
        assert_eq!(shown.edits[1].key, "propagation/ETH");
        let both = of(&engine, "propagation", &[("propagation/BTC", "−10"), ("propagation/ETH", "+5")]);
        assert_eq!(row(table(&both, "propagation"), 1)[6], "given");
        let said = words(&both, "propagated");
        assert!(said[0].1.contains("the book makes −$7.00 k, −4.4 % of equity"), "{said:?}");
        let wrong = of(&engine, "propagation", &[("propagation/BTC", "-100")]);
        let error = &table(&wrong, "propagation").edits[0].error;
        assert!(error.contains("above −100 and at most 10 000 is accepted") && row(table(&wrong, "propagation"), 0)[6] == "follows");
        assert_eq!(words(&wrong, "propagated").last().unwrap(), &(Tone::Warning, format!("BTC: {error}.")), "it is read without a mouse");
    }
}
