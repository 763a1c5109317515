//! The market's surfaces and the venues' rules: what the user wants to see of them, and what the annex answered.

use crate::instrument::Settlement;
use crate::protocol::{self, Request};
use crate::session::Page;
use crate::units::Timestamp;
use crate::view::chart::DataTable;
use crate::view::market::{ChainSheet, MarketSheet, SurfaceChoice};
use crate::view::table::conventions::ConventionSheet;
use crate::web::chart::Picture;
use crate::web::store::Store;
use leptos::prelude::*;
use std::sync::Arc;

/// State of the Market page; cheap to copy. Each part of an answer has its own signal, so that what has not changed is not drawn again.
#[derive(Clone, Copy)]
pub struct MarketDesk {
    /// What of the surfaces is shown.
    pub choice: RwSignal<SurfaceChoice>,
    /// Whether no file of the book quotes options.
    pub is_empty: RwSignal<bool>,
    /// Names of the chains.
    pub chains: RwSignal<Vec<String>>,
    /// Names of the chosen chain's expiries.
    pub expiries: RwSignal<Vec<String>>,
    /// The chosen chain and expiry.
    pub chosen: RwSignal<[u32; 2]>,
    /// Smile, term structure, surface.
    pub charts: [RwSignal<Option<Arc<dyn Picture>>>; 3],
    /// Forwards, fits, arbitrage.
    pub tables: [RwSignal<DataTable>; 3],
    /// Spot, and what the rule makes of the smile, in words.
    pub words: [RwSignal<String>; 2],
    /// What was assumed.
    pub notes: RwSignal<Vec<String>>,
    /// Sums and positions by the venues' rules for Greeks.
    pub conventions: [RwSignal<DataTable>; 2],
    /// What these leave out, and the rules.
    pub convention_notes: RwSignal<Vec<String>>,
    /// Names of the rules that can be chosen, and the chosen one; the first is that of each position's venue.
    pub rules: RwSignal<Vec<String>>,
    /// The chosen one of them.
    pub rule: RwSignal<usize>,
    /// The question that was put last and the one that was answered last.
    pub asked: RwSignal<[u32; 2]>,
    /// The chains, and the expiries of the chosen one, by place.
    keys: StoredValue<Keys>,
    rule_ids: StoredValue<Vec<String>>,
}

/// What the names of chains and expiries stand for.
type Keys = (Vec<(String, Settlement)>, Vec<Timestamp>);

/// Positions that are listed by a venue's rule; the sums hold all.
const MOST_POSITIONS: u32 = 12;

impl MarketDesk {
    /// Nothing is known yet.
    pub fn new() -> MarketDesk {
        let table = || RwSignal::new(DataTable::default());
        let words = || RwSignal::new(String::new());
        let names = || RwSignal::new(Vec::new());
        MarketDesk {
            choice: RwSignal::new(SurfaceChoice::default()),
            is_empty: RwSignal::new(false),
            chains: names(),
            expiries: names(),
            chosen: RwSignal::new([0; 2]),
            charts: [(); 3].map(|()| RwSignal::new(None)),
            tables: [(); 3].map(|()| table()),
            words: [(); 2].map(|()| words()),
            notes: names(),
            conventions: [(); 2].map(|()| table()),
            convention_notes: names(),
            rules: names(),
            rule: RwSignal::new(0),
            asked: RwSignal::new([0; 2]),
            keys: StoredValue::new(Default::default()),
            rule_ids: StoredValue::new(Vec::new()),
        }
    }

    /// Whether a newer answer is on its way.
    pub fn is_stale(&self) -> bool {
        let [asked, answered] = self.asked.get();
        answered < asked
    }

    /// No answer will come: what is shown stays.
    pub(super) fn give_up(&self) {
        self.asked.update(|[asked, answered]| *answered = *asked);
    }

    /// What was answered is of a book that is open no more.
    pub(super) fn forget(&self) {
        self.show(MarketSheet::default());
        change(self.is_empty, false);
        self.show_conventions(ConventionSheet::default());
    }

    fn show(&self, sheet: MarketSheet) {
        let (keys, names) = sheet.chains.into_iter().map(|chain| (chain.chain, chain.label)).unzip();
        change(self.chains, names);
        let Some(shown) = sheet.shown else {
            for chart in self.charts {
                chart.set(None);
            }
            self.show_tables(Default::default(), Vec::new());
            change(self.expiries, Vec::new());
            self.keys.set_value((keys, Vec::new()));
            return;
        };
        let ChainSheet { chain, expiries, expiry_names, expiry, smile, term, surface, spot, rule, forwards, fits, arbitrage, notes } =
            *shown;
        let pictures: [Arc<dyn Picture>; 3] = [Arc::new(smile), Arc::new(term), Arc::new(surface)];
        for (signal, picture) in self.charts.into_iter().zip(pictures) {
            signal.set(Some(picture));
        }
        for (signal, words) in self.words.into_iter().zip([spot, rule]) {
            signal.set(words);
        }
        self.show_tables([forwards, fits, arbitrage], notes);
        change(self.expiries, expiry_names);
        self.chosen.set([chain, expiry]);
        self.keys.set_value((keys, expiries));
    }

    fn show_tables(&self, tables: [DataTable; 3], notes: Vec<String>) {
        for (signal, table) in self.tables.into_iter().zip(tables) {
            change(signal, table);
        }
        change(self.notes, notes);
    }

    fn show_conventions(&self, sheet: ConventionSheet) {
        let [sums, positions] = self.conventions;
        change(sums, sheet.sums);
        change(positions, sheet.positions);
        change(self.convention_notes, sheet.notes);
        let (ids, mut names): (Vec<String>, Vec<String>) = sheet.choices.into_iter().unzip();
        names.insert(0, "of each position’s venue".to_owned());
        change(self.rules, names);
        self.rule_ids.set_value(ids);
    }
}

/// Writes what differs, so that equal tables are not drawn anew.
fn change<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|known| *known != value) {
        signal.set(value);
    }
}

impl Store {
    fn sees_market(&self) -> bool {
        self.files.with_untracked(Option::is_some) && self.session.with_untracked(|session| session.page == Page::Market)
    }

    /// Asks for what the Market page shows, if it is open.
    pub(super) fn ask_for_market(&self) {
        if !self.sees_market() {
            return;
        }
        let settings = self.session.with_untracked(|session| session.settings.clone());
        self.market.asked.update(|[asked, _]| *asked += 1);
        let [revision, _] = self.market.asked.get_untracked();
        let request = Request::Surface { revision, settings, choice: self.market.choice.get_untracked() };
        self.with_pool(|pool| pool.ask_annex(request));
        let [sums, _] = self.market.conventions;
        if sums.with_untracked(|sums| sums.heads.is_empty()) {
            self.ask_for_conventions();
        }
    }

    fn ask_for_conventions(&self) {
        let place = self.market.rule.get_untracked().checked_sub(1);
        let rule = place.and_then(|place| self.market.rule_ids.with_value(|ids| ids.get(place).cloned()));
        self.with_pool(|pool| pool.ask_annex(Request::Conventions { rule, limit: MOST_POSITIONS }));
    }

    /// Shows something else of the surfaces.
    pub fn choose_surface(&self, change: impl FnOnce(&mut SurfaceChoice)) {
        self.market.choice.update(change);
        self.ask_for_market();
    }

    /// Shows another chain, by its place.
    pub fn choose_chain(&self, place: usize) {
        let chain = self.market.keys.with_value(|(chains, _)| chains.get(place).cloned());
        self.choose_surface(|choice| choice.chain = chain);
    }

    /// Shows another expiry, by its place.
    pub fn choose_expiry(&self, place: usize) {
        let expiry = self.market.keys.with_value(|(_, expiries)| expiries.get(place).copied());
        self.choose_surface(|choice| choice.expiry = expiry);
    }

    /// Shows the options by another rule, by its place.
    pub fn choose_convention(&self, place: usize) {
        self.market.rule.set(place);
        self.ask_for_conventions();
    }

    pub(super) fn take_surface(&self, revision: u32, sheet: &[u8]) {
        // Of a book that was closed in the meantime there is none, and what is no sheet is of another build, which the pool refuses.
        if let (true, Ok(sheet)) = (self.files.with_untracked(Option::is_some), protocol::from_bytes::<MarketSheet>(sheet)) {
            change(self.market.is_empty, sheet.shown.is_none());
            self.market.show(sheet);
        }
        self.market.asked.update(|[_, answered]| *answered = revision);
    }

    pub(super) fn take_conventions(&self, sheet: &[u8]) {
        if let (true, Ok(sheet)) = (self.files.with_untracked(Option::is_some), protocol::from_bytes(sheet)) {
            self.market.show_conventions(sheet);
        }
    }
}
