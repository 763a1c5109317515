//! The spot × vol grid on top of a scenario: what further moves do to a book that has been through it.
//!
//! Input: a scenario and what it acts on. Output: [`Aftermath`], which gives rows of the grid. Invariant: a row depends on nothing but the
//! scenario and its own number, so that it has the same bits whoever computes it; the rows of a scenario that does nothing are those of
//! the ordinary grid, to the bit.

use crate::issue::{Issue, IssueKind};
use crate::math::american::Boundaries;
use crate::method::Method;
use crate::price::{State, ValuedPosition};
use crate::stress::scenario::position::{Touch, View};
use crate::stress::scenario::{Ground, Scenario};
use crate::stress::{GridSpec, Numeraire, Shock};
use std::collections::BTreeMap;

/// How it is computed.
pub(super) const METHOD: Method = Method {
    id: "scenario-grid",
    label: "Spot and vol on top of a scenario",
    doc: "P&L for every pair of a further spot move and a further vol shift, after the scenario has done what it does.",
    formula: "P&L(xᵢ, pⱼ) = w·(Σ V(the state after the scenario, moved by xᵢ and pⱼ) − Σ V(now)) in full revaluation\n\
              S″ = S′·(1 + xᵢ),  F″ = F′·(1 + xᵢ),  σ″ = max(0, σ′ + pⱼ)",
    unit: "US dollars",
    convention: "x counts from the spot after the scenario, p from the vols after it; no further time goes by, and what has expired in the scenario stays \
                 settled at its price. What happens to single positions (a mark, a peg, slashing, funding, a failure) happens in every cell \
                 again, on the values there. The shock bar has no part in it. In the middle stands the P&L of the scenario itself.",
    source: "our rule",
    limits: "Positions that a scenario treats by themselves are valued one by one in every cell: where they are more than 2 000 the grid is refused. \
             Between two cells lies what was not computed.",
};

/// Most positions that are valued by themselves in every cell: a second or two of a usual grid.
pub const MOST_TOUCHED: usize = 2_000;

/// What a scenario leaves behind, for further moves.
#[derive(Clone)]
pub struct Aftermath<'a> {
    ground: Ground<'a>,
    scenario: &'a Scenario,
    /// The market that all share.
    state: State,
    touched: Vec<Touch>,
    /// The markets that some positions see instead.
    views: BTreeMap<View, State>,
}

impl<'a> Aftermath<'a> {
    /// The market after the scenario, and what it does to single positions.
    ///
    /// # Errors
    /// `Unsupported` where it does something to more than [`MOST_TOUCHED`] positions one by one.
    pub fn of(ground: Ground<'a>, scenario: &'a Scenario) -> Result<Aftermath<'a>, Issue> {
        let touched = scenario.touched(&ground);
        if touched.len() > MOST_TOUCHED {
            let message = "the scenario treats more than 2 000 positions by themselves, each of which would be valued again in every cell; \
                           shocks on whole markets and smaller selections are accepted";
            return Err(Issue::rejected(IssueKind::Unsupported, message).about(&scenario.name).with_value(&touched.len().to_string()));
        }
        let (state, _) = scenario.shared(&ground);
        let views = scenario.views(&ground, &touched);
        Ok(Aftermath { ground, scenario, state, touched, views })
    }

    /// P&L along one row, in the numeraire: every further spot move at the row's further vol shift. Empty beyond the last row.
    pub fn row(&self, grid: &GridSpec, numeraire: &Numeraire, row: u32) -> Vec<f64> {
        let plan = self.ground.plan;
        let dollars_before = self.ground.valued.total;
        let before = numeraire.of_dollars(dollars_before, plan, self.ground.base);
        let weight = self.scenario.weight;
        let mut boundaries = Boundaries::default();
        // One for all cells: of a large book it is many megabytes, of which each cell writes those that something happens to.
        let mut positions = vec![None; if self.touched.is_empty() { 0 } else { self.ground.book.positions.len() }];
        let mut cell = |further: &Shock| {
            let state = self.moved(&self.state, further);
            let dollars = plan.total_among(&state, &mut boundaries) + self.happened(&state, further, &mut boundaries, &mut positions);
            // A weight of 1 keeps the bits.
            let counted = if weight == 1.0 { dollars } else { dollars_before + (dollars - dollars_before) * weight };
            numeraire.of_dollars(counted, plan, &state) - before
        };
        grid.shocks(&Shock::default(), row).iter().map(&mut cell).collect()
    }

    /// A state after the scenario, moved on. What has run out on the way there stays settled.
    fn moved(&self, after: &State, further: &Shock) -> State {
        let mut state = further.apply(self.ground.plan, after);
        let lives = self.ground.base.years.iter().zip(&after.years);
        for ((settled, of_scenario), (before, now)) in state.settled.iter_mut().zip(&after.settled).zip(lives) {
            if *before > 0.0 && *now <= 0.0 {
                *settled = *of_scenario;
            }
        }
        state
    }

    /// What happens to single positions adds to the value of a book that is otherwise in `state`, US dollars.
    fn happened(&self, state: &State, further: &Shock, boundaries: &mut Boundaries, positions: &mut [Option<ValuedPosition>]) -> f64 {
        if self.touched.is_empty() {
            return 0.0;
        }
        let mut value = |state: &State, index: usize| self.ground.plan.worth_one(self.ground.book, state, index, boundaries);
        let views = self.views.iter().map(|(view, after)| (view.clone(), self.moved(after, further))).collect();
        for touch in &self.touched {
            if let Some(slot) = positions.get_mut(touch.index) {
                *slot = value(state, touch.index);
            }
        }
        self.scenario.happen(&self.ground, &self.touched, &views, &mut value, positions)
    }
}
