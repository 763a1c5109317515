//! The page's state: what the user chose, what the engine answered, and the one way from the first to the second.
//!
//! Invariant: a choice goes through [`Store::act`]; results are only ever written by an answer of the engine.

mod answer;
pub mod autosave;
pub mod boundary;
pub mod compare;
mod export;
mod form;
pub mod history;
pub mod intake;
pub mod mapping;
pub mod rules;
pub mod methods;
pub mod self_test;
pub mod sheet;
mod sentence;
pub mod table;

use crate::book::strategy::Strategy;
use crate::check::Finding;
use crate::engine::Valuation;
use crate::exposure::compare::Comparison;
use crate::issue::Issue;
use crate::protocol::{Contribution, Detail, Imported, Request};
use crate::session::{Action, Page, Session, apply};
use crate::stress::{Grid, Profile};
use crate::view::format;
use crate::web::browser::location;
use crate::web::store::autosave::{Autosave, Next};
use crate::web::store::boundary::BoundaryDesk;
use crate::web::store::compare::CompareDesk;
use crate::web::store::history::History;
use crate::web::store::intake::Pending;
use crate::web::store::mapping::MappingDesk;
use crate::web::store::methods::Methods;
use crate::web::store::rules::RuleDesk;
use crate::web::store::self_test::SelfTest;
use crate::web::store::sheet::SheetDesk;
use crate::web::store::table::TableView;
use crate::web::worker::pool::Pool;
use leptos::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;
use web_sys::Blob;

pub use crate::web::store::sentence::in_one_line;

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
    /// How many positions it holds; `None` if it holds no book.
    pub positions: Option<u32>,
    /// The sender's choices.
    pub session: Session,
}

/// The files behind the book, with what was made of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Files {
    /// All imports added up.
    pub imported: Imported,
}

/// A position to be typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Form {
    /// The position that it takes the place of; `None` for a new one.
    pub index: Option<u32>,
    /// Columns of the positions table and their cells.
    pub cells: Vec<(String, String)>,
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
    /// The lines of the table that are in sight.
    pub table: TableView,
    /// The parts of the number that is being explained.
    pub contributions: RwSignal<Arc<Vec<Contribution>>>,
    /// What was assumed and what is in no total: the first of each.
    pub issues: RwSignal<Arc<Vec<Issue>>>,
    /// How many were left out and how many noted, in all.
    pub issue_counts: RwSignal<[u32; 2]>,
    /// Where the files contradict themselves, each other or the model.
    pub findings: RwSignal<Arc<Vec<Finding>>>,
    /// How many there are in all: errors, warnings, notes.
    pub finding_counts: RwSignal<[u32; 3]>,
    /// The structures that the positions add up to.
    pub strategies: RwSignal<Arc<Vec<Strategy>>>,
    /// How many structures there are in all, and how many positions stand alone.
    pub strategy_counts: RwSignal<[u32; 2]>,
    /// What became of an earlier book, once the user has asked.
    pub comparison: RwSignal<Option<Arc<Comparison>>>,
    /// With which.
    pub compare: CompareDesk,
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
    /// Files that were read and wait for the user's word.
    pub pending: RwSignal<Option<Arc<Pending>>>,
    /// Tables that the user maps.
    pub mapping: MappingDesk,
    /// Rules for labels.
    pub rules: RuleDesk,
    /// The open analysis.
    pub sheet: SheetDesk,
    /// The exercise boundary of one position.
    pub boundary: BoundaryDesk,
    /// The self-test.
    pub self_test: SelfTest,
    /// How numbers are computed.
    pub methods: Methods,
    /// Bytes read and bytes of all files, while files are being read.
    pub reading: RwSignal<Option<(u64, u64)>>,
    /// What can be undone.
    pub history: History,
    /// Positions that the user has marked in the table, by place in the book.
    pub selected: RwSignal<BTreeSet<u32>>,
    /// The form of one position, while it is open.
    pub form: RwSignal<Option<Form>>,
    /// What is wrong with what was typed into it.
    pub form_issues: RwSignal<Vec<Issue>>,
    /// A link waiting for "open" or "discard".
    pub waiting_link: RwSignal<Option<Arc<OpenedLink>>>,
    /// The last link written.
    pub link: RwSignal<Option<String>>,
    /// Whether a file, link or load is being worked on.
    pub is_reading: RwSignal<bool>,
    /// What is saved in the browser.
    pub autosave: Autosave,
    /// The open book's inputs, as the engine takes them.
    inputs: StoredValue<Option<Blob>, LocalStorage>,
    /// Inputs of the files that wait.
    waiting_inputs: StoredValue<Option<Blob>, LocalStorage>,
    /// Inputs of the link that waits.
    link_inputs: StoredValue<Option<Blob>, LocalStorage>,
    /// Whether what is being read needs no word of the user: the page's own sample.
    is_sample: StoredValue<bool>,
    /// Where a typed position goes, while it is being read.
    typed: StoredValue<Option<Option<u32>>>,
    /// What the book would be made of, while inputs are added up.
    merging: StoredValue<Option<Imported>>,
    /// Whether the user waits for the report as a file.
    export: StoredValue<bool>,
    pool: StoredValue<Option<Pool>, LocalStorage>,
}

/// Issues of each effect that the page holds; the rest is counted.
const MOST_ISSUES: u32 = 1000;
/// Findings and structures that the page holds; the rest is counted.
const MOST_LISTED: u32 = 100;
/// Most workers that are worth their memory.
const MOST_WORKERS: usize = 4;

impl Store {
    /// Starts the pool; `script` is the worker loader's address.
    pub fn start(script: &str) -> Store {
        let store = Store {
            session: RwSignal::new(Session::default()),
            files: RwSignal::new(None),
            valuation: RwSignal::new(None),
            table: TableView::new(),
            contributions: RwSignal::new(Arc::new(Vec::new())),
            issues: RwSignal::new(Arc::new(Vec::new())),
            issue_counts: RwSignal::new([0, 0]),
            findings: RwSignal::new(Arc::new(Vec::new())),
            finding_counts: RwSignal::new([0; 3]),
            strategies: RwSignal::new(Arc::new(Vec::new())),
            strategy_counts: RwSignal::new([0; 2]),
            comparison: RwSignal::new(None),
            compare: CompareDesk::new(),
            grid: RwSignal::new(None),
            profile: RwSignal::new(None),
            progress: RwSignal::new((0, 0)),
            is_paused: RwSignal::new(false),
            computer: RwSignal::new(Computer::Starting),
            notice: RwSignal::new(None),
            pending: RwSignal::new(None),
            mapping: MappingDesk::new(),
            rules: RuleDesk::new(),
            sheet: SheetDesk::new(),
            boundary: BoundaryDesk::new(),
            self_test: SelfTest::new(),
            methods: Methods::new(),
            reading: RwSignal::new(None),
            history: History::new(),
            selected: RwSignal::new(BTreeSet::new()),
            form: RwSignal::new(None),
            form_issues: RwSignal::new(Vec::new()),
            waiting_link: RwSignal::new(None),
            link: RwSignal::new(None),
            is_reading: RwSignal::new(false),
            autosave: Autosave::new(),
            inputs: StoredValue::new_local(None),
            waiting_inputs: StoredValue::new_local(None),
            link_inputs: StoredValue::new_local(None),
            is_sample: StoredValue::new(false),
            typed: StoredValue::new(None),
            merging: StoredValue::new(None),
            export: StoredValue::new(false),
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
        // Values do not depend on it.
        let is_choice = matches!(action, Action::Choose(..));
        if !is_navigation {
            self.remember(Some(std::mem::discriminant(&action)));
        }
        self.session.update(|session| apply(session, action));
        if is_navigation {
            self.methods.place.set(String::new());
            location::replace_fragment(page_id(self.session.with_untracked(|session| session.page)));
        }
        self.touch();
        if is_choice {
            self.ask_for_sheet();
            self.ask_for_alerts();
        } else {
            self.run();
        }
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
        self.remember(None);
        self.leave_for(Next::Nothing);
    }

    fn clear(&self) {
        self.forget_book();
        let name = String::new();
        self.session.update(|session| apply(session, Action::Name(name)));
    }

    fn forget_book(&self) {
        self.files.set(None);
        self.inputs.set_value(None);
        self.valuation.set(None);
        self.table.clear();
        self.sheet.forget();
        self.issues.set(Arc::new(Vec::new()));
        self.issue_counts.set([0, 0]);
        self.findings.set(Arc::new(Vec::new()));
        self.strategies.set(Arc::new(Vec::new()));
        self.stop_comparing();
        self.forget_charts();
    }

    fn forget_charts(&self) {
        self.grid.set(None);
        self.profile.set(None);
        self.progress.set((0, 0));
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

    /// Labels each position by the structure that it belongs to.
    pub fn label_strategies(&self) {
        self.is_reading.set(true);
        self.ask(Request::LabelStrategies);
    }

    /// Asks for the parts of a number: a headline measure, or the P&L of the shock.
    pub fn explain(&self, measure: Option<&str>) {
        self.contributions.set(Arc::new(Vec::new()));
        let settings = self.session.with_untracked(|session| session.settings.clone());
        self.ask(Request::Contributions { settings, measure: measure.map(str::to_owned) });
    }

    fn ask(&self, request: Request) {
        self.with_pool(|pool| pool.ask(request, None));
    }

    fn run(&self) {
        self.ask_for_value(Detail::Totals);
        self.ask_for_sheet();
        self.ask_for_alerts();
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
    crate::web::page::ALL.iter().find(|def| def.page == page).map_or("", |def| def.id)
}
