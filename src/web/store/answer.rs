//! What the engine answered, written into the page's state.

use crate::check::Limits;
use crate::engine::{Block, Valuation};
use crate::protocol::{Imported, Request, Response};
use crate::session::{Action, Session, apply};
use crate::web::browser::{clock, download, location};
use crate::web::store::autosave::{Arrival, Next};
use crate::web::store::{Computer, Files, Form, MOST_ISSUES, MOST_LISTED, Notice, OpenedLink, Store, page_id};
use crate::web::worker::pool::Event;
use leptos::prelude::*;
use std::sync::Arc;
use web_sys::Blob;

impl Store {
    pub(super) fn hear(&self, event: Event) {
        match event {
            Event::Workers(count) => self.computer.set(Computer::Workers(count)),
            Event::Fallback(reason) => {
                self.computer.set(Computer::Page(reason));
                self.ask_again();
                self.resume_comparing();
            }
            Event::Progress(done, total) => {
                self.progress.set((done, total));
                self.publish_blocks();
            }
            Event::Response(response, blob) => self.hear_response(*response, blob),
        }
    }

    fn hear_response(&self, response: Response, blob: Option<Blob>) {
        match response {
            Response::Imported(imported) => self.take_import(imported, blob),
            Response::Tried(trial) => self.take_trial(trial),
            Response::Methods { sections } => self.methods.take(&sections),
            Response::Questions { set, questions } => self.take_questions(set, questions),
            Response::Answered { set, build, answers } => self.take_answers(&set, build, answers),
            Response::SelfTested { verdict } => self.take_verdict(verdict),
            Response::Merged { positions, netted, .. } => self.take_merged(blob, positions, netted),
            Response::Reading { done, total } => {
                if done == total {
                    clock::measure("plimsoll-read", true);
                }
                self.reading.set(Some((done, total)));
            }
            Response::Loaded { .. } => {
                self.is_reading.set(false);
                self.run();
                self.ask_for_table();
                for request in [
                    Request::Issues { limit: MOST_ISSUES },
                    Request::Findings { limits: Limits::default(), limit: MOST_LISTED },
                    Request::Strategies { limit: MOST_LISTED },
                ] {
                    self.with_pool(|pool| pool.ask_aside(request, None));
                }
            }
            Response::Table { revision, window } => self.take_table(revision, window),
            Response::Cells { index, cells } => self.form.set(Some(Form { index: Some(index), cells })),
            Response::Contributions(parts) => self.contributions.set(Arc::new(parts)),
            Response::Issues { issues, counts } => {
                self.issues.set(Arc::new(issues));
                self.issue_counts.set(counts);
            }
            Response::File { name, .. } => {
                if let Some(blob) = blob {
                    download::save_blob(&name, &blob);
                }
            }
            Response::Valued { valuation, .. } => self.publish(*valuation),
            Response::Shared { fragment } => self.link.set(Some(format!("{}#{fragment}", location::base()))),
            Response::Opened { positions, session, .. } => {
                self.is_reading.set(false);
                location::replace_fragment(page_id(self.session.with_untracked(|session| session.page)));
                let link = OpenedLink { positions: blob.is_some().then_some(positions), session };
                self.link_inputs.set_value(blob);
                if self.files.with_untracked(Option::is_some) {
                    self.waiting_link.set(Some(Arc::new(link)));
                } else {
                    self.leave_for(Next::Link(Arc::new(link)));
                }
            }
            Response::Packed { ticket, .. } => self.take_packed(ticket, blob),
            Response::Restored { ticket, session, imported } => {
                if !self.takes_earlier(ticket, Some(&imported), blob.clone()) {
                    self.copy_restored(ticket, session, *imported, blob);
                }
            }
            Response::NotSaved { ticket, issue } => {
                if !self.takes_earlier(ticket, None, None) {
                    self.not_saved(ticket, &issue);
                }
            }
            Response::Failed(issue) => {
                if self.is_reading.get_untracked() {
                    // A refused link does not stay in the address.
                    location::replace_fragment(page_id(self.session.with_untracked(|session| session.page)));
                }
                self.is_reading.set(false);
                self.reading.set(None);
                self.drop_trial();
                self.drop_comparison();
                self.sheet.give_up();
                self.boundary.give_up();
                self.notice.set(Some(Notice { text: issue.message, is_error: true }));
            }
            Response::Findings { findings, counts } => {
                self.findings.set(Arc::new(findings));
                self.finding_counts.set(counts);
            }
            Response::Strategies { strategies, count, outright } => {
                self.strategies.set(Arc::new(strategies));
                self.strategy_counts.set([count, outright]);
            }
            Response::ExerciseBoundary { index, sheet } => self.take_boundary(index, &sheet),
            Response::Sheet { revision, id, sheet } => self.take_sheet(revision, &id, &sheet),
            Response::RulesPreviewed { preview } => self.take_preview(preview),
            Response::Compared { comparison, counts } => self.take_comparison(comparison, counts),
            Response::Ready { .. } | Response::Computed { .. } => {}
        }
    }

    pub(super) fn adopt(&self, link: &OpenedLink) {
        let page = link.session.page;
        let inputs = self.link_inputs.get_value();
        self.link_inputs.set_value(None);
        self.remember(None);
        match (link.positions, inputs) {
            (Some(positions), Some(inputs)) => {
                self.session.update(|session| apply(session, Action::Replace(Box::new(link.session.clone()))));
                self.load(inputs, Arc::new(Files { imported: Imported { positions, ..Imported::default() } }), Arrival::Link);
            }
            _ => {
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

    fn publish(&self, mut valuation: Valuation) {
        if self.files.with_untracked(Option::is_none) {
            // Of a book that was closed in the meantime.
            return;
        }
        valuation.positions.clear();
        let is_new =
            self.valuation.with_untracked(|known| known.as_ref().is_none_or(|known| known.settings.shock != valuation.settings.shock));
        self.valuation.set(Some(Arc::new(valuation)));
        if is_new {
            self.ask_for_table();
        }
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
        self.export_if_complete();
    }
}
