//! The browser shell, compiled for wasm32 only. It sees plain report data, never a contract or a kernel.
//!
//! `worker` is the worker thread; everything else is the page.

pub mod browser;
pub mod worker;

#[cfg(feature = "ui")]
mod app;
#[cfg(feature = "ui")]
pub mod chart;
#[cfg(feature = "ui")]
mod component;
#[cfg(feature = "ui")]
mod page;
#[cfg(feature = "ui")]
mod store;

#[cfg(feature = "ui")]
pub use crate::web::app::start;
