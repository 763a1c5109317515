//! The page's state: what the user chose, what the engine answered, and the one way from the first to the second.
//!
//! Invariant: a choice goes through [`Store::act`]; results are only ever written by an answer of the engine.

mod answer;
pub mod autosave;

use crate::engine::{PositionRow, Valuation};
use crate::issue::Issue;
use crate::protocol::{Detail, Imported, Request};
use crate::session::{Action, Page, Session, apply};
use crate::share::document;
use crate::stress::{Grid, Profile};
use crate::view::format;
use crate::web::browser::location;
use crate::web::store::autosave::{Autosave, Next};
use crate::web::worker::pool::Pool;
use leptos::prelude::*;
use std::sync::Arc;

/// Who computes.
#[derive(Clone, Debug, PartialEq)]
pub enum Computer {
    /// Not known yet.
    Starting,
    /// This many workers.
    Workers(usize),
    /// The page thread, and why.
    Page(String),
}

/// A message to the user that is not about a row of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// What happened, one sentence.
    pub text: String,
    /// Whether something could not be done.
    pub is_error: bool,
}

/// A link that was read while a book is open: the user decides.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenedLink {
    /// The book, if the link holds one.
    pub inputs: Option<Vec<u8>>,
    /// How many positions it holds.
    pub positions: u32,
    /// The sender's choices.
    pub session: Session,
}

/// The files behind the book, with what was made of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Files {
    /// Inputs as the engine takes them.
    pub inputs: Vec<u8>,
    /// All imports added up.
    pub imported: Imported,
}

/// All state of the page; cheap to copy, shared by every component.
#[derive(Clone, Copy)]
pub struct Store {
    /// What the user chose.
    pub session: RwSignal<Session>,
    /// The loaded book; `None` before the first.
    pub files: RwSignal<Option<Arc<Files>>>,
    /// Totals and sums.
    pub valuation: RwSignal<Option<Arc<Valuation>>>,
    /// A row for each position.
    pub positions: RwSignal<Arc<Vec<PositionRow>>>,
    /// What was assumed and what is in no total.
    pub issues: RwSignal<Arc<Vec<Issue>>>,
    /// The P&L grid.
    pub grid: RwSignal<Option<Arc<Grid>>>,
    /// The P&L profile.
    pub profile: RwSignal<Option<Arc<Profile>>>,
    /// Blocks computed and wanted.
    pub progress: RwSignal<(usize, usize)>,
    /// Whether the user stopped the computation.
    pub is_paused: RwSignal<bool>,
    /// Who computes.
    pub computer: RwSignal<Computer>,
    /// The last message.
    pub notice: RwSignal<Option<Notice>>,
    /// Files waiting for "add" or "replace".
    pub waiting_files: RwSignal<Option<Arc<Vec<crate::import::File>>>>,
    /// A link waiting for "open" or "discard".
    pub waiting_link: RwSignal<Option<Arc<OpenedLink>>>,
    /// The last link written.
    pub link: RwSignal<Option<String>>,
    /// Whether a file, link or load is being worked on.
    pub is_reading: RwSignal<bool>,
    /// What is saved in the browser.
    pub autosave: Autosave,
    /// Whether the import under way takes the place of the book.
    replace: StoredValue<bool>,
    /// Whether the user waits for the report as a file.
    export: StoredValue<bool>,
    /// Rows and issues that have arrived of a book whose last part has not.
    arriving: StoredValue<(Vec<PositionRow>, Vec<Issue>)>,
    pool: StoredValue<Option<Pool>, LocalStorage>,
}

/// Positions that are taken over in one turn of the event loop: some milliseconds of work.
const PART: u32 = 500;
/// Most workers that are worth their memory.
const MOST_WORKERS: usize = 4;

impl Store {
    /// Starts the pool; `script` is the worker loader's address.
    pub fn start(script: &str) -> Store {
        let store = Store {
            session: RwSignal::new(Session::default()),
            files: RwSignal::new(None),
            valuation: RwSignal::new(None),
            positions: RwSignal::new(Arc::new(Vec::new())),
            issues: RwSignal::new(Arc::new(Vec::new())),
            grid: RwSignal::new(None),
            profile: RwSignal::new(None),
            progress: RwSignal::new((0, 0)),
            is_paused: RwSignal::new(false),
            computer: RwSignal::new(Computer::Starting),
            notice: RwSignal::new(None),
            waiting_files: RwSignal::new(None),
            waiting_link: RwSignal::new(None),
            link: RwSignal::new(None),
            is_reading: RwSignal::new(false),
            autosave: Autosave::new(),
            replace: StoredValue::new(true),
            export: StoredValue::new(false),
            arriving: StoredValue::new((Vec::new(), Vec::new())),
            pool: StoredValue::new_local(None),
        };
        let cores = web_sys::window().map_or(2.0, |window| window.navigator().hardware_concurrency()) as usize;
        let count = location::query_number("workers").unwrap_or(cores.saturating_sub(1)).min(2 * MOST_WORKERS);
        let count = if location::query_number("workers").is_some() { count } else { count.clamp(1, MOST_WORKERS) };
        let pool = Pool::start(count, script, move |event| store.hear(event));
        store.pool.set_value(Some(pool));
        store.start_saving();
        store
    }

    /// Applies a choice and asks for what follows from it.
    pub fn act(&self, action: Action) {
        let is_navigation = matches!(action, Action::Open(_));
        self.session.update(|session| apply(session, action));
        if is_navigation {
            location::replace_fragment(page_id(self.session.with_untracked(|session| session.page)));
        }
        self.touch();
        self.run();
    }

    /// Reads files; with a book already open the user is asked whether they add to it or replace it.
    pub fn take_files(&self, files: Vec<crate::import::File>) {
        if let Some(saved) = files.iter().find(|file| document::is_document(&file.bytes)) {
            self.leave_for(Next::Document(saved.name.clone(), Arc::new(saved.bytes.clone())));
            return;
        }
        if files.is_empty() {
            return;
        }
        if self.files.with_untracked(Option::is_some) {
            self.waiting_files.set(Some(Arc::new(files)));
        } else {
            self.import(files, true);
        }
    }

    /// The user's answer: add the waiting files, or put them in place of the book.
    pub fn import_waiting(&self, replaces: bool) {
        if let Some(files) = self.waiting_files.get_untracked() {
            self.waiting_files.set(None);
            self.import(files.as_ref().clone(), replaces);
        }
    }

    /// Reads files at once.
    pub fn import(&self, files: Vec<crate::import::File>, replaces: bool) {
        self.is_reading.set(true);
        self.want_other();
        self.notice.set(None);
        self.replace.set_value(replaces);
        let onto = if replaces { None } else { self.files.get_untracked().map(|files| files.inputs.clone()) };
        self.ask(Request::Import { files, onto });
    }

    /// Reads a link.
    pub fn open_link(&self, text: String) {
        self.is_reading.set(true);
        self.want_other();
        self.ask(Request::Open { text });
    }

    /// The user's answer to a waiting link.
    pub fn take_link(&self, takes: bool) {
        let link = self.waiting_link.get_untracked();
        self.waiting_link.set(None);
        if let Some(link) = link.filter(|_| takes) {
            self.leave_for(Next::Link(link));
        }
    }

    /// Writes a link of the session.
    pub fn write_link(&self, with_positions: bool) {
        self.link.set(None);
        self.ask(Request::Share { session: self.session.get_untracked(), with_positions });
    }

    /// Takes the book off the page; it stays among the saved ones.
    pub fn close_book(&self) {
        self.leave_for(Next::Nothing);
    }

    fn clear(&self) {
        self.files.set(None);
        self.valuation.set(None);
        self.positions.set(Arc::new(Vec::new()));
        self.issues.set(Arc::new(Vec::new()));
        self.grid.set(None);
        self.profile.set(None);
        self.progress.set((0, 0));
        let name = String::new();
        self.session.update(|session| apply(session, Action::Name(name)));
    }

    /// Stops the grid and the profile.
    pub fn cancel(&self) {
        self.with_pool(Pool::cancel);
        self.is_paused.set(true);
    }

    /// Goes on with them.
    pub fn resume(&self) {
        self.is_paused.set(false);
        self.run();
    }

    /// Name of the book and its time, for exported pictures.
    pub fn stamp(&self) -> String {
        let name = self.session.with(|session| session.name.clone());
        self.valuation.with(|valuation| match valuation {
            Some(valuation) => format!("{name} · as of {}", format::instant(valuation.as_of)),
            None => name,
        })
    }

    /// Offers the report as a file, the same bytes as the terminal's.
    pub fn export_report(&self) {
        self.export.set_value(true);
        self.ask_for_value(Detail::Full);
    }

    /// Asks for the positions under the present shock, on pages that do not show them anyway.
    pub fn want_positions(&self) {
        self.ask_for_value(Detail::Shocked);
    }

    fn ask(&self, request: Request) {
        self.with_pool(|pool| pool.ask(request));
    }

    fn run(&self) {
        let shows_rows = self.session.with_untracked(|session| session.page == Page::Book);
        self.ask_for_value(if shows_rows { Detail::Shocked } else { Detail::Totals });
    }

    fn ask_for_value(&self, detail: Detail) {
        let settings = self.session.with_untracked(|session| session.settings.clone());
        self.with_pool(|pool| pool.run(settings, detail));
    }

    fn with_pool(&self, work: impl FnOnce(&Pool)) {
        // A clone, so that the pool may call back into the store.
        if let Some(pool) = self.pool.get_value() {
            work(&pool);
        }
    }
}

/// The fragment that stands for a page.
pub fn page_id(page: Page) -> &'static str {
    match page {
        Page::Book => "book",
        Page::Exposure => "exposure",
        Page::Stress => "stress",
    }
}

/// File, line, column, value and message in one line.
pub fn in_one_line(issue: &Issue) -> String {
    let mut text = String::new();
    for part in [issue.file.clone(), issue.line.map(|line| format!("line {line}")), issue.column.clone()].into_iter().flatten() {
        text.push_str(&part);
        text.push_str(", ");
    }
    if let Some(value) = &issue.value {
        text.push_str(&format!("{value:?}: "));
    }
    text.push_str(&issue.message);
    text
}
