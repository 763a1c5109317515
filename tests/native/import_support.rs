//! Files for the import tests: fixtures of this project, and the published data that stays where it is.

use plimsoll::book::Position;
use plimsoll::import::{File, Imported, import};
use plimsoll::instrument::{Point, Settlement};
use plimsoll::issue::{Effect, Issue};
use std::path::PathBuf;

/// A fixture's bytes.
pub fn fixture(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A file as it would be dropped: its last path component and its bytes.
pub fn dropped(name: &str, bytes: impl Into<Vec<u8>>) -> File {
    File::new(name.rsplit('/').next().unwrap_or(name).to_owned(), bytes)
}

/// What a fixture gives when it is dropped alone.
pub fn imported(name: &str) -> Imported {
    import(&[dropped(name, fixture(name))])
}

/// What a text gives when it is dropped alone.
pub fn imported_text(name: &str, text: &str) -> Imported {
    import(&[dropped(name, text)])
}

/// The rejections in their order.
pub fn rejections(imported: &Imported) -> Vec<&Issue> {
    imported.issues.iter().filter(|issue| issue.effect == Effect::Rejected).collect()
}

/// What a file of the published data gives; `None`, with a word on it, where the data is not at hand.
pub fn published(name: &str) -> Option<Imported> {
    let folder =
        std::env::var_os("PLIMSOLL_DATA").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let path = folder.join(name);
    match std::fs::read(&path) {
        Ok(bytes) => Some(import(&[dropped(name, bytes)])),
        Err(_) => {
            eprintln!("{} is absent, nothing is checked against it", path.display());
            None
        }
    }
}

/// A position in brief: name, account, class, quantity, entry price, mark.
pub type Brief<'a> = (&'a str, &'a str, &'static str, f64, Option<f64>, Option<f64>);

/// The positions in their order.
pub fn briefs(imported: &Imported) -> Vec<Brief<'_>> {
    imported
        .positions
        .iter()
        .map(|position| {
            let (entry, mark) = (position.entry_price.map(|price| price.get()), position.mark.map(|price| price.get()));
            (position.name.as_str(), position.account.as_str(), position.instrument.class(), position.quantity.get(), entry, mark)
        })
        .collect()
}

/// A venue's own unrealized profit and the one that follows from quantity, entry and mark, both in the currency that the venue
/// states it in: coins for an inverse contract. An option's is what its price has gained.
pub fn stated_and_own_profit(position: &Position) -> (f64, f64) {
    let (entry, mark) = (position.entry_price.unwrap().get(), position.mark.unwrap().get());
    let stated = position.stated.as_ref().and_then(|stated| stated.unrealized_pnl).unwrap().get();
    let point = Point { spot: mark, forward: mark, years: 1.0, vol: 0.5, rate: 0.0, settled_at: mark, other: 0.0, dividends: &[] };
    let quantity = position.quantity.get();
    if !position.instrument.has_gain() {
        return (stated, quantity * (mark - entry));
    }
    let dollars = quantity * position.instrument.greeks(&point, Some(entry)).value;
    match position.instrument.settlement() {
        Settlement::Linear => (stated, dollars),
        Settlement::Inverse => (stated, dollars / point.spot),
    }
}

/// What a venue states of a position: notional, initial and maintenance margin, liquidation price, and the currencies of profit and
/// notional.
pub fn stated(position: &Position) -> ([Option<f64>; 4], [&str; 2]) {
    let stated = position.stated.as_deref().unwrap();
    let numbers = [
        stated.notional.map(|number| number.get()),
        stated.initial_margin.map(|number| number.get()),
        stated.maintenance_margin.map(|number| number.get()),
        stated.liquidation_price.map(|price| price.get()),
    ];
    (numbers, [&stated.currency, &stated.notional_currency].map(|currency| currency.as_ref().map_or("", |currency| currency.code())))
}

/// Notes in their order: line, column, the first words.
pub fn notes(imported: &Imported) -> Vec<(u64, &str, &str)> {
    let noted = imported.issues.iter().filter(|issue| issue.effect == Effect::Noted);
    noted
        .map(|issue| {
            let words = issue.message.char_indices().filter(|(_, sign)| *sign == ' ').nth(3).map_or(issue.message.len(), |(at, _)| at);
            (issue.line.unwrap_or(0), issue.column.as_deref().unwrap_or(""), &issue.message[..words])
        })
        .collect()
}
