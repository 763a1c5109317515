//! How a pack of scenarios is written: every family with its numbers, from their one list.

use crate::stress::scenario::{ALL, Needs};
use crate::view::sheet::Tone;

/// Sentences below the editor.
pub(super) fn help() -> Vec<(Tone, String)> {
    let mut said = vec![
        "A pack is JSON: {\"version\": 1, \"scenarios\": [{\"id\": \"dip\", \"name\": \"A dip\", \"shocks\": [{\"spot\": {\"percent\": -20}, \"on\": {\"asset\": \"BTC\"}}]}]}."
            .to_owned(),
        "Beside id, name and shocks a scenario may state source, days, path (jump or line), smile (sticky-strike, sticky-delta or a skew stickiness ratio) and weight, the part of the P&L that counts."
            .to_owned(),
        "On: asset, class, venue, chain, tag ({\"strategy\": \"carry\"}), from_days and to_days of expiries, and but, which takes some of it out again; a text or a list of texts. Without on a shock is on everything."
            .to_owned(),
    ];
    said.extend(ALL.iter().map(|family| {
        let needs = match family.needs {
            Needs::All => "all of",
            Needs::Any => "any of",
            Needs::One => "one of",
            Needs::Nothing => "nothing of",
        };
        let fields: Vec<String> = family.fields.iter().map(|field| format!("{} ({})", field.id, field.doc)).collect();
        format!("{}: {} {needs} {}.", family.id, family.doc, fields.join(", "))
    }));
    said.into_iter().map(|sentence| (Tone::Plain, sentence)).collect()
}
