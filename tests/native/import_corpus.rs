//! The corpus of hostile files: each file's verdict, its accepted rows, and where its issues point.

use crate::import_support::{fixture, imported, rejections};
use plimsoll::import::{Imported, RowCount};
use plimsoll::issue::{Effect, Issue};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// How a file of the manifest is held to its verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Check {
    /// Dropped on the page, it gives exactly the verdict and the rows of the manifest.
    Verdict,
    /// A link or an autosave record: tested where they are read. Dropped on the page, it is refused in words.
    Refused,
}

impl Check {
    fn of(format: &str) -> Option<Check> {
        match format {
            "csv" | "json" | "xlsx" | "csv-corr" | "csv-returns" => Some(Check::Verdict),
            "share-link" | "indexeddb" => Some(Check::Refused),
            _ => None,
        }
    }
}

/// One row of the manifest.
#[derive(Deserialize)]
struct Listed {
    file: String,
    bytes: usize,
    format: String,
    verdict: String,
    rows_accepted: usize,
}

fn manifest() -> Vec<Listed> {
    let bytes = fixture("bad-input/manifest.csv");
    csv::Reader::from_reader(bytes.as_slice()).deserialize().map(Result::unwrap).collect()
}

#[test]
fn every_file_of_the_corpus_meets_its_verdict() {
    let mut checked: BTreeMap<Check, usize> = BTreeMap::new();
    let mut failures = Vec::new();
    for listed in manifest() {
        let Some(check) = Check::of(&listed.format) else {
            failures.push(format!("{}: nothing tests the format {}", listed.file, listed.format));
            continue;
        };
        let imported = imported(&format!("bad-input/{}", listed.file));
        let (verdict, accepted) = match check {
            Check::Verdict => (listed.verdict.as_str(), listed.rows_accepted),
            Check::Refused => ("reject_file", 0),
        };
        if let Err(reason) = meets(&listed.file, verdict, accepted, &imported) {
            failures.push(format!("{} ({verdict}, {accepted}): {reason}\n    {:?}\n    {:?}", listed.file, imported.rows, imported.issues));
        }
        *checked.entry(check).or_default() += 1;
    }
    assert!(failures.is_empty(), "{} fail\n{}", failures.len(), failures.join("\n"));
    assert_eq!(checked.into_iter().collect::<Vec<_>>(), [(Check::Verdict, 139), (Check::Refused, 18)]);
}

#[test]
fn the_corpus_is_whole_and_as_it_was_made() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/bad-input");
    let present: BTreeSet<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let named: BTreeSet<String> = manifest().into_iter().map(|listed| listed.file).chain(["manifest.csv".to_owned()]).collect();
    assert_eq!(present, named);
    for listed in manifest() {
        assert_eq!(fixture(&format!("bad-input/{}", listed.file)).len(), listed.bytes, "{}", listed.file);
    }
}

fn meets(file: &str, verdict: &str, accepted: usize, imported: &Imported) -> Result<(), String> {
    let RowCount { read, accepted: kept, rejected } = imported.rows;
    let rejections = rejections(imported);
    let noted = imported.issues.iter().filter(|issue| issue.effect == Effect::Noted).count();
    let check = |holds: bool, reason: &str| if holds { Ok(()) } else { Err(reason.to_owned()) };
    check(read == kept + rejected, "a row is lost")?;
    check(kept == accepted, "another number of rows is accepted")?;
    check(imported.issues.iter().all(|issue| issue.file.as_deref() == Some(file)), "an issue does not name the file")?;
    check(
        imported.issues.iter().all(|issue| !issue.message.is_empty() && !issue.message.ends_with('.')),
        "a message is empty or ends in a period",
    )?;
    match verdict {
        "accept" => check(rejections.is_empty(), "something is rejected"),
        // Files whose only list is empty or holds nothing usable: a warning and a rejection are both correct by the manifest.
        "accept_with_warning" if accepted == 0 => check(!imported.issues.is_empty(), "nothing is said"),
        "accept_with_warning" => check(rejections.is_empty() && noted > 0, "something is rejected, or nothing is noted"),
        "reject_row" => {
            check(rejections.len() == rejected && rejected > 0, "a rejected row has no issue")?;
            check(rejections.iter().all(|issue| issue.line.is_some()), "a rejected row has no line")
        }
        "reject_file" => {
            check(!rejections.is_empty() && imported.positions.is_empty() && imported.facts.is_empty(), "the file is not rejected")
        }
        other => Err(format!("unknown verdict {other}")),
    }
}

#[test]
fn files_of_other_kinds_are_named_and_left_out() {
    for (file, part) in [
        ("xlsx_ole_encrypted.xlsx", "password-protected"),
        ("link_ok.txt", "a shared link: open it in the address bar"),
        ("link_query_confusion.txt", "a shared link: open it in the address bar"),
        ("autosave_truncated.json", "not valid JSON"),
        ("autosave_future_schema.json", "a JSON document with the fields schema, saved, doc"),
    ] {
        let imported = imported(&format!("bad-input/{file}"));
        assert_eq!((imported.positions.len(), imported.facts.len(), rejections(&imported).len()), (0, 0, 1), "{file}");
        assert!(rejections(&imported)[0].message.contains(part), "{file}: {:?}", imported.issues);
    }
}

/// What the issue says and where it stands: file, line, column, value, a part of the message.
#[test]
fn a_rejection_names_line_column_and_value() {
    for (file, line, column, value, part) in [
        ("dom_mixed_good_bad.csv", Some(6), Some("strike"), Some("abc"), "a number such as 1234.5 is accepted"),
        ("arabic_digits.csv", Some(2), Some("strike"), Some("١٠٠٠٠٠"), "digits other than 0 to 9"),
        ("fullwidth_digits.csv", Some(2), Some("strike"), Some("１０００００"), "digits other than 0 to 9"),
        ("dom_expiry_feb30.csv", Some(2), Some("expiry"), Some("2027-02-30"), "not a date that exists"),
        ("dom_expiry_leap_second.csv", Some(2), Some("expiry"), Some("2027-06-30T23:59:60Z"), "not a date that exists"),
        ("dom_margin_unknown.csv", Some(2), Some("margin"), Some("quanto"), "linear and inverse are accepted"),
        ("dom_neg_vol.csv", Some(2), Some("iv"), Some("-0.62"), "a volatility must be between 0"),
        ("dom_option_type_missing.csv", Some(2), Some("option_type"), None, "call or a put"),
        ("dom_spot_neg.csv", Some(2), Some("spot"), Some("-37.63"), "Black needs a positive forward"),
        ("dom_type_unknown.csv", Some(2), Some("type"), Some("swaption"), "option, call, put, future, perp, spot, cash, share"),
        ("num_ref_error.csv", Some(2), Some("spot"), Some("#REF!"), "a spreadsheet error"),
        ("num_400_digits.csv", Some(2), Some("strike"), None, "too large"),
        ("num_hex.csv", Some(2), Some("strike"), Some("0x186A0"), "not a number"),
        ("num_inf.csv", Some(2), Some("spot"), Some("Infinity"), "not a number"),
        ("num_neg_inf.csv", Some(2), Some("entry_price"), Some("-inf"), "not a number"),
        ("num_na.csv", Some(2), Some("iv"), Some("N/A"), "or an empty cell"),
        ("num_dash.csv", Some(2), Some("entry_price"), Some("-"), "or an empty cell"),
        ("nul_bytes.csv", Some(2), Some("instrument"), None, "NUL"),
        ("field_150kB.csv", Some(2), Some("instrument"), None, "at most 256 characters"),
        ("long_row.csv", Some(5), None, None, "15 fields, expected 13"),
        ("unquoted_decimal_comma.csv", Some(2), None, None, "14 fields, expected 13"),
        ("mixed_delims.csv", Some(4), None, None, "12 fields, expected 13"),
        ("unterminated_quote.csv", Some(4), None, None, "the quote that opens on line 4 is never closed: lines 4 to 5 were not read"),
        ("total_row.csv", Some(6), Some("type"), None, "no type"),
        ("json_s_qty_null.json", Some(1), Some("qty"), None, "no quantity"),
        ("missing_required_col.csv", Some(1), Some("quantity"), None, "the column quantity (or qty,"),
        ("dup_headers_case.csv", Some(1), Some("QTY"), Some("QTY"), "the columns qty and QTY mean the same"),
        ("homoglyph_header.csv", Some(1), Some("rаte"), Some("rаte"), "U+0430"),
        ("header_only.csv", Some(1), None, None, "no rows after the header"),
        ("only_bom.csv", None, None, None, "the file is empty"),
        ("only_whitespace.csv", None, None, None, "the file is empty"),
        ("utf16le_nobom.csv", None, None, None, "UTF-16LE text without a byte order mark"),
        ("gz_as_csv.csv", None, None, None, "gzip"),
        ("exe_as_csv.csv", None, None, None, "Windows program"),
        ("json_as_csv.csv", Some(1), None, None, "JSON although the name says CSV"),
        ("json_n_trailing_comma.json", Some(1), None, None, "at line 1 column 29"),
        ("json_n_deep_10000.json", Some(1), None, None, "more than 64 levels deep (line 1, column 65)"),
        ("json_n_unescaped_ctrl.json", Some(1), None, None, "control character"),
        ("json_n_concat.json", Some(1), None, None, "trailing characters"),
        ("json_n_only_quote.json", Some(1), None, None, "line 1 column 1"),
        ("json_n_scalar.json", Some(1), None, Some("42"), "line 1, column 1"),
        ("json_s_future_version.json", Some(1), Some("version"), Some("999"), "version of the document must be 1"),
        ("json_s_version_string.json", Some(1), Some("version"), Some("\"1; DROP\""), "version of the document must be 1"),
        ("json_d_dup_keys.json", Some(1), Some("version"), None, "stands twice"),
        ("json_s_html.json", None, None, None, "web page"),
        ("xlsx_error_cell.xlsx", Some(2), Some("iv"), Some("#DIV/0!"), "a spreadsheet error"),
        ("xlsx_bad_crc.xlsx", None, None, None, "the part xl/worksheets/sheet1.xml of the workbook is damaged"),
        ("xlsx_bad_ref.xlsx", None, None, None, "the cell ZZZZZ999999999999 stands outside of it"),
        ("xlsx_billion_laughs.xlsx", None, None, None, "defines entities of its own"),
        ("xlsx_empty_zip.xlsx", None, None, None, "an empty ZIP archive"),
        ("xlsx_no_sheet.xlsx", None, None, None, "the sheet Positions is missing in the workbook"),
        ("xlsx_ole_encrypted.xlsx", None, None, None, "an old .xls workbook or a password-protected one"),
    ] {
        let imported = imported(&format!("bad-input/{file}"));
        let rejected = rejections(&imported);
        assert_eq!(rejected.len(), 1, "{file}: {rejected:?}");
        let issue = rejected[0];
        assert_eq!((issue.line, issue.column.as_deref()), (line, column), "{file}: {issue:?}");
        assert!(value.is_none() || issue.value.as_deref() == value, "{file}: {issue:?}");
        assert!(issue.message.contains(part), "{file}: {issue:?}");
    }
}

#[test]
fn an_interpretation_is_shown_where_it_was_made() {
    for (file, line, column, part) in [
        ("num_currency.csv", Some(2), Some("strike"), "read as 100000"),
        ("num_thousands_ambiguous.csv", Some(2), Some("strike"), "comma read as thousands separator: read as 100000"),
        ("num_thousands_eu.csv", Some(2), Some("strike"), "comma as decimal mark: read as 100000"),
        ("num_indian.csv", Some(2), Some("strike"), "read as 100000"),
        ("num_swiss.csv", Some(2), Some("strike"), "apostrophe read as thousands separator: read as 100000"),
        ("num_text_prefix.csv", Some(2), Some("strike"), "read as 100000"),
        ("num_paren_negative.csv", Some(3), Some("qty"), "brackets read as a minus sign: read as -1.5"),
        ("num_percent_iv.csv", Some(2), Some("iv"), "read as 0.62"),
        ("num_big_qty.csv", Some(2), Some("qty"), "rounded to the nearest number of 53 binary digits"),
        ("num_neg_zero.csv", Some(2), None, "a flat row"),
        ("dom_vol_5000pct.csv", Some(2), Some("iv"), "read as percent: 50 %, that is 0.5"),
        ("dom_rate_400.csv", Some(2), Some("rate"), "400 % a year"),
        ("dom_strike_1e300.csv", Some(2), Some("strike"), "is it meant"),
        ("dom_strike_zero.csv", Some(2), Some("strike"), "a strike of 0"),
        ("dom_name_conflict.csv", Some(2), Some("strike"), "says another strike"),
        ("dom_expiry_ambiguous.csv", Some(2), Some("expiry"), "day/month/year, which is an assumption"),
        ("dom_expiry_epoch_ms.csv", Some(2), Some("expiry"), "2027-03-27T08:00:00Z"),
        ("dom_expiry_excel_serial.csv", Some(2), Some("expiry"), "2027-03-27T08:00:00Z"),
        ("ok_extra_columns.csv", Some(1), None, "columns that are not read: comment, zzz"),
        ("proto_columns.csv", Some(1), None, "__proto__, constructor, prototype"),
        ("comment_lines.csv", Some(1), None, "the line before the header is not read"),
        ("ansi_escape.csv", Some(2), Some("instrument"), "control characters"),
        ("invalid_utf8.csv", Some(4), None, "Windows-1252"),
        ("overlong_utf8.csv", Some(4), None, "Windows-1252"),
        ("latin1.csv", Some(2), None, "Windows-1252"),
        ("bom_utf16be.csv", None, None, "UTF-16BE"),
        ("json_utf16.json", None, None, "UTF-16LE"),
        ("semicolon_decimal_comma.csv", None, None, "decimal commas"),
        ("xlsx_date1904.xlsx", None, None, "counts its days from 1904"),
        ("xlsx_date1904.xlsx", Some(2), Some("expiry"), "(1904 date system): 2027-03-27T08:00:00Z"),
        ("xlsx_far_cell.xlsx", Some(1_048_576), None, "cells outside of the table's columns are not read (1, the first is XFD1048576)"),
        ("xlsx_two_sheets_hidden.xlsx", None, None, "the sheet Positions is read, the first that is visible; not read: Old (hidden)"),
    ] {
        let imported = imported(&format!("bad-input/{file}"));
        let says = |issue: &&Issue| issue.effect == Effect::Noted && issue.message.contains(part);
        let issue = imported.issues.iter().find(says).unwrap_or_else(|| panic!("{file}: {:?}", imported.issues));
        assert_eq!((issue.line, issue.column.as_deref()), (line, column), "{file}: {issue:?}");
    }
}

#[test]
fn names_are_text_whatever_they_say() {
    for (file, name) in [
        ("inj_formula_at.csv", "@SUM(1+1)*cmd|x"),
        ("inj_formula_dde_quoted.csv", "\"=1+1\""),
        ("inj_formula_webservice.csv", "=WEBSERVICE(\"http://evil.test\")"),
        ("inj_formula_tab.csv", "=1+1"),
        ("inj_formula_minus.csv", "-2+3+cmd|x"),
        ("ansi_escape.csv", "␛[31mred␛[0m"),
        ("latin1.csv", "Münchner Rück £5 naïve"),
        ("path_name.csv", "../../etc/passwd"),
        ("xss_script.csv", "<script>window.__xss=1</script>"),
        ("xlsx_xss.xlsx", "<img src=x onerror=window.__xss=1>"),
        ("xss_img.csv", "<img src=x onerror=\"window.__xss=1\">"),
        ("ok_quotes_newlines_commas.csv", "Desk \"A\", line1\nline2"),
    ] {
        let imported = imported(&format!("bad-input/{file}"));
        assert_eq!(imported.positions[0].name, name, "{file}");
    }
    assert_eq!(imported("bad-input/proto_values.csv").positions[0].instrument.underlying(), "__PROTO__");
    assert_eq!(imported("bad-input/overlong_utf8.csv").positions[2].name, "ETHÀ¯PERP");
    assert_eq!(imported("bad-input/ok_json_in_field.csv").positions[1].name, r#"{"type":"Point","coordinates":[102.0,0.5]}"#);
}

#[test]
fn every_dialect_of_the_simple_file_gives_the_same_book() {
    let simple = imported("bad-input/ok_simple.csv");
    for file in [
        "bom_utf8.csv",
        "bom_utf16be.csv",
        "comment_lines.csv",
        "nbsp_thousands.csv",
        "num_currency.csv",
        "num_indian.csv",
        "num_sci.csv",
        "num_plus.csv",
        "num_swiss.csv",
        "num_percent_iv.csv",
        "num_thousands_eu.csv",
        "num_thousands_us.csv",
        "num_paren_negative.csv",
        "dom_expiry_excel_serial.csv",
        "ok_array.json",
        "ok_blank_lines.csv",
        "ok_column_order.csv",
        "ok_doc.json",
        "ok_pretty_bom.json",
        "ok_quoted_everything.csv",
        "json_utf16.json",
        "semicolon_decimal_comma.csv",
        "semicolon_decimal_point.csv",
        "tabs.tsv",
        "ok_simple.xlsx",
        "xlsx_date1904.xlsx",
        "xlsx_external_rel.xlsx",
        "xlsx_far_cell.xlsx",
        "xlsx_formula_cached.xlsx",
        "xlsx_path_traversal.xlsx",
        "xlsx_two_sheets_hidden.xlsx",
    ] {
        let dialect = imported(&format!("bad-input/{file}"));
        let book = |imported: &Imported| {
            let positions =
                imported.positions.iter().map(|position| (position.instrument.clone(), position.quantity, position.entry_price));
            (positions.collect::<Vec<_>>(), imported.facts.iter().map(|fact| fact.value.clone()).collect::<Vec<_>>())
        };
        assert_eq!(book(&dialect), book(&simple), "{file}");
    }
}
