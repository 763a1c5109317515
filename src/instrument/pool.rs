//! One side of a share in an automated market maker's pool: how much of one of the two assets the share holds at the present
//! price. A share is two positions, one for each asset, so that each stands under its own underlying.
//!
//! With `P` the price of the base in units of the quote and liquidity `L`: `s = √clamp(P, a, b)`, base amount `x = L(1/s − 1/√b)`,
//! quote amount `y = L(s − √a)` (Adams and others, Uniswap v3 core, 2021, eq. 6.5 to 6.16); a = 0, b = ∞ is the constant-product
//! pool. The share's delta in an asset is the amount held of it, since `x·dP_base + y·dP_quote` is the change of its value to first
//! order; `∂x/∂P = −L/(2P^{3/2})` inside the range.

use crate::instrument::Point;
use crate::method::Method;
use crate::units::{Currency, Greeks};
use serde::{Deserialize, Serialize};

/// What is said of it.
pub(super) const METHOD: Method = Method {
    id: "pool",
    label: "Pool share",
    doc: "One side of a share in a pool of an automated market maker: how much of one of its two assets the share holds at this \
              price.",
    formula: "s = √clamp(P, a, b),  P = S_base/S_quote\n\
              base x = L·(1/s − 1/√b),  quote y = L·(s − √a)\n\
              V = x·S_base + y·S_quote,  Δ_base = x,  ∂x/∂P = −L/(2·P^(3/2)) inside the range, 0 outside",
    unit: "US dollars; L = √(x·y) of a pool without range; a, b prices of the base in the quote",
    convention: "A share is two positions, so that each asset stands under its own underlying. Without a range a = 0 and b = ∞.",
    source: "Adams and others 2021, Uniswap v3 core, eq. 6.5 to 6.16",
    limits: "Fees earned are positions of their own where the file has them, and are not forecast. The price in the pool is taken \
              to be the market's.",
};

/// Which of the two assets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The asset that is priced.
    Base,
    /// The asset that it is priced in.
    Quote,
}

/// One side of a pool share; a quantity of one is the whole share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pool {
    /// The asset that is priced.
    pub base: Currency,
    /// The asset that it is priced in.
    pub quote: Currency,
    /// Which of the two this position is.
    pub side: Side,
    /// Liquidity in human units, `√(base amount · quote amount)` of a pool without range, > 0.
    pub liquidity: f64,
    /// Lowest price of the range, quote per base; 0 without one.
    pub lower: f64,
    /// Highest price of the range, quote per base; `None` without one.
    pub upper: Option<f64>,
}

impl Pool {
    /// The asset of this side.
    pub fn asset(&self) -> &Currency {
        match self.side {
            Side::Base => &self.base,
            Side::Quote => &self.quote,
        }
    }

    /// The other asset.
    pub fn other(&self) -> &Currency {
        match self.side {
            Side::Base => &self.quote,
            Side::Quote => &self.base,
        }
    }

    /// Price of the base in the quote at these two dollar prices; beyond every range where the quote is worth nothing.
    fn price(&self, point: &Point) -> f64 {
        let (base, quote) = match self.side {
            Side::Base => (point.spot, point.other),
            Side::Quote => (point.other, point.spot),
        };
        if quote > 0.0 { base / quote } else { f64::MAX }
    }

    /// Amounts of base and quote at a price of the base in the quote.
    pub fn amounts(&self, price: f64) -> (f64, f64) {
        let root = price.clamp(self.lower, self.upper.unwrap_or(f64::MAX)).sqrt();
        let inverse_upper = self.upper.map_or(0.0, |upper| 1.0 / upper.sqrt());
        let base = if root > 0.0 { self.liquidity * (1.0 / root - inverse_upper) } else { 0.0 };
        (base.max(0.0), (self.liquidity * (root - self.lower.sqrt())).max(0.0))
    }

    /// Amount of this side's asset.
    pub fn amount(&self, point: &Point) -> f64 {
        let (base, quote) = self.amounts(self.price(point));
        match self.side {
            Side::Base => base,
            Side::Quote => quote,
        }
    }

    /// This side of the whole share.
    pub fn greeks(&self, point: &Point) -> Greeks {
        let amount = self.amount(point);
        if self.asset().is_dollar_like() {
            return Greeks { value: amount * point.spot, ..Greeks::default() };
        }
        let price = self.price(point);
        let is_inside = price > self.lower && price < f64::MAX && self.upper.is_none_or(|upper| price < upper);
        let gamma = match (is_inside, self.side) {
            (false, _) => 0.0,
            // ∂x/∂S with P = S/Q: −L/(2P^{3/2}) per unit of the quote.
            (true, Side::Base) => -self.liquidity / (2.0 * price * price.sqrt()) / point.other,
            // ∂y/∂S with P = B/S: −L·√P/(2S).
            (true, Side::Quote) => -self.liquidity * price.sqrt() / (2.0 * point.spot),
        };
        Greeks { value: amount * point.spot, delta: amount, gamma, ..Greeks::default() }
    }

    /// Value of the share over value of what was put in at `entry`, minus one: 0 at the entry price, negative elsewhere.
    /// Both prices are of the base in units of the quote.
    pub fn impermanent_loss(&self, entry: f64, price: f64) -> Option<f64> {
        let ((base, quote), (base_put_in, quote_put_in)) = (self.amounts(price), self.amounts(entry));
        let held = base_put_in * price + quote_put_in;
        (held > 0.0).then(|| (base * price + quote) / held - 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(side: Side, lower: f64, upper: Option<f64>) -> Pool {
        Pool { base: Currency::new("ETH"), quote: Currency::new("USDC"), side, liquidity: 1000.0, lower, upper }
    }

    fn point(spot: f64, other: f64) -> Point<'static> {
        Point { spot, forward: spot, years: 0.0, vol: 0.0, rate: 0.0, settled_at: spot, other, dividends: &[] }
    }

    #[test]
    fn a_constant_product_share_is_worth_twice_the_root_and_loses_by_the_published_formula() {
        let share = pool(Side::Base, 0.0, None);
        let (base, quote) = share.amounts(2500.0);
        assert_eq!((base, quote), (20.0, 50_000.0));
        for ratio in [0.25_f64, 0.5, 2.0, 4.0] {
            let formula = 2.0 * ratio.sqrt() / (1.0 + ratio) - 1.0;
            let loss = share.impermanent_loss(2500.0, 2500.0 * ratio).unwrap();
            assert!((loss - formula).abs() < 1e-14, "{ratio}: {loss} against {formula}");
        }
    }

    #[test]
    fn the_delta_of_both_sides_together_is_the_derivative_of_their_value() {
        for (lower, upper) in [(0.0, None), (2000.0, Some(3000.0))] {
            let value = |spot: f64| {
                pool(Side::Base, lower, upper).greeks(&point(spot, 1.0)).value
                    + pool(Side::Quote, lower, upper).greeks(&point(1.0, spot)).value
            };
            for spot in [1500.0, 2400.0, 3500.0] {
                let greeks = pool(Side::Base, lower, upper).greeks(&point(spot, 1.0));
                let delta = (value(spot + 0.01) - value(spot - 0.01)) / 0.02;
                assert!((greeks.delta - delta).abs() < 1e-6, "{lower} {spot}: {} against {delta}", greeks.delta);
                let amount = |spot: f64| pool(Side::Base, lower, upper).amount(&point(spot, 1.0));
                let gamma = (amount(spot + 0.01) - amount(spot - 0.01)) / 0.02;
                assert!((greeks.gamma - gamma).abs() < 1e-8, "{lower} {spot}: {} against {gamma}", greeks.gamma);
            }
        }
    }
}
