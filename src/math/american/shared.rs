//! Exercise regions that several options share.

use crate::math::american::{AmericanInput, Boundary, Correction, EscrowedInput};
use crate::math::black::OptionKind;
use std::collections::BTreeMap;

/// What a region depends on: bits of vol, rate, yield and time, and which right it is.
type Terms = ([u64; 4], OptionKind);

fn terms(input: &AmericanInput) -> Terms {
    let AmericanInput { vol, rate, carry_yield, years, kind, .. } = *input;
    ([vol, rate, carry_yield, years].map(f64::to_bits), kind)
}

/// Regions that were fitted so far. One depends on neither spot nor strike, so that the strikes of an expiry at one vol share it, and
/// so do the spots of a row of a grid.
#[derive(Clone, Debug, Default)]
pub struct Boundaries {
    known: BTreeMap<Terms, Boundary>,
    /// By strike and dividends besides, which these depend on.
    corrections: BTreeMap<(Terms, Vec<u64>), Correction>,
}

impl Boundaries {
    /// The region of these terms, the same bits as [`AmericanInput::boundary`].
    pub fn of(&mut self, input: &AmericanInput) -> &Boundary {
        self.known.entry(terms(input)).or_insert_with(|| input.boundary())
    }

    /// The price of an option under dividends, the same bits as [`EscrowedInput::price`].
    pub fn price(&mut self, input: &EscrowedInput<'_>) -> f64 {
        let rest = input.rest();
        let numbers = input.dividends().iter().flat_map(|dividend| [dividend.before_expiry, dividend.amount]);
        let key = (terms(rest), numbers.chain([rest.strike]).map(f64::to_bits).collect());
        let correction = self.corrections.entry(key).or_insert_with(|| input.correction(input.layout()));
        let boundary = self.known.entry(terms(rest)).or_insert_with(|| rest.boundary());
        input.price_within(boundary, correction)
    }

    /// How many were fitted.
    pub fn count(&self) -> usize {
        self.known.len()
    }
}
