//! P&L of every scenario as bars, the worst first.

use crate::view::chart::ChartDef;
use crate::view::chart::ranked::{Bar, Ranked, Row};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::format;

/// This chart.
pub const DEF: ChartDef =
    ChartDef { id: "scenario-pnl", label: "P&L by scenario", doc: "What the book gains or loses under each scenario, the worst first." };

/// The chart of names and P&L in US dollars, the worst first; `None` where there is none.
pub fn scenario_pnl(rows: &[(String, f64)]) -> Option<Ranked> {
    let (_, worst) = rows.first()?;
    let bar = |(name, pnl): &(String, f64)| Row { name: name.clone(), bars: vec![Bar::of(*pnl)], ..Row::default() };
    let mut table = DataTable::with_heads(["Scenario", "P&L, USD"]);
    for (name, pnl) in rows {
        table.rows.push(vec![Cell::text(name.clone()), Cell::number(*pnl, format::signed_money(*pnl))]);
    }
    let losses = rows.iter().filter(|(_, pnl)| *pnl < 0.0).count();
    Some(Ranked {
        title: DEF.label.to_owned(),
        sub: "full revaluation; the worst first".to_owned(),
        summary: format!(
            "{} of {}; the worst is {}.",
            format::count(losses, "loss", "losses"),
            format::count(rows.len(), "scenario", "scenarios"),
            format::signed_money(*worst)
        ),
        table,
        ..Ranked::new(rows.iter().map(bar).collect())?
    })
}
