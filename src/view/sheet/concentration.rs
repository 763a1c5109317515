//! On how little the book stands: by every dimension, in staked, locked and borrowed parts, and in what several hedges share.

use crate::exposure::concentration::{Concentration, Locked, Shared, behind_several, concentrations, locked};
use crate::exposure::counterparty::by_id;
use crate::exposure::pivot::measure::{self, MeasureDef};
use crate::issue::Issue;
use crate::view::chart::table::{Cell, DataTable};
use crate::view::format;
use crate::view::sheet::{Control, Part, Sheet, SheetDef, Subject, TableSheet, Tone, counterparties};
use crate::view::table::pivot::label;

/// This sheet.
pub const DEF: SheetDef = SheetDef { id: "concentration", build };

const MEASURE: &str = "concentration/measure";

fn build(subject: &mut Subject<'_>) -> Result<Sheet, Issue> {
    let id = subject.chosen(MEASURE, measure::GROSS_NOTIONAL.id).to_owned();
    let found = MeasureDef::by_id(&id);
    let def = found.unwrap_or(&measure::GROSS_NOTIONAL);
    let error = if found.is_none() { format!("“{id}” is no measure; {} is shown", def.label) } else { String::new() };
    let shared = behind_several(&counterparties::failures(subject));
    let (rows, held) = {
        let (sources, columns) = subject.exposed();
        (concentrations(columns, &sources, def), locked(columns, &sources))
    };
    let measures = measure::ALL.iter().map(|def| (def.id.to_owned(), def.label.to_owned())).collect();
    let mut parts = vec![Part::words("shared", "Behind several hedges", told(&shared))];
    parts.push(Part::controls("concentration-choice", vec![Control::select(MEASURE, "Measure", measures, def.id).refused(error)]));
    parts.push(Part::table("concentration", by_dimension(&rows, def)));
    parts.push(Part::table("locked", of_equity(&held)));
    parts.push(Part::table("unbonding", calendar(&held)));
    Ok(Sheet { parts })
}

fn told(shared: &[Shared]) -> Vec<(Tone, String)> {
    if shared.is_empty() {
        let none = "No venue, chain, protocol or stablecoin stands behind the hedges of more than one underlying.";
        return vec![(Tone::Plain, none.to_owned())];
    }
    let sentence = |shared: &Shared| {
        let kind = by_id(&shared.kind).map_or_else(String::new, |def| def.label.to_lowercase());
        (Tone::Alarm, format!("One {kind}, {}, stands behind the hedges of {}.", shared.name, listed(&shared.underlyings)))
    };
    shared.iter().map(sentence).collect()
}

/// `BTC, ETH and SOL`.
fn listed(names: &[String]) -> String {
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

fn by_dimension(rows: &[Concentration], def: &MeasureDef) -> TableSheet {
    let mut table = DataTable::with_heads([
        "By",
        "HHI",
        "Effective number",
        "Keys",
        "Largest",
        "Second",
        "Third",
        "Top five",
        "Without the property, USD",
    ]);
    let mut left_out = 0;
    for row in rows {
        let top = |place: usize| match row.top.get(place) {
            Some(share) => {
                Cell::number(share.share, format!("{} {}", label(&row.dimension, &share.key), format::whole_percent(share.share)))
            }
            None => Cell::Number(None, "–".to_owned()),
        };
        let top_five: Option<f64> = row.index.map(|_| row.top.iter().map(|share| share.share).sum());
        left_out = left_out.max(row.left_out);
        table.rows.push(vec![
            Cell::text(row.dimension.label()),
            Cell::optional(row.index, format::share),
            Cell::optional(row.effective, format::figure),
            Cell::number(f64::from(row.keys), format::grouped(row.keys as usize)),
            top(0),
            top(1),
            top(2),
            Cell::optional(top_five, format::whole_percent),
            Cell::number(row.missing, format::signed_whole(row.missing)),
        ]);
    }
    let mut notes = vec![
        "Effective number: how many keys of equal size would be as concentrated. Shares are of the positions that have the property."
            .to_owned(),
    ];
    if left_out > 0 {
        notes.push(format!("{} without this number.", format::count(left_out as usize, "position is", "positions are")));
    }
    TableSheet {
        title: format!("Concentration of {}", def.label.to_lowercase()),
        sub: format!("HHI = Σw², w = a key’s part of the sum of sizes; {}", def.unit),
        table,
        empty: "Nothing is held.".to_owned(),
        notes,
        ..TableSheet::default()
    }
}

fn of_equity(held: &Locked) -> TableSheet {
    let mut table = DataTable::with_heads(["Part of equity", "USD", "Share of equity"]);
    let mut row = |label: &str, part: f64| {
        table.rows.push(vec![
            Cell::text(label),
            Cell::number(part, format::whole(part)),
            Cell::optional(held.share(part), format::percent),
        ]);
    };
    row("Staked", held.staked);
    row("Locked: stakes that are not free, and what is pledged where something is owed", held.locked);
    row("Lent or in pools", held.lent);
    row("Borrowed", held.borrowed);
    row("Equity", held.equity);
    let mut notes = Vec::new();
    if held.equity <= 0.0 {
        notes.push("There is no equity, so nothing is a share of it.".to_owned());
    }
    if held.left_out > 0 {
        notes.push(format!("{} cannot be valued and is in no sum.", format::count(held.left_out as usize, "position", "positions")));
    }
    TableSheet {
        title: "What is not at hand".to_owned(),
        sub: "As the files state stakes, loans and unlocks".to_owned(),
        table,
        notes,
        ..TableSheet::default()
    }
}

fn calendar(held: &Locked) -> TableSheet {
    let mut table = DataTable::with_heads(["Free on", "Position", "Venue", "Account", "Value, USD", "Free by then, USD"]);
    for row in &held.calendar {
        let when = if row.is_notice { format!("{}, if asked for now", format::date(row.at)) } else { format::date(row.at) };
        table.rows.push(vec![
            Cell::text(when),
            Cell::text(row.name.clone()),
            Cell::text(row.venue.clone()),
            Cell::text(row.account.clone()),
            Cell::optional(row.value, format::whole),
            Cell::number(row.cumulated, format::whole(row.cumulated)),
        ]);
    }
    TableSheet {
        title: "Unbonding calendar".to_owned(),
        sub: "Stakes that cannot be sold at once; queues of a protocol are not known".to_owned(),
        table,
        empty: "No stake of this book is locked.".to_owned(),
        ..TableSheet::default()
    }
}
