//! American options: limits, bounds, sensitivities, symmetry, and agreement with a tree that shares no code with them.

use crate::tree::leisen_reimer;
use plimsoll::instrument::{AmericanOption, EuropeanOption, Exercise, Point, Settlement};
use plimsoll::issue::IssueKind;
use plimsoll::market::{BidAsk, Fact, FactValue, Market, Origin, Resolved};
use plimsoll::math::american::{AmericanGreeks, AmericanInput, Boundaries, Boundary};
use plimsoll::math::black::{MertonInput, OptionKind};
use plimsoll::math::implied_vol::NoVol;
use plimsoll::math::{exp, ln, pow};
use plimsoll::units::{Currency, Price, Rate, Timestamp, YEAR_MS};

const KINDS: [OptionKind; 2] = [OptionKind::Call, OptionKind::Put];

const PUT: AmericanInput =
    AmericanInput { spot: 100.0, strike: 100.0, years: 1.0, vol: 0.25, rate: 0.05, carry_yield: 0.02, kind: OptionKind::Put };

fn european(input: &AmericanInput) -> f64 {
    let AmericanInput { spot, strike, years, vol, rate, carry_yield, kind } = *input;
    MertonInput { spot, strike, years, vol, rate, dividend_yield: carry_yield, kind }.greeks().price
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

    /// Terms as they occur, with rates of both signs.
    fn input(&mut self) -> AmericanInput {
        AmericanInput {
            spot: 100.0,
            strike: 100.0 * self.within(0.6, 1.6),
            years: 0.01 * pow(500.0, self.next()),
            vol: self.within(0.08, 1.2),
            rate: self.within(-0.02, 0.12),
            carry_yield: self.within(-0.03, 0.12),
            kind: KINDS[usize::from(self.next() < 0.5)],
        }
    }
}

/// A tree, extrapolated over two sizes.
fn tree(input: &AmericanInput) -> f64 {
    let price = |steps: i32| leisen_reimer(input, steps, |_| [0.0; 2]);
    let (coarse, fine) = (price(251), price(501));
    2.0 * fine - coarse
}

#[test]
fn every_limit_is_finite_and_within_its_bounds() {
    let axis = [0.0, 1e-300, 1e-8, 1.0, 90.0, 1e12, 1e300];
    for years in [-1.0, 0.0, 1e-300, 1e-8, 0.3, 30.0, 1e9] {
        for vol in [0.0, 1e-300, 1e-8, 0.01, 0.6, 50.0] {
            for rate in [-0.05, 0.0, 1e-9, 0.05, 2.0] {
                for carry_yield in [-0.2, 0.0, 0.03, 1.0] {
                    for kind in KINDS {
                        let shared = AmericanInput { years, vol, rate, carry_yield, kind, ..PUT };
                        let boundary = shared.boundary();
                        for spot in axis {
                            for strike in axis {
                                let input = AmericanInput { spot, strike, ..shared };
                                let price = input.price_within(&boundary);
                                let (most, decay) = if kind == OptionKind::Call { (spot, carry_yield) } else { (strike, rate) };
                                let ceiling = most * exp((-decay * years.max(0.0)).clamp(0.0, 300.0));
                                // The one number that no double holds: 1e300 that grows for an age.
                                assert!(price.is_finite() || ceiling.is_infinite(), "{input:?}: {price}");
                                assert!(price >= kind.intrinsic(spot, strike), "{input:?}: {price}");
                                assert!(price <= ceiling * (1.0 + 1e-12), "{input:?}: {price} above {ceiling}");
                                let european = european(&input);
                                let least = european * (1.0 - 1e-12) - 1e-12 * spot.min(strike);
                                assert!(
                                    years > 30.0 || price >= least || least.is_nan() || european > ceiling,
                                    "{input:?}: {price} under {european}"
                                );
                            }
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn sensitivities_are_finite_in_every_limit() {
    for years in [0.0, 1e-300, 1e-6, 0.3] {
        for vol in [1e-8, 0.6] {
            for (rate, carry_yield) in [(0.0, 0.0), (0.05, 0.0), (0.05, 0.03), (0.01, 0.2), (-0.02, -0.05)] {
                for (spot, strike) in [(0.0, 90.0), (90.0, 0.0), (90.0, 1e-8), (1e-8, 90.0), (85.0, 90.0)] {
                    for kind in KINDS {
                        let input = AmericanInput { spot, strike, years, vol, rate, carry_yield, kind };
                        let AmericanGreeks { price, delta, gamma, vega, theta, rho, yield_rho, vanna, volga, charm, yield_delta } =
                            input.greeks();
                        let all = [price, delta, gamma, vega, theta, rho, yield_rho, vanna, volga, charm, yield_delta];
                        assert!(all.iter().all(|greek| greek.is_finite()), "{input:?} {all:?}");
                        assert_eq!(price.to_bits(), input.price().to_bits(), "{input:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn without_chance_the_best_date_is_known() {
    let sure = AmericanInput { vol: 0.0, ..PUT };
    // A put that can only lose by waiting; one that gains by it; and one that does best when the gain of the fall stops.
    assert_eq!(AmericanInput { strike: 120.0, ..sure }.price(), 20.0);
    let late = AmericanInput { strike: 120.0, rate: 0.0, carry_yield: 0.05, ..sure };
    assert!((late.price() - 24.877_057_549_928_608).abs() < 1e-12);
    let between = AmericanInput { strike: 120.0, rate: 0.01, carry_yield: 0.5, years: 40.0, ..sure };
    assert!((between.price() - 108.980_904_561_184_6).abs() < 1e-10);
    for input in [AmericanInput { strike: 120.0, ..sure }, late, between] {
        let tiny = AmericanInput { vol: 1e-7, ..input };
        assert!((tiny.price() / input.price() - 1.0).abs() < 1e-6, "{tiny:?}");
        let greeks = input.greeks();
        let at = |spot: f64| AmericanInput { spot, ..input }.price();
        assert!((greeks.delta - (at(100.01) - at(99.99)) / 0.02).abs() < 1e-6, "{input:?}");
        assert!((greeks.gamma - (at(100.1) - 2.0 * at(100.0) + at(99.9)) / 0.01).abs() < 1e-6, "{input:?}");
    }
}

#[test]
fn no_price_is_below_its_intrinsic_value_or_the_european_one_and_boundaries_meet_their_own_price() {
    let mut draw = Draw(20_261_216);
    for _ in 0..1500 {
        let input = draw.input();
        let boundary = input.boundary();
        let price = input.price_within(&boundary);
        let floor = european(&input).max(input.kind.intrinsic(input.spot, input.strike));
        assert!(price >= floor * (1.0 - 1e-14), "{input:?}: {price} under {floor}");
        assert!(boundary.mismatch().abs() < 1e-7, "{input:?}: {}", boundary.mismatch());
    }
}

#[test]
fn a_price_moves_with_spot_vol_and_time_as_it_must() {
    let mut draw = Draw(7);
    for _ in 0..250 {
        let input = draw.input();
        let price = input.price();
        let noise = 1e-7 * input.strike;
        let spot = AmericanInput { spot: 101.0, ..input }.price() - price;
        let (least, most) = if input.kind == OptionKind::Call { (0.0, 1.0) } else { (-1.0, 0.0) };
        assert!(spot >= least - noise && spot <= most + noise, "{input:?}: {spot}");
        let vol = AmericanInput { vol: 1.05 * input.vol, ..input }.price() - price;
        let years = AmericanInput { years: 1.05 * input.years, ..input }.price() - price;
        assert!(vol >= -noise && years >= -noise, "{input:?}: {vol} {years}");
    }
}

#[test]
fn prices_agree_with_a_tree_under_rates_of_either_sign() {
    let mut draw = Draw(99);
    for _ in 0..40 {
        let input = draw.input();
        let (ours, tree) = (input.price(), tree(&input));
        assert!((ours - tree).abs() < 2e-4 * input.strike.max(100.0), "{input:?}: {ours} against {tree}");
    }
}

#[test]
fn between_two_boundaries_a_price_agrees_with_the_tree_and_none_is_left_beyond_their_meeting() {
    for (rate, carry_yield, vol, years) in
        [(-0.03, -0.06, 0.1, 1.0), (-0.01, -0.05, 0.25, 3.0), (-0.01, -0.02, 0.4, 5.0), (-0.004, -0.04, 0.15, 10.0)]
    {
        for spot in [40.0, 70.0, 90.0, 100.0, 120.0] {
            let put = AmericanInput { spot, years, vol, rate, carry_yield, ..PUT };
            let call = AmericanInput { spot: 100.0, strike: spot, rate: carry_yield, carry_yield: rate, kind: OptionKind::Call, ..put };
            let (ours, tree) = (put.price(), tree(&put));
            assert!((ours - tree).abs() < 2e-2, "{put:?}: {ours} against {tree}");
            assert!((call.price() - ours).abs() < 1e-10, "{call:?}");
        }
    }
    let boundary = Boundary::fit(0.4, -0.01, -0.02, 5.0, OptionKind::Put);
    let (low, high) = boundary.region(1e-9).unwrap();
    assert!((low - 0.5).abs() < 1e-3 && (high - 1.0).abs() < 1e-3, "{low} {high}");
    assert_eq!(boundary.region(5.0), None);
    let still = Boundary::fit(0.1, -0.03, -0.06, 1.0, OptionKind::Put);
    let ends: Vec<(f64, f64)> = (0..=10).map(|tenth| still.region(f64::from(tenth) / 10.0).unwrap()).collect();
    assert!(ends.windows(2).all(|pair| pair[1].0 > pair[0].0 && pair[1].1 < pair[0].1), "{ends:?}");
}

#[test]
fn a_call_is_a_put_with_everything_exchanged_and_its_boundary_the_inverse() {
    let mut draw = Draw(5);
    for _ in 0..100 {
        let call = AmericanInput { kind: OptionKind::Call, ..draw.input() };
        let AmericanInput { spot, strike, rate, carry_yield, .. } = call;
        let put = AmericanInput { spot: strike, strike: spot, rate: carry_yield, carry_yield: rate, kind: OptionKind::Put, ..call };
        assert!((call.price() - put.price()).abs() < 1e-10, "{call:?}");
        if let (Some((_, high)), Some((low, _))) = (put.boundary().region(call.years), call.boundary().region(call.years)) {
            assert!((high * low - 1.0).abs() < 1e-14);
        }
    }
}

#[test]
fn where_waiting_costs_nothing_an_option_is_european() {
    for (kind, rate, carry_yield) in [
        (OptionKind::Call, 0.05, 0.0),
        (OptionKind::Call, 0.05, -0.02),
        (OptionKind::Put, 0.0, 0.0),
        (OptionKind::Put, 0.0, 0.03),
        (OptionKind::Put, -0.03, -0.01),
    ] {
        for strike in [60.0, 100.0, 140.0] {
            let input = AmericanInput { kind, rate, carry_yield, strike, ..PUT };
            assert!((input.price() - european(&input)).abs() < 1e-12, "{input:?}");
            assert_eq!(input.boundary().region(0.5), None);
        }
    }
}

#[test]
fn a_very_long_life_is_the_perpetual_option() {
    for (vol, rate, carry_yield) in [(0.25, 0.05, 0.02), (0.25, 0.05, 0.0), (0.4, 0.03, 0.08), (0.15, 0.06, -0.02), (1.2, 0.05, 0.05)] {
        let drift: f64 = rate - carry_yield - 0.5 * vol * vol;
        let exponent = (-drift - (drift * drift + 2.0 * rate * vol * vol).sqrt()) / (vol * vol);
        let boundary = exponent / (exponent - 1.0);
        for spot in [80.0, 100.0, 150.0] {
            let input = AmericanInput { spot, vol, rate, carry_yield, years: 2000.0, ..PUT };
            let ratio: f64 = spot / 100.0;
            let perpetual = if ratio <= boundary { 100.0 - spot } else { 100.0 * (1.0 - boundary) * pow(ratio / boundary, exponent) };
            assert!((input.price() - perpetual).abs() < 1e-5, "{input:?}: {} against {perpetual}", input.price());
        }
    }
}

#[test]
fn sensitivities_are_central_differences_of_the_price() {
    for kind in KINDS {
        for (spot, rate, carry_yield, vol, years) in [
            (100.0, 0.05, 0.02, 0.25, 0.7),
            (112.0, 0.03, 0.06, 0.4, 2.0),
            (92.0, 0.06, 0.06, 0.3, 0.2),
            (97.0, 0.04, -0.01, 0.6, 1.5),
            (101.0, -0.01, -0.03, 0.2, 0.5),
            (104.0, -0.04, -0.02, 0.2, 0.5),
        ] {
            let input = AmericanInput { spot, rate, carry_yield, vol, years, kind, ..PUT };
            let greeks = input.greeks();
            let change = |step: f64, moved: &dyn Fn(f64) -> AmericanInput| {
                let (up, down) = (moved(step).price(), moved(-step).price());
                ((up - down) / (2.0 * step), (up - 2.0 * greeks.price + down) / (step * step))
            };
            let delta = |input: AmericanInput| {
                let at = |spot: f64| AmericanInput { spot, ..input }.price();
                (at(1.001 * spot) - at(0.999 * spot)) / (0.002 * spot)
            };
            let by_spot = change(0.002 * spot, &|step| AmericanInput { spot: spot + step, ..input });
            let by_vol = change(0.004, &|step| AmericanInput { vol: vol + step, ..input });
            let by_years = change(0.001 * years, &|step| AmericanInput { years: years + step, ..input });
            let by_rate = change(3e-4, &|step| AmericanInput { rate: rate + step, ..input });
            let by_yield = change(3e-4, &|step| AmericanInput { carry_yield: carry_yield + step, ..input });
            let vanna = (delta(AmericanInput { vol: vol + 0.002, ..input }) - delta(AmericanInput { vol: vol - 0.002, ..input })) / 0.004;
            let (more, less) = (AmericanInput { years: 1.002 * years, ..input }, AmericanInput { years: 0.998 * years, ..input });
            let charm = -(delta(more) - delta(less)) / (0.004 * years);
            let (lush, dry) =
                (AmericanInput { carry_yield: carry_yield + 1e-3, ..input }, AmericanInput { carry_yield: carry_yield - 1e-3, ..input });
            let yield_delta = (delta(lush) - delta(dry)) / 2e-3;
            for (name, ours, difference, scale) in [
                ("delta", greeks.delta, by_spot.0, 1.0),
                ("gamma", greeks.gamma, by_spot.1, 0.01),
                ("vega", greeks.vega, by_vol.0, 10.0),
                ("volga", greeks.volga, by_vol.1, 10.0),
                ("theta", greeks.theta, -by_years.0, 1.0),
                ("rho", greeks.rho, by_rate.0, 10.0),
                ("yield rho", greeks.yield_rho, by_yield.0, 10.0),
                ("vanna", greeks.vanna, vanna, 0.1),
                ("charm", greeks.charm, charm, 0.1),
                ("yield delta", greeks.yield_delta, yield_delta, 1.0),
            ] {
                assert!((ours - difference).abs() < 2e-3 * difference.abs().max(scale), "{input:?} {name}: {ours} against {difference}");
            }
        }
    }
}

#[test]
fn an_option_that_is_due_moves_like_its_payoff() {
    let due = AmericanInput { spot: 60.0, rate: 0.08, ..PUT }.greeks();
    assert_eq!((due.price, due.delta, due.gamma, due.vega, due.theta, due.charm), (40.0, -1.0, 0.0, 0.0, 0.0, 0.0));
    // Just above the boundary the option still decays by what waiting costs: ½σ²S²Γ = rK − qS there.
    let boundary = AmericanInput { rate: 0.08, ..PUT }.boundary();
    let (_, high) = boundary.region(1.0).unwrap();
    let edge = AmericanInput { spot: 100.0 * high * (1.0 + 1e-5), rate: 0.08, ..PUT };
    let greeks = edge.greeks();
    let cost = 0.08 * 100.0 - 0.02 * edge.spot;
    let earned = 0.5 * 0.25 * 0.25 * edge.spot * edge.spot * greeks.gamma;
    assert!((greeks.delta + 1.0).abs() < 1e-3 && (earned / cost - 1.0).abs() < 1e-2, "{greeks:?} {earned} {cost}");
}

#[test]
fn a_vol_comes_back_from_its_own_price() {
    let mut draw = Draw(11);
    let mut solved = 0;
    for _ in 0..120 {
        let input = draw.input();
        let price = input.price();
        let floor = AmericanInput { vol: 0.0, ..input }.price();
        // Where a double holds little time value, there is little to recover.
        if price - floor < 1e-6 {
            continue;
        }
        solved += 1;
        let vol = input.implied_vol(price).unwrap();
        let again = AmericanInput { vol, ..input }.price();
        let slope = (AmericanInput { vol: 1.001 * input.vol, ..input }.price() - price) / (0.001 * input.vol);
        let allowed = 1e-9_f64.max(1e-12 * price / (slope * input.vol));
        assert!((vol / input.vol - 1.0).abs() < allowed, "{input:?}: {vol}");
        assert!((again - price).abs() < 1e-10 * price.max(1.0), "{input:?}: {again} {price}");
    }
    assert!(solved > 80, "{solved}");
}

#[test]
fn prices_on_or_beyond_a_bound_are_named() {
    let put = AmericanInput { spot: 80.0, ..PUT };
    assert_eq!(put.implied_vol(-1.0), Err(NoVol::NegativePrice));
    assert_eq!(put.implied_vol(19.0), Err(NoVol::BelowIntrinsic));
    assert_eq!(put.implied_vol(20.0), Err(NoVol::NoTimeValue));
    assert_eq!(put.implied_vol(100.0), Err(NoVol::AtMaximum));
    assert_eq!(put.implied_vol(101.0), Err(NoVol::AboveMaximum));
    assert_eq!(put.implied_vol(f64::NAN), Err(NoVol::BadInput));
    assert_eq!(AmericanInput { years: 0.0, ..put }.implied_vol(30.0), Err(NoVol::BadInput));
    // Worth more than any European put with this strike: only the right to exercise now explains the price.
    let vol = AmericanInput { rate: 0.2, ..PUT }.implied_vol(85.0).unwrap();
    assert!(vol > 1.0 && vol < 20.0, "{vol}");
}

/// A market at a rate of 5 % that marks one half-year put at 105 on a share at 100, whose forward is 101.
fn marked(mark: f64) -> (Market, EuropeanOption) {
    let (underlying, expiry) = ("SPY".to_owned(), Timestamp::from_ms((0.5 * YEAR_MS) as i64));
    let price = |x| Price::new(x).unwrap();
    let (strike, kind) = (price(105.0), OptionKind::Put);
    let american = AmericanOption { underlying: underlying.clone(), quote: Currency::usd(), contract_size: 100.0, expiry, strike, kind };
    let facts = [
        FactValue::Spot { underlying: underlying.clone(), price: price(100.0) },
        FactValue::Rate { underlying: underlying.clone(), rate: Rate::new(0.05).unwrap() },
        FactValue::Forward { underlying: underlying.clone(), expiry, price: price(101.0) },
        FactValue::Option {
            underlying,
            expiry,
            strike,
            kind,
            settlement: Settlement::Linear,
            mark_vol: None,
            mark_price: Some(price(mark)),
            bid_ask: BidAsk::default(),
        },
    ];
    let facts = facts.map(|value| Fact::resolved(value, Origin::Quote));
    (Market::assemble(&facts, Timestamp::from_ms(0)).0, american.european())
}

#[test]
fn the_vol_of_a_mark_is_the_one_at_which_the_american_option_has_that_price() {
    let (market, option) = marked(9.0);
    let vol = |exercise| market.vol("SPY put", &option, exercise).unwrap().value;
    let (american, european) = (vol(Exercise::American), vol(Exercise::European));
    let carry = ln(1.01) / 0.5;
    let input = AmericanInput { strike: 105.0, years: 0.5, vol: american, carry_yield: 0.05 - carry, ..PUT };
    assert!((input.price() - 9.0).abs() < 1e-9, "{american}");
    // The European option needs more vol for the same price.
    assert!(european > american + 0.005, "{european} {american}");
}

#[test]
fn a_mark_beyond_a_bound_of_the_american_option_is_said_and_never_guessed() {
    let vol = |mark| {
        let (market, option) = marked(mark);
        market.vol("SPY put", &option, Exercise::American)
    };
    for mark in [4.0, 5.0] {
        let Resolved { value, assumption } = vol(mark).unwrap();
        assert!(value == 0.0 && assumption.unwrap().message.contains("intrinsic"), "{mark}");
    }
    let issue = vol(106.0).unwrap_err();
    assert!(issue.kind == IssueKind::Calculation && issue.value.as_deref() == Some("106"), "{issue:?}");
    // Above what any European put is worth, e^{−rT}·K, and still a price.
    assert!(vol(104.0).unwrap().value > 3.0);
}

#[test]
fn a_row_of_a_grid_fits_one_exercise_region_for_each_expiry_and_vol() {
    let option = |strike: f64, kind| AmericanOption {
        underlying: "SPY".to_owned(),
        quote: Currency::usd(),
        contract_size: 100.0,
        expiry: Timestamp::from_ms(0),
        strike: Price::new(strike).unwrap(),
        kind,
    };
    let mut boundaries = Boundaries::default();
    for step in -10..=10 {
        let up = 1.0 + 0.05 * f64::from(step);
        let (spot, forward) = (597.31 * up, 604.87 * up);
        let point = Point { spot, forward, years: 0.37, vol: 0.21, rate: 0.043, settled_at: spot, other: 0.0, dividends: &[] };
        for strike in [500.0, 600.0, 700.0] {
            let put = option(strike, OptionKind::Put);
            assert_eq!(put.value_among(&point, &mut boundaries).to_bits(), put.value(&point).to_bits());
        }
    }
    assert_eq!(boundaries.count(), 1, "neither spot nor strike bear on it");
    let point = Point { spot: 600.0, forward: 606.0, years: 0.37, vol: 0.22, rate: 0.043, settled_at: 600.0, other: 0.0, dividends: &[] };
    option(600.0, OptionKind::Put).value_among(&point, &mut boundaries);
    assert_eq!(boundaries.count(), 2, "a vol of its own has one of its own");
}
