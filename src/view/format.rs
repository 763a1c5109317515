//! Number → text, with its unit: the only place where a number becomes text for a reader.
//!
//! The minus is U+2212; digits are grouped with a narrow no-break space (U+202F) and a no-break space (U+00A0) stands before a
//! unit. What is not finite is `n/a`; nothing is ever a negative zero.

mod market;
mod time;

pub use crate::view::format::market::{
    axis_numbers, axis_signed, beta, correlation, delta, figure, log_moneyness, share, signed_cents, signed_rate, signed_vol_error,
    variance, vol_error, whole_percent,
};
pub use crate::view::format::time::{age, date, days, duration, forward_days, instant, life, short_date, time_of_day};

const GROUP: char = '\u{202f}';
const SPACE: char = '\u{a0}';
const NOT_AVAILABLE: &str = "n/a";

/// How the sign is printed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// Only a minus.
    Negative,
    /// Plus and minus.
    Both,
}

/// Digits with grouping, sign in front, `mark` (a currency sign) between sign and digits.
fn decimal(value: f64, decimals: usize, sign: Sign, mark: &str) -> String {
    if !value.is_finite() {
        return NOT_AVAILABLE.to_owned();
    }
    let digits = format!("{:.*}", decimals, value.abs());
    let is_zero = digits.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let mut text = String::with_capacity(digits.len() + 8);
    if !is_zero && value < 0.0 {
        text.push('−');
    } else if !is_zero && sign == Sign::Both {
        text.push('+');
    }
    text.push_str(mark);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            text.push(GROUP);
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// Three significant digits with a suffix k, M or B.
fn compact(value: f64, sign: Sign, mark: &str) -> String {
    let size = value.abs();
    let (scale, suffix) = match size {
        size if size >= 999.5e6 => (1e9, "B"),
        size if size >= 999.5e3 => (1e6, "M"),
        size if size >= 999.5 => (1e3, "k"),
        _ => (1.0, ""),
    };
    let scaled = value / scale;
    let decimals = match scaled.abs() {
        _ if suffix.is_empty() && size >= 10.0 => 0,
        size if size < 9.995 => 2,
        size if size < 99.95 => 1,
        _ => 0,
    };
    let text = decimal(scaled, decimals, sign, mark);
    if suffix.is_empty() || !value.is_finite() { text } else { format!("{text}{SPACE}{suffix}") }
}

fn with_unit(number: String, unit: &str) -> String {
    if number == NOT_AVAILABLE || unit.is_empty() { number } else { format!("{number}{SPACE}{unit}") }
}

/// Decimals that show about six significant digits, at least `least`.
fn decimals_for(value: f64, least: usize) -> usize {
    let mut decimals = 5_usize;
    let mut size = value.abs();
    while size >= 10.0 && decimals > 0 {
        size /= 10.0;
        decimals -= 1;
    }
    while size > 0.0 && size < 1.0 && decimals < 10 {
        size *= 10.0;
        decimals += 1;
    }
    decimals.max(least)
}

/// Trailing zeros beyond `least` decimals go.
fn trimmed_to(mut text: String, least: usize) -> String {
    while text.ends_with('0') && text.split_once('.').is_some_and(|(_, fraction)| fraction.len() > least) {
        text.pop();
    }
    text
}

fn trimmed(text: String) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// US dollars, compact: `$4.82 M`, `−$912 k`.
pub fn money(value: f64) -> String {
    compact(value, Sign::Negative, "$")
}

/// US dollars of a change, compact with sign: `+$14.9 k`.
pub fn signed_money(value: f64) -> String {
    compact(value, Sign::Both, "$")
}

/// US dollars to the cent: `−$912 345.67`.
pub fn exact_money(value: f64) -> String {
    decimal(value, 2, Sign::Negative, "$")
}

/// US dollars to the dollar: `−$912 346`.
pub fn dollars(value: f64) -> String {
    decimal(value, 0, Sign::Negative, "$")
}

/// A P&L in full: dollars to the dollar, `−$912 345`, or coins to four decimals, `−9.5512 BTC`.
pub fn exact_pnl(value: f64, unit: &str) -> String {
    if unit == "USD" { decimal(value, 0, Sign::Both, "$") } else { with_unit(decimal(value, 4, Sign::Both, ""), unit) }
}

/// A P&L for an axis, compact with sign and without unit: `−1.2 M`.
pub fn axis_pnl(value: f64) -> String {
    let text = compact(value, Sign::Both, "");
    match text.split_once(SPACE) {
        Some((number, suffix)) => format!("{}{SPACE}{suffix}", trimmed(number.to_owned())),
        None => trimmed(text),
    }
}

/// Whole US dollars for a column that names the currency: `−912 345`; beyond eight digits, which no column holds, `55 655.4 M`.
pub fn whole(value: f64) -> String {
    column(value, Sign::Negative)
}

/// The same with its sign always printed.
pub fn signed_whole(value: f64) -> String {
    column(value, Sign::Both)
}

fn column(value: f64, sign: Sign) -> String {
    if value.abs() < 99_999_999.5 { decimal(value, 0, sign, "") } else { with_unit(decimal(value / 1e6, 1, sign, ""), "M") }
}

/// A count in groups of three: `12 345`.
pub fn grouped(count: usize) -> String {
    decimal(count as f64, 0, Sign::Negative, "")
}

/// A count with its noun: `1 row`, `12 345 rows`.
pub fn count(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// Size of a file: `12.4 MB`.
pub fn bytes(bytes: u64) -> String {
    match bytes {
        0..1_000 => with_unit(grouped(bytes as usize), "bytes"),
        1_000..1_000_000 => with_unit(decimal(bytes as f64 / 1e3, 0, Sign::Negative, ""), "kB"),
        _ => with_unit(decimal(bytes as f64 / 1e6, 1, Sign::Negative, ""), "MB"),
    }
}

/// A multiple: `4.21 ×`.
pub fn multiple(value: f64) -> String {
    with_unit(decimal(value, 2, Sign::Negative, ""), "×")
}

/// An amount of a coin: `12.40 BTC`, `4.72 M BTC`.
pub fn coin(value: f64, code: &str) -> String {
    with_unit(coins(value, Sign::Negative), code)
}

/// A change in a coin, with sign: `−12.40 BTC`.
pub fn signed_coin(value: f64, code: &str) -> String {
    with_unit(coins(value, Sign::Both), code)
}

fn coins(value: f64, sign: Sign) -> String {
    let decimals = match value.abs() {
        size if size >= 999.5e3 => return compact(value, sign, ""),
        size if size >= 999.5 => 0,
        size if size >= 9.995 => 2,
        _ => 4,
    };
    decimal(value, decimals, sign, "")
}

/// A fraction as percent with one decimal: `18.9 %`.
pub fn percent(fraction: f64) -> String {
    with_unit(decimal(fraction * 100.0, 1, Sign::Negative, ""), "%")
}

/// A fraction as percent, one decimal, sign always: `−16.0 %`.
pub fn signed_percent(fraction: f64) -> String {
    with_unit(decimal(fraction * 100.0, 1, Sign::Both, ""), "%")
}

/// A fraction as percent for an axis, without needless decimals: `−50 %`.
pub fn axis_percent(fraction: f64) -> String {
    with_unit(trimmed(decimal(fraction * 100.0, 1, Sign::Both, "")), "%")
}

/// A vol shift in points, sign always: `+12.0 pts`, from 0.12.
pub fn points(shift: f64) -> String {
    with_unit(decimal(shift * 100.0, 1, Sign::Both, ""), "pts")
}

/// A vol shift in points for an axis that names the unit: `+12`.
pub fn axis_points(shift: f64) -> String {
    trimmed(decimal(shift * 100.0, 1, Sign::Both, ""))
}

/// A volatility as percent a year without the sign, for a column that names it: `65.2`.
pub fn vol(value: f64) -> String {
    decimal(value * 100.0, 2, Sign::Negative, "")
}

/// A price level in US dollars without unit: `95 540`, `0.2134`.
pub fn level(value: f64) -> String {
    let least = if value.abs() >= 1000.0 { 0 } else { 2 };
    if least == 0 { decimal(value, 0, Sign::Negative, "") } else { decimal(value, decimals_for(value, 2).min(8), Sign::Negative, "") }
}

/// A price in its own unit: `0.0525 BTC`, `95 634.81`; dollars go without their code.
pub fn price(value: f64, unit: &str) -> String {
    if unit == "USD" {
        return decimal(value, if value.abs() >= 100.0 { 2 } else { decimals_for(value, 2).min(8) }, Sign::Negative, "");
    }
    with_unit(trimmed_to(decimal(value, decimals_for(value, 4).min(6), Sign::Negative, ""), 4), unit)
}

/// A quantity in its own unit, as many decimals as it has, sign always: `−120 000 USD`, `+2.5 BTC`.
pub fn quantity(value: f64, unit: &str) -> String {
    with_unit(trimmed(decimal(value, decimals_for(value, 2).min(8), Sign::Both, "")), unit)
}

/// The same with only a minus: `95 577.69 USD`, `−2.5 BTC`.
pub fn measured(value: f64, unit: &str) -> String {
    with_unit(trimmed(decimal(value, decimals_for(value, 2).min(8), Sign::Negative, "")), unit)
}

/// A number for an input field: no grouping, a point, as many decimals as it has up to six.
pub fn plain(value: f64) -> String {
    if !value.is_finite() {
        return String::new();
    }
    trimmed(format!("{:.6}", value + 0.0)).replace("-0", if value == 0.0 { "0" } else { "-0" })
}

/// The same with the typographic minus and a plus sign.
pub fn plain_signed(value: f64) -> String {
    let text = plain(value.abs());
    match value {
        value if value > 0.0 => format!("+{text}"),
        value if value < 0.0 => format!("−{text}"),
        _ => "0".to_owned(),
    }
}

/// A number for another program: the shortest decimals that read back as the same bits, `1e-300`; empty if it is not finite.
pub fn round_trip(value: f64) -> String {
    if value.is_finite() { format!("{:?}", value + 0.0) } else { String::new() }
}

/// A number as it is typed: the shortest digits that read back as the same bits, `-20`, `1e-12`, `1e12`.
pub fn typed(value: f64) -> String {
    if value.is_finite() && value.abs() >= 1e12 {
        return format!("{value:e}");
    }
    round_trip(value).trim_end_matches(".0").to_owned()
}

/// Those of the texts that are not empty, in a row: `Deribit · main`.
pub fn joined<const COUNT: usize>(texts: [&str; COUNT]) -> String {
    texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// A text cell of a CSV (RFC 4180), quoted where needed and guarded against evaluation by a spreadsheet.
pub fn csv_text(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']);
    csv_cell(&if is_formula { format!("'{text}") } else { text.to_owned() })
}

/// A cell of a CSV that only Plimsoll reads (RFC 4180), quoted where needed.
pub fn csv_cell(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r', ';']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

/// An error of which only the size matters, ≥ 0: `3·10⁻¹⁴`.
pub fn error(size: f64) -> String {
    if !(size > 0.0 && size < 0.95) {
        return decimal(size, 0, Sign::Negative, "");
    }
    let (mut digit, mut power) = (size, 0_usize);
    while digit < 0.95 {
        (digit, power) = (digit * 10.0, power + 1);
    }
    let raised = power.to_string().bytes().filter_map(|byte| "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(usize::from(byte - b'0'))).collect::<String>();
    format!("{}·10⁻{raised}", decimal(digit, 0, Sign::Negative, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: String, expected: &str) {
        assert_eq!(text.replace(['\u{202f}', '\u{a0}'], " "), expected);
    }

    #[test]
    fn an_error_is_told_by_its_power_of_ten() {
        for (size, expected) in [(0.0, "0"), (3.2e-14, "3·10⁻¹⁴"), (9.6e-4, "1·10⁻³"), (0.97, "1"), (0.2, "2·10⁻¹"), (12.0, "12")]
        {
            check(error(size), expected);
        }
        check(error(f64::NAN), "n/a");
    }

    #[test]
    fn numbers_carry_sign_grouping_and_unit() {
        check(money(4_820_000.0), "$4.82 M");
        check(money(-912_345.0), "−$912 k");
        check(money(999_600.0), "$1.00 M");
        check(money(999.4), "$999");
        check(signed_money(14_900.0), "+$14.9 k");
        check(signed_money(-0.001), "$0.00");
        check(exact_money(-912_345.674), "−$912 345.67");
        check(exact_pnl(-912_345.6, "USD"), "−$912 346");
        check(exact_pnl(9.551_23, "BTC"), "+9.5512 BTC");
        check(axis_pnl(-1_200_000.0), "−1.2 M");
        check(axis_pnl(0.0), "0");
        check(signed_coin(-12.4, "BTC"), "−12.40 BTC");
        check(coin(4_723_857.0, "BTC"), "4.72 M BTC");
        check(signed_whole(55_655_442_742.0), "+55 655.4 M");
        check(percent(0.1894), "18.9 %");
        check(signed_percent(-0.16), "−16.0 %");
        check(axis_percent(-0.5), "−50 %");
        check(points(0.12), "+12.0 pts");
        check(vol(0.6521), "65.21");
        check(level(95_540.4), "95 540");
        check(price(0.0525, "BTC"), "0.0525 BTC");
        check(price(95_634.81, "USD"), "95 634.81");
        check(quantity(-120_000.0, "USD"), "−120 000 USD");
        check(measured(95_577.69, "USD"), "95 577.69 USD");
        check(money(f64::NAN), "n/a");
        check(signed_whole(-0.2), "0");
        check(plain(-50.0), "-50");
        check(plain(-0.0), "0");
        check(plain_signed(12.5), "+12.5");
    }

    #[test]
    fn a_cell_that_a_spreadsheet_would_evaluate_is_guarded() {
        assert_eq!(csv_text("=1+1"), "'=1+1");
        assert_eq!(csv_text("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(csv_text("BTC-1-C"), "BTC-1-C");
    }
}
