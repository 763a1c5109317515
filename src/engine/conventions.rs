//! The options of the book by the venues' own rules for Greeks, beside ours.

use crate::engine::Engine;
use crate::instrument::Instrument;
use crate::price::convention::{ConventionDef, Figure, Measure, OptionState};
use serde::{Deserialize, Serialize};

/// One position by one rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConventionRow {
    /// Instrument name.
    pub name: String,
    /// Account; may be empty.
    pub account: String,
    /// Venue; may be empty.
    pub venue: String,
    /// [`ConventionDef::id`] of the rule.
    pub rule: String,
    /// Code of the underlying.
    pub coin: String,
    /// Its spot, US dollars.
    pub spot: f64,
    /// Ours and the venue's, of the whole position.
    pub figures: Vec<Figure>,
    /// The mark that the file states, of the whole position, in the unit of [`Measure::MarkPrice`]; `None` where it states none or
    /// the rule has no such figure.
    pub stated_mark: Option<f64>,
}

/// The options of the book by a rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Conventions {
    /// In book order.
    pub rows: Vec<ConventionRow>,
    /// European options of venues whose rule is not known.
    pub without_rule: usize,
    /// American options, for which no venue's rule is known.
    pub american: usize,
    /// European options that are not valued, or have expired.
    pub not_valued: usize,
}

impl Engine {
    /// Every European option of the book by this rule; without one, each by that of its own venue.
    pub fn conventions(&self, rule: Option<&ConventionDef>) -> Conventions {
        let mut found = Conventions::default();
        for (position, valued) in self.book.positions.iter().zip(&self.base.positions) {
            let option = match &position.instrument {
                Instrument::Option(option) => option,
                Instrument::AmericanOption(_) => {
                    found.american += 1;
                    continue;
                }
                _ => continue,
            };
            let Some(def) = rule.or_else(|| ConventionDef::of_venue(&position.venue)) else {
                found.without_rule += 1;
                continue;
            };
            let quantity = position.quantity.get();
            let rate = self.market.rate(&option.underlying);
            let state = valued.as_ref().and_then(|valued| OptionState::of_position(option, quantity, valued, rate));
            let figures = state.as_ref().map(|state| (def.figures)(state)).unwrap_or_default();
            let Some(state) = state.filter(|_| !figures.is_empty()) else {
                found.not_valued += 1;
                continue;
            };
            let has_mark = figures.iter().any(|figure| figure.measure == Measure::MarkPrice);
            found.rows.push(ConventionRow {
                name: position.name.clone(),
                account: position.account.clone(),
                venue: position.venue.clone(),
                rule: def.id.to_owned(),
                coin: option.underlying.clone(),
                spot: state.spot,
                figures,
                stated_mark: position.mark.filter(|_| has_mark).map(|mark| mark.get() * state.coins),
            });
        }
        found
    }
}
