//! Positions by the venues' rules for Greeks beside ours: sums by underlying and rule first, then the positions that differ most.

use crate::engine::{ConventionRow, Conventions};
use crate::price::convention::{self, ConventionDef, Figure};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::format;
use serde::{Deserialize, Serialize};

/// The table and what is not in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ConventionSheet {
    /// Sums by underlying and rule.
    pub sums: DataTable,
    /// The positions, those first whose delta differs most in dollars.
    pub positions: DataTable,
    /// What the tables leave out, and the rules that are applied, one sentence each.
    pub notes: Vec<String>,
    /// Every rule that can be chosen: id and name.
    pub choices: Vec<(String, String)>,
}

const HEADS: [&str; 7] = ["Measure", "Unit", "Ours", "By the venue's rule", "Difference", "Difference in USD", "Difference in coins"];

/// What the file itself states of a position, behind them.
const STATED: [&str; 2] = ["Stated by the venue", "Ours less stated"];

/// Lays it out, with as many positions as this.
pub fn sheet(found: &Conventions, limit: usize) -> ConventionSheet {
    let mut order: Vec<&ConventionRow> = found.rows.iter().collect();
    order.sort_by(|one, other| apart(other).total_cmp(&apart(one)));
    let mut positions = DataTable::with_heads(["Position", "Rule"].into_iter().chain(HEADS).chain(STATED));
    for row in order.iter().take(limit) {
        for (figure, stated) in row.figures.iter().zip(&row.stated) {
            let name = if row.account.is_empty() { row.name.clone() } else { format!("{}, {}", row.name, row.account) };
            let mut cells = vec![Cell::text(name), Cell::text(label(&row.rule))];
            cells.extend(figures(figure, row));
            cells.push(Cell::optional(*stated, format::figure));
            cells.push(Cell::optional(stated.map(|stated| figure.ours - stated), format::figure));
            positions.rows.push(cells);
        }
    }
    let mut notes = Vec::new();
    let mut say = |count: usize, words: &str| {
        if count > 0 {
            notes.push(format!("{} {words}", format::count(count, "option", "options")));
        }
    };
    say(found.without_rule, "of venues whose rule is not known: choose a rule to see them by it");
    say(found.american, "may be exercised early, for which no venue's rule is known");
    say(found.not_valued, "expired or not valued");
    if order.len() > limit {
        notes.push(format!("{} of {} options are listed, all are in the sums", format::grouped(limit), format::grouped(order.len())));
    }
    if found.rows.iter().any(|row| row.rule.starts_with("okx") && row.stated.iter().any(Option::is_some)) {
        notes.push("OKX does not say whether the Greeks in a row are those of the whole position: they are taken so".to_owned());
    }
    let applied = |def: &&&ConventionDef| found.rows.iter().any(|row| row.rule == def.id);
    notes.extend(convention::ALL.iter().filter(applied).map(|def| format!("{}: {}.", def.label, def.doc)));
    let choices = convention::ALL.iter().map(|def| (def.id.to_owned(), def.label.to_owned())).collect();
    ConventionSheet { sums: sums(&found.rows), positions, notes, choices }
}

/// By how many dollars the deltas differ.
fn apart(row: &ConventionRow) -> f64 {
    row.figures.first().map_or(0.0, |figure| (figure.difference() * figure.unit.in_dollars(row.spot)).abs())
}

fn label(rule: &str) -> &'static str {
    ConventionDef::by_id(rule).map_or("", |def| def.label)
}

fn figures(figure: &Figure, row: &ConventionRow) -> Vec<Cell> {
    let number = |value: f64| Cell::number(value, format::figure(value));
    let dollars = figure.difference() * figure.unit.in_dollars(row.spot);
    let coins = (row.spot > 0.0).then(|| dollars / row.spot);
    vec![
        Cell::text(figure.measure.label()),
        Cell::text(figure.unit.label(&row.coin)),
        number(figure.ours),
        number(figure.theirs),
        number(figure.difference()),
        Cell::number(dollars, format::signed_cents(dollars)),
        Cell::optional(coins, format::figure),
    ]
}

/// Every measure added up over the positions of one underlying that go by one rule.
fn sums(rows: &[ConventionRow]) -> DataTable {
    let mut sums: Vec<ConventionRow> = Vec::new();
    for row in rows {
        match sums.iter_mut().find(|sum| sum.coin == row.coin && sum.rule == row.rule) {
            Some(sum) => {
                for figure in &row.figures {
                    match sum.figures.iter_mut().find(|known| known.measure == figure.measure && known.unit == figure.unit) {
                        Some(known) => {
                            known.ours += figure.ours;
                            known.theirs += figure.theirs;
                        }
                        None => sum.figures.push(*figure),
                    }
                }
            }
            None => sums.push(row.clone()),
        }
    }
    let mut table = DataTable::with_heads(["Underlying", "Rule"].into_iter().chain(HEADS));
    for sum in &sums {
        for figure in &sum.figures {
            let mut cells = vec![Cell::text(sum.coin.clone()), Cell::text(label(&sum.rule))];
            cells.extend(figures(figure, sum));
            table.rows.push(cells);
        }
    }
    table
}
