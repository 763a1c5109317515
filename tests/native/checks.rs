//! The checks on the way in: each finds what it is there for, to the number, and is silent about a book in order.

use crate::book_support::{
    AS_OF, coin, day, european, forward_fact, future, generated, inputs, load, near, option, option_fact, perpetual, perpetual_fact,
    position, price, quantity, spot_fact,
};
use crate::import_support::published;
use plimsoll::book::{Position, Stated};
use plimsoll::check::{ALL, Finding, Limits, Severity};
use plimsoll::engine::{Engine, Inputs};
use plimsoll::instrument::{AmericanOption, Instrument, OptionKind, Settlement};
use plimsoll::issue::{IssueKind, Source};
use plimsoll::market::{Fact, Origin};
use plimsoll::math::black::BlackInput;
use plimsoll::protocol::{Desk, Request, Response, from_bytes, handle, to_bytes};
use plimsoll::units::{Currency, Timestamp};
use std::collections::BTreeSet;

fn findings(check: &str, positions: Vec<Position>, facts: Vec<Fact>) -> Vec<Finding> {
    let mut found = load(positions, facts).findings(Limits::default());
    found.retain(|finding| finding.check == check);
    found
}

fn stating(mut position: Position, stated: Stated, mark: f64) -> Position {
    position.stated = Some(Box::new(stated));
    position.mark = Some(price(mark));
    position
}

fn profit(amount: f64, currency: &str) -> Stated {
    Stated { unrealized_pnl: Some(quantity(amount)), currency: Some(Currency::new(currency)), ..Stated::default() }
}

fn notional(amount: f64, currency: &str) -> Stated {
    Stated { notional: Some(quantity(amount)), notional_currency: Some(Currency::new(currency)), ..Stated::default() }
}

fn btc() -> Vec<Fact> {
    vec![
        spot_fact("BTC", 95_000.0),
        perpetual_fact("BTC", Settlement::Linear, 95_000.0),
        perpetual_fact("BTC", Settlement::Inverse, 95_000.0),
        forward_fact("BTC", day(70), 96_000.0),
    ]
}

#[test]
fn every_check_has_an_id_of_its_own_and_says_what_it_does() {
    let ids: BTreeSet<&str> = ALL.iter().map(|check| check.id).collect();
    assert_eq!(ids.len(), ALL.len());
    assert!(ALL.iter().all(|check| check.label.len() > 3 && check.doc.len() > 60));
}

#[test]
fn a_book_that_agrees_with_itself_is_not_complained_about() {
    for seed in 0..12 {
        let mut inputs = generated(seed, 80);
        let engine = Engine::load(inputs.clone(), AS_OF);
        for (position, row) in inputs.positions.iter_mut().zip(engine.rows()) {
            let Some(mark) = row.base.map(|base| base.unit_price) else { continue };
            position.mark = Some(price(mark));
            let Some(entry) = position.entry_price else { continue };
            let pnl = position.quantity.get() * position.instrument.unit_gain(entry.get(), mark).unwrap();
            position.stated = Some(Box::new(profit(pnl, position.instrument.settlement_currency().code())));
        }
        let found = Engine::load(inputs, AS_OF).findings(Limits::default());
        assert_eq!(found, [], "seed {seed}");
    }
}

#[test]
fn a_stated_profit_is_recomputed_in_its_own_currency() {
    let linear = |stated| stating(position("linear", perpetual("BTC", Settlement::Linear, 1.0), -2.0, Some(90_000.0)), stated, 95_000.0);
    let inverse =
        |stated| stating(position("inverse", perpetual("BTC", Settlement::Inverse, 10.0), 9500.0, Some(80_000.0)), stated, 95_000.0);
    let coins = 95_000.0 * (1.0 / 80_000.0 - 1.0 / 95_000.0);
    let call = |stated| {
        stating(position("call", option("BTC", Settlement::Inverse, OptionKind::Call, 1e5, day(70)), 3.0, Some(0.04)), stated, 0.05)
    };
    let right = vec![linear(profit(-10_000.0, "USDT")), inverse(profit(coins, "BTC")), call(profit(0.03, "BTC"))];
    assert_eq!(findings("pnl", right, btc()), []);
    // The same in dollars at an index nearby passes; a tenth off does not.
    assert_eq!(findings("pnl", vec![inverse(profit(coins * 95_100.0, "USD"))], btc()), []);
    let found = findings("pnl", vec![inverse(profit(coins * 104_500.0, "USD"))], btc());
    near("stated at another price", found[0].difference, coins * 9500.0, 1e-12);

    let found = findings("pnl", vec![linear(profit(-10_500.0, "USD"))], btc());
    assert_eq!((found.len(), found[0].position, found[0].severity), (1, Some(0), Severity::Warning));
    assert_eq!((found[0].stated, found[0].computed, found[0].difference), (Some(-10_500.0), Some(-10_000.0), -500.0));
    assert_eq!((found[0].unit.as_str(), found[0].dollars), ("USD", Some(500.0)));
    near("of the notional", found[0].relative.unwrap(), -500.0 / 190_000.0, 1e-12);

    let found = findings("pnl", vec![linear(profit(10_000.0, "USD"))], btc());
    assert!(found[0].severity == Severity::Error && found[0].message.contains("opposite sign"), "{found:?}");
    let found = findings("pnl", vec![inverse(profit(coins / 10.0, "BTC"))], btc());
    assert!(found[0].message.contains("contract size"), "{found:?}");
    near("coins are worth dollars", found[0].dollars.unwrap(), coins * 0.9 * 95_000.0, 1e-12);
    // A cent of rounding is a note.
    let found = findings("pnl", vec![linear(profit(-10_000.02, "USD"))], btc());
    assert_eq!(found.iter().map(|finding| finding.severity).collect::<Vec<_>>(), [Severity::Note]);
    // What is worth less than half a cent is left out, however large a part of the profit it is.
    let held = |dollars: f64, off: f64| {
        let perp = position("small", perpetual("BTC", Settlement::Inverse, 1.0), dollars, Some(90_000.0));
        stating(perp, profit(dollars * (1.0 / 90_000.0 - 1.0 / 95_000.0) + off, "BTC"), 95_000.0)
    };
    assert_eq!(findings("pnl", vec![held(100.0, 4e-8)], btc()), []);
    assert_eq!(findings("pnl", vec![held(1000.0, 8e-8)], btc()).len(), 1);
}

#[test]
fn a_stated_size_may_be_in_dollars_or_coins() {
    let perp = |settlement, held, stated| stating(position("perp", perpetual("BTC", settlement, 10.0), held, None), stated, 95_000.0);
    let call =
        |stated| stating(position("call", option("BTC", Settlement::Inverse, OptionKind::Call, 1e5, day(70)), -3.0, None), stated, 0.05);
    let right = vec![
        perp(Settlement::Linear, -0.2, notional(190_000.0, "USDT")),
        perp(Settlement::Linear, -0.2, notional(-2.0, "BTC")),
        perp(Settlement::Inverse, 9500.0, notional(95_000.0, "USD")),
        perp(Settlement::Inverse, 9500.0, notional(1.0, "BTC")),
        call(notional(3.0, "BTC")),
        call(notional(0.15, "BTC")),
        call(notional(285_000.0, "USD")),
        call(notional(300_000.0, "USD")),
    ];
    let facts =
        || btc().into_iter().chain([option_fact(&option("BTC", Settlement::Inverse, OptionKind::Call, 1e5, day(70)), Some(0.6), None)]);
    assert_eq!(findings("notional", right, facts().collect()), []);
    let wrong = vec![perp(Settlement::Linear, -0.2, notional(19_000.0, "USDT")), perp(Settlement::Inverse, 9500.0, notional(1.04, "BTC"))];
    let found = findings("notional", wrong, facts().collect());
    assert_eq!(found.iter().map(|finding| finding.severity).collect::<Vec<_>>(), [Severity::Error, Severity::Warning]);
    assert_eq!((found[0].computed, found[0].difference), (Some(190_000.0), -171_000.0));
    near("coins", found[1].difference, 0.04, 1e-12);
    near("in dollars", found[1].dollars.unwrap(), 3800.0, 1e-12);
}

fn pair(settlement: Settlement, strike: f64, marks: (f64, f64)) -> Vec<Fact> {
    let of = |kind, mark| option_fact(&option("BTC", settlement, kind, strike, day(70)), None, Some(mark));
    vec![of(OptionKind::Call, marks.0), of(OptionKind::Put, marks.1)]
}

#[test]
fn call_less_put_is_forward_less_strike() {
    let held = || vec![position("BTC", coin("BTC"), 1.0, None)];
    let quoted = |pair: Vec<Fact>| btc().into_iter().chain(pair).collect::<Vec<Fact>>();
    assert_eq!(findings("parity", held(), quoted(pair(Settlement::Linear, 1e5, (5000.0, 9000.0)))), []);
    assert_eq!(findings("parity", held(), quoted(pair(Settlement::Inverse, 1e5, (0.06, 0.06 + 1.0 / 24.0)))), []);
    for (settlement, marks) in [(Settlement::Linear, (5000.0, 8040.0)), (Settlement::Inverse, (0.06, 0.06 + 1.0 / 24.0 - 0.01))] {
        let found = findings("parity", held(), quoted(pair(settlement, 1e5, marks)));
        assert_eq!((found.len(), found[0].position, found[0].severity), (1, None, Severity::Warning), "{settlement:?}");
        near("expected", found[0].computed.unwrap(), -4000.0, 1e-12);
        near("difference", found[0].difference, 960.0, 1e-9);
        near("of the forward", found[0].relative.unwrap(), 0.01, 1e-9);
        assert!(found[0].subject.contains("100000"), "{}", found[0].subject);
    }
    // By vol, where a price is missing.
    let vol = |kind, vol| option_fact(&option("BTC", Settlement::Inverse, kind, 1e5, day(70)), Some(vol), None);
    let found = findings("parity", held(), quoted(vec![vol(OptionKind::Call, 0.7), vol(OptionKind::Put, 0.6)]));
    let years = AS_OF.years_to(day(70));
    let call = |vol| BlackInput { forward: 96_000.0, strike: 1e5, years, vol, kind: OptionKind::Call }.price();
    near("ten points of vol", found[0].difference, call(0.7) - call(0.6), 1e-6);
}

#[test]
fn parity_against_an_assumed_forward_names_the_forward_it_implies() {
    let facts: Vec<Fact> = [spot_fact("BTC", 95_000.0)]
        .into_iter()
        .chain(pair(Settlement::Linear, 95_000.0, (6000.0, 5000.0)))
        .chain(pair(Settlement::Linear, 120_000.0, (900.0, 24_900.0)))
        .collect();
    let found = findings("parity", vec![position("BTC", coin("BTC"), 1.0, None)], facts);
    assert_eq!(found.len(), 1, "one finding for the whole expiry: {found:?}");
    assert_eq!((found[0].stated, found[0].computed), (Some(96_000.0), Some(95_000.0)));
    assert!(found[0].subject.contains("forward"));
}

#[test]
fn american_options_owe_no_parity() {
    let share = AmericanOption {
        underlying: "BTC".to_owned(),
        quote: Currency::usd(),
        contract_size: 100.0,
        expiry: day(70),
        strike: price(1e5),
        kind: OptionKind::Put,
    };
    let facts = btc().into_iter().chain(pair(Settlement::Linear, 1e5, (5000.0, 9500.0))).collect();
    assert_eq!(findings("parity", vec![position("put", Instrument::AmericanOption(share), 1.0, None)], facts), []);
}

#[test]
fn marks_outside_the_bounds_of_any_vol_are_found() {
    let held = |name: &str, settlement, kind, strike, mark| {
        let mut held = position(name, option("BTC", settlement, kind, strike, day(70)), -2.0, None);
        held.mark = Some(price(mark));
        held
    };
    let inside = vec![
        held("deep call", Settlement::Inverse, OptionKind::Call, 48_000.0, 0.49995),
        held("put", Settlement::Linear, OptionKind::Put, 120_000.0, 24_000.0),
    ];
    let facts =
        || btc().into_iter().chain([option_fact(&option("BTC", Settlement::Linear, OptionKind::Call, 1e5, day(70)), Some(0.6), None)]);
    assert_eq!(findings("bounds", inside, facts().collect()), []);
    let outside = vec![
        held("deep call", Settlement::Inverse, OptionKind::Call, 48_000.0, 0.48),
        held("put", Settlement::Linear, OptionKind::Put, 120_000.0, 120_960.0),
    ];
    let found = findings("bounds", outside, facts().collect());
    assert_eq!(found.iter().map(|finding| finding.subject.as_str()).collect::<Vec<_>>(), ["deep call", "put"]);
    near("below intrinsic", found[0].difference, -0.02, 1e-12);
    assert_eq!((found[0].unit.as_str(), found[0].severity), ("BTC", Severity::Error));
    near("above the strike", found[1].difference, 960.0, 1e-12);
    near("percent of the forward", found[1].relative.unwrap(), 0.01, 1e-12);

    // Quotes of the market files, and vols without reason.
    let mut quoted: Vec<Fact> = facts().collect();
    quoted.push(option_fact(&option("BTC", Settlement::Linear, OptionKind::Call, 9e4, day(70)), Some(5.5), Some(1000.0)));
    quoted.push(option_fact(&option("BTC", Settlement::Linear, OptionKind::Put, 9e4, day(70)), Some(0.0), None));
    let found = findings("bounds", vec![position("BTC", coin("BTC"), 1.0, None)], quoted);
    let units: BTreeSet<&str> = found.iter().map(|finding| finding.unit.as_str()).collect();
    assert_eq!((found.len(), units), (3, BTreeSet::from(["USD", "vol"])));
    let price_finding = found.iter().find(|finding| finding.unit == "USD").unwrap();
    near("intrinsic", price_finding.difference, 1000.0 - 6000.0, 1e-12);
}

#[test]
fn an_expired_contract_is_named_with_its_age() {
    let expired = position("old", future("BTC", Settlement::Linear, 1.0, day(-3)), 1.0, Some(9e4));
    let found = findings("expired", vec![position("BTC", coin("BTC"), 1.0, None), expired], btc());
    assert_eq!((found.len(), found[0].position, found[0].unit.as_str()), (1, Some(1), "days"));
    near("days", found[0].difference, 3.0 + (4.0 * 3600.0 + 31.0 * 60.0 + 7.454) / 86_400.0, 1e-12);
}

#[test]
fn a_mark_is_compared_with_the_model_in_its_own_unit() {
    let contract = european("BTC", Settlement::Inverse, OptionKind::Call, 1e5, day(70));
    let years = AS_OF.years_to(day(70));
    let fair = BlackInput { forward: 96_000.0, strike: 1e5, years, vol: 0.6, kind: OptionKind::Call }.price() / 96_000.0;
    let facts = || btc().into_iter().chain([option_fact(&Instrument::Option(contract.clone()), Some(0.6), None)]).collect();
    let held = |mark: f64| {
        let mut held = position("call", Instrument::Option(contract.clone()), -4.0, None);
        held.mark = Some(price(mark));
        held
    };
    assert_eq!(findings("model", vec![held(fair + 0.00005)], facts()), []);
    let found = findings("model", vec![held(fair + 0.01)], facts());
    near("coins", found[0].difference, 0.01, 1e-10);
    near("dollars", found[0].dollars.unwrap(), 4.0 * 0.01 * 95_000.0, 1e-9);
    near("percent", found[0].relative.unwrap(), 0.01 / fair, 1e-9);
    assert_eq!((found[0].unit.as_str(), found[0].severity), ("BTC", Severity::Warning));

    let mut perp = position("perp", perpetual("BTC", Settlement::Inverse, 10.0), 950.0, Some(9e4));
    perp.mark = Some(price(97_850.0));
    let found = findings("model", vec![perp], btc());
    assert_eq!((found[0].difference, found[0].unit.as_str()), (2850.0, "USD"));
    near("dollars of an inverse", found[0].dollars.unwrap(), 9500.0 * (1.0 - 95_000.0 / 97_850.0), 1e-12);
}

#[test]
fn old_prices_and_prices_of_several_moments_are_told_apart() {
    let at = |mut fact: Fact, minutes: i64| {
        fact.time = Some(Timestamp::from_ms(AS_OF.ms() - minutes * 60_000));
        fact
    };
    let held = || vec![position("BTC", coin("BTC"), 1.0, None)];
    assert_eq!(findings("stale", held(), vec![at(spot_fact("BTC", 95_000.0), 59)]), []);
    let found = findings("stale", held(), vec![at(spot_fact("BTC", 95_000.0), 90), at(forward_fact("BTC", day(70), 96_000.0), 300)]);
    assert_eq!((found.len(), found[0].stated, found[0].subject.as_str()), (1, Some(1.5), "BTC market data"));
    let mixed = vec![at(spot_fact("BTC", 95_000.0), 1), at(forward_fact("BTC", day(70), 96_000.0), 181)];
    let found = findings("stale", held(), mixed.clone());
    assert_eq!((found.len(), found[0].stated, found[0].computed, found[0].unit.as_str()), (1, Some(3.0), Some(1.0), "hours"));
    assert!(found[0].message.contains("1 of 2"), "{}", found[0].message);
    assert_eq!(found[0].relative, None, "a percentage of an age says nothing");
    let patient = load(held(), mixed).findings(Limits { stale_hours: 6.0 });
    assert_eq!(patient, []);

    // A mark of the position's own row.
    let row = Source { file: "positions.csv".into(), line: 9 };
    let mut marked = position("perp", perpetual("BTC", Settlement::Linear, 1.0), 1.0, Some(9e4));
    (marked.mark, marked.source) = (Some(price(95_000.0)), row.clone());
    let own = Fact { origin: Origin::Position, source: row, ..at(perpetual_fact("BTC", Settlement::Linear, 95_000.0), 120) };
    let found = findings("stale", vec![marked], vec![at(spot_fact("BTC", 95_000.0), 0), own]);
    assert_eq!((found.len(), found[0].position, found[0].stated), (1, Some(0), Some(2.0)));
}

#[test]
fn a_mark_apart_from_the_other_venues_is_found_by_the_weight_of_the_others() {
    let on = |venue: &str, held: f64, mark: f64| {
        let mut perp = position("perp", perpetual("BTC", Settlement::Linear, 0.1), held, Some(9e4));
        (perp.venue, perp.mark) = (venue.to_owned(), Some(price(mark)));
        perp
    };
    let close = vec![on("OKX", 5.0, 95_000.0), on("Bybit", -3.0, 95_040.0), on("Binance", 4.0, 94_980.0)];
    assert_eq!(findings("across", close.clone(), btc()), []);
    let mut positions = close;
    positions.push(on("Elsewhere", -2.0, 97_000.0));
    let found = findings("across", positions, btc());
    // Weights .5, .3, .4, .2: the median is 95 000, deviations 0, 40, 20 and 2 000, their median 20.
    assert_eq!((found.len(), found[0].position), (1, Some(3)));
    assert_eq!((found[0].stated, found[0].computed, found[0].dollars), (Some(97_000.0), Some(95_000.0), Some(0.2 * 2000.0)));
    // The heavier of two decides; another contract is not compared.
    let mut other = on("Bybit", 100.0, 80_000.0);
    other.instrument = future("BTC", Settlement::Linear, 0.1, day(70));
    let found = findings("across", vec![on("OKX", 5.0, 95_000.0), on("Bybit", 1.0, 95_200.0), other], btc());
    assert_eq!(found.iter().map(|finding| finding.position).collect::<Vec<_>>(), [Some(1)]);
}

#[test]
fn the_gravest_and_largest_come_first_and_travel_as_bytes() {
    let linear = |held, stated| {
        stating(position("linear", perpetual("BTC", Settlement::Linear, 1.0), held, Some(90_000.0)), profit(stated, "USD"), 95_000.0)
    };
    let positions = vec![
        linear(1.0, 5200.0),
        linear(2.0, 10_900.0),
        linear(0.01, -50.0),
        position("old", future("BTC", Settlement::Linear, 1.0, day(-3)), 1.0, None),
    ];
    let book = load(positions, btc());
    let mut desk = Desk::default();
    let loading = Request::Load { inputs: to_bytes(book.inputs()).unwrap(), now: AS_OF };
    assert!(matches!(handle(&mut desk, loading, &mut |_| {}), Response::Loaded { .. }));
    let request: Request = from_bytes(&to_bytes(&Request::Findings { limits: Limits::default(), limit: 100 }).unwrap()).unwrap();
    let answer: Response = from_bytes(&to_bytes(&handle(&mut desk, request, &mut |_| {})).unwrap()).unwrap();
    let Response::Findings { findings, .. } = answer else { panic!("{answer:?}") };
    let order: Vec<(Severity, Option<u32>)> = findings.iter().map(|finding| (finding.severity, finding.position)).collect();
    assert_eq!(
        order,
        [(Severity::Error, Some(2)), (Severity::Warning, Some(1)), (Severity::Warning, Some(0)), (Severity::Warning, Some(3))]
    );
    let refused = handle(&mut desk, Request::Findings { limits: Limits { stale_hours: f64::NAN }, limit: 100 }, &mut |_| {});
    assert!(matches!(&refused, Response::Failed(issue) if issue.kind == IssueKind::Invalid), "{refused:?}");
}

/// The exchange's own chain owes nobody an explanation: what is found there is a fault of the check.
#[test]
fn the_published_chain_is_in_order() {
    for name in ["deribit/btc_options_20260116.csv", "deribit/btc_eth_options_20260206.csv"] {
        let Some(imported) = published(name) else { continue };
        let held = ["BTC", "ETH"].map(|code| position(code, coin(code), 1.0, None)).to_vec();
        let engine = Engine::load(Inputs { as_of: None, ..inputs(held, imported.facts) }, AS_OF);
        let found = engine.findings(Limits::default());
        assert_eq!(found, [], "{name}");
    }
}

#[test]
fn a_venues_own_profits_and_sizes_follow_from_its_own_figures() {
    let Some(imported) = published("venues/hyperliquid_futures_GetAccountInfo.json") else { return };
    let stated =
        imported.positions.iter().filter(|position| position.stated.as_ref().is_some_and(|stated| stated.unrealized_pnl.is_some()));
    assert!(stated.count() > 0);
    let engine = Engine::load(Inputs { as_of: None, ..inputs(imported.positions, imported.facts) }, AS_OF);
    let found = engine.findings(Limits::default());
    assert!(
        found.iter().all(|finding| !matches!(finding.check.as_str(), "pnl" | "notional") || finding.severity == Severity::Note),
        "{found:?}"
    );
}
