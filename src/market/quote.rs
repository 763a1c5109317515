//! The quotes that a market was assembled from, for checks that compare them with each other.

use crate::instrument::{OptionKind, Settlement};
use crate::market::{Market, OptionQuote};
use crate::units::{Rate, Timestamp};

/// A listed option and what is known of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ListedOption<'a> {
    /// Code of the underlying.
    pub underlying: &'a str,
    /// The expiry.
    pub expiry: Timestamp,
    /// Strike, US dollars.
    pub strike: f64,
    /// Call or put.
    pub kind: OptionKind,
    /// What it pays in.
    pub settlement: Settlement,
    /// Its vol and price.
    pub quote: OptionQuote,
}

impl Market {
    /// Every listed option that something is known of, by underlying, expiry and strike.
    pub fn listed_options(&self) -> impl Iterator<Item = ListedOption<'_>> {
        self.underlyings.iter().flat_map(|(name, underlying)| {
            underlying.options.iter().map(|(key, quote)| ListedOption {
                underlying: name,
                expiry: key.expiry,
                strike: f64::from_bits(key.strike_bits),
                kind: key.kind,
                settlement: key.settlement,
                quote: *quote,
            })
        })
    }

    /// Codes of the underlyings that something is known of, in alphabetical order.
    pub fn known(&self) -> impl Iterator<Item = &str> {
        self.underlyings.keys().map(String::as_str)
    }

    /// The expiries of an underlying whose forward a file gives, in time order.
    pub fn forward_expiries(&self, name: &str) -> impl Iterator<Item = Timestamp> {
        self.underlyings.get(name).into_iter().flat_map(|underlying| underlying.forwards.keys().copied())
    }

    /// Funding of the underlying's perpetual, simple, per year, + longs pay; `None` where no file gives it.
    pub fn funding(&self, name: &str) -> Option<f64> {
        self.underlyings.get(name)?.funding.map(Rate::get)
    }
}
