//! What the user does to a book: each [`Edit`] is applied as a whole or not at all.
//!
//! Input: positions and an edit. Output: the edited positions, or an [`Issue`] and the positions as they were. Invariant: splitting,
//! netting, tagging, renaming and closing at the price that the book is valued at leave the value of the book unchanged; adding,
//! replacing, deleting and changing a quantity change it by the positions that they name.

use crate::book::{Account, Position, tag};
use crate::instrument::{Instrument, Settlement};
use crate::issue::{Issue, IssueKind, Source};
use crate::order;
use crate::units::{Currency, Price, Quantity};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Quantities that cancel to this part of their gross are flat: what is left of them is rounding.
const FLAT: f64 = 1e-12;

/// One change. Positions are named by their place in the book, from 0, as it is before this edit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Edit {
    /// Adds a position at the end.
    Add(Box<Position>),
    /// Puts a position in the place of another.
    Replace {
        /// Which.
        index: u32,
        /// The new one.
        position: Box<Position>,
    },
    /// Changes a quantity; the entry price stays.
    SetQuantity {
        /// Which.
        index: u32,
        /// The new quantity, signed.
        quantity: Quantity,
    },
    /// Cuts a position in two lots, one beside the other, whose quantities sum to the old one exactly.
    Split {
        /// Which.
        index: u32,
        /// Quantity of the first lot: of the position's sign, and less of it.
        quantity: Quantity,
    },
    /// Takes positions out of the book against cash of their account, in the currency that each settles in: of a future or
    /// perpetual its gain since entry (nothing where no entry is known, since its gain counts from the present mark), of anything
    /// else its proceeds. Assumed: the whole quantity trades at one price, without fee, spread or impact.
    Close {
        /// Which, and at which prices.
        closings: Vec<Closing>,
    },
    /// Drops positions, and their value with them.
    Delete {
        /// Which.
        indices: Vec<u32>,
    },
    /// Labels positions.
    Tag {
        /// Which.
        indices: Vec<u32>,
        /// Dimension, such as `strategy`.
        key: String,
        /// Label; an empty one takes the dimension away.
        value: String,
    },
    /// Labels all positions by rules.
    ApplyRules {
        /// In this order.
        rules: Vec<tag::Rule>,
    },
    /// Makes one position of all that share contract, account, venue and labels. The entry price is the one that gives the same
    /// gain at every price; where there is none (the lots cancel, or the average is no positive price), the gain that is locked in
    /// goes to the account's cash and the rest keeps the average entry of its own side.
    NetByInstrument,
    /// Renames a venue.
    RenameVenue {
        /// Its name.
        from: String,
        /// The new name.
        to: String,
    },
    /// Renames an account of one venue.
    RenameAccount {
        /// The venue.
        venue: String,
        /// Its name.
        from: String,
        /// The new name.
        to: String,
    },
}

/// A position to be closed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Closing {
    /// Which.
    pub index: u32,
    /// In the contract's own price unit; `None` closes at the venue's own mark.
    pub price: Option<Price>,
}

/// Applies an edit.
///
/// # Errors
/// An `Invalid` or `MissingData` issue that names the position; the positions are then as they were.
pub fn apply(positions: &mut Vec<Position>, edit: &Edit) -> Result<(), Issue> {
    match edit {
        Edit::Add(position) => positions.push((**position).clone()),
        Edit::Replace { index, position } => *at(positions, *index)? = (**position).clone(),
        Edit::SetQuantity { index, quantity } => set_quantity(at(positions, *index)?, *quantity),
        Edit::Split { index, quantity } => split(positions, *index, *quantity)?,
        Edit::Close { closings } => close(positions, closings)?,
        Edit::Delete { indices } => {
            let gone = distinct(positions, indices.iter().copied())?;
            remove(positions, &gone);
        }
        Edit::Tag { indices, key, value } => {
            if key.trim().is_empty() {
                return Err(Issue::rejected(IssueKind::Invalid, "a label needs the name of its dimension, such as strategy"));
            }
            for index in distinct(positions, indices.iter().copied())? {
                tag::set(&mut at(positions, index)?.tags, key, value);
            }
        }
        Edit::ApplyRules { rules } => positions.iter_mut().for_each(|position| tag::apply(rules, position)),
        Edit::NetByInstrument => net(positions)?,
        Edit::RenameVenue { from, to } => {
            positions.iter_mut().filter(|position| position.venue == *from).for_each(|position| position.venue.clone_from(to));
        }
        Edit::RenameAccount { venue, from, to } => {
            let named = positions.iter_mut().filter(|position| position.venue == *venue && position.account == *from);
            named.for_each(|position| position.account.clone_from(to));
        }
    }
    Ok(())
}

/// Carries a renaming over to what the venues say of whole accounts; other edits leave that alone.
pub fn rename_accounts(accounts: &mut [Account], edit: &Edit) {
    match edit {
        Edit::RenameVenue { from, to } => {
            accounts.iter_mut().filter(|account| account.venue == *from).for_each(|account| account.venue.clone_from(to));
        }
        Edit::RenameAccount { venue, from, to } => {
            let named = accounts.iter_mut().filter(|account| account.venue == *venue && account.name == *from);
            named.for_each(|account| account.name.clone_from(to));
        }
        _ => {}
    }
}

fn at(positions: &mut [Position], index: u32) -> Result<&mut Position, Issue> {
    let count = positions.len();
    positions.get_mut(index as usize).ok_or_else(|| {
        Issue::rejected(IssueKind::Invalid, format!("the book has {count} positions, counted from 0")).with_value(&index.to_string())
    })
}

/// The places, ascending; each must exist and be named once.
fn distinct(positions: &mut [Position], indices: impl Iterator<Item = u32>) -> Result<BTreeSet<u32>, Issue> {
    let mut found = BTreeSet::new();
    for index in indices {
        let position = at(positions, index)?;
        if !found.insert(index) {
            return Err(Issue::rejected(IssueKind::Invalid, "the position is named twice").about(&position.name));
        }
    }
    Ok(found)
}

fn remove(positions: &mut Vec<Position>, gone: &BTreeSet<u32>) {
    let mut index = 0;
    positions.retain(|_| {
        index += 1;
        !gone.contains(&(index - 1))
    });
}

/// What a venue says of a quantity says nothing of another.
fn set_quantity(position: &mut Position, quantity: Quantity) {
    if position.quantity != quantity {
        position.quantity = quantity;
        position.stated = None;
    }
}

fn split(positions: &mut Vec<Position>, index: u32, quantity: Quantity) -> Result<(), Issue> {
    let position = at(positions, index)?;
    let (whole, first) = (position.quantity.get(), quantity.get());
    if !(first * whole.signum() > 0.0 && first.abs() < whole.abs()) {
        let message = "a lot must have the sign of its position and be a part of it";
        return Err(Issue::rejected(IssueKind::Invalid, message).about(&position.name).with_value(&first.to_string()));
    }
    let rest = whole - first;
    // Where the rest was rounded so that the sum misses, the first lot gives way by the same last digit: `whole − rest` is exact.
    let first = if first + rest == whole { first } else { whole - rest };
    let mut second = position.clone();
    set_quantity(position, Quantity::new(first)?);
    set_quantity(&mut second, Quantity::new(rest)?);
    positions.insert(index as usize + 1, second);
    Ok(())
}

fn close(positions: &mut Vec<Position>, closings: &[Closing]) -> Result<(), Issue> {
    let gone = distinct(positions, closings.iter().map(|closing| closing.index))?;
    let mut payments = Vec::new();
    for closing in closings {
        let position = at(positions, closing.index)?;
        let refused = |kind: IssueKind, message: &str| Issue::rejected(kind, message).about(&position.name);
        if matches!(position.instrument, Instrument::Cash(_)) {
            return Err(refused(IssueKind::Invalid, "a cash balance cannot be closed; delete it or change its amount"));
        }
        let price = closing.price.or(position.mark).map(Price::get).ok_or_else(|| {
            refused(IssueKind::MissingData, "it has no mark to be closed at; give a price, or delete it without its value")
        })?;
        let paid = if position.instrument.has_gain() {
            let entry = position.entry_price.map(Price::get).filter(|entry| *entry > 0.0).unwrap_or(price);
            position.instrument.unit_gain(entry, price).ok_or_else(|| {
                refused(IssueKind::Invalid, "an inverse contract cannot be closed at a price of 0").with_value(&price.to_string())
            })?
        } else {
            position.instrument.contract_size() * price
        };
        let account = (position.venue.clone(), position.account.clone());
        payments.push((account, position.instrument.settlement_currency(), paid * position.quantity.get()));
    }
    settle(positions, &gone, payments)
}

/// An account by venue and name, a currency, an amount.
type Payment = ((String, String), Currency, f64);

/// Takes positions out and pays balances in, once every amount is known to be one.
fn settle(positions: &mut Vec<Position>, gone: &BTreeSet<u32>, payments: Vec<Payment>) -> Result<(), Issue> {
    let mut sums: BTreeMap<((String, String), Currency), f64> = BTreeMap::new();
    for (account, currency, amount) in payments {
        *sums.entry((account, currency)).or_default() += amount;
    }
    let mut added = Vec::new();
    for (((venue, account), currency), amount) in sums {
        let instrument = Instrument::balance(currency.clone());
        // A holding with an entry price has a profit of its own, which a payment must not dilute.
        let is_balance = |position: &Position| {
            position.venue == venue && position.account == account && position.instrument == instrument && position.entry_price.is_none()
        };
        let held = (0_u32..).zip(positions.iter()).position(|(index, position)| is_balance(position) && !gone.contains(&index));
        let before = held.and_then(|index| positions.get(index)).map_or(0.0, |position| position.quantity.get());
        let after = Quantity::new(before + amount).map_err(|issue| issue.about(currency.code()))?;
        let fresh = Position {
            name: currency.code().to_owned(),
            account,
            venue,
            instrument,
            quantity: after,
            entry_price: None,
            mark: None,
            tags: BTreeMap::new(),
            stated: None,
            source: Source::default(),
        };
        added.push((held, fresh));
    }
    let mut appended = Vec::new();
    for (held, fresh) in added {
        match held.and_then(|index| positions.get_mut(index)) {
            Some(position) => set_quantity(position, fresh.quantity),
            None if fresh.quantity.get() != 0.0 => appended.push(fresh),
            None => {}
        }
    }
    remove(positions, gone);
    positions.append(&mut appended);
    Ok(())
}

/// An entry price that a gain can be counted from; of what has no gain, any.
fn usable_entry(position: &Position) -> Option<f64> {
    position.entry_price.map(Price::get).filter(|entry| !position.instrument.has_gain() || *entry > 0.0)
}

/// What lots share besides their contract.
fn holder(position: &Position) -> (&str, &str, &BTreeMap<String, String>, bool) {
    (&position.venue, &position.account, &position.tags, usable_entry(position).is_some())
}

/// A position and its place.
type Lot<'a> = (u32, &'a Position);

/// The positions with lots of one contract and holder beside each other.
fn in_order(positions: &[Position]) -> Vec<Lot<'_>> {
    let mut order: Vec<Lot<'_>> = (0..).zip(positions.iter()).collect();
    order::sort_by(&mut order, |(_, a), (_, b)| a.instrument.compare(&b.instrument).then_with(|| holder(a).cmp(&holder(b))));
    order
}

/// The lots that become one position.
fn lots<'a>(order: &'a [Lot<'a>]) -> impl Iterator<Item = &'a [Lot<'a>]> {
    let same = |a: &Lot<'a>, b: &Lot<'a>| a.1.instrument == b.1.instrument && holder(a.1) == holder(b.1);
    order.chunk_by(same).filter(|lots| lots.len() > 1)
}

/// How many lots [`Edit::NetByInstrument`] puts together, and how many positions are left of them: none of lots that cancel.
///
/// # Errors
/// As applying the edit.
pub fn netting(positions: &[Position]) -> Result<[u32; 2], Issue> {
    let (mut before, mut after) = (0_usize, 0_usize);
    for lots in lots(&in_order(positions)) {
        let members: Vec<&Position> = lots.iter().map(|(_, position)| *position).collect();
        before += lots.len();
        after += usize::from(net_of(&members)?.quantity.get() != 0.0);
    }
    Ok([before, after].map(|count| u32::try_from(count).unwrap_or(u32::MAX)))
}

fn net(positions: &mut Vec<Position>) -> Result<(), Issue> {
    let order = in_order(positions);
    let (mut netted, mut gone, mut payments) = (Vec::new(), BTreeSet::new(), Vec::new());
    for lots in lots(&order) {
        let Some((index, first)) = lots.first() else { continue };
        let members: Vec<&Position> = lots.iter().map(|(_, position)| *position).collect();
        let Net { quantity, entry, locked_in } = net_of(&members)?;
        let mark = first.mark.filter(|mark| members.iter().all(|position| position.mark == Some(*mark)));
        let one = Position { quantity, entry_price: entry, mark, stated: None, ..(*first).clone() };
        gone.extend(lots.iter().skip(usize::from(quantity.get() != 0.0)).map(|(index, _)| *index));
        if locked_in != 0.0 {
            payments.push(((one.venue.clone(), one.account.clone()), one.instrument.settlement_currency(), locked_in));
        }
        netted.push((*index, one));
    }
    let before = positions.clone();
    for (index, one) in netted {
        *at(positions, index)? = one;
    }
    settle(positions, &gone, payments).inspect_err(|_| *positions = before)
}

/// What is left of several lots of one contract.
struct Net {
    quantity: Quantity,
    entry: Option<Price>,
    /// Gain that no longer depends on the price, settlement currency.
    locked_in: f64,
}

/// Linear: the gain is `size·(ΣqP − ΣqE)`, so the entry is `ΣqE/Σq`. Inverse futures and perpetuals: `size·(Σq/E − Σq/P)`, so it
/// is `Σq/Σ(q/E)`.
fn net_of(lots: &[&Position]) -> Result<Net, Issue> {
    let quantities = || lots.iter().map(|position| position.quantity.get());
    let (sum, gross): (f64, f64) = (quantities().sum(), quantities().map(f64::abs).sum());
    let sum = if sum.abs() <= FLAT * gross { 0.0 } else { sum };
    let quantity = Quantity::new(sum)?;
    let Some(first) = lots.first().map(|position| &position.instrument) else { return Ok(Net { quantity, entry: None, locked_in: 0.0 }) };
    let inverse = first.has_gain() && first.settlement() == Settlement::Inverse;
    // Σ q and Σ q·E or Σ q/E over the lots of one sign, or all.
    let costs = |sign: f64| -> Option<(f64, f64)> {
        let mut costs = (0.0, 0.0);
        for position in lots {
            let (quantity, entry) = (position.quantity.get(), usable_entry(position)?);
            if sign == 0.0 || quantity * sign > 0.0 {
                costs.0 += quantity;
                costs.1 += if inverse { quantity / entry } else { quantity * entry };
            }
        }
        Some(costs)
    };
    let average = |(quantity, cost): (f64, f64)| if inverse { quantity / cost } else { cost / quantity };
    let is_price = |price: &f64| price.is_finite() && (*price > 0.0 || (*price == 0.0 && !first.has_gain()));
    let Some((_, cost)) = costs(0.0) else { return Ok(Net { quantity, entry: None, locked_in: 0.0 }) };
    if sum != 0.0
        && let Some(entry) = Some(average((sum, cost))).filter(is_price)
    {
        return Ok(Net { quantity, entry: Some(Price::new(entry)?), locked_in: 0.0 });
    }
    let entry = Some(sum).filter(|sum| *sum != 0.0).and_then(costs).map(average).filter(is_price);
    // What was paid for an option or a coin left the balance when it was bought: nothing is locked in but a future's gain.
    let locked_in = match (first.has_gain(), entry) {
        (false, _) => 0.0,
        (true, entry) if inverse => cost - entry.map_or(0.0, |entry| sum / entry),
        (true, entry) => entry.map_or(0.0, |entry| sum * entry) - cost,
    };
    Ok(Net { quantity, entry: entry.map(Price::new).transpose()?, locked_in: first.contract_size() * locked_in })
}
