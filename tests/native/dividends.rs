//! Cash dividends: European and American options against trees and closed forms that share no code with them, forwards, Greeks,
//! shocks, files, and what a share or a link carries of them.

use crate::import_support::{dropped, imported_text, rejections};
use crate::tree::leisen_reimer;
use plimsoll::book::Position;
use plimsoll::engine::{Engine, Inputs, Settings};
use plimsoll::import::import;
use plimsoll::instrument::{AmericanOption, EuropeanOption, Future, Instrument, Point, Settlement};
use plimsoll::issue::{Effect, Source};
use plimsoll::market::{BidAsk, Fact, FactValue, Origin};
use plimsoll::math::american::{AmericanInput, Boundaries, EscrowedInput};
use plimsoll::math::black::{MertonInput, OptionKind};
use plimsoll::math::dividend::Dividend;
use plimsoll::math::exp;
use plimsoll::session::Session;
use plimsoll::share::document::{self, Document, SavedBook};
use plimsoll::share::export;
use plimsoll::share::{Shared, decode, encode};
use plimsoll::stress::{Move, Shock, VolShift};
use plimsoll::units::{Currency, Price, Quantity, Rate, Timestamp, Vol};
use std::collections::BTreeMap;

const KINDS: [OptionKind; 2] = [OptionKind::Call, OptionKind::Put];

/// Ex-date as a share of a life of 1001 steps, and amount.
type Paid = (i32, f64);
const STEPS: i32 = 1001;

/// An option on the whole spot; the yield is that of the rest of it.
fn option(kind: OptionKind, strike: f64, years: f64, vol: f64, (rate, carry_yield): (f64, f64)) -> AmericanInput {
    AmericanInput { spot: 100.0, strike, years, vol, rate, carry_yield, kind }
}

fn schedule(paid: &[Paid], years: f64) -> Vec<Dividend> {
    let place = |(step, amount): &Paid| Dividend { before_expiry: years * (1.0 - f64::from(*step) / f64::from(STEPS)), amount: *amount };
    paid.iter().rev().map(place).collect()
}

/// Present value of what is paid at and after a time, or after it only.
fn worth(paid: &[Paid], input: &AmericanInput, time: f64, also_now: bool) -> f64 {
    paid.iter()
        .map(|(step, amount)| (input.years * f64::from(*step) / f64::from(STEPS), amount))
        .filter(|(at, _)| *at > time + 1e-9 || (also_now && *at > time - 1e-9))
        .map(|(at, amount)| amount * exp(-input.rate * (at - time)))
        .sum()
}

fn rest(input: &AmericanInput, paid: &[Paid]) -> f64 {
    input.spot - worth(paid, input, 0.0, false)
}

fn forward(input: &AmericanInput, paid: &[Paid]) -> f64 {
    rest(input, paid) * exp((input.rate - input.carry_yield) * input.years)
}

fn european(input: &AmericanInput, paid: &[Paid]) -> f64 {
    let AmericanInput { strike, years, vol, rate, carry_yield, kind, .. } = *input;
    MertonInput { spot: rest(input, paid), strike, years, vol, rate, dividend_yield: carry_yield, kind }.greeks().price
}

/// A tree of the escrowed spot, exercised on the whole one, on either side of each ex-date.
fn tree(input: &AmericanInput, paid: &[Paid]) -> f64 {
    let rest = AmericanInput { spot: rest(input, paid), ..*input };
    let price = |steps: i32| leisen_reimer(&rest, steps, |time| [worth(paid, input, time, true), worth(paid, input, time, false)]);
    let (coarse, fine) = (price(STEPS), price(3 * STEPS));
    fine + 0.5 * (fine - coarse)
}

#[test]
fn american_options_agree_with_a_tree_of_three_thousand_steps() {
    let quarterly: &[Paid] = &[(125, 1.0), (375, 1.0), (625, 1.0), (875, 1.0)];
    let mut worst = 0.0_f64;
    for (paid, years, vol, carry) in [
        (&[(500, 4.0)][..], 1.0, 0.3, (0.05, 0.0)),
        (quarterly, 1.0, 0.2, (0.05, 0.0)),
        (quarterly, 1.0, 0.25, (0.04, 0.01)),
        (&[(950, 3.0)][..], 0.5, 0.4, (0.08, 0.0)),
        (&[(20, 2.0)][..], 0.25, 0.15, (0.03, -0.01)),
        (quarterly, 2.0, 0.35, (0.0, 0.0)),
        (&[(400, 2.5)][..], 0.75, 0.22, (-0.01, 0.0)),
    ] {
        for strike in [80.0, 100.0, 120.0] {
            for kind in KINDS {
                let input = option(kind, strike, years, vol, carry);
                let dividends = schedule(paid, years);
                let escrowed = EscrowedInput::new(input, forward(&input, paid), &dividends).unwrap();
                assert!((escrowed.rest().spot - rest(&input, paid)).abs() < 1e-12);
                let (found, expected) = (escrowed.price(), tree(&input, paid));
                worst = worst.max((found - expected).abs());
            }
        }
    }
    assert!(worst < 2e-3, "{worst}");
}

#[test]
fn published_examples_are_met() {
    // Haug (2007), chapter 9: the formula of Roll, Geske and Whaley for one dividend gives 4.3860, without early exercise 3.5107.
    let input =
        AmericanInput { spot: 80.0, strike: 82.0, years: 1.0 / 3.0, vol: 0.3, rate: 0.06, carry_yield: 0.0, kind: OptionKind::Call };
    let dividends = [Dividend { before_expiry: 1.0 / 12.0, amount: 4.0 }];
    let rest = 80.0 - 4.0 * exp(-0.06 * 0.25);
    let escrowed = EscrowedInput::new(input, rest * exp(0.02), &dividends).unwrap();
    assert!((escrowed.price() - 4.3860).abs() < 5e-4, "{}", escrowed.price());
    let plain =
        MertonInput { spot: rest, strike: 82.0, years: 1.0 / 3.0, vol: 0.3, rate: 0.06, dividend_yield: 0.0, kind: OptionKind::Call };
    assert!((plain.greeks().price - 3.5107).abs() < 5e-5);
    // Hull, example 15.9: 3.67 without early exercise, which is also Black's approximation.
    let input = AmericanInput { spot: 40.0, strike: 40.0, years: 0.5, vol: 0.3, rate: 0.09, ..input };
    let dividends = [1.0 / 12.0, 4.0 / 12.0].map(|before_expiry| Dividend { before_expiry, amount: 0.5 });
    let rest = 40.0 - 0.5 * exp(-0.09 / 6.0) - 0.5 * exp(-0.09 * 5.0 / 12.0);
    let escrowed = EscrowedInput::new(input, rest * exp(0.045), &dividends).unwrap();
    assert!((3.671..3.8).contains(&escrowed.price()), "{}", escrowed.price());
}

/// Numbers in [0, 1) that are the same on every run.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn within(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.next()
    }
}

#[test]
fn no_price_is_below_what_is_sure_and_more_dividends_lower_calls_and_raise_puts() {
    let mut draw = Draw(0x9e37_79b9_7f4a_7c15);
    for _ in 0..60 {
        let years = draw.within(0.05, 2.5);
        let kind = KINDS[usize::from(draw.next() < 0.5)];
        let (vol, carry) = (draw.within(0.1, 0.8), (draw.within(-0.01, 0.1), draw.within(-0.02, 0.06)));
        let input = option(kind, draw.within(60.0, 150.0), years, vol, carry);
        let count = 1 + (draw.next() * 4.0) as i32;
        let paid: Vec<Paid> = (0..count).map(|each| (100 + each * 200, draw.within(0.2, 3.0))).collect();
        let dividends = schedule(&paid, years);
        let escrowed = EscrowedInput::new(input, forward(&input, &paid), &dividends).unwrap();
        let price = escrowed.price();
        let sure = kind.intrinsic(input.spot, input.strike).max(european(&input, &paid));
        assert!(price >= sure * (1.0 - 1e-11), "{input:?} {paid:?}: {price} under {sure}");
        // Black's approximation: the right to exercise at one date chosen today is worth less.
        for (step, _) in paid.iter().filter(|_| kind == OptionKind::Call) {
            let until = years * f64::from(*step) / f64::from(STEPS);
            let held = worth(&paid, &input, until, true);
            let AmericanInput { strike, rate, carry_yield, .. } = input;
            if strike > held {
                let one = MertonInput {
                    spot: rest(&input, &paid),
                    strike: strike - held,
                    years: until,
                    vol,
                    rate,
                    dividend_yield: carry_yield,
                    kind,
                };
                let one = one.greeks().price;
                assert!(price >= one - 2e-5 * strike, "{input:?} {paid:?}: {price} under {one}");
            }
        }
        // A call loses at most the dividend, a put gains at most it.
        let more: Vec<Paid> = paid.iter().map(|(step, amount)| (*step, 1.3 * amount)).collect();
        let (dearer, added) = (schedule(&more, years), worth(&more, &input, 0.0, false) - worth(&paid, &input, 0.0, false));
        let change = kind.sign() * (EscrowedInput::new(input, forward(&input, &more), &dearer).unwrap().price() - price);
        assert!(change <= 1e-4 && change >= -added - 1e-4, "{input:?} {paid:?}: {change}");
        // Dividends of nothing change nothing.
        let nothing = schedule(&[(500, 1e-12)], years);
        let empty = EscrowedInput::new(input, forward(&input, &[]), &nothing).unwrap().price();
        assert!((empty - input.price()).abs() < 1e-9, "{input:?}: {empty} against {}", input.price());
        assert_eq!(Boundaries::default().price(&escrowed).to_bits(), price.to_bits());
    }
}

#[test]
fn every_limit_is_finite() {
    let dividends = [Dividend { before_expiry: 0.1, amount: 3.0 }, Dividend { before_expiry: 0.2, amount: 60.0 }];
    for kind in KINDS {
        for spot in [1e-8, 1.0, 90.0, 1e12] {
            for strike in [0.0, 1e-8, 90.0, 1e12] {
                for years in [0.11, 0.2000001, 30.0] {
                    for vol in [0.0, 1e-9, 0.6, 20.0] {
                        for rate in [-0.05, 0.0, 2.0] {
                            let input = AmericanInput { spot, strike, years, vol, rate, carry_yield: 0.0, kind };
                            let escrowed = EscrowedInput::new(input, 0.9 * spot, &dividends).unwrap();
                            let price = escrowed.price();
                            assert!(price.is_finite() && price >= kind.intrinsic(spot, strike) * (1.0 - 1e-12), "{input:?}: {price}");
                            let shape = escrowed.shape(escrowed.layout());
                            assert!(shape.delta.is_finite() && shape.gamma.is_finite(), "{input:?}: {shape:?}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn a_vol_that_is_implied_gives_its_price_back() {
    let paid: &[Paid] = &[(250, 1.5), (750, 1.5)];
    for kind in KINDS {
        for strike in [85.0, 100.0, 115.0] {
            let input = option(kind, strike, 0.8, 0.27, (0.04, 0.0));
            let dividends = schedule(paid, 0.8);
            let escrowed = EscrowedInput::new(input, forward(&input, paid), &dividends).unwrap();
            let vol = escrowed.implied_vol(escrowed.price()).unwrap();
            assert!((vol - 0.27).abs() < 1e-6, "{kind:?} {strike}: {vol}");
        }
    }
}

#[test]
fn sensitivities_are_derivatives_of_the_price_with_the_basis_of_the_rest_held() {
    let dividends = [Dividend { before_expiry: 0.12, amount: 1.2 }, Dividend { before_expiry: 0.37, amount: 1.2 }];
    let base =
        Point { spot: 100.0, forward: 99.4, years: 0.55, vol: 0.28, rate: 0.05, settled_at: 100.0, other: 0.0, dividends: &dividends };
    let rest = |point: &Point| point.spot - point.escrow().value;
    for kind in KINDS {
        for is_american in [false, true] {
            let instrument = held(kind, 102.0, is_american, 1.0);
            let value = |point: &Point| instrument.greeks(point, None).value;
            let greeks = instrument.greeks(&base, None);
            let at = |spot: f64| {
                let point = Point { spot, ..base };
                value(&Point { forward: base.forward * rest(&point) / rest(&base), ..point })
            };
            let rate = |rate: f64| {
                let point = Point { rate, ..base };
                value(&Point { forward: base.forward * exp((rate - base.rate) * base.years) * rest(&point) / rest(&base), ..point })
            };
            for (name, found, expected, tolerance) in [
                ("delta", greeks.delta, (at(100.5) - at(99.5)) / 1.0, 2e-3),
                ("gamma", greeks.gamma, (at(102.0) - 2.0 * at(100.0) + at(98.0)) / 4.0, 1e-2),
                ("vega", greeks.vega, (value(&Point { vol: 0.29, ..base }) - value(&Point { vol: 0.27, ..base })) / 0.02, 2e-3),
                ("theta", greeks.theta, -(value(&Point { years: 0.56, ..base }) - value(&Point { years: 0.54, ..base })) / 0.02, 5e-3),
                ("rho", greeks.rho, (rate(0.052) - rate(0.048)) / 0.004, 1e-2),
            ] {
                assert!((found / expected - 1.0).abs() < tolerance, "{kind:?} {is_american} {name}: {found} against {expected}");
            }
        }
    }
}

const AS_OF: &str = "2026-09-21T20:00:00Z";
const EXPIRY: &str = "2027-03-19T20:00:00Z";

fn time(text: &str) -> Timestamp {
    Timestamp::parse_iso(text).unwrap()
}

fn held(kind: OptionKind, strike: f64, is_american: bool, contract_size: f64) -> Instrument {
    let (underlying, quote, expiry, strike) = ("XYZ".to_owned(), Currency::usd(), time(EXPIRY), Price::new(strike).unwrap());
    if is_american {
        Instrument::AmericanOption(AmericanOption { underlying, quote, contract_size, expiry, strike, kind })
    } else {
        Instrument::Option(EuropeanOption { underlying, quote, settlement: Settlement::Linear, contract_size, expiry, strike, kind })
    }
}

fn position(instrument: Instrument) -> Position {
    Position {
        name: instrument.class().to_owned(),
        account: String::new(),
        venue: String::new(),
        instrument,
        quantity: Quantity::new(1.0).unwrap(),
        entry_price: None,
        mark: None,
        tags: BTreeMap::new(),
        stated: None,
        source: Source::default(),
    }
}

fn fact(value: FactValue) -> Fact {
    Fact { value, time: None, origin: Origin::Quote, source: Source::default() }
}

fn dividend(ex_date: &str, amount: f64) -> Fact {
    fact(FactValue::Dividend { underlying: "XYZ".to_owned(), ex_date: time(ex_date), amount: Price::new(amount).unwrap() })
}

const QUARTERS: [(&str, f64); 2] = [("2026-11-09T14:30:00Z", 0.8), ("2027-02-08T14:30:00Z", 0.8)];

/// A call and a put of each exercise, a future and the dividends.
fn inputs(spot: f64, as_of: Timestamp, dividends: &[(&str, f64)]) -> Inputs {
    let mut positions: Vec<Position> =
        KINDS.into_iter().flat_map(|kind| [false, true].map(|is_american| position(held(kind, 105.0, is_american, 100.0)))).collect();
    let (underlying, quote, expiry) = ("XYZ".to_owned(), Currency::usd(), time(EXPIRY));
    let future = Future { underlying: underlying.clone(), quote, settlement: Settlement::Linear, contract_size: 1.0, expiry };
    positions.push(Position { entry_price: Some(Price::new(99.0).unwrap()), ..position(Instrument::Future(future)) });
    let mut facts = vec![
        fact(FactValue::Spot { underlying: underlying.clone(), price: Price::new(spot).unwrap() }),
        fact(FactValue::Rate { underlying: underlying.clone(), rate: Rate::new(0.043).unwrap() }),
    ];
    for kind in KINDS {
        facts.push(fact(FactValue::Option {
            underlying: underlying.clone(),
            expiry,
            strike: Price::new(105.0).unwrap(),
            kind,
            settlement: Settlement::Linear,
            mark_vol: Some(Vol::new(0.31).unwrap()),
            mark_price: None,
            bid_ask: BidAsk::default(),
        }));
    }
    facts.extend(dividends.iter().map(|(ex_date, amount)| dividend(ex_date, *amount)));
    Inputs { positions, facts, accounts: Vec::new(), history: Default::default(), as_of: Some(as_of) }
}

fn engine(spot: f64, as_of: &str, dividends: &[(&str, f64)]) -> Engine {
    Engine::load(inputs(spot, time(as_of), dividends), time(AS_OF))
}

/// Unit prices and forwards of all positions.
fn prices(engine: &Engine) -> Vec<(f64, f64)> {
    engine.rows().iter().map(|row| row.base.map(|base| (base.unit_price, base.forward)).unwrap()).collect()
}

#[test]
fn a_european_option_is_black_scholes_on_the_escrowed_spot() {
    let engine = engine(103.0, AS_OF, &QUARTERS);
    let (now, rate) = (time(AS_OF), 0.043);
    let worth: f64 = QUARTERS.iter().map(|(ex_date, amount)| amount * exp(-rate * now.years_to(time(ex_date)))).sum();
    let years = now.years_to(time(EXPIRY));
    for (row, kind) in engine.rows().iter().step_by(2).zip(KINDS) {
        let input = MertonInput { spot: 103.0 - worth, strike: 105.0, years, vol: 0.31, rate, dividend_yield: 0.0, kind };
        let (expected, found) = (input.greeks(), row.base.unwrap());
        for (name, found, expected) in [
            ("price", found.unit_price, expected.price),
            ("forward", found.forward, (103.0 - worth) * exp(rate * years)),
            ("delta", found.greeks.delta, 100.0 * expected.delta),
            ("gamma", found.greeks.gamma, 100.0 * expected.gamma),
            ("vega", found.greeks.vega, 100.0 * expected.vega),
        ] {
            assert!((found / expected - 1.0).abs() < 1e-12, "{kind:?} {name}: {found} against {expected}");
        }
    }
    let notes: Vec<&str> = engine.issues().iter().filter_map(|issue| issue.subject.as_deref()).collect();
    assert!(notes.contains(&"XYZ dividends 2027-03-19T20:00:00Z"), "{notes:?}");
    let forward = engine.issues().iter().find(|issue| issue.subject.as_deref() == Some("XYZ forward 2027-03-19T20:00:00Z")).unwrap();
    assert!(forward.message.contains("spot less its dividends is carried at the given rate"), "{}", forward.message);
}

#[test]
fn dividends_that_do_not_matter_change_no_bit() {
    let settings = Settings {
        shock: Shock { days: 3.0, all: Move { spot: -0.1, vol: VolShift::Points(0.05) }, ..Shock::default() },
        ..Settings::default()
    };
    let plain = engine(103.0, AS_OF, &[]).report(&settings);
    let irrelevant = [("2026-08-10T13:30:00Z", 0.8), (AS_OF, 0.8), (EXPIRY, 0.8), ("2027-05-10T13:30:00Z", 0.8)];
    let report = engine(103.0, AS_OF, &irrelevant).report(&settings);
    assert_eq!(serde_json::to_string(&plain).unwrap(), serde_json::to_string(&report).unwrap());
}

#[test]
fn a_shock_moves_the_spot_and_leaves_the_dividends() {
    let base = engine(103.0, AS_OF, &QUARTERS);
    // Seventy days on the first dividend has been paid.
    for (spot, days) in [(0.0, 0.0), (-0.25, 0.0), (0.4, 0.0), (-0.25, 20.0), (0.1, 70.0)] {
        let shock = Shock { days, all: Move { spot, vol: VolShift::Points(0.0) }, ..Shock::default() };
        let settings = Settings { shock, ..Settings::default() };
        let later = time(AS_OF).plus_days(days);
        let expected = prices(&Engine::load(inputs(103.0 * (1.0 + spot), later, &QUARTERS), later));
        let shocked = base.shocked_positions(&settings);
        for (place, (price, forward)) in expected.iter().enumerate() {
            let found = match shocked.get(place) {
                Some(position) => position.unwrap(),
                None => base.rows()[place].base.unwrap(),
            };
            assert!((found.forward / forward - 1.0).abs() < 1e-12, "{spot} {days} {place}: {} against {forward}", found.forward);
            assert!((found.unit_price / price - 1.0).abs() < 1e-9, "{spot} {days} {place}: {} against {price}", found.unit_price);
        }
    }
    // A crash to less than the dividends are worth leaves numbers.
    let crash = Shock { all: Move { spot: -0.999, vol: VolShift::Points(0.0) }, ..Shock::default() };
    let report = base.report(&Settings { shock: crash, ..Settings::default() });
    assert!(report.valuation.pnl.unwrap().is_finite() && report.grid.pnl.iter().all(|pnl| pnl.is_finite()));
}

#[test]
fn the_zero_shock_cell_is_zero_to_the_bit() {
    let report = engine(103.0, AS_OF, &QUARTERS).report(&Settings::default());
    let middle = report.grid.pnl[report.grid.pnl.len() / 2];
    assert_eq!(middle.to_bits(), 0.0_f64.to_bits());
}

#[test]
fn a_forward_that_is_quoted_tells_the_yield_of_the_rest() {
    let mut quoted = inputs(103.0, time(AS_OF), &QUARTERS);
    let price = Price::new(101.7).unwrap();
    quoted.facts.push(fact(FactValue::Forward { underlying: "XYZ".to_owned(), expiry: time(EXPIRY), price }));
    let engine = Engine::load(quoted, time(AS_OF));
    assert!(prices(&engine).iter().all(|(_, forward)| *forward == 101.7));
    // The future moves by its ratio to the rest of the spot.
    let future = engine.rows()[4].base.unwrap();
    let worth: f64 = QUARTERS.iter().map(|(ex_date, amount)| amount * exp(-0.043 * time(AS_OF).years_to(time(ex_date)))).sum();
    assert!((future.greeks.delta / (101.7 / (103.0 - worth)) - 1.0).abs() < 1e-12);
}

#[test]
fn an_inverse_contract_on_a_share_with_dividends_is_left_out_and_said() {
    let mut inputs = inputs(103.0, time(AS_OF), &QUARTERS);
    let Instrument::Option(option) = &inputs.positions[0].instrument else { panic!() };
    inputs.positions = vec![position(Instrument::Option(EuropeanOption { settlement: Settlement::Inverse, ..option.clone() }))];
    let engine = Engine::load(inputs, time(AS_OF));
    assert!(engine.rows()[0].base.is_none());
    assert!(
        engine.issues().iter().any(|issue| issue.effect == Effect::Rejected && issue.message.contains("inverse contract is on a coin"))
    );
}

#[test]
fn the_rate_of_the_dollar_is_that_of_a_share_without_its_own() {
    let mut inputs = inputs(103.0, time(AS_OF), &[]);
    let own = prices(&Engine::load(inputs.clone(), time(AS_OF)));
    for fact in &mut inputs.facts {
        if let FactValue::Rate { underlying, .. } = &mut fact.value {
            *underlying = "USD".to_owned();
        }
    }
    let engine = Engine::load(inputs, time(AS_OF));
    assert_eq!(prices(&engine), own);
    assert!(engine.issues().iter().any(|issue| issue.subject.as_deref() == Some("XYZ rate") && issue.effect == Effect::Noted));
}

fn boundary(engine: &Engine, index: usize) -> Option<Vec<(f64, Option<f64>)>> {
    let boundary = engine.exercise_boundary(index, &Settings::default())?;
    Some(boundary.points.iter().map(|point| (point.years, point.spot)).collect())
}

#[test]
fn the_exercise_boundary_is_the_one_that_the_price_knows() {
    let plain = engine(103.0, AS_OF, &[]);
    // European options and futures have none, and without a yield neither has a call.
    assert_eq!([0, 1, 2, 4].map(|index| boundary(&plain, index)), [const { None }; 4]);
    let put = boundary(&plain, 3).unwrap();
    assert!(put.len() == 33 && put[32].0 == 0.0 && (put[32].1.unwrap() - 105.0).abs() < 1e-6, "{put:?}");
    assert!((put[0].0 - time(AS_OF).years_to(time(EXPIRY))).abs() < 1e-15);
    assert!(put.windows(2).all(|pair| pair[0].0 > pair[1].0 && pair[0].1 < pair[1].1), "it rises to the strike: {put:?}");
    // At it, the put is worth its exercise; a hair above, more.
    let critical = put[0].1.unwrap();
    let worth = |spot: f64| prices(&engine(spot, AS_OF, &[]))[3].0;
    assert_eq!(worth(critical * (1.0 - 1e-9)), 105.0 - critical * (1.0 - 1e-9));
    assert!(worth(critical * 1.01) > 105.0 - critical * 1.01);
    // With a yield above the rate the put's ends at rK/q and the call's at the strike; they mirror each other.
    let mut yielding = inputs(103.0, time(AS_OF), &[]);
    let years = time(AS_OF).years_to(time(EXPIRY));
    let price = Price::new(103.0 * exp((0.043 - 0.086) * years)).unwrap();
    yielding.facts.push(fact(FactValue::Forward { underlying: "XYZ".to_owned(), expiry: time(EXPIRY), price }));
    let yielding = Engine::load(yielding, time(AS_OF));
    let (call, put) = (boundary(&yielding, 1).unwrap(), boundary(&yielding, 3).unwrap());
    assert!((put[32].1.unwrap() - 52.5).abs() < 1e-6 && (call[32].1.unwrap() - 105.0).abs() < 1e-6, "{put:?} {call:?}");
    assert!(call.windows(2).all(|pair| pair[0].1 > pair[1].1), "{call:?}");
}

#[test]
fn dividends_move_the_exercise_boundary_to_their_ex_dates() {
    let paying = engine(103.0, AS_OF, &QUARTERS);
    let waits: Vec<f64> = QUARTERS.iter().map(|(ex_date, _)| time(ex_date).years_to(time(EXPIRY))).collect();
    // A call is exercised at the last instant before an ex-date and at no other.
    let call = boundary(&paying, 1).unwrap();
    let due: Vec<f64> = call.iter().filter(|point| point.1.is_some()).map(|point| point.0).collect();
    assert!(!due.is_empty() && due.iter().all(|years| waits.contains(years)), "{due:?} {waits:?}");
    assert!(call.iter().filter_map(|point| point.1).all(|spot| spot > 105.0));
    // A put waits for the dividend: none is exercised for some time before an ex-date, and all of a sudden after it.
    let put = boundary(&paying, 3).unwrap();
    for years in waits {
        let sides: Vec<Option<f64>> = put.iter().filter(|point| point.0 == years).map(|point| point.1).collect();
        assert!(sides.len() == 2 && sides[0].is_none() && sides[1].is_some(), "{years}: {sides:?}");
    }
    assert!(put.len() < 110 && put.iter().filter_map(|point| point.1).all(|spot| spot <= 105.0));
    let json = serde_json::to_string(&paying.exercise_boundary(3, &Settings::default())).unwrap();
    assert!(json.starts_with("{\"kind\":\"put\",\"strike\":105.0,\"spot\":103.0,\"points\":[{\"years\":"), "{json}");
}

const TABLE: &str = "\
instrument,underlying,type,option_type,strike,expiry,quantity,contract_size,spot,iv,rate,ex_date,dividend,as_of
,XYZ,american_option,call,105,2027-03-19T20:00:00Z,2,100,103,0.31,,,,2026-09-21T20:00:00Z
,xyz,dividend,,,,,,,,,2026-11-09T14:30:00Z,0.80,
,XYZ,,,,,,,,,,2027-02-08,0.80,
,USD,rate,,,,,,,,4.3%,,,
";

fn statements(facts: &[Fact]) -> Vec<String> {
    let said = |fact: &Fact| match &fact.value {
        FactValue::Dividend { underlying, ex_date, amount } => Some(format!("{underlying} {ex_date} {}", amount.get())),
        FactValue::Rate { underlying, rate } => Some(format!("{underlying} {}", rate.get())),
        _ => None,
    };
    facts.iter().filter_map(said).collect()
}

#[test]
fn a_table_states_dividends_and_rates_in_rows_of_their_own() {
    let imported = imported_text("book.csv", TABLE);
    assert!(rejections(&imported).is_empty(), "{:?}", imported.issues);
    assert_eq!((imported.positions.len(), imported.rows.accepted), (1, 4));
    assert_eq!(statements(&imported.facts), ["XYZ 2026-11-09T14:30:00Z 0.8", "XYZ 2027-02-08T08:00:00Z 0.8", "USD 0.043"]);
    assert_eq!(imported.files[0].kinds.get("dividend"), Some(&2));
    // A file of dividends alone goes with any book.
    let alone = imported_text("dividends.csv", "underlying,ex_date,dividend\nXYZ,2026-11-09,0.80\nABC,2026-12-01,1\n");
    assert_eq!(statements(&alone.facts), ["XYZ 2026-11-09T08:00:00Z 0.8", "ABC 2026-12-01T08:00:00Z 1"]);
    assert!(rejections(&alone).is_empty() && alone.positions.is_empty(), "{:?}", alone.issues);
    // What cannot be read names its cell.
    let bad = "underlying,type,quantity,quote,ex_date,dividend,rate\nXYZ,dividend,,,2026-02-30,1,\nXYZ,dividend,,,2026-02-03,,\n\
        XYZ,dividend,,EUR,2026-02-03,1,\nXYZ,dividend,,,2026-02-03,-1,\n,dividend,,,2026-02-03,1,\nUSD,rate,,,,,\n";
    let bad = imported_text("bad.csv", bad);
    let found: Vec<(Option<u64>, Option<&str>)> = rejections(&bad).iter().map(|issue| (issue.line, issue.column.as_deref())).collect();
    let columns = ["ex_date", "dividend", "quote", "dividend", "underlying", "rate"];
    assert_eq!(found, (2..).zip(columns).map(|(line, column)| (Some(line), Some(column))).collect::<Vec<_>>(), "{:?}", bad.issues);
}

#[test]
fn what_a_document_states_comes_back_from_its_export() {
    let inputs = inputs(103.0, time(AS_OF), &QUARTERS);
    let json = export::ALL.iter().find(|def| def.id == "json").unwrap();
    let imported = import(&[dropped("book.json", (json.write)(&inputs))]);
    assert!(rejections(&imported).is_empty(), "{:?}", imported.issues);
    let values = |facts: &[Fact]| facts.iter().map(|fact| fact.value.clone()).collect::<Vec<_>>();
    assert_eq!(values(&imported.facts), values(&inputs.facts));
}

#[test]
fn a_saved_book_keeps_its_dividends_and_one_without_is_saved_as_ever() {
    let mut inputs = inputs(103.0, time(AS_OF), &QUARTERS);
    // Between other facts, with a source, a time and another origin.
    let last = inputs.facts.pop().unwrap();
    inputs.facts.insert(0, Fact { source: Source { file: "dividends.csv".into(), line: 7 }, time: Some(time(AS_OF)), ..last });
    inputs.facts[0].origin = Origin::Position;
    let saved = Document { book: SavedBook { inputs, ..SavedBook::default() }, ..Document::default() };
    let bytes = document::encode(&saved).unwrap();
    assert_eq!(document::decode(&bytes).unwrap(), saved);
    assert_eq!(bytes[8..10], [2, 0]);
    let renamed = document::renamed(&bytes, "again", time(AS_OF)).unwrap();
    assert_eq!((document::decode(&renamed).unwrap().book, &renamed[8..10]), (saved.book.clone(), &[2, 0][..]));
    for end in 0..bytes.len() {
        assert!(document::decode(&bytes[..end]).is_err());
    }
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << bit;
            assert!(document::decode(&flipped).is_err(), "byte {at}, bit {bit}");
        }
    }
    let mut without = saved;
    without.book.inputs.facts.retain(|fact| !matches!(fact.value, FactValue::Dividend { .. }));
    let bytes = document::encode(&without).unwrap();
    assert_eq!((&bytes[8..10], document::decode(&bytes).unwrap()), (&[1, 0][..], without));
}

#[test]
fn a_link_carries_the_dividends_that_bear_on_the_book_in_a_section_of_v3() {
    let share = |dividends: &[(&str, f64)]| {
        let needed = engine(103.0, AS_OF, dividends).needed_inputs();
        let shared = Shared { inputs: Some(needed), session: Session::default() };
        let link = encode(&shared).unwrap();
        assert_eq!(decode(&link).unwrap(), shared);
        link
    };
    let link = share(&QUARTERS);
    assert!(link.starts_with("v3."), "{link}");
    for (place, _) in link.char_indices().skip(3) {
        let mut other = link.clone();
        other.replace_range(place..=place, if &link[place..=place] == "A" { "B" } else { "A" });
        assert!(decode(&other).is_err(), "{place}");
    }
    assert!(share(&[("2027-05-10T13:30:00Z", 0.8)]).starts_with("v2."));
    // Made by the first build that wrote the section; never made anew.
    let golden = include_str!("../fixtures/links/v3-dividends.txt");
    assert_eq!(decode(golden).unwrap().inputs, Some(engine(103.0, AS_OF, &QUARTERS).needed_inputs()));
    // What is needed of the market is all that is needed: the same prices come of it.
    let whole = engine(103.0, AS_OF, &QUARTERS);
    let again = Engine::load(whole.needed_inputs(), time(AS_OF));
    assert_eq!(prices(&whole), prices(&again));
}
