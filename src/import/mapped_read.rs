//! A table and a mapping → what the positions table makes of it, with notes on all that the mapping decided.

use crate::import::content::{self, Content};
use crate::import::mapping::{Mapping, TableSample, Trial, TriedRow};
use crate::import::{File, ImportDef, Imported, mapped_table, mapping_guess};
use crate::issue::{Issue, IssueKind};
use crate::market::FactValue;
use crate::units::Quantity;

/// How many positions, facts and issues there were when a row was done with.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct RowEnd {
    /// Its line.
    pub line: u64,
    /// Positions so far.
    pub positions: usize,
    /// Facts so far.
    pub facts: usize,
    /// Issues so far.
    pub issues: usize,
}

/// What a user must see of a table to map it; `None` where it is none.
pub(super) fn sample(content: &Content) -> Option<TableSample> {
    let sample = content.sample()?;
    let mapping = mapping_guess::guess(&sample.columns, &sample.rows);
    let unlisted = u32::try_from(sample.unlisted).unwrap_or(u32::MAX);
    Some(TableSample { file: 0, columns: sample.columns, unlisted, rows: sample.rows, mapping, is_mapped: false })
}

/// Reads a whole table by a mapping, as the `general` format reads its own. Returns what the page calls the file.
pub(super) fn read(content: Content, mapping: &Mapping, general: &ImportDef, out: &mut Imported) -> String {
    let (name, line) = (content.name, content.table().map_or(1, |table| table.header_line));
    let names = content.column_names();
    let start = out.issues.len();
    if read_rows(content, mapping, usize::MAX, general, out).is_some() {
        let said = Issue::noted(IssueKind::Conversion, mapping.describe());
        let notes = [Some(said), mapped_table::unread(&names, mapping)].into_iter().flatten();
        out.issues.splice(start..start, notes.map(|issue| issue.in_file(name).at_line(line)));
    }
    format!("read by your mapping “{}”", mapping.name)
}

/// Whether all rows were read; `None` where the mapping cannot be used on this file.
fn read_rows(content: Content, mapping: &Mapping, most: usize, general: &ImportDef, out: &mut Imported) -> Option<bool> {
    let (name, line) = (content.name, content.table().map_or(1, |table| table.header_line));
    let names = content.column_names();
    let no_table = || {
        Issue::rejected(IssueKind::Unsupported, "a mapping says what the columns of a table are, and this file is no table that it fits")
    };
    if let Some(problem) = if names.is_empty() { Some(no_table()) } else { mapping.problem(&names) } {
        out.issues.push(problem.in_file(name).at_line(line));
        return None;
    }
    let content = content.into_mapped(mapping, most);
    (general.read)(&content, out);
    let mapped = content.table().and_then(|table| table.mapped())?;
    out.issues.extend(mapped.word_notes().into_iter().map(|issue| issue.in_file(name)));
    if mapping.flips_sign {
        for position in &mut out.positions {
            // What is a quantity is one with the other sign too.
            position.quantity = Quantity::new(-position.quantity.get()).unwrap_or(position.quantity);
        }
    }
    Some(!mapped.is_cut())
}

/// Reads the first rows by a mapping, and tells what each of the very first came to.
pub(super) fn attempt(file: &File, mapping: &Mapping, most: usize, general: &ImportDef) -> Trial {
    let mut out = Imported { row_ends: Some(Vec::new()), ..Imported::default() };
    let is_whole = match content::decode(file) {
        Ok(content) => read_rows(content.into_table(), mapping, most, general, &mut out).unwrap_or(true),
        Err(issue) => {
            out.issues.push(issue.in_file(&file.name));
            true
        }
    };
    let ends = out.row_ends.take().unwrap_or_default();
    let (mut positions, mut issues) = (out.positions.into_iter(), out.issues.into_iter());
    let (mut rows, mut others, mut before) = (Vec::new(), Vec::new(), RowEnd::default());
    for end in ends {
        let issues = issues.by_ref().take(end.issues - before.issues);
        let (of_row, of_file): (Vec<Issue>, Vec<Issue>) = issues.partition(|issue| issue.line == Some(end.line));
        others.extend(of_file);
        let vol = out.facts.get(before.facts..end.facts).unwrap_or_default().iter().find_map(|fact| match &fact.value {
            FactValue::Option { mark_vol, .. } => *mark_vol,
            _ => None,
        });
        let positions = positions.by_ref().take(end.positions - before.positions).collect();
        rows.push(TriedRow { line: end.line, positions, vol, issues: of_row });
        before = end;
    }
    others.extend(issues);
    Trial { rows, count: out.rows, is_whole, issues: others }
}
