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

/// Numbers of one axis, all with as many decimals as the smallest step between them needs: `105`; `0.25`, `0.50`.
pub fn axis_numbers(values: &[f64]) -> Vec<String> {
    on_axis(values, Sign::Negative)
}

/// The same, sign always.
pub fn axis_signed(values: &[f64]) -> Vec<String> {
    on_axis(values, Sign::Both)
}

fn on_axis(values: &[f64], sign: Sign) -> Vec<String> {
    const MOST: usize = 10;
    let steps = values.windows(2).filter_map(|pair| Some((pair.last()? - pair.first()?).abs())).filter(|step| *step > 0.0);
    // A label on its own is as exact as it is.
    let step = steps.reduce(f64::min).or(values.first().map(|value| value.abs())).unwrap_or(0.0);
    // To a thousandth of itself: ticks are products, which miss their round number by the last bit.
    let is_enough = |decimals: &usize| {
        let scaled = (0..*decimals).fold(step, |scaled, _| scaled * 10.0);
        step == 0.0 || scaled.round() >= 1.0 && (scaled - scaled.round()).abs() < 1e-3 * scaled
    };
    let decimals = (0..MOST).find(is_enough).unwrap_or(MOST);
    values.iter().map(|value| decimal(*value, decimals, sign, "")).collect()
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
        check(figure(-12_345.678), "−12 346");
        check(figure(0.001_234_56), "0.0012346");
        check(correlation(-0.705), "−0.70");
        check(signed_rate(0.0431), "+4.31");
        check(signed_cents(-912_345.674), "−912 345.67");
        check(log_moneyness(-0.1), "−0.100");
        check(whole_percent(1.05), "105 %");
    }

    #[test]
    fn labels_of_one_axis_have_the_decimals_of_its_step() {
        let plain = |values: &[f64]| axis_numbers(values).join(" ").replace('\u{202f}', "");
        assert_eq!(plain(&[90.0, 105.0, 120.0]), "90 105 120");
        assert_eq!(plain(&[0.0, 0.25, 0.5, 0.75]), "0.00 0.25 0.50 0.75");
        assert_eq!(plain(&[0.1 * 3.0, 0.1 * 4.0]), "0.3 0.4");
        assert_eq!(plain(&[99_997.5, 100_000.0, 100_002.5]), "99997.5 100000.0 100002.5");
        assert_eq!(plain(&[0.000_02, 0.000_04]), "0.00002 0.00004");
        assert_eq!(plain(&[52.5]), "52.5");
        assert_eq!(plain(&[0.0]), "0");
        assert_eq!(plain(&[]), "");
        assert_eq!(axis_signed(&[-0.25, 0.0, 0.25]).join(" "), "−0.25 0.00 +0.25");
    }
}
