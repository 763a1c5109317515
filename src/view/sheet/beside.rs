//! Two storms, or two books, side by side: every number of the one, of the other, and the difference.
//!
//! The left is the open book, the right the same or that of a link, each in its own market and at its own time; each stands as its market
//! does, or after a scenario. Invariant: a difference is the right less the left.

use crate::engine::{Engine, PartOfPnl, ScenarioDetail, ScenarioRow, Yardsticks};
use crate::exposure::limit;
use crate::issue::Issue;
use crate::math::association::pearson;
use crate::stress::scenario::{Pack, Scenario};
use crate::units::Timestamp;
use crate::view::chart::table::{Cell, DataTable};
use crate::view::format;
use crate::view::sheet::overlay::second;
use crate::view::sheet::scenarios::offered;
use crate::view::sheet::{Control, Part, Pick, Sheet, SheetDef, Subject, TableSheet, Tone, counterparties, limits};
use crate::view::table::alternative::{headlines, row};
use std::collections::BTreeMap;

/// This sheet.
pub const DEF: SheetDef = SheetDef { id: "beside", build };

const LEFT: &str = "beside/left";
const RIGHT: &str = "beside/right";
const LINK: &str = "beside/link";
/// The market as it stands, which goes before a scenario of this id, and its name.
const NOW: &str = "-";
const NOW_NAME: &str = "as the market stands";

/// A book and what has happened to it.
struct Side {
    heading: String,
    detail: ScenarioDetail,
    as_of: Timestamp,
    /// Part of the P&L that counts.
    weight: f64,
}

fn build(subject: &mut Subject<'_>) -> Result<Sheet, Issue> {
    let (pack, taken) = offered(subject);
    let text = subject.chosen(LINK, "").to_owned();
    let (other, refused) = other(subject, &text);
    // The scenario that is taken on its own tab, else the first.
    let usual = taken.or_else(|| pack.first().map(|scenario| scenario.id.clone())).unwrap_or_else(|| NOW.to_owned());
    let left = chosen(subject, LEFT, &pack, &usual);
    // Two books are held against each other in the same storm, unless another is chosen.
    let right = chosen(subject, RIGHT, &pack, if other.is_some() { &left.0 } else { NOW });
    let mut parts = vec![Part::controls(
        "beside-choice",
        vec![
            control(LEFT, "This book", &pack, &left),
            control(RIGHT, if other.is_some() { "The second book" } else { "Beside it" }, &pack, &right),
            Control::field(LINK, "Link of a second book", "", &text).refused(refused),
        ],
    )];
    if other.is_none() && left.0 == right.0 {
        let say = "Choose a storm on one side, or paste the link of a second book: every number of the one and of the other stands here, and the difference.";
        parts.push(Part::words("beside-none", "Side by side", vec![(Tone::Plain, say.to_owned())]));
        return Ok(Sheet { parts });
    }
    let (engine, second) = (subject.engine, other.as_deref());
    let set = limit::read(subject.chosen(limits::SET, "")).value;
    let rates = counterparties::rates(subject).rates;
    let against = Yardsticks { coin: None, limits: &set, rates: Some(&rates) };
    let side = |engine: &Engine, name: Option<&str>, id: &str| {
        let (storm, scenario) = named(&pack, id);
        let heading = name.map_or_else(|| storm.clone(), |name| format!("{name}: {storm}"));
        Side { heading, detail: engine.scenario(0, &scenario, against), as_of: engine.as_of(), weight: scenario.weight }
    };
    let sides = match second {
        None => [side(engine, None, &left.0), side(engine, None, &right.0)],
        Some(second) => [side(engine, Some("This book"), &left.0), side(second, Some("Second book"), &right.0)],
    };
    parts.push(Part::words("beside-said", "Side by side", said(&sides, second.is_some())));
    parts.push(Part::table("beside-headlines", headline_table(&sides, !set.is_empty())));
    parts.push(Part::table("beside-by-underlying", split("By underlying", "Underlying", &sides, |side| &side.detail.by_underlying)));
    parts.push(Part::table("beside-by-venue", split("By venue", "Venue", &sides, |side| &side.detail.by_venue)));
    if let Some(second) = second {
        let both = [engine, second].map(|engine| engine.scenarios(&pack, Yardsticks::default()));
        let (table, ids) = all(&pack, &both);
        parts.push(Part::table("beside-all", table).picking(Pick { key: LEFT.to_owned(), values: ids, ..Pick::default() }));
    }
    subject.kept.second = other.map(|engine| (text, engine));
    Ok(Sheet { parts })
}

/// The second book, and why there is none.
fn other(subject: &mut Subject<'_>, text: &str) -> (Option<Box<Engine>>, String) {
    if let Some((_, engine)) = subject.kept.second.take().filter(|(known, _)| known == text) {
        return (Some(engine), String::new());
    }
    match second(text) {
        Ok(inputs) => (inputs.map(|inputs| Box::new(Engine::load(inputs, subject.engine.as_of()))), String::new()),
        Err(error) => (None, error),
    }
}

/// The id that is chosen, and why it cannot be used.
fn chosen(subject: &Subject<'_>, key: &str, pack: &Pack, or: &str) -> (String, String) {
    let id = subject.chosen(key, or);
    match id == NOW || pack.iter().any(|scenario| scenario.id == id) {
        true => (id.to_owned(), String::new()),
        false => (NOW.to_owned(), format!("there is no scenario “{id}”; the market as it stands is shown")),
    }
}

fn control(key: &str, label: &str, pack: &Pack, (id, error): &(String, String)) -> Control {
    let scenarios = pack.iter().map(|scenario| (scenario.id.clone(), scenario.name.clone()));
    let choices = std::iter::once((NOW.to_owned(), NOW_NAME.to_owned())).chain(scenarios).collect();
    Control::select(key, label, choices, id).refused(error.clone())
}

fn named(pack: &Pack, id: &str) -> (String, Scenario) {
    match pack.iter().find(|scenario| id != NOW && scenario.id == id) {
        Some(scenario) => (scenario.name.clone(), scenario.clone()),
        None => (NOW_NAME.to_owned(), Scenario::default()),
    }
}

fn said(sides: &[Side; 2], has_second: bool) -> Vec<(Tone, String)> {
    let [left, right] = sides;
    let (one, other) = (left.detail.row.pnl, right.detail.row.pnl);
    let mut said = vec![(
        Tone::Plain,
        format!(
            "P&L {} on the left, {} on the right: {} between them.",
            format::signed_money(one),
            format::signed_money(other),
            format::signed_money(other - one)
        ),
    )];
    if has_second {
        let times = [left, right].map(|side| format::date(side.as_of));
        said.push((
            Tone::Plain,
            format!(
                "Each book is valued in the market of its own files and at its own time: {} on the left, {} on the right. Storms and limits are this book’s on both sides.",
                times[0], times[1]
            ),
        ));
    }
    if sides.iter().any(|side| side.weight != 1.0) {
        let weights = sides.each_ref().map(|side| format::percent(side.weight));
        said.push((
            Tone::Plain,
            format!("Of the P&L {} counts on the left, {} on the right; what stands after is before that part.", weights[0], weights[1]),
        ));
    }
    for side in [left, right] {
        let issues = side.detail.row.issues.iter();
        said.extend(issues.map(|issue| (Tone::Warning, format!("{}: {}.", side.heading, issue.message))));
    }
    said
}

fn heads(first: &str, sides: &[Side; 2]) -> DataTable {
    DataTable::with_heads([first, &sides[0].heading, &sides[1].heading, "Difference"])
}

fn headline_table(sides: &[Side; 2], has_limits: bool) -> TableSheet {
    let mut table = heads("Measure", sides);
    let rows = sides.each_ref().map(|side| &side.detail.row);
    let money = |name: &str, of: fn(&ScenarioRow) -> f64| {
        row(name.to_owned(), rows.map(|row| Some(of(row))), format::signed_money, format::signed_money)
    };
    table.rows.push(money("P&L", |row| row.pnl));
    let parts = rows.map(|row| row.of_equity);
    table.rows.push(row("P&L of equity".to_owned(), parts, format::signed_percent, format::signed_percent));
    table.rows.extend(headlines(" after", rows.map(|row| Some(&row.after))));
    if has_limits {
        let counts = rows.map(|row| Cell::text(limits::counted(&row.limits)));
        table.rows.push([Cell::text("Limits after")].into_iter().chain(counts).chain([Cell::text("")]).collect());
    }
    TableSheet {
        title: "Headline numbers".to_owned(),
        sub: "US dollars; leverage a multiple of equity; the difference is the right less the left".to_owned(),
        table,
        ..TableSheet::default()
    }
}

fn split(title: &str, head: &str, sides: &[Side; 2], of: fn(&Side) -> &Vec<PartOfPnl>) -> TableSheet {
    let mut sums: BTreeMap<&str, [f64; 2]> = BTreeMap::new();
    for (place, side) in sides.iter().enumerate() {
        for part in of(side) {
            if let Some(slot) = sums.entry(&part.key).or_default().get_mut(place) {
                *slot += part.pnl;
            }
        }
    }
    let mut table = heads(head, sides);
    for (key, both) in sums {
        let name = if key.is_empty() { "none named" } else { key };
        table.rows.push(row(name.to_owned(), both.map(Some), format::signed_money, format::signed_money));
    }
    TableSheet {
        title: title.to_owned(),
        sub: "P&L, US dollars; what a side does not hold loses nothing there".to_owned(),
        table,
        empty: "Nothing is valued.".to_owned(),
        ..TableSheet::default()
    }
}

/// Every storm on both books, in the order of the left one's losses.
fn all(pack: &Pack, [left, right]: &[Vec<ScenarioRow>; 2]) -> (TableSheet, Vec<String>) {
    let mut table = DataTable::with_heads([
        "Scenario",
        "This book, USD",
        "Second book, USD",
        "Difference, USD",
        "This book, % of equity",
        "Second book, % of equity",
    ]);
    let mut ids = Vec::new();
    for one in left {
        let (Some(scenario), Some(other)) = (pack.get(one.place), right.iter().find(|other| other.place == one.place)) else { continue };
        let part = |row: &ScenarioRow| Cell::optional(row.of_equity.map(|part| part * 100.0), |part| format::signed_percent(part / 100.0));
        let mut cells = row(scenario.name.clone(), [Some(one.pnl), Some(other.pnl)], format::signed_money, format::signed_money);
        cells.extend([part(one), part(other)]);
        table.rows.push(cells);
        ids.push(scenario.id.clone());
    }
    let pnl: Vec<[f64; 2]> =
        left.iter().filter_map(|one| Some([one.pnl, right.iter().find(|other| other.place == one.place)?.pnl])).collect();
    let of = |side: usize| -> Vec<f64> { pnl.iter().filter_map(|both| both.get(side).copied()).collect() };
    let correlation = pearson(&of(0), &of(1));
    let told = |correlation: f64| format!("Correlation of the two books’ P&L over these storms: {}.", format::correlation(correlation));
    let sheet = TableSheet {
        notes: correlation.map(told).into_iter().collect(),
        title: "Every storm on both books".to_owned(),
        sub: "P&L by full revaluation, the worst of this book first; a row that is taken is shown above".to_owned(),
        table,
        ..TableSheet::default()
    };
    (sheet, ids)
}
