//! Packs from JSON, with every error at its line and column.

use crate::import::json::{Elements, Entries, check_depth, offset, place, syntax};
use crate::issue::{Issue, IssueKind, Partial};
use crate::stress::PathRule;
use crate::stress::scenario::{
    ALL, CLASSES, DAYS_TO_EXPIRY, FamilyDef, FieldDef, MAX_DAYS, MAX_EXCEPTIONS, MAX_SCENARIOS, MAX_SHOCKS, Needs, Pack, SKEW_RATIOS,
    Scenario, Selector, ShockItem, Stickiness, VERSION, WEIGHTS, family,
};
use serde_json::value::RawValue;

/// Fields of a scenario.
const SCENARIO: [&str; 8] = ["id", "name", "source", "days", "path", "smile", "weight", "shocks"];
/// Fields of a selector.
const SELECTOR: [&str; 8] = ["asset", "class", "venue", "chain", "tag", "from_days", "to_days", "but"];

/// A value with its place.
#[derive(Clone, Copy)]
struct Node<'a> {
    text: &'a str,
    raw: &'a RawValue,
}

impl<'a> Node<'a> {
    fn refuse(self, kind: IssueKind, field: &str, accepted: &str) -> Issue {
        let (line, column) = place(self.text, offset(self.text, self.raw.get()));
        let message = format!("{accepted} (line {line}, column {column})");
        Issue::rejected(kind, message).at_line(line).in_column(field).with_value(self.raw.get())
    }

    fn entries(self, field: &str, known: &[&str]) -> Result<Vec<(String, Node<'a>)>, Issue> {
        let accepted = || format!("an object is accepted here, of {}", known.join(", "));
        let Entries(entries) = serde_json::from_str(self.raw.get()).map_err(|_| self.refuse(IssueKind::Parse, field, &accepted()))?;
        let mut found: Vec<(String, Node<'a>)> = Vec::new();
        for (key, raw) in entries {
            let node = Node { text: self.text, raw };
            if !known.is_empty() && !known.contains(&key.as_ref()) {
                let message = format!("no such field is known; these are accepted: {}", known.join(", "));
                return Err(node.refuse(IssueKind::Unsupported, &key, &message));
            }
            if found.iter().any(|(name, _)| *name == *key) {
                return Err(node.refuse(IssueKind::Invalid, &key, "the field stands twice: keep one of the two"));
            }
            found.push((key.into_owned(), node));
        }
        Ok(found)
    }

    fn elements(self, field: &str, accepted: &str) -> Result<Vec<Node<'a>>, Issue> {
        let Elements(elements) = serde_json::from_str(self.raw.get()).map_err(|_| self.refuse(IssueKind::Parse, field, accepted))?;
        Ok(elements.into_iter().map(|raw| Node { text: self.text, raw }).collect())
    }

    fn number(self, field: &str, doc: &str, (least, most): (f64, f64)) -> Result<f64, Issue> {
        let accepted = format!("a number from {least} to {most} is accepted: {doc}");
        let number: f64 = serde_json::from_str(self.raw.get()).map_err(|_| self.refuse(IssueKind::Parse, field, &accepted))?;
        if (least..=most).contains(&number) { Ok(number) } else { Err(self.refuse(IssueKind::Invalid, field, &accepted)) }
    }

    fn word(self, field: &str, accepted: &str) -> Result<String, Issue> {
        serde_json::from_str(self.raw.get()).map_err(|_| self.refuse(IssueKind::Parse, field, accepted))
    }

    /// One text, or a list of them.
    fn words(self, field: &str) -> Result<Vec<String>, Issue> {
        let accepted = "a text or a list of texts is accepted";
        if self.raw.get().starts_with('[') {
            let words =
                self.elements(field, accepted)?.into_iter().map(|node| node.word(field, accepted)).collect::<Result<Vec<_>, _>>()?;
            return if words.is_empty() { Err(self.refuse(IssueKind::Invalid, field, "at least one text is accepted")) } else { Ok(words) };
        }
        Ok(vec![self.word(field, accepted)?])
    }
}

/// Reads a pack. A scenario with an error is left out and the error is said; an empty text is an empty pack.
pub fn read(text: &str) -> Partial<Pack> {
    let mut found = Partial { value: Vec::new(), issues: Vec::new() };
    if text.trim().is_empty() {
        return found;
    }
    if let Err(issue) = fill(text, &mut found) {
        found.issues.push(issue);
    }
    found
}

fn fill(text: &str, found: &mut Partial<Pack>) -> Result<(), Issue> {
    check_depth(text)?;
    let raw: &RawValue = serde_json::from_str(text).map_err(|error| syntax(&error))?;
    let top = Node { text, raw };
    let entries = top.entries("pack", &["version", "scenarios"])?;
    let of = |name: &str| entries.iter().find(|(key, _)| key == name).map(|(_, node)| *node);
    let version = of("version").ok_or_else(|| top.refuse(IssueKind::MissingData, "version", "a pack states \"version\": 1"))?;
    if version.raw.get() != VERSION.to_string() {
        return Err(version.refuse(IssueKind::Unsupported, "version", "version 1 is accepted, the only one so far"));
    }
    let list = of("scenarios").ok_or_else(|| top.refuse(IssueKind::MissingData, "scenarios", "a pack holds a list \"scenarios\""))?;
    let scenarios = list.elements("scenarios", "a list of scenarios is accepted")?;
    if scenarios.len() > MAX_SCENARIOS {
        return Err(list.refuse(IssueKind::Unsupported, "scenarios", &format!("at most {MAX_SCENARIOS} scenarios are accepted")));
    }
    for node in scenarios {
        match scenario(node) {
            Ok(read) if found.value.iter().any(|known| known.id == read.id) => {
                found.issues.push(node.refuse(IssueKind::Invalid, "id", "another scenario of the pack has this id: each needs its own"));
            }
            Ok(read) => found.value.push(read),
            Err(issue) => found.issues.push(issue),
        }
    }
    Ok(())
}

fn scenario(node: Node<'_>) -> Result<Scenario, Issue> {
    let mut read = Scenario::default();
    let mut has_shocks = false;
    for (key, node) in node.entries("scenario", &SCENARIO)? {
        match key.as_str() {
            "id" => read.id = node.word("id", "a text is accepted, such as \"crash\"")?,
            "name" => read.name = node.word("name", "a text is accepted")?,
            "source" => read.source = node.word("source", "a text is accepted")?,
            "days" => read.days = node.number("days", "days forward", (0.0, MAX_DAYS))?,
            "weight" => read.weight = node.number("weight", "part of the P&L that counts", WEIGHTS)?,
            "path" => read.path = path(node)?,
            "smile" => read.smile = smile(node)?,
            _ => {
                has_shocks = true;
                let items = node.elements("shocks", "a list of shocks is accepted")?;
                if items.len() > MAX_SHOCKS {
                    return Err(node.refuse(IssueKind::Unsupported, "shocks", &format!("at most {MAX_SHOCKS} shocks are accepted")));
                }
                read.shocks = items.into_iter().map(shock).collect::<Result<_, _>>()?;
            }
        }
    }
    if read.id.trim().is_empty() {
        return Err(node.refuse(IssueKind::MissingData, "id", "each scenario has an \"id\" of its own"));
    }
    if read.name.is_empty() {
        read.name.clone_from(&read.id);
    }
    if has_shocks {
        return Ok(read);
    }
    Err(node.refuse(IssueKind::MissingData, "shocks", "each scenario has a list \"shocks\", which may be empty"))
}

fn path(node: Node<'_>) -> Result<PathRule, Issue> {
    let accepted = "\"jump\" or \"line\" is accepted";
    match node.word("path", accepted)?.as_str() {
        "jump" => Ok(PathRule::Jump),
        "line" => Ok(PathRule::Line),
        _ => Err(node.refuse(IssueKind::Unsupported, "path", accepted)),
    }
}

fn smile(node: Node<'_>) -> Result<Stickiness, Issue> {
    let accepted = "\"sticky-strike\", \"sticky-delta\" or a skew stickiness ratio from -5 to 5 is accepted";
    if !node.raw.get().starts_with('"') {
        return node.number("smile", accepted, SKEW_RATIOS).map(Stickiness::SkewRatio);
    }
    match node.word("smile", accepted)?.as_str() {
        "sticky-strike" => Ok(Stickiness::Strike),
        "sticky-delta" => Ok(Stickiness::Moneyness),
        _ => Err(node.refuse(IssueKind::Unsupported, "smile", accepted)),
    }
}

fn shock(node: Node<'_>) -> Result<ShockItem, Issue> {
    let known: Vec<&str> = ALL.iter().map(|def| def.id).chain(["on"]).collect();
    let mut found: Option<(&'static FamilyDef, Vec<Option<f64>>)> = None;
    let mut on = (Selector::ALL, node);
    for (key, value) in node.entries("shock", &known)? {
        match family(&key) {
            Some(def) if found.is_none() => found = Some((def, numbers(def, value)?)),
            Some(_) => {
                return Err(value.refuse(IssueKind::Invalid, &key, "one kind of shock is accepted here: begin another for this one"));
            }
            None => on = (selector(value, 0)?, value),
        }
    }
    let (family, values) =
        found.ok_or_else(|| node.refuse(IssueKind::MissingData, "shock", &format!("one of these is accepted: {}", known.join(", "))))?;
    let (on, at) = on;
    if on.is_by_expiry() && !family.by_expiry {
        return Err(at.refuse(IssueKind::Unsupported, "on", "days to expiry are accepted for vol and basis only"));
    }
    Ok(ShockItem { family, values, on })
}

fn numbers(family: &'static FamilyDef, node: Node<'_>) -> Result<Vec<Option<f64>>, Issue> {
    let known: Vec<&str> = family.fields.iter().map(|field| field.id).collect();
    let entries = node.entries(family.id, &known)?;
    let of = |field: &FieldDef| {
        let node = entries.iter().find(|(key, _)| key == field.id).map(|(_, node)| *node);
        node.map(|node| node.number(field.id, field.doc, field.range)).transpose()
    };
    let values = family.fields.iter().map(of).collect::<Result<Vec<_>, _>>()?;
    let count = values.iter().flatten().count();
    let (is_enough, what) = match family.needs {
        Needs::All => (count == values.len(), "all"),
        Needs::Any => (count > 0, "at least one"),
        Needs::One => (count == 1, "exactly one"),
        Needs::Nothing => (true, "none"),
    };
    if is_enough {
        return Ok(values);
    }
    Err(node.refuse(IssueKind::MissingData, family.id, &format!("{what} of these is accepted: {}", known.join(", "))))
}

fn label(read: &mut Selector, key: &str, node: Node<'_>) -> Result<(), Issue> {
    if read.tags.iter().any(|(known, _)| known == key) {
        return Err(node.refuse(IssueKind::Invalid, key, "the label is selected twice: keep one of the two"));
    }
    read.tags.push((key.to_owned(), node.words(key)?));
    Ok(())
}

fn selector(node: Node<'_>, depth: usize) -> Result<Selector, Issue> {
    let mut read = Selector::default();
    for (key, node) in node.entries("on", &SELECTOR)? {
        match key.as_str() {
            "asset" => read.assets = node.words("asset")?.iter().map(|code| code.to_uppercase()).collect(),
            "class" => {
                read.classes = node.words("class")?;
                if !read.classes.iter().all(|class| CLASSES.iter().any(|known| known.eq_ignore_ascii_case(class))) {
                    return Err(node.refuse(
                        IssueKind::Unsupported,
                        "class",
                        &format!("these classes are accepted: {}", CLASSES.join(", ")),
                    ));
                }
            }
            "venue" => read.venues = node.words("venue")?,
            "chain" => label(&mut read, "chain", node)?,
            "tag" => {
                for (key, node) in node.entries("tag", &[])? {
                    label(&mut read, &key, node)?;
                }
            }
            "from_days" => read.from_days = Some(node.number("from_days", "days to expiry", DAYS_TO_EXPIRY)?),
            "to_days" => read.to_days = Some(node.number("to_days", "days to expiry", DAYS_TO_EXPIRY)?),
            _ if depth < MAX_EXCEPTIONS => read.but = Some(Box::new(selector(node, depth + 1)?)),
            _ => return Err(node.refuse(IssueKind::Unsupported, "but", "at most three exceptions inside each other are accepted")),
        }
    }
    if let (Some(from), Some(to)) = (read.from_days, read.to_days)
        && from > to
    {
        return Err(node.refuse(IssueKind::Invalid, "on", "from_days must not be above to_days"));
    }
    Ok(read)
}
