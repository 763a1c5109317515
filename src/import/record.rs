//! One row of named fields, whatever file it came from, and the rows of a JSON list with their lines.

use crate::import::Content;
use crate::issue::{Issue, IssueKind};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// A field of the generic format.
pub struct FieldDef {
    /// Its name, as the template writes it.
    pub name: &'static str,
    /// Other names that are accepted.
    pub aliases: &'static [&'static str],
}

macro_rules! fields {
    ($($id:ident $name:literal [$($alias:literal),*]),* $(,)?) => {
        /// The fields of the generic format; the place in [`FIELDS`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, dead_code, reason = "each variant is its field's name in FIELDS; a row's own number is known and not read")]
        pub enum Field { $($id),* }

        /// The fields in the order of the template.
        pub const FIELDS: &[FieldDef] = &[$(FieldDef { name: $name, aliases: &[$($alias),*] }),*];
    };
}

fields! {
    Instrument "instrument" ["name", "symbol", "instrument_name", "contract", "ticker"],
    Account "account" ["subaccount", "sub_account", "portfolio"],
    Venue "venue" ["exchange", "broker"],
    Underlying "underlying" ["asset", "coin", "base", "base_currency", "currency"],
    Type "type" ["kind", "class", "instrument_type", "asset_class"],
    OptionType "option_type" ["right", "put_call", "call_put", "cp"],
    Strike "strike" ["strike_price", "k"],
    Expiry "expiry" ["expiration", "maturity", "expiry_date", "expiration_date"],
    Quantity "quantity" ["qty", "size", "amount", "position", "contracts"],
    Side "side" ["direction"],
    ContractSize "contract_size" ["multiplier", "mult"],
    EntryPrice "entry_price" ["entry", "avg_price", "average_price", "cost_price", "avg_entry_price"],
    Mark "mark" ["mark_price", "last_price"],
    Spot "spot" ["index", "index_price", "spot_price", "underlying_price"],
    Forward "forward" ["futures_price", "forward_price"],
    Vol "iv" ["vol", "implied_vol", "mark_iv", "implied_volatility", "sigma"],
    Rate "rate" ["r", "interest_rate", "discount_rate"],
    Margin "margin" ["settlement", "settle", "margin_type", "settlement_type"],
    Quote "quote" ["quote_currency"],
    Row "id" ["#", "row", "no"],
}

/// The field that a header names; spaces, case, `-` and `_` do not matter.
pub fn field_of(header: &str) -> Option<usize> {
    let normal: String = header.trim().trim_start_matches('\u{feff}').to_lowercase().replace([' ', '-'], "_");
    FIELDS.iter().position(|field| field.name == normal || field.aliases.contains(&normal.as_str()))
}

/// A row.
pub struct Record<'a> {
    /// File name.
    pub file: &'a str,
    /// Line, counted from 1.
    pub line: u64,
    /// Texts in the order of [`FIELDS`]; empty where the row has none.
    pub texts: Vec<&'a str>,
    /// The header as the file writes it, in the order of [`FIELDS`].
    pub columns: &'a [String],
    /// Numbers of this file have a decimal comma.
    pub comma_is_decimal: bool,
}

impl Record<'_> {
    /// Trimmed text of a field; empty if there is none.
    pub fn text(&self, field: Field) -> &str {
        self.texts.get(field as usize).map_or("", |text| text.trim())
    }

    /// An issue at this row.
    pub fn issue(&self, issue: Issue) -> Issue {
        issue.in_file(self.file).at_line(self.line)
    }

    /// An issue at a field of this row, quoting its value.
    pub fn issue_at(&self, field: Field, issue: Issue) -> Issue {
        let column = self.columns.get(field as usize).filter(|column| !column.is_empty());
        let name = FIELDS.get(field as usize).map_or("", |def| def.name);
        self.issue(issue).in_column(column.map_or(name, String::as_str)).with_value(self.text(field))
    }
}

/// A JSON object of a list, with its line.
pub struct JsonRow {
    /// Line on which it starts, counted from 1.
    pub line: u64,
    /// The object, or what stood in its place.
    pub value: Value,
}

/// The envelope that a list may stand in.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    result: Option<&'a RawValue>,
    #[serde(borrow, default)]
    positions: Option<&'a RawValue>,
    #[serde(default)]
    version: Option<Value>,
}

/// Where a list stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Bare.
    Bare,
    /// In a JSON-RPC envelope, under `result`.
    Result,
    /// In a document, under `positions`.
    Positions,
}

/// The rows of a JSON text and where they stood.
///
/// # Errors
/// What is wrong with the text as JSON, with line and column; or that it holds no list.
pub fn json_rows(content: &Content) -> Result<(Place, Vec<JsonRow>), Issue> {
    let text = content.text.as_str();
    let broken = |error: serde_json::Error| {
        Issue::rejected(IssueKind::Parse, format!("this is not JSON: {error}")).in_file(&content.name).at_line(error.line() as u64)
    };
    let refuse = |message: &str| Issue::rejected(IssueKind::Parse, message.to_owned()).in_file(&content.name).at_line(1);
    let (place, list) = if text.trim_start().starts_with('[') {
        (Place::Bare, serde_json::from_str::<&RawValue>(text).map_err(broken)?)
    } else {
        let envelope: Envelope<'_> = serde_json::from_str(text).map_err(broken)?;
        match (envelope.result, envelope.positions, envelope.version) {
            (Some(result), _, _) => (Place::Result, result),
            (None, Some(positions), version) => {
                let known = version.as_ref().is_none_or(|version| version.as_u64() == Some(1));
                if !known {
                    let value = version.map(|version| version.to_string()).unwrap_or_default();
                    return Err(refuse("the document's version must be the number 1").in_column("version").with_value(&value));
                }
                (Place::Positions, positions)
            }
            (None, None, _) => return Err(refuse("the JSON holds neither a list nor `result` nor `positions`")),
        }
    };
    let rows: Vec<&RawValue> =
        serde_json::from_str(list.get()).map_err(|_| refuse("the JSON must hold a list of objects").with_value(list.get()))?;
    let start = text.as_ptr() as usize;
    let (mut line, mut counted) = (1, 0);
    let mut parsed = Vec::with_capacity(rows.len());
    for raw in rows {
        // Each row is a slice of the text, so that its line follows from where it stands.
        let offset = raw.get().as_ptr() as usize - start;
        line += text.as_bytes().get(counted..offset).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count() as u64;
        counted = offset;
        parsed.push(JsonRow { line, value: serde_json::from_str(raw.get()).map_err(broken)? });
    }
    Ok((place, parsed))
}

/// Text of a JSON value as a table would hold it; a list or object has none.
pub fn value_text(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        Value::Array(_) | Value::Object(_) => None,
    }
}
