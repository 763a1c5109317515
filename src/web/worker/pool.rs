//! The page's side of the workers: who is idle, what is asked next, and what is asked no more.
//!
//! Each worker has one question at a time. The first also answers for files, links and valuations, before any block; so a drag
//! of the shock bar waits for at most one block. Of the valuations only the latest is ever asked (latest wins), and a block that
//! is computed for settings which still matter to it is kept. Where workers are refused, the page thread answers, one question
//! per turn of the event loop.

use crate::engine::{Block, Settings};
use crate::protocol::{self, Detail, Request, Response};
use crate::units::Timestamp;
use crate::web::worker::annex::Annex;
use crate::web::worker::{Asked, detach, here, load, response_of, send};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

/// What the page is told.
pub enum Event {
    /// How many workers answer; 0 is the page thread.
    Workers(usize),
    /// Why the page thread answers instead.
    Fallback(String),
    /// An answer that someone still wants, and its large bytes.
    Response(Box<Response>, Option<Blob>),
    /// Blocks computed and blocks wanted.
    Progress(usize, usize),
}

type Listener = Rc<dyn Fn(Event)>;

struct Slot {
    worker: Option<Worker>,
    is_ready: bool,
    in_flight: Option<Job>,
    /// Asked in order, before anything else: loads, and on the first slot files and links.
    queue: VecDeque<Asked>,
}

enum Job {
    Queued,
    Value,
    Block(Block, Settings),
}

/// The pool; cheap to clone.
#[derive(Clone)]
pub struct Pool {
    inner: Rc<RefCell<Inner>>,
    annex: Annex,
    listener: Listener,
}

struct Inner {
    slots: Vec<Slot>,
    inputs: Option<(Blob, Timestamp)>,
    revision: u64,
    wanted: Option<(Settings, Detail)>,
    settings: Settings,
    blocks: Vec<Block>,
    computed: Vec<(Block, Settings, Vec<f64>)>,
    is_paused: bool,
    /// Callbacks held for as long as their worker.
    closures: Vec<Closure<dyn FnMut(MessageEvent)>>,
    error_closures: Vec<Closure<dyn FnMut(ErrorEvent)>>,
    script: String,
}

impl Pool {
    /// Starts `count` workers from the loader script; 0 uses the page thread.
    pub fn start(count: usize, script: &str, listener: impl Fn(Event) + 'static) -> Pool {
        let inner = Inner {
            slots: Vec::new(),
            inputs: None,
            revision: 0,
            wanted: None,
            settings: Settings::default(),
            blocks: Vec::new(),
            computed: Vec::new(),
            is_paused: false,
            closures: Vec::new(),
            error_closures: Vec::new(),
            script: script.to_owned(),
        };
        let listener: Listener = Rc::new(listener);
        let hearing = listener.clone();
        let annex = Annex::new(script, count > 0, move |response, blob| hearing(Event::Response(Box::new(response), blob)));
        let pool = Pool { inner: Rc::new(RefCell::new(inner)), annex, listener };
        for index in 0..count {
            match pool.spawn(index) {
                Ok(worker) => pool.inner.borrow_mut().slots.push(Slot {
                    worker: Some(worker),
                    is_ready: false,
                    in_flight: None,
                    queue: VecDeque::new(),
                }),
                Err(_) => break,
            }
        }
        if pool.inner.borrow().slots.is_empty() {
            let reason = if count == 0 { "workers were switched off in the address" } else { "this browser refused to start a worker" };
            pool.fall_back(reason);
        }
        pool
    }

    fn spawn(&self, index: usize) -> Result<Worker, JsValue> {
        let script = self.inner.borrow().script.clone();
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&script, &options)?;
        let pool = self.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let (response, blob) = response_of(&event);
            pool.receive(index, response, blob);
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let pool = self.clone();
        let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
            event.prevent_default();
            pool.fall_back("a worker stopped with an error");
        });
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let mut inner = self.inner.borrow_mut();
        inner.closures.push(on_message);
        inner.error_closures.push(on_error);
        Ok(worker)
    }

    /// Gives all work to the page thread. Unanswered questions are asked again there.
    fn fall_back(&self, reason: &str) {
        {
            let mut inner = self.inner.borrow_mut();
            let was_page = inner.slots.iter().all(|slot| slot.worker.is_none()) && !inner.slots.is_empty();
            if was_page {
                return;
            }
            let mut queue = VecDeque::new();
            for slot in inner.slots.drain(..) {
                if let Some(worker) = slot.worker {
                    worker.terminate();
                }
                queue.extend(slot.queue.into_iter().filter(|(request, _)| !matches!(request, Request::Load { .. })));
            }
            if let Some((inputs, now)) = inner.inputs.clone() {
                queue.push_front(load(inputs, now));
            }
            inner.slots.push(Slot { worker: None, is_ready: true, in_flight: None, queue });
            if inner.inputs.is_some() {
                inner.wanted = Some((inner.settings.clone(), Detail::Totals));
            }
        }
        (self.listener)(Event::Fallback(reason.to_owned()));
        self.pump();
    }

    /// Makes these inputs the loaded book everywhere and forgets all results.
    pub fn load(&self, inputs: Blob, now: Timestamp) {
        self.annex.load(inputs.clone(), now);
        {
            let mut inner = self.inner.borrow_mut();
            inner.inputs = Some((inputs.clone(), now));
            inner.computed.clear();
            inner.blocks.clear();
            inner.wanted = None;
            inner.revision += 1;
            for slot in &mut inner.slots {
                slot.queue.push_back(load(inputs.clone(), now));
            }
        }
        self.pump();
    }

    /// Asks for a link, a part of the table or the like, `payload` being its large bytes; answered in order.
    pub fn ask(&self, request: Request, payload: Option<Blob>) {
        if let Some(first) = self.inner.borrow_mut().slots.first_mut() {
            first.queue.push_back((request, payload));
        }
        self.pump();
    }

    /// Has files read by the annex, whose question names none yet, or asks it about nothing that is loaded.
    pub fn read(&self, request: Request, files: Vec<web_sys::File>) {
        self.annex.read(request, files);
    }

    /// Asks the annex about the loaded book; a later question of the same kind takes the place of one that still waits.
    pub fn ask_annex(&self, request: Request, payload: Option<Blob>) {
        self.annex.ask(request, payload);
    }

    /// Stops reading files at once.
    pub fn cancel_import(&self) {
        self.annex.cancel_reading();
    }

    /// Asks for something that nobody waits for: the last worker answers, so that the first stays free for valuations.
    pub fn ask_aside(&self, request: Request, payload: Option<Blob>) {
        if let Some(last) = self.inner.borrow_mut().slots.last_mut() {
            last.queue.push_back((request, payload));
        }
        self.pump();
    }

    /// Asks for a valuation under these settings, and for the blocks that they need. An earlier question that has not been put
    /// yet is dropped.
    pub fn run(&self, settings: Settings, detail: Detail) {
        {
            let mut inner = self.inner.borrow_mut();
            if inner.inputs.is_none() {
                return;
            }
            inner.is_paused = false;
            // A dropped question may have asked for more than this one.
            let detail = inner.wanted.as_ref().map_or(detail, |(_, wanted)| detail.max(*wanted));
            inner.wanted = Some((settings, detail));
        }
        self.pump();
    }

    /// Stops the computation of blocks at once; what a worker is busy with is thrown away with the worker.
    pub fn cancel(&self) {
        let busy: Vec<usize> = {
            let mut inner = self.inner.borrow_mut();
            inner.is_paused = true;
            let is_busy = |slot: &Slot| matches!(slot.in_flight, Some(Job::Block(..))) && slot.worker.is_some();
            inner.slots.iter().enumerate().filter(|(_, slot)| is_busy(slot)).map(|(index, _)| index).collect()
        };
        for index in busy {
            let Ok(worker) = self.spawn(index) else { continue };
            let mut inner = self.inner.borrow_mut();
            let load = inner.inputs.clone().map(|(inputs, now)| load(inputs, now));
            let Some(slot) = inner.slots.get_mut(index) else { continue };
            if let Some(old) = slot.worker.replace(worker) {
                old.terminate();
            }
            slot.is_ready = false;
            slot.in_flight = None;
            slot.queue.extend(load);
        }
        self.report_progress();
    }

    /// Whether blocks are missing because the user stopped them.
    pub fn is_paused(&self) -> bool {
        let inner = self.inner.borrow();
        inner.is_paused && inner.missing().next().is_some()
    }

    /// The results of the present settings, in block order; `None` while some are missing.
    pub fn results(&self) -> Option<Vec<(Block, Vec<f64>)>> {
        let inner = self.inner.borrow();
        if inner.blocks.is_empty() {
            return None;
        }
        inner.blocks.iter().map(|block| Some((*block, inner.result(*block)?.clone()))).collect()
    }

    fn receive(&self, index: usize, response: Response, blob: Option<Blob>) {
        if let Response::Ready { build } = &response {
            self.greet(index, build);
            return;
        }
        let job = self.inner.borrow_mut().slots.get_mut(index).and_then(|slot| slot.in_flight.take());
        match (job, response) {
            (Some(Job::Block(block, settings)), Response::Computed { pnl, .. }) => {
                let mut inner = self.inner.borrow_mut();
                inner.computed.retain(|(computed, _, _)| *computed != block);
                inner.computed.push((block, settings, pnl));
                drop(inner);
                self.report_progress();
            }
            (Some(Job::Value), Response::Valued { revision, valuation, blocks }) => {
                let is_current = {
                    let mut inner = self.inner.borrow_mut();
                    let is_current = revision == inner.revision;
                    if is_current {
                        inner.settings = valuation.settings.clone();
                        inner.blocks = blocks.clone();
                    }
                    is_current
                };
                if is_current {
                    (self.listener)(Event::Response(Box::new(Response::Valued { revision, valuation, blocks }), None));
                    self.report_progress();
                }
            }
            // Every worker loads the book; one word of it is enough.
            (_, Response::Loaded { .. }) if index > 0 => {}
            (_, response) => (self.listener)(Event::Response(Box::new(response), blob)),
        }
        self.pump();
    }

    fn greet(&self, index: usize, build: &str) {
        if build != protocol::BUILD {
            self.fall_back("the worker in the browser's cache belongs to another version of this page; reload to replace it");
            return;
        }
        let ready = {
            let mut inner = self.inner.borrow_mut();
            if let Some(slot) = inner.slots.get_mut(index) {
                slot.is_ready = true;
            }
            inner.slots.iter().all(|slot| slot.is_ready).then_some(inner.slots.len())
        };
        if let Some(count) = ready {
            (self.listener)(Event::Workers(count));
        }
        self.pump();
    }

    fn report_progress(&self) {
        let (missing, total) = {
            let inner = self.inner.borrow();
            (inner.missing().count(), inner.blocks.len())
        };
        (self.listener)(Event::Progress(total - missing, total));
    }

    /// Gives every idle worker its next question.
    fn pump(&self) {
        let count = self.inner.borrow().slots.len();
        for index in 0..count {
            let next = self.inner.borrow_mut().next_for(index);
            let Some((request, payload)) = next else { continue };
            let worker = self.inner.borrow().slots.get(index).and_then(|slot| slot.worker.clone());
            match worker {
                Some(worker) => {
                    send(&request, payload.as_ref(), &[], |message, transfer| worker.post_message_with_transfer(message, transfer));
                }
                None => self.answer_here(index, request, payload),
            }
        }
    }

    /// Answers on the page thread, after the browser has had a turn.
    fn answer_here(&self, index: usize, mut request: Request, payload: Option<Blob>) {
        let pool = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            crate::web::browser::clock::turn().await;
            if let (Some(bytes_here), Some(blob)) = (request.payload(), &payload) {
                // A blob of the page's own making can always be read.
                *bytes_here = here::bytes(blob).await.unwrap_or_default();
            }
            let mut response = here::answer("worker", &request).await;
            let blob = detach(&mut response);
            pool.receive(index, response, blob);
        });
    }
}

impl Inner {
    fn result(&self, block: Block) -> Option<&Vec<f64>> {
        let relevant = block.relevant(&self.settings);
        self.computed.iter().find(|(computed, settings, _)| *computed == block && *settings == relevant).map(|(_, _, pnl)| pnl)
    }

    fn missing(&self) -> impl Iterator<Item = Block> {
        self.blocks.iter().copied().filter(|block| self.result(*block).is_none())
    }

    fn next_for(&mut self, index: usize) -> Option<Asked> {
        let slot = self.slots.get_mut(index)?;
        if !slot.is_ready || slot.in_flight.is_some() {
            return None;
        }
        // The numbers of the screen come before lists that take longer, but never from the book before.
        let is_loading = slot.queue.iter().any(|(request, _)| matches!(request, Request::Load { .. }));
        if index == 0
            && !is_loading
            && let Some((settings, detail)) = self.wanted.take()
        {
            self.revision += 1;
            slot.in_flight = Some(Job::Value);
            return Some((Request::Value { revision: self.revision, settings, detail }, None));
        }
        if let Some(request) = slot.queue.pop_front() {
            slot.in_flight = Some(Job::Queued);
            return Some(request);
        }
        if self.is_paused {
            return None;
        }
        let being_computed = |block: Block| {
            let relevant = block.relevant(&self.settings);
            self.slots
                .iter()
                .any(|slot| matches!(&slot.in_flight, Some(Job::Block(other, settings)) if *other == block && *settings == relevant))
        };
        let block = self.missing().find(|block| !being_computed(*block))?;
        let relevant = block.relevant(&self.settings);
        let settings = self.settings.clone();
        self.slots.get_mut(index)?.in_flight = Some(Job::Block(block, relevant));
        Some((Request::Compute { revision: self.revision, settings, block }, None))
    }
}
