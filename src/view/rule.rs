//! Rules for labels in words.

use crate::book::tag::{Preview, Rule};
use crate::book::tag_rule::FIELDS;
use crate::view::format;

/// When a rule applies: `venue is Deribit or OKX and class contains put`.
pub fn condition(rule: &Rule) -> String {
    let matches = &rule.matches;
    let [venue, account, underlying, class, name, from, until] = &FIELDS;
    let texts = [
        (venue, &matches.venue),
        (account, &matches.account),
        (underlying, &matches.underlying),
        (class, &matches.class),
        (name, &matches.name),
    ];
    let texts = texts.into_iter().filter(|(_, patterns)| !patterns.is_empty());
    let mut parts: Vec<String> = texts.map(|(field, patterns)| format!("{} {}", field.label, alternatives(patterns))).collect();
    let dates = [(from, matches.expires_from), (until, matches.expires_until)];
    parts.extend(dates.into_iter().filter_map(|(field, date)| Some(format!("{} {}", field.label, format::date(date?)))));
    if parts.is_empty() { "every position".to_owned() } else { parts.join(" and ") }
}

/// The verb is said again only where it changes.
fn alternatives(patterns: &[String]) -> String {
    let mut text = String::new();
    let mut last = "";
    for pattern in patterns {
        let inside = pattern.strip_prefix('*').and_then(|rest| rest.strip_suffix('*')).filter(|inside| !inside.is_empty());
        let inside = inside.filter(|inside| !inside.contains(['*', '?']));
        let (verb, words) = inside.map_or(("is", pattern.as_str()), |inside| ("contains", inside));
        if !text.is_empty() {
            text.push_str(" or ");
        }
        if verb != last {
            text.push_str(verb);
            text.push(' ');
        }
        text.push_str(words);
        last = verb;
    }
    text
}

/// What a rule gives: `strategy = hedge`, or `no strategy`.
pub fn label(rule: &Rule) -> String {
    let sets = rule.sets.iter();
    let words = sets.map(|(key, value)| if value.is_empty() { format!("no {key}") } else { format!("{key} = {value}") });
    words.collect::<Vec<_>>().join(", ")
}

/// How many positions one rule is met by.
pub fn met(preview: &Preview, place: usize) -> String {
    let count = preview.met.get(place).copied().unwrap_or(0) as usize;
    format!("{} of {} positions", format::grouped(count), format::grouped(preview.positions as usize))
}

/// What all rules come to.
pub fn summary(preview: &Preview) -> String {
    match preview.changed {
        0 => "No position would get another label than it has.".to_owned(),
        1 => "1 position would get another label than it has.".to_owned(),
        changed => format!("{} positions would get other labels than they have.", format::grouped(changed as usize)),
    }
}
