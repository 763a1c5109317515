//! Plimsoll: how deep a book of derivatives sits, computed wholly in the browser.
//!
//! The modules stand in the order of the data and of the dependencies: a module uses only what stands above it.
//!
//! Invariants: no clock, randomness or global state below `web`; a scenario maps a market state to a market state; an import
//! never fails as a whole; missing data is an [`issue::Issue`], never 0 and never NaN; a number becomes text only in
//! [`view::format`]; page, worker and terminal run the same [`protocol::handle`] and get the same bits, whatever the number of
//! workers; saved and shared formats are frozen in [`share`]; a link carries inputs, never results.

// Vocabulary.
pub mod issue;
pub mod method;
pub mod order;
pub mod units;

// Kernels on bare numbers.
pub mod math;

// Nouns: the world, the contracts, what is held.
pub mod instrument;

pub mod market;

pub mod book;

// Bytes to book and market; one file per format.
pub mod import;

// Stages, each with its own output type.
pub mod price;

pub mod check;

pub mod exposure;

pub mod stress;

pub mod hedge;

// One wiring, and what is said to it.
pub mod engine;

// Accuracy sets, answered by the code that values books.
pub mod oracle;

pub mod session;

pub mod share;

// Report to text and shapes.
pub mod view;

// What page, worker and terminal say to the engine.
pub mod protocol;

// The browser shell.
#[cfg(target_arch = "wasm32")]
pub mod web;
