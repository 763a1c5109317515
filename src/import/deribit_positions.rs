//! Deribit's private replies, JSON → positions with the marks and indices that stand in their rows, coin balances and accounts:
//! `get_positions`, `get_account_summary`, `pme/simulate` (venues.md, section 1).
//!
//! `size` is in coins for options and linear contracts, in US dollars for inverse futures and perpetuals. Invariants: the sign is that
//! of `direction`, `size` is seen both signed and unsigned; the stated profit is `total_profit_loss`, which counts from the entry,
//! never `floating_profit_loss`, which counts from the last settlement.

use crate::book::{Account, Stated, StatedGreeks};
use crate::import::content::Content;
use crate::import::deribit_name;
use crate::import::holding::Holding;
use crate::import::intake::Intake;
use crate::import::record::{self, Record, RecordDef};
use crate::import::terms::{self, Statement};
use crate::import::{ImportDef, Imported};
use crate::instrument::{Instrument, Settlement};
use crate::issue::{Issue, IssueKind};
use crate::market::Origin;
use crate::units::{Currency, Timestamp};

/// The format.
pub(super) const DEF: ImportDef = ImportDef {
    id: "deribit-positions",
    label: "Deribit positions and account (JSON)",
    doc: "Replies of Deribit's private/get_positions (records with instrument_name, direction and size), private/get_account_summary \
          (currency, equity and balance) and private/pme/simulate, whole or their results; several may stand in one file",
    recognizes,
    read,
};

const VENUE: &str = "Deribit";

const RECORDS: &[&RecordDef] = &[
    &RecordDef { label: "position", keys: &["instrument_name", "direction", "size"], inside: &[], read: read_position },
    &RecordDef { label: "account", keys: &["currency", "equity", "balance", "maintenance_margin"], inside: &[], read: read_account },
    &RecordDef { label: "margin simulation", keys: &["model_params", "margins"], inside: &["margins"], read: read_simulation },
    &RecordDef {
        label: "simulated margin",
        keys: &["initial_margin", "maintenance_margin", "initial_margin_details"],
        inside: &[],
        read: read_simulated_margin,
    },
];

fn recognizes(content: &Content) -> bool {
    record::claims(content, RECORDS)
}

fn read(content: &Content, out: &mut Imported) {
    record::read(content, out, RECORDS);
}

/// When a JSON-RPC reply was sent, by its own `usOut`.
fn sent(record: &Record<'_, '_>) -> Option<Timestamp> {
    record.time_of_microseconds("usOut")
}

fn read_position(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let name = record.text("instrument_name")?;
    let instrument = terms::named(&name).map_err(|(kind, message)| record.refuse("instrument_name", kind, message))?;
    // Not Deribit's: it tells accounts apart where several replies were put together.
    let account = record.text("account")?;
    let size = record.number("size")?.ok_or_else(|| record.refuse("size", IssueKind::MissingData, "the row has no size"))?;
    let quantity = match record.cell("direction").as_ref() {
        "buy" => size.abs(),
        "sell" => -size.abs(),
        "" => {
            if size != 0.0 {
                record.note("direction", intake, "no direction: the sign of the size counts");
            }
            size
        }
        "zero" if size == 0.0 => size,
        _ => return Err(record.refuse("direction", IssueKind::Invalid, "direction must be buy or sell, or zero where size is 0")),
    };
    let entry = record.price("average_price")?;
    let (mark, spot, time) = (record.price("mark_price")?, record.price("index_price")?, sent(record));
    if quantity != 0.0 && instrument.has_gain() && record.has("average_price") && !entry.is_some_and(|entry| entry.get() > 0.0) {
        record.note("average_price", intake, "no entry price: only one above 0 is used");
    }
    if quantity != 0.0 {
        Statement { mark, vol: None, spot, forward: None, rate: None, funding: None, time, origin: Origin::Position }.record(
            &instrument,
            record.line,
            intake,
        );
    }
    let base = Currency::new(instrument.underlying());
    let stated = Stated {
        unrealized_pnl: record.quantity("total_profit_loss")?,
        notional: record.quantity("size_currency")?,
        initial_margin: record.quantity("initial_margin")?,
        maintenance_margin: record.quantity("maintenance_margin")?,
        liquidation_price: record.positive_price("estimated_liquidation_price")?,
        time,
        greeks: greeks(record, &instrument)?,
        ..Stated::default()
    };
    let stated = if stated == (Stated { time, ..Stated::default() }) {
        Stated::default()
    } else {
        Stated { currency: Some(settlement_currency(&instrument)), notional_currency: stated.notional.map(|_| base), ..stated }
    };
    Holding { name, account, venue: VENUE, instrument, quantity, entry, mark, stated }.record(record.line, intake)
}

/// The venue's Greeks of an option, of the whole position; the delta is not net of the premium. Of a future its delta is its size.
fn greeks(record: &Record<'_, '_>, instrument: &Instrument) -> Result<Vec<StatedGreeks>, Issue> {
    if !matches!(instrument, Instrument::Option(_)) {
        return Ok(Vec::new());
    }
    Ok(record.greeks("deribit", ["delta", "gamma", "vega", "theta"])?.into_iter().collect())
}

/// The currency of a contract's profit and margin.
fn settlement_currency(instrument: &Instrument) -> Currency {
    match instrument.settlement() {
        Settlement::Inverse => Currency::new(instrument.underlying()),
        Settlement::Linear => instrument.quote(),
    }
}

/// One currency of the account: its balance is a holding of the coin, the rest are figures for comparison.
fn read_account(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let code = record.name("currency")?;
    let (account, balance) = (record.text("account")?, record.need("balance")?);
    let figures = Account {
        venue: VENUE.to_owned(),
        name: account.clone(),
        kind: "account".to_owned(),
        currency: Some(Currency::new(&code)),
        equity: record.quantity("equity")?,
        balance: record.quantity("balance")?,
        unrealized_pnl: record.quantity("session_upl")?,
        initial_margin: record.quantity("initial_margin")?,
        maintenance_margin: record.quantity("maintenance_margin")?,
        time: sent(record),
        source: intake.source(record.line),
        ..Account::default()
    };
    intake.account(figures);
    if record.number("delta_total")?.is_some() {
        record.note("delta_total", intake, "the venue's delta of the currency in coins, less the options' prices: shown for comparison");
    }
    let gains = record.number("futures_pl")?.zip(record.number("futures_session_upl")?);
    if gains.is_some_and(|(since_entry, since_settlement)| since_entry != since_settlement) {
        let message = "futures gained this since their entry, and futures_session_upl since the last settlement: the difference was paid \
                       into the balance, so that balance and gains since entry together count it twice";
        record.note("futures_pl", intake, message);
    }
    let (instrument, stated) = (deribit_name::coin(&code), Stated::default());
    Holding { name: code, account, venue: VENUE, instrument, quantity: balance, entry: None, mark: None, stated }
        .record(record.line, intake)
}

fn read_simulation(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let message = "a simulation of portfolio margin: its margins are kept as figures of the account, its portfolio is not held, and no \
                   number uses its parameters yet";
    intake.note(record.line, Issue::noted(IssueKind::Unsupported, message).in_column("model_params"));
    Ok(())
}

fn read_simulated_margin(record: &Record<'_, '_>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let margin = Account {
        venue: VENUE.to_owned(),
        kind: "portfolio margin simulation".to_owned(),
        currency: (!record.name.is_empty()).then(|| Currency::new(record.name)),
        initial_margin: record.quantity("initial_margin")?,
        maintenance_margin: record.quantity("maintenance_margin")?,
        source: intake.source(record.line),
        ..Account::default()
    };
    intake.account(margin);
    Ok(())
}
