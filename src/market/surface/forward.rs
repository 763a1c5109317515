//! The forward of an expiry: every way to come by it that the files allow, side by side, and the one that is used.
//!
//! A price that a file states comes first, the one that `Market` believes; then put–call parity, `F = K + (C − P)·e^{rT}`, of
//! an inverse pair `F = K/(1 − (c − p))` (Stoll 1969), as the median over the strikes nearest the money; then what the market
//! carries from spot.

use crate::instrument::{OptionKind, Settlement};
use crate::issue::{Issue, IssueKind};
use crate::market::surface::quote::Listed;
use crate::market::{Fact, FactValue, Market, Origin};
use crate::math::interpolate::linear_flat;
use crate::math::{exp, log_ratio};
use crate::units::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How a forward was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForwardMethod {
    /// The price of the future of this expiry.
    Future,
    /// What a chain states beside its options: a future's price, or the venue's own where none is listed.
    Chain,
    /// What the row of a position or a link states.
    Stated,
    /// Put–call parity: the median over the strikes nearest the money.
    Parity,
    /// The annualized basis of the other expiries, carried from spot.
    Basis,
    /// Carried from spot at the given rate, or the spot itself.
    Spot,
}

/// A forward that could be used.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForwardCandidate {
    /// How it was found.
    pub method: ForwardMethod,
    /// The forward, US dollars.
    pub value: f64,
    /// How many numbers it is made of: statements of the files, pairs of options, other expiries.
    pub count: usize,
    /// Lowest and highest of them, US dollars; of the basis, itself.
    pub range: (f64, f64),
}

/// The forward of an expiry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForwardChoice {
    /// The one that is used, US dollars, > 0.
    pub value: f64,
    /// How it was found.
    pub method: ForwardMethod,
    /// Every way that the files allow, for comparison; the one that is used among them.
    pub candidates: Vec<ForwardCandidate>,
    /// What stands behind it where no file states it.
    pub assumption: Option<Issue>,
}

/// Strikes that parity is taken over.
const NEAREST_PAIRS: usize = 7;
/// A forward that is closer to its expiry says nothing about the basis: a day.
const SHORTEST_BASIS_YEARS: f64 = 1.0 / 365.0;

/// ln(K/F) of any strike and forward ≥ 0.
pub(super) fn log_moneyness(strike: f64, forward: f64) -> f64 {
    log_ratio(strike.max(f64::MIN_POSITIVE), forward.max(f64::MIN_POSITIVE))
}

/// What the files state of one forward, by method.
#[derive(Clone, Debug, Default)]
struct Stated {
    by_method: BTreeMap<ForwardMethod, Vec<(Option<Timestamp>, f64)>>,
    believed: Option<ForwardMethod>,
}

/// What the files state of forwards.
#[derive(Clone, Debug, Default)]
pub(super) struct Statements<'a> {
    by_expiry: BTreeMap<(&'a str, Timestamp), Stated>,
}

impl<'a> Statements<'a> {
    /// A row that states an option as well speaks of its chain's forward; one that does not is a future's.
    pub(super) fn new(facts: &'a [Fact]) -> Statements<'a> {
        let option_rows: BTreeSet<(&str, u64)> = facts
            .iter()
            .filter(|fact| matches!(fact.value, FactValue::Option { .. }))
            .map(|fact| (fact.source.file.as_str(), fact.source.line))
            .collect();
        let mut statements = Statements::default();
        let method = |fact: &Fact| match fact.origin {
            Origin::Position | Origin::Assumed => ForwardMethod::Stated,
            Origin::Quote if fact.source.file.is_empty() => ForwardMethod::Stated,
            Origin::Quote if option_rows.contains(&(fact.source.file.as_str(), fact.source.line)) => ForwardMethod::Chain,
            Origin::Quote => ForwardMethod::Future,
        };
        for fact in facts {
            if let FactValue::Forward { underlying, expiry, price } = &fact.value {
                let stated = statements.by_expiry.entry((underlying, *expiry)).or_default();
                stated.by_method.entry(method(fact)).or_default().push((fact.time, price.get()));
            }
        }
        for fact in Fact::believed(facts) {
            if let FactValue::Forward { underlying, expiry, .. } = &fact.value {
                statements.by_expiry.entry((underlying, *expiry)).or_default().believed = Some(method(fact));
            }
        }
        statements
    }

    fn of<'b>(&'b self, underlying: &'b str, expiry: Timestamp) -> Option<&'b Stated> {
        self.by_expiry.get(&(underlying, expiry))
    }
}

/// Everything that bears on one forward.
pub(super) struct Evidence<'a> {
    pub(super) market: &'a Market,
    pub(super) statements: &'a Statements<'a>,
    pub(super) underlying: &'a str,
    pub(super) settlement: Settlement,
    pub(super) is_american: bool,
}

impl Evidence<'_> {
    /// The forward of an expiry; `None` where not even a spot is known.
    pub(super) fn choose(&self, expiry: Timestamp, listed: &Listed) -> Option<ForwardChoice> {
        let known = self.market.forward(self.underlying, expiry).ok();
        let mut candidates = self.stated(expiry);
        let parity = if self.is_american { None } else { self.parity(expiry, listed) };
        let basis = self.basis(expiry);
        candidates.extend(parity);
        candidates.extend(basis);
        let positive = |value: f64| (value > 0.0).then_some(value);
        let stated = self.statements.of(self.underlying, expiry).and_then(|stated| stated.believed);
        if let (Some(method), Some(known)) = (stated, &known)
            && let Some(value) = positive(known.value)
        {
            return Some(ForwardChoice { value, method, candidates, assumption: known.assumption.clone() });
        }
        if let Some(parity) = parity {
            let words = format!("no file states the forward, put–call parity of the {} pairs nearest the money is used", parity.count);
            let assumption = Some(Issue::noted(IssueKind::MissingData, words));
            return Some(ForwardChoice { value: parity.value, method: ForwardMethod::Parity, candidates, assumption });
        }
        let known = known?;
        let value = positive(known.value)?;
        if basis.is_some() {
            return Some(ForwardChoice { value, method: ForwardMethod::Basis, candidates, assumption: known.assumption });
        }
        candidates.push(ForwardCandidate { method: ForwardMethod::Spot, value, count: 1, range: (value, value) });
        Some(ForwardChoice { value, method: ForwardMethod::Spot, candidates, assumption: known.assumption })
    }

    /// The latest statement of each method.
    fn stated(&self, expiry: Timestamp) -> Vec<ForwardCandidate> {
        let Some(stated) = self.statements.of(self.underlying, expiry) else { return Vec::new() };
        let candidate = |(method, statements): (&ForwardMethod, &Vec<(Option<Timestamp>, f64)>)| {
            // Of equal times the last row, as in the market.
            let latest = statements.iter().max_by_key(|(time, _)| *time)?;
            let range = range(statements.iter().map(|(_, price)| *price));
            Some(ForwardCandidate { method: *method, value: latest.1, count: statements.len(), range })
        };
        stated.by_method.iter().filter_map(candidate).collect()
    }

    /// The median over the pairs nearest the money.
    fn parity(&self, expiry: Timestamp, listed: &Listed) -> Option<ForwardCandidate> {
        let growth = exp(self.market.rate(self.underlying) * self.market.as_of.years_to(expiry));
        let mut implied: Vec<(f64, f64)> = listed
            .pairs()
            .filter_map(|(strike, quotes)| {
                let mark = |kind: OptionKind| quotes.of(kind)?.mark_price.map(|price| price.get());
                let (call, put) = (mark(OptionKind::Call)?, mark(OptionKind::Put)?);
                // A mark of 0 is a worthless option rounded; its pair implies nothing.
                let forward = match self.settlement {
                    Settlement::Linear => strike + (call - put) * growth,
                    Settlement::Inverse => strike / (1.0 - (call - put)),
                };
                let is_sound = call > 0.0 && put > 0.0 && strike > 0.0 && forward > 0.0 && forward.is_finite();
                is_sound.then(|| (log_moneyness(strike, forward).abs(), forward))
            })
            .collect();
        implied.sort_by(|one, other| one.0.total_cmp(&other.0));
        implied.truncate(NEAREST_PAIRS);
        let mut forwards: Vec<f64> = implied.into_iter().map(|(_, forward)| forward).collect();
        forwards.sort_by(f64::total_cmp);
        let range = range(forwards.iter().copied());
        Some(ForwardCandidate { method: ForwardMethod::Parity, value: median(&forwards)?, count: forwards.len(), range })
    }

    /// Spot at the annualized basis of the other expiries.
    fn basis(&self, expiry: Timestamp) -> Option<ForwardCandidate> {
        let spot = self.market.spot(self.underlying).ok().filter(|spot| spot.value > 0.0)?.value;
        let market = self.market.underlyings.get(self.underlying)?;
        let rest = |at: Timestamp| self.market.escrowed_spot(self.underlying, spot, at);
        let knots: Vec<(f64, f64)> = market
            .forwards
            .iter()
            .filter(|(at, _)| **at != expiry)
            .map(|(at, (price, _))| (*at, self.market.as_of.years_to(*at), price.get()))
            .filter(|(_, years, price)| *years > SHORTEST_BASIS_YEARS && *price > 0.0)
            .map(|(at, years, price)| (years, log_ratio(price, rest(at)) / years))
            .collect();
        let years = self.market.as_of.years_to(expiry);
        let value = rest(expiry) * exp(linear_flat(&knots, years)? * years);
        Some(ForwardCandidate { method: ForwardMethod::Basis, value, count: knots.len(), range: (value, value) })
    }
}

fn range(numbers: impl Iterator<Item = f64>) -> (f64, f64) {
    numbers.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), number| (low.min(number), high.max(number)))
}

/// Of sorted numbers.
pub(super) fn median(sorted: &[f64]) -> Option<f64> {
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    if sorted.len() % 2 == 1 { Some(upper) } else { Some(0.5 * (sorted.get(middle - 1)? + upper)) }
}
