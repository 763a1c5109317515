//! Accuracy sets: the rows of an oracle file → typed questions → what this engine answers to each → how far it is from right.
//!
//! Input: the text of a published accuracy set, known by its header. Output: id and answer row by row, `None` where the engine
//! has no word on it. Invariant: every answer comes from the code that values books; no formula is written for an oracle. One
//! file per format, [`ALL`] is the only list. Questions are plain data, so that the module that values the book answers what
//! another one has read: what reads and judges is too large for a first visit. The same is the self-test of the page.

mod american;
mod correlation;
mod crypto;
mod distribution;
mod european;
mod implied_vol;
mod method;
mod nist_stats;
mod samples;
mod scenario;
mod statistic;
mod var_es;
mod verdict;

pub use crate::oracle::method::METHODS;
pub use crate::oracle::samples::{SamplesDef, attach};
pub use crate::oracle::verdict::{Count, Judgement, Miss, Verdict, judge};

use crate::book::Position;
use crate::instrument::Instrument;
use crate::issue::{Issue, IssueKind, Source};
use crate::market::{Fact, FactValue, Origin};
use crate::math::black::{MertonInput, OptionKind};
use crate::oracle::samples::Samples;
use crate::units::{Price, Quantity};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A format of accuracy set.
pub struct OracleDef {
    /// Stable id, kebab-case.
    pub id: &'static str,
    /// Name for a reader.
    pub label: &'static str,
    /// What is asked, one sentence.
    pub doc: &'static str,
    /// Columns whose presence tells this format from the others.
    pub columns: &'static [&'static str],
    /// Where the samples stand that its rows are about, if they are about any.
    pub samples: Option<SamplesDef>,
    /// Reads one row; `None` where the engine has no word on it.
    pub question: fn(&Row) -> Option<Question>,
    /// How an answer is judged.
    pub judgement: Judgement,
    /// Whether the annex answers: no book is valued by what is asked.
    pub by_annex: bool,
}

/// Every format, alphabetical.
pub const ALL: &[&OracleDef] = &[
    &american::DEF,
    &correlation::DEF,
    &crypto::DEF,
    &distribution::DEF,
    &european::DEF,
    &implied_vol::DEF,
    &nist_stats::DEF,
    &scenario::DEF,
    &var_es::DEF,
];

/// Id, label, doc and file of samples of each, and whether the annex answers it. Reading them links no answer into the page.
pub const SETS: [(&str, &str, &str, Option<&str>, bool); ALL.len()] = {
    let mut sets = [("", "", "", None, false); ALL.len()];
    let mut place = 0;
    while place < ALL.len() {
        let samples = match &ALL[place].samples {
            Some(samples) => Some(samples.file),
            None => None,
        };
        sets[place] = (ALL[place].id, ALL[place].label, ALL[place].doc, samples, ALL[place].by_annex);
        place += 1;
    }
    sets
};

/// Other workers hold no kernels of samples: the page asks the annex.
const IS_ANNEX: bool = cfg!(feature = "annex");

/// What a row asks, typed: one variant for each format.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Question {
    /// Of an American option.
    American(american::Asked),
    /// Of a correlation matrix.
    Correlation(correlation::Asked),
    /// Of a coin-settled or linear contract.
    Crypto(crypto::Asked),
    /// Of a distribution.
    Distribution(distribution::Asked),
    /// Of a European option.
    European(european::Asked),
    /// Of a price.
    ImpliedVol(implied_vol::Asked),
    /// Of a book under a shock.
    Scenario(scenario::Asked),
    /// Of a sample.
    Statistic(statistic::Asked),
}

impl Question {
    /// The engine's answer; a number, or none where none is right.
    pub fn answer(&self) -> Option<f64> {
        let answer = match self {
            Question::American(asked) => asked.answer(),
            Question::Correlation(asked) if IS_ANNEX => asked.answer()?,
            Question::Crypto(asked) => asked.answer()?,
            Question::Distribution(asked) => asked.answer(),
            Question::European(asked) => asked.answer(),
            Question::ImpliedVol(asked) => asked.answer()?,
            Question::Scenario(asked) => asked.answer(),
            Question::Statistic(asked) if IS_ANNEX => asked.answer()?,
            Question::Correlation(_) | Question::Statistic(_) => return None,
        };
        Some(answer).filter(|answer| answer.is_finite())
    }
}

/// One row under the file's header.
pub struct Row<'a> {
    header: &'a csv::StringRecord,
    record: &'a csv::StringRecord,
    samples: &'a Samples,
}

impl Row<'_> {
    /// The cell under a column.
    pub fn text(&self, column: &str) -> Option<&str> {
        let at = self.header.iter().position(|head| head == column)?;
        self.record.get(at)
    }

    /// The finite number under a column.
    pub fn number(&self, column: &str) -> Option<f64> {
        self.text(column)?.trim().parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// The JSON under a column.
    fn json<T: DeserializeOwned>(&self, column: &str) -> Option<T> {
        serde_json::from_str(self.text(column)?).ok()
    }

    /// A sample of the set.
    fn sample(&self, prefix: &str, name: &str) -> Option<Vec<f64>> {
        self.samples.get(prefix, name).cloned()
    }

    fn kind(&self, column: &str) -> Option<OptionKind> {
        kind(self.text(column)?)
    }
}

/// An option on a spot, or on a future, as the columns S, K, T, sigma, r and flag tell it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct SpotOption {
    spot: f64,
    strike: f64,
    years: f64,
    vol: f64,
    rate: f64,
    carry_yield: f64,
    kind: OptionKind,
}

impl SpotOption {
    /// `carry_yield` gives the yield from the row and its rate.
    fn of(row: &Row, carry_yield: impl Fn(&Row, f64) -> Option<f64>) -> Option<SpotOption> {
        let rate = row.number("r")?;
        Some(SpotOption {
            spot: row.number("S")?,
            strike: row.number("K")?,
            years: row.number("T")?,
            vol: row.number("sigma")?,
            rate,
            carry_yield: carry_yield(row, rate)?,
            kind: row.kind("flag")?,
        })
    }

    /// Exercised at expiry only.
    fn european(&self) -> MertonInput {
        let SpotOption { spot, strike, years, vol, rate, carry_yield, kind } = *self;
        MertonInput { spot, strike, years, vol, rate, dividend_yield: carry_yield, kind }
    }
}

/// `c` or `p`.
fn kind(flag: &str) -> Option<OptionKind> {
    match flag {
        "c" => Some(OptionKind::Call),
        "p" => Some(OptionKind::Put),
        _ => None,
    }
}

/// A holding of no account; `None` where a number is out of its range.
fn position(instrument: Instrument, quantity: f64, entry: Option<f64>) -> Option<Position> {
    Some(Position {
        name: String::new(),
        account: String::new(),
        venue: String::new(),
        instrument,
        quantity: Quantity::new(quantity).ok()?,
        entry_price: entry.map(Price::new).transpose().ok()?,
        mark: None,
        tags: BTreeMap::new(),
        stated: None,
        source: Source::default(),
    })
}

fn fact(value: FactValue) -> Fact {
    Fact { value, time: None, origin: Origin::Quote, source: Source::default() }
}

/// Recognizes the format and reads the question of every row, in the order of the file.
///
/// # Errors
/// As [`answer`].
pub fn questions(csv_text: &str) -> Result<Vec<Option<Question>>, Issue> {
    let mut questions = Vec::new();
    each_row(csv_text, &mut |def, row| questions.push((def.question)(row)))?;
    Ok(questions)
}

/// Answers questions, in their order.
pub fn answers(questions: &[Option<Question>]) -> Vec<Option<f64>> {
    questions.iter().map(|question| question.as_ref().and_then(Question::answer)).collect()
}

/// Recognizes the format and answers every row, in the order of the file: id and answer. Lines that start with `#` are skipped, but for
/// the samples that [`attach`] has put there.
///
/// # Errors
/// A `Parse` issue when the text is no CSV, or an `Unsupported` one that names the known formats when none has these columns.
pub fn answer(csv_text: &str) -> Result<Vec<(String, Option<f64>)>, Issue> {
    let mut rows = Vec::new();
    each_row(csv_text, &mut |def, row| {
        let answer = (def.question)(row).as_ref().and_then(Question::answer);
        rows.push((row.text("id").unwrap_or_default().to_owned(), answer));
    })?;
    Ok(rows)
}

fn broken(error: csv::Error) -> Issue {
    Issue::rejected(IssueKind::Parse, format!("the accuracy set cannot be read: {error}"))
}

fn reader(csv_text: &str) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().comment(Some(b'#')).flexible(true).from_reader(csv_text.as_bytes())
}

/// The format of a set.
///
/// # Errors
/// As [`answer`].
pub fn format(csv_text: &str) -> Result<&'static OracleDef, Issue> {
    let mut reader = reader(csv_text);
    let header = reader.headers().map_err(broken)?;
    let has = |column: &str| header.iter().any(|head| head == column);
    ALL.iter().copied().find(|def| has("id") && def.columns.iter().all(|column| has(column))).ok_or_else(|| {
        let known: Vec<&str> = ALL.iter().map(|def| def.id).collect();
        let message = format!("the columns are of no accuracy set that is known here: {}", known.join(", "));
        Issue::rejected(IssueKind::Unsupported, message).with_value(&header.iter().collect::<Vec<_>>().join(","))
    })
}

/// Recognizes the format and hands over every row.
fn each_row(csv_text: &str, each: &mut dyn FnMut(&OracleDef, &Row)) -> Result<&'static OracleDef, Issue> {
    let (def, samples) = (format(csv_text)?, Samples::of(csv_text));
    let mut reader = reader(csv_text);
    let header = reader.headers().map_err(broken)?.clone();
    for record in reader.records() {
        let record = record.map_err(broken)?;
        each(def, &Row { header: &header, record: &record, samples: &samples });
    }
    Ok(def)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_known_by_its_columns_and_a_row_without_answer_keeps_its_place() {
        let text = "# a comment\nid,flag,F,K,T,df,price,status\na,c,100,100,1,1,0.0,zero_time_value\nb,c,100,100,1,1,oops,\n";
        assert_eq!(answer(text).unwrap(), [("a".to_owned(), None), ("b".to_owned(), None)]);
        assert_eq!(answer("id,colour\n1,blue\n").unwrap_err().kind, IssueKind::Unsupported);
    }
}
