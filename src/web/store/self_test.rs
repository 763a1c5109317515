//! The self-test: accuracy sets that are served with the page. The annex reads what they ask and judges; the
//! module that values the book answers.

use crate::oracle::{SETS, Verdict, attach};
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
    /// Build of the module that answered.
    pub build: RwSignal<String>,
    /// Why a set could not be had.
    pub trouble: RwSignal<String>,
    /// The sets by id, to be judged by.
    texts: StoredValue<Vec<(String, String)>>,
}

impl SelfTest {
    /// Not run yet.
    pub fn new() -> SelfTest {
        SelfTest {
            is_open: RwSignal::new(false),
            verdicts: RwSignal::new(Vec::new()),
            build: RwSignal::new(String::new()),
            trouble: RwSignal::new(String::new()),
            texts: StoredValue::new(Vec::new()),
        }
    }
}

impl Store {
    /// Opens the dialog and answers every set anew.
    pub fn run_self_test(&self) {
        let (store, test) = (*self, self.self_test);
        test.is_open.set(true);
        test.verdicts.set(Vec::new());
        test.trouble.set(String::new());
        test.texts.set_value(Vec::new());
        leptos::task::spawn_local(async move {
            for (id, _, _, samples, _) in SETS {
                match set_and_samples(id, samples).await {
                    Ok(text) => {
                        let set = id.to_owned();
                        test.texts.update_value(|texts| texts.push((set.clone(), text.clone())));
                        store.with_pool(|pool| pool.read(Request::ReadQuestions { set, text }, Vec::new()));
                    }
                    Err(message) => test.trouble.set(message),
                }
            }
        });
    }

    /// Hands the questions to the module that values the book, or that draws the past.
    pub(super) fn take_questions(&self, set: String, questions: Vec<u8>) {
        let by_annex = SETS.iter().any(|(id, .., by_annex)| *id == set && *by_annex);
        let request = Request::Answer { set, questions };
        self.with_pool(|pool| if by_annex { pool.read(request, Vec::new()) } else { pool.ask_aside(request, None) });
    }

    /// Has the answers judged.
    pub(super) fn take_answers(&self, set: &str, build: String, answers: Vec<u8>) {
        self.self_test.build.set(build);
        let text = self.self_test.texts.with_value(|texts| texts.iter().find(|(id, _)| id == set).map(|(_, text)| text.clone()));
        if let Some(text) = text {
            self.with_pool(|pool| pool.read(Request::Judge { text, answers }, Vec::new()));
        }
    }

    /// Takes the verdict on a set.
    pub(super) fn take_verdict(&self, verdict: Verdict) {
        self.self_test.verdicts.update(|verdicts| {
            verdicts.retain(|known| known.set != verdict.set);
            verdicts.push(verdict);
        });
    }
}

/// A set, and before it the samples that its rows are about.
async fn set_and_samples(id: &str, samples: Option<&str>) -> Result<String, String> {
    let set = files::fetch_text(&format!("accuracy/{}.csv", id.replace('-', "_"))).await?;
    match samples {
        Some(name) => Ok(attach(&set, name, &files::fetch_text(&format!("accuracy/data/{name}")).await?)),
        None => Ok(set),
    }
}
