//! Vega by the place on the smile: which way the book is exposed to its level, its tilt and its curvature.
//!
//! A call and a put of one strike share one vol, so an option stands at the delta that a call of its strike has, `N(d₁)` on the forward,
//! undiscounted and without the premium taken off; what lies below 50 is named by the put's delta from the other side.

use crate::book::Book;
use crate::exposure::ladder::{Held, options};
use crate::market::surface::put_delta;
use crate::math::log_ratio;
use crate::price::Valued;
use crate::units::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A place on the smile: the delta that an option is nearest to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Puts of 10 delta: up to 17.5.
    Put10,
    /// Puts of 25 delta: 17.5 to 37.5.
    Put25,
    /// At the money: from a put of 37.5 to a call of 37.5.
    Middle,
    /// Calls of 25 delta: 37.5 to 17.5.
    Call25,
    /// Calls of 10 delta: up to 17.5.
    Call10,
}

impl Place {
    /// All of them, by rising strike.
    pub const ALL: [Place; 5] = [Place::Put10, Place::Put25, Place::Middle, Place::Call25, Place::Call10];

    /// The place of a put delta, which is N(−d₁), from 0 to 1: each reaches half way to its neighbors.
    pub fn of(put_delta: f64) -> Place {
        match put_delta {
            delta if delta < 0.175 => Place::Put10,
            delta if delta < 0.375 => Place::Put25,
            delta if delta <= 0.625 => Place::Middle,
            delta if delta <= 0.825 => Place::Call25,
            _ => Place::Call10,
        }
    }
}

/// Vega of one expiry of one underlying by place on the smile, US dollars a vol point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SmileVega {
    /// Code of the underlying.
    pub underlying: String,
    /// The expiry.
    pub expiry: Timestamp,
    /// In the order of [`Place::ALL`].
    pub places: [f64; 5],
}

impl SmileVega {
    /// Vega of the calls of 25 delta less that of the puts: what a point more of risk reversal is worth, twice.
    pub fn risk_reversal(&self) -> f64 {
        risk_reversal(&self.places)
    }

    /// Vega of both of 25 delta less that of the middle: long wings against the body is positive.
    pub fn butterfly(&self) -> f64 {
        butterfly(&self.places)
    }
}

/// [`SmileVega::risk_reversal`] of a sum of places.
pub fn risk_reversal([_, put, _, call, _]: &[f64; 5]) -> f64 {
    call - put
}

/// [`SmileVega::butterfly`] of a sum of places.
pub fn butterfly([_, put, middle, call, _]: &[f64; 5]) -> f64 {
    put + call - middle
}

/// By underlying in alphabetical order and by expiry in time order. An option without vol has no place; it has no vega either.
pub fn by_place(book: &Book, valued: &Valued) -> Vec<SmileVega> {
    let mut sums: BTreeMap<(&str, Timestamp), [f64; 5]> = BTreeMap::new();
    for Held { position, option, valued, years } in options(book, valued) {
        let Some(vol) = valued.vol.filter(|vol| *vol > 0.0 && valued.forward > 0.0) else { continue };
        let strike = option.strike.get();
        let place = if strike > 0.0 { Place::of(put_delta(log_ratio(strike, valued.forward), vol, years)) } else { Place::Put10 };
        let places = sums.entry((position.instrument.underlying(), option.expiry)).or_default();
        if let Some(sum) = places.get_mut(place as usize) {
            *sum += valued.measures.vega_1pt;
        }
    }
    let row =
        |((underlying, expiry), places): ((&str, Timestamp), [f64; 5])| SmileVega { underlying: underlying.to_owned(), expiry, places };
    sums.into_iter().map(row).collect()
}
