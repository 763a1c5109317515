//! The generic positions as JSON: a list of objects, or a document with `version` 1 and `positions`.

use crate::import::content::{Content, Shape};
use crate::import::generic::read_row;
use crate::import::record::{FIELDS, Record, field_of, json_rows, value_text};
use crate::import::{ImportDef, Imported};
use crate::issue::{Issue, IssueKind};
use serde_json::Value;

/// The format. It stands last: it takes every JSON that no venue's importer knows, to say what is wrong with it.
pub const DEF: ImportDef = ImportDef {
    id: "plimsoll-json",
    label: "Positions JSON",
    doc: "The fields of the positions CSV as a JSON list, or under `positions` with `version` 1.",
    recognizes: |content| matches!(content.shape, Shape::Json),
    read,
};

fn read(content: &Content, imported: &mut Imported) {
    let rows = match json_rows(content) {
        Ok((_, rows)) => rows,
        Err(issue) => {
            imported.issues.push(issue);
            return;
        }
    };
    if !rows.is_empty() && rows.iter().all(|row| !row.value.is_object()) {
        let message = "the list holds no objects; each position must be an object with named fields";
        imported.issues.push(Issue::rejected(IssueKind::Parse, message).in_file(&content.name).at_line(1));
        return;
    }
    for row in rows {
        let at_row = |issue: Issue| issue.in_file(&content.name).at_line(row.line);
        let Value::Object(object) = &row.value else {
            imported.reject(at_row(Issue::rejected(IssueKind::Parse, "a position must be an object").with_value(&row.value.to_string())));
            continue;
        };
        let mut names = vec![String::new(); FIELDS.len()];
        let mut texts = vec![String::new(); FIELDS.len()];
        let mut ignored = Vec::new();
        let mut nested = None;
        for (key, value) in object {
            match (field_of(key), value_text(value)) {
                (None, _) => ignored.push(key.as_str()),
                (Some(_), None) => nested = Some(key),
                (Some(field), Some(text)) => {
                    if let (Some(name), Some(slot)) = (names.get_mut(field), texts.get_mut(field)) {
                        name.clone_from(key);
                        *slot = text;
                    }
                }
            }
        }
        if let Some(key) = nested {
            imported.reject(at_row(Issue::rejected(IssueKind::Parse, "a number or text is accepted here").in_column(key)));
            continue;
        }
        if !ignored.is_empty() {
            let message = format!("fields that are not read: {}", ignored.join(", "));
            imported.issues.push(at_row(Issue::noted(IssueKind::Unsupported, message)));
        }
        let texts = texts.iter().map(String::as_str).collect();
        read_row(&Record { file: &content.name, line: row.line, texts, columns: &names, comma_is_decimal: false }, imported);
    }
}
