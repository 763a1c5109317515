//! Tables of the past: matched days, betas, the signs of fragility, what is left out.

use crate::engine::{Engine, Past, PastBook};
use crate::market::history::{Estimate, FACTORS, SeriesKind};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::format;
use crate::view::sheet::TableSheet;

/// Underlyings whose betas are listed.
const MOST_BETAS: usize = 30;

/// Which days of each series are used; `window` says what an estimate is of.
pub fn matching(past: &PastBook, window: fn(&Estimate) -> String) -> TableSheet {
    let heads = ["Asset", "Numbers", "Days", "First", "Last", "Missing days", "Longest gap, days", "Not used"];
    let mut table = DataTable::with_heads(heads);
    let count = |count: usize| Cell::number(count as f64, format::grouped(count));
    for one in &past.coverage {
        let kind = match one.kind {
            SeriesKind::Close => "closes",
            SeriesKind::Return => "returns",
            SeriesKind::Yield => "yield",
        };
        table.rows.push(vec![
            Cell::text(one.symbol.clone()),
            Cell::text(kind),
            count(one.days),
            Cell::text(format::date(one.first)),
            Cell::text(format::date(one.last)),
            count(one.missing),
            Cell::number(one.longest_gap, format::figure(one.longest_gap)),
            count(one.unused),
        ]);
    }
    TableSheet {
        title: "Matching days".to_owned(),
        sub: "Missing: days that others have between its first and its last. Not used: days that another asset of the matrix lacks; nothing is filled in".to_owned(),
        table,
        notes: past.wide.as_ref().map(|wide| format!("The matrix is of {}.", window(wide))).into_iter().collect(),
        ..TableSheet::default()
    }
}

/// How each underlying moves with what everyone watches.
pub fn betas(engine: &Engine, past: &PastBook) -> TableSheet {
    let mut heads = vec!["Underlying".to_owned(), "Net delta, USD".to_owned()];
    heads.extend(FACTORS.iter().map(|factor| format!("to {}", factor.label)));
    let mut table = DataTable { heads, rows: Vec::new() };
    let delta_of = |delta: f64| Cell::number(delta, format::whole(delta));
    let known = if past.past == Past::Files { engine.past_betas(MOST_BETAS) } else { Vec::new() };
    let mut sums = vec![None; FACTORS.len()];
    let mut add = |place: usize, dollars: f64| {
        if let Some(sum) = sums.get_mut(place) {
            *sum = Some(sum.unwrap_or(0.0) + dollars);
        }
    };
    for one in &known {
        let mut row = vec![Cell::text(one.symbol.clone()), delta_of(one.delta)];
        for (place, beta) in one.betas.iter().enumerate() {
            let is_own = FACTORS.get(place).is_some_and(|factor| factor.symbols.contains(&one.symbol.as_str()));
            // A yield moves by percentage points: the beta is for one of them, in percent.
            let shown = beta.map(|beta| (if beta.is_yield { beta.beta * 0.01 } else { beta.beta }, beta));
            let value = if is_own { Some(1.0) } else { shown.map(|(value, _)| value) };
            if let Some(value) = value {
                add(place, value * one.delta);
            }
            row.push(match shown {
                Some((value, beta)) if beta.is_yield => {
                    Cell::number(value * 100.0, format!("{} ± {}", format::beta(value * 100.0), format::beta(beta.error)))
                }
                Some((value, beta)) => Cell::number(value, format!("{} ± {}", format::beta(value), format::beta(beta.error))),
                None => Cell::optional(value, format::beta),
            });
        }
        table.rows.push(row);
    }
    if past.past == Past::BuiltIn
        && let (Some(wide), Some(estimate)) = (&past.wide, &past.estimate)
    {
        for symbol in &estimate.symbols {
            let delta = past.vol.iter().flat_map(|vol| &vol.parts).find(|part| part.symbol == *symbol).map_or(0.0, |part| part.delta);
            let mut row = vec![Cell::text(symbol.clone()), delta_of(delta)];
            for (place, factor) in FACTORS.iter().enumerate() {
                let beta = factor.symbols.iter().find_map(|factor| wide.beta(symbol, factor));
                if let Some(beta) = beta {
                    add(place, beta * delta);
                }
                row.push(Cell::optional(beta, format::beta));
            }
            table.rows.push(row);
        }
    }
    let mut notes = Vec::new();
    if !table.rows.is_empty() {
        let without = FACTORS.iter().zip(&sums).filter(|(_, sum)| sum.is_none());
        notes.extend(without.map(|(factor, _)| {
            let symbols = factor.symbols.join(" or ");
            let why = match past.past {
                Past::Files => format!("no file has closes of {symbols} on enough days of the book’s underlyings"),
                Past::BuiltIn => format!("the built-in figures have no {symbols}; a file with its closes gives them"),
            };
            format!("No betas to {}: {why}.", factor.label)
        }));
        let mut row = vec![Cell::text("Book: USD for 1 % of the factor, for 1 point of the yield"), Cell::text("")];
        row.extend(sums.into_iter().zip(FACTORS).map(|(sum, factor): (Option<f64>, _)| {
            let one = if factor.is_yield { 1.0 } else { 0.01 };
            Cell::optional(sum.map(|sum| sum * one), format::signed_whole)
        }));
        table.rows.push(row);
    }
    let stretch = match past.past {
        Past::Files => "± its standard error, over the last year of common days",
        Past::BuiltIn => "from the built-in vols and correlations, which have no standard error",
    };
    TableSheet {
        title: "Betas".to_owned(),
        sub: format!("Move for one of the factor, one factor at a time, {stretch}; of the yield for one percentage point, in percent"),
        table,
        notes,
        empty: "No factor is known beside what the book holds: closes of BTC, ETH, SPY, GLD, IEF, DGS10 or DTWEXBGS in the same drop give betas.".to_owned(),
        ..TableSheet::default()
    }
}

/// The parts of fragility, each by itself.
pub fn fragility(engine: &Engine, past: &PastBook) -> TableSheet {
    let mut table = DataTable::with_heads(["Sign", "From 0 to 1", "What it is of"]);
    let mut row = |name: &str, value: Option<f64>, words: String| {
        table.rows.push(vec![Cell::text(name), Cell::optional(value, format::share), Cell::text(words)]);
    };
    let vol = past.vol.as_ref();
    let absorbed = vol.and_then(|vol| vol.absorption);
    row(
        "Absorption: the market moves as one",
        absorbed.map(|(ratio, _)| ratio),
        absorbed.map_or_else(
            || "no correlations are known".to_owned(),
            |(ratio, directions)| {
                let of = format::count(directions, "direction", "directions");
                format!("{} of all variance lies along the strongest fifth, {of}", format::percent(ratio))
            },
        ),
    );
    let bets = vol.and_then(|vol| vol.bets);
    row(
        "One bet: the book moves as one",
        bets.map(|bets| 1.0 / bets),
        bets.map_or_else(
            || "nothing moves".to_owned(),
            |bets| format!("{} independent bets", format::figure((bets * 100.0).round() / 100.0)),
        ),
    );
    let deltas = engine.dollar_deltas();
    let gross: f64 = deltas.iter().map(|(_, delta)| delta.abs()).sum();
    let squares = deltas.iter().map(|(_, delta)| (delta / gross) * (delta / gross)).sum::<f64>();
    row(
        "Concentration: delta by underlying",
        (gross > 0.0).then_some(squares),
        deltas.first().map_or_else(
            || "no delta".to_owned(),
            |(name, delta)| {
                format!(
                    "{name} is {} of all; as many as {} equal ones",
                    format::percent(delta.abs() / gross),
                    format::figure((10.0 / squares).round() / 10.0)
                )
            },
        ),
    );
    let leverage = engine.sizes().whole.gross();
    row(
        "Leverage: how little of it is owned",
        leverage.map(|leverage| (1.0 - 1.0 / leverage).max(0.0)),
        leverage.map_or_else(
            || "equity is not above 0".to_owned(),
            |leverage| format!("gross notional is {} of equity", format::multiple(leverage)),
        ),
    );
    TableSheet {
        title: "Fragility".to_owned(),
        sub: "Each sign by itself, 0 to 1; no sum is made of them, as it would hide which of them it is".to_owned(),
        table,
        ..TableSheet::default()
    }
}

/// What is in none of the figures, and why.
pub fn left_out(past: &PastBook) -> TableSheet {
    let mut table = DataTable::with_heads(["Underlying", "Net delta, USD", "Why"]);
    for one in &past.left_out {
        table.rows.push(vec![
            Cell::text(one.symbol.clone()),
            Cell::number(one.delta, format::whole(one.delta)),
            Cell::text(one.reason.clone()),
        ]);
    }
    TableSheet {
        title: "Left out".to_owned(),
        sub: "What the book holds and none of these figures counts".to_owned(),
        table,
        ..TableSheet::default()
    }
}
