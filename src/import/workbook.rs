//! XLSX workbook → its first visible sheet, as a table whose lines are the sheet's rows.
//!
//! Source: ECMA-376 part 1 (SpreadsheetML) and part 2 (packages). Only the parts that the sheet needs are unpacked; links to other
//! files are not followed, macros and pictures not looked at. Invariant: a document type, and so every entity of its own, is
//! refused before a cell is read.

use crate::import::sheet::{self, Sheet, Values};
use crate::import::zip::{self, Archive};
use crate::issue::{Issue, IssueKind};
use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;

/// Reads the first visible sheet.
///
/// # Errors
/// Bytes that are no workbook, and a workbook that is damaged, encrypted, hostile, or holds no sheet to read.
pub(super) fn read(bytes: &[u8], notes: &mut Vec<Issue>) -> Result<Sheet, Issue> {
    let archive = zip::open(bytes)?;
    refuse_others(&archive)?;
    let path = relations(&archive, "")?.into_iter().find(|relation| relation.kind == "officeDocument").map(|relation| relation.target);
    let path = path.ok_or_else(|| missing("the part that describes the workbook"))?;
    let book = book(&archive, &path)?;
    let relations = relations(&archive, &path)?;
    let part_of = |kind: &str| relations.iter().find(|relation| relation.kind == kind).map(|relation| relation.target.as_str());
    let sheet_of = |sheet: &Entry| relations.iter().find(|relation| relation.id == sheet.relation && relation.kind == "worksheet");
    let visible = book.sheets.iter().filter(|sheet| !sheet.is_hidden).find_map(|sheet| sheet_of(sheet).map(|relation| (sheet, relation)));
    let Some((chosen, relation)) = visible else {
        return Err(refused(
            IssueKind::MissingData,
            "the workbook has no visible sheet: show the sheet of the positions and save it again",
        ));
    };
    note_sheets(&book, chosen, notes);
    let strings = part_of("sharedStrings").map(|part| shared_strings(&archive, part)).transpose()?.unwrap_or_default();
    let dates = part_of("styles").map(|part| date_styles(&archive, part)).transpose()?.unwrap_or_default();
    let text = archive.text(&relation.target)?.ok_or_else(|| missing(&format!("the sheet {}", shown(&chosen.name))))?;
    let values = Values { strings, dates, is_1904: book.is_1904 };
    sheet::read(&mut Xml::new(&text, &relation.target), &values, notes)
}

/// Containers that are no workbook of this kind, by what stands in them.
fn refuse_others(archive: &Archive<'_>) -> Result<(), Issue> {
    let message = if archive.is_empty() {
        "an empty ZIP archive: save the workbook again"
    } else if archive.has("xl/workbook.bin") {
        "a binary Excel workbook (.xlsb): save it as .xlsx or save the sheet as CSV"
    } else if archive.has("content.xml") && archive.has("mimetype") {
        "an OpenDocument file: save it as .xlsx or save the sheet as CSV"
    } else if !archive.has("_rels/.rels") {
        "a ZIP archive: unpack it and drop the files inside"
    } else {
        return Ok(());
    };
    Err(refused(IssueKind::Unsupported, format!("the content is {message}")))
}

fn note_sheets(book: &Book, chosen: &Entry, notes: &mut Vec<Issue>) {
    let describe = |sheet: &Entry| format!("{}{}", shown(&sheet.name), if sheet.is_hidden { " (hidden)" } else { "" });
    let others: Vec<String> = book.sheets.iter().filter(|sheet| !std::ptr::eq(*sheet, chosen)).take(20).map(describe).collect();
    if !others.is_empty() {
        let message = format!("the sheet {} is read, the first that is visible; not read: {}", shown(&chosen.name), others.join(", "));
        notes.push(Issue::noted(IssueKind::Conversion, message));
    }
    if book.is_1904 {
        notes.push(Issue::noted(IssueKind::Conversion, "the workbook counts its days from 1904: its dates are read so"));
    }
}

/// The name of a sheet in a message; spreadsheets allow 31 characters.
fn shown(name: &str) -> String {
    name.chars().filter(|sign| !sign.is_control()).take(40).collect()
}

struct Book {
    sheets: Vec<Entry>,
    is_1904: bool,
}

struct Entry {
    name: String,
    relation: String,
    is_hidden: bool,
}

fn book(archive: &Archive<'_>, path: &str) -> Result<Book, Issue> {
    let text = archive.text(path)?.ok_or_else(|| missing(path))?;
    let mut xml = Xml::new(&text, path);
    let mut book = Book { sheets: Vec::new(), is_1904: false };
    while let Some(event) = xml.next()? {
        let Event::Start(start) = event else { continue };
        match start.local_name().as_ref() {
            "workbookPr" => {
                if let Some(flag) = xml.attribute(&start, "date1904")? {
                    book.is_1904 = matches!(flag.as_str(), "1" | "true" | "on");
                }
            }
            "sheet" => book.sheets.push(Entry {
                name: xml.attribute(&start, "name")?.unwrap_or_default(),
                relation: xml.attribute(&start, "id")?.unwrap_or_default(),
                is_hidden: xml.attribute(&start, "state")?.is_some_and(|state| state != "visible"),
            }),
            _ => {}
        }
    }
    Ok(book)
}

/// A part that another one refers to.
struct Relation {
    id: String,
    /// The last word of its type.
    kind: String,
    target: String,
}

/// The parts inside of the container that `part` refers to; those outside of it are passed over, nothing is ever fetched.
fn relations(archive: &Archive<'_>, part: &str) -> Result<Vec<Relation>, Issue> {
    let (folder, name) = part.rsplit_once('/').map_or(("", part), |(folder, name)| (folder, name));
    let path = resolve(folder, &format!("_rels/{name}.rels"));
    let Some(text) = archive.text(&path)? else { return Ok(Vec::new()) };
    let mut xml = Xml::new(&text, &path);
    let mut relations = Vec::new();
    while let Some(event) = xml.next()? {
        let Event::Start(start) = event else { continue };
        if start.local_name().as_ref() == "Relationship" && xml.attribute(&start, "TargetMode")?.as_deref() != Some("External") {
            relations.push(Relation {
                id: xml.attribute(&start, "Id")?.unwrap_or_default(),
                kind: xml.attribute(&start, "Type")?.unwrap_or_default().rsplit('/').next().unwrap_or_default().to_owned(),
                target: resolve(folder, &xml.attribute(&start, "Target")?.unwrap_or_default()),
            });
        }
    }
    Ok(relations)
}

/// The path of a target, from the folder of the part that names it or, with a leading `/`, from the top.
fn resolve(folder: &str, target: &str) -> String {
    let whole = match target.strip_prefix('/') {
        Some(path) => path.to_owned(),
        None => format!("{folder}/{target}"),
    };
    let mut path: Vec<&str> = Vec::new();
    for step in whole.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(path.pop()),
            step => path.push(step),
        }
    }
    path.join("/")
}

fn shared_strings(archive: &Archive<'_>, path: &str) -> Result<Vec<String>, Issue> {
    let Some(text) = archive.text(path)? else { return Ok(Vec::new()) };
    let mut xml = Xml::new(&text, path);
    let mut strings = Vec::new();
    while let Some(event) = xml.next()? {
        if matches!(&event, Event::Start(start) if start.local_name().as_ref() == "si") {
            if strings.len() == MAX_STRINGS {
                let message = format!("the workbook has more than {MAX_STRINGS} different texts: split it, or save the sheet as CSV");
                return Err(refused(IssueKind::Unsupported, message));
            }
            strings.push(sheet::text_of(&mut xml, "si")?);
        }
    }
    Ok(strings)
}

/// Most texts that the cells of a workbook share.
const MAX_STRINGS: usize = 2_000_000;

/// Which cell formats show a number as a date.
fn date_styles(archive: &Archive<'_>, path: &str) -> Result<Vec<bool>, Issue> {
    let Some(text) = archive.text(path)? else { return Ok(Vec::new()) };
    let mut xml = Xml::new(&text, path);
    let (mut custom, mut dates, mut is_cell_format) = (Vec::new(), Vec::new(), false);
    while let Some(event) = xml.next()? {
        match event {
            Event::Start(start) => match start.local_name().as_ref() {
                "numFmt" => {
                    let code = xml.attribute(&start, "formatCode")?.unwrap_or_default();
                    custom.push((xml.attribute(&start, "numFmtId")?.unwrap_or_default(), is_date_code(&code)));
                }
                "cellXfs" => is_cell_format = true,
                "xf" if is_cell_format => {
                    let id = xml.attribute(&start, "numFmtId")?.unwrap_or_default();
                    let own = custom.iter().find(|(known, _)| *known == id).map(|(_, is_date)| *is_date);
                    dates.push(own.unwrap_or_else(|| is_date_id(&id)));
                }
                _ => {}
            },
            Event::End(end) if end.local_name().as_ref() == "cellXfs" => is_cell_format = false,
            _ => {}
        }
    }
    Ok(dates)
}

/// Whether a built-in format shows a date (ECMA-376 part 1, 18.8.30; 45 to 47 are times, which stay numbers).
fn is_date_id(id: &str) -> bool {
    matches!(id.parse::<u32>(), Ok(14..=17 | 22 | 27..=36 | 50..=58))
}

/// Whether a format code shows a day, month or year: its letters outside of quotes, escapes and brackets.
fn is_date_code(code: &str) -> bool {
    let mut signs = code.chars();
    while let Some(sign) = signs.next() {
        match sign {
            '"' => drop(signs.by_ref().find(|sign| *sign == '"')),
            '[' => drop(signs.by_ref().find(|sign| *sign == ']')),
            '\\' | '_' | '*' => drop(signs.next()),
            'd' | 'D' | 'y' | 'Y' => return true,
            _ => {}
        }
    }
    false
}

/// The events of one part.
pub(super) struct Xml<'a> {
    reader: Reader<&'a [u8]>,
    part: &'a str,
}

impl<'a> Xml<'a> {
    fn new(text: &'a str, part: &'a str) -> Xml<'a> {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Xml { reader, part }
    }

    /// The next event; `None` at the end.
    ///
    /// # Errors
    /// Text that is no XML, or that brings its own document type.
    pub(super) fn next(&mut self) -> Result<Option<Event<'a>>, Issue> {
        match self.reader.read_event() {
            Ok(Event::Eof) => Ok(None),
            Ok(Event::DocType(_)) => {
                let message = format!("the part {} of the workbook defines entities of its own, which no spreadsheet writes", self.part);
                Err(refused(IssueKind::Unsupported, message))
            }
            Ok(event) => Ok(Some(event)),
            Err(error) => Err(self.damaged(&error.to_string())),
        }
    }

    /// An attribute by its name without prefix.
    ///
    /// # Errors
    /// Text that is no list of attributes.
    pub(super) fn attribute(&self, start: &BytesStart<'_>, name: &str) -> Result<Option<String>, Issue> {
        for attribute in start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| self.damaged(&error.to_string()))?;
            if attribute.key.local_name().as_ref() == name {
                let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0);
                return value.map(|value| Some(value.into_owned())).map_err(|error| self.damaged(&error.to_string()));
            }
        }
        Ok(None)
    }

    /// Attributes without prefix and as they stand, in one pass: a sheet has them on every cell.
    ///
    /// # Errors
    /// Text that is no list of attributes.
    pub(super) fn plain<'s, const N: usize>(
        &self,
        start: &'s BytesStart<'_>,
        names: [&str; N],
    ) -> Result<[Option<Cow<'s, str>>; N], Issue> {
        let mut found = [const { None }; N];
        for attribute in start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| self.damaged(&error.to_string()))?;
            let slot = names.iter().position(|name| attribute.key.as_ref() == *name).and_then(|place| found.get_mut(place));
            if let Some(slot) = slot {
                *slot = Some(attribute.value);
            }
        }
        Ok(found)
    }

    /// Adds the characters of an event to a text.
    ///
    /// # Errors
    /// A reference to an entity that is none of the five of XML.
    pub(super) fn append(&self, event: &Event<'_>, text: &mut String) -> Result<(), Issue> {
        match event {
            Event::Text(part) => text.push_str(&part.xml10_content()),
            Event::CData(part) => text.push_str(&part.xml10_content()),
            Event::GeneralRef(reference) => match (resolve_xml_entity(reference), reference.resolve_char_ref()) {
                (Some(sign), _) => text.push_str(sign),
                (None, Ok(Some(sign))) => text.push(sign),
                (None, _) => return Err(self.damaged(&format!("&{};", reference.get(..40).unwrap_or(reference)))),
            },
            _ => {}
        }
        Ok(())
    }

    /// The refusal of the part.
    pub(super) fn damaged(&self, what: &str) -> Issue {
        let what: String = what.chars().take(120).collect();
        refused(IssueKind::Parse, format!("the part {} of the workbook is damaged: {what}", self.part))
    }
}

fn missing(what: &str) -> Issue {
    refused(IssueKind::MissingData, format!("{what} is missing in the workbook: save it again"))
}

fn refused(kind: IssueKind, message: impl Into<String>) -> Issue {
    Issue::rejected(kind, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_formats_with_a_day_or_a_year_are_dates() {
        for (code, expected) in [
            ("yyyy\\-mm\\-dd", true),
            ("[$-409]d/mmm/yy;@", true),
            ("0.00E+00", false),
            ("[h]:mm:ss", false),
            ("#,##0.00_);[Red](#,##0.00)", false),
            ("0.0\" days\"", false),
            ("0_d", false),
            ("General", false),
        ] {
            assert_eq!(is_date_code(code), expected, "{code}");
        }
        assert!(is_date_id("14") && is_date_id("22") && !is_date_id("9") && !is_date_id("47") && !is_date_id(""));
    }

    #[test]
    fn a_target_stays_inside_of_the_container() {
        for (folder, target, expected) in [
            ("xl", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "../../../etc/passwd", "etc/passwd"),
            ("", "_rels/.rels", "_rels/.rels"),
        ] {
            assert_eq!(resolve(folder, target), expected);
        }
    }
}
