//! The fields that a column can be mapped to: those of the positions table, under its own column names.

use crate::import::plimsoll_columns::{
    self, ACCOUNT, AS_OF, CONTRACT_SIZE, ColumnDef, ENTRY, EXPIRY, FORWARD, MARGIN, MARK, NAME, OPTION_TYPE, QUANTITY, QUOTE, RATE, SIDE,
    SPOT, STRIKE, TYPE, UNDERLYING, VENUE, VOL,
};

/// A field of a position or of its market.
pub struct MappedField {
    /// Its column in the positions table.
    pub id: &'static str,
    /// Its name on the page.
    pub label: &'static str,
    /// What it is about.
    pub group: FieldGroup,
    /// Whether a position can be read without it.
    pub need: Need,
    /// What it holds, in a few words.
    pub doc: &'static str,
    /// The words that are accepted, where it holds one of a few.
    pub words: &'static [&'static str],
}

/// What a field is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldGroup {
    /// The contract.
    Contract,
    /// What is held of it.
    Holding,
    /// Its market.
    Market,
}

/// Whether a position can be read without a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It cannot.
    Required,
    /// One of these is enough.
    OneOf,
    /// It can.
    Optional,
}

/// The groups in the order shown, with their names.
pub const GROUPS: &[(FieldGroup, &str)] =
    &[(FieldGroup::Contract, "Contract"), (FieldGroup::Holding, "Holding"), (FieldGroup::Market, "Market")];

const fn field(column: usize, group: FieldGroup, doc: &'static str) -> MappedField {
    let ColumnDef { id, label, .. } = plimsoll_columns::ALL[column];
    MappedField { id, label, group, need: Need::Optional, doc, words: &[] }
}

/// Every field, in the order shown.
pub const FIELDS: &[MappedField] = &[
    MappedField { need: Need::OneOf, ..field(NAME, FieldGroup::Contract, "BTC-26MAR27-100000-C") },
    MappedField { need: Need::OneOf, ..field(UNDERLYING, FieldGroup::Contract, "BTC") },
    MappedField {
        words: &["option", "call", "put", "future", "perp", "spot", "cash"],
        ..field(TYPE, FieldGroup::Contract, "option, future, perp, spot or cash")
    },
    MappedField { words: &["call", "put"], ..field(OPTION_TYPE, FieldGroup::Contract, "of an option") },
    field(STRIKE, FieldGroup::Contract, "of an option"),
    field(EXPIRY, FieldGroup::Contract, "date or instant"),
    field(CONTRACT_SIZE, FieldGroup::Contract, "units in one contract; 1 if absent"),
    MappedField { words: &["linear", "inverse"], ..field(MARGIN, FieldGroup::Contract, "linear or inverse") },
    MappedField { words: &["USD", "USDC", "USDT"], ..field(QUOTE, FieldGroup::Contract, "of the price") },
    MappedField { need: Need::Required, ..field(QUANTITY, FieldGroup::Holding, "contracts, + is long") },
    MappedField { words: &["buy", "sell"], ..field(SIDE, FieldGroup::Holding, "buy, sell, long or short") },
    field(ENTRY, FieldGroup::Holding, "average price paid"),
    field(ACCOUNT, FieldGroup::Holding, "a label"),
    field(VENUE, FieldGroup::Holding, "a label"),
    field(MARK, FieldGroup::Market, "the contract's price now"),
    field(SPOT, FieldGroup::Market, "price of the underlying"),
    field(FORWARD, FieldGroup::Market, "forward price of the expiry"),
    field(VOL, FieldGroup::Market, "implied, per year"),
    field(RATE, FieldGroup::Market, "per year, 0.04 or 4%"),
    field(AS_OF, FieldGroup::Market, "2027-03-27T08:00:00Z"),
];

impl MappedField {
    /// The field of this id.
    pub fn by_id(id: &str) -> Option<&'static MappedField> {
        FIELDS.iter().find(|field| field.id == id)
    }
}
