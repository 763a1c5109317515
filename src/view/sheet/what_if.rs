//! What closing a leg, or a part of it, would make of the book: before, after, and the difference. The open book is not changed.

use crate::engine::{Engine, Valuation};
use crate::issue::Issue;
use crate::order;
use crate::stress::CurveKind;
use crate::view::format;
use crate::view::sheet::typed::Number;
use crate::view::sheet::{Control, Part, Sheet, SheetDef, Subject, TableSheet, Tone};
use crate::view::table::alternative::{by_underlying, curve, measures, troughs};

/// This sheet.
pub const DEF: SheetDef = SheetDef { id: "what-if", build };

const POSITION: &str = "what-if/position";
const PART: Number = Number { key: "what-if/part", label: "Close", unit: "% of it", usual: 100.0, range: (0.01, 100.0) };

/// Positions that can be chosen from, those of the most gross notional first; any other by its number in the book.
const MOST_POSITIONS: usize = 200;
/// Curves of the profile whose trough is looked for.
const MOST_CURVES: usize = 8;

fn build(subject: &mut Subject<'_>) -> Result<Sheet, Issue> {
    let engine = subject.engine;
    let (part, by_part) = PART.read(subject.choices);
    let mut names = vec![(String::new(), "no position".to_owned())];
    names.extend(choices(engine));
    let text = subject.chosen(POSITION, "");
    let index: Option<u32> = text.parse().ok();
    let held = index.and_then(|index| engine.inputs().positions.get(index as usize));
    if let Some(position) = held.filter(|_| names.iter().all(|(id, _)| id != text)) {
        names.push((text.to_owned(), position.name.clone()));
    }
    let error = if held.is_none() && !text.is_empty() {
        format!("“{text}” is no position of this book, which has {}", format::count(engine.inputs().positions.len(), "one", "of them"))
    } else {
        String::new()
    };
    let controls = vec![Control::select(POSITION, "Position", names, if held.is_some() { text } else { "" }).refused(error), by_part];
    let mut parts = vec![Part::controls("what-if-choice", controls)];
    let (Some(index), Some(position)) = (index, held) else {
        let say = "Choose a position: what the book would be without it, or without a part of it, stands here beside what it is.";
        parts.push(Part::words("what-if-none", "What if this leg is closed", vec![(Tone::Plain, say.to_owned())]));
        return Ok(Sheet { parts });
    };
    let inputs = match engine.closed(index, part / 100.0) {
        Ok(inputs) => inputs,
        Err(issue) => {
            let subject = issue.subject.as_ref().map_or_else(String::new, |subject| format!("{subject}: "));
            parts.push(Part::words(
                "what-if-refused",
                "It cannot be closed",
                vec![(Tone::Warning, format!("{subject}{}.", issue.message))],
            ));
            return Ok(Sheet { parts });
        }
    };
    let other = Engine::load(inputs, engine.as_of());
    let valuations = [engine, &other].map(|engine| engine.valuation(subject.settings, false));
    let curves: Vec<CurveKind> = engine.curves(subject.settings).into_iter().take(MOST_CURVES).collect();
    let found = [engine, &other].map(|engine| engine.troughs(subject.settings, &curves));
    let said = format!("{} of {} closed at the price that it is valued at.", format::percent(part / 100.0), position.name);
    let mut sentences = vec![(Tone::Plain, said)];
    if let ([before, ..], [after, ..]) = (found[0].as_slice(), found[1].as_slice()) {
        sentences.push((
            Tone::Plain,
            format!(
                "The trough of the profile {}: {} at {} of spot before, {} at {} after.",
                curve(before),
                format::signed_money(before.pnl),
                format::signed_percent(before.spot),
                format::signed_money(after.pnl),
                format::signed_percent(after.spot)
            ),
        ));
    }
    parts.push(Part::words("what-if-said", "What if this leg is closed", sentences));
    parts.extend(compared(&valuations));
    parts.push(Part::table(
        "what-if-troughs",
        TableSheet {
            title: "Trough of the profile".to_owned(),
            sub: "worst P&L over the profile’s spot moves, US dollars, from the value of the book at hand".to_owned(),
            table: troughs(&found[0], &found[1]),
            ..TableSheet::default()
        },
    ));
    Ok(Sheet { parts })
}

/// Headlines and underlyings before and after.
pub fn compared([before, after]: &[Valuation; 2]) -> Vec<Part> {
    let notes = if before.pnl.is_none() {
        vec!["No shock is set: with one in the bar above, its P&L and the numbers after it stand here too.".to_owned()]
    } else {
        Vec::new()
    };
    let headlines = TableSheet {
        title: "Headline numbers".to_owned(),
        sub: "US dollars; leverage a multiple of equity".to_owned(),
        table: measures(before, after),
        notes,
        ..TableSheet::default()
    };
    let underlyings = TableSheet {
        title: "By underlying".to_owned(),
        sub: "as the market stands, US dollars".to_owned(),
        table: by_underlying(before, after),
        empty: "Neither book holds anything that is valued.".to_owned(),
        ..TableSheet::default()
    };
    vec![Part::table("measures", headlines), Part::table("by-underlying", underlyings)]
}

fn choices(engine: &Engine) -> Vec<(String, String)> {
    let mut sized: Vec<(usize, f64)> = engine.gross_by_position().into_iter().enumerate().collect();
    order::sort_by(&mut sized, |one, other| other.1.total_cmp(&one.1));
    let positions = &engine.inputs().positions;
    let named = |(at, _): (usize, f64)| {
        let position = positions.get(at)?;
        let holder: Vec<&str> = [position.venue.as_str(), &position.account].into_iter().filter(|part| !part.is_empty()).collect();
        let quantity = format::quantity(position.quantity.get(), "");
        Some((at.to_string(), format!("{} · {} · {}", position.name, quantity.trim_end(), holder.join(" · "))))
    };
    sized.into_iter().take(MOST_POSITIONS).filter_map(named).collect()
}
