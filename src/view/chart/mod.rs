//! Stage: Report → shapes. Pure models of charts: scales, ticks, labels, readings, tables.
//!
//! Invariant: a model is plain data and pure functions, so that what a chart says is tested without a browser; every number
//! becomes text in [`crate::view::format`], reached through [`text`] alone.

pub mod bars;
pub mod colour;
pub mod contour;
pub mod correlation;
pub mod cube;
pub mod exercise_boundary;
pub mod heatmap;
pub mod limit_use;
pub mod lambda;
pub mod plot;
pub mod profile;
pub mod ranked;
pub mod reading;
pub mod scale;
pub mod scenario_pnl;
pub mod series;
pub mod smile;
pub mod strike_ladder;
pub mod table;
pub mod term_structure;
pub mod text;
pub mod theta_calendar;
pub mod tiles;
pub mod tornado;
pub mod treemap;
pub mod vega_tenor;
pub mod vol_cone;
pub mod vol_surface;
pub mod waterfall;

pub use crate::view::chart::bars::{Bar, Orientation};
pub use crate::view::chart::table::{Cell, DataTable};

/// A kind of chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChartDef {
    /// Names its files; stable.
    pub id: &'static str,
    /// What is plotted.
    pub label: &'static str,
    /// One sentence for the help.
    pub doc: &'static str,
}

/// Every kind of chart.
pub const ALL: &[ChartDef] = &[
    heatmap::DEF,
    profile::DEF,
    bars::DEF,
    smile::DEF,
    term_structure::DEF,
    vol_surface::DEF,
    exercise_boundary::DEF,
    treemap::DEF,
    strike_ladder::DEF,
    vega_tenor::DEF,
    theta_calendar::DEF,
    limit_use::DEF,
    correlation::DEF,
    vol_cone::DEF,
    lambda::DEF,
    waterfall::DEF,
    tornado::DEF,
    cube::DEF,
    cube::PAIR,
    cube::AFTER,
    scenario_pnl::DEF,
];
