//! How far the loaded book is levered, and how far each account is from its first trouble.

use crate::book::Book;
use crate::engine::Engine;
use crate::exposure::leverage::{self, Leveraged, Trouble};
use crate::price::Plan;
use crate::stress::reach::reach;

impl Engine {
    /// Leverage and elasticities, and the ways to trouble that need no revaluation.
    pub fn sizes(&self) -> Leveraged {
        leverage::leverage(&self.book, &self.inputs.accounts, self.plan.lines(), &self.base)
    }

    /// Leverage, elasticities and the way to trouble; where a venue states equity and margin, the moves at which an account's positions
    /// lose what lies between them.
    pub fn leverage(&self) -> Leveraged {
        let mut all = self.sizes();
        for account in &mut all.accounts {
            // Of an account that is stated in parts it is not known which position is in which.
            let margins = account.troubles.iter().filter(|trouble| matches!(trouble, Trouble::Margin { .. })).count();
            let of_margin = account.troubles.iter_mut().find_map(|trouble| match trouble {
                Trouble::Margin { buffer: Some(buffer), reach, .. } if margins == 1 => Some((*buffer, reach)),
                _ => None,
            });
            let Some((buffer, slot)) = of_margin else { continue };
            let is_held = |(venue, name): (&str, &str)| venue == account.venue && name == account.name;
            let held = self.book.positions.iter().filter(|position| is_held((&position.venue, &position.account)));
            let (plan, state, _) = Plan::new(&Book { positions: held.cloned().collect() }, &self.market);
            *slot = reach(&plan, &state, buffer);
            account.sort();
        }
        all
    }
}
