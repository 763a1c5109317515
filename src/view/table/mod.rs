//! Tables: report rows → lines of text, sorted, filtered and grouped. One file each.

pub mod alternative;
pub mod arbitrage;
pub mod comparison;
pub mod conventions;
pub mod explain;
pub mod forwards;
pub mod lines;
pub mod pivot;
pub mod past;
pub mod positions;
pub mod smiles;
pub mod trial;
