//! Positions as a workbook of one sheet, `Positions`: a deflated package of six parts (ECMA-376 parts 1 and 2, PKWARE APPNOTE).
//!
//! Numbers are numeric cells, everything else is text; texts are shared, since types, currencies and expiries repeat. The same
//! inputs give the same bytes: the package carries no time.

use crate::engine::Inputs;
use crate::share::export::position::Table;
use crate::share::export::{Cell, ExportDef, guarded};
use crate::units::exact_text;
use std::collections::BTreeMap;

/// The format.
pub(super) const DEF: ExportDef = ExportDef {
    id: "xlsx",
    label: "Positions as an Excel workbook",
    extension: "xlsx",
    media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    write,
};

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
/// zlib's own choice between speed and size.
const DEFLATE_LEVEL: u8 = 6;

fn write(inputs: &Inputs) -> Vec<u8> {
    let table = Table::new(&inputs.positions);
    let mut texts = Texts::default();
    let mut sheet = format!(
        "<worksheet xmlns=\"{MAIN}\"><sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" \
         activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews><sheetData>"
    );
    row(&mut sheet, 1, table.header().map(Cell::text), &mut texts);
    for (number, position) in (2..).zip(&inputs.positions) {
        row(&mut sheet, number, table.row(position), &mut texts);
    }
    sheet.push_str("</sheetData></worksheet>");

    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let types = [("workbook", "sheet.main"), ("worksheets/sheet1", "worksheet"), ("sharedStrings", "sharedStrings")]
        .map(|(part, of)| format!("<Override PartName=\"/xl/{part}.xml\" ContentType=\"{kind}.{of}+xml\"/>"));
    let relations = |relations: &[(&str, &str)]| {
        let one = |(place, (of, target)): (usize, &(&str, &str))| {
            format!("<Relationship Id=\"rId{}\" Type=\"{OFFICE}/{of}\" Target=\"{target}\"/>", place + 1)
        };
        let all: String = relations.iter().enumerate().map(one).collect();
        format!("<Relationships xmlns=\"{PACKAGE}/relationships\">{all}</Relationships>")
    };
    package(&[
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" \
                 ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>{}</Types>",
                types.concat()
            ),
        ),
        ("_rels/.rels", relations(&[("officeDocument", "xl/workbook.xml")])),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"Positions\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        ("xl/_rels/workbook.xml.rels", relations(&[("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")])),
        ("xl/sharedStrings.xml", format!("<sst xmlns=\"{MAIN}\">{}</sst>", texts.items)),
        ("xl/worksheets/sheet1.xml", sheet),
    ])
}

/// The texts of all cells, each once.
#[derive(Default)]
struct Texts {
    places: BTreeMap<String, usize>,
    items: String,
}

impl Texts {
    fn place(&mut self, text: &str) -> usize {
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        let place = self.places.len();
        self.items.push_str(&format!("<si><t xml:space=\"preserve\">{}</t></si>", escaped(text)));
        self.places.insert(text.to_owned(), place);
        place
    }
}

fn row<'a>(sheet: &mut String, number: usize, cells: impl Iterator<Item = Cell<'a>>, texts: &mut Texts) {
    sheet.push_str(&format!("<row r=\"{number}\">"));
    for (place, cell) in cells.enumerate() {
        let column = letters(place);
        match cell {
            Cell::Blank => {}
            Cell::Number(value) => sheet.push_str(&format!("<c r=\"{column}{number}\"><v>{}</v></c>", exact_text(value))),
            Cell::Text(text) => {
                let place = texts.place(&guarded(&text));
                sheet.push_str(&format!("<c r=\"{column}{number}\" t=\"s\"><v>{place}</v></c>"));
            }
        }
    }
    sheet.push_str("</row>");
}

/// The letters of a column, from 0.
fn letters(place: usize) -> String {
    let letter = char::from(b'A' + (place % 26) as u8);
    if place < 26 { letter.to_string() } else { letters(place / 26 - 1) + &letter.to_string() }
}

/// A text as XML holds it. Characters that XML cannot hold, or would change, are written `_x000D_`, and so is the start of what
/// looks like that already (ECMA-376 part 1, 22.9.2.19).
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (at, sign) in text.char_indices() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '_' if text.get(at..).is_some_and(|rest| rest.starts_with("_x")) => escaped.push_str("_x005F_"),
            '\n' | '\t' => escaped.push(sign),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push_str(&format!("_x{:04X}_", u32::from(sign))),
            sign => escaped.push(sign),
        }
    }
    escaped
}

/// The parts as a ZIP container.
fn package(parts: &[(&str, String)]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in parts {
        let whole = [DECLARATION, text].concat();
        let packed = miniz_oxide::deflate::compress_to_vec(whole.as_bytes(), DEFLATE_LEVEL);
        let length = |length: usize| u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes();
        // Version 2.0, no flags, deflate, midnight of 1980-01-01.
        let mut head = vec![20, 0, 0, 0, 8, 0, 0, 0, 33, 0];
        head.extend(crc32fast::hash(whole.as_bytes()).to_le_bytes());
        head.extend(length(packed.len()));
        head.extend(length(whole.len()));
        head.extend([name.len() as u8, 0, 0, 0]);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&head);
        directory.extend([0; 10]);
        directory.extend(length(bytes.len()));
        directory.extend(name.as_bytes());
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&head);
        bytes.extend(name.as_bytes());
        bytes.extend(&packed);
    }
    let (start, count) = (bytes.len() as u32, [parts.len() as u8, 0]);
    let length = (directory.len() as u32).to_le_bytes();
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([count, count].concat());
    bytes.extend(length);
    bytes.extend(start.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}
