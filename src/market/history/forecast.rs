//! What vol is to be expected, by exponential smoothing and by GARCH(1,1), and the curve that chose λ.

use crate::market::history::Matched;
use crate::math::garch::Garch;
use crate::math::smoothing::{self, Start};

/// λ of RiskMetrics for daily returns.
const USUAL: f64 = 0.94;

/// Forecasts of one asset.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// Its code.
    pub symbol: String,
    /// Yearly vol of the next day by λ = 0.94.
    pub usual: f64,
    /// Loss of every λ (mean of ln σ² + r²/σ² over the days that followed); empty where there are too few returns.
    pub curve: Vec<(f64, f64)>,
    /// The λ of the lowest loss.
    pub lambda: Option<f64>,
    /// Yearly vol of the next day by that λ.
    pub chosen: Option<f64>,
    /// GARCH(1,1); variances are of one return.
    pub garch: Option<Garch>,
    /// Returns that make a year.
    pub per_year: f64,
}

impl Forecast {
    /// Of the first asset; `None` where it has no returns.
    pub fn of(matched: &Matched) -> Option<Forecast> {
        let (symbol, returns) = (matched.symbols.first()?, matched.returns.first()?);
        let per_year = matched.spacing.per_year();
        let vol = |lambda: f64| Some((smoothing::forecast(returns, lambda, Start::Backcast)? * per_year).sqrt());
        let curve = smoothing::loss_curve(returns);
        let lambda = smoothing::best(&curve);
        Some(Forecast {
            symbol: symbol.clone(),
            usual: vol(USUAL)?,
            lambda,
            chosen: lambda.and_then(vol),
            curve,
            garch: Garch::fit(returns),
            per_year,
        })
    }

    /// Yearly vol over the next calendar days by GARCH.
    pub fn garch_vol(&self, days: f64) -> Option<f64> {
        self.garch.map(|garch| (garch.over(days * self.per_year / 365.0) * self.per_year).sqrt())
    }

    /// Yearly vol of the long run by GARCH.
    pub fn long_run_vol(&self) -> Option<f64> {
        self.garch.map(|garch| (garch.long_run * self.per_year).sqrt())
    }
}
