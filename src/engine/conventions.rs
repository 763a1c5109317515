//! The options of the book by the venues' own rules for Greeks, beside ours.

use crate::book::Position;
use crate::engine::Engine;
use crate::instrument::Instrument;
use crate::price::convention::{ConventionDef, Figure, Measure, OptionState};
use crate::units::Quantity;
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
    /// What the file states of each figure itself, of the whole position, in its unit; `None` where it states none.
    pub stated: Vec<Option<f64>>,
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

/// What the file states of a position by a rule.
fn stated(position: &Position, rule: &str, measure: Measure, coins: f64) -> Option<f64> {
    let greeks = || position.stated.as_ref()?.greeks.iter().find(|greeks| greeks.rule == rule);
    let figure = match measure {
        Measure::MarkPrice => return position.mark.map(|mark| mark.get() * coins),
        Measure::Delta => greeks()?.delta,
        Measure::Gamma => greeks()?.gamma,
        Measure::Vega => greeks()?.vega,
        Measure::Theta => greeks()?.theta,
        Measure::NetDelta | Measure::Rho => None,
    };
    figure.map(Quantity::get)
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
            found.rows.push(ConventionRow {
                name: position.name.clone(),
                account: position.account.clone(),
                venue: position.venue.clone(),
                rule: def.id.to_owned(),
                coin: option.underlying.clone(),
                spot: state.spot,
                stated: figures.iter().map(|figure| stated(position, def.id, figure.measure, state.coins)).collect(),
                figures,
            });
        }
        found
    }
}
