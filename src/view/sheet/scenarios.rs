//! All scenarios in one table, the worst first; the picked one taken apart; the user's own pack.

use crate::engine::{Engine, MarketMove, PartOfPnl, ScenarioDetail, ScenarioRow, WorstWindow, Yardsticks};
use crate::exposure::limit;
use crate::issue::{Issue, IssueKind};
use crate::session::Choices;
use crate::stress::scenario::{Pack, Scenario, Stickiness, read};
use crate::stress::{Numeraire, PathRule, library};
use crate::units::Timestamp;
use crate::view::chart::scenario_pnl::{self, scenario_pnl};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::format;
use crate::view::sheet::scenarios_help::help;
use crate::view::sheet::typed::{bearing, placed, told};
use crate::view::sheet::{Control, Part, Pick, Sheet, SheetDef, Subject, TableSheet, Tone, counterparties, limits, scenario_grid};

/// This sheet.
pub const DEF: SheetDef = SheetDef { id: "scenarios", build };

const GROUP: &str = "scenarios/group";
const PICKED: &str = "scenarios/picked";
const FROM: &str = "scenarios/from";
const TO: &str = "scenarios/to";
/// The choice that holds the user's own pack.
pub const PACK: &str = "scenarios/pack";

/// The group of what happened, what may, and the user's own.
const ALL: &str = "all";
const OWN: &str = "own";
const REPLAY: &str = "replay";
/// Days of the windows of which the worst is looked for.
const WINDOWS: [u32; 4] = [1, 3, 7, 30];

/// Choices that the answer depends on begin with these.
const BEARING: [&str; 3] = ["scenarios/", "limits/", "counterparties/"];

/// Scenarios of one group, run.
#[derive(Clone, Debug)]
pub(super) struct Ran {
    /// What was asked, and the coin.
    asked: (Choices, Option<String>),
    pack: Pack,
    rows: Vec<ScenarioRow>,
    issues: Vec<String>,
}

fn build(subject: &mut Subject<'_>) -> Result<Sheet, Issue> {
    let engine = subject.engine;
    let text = subject.chosen(PACK, "").to_owned();
    let own = read(&text);
    let asked = subject.chosen(GROUP, ALL).to_owned();
    let coin = match &subject.settings.numeraire {
        Numeraire::Coin(coin) => Some(coin.clone()),
        Numeraire::Usd => engine.dollar_deltas().first().map(|(name, _)| name.clone()),
    };
    let (from, to) = (subject.chosen(FROM, "").to_owned(), subject.chosen(TO, "").to_owned());
    let set = limit::read(subject.chosen(limits::SET, "")).value;
    let rates = counterparties::rates(subject).rates;
    let against = Yardsticks { coin: coin.as_deref(), limits: &set, rates: Some(&rates) };
    let key = (bearing(subject.choices, &BEARING, &[PICKED]), coin.clone());
    let known = subject.kept.scenarios.take().filter(|ran| ran.asked == key);
    let ran = known.unwrap_or_else(|| {
        let (pack, issues) = pack_of(engine, &asked, &own.value, (&from, &to));
        let rows = engine.scenarios(&pack, against);
        Ran { asked: key, pack, rows, issues }
    });
    let mut parts = vec![Part::controls("scenario-group", groups(&asked, own.value.len(), (&from, &to), &ran.issues))];
    let named: Vec<(&Scenario, &ScenarioRow)> = ran.rows.iter().filter_map(|row| Some((ran.pack.get(row.place)?, row))).collect();
    let bars: Vec<(String, f64)> = named.iter().map(|(scenario, row)| (scenario.name.clone(), row.pnl)).collect();
    let ids: Vec<String> = named.iter().map(|(scenario, _)| scenario.id.clone()).collect();
    let chosen = subject.choices.get(PICKED).and_then(|id| named.iter().position(|(scenario, _)| scenario.id == *id)).unwrap_or(0);
    let pick = || Pick { key: PICKED.to_owned(), values: ids.clone(), row: u32::try_from(chosen).ok(), ..Pick::default() };
    parts.extend(scenario_pnl(&bars).map(|bars| Part::ranked(scenario_pnl::DEF.id, bars).wide().picking(pick())));
    parts.push(Part::table("scenarios", table(&named, coin.as_deref(), !set.is_empty())).picking(pick()));
    if let Some((scenario, row)) = named.get(chosen) {
        let detail = engine.scenario(row.place, scenario, against);
        parts.push(Part::words("scenario-said", &scenario.name, words(scenario, &detail)));
        if !set.is_empty() {
            let now = limits::used(subject, &set);
            parts.push(Part::table("scenario-limits", limits::after(&now, &detail.row.limits)));
        }
        parts.push(Part::table("scenario-shocks", shocks(scenario)).narrow());
        parts.push(Part::table("scenario-moves", moves(&detail.moves)).narrow());
        parts.push(scenario_grid::part(subject, scenario));
        parts.push(Part::table("scenario-by-underlying", split("P&L by underlying", "Underlying", &detail.by_underlying)).narrow());
        parts.push(Part::table("scenario-by-venue", split("P&L by venue", "Venue", &detail.by_venue)).narrow());
    }
    let refused = own.issues.iter().map(placed).collect::<Vec<_>>().join("\n");
    parts.push(Part::controls("scenario-pack", vec![Control::document(PACK, "Own pack", "scenarios.json", &text).refused(refused)]));
    parts.extend(help());
    subject.kept.scenarios = Some(ran);
    Ok(Sheet { parts })
}

fn groups(asked: &str, own: usize, (from, to): (&str, &str), issues: &[String]) -> Vec<Control> {
    let label = |id: &str, label: String| (id.to_owned(), label);
    let mut choices = vec![label(ALL, "All storms".to_owned())];
    choices.extend(library::ALL.iter().map(|group| label(group.id, group.label.to_owned())));
    choices.push(label(REPLAY, "Replay".to_owned()));
    choices.push(label(OWN, format!("Own ({})", format::grouped(own))));
    let is_known = choices.iter().any(|(id, _)| id == asked);
    let refused = if is_known { String::new() } else { format!("there is no group “{asked}”; all storms are shown") };
    let mut controls = vec![Control::buttons(GROUP, "Scenarios", choices, if is_known { asked } else { ALL }).refused(refused)];
    if asked == REPLAY {
        controls.push(Control::field(FROM, "Replay from the close of", "YYYY-MM-DD", from));
        controls.push(Control::field(TO, "to the close of", "YYYY-MM-DD", to).refused(issues.join("\n")));
    }
    controls
}

/// The scenarios of a group, and why some are not among them.
fn pack_of(engine: &Engine, asked: &str, own: &Pack, (from, to): (&str, &str)) -> (Pack, Vec<String>) {
    if asked == OWN {
        return (own.clone(), Vec::new());
    }
    if asked == REPLAY {
        return replays(engine, from, to);
    }
    if let Some(group) = library::group(asked) {
        return ((group.pack)(), Vec::new());
    }
    (storms(own), Vec::new())
}

/// What other analyses choose from: the storms, those of the group that is open, and the one that is taken there.
pub(super) fn offered(subject: &Subject<'_>) -> (Pack, Option<String>) {
    let own = read(subject.chosen(PACK, "")).value;
    let group = subject.chosen(GROUP, ALL);
    let mut pack = storms(&own);
    let known = subject.kept.scenarios.as_ref().filter(|ran| ran.asked.0 == bearing(subject.choices, &BEARING, &[PICKED]));
    let open = match known {
        Some(ran) => ran.pack.clone(),
        None => pack_of(subject.engine, group, &own, (subject.chosen(FROM, ""), subject.chosen(TO, ""))).0,
    };
    let taken = subject.choices.get(PICKED).filter(|id| open.iter().any(|scenario| scenario.id == **id)).cloned();
    for scenario in open {
        if !pack.iter().any(|known| known.id == scenario.id) {
            pack.push(scenario);
        }
    }
    (pack, taken)
}

/// The user's own scenarios, what happened and what may. An id of the user's own goes before one of the library.
fn storms(own: &Pack) -> Pack {
    let mut pack = own.clone();
    for scenario in ["historical", "hypothetical"].into_iter().filter_map(library::group).flat_map(|group| (group.pack)()) {
        if !pack.iter().any(|known| known.id == scenario.id) {
            pack.push(scenario);
        }
    }
    pack
}

/// The worst window with what it is the worst of.
fn sourced(worst: WorstWindow) -> (Scenario, Vec<Issue>) {
    let WorstWindow { mut scenario, issues, windows, revalued } = worst;
    let of = match revalued == windows {
        true => format!("The worst of {}, each revalued in full.", format::count(windows, "window", "windows")),
        false => format!(
            "The worst of {} revalued in full, those that delta and gamma put first among {}.",
            format::count(revalued, "window", "windows"),
            format::grouped(windows)
        ),
    };
    scenario.source = format!("{of} {}", scenario.source);
    (scenario, issues)
}

/// The worst windows of the dropped history, and the one that is typed.
fn replays(engine: &Engine, from: &str, to: &str) -> (Pack, Vec<String>) {
    let (mut pack, mut said): (Pack, Vec<String>) = (Vec::new(), Vec::new());
    let mut push = |name: Option<String>, found: Result<(Scenario, Vec<Issue>), Issue>| match found {
        Ok((mut scenario, notes)) => {
            let still: Vec<String> = notes.into_iter().filter_map(|issue| issue.subject).collect();
            if !still.is_empty() {
                scenario.source = format!("{} No closes of both days, so not moved: {}.", scenario.source, still.join(", "));
            }
            if let Some(name) = name {
                scenario.name = format!("{name}: {}", scenario.name);
                scenario.id = format!("worst-{}", scenario.id);
            }
            pack.push(scenario);
        }
        Err(issue) if !said.contains(&issue.message) => said.push(issue.message),
        Err(_) => {}
    };
    if !from.is_empty() || !to.is_empty() {
        let window = Timestamp::parse_iso(from).zip(Timestamp::parse_iso(to));
        let refused = || Issue::rejected(IssueKind::Parse, "two dates are accepted, such as 2025-03-01 and 2025-03-08");
        push(None, window.ok_or_else(refused).and_then(|(from, to)| engine.replay(library::Window { from, to })));
    }
    for days in WINDOWS {
        push(Some(format!("Worst {}", format::count(days as usize, "day", "days"))), engine.worst_window(days).map(sourced));
    }
    (pack, said)
}

fn table(rows: &[(&Scenario, &ScenarioRow)], coin: Option<&str>, has_limits: bool) -> TableSheet {
    let code = coin.unwrap_or("coin");
    let in_coin = format!("P&L, {code}");
    // Margin models count extreme moves in part: what counts stands first, what the book would be worth behind it.
    let has_parts = rows.iter().any(|(scenario, _)| scenario.weight != 1.0);
    let mut heads = vec!["Scenario", "P&L, USD", &in_coin, "Of equity, %"];
    if has_parts {
        heads.extend(["Counts, %", "Whole P&L, USD"]);
    }
    heads.extend([
        "Equity after, USD",
        "Leverage after, ×",
        "Net delta after, USD",
        "Gamma after, USD per 1 %",
        "Vega after, USD per pt",
        "Theta after, USD per day",
    ]);
    if has_limits {
        heads.push("Limits after");
    }
    let mut table = DataTable::with_heads(heads);
    let mut notes = Vec::new();
    let money = |value: f64| Cell::number(value, format::signed_money(value));
    for (scenario, row) in rows {
        let after = &row.after;
        notes.extend(row.issues.iter().map(|issue| format!("{}: {}.", scenario.name, issue.message)));
        let limits = has_limits.then(|| Cell::text(limits::counted(&row.limits)));
        let counted = [
            Cell::text(scenario.name.clone()),
            money(row.pnl),
            Cell::optional(row.pnl_coin, |pnl| format::signed_coin(pnl, code)),
            Cell::optional(row.of_equity.map(|part| part * 100.0), |part| format::signed_percent(part / 100.0)),
        ];
        let weight = scenario.weight;
        let part = [Cell::number(weight * 100.0, format::whole_percent(weight)), money(row.pnl / weight)];
        let left = [
            money(after.equity),
            Cell::optional(after.leverage, format::multiple),
            money(after.measures.cash_delta),
            money(after.measures.gamma_1pct),
            money(after.measures.vega_1pt),
            money(after.measures.theta_1d),
        ];
        table.rows.push(counted.into_iter().chain(part.into_iter().filter(|_| has_parts)).chain(left).chain(limits).collect());
    }
    if !has_limits {
        notes.push("With limits set on Exposure, those that break after each scenario stand here.".to_owned());
    }
    TableSheet {
        title: "Scenarios".to_owned(),
        sub: if has_parts {
            "Full revaluation, the worst first; P&L is the part that counts of extreme moves, what stands after is after the whole move"
                .to_owned()
        } else {
            "Full revaluation, the worst first".to_owned()
        },
        table,
        empty: "No scenario is in this group.".to_owned(),
        notes,
        ..TableSheet::default()
    }
}

pub(super) fn words(scenario: &Scenario, detail: &ScenarioDetail) -> Vec<(Tone, String)> {
    let rule = match scenario.smile {
        Stickiness::Strike => "Each strike keeps its vol (sticky strike).".to_owned(),
        Stickiness::Moneyness => "The smile moves with the forward (sticky delta).".to_owned(),
        Stickiness::SkewRatio(ratio) => format!("The smile slides at a skew stickiness ratio of {}.", format::figure(ratio)),
    };
    let time = match (scenario.days, scenario.path) {
        (0.0, _) => "At once.".to_owned(),
        (days, PathRule::Jump) => format!("After {}, with the move at once.", format::duration(days)),
        (days, PathRule::Line) => format!("After {}, in a straight line of log price.", format::duration(days)),
    };
    let pnl = format!("P&L {}. {time} {rule}", format::signed_money(detail.row.pnl));
    let mut sentences = vec![(Tone::Plain, pnl)];
    if !scenario.source.is_empty() {
        sentences.push((Tone::Plain, scenario.source.clone()));
    }
    if scenario.weight != 1.0 {
        sentences.push((Tone::Plain, format!("{} of the P&L counts.", format::percent(scenario.weight))));
    }
    sentences.extend(detail.row.issues.iter().map(|issue| (Tone::Warning, told(issue))));
    sentences
}

fn shocks(scenario: &Scenario) -> TableSheet {
    let mut table = DataTable::with_heads(["Shock", "Numbers", "On"]);
    for item in &scenario.shocks {
        let given = item.family.fields.iter().zip(&item.values);
        let numbers: Vec<String> =
            given.filter_map(|(field, value)| value.map(|value| format!("{} {}", field.id, format::figure(value)))).collect();
        table.rows.push(vec![Cell::text(item.family.label), Cell::text(numbers.join(", ")), Cell::text(item.on.words())]);
    }
    TableSheet {
        title: "What is given".to_owned(),
        sub: "In the units of the file".to_owned(),
        table,
        empty: "Nothing happens.".to_owned(),
        ..TableSheet::default()
    }
}

pub(super) fn moves(moves: &[MarketMove]) -> TableSheet {
    let mut table = DataTable::with_heads(["Price", "Before, USD", "After, USD", "Move, %", "Vols, pts"]);
    for each in moves {
        let name = each.expiry.map_or_else(|| each.underlying.clone(), |at| format!("{} {}", each.underlying, format::short_date(at)));
        let part = (each.before > 0.0).then(|| each.after / each.before - 1.0);
        let vols = each.vols.map_or_else(String::new, |(low, high)| match high - low {
            span if span < 5e-5 => format::points(low),
            _ => format!("{} to {}", format::points(low), format::points(high)),
        });
        table.rows.push(vec![
            Cell::text(name),
            Cell::number(each.before, format::level(each.before)),
            Cell::number(each.after, format::level(each.after)),
            Cell::optional(part.map(|part| part * 100.0), |part| format::signed_percent(part / 100.0)),
            Cell::text(vols),
        ]);
    }
    TableSheet {
        title: "What follows for the market".to_owned(),
        sub: "Spots and dated forwards; shocks on one venue or label are not in it".to_owned(),
        table,
        empty: "The book has no underlying.".to_owned(),
        ..TableSheet::default()
    }
}

pub(super) fn split(title: &str, head: &str, parts: &[PartOfPnl]) -> TableSheet {
    let mut table = DataTable::with_heads([head, "P&L, USD"]);
    for part in parts {
        let key = if part.key.is_empty() { "none named" } else { &part.key };
        table.rows.push(vec![Cell::text(key), Cell::number(part.pnl, format::signed_money(part.pnl))]);
    }
    TableSheet {
        title: title.to_owned(),
        sub: "The worst first".to_owned(),
        table,
        empty: "Nothing is valued.".to_owned(),
        ..TableSheet::default()
    }
}
