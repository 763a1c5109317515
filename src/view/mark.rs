//! The mark: how deep the book sits, as shapes on a scale of equity.
//!
//! Depth is loss over equity: 0 at the keel, the deck at 100 %. The water stands at the loss under the present shock; the load
//! lines are the losses of an ordinary day and of the worst cell of the grid.

use crate::engine::Valuation;
use crate::order;
use crate::stress::Grid;
use crate::view::format;

/// A load line.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadLine {
    /// Stable id, kebab-case.
    pub id: &'static str,
    /// Name.
    pub label: String,
    /// Loss and its share of equity, as text.
    pub text: String,
    /// Where in the market it is met, as text; empty where the label says it.
    pub place: String,
    /// Where, 0 at the keel and 1 at the deck; beyond 1 it is over the deck.
    pub depth: f64,
    /// Whether the loss is more than the equity.
    pub is_over: bool,
}

/// The gauge.
#[derive(Clone, Debug, PartialEq)]
pub struct MarkModel {
    /// Load lines, shallowest first.
    pub lines: Vec<LoadLine>,
    /// Depth of the water under the shock, 0 to 1.2; 0 when the shock gains or none is set.
    pub water: f64,
    /// What the water says.
    pub water_text: String,
    /// The whole in words.
    pub summary: String,
    /// Equity as text.
    pub equity: String,
    /// Gross notional over equity as text.
    pub gross: String,
}

/// Deepest drawn: a little over the deck.
pub const DEEPEST: f64 = 1.2;

/// Builds the gauge; `None` when there is no equity to sink.
pub fn mark(valuation: &Valuation, grid: Option<&Grid>) -> Option<MarkModel> {
    let equity = valuation.base.equity;
    if equity <= 0.0 {
        return None;
    }
    let line = |id, label: &str, place: String, loss: f64| {
        let depth = loss / equity;
        let text = format!("{} · {}", format::percent(depth), format::money(loss));
        LoadLine { id, label: label.to_owned(), text, place, depth: depth.clamp(0.0, DEEPEST), is_over: depth > 1.0 }
    };
    let mut lines = vec![line("ordinary-day", "Ordinary day, 1σ", String::new(), valuation.ordinary_day.loss)];
    if let Some(worst) = grid.and_then(|grid| grid.worst).filter(|_| valuation.settings.numeraire == crate::stress::Numeraire::Usd) {
        let place = format!("at {}, {}", format::axis_percent(worst.spot), format::points(worst.vol));
        lines.push(line("worst-cell", "Worst of the grid", place, (-worst.pnl).max(0.0)));
    }
    order::sort_by(&mut lines, |a, b| a.depth.total_cmp(&b.depth));
    let loss = valuation.pnl.map_or(0.0, |pnl| (-pnl).max(0.0));
    let depth = loss / equity;
    let water_text = match valuation.pnl {
        None => "No shock set".to_owned(),
        Some(pnl) if pnl >= 0.0 => format!("Shock gains {}", format::money(pnl)),
        Some(_) => format!("Shock takes {}", format::percent(depth)),
    };
    let spoken: Vec<String> = lines.iter().map(|line| format!("{}: {} {}", line.label, line.text, line.place)).collect();
    Some(MarkModel {
        summary: format!("Loss as a share of equity. {}. {}.", spoken.join(". "), water_text),
        lines,
        water: depth.min(DEEPEST),
        water_text,
        equity: format::money(equity),
        gross: valuation.base.leverage.map_or_else(|| "n/a".to_owned(), format::multiple),
    })
}
