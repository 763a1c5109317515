//! Volatility surfaces: smiles that are known are recovered, what is wrong with a chain is found where it was put, and whole chains of
//! an exchange are fitted.

use crate::import_support::published;
use plimsoll::import::Imported;
use plimsoll::market::Market;
use plimsoll::market::surface::{CurveKind, Surface};
use std::collections::BTreeSet;

fn surface_of(imported: &Imported) -> Surface {
    let as_of = imported.facts.iter().filter_map(|fact| fact.time).max().unwrap();
    let (market, _) = Market::assemble(&imported.facts, as_of);
    Surface::fit(&market, &imported.facts, &BTreeSet::new())
}

#[test]
fn whole_chains_of_an_exchange_are_fitted() {
    for file in ["deribit/btc_options_20260116.csv", "deribit/btc_eth_options_20260206.csv"] {
        let Some(imported) = published(file) else { continue };
        let surface = surface_of(&imported);
        for chain in &surface.chains {
            for smile in &chain.smiles {
                let fit = smile.fit.as_ref();
                println!(
                    "{} {} {:?} F {:.2} {:?} quotes {} rms {:.3} fit {:.3} w {:.3} loo {:.3} lin {:.3} bound {} butterflies {} {:?}",
                    chain.underlying,
                    smile.expiry,
                    smile.curve.kind == CurveKind::Svi,
                    smile.forward.value,
                    smile.forward.candidates.iter().map(|c| (c.method, (c.value * 100.0).round() / 100.0, c.count)).collect::<Vec<_>>(),
                    smile.quotes.len(),
                    smile.rms * 100.0,
                    fit.map_or(0.0, |fit| fit.rms) * 100.0,
                    fit.map_or(0.0, |fit| fit.weighted_rms) * 100.0,
                    fit.map_or(0.0, |fit| fit.left_out_rms) * 100.0,
                    fit.map_or(0.0, |fit| fit.interpolated_left_out_rms) * 100.0,
                    fit.is_some_and(|fit| fit.is_bound),
                    smile.butterflies.len(),
                    fit.map(|fit| fit.svi),
                );
            }
        }
        for issue in surface.issues() {
            println!("{:?} {:?} {}", issue.subject, issue.value, issue.message);
        }
    }
}
