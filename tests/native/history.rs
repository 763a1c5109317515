//! Histories on real closes: what is built in is what the closes give, and no figure that follows from them is out of the ordinary.

use plimsoll::engine::{Engine, Inputs, Past, PastChoice};
use plimsoll::issue::Source;
use plimsoll::market::history::{
    BUILT_IN, Beta, BuiltIn, Cone, CorrelationTable, Estimate, Estimator, Forecast, History, Matched, Observation, PriceSeries, Regime,
    SeriesKind, Spacing,
};
use plimsoll::units::Timestamp;
use std::path::PathBuf;

/// Columns of a published table of closes; `None` where the data is not at hand.
fn closes(file: &str, symbols: &[&str]) -> Option<Vec<PriceSeries>> {
    let folder =
        std::env::var_os("PLIMSOLL_DATA").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let text = std::fs::read_to_string(folder.join("history").join(file)).ok()?;
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let series = symbols.iter().map(|symbol| {
        let column = header.iter().position(|head| head == *symbol).unwrap();
        let observation =
            |row: &csv::StringRecord| Some(Observation { day: Timestamp::parse_iso(&row[0]).unwrap(), value: row[column].parse().ok()? });
        let observations = rows.iter().filter_map(observation).collect();
        PriceSeries::new((*symbol).to_owned(), SeriesKind::Close, observations, Source::default()).unwrap()
    });
    Some(series.collect())
}

/// All factors of the built-in figures, matched.
fn factors() -> Option<Matched> {
    let mut series = closes("crypto_daily_close_usd.csv", &["BTC", "ETH", "SOL", "XRP", "ADA", "DOGE", "AVAX", "LINK"])?;
    series.extend(closes("crypto_daily_close_usd_alt.csv", &["BNB"])?);
    series.extend(closes("etf_daily_adjclose_usd.csv", &["SPY", "GLD", "IEF"])?);
    series.extend(closes("rates_dollar_daily.csv", &["DTWEXBGS"])?);
    let in_order: Vec<&PriceSeries> =
        BuiltIn::symbols().iter().map(|symbol| series.iter().find(|series| series.symbol == *symbol).unwrap()).collect();
    Matched::of(&in_order)
}

#[test]
fn the_built_in_figures_are_those_of_the_closes() {
    let Some(matched) = factors() else { return };
    assert_eq!((matched.spacing, BUILT_IN.len()), (Spacing::Business, 2));
    for built_in in BUILT_IN {
        let day = |text| Timestamp::parse_iso(text).unwrap();
        let known = built_in.estimate(0.0);
        let anew = Estimate::of_window(&matched.between(day(built_in.days.0), day(built_in.days.1)), BuiltIn::ESTIMATOR).unwrap();
        assert_eq!((anew.window, &anew.symbols), (known.window, &known.symbols), "{}", built_in.label);
        for row in 0..known.symbols.len() {
            assert!((anew.vols[row] - known.vols[row]).abs() <= 0.000_05 + 1e-12, "{} {}", built_in.label, known.symbols[row]);
            for column in 0..row {
                let [new, old] = [&anew, &known].map(|estimate| estimate.correlation.get(row, column));
                assert!(
                    (new - old).abs() <= 0.000_05 + 1e-12,
                    "{} {} {}: {new} {old}",
                    built_in.label,
                    known.symbols[row],
                    known.symbols[column]
                );
            }
        }
    }
}

#[test]
fn the_built_in_matrices_need_no_repair_at_any_stress() {
    for built_in in BUILT_IN {
        for theta in [0.0, 0.3, 1.0] {
            let estimate = built_in.estimate(theta);
            assert!(estimate.correlation.eigen().values.last().unwrap() >= &-1e-12, "{} {theta}", built_in.label);
            assert_eq!(estimate.clone().repaired().repaired, None);
            assert!(estimate.covariance().cholesky().is_some(), "{} {theta}", built_in.label);
        }
    }
    let [calm, stress] = [Regime::Calm, Regime::Stress].map(|regime| BuiltIn::of(regime).unwrap().estimate(1.0));
    assert!(
        stress.correlation.row(3).iter().all(|entry| (entry - 1.0).abs() < 1e-15)
            && calm.theta == 0.0
            && calm.correlation.get(1, 0) == 0.7041
    );
    assert!(BuiltIn::of(Regime::Recent).is_none());
}

#[test]
fn each_regime_is_a_stretch_of_the_history_and_stress_is_the_worst() {
    let Some(matched) = factors() else { return };
    let of = |regime, theta| Estimate::of(&matched, regime, theta, Estimator::Shrunk).unwrap();
    let [calm, recent, wild] = [Regime::Calm, Regime::Recent, Regime::Stress].map(|regime| of(regime, 0.0));
    let window = |estimate: &Estimate| estimate.window.unwrap();
    assert_eq!((window(&calm).returns, window(&wild).returns), (124, 62));
    assert!(window(&recent).first.days_to(window(&recent).last) <= 90.0 && window(&recent).last == *matched.days.last().unwrap());
    assert!(calm.vols[0] < recent.vols[0] && recent.vols[0] < wild.vols[0], "{} {} {}", calm.vols[0], recent.vols[0], wild.vols[0]);
    let drawn = of(Regime::Stress, 0.4);
    let expected = 0.6 * wild.correlation.get(1, 0) + 0.4;
    assert!((drawn.correlation.get(1, 0) - expected).abs() < 1e-15 && drawn.vols == wild.vols);
    for estimator in [Estimator::Smoothed(0.94), Estimator::Smoothed(0.97), Estimator::Shrunk] {
        for regime in [Regime::Calm, Regime::Recent, Regime::Stress] {
            let estimate = Estimate::of(&matched, regime, 0.25, estimator).unwrap();
            assert!(estimate.covariance().cholesky().is_some() && estimate.clone().repaired() == estimate, "{estimator:?} {regime:?}");
        }
    }
}

#[test]
fn bitcoin_has_a_cone_a_memory_and_betas_of_an_ordinary_size() {
    let Some(mut series) = closes("crypto_daily_close_usd.csv", &["BTC", "ETH"]) else { return };
    series.extend(closes("etf_daily_adjclose_usd.csv", &["SPY"]).unwrap());
    let mut history = History::default();
    series.into_iter().for_each(|one| history.extend(History { series: vec![one], correlations: None }));
    let matched = Matched::of(&[history.series("BTC").unwrap()]).unwrap();
    assert_eq!((matched.count(), matched.spacing), (4031, Spacing::Calendar));
    let cones = Cone::all(&matched);
    assert_eq!(cones.iter().map(|cone| (cone.days, cone.stretches)).collect::<Vec<_>>()[1], (30.0, 4002));
    for cone in &cones {
        assert!(cone.vols.windows(2).all(|pair| pair[0] <= pair[1]) && (0.0..=1.0).contains(&cone.rank), "{cone:?}");
    }
    // The longer the stretch, the narrower the cone.
    assert!(cones.windows(2).all(|pair| pair[0].vols[6] > pair[1].vols[6] && pair[0].vols[0] < pair[1].vols[0]));
    let forecast = Forecast::of(&matched).unwrap();
    let garch = forecast.garch.unwrap();
    assert!((0.03..0.25).contains(&garch.alpha) && (0.7..0.97).contains(&garch.beta) && garch.persistence() < 1.0, "{garch:?}");
    assert!((0.85..=0.99).contains(&forecast.lambda.unwrap()) && forecast.curve.len() == 40);
    let long_run = forecast.long_run_vol().unwrap();
    assert!((forecast.garch_vol(3650.0).unwrap() / long_run - 1.0).abs() < 0.05, "{long_run}");
    let beta = Beta::of(&history, "ETH", "BTC").unwrap();
    assert!((1.0..2.0).contains(&beta.beta) && beta.correlation > 0.6 && beta.error < 0.15 && beta.returns == 365, "{beta:?}");
    let equities = Beta::of(&history, "BTC", "SPY").unwrap();
    assert!((240..=253).contains(&equities.returns) && (0.2..2.0).contains(&equities.beta), "{equities:?}");
    assert_eq!(Beta::of(&history, "BTC", "GLD"), None);
}

/// Spot holdings worth so many dollars at the closes of the history's last day, with the history of their coins.
fn holding(coins: &[(&str, f64)], history: History) -> Engine {
    let text = coins
        .iter()
        .fold("underlying,type,quantity,spot\n".to_owned(), |text, (coin, dollars)| format!("{text}{coin},spot,{},100\n", dollars / 100.0));
    let imported = crate::import_support::imported_text("book.csv", &text);
    let inputs = Inputs { positions: imported.positions, facts: imported.facts, history, ..Inputs::default() };
    Engine::load(inputs, Timestamp::parse_iso("2025-10-01").unwrap())
}

const CHOICE: PastChoice = PastChoice { past: None, regime: Regime::Recent, theta: 0.0, estimator: Estimator::Shrunk, given: false };

#[test]
fn the_parts_of_the_books_vol_add_up_and_a_hedge_takes_away() {
    let engine = holding(&[("BTC", 1e6), ("ETH", 5e5), ("SOL", -4e5), ("PEPE", 9e5)], History::default());
    let past = engine.past(&PastChoice { regime: Regime::Stress, theta: 0.3, ..CHOICE });
    assert_eq!((past.past, past.left_out.len(), past.left_out[0].symbol.as_str(), past.left_out[0].delta), (Past::BuiltIn, 1, "PEPE", 9e5));
    let vol = past.vol.unwrap();
    let sum: f64 = vol.parts.iter().map(|part| part.component).sum();
    assert!((sum / vol.yearly - 1.0).abs() < 1e-12 && vol.parts.iter().any(|part| part.symbol == "SOL" && part.component < 0.0));
    assert!(vol.diversification.unwrap() > 1.0 && (1.0..3.0).contains(&vol.bets.unwrap()));
    // By hand for two: √(a² + b² + 2ρab).
    let two = holding(&[("BTC", 1e6), ("ETH", 5e5)], History::default()).past(&PastChoice { regime: Regime::Calm, ..CHOICE }).vol.unwrap();
    let (a, b): (f64, f64) = (1e6 * 0.3731, 5e5 * 0.4017);
    assert!((two.yearly - (a * a + b * b + 2.0 * 0.7041 * a * b).sqrt()).abs() < 1e-6);
    assert_eq!(two.absorption.unwrap().1, 1);
}

#[test]
fn a_dropped_history_is_used_and_what_it_lacks_is_named() {
    let Some(series) = closes("crypto_daily_close_usd.csv", &["BTC", "ETH", "SOL"]) else { return };
    let mut history = History::default();
    series.into_iter().for_each(|one| history.extend(History { series: vec![one], correlations: None }));
    let short = &history.series("ETH").unwrap().observations;
    let [young, stale] = [(&short[short.len() - 20..], "ADA"), (&short[..short.len() - 90], "XRP")].map(|(observations, symbol)| {
        PriceSeries::new(symbol.to_owned(), SeriesKind::Close, observations.to_vec(), Source::default()).unwrap()
    });
    history.extend(History { series: vec![young], correlations: None });
    history.extend(History { series: vec![stale], correlations: None });
    let engine = holding(&[("BTC", 1e6), ("ETH", -5e5), ("ADA", 1e5), ("XRP", 2e5), ("LINK", 3e5)], history);
    let past = engine.past(&CHOICE);
    let reasons: Vec<(&str, bool)> = past
        .left_out
        .iter()
        .map(|one| {
            (one.symbol.as_str(), one.reason.contains("20 days") || one.reason.contains("90 days before") || one.reason.contains("no file"))
        })
        .collect();
    assert_eq!((past.past, reasons), (Past::Files, vec![("LINK", true), ("ADA", true), ("XRP", true)]));
    let estimate = past.estimate.unwrap();
    assert_eq!(
        (estimate.symbols.join(" "), estimate.spacing, estimate.window.unwrap().returns),
        ("BTC ETH".to_owned(), Spacing::Calendar, 90)
    );
    let wide = past.wide.unwrap();
    assert_eq!((wide.symbols.len(), past.coverage.len()), (2, 2));
    assert_eq!((engine.past_vols(10).len(), engine.past_betas(10).len()), (4, 4));
    let built_in = engine.past(&PastChoice { past: Some(Past::BuiltIn), regime: Regime::Calm, ..CHOICE });
    assert_eq!((built_in.past, built_in.left_out.len()), (Past::BuiltIn, 0));
}

#[test]
fn correlations_of_a_file_are_repaired_and_said() {
    let correlations = CorrelationTable {
        symbols: ["BTC", "ETH", "SOL"].map(str::to_owned).to_vec(),
        below: vec![0.9, 0.7, -0.9],
        source: Source::default(),
    };
    let engine = holding(&[("BTC", 1e6), ("ETH", 5e5), ("SOL", 2e5)], History { series: Vec::new(), correlations: Some(correlations) });
    let choice = PastChoice { regime: Regime::Calm, given: true, ..CHOICE };
    let past = engine.past(&choice);
    let estimate = past.estimate.unwrap();
    let repaired = estimate.repaired.unwrap();
    assert!((repaired.smallest_before + 0.67).abs() < 0.001 && (repaired.largest_change - 0.3535).abs() < 0.001, "{repaired:?}");
    assert!(estimate.covariance().cholesky().is_some() && !past.given_lacks && estimate.vols[0] == 0.3731);
    let lacking = holding(&[("BTC", 1e6), ("ADA", 5e5)], engine.history().clone()).past(&choice);
    assert!(lacking.given_lacks && lacking.estimate.unwrap().correlation.get(1, 0) == 0.5806);
}

#[test]
fn a_history_of_nothing_that_moves_has_no_figures_and_no_nan() {
    let still = |symbol: &str| {
        let observations = (0..200).map(|day| Observation { day: Timestamp::from_ms(day * 86_400_000), value: 5.0 }).collect();
        PriceSeries::new(symbol.to_owned(), SeriesKind::Close, observations, Source::default()).unwrap()
    };
    let mut history = History { series: vec![still("BTC")], correlations: None };
    history.extend(History { series: vec![still("ETH")], correlations: None });
    let engine = holding(&[("BTC", 1e6), ("ETH", 5e5)], history);
    for regime in [Regime::Calm, Regime::Recent, Regime::Stress] {
        let past = engine.past(&PastChoice { regime, ..CHOICE });
        let is_number = past
            .vol
            .iter()
            .all(|vol| vol.yearly == 0.0 && vol.parts.iter().all(|part| part.component == 0.0) && vol.diversification.is_none());
        assert!(is_number, "{past:?}");
    }
    let vols = engine.past_vols(5);
    assert!(
        vols.iter().all(|vol| vol.forecast.as_ref().is_some_and(|one| one.garch.is_none() && one.curve.is_empty() && one.usual == 0.0))
    );
    assert_eq!(engine.past_betas(5)[0].betas, vec![None; 7]);
}
