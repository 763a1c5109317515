//! Contracts, positions and facts in a few words, and books from a fixed generator.

use plimsoll::book::Position;
use plimsoll::engine::{Engine, Inputs, Settings};
use plimsoll::instrument::{Cash, EuropeanOption, Future, Instrument, OptionKind, Perpetual, Settlement, Spot};
use plimsoll::issue::Source;
use plimsoll::market::{BidAsk, Fact, FactValue, Origin};
use plimsoll::protocol::{Desk, Request, Response, handle, to_bytes};
use plimsoll::units::{Currency, DAY_MS, Price, Quantity, Rate, Timestamp, Vol};
use std::collections::BTreeMap;

/// 2026-01-16T12:31:07.454Z.
pub const AS_OF: Timestamp = Timestamp::from_ms(1_768_566_667_454);

/// 08:00 UTC so many days after the book's own.
pub fn day(days: i64) -> Timestamp {
    Timestamp::from_ms(1_768_550_400_000 + days * DAY_MS)
}

pub fn price(value: f64) -> Price {
    Price::new(value).unwrap()
}

pub fn quantity(value: f64) -> Quantity {
    Quantity::new(value).unwrap()
}

pub fn european(underlying: &str, settlement: Settlement, kind: OptionKind, strike: f64, expiry: Timestamp) -> EuropeanOption {
    let (underlying, quote) = (underlying.to_owned(), Currency::usd());
    EuropeanOption { underlying, quote, settlement, contract_size: 1.0, expiry, strike: price(strike), kind }
}

pub fn option(underlying: &str, settlement: Settlement, kind: OptionKind, strike: f64, expiry: Timestamp) -> Instrument {
    Instrument::Option(european(underlying, settlement, kind, strike, expiry))
}

pub fn future(underlying: &str, settlement: Settlement, contract_size: f64, expiry: Timestamp) -> Instrument {
    Instrument::Future(Future { underlying: underlying.to_owned(), quote: Currency::usd(), settlement, contract_size, expiry })
}

pub fn perpetual(underlying: &str, settlement: Settlement, contract_size: f64) -> Instrument {
    Instrument::Perpetual(Perpetual { underlying: underlying.to_owned(), quote: Currency::usd(), settlement, contract_size })
}

pub fn coin(asset: &str) -> Instrument {
    Instrument::Spot(Spot { asset: asset.to_owned() })
}

pub fn cash(code: &str) -> Instrument {
    Instrument::Cash(Cash { currency: Currency::new(code) })
}

pub fn position(name: &str, instrument: Instrument, held: f64, entry_price: Option<f64>) -> Position {
    Position {
        name: name.to_owned(),
        account: "main".to_owned(),
        venue: "Deribit".to_owned(),
        instrument,
        quantity: quantity(held),
        entry_price: entry_price.map(price),
        mark: None,
        tags: BTreeMap::new(),
        stated: None,
        source: Source { file: "book.csv".into(), line: 2 },
    }
}

pub fn at(venue: &str, position: Position) -> Position {
    Position { venue: venue.to_owned(), ..position }
}

pub fn quote(value: FactValue) -> Fact {
    Fact { value, time: None, origin: Origin::Quote, source: Source::default() }
}

pub fn spot_fact(underlying: &str, value: f64) -> Fact {
    quote(FactValue::Spot { underlying: underlying.to_owned(), price: price(value) })
}

pub fn forward_fact(underlying: &str, expiry: Timestamp, value: f64) -> Fact {
    quote(FactValue::Forward { underlying: underlying.to_owned(), expiry, price: price(value) })
}

pub fn perpetual_fact(underlying: &str, settlement: Settlement, value: f64) -> Fact {
    quote(FactValue::Perpetual { underlying: underlying.to_owned(), settlement, price: price(value) })
}

/// What a market file says of an option: its vol, its mark price, or both.
pub fn option_fact(instrument: &Instrument, vol: Option<f64>, mark: Option<f64>) -> Fact {
    let Some(option) = instrument.option_terms() else { panic!("not an option") };
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

pub fn inputs(positions: Vec<Position>, facts: Vec<Fact>) -> Inputs {
    Inputs { positions, facts, accounts: Vec::new(), history: Default::default(), as_of: Some(AS_OF) }
}

/// A market of one coin that is written down by hand, and in it a book of inverse calls, a linear future and coins: what a changed market
/// does to the book is the difference of two such books valued in full.
pub struct ByHand {
    /// US dollars a coin.
    pub spot: f64,
    /// US dollars a coin, 40 days from now.
    pub forward: f64,
    /// Implied, 0.5 for 50 %, of [`Self::STRIKES`].
    pub vols: [f64; 2],
    /// A year, continuous.
    pub rate: f64,
}

impl ByHand {
    pub const STRIKES: [f64; 2] = [100_000.0, 120_000.0];
    pub const NOW: Self = Self { spot: 95_000.0, forward: 96_000.0, vols: [0.5, 0.55], rate: 0.02 };

    /// Of the future and the calls.
    pub fn expiry() -> Timestamp {
        day(40)
    }

    pub fn engine(&self) -> Engine {
        let call = |strike| option("BTC", Settlement::Inverse, OptionKind::Call, strike, Self::expiry());
        let [low, high] = Self::STRIKES.map(call);
        let facts = vec![
            spot_fact("BTC", self.spot),
            forward_fact("BTC", Self::expiry(), self.forward),
            option_fact(&low, Some(self.vols[0]), None),
            option_fact(&high, Some(self.vols[1]), None),
            quote(FactValue::Rate { underlying: "BTC".to_owned(), rate: Rate::new(self.rate).unwrap() }),
        ];
        let positions = vec![
            position("call", low, -12.0, None),
            position("call", high, 20.0, None),
            position("future", future("BTC", Settlement::Linear, 1.0, Self::expiry()), 3.0, Some(96_000.0)),
            position("coin", coin("BTC"), 5.0, None),
        ];
        load(positions, facts)
    }

    /// US dollars.
    pub fn equity(&self) -> f64 {
        self.engine().valuation(&Settings::default(), false).base.equity
    }
}

pub fn load(positions: Vec<Position>, facts: Vec<Fact>) -> Engine {
    Engine::load(inputs(positions, facts), AS_OF)
}

#[track_caller]
pub fn near(name: &str, value: f64, expected: f64, relative: f64) {
    assert!((value - expected).abs() <= relative * expected.abs().max(1.0), "{name}: {value} is not {expected}");
}

/// A linear congruence (Knuth, MMIX), so that a failure names a seed that fails again.
pub struct Draw(pub u64);

impl Draw {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    pub fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.next() as f64 / (1_u64 << 31) as f64
    }
}

const COINS: [(&str, f64); 2] = [("BTC", 95_539.49), ("ETH", 3_290.25)];

/// A book in two accounts with several lots of each contract, on a market that knows everything about it.
pub fn generated(seed: u64, lots: usize) -> Inputs {
    let mut draw = Draw(seed);
    draw.next();
    let (mut positions, mut facts) = (Vec::new(), Vec::new());
    let mut contracts: Vec<(Instrument, f64)> = Vec::new();
    for (name, spot) in COINS {
        facts.push(spot_fact(name, spot));
        for settlement in [Settlement::Linear, Settlement::Inverse] {
            facts.push(perpetual_fact(name, settlement, spot * draw.between(0.999, 1.001)));
            contracts.push((perpetual(name, settlement, [1.0, 10.0][draw.below(2)]), spot));
        }
        for expiry in [day(14), day(70)] {
            facts.push(forward_fact(name, expiry, spot * (1.0 + 0.05 * AS_OF.years_to(expiry))));
            for settlement in [Settlement::Linear, Settlement::Inverse] {
                contracts.push((future(name, settlement, if settlement == Settlement::Inverse { 10.0 } else { 0.1 }, expiry), spot));
                // Call and put of one strike have one vol, or parity would not hold.
                let middle = draw.between(0.4, 0.9);
                for (kind, step, vol) in [
                    (OptionKind::Call, 1.0, middle),
                    (OptionKind::Call, 1.1, draw.between(0.3, 1.2)),
                    (OptionKind::Put, 1.0, middle),
                    (OptionKind::Put, 0.9, draw.between(0.3, 1.2)),
                ] {
                    let contract = option(name, settlement, kind, (spot * step / 100.0).round() * 100.0, expiry);
                    facts.push(option_fact(&contract, Some(vol), None));
                    contracts.push((contract, if settlement == Settlement::Inverse { 0.05 } else { spot * 0.05 }));
                }
            }
        }
        contracts.push((coin(name), spot));
    }
    contracts.push((cash("USDC"), 1.0));
    for _ in 0..lots {
        let (contract, reference) = contracts[draw.below(contracts.len())].clone();
        let entry = if matches!(contract, Instrument::Cash(_)) { None } else { Some(reference * draw.between(0.7, 1.4)) };
        let held = (draw.between(-50.0, 50.0) * 10.0).round() / 10.0;
        let mut lot = position(contract.class(), contract, held, entry);
        lot.account = ["main", "hedge"][draw.below(2)].to_owned();
        if draw.below(4) == 0 {
            lot.tags.insert("strategy".to_owned(), "carry".to_owned());
        }
        positions.push(lot);
    }
    inputs(positions, facts)
}

/// A worker that has loaded the book of this engine.
pub fn desk(engine: &Engine) -> Desk {
    let mut desk = Desk::default();
    let request = Request::Load { inputs: to_bytes(engine.inputs()).unwrap(), now: engine.as_of() };
    assert!(matches!(handle(&mut desk, request, &mut |_| {}), Response::Loaded { .. }));
    desk
}
