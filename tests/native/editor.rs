//! The scenario editor: what is built in its cells is the pack that the JSON reader reads, what is refused stays as it was typed, and a
//! copy of the library is the library's to the bit.

use crate::book_support::{AS_OF, desk, generated};
use crate::sheet_support::{ask, has, table, written};
use plimsoll::engine::{Engine, Settings, Yardsticks};
use plimsoll::protocol::Desk;
use plimsoll::session::{Action, Session, apply, with_line};
use plimsoll::stress::library;
use plimsoll::stress::scenario::{ALL, Scenario, read};
use plimsoll::view::sheet::{Body, CellEdit, Control, ControlKind, Sheet, TableSheet, Tone};

/// A user at the page: what she does to a sheet sets choices as the page sets them.
struct User {
    desk: Desk,
    session: Session,
}

impl User {
    fn new() -> User {
        User { desk: desk(&engine()), session: Session::default() }
    }

    fn see_tab(&mut self, tab: &str) -> Sheet {
        let choices: Vec<(&str, &str)> = self.session.choices.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        ask(&mut self.desk, tab, &Settings::default(), &choices)
    }

    fn see(&mut self) -> Sheet {
        self.see_tab("editor")
    }

    fn choose(&mut self, (key, line): (&str, &str), value: &str, also: &[(String, String)]) {
        let form = self.session.choices.get(key).map_or("", String::as_str);
        let value = if line.is_empty() { value.to_owned() } else { with_line(form, line, value) };
        let all = also.iter().cloned().chain([(key.to_owned(), value.clone())]);
        let before = self.session.clone();
        apply(&mut self.session, Action::Choose(all.map(|(key, value)| (key, (!value.is_empty()).then_some(value))).collect()));
        assert_ne!(before, self.session, "{key} {line} {value:?} changed nothing");
    }

    fn controls(&mut self) -> impl Iterator<Item = Control> + use<> {
        let parts = self.see().parts.into_iter();
        parts.filter_map(|part| if let Body::Controls(controls) = part.body { Some(controls) } else { None }).flatten()
    }

    fn control(&mut self, label: &str) -> Control {
        self.controls().find(|control| control.label == label).unwrap_or_else(|| panic!("no {label}"))
    }

    fn set(&mut self, label: &str, value: &str) {
        let control = self.control(label);
        if let ControlKind::Select(options) | ControlKind::Buttons(options) = &control.kind {
            assert!(options.iter().any(|(id, _)| id == value), "{label} has no {value}");
        }
        self.choose((&control.key, &control.line), value, &control.also);
    }

    /// The option whose name begins so.
    fn take(&mut self, label: &str, begins: &str) {
        let control = self.control(label);
        let ControlKind::Select(options) = &control.kind else { panic!("{label}") };
        let (value, _) = options.iter().find(|(_, name)| name.starts_with(begins)).unwrap_or_else(|| panic!("{label} has no {begins}"));
        self.set(label, value);
    }

    fn button(&mut self, name: &str) -> Option<(Control, String)> {
        self.controls().find_map(|control| {
            let ControlKind::Buttons(options) = &control.kind else { return None };
            let value = options.iter().find(|(_, label)| label == name)?.0.clone();
            Some((control, value))
        })
    }

    fn press(&mut self, name: &str) {
        let (control, value) = self.button(name).unwrap_or_else(|| panic!("no button {name}"));
        self.choose((&control.key, &control.line), &value, &control.also);
    }

    fn family(&mut self, id: &str) -> TableSheet {
        let sheet = self.see();
        table(&sheet, &format!("editor-{id}")).clone()
    }

    /// Cell of a family's table by row from 1 and the beginning of the head.
    fn cell(&mut self, family: &str, row: u32, head: &str) -> CellEdit {
        let sheet = self.family(family);
        let column = sheet.table.heads.iter().position(|known| known.starts_with(head)).unwrap_or_else(|| panic!("no column {head}"));
        sheet.edits.into_iter().find(|edit| edit.place == (row - 1, u32::try_from(column).unwrap())).unwrap()
    }

    fn fill(&mut self, family: &str, row: u32, head: &str, text: &str) {
        let cell = self.cell(family, row, head);
        self.choose((&cell.key, &cell.line), text, &[]);
    }

    fn remove(&mut self, family: &str, row: usize) {
        let pick = self.family(family).pick.unwrap();
        self.choose((&pick.key, &pick.line), &pick.values[row - 1], &[]);
    }

    fn pack(&self) -> Vec<Scenario> {
        let read = read(self.session.choices.get("scenarios/pack").map_or("", String::as_str));
        assert!(read.issues.is_empty(), "{:?}", read.issues);
        read.value
    }

    fn said(&mut self) -> Vec<(Tone, String)> {
        written(&self.see(), "editor-preview").sentences.clone()
    }
}

fn engine() -> Engine {
    Engine::load(generated(7, 80), AS_OF)
}

#[test]
fn a_storm_that_is_built_in_cells_is_the_pack_that_json_states() {
    let mut user = User::new();
    user.set("Name", "Weekend: the storm");
    user.set("Days forward", "2.5");
    user.set("Path", "line");
    user.take("Smile", "skew");
    user.set("Skew stickiness ratio", "1.3");
    user.set("Weight", "0.35");
    user.set("Source", "assumed");
    user.take("Add a shock", "Spot");
    user.fill("spot", 1, "Percent", "−20 %");
    user.fill("spot", 1, "Asset", "btc, ETH");
    user.take("Add a shock", "Implied vol");
    user.fill("vol", 1, "Points", "15");
    user.fill("vol", 1, "Power", "0.5");
    user.fill("vol", 1, "Class", "coin");
    user.fill("vol", 1, "From", "3");
    user.fill("vol", 1, "To", "90");
    user.fill("vol", 1, "All but", "SOL; venue: Deribit, \"a, b\"; to: 7");
    user.take("Add a shock", "Spot");
    user.fill("spot", 2, "Sigma", "-4");
    user.fill("spot", 2, "Class", "share");
    user.fill("spot", 2, "Venue", "IBKR");
    user.fill("spot", 2, "Labels", "strategy: carry; chain: Base, Solana");
    user.press("Keep in own pack");
    let expected = r#"{"version": 1, "scenarios": [{"id": "weekend-the-storm", "name": "Weekend: the storm", "source": "assumed", "days": 2.5,
        "path": "line", "smile": 1.3, "weight": 0.35, "shocks": [
        {"spot": {"percent": -20}, "on": {"asset": ["BTC", "ETH"]}},
        {"vol": {"points": 15, "power": 0.5}, "on": {"class": "coin", "from_days": 3, "to_days": 90,
            "but": {"asset": "SOL", "venue": ["Deribit", "a, b"], "to_days": 7}}},
        {"spot": {"sigma": -4}, "on": {"class": "share", "venue": "IBKR", "tag": {"strategy": "carry", "chain": ["Base", "Solana"]}}}]}]}"#;
    assert_eq!(user.pack(), read(expected).value);
    assert_eq!(user.session.choices.keys().collect::<Vec<_>>(), ["editor/of", "scenarios/pack"], "the form is taken back");
    // It is its own scenario now: what is changed and kept again is the same one.
    assert!(user.button("Keep in own pack").is_none());
    user.set("Name", "Weekend");
    user.press("Keep in own pack");
    let pack = user.pack();
    assert_eq!(pack.iter().map(|one| (one.id.as_str(), one.name.as_str())).collect::<Vec<_>>(), [("weekend-the-storm", "Weekend")]);
    user.session.choices.insert("scenarios/group".to_owned(), "own".to_owned());
    let sheet = user.see_tab("scenarios");
    assert_eq!(table(&sheet, "scenarios").table.rows[0][0].shown(), "Weekend");
}

#[test]
fn every_family_can_be_added_with_every_number_of_it() {
    for family in ALL {
        let mut user = User::new();
        user.set("Name", family.label);
        user.take("Add a shock", &format!("{}: ", family.label));
        assert!(user.button("Keep in own pack").is_none(), "{} without a number", family.id);
        let sheet = user.family(family.id);
        assert!(sheet.notes.iter().any(|note| note.contains("is needed") || note.contains("are needed")), "{:?}", sheet.notes);
        let numbers: Vec<&CellEdit> = sheet.edits.iter().take(family.fields.len()).collect();
        let is_one = matches!(family.needs, plimsoll::stress::scenario::Needs::One);
        for (edit, field) in numbers.iter().zip(family.fields).take(if is_one { 1 } else { usize::MAX }) {
            user.choose((&edit.key, &edit.line), &format!("{:?}", field.range.1), &[]);
        }
        user.press("Keep in own pack");
        let pack = user.pack();
        assert_eq!((pack[0].shocks[0].family.id, pack[0].shocks[0].values[0]), (family.id, Some(family.fields[0].range.1)));
    }
}

#[test]
fn a_value_that_cannot_be_used_stays_is_refused_and_keeps_nothing() {
    let mut user = User::new();
    user.set("Name", "Dip");
    user.take("Add a shock", "Spot");
    user.fill("spot", 1, "Percent", "-20");
    let known = user.said();
    for (head, text, accepted) in [
        ("Percent", "-100", "-99.99 to 10000"),
        ("Percent", "1,5", "-99.99 to 10000"),
        ("Percent", "NaN", "-99.99 to 10000"),
        ("Percent", "a lot", "-99.99 to 10000"),
        ("Level", "9", "exactly one of percent, level, sigma"),
        ("Class", "metal", "coin, stablecoin"),
        ("Labels", "carry", "strategy: carry"),
        ("All but", "from: 3", "vol and basis only"),
        ("Venue", "Deribit, ", "a name is missing"),
    ] {
        let before = user.session.clone();
        user.fill("spot", 1, head, text);
        let cell = user.cell("spot", 1, head);
        assert_eq!(cell.value, text, "what was typed stays");
        assert!(cell.error.contains(accepted), "{head} {text}: {}", cell.error);
        assert!(user.family("spot").notes.iter().any(|note| note.starts_with("Spot 1, ") && note.contains(accepted)));
        assert!(user.button("Keep in own pack").is_none(), "{head} {text}");
        assert!(user.said().iter().any(|(tone, said)| *tone == Tone::Warning && said.contains("not in it")), "{head} {text}");
        user.session = before;
    }
    assert_eq!(user.said(), known);
    user.fill("spot", 1, "Asset", "NOSUCH");
    assert!(user.family("spot").notes.contains(&"On nothing in this book: Spot 1.".to_owned()));
    user.fill("spot", 1, "Asset", "BTC");
    assert!(!user.family("spot").notes.iter().any(|note| note.contains("nothing in this book")));
    for (label, text) in
        [("Name", " "), ("Days forward", "-1"), ("Days forward", "4000"), ("Weight", "0"), ("Weight", "1.1"), ("Days forward", "")]
    {
        let before = user.session.clone();
        user.set(label, text);
        assert!(!user.control(label).error.is_empty(), "{label} {text}");
        assert!(user.button("Keep in own pack").is_none(), "{label} {text}");
        user.session = before;
    }
    user.take("Smile", "skew");
    assert!(user.button("Keep in own pack").is_none(), "a ratio is not guessed");
    user.take("Smile", "sticky delta");
    user.press("Keep in own pack");
    assert_eq!(user.pack().len(), 1);
}

#[test]
fn what_is_not_typed_yet_is_asked_for_and_not_refused() {
    let mut user = User::new();
    assert_eq!((user.control("To keep it,").value.as_str(), user.control("Name").error.as_str()), ("give a name.", ""));
    user.take("Add a shock", "Spot");
    assert_eq!(user.control("To keep it,").value, "give a name, and type the number of each shock.");
    assert!(user.family("spot").edits.iter().all(|edit| edit.error.is_empty()));
    assert!(user.family("spot").notes[0].starts_with("Spot 1: type a number; exactly one of percent"), "{:?}", user.family("spot").notes);
    assert!(user.said().iter().all(|(tone, _)| *tone == Tone::Plain), "{:?}", user.said());
    assert!(user.said().iter().any(|(_, said)| said == "1 shock has no number yet and is not in it."), "{:?}", user.said());
    user.fill("spot", 1, "Percent", "much");
    assert_eq!(user.control("It cannot be kept:").value, "1 value is refused.");
    user.fill("spot", 1, "Percent", "-5");
    user.set("Name", "Dip");
    user.press("Keep in own pack");
    assert_eq!(user.pack()[0].shocks[0].value("percent"), Some(-5.0));
}

#[test]
fn a_copy_of_every_library_scenario_is_its_original_to_the_bit() {
    let engine = engine();
    for group in library::ALL {
        let mut user = User::new();
        for (place, original) in (group.pack)().into_iter().enumerate().filter(|(place, _)| place % 9 == 0) {
            user.set("Scenario", &format!("{}/{}", group.id, original.id));
            user.press("Keep in own pack");
            let kept = user.pack().pop().unwrap();
            assert_eq!(kept.name, format!("Copy of {}", original.name));
            assert_ne!(kept.id, original.id, "an own id would hide the library's");
            let pnl = |scenario: &Scenario| engine.scenario(0, scenario, Yardsticks::default()).row.pnl.to_bits();
            assert_eq!(pnl(&kept), pnl(&original), "{}", original.id);
            assert_eq!(Scenario { id: original.id.clone(), name: original.name.clone(), ..kept }, original, "{place}");
        }
    }
}

/// Typing what stands in a cell changes nothing, so that every cell shows what its scenario says.
#[test]
fn every_cell_of_the_library_reads_as_what_it_says() {
    let mut user = User::new();
    for group in library::ALL.iter().filter(|group| ["historical", "hypothetical"].contains(&group.id)) {
        for original in (group.pack)() {
            user.set("Scenario", &format!("{}/{}", group.id, original.id));
            let edits: Vec<CellEdit> = ALL
                .iter()
                .flat_map(|family| {
                    let sheet = user.see();
                    let id = format!("editor-{}", family.id);
                    if has(&sheet, &id) { table(&sheet, &id).edits.clone() } else { Vec::new() }
                })
                .collect();
            let form = edits.iter().fold(String::new(), |form, edit| with_line(&form, &edit.line, &edit.value));
            user.session.choices.insert(format!("editor/draft/{}/{}", group.id, original.id), form);
            user.press("Keep in own pack");
            let kept = user.pack().pop().unwrap();
            assert_eq!(kept.shocks, original.shocks, "{}", original.id);
            user.session = Session::default();
        }
    }
}

#[test]
fn a_shock_that_is_removed_is_gone_and_the_others_stay() {
    let mut user = User::new();
    user.set("Name", "Three");
    for (place, percent) in [(1, "-10"), (2, "-20"), (3, "-30")] {
        user.take("Add a shock", "Spot");
        user.fill("spot", place, "Percent", percent);
    }
    user.remove("spot", 2);
    user.press("Keep in own pack");
    let percents = |user: &User| user.pack()[0].shocks.iter().map(|item| item.value("percent").unwrap()).collect::<Vec<_>>();
    assert_eq!(percents(&user), [-10.0, -30.0]);
    // Of the kept one too, and another may follow.
    user.remove("spot", 1);
    user.take("Add a shock", "Spot");
    user.fill("spot", 2, "Percent", "-40");
    user.press("Keep in own pack");
    assert_eq!(percents(&user), [-30.0, -40.0]);
}

#[test]
fn turning_to_another_scenario_loses_nothing_and_a_deleted_one_is_gone() {
    let mut user = User::new();
    user.set("Name", "First");
    user.take("Scenario", "Copy of ");
    user.set("Days forward", "9");
    user.take("Scenario", "New scenario");
    assert_eq!(user.control("Name").value, "First");
    user.press("Keep in own pack");
    let changed = user.control("Scenario");
    let ControlKind::Select(options) = changed.kind else { panic!() };
    assert_eq!(options.iter().filter(|(_, name)| name.ends_with("· changed")).count(), 1, "the copy is still open");
    user.press("Delete from own pack");
    assert!(user.pack().is_empty() && !user.session.choices.contains_key("scenarios/pack"));
    user.take("Scenario", "Copy of ");
    assert_eq!(user.control("Days forward").value, "9");
    user.press("Take the changes back");
    assert_eq!(user.control("Days forward").value, "0");
}

/// The pack is written anew, so that what of it cannot be read would be lost.
#[test]
fn a_pack_with_an_error_is_not_written_over() {
    let mut user = User::new();
    let text = r#"{"version": 1, "scenarios": [{"id": "bad", "shocks": [{"spot": {"percent": -200}}]}]}"#;
    user.session.choices.insert("scenarios/pack".to_owned(), text.to_owned());
    user.set("Name", "Dip");
    assert!(user.button("Keep in own pack").is_none());
    let note = user.control("It cannot be kept:");
    assert!(note.value.contains("percent: “-200”"), "{}", note.value);
}

#[test]
fn names_make_ids_of_their_own_and_lines_that_belong_to_nothing_are_said() {
    let mut user = User::new();
    for (name, id) in
        [("Flash  crash!", "flash-crash"), ("flash crash", "flash-crash-2"), ("崩盘", "scenario"), ("2020-03-12", "2020-03-12-2")]
    {
        user.take("Scenario", "New scenario");
        user.set("Name", name);
        user.press("Keep in own pack");
        assert_eq!(user.pack().last().unwrap().id, id);
    }
    user.session.choices.insert("editor/draft/own/scenario".to_owned(), "7/percent=3".to_owned());
    user.set("Scenario", "own/scenario");
    assert!(user.said().iter().any(|(_, said)| said.contains("7/percent=3")));
    assert!(user.button("Keep in own pack").is_none());
}
