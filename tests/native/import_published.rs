//! Files that exchanges and data vendors have published, read where they lie.

use crate::import_support::{published, rejections};
use plimsoll::import::{Imported, RowCount};
use plimsoll::instrument::Settlement;
use plimsoll::market::{FactValue, Origin};

fn options(imported: &Imported) -> usize {
    imported.facts.iter().filter(|fact| matches!(fact.value, FactValue::Option { .. })).count()
}

#[test]
fn deribit_position_records_of_real_accounts() {
    let Some(imported) = published("deribit/get_positions.json") else { return };
    assert_eq!(imported.rows, RowCount { read: 4, accepted: 4, rejected: 0 });
    let held: Vec<_> = imported
        .positions
        .iter()
        .map(|position| {
            let expiry = position.instrument.expiry().map(|expiry| expiry.ms());
            let prices = (position.entry_price.unwrap().get(), position.mark.unwrap().get());
            (position.name.as_str(), position.instrument.settlement(), position.quantity.get(), prices, expiry)
        })
        .collect();
    assert_eq!(
        held,
        [
            ("ETH-24SEP21", Settlement::Inverse, -540.0, (2093.33, 2219.36), Some(1_632_470_400_000)),
            ("ETH-PERPETUAL", Settlement::Inverse, -120.0, (2559.92, 2613.27), None),
            ("BTC-25JUN21-28000-P", Settlement::Inverse, 0.1, (0.0175, 0.1401105), Some(1_624_608_000_000)),
        ]
    );
    // The flat fourth record says nothing about today's market.
    assert_eq!(imported.facts.len(), 6);
    assert_eq!(imported.issues.iter().map(|issue| issue.subject.as_deref()).collect::<Vec<_>>(), [Some("BTC-27SEP19-8500-C")]);
}

#[test]
fn the_whole_bitcoin_chain_of_january_2026() {
    let Some(imported) = published("deribit/btc_options_20260116.csv") else { return };
    assert_eq!((imported.rows, options(&imported)), (RowCount { read: 668, accepted: 668, rejected: 0 }, 668));
    assert!(rejections(&imported).is_empty() && imported.positions.is_empty());
    let first = imported.facts.iter().find_map(|fact| match &fact.value {
        FactValue::Option { underlying, expiry, strike, settlement, mark_vol, mark_price, .. } => {
            let marks = (mark_vol.map(|vol| vol.get()), mark_price.map(|price| price.get()));
            Some((underlying.as_str(), expiry.ms(), strike.get(), *settlement, marks, fact.time.map(|time| time.ms()), fact.origin))
        }
        _ => None,
    });
    // BTC-17JAN26-86000-C: mark_iv 76.96, mark_price 0.1.
    let marks = (Some(76.96 / 100.0), Some(0.1));
    assert_eq!(first, Some(("BTC", 1_768_636_800_000, 86_000.0, Settlement::Inverse, marks, Some(1_768_566_605_018), Origin::Quote)));
    let vols = imported.facts.iter().filter_map(|fact| match &fact.value {
        FactValue::Option { mark_vol: Some(vol), .. } => Some(vol.get()),
        _ => None,
    });
    let (count, least, most) = vols.fold((0, f64::MAX, 0.0), |(count, least, most), vol| (count + 1, vol.min(least), vol.max(most)));
    assert_eq!(count, 668);
    assert!((0.2..0.3).contains(&least) && (1.0..5.0).contains(&most), "{least} to {most}");
}

#[test]
fn bitcoin_futures_and_the_perpetual_of_january_2026() {
    let Some(imported) = published("deribit/btc_futures_20260116.csv") else { return };
    assert_eq!(imported.rows, RowCount { read: 8, accepted: 8, rejected: 0 });
    let forwards: Vec<_> = imported
        .facts
        .iter()
        .filter_map(|fact| match &fact.value {
            FactValue::Forward { expiry, price, .. } => Some((expiry.ms(), price.get())),
            _ => None,
        })
        .collect();
    assert_eq!((forwards.len(), forwards[0], forwards[6]), (7, (1_769_155_200_000, 95_634.81), (1_798_185_600_000, 100_226.19)));
    let perpetual = imported.facts.iter().find_map(|fact| match &fact.value {
        FactValue::Perpetual { price, settlement, .. } => Some((price.get(), *settlement)),
        _ => None,
    });
    assert_eq!(perpetual, Some((95_577.69, Settlement::Inverse)));
    let funding = imported.facts.iter().find_map(|fact| match &fact.value {
        FactValue::Funding { rate, .. } => Some(rate.get()),
        _ => None,
    });
    assert_eq!(funding, Some(4.297e-5 * 3.0 * 365.0));
}

#[test]
fn bitcoin_and_ether_options_of_a_crash_week() {
    let Some(imported) = published("deribit/btc_eth_options_20260206.csv") else { return };
    assert_eq!((imported.rows, options(&imported)), (RowCount { read: 1884, accepted: 1884, rejected: 0 }, 1884));
    let find = |code: &str, expiry_ms: i64, at: f64| {
        imported.facts.iter().find_map(|fact| match &fact.value {
            FactValue::Option { underlying, expiry, strike, mark_vol: Some(vol), .. }
                if underlying == code && expiry.ms() == expiry_ms && strike.get() == at =>
            {
                Some((vol.get(), fact.time.map(|time| time.ms())))
            }
            _ => None,
        })
    };
    // BTC-20FEB26-52000-P at 0.9589, BTC-6FEB26-78000-P at 2.5589: decimals, although above 1.
    let time = Some(1_770_352_212_553);
    assert_eq!(find("BTC", 1_771_574_400_000, 52_000.0), Some((0.9589, time)));
    assert_eq!(find("BTC", 1_770_364_800_000, 78_000.0), Some((2.5589, time)));
    let expiries = |code: &str| {
        let mut dates: Vec<i64> = imported
            .facts
            .iter()
            .filter_map(|fact| match &fact.value {
                FactValue::Forward { underlying, expiry, .. } if underlying == code => Some(expiry.ms()),
                _ => None,
            })
            .collect();
        dates.sort_unstable();
        dates.dedup();
        dates.len()
    };
    assert_eq!((expiries("BTC"), expiries("ETH")), (12, 12));
}
