//! Text of a cell → number, with the interpretation wherever there was more than one.
//!
//! Invariant: a number is never guessed in silence, and what is not plainly a number is an error, never 0.

/// The sign between whole and fraction that a file uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum DecimalMark {
    /// `0.62`
    #[default]
    Point,
    /// `0,62`
    Comma,
}

/// A number as it was read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Number {
    /// Its value; a percent sign has been applied.
    pub value: f64,
    /// Whether it was written with a percent sign.
    pub percent: bool,
    /// What was interpreted; `None` where there is one reading only.
    pub reading: Option<&'static str>,
}

/// Reads a cell that is not blank.
///
/// # Errors
/// Why it is not a number, to be followed by what would be accepted.
pub(super) fn parse(text: &str, mark: DecimalMark) -> Result<Number, &'static str> {
    let is_plain =
        |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'e' | b'E') || (byte == b'.' && mark == DecimalMark::Point);
    if text.bytes().all(is_plain) && text.bytes().filter(|byte| *byte == b'.').count() < 2 {
        let (value, reading) = finite(text)?;
        return Ok(Number { value, percent: false, reading });
    }
    interpret(text, mark)
}

/// Whether a cell holds what a spreadsheet writes where a formula failed.
pub(super) fn is_spreadsheet_error(text: &str) -> bool {
    const ERRORS: [&str; 12] =
        ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#GETTING_DATA"];
    let text = text.trim();
    text.starts_with('#') && ERRORS.contains(&text)
}

/// Whether a cell shows which decimal mark its file uses: `Some` for a number that has one reading only.
pub(super) fn decimal_mark_of(text: &str) -> Option<DecimalMark> {
    let body = text.trim().trim_start_matches(['-', '+']).trim_end_matches('%').trim_end();
    let (sign, mark) = if body.contains(',') { (',', DecimalMark::Comma) } else { ('.', DecimalMark::Point) };
    let (whole, fraction) = body.split_once(sign)?;
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = is_digits(whole) && is_digits(fraction) && !fraction.is_empty();
    (is_number && (fraction.len() != 3 || whole.len() > 3 || whole.starts_with('0') || whole.is_empty())).then_some(mark)
}

fn interpret(text: &str, mark: DecimalMark) -> Result<Number, &'static str> {
    if text.starts_with('#') {
        return Err("a spreadsheet error");
    }
    let mut reading = None;
    let mut rest = text.trim();
    if let Some(inner) = rest.strip_prefix('\'') {
        reading = Some("the leading apostrophe marks text in a spreadsheet and is left out");
        rest = inner.trim();
    }
    let mut negative = false;
    if let Some(inner) = rest.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        if inner.contains(['-', '+']) {
            return Err("not a number");
        }
        reading = Some("brackets read as a minus sign");
        (rest, negative) = (inner.trim(), true);
    }
    let mut percent = false;
    if let Some(inner) = rest.strip_suffix('%') {
        reading = Some("percent sign applied");
        (rest, percent) = (inner.trim_end(), true);
    }
    let unsigned = rest.trim_start_matches(['-', '+']);
    if rest.len() - unsigned.len() > 1 {
        return Err("not a number");
    }
    negative ^= rest.starts_with('-');
    let amount = unsigned.trim_start_matches(['$', '€', '£', '¥', '₿']).trim();
    let amount = match amount.trim_end_matches(['$', '€', '£', '¥', '₿']) {
        "" => return Err("not a number"),
        amount => amount.trim(),
    };
    if amount.len() != unsigned.len() {
        reading = Some("currency sign left out");
    }
    let (plain, separators) = separate(amount, mark)?;
    let (value, rounded) = finite(&plain)?;
    let signed = if negative { -value } else { value };
    Ok(Number { value: if percent { signed / 100.0 } else { signed }, percent, reading: rounded.or(separators).or(reading) })
}

/// Takes group separators out and turns the decimal mark into a point.
fn separate(amount: &str, mark: DecimalMark) -> Result<(String, Option<&'static str>), &'static str> {
    let (mantissa, exponent) = match amount.find(['e', 'E']) {
        Some(at) => amount.split_at(at),
        None => (amount, ""),
    };
    let is_space = |sign: char| matches!(sign, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}');
    if let Some(odd) = mantissa.chars().find(|sign| !sign.is_ascii_digit() && !matches!(sign, '.' | ',' | '\'' | '’') && !is_space(*sign))
    {
        return Err(if odd.is_numeric() { "written in digits other than 0 to 9" } else { "not a number" });
    }
    if !exponent.is_empty() && !mantissa.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b',') {
        return Err("not a number");
    }
    let (points, commas) = (mantissa.matches('.').count(), mantissa.matches(',').count());
    let both = points > 0 && commas > 0;
    let decimal = if both {
        // The later of the two signs is the decimal mark in every way of writing.
        if mantissa.rfind('.') > mantissa.rfind(',') { Some('.') } else { Some(',') }
    } else {
        match (points, commas, mark) {
            (1, 0, DecimalMark::Point) => Some('.'),
            (0, 1, DecimalMark::Comma) => Some(','),
            (1, 0, DecimalMark::Comma) => (!is_grouped(mantissa, '.')).then_some('.'),
            (0, 1, DecimalMark::Point) => (!is_grouped(mantissa, ',')).then_some(','),
            _ => None,
        }
    };
    let (whole, fraction) = match decimal {
        Some(sign) => mantissa.rsplit_once(sign).unwrap_or((mantissa, "")),
        None => (mantissa, ""),
    };
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("not a number");
    }
    let separator = whole.chars().find(|sign| !sign.is_ascii_digit());
    if separator.is_some_and(|sign| !is_grouped(whole, sign)) {
        return Err("not a number: its groups of digits are uneven");
    }
    let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    let reading = match (separator, decimal) {
        (Some(','), _) => Some("comma read as thousands separator"),
        (Some('.'), Some(_)) => Some("point read as thousands separator, comma as decimal mark"),
        (Some('.'), None) => Some("point read as thousands separator"),
        (Some('\'' | '’'), _) => Some("apostrophe read as thousands separator"),
        (Some(_), _) => Some("space read as thousands separator"),
        (None, Some(',')) if mark == DecimalMark::Point => Some("comma read as decimal mark"),
        (None, Some('.')) if mark == DecimalMark::Comma => Some("point read as decimal mark, although the file uses decimal commas"),
        _ => None,
    };
    let point = if fraction.is_empty() { "" } else { "." };
    Ok((format!("{digits}{point}{fraction}{exponent}"), reading))
}

/// Whether the digits stand in groups of three, or in Indian groups (`1,00,000`).
fn is_grouped(whole: &str, separator: char) -> bool {
    let lengths: Vec<usize> = whole.split(separator).map(str::len).collect();
    let [first, middle @ .., last] = lengths.as_slice() else { return false };
    let is_western = middle.iter().all(|length| *length == 3) && (1..=3).contains(first);
    let is_indian = middle.iter().all(|length| *length == 2) && (1..=2).contains(first);
    let has_other_signs = whole.contains(|sign: char| !sign.is_ascii_digit() && sign != separator);
    *last == 3 && (is_western || is_indian) && !has_other_signs && !whole.starts_with('0')
}

fn finite(text: &str) -> Result<(f64, Option<&'static str>), &'static str> {
    let value: f64 = text.parse().map_err(|_| "not a number")?;
    if !value.is_finite() {
        return Err("too large to be represented");
    }
    let mantissa = text.split(['e', 'E']).next().unwrap_or(text);
    if value == 0.0 && mantissa.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) {
        return Err("too small to be represented");
    }
    let whole = text.trim_start_matches(['-', '+']);
    let is_long_integer = whole.len() > 15 && whole.bytes().all(|byte| byte.is_ascii_digit());
    if is_long_integer && format!("{:.0}", value.abs()) != whole.trim_start_matches('0') {
        return Ok((value, Some("rounded to the nearest number of 53 binary digits")));
    }
    Ok((value, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_of_writing_a_number_has_one_reading() {
        use DecimalMark::{Comma, Point};
        for (text, mark, expected, is_noted) in [
            ("100000", Point, Some(100_000.0), false),
            ("+2", Point, Some(2.0), false),
            (".62", Point, Some(0.62), false),
            ("1E+05", Point, Some(100_000.0), false),
            ("-1.1e3", Point, Some(-1100.0), false),
            ("0,62", Comma, Some(0.62), false),
            ("-1,5", Comma, Some(-1.5), false),
            ("100.000", Comma, Some(100_000.0), true),
            ("1.5", Comma, Some(1.5), true),
            ("0,62", Point, Some(0.62), true),
            ("100,000", Point, Some(100_000.0), true),
            ("0,125", Point, Some(0.125), true),
            ("100,000.00", Point, Some(100_000.0), true),
            ("100.000,00", Point, Some(100_000.0), true),
            ("1.234.567", Point, Some(1_234_567.0), true),
            ("1,00,000", Point, Some(100_000.0), true),
            ("100'000.00", Point, Some(100_000.0), true),
            ("100\u{a0}000", Point, Some(100_000.0), true),
            ("$100,000", Point, Some(100_000.0), true),
            ("'100000", Point, Some(100_000.0), true),
            ("(1.5)", Point, Some(-1.5), true),
            ("62%", Point, Some(0.62), true),
            ("9007199254740993", Point, Some(9_007_199_254_740_992.0), true),
            ("9007199254740992", Point, Some(9_007_199_254_740_992.0), false),
            ("0.000000000000000001", Point, Some(1e-18), false),
            ("1e300", Point, Some(1e300), false),
            ("1,2,3", Point, None, false),
            ("1,0000", Point, Some(1.0), true),
            ("10,00,00", Point, None, false),
            ("1.2.3", Point, None, false),
            ("1e-400", Point, None, false),
            ("1e400", Point, None, false),
            ("Infinity", Point, None, false),
            ("-inf", Point, None, false),
            ("nan", Point, None, false),
            ("0x186A0", Point, None, false),
            ("-", Point, None, false),
            ("--1", Point, None, false),
            ("", Point, None, false),
            ("%", Point, None, false),
            ("()", Point, None, false),
            ("$", Point, None, false),
            ("N/A", Point, None, false),
            ("#REF!", Point, None, false),
            ("1 2", Point, None, false),
            ("１０", Point, None, false),
            ("١٠٠", Point, None, false),
        ] {
            let number = parse(text, mark);
            assert_eq!(number.ok().map(|number| number.value), expected, "{text}");
            assert_eq!(number.is_ok_and(|number| number.reading.is_some()), is_noted, "{text}");
        }
    }

    #[test]
    fn only_a_number_with_one_reading_tells_the_decimal_mark() {
        for (text, expected) in [
            ("0,62", Some(DecimalMark::Comma)),
            ("0.625", Some(DecimalMark::Point)),
            ("97250,5", Some(DecimalMark::Comma)),
            ("100,000", None),
            ("100.000", None),
            ("100", None),
            ("27.03.2027", None),
            ("1,5%", Some(DecimalMark::Comma)),
        ] {
            assert_eq!(decimal_mark_of(text), expected, "{text}");
        }
    }
}
