//! How far the book is levered, whole and by account, how far each account is from its first trouble, and what options lever by themselves.

use crate::exposure::leverage::{AccountLeverage, Leverage, Leveraged, Standing, Trouble};
use crate::issue::Issue;
use crate::units::Timestamp;
use crate::view::chart::table::{Cell, DataTable};
use crate::view::format;
use crate::view::sheet::{Part, Sheet, SheetDef, Subject, TableSheet, Tone};

/// This sheet.
pub const DEF: SheetDef = SheetDef { id: "leverage", build };

/// Option positions that are listed.
const MOST_OPTIONS: usize = 25;
/// A distance below which it is to be acted on, and one below which it is to be looked at.
const NEAR: f64 = 0.05;
const CLOSE: f64 = 0.15;

fn build(subject: &mut Subject<'_>) -> Result<Sheet, Issue> {
    let engine = subject.engine;
    let found = subject.kept.leveraged.get_or_insert_with(|| engine.leverage());
    Ok(Sheet {
        parts: vec![
            Part::words("nearest", "First trouble", nearest(found)),
            Part::table("leverage", sizes(found)),
            Part::table("troubles", troubles(found)),
            Part::table("elasticity", elasticity(found)),
        ],
    })
}

fn holder(account: &AccountLeverage) -> String {
    match (account.venue.as_str(), account.name.as_str()) {
        ("", "") => "no venue named".to_owned(),
        (venue, "") => venue.to_owned(),
        ("", name) => name.to_owned(),
        (venue, name) => format!("{venue} · {name}"),
    }
}

/// What leads to a trouble, in words.
fn way(trouble: &Trouble) -> String {
    let stated = |time: &Option<Timestamp>| time.map_or_else(String::new, |at| format!(", as stated on {}", format::instant(at)));
    match trouble {
        Trouble::Liquidation { name, price, mark, time, .. } => {
            format!("{name} is liquidated at {}, its mark is {}{}", format::price(*price, "USD"), format::price(*mark, "USD"), stated(time))
        }
        Trouble::Lending { health, reach } => {
            let all = if reach.is_some() { "" } else { "; no move of every coin alike leads to 1" };
            format!("health of the loans {}{all}", format::share(*health))
        }
        Trouble::Margin { kind, equity, maintenance, currency, time, .. } => {
            let of = |value: f64| format::measured(value, currency.code());
            let kind = if kind.is_empty() { "equity".to_owned() } else { format!("equity of {kind}") };
            format!("{kind} {} against a maintenance margin of {}{}", of(*equity), of(*maintenance), stated(time))
        }
    }
}

fn nearest(found: &Leveraged) -> Vec<(Tone, String)> {
    let mut sentences = Vec::new();
    let mut known: Vec<(f64, &AccountLeverage, &Trouble)> = found
        .accounts
        .iter()
        .filter_map(|account| account.troubles.first().and_then(|first| Some((first.distance()?, account, first))))
        .collect();
    crate::order::sort_by(&mut known, |one, other| one.0.abs().total_cmp(&other.0.abs()));
    for (distance, account, trouble) in known {
        let tone = match distance.abs() {
            size if size < NEAR => Tone::Alarm,
            size if size < CLOSE => Tone::Warning,
            _ => Tone::Plain,
        };
        let what = if matches!(trouble, Trouble::Liquidation { .. }) { "its price" } else { "every spot alike" };
        sentences.push((tone, format!("{}: a move of {what} by {}; {}.", holder(account), format::signed_percent(distance), way(trouble))));
    }
    let unknown: Vec<String> = found.accounts.iter().filter(|account| account.standing == Standing::Unknown).map(holder).collect();
    if !unknown.is_empty() {
        let of = format!("No file states at which price or with which margin these would be liquidated: {}.", unknown.join("; "));
        sentences.push((Tone::Warning, of));
    }
    if sentences.is_empty() {
        sentences.push((Tone::Plain, "Nothing here can be liquidated: nothing is owed, sold or margined.".to_owned()));
    }
    sentences
}

fn sizes(found: &Leveraged) -> TableSheet {
    let mut table = DataTable::with_heads([
        "Account",
        "Equity, USD",
        "Gross notional, USD",
        "Gross leverage, ×",
        "Net leverage, ×",
        "Delta-adjusted, ×",
        "Net delta, ×",
        "Not valued",
    ]);
    let mut row = |label: String, leverage: &Leverage, left_out: u32| {
        let times = |value: Option<f64>| Cell::optional(value, format::multiple);
        table.rows.push(vec![
            Cell::text(label),
            Cell::number(leverage.equity, format::signed_whole(leverage.equity)),
            Cell::number(leverage.gross_notional, format::whole(leverage.gross_notional)),
            times(leverage.gross()),
            times(leverage.net()),
            times(leverage.delta_adjusted()),
            times(leverage.net_delta_adjusted()),
            Cell::number(f64::from(left_out), format::grouped(left_out as usize)),
        ]);
    };
    row("Whole book".to_owned(), &found.whole, found.accounts.iter().map(|account| account.left_out).sum());
    for account in &found.accounts {
        row(holder(account), &account.leverage, account.left_out);
    }
    TableSheet {
        title: "Leverage".to_owned(),
        sub: "Size over equity; a dash where there is none to be levered on. Delta-adjusted: Σ|Δ·S| by position".to_owned(),
        table,
        ..TableSheet::default()
    }
}

fn troubles(found: &Leveraged) -> TableSheet {
    let mut table = DataTable::with_heads(["Account", "What is stated", "Distance", "Fall", "Rise", "May be lost before, USD"]);
    for account in &found.accounts {
        for trouble in &account.troubles {
            let ((fall, rise), buffer) = match trouble {
                Trouble::Margin { reach, buffer, .. } => (*reach, *buffer),
                _ => match trouble.distance() {
                    Some(distance) if distance < 0.0 => ((Some(distance), None), None),
                    distance => ((None, distance), None),
                },
            };
            let percent = |value: Option<f64>| Cell::optional(value, format::signed_percent);
            table.rows.push(vec![
                Cell::text(holder(account)),
                Cell::text(way(trouble)),
                percent(trouble.distance()),
                percent(fall),
                percent(rise),
                Cell::optional(buffer, format::signed_whole),
            ]);
        }
        if account.troubles.is_empty() {
            let what = match account.standing {
                Standing::Unknown => "nothing is stated: unknown",
                _ => "nothing to be liquidated",
            };
            let blank = || Cell::Number(None, "–".to_owned());
            table.rows.push(vec![Cell::text(holder(account)), Cell::text(what), blank(), blank(), blank(), blank()]);
        }
    }
    let printed = found.accounts.iter().flat_map(|account| account.stated_health.iter().map(move |health| (account, health)));
    let mut notes: Vec<String> = printed
        .map(|(account, health)| {
            format!("{} states a health of {} on its own scale, which is no distance.", holder(account), format::figure(*health))
        })
        .collect();
    notes.push("A stated price is of its own time. A stated margin is held while every spot moves alike and the account’s positions are revalued; one in a coin, or of an account that is stated in parts, has no distance here.".to_owned());
    TableSheet {
        title: "Distance to the first trouble".to_owned(),
        sub: "What a file states, and the move of the price that leads there; a dash where nothing says".to_owned(),
        table,
        empty: "No account is known.".to_owned(),
        notes,
        ..TableSheet::default()
    }
}

fn elasticity(found: &Leveraged) -> TableSheet {
    let mut table = DataTable::with_heads(["Option", "Value, USD", "Delta, USD", "Elasticity Δ·S/V"]);
    let mut row = |label: String, value: f64, delta: f64, elasticity: Option<f64>| {
        table.rows.push(vec![
            Cell::text(label),
            Cell::number(value, format::signed_whole(value)),
            Cell::number(delta, format::signed_whole(delta)),
            Cell::optional(elasticity, format::figure),
        ]);
    };
    if !found.elasticities.is_empty() {
        row("All options together".to_owned(), found.options.equity, found.options.net_delta, found.options.net_delta_adjusted());
    }
    for each in found.elasticities.iter().take(MOST_OPTIONS) {
        row(each.name.clone(), each.value, each.cash_delta, each.elasticity);
    }
    let count = found.elasticities.len();
    let mut notes = Vec::new();
    if count > 0 && found.options.net_delta_adjusted().is_none() {
        let worth = format::signed_money(found.options.equity);
        notes.push(format!(
            "All options together are worth {worth}, which is not above 0: what is sold is worth as much as what is bought or more, and \
             there is no percentage of that to lever."
        ));
    }
    if count > MOST_OPTIONS {
        let [listed, count] = [MOST_OPTIONS, count].map(format::grouped);
        notes.push(format!("{listed} of {count} options are listed, those with the largest delta."));
    }
    TableSheet {
        title: "Elasticity of options".to_owned(),
        sub: "By how many percent the value changes when spot moves by 1 %; of all together only where they are worth more than 0"
            .to_owned(),
        table,
        empty: "No option of this book is valued.".to_owned(),
        notes,
        ..TableSheet::default()
    }
}
