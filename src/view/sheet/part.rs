//! What a sheet is made of, as plain data.

use crate::view::chart::plot::Plot;
use crate::view::chart::ranked::Ranked;
use crate::view::chart::table::DataTable;
use crate::view::chart::tiles::Tiles;
use crate::view::chart::treemap::Treemap;
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
    /// Names with bars, one below the other; a row may be taken.
    Ranked(Box<Ranked>, Option<Pick>),
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
    /// The line of it, where it is a form; else empty.
    pub line: String,
    /// Its value by place: row after row, column by column; an empty one cannot be taken.
    pub values: Vec<String>,
    /// The row of tiles or of bars, or the group of a treemap, that is chosen.
    pub row: Option<u32>,
    /// The tile of that row, or the part of that group, where not all of it is chosen; of a table the column whose cells are taken, the
    /// first without it.
    pub column: Option<u32>,
}

/// Something to choose with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Control {
    /// The choice that it sets.
    pub key: String,
    /// The line of it, where it is a form ([`crate::session::line`]); else empty.
    pub line: String,
    /// Choices that are set with it, whatever is chosen; an empty text takes one back.
    pub also: Vec<(String, String)>,
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
    /// A number that is typed, and its unit; without a unit a text.
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
    /// The line of it, where it is a form: an emptied cell leaves an empty line.
    pub line: String,
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
            Body::Plot(_, known) | Body::Tiles(_, known) | Body::Treemap(_, known) | Body::Ranked(_, known) => *known = Some(pick),
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

    /// Names with bars.
    pub fn ranked(id: &str, ranked: Ranked) -> Part {
        Part::of(id, false, Body::Ranked(Box::new(ranked), None))
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
        let [key, label, value] = [key, label, value].map(str::to_owned);
        Control { key, line: String::new(), also: Vec::new(), label, kind, value, error: String::new() }
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

    /// Setting one line of its choice.
    pub fn of_line(self, line: &str) -> Control {
        Control { line: line.to_owned(), ..self }
    }

    /// Setting these choices too.
    pub fn with(self, also: Vec<(String, String)>) -> Control {
        Control { also, ..self }
    }

    /// With why its value cannot be used.
    pub fn refused(self, error: impl Into<String>) -> Control {
        Control { error: error.into(), ..self }
    }
}
