//! A table of correlations: codes across and down, in one order → [`CorrelationTable`].
//!
//! Invariant: a matrix that contradicts itself is refused whole; one that no market can have is kept, and what its repair changes is
//! said.

use crate::import::content::Content;
use crate::import::intake::Intake;
use crate::import::number::{self, DecimalMark};
use crate::import::price_cell;
use crate::import::{CORRELATIONS, ImportDef, Imported};
use crate::issue::{Issue, IssueKind};
use crate::market::history::{CorrelationTable, History};
use std::ops::ControlFlow;

/// The format.
pub(super) const DEF: ImportDef = ImportDef {
    id: "correlations",
    label: "table of correlations (CSV, XLSX)",
    doc: "Codes of assets across and down, in the same order, with ones on the diagonal",
    recognizes,
    read,
};

/// Most codes: a matrix of so many is as much as is ever looked at.
const MOST: usize = 200;
/// By how much two mirrored numbers may differ: they are rounded by whoever writes them.
const ROUNDING: f64 = 1e-6;

/// Cells of the first column, which must be the header's names again.
fn recognizes(content: &Content) -> bool {
    let Some(table) = content.table() else { return false };
    let Some((corner, names)) = table.header.split_first() else { return false };
    let is_corner = matches!(corner.trim().to_lowercase().as_str(), "" | "symbol" | "asset" | "code" | "correlation");
    if !is_corner || names.len() < 2 || names.len() > MOST {
        return false;
    }
    let mut rows = Vec::new();
    table.each_row(&content.text, |_, record| {
        rows.push(record.ok().and_then(|record| record.get(0)).unwrap_or_default().trim().to_owned());
        if rows.len() <= names.len() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    rows.iter().eq(names.iter())
}

fn read(content: &Content, out: &mut Imported) {
    let Some(table) = content.table() else { return };
    let mut intake = Intake::new(out, content.name);
    let names = table.header.get(1..).unwrap_or_default();
    let (mut entries, mut lines, mut refused): (Vec<Vec<f64>>, Vec<u64>, Option<Issue>) = (Vec::new(), Vec::new(), None);
    table.each_row(&content.text, |line, record| {
        lines.push(line);
        let place = |issue: Issue, column: usize, cell: &str| {
            issue.at_line(line).in_column(names.get(column).map_or("", String::as_str)).with_value(cell)
        };
        let row = match record {
            Ok(record) => {
                record.iter().skip(1).enumerate().map(|(column, cell)| entry(cell).map_err(|issue| place(issue, column, cell))).collect()
            }
            Err(problem) => Err(problem.issue().at_line(line)),
        };
        match row {
            Ok(row) => entries.push(row),
            Err(issue) => refused = refused.take().or(Some(issue)),
        }
        ControlFlow::Continue(())
    });
    let table = match refused {
        Some(issue) => Err(issue),
        None => table_of(names, &entries, &lines),
    };
    match table {
        Ok(mut table) => {
            for line in &lines {
                intake.count(*line, Ok(()));
                intake.kind(CORRELATIONS);
            }
            table.source = intake.source(content.table().map_or(1, |table| table.header_line));
            if let Some(repaired) = table.repair() {
                let message = format!(
                    "no market can have these correlations: their smallest eigenvalue is {:.4}; those below 0 are set to 0, which changes one \
                     correlation by {:.4} and the others by less",
                    repaired.smallest_before, repaired.largest_change
                );
                intake.issue(Issue::noted(IssueKind::Calculation, message));
            }
            intake.history(History { series: Vec::new(), correlations: Some(table) });
        }
        Err(issue) => {
            let at = issue.line;
            for line in lines {
                let whole = Issue::rejected(IssueKind::Invalid, "the table is left out whole, because of another of its rows");
                intake.count(line, Err(if at == Some(line) { issue.clone() } else { whole }));
            }
        }
    }
    intake.finish();
}

fn entry(cell: &str) -> Result<f64, Issue> {
    let accepted = "a number from -1 to 1 is accepted";
    let value = number::parse(cell.trim(), DecimalMark::Point)
        .map_err(|why| Issue::rejected(IssueKind::Parse, format!("{why}; {accepted}")))?
        .value;
    if (-1.0 - ROUNDING..=1.0 + ROUNDING).contains(&value) {
        Ok(value.clamp(-1.0, 1.0))
    } else {
        Err(Issue::rejected(IssueKind::Invalid, format!("no correlation; {accepted}")))
    }
}

/// The triangle below the diagonal, if the one above says the same.
fn table_of(names: &[String], entries: &[Vec<f64>], lines: &[u64]) -> Result<CorrelationTable, Issue> {
    let at = |row: usize, column: usize| entries.get(row).and_then(|row| row.get(column)).copied().unwrap_or(f64::NAN);
    let place = |row: usize, column: usize, message: String| {
        let issue = Issue::rejected(IssueKind::Invalid, message).with_value(&at(row, column).to_string());
        let issue = issue.in_column(names.get(column).map_or("", String::as_str));
        lines.get(row).map_or(issue.clone(), |line| issue.at_line(*line))
    };
    let mut symbols = Vec::with_capacity(names.len());
    for name in names {
        let (code, _) = price_cell::symbol(name).ok_or_else(|| place(0, 0, format!("{name:?} is no code")))?;
        if symbols.contains(&code) {
            return Err(place(0, 0, format!("{code} stands twice")));
        }
        symbols.push(code);
    }
    let mut below = Vec::new();
    for row in 0..names.len() {
        if (at(row, row) - 1.0).abs() > ROUNDING {
            return Err(place(row, row, "what is on the diagonal must be 1".to_owned()));
        }
        for column in 0..row {
            let (one, mirrored) = (at(row, column), at(column, row));
            if (one - mirrored).abs() > ROUNDING {
                return Err(place(row, column, format!("its mirror image is {mirrored}: which of the two is meant is not clear")));
            }
            below.push(one);
        }
    }
    Ok(CorrelationTable { symbols, below, source: Default::default() })
}
