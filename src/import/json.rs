//! JSON text → its records, by place in the text. Envelopes: a bare list, `{"result": [...]}` of JSON-RPC, and our own
//! `{"version": 1, "positions": [...]}`.
//!
//! Invariant: the depth is checked before anything is parsed, so that no file overflows the stack; errors name line and column.

use crate::import::{MAX_FACTS, MAX_JSON_DEPTH};
use crate::issue::{Issue, IssueKind};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// A parsed document.
pub(super) struct Document {
    /// How the records were wrapped.
    pub envelope: Envelope,
    /// The records; empty where there is no list.
    pub records: Vec<Record>,
    /// Keys of the first record, or of the document itself where it holds none.
    pub keys: Vec<String>,
}

/// How the records are wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Envelope {
    /// A bare list.
    Bare,
    /// The `result` of a JSON-RPC reply.
    Reply,
    /// The `positions` of an object that may be anyone's.
    Positions,
    /// A document of our own, which says its version.
    Document,
    /// An object that holds no list that we know.
    Unknown,
}

/// One element of the list.
pub(super) struct Record {
    /// Where it stands in the text.
    pub range: Range<usize>,
    /// The line on which it starts, from 1.
    pub line: u64,
}

impl Document {
    /// Whether the first record has a key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.keys.iter().any(|name| name == key)
    }

    /// For the message on a document that nothing recognized.
    pub(super) fn describe(&self) -> String {
        if self.envelope == Envelope::Unknown && self.has("error") && self.has("jsonrpc") {
            return "an error reply of the exchange".to_owned();
        }
        let keys: Vec<&str> = self.keys.iter().take(8).map(String::as_str).collect();
        match (self.envelope, keys.is_empty()) {
            (Envelope::Unknown, true) => "a JSON document without a list of positions".to_owned(),
            (Envelope::Unknown, false) => format!("a JSON document with the fields {}", keys.join(", ")),
            (_, true) => "a JSON list whose first element is no record".to_owned(),
            (_, false) => format!("a JSON list of records with the fields {}", keys.join(", ")),
        }
    }
}

/// Parses a document.
///
/// # Errors
/// What is wrong, with line and column.
pub(super) fn parse(text: &str) -> Result<Document, Issue> {
    check_depth(text)?;
    match text.trim_start().as_bytes().first() {
        Some(b'[') => list(text, text, Envelope::Bare),
        Some(b'{') => object(text),
        _ => {
            let top: &RawValue = serde_json::from_str(text).map_err(|error| syntax(&error))?;
            let message = "a single value stands where a list of positions is expected (line 1, column 1)";
            Err(Issue::rejected(IssueKind::Parse, message).at_line(1).with_value(top.get()))
        }
    }
}

/// What a document of ours may hold besides positions.
const BESIDE: [&str; 4] = ["market", "accounts", "history", "correlations"];

fn object(text: &str) -> Result<Document, Issue> {
    let Entries(entries) = serde_json::from_str(text).map_err(|error| syntax(&error))?;
    for (index, (key, _)) in entries.iter().enumerate() {
        if matches!(key.as_ref(), "version" | "positions" | "result" | "market" | "accounts" | "history" | "correlations" | "as_of")
            && entries.iter().skip(index + 1).any(|(other, _)| other == key)
        {
            let message = format!("the field {key} stands twice in the document (line 1), which of the two is meant is not clear");
            return Err(Issue::rejected(IssueKind::Invalid, message).at_line(1).in_column(key));
        }
    }
    let field = |name: &str| entries.iter().find(|(key, _)| key == name).map(|(_, value)| *value);
    let is_list = |name: &str| field(name).is_some_and(|value| value.get().starts_with('['));
    let is_blank = |value: &RawValue| value.get().trim_start_matches('[').trim_start().starts_with(']');
    let holds = |name: &str| is_list(name) && field(name).is_some_and(|value| !is_blank(value));
    let is_own = is_list("positions") || field("version").is_some_and(|_| BESIDE.iter().any(|name| is_list(name)));
    if let Some(version) = field("version").filter(|version| (is_own || field("positions").is_some()) && version.get() != "1") {
        let (line, column) = place(text, offset(text, version.get()));
        let message = format!("version of the document must be 1, the only one so far (line {line}, column {column})");
        return Err(Issue::rejected(IssueKind::Unsupported, message).at_line(line).in_column("version").with_value(version.get()));
    }
    // Venues whose replies are walked record by record wrap them in `data`; an empty one says the same as an empty list.
    if field("data").is_some_and(|data| serde_json::from_str::<Elements<'_>>(data.get()).is_ok_and(|Elements(data)| data.is_empty())) {
        return Err(empty_list());
    }
    let positions = if field("version").is_some() { Envelope::Document } else { Envelope::Positions };
    // A market, accounts or a history without a position are worth reading as well.
    if is_own && !holds("positions") && BESIDE.iter().any(|name| holds(name)) {
        return Ok(Document { envelope: positions, records: Vec::new(), keys: Vec::new() });
    }
    // A venue's account without an open position still lists what its wallets hold.
    let is_flat = is_list("positions") && !holds("positions") && field("version").is_none();
    let lists_more = entries.iter().any(|(_, value)| value.get().starts_with('[') && !is_blank(value));
    let is_account = is_flat && lists_more;
    for (name, envelope) in [("positions", positions), ("result", Envelope::Reply)] {
        if let Some(value) = field(name).filter(|value| value.get().starts_with('[') && !is_account) {
            return list(text, value.get(), envelope);
        }
    }
    let keys = entries.iter().map(|(key, _)| key.clone().into_owned()).collect();
    Ok(Document { envelope: Envelope::Unknown, records: Vec::new(), keys })
}

/// The document of a list that is the whole text or a part of it.
fn list(text: &str, part: &str, envelope: Envelope) -> Result<Document, Issue> {
    let refuse = |error: serde_json::Error| match error.is_data() {
        true => Issue::rejected(IssueKind::Unsupported, error.to_string()),
        false => syntax(&error),
    };
    let Elements(elements) = serde_json::from_str(part).map_err(refuse)?;
    if elements.is_empty() {
        return Err(empty_list());
    }
    let records = places(text, &elements);
    let first = elements.first().and_then(|element| serde_json::from_str::<Entries<'_>>(element.get()).ok());
    let keys = first.map_or_else(Vec::new, |Entries(entries)| entries.into_iter().map(|(key, _)| key.into_owned()).collect());
    Ok(Document { envelope, records, keys })
}

fn empty_list() -> Issue {
    Issue::rejected(IssueKind::MissingData, "the list is empty: no positions and no market data").at_line(1)
}

/// Where each element stands.
fn places(text: &str, elements: &[&RawValue]) -> Vec<Record> {
    let (mut line, mut counted) = (1, 0);
    let place = |element: &&RawValue| {
        let start = offset(text, element.get());
        line += text.as_bytes().get(counted..start).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count() as u64;
        counted = start;
        Record { range: start..start + element.get().len(), line }
    };
    elements.iter().map(place).collect()
}

/// A field of the document itself.
pub(super) fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let Entries(entries) = serde_json::from_str(text).ok()?;
    entries.into_iter().find(|(key, _)| key == name).map(|(_, value)| value.get())
}

/// The records of a list that is a part of the text.
///
/// # Errors
/// A part that is no list, or one with too many elements.
pub(super) fn records(text: &str, part: &str) -> Result<Vec<Record>, Issue> {
    let Elements(elements) = serde_json::from_str(part).map_err(|error| Issue::rejected(IssueKind::Parse, error.to_string()))?;
    Ok(places(text, &elements))
}

/// Where a part of the text starts in it.
pub(crate) fn offset(text: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}

/// Line and column of an offset, from 1.
pub(crate) fn place(text: &str, offset: usize) -> (u64, u64) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (1 + before.matches('\n').count() as u64, 1 + before.get(line_start..).unwrap_or_default().chars().count() as u64)
}

/// What the parser says.
pub(crate) fn syntax(error: &serde_json::Error) -> Issue {
    Issue::rejected(IssueKind::Parse, format!("not valid JSON: {error}")).at_line(error.line() as u64)
}

/// Refuses what is nested so deeply that reading it could overflow the stack.
///
/// # Errors
/// With line and column.
pub(crate) fn check_depth(text: &str) -> Result<(), Issue> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        if in_string {
            (in_string, escaped) = (escaped || byte != b'"', !escaped && byte == b'\\');
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_JSON_DEPTH {
            let (line, column) = place(text, at);
            let message = format!("nested more than {MAX_JSON_DEPTH} levels deep (line {line}, column {column})");
            return Err(Issue::rejected(IssueKind::Unsupported, message).at_line(line));
        }
    }
    Ok(())
}

/// Fields of an object in their order, repeated ones included.
pub(crate) struct Entries<'a>(pub Vec<(Cow<'a, str>, &'a RawValue)>);

/// Elements of a list.
pub(crate) struct Elements<'a>(pub Vec<&'a RawValue>);

/// Where the lines of a text start.
pub(super) struct Lines(Vec<usize>);

impl Lines {
    /// Finds them.
    pub(super) fn new(text: &str) -> Lines {
        Lines(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect())
    }

    /// Line of a part of the text, from 1.
    pub(super) fn of(&self, text: &str, part: &str) -> u64 {
        let at = offset(text, part);
        1 + self.0.partition_point(|newline| *newline < at) as u64
    }
}

struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Key<'de>, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a field name")
            }
            fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(name)))
            }
            fn visit_str<E: Error>(self, name: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(name.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Entries<'de>, D::Error> {
        struct EntriesVisitor;
        impl<'de> Visitor<'de> for EntriesVisitor {
            type Value = Entries<'de>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a record with named fields")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<'de>, A::Error> {
                let mut entries = Vec::new();
                while let Some((Key(key), value)) = map.next_entry()? {
                    if entries.len() == MAX_FIELDS {
                        return Err(A::Error::custom(format!("a record has more than {MAX_FIELDS} fields")));
                    }
                    entries.push((key, value));
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(EntriesVisitor)
    }
}

/// Most fields of one record.
const MAX_FIELDS: usize = 1000;

impl<'de> Deserialize<'de> for Elements<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Elements<'de>, D::Error> {
        struct ElementsVisitor;
        impl<'de> Visitor<'de> for ElementsVisitor {
            type Value = Elements<'de>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a list of records")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Elements<'de>, A::Error> {
                let mut elements = Vec::new();
                while let Some(element) = sequence.next_element()? {
                    if elements.len() == MAX_FACTS {
                        return Err(A::Error::custom(format!("the list has more than {MAX_FACTS} records, split it into parts")));
                    }
                    elements.push(element);
                }
                Ok(Elements(elements))
            }
        }
        deserializer.deserialize_seq(ElementsVisitor)
    }
}
