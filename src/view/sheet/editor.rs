//! The scenario editor: a storm of one's own is built, or one of the library taken over, in cells; what it costs stands beside it.
//!
//! Which scenario is edited is the choice [`OF`], what was typed a form of its own for each ([`editor_draft`]), so that turning to another
//! loses nothing. Keeping writes the whole pack into [`PACK`] as the text that its reader reads, and takes the form back.
//! Invariant: what is kept is what the preview runs; while a value is refused, nothing can be kept.

use crate::engine::Yardsticks;
use crate::issue::Issue;
use crate::session::{Choices, MAX_CHOICE_KEY};
use crate::stress::library;
use crate::stress::scenario::{ALL, FamilyDef, MAX_SHOCKS, Scenario, read, write};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::format;
use crate::view::sheet::editor_draft::{Column, Draft, PATHS, RATIO, Row, SMILES, Typed, head, needs, range};
use crate::view::sheet::editor_help::help;
use crate::view::sheet::keep::{self, own};
use crate::view::sheet::scenarios::{PACK, moves, split, words};
use crate::view::sheet::{CellEdit, Control, Part, Pick, Sheet, SheetDef, Subject, TableSheet, Tone};

/// This sheet.
pub const DEF: SheetDef = SheetDef { id: "editor", build };

/// The choice of what is edited: `new`, `own/ID` or `GROUP/ID`.
pub const OF: &str = "editor/of";
/// What the forms' choices begin with; what is edited follows.
pub const DRAFT: &str = "editor/draft/";
const NEW: &str = "new";

/// What is edited.
struct Origin {
    /// As [`OF`] has it.
    of: String,
    /// For a reader.
    label: String,
    /// As it began.
    base: Scenario,
    /// Its place in the own pack, where it is one of it.
    place: Option<usize>,
}

impl Origin {
    fn draft(&self) -> String {
        format!("{DRAFT}{}", self.of)
    }
}

/// Everything that can be edited: a new one, the own ones, copies of the library's.
fn origins(pack: &[Scenario]) -> Vec<Origin> {
    let mut found = vec![Origin { of: NEW.to_owned(), label: "New scenario".to_owned(), base: Scenario::default(), place: None }];
    found.extend(pack.iter().enumerate().map(|(place, scenario)| Origin {
        of: own(scenario),
        label: format!("Own: {}", scenario.name),
        base: scenario.clone(),
        place: Some(place),
    }));
    for group in library::ALL {
        found.extend((group.pack)().into_iter().map(|scenario| {
            let label = format!("Copy of {} ({})", scenario.name, group.label);
            let base = Scenario { name: format!("Copy of {}", scenario.name), ..scenario };
            Origin { of: format!("{}/{}", group.id, base.id), label, base, place: None }
        }));
    }
    found
}

fn build(subject: &mut Subject<'_>) -> Result<Sheet, Issue> {
    let own_pack = read(subject.chosen(PACK, ""));
    let mut origins = origins(&own_pack.value);
    origins.retain(|origin| origin.draft().len() <= MAX_CHOICE_KEY);
    let asked = subject.chosen(OF, NEW);
    let found = origins.iter().position(|origin| origin.of == asked);
    let lost = found.is_none().then(|| format!("there is no scenario “{asked}” here; a new one is shown"));
    let Some(origin) = origins.get(found.unwrap_or(0)) else { return Ok(Sheet::default()) };
    let key = origin.draft();
    let form = subject.chosen(&key, "");
    let draft = Draft::read(&origin.base, form);
    let is_changed = |origin: &Origin| subject.choices.contains_key(&origin.draft());
    let label = |origin: &Origin| if is_changed(origin) { format!("{} · changed", origin.label) } else { origin.label.clone() };
    let names = origins.iter().map(|origin| (origin.of.clone(), label(origin))).collect();
    let mut chosen = vec![Control::select(OF, "Scenario", names, &origin.of).refused(lost.unwrap_or_default())];
    chosen.extend(keeping(subject.choices, origin, &draft, &own_pack.value, own_pack.issues.first()));
    let mut parts = vec![
        Part::controls("editor-scenario", chosen),
        Part::controls("editor-fields", fields(&key, &draft)),
        Part::controls("editor-add", adding(&key, form, &draft)),
    ];
    let detail = draft.scenario.as_ref().map(|scenario| (scenario, subject.engine.scenario(0, scenario, Yardsticks::default())));
    let mut said: Vec<(Tone, String)> = Vec::new();
    let (unusable, lacking): (Vec<&Row>, Vec<&Row>) =
        draft.rows.iter().filter(|row| row.item.is_none()).partition(|row| row.wanted.is_empty());
    match &detail {
        Some((scenario, detail)) => {
            said.extend(words(scenario, detail));
            let part = match detail.row.of_equity {
                Some(part) => format!("That is {} of equity.", format::signed_percent(part)),
                None => "The equity of the book is not above 0, so that it is no part of it.".to_owned(),
            };
            said.insert(1.min(said.len()), (Tone::Plain, part));
        }
        None => said.push((Tone::Warning, "A value above is refused: without it there is no P&L.".to_owned())),
    }
    if !unusable.is_empty() {
        let left_out = format::count(unusable.len(), "shock that holds a refused value is", "shocks that hold a refused value are");
        said.push((Tone::Warning, format!("{left_out} not in it.")));
    }
    if !lacking.is_empty() {
        let left_out = format::count(lacking.len(), "shock has no number yet and is", "shocks have no number yet and are");
        said.push((Tone::Plain, format!("{left_out} not in it.")));
    }
    said.extend(
        draft
            .lost
            .iter()
            .map(|line| (Tone::Warning, format!("“{line}” belongs to no shock that there is: take the changes back to begin anew."))),
    );
    parts.push(Part::words("editor-preview", "P&L now", said));
    for family in ALL {
        let rows: Vec<&Row> = draft.rows.iter().filter(|row| row.family == *family).collect();
        if !rows.is_empty() {
            let mut sheet = table(family, &rows, &key, form);
            let ground = subject.engine.ground();
            let idle = (1..).zip(&rows).filter(|(_, row)| row.item.as_ref().is_some_and(|item| !item.reaches(&ground)));
            let idle: Vec<String> = idle.map(|(place, _)| format!("{} {place}", family.label)).collect();
            sheet.notes.splice(0..0, (!idle.is_empty()).then(|| format!("On nothing in this book: {}.", idle.join(", "))));
            parts.push(Part::table(&format!("editor-{}", family.id), sheet));
        }
    }
    // The same parts whatever is refused, so that the page keeps what is being typed in.
    let (by_underlying, moved) = detail.as_ref().map_or((&[][..], &[][..]), |(_, detail)| (&detail.by_underlying, &detail.moves));
    for (id, sheet) in [("editor-by-underlying", split("P&L by underlying", "Underlying", by_underlying)), ("editor-moves", moves(moved))] {
        let empty = if detail.is_some() { sheet.empty } else { "A value above is refused.".to_owned() };
        parts.push(Part::table(id, TableSheet { empty, ..sheet }).narrow());
    }
    parts.extend(help());
    Ok(Sheet { parts })
}

/// Buttons that keep the draft, take it back and delete the scenario; why it cannot be kept where it cannot.
fn keeping(choices: &Choices, origin: &Origin, draft: &Draft, pack: &[Scenario], issue: Option<&Issue>) -> Vec<Control> {
    let mut controls = Vec::new();
    let form = choices.get(&origin.draft());
    let wanted = draft.wanted().filter(|_| draft.refused() == 0 && issue.is_none());
    match kept(choices, origin, draft, pack, issue) {
        Ok(None) => controls.push(Control::note("", "The own pack holds it as it stands here.")),
        Ok(Some((text, of))) => {
            let also = vec![(origin.draft(), String::new()), (OF.to_owned(), of)];
            controls.push(Control::buttons(PACK, "", vec![(text, "Keep in own pack".to_owned())], "").with(also));
        }
        Err(why) => controls.push(match wanted {
            Some(wanted) => Control::note("To keep it,", &format!("{wanted}.")),
            None => Control::note("It cannot be kept:", &why),
        }),
    }
    if form.is_some() {
        let back = vec![(String::new(), "Take the changes back".to_owned())];
        controls.push(Control::buttons(&origin.draft(), "", back, "changed"));
    }
    if let (Some(place), None) = (origin.place, issue) {
        let mut rest = pack.to_vec();
        rest.remove(place);
        let text = if rest.is_empty() { String::new() } else { write(&rest) };
        let also = vec![(origin.draft(), String::new()), (OF.to_owned(), String::new())];
        controls.push(Control::buttons(PACK, "", vec![(text, "Delete from own pack".to_owned())], "kept").with(also));
    }
    controls
}

/// The pack with the draft in it, and what is edited then; `None` where the pack is that already.
fn kept(
    choices: &Choices,
    origin: &Origin,
    draft: &Draft,
    pack: &[Scenario],
    issue: Option<&Issue>,
) -> Result<Option<(String, String)>, String> {
    let refused = draft.refused();
    let Some(scenario) = draft.scenario.clone().filter(|_| refused == 0) else {
        return Err(format!("{} refused.", format::count(refused, "value is", "values are")));
    };
    if let Some(wanted) = draft.wanted() {
        return Err(format!("{wanted}."));
    }
    keep::kept(choices, (pack, issue), (origin.place, scenario), Some(&origin.draft()))
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(id, label)| ((*id).to_owned(), (*label).to_owned())).collect()
}

/// What a scenario has besides its shocks.
fn fields(key: &str, draft: &Draft) -> Vec<Control> {
    let field =
        |line: &str, label: &str, unit: &str, of: &Typed| Control::field(key, label, unit, &of.text).of_line(line).refused(&*of.error);
    let mut controls = vec![
        field("name", "Name", "", &draft.name),
        field("days", "Days forward", "days", &draft.days),
        Control::buttons(key, "Path", pairs(&PATHS), draft.path).of_line("path"),
        Control::select(key, "Smile", pairs(&SMILES), draft.smile).of_line("smile"),
    ];
    if draft.smile == RATIO {
        controls.push(field("ratio", "Skew stickiness ratio", "−5 to 5", &draft.ratio));
    }
    controls.push(field("weight", "Weight", "of the P&L counts, up to 1", &draft.weight));
    controls.push(Control::field(key, "Source", "", &draft.source).of_line("source"));
    controls
}

/// Families that a shock can be added of, each with its numbers and their units.
fn adding(key: &str, form: &str, draft: &Draft) -> Vec<Control> {
    let added = crate::session::line(form, "added").unwrap_or_default();
    let named = |family: &&FamilyDef| {
        let numbers: Vec<String> = family.fields.iter().map(head).collect();
        ([added, family.id].join(" ").trim().to_owned(), format!("{}: {}", family.label, numbers.join("; ")))
    };
    if draft.rows.len() >= MAX_SHOCKS {
        return vec![Control::note("Add a shock", &format!("A scenario has at most {} shocks.", format::grouped(MAX_SHOCKS)))];
    }
    let mut choices = vec![(String::new(), "choose its kind…".to_owned())];
    choices.extend(ALL.iter().map(named));
    let mut controls = vec![Control::select(key, "Add a shock", choices, "").of_line("added")];
    if draft.rows.is_empty() {
        controls.push(Control::note("", "There is no shock yet."));
    }
    controls
}

/// The shocks of one family: numbers and what they are on, each cell to be typed in.
fn table(family: &'static FamilyDef, rows: &[&Row], key: &str, form: &str) -> TableSheet {
    let columns = Column::of(family);
    let heads = ["Shock", "Take out"].map(str::to_owned).into_iter().chain(columns.iter().map(|column| column.head())).collect();
    let mut sheet = TableSheet {
        title: family.label.to_owned(),
        sub: family.doc.to_owned(),
        table: DataTable { heads, rows: Vec::new() },
        ..TableSheet::default()
    };
    let gone = crate::session::line(form, "gone").unwrap_or_default();
    let mut pick = Pick { key: key.to_owned(), line: "gone".to_owned(), column: Some(1), ..Pick::default() };
    for (place, row) in (0_u32..).zip(rows) {
        let name = format!("{} {}", family.label, place + 1);
        let mut cells = vec![Cell::text(&*name), Cell::text("Remove")];
        for ((at, column), cell) in (2_u32..).zip(&columns).zip(&row.cells) {
            cells.push(match column {
                Column::Number(field) => Cell::Number(row.item.as_ref().and_then(|item| item.value(field.id)), cell.text.clone()),
                _ => Cell::text(&*cell.text),
            });
            let line = format!("{}/{}", row.number, column.id());
            if !cell.error.is_empty() {
                sheet.notes.push(format!("{name}, {}: {}.", column.head(), cell.error));
            }
            sheet.edits.push(CellEdit {
                place: (place, at),
                key: key.to_owned(),
                line,
                value: cell.text.clone(),
                error: cell.error.clone(),
            });
        }
        if !row.wanted.is_empty() {
            sheet.notes.push(format!("{name}: type a number; {}.", row.wanted));
        }
        pick.values.push([gone, &row.number.to_string()].join(" ").trim().to_owned());
        sheet.table.rows.push(cells);
    }
    let needed = needs(family);
    if !needed.is_empty() && family.fields.len() > 1 {
        sheet.notes.push(format!("Of the numbers {needed}."));
    }
    sheet.notes.extend(family.fields.iter().map(|field| format!("{}: {}; {}.", head(field), field.doc, range(field))));
    sheet.pick = Some(pick);
    sheet
}
