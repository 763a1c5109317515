//! Text → number, with the interpretation stated wherever there was one.

/// A number that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadNumber {
    /// The value; percent already divided.
    pub value: f64,
    /// Whether it was written with a percent sign.
    pub is_percent: bool,
    /// How it was understood, where a reader could understand it otherwise.
    pub note: Option<String>,
}

/// Reads a number. `comma_is_decimal` is what the rest of the file says.
///
/// # Errors
/// What would be accepted.
pub fn parse_number(text: &str, comma_is_decimal: bool) -> Result<ReadNumber, &'static str> {
    let mut note: Option<&'static str> = None;
    let mut rest = text.trim_matches(|character: char| character.is_whitespace() || character == '\u{a0}');
    if let Some(stripped) = rest.strip_prefix('\'') {
        rest = stripped;
        note = Some("a leading apostrophe is dropped");
    }
    let mut is_negative = false;
    if let Some(inner) = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        rest = inner;
        is_negative = true;
        note = Some("parentheses are read as a minus");
    }
    let is_percent = rest.ends_with('%');
    rest = rest.trim_end_matches('%').trim();
    if let Some(sign) = rest.strip_prefix(['-', '\u{2212}']) {
        is_negative = !is_negative;
        rest = sign;
    } else if let Some(sign) = rest.strip_prefix('+') {
        rest = sign;
    }
    let without_currency = rest.trim_matches(|character| matches!(character, '$' | '€' | '£' | '¥' | '₿'));
    if without_currency.len() < rest.len() {
        rest = without_currency.trim();
        note = Some("a currency sign is dropped");
    }
    if let Some(sign) = rest.strip_prefix('-') {
        is_negative = !is_negative;
        rest = sign;
    }
    let (digits, grouping_note) = ungroup(rest, comma_is_decimal)?;
    let is_plain = digits.bytes().any(|byte| byte.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    if !is_plain {
        return Err("a number such as 1234.5");
    }
    let value: f64 = digits.parse().map_err(|_| "a number such as 1234.5")?;
    if !value.is_finite() {
        return Err("a number below 1e308");
    }
    let note = note.or(grouping_note);
    let significant = digits.bytes().filter(u8::is_ascii_digit).count();
    let note = if value.abs() >= 9_007_199_254_740_992.0 && significant > 15 && !digits.contains(['e', 'E']) {
        Some("it has more digits than are kept; it is rounded".to_owned())
    } else if value == 0.0 && is_negative {
        Some("minus zero is read as 0".to_owned())
    } else {
        note.map(str::to_owned)
    };
    let signed = if is_negative { -value } else { value };
    let value = if is_percent { signed / 100.0 } else { signed } + 0.0;
    Ok(ReadNumber { value, is_percent, note })
}

/// Takes out thousands separators and turns a decimal comma into a point.
fn ungroup(text: &str, comma_is_decimal: bool) -> Result<(String, Option<&'static str>), &'static str> {
    let is_space = |character: char| matches!(character, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}');
    let is_apostrophe = |character: char| matches!(character, '\'' | '’');
    if text.contains(is_space) {
        return groups(text, is_space, &[3]).map(|digits| (digits, None));
    }
    if text.contains(is_apostrophe) {
        return groups(text, is_apostrophe, &[3]).map(|digits| (digits, Some("apostrophes are read as thousands separators")));
    }
    match (text.rfind(','), text.rfind('.')) {
        (None, _) if text.matches('.').count() > 1 => {
            groups(text, |character| character == '.', &[3]).map(|digits| (digits, Some("points are read as thousands separators")))
        }
        (None, _) => Ok((text.to_owned(), None)),
        (Some(comma), Some(point)) if comma > point => {
            let whole = groups(text.get(..comma).unwrap_or_default(), |character| character == '.', &[3])?;
            let fraction = text.get(comma + 1..).unwrap_or_default();
            Ok((format!("{whole}.{fraction}"), Some("points are read as thousands separators and the comma as decimal")))
        }
        (Some(_), Some(point)) => {
            let (whole, fraction) = text.split_at(point);
            let is_indian = whole.split(',').skip(1).any(|group| group.len() == 2);
            let digits = groups(whole, |character| character == ',', &[3, 2])?;
            Ok((format!("{digits}{fraction}"), is_indian.then_some("commas are read as thousands separators, Indian style")))
        }
        (Some(comma), None) if comma_is_decimal => {
            if text.matches(',').count() > 1 {
                return Err("a number with one decimal comma");
            }
            Ok((format!("{}.{}", text.get(..comma).unwrap_or_default(), text.get(comma + 1..).unwrap_or_default()), None))
        }
        (Some(comma), None) => match groups(text, |character| character == ',', &[3, 2]) {
            Ok(digits) => Ok((digits, Some("commas are read as thousands separators"))),
            Err(_) if text.matches(',').count() == 1 => {
                let number = format!("{}.{}", text.get(..comma).unwrap_or_default(), text.get(comma + 1..).unwrap_or_default());
                Ok((number, Some("the comma is read as a decimal comma")))
            }
            Err(accepted) => Err(accepted),
        },
    }
}

/// Joins groups, if they have the sizes of thousands: the last of three digits, the others of one of `sizes`.
fn groups(text: &str, is_separator: impl Fn(char) -> bool, sizes: &[usize]) -> Result<String, &'static str> {
    let parts: Vec<&str> = text.split(is_separator).collect();
    let (whole, fraction) = match parts.last().and_then(|last| last.split_once('.')) {
        Some((last, fraction)) => (last, Some(fraction)),
        None => (parts.last().copied().unwrap_or_default(), None),
    };
    let inner_fits = parts.iter().take(parts.len().saturating_sub(1)).skip(1).all(|part| sizes.contains(&part.len()));
    let first_fits = parts.first().is_some_and(|first| (1..=3).contains(&first.len()));
    if parts.len() < 2 {
        return Ok(text.to_owned());
    }
    if whole.len() != 3 || !inner_fits || !first_fits {
        return Err("a number with groups of three digits");
    }
    let mut digits: String = parts.iter().take(parts.len() - 1).copied().collect();
    digits.push_str(whole);
    if let Some(fraction) = fraction {
        digits.push('.');
        digits.push_str(fraction);
    }
    Ok(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_a_number_is_read_or_refused() {
        for (text, expected, has_note) in [
            ("100000", Some(100_000.0), false),
            (" +2 ", Some(2.0), false),
            (".62", Some(0.62), false),
            ("1e5", Some(100_000.0), false),
            ("62%", Some(0.62), false),
            ("100,000.00", Some(100_000.0), false),
            ("100,000", Some(100_000.0), true),
            ("100.000,00", Some(100_000.0), true),
            ("1,00,000", Some(100_000.0), true),
            ("100'000", Some(100_000.0), true),
            ("100\u{a0}000", Some(100_000.0), false),
            ("'100000", Some(100_000.0), true),
            ("$100,000", Some(100_000.0), true),
            ("(1.5)", Some(-1.5), true),
            ("-0", Some(0.0), true),
            ("9007199254740993", Some(9_007_199_254_740_992.0), true),
            ("0,62", Some(0.62), true),
            ("0x10", None, false),
            ("Infinity", None, false),
            ("nan", None, false),
            ("-", None, false),
            ("#REF!", None, false),
            ("١٠٠", None, false),
            ("１００", None, false),
            ("1,2,3", None, false),
        ] {
            let read = parse_number(text, false).ok();
            assert_eq!(read.as_ref().map(|read| read.value), expected, "{text}");
            assert_eq!(read.is_some_and(|read| read.note.is_some()), has_note, "{text}");
        }
        assert_eq!(parse_number("0,62", true).map(|read| (read.value, read.note)), Ok((0.62, None)));
        assert!(parse_number("0,62", true).is_ok_and(|read| read.value.is_sign_positive()));
    }
}
