//! The same bits natively and in a browser: figures of the kernels and of one report, pinned. The browser tests include this file.

use plimsoll::engine::{Engine, Settings};
use plimsoll::import::{File, import};
use plimsoll::math::black::{BlackInput, OptionKind};
use plimsoll::math::implied_vol::ImpliedVolInput;
use plimsoll::math::svi::{self, SviPoint};
use plimsoll::stress::{Move, Shock, VolShift};
use plimsoll::units::Timestamp;

const BOOK: &str = "\
instrument,type,option_type,strike,expiry,quantity,entry_price,spot,forward,iv,margin
BTC-27MAR26-100000-C,option,call,100000,2026-03-27,2,0.0525,95540,96450,0.45,inverse
BTC-27FEB26-80000-P,option,put,80000,2026-02-27,-3.5,0.012,95540,96011,0.52,inverse
BTC-PERPETUAL,perp,,,,-120000,95100,95540,,,inverse
BTC,spot,,,,1.25,,95540,,,
";

fn figures() -> Vec<(&'static str, f64)> {
    let black = BlackInput { forward: 96_450.0, strike: 100_000.0, years: 70.0 / 365.0, vol: 0.45, kind: OptionKind::Call };
    let greeks = black.greeks();
    let vol = ImpliedVolInput { forward: 96_450.0, strike: 100_000.0, years: 0.2, price: 6_000.0, kind: OptionKind::Call };
    let imported = import(&[File::new("book.csv", BOOK)]);
    let inputs = plimsoll::engine::Inputs {
        positions: imported.positions,
        facts: imported.facts,
        accounts: Vec::new(),
        history: Default::default(),
        as_of: None,
    };
    let engine = Engine::load(inputs, Timestamp::parse_iso("2026-01-16T12:30:05Z").unwrap());
    let vols = [0.71, 0.62, 0.55, 0.49, 0.46, 0.45, 0.463, 0.49, 0.53];
    let points = vols.into_iter().zip(-5_i32..).map(|(vol, step)| SviPoint { k: 0.1 * f64::from(step), variance: vol * vol, weight: vol });
    let smile = svi::fit(&points.collect::<Vec<_>>()).unwrap().svi;
    let shock = Shock { all: Move { spot: -0.16, vol: VolShift::Points(0.12) }, days: 7.0, ..Shock::default() };
    let report = engine.report(&Settings { shock, ..Settings::default() });
    vec![
        ("price", greeks.price),
        ("delta", greeks.delta),
        ("gamma", greeks.gamma),
        ("charm", greeks.charm),
        ("implied vol", vol.solve().unwrap()),
        ("equity", report.valuation.base.equity),
        ("shocked equity", report.valuation.shocked.unwrap().equity),
        ("theta", report.valuation.base.measures.theta_1d),
        ("worst cell", report.grid.worst.unwrap().pnl),
        ("last of the profile", *report.profile.curves.last().unwrap().pnl.last().unwrap()),
        ("rho of a smile", smile.rho),
        ("width of a smile", smile.sigma),
    ]
}

const PINNED: [u64; 12] = [
    0x40b7_afb8_384d_0110,
    0x3fdd_d5d9_4c0e_76ef,
    0x3ef5_edf1_910a_b013,
    0xbfd2_b36f_3c79_9de4,
    0x3fdb_f6d2_1f18_2743,
    0x40bc_6b70_7b65_532a,
    0x409e_b625_af05_b3f0,
    0x4045_1005_98a9_0478,
    0xc0ed_4f6a_e909_0c32,
    0x40d2_13f0_31e8_7c62,
    0xbfdd_c014_072e_aa7d,
    0x3fdd_dbf8_43d9_92d8,
];

/// Compares all figures with their pins.
pub fn check() {
    let found: Vec<u64> = figures().into_iter().map(|(_, value)| value.to_bits()).collect();
    assert_eq!(found, PINNED, "{:#?} {:#018x?}", figures(), found);
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn the_kernels_give_the_pinned_bits() {
    check();
}
