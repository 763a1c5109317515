//! Interactive Brokers' Flex query as XML: what it says stands in attributes (venues.md, section 5).
//!
//! Invariant: no entity but XML's own five is expanded and no document type is read, so that no file grows while it is read; a file
//! that ends too early gives what it holds and says what is missing.

use crate::import::content::Content;
use crate::import::ibkr_report::Report;
use crate::import::ibkr_row::{self, ACCOUNT, CURRENCY, ENDING_CASH, FROM, Line, N, RATE, SCHEMA, account_name};
use crate::import::intake::Intake;
use crate::import::number::DecimalMark;
use crate::import::row::Row;
use crate::import::{ImportDef, Imported};
use crate::issue::{Issue, IssueKind};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The format.
pub(super) const DEF: ImportDef = ImportDef {
    id: "ibkr-flex-xml",
    label: "Interactive Brokers Flex query (XML)",
    doc: "Performance & Reports, Flex Queries, format XML: a FlexQueryResponse with OpenPosition and CashReportCurrency",
    recognizes,
    read,
};

/// Deepest nesting of elements.
const MAX_DEPTH: usize = 64;
/// Most attributes of an element.
const MAX_ATTRIBUTES: usize = 1024;
/// Most names that are remembered.
const MAX_NAMES: usize = 200;

fn recognizes(content: &Content) -> bool {
    content.is_flex_xml()
}

fn read(content: &Content, out: &mut Imported) {
    let mut intake = Intake::new(out, content.name);
    let mut walk = Walk { report: Report::default(), unread: BTreeMap::new(), fields: BTreeMap::new() };
    match walk.document(&content.text, &mut intake) {
        Err(issue) => intake.issue(issue),
        Ok(()) if intake.rows().read == 0 && walk.report.is_empty() => {
            let message = "no positions and no balances: add Open Positions and Cash Report to the query";
            intake.issue(Issue::rejected(IssueKind::MissingData, message));
        }
        Ok(()) => {}
    }
    walk.report.finish(&mut intake);
    if !walk.unread.is_empty() {
        let kinds: Vec<String> = walk.unread.iter().take(20).map(|(name, count)| format!("{name} ({count})")).collect();
        let message = format!("elements that hold no positions or balances, counted and not read: {}", kinds.join(", "));
        intake.issue(Issue::noted(IssueKind::Conversion, message));
    }
    intake.finish();
}

struct Walk {
    report: Report,
    unread: BTreeMap<String, usize>,
    /// Attribute names that were looked up.
    fields: BTreeMap<String, Option<usize>>,
}

impl Walk {
    fn document(&mut self, text: &str, intake: &mut Intake<'_>) -> Result<(), Issue> {
        let mut reader = Reader::from_str(text);
        let (mut depth, mut line, mut counted) = (0_usize, 1_u64, 0_usize);
        loop {
            let start = reader.buffer_position() as usize;
            let event = reader.read_event();
            line += newlines(text, counted, start);
            counted = start;
            let broken = |message: String| Issue::rejected(IssueKind::Parse, message).at_line(line);
            match event {
                Ok(Event::Start(element)) => {
                    depth += 1;
                    if depth > MAX_DEPTH {
                        return Err(broken(format!("elements nested more than {MAX_DEPTH} deep: this is no Flex statement")));
                    }
                    self.element(&element, line, intake);
                }
                Ok(Event::Empty(element)) => self.element(&element, line, intake),
                Ok(Event::End(_)) => depth = depth.saturating_sub(1),
                Ok(Event::DocType(_)) => {
                    let message = "the file holds a document type (DOCTYPE), which no Flex statement does: nothing behind it is read";
                    return Err(broken(message.to_owned()));
                }
                Ok(Event::Eof) if depth > 0 => {
                    let message = format!("the file ends within {depth} open elements: it is cut off, what stood behind is missing");
                    return Err(broken(message));
                }
                Ok(Event::Eof) => return Ok(()),
                Ok(_) => {}
                Err(error) => return Err(broken(format!("the XML is damaged here, nothing behind it is read: {error}"))),
            }
            if intake.is_full() {
                return Ok(());
            }
        }
    }

    fn element(&mut self, element: &BytesStart<'_>, line: u64, intake: &mut Intake<'_>) {
        let name = element.name().0.to_owned();
        if matches!(name.as_str(), "FlexQueryResponse" | "FlexStatements") {
            return;
        }
        let mut labels: [Option<String>; N] = [const { None }; N];
        let mut cells: [Cow<'_, str>; N] = [const { Cow::Borrowed("") }; N];
        let mut count = 0;
        for attribute in element.attributes().with_checks(false).take(MAX_ATTRIBUTES + 1) {
            let damaged =
                |error: String| Issue::rejected(IssueKind::Parse, format!("an attribute that cannot be read: {error}")).about(&name);
            let read = attribute.map_err(|error| damaged(error.to_string())).and_then(|attribute| {
                let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| damaged(error.to_string()))?;
                Ok((attribute.key.0.to_owned(), value.into_owned()))
            });
            let (key, value) = match read {
                Ok(read) => read,
                Err(issue) => return intake.count(line, Err(issue)),
            };
            count += 1;
            if count > MAX_ATTRIBUTES {
                let message = format!("more than {MAX_ATTRIBUTES} attributes: this is no Flex statement");
                return intake.count(line, Err(Issue::rejected(IssueKind::Unsupported, message).about(&name)));
            }
            let Some(field) = self.field(&key) else { continue };
            if let (Some(label @ None), Some(cell)) = (labels.get_mut(field), cells.get_mut(field)) {
                (*label, *cell) = (Some(key), Cow::Owned(value));
            }
        }
        if count > 0 {
            self.row(&name, &Row { line, labels: &labels, cells, mark: DecimalMark::Point, is_1904: false, tags: Vec::new() }, intake);
        }
    }

    fn field(&mut self, key: &str) -> Option<usize> {
        if let Some(field) = self.fields.get(key) {
            return *field;
        }
        let field = SCHEMA.find(key);
        if self.fields.len() < MAX_NAMES {
            self.fields.insert(key.to_owned(), field);
        }
        field
    }

    fn row(&mut self, name: &str, row: &Line<'_>, intake: &mut Intake<'_>) {
        let result = match name {
            "FlexStatement" => {
                std::mem::take(&mut self.report).finish(intake);
                account_name(row.raw(ACCOUNT)).clone_into(&mut self.report.account);
                self.report.as_of = ibkr_row::day(row, intake);
                return;
            }
            "OpenPosition" => return self.report.open_position(row, intake),
            "CashReportCurrency" => return self.report.balance(row, ENDING_CASH, intake),
            "AccountInformation" => {
                self.report.base(row, row.raw(CURRENCY));
                Ok(())
            }
            "ConversionRate" => {
                intake.kind("exchange rate");
                self.report.conversion(row, FROM, RATE, intake)
            }
            "SecurityInfo" => {
                intake.kind("contract terms");
                self.report.instrument(row, intake)
            }
            "EquitySummaryByReportDateInBase" => {
                intake.kind("net asset value");
                self.report.equity(row, intake)
            }
            "FxLot" | "FxPosition" => {
                intake.kind("currency lot");
                let message = "a currency lot: the balance itself is that of the cash report, CashReportCurrency";
                intake.note(row.line, Issue::noted(IssueKind::Conversion, message));
                Ok(())
            }
            _ => {
                let is_listed = self.unread.len() < MAX_NAMES || self.unread.contains_key(name);
                *self.unread.entry(if is_listed { name } else { "others" }.to_owned()).or_default() += 1;
                Ok(())
            }
        };
        intake.count(row.line, result);
    }
}

fn newlines(text: &str, from: usize, to: usize) -> u64 {
    text.as_bytes().get(from..to).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count() as u64
}
