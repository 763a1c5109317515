//! How much of each limit is used, as bars with its name, the most used first.

use crate::exposure::limit::{Reading, Status};
use crate::order;
use crate::view::chart::ChartDef;
use crate::view::chart::ranked::{Bar, Ranked, Row};
use crate::view::chart::reading::Tone;
use crate::view::chart::table::{Cell, DataTable};
use crate::view::format;

/// This chart.
pub const DEF: ChartDef =
    ChartDef { id: "limit-use", label: "Use of limits", doc: "What counts of each value over its hard limit, the most used first." };

/// Longest bar: what is used beyond it ends there, and its number stands beside it.
const LONGEST: f64 = 3.0;

/// The chart of readings with their names; `None` where none has a use.
pub fn limit_use(found: &[(String, &Reading)]) -> Option<Ranked> {
    let mut sorted: Vec<&(String, &Reading)> = found.iter().collect();
    // Size without equity is beyond every number; what has no value at all stands last.
    let used = |reading: &Reading| match (reading.utilization, reading.status) {
        (Some(used), _) => used,
        (None, Status::Hard) => f64::INFINITY,
        (None, _) => f64::NEG_INFINITY,
    };
    order::sort_by(&mut sorted, |one, other| used(other.1).total_cmp(&used(one.1)));
    if !found.iter().any(|(_, reading)| used(reading) > f64::NEG_INFINITY) {
        return None;
    }
    let rows = sorted.iter().map(|(name, reading)| Row { name: name.clone(), bars: vec![bar(reading, used(reading))], ..Row::default() });
    let ranked = Ranked::new(rows.collect())?;
    let mut table = DataTable::with_heads(["Limit", "Used, %", "Soft limit, % of the hard one"]);
    for (name, reading) in &sorted {
        let part = |part: Option<f64>| Cell::optional(part.map(|part| part * 100.0), |percent| format::whole_percent(percent / 100.0));
        table.rows.push(vec![Cell::text(name.clone()), part(reading.utilization), part(soft(reading))]);
    }
    let breaches = found.iter().filter(|(_, reading)| reading.status == Status::Hard).count();
    let is_cut = sorted.iter().any(|(_, reading)| used(reading) > LONGEST);
    let cut = if is_cut { format!("; a bar beyond {} ends there", format::whole_percent(LONGEST)) } else { String::new() };
    Some(Ranked {
        title: "Use of limits".to_owned(),
        unit: "% of the hard limit".to_owned(),
        sub: format!("the most used first; the hard limit is 100 %{cut}"),
        summary: format!("{} of {} breached.", format::grouped(breaches), format::count(found.len(), "limit is", "limits are")),
        table,
        ..ranked
    })
}

/// The soft limit as a part of the hard one.
fn soft(reading: &Reading) -> Option<f64> {
    reading.limit.soft.map(|soft| soft / reading.limit.hard)
}

fn bar(reading: &Reading, used: f64) -> Bar {
    let number = match (reading.utilization, reading.status) {
        (Some(used), _) => format::whole_percent(used),
        (None, Status::Hard) => "no equity".to_owned(),
        (None, _) => "no value".to_owned(),
    };
    let soft = soft(reading).map(format::whole_percent);
    let place = match (reading.status, soft) {
        (Status::Hard, _) => ", breached".to_owned(),
        (Status::Soft, Some(soft)) => format!(", above soft at {soft}"),
        (_, Some(soft)) => format!(", soft at {soft}"),
        (_, None) => String::new(),
    };
    let tone = if reading.status == Status::Hard { Tone::Loss } else { Tone::Plain };
    Bar { written: Some((format!("{number}{place}"), tone)), ..Bar::of(used.clamp(0.0, LONGEST)) }
}
