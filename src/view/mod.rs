//! Report → text and shapes. Nothing here knows a browser; the page and the terminal show the same.

pub mod chart;
pub mod edited;
pub mod format;
pub mod mark;
pub mod market;
pub mod measure;
pub mod methods;
pub mod rule;
pub mod sheet;
pub mod table;
pub mod terminal;

use crate::book::{Account, Position};
use crate::engine::Report;
use crate::import::{FileSummary, Imported, RowCount};
use crate::issue::Issue;
use crate::market::surface::Surface;
use serde::Serialize;

/// The report as JSON on one line: the bytes that the terminal prints and the page saves.
pub fn report_json(report: &Report) -> String {
    // A report holds only plain numbers and text, which always can be written.
    serde_json::to_string(report).unwrap_or_default()
}

/// The surfaces as JSON on one line, with everything that was assumed and found.
pub fn surface_json(surface: &Surface) -> String {
    #[derive(Serialize)]
    struct Shown<'a> {
        #[serde(flatten)]
        surface: &'a Surface,
        issues: Vec<Issue>,
    }
    serde_json::to_string(&Shown { surface, issues: surface.issues() }).unwrap_or_default()
}

/// An import as JSON on one line: rows, positions, how many market facts, accounts, every issue, and a summary of each file.
pub fn import_json(imported: &Imported) -> String {
    #[derive(Serialize)]
    struct Summary<'a> {
        rows: &'a RowCount,
        positions: &'a [Position],
        facts: usize,
        accounts: &'a [Account],
        issues: &'a [Issue],
        files: &'a [FileSummary],
    }
    let Imported { rows, positions, facts, accounts, issues, files, .. } = imported;
    serde_json::to_string(&Summary { rows, positions, facts: facts.len(), accounts, issues, files }).unwrap_or_default()
}
