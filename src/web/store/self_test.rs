//! The self-test: accuracy sets that are served with the page, answered by the annex. It holds the same engine as the workers that
//! value the book; what reads the sets is too large for a first visit.

use crate::oracle::{SETS, Verdict};
use crate::protocol::Request;
use crate::web::browser::files;
use crate::web::store::Store;
use leptos::prelude::*;

/// State of the self-test; cheap to copy.
#[derive(Clone, Copy)]
pub struct SelfTest {
    /// Whether its dialog is open.
    pub is_open: RwSignal<bool>,
    /// What has come of the sets so far.
    pub verdicts: RwSignal<Vec<Verdict>>,
    /// Why a set could not be had.
    pub trouble: RwSignal<String>,
}

impl SelfTest {
    /// Not run yet.
    pub fn new() -> SelfTest {
        SelfTest { is_open: RwSignal::new(false), verdicts: RwSignal::new(Vec::new()), trouble: RwSignal::new(String::new()) }
    }
}

impl Store {
    /// Opens the dialog and answers every set anew.
    pub fn run_self_test(&self) {
        let (store, test) = (*self, self.self_test);
        test.is_open.set(true);
        test.verdicts.set(Vec::new());
        test.trouble.set(String::new());
        leptos::task::spawn_local(async move {
            for (id, _, _) in SETS {
                match files::fetch_text(&format!("accuracy/{}.csv", id.replace('-', "_"))).await {
                    Ok(text) => store.with_pool(|pool| pool.read(Request::SelfTest { text }, Vec::new())),
                    Err(message) => test.trouble.set(message),
                }
            }
        });
    }

    /// Takes the verdict on a set.
    pub(super) fn take_verdict(&self, verdict: Verdict) {
        self.self_test.verdicts.update(|verdicts| {
            verdicts.retain(|known| known.set != verdict.set);
            verdicts.push(verdict);
        });
    }
}
