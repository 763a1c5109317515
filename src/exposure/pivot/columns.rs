//! A book in columns: of each dimension a dictionary of keys and a code for each position, of each measure a number for each position.
//!
//! Input: [`Sources`]. A column is built when it is first asked for, and kept: a change of dimension prices nothing. Invariant: codes
//! stand in the order of the keys, and every key has a position.

use crate::book::Book;
use crate::exposure::pivot::dimension::{Dimension, Subject};
use crate::exposure::pivot::exact;
use crate::exposure::pivot::key::Key;
use crate::exposure::pivot::measure::{MeasureDef, Of};
use crate::market::Market;
use crate::price::{Valued, ValuedPosition};
use std::collections::BTreeMap;

/// What columns are built from: the same for the whole life of a [`Columns`].
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// What is held.
    pub book: &'a Book,
    /// The market, for what venues state in coins.
    pub market: &'a Market,
    /// The book valued.
    pub base: &'a Valued,
    /// The same under the shock; `None` without one.
    pub shocked: Option<&'a Valued>,
}

/// Which numbers are summed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Under {
    /// Those of the market as it is.
    #[default]
    Now,
    /// Those under the shock.
    Shock,
    /// What the shock makes of them: under it, less now.
    Change,
}

/// One dimension.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Column {
    /// The keys that occur, in their order.
    pub keys: Vec<Key>,
    /// For each position the place of its key.
    pub codes: Vec<u32>,
}

/// The columns that were asked for so far.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    dimensions: BTreeMap<String, Column>,
    measures: BTreeMap<(&'static str, Under), Vec<f64>>,
    expired: Option<Vec<bool>>,
}

impl<'a> Sources<'a> {
    /// How many positions there are.
    pub fn count(&self) -> usize {
        self.book.positions.len()
    }

    /// A position with its numbers in the market as it is.
    pub fn subject(&self, index: usize) -> Option<Subject<'a>> {
        self.valued_by(Some(self.base), index)
    }

    /// The same with its numbers under the shock; none without one.
    pub fn shocked_subject(&self, index: usize) -> Option<Subject<'a>> {
        self.valued_by(self.shocked, index)
    }

    fn valued_by(&self, valued: Option<&'a Valued>, index: usize) -> Option<Subject<'a>> {
        let valued: Option<&ValuedPosition> = valued.and_then(|valued| valued.positions.get(index)?.as_ref());
        Some(Subject { position: self.book.positions.get(index)?, valued, as_of: self.market.as_of })
    }

    /// The part of a position; `None` where it has no such number.
    pub fn part(&self, measure: &MeasureDef, under: Under, index: usize) -> Option<f64> {
        let now = || measure.part(&self.subject(index)?, self.market);
        // What a venue states is of the market as it is.
        let after = || match measure.of {
            Of::Valued(_) => measure.part(&self.shocked_subject(index)?, self.market),
            Of::Stated(_) => None,
        };
        match under {
            Under::Now => now(),
            Under::Shock => after(),
            Under::Change => Some(after()? - now()?),
        }
    }
}

impl Columns {
    /// Builds the column of a dimension unless it is there.
    pub fn build(&mut self, sources: &Sources<'_>, dimension: &Dimension) {
        self.dimensions.entry(dimension.id()).or_insert_with(|| encode(sources, dimension));
    }

    /// The column of a dimension, once it is built.
    pub fn dimension(&self, dimension: &Dimension) -> Option<&Column> {
        self.dimensions.get(&dimension.id())
    }

    /// Builds the column of a measure unless it is there.
    pub fn build_measure(&mut self, sources: &Sources<'_>, measure: &'static MeasureDef, under: Under) {
        let values = || exact::round((0..sources.count()).map(|index| sources.part(measure, under, index)));
        self.measures.entry((measure.id, under)).or_insert_with(values);
        self.expired.get_or_insert_with(|| {
            let as_of = sources.market.as_of;
            let expiries = sources.book.positions.iter().map(|position| position.instrument.expiry());
            expiries.map(|expiry| expiry.is_some_and(|expiry| expiry <= as_of)).collect()
        });
    }

    /// A measure by position, once it is built: rounded so that every sum is exact, NaN where there is no number.
    pub fn measure(&self, measure: &MeasureDef, under: Under) -> Option<&[f64]> {
        // The tree is ordered by a static text, and looked up by the same one.
        self.measures.get(&(measure.id, under)).map(Vec::as_slice)
    }

    /// Drops what belongs to a shock, before another one.
    pub fn forget_shock(&mut self) {
        self.measures.retain(|(_, under), _| *under == Under::Now);
    }

    /// Whether each position had expired before the book's time, once a measure is built.
    pub fn expired(&self) -> &[bool] {
        self.expired.as_deref().unwrap_or_default()
    }
}

/// Codes in the order in which keys are met, put into the order of the keys afterwards.
fn encode(sources: &Sources<'_>, dimension: &Dimension) -> Column {
    let mut places: BTreeMap<Key, u32> = BTreeMap::new();
    let mut codes: Vec<u32> = Vec::with_capacity(sources.count());
    for subject in (0..sources.count()).filter_map(|index| sources.subject(index)) {
        let met = places.len() as u32;
        codes.push(*places.entry(dimension.key(&subject)).or_insert(met));
    }
    let mut ranks = vec![0; places.len()];
    for (rank, place) in (0..).zip(places.values()) {
        if let Some(slot) = ranks.get_mut(*place as usize) {
            *slot = rank;
        }
    }
    codes.iter_mut().for_each(|code| *code = ranks.get(*code as usize).copied().unwrap_or(*code));
    Column { keys: places.into_keys().collect(), codes }
}
