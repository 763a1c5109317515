//! The curve of one expiry: raw SVI where it predicts the quotes as well as their neighbors do, to a tenth of a vol point, else
//! total variance in straight lines between the quotes.
//!
//! The two are compared by what a quote misses its prediction by when it is itself left out: a straight line between its
//! neighbors, or the fit to all the others, whose answer follows to first order from the residual and its leverage (Cook and
//! Weisberg 1982). Errors are of volatility: one of total variance counts 1/(2σT) of itself.

use crate::issue::{Issue, IssueKind};
use crate::market::surface::quote::SmileQuote;
use crate::math::interpolate::linear_flat;
use crate::math::svi::{self, FEWEST_POINTS, Svi, SviPoint};
use serde::{Deserialize, Serialize};

/// What answers for the volatility of a strike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CurveKind {
    /// The parametric fit.
    Svi,
    /// Total variance in straight lines between the quotes, flat beyond them.
    Interpolated,
}

/// Total variance over log-moneyness.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// What answers.
    pub kind: CurveKind,
    /// The parameters of the fit, where it answers.
    pub svi: Option<Svi>,
    /// The quotes as (log-moneyness, total variance), by log-moneyness.
    pub knots: Vec<(f64, f64)>,
}

/// A parametric fit and how good it is; errors are volatilities as decimals, 0.01 is one vol point.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParametricFit {
    /// The parameters.
    pub svi: Svi,
    /// Root mean square of what the quotes miss it by, each counted alike.
    pub rms: f64,
    /// The same with the weights of the fit.
    pub weighted_rms: f64,
    /// Whether a bound holds it: a wing as steep as can be, a tilt of ±1, or a variance at its floor.
    pub is_bound: bool,
    /// Weighted root mean square by which the fit misses a quote that is left out, over all but the outermost quotes; `None` where
    /// there are no more quotes than parameters.
    pub left_out_rms: Option<f64>,
    /// The same for a straight line between its neighbors.
    pub interpolated_left_out_rms: f64,
}

/// By so much the fit may predict worse than a straight line: a tenth of a vol point is less than a venue's own spread, and the line
/// has corners and says nothing of the strikes beyond.
const TOLERATED: f64 = 0.001;

impl ParametricFit {
    /// Whether it predicts a quote as well as the neighbors do, to within a tenth of a vol point.
    pub fn is_preferred(&self) -> bool {
        self.left_out_rms.is_none_or(|left_out| left_out <= self.interpolated_left_out_rms + TOLERATED)
    }
}

impl Curve {
    /// Total variance at log-moneyness `k`.
    pub fn total_variance(&self, k: f64) -> f64 {
        match &self.svi {
            Some(svi) => svi.total_variance(k),
            None => self.interpolated(k),
        }
    }

    /// The same by the quotes alone.
    pub fn interpolated(&self, k: f64) -> f64 {
        linear_flat(&self.knots, k).unwrap_or(0.0)
    }

    /// Volatility at log-moneyness `k`, `years` > 0 from expiry.
    pub fn vol(&self, k: f64, years: f64) -> f64 {
        (self.total_variance(k).max(0.0) / years).sqrt()
    }
}

/// The curve that answers, and the fit if there is one.
pub(super) fn choose(quotes: &[SmileQuote], years: f64, issues: &mut Vec<Issue>) -> (Curve, Option<ParametricFit>) {
    let knots: Vec<(f64, f64)> = quotes.iter().map(|quote| (quote.log_moneyness, quote.vol * quote.vol * years)).collect();
    let interpolated = Curve { kind: CurveKind::Interpolated, svi: None, knots };
    let points: Vec<SviPoint> = quotes
        .iter()
        .zip(&interpolated.knots)
        .map(|(quote, (k, variance))| {
            let per_vol = 2.0 * quote.vol * years;
            SviPoint { k: *k, variance: *variance, weight: quote.weight / (per_vol * per_vol) }
        })
        .collect();
    let Some(found) = svi::fit(&points) else {
        let count = match quotes.len() {
            1 => "1 quote is".to_owned(),
            count => format!("{count} quotes are"),
        };
        let words = format!("{count} too few for the five parameters of SVI ({FEWEST_POINTS} are wanted): total variance is interpolated");
        issues.push(Issue::noted(IssueKind::MissingData, words));
        return (interpolated, None);
    };
    let fit = judge(quotes, &interpolated, &found, years);
    if fit.is_bound {
        let words = "the fit is held by a bound: its wings would be too steep or its variance negative without it";
        issues.push(Issue::noted(IssueKind::Calculation, words));
    }
    if fit.left_out_rms.is_none() {
        let words = format!("{} quotes leave nothing to judge the five parameters of SVI by: they are met whatever they are", quotes.len());
        issues.push(Issue::noted(IssueKind::Calculation, words));
    }
    if !fit.is_preferred() {
        let words = format!(
            "SVI misses a quote that it has not seen by {:.2} vol points and a straight line between its neighbors by {:.2}: total \
             variance is interpolated",
            fit.left_out_rms.unwrap_or(0.0) * 100.0,
            fit.interpolated_left_out_rms * 100.0
        );
        issues.push(Issue::noted(IssueKind::Calculation, words));
        return (interpolated, Some(fit));
    }
    (Curve { kind: CurveKind::Svi, svi: Some(found.svi), ..interpolated }, Some(fit))
}

fn judge(quotes: &[SmileQuote], interpolated: &Curve, found: &svi::SviFit, years: f64) -> ParametricFit {
    let vol = |variance: f64| (variance.max(0.0) / years).sqrt();
    let (mut squares, mut weighted, mut weights) = (0.0, 0.0, 0.0);
    for quote in quotes {
        let residual = quote.vol - vol(found.svi.total_variance(quote.log_moneyness));
        squares += residual * residual;
        weighted += quote.weight * residual * residual;
        weights += quote.weight;
    }
    let (mut unseen, mut unseen_line, mut inner_weights) = (0.0, 0.0, 0.0);
    let neighbors = interpolated.knots.iter().zip(interpolated.knots.iter().skip(2));
    for (((before, after), quote), leverage) in neighbors.zip(quotes.iter().skip(1)).zip(found.leverages.iter().skip(1)) {
        let k = quote.log_moneyness;
        let line = before.1 + (after.1 - before.1) * ((k - before.0) / (after.0 - before.0));
        let miss = quote.vol - vol(line);
        unseen_line += quote.weight * miss * miss;
        // What the fit itself takes from this quote is taken off.
        let per_vol = 2.0 * quote.vol * years;
        let residual = (quote.vol * quote.vol * years - found.svi.total_variance(k)) / per_vol;
        let miss = residual / (1.0 - leverage).max(1e-6);
        unseen += quote.weight * miss * miss;
        inner_weights += quote.weight;
    }
    let mean = |sum: f64, of: f64| if of > 0.0 { (sum / of).sqrt() } else { 0.0 };
    ParametricFit {
        svi: found.svi,
        rms: mean(squares, quotes.len() as f64),
        weighted_rms: mean(weighted, weights),
        is_bound: found.is_bound,
        left_out_rms: (quotes.len() > FEWEST_POINTS).then(|| mean(unseen, inner_weights)),
        interpolated_left_out_rms: mean(unseen_line, inner_weights),
    }
}
