//! How every number is computed: the texts that stand beside the code, section by section, as plain data for page and terminal.

use crate::exposure::{self, pivot};
use crate::method::Method;
use crate::view::chart::exercise_boundary;
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
    SectionDef { id: "contract", label: "Contracts", methods: &[crate::instrument::METHODS, &[&exercise_boundary::METHOD]] },
    SectionDef { id: "market", label: "Market", methods: &[crate::market::METHODS, crate::market::surface::METHODS] },
    SectionDef { id: "past", label: "The past", methods: &[crate::market::history::METHODS, crate::exposure::portfolio_vol::METHODS] },
    SectionDef {
        id: "stress",
        label: "Stress",
        methods: &[
            crate::stress::METHODS,
            crate::stress::scenario::METHODS,
            crate::stress::library::METHODS,
            crate::stress::propagation::METHODS,
            crate::stress::reverse::METHODS,
        ],
    },
    SectionDef { id: "hedge", label: "Alternatives", methods: &[crate::hedge::METHODS] },
    SectionDef { id: "book", label: "Book", methods: &[exposure::METHODS, crate::book::METHODS] },
    SectionDef {
        id: "exposure",
        label: "Exposure",
        methods: &[
            exposure::ladder::METHODS,
            exposure::counterparty::METHODS,
            exposure::concentration::METHODS,
            exposure::leverage::METHODS,
            exposure::limit::METHODS,
        ],
    },
    SectionDef {
        id: "pivot",
        label: "Exposure by dimension",
        methods: &[pivot::METHODS, pivot::dimension::METHODS, pivot::measure::METHODS],
    },
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
    /// Unit, convention, source, limits: name and text.
    pub parts: Vec<(String, String)>,
}

impl Entry {
    fn new(section: &SectionDef, method: &Method) -> Entry {
        let Method { id, label, doc, formula, unit, convention, source, limits } = *method;
        let parts = [("Unit", unit), ("Convention", convention), ("Source", source), ("Limits", limits)];
        Entry {
            id: format!("{}-{id}", section.id),
            label: label.to_owned(),
            doc: doc.to_owned(),
            formula: formula.to_owned(),
            parts: parts.map(|(name, text)| (name.to_owned(), text.to_owned())).into(),
        }
    }

    /// Whether every one of these words, in small letters, stands somewhere in it.
    pub fn holds(&self, words: &str) -> bool {
        let mut all = [self.label.as_str(), &self.doc, &self.formula].join("\n");
        self.parts.iter().for_each(|(_, text)| all.push_str(text));
        let all = all.to_lowercase();
        words.split_whitespace().all(|word| all.contains(word))
    }
}

/// Every section with every text.
pub fn sections() -> Vec<Section> {
    let section = |def: &SectionDef| Section {
        id: def.id.to_owned(),
        label: def.label.to_owned(),
        entries: def.methods.iter().copied().flatten().map(|method| Entry::new(def, method)).collect(),
    };
    ALL.iter().map(section).collect()
}

/// The methods as JSON on one line, with the build that computes so.
pub fn json(build: &str) -> String {
    #[derive(Serialize)]
    struct Group<'a> {
        id: &'a str,
        label: &'a str,
        methods: Vec<&'a Method>,
    }
    #[derive(Serialize)]
    struct Shown<'a> {
        build: &'a str,
        sections: Vec<Group<'a>>,
    }
    let group = |def: &'static SectionDef| Group {
        id: def.id,
        label: def.label,
        methods: def.methods.iter().copied().flatten().copied().collect(),
    };
    serde_json::to_string(&Shown { build, sections: ALL.iter().map(group).collect() }).unwrap_or_default()
}
