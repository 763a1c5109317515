//! What the Market page shows: the numbers of the fitted surface, moved by the rule that is chosen, and the venues' rules beside ours.

use crate::sheet_support::{ask, body, controls, table};
use plimsoll::engine::{ConventionRow, Engine, Inputs, Settings};
use plimsoll::import::{File, import};
use plimsoll::market::surface::{Chain, CurveKind, Stickiness};
use plimsoll::math::exp;
use plimsoll::price::convention::{self, ConventionDef, Measure};
use plimsoll::protocol::{self, Desk, Request, Response};
use plimsoll::session::Choices;
use plimsoll::stress::{Move, Shock, VolShift};
use plimsoll::units::Timestamp;
use plimsoll::view::chart::plot::{Plot, PlotSeries, Shape};
use plimsoll::view::chart::smile::Across;
use plimsoll::view::chart::{Cell, DataTable};
use plimsoll::view::market::{MarketSheet, SurfaceChoice, market};
use plimsoll::view::sheet::{Body, ControlKind, Sheet};
use std::path::PathBuf;

fn inputs() -> Inputs {
    let files = ["deribit-positions.json", "second-account.csv", "market.json"].map(|name| {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("public/sample").join(name);
        File::new(name, std::fs::read(path).unwrap())
    });
    let imported = import(&files);
    Inputs { positions: imported.positions, facts: imported.facts, accounts: Vec::new(), history: Default::default(), as_of: None }
}

fn engine() -> Engine {
    Engine::load(inputs(), Timestamp::from_ms(0))
}

fn spot(of: f64) -> Shock {
    Shock { all: Move { spot: of, vol: VolShift::Points(0.0) }, ..Shock::default() }
}

fn series<'a>(plot: &'a Plot, name: &str) -> &'a PlotSeries {
    plot.series.iter().find(|series| series.name == name).unwrap_or_else(|| panic!("no {name}: {:?}", plot.title))
}

/// The values of a stop, by name.
fn at(plot: &Plot, stop: usize, name: &str) -> f64 {
    plot.values(&plot.stops[stop]).find(|(series, _)| series.name == name).unwrap().1
}

fn column(table: &DataTable, head: &str) -> Vec<f64> {
    let place = table.heads.iter().position(|known| known == head).unwrap_or_else(|| panic!("no {head}: {:?}", table.heads));
    table.rows.iter().map(|row| if let Cell::Number(Some(value), _) = row[place] { value } else { f64::NAN }).collect()
}

fn shown(choice: &SurfaceChoice, shock: &Shock) -> (Chain, MarketSheet) {
    let surface = engine().surface();
    let sheet = market(&surface, choice, shock);
    let chain = surface.chains[sheet.shown.as_ref().unwrap().chain as usize].clone();
    (chain, sheet)
}

#[test]
fn the_widest_chain_is_shown_first_and_its_quotes_are_the_smile_s() {
    let surface = engine().surface();
    let (chain, sheet) = shown(&SurfaceChoice::default(), &Shock::default());
    let quotes = |chain: &Chain| chain.smiles.iter().map(|smile| smile.quotes.len()).sum::<usize>();
    assert_eq!(quotes(&chain), surface.chains.iter().map(quotes).max().unwrap());
    let shown = sheet.shown.unwrap();
    let smile = &chain.smiles[shown.expiry as usize];
    assert!(smile.years * 365.0 >= 7.0 && (shown.expiry == 0 || chain.smiles[shown.expiry as usize - 1].years * 365.0 < 7.0));
    let plot = &shown.smile;
    assert_eq!(plot.stops.len(), smile.quotes.len());
    for (place, quote) in smile.quotes.iter().enumerate() {
        assert_eq!(plot.stops[place].at, quote.strike);
        assert_eq!(at(plot, place, "quotes"), quote.vol);
        assert_eq!(at(plot, place, "curve"), quote.fitted);
        match (&smile.fit, smile.curve.kind) {
            (Some(fit), CurveKind::Interpolated) => {
                let svi = (fit.svi.total_variance(quote.log_moneyness) / smile.years).sqrt();
                assert_eq!(at(plot, place, "quotes less SVI"), quote.vol - svi);
            }
            _ => assert_eq!(at(plot, place, "quotes less curve"), quote.residual),
        }
    }
    assert_eq!(column(&plot.table, "Quote, vol %"), smile.quotes.iter().map(|quote| quote.vol * 100.0).collect::<Vec<_>>());
    assert_eq!(plot.series.iter().filter(|series| series.shape == Shape::Thin).count(), chain.smiles.len() - 1);
}

#[test]
fn every_scale_meets_the_quotes_and_keeps_their_order() {
    for across in [Across::Strike, Across::LogMoneyness, Across::Delta] {
        let (chain, sheet) = shown(&SurfaceChoice { across, ..SurfaceChoice::default() }, &Shock::default());
        let shown = sheet.shown.unwrap();
        let smile = &chain.smiles[shown.expiry as usize];
        let stops = &shown.smile.stops;
        assert!(stops.windows(2).all(|pair| pair[0].at < pair[1].at), "{across:?}");
        let curve = &series(&shown.smile, "curve").points;
        assert!(curve.windows(2).all(|pair| pair[0].0 < pair[1].0), "{across:?}");
        for (stop, quote) in stops.iter().zip(&smile.quotes) {
            let value = curve.iter().find(|(x, _)| *x == stop.at).unwrap().1;
            assert!((value - quote.fitted).abs() < 1e-12, "{across:?} {}", quote.strike);
        }
        let (low, high) = shown.smile.x.range;
        assert!(stops.iter().all(|stop| (low..=high).contains(&stop.at)));
    }
}

#[test]
fn a_sticky_strike_keeps_its_vol_and_a_sticky_delta_its_own() {
    let chosen = |rule, across| SurfaceChoice { rule, across, ..SurfaceChoice::default() };
    // Sticky strike over strikes: the curve stays where it is.
    let (_, sheet) = shown(&chosen(Stickiness::Strike, Across::Strike), &spot(-0.12));
    let plot = sheet.shown.unwrap().smile;
    let after = plot.series.iter().find(|series| series.name.starts_with("after")).unwrap().name.clone();
    assert!(after.contains("sticky strike"), "{after}");
    for stop in 0..plot.stops.len() {
        assert!((at(&plot, stop, &after) - at(&plot, stop, "curve")).abs() < 1e-12);
    }
    // Sticky delta over log-moneyness to the moved forward: so does it.
    let (_, sheet) = shown(&chosen(Stickiness::Moneyness, Across::LogMoneyness), &spot(-0.12));
    let plot = sheet.shown.unwrap().smile;
    let after = plot.series.iter().find(|series| series.name.starts_with("after")).unwrap().name.clone();
    for stop in 0..plot.stops.len() {
        assert!((at(&plot, stop, &after) - at(&plot, stop, "curve")).abs() < 1e-12);
    }
    // By a ratio the vol at the money is read at R times the move, and the words say both vols.
    let (chain, sheet) = shown(&chosen(Stickiness::SkewRatio(1.5), Across::Strike), &spot(-0.12));
    let shown = sheet.shown.unwrap();
    let smile = &chain.smiles[shown.expiry as usize];
    let moved = smile.forward.value * 0.88;
    let expected = smile.vol_at(1.5 * plimsoll::math::ln(0.88));
    assert!((smile.vol_after(Stickiness::SkewRatio(1.5), moved, moved) - expected).abs() < 1e-12);
    assert!(shown.rule.contains(&format!("to {:.2} %", expected * 100.0)), "{}", shown.rule);
    assert!(shown.rule.contains("Positions are not valued by this"), "{}", shown.rule);
}

#[test]
fn without_a_spot_move_nothing_is_drawn_twice() {
    let (_, sheet) = shown(&SurfaceChoice::default(), &Shock { days: 7.0, ..Shock::default() });
    let shown = sheet.shown.unwrap();
    assert!(shown.smile.series.iter().all(|series| !series.name.starts_with("after")));
    assert!(shown.rule.contains("stands still"), "{}", shown.rule);
}

#[test]
fn the_surface_is_open_where_no_quote_reaches_and_the_smile_s_elsewhere() {
    let (chain, sheet) = shown(&SurfaceChoice::default(), &Shock::default());
    let tiles = sheet.shown.unwrap().surface;
    let (columns, rows) = tiles.size();
    assert_eq!(rows, chain.smiles.len());
    let shares: Vec<f64> =
        tiles.columns.iter().map(|name| name.trim_end_matches(['%', '\u{a0}']).parse::<f64>().unwrap() / 100.0).collect();
    let mut open = 0;
    for (row, smile) in chain.smiles.iter().enumerate() {
        let (low, high) = smile.quoted_range().unwrap();
        for (column, share) in shares.iter().enumerate() {
            let k = plimsoll::math::ln(*share);
            let tile = tiles.tile((column, row)).unwrap();
            match tile.value {
                Some(vol) => {
                    assert!(k >= low - 0.01 && k <= high + 0.01, "{share} {low} {high}");
                    assert!((vol - smile.vol(smile.forward.value * exp(k))).abs() < 0.01);
                }
                None => {
                    open += 1;
                    assert!(tile.note.contains("beyond the quotes"), "{}", tile.note);
                }
            }
        }
    }
    assert!(open > 0 && open < columns * rows);
    // By delta every column of a full smile has a strike, and 50Δ lies near the forward.
    let (chain, sheet) = shown_by_delta();
    let tiles = sheet.shown.unwrap().surface;
    let middle = tiles.columns.iter().position(|name| name == "50Δ").unwrap();
    let smile = chain.smiles.iter().position(|smile| smile.quotes.len() > 5).unwrap();
    let vol = tiles.tile((middle, smile)).unwrap().value.unwrap();
    assert!((vol - chain.smiles[smile].vol(chain.smiles[smile].forward.value)).abs() < 0.02);
}

fn shown_by_delta() -> (Chain, MarketSheet) {
    shown(&SurfaceChoice { across: Across::Delta, ..SurfaceChoice::default() }, &Shock::default())
}

#[test]
fn forwards_and_fits_are_those_of_the_surface() {
    let (chain, sheet) = shown(&SurfaceChoice::default(), &Shock::default());
    let shown = sheet.shown.unwrap();
    let forwards: Vec<f64> = chain.smiles.iter().map(|smile| smile.forward.value).collect();
    assert_eq!(column(&shown.forwards, "Forward used, USD"), forwards);
    let spot = chain.spot.unwrap();
    let yearly = column(&shown.forwards, "Basis a year, %");
    for (smile, yearly) in chain.smiles.iter().zip(yearly) {
        assert!((exp(yearly / 100.0 * smile.years) * spot - smile.forward.value).abs() < 1e-6 * spot);
    }
    let at_the_money: Vec<f64> = chain.smiles.iter().map(|smile| smile.vol(smile.forward.value) * 100.0).collect();
    assert_eq!(column(&shown.fits, "Vol at the money, %"), at_the_money);
    assert_eq!(column(&shown.term.table, "Vol at the money, %"), at_the_money);
    let count: usize = chain.smiles.iter().map(|smile| smile.butterflies.len()).sum::<usize>() + chain.calendars.len();
    assert_eq!(shown.arbitrage.rows.len(), count);
}

#[test]
fn the_term_structure_meets_every_expiry_and_is_straight_in_total_variance_between() {
    let (chain, sheet) = shown(&SurfaceChoice::default(), &Shock::default());
    let term = sheet.shown.unwrap().term;
    assert_eq!(term.stops.len(), chain.smiles.len());
    let lines: Vec<&PlotSeries> = term.series.iter().filter(|series| series.shape == Shape::Thin).collect();
    let (variance, vol) = (lines[0], lines[1]);
    assert!(variance.is_below && !vol.is_below);
    for ((x, variance), (_, vol)) in variance.points.iter().zip(&vol.points) {
        let years = exp(*x) / 365.0;
        assert!((vol * vol * years - variance).abs() < 1e-9);
        let above = chain.smiles.partition_point(|smile| smile.years < years - 1e-9);
        let (Some(late), Some(early)) = (chain.smiles.get(above), above.checked_sub(1).and_then(|place| chain.smiles.get(place))) else {
            continue;
        };
        let share = (years - early.years) / (late.years - early.years);
        let (first, second) = (early.curve.total_variance(0.0), late.curve.total_variance(0.0));
        assert!((first + (second - first) * share - variance).abs() < 1e-9, "{years}");
    }
}

fn loaded() -> Desk {
    let mut desk = Desk::default();
    let load = Request::Load { inputs: protocol::to_bytes(&inputs()).unwrap(), now: Timestamp::from_ms(0) };
    assert!(matches!(protocol::handle(&mut desk, load, &mut |_| {}), Response::Loaded { .. }));
    desk
}

/// The sheet of the page for these choices.
fn sheet(desk: &mut Desk, shock: Shock, choices: &[(&str, &str)]) -> Sheet {
    ask(desk, "market", &Settings { shock, ..Settings::default() }, choices)
}

#[test]
fn the_answer_is_the_layout_of_the_engine_s_surface_whatever_was_asked_before() {
    let mut desk = loaded();
    for (across, id) in [(Across::Strike, "strike"), (Across::Delta, "delta")] {
        let sheet = sheet(&mut desk, spot(-0.1), &[("market/across", id)]);
        let expected = market(&engine().surface(), &SurfaceChoice { across, ..SurfaceChoice::default() }, &spot(-0.1)).shown.unwrap();
        assert_eq!(*body(&sheet, "smile"), Body::Plot(Box::new(expected.smile), None));
        assert_eq!(table(&sheet, "fits").table, expected.fits);
        let Body::Tiles(surface, Some(pick)) = body(&sheet, "vol-surface") else { panic!() };
        assert_eq!((**surface).clone(), expected.surface);
        assert_eq!((pick.row, pick.values.len()), (Some(expected.expiry), surface.tiles.len()));
        assert_eq!(controls(&sheet, "surface")[1].value, expected.expiries[expected.expiry as usize].ms().to_string());
    }
}

#[test]
fn taking_a_place_of_a_chart_chooses_its_expiry() {
    let mut desk = loaded();
    let first = sheet(&mut desk, Shock::default(), &[]);
    let Body::Plot(_, Some(pick)) = body(&first, "term-structure") else { panic!() };
    let last = pick.values.last().unwrap().clone();
    assert_ne!(controls(&first, "surface")[1].value, last);
    let then = sheet(&mut desk, Shock::default(), &[(pick.key.as_str(), last.as_str())]);
    assert_eq!(controls(&then, "surface")[1].value, last);
}

#[test]
fn a_ratio_that_is_none_is_named_with_what_would_be_one() {
    let mut desk = loaded();
    let rule = [("market/rule", "ratio")];
    let said = |typed: &str, desk: &mut Desk| {
        let choices = [rule[0], ("market/ratio", typed)];
        let sheet = sheet(desk, Shock::default(), &choices);
        let field = controls(&sheet, "rule")[1].clone();
        (field.value, field.error)
    };
    assert_eq!(said("-0.5", &mut desk), ("-0.5".to_owned(), String::new()));
    assert_eq!(said("6", &mut desk), ("1.5".to_owned(), "“6” is no ratio: a number from −5 to 5; 1.5 is used".to_owned()));
}

#[test]
fn a_desk_without_a_book_or_with_an_analysis_that_is_none_says_so() {
    let ask = |desk: &mut Desk, id: &str| {
        let request = Request::Sheet { revision: 0, sheet: id.to_owned(), settings: Settings::default(), choices: Choices::new() };
        match protocol::handle(desk, request, &mut |_| {}) {
            Response::Failed(issue) => issue,
            other => panic!("{other:?}"),
        }
    };
    assert!(ask(&mut Desk::default(), "market").message.contains("no book"));
    assert_eq!(ask(&mut loaded(), "weather").value.as_deref(), Some("weather"));
}

#[test]
fn a_book_without_option_quotes_has_no_chain() {
    let mut inputs = inputs();
    inputs.facts.clear();
    inputs.positions.retain(|position| position.instrument.option_terms().is_none());
    let sheet = market(&Engine::load(inputs, Timestamp::from_ms(0)).surface(), &SurfaceChoice::default(), &Shock::default());
    assert_eq!(sheet, MarketSheet::default());
}

#[test]
fn options_go_by_the_rule_of_their_own_venue_or_all_by_one() {
    let engine = engine();
    let own = engine.conventions(None);
    let venue = |id: &str| ConventionDef::by_id(id).unwrap().venue;
    assert!(!own.rows.is_empty() && own.rows.iter().all(|row| venue(&row.rule) == row.venue));
    let stated = |row: &ConventionRow, measure| {
        row.figures.iter().zip(&row.stated).find(|(figure, _)| figure.measure == measure).and_then(|(_, stated)| *stated)
    };
    let deribit = own.rows.iter().find(|row| row.rule == "deribit" && stated(row, Measure::MarkPrice).is_some()).unwrap();
    let figure = |measure| deribit.figures.iter().find(|figure| figure.measure == measure).unwrap();
    // Deribit's mark of the same option at the same vol is its own within what a coin price is rounded to.
    let mark = figure(Measure::MarkPrice);
    assert!((mark.theirs - stated(deribit, Measure::MarkPrice).unwrap()).abs() < 1e-3 * mark.theirs.abs().max(1.0), "{deribit:?}");
    assert!((figure(Measure::Delta).difference()).abs() < 1e-9 * figure(Measure::Delta).ours.abs().max(1.0));
    // Its own Greeks of the position stand beside its rule: rounded to five decimals for one coin, of other seconds than the forward.
    let mut met = 0;
    for row in own.rows.iter().filter(|row| row.rule == "deribit") {
        for (measure, share) in [(Measure::Delta, 1e-3), (Measure::Vega, 5e-3), (Measure::Theta, 2e-2)] {
            let figure = row.figures.iter().find(|figure| figure.measure == measure).unwrap();
            let Some(stated) = stated(row, measure) else { continue };
            assert!((figure.theirs - stated).abs() <= share * stated.abs() + 0.01, "{}: {figure:?} beside {stated}", row.name);
            met += 1;
        }
    }
    assert!(met >= 60, "{met}");
    // Told by another venue's rule they would be no word on it.
    let as_okx = engine.conventions(ConventionDef::by_id("okx-coin"));
    assert!(as_okx.rows.iter().filter(|row| row.venue == "Deribit").all(|row| row.stated.iter().all(Option::is_none)));
    for def in convention::ALL {
        let all = engine.conventions(Some(def));
        assert_eq!(all.without_rule, 0);
        assert!(all.rows.len() + all.not_valued >= own.rows.len() && all.rows.iter().all(|row| row.rule == def.id));
    }
}

#[test]
fn sums_hold_every_option_though_few_are_listed() {
    let mut desk = loaded();
    let sheet = sheet(&mut desk, Shock::default(), &[("market/convention", "bybit")]);
    let (sums, positions) = (&table(&sheet, "conventions").table, &table(&sheet, "conventions-by-position").table);
    let found = engine().conventions(ConventionDef::by_id("bybit"));
    let delta: f64 = found
        .rows
        .iter()
        .filter(|row| row.coin == "BTC")
        .flat_map(|row| &row.figures)
        .filter(|figure| figure.measure == Measure::Delta)
        .map(|figure| figure.theirs)
        .sum();
    let shown = sums.rows.iter().find(|row| row[0].shown() == "BTC" && row[2].shown() == "Delta").unwrap();
    let Cell::Number(Some(theirs), _) = shown[5] else { panic!() };
    assert!((theirs - delta).abs() < 1e-9, "{theirs} {delta}");
    let names: std::collections::BTreeSet<&str> = positions.rows.iter().map(|row| row[0].shown()).collect();
    assert!(names.len() <= 12);
    let notes = &table(&sheet, "conventions").notes;
    assert!(notes.iter().any(|note| note.contains("all are in the sums")), "{notes:?}");
    assert!(notes.iter().any(|note| note.starts_with("Bybit: ")), "{notes:?}");
    let ControlKind::Select(rules) = &controls(&sheet, "convention")[0].kind else { panic!() };
    assert_eq!(rules.len(), 1 + convention::ALL.len());
}
