//! One figure of one sample or two: what the sets on statistics ask.

use crate::math::association::{covariance, kendall, pearson, spearman};
use crate::math::moments::{Moments, autocorrelation, largest_fall};
use crate::math::smoothing::{self, Start};
use serde::{Deserialize, Serialize};

/// A figure and what it is of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// The sample.
    pub(super) one: Vec<f64>,
    /// What it is held against; empty where it stands alone.
    pub(super) other: Vec<f64>,
    pub(super) figure: Figure,
}

/// A figure by which samples are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Figure {
    Mean,
    Deviation,
    Skewness,
    ExcessKurtosis,
    SampleSkewness,
    SampleExcessKurtosis,
    /// Of neighbors.
    Autocorrelation,
    /// Of what simple returns have made of one.
    LargestFall,
    Covariance,
    Pearson,
    Spearman,
    Kendall,
    /// Exponentially weighted, of one sample or of two.
    Smoothed(f64),
    /// The correlation of two, exponentially weighted.
    SmoothedCorrelation(f64),
    /// Step by step from the square of the first number.
    FromFirst(f64),
    /// Step by step from a weighted mean of the first squares.
    FromBackcast(f64),
    /// One step from a variance, the only number of the other sample.
    Next(f64),
}

impl Asked {
    pub(super) fn answer(&self) -> Option<f64> {
        let Asked { one, other, figure } = self;
        let moments = Moments::of(one)?;
        let paired = if other.is_empty() { one } else { other };
        match figure {
            Figure::Mean => Some(moments.mean),
            Figure::Deviation => moments.deviation(),
            Figure::Skewness => moments.skewness(),
            Figure::ExcessKurtosis => moments.excess_kurtosis(),
            Figure::SampleSkewness => moments.sample_skewness(),
            Figure::SampleExcessKurtosis => moments.sample_excess_kurtosis(),
            Figure::Autocorrelation => autocorrelation(one, 1),
            Figure::LargestFall => Some(largest_fall(one)),
            Figure::Covariance => covariance(one, other),
            Figure::Pearson => pearson(one, other),
            Figure::Spearman => spearman(one, other),
            Figure::Kendall => kendall(one, other),
            Figure::Smoothed(lambda) => smoothing::covariance(one, paired, *lambda),
            Figure::SmoothedCorrelation(lambda) => {
                let (_, correlation) = smoothing::covariances(&[one.clone(), other.clone()], *lambda).to_correlation();
                Some(correlation.get(0, 1))
            }
            Figure::FromFirst(lambda) => smoothing::forecast(one, *lambda, Start::First),
            Figure::FromBackcast(lambda) => smoothing::forecast(one, *lambda, Start::Backcast),
            Figure::Next(lambda) => Some(smoothing::next(*other.first()?, *one.first()?, *lambda)),
        }
    }
}
