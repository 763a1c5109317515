//! The loaded book as it could be: with a position closed, or with a second book on it. Each is a book of its own, to be loaded in its turn.

use crate::book::{Closing, Edit};
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
