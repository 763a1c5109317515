//! The options of one underlying by expiry and strike: gamma, vega or open premium.

use crate::exposure::ladder::{Ladder, Pin, Rung};
use crate::order;
use crate::view::chart::ChartDef;
use crate::view::chart::table::{Cell, DataTable};
use crate::view::chart::text::{self, Measure};
use crate::view::chart::tiles::{Ramp, Tile, Tiles};
use crate::view::format;

/// This chart.
pub const DEF: ChartDef = ChartDef {
    id: "strike-ladder",
    label: "Ladder",
    doc: "Gamma, vega or open premium of one underlying's options at each expiry and strike.",
};

/// Strikes that have a column of their own; the smallest beyond them share one.
const MOST_STRIKES: usize = 24;

/// What a ladder shows.
#[derive(Debug)]
pub struct RungDef {
    /// Stable id.
    pub id: &'static str,
    /// For a reader.
    pub label: &'static str,
    /// Its unit in words.
    pub unit: &'static str,
    of: fn(&Rung) -> f64,
}

/// All of them, in the order shown.
pub const RUNGS: [RungDef; 3] = [
    RungDef { id: "gamma", label: "Gamma 1 %", unit: "US dollars of delta per 1 % of spot", of: |rung| rung.gamma_1pct },
    RungDef { id: "vega", label: "Vega 1 pt", unit: "US dollars per vol point", of: |rung| rung.vega_1pt },
    RungDef { id: "premium", label: "Open premium", unit: "US dollars", of: |rung| rung.premium },
];

impl RungDef {
    /// The one of this id; the first where there is none.
    pub fn by_id(id: &str) -> &'static RungDef {
        RUNGS.iter().find(|def| def.id == id).unwrap_or(&RUNGS[0])
    }
}

/// How far a strike that may be pinned is from the spot.
pub fn pin_note(pin: &Pin) -> String {
    let deviations = if pin.deviation > 0.0 { pin.distance / pin.deviation } else { 0.0 };
    format!(
        "pin risk: {} standard deviations from the spot, {} of delta hangs on the side",
        format::share(deviations),
        format::signed_money(pin.swing)
    )
}

/// The chart.
pub fn strike_ladder(ladder: &Ladder, def: &RungDef) -> Tiles {
    let size = |strike: f64| ladder.rungs.iter().filter(|rung| rung.strike == strike).map(|rung| (def.of)(rung).abs()).sum::<f64>();
    let mut own: Vec<f64> = ladder.strikes.clone();
    if own.len() > MOST_STRIKES {
        order::sort_by(&mut own, |one, other| size(*other).total_cmp(&size(*one)));
        own.truncate(MOST_STRIKES - 1);
        order::sort_by(&mut own, f64::total_cmp);
    }
    let others = ladder.strikes.len() - own.len();
    let mut columns: Vec<String> = own.iter().map(|strike| format::level(*strike)).collect();
    if others > 0 {
        columns.push(format::count(others, "other", "others"));
    }
    let place = |rung: &Rung| {
        let column = own.iter().position(|strike| *strike == rung.strike).unwrap_or(own.len());
        let row = ladder.expiries.iter().position(|expiry| *expiry == rung.expiry);
        row.map(|row| row * columns.len() + column)
    };
    let mut tiles = vec![Tile { value: None, note: "nothing is held here".to_owned() }; columns.len() * ladder.expiries.len()];
    let mut counts = vec![0_u32; tiles.len()];
    for rung in &ladder.rungs {
        let Some((tile, count)) = place(rung).and_then(|place| Some((tiles.get_mut(place)?, counts.get_mut(place)?))) else { continue };
        *tile.value.get_or_insert(0.0) += (def.of)(rung);
        *count += rung.positions;
        tile.note = rung.pin.as_ref().map_or_else(|| format::count(*count as usize, "position", "positions"), pin_note);
    }
    let values = || tiles.iter().filter_map(|tile| tile.value);
    let (low, high) = values().fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
    let total: f64 = ladder.rungs.iter().map(def.of).sum();
    let near = |column: &usize| own.get(*column).map_or(f64::INFINITY, |strike| (strike - ladder.spot).abs());
    let main_column = (0..columns.len()).min_by(|one, other| near(one).total_cmp(&near(other))).unwrap_or(0);
    Tiles {
        title: format!("{} of {} options", def.label, ladder.underlying),
        unit: def.unit.to_owned(),
        sub: format!("colour by sign and size; open where nothing is held; spot {}", format::price(ladder.spot, "USD")),
        column_title: "strike, USD".to_owned(),
        row_title: "expiry".to_owned(),
        main_column,
        rows: ladder.expiries.iter().map(|expiry| format::short_date(*expiry)).collect(),
        measure: Measure::Change,
        range: if low < high { (low, high) } else { (-1.0, 1.0) },
        ramp: Ramp::Diverging,
        summary: summary(ladder, def, total),
        table: table(ladder),
        columns,
        tiles,
    }
}

fn summary(ladder: &Ladder, def: &RungDef, total: f64) -> String {
    let largest = ladder.rungs.iter().max_by(|one, other| (def.of)(one).abs().total_cmp(&(def.of)(other).abs()));
    let largest = largest.map_or_else(String::new, |rung| {
        let value = text::value(Measure::Change, (def.of)(rung));
        format!(" The largest is {value} at {} on {}.", format::level(rung.strike), format::date(rung.expiry))
    });
    let pinned = ladder.rungs.iter().filter(|rung| rung.pin.is_some()).count();
    let pinned =
        if pinned == 0 { String::new() } else { format!(" {} at risk of a pin.", format::count(pinned, "strike is", "strikes are")) };
    format!("{} in all.{largest}{pinned}", text::value(Measure::Change, total))
}

fn table(ladder: &Ladder) -> DataTable {
    let mut table = DataTable::with_heads([
        "Expiry",
        "Strike, USD",
        "Gamma 1 %, USD",
        "Vega 1 pt, USD",
        "Open premium, USD",
        "Positions",
        "Standard deviations from spot, where a pin is possible",
        "Delta that hangs on the side, USD",
    ]);
    for rung in &ladder.rungs {
        let amount = |value: f64| Cell::number(value, format::signed_whole(value));
        let deviations = rung.pin.map(|pin| pin.distance / pin.deviation);
        table.rows.push(vec![
            Cell::text(format::date(rung.expiry)),
            Cell::number(rung.strike, format::level(rung.strike)),
            amount(rung.gamma_1pct),
            amount(rung.vega_1pt),
            amount(rung.premium),
            Cell::number(f64::from(rung.positions), format::grouped(rung.positions as usize)),
            Cell::optional(deviations, format::share),
            Cell::optional(rung.pin.map(|pin| pin.swing), format::signed_whole),
        ]);
    }
    table
}
