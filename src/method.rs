//! How a number comes about, in words and formulas. Each text stands beside the code that it describes, as a constant: what nobody
//! asks for is linked nowhere, so that a first visit does not wait for it.

use serde::Serialize;

/// What is said of one number, contract, check or convention. Lines of a text end with `\n`; formulas are set in Unicode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Method {
    /// Stable id, kebab-case, one within its section.
    pub id: &'static str,
    /// Name for a reader.
    pub label: &'static str,
    /// What it is, in a sentence or two.
    pub doc: &'static str,
    /// How it is computed.
    pub formula: &'static str,
    /// In what it and its inputs are.
    pub unit: &'static str,
    /// What was chosen where others choose otherwise.
    pub convention: &'static str,
    /// Author, year and, where there is one, the number of the equation.
    pub source: &'static str,
    /// Where it ceases to hold.
    pub limits: &'static str,
}
