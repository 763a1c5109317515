//! Positions by the venues' rules for Greeks beside ours: sums by underlying and rule first, then the positions that differ most.

use crate::engine::{ConventionRow, Conventions};
use crate::price::convention::{ConventionDef, Figure, Measure};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::format;
use serde::{Deserialize, Serialize};

/// The table and what is not in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConventionSheet {
    /// Sums by underlying and rule.
    pub sums: DataTable,
    /// The positions, those first whose delta differs most in dollars.
    pub positions: DataTable,
    /// What the tables leave out, one sentence each.
    pub left_out: Vec<String>,
    /// The rules that are applied: name and words.
    pub rules: Vec<(String, String)>,
}

const HEADS: [&str; 7] = ["Measure", "Unit", "Ours", "By the venue's rule", "Difference", "Difference in USD", "Difference in coins"];

/// Lays it out, with as many positions as this.
pub fn sheet(found: &Conventions, limit: usize) -> ConventionSheet {
    let mut order: Vec<&ConventionRow> = found.rows.iter().collect();
    order.sort_by(|one, other| apart(other).total_cmp(&apart(one)));
    let mut positions = DataTable::with_heads(["Position", "Rule"].into_iter().chain(HEADS).chain(["Stated by the file"]));
    for row in order.iter().take(limit) {
        for figure in &row.figures {
            let stated = row.stated_mark.filter(|_| figure.measure == Measure::MarkPrice);
            let name = if row.account.is_empty() { row.name.clone() } else { format!("{}, {}", row.name, row.account) };
            let mut cells = vec![Cell::text(name), Cell::text(label(&row.rule))];
            cells.extend(figures(figure, row));
            cells.push(Cell::optional(stated, format::figure));
            positions.rows.push(cells);
        }
    }
    let mut left_out = Vec::new();
    let mut say = |count: usize, words: &str| {
        if count > 0 {
            left_out.push(format!("{} {words}", format::count(count, "option", "options")));
        }
    };
    say(found.without_rule, "of venues whose rule is not known: choose a rule to see them by it");
    say(found.american, "may be exercised early, for which no venue's rule is known");
    say(found.not_valued, "expired or not valued");
    if order.len() > limit {
        left_out.push(format!("{} of {} options are listed, all are in the sums", format::grouped(limit), format::grouped(order.len())));
    }
    ConventionSheet { sums: sums(&found.rows), positions, left_out, rules: rules(&found.rows) }
}

/// By how many dollars the deltas differ.
fn apart(row: &ConventionRow) -> f64 {
    row.figures.first().map_or(0.0, |figure| (figure.difference() * figure.unit.in_dollars(row.spot)).abs())
}

fn label(rule: &str) -> &'static str {
    ConventionDef::by_id(rule).map_or("", |def| def.label)
}

fn rules(rows: &[ConventionRow]) -> Vec<(String, String)> {
    let applied = |def: &&&ConventionDef| rows.iter().any(|row| row.rule == def.id);
    let all = crate::price::convention::ALL.iter();
    all.filter(applied).map(|def| (def.label.to_owned(), def.doc.to_owned())).collect()
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
