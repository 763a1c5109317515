//! What the book earns by waiting: basis and funding, carry books, the volatility between expiries, and tokens to come.

use crate::exposure::carry::{BasisRow, Carry, ForwardVol, Leg, forward_vols};
use crate::exposure::unlock::{COLUMNS, Overhangs, read_supplies};
use crate::instrument::Settlement;
use crate::issue::{Effect, Issue};
use crate::market::surface::{Chain, Surface};
use crate::math::ln;
use crate::view::chart::plot::{Axis, Plot, PlotSeries, Shape, Stop, range};
use crate::view::chart::reading::{Dash, Pen};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::chart::text::Measure;
use crate::view::format;
use crate::view::sheet::{Control, Part, Sheet, SheetDef, Subject, TableSheet, Tone};

/// This sheet.
pub const DEF: SheetDef = SheetDef { id: "carry", build };

const SUPPLIES: &str = "carry/supplies";
/// Name of the table of supplies in issues, and of its file.
const SUPPLIES_FILE: &str = "supplies.csv";
/// Lines of the chart: there are so many colours.
const MOST_LINES: usize = 6;
/// Assumptions that are listed.
const MOST_NOTES: usize = 12;

fn build(subject: &mut Subject<'_>) -> Result<Sheet, Issue> {
    let engine = subject.engine;
    let carry = engine.carry();
    let surface: &Surface = subject.kept.surface.get_or_insert_with(|| engine.surface());
    let vols: Vec<Between> = surface.chains.iter().map(between).collect();
    let typed = subject.chosen(SUPPLIES, "");
    let mut parts = vec![Part::words("carry-summary", "Basis and carry", summary(&carry, &vols))];
    parts.extend((!carry.basis.is_empty()).then(|| Part::plot("basis-curve", plot(&carry.basis)).wide()));
    parts.push(Part::table("carry-books", books(&carry)));
    parts.push(Part::table("carry-left", left(&carry)));
    parts.push(Part::table("funding", funding(&carry)));
    parts.push(Part::table("basis", basis(&carry)));
    parts.push(Part::table("forward-vols", forward_vol_table(&vols)));
    parts.extend(supplies(typed, subject));
    Ok(Sheet { parts })
}

/// Name of a chain and what each pair of its expiries leaves.
type Between = (String, Vec<ForwardVol>);

fn between(chain: &Chain) -> Between {
    let vols: Vec<_> = chain.smiles.iter().map(|smile| (smile.expiry, smile.years, smile.vol(smile.forward.value))).collect();
    let settlement = match chain.settlement {
        Settlement::Inverse => "inverse",
        Settlement::Linear => "linear",
    };
    (format!("{}, {settlement}", chain.underlying), forward_vols(&vols))
}

fn percent(fraction: f64) -> Cell {
    Cell::number(fraction * 100.0, format::signed_rate(fraction))
}

fn optional_percent(fraction: Option<f64>) -> Cell {
    Cell::optional(fraction.map(|fraction| fraction * 100.0), |percent| format::signed_rate(percent / 100.0))
}

fn dollars(value: f64) -> Cell {
    Cell::number(value, format::signed_whole(value))
}

fn optional_dollars(value: Option<f64>) -> Cell {
    Cell::optional(value, format::signed_whole)
}

fn price(value: f64) -> Cell {
    Cell::number(value, format::price(value, "USD"))
}

fn leg(of: Leg) -> String {
    match of {
        Leg::Held => "coins or shares".to_owned(),
        Leg::Perpetual => "perpetual".to_owned(),
        Leg::Future(expiry) => format!("future {}", format::date(expiry)),
    }
}

fn named(title: &str, sub: &str, empty: &str, table: DataTable) -> TableSheet {
    TableSheet { title: title.to_owned(), sub: sub.to_owned(), empty: empty.to_owned(), table, ..TableSheet::default() }
}

/// What is wrong or assumed, where first.
fn said(issue: &Issue) -> String {
    let line = issue.line.map(|line| format!("line {line}"));
    let column = issue.column.as_ref().map(|column| format!("column {column}"));
    let value = issue.value.as_ref().map(|value| format!("“{value}”"));
    let place: Vec<String> = [line, column, issue.subject.clone(), value].into_iter().flatten().collect();
    if place.is_empty() { format!("{}.", issue.message) } else { format!("{}: {}.", place.join(", "), issue.message) }
}

fn summary(carry: &Carry, vols: &[Between]) -> Vec<(Tone, String)> {
    let mut sentences = Vec::new();
    let known: Vec<f64> = carry.books.iter().filter_map(|book| book.per_year).collect();
    if carry.books.is_empty() {
        sentences.push((Tone::Plain, "No carry book: nothing is long in coins or a perpetual and short in a future or perpetual of the same underlying, or the other way round.".to_owned()));
    } else {
        let notional: f64 = carry.books.iter().map(|book| book.notional).sum();
        let locked: f64 = carry.books.iter().filter(|book| book.is_locked).filter_map(|book| book.per_year).sum();
        let count = format::count(carry.books.len(), "carry book", "carry books");
        let unknown = carry.books.len() - known.len();
        let unknown = if unknown == 0 { String::new() } else { format!("; of {} the yield is not known", format::grouped(unknown)) };
        sentences.push((
            Tone::Plain,
            format!(
                "{count} with {} on each side: {} a year at the yields of now, {} of it locked in{unknown}.",
                format::money(notional),
                format::signed_money(known.iter().sum()),
                format::signed_money(locked)
            ),
        ));
    }
    if !carry.funding.is_empty() {
        let funding: Vec<f64> = carry.funding.iter().filter_map(|row| row.per_day()).collect();
        let words = if funding.is_empty() {
            "No file gives the funding of the perpetuals that are held.".to_owned()
        } else {
            format!("Funding comes to {} a day; what hedges stands in the carry books too.", format::signed_money(funding.iter().sum()))
        };
        sentences.push((Tone::Plain, words));
    }
    for (chain, vols) in vols {
        for vol in vols.iter().filter(|vol| vol.vol.is_none()) {
            let (from, until) = (format::date(vol.from), format::date(vol.until));
            let words = format!(
                "{}: at the money the options of {until} cost less variance than those of {from}, which no volatility in between allows.",
                chain
            );
            sentences.push((Tone::Warning, words));
        }
    }
    sentences.extend(carry.issues.iter().take(MOST_NOTES).map(|issue| (Tone::Plain, said(issue))));
    let more = carry.issues.len().saturating_sub(MOST_NOTES);
    sentences.extend((more > 0).then(|| (Tone::Plain, format!("And {}.", format::count(more, "more assumption", "more assumptions")))));
    sentences
}

/// The yearly basis of each underlying over the days to expiry.
fn plot(rows: &[BasisRow]) -> Plot {
    let place = |row: &BasisRow| ln(row.days);
    let dated: Vec<&BasisRow> = rows.iter().filter(|row| row.yearly.is_some()).collect();
    let by_underlying: Vec<&[&BasisRow]> = dated.chunk_by(|one, other| one.underlying == other.underlying).take(MOST_LINES).collect();
    let shown = || by_underlying.iter().flat_map(|rows| rows.iter().copied());
    let (first, last) = shown().map(place).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), at| (low.min(at), high.max(at)));
    let ends = if first <= last { (first - 0.2, last + 0.2) } else { (0.0, 1.0) };
    let mut series = Vec::new();
    for (colour, rows) in by_underlying.iter().enumerate() {
        let points: Vec<(f64, f64)> = rows.iter().filter_map(|row| Some((place(row), row.yearly?))).collect();
        let of = |shape, name: String| PlotSeries {
            name,
            pen: Pen { colour, dash: Dash::Solid, is_thick: false },
            shape,
            is_below: false,
            points: points.clone(),
        };
        let name = rows.first().map(|row| row.underlying.clone()).unwrap_or_default();
        series.extend([of(Shape::Thin, name.clone()), of(Shape::Dots, name)]);
    }
    let mut expiries: Vec<&BasisRow> = shown().collect();
    crate::order::sort_by_key(&mut expiries, |row| row.expiry);
    expiries.dedup_by_key(|row| row.expiry);
    let days = [1.0, 3.0, 7.0, 14.0, 30.0, 60.0, 90.0, 180.0, 365.0, 730.0];
    // The ends first, which are kept where room is scarce.
    let own = expiries.first().into_iter().chain(expiries.last()).map(|row| row.days);
    let left_out = dated.chunk_by(|one, other| one.underlying == other.underlying).count() - by_underlying.len();
    let more = if left_out == 0 { String::new() } else { format!("; {} more in the table", format::grouped(left_out)) };
    let highest = shown().max_by(|one, other| one.yearly.unwrap_or(0.0).total_cmp(&other.yearly.unwrap_or(0.0)));
    Plot {
        title: "Annualized basis".to_owned(),
        unit: "% a year".to_owned(),
        sub: format!("(F/S − 1)·365/days; what expires within a day is left out; days on a logarithmic axis{more}"),
        x: Axis {
            title: "days to expiry".to_owned(),
            measure: Measure::Days,
            range: ends,
            ticks: days
                .into_iter()
                .map(|days| (ln(days), format::figure(days)))
                .chain(own.map(|days| (ln(days), format::life(days))))
                .map(|(at, days)| (at, format!("{days}\u{a0}d")))
                .collect(),
        },
        y: Axis {
            title: "basis, % a year".to_owned(),
            measure: Measure::Rate,
            range: range(shown().filter_map(|row| row.yearly).chain([0.0])),
            ticks: Vec::new(),
        },
        below: None,
        series,
        uprights: Vec::new(),
        stops: expiries
            .iter()
            .map(|row| Stop { at: place(row), head: format::date(row.expiry), note: format!("{} days", format::life(row.days)) })
            .collect(),
        summary: highest.map_or_else(
            || "No forward beyond the next day.".to_owned(),
            |row| {
                let yearly = format::signed_rate(row.yearly.unwrap_or(0.0));
                format!("Highest {yearly} % a year: {} on {}.", row.underlying, format::date(row.expiry))
            },
        ),
        table: basis_table(rows),
    }
}

fn basis_table(rows: &[BasisRow]) -> DataTable {
    let mut table = DataTable::with_heads([
        "Underlying",
        "Expiry",
        "Days",
        "Spot, USD",
        "Forward, USD",
        "Basis, %",
        "Basis a year, %",
        "From the expiry before, % a year",
        "Forward is",
    ]);
    for row in rows {
        table.rows.push(vec![
            Cell::text(row.underlying.as_str()),
            Cell::text(format::date(row.expiry)),
            Cell::number(row.days, format::life(row.days)),
            price(row.spot),
            price(row.forward),
            percent(row.basis),
            optional_percent(row.yearly),
            optional_percent(row.between),
            Cell::text(if row.is_quoted { "quoted" } else { "derived" }),
        ]);
    }
    table
}

fn basis(carry: &Carry) -> TableSheet {
    let sub = "Every expiry that the files or the book know; simple against spot, continuous from the expiry before";
    named("Basis", sub, "No forward is known.", basis_table(&carry.basis))
}

fn funding(carry: &Carry) -> TableSheet {
    let heads =
        ["Venue", "Underlying", "Positions", "Size, USD, + long", "Funding a year, %, + longs pay", "Gain a day, USD", "Gain a year, USD"];
    let mut table = DataTable::with_heads(heads);
    for row in &carry.funding {
        table.rows.push(vec![
            Cell::text(if row.venue.is_empty() { "no venue" } else { row.venue.as_str() }),
            Cell::text(row.underlying.as_str()),
            Cell::number(f64::from(row.positions), format::grouped(row.positions as usize)),
            dollars(row.notional),
            optional_percent(row.rate),
            optional_dollars(row.per_day()),
            optional_dollars(row.per_year),
        ]);
    }
    let sub = "If the rate stays; one rate for each underlying, since the files do not tell venues apart";
    named("Funding", sub, "No perpetual is held.", table)
}

fn books(carry: &Carry) -> TableSheet {
    let heads = [
        "Underlying",
        "Long",
        "Short",
        "Venues",
        "Coins on each side",
        "Size, USD",
        "Carry a year, %",
        "Carry a year, USD",
        "Up to the first expiry, USD",
        "Carry is",
    ];
    let mut table = DataTable::with_heads(heads);
    for book in &carry.books {
        table.rows.push(vec![
            Cell::text(book.underlying.as_str()),
            Cell::text(leg(book.long)),
            Cell::text(leg(book.short)),
            Cell::text(book.venues.join(", ")),
            Cell::number(book.coins, format::figure(book.coins)),
            Cell::number(book.notional, format::whole(book.notional)),
            optional_percent(book.yearly),
            optional_dollars(book.per_year),
            optional_dollars(book.to_expiry),
            Cell::text(if book.is_locked { "locked in" } else { "floating" }),
        ]);
    }
    let sub = "A long and a short leg of one underlying, matched coin for coin; the short leg earns its basis or funding, the long leg pays its own";
    named("Carry books", sub, "No two legs hedge each other.", table)
}

fn left(carry: &Carry) -> TableSheet {
    let mut table = DataTable::with_heads(["Underlying", "Leg", "Coins, + long", "Size, USD, + long"]);
    for of in &carry.unmatched {
        table.rows.push(vec![
            Cell::text(of.underlying.as_str()),
            Cell::text(leg(of.leg)),
            Cell::number(of.coins, format::figure(of.coins)),
            dollars(of.notional),
        ]);
    }
    named("Left over", "What no other leg was left for; options are no legs", "Every leg is matched.", table)
}

fn forward_vol_table(vols: &[Between]) -> TableSheet {
    let mut table = DataTable::with_heads(["Options", "From", "To", "Variance a year", "Vol in between, % a year", "Is"]);
    for (chain, vols) in vols {
        for vol in vols {
            table.rows.push(vec![
                Cell::text(chain.as_str()),
                Cell::text(format::date(vol.from)),
                Cell::text(format::date(vol.until)),
                Cell::number(vol.variance, format::variance(vol.variance)),
                Cell::optional(vol.vol.map(|vol| vol * 100.0), |percent| format::vol(percent / 100.0)),
                Cell::text(if vol.vol.is_some() { "possible" } else { "impossible" }),
            ]);
        }
    }
    let sub = "What two neighboring expiries leave for the time between them, at the money: (σ₂²T₂ − σ₁²T₁)/(T₂ − T₁)";
    named("Forward volatility", sub, "No chain has two expiries.", table)
}

/// The table of supplies that the user keeps, and what it means.
fn supplies(typed: &str, subject: &Subject<'_>) -> Vec<Part> {
    let read = if typed.trim().is_empty() { Default::default() } else { Some(read_supplies(typed, SUPPLIES_FILE)) };
    let (rows, mut issues) = read.map_or_else(Default::default, |read| (read.value, read.issues));
    let found = subject.engine.overhangs(&rows);
    issues.extend(found.issues.iter().cloned());
    let columns: Vec<String> = COLUMNS.iter().map(|column| format!("{}: {}", column.id, column.doc)).collect();
    let rejected = issues.iter().filter(|issue| issue.effect == Effect::Rejected).count();
    let error = if rejected == 0 { String::new() } else { format!("{} not read", format::count(rejected, "row is", "rows are")) };
    let table = overhang_table(&found);
    let mut notes: Vec<String> = issues.iter().map(said).collect();
    let without = found.without_supply.join(", ");
    notes.extend((!without.is_empty()).then(|| format!("Held and not in the table: {without}.")));
    notes.extend(found.pnl.map(|pnl| format!("All unlocks together: {}.", format::signed_money(pnl))));
    vec![
        Part::controls(
            "supplies",
            vec![
                Control::document(SUPPLIES, "Supplies of the coins that are held, as CSV", SUPPLIES_FILE, typed).refused(error),
                Control::note("Columns", &columns.join("; ")),
            ],
        ),
        Part::table("unlocks", TableSheet { notes, ..table }),
    ]
}

fn overhang_table(found: &Overhangs) -> TableSheet {
    let heads = [
        "Asset",
        "Coins held",
        "Price, USD",
        "Market cap, USD",
        "Fully diluted, USD",
        "Overhang, %",
        "Next unlock, coins",
        "Unlock",
        "Price after it, USD",
        "Gain, USD",
    ];
    let mut table = DataTable::with_heads(heads);
    for row in &found.rows {
        table.rows.push(vec![
            Cell::text(row.supply.asset.as_str()),
            Cell::number(row.coins, format::figure(row.coins)),
            price(row.spot),
            Cell::number(row.market_cap, format::whole(row.market_cap)),
            Cell::number(row.fully_diluted, format::whole(row.fully_diluted)),
            percent(row.overhang),
            Cell::optional(row.supply.unlock, format::figure),
            Cell::text(row.supply.date.map_or_else(|| "–".to_owned(), format::date)),
            Cell::optional(row.spot_after, |after| format::price(after, "USD")),
            optional_dollars(row.pnl),
        ]);
    }
    let sub = "Coins that are held, staked or lent; overhang (FDV − MC)/MC, price after an unlock P·(circulating/(circulating + unlock))^ε";
    named("Token unlocks", sub, "Type or open a table of supplies: none is built in.", table)
}
