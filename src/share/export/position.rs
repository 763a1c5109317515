//! A position as a row of our own table: the columns that `import` reads, each filled from what the position holds.

use crate::book::{Position, Stated};
use crate::instrument::{Instrument, OptionKind, Settlement, Side, Unlock};
use crate::order;
use crate::share::export::Cell;
use crate::units::{Currency, Price, Quantity, Rate, exact_text};
use std::borrow::Cow;

/// A column: its name, and the cell of a position.
struct Column<'a> {
    name: Cow<'a, str>,
    cell: Source<'a>,
}

enum Source<'a> {
    Field(fn(&Position) -> Cell<'_>),
    Tag(&'a str),
}

/// Columns that stand in every file, for the reader's sake.
const ALWAYS: usize = 7;

/// Name of a column and its cell of a position.
type Field = (&'static str, fn(&Position) -> Cell<'_>);

const FIELDS: &[Field] = &[
    ("instrument", |position| Cell::text(position.name.as_str())),
    ("account", |position| Cell::text(position.account.as_str())),
    ("venue", |position| Cell::text(position.venue.as_str())),
    ("underlying", |position| Cell::text(underlying(&position.instrument))),
    ("type", |position| Cell::text(kind(&position.instrument))),
    ("quantity", |position| Cell::Number(position.quantity.get())),
    ("entry_price", |position| number(position.entry_price.map(Price::get))),
    ("mark", |position| number(position.mark.map(Price::get))),
    ("option_type", |position| match position.instrument.option_terms().map(|terms| terms.kind) {
        Some(OptionKind::Call) => Cell::text("call"),
        Some(OptionKind::Put) => Cell::text("put"),
        None => Cell::Blank,
    }),
    ("strike", |position| number(position.instrument.option_terms().map(|terms| terms.strike.get()))),
    ("expiry", |position| position.instrument.expiry().map_or(Cell::Blank, |expiry| Cell::text(expiry.to_string()))),
    ("margin", |position| match (position.instrument.is_derivative(), position.instrument.settlement()) {
        (true, Settlement::Linear) => Cell::text("linear"),
        (true, Settlement::Inverse) => Cell::text("inverse"),
        (false, _) => Cell::Blank,
    }),
    ("quote", |position| match &position.instrument {
        Instrument::Pool(pool) => Cell::text(pool.quote.code()),
        instrument if instrument.is_derivative() => Cell::text(instrument.quote().code().to_owned()),
        _ => Cell::Blank,
    }),
    ("contract_size", |position| number(contract_size(&position.instrument))),
    ("token", |position| match &position.instrument {
        Instrument::Stake(stake) => Cell::text(stake.token.as_str()),
        _ => Cell::Blank,
    }),
    ("conversion_rate", |position| match &position.instrument {
        Instrument::Stake(stake) => Cell::Number(stake.rate),
        _ => Cell::Blank,
    }),
    ("unlock", |position| match &position.instrument {
        Instrument::Stake(stake) => match stake.unlock {
            Unlock::Free => Cell::Blank,
            Unlock::Notice(days) => Cell::text(format!("{} days", exact_text(days))),
            Unlock::At(time) => Cell::text(time.to_string()),
        },
        _ => Cell::Blank,
    }),
    ("yearly_rate", |position| match &position.instrument {
        Instrument::Loan(loan) => number(loan.rate.map(Rate::get)),
        _ => Cell::Blank,
    }),
    ("liquidation_threshold", |position| match &position.instrument {
        Instrument::Loan(loan) => number(loan.threshold),
        _ => Cell::Blank,
    }),
    ("pool_side", |position| match &position.instrument {
        Instrument::Pool(pool) => Cell::text(match pool.side {
            Side::Base => "base",
            Side::Quote => "quote",
        }),
        _ => Cell::Blank,
    }),
    ("liquidity", |position| match &position.instrument {
        Instrument::Pool(pool) => Cell::Number(pool.liquidity),
        _ => Cell::Blank,
    }),
    ("lower", |position| match &position.instrument {
        Instrument::Pool(pool) if pool.lower > 0.0 => Cell::Number(pool.lower),
        _ => Cell::Blank,
    }),
    ("upper", |position| match &position.instrument {
        Instrument::Pool(pool) => number(pool.upper),
        _ => Cell::Blank,
    }),
    ("other_kind", |position| match &position.instrument {
        Instrument::Other(other) => Cell::text(other.kind.as_str()),
        _ => Cell::Blank,
    }),
    ("unrealized_pnl", |position| figure(position, |stated| stated.unrealized_pnl)),
    ("pnl_currency", |position| currency(position, |stated| stated.currency.as_ref())),
    ("notional", |position| figure(position, |stated| stated.notional)),
    ("notional_currency", |position| currency(position, |stated| stated.notional_currency.as_ref())),
    ("initial_margin", |position| figure(position, |stated| stated.initial_margin)),
    ("maintenance_margin", |position| figure(position, |stated| stated.maintenance_margin)),
    ("liquidation_price", |position| number(position.stated.as_deref().and_then(|stated| stated.liquidation_price).map(Price::get))),
    ("stated_at", |position| {
        position.stated.as_deref().and_then(|stated| stated.time).map_or(Cell::Blank, |time| Cell::text(time.to_string()))
    }),
];

/// The table of some positions: the columns that any of them fills.
pub(super) struct Table<'a> {
    columns: Vec<Column<'a>>,
}

impl<'a> Table<'a> {
    /// Finds the columns.
    pub(super) fn new(positions: &'a [Position]) -> Table<'a> {
        let is_used = |field: &fn(&Position) -> Cell<'_>| positions.iter().any(|position| field(position) != Cell::Blank);
        let fields = FIELDS.iter().enumerate().filter(|(place, (_, field))| *place < ALWAYS || is_used(field));
        let dimensions = order::set(positions.iter().flat_map(|position| position.tags.keys()).map(String::as_str));
        let fields = fields.map(|(_, (name, field))| Column { name: Cow::Borrowed(*name), cell: Source::Field(*field) });
        let tags = dimensions.into_iter().map(|name| Column { name: Cow::Owned(format!("tag:{name}")), cell: Source::Tag(name) });
        Table { columns: fields.chain(tags).collect() }
    }

    /// The names of the columns.
    pub(super) fn header(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_ref())
    }

    /// The cells of a position, in the order of the columns.
    pub(super) fn row<'p>(&self, position: &'p Position) -> impl Iterator<Item = Cell<'p>> {
        self.columns.iter().map(|column| match column.cell {
            Source::Field(field) => field(position),
            Source::Tag(name) => position.tags.get(name).map_or(Cell::Blank, |label| Cell::text(label.as_str())),
        })
    }
}

fn number<'a>(value: Option<f64>) -> Cell<'a> {
    value.map_or(Cell::Blank, Cell::Number)
}

fn figure<'a>(position: &Position, read: fn(&Stated) -> Option<Quantity>) -> Cell<'a> {
    number(position.stated.as_deref().and_then(read).map(Quantity::get))
}

fn currency(position: &Position, read: fn(&Stated) -> Option<&Currency>) -> Cell<'_> {
    position.stated.as_deref().and_then(read).map_or(Cell::Blank, |currency| Cell::text(currency.code()))
}

fn underlying(instrument: &Instrument) -> &str {
    match instrument {
        Instrument::Pool(pool) => pool.base.code(),
        instrument => instrument.underlying(),
    }
}

fn contract_size(instrument: &Instrument) -> Option<f64> {
    match instrument {
        Instrument::Future(future) => Some(future.contract_size),
        Instrument::Perpetual(perpetual) => Some(perpetual.contract_size),
        Instrument::Option(option) => Some(option.contract_size),
        Instrument::AmericanOption(option) => Some(option.contract_size),
        Instrument::Other(other) => Some(other.contract_size),
        _ => None,
    }
}

/// The type of a contract, in the words of the table.
fn kind(instrument: &Instrument) -> &'static str {
    match instrument {
        Instrument::Cash(_) => "cash",
        Instrument::Spot(_) => "spot",
        Instrument::Future(_) => "future",
        Instrument::Perpetual(_) => "perp",
        Instrument::Option(_) => "option",
        Instrument::AmericanOption(_) => "american_option",
        Instrument::Share(_) => "share",
        Instrument::Stake(_) => "stake",
        Instrument::Loan(_) => "loan",
        Instrument::Pool(_) => "pool",
        Instrument::Other(_) => "other",
    }
}
