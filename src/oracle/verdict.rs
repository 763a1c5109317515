//! How the answers to a whole accuracy set compare with what it expects: the self-test, the same in a browser and in the tests.

use crate::issue::{Issue, IssueKind};
use crate::oracle::{self, OracleDef, Row};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Rows that are named of those outside of their tolerance.
const MOST_NAMED: usize = 20;

/// Which column says what, and what is allowed of a row.
#[derive(Clone, Copy, Debug)]
pub struct Judgement {
    /// The column that says what is asked, by which rows are counted.
    pub asked: &'static str,
    /// The column of the right answer; no number there means that none is right.
    pub expected: &'static str,
    /// How far an answer may be from the right one.
    pub allowed: fn(&Row, f64) -> f64,
    /// Ids of rows whose own figure is wrong, and why: they are listed and do not count.
    pub doubted: &'static [(&'static str, &'static str)],
}

/// The tolerance that the row itself states, absolute or relative, whichever is wider.
pub(super) fn stated(row: &Row, right: f64) -> f64 {
    let tolerance = |column| row.number(column).unwrap_or(0.0);
    tolerance("abs_tol").max(tolerance("rel_tol") * right.abs()) * (1.0 + 1e-9)
}

/// Rows that ask for one thing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Rows.
    pub asked: u32,
    /// Those that have an answer here.
    pub answered: u32,
    /// Answers outside of their tolerance.
    pub outside: u32,
}

/// An answer that is not what the set expects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Miss {
    /// Id of the row.
    pub id: String,
    /// Ours.
    pub ours: f64,
    /// The right one; `None` where no number is right.
    pub right: Option<f64>,
    /// How far ours may be from it.
    pub allowed: f64,
    /// Why the set's figure is not believed, where it is not.
    pub doubt: Option<String>,
}

/// What came of a set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Id of the set's format.
    pub set: String,
    /// Rows by what they ask.
    pub counts: BTreeMap<String, Count>,
    /// The largest error as a part of what is allowed, 0 where there is no answer; above 1 it is outside.
    pub worst: f64,
    /// Id of that row.
    pub worst_id: String,
    /// The largest error in itself, in the unit of its row; 0 where there is no answer.
    pub largest: f64,
    /// Answers outside of their tolerance, the first of them.
    pub misses: Vec<Miss>,
}

impl Verdict {
    /// All rows together.
    pub fn total(&self) -> Count {
        self.counts.values().fold(Count::default(), |sum, count| Count {
            asked: sum.asked + count.asked,
            answered: sum.answered + count.answered,
            outside: sum.outside + count.outside,
        })
    }
}

/// Compares the answers to a set's questions, in the order of its rows, with what it expects.
///
/// # Errors
/// As [`oracle::answer`]; `Invalid` where there are not as many answers as rows.
pub fn judge(csv_text: &str, answers: &[Option<f64>]) -> Result<Verdict, Issue> {
    let mut verdict =
        Verdict { set: String::new(), counts: BTreeMap::new(), worst: 0.0, worst_id: String::new(), largest: 0.0, misses: Vec::new() };
    let (mut left, mut is_short) = (answers.iter(), false);
    let def = oracle::each_row(csv_text, &mut |def, row| match left.next() {
        Some(answer) => add(&mut verdict, def, row, *answer),
        None => is_short = true,
    })?;
    if is_short || left.next().is_some() {
        return Err(Issue::rejected(IssueKind::Invalid, "there are not as many answers as rows in the accuracy set"));
    }
    verdict.set = def.id.to_owned();
    Ok(verdict)
}

fn add(verdict: &mut Verdict, def: &OracleDef, row: &Row, answer: Option<f64>) {
    let Judgement { asked, expected, allowed, doubted } = def.judgement;
    let count = verdict.counts.entry(row.text(asked).unwrap_or_default().to_owned()).or_default();
    count.asked += 1;
    let Some(ours) = answer else { return };
    count.answered += 1;
    let id = row.text("id").unwrap_or_default();
    let right = row.number(expected);
    let allowed = right.map_or(0.0, |right| allowed(row, right));
    let error = right.map_or(f64::INFINITY, |right| (ours - right).abs());
    // No error at all is no error, also where none is allowed.
    let part = if error == 0.0 { 0.0 } else { error / allowed };
    let doubt = doubted.iter().find(|(doubted, _)| *doubted == id).map(|(_, reason)| (*reason).to_owned());
    let counts = doubt.is_none();
    if counts {
        verdict.largest = verdict.largest.max(error);
    }
    if counts && part > verdict.worst {
        (verdict.worst, verdict.worst_id) = (part, id.to_owned());
    }
    if part > 1.0 {
        count.outside += u32::from(counts);
        if verdict.misses.len() < MOST_NAMED {
            verdict.misses.push(Miss { id: id.to_owned(), ours, right, allowed, doubt });
        }
    }
}
