//! Rules that label positions: conditions on what a position is, and the labels that it then gets.
//!
//! Rules run in their order, so that a later one overrides an earlier one. Invariant: a rule without conditions matches every
//! position; a position without an expiry matches no rule that asks for one.

use crate::book::Position;
use crate::instrument::Instrument;
use crate::units::{STATE_CURRENCIES, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a position must be. Texts are patterns with `*` for any run of characters and `?` for one, capitals and small letters
/// alike; of several patterns one must match; an empty list asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// The venue.
    pub venue: Vec<String>,
    /// The account.
    pub account: Vec<String>,
    /// Code of the underlying.
    pub underlying: Vec<String>,
    /// The class, as [`crate::instrument::Instrument::class`] names it.
    pub class: Vec<String>,
    /// Instrument name.
    pub name: Vec<String>,
    /// It expires at this instant or later.
    pub expires_from: Option<Timestamp>,
    /// It expires at this instant or earlier.
    pub expires_until: Option<Timestamp>,
}

/// A condition and the labels that it gives.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// When it applies.
    pub matches: Condition,
    /// Label by dimension; an empty label takes the dimension away.
    pub sets: BTreeMap<String, String>,
}

impl Rule {
    /// A rule that gives one label.
    pub fn one(matches: Condition, dimension: &str, label: &str) -> Rule {
        let mut rule = Rule { matches, ..Rule::default() };
        rule.sets.insert(dimension.to_owned(), label.to_owned());
        rule
    }
}

impl Condition {
    /// Whether a position meets all of it.
    pub fn is_met(&self, position: &Position) -> bool {
        let any = |patterns: &[String], text: &str| patterns.is_empty() || patterns.iter().any(|pattern| matches(pattern, text));
        let expiry = position.instrument.expiry();
        any(&self.venue, &position.venue)
            && any(&self.account, &position.account)
            && any(&self.underlying, position.instrument.underlying())
            && any(&self.class, position.instrument.class())
            && any(&self.name, &position.name)
            && self.expires_from.is_none_or(|from| expiry.is_some_and(|expiry| expiry >= from))
            && self.expires_until.is_none_or(|until| expiry.is_some_and(|expiry| expiry <= until))
    }
}

/// Applies rules in their order.
pub fn apply(rules: &[Rule], position: &mut Position) {
    position.tags = labelled(rules, position, |_| {});
}

/// What rules would do, before they are applied.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// How many positions meet each rule, in the rules' order.
    pub met: Vec<u32>,
    /// How many positions would have other labels than they have, once all rules are applied.
    pub changed: u32,
    /// How many positions there are.
    pub positions: u32,
}

/// Counts what rules would do.
pub fn preview(rules: &[Rule], positions: &[Position]) -> Preview {
    let mut preview = Preview { met: vec![0; rules.len()], ..Preview::default() };
    for position in positions {
        let met = &mut preview.met;
        let tags = labelled(rules, position, |rule| {
            if let Some(count) = met.get_mut(rule) {
                *count += 1;
            }
        });
        preview.positions += 1;
        preview.changed += u32::from(tags != position.tags);
    }
    preview
}

/// The labels of a position after these rules; `hear` is told the place of each rule that it meets.
fn labelled(rules: &[Rule], position: &Position, mut hear: impl FnMut(usize)) -> BTreeMap<String, String> {
    let mut tags = position.tags.clone();
    for (place, rule) in rules.iter().enumerate().filter(|(_, rule)| rule.matches.is_met(position)) {
        hear(place);
        for (key, value) in &rule.sets {
            set(&mut tags, key, value);
        }
    }
    tags
}

/// Sets one label; an empty one is taken away.
pub(super) fn set(tags: &mut BTreeMap<String, String>, key: &str, value: &str) {
    let (key, value) = (key.trim(), value.trim());
    if value.is_empty() {
        tags.remove(key);
    } else if !key.is_empty() {
        tags.insert(key.to_owned(), value.to_owned());
    }
}

/// Whether a text has the shape of a pattern. Linear in their product: at a mismatch only the last `*` is tried again.
fn matches(pattern: &str, text: &str) -> bool {
    let fold = |text: &str| text.trim().to_lowercase().chars().collect::<Vec<char>>();
    let (pattern, text) = (fold(pattern), fold(text));
    let (mut at, mut read) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(char) = text.get(read) {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at + 1, read));
                at += 1;
            }
            Some(wanted) if *wanted == '?' || wanted == char => {
                at += 1;
                read += 1;
            }
            _ => {
                let Some((after, from)) = star else { return false };
                star = Some((after, from + 1));
                at = after;
                read = from + 1;
            }
        }
    }
    pattern.iter().skip(at).all(|char| *char == '*')
}

/// Rules that give each position an `asset_class`, for who asks for them: `coin`, `stablecoin`, `cash`, `share`, `index`, `rate`,
/// `currency`, `commodity` or `other`.
///
/// A code alone does not tell a listed future from a coin of the same letters, so codes of indices, rates, currencies and
/// commodities count for dated contracts and for what no model prices, never for a perpetual or a holding; those of the currencies of
/// states, such as EUR, count for both.
pub fn asset_class_rules() -> Vec<Rule> {
    let rule = |class: &[&str], underlying: &[&str], label: &str| {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Rule::one(Condition { class: texts(class), underlying: texts(underlying), ..Condition::default() }, "asset_class", label)
    };
    let mut rules = vec![
        rule(&[], &[], "coin"),
        rule(&[], STATE_CURRENCIES, "currency"),
        rule(&["other"], &[], "other"),
        rule(&["share", "american *"], &[], "share"),
        rule(&["cash", "loan", "pool"], &["USD"], "cash"),
        rule(&[], STABLECOINS, "stablecoin"),
    ];
    rules.extend(LISTED.iter().map(|(label, codes)| rule(DATED, codes, label)));
    rules
}

/// The class that [`asset_class_rules`] give a contract, for who asks for many.
pub fn asset_class(instrument: &Instrument) -> &'static str {
    let code = instrument.underlying();
    let holds = |codes: &[&str]| codes.iter().any(|known| known.eq_ignore_ascii_case(code));
    let is_dated =
        matches!(instrument, Instrument::Future(_) | Instrument::Option(_) | Instrument::AmericanOption(_) | Instrument::Other(_));
    if let Some((class, _)) = LISTED.iter().find(|(_, codes)| is_dated && holds(codes)) {
        return class;
    }
    match instrument {
        _ if holds(STABLECOINS) => "stablecoin",
        Instrument::Cash(_) | Instrument::Loan(_) | Instrument::Pool(_) if holds(&["USD"]) => "cash",
        Instrument::Share(_) | Instrument::AmericanOption(_) => "share",
        Instrument::Other(_) => "other",
        _ if holds(STATE_CURRENCIES) => "currency",
        _ => "coin",
    }
}

/// Classes whose codes count for dated contracts and for what no model prices.
const DATED: &[&str] = &["future", "call", "put", "american *", "other"];

const STABLECOINS: &[&str] = &["USDC", "USDT", "DAI", "FDUSD", "USDE", "USDS", "TUSD", "PYUSD", "BUSD"];

/// Codes of what is listed on futures and options exchanges, by class.
const LISTED: &[(&str, &[&str])] = &[
    ("index", &["SPX", "SPXW", "XSP", "NDX", "RUT", "VIX", "DJX", "ES", "MES", "NQ", "MNQ", "RTY", "M2K", "YM", "MYM"]),
    ("rate", &["SOFR", "SR1", "SR3", "ZQ", "ZT", "Z3N", "ZF", "ZN", "TN", "ZB", "UB", "FGBL", "FGBM", "FGBS", "FEU3"]),
    ("currency", &["6A", "6B", "6C", "6E", "6J", "6M", "6N", "6S", "M6A", "M6B", "M6E"]),
    ("commodity", &["CL", "MCL", "BZ", "NG", "QG", "RB", "HO", "GC", "MGC", "SI", "SIL", "HG", "PL", "PA", "ZC", "ZS", "ZW", "XAU", "XAG"]),
];

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_by_shape() {
        for (pattern, text, expected) in [
            ("BTC-*-C", "BTC-27MAR26-100000-C", true),
            ("btc-*-c", "BTC-27MAR26-100000-C", true),
            ("BTC-*-C", "BTC-27MAR26-100000-P", false),
            ("*MAR*000-?", "BTC-27MAR26-100000-P", true),
            ("*", "", true),
            ("", "", true),
            ("?", "", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-b-b-", false),
            ("BTC", "BTCX", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_pattern_of_many_stars_does_not_run_away() {
        let text = "a".repeat(20_000);
        assert!(!matches(&format!("{}b", "a*".repeat(200)), &text));
    }
}
