//! Vega by the time to expiry, as it is and weighted for the term structure of vol moves.
//!
//! Vols of long expiries move less than those of short ones, by about the root of their times: `ν·√(30/DTE)` is the vega in moves of a
//! 30-day vol (Taleb 1997, Dynamic Hedging, chapter 9).

use crate::book::Book;
use crate::exposure::ladder::{Held, options};
use crate::price::Valued;
use crate::units::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Days to expiry whose vol the weighted vega is in moves of.
pub const VEGA_DAYS: f64 = 30.0;
/// A span of tenors.
pub struct TenorDef {
    /// For a reader.
    pub label: &'static str,
    /// Days to expiry up to which it reaches, included.
    pub until_days: f64,
}

/// The tenors in ascending order, as the pivot cuts time to expiry; the last has no end.
pub const TENORS: [TenorDef; 6] = [
    TenorDef { label: "≤ 7 d", until_days: 7.0 },
    TenorDef { label: "7–30 d", until_days: 30.0 },
    TenorDef { label: "30–90 d", until_days: 90.0 },
    TenorDef { label: "90–180 d", until_days: 180.0 },
    TenorDef { label: "180 d–1 y", until_days: 365.0 },
    TenorDef { label: "> 1 y", until_days: f64::INFINITY },
];

/// Vega, US dollars a vol point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TenorVega {
    /// As it is.
    pub raw: f64,
    /// Times √(30 / days to expiry); days with their fraction, no floor: vega falls with the root of the time, so that it stays finite.
    pub weighted: f64,
}

impl TenorVega {
    fn add(&mut self, other: TenorVega) {
        self.raw += other.raw;
        self.weighted += other.weighted;
    }
}

/// The vega of one expiry of one underlying.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VegaRow {
    /// Code of the underlying.
    pub underlying: String,
    /// The expiry.
    pub expiry: Timestamp,
    /// Days to it, with their fraction.
    pub days: f64,
    /// Its vega.
    pub vega: TenorVega,
}

/// By underlying in alphabetical order and by expiry in time order.
pub fn vega_by_expiry(book: &Book, valued: &Valued) -> Vec<VegaRow> {
    let mut sums: BTreeMap<(&str, Timestamp), (f64, TenorVega)> = BTreeMap::new();
    for Held { position, option, valued, years } in options(book, valued) {
        let (days, sum) = sums.entry((position.instrument.underlying(), option.expiry)).or_default();
        *days = years * 365.0;
        let raw = valued.measures.vega_1pt;
        sum.add(TenorVega { raw, weighted: raw * (VEGA_DAYS / *days).sqrt() });
    }
    let row = |((underlying, expiry), (days, vega)): ((&str, Timestamp), (f64, TenorVega))| VegaRow {
        underlying: underlying.to_owned(),
        expiry,
        days,
        vega,
    };
    sums.into_iter().map(row).collect()
}

/// The same by tenor over all underlyings, in the order of [`TENORS`]; tenors in which nothing is held are 0.
pub fn by_tenor(rows: &[VegaRow]) -> Vec<TenorVega> {
    let mut sums = vec![TenorVega::default(); TENORS.len()];
    for row in rows {
        let place = TENORS.iter().position(|tenor| row.days <= tenor.until_days).unwrap_or(TENORS.len() - 1);
        if let Some(sum) = sums.get_mut(place) {
            sum.add(row.vega);
        }
    }
    sums
}
