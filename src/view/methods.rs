//! How every number is computed: the texts that stand beside the code, section by section, as plain data for page and terminal.

use crate::method::Method;
use crate::view::measure;
use serde::{Deserialize, Serialize};

/// A section.
pub struct SectionDef {
    /// Stable id, kebab-case; the anchor of an entry starts with it.
    pub id: &'static str,
    /// Name for a reader.
    pub label: &'static str,
    /// What is in it, list behind list.
    pub methods: &'static [&'static [&'static Method]],
}

/// Every section, in the order of the page.
pub const ALL: &[SectionDef] = &[
    SectionDef { id: MEASURE, label: "Measures", methods: &[measure::METHODS] },
    SectionDef { id: "greeks", label: "Time and Greeks", methods: &[crate::units::METHODS] },
    SectionDef { id: "contract", label: "Contracts", methods: &[crate::instrument::METHODS] },
    SectionDef { id: "market", label: "Market", methods: &[crate::market::METHODS, crate::market::surface::METHODS] },
    SectionDef { id: "stress", label: "Stress", methods: &[crate::stress::METHODS] },
    SectionDef { id: "book", label: "Book", methods: &[crate::exposure::METHODS, crate::book::METHODS] },
    SectionDef { id: "check", label: "Checks", methods: &[crate::check::METHODS] },
    SectionDef { id: "venue", label: "Greeks as venues define them", methods: &[crate::price::convention::METHODS] },
    SectionDef { id: "accuracy", label: "Accuracy", methods: &[crate::oracle::METHODS] },
];

/// Id of the section of the headline measures.
pub const MEASURE: &str = "measure";

/// A section as it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Anchor.
    pub id: String,
    /// Name for a reader.
    pub label: String,
    /// What is in it.
    pub entries: Vec<Entry>,
}

/// A [`Method`] as it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Anchor: the section's id, a hyphen and the method's own.
    pub id: String,
    /// Name for a reader.
    pub label: String,
    /// What it is.
    pub doc: String,
    /// How it is computed; lines end with `\n`.
    pub formula: String,
    /// In what it and its inputs are.
    pub unit: String,
    /// What was chosen where others choose otherwise.
    pub convention: String,
    /// Author, year, equation.
    pub source: String,
    /// Where it ceases to hold.
    pub limits: String,
}

impl Entry {
    /// Name and text of what stands under the formula.
    pub fn parts(&self) -> [(&'static str, &str); 4] {
        [("Unit", &self.unit), ("Convention", &self.convention), ("Source", &self.source), ("Limits", &self.limits)]
    }
}

/// Every section with every text.
pub fn sections() -> Vec<Section> {
    let entry = |section: &SectionDef, method: &Method| {
        let Method { id, label, doc, formula, unit, convention, source, limits } = *method;
        let [label, doc, formula, unit, convention, source, limits] =
            [label, doc, formula, unit, convention, source, limits].map(str::to_owned);
        Entry { id: format!("{}-{id}", section.id), label, doc, formula, unit, convention, source, limits }
    };
    let section = |def: &SectionDef| Section {
        id: def.id.to_owned(),
        label: def.label.to_owned(),
        entries: def.methods.iter().copied().flatten().map(|method| entry(def, method)).collect(),
    };
    ALL.iter().map(section).collect()
}
