//! What a shock is on, as it is typed: names separated by commas, parts by semicolons, `BTC, ETH; venue: Deribit`.
//!
//! Input: a text, or a [`Selector`]. Output: the other. A name with a comma, a semicolon, a colon, a quote or a bracket in it stands in
//! double quotes. Invariant: reading what was written gives the same selector.

use crate::stress::scenario::{CLASSES, DAYS_TO_EXPIRY, Selector};
use crate::view::format;
use crate::view::sheet::typed;

/// What of a selector is read, or why it cannot be.
type Read<T> = Result<T, String>;

/// The pieces between separators that stand in no quotes and no brackets.
fn split(text: &str, separator: char) -> Read<Vec<&str>> {
    let (mut pieces, mut start, mut depth, mut is_quoted) = (Vec::new(), 0, 0_u32, false);
    for (at, char) in text.char_indices() {
        match char {
            '"' => is_quoted = !is_quoted,
            '(' if !is_quoted => depth += 1,
            ')' if !is_quoted => depth = depth.checked_sub(1).ok_or("a bracket is closed that was not opened")?,
            _ if char == separator && !is_quoted && depth == 0 => {
                pieces.push(text.get(start..at).unwrap_or_default());
                start = at + char.len_utf8();
            }
            _ => {}
        }
    }
    if is_quoted || depth > 0 {
        return Err("a quote or a bracket is not closed".to_owned());
    }
    pieces.push(text.get(start..).unwrap_or_default());
    Ok(pieces)
}

fn name(text: &str) -> Read<String> {
    let text = text.trim();
    let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match inner {
        Some(inner) => Ok(inner.replace("\"\"", "\"")),
        None if text.is_empty() => Err("a name is missing beside a comma or a colon".to_owned()),
        None if text.contains(['"', '(', ')', ':', ';']) => Err(format!("“{text}” is one name only in double quotes")),
        None => Ok(text.to_owned()),
    }
}

/// Names separated by commas; none of an empty text.
pub(super) fn names(text: &str) -> Read<Vec<String>> {
    if text.trim().is_empty() { Ok(Vec::new()) } else { split(text, ',')?.into_iter().map(name).collect() }
}

/// Codes of assets, in capital letters.
pub(super) fn assets(text: &str) -> Read<Vec<String>> {
    Ok(names(text)?.iter().map(|code| code.to_uppercase()).collect())
}

/// Classes that there are.
pub(super) fn classes(text: &str) -> Read<Vec<String>> {
    let names = names(text)?;
    match names.iter().find(|name| !CLASSES.iter().any(|known| known.eq_ignore_ascii_case(name))) {
        Some(unknown) => Err(format!("“{unknown}” is no class; these are accepted: {}", CLASSES.join(", "))),
        None => Ok(names),
    }
}

/// Labels by dimension: `strategy: carry, basis; chain: Base`.
pub(super) fn labels(text: &str) -> Read<Vec<(String, Vec<String>)>> {
    let mut found = Vec::new();
    for piece in pieces(text)? {
        let (key, values) = keyed(piece)?.ok_or("a label is its name, a colon and values, such as strategy: carry")?;
        label(&mut found, name(key)?, values)?;
    }
    Ok(found)
}

fn label(found: &mut Vec<(String, Vec<String>)>, key: String, values: &str) -> Read<()> {
    if found.iter().any(|(known, _)| *known == key) {
        return Err(format!("the label “{key}” stands twice: keep one of the two"));
    }
    let values = names(values)?;
    if values.is_empty() {
        return Err(format!("the label “{key}” needs at least one value"));
    }
    found.push((key, values));
    Ok(())
}

fn pieces(text: &str) -> Read<Vec<&str>> {
    Ok(split(text, ';')?.into_iter().map(str::trim).filter(|piece| !piece.is_empty()).collect())
}

/// What stands before and after the first colon; `None` without one.
fn keyed(piece: &str) -> Read<Option<(&str, &str)>> {
    let Some(key) = split(piece, ':')?.first().copied().filter(|key| key.len() < piece.len()) else { return Ok(None) };
    Ok(Some((key.trim(), piece.get(key.len() + 1..).unwrap_or_default().trim())))
}

/// Days to expiry; `None` of an empty text.
pub(super) fn days(text: &str) -> Read<Option<f64>> {
    number(text, "days", DAYS_TO_EXPIRY)
        .ok_or_else(|| format!("“{}” is refused: days to expiry from 0 to 100000 are accepted", text.trim()))
}

/// A number in a range, or nothing of an empty text; `None` of what is neither.
pub(super) fn number(text: &str, unit: &str, (least, most): (f64, f64)) -> Option<Option<f64>> {
    if text.trim().is_empty() {
        return Some(None);
    }
    typed::number(text, unit).filter(|value| (least..=most).contains(value)).map(Some)
}

/// Everything that can be selected; `None` of an empty text. `room` is how many exceptions may stand inside each other.
pub(super) fn but(text: &str, by_expiry: bool, room: usize) -> Read<Option<Box<Selector>>> {
    let pieces = pieces(text)?;
    if pieces.is_empty() {
        return Ok(None);
    }
    if room == 0 {
        return Err("at most three exceptions inside each other are accepted".to_owned());
    }
    let mut read = Selector::default();
    let mut seen: Vec<&str> = Vec::new();
    for piece in pieces {
        if let Some(inner) = piece.strip_prefix("but").map(str::trim).and_then(|rest| rest.strip_prefix('(')?.strip_suffix(')')) {
            once(&mut seen, "but")?;
            read.but = but(inner, by_expiry, room - 1)?;
            continue;
        }
        let (key, values) = keyed(piece)?.unwrap_or(("asset", piece));
        if let Some(key) = key.strip_prefix("label ") {
            label(&mut read.tags, name(key)?, values)?;
            continue;
        }
        match key {
            "asset" => read.assets = some(key, assets(values)?)?,
            "class" => read.classes = some(key, classes(values)?)?,
            "venue" => read.venues = some(key, names(values)?)?,
            "from" | "to" if !by_expiry => return Err("days to expiry are accepted for vol and basis only".to_owned()),
            "from" => read.from_days = days(values)?,
            "to" => read.to_days = days(values)?,
            _ => return Err(format!("“{key}” is refused: asset, class, venue, label NAME, from, to and but (…) are accepted")),
        }
        once(&mut seen, key)?;
    }
    if is_crossed(&read) {
        return Err("from must not be above to".to_owned());
    }
    Ok(Some(Box::new(read)))
}

/// Whether it ends before it begins.
pub(super) fn is_crossed(on: &Selector) -> bool {
    on.from_days.zip(on.to_days).is_some_and(|(from, to)| from > to)
}

fn once<'a>(seen: &mut Vec<&'a str>, key: &'a str) -> Read<()> {
    if seen.contains(&key) {
        return Err(format!("“{key}” stands twice: keep one of the two"));
    }
    seen.push(key);
    Ok(())
}

fn some(key: &str, names: Vec<String>) -> Read<Vec<String>> {
    if names.is_empty() { Err(format!("“{key}” needs at least one name")) } else { Ok(names) }
}

fn quoted(name: &str) -> String {
    let is_plain = !name.is_empty() && name.trim() == name && !name.contains([',', ';', ':', '"', '(', ')']);
    if is_plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// Names as they are typed.
pub(super) fn of_names(names: &[String]) -> String {
    names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")
}

/// Labels as they are typed.
pub(super) fn of_labels(labels: &[(String, Vec<String>)]) -> String {
    labels.iter().map(|(key, values)| format!("{}: {}", quoted(key), of_names(values))).collect::<Vec<_>>().join("; ")
}

/// A whole selector as it is typed.
pub(super) fn of_selector(on: &Selector) -> String {
    let mut pieces = Vec::new();
    match on.assets.as_slice() {
        [] => {}
        assets => pieces.push(of_names(assets)),
    }
    for (key, names) in [("class", &on.classes), ("venue", &on.venues)] {
        if !names.is_empty() {
            pieces.push(format!("{key}: {}", of_names(names)));
        }
    }
    pieces.extend(on.tags.iter().map(|(key, values)| format!("label {}: {}", quoted(key), of_names(values))));
    for (key, days) in [("from", on.from_days), ("to", on.to_days)] {
        pieces.extend(days.map(|days| format!("{key}: {}", format::typed(days))));
    }
    pieces.extend(on.but.as_ref().map(|but| format!("but ({})", of_selector(but))));
    pieces.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_of(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_is_written_is_read_again() {
        let inner = Selector { venues: names_of(&["Desk; (a) \"x\"", " led", "a:b"]), ..Selector::ALL };
        let on = Selector {
            assets: names_of(&["BTC", "A,B"]),
            classes: names_of(&["coin"]),
            venues: names_of(&["Deribit"]),
            tags: vec![("chain".to_owned(), names_of(&["Base", "Ethereum"])), ("a: b".to_owned(), names_of(&["c"]))],
            from_days: Some(0.5),
            to_days: Some(30.0),
            but: Some(Box::new(inner)),
        };
        assert_eq!(but(&of_selector(&on), true, 3), Ok(Some(Box::new(on.clone()))), "{}", of_selector(&on));
        assert_eq!(labels(&of_labels(&on.tags)), Ok(on.tags));
    }

    #[test]
    fn what_cannot_be_read_says_what_would_be_accepted() {
        for (text, said) in [
            ("venue: ", "“venue” needs at least one name"),
            ("vneue: Deribit", "label NAME"),
            ("BTC,", "a name is missing"),
            ("\"BTC", "not closed"),
            ("BTC)", "not opened"),
            ("class: junk", "coin, stablecoin"),
            ("from: 7", "vol and basis only"),
            ("BTC; asset: ETH", "stands twice"),
            ("but (but (but (BTC)))", "at most three"),
            ("label x: a; label x: b", "stands twice"),
        ] {
            let error = but(text, false, 3).unwrap_err();
            assert!(error.contains(said), "{text}: {error}");
        }
        assert_eq!(but("from: 9; to: 3", true, 3), Err("from must not be above to".to_owned()));
        assert_eq!(but("  ", true, 3), Ok(None));
    }
}
