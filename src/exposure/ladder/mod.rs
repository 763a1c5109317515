//! Where the options of a book stand: by expiry and strike, by tenor, and by their place on the smile.
//!
//! Input: a valued book. Output: [`Ladder`]s, [`TenorVega`], [`SmileVega`]. Invariant: every rung, tenor and bucket is a sum over
//! positions in book order, and all of one kind add up to the book's options.

mod method;
mod smile;
mod tenor;

use crate::book::{Book, Position};
use crate::instrument::EuropeanOption;
use crate::price::{Valued, ValuedPosition};
use crate::units::Timestamp;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

pub use crate::exposure::ladder::method::METHODS;
pub use crate::exposure::ladder::smile::{Place, SmileVega, butterfly, by_place, risk_reversal};
pub use crate::exposure::ladder::tenor::{TENORS, TenorVega, VEGA_DAYS, VegaRow, by_tenor, vega_by_expiry};

/// Standard deviations of spot up to expiry within which a strike is said to be near it.
pub const PIN_DEVIATIONS: f64 = 1.0;
/// Days to expiry up to which that is looked at: further out every strike near the money would be named.
pub const PIN_DAYS: f64 = 7.0;

/// A strike so near the spot so shortly before expiry that either side of it may be where the option ends.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pin {
    /// |S − K|, US dollars.
    pub distance: f64,
    /// S·σ·√T, one standard deviation of spot up to expiry, US dollars; σ is the largest of the rung's own vols.
    pub deviation: f64,
    /// Cash delta that is there at expiry if spot ends just above the strike, less the same just below it, US dollars: what a hedger must
    /// be ready to trade.
    pub swing: f64,
}

/// The options of one underlying, expiry and strike.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rung {
    /// When they expire.
    pub expiry: Timestamp,
    /// Strike, US dollars.
    pub strike: f64,
    /// How many positions.
    pub positions: u32,
    /// Change of cash delta for a 1 % move of spot, US dollars.
    pub gamma_1pct: f64,
    /// Value change for one vol point, US dollars.
    pub vega_1pt: f64,
    /// Value of the options, US dollars: what closing them at the model's price would bring.
    pub premium: f64,
    /// Set where the strike is at risk of being pinned.
    pub pin: Option<Pin>,
}

/// The options of one underlying by expiry and strike.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ladder {
    /// Code of the underlying.
    pub underlying: String,
    /// Its spot, US dollars.
    pub spot: f64,
    /// Expiries in time order.
    pub expiries: Vec<Timestamp>,
    /// Strikes, ascending, US dollars.
    pub strikes: Vec<f64>,
    /// What is held, by expiry and then by strike; where nothing is held there is no rung.
    pub rungs: Vec<Rung>,
}

/// One option position that was valued and is alive.
struct Held<'a> {
    position: &'a Position,
    option: Cow<'a, EuropeanOption>,
    valued: &'a ValuedPosition,
    years: f64,
}

/// The options of a book that are alive, in book order.
fn options<'a>(book: &'a Book, valued: &'a Valued) -> impl Iterator<Item = Held<'a>> {
    book.positions.iter().zip(&valued.positions).filter_map(|(position, valued)| {
        let (option, valued) = (position.instrument.option_terms()?, valued.as_ref()?);
        let years = valued.years.filter(|years| *years > 0.0)?;
        Some(Held { position, option, valued, years })
    })
}

/// What is summed of one rung.
#[derive(Default)]
struct Sum {
    positions: u32,
    gamma_1pct: f64,
    vega_1pt: f64,
    premium: f64,
    /// Coins that the calls and puts are on, signed, both with the sign of the holding.
    coins: f64,
    vol: f64,
    years: f64,
}

/// By expiry and by the bits of the strike: strikes are not negative, so their bits order as they do.
type Sums = BTreeMap<(Timestamp, u64), Sum>;

/// One ladder for each underlying with options, in alphabetical order.
pub fn ladders(book: &Book, valued: &Valued) -> Vec<Ladder> {
    let mut sums: BTreeMap<&str, (f64, Sums)> = BTreeMap::new();
    for Held { position, option, valued, years } in options(book, valued) {
        let (spot, rungs) = sums.entry(position.instrument.underlying()).or_default();
        *spot = valued.spot;
        let sum = rungs.entry((option.expiry, option.strike.get().to_bits())).or_default();
        sum.positions += 1;
        sum.gamma_1pct += valued.measures.gamma_1pct;
        sum.vega_1pt += valued.measures.vega_1pt;
        sum.premium += valued.measures.value;
        // Above the strike a call has a delta of 1 and a put none, below it a call none and a put −1: both jump by 1.
        sum.coins += position.quantity.get() * option.contract_size;
        sum.vol = sum.vol.max(valued.vol.unwrap_or(0.0));
        sum.years = years;
    }
    let each = sums.into_iter().map(|(underlying, (spot, sums))| {
        let expiries: BTreeSet<Timestamp> = sums.keys().map(|(expiry, _)| *expiry).collect();
        let strikes: BTreeSet<u64> = sums.keys().map(|(_, strike)| *strike).collect();
        let rungs = sums.into_iter().map(|((expiry, strike), sum)| sum.rung(expiry, f64::from_bits(strike), spot));
        Ladder {
            underlying: underlying.to_owned(),
            spot,
            expiries: expiries.into_iter().collect(),
            strikes: strikes.into_iter().map(f64::from_bits).collect(),
            rungs: rungs.collect(),
        }
    });
    each.collect()
}

impl Sum {
    fn rung(self, expiry: Timestamp, strike: f64, spot: f64) -> Rung {
        let Sum { positions, gamma_1pct, vega_1pt, premium, coins, vol, years } = self;
        let (distance, deviation) = ((spot - strike).abs(), spot * vol * years.sqrt());
        let is_near = years * 365.0 <= PIN_DAYS && distance < PIN_DEVIATIONS * deviation;
        // A long call against a short put of one strike is a forward: nothing about it depends on the side.
        let pin = (is_near && coins != 0.0).then_some(Pin { distance, deviation, swing: coins * spot });
        Rung { expiry, strike, positions, gamma_1pct, vega_1pt, premium, pin }
    }
}
