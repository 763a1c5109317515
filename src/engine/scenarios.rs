//! All scenarios in one answer, and one of them taken apart.

use crate::engine::Engine;
use crate::exposure::counterparty::DefaultRate;
use crate::exposure::limit::{Limit, Reading};
use crate::exposure::{self, Totals};
use crate::issue::{Issue, IssueKind};
use crate::math::american::Boundaries;
use crate::order;
use crate::price::{Expiry, State, Valued, ValuedPosition};
use crate::stress::library::{Replays, Window};
use crate::stress::scenario::{Ground, Outcome, Scenario, market};
use crate::units::{Currency, Timestamp};
use std::collections::BTreeMap;

/// Contracts of all windows of one length that are valued: a tenth of a second or two.
const MOST_VALUED: usize = 4_000_000;
/// Windows that are revalued in full however large the book is.
const FEWEST_REVALUED: usize = 50;

/// The window of a history that is worst for a book.
#[derive(Clone, Debug, PartialEq)]
pub struct WorstWindow {
    /// What it did.
    pub scenario: Scenario,
    /// What has no close on both of its days.
    pub issues: Vec<Issue>,
    /// Windows of that length that the history has.
    pub windows: usize,
    /// How many of them were revalued in full.
    pub revalued: usize,
}

/// What scenarios are held against besides US dollars.
#[derive(Clone, Copy, Debug, Default)]
pub struct Yardsticks<'a> {
    /// The coin that P&L is counted in as well.
    pub coin: Option<&'a str>,
    /// Limits.
    pub limits: &'a [Limit],
    /// Rates of default that some limits need, by counterparty; `None` takes the built-in ones.
    pub rates: Option<&'a BTreeMap<String, DefaultRate>>,
}

/// One scenario of many.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioRow {
    /// Its place in the pack.
    pub place: usize,
    /// P&L, US dollars, times the scenario's weight.
    pub pnl: f64,
    /// Change of the book's value counted in the coin, each at its own spot, times the scenario's weight; `None` where the coin is not in the book.
    pub pnl_coin: Option<f64>,
    /// P&L over the equity now; `None` where that is not positive.
    pub of_equity: Option<f64>,
    /// The whole book after it, without the weight.
    pub after: Totals,
    /// What is used of each limit after it, the worst first, without the weight.
    pub limits: Vec<Reading>,
    /// What counts for nothing, and what was assumed.
    pub issues: Vec<Issue>,
}

/// A part of a P&L.
#[derive(Clone, Debug, PartialEq)]
pub struct PartOfPnl {
    /// Underlying or venue; a venue that no file names is empty.
    pub key: String,
    /// US dollars, times the scenario's weight.
    pub pnl: f64,
}

/// One column of the market before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct MarketMove {
    /// Underlying.
    pub underlying: String,
    /// Its dated forward, where it is one; else the spot.
    pub expiry: Option<Timestamp>,
    /// Price before, US dollars.
    pub before: f64,
    /// Price after, US dollars.
    pub after: f64,
    /// Lowest and highest change of the vols of that expiry, decimals; `None` where no option is held or it has run out.
    pub vols: Option<(f64, f64)>,
}

/// One scenario taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioDetail {
    /// Its row.
    pub row: ScenarioRow,
    /// What it does to the market that shocks without a venue or a label lead to.
    pub moves: Vec<MarketMove>,
    /// By underlying, the worst first.
    pub by_underlying: Vec<PartOfPnl>,
    /// By venue, the worst first.
    pub by_venue: Vec<PartOfPnl>,
    /// By position, in book order; `None` of what is left out or had expired.
    pub by_position: Vec<Option<f64>>,
}

impl Engine {
    /// What scenarios act on.
    pub fn ground(&self) -> Ground<'_> {
        Ground {
            book: &self.book,
            market: &self.market,
            plan: &self.plan,
            base: &self.state,
            valued: &self.base,
            deviations: &self.ordinary.deviations,
        }
    }

    /// Every scenario, the worst first.
    pub fn scenarios(&self, pack: &[Scenario], against: Yardsticks<'_>) -> Vec<ScenarioRow> {
        let mut rows: Vec<ScenarioRow> =
            pack.iter().enumerate().map(|(place, scenario)| self.outcome(place, scenario, against).0).collect();
        order::sort_by(&mut rows, |one, other| one.pnl.total_cmp(&other.pnl).then(one.place.cmp(&other.place)));
        rows
    }

    /// The window of so many days of the dropped history that is worst for this book. Every window is revalued in full; of a large book
    /// as many as [`MOST_VALUED`] allows, those first that delta and gamma put first.
    ///
    /// # Errors
    /// `MissingData` where no file has closes of an underlying of the book so many days apart.
    pub fn worst_window(&self, days: u32) -> Result<WorstWindow, Issue> {
        let sums = exposure::by_underlying(&self.book, &self.base, None);
        let sensitivities: Vec<(String, f64, f64)> =
            sums.into_iter().map(|slice| (slice.key, slice.base.cash_delta, slice.base.gamma_1pct * 100.0)).collect();
        let (replays, ground) = (Replays::new(self.history(), &self.plan), self.ground());
        let windows = replays.windows(days, &sensitivities);
        let most = (MOST_VALUED / self.state.vols.len().max(1)).max(FEWEST_REVALUED);
        let mut boundaries = Boundaries::default();
        let mut worst: Option<(f64, (Scenario, Vec<Issue>))> = None;
        for window in windows.iter().take(most) {
            let found = replays.scenario(*window)?;
            let total = self.plan.total_among(&market(&ground, &found.0, &|_| true).0, &mut boundaries);
            if worst.as_ref().is_none_or(|(least, _)| total < *least) {
                worst = Some((total, found));
            }
        }
        let missing = || Issue::rejected(IssueKind::MissingData, "no file has closes of an underlying of this book so many days apart");
        let (_, (scenario, issues)) = worst.ok_or_else(missing)?;
        Ok(WorstWindow { scenario, issues, windows: windows.len(), revalued: windows.len().min(most) })
    }

    /// What the dropped history did between two days, as a scenario.
    ///
    /// # Errors
    /// As [`Replays::scenario`] has them.
    pub fn replay(&self, window: Window) -> Result<(Scenario, Vec<Issue>), Issue> {
        Replays::new(self.history(), &self.plan).scenario(window)
    }

    /// One scenario taken apart.
    pub fn scenario(&self, place: usize, scenario: &Scenario, against: Yardsticks<'_>) -> ScenarioDetail {
        let (row, state, valued) = self.outcome(place, scenario, against);
        let value = |valued: &Option<ValuedPosition>| valued.as_ref().map(|valued| valued.measures.value);
        let by_position: Vec<Option<f64>> = valued
            .positions
            .iter()
            .zip(&self.base.positions)
            .map(|(after, before)| Some((value(after)? - value(before)?) * scenario.weight))
            .collect();
        let by = |key: fn(&crate::book::Position) -> &str| {
            let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
            for (position, pnl) in self.book.positions.iter().zip(&by_position) {
                if let Some(pnl) = pnl {
                    *sums.entry(key(position)).or_default() += pnl;
                }
            }
            let mut parts: Vec<PartOfPnl> = sums.into_iter().map(|(key, pnl)| PartOfPnl { key: key.to_owned(), pnl }).collect();
            order::sort_by(&mut parts, |one, other| one.pnl.total_cmp(&other.pnl));
            parts
        };
        let by_underlying = by(|position| position.instrument.underlying());
        let by_venue = by(|position| &position.venue);
        ScenarioDetail { row, moves: self.moves(&state), by_underlying, by_venue, by_position }
    }

    /// A row, the market that all share, and the book after it.
    fn outcome(&self, place: usize, scenario: &Scenario, against: Yardsticks<'_>) -> (ScenarioRow, State, Valued) {
        let Outcome { state, positions, total, pnl, issues } = scenario.run(&self.ground());
        let valued = Valued { positions, total };
        let limits = match against.limits {
            [] => Vec::new(),
            limits => self.limits_under(&valued, limits, against.rates.unwrap_or(&BTreeMap::new())),
        };
        let row = ScenarioRow {
            place,
            pnl,
            pnl_coin: against.coin.and_then(|coin| self.in_coin(coin, &state, total)).map(|pnl| pnl * scenario.weight),
            of_equity: (self.base.total > 0.0).then(|| pnl / self.base.total),
            after: exposure::totals(&valued),
            limits,
            issues,
        };
        (row, state, valued)
    }

    /// Value over spot in this state, less value over spot now.
    fn in_coin(&self, coin: &str, state: &State, total: f64) -> Option<f64> {
        let at = self.plan.underlyings().iter().position(|underlying| underlying.name == coin)?;
        let (before, after) = (*self.state.spots.get(at)?, *state.spots.get(at)?);
        (before > 0.0 && after > 0.0).then(|| total / after - self.base.total / before)
    }

    /// Underlyings and dated forwards of the book, in the plan's order.
    fn moves(&self, stressed: &State) -> Vec<MarketMove> {
        let mut moves = Vec::new();
        for (place, underlying) in self.plan.underlyings().iter().enumerate() {
            let (Some(before), Some(after)) = (self.state.spots.get(place), stressed.spots.get(place)) else { continue };
            if underlying.name == Currency::usd().code() {
                continue;
            }
            moves.push(MarketMove { underlying: underlying.name.clone(), expiry: None, before: *before, after: *after, vols: None });
            for (group, (of, expiry)) in self.plan.groups().enumerate() {
                let Expiry::Dated(at) = expiry else { continue };
                let (Some(before), Some(after)) = (self.state.forwards.get(group), stressed.forwards.get(group)) else { continue };
                if of != place {
                    continue;
                }
                let is_alive = stressed.years.get(group).is_some_and(|years| *years > 0.0);
                moves.push(MarketMove {
                    underlying: underlying.name.clone(),
                    expiry: Some(at),
                    before: *before,
                    after: *after,
                    vols: self.vol_changes(group, stressed).filter(|_| is_alive),
                });
            }
        }
        moves
    }

    fn vol_changes(&self, group: usize, stressed: &State) -> Option<(f64, f64)> {
        let vols = self.state.vols.iter().zip(&stressed.vols);
        self.plan
            .contracts()
            .zip(vols)
            .filter(|((instrument, _, of), _)| *of == group && instrument.option_terms().is_some())
            .map(|(_, (before, after))| after - before)
            .fold(None, |ends, change| {
                let (low, high) = ends.unwrap_or((change, change));
                Some((change.min(low), change.max(high)))
            })
    }
}
