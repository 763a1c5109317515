//! Volatility surfaces → tables for the terminal.

use crate::instrument::Settlement;
use crate::market::surface::{Chain, CurveKind, ParametricFit, Surface};
use crate::view::format;
use crate::view::table::arbitrage;
use crate::view::table::forwards::{by, known, method};
use crate::view::terminal::{Table, issues, title};

/// Each chain: its smiles, the forwards that the files allow, the arbitrage, and what was assumed.
pub fn surface(surface: &Surface) -> String {
    let mut text = String::new();
    let when = surface.as_of.map_or_else(String::new, |as_of| format!(" at {}", format::instant(as_of)));
    text.push_str(&format!("{}{when}\n", format::count(surface.chains.len(), "option chain", "option chains")));
    for chain in &surface.chains {
        smiles(&mut text, chain);
        forwards(&mut text, chain);
        arbitrage(&mut text, chain);
    }
    issues(&mut text, &surface.assumptions());
    text
}

fn name(chain: &Chain) -> String {
    let paid_in = match chain.settlement {
        Settlement::Inverse => "paid in coin",
        Settlement::Linear => "paid in dollars",
    };
    format!("{}, {paid_in}", chain.underlying)
}

fn smiles(text: &mut String, chain: &Chain) {
    let spot = chain.spot.map_or_else(String::new, |spot| format!(", spot {}", format::price(spot, "USD")));
    title(text, &format!("Smiles of {}{spot}; vols in % a year, errors in vol points", name(chain)));
    let heads = ["Expiry", "Days", "Forward, USD", "Found by", "Quotes", "Vol at the money", "Curve", "RMS error", "Weighted"];
    let mut table = Table::new(heads.into_iter().chain(["Unseen, fit", "Unseen, line", "Butterflies", "Falls from before"])).left([3, 6]);
    for smile in &chain.smiles {
        let of_fit = |of: &dyn Fn(&ParametricFit) -> Option<f64>| smile.fit.as_ref().and_then(of).map_or_else(String::new, format::vol);
        let curve = match smile.curve.kind {
            CurveKind::Svi => "SVI",
            CurveKind::Interpolated => "lines",
        };
        let falls = chain.calendars.iter().filter(|calendar| calendar.late == smile.expiry).count();
        table.push([
            format::date(smile.expiry),
            format::life(smile.years * 365.0),
            format::price(smile.forward.value, "USD"),
            method(smile.forward.method).to_owned(),
            smile.quotes.len().to_string(),
            format::vol(smile.vol(smile.forward.value)),
            curve.to_owned(),
            of_fit(&|fit| Some(fit.rms)),
            of_fit(&|fit| Some(fit.weighted_rms)),
            of_fit(&|fit| fit.left_out_rms),
            of_fit(&|fit| Some(fit.interpolated_left_out_rms)),
            smile.butterflies.len().to_string(),
            falls.to_string(),
        ]);
    }
    table.write(text);
}

/// Every way to a forward, side by side.
fn forwards(text: &mut String, chain: &Chain) {
    let known = known(chain);
    title(text, &format!("Forwards of {}, USD", name(chain)));
    let mut table = Table::new(["Expiry", "Used"].into_iter().chain(known.iter().map(|known| method(*known)))).left([1]);
    for smile in &chain.smiles {
        let values = known.iter().map(|known| by(smile, *known).map_or_else(String::new, |found| format::price(found.value, "USD")));
        table.push([format::date(smile.expiry), method(smile.forward.method).to_owned()].into_iter().chain(values));
    }
    table.write(text);
}

fn arbitrage(text: &mut String, chain: &Chain) {
    let found = arbitrage::table(chain);
    if found.rows.is_empty() {
        title(text, &format!("No arbitrage in {}", name(chain)));
        return;
    }
    title(text, &format!("Arbitrage in {}", name(chain)));
    let mut table = Table::new(found.heads.iter().map(String::as_str)).left([1, 2]);
    for row in &found.rows {
        table.push(row.iter().map(|cell| cell.shown().to_owned()));
    }
    table.write(text);
}
