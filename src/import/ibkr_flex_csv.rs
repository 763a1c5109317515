//! Interactive Brokers' Flex query as CSV: one table a section, each with its own header (venues.md, section 5).
//!
//! The columns tell which section a table is; files with section codes (`"HEADER","POST",…`) and without are read alike.

use crate::import::content::Content;
use crate::import::ibkr_report::Report;
use crate::import::ibkr_row::{ENDING_CASH, EXECUTED, FROM, Header, MARK, QUANTITY, RATE, SYMBOL, VALUE};
use crate::import::intake::Intake;
use crate::import::row::RowProblem;
use crate::import::{ImportDef, Imported};
use crate::issue::{Issue, IssueKind};
use csv::StringRecord;
use std::ops::ControlFlow;

/// The format.
pub(super) const DEF: ImportDef = ImportDef {
    id: "ibkr-flex-csv",
    label: "Interactive Brokers Flex query (CSV)",
    doc: "Performance & Reports, Flex Queries, format CSV with column headers: tables with the columns ClientAccountID, AssetClass, Symbol, \
          Quantity, MarkPrice of open positions and CurrencyPrimary, EndingCash of the cash report",
    recognizes,
    read,
};

/// Lines that frame a file, an account or a section.
const FRAMES: &[&str] = &["BOF", "BOA", "BOS", "EOS", "EOA", "EOF"];

enum Section {
    Positions,
    Cash,
    Rates,
    Unread,
}

fn is_header<'a>(mut cells: impl Iterator<Item = &'a str>) -> bool {
    cells.any(|cell| matches!(cell.trim(), "ClientAccountID" | "CurrencyPrimary" | "AssetClass" | "EndingCash" | "FromCurrency"))
}

fn section(header: &Header) -> Section {
    if header.has(EXECUTED) {
        Section::Unread
    } else if header.has(SYMBOL) && header.has(QUANTITY) && (header.has(MARK) || header.has(VALUE)) {
        Section::Positions
    } else if header.has(ENDING_CASH) {
        Section::Cash
    } else if header.has(FROM) && header.has(RATE) {
        Section::Rates
    } else {
        Section::Unread
    }
}

fn recognizes(content: &Content) -> bool {
    content.table().is_some_and(|table| {
        let first = table.header.first().map_or("", String::as_str);
        let is_flex = FRAMES.contains(&first) || first == "HEADER" || table.has("ClientAccountID") || table.has("CurrencyPrimary");
        // Trades alone are the export of another purpose.
        is_flex && ["MarkPrice", "PositionValue", "EndingCash"].iter().any(|column| content.text.contains(column))
    })
}

fn read(content: &Content, out: &mut Imported) {
    let Some(table) = content.table() else { return };
    let mut intake = Intake::new(out, content.name);
    let mut report = Report::default();
    let mut current: Option<(Header, usize, Section)> = None;
    let mut unread = 0;
    table.each_record(&content.text, |line, record| {
        let Ok(record) = record.map_err(|problem| intake.count(line, Err(problem.issue()))) else { return ControlFlow::Continue(()) };
        if record.get(0).is_some_and(|cell| FRAMES.contains(&cell)) {
            return ControlFlow::Continue(());
        }
        if is_header(record.iter()) {
            let header = Header::new(record.iter());
            let section = section(&header);
            current = Some((header, record.len(), section));
            return ControlFlow::Continue(());
        }
        match &current {
            Some((header, length, section)) if record.len() == *length => {
                unread += usize::from(matches!(section, Section::Unread));
                data(header, section, line, record, &mut report, &mut intake);
            }
            Some((_, expected, _)) => {
                let problem = RowProblem::WrongCount { found: record.len(), expected: *expected };
                intake.count(line, Err(problem.issue()));
            }
            None => intake.count(line, Err(Issue::rejected(IssueKind::MissingData, "a row before the first header"))),
        }
        if intake.is_full() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    if intake.rows().read == 0 && report.is_empty() {
        let message = "no positions and no balances: add Open Positions and Cash Report to the query";
        intake.issue(Issue::rejected(IssueKind::MissingData, message));
    }
    if unread > 0 {
        let message = format!("{unread} rows of sections other than open positions and cash are counted and not read");
        intake.issue(Issue::noted(IssueKind::Conversion, message));
    }
    report.finish(&mut intake);
    intake.finish();
}

fn data(header: &Header, section: &Section, line: u64, record: &StringRecord, report: &mut Report, intake: &mut Intake<'_>) {
    let row = header.line(line, record);
    match section {
        Section::Positions => report.open_position(&row, intake),
        Section::Cash => report.balance(&row, ENDING_CASH, intake),
        Section::Rates => {
            intake.kind("exchange rate");
            let result = report.conversion(&row, FROM, RATE, intake);
            intake.count(line, result);
        }
        Section::Unread => intake.count(line, Ok(())),
    }
}
