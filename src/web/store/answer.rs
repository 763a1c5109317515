//! What the engine answered, written into the page's state.

use crate::engine::{Block, Report, Valuation};
use crate::issue::Effect;
use crate::price::ValuedPosition;
use crate::protocol::{Detail, Imported, Request, Response};
use crate::session::{Action, Session, apply};
use crate::web::browser::{clock, download, location};
use crate::web::store::autosave::{Arrival, Next};
use crate::web::store::{Computer, Files, Notice, OpenedLink, PART, Store, in_one_line, page_id};
use crate::web::worker::pool::Event;
use leptos::prelude::*;
use std::sync::Arc;

impl Store {
    pub(super) fn hear(&self, event: Event) {
        match event {
            Event::Workers(count) => self.computer.set(Computer::Workers(count)),
            Event::Fallback(reason) => {
                self.computer.set(Computer::Page(reason));
                self.ask_again();
            }
            Event::Progress(done, total) => {
                self.progress.set((done, total));
                self.publish_blocks();
            }
            Event::Response(response) => self.hear_response(response),
        }
    }

    fn hear_response(&self, response: Response) {
        match response {
            Response::Imported(imported) => self.take_import(imported),
            Response::Loaded { .. } => {
                self.is_reading.set(false);
                self.run();
                self.arriving.set_value((Vec::new(), Vec::new()));
                self.ask(Request::Rows { first: 0, count: PART });
            }
            Response::Rows { first, positions, issues, has_more } => {
                self.arriving.update_value(|arriving| {
                    arriving.0.extend(positions);
                    arriving.1.extend(issues);
                });
                if has_more {
                    self.ask(Request::Rows { first: first + PART, count: PART });
                } else if let Some((positions, issues)) = self.arriving.try_update_value(std::mem::take) {
                    self.positions.set(Arc::new(positions));
                    self.issues.set(Arc::new(issues));
                    self.run();
                }
            }
            Response::Valued { valuation, shocked, .. } => self.publish(*valuation, shocked),
            Response::Shared { fragment } => self.link.set(Some(format!("{}#{fragment}", location::base()))),
            Response::Opened { inputs, positions, session } => {
                self.is_reading.set(false);
                location::replace_fragment(page_id(self.session.with_untracked(|session| session.page)));
                let link = OpenedLink { inputs, positions, session };
                if self.files.with_untracked(Option::is_some) {
                    self.waiting_link.set(Some(Arc::new(link)));
                } else {
                    self.leave_for(Next::Link(Arc::new(link)));
                }
            }
            Response::Packed { ticket, packed } => self.packed(ticket, packed),
            Response::Restored { ticket, session, imported } => self.copy_restored(ticket, session, *imported),
            Response::NotSaved { ticket, issue } => self.not_saved(ticket, &issue),
            Response::Failed(issue) => {
                if self.is_reading.get_untracked() {
                    // A refused link does not stay in the address.
                    location::replace_fragment(page_id(self.session.with_untracked(|session| session.page)));
                }
                self.is_reading.set(false);
                self.notice.set(Some(Notice { text: issue.message, is_error: true }));
            }
            Response::Ready { .. } | Response::Computed { .. } => {}
        }
    }

    fn take_import(&self, mut imported: Imported) {
        let inputs = std::mem::take(&mut imported.inputs);
        let rejected = imported.issues.iter().filter(|issue| issue.effect == Effect::Rejected).count();
        if let (false, Some(files)) = (self.replace.get_value(), self.files.get_untracked()) {
            let mut all = files.imported.clone();
            all.rows.read += imported.rows.read;
            all.rows.accepted += imported.rows.accepted;
            all.rows.rejected += imported.rows.rejected;
            all.files.extend(imported.files);
            all.issues.extend(imported.issues);
            imported = Imported { positions: imported.positions, ..all };
        }
        if imported.positions == 0 && imported.files.iter().all(|file| file.facts == 0) {
            // Nothing came of it: an open book stays as it is, but the reasons are shown.
            self.is_reading.set(false);
            let text = imported.issues.first().map_or_else(|| "these files hold no positions".to_owned(), in_one_line);
            self.notice.set(Some(Notice { text, is_error: true }));
            if self.files.with_untracked(Option::is_none) {
                self.files.set(Some(Arc::new(Files { inputs: Vec::new(), imported })));
                self.files.set(None);
            }
            return;
        }
        if rejected > 0 {
            let what = if rejected == 1 { "1 row or file was" } else { &format!("{rejected} rows or files were") };
            let text = format!("{what} left out, see Issues on the Book page");
            self.notice.set(Some(Notice { text, is_error: true }));
        }
        if self.session.with_untracked(|session| session.name.is_empty()) {
            let name = imported.files.first().map(|file| file.name.clone()).unwrap_or_default();
            let name = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem).to_owned();
            self.session.update(|session| apply(session, Action::Name(name)));
        }
        self.load(Files { inputs, imported }, Arrival::Import);
    }

    pub(super) fn adopt(&self, link: &OpenedLink) {
        let page = link.session.page;
        match &link.inputs {
            Some(inputs) => {
                self.session.update(|session| apply(session, Action::Replace(Box::new(link.session.clone()))));
                let imported = Imported { positions: link.positions, ..Imported::default() };
                self.load(Files { inputs: inputs.clone(), imported }, Arrival::Link);
            }
            None => {
                // A scenario only: the book and its name stay.
                let name = self.session.with_untracked(|session| session.name.clone());
                let session = Session { name, ..link.session.clone() };
                self.session.update(|current| apply(current, Action::Replace(Box::new(session))));
                self.touch();
                self.run();
                let text = "the link's scenario is set; it holds no positions".to_owned();
                self.notice.set(Some(Notice { text, is_error: false }));
            }
        }
        location::replace_fragment(page_id(page));
    }

    pub(super) fn load(&self, files: Files, arrival: Arrival) {
        self.grid.set(None);
        self.profile.set(None);
        self.progress.set((0, 0));
        self.positions.set(Arc::new(Vec::new()));
        self.with_pool(|pool| pool.load(files.inputs.clone(), clock::now()));
        self.files.set(Some(Arc::new(files)));
        self.book_arrived(arrival);
    }

    fn publish(&self, mut valuation: Valuation, shocked: Vec<Option<ValuedPosition>>) {
        if self.files.with_untracked(Option::is_none) {
            // Of a book that was closed in the meantime.
            return;
        }
        if self.export.get_value() {
            self.export_if_complete(&valuation);
        }
        valuation.positions.clear();
        let has_change = !shocked.is_empty() || self.positions.with_untracked(|rows| rows.iter().any(|row| row.shocked.is_some()));
        if has_change && (!shocked.is_empty() || valuation.settings.shock.is_none()) {
            self.positions.update(|rows| {
                for (index, row) in Arc::make_mut(rows).iter_mut().enumerate() {
                    row.shocked = shocked.get(index).copied().flatten();
                }
            });
        }
        self.valuation.set(Some(Arc::new(valuation)));
    }

    /// Saves the report once its blocks are there; asks again while they are not.
    fn export_if_complete(&self, valuation: &Valuation) {
        let Some(results) = self.pool.get_value().and_then(|pool| pool.results()) else { return };
        if valuation.positions.is_empty() {
            return;
        }
        self.export.set_value(false);
        let report = Report::assemble(valuation.clone(), results);
        let text = crate::view::report_json(&report) + "\n";
        download::save_text("plimsoll-report.json", "application/json", &text);
    }

    fn publish_blocks(&self) {
        self.is_paused.set(self.pool.get_value().is_some_and(|pool| pool.is_paused()));
        let Some(results) = self.pool.get_value().and_then(|pool| pool.results()) else { return };
        let Some(valuation) = self.valuation.get_untracked() else { return };
        let expected: usize = results.iter().filter(|(block, _)| matches!(block, Block::GridRow(_))).count();
        if expected != valuation.settings.grid.vol_count as usize {
            return;
        }
        let (new_grid, new_profile) = valuation.charts(results);
        if self.grid.with_untracked(|grid| grid.as_deref() != Some(&new_grid)) {
            self.grid.set(Some(Arc::new(new_grid)));
        }
        if self.profile.with_untracked(|profile| profile.as_deref() != Some(&new_profile)) {
            self.profile.set(Some(Arc::new(new_profile)));
        }
        if self.export.get_value() {
            self.ask_for_value(Detail::Full);
        }
    }
}
