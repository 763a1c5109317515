//! Interactive Brokers' activity statement as CSV: a file of many tables, one section after the other (venues.md, section 5).
//!
//! Each row starts with its section and what kind of row it is; a section may give its columns anew for each asset class. Positions,
//! balances, exchange rates and contract terms are read; trades, dividends and other history are counted and named.

use crate::import::content::Content;
use crate::import::ibkr_report::Report;
use crate::import::ibkr_row::{CURRENCY, DESCRIPTION, Header, ITEM, MARK, RATE, TOTAL, account_name};
use crate::import::intake::Intake;
use crate::import::local_time::{self, Zone};
use crate::import::{ImportDef, Imported};
use crate::issue::{Issue, IssueKind};
use crate::units::Timestamp;
use csv::StringRecord;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// The format.
pub(super) const DEF: ImportDef = ImportDef {
    id: "ibkr-statement",
    label: "Interactive Brokers activity statement (CSV)",
    doc: "Performance & Reports, Statements, Activity, download as CSV: rows such as Open Positions,Data,Summary,Stocks,USD,… and \
          Cash Report,Data,Ending Cash,USD,…",
    recognizes,
    read,
};

const POSITIONS: &[&str] = &["Open Positions", "Long Open Positions", "Short Open Positions"];
const CASH: &str = "Cash Report";

fn recognizes(content: &Content) -> bool {
    let is_sectioned = content.table().is_some_and(|table| table.header.get(1).is_some_and(|cell| cell == "Header"));
    let has = |section: &str| content.text.contains(&format!("{section},Header,"));
    is_sectioned && (has("Net Asset Value") || has("Account Information") || has(CASH) || POSITIONS.iter().any(|section| has(section)))
}

fn read(content: &Content, out: &mut Imported) {
    let Some(table) = content.table() else { return };
    let mut intake = Intake::new(out, content.name);
    let mut statement = Statement::default();
    table.each_record(&content.text, |line, record| {
        match record {
            Ok(record) => statement.record(line, record, &mut intake),
            Err(problem) => intake.count(line, Err(problem.issue())),
        }
        ControlFlow::Continue(())
    });
    statement.finish(&mut intake);
    intake.finish();
}

#[derive(Default)]
struct Statement {
    report: Report,
    headers: BTreeMap<String, Header>,
    unread: BTreeMap<String, usize>,
    has_positions: bool,
    has_cash: bool,
}

impl Statement {
    fn record(&mut self, line: u64, record: &StringRecord, intake: &mut Intake<'_>) {
        let cell = |index: usize| record.get(index).unwrap_or_default().trim();
        let (section, kind) = (cell(0), cell(1));
        match kind {
            "Header" => {
                self.headers.insert(section.to_owned(), Header::new(record.iter()));
            }
            "Data" => self.data(line, section, record, intake),
            "Total" | "SubTotal" => {
                intake.kind("total");
                intake.count(line, Ok(()));
            }
            "Notes" | "Note" => {
                intake.kind("note");
                intake.count(line, Ok(()));
            }
            _ => {
                let message = "no row of a statement: Header, Data, SubTotal, Total or Notes is expected in the second column";
                intake.count(line, Err(Issue::rejected(IssueKind::Parse, message).with_value(kind).about(section)));
            }
        }
    }

    fn data(&mut self, line: u64, section: &str, record: &StringRecord, intake: &mut Intake<'_>) {
        let Some(header) = self.headers.get(section) else {
            let message = "a row of a section whose columns have not been named: its Header row is missing";
            return intake.count(line, Err(Issue::rejected(IssueKind::MissingData, message).about(section)));
        };
        let row = header.line(line, record);
        let field = |index: usize| record.get(index).unwrap_or_default().trim();
        let result = match section {
            _ if POSITIONS.contains(&section) => {
                self.has_positions = true;
                return self.report.open_position(&row, intake);
            }
            CASH if row.raw(ITEM) == "Ending Cash" => {
                self.has_cash = true;
                return self.report.balance(&row, TOTAL, intake);
            }
            "Statement" => {
                if field(2) == "Period" {
                    self.report.as_of = last_day(field(3));
                    if self.report.as_of.is_none() {
                        let message = "not a period such as January 1, 2025 - March 31, 2025: the prices of this file have no time";
                        intake.note(line, Issue::noted(IssueKind::Parse, message).with_value(field(3)));
                    }
                }
                Ok(())
            }
            "Account Information" => {
                match field(2) {
                    "Account" => account_name(field(3)).clone_into(&mut self.report.account),
                    "Base Currency" => self.report.base(&row, field(3)),
                    _ => {}
                }
                Ok(())
            }
            "Net Asset Value" if field(2) == "Total" => {
                intake.kind("net asset value");
                self.report.equity(&row, intake)
            }
            "Net Asset Value" | CASH => Ok(()),
            "Financial Instrument Information" => {
                intake.kind("contract terms");
                self.report.instrument(&row, intake)
            }
            "Base Currency Exchange Rate" => {
                intake.kind("exchange rate");
                self.report.conversion(&row, CURRENCY, RATE, intake)
            }
            // The balances themselves are those of the cash report; a closing price is the exchange rate of its currency.
            "Forex Balances" => {
                intake.kind("exchange rate");
                self.report.conversion(&row, DESCRIPTION, MARK, intake)
            }
            _ => {
                *self.unread.entry(section.to_owned()).or_default() += 1;
                Ok(())
            }
        };
        intake.count(line, result);
    }

    fn finish(self, intake: &mut Intake<'_>) {
        if !self.unread.is_empty() {
            let sections: Vec<String> = self.unread.iter().map(|(section, rows)| format!("{section} ({rows})")).collect();
            let message = format!("history and not holdings, counted and not read: {}", sections.join(", "));
            intake.issue(Issue::noted(IssueKind::Conversion, message));
        }
        if intake.rows().read == 0 && self.report.is_empty() {
            let message = "the statement holds no rows: run it with Open Positions and Cash Report";
            intake.issue(Issue::rejected(IssueKind::MissingData, message));
        }
        for (is_there, section) in [(self.has_positions, "Open Positions"), (self.has_cash, "Cash Report with Ending Cash")] {
            if !is_there {
                let message = format!("the statement has no section {section}: include it when you run the statement");
                intake.issue(Issue::noted(IssueKind::MissingData, message));
            }
        }
        self.report.finish(intake);
    }
}

/// The close of New York on the last day of `January 1, 2025 - March 31, 2025`, or of a single day.
fn last_day(period: &str) -> Option<Timestamp> {
    let day = period.rsplit([" - ", " – "].iter().find(|dash| period.contains(*dash)).copied().unwrap_or(" - ")).next()?;
    Some(local_time::parse(day)?.four_o_clock(Zone::NewYork))
}
