//! Version 2 of the link. FROZEN: its bytes mean for ever what is written here; what does not fit goes into a v3 beside it.
//!
//! A link is `v2.` and the canonical base64url of flags, length, content and checksum, as in v1 ([`crate::share::v1`] describes
//! them and every word used here) but for the checksum, which covers "v2." in the place of "v1.". The content is v1's content with
//! a book, and behind its facts
//!
//! ```text
//! extension   contracts, holders, tags, stated, accounts
//! contracts   varint n, n tags (0 American call, 1 American put, 2 share, 3 stake, 4 loan, 5 base and 6 quote side of a pool,
//!             7 other), n texts and n more texts, some(n) and times, then three times some(n) and nums; what they hold by tag:
//!             0, 1 underlying, quote, expiry, contract size, strike, –        2 symbol, "", –, –, –, –
//!             3    underlying, token, unlocked at if known, coins per token, days of notice if known, –
//!             4    asset, "", –, rate if known, threshold if known, –
//!             5, 6 base, quote, –, liquidity, lowest price, highest price if there is one
//!             7    symbol, kind, –, contract size, –, –
//! holders     some(p) of the book's p positions hold one of these contracts: in v1's table each of them stands as a cash balance
//!             of the currency ""; an int for each, the difference of the contract's place to the one before
//! tags        some(p), then a varint k ≥ 1 for each, then k texts dimension for each, in ascending order, then k texts label for each
//! stated      some(p), then of these some and nums: unrealized P&L, notional, initial margin, maintenance margin, liquidation price;
//!             some and texts currency, some and texts notional currency, some and times
//! accounts    varint n, n texts venue, n texts name, n texts kind, some(n) and texts currency, some(n) and nums: equity, balance,
//!             unrealized P&L, initial margin, maintenance margin, health; some(n) and times
//! ```
//!
//! A link whose extension is empty would be a v1 link and is refused. Files and lines are not shared. Nothing may follow. Every
//! value is checked by its own unit, every count by what could hold it.

mod account;
mod contract;
mod label;

use crate::engine::Inputs;
use crate::instrument::Instrument;
use crate::issue::Issue;
use crate::session::Session;
use crate::share::v1::wire::{Reader, Writer};
use crate::share::v1::{self, contract::Table};
use crate::share::{Base, Shared};
use std::borrow::Cow;

/// What every v2 fragment starts with.
pub(super) const PREFIX: &str = "v2.";

/// Whether the book holds something that v1 has no word for.
pub(super) fn is_needed(inputs: &Inputs) -> bool {
    let Inputs { positions, facts: _, accounts, history: _, as_of: _ } = inputs;
    let is_new = |instrument: &Instrument| contract::Row::new(instrument).is_some();
    let has_more =
        |position: &crate::book::Position| is_new(&position.instrument) || !position.tags.is_empty() || position.stated.is_some();
    !accounts.is_empty() || positions.iter().any(has_more)
}

/// The content of a link of this version or, without the extension, of v1; and of the parts of a saved book.
pub(super) fn content(session: &Session, inputs: Option<&Inputs>, base: Base) -> Vec<u8> {
    let plain = inputs.map(with_stand_ins);
    let mut table = Table::default();
    let mut extended = contract::Table::default();
    let mut writer = Writer::default();
    v1::session::write(&mut writer, session, inputs.is_some());
    if let (Some(inputs), Some(plain)) = (inputs, &plain) {
        table.fill(plain);
        extended.fill(inputs);
        v1::book::write(&mut writer, plain, &table);
        if base == Base::V2 {
            contract::write(&mut writer, &extended);
            label::write(&mut writer, &inputs.positions);
            account::write(&mut writer, &inputs.accounts);
        }
    }
    writer.finish()
}

/// Reads the content.
pub(super) fn read(reader: &mut Reader<'_>, base: Base) -> Result<Shared, Issue> {
    let (session, has_book) = v1::session::read(reader)?;
    let mut inputs = None;
    if has_book {
        let mut book = v1::book::read(reader)?;
        if base == Base::V2 {
            contract::read(reader, &mut book.positions)?;
            label::read(reader, &mut book.positions)?;
            book.accounts = account::read(reader)?;
        }
        inputs = Some(book);
    }
    Ok(Shared { inputs, session })
}

/// The inputs with a balance of no currency in the place of every contract that v1 does not know.
fn with_stand_ins(inputs: &Inputs) -> Cow<'_, Inputs> {
    if inputs.positions.iter().all(|position| contract::Row::new(&position.instrument).is_none()) {
        return Cow::Borrowed(inputs);
    }
    let mut plain = inputs.clone();
    for position in &mut plain.positions {
        if contract::Row::new(&position.instrument).is_some() {
            position.instrument = contract::stand_in();
        }
    }
    Cow::Owned(plain)
}
