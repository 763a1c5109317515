//! Workbooks: what each kind of cell gives, and what a hostile container may not do.

use crate::import_support::{dropped, fixture, rejections};
use plimsoll::import::{Imported, RowCount, import};
use plimsoll::issue::Effect;
use proptest::prelude::*;

/// One entry of a container: its name, its content, and what its header claims instead of the truth.
struct Part {
    name: &'static str,
    text: String,
    claimed_size: Option<u32>,
    is_encrypted: bool,
    is_zip64: bool,
}

impl Part {
    fn new(name: &'static str, text: impl Into<String>) -> Part {
        Part { name, text: text.into(), claimed_size: None, is_encrypted: false, is_zip64: false }
    }
}

/// A container of deflated parts (PKWARE APPNOTE 6.3.10).
fn zipped(parts: &[Part]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for part in parts {
        let packed = miniz_oxide::deflate::compress_to_vec(part.text.as_bytes(), 6);
        let size = part.claimed_size.unwrap_or(part.text.len() as u32);
        let offset = bytes.len() as u32;
        let (flags, name) = (u16::from(part.is_encrypted), part.name.as_bytes());
        let numbers = |sizes: [u32; 2]| {
            let mut head = Vec::new();
            [20, flags, 8, 0, 33].iter().for_each(|number: &u16| head.extend(number.to_le_bytes()));
            head.extend(crc32fast::hash(part.text.as_bytes()).to_le_bytes());
            sizes.iter().for_each(|size| head.extend(size.to_le_bytes()));
            head.extend((name.len() as u16).to_le_bytes());
            head
        };
        bytes.extend(b"PK\x03\x04");
        bytes.extend(numbers([packed.len() as u32, size]));
        bytes.extend([0, 0]);
        bytes.extend(name);
        bytes.extend(&packed);
        // Sizes of more than 32 bits stand in a field of their own: the real one first, then the packed one.
        let mut extra = Vec::new();
        if part.is_zip64 {
            extra.extend([1, 0, 16, 0]);
            extra.extend(u64::from(size).to_le_bytes());
            extra.extend((packed.len() as u64).to_le_bytes());
        }
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(numbers(if part.is_zip64 { [u32::MAX; 2] } else { [packed.len() as u32, size] }));
        directory.extend((extra.len() as u16).to_le_bytes());
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name);
        directory.extend(extra);
    }
    let (start, length, count) = (bytes.len() as u32, directory.len() as u32, (parts.len() as u16).to_le_bytes());
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([count, count].concat());
    bytes.extend(length.to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

const STRINGS: &str = r#"<sst uniqueCount="18446744073709551615"><si><t>instrument</t></si><si><t>qty</t></si><si><t>expiry</t></si>
    <si><r><t>ETH-</t></r><r><t>PERPETUAL</t></r><rPh><t>ee</t></rPh></si></sst>"#;
const STYLES: &str = r#"<styleSheet><numFmts><numFmt numFmtId="170" formatCode="dd/mm/yyyy hh:mm"/></numFmts><cellStyleXfs><xf numFmtId="14"/>
    </cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/></cellXfs></styleSheet>"#;

/// The parts of a workbook with one sheet of these rows.
fn parts(rows: &str) -> Vec<Part> {
    let relation = |id: &str, kind: &str, target: &str| format!(r#"<Relationship Id="{id}" Type="x/{kind}" Target="{target}"/>"#);
    vec![
        Part::new("[Content_Types].xml", "<Types/>"),
        Part::new("_rels/.rels", format!("<Relationships>{}</Relationships>", relation("r", "officeDocument", "xl/workbook.xml"))),
        Part::new("xl/workbook.xml", r#"<workbook><sheets><sheet name="Desk &amp; hedge" r:id="a"/></sheets></workbook>"#),
        Part::new(
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships>{}{}{}</Relationships>",
                relation("a", "worksheet", "/xl/worksheets/sheet1.xml"),
                relation("b", "sharedStrings", "sharedStrings.xml"),
                relation("c", "styles", "styles.xml")
            ),
        ),
        Part::new("xl/sharedStrings.xml", STRINGS),
        Part::new("xl/styles.xml", STYLES),
        Part::new("xl/worksheets/sheet1.xml", format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")),
    ]
}

/// A header with `instrument`, `qty` and `expiry`, by shared texts.
const HEADER: &str = r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row>"#;

fn opened(parts: &[Part]) -> Imported {
    import(&[dropped("book.xlsx", zipped(parts))])
}

fn sheet(rows: &str) -> Imported {
    opened(&parts(&format!("{HEADER}{rows}")))
}

/// Name, quantity, expiry in milliseconds, row of the sheet.
fn held(imported: &Imported) -> Vec<(&str, f64, Option<i64>, u64)> {
    let positions = imported.positions.iter();
    positions
        .map(|position| {
            let expiry = position.instrument.expiry().map(|expiry| expiry.ms());
            (position.name.as_str(), position.quantity.get(), expiry, position.source.line)
        })
        .collect()
}

#[test]
fn each_kind_of_cell_is_read_and_rows_keep_their_number() {
    let imported = sheet(
        r#"<row r="3"><c r="A3" t="s"><v>3</v></c><c r="B3"><v>0.30000000000000004</v></c></row>
           <row><c t="inlineStr"><is><t>BTC-25DEC26</t></is></c><c><v>1E3</v></c><c s="1"><v>46381</v></c></row>
           <row r="9"><c r="A9" t="str"><f>CONCAT("BTC-","25DEC26")</f><v>BTC-25DEC26</v></c><c r="B9"><f>1+1</f><v>-2</v></c>
             <c r="C9" s="2"><v>46381.6666666666667</v></c></row>
           <row r="10"><c r="A10" t="inlineStr"><is><t>BTC-25DEC26</t></is></c><c r="B10" t="e"><v>#SPILL!</v></c></row>
           <row r="11"><c r="A11" t="e"><v>#REF!</v></c><c r="B11"><v>1</v></c></row>
           <row r="12"><c r="A12" t="inlineStr"><is><t>BTC-25DEC26</t></is></c><c r="B12"><f>B3*2</f></c></row>
           <row r="13"><c r="A13" t="inlineStr"><is><t>BTC-25DEC26</t></is></c><c r="B13" t="b"><v>1</v></c></row>
           <row r="14"><c r="A14" t="inlineStr"><is><t>BTC-25DEC26</t></is></c><c r="B14"><v>1</v></c><c r="C14"><v>46381</v></c><c r="F14"><v>7</v></c></row>"#,
    );
    let eight = 1_798_185_600_000;
    assert_eq!(
        held(&imported),
        [
            ("ETH-PERPETUAL", 0.1 + 0.2, None, 3),
            ("BTC-25DEC26", 1000.0, Some(eight), 4),
            ("BTC-25DEC26", -2.0, Some(eight + 8 * 3_600_000), 9),
            ("BTC-25DEC26", 1.0, Some(eight), 14),
        ]
    );
    assert_eq!(imported.rows, RowCount { read: 8, accepted: 4, rejected: 4 });
    let rejected: Vec<_> = rejections(&imported).iter().map(|issue| (issue.line.unwrap(), issue.value.as_deref())).collect();
    assert_eq!(rejected, [(10, Some("#SPILL!")), (11, Some("#REF!")), (12, None), (13, Some("TRUE"))]);
    let noted: Vec<&str> =
        imported.issues.iter().filter(|issue| issue.effect == Effect::Noted).map(|issue| issue.message.as_str()).collect();
    assert!(noted.iter().any(|note| note.starts_with("formulas without a saved value count as blank (1, the first is B12)")), "{noted:?}");
    assert!(noted.iter().any(|note| note.ends_with("the first is F14)")), "{noted:?}");
}

#[test]
fn a_sheet_is_any_format_that_a_table_is() {
    let text = String::from_utf8(fixture("import/chain_percent.csv")).unwrap();
    let mut rows = String::new();
    for line in text.lines() {
        let cells: Vec<String> = line.split(',').map(|cell| format!(r#"<c t="inlineStr"><is><t>{cell}</t></is></c>"#)).collect();
        rows.push_str(&format!("<row>{}</row>", cells.concat()));
    }
    let (by_sheet, by_text) = (opened(&parts(&rows)), import(&[dropped("chain.csv", text)]));
    assert_eq!(by_sheet.files[0].format.as_deref(), Some("deribit-chain"));
    assert_eq!(by_sheet.rows, by_text.rows);
    let facts =
        |imported: &Imported| imported.facts.iter().map(|fact| (fact.value.clone(), fact.time, fact.source.line)).collect::<Vec<_>>();
    assert_eq!(facts(&by_sheet), facts(&by_text));
}

#[test]
fn what_a_spreadsheet_never_writes_is_refused_in_words() {
    let good = r#"<row r="2"><c r="A2" t="s"><v>3</v></c><c r="B2"><v>1</v></c></row>"#;
    assert_eq!(sheet(good).positions.len(), 1);
    for (rows, part) in [
        (r#"<row r="2"><c r="XFE2"><v>1</v></c></row>"#, "the cell XFE2 stands outside"),
        (r#"<row r="2"><c r="B3"><v>1</v></c></row>"#, "the cell B3 stands outside of it or out of order"),
        (r#"<row r="2"><c r="B2"><v>1</v></c><c r="B2"><v>1</v></c></row>"#, "the cell B2 stands"),
        (r#"<row r="1"><c r="A1"><v>1</v></c></row>"#, "a row at 1 stands"),
        (r#"<row r="4294967297"><c><v>1</v></c></row>"#, "a row at 4294967297 stands"),
        (r#"<row r="2"><c r="A2" t="s"><v>4</v></c></row>"#, "it refers to the text 4, which is not there"),
        (r#"<row r="2"><c r="A2" t="s"><v>-1</v></c></row>"#, "it refers to the text -1"),
        (r#"<row r="2"><c r="A2" t="str"><v>&lol;</v></c></row>"#, "is damaged: &lol;"),
        (r#"<row r="2"><c r="A2"></row>"#, "is damaged"),
        (r#"<row r="2"><c r="A2" r"#, "is damaged"),
    ] {
        let imported = sheet(rows);
        let rejected = rejections(&imported);
        assert_eq!((rejected.len(), imported.rows.read), (1, 0), "{rows}: {:?}", imported.issues);
        assert!(rejected[0].message.contains(part), "{rows}: {:?}", rejected[0]);
    }
}

#[test]
fn a_container_cannot_grow_beyond_what_it_declares() {
    let rows = format!("{HEADER}<row><c t=\"inlineStr\"><is><t>{}</t></is></c></row>", "A".repeat(3_000_000));
    let with = |change: fn(&mut Part)| {
        let mut parts = parts(&rows);
        parts.iter_mut().filter(|part| part.name.contains("sheet1")).for_each(change);
        opened(&parts)
    };
    for (imported, part) in [
        (with(|_| {}), "more than 200 times"),
        (with(|part| part.claimed_size = Some(1_000_000_000)), "would have 1000000000 bytes unpacked, at most 67108864 are read"),
        (with(|part| part.claimed_size = Some(60_000)), "is damaged"),
        (with(|part| part.is_encrypted = true), "is encrypted"),
    ] {
        let rejected = rejections(&imported);
        assert_eq!((rejected.len(), imported.rows.read), (1, 0), "{part}");
        assert!(rejected[0].message.contains(part), "{:?}", rejected[0]);
    }
    let mut long = parts(&format!(r#"{HEADER}<row><c t="s"><v>3</v></c><c><v>4</v></c></row>"#));
    long.iter_mut().for_each(|part| part.is_zip64 = true);
    assert_eq!(held(&opened(&long)), [("ETH-PERPETUAL", 4.0, None, 2)]);
}

#[test]
fn a_text_shared_by_many_cells_is_counted_each_time() {
    let mut parts = parts("");
    let text: String = (0..30_000).map(|number| format!("{number:x}")).collect();
    parts[4].text = format!("<sst><si><t>{text}</t></si></sst>");
    let cell = r#"<c t="s"><v>0</v></c>"#;
    parts[6].text = format!("<worksheet><sheetData>{}</sheetData></worksheet>", format!("<row>{}</row>", cell.repeat(50)).repeat(20));
    let imported = opened(&parts);
    assert!(rejections(&imported)[0].message.contains("more than 67108864 bytes of text"), "{:?}", imported.issues);
}

#[test]
fn other_containers_are_named() {
    for (names, part) in [
        (&["readme.txt"][..], "a ZIP archive: unpack it"),
        (&["mimetype", "content.xml", "_rels/.rels"], "an OpenDocument file"),
        (&["_rels/.rels", "xl/workbook.bin"], "a binary Excel workbook (.xlsb)"),
        (&["_rels/.rels"], "the part that describes the workbook is missing"),
    ] {
        let parts: Vec<Part> = names.iter().map(|name| Part::new(name, "<x/>")).collect();
        let imported = opened(&parts);
        assert!(rejections(&imported)[0].message.contains(part), "{:?}", imported.issues);
    }
    let mut hidden = parts(HEADER);
    hidden[2].text = r#"<workbook><sheets><sheet name="P" state="veryHidden" r:id="a"/></sheets></workbook>"#.to_owned();
    assert!(rejections(&opened(&hidden))[0].message.contains("no visible sheet"));
    let mut typed = parts(HEADER);
    typed[4].text = format!("<!DOCTYPE x []>{STRINGS}");
    assert!(rejections(&opened(&typed))[0].message.contains("defines entities of its own"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_parts_keep_every_row(
        which in 1..7_usize,
        edits in prop::collection::vec((any::<prop::sample::Index>(), "[<>/&;\"=0-9A-Za-z ]{0,6}", 0..8_usize), 1..6),
    ) {
        let rows = r#"<row r="3"><c r="A3" t="s"><v>3</v></c><c r="B3"><v>2.5</v></c><c r="C3" s="1"><v>46381</v></c></row>"#;
        let mut parts = parts(&format!("{HEADER}{rows}"));
        for (index, insertion, length) in edits {
            let text = &mut parts[which].text;
            let at = index.index(text.len().max(1)).min(text.len());
            let end = (at + length).min(text.len());
            text.replace_range(at..end, &insertion);
        }
        let imported = opened(&parts);
        let rows = imported.rows;
        prop_assert_eq!(rows.read, rows.accepted + rows.rejected);
        prop_assert!(rows.read > 0 || !rejections(&imported).is_empty());
    }
}
