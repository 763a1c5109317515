//! Which volatility a contract has, and how it was come by.

use crate::instrument::{EuropeanOption, Exercise, Settlement};
use crate::issue::{Issue, IssueKind};
use crate::market::{Market, OptionKey, OptionQuote, Origin, Resolved, missing};
use crate::math::american::AmericanInput;
use crate::math::implied_vol::{ImpliedVolInput, NoVol};
use crate::math::interpolate::linear_flat;
use crate::math::{exp, log_ratio};

impl Market {
    /// Volatility of a contract: its mark vol; else implied from its mark price; else its expiry's smile; else implied from the
    /// position's own row; else the neighboring expiries' smiles in total variance.
    ///
    /// # Errors
    /// `MissingData` when nothing bears on it; `Calculation` when its mark price is beyond a no-arbitrage bound.
    pub fn vol(&self, name: &str, option: &EuropeanOption, exercise: Exercise) -> Result<Resolved<f64>, Issue> {
        let underlying = self.underlying(&option.underlying)?;
        let forward = self.forward(&option.underlying, option.expiry)?.value;
        let years = self.as_of.years_to(option.expiry);
        let key = OptionKey {
            expiry: option.expiry,
            strike_bits: option.strike.get().to_bits(),
            kind: option.kind,
            settlement: option.settlement,
        };
        let quote = underlying.options.get(&key);
        if let Some((vol, origin)) = quote.and_then(|quote| Some((quote.mark_vol?, quote.origin))) {
            return Ok(Resolved::quoted(vol.get(), origin, name));
        }
        let implied = |quote: &OptionQuote| quote.mark_price.map(|mark| self.implied(name, (option, exercise), mark.get(), forward, years));
        if let Some(result) = quote.filter(|quote| quote.origin != Origin::Position).and_then(implied) {
            return result;
        }
        if let Some(smile) = underlying.smiles.get(&option.expiry) {
            let vol = smile.vol(option.strike.get(), forward);
            return Ok(Resolved::assumed(vol, name, "no file gives its vol, the smile of its expiry is used".to_owned()));
        }
        if let Some(result) = quote.and_then(implied) {
            return result;
        }
        let moneyness = log_ratio(option.strike.get().max(f64::MIN_POSITIVE), forward.max(f64::MIN_POSITIVE));
        let variances: Vec<(f64, f64)> = underlying
            .smiles
            .iter()
            .filter_map(|(expiry, smile)| {
                let at = self.as_of.years_to(*expiry);
                let forward = self.forward(&option.underlying, *expiry).ok()?.value;
                let vol = smile.vol(forward * exp(moneyness), forward);
                (at > 0.0).then_some((at, vol * vol * at))
            })
            .collect();
        match (variances.first(), variances.last(), linear_flat(&variances, years)) {
            (Some(first), Some(last), Some(variance)) if years > 0.0 => {
                // Beyond the quoted expiries the vol is held, not the variance.
                let vol_squared = if years < first.0 {
                    first.1 / first.0
                } else if years > last.0 {
                    last.1 / last.0
                } else {
                    variance / years
                };
                let message = "no file gives a vol of this expiry, total variance is interpolated between its neighbors".to_owned();
                Ok(Resolved::assumed(vol_squared.max(0.0).sqrt(), name, message))
            }
            _ => Err(missing(name, "no vol, no mark price and no smile; add an `iv` or `mark` column or drop a chain snapshot")),
        }
    }

    fn implied(
        &self,
        name: &str,
        (option, exercise): (&EuropeanOption, Exercise),
        mark: f64,
        forward: f64,
        years: f64,
    ) -> Result<Resolved<f64>, Issue> {
        let (strike, kind) = (option.strike.get(), option.kind);
        let rate = self.rate(&option.underlying);
        let solved = match exercise {
            Exercise::European => {
                let price = match option.settlement {
                    Settlement::Inverse => mark * forward,
                    Settlement::Linear => mark * exp(rate * years),
                };
                ImpliedVolInput { forward, strike, years, price, kind }.solve()
            }
            Exercise::American => {
                let spot = self.spot(&option.underlying)?.value;
                let input = AmericanInput { spot, strike, years, vol: 0.0, rate, carry_yield: rate, kind };
                self.american_vol(&option.underlying, option.expiry, input, forward, mark)
            }
        };
        match solved {
            Ok(vol) => Ok(Resolved::assumed(vol, name, "the file gives no vol, it is implied from the mark price".to_owned())),
            Err(reason @ (NoVol::NoTimeValue | NoVol::BelowIntrinsic)) => Ok(Resolved::assumed(
                0.0,
                name,
                format!("no vol can be implied from the mark price ({}), intrinsic value is used", reason.reason()),
            )),
            // An expired contract needs no vol; it is settled.
            Err(_) if years <= 0.0 => Ok(Resolved::plain(0.0)),
            Err(reason) => Err(Issue::rejected(
                IssueKind::Calculation,
                format!("no vol can be implied from the mark price: {}; give a vol or a mark within its bounds", reason.reason()),
            )
            .about(name)
            .with_value(&mark.to_string())),
        }
    }
}
