//! Volatility at the money by expiry, and the total variance that it comes to.

use crate::market::surface::Chain;
use crate::math::{exp, ln};
use crate::units::Timestamp;
use crate::view::chart::ChartDef;
use crate::view::chart::plot::{Axis, Plot, PlotSeries, Shape, Stop, Upright, range};
use crate::view::chart::reading::{Dash, Pen};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::chart::text::Measure;
use crate::view::format;

/// This chart.
pub const DEF: ChartDef = ChartDef {
    id: "term-structure",
    label: "Term structure",
    doc: "Volatility at the money of each expiry, and its total variance, which must not fall with time.",
};

/// Steps of the curve between two expiries.
const STEPS: u32 = 12;
/// Days that are labelled, the most important first.
const DAYS: [(f64, &str); 13] = [
    (30.0, "30 d"),
    (7.0, "7 d"),
    (1.0, "1 d"),
    (365.0, "1 y"),
    (90.0, "90 d"),
    (180.0, "180 d"),
    (730.0, "2 y"),
    (0.1, "2.4 h"),
    (14.0, "14 d"),
    (3.0, "3 d"),
    (60.0, "60 d"),
    (1095.0, "3 y"),
    (1825.0, "5 y"),
];

/// The chart; the days stand on a logarithmic axis. `chosen` is the expiry whose smile is shown.
pub fn term_structure(chain: &Chain, as_of: Timestamp, chosen: Timestamp) -> Plot {
    let days = |years: f64| ln(years * 365.0);
    let variance = |vol: f64, years: f64| vol * vol * years;
    let expiries: Vec<(f64, f64, f64)> =
        chain.smiles.iter().map(|smile| (days(smile.years), smile.years, smile.vol(smile.forward.value))).collect();
    let mut between: Vec<(f64, f64, f64)> = Vec::new();
    for ((early, late), (first, second)) in
        expiries.iter().zip(expiries.iter().skip(1)).zip(chain.smiles.iter().zip(chain.smiles.iter().skip(1)))
    {
        between.push(*early);
        for step in 1..STEPS {
            let x = early.0 + (late.0 - early.0) * (f64::from(step) / f64::from(STEPS));
            // Total variance at the money is linear in time, as everywhere between two expiries.
            let years = exp(x) / 365.0;
            let (low, high) = (first.curve.total_variance(0.0), second.curve.total_variance(0.0));
            let total = low + (high - low) * ((years - first.years) / (second.years - first.years));
            between.push((x, years, (total.max(0.0) / years).sqrt()));
        }
    }
    between.extend(expiries.last());
    let of_vol = |points: &[(f64, f64, f64)]| points.iter().map(|(x, _, vol)| (*x, *vol)).collect::<Vec<_>>();
    let of_variance = |points: &[(f64, f64, f64)]| points.iter().map(|(x, years, vol)| (*x, variance(*vol, *years))).collect::<Vec<_>>();
    let (first, last) = (expiries.first().map_or(0.0, |first| first.0), expiries.last().map_or(1.0, |last| last.0));
    let pad = (0.04 * (last - first)).max(0.2);
    let series = |name: &str, colour, shape, is_below: bool, points| PlotSeries {
        name: name.to_owned(),
        pen: Pen { colour, dash: Dash::Solid, is_thick: shape == Shape::Line && !is_below },
        shape,
        is_below,
        points,
    };
    let (lowest, highest) = range(of_variance(&expiries).into_iter().map(|(_, variance)| variance));
    let own = |(x, years, _): &(f64, f64, f64)| (*x, format!("{} d", format::life(years * 365.0)));
    let stops = chain.smiles.iter().zip(&expiries).map(|(smile, (x, years, _))| Stop {
        at: *x,
        head: format::date(smile.expiry),
        note: format!("{} days", format::life(years * 365.0)),
    });
    Plot {
        title: format!("Term structure of {}", chain.underlying),
        unit: "% a year at the money".to_owned(),
        sub: "strike at each expiry's own forward; between two expiries total variance is linear in time; days on a logarithmic axis"
            .to_owned(),
        x: Axis {
            title: "days to expiry".to_owned(),
            measure: Measure::Days,
            range: (first - pad, last + pad),
            // Between the labelled days there may be none: then the expiries' own.
            ticks: DAYS.iter().map(|(days, label)| (ln(*days), (*label).to_owned())).chain(expiries.iter().map(own)).collect(),
        },
        y: Axis {
            title: "vol, % a year".to_owned(),
            measure: Measure::Vol,
            range: range(of_vol(&between).into_iter().map(|(_, vol)| vol)),
            ticks: Vec::new(),
        },
        below: Some(Axis {
            title: "total variance, vol² × years".to_owned(),
            measure: Measure::Variance,
            range: (lowest.min(0.0), highest),
            ticks: Vec::new(),
        }),
        series: vec![
            series("between", 3, Shape::Thin, true, of_variance(&between)),
            series("total variance", 3, Shape::Dots, true, of_variance(&expiries)),
            series("between", 0, Shape::Thin, false, of_vol(&between)),
            series("vol at the money", 0, Shape::Dots, false, of_vol(&expiries)),
        ],
        uprights: chain
            .smiles
            .iter()
            .filter(|smile| smile.expiry == chosen)
            .map(|smile| Upright { at: days(smile.years), label: format::short_date(smile.expiry), is_shock: false })
            .collect(),
        stops: stops.collect(),
        summary: summary(chain, &expiries),
        table: table(chain, as_of, &expiries),
    }
}

fn summary(chain: &Chain, expiries: &[(f64, f64, f64)]) -> String {
    let extreme = |is_better: fn(f64, f64) -> bool| {
        let best = chain.smiles.iter().zip(expiries).reduce(|best, next| if is_better(next.1.2, best.1.2) { next } else { best });
        best.map_or_else(String::new, |(smile, (_, _, vol))| format!("{} % on {}", format::vol(*vol), format::date(smile.expiry)))
    };
    let falls =
        expiries.iter().zip(expiries.iter().skip(1)).filter(|(early, late)| late.2 * late.2 * late.1 < early.2 * early.2 * early.1).count();
    let falls =
        if falls == 0 { "Total variance rises throughout." } else { "Total variance falls between two expiries: see the arbitrage." };
    format!("Lowest {}; highest {}. {falls}", extreme(|next, best| next < best), extreme(|next, best| next > best))
}

fn table(chain: &Chain, as_of: Timestamp, expiries: &[(f64, f64, f64)]) -> DataTable {
    let mut table = DataTable::with_heads(["Expiry", "Days", "Forward, USD", "Vol at the money, %", "Total variance"]);
    for (smile, (_, years, vol)) in chain.smiles.iter().zip(expiries) {
        let days = as_of.years_to(smile.expiry) * 365.0;
        table.rows.push(vec![
            Cell::text(format::date(smile.expiry)),
            Cell::number(days, format::life(days)),
            Cell::number(smile.forward.value, format::price(smile.forward.value, "USD")),
            Cell::number(vol * 100.0, format::vol(*vol)),
            Cell::number(vol * vol * years, format::variance(vol * vol * years)),
        ]);
    }
    table
}
