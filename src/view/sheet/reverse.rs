//! The likeliest storm that loses a given amount, which factors make it, and how far each factor alone is from it and from the limits.

use crate::engine::{BreakPoint, BreakPoints, FactorBook};
use crate::exposure::limit::{Limit, Reading, Status, read};
use crate::issue::Issue;
use crate::math::exp_m1;
use crate::session::Choices;
use crate::stress::factor::by_size;
use crate::stress::reverse::{Answer, FARTHEST, Reach, Reverse, Storm};
use crate::stress::scenario::Scenario;
use crate::view::chart::table::{Cell, DataTable};
use crate::view::format;
use crate::view::sheet::factors::{self, Chosen};
use crate::view::sheet::keep;
use crate::view::sheet::reverse_limit::{self, Target};
use crate::view::sheet::typed::{self, bearing};
use crate::view::sheet::{Control, Part, Sheet, SheetDef, Subject, TableSheet, Tone, counterparties, limits};

/// This sheet.
pub const DEF: SheetDef = SheetDef { id: "reverse", build };

const UNIT: &str = "reverse/unit";
const PART: &str = "reverse/part";
const DOLLARS: &str = "reverse/dollars";

/// Percent of the equity that is meant without a choice.
const USUAL_PART: f64 = 10.0;
/// Factors that the first sentence names.
const MOST_NAMED: usize = 5;
/// Part of the distance that is worth naming.
const WORTH_NAMING: f64 = 0.01;
/// Choices that the answer depends on begin with these.
const BEARING: [&str; 4] = ["factors/", "reverse/", "limits/", "counterparties/"];

/// What was found for these choices.
#[derive(Clone, Debug)]
pub struct Known {
    choices: Choices,
    found: Reverse,
    breaks: BreakPoints,
}

/// The loss that is asked about.
struct Amount {
    dollars: Option<f64>,
    is_part: bool,
    equity: f64,
    error: String,
}

fn build(subject: &mut Subject<'_>) -> Result<Sheet, Issue> {
    let chosen = Chosen::of(subject.choices);
    let book = subject.engine.factors(&chosen.choice);
    let amount = amount(subject);
    let set = read(subject.chosen(limits::SET, "")).value;
    let (target, by_target) = Target::read(subject, &set);
    let limit = match target {
        Target::Loss => None,
        Target::Limit(place) => set.get(place),
    };
    // With a limit as the target no loss is asked about.
    let by_loss = if limit.is_none() { controls(subject, &amount) } else { Vec::new() };
    let mut all: Vec<Control> = by_target.into_iter().chain(by_loss).collect();
    all.extend(chosen.controls(subject.choices, &book));
    let mut parts = vec![Part::controls("reverse-choice", all)];
    if book.factors.count() == 0 {
        let nothing = "The book holds nothing but currencies: no move of a market loses it anything.".to_owned();
        parts.push(Part::words("storm", "The likeliest storm", vec![(Tone::Plain, nothing)]));
        return Ok(Sheet { parts });
    }
    let Some(dollars) = amount.dollars.or(limit.map(|_| 0.0)) else {
        let sentence = "Without equity there is no part of it to lose: type a loss in US dollars.".to_owned();
        let sentence = if amount.error.is_empty() { sentence } else { format!("{}.", amount.error) };
        parts.push(Part::words("storm", "The likeliest storm", vec![(Tone::Warning, sentence)]));
        return Ok(Sheet { parts });
    };
    let shown = limit.map_or(set.as_slice(), std::slice::from_ref);
    let known = answer(subject, (&chosen, &book), dollars, (limit, shown));
    parts.push(Part::words("storm", "The likeliest storm", words(subject, (&chosen, &book), (&amount, dollars), (limit, &known.found))));
    if let Answer::Found(storm) = &known.found.answer {
        parts.push(keep::storm(subject, "storm-keep", scenario((&chosen, &book), storm, dollars, limit)));
        parts.push(Part::table("storm-factors", storm_table(&book, storm, limit.is_some())));
    }
    if limit.is_none() {
        parts.push(Part::table("break-points", break_table(&book, &known.breaks, dollars)));
    }
    if !shown.is_empty() {
        let now = limits::used(subject, shown);
        parts.push(Part::table("limit-breaks", limit_table(&book, &known.breaks, shown, &now)));
    }
    parts.push(Part::words("storm-notes", "What it rests on", chosen.notes(&book)));
    subject.kept.reverse = Some(known);
    Ok(Sheet { parts })
}

/// What the loss is typed in.
fn unit(is_part: bool) -> &'static str {
    if is_part { "% of equity" } else { "USD" }
}

fn amount(subject: &Subject<'_>) -> Amount {
    let equity = subject.engine.sizes().whole.equity;
    let is_part = subject.chosen(UNIT, if equity > 0.0 { "equity" } else { "usd" }) != "usd";
    let key = if is_part { PART } else { DOLLARS };
    let usual = if is_part { Some(USUAL_PART) } else { (equity > 0.0).then_some(equity * USUAL_PART / 100.0) };
    let text = subject.chosen(key, "").trim().to_owned();
    let value = typed::number(text.trim_start_matches('$'), unit(is_part)).filter(|value| *value > 0.0);
    let error = match (&value, usual) {
        (None, Some(usual)) if !text.is_empty() => {
            format!("“{text}” is no loss: a number above 0; {} is used", format::plain(usual))
        }
        (None, None) if !text.is_empty() => format!("“{text}” is no loss: a number above 0"),
        _ => String::new(),
    };
    let dollars = value.or(usual).and_then(|value| match is_part {
        true => (equity > 0.0).then_some(value / 100.0 * equity),
        false => Some(value),
    });
    Amount { dollars, is_part, equity, error }
}

fn controls(subject: &Subject<'_>, amount: &Amount) -> Vec<Control> {
    let units = vec![("equity".to_owned(), unit(true).to_owned()), ("usd".to_owned(), unit(false).to_owned())];
    let key = if amount.is_part { PART } else { DOLLARS };
    let shown = match amount.dollars {
        Some(dollars) if amount.is_part => format::plain(dollars / amount.equity * 100.0),
        Some(dollars) => format::plain(dollars),
        None => String::new(),
    };
    let shown = if amount.error.is_empty() { shown } else { subject.chosen(key, "").to_owned() };
    let mut controls = vec![
        Control::buttons(UNIT, "Loss in", units, if amount.is_part { "equity" } else { "usd" }),
        Control::field(key, "Loss", unit(amount.is_part), &shown).refused(amount.error.clone()),
    ];
    if let Some(dollars) = amount.dollars.filter(|_| amount.equity > 0.0) {
        let other = if amount.is_part { format::money(dollars) } else { format!("{} of equity", format::percent(dollars / amount.equity)) };
        controls.push(Control::note("That is", &other));
    }
    controls
}

fn answer(
    subject: &mut Subject<'_>,
    (chosen, book): (&Chosen, &FactorBook),
    dollars: f64,
    (limit, set): (Option<&Limit>, &[Limit]),
) -> Known {
    let choices = bearing(subject.choices, &BEARING, &[]);
    if let Some(known) = subject.kept.reverse.take().filter(|known| known.choices == choices) {
        return known;
    }
    let rates = counterparties::rates(subject).rates;
    let (engine, roll) = (subject.engine, chosen.roll());
    let found = match limit {
        None => engine.reverse(&book.factors, dollars, roll),
        Some(limit) => engine.reverse_limit(&book.factors, limit, &rates, roll),
    };
    let breaks = engine.break_points(&book.factors, (dollars, roll), set, &rates);
    Known { choices, found, breaks }
}

fn words(
    subject: &Subject<'_>,
    (chosen, book): (&Chosen, &FactorBook),
    (amount, dollars): (&Amount, f64),
    (limit, found): (Option<&Limit>, &Reverse),
) -> Vec<(Tone, String)> {
    let part = if amount.equity > 0.0 { format!(", {} of equity,", format::percent(dollars / amount.equity)) } else { String::new() };
    let horizon = format::duration(chosen.choice.days);
    let moves = |moves: &[f64], weights: &[f64]| {
        let worth = |place: &usize| weights.get(*place).is_some_and(|weight| weight.abs() >= WORTH_NAMING);
        let of = |place: usize| Some(factors::said(subject.engine, book.factors.list.get(place)?, *moves.get(place)?));
        let named: Vec<String> = by_size(weights).into_iter().filter(worth).take(MOST_NAMED).filter_map(of).collect();
        factors::listed(&named)
    };
    let mut said = match &found.answer {
        _ if let Some(limit) = limit => {
            let mut loss = subject.engine.loss_of(&book.factors, chosen.roll());
            vec![reverse_limit::words((limit, &horizon), book, found, &moves, &mut loss)]
        }
        Answer::Already(lost) => {
            vec![(Tone::Alarm, format!("Without any move the book loses {} as {horizon} go by: no storm is needed.", format::money(*lost)))]
        }
        Answer::Found(storm) => {
            let tone = if storm.distance < 2.0 { Tone::Warning } else { Tone::Plain };
            vec![
                (
                    tone,
                    format!(
                        "The likeliest way to lose {}{part} is {}: {} standard deviations over {horizon}.",
                        format::money(dollars),
                        moves(&storm.moves, &storm.shares),
                        format::beta(storm.distance)
                    ),
                ),
                (Tone::Plain, format!("There the book loses {}, by full revaluation.", format::money(storm.loss))),
            ]
        }
        Answer::Nowhere { worst, moves: at } => {
            let sizes: Vec<f64> = at.iter().zip(&book.factors.deviations).map(|(size, deviation)| size / deviation).collect();
            let largest = if *worst > 0.0 {
                format!(" The largest loss that was met is {}, at {}.", format::money(*worst), moves(at, &sizes))
            } else {
                " No move that was looked at loses anything.".to_owned()
            };
            let within = format::plain(FARTHEST);
            vec![(
                Tone::Plain,
                format!(
                    "No moves within {within} standard deviations over {horizon} were found that lose {}{part}.{largest}",
                    format::money(dollars)
                )
                .replace(",.", "."),
            )]
        }
    };
    if !found.is_complete {
        said.push((
            Tone::Warning,
            format!(
                "The book is large: the search was ended after {} revaluations, and a likelier storm may be there.",
                format::grouped(found.valuations)
            ),
        ));
    }
    said
}

/// The storm as one of the own pack.
fn scenario((chosen, book): (&Chosen, &FactorBook), storm: &Storm, dollars: f64, limit: Option<&Limit>) -> Scenario {
    let what = match limit {
        Some(limit) => {
            format!("{} at its hard limit of {}", limits::named(limit, None), limits::bound(limit.measure, limit.hard))
        }
        None => format!("lose {}", format::money(dollars)),
    };
    let source = format!(
        "Found by reverse stress: the likeliest of the moves that do so, {} standard deviations over {}.",
        format::beta(storm.distance),
        format::duration(chosen.choice.days)
    );
    keep::scenario(&format!("Reverse stress: {what}"), &source, (&book.factors.list, &storm.moves), chosen.roll())
}

fn percent(size: f64) -> Cell {
    Cell::number(exp_m1(size) * 100.0, format::signed_percent(exp_m1(size)))
}

fn storm_table(book: &FactorBook, storm: &Storm, is_limit: bool) -> TableSheet {
    let mut heads = vec!["Factor", "Move, %", "Own deviation, %", "Move in own deviations", "Share of the distance, %"];
    if !is_limit {
        heads.push("P&L of it alone, USD");
    }
    heads.push("Size from");
    let mut table = DataTable::with_heads(heads);
    for place in by_size(&storm.shares) {
        let of = |column: &[f64]| column.get(place).copied();
        let (Some(factor), Some(size), Some(deviation), Some(share), Some(alone), Some(known)) = (
            book.factors.list.get(place),
            of(&storm.moves),
            of(&book.factors.deviations),
            of(&storm.shares),
            of(&storm.alone),
            book.factors.known.get(place),
        ) else {
            continue;
        };
        let alone = (!is_limit).then(|| Cell::number(alone, format::signed_whole(alone)));
        let cells = [
            Cell::text(factors::name(factor)),
            percent(size),
            Cell::number(deviation * 100.0, format::percent(deviation)),
            Cell::optional((deviation > 0.0).then(|| size / deviation), format::correlation),
            Cell::number(share * 100.0, format::percent(share)),
        ];
        table.rows.push(cells.into_iter().chain(alone).chain([Cell::text(factors::known(*known))]).collect());
    }
    TableSheet {
        title: "Which factors make it".to_owned(),
        sub: "Vols in percent of themselves; a deviation is of the logarithm over the horizon; the shares add up to 100 %".to_owned(),
        table,
        empty: "Nothing moves.".to_owned(),
        notes: match is_limit {
            true => vec![
                "A factor with no share moves because the others do; one below 0 leads away from the limit and moves all the same."
                    .to_owned(),
            ],
            false => vec![
                "A factor with no share moves because the others do; one below 0 makes the loss smaller and moves all the same.".to_owned(),
                "What the factors lose alone does not add up to the loss: what they do together is not in it.".to_owned(),
            ],
        },
        ..TableSheet::default()
    }
}

/// A break point: the move, and how many standard deviations it is.
fn reach(reach: Reach, sign: f64, deviation: f64) -> [Cell; 2] {
    match reach {
        Reach::Already => [Cell::text("already"), Cell::number(0.0, format::beta(0.0))],
        Reach::At(steps) => [percent(sign * steps * deviation), Cell::number(steps, format::beta(steps))],
        Reach::Nowhere => [Cell::text(format!("none within {}σ", format::plain(FARTHEST))), Cell::optional(None, format::beta)],
    }
}

fn break_table(book: &FactorBook, breaks: &BreakPoints, dollars: f64) -> TableSheet {
    let mut table = DataTable::with_heads(["Factor", "Down, %", "Down, deviations", "Up, %", "Up, deviations"]);
    let is_lost = !breaks.factors.is_empty() && breaks.factors.iter().all(|point| point.loss == (Reach::Already, Reach::Already));
    let factors = book.factors.list.iter().zip(&book.factors.deviations).zip(&breaks.factors);
    for ((factor, deviation), point) in factors.filter(|_| !is_lost) {
        let mut row = vec![Cell::text(factors::name(factor))];
        row.extend(reach(point.loss.0, -1.0, *deviation));
        row.extend(reach(point.loss.1, 1.0, *deviation));
        table.rows.push(row);
    }
    TableSheet {
        title: format!("One factor alone: where {} is lost", format::money(dollars)),
        sub: "The smallest move of each factor down and up, the others standing still".to_owned(),
        table,
        empty: if is_lost { "It is lost already, without any move.".to_owned() } else { "Nothing moves.".to_owned() },
        ..TableSheet::default()
    }
}

fn limit_table(book: &FactorBook, breaks: &BreakPoints, set: &[Limit], now: &[Reading]) -> TableSheet {
    let mut table = DataTable::with_heads(["Limit", "Factor", "Down, %", "Down, deviations", "Up, %", "Up, deviations"]);
    let mut notes = Vec::new();
    for (place, limit) in set.iter().enumerate() {
        let name = limits::named(limit, None);
        let before = table.rows.len();
        let of = |point: &BreakPoint| point.limits.get(place).copied();
        if !breaks.factors.is_empty() && breaks.factors.iter().all(|point| of(point) == Some((Reach::Already, Reach::Already))) {
            notes.push(format!("{name}: its hard limit is passed already, without any move."));
            continue;
        }
        for ((factor, deviation), point) in book.factors.list.iter().zip(&book.factors.deviations).zip(&breaks.factors) {
            let Some((down, up)) = of(point) else { continue };
            if (down, up) == (Reach::Nowhere, Reach::Nowhere) {
                continue;
            }
            let mut row = vec![Cell::text(name.clone()), Cell::text(factors::name(factor))];
            row.extend(reach(down, -1.0, *deviation));
            row.extend(reach(up, 1.0, *deviation));
            table.rows.push(row);
        }
        let is_unknown = now.iter().any(|reading| reading.place as usize == place && reading.status == Status::Unknown);
        if is_unknown {
            notes.push(format!("{name}: it has no number now, and where it has none it is not seen to break."));
        } else if breaks.has_limits && table.rows.len() == before {
            notes.push(format!("{name}: no factor alone breaks it within {} standard deviations.", format::plain(FARTHEST)));
        }
    }
    if !breaks.has_limits {
        notes.push("The book is too large to hold every position against the limits at every step.".to_owned());
    }
    TableSheet {
        title: "One factor alone: where a hard limit is passed".to_owned(),
        sub: "What venues state of accounts stays as it is".to_owned(),
        table,
        empty: "No factor alone passes a limit that is not passed already.".to_owned(),
        notes,
        ..TableSheet::default()
    }
}
