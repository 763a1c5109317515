//! Histories on real closes: what is built in is what the closes give, and no figure that follows from them is out of the ordinary.

use plimsoll::issue::Source;
use plimsoll::market::history::{BUILT_IN, BuiltIn, Estimate, Matched, Observation, PriceSeries, SeriesKind};
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
fn print_built_in() {
    let Some(matched) = factors() else { return };
    println!("{} {} {} {:?}", matched.count(), matched.days[0], matched.days.last().unwrap(), matched.spacing);
    for (first, last) in [("2023-04-03", "2023-09-29"), ("2022-04-04", "2022-07-29")] {
        let day = |text| Timestamp::parse_iso(text).unwrap();
        let window = matched.between(day(first), day(last));
        let estimate = Estimate::of_window(&window, BuiltIn::ESTIMATOR).unwrap();
        println!("{first} {last} {:?} {:?}", estimate.window, estimate.intensity);
        println!("vols: [{}],", estimate.vols.iter().map(|vol| format!("{vol:.4}")).collect::<Vec<_>>().join(", "));
        println!("below: [");
        for row in 1..13 {
            println!("{},", (0..row).map(|column| format!("{:.4}", estimate.correlation.get(row, column))).collect::<Vec<_>>().join(", "));
        }
        println!("],");
    }
    assert!(BUILT_IN.is_empty());
}
