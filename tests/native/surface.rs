//! Volatility surfaces: smiles that are known are recovered, what is wrong with a chain is found where it was put, and whole chains of
//! an exchange are fitted.

use crate::import_support::published;
use plimsoll::import::Imported;
use plimsoll::instrument::{OptionKind, Settlement};
use plimsoll::issue::Source;
use plimsoll::market::surface::{
    Chain, CurveKind, Evidence, ExpirySmile, ForwardMethod, Stickiness, StrikePlace, Surface, TermPlace, VolOrigin,
};
use plimsoll::market::{BidAsk, Fact, FactValue, Market, Origin};
use plimsoll::math::black::BlackInput;
use plimsoll::math::svi::Svi;
use plimsoll::math::{exp, ln};
use plimsoll::units::{Price, Rate, Timestamp, Vol};
use std::collections::BTreeSet;

const AS_OF: Timestamp = Timestamp::from_ms(1_767_225_600_000);
const FORWARD: f64 = 100_000.0;

/// A known smile of a quarter: no butterfly at any strike.
const SMILE: Svi = Svi { a: 0.01, b: 0.08, rho: -0.3, m: 0.02, sigma: 0.15 };

fn fact(value: FactValue, line: u64) -> Fact {
    Fact { value, time: Some(AS_OF), origin: Origin::Quote, source: Source { file: "chain.csv".into(), line } }
}

fn expiry(days: f64) -> Timestamp {
    AS_OF.plus_days(days)
}

fn moneyness(strike: f64) -> f64 {
    ln(strike / FORWARD)
}

fn kind_of(strike: f64) -> OptionKind {
    if strike < FORWARD { OptionKind::Put } else { OptionKind::Call }
}

fn option(strike: f64, days: f64, kind: OptionKind, vol: Option<f64>, price: Option<f64>) -> FactValue {
    FactValue::Option {
        underlying: "BTC".to_owned(),
        expiry: expiry(days),
        strike: Price::new(strike).unwrap(),
        kind,
        settlement: Settlement::Inverse,
        mark_vol: vol.map(|vol| Vol::new(vol).unwrap()),
        mark_price: price.map(|price| Price::new(price).unwrap()),
        bid_ask: BidAsk::default(),
    }
}

fn forward(days: f64, price: f64) -> FactValue {
    FactValue::Forward { underlying: "BTC".to_owned(), expiry: expiry(days), price: Price::new(price).unwrap() }
}

fn spot(price: f64) -> Fact {
    fact(FactValue::Spot { underlying: "BTC".to_owned(), price: Price::new(price).unwrap() }, 1)
}

fn strikes() -> impl Iterator<Item = f64> {
    (0..31).map(|step| 40_000.0 + 5_000.0 * f64::from(step))
}

/// A chain on one forward: the options out of the money with these vols.
fn quoted(days: f64, vol: impl Fn(f64) -> f64) -> Vec<Fact> {
    let options = strikes().map(|strike| option(strike, days, kind_of(strike), Some(vol(strike)), None));
    options.chain([forward(days, FORWARD)]).zip(10..).map(|(value, line)| fact(value, line)).collect()
}

fn by_svi(svi: Svi, days: f64) -> Vec<Fact> {
    quoted(days, |strike| (svi.total_variance(moneyness(strike)) / (days / 365.0)).sqrt())
}

fn fitted(facts: &[Fact]) -> Surface {
    let (market, _) = Market::assemble(facts, AS_OF);
    Surface::fit(&market, facts, &BTreeSet::new())
}

fn only_chain(facts: &[Fact]) -> Chain {
    let mut chains = fitted(facts).chains;
    assert_eq!(chains.len(), 1);
    chains.remove(0)
}

fn only_smile(facts: &[Fact]) -> ExpirySmile {
    let mut smiles = only_chain(facts).smiles;
    assert_eq!(smiles.len(), 1);
    smiles.remove(0)
}

fn words(surface: &Surface) -> String {
    surface.issues().iter().map(|issue| format!("{} {}\n", issue.subject.as_deref().unwrap_or(""), issue.message)).collect()
}

/// The same facts with what is bid and asked for each option, of its strike, kind and mark vol.
fn with_bid_ask(mut facts: Vec<Fact>, of: impl Fn(f64, OptionKind, f64) -> BidAsk) -> Vec<Fact> {
    for fact in &mut facts {
        if let FactValue::Option { strike, kind, mark_vol: Some(vol), bid_ask, .. } = &mut fact.value {
            *bid_ask = of(strike.get(), *kind, vol.get());
        }
    }
    facts
}

#[test]
fn a_quote_with_a_wide_spread_bends_the_smile_less() {
    let truth = |strike: f64| (SMILE.total_variance(moneyness(strike)) / (91.0 / 365.0)).sqrt();
    let odd = 130_000.0;
    let facts = quoted(91.0, |strike| truth(strike) + if strike == odd { 0.1 } else { 0.0 });
    let miss = |facts: &[Fact]| {
        let smile = only_smile(facts);
        let quote = smile.quotes.iter().find(|quote| quote.strike == odd).unwrap();
        (smile.curve.vol(quote.log_moneyness, smile.years) - truth(odd)).abs()
    };
    let spread = |of_odd: f64| {
        with_bid_ask(facts.clone(), move |strike, _, vol| {
            let half = if strike == odd { of_odd } else { 0.01 } / 2.0;
            let side = |vol: f64| Some(Vol::new(vol).unwrap());
            BidAsk { bid_vol: side(vol - half), ask_vol: side(vol + half), ..BidAsk::default() }
        })
    };
    let (without, alike, wide) = (miss(&facts), miss(&spread(0.01)), miss(&spread(0.1)));
    assert!((alike / without - 1.0).abs() < 1e-9, "{alike} {without}");
    assert!(wide < 0.2 * without && wide > 0.0, "{wide} {without}");
}

#[test]
fn a_spread_of_prices_is_the_one_of_the_vols_behind_them() {
    let facts = with_bid_ask(quoted(91.0, |_| 0.6), |strike, kind, _| {
        let coins = |vol: f64| {
            let price = BlackInput { forward: FORWARD, strike, years: 91.0 / 365.0, vol, kind }.price() / FORWARD;
            Some(Price::new(price).unwrap())
        };
        match strike {
            80_000.0 => BidAsk { ask: coins(0.61), ..BidAsk::default() },
            85_000.0 => BidAsk { bid: coins(0.59), ..BidAsk::default() },
            90_000.0 => BidAsk { bid: coins(0.61), ask: coins(0.59), ..BidAsk::default() },
            _ => BidAsk { bid: coins(0.59), ask: coins(0.61), ..BidAsk::default() },
        }
    });
    for quote in only_smile(&facts).quotes {
        let option = BlackInput { forward: FORWARD, strike: quote.strike, years: 91.0 / 365.0, vol: 0.6, kind: quote.kind };
        match quote.strike {
            // All of its price, where nobody bids.
            80_000.0 => {
                let whole = BlackInput { vol: 0.61, ..option }.price() / option.greeks().vega;
                assert!((quote.spread.unwrap() / whole - 1.0).abs() < 1e-12, "{:?}", quote.spread);
            }
            85_000.0 | 90_000.0 => assert_eq!(quote.spread, None),
            _ => assert!((quote.spread.unwrap() / 0.02 - 1.0).abs() < 1e-2, "{} {:?}", quote.strike, quote.spread),
        }
    }
}

#[test]
fn the_parameters_of_an_svi_smile_come_back() {
    let smile = only_smile(&by_svi(SMILE, 91.0));
    let svi = smile.curve.svi.unwrap();
    for (name, ours, theirs) in [
        ("a", svi.a, SMILE.a),
        ("b", svi.b, SMILE.b),
        ("rho", svi.rho, SMILE.rho),
        ("m", svi.m, SMILE.m),
        ("sigma", svi.sigma, SMILE.sigma),
    ] {
        assert!((ours - theirs).abs() < 1e-8, "{name}: {ours} against {theirs}");
    }
    assert_eq!(smile.curve.kind, CurveKind::Svi);
    assert!(smile.rms < 1e-10 && smile.quotes.iter().all(|quote| quote.residual.abs() < 1e-9), "{}", smile.rms);
    assert!(smile.issues.is_empty() && smile.butterflies.is_empty(), "{:?} {:?}", smile.issues, smile.butterflies);
}

#[test]
fn a_quote_that_stands_out_keeps_its_residual() {
    let days = 91.0;
    let clean = |strike: f64| (SMILE.total_variance(moneyness(strike)) / (days / 365.0)).sqrt();
    // The weights of 31 quotes let one of them pull the curve by a small part of its own step only.
    let smile = only_smile(&quoted(days, |strike| clean(strike) + if strike == 160_000.0 { 0.02 } else { 0.0 }));
    let odd = smile.quotes.iter().find(|quote| quote.strike == 160_000.0).unwrap();
    assert!((odd.residual - 0.02).abs() < 0.005, "{odd:?}");
    assert_eq!(odd.residual, odd.vol - odd.fitted);
    let by_hand = (smile.quotes.iter().map(|quote| quote.residual * quote.residual).sum::<f64>() / 31.0).sqrt();
    assert!((smile.rms - by_hand).abs() < 1e-15);
}

#[test]
fn a_planted_butterfly_is_reported_where_it_is() {
    // A. Vogt's smile (Gatheral and Jacquier 2014, example 3.1): free of arbitrage but around k = 0.9, and quoted up to there.
    let vogt = Svi { a: -0.0410, b: 0.1331, rho: 0.3060, m: 0.3586, sigma: 0.4153 };
    let ks = (0..41).map(|step| -1.5 + 0.075 * f64::from(step));
    let options = ks.map(|k| option(FORWARD * exp(k), 365.0, kind_of(FORWARD * exp(k)), Some(vogt.total_variance(k).sqrt()), None));
    let facts: Vec<Fact> = options.chain([forward(365.0, FORWARD)]).zip(10..).map(|(value, line)| fact(value, line)).collect();
    let smile = only_smile(&facts);
    let of_fit: Vec<_> = smile.butterflies.iter().filter(|butterfly| butterfly.of == Evidence::Fit).collect();
    let [found] = of_fit.as_slice() else { panic!("{:?}", smile.butterflies) };
    let k = moneyness(found.strike);
    assert!((0.6..1.3).contains(&k) && vogt.density(k) < 0.0, "{k}");
    assert!((found.density.unwrap() - vogt.density(k)).abs() < 1e-6);
    // The ends of the range are where the density of the known smile changes its sign.
    for (side, outward) in [(found.sides.0, -1e-3), (found.sides.1, 1e-3)] {
        let k = moneyness(side);
        assert!(vogt.density(k).abs() < 1e-5 && vogt.density(k + outward) > 0.0, "{k}");
    }
    assert!(found.size > 0.0 && found.size < 0.05, "{}", found.size);
    assert!(smile.butterflies.iter().all(|butterfly| moneyness(butterfly.strike) > 0.5), "{:?}", smile.butterflies);
    assert!(words(&fitted(&facts)).contains("butterfly arbitrage in the fitted curve"));
}

#[test]
fn a_single_quote_too_high_is_a_butterfly_of_the_quotes_by_what_it_is_too_high() {
    let days = 91.0;
    let clean = |strike: f64| (SMILE.total_variance(moneyness(strike)) / (days / 365.0)).sqrt();
    let facts = quoted(days, |strike| clean(strike) + if strike == 120_000.0 { 0.03 } else { 0.0 });
    let smile = only_smile(&facts);
    let of_quotes: Vec<_> = smile.butterflies.iter().filter(|butterfly| butterfly.of == Evidence::Quotes).collect();
    let [found] = of_quotes.as_slice() else { panic!("{:?}", smile.butterflies) };
    assert_eq!((found.strike, found.sides), (120_000.0, (115_000.0, 125_000.0)));
    // Taken off by its size the quote lies on the chord of its neighbors.
    let price = |strike: f64, vol: f64| BlackInput { forward: FORWARD, strike, years: days / 365.0, vol, kind: OptionKind::Call }.price();
    let chord = 0.5 * (price(115_000.0, clean(115_000.0)) + price(125_000.0, clean(125_000.0)));
    let lowered = price(120_000.0, clean(120_000.0) + 0.03 - found.size);
    assert!((lowered - chord).abs() < 1e-7, "{lowered} {chord} {}", found.size);
}

#[test]
fn a_planted_calendar_arbitrage_is_reported_where_it_is_and_a_clean_surface_has_none() {
    let later = Svi { a: 0.02, b: 0.1, ..SMILE };
    let clean: Vec<Fact> = [by_svi(SMILE, 91.0), by_svi(later, 182.0)].concat();
    let chain = only_chain(&clean);
    assert_eq!((chain.smiles.len(), chain.calendars.as_slice()), (2, &[][..]));
    assert_eq!(words(&fitted(&clean)), "");

    // The right wing of the later expiry is flat: it crosses that of the earlier one.
    let crossing = Svi { a: 0.02, b: 0.05, rho: -0.9, ..SMILE };
    let facts: Vec<Fact> = [by_svi(SMILE, 91.0), by_svi(crossing, 182.0)].concat();
    let chain = only_chain(&facts);
    let missing =
        |k: f64| ((SMILE.total_variance(k) / (182.0 / 365.0)).sqrt() - (crossing.total_variance(k) / (182.0 / 365.0)).sqrt()).max(0.0);
    for of in [Evidence::Quotes, Evidence::Fit] {
        let found: Vec<_> = chain.calendars.iter().filter(|calendar| calendar.of == of).collect();
        let [found] = found.as_slice() else { panic!("{:?}", chain.calendars) };
        assert_eq!((found.early, found.late), (expiry(91.0), expiry(182.0)));
        assert!((found.size - missing(found.log_moneyness)).abs() < 2e-4 && found.size > 0.01, "{found:?}");
        assert!(moneyness(found.strike) - found.log_moneyness < 1e-12);
        let start = moneyness(found.sides.0);
        assert!(missing(start - 0.02) == 0.0 && missing(start + 0.02) > 0.0, "{start}");
        assert!((found.sides.1 - 190_000.0).abs() < 1e-6, "the range ends with the quotes: {}", found.sides.1);
    }
    assert!(words(&fitted(&facts)).contains("calendar arbitrage in the fitted curve"));
}

#[test]
fn a_single_quote_of_the_later_expiry_too_low_is_a_calendar_of_the_quotes() {
    let later = Svi { a: 0.015, ..SMILE };
    let years = 182.0 / 365.0;
    let dip = |strike: f64| (later.total_variance(moneyness(strike)) / years).sqrt() - if strike == 130_000.0 { 0.05 } else { 0.0 };
    let chain = only_chain(&[by_svi(SMILE, 91.0), quoted(182.0, dip)].concat());
    let [found] = chain.calendars.iter().filter(|found| found.of == Evidence::Quotes).collect::<Vec<_>>()[..] else {
        panic!("{:?}", chain.calendars)
    };
    assert!((found.strike - 130_000.0).abs() < 1e-6 && found.sides.0 > 125_000.0 && found.sides.1 < 135_000.0, "{found:?}");
    let missing = (SMILE.total_variance(found.log_moneyness) / years).sqrt() - dip(130_000.0);
    assert!((found.size - missing).abs() < 1e-12, "{found:?}");
}

#[test]
fn four_quotes_are_interpolated_and_it_is_said() {
    let four: Vec<Fact> = by_svi(SMILE, 91.0).into_iter().skip(10).take(4).chain([fact(forward(91.0, FORWARD), 99)]).collect();
    let smile = only_smile(&four);
    assert_eq!((smile.curve.kind, smile.fit, smile.rms), (CurveKind::Interpolated, None, 0.0));
    assert!(smile.issues.iter().any(|issue| issue.message.starts_with("4 quotes are too few")), "{:?}", smile.issues);
    let quote = smile.quotes[1];
    assert!((smile.vol(quote.strike) - quote.vol).abs() < 1e-12);
}

#[test]
fn a_shape_that_svi_cannot_take_is_interpolated_and_it_is_said() {
    // Two humps: what event risk makes of a smile.
    let hump = |k: f64| exp(-30.0 * k * k);
    let vol = |strike: f64| 0.5 + 0.2 * hump(moneyness(strike) - 0.3) + 0.2 * hump(moneyness(strike) + 0.3);
    let smile = only_smile(&quoted(91.0, vol));
    let fit = smile.fit.unwrap();
    assert_eq!(smile.curve.kind, CurveKind::Interpolated);
    assert!(fit.left_out_rms.unwrap() > fit.interpolated_left_out_rms && fit.rms > 0.01, "{fit:?}");
    assert!(smile.issues.iter().any(|issue| issue.message.contains("a straight line between its neighbors")), "{:?}", smile.issues);
    assert!(smile.quotes.iter().all(|quote| quote.residual == 0.0));
}

#[test]
fn the_forward_is_found_by_every_way_that_the_files_allow() {
    let (days, years) = (91.0, 91.0 / 365.0);
    let mark = |strike: f64, kind: OptionKind| {
        let vol = (SMILE.total_variance(moneyness(strike)) / years).sqrt();
        BlackInput { forward: FORWARD, strike, years, vol, kind }.price() / FORWARD
    };
    let pairs: Vec<FactValue> = strikes()
        .flat_map(|strike| [OptionKind::Call, OptionKind::Put].map(|kind| option(strike, days, kind, None, Some(mark(strike, kind)))))
        .collect();
    let mut facts: Vec<Fact> = pairs.into_iter().zip(10..).map(|(value, line)| fact(value, line)).collect();
    facts.extend([spot(97_000.0), fact(forward(182.0, 103_000.0), 500)]);

    // One broken mark near the money does not move a median.
    for fact in &mut facts {
        if let FactValue::Option { strike, kind: OptionKind::Call, mark_price: Some(price), .. } = &mut fact.value
            && strike.get() == 100_000.0
        {
            *price = Price::new(price.get() * 1.5).unwrap();
        }
    }
    let smile = only_smile(&facts);
    let of = |smile: &ExpirySmile, method: ForwardMethod| {
        smile.forward.candidates.iter().find(|candidate| candidate.method == method).map(|candidate| candidate.value)
    };
    assert_eq!(smile.forward.method, ForwardMethod::Parity);
    assert!((smile.forward.value / FORWARD - 1.0).abs() < 1e-9, "{}", smile.forward.value);
    let carried = 97_000.0 * exp(ln(103_000.0 / 97_000.0) / 2.0);
    assert!((of(&smile, ForwardMethod::Basis).unwrap() / carried - 1.0).abs() < 1e-12);
    assert!(smile.forward.assumption.as_ref().is_some_and(|issue| issue.message.contains("put–call parity of the 7 pairs")));
    assert!(smile.quotes.iter().all(|quote| quote.origin == VolOrigin::Implied));

    // A chain's own forward and a future's price, in a file of its own and later.
    facts.push(fact(forward(days, 100_010.0), 20));
    let chain_only = only_smile(&facts);
    assert_eq!((chain_only.forward.method, chain_only.forward.value), (ForwardMethod::Chain, 100_010.0));
    let mut future = fact(forward(days, 100_020.0), 3);
    (future.source.file, future.time) = ("futures.csv".into(), Some(AS_OF.plus_days(0.001)));
    facts.push(future);
    let both = only_smile(&facts);
    assert_eq!((both.forward.method, both.forward.value), (ForwardMethod::Future, 100_020.0));
    assert_eq!(of(&both, ForwardMethod::Chain), Some(100_010.0));
    assert_eq!(of(&both, ForwardMethod::Future), Some(100_020.0));
    assert!((of(&both, ForwardMethod::Parity).unwrap() / FORWARD - 1.0).abs() < 1e-9);
    assert_eq!(both.forward.assumption, None);
}

#[test]
fn linear_pairs_are_discounted_and_american_ones_say_nothing_of_the_forward() {
    let (days, years, rate) = (365.0, 1.0, 0.05_f64);
    let facts: Vec<Fact> = strikes()
        .flat_map(|strike| [OptionKind::Call, OptionKind::Put].map(|kind| (strike, kind)))
        .map(|(strike, kind)| {
            let price = BlackInput { forward: FORWARD, strike, years, vol: 0.5, kind }.price() * exp(-rate * years);
            let FactValue::Option { underlying, expiry, strike, kind, mark_price, .. } = option(strike, days, kind, None, Some(price))
            else {
                unreachable!()
            };
            FactValue::Option {
                underlying,
                expiry,
                strike,
                kind,
                settlement: Settlement::Linear,
                mark_vol: None,
                mark_price,
                bid_ask: BidAsk::default(),
            }
        })
        .chain([FactValue::Rate { underlying: "BTC".to_owned(), rate: Rate::new(rate).unwrap() }])
        .zip(10..)
        .map(|(value, line)| fact(value, line))
        .chain([spot(96_000.0)])
        .collect();
    let smile = only_smile(&facts);
    assert!((smile.forward.value / FORWARD - 1.0).abs() < 1e-12 && smile.quotes.iter().all(|quote| (quote.vol - 0.5).abs() < 1e-9));

    let (market, _) = Market::assemble(&facts, AS_OF);
    let surface = Surface::fit(&market, &facts, &BTreeSet::from(["BTC"]));
    let american = &surface.chains[0].smiles[0];
    assert_eq!(american.forward.method, ForwardMethod::Spot);
    assert!(american.forward.candidates.iter().all(|candidate| candidate.method != ForwardMethod::Parity));
}

#[test]
fn between_expiries_total_variance_is_linear_and_beyond_them_the_vol_is_held() {
    let later = Svi { a: 0.02, b: 0.1, ..SMILE };
    let facts: Vec<Fact> = [by_svi(SMILE, 91.0), by_svi(later, 182.0)].concat();
    let chain = only_chain(&facts);
    let at = |days: f64, forward: f64, strike: f64| chain.vol(AS_OF, expiry(days), forward, strike).unwrap();
    let k = 0.25_f64;
    let vol = |svi: Svi, days: f64| (svi.total_variance(k) / (days / 365.0)).sqrt();

    // The same moneyness on another forward.
    let between = at(136.5, 90_000.0, 90_000.0 * exp(k));
    let variance = 0.5 * (SMILE.total_variance(k) + later.total_variance(k));
    assert!((between.vol - (variance / (136.5 / 365.0)).sqrt()).abs() < 1e-8, "{between:?}");
    assert_eq!((between.term, between.strike), (TermPlace::Between(expiry(91.0), expiry(182.0)), StrikePlace::Inside));

    let strike = FORWARD * exp(k);
    let (first, listed, last) = (at(30.0, FORWARD, strike), at(91.0, FORWARD, strike), at(400.0, FORWARD, strike));
    assert!((first.vol - vol(SMILE, 91.0)).abs() < 1e-8 && (last.vol - vol(later, 182.0)).abs() < 1e-8);
    assert!((listed.vol - vol(SMILE, 91.0)).abs() < 1e-8);
    assert_eq!(
        (first.term, listed.term, last.term),
        (TermPlace::BeforeFirst(expiry(91.0)), TermPlace::Quoted, TermPlace::AfterLast(expiry(182.0)))
    );
    assert_eq!((at(136.5, FORWARD, 30_000.0).strike, at(136.5, FORWARD, 300_000.0).strike), (StrikePlace::Below, StrikePlace::Above));
    assert_eq!(chain.vol(AS_OF, AS_OF, FORWARD, FORWARD), None);
}

#[test]
fn the_skew_stickiness_ratio_is_the_one_of_finite_differences() {
    let smile = only_smile(&by_svi(SMILE, 91.0));
    let at_the_money = |rule: Stickiness, forward: f64| smile.vol_after(rule, forward, forward);
    let skew = {
        let step = 1e-5_f64;
        (smile.vol(FORWARD * exp(step)) - smile.vol(FORWARD * exp(-step))) / (2.0 * step)
    };
    assert!(skew < -0.01);
    for (rule, ratio) in [
        (Stickiness::Moneyness, 0.0),
        (Stickiness::Strike, 1.0),
        (Stickiness::SkewRatio(0.0), 0.0),
        (Stickiness::SkewRatio(1.0), 1.0),
        (Stickiness::SkewRatio(1.6), 1.6),
        (Stickiness::SkewRatio(-0.5), -0.5),
    ] {
        let step = 1e-5_f64;
        let slope = (at_the_money(rule, FORWARD * exp(step)) - at_the_money(rule, FORWARD * exp(-step))) / (2.0 * step);
        assert!((slope / skew - ratio).abs() < 1e-5, "{rule:?}: {}", slope / skew);
        assert_eq!(rule.ratio(), ratio);
        // Nothing moves, nothing changes.
        assert!((smile.vol_after(rule, 120_000.0, FORWARD) - smile.vol(120_000.0)).abs() < 1e-15);
    }
    for (strike, forward) in [(80_000.0, 84_000.0), (150_000.0, 84_000.0), (90_000.0, 125_000.0)] {
        assert!((smile.vol_after(Stickiness::Strike, strike, forward) - smile.vol(strike)).abs() < 1e-12);
        let same_moneyness = smile.vol(strike / forward * FORWARD);
        assert!((smile.vol_after(Stickiness::Moneyness, strike, forward) - same_moneyness).abs() < 1e-12);
    }
}

#[test]
fn a_surface_is_the_same_each_time_and_survives_json() {
    let years = 91.0 / 365.0;
    let uneven = |strike: f64| (SMILE.total_variance(moneyness(strike)) / years).sqrt() + 0.004 * ((strike / 5_000.0) % 3.0 - 1.0);
    let facts = quoted(91.0, uneven);
    let (one, other) = (fitted(&facts), fitted(&facts));
    let text = serde_json::to_string(&one).unwrap();
    assert_eq!(text, serde_json::to_string(&other).unwrap());
    assert_eq!(serde_json::from_str::<Surface>(&text).unwrap(), one);
}

#[test]
fn an_empty_market_and_hostile_quotes_give_no_surface_and_no_nan() {
    assert_eq!(fitted(&[]).chains, []);
    assert_eq!(fitted(&[spot(FORWARD)]).chains, []);
    for vol in [1e-12, 100.0] {
        for days in [1e-6, 0.01, 36_500.0] {
            let surface = fitted(&quoted(days, |_| vol));
            for smile in surface.chains.iter().flat_map(|chain| &chain.smiles) {
                let numbers = smile.quotes.iter().flat_map(|quote| [quote.fitted, quote.residual, quote.weight]);
                assert!(numbers.chain([smile.rms, smile.vol(1.0), smile.vol(1e12)]).all(f64::is_finite), "{vol} {days} {smile:?}");
            }
        }
    }
}

#[test]
fn hostile_strikes_and_forwards_give_no_nan() {
    for price in [5e-324, 1e-300, 1.0, FORWARD, 1e300, f64::MAX] {
        let strikes = [5e-324, 1e-300, 1e-9, 1.0, 2.0, 1e5, 1e5 + 1e-9, 1e9, 1e300, f64::MAX];
        let vols = [0.3, 100.0, 1e-9, 0.5, 0.6, 0.7, 3.0, 0.4, 50.0, 0.2];
        let options = strikes.into_iter().zip(vols).map(|(strike, vol)| option(strike, 30.0, OptionKind::Call, Some(vol), Some(0.5)));
        let facts: Vec<Fact> = options.chain([forward(30.0, price)]).zip(10..).map(|(value, line)| fact(value, line)).collect();
        for smile in fitted(&facts).chains.iter().flat_map(|chain| &chain.smiles) {
            let numbers = smile.quotes.iter().flat_map(|quote| [quote.log_moneyness, quote.fitted, quote.residual, quote.weight]);
            let found = smile.butterflies.iter().flat_map(|butterfly| [butterfly.strike, butterfly.size]);
            let probes = [smile.rms, smile.vol(1.0), smile.vol(1e300), smile.vol_after(Stickiness::SkewRatio(1.5), 1.0, 1e9)];
            assert!(numbers.chain(found).chain(probes).all(|number| !number.is_nan()), "{price:e} {smile:?}");
        }
        fitted(&facts).issues().iter().for_each(|issue| assert!(!issue.message.contains("NaN"), "{}", issue.message));
    }
}

fn surface_of(imported: &Imported) -> Surface {
    let as_of = imported.facts.iter().filter_map(|fact| fact.time).max().unwrap();
    let (market, _) = Market::assemble(&imported.facts, as_of);
    Surface::fit(&market, &imported.facts, &BTreeSet::new())
}

#[test]
fn whole_chains_of_an_exchange_are_fitted() {
    for (file, smiles, quotes, weighted) in
        [("deribit/btc_options_20260116.csv", 12, 300, 0.007), ("deribit/btc_eth_options_20260206.csv", 24, 900, 0.04)]
    {
        let Some(imported) = published(file) else { continue };
        let surface = surface_of(&imported);
        let all: Vec<(&str, &ExpirySmile)> =
            surface.chains.iter().flat_map(|chain| chain.smiles.iter().map(|smile| (chain.underlying.as_str(), smile))).collect();
        let count: usize = all.iter().map(|(_, smile)| smile.quotes.len()).sum();
        assert!(all.len() == smiles && count > quotes, "{file}: {} smiles, {count} quotes", all.len());
        for (underlying, smile) in all {
            let fit = smile.fit.unwrap();
            eprintln!(
                "{underlying} {}: F {:.2} {:?}, {} quotes, fit {:.3} weighted {:.3} unseen {:.3} line {:.3} vol points, {:?}{}, {} of {} butterflies in the fit",
                smile.expiry,
                smile.forward.value,
                smile.forward.method,
                smile.quotes.len(),
                fit.rms * 100.0,
                fit.weighted_rms * 100.0,
                fit.left_out_rms.unwrap() * 100.0,
                fit.interpolated_left_out_rms * 100.0,
                smile.curve.kind,
                if fit.is_bound { " bound" } else { "" },
                smile.butterflies.iter().filter(|butterfly| butterfly.of == Evidence::Fit).count(),
                smile.butterflies.len(),
            );
            assert!(fit.weighted_rms < weighted, "{underlying} {}: {}", smile.expiry, fit.weighted_rms);
            let parity = smile.forward.candidates.iter().find(|candidate| candidate.method == ForwardMethod::Parity).unwrap();
            assert!((parity.value / smile.forward.value - 1.0).abs() < 5e-4, "{underlying} {}: {parity:?}", smile.expiry);
            // Free of arbitrage, or reported.
            let svi = fit.svi;
            assert!(svi.minimum() > 0.0 && svi.b * (1.0 + svi.rho.abs()) <= 2.0 + 1e-9, "{svi:?}");
            if smile.curve.kind == CurveKind::Svi {
                let (low, high) = smile.quoted_range().unwrap();
                let is_negative = (0..=1000).map(|step| low + (high - low) * f64::from(step) / 1000.0).any(|k| svi.density(k) < 0.0);
                let is_reported = smile.butterflies.iter().any(|butterfly| butterfly.of == Evidence::Fit);
                assert!(!is_negative || is_reported, "{underlying} {}", smile.expiry);
            }
        }
        eprint!("{}", words(&surface));
    }
}
