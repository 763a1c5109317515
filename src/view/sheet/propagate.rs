//! Some moves are given, the others follow: a table in which every move can be typed, and what it does to the book.

use crate::engine::FactorBook;
use crate::issue::Issue;
use crate::math::{exp_m1, ln_1p};
use crate::session::Choices;
use crate::stress::factor::Factor;
use crate::stress::propagation::Propagation;
use crate::stress::scenario::Scenario;
use crate::view::chart::table::{Cell, DataTable};
use crate::view::format;
use crate::view::sheet::factors::{self, Chosen};
use crate::view::sheet::keep;
use crate::view::sheet::typed::number;
use crate::view::sheet::{CellEdit, Part, Sheet, SheetDef, Subject, TableSheet, Tone};

/// This sheet.
pub const DEF: SheetDef = SheetDef { id: "propagation", build };

/// The choice of a given move is this and the name of its factor.
const GIVEN: &str = "propagation/";
/// Most of a given move, in percent.
const MOST: f64 = 10_000.0;
/// Given moves that the first sentence names.
const MOST_NAMED: usize = 5;

/// A move as it was typed.
struct Typed {
    text: String,
    /// Logarithm; `None` where nothing, or nothing that can be used, was typed.
    size: Option<f64>,
    error: String,
}

fn build(subject: &mut Subject<'_>) -> Result<Sheet, Issue> {
    let chosen = Chosen::of(subject.choices);
    let book = subject.engine.factors(&chosen.choice);
    let given: Vec<Typed> = book.factors.list.iter().map(|factor| typed(subject.choices, factor)).collect();
    let sizes: Vec<Option<f64>> = given.iter().map(|typed| typed.size).collect();
    let (found, pnl) = subject.engine.propagated(&book.factors, &sizes, chosen.roll());
    let said = words(subject, &chosen, (&book, &given), &found, pnl);
    let mut parts = vec![
        Part::controls("propagation-choice", chosen.controls(subject.choices, &book)),
        Part::words("propagated", "What follows", said),
    ];
    if found.factors.iter().any(|followed| followed.is_given) {
        parts.push(keep::storm(subject, "propagation-keep", scenario(subject, &chosen, &book, &found)));
    }
    parts.push(Part::table("propagation", table(&book, &given, &found)));
    parts.push(Part::words("propagation-notes", "What it rests on", chosen.notes(&book)));
    Ok(Sheet { parts })
}

fn key(factor: &Factor) -> String {
    format!("{GIVEN}{}", factors::name(factor))
}

fn typed(choices: &Choices, factor: &Factor) -> Typed {
    let text = choices.get(&key(factor)).cloned().unwrap_or_default();
    let size = number(&text, "%").filter(|percent| *percent > -100.0 && *percent <= MOST).map(|percent| ln_1p(percent / 100.0));
    let error = match (size, text.trim().is_empty()) {
        (None, false) => format!(
            "“{text}” cannot be used: a move in percent above −100 and at most 10 000 is accepted, of a vol in percent of itself; until then it follows the others"
        ),
        _ => String::new(),
    };
    Typed { text, size, error }
}

/// The given moves for a reader, the first of them by name.
fn given(subject: &Subject<'_>, book: &FactorBook, found: &Propagation) -> String {
    let mut named: Vec<String> = book
        .factors
        .list
        .iter()
        .zip(&found.factors)
        .filter(|(_, followed)| followed.is_given)
        .map(|(factor, followed)| factors::said(subject.engine, factor, followed.size))
        .collect();
    let more = named.len().saturating_sub(MOST_NAMED);
    named.truncate(MOST_NAMED);
    if more > 0 {
        named.push(format::count(more, "other move", "other moves"));
    }
    factors::listed(&named)
}

/// What follows as a storm of the own pack.
fn scenario(subject: &Subject<'_>, chosen: &Chosen, book: &FactorBook, found: &Propagation) -> Scenario {
    let given = given(subject, book, found);
    let source = format!(
        "Found by what follows: given {given}, the rest as it is to be expected with it; {} standard deviations over {}.",
        format::beta(found.distance),
        format::duration(chosen.choice.days)
    );
    let sizes: Vec<f64> = found.factors.iter().map(|followed| followed.size).collect();
    keep::scenario(&format!("What follows {given}"), &source, (&book.factors.list, &sizes), chosen.roll())
}

fn words(
    subject: &Subject<'_>,
    chosen: &Chosen,
    (book, typed): (&FactorBook, &[Typed]),
    found: &Propagation,
    pnl: f64,
) -> Vec<(Tone, String)> {
    let mut said = followed(subject, chosen, book, found, pnl);
    let refused = book.factors.list.iter().zip(typed).filter(|(_, typed)| !typed.error.is_empty());
    said.extend(refused.map(|(factor, typed)| (Tone::Warning, format!("{}: {}.", factors::name(factor), typed.error))));
    said
}

fn followed(subject: &Subject<'_>, chosen: &Chosen, book: &FactorBook, found: &Propagation, pnl: f64) -> Vec<(Tone, String)> {
    let given = given(subject, book, found);
    if book.factors.count() == 0 {
        return vec![(Tone::Plain, "The book holds nothing but currencies: there is nothing to move.".to_owned())];
    }
    if given.is_empty() {
        let mut said =
            vec![(Tone::Plain, "Type the move of a factor in the table: the others follow as they are to be expected to.".to_owned())];
        if pnl != 0.0 {
            said.push((Tone::Plain, format!("As time goes on, the book makes {} without any move.", format::signed_money(pnl))));
        }
        return said;
    }
    let equity = subject.engine.sizes().whole.equity;
    let part = if equity > 0.0 { format!(", {} of equity", format::signed_percent(pnl / equity)) } else { String::new() };
    let mut said = vec![
        (Tone::Plain, format!("Given {given}, with the rest as it follows, the book makes {}{part}.", format::signed_money(pnl))),
        (
            Tone::Plain,
            format!(
                "The given moves are {} standard deviations over {}. The P&L is a full revaluation.",
                format::beta(found.distance),
                format::duration(chosen.choice.days)
            ),
        ),
    ];
    if found.is_contradiction {
        let message = "The given moves contradict correlations of one: what follows is from the nearest moves that do not.";
        said.push((Tone::Warning, message.to_owned()));
    }
    said
}

fn table(book: &FactorBook, given: &[Typed], found: &Propagation) -> TableSheet {
    let heads = ["Factor", "Given, %", "Move, %", "In own deviations", "Own deviation, %", "Deviation left, %", "It is", "Size from"];
    let mut table = DataTable::with_heads(heads);
    let mut edits = Vec::new();
    let rows = book.factors.list.iter().zip(&book.factors.known).zip(&found.factors).zip(given);
    for (row, (((factor, known), followed), typed)) in (0..).zip(rows) {
        let part = exp_m1(followed.size);
        let in_percent = |size: f64| Cell::number(size * 100.0, format::percent(size));
        table.rows.push(vec![
            Cell::text(factors::name(factor)),
            Cell::optional(followed.is_given.then_some(part * 100.0), |percent| format::signed_percent(percent / 100.0)),
            Cell::number(part * 100.0, format::signed_percent(part)),
            Cell::optional((followed.deviation > 0.0).then(|| followed.size / followed.deviation), format::correlation),
            in_percent(followed.deviation),
            in_percent(followed.left),
            Cell::text(if followed.is_given { "given" } else { "follows" }),
            Cell::text(factors::known(*known)),
        ]);
        edits.push(CellEdit {
            place: (row, 1),
            key: key(factor),
            line: String::new(),
            value: typed.text.clone(),
            error: typed.error.clone(),
        });
    }
    TableSheet {
        title: "Given and followed".to_owned(),
        sub: "Vols in percent of themselves; deviations are of the logarithm over the horizon, left once the given moves are known"
            .to_owned(),
        table,
        empty: "The book holds nothing but currencies.".to_owned(),
        notes: vec!["A move that is typed is given; an emptied cell follows again.".to_owned()],
        edits,
        ..TableSheet::default()
    }
}
