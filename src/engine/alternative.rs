//! The loaded book as it could be: with a position closed, or with a second book on it. Each is a book of its own, to be loaded in its turn.

use crate::book::{Closing, Edit, Position};
use crate::engine::{Engine, Inputs};
use crate::hedge::overlay;
use crate::issue::{Issue, IssueKind};
use crate::units::Quantity;

impl Engine {
    /// The inputs with a part of a position closed at the price that it is valued at.
    ///
    /// # Errors
    /// `Invalid` where the part does not lie above 0 and at most at 1; what [`Engine::edited`] refuses.
    pub fn closed(&self, index: u32, part: f64) -> Result<Inputs, Issue> {
        if !(part > 0.0 && part <= 1.0) {
            let message = "the part of a position that is closed must lie above 0 and at most at 100 %";
            return Err(Issue::rejected(IssueKind::Invalid, message).with_value(&part.to_string()));
        }
        let close = Edit::Close { closings: vec![Closing { index, price: None }] };
        match self.inputs.positions.get(index as usize).filter(|_| part < 1.0) {
            Some(position) => {
                let quantity = Quantity::new(position.quantity.get() * part)?;
                self.edited(&[Edit::Split { index, quantity }, close])
            }
            None => self.edited(&[close]),
        }
    }

    /// The inputs with these positions bought or sold at the prices that they are valued at: what is paid leaves the cash of their account, as
    /// closing the opposite would. Entry prices are left out.
    ///
    /// # Errors
    /// What [`Engine::overlaid`] and [`Engine::edited`] refuse: that no price is known of one of them.
    pub fn traded(&self, trades: &Inputs) -> Result<Inputs, Issue> {
        let bought: Vec<Position> =
            trades.positions.iter().map(|trade| Position { entry_price: None, stated: None, ..trade.clone() }).collect();
        let opposite = |trade: &Position| Ok(Position { quantity: Quantity::new(-trade.quantity.get())?, ..trade.clone() });
        let sold = bought.iter().map(opposite).collect::<Result<Vec<Position>, Issue>>()?;
        let first = self.inputs.positions.len() + bought.len();
        let opposites = first..first + sold.len();
        let positions = bought.into_iter().chain(sold).collect();
        let both = self.overlaid(&Inputs { positions, ..trades.clone() }, 1.0)?;
        let closings = opposites.filter_map(|index| Some(Closing { index: u32::try_from(index).ok()?, price: None })).collect();
        Engine::load(both, self.as_of()).edited(&[Edit::Close { closings }])
    }

    /// The inputs with a second book at a scale on them, at the time and in the market of this one.
    ///
    /// # Errors
    /// What [`overlay::positions`] refuses.
    pub fn overlaid(&self, second: &Inputs, scale: f64) -> Result<Inputs, Issue> {
        let positions = overlay::positions(&self.inputs.positions, &second.positions, scale)?;
        if scale == 0.0 {
            return Ok(self.inputs.clone());
        }
        let needed = self.needed_inputs();
        let facts = overlay::facts(needed.facts, &self.inputs.facts, &second.facts);
        Ok(Inputs { positions, facts, ..self.inputs.clone() })
    }
}
