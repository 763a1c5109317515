//! Exercise regions that several options share.

use crate::math::american::{AmericanInput, Boundary};
use crate::math::black::OptionKind;
use std::collections::BTreeMap;

/// What a region depends on: bits of vol, rate, yield and time, and which right it is.
type Terms = ([u64; 4], OptionKind);

/// Regions that were fitted so far. One depends on neither spot nor strike, so that the strikes of an expiry at one vol share it, and
/// so do the spots of a row of a grid.
#[derive(Clone, Debug, Default)]
pub struct Boundaries {
    known: BTreeMap<Terms, Boundary>,
}

impl Boundaries {
    /// The region of these terms, the same bits as [`AmericanInput::boundary`].
    pub fn of(&mut self, input: &AmericanInput) -> &Boundary {
        let AmericanInput { vol, rate, carry_yield, years, kind, .. } = *input;
        let terms = ([vol, rate, carry_yield, years].map(f64::to_bits), kind);
        self.known.entry(terms).or_insert_with(|| input.boundary())
    }

    /// How many were fitted.
    pub fn count(&self) -> usize {
        self.known.len()
    }
}
