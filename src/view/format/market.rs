//! Numbers of smiles, surfaces and Greeks → text, by the rules of the module above.

use crate::view::format::{Sign, decimal, decimals_for, trimmed, with_unit};

/// US dollars of a change to the cent, sign always, without the sign of the currency: `−912 345.67`.
pub fn signed_cents(value: f64) -> String {
    decimal(value, 2, Sign::Both, "")
}

/// A rate a year as percent without the sign, for a column that names it, sign always: `+4.31`.
pub fn signed_rate(value: f64) -> String {
    decimal(value * 100.0, 2, Sign::Both, "")
}

/// What a curve misses quotes by, in vol points without the unit, to a thousandth: `0.142`.
pub fn vol_error(value: f64) -> String {
    decimal(value * 100.0, 3, Sign::Negative, "")
}

/// The same of one quote, sign always: `+0.142`.
pub fn signed_vol_error(value: f64) -> String {
    decimal(value * 100.0, 3, Sign::Both, "")
}

/// A total variance, vol² × years: `0.05321`.
pub fn variance(value: f64) -> String {
    decimal(value, 5, Sign::Negative, "")
}

/// ln(K/F): `−0.105`.
pub fn log_moneyness(value: f64) -> String {
    decimal(value, 3, Sign::Both, "")
}

/// A part of 1: `0.250`.
pub fn share(value: f64) -> String {
    decimal(value, 3, Sign::Negative, "")
}

/// A correlation, sign always: `+0.71`.
pub fn correlation(value: f64) -> String {
    decimal(value, 2, Sign::Both, "")
}

/// A slope, two decimals: `1.24`, `−0.38`.
pub fn beta(value: f64) -> String {
    decimal(value, 2, Sign::Negative, "")
}

/// A delta by the option out of the money, from the size of the put's: `25Δ put`, `50Δ`, `10Δ call`.
pub fn delta(put: f64) -> String {
    let of = |size: f64| trimmed(decimal(size * 100.0, 1, Sign::Negative, ""));
    match of(put.min(1.0 - put)).as_str() {
        "50" => "50Δ".to_owned(),
        size if put < 0.5 => format!("{size}Δ put"),
        size => format!("{size}Δ call"),
    }
}

/// A fraction as percent without decimals: `105 %`.
pub fn whole_percent(fraction: f64) -> String {
    with_unit(decimal(fraction * 100.0, 0, Sign::Negative, ""), "%")
}

/// A number on an axis, without needless decimals: `52.5`, `0.004`.
pub fn axis_number(value: f64) -> String {
    trimmed(decimal(value, decimals_for(value, 1).min(6), Sign::Negative, ""))
}

/// The same, sign always.
pub fn axis_signed(value: f64) -> String {
    trimmed(decimal(value, decimals_for(value, 1).min(6), Sign::Both, ""))
}

/// A number of any size to five digits, whole ones in full, without unit: `12 346`, `0.0012346`.
pub fn figure(value: f64) -> String {
    trimmed(decimal(value, decimals_for(value, 1).saturating_sub(1).min(9), Sign::Negative, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: String, expected: &str) {
        assert_eq!(text.replace(['\u{202f}', '\u{a0}'], " "), expected);
    }

    #[test]
    fn figures_of_a_surface_carry_their_sign_and_as_many_digits_as_they_need() {
        check(signed_vol_error(0.00142), "+0.142");
        check(delta(0.25), "25Δ put");
        check(delta(0.5), "50Δ");
        check(delta(0.9), "10Δ call");
        check(axis_number(52.5), "52.5");
        check(axis_number(0.0), "0");
        check(axis_signed(-0.25), "−0.25");
        check(figure(-12_345.678), "−12 346");
        check(figure(0.001_234_56), "0.0012346");
        check(correlation(-0.705), "−0.70");
        check(signed_rate(0.0431), "+4.31");
        check(signed_cents(-912_345.674), "−912 345.67");
        check(log_moneyness(-0.1), "−0.100");
        check(whole_percent(1.05), "105 %");
    }
}
