//! What the annex lays out for a page: charts, tables, sentences and the controls that choose between them, as plain data.
//!
//! The page draws a [`Sheet`] without knowing what it is about, so that a further analysis costs a first visit nothing. What the user
//! chooses is a text under a key ([`crate::session::Choices`]), which the link carries. One file per sheet; [`ALL`] is their only
//! list, [`TABS`] what the page knows of them before the annex is there.
//!
//! Invariant: a sheet holds every number as text with its unit, and the number itself for files; a part keeps its id as long as it
//! shows the same thing, so that what has not changed is not drawn anew.

mod carry;
mod concentration;
mod correlation;
pub mod counterparties;
mod ladders;
mod leverage;
pub mod limits;
mod market;
mod overview;
mod pivot;
mod scenarios;
mod scenarios_help;
mod volatility;

use crate::engine::{Engine, PastVol, Settings, ThetaCalendar};
use crate::exposure::counterparty::Failure;
use crate::exposure::leverage::Leveraged;
use crate::exposure::pivot::columns::{Columns, Sources};
use crate::issue::{Issue, IssueKind};
use crate::market::surface::Surface;
use crate::price::Valued;
use crate::session::{Choices, Page};
use crate::stress::Shock;
use crate::view::chart::plot::Plot;
use crate::view::chart::table::DataTable;
use crate::view::chart::tiles::Tiles;
use crate::view::chart::treemap::Treemap;
use crate::view::table::conventions::ConventionSheet;
use serde::{Deserialize, Serialize};

/// A sheet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// From the top.
    pub parts: Vec<Part>,
}

/// A part of a sheet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Names it and its files; one of its kind on a sheet, kebab-case.
    pub id: String,
    /// Whether it takes the whole width.
    pub is_wide: bool,
    /// What it shows.
    pub body: Body,
}

/// What a part shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Body {
    /// Controls in a row.
    Controls(Vec<Control>),
    /// Curves and points over one axis; a stop may be taken.
    Plot(Box<Plot>, Option<Pick>),
    /// One measure over two scales of names; a tile may be taken.
    Tiles(Box<Tiles>, Option<Pick>),
    /// Parts of a whole as areas in groups; one may be taken.
    Treemap(Box<Treemap>, Option<Pick>),
    /// A table.
    Table(Box<TableSheet>),
    /// Sentences under a title.
    Words(Words),
}

/// What taking a place chooses.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pick {
    /// The choice.
    pub key: String,
    /// Its value by place: row after row, column by column; an empty one cannot be taken.
    pub values: Vec<String>,
    /// The row of tiles, or the group of a treemap, that is chosen.
    pub row: Option<u32>,
    /// The tile of that row, or the part of that group, where not all of it is chosen.
    pub column: Option<u32>,
}

/// Something to choose with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Control {
    /// The choice that it sets.
    pub key: String,
    /// Its name.
    pub label: String,
    /// What it is.
    pub kind: ControlKind,
    /// What is chosen.
    pub value: String,
    /// Why what is chosen cannot be used, and what would be; empty where it can.
    pub error: String,
}

/// What a control is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ControlKind {
    /// One of many: values and names.
    Select(Vec<(String, String)>),
    /// One of few, all in sight: values and names.
    Buttons(Vec<(String, String)>),
    /// A number or a name that is typed; its unit.
    Field(String),
    /// A small file that is typed, opened and saved: its name.
    Document(String),
    /// Nothing to choose: what is to be known beside the others.
    Note,
}

/// A table with its title.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TableSheet {
    /// What it holds.
    pub title: String,
    /// Conventions, in one line.
    pub sub: String,
    /// The numbers.
    pub table: DataTable,
    /// What stands where there are no rows.
    pub empty: String,
    /// Sentences below.
    pub notes: Vec<String>,
    /// What taking a row chooses: one value for each row.
    pub pick: Option<Pick>,
    /// Cells that can be typed in.
    pub edits: Vec<CellEdit>,
}

/// A cell that can be typed in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CellEdit {
    /// Row and column, from 0.
    pub place: (u32, u32),
    /// The choice that it sets; an empty text takes the choice back.
    pub key: String,
    /// What stands in it.
    pub value: String,
    /// Why what is chosen cannot be used, and what would be; empty where it can.
    pub error: String,
}

/// Sentences under a title.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Words {
    /// What they are about; may be empty.
    pub title: String,
    /// One below the other.
    pub sentences: Vec<(Tone, String)>,
}

/// How grave a sentence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tone {
    /// To be known.
    Plain,
    /// To be looked at.
    Warning,
    /// To be acted on.
    Alarm,
}

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
    &scenarios::DEF,
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
    /// The book in columns, and what it comes to under this shock.
    exposed: Option<Exposed>,
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
    (ALL.iter().find(|def| def.id == id).ok_or_else(unknown)?.build)(subject)
}

impl Part {
    fn of(id: &str, is_wide: bool, body: Body) -> Part {
        Part { id: id.to_owned(), is_wide, body }
    }

    /// Over the whole width; charts share a row without it.
    pub fn wide(self) -> Part {
        Part { is_wide: true, ..self }
    }

    /// In one column of the row: beside a chart.
    pub fn narrow(self) -> Part {
        Part { is_wide: false, ..self }
    }

    /// With places, or rows of a table, that can be taken.
    pub fn picking(mut self, pick: Pick) -> Part {
        match &mut self.body {
            Body::Plot(_, known) | Body::Tiles(_, known) | Body::Treemap(_, known) => *known = Some(pick),
            Body::Table(table) => table.pick = Some(pick),
            Body::Controls(_) | Body::Words(_) => {}
        }
        self
    }

    /// Controls in a row.
    pub fn controls(id: &str, controls: Vec<Control>) -> Part {
        Part::of(id, true, Body::Controls(controls))
    }

    /// Curves.
    pub fn plot(id: &str, plot: Plot) -> Part {
        Part::of(id, false, Body::Plot(Box::new(plot), None))
    }

    /// Tiles.
    pub fn tiles(id: &str, tiles: Tiles) -> Part {
        Part::of(id, false, Body::Tiles(Box::new(tiles), None))
    }

    /// A treemap.
    pub fn treemap(id: &str, treemap: Treemap) -> Part {
        Part::of(id, false, Body::Treemap(Box::new(treemap), None))
    }

    /// A table.
    pub fn table(id: &str, table: TableSheet) -> Part {
        Part::of(id, true, Body::Table(Box::new(table)))
    }

    /// Sentences.
    pub fn words(id: &str, title: &str, sentences: Vec<(Tone, String)>) -> Part {
        Part::of(id, true, Body::Words(Words { title: title.to_owned(), sentences }))
    }
}

impl Control {
    fn of(key: &str, label: &str, kind: ControlKind, value: &str) -> Control {
        Control { key: key.to_owned(), label: label.to_owned(), kind, value: value.to_owned(), error: String::new() }
    }

    /// One of many.
    pub fn select(key: &str, label: &str, choices: Vec<(String, String)>, value: &str) -> Control {
        Control::of(key, label, ControlKind::Select(choices), value)
    }

    /// One of few.
    pub fn buttons(key: &str, label: &str, choices: Vec<(String, String)>, value: &str) -> Control {
        Control::of(key, label, ControlKind::Buttons(choices), value)
    }

    /// Something typed; `unit` stands behind it.
    pub fn field(key: &str, label: &str, unit: &str, value: &str) -> Control {
        Control::of(key, label, ControlKind::Field(unit.to_owned()), value)
    }

    /// A small file.
    pub fn document(key: &str, label: &str, file: &str, value: &str) -> Control {
        Control::of(key, label, ControlKind::Document(file.to_owned()), value)
    }

    /// Something to be known.
    pub fn note(label: &str, text: &str) -> Control {
        Control::of("", label, ControlKind::Note, text)
    }

    /// With why its value cannot be used.
    pub fn refused(self, error: impl Into<String>) -> Control {
        Control { error: error.into(), ..self }
    }
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
