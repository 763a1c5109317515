//! Structures recognized in hand-made books, and laws of recognition on random ones.

use crate::book_support::{AS_OF, Draw, cash, coin, day, desk, future, load, option, perpetual, position, price};
use plimsoll::book::Position;
use plimsoll::book::strategy::{Recognized, StrategyKind, recognize};
use plimsoll::instrument::OptionKind::{Call, Put};
use plimsoll::instrument::{Instrument, OptionKind, Settlement, Stake, Unlock};
use plimsoll::protocol::{Request, Response, from_bytes, handle, to_bytes};

/// An option of 14 days, or of another number behind it.
fn leg(held: f64, kind: OptionKind, strike: f64) -> Position {
    leg_of(14, held, kind, strike)
}

fn leg_of(days: i64, held: f64, kind: OptionKind, strike: f64) -> Position {
    position("leg", option("BTC", Settlement::Inverse, kind, strike, day(days)), held, None)
}

fn perp(held: f64) -> Position {
    position("perp", perpetual("BTC", Settlement::Linear, 1.0), held, None)
}

/// Kind, name, size and legs of each structure, then what stands alone.
type Reading = (Vec<(StrategyKind, String, f64, Vec<(u32, f64)>)>, Vec<(u32, f64)>);

fn read(positions: &[Position]) -> Reading {
    let Recognized { strategies, outright } = recognize(positions, AS_OF);
    let legs = |legs: &[plimsoll::book::strategy::Leg]| legs.iter().map(|leg| (leg.index, leg.quantity)).collect::<Vec<_>>();
    let strategies = strategies.iter().map(|found| (found.kind, found.name.clone(), found.size, legs(&found.legs))).collect();
    (strategies, legs(&outright))
}

/// A book that is one structure, which takes all of it.
#[track_caller]
fn one(kind: StrategyKind, name: &str, size: f64, positions: &[Position]) {
    let (strategies, outright) = read(positions);
    assert_eq!(strategies.len(), 1, "{strategies:?}, alone {outright:?}");
    let (found, found_name, found_size, mut legs) = strategies[0].clone();
    assert_eq!((found, found_name.as_str(), found_size), (kind, name, size));
    legs.sort_by_key(|leg| leg.0);
    assert_eq!(legs, (0..).zip(positions.iter().map(|position| position.quantity.get())).collect::<Vec<(u32, f64)>>());
    assert_eq!(outright, []);
}

#[test]
fn structures_of_two_options_are_named() {
    one(StrategyKind::Vertical, "bull call spread", 3.0, &[leg(3.0, Call, 90e3), leg(-3.0, Call, 100e3)]);
    one(StrategyKind::Vertical, "bear call spread", 3.0, &[leg(-3.0, Call, 90e3), leg(3.0, Call, 100e3)]);
    one(StrategyKind::Vertical, "bear put spread", 1.0, &[leg(-1.0, Put, 80e3), leg(1.0, Put, 90e3)]);
    one(StrategyKind::Vertical, "bull put spread", 1.0, &[leg(1.0, Put, 80e3), leg(-1.0, Put, 90e3)]);
    one(StrategyKind::Straddle, "short straddle", 2.5, &[leg(-2.5, Call, 95e3), leg(-2.5, Put, 95e3)]);
    one(StrategyKind::Strangle, "long strangle", 4.0, &[leg(4.0, Call, 110e3), leg(4.0, Put, 80e3)]);
    one(StrategyKind::RiskReversal, "long risk reversal", 4.0, &[leg(4.0, Call, 110e3), leg(-4.0, Put, 80e3)]);
    one(StrategyKind::RiskReversal, "short synthetic forward", 4.0, &[leg(-4.0, Call, 95e3), leg(4.0, Put, 95e3)]);
    one(StrategyKind::Calendar, "long call calendar", 1.0, &[leg_of(14, -1.0, Call, 95e3), leg_of(70, 1.0, Call, 95e3)]);
    one(StrategyKind::Calendar, "short put calendar", 1.0, &[leg_of(14, 1.0, Put, 95e3), leg_of(70, -1.0, Put, 95e3)]);
    one(StrategyKind::Diagonal, "long call diagonal", 1.0, &[leg_of(14, -1.0, Call, 100e3), leg_of(70, 1.0, Call, 95e3)]);
    one(StrategyKind::Ratio, "call ratio spread", 5.0, &[leg(5.0, Call, 100e3), leg(-10.0, Call, 110e3)]);
    one(StrategyKind::Ratio, "put backspread", 2.0, &[leg(-2.0, Put, 90e3), leg(6.0, Put, 80e3)]);
    one(
        StrategyKind::Ratio,
        "call ratio spread",
        2.0,
        &[leg(1.0, Call, 100e3), leg(-1.5, Call, 110e3)].map(|mut leg| {
            leg.quantity = plimsoll::units::Quantity::new(leg.quantity.get() * 2.0).unwrap();
            leg
        }),
    );
}

#[test]
fn structures_of_three_and_four_options_are_named() {
    one(StrategyKind::Butterfly, "long call butterfly", 2.0, &[leg(2.0, Call, 90e3), leg(-4.0, Call, 95e3), leg(2.0, Call, 100e3)]);
    one(StrategyKind::Butterfly, "short put butterfly", 2.0, &[leg(-2.0, Put, 90e3), leg(4.0, Put, 95e3), leg(-2.0, Put, 100e3)]);
    one(
        StrategyKind::Butterfly,
        "long call broken-wing butterfly",
        1.0,
        &[leg(1.0, Call, 90e3), leg(-2.0, Call, 95e3), leg(1.0, Call, 110e3)],
    );
    one(
        StrategyKind::Condor,
        "long put condor",
        1.0,
        &[leg(1.0, Put, 80e3), leg(-1.0, Put, 85e3), leg(-1.0, Put, 95e3), leg(1.0, Put, 100e3)],
    );
    one(
        StrategyKind::IronCondor,
        "iron condor",
        7.0,
        &[leg(7.0, Put, 80e3), leg(-7.0, Put, 85e3), leg(-7.0, Call, 100e3), leg(7.0, Call, 120e3)],
    );
    one(
        StrategyKind::IronCondor,
        "reverse iron condor",
        7.0,
        &[leg(-7.0, Put, 80e3), leg(7.0, Put, 85e3), leg(7.0, Call, 100e3), leg(-7.0, Call, 120e3)],
    );
    one(
        StrategyKind::IronButterfly,
        "iron butterfly",
        1.0,
        &[leg(1.0, Put, 80e3), leg(-1.0, Put, 95e3), leg(-1.0, Call, 95e3), leg(1.0, Call, 110e3)],
    );
    one(StrategyKind::Box, "long box", 1.0, &[leg(1.0, Call, 80e3), leg(-1.0, Put, 80e3), leg(-1.0, Call, 110e3), leg(1.0, Put, 110e3)]);
    one(StrategyKind::Box, "short box", 1.0, &[leg(-1.0, Call, 80e3), leg(1.0, Put, 80e3), leg(1.0, Call, 110e3), leg(-1.0, Put, 110e3)]);
}

#[test]
fn structures_with_the_underlying_are_named() {
    let btc = |held| position("BTC", coin("BTC"), held, None);
    let inverse = |days, held| position("future", future("BTC", Settlement::Inverse, 10.0, day(days)), held, Some(100_000.0));
    let inverse_perp = |held| position("perp", perpetual("BTC", Settlement::Inverse, 10.0), held, Some(80_000.0));
    one(StrategyKind::CoveredCall, "covered call", 2.0, &[btc(2.0), leg(-2.0, Call, 110e3)]);
    one(StrategyKind::ProtectivePut, "protective put", 2.0, &[perp(2.0), leg(2.0, Put, 80e3)]);
    one(StrategyKind::Collar, "collar", 2.0, &[btc(2.0), leg(2.0, Put, 80e3), leg(-2.0, Call, 110e3)]);
    one(StrategyKind::Carry, "cash and carry", 1.0, &[btc(1.0), inverse(70, -10_000.0)]);
    one(StrategyKind::Carry, "funding carry", 2.0, &[btc(2.0), perp(-2.0)]);
    // 50 000 dollars against 50 000 dollars, though at other prices.
    one(StrategyKind::Carry, "perpetual against future", 50_000.0, &[inverse_perp(5000.0), inverse(70, -5000.0)]);
    one(StrategyKind::Carry, "futures calendar spread", 50_000.0, &[inverse(14, 5000.0), inverse(70, -5000.0)]);
    let stake = Stake { token: "STBTC".to_owned(), underlying: "BTC".to_owned(), rate: 1.25, unlock: Unlock::Free };
    one(StrategyKind::Carry, "funding carry", 2.5, &[position("STBTC", Instrument::Stake(stake), 2.0, None), perp(-2.5)]);
}

#[test]
fn the_common_quantity_makes_the_structure_and_the_rest_stands_alone() {
    let (strategies, outright) = read(&[leg(10.0, Call, 90e3), leg(-3.0, Call, 100e3), leg_of(70, -0.5, Put, 80e3)]);
    assert_eq!(strategies, [(StrategyKind::Vertical, "bull call spread".to_owned(), 3.0, vec![(0, 3.0), (1, -3.0)])]);
    assert_eq!(outright, [(0, 7.0), (2, -0.5)]);
    // Lots of one contract serve in their order.
    let (strategies, outright) = read(&[leg(1.0, Call, 90e3), leg(4.0, Call, 90e3), leg(-3.0, Call, 100e3)]);
    assert_eq!(strategies[0].3, [(0, 1.0), (1, 2.0), (2, -3.0)]);
    assert_eq!(outright, [(1, 2.0)]);
    // Contracts of a tenth of a coin against coins.
    let mut small = leg(-30.0, Call, 100e3);
    if let Instrument::Option(option) = &mut small.instrument {
        option.contract_size = 0.1;
    }
    one(StrategyKind::Vertical, "bull call spread", 3.0, &[leg(3.0, Call, 90e3), small]);
}

#[test]
fn longer_structures_and_equal_legs_come_first() {
    // An iron condor of 5, a straddle of 2 at other strikes: neither takes of the other's legs.
    let (strategies, outright) = read(&[
        leg(-2.0, Call, 95e3),
        leg(-2.0, Put, 95e3),
        leg(5.0, Put, 80e3),
        leg(-5.0, Put, 85e3),
        leg(-5.0, Call, 105e3),
        leg(5.0, Call, 110e3),
    ]);
    let kinds: Vec<(StrategyKind, f64)> = strategies.iter().map(|found| (found.0, found.2)).collect();
    assert_eq!(kinds, [(StrategyKind::Straddle, 2.0), (StrategyKind::IronCondor, 5.0)]);
    assert_eq!(outright, []);
    // Wings of unequal size are verticals.
    let (strategies, outright) = read(&[leg(5.0, Call, 90e3), leg(-5.0, Call, 95e3), leg(3.0, Call, 100e3)]);
    assert_eq!((strategies[0].0, strategies[0].2), (StrategyKind::Vertical, 5.0));
    assert_eq!(outright, [(2, 3.0)]);
    // A coin that is sold forward covers no call.
    let (strategies, outright) = read(&[position("BTC", coin("BTC"), 10.0, None), perp(-7.0), leg(-5.0, Call, 110e3)]);
    let kinds: Vec<(StrategyKind, f64)> = strategies.iter().map(|found| (found.0, found.2)).collect();
    assert_eq!(kinds, [(StrategyKind::Carry, 7.0), (StrategyKind::CoveredCall, 3.0)]);
    assert_eq!(outright, [(2, -2.0)]);
}

#[test]
fn accounts_underlyings_settlements_and_the_past_do_not_mix() {
    let short = leg(-1.0, Call, 100e3);
    let mut other_account = short.clone();
    other_account.account = "hedge".to_owned();
    let mut other_venue = short.clone();
    other_venue.venue = "OKX".to_owned();
    let linear = position("leg", option("BTC", Settlement::Linear, Call, 100e3, day(14)), -1.0, None);
    let ether = position("leg", option("ETH", Settlement::Inverse, Call, 100e3, day(14)), -1.0, None);
    for other in [other_account, other_venue, linear, ether, leg_of(-2, -1.0, Call, 100e3), position("USD", cash("USD"), -1.0, None)] {
        let (strategies, outright) = read(&[leg(1.0, Call, 90e3), other]);
        assert_eq!(strategies, []);
        assert_eq!(outright, [(0, 1.0), (1, -1.0)]);
    }
}

#[test]
fn strategies_say_where_and_what_they_are() {
    let found = recognize(&[leg(1.0, Call, 90e3), leg_of(70, -1.0, Call, 100e3)], AS_OF).strategies.remove(0);
    assert_eq!((found.venue.as_str(), found.account.as_str(), found.underlying.as_str()), ("Deribit", "main", "BTC"));
    assert_eq!((found.expiries.as_slice(), found.strikes.as_slice()), ([day(14), day(70)].as_slice(), [90e3, 100e3].as_slice()));
    assert!(found.description.len() > 20 && !found.description.ends_with('.'), "{}", found.description);
}

/// A crowded book: few strikes and expiries, lots of every size and sign.
fn random(seed: u64, lots: usize) -> Vec<Position> {
    let mut draw = Draw(seed);
    let fraction = draw.below(2) == 0;
    (0..lots)
        .map(|_| {
            let held = if fraction { draw.between(-5.0, 5.0) } else { draw.below(9) as f64 - 4.0 };
            let expiry = day([14, 28, 70][draw.below(3)]);
            let settlement = [Settlement::Linear, Settlement::Inverse][draw.below(2)];
            let strike = 80e3 + 5e3 * draw.below(7) as f64;
            let instrument = match draw.below(8) {
                0 => coin("BTC"),
                1 => perpetual("BTC", settlement, if settlement == Settlement::Inverse { 10_000.0 } else { 0.1 }),
                2 => future("BTC", settlement, if settlement == Settlement::Inverse { 10_000.0 } else { 0.1 }, expiry),
                3 => cash("USD"),
                _ => option("BTC", settlement, [Call, Put][draw.below(2)], strike, expiry),
            };
            let entry = (draw.below(4) > 0).then(|| draw.between(7e4, 1.2e5));
            let mut one = position("lot", instrument, held, entry);
            one.account = ["main", "hedge"][draw.below(2)].to_owned();
            one.mark = (draw.below(3) == 0).then(|| price(95e3));
            one
        })
        .collect()
}

#[test]
fn parts_have_the_sign_of_their_position_and_sum_to_it() {
    let mut kinds = std::collections::BTreeSet::new();
    for seed in 0..200 {
        let positions = random(seed, 5 + usize::try_from(seed).unwrap() % 60);
        let found = recognize(&positions, AS_OF);
        let mut sums = vec![0.0; positions.len()];
        let in_strategies = found.strategies.iter().flat_map(|strategy| &strategy.legs);
        for leg in in_strategies.chain(&found.outright) {
            let whole = positions[leg.index as usize].quantity.get();
            assert!(leg.quantity * whole > 0.0 || (leg.quantity, whole) == (0.0, 0.0), "seed {seed}: {leg:?} of {whole}");
            assert!(leg.quantity.abs() <= whole.abs(), "seed {seed}: {leg:?} is more than {whole}");
            sums[leg.index as usize] += leg.quantity;
        }
        for (index, position) in positions.iter().enumerate() {
            let whole = position.quantity.get();
            assert!((sums[index] - whole).abs() <= 1e-12 * whole.abs(), "seed {seed}: {index} sums to {} of {whole}", sums[index]);
        }
        for strategy in &found.strategies {
            kinds.insert(strategy.kind);
            assert!(strategy.size > 0.0 && strategy.legs.len() >= 2, "seed {seed}: {strategy:?}");
            let holders: std::collections::BTreeSet<&str> =
                strategy.legs.iter().map(|leg| positions[leg.index as usize].account.as_str()).collect();
            assert_eq!(holders.len(), 1, "seed {seed}: {strategy:?}");
        }
        assert_eq!(found, recognize(&positions, AS_OF), "seed {seed}");
    }
    assert_eq!(kinds.len(), 16, "every kind occurs: {kinds:?}");
}

#[test]
fn ten_thousand_positions_of_one_account_are_read() {
    let mut draw = Draw(3);
    let crowd: Vec<Position> = (0..10_000)
        .map(|index| leg_of(1 + index % 300, draw.between(-5.0, 5.0), [Call, Put][draw.below(2)], (1000 + draw.below(4000)) as f64))
        .collect();
    let found = recognize(&crowd, AS_OF);
    assert!(found.strategies.len() > 3000, "{}", found.strategies.len());
}

#[test]
fn a_worker_answers_with_the_structures_of_its_book() {
    let mut desk = desk(&load(vec![leg(3.0, Call, 90e3), leg(-3.0, Call, 100e3), leg_of(-2, 1.0, Put, 80e3)], Vec::new()));
    let answer: Response = from_bytes(&to_bytes(&handle(&mut desk, Request::Strategies { limit: 100 }, &mut |_| {})).unwrap()).unwrap();
    let Response::Strategies { strategies, outright, .. } = answer else { panic!("{answer:?}") };
    assert_eq!((strategies.len(), outright), (1, 1));
    assert_eq!(strategies[0].name, "bull call spread");
}
