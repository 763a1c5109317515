//! Report and import → lines of text for the terminal: aligned tables with units in their heads.
//!
//! Invariant: what a file says is only ever text; no character of it commands the terminal.

mod help;
mod methods;
mod sheet;
mod surface;

use crate::engine::{Report, Valuation};
use crate::exposure::Slice;
use crate::import::Imported;
use crate::instrument::{Instrument, Settlement};
use crate::issue::{Effect, Issue};
use crate::stress::{CurveKind, Numeraire, Shock, VolShift};
use crate::view::table::positions::{self, Side};
use crate::view::{format, measure};

pub use crate::view::terminal::help::HELP;
pub use crate::view::terminal::methods::methods;
pub use crate::view::terminal::sheet::{sheet, sheet_json};
pub use crate::view::terminal::surface::surface;

/// How a column stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Align {
    Left,
    Right,
}

/// Rows under heads.
struct Table {
    heads: Vec<(String, Align)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// The first column names the row, the others hold numbers.
    fn new<T: ToString>(heads: impl IntoIterator<Item = T>) -> Table {
        let align = |index| if index == 0 { Align::Left } else { Align::Right };
        Table { heads: heads.into_iter().enumerate().map(|(index, head)| (head.to_string(), align(index))).collect(), rows: Vec::new() }
    }

    /// Columns of names stand left.
    fn left(mut self, columns: impl IntoIterator<Item = usize>) -> Table {
        for column in columns {
            if let Some(head) = self.heads.get_mut(column) {
                head.1 = Align::Left;
            }
        }
        self
    }

    fn push<T: Into<String>>(&mut self, row: impl IntoIterator<Item = T>) {
        self.rows.push(row.into_iter().map(|cell| harmless(&cell.into())).collect());
    }

    fn write(&self, text: &mut String) {
        let width = |cell: &str| cell.chars().count();
        let widths: Vec<usize> = (0..self.heads.len())
            .map(|column| {
                let cells = self.rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell));
                cells.chain(self.heads.get(column).map(|head| width(&head.0))).max().unwrap_or(0)
            })
            .collect();
        let heads: Vec<String> = self.heads.iter().map(|head| head.0.clone()).collect();
        for row in std::iter::once(&heads).chain(&self.rows) {
            let mut line = String::new();
            for ((cell, space), (_, align)) in row.iter().zip(&widths).zip(&self.heads) {
                let blank = " ".repeat(space.saturating_sub(width(cell)));
                let between = if line.is_empty() { "" } else { "  " };
                line.push_str(between);
                match align {
                    Align::Left => line.extend([cell, blank.as_str()]),
                    Align::Right => line.extend([blank.as_str(), cell]),
                }
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
}

/// The text without characters that move a cursor, color a line or turn the reading direction.
fn harmless(text: &str) -> String {
    let commands =
        |char: char| char.is_control() || matches!(char, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|char| if commands(char) { '\u{fffd}' } else { char }).collect()
}

fn title(text: &mut String, words: &str) {
    text.push('\n');
    text.push_str(&harmless(words));
    text.push('\n');
}

/// What the files gave: rows, positions, and each issue with its place.
pub fn import(imported: &Imported) -> String {
    let mut text = String::new();
    let rows = &imported.rows;
    text.push_str(&format!("{} rows read: {} accepted, {} rejected\n", rows.read, rows.accepted, rows.rejected));
    title(&mut text, "Files");
    let mut files = Table::new(["File", "Format", "Rows read", "Rejected", "Positions", "Market facts", "As of"]).left([1, 6]);
    for file in &imported.files {
        files.push([
            file.name.clone(),
            file.label.clone(),
            file.rows.read.to_string(),
            file.rows.rejected.to_string(),
            file.positions.to_string(),
            file.facts.to_string(),
            file.as_of.map_or_else(String::new, format::instant),
        ]);
    }
    files.write(&mut text);
    if !imported.positions.is_empty() {
        title(&mut text, "Positions");
        let mut table = Table::new(["Instrument", "Account", "Venue", "Class", "Quantity", "Entry", "File and line"]).left([1, 2, 3, 6]);
        for position in &imported.positions {
            table.push([
                position.name.clone(),
                position.account.clone(),
                position.venue.clone(),
                position.instrument.class().to_owned(),
                format::quantity(position.quantity.get(), ""),
                position.entry_price.map_or_else(String::new, |price| format::price(price.get(), price_unit(&position.instrument))),
                format!("{}:{}", position.source.file, position.source.line),
            ]);
        }
        table.write(&mut text);
    }
    issues(&mut text, &imported.issues);
    text
}

/// Coins for an inverse option, dollars otherwise.
fn price_unit(instrument: &Instrument) -> &str {
    match instrument {
        Instrument::Option(option) if option.settlement == Settlement::Inverse => &option.underlying,
        _ => "USD",
    }
}

/// Each issue on a line: what became of it, where, what was wrong.
fn issues(text: &mut String, issues: &[Issue]) {
    for (effect, words) in [(Effect::Rejected, "Left out"), (Effect::Noted, "Noted")] {
        let of_effect: Vec<&Issue> = issues.iter().filter(|issue| issue.effect == effect).collect();
        if of_effect.is_empty() {
            continue;
        }
        title(text, words);
        for issue in of_effect {
            text.push_str("  ");
            text.push_str(&sentence(issue));
            text.push('\n');
        }
    }
}

/// An issue as one line: `positions.csv:7, column qty, "abc": …`.
pub fn sentence(issue: &Issue) -> String {
    let mut place: Vec<String> = Vec::new();
    match (&issue.file, issue.line) {
        (Some(file), Some(line)) => place.push(format!("{file}:{line}")),
        (Some(file), None) => place.push(file.clone()),
        (None, Some(line)) => place.push(format!("line {line}")),
        (None, None) => {}
    }
    place.extend(issue.column.iter().map(|column| format!("column {column}")));
    place.extend(issue.subject.clone());
    place.extend(issue.value.iter().map(|value| format!("{value:?}")));
    let place = place.join(", ");
    harmless(&if place.is_empty() { issue.message.clone() } else { format!("{place}: {}", issue.message) })
}

/// The whole report.
pub fn report(report: &Report) -> String {
    let mut text = String::new();
    let valuation = &report.valuation;
    let coverage = &valuation.coverage;
    text.push_str(&format!(
        "Valued at {}: {} positions, {} valued, {} expired before, {} left out\n",
        format::instant(valuation.as_of),
        coverage.positions,
        coverage.valued,
        coverage.expired,
        coverage.left_out
    ));
    text.push_str(&shock_words(&valuation.settings.shock));
    text.push('\n');
    headlines(&mut text, valuation);
    spots(&mut text, valuation);
    slices(&mut text, "By underlying, US dollars", &valuation.by_underlying);
    slices(&mut text, "By expiry, US dollars", &valuation.by_expiry);
    positions(&mut text, valuation);
    grid(&mut text, report);
    profile(&mut text, report);
    issues(&mut text, &valuation.issues);
    text
}

fn shock_words(shock: &Shock) -> String {
    if shock.is_none() {
        return "No shock".to_owned();
    }
    let of = |each: &crate::stress::Move| match each.vol {
        VolShift::Points(points) => format!("spot {}, vol {}", format::signed_percent(each.spot), format::points(points)),
        VolShift::Relative(fraction) => {
            format!("spot {}, vol {} of itself", format::signed_percent(each.spot), format::signed_percent(fraction))
        }
    };
    let own: Vec<String> = shock.per_underlying.iter().map(|(name, each)| format!("; {}: {}", harmless(name), of(each))).collect();
    format!("Shock: {}{}, {}", of(&shock.all), own.concat(), format::forward_days(shock.days))
}

fn headlines(text: &mut String, valuation: &Valuation) {
    title(text, "Headlines");
    let mut heads = vec!["Measure", "Now"];
    if valuation.shocked.is_some() {
        heads.push("Under the shock");
    }
    heads.push("Unit");
    let unit = heads.len() - 1;
    let mut table = Table::new(heads).left([unit]);
    for def in measure::ALL {
        let mut row = vec![def.label.to_owned(), def.exact_text((def.of_totals)(&valuation.base))];
        row.extend(valuation.shocked.as_ref().map(|shocked| def.exact_text((def.of_totals)(shocked))));
        row.push(def.unit.to_owned());
        table.push(row);
    }
    table.write(text);
    if let Some(pnl) = valuation.pnl {
        text.push_str(&format!("P&L of the shock: {}\n", format::exact_pnl(pnl, "USD")));
    }
    text.push_str(&format!("Loss of an ordinary day, one standard deviation: {}\n", format::exact_money(valuation.ordinary_day.loss)));
}

fn spots(text: &mut String, valuation: &Valuation) {
    title(text, "Spots, US dollars");
    let mut table = Table::new(["Underlying", "Now", "Under the shock"]);
    for spot in &valuation.spots {
        table.push([spot.underlying.clone(), format::price(spot.base, "USD"), format::price(spot.shocked, "USD")]);
    }
    table.write(text);
}

fn slices(text: &mut String, words: &str, slices: &[Slice]) {
    title(text, words);
    let measures: Vec<_> = measure::ALL.iter().filter_map(|def| def.of_measures.map(|of| (def, of))).collect();
    let shocked = slices.iter().any(|slice| slice.shocked.is_some());
    let heads =
        ["Key", "Positions"].into_iter().chain(measures.iter().map(|(def, _)| def.label)).chain(shocked.then_some("P&L of the shock"));
    let mut table = Table::new(heads);
    for slice in slices {
        let mut row = vec![slice.key.clone(), slice.positions.to_string()];
        row.extend(measures.iter().map(|(_, of)| format::whole(of(&slice.base))));
        row.extend(slice.shocked.map(|shocked| format::signed_whole(shocked.value - slice.base.value)));
        table.push(row);
    }
    table.write(text);
}

fn positions(text: &mut String, valuation: &Valuation) {
    title(text, "Positions");
    let heads =
        positions::ALL.iter().map(|def| if def.unit.is_empty() { def.label.to_owned() } else { format!("{}, {}", def.label, def.unit) });
    let names = positions::ALL.iter().enumerate().filter(|(_, def)| def.number.is_none()).map(|(column, _)| column);
    let mut table = Table::new(heads).left(names);
    for row in &valuation.positions {
        table.push(positions::ALL.iter().map(|def| (def.text)(row, Side::Base)));
    }
    table.write(text);
}

/// Most columns of a printed grid.
const MAX_COLUMNS: usize = 11;

/// Evenly spaced places among `count`, both ends included.
fn places(count: usize, most: usize) -> Vec<usize> {
    let shown = count.min(most);
    (0..shown).map(|step| if shown > 1 { step * (count - 1) / (shown - 1) } else { 0 }).collect()
}

fn numeraire_unit(numeraire: &Numeraire) -> &str {
    match numeraire {
        Numeraire::Usd => "USD",
        Numeraire::Coin(coin) => coin,
    }
}

fn grid(text: &mut String, report: &Report) {
    let grid = &report.grid;
    let unit = numeraire_unit(&report.valuation.settings.numeraire);
    title(text, &format!("P&L over spot (across) and vol (down), {unit}, {}", format::forward_days(grid.days)));
    let columns = places(grid.spots.len(), MAX_COLUMNS);
    let heads = columns.iter().filter_map(|column| grid.spots.get(*column)).map(|spot| format::axis_percent(*spot));
    let mut table = Table::new(std::iter::once("Vol, points".to_owned()).chain(heads));
    for row in places(grid.vols.len(), MAX_COLUMNS).into_iter().rev() {
        let Some(vol) = grid.vols.get(row) else { continue };
        let cells = columns.iter().filter_map(|column| grid.pnl.get(row * grid.spots.len() + column));
        table.push(std::iter::once(format::axis_points(*vol)).chain(cells.map(|pnl| format::axis_pnl(*pnl))));
    }
    table.write(text);
    if let Some(worst) = grid.worst {
        let place = format!("spot {}, vol {}", format::signed_percent(worst.spot), format::points(worst.vol));
        text.push_str(&format!("Worst cell of the whole grid: {} at {place}\n", harmless(&format::exact_pnl(worst.pnl, unit))));
    }
}

fn profile(text: &mut String, report: &Report) {
    let profile = &report.profile;
    let unit = numeraire_unit(&report.valuation.settings.numeraire);
    title(text, &format!("P&L over spot, {unit}"));
    let heads = profile.curves.iter().map(|curve| match curve.kind {
        CurveKind::Today => "Today".to_owned(),
        CurveKind::Chosen => "Day of the shock".to_owned(),
        CurveKind::Expiry(at) => format::short_date(at),
    });
    let mut table = Table::new(std::iter::once("Spot".to_owned()).chain(heads));
    for place in places(profile.spots.len(), 2 * MAX_COLUMNS - 1) {
        let Some(spot) = profile.spots.get(place) else { continue };
        let cells = profile.curves.iter().filter_map(|curve| curve.pnl.get(place)).map(|pnl| format::axis_pnl(*pnl));
        table.push(std::iter::once(format::axis_percent(*spot)).chain(cells));
    }
    table.write(text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issue::IssueKind;

    #[test]
    fn columns_are_aligned_whatever_their_characters() {
        let mut table = Table::new(["Name", "Value"]);
        table.push(["BTC", "−1"]);
        table.push(["Ether\u{1b}[31m", "12\u{a0}k"]);
        let mut text = String::new();
        table.write(&mut text);
        assert_eq!(text, "Name        Value\nBTC            −1\nEther\u{fffd}[31m   12\u{a0}k\n");
    }

    #[test]
    fn an_issue_says_where_first() {
        let issue =
            Issue::rejected(IssueKind::Parse, "a number is wanted").in_file("a.csv").at_line(7).in_column("qty").with_value("x\u{202e}y");
        assert_eq!(sentence(&issue), "a.csv:7, column qty, \"x\\u{202e}y\": a number is wanted");
    }

    #[test]
    fn a_printed_grid_keeps_both_ends_and_the_middle() {
        assert_eq!(places(21, 11), [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
        assert_eq!(places(1, 11), [0]);
        assert_eq!(places(2, 11), [0, 1]);
    }
}
