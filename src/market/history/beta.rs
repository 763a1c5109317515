//! How an asset moves with what everyone watches: bitcoin, ether, equities, gold, rates, the dollar.

use crate::market::history::{History, Matched, SeriesKind};
use crate::math::association;
use crate::math::moments::Moments;

/// Days before the last common one that a beta is taken from.
const DAYS: f64 = 365.0;
/// Fewest returns that a beta is taken from.
const FEWEST: usize = 30;

/// Something that assets are held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Factor {
    /// Name for a reader.
    pub label: &'static str,
    /// Codes of series that stand for it, the best first.
    pub symbols: &'static [&'static str],
}

/// Every factor, in the order in which they are shown.
pub const FACTORS: [Factor; 7] = [
    Factor { label: "BTC", symbols: &["BTC"] },
    Factor { label: "ETH", symbols: &["ETH"] },
    Factor { label: "Equities", symbols: &["SPY", "SPX", "QQQ"] },
    Factor { label: "Gold", symbols: &["GLD", "XAU", "GOLD"] },
    Factor { label: "Treasury bonds", symbols: &["IEF", "TLT"] },
    Factor { label: "10-year yield", symbols: &["DGS10", "US10Y"] },
    Factor { label: "Dollar", symbols: &["DTWEXBGS", "DXY", "UUP"] },
];

/// A straight line through the returns of an asset over those of a factor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beta {
    /// Move of the asset for a move of one of the factor: of a yield, for a whole 100 percentage points.
    pub beta: f64,
    /// Correlation.
    pub correlation: f64,
    /// Standard error of the beta, by least squares.
    pub error: f64,
    /// Returns.
    pub returns: usize,
    /// Whether the factor is a yield.
    pub is_yield: bool,
}

impl Factor {
    /// The series that stands for it.
    pub fn symbol(&self, history: &History) -> Option<&'static str> {
        self.symbols.iter().copied().find(|symbol| history.series(symbol).is_some())
    }
}

impl Beta {
    /// Of one code over another, on the last year of their common days; `None` where either has no history, they have too few days in
    /// common, or one of them does not move.
    pub fn of(history: &History, symbol: &str, factor: &str) -> Option<Beta> {
        let (asset, other) = (history.series(symbol)?, history.series(factor)?);
        let matched = Matched::of(&[asset, other])?.last_days(DAYS);
        let (one, two) = (matched.returns.first()?, matched.returns.get(1)?);
        let count = matched.count();
        if count < FEWEST {
            return None;
        }
        let correlation = association::pearson(one, two)?;
        let ratio = Moments::of(one)?.deviation()? / Moments::of(two)?.deviation()?;
        let error = ratio * ((1.0 - correlation * correlation).max(0.0) / (count as f64 - 2.0)).sqrt();
        Some(Beta { beta: correlation * ratio, correlation, error, returns: count, is_yield: other.kind == SeriesKind::Yield })
    }
}
