//! What further moves of spot and vol do to a book that has been through the scenario that is taken apart.

use crate::engine::Settings;
use crate::issue::Issue;
use crate::stress::scenario::Scenario;
use crate::stress::{Grid, GridSpec, Numeraire};
use crate::view::chart::cube::{self, after};
use crate::view::format;
use crate::view::sheet::{Part, Subject, Tone};

/// Moves along each axis, so that each cell has room for its number.
const COUNT: u32 = 11;

/// A grid, and what it was computed for.
pub(super) type KeptGrid = (Scenario, GridSpec, Result<Grid, Issue>);

/// The grid on top of this scenario, over the ranges of the ordinary one; why there is none, where there is none.
pub(super) fn part(subject: &mut Subject<'_>, scenario: &Scenario) -> Part {
    let grid = GridSpec { spot_count: COUNT, vol_count: COUNT, ..subject.settings.grid.clone() };
    let known = subject.kept.scenario_grid.take().filter(|(of, spec, _)| of == scenario && *spec == grid);
    let (.., found) = subject.kept.scenario_grid.insert(known.unwrap_or_else(|| {
        let settings = Settings { grid: grid.clone(), numeraire: Numeraire::Usd, ..Settings::default() };
        (scenario.clone(), grid, subject.engine.scenario_grid(scenario, &settings))
    }));
    match found {
        Ok(grid) => Part::tiles(cube::AFTER.id, after(grid, &scenario.name, sub(grid, scenario))).wide(),
        Err(issue) => {
            let count = issue.value.as_ref().map_or_else(String::new, |value| format!(" (here {value})"));
            let say = format!("There is no grid on top of this storm: {}{count}.", issue.message);
            Part::words("scenario-grid-refused", "Spot and vol on top of this storm", vec![(Tone::Warning, say)])
        }
    }
}

/// What holds of the grid, in one line.
fn sub(grid: &Grid, scenario: &Scenario) -> String {
    let who = grid.underlying.as_ref().map_or_else(|| "all underlyings alike".to_owned(), |name| format!("{name} alone"));
    let when = if scenario.days == 0.0 { "at once".to_owned() } else { format!("after its {}", format::duration(scenario.days)) };
    let part = if scenario.weight == 1.0 { String::new() } else { format!("; {} of the P&L counts", format::percent(scenario.weight)) };
    format!("P&L against now in full revaluation; moves count from where the storm leaves spots and vols, {when}; {who}{part}")
}
