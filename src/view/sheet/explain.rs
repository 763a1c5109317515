//! Why the book gains or loses under the shock bar's shock, or in a scenario: by part, by any dimension, and by position, the unexplained always beside it.

use crate::engine::ExplainedGroup;
use crate::exposure::pivot::dimension::Dimension;
use crate::exposure::pivot::property;
use crate::issue::Issue;
use crate::order;
use crate::stress::Shock;
use crate::stress::explain::{Explain, Explained};
use crate::stress::scenario::Scenario;
use crate::view::chart::table::{Cell, DataTable};
use crate::view::chart::waterfall::{self, Steps, waterfall};
use crate::view::format;
use crate::view::sheet::scenarios::offered;
use crate::view::sheet::{Control, Part, Sheet, SheetDef, Subject, TableSheet, Tone};
use crate::view::table::explain::Shown;
use crate::view::table::pivot::labels;

/// This sheet.
pub const DEF: SheetDef = SheetDef { id: "explain", build };

const BY: &str = "explain/by";
const OF: &str = "explain/of";
/// The shock bar, which goes before a scenario of this id.
const BAR: &str = "-";
/// Steps of the waterfall by dimension, the rest being one; positions that are listed, the rest being summed.
const MOST_STEPS: usize = 12;
const MOST_POSITIONS: usize = 100;
/// A remainder of more than this part of the P&L is to be looked at.
const LARGE: f64 = 0.1;

/// What is told apart: the shock, or the scenario in its place.
pub(super) type Of = (Shock, Option<Scenario>);

fn build(subject: &mut Subject<'_>) -> Result<Sheet, Issue> {
    let (of, control) = asked(subject);
    if of.1.is_none() && of.0.is_none() {
        let say = "No shock is set: move spot, vol or days in the bar above, take a cell of the grid, or choose a scenario. Its P&L is then told apart here.";
        let words = Part::words("explain-no-shock", "P&L explain", vec![(Tone::Plain, say.to_owned())]);
        return Ok(Sheet { parts: vec![Part::controls("explain-of", vec![control]), words] });
    }
    let engine = subject.engine;
    let known = subject.kept.explained.take().filter(|(known, _)| *known == of);
    let (of, explain) = subject.kept.explained.insert(known.unwrap_or_else(|| {
        let explain = match &of.1 {
            Some(scenario) => engine.explain_scenario(scenario),
            None => engine.explain(&of.0),
        };
        (of, explain)
    }));
    let shown = if of.1.is_some() { Shown::All } else { Shown::Market };
    let (name, weight) = of.1.as_ref().map_or(("The shock bar", 1.0), |scenario| (&scenario.name, scenario.weight));
    let said = said(name, weight, &explain.total);
    let dimensions = Dimension::of(engine.sources(None).book);
    let usual = Dimension::Known(&property::UNDERLYING);
    let id = subject.choices.get(BY);
    let chosen = id.and_then(|id| dimensions.iter().find(|dimension| dimension.id() == *id));
    let by = chosen.unwrap_or(&usual);
    let error = id.filter(|_| chosen.is_none()).map(|id| format!("this book has no dimension “{id}”; {} is shown", by.label()));
    let names = dimensions.iter().map(|dimension| (dimension.id(), dimension.label().to_owned())).collect();
    let by_dimension = Control::select(BY, "By", names, &by.id()).refused(error.unwrap_or_default());
    let groups = engine.explained_by(explain, by);
    let keys: Vec<_> = groups.iter().map(|group| group.key.clone()).collect();
    let mut named: Vec<(String, &ExplainedGroup)> = labels(by, &keys).into_iter().zip(&groups).collect();
    order::sort_by(&mut named, |one, other| other.1.explained.pnl().abs().total_cmp(&one.1.explained.pnl().abs()));
    let mut parts = vec![Part::words("explain-said", "P&L explain", said), Part::controls("explain-choice", vec![control, by_dimension])];
    parts.extend(waterfall(&by_part(shown, &explain.total)).map(|steps| Part::ranked(waterfall::DEF.id, steps)));
    parts.extend(waterfall(&by_group(by, &named, &explain.total)).map(|steps| Part::ranked("waterfall-by", steps)));
    parts.push(Part::table("explain-by", table_by((by, shown), &named, &explain.total)));
    parts.push(Part::table("explain-positions", positions(subject, shown, explain_of(subject))));
    Ok(Sheet { parts })
}

fn explain_of<'a>(subject: &'a Subject<'_>) -> Option<&'a Explain> {
    subject.kept.explained.as_ref().map(|(_, explain)| explain)
}

/// What is chosen: the shock bar where it is set, else the scenario that is taken on its own tab.
fn asked(subject: &Subject<'_>) -> (Of, Control) {
    let (pack, taken) = offered(subject);
    let shock = &subject.settings.shock;
    let usual = taken.filter(|_| shock.is_none()).unwrap_or_else(|| BAR.to_owned());
    let id = subject.chosen(OF, &usual);
    let scenario = pack.iter().find(|scenario| id != BAR && scenario.id == id);
    let error = if scenario.is_none() && id != BAR {
        format!("there is no scenario “{id}”; the shock bar’s is told apart")
    } else {
        String::new()
    };
    let named = pack.iter().map(|scenario| (scenario.id.clone(), scenario.name.clone()));
    let choices = std::iter::once((BAR.to_owned(), "the shock bar".to_owned())).chain(named).collect();
    let control = Control::select(OF, "Explain", choices, scenario.map_or(BAR, |scenario| &scenario.id)).refused(error);
    ((if scenario.is_some() { Shock::default() } else { shock.clone() }, scenario.cloned()), control)
}

fn said(name: &str, weight: f64, total: &Explained) -> Vec<(Tone, String)> {
    let (pnl, remainder) = (total.pnl(), total.remainder);
    let part = if pnl == 0.0 { None } else { Some((remainder / pnl).abs()) };
    let of = part.map_or_else(String::new, |part| format!(", {} of the P&L", format::percent(part)));
    let tone = if part.is_some_and(|part| part > LARGE) { Tone::Warning } else { Tone::Plain };
    let why = if tone == Tone::Warning { " The move is larger than Greeks of today can tell: the full revaluation stands." } else { "" };
    let counts = if weight == 1.0 { String::new() } else { format!(", of which {} counts", format::percent(weight)) };
    vec![
        (
            Tone::Plain,
            format!(
                "{name}: {} by full revaluation{counts}. Explained by the Greeks of today, carry and events: {}.",
                format::signed_money(pnl),
                format::signed_money(total.told())
            ),
        ),
        (tone, format!("Unexplained: {}{of}.{why}", format::signed_money(remainder))),
    ]
}

fn by_part(shown: Shown, total: &Explained) -> Steps {
    Steps {
        title: "By part".to_owned(),
        sub: "Greeks of today times their moves; carry is revalued; what is left is unexplained".to_owned(),
        of: "part".to_owned(),
        steps: shown.steps(total),
        sum: total.pnl(),
    }
}

fn by_group(by: &Dimension, named: &[(String, &ExplainedGroup)], total: &Explained) -> Steps {
    let mut steps: Vec<(String, f64)> = named.iter().take(MOST_STEPS).map(|(name, group)| (name.clone(), group.explained.pnl())).collect();
    if named.len() > MOST_STEPS {
        let rest = named.iter().skip(MOST_STEPS).map(|(_, group)| group.explained.pnl()).sum();
        steps.push((format::count(named.len() - MOST_STEPS, "other", "others"), rest));
    }
    Steps {
        title: format!("By {}", by.label().to_lowercase()),
        sub: "P&L in full revaluation, the largest first".to_owned(),
        of: by.label().to_lowercase(),
        steps,
        sum: total.pnl(),
    }
}

fn table_by((by, shown): (&Dimension, Shown), named: &[(String, &ExplainedGroup)], total: &Explained) -> TableSheet {
    let mut table = shown.table(by.label(), &["Positions"]);
    let count = |count: usize| Cell::number(count as f64, format::grouped(count));
    for (name, group) in named {
        let first = [Cell::text(name.clone()), count(group.positions)];
        table.rows.push(first.into_iter().chain(shown.cells(&group.explained)).collect());
    }
    let first = [Cell::text("Book"), count(named.iter().map(|(_, group)| group.positions).sum())];
    table.rows.push(first.into_iter().chain(shown.cells(total)).collect());
    TableSheet {
        title: format!("By {}", by.label().to_lowercase()),
        sub: "Parts and the unexplained add up to the P&L of each row to the last bit; the file holds every digit".to_owned(),
        table,
        empty: "No position of this book is valued.".to_owned(),
        ..TableSheet::default()
    }
}

fn positions(subject: &Subject<'_>, shown: Shown, explain: Option<&Explain>) -> TableSheet {
    let Some(explain) = explain else { return TableSheet::default() };
    let mut valued: Vec<(usize, &Explained)> =
        explain.positions.iter().enumerate().filter_map(|(at, explained)| Some((at, explained.as_ref()?))).collect();
    order::sort_by(&mut valued, |one, other| other.1.pnl().abs().total_cmp(&one.1.pnl().abs()));
    let mut table: DataTable = shown.table("Position", &["Account"]);
    for (at, explained) in valued.iter().take(MOST_POSITIONS) {
        let Some(position) = subject.engine.inputs().positions.get(*at) else { continue };
        let first = [Cell::text(position.name.clone()), Cell::text(format::joined([&position.venue, &position.account]))];
        table.rows.push(first.into_iter().chain(shown.cells(explained)).collect());
    }
    let mut sum = |name: String, explained: &Explained| {
        table.rows.push([Cell::text(name), Cell::text("")].into_iter().chain(shown.cells(explained)).collect());
    };
    if valued.len() > MOST_POSITIONS {
        let rest = Explained::sum(valued.iter().skip(MOST_POSITIONS).map(|(_, explained)| *explained));
        sum(format::count(valued.len() - MOST_POSITIONS, "other", "others"), &rest);
    }
    sum("Book".to_owned(), &explain.total);
    let left_out = explain.positions.len() - valued.len();
    let mut notes = Vec::new();
    if left_out > 0 {
        notes.push(format!("{} left out or expired: in none of these numbers.", format::count(left_out, "position is", "positions are")));
    }
    TableSheet {
        title: "By position".to_owned(),
        sub: "the largest P&L first".to_owned(),
        table,
        empty: "No position of this book is valued.".to_owned(),
        notes,
        ..TableSheet::default()
    }
}
