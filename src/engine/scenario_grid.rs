//! The loaded book after a scenario, under every further move of spot and vol.

use crate::engine::{Engine, Settings};
use crate::issue::Issue;
use crate::stress::Grid;
use crate::stress::scenario::{Aftermath, Scenario};

impl Engine {
    /// The book after a scenario, to be moved on.
    ///
    /// # Errors
    /// As [`Aftermath::of`] has them.
    pub fn aftermath<'a>(&'a self, scenario: &'a Scenario) -> Result<Aftermath<'a>, Issue> {
        Aftermath::of(self.ground(), scenario)
    }

    /// The whole grid on top of a scenario: P&L in the numeraire. The shock of the settings has no part in it.
    ///
    /// # Errors
    /// As [`Aftermath::of`] has them.
    pub fn scenario_grid(&self, scenario: &Scenario, settings: &Settings) -> Result<Grid, Issue> {
        let after = self.aftermath(scenario)?;
        let rows = (0..settings.grid.vol_count).map(|row| after.row(&settings.grid, &settings.numeraire, row)).collect();
        Ok(Grid::assemble(&settings.grid, scenario.days, rows))
    }
}
