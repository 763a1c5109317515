//! What the annex lays out for a page: charts, tables, sentences and the controls that choose between them, as plain data.
//!
//! The page draws a [`Sheet`] without knowing what it is about, so that a further analysis costs a first visit nothing. What the user
//! chooses is a text under a key ([`crate::session::Choices`]), which the link carries. One file per sheet; [`ALL`] is their only
//! list, [`TABS`] what the page knows of them before the annex is there.
//!
//! Invariant: a sheet holds every number as text with its unit, and the number itself for files; a part keeps its id as long as it
//! shows the same thing, so that what has not changed is not drawn anew.

mod correlation;
mod market;
mod overview;
mod volatility;

use crate::engine::{Engine, PastVol, Settings};
use crate::issue::{Issue, IssueKind};
use crate::market::surface::Surface;
use crate::session::{Choices, Page};
use crate::view::chart::plot::Plot;
use crate::view::chart::table::DataTable;
use crate::view::chart::tiles::Tiles;
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
    /// The row of tiles that is chosen.
    pub row: Option<u32>,
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
    Tab { id: "correlation", label: "Correlation", page: Page::Exposure },
    Tab { id: "volatility", label: "Volatility", page: Page::Exposure },
    Tab { id: "market", label: "Market", page: Page::Market },
];

/// The sheet of what is to be acted on, which is on no page but above each.
pub const ALERTS: &str = "alerts";

/// The choice that holds the limits, as a small table.
pub const LIMITS: &str = "limits";

/// How a sheet is laid out.
pub struct SheetDef {
    /// Stable id, kebab-case; part of its address.
    pub id: &'static str,
    /// Lays it out.
    pub build: fn(&mut Subject<'_>) -> Result<Sheet, Issue>,
}

/// Every sheet.
pub const ALL: &[&SheetDef] = &[&overview::DEF, &overview::ALERTS_DEF, &correlation::DEF, &volatility::DEF, &market::DEF];

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
    /// Vols of the underlyings that have a history.
    past_vols: Option<Vec<PastVol>>,
}

impl Subject<'_> {
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
            Body::Plot(_, known) | Body::Tiles(_, known) => *known = Some(pick),
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
        let mut tabs: Vec<&str> = TABS.iter().map(|tab| tab.id).chain([ALERTS]).collect();
        let mut sheets: Vec<&str> = ALL.iter().map(|def| def.id).collect();
        tabs.sort_unstable();
        sheets.sort_unstable();
        assert_eq!(tabs, sheets);
    }
}
