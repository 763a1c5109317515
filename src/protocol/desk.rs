//! The loaded book of one worker, and the table that was last shown of it.
//!
//! The page holds no positions, only those in sight: order, groups and filters are worked out here, once for each choice.

use crate::engine::{Engine, PositionRow, Settings};
use crate::issue::{Effect, Issue};
use crate::order;
use crate::price::ValuedPosition;
use crate::protocol::{Contribution, TableWindow};
#[cfg(feature = "annex")]
use crate::session::Choices;
use crate::share::export;
use crate::view::measure::MeasureDef;
#[cfg(feature = "annex")]
use crate::view::sheet::{self, Kept, Sheet, Subject};
use crate::view::table::lines::{ShownLine, TableChoice, TableLine, lines};
use crate::view::table::positions::csv;

/// What a worker knows.
#[derive(Clone, Debug, Default)]
pub struct Desk {
    engine: Option<Engine>,
    rows: Vec<PositionRow>,
    /// The settings under which the rows were valued last.
    valued: Option<Settings>,
    table: Option<(TableChoice, Vec<TableLine>)>,
    /// What analyses of the loaded book keep for the next.
    #[cfg(feature = "annex")]
    kept: Kept,
}

/// Contributions that are told apart before the rest is summed up.
const CONTRIBUTIONS: usize = 8;

impl Desk {
    /// Puts a book on the desk.
    pub(super) fn load(&mut self, engine: Engine) {
        *self = Desk { engine: Some(engine), ..Desk::default() };
    }

    /// The loaded book, if any.
    pub fn engine(&self) -> Option<&Engine> {
        self.engine.as_ref()
    }

    /// An analysis of the loaded book.
    #[cfg(feature = "annex")]
    pub(super) fn sheet(&mut self, id: &str, settings: &Settings, choices: &Choices) -> Result<Sheet, Issue> {
        let engine = self.engine.as_ref().ok_or_else(super::nothing_loaded)?;
        sheet::build(id, &mut Subject { engine, settings, choices, kept: &mut self.kept })
    }

    /// Rows of all positions under these settings; rows and table are kept for the next question.
    fn rows(&mut self, settings: &Settings) -> &[PositionRow] {
        let Some(engine) = &self.engine else { return &[] };
        let is_first = self.valued.is_none();
        // Only the shock bears on a row.
        if is_first || self.valued.as_ref().is_some_and(|valued| valued.shock != settings.shock) {
            if is_first {
                self.rows = engine.rows();
            }
            let shocked: Vec<Option<ValuedPosition>> = engine.shocked_positions(settings);
            for (index, row) in self.rows.iter_mut().enumerate() {
                row.shocked = shocked.get(index).copied().flatten();
            }
            self.valued = Some(settings.clone());
            self.table = None;
        }
        &self.rows
    }

    /// Some lines of the table.
    pub(super) fn window(&mut self, settings: &Settings, choice: &TableChoice, first: usize, count: usize) -> TableWindow {
        self.rows(settings);
        if self.table.as_ref().is_none_or(|(known, _)| known != choice) {
            self.table = Some((choice.clone(), lines(&self.rows, choice)));
        }
        let all = self.table.as_ref().map(|(_, all)| all.as_slice()).unwrap_or_default();
        let shown = all.iter().skip(first).take(count).filter_map(|line| match line {
            TableLine::Group { level, label, count, sums } => {
                Some(ShownLine::Group { level: *level, label: label.clone(), count: *count, sums: sums.clone() })
            }
            TableLine::Row(index) => self.rows.get(*index).cloned().map(Box::new).map(ShownLine::Row),
        });
        let lines = shown.collect();
        let total = u32::try_from(all.len()).unwrap_or(u32::MAX);
        TableWindow { total, first: u32::try_from(first).unwrap_or(u32::MAX), lines }
    }

    /// A position as columns and cells of the positions table, which the importer reads back as the same position.
    pub(super) fn cells(&self, index: usize) -> Vec<(String, String)> {
        let position = self.engine.as_ref().and_then(|engine| engine.inputs().positions.get(index));
        position.map_or_else(Vec::new, export::cells)
    }

    /// The whole table as CSV.
    pub(super) fn table_csv(&mut self, settings: &Settings) -> String {
        csv(self.rows(settings))
    }

    /// The largest parts of a measure by size, and the rest in one line, so that the lines add up to the total. Without a measure
    /// the parts are those of the P&L of the shock.
    pub(super) fn contributions(&mut self, settings: &Settings, measure: Option<&str>) -> Vec<Contribution> {
        let def = measure.and_then(MeasureDef::by_id);
        let amount = |row: &PositionRow| match (measure, def) {
            (None, _) => Some(row.shocked.as_ref()?.measures.value - row.base.as_ref()?.measures.value),
            (Some(_), def) => def.and_then(|def| row.base.as_ref().and_then(|base| def.of_position(base))),
        };
        let rows = self.rows(settings);
        let mut all: Vec<(usize, f64)> =
            rows.iter().enumerate().filter_map(|(index, row)| Some((index, amount(row)?))).filter(|(_, amount)| *amount != 0.0).collect();
        order::sort_by(&mut all, |(_, a), (_, b)| b.abs().total_cmp(&a.abs()));
        let rest = if all.len() > CONTRIBUTIONS + 1 { all.split_off(CONTRIBUTIONS) } else { Vec::new() };
        let mut parts: Vec<Contribution> = all
            .into_iter()
            .filter_map(|(index, amount)| {
                let row = rows.get(index)?;
                let source = if row.file.is_empty() { "shared link".to_owned() } else { format!("{}, line {}", row.file, row.line) };
                Some(Contribution { name: row.name.clone(), source, amount })
            })
            .collect();
        if !rest.is_empty() {
            let amount = rest.iter().map(|(_, amount)| amount).sum();
            parts.push(Contribution { name: format!("{} other positions", rest.len()), source: String::new(), amount });
        }
        parts
    }

    /// The first issues of each effect, rejections first, and how many there are of each.
    pub(super) fn issues(&self, limit: usize) -> (Vec<Issue>, [u32; 2]) {
        let all = self.engine.as_ref().map(Engine::issues).unwrap_or_default();
        let of = |effect: Effect| all.iter().filter(move |issue| issue.effect == effect);
        let count = |effect: Effect| u32::try_from(of(effect).count()).unwrap_or(u32::MAX);
        let shown = of(Effect::Rejected).take(limit).chain(of(Effect::Noted).take(limit)).cloned().collect();
        (shown, [count(Effect::Rejected), count(Effect::Noted)])
    }
}
