//! Single factors to either side, the widest first.

use crate::stress::tornado::{Bar, Factor};
use crate::view::chart::ChartDef;
use crate::view::chart::ranked::{self, Ranked, Row};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::format;

/// This chart.
pub const DEF: ChartDef = ChartDef {
    id: "tornado",
    label: "Tornado",
    doc: "P&L when one factor goes to either side and all others stand still, the widest first.",
};

/// What moves, in words.
pub fn name(bar: &Bar) -> String {
    let of = bar.underlying.as_ref().map_or_else(String::new, |name| format!("{name} "));
    match bar.factor {
        Factor::OrdinarySpot => format!("{of}spot, one ordinary day"),
        Factor::Spot => format!("{of}spot"),
        Factor::Vol => format!("{of}vol"),
        Factor::Time => "Time".to_owned(),
        Factor::Rate => "Rates".to_owned(),
    }
}

/// How far it goes, in words.
pub fn size(bar: &Bar) -> String {
    match bar.factor {
        Factor::OrdinarySpot | Factor::Spot | Factor::Rate => format!("±{}", format::percent(bar.size)),
        Factor::Vol => format!("±{}\u{a0}pts", format::plain(bar.size * 100.0)),
        Factor::Time => format::days(bar.size),
    }
}

/// The chart; `None` where no factor makes a difference.
pub fn tornado(bars: &[Bar]) -> Option<Ranked> {
    let widest = bars.first().filter(|bar| bar.width() > 0.0)?;
    let worst = bars.iter().reduce(|one, other| if other.worst() < one.worst() { other } else { one }).unwrap_or(widest);
    let half = |label: &str, sign: &str, value| ranked::Bar { label: label.to_owned(), sign: sign.to_owned(), ..ranked::Bar::of(value) };
    let row = |bar: &Bar| {
        let down = bar.down.map(|value| half("when it falls", "↓", value));
        let up = if bar.down.is_some() { half("when it rises", "↑", bar.up) } else { ranked::Bar::of(bar.up) };
        Row { name: format!("{} {}", name(bar), size(bar)), bars: down.into_iter().chain([up]).collect(), ..Row::default() }
    };
    Some(Ranked {
        title: DEF.label.to_owned(),
        sub: "full revaluation of one factor at a time, ↓ when it falls, ↑ when it rises, the widest first; bars do not add up".to_owned(),
        summary: format!(
            "The widest is {} ({}); the worst end is {} with {}.",
            name(widest),
            size(widest),
            name(worst),
            format::signed_money(worst.worst())
        ),
        table: table(bars),
        ..Ranked::new(bars.iter().map(row).collect())?
    })
}

/// Every factor.
pub fn table(bars: &[Bar]) -> DataTable {
    let mut table = DataTable::with_heads(["Factor", "Moves by", "P&L when it falls, USD", "P&L when it rises, USD", "Width, USD"]);
    for bar in bars {
        let amount = |value: Option<f64>| Cell::optional(value, format::signed_whole);
        table.rows.push(vec![
            Cell::text(name(bar)),
            Cell::text(size(bar)),
            amount(bar.down),
            amount(Some(bar.up)),
            Cell::number(bar.width(), format::whole(bar.width())),
        ]);
    }
    table
}
