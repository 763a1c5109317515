//! Cash dividends before an expiry, and what they are worth today.
//!
//! The escrowed model (Hull, *Options, Futures, and Other Derivatives*, ch. 15; Haug 2007, ch. 9): the spot is the present value of
//! the dividends that go ex before expiry, which is certain, plus the rest, which is what the volatility belongs to.

use crate::math::exp;

/// A dividend, placed by the expiry rather than by today, so that it stays the same as time passes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dividend {
    /// Years from the instant at which it goes ex to the expiry, > 0.
    pub before_expiry: f64,
    /// Cash per share, ≥ 0.
    pub amount: f64,
}

/// What the dividends still to come are worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Escrow {
    /// Their present value.
    pub value: f64,
    /// How fast it falls as the rate rises: Σ t·D·e^{−rt}.
    pub duration: f64,
    /// Share of each amount that is paid: below 1 where all of them would be worth more than the share itself.
    pub paid: f64,
}

/// A share keeps at least this part of its price: dividends that would leave less are cut, all alike.
pub const LEAST_LEFT: f64 = 0.01;
/// Largest discounting of a dividend, either way, as a logarithm.
const MAX_LOG_DISCOUNT: f64 = 300.0;

impl Escrow {
    /// Nothing goes ex.
    pub const NONE: Escrow = Escrow { value: 0.0, duration: 0.0, paid: 1.0 };

    /// Of the dividends that go ex after today and before the expiry, which is `years` away.
    pub fn new(dividends: &[Dividend], spot: f64, rate: f64, years: f64) -> Escrow {
        let mut escrow = Escrow::NONE;
        for (wait, worth) in coming(dividends, years).map(|dividend| (years - dividend.before_expiry, dividend.amount)) {
            let worth = worth * exp((-rate * wait).clamp(-MAX_LOG_DISCOUNT, MAX_LOG_DISCOUNT));
            escrow.value += worth;
            escrow.duration += wait * worth;
        }
        let most = (1.0 - LEAST_LEFT) * spot;
        if escrow.value > most {
            escrow.paid = (most / escrow.value).max(0.0);
            escrow.value *= escrow.paid;
            escrow.duration *= escrow.paid;
        }
        escrow
    }

    /// What a rate adds through the dividends to something of this slope by the rest of the spot: as it rises they are worth less and the
    /// rest is worth more. Nothing, of either sign, where there are none.
    pub fn by_rate(&self, slope: f64) -> f64 {
        if self.duration == 0.0 { -0.0 } else { slope * self.duration }
    }
}

/// The dividends that are still to come `years` before the expiry.
pub fn coming(dividends: &[Dividend], years: f64) -> impl Iterator<Item = &Dividend> {
    dividends.iter().filter(move |dividend| dividend.before_expiry < years)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: [Dividend; 2] = [Dividend { before_expiry: 0.1, amount: 2.0 }, Dividend { before_expiry: 0.4, amount: 1.0 }];

    #[test]
    fn a_dividend_counts_until_the_instant_at_which_it_goes_ex() {
        let worth = |years: f64| Escrow::new(&TWO, 100.0, 0.05, years).value;
        assert!((worth(0.5) - (exp(-0.005) + 2.0 * exp(-0.02))).abs() < 1e-15);
        assert!((worth(0.4) - 2.0 * exp(-0.015)).abs() < 1e-15, "the second is ex at this very instant");
        assert_eq!((worth(0.1), Escrow::new(&[], 100.0, 0.05, 1.0)), (0.0, Escrow::NONE));
    }

    #[test]
    fn no_more_is_paid_than_the_share_is_worth() {
        let escrow = Escrow::new(&TWO, 2.0, 0.0, 0.5);
        assert!((escrow.value - 1.98).abs() < 1e-15 && (escrow.paid - 0.66).abs() < 1e-15, "{escrow:?}");
    }
}
