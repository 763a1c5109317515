//! By what positions are put together: the registry of dimensions, and the key that each gives a position.
//!
//! Input: a [`Subject`]. Output: a [`Key`]. Invariant: every dimension gives every position exactly one key; what lacks the property
//! has [`Key::Missing`], which has a label of its own and stands last, so that no position drops out.

use crate::book::{Book, Position};
use crate::exposure::pivot::key::Key;
use crate::exposure::pivot::property;
use crate::method::Method;
use crate::price::ValuedPosition;
use crate::units::Timestamp;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// A position as dimensions and measures see it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// What is held.
    pub position: &'a Position,
    /// Its numbers without a shock; `None` where it is left out or had expired.
    pub valued: Option<&'a ValuedPosition>,
    /// The instant that the book is valued at.
    pub as_of: Timestamp,
}

/// One way to put positions together.
#[derive(Debug)]
pub struct DimensionDef {
    /// Stable id, kebab-case.
    pub id: &'static str,
    /// Name as the page shows it.
    pub label: &'static str,
    /// What it is, one sentence.
    pub doc: &'static str,
    /// What positions are called that lack the property.
    pub missing: &'static str,
    /// Names of the buckets that [`Key::Bucket`] counts, in their order; empty where keys are of another kind.
    pub buckets: &'static [&'static str],
    /// Where the key comes from.
    pub reads: Reads,
    /// How the key is found.
    pub formula: &'static str,
    /// What was chosen where others choose otherwise.
    pub convention: &'static str,
    /// Where it ceases to hold.
    pub limits: &'static str,
}

/// Where a dimension takes its keys from.
#[derive(Clone, Copy, Debug)]
pub enum Reads {
    /// A property of the position or of its contract.
    Property(fn(&Subject<'_>) -> Key),
    /// The label of this name.
    Label(&'static str),
}

/// The dimensions in the order of the menus.
pub const ALL: &[&DimensionDef] = &[
    &property::UNDERLYING,
    &property::ASSET_CLASS,
    &property::VENUE,
    &property::ACCOUNT,
    &property::COUNTERPARTY,
    &property::SETTLEMENT,
    &property::EXPIRY_BUCKET,
    &property::EXPIRY,
    &property::STRIKE,
    &property::MONEYNESS,
    &property::STRATEGY,
    &property::TRADER,
    &property::SIDE,
    &property::KIND,
    &property::PROTOCOL,
    &property::CHAIN,
];

/// What the methods page says of each of [`ALL`], in the same order.
pub const METHODS: &[&Method] = &[
    &method(&property::UNDERLYING),
    &method(&property::ASSET_CLASS),
    &method(&property::VENUE),
    &method(&property::ACCOUNT),
    &method(&property::COUNTERPARTY),
    &method(&property::SETTLEMENT),
    &method(&property::EXPIRY_BUCKET),
    &method(&property::EXPIRY),
    &method(&property::STRIKE),
    &method(&property::MONEYNESS),
    &method(&property::STRATEGY),
    &method(&property::TRADER),
    &method(&property::SIDE),
    &method(&property::KIND),
    &method(&property::PROTOCOL),
    &method(&property::CHAIN),
];

const fn method(def: &DimensionDef) -> Method {
    let DimensionDef { id, label, doc, formula, convention, limits, .. } = *def;
    Method { id, label, doc, formula, unit: "a key of each position", convention, source: "our rule", limits }
}

/// A dimension of a book: one of [`ALL`], or a label that its positions have. As text it is its id, `expiry` or `tag:desk`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Dimension {
    /// One that every book has.
    Known(&'static DimensionDef),
    /// The label of this name.
    Tag(SmolStr),
}

/// Stands before the name of a label in the id of its dimension.
const TAG: &str = "tag:";

impl Dimension {
    /// Every dimension of a book: those of [`ALL`], then its labels that are not among them.
    pub fn of(book: &Book) -> Vec<Dimension> {
        let is_known = |key: &String| ALL.iter().any(|def| matches!(def.reads, Reads::Label(label) if label == key));
        let tags = book.tag_keys().into_iter().filter(|key| !is_known(key));
        ALL.iter().copied().map(Dimension::Known).chain(tags.map(|key| Dimension::Tag(SmolStr::from(key)))).collect()
    }

    /// The dimension of this id; `None` where there is none.
    pub fn by_id(id: &str) -> Option<Dimension> {
        match id.strip_prefix(TAG) {
            Some(key) => Some(Dimension::Tag(SmolStr::new(key))),
            None => ALL.iter().copied().find(|def| def.id == id).map(Dimension::Known),
        }
    }

    /// Stable id.
    pub fn id(&self) -> String {
        match self {
            Dimension::Known(def) => def.id.to_owned(),
            Dimension::Tag(key) => format!("{TAG}{key}"),
        }
    }

    /// Name as the page shows it.
    pub fn label(&self) -> &str {
        match self {
            Dimension::Known(def) => def.label,
            Dimension::Tag(key) => key,
        }
    }

    /// What positions are called that lack the property.
    pub fn missing(&self) -> String {
        match self {
            Dimension::Known(def) => def.missing.to_owned(),
            Dimension::Tag(key) => format!("no {key}"),
        }
    }

    /// The key of a position.
    pub fn key(&self, subject: &Subject<'_>) -> Key {
        let labelled = |key: &str| subject.position.tags.get(key).map_or(Key::Missing, |label| Key::name(label));
        match self {
            Dimension::Known(DimensionDef { reads: Reads::Property(key), .. }) => key(subject),
            Dimension::Known(DimensionDef { reads: Reads::Label(key), .. }) => labelled(key),
            Dimension::Tag(key) => labelled(key),
        }
    }
}

impl PartialEq for Dimension {
    fn eq(&self, other: &Dimension) -> bool {
        match (self, other) {
            (Dimension::Known(one), Dimension::Known(other)) => one.id == other.id,
            (Dimension::Tag(one), Dimension::Tag(other)) => one == other,
            _ => false,
        }
    }
}

impl From<Dimension> for String {
    fn from(dimension: Dimension) -> String {
        dimension.id()
    }
}

impl TryFrom<String> for Dimension {
    type Error = String;
    fn try_from(id: String) -> Result<Dimension, String> {
        Dimension::by_id(&id).ok_or_else(|| format!("there is no dimension {id}"))
    }
}
