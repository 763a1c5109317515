//! One holding in two files: positions of the same contract, venue, account and quantity, which the sums then count twice.
//!
//! Invariant: positions of one file never repeat each other, since a file may list lots; a position without a file repeats nothing.

use crate::book::Position;
use crate::check::{CheckDef, Evidence, Finding, Severity};
use crate::instrument::{Instrument, OptionKind, Settlement};
use crate::method::Method;
use crate::order;
use crate::units::Timestamp;
use std::collections::BTreeMap;

/// Part of a quantity that may be lost in printing.
const RELATIVE: f64 = 1e-9;
/// Most places that a finding names.
const NAMED: usize = 6;

/// The check.
pub const DEF: CheckDef = CheckDef {
    id: "repeated",
    label: "Same holding in two files",
    doc: "Positions of the same contract, venue, account and quantity that come from different files: the sums count them once for \
          each file. Where one file names no venue or no account, it may still be the same holding, which is a note. Nothing is left \
          out: take one of the files out of the book, or tell the accounts apart if both are held. The difference is the quantity \
          counted too often; in dollars it is its value, and its size at spot where the contract is worth only its gain.",
    run,
};

/// What else is said of it.
pub(super) const METHOD: Method = Method {
    id: DEF.id,
    label: DEF.label,
    doc: DEF.doc,
    formula: "same contract, venue, account and quantity (to 10⁻⁹) in two files",
    unit: "the contract's quantity; its value in US dollars",
    convention: "Nothing is left out of a sum on suspicion.",
    source: "by definition",
    limits: "Lots of one file never repeat each other, even where they are the same row twice.",
};

/// What is held, as far as two files write it alike.
type Contract<'a> = (&'static str, &'a str, String, bool, Option<Timestamp>, Option<(u64, OptionKind)>, u64);

fn contract(instrument: &Instrument) -> Contract<'_> {
    let option = instrument.option_terms().map(|option| (option.strike.get().to_bits(), option.kind));
    let is_inverse = instrument.settlement() == Settlement::Inverse;
    let (quote, size) = (instrument.quote().code().to_owned(), instrument.contract_size().to_bits());
    (instrument.class(), instrument.underlying(), quote, is_inverse, instrument.expiry(), option, size)
}

/// Venue and account, whatever the case of the venue.
type Owner = (String, String);

fn owner(position: &Position) -> Owner {
    (position.venue.trim().to_lowercase(), position.account.trim().to_owned())
}

/// Whether two may be the same although one of them leaves something out.
fn may_be_one(one: &Owner, other: &Owner) -> bool {
    let agrees = |one: &str, other: &str| one.is_empty() || other.is_empty() || one == other;
    agrees(&one.0, &other.0) && agrees(&one.1, &other.1)
}

fn run(evidence: &Evidence<'_>) -> Vec<Finding> {
    let mut held: Vec<(Contract<'_>, usize, &Position)> = Vec::new();
    let mut first_file: Option<&str> = None;
    let mut is_one_file = true;
    for (index, position, _) in evidence.positions().filter(|(_, position, _)| !position.source.file.is_empty()) {
        let file = position.source.file.as_str();
        is_one_file &= *first_file.get_or_insert(file) == file;
        held.push((contract(&position.instrument), index, position));
    }
    if is_one_file {
        return Vec::new();
    }
    let order = |position: &Position| position.quantity.get();
    order::sort_by(&mut held, |one, other| one.0.cmp(&other.0).then(order(one.2).total_cmp(&order(other.2))).then(one.1.cmp(&other.1)));
    let mut findings = Vec::new();
    let is_same = |one: &(Contract<'_>, usize, &Position), other: &(Contract<'_>, usize, &Position)| {
        one.0 == other.0 && (order(one.2) - order(other.2)).abs() <= RELATIVE * order(one.2).abs()
    };
    for group in held.chunk_by(is_same).filter(|group| group.len() > 1) {
        let mut by_owner: BTreeMap<Owner, Vec<(usize, &Position)>> = BTreeMap::new();
        for (_, index, position) in group {
            by_owner.entry(owner(position)).or_default().push((*index, position));
        }
        // Those that name less join the first that they may be.
        let mut owners: Vec<(Owner, Vec<(usize, &Position)>)> = Vec::new();
        for (owner, members) in by_owner.into_iter().rev() {
            match owners.iter_mut().find(|(other, _)| may_be_one(other, &owner)) {
                Some((_, known)) => known.extend(members),
                None => owners.push((owner, members)),
            }
        }
        findings.extend(owners.into_iter().filter_map(|(_, members)| repetition(evidence, members)));
    }
    order::sort_by_key(&mut findings, |finding| finding.position);
    findings
}

/// The finding on positions that are alike, if they come from several files.
fn repetition(evidence: &Evidence<'_>, mut members: Vec<(usize, &Position)>) -> Option<Finding> {
    order::sort_by_key(&mut members, |(index, _)| *index);
    let mut by_file: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, position) in &members {
        *by_file.entry(position.source.file.as_str()).or_default() += 1;
    }
    // A file may list several lots: as many as the longest list are held.
    let once = by_file.values().copied().max().filter(|_| by_file.len() > 1)?;
    let again = members.len() - once;
    let (_, first) = members.first()?;
    // Two files that name the same venue and account leave no doubt.
    let mut file_of: BTreeMap<Owner, &str> = BTreeMap::new();
    let is_certain = members.iter().any(|(_, position)| {
        let (file, owner) = (position.source.file.as_str(), owner(position));
        !owner.0.is_empty() && *file_of.entry(owner).or_insert(file) != file
    });
    let (index, position) = members.iter().find(|(_, position)| position.source.file != first.source.file)?;
    let valued = evidence.valued.positions.get(*index).and_then(Option::as_ref);
    let dollars = valued.map(|valued| {
        let measures = &valued.measures;
        let one = if position.instrument.has_gain() { measures.gross_notional } else { measures.value.abs() };
        one * again as f64
    });
    let more = if members.len() > NAMED { format!(" and {} more", members.len() - NAMED) } else { String::new() };
    let places: Vec<String> = members.iter().take(NAMED).map(|(_, position)| place(position)).collect();
    let message = format!(
        "the same holding in {} files ({}{more}): the sums count it {} times, take one of the files out if it is held once",
        by_file.len(),
        places.join(", "),
        members.len()
    );
    let message = if is_certain { message } else { format!("{message}; not each of them names venue and account") };
    let quantity = position.quantity.get();
    let has_contracts = position.instrument.has_gain() || position.instrument.option_terms().is_some();
    let unit = if has_contracts { "contracts" } else { position.instrument.underlying() };
    let (stated, computed) = (quantity * members.len() as f64, quantity * once as f64);
    let finding = Finding::of_position(&DEF, *index, position).comparing(stated, computed, unit, computed);
    let severity = if is_certain { Severity::Warning } else { Severity::Note };
    Some(Finding { severity, dollars, message, ..finding })
}

fn place(position: &Position) -> String {
    match position.source.line {
        0 => position.source.file.to_string(),
        line => format!("{} line {line}", position.source.file),
    }
}
