//! The methods: every contract, measure, check and convention says how it is computed, and nothing is said twice.

use plimsoll::exposure::pivot;
use plimsoll::method::Method;
use plimsoll::protocol::{self, Desk, Request, Response};
use plimsoll::view::methods::{ALL, Entry, MEASURE, Section, sections};
use plimsoll::view::{measure, methods, terminal};
use plimsoll::{check, instrument, price, stress};
use std::collections::BTreeSet;

fn entries() -> Vec<Entry> {
    sections().into_iter().flat_map(|section| section.entries).collect()
}

fn ids(methods: &[&Method]) -> Vec<&'static str> {
    methods.iter().map(|method| method.id).collect()
}

#[test]
fn every_measure_check_and_convention_has_an_entry() {
    assert_eq!(ids(measure::METHODS), measure::ALL.iter().map(|def| def.id).collect::<Vec<_>>());
    assert_eq!(ids(check::METHODS), check::ALL.iter().map(|def| def.id).collect::<Vec<_>>());
    assert_eq!(ids(pivot::dimension::METHODS), pivot::dimension::ALL.iter().map(|def| def.id).collect::<Vec<_>>());
    assert_eq!(ids(pivot::measure::METHODS), pivot::measure::ALL.iter().map(|def| def.id).collect::<Vec<_>>());
    let conventions: Vec<&str> = price::convention::ALL.iter().map(|def| def.id).collect();
    assert_eq!(ids(price::convention::METHODS), conventions);
}

#[test]
fn every_contract_has_an_entry() {
    let source = include_str!("../../src/instrument/mod.rs");
    let variants = source.split_once("pub enum Instrument {").unwrap().1.split_once("\n}").unwrap().0;
    let names: Vec<String> = variants
        .lines()
        .filter_map(|line| line.trim().split_once('(').map(|(name, _)| name.to_owned()))
        .filter(|name| name.chars().next().is_some_and(char::is_uppercase))
        .map(|name| {
            let kebab = |(at, char): (usize, char)| if char.is_uppercase() && at > 0 { format!("-{char}") } else { char.to_string() };
            name.char_indices().map(kebab).collect::<String>().to_lowercase()
        })
        .collect();
    assert!(names.len() >= 11, "{names:?}");
    assert_eq!(ids(instrument::METHODS), names);
}

#[test]
fn every_part_of_every_entry_says_something() {
    for entry in entries() {
        let Entry { id, label, doc, formula, parts } = &entry;
        let parts = parts.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        for (name, text) in parts.chain([("label", label.as_str()), ("doc", doc), ("formula", formula)]) {
            assert!(!text.is_empty() && text.trim() == text && !text.contains("  \n"), "{id}: {name}: {text:?}");
            assert!(text.chars().count() < 700, "{id}: {name} has {} characters", text.chars().count());
        }
        assert!(id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'), "{id}");
    }
}

#[test]
fn no_anchor_stands_for_two_entries() {
    let all: Vec<String> = sections().iter().map(|section| section.id.clone()).chain(entries().into_iter().map(|entry| entry.id)).collect();
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
    assert!(all.len() > 60, "{}", all.len());
}

#[test]
fn what_explain_says_is_said_by_the_same_text() {
    let all = entries();
    for def in measure::ALL {
        let entry = all.iter().find(|entry| entry.id == format!("{MEASURE}-{}", def.id)).unwrap();
        assert_eq!((entry.formula.as_str(), entry.doc.as_str(), entry.parts[0].1.as_str()), (def.formula, def.doc, def.unit));
    }
    assert!(all.iter().any(|entry| entry.id == "stress-pnl" && entry.formula == stress::PNL.formula));
}

#[test]
fn page_and_terminal_say_the_same() {
    let response = protocol::handle(&mut Desk::default(), Request::Methods, &mut |_| {});
    let Response::Methods { sections: bytes } = response else { panic!("{response:?}") };
    assert_eq!(protocol::from_bytes::<Vec<Section>>(&bytes).unwrap(), sections());
    let text = terminal::methods(&sections());
    let json: serde_json::Value = serde_json::from_str(&methods::json("test")).unwrap();
    assert_eq!(json["build"], "test");
    let listed = json["sections"].as_array().unwrap();
    assert_eq!(listed.len(), ALL.len());
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let printed = words(&text);
    for (entry, in_json) in entries().iter().zip(listed.iter().flat_map(|section| section["methods"].as_array().unwrap())) {
        assert_eq!((&in_json["formula"], &in_json["limits"]), (&entry.formula.as_str().into(), &entry.parts[3].1.as_str().into()));
        for text in [&entry.label, &entry.doc, &entry.formula, &entry.parts[3].1] {
            assert!(printed.contains(&words(text)), "{text}");
        }
    }
}

#[test]
fn an_entry_is_found_by_all_of_its_words_in_any_order() {
    let found = |words: &str| entries().into_iter().filter(|entry| entry.holds(words)).map(|entry| entry.id).collect::<Vec<_>>();
    assert_eq!(found("gatheral durrleman"), ["market-arbitrage"]);
    assert_eq!(found("gatheral nobody"), Vec::<String>::new());
    assert!(found("stickiness bergomi").contains(&"market-skew-stickiness".to_owned()));
    assert!(found("deribit θ").contains(&"venue-deribit".to_owned()));
    assert_eq!(found("").len(), entries().len());
}
