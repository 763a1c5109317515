//! Deribit's own published figures, met option by option.
//!
//! The full chain is read where the folder of market data stands (`PLIMSOLL_DATA`, default `../shared/data`); some of its rows are
//! quoted here, so that a checkout alone tests something. Source of all: Deribit public API, BTC chain of 2026-01-16, 12:30 UTC.

use plimsoll::math::black::{BlackInput, OptionKind};
use plimsoll::price::convention::{DeribitGreeks, deribit_greeks};
use plimsoll::units::Timestamp;
use std::path::PathBuf;

/// What the exchange says of one option, and how far we are off.
struct Published {
    name: String,
    time_ms: i64,
    expiry_ms: i64,
    strike: f64,
    kind: OptionKind,
    forward: f64,
    vol_percent: f64,
    figures: DeribitGreeks,
}

impl Published {
    fn ours(&self) -> DeribitGreeks {
        let years = Timestamp::from_ms(self.time_ms).years_to(Timestamp::from_ms(self.expiry_ms));
        deribit_greeks(&BlackInput { forward: self.forward, strike: self.strike, years, vol: self.vol_percent / 100.0, kind: self.kind })
    }
}

/// A figure, the largest difference that passes, and where it is read.
type Tolerance = (&'static str, f64, fn(&DeribitGreeks) -> f64);

/// Largest differences that pass: the exchange's rounding, and for the dollar figures that of its vol (two decimals of a percent).
const TOLERANCES: [Tolerance; 6] = [
    ("delta", 5e-5, |greeks| greeks.delta),
    ("gamma", 6e-6, |greeks| greeks.gamma),
    ("vega", 0.05, |greeks| greeks.vega),
    ("rho", 0.03, |greeks| greeks.rho),
    ("coin price", 3e-4, |greeks| greeks.coin_price),
    ("theta", 0.1, |greeks| greeks.theta),
];

/// The largest difference of each figure and where it is.
fn largest(rows: &[Published]) -> Vec<(&'static str, f64, f64, String)> {
    TOLERANCES
        .iter()
        .map(|(figure, tolerance, of)| {
            let mut worst = (0.0, String::new());
            for row in rows {
                let distance = (of(&row.ours()) - of(&row.figures)).abs();
                // A figure that is not a number is infinitely far off.
                let distance = if distance.is_nan() { f64::INFINITY } else { distance };
                if distance > worst.0 {
                    worst = (distance, row.name.clone());
                }
            }
            (*figure, *tolerance, worst.0, worst.1)
        })
        .collect()
}

fn check(rows: &[Published]) {
    let found = largest(rows);
    for (figure, tolerance, distance, name) in &found {
        eprintln!("{figure}: at most {distance:.3e} off ({name}), {tolerance:.0e} passes");
    }
    for (figure, tolerance, distance, name) in found {
        assert!(distance <= tolerance, "{figure} of {name} is {distance:e} off, more than {tolerance:e}");
    }
}

fn data() -> PathBuf {
    let given = std::env::var_os("PLIMSOLL_DATA").map(PathBuf::from);
    given.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"))
}

#[test]
fn every_option_of_the_chain_is_met() {
    let path = data().join("deribit/btc_options_20260116.csv");
    let Ok(mut reader) = csv::Reader::from_path(&path) else {
        eprintln!("{} is absent: the chain is not compared, only the quoted rows are", path.display());
        return;
    };
    let heads = reader.headers().unwrap().clone();
    let place = |name: &str| heads.iter().position(|head| head == name).unwrap();
    let columns = [
        "strike",
        "underlying_price",
        "mark_iv",
        "greeks_delta",
        "greeks_gamma",
        "greeks_vega",
        "greeks_theta",
        "greeks_rho",
        "mark_price",
    ]
    .map(place);
    let (name, kind, time, expiry) = (place("instrument_name"), place("option_type"), place("timestamp"), place("expiration_timestamp"));
    let rows: Vec<Published> = reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            let [strike, forward, vol_percent, delta, gamma, vega, theta, rho, coin_price] =
                columns.map(|column| record[column].parse().unwrap());
            Published {
                name: record[name].to_owned(),
                time_ms: record[time].parse().unwrap(),
                expiry_ms: record[expiry].parse().unwrap(),
                strike,
                kind: if &record[kind] == "call" { OptionKind::Call } else { OptionKind::Put },
                forward,
                vol_percent,
                figures: DeribitGreeks { delta, gamma, vega, theta, rho, coin_price },
            }
        })
        .collect();
    assert_eq!(rows.len(), 668);
    check(&rows);
}

/// Name, time, expiry (ms), forward, mark vol in percent, then delta, gamma, vega, theta, rho and mark price in coins.
type Quoted = (&'static str, i64, i64, f64, f64, [f64; 6]);

const QUOTED: [Quoted; 12] = [
    (
        "BTC-17JAN26-95000-C",
        1_768_566_607_381,
        1_768_636_800_000,
        95_550.760_6,
        32.2,
        [0.65103, 0.00025, 16.68017, -268.54473, 1.36484, 0.0094],
    ),
    (
        "BTC-17JAN26-90000-P",
        1_768_566_605_018,
        1_768_636_800_000,
        95_550.734_6,
        57.91,
        [-0.01376, 1e-05, 1.58524, -12.72614, -0.02956, 0.0001],
    ),
    ("BTC-17JAN26-104000-C", 1_768_566_608_039, 1_768_636_800_000, 95_550.762_7, 50.54, [0.0002, 0.0, 0.03401, -0.1123, 0.00042, 0.0]),
    (
        "BTC-18JAN26-96000-P",
        1_768_566_610_053,
        1_768_723_200_000,
        95_564.388_3,
        25.04,
        [-0.5983, 0.00023, 26.04605, -179.90278, -2.88461, 0.0096],
    ),
    (
        "BTC-20JAN26-93000-C",
        1_768_566_616_096,
        1_768_896_000_000,
        95_580.921_2,
        31.5,
        [0.80688, 9e-05, 26.77447, -110.60087, 7.75114, 0.0305],
    ),
    ("BTC-23JAN26-96000-C", 1_768_566_621_131, 1_769_155_200_000, 95_627.54, 34.69, [0.47675, 9e-05, 52.0309, -132.48668, 8.20464, 0.017]),
    (
        "BTC-30JAN26-80000-P",
        1_768_566_624_152,
        1_769_760_000_000,
        95_691.87,
        51.0,
        [-0.03181, 1e-05, 13.29421, -24.54368, -1.19802, 0.0013],
    ),
    (
        "BTC-27FEB26-110000-C",
        1_768_566_643_286,
        1_772_179_200_000,
        95_998.81,
        37.94,
        [0.15958, 2e-05, 78.92075, -35.80163, 16.42979, 0.0102],
    ),
    (
        "BTC-27MAR26-70000-P",
        1_768_566_647_314,
        1_774_598_400_000,
        96_426.56,
        49.69,
        [-0.05676, 1e-05, 48.09118, -17.11394, -11.5252, 0.0057],
    ),
    (
        "BTC-26JUN26-140000-C",
        1_768_566_663_426,
        1_782_460_800_000,
        97_642.97,
        43.55,
        [0.13525, 1e-05, 140.8942, -19.07857, 50.64761, 0.0175],
    ),
    (
        "BTC-25SEP26-100000-P",
        1_768_566_670_475,
        1_790_323_200_000,
        98_956.0,
        45.76,
        [-0.43549, 1e-05, 323.60541, -29.40137, -404.37958, 0.1568],
    ),
    ("BTC-25DEC26-250000-C", 1_768_566_685_581, 1_798_185_600_000, 100_186.16, 49.43, [0.04752, 0.0, 96.14334, -6.93126, 37.19082, 0.008]),
];

#[test]
fn the_quoted_rows_are_met() {
    let rows: Vec<Published> = QUOTED
        .iter()
        .map(|(name, time_ms, expiry_ms, forward, vol_percent, [delta, gamma, vega, theta, rho, coin_price])| {
            let mut parts = name.rsplit('-');
            let kind = if parts.next() == Some("C") { OptionKind::Call } else { OptionKind::Put };
            Published {
                name: (*name).to_owned(),
                time_ms: *time_ms,
                expiry_ms: *expiry_ms,
                strike: parts.next().unwrap().parse().unwrap(),
                kind,
                forward: *forward,
                vol_percent: *vol_percent,
                figures: DeribitGreeks { delta: *delta, gamma: *gamma, vega: *vega, theta: *theta, rho: *rho, coin_price: *coin_price },
            }
        })
        .collect();
    check(&rows);
}

#[test]
fn the_comparison_would_notice_a_wrong_convention() {
    // A year of 365.25 days, a premium-adjusted delta and an uncapped theta must each fail on the quoted rows.
    let (_, time, expiry, forward, vol, figures) = QUOTED.iter().copied().find(|row| row.0 == "BTC-17JAN26-95000-C").unwrap();
    let years = Timestamp::from_ms(time).years_to(Timestamp::from_ms(expiry));
    let input = BlackInput { forward, strike: 95_000.0, years, vol: vol / 100.0, kind: OptionKind::Call };
    let longer_year = deribit_greeks(&BlackInput { years: years * 365.0 / 365.25, ..input });
    let ours = deribit_greeks(&input);
    let uncapped = input.greeks().theta / 365.0;
    let [delta, _, vega, theta, _, _] = figures;
    assert!((longer_year.vega - vega).abs() > 0.005 && (ours.vega - vega).abs() < 0.005, "{} {}", longer_year.vega, ours.vega);
    assert!((ours.delta - ours.coin_price - delta).abs() > 5e-5, "{}", ours.coin_price);
    assert!((uncapped - theta).abs() > 0.1, "{uncapped} {theta}");
}
