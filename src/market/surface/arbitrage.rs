//! Static arbitrage in quotes and curves: where, and how much in vol points.
//!
//! Butterfly: the price of an option is convex in its strike, or the density of the settlement price is negative. Quotes are
//! compared with the chord of their neighbors; a curve by Durrleman's g (Gatheral and Jacquier 2014, eq. 2.1). Either way the
//! size is what the volatility in the middle stands too high by. Calendar: total variance at one forward-moneyness does not fall
//! with the expiry (Fengler 2009, proposition 2.1); the size is what the later volatility stands too low by.

use crate::instrument::OptionKind;
use crate::issue::{Issue, IssueKind};
use crate::market::surface::ExpirySmile;
use crate::market::surface::curve::{Curve, CurveKind};
use crate::market::surface::quote::SmileQuote;
use crate::math::black::BlackInput;
use crate::math::exp;
use crate::math::implied_vol::ImpliedVolInput;
use crate::math::svi::Svi;
use crate::units::Timestamp;
use serde::{Deserialize, Serialize};

/// What an arbitrage was found in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// The quotes themselves.
    Quotes,
    /// The curve that was fitted to them.
    Fit,
}

impl Evidence {
    fn words(self) -> &'static str {
        match self {
            Evidence::Quotes => "the quotes",
            Evidence::Fit => "the fitted curve",
        }
    }
}

/// A butterfly that costs less than nothing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Butterfly {
    /// What it was found in.
    pub of: Evidence,
    /// Strike of its middle, US dollars.
    pub strike: f64,
    /// Strikes of its sides: the neighbors, or the ends of the range of negative density.
    pub sides: (f64, f64),
    /// The least density as a multiple of that of a flat smile, < 0; `None` of quotes.
    pub density: Option<f64>,
    /// What the volatility in the middle stands too high by, a decimal: 0.01 is one vol point.
    pub size: f64,
    /// Whether the middle lies beyond the quoted strikes, where the curve is a continuation.
    pub is_beyond_quotes: bool,
}

/// A calendar spread that costs less than nothing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calendar {
    /// What it was found in.
    pub of: Evidence,
    /// The earlier expiry, whose total variance is the higher one.
    pub early: Timestamp,
    /// The later expiry.
    pub late: Timestamp,
    /// Where it is largest: log-moneyness by each expiry's own forward.
    pub log_moneyness: f64,
    /// The same as a strike of the later expiry, US dollars.
    pub strike: f64,
    /// Strikes of the later expiry between which total variance falls, US dollars.
    pub sides: (f64, f64),
    /// What the later volatility stands too low by, a decimal: 0.01 is one vol point.
    pub size: f64,
}

impl Butterfly {
    /// As a note.
    pub fn issue(&self) -> Issue {
        let beyond = if self.is_beyond_quotes { ", beyond the quoted strikes" } else { "" };
        let words = format!(
            "butterfly arbitrage in {}{beyond}: between {} and {} the volatility of this strike stands {:.3} points too high",
            self.of.words(),
            strike_text(self.sides.0),
            strike_text(self.sides.1),
            self.size * 100.0
        );
        Issue::noted(IssueKind::Calculation, words).with_value(&strike_text(self.strike))
    }
}

impl Calendar {
    /// As a note.
    pub fn issue(&self) -> Issue {
        let words = format!(
            "calendar arbitrage in {}: total variance falls from {} to {} between {} and {}, here the later volatility stands \
             {:.3} points too low",
            self.of.words(),
            self.early,
            self.late,
            strike_text(self.sides.0),
            strike_text(self.sides.1),
            self.size * 100.0
        );
        Issue::noted(IssueKind::Calculation, words).with_value(&strike_text(self.strike))
    }
}

/// A strike for a note, to about six digits: that of a curve is the result of a search.
fn strike_text(strike: f64) -> String {
    match strike {
        strike if strike >= 1000.0 => format!("{strike:.0}"),
        strike if strike >= 1.0 => format!("{strike:.2}"),
        strike => format!("{strike:.6}"),
    }
}

/// Smaller than this an arbitrage of quotes is their rounding: a venue states hundredths of a vol point.
const QUOTE_ROUNDING: f64 = 1e-4;
/// Smaller than this one of curves is the rounding of their arithmetic.
const ARITHMETIC: f64 = 1e-9;
/// Places at which a curve is looked at, and halvings that narrow the ends of a range.
const PLACES: u32 = 400;
const HALVINGS: usize = 40;
/// How far beyond the quotes a curve is looked at, as a part of their range.
const BEYOND: f64 = 0.5;

/// Every butterfly of an expiry, of the quotes first, by strike.
pub(super) fn butterflies(quotes: &[SmileQuote], curve: &Curve, forward: f64, years: f64) -> Vec<Butterfly> {
    let mut found: Vec<Butterfly> = quotes
        .iter()
        .zip(quotes.iter().skip(1))
        .zip(quotes.iter().skip(2))
        .filter_map(|((low, middle), high)| {
            let vol_at = [(low.strike, low.vol), (middle.strike, middle.vol), (high.strike, high.vol)];
            let size = excess(vol_at, forward, years).filter(|size| *size > QUOTE_ROUNDING)?;
            let sides = (low.strike, high.strike);
            Some(Butterfly { of: Evidence::Quotes, strike: middle.strike, sides, density: None, size, is_beyond_quotes: false })
        })
        .collect();
    if let (CurveKind::Svi, Some(svi), Some(first), Some(last)) = (curve.kind, &curve.svi, quotes.first(), quotes.last()) {
        found.extend(of_curve(svi, (first.log_moneyness, last.log_moneyness), forward, years));
    }
    found
}

/// What the middle volatility stands above the one at which its option would cost the chord of its neighbors; `None` where it
/// costs no more than that, or has no vega that could tell.
fn excess([low, middle, high]: [(f64, f64); 3], forward: f64, years: f64) -> Option<f64> {
    let kind = if middle.0 < forward { OptionKind::Put } else { OptionKind::Call };
    let price = |(strike, vol): (f64, f64)| BlackInput { forward, strike, years, vol, kind }.price();
    let share = (middle.0 - low.0) / (high.0 - low.0);
    let chord = price(low) * (1.0 - share) + price(high) * share;
    if price(middle) <= chord {
        return None;
    }
    let (strike, vol) = middle;
    let admissible = ImpliedVolInput { forward, strike, years, price: chord, kind }.solve().ok()?;
    Some(vol - admissible)
}

/// The ranges in which the density of a curve is negative.
fn of_curve(svi: &Svi, quoted: (f64, f64), forward: f64, years: f64) -> Vec<Butterfly> {
    let (low, high) = widened(quoted);
    let vol = |k: f64| (svi.total_variance(k).max(0.0) / years).sqrt();
    ranges(|k| -svi.density(k), grid((low, high)).collect(), 0.0)
        .into_iter()
        .filter_map(|Range { from, to, worst, value }| {
            let strike = |k: f64| forward * exp(k);
            // Where prices are too small to tell, the density still does.
            let size = excess([from, worst, to].map(|k| (strike(k), vol(k))), forward, years).unwrap_or(0.0).max(0.0);
            (value > ARITHMETIC).then(|| Butterfly {
                of: Evidence::Fit,
                strike: strike(worst),
                sides: (strike(from), strike(to)),
                density: Some(-value),
                size,
                is_beyond_quotes: worst < quoted.0 || worst > quoted.1,
            })
        })
        .collect()
}

fn widened((low, high): (f64, f64)) -> (f64, f64) {
    let beyond = BEYOND * (high - low);
    (low - beyond, high + beyond)
}

/// Every calendar spread of neighboring expiries, each where both are quoted: in the fits, and in the quotes alone.
pub(super) fn calendars(smiles: &[ExpirySmile]) -> Vec<Calendar> {
    let mut found = Vec::new();
    for (early, late) in smiles.iter().zip(smiles.iter().skip(1)) {
        let (Some(first), Some(second)) = (early.quoted_range(), late.quoted_range()) else { continue };
        let both = (first.0.max(second.0), first.1.min(second.1));
        if both.0 > both.1 {
            continue;
        }
        let is_fit = |smile: &ExpirySmile| smile.curve.kind == CurveKind::Svi;
        let quotes = |smile: &ExpirySmile, k: f64| smile.curve.interpolated(k);
        let curve = |smile: &ExpirySmile, k: f64| smile.curve.total_variance(k);
        found.extend(falls(early, late, both, Evidence::Quotes, &quotes));
        if is_fit(early) || is_fit(late) {
            found.extend(falls(early, late, both, Evidence::Fit, &curve));
        }
    }
    found
}

fn falls(
    early: &ExpirySmile,
    late: &ExpirySmile,
    both: (f64, f64),
    of: Evidence,
    variance: &dyn Fn(&ExpirySmile, f64) -> f64,
) -> Vec<Calendar> {
    let tolerance = if of == Evidence::Quotes { QUOTE_ROUNDING } else { ARITHMETIC };
    let missing = |k: f64| {
        let vol = |variance: f64| (variance.max(0.0) / late.years).sqrt();
        vol(variance(early, k)) - vol(variance(late, k))
    };
    let strike = |k: f64| late.forward.value * exp(k);
    // The quotes are where a difference of their straight lines peaks.
    let knots = early.curve.knots.iter().chain(&late.curve.knots).map(|(k, _)| *k).filter(|k| (both.0..=both.1).contains(k));
    let mut places: Vec<f64> = grid(both).chain(knots).collect();
    places.sort_by(f64::total_cmp);
    ranges(missing, places, tolerance)
        .into_iter()
        .map(|Range { from, to, worst, value }| Calendar {
            of,
            early: early.expiry,
            late: late.expiry,
            log_moneyness: worst,
            strike: strike(worst),
            sides: (strike(from), strike(to)),
            size: value,
        })
        .collect()
}

/// A range in which a function is above 0, with the place and height of its peak.
struct Range {
    from: f64,
    to: f64,
    worst: f64,
    value: f64,
}

/// Evenly spaced places, both ends included.
fn grid((low, high): (f64, f64)) -> impl Iterator<Item = f64> {
    (0..=PLACES).map(move |step| if step == PLACES { high } else { low + (high - low) * (f64::from(step) / f64::from(PLACES)) })
}

/// The ranges in which `height` is above 0, as far as these sorted places see them, and reaches above `least`.
fn ranges(height: impl Fn(f64) -> f64, places: Vec<f64>, least: f64) -> Vec<Range> {
    // The place where the sign changes, between one where it is above 0 and one where it is not.
    let edge = |mut inside: f64, mut outside: f64| {
        for _ in 0..HALVINGS {
            let middle = 0.5 * (inside + outside);
            *(if height(middle) > 0.0 { &mut inside } else { &mut outside }) = middle;
        }
        inside
    };
    let mut found: Vec<Range> = Vec::new();
    let mut open: Option<Range> = None;
    let mut before: Option<f64> = None;
    for k in places {
        let value = height(k);
        if value > 0.0 {
            let range = open.get_or_insert_with(|| Range { from: before.map_or(k, |before| edge(k, before)), to: k, worst: k, value });
            range.to = k;
            if value > range.value {
                (range.worst, range.value) = (k, value);
            }
        } else if let Some(mut range) = open.take() {
            range.to = edge(range.to, k);
            found.push(range);
        }
        before = Some(k);
    }
    found.extend(open);
    found.retain(|range| range.value > least);
    found
}
