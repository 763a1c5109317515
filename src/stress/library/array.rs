//! Risk arrays of venues as scenarios.

use crate::stress::library::named;
use crate::stress::scenario::{Pack, Selector, ShockItem, family};

fn item(id: &str, values: &[(&str, f64)], on: Selector) -> Option<ShockItem> {
    family(id).map(|family| ShockItem::new(family, values, on))
}

fn spot(percent: f64, on: &Selector) -> Option<ShockItem> {
    (percent != 0.0).then(|| item("spot", &[("percent", percent)], on.clone())).flatten()
}

fn signed(percent: f64) -> String {
    if percent > 0.0 { format!("+{percent} %") } else { format!("{percent} %") }
}

fn coins() -> Selector {
    Selector { classes: vec!["coin".to_owned()], ..Selector::ALL }
}

/// Nine moves of ±16 % (ETH ±18 %) by three of vol, and the extended moves with vol up, counted by range over move.
pub(super) fn deribit() -> Pack {
    const SOURCE: &str = "Deribit's private/pme/simulate: BTC as in its documentation of June 2024, ETH as of February 2026, the coins beside them as BTC (assumed). \
                          Extended moves count by range over move, with BTC's range for ETH too, which the venue counts in a greater part (18 instead of 16); the venue's dampener and its add-ons for basis and delta are not in it.";
    let eth = Selector::asset("ETH");
    let others = Selector { but: Some(Box::new(Selector::asset("ETH"))), ..coins() };
    let vol = |is_up: bool| {
        [(Some(30.0), None, 0.13), (None, Some(30.0), 0.3)].into_iter().flat_map(move |(from_days, to_days, power)| {
            // Below 30 days the larger power scales; exactly 30 days have a factor of 1 either way.
            let span = |on: &Selector| Selector { from_days: from_days.map(|_| 30.000_001), to_days, ..on.clone() };
            let values = |up: f64| {
                if is_up { vec![("percent", up), ("power", power), ("at_least", 50.0)] } else { vec![("percent", -25.0), ("power", power)] }
            };
            let (others, eth) = (coins_but_eth(), Selector::asset("ETH"));
            [item("vol", &values(50.0), span(&others)), item("vol", &values(40.0), span(&eth))]
        })
    };
    let mut pack = Pack::new();
    for step in -4_i32..=4 {
        let (btc, of_eth) = (f64::from(step) * 4.0, f64::from(step) * 4.5);
        for (word, is_up) in [("up", Some(true)), ("same", None), ("down", Some(false))] {
            let mut scenario = named(format!("deribit-{step}-{word}"), format!("Deribit: {}, vol {word}", signed(btc)), SOURCE);
            scenario.shocks = [spot(btc, &others), spot(of_eth, &eth)].into_iter().flatten().collect();
            if let Some(is_up) = is_up {
                scenario.shocks.extend(vol(is_up).flatten());
            }
            pack.push(scenario);
        }
    }
    for percent in [-66.0, -33.0, 50.0, 100.0, 200.0, 300.0, 400.0, 500.0_f64] {
        let mut scenario = named(format!("deribit-extended-{percent}"), format!("Deribit extended: {}", signed(percent)), SOURCE);
        scenario.weight = 16.0 / percent.abs();
        scenario.shocks = spot(percent, &coins()).into_iter().chain(vol(true).flatten()).collect();
        pack.push(scenario);
    }
    pack
}

fn coins_but_eth() -> Selector {
    Selector { but: Some(Box::new(Selector::asset("ETH"))), ..coins() }
}

/// Spot and vol (MR1), basis (MR4) and the extreme move at one half (MR6).
pub(super) fn okx() -> Pack {
    const SOURCE: &str = "OKX's notice of January 2025 for BTC and ETH; vol moves as third-party code quotes OKX, in three steps by days to expiry where the venue interpolates (assumed). \
                          Other coins have wider moves at the venue.";
    let vols = |sign: f64| {
        [(None, Some(15.0), 50.0), (Some(15.000_001), Some(45.0), 35.0), (Some(45.000_001), None, 25.0)].into_iter().filter_map(
            move |(from_days, to_days, percent)| item("vol", &[("percent", sign * percent)], Selector { from_days, to_days, ..coins() }),
        )
    };
    let mut pack = Pack::new();
    for percent in [-12.0, -8.0, -4.0, 0.0, 4.0, 8.0, 12.0] {
        for (word, sign) in [("up", 1.0), ("same", 0.0), ("down", -1.0)] {
            let mut scenario = named(format!("okx-mr1-{percent}-{word}"), format!("OKX MR1: {}, vol {word}", signed(percent)), SOURCE);
            scenario.shocks = spot(percent, &coins()).into_iter().collect();
            if sign != 0.0 {
                scenario.shocks.extend(vols(sign));
            }
            pack.push(scenario);
        }
    }
    for points in [-5.0, 5.0] {
        let mut scenario = named(format!("okx-mr4-{points}"), format!("OKX MR4: basis {} a year", signed(points)), SOURCE);
        scenario.shocks = item("basis", &[("points", points)], coins()).into_iter().collect();
        pack.push(scenario);
    }
    for percent in [-24.0, 24.0] {
        let mut scenario = named(format!("okx-mr6-{percent}"), format!("OKX MR6: {}, half counts", signed(percent)), SOURCE);
        scenario.weight = 0.5;
        scenario.shocks = spot(percent, &coins()).into_iter().collect();
        pack.push(scenario);
    }
    pack
}

/// Seven moves in thirds of the range by vol up and down, and the extreme moves of three ranges at 33 %.
pub(super) fn span() -> Pack {
    const SOURCE: &str = "The layout of CME's SPAN: moves in thirds of a range by vol up and down, extremes of three ranges of which 33 % count. \
                          Range of 15 % and vol of 25 % of itself assumed: the clearing house sets both by product.";
    const RANGE: f64 = 15.0;
    let mut pack = Pack::new();
    for thirds in [0.0, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0] {
        for (word, percent) in [("up", 25.0), ("down", -25.0)] {
            let number = pack.len() + 1;
            let moved = RANGE * thirds / 3.0;
            let mut scenario = named(format!("span-{number}"), format!("SPAN-like {number}: {}, vol {word}", signed(moved)), SOURCE);
            scenario.shocks = spot(moved, &Selector::ALL).into_iter().chain(item("vol", &[("percent", percent)], Selector::ALL)).collect();
            pack.push(scenario);
        }
    }
    for percent in [3.0 * RANGE, -3.0 * RANGE] {
        let number = pack.len() + 1;
        let mut scenario = named(format!("span-{number}"), format!("SPAN-like {number}: {}, 33 % counts", signed(percent)), SOURCE);
        scenario.weight = 0.33;
        scenario.shocks = spot(percent, &Selector::ALL).into_iter().collect();
        pack.push(scenario);
    }
    pack
}
