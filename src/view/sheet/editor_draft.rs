//! A scenario that is being edited: the one that it began as, and a form with what was typed since.
//!
//! Input: a scenario and the lines of a form ([`crate::session::line`]). Output: the scenario that results, each cell with its text, and why a
//! cell cannot be used. Lines: `name`, `source`, `days`, `path`, `smile`, `ratio`, `weight`; `added`, the families of shocks that were added;
//! `gone`, the numbers of the shocks that were taken out; and `NUMBER/COLUMN`, a cell of the shock of that number, counted from 0 over those
//! that the scenario began with and then those that were added. Invariant: a cell that was not typed in keeps its bits, and a text that
//! cannot be used stays as it was typed and counts for nothing else.

use crate::session::line;
use crate::stress::PathRule;
use crate::stress::scenario::{
    FamilyDef, FieldDef, MAX_DAYS, MAX_EXCEPTIONS, Needs, SKEW_RATIOS, Scenario, Selector, ShockItem, Stickiness, WEIGHTS, family,
};
use crate::view::format;
use crate::view::sheet::editor_selector as selector;

/// Smile rules: value and name.
pub(super) const SMILES: [(&str, &str); 3] = [("strike", "sticky strike"), ("delta", "sticky delta"), (RATIO, "skew stickiness ratio")];
/// The smile rule that has a number.
pub(super) const RATIO: &str = "ratio";
/// Paths: value and name.
pub(super) const PATHS: [(&str, &str); 2] = [("jump", "Jump"), ("line", "Line")];

/// A text that is typed, and why it cannot be used.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Typed {
    pub(super) text: String,
    pub(super) error: String,
}

impl Typed {
    fn read<T>(text: String, read: impl FnOnce(&str) -> Result<T, String>) -> (Typed, Option<T>) {
        match read(&text) {
            Ok(value) => (Typed { text, error: String::new() }, Some(value)),
            Err(error) => (Typed { text, error }, None),
        }
    }
}

/// A column of the table of one family of shocks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Column {
    Number(&'static FieldDef),
    Asset,
    Class,
    Venue,
    Labels,
    From,
    To,
    But,
}

impl Column {
    /// Those of a family: its numbers, then what it is on.
    pub(super) fn of(family: &'static FamilyDef) -> Vec<Column> {
        let days: &[Column] = if family.by_expiry { &[Column::From, Column::To] } else { &[] };
        let on = [Column::Asset, Column::Class, Column::Venue, Column::Labels];
        family.fields.iter().map(Column::Number).chain(on).chain(days.iter().copied()).chain([Column::But]).collect()
    }

    /// Its name in the lines of a form.
    pub(super) fn id(self) -> &'static str {
        match self {
            Column::Number(field) => field.id,
            Column::Asset => "asset",
            Column::Class => "class",
            Column::Venue => "venue",
            Column::Labels => "labels",
            Column::From => "from",
            Column::To => "to",
            Column::But => "but",
        }
    }

    /// Its name with its unit, for a reader.
    pub(super) fn head(self) -> String {
        match self {
            Column::Number(field) => head(field),
            Column::Asset => "Asset".to_owned(),
            Column::Class => "Class".to_owned(),
            Column::Venue => "Venue".to_owned(),
            Column::Labels => "Labels".to_owned(),
            Column::From => "From, days to expiry".to_owned(),
            Column::To => "To, days to expiry".to_owned(),
            Column::But => "All but".to_owned(),
        }
    }

    fn text(self, item: &ShockItem) -> String {
        let number = |value: Option<f64>| value.map_or_else(String::new, format::typed);
        match self {
            Column::Number(field) => number(item.value(field.id)),
            Column::Asset => selector::of_names(&item.on.assets),
            Column::Class => selector::of_names(&item.on.classes),
            Column::Venue => selector::of_names(&item.on.venues),
            Column::Labels => selector::of_labels(&item.on.tags),
            Column::From => number(item.on.from_days),
            Column::To => number(item.on.to_days),
            Column::But => item.on.but.as_ref().map_or_else(String::new, |but| selector::of_selector(but)),
        }
    }

    fn set(self, item: &mut ShockItem, text: &str) -> Result<(), String> {
        match self {
            Column::Number(field) => {
                let value = number(text, field)?;
                if let Some(place) = item.family.fields.iter().position(|known| known.id == field.id)
                    && let Some(slot) = item.values.get_mut(place)
                {
                    *slot = value;
                }
            }
            Column::Asset => item.on.assets = selector::assets(text)?,
            Column::Class => item.on.classes = selector::classes(text)?,
            Column::Venue => item.on.venues = selector::names(text)?,
            Column::Labels => item.on.tags = selector::labels(text)?,
            Column::From => item.on.from_days = selector::days(text)?,
            Column::To => item.on.to_days = selector::days(text)?,
            Column::But => item.on.but = selector::but(text, item.family.by_expiry, MAX_EXCEPTIONS)?,
        }
        Ok(())
    }
}

/// A number's name with its unit: `Percent, %`.
pub(super) fn head(field: &FieldDef) -> String {
    let mut name = field.id.replace('_', " ");
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    if field.unit.is_empty() { name } else { format!("{name}, {}", field.unit) }
}

/// Least and most that a number may be: `-99.99 to 10000`.
pub(super) fn range(field: &FieldDef) -> String {
    format!("{} to {}", format::typed(field.range.0), format::typed(field.range.1))
}

fn number(text: &str, field: &FieldDef) -> Result<Option<f64>, String> {
    selector::number(text, field.unit, field.range)
        .ok_or_else(|| format!("“{}” is refused: a number from {} is accepted, {}", text.trim(), range(field), field.doc))
}

/// Which numbers a shock of this family must have: `exactly one of percent, level, sigma`; empty where none is needed.
pub(super) fn needs(family: &FamilyDef) -> String {
    let names: Vec<String> = family.fields.iter().map(|field| field.id.replace('_', " ")).collect();
    let names = names.join(", ");
    match family.needs {
        Needs::All if family.fields.len() == 1 => format!("{names} is needed"),
        Needs::All => format!("all of {names} are needed"),
        Needs::Any => format!("at least one of {names} is needed"),
        Needs::One => format!("exactly one of {names} is needed"),
        Needs::Nothing => String::new(),
    }
}

/// A shock with its cells.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    /// Its number in the form.
    pub(super) number: usize,
    pub(super) family: &'static FamilyDef,
    /// One for each of [`Column::of`].
    pub(super) cells: Vec<Typed>,
    /// Which numbers are still to be typed; empty where none is. Nothing wrong was typed with it.
    pub(super) wanted: String,
    /// The shock; `None` where a cell of it cannot be used, or is still to be typed.
    pub(super) item: Option<ShockItem>,
}

impl Row {
    fn read(form: &str, number: usize, base: &ShockItem) -> Row {
        let mut item = base.clone();
        let columns = Column::of(item.family);
        let mut cells: Vec<Typed> = Vec::with_capacity(columns.len());
        for column in &columns {
            cells.push(match line(form, &format!("{number}/{}", column.id())) {
                Some(text) => Typed::read(text.to_owned(), |text| column.set(&mut item, text)).0,
                None => Typed { text: column.text(base), error: String::new() },
            });
        }
        let refuse = |cells: &mut Vec<Typed>, at: Option<usize>, error: String| {
            if let Some(cell) = at.and_then(|at| cells.get_mut(at)).filter(|cell| cell.error.is_empty()) {
                cell.error = error;
            }
        };
        let count = item.values.iter().flatten().count();
        let is_enough = match item.family.needs {
            Needs::All => count == item.values.len(),
            Needs::Any => count > 0,
            Needs::One => count == 1,
            Needs::Nothing => true,
        };
        let is_lacking = !is_enough && cells.iter().take(item.values.len()).all(|cell| cell.error.is_empty());
        // Too many are wrong, the last of them; too few are only not there yet.
        let is_too_many = is_lacking && item.family.needs == Needs::One && count > 1;
        if is_too_many {
            refuse(&mut cells, item.values.iter().rposition(Option::is_some), needs(item.family));
        }
        let wanted = if is_lacking && !is_too_many { needs(item.family) } else { String::new() };
        if selector::is_crossed(&item.on) {
            refuse(&mut cells, columns.iter().position(|column| *column == Column::To), "from must not be above to".to_owned());
        }
        let is_usable = wanted.is_empty() && cells.iter().all(|cell| cell.error.is_empty());
        Row { number, family: item.family, cells, wanted, item: is_usable.then_some(item) }
    }
}

/// A draft.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Draft {
    pub(super) name: Typed,
    pub(super) source: String,
    pub(super) days: Typed,
    pub(super) path: &'static str,
    pub(super) smile: &'static str,
    pub(super) ratio: Typed,
    pub(super) weight: Typed,
    /// Those that were not taken out, in their order.
    pub(super) rows: Vec<Row>,
    /// Lines that belong to nothing that there is.
    pub(super) lost: Vec<String>,
    /// What results, of the shocks that can be used; `None` where days, smile or weight cannot be.
    pub(super) scenario: Option<Scenario>,
}

impl Draft {
    /// Reads a form.
    pub(super) fn read(base: &Scenario, form: &str) -> Draft {
        let text = |name: &str, or: String| line(form, name).map_or(or, str::to_owned);
        let (name, said_name) = Typed::read(text("name", base.name.clone()), |text| match text.trim() {
            // Not typed yet is not typed wrong.
            "" if line(form, "name").is_none() => Ok(String::new()),
            "" => Err("a name is needed; the id is made from it".to_owned()),
            name => Ok(name.to_owned()),
        });
        let source = text("source", base.source.clone());
        let one = |id: &str, usual: f64, range: (f64, f64), accepted: &str| match line(form, id) {
            Some(text) => Typed::read(text.to_owned(), |text| {
                selector::number(text, "", range).flatten().ok_or_else(|| format!("“{}” is refused: {accepted}", text.trim()))
            }),
            None => (Typed { text: format::typed(usual), error: String::new() }, Some(usual)),
        };
        let (days, days_forward) = one("days", base.days, (0.0, MAX_DAYS), "days forward from 0 to 3650 are accepted");
        let (weight, part) = one("weight", base.weight, WEIGHTS, "the part of the P&L that counts, above 0 and at most 1, is accepted");
        let known = match base.path {
            PathRule::Jump => 0,
            PathRule::Line => 1,
        };
        let path = chosen(&PATHS, line(form, "path"), known);
        let (known, usual) = match base.smile {
            Stickiness::Strike => (0, None),
            Stickiness::Moneyness => (1, None),
            Stickiness::SkewRatio(ratio) => (2, Some(ratio)),
        };
        let smile = chosen(&SMILES, line(form, "smile"), known);
        let accepted = "a skew stickiness ratio from -5 to 5 is accepted: 1 is sticky strike, 0 sticky delta";
        let (ratio, skew) = match (line(form, "ratio"), usual) {
            (None, None) => (Typed { text: String::new(), error: accepted.to_owned() }, None),
            (_, usual) => one("ratio", usual.unwrap_or(1.0), SKEW_RATIOS, accepted),
        };
        let rule = match smile {
            "strike" => Some(Stickiness::Strike),
            "delta" => Some(Stickiness::Moneyness),
            _ => skew.map(Stickiness::SkewRatio),
        };
        let began = began(base, form);
        let gone: Vec<usize> = line(form, "gone").unwrap_or_default().split_whitespace().filter_map(|text| text.parse().ok()).collect();
        let alive = began.iter().enumerate().filter(|(number, _)| !gone.contains(number));
        let rows: Vec<Row> = alive.map(|(number, item)| Row::read(form, number, item)).collect();
        let lost = form.lines().filter(|line| !is_known(line, &began)).map(str::to_owned).collect();
        let shocks = rows.iter().filter_map(|row| row.item.clone()).collect();
        let scenario = || {
            let path = if path == "line" { PathRule::Line } else { PathRule::Jump };
            // A name that was not typed keeps its spaces; without one the scenario can be looked at, but not kept.
            let name = said_name.filter(|_| name.text != base.name).unwrap_or_else(|| base.name.clone());
            let (days, smile, weight) = (days_forward?, rule?, part?);
            Some(Scenario { id: base.id.clone(), name, source: source.clone(), shocks, days, path, smile, weight })
        };
        let scenario = scenario();
        Draft { name, source, days, path, smile, ratio, weight, rows, lost, scenario }
    }

    /// What is still to be typed before it can be kept, such as `give a name`; `None` where nothing is.
    pub(super) fn wanted(&self) -> Option<String> {
        let name = self.name.text.trim().is_empty().then_some("give a name");
        let number = self.rows.iter().any(|row| !row.wanted.is_empty()).then_some("type the number of each shock");
        let all: Vec<&str> = name.into_iter().chain(number).collect();
        (!all.is_empty()).then(|| all.join(", and "))
    }

    /// How many cells and fields cannot be used.
    pub(super) fn refused(&self) -> usize {
        let ratio = if self.smile == RATIO { self.ratio.error.as_str() } else { "" };
        let fields = [self.name.error.as_str(), &self.days.error, ratio, &self.weight.error];
        let cells = self.rows.iter().flat_map(|row| &row.cells).map(|cell| cell.error.as_str());
        fields.into_iter().chain(cells).filter(|error| !error.is_empty()).count() + self.lost.len()
    }
}

/// The shocks of the scenario, then those that were added.
fn began(base: &Scenario, form: &str) -> Vec<ShockItem> {
    let added = line(form, "added").unwrap_or_default().split_whitespace().filter_map(family);
    base.shocks.iter().cloned().chain(added.map(|family| ShockItem::new(family, &[], Selector::ALL))).collect()
}

fn chosen(of: &[(&'static str, &'static str)], text: Option<&str>, or: usize) -> &'static str {
    let found = text.and_then(|text| of.iter().find(|(id, _)| *id == text)).or_else(|| of.get(or));
    found.map_or("", |(id, _)| id)
}

/// Whether a line says something of what there is.
fn is_known(line: &str, began: &[ShockItem]) -> bool {
    let Some((name, value)) = line.split_once('=') else { return false };
    let is_one_of = |of: &[(&str, &str)]| of.iter().any(|(id, _)| *id == value);
    let mut words = value.split_whitespace();
    match name {
        "name" | "source" | "days" | "ratio" | "weight" => true,
        "path" => is_one_of(&PATHS),
        "smile" => is_one_of(&SMILES),
        "added" => words.all(|id| family(id).is_some()),
        "gone" => words.all(|text| text.parse().is_ok_and(|number: usize| number < began.len())),
        _ => name.split_once('/').is_some_and(|(number, column)| {
            let item = number.parse().ok().and_then(|number: usize| began.get(number));
            item.is_some_and(|item| Column::of(item.family).iter().any(|known| known.id() == column))
        }),
    }
}
