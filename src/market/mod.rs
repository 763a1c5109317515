//! Nouns: the world at one instant.
//!
//! Input: [`Fact`]s as the files state them. Output: [`Market`], which answers for spot, forward and volatility, and says how it
//! came by an answer that no file gave. Invariant: a missing number is an `Issue`, never 0 and never a guess without a note.

mod dividend;
mod fact;
pub mod history;
mod method;
mod quote;
mod smile;
pub mod surface;
mod vol;

use crate::instrument::{OptionKind, Settlement};
use crate::issue::{Issue, IssueKind};
use crate::math::interpolate::linear_flat;
use crate::math::{exp, log_ratio};
use crate::order;
use crate::units::{Currency, Price, Rate, Timestamp, Vol};
use std::collections::BTreeMap;

pub use crate::market::fact::{BidAsk, Fact, FactValue, Origin};
pub use crate::market::method::METHODS;
pub use crate::market::quote::ListedOption;
pub use crate::market::smile::Smile;

/// A number with the assumption that stands behind it, if there is one.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolved<T> {
    /// The number.
    pub value: T,
    /// How it was come by, where no file gave it outright.
    pub assumption: Option<Issue>,
}

impl<T> Resolved<T> {
    fn plain(value: T) -> Resolved<T> {
        Resolved { value, assumption: None }
    }

    /// A quoted number, or one that a link's sender derived.
    fn quoted(value: T, origin: Origin, subject: &str) -> Resolved<T> {
        match origin {
            Origin::Position | Origin::Quote => Resolved::plain(value),
            Origin::Assumed => Resolved::assumed(
                value,
                subject,
                "not quoted in the sender's files: derived there, and taken over from the link".to_owned(),
            ),
        }
    }

    fn assumed(value: T, subject: &str, message: String) -> Resolved<T> {
        Resolved { value, assumption: Some(Issue::noted(IssueKind::MissingData, message).about(subject)) }
    }
}

/// What is known of one listed option.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OptionQuote {
    /// Mark volatility.
    pub mark_vol: Option<Vol>,
    /// Mark price in the contract's own unit: coins if inverse.
    pub mark_price: Option<Price>,
    /// What is bid and asked for it.
    pub bid_ask: BidAsk,
    /// Quoted by a market file, or taken over from a position's own row.
    pub origin: Origin,
}

/// Identity of a listed option within an underlying. Prices are not negative, so their bits order as they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct OptionKey {
    expiry: Timestamp,
    strike_bits: u64,
    kind: OptionKind,
    settlement: Settlement,
}

/// Everything known of one underlying.
#[derive(Clone, Debug, Default)]
pub struct Underlying {
    spot: Option<(Price, Origin)>,
    /// Continuous discount rate of its dollar, if a file gives one.
    pub rate: Option<Rate>,
    /// Funding of its perpetual, simple, per year; + longs pay.
    pub funding: Option<Rate>,
    daily_vol: Option<Vol>,
    perpetuals: BTreeMap<Settlement, (Price, Origin)>,
    forwards: BTreeMap<Timestamp, (Price, Origin)>,
    /// Cash per share by ex-date.
    dividends: BTreeMap<Timestamp, Price>,
    options: BTreeMap<OptionKey, OptionQuote>,
    smiles: BTreeMap<Timestamp, Smile>,
}

/// The world at `as_of`.
#[derive(Clone, Debug)]
pub struct Market {
    /// The instant that the numbers describe.
    pub as_of: Timestamp,
    underlyings: BTreeMap<String, Underlying>,
}

impl Market {
    /// Sorts the facts into a market. Of two facts about one thing a quote beats a position's own row, then the later time wins,
    /// then the later row; a contradiction of equals is noted.
    pub fn assemble(facts: &[Fact], as_of: Timestamp) -> (Market, Vec<Issue>) {
        let (best, issues) = fact::choose(facts);
        let mut market = Market { as_of, underlyings: BTreeMap::new() };
        for fact in best {
            let underlying = market.underlyings.entry(fact.value.underlying().to_owned()).or_default();
            match &fact.value {
                FactValue::Spot { price, .. } => underlying.spot = Some((*price, fact.origin)),
                FactValue::Rate { rate, .. } => underlying.rate = Some(*rate),
                FactValue::Funding { rate, .. } => underlying.funding = Some(*rate),
                FactValue::DailyVol { vol, .. } => underlying.daily_vol = Some(*vol),
                FactValue::Perpetual { settlement, price, .. } => {
                    underlying.perpetuals.insert(*settlement, (*price, fact.origin));
                }
                FactValue::Forward { expiry, price, .. } => {
                    underlying.forwards.insert(*expiry, (*price, fact.origin));
                }
                FactValue::Dividend { ex_date, amount, .. } => {
                    underlying.dividends.insert(*ex_date, *amount);
                }
                FactValue::Option { expiry, strike, kind, settlement, mark_vol, mark_price, bid_ask, .. } => {
                    let key = OptionKey { expiry: *expiry, strike_bits: strike.get().to_bits(), kind: *kind, settlement: *settlement };
                    let (mark_vol, mark_price, bid_ask) = (*mark_vol, *mark_price, *bid_ask);
                    underlying.options.insert(key, OptionQuote { mark_vol, mark_price, bid_ask, origin: fact.origin });
                }
            }
        }
        for underlying in market.underlyings.values_mut() {
            underlying.fit_smiles(as_of);
        }
        (market, issues)
    }

    fn underlying(&self, name: &str) -> Result<&Underlying, Issue> {
        self.underlyings
            .get(name)
            .ok_or_else(|| missing(&format!("{name} spot"), "no file gives a spot for it; drop a chain snapshot or add a `spot` column"))
    }

    /// Spot in US dollars.
    ///
    /// # Errors
    /// `MissingData` when no file gives one.
    pub fn spot(&self, name: &str) -> Result<Resolved<f64>, Issue> {
        let underlying = self.underlying(name)?;
        let subject = format!("{name} spot");
        if let Some((spot, origin)) = underlying.spot {
            return Ok(Resolved::quoted(spot.get(), origin, &subject));
        }
        if let Some((_, (price, _))) = underlying.perpetuals.iter().next() {
            return Ok(Resolved::assumed(price.get(), &subject, "no file gives the spot, the perpetual's mark is used".to_owned()));
        }
        match underlying.forwards.iter().next() {
            Some((expiry, (price, _))) => {
                Ok(Resolved::assumed(price.get(), &subject, format!("no file gives the spot, the forward of {expiry} is used")))
            }
            None => Err(missing(&subject, "no file gives a spot for it; drop a chain snapshot or add a `spot` column")),
        }
    }

    /// Continuous discount rate per year: the underlying's own, else that of the US dollar; 0 where no file gives either, which is the
    /// convention of the crypto venues.
    pub fn rate(&self, name: &str) -> f64 {
        self.stated_rate(name).map_or(0.0, Rate::get)
    }

    fn stated_rate(&self, name: &str) -> Option<Rate> {
        let of = |name: &str| self.underlyings.get(name).and_then(|underlying| underlying.rate);
        of(name).or_else(|| of(Currency::usd().code()))
    }

    /// Whether the rate of an underlying is the US dollar's, in the absence of one of its own.
    pub fn is_dollar_rate(&self, name: &str) -> bool {
        self.stated_rate(name).is_some() && self.underlyings.get(name).is_none_or(|underlying| underlying.rate.is_none())
    }

    /// Mark of the perpetual in US dollars.
    ///
    /// # Errors
    /// `MissingData` when not even a spot is known.
    pub fn perpetual(&self, name: &str, settlement: Settlement) -> Result<Resolved<f64>, Issue> {
        let subject = format!("{name} perpetual");
        if let Some((price, origin)) = self.underlying(name)?.perpetuals.get(&settlement) {
            return Ok(Resolved::quoted(price.get(), *origin, &subject));
        }
        let spot = self.spot(name)?;
        Ok(Resolved::assumed(spot.value, &subject, "no file gives its mark, the spot is used".to_owned()))
    }

    /// Forward of an expiry in US dollars: as quoted; else by the annualized basis of its neighbors; else by the rate; else spot. What
    /// is carried is the spot less the dividends that go ex before the expiry.
    ///
    /// # Errors
    /// `MissingData` when no spot is known.
    pub fn forward(&self, name: &str, expiry: Timestamp) -> Result<Resolved<f64>, Issue> {
        let underlying = self.underlying(name)?;
        let subject = format!("{name} forward {expiry}");
        if let Some((price, origin)) = underlying.forwards.get(&expiry) {
            return Ok(Resolved::quoted(price.get(), *origin, &subject));
        }
        let spot = self.spot(name)?;
        let years = self.as_of.years_to(expiry);
        if years <= 0.0 {
            return Ok(spot);
        }
        let rest = self.escrowed_spot(name, spot.value, expiry);
        let basis: Vec<(f64, f64)> = underlying
            .forwards
            .iter()
            .map(|(at, (price, _))| (*at, self.as_of.years_to(*at), price.get()))
            .filter(|(_, years, price)| *years > 1.0 / 365.0 && *price > 0.0)
            .map(|(at, years, price)| (years, log_ratio(price, self.escrowed_spot(name, spot.value, at)) / years))
            .collect();
        let less = if rest == spot.value { "" } else { " less its dividends" };
        if let Some(carry) = linear_flat(&basis, years) {
            let message = format!("no file gives it, the annualized basis of the neighboring expiries is used ({} known)", basis.len());
            return Ok(Resolved::assumed(rest * exp(carry * years), &subject, message));
        }
        Ok(match self.stated_rate(name) {
            Some(rate) => {
                let message = format!("no file gives it, spot{less} is carried at the given rate");
                Resolved::assumed(rest * exp(rate.get() * years), &subject, message)
            }
            None => Resolved::assumed(rest, &subject, format!("no file gives it, the spot{less} is used")),
        })
    }

    /// At-the-money volatility for the move of an ordinary day: of the first expiry at least a week away, else of the last one.
    pub fn at_the_money_vol(&self, name: &str) -> Option<f64> {
        let underlying = self.underlyings.get(name)?;
        if let Some(vol) = underlying.daily_vol {
            return Some(vol.get());
        }
        let week = self.as_of.plus_days(7.0);
        let live = || underlying.smiles.iter().filter(|(expiry, _)| **expiry > self.as_of);
        let (expiry, smile) = live().find(|(expiry, _)| **expiry >= week).or_else(|| live().next_back())?;
        let forward = self.forward(name, *expiry).ok()?.value;
        Some(smile.vol(forward, forward))
    }

    /// The smile of an expiry, where the files quote one.
    pub fn smile(&self, name: &str, expiry: Timestamp) -> Option<&Smile> {
        self.underlyings.get(name)?.smiles.get(&expiry)
    }

    /// What a balance of the currency is worth: one dollar if it is meant to be.
    ///
    /// # Errors
    /// `Unsupported` for any other currency.
    pub fn dollars(&self, currency: &Currency) -> Result<Resolved<f64>, Issue> {
        if *currency == Currency::usd() {
            Ok(Resolved::plain(1.0))
        } else if currency.is_dollar_like() {
            Ok(Resolved::assumed(1.0, currency.code(), "taken at one US dollar".to_owned()))
        } else {
            Err(Issue::rejected(IssueKind::Unsupported, "only US dollars and dollar coins are handled as a quote currency")
                .about(currency.code())
                .with_value(currency.code()))
        }
    }
}

fn missing(subject: &str, message: &str) -> Issue {
    Issue::rejected(IssueKind::MissingData, message).about(subject)
}

impl Underlying {
    /// One smile per expiry from the mark vols: of the out-of-the-money kind where both are quoted. A vol that a link's sender
    /// derived bends no smile: it did not at the sender's either.
    fn fit_smiles(&mut self, as_of: Timestamp) {
        let mut knots: BTreeMap<Timestamp, BTreeMap<u64, (f64, f64)>> = BTreeMap::new();
        for (key, quote) in &self.options {
            let Some(vol) = quote.mark_vol.filter(|_| quote.origin != Origin::Assumed) else { continue };
            let strike = f64::from_bits(key.strike_bits);
            let forward = self.forwards.get(&key.expiry).or(self.spot.as_ref()).map_or(strike, |(price, _)| price.get());
            let out_of_the_money = key.kind.intrinsic(forward, strike) == 0.0;
            let of_expiry = knots.entry(key.expiry).or_default();
            if out_of_the_money || !of_expiry.contains_key(&key.strike_bits) {
                of_expiry.insert(key.strike_bits, (strike, vol.get()));
            }
        }
        let smiles = knots
            .into_iter()
            .filter(|(expiry, _)| *expiry > as_of)
            .map(|(expiry, of_expiry)| (expiry, Smile::new(of_expiry.into_values().collect(), as_of.years_to(expiry))));
        self.smiles = order::map(smiles);
    }
}
