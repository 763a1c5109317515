//! How the book's underlyings move together, and what that makes of the book: its own vol by underlying, clusters, betas, fragility.

use crate::engine::{NEEDED_DAYS, Past, PastBook, PastChoice};
use crate::issue::Issue;
use crate::market::history::{BuiltIn, Estimate, Estimator, Regime, Spacing};
use crate::math::cluster::{Clusters, distance};
use crate::session::Choices;
use crate::share;
use crate::view::chart::correlation;
use crate::view::chart::table::{Cell, DataTable};
use crate::view::format;
use crate::view::sheet::{Control, Part, Sheet, SheetDef, Subject, TableSheet, Tone};
use crate::view::table::past as tables;

/// This sheet.
pub const DEF: SheetDef = SheetDef { id: "correlation", build };

const SOURCE: &str = "correlation/source";
const REGIME: &str = "correlation/regime";
const THETA: &str = "correlation/theta";
const ESTIMATOR: &str = "correlation/estimator";
const MATRIX: &str = "correlation/matrix";

/// θ that is meant without a choice.
const USUAL_THETA: f64 = 0.3;
/// Correlation from which on assets count as moving together.
const TOGETHER: f64 = 0.7;
/// Days by which closes may be older than the book before it is said.
const STALE_DAYS: f64 = 7.0;

const ESTIMATORS: [(&str, &str, Estimator); 3] = [
    ("ewma-94", "Exponential, λ 0.94", Estimator::Smoothed(0.94)),
    ("ewma-97", "Exponential, λ 0.97", Estimator::Smoothed(0.97)),
    ("ledoit-wolf", "Ledoit–Wolf", Estimator::Shrunk),
];

fn build(subject: &mut Subject<'_>) -> Result<Sheet, Issue> {
    let (choice, error) = chosen(subject.choices);
    let past = subject.engine.past(&choice);
    let mut parts =
        vec![Part::controls("past", controls(subject, &choice, &past, error)), Part::words("past-notes", "", notes(subject, &past))];
    if let Some(estimate) = &past.estimate {
        parts.push(Part::table("portfolio-vol", portfolio(&past, estimate)));
    }
    if let Some(wide) = past.wide.as_ref().or(past.estimate.as_ref()) {
        parts.push(Part::tiles(correlation::DEF.id, correlation::correlation(wide, window(wide))).wide());
        parts.push(Part::table("clusters", clusters(subject, wide)));
    }
    if !past.coverage.is_empty() {
        parts.push(Part::table("matching", tables::matching(&past, window)));
    }
    parts.push(Part::table("betas", tables::betas(subject.engine, &past)));
    parts.push(Part::table("fragility", tables::fragility(subject.engine, &past)));
    if !past.left_out.is_empty() {
        parts.push(Part::table("left-out", tables::left_out(&past)));
    }
    Ok(Sheet { parts })
}

/// What is chosen, and what is wrong with a θ that was typed.
fn chosen(choices: &Choices) -> (PastChoice, Option<String>) {
    let of = |key: &str| choices.get(key).map(String::as_str);
    let typed = of(THETA).unwrap_or_default();
    let theta = typed.trim().parse().ok().filter(|theta: &f64| (0.0..=1.0).contains(theta));
    let error = (theta.is_none() && !typed.is_empty())
        .then(|| format!("“{typed}” is no part of 1: a number from 0 to 1; {} is used", format::plain(USUAL_THETA)));
    let regime = match of(REGIME) {
        Some("calm") => Regime::Calm,
        Some("stress") => Regime::Stress,
        _ => Regime::Recent,
    };
    // Weights that favour the latest days say nothing of a stretch that is long over.
    let usual = if regime == Regime::Recent { Estimator::Smoothed(0.94) } else { Estimator::Shrunk };
    let estimator = ESTIMATORS.iter().find(|(id, ..)| of(ESTIMATOR) == Some(id)).map_or(usual, |(.., estimator)| *estimator);
    let past = match of(SOURCE) {
        Some("files") => Some(Past::Files),
        Some("built-in") => Some(Past::BuiltIn),
        _ => None,
    };
    (PastChoice { past, regime, theta: theta.unwrap_or(USUAL_THETA), estimator, given: of(MATRIX) == Some("file") }, error)
}

fn controls(subject: &Subject<'_>, choice: &PastChoice, past: &PastBook, error: Option<String>) -> Vec<Control> {
    let pair = |(id, label): &(&str, &str)| ((*id).to_owned(), (*label).to_owned());
    let list = |pairs: &[(&str, &str)]| pairs.iter().map(pair).collect::<Vec<_>>();
    let source = if past.past == Past::Files { "files" } else { "built-in" };
    let regimes: &[(&str, &str)] = match past.past {
        Past::Files => &[("calm", "Calm"), ("recent", "Last 90 days"), ("stress", "Stress")],
        Past::BuiltIn => &[("calm", "Calm"), ("stress", "Stress")],
    };
    let regime = match past.regime {
        Regime::Calm => "calm",
        Regime::Recent => "recent",
        Regime::Stress => "stress",
    };
    let mut controls = vec![
        Control::select(SOURCE, "From", list(&[("files", "The files’ price histories"), ("built-in", "Built-in figures")]), source),
        Control::buttons(REGIME, "Market", list(regimes), regime),
    ];
    if past.regime == Regime::Stress {
        let theta = format::plain(choice.theta);
        controls.push(Control::field(THETA, "θ", "0 as it was, 1 all together", &theta).refused(error.unwrap_or_default()));
    }
    if past.past == Past::Files {
        let estimator = ESTIMATORS.iter().find(|(.., estimator)| *estimator == choice.estimator).map_or("", |(id, ..)| *id);
        let estimators = ESTIMATORS.iter().map(|(id, label, _)| ((*id).to_owned(), (*label).to_owned())).collect();
        controls.push(Control::select(ESTIMATOR, "Estimate", estimators, estimator));
    }
    if subject.engine.history().correlations.is_some() {
        let matrix = if choice.given { "file" } else { "" };
        controls.push(Control::select(MATRIX, "Correlations", list(&[("", "Estimated"), ("file", "As a file gives them")]), matrix));
    }
    controls
}

/// From when to when, in how many returns.
fn window(estimate: &Estimate) -> String {
    let spacing = match estimate.spacing {
        Spacing::Calendar => "every day, √365 to a year".to_owned(),
        Spacing::Business => "days of business, √252 to a year".to_owned(),
        Spacing::Other(count) => format!("√{} to a year", format::figure(count.round())),
    };
    let stretch = estimate.window.map_or_else(
        || "as a file gives them".to_owned(),
        |window| {
            let count = format::count(window.returns, "return", "returns");
            format!("{} to {}, {count}", format::date(window.first), format::date(window.last))
        },
    );
    let theta = if estimate.theta > 0.0 { format!("; drawn towards one by θ {}", format::plain(estimate.theta)) } else { String::new() };
    format!("{stretch}; {spacing}{theta}")
}

fn notes(subject: &Subject<'_>, past: &PastBook) -> Vec<(Tone, String)> {
    let mut said = Vec::new();
    let deltas = subject.engine.dollar_deltas();
    match (&past.past, &past.estimate) {
        (_, None) if deltas.is_empty() => said.push((Tone::Plain, "The book has no delta in anything but currencies.".to_owned())),
        (Past::Files, None) => {
            let add = "The files have too few closes of what the book holds: drop a table with a column date and one column of closes for each asset, or take the built-in figures.";
            said.push((Tone::Warning, add.to_owned()));
        }
        (Past::BuiltIn, None) => {
            said.push((Tone::Warning, "The built-in figures know none of what the book holds: drop a table of daily closes.".to_owned()));
        }
        (Past::Files, Some(estimate)) => said.push((Tone::Plain, format!("From the closes of the files: {}.", window(estimate)))),
        (Past::BuiltIn, Some(estimate)) => {
            let label = BuiltIn::of(past.regime).map_or("", |figures| figures.label);
            said.push((
                Tone::Plain,
                format!("Built-in figures of {label}: {}. A price history of the book’s own assets says more of today.", window(estimate)),
            ));
        }
    }
    if let Some(estimate) = &past.estimate {
        if let Some(intensity) = estimate.intensity {
            said.push((Tone::Plain, format!("The sample was drawn towards equal correlations by {}.", format::percent(intensity))));
        }
        if let Some(repaired) = estimate.repaired {
            said.push((
                Tone::Warning,
                format!(
                    "No market can have these correlations: their smallest eigenvalue is {}; those below 0 were set to 0, which changes one correlation by {} and the others by less.",
                    format::figure(repaired.smallest_before),
                    format::figure(repaired.largest_change)
                ),
            ));
        }
    }
    if past.given_lacks {
        said.push((Tone::Warning, "The file’s correlations lack one of the book’s underlyings: the estimated ones are shown.".to_owned()));
    }
    if !subject.engine.history().is_empty() {
        // To write the link of a large book takes longer than a sheet may.
        let is_small = subject.engine.inputs().positions.len() <= share::MAX_POSITIONS_WITH_HISTORY;
        let said_of_links = if is_small && share::carries_history(&subject.engine.needed_inputs()) {
            format!("A link carries the last {NEEDED_DAYS} days of these closes: what reaches farther back differs for whoever opens it.")
        } else {
            "These closes are too many for a link: whoever opens it sees the built-in figures. A saved book carries all of them.".to_owned()
        };
        said.push((Tone::Plain, said_of_links));
    }
    let behind = past.last.map_or(0.0, |last| last.days_to(subject.engine.as_of()));
    if behind > STALE_DAYS {
        said.push((Tone::Warning, format!("The closes end {} before the book’s own time.", format::duration(behind.floor()))));
    }
    let delta: f64 = past.left_out.iter().map(|one| one.delta.abs()).sum();
    if delta > 0.0 {
        let whole: f64 = deltas.iter().map(|(_, delta)| delta.abs()).sum();
        let part = format::percent(delta / whole);
        said.push((
            Tone::Warning,
            format!("{} of delta, {part} of all of it, is in none of these figures: see what is left out.", format::money(delta)),
        ));
    }
    said
}

fn portfolio(past: &PastBook, estimate: &Estimate) -> TableSheet {
    let heads = [
        "Underlying",
        "Net delta, USD",
        "Vol, % a year",
        "Alone, USD a year",
        "Marginal, USD for 1 USD",
        "Component, USD a year",
        "Share, %",
        "Component, USD a day",
    ];
    let mut table = DataTable::with_heads(heads);
    let mut notes = Vec::new();
    let money = |value: f64| Cell::number(value, format::whole(value));
    if let Some(vol) = &past.vol {
        let per_year = estimate.spacing.per_year();
        let share =
            |part: f64| Cell::optional((vol.yearly > 0.0).then(|| part / vol.yearly * 100.0), |share| format::percent(share / 100.0));
        for part in &vol.parts {
            table.rows.push(vec![
                Cell::text(part.symbol.clone()),
                money(part.delta),
                Cell::number(part.vol * 100.0, format::vol(part.vol)),
                money(part.alone),
                Cell::number(part.marginal, format::figure(part.marginal)),
                money(part.component),
                share(part.component),
                money(part.component / per_year.sqrt()),
            ]);
        }
        let (delta, alone) = vol.parts.iter().fold((0.0, 0.0), |sum, part| (sum.0 + part.delta, sum.1 + part.alone));
        table.rows.push(vec![
            Cell::text("Book"),
            money(delta),
            Cell::optional(None, format::vol),
            money(alone),
            Cell::optional(None, format::figure),
            money(vol.yearly),
            share(vol.yearly),
            money(vol.daily(per_year)),
        ]);
        let ratio = vol
            .diversification
            .map_or_else(String::new, |ratio| format!(" Alone, its parts add up to {}: the rest offsets.", format::multiple(ratio)));
        notes.push(format!(
            "One standard deviation of the book is {} a year and {} a day.{ratio}",
            format::money(vol.yearly),
            format::money(vol.daily(per_year))
        ));
        if let Some(bets) = vol.bets {
            notes.push(format!(
                "It is as good as {} independent bets, of {} underlyings.",
                format::figure((bets * 10.0).round() / 10.0),
                vol.parts.len()
            ));
        }
    }
    TableSheet {
        title: "The book’s own vol".to_owned(),
        sub: "From net deltas, vols and correlations; what is below 0 hedges the rest. Gamma and vega play no part".to_owned(),
        table,
        empty: "Nothing of the book is known to the figures.".to_owned(),
        notes,
        ..TableSheet::default()
    }
}

/// Groups that move together, and what the book has in them.
fn clusters(subject: &Subject<'_>, estimate: &Estimate) -> TableSheet {
    let deltas = subject.engine.dollar_deltas();
    let delta = |symbol: &str| deltas.iter().find(|(name, _)| name == symbol).map_or(0.0, |(_, delta)| *delta);
    let mut table = DataTable::with_heads(["Move together", "Lowest correlation", "Net delta, USD", "Gross delta, USD"]);
    for group in Clusters::of(&estimate.correlation).within(distance(TOGETHER)).into_iter().filter(|group| group.len() > 1) {
        let names: Vec<&str> = group.iter().filter_map(|place| estimate.symbols.get(*place)).map(String::as_str).collect();
        let pairs = group.iter().flat_map(|row| group.iter().filter(move |column| *column < row).map(move |column| (*row, *column)));
        let lowest = pairs.map(|(row, column)| estimate.correlation.get(row, column)).fold(1.0, f64::min);
        let (net, gross) = names.iter().fold((0.0, 0.0), |(net, gross), name| (net + delta(name), gross + delta(name).abs()));
        table.rows.push(vec![
            Cell::text(names.join(", ")),
            Cell::number(lowest, format::correlation(lowest)),
            Cell::number(net, format::whole(net)),
            Cell::number(gross, format::whole(gross)),
        ]);
    }
    TableSheet {
        title: "Clusters".to_owned(),
        sub: format!(
            "Assets whose mean distance is that of a correlation of {} or more: what looks apart and moves as one",
            format::plain(TOGETHER)
        ),
        table,
        empty: format!("No two assets move together by {} or more.", format::plain(TOGETHER)),
        ..TableSheet::default()
    }
}
