//! What the files say of the market: the surfaces that are fitted to it, spots, and the venues' rules for Greeks beside ours.

use crate::instrument::Settlement;
use crate::issue::Issue;
use crate::market::surface::{Stickiness, Surface};
use crate::price::convention::ConventionDef;
use crate::session::Choices;
use crate::units::Timestamp;
use crate::view::chart::smile::{self, Across};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::chart::{term_structure, vol_surface};
use crate::view::format;
use crate::view::market::{ChainSheet, MarketSheet, SurfaceChoice, market};
use crate::view::sheet::{Control, Part, Pick, Sheet, SheetDef, Subject, TableSheet, Tone};
use crate::view::table::conventions::{self, ConventionSheet};

/// This sheet.
pub const DEF: SheetDef = SheetDef { id: "market", build };

const CHAIN: &str = "market/chain";
const EXPIRY: &str = "market/expiry";
const ACROSS: &str = "market/across";
const RULE: &str = "market/rule";
const RATIO: &str = "market/ratio";
const CONVENTION: &str = "market/convention";

/// Positions that are listed by a venue's rule; the sums hold all.
const MOST_POSITIONS: usize = 12;
/// Skew stickiness ratios that are taken, and the one that is meant without a choice.
const RATIOS: std::ops::RangeInclusive<f64> = -5.0..=5.0;
const USUAL_RATIO: f64 = 1.5;

const SCALES: [(Across, &str, &str); 3] =
    [(Across::Strike, "strike", "Strike"), (Across::LogMoneyness, "log-moneyness", "Log-moneyness"), (Across::Delta, "delta", "Delta")];

fn build(subject: &mut Subject<'_>) -> Result<Sheet, Issue> {
    let conventions = conventions(subject)?;
    let engine = subject.engine;
    let surface: &Surface = subject.kept.surface.get_or_insert_with(|| engine.surface());
    let (choice, error) = chosen(subject.choices);
    let mut parts = surfaces(market(surface, &choice, &subject.settings.shock), &choice, error);
    parts.push(spots(subject));
    parts.extend(conventions);
    Ok(Sheet { parts })
}

fn chain_key(chain: &(String, Settlement)) -> String {
    let settlement = match chain.1 {
        Settlement::Inverse => "inverse",
        Settlement::Linear => "linear",
    };
    format!("{} {settlement}", chain.0)
}

/// What of the surfaces is chosen, and what is wrong with a ratio that was typed.
fn chosen(choices: &Choices) -> (SurfaceChoice, Option<String>) {
    let of = |key: &str| choices.get(key).map(String::as_str);
    let chain = of(CHAIN).and_then(|chain| chain.rsplit_once(' ')).map(|(underlying, settlement)| {
        (underlying.to_owned(), if settlement == "inverse" { Settlement::Inverse } else { Settlement::Linear })
    });
    let typed = of(RATIO).unwrap_or_default();
    let ratio = typed.trim().parse().ok().filter(|ratio| RATIOS.contains(ratio));
    let error =
        (ratio.is_none() && !typed.is_empty()).then(|| format!("“{typed}” is no ratio: a number from −5 to 5; {USUAL_RATIO} is used"));
    let rule = match of(RULE) {
        Some("delta") => Stickiness::Moneyness,
        Some("ratio") => Stickiness::SkewRatio(ratio.unwrap_or(USUAL_RATIO)),
        _ => Stickiness::Strike,
    };
    let across = SCALES.iter().find(|(_, id, _)| of(ACROSS) == Some(id)).map_or(Across::default(), |(across, _, _)| *across);
    let expiry = of(EXPIRY).and_then(|ms| ms.parse().ok()).map(Timestamp::from_ms);
    (SurfaceChoice { chain, expiry, across, rule }, error)
}

fn expiry_key(expiry: &Timestamp) -> String {
    expiry.ms().to_string()
}

fn surfaces(sheet: MarketSheet, choice: &SurfaceChoice, error: Option<String>) -> Vec<Part> {
    let MarketSheet { chains, shown } = sheet;
    let Some(shown) = shown else {
        let add = "No file of this book quotes options, so there is no smile to fit. Add a chain: Deribit’s book summary, OKX’s opt-summary with its instruments, Bybit’s or Binance’s option marks.";
        return vec![Part::words("no-chain", "Surfaces", vec![(Tone::Plain, add.to_owned())])];
    };
    let ChainSheet { chain, expiries, expiry_names, expiry, smile, term, surface, spot, rule, forwards, fits, arbitrage, notes } = *shown;
    let keys: Vec<String> = expiries.iter().map(expiry_key).collect();
    let of_place = |place: u32| keys.get(place as usize).cloned().unwrap_or_default();
    let chosen_chain = chains.get(chain as usize).map(|chain| chain_key(&chain.chain)).unwrap_or_default();
    let across = SCALES.iter().find(|(across, _, _)| *across == choice.across).map_or("", |(_, id, _)| *id);
    let scales = SCALES.iter().map(|(_, id, label)| ((*id).to_owned(), (*label).to_owned())).collect();
    let columns = surface.columns.len();
    let by_column = Pick { key: EXPIRY.to_owned(), values: keys.clone(), ..Pick::default() };
    let by_row = Pick {
        key: EXPIRY.to_owned(),
        line: String::new(),
        values: keys.iter().flat_map(|key| std::iter::repeat_n(key.clone(), columns)).collect(),
        row: Some(expiry),
        column: None,
    };
    let named = |(table, title, sub, empty): (DataTable, &str, &str, &str)| TableSheet {
        title: title.to_owned(),
        sub: sub.to_owned(),
        table,
        empty: empty.to_owned(),
        ..TableSheet::default()
    };
    let forwards = named((
        forwards,
        "Forwards",
        "The one that is used and how it was found, its basis to spot, and every other way that the files allow",
        "",
    ));
    let fits = named((
        fits,
        "Fits",
        "What the quotes of each expiry miss their curve by; an unseen quote is predicted by all the others. SVI: w(k) = a + b(ρ(k − m) + √((k − m)² + σ²))",
        "",
    ));
    let arbitrage = named((
        arbitrage,
        "Arbitrage",
        "Butterflies and calendar spreads that cost less than nothing, and what the volatility there stands off by; nothing is repaired",
        "None in the quotes, and none in the fits.",
    ));
    vec![
        Part::controls(
            "surface",
            vec![
                Control::select(
                    CHAIN,
                    "Chain",
                    chains.into_iter().map(|chain| (chain_key(&chain.chain), chain.label)).collect(),
                    &chosen_chain,
                ),
                Control::select(EXPIRY, "Expiry", keys.iter().cloned().zip(expiry_names).collect(), &of_place(expiry)),
                Control::buttons(ACROSS, "Over", scales, across),
                Control::note("", &spot),
            ],
        ),
        Part::plot(smile::DEF.id, smile).wide(),
        Part::controls("rule", rule_controls(choice.rule, &rule, error)),
        Part::plot(term_structure::DEF.id, term).picking(by_column),
        Part::tiles(vol_surface::DEF.id, surface).picking(by_row),
        Part::table("forwards", forwards),
        Part::table("fits", fits),
        Part::table("arbitrage", TableSheet { notes, ..arbitrage }),
    ]
}

fn rule_controls(rule: Stickiness, words: &str, error: Option<String>) -> Vec<Control> {
    let rules = [("strike", "Sticky strike"), ("delta", "Sticky delta"), ("ratio", "Stickiness ratio")];
    let rules = rules.map(|(id, label)| (id.to_owned(), label.to_owned())).to_vec();
    let (id, ratio) = match rule {
        Stickiness::Strike => ("strike", None),
        Stickiness::Moneyness => ("delta", None),
        Stickiness::SkewRatio(ratio) => ("ratio", Some(ratio)),
    };
    let mut controls = vec![Control::buttons(RULE, "When spot moves", rules, id)];
    controls
        .extend(ratio.map(|ratio| Control::field(RATIO, "Ratio", "from −5 to 5", &ratio.to_string()).refused(error.unwrap_or_default())));
    controls.push(Control::note("", words));
    controls
}

fn spots(subject: &Subject<'_>) -> Part {
    let mut table = DataTable::with_heads(["Underlying", "Now, USD", "Under the shock, USD"]);
    let price = |value: f64| Cell::number(value, format::price(value, "USD"));
    for spot in subject.engine.spots(subject.settings) {
        table.rows.push(vec![Cell::text(spot.underlying), price(spot.base), price(spot.shocked)]);
    }
    let sub = "As the files give it".to_owned();
    Part::table("spots", TableSheet { title: "Spot".to_owned(), sub, table, ..TableSheet::default() })
}

/// The venues' rules beside ours.
fn conventions(subject: &mut Subject<'_>) -> Result<Vec<Part>, Issue> {
    let rule = subject.choices.get(CONVENTION).cloned();
    let is_kept = subject.kept.conventions.as_ref().is_some_and(|(known, _)| *known == rule);
    if !is_kept {
        // A rule of a later version is none: the table is that of each position's venue, and so is the choice that is shown.
        let found = subject.engine.conventions(rule.as_deref().and_then(ConventionDef::by_id));
        subject.kept.conventions = Some((rule.clone(), conventions::sheet(&found, MOST_POSITIONS)));
    }
    let Some((_, ConventionSheet { sums, positions, notes, choices })) = subject.kept.conventions.clone() else { return Ok(Vec::new()) };
    let mut rules = vec![(String::new(), "of each position’s venue".to_owned())];
    rules.extend(choices);
    let empty = "No European option of this book goes by a known rule.".to_owned();
    let sums = TableSheet {
        title: "Venues’ rules for Greeks".to_owned(),
        sub: "Ours beside what the venue’s own rule makes of the same options under the same market; the sum over all of them".to_owned(),
        table: sums,
        empty: empty.clone(),
        notes,
        ..TableSheet::default()
    };
    let positions = TableSheet {
        title: "Venues’ rules by position".to_owned(),
        sub: "Those first whose delta differs most in dollars; the mark stands beside the one that the file states".to_owned(),
        table: positions,
        empty,
        ..TableSheet::default()
    };
    Ok(vec![
        Part::controls("convention", vec![Control::select(CONVENTION, "Rule", rules, rule.as_deref().unwrap_or(""))]),
        Part::table("conventions", sums),
        Part::table("conventions-by-position", positions),
    ])
}
