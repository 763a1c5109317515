//! What any format finds out about one position → the position, handed over once it is known to be none of a flat row.

use crate::book::{Position, Stated};
use crate::import::intake::Intake;
use crate::instrument::Instrument;
use crate::issue::{Issue, IssueKind};
use crate::units::{Price, Quantity};
use std::collections::BTreeMap;

/// A position in the making.
pub(super) struct Holding {
    /// Instrument name as the venue writes it.
    pub name: String,
    /// Account or sub-account.
    pub account: String,
    /// Venue.
    pub venue: &'static str,
    /// The contract.
    pub instrument: Instrument,
    /// Signed quantity.
    pub quantity: f64,
    /// Price at which it was opened; 0 counts as none for what has a gain since entry.
    pub entry: Option<Price>,
    /// The venue's mark.
    pub mark: Option<Price>,
    /// The venue's own figures.
    pub stated: Stated,
}

impl Holding {
    /// Hands the position over; a flat one is noted and dropped.
    ///
    /// # Errors
    /// A quantity that is not finite.
    pub(super) fn record(self, line: u64, intake: &mut Intake<'_>) -> Result<(), Issue> {
        let quantity = Quantity::new(self.quantity)?;
        if quantity.get() == 0.0 {
            let message = "a flat row: its quantity is 0, nothing is held";
            intake.note(line, Issue::noted(IssueKind::Conversion, message).about(&self.name));
            return Ok(());
        }
        let has_gain = self.instrument.has_gain();
        intake.position(Position {
            name: self.name,
            account: self.account,
            venue: self.venue.to_owned(),
            entry_price: self.entry.filter(|price| !has_gain || price.get() > 0.0),
            instrument: self.instrument,
            quantity,
            mark: self.mark,
            tags: BTreeMap::new(),
            stated: (self.stated != Stated::default()).then(|| Box::new(self.stated)),
            source: intake.source(line),
        });
        Ok(())
    }
}
