//! The page's side of the module that reads files: started with the first file, thrown away when the user cancels.

use crate::import::File;
use crate::issue::{Issue, IssueKind};
use crate::protocol::{Request, Response};
use crate::web::browser::clock;
use crate::web::worker::{detach, here, response_of, send};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

type Listener = Rc<dyn Fn(Response, Option<Blob>)>;

/// What is to be read.
pub struct Job {
    /// The question; its files are empty here.
    pub request: Request,
    /// The files.
    pub files: Vec<web_sys::File>,
}

/// The importer; cheap to clone.
#[derive(Clone)]
pub struct Importer {
    inner: Rc<RefCell<Inner>>,
    listener: Listener,
}

struct Inner {
    worker: Option<Worker>,
    is_ready: bool,
    waiting: Vec<Job>,
    script: String,
    has_workers: bool,
    /// A callback is held for as long as its worker.
    on_message: Option<Closure<dyn FnMut(MessageEvent)>>,
    on_error: Option<Closure<dyn FnMut(ErrorEvent)>>,
}

impl Importer {
    /// An importer that is not started yet. Without workers it is loaded into the page itself.
    pub fn new(script: &str, has_workers: bool, listener: impl Fn(Response, Option<Blob>) + 'static) -> Importer {
        let script = format!("{script}&name=importer");
        let inner = Inner { worker: None, is_ready: false, waiting: Vec::new(), script, has_workers, on_message: None, on_error: None };
        Importer { inner: Rc::new(RefCell::new(inner)), listener: Rc::new(listener) }
    }

    /// Reads files; the answer arrives at the listener.
    pub fn read(&self, job: Job) {
        if !self.inner.borrow().has_workers {
            self.read_on_page(job);
            return;
        }
        self.inner.borrow_mut().waiting.push(job);
        if self.inner.borrow().worker.is_none() && self.spawn().is_err() {
            self.give_up_workers();
        }
        self.pump();
    }

    /// Stops at once: the worker and what it has read are thrown away.
    pub fn cancel(&self) {
        let mut inner = self.inner.borrow_mut();
        inner.waiting.clear();
        inner.is_ready = false;
        if let Some(worker) = inner.worker.take() {
            worker.terminate();
        }
    }

    fn spawn(&self) -> Result<(), JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&self.inner.borrow().script, &options)?;
        let importer = self.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let (response, blob) = response_of(&event);
            if matches!(response, Response::Ready { .. }) {
                importer.inner.borrow_mut().is_ready = true;
                importer.pump();
            } else {
                (importer.listener)(response, blob);
            }
        });
        let importer = self.clone();
        let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
            event.prevent_default();
            let was_ready = importer.inner.borrow().is_ready;
            importer.cancel_worker();
            if was_ready {
                let message =
                    "reading stopped with an error, most likely for want of memory: the book is as it was; try fewer or smaller files";
                (importer.listener)(Response::Failed(Issue::rejected(IssueKind::Calculation, message)), None);
            } else {
                importer.give_up_workers();
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let mut inner = self.inner.borrow_mut();
        inner.worker = Some(worker);
        inner.on_message = Some(on_message);
        inner.on_error = Some(on_error);
        Ok(())
    }

    fn cancel_worker(&self) {
        let mut inner = self.inner.borrow_mut();
        inner.is_ready = false;
        if let Some(worker) = inner.worker.take() {
            worker.terminate();
        }
    }

    fn give_up_workers(&self) {
        let jobs = {
            let mut inner = self.inner.borrow_mut();
            inner.has_workers = false;
            std::mem::take(&mut inner.waiting)
        };
        for job in jobs {
            self.read_on_page(job);
        }
    }

    fn pump(&self) {
        let (worker, jobs) = {
            let mut inner = self.inner.borrow_mut();
            let Some(worker) = inner.worker.clone().filter(|_| inner.is_ready) else { return };
            (worker, std::mem::take(&mut inner.waiting))
        };
        for job in jobs {
            clock::measure("plimsoll-read", false);
            send(&job.request, None, &job.files, |message, transfer| worker.post_message_with_transfer(message, transfer));
        }
    }

    fn read_on_page(&self, mut job: Job) {
        let listener = self.listener.clone();
        wasm_bindgen_futures::spawn_local(async move {
            if let Some(files) = job.request.files() {
                for file in &job.files {
                    files.push(match here::bytes(file).await {
                        Ok(bytes) => File { name: file.name(), bytes, refused: None },
                        Err(_) => {
                            let reason = "the browser could not read it: a folder, or no permission".to_owned();
                            File { name: file.name(), bytes: Vec::new(), refused: Some(reason) }
                        }
                    });
                }
            }
            let mut response = here::answer("importer", &job.request).await;
            let blob = detach(&mut response);
            listener(response, blob);
        });
    }
}
