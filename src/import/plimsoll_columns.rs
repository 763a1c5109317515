//! The columns of our own positions table and the usual other names of each; a table and a JSON record hold them alike.

use crate::import::row::Row;
use crate::import::schema::{Field, Schema, Unknown};

pub(super) const NAME: usize = 0;
pub(super) const UNDERLYING: usize = 1;
pub(super) const TYPE: usize = 2;
pub(super) const OPTION_TYPE: usize = 3;
pub(super) const STRIKE: usize = 4;
pub(super) const EXPIRY: usize = 5;
pub(super) const QUANTITY: usize = 6;
pub(super) const SIDE: usize = 7;
pub(super) const CONTRACT_SIZE: usize = 8;
pub(super) const ENTRY: usize = 9;
pub(super) const MARK: usize = 10;
pub(super) const SPOT: usize = 11;
pub(super) const FORWARD: usize = 12;
pub(super) const VOL: usize = 13;
pub(super) const RATE: usize = 14;
pub(super) const MARGIN: usize = 15;
pub(super) const QUOTE: usize = 16;
pub(super) const ACCOUNT: usize = 17;
pub(super) const VENUE: usize = 18;
pub(super) const AS_OF: usize = 19;
pub(super) const EXERCISE: usize = 21;
pub(super) const TOKEN: usize = 22;
pub(super) const CONVERSION_RATE: usize = 23;
pub(super) const UNLOCK: usize = 24;
pub(super) const YEARLY_RATE: usize = 25;
pub(super) const THRESHOLD: usize = 26;
pub(super) const POOL_SIDE: usize = 27;
pub(super) const LIQUIDITY: usize = 28;
pub(super) const LOWER: usize = 29;
pub(super) const UPPER: usize = 30;
pub(super) const OTHER_KIND: usize = 31;
pub(super) const UNREALIZED_PNL: usize = 32;
pub(super) const PNL_CURRENCY: usize = 33;
pub(super) const NOTIONAL: usize = 34;
pub(super) const NOTIONAL_CURRENCY: usize = 35;
pub(super) const INITIAL_MARGIN: usize = 36;
pub(super) const MAINTENANCE_MARGIN: usize = 37;
pub(super) const LIQUIDATION_PRICE: usize = 38;
pub(super) const STATED_AT: usize = 39;
pub(super) const EX_DATE: usize = 40;
pub(super) const DIVIDEND: usize = 41;
pub(super) const COLUMNS: usize = 42;

/// A row of the table.
pub(super) type Record<'a> = Row<'a, COLUMNS>;

pub(super) const SCHEMA: Schema<COLUMNS> = Schema {
    fields: [
        text(&["instrument", "instrumentname", "name", "symbol", "contract"]),
        text(&["underlying", "asset", "coin", "base", "basecurrency"]),
        text(&["type", "kind", "instrumenttype", "assetclass", "producttype"]),
        text(&["optiontype", "right", "putcall", "callput", "cp"]),
        number(&["strike", "strikeprice"]),
        text(&["expiry", "expiration", "maturity", "expirydate", "expirationdate"]),
        number(&["quantity", "qty", "size", "amount", "position", "contracts"]),
        text(&["side", "direction", "longshort", "buysell"]),
        number(&["contractsize", "multiplier"]),
        number(&["entryprice", "entry", "avgprice", "averageprice", "avgentryprice", "cost"]),
        number(&["mark", "markprice"]),
        number(&["spot", "spotprice", "index", "indexprice"]),
        number(&["forward", "forwardprice", "futuresprice", "futureprice"]),
        number(&["iv", "vol", "impliedvol", "impliedvolatility", "markiv", "volatility"]),
        number(&["rate", "interestrate", "riskfreerate"]),
        text(&["margin", "settlement", "settlementtype", "margintype"]),
        text(&["quote", "quotecurrency"]),
        text(&["account", "subaccount", "portfolio", "book"]),
        text(&["venue", "exchange"]),
        text(&["asof", "timestamp", "pricetime"]),
        // A row number is known and not needed.
        text(&["id", "row", "no"]),
        text(&["exercise", "exercisestyle", "style"]),
        text(&["token", "stakingtoken"]),
        number(&["conversionrate", "exchangerate"]),
        text(&["unlock", "unlocktime"]),
        number(&["yearlyrate", "apr"]),
        number(&["liquidationthreshold", "threshold"]),
        text(&["poolside"]),
        number(&["liquidity"]),
        number(&["lower", "lowerprice"]),
        number(&["upper", "upperprice"]),
        text(&["otherkind"]),
        number(&["unrealizedpnl", "unrealisedpnl", "upnl"]),
        text(&["pnlcurrency"]),
        number(&["notional", "notionalvalue"]),
        text(&["notionalcurrency"]),
        number(&["initialmargin"]),
        number(&["maintenancemargin"]),
        number(&["liquidationprice", "liqprice"]),
        text(&["statedat"]),
        text(&["exdate", "exdividenddate"]),
        number(&["dividend", "dividendamount"]),
    ],
    required: &[QUANTITY],
    unknown: Unknown::Tags,
};

/// The same of a table that holds no positions.
pub(super) const MARKET_SCHEMA: Schema<COLUMNS> = Schema { required: &[UNDERLYING], ..SCHEMA };

const fn text(names: &'static [&'static str]) -> Field {
    Field { names, is_number: false }
}

const fn number(names: &'static [&'static str]) -> Field {
    Field { names, is_number: true }
}
