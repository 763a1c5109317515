//! What can be typed into the scenario editor: what a shock is on, and every family with its numbers, units and ranges.

use crate::stress::scenario::{ALL, CLASSES};
use crate::view::sheet::Tone;
use crate::view::sheet::editor_draft::{head, needs, range};

/// Sentences below the editor.
pub(super) fn help() -> Vec<(Tone, String)> {
    let mut said = vec![
        "A shock is on everything that its cells name together; an empty cell leaves nothing out. Names are separated by commas.".to_owned(),
        format!("Class: {}. Labels: strategy: carry; chain: Base.", CLASSES.join(", ")),
        "All but: assets, and after a semicolon class: …, venue: …, label NAME: …, from: … and to: … in days, such as BTC, ETH; venue: Deribit. A name with a \
         comma, a colon or a bracket in it stands in double quotes."
            .to_owned(),
    ];
    said.extend(ALL.iter().map(|family| {
        let numbers: Vec<String> = family.fields.iter().map(|field| format!("{} ({}; {})", head(field), field.doc, range(field))).collect();
        let needed = needs(family);
        let needed = if needed.is_empty() || family.fields.len() < 2 { String::new() } else { format!("; {needed}") };
        format!("{}: {} {}{needed}.", family.label, family.doc, numbers.join(", "))
    }));
    said.into_iter().map(|sentence| (Tone::Plain, sentence)).collect()
}
