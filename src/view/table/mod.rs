//! Tables: report rows → lines of text, sorted, filtered and grouped. One file each.

pub mod comparison;
pub mod lines;
pub mod positions;
pub mod trial;
