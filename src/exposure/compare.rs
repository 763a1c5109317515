//! One book at two times: what prices, trades and expiries made of it.
//!
//! Input: two valued books and what of them is compared, their value or an exposure. Output: [`Comparison`]. Per contract, venue,
//! account and labels, with old quantities `q₀` and new `q₁` and `V` for the value or the exposure: price effect `V(q₀, market₁) − V(q₀, market₀)`, trade effect `V(q₁, market₁) − V(q₀, market₁)`; of what expired in between, expiry
//! effect `settlement − V(q₀, market₀)`, and its payment out of the position as a trade effect, which the balance that took it in
//! shows with the opposite sign. Invariant: the effects and the unexplained rest add up to the change; what cannot be valued on one
//! side is in the rest, never in an effect.

use crate::book::{Book, Position};
use crate::instrument::{Instrument, Settlement};
use crate::issue::{Issue, IssueKind};
use crate::market::Market;
use crate::order;
use crate::price::{Expiry, Line, Plan, State, Valued};
use crate::units::{Measures, Price, Timestamp};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::{AddAssign, SubAssign};

/// What of two books is compared: US dollars, a sum over positions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Compared {
    /// Value.
    #[default]
    Value,
    /// Delta times spot.
    NetDelta,
    /// Size at spot, whatever its sign.
    GrossNotional,
    /// Change of the delta by a move of 1 %.
    Gamma,
    /// Per vol point.
    Vega,
    /// Per day.
    Theta,
}

impl Compared {
    /// Every one of them, in the order shown.
    pub const ALL: [Compared; 6] =
        [Compared::Value, Compared::NetDelta, Compared::GrossNotional, Compared::Gamma, Compared::Vega, Compared::Theta];

    /// Stable id, kebab-case.
    pub fn id(self) -> &'static str {
        match self {
            Compared::Value => "value",
            Compared::NetDelta => "net-delta",
            Compared::GrossNotional => "gross-notional",
            Compared::Gamma => "gamma-1pct",
            Compared::Vega => "vega-1pt",
            Compared::Theta => "theta-1d",
        }
    }

    /// For a reader.
    pub fn label(self) -> &'static str {
        match self {
            Compared::Value => "Value",
            Compared::NetDelta => "Net delta",
            Compared::GrossNotional => "Gross notional",
            Compared::Gamma => "Gamma, 1 %",
            Compared::Vega => "Vega, 1 point",
            Compared::Theta => "Theta, 1 day",
        }
    }

    fn of(self, Measures { value, gross_notional, cash_delta, gamma_1pct, vega_1pt, theta_1d, .. }: &Measures) -> f64 {
        match self {
            Compared::Value => *value,
            Compared::NetDelta => *cash_delta,
            Compared::GrossNotional => *gross_notional,
            Compared::Gamma => *gamma_1pct,
            Compared::Vega => *vega_1pt,
            Compared::Theta => *theta_1d,
        }
    }

    /// Whether it hangs on the price at which a contract was opened: a value that is a gain, and the delta of a gain paid in coins.
    fn hangs_on_entry(self, instrument: &Instrument) -> bool {
        let of_coins = self == Compared::NetDelta && instrument.settlement() == Settlement::Inverse;
        instrument.has_gain() && (self == Compared::Value || of_coins)
    }
}

/// A book that was valued.
#[derive(Clone, Copy, Debug)]
pub struct Snapshot<'a> {
    /// What is held.
    pub book: &'a Book,
    /// The market.
    pub market: &'a Market,
    /// The book laid out.
    pub plan: &'a Plan,
    /// The market in the plan's columns.
    pub state: &'a State,
    /// The book valued.
    pub valued: &'a Valued,
}

/// Two values, or exposures, and what lies between them, US dollars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Value then.
    pub earlier: f64,
    /// Value now.
    pub later: f64,
    /// The old positions at the new market, less then; the passing of time included.
    pub price: f64,
    /// New quantities and entry prices at the new market: trades, deposits, funding, settlements paid out and taken in.
    pub trade: f64,
    /// What expired in between, at its settlement, less then.
    pub expiry: f64,
    /// What none of these accounts for.
    pub unexplained: f64,
}

impl Change {
    /// Now less then.
    pub fn total(&self) -> f64 {
        self.later - self.earlier
    }

    /// How much happened, whatever cancels: the sizes of the effects and of the rest.
    pub fn size(&self) -> f64 {
        self.price.abs() + self.trade.abs() + self.expiry.abs() + self.unexplained.abs()
    }

    fn closed(self) -> Change {
        Change { unexplained: self.total() - self.price - self.trade - self.expiry, ..self }
    }
}

impl AddAssign for Change {
    fn add_assign(&mut self, other: Change) {
        self.earlier += other.earlier;
        self.later += other.later;
        self.price += other.price;
        self.trade += other.trade;
        self.expiry += other.expiry;
        self.unexplained += other.unexplained;
    }
}

impl SubAssign for Change {
    fn sub_assign(&mut self, Change { earlier, later, price, trade, expiry, unexplained }: Change) {
        let (price, trade, expiry) = (-price, -trade, -expiry);
        *self += Change { earlier: -earlier, later: -later, price, trade, expiry, unexplained: -unexplained };
    }
}

/// One contract of one holder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComparedPosition {
    /// Instrument name.
    pub name: String,
    /// Venue.
    pub venue: String,
    /// Account.
    pub account: String,
    /// Labels by dimension.
    pub tags: BTreeMap<String, String>,
    /// The class as the page names it.
    pub class: String,
    /// Code of the underlying.
    pub underlying: String,
    /// Expiry, if it has one.
    pub expires: Option<Timestamp>,
    /// Which contract this is: the same number for the same terms, in this comparison only.
    pub contract: u32,
    /// Unit of the quantities.
    pub quantity_unit: String,
    /// Quantity then; `None` where it was not held.
    pub quantity_earlier: Option<f64>,
    /// Quantity now; `None` where it is no longer held.
    pub quantity_later: Option<f64>,
    /// Its value.
    pub change: Change,
}

/// One book at two times.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Then.
    pub earlier: Timestamp,
    /// Now.
    pub later: Timestamp,
    /// What is compared.
    pub measure: Compared,
    /// The whole book; then and now are the totals of the two.
    pub total: Change,
    /// By contract, venue, account and labels.
    pub positions: Vec<ComparedPosition>,
    /// What was assumed, and what could not be told apart.
    pub issues: Vec<Issue>,
}

impl Comparison {
    /// The rows in which most happened, at most `limit`, each contract of an account in one row whatever its labels: a position
    /// that was only labelled anew is no trade. Returns how many rows there were.
    pub fn condense(&mut self, limit: usize) -> usize {
        let mut rows: Vec<ComparedPosition> = Vec::new();
        for row in self.positions.drain(..) {
            let is_same = |last: &ComparedPosition| (last.contract, &last.venue, &last.account) == (row.contract, &row.venue, &row.account);
            match rows.last_mut().filter(|last| is_same(last)) {
                Some(last) => {
                    let sum = |a: Option<f64>, b: Option<f64>| a.map_or(b, |a| Some(a + b.unwrap_or(0.0)));
                    last.tags.clear();
                    last.quantity_earlier = sum(last.quantity_earlier, row.quantity_earlier);
                    last.quantity_later = sum(last.quantity_later, row.quantity_later);
                    last.change += row.change;
                }
                None => rows.push(row),
            }
        }
        order::sort_by(&mut rows, |a, b| b.change.size().total_cmp(&a.change.size()));
        let count = rows.len();
        rows.truncate(limit);
        self.positions = rows;
        count
    }
}

/// Which of the two books, and where in it.
type Member<'a> = (bool, usize, &'a Position);

/// Compares a book, in one measure, with itself at an earlier time.
///
/// # Errors
/// An `Invalid` issue when the second snapshot is of an earlier time than the first.
pub fn compare(earlier: &Snapshot<'_>, later: &Snapshot<'_>, measure: Compared) -> Result<Comparison, Issue> {
    let (from, until) = (earlier.state.as_of, later.state.as_of);
    if until < from {
        let message = "the book to compare with must be of an earlier time than the open one";
        return Err(Issue::rejected(IssueKind::Invalid, message).with_value(&from.to_string()));
    }
    let mut issues = Vec::new();
    let repriced = Repriced::new(earlier, later, measure, &mut issues);
    let side =
        |is_later: bool, book: &'_ Book| -> Vec<(bool, usize)> { (0..book.positions.len()).map(|index| (is_later, index)).collect() };
    let places = side(false, earlier.book).into_iter().chain(side(true, later.book));
    let mut members: Vec<Member<'_>> = places
        .filter_map(|(is_later, index)| {
            let book = if is_later { later.book } else { earlier.book };
            Some((is_later, index, book.positions.get(index)?))
        })
        .collect();
    order::sort_by(&mut members, |a, b| order(a.2, b.2));
    let mut positions = Vec::new();
    let mut total = Change::default();
    let mut contract: Option<(u32, &Instrument)> = None;
    for group in members.chunk_by(|a, b| a.2.instrument == b.2.instrument && order(a.2, b.2) == Ordering::Equal) {
        let Some((_, _, first)) = group.first() else { continue };
        let change = repriced.change(group, later, (from, until), &mut issues);
        total += change;
        let number = contract.map_or(0, |(number, known)| if *known == first.instrument { number } else { number.saturating_add(1) });
        contract = Some((number, &first.instrument));
        let quantity = |of_later: bool| {
            let lots = group.iter().filter(|(is_later, _, _)| *is_later == of_later).map(|(_, _, position)| position.quantity.get());
            lots.reduce(|sum, quantity| sum + quantity)
        };
        positions.push(ComparedPosition {
            name: first.name.clone(),
            venue: first.venue.clone(),
            account: first.account.clone(),
            tags: first.tags.clone(),
            class: first.instrument.class().to_owned(),
            underlying: first.instrument.underlying().to_owned(),
            expires: first.instrument.expiry(),
            contract: number,
            quantity_unit: first.instrument.units().0,
            quantity_earlier: quantity(false),
            quantity_later: quantity(true),
            change,
        });
    }
    if measure == Compared::Value {
        // What every P&L is a difference of.
        (total.earlier, total.later) = (earlier.valued.total, later.valued.total);
    }
    Ok(Comparison { earlier: from, later: until, measure, total: total.closed(), positions, issues })
}

fn order(a: &Position, b: &Position) -> Ordering {
    let holder = a.venue.cmp(&b.venue).then_with(|| a.account.cmp(&b.account)).then_with(|| a.tags.cmp(&b.tags));
    a.instrument.compare(&b.instrument).then(holder)
}

/// The old positions under the new market.
struct Repriced<'a> {
    earlier: &'a Snapshot<'a>,
    measure: Compared,
    /// Those that are still alive.
    alive: Valued,
    /// Those that expired in between, at their settlement.
    settled: Valued,
    /// Underlyings that the new market knows nothing of.
    unknown: Vec<String>,
}

impl<'a> Repriced<'a> {
    fn new(earlier: &'a Snapshot<'a>, later: &Snapshot<'_>, measure: Compared, issues: &mut Vec<Issue>) -> Repriced<'a> {
        // A gain counts from the same price on both sides, the one that was taken for the entry where none is known.
        let mut book = earlier.book.clone();
        for (index, position) in book.positions.iter_mut().enumerate().filter(|(_, position)| position.instrument.has_gain()) {
            if let Some(entry) = earlier.plan.entry(index).and_then(|entry| Price::new(entry).ok()).filter(|entry| entry.get() > 0.0) {
                position.entry_price = Some(entry);
            }
        }
        let (plan, state, _) = Plan::new(&book, later.market);
        let alive = plan.value(&book, &state);
        let mut state = earlier.state.clone();
        let mut unknown = Vec::new();
        for (underlying, spot) in earlier.plan.underlyings().iter().zip(&mut state.spots).filter(|(underlying, _)| !underlying.is_currency)
        {
            match later.market.spot(&underlying.name) {
                Ok(later) => *spot = later.value,
                Err(_) => unknown.push(underlying.name.clone()),
            }
        }
        for (group, (underlying, expiry)) in earlier.plan.groups().enumerate() {
            let Expiry::Dated(expiry) = expiry else { continue };
            let name = earlier.plan.underlyings().get(underlying).map(|underlying| underlying.name.as_str()).unwrap_or_default();
            let (Some(years), Some(settled)) = (state.years.get_mut(group), state.settled.get_mut(group)) else { continue };
            if expiry > later.state.as_of {
                continue;
            }
            if let Ok(price) = later.market.forward(name, expiry) {
                (*years, *settled) = (0.0, price.value);
                let message = "no file gives its settlement price: the later files' price of that expiry is taken, else their spot";
                issues.push(Issue::noted(IssueKind::MissingData, message).about(&format!("{name} settlement {expiry}")));
            }
        }
        Repriced { earlier, measure, alive, settled: earlier.plan.value(earlier.book, &state), unknown }
    }

    /// The change of one contract of one holder.
    fn change(&self, group: &[Member<'_>], later: &Snapshot<'_>, (from, until): (Timestamp, Timestamp), issues: &mut Vec<Issue>) -> Change {
        let Some((_, _, first)) = group.first() else { return Change::default() };
        let sum = |of_later: bool, value: &dyn Fn(usize) -> Option<f64>| -> Option<f64> {
            group.iter().filter(|(is_later, _, _)| *is_later == of_later).try_fold(0.0, |sum, (_, index, _)| Some(sum + value(*index)?))
        };
        let measure = self.measure;
        let worth = |valued: &Valued, index: usize| valued.positions.get(index)?.as_ref().map(|valued| measure.of(&valued.measures));
        // What had expired counts for nothing in the totals, and so it does here.
        let stated = |snapshot: &Snapshot<'_>, index: usize| match snapshot.plan.lines().get(index) {
            Some(Line::Expired) => Some(0.0),
            _ => worth(snapshot.valued, index),
        };
        let counted =
            |snapshot: &Snapshot<'_>, of_later: bool| sum(of_later, &|index| Some(stated(snapshot, index).unwrap_or(0.0))).unwrap_or(0.0);
        let totals = Change { earlier: counted(self.earlier, false), later: counted(later, true), ..Change::default() };
        let is_whole = sum(false, &|index| stated(self.earlier, index)).is_some() && sum(true, &|index| stated(later, index)).is_some();
        let expiry = first.instrument.expiry();
        if expiry.is_some_and(|expiry| expiry <= from) || !is_whole {
            return totals.closed();
        }
        if expiry.is_some_and(|expiry| expiry <= until) {
            let is_known = !self.unknown.iter().any(|name| name == first.instrument.underlying());
            let Some(settled) = sum(false, &|index| worth(&self.settled, index)).filter(|_| is_known) else { return totals.closed() };
            return Change { expiry: settled - totals.earlier, trade: totals.later - settled, ..totals }.closed();
        }
        let Some(moved) = sum(false, &|index| worth(&self.alive, index)) else { return totals.closed() };
        let price = moved - totals.earlier;
        let is_counted_anew = |(is_later, _, position): &Member<'_>| {
            *is_later && measure.hangs_on_entry(&position.instrument) && position.entry_price.is_none_or(|entry| entry.get() <= 0.0)
        };
        if group.iter().any(is_counted_anew) && group.iter().any(|(is_later, _, _)| !is_later) {
            let message = "no entry price, so its gain begins anew with each loading: what became of it in between is unexplained";
            issues.push(Issue::noted(IssueKind::MissingData, message).about(&first.name));
            return Change { price, ..totals }.closed();
        }
        Change { price, trade: totals.later - moved, ..totals }.closed()
    }
}
