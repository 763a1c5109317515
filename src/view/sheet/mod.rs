//! What the annex lays out for a page: charts, tables, sentences and the controls that choose between them, as plain data.
//!
//! The page draws a [`Sheet`] without knowing what it is about, so that a further analysis costs a first visit nothing. What the user
//! chooses is a text under a key ([`crate::session::Choices`]), which the link carries. One file per sheet; [`ALL`] is their only
//! list, [`TABS`] what the page knows of them before the annex is there.
//!
//! Invariant: a sheet holds every number as text with its unit, and the number itself for files; a part keeps its id as long as it
//! shows the same thing, so that what has not changed is not drawn anew.

mod beside;
mod carry;
mod concentration;
mod correlation;
pub mod counterparties;
mod factors;
mod cube;
pub mod editor;
mod editor_draft;
mod editor_help;
mod editor_selector;
mod explain;
mod keep;
mod ladders;
mod leverage;
pub mod limits;
mod market;
mod overlay;
mod overview;
mod part;
mod pivot;
mod propagate;
mod reverse;
mod reverse_limit;
mod tornado;
mod typed;
mod scenario_grid;
mod scenarios;
mod scenarios_help;
mod volatility;
mod what_if;

use crate::engine::{Engine, PastVol, Settings, ThetaCalendar};
use crate::exposure::counterparty::Failure;
use crate::exposure::leverage::Leveraged;
use crate::exposure::pivot::columns::{Columns, Sources};
use crate::issue::{Issue, IssueKind};
use crate::market::surface::Surface;
use crate::price::Valued;
use crate::session::{Choices, Page};
use crate::stress::explain::Explain;
use crate::stress::{Numeraire, Shock};
use crate::view::table::conventions::ConventionSheet;

pub use crate::view::sheet::part::{Body, CellEdit, Control, ControlKind, Part, Pick, Sheet, TableSheet, Tone, Words};

/// A sheet as the page knows it before the annex is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tab {
    /// [`SheetDef::id`].
    pub id: &'static str,
    /// Its name.
    pub label: &'static str,
    /// The page that shows it.
    pub page: Page,
}

/// Every sheet, in the order in which its page shows them.
pub const TABS: &[Tab] = &[
    Tab { id: "overview", label: "Overview", page: Page::Exposure },
    Tab { id: "pivot", label: "Pivot", page: Page::Exposure },
    Tab { id: "ladders", label: "Ladders", page: Page::Exposure },
    Tab { id: "concentration", label: "Concentration", page: Page::Exposure },
    Tab { id: "counterparties", label: "Counterparties", page: Page::Exposure },
    Tab { id: "correlation", label: "Correlation", page: Page::Exposure },
    Tab { id: "volatility", label: "Volatility", page: Page::Exposure },
    Tab { id: "leverage", label: "Leverage", page: Page::Exposure },
    Tab { id: "limits", label: "Limits", page: Page::Exposure },
    Tab { id: "carry", label: "Basis and carry", page: Page::Exposure },
    Tab { id: "market", label: "Market", page: Page::Market },
    Tab { id: GRID, label: "Grid and profile", page: Page::Stress },
    Tab { id: "scenarios", label: "Scenarios", page: Page::Stress },
    Tab { id: "editor", label: "Editor", page: Page::Stress },
    Tab { id: "explain", label: "P&L explain", page: Page::Stress },
    Tab { id: "tornado", label: "Tornado", page: Page::Stress },
    Tab { id: "cube", label: "Cube", page: Page::Stress },
    Tab { id: "propagation", label: "What follows", page: Page::Stress },
    Tab { id: "reverse", label: "Reverse stress", page: Page::Stress },
    Tab { id: "what-if", label: "What if", page: Page::Stress },
    Tab { id: "overlay", label: "Overlay", page: Page::Stress },
    Tab { id: "beside", label: "Side by side", page: Page::Stress },
];

/// The tab of the Stress page that the workers answer: it has no sheet.
pub const GRID: &str = "grid";

/// The sheet of what is to be acted on, which is on no page but above each.
pub const ALERTS: &str = "alerts";

/// The choice without which nothing is to be acted on.
pub const LIMITS: &str = limits::SET;

/// How a sheet is laid out.
pub struct SheetDef {
    /// Stable id, kebab-case; part of its address.
    pub id: &'static str,
    /// Lays it out.
    pub build: fn(&mut Subject<'_>) -> Result<Sheet, Issue>,
}

/// Every sheet.
pub const ALL: &[&SheetDef] = &[
    &overview::DEF,
    &overview::ALERTS_DEF,
    &pivot::DEF,
    &ladders::DEF,
    &concentration::DEF,
    &counterparties::DEF,
    &correlation::DEF,
    &volatility::DEF,
    &leverage::DEF,
    &limits::DEF,
    &carry::DEF,
    &market::DEF,
    &propagate::DEF,
    &reverse::DEF,
    &explain::DEF,
    &tornado::DEF,
    &cube::DEF,
    &what_if::DEF,
    &overlay::DEF,
    &beside::DEF,
    &scenarios::DEF,
    &editor::DEF,
];

/// What a sheet is laid out from.
pub struct Subject<'a> {
    /// The loaded book.
    pub engine: &'a Engine,
    /// Shock, ranges and numeraire.
    pub settings: &'a Settings,
    /// What the user chose in sheets.
    pub choices: &'a Choices,
    /// What was computed for earlier sheets of the same book.
    pub kept: &'a mut Kept,
}

/// Results that sheets of one book share, each with the shock or choice that it belongs to.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// The surfaces of the market.
    surface: Option<Surface>,
    /// The options by this rule of a venue; without one by each venue's own.
    conventions: Option<(Option<String>, ConventionSheet)>,
    /// How far the book is levered.
    leveraged: Option<Leveraged>,
    /// What each failure would leave of the book.
    failures: Option<Vec<Failure>>,
    /// Vols of the underlyings that have a history.
    past_vols: Option<Vec<PastVol>>,
    /// What time does to the book; the way of its spots is its own.
    theta: Option<ThetaCalendar>,
    /// Scenarios that were run.
    scenarios: Option<scenarios::Ran>,
    /// The grid on top of the scenario that is taken apart.
    scenario_grid: Option<scenario_grid::KeptGrid>,
    /// The book in columns, and what it comes to under this shock.
    exposed: Option<Exposed>,
    /// The likeliest storm, and how far single factors are from it.
    reverse: Option<reverse::Known>,
    /// The P&L of this shock, or of this scenario, told apart.
    explained: Option<(explain::Of, Explain)>,
    /// The second book, of this link.
    second: Option<(String, Box<Engine>)>,
    /// P&L over spot, vol and days.
    cube: Option<cube::KeptCube>,
}

/// The book in columns under one shock.
#[derive(Clone, Debug)]
struct Exposed {
    shock: Shock,
    shocked: Option<Valued>,
    columns: Columns,
}

impl Subject<'_> {
    /// What pivots are made from, and the columns that are there already. Another shock leaves those of the market as it is.
    pub fn exposed(&mut self) -> (Sources<'_>, &mut Columns) {
        let (engine, shock) = (self.engine, &self.settings.shock);
        let known = self.kept.exposed.take();
        let exposed = match known {
            Some(known) if known.shock == *shock => known,
            known => {
                let mut columns = known.map(|known| known.columns).unwrap_or_default();
                columns.forget_shock();
                Exposed { shock: shock.clone(), shocked: engine.under(self.settings), columns }
            }
        };
        let Exposed { shocked, columns, .. } = self.kept.exposed.insert(exposed);
        (engine.sources(shocked.as_ref()), columns)
    }

    /// What is chosen under a key, or what is meant without a choice.
    pub fn chosen<'b>(&'b self, key: &str, or: &'b str) -> &'b str {
        self.choices.get(key).map_or(or, String::as_str)
    }
}

/// Lays out the sheet of this id.
///
/// # Errors
/// `Unsupported` where there is no such sheet; what the sheet itself refuses.
pub fn build(id: &str, subject: &mut Subject<'_>) -> Result<Sheet, Issue> {
    let unknown = || Issue::rejected(IssueKind::Unsupported, "no analysis is called so").with_value(id);
    let mut sheet = (ALL.iter().find(|def| def.id == id).ok_or_else(unknown)?.build)(subject)?;
    if let (Numeraire::Coin(coin), true) = (&subject.settings.numeraire, id != ALERTS) {
        let say = format!(
            "This analysis counts in US dollars. In {coin} count the cards above, the grid and the profile, and a column of Scenarios."
        );
        sheet.parts.insert(0, Part::words("numeraire", "", vec![(Tone::Plain, say)]));
    }
    Ok(sheet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tab_has_a_sheet_and_every_sheet_a_tab() {
        let mut tabs: Vec<&str> = TABS.iter().map(|tab| tab.id).filter(|id| *id != GRID).chain([ALERTS]).collect();
        let mut sheets: Vec<&str> = ALL.iter().map(|def| def.id).collect();
        tabs.sort_unstable();
        sheets.sort_unstable();
        assert_eq!(tabs, sheets);
    }
}
