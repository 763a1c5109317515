//! Arbitrage of a chain: where butterflies and calendar spreads cost less than nothing, and by how much in vol points.

use crate::market::surface::{Chain, Evidence};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::format;

/// The table, by expiry; empty where there is none.
pub fn table(chain: &Chain) -> DataTable {
    let mut table = DataTable::with_heads(["Expiry", "Arbitrage", "In", "Strike, USD", "From, USD", "To, USD", "Size, vol points"]);
    for smile in &chain.smiles {
        let butterflies = smile.butterflies.iter().map(|found| {
            let words = if found.is_beyond_quotes { "butterfly, beyond the quotes" } else { "butterfly" };
            (words.to_owned(), found.of, found.strike, found.sides, found.size)
        });
        let calendars =
            chain.calendars.iter().filter(|found| found.late == smile.expiry).map(|found| {
                (format!("calendar, from {}", format::short_date(found.early)), found.of, found.strike, found.sides, found.size)
            });
        for (words, of, strike, sides, size) in butterflies.chain(calendars) {
            let level = |strike: f64| Cell::number(strike, format::price(strike, "USD"));
            table.rows.push(vec![
                Cell::text(format::date(smile.expiry)),
                Cell::text(words),
                Cell::text(match of {
                    Evidence::Quotes => "quotes",
                    Evidence::Fit => "fit",
                }),
                level(strike),
                level(sides.0),
                level(sides.1),
                Cell::number(size * 100.0, format::vol_error(size)),
            ]);
        }
    }
    table
}
