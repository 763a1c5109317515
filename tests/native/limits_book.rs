//! The limit matrix through the units, the market and the plan: what a unit refuses is refused by name, and everything else is
//! valued in finite numbers or left out with a reason.

use crate::book_support::{self, AS_OF, forward_fact, load, option, option_fact, perpetual_fact, price, quote, spot_fact};
use plimsoll::book::Position;
use plimsoll::engine::{Engine, Settings};
use plimsoll::instrument::{AmericanOption, Future, Instrument, Loan, OptionKind, Perpetual, Pool, Settlement, Side, Spot, Stake, Unlock};
use plimsoll::issue::{Effect, Issue, IssueKind};
use plimsoll::market::{Fact, FactValue};
use plimsoll::price::ValuedPosition;
use plimsoll::stress::{GridSpec, Move, ProfileSpec, Shock, VolShift};
use plimsoll::units::{Currency, Price, Rate, Timestamp, Vol};

/// A millisecond, a minute, a day, a quarter, 30 and 1000 years.
const LIVES_MS: [i64; 6] = [1, 60_000, 86_400_000, 7_884_000_000, 946_080_000_000, 31_536_000_000_000];
const VOLS: [f64; 6] = [0.0, 1e-8, 1e-3, 0.65, 5.0, 100.0];
const PRICES: [f64; 8] = [0.0, 1e-300, 1e-12, 1.0, 100.0, 1e5, 1e12, 1e300];
const RATES: [f64; 5] = [-10.0, -0.05, 0.0, 0.05, 10.0];
const KINDS: [OptionKind; 2] = [OptionKind::Call, OptionKind::Put];
const SETTLEMENTS: [Settlement; 2] = [Settlement::Linear, Settlement::Inverse];

fn position(instrument: Instrument, held: f64, entry: Option<f64>) -> Position {
    book_support::position(instrument.class(), instrument, held, entry)
}

fn european(settlement: Settlement, expiry: Timestamp, strike: f64, kind: OptionKind) -> Instrument {
    option("BTC", settlement, kind, strike, expiry)
}

/// What the matrix varies, strikes aside.
#[derive(Clone, Copy, Debug)]
struct Corner {
    spot: f64,
    forward: f64,
    life_ms: i64,
    vol: f64,
    rate: f64,
}

impl Corner {
    fn expiry(&self) -> Timestamp {
        Timestamp::from_ms(AS_OF.ms() + self.life_ms)
    }

    fn market(&self, instruments: &[Instrument]) -> Vec<Fact> {
        let mut facts = vec![
            spot_fact("BTC", self.spot),
            forward_fact("BTC", self.expiry(), self.forward),
            quote(FactValue::Rate { underlying: "BTC".to_owned(), rate: Rate::new(self.rate).unwrap() }),
        ];
        facts.extend(SETTLEMENTS.map(|settlement| perpetual_fact("BTC", settlement, self.forward)));
        let options = instruments.iter().filter(|instrument| instrument.option_terms().is_some());
        facts.extend(options.map(|option| option_fact(option, Some(self.vol), None)));
        facts
    }

    fn load(&self, positions: Vec<Position>) -> Engine {
        let instruments: Vec<Instrument> = positions.iter().map(|position| position.instrument.clone()).collect();
        load(positions, self.market(&instruments))
    }
}

fn corners() -> Vec<Corner> {
    let mut corners = Vec::new();
    for spot in PRICES {
        // On the spot, at a basis, and where no carry takes it.
        for forward in [spot, spot * 1.03, spot * 1e-9, 100.0, 1e-300, 1e300] {
            for life_ms in LIVES_MS {
                for vol in VOLS {
                    corners.extend(RATES.map(|rate| Corner { spot, forward, life_ms, vol, rate }));
                }
            }
        }
    }
    corners
}

/// Every number of a valued position.
fn numbers(of: &ValuedPosition) -> Vec<f64> {
    let (greeks, measures) = (of.greeks, of.measures);
    let mut numbers = vec![
        greeks.value,
        greeks.delta,
        greeks.gamma,
        greeks.vega,
        greeks.theta,
        greeks.rho,
        greeks.vanna,
        greeks.volga,
        greeks.charm,
        measures.value,
        measures.gross_notional,
        measures.net_notional,
        measures.cash_delta,
        measures.gamma_1pct,
        measures.vega_1pt,
        measures.theta_1d,
        measures.rho_1bp,
        measures.vanna_1pt,
        measures.volga_1pt,
        measures.charm_1d,
        of.unit_price,
    ];
    numbers.extend(of.coin.iter().flat_map(|coin| [coin.value, coin.delta, coin.gamma_1pct, coin.vega_1pt, coin.theta_1d]));
    numbers
}

/// Valuation of everything that is valued is finite, and everything else is an issue that names it.
fn check_finite(corner: &Corner, engine: &Engine) {
    let rows = engine.rows();
    let valuation = engine.valuation(&Settings::default(), false);
    for row in &rows {
        if let Some(base) = &row.base {
            assert!(numbers(base).iter().all(|number| number.is_finite()), "{corner:?} {row:?}");
        }
    }
    let missing = rows.iter().filter(|row| row.base.is_none()).count();
    let named = valuation_issues(engine);
    assert_eq!((missing, valuation.coverage.left_out as usize), (named, named), "{corner:?}");
    let (base, measures) = (&valuation.base, &valuation.base.measures);
    let totals = [base.equity, measures.gross_notional, measures.cash_delta, measures.gamma_1pct, measures.vega_1pt, measures.theta_1d];
    assert!(totals.iter().all(|total| total.is_finite()), "{corner:?}: {totals:?}");
}

/// Positions that are left out because no number holds them.
fn valuation_issues(engine: &Engine) -> usize {
    let is_refusal = |issue: &&Issue| issue.effect == Effect::Rejected && issue.kind == IssueKind::Calculation;
    let refused: Vec<_> = engine.issues().iter().filter(is_refusal).collect();
    assert!(refused.iter().all(|issue| issue.message.contains("too large for any computation") && issue.line == Some(2)));
    refused.len()
}

#[test]
fn units_refuse_what_no_market_has() {
    for value in [1e6, 100.1, -1e-300, f64::NAN, f64::INFINITY] {
        assert_eq!(Vol::new(value).unwrap_err().kind, IssueKind::Invalid);
    }
    for value in [1e6, -1e6, 10.1, -10.1, f64::NAN, f64::NEG_INFINITY] {
        assert_eq!(Rate::new(value).unwrap_err().kind, IssueKind::Invalid);
    }
    for value in [-1e-300, f64::NAN, f64::INFINITY] {
        assert_eq!(Price::new(value).unwrap_err().kind, IssueKind::Invalid);
    }
    assert!(VOLS.iter().all(|vol| Vol::new(*vol).is_ok()) && RATES.iter().all(|rate| Rate::new(*rate).is_ok()));
    assert!(PRICES.iter().all(|value| Price::new(*value).is_ok()));
}

#[test]
fn european_options_are_at_their_limits_or_left_out_by_name() {
    let (mut valued, mut left_out) = (0, 0);
    for corner in corners() {
        let mut positions = Vec::new();
        for strike in PRICES {
            for settlement in SETTLEMENTS {
                positions.extend(KINDS.map(|kind| position(european(settlement, corner.expiry(), strike, kind), 2.0, None)));
            }
        }
        let engine = corner.load(positions);
        check_finite(&corner, &engine);
        let rows = engine.rows();
        let Corner { spot, forward, rate, vol, .. } = corner;
        let discount = libm::exp(-rate * AS_OF.years_to(corner.expiry()));
        for (place, pair) in rows.chunks(2).enumerate() {
            let (strike, settlement) = (PRICES[place / 2], SETTLEMENTS[place % 2]);
            let [Some(call), Some(put)] = [&pair[0].base, &pair[1].base] else {
                left_out += 1;
                continue;
            };
            valued += 1;
            // Dollars per dollar of the undiscounted price; an inverse option pays coins.
            let factor = match settlement {
                Settlement::Linear => discount,
                Settlement::Inverse if forward > 0.0 => spot / forward,
                Settlement::Inverse => 0.0,
            };
            let (call, put) = (call.greeks.value, put.greeks.value);
            let scale = 2.0 * factor * forward.max(strike);
            let slack = 1e-13 * scale;
            let miss = call - put - 2.0 * factor * (forward - strike);
            assert!(miss.abs() <= slack, "{corner:?} {strike} {settlement:?}: {call:e} less {put:e} is off by {miss:e}");
            let intrinsic = 2.0 * factor * (forward - strike).max(0.0);
            assert!(call >= intrinsic - slack && call <= 2.0 * factor * forward + slack, "{corner:?} {strike}: {call:e}");
            if vol == 0.0 || strike == 0.0 || forward == 0.0 {
                assert!((call - intrinsic).abs() <= slack, "{corner:?} {strike}: {call:e} is not {intrinsic:e}");
            }
        }
    }
    assert!(valued > 40_000 && left_out > 10_000, "{valued} valued, {left_out} left out");
}

/// Everything but European options, in quantities from next to nothing to the absurd.
fn others(corner: &Corner, quantity: f64) -> Vec<Position> {
    let underlying = || "BTC".to_owned();
    let expiry = corner.expiry();
    let mut positions = Vec::new();
    for entry in [1e-300, 100.0, 1e300] {
        for settlement in SETTLEMENTS {
            let future = Future { underlying: underlying(), quote: Currency::usd(), settlement, contract_size: 10.0, expiry };
            positions.push(position(Instrument::Future(future), quantity, Some(entry)));
            let perpetual = Perpetual { underlying: underlying(), quote: Currency::usd(), settlement, contract_size: 10.0 };
            positions.push(position(Instrument::Perpetual(perpetual), quantity, Some(entry)));
        }
    }
    for (lower, upper) in [(0.0, None), (1e-300, Some(1e300)), (50.0, Some(200.0))] {
        for side in [Side::Base, Side::Quote] {
            let pool = Pool { base: Currency::new("BTC"), quote: Currency::new("USDC"), side, liquidity: 1e5, lower, upper };
            positions.push(position(Instrument::Pool(pool), quantity, None));
        }
    }
    positions.push(position(Instrument::Loan(Loan { asset: Currency::new("BTC"), rate: None, threshold: None }), quantity, None));
    let stake = Stake { token: "STBTC".to_owned(), underlying: underlying(), rate: 1e3, unlock: Unlock::Free };
    positions.push(position(Instrument::Stake(stake), quantity, None));
    positions.push(position(Instrument::Spot(Spot { asset: underlying() }), quantity, None));
    positions
}

#[test]
fn every_other_contract_is_finite_or_left_out_by_name_in_any_quantity() {
    for spot in PRICES {
        for forward in [spot, spot * 1.03, 1e-300, 1e300] {
            for (life_ms, rate) in [(1, -10.0), (86_400_000, 0.05), (31_536_000_000_000, -10.0), (31_536_000_000_000, 10.0)] {
                for quantity in [1e-300, -2.5, 1e12, -1e300] {
                    let corner = Corner { spot, forward, life_ms, vol: 0.65, rate };
                    check_finite(&corner, &corner.load(others(&corner, quantity)));
                }
            }
        }
    }
}

#[test]
fn american_options_are_finite_or_left_out_by_name() {
    for spot in PRICES {
        for forward in [spot, spot * 1.03, 100.0] {
            for (life_ms, rate) in [(1, 10.0), (60_000, -0.05), (7_884_000_000, 0.05), (946_080_000_000, 0.05)] {
                for vol in [0.0, 0.65] {
                    let corner = Corner { spot, forward, life_ms, vol, rate };
                    let of = |strike: f64, kind| AmericanOption {
                        underlying: "BTC".to_owned(),
                        quote: Currency::usd(),
                        contract_size: 100.0,
                        expiry: corner.expiry(),
                        strike: price(strike),
                        kind,
                    };
                    let each = |strike| KINDS.map(|kind| position(Instrument::AmericanOption(of(strike, kind)), 1.0, None));
                    check_finite(&corner, &corner.load([1e-12, 103.0, 1e300].into_iter().flat_map(each).collect()));
                }
            }
        }
    }
}

#[test]
fn no_contract_of_ordinary_size_is_left_out() {
    for spot in [1e-12, 0.01, 1.0, 100.0, 1e5, 1e12] {
        for vol in VOLS {
            for life_ms in [1, 60_000, 86_400_000, 946_080_000_000] {
                let corner = Corner { spot, forward: spot * 1.03, life_ms, vol, rate: 0.05 };
                let strikes = [0.0, 1e-12, 0.01, 1.0, 100.0, 1e5, 1e12];
                let options = strikes.into_iter().flat_map(|strike| SETTLEMENTS.map(|settlement| (strike, settlement)));
                let mut positions: Vec<Position> = options
                    .flat_map(|(strike, settlement)| {
                        KINDS.map(|kind| position(european(settlement, corner.expiry(), strike, kind), 1e9, None))
                    })
                    .collect();
                positions.extend(
                    others(&corner, 1e9).into_iter().filter(|position| position.entry_price.is_none_or(|entry| entry.get() == 100.0)),
                );
                assert_eq!(corner.load(positions).valuation(&Settings::default(), false).coverage.left_out, 0, "{corner:?}");
            }
        }
    }
}

#[test]
fn shocks_of_the_matrix_stay_finite_in_grid_profile_and_totals() {
    let grid = GridSpec { spot: (-1.0, 9.0), spot_count: 5, vol: (-1.0, 9.0), vol_count: 3, underlying: None };
    for spot in [0.0, 1e-300, 1e-12, 100.0, 1e300] {
        for forward in [spot, 1e-300, 100.0, 1e300] {
            for vol in [0.0, 1e-8, 0.65, 100.0] {
                let corner = Corner { spot, forward, life_ms: 7_884_000_000, vol, rate: 0.05 };
                let options = PRICES.into_iter().flat_map(|strike| SETTLEMENTS.map(|settlement| (strike, settlement)));
                let mut positions: Vec<Position> = options
                    .flat_map(|(strike, settlement)| {
                        KINDS.map(|kind| position(european(settlement, corner.expiry(), strike, kind), 2.0, None))
                    })
                    .collect();
                positions.extend(others(&corner, -2.5));
                let engine = corner.load(positions);
                for (by, vols, days) in
                    [(-1.0, VolShift::Points(-9.0), 0.0), (9.0, VolShift::Points(9.0), 91.0), (-0.5, VolShift::Relative(-1.0), 1e6)]
                {
                    let shock = Shock { all: Move { spot: by, vol: vols }, days, ..Shock::default() };
                    let profile = ProfileSpec { count: 5, ..ProfileSpec::default() };
                    let settings = Settings { shock, grid: grid.clone(), profile, ..Settings::default() };
                    let valuation = engine.valuation(&settings, false);
                    assert!(valuation.pnl.is_none_or(f64::is_finite), "{corner:?} {by}: {:?}", valuation.pnl);
                    for shocked in engine.shocked_positions(&settings).iter().flatten() {
                        assert!(numbers(shocked).iter().all(|number| number.is_finite()), "{corner:?} {by}: {shocked:?}");
                    }
                    for block in engine.blocks(&settings) {
                        let pnl = engine.block(&settings, block);
                        assert!(pnl.iter().all(|pnl| pnl.is_finite()), "{corner:?} {by} {block:?}: {pnl:?}");
                    }
                }
            }
        }
    }
}
