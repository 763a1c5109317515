//! Forwards of a chain: the one that is used, how it was found, what it is of spot, and every other way that the files allow.

use crate::market::surface::{Chain, ExpirySmile, ForwardCandidate, ForwardMethod};
use crate::math::log_ratio;
use crate::view::chart::table::{Cell, DataTable};
use crate::view::format;

/// The ways, in the order in which they are believed.
pub const METHODS: [ForwardMethod; 6] =
    [ForwardMethod::Future, ForwardMethod::Chain, ForwardMethod::Stated, ForwardMethod::Parity, ForwardMethod::Basis, ForwardMethod::Spot];

/// A way in a word.
pub fn method(method: ForwardMethod) -> &'static str {
    match method {
        ForwardMethod::Future => "future",
        ForwardMethod::Chain => "chain",
        ForwardMethod::Stated => "stated",
        ForwardMethod::Parity => "parity",
        ForwardMethod::Basis => "basis",
        ForwardMethod::Spot => "spot",
    }
}

/// What the smile's forward would be by a way.
pub fn by(smile: &ExpirySmile, method: ForwardMethod) -> Option<&ForwardCandidate> {
    smile.forward.candidates.iter().find(|candidate| candidate.method == method)
}

/// The ways that at least one expiry of the chain allows.
pub fn known(chain: &Chain) -> Vec<ForwardMethod> {
    METHODS.into_iter().filter(|method| chain.smiles.iter().any(|smile| by(smile, *method).is_some())).collect()
}

/// The table.
pub fn table(chain: &Chain) -> DataTable {
    let ways = known(chain);
    let mut table = DataTable::with_heads(["Expiry", "Days", "Forward used, USD", "Found by", "Basis, USD", "Basis a year, %"]);
    table.heads.extend(ways.iter().map(|way| format!("By {}, USD", method(*way))));
    for smile in &chain.smiles {
        let (forward, days) = (smile.forward.value, smile.years * 365.0);
        let basis = chain.spot.map(|spot| forward - spot);
        let yearly = chain.spot.filter(|spot| *spot > 0.0).map(|spot| log_ratio(forward, spot) / smile.years * 100.0);
        let used = by(smile, smile.forward.method);
        let mut row = vec![
            Cell::text(format::date(smile.expiry)),
            Cell::number(days, format::life(days)),
            Cell::number(forward, format::price(forward, "USD")),
            Cell::text(used.map_or_else(|| method(smile.forward.method).to_owned(), made_of)),
            Cell::optional(basis, format::signed_cents),
            Cell::optional(yearly, |percent| format::signed_rate(percent / 100.0)),
        ];
        row.extend(ways.iter().map(|way| Cell::optional(by(smile, *way).map(|found| found.value), |value| format::price(value, "USD"))));
        table.rows.push(row);
    }
    table
}

/// The way and what it is made of: `parity, median of 7 pairs`.
fn made_of(used: &ForwardCandidate) -> String {
    let way = method(used.method);
    match used.method {
        ForwardMethod::Parity => format!("{way}, median of {}", format::count(used.count, "pair", "pairs")),
        ForwardMethod::Basis => format!("{way} of {}", format::count(used.count, "other expiry", "other expiries")),
        ForwardMethod::Future | ForwardMethod::Chain | ForwardMethod::Stated | ForwardMethod::Spot => way.to_owned(),
    }
}
