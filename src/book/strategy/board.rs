//! What is left of the options of one account, underlying and settlement, by contract and sign.

use crate::book::strategy::Leg;
use crate::instrument::{EuropeanOption, OptionKind};
use crate::order;
use crate::units::Timestamp;
use std::collections::BTreeMap;

/// Quantities that differ by this part are the same, and what is left of one below it is nothing.
pub(super) const ROUNDING: f64 = 1e-9;

/// How many neighbors a pattern looks at on each side, so that a book of thousands of strikes is read in time.
pub(super) const NEIGHBORS: usize = 8;

/// A contract and a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) kind: OptionKind,
    pub(super) is_long: bool,
    pub(super) expiry: Timestamp,
    /// Strikes are not negative, so their bits order as they do.
    strike_bits: u64,
}

impl Key {
    pub(super) fn strike(self) -> f64 {
        f64::from_bits(self.strike_bits)
    }

    /// The same strike and expiry, of this kind and sign.
    pub(super) fn turned(self, kind: OptionKind, is_long: bool) -> Key {
        Key { kind, is_long, ..self }
    }

    /// The opposite sign.
    pub(super) fn opposite(self) -> Key {
        Key { is_long: !self.is_long, ..self }
    }
}

/// What is left of one position.
#[derive(Clone, Copy, Debug)]
struct Lot {
    index: u32,
    /// In its own unit, > 0.
    left: f64,
    /// Units of the underlying per contract.
    size: f64,
}

/// The options that are still in no structure.
#[derive(Debug, Default)]
pub(super) struct Board {
    lots: BTreeMap<Key, Vec<Lot>>,
    expiries: Vec<Timestamp>,
}

impl Board {
    pub(super) fn add(&mut self, index: u32, option: &EuropeanOption, quantity: f64) {
        let (kind, expiry) = (option.kind, option.expiry);
        let key = Key { kind, is_long: quantity > 0.0, expiry, strike_bits: option.strike.get().to_bits() };
        self.lots.entry(key).or_default().push(Lot { index, left: quantity.abs(), size: option.contract_size });
        if let Err(place) = self.expiries.binary_search(&expiry) {
            self.expiries.insert(place, expiry);
        }
    }

    /// Every contract with something left, in order.
    pub(super) fn keys(&self) -> Vec<Key> {
        self.lots.keys().copied().collect()
    }

    pub(super) fn has(&self, key: Key) -> bool {
        self.lots.contains_key(&key)
    }

    /// Units of the underlying that are left.
    pub(super) fn left(&self, key: Key) -> f64 {
        self.lots.get(&key).map_or(0.0, |lots| lots.iter().map(|lot| lot.left * lot.size).sum())
    }

    /// The next higher strikes of the key's kind, sign and expiry, near ones first; `with` says whether its own counts.
    pub(super) fn above(&self, key: Key, with: bool) -> Vec<Key> {
        let top = Key { strike_bits: u64::MAX, ..key };
        self.lots.range(key..=top).map(|(other, _)| *other).filter(|other| with || *other != key).take(NEIGHBORS).collect()
    }

    /// The next lower strikes, likewise.
    pub(super) fn below(&self, key: Key, with: bool) -> Vec<Key> {
        let bottom = Key { strike_bits: 0, ..key };
        self.lots.range(bottom..=key).rev().map(|(other, _)| *other).filter(|other| with || *other != key).take(NEIGHBORS).collect()
    }

    /// Strikes on both sides, near ones first; of two equally near the lower one.
    pub(super) fn around(&self, key: Key) -> Vec<Key> {
        let mut keys = self.below(key, true);
        keys.extend(self.above(key, false));
        order::sort_by(&mut keys, |a, b| (a.strike() - key.strike()).abs().total_cmp(&(b.strike() - key.strike()).abs()));
        keys
    }

    /// The key's kind and sign at a strike that was computed, hence known but for rounding.
    pub(super) fn at(&self, key: Key, strike: f64) -> Option<Key> {
        let bits = |strike: f64| strike.max(0.0).to_bits();
        let low = Key { strike_bits: bits(strike - strike.abs() * ROUNDING), ..key };
        let high = Key { strike_bits: bits(strike + strike.abs() * ROUNDING), ..key };
        self.lots.range(low..=high).next().map(|(key, _)| *key)
    }

    /// The same key at the other expiries, near ones first; of two equally near the earlier one.
    pub(super) fn other_expiries(&self, key: Key) -> Vec<Key> {
        let at = self.expiries.partition_point(|expiry| *expiry < key.expiry);
        let near = self.expiries.iter().skip(at.saturating_sub(NEIGHBORS)).take(2 * NEIGHBORS + 1);
        let mut keys: Vec<Key> = near.filter(|expiry| **expiry != key.expiry).map(|expiry| Key { expiry: *expiry, ..key }).collect();
        order::sort_by_key(&mut keys, |other| (other.expiry.ms() - key.expiry.ms()).abs());
        keys
    }

    /// How many strikes of the key's kind and expiry are left, of either sign.
    pub(super) fn strikes_of(&self, key: Key) -> usize {
        [true, false]
            .iter()
            .map(|is_long| {
                let (bottom, top) =
                    (Key { is_long: *is_long, strike_bits: 0, ..key }, Key { is_long: *is_long, strike_bits: u64::MAX, ..key });
                self.lots.range(bottom..=top).take(3).count()
            })
            .sum()
    }

    /// Takes units of the underlying out, from the first position that has some on.
    pub(super) fn take(&mut self, key: Key, units: f64) -> Vec<Leg> {
        let Some(lots) = self.lots.get_mut(&key) else { return Vec::new() };
        let sign = if key.is_long { 1.0 } else { -1.0 };
        let (mut wanted, mut legs) = (units, Vec::new());
        for lot in lots.iter_mut() {
            if wanted <= ROUNDING * units {
                break;
            }
            let has = lot.left * lot.size;
            let taken = if has <= wanted + ROUNDING * units { lot.left } else { wanted / lot.size };
            wanted -= has;
            lot.left -= taken;
            legs.push(Leg { index: lot.index, quantity: sign * taken });
        }
        lots.retain(|lot| lot.left > 0.0);
        if lots.is_empty() {
            self.lots.remove(&key);
        }
        legs
    }
}
