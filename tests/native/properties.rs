//! Laws that every book obeys, and figures worked out by hand, over small books from a fixed generator.
//!
//! The generator draws from a linear congruence (Knuth, MMIX), so that a failure names a seed that fails again.

use plimsoll::book::Position;
use plimsoll::engine::{Block, Engine, Inputs, Report, Settings};
use plimsoll::exposure::Slice;
use plimsoll::instrument::{Cash, EuropeanOption, Future, Instrument, OptionKind, Perpetual, Settlement, Spot};
use plimsoll::issue::{Effect, IssueKind, Source};
use plimsoll::market::{BidAsk, Fact, FactValue, Origin};
use plimsoll::math::black::BlackInput;
use plimsoll::price::convention::deribit_greeks;
use plimsoll::protocol::{Desk, Detail, Request, Response, from_bytes, handle, to_bytes};
use plimsoll::stress::{CurveKind, GridSpec, Move, Numeraire, PathRule, ProfileSpec, Shock, VolShift};
use plimsoll::units::{Currency, Price, Quantity, Rate, Timestamp, Vol};
use std::collections::BTreeMap;

const DAY_MS: i64 = 86_400_000;
/// 2026-01-16T12:31:07.454Z, off every round number.
const AS_OF: Timestamp = Timestamp::from_ms(1_768_566_667_454);
const SEEDS: std::ops::Range<u64> = 0..12;

fn day(days: i64) -> Timestamp {
    Timestamp::from_ms(1_768_550_400_000 + days * DAY_MS)
}

// Vocabulary.

fn price(value: f64) -> Price {
    Price::new(value).unwrap()
}

fn option(underlying: &str, settlement: Settlement, kind: OptionKind, strike: f64, expiry: Timestamp) -> Instrument {
    let (underlying, quote) = (underlying.to_owned(), Currency::usd());
    Instrument::Option(EuropeanOption { underlying, quote, settlement, contract_size: 1.0, expiry, strike: price(strike), kind })
}

fn future(underlying: &str, settlement: Settlement, contract_size: f64, expiry: Timestamp) -> Instrument {
    Instrument::Future(Future { underlying: underlying.to_owned(), quote: Currency::usd(), settlement, contract_size, expiry })
}

fn perpetual(underlying: &str, settlement: Settlement, contract_size: f64) -> Instrument {
    Instrument::Perpetual(Perpetual { underlying: underlying.to_owned(), quote: Currency::usd(), settlement, contract_size })
}

fn coin(asset: &str) -> Instrument {
    Instrument::Spot(Spot { asset: asset.to_owned() })
}

fn position(name: &str, instrument: Instrument, quantity: f64, entry_price: Option<f64>) -> Position {
    Position {
        name: name.to_owned(),
        account: "main".to_owned(),
        venue: "Deribit".to_owned(),
        instrument,
        quantity: Quantity::new(quantity).unwrap(),
        entry_price: entry_price.map(price),
        mark: None,
        tags: BTreeMap::new(),
        stated: None,
        source: Source { file: "book.csv".into(), line: 2 },
    }
}

fn quote(value: FactValue) -> Fact {
    Fact { value, time: None, origin: Origin::Quote, source: Source::default() }
}

fn spot_fact(underlying: &str, value: f64) -> Fact {
    quote(FactValue::Spot { underlying: underlying.to_owned(), price: price(value) })
}

fn forward_fact(underlying: &str, expiry: Timestamp, value: f64) -> Fact {
    quote(FactValue::Forward { underlying: underlying.to_owned(), expiry, price: price(value) })
}

/// What a market file says of an option: its vol, its mark price, or both.
fn option_fact(instrument: &Instrument, vol: Option<f64>, mark: Option<f64>) -> Fact {
    let Instrument::Option(option) = instrument else { panic!("not an option") };
    quote(FactValue::Option {
        underlying: option.underlying.clone(),
        expiry: option.expiry,
        strike: option.strike,
        kind: option.kind,
        settlement: option.settlement,
        mark_vol: vol.map(|vol| Vol::new(vol).unwrap()),
        mark_price: mark.map(price),
        bid_ask: BidAsk::default(),
    })
}

fn load(positions: Vec<Position>, facts: Vec<Fact>) -> Engine {
    Engine::load(Inputs { positions, facts, accounts: Vec::new(), history: Default::default(), as_of: Some(AS_OF) }, Timestamp::from_ms(0))
}

fn shocked(shock: Shock) -> Settings {
    Settings { shock, grid: small_grid(), profile: ProfileSpec { count: 11, ..ProfileSpec::default() }, numeraire: Numeraire::Usd }
}

fn small_grid() -> GridSpec {
    GridSpec { spot: (-0.4, 0.4), spot_count: 5, vol: (-0.2, 0.2), vol_count: 3, underlying: None }
}

fn all(spot: f64, vol: VolShift) -> Shock {
    Shock { all: Move { spot, vol }, ..Shock::default() }
}

fn near(name: &str, value: f64, expected: f64, relative: f64) {
    assert!((value - expected).abs() <= relative * expected.abs().max(1.0), "{name}: {value} is not {expected}");
}

// The generator.

struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.next() as f64 / (1_u64 << 31) as f64
    }

    fn settlement(&mut self) -> Settlement {
        [Settlement::Linear, Settlement::Inverse][self.below(2)]
    }
}

const COINS: [(&str, f64); 2] = [("BTC", 95_539.49), ("ETH", 3_290.25)];

fn expiries() -> [Timestamp; 4] {
    [day(1), day(14), day(70), day(343)]
}

/// A book of every contract over two underlyings and four expiries, with a market that knows everything about it.
fn generated(seed: u64) -> Inputs {
    let mut draw = Draw(seed);
    draw.next();
    let (mut positions, mut facts) = (Vec::new(), Vec::new());
    for (name, spot) in COINS {
        facts.push(spot_fact(name, spot));
        facts.push(quote(FactValue::Rate { underlying: name.to_owned(), rate: Rate::new(draw.between(0.0, 0.05)).unwrap() }));
        for settlement in [Settlement::Linear, Settlement::Inverse] {
            let mark = price(spot * draw.between(0.999, 1.001));
            facts.push(quote(FactValue::Perpetual { underlying: name.to_owned(), settlement, price: mark }));
        }
        for expiry in expiries() {
            let forward = spot * (1.0 + 0.05 * AS_OF.years_to(expiry));
            facts.push(forward_fact(name, expiry, forward));
            for _ in 0..3 {
                let strike = (spot * draw.between(0.7, 1.4) / 10.0).round() * 10.0;
                let kind = [OptionKind::Call, OptionKind::Put][draw.below(2)];
                let contract = option(name, draw.settlement(), kind, strike, expiry);
                facts.push(option_fact(&contract, Some(draw.between(0.3, 1.2)), None));
                positions.push(position(&format!("{name} option {strike}"), contract, draw.between(-10.0, 10.0), None));
            }
            let (settlement, entry) = (draw.settlement(), spot * draw.between(0.8, 1.2));
            let size = if settlement == Settlement::Inverse { 10.0 } else { 0.1 };
            positions.push(position(
                &format!("{name} future"),
                future(name, settlement, size, expiry),
                draw.between(-500.0, 500.0),
                Some(entry),
            ));
        }
        for settlement in [Settlement::Linear, Settlement::Inverse] {
            let size = if settlement == Settlement::Inverse { spot * draw.between(-20.0, 20.0) } else { draw.between(-20.0, 20.0) };
            let entry = spot * draw.between(0.8, 1.2);
            positions.push(position(&format!("{name} perpetual"), perpetual(name, settlement, 1.0), size, Some(entry)));
        }
        positions.push(position(name, coin(name), draw.between(-5.0, 20.0), None));
    }
    positions.push(position("cash", Instrument::Cash(Cash { currency: Currency::usd() }), draw.between(-50_000.0, 900_000.0), None));
    // The same contract twice, at another entry: positions stay apart and contracts are netted.
    let again = positions[draw.below(positions.len())].clone();
    positions.push(Position { entry_price: again.entry_price.map(|entry| price(entry.get() * 1.01)), ..again });
    Inputs { positions, facts, accounts: Vec::new(), history: Default::default(), as_of: Some(AS_OF) }
}

fn generated_engine(seed: u64) -> Engine {
    Engine::load(generated(seed), Timestamp::from_ms(0))
}

fn a_wild_shock() -> Shock {
    let own = BTreeMap::from([("ETH".to_owned(), Move { spot: -0.35, vol: VolShift::Relative(0.4) })]);
    Shock { all: Move { spot: -0.16, vol: VolShift::Points(0.1) }, per_underlying: own, days: 20.0, path: PathRule::Line }
}

// Laws.

#[test]
fn the_generator_makes_books_that_are_valued_whole() {
    for seed in SEEDS {
        let valuation = generated_engine(seed).valuation(&Settings::default(), false);
        let count = u32::try_from(generated(seed).positions.len()).unwrap();
        assert_eq!((valuation.coverage.valued, valuation.coverage.left_out), (count, 0), "seed {seed}: {:?}", valuation.issues);
        assert_eq!(valuation.issues, [], "seed {seed}");
    }
}

#[test]
fn a_call_less_a_put_is_a_forward() {
    let (spot, forward, rate) = (95_539.49, 96_426.39, 0.04_f64);
    let expiry = day(70);
    let discount = plimsoll::math::exp(-rate * AS_OF.years_to(expiry));
    for strike in [60_000.0, 96_000.0, 150_000.0] {
        for settlement in [Settlement::Linear, Settlement::Inverse] {
            let legs = [(OptionKind::Call, 3.0), (OptionKind::Put, -3.0)].map(|(kind, quantity)| {
                let contract = option("BTC", settlement, kind, strike, expiry);
                (option_fact(&contract, Some(0.55), None), position("leg", contract, quantity, None))
            });
            let mut facts = vec![spot_fact("BTC", spot), forward_fact("BTC", expiry, forward)];
            facts.push(quote(FactValue::Rate { underlying: "BTC".to_owned(), rate: Rate::new(rate).unwrap() }));
            let mut positions = Vec::new();
            for (fact, leg) in legs {
                facts.push(fact);
                positions.push(leg);
            }
            let base = load(positions, facts).valuation(&Settings::default(), false).base;
            // Linear: e^(−rT)·(F − K) dollars. Inverse: 1 − K/F coins at spot, undiscounted.
            let (value, delta) = match settlement {
                Settlement::Linear => (3.0 * discount * (forward - strike), 3.0 * discount * forward / spot),
                Settlement::Inverse => (3.0 * (1.0 - strike / forward) * spot, 3.0),
            };
            near("value", base.equity, value, 1e-12);
            near("delta", base.measures.cash_delta, delta * spot, 1e-12);
            near("gamma", base.measures.gamma_1pct, 0.0, 1e-7);
            near("vega", base.measures.vega_1pt, 0.0, 1e-9);
        }
    }
}

#[test]
fn nothing_happening_costs_nothing_to_the_bit() {
    for seed in SEEDS {
        let engine = generated_engine(seed);
        for numeraire in [Numeraire::Usd, Numeraire::Coin("BTC".to_owned())] {
            let report = engine.report(&Settings { grid: small_grid(), numeraire, ..Settings::default() });
            assert_eq!(report.valuation.pnl, None, "seed {seed}: no shock, no P&L");
            let (column, row) = (2, 1);
            assert_eq!((report.grid.spots[column], report.grid.vols[row]), (0.0, 0.0));
            assert_eq!(report.grid.pnl[row * 5 + column].to_bits(), 0.0_f64.to_bits(), "seed {seed}");
            assert_eq!(report.profile.curves[0].pnl[50].to_bits(), 0.0_f64.to_bits(), "seed {seed}");
            assert!(report.grid.pnl.iter().filter(|pnl| **pnl != 0.0).count() >= 14, "seed {seed}: everything else moves");
        }
        // A shock that cancels out in everything but its form.
        let own = BTreeMap::from([("BTC".to_owned(), Move { spot: 0.0, vol: VolShift::Relative(0.0) })]);
        let elsewhere = BTreeMap::from([("SOL".to_owned(), Move { spot: -0.5, vol: VolShift::Points(0.0) })]);
        assert_eq!(engine.valuation(&shocked(Shock { per_underlying: own, ..Shock::default() }), false).pnl, None);
        assert_eq!(engine.valuation(&shocked(Shock { per_underlying: elsewhere, ..Shock::default() }), false).pnl, Some(0.0));
    }
}

fn sums(slices: &[Slice], of: impl Fn(&Slice) -> f64) -> f64 {
    slices.iter().map(of).sum()
}

#[test]
fn parts_add_up_to_the_whole() {
    for seed in SEEDS {
        let valuation = generated_engine(seed).valuation(&shocked(a_wild_shock()), true);
        let after = valuation.shocked.unwrap();
        let of_positions: f64 = valuation.positions.iter().map(|row| row.base.unwrap().greeks.value).sum();
        near("positions", of_positions, valuation.base.equity, 1e-9);
        let shocked_positions: f64 = valuation.positions.iter().map(|row| row.shocked.unwrap().greeks.value).sum();
        near("positions after", shocked_positions, after.equity, 1e-9);
        near("P&L", valuation.pnl.unwrap(), shocked_positions - of_positions, 1e-9);
        for slices in [&valuation.by_underlying, &valuation.by_expiry] {
            let (base, moved) = (valuation.base.measures, after.measures);
            near("value", sums(slices, |slice| slice.base.value), base.value, 1e-9);
            near("delta", sums(slices, |slice| slice.base.cash_delta), base.cash_delta, 1e-9);
            near("gamma", sums(slices, |slice| slice.base.gamma_1pct), base.gamma_1pct, 1e-9);
            near("vega", sums(slices, |slice| slice.base.vega_1pt), base.vega_1pt, 1e-9);
            near("theta", sums(slices, |slice| slice.base.theta_1d), base.theta_1d, 1e-9);
            near("gross", sums(slices, |slice| slice.base.gross_notional), base.gross_notional, 1e-9);
            near("net", sums(slices, |slice| slice.base.net_notional), base.net_notional, 1e-9);
            near("value after", sums(slices, |slice| slice.shocked.unwrap().value), moved.value, 1e-9);
            near("vega after", sums(slices, |slice| slice.shocked.unwrap().vega_1pt), moved.vega_1pt, 1e-9);
            assert_eq!(slices.iter().map(|slice| slice.positions).sum::<u32>(), valuation.coverage.valued);
        }
        assert_eq!(valuation.by_underlying.iter().map(|slice| slice.key.as_str()).collect::<Vec<_>>(), ["BTC", "ETH", "USD"]);
        assert_eq!(valuation.by_expiry.len(), 5, "four dates and what never expires");
        assert_eq!(valuation.by_expiry[4].key, "none");
        assert_eq!(valuation.by_expiry[0].base_coin, None, "coins of two underlyings do not add up");
        assert_eq!(valuation.by_expiry[0].coin, None);
        for slice in &valuation.by_underlying[..2] {
            let own = valuation.positions.iter().filter(|row| row.underlying == slice.key);
            assert_eq!(slice.coin.as_deref(), Some(slice.key.as_str()));
            near("coin delta", own.map(|row| row.base.unwrap().coin.unwrap().delta).sum(), slice.base_coin.unwrap().delta, 1e-9);
        }
    }
}

#[test]
fn the_order_of_the_book_does_not_matter() {
    for seed in SEEDS {
        let inputs = generated(seed);
        let mut turned = inputs.clone();
        turned.positions.reverse();
        turned.facts.reverse();
        let [one, other] = [inputs, turned].map(|inputs| Engine::load(inputs, Timestamp::from_ms(0)).report(&shocked(a_wild_shock())));
        near("equity", other.valuation.base.equity, one.valuation.base.equity, 1e-12);
        near("P&L", other.valuation.pnl.unwrap(), one.valuation.pnl.unwrap(), 1e-11);
        near("worst", other.grid.worst.unwrap().pnl, one.grid.worst.unwrap().pnl, 1e-11);
    }
}

// Who computes, and in which order.

/// Every number of a report, to the bit.
fn bits(report: &Report) -> Vec<u8> {
    to_bytes(&(&report.valuation, &report.grid, &report.profile)).unwrap()
}

/// A question and its answer as bytes, as they cross to a worker and back.
fn ask(desk: &mut Desk, request: Request) -> Response {
    let request: Request = from_bytes(&to_bytes(&request).unwrap()).unwrap();
    from_bytes(&to_bytes(&handle(desk, request, &mut |_| {})).unwrap()).unwrap()
}

#[test]
fn a_report_is_the_same_whoever_computes_it_in_whatever_order() {
    for seed in SEEDS {
        let inputs = generated(seed);
        let settings = shocked(a_wild_shock());
        let here = Engine::load(inputs.clone(), Timestamp::from_ms(0)).report(&settings);
        // Three workers, each with its own engine; blocks are dealt in a shuffled order.
        let mut workers = vec![Desk::default(); 3];
        for worker in &mut workers {
            let request = Request::Load { inputs: to_bytes(&inputs).unwrap(), now: Timestamp::from_ms(0) };
            assert_eq!(ask(worker, request), Response::Loaded { as_of: AS_OF });
        }
        let request = Request::Value { revision: 7, settings: settings.clone(), detail: Detail::Full };
        let Response::Valued { revision, valuation, blocks, .. } = ask(&mut workers[0], request) else { panic!("no valuation") };
        assert_eq!((revision, blocks.len()), (7, 3 + 2 + 4), "three rows, today, the shock's day, four expiries");
        let mut order: Vec<usize> = (0..blocks.len()).collect();
        let mut draw = Draw(seed);
        for last in (1..order.len()).rev() {
            order.swap(last, draw.below(last + 1));
        }
        let mut results: Vec<Option<(Block, Vec<f64>)>> = vec![None; blocks.len()];
        for (turn, index) in order.into_iter().enumerate() {
            let request = Request::Compute { revision: 7, settings: settings.clone(), block: blocks[index] };
            let Response::Computed { block, pnl, .. } = ask(&mut workers[turn % 3], request) else { panic!("no block") };
            results[index] = Some((block, pnl));
        }
        let there = Report::assemble(*valuation, results.into_iter().flatten().collect());
        assert_eq!(bits(&there), bits(&here), "seed {seed}");
    }
}

#[test]
fn a_block_depends_on_its_relevant_settings_only() {
    for seed in SEEDS {
        let engine = generated_engine(seed);
        for numeraire in [Numeraire::Usd, Numeraire::Coin("ETH".to_owned())] {
            let settings = Settings { numeraire, ..shocked(a_wild_shock()) };
            for block in engine.blocks(&settings) {
                assert_eq!(engine.block(&block.relevant(&settings), block), engine.block(&settings, block), "seed {seed} {block:?}");
            }
        }
    }
}

#[test]
fn what_cannot_be_asked_is_refused_with_a_reason() {
    let mut engine = Desk::default();
    let early = ask(&mut engine, Request::Value { revision: 1, settings: Settings::default(), detail: Detail::Full });
    assert!(matches!(&early, Response::Failed(issue) if issue.kind == IssueKind::MissingData), "{early:?}");
    ask(&mut engine, Request::Load { inputs: to_bytes(&generated(0)).unwrap(), now: Timestamp::from_ms(0) });
    for shock in [
        all(-1.0, VolShift::Points(0.0)),
        all(f64::NAN, VolShift::Points(0.0)),
        all(0.0, VolShift::Relative(11.0)),
        Shock { days: -1.0, ..Shock::default() },
        Shock { days: f64::NAN, ..Shock::default() },
    ] {
        let answer = ask(&mut engine, Request::Value { revision: 2, settings: shocked(shock.clone()), detail: Detail::Totals });
        assert!(matches!(&answer, Response::Failed(issue) if issue.kind == IssueKind::Invalid), "{shock:?}: {answer:?}");
    }
    let garbage = ask(&mut engine, Request::Load { inputs: vec![255; 9], now: Timestamp::from_ms(0) });
    assert!(matches!(&garbage, Response::Failed(issue) if issue.kind == IssueKind::Parse), "{garbage:?}");
    let still = ask(&mut engine, Request::Value { revision: 3, settings: Settings::default(), detail: Detail::Totals });
    assert!(matches!(still, Response::Valued { revision: 3, .. }), "the book loaded before is still there");
}

// Grid, profile and shock bar are one revaluation.

#[test]
fn a_cell_and_a_point_of_a_curve_are_the_shock_bar_s_own_figure() {
    for seed in SEEDS {
        let engine = generated_engine(seed);
        let report = engine.report(&shocked(Shock { days: 20.0, path: PathRule::Line, ..Shock::default() }));
        for (index, pnl) in report.grid.pnl.iter().enumerate() {
            let (spot, vol) = (report.grid.spots[index % 5], report.grid.vols[index / 5]);
            let shock = Shock { days: 20.0, path: PathRule::Line, ..all(spot, VolShift::Points(vol)) };
            assert_eq!(engine.valuation(&shocked(shock), false).pnl.unwrap().to_bits(), pnl.to_bits(), "seed {seed} {spot} {vol}");
        }
        let kinds: Vec<CurveKind> = report.profile.curves.iter().map(|curve| curve.kind).collect();
        let mut expected = vec![CurveKind::Today, CurveKind::Chosen];
        expected.extend(expiries().map(CurveKind::Expiry));
        assert_eq!(kinds, expected);
        for (curve, days) in [(&report.profile.curves[0], 0.0), (&report.profile.curves[1], 20.0)] {
            let shock = Shock { days, path: PathRule::Line, ..all(report.profile.spots[1], VolShift::Points(0.0)) };
            assert_eq!(engine.valuation(&shocked(shock), false).pnl.unwrap().to_bits(), curve.pnl[1].to_bits(), "seed {seed}");
        }
    }
}

#[test]
fn a_shock_of_one_underlying_leaves_the_other_untouched() {
    for seed in SEEDS {
        let own = BTreeMap::from([("BTC".to_owned(), Move { spot: 0.3, vol: VolShift::Points(-0.1) })]);
        let valuation = generated_engine(seed).valuation(&shocked(Shock { per_underlying: own, ..Shock::default() }), true);
        let [btc, eth, usd] = valuation.by_underlying.as_slice() else { panic!("three underlyings") };
        for still in [eth, usd] {
            assert_eq!(to_bytes(&still.shocked.unwrap()).unwrap(), to_bytes(&still.base).unwrap(), "seed {seed} {}", still.key);
        }
        assert_ne!(btc.shocked.unwrap().value, btc.base.value);
        near("P&L", valuation.pnl.unwrap(), btc.shocked.unwrap().value - btc.base.value, 1e-9);
        assert_eq!(valuation.spots.iter().map(|spot| spot.shocked / spot.base).collect::<Vec<_>>(), [1.3, 1.0]);
        for row in valuation.positions.iter().filter(|row| row.class == "call" || row.class == "put") {
            let moved = row.shocked.unwrap().vol.unwrap() - row.base.unwrap().vol.unwrap();
            near(&row.name, moved, if row.underlying == "BTC" { -0.1 } else { 0.0 }, 1e-12);
        }
    }
}

// Time.

/// A calendar at the money: the near call sold, the far one held; spot and forwards at 100 000, vols at 50 %.
fn calendar(settlement: Settlement) -> Engine {
    let mut facts = vec![spot_fact("BTC", 100_000.0)];
    let mut positions = Vec::new();
    for (days, quantity) in [(10, -1.0), (40, 1.0)] {
        let contract = option("BTC", settlement, OptionKind::Call, 100_000.0, day(days));
        facts.push(forward_fact("BTC", day(days), 100_000.0));
        facts.push(option_fact(&contract, Some(0.5), None));
        positions.push(position(&format!("{days} days"), contract, quantity, None));
    }
    Engine::load(Inputs { positions, facts, accounts: Vec::new(), history: Default::default(), as_of: Some(day(0)) }, Timestamp::from_ms(0))
}

/// Figures from Black (1976) by `math.erfc` in Python, 2026-11-21. Twenty days on and a fifth up the near leg is settled: by Jump at
/// 120 000, by Line halfway at 100 000·√1.2 = 109 544.51; an inverse leg was paid in coins, which then rise with spot.
#[test]
fn after_the_first_expiry_of_a_calendar_the_near_leg_is_its_payoff_and_the_far_leg_lives() {
    let far_value = 20_328.556_614_103_9;
    for (settlement, path, near_value, pnl) in [
        (Settlement::Linear, PathRule::Jump, -20_000.0, -2_966.524_885_373_9),
        (Settlement::Inverse, PathRule::Jump, -20_000.0, -2_966.524_885_373_9),
        (Settlement::Linear, PathRule::Line, -9_544.511_501_033_2, 7_488.963_613_592_9),
        (Settlement::Inverse, PathRule::Line, -10_455.488_498_966_8, 6_577.986_615_659_3),
    ] {
        let shock = Shock { days: 20.0, path, ..all(0.2, VolShift::Points(0.0)) };
        let valuation = calendar(settlement).valuation(&shocked(shock), true);
        let [short, long] = valuation.positions.as_slice() else { panic!("two legs") };
        near("near before", short.base.unwrap().greeks.value, -3_300.727_789_331_3, 1e-10);
        near("far before", long.base.unwrap().greeks.value, 6_595.809_288_809_1, 1e-10);
        let (short, long) = (short.shocked.unwrap(), long.shocked.unwrap());
        near("near after", short.greeks.value, near_value, 1e-12);
        near("far after", long.greeks.value, far_value, 1e-10);
        near("P&L", valuation.pnl.unwrap(), pnl, 1e-9);
        assert!(long.greeks.value > 20_000.0 + 300.0, "the far leg keeps time value");
        assert_eq!((short.years, short.greeks.gamma, short.greeks.vega, short.greeks.theta), (Some(0.0), 0.0, 0.0, 0.0));
        assert_eq!(short.measures.gross_notional, 0.0, "what is settled is no exposure");
        // Coins that were paid out still move with spot, dollars do not.
        let coins = if settlement == Settlement::Inverse { near_value } else { 0.0 };
        near("delta of what was paid", short.measures.cash_delta, coins, 1e-12);
    }
}

#[test]
fn on_the_day_of_expiry_nothing_but_the_payoff_is_left_whatever_the_millisecond_of_the_book() {
    for offset in 0..1000 {
        let as_of = Timestamp::from_ms(AS_OF.ms() + offset);
        let contract = option("BTC", Settlement::Linear, OptionKind::Call, 100_000.0, day(70));
        let facts = vec![spot_fact("BTC", 100_000.0), forward_fact("BTC", day(70), 101_000.0), option_fact(&contract, Some(0.5), None)];
        let inputs = Inputs {
            positions: vec![position("call", contract, 2.0, None)],
            facts,
            accounts: Vec::new(),
            history: Default::default(),
            as_of: Some(as_of),
        };
        let engine = Engine::load(inputs, Timestamp::from_ms(0));
        let settings = Settings { profile: ProfileSpec { spot: (-0.5, 0.5), count: 3, underlying: None }, ..Settings::default() };
        let before = engine.valuation(&settings, false).base.equity;
        let pnl = engine.block(&settings, Block::Curve(CurveKind::Expiry(day(70))));
        assert_eq!(pnl, [0.0 - before, 0.0 - before, 100_000.0 - before], "{offset} ms");
    }
}

#[test]
fn time_alone_lets_the_forward_converge_at_a_constant_annualized_basis() {
    // 36.5 days of 365 at ln(110/100) per 73 days: half of the basis is left after half of the time.
    let contract = future("BTC", Settlement::Linear, 1.0, day(73));
    let facts = vec![spot_fact("BTC", 100_000.0), forward_fact("BTC", day(73), 110_000.0)];
    let positions = vec![position("future", contract, 2.0, Some(105_000.0))];
    let engine = Engine::load(
        Inputs { positions, facts, accounts: Vec::new(), history: Default::default(), as_of: Some(day(0)) },
        Timestamp::from_ms(0),
    );
    let after = |days: f64| engine.valuation(&shocked(Shock { days, ..Shock::default() }), true).positions[0].shocked.unwrap();
    near("before", engine.valuation(&Settings::default(), false).base.equity, 10_000.0, 1e-14);
    near("forward", after(36.5).forward, 104_880.884_817_015_15, 1e-13);
    near("value", after(36.5).greeks.value, 2.0 * (104_880.884_817_015_15 - 105_000.0), 1e-9);
    near("at its end", after(73.0).greeks.value, -10_000.0, 1e-14);
    near("and ever after", after(700.0).greeks.value, -10_000.0, 1e-14);
}

#[test]
fn what_expired_before_counts_for_nothing_and_is_noted() {
    for expiry in [day(-1), AS_OF] {
        let old = option("BTC", Settlement::Linear, OptionKind::Call, 50_000.0, expiry);
        let positions = vec![position("BTC", coin("BTC"), 2.0, None), position("old call", old.clone(), 5.0, None)];
        let engine = load(positions, vec![spot_fact("BTC", 95_000.0), option_fact(&old, Some(0.5), Some(45_000.0))]);
        let valuation = engine.valuation(&shocked(all(0.1, VolShift::Points(0.0))), true);
        assert_eq!((valuation.base.equity, valuation.base.measures.cash_delta), (190_000.0, 190_000.0));
        near("P&L", valuation.pnl.unwrap(), 19_000.0, 1e-12);
        assert_eq!((valuation.coverage.valued, valuation.coverage.expired, valuation.coverage.left_out), (1, 1, 0));
        assert_eq!((valuation.positions[1].status.as_str(), valuation.positions[1].base), ("expired", None));
        let notes: Vec<_> = valuation.issues.iter().filter(|issue| issue.subject.as_deref() == Some("old call")).collect();
        assert_eq!(notes.len(), 1);
        assert_eq!((notes[0].effect, notes[0].file.as_deref(), notes[0].line), (Effect::Noted, Some("book.csv"), Some(2)));
        assert!(!engine.blocks(&Settings::default()).contains(&Block::Curve(CurveKind::Expiry(expiry))));
    }
}

// What is missing.

#[test]
fn a_position_without_any_vol_is_left_out_counted_and_named() {
    let known = option("BTC", Settlement::Linear, OptionKind::Call, 100_000.0, day(70));
    let unknown = option("ETH", Settlement::Linear, OptionKind::Put, 3_000.0, day(70));
    let facts = || vec![spot_fact("BTC", 95_000.0), spot_fact("ETH", 3_300.0), option_fact(&known, Some(0.5), None)];
    let engine = load(vec![position("known", known.clone(), 1.0, None), position("unknown", unknown, -4.0, None)], facts());
    let alone = load(vec![position("known", known.clone(), 1.0, None)], facts());
    let valuation = engine.valuation(&shocked(all(-0.2, VolShift::Points(0.1))), true);
    let without = alone.valuation(&shocked(all(-0.2, VolShift::Points(0.1))), true);
    assert_eq!((valuation.base, valuation.shocked, valuation.pnl), (without.base, without.shocked, without.pnl));
    assert_eq!((valuation.coverage.positions, valuation.coverage.valued, valuation.coverage.left_out), (2, 1, 1));
    assert_eq!(
        (valuation.positions[1].status.as_str(), valuation.positions[1].base, valuation.positions[1].shocked),
        ("left_out", None, None)
    );
    let rejected: Vec<_> = valuation.issues.iter().filter(|issue| issue.effect == Effect::Rejected).collect();
    let [issue] = rejected.as_slice() else { panic!("{rejected:?}") };
    assert_eq!((issue.kind, issue.subject.as_deref()), (IssueKind::MissingData, Some("unknown")));
    assert_eq!((issue.file.as_deref(), issue.line), (Some("book.csv"), Some(2)));
    assert!(issue.message.starts_with("unknown: left out of every total"), "{}", issue.message);
}

#[test]
fn without_a_spot_or_with_a_foreign_quote_a_position_is_left_out_not_valued_at_nothing() {
    let Instrument::Perpetual(dollar) = perpetual("BTC", Settlement::Linear, 1.0) else { panic!("a perpetual") };
    let euro = Instrument::Perpetual(Perpetual { quote: Currency::new("EUR"), ..dollar });
    let positions = vec![
        position("SOL", coin("SOL"), 10.0, None),
        position("euro", euro, 1.0, Some(90_000.0)),
        position("BTC", coin("BTC"), 1.0, None),
    ];
    let valuation = load(positions, vec![spot_fact("BTC", 95_000.0)]).valuation(&Settings::default(), true);
    assert_eq!((valuation.base.equity, valuation.coverage.valued, valuation.coverage.left_out), (95_000.0, 1, 2));
    let mut kinds: Vec<_> = valuation.issues.iter().filter(|issue| issue.effect == Effect::Rejected).map(|issue| issue.kind).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, [IssueKind::MissingData, IssueKind::Unsupported]);
}

#[test]
fn a_mark_price_alone_gives_the_vol() {
    let (spot, forward) = (95_539.49, 96_426.39);
    // Marks from Black (1976) by `math.erfc` in Python at 62 % and 48 %, rate 4 % for the linear one, 2026-11-21.
    const MARK_PUT: f64 = 7_105.909_369_455_6;
    const MARK_CALL: f64 = 0.036_054_199_728_530_9;
    let put = option("BTC", Settlement::Linear, OptionKind::Put, 90_000.0, day(70));
    let call = option("BTC", Settlement::Inverse, OptionKind::Call, 110_000.0, day(70));
    let facts = vec![
        spot_fact("BTC", spot),
        forward_fact("BTC", day(70), forward),
        quote(FactValue::Rate { underlying: "BTC".to_owned(), rate: Rate::new(0.04).unwrap() }),
        option_fact(&put, None, Some(MARK_PUT)),
        option_fact(&call, None, Some(MARK_CALL)),
    ];
    let valuation =
        load(vec![position("put", put, 1.0, None), position("call", call, -2.0, None)], facts).valuation(&Settings::default(), true);
    for (row, vol, mark, value) in
        [(&valuation.positions[0], 0.62, MARK_PUT, MARK_PUT), (&valuation.positions[1], 0.48, MARK_CALL, -2.0 * MARK_CALL * spot)]
    {
        let base = row.base.unwrap();
        assert!((base.vol.unwrap() - vol).abs() < 1e-10, "{}: {:?}", row.name, base.vol);
        assert!((base.unit_price / mark - 1.0).abs() < 1e-11, "{}: {}", row.name, base.unit_price);
        near(&row.name, base.greeks.value, value, 1e-11);
        let note = valuation.issues.iter().find(|issue| issue.subject.as_deref() == Some(row.name.as_str())).unwrap();
        assert!(note.effect == Effect::Noted && note.message.contains("implied from the mark price"), "{note:?}");
    }
}

#[test]
fn a_mark_beyond_every_vol_leaves_the_position_out() {
    // An inverse call is worth less than one coin.
    let call = option("BTC", Settlement::Inverse, OptionKind::Call, 110_000.0, day(70));
    let facts = vec![spot_fact("BTC", 95_000.0), option_fact(&call, None, Some(1.5))];
    let valuation = load(vec![position("call", call, 1.0, None)], facts).valuation(&Settings::default(), true);
    assert_eq!((valuation.base.equity, valuation.coverage.left_out), (0.0, 1));
    let issue = valuation.issues.iter().find(|issue| issue.effect == Effect::Rejected).unwrap();
    assert_eq!((issue.kind, issue.value.as_deref()), (IssueKind::Calculation, Some("1.5")));
}

// The link's inputs.

/// The numbers of a report, to the bit: everything but the notes, which say where a number came from.
fn numbers(engine: &Engine) -> Vec<u8> {
    let report = engine.report(&shocked(a_wild_shock()));
    let valuation = report.valuation;
    let totals = (valuation.base, valuation.shocked, valuation.pnl, valuation.coverage, valuation.spots, valuation.ordinary_day);
    to_bytes(&(totals, valuation.by_underlying, valuation.by_expiry, valuation.positions, report.grid, report.profile)).unwrap()
}

fn travels(name: &str, engine: &Engine) -> Engine {
    let there = Engine::load(engine.needed_inputs(), Timestamp::from_ms(0));
    let coverages = [engine, &there].map(|engine| engine.valuation(&Settings::default(), false).coverage);
    assert!(numbers(&there) == numbers(engine), "{name}: {coverages:?}");
    let again = Engine::load(there.needed_inputs(), Timestamp::from_ms(0));
    assert!(numbers(&again) == numbers(engine), "{name}, passed on");
    there
}

#[test]
fn the_inputs_of_a_link_give_the_same_numbers_to_the_bit() {
    for seed in SEEDS {
        travels(&format!("seed {seed}"), &generated_engine(seed));
    }
}

/// A book that leans on everything the market can fill in: a forward that no file gives, a vol from the smile of its expiry, one
/// from the neighboring expiries, one implied, a future without entry price, a position that had expired.
fn leaning() -> Engine {
    let call = |strike: f64, days: i64| option("BTC", Settlement::Inverse, OptionKind::Call, strike, day(days));
    let quoted = [(90_000.0, 0.55), (100_000.0, 0.48), (110_000.0, 0.46)];
    let mut facts = vec![spot_fact("BTC", 95_539.49)];
    for (days, forward) in [(14, 95_691.66), (70, 96_426.39), (343, 100_210.31)] {
        facts.push(forward_fact("BTC", day(days), forward));
        facts.extend(quoted.iter().map(|(strike, vol)| option_fact(&call(*strike, days), Some(*vol), None)));
    }
    let implied = option("BTC", Settlement::Linear, OptionKind::Put, 92_000.0, day(70));
    facts.push(option_fact(&implied, None, Some(5_100.0)));
    let positions = vec![
        position("quoted", call(100_000.0, 14), 3.0, None),
        position("smile", call(104_000.0, 70), -5.0, None),
        position("between expiries", call(97_000.0, 161), 2.0, None),
        position("implied", implied, 4.0, None),
        position("forward", future("BTC", Settlement::Inverse, 10.0, day(161)), 300.0, Some(94_000.0)),
        position("no entry", future("BTC", Settlement::Linear, 0.1, day(252)), -30.0, None),
        position("no mark", perpetual("BTC", Settlement::Linear, 1.0), 1.5, Some(91_000.0)),
        position("old", call(80_000.0, -3), 1.0, None),
        position("coin", coin("BTC"), 1.25, None),
    ];
    load(positions, facts)
}

#[test]
fn what_the_market_filled_in_travels_as_it_was_filled_in() {
    let engine = leaning();
    let valuation = engine.valuation(&Settings::default(), true);
    assert_eq!((valuation.coverage.valued, valuation.coverage.expired), (8, 1));
    let there = travels("leaning", &engine);
    let facts = there.needed_inputs().facts;
    assert!(facts.len() < 13, "only what is needed travels: {}", facts.len());
    // What was assumed here is named as assumed there.
    let said = there.valuation(&Settings::default(), false).issues;
    for subject in ["smile", "between expiries", "implied", "BTC perpetual", "no entry", "old"] {
        assert!(said.iter().any(|issue| issue.subject.as_deref() == Some(subject)), "{subject}: {said:?}");
    }
    assert!(!said.iter().any(|issue| issue.subject.as_deref() == Some("quoted")));
    // The forward in between carries the annualized basis of its neighbors: 2026-06-26 between March and December.
    let forward = valuation.positions[4].base.unwrap().forward;
    assert!(96_426.39 < forward && forward < 100_210.31, "{forward}");
}

#[test]
fn a_position_that_is_left_out_here_is_left_out_there() {
    let at = |strike: f64| option("BTC", Settlement::Linear, OptionKind::Put, strike, day(70));
    let positions = || vec![position("marked", at(90_000.0), 1.0, None), position("unknown", at(80_000.0), 1.0, None)];
    for (name, facts) in [
        (
            "its neighbor's vol is implied, which makes no smile",
            vec![spot_fact("BTC", 95_000.0), option_fact(&at(90_000.0), None, Some(4_000.0))],
        ),
        (
            "its own mark is impossible",
            vec![spot_fact("BTC", 95_000.0), option_fact(&at(90_000.0), Some(0.5), None), option_fact(&at(80_000.0), None, Some(90_000.0))],
        ),
    ] {
        let engine = load(positions(), facts);
        assert_eq!(engine.valuation(&Settings::default(), false).coverage.left_out, 1, "{name}");
        travels(name, &engine);
    }
}

// The venue's own sum.

/// Deribit's `delta_total` of a coin-margined account is Σ q·(Δ − c) over options plus the futures' size in coins; the balance is no
/// part of it. Published Δ and c of the two options: Deribit public API, 2026-01-16.
#[test]
fn the_coin_delta_of_an_inverse_account_is_deribit_s_delta_total() {
    let as_of = Timestamp::from_ms(1_768_566_643_286);
    let options = [
        // (strike, kind, expiry, forward, vol, quantity, published Δ, published c)
        (110_000.0, OptionKind::Call, Timestamp::from_ms(1_772_179_200_000), 95_998.81, 0.3794, -12.0, 0.15958, 0.0102),
        (70_000.0, OptionKind::Put, Timestamp::from_ms(1_774_598_400_000), 96_426.56, 0.4969, 25.0, -0.05676, 0.0057),
    ];
    let (spot, mark) = (95_539.49, 95_551.5);
    let perpetual_mark = FactValue::Perpetual { underlying: "BTC".to_owned(), settlement: Settlement::Inverse, price: price(mark) };
    let mut facts = vec![spot_fact("BTC", spot), quote(perpetual_mark)];
    let mut positions = vec![
        position("balance", coin("BTC"), 3.75, None),
        position("perpetual", perpetual("BTC", Settlement::Inverse, 1.0), 250_000.0, Some(88_000.0)),
        position("future", future("BTC", Settlement::Inverse, 10.0, options[1].2), -4_000.0, Some(99_000.0)),
    ];
    let futures = 250_000.0 / mark - 40_000.0 / 96_426.56;
    let (mut published, mut exact) = (futures, futures);
    for (strike, kind, expiry, forward, vol, quantity, delta, coins) in options {
        let contract = option("BTC", Settlement::Inverse, kind, strike, expiry);
        facts.push(forward_fact("BTC", expiry, forward));
        facts.push(option_fact(&contract, Some(vol), None));
        positions.push(position("option", contract, quantity, None));
        let ours = deribit_greeks(&BlackInput { forward, strike, years: as_of.years_to(expiry), vol, kind });
        published += quantity * (delta - coins);
        exact += quantity * (ours.delta - ours.coin_price);
    }
    let engine = Engine::load(
        Inputs { positions, facts, accounts: Vec::new(), history: Default::default(), as_of: Some(as_of) },
        Timestamp::from_ms(0),
    );
    let valuation = engine.valuation(&Settings::default(), true);
    let found = valuation.by_underlying[0].base_coin.unwrap().delta;
    assert!((found - exact).abs() < 1e-12, "{found} is not {exact}");
    // Twelve and twenty-five options, each published to five and four decimals.
    assert!((found - published).abs() < 37.0 * 6e-5, "{found} is not {published}");
    assert_eq!(valuation.positions[0].base.unwrap().coin.unwrap().delta, 0.0, "a coin held is no exposure in coins");
}
