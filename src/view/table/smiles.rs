//! Fits of a chain: a row for each expiry, how well its curve meets the quotes, and what is wrong with them.

use crate::market::surface::{Chain, CurveKind, ParametricFit};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::format;

/// The table; errors are vol points.
pub fn table(chain: &Chain) -> DataTable {
    let mut table = DataTable::with_heads([
        "Expiry",
        "Days",
        "Quotes",
        "Vol at the money, %",
        "Curve",
        "RMS error, vol points",
        "Weighted error, vol points",
        "Unseen quote by SVI, vol points",
        "Unseen quote by lines, vol points",
        "Butterflies",
        "Calendars from before",
        "SVI a",
        "b",
        "ρ",
        "m",
        "σ",
    ]);
    for smile in &chain.smiles {
        let days = smile.years * 365.0;
        let vol = smile.vol(smile.forward.value);
        let error = |of: &dyn Fn(&ParametricFit) -> Option<f64>| {
            Cell::optional(smile.fit.as_ref().and_then(of).map(|error| error * 100.0), |points| format::vol_error(points / 100.0))
        };
        let count = |count: usize| Cell::number(count as f64, format::grouped(count));
        let falls = chain.calendars.iter().filter(|calendar| calendar.late == smile.expiry).count();
        let mut row = vec![
            Cell::text(format::date(smile.expiry)),
            Cell::number(days, format::life(days)),
            count(smile.quotes.len()),
            Cell::number(vol * 100.0, format::vol(vol)),
            Cell::text(match smile.curve.kind {
                CurveKind::Svi => "SVI",
                CurveKind::Interpolated => "lines",
            }),
            error(&|fit| Some(fit.rms)),
            error(&|fit| Some(fit.weighted_rms)),
            error(&|fit| fit.left_out_rms),
            error(&|fit| Some(fit.interpolated_left_out_rms)),
            count(smile.butterflies.len()),
            count(falls),
        ];
        let svi = smile.fit.as_ref().map(|fit| fit.svi);
        row.extend(
            [svi.map(|svi| svi.a), svi.map(|svi| svi.b), svi.map(|svi| svi.rho), svi.map(|svi| svi.m), svi.map(|svi| svi.sigma)]
                .map(|parameter| Cell::optional(parameter, format::figure)),
        );
        table.rows.push(row);
    }
    table
}
