//! The market's surfaces and the venues' rules: what the user wants to see of them, and what the annex answered.

use crate::protocol::Request;
use crate::session::Page;
use crate::view::market::{MarketSheet, SurfaceChoice};
use crate::view::table::conventions::ConventionSheet;
use crate::web::store::Store;
use leptos::prelude::*;
use std::sync::Arc;

/// State of the Market page; cheap to copy.
#[derive(Clone, Copy)]
pub struct MarketDesk {
    /// What of the surfaces is shown.
    pub choice: RwSignal<SurfaceChoice>,
    /// The rule for Greeks; blank for that of each position's venue.
    pub rule: RwSignal<String>,
    /// The surfaces, laid out.
    pub sheet: RwSignal<Option<Arc<MarketSheet>>>,
    /// The options by the rule.
    pub conventions: RwSignal<Option<Arc<ConventionSheet>>>,
    /// The question that was put last and the one that was answered last.
    pub asked: RwSignal<[u64; 2]>,
}

/// Positions that are listed by a venue's rule; the sums hold all.
const MOST_POSITIONS: u32 = 50;

impl MarketDesk {
    /// Nothing is known yet.
    pub fn new() -> MarketDesk {
        MarketDesk {
            choice: RwSignal::new(SurfaceChoice::default()),
            rule: RwSignal::new(String::new()),
            sheet: RwSignal::new(None),
            conventions: RwSignal::new(None),
            asked: RwSignal::new([0, 0]),
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
        self.sheet.set(None);
        self.conventions.set(None);
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
        if self.market.conventions.with_untracked(Option::is_none) {
            self.ask_for_conventions();
        }
    }

    fn ask_for_conventions(&self) {
        let rule = Some(self.market.rule.get_untracked()).filter(|rule| !rule.is_empty());
        self.with_pool(|pool| pool.ask_annex(Request::Conventions { rule, limit: MOST_POSITIONS }));
    }

    /// Shows something else of the surfaces.
    pub fn choose_surface(&self, change: impl FnOnce(&mut SurfaceChoice)) {
        self.market.choice.update(change);
        self.ask_for_market();
    }

    /// Shows the options by another rule.
    pub fn choose_convention(&self, rule: String) {
        self.market.rule.set(rule);
        self.ask_for_conventions();
    }

    pub(super) fn take_surface(&self, revision: u64, sheet: MarketSheet) {
        // Of a book that was closed in the meantime.
        if self.files.with_untracked(Option::is_some) {
            self.market.sheet.set(Some(Arc::new(sheet)));
        }
        self.market.asked.update(|[_, answered]| *answered = revision);
    }

    pub(super) fn take_conventions(&self, sheet: ConventionSheet) {
        if self.files.with_untracked(Option::is_some) {
            self.market.conventions.set(Some(Arc::new(sheet)));
        }
    }
}
