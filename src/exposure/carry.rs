//! What it costs or earns to hold the book still: the basis of every expiry, funding, and the books that live on both.
//!
//! Input: a valued book and its market. Output: [`Carry`]. A carry book is a long and a short leg of one underlying, coins or
//! perpetual against future or perpetual: per coin the short leg earns its yearly basis or funding and the long leg pays its own.
//! Invariants: legs are matched coin for coin, and what is matched and what is left over add up to what is held; a yield that no file
//! gives is `None`, and so is everything that hangs on it.

use crate::book::Book;
use crate::instrument::{Instrument, Settlement};
use crate::issue::{Issue, IssueKind};
use crate::market::Market;
use crate::math::log_ratio;
use crate::price::{Valued, ValuedPosition};
use crate::units::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// With less than this to live the basis is not annualized, in days: hours times a year say nothing.
const LEAST_DAYS: f64 = 1.0;

/// Everything of the kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Carry {
    /// By underlying and expiry.
    pub basis: Vec<BasisRow>,
    /// By venue and underlying.
    pub funding: Vec<FundingRow>,
    /// Matched legs, by underlying.
    pub books: Vec<CarryBook>,
    /// What no leg was left for, by underlying.
    pub unmatched: Vec<Unmatched>,
    /// What was assumed and what is left out.
    pub issues: Vec<Issue>,
}

/// The forward of an expiry against spot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BasisRow {
    /// Code of the underlying.
    pub underlying: String,
    /// The expiry.
    pub expiry: Timestamp,
    /// Days to it, > 0.
    pub days: f64,
    /// Spot, US dollars.
    pub spot: f64,
    /// Forward, US dollars.
    pub forward: f64,
    /// F/S − 1, a fraction.
    pub basis: f64,
    /// The same times 365 over the days; `None` within the last day.
    pub yearly: Option<f64>,
    /// Continuous carry a year from the expiry before, `ln(F₂/F₁)/(T₂ − T₁)`; of the first one from spot. `None` within the last day.
    pub between: Option<f64>,
    /// Whether the forward is a quote; else it was derived.
    pub is_quoted: bool,
}

/// Perpetuals of one underlying at one venue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FundingRow {
    /// Venue; may be empty.
    pub venue: String,
    /// Code of the underlying.
    pub underlying: String,
    /// How many positions.
    pub positions: u32,
    /// Their size at the mark, US dollars, + long.
    pub notional: f64,
    /// Funding a year, a fraction; + longs pay. `None` where no file gives it.
    pub rate: Option<f64>,
    /// What the book gains a year if the rate stays, US dollars: `−rate · notional`.
    pub per_year: Option<f64>,
}

impl FundingRow {
    /// The same a day.
    pub fn per_day(&self) -> Option<f64> {
        self.per_year.map(|per_year| per_year / 365.0)
    }
}

/// One side of a carry book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Leg {
    /// Coins or shares: held, staked, lent or borrowed.
    Held,
    /// Perpetuals.
    Perpetual,
    /// Futures of this expiry.
    Future(Timestamp),
}

/// A long and a short leg of one underlying, matched coin for coin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CarryBook {
    /// Code of the underlying.
    pub underlying: String,
    /// What is long.
    pub long: Leg,
    /// What is short.
    pub short: Leg,
    /// Where the two legs lie, in alphabetical order.
    pub venues: Vec<String>,
    /// Coins on each side, > 0.
    pub coins: f64,
    /// The same at spot, US dollars.
    pub notional: f64,
    /// What the short leg earns less what the long leg pays, a year, a fraction; `None` where one of the two is not known.
    pub yearly: Option<f64>,
    /// The same in US dollars.
    pub per_year: Option<f64>,
    /// US dollars still to be earned up to the earliest expiry of the two, at the yields of today; `None` without an expiry.
    pub to_expiry: Option<f64>,
    /// Whether the yield is fixed up to that expiry; that of a perpetual changes with its funding.
    pub is_locked: bool,
}

/// What is left over of a leg.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unmatched {
    /// Code of the underlying.
    pub underlying: String,
    /// The leg.
    pub leg: Leg,
    /// Coins, + long.
    pub coins: f64,
    /// The same at spot, US dollars.
    pub notional: f64,
}

/// Total variance between two expiries.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForwardVol {
    /// From this expiry.
    pub from: Timestamp,
    /// To this one.
    pub until: Timestamp,
    /// `(σ₂²T₂ − σ₁²T₁)/(T₂ − T₁)`, per year; below 0 the later expiry costs less than the earlier one, which no volatility allows.
    pub variance: f64,
    /// Its root; `None` below 0.
    pub vol: Option<f64>,
}

/// The volatility that each pair of neighboring expiries leaves for the time between them: expiry, years to it and volatility at the
/// money, in time order.
pub fn forward_vols(vols: &[(Timestamp, f64, f64)]) -> Vec<ForwardVol> {
    let pairs = vols.windows(2).filter_map(|pair| match pair {
        [early, late] if late.1 > early.1 => Some((*early, *late)),
        _ => None,
    });
    pairs
        .map(|((from, early, first), (until, late, second))| {
            let variance = (second * second * late - first * first * early) / (late - early);
            ForwardVol { from, until, variance, vol: (variance >= 0.0).then(|| variance.sqrt()) }
        })
        .collect()
}

/// What is held of one leg.
#[derive(Default)]
struct Held<'a> {
    coins: f64,
    venues: BTreeSet<&'a str>,
}

/// Coins, + long, of a position that can be a leg, and which.
fn leg(instrument: &Instrument, quantity: f64, valued: &ValuedPosition) -> Option<(Leg, f64)> {
    let coins = |settlement: Settlement, size: f64| match settlement {
        Settlement::Linear => Some(quantity * size),
        Settlement::Inverse => (valued.forward > 0.0).then(|| quantity * size / valued.forward),
    };
    match instrument {
        Instrument::Spot(_) | Instrument::Share(_) => Some((Leg::Held, quantity)),
        Instrument::Loan(_) if !instrument.is_currency() => Some((Leg::Held, quantity)),
        Instrument::Stake(stake) => Some((Leg::Held, quantity * stake.rate)),
        Instrument::Perpetual(perpetual) => Some((Leg::Perpetual, coins(perpetual.settlement, perpetual.contract_size)?)),
        Instrument::Future(future) => Some((Leg::Future(future.expiry), coins(future.settlement, future.contract_size)?)),
        _ => None,
    }
}

/// The panel of a valued book.
pub fn carry(book: &Book, market: &Market, valued: &Valued) -> Carry {
    let mut carry = Carry::default();
    let held: Vec<_> =
        book.positions.iter().zip(&valued.positions).filter_map(|(position, valued)| Some((position, valued.as_ref()?))).collect();
    let mut expiries: BTreeMap<&str, BTreeSet<Timestamp>> =
        market.known().map(|name| (name, market.forward_expiries(name).collect())).collect();
    let mut legs: BTreeMap<&str, BTreeMap<Leg, Held<'_>>> = BTreeMap::new();
    let mut funding: BTreeMap<(&str, &str), FundingRow> = BTreeMap::new();
    for (position, valued) in held {
        let underlying = position.instrument.underlying();
        expiries.entry(underlying).or_default().extend(position.instrument.expiry());
        let Some((leg, coins)) = leg(&position.instrument, position.quantity.get(), valued) else { continue };
        let held = legs.entry(underlying).or_default().entry(leg).or_default();
        held.coins += coins;
        held.venues.insert(&position.venue);
        if let Instrument::Perpetual(perpetual) = &position.instrument {
            let rate = market.funding(underlying);
            let row = funding.entry((&position.venue, underlying)).or_insert_with(|| FundingRow {
                venue: position.venue.clone(),
                underlying: underlying.to_owned(),
                positions: 0,
                notional: 0.0,
                rate,
                per_year: None,
            });
            row.positions += 1;
            // The coins of an inverse one are worth their spot, a linear one pays on its mark.
            row.notional += coins * if perpetual.settlement == Settlement::Inverse { valued.spot } else { valued.forward };
        }
    }
    carry.funding = funding.into_values().map(|row| FundingRow { per_year: row.rate.map(|rate| -rate * row.notional), ..row }).collect();
    for (underlying, expiries) in expiries {
        carry.basis.extend(basis(market, underlying, expiries));
    }
    for (underlying, legs) in legs {
        let Ok(spot) = market.spot(underlying) else { continue };
        let terms = Terms { underlying, spot: spot.value, market, basis: &carry.basis };
        let (books, left) = terms.matched(legs);
        carry.books.extend(books);
        carry.unmatched.extend(left);
    }
    carry.issues = issues(&carry);
    carry
}

fn basis(market: &Market, underlying: &str, expiries: BTreeSet<Timestamp>) -> Vec<BasisRow> {
    let Ok(spot) = market.spot(underlying).map(|spot| spot.value) else { return Vec::new() };
    let (mut rows, mut before): (Vec<BasisRow>, _) = (Vec::new(), (0.0, spot));
    for expiry in expiries.into_iter().filter(|expiry| *expiry > market.as_of) {
        let Ok(forward) = market.forward(underlying, expiry) else { continue };
        let (is_quoted, forward) = (forward.assumption.is_none(), forward.value);
        let years = market.as_of.years_to(expiry);
        let days = years * 365.0;
        if !(spot > 0.0 && forward > 0.0) {
            continue;
        }
        let basis = forward / spot - 1.0;
        let is_long = days >= LEAST_DAYS;
        rows.push(BasisRow {
            underlying: underlying.to_owned(),
            expiry,
            days,
            spot,
            forward,
            basis,
            yearly: is_long.then(|| basis * 365.0 / days),
            between: is_long.then(|| log_ratio(forward, before.1) / (years - before.0)),
            is_quoted,
        });
        before = (years, forward);
    }
    rows
}

/// The market of one underlying.
struct Terms<'a> {
    underlying: &'a str,
    spot: f64,
    market: &'a Market,
    basis: &'a [BasisRow],
}

impl Terms<'_> {
    /// What a short of the leg earns a year, a fraction.
    fn yearly(&self, leg: Leg) -> Option<f64> {
        match leg {
            Leg::Held => Some(0.0),
            Leg::Perpetual => self.market.funding(self.underlying),
            Leg::Future(expiry) => self.basis.iter().find(|row| row.underlying == self.underlying && row.expiry == expiry)?.yearly,
        }
    }

    /// Long legs against short ones, in the order of [`Leg`]: what is held first, then perpetuals, then futures by expiry.
    fn matched(&self, legs: BTreeMap<Leg, Held<'_>>) -> (Vec<CarryBook>, Vec<Unmatched>) {
        let live = legs.into_iter().filter(|(_, held)| held.coins != 0.0);
        let (mut longs, mut shorts): (Vec<_>, Vec<_>) = live.partition(|(_, held)| held.coins > 0.0);
        let mut books = Vec::new();
        let (mut long, mut short) = (0, 0);
        while let (Some(bought), Some(sold)) = (longs.get_mut(long), shorts.get_mut(short)) {
            books.push(self.book(bought, sold));
            let coins = bought.1.coins.min(-sold.1.coins);
            bought.1.coins -= coins;
            sold.1.coins += coins;
            long += usize::from(bought.1.coins <= 0.0);
            short += usize::from(sold.1.coins >= 0.0);
        }
        let left = longs.into_iter().chain(shorts).filter(|(_, held)| held.coins != 0.0).map(|(leg, held)| Unmatched {
            underlying: self.underlying.to_owned(),
            leg,
            coins: held.coins,
            notional: held.coins * self.spot,
        });
        (books, left.collect())
    }

    fn book(&self, (long, bought): &(Leg, Held<'_>), (short, sold): &(Leg, Held<'_>)) -> CarryBook {
        let coins = bought.coins.min(-sold.coins);
        let notional = coins * self.spot;
        let yearly = self.yearly(*short).zip(self.yearly(*long)).map(|(earned, paid)| earned - paid);
        let dated = [*long, *short].into_iter().filter_map(|leg| if let Leg::Future(expiry) = leg { Some(expiry) } else { None });
        let first = dated.min();
        let per_year = yearly.map(|yearly| yearly * notional);
        CarryBook {
            underlying: self.underlying.to_owned(),
            long: *long,
            short: *short,
            venues: bought.venues.union(&sold.venues).filter(|venue| !venue.is_empty()).map(|venue| (*venue).to_owned()).collect(),
            coins,
            notional,
            yearly,
            per_year,
            to_expiry: per_year.zip(first).map(|(per_year, first)| per_year * self.market.as_of.years_to(first)),
            is_locked: first.is_some() && *long != Leg::Perpetual && *short != Leg::Perpetual,
        }
    }
}

/// What the numbers lack.
fn issues(carry: &Carry) -> Vec<Issue> {
    let without: BTreeSet<&str> = carry.funding.iter().filter(|row| row.rate.is_none()).map(|row| row.underlying.as_str()).collect();
    let of_funding = without.into_iter().map(|underlying| {
        let message = "no file gives the funding of its perpetual: what it pays or earns is in no carry; a book summary, a ticker or a \
                       premium index would state it";
        Issue::noted(IssueKind::MissingData, message).about(&format!("{underlying} funding"))
    });
    let derived = carry.books.iter().flat_map(|book| [book.long, book.short].map(|leg| (book.underlying.as_str(), leg)));
    let derived: BTreeSet<(&str, Timestamp)> = derived
        .filter_map(|(underlying, leg)| match leg {
            Leg::Future(expiry) => Some((underlying, expiry)),
            Leg::Held | Leg::Perpetual => None,
        })
        .filter(|(underlying, expiry)| {
            carry.basis.iter().any(|row| row.underlying == *underlying && row.expiry == *expiry && !row.is_quoted)
        })
        .collect();
    let of_forwards = derived.into_iter().map(|(underlying, expiry)| {
        let message =
            "no file gives this forward: its basis is that of other expiries or of the rate, and so is the carry of what is held of it";
        Issue::noted(IssueKind::MissingData, message).about(&format!("{underlying} forward {expiry}"))
    });
    of_funding.chain(of_forwards).collect()
}
