//! What can be typed into the scenario editor: what a shock is on, and every family with its numbers, units and ranges.

use crate::stress::scenario::CLASSES;
use crate::view::sheet::editor_draft::head;
use crate::view::sheet::scenarios_help::families;
use crate::view::sheet::{Part, TableSheet, Tone};

/// Parts below the editor.
pub(super) fn help() -> [Part; 2] {
    let said = [
        "A shock is on everything that its cells name together; an empty cell leaves nothing out. Names are separated by commas.".to_owned(),
        format!("Class: {}. Labels: strategy: carry; chain: Base.", CLASSES.join(", ")),
        "All but: assets, and after a semicolon class: …, venue: …, label NAME: …, from: … and to: … in days, such as BTC, ETH; venue: Deribit. A name with a \
         comma, a colon or a bracket in it stands in double quotes."
            .to_owned(),
    ];
    let words = Part::words("editor-help", "What can be typed", said.map(|sentence| (Tone::Plain, sentence)).into());
    let table = TableSheet {
        title: "Kinds of shocks".to_owned(),
        sub: "In the order in which they act".to_owned(),
        table: families(|family| family.label, head),
        ..TableSheet::default()
    };
    [words, Part::table("editor-families", table)]
}
