//! Analyses: which one the open page shows, and what the annex laid out for it.

use crate::protocol::{self, Request};
use crate::session::{Action, MAX_CHOICE_VALUE, Page, Session, with_line};
use crate::view::format;
use crate::view::sheet::{ALERTS, Body, GRID, LIMITS, Sheet, TABS, Tab, Tone};
use crate::web::browser::clock::after_turn;
use crate::web::store::{Notice, Store, page_id};
use leptos::prelude::*;

/// State of the open sheet; cheap to copy.
#[derive(Clone, Copy)]
pub struct SheetDesk {
    /// Its parts; changes only when other parts come, not when one of them changes.
    pub slots: RwSignal<Vec<Slot>>,
    /// How many of them are built: when a sheet is opened one more in each turn, so that no turn takes long.
    pub due: RwSignal<usize>,
    /// What is to be acted on, above every page.
    pub alerts: RwSignal<Vec<(Tone, String)>>,
    /// The question that was put last and the one that was answered last.
    asked: RwSignal<[u32; 2]>,
    /// Which sheet the last question was about, and the first question about it.
    subject: StoredValue<(&'static str, u32)>,
}

/// A part of the open sheet.
#[derive(Clone)]
pub struct Slot {
    /// Its id.
    pub id: String,
    /// Whether it takes the whole width.
    pub is_wide: bool,
    /// What it shows.
    pub body: ArcRwSignal<Body>,
}

/// Whether one of these may take the other's place without being built anew.
fn is_alike(known: &Body, next: &Body) -> bool {
    match (known, next) {
        (Body::Plot(_, known), Body::Plot(_, next))
        | (Body::Tiles(_, known), Body::Tiles(_, next))
        | (Body::Treemap(_, known), Body::Treemap(_, next))
        | (Body::Ranked(_, known), Body::Ranked(_, next)) => known.is_some() == next.is_some(),
        (known, next) => std::mem::discriminant(known) == std::mem::discriminant(next),
    }
}

impl SheetDesk {
    /// Nothing is shown yet.
    pub fn new() -> SheetDesk {
        SheetDesk {
            slots: RwSignal::new(Vec::new()),
            due: RwSignal::new(0),
            alerts: RwSignal::new(Vec::new()),
            asked: RwSignal::new([0; 2]),
            subject: StoredValue::new(("", 0)),
        }
    }

    /// Whether a newer answer is on its way.
    pub fn is_stale(&self) -> bool {
        let [asked, answered] = self.asked.get();
        answered < asked
    }

    /// Whether parts are still to come.
    pub fn is_waiting(&self) -> bool {
        match self.slots.with(Vec::len) {
            0 => self.is_stale(),
            count => self.due.get() < count,
        }
    }

    fn build_next(self) {
        self.due.update(|due| *due += 1);
        if self.due.get_untracked() < self.slots.with_untracked(Vec::len) {
            after_turn(move || self.build_next());
        }
    }

    /// No answer will come: what is shown stays.
    pub(super) fn give_up(&self) {
        self.asked.update(|[asked, answered]| *answered = *asked);
    }

    /// What was answered is of a book that is open no more.
    pub(super) fn forget(&self) {
        self.close();
        self.alerts.set(Vec::new());
    }

    /// No sheet is open.
    fn close(&self) {
        self.subject.set_value(("", 0));
        self.slots.set(Vec::new());
    }

    fn show(&self, sheet: Sheet) {
        let fits = self.slots.with_untracked(|slots| {
            let alike = |(slot, part): (&Slot, &crate::view::sheet::Part)| {
                slot.id == part.id && slot.is_wide == part.is_wide && slot.body.with_untracked(|body| is_alike(body, &part.body))
            };
            slots.len() == sheet.parts.len() && slots.iter().zip(&sheet.parts).all(alike)
        });
        if !fits {
            let slots = sheet.parts.into_iter().map(|part| Slot { id: part.id, is_wide: part.is_wide, body: ArcRwSignal::new(part.body) });
            let slots: Vec<Slot> = slots.collect();
            // What is in sight already is laid out anew at once, so that the page keeps its height and its place.
            let is_first = self.slots.with_untracked(Vec::is_empty);
            self.due.set(if is_first { 0 } else { slots.len() });
            self.slots.set(slots);
            if is_first {
                self.build_next();
            }
            return;
        }
        for (slot, part) in self.slots.get_untracked().into_iter().zip(sheet.parts) {
            if slot.body.with_untracked(|body| *body != part.body) {
                slot.body.set(part.body);
            }
        }
    }
}

/// The sheet that is open on a page: the chosen one, else the first.
pub fn open_tab(session: &Session) -> Option<&'static Tab> {
    let chosen = session.choices.get(page_id(session.page)).map(String::as_str);
    let mut tabs = TABS.iter().filter(|tab| tab.page == session.page);
    tabs.clone().find(|tab| Some(tab.id) == chosen).or_else(|| tabs.next())
}

impl Store {
    /// Asks for the sheet of the open page, if it shows one.
    pub(super) fn ask_for_sheet(&self) {
        let is_asked = |tab: &&Tab| tab.id != GRID && self.files.with_untracked(Option::is_some);
        let Some(tab) = self.session.with_untracked(open_tab).filter(is_asked) else {
            self.sheet.close();
            return;
        };
        self.sheet.asked.update(|[asked, _]| *asked += 1);
        let [revision, _] = self.sheet.asked.get_untracked();
        if self.sheet.subject.get_value().0 != tab.id {
            self.sheet.subject.set_value((tab.id, revision));
            self.sheet.slots.set(Vec::new());
        }
        let (settings, choices) = self.session.with_untracked(|session| (session.settings.clone(), session.choices.clone()));
        self.with_pool(|pool| pool.ask_annex(Request::Sheet { revision, sheet: tab.id.to_owned(), settings, choices }, None));
    }

    /// Asks for what is to be acted on, where the user has said what that is.
    pub(super) fn ask_for_alerts(&self) {
        let (settings, choices) = self.session.with_untracked(|session| (session.settings.clone(), session.choices.clone()));
        if !choices.contains_key(LIMITS) || self.files.with_untracked(Option::is_none) {
            self.sheet.alerts.set(Vec::new());
            return;
        }
        self.with_pool(|pool| pool.ask_annex(Request::Sheet { revision: 0, sheet: ALERTS.to_owned(), settings, choices }, None));
    }

    fn take_alerts(&self, sheet: Sheet) {
        let said = sheet.parts.into_iter().find_map(|part| if let Body::Words(said) = part.body { Some(said.sentences) } else { None });
        let said = said.unwrap_or_default();
        if self.sheet.alerts.with_untracked(|known| *known != said) {
            self.sheet.alerts.set(said);
        }
    }

    pub(super) fn take_sheet(&self, revision: u32, id: &str, sheet: &[u8]) {
        if id == ALERTS {
            if let (true, Ok(sheet)) = (self.files.with_untracked(Option::is_some), protocol::from_bytes(sheet)) {
                self.take_alerts(sheet);
            }
            return;
        }
        let (subject, first) = self.sheet.subject.get_value();
        // What is no sheet is of another build, which the pool refuses.
        if let (true, Ok(sheet)) = (revision >= first && !subject.is_empty(), protocol::from_bytes::<Sheet>(sheet)) {
            self.sheet.show(sheet);
        }
        self.sheet.asked.update(|[_, answered]| *answered = revision);
    }

    /// Opens a sheet of a page, by its id; without one that page's own overview.
    pub fn open_sheet(&self, page: Page, id: &str) {
        let is_known = TABS.iter().any(|tab| tab.page == page && tab.id == id);
        self.act(Action::Choose(vec![(page_id(page).to_owned(), is_known.then(|| id.to_owned()))]));
    }

    /// Chooses something in an analysis, or sets one line of a form; nothing takes a choice back. What is too long to be kept is said to be.
    pub fn choose(&self, (key, line): (&str, &str), value: &str, also: &[(String, String)]) {
        let formed = (!line.is_empty())
            .then(|| self.session.with_untracked(|session| with_line(session.choices.get(key).map_or("", String::as_str), line, value)));
        let value = formed.as_deref().unwrap_or(value);
        if value.len() > MAX_CHOICE_VALUE {
            let [long, most] = [value.len(), MAX_CHOICE_VALUE].map(|bytes| format::bytes(bytes as u64));
            let text = format!("This is {long} long, and at most {most} can be kept here: nothing was changed.");
            self.notice.set(Some(Notice { text, is_error: true }));
            return;
        }
        let chosen = also.iter().map(|(key, value)| (key.as_str(), value.as_str())).chain([(key, value)]);
        let chosen = chosen.map(|(key, value)| (key.to_owned(), (!value.is_empty()).then(|| value.to_owned())));
        self.act(Action::Choose(chosen.collect()));
    }
}
