//! How a pack of scenarios is written: an example, and every family with its numbers, from their one list.

use crate::stress::scenario::{ALL, FamilyDef, FieldDef, MAX_DAYS, MAX_SCENARIOS, MAX_SHOCKS, Needs};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::format;
use crate::view::sheet::{Part, TableSheet, Tone};

/// A pack as it is typed.
const EXAMPLE: &str = r#"{"version": 1, "scenarios": [{"id": "dip", "name": "A dip", "days": 1, "shocks": [{"spot": {"percent": -20}, "on": {"class": "coin", "but": {"asset": "BTC"}}}, {"vol": {"points": 15, "power": 0.5}}]}]}"#;

/// Parts below the editor.
pub(super) fn help() -> [Part; 2] {
    let [scenarios, shocks] = [MAX_SCENARIOS, MAX_SHOCKS].map(format::grouped);
    let said = [
        format!("A pack is JSON, such as {EXAMPLE}"),
        "A scenario has an id and shocks; a shock is a family of the table below with its fields. Families act in the order of the table.".to_owned(),
        format!(
            "It may state name, source, days (0 to {}), path (jump or line), smile (sticky-strike, sticky-delta or a skew stickiness ratio from -5 to 5) and weight, the part of the P&L that counts, above 0 and at most 1.",
            format::plain(MAX_DAYS)
        ),
        "On narrows a shock: asset, class, venue, chain, tag ({\"strategy\": \"carry\"}), each a text or a list of texts, from_days and to_days to expiry, and but, which takes some of it out again. Without on a shock is on everything.".to_owned(),
        format!("A pack holds at most {scenarios} scenarios of {shocks} shocks each; one that cannot be read is named with its place, and the others are run."),
    ];
    let words = Part::words("scenario-help", "How a pack is written", said.map(|sentence| (Tone::Plain, sentence)).into());
    let table = TableSheet {
        title: "Families of shocks".to_owned(),
        sub: "Numbers in the units and the notation of the file".to_owned(),
        table: families(|family| family.id, |field| field.id.to_owned()),
        ..TableSheet::default()
    };
    [words, Part::table("scenario-families", table)]
}

/// Every family with its numbers, under these names.
pub(super) fn families(family_name: fn(&FamilyDef) -> &'static str, field_name: fn(&FieldDef) -> String) -> DataTable {
    let mut table = DataTable::with_heads(["Family", "Number", "From", "To", "What it is"]);
    for family in ALL {
        let needs = match family.needs {
            Needs::All if family.fields.len() == 1 => "",
            Needs::All => "all of",
            Needs::Any => "at least one of",
            Needs::One => "exactly one of",
            Needs::Nothing => "no number has to be given",
        };
        let limit = |value: Option<f64>| Cell::optional(value, format::typed);
        table.rows.push(vec![Cell::text(family_name(family)), Cell::text(needs), limit(None), limit(None), Cell::text(family.doc)]);
        for field in family.fields {
            let (least, most) = field.range;
            let [name, doc] = [Cell::text(field_name(field)), Cell::text(field.doc)];
            table.rows.push(vec![Cell::text(""), name, limit(Some(least)), limit(Some(most)), doc]);
        }
    }
    table
}
