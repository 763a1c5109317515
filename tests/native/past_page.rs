//! The sheets on correlation and volatility: what they say without a history, with one, and when a choice is wrong.

use crate::import_support::imported_text;
use crate::sheet_support::{body, controls, of, plot, row, table, tiles};
use plimsoll::engine::{Engine, Inputs};
use plimsoll::import::import;
use plimsoll::units::{DAY_MS, Timestamp};
use plimsoll::view::sheet::{ControlKind, Sheet, TableSheet};

/// Closes of 400 days, of two coins that move together, and of a fund that trades on days of business and goes its own way.
fn closes() -> String {
    let mut text = String::from("date,BTC,ETH,SPY\n");
    let (mut levels, mut state) = ([50_000.0_f64, 2_500.0, 500.0], 5_u64);
    let start = Timestamp::parse_iso("2025-01-01").unwrap();
    for day in 0..400 {
        let mut draw = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
        };
        let (common, own, other) = (draw(), draw(), draw());
        levels[0] *= 1.0 + 0.08 * common;
        levels[1] *= 1.0 + 0.1 * common + 0.02 * own;
        levels[2] *= 1.0 + 0.02 * other;
        let at = Timestamp::from_ms(start.ms() + day * DAY_MS);
        let is_weekend = matches!(plimsoll::units::calendar::weekday(at), 0 | 6);
        let fund = if is_weekend { String::new() } else { levels[2].to_string() };
        text.push_str(&format!("{},{},{},{fund}\n", &at.to_string()[..10], levels[0], levels[1]));
    }
    text
}

fn engine(history: Option<&str>, coins: &[(&str, f64)]) -> Engine {
    let book =
        coins.iter().fold("underlying,type,quantity,spot\n".to_owned(), |text, (coin, count)| format!("{text}{coin},spot,{count},100\n"));
    let mut files = vec![crate::import_support::dropped("book.csv", book)];
    files.extend(history.map(|text| crate::import_support::dropped("closes.csv", text)));
    let imported = import(&files);
    let inputs = Inputs { positions: imported.positions, facts: imported.facts, history: imported.history, ..Inputs::default() };
    Engine::load(inputs, Timestamp::parse_iso("2026-02-06").unwrap())
}

/// All texts of a sheet in one.
fn words(sheet: &Sheet) -> String {
    format!("{sheet:?}").replace("\\u{a0}", " ").replace("\\u{202f}", " ")
}

fn shown(table: &TableSheet) -> Vec<Vec<String>> {
    (0..table.table.rows.len()).map(|at| row(table, at)).collect()
}

#[test]
fn without_a_history_the_built_in_figures_speak_and_say_so() {
    let engine = engine(None, &[("BTC", 100.0), ("ETH", -50.0), ("WIF", 10.0)]);
    let sheet = of(&engine, "correlation", &[]);
    let said = words(&sheet);
    assert!(
        said.contains("Built-in figures of the calm half-year of 2023: 3 Apr 2023 to 29 Sep 2023, 124 returns; days of business, √252"),
        "{said}"
    );
    assert!(said.contains("$1.00 k of delta, 6.2 % of all of it, is in none of these figures"), "{:?}", body(&sheet, "past-notes"));
    let rows = shown(table(&sheet, "portfolio-vol"));
    // √((10 000·0.3731)² + (5 000·0.4017)² − 2·0.7041·…) = 2 721.
    assert_eq!((rows.len(), rows[2][0].as_str(), rows[2][5].as_str(), rows[2][6].as_str()), (3, "Book", "2 721", "100.0 %"));
    assert!(rows[1][5].starts_with('−'), "{rows:?}");
    let tiles = tiles(&sheet, "correlation");
    assert_eq!((tiles.columns.len(), tiles.tiles.len(), tiles.table.rows.len()), (13, 169, 13));
    assert_eq!(shown(table(&sheet, "left-out")), [["WIF", "1 000", "the built-in figures do not know it"]]);
    let vols = of(&engine, "volatility", &[]);
    assert_eq!(shown(table(&vols, "built-in-vols")), [["BTC", "37.31", "80.74"], ["ETH", "40.17", "111.72"]]);
}

#[test]
fn stress_draws_correlations_together_and_a_wrong_theta_is_named() {
    let engine = engine(None, &[("BTC", 100.0), ("ETH", -100.0)]);
    let vol = |choices: &[(&str, &str)]| {
        let rows = shown(table(&of(&engine, "correlation", choices), "portfolio-vol"));
        rows[2][5].replace(' ', "").parse::<f64>().unwrap()
    };
    let stress = |theta: &str| vol(&[("correlation/regime", "stress"), ("correlation/theta", theta)]);
    // All together, a hedge of equal size leaves the difference of the two vols: 10 000·(1.1172 − 0.8074).
    assert!((stress("1") - 3098.0).abs() <= 1.0 && stress("0") > stress("0.5") && stress("0.5") > stress("1"));
    let wrong = of(&engine, "correlation", &[("correlation/regime", "stress"), ("correlation/theta", "1.5")]);
    let theta = controls(&wrong, "past").iter().find(|control| matches!(control.kind, ControlKind::Field(_))).unwrap();
    assert!(theta.error.contains("1.5") && theta.value == "0.3", "{theta:?}");
    assert!((vol(&[("correlation/regime", "stress"), ("correlation/theta", "1.5")]) - stress("0.3")).abs() < 1e-9);
}

#[test]
fn a_dropped_history_shows_which_days_are_matched_and_what_moves_together() {
    let text = closes();
    let engine = engine(Some(&text), &[("BTC", 100.0), ("ETH", 50.0)]);
    let sheet = of(&engine, "correlation", &[]);
    let said = words(&sheet);
    assert!(
        said.contains("From the closes of the files: 6 Nov 2025 to 4 Feb 2026, 90 returns; every day, √365 to a year."),
        "{:?}",
        body(&sheet, "past-notes")
    );
    let rows = shown(table(&sheet, "matching"));
    // 400 days, 286 of them of business.
    assert_eq!((rows[0][2].as_str(), rows[2][0].as_str(), rows[2][2].as_str(), rows[2][5].as_str()), ("400", "SPY", "286", "114"));
    assert_eq!((rows[0][7].as_str(), rows[2][7].as_str()), ("114", "0"));
    let clusters = shown(table(&sheet, "clusters"));
    assert_eq!(
        (clusters.len(), clusters[0][0].as_str(), clusters[0][2].as_str(), clusters[0][3].as_str()),
        (1, "ETH, BTC", "15 000", "15 000")
    );
    let betas = shown(table(&sheet, "betas"));
    assert!(betas[1][2].starts_with("1.2") && betas[1][3] == "1.00" && betas[0][2] == "1.00" && betas[0][5] == "–", "{betas:?}");
    let fragility = shown(table(&sheet, "fragility"));
    assert_eq!(fragility.len(), 4);
    assert!(fragility.iter().all(|row| (0.0..=1.0).contains(&row[1].parse::<f64>().unwrap())), "{fragility:?}");
    assert_eq!(fragility[2][1], "0.556");
}

#[test]
fn the_cone_the_curve_and_the_forecasts_are_of_the_underlying_that_is_chosen() {
    let text = closes();
    let engine = engine(Some(&text), &[("BTC", 100.0), ("ETH", 50.0)]);
    let volatility = |choices: &[(&str, &str)]| of(&engine, "volatility", choices);
    let first = volatility(&[]);
    let cone = plot(&first, "vol-cone");
    assert!(cone.title.contains("BTC") && cone.stops.len() == 5 && cone.table.rows.len() == 5, "{}", cone.title);
    let curve = plot(&first, "lambda");
    assert_eq!((curve.stops.len(), curve.uprights.len()), (40, 1));
    let rows = shown(table(&first, "forecast"));
    assert_eq!((rows.len(), rows[2][0].as_str()), (3, "GARCH(1,1)"));
    // A uniform draw of width 0.08 has a deviation of 0.08/√12 a day: 44 % a year.
    let vol: f64 = rows[2][5].parse().unwrap();
    assert!((vol - 44.1).abs() < 3.0, "{vol}");
    let other = volatility(&[("volatility/underlying", "ETH")]);
    assert!(plot(&other, "vol-cone").title.contains("ETH"));
    assert_eq!(table(&first, "implied-realized").table.rows.len(), 2);
    assert_eq!(table(&first, "implied-realized").pick.as_ref().unwrap().values, ["BTC", "ETH"]);
}

#[test]
fn a_book_of_cash_alone_says_that_nothing_moves() {
    let imported = imported_text("book.csv", "underlying,type,quantity\nUSDC,cash,1000\n");
    let engine = Engine::load(Inputs { positions: imported.positions, ..Inputs::default() }, Timestamp::from_ms(0));
    let sheet = of(&engine, "correlation", &[]);
    assert!(words(&sheet).contains("no delta in anything but currencies"));
    assert!(words(&sheet).contains("equity") && !words(&sheet).contains("NaN"));
}
