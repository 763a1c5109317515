//! Share links: what goes in comes out to the bit, everything else is refused in a sentence, and old links open for ever.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use plimsoll::book::Position;
use plimsoll::engine::{Engine, Inputs, Report, Settings};
use plimsoll::instrument::{Cash, EuropeanOption, Future, Instrument, OptionKind, Perpetual, Settlement, Spot};
use plimsoll::issue::{Effect, Issue, IssueKind, Source};
use plimsoll::market::{BidAsk, Fact, FactValue, Origin};
use plimsoll::session::{Choices, Page, Session};
use plimsoll::share::{LinkSize, MAX_INFLATED, MAX_LINK_CHARS, Shared, decode, encode};
use plimsoll::stress::{GridSpec, Move, Numeraire, PathRule, ProfileSpec, Shock, VolShift};
use plimsoll::units::{Currency, Price, Quantity, Rate, Timestamp, Vol};
use proptest::prelude::*;
use std::collections::BTreeMap;

pub const AS_OF: Timestamp = Timestamp::from_ms(1_768_566_605_018);
const ADDRESS: &str = "https://plimsoll.example.org/";

pub fn price(value: f64) -> Price {
    Price::new(value).unwrap()
}

pub fn date(day: u32, month: u32) -> Timestamp {
    Timestamp::from_civil(2026, month, day, 8 * 3_600_000).unwrap()
}

fn option(expiry: Timestamp, strike: f64, kind: OptionKind, settlement: Settlement) -> Instrument {
    let quote = if settlement == Settlement::Inverse { "USD" } else { "USDC" };
    Instrument::Option(EuropeanOption {
        underlying: "BTC".to_owned(),
        quote: Currency::new(quote),
        settlement,
        contract_size: 1.0,
        expiry,
        strike: price(strike),
        kind,
    })
}

fn perpetual(settlement: Settlement) -> Instrument {
    let quote = if settlement == Settlement::Inverse { "USD" } else { "USDT" };
    Instrument::Perpetual(Perpetual { underlying: "BTC".to_owned(), quote: Currency::new(quote), settlement, contract_size: 1.0 })
}

pub fn position(name: &str, account: &str, instrument: Instrument, quantity: f64, entry: Option<f64>, line: u64) -> Position {
    Position {
        name: name.to_owned(),
        account: account.to_owned(),
        venue: "Deribit".to_owned(),
        instrument,
        quantity: Quantity::new(quantity).unwrap(),
        entry_price: entry.map(price),
        mark: entry.map(|entry| price(entry * 1.25)),
        tags: BTreeMap::new(),
        stated: None,
        source: Source { file: "positions.csv".into(), line },
    }
}

pub fn fact(value: FactValue, time: Option<Timestamp>) -> Fact {
    Fact { value, time, origin: Origin::Quote, source: Source { file: "market.json".into(), line: 7 } }
}

fn vol_fact(expiry: Timestamp, strike: f64, kind: OptionKind, vol: f64) -> Fact {
    let value = FactValue::Option {
        underlying: "BTC".to_owned(),
        expiry,
        strike: price(strike),
        kind,
        settlement: Settlement::Inverse,
        mark_vol: Some(Vol::new(vol).unwrap()),
        mark_price: None,
        bid_ask: BidAsk::default(),
    };
    fact(value, Some(AS_OF))
}

/// Spot, cash, both perpetuals, futures with and without a quoted forward, inverse and linear options, a vol from the smile, a vol
/// from a mark price, and a position that nothing can value.
pub fn desk() -> Inputs {
    use OptionKind::{Call, Put};
    use Settlement::{Inverse, Linear};
    let btc = "BTC".to_owned();
    let future = |expiry| {
        Instrument::Future(Future { underlying: "BTC".to_owned(), quote: Currency::usd(), settlement: Inverse, contract_size: 1.0, expiry })
    };
    let march = date(27, 3);
    let positions = vec![
        position("BTC", "Main", Instrument::Spot(Spot { asset: btc.clone() }), 25.0, None, 2),
        position("USDC", "Main", Instrument::Cash(Cash { currency: Currency::new("USDC") }), 600_000.0, None, 3),
        position("BTC-PERPETUAL", "Main", perpetual(Inverse), -1_250_000.0, Some(96_120.5), 4),
        position("BTC_USDT-PERPETUAL", "Main", perpetual(Linear), 3.75, Some(94_010.1), 5),
        position("BTC-27MAR26", "Main", future(march), 400_000.0, Some(95_000.0), 6),
        position("BTC-29MAY26", "Main", future(date(29, 5)), 100_000.0, None, 7),
        position("BTC-27MAR26-100000-C", "Main", option(march, 100_000.0, Call, Inverse), -20.0, Some(0.0405), 8),
        position("my own put <b>", "Main", option(march, 80_000.0, Put, Inverse), 12.5, Some(0.0125), 9),
        position("BTC_USDC-30JAN26-97000-C", "Hedge", option(date(30, 1), 97_000.0, Call, Linear), 8.0, Some(1710.0), 10),
        position("BTC-30JAN26-91500-P", "Hedge", option(date(30, 1), 91_500.0, Put, Inverse), -6.0, Some(0.0111), 11),
        position("DOGE", "Hedge", Instrument::Spot(Spot { asset: "DOGE".to_owned() }), 1e6, None, 12),
    ];
    let facts = vec![
        fact(FactValue::Spot { underlying: btc.clone(), price: price(95_539.49) }, Some(AS_OF)),
        fact(FactValue::Perpetual { underlying: btc.clone(), settlement: Inverse, price: price(95_577.69) }, Some(AS_OF)),
        fact(FactValue::Funding { underlying: btc.clone(), rate: Rate::new(4.297e-5).unwrap() }, None),
        fact(FactValue::Rate { underlying: btc.clone(), rate: Rate::new(0.0375).unwrap() }, None),
        fact(FactValue::Forward { underlying: btc.clone(), expiry: march, price: price(96_440.71) }, None),
        fact(FactValue::Forward { underlying: btc.clone(), expiry: date(26, 6), price: price(97_667.63) }, None),
        vol_fact(march, 80_000.0, Put, 0.4721),
        vol_fact(march, 100_000.0, Call, 0.4013),
        vol_fact(date(30, 1), 90_000.0, Put, 0.4125),
        vol_fact(date(30, 1), 95_000.0, Put, 0.375),
        vol_fact(date(30, 1), 100_000.0, Call, 0.36),
    ];
    Inputs { positions, facts, accounts: Vec::new(), history: Default::default(), as_of: None }
}

pub fn session() -> Session {
    let each = Move { spot: 0.05, vol: VolShift::Relative(-0.125) };
    let shock = Shock {
        all: Move { spot: -0.16, vol: VolShift::Points(0.1) },
        per_underlying: BTreeMap::from([("ETH".to_owned(), each)]),
        days: 7.5,
        path: PathRule::Line,
    };
    let grid = GridSpec { spot: (-0.3, 0.4), spot_count: 8, vol: (-0.25, 0.35), vol_count: 7, underlying: Some("BTC".to_owned()) };
    let profile = ProfileSpec { spot: (-0.6, 0.9), count: 31, underlying: Some("BTC".to_owned()) };
    let settings = Settings { shock, grid, profile, numeraire: Numeraire::Coin("BTC".to_owned()) };
    Session { page: Page::Stress, name: "Desk, Friday".to_owned(), settings, choices: Choices::new() }
}

pub fn unsourced(mut inputs: Inputs) -> Inputs {
    inputs.positions.iter_mut().for_each(|position| position.source = Source::default());
    inputs.facts.iter_mut().for_each(|fact| fact.source = Source::default());
    inputs.accounts.iter_mut().for_each(|account| account.source = Source::default());
    inputs
}

/// The numbers of a report as text, which tells every bit of an `f64` apart; without where they were read and what was noted.
fn numbers(inputs: Inputs, settings: &Settings) -> String {
    let mut report: Report = Engine::load(inputs, Timestamp::from_ms(0)).report(settings);
    report.valuation.issues.clear();
    for row in &mut report.valuation.positions {
        (row.file, row.line) = (String::new(), 0);
    }
    serde_json::to_string(&report).unwrap()
}

pub fn legs(count: usize) -> Inputs {
    let expiries = [date(23, 1), date(30, 1), date(27, 2), date(27, 3), date(26, 6)];
    let mut inputs = Inputs { as_of: Some(AS_OF), ..Inputs::default() };
    let btc = "BTC".to_owned();
    inputs.facts.push(fact(FactValue::Spot { underlying: btc.clone(), price: price(95_539.49) }, None));
    for (expiry, forward) in expiries.iter().zip([95_634.81, 95_689.73, 96_007.24, 96_440.71, 97_667.63]) {
        inputs.facts.push(fact(FactValue::Forward { underlying: btc.clone(), expiry: *expiry, price: price(forward) }, None));
    }
    for leg in 0..count {
        let expiry = expiries[leg * 7 % expiries.len()];
        let strike = 70_000.0 + 2_500.0 * ((leg * 11) % 23) as f64;
        let kind = if strike > 96_000.0 { OptionKind::Call } else { OptionKind::Put };
        let instrument = option(expiry, strike, kind, Settlement::Inverse);
        let name = format!(
            "BTC-{}-{strike}-{}",
            ["23JAN26", "30JAN26", "27FEB26", "27MAR26", "26JUN26"][leg * 7 % 5],
            if kind == OptionKind::Call { "C" } else { "P" }
        );
        let quantity = 0.5 * (leg as f64 - 9.7).round();
        inputs.positions.push(position(&name, "Main", instrument, quantity, Some(0.0005 * (1 + leg * 37 % 97) as f64), 1));
        inputs.facts.push(vol_fact(expiry, strike, kind, 0.36 + 0.0017 * (leg * 13 % 31) as f64));
    }
    inputs
}

fn link(inputs: Inputs, session: Session) -> String {
    encode(&Shared { inputs: Some(inputs), session }).unwrap()
}

pub fn refusal(text: &str) -> Issue {
    let issue = decode(text).expect_err(text);
    assert_eq!(issue.effect, Effect::Rejected, "{text}");
    assert!(matches!(issue.kind, IssueKind::Parse | IssueKind::Invalid), "{text}");
    assert!(!issue.message.is_empty() && !issue.message.ends_with('.'), "{}", issue.message);
    issue
}

/// A v1 link around arbitrary content, as the format frames it.
fn framed(flags: &[u8], data: &[u8]) -> String {
    framed_as("v1.", flags, data)
}

/// The same of any version.
pub fn framed_as(prefix: &str, flags: &[u8], data: &[u8]) -> String {
    let bytes = [flags, data].concat();
    let checksum = crc32fast::hash(&[prefix.as_bytes(), &bytes[..]].concat());
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode([&bytes[..], &checksum.to_le_bytes()].concat()))
}

pub fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

#[test]
fn a_book_comes_back_as_it_was() {
    for inputs in [desk(), legs(20), Engine::load(desk(), AS_OF).needed_inputs(), Inputs::default()] {
        let text = link(inputs.clone(), session());
        let back = decode(&text).unwrap();
        assert_eq!(back.inputs, Some(unsourced(inputs)));
        assert_eq!(back.session, session());
        assert_eq!(encode(&back).unwrap(), text, "the same content has the same link");
    }
}

#[test]
fn a_scenario_alone_is_short() {
    let plain = encode(&Shared::default()).unwrap();
    assert_eq!(decode(&plain).unwrap(), Shared::default());
    assert!(plain.len() <= 16, "{plain}");
    let text = encode(&Shared { inputs: None, session: session() }).unwrap();
    assert_eq!(decode(&text).unwrap(), Shared { inputs: None, session: session() });
    assert!(text.len() <= 140, "{} {text}", text.len());
}

#[test]
fn the_teammate_computes_the_same_bits() {
    for settings in [Settings::default(), session().settings] {
        let here = numbers(desk(), &settings);
        let sent = link(Engine::load(desk(), AS_OF).needed_inputs(), Session { settings: settings.clone(), ..Session::default() });
        let there = numbers(decode(&sent).unwrap().inputs.unwrap(), &settings);
        assert!(here.len() > 10_000 && !here.contains("null,null,null"));
        assert!(here == there);
    }
}

#[test]
fn what_the_sender_assumed_is_said_on_the_other_side() {
    let sent = link(Engine::load(desk(), AS_OF).needed_inputs(), Session::default());
    let report = Engine::load(decode(&sent).unwrap().inputs.unwrap(), AS_OF).report(&Settings::default());
    let about: Vec<&str> = report.valuation.issues.iter().filter_map(|issue| issue.subject.as_deref()).collect();
    for subject in ["BTC-30JAN26-91500-P", "BTC perpetual", "BTC forward 2026-05-29T08:00:00Z"] {
        assert!(about.contains(&subject), "{subject} {about:?}");
    }
    assert_eq!(report.valuation.coverage.left_out, 1);
}

#[test]
fn twenty_legs_with_their_market_travel_anywhere() {
    let inputs = Engine::load(legs(20), AS_OF).needed_inputs();
    let address = format!("{ADDRESS}#{}", link(inputs, session()));
    assert_eq!(LinkSize::of(address.len()), LinkSize::Comfortable);
    assert!(address.len() < 900, "{}", address.len());
    let hundred = link(Engine::load(legs(100), AS_OF).needed_inputs(), session());
    assert!(hundred.len() < 3500, "{}", hundred.len());
}

#[test]
fn every_single_character_change_is_refused() {
    let text = link(Engine::load(desk(), AS_OF).needed_inputs(), session());
    changes_are_refused(&text);
}

/// Every character changed or left out, and everything from it on left out: none of these is a link.
pub fn changes_are_refused(text: &str) {
    let mut tried = 0;
    for at in 0..text.len() {
        let (before, rest) = text.split_at(at);
        let (here, after) = rest.split_at(1);
        for other in "ABCXYZabcxyz0189-_.#=+/%~ \u{202e}".chars().chain([flip(here)]) {
            if !here.starts_with(other) {
                refusal(&format!("{before}{other}{after}"));
                tried += 1;
            }
        }
        refusal(&format!("{before}{after}"));
        refusal(&text[..at]);
    }
    assert!(tried > 10_000, "{tried}");
}

/// The base64 character that differs in the lowest bit.
pub fn flip(text: &str) -> char {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let at = ALPHABET.iter().position(|byte| text.as_bytes().first() == Some(byte)).unwrap_or(0);
    char::from(ALPHABET[at ^ 1])
}

#[test]
fn every_truncation_is_refused() {
    let text = link(legs(20), session());
    for end in 0..text.len() {
        refusal(&text[..end]);
        refusal(&format!("{ADDRESS}#{}", &text[..end]));
    }
}

#[test]
fn a_link_is_read_however_it_was_pasted() {
    let text = link(legs(3), session());
    let expected = decode(&text).unwrap();
    for pasted in [
        format!("#{text}"),
        format!("{ADDRESS}#{text}"),
        format!("?url=javascript:alert(1)#{text}"),
        format!("{ADDRESS}?v1.AAAA&book=other#{text}"),
        format!("{text})."),
        format!("  <{ADDRESS}#{text}>,\n"),
        format!("\"{ADDRESS}#{text}\";"),
        format!("{text}\u{a0}'\r\n"),
    ] {
        assert_eq!(decode(&pasted).unwrap(), expected, "{pasted}");
    }
}

#[test]
fn each_fault_has_its_own_sentence() {
    let text = link(legs(20), session());
    let standard = format!("v1.{}", STANDARD.encode(URL_SAFE_NO_PAD.decode(&text[3..]).unwrap()));
    assert!(standard.contains(['+', '/', '=']), "pick a book whose link tells the alphabets apart");
    let middle = text.len() / 2;
    for (pasted, kind, says) in [
        (String::new(), IssueKind::Parse, "empty"),
        ("#".to_owned(), IssueKind::Parse, "empty"),
        (format!("{ADDRESS}#"), IssueKind::Parse, "empty"),
        ("#v1.".to_owned(), IssueKind::Parse, "cut off: it ends behind its version"),
        ("#v1".to_owned(), IssueKind::Parse, "cut off: it ends behind its version"),
        ("#v1.A".to_owned(), IssueKind::Parse, "damaged or cut off"),
        (text[..middle].to_owned(), IssueKind::Parse, "damaged or cut off"),
        ("#v1.y0jNyckHAA".to_owned(), IssueKind::Parse, "damaged or cut off"),
        (ADDRESS.to_owned(), IssueKind::Parse, "this is not a Plimsoll link"),
        ("#section-2".to_owned(), IssueKind::Parse, "this is not a Plimsoll link"),
        (format!("#v0.{}", &text[3..]), IssueKind::Parse, "this is not a Plimsoll link"),
        (format!("#v2.{}", &text[3..]), IssueKind::Parse, "damaged or cut off"),
        (format!("#v3.{}", &text[3..]), IssueKind::Parse, "damaged or cut off"),
        (format!("#v4.{}", &text[3..]), IssueKind::Invalid, "newer version"),
        (format!("#v17.{}", &text[3..]), IssueKind::Invalid, "newer version"),
        (format!("#v1.@@@{}", &text[6..]), IssueKind::Parse, "a character that no Plimsoll link has"),
        (format!("{}\u{202e}{}", &text[..9], &text[9..]), IssueKind::Parse, "a character that no Plimsoll link has"),
        (format!("{}\n{}", &text[..middle], &text[middle..]), IssueKind::Parse, "a character that no Plimsoll link has"),
        (standard, IssueKind::Parse, "a character that no Plimsoll link has"),
        (format!("{text}="), IssueKind::Parse, "a character that no Plimsoll link has"),
        (format!("#{text}#{}", &text[..middle]), IssueKind::Parse, "more than one #"),
        (format!("#{text}{text}"), IssueKind::Parse, "a character that no Plimsoll link has"),
        (format!("v1.{}", "A".repeat(MAX_LINK_CHARS)), IssueKind::Invalid, "too large: 65539 characters, at most 65536"),
    ] {
        let issue = refusal(&pasted);
        assert!(issue.message.contains(says) && issue.kind == kind, "{:.60}: {:?} {}", pasted, issue.kind, issue.message);
    }
    let mut turned = refusal(&format!("{}\u{202e}{}", &text[..9], &text[9..]));
    assert_eq!(turned.value.take().as_deref(), Some("U+202E"), "the message cannot be turned round by the link");
}

#[test]
fn bombs_are_refused_before_they_go_off() {
    let zeros = miniz_oxide::deflate::compress_to_vec(&vec![0; 20_000_000], 10);
    let honest = refusal(&framed(&[1], &[varint(20_000_000), zeros.clone()].concat()));
    assert!(honest.message.contains("20000000 bytes, at most 4194304"), "{}", honest.message);
    let lying = refusal(&framed(&[1], &[varint(MAX_INFLATED as u64), zeros].concat()));
    assert!(lying.message.contains("damaged"), "{}", lying.message);
    // Four megabytes promised by a few bytes: more than deflate can hold.
    refusal(&framed(&[1], &[varint(MAX_INFLATED as u64), vec![3, 0]].concat()));
    let just = miniz_oxide::deflate::compress_to_vec(&vec![0; MAX_INFLATED], 10);
    refusal(&framed(&[1], &[varint(MAX_INFLATED as u64), just].concat()));
    // Counts that nothing backs, at every place of a real link's content.
    let content = content(&link(desk(), session()));
    for at in 0..content.len() {
        for count in [u64::MAX, 1 << 62, 1 << 40, u64::from(u32::MAX), 4_000_000] {
            let tampered = [&content[..at], &varint(count)[..], &content[at + 1..]].concat();
            if let Ok(shared) = decode(&framed(&[0], &tampered)) {
                assert!(shared.inputs.is_none_or(|inputs| inputs.positions.len() < 100));
            }
        }
    }
}

/// The inflated content of a link.
pub fn content(text: &str) -> Vec<u8> {
    let bytes = URL_SAFE_NO_PAD.decode(&text[3..]).unwrap();
    let body = &bytes[1..bytes.len() - 4];
    if bytes[0] == 0 {
        return body.to_vec();
    }
    let start = body.iter().position(|byte| *byte < 0x80).unwrap() + 1;
    miniz_oxide::inflate::decompress_to_vec(&body[start..]).unwrap()
}

#[test]
fn names_beyond_any_use_are_refused_together() {
    // One name of 1 kB, spelled out by 90 000 positions: 90 MB from 5 kB.
    let mut inputs = legs(1);
    inputs.facts.clear();
    let mut first = inputs.positions.remove(0);
    first.account = "€".repeat(256);
    inputs.positions = vec![first; 90_000];
    let issue = encode(&Shared { inputs: Some(inputs), session: Session::default() }).expect_err("a bomb");
    assert!(issue.message.contains("names take more than"), "{}", issue.message);
}

#[test]
fn what_does_not_fit_is_refused_by_the_writer() {
    let mut long = legs(1);
    long.positions[0].name = "x".repeat(257);
    let many = Inputs { positions: vec![legs(1).positions.remove(0); 100_001], ..Inputs::default() };
    let noisy = Inputs {
        positions: (0..20_000_u32)
            .map(|at| {
                position(
                    &at.wrapping_mul(2_654_435_761).to_string(),
                    "Main",
                    perpetual(Settlement::Linear),
                    1.0 / f64::from(at + 1),
                    None,
                    1,
                )
            })
            .collect(),
        ..Inputs::default()
    };
    for (inputs, says) in [
        (long, "a name of more than 256 characters"),
        (many, "the book has 100001 positions, a link carries at most 100000"),
        (noisy, "characters long, at most 65536 can be shared"),
        (Inputs { as_of: Some(Timestamp::from_ms(i64::MIN)), ..Inputs::default() }, "a date outside"),
        (Inputs { as_of: Some(Timestamp::from_ms(i64::MAX)), ..Inputs::default() }, "a date outside"),
    ] {
        let issue = encode(&Shared { inputs: Some(inputs), session: Session::default() }).expect_err(says);
        assert!(issue.message.contains(says), "{}", issue.message);
    }
    let mut session = session();
    session.settings.shock.days = f64::NAN;
    let issue = encode(&Shared { inputs: None, session }).expect_err("not a number of days");
    assert!(issue.message.contains("days forward"), "{}", issue.message);
}

#[test]
fn hostile_names_survive_literally() {
    let mut inputs = legs(2);
    inputs.positions[0].name = "<img src=x onerror=\"window.__xss=1\">".to_owned();
    inputs.positions[0].account = "=HYPERLINK(\"http://evil\")".to_owned();
    inputs.positions[1].venue = "__proto__\u{202e}\u{0}\u{1f6a2}".to_owned();
    let session = Session { name: "</title><script>window.__xss=1</script>".to_owned(), ..Session::default() };
    let back = decode(&link(inputs.clone(), session.clone())).unwrap();
    assert_eq!(back, Shared { inputs: Some(unsourced(inputs)), session });
}

#[test]
fn awkward_numbers_come_back_to_the_bit() {
    let (inputs, values) = awkward();
    let mut minus_zero = session();
    minus_zero.settings.shock.all.spot = -0.0;
    let back = decode(&link(inputs, minus_zero)).unwrap();
    assert_eq!(back.session.settings.shock.all.spot.to_bits(), (-0.0_f64).to_bits());
    for (position, value) in back.inputs.unwrap().positions.iter().zip(values) {
        assert_eq!(
            (position.quantity.get().to_bits(), position.entry_price.unwrap().get().to_bits()),
            ((-value).to_bits(), value.to_bits())
        );
    }
}

/// Legs whose quantities and entry prices try every way of writing a number.
fn awkward() -> (Inputs, Vec<f64>) {
    let values =
        vec![0.1 + 0.2, 1.0 / 3.0, f64::MIN_POSITIVE, 5e-324, f64::MAX, 1e22, 1e23, 9_007_199_254_740_993.0, 123_456_789.123_456_79, 1e-7];
    let mut inputs = legs(values.len());
    for (position, value) in inputs.positions.iter_mut().zip(&values) {
        position.quantity = Quantity::new(-value).unwrap();
        position.entry_price = Some(price(*value));
    }
    (inputs, values)
}

#[test]
fn links_of_every_released_version_open_for_ever() {
    // Made by version 0.1.0. The files are never made anew: a link in someone's mail is not either.
    let desk_link = decode(include_str!("../fixtures/links/v1-desk.txt")).unwrap();
    assert_eq!(desk_link, Shared { inputs: Some(unsourced(desk())), session: session() });
    let inputs = desk_link.inputs.unwrap();
    let sold = &inputs.positions[6];
    assert_eq!((sold.name.as_str(), sold.account.as_str(), sold.venue.as_str()), ("BTC-27MAR26-100000-C", "Main", "Deribit"));
    assert_eq!((sold.quantity.get(), sold.entry_price.map(Price::get), sold.mark.map(Price::get)), (-20.0, Some(0.0405), Some(0.050625)));
    assert_eq!((inputs.positions[7].name.as_str(), inputs.positions[8].account.as_str()), ("my own put <b>", "Hedge"));

    let scenario = decode(include_str!("../fixtures/links/v1-scenario.txt")).unwrap();
    assert_eq!(scenario, Shared { inputs: None, session: session() });
    assert_eq!((scenario.session.settings.shock.all.spot, scenario.session.settings.shock.days), (-0.16, 7.5));

    let awkward_link = decode(include_str!("../fixtures/links/v1-awkward.txt")).unwrap();
    assert_eq!(awkward_link, Shared { inputs: Some(unsourced(awkward().0)), session: Session::default() });

    let teammate = decode(include_str!("../fixtures/links/v1-teammate.txt")).unwrap().inputs.unwrap();
    assert_eq!((teammate.positions.len(), teammate.as_of), (11, Some(AS_OF)));
    let figures: Vec<(Origin, u64)> = teammate.facts.iter().map(|fact| (fact.origin, figure(&fact.value).to_bits())).collect();
    let expected = [
        (Origin::Quote, 95_539.49),
        (Origin::Quote, 0.0375),
        (Origin::Assumed, 95_539.49),
        (Origin::Quote, 95_577.69),
        (Origin::Assumed, 95_717.126_231_103_4),
        (Origin::Quote, 96_440.71),
        (Origin::Assumed, 97_283.729_690_647_54),
        (Origin::Assumed, 0.3689809121352356),
        (Origin::Assumed, 0.4014075568221854),
        (Origin::Quote, 0.4721),
        (Origin::Quote, 0.4013),
        (Origin::Quote, 0.37283853542735057),
    ];
    assert_eq!(figures, expected.map(|(origin, figure): (Origin, f64)| (origin, figure.to_bits())));
}

fn figure(value: &FactValue) -> f64 {
    match value {
        FactValue::Spot { price, .. } | FactValue::Perpetual { price, .. } | FactValue::Forward { price, .. } => price.get(),
        FactValue::Rate { rate, .. } | FactValue::Funding { rate, .. } => rate.get(),
        FactValue::DailyVol { vol, .. } => vol.get(),
        FactValue::Dividend { amount, .. } => amount.get(),
        FactValue::Option { mark_vol, .. } => mark_vol.unwrap().get(),
    }
}

pub fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        (-1_000_000_i64..1_000_000, 0..6_usize).prop_map(|(mantissa, digits)| mantissa as f64 / [1.0, 10.0, 100.0, 1e3, 1e4, 1e5][digits]),
        any::<f64>().prop_filter("finite", |value| value.is_finite()),
        Just(0.0),
    ]
}

pub fn any_price() -> impl Strategy<Value = Price> {
    any_number().prop_map(|value| price(value.abs()))
}

pub fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("BTC".to_owned()),
        Just("Deribit".to_owned()),
        Just(String::new()),
        "\\PC{0,40}",
        any::<String>().prop_map(|text| text.chars().take(256).collect())
    ]
}

pub fn any_time() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        (0..4000_i64).prop_map(|day| Timestamp::from_ms((18_000 + day) * 86_400_000 + 28_800_000)),
        (0..253_402_300_800_000_i64).prop_map(Timestamp::from_ms)
    ]
}

fn any_settlement() -> impl Strategy<Value = Settlement> {
    prop_oneof![Just(Settlement::Linear), Just(Settlement::Inverse)]
}

pub fn any_kind() -> impl Strategy<Value = OptionKind> {
    prop_oneof![Just(OptionKind::Call), Just(OptionKind::Put)]
}

pub fn any_instrument() -> impl Strategy<Value = Instrument> {
    let size = any_number().prop_map(|size| if size == 0.0 { 1.0 } else { size.abs() });
    let terms = (
        any_text(),
        prop_oneof![Just("USD"), Just("USDC"), Just("usd coin ")],
        any_settlement(),
        size,
        any_time(),
        any_price(),
        any_kind(),
    );
    (0..5_u8, terms).prop_map(|(class, (underlying, quote, settlement, contract_size, expiry, strike, kind))| {
        let quote = Currency::new(quote);
        match class {
            0 => Instrument::Cash(Cash { currency: Currency::new(&underlying.chars().take(80).collect::<String>()) }),
            1 => Instrument::Spot(Spot { asset: underlying }),
            2 => Instrument::Perpetual(Perpetual { underlying, quote, settlement, contract_size }),
            3 => Instrument::Future(Future { underlying, quote, settlement, contract_size, expiry }),
            _ => Instrument::Option(EuropeanOption { underlying, quote, settlement, contract_size, expiry, strike, kind }),
        }
    })
}

pub fn any_position() -> impl Strategy<Value = Position> {
    let prices = (prop::option::of(any_price()), prop::option::of(any_price()));
    (any_text(), any_text(), any_text(), any_instrument(), any_number(), prices).prop_map(
        |(name, account, venue, instrument, quantity, (entry_price, mark))| Position {
            name,
            account,
            venue,
            instrument,
            quantity: Quantity::new(quantity).unwrap(),
            entry_price,
            mark,
            tags: BTreeMap::new(),
            stated: None,
            source: Source::default(),
        },
    )
}

pub fn any_fact() -> impl Strategy<Value = Fact> {
    let origin = prop_oneof![Just(Origin::Position), Just(Origin::Assumed), Just(Origin::Quote)];
    let some_vol = || prop::option::of((0.0..100.0_f64).prop_map(|vol| Vol::new(vol).unwrap()));
    let some_price = || prop::option::of(any_price());
    let bid_ask = prop_oneof![
        Just(BidAsk::default()),
        (some_vol(), some_vol(), some_price(), some_price()).prop_map(|(bid_vol, ask_vol, bid, ask)| BidAsk { bid_vol, ask_vol, bid, ask }),
    ];
    let parts = (any_text(), any_price(), any_time(), any_settlement(), any_kind(), some_price(), bid_ask);
    (0..7_u8, parts, -1.0..10.0_f64, some_vol(), prop::option::of(any_time()), origin).prop_map(
        |(class, (underlying, price, expiry, settlement, kind, mark_price, bid_ask), rate, mark_vol, time, origin)| {
            let rate = Rate::new(rate).unwrap();
            let value = match class {
                0 => FactValue::Spot { underlying, price },
                1 => FactValue::Rate { underlying, rate },
                2 => FactValue::Funding { underlying, rate },
                3 => FactValue::Perpetual { underlying, settlement, price },
                4 => FactValue::Forward { underlying, expiry, price },
                5 => FactValue::DailyVol { underlying, vol: mark_vol.unwrap_or(Vol::new(0.5).unwrap()) },
                _ => FactValue::Option { underlying, expiry, strike: price, kind, settlement, mark_vol, mark_price, bid_ask },
            };
            Fact { value, time, origin, source: Source::default() }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_book_round_trips(
        positions in prop::collection::vec(any_position(), 0..24),
        facts in prop::collection::vec(any_fact(), 0..24),
        as_of in prop::option::of(any_time()),
        name in any_text(),
    ) {
        let session = Session { name, ..session() };
        let shared = Shared { inputs: Some(Inputs { positions, facts, accounts: Vec::new(), history: Default::default(), as_of }), session };
        let text = encode(&shared).unwrap();
        let back = decode(&text).unwrap();
        // Debug text shows the shortest digits of every number, and so tells all bits apart.
        prop_assert_eq!(format!("{:?}", back), format!("{:?}", shared));
    }

    #[test]
    fn arbitrary_text_is_an_answer_or_an_issue(text in any::<String>(), payload in "[A-Za-z0-9_-]{0,200}") {
        let _ = decode(&text);
        let refused = decode(&format!("v1.{payload}")).is_err();
        prop_assert!(refused);
    }

    #[test]
    fn arbitrary_content_is_an_answer_or_an_issue(bytes in prop::collection::vec(any::<u8>(), 0..400), flags in 0..3_u8) {
        let _ = decode(&framed(&[flags], &bytes));
    }

    #[test]
    fn tampered_content_is_an_answer_or_an_issue(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let mut content = content(&link(desk(), session()));
        let cut = decode(&framed(&[0], &content[..cut.index(content.len())])).is_err();
        prop_assert!(cut, "a part is not the whole");
        let at = at.index(content.len());
        content[at] = byte;
        if let Ok(shared) = decode(&framed(&[0], &content)) {
            // Whatever came through can be valued without a panic.
            let _ = Engine::load(shared.inputs.unwrap_or_default(), AS_OF).valuation(&shared.session.settings, true);
        }
        content.push(0);
        let _ = decode(&framed(&[0], &content));
    }
}
