//! What the files say about the world, one statement each, and which of two statements is believed.

use crate::instrument::{Instrument, OptionKind, Settlement};
use crate::issue::{Issue, IssueKind, Source};
use crate::order;
use crate::units::{Price, Rate, Timestamp, Vol};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The row of a position, which carries the mark or index of its own time.
    Position,
    /// A shared link, whose sender's files did not quote it: derived there under an assumption.
    Assumed,
    /// A market data file.
    Quote,
}

/// One statement about the market; prices in US dollars unless said otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactValue {
    /// Spot or index.
    Spot {
        /// Code of the underlying.
        underlying: String,
        /// Its price.
        price: Price,
    },
    /// Continuous discount rate per year.
    Rate {
        /// Code of the underlying.
        underlying: String,
        /// The rate.
        rate: Rate,
    },
    /// Funding of the perpetual, simple, per year.
    Funding {
        /// Code of the underlying.
        underlying: String,
        /// The rate; + longs pay.
        rate: Rate,
    },
    /// Mark of the perpetual.
    Perpetual {
        /// Code of the underlying.
        underlying: String,
        /// Which of the two perpetuals.
        settlement: Settlement,
        /// Its mark.
        price: Price,
    },
    /// Forward or future of an expiry.
    Forward {
        /// Code of the underlying.
        underlying: String,
        /// The expiry.
        expiry: Timestamp,
        /// Its price.
        price: Price,
    },
    /// A cash dividend of a share.
    Dividend {
        /// Code of the underlying.
        underlying: String,
        /// From when on the share trades without it.
        ex_date: Timestamp,
        /// US dollars per share.
        amount: Price,
    },
    /// At-the-money volatility for the move of an ordinary day, where the smile that it was read from is not at hand.
    DailyVol {
        /// Code of the underlying.
        underlying: String,
        /// Annualized.
        vol: Vol,
    },
    /// A listed option.
    Option {
        /// Code of the underlying.
        underlying: String,
        /// The expiry.
        expiry: Timestamp,
        /// Strike.
        strike: Price,
        /// Call or put.
        kind: OptionKind,
        /// What it pays in.
        settlement: Settlement,
        /// Mark volatility.
        mark_vol: Option<Vol>,
        /// Mark price in the contract's own unit: coins if inverse.
        mark_price: Option<Price>,
        /// What is bid and asked for it.
        bid_ask: BidAsk,
    },
}

/// Best bid and ask of an option; one is `None` where there is none or no file gives it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BidAsk {
    /// Volatility of the bid, annualized.
    pub bid_vol: Option<Vol>,
    /// Volatility of the ask, annualized.
    pub ask_vol: Option<Vol>,
    /// Bid in the contract's own unit: coins if inverse.
    pub bid: Option<Price>,
    /// Ask in the contract's own unit.
    pub ask: Option<Price>,
}

/// A statement with its time and place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// What is said.
    pub value: FactValue,
    /// When it was true, where the file says.
    pub time: Option<Timestamp>,
    /// Who says so.
    pub origin: Origin,
    /// Where it was read.
    pub source: Source,
}

impl Fact {
    /// A number that was resolved here, of no time and no file.
    pub fn resolved(value: FactValue, origin: Origin) -> Fact {
        Fact { value, time: None, origin, source: Source::default() }
    }

    /// The statement that is believed of each thing that several speak of.
    pub fn believed(facts: &[Fact]) -> Vec<&Fact> {
        choose(facts).0
    }

    /// The statements about what none of the known ones speaks of.
    pub fn beyond<'a>(facts: &'a [Fact], known: &[Fact]) -> impl Iterator<Item = &'a Fact> {
        let known: BTreeSet<Topic<'_>> = known.iter().map(|fact| fact.value.topic()).collect();
        let beyond: Vec<&Fact> = facts.iter().filter(|fact| !known.contains(&fact.value.topic())).collect();
        beyond.into_iter()
    }

    /// The statements about these very options.
    pub fn about_options<'a>(facts: &'a [Fact], instruments: impl Iterator<Item = &'a Instrument>) -> impl Iterator<Item = &'a Fact> {
        let topics: BTreeSet<Topic<'a>> = order::set(instruments.filter_map(|instrument| match instrument {
            Instrument::Option(option) => {
                Some(Topic::Option(&option.underlying, option.expiry, option.strike.get().to_bits(), option.kind, option.settlement))
            }
            Instrument::AmericanOption(option) => {
                let strike = option.strike.get().to_bits();
                Some(Topic::Option(&option.underlying, option.expiry, strike, option.kind, Settlement::Linear))
            }
            _ => None,
        }));
        facts.iter().filter(move |fact| topics.contains(&fact.value.topic()))
    }
}

/// What a statement is about; two statements with one topic compete.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Topic<'a> {
    Spot(&'a str),
    Rate(&'a str),
    Funding(&'a str),
    DailyVol(&'a str),
    Perpetual(&'a str, Settlement),
    Forward(&'a str, Timestamp),
    Dividend(&'a str, Timestamp),
    Option(&'a str, Timestamp, u64, OptionKind, Settlement),
}

impl FactValue {
    /// Code of the underlying that it is about.
    pub fn underlying(&self) -> &str {
        match self {
            FactValue::Spot { underlying, .. }
            | FactValue::Rate { underlying, .. }
            | FactValue::Funding { underlying, .. }
            | FactValue::DailyVol { underlying, .. }
            | FactValue::Perpetual { underlying, .. }
            | FactValue::Forward { underlying, .. }
            | FactValue::Dividend { underlying, .. }
            | FactValue::Option { underlying, .. } => underlying,
        }
    }

    fn topic(&self) -> Topic<'_> {
        match self {
            FactValue::Spot { underlying, .. } => Topic::Spot(underlying),
            FactValue::Rate { underlying, .. } => Topic::Rate(underlying),
            FactValue::Funding { underlying, .. } => Topic::Funding(underlying),
            FactValue::DailyVol { underlying, .. } => Topic::DailyVol(underlying),
            FactValue::Perpetual { underlying, settlement, .. } => Topic::Perpetual(underlying, *settlement),
            FactValue::Forward { underlying, expiry, .. } => Topic::Forward(underlying, *expiry),
            FactValue::Dividend { underlying, ex_date, .. } => Topic::Dividend(underlying, *ex_date),
            FactValue::Option { underlying, expiry, strike, kind, settlement, .. } => {
                Topic::Option(underlying, *expiry, strike.get().to_bits(), *kind, *settlement)
            }
        }
    }

    /// The number that two statements may disagree on, for the note.
    fn number(&self) -> f64 {
        match self {
            FactValue::Spot { price, .. } | FactValue::Perpetual { price, .. } | FactValue::Forward { price, .. } => price.get(),
            FactValue::Rate { rate, .. } | FactValue::Funding { rate, .. } => rate.get(),
            FactValue::DailyVol { vol, .. } => vol.get(),
            FactValue::Dividend { amount, .. } => amount.get(),
            FactValue::Option { mark_vol, mark_price, .. } => mark_vol.map(Vol::get).or(mark_price.map(Price::get)).unwrap_or(0.0),
        }
    }
}

/// The believed statement of each topic, and a note on each contradiction of two statements of equal standing and time.
pub(crate) fn choose(facts: &[Fact]) -> (Vec<&Fact>, Vec<Issue>) {
    let mut best: BTreeMap<Topic<'_>, &Fact> = BTreeMap::new();
    let mut contradicted: BTreeMap<Topic<'_>, (&Fact, &Fact)> = BTreeMap::new();
    for fact in facts {
        let topic = fact.value.topic();
        let Some(held) = best.get(&topic).copied() else {
            best.insert(topic, fact);
            continue;
        };
        let standing = |fact: &Fact| (fact.origin, fact.time);
        if standing(fact) == standing(held) && fact.value.number() != held.value.number() && fact.source.file == held.source.file {
            contradicted.insert(topic.clone(), (held, fact));
        }
        if standing(fact) >= standing(held) {
            best.insert(topic, fact);
        }
    }
    let issues = contradicted
        .values()
        .map(|(first, second)| {
            let message = format!("line {} gives {}, the later row is used", first.source.line, first.value.number());
            Issue::noted(IssueKind::Conversion, message)
                .about(&format!("{} market data", second.value.underlying()))
                .in_file(&second.source.file)
                .at_line(second.source.line)
                .with_value(&second.value.number().to_string())
        })
        .collect();
    (best.into_values().collect(), issues)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(price: f64, time: Option<i64>, origin: Origin, line: u64) -> Fact {
        Fact {
            value: FactValue::Spot { underlying: "BTC".to_owned(), price: Price::new(price).unwrap() },
            time: time.map(Timestamp::from_ms),
            origin,
            source: Source { file: "a.csv".into(), line },
        }
    }

    #[test]
    fn a_quote_beats_a_position_and_a_later_time_beats_an_earlier_one() {
        let facts = [spot(1.0, Some(9), Origin::Quote, 1), spot(2.0, Some(5), Origin::Quote, 2), spot(3.0, None, Origin::Position, 3)];
        let (best, issues) = choose(&facts);
        assert_eq!(best.iter().map(|fact| fact.value.number()).collect::<Vec<_>>(), [1.0]);
        assert!(issues.is_empty());
    }

    #[test]
    fn two_rows_that_contradict_each_other_are_named() {
        let facts = [spot(1.0, None, Origin::Position, 2), spot(2.0, None, Origin::Position, 3)];
        let (best, issues) = choose(&facts);
        assert_eq!(best.iter().map(|fact| fact.value.number()).collect::<Vec<_>>(), [2.0]);
        assert_eq!((issues.len(), issues.first().and_then(|issue| issue.line)), (1, Some(3)));
    }
}
