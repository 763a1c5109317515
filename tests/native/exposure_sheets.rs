//! What the sheets of the Exposure page say: in words, in tables and in charts, the same numbers as the engine's.

use crate::book_support::{
    AS_OF, at, cash, coin, day, desk, forward_fact, generated, inputs, load, option, option_fact, perpetual, position, price, quantity,
    spot_fact,
};
use crate::sheet_support::{ask, controls, has, of, plot, ranked, table, tiles, words};
use plimsoll::book::{Account, Position, Stated};
use plimsoll::engine::{Engine, Inputs, Settings};
use plimsoll::instrument::{Instrument, OptionKind, Settlement, Stake, Unlock};
use plimsoll::session::Page;
use plimsoll::view::chart::Cell;
use plimsoll::view::chart::plot::Shape;
use plimsoll::view::sheet::{Body, Sheet, TABS, TableSheet, Tone};

const SHEETS: [&str; 5] = ["ladders", "counterparties", "concentration", "leverage", "limits"];

fn number(table: &TableSheet, row: &str, head: &str) -> Option<f64> {
    let column = table.table.heads.iter().position(|known| known == head).unwrap_or_else(|| panic!("no {head}: {:?}", table.table.heads));
    let row = table.table.rows.iter().find(|cells| cells[0].shown() == row).unwrap_or_else(|| panic!("no {row}"));
    let Cell::Number(value, _) = &row[column] else { panic!("{head} is no number") };
    *value
}

/// 34 coins at one venue, hedged at another.
fn hedged() -> Engine {
    let positions = vec![
        at("Binance", position("BTC", coin("BTC"), 34.0, None)),
        at("Deribit", position("BTC-PERPETUAL", perpetual("BTC", Settlement::Linear, 1.0), -32.0, Some(98_000.0))),
        at("Deribit", position("USDC", cash("USDC"), 400_000.0, None)),
    ];
    load(positions, vec![spot_fact("BTC", 100_000.0)])
}

#[test]
fn the_page_says_of_its_own_accord_that_a_venue_holds_the_hedges() {
    let sheet = of(&hedged(), "counterparties", &[]);
    assert_eq!(
        words(&sheet, "hidden"),
        [
            (Tone::Alarm, "If Deribit failed, the book’s net delta would go from +$200 k to +$3.40 M: its hedges stand there.".to_owned()),
            (Tone::Alarm, "If Binance failed, the book’s net delta would go from +$200 k to −$3.20 M: its hedges stand there.".to_owned()),
        ]
    );
    assert_eq!(sheet.parts[0].id, "hidden");
    // Taken apart it is quiet: nothing covers anything.
    let alone = load(vec![at("Binance", position("BTC", coin("BTC"), 34.0, None))], vec![spot_fact("BTC", 100_000.0)]);
    assert_eq!(words(&of(&alone, "counterparties", &[]), "hidden")[0].0, Tone::Plain);
}

#[test]
fn the_failure_that_is_chosen_is_shown_by_underlying_and_an_unknown_one_is_said() {
    let mut desk = desk(&hedged());
    let sheet = ask(&mut desk, "counterparties", &Settings::default(), &[("counterparties/failed", "venue:Deribit")]);
    assert_eq!(number(table(&sheet, "failure"), "BTC", "Delta after, USD"), Some(3_400_000.0));
    assert_eq!(number(table(&sheet, "failure"), "Whole book", "Value after, USD"), Some(3_400_000.0));
    let said = words(&sheet, "failure-said");
    assert_eq!(
        said[0].1,
        "If Deribit (venue) fails and nothing is recovered, $336 k of $3.74 M equity is lost; 2 positions go with it, $400 k of their worth is balances."
    );
    let pick = table(&sheet, "failures").pick.as_ref().unwrap();
    assert_eq!(pick.values.len(), table(&sheet, "failures").table.rows.len());
    assert!(pick.values.contains(&"stablecoin:USDC".to_owned()));
    let lost = ask(&mut desk, "counterparties", &Settings::default(), &[("counterparties/failed", "venue:Mt. Gox")]);
    assert!(controls(&lost, "failure-choice")[0].error.contains("Mt. Gox"));
}

#[test]
fn rates_are_typed_in_percent_and_what_cannot_be_used_is_said_in_its_cell() {
    let mut desk = desk(&hedged());
    let expected = |sheet: &Sheet, name: &str| number(table(sheet, "counterparties"), name, "Expected loss a year, USD");
    let assumed = ask(&mut desk, "counterparties", &Settings::default(), &[]);
    assert_eq!(expected(&assumed, "Deribit"), Some(336_000.0 * 0.03 * 0.6));
    let own = ask(
        &mut desk,
        "counterparties",
        &Settings::default(),
        &[("counterparties/pd/Deribit", "10 %"), ("counterparties/lgd/Deribit", "50")],
    );
    assert_eq!(expected(&own, "Deribit"), Some(336_000.0 * 0.1 * 0.5));
    let edits = &table(&own, "counterparties").edits;
    assert!(edits.iter().any(|edit| edit.key == "counterparties/pd/Deribit" && edit.value == "10 %" && edit.error.is_empty()));
    let wrong = ask(&mut desk, "counterparties", &Settings::default(), &[("counterparties/pd/Deribit", "110")]);
    let cell = table(&wrong, "counterparties").edits.iter().find(|edit| edit.key == "counterparties/pd/Deribit").unwrap();
    assert!(cell.value == "110" && cell.error.contains("0 to 100"), "{cell:?}");
    assert_eq!(expected(&wrong, "Deribit"), expected(&assumed, "Deribit"));
    // A counterparty of no known kind has a rate only when both of its numbers are typed.
    let unknown = Engine::load(inputs(vec![at("Acme Prime", position("USD", cash("USD"), 1_000.0, None))], Vec::new()), AS_OF);
    let half = of(&unknown, "counterparties", &[("counterparties/pd/Acme Prime", "1")]);
    assert_eq!(expected(&half, "Acme Prime"), None);
    let cell = table(&half, "counterparties").edits.iter().find(|edit| edit.key == "counterparties/lgd/Acme Prime").unwrap();
    assert!(cell.error.contains("loss given default"), "{cell:?}");
}

#[test]
fn tiles_vega_bars_and_tables_of_the_ladders_add_up_to_the_book() {
    for seed in [5, 23] {
        let engine = Engine::load(generated(seed, 60), AS_OF);
        let valuation = engine.valuation(&Settings::default(), true);
        let mut desk = desk(&engine);
        for underlying in ["BTC", "ETH"] {
            let options = || {
                let held = valuation.positions.iter().filter(|row| row.strike.is_some() && row.underlying == underlying);
                held.filter_map(|row| row.base).map(|valued| valued.measures)
            };
            for (id, expected) in [
                ("gamma", options().map(|measures| measures.gamma_1pct).sum::<f64>()),
                ("vega", options().map(|measures| measures.vega_1pt).sum()),
                ("premium", options().map(|measures| measures.value).sum()),
            ] {
                let sheet = ask(&mut desk, "ladders", &Settings::default(), &[("ladders/underlying", underlying), ("ladders/measure", id)]);
                let ladder = tiles(&sheet, "strike-ladder");
                assert_eq!(ladder.tiles.len(), ladder.rows.len() * ladder.columns.len());
                let sum: f64 = ladder.tiles.iter().filter_map(|tile| tile.value).sum();
                assert!((sum - expected).abs() < 1e-9 * expected.abs().max(1.0), "{underlying} {id}: {sum} is not {expected}");
                let vega: f64 = options().map(|measures| measures.vega_1pt).sum();
                let bars: f64 = ranked(&sheet, "vega-tenor").rows.iter().map(|row| row.bars[0].value()).sum();
                assert!((bars - vega).abs() < 1e-9 * vega.abs().max(1.0));
                let by_expiry = table(&sheet, "vega-by-expiry");
                assert!((number(by_expiry, "Total", "Vega 1 pt, USD").unwrap() - vega).abs() < 1e-9 * vega.abs().max(1.0));
            }
        }
    }
}

#[test]
fn strikes_beyond_the_columns_share_one_and_nothing_is_lost() {
    let strikes: Vec<Instrument> =
        (0..40).map(|step| option("BTC", Settlement::Linear, OptionKind::Call, 60_000.0 + 2_000.0 * f64::from(step), day(30))).collect();
    let positions = strikes.iter().map(|option| position("call", option.clone(), 1.0, None)).collect();
    let mut facts = vec![spot_fact("BTC", 100_000.0), forward_fact("BTC", day(30), 100_500.0)];
    facts.extend(strikes.iter().map(|option| option_fact(option, Some(0.6), None)));
    let engine = load(positions, facts);
    let sheet = of(&engine, "ladders", &[("ladders/measure", "vega")]);
    let ladder = tiles(&sheet, "strike-ladder");
    assert_eq!((ladder.columns.len(), ladder.columns.last().unwrap().as_str()), (24, "17 others"));
    let (sum, vega) = (ladder.tiles.iter().filter_map(|tile| tile.value).sum::<f64>(), engine.ladders().vega[0].vega.raw);
    assert!((sum - vega).abs() < 1e-9 * vega);
    assert_eq!(ladder.table.rows.len(), 40, "the table holds every strike");
}

#[test]
fn a_pin_is_warned_of_and_the_calendar_takes_the_way_that_is_chosen() {
    let call = option("BTC", Settlement::Linear, OptionKind::Call, 101_000.0, day(3));
    let positions = vec![position("call", call.clone(), -20.0, None), position("coin", coin("BTC"), 10.0, None)];
    let facts = vec![spot_fact("BTC", 100_000.0), forward_fact("BTC", day(3), 100_100.0), option_fact(&call, Some(0.5), None)];
    let mut desk = desk(&load(positions, facts));
    let sheet = ask(&mut desk, "ladders", &Settings::default(), &[]);
    let [(tone, pin)] = words(&sheet, "pins").try_into().unwrap();
    assert_eq!(tone, Tone::Warning);
    assert!(pin.starts_with("BTC 101 000, 19 Jan 2026 08:00 UTC: pin risk: 0.2") && pin.contains("−$2.00 M of delta"), "{pin}");
    let rest = |sheet: &Sheet| {
        let calendar = plot(sheet, "theta-calendar");
        let end = |name: &str| calendar.series.iter().find(|series| series.name == name).unwrap().points.last().unwrap().1;
        end("book") - end("options alone")
    };
    assert!((rest(&sheet) - 1_000.0).abs() < 1e-6, "ten coins go to their forward");
    assert!(rest(&ask(&mut desk, "ladders", &Settings::default(), &[("ladders/path", "held")])).abs() < 1e-6);
    // A book without options has a calendar only where something expires.
    let empty = of(&load(vec![position("coin", coin("BTC"), 1.0, None)], vec![spot_fact("BTC", 1.0)]), "ladders", &[]);
    assert!(has(&empty, "no-options") && !has(&empty, "theta-calendar"));
}

#[test]
fn a_long_calendar_is_thinned_and_its_rows_still_add_up() {
    let call = option("BTC", Settlement::Linear, OptionKind::Call, 101_000.0, day(800));
    let facts = vec![spot_fact("BTC", 100_000.0), forward_fact("BTC", day(800), 110_000.0), option_fact(&call, Some(0.5), None)];
    let sheet = of(&load(vec![position("call", call, 3.0, None)], facts), "ladders", &[]);
    let calendar = plot(&sheet, "theta-calendar");
    let points = |name: &str| &calendar.series.iter().find(|series| series.name == name).unwrap().points;
    assert_eq!(points("book").len(), 267);
    let daily: f64 = points("options, of the day").iter().map(|(_, value)| value).sum();
    let last = points("options alone").last().unwrap().1;
    assert!((daily - last).abs() < 1e-6 * last.abs());
    assert!(calendar.series.iter().any(|series| series.shape == Shape::Bars && series.is_below));
}

#[test]
fn the_first_trouble_is_told_nearest_first_and_what_is_not_stated_is_said() {
    let stated = |liquidation: f64| Some(Box::new(Stated { liquidation_price: Some(price(liquidation)), ..Stated::default() }));
    let perp = || position("perp", perpetual("BTC", Settlement::Linear, 1.0), 1.0, Some(100_000.0));
    let positions = vec![
        at("Bybit", Position { stated: stated(97_000.0), ..perp() }),
        at("Binance", Position { stated: stated(70_000.0), ..perp() }),
        at("OKX", perp()),
    ];
    let account = Account {
        venue: "Deribit".to_owned(),
        name: "main".to_owned(),
        currency: None,
        equity: Some(quantity(1_000.0)),
        maintenance_margin: Some(quantity(10.0)),
        ..Account::default()
    };
    let engine = Engine::load(Inputs { accounts: vec![account], ..inputs(positions, vec![spot_fact("BTC", 100_000.0)]) }, AS_OF);
    let sheet = of(&engine, "leverage", &[]);
    let said = words(&sheet, "nearest");
    let tones: Vec<Tone> = said.iter().map(|(tone, _)| *tone).collect();
    assert_eq!(tones, [Tone::Alarm, Tone::Plain, Tone::Warning]);
    assert_eq!(said[0].1, "Bybit · main: a move of its price by −3.0 %; perp is liquidated at 97 000.00, its mark is 100 000.00.");
    assert!(said[2].1.ends_with(": OKX · main."), "{said:?}");
    let leverage = table(&sheet, "leverage");
    assert_eq!(number(leverage, "Whole book", "Gross leverage, ×"), None, "no equity, no leverage");
}

#[test]
fn one_stablecoin_behind_two_hedges_and_a_locked_stake_are_told() {
    let in_usdt = |underlying: &str, held: f64| {
        let mut perp = perpetual(underlying, Settlement::Linear, 1.0);
        if let Instrument::Perpetual(perpetual) = &mut perp {
            perpetual.quote = plimsoll::units::Currency::new("USDT");
        }
        position("short", perp, held, None)
    };
    let stake =
        Instrument::Stake(Stake { token: "STETH".to_owned(), underlying: "ETH".to_owned(), rate: 1.0, unlock: Unlock::Notice(5.0) });
    let positions = vec![
        at("A", position("BTC", coin("BTC"), 5.0, None)),
        at("B", position("stake", stake, 200.0, None)),
        at("C", in_usdt("BTC", -5.0)),
        at("D", in_usdt("ETH", -190.0)),
    ];
    let sheet = of(&load(positions, vec![spot_fact("BTC", 100_000.0), spot_fact("ETH", 2_500.0)]), "concentration", &[]);
    assert_eq!(words(&sheet, "shared"), [(Tone::Alarm, "One stablecoin, USDT, stands behind the hedges of BTC and ETH.".to_owned())]);
    assert_eq!(number(table(&sheet, "locked"), "Staked", "Share of equity"), Some(0.5));
    assert_eq!(table(&sheet, "unbonding").table.rows.len(), 1);
    assert_eq!(number(table(&sheet, "concentration"), "Underlying", "Keys"), Some(2.0));
}

#[test]
fn limits_are_read_from_the_choice_that_a_link_carries_and_breaches_come_first() {
    let mut desk = desk(&hedged());
    let set =
        "measure,dimension,key,soft,hard\nnet-delta,,,100000,1000000\nnet-delta,venue,,,2000000\ngross-leverage,,,,5\nnet-delta,,,,x\n";
    let sheet = ask(&mut desk, "limits", &Settings::default(), &[("limits/set", set)]);
    let said = words(&sheet, "breaches");
    assert_eq!(
        said[0],
        (Tone::Alarm, "$ delta, net, each venue, worst: Binance at +$3.40 M is above its hard limit of $2.00 M, 170 % used.".to_owned())
    );
    assert_eq!(said[1].0, Tone::Warning);
    assert_eq!(said[2], (Tone::Plain, "1 of 3 limits within.".to_owned()));
    let bars = ranked(&sheet, "limit-use");
    let shown: Vec<(&str, f64, String)> = bars.rows.iter().map(|row| (row.name.as_str(), row.bars[0].to, row.bars[0].text())).collect();
    assert_eq!((shown[0].0, shown[0].1, shown[0].2.as_str()), ("$ delta, net, each venue, worst: Binance", 1.7, "170\u{a0}%, breached"));
    assert!(shown.windows(2).all(|pair| pair[0].1 >= pair[1].1), "the most used first: {shown:?}");
    assert!(shown.iter().any(|(.., text)| text.ends_with("above soft at 10\u{a0}%")), "{shown:?}");
    let control = &controls(&sheet, "limit-set")[0];
    assert_eq!(control.value, set);
    assert!(control.error.contains("line 5") && control.error.contains("“x”"), "{}", control.error);
    assert!(!has(&ask(&mut desk, "limits", &Settings::default(), &[]), "limit-use"));
}

#[test]
fn a_limit_says_the_size_that_passes_it_and_a_key_that_the_book_does_not_have() {
    let engine = load(vec![position("BTC", coin("BTC"), -2.0, None)], vec![spot_fact("BTC", 1e5)]);
    let set = "measure,dimension,key,soft,hard\nnet-delta,,,150000,250000\nnet-delta,venue,Derbit,,1000\n";
    let said = words(&of(&engine, "limits", &[("limits/set", set)]), "breaches");
    assert_eq!(
        said.iter().map(|(tone, text)| (*tone, text.as_str())).collect::<Vec<_>>(),
        [
            (
                Tone::Warning,
                "$ delta, net at −$200 k: its size of $200 k is above its soft limit of $150 k, below the hard one of $250 k, 80 % used."
            ),
            (Tone::Plain, "1 of 2 limits within."),
            (
                Tone::Warning,
                "$ delta, net, venue: Derbit: no position is in venue “Derbit”, so that this limit holds nothing back; is it written as the \
                 book has it?"
            ),
        ]
    );
}

#[test]
fn a_column_of_dashes_says_why_it_has_no_number() {
    let call = option("BTC", Settlement::Linear, OptionKind::Call, 1e5, day(30));
    let facts = vec![spot_fact("BTC", 1e5), option_fact(&call, Some(0.5), None)];
    let engine = load(vec![position("C", call, -1.0, None), position("BTC", coin("BTC"), 1.0, None)], facts);
    let leverage = of(&engine, "leverage", &[]);
    let elasticity = table(&leverage, "elasticity");
    assert_eq!(elasticity.table.rows[0][3].shown(), "–");
    assert!(elasticity.notes[0].starts_with("All options together are worth −$"), "{:?}", elasticity.notes);
    let correlation = of(&engine, "correlation", &[]);
    let betas = table(&correlation, "betas");
    assert!(!betas.sub.contains('±'), "built-in figures have no errors: {}", betas.sub);
    let empty: Vec<&String> = (2..betas.table.heads.len())
        .filter(|column| betas.table.rows.iter().all(|row| row[*column].shown() == "–"))
        .map(|column| &betas.table.heads[column])
        .collect();
    assert!(empty.contains(&&"to 10-year yield".to_owned()) && empty.len() == betas.notes.len(), "{empty:?} {:?}", betas.notes);
    assert!(betas.notes.contains(
        &"No betas to 10-year yield: the built-in figures have no DGS10 or US10Y; a file with its closes gives them.".to_owned()
    ));
}

#[test]
fn every_sheet_of_the_page_is_laid_out_for_any_book_and_says_so_where_there_is_nothing() {
    let empty = load(Vec::new(), Vec::new());
    let wild: Vec<Engine> = (1..5).map(|seed| Engine::load(generated(seed, 50), AS_OF)).collect();
    for id in SHEETS {
        assert!(TABS.iter().any(|tab| tab.id == id && tab.page == Page::Exposure), "{id}");
        for engine in wild.iter().chain([&empty]) {
            let sheet = of(engine, id, &[]);
            let mut ids: Vec<&String> = sheet.parts.iter().map(|part| &part.id).collect();
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), sheet.parts.len(), "{id}: two parts of one id");
            for part in &sheet.parts {
                match &part.body {
                    Body::Table(table) => {
                        assert!(table.table.rows.iter().all(|row| row.len() == table.table.heads.len()), "{id} {}", part.id);
                        assert!(!table.table.rows.is_empty() || !table.empty.is_empty(), "{id} {}", part.id);
                    }
                    Body::Plot(plot, _) => {
                        let ends = [plot.x.range, plot.y.range];
                        assert!(ends.iter().all(|(low, high)| low.is_finite() && low < high), "{id} {}", part.id);
                        assert!(plot.table.rows.iter().all(|row| row.len() == plot.table.heads.len()), "{id} {}", part.id);
                    }
                    Body::Words(words) => assert!(words.sentences.iter().all(|(_, text)| !text.contains("NaN") && !text.contains("n/a"))),
                    _ => {}
                }
            }
        }
    }
}
