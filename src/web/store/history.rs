//! Undo and redo of everything: what the user chose and what she holds, one step for each thing that she did.
//!
//! A book is a `Blob`, which the browser may keep on disk; a step that leaves the book alone shares it with its neighbors.

use crate::session::{Action, Session};
use crate::units::Timestamp;
use crate::web::browser::clock;
use crate::web::store::autosave::Arrival;
use crate::web::store::{Files, Store};
use leptos::prelude::*;
use std::collections::VecDeque;
use std::mem::Discriminant;
use std::sync::Arc;
use web_sys::Blob;

/// Steps that are kept.
const MOST_STEPS: usize = 200;
/// Moves of one control that follow each other within this time are one step, milliseconds.
const TOGETHER_MS: i64 = 1000;

/// State of the history; cheap to copy.
#[derive(Clone, Copy)]
pub struct History {
    /// How many steps can be undone and redone.
    pub depth: RwSignal<(usize, usize)>,
    past: StoredValue<VecDeque<Step>, LocalStorage>,
    future: StoredValue<Vec<Step>, LocalStorage>,
    last: StoredValue<Option<(Discriminant<Action>, Timestamp)>>,
}

#[derive(Clone)]
struct Step {
    session: Session,
    files: Option<Arc<Files>>,
    inputs: Option<Blob>,
}

impl History {
    /// Nothing to undo.
    pub fn new() -> History {
        History {
            depth: RwSignal::new((0, 0)),
            past: StoredValue::new_local(VecDeque::new()),
            future: StoredValue::new_local(Vec::new()),
            last: StoredValue::new(None),
        }
    }

    fn count(&self) {
        let depth = (self.past.with_value(VecDeque::len), self.future.with_value(Vec::len));
        if self.depth.get_untracked() != depth {
            self.depth.set(depth);
        }
    }
}

impl Store {
    fn step(&self) -> Step {
        Step { session: self.session.get_untracked(), files: self.files.get_untracked(), inputs: self.inputs.get_value() }
    }

    /// Remembers the present state before it changes; `kind` tells moves of one control from other things.
    pub(super) fn remember(&self, kind: Option<Discriminant<Action>>) {
        let now = clock::now();
        let is_same =
            self.history.last.get_value().zip(kind).is_some_and(|((last, at), kind)| last == kind && now.ms() - at.ms() < TOGETHER_MS);
        self.history.last.set_value(kind.map(|kind| (kind, now)));
        if is_same {
            return;
        }
        let step = self.step();
        self.history.past.update_value(|past| {
            past.push_back(step);
            if past.len() > MOST_STEPS {
                past.pop_front();
            }
        });
        self.history.future.update_value(Vec::clear);
        self.history.count();
    }

    /// Takes the last step back.
    pub fn undo(&self) {
        if let Some(step) = self.history.past.try_update_value(VecDeque::pop_back).flatten() {
            let present = self.step();
            self.history.future.update_value(|future| future.push(present));
            self.restore(step);
        }
    }

    /// Takes the last undo back.
    pub fn redo(&self) {
        if let Some(step) = self.history.future.try_update_value(Vec::pop).flatten() {
            let present = self.step();
            self.history.past.update_value(|past| past.push_back(present));
            self.restore(step);
        }
    }

    fn restore(&self, step: Step) {
        self.history.last.set_value(None);
        self.history.count();
        // What it says of the last step no longer holds.
        self.notice.set(None);
        let page = self.session.with_untracked(|session| session.page);
        self.session.set(Session { page, ..step.session });
        let is_same_book = match (&step.inputs, self.inputs.get_value()) {
            (Some(past), Some(present)) => *past == present,
            (None, None) => true,
            _ => false,
        };
        match (step.inputs, step.files) {
            _ if is_same_book => {
                self.touch();
                self.run();
            }
            (Some(inputs), Some(files)) => self.load(inputs, files, Arrival::Import),
            _ => self.forget_book(),
        }
    }
}
