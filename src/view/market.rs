//! The volatility surface of a chain as the page shows it: charts, tables and words, laid out wherever the surface was fitted.

use crate::instrument::Settlement;
use crate::market::surface::{Chain, ExpirySmile, Stickiness, Surface};
use crate::stress::Shock;
use crate::units::{DAY_MS, Timestamp};
use crate::view::chart::plot::Plot;
use crate::view::chart::smile::{Across, rule_name, smile};
use crate::view::chart::table::DataTable;
use crate::view::chart::term_structure::term_structure;
use crate::view::chart::tiles::Tiles;
use crate::view::chart::vol_surface::vol_surface;
use crate::view::format;
use crate::view::table::{arbitrage, forwards, smiles};
use crate::view::terminal;
use serde::{Deserialize, Serialize};

/// What of the surfaces is shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SurfaceChoice {
    /// The chain: its underlying, and what it pays in; the one with the most quotes where none is chosen, or the
    /// chosen one is not there.
    pub chain: Option<(String, Settlement)>,
    /// The expiry; else the first that has a week to live, else the last.
    pub expiry: Option<Timestamp>,
    /// What the smile is drawn over.
    pub across: Across,
    /// What becomes of the smile when the forward moves.
    pub rule: Stickiness,
}

/// A chain to choose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChainName {
    /// Its underlying, and what it pays in.
    pub chain: (String, Settlement),
    /// For a reader.
    pub label: String,
}

/// What is shown of one chain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChainSheet {
    /// Which.
    pub chain: u32,
    /// Its expiries.
    pub expiries: Vec<Timestamp>,
    /// For a reader.
    pub expiry_names: Vec<String>,
    /// The one whose smile is shown.
    pub expiry: u32,
    /// The smile.
    pub smile: Plot,
    /// The term structure.
    pub term: Plot,
    /// The surface.
    pub surface: Tiles,
    /// Spot, in words.
    pub spot: String,
    /// What the rule makes of the smile, in words.
    pub rule: String,
    /// Forwards.
    pub forwards: DataTable,
    /// Fits.
    pub fits: DataTable,
    /// Arbitrage; empty where there is none.
    pub arbitrage: DataTable,
    /// What was assumed, left out or not done in this chain.
    pub notes: Vec<String>,
}

/// What is shown of the surfaces.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MarketSheet {
    /// The chains to choose from.
    pub chains: Vec<ChainName>,
    /// The chosen one; `None` where no file quotes options.
    pub shown: Option<Box<ChainSheet>>,
}

/// Lays the surfaces out by a choice, under the shock bar's spot move.
pub fn market(surface: &Surface, choice: &SurfaceChoice, shock: &Shock) -> MarketSheet {
    let key = |chain: &Chain| (chain.underlying.clone(), chain.settlement);
    let chains = surface.chains.iter().map(|chain| ChainName { chain: key(chain), label: name(chain) }).collect();
    let place = choice.chain.as_ref().and_then(|wanted| surface.chains.iter().position(|chain| key(chain) == *wanted));
    let place = place.unwrap_or_else(|| widest(surface));
    let shown = surface.as_of.zip(surface.chains.get(place)).and_then(|(as_of, chain)| sheet(chain, place, as_of, choice, shock));
    MarketSheet { chains, shown: shown.map(Box::new) }
}

/// What was assumed, left out or not done in one expiry.
fn notes(smile: &ExpirySmile) -> Vec<String> {
    let issues = smile.forward.assumption.iter().chain(&smile.issues);
    issues.map(|issue| format!("{}: {}", format::date(smile.expiry), terminal::sentence(issue))).collect()
}

/// The chain with the most quotes, of several the first.
fn widest(surface: &Surface) -> usize {
    let quotes = |chain: &Chain| chain.smiles.iter().map(|smile| smile.quotes.len()).sum::<usize>();
    let counts = surface.chains.iter().map(quotes).enumerate();
    counts.reduce(|best, next| if next.1 > best.1 { next } else { best }).map_or(0, |(place, _)| place)
}

fn sheet(chain: &Chain, place: usize, as_of: Timestamp, choice: &SurfaceChoice, shock: &Shock) -> Option<ChainSheet> {
    let chosen = choice.expiry.and_then(|expiry| chain.smiles.iter().position(|smile| smile.expiry == expiry));
    let in_a_week = || chain.smiles.iter().position(|smile| smile.expiry.ms() - as_of.ms() >= 7 * DAY_MS);
    let expiry = chosen.or_else(in_a_week).unwrap_or(chain.smiles.len().saturating_sub(1));
    let shown = chain.smiles.get(expiry)?;
    let spot_move = shock.of(&chain.underlying).spot;
    Some(ChainSheet {
        chain: u32::try_from(place).unwrap_or(0),
        expiries: chain.smiles.iter().map(|smile| smile.expiry).collect(),
        expiry_names: chain.smiles.iter().map(|smile| format::date(smile.expiry)).collect(),
        expiry: u32::try_from(expiry).unwrap_or(0),
        smile: smile(chain, shown, choice.across, choice.rule, spot_move),
        term: term_structure(chain, as_of, shown.expiry),
        surface: vol_surface(chain, choice.across),
        spot: chain.spot.map_or_else(
            || "no file gives a spot".to_owned(),
            |spot| format!("spot {} USD at {}", format::price(spot, "USD"), format::instant(as_of)),
        ),
        rule: rule_words(chain, shown, choice.rule, spot_move),
        forwards: forwards::table(chain),
        fits: smiles::table(chain),
        arbitrage: arbitrage::table(chain),
        notes: chain.smiles.iter().flat_map(notes).collect(),
    })
}

fn name(chain: &Chain) -> String {
    let paid_in = match chain.settlement {
        Settlement::Inverse => "paid in coin",
        Settlement::Linear => "paid in dollars",
    };
    format!("{}, {paid_in}", chain.underlying)
}

fn rule_words(chain: &Chain, smile: &ExpirySmile, rule: Stickiness, spot_move: f64) -> String {
    let keeps = match rule {
        Stickiness::Strike => "each strike keeps its vol",
        Stickiness::Moneyness => "each delta keeps its vol: the smile moves along with the forward",
        Stickiness::SkewRatio(_) => {
            "the vol at the money moves by this multiple of the skew: 0 is sticky delta, 1 sticky strike, near 2 what local volatility does"
        }
    };
    let forward = smile.forward.value;
    let moved = forward * (1.0 + spot_move);
    let after = if spot_move == 0.0 {
        "the shock bar's spot stands still, so the smile does too".to_owned()
    } else {
        format!(
            "under the shock bar's move of {} by {} the forward of {} goes from {} to {} and the vol at the money from {} % to {} %",
            chain.underlying,
            format::signed_percent(spot_move),
            format::date(smile.expiry),
            format::price(forward, "USD"),
            format::price(moved, "USD"),
            format::vol(smile.vol(forward)),
            format::vol(smile.vol_after(rule, moved, moved))
        )
    };
    let rule = rule_name(rule);
    format!(
        "By {rule} {keeps}; {after}. Positions are not valued by this: under a shock each keeps its own vol (sticky strike, and the vol dial as a parallel shift)."
    )
}
