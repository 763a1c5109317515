//! The book against the user's limits: breaches first, and the set as a small file.

use crate::exposure::limit::{Direction, EMPTY, Limit, LimitMeasure, LimitUnit, Reading, Slice, Status, read};
use crate::exposure::pivot::dimension;
use crate::issue::Issue;
use crate::view::chart::limit_use::{self, limit_use};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::format;
use crate::view::sheet::typed::placed;
use crate::view::sheet::{Control, Part, Sheet, SheetDef, Subject, TableSheet, Tone, counterparties};

/// This sheet.
pub const DEF: SheetDef = SheetDef { id: "limits", build };

/// The choice that holds the set.
pub const SET: &str = "limits/set";

fn build(subject: &mut Subject<'_>) -> Result<Sheet, Issue> {
    let text = subject.chosen(SET, "").to_owned();
    let set = read(&text);
    let found = readings(subject);
    let refused = set.issues.iter().map(placed).collect::<Vec<_>>().join("\n");
    let mut parts = vec![Part::words("breaches", "Limits", told(&found).into_iter().chain(idle(&found)).collect())];
    let named: Vec<(String, &Reading)> = found.iter().map(|reading| (subject_of(reading), reading)).collect();
    parts.extend(limit_use(&named).map(|bars| Part::ranked(limit_use::DEF.id, bars).wide()));
    parts.push(Part::table("limits", table(&found)));
    parts.push(Part::controls("limit-set", vec![Control::document(SET, "Limit set", "limits.csv", &text).refused(refused)]));
    parts.push(Part::words("limit-help", "How a set is written", help()));
    Ok(Sheet { parts })
}

/// What is used of each limit of the set that is chosen, the worst first. Lines of it that are none count for nothing here.
pub fn readings(subject: &mut Subject<'_>) -> Vec<Reading> {
    let limits = read(subject.chosen(SET, "")).value;
    used(subject, &limits)
}

/// What is used of each of these limits by the open book, the worst first.
pub(super) fn used(subject: &mut Subject<'_>, limits: &[Limit]) -> Vec<Reading> {
    if limits.is_empty() {
        return Vec::new();
    }
    let rates = counterparties::rates(subject).rates;
    let engine = subject.engine;
    engine.limits(subject.exposed().1, limits, &rates)
}

/// A value in its measure's unit.
fn amount(measure: LimitMeasure, value: f64) -> String {
    match measure.unit() {
        LimitUnit::Dollars => format::signed_money(value),
        LimitUnit::Times => format::multiple(value),
        LimitUnit::Part => format::percent(value),
    }
}

/// A limit in its measure's unit: a size, without a sign.
pub(super) fn bound(measure: LimitMeasure, value: f64) -> String {
    match measure.unit() {
        LimitUnit::Dollars => format::money(value),
        LimitUnit::Times | LimitUnit::Part => amount(measure, value),
    }
}

/// What a limit is on: `Net delta in Venue Deribit`.
fn subject_of(reading: &Reading) -> String {
    named(&reading.limit, reading.worst.as_deref())
}

/// The same of a limit, with the worst of its keys where that is known.
pub(super) fn named(limit: &Limit, worst: Option<&str>) -> String {
    let side = match limit.direction {
        Direction::Absolute => "",
        Direction::Long => ", long",
        Direction::Short => ", short",
    };
    let slice = match &limit.slice {
        Slice::Whole => String::new(),
        Slice::Of(dimension, key) => format!(", {}: {key}", dimension.label().to_lowercase()),
        Slice::Each(dimension) => {
            let worst = worst.map_or_else(String::new, |worst| format!(", worst: {worst}"));
            format!(", each {}{worst}", dimension.label().to_lowercase())
        }
    };
    format!("{}{side}{slice}", limit.measure.label())
}

/// Breaches and what is unknown, a sentence each.
pub fn told(found: &[Reading]) -> Vec<(Tone, String)> {
    if found.is_empty() {
        return vec![(Tone::Plain, "No limit is set. Type a set below, or open one from a file.".to_owned())];
    }
    let mut sentences = Vec::new();
    for reading in found {
        let limit = &reading.limit;
        let value = reading.value.map_or_else(|| "no value".to_owned(), |value| amount(limit.measure, value));
        let used = reading.utilization.map_or_else(String::new, |used| format!(", {} used", format::whole_percent(used)));
        let (tone, what) = match reading.status {
            Status::Hard => (Tone::Alarm, format!("is above its hard limit of {}", bound(limit.measure, limit.hard))),
            Status::Soft => {
                let soft = limit.soft.map_or_else(String::new, |soft| bound(limit.measure, soft));
                (Tone::Warning, format!("is above its soft limit of {soft}, below the hard one of {}", bound(limit.measure, limit.hard)))
            }
            Status::Unknown => (Tone::Warning, "cannot be held against its limit".to_owned()),
            Status::Within => continue,
        };
        let note = if reading.note.is_empty() { String::new() } else { format!("; {}", reading.note) };
        // Of a value below 0 it is the size that is held against the limit.
        let size = reading.value.filter(|value| *value < 0.0 && matches!(reading.status, Status::Hard | Status::Soft));
        let size = size.map_or_else(String::new, |value| format!(": its size of {}", bound(limit.measure, -value)));
        sentences.push((tone, format!("{} at {value}{size} {what}{used}{note}.", subject_of(reading))));
    }
    let within = found.iter().filter(|reading| reading.status == Status::Within).count();
    sentences.push((Tone::Plain, format!("{} of {} within.", format::grouped(within), format::count(found.len(), "limit", "limits"))));
    sentences
}

/// Limits on keys that the book does not have: most often one that is written in another way.
fn idle(found: &[Reading]) -> Vec<(Tone, String)> {
    let idle = found.iter().filter(|reading| reading.note == EMPTY);
    let told = |reading: &Reading| match &reading.limit.slice {
        Slice::Of(dimension, key) => Some((
            Tone::Warning,
            format!(
                "{}: no position is in {} “{key}”, so that this limit holds nothing back; is it written as the book has it?",
                subject_of(reading),
                dimension.label().to_lowercase()
            ),
        )),
        Slice::Whole | Slice::Each(_) => None,
    };
    idle.filter_map(told).collect()
}

fn table(found: &[Reading]) -> TableSheet {
    let mut table = DataTable::with_heads(["Limit", "Status", "Value", "Soft", "Hard", "Used, %", "Not valued", "To be known"]);
    for reading in found {
        let limit = &reading.limit;
        let written = |value: f64| amount(limit.measure, value);
        table.rows.push(vec![
            Cell::text(subject_of(reading)),
            Cell::text(status(reading.status)),
            Cell::optional(reading.value, written),
            Cell::optional(limit.soft, |soft| bound(limit.measure, soft)),
            Cell::number(limit.hard, bound(limit.measure, limit.hard)),
            Cell::optional(reading.utilization.map(|used| used * 100.0), |used| format::whole_percent(used / 100.0)),
            Cell::number(f64::from(reading.left_out), format::grouped(reading.left_out as usize)),
            Cell::text(reading.note.clone()),
        ]);
    }
    TableSheet {
        title: "Use of limits".to_owned(),
        sub: "Breaches first, then what is unknown; used: what counts of the value over the hard limit".to_owned(),
        table,
        empty: "No limit is set.".to_owned(),
        ..TableSheet::default()
    }
}

/// How many limits are broken: `2 hard, 1 soft: Gross leverage, …`.
pub(super) fn counted(found: &[Reading]) -> String {
    let of = |status: Status, name: &str| {
        let count = found.iter().filter(|reading| reading.status == status).count();
        (count > 0).then(|| format!("{} {name}", format::grouped(count)))
    };
    let counts: Vec<String> = [(Status::Hard, "hard"), (Status::Soft, "soft"), (Status::Unknown, "unknown")]
        .into_iter()
        .filter_map(|(status, name)| of(status, name))
        .collect();
    match found.iter().find(|reading| reading.status != Status::Within) {
        Some(worst) => format!("{}; worst: {}", counts.join(", "), subject_of(worst)),
        None => "all within".to_owned(),
    }
}

/// Every limit now and after something has happened, what breaks first.
pub(super) fn after(now: &[Reading], after: &[Reading]) -> TableSheet {
    let mut table = DataTable::with_heads(["Limit", "Now", "Status now", "After", "Status after", "Hard", "Used after, %"]);
    for reading in after {
        let limit = &reading.limit;
        let before = now.iter().find(|before| before.place == reading.place);
        table.rows.push(vec![
            Cell::text(subject_of(reading)),
            Cell::optional(before.and_then(|before| before.value), |value| amount(limit.measure, value)),
            Cell::text(before.map_or("", |before| status(before.status))),
            Cell::optional(reading.value, |value| amount(limit.measure, value)),
            Cell::text(status(reading.status)),
            Cell::number(limit.hard, bound(limit.measure, limit.hard)),
            Cell::optional(reading.utilization.map(|used| used * 100.0), |used| format::whole_percent(used / 100.0)),
        ]);
    }
    TableSheet {
        title: "Limits after it".to_owned(),
        sub: "Breaches first; what venues state of accounts stays as it is, days to expiry and to unlocks count from the book’s time, and no weight is in it"
            .to_owned(),
        table,
        empty: "No limit is set.".to_owned(),
        ..TableSheet::default()
    }
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Hard => "breached",
        Status::Soft => "above soft",
        Status::Unknown => "unknown",
        Status::Within => "within",
    }
}

fn help() -> Vec<(Tone, String)> {
    let measures: Vec<&str> = LimitMeasure::all().map(LimitMeasure::id).collect();
    let dimensions: Vec<&str> = dimension::ALL.iter().map(|def| def.id).collect();
    let said = [
        "The first line names the columns: measure,dimension,key,soft,hard. A sixth, direction, is absolute, long or short; absolute without it.".to_owned(),
        "Without dimension and key a limit is of the whole book; with a dimension and no key it is of each key, and the worst is told. Soft may be empty."
            .to_owned(),
        "Example: net-delta,venue,Deribit,1000000,2500000".to_owned(),
        format!("Measures: {}.", measures.join(", ")),
        format!("Dimensions: {}, and tag:NAME for any label.", dimensions.join(", ")),
    ];
    said.into_iter().map(|sentence| (Tone::Plain, sentence)).collect()
}
