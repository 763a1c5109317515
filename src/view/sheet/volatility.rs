//! Realized vol of the book's underlyings: its cone, what is to be expected, and what is implied beside it.

use crate::engine::PastVol;
use crate::issue::Issue;
use crate::market::history::{BuiltIn, Regime};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::chart::{lambda, vol_cone};
use crate::view::format;
use crate::view::sheet::{Control, Part, Pick, Sheet, SheetDef, Subject, TableSheet, Tone};

/// This sheet.
pub const DEF: SheetDef = SheetDef { id: "volatility", build };

const UNDERLYING: &str = "volatility/underlying";
/// Underlyings that are listed, by delta.
const MOST: usize = 20;
/// Days over which forecasts are asked.
const HORIZONS: [f64; 4] = [1.0, 7.0, 30.0, 90.0];

fn build(subject: &mut Subject<'_>) -> Result<Sheet, Issue> {
    let engine = subject.engine;
    let vols = subject.kept.past_vols.get_or_insert_with(|| engine.past_vols(MOST));
    let Some(chosen) = vols.iter().find(|past| subject.choices.get(UNDERLYING) == Some(&past.symbol)).or(vols.first()) else {
        return Ok(Sheet { parts: without_history(subject) });
    };
    let names = vols.iter().map(|past| (past.symbol.clone(), past.symbol.clone())).collect();
    let mut parts = vec![
        Part::table("implied-realized", implied_and_realized(vols)),
        Part::controls("underlying", vec![Control::select(UNDERLYING, "Underlying", names, &chosen.symbol)]),
    ];
    if !chosen.cone.is_empty() {
        parts.push(Part::plot(vol_cone::DEF.id, vol_cone::vol_cone(chosen)));
    }
    if let Some(forecast) = &chosen.forecast {
        parts.extend(lambda::lambda(forecast).map(|plot| Part::plot(lambda::DEF.id, plot)));
        parts.push(Part::table("forecast", forecasts(chosen)));
    }
    Ok(Sheet { parts })
}

fn without_history(subject: &Subject<'_>) -> Vec<Part> {
    let say = "No file of this book has daily closes of what it holds. Drop a table with a column date and one column of closes for each asset (BTC, ETH, …), or with the columns date, symbol and close: there follow the vol cone, forecasts, and implied against realized vol.";
    let deltas = subject.engine.dollar_deltas();
    let figures = [Regime::Calm, Regime::Stress].map(BuiltIn::of);
    let estimates = figures.map(|figures| figures.map(|figures| figures.estimate(0.0)));
    let mut table = DataTable::with_heads(["Underlying", "Calm, %", "Stress, %"]);
    for (name, _) in deltas {
        let of = |place: usize| {
            let estimate = estimates.get(place)?.as_ref()?;
            estimate.vols.get(estimate.place(&name)?).copied()
        };
        if of(0).is_some() {
            let vol = |place: usize| Cell::optional(of(place).map(|vol| vol * 100.0), |vol| format::vol(vol / 100.0));
            table.rows.push(vec![Cell::text(name.clone()), vol(0), vol(1)]);
        }
    }
    let sub = figures.iter().flatten().map(|figures| format!("{}, {} to {}", figures.label, figures.days.0, figures.days.1));
    let sheet = TableSheet {
        title: "Built-in vols".to_owned(),
        sub: sub.collect::<Vec<String>>().join("; "),
        table,
        empty: "The built-in figures know none of what this book holds.".to_owned(),
        ..TableSheet::default()
    };
    vec![Part::words("no-history", "Realized vol", vec![(Tone::Plain, say.to_owned())]), Part::table("built-in-vols", sheet)]
}

fn implied_and_realized(vols: &[PastVol]) -> TableSheet {
    let heads = [
        "Underlying",
        "Implied at the money, %",
        "Realized 30 days, %",
        "Realized 90 days, %",
        "Expected: λ 0.94, %",
        "Expected: chosen λ, %",
        "Expected: GARCH 30 days, %",
        "Implied less realized 30 days, pts",
        "30 days calmer than now, %",
        "Closes up to",
    ];
    let mut table = DataTable::with_heads(heads);
    let vol = |value: Option<f64>| Cell::optional(value.map(|vol| vol * 100.0), |vol| format::vol(vol / 100.0));
    for past in vols {
        let cone = |days: f64| past.cone.iter().find(|cone| cone.days == days);
        let month = cone(30.0);
        let forecast = past.forecast.as_ref();
        let gap = past.implied.zip(month).map(|(implied, month)| (implied - month.now) * 100.0);
        table.rows.push(vec![
            Cell::text(past.symbol.clone()),
            vol(past.implied),
            vol(month.map(|month| month.now)),
            vol(cone(90.0).map(|cone| cone.now)),
            vol(forecast.map(|forecast| forecast.usual)),
            vol(forecast.and_then(|forecast| forecast.chosen)),
            vol(forecast.and_then(|forecast| forecast.garch_vol(30.0))),
            Cell::optional(gap, |gap| format::points(gap / 100.0)),
            Cell::optional(month.map(|month| month.rank * 100.0), |rank| format::percent(rank / 100.0)),
            Cell::text(format::short_date(past.last)),
        ]);
    }
    let values = vols.iter().map(|past| past.symbol.clone()).collect();
    TableSheet {
        title: "Implied against realized".to_owned(),
        sub: "Vols a year; realized around zero, from the closes of the files; implied at the money of the first expiry a week away"
            .to_owned(),
        table,
        notes: vec![
            "Implied vol above realized vol is what sellers of options are paid for, as long as realized vol stays there.".to_owned(),
        ],
        pick: Some(Pick { key: UNDERLYING.to_owned(), values, ..Pick::default() }),
        ..TableSheet::default()
    }
}

fn forecasts(past: &PastVol) -> TableSheet {
    let mut table = DataTable::with_heads(["Forecast", "1 day, %", "7 days, %", "30 days, %", "90 days, %", "Long run, %"]);
    let vol = |value: Option<f64>| Cell::optional(value.map(|vol| vol * 100.0), |vol| format::vol(vol / 100.0));
    let mut notes = Vec::new();
    if let Some(forecast) = &past.forecast {
        let flat = |name: String, value: Option<f64>| {
            [vec![Cell::text(name)], vec![vol(value); HORIZONS.len()], vec![Cell::optional(None, format::vol)]].concat()
        };
        table.rows.push(flat("Exponential, λ 0.94".to_owned(), Some(forecast.usual)));
        match forecast.lambda {
            Some(lambda) => table.rows.push(flat(format!("Exponential, λ {} (chosen)", format::share(lambda)), forecast.chosen)),
            None => notes.push("Too few returns to choose a λ: 120 are needed, and none of them may stand still for long.".to_owned()),
        }
        match forecast.garch {
            Some(garch) => {
                let mut row = vec![Cell::text("GARCH(1,1)")];
                row.extend(HORIZONS.map(|days| vol(forecast.garch_vol(days))));
                row.push(vol(forecast.long_run_vol()));
                table.rows.push(row);
                notes.push(format!(
                    "GARCH: α {}, β {}, α + β {}; half of a deviation from the long run is gone after {} days.",
                    format::share(garch.alpha),
                    format::share(garch.beta),
                    format::share(garch.persistence()),
                    format::figure((garch.half_life() * 365.0 / forecast.per_year * 10.0).round() / 10.0),
                ));
            }
            None => notes.push("Too few returns for GARCH, which needs 250 that move.".to_owned()),
        }
    }
    TableSheet {
        title: format!("Vol of {} to be expected", past.symbol),
        sub: "Mean vol over the days to come, a year; exponential smoothing expects tomorrow’s for ever".to_owned(),
        table,
        notes,
        ..TableSheet::default()
    }
}
