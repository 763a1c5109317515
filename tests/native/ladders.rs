//! Ladders, tenors, the smile's places and the theta calendar: against the positions, and against a second computation.

use crate::book_support::{AS_OF, cash, coin, day, forward_fact, future, generated, load, near, option, option_fact, position, spot_fact};
use plimsoll::engine::{Engine, Settings};
use plimsoll::exposure::ladder::{Place, TENORS, by_tenor};
use plimsoll::instrument::{Instrument, OptionKind, Settlement};
use plimsoll::market::Fact;
use plimsoll::math::black::BlackInput;
use plimsoll::stress::decay::DecayPath;

const SPOT: f64 = 100_000.0;

fn call(strike: f64, days: i64) -> Instrument {
    option("BTC", Settlement::Linear, OptionKind::Call, strike, day(days))
}

fn put(strike: f64, days: i64) -> Instrument {
    option("BTC", Settlement::Linear, OptionKind::Put, strike, day(days))
}

fn facts(options: &[(Instrument, f64)], forwards: &[(i64, f64)]) -> Vec<Fact> {
    let vols = options.iter().map(|(option, vol)| option_fact(option, Some(*vol), None));
    let forwards = forwards.iter().map(|(days, forward)| forward_fact("BTC", day(*days), *forward));
    std::iter::once(spot_fact("BTC", SPOT)).chain(forwards).chain(vols).collect()
}

#[test]
fn every_way_to_sum_the_options_comes_to_what_the_positions_come_to() {
    for seed in [3, 14, 159] {
        let inputs = generated(seed, 60);
        let engine = Engine::load(inputs, AS_OF);
        let positions = engine.valuation(&Settings::default(), true).positions;
        let options = || positions.iter().filter(|row| row.strike.is_some()).filter_map(|row| row.base);
        let sum = |measure: fn(&plimsoll::units::Measures) -> f64| options().map(|valued| measure(&valued.measures)).sum::<f64>();
        let ladders = engine.ladders();
        let rungs = || ladders.strikes.iter().flat_map(|ladder| &ladder.rungs);
        near("gamma", rungs().map(|rung| rung.gamma_1pct).sum(), sum(|measures| measures.gamma_1pct), 1e-12);
        near("premium", rungs().map(|rung| rung.premium).sum(), sum(|measures| measures.value), 1e-12);
        let vega = sum(|measures| measures.vega_1pt);
        near("vega by strike", rungs().map(|rung| rung.vega_1pt).sum(), vega, 1e-12);
        near("vega by expiry", ladders.vega.iter().map(|row| row.vega.raw).sum(), vega, 1e-12);
        near("vega by tenor", by_tenor(&ladders.vega).iter().map(|sum| sum.raw).sum(), vega, 1e-12);
        near("vega by place", ladders.smile.iter().flat_map(|row| row.places).sum(), vega, 1e-12);
        assert_eq!(rungs().map(|rung| rung.positions).sum::<u32>() as usize, options().count());
        for ladder in &ladders.strikes {
            assert!(ladder.rungs.iter().all(|rung| ladder.expiries.contains(&rung.expiry) && ladder.strikes.contains(&rung.strike)));
            assert!(ladder.strikes.is_sorted() && ladder.expiries.is_sorted());
        }
    }
}

#[test]
fn a_strike_is_pinned_only_near_the_spot_shortly_before_expiry_and_where_a_side_matters() {
    // 60 % over two days and twenty hours is 5 300 dollars, over two weeks 11 700.
    let held = [
        ("near", call(102_000.0, 3), 2.0),
        ("its put", put(102_000.0, 3), -0.5),
        ("far", call(108_000.0, 3), 1.0),
        ("a forward", call(99_000.0, 3), 1.0),
        ("a forward", put(99_000.0, 3), -1.0),
        ("later", call(101_000.0, 14), 1.0),
    ];
    let vols: Vec<_> = held.iter().map(|(_, option, _)| (option.clone(), 0.6)).collect();
    let positions = held.into_iter().map(|(name, option, lots)| position(name, option, lots, None)).collect();
    let ladders = load(positions, facts(&vols, &[(3, SPOT), (14, SPOT)])).ladders().strikes;
    let [ladder] = ladders.as_slice() else { panic!("{ladders:?}") };
    let pinned: Vec<f64> = ladder.rungs.iter().filter(|rung| rung.pin.is_some()).map(|rung| rung.strike).collect();
    assert_eq!(pinned, [102_000.0]);
    let pin = ladder.rungs.iter().find_map(|rung| rung.pin).unwrap();
    assert_eq!(pin.distance, 2_000.0);
    near("deviation", pin.deviation, SPOT * 0.6 * AS_OF.years_to(day(3)).sqrt(), 1e-14);
    // Above the strike the calls are 2 coins long, below it the puts are 0.5 long (short puts): a step of 1.5 coins.
    near("swing", pin.swing, 1.5 * SPOT, 1e-14);
}

#[test]
fn weighted_vega_is_in_moves_of_a_thirty_day_vol() {
    let strikes = [(1, 100_000.0), (30, 100_000.0), (120, 100_000.0)];
    let vols: Vec<_> = strikes.iter().map(|(days, strike)| (call(*strike, *days), 0.5)).collect();
    let positions = vols.iter().map(|(option, _)| position("call", option.clone(), 1.0, None)).collect();
    let rows = load(positions, facts(&vols, &[(1, SPOT), (30, SPOT), (120, SPOT)])).ladders().vega;
    let weight: Vec<f64> = rows.iter().map(|row| row.vega.weighted / row.vega.raw).collect();
    near("under a day", weight[0], (30.0 / AS_OF.days_to(day(1))).sqrt(), 1e-12);
    near("a month", weight[1], (30.0 / AS_OF.days_to(day(30))).sqrt(), 1e-12);
    near("four months", weight[2], (30.0 / AS_OF.days_to(day(120))).sqrt(), 1e-12);
    let tenors = by_tenor(&rows);
    let held: Vec<&str> = TENORS.iter().zip(&tenors).filter(|(_, sum)| sum.raw != 0.0).map(|(def, _)| def.label).collect();
    assert_eq!(held, ["≤ 7 d", "7–30 d", "90–180 d"]);
    let buckets = plimsoll::exposure::pivot::property::EXPIRY_BUCKET.buckets;
    assert_eq!(TENORS.iter().map(|def| def.label).collect::<Vec<_>>(), buckets[1..]);
}

#[test]
fn a_call_and_a_put_of_one_strike_stand_at_one_place_of_the_smile() {
    let days = 60;
    let deviation = 0.5 * AS_OF.years_to(day(days)).sqrt();
    // Strikes at 0.9 and 1.8 deviations: deltas of about 20 and 4 either way.
    let strike = |deviations: f64| SPOT * plimsoll::math::exp(deviations * deviation);
    let held = [
        (put(strike(-1.8), days), Place::Put10),
        (call(strike(-1.8), days), Place::Put10),
        (put(strike(-0.7), days), Place::Put25),
        (call(strike(-0.7), days), Place::Put25),
        (put(strike(0.0), days), Place::Middle),
        (call(strike(0.0), days), Place::Middle),
        (put(strike(0.8), days), Place::Call25),
        (call(strike(0.8), days), Place::Call25),
        (call(strike(1.8), days), Place::Call10),
    ];
    let vols: Vec<_> = held.iter().map(|(option, _)| (option.clone(), 0.5)).collect();
    for (option, place) in &held {
        let engine = load(vec![position("one", option.clone(), 1.0, None)], facts(&vols, &[(days, SPOT)]));
        let [row] = engine.ladders().smile.try_into().unwrap();
        let at: Vec<Place> = Place::ALL.into_iter().zip(row.places).filter(|(_, vega)| *vega != 0.0).map(|(place, _)| place).collect();
        assert_eq!(at, [*place], "{}", option.class());
    }
    // Long the calls and short the puts is long the risk reversal; the middle is the butterfly's body.
    let positions = vec![
        position("c", held[7].0.clone(), 3.0, None),
        position("p", held[2].0.clone(), -2.0, None),
        position("m", held[4].0.clone(), 1.0, None),
    ];
    let [row] = load(positions, facts(&vols, &[(days, SPOT)])).ladders().smile.try_into().unwrap();
    let [_, puts, middle, calls, _] = row.places;
    assert!(puts < 0.0 && calls > 0.0 && middle > 0.0);
    assert_eq!((row.risk_reversal(), row.butterfly()), (calls - puts, puts + calls - middle));
}

/// Two options, a future between them, coins and cash.
fn calendar_book() -> Engine {
    let vols = [(call(105_000.0, 10), 0.55), (put(95_000.0, 40), 0.65)];
    let positions = vec![
        position("call", vols[0].0.clone(), -3.0, None),
        position("put", vols[1].0.clone(), 2.0, None),
        position("future", future("BTC", Settlement::Linear, 1.0, day(25)), -1.0, Some(101_000.0)),
        position("coin", coin("BTC"), 1.0, None),
        position("cash", cash("USD"), 5_000.0, None),
    ];
    load(positions, facts(&vols, &[(10, 100_300.0), (25, 100_700.0), (40, 101_200.0)]))
}

#[test]
fn the_calendar_ends_at_what_the_book_is_settled_at() {
    let engine = calendar_book();
    let value = engine.valuation(&Settings::default(), false).base.equity;
    for (path, call_at, put_at, future_at, spot_at) in
        [(DecayPath::Forward, 100_300.0, 101_200.0, 100_700.0, 101_200.0), (DecayPath::Held, SPOT, SPOT, SPOT, SPOT)]
    {
        let calendar = engine.theta_calendar(path);
        let settled = -3.0 * (call_at - 105_000.0_f64).max(0.0) + 2.0 * (95_000.0 - put_at).max(0.0) - (future_at - 101_000.0);
        let last = calendar.book.last().unwrap();
        assert_eq!(last.at, day(40));
        near("at the end", last.change, settled + spot_at + 5_000.0 - value, 1e-12);
        near("day by day", calendar.book.iter().map(|day| day.of_day).sum(), last.change, 1e-12);
        assert_eq!(calendar.book.len(), calendar.options.len());
        assert_eq!((calendar.book.len(), calendar.book[0].days), (40, 1.0));
    }
}

#[test]
fn a_day_on_the_forward_path_leaves_an_option_its_forward_and_takes_a_day_of_its_time() {
    let engine = calendar_book();
    let calendar = engine.theta_calendar(DecayPath::Forward);
    let worth = |days: f64| {
        let years = |expiry: i64| AS_OF.plus_days(days).years_to(day(expiry));
        let call = BlackInput { forward: 100_300.0, strike: 105_000.0, years: years(10), vol: 0.55, kind: OptionKind::Call };
        let put = BlackInput { forward: 101_200.0, strike: 95_000.0, years: years(40), vol: 0.65, kind: OptionKind::Put };
        -3.0 * if years(10) > 0.0 { call.price() } else { 0.0 } + 2.0 * put.price()
    };
    for day in calendar.options.iter().take(39) {
        near(&format!("day {}", day.days), day.change, worth(day.days) - worth(0.0), 1e-10);
    }
    // One day's decay is about the book's theta, which is an instant's.
    let theta: f64 =
        engine.valuation(&Settings::default(), true).positions.iter().take(2).map(|row| row.base.unwrap().measures.theta_1d).sum();
    assert!((calendar.options[0].of_day / theta - 1.0).abs() < 0.1, "{} against {theta}", calendar.options[0].of_day);
    // A coin against a short future earns the basis: the coin goes along the forwards, the future does not move.
    let rest = |at: usize| calendar.book[at].change - calendar.options[at].change;
    near("coin and short future", rest(39), 1_200.0, 1e-9);
    assert!((1..40).all(|at| rest(at) > rest(at - 1)));
}

#[test]
fn a_book_that_never_expires_has_an_empty_calendar() {
    let engine = load(vec![position("coin", coin("BTC"), 1.0, None)], vec![spot_fact("BTC", SPOT)]);
    assert!(engine.theta_calendar(DecayPath::Forward).book.is_empty());
    assert!(engine.ladders().strikes.is_empty());
}
