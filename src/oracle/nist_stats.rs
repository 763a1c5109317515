//! Means, standard deviations and autocorrelations of samples whose figures NIST has certified, among them numbers that differ in their
//! last digits only.

use crate::oracle::samples::SamplesDef;
use crate::oracle::statistic::{Asked, Figure};
use crate::oracle::{Judgement, OracleDef, Question, Row, verdict};

/// The format.
pub const DEF: OracleDef = OracleDef {
    id: "nist-stats",
    label: "NIST statistics",
    doc: "Mean, standard deviation and autocorrelation of NIST's reference samples, among them numbers that agree in all but their last digits.",
    columns: &["dataset", "n", "quantity"],
    samples: Some(SamplesDef { file: "nist_data_open.csv", prefix: PREFIX }),
    question,
    judgement: Judgement { asked: "quantity", expected: "expected", allowed: verdict::stated, doubted: &[] },
    by_annex: true,
};

const PREFIX: &str = "nist_data_";

fn question(row: &Row) -> Option<Question> {
    let figure = match row.text("quantity")? {
        "mean" => Figure::Mean,
        "sd_sample" => Figure::Deviation,
        "autocorr_lag1" => Figure::Autocorrelation,
        _ => return None,
    };
    let one = row.sample(PREFIX, row.text("dataset")?)?;
    Some(Question::Statistic(Asked { one, other: Vec::new(), figure }))
}
