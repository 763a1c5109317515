//! The venues and trackers whose files are read, as a reader who has none at hand yet is told of them.
//!
//! The page shows this list and links no importer for it. Invariant, which a test holds: every format of the registry that is of
//! one venue is named here, and nothing else is.

/// Venues whose files are much alike.
pub struct VenueDef {
    /// Their names, as the labels of their formats begin.
    pub names: &'static [&'static str],
    /// What is read of them, a few words.
    pub reads: &'static str,
}

/// All of them, in the order shown.
pub const VENUES: &[VenueDef] = &[
    VenueDef { names: &["Deribit"], reads: "positions, account, transaction log; option and future chains" },
    VenueDef { names: &["Binance"], reads: "spot, margin, futures and options accounts, loans, earn; marks and funding" },
    VenueDef { names: &["Bybit"], reads: "positions, wallet, loans, earn; asset changes; tickers" },
    VenueDef { names: &["OKX"], reads: "positions, balances, account risk; marks and option summary" },
    VenueDef { names: &["Hyperliquid", "Derive"], reads: "positions, balances and collateral" },
    VenueDef { names: &["Interactive Brokers"], reads: "activity statement, Flex query as XML or CSV, trades" },
    VenueDef { names: &["Charles Schwab", "Revolut", "Bitvavo", "Coinbase", "Crypto.com"], reads: "transaction history" },
    VenueDef { names: &["Delta", "CoinTracking"], reads: "portfolio and trade table" },
];

/// Ids of the formats that are of no venue in particular.
pub const OF_ANY: &[&str] = &["option-rows", "plimsoll-csv", "price-history", "correlations"];
