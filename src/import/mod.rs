//! Stage 1, import: bytes of files → positions, market facts and issues. One file per format; [`ALL`] is the only list.
//!
//! Invariant: an import never fails as a whole, and nothing is lost in silence. Every row that states something is counted in
//! [`RowCount::read`] and is either accepted or rejected with an [`Issue`]; every interpretation is an issue that was noted.

mod balance;
mod binance;
mod binance_changes;
mod binance_derivatives;
mod binance_history;
mod binance_loan;
mod binance_name;
mod binance_portfolio;
mod bybit;
mod bybit_asset_changes;
mod bybit_name;
mod bitvavo;
mod coinbase;
mod cointracking;
mod content;
mod correlation_table;
mod cryptocom;
mod date;
mod dated_name;
mod delta;
mod deribit_book_summary;
mod deribit_chain;
mod deribit_fills;
mod deribit_log;
mod deribit_name;
mod deribit_positions;
mod deribit_quote;
mod derive;
mod encoding;
mod holding;
mod hyperliquid;
mod ibkr_contract;
mod ibkr_expiry;
mod ibkr_flex_csv;
mod ibkr_flex_xml;
mod ibkr_report;
mod ibkr_row;
mod ibkr_statement;
mod ibkr_trades;
mod intake;
pub(crate) mod json;
mod ledger;
mod ledger_asset;
mod ledger_row;
mod local_time;
mod magic;
mod mapped_read;
mod mapped_table;
pub mod mapping;
pub mod mapping_field;
mod mapping_guess;
mod mapping_hint;
mod mapping_word;
mod number;
mod option_rows;
mod okx;
mod okx_name;
mod okx_position;
pub mod plimsoll_columns;
mod plimsoll_contract;
mod plimsoll_csv;
mod plimsoll_document;
mod plimsoll_history;
mod plimsoll_market;
mod price_cell;
mod price_history;
mod record;
mod revolut;
mod row;
mod schema;
mod sheet;
mod schwab;
mod table;
mod terms;
mod text;
pub mod venue;
mod workbook;
mod zip;

use crate::book::{Account, Position};
use crate::import::mapped_read::RowEnd;
use crate::import::mapping::{Mapping, TableSample, Trial};
use crate::issue::{Issue, IssueKind};
use crate::market::Fact;
use crate::market::history::History;
use crate::units::Timestamp;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::BTreeMap;

pub use crate::import::content::Content;

/// Largest file that is read, bytes: 100 MB as a file system counts them.
pub const MAX_FILE_BYTES: usize = 100 * 1024 * 1024;
/// Most positions of one book.
pub const MAX_POSITIONS: usize = 100_000;
/// Most market facts of one book, and most records of one file.
pub const MAX_FACTS: usize = 500_000;
/// Most daily closes of one book.
pub const MAX_OBSERVATIONS: usize = 500_000;
/// Longest name, account, venue or currency, characters.
pub const MAX_TEXT_CHARS: usize = 256;
/// Deepest nesting of a JSON file.
pub const MAX_JSON_DEPTH: usize = 64;
/// Most rows of one file whose rejection is listed one by one; the rest are counted.
pub const MAX_LISTED: usize = 10_000;

/// A file format.
pub struct ImportDef {
    /// Stable name, used in summaries and tests.
    pub id: &'static str,
    /// Name that the page shows.
    pub label: &'static str,
    /// Where a user gets such a file, and how it is recognized.
    pub doc: &'static str,
    /// Asked of each file, from its decoded content only, never its name.
    pub recognizes: fn(&Content) -> bool,
    /// Reads a recognized file into an empty [`Imported`].
    pub read: fn(&Content, &mut Imported),
}

/// Every format, in the order in which they are asked; the general one is last.
pub const ALL: &[&ImportDef] = &[
    &deribit_positions::DEF,
    &deribit_book_summary::DEF,
    &deribit_chain::DEF,
    &deribit_log::DEF,
    &derive::DEF,
    &hyperliquid::DEF,
    // Its rows look like OKX's and say more.
    &option_rows::DEF,
    &okx::DEF,
    &ibkr_statement::DEF,
    &ibkr_flex_csv::DEF,
    &ibkr_flex_xml::DEF,
    &binance::DEF,
    &binance_history::DEF,
    &bybit::DEF,
    &bybit_asset_changes::DEF,
    &ibkr_trades::DEF,
    &coinbase::DEF,
    &cryptocom::DEF,
    &delta::DEF,
    &cointracking::DEF,
    &bitvavo::DEF,
    &revolut::DEF,
    &schwab::DEF,
    &price_history::DEF,
    &correlation_table::DEF,
    &plimsoll_csv::DEF,
];

/// A file as the user dropped it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct File {
    /// Its name; shown, never trusted.
    pub name: String,
    /// Its content.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
    /// Why its content is not here, if it could not be read at all.
    pub refused: Option<String>,
}

impl File {
    /// A file that was read.
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> File {
        File { name: name.into(), bytes: bytes.into(), refused: None }
    }
}

/// How many rows stated something, and what became of them: `read == accepted + rejected`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowCount {
    /// Rows that state something.
    pub read: usize,
    /// Rows that were understood; a flat row is one of them.
    pub accepted: usize,
    /// Rows that were left out, each with an issue.
    pub rejected: usize,
}

/// What one file gave.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FileSummary {
    /// Name of the file.
    pub name: String,
    /// [`ImportDef::id`] of its format; `None` where no format recognized it.
    pub format: Option<String>,
    /// Name of the format as the page shows it.
    pub label: String,
    /// Its rows.
    pub rows: RowCount,
    /// Positions that it gave.
    pub positions: usize,
    /// Market facts that it gave.
    pub facts: usize,
    /// Accounts that it describes.
    pub accounts: usize,
    /// What its records are, and how many of each; empty for a table of one kind.
    pub kinds: BTreeMap<String, usize>,
    /// The latest time that its rows name.
    pub as_of: Option<Timestamp>,
}

/// What rows of histories are called among [`FileSummary::kinds`].
pub(crate) const CLOSES: &str = "row of daily closes";
/// The same of rows of correlations.
pub(crate) const CORRELATIONS: &str = "row of correlations";

impl FileSummary {
    /// Whether it gave closes or correlations.
    pub fn holds_history(&self) -> bool {
        self.kinds.contains_key(CLOSES) || self.kinds.contains_key(CORRELATIONS)
    }
}

/// What all files gave together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Imported {
    /// Positions, in the order of files and rows.
    pub positions: Vec<Position>,
    /// Market facts, in the order of files and rows; a statement repeated in the next row is kept once.
    pub facts: Vec<Fact>,
    /// What the venues say of whole accounts, in the order of files and rows.
    pub accounts: Vec<Account>,
    /// Daily closes and correlations.
    pub history: History,
    /// The instant to value at, where a document of ours states one; of several documents the last.
    pub as_of: Option<Timestamp>,
    /// Rows of all files.
    pub rows: RowCount,
    /// What was left out, and what was assumed.
    pub issues: Vec<Issue>,
    /// What the records of the present file are, until it is summed up.
    pub(crate) kinds: BTreeMap<String, usize>,
    /// How far each of the first rows came, where it is asked for.
    #[serde(skip)]
    pub(crate) row_ends: Option<Vec<RowEnd>>,
    /// The tables whose columns the user may map, with what a mapping needs to know of them.
    pub tables: Vec<TableSample>,
    /// One summary for each file, in the order given.
    pub files: Vec<FileSummary>,
}

/// What the user says of files beforehand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// Mappings for tables that no format knows.
    pub mappings: Vec<Mapping>,
    /// Files, by place, that are read by a mapping whatever they are.
    pub chosen: Vec<(u32, Mapping)>,
}

/// Reads files of any known format.
pub fn import(files: &[File]) -> Imported {
    import_with(files, &Options::default(), &mut |_, _| {})
}

/// The same; `progress` hears the bytes read and the bytes of all files.
pub fn import_with(files: &[File], options: &Options, progress: &mut dyn FnMut(u64, u64)) -> Imported {
    let mut whole = Imported::default();
    let total = files.iter().map(|file| file.bytes.len() as u64).sum();
    let mut done = 0;
    let progress = RefCell::new(progress);
    for (at, file) in (0..).zip(files) {
        let report = |bytes: u64| (progress.borrow_mut())(done + bytes, total);
        report(0);
        let mut one = Imported::default();
        let summary = match content::decode(file) {
            Ok(content) => {
                one.issues.extend(content.notes.iter().cloned().map(|issue| issue.in_file(content.name)));
                let chosen = options.chosen.iter().find(|(file, _)| *file == at).map(|(_, mapping)| mapping);
                let (summary, table) = read_content(content.watched(&report), chosen, &options.mappings, &mut one);
                whole.tables.extend(table.map(|table| TableSample { file: at, ..table }));
                summary
            }
            Err(issue) => {
                one.issues.push(issue.in_file(&file.name));
                FileSummary { label: "not read".to_owned(), ..FileSummary::default() }
            }
        };
        whole.add(one, FileSummary { name: file.name.clone(), ..summary });
        done += file.bytes.len() as u64;
    }
    (progress.borrow_mut())(total, total);
    whole
}

/// Reads the first rows of a file by a mapping that is still being made.
pub fn try_mapping(file: &File, mapping: &Mapping, rows_at_most: usize) -> Trial {
    mapped_read::attempt(file, mapping, rows_at_most, &plimsoll_csv::DEF)
}

/// Reads one file: by the mapping that was chosen for it, else by the format that knows it, else by a mapping that fits.
fn read_content(
    content: Content,
    chosen: Option<&Mapping>,
    mappings: &[Mapping],
    one: &mut Imported,
) -> (FileSummary, Option<TableSample>) {
    let general = &plimsoll_csv::DEF;
    let known = ALL.iter().copied().filter(|_| chosen.is_none()).find(|def| (def.recognizes)(&content));
    let notes = one.issues.len();
    if let Some(def) = known {
        (def.read)(&content, one);
    }
    let by_format =
        |def: &ImportDef| FileSummary { format: Some(def.id.to_owned()), label: def.label.to_owned(), ..FileSummary::default() };
    if let Some(def) = known.filter(|def| def.id != general.id) {
        return (by_format(def), None);
    }
    let refusal = content.not_recognized();
    let content = content.into_table();
    let table = mapped_read::sample(&content);
    // The positions table refuses a file whole where it lacks a column; a mapping may know where that is.
    let is_open = one.rows.read == 0 && one.facts.is_empty();
    let mapping = chosen.or_else(|| Mapping::best(mappings, &content.column_names()).filter(|_| is_open));
    match (mapping, known) {
        (Some(mapping), _) => {
            one.issues.truncate(notes);
            let label = mapped_read::read(content, mapping, general, one);
            (FileSummary { label, ..by_format(general) }, table.map(|table| table.read_by(mapping)))
        }
        (None, Some(def)) => (by_format(def), table),
        (None, None) => {
            one.issues.push(refusal.in_file(content.name));
            (FileSummary { label: "not recognized".to_owned(), ..FileSummary::default() }, table)
        }
    }
}

/// Adds a list to another; the first one is taken as it is, since a large book takes long to copy.
fn append<T>(all: &mut Vec<T>, mut more: Vec<T>) {
    if all.is_empty() {
        *all = more;
    } else {
        all.append(&mut more);
    }
}

impl Imported {
    /// The latest time that any fact names.
    pub fn latest(&self) -> Option<Timestamp> {
        self.facts.iter().filter_map(|fact| fact.time).max()
    }

    /// Adds what one file gave. A file that would make the book larger than the limits is left out whole: part of a file would be
    /// a book that nobody holds.
    fn add(&mut self, mut one: Imported, summary: FileSummary) {
        let (positions, facts) = (self.positions.len() + one.positions.len(), self.facts.len() + one.facts.len());
        let observations = self.history.observations() + one.history.observations();
        if positions > MAX_POSITIONS || facts > MAX_FACTS || observations > MAX_OBSERVATIONS {
            one.positions.clear();
            one.history = History::default();
            one.facts.clear();
            one.accounts.clear();
            one.as_of = None;
            one.rows = RowCount { read: one.rows.read, accepted: 0, rejected: one.rows.read };
            let message = format!(
                "with this file the book would have more than {MAX_POSITIONS} positions, {MAX_FACTS} market facts or {MAX_OBSERVATIONS} \
                 daily closes: all {} rows of it are left out, split the book into parts",
                one.rows.read
            );
            one.issues.push(Issue::rejected(IssueKind::Unsupported, message).in_file(&summary.name));
        }
        self.as_of = one.as_of.or(self.as_of);
        let as_of = one.latest();
        let (positions, facts, accounts) = (one.positions.len(), one.facts.len(), one.accounts.len());
        self.files.push(FileSummary { rows: one.rows, positions, facts, accounts, kinds: one.kinds, as_of, ..summary });
        self.rows.read += one.rows.read;
        self.rows.accepted += one.rows.accepted;
        self.rows.rejected += one.rows.rejected;
        append(&mut self.positions, one.positions);
        append(&mut self.facts, one.facts);
        self.accounts.append(&mut one.accounts);
        self.history.extend(one.history);
        self.issues.append(&mut one.issues);
    }
}
