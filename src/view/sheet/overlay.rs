//! A second book at a scale on the open one: every number before, after, and the difference.

use crate::engine::{Engine, Inputs, PositionRow};
use crate::hedge::overlay::{LABEL, MOST};
use crate::issue::Issue;
use crate::session::MAX_CHOICE_VALUE;
use crate::share;
use crate::view::format;
use crate::view::sheet::typed::Number;
use crate::view::sheet::what_if::{against_limits, compared};
use crate::view::sheet::{Control, Part, Sheet, SheetDef, Subject, Tone};

/// This sheet.
pub const DEF: SheetDef = SheetDef { id: "overlay", build };

const LINK: &str = "overlay/link";
const SCALE: Number = Number { key: "overlay/scale", label: "Scale α", unit: "of its quantities", usual: 1.0, range: (-MOST, MOST) };

/// Books whose times differ by more than this, in days, are said to.
const APART: f64 = 1.0 / 24.0;
/// Positions of the second book that cannot be valued are named up to so many.
const MOST_NAMED: usize = 8;

fn build(subject: &mut Subject<'_>) -> Result<Sheet, Issue> {
    let engine = subject.engine;
    let (scale, by_scale) = SCALE.read(subject.choices);
    let text = subject.chosen(LINK, "");
    let second = second(text);
    let error = second.as_ref().err().cloned().unwrap_or_default();
    let controls = vec![Control::field(LINK, "Link of the second book", "", text).refused(error), by_scale];
    let mut parts = vec![Part::controls("overlay-choice", controls)];
    let Ok(Some(second)) = second else {
        let say = format!(
            "Paste a link that shares a book: its positions, times the scale, are put on yours, and every number stands here before and after. A link of up to {} is kept; of a larger book share a part.",
            format::bytes(MAX_CHOICE_VALUE as u64)
        );
        parts.push(Part::words("overlay-none", "Overlay of a second book", vec![(Tone::Plain, say)]));
        return Ok(Sheet { parts });
    };
    let other = Engine::load(engine.overlaid(&second, scale)?, engine.as_of());
    parts.push(Part::words("overlay-said", "Overlay of a second book", said(engine, &other, &second, scale)));
    parts.extend(compared(&[engine, &other].map(|engine| engine.valuation(subject.settings, false))));
    parts.extend(against_limits("overlay-limits", subject, &other));
    Ok(Sheet { parts })
}

/// The book of a link; nothing where none is typed.
pub(super) fn second(text: &str) -> Result<Option<Inputs>, String> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    match share::decode(text) {
        Ok(shared) => match shared.inputs.filter(|inputs| !inputs.positions.is_empty()) {
            Some(inputs) => Ok(Some(inputs)),
            None => Err("this link shares a scenario and no book; share the book with it".to_owned()),
        },
        Err(issue) => Err(issue.message),
    }
}

fn said(engine: &Engine, other: &Engine, second: &Inputs, scale: f64) -> Vec<(Tone, String)> {
    let count = format::count(second.positions.len(), "position", "positions");
    let mut sentences = vec![(
        Tone::Plain,
        format!(
            "{count} of the second book, times {}, on this one, in this book’s market; what it knows nothing of, the link says. Lots of one instrument, venue and account are netted.",
            format::plain(scale)
        ),
    )];
    let apart = second.as_of.map_or(0.0, |second| engine.as_of().days_to(second));
    if apart.abs() > APART {
        let side = if apart > 0.0 { "later" } else { "earlier" };
        let age = format::age(apart.abs() * 24.0);
        sentences
            .push((Tone::Warning, format!("The second book is {age} {side} than this one: its contracts are valued at this book’s time.")));
    }
    let is_laid_on = |row: &PositionRow| row.tags.get(LABEL.0).is_some_and(|value| value == LABEL.1);
    let missing: Vec<String> =
        other.rows().into_iter().filter(|row| is_laid_on(row) && row.status != "valued").map(|row| row.name).collect();
    if !missing.is_empty() {
        let more = missing.len().saturating_sub(MOST_NAMED);
        let more = if more > 0 { format!(" and {}", format::count(more, "other", "others")) } else { String::new() };
        let named: Vec<String> = missing.into_iter().take(MOST_NAMED).collect();
        sentences.push((
            Tone::Warning,
            format!("In none of these numbers, since nobody prices them or they have expired: {}{more}.", named.join(", ")),
        ));
    }
    sentences
}
