//! Vols and correlations for a book whose files hold no history: derived figures of two named stretches of the past, no series.
//!
//! Source: daily closes of Yahoo Finance (coins, SPY, GLD, IEF) and the Federal Reserve's H.10 broad dollar index, on the days of
//! business that all of them have; the estimator of [`Estimator::Shrunk`]. A test computes them anew from the closes where these are at
//! hand.

use crate::issue::Source;
use crate::market::history::{CorrelationTable, Estimate, Estimator, Regime, Spacing, Window};
use crate::units::Timestamp;

/// Codes of the factors.
const SYMBOLS: [&str; 13] = ["BTC", "ETH", "SOL", "XRP", "BNB", "ADA", "DOGE", "AVAX", "LINK", "SPY", "GLD", "IEF", "DTWEXBGS"];

/// Figures of one stretch.
pub struct BuiltIn {
    /// The regime that it stands for.
    pub regime: Regime,
    /// What it is known for.
    pub label: &'static str,
    /// First and last day, ISO 8601.
    pub days: (&'static str, &'static str),
    /// Returns.
    pub returns: usize,
    /// Yearly vols.
    pub vols: [f64; SYMBOLS.len()],
    /// Correlations below the diagonal, row after row.
    pub below: [f64; SYMBOLS.len() * (SYMBOLS.len() - 1) / 2],
}

impl BuiltIn {
    /// How the figures were estimated.
    pub const ESTIMATOR: Estimator = Estimator::Shrunk;

    /// Codes of the factors.
    pub fn symbols() -> Vec<String> {
        SYMBOLS.iter().map(|symbol| (*symbol).to_owned()).collect()
    }

    /// The figures of a regime; there are none of the last 90 days.
    pub fn of(regime: Regime) -> Option<&'static BuiltIn> {
        BUILT_IN.iter().find(|built_in| built_in.regime == regime)
    }

    /// As an estimate; `theta` draws the correlations of [`Regime::Stress`] towards one.
    pub fn estimate(&self, theta: f64) -> Estimate {
        let table = CorrelationTable { symbols: BuiltIn::symbols(), below: self.below.to_vec(), source: Source::default() };
        let day = |text: &str| Timestamp::parse_iso(text).unwrap_or(Timestamp::from_ms(0));
        let window = Window { first: day(self.days.0), last: day(self.days.1), returns: self.returns };
        let estimate = Estimate {
            vols: self.vols.to_vec(),
            correlation: table.matrix(),
            symbols: table.symbols,
            window: Some(window),
            spacing: Spacing::Business,
            intensity: None,
            theta: 0.0,
            repaired: None,
        };
        if self.regime == Regime::Stress { estimate.stressed(theta) } else { estimate }
    }
}

/// Every stretch.
pub const BUILT_IN: &[BuiltIn] = &[
    BuiltIn {
        regime: Regime::Calm,
        label: "the calm half-year of 2023",
        days: ("2023-04-03", "2023-09-29"),
        returns: 124,
        vols: [0.3731, 0.4017, 0.7070, 0.9470, 0.3993, 0.5673, 0.5113, 0.5696, 0.6584, 0.1133, 0.1084, 0.0803, 0.0454],
        #[rustfmt::skip]
        below: [
            0.7041,
            0.5804, 0.6111,
            0.4554, 0.5149, 0.5046,
            0.5629, 0.5978, 0.5530, 0.4042,
            0.5806, 0.6458, 0.6373, 0.6399, 0.5786,
            0.5613, 0.6209, 0.5199, 0.4572, 0.5851, 0.5789,
            0.5833, 0.6554, 0.6265, 0.4207, 0.6230, 0.5854, 0.6387,
            0.5020, 0.5836, 0.5429, 0.4497, 0.5679, 0.5539, 0.5658, 0.6133,
            0.2138, 0.2354, 0.2151, 0.2319, 0.1728, 0.2260, 0.2682, 0.1712, 0.1633,
            0.1901, 0.1846, 0.2099, 0.1508, 0.1332, 0.1651, 0.1859, 0.1783, 0.1354, 0.1543,
            0.2569, 0.2513, 0.2543, 0.2594, 0.1795, 0.2582, 0.1882, 0.2305, 0.1483, 0.1051, 0.5059,
            0.0409, -0.0191, 0.0072, 0.0236, 0.0537, 0.0194, 0.0056, 0.0218, 0.0645, -0.1257, -0.2217, -0.1435,
        ],
    },
    BuiltIn {
        regime: Regime::Stress,
        label: "the failures of Terra, Three Arrows and Celsius in 2022",
        days: ("2022-04-04", "2022-07-29"),
        returns: 80,
        vols: [0.8074, 1.1172, 1.3971, 0.9296, 0.9362, 1.2424, 1.2163, 1.5322, 1.2945, 0.2712, 0.1366, 0.1036, 0.0622],
        #[rustfmt::skip]
        below: [
            0.8406,
            0.7759, 0.8029,
            0.7909, 0.7973, 0.8404,
            0.8205, 0.8209, 0.8108, 0.8347,
            0.7775, 0.7535, 0.7876, 0.8163, 0.7659,
            0.7181, 0.7098, 0.7380, 0.7342, 0.7362, 0.6624,
            0.8028, 0.8323, 0.8632, 0.8523, 0.8377, 0.8109, 0.7250,
            0.7937, 0.7721, 0.8131, 0.8222, 0.7893, 0.8305, 0.6890, 0.8197,
            0.5756, 0.5201, 0.5393, 0.5696, 0.5510, 0.5327, 0.5338, 0.5299, 0.5553,
            0.2355, 0.1851, 0.1669, 0.1835, 0.2427, 0.1778, 0.1358, 0.1525, 0.2036, 0.1831,
            0.1459, 0.1026, 0.0823, 0.0452, 0.1318, 0.0649, 0.0743, 0.0791, 0.1137, 0.1449, 0.3882,
            -0.1840, -0.1604, -0.1407, -0.1520, -0.1321, -0.1737, -0.1200, -0.1123, -0.1666, -0.2090, -0.3515, -0.0526,
        ],
    },
];
