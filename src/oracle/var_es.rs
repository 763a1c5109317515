//! Moments, correlations and exponentially weighted variances of real returns. Value at risk and expected shortfall are in the set
//! too; the engine has no word on them yet.

use crate::oracle::samples::SamplesDef;
use crate::oracle::statistic::{Asked, Figure};
use crate::oracle::{Judgement, OracleDef, Question, Row, verdict};

/// The format.
pub const DEF: OracleDef = OracleDef {
    id: "var-es",
    label: "Returns and their tails",
    doc: "Moments, correlations and exponentially weighted variances of daily returns of two stock indices. Tail rows have no answer yet.",
    columns: &["series", "column", "method", "measure"],
    samples: Some(SamplesDef { file: "series_eustock_open.csv", prefix: "series_" }),
    question,
    judgement: Judgement { asked: "method", expected: "expected", allowed: verdict::stated, doubted: &[] },
    by_annex: true,
};

fn question(row: &Row) -> Option<Question> {
    let (method, measure, column) = (row.text("method")?, row.text("measure")?, row.text("column")?);
    let lambda = || method.strip_prefix("ewma_")?.parse::<f64>().ok().filter(|lambda| (0.0..=1.0).contains(lambda));
    let figure = match (method, measure) {
        ("moment", "mean") => Figure::Mean,
        ("moment", "sd_sample") => Figure::Deviation,
        ("moment", "skewness_pop") => Figure::Skewness,
        ("moment", "excess_kurtosis_pop") => Figure::ExcessKurtosis,
        ("moment", "skewness_fisher") => Figure::SampleSkewness,
        ("moment", "excess_kurtosis_fisher") => Figure::SampleExcessKurtosis,
        ("moment", "max_drawdown_geometric") => Figure::LargestFall,
        ("correlation", "pearson") => Figure::Pearson,
        ("correlation", "spearman") => Figure::Spearman,
        ("correlation", "kendall") => Figure::Kendall,
        (_, "variance") if row.text("series") == Some("scalar") => return scalar(column, lambda()?),
        (_, "variance" | "covariance") => Figure::Smoothed(lambda()?),
        (_, "correlation") => Figure::SmoothedCorrelation(lambda()?),
        (_, "variance_recursive") => Figure::FromFirst(lambda()?),
        (_, "variance_forecast_arch") => Figure::FromBackcast(lambda()?),
        _ => return None,
    };
    let prefix = format!("series_{}_", row.text("series")?);
    let (one, other) = match column.split_once("__") {
        Some((one, other)) => (row.sample(&prefix, one)?, row.sample(&prefix, other)?),
        None => (row.sample(&prefix, column)?, Vec::new()),
    };
    Some(Question::Statistic(Asked { one, other, figure }))
}

/// One step of the recursion: `lambda=.9 sigma=.01 u=.02`.
fn scalar(words: &str, lambda: f64) -> Option<Question> {
    let number = |name: &str| words.split_whitespace().find_map(|word| word.strip_prefix(name)?.strip_prefix('=')?.parse::<f64>().ok());
    let (sigma, moved) = (number("sigma")?, number("u")?);
    Some(Question::Statistic(Asked { one: vec![moved], other: vec![sigma * sigma], figure: Figure::Next(lambda) }))
}
