//! The loaded book's options by expiry, strike, tenor and place on the smile, and what time does to it.

use crate::book::Book;
use crate::engine::Engine;
use crate::exposure::ladder::{self, Ladder, SmileVega, VegaRow};
use crate::issue::Issue;
use crate::price::Plan;
use crate::stress::decay::{self, DecayDay, DecayPath, SpotPaths};
use serde::{Deserialize, Serialize};

/// Where the options of a book stand.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ladders {
    /// By expiry and strike, one for each underlying.
    pub strikes: Vec<Ladder>,
    /// Vega by expiry.
    pub vega: Vec<VegaRow>,
    /// Vega by place on the smile and expiry.
    pub smile: Vec<SmileVega>,
}

/// A decay calendar of the whole book, and of its options alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThetaCalendar {
    /// Where spot goes.
    pub path: DecayPath,
    /// Everything: of a coin that is held, what its path makes of it is part of this.
    pub book: Vec<DecayDay>,
    /// The options alone, on the same days.
    pub options: Vec<DecayDay>,
    /// What was done otherwise for some underlying.
    pub issues: Vec<Issue>,
}

impl Engine {
    /// Where the options stand, as the market stands.
    pub fn ladders(&self) -> Ladders {
        Ladders {
            strikes: ladder::ladders(&self.book, &self.base),
            vega: ladder::vega_by_expiry(&self.book, &self.base),
            smile: ladder::by_place(&self.book, &self.base),
        }
    }

    /// What time does to the book up to its last expiry, ten years at most.
    pub fn theta_calendar(&self, path: DecayPath) -> ThetaCalendar {
        let held = self.book.positions.iter().filter(|position| position.instrument.option_terms().is_some());
        let (options, state, _) = Plan::new(&Book { positions: held.cloned().collect() }, &self.market);
        let paths = SpotPaths::new(&self.plan, &self.state, path);
        let days = decay::days(&self.plan, &self.state);
        ThetaCalendar {
            path,
            book: decay::decay(&self.plan, &self.state, &paths, &days),
            options: decay::decay(&options, &state, &paths, &days),
            issues: paths.issues,
        }
    }
}
