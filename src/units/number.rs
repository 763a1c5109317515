//! Checked scalar units. None of them multiplies with another by operator: the contract knows what price × quantity means.

use crate::issue::{Issue, IssueKind};
use serde::{Deserialize, Serialize};

macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $label:literal, $accepted:literal, $in_range:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
        #[serde(try_from = "f64", into = "f64")]
        pub struct $name(f64);

        impl $name {
            /// Checks the range.
            ///
            /// # Errors
            /// An `Invalid` issue that quotes the value and names the accepted range.
            pub fn new(value: f64) -> Result<$name, Issue> {
                let in_range: fn(f64) -> bool = $in_range;
                if value.is_finite() && in_range(value) {
                    // Adding zero turns −0.0 into 0.0, so that no page ever shows a negative nothing.
                    Ok($name(value + 0.0))
                } else {
                    Err(Issue::rejected(IssueKind::Invalid, concat!($label, " must be ", $accepted)).with_value(&value.to_string()))
                }
            }

            /// The bare number, in the unit that the type's documentation states.
            pub fn get(self) -> f64 {
                self.0
            }
        }

        impl TryFrom<f64> for $name {
            type Error = String;
            fn try_from(value: f64) -> Result<$name, String> {
                $name::new(value).map_err(|issue| issue.message)
            }
        }

        impl From<$name> for f64 {
            fn from(number: $name) -> f64 {
                number.0
            }
        }
    };
}

number!(
    /// Quote currency per one unit of base; finite, 0 or more. Zero is a real mark (a worthless option).
    Price, "a price", "a finite number, 0 or more", |value| value >= 0.0
);
number!(
    /// Signed amount of contracts, coins or quote units, + long; finite.
    Quantity, "a quantity", "a finite number", |_| true
);
number!(
    /// Annualized volatility as a decimal, 0.65 = 65 %; 0 to 100 (10 000 %).
    Vol, "a volatility", "between 0 and 10 000 %", |value| (0.0..=100.0).contains(&value)
);
number!(
    /// Rate per year as a decimal; −10 to 10 (−1 000 % to 1 000 %): funding of a perpetual runs below −100 %.
    Rate, "a rate", "between -1 000 % and 1 000 % a year", |value| (-10.0..=10.0).contains(&value)
);

/// The shortest decimal text that reads back to the same bits, for files that are read again; a page shows numbers by
/// `view::format`.
pub fn exact_text(value: f64) -> String {
    let size = value.abs();
    // Outside of these sizes, digits without an exponent would be zeros for the most part.
    if size == 0.0 || (1e-7..1e17).contains(&size) { value.to_string() } else { format!("{value:e}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_text_reads_back_to_the_same_bits() {
        for (value, text) in [
            (0.1 + 0.2, "0.30000000000000004"),
            (100_000.0, "100000"),
            (1e300, "1e300"),
            (-5e-324, "-5e-324"),
            (1e17, "1e17"),
            (0.0, "0"),
            (f64::MAX, "1.7976931348623157e308"),
        ] {
            assert_eq!((exact_text(value).as_str(), text.parse()), (text, Ok(value)));
        }
    }

    #[test]
    fn ranges_are_checked_and_minus_zero_is_not_kept() {
        assert!(Price::new(f64::NAN).is_err());
        assert!(Price::new(-1.0).is_err());
        assert!(Vol::new(100.1).is_err());
        assert!(Rate::new(-10.5).is_err());
        assert!(Quantity::new(f64::INFINITY).is_err());
        assert!(Quantity::new(-0.0).is_ok_and(|quantity| quantity.get().is_sign_positive()));
    }
}
