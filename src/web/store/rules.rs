//! Rules for labels: kept in this browser, counted by a worker, applied to the open book in one step that can be undone.

use crate::book::Edit;
use crate::book::tag::{Preview, Rule};
use crate::book::tag_rule::{self, Clause};
use crate::issue::Partial;
use crate::protocol::Request;
use crate::view::edited;
use crate::web::browser::local_storage;
use crate::web::store::{Notice, Store, in_one_line};
use leptos::prelude::*;

/// Where the browser keeps the rules.
const KEPT: &str = "plimsoll-rules";

/// State of the rules; cheap to copy.
#[derive(Clone, Copy)]
pub struct RuleDesk {
    /// Whether the dialog is open.
    pub is_open: RwSignal<bool>,
    /// In the order in which they are applied.
    pub rules: RwSignal<Vec<Rule>>,
    /// What they would do, once a worker has counted it.
    pub preview: RwSignal<Option<Preview>>,
    /// What is wrong with what was said, or with what is kept.
    pub trouble: RwSignal<String>,
    /// Whether the browser has refused to keep them.
    is_lost: StoredValue<bool>,
}

impl RuleDesk {
    /// No rules yet.
    pub fn new() -> RuleDesk {
        RuleDesk {
            is_open: RwSignal::new(false),
            rules: RwSignal::new(Vec::new()),
            preview: RwSignal::new(None),
            trouble: RwSignal::new(String::new()),
            is_lost: StoredValue::new(false),
        }
    }
}

impl Store {
    /// Opens the dialog with the rules that this browser keeps; one that keeps nothing has them for as long as the page is open.
    pub fn open_rules(&self) {
        let desk = self.rules;
        if !desk.is_lost.get_value() {
            let Partial { value, issues } = tag_rule::from_text(&local_storage::read(KEPT).unwrap_or_default());
            desk.rules.set(value);
            desk.trouble.set(issues.first().map(in_one_line).unwrap_or_default());
        }
        desk.is_open.set(true);
        self.preview_rules();
    }

    /// Adds a rule that was said; `false` where something is missing, which is then said.
    pub fn add_rule(&self, clauses: &[Clause], dimension: &str, label: &str) -> bool {
        match tag_rule::rule(clauses, dimension, label) {
            Ok(rule) => {
                self.change_rules(|rules| rules.push(rule));
                true
            }
            Err(issue) => {
                self.rules.trouble.set(issue.message);
                false
            }
        }
    }

    /// Changes the rules, keeps them, and has them counted.
    pub fn change_rules(&self, change: impl FnOnce(&mut Vec<Rule>)) {
        let desk = self.rules;
        desk.rules.update(change);
        let is_kept = local_storage::write(KEPT, &desk.rules.with_untracked(|rules| tag_rule::to_text(rules)));
        desk.is_lost.set_value(!is_kept);
        let trouble = if is_kept { "" } else { "This browser keeps no rules: they are gone once the page is closed." };
        desk.trouble.set(trouble.to_owned());
        self.preview_rules();
    }

    fn preview_rules(&self) {
        self.rules.preview.set(None);
        self.ask(Request::PreviewRules { rules: self.rules.rules.get_untracked() });
    }

    /// Takes over what was counted, unless the rules have changed since.
    pub(super) fn take_preview(&self, preview: Preview) {
        if preview.met.len() == self.rules.rules.with_untracked(Vec::len) {
            self.rules.preview.set(Some(preview));
        }
    }

    /// Labels the positions.
    pub fn apply_rules(&self) {
        self.rules.is_open.set(false);
        self.edit(vec![Edit::ApplyRules { rules: self.rules.rules.get_untracked() }]);
        let text = self.rules.preview.with_untracked(|preview| preview.as_ref().map(|preview| edited::labelled(preview.changed)));
        self.notice.set(text.map(|text| Notice { text, is_error: false }));
    }
}
