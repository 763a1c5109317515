//! The engine's tests, one module per subject, in one binary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod architecture;
mod bits;
mod deribit_chain;
mod properties;
mod view;
mod sample;
mod share;
mod import_corpus;
mod import_support;
mod import_arbitrary;
mod import_formats;
mod import_published;
mod oracles;
mod kernels;
mod cli;
mod american;
