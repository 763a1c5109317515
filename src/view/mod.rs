//! Report → text and shapes. Nothing here knows a browser; the page and the terminal show the same.

pub mod chart;
pub mod format;
pub mod mark;
pub mod measure;
pub mod table;

use crate::engine::Report;

/// The report as JSON on one line: the bytes that the terminal prints and the page saves.
pub fn report_json(report: &Report) -> String {
    // A report holds only plain numbers and text, which always can be written.
    serde_json::to_string(report).unwrap_or_default()
}
