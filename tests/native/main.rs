//! The engine's tests, one module per subject, in one binary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod architecture;
mod bits;
mod deribit_chain;
mod properties;
mod view;
mod sample;
mod document;
mod share;
mod share_v2;
mod import_corpus;
mod import_support;
mod import_arbitrary;
mod import_formats;
mod import_published;
mod mapping;
mod oracles;
mod kernels;
mod cli;
mod book_support;
mod edits;
mod profit;
mod venue_deribit;
mod venue_derive;
mod venue_hyperliquid;
mod venue_okx;
mod venue_ibkr;
mod venue_binance;
mod venue_bybit;
mod workbook;
mod checks;
