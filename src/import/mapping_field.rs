//! The fields that a column can be mapped to: those of the positions table, under its own column names.

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

const fn field(id: &'static str, label: &'static str, group: FieldGroup, doc: &'static str) -> MappedField {
    MappedField { id, label, group, need: Need::Optional, doc, words: &[] }
}

/// Every field, in the order shown.
pub const FIELDS: &[MappedField] = &[
    MappedField { need: Need::OneOf, ..field("instrument", "Instrument", FieldGroup::Contract, "BTC-26MAR27-100000-C") },
    MappedField { need: Need::OneOf, ..field("underlying", "Underlying", FieldGroup::Contract, "BTC") },
    MappedField {
        words: &["option", "call", "put", "future", "perp", "spot", "cash"],
        ..field("type", "Type", FieldGroup::Contract, "option, future, perp, spot or cash")
    },
    MappedField { words: &["call", "put"], ..field("option_type", "Call or put", FieldGroup::Contract, "of an option") },
    field("strike", "Strike", FieldGroup::Contract, "of an option"),
    field("expiry", "Expiry", FieldGroup::Contract, "date or instant"),
    field("contract_size", "Contract size", FieldGroup::Contract, "units in one contract; 1 if absent"),
    MappedField { words: &["linear", "inverse"], ..field("margin", "Settlement", FieldGroup::Contract, "linear or inverse") },
    MappedField { words: &["USD", "USDC", "USDT"], ..field("quote", "Currency", FieldGroup::Contract, "of the price") },
    MappedField { need: Need::Required, ..field("quantity", "Quantity", FieldGroup::Holding, "contracts, + is long") },
    MappedField { words: &["buy", "sell"], ..field("side", "Side", FieldGroup::Holding, "buy, sell, long or short") },
    field("entry_price", "Entry price", FieldGroup::Holding, "average price paid"),
    field("account", "Account", FieldGroup::Holding, "a label"),
    field("venue", "Venue", FieldGroup::Holding, "a label"),
    field("mark", "Mark", FieldGroup::Market, "the contract's price now"),
    field("spot", "Spot", FieldGroup::Market, "price of the underlying"),
    field("forward", "Forward", FieldGroup::Market, "forward price of the expiry"),
    field("iv", "Volatility", FieldGroup::Market, "implied, per year"),
    field("rate", "Rate", FieldGroup::Market, "per year, 0.04 or 4%"),
    field("as_of", "Time of prices", FieldGroup::Market, "2027-03-27T08:00:00Z"),
];

impl MappedField {
    /// The field of this id.
    pub fn by_id(id: &str) -> Option<&'static MappedField> {
        FIELDS.iter().find(|field| field.id == id)
    }
}
