//! The quotes of one expiry: one volatility per strike, of the option out of the money, and the smile that is made of them.

use crate::instrument::{OptionKind, Settlement};
use crate::issue::{Issue, IssueKind};
use crate::market::surface::arbitrage;
use crate::market::surface::curve::{self, CurveKind};
use crate::market::surface::forward::{self, Statements, log_moneyness, median};
use crate::market::surface::{ExpirySmile, ForwardMethod};
use crate::market::{BidAsk, ListedOption, Market, OptionQuote, Origin};
use crate::math::american::AmericanInput;
use crate::math::black::BlackInput;
use crate::math::exp;
use crate::math::implied_vol::ImpliedVolInput;
use crate::math::normal;
use crate::units::{Price, Timestamp, Vol};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where a quote's volatility comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VolOrigin {
    /// A file states it.
    Quoted,
    /// It is implied from the mark price.
    Implied,
}

/// One strike of a smile.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SmileQuote {
    /// Strike, US dollars.
    pub strike: f64,
    /// ln(K/F).
    pub log_moneyness: f64,
    /// Which of the two options of the strike is quoted here: the one out of the money if it can be.
    pub kind: OptionKind,
    /// Its volatility, a decimal.
    pub vol: f64,
    /// Where that comes from.
    pub origin: VolOrigin,
    /// Ask less bid as a volatility, where both are known.
    pub spread: Option<f64>,
    /// How much it counts in the fit, as a part of what the one does that counts most: by its vega, and less the wider its spread.
    pub weight: f64,
    /// The curve's volatility there.
    pub fitted: f64,
    /// Quote less curve, a decimal: 0.01 is one vol point.
    pub residual: f64,
}

/// The two options of a strike.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pair {
    call: Option<OptionQuote>,
    put: Option<OptionQuote>,
}

impl Pair {
    pub(super) fn of(&self, kind: OptionKind) -> Option<OptionQuote> {
        match kind {
            OptionKind::Call => self.call,
            OptionKind::Put => self.put,
        }
    }
}

/// The listed options of one expiry, by strike.
#[derive(Clone, Debug, Default)]
pub(super) struct Listed {
    by_strike: BTreeMap<u64, Pair>,
}

impl Listed {
    /// A vol that a link's sender derived bends no smile: it did not at the sender's either.
    pub(super) fn push(&mut self, listed: &ListedOption<'_>) {
        if listed.quote.origin == Origin::Assumed {
            return;
        }
        let pair = self.by_strike.entry(listed.strike.to_bits()).or_default();
        *(if listed.kind == OptionKind::Call { &mut pair.call } else { &mut pair.put }) = Some(listed.quote);
    }

    /// By strike, strikes > 0.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (f64, &Pair)> {
        self.by_strike.iter().map(|(bits, pair)| (f64::from_bits(*bits), pair)).filter(|(strike, _)| *strike > 0.0)
    }
}

/// What the smiles of one chain are made from.
pub(super) struct Source<'a> {
    pub(super) market: &'a Market,
    pub(super) statements: &'a Statements<'a>,
    pub(super) underlying: &'a str,
    pub(super) settlement: Settlement,
    pub(super) is_american: bool,
}

/// A strike with its volatility.
struct Point {
    strike: f64,
    kind: OptionKind,
    vol: f64,
    origin: VolOrigin,
    /// Ask less bid as a volatility, where both are known.
    spread: Option<f64>,
}

/// How far the width of a spread may raise or lower a weight.
const SPREAD_FACTOR: f64 = 10.0;

impl Source<'_> {
    /// The smile of one expiry; `None` without a forward or a volatility.
    pub(super) fn smile(&self, expiry: Timestamp, listed: &Listed) -> Option<ExpirySmile> {
        let years = self.market.as_of.years_to(expiry);
        let evidence = forward::Evidence {
            market: self.market,
            statements: self.statements,
            underlying: self.underlying,
            settlement: self.settlement,
            is_american: self.is_american,
        };
        let forward = evidence.choose(expiry, listed)?;
        let mut issues = Vec::new();
        let mut quotes = self.quotes((forward.value, years), expiry, listed, &mut issues);
        if quotes.is_empty() {
            return None;
        }
        let (curve, fit) = curve::choose(&quotes, years, &mut issues);
        for quote in &mut quotes {
            quote.fitted = match curve.kind {
                CurveKind::Svi => curve.vol(quote.log_moneyness, years),
                CurveKind::Interpolated => quote.vol,
            };
            quote.residual = quote.vol - quote.fitted;
        }
        let rms = (quotes.iter().map(|quote| quote.residual * quote.residual).sum::<f64>() / quotes.len() as f64).sqrt();
        let butterflies = arbitrage::butterflies(&quotes, &curve, forward.value, years);
        if forward.method == ForwardMethod::Spot {
            let words = "nothing tells the forward from the spot, so the smile's place in log-moneyness is a guess";
            issues.push(Issue::noted(IssueKind::MissingData, words));
        }
        Some(ExpirySmile { expiry, years, forward, quotes, curve, fit, rms, butterflies, issues })
    }

    fn quotes(&self, (forward, years): (f64, f64), expiry: Timestamp, listed: &Listed, issues: &mut Vec<Issue>) -> Vec<SmileQuote> {
        let mut unread: Vec<(f64, &'static str)> = Vec::new();
        let mut points: Vec<Point> = Vec::new();
        for (strike, pair) in listed.pairs() {
            let out_of_the_money = if strike < forward { OptionKind::Put } else { OptionKind::Call };
            let other = if out_of_the_money == OptionKind::Put { OptionKind::Call } else { OptionKind::Put };
            let mut reason = "";
            let point = [out_of_the_money, other].into_iter().find_map(|kind| {
                let quote = pair.of(kind)?;
                let found = self.vol(quote, (forward, years, expiry), strike, kind);
                let (vol, origin) = found.map_err(|words| reason = words).ok()?;
                let spread = self.spread(&quote.bid_ask, BlackInput { forward, strike, years, vol, kind });
                Some(Point { strike, kind, vol, origin, spread })
            });
            match point {
                Some(point) => points.push(point),
                None => unread.push((strike, reason)),
            }
        }
        if let Some((strike, reason)) = unread.first() {
            let words = match unread.len() {
                1 => format!("its strike has no volatility and is left out of the smile: {reason}"),
                count => format!("{count} strikes have no volatility and are left out of the smile, this one because {reason}"),
            };
            issues.push(Issue::noted(IssueKind::Calculation, words).with_value(&strike.to_string()));
        }
        weighted(points, (forward, years))
    }

    /// The mark volatility, or the one that the mark price implies.
    fn vol(
        &self,
        quote: OptionQuote,
        (forward, years, expiry): (f64, f64, Timestamp),
        strike: f64,
        kind: OptionKind,
    ) -> Result<(f64, VolOrigin), &'static str> {
        if let Some(vol) = quote.mark_vol.filter(|vol| vol.get() > 0.0) {
            return Ok((vol.get(), VolOrigin::Quoted));
        }
        let mark = quote.mark_price.ok_or("neither volatility nor price is given")?.get();
        let rate = self.market.rate(self.underlying);
        let solved = if self.is_american {
            let spot = self.market.spot(self.underlying).map_err(|_| "no spot is known")?.value;
            let input = AmericanInput { spot, strike, years, vol: 0.0, rate, carry_yield: rate, kind };
            self.market.american_vol(self.underlying, expiry, input, forward, mark)
        } else {
            let price = match self.settlement {
                Settlement::Inverse => mark * forward,
                Settlement::Linear => mark * exp(rate * years),
            };
            ImpliedVolInput { forward, strike, years, price, kind }.solve()
        };
        let vol = solved.map_err(|reason| reason.reason())?;
        if vol > 0.0 && vol.is_finite() { Ok((vol, VolOrigin::Implied)) } else { Err("the price implies no volatility") }
    }

    /// Ask less bid as a volatility, of the volatilities or else of the prices over vega. Where nothing is bid the bid is nothing.
    fn spread(&self, bid_ask: &BidAsk, option: BlackInput) -> Option<f64> {
        let width = match (bid_ask.ask_vol, bid_ask.ask) {
            (Some(ask), _) => ask.get() - bid_ask.bid_vol.map_or(0.0, Vol::get),
            (None, Some(ask)) => {
                let unit = match self.settlement {
                    Settlement::Inverse => option.forward,
                    Settlement::Linear => exp(self.market.rate(self.underlying) * option.years),
                };
                (ask.get() - bid_ask.bid.map_or(0.0, Price::get)) * unit / option.greeks().vega
            }
            (None, None) => return None,
        };
        Some(width).filter(|width| *width > 0.0 && width.is_finite())
    }
}

/// The points as quotes, their weights in place.
fn weighted(points: Vec<Point>, (forward, years): (f64, f64)) -> Vec<SmileQuote> {
    let mut quotes: Vec<SmileQuote> = points
        .into_iter()
        .map(|Point { strike, kind, vol, origin, spread }| {
            let log_moneyness = log_moneyness(strike, forward);
            let deviation = vol * years.sqrt();
            // Vega is F·φ(d1)·√T, and F and T are those of all.
            let weight = normal::pdf(-log_moneyness / deviation + 0.5 * deviation);
            SmileQuote { strike, log_moneyness, kind, vol, origin, spread, weight, fitted: vol, residual: 0.0 }
        })
        .collect();
    let mut spreads: Vec<f64> = quotes.iter().filter_map(|quote| quote.spread).collect();
    spreads.sort_by(f64::total_cmp);
    let usual = median(&spreads);
    for quote in &mut quotes {
        let by_spread = match (usual, quote.spread) {
            (Some(usual), Some(spread)) if spread > 0.0 => (usual / spread).clamp(1.0 / SPREAD_FACTOR, SPREAD_FACTOR),
            _ => 1.0,
        };
        quote.weight *= by_spread;
    }
    let largest = quotes.iter().map(|quote| quote.weight).fold(f64::MIN_POSITIVE, f64::max);
    quotes.iter_mut().for_each(|quote| quote.weight /= largest);
    quotes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights(spreads: [Option<f64>; 4]) -> Vec<f64> {
        let points = [80.0, 100.0, 100.5, 130.0].into_iter().zip(spreads).map(|(strike, spread)| Point {
            strike,
            kind: OptionKind::Call,
            vol: 0.5,
            origin: VolOrigin::Quoted,
            spread,
        });
        weighted(points.collect(), (100.0, 0.25)).into_iter().map(|quote| quote.weight).collect()
    }

    #[test]
    fn a_quote_counts_by_its_vega_and_less_the_wider_its_spread() {
        let by_vega = weights([None; 4]);
        assert!(
            by_vega[0] < by_vega[3] && by_vega[3] < by_vega[1] && by_vega.iter().all(|weight| (0.0..=1.0).contains(weight)),
            "{by_vega:?}"
        );
        // 130 is ln 1.3 / 0.25 = 1.049 deviations out, less half of one: φ(−0.924) over φ at its largest.
        assert!((by_vega[3] - 0.655).abs() < 2e-3, "{by_vega:?}");
        let by_both = weights([Some(0.02), Some(0.01), None, Some(1.0)]);
        for (place, factor) in [(0, 1.0), (1, 2.0), (2, 1.0), (3, 0.1)] {
            let ratio = (by_both[place] / by_both[0]) / (by_vega[place] / by_vega[0]);
            assert!((ratio - factor).abs() < 1e-12, "{place}: {by_both:?}");
        }
    }
}
