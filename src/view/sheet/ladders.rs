//! Where the options stand: by expiry and strike, by tenor, on the smile, and what each day makes of them.

use crate::engine::Ladders;
use crate::exposure::ladder::{Ladder, SmileVega, VegaRow, butterfly, risk_reversal};
use crate::issue::Issue;
use crate::stress::decay::DecayPath;
use crate::view::chart::strike_ladder::{self, RUNGS, RungDef, pin_note, strike_ladder};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::chart::theta_calendar::{self, theta_calendar};
use crate::view::chart::vega_tenor::{self, vega_tenor};
use crate::view::format;
use crate::view::sheet::{Control, Part, Sheet, SheetDef, Subject, TableSheet, Tone};

/// This sheet.
pub const DEF: SheetDef = SheetDef { id: "ladders", build };

const UNDERLYING: &str = "ladders/underlying";
const MEASURE: &str = "ladders/measure";
const PATH: &str = "ladders/path";

const PATHS: [(DecayPath, &str, &str); 2] = [(DecayPath::Forward, "forward", "along its forwards"), (DecayPath::Held, "held", "held")];

fn build(subject: &mut Subject<'_>) -> Result<Sheet, Issue> {
    let ladders = subject.engine.ladders();
    let mut parts = match options(subject, &ladders) {
        Some(parts) => parts,
        None => vec![Part::words("no-options", "Options", vec![(Tone::Plain, "No option of this book is alive.".to_owned())])],
    };
    parts.extend(calendar(subject));
    Ok(Sheet { parts })
}

fn named(choices: impl IntoIterator<Item = (&'static str, &'static str)>) -> Vec<(String, String)> {
    choices.into_iter().map(|(id, label)| (id.to_owned(), label.to_owned())).collect()
}

fn options(subject: &Subject<'_>, ladders: &Ladders) -> Option<Vec<Part>> {
    let gamma = |ladder: &Ladder| ladder.rungs.iter().map(|rung| rung.gamma_1pct.abs()).sum::<f64>();
    let largest = ladders.strikes.iter().max_by(|one, other| gamma(one).total_cmp(&gamma(other)))?;
    let asked = subject.choices.get(UNDERLYING);
    let found = asked.and_then(|asked| ladders.strikes.iter().find(|ladder| ladder.underlying == *asked));
    let ladder = found.unwrap_or(largest);
    let name = &ladder.underlying;
    let def = RungDef::by_id(subject.chosen(MEASURE, RUNGS[0].id));
    let underlyings = ladders.strikes.iter().map(|ladder| (ladder.underlying.clone(), ladder.underlying.clone())).collect();
    let lost = asked.filter(|_| found.is_none()).map(|asked| format!("no option on {asked} is alive; {name} is shown"));
    let vega: Vec<VegaRow> = ladders.vega.iter().filter(|row| row.underlying == *name).cloned().collect();
    let smile: Vec<&SmileVega> = ladders.smile.iter().filter(|row| row.underlying == *name).collect();
    let controls = vec![
        Control::select(UNDERLYING, "Options on", underlyings, name).refused(lost.unwrap_or_default()),
        Control::buttons(MEASURE, "Show", named(RUNGS.iter().map(|def| (def.id, def.label))), def.id),
    ];
    let mut parts = vec![Part::controls("ladder-choice", controls)];
    parts.extend(pins(&ladders.strikes));
    parts.push(Part::tiles(strike_ladder::DEF.id, strike_ladder(ladder, def)).wide());
    parts.extend(vega_tenor(&vega, name).map(|bars| Part::ranked(vega_tenor::DEF.id, bars).wide()));
    parts.push(Part::table("vega-by-expiry", by_expiry(name, &vega, &smile)));
    Some(parts)
}

/// Strikes of all underlyings that may be pinned, the largest swing first.
fn pins(ladders: &[Ladder]) -> Option<Part> {
    let mut found: Vec<(f64, String)> = Vec::new();
    for ladder in ladders {
        for rung in &ladder.rungs {
            let Some(pin) = rung.pin else { continue };
            let strike = format::level(rung.strike);
            let sentence = format!("{} {strike}, {}: {}.", ladder.underlying, format::instant(rung.expiry), pin_note(&pin));
            found.push((pin.swing.abs(), sentence));
        }
    }
    if found.is_empty() {
        return None;
    }
    crate::order::sort_by(&mut found, |one, other| other.0.total_cmp(&one.0));
    Some(Part::words("pins", "Near a strike at expiry", found.into_iter().map(|(_, sentence)| (Tone::Warning, sentence)).collect()))
}

/// Vega by expiry and by place on the smile.
fn by_expiry(name: &str, vega: &[VegaRow], smile: &[&SmileVega]) -> TableSheet {
    let mut table = DataTable::with_heads([
        "Expiry",
        "Days",
        "Vega 1 pt, USD",
        "√-weighted, USD",
        "10Δ puts, USD",
        "25Δ puts, USD",
        "Middle, USD",
        "25Δ calls, USD",
        "10Δ calls, USD",
        "Risk reversal, USD",
        "Butterfly, USD",
    ]);
    let amount = |value: f64| Cell::number(value, format::signed_whole(value));
    let row = |label: String, days: Option<f64>, raw: f64, weighted: f64, places: &[f64; 5]| {
        let mut cells = vec![Cell::text(label), Cell::optional(days, format::life), amount(raw), amount(weighted)];
        cells.extend(places.iter().copied().chain([risk_reversal(places), butterfly(places)]).map(amount));
        cells
    };
    let mut total = (0.0, 0.0, [0.0; 5]);
    for each in vega {
        let places = smile.iter().find(|row| row.expiry == each.expiry).map_or([0.0; 5], |row| row.places);
        total.0 += each.vega.raw;
        total.1 += each.vega.weighted;
        total.2.iter_mut().zip(&places).for_each(|(sum, place)| *sum += place);
        table.rows.push(row(format::date(each.expiry), Some(each.days), each.vega.raw, each.vega.weighted, &places));
    }
    table.rows.push(row("Total".to_owned(), None, total.0, total.1, &total.2));
    TableSheet {
        title: format!("Vega of {name} by expiry and place on the smile"),
        sub: "A call and a put of one strike stand at one place. Risk reversal: 25Δ calls less 25Δ puts; butterfly: both less the middle".to_owned(),
        table,
        notes: vec![
            "One point more of risk reversal, half of it on either side, is worth half its vega; one point more of butterfly is worth the vega of both 25Δ \
             places."
                .to_owned(),
        ],
        ..TableSheet::default()
    }
}

fn calendar(subject: &mut Subject<'_>) -> Vec<Part> {
    let id = subject.chosen(PATH, PATHS[0].1);
    let (path, id, _) = *PATHS.iter().find(|(_, known, _)| *known == id).unwrap_or(&PATHS[0]);
    let engine = subject.engine;
    if subject.kept.theta.as_ref().is_none_or(|known| known.path != path) {
        subject.kept.theta = Some(engine.theta_calendar(path));
    }
    let Some((calendar, plot)) = subject.kept.theta.as_ref().and_then(|calendar| Some((calendar, theta_calendar(calendar)?))) else {
        return Vec::new();
    };
    let mut parts = vec![
        Part::controls("theta-choice", vec![Control::buttons(PATH, "Spot", named(PATHS.iter().map(|(_, id, label)| (*id, *label))), id)]),
        Part::plot(theta_calendar::DEF.id, plot).wide(),
    ];
    if !calendar.issues.is_empty() {
        let said = |issue: &Issue| (Tone::Plain, format!("{}: {}.", issue.subject.clone().unwrap_or_default(), issue.message));
        parts.push(Part::words("theta-notes", "", calendar.issues.iter().map(said).collect()));
    }
    parts
}
