//! The page's side of the annex: the module that is loaded when first needed. It reads files, and answers what is asked of the loaded
//! book and not needed at once.
//!
//! One question at a time, files first. The book is sent to it before the first question about it, and again after each load and
//! each new start; of the questions of one kind about the book only the latest waits. Whoever cancels a reading takes nothing from
//! the others: their questions are asked again.

use crate::import::File;
use crate::issue::{Issue, IssueKind};
use crate::protocol::{Request, Response};
use crate::units::Timestamp;
use crate::view::sheet::ALERTS;
use crate::web::browser::clock;
use crate::web::worker::{detach, here, load, response_of, send};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

type Listener = Rc<dyn Fn(Response, Option<Blob>)>;

/// What is asked.
#[derive(Clone)]
struct Question {
    /// Its files are empty here.
    request: Request,
    /// The files.
    files: Vec<web_sys::File>,
    /// Its large bytes.
    payload: Option<Blob>,
    subject: Subject,
}

/// What a question is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Subject {
    /// Files, which the user may stop being read.
    Files,
    /// The book as it was loaded at this count.
    Book(u64),
    /// Neither.
    Itself,
}

/// What is being answered.
enum InFlight {
    /// The book is being loaded, for the question that waits behind it.
    Load(u64),
    /// A question; `true` where its answer is wanted no more.
    Question(Box<Question>, bool),
}

/// The annex; cheap to clone.
#[derive(Clone)]
pub struct Annex {
    inner: Rc<RefCell<Inner>>,
    listener: Listener,
}

struct Inner {
    worker: Option<Worker>,
    is_ready: bool,
    waiting: VecDeque<Question>,
    in_flight: Option<InFlight>,
    book: Option<(Blob, Timestamp)>,
    /// How often a book was loaded on the page.
    count: u64,
    /// At which count the annex has it.
    loaded: Option<u64>,
    script: String,
    has_workers: bool,
    /// A callback is held for as long as its worker.
    on_message: Option<Closure<dyn FnMut(MessageEvent)>>,
    on_error: Option<Closure<dyn FnMut(ErrorEvent)>>,
}

impl Annex {
    /// Not started yet. Without workers it is loaded into the page itself.
    pub fn new(script: &str, has_workers: bool, listener: impl Fn(Response, Option<Blob>) + 'static) -> Annex {
        let inner = Inner {
            worker: None,
            is_ready: false,
            waiting: VecDeque::new(),
            in_flight: None,
            book: None,
            count: 0,
            loaded: None,
            script: format!("{script}&name=annex"),
            has_workers,
            on_message: None,
            on_error: None,
        };
        Annex { inner: Rc::new(RefCell::new(inner)), listener: Rc::new(listener) }
    }

    /// Makes this the book that questions are about; it travels with the next of them.
    pub fn load(&self, inputs: Blob, now: Timestamp) {
        let mut inner = self.inner.borrow_mut();
        inner.book = Some((inputs, now));
        inner.count += 1;
    }

    /// Asks about files, or about nothing that is loaded; the answer arrives at the listener.
    pub fn read(&self, mut request: Request, files: Vec<web_sys::File>) {
        let subject = if request.files().is_some() { Subject::Files } else { Subject::Itself };
        {
            let mut inner = self.inner.borrow_mut();
            let first_other = inner.waiting.iter().position(|question| question.subject != Subject::Files);
            let place = first_other.filter(|_| subject == Subject::Files).unwrap_or(inner.waiting.len());
            inner.waiting.insert(place, Question { request, files, payload: None, subject });
        }
        self.pump();
    }

    /// Asks about the loaded book, in the place of a waiting question of the same kind.
    pub fn ask(&self, request: Request, payload: Option<Blob>) {
        {
            let mut inner = self.inner.borrow_mut();
            let subject = Subject::Book(inner.count);
            inner.waiting.retain(|question| !is_same_kind(question, &request));
            inner.waiting.push_back(Question { request, files: Vec::new(), payload, subject });
        }
        self.pump();
    }

    /// Stops reading files at once: a worker that reads is thrown away, and what others asked is asked again.
    pub fn cancel_reading(&self) {
        {
            let mut inner = self.inner.borrow_mut();
            inner.waiting.retain(|question| question.subject != Subject::Files);
            match inner.in_flight.as_mut() {
                Some(InFlight::Question(question, is_dropped)) if question.subject == Subject::Files => *is_dropped = true,
                _ => return,
            }
            if inner.worker.is_some() {
                inner.stop();
            }
        }
        self.pump();
    }

    fn spawn(&self) -> Result<(), JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&self.inner.borrow().script, &options)?;
        let annex = self.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let (response, blob) = response_of(&event);
            if matches!(response, Response::Ready { .. }) {
                annex.inner.borrow_mut().is_ready = true;
                annex.pump();
            } else {
                annex.receive(response, blob);
            }
        });
        let annex = self.clone();
        let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
            event.prevent_default();
            annex.fail();
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let mut inner = self.inner.borrow_mut();
        inner.worker = Some(worker);
        inner.on_message = Some(on_message);
        inner.on_error = Some(on_error);
        Ok(())
    }

    /// A worker that stopped while it answered: its question fails, the others are asked of a new one. One that never started: the
    /// page answers.
    fn fail(&self) {
        let failed = {
            let mut inner = self.inner.borrow_mut();
            inner.has_workers = inner.is_ready;
            let failed = inner.in_flight.take();
            inner.stop();
            if let Some(InFlight::Load(_)) = failed {
                // It would fail again for each of them.
                inner.waiting.retain(|question| !matches!(question.subject, Subject::Book(_)));
            }
            failed
        };
        if let Some(failed) = failed {
            let message = match failed {
                InFlight::Question(question, _) if question.subject == Subject::Files => {
                    "reading stopped with an error, most likely for want of memory: the book is as it was; try fewer or smaller files"
                }
                _ => "an analysis stopped with an error, most likely for want of memory: the book is as it was",
            };
            (self.listener)(Response::Failed(Issue::rejected(IssueKind::Calculation, message)), None);
        }
        self.pump();
    }

    fn receive(&self, response: Response, blob: Option<Blob>) {
        if matches!(response, Response::Reading { .. }) {
            (self.listener)(response, blob);
            return;
        }
        let is_wanted = {
            let mut inner = self.inner.borrow_mut();
            match inner.in_flight.take() {
                // A book that cannot be loaded is said by the others, who load it too.
                Some(InFlight::Load(count)) => {
                    inner.loaded = Some(count);
                    false
                }
                Some(InFlight::Question(_, true)) | None => false,
                Some(InFlight::Question(question, false)) => match question.subject {
                    // Of a book that is open no more: the same of the new one.
                    Subject::Book(count) if count != inner.count => {
                        if !inner.waiting.iter().any(|other| is_same_kind(other, &question.request)) {
                            let subject = Subject::Book(inner.count);
                            inner.waiting.push_back(Question { subject, ..*question });
                        }
                        false
                    }
                    _ => true,
                },
            }
        };
        if is_wanted {
            (self.listener)(response, blob);
        }
        self.pump();
    }

    /// Puts the next question.
    fn pump(&self) {
        let must_start = self.inner.borrow().must_start();
        if must_start && self.spawn().is_err() {
            self.inner.borrow_mut().has_workers = false;
        }
        let Some((request, payload, files)) = self.inner.borrow_mut().next() else { return };
        let worker = self.inner.borrow().worker.clone();
        match worker {
            Some(worker) => {
                send(&request, payload.as_ref(), &files, |message, transfer| worker.post_message_with_transfer(message, transfer));
            }
            None => self.answer_here(request, payload, files),
        }
    }

    fn answer_here(&self, mut request: Request, payload: Option<Blob>, files: Vec<web_sys::File>) {
        let annex = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            clock::turn().await;
            if let (Some(bytes), Some(blob)) = (request.payload(), &payload) {
                // A blob of the page's own making can always be read.
                *bytes = here::bytes(blob).await.unwrap_or_default();
            }
            if let Some(read) = request.files() {
                for file in &files {
                    read.push(match here::bytes(file).await {
                        Ok(bytes) => File { name: file.name(), bytes, refused: None },
                        Err(_) => {
                            let reason = "the browser could not read it: a folder, or no permission".to_owned();
                            File { name: file.name(), bytes: Vec::new(), refused: Some(reason) }
                        }
                    });
                }
            }
            let mut response = here::answer("annex", &request).await;
            let blob = detach(&mut response);
            annex.receive(response, blob);
        });
    }
}

impl Inner {
    fn must_start(&self) -> bool {
        self.has_workers && self.worker.is_none() && !self.waiting.is_empty()
    }

    fn stop(&mut self) {
        self.is_ready = false;
        self.in_flight = None;
        self.loaded = None;
        if let Some(worker) = self.worker.take() {
            worker.terminate();
        }
    }

    /// What is put next: the book where the next question is about one that the annex does not have.
    fn next(&mut self) -> Option<(Request, Option<Blob>, Vec<web_sys::File>)> {
        if self.in_flight.is_some() || (self.has_workers && !self.is_ready) {
            return None;
        }
        let is_missing = matches!(self.waiting.front()?.subject, Subject::Book(_)) && self.loaded != Some(self.count);
        if let Some((inputs, now)) = self.book.clone().filter(|_| is_missing) {
            self.in_flight = Some(InFlight::Load(self.count));
            let (request, payload) = load(inputs, now);
            return Some((request, payload, Vec::new()));
        }
        let mut question = self.waiting.pop_front()?;
        match question.subject {
            Subject::Files => clock::measure("plimsoll-read", false),
            Subject::Book(_) => question.subject = Subject::Book(self.count),
            Subject::Itself => {}
        }
        self.in_flight = Some(InFlight::Question(Box::new(question.clone()), false));
        Some((question.request, question.payload, question.files))
    }
}

fn is_same_kind(question: &Question, request: &Request) -> bool {
    let is_same_sheet = match (&question.request, request) {
        (Request::Sheet { sheet: known, .. }, Request::Sheet { sheet: next, .. }) => (known == ALERTS) == (next == ALERTS),
        _ => true,
    };
    let is_same = std::mem::discriminant(&question.request) == std::mem::discriminant(request);
    matches!(question.subject, Subject::Book(_)) && is_same && is_same_sheet
}
