//! Version 3 of the link: what neither v1 nor v2 has a word for comes out to the bit, everything else is refused in a sentence.

use crate::share::{changes_are_refused, content, framed_as, legs, refusal, session, unsourced, varint};
use crate::share_v2::wide;
use plimsoll::engine::Inputs;
use plimsoll::issue::{IssueKind, Source};
use plimsoll::market::history::{CorrelationTable, History, Observation, PriceSeries, SeriesKind};
use plimsoll::session::{Choices, MAX_CHOICE_VALUE, Page, Session};
use plimsoll::share::{MAX_WITH_HISTORY_CHARS, Shared, carries_history, decode, encode};
use plimsoll::stress::scenario;
use plimsoll::units::{DAY_MS, Timestamp};

const NEW_PAGES: [Page; 2] = [Page::Market, Page::Methods];

fn on(page: Page, inputs: Option<Inputs>) -> Shared {
    Shared { inputs: inputs.map(unsourced), session: Session { page, ..session() } }
}

fn link(page: Page, inputs: Option<Inputs>) -> String {
    encode(&on(page, inputs)).unwrap()
}

/// A v3 link around a base content and sections, as the format frames it.
fn framed(base: u8, plain: &[u8], sections: &[u8]) -> String {
    framed_as("v3.", &[0], &[&[base], plain, sections].concat())
}

#[test]
fn a_page_that_v1_has_no_number_for_comes_back_with_any_book() {
    for page in NEW_PAGES {
        for inputs in [None, Some(legs(20)), Some(wide()), Some(Inputs::default())] {
            let text = link(page, inputs.clone());
            assert!(text.starts_with("v3."), "{text}");
            let back = decode(&text).unwrap();
            assert_eq!(back, on(page, inputs));
            assert_eq!(encode(&back).unwrap(), text, "the same content has the same link");
        }
    }
    let (plain, longer) = (link(Page::Stress, Some(legs(20))), link(Page::Methods, Some(legs(20))));
    assert!(longer.len() < plain.len() + 16, "{} {}", longer.len(), plain.len());
}

#[test]
fn a_link_is_v1_or_v2_whenever_they_can_carry_it() {
    for page in [Page::Book, Page::Exposure, Page::Stress] {
        assert!(link(page, None).starts_with("v1."));
        assert!(link(page, Some(legs(2))).starts_with("v1."));
        assert!(link(page, Some(wide())).starts_with("v2."));
    }
}

#[test]
fn the_bytes_are_those_that_are_documented() {
    let session = Session { page: Page::Methods, ..Session::default() };
    let text = encode(&Shared { inputs: None, session }).unwrap();
    // Base v1: no dictionary, page 0, name "", no parts. One section: tag 1, two bytes, no dictionary, page 4.
    assert_eq!(content(&text), [1, 0, 0, 0, 0, 1, 1, 2, 0, 4]);
}

/// A session on a page that v1 knows, with choices in analyses.
fn choosing(choices: &[(&str, &str)]) -> Shared {
    let choices: Choices = choices.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Shared { inputs: Some(unsourced(legs(3))), session: Session { page: Page::Exposure, choices, ..session() } }
}

#[test]
fn what_is_chosen_in_analyses_comes_back_to_the_byte() {
    let long = "x".repeat(MAX_CHOICE_VALUE);
    for choices in
        [&[("exposure", "map")][..], &[("limits", "measure,soft\nvega,1\n"), ("pd/Börse „A“", "0.02")], &[("b", ""), ("c", &long)]]
    {
        let shared = choosing(choices);
        let text = encode(&shared).unwrap();
        assert!(text.starts_with("v3."), "{text}");
        let back = decode(&text).unwrap();
        assert_eq!(back, shared);
        assert_eq!(encode(&back).unwrap(), text);
    }
    let session = Session { choices: choosing(&[("a", "xy")]).session.choices, ..Session::default() };
    let text = encode(&Shared { inputs: None, session }).unwrap();
    // Base v1: no dictionary, page 0, name "", no parts. One section: tag 3, seven bytes, no dictionary, one pair of 1 and 2 bytes.
    assert_eq!(content(&text), [1, 0, 0, 0, 0, 1, 3, 7, 0, 1, 1, b'a', 2, b'x', b'y']);
}

#[test]
fn choices_that_nobody_could_have_made_are_refused() {
    let v1 = content(&link(Page::Book, Some(legs(3))));
    let section = |body: &[u8]| framed(1, &v1, &[&[1, 3][..], &varint(body.len() as u64), body].concat());
    let long = |of: usize| [&[0, 1, 1, b'a'][..], &varint(of as u64), &vec![b'x'; of]].concat();
    assert!(decode(&section(&[0, 1, 1, b'a', 1, b'x'])).is_ok());
    for body in [
        &[0, 0][..],
        &[0, 1, 0, 1, b'x'],
        &[0, 2, 1, b'b', 1, b'x', 1, b'a', 1, b'x'],
        &[0, 2, 1, b'a', 1, b'x', 1, b'a', 1, b'y'],
        &[0, 1, 1, 0xff, 1, b'x'],
        &[0, 1, 1, b'a', 2, b'x'],
        &long(MAX_CHOICE_VALUE + 1),
    ] {
        refusal(&section(body));
    }
}

#[test]
fn what_the_base_could_say_is_refused() {
    let v1 = content(&link(Page::Book, Some(legs(3))));
    let v2 = content(&link(Page::Book, Some(wide())));
    let on_stress = content(&link(Page::Stress, Some(legs(3))));
    let market = [1, 1, 2, 0, 3];
    assert_eq!(decode(&framed(1, &v1, &market)).unwrap(), on(Page::Market, Some(legs(3))));
    assert_eq!(decode(&framed(2, &v2, &market)).unwrap(), on(Page::Market, Some(wide())));
    let empty_extension =
        [&v1[..], &[0, 0, 3], &[0, 3].repeat(3), &[0, 0, 0], &[0, 3].repeat(5), &[0, 0, 0, 3, 0, 0], &[0, 3].repeat(6), &[0, 3]];
    for (what, text) in [
        ("no sections", framed(1, &v1, &[0])),
        ("no list of sections", framed(1, &v1, &[])),
        ("a page that v1 has a number for", framed(1, &v1, &[1, 1, 2, 0, 2])),
        ("a page that nobody has a number for", framed(1, &v1, &[1, 1, 2, 0, 5])),
        ("two pages", framed(1, &on_stress, &market)),
        ("the same section twice", framed(1, &v1, &[2, 1, 2, 0, 3, 1, 2, 0, 3])),
        ("an empty section", framed(1, &v1, &[1, 1, 0])),
        ("a section that goes on", framed(1, &v1, &[1, 1, 3, 0, 3, 0])),
        ("tag 0", framed(1, &v1, &[1, 0, 2, 0, 3])),
        ("a longer varint than needed", framed(1, &v1, &[1, 0x81, 0, 2, 0, 3])),
        ("something behind", framed(1, &v1, &[1, 1, 2, 0, 3, 0])),
        ("a base of v2 that v1 can say", framed(2, &empty_extension.concat(), &market)),
        ("a base of v1 read as v2", framed(2, &v1, &market)),
        ("a base of v2 read as v1", framed(1, &v2, &market)),
        ("a base of no version", framed(0, &v1, &market)),
        ("a base of itself", framed(3, &v1, &market)),
        ("nothing", framed_as("v3.", &[0], &[])),
    ] {
        assert!(refusal(&text).message.contains("damaged"), "{what}: {}", refusal(&text).message);
    }
}

#[test]
fn a_section_of_a_later_version_is_refused_by_name() {
    let v1 = content(&link(Page::Book, Some(legs(3))));
    for sections in [&[1, 9, 2, 0, 3][..], &[2, 1, 2, 0, 3, 9, 1, 0], &[2, 9, 0, 200, 1, 0]] {
        let issue = refusal(&framed(1, &v1, sections));
        assert!(
            issue.kind == IssueKind::Invalid && issue.message.contains("a later version of Plimsoll made the link"),
            "{}",
            issue.message
        );
        assert_eq!(issue.value.as_deref(), Some("section 9"));
    }
}

#[test]
fn every_single_character_change_is_refused() {
    let text = link(Page::Methods, Some(wide()));
    changes_are_refused(&text);
    // A link of one version is none of another.
    for version in ["v1", "v2"] {
        refusal(&text.replacen("v3", version, 1));
        refusal(&link(Page::Book, Some(wide())).replacen("v2", "v3", 1));
    }
}

#[test]
fn bombs_are_refused_before_they_go_off() {
    let content = content(&link(Page::Market, Some(wide())));
    for at in 0..content.len() {
        for count in [u64::MAX, 1 << 62, 1 << 40, u64::from(u32::MAX), 4_000_000] {
            let tampered = [&content[..at], &varint(count)[..], &content[at + 1..]].concat();
            if let Ok(shared) = decode(&framed_as("v3.", &[0], &tampered)) {
                assert!(shared.inputs.is_none_or(|inputs| inputs.positions.len() + inputs.accounts.len() < 100));
            }
        }
    }
    let zeros = miniz_oxide::deflate::compress_to_vec(&vec![0; 20_000_000], 10);
    let bomb = refusal(&framed_as("v3.", &[1], &[varint(20_000_000), zeros].concat()));
    assert!(bomb.message.contains("20000000 bytes, at most 4194304"), "{}", bomb.message);
}

#[test]
fn links_of_every_released_version_open_for_ever() {
    // Made by the first build that wrote v3. The files are never made anew: a link in someone's mail is not either.
    assert_eq!(decode(include_str!("../fixtures/links/v3-methods.txt")).unwrap(), on(Page::Methods, Some(wide())));
    assert_eq!(decode(include_str!("../fixtures/links/v3-market.txt")).unwrap(), on(Page::Market, Some(legs(3))));
    assert_eq!(decode(include_str!("../fixtures/links/v3-scenario.txt")).unwrap(), on(Page::Market, None));
    let choices = [("exposure", "map"), ("pivot/rows", "venue")];
    assert_eq!(decode(include_str!("../fixtures/links/v3-choices.txt")).unwrap(), choosing(&choices));
}

#[test]
fn a_link_with_a_pack_of_every_family_opens_for_ever() {
    // Made by the first build whose link carries a pack, limits, and what Stress compares.
    let pack = include_str!("../fixtures/scenarios/pack.json");
    let limits = "measure,dimension,key,soft,hard\nnet-delta,venue,Deribit,1000000,2500000\n";
    let choices = [
        ("beside/left", "crash"),
        ("beside/right", "-"),
        ("explain/of", "venue"),
        ("limits/set", limits),
        ("reverse/of", "1"),
        ("scenarios/group", "own"),
        ("scenarios/pack", pack),
        ("scenarios/picked", "crash"),
        ("stress", "scenarios"),
        ("what-if/trades", "underlying,type,quantity\nBTC,spot,-1\n"),
    ];
    let opened = decode(include_str!("../fixtures/links/v3-pack.txt")).unwrap();
    assert_eq!(opened, choosing(&choices));
    let held = scenario::read(opened.session.choices.get("scenarios/pack").unwrap());
    assert!(held.issues.is_empty(), "{:?}", held.issues);
    assert_eq!(held.value.len(), scenario::read(pack).value.len());
}

/// Closes of so many days of BTC, and a table of correlations.
fn past(days: i64, codes: &[&str]) -> History {
    let mut state = 3_u64;
    let mut value = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 40) as f64).floor() / 100.0 + 1.0
    };
    let mut history = History::default();
    for code in codes {
        let observations = (0..days).map(|day| Observation { day: Timestamp::from_ms((20_000 + day) * DAY_MS), value: value() }).collect();
        let series = PriceSeries::new((*code).to_owned(), SeriesKind::Close, observations, Source::default()).unwrap();
        history.extend(History { series: vec![series], correlations: None });
    }
    let symbols = ["BTC", "ETH"].map(str::to_owned).to_vec();
    History { correlations: Some(CorrelationTable { symbols, below: vec![0.8], source: Source::default() }), ..history }
}

fn with_past(history: History) -> Shared {
    Shared { inputs: Some(Inputs { history, ..unsourced(legs(3)) }), session: session() }
}

#[test]
fn closes_come_back_to_the_bit_where_the_link_stays_short() {
    let shared = with_past(past(366, &["BTC"]));
    let text = encode(&shared).unwrap();
    assert!(text.starts_with("v3.") && text.len() < MAX_WITH_HISTORY_CHARS, "{}", text.len());
    assert_eq!(decode(&text).unwrap(), shared);
    assert!(carries_history(shared.inputs.as_ref().unwrap()));
    changes_are_refused(&encode(&with_past(past(30, &["BTC"]))).unwrap());
}

#[test]
fn closes_that_would_make_a_long_link_stay_at_home() {
    let shared = with_past(past(366, &["ADA", "AVAX", "BTC", "DOGE", "ETH", "GLD", "IEF", "LINK", "SOL", "SPY", "XRP"]));
    assert!(!carries_history(shared.inputs.as_ref().unwrap()));
    let text = encode(&shared).unwrap();
    let back = decode(&text).unwrap();
    assert!(text.starts_with("v1.") && back.inputs.as_ref().unwrap().history.is_empty());
    assert_eq!(back.inputs.unwrap().positions, shared.inputs.unwrap().positions);
}

#[test]
fn the_bytes_of_closes_are_those_that_are_documented() {
    let observations = [(10, 2.5), (11, 3.0), (14, 2.75)].map(|(day, value)| Observation { day: Timestamp::from_ms(day * DAY_MS), value });
    let series = PriceSeries::new("BTC".to_owned(), SeriesKind::Close, observations.to_vec(), Source::default()).unwrap();
    let inputs = Inputs { history: History { series: vec![series], correlations: None }, ..Inputs::default() };
    let plain = content(&encode(&Shared { inputs: Some(Inputs::default()), session: Session::default() }).unwrap());
    let whole = content(&encode(&Shared { inputs: Some(inputs), session: Session::default() }).unwrap());
    // Base v1. One section: tag 4, 15 bytes, no dictionary, one series: BTC, which is well known, closes, three of them; day 10, the next
    // one, two days left out; differences of mantissas at exponent −2: 250, 50, −25; no table.
    let section = [1, 4, 15, 0, 1, 1, 0, 3, 20, 0, 2, 1, 3, 244, 3, 100, 49, 0];
    assert_eq!(whole, [&[1], &plain[..], &section].concat());
}

#[test]
fn a_link_with_closes_opens_for_ever() {
    // Made by the first build that wrote closes into a link.
    let text = include_str!("../fixtures/links/v3-history.txt");
    assert_eq!(decode(text).unwrap(), with_past(past(30, &["BTC", "ETH"])));
}
