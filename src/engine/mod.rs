//! The one wiring: inputs in, [`Report`] out, both plain data.
//!
//! A load reads book and market into a plan; a run takes only [`Settings`]. The heavy parts of a report, one grid row or one
//! profile curve each, are [`Block`]s that anyone may compute anywhere: a block does not depend on who computes it, and
//! [`Report::assemble`] puts them together by their index, so the report has the same bits whatever the number of workers.

mod alternative;
mod carry;
mod compared;
mod conventions;
mod counterparty;
mod edited;
mod exercise;
mod explained;
mod exposed;
mod findings;
mod past;
mod ladder;
mod leverage;
mod limit;
mod reverse;
mod row;
mod scenario_grid;
mod scenarios;
mod surface;

use crate::book::{Account, Book, Position};
use crate::exposure::{self, AccountRow, Coverage, Slice, Totals};
use crate::issue::{Issue, IssueKind};
use crate::market::history::History;
use crate::market::{Fact, FactValue, Market, Origin};
use crate::price::{Line, Plan, State, Valued, ValuedPosition};
use crate::stress::{Curve, CurveKind, Grid, GridSpec, Move, Numeraire, OrdinaryDay, Profile, ProfileSpec, Shock, ordinary_day};
use crate::units::{Timestamp, Vol};
use serde::{Deserialize, Serialize};

pub use crate::engine::alternative::{Trade, VolFrom};
pub use crate::engine::conventions::{ConventionRow, Conventions};
pub use crate::engine::exercise::ExerciseBoundary;
pub use crate::engine::explained::ExplainedGroup;
pub use crate::engine::ladder::{Ladders, ThetaCalendar};
pub use crate::engine::past::{LeftOut, NEEDED_DAYS, Past, PastBetas, PastBook, PastChoice, PastVol};
pub use crate::engine::reverse::{BEYOND, BreakPoint, BreakPoints, FactorBook, FactorChoice};
pub use crate::engine::row::PositionRow;
pub use crate::engine::scenarios::{MarketMove, PartOfPnl, ScenarioDetail, ScenarioRow, WorstWindow, Yardsticks};

/// What a book is computed from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Inputs {
    /// The positions.
    pub positions: Vec<Position>,
    /// What is known of the market.
    pub facts: Vec<Fact>,
    /// What the venues say of whole accounts.
    pub accounts: Vec<Account>,
    /// Daily closes and correlations of the past.
    pub history: History,
    /// The instant to value at; `None` takes the latest fact's.
    pub as_of: Option<Timestamp>,
}

/// What the user chose to see; small and repeatable.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// The shock bar.
    pub shock: Shock,
    /// The P&L grid.
    pub grid: GridSpec,
    /// The P&L profile.
    pub profile: ProfileSpec,
    /// In what P&L is counted.
    pub numeraire: Numeraire,
}

impl Settings {
    /// Checks every range.
    ///
    /// # Errors
    /// The first setting out of range, as an `Invalid` issue.
    pub fn check(&self) -> Result<(), Issue> {
        self.shock.check()?;
        self.grid.check()?;
        self.profile.check()
    }
}

/// The parts of a run that can be computed apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Block {
    /// A row of the grid.
    GridRow(u32),
    /// A curve of the profile.
    Curve(CurveKind),
}

impl Block {
    /// The settings with everything reset that this block does not depend on: a block whose relevant settings have not changed
    /// need not be computed again.
    pub fn relevant(self, settings: &Settings) -> Settings {
        let Settings { shock, grid, profile, numeraire } = settings.clone();
        let numeraire = Settings { numeraire, ..Settings::default() };
        let vol = Move { spot: 0.0, vol: shock.all.vol };
        match self {
            Block::GridRow(_) => Settings { grid, shock: Shock { days: shock.days, path: shock.path, ..Shock::default() }, ..numeraire },
            Block::Curve(CurveKind::Today) => Settings { profile, ..numeraire },
            Block::Curve(CurveKind::Chosen) => {
                Settings { profile, shock: Shock { all: vol, days: shock.days, path: shock.path, ..Shock::default() }, ..numeraire }
            }
            Block::Curve(CurveKind::Expiry(_)) => {
                Settings { profile, shock: Shock { all: vol, path: shock.path, ..Shock::default() }, ..numeraire }
            }
        }
    }
}

/// The part of a report that is computed in one piece, within a frame for books of desk size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Valuation {
    /// Format of the report; grows when a field changes its meaning.
    pub schema: u32,
    /// The instant valued at.
    pub as_of: Timestamp,
    /// The settings that it answers.
    pub settings: Settings,
    /// What the totals leave out.
    pub coverage: Coverage,
    /// The whole book.
    pub base: Totals,
    /// The whole book under the shock.
    pub shocked: Option<Totals>,
    /// P&L of the shock in US dollars.
    pub pnl: Option<f64>,
    /// Spot by underlying, US dollars: now, and under the shock.
    pub spots: Vec<SpotRow>,
    /// By underlying.
    pub by_underlying: Vec<Slice>,
    /// By expiry.
    pub by_expiry: Vec<Slice>,
    /// By venue and account.
    pub accounts: Vec<AccountRow>,
    /// Dimensions in which positions are labelled, such as `strategy`.
    pub tag_keys: Vec<String>,
    /// The loss of an ordinary day.
    pub ordinary_day: OrdinaryDay,
    /// Every assumption made and every position left out.
    pub issues: Vec<Issue>,
    /// The positions; empty where the caller did not ask for them.
    pub positions: Vec<PositionRow>,
}

/// Spot of one underlying.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpotRow {
    /// Its code.
    pub underlying: String,
    /// Now, US dollars.
    pub base: f64,
    /// Under the shock, US dollars.
    pub shocked: f64,
}

/// Everything that the page and the terminal show of one book under one choice of settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Totals, sums, positions.
    #[serde(flatten)]
    pub valuation: Valuation,
    /// The P&L grid.
    pub grid: Grid,
    /// The P&L profile.
    pub profile: Profile,
}

impl Report {
    /// Puts a valuation and the results of [`Engine::blocks`], in that order, together.
    pub fn assemble(valuation: Valuation, results: Vec<(Block, Vec<f64>)>) -> Report {
        let (grid, profile) = valuation.charts(results);
        Report { valuation, grid, profile }
    }
}

impl Valuation {
    /// Grid and profile from the results of [`Engine::blocks`], in that order.
    pub fn charts(&self, results: Vec<(Block, Vec<f64>)>) -> (Grid, Profile) {
        let Settings { shock, grid, profile, .. } = &self.settings;
        let (mut rows, mut curves) = (Vec::new(), Vec::new());
        for (block, pnl) in results {
            match block {
                Block::GridRow(_) => rows.push(pnl),
                Block::Curve(kind) => curves.push(Curve { kind, days: kind.days(self.as_of, shock), pnl }),
            }
        }
        let mut moving = self.spots.iter().filter(|spot| profile.underlying.as_ref().is_none_or(|name| *name == spot.underlying));
        let spot = match (moving.next(), moving.next()) {
            (Some(only), None) => Some(only.base),
            _ => None,
        };
        let grid = Grid::assemble(grid, shock.days, rows);
        let profile = Profile { spots: profile.spots(), underlying: profile.underlying.clone(), spot, curves };
        (grid, profile)
    }
}

/// Format of the report.
pub const REPORT_SCHEMA: u32 = 1;

/// What is said to be assumed where no file names a time.
const AS_OF_TIME: &str = "as-of time";

/// One loaded book.
#[derive(Clone, Debug)]
pub struct Engine {
    inputs: Inputs,
    book: Book,
    market: Market,
    plan: Plan,
    state: State,
    base: Valued,
    ordinary: OrdinaryDay,
    issues: Vec<Issue>,
}

impl Engine {
    /// Reads the inputs. `now` is the instant to value at if neither the inputs nor any fact names one.
    pub fn load(inputs: Inputs, now: Timestamp) -> Engine {
        let mut issues = Vec::new();
        let latest = inputs.facts.iter().filter_map(|fact| fact.time).max();
        let as_of = inputs.as_of.or(latest).unwrap_or_else(|| {
            issues.push(
                Issue::noted(IssueKind::MissingData, "no file says when its prices were taken, the time of loading is used")
                    .about(AS_OF_TIME),
            );
            now
        });
        let (market, contradictions) = Market::assemble(&inputs.facts, as_of);
        issues.extend(contradictions);
        let book = Book { positions: inputs.positions.clone() };
        let (plan, state, assumptions) = Plan::new(&book, &market);
        issues.extend(assumptions);
        let base = plan.value(&book, &state);
        let (ordinary, assumed_vols) = ordinary_day(&plan, &state, &market);
        issues.extend(assumed_vols);
        Engine { inputs: Inputs { as_of: Some(as_of), ..inputs }, book, market, plan, state, base, ordinary, issues }
    }

    /// The instant that the book is valued at.
    pub fn as_of(&self) -> Timestamp {
        self.state.as_of
    }

    /// The blocks of a run, in the order in which [`Report::assemble`] wants their results.
    pub fn blocks(&self, settings: &Settings) -> Vec<Block> {
        let rows = (0..settings.grid.vol_count).map(Block::GridRow);
        rows.chain(CurveKind::all(&self.plan, &settings.shock).into_iter().map(Block::Curve)).collect()
    }

    /// Computes one block: P&L in the numeraire.
    pub fn block(&self, settings: &Settings, block: Block) -> Vec<f64> {
        let Settings { shock, grid, profile, numeraire } = settings;
        match block {
            Block::GridRow(row) => grid.row(&self.plan, &self.state, shock, numeraire, row),
            Block::Curve(kind) => profile.curve(&self.plan, &self.state, shock, numeraire, kind),
        }
    }

    /// Computes what is not cut into blocks; `with_positions` adds a row for each position.
    pub fn valuation(&self, settings: &Settings, with_positions: bool) -> Valuation {
        let stressed = (!settings.shock.is_none()).then(|| settings.shock.apply(&self.plan, &self.state));
        let shocked = stressed.as_ref().map(|state| self.plan.value(&self.book, state));
        Valuation {
            schema: REPORT_SCHEMA,
            as_of: self.state.as_of,
            settings: settings.clone(),
            coverage: exposure::coverage(&self.book, &self.market, &self.plan),
            base: exposure::totals(&self.base),
            pnl: shocked.as_ref().map(|shocked| shocked.total - self.base.total),
            shocked: shocked.as_ref().map(exposure::totals),
            spots: self.spots_under(stressed.as_ref()),
            by_underlying: exposure::by_underlying(&self.book, &self.base, shocked.as_ref()),
            by_expiry: exposure::by_expiry(&self.book, &self.base, shocked.as_ref()),
            accounts: exposure::by_account(&self.book, &self.inputs.accounts, &self.base, shocked.as_ref()),
            tag_keys: self.book.tag_keys(),
            ordinary_day: self.ordinary.clone(),
            issues: self.issues.clone(),
            positions: if with_positions { self.rows_under(shocked.as_ref()) } else { Vec::new() },
        }
    }

    /// Spot of every underlying, now and under the shock.
    pub fn spots(&self, settings: &Settings) -> Vec<SpotRow> {
        self.spots_under((!settings.shock.is_none()).then(|| settings.shock.apply(&self.plan, &self.state)).as_ref())
    }

    fn spots_under(&self, stressed: Option<&State>) -> Vec<SpotRow> {
        self.plan
            .underlyings()
            .iter()
            .enumerate()
            .filter(|(_, underlying)| !underlying.is_currency)
            .filter_map(|(index, underlying)| {
                let base = *self.state.spots.get(index)?;
                let shocked = stressed.and_then(|state| state.spots.get(index)).copied().unwrap_or(base);
                Some(SpotRow { underlying: underlying.name.clone(), base, shocked })
            })
            .collect()
    }

    /// Every position without a shock, in book order.
    pub fn rows(&self) -> Vec<PositionRow> {
        self.rows_under(None)
    }

    /// What was assumed and what is left out.
    pub fn issues(&self) -> &[Issue] {
        &self.issues
    }

    /// Every position under the shock, in book order; empty without a shock.
    pub fn shocked_positions(&self, settings: &Settings) -> Vec<Option<ValuedPosition>> {
        if settings.shock.is_none() {
            return Vec::new();
        }
        self.plan.value(&self.book, &settings.shock.apply(&self.plan, &self.state)).positions
    }

    /// The whole report on this thread.
    pub fn report(&self, settings: &Settings) -> Report {
        let results = self.blocks(settings).into_iter().map(|block| (block, self.block(settings, block))).collect();
        Report::assemble(self.valuation(settings, true), results)
    }

    /// The inputs reduced to what the numbers need, for a link: the positions, and the market as it was resolved for them, so that
    /// the teammate's engine meets the same bits. Quotes that the book does not depend on stay at home.
    pub fn needed_inputs(&self) -> Inputs {
        let facts = self.needed_facts();
        let accounts = self.inputs.accounts.clone();
        Inputs { positions: self.inputs.positions.clone(), facts, accounts, history: self.needed_history(), as_of: Some(self.state.as_of) }
    }

    /// What every position is valued from.
    fn needed_facts(&self) -> Vec<Fact> {
        let mut facts = self.plan.facts(&self.state);
        for underlying in self.plan.underlyings() {
            let vol = self.market.at_the_money_vol(&underlying.name).and_then(|vol| Vol::new(vol).ok());
            facts.extend(vol.map(|vol| Fact::resolved(FactValue::DailyVol { underlying: underlying.name.clone(), vol }, Origin::Quote)));
        }
        // What is said of an option that is left out goes along, so that it is left out there for the same reason.
        let lines = self.book.positions.iter().zip(self.plan.lines());
        let left_out = lines.filter(|(_, line)| **line == Line::LeftOut).map(|(position, _)| &position.instrument);
        facts.extend(Fact::about_options(&self.inputs.facts, left_out).cloned());
        facts
    }

    fn rows_under(&self, shocked: Option<&Valued>) -> Vec<PositionRow> {
        self.book.positions.iter().enumerate().map(|(index, position)| PositionRow::new(self, index, position, shocked)).collect()
    }
}
