//! Volatility surfaces: the quotes of each chain as one curve per expiry, with what each quote misses it by, the arbitrage that
//! quotes or curve allow, and the forward that everything is measured from.
//!
//! Input: [`Market`] and the [`Fact`]s that it was assembled from. Output: [`Surface`], plain data. Invariant: a curve is never
//! taken on trust: where the parametric fit predicts quotes worse than a straight line between their neighbors does, the line is
//! kept and the expiry says so. The book is not valued by it; that is `market::vol`.

mod arbitrage;
mod curve;
mod delta;
mod dynamics;
mod forward;
mod method;
mod quote;
mod term;

use crate::instrument::Settlement;
use crate::issue::Issue;
use crate::market::{Fact, Market};
use crate::units::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

pub use crate::market::surface::arbitrage::{Butterfly, Calendar, Evidence};
pub use crate::market::surface::curve::{Curve, CurveKind, ParametricFit};
pub use crate::market::surface::delta::{at_put_delta, put_delta};
pub use crate::market::surface::dynamics::Stickiness;
pub use crate::market::surface::forward::{ForwardCandidate, ForwardChoice, ForwardMethod};
pub use crate::market::surface::method::METHODS;
pub use crate::market::surface::quote::{SmileQuote, VolOrigin};
pub use crate::market::surface::term::{StrikePlace, SurfaceVol, TermPlace};

/// Every chain that the market knows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Surface {
    /// The instant that the vols describe; `None` without a market.
    pub as_of: Option<Timestamp>,
    /// By underlying and settlement.
    pub chains: Vec<Chain>,
}

/// The options of one underlying that pay in one currency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chain {
    /// Code of the underlying.
    pub underlying: String,
    /// What its options pay in.
    pub settlement: Settlement,
    /// Spot, US dollars; `None` where no file gives one.
    pub spot: Option<f64>,
    /// One smile per live expiry, by expiry.
    pub smiles: Vec<ExpirySmile>,
    /// Where total variance falls from one expiry to the next.
    pub calendars: Vec<Calendar>,
}

/// The smile of one expiry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExpirySmile {
    /// The expiry.
    pub expiry: Timestamp,
    /// Years to it, > 0.
    pub years: f64,
    /// The forward and how it was found.
    pub forward: ForwardChoice,
    /// One quote per strike, by strike, with what it misses the curve by.
    pub quotes: Vec<SmileQuote>,
    /// The curve that answers.
    pub curve: Curve,
    /// The parametric fit, whether it answers or not; `None` with too few quotes.
    pub fit: Option<ParametricFit>,
    /// Root mean square of what the quotes miss the curve by, each counted alike, as a decimal: 0.01 is one vol point. Zero for an
    /// interpolated curve, which meets its quotes.
    pub rms: f64,
    /// Where a butterfly costs less than nothing, in the quotes and in the fit.
    pub butterflies: Vec<Butterfly>,
    /// What was assumed, left out or not done.
    pub issues: Vec<Issue>,
}

impl ExpirySmile {
    /// Volatility at a strike > 0.
    pub fn vol(&self, strike: f64) -> f64 {
        self.curve.vol(self.log_moneyness(strike), self.years)
    }

    /// ln(K/F).
    pub fn log_moneyness(&self, strike: f64) -> f64 {
        forward::log_moneyness(strike, self.forward.value)
    }

    /// Lowest and highest log-moneyness that is quoted.
    pub fn quoted_range(&self) -> Option<(f64, f64)> {
        Some((self.quotes.first()?.log_moneyness, self.quotes.last()?.log_moneyness))
    }
}

impl Surface {
    /// Fits every chain of the market. `facts` are those that the market was assembled from: they tell a future's price from what
    /// a chain states beside its options. Options on the `american` underlyings may be exercised early, so that put–call parity
    /// says nothing about their forward.
    pub fn fit(market: &Market, facts: &[Fact], american: &BTreeSet<&str>) -> Surface {
        let statements = forward::Statements::new(facts);
        let mut chains: BTreeMap<(&str, Settlement), BTreeMap<Timestamp, quote::Listed>> = BTreeMap::new();
        for listed in market.listed_options().filter(|listed| listed.expiry > market.as_of) {
            let of_chain = chains.entry((listed.underlying, listed.settlement)).or_default();
            of_chain.entry(listed.expiry).or_default().push(&listed);
        }
        let chains = chains.into_iter().filter_map(|((underlying, settlement), expiries)| {
            let is_american = american.contains(underlying);
            let source = quote::Source { market, statements: &statements, underlying, settlement, is_american };
            let smiles: Vec<ExpirySmile> = expiries.into_iter().filter_map(|(expiry, listed)| source.smile(expiry, &listed)).collect();
            let calendars = arbitrage::calendars(&smiles);
            let spot = market.spot(underlying).ok().map(|spot| spot.value);
            (!smiles.is_empty()).then(|| Chain { underlying: underlying.to_owned(), settlement, spot, smiles, calendars })
        });
        Surface { as_of: Some(market.as_of), chains: chains.collect() }
    }

    /// Everything that was assumed, left out or not done, as issues that name the underlying and the expiry.
    pub fn assumptions(&self) -> Vec<Issue> {
        let of = |chain: &Chain, smile: &ExpirySmile| {
            let subject = subject(chain, smile.expiry);
            let issues: Vec<Issue> =
                smile.forward.assumption.iter().chain(&smile.issues).map(|issue| issue.clone().about(&subject)).collect();
            issues
        };
        self.chains.iter().flat_map(|chain| chain.smiles.iter().flat_map(move |smile| of(chain, smile))).collect()
    }

    /// The same, and after them all arbitrage that was found.
    pub fn issues(&self) -> Vec<Issue> {
        let mut issues = self.assumptions();
        for chain in &self.chains {
            for smile in &chain.smiles {
                let subject = subject(chain, smile.expiry);
                issues.extend(smile.butterflies.iter().map(|butterfly| butterfly.issue().about(&subject)));
            }
            issues.extend(chain.calendars.iter().map(|calendar| calendar.issue().about(&subject(chain, calendar.late))));
        }
        issues
    }
}

fn subject(chain: &Chain, expiry: Timestamp) -> String {
    format!("{} {expiry} smile", chain.underlying)
}
