//! Edits of the loaded book: the same inputs with other positions, to be loaded in their turn.

use crate::book::{Book, Closing, Edit, Position, edit, strategy};
use crate::engine::{Engine, Inputs};
use crate::issue::{Issue, IssueKind};
use crate::price::{Line, Plan};
use crate::units::Price;

impl Engine {
    /// What the book was computed from, with the instant that it is valued at.
    pub fn inputs(&self) -> &Inputs {
        &self.inputs
    }

    /// The inputs after these edits, one after the other. A position that is closed without a price is closed at the one that it
    /// is valued at here, so that the total does not move; at the venue's mark where it is left out of the total.
    ///
    /// # Errors
    /// The first edit that cannot be applied, as [`edit::apply`] names it; or an expired position that is to be closed.
    pub fn edited(&self, edits: &[Edit]) -> Result<Inputs, Issue> {
        let mut inputs = self.inputs.clone();
        for edit in edits {
            let priced = match edit {
                Edit::Close { closings } => Some(Edit::Close { closings: self.priced(&inputs.positions, closings)? }),
                _ => None,
            };
            edit::apply(&mut inputs.positions, priced.as_ref().unwrap_or(edit))?;
            edit::rename_accounts(&mut inputs.accounts, edit);
        }
        Ok(inputs)
    }

    /// The inputs with each position labelled by the structure that it wholly belongs to; a position that is cut between several
    /// keeps the label that it has.
    ///
    /// # Errors
    /// None that a recognized book could give.
    pub fn labelled_by_strategy(&self) -> Result<Inputs, Issue> {
        let mut inputs = self.inputs.clone();
        let positions = &self.inputs.positions;
        for found in strategy::recognize(positions, self.as_of()).strategies {
            let is_whole = |leg: &&strategy::Leg| positions.get(leg.index as usize).is_some_and(|held| held.quantity.get() == leg.quantity);
            let indices = found.legs.iter().filter(is_whole).map(|leg| leg.index).collect();
            edit::apply(&mut inputs.positions, &Edit::Tag { indices, key: "strategy".to_owned(), value: found.name })?;
        }
        Ok(inputs)
    }

    fn priced(&self, positions: &[Position], closings: &[Closing]) -> Result<Vec<Closing>, Issue> {
        let held = |closing: &Closing| positions.get(closing.index as usize).cloned();
        // A closing of no position stays without a price: applying it says what is wrong with it.
        let (mut priced, unpriced): (Vec<Closing>, Vec<Closing>) =
            closings.iter().partition(|closing| closing.price.is_some() || held(closing).is_none());
        let book = Book { positions: unpriced.iter().filter_map(held).collect() };
        let (plan, state, _) = Plan::new(&book, &self.market);
        let valued = plan.value(&book, &state);
        for (index, closing) in unpriced.iter().enumerate() {
            if let (Some(Line::Expired), Some(position)) = (plan.lines().get(index), book.positions.get(index)) {
                let message = "it has expired and its settlement is taken to be in the balance: delete it instead of closing it";
                return Err(Issue::rejected(IssueKind::Invalid, message).about(&position.name));
            }
            let price = valued.positions.get(index).copied().flatten().and_then(|valued| Price::new(valued.unit_price).ok());
            priced.push(Closing { index: closing.index, price });
        }
        Ok(priced)
    }
}
