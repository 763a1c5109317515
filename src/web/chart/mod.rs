//! Charts on canvas: models of [`crate::view::chart`] in, figures with crosshair, keyboard, table, PNG and CSV out.
//!
//! Invariant: a component computes no number and writes no number as text; both come from [`crate::view`].

mod bars;
mod figure;
mod heatmap;
mod ink;
mod laid_out;
mod legend;
mod plot;
mod png;
mod profile;
mod ranked;
mod stage;
mod tiles;
mod tip;
mod treemap;

pub use crate::view::chart::{Bar, Orientation};
pub use crate::web::chart::bars::BarChart;
pub use crate::web::chart::heatmap::Heatmap;
pub use crate::web::chart::laid_out::{LaidOut, laid_out};
pub use crate::web::chart::profile::ProfileChart;
pub use crate::web::chart::stage::{Marks, Picture};
