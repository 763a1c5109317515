//! An analysis → tables and sentences for the terminal, or JSON.

use crate::view::chart::table::{Cell, DataTable};
use crate::view::sheet::{Body, Part, Sheet, Tone};
use crate::view::terminal::{Table, harmless, title};
use serde_json::{Value, json};

/// What a part holds besides controls.
enum Shown<'a> {
    Table { title: &'a str, unit: &'a str, sub: &'a str, table: &'a DataTable, notes: &'a [String] },
    Words { title: &'a str, sentences: &'a [(Tone, String)] },
}

fn shown(part: &Part) -> Option<Shown<'_>> {
    macro_rules! chart {
        ($chart:expr) => {
            Shown::Table { title: &$chart.title, unit: &$chart.unit, sub: &$chart.sub, table: &$chart.table, notes: &[] }
        };
    }
    Some(match &part.body {
        Body::Controls(_) => return None,
        Body::Plot(plot, _) => chart!(plot),
        Body::Tiles(tiles, _) => chart!(tiles),
        Body::Treemap(treemap, _) => chart!(treemap),
        Body::Ranked(ranked, _) => chart!(ranked),
        Body::Table(sheet) => Shown::Table { title: &sheet.title, unit: "", sub: &sheet.sub, table: &sheet.table, notes: &sheet.notes },
        Body::Words(words) => Shown::Words { title: &words.title, sentences: &words.sentences },
    })
}

/// What is wrong with a choice, by its key: the controls and cells that refuse theirs.
fn refused(part: &Part) -> Vec<(&str, &str)> {
    let pairs: Vec<(&str, &str)> = match &part.body {
        Body::Controls(controls) => controls.iter().map(|control| (control.key.as_str(), control.error.as_str())).collect(),
        Body::Table(table) => table.edits.iter().map(|edit| (edit.key.as_str(), edit.error.as_str())).collect(),
        _ => Vec::new(),
    };
    pairs.into_iter().filter(|(_, error)| !error.is_empty()).collect()
}

/// Charts as their tables, in the order of the page.
pub fn sheet(sheet: &Sheet) -> String {
    let mut text = String::new();
    for part in &sheet.parts {
        for (key, error) in refused(part) {
            title(&mut text, &format!("{key}: {error}"));
        }
        match shown(part) {
            Some(Shown::Table { title: name, unit, sub, table, notes }) => {
                let head = [name, unit, sub].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ");
                title(&mut text, &head);
                let is_text = |column: &usize| table.rows.iter().any(|row| matches!(row.get(*column), Some(Cell::Text(_))));
                let mut rows = Table::new(table.heads.iter()).left((1..table.heads.len()).filter(is_text));
                for row in &table.rows {
                    rows.push(row.iter().map(Cell::shown));
                }
                rows.write(&mut text);
                notes.iter().for_each(|note| text.push_str(&format!("{}\n", harmless(note))));
            }
            Some(Shown::Words { title: name, sentences }) => {
                title(&mut text, name);
                sentences.iter().for_each(|(_, sentence)| text.push_str(&format!("{}\n", harmless(sentence))));
            }
            None => {}
        }
    }
    text
}

/// The same on one line of JSON: numbers in full, texts as they are shown.
pub fn sheet_json(sheet: &Sheet) -> String {
    let cell = |cell: &Cell| match cell {
        Cell::Text(text) => json!(text),
        Cell::Number(value, _) => json!(value),
    };
    let part = |part: &Part| {
        let refused: Vec<Value> = refused(part).into_iter().map(|(key, error)| json!({ "key": key, "error": error })).collect();
        let mut value = match shown(part) {
            Some(Shown::Table { title, unit, sub, table, notes }) => {
                let rows: Vec<Vec<Value>> = table.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
                json!({ "title": title, "unit": unit, "sub": sub, "heads": table.heads, "rows": rows, "notes": notes })
            }
            Some(Shown::Words { title, sentences }) => {
                let tone = |tone: &Tone| match tone {
                    Tone::Plain => "plain",
                    Tone::Warning => "warning",
                    Tone::Alarm => "alarm",
                };
                let said: Vec<Value> = sentences.iter().map(|(of, text)| json!({ "tone": tone(of), "text": text })).collect();
                json!({ "title": title, "sentences": said })
            }
            None => json!({}),
        };
        value["id"] = json!(part.id);
        value["refused"] = json!(refused);
        value
    };
    json!({ "parts": sheet.parts.iter().map(part).collect::<Vec<Value>>() }).to_string()
}
