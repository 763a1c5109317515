//! Who owes the book what, and what each failure would leave of it; hidden concentrations are told first, in words.

use crate::exposure::counterparty::{
    ASSUMED_ON, Counterparties, CounterpartyKind, CounterpartyRow, DefaultRate, Failure, Greek, Naked, Remaining, by_id,
};
use crate::exposure::pivot::property;
use crate::issue::Issue;
use crate::order;
use crate::session::Choices;
use crate::view::chart::table::{Cell, DataTable};
use crate::view::format;
use crate::view::sheet::{CellEdit, Control, Part, Pick, Sheet, SheetDef, Subject, TableSheet, Tone};
use std::collections::BTreeMap;

/// This sheet.
pub const DEF: SheetDef = SheetDef { id: "counterparties", build };

const PROBABILITY: &str = "counterparties/pd/";
const LOSS: &str = "counterparties/lgd/";
const FAILED: &str = "counterparties/failed";

/// Hidden concentrations that are told one by one.
const MOST_TOLD: usize = 12;

fn build(subject: &mut Subject<'_>) -> Result<Sheet, Issue> {
    let engine = subject.engine;
    let Rates { rates, refused } = rates(subject);
    let found = {
        let (_, columns) = subject.exposed();
        engine.counterparties(columns, &rates)
    };
    let failures = failures(subject);
    let mut parts = vec![Part::words("hidden", "Hidden concentration", told(&failures))];
    parts.push(Part::table("counterparties", exposures(&found, subject.choices, &refused)));
    let listed = listed(&failures);
    if let Some(first) = listed.first() {
        let asked = subject.choices.get(FAILED);
        let chosen = asked.and_then(|asked| failures.iter().find(|failure| key(failure) == *asked));
        let lost = asked.filter(|_| chosen.is_none()).map(|asked| format!("nothing of this book stands at {asked}; another is shown"));
        let shown = chosen.unwrap_or(first);
        let names = listed.iter().map(|failure| (key(failure), name(failure))).collect();
        let control = Control::select(FAILED, "If this failed", names, &key(shown)).refused(lost.unwrap_or_default());
        parts.push(Part::controls("failure-choice", vec![control]));
        parts.push(Part::words("failure-said", "", failure_words(shown)));
        parts.push(Part::table("failure", failure(shown)));
        let pick = Pick { key: FAILED.to_owned(), values: listed.iter().map(|failure| key(failure)).collect(), ..Pick::default() };
        parts.push(Part::table("failures", all(&listed)).picking(pick));
    }
    Ok(Sheet { parts })
}

/// Every hidden concentration of the loaded book in words, the worst first; none where there is none.
pub fn hidden(subject: &mut Subject<'_>) -> Vec<(Tone, String)> {
    cases(&failures(subject))
}

/// Every failure of the loaded book, computed once.
pub(super) fn failures(subject: &mut Subject<'_>) -> Vec<Failure> {
    let engine = subject.engine;
    if let Some(known) = &subject.kept.failures {
        return known.clone();
    }
    let found = {
        let (_, columns) = subject.exposed();
        engine.failures(columns)
    };
    subject.kept.failures.insert(found).clone()
}

/// The user's own rates, and why a number that was typed cannot be used, by its key.
pub struct Rates {
    /// By counterparty; where one of the two numbers is not typed it is that of its kind.
    pub rates: BTreeMap<String, DefaultRate>,
    refused: BTreeMap<String, String>,
}

/// Reads the rates that are typed.
pub(super) fn rates(subject: &Subject<'_>) -> Rates {
    let choices = subject.choices;
    let mut found = Rates { rates: BTreeMap::new(), refused: BTreeMap::new() };
    let mut typed: BTreeMap<&str, [Option<f64>; 2]> = BTreeMap::new();
    for (place, prefix) in [PROBABILITY, LOSS].into_iter().enumerate() {
        for (key, text) in choices.range(prefix.to_owned()..).take_while(|(key, _)| key.starts_with(prefix)) {
            let name = key.get(prefix.len()..).unwrap_or_default();
            match percent(text) {
                Some(number) => {
                    if let Some(slot) = typed.entry(name).or_default().get_mut(place) {
                        *slot = Some(number);
                    }
                }
                None => {
                    found.refused.insert(key.clone(), "a percentage from 0 to 100, such as 2.5".to_owned());
                }
            }
        }
    }
    let own = |name: &str| {
        subject
            .engine
            .sources(None)
            .book
            .positions
            .iter()
            .any(|held| held.venue == name || held.tags.get(property::COUNTERPARTY.id).is_some_and(|tag| tag == name))
    };
    for (name, [probability, loss]) in typed {
        let assumed = CounterpartyKind::of(name).map(CounterpartyKind::assumed_rate);
        let number = |own: Option<f64>, of: fn(DefaultRate) -> f64| own.or_else(|| assumed.map(of));
        match number(probability, |rate| rate.probability).zip(number(loss, |rate| rate.loss)) {
            Some((probability, loss)) => {
                // Both are between 0 and 1 here.
                found.rates.extend(DefaultRate::new(probability, loss).ok().map(|rate| (name.to_owned(), rate)));
            }
            None if own(name) => {
                let (missing, word) = if loss.is_none() { (LOSS, "loss given default") } else { (PROBABILITY, "probability of default") };
                found.refused.insert(format!("{missing}{name}"), format!("its {word} is needed as well"));
            }
            None => {}
        }
    }
    found
}

/// A percentage that was typed, as a fraction from 0 to 1.
fn percent(text: &str) -> Option<f64> {
    let number: f64 = text.trim().trim_end_matches('%').trim_end().replace(',', ".").parse().ok()?;
    Some(number / 100.0).filter(|number| (0.0..=1.0).contains(number))
}

fn key(failure: &Failure) -> String {
    format!("{}:{}", failure.kind, failure.name)
}

/// The name with its kind where the name alone may be taken for a venue.
fn name(failure: &Failure) -> String {
    let kind = by_id(&failure.kind).map_or("", |def| def.label);
    format!("{} ({})", failure.name, kind.to_lowercase())
}

/// What is written of a Greek, and in what.
fn greek(of: Greek) -> (&'static str, &'static str) {
    match of {
        Greek::Delta => ("net delta", ""),
        Greek::Gamma => ("net gamma", " per 1 % of spot"),
        Greek::Vega => ("net vega", " per vol point"),
    }
}

/// One sentence: what a failure leaves of one net.
pub fn sentence(failure: &Failure, naked: &Naked) -> String {
    let (what, per) = greek(naked.greek);
    let of = naked.underlying.as_ref().map_or_else(|| format!("the book’s {what}"), |name| format!("the {what} in {name}"));
    let there = match failure.kind.as_str() {
        "stablecoin" => "its hedges are settled in it",
        "chain" | "protocol" => "its hedges stand on it",
        _ => "its hedges stand there",
    };
    format!(
        "If {} failed, {of} would go from {} to {}{per}: {there}.",
        failure.name,
        format::signed_money(naked.before),
        format::signed_money(naked.after)
    )
}

/// What of a failure is told: of each Greek the whole book, and the underlyings that say something else.
fn worth_telling(failure: &Failure) -> Vec<&Naked> {
    let whole = |greek: Greek| failure.naked.iter().find(|naked| naked.greek == greek && naked.underlying.is_none());
    let says_more = |naked: &&Naked| match (&naked.underlying, whole(naked.greek)) {
        (None, _) | (Some(_), None) => true,
        (Some(_), Some(whole)) => (naked.before, naked.after) != (whole.before, whole.after),
    };
    failure.naked.iter().filter(says_more).collect()
}

fn told(failures: &[Failure]) -> Vec<(Tone, String)> {
    let found = cases(failures);
    if !found.is_empty() {
        return found;
    }
    let none = "No venue, chain, protocol or stablecoin holds hedges of the rest: whichever failed, the book would not be left with more delta, gamma or \
                vega than it has, by a tenth of its gross.";
    vec![(Tone::Plain, none.to_owned())]
}

/// Deltas first, then gammas and vegas; of each the largest growth first.
fn cases(failures: &[Failure]) -> Vec<(Tone, String)> {
    let of = |failure| worth_telling(failure).into_iter().map(move |naked| (failure, naked));
    let mut found: Vec<(&Failure, &Naked)> = failures.iter().flat_map(of).collect();
    let growth = |naked: &Naked| naked.after.abs() - naked.before.abs();
    order::sort_by(&mut found, |one, other| one.1.greek.cmp(&other.1.greek).then(growth(other.1).total_cmp(&growth(one.1))));
    let rest = found.len().saturating_sub(MOST_TOLD);
    let mut sentences: Vec<(Tone, String)> =
        found.into_iter().take(MOST_TOLD).map(|(failure, naked)| (Tone::Alarm, sentence(failure, naked))).collect();
    if rest > 0 {
        sentences
            .push((Tone::Warning, format!("{} in the table of failures.", format::count(rest, "further case is", "further cases are"))));
    }
    sentences
}

fn exposures(found: &Counterparties, choices: &Choices, refused: &BTreeMap<String, String>) -> TableSheet {
    let mut table = DataTable::with_heads([
        "Counterparty",
        "Kind",
        "Balances, USD",
        "Unrealized, USD",
        "Options, USD",
        "Staked, lent, pledged, USD",
        "Owed, USD",
        "Exposure at default, USD",
        "Share",
        "PD a year, %",
        "LGD, %",
        "Expected loss a year, USD",
    ]);
    let amount = |value: f64| Cell::number(value, format::signed_whole(value));
    let size = |value: f64| Cell::number(value, format::whole(value));
    let mut edits = Vec::new();
    for (place, row) in (0..).zip(&found.rows) {
        let CounterpartyRow { balance, unrealized, options, locked, owed, exposure, .. } = *row;
        let number = |of: fn(DefaultRate) -> f64| Cell::optional(row.rate.map(|rate| of(rate) * 100.0), format::plain);
        table.rows.push(vec![
            Cell::text(row.name.clone().unwrap_or_else(|| property::COUNTERPARTY.missing.to_owned())),
            Cell::text(row.kind.map_or("–", CounterpartyKind::label)),
            size(balance),
            amount(unrealized),
            amount(options),
            size(locked),
            size(owed),
            size(exposure),
            Cell::optional(row.share, format::percent),
            number(|rate| rate.probability),
            number(|rate| rate.loss),
            Cell::optional(row.expected_loss, format::whole),
        ]);
        let Some(name) = &row.name else { continue };
        for (column, prefix, of) in [(9, PROBABILITY, (|rate| rate.probability) as fn(DefaultRate) -> f64), (10, LOSS, |rate| rate.loss)] {
            let key = format!("{prefix}{name}");
            let typed = choices.get(&key).cloned();
            let value = typed.unwrap_or_else(|| row.rate.map_or_else(String::new, |rate| format::plain(of(rate) * 100.0)));
            let error = refused.get(&key).cloned().unwrap_or_default();
            edits.push(CellEdit { place: (place, column), key, line: String::new(), value, error });
        }
    }
    let mut total = vec![Cell::text("Total"), Cell::text("")];
    let sum = |of: fn(&CounterpartyRow) -> f64| found.rows.iter().map(of).sum::<f64>();
    total.extend([size(sum(|row| row.balance)), amount(sum(|row| row.unrealized)), amount(sum(|row| row.options))]);
    total.extend([size(sum(|row| row.locked)), size(sum(|row| row.owed)), size(found.exposure)]);
    total.extend([Cell::text(""), Cell::text(""), Cell::text(""), size(found.expected_loss)]);
    table.rows.push(total);
    let mut notes = vec![format!(
        "PD and LGD are assumptions, chosen by Plimsoll on {ASSUMED_ON} by kind as orders of magnitude: type your own, an empty cell takes them back."
    )];
    if found.unrated > 0.0 {
        notes.push(format!("{} of exposure is without a probability of default and in no expected loss.", format::money(found.unrated)));
    }
    let left_out: u32 = found.rows.iter().map(|row| row.left_out).sum();
    if left_out > 0 {
        notes.push(format!("{} cannot be valued and is in no sum.", format::count(left_out as usize, "position", "positions")));
    }
    let largest = concentration(found);
    notes.extend(largest);
    TableSheet {
        title: "Exposure at default".to_owned(),
        sub: "max(0, balances + unrealized + options + staked, lent and pledged − owed), netted by counterparty; the label counterparty goes before the venue"
            .to_owned(),
        table,
        empty: "No position is held anywhere.".to_owned(),
        notes,
        pick: None,
        edits,
    }
}

fn concentration(found: &Counterparties) -> Option<String> {
    let exposures = found.rows.iter().map(|row| row.exposure);
    let index = crate::exposure::concentration::index(exposures)?;
    let equal = format::figure((10.0 / index).round() / 10.0);
    Some(format!("Concentration of exposure (HHI) {}: as much as with {equal} counterparties of the same size.", format::share(index)))
}

/// Those that take something away, hidden concentrations and large losses first.
fn listed(failures: &[Failure]) -> Vec<&Failure> {
    let mut listed: Vec<&Failure> = failures.iter().collect();
    order::sort_by(&mut listed, |one, other| {
        let hidden = other.is_hidden_concentration().cmp(&one.is_hidden_concentration());
        hidden.then(other.equity_lost.total_cmp(&one.equity_lost))
    });
    listed
}

fn failure_words(failure: &Failure) -> Vec<(Tone, String)> {
    let positions = format::count(failure.positions as usize, "position goes", "positions go");
    let lost = format!(
        "If {} fails and nothing is recovered, {} of {} equity is lost; {positions} with it, {} of their worth is balances.",
        name(failure),
        format::money(failure.equity_lost),
        format::money(failure.before.value),
        format::money(failure.balances),
    );
    let mut words = vec![(Tone::Plain, lost)];
    words.extend(worth_telling(failure).into_iter().map(|naked| (Tone::Alarm, sentence(failure, naked))));
    if failure.left_out > 0 {
        words.push((Tone::Plain, format!("{} of them cannot be valued and is in no number.", format::grouped(failure.left_out as usize))));
    }
    if failure.kind == "stablecoin" {
        let how = "Its balances, what is lent less what is borrowed, the pools that hold it and the contracts that are settled in it count as gone.";
        words.push((Tone::Plain, how.to_owned()));
    }
    words
}

/// One failure by underlying.
fn failure(failure: &Failure) -> TableSheet {
    let mut table = DataTable::with_heads([
        "Underlying",
        "Delta before, USD",
        "Delta after, USD",
        "Gamma 1 % before, USD",
        "Gamma 1 % after, USD",
        "Vega 1 pt before, USD",
        "Vega 1 pt after, USD",
        "Value before, USD",
        "Value after, USD",
    ]);
    let mut row = |label: &str, before: &Remaining, after: &Remaining| {
        let of = |remaining: &Remaining| [remaining.cash_delta, remaining.gamma_1pct, remaining.vega_1pt, remaining.value];
        let mut cells = vec![Cell::text(label)];
        for (before, after) in of(before).into_iter().zip(of(after)) {
            cells.extend([before, after].map(|value| Cell::number(value, format::signed_whole(value))));
        }
        table.rows.push(cells);
    };
    for each in &failure.by_underlying {
        row(&each.underlying, &each.before, &each.after);
    }
    row("Whole book", &failure.before, &failure.after);
    TableSheet {
        title: format!("Without {}", failure.name),
        sub: "The book before and after; underlyings of which nothing goes are in the last row only. Prices stay where they are".to_owned(),
        table,
        ..TableSheet::default()
    }
}

/// Every failure.
fn all(failures: &[&Failure]) -> TableSheet {
    let mut table = DataTable::with_heads([
        "What fails",
        "Kind",
        "Equity lost, USD",
        "Delta after, USD",
        "Gamma 1 % after, USD",
        "Vega 1 pt after, USD",
        "Hedges of the rest",
    ]);
    for failure in failures {
        let amount = |value: f64| Cell::number(value, format::signed_whole(value));
        let mut naked: Vec<&str> = failure.naked.iter().map(|naked| greek(naked.greek).0.trim_start_matches("net ")).collect();
        naked.dedup();
        naked.sort_unstable();
        naked.dedup();
        table.rows.push(vec![
            Cell::text(failure.name.clone()),
            Cell::text(by_id(&failure.kind).map_or("", |def| def.label)),
            Cell::number(failure.equity_lost, format::whole(failure.equity_lost)),
            amount(failure.after.cash_delta),
            amount(failure.after.gamma_1pct),
            amount(failure.after.vega_1pt),
            Cell::text(if naked.is_empty() { "none told".to_owned() } else { naked.join(", ") }),
        ]);
    }
    let before = failures.first().map(|failure| failure.before).unwrap_or_default();
    TableSheet {
        title: "Every failure".to_owned(),
        sub: format!(
            "One at a time. With everything: delta {}, gamma {}, vega {}",
            format::signed_money(before.cash_delta),
            format::signed_money(before.gamma_1pct),
            format::signed_money(before.vega_1pt)
        ),
        table,
        ..TableSheet::default()
    }
}
