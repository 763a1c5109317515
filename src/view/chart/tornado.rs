//! Single factors to either side, the widest first.

use crate::stress::tornado::{Bar, Factor};
use crate::view::chart::ChartDef;
use crate::view::chart::plot::{Axis, Plot, PlotSeries, Shape, Stop, range};
use crate::view::chart::reading::{Dash, Pen};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::chart::text::{self, Measure};
use crate::view::format;

/// This chart.
pub const DEF: ChartDef = ChartDef {
    id: "tornado",
    label: "Tornado",
    doc: "P&L when one factor goes to either side and all others stand still, the widest first.",
};

/// Factors that are drawn; the table holds all.
const MOST: usize = 30;

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
pub fn tornado(bars: &[Bar]) -> Option<Plot> {
    let shown: Vec<(f64, &Bar)> = (1_u32..).map(f64::from).zip(bars.iter().take(MOST)).collect();
    let (_, widest) = shown.first().filter(|(_, bar)| bar.width() > 0.0)?;
    let pen = |colour| Pen { colour, dash: Dash::Solid, is_thick: false };
    let series = |name: &str, colour, shape, points| PlotSeries { name: name.to_owned(), pen: pen(colour), shape, is_below: false, points };
    let span = |(x, bar): &(f64, &Bar)| {
        let (low, high) = bar.ends();
        series("", 3, Shape::Thin, vec![(*x, low), (*x, high)])
    };
    let ends = shown.iter().flat_map(|(_, bar)| [bar.ends().0, bar.ends().1]);
    let worst = bars.iter().reduce(|one, other| if other.worst() < one.worst() { other } else { one }).unwrap_or(widest);
    Some(Plot {
        title: "Tornado".to_owned(),
        unit: "USD".to_owned(),
        sub: "full revaluation of one factor at a time, the widest first, numbered as in the table; bars do not add up".to_owned(),
        x: Axis {
            title: "factor".to_owned(),
            measure: Measure::Number,
            range: (0.4, shown.len() as f64 + 0.6),
            ticks: (1..=shown.len()).map(|place| (place as f64, format::grouped(place))).collect(),
        },
        y: Axis { title: "P&L, USD".to_owned(), measure: Measure::Change, range: range(ends), ticks: Vec::new() },
        below: None,
        series: shown
            .iter()
            .map(span)
            .chain([
                series("when it falls", 1, Shape::Dots, shown.iter().filter_map(|(x, bar)| Some((*x, bar.down?))).collect()),
                series("when it rises", 0, Shape::Dots, shown.iter().map(|(x, bar)| (*x, bar.up)).collect()),
            ])
            .collect(),
        uprights: Vec::new(),
        stops: shown.iter().map(|(at, bar)| Stop { at: *at, head: name(bar), note: size(bar) }).collect(),
        summary: format!(
            "The widest is {} ({}); the worst end is {} with {}.",
            name(widest),
            size(widest),
            name(worst),
            text::value(Measure::Change, worst.worst())
        ),
        table: table(bars),
    })
}

/// Every factor.
pub fn table(bars: &[Bar]) -> DataTable {
    let mut table = DataTable::with_heads(["No.", "Factor", "Moves by", "P&L when it falls, USD", "P&L when it rises, USD", "Width, USD"]);
    for (place, bar) in (1..).zip(bars) {
        let amount = |value: Option<f64>| Cell::optional(value, format::signed_whole);
        table.rows.push(vec![
            Cell::number(f64::from(place), format::figure(f64::from(place))),
            Cell::text(name(bar)),
            Cell::text(size(bar)),
            amount(bar.down),
            amount(Some(bar.up)),
            Cell::number(bar.width(), format::whole(bar.width())),
        ]);
    }
    table
}
