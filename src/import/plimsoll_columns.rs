//! The columns of our own positions table and the usual other names of each; a table and a JSON record hold them alike.

use crate::import::row::Row;
use crate::import::schema::{Field, Schema, TAG, Unknown};

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

/// A column as people read it.
pub struct ColumnDef {
    /// Its name in a file.
    pub id: &'static str,
    /// What it is.
    pub label: &'static str,
    /// In what it is, or what is accepted; empty where the label says it.
    pub unit: &'static str,
}

const fn column(id: &'static str, label: &'static str, unit: &'static str) -> ColumnDef {
    ColumnDef { id, label, unit }
}

/// The columns for people, in the order of the fields.
pub const ALL: [ColumnDef; COLUMNS] = [
    column("instrument", "Instrument", ""),
    column("underlying", "Underlying", ""),
    column("type", "Type", ""),
    column("option_type", "Call or put", ""),
    column("strike", "Strike", "in the currency of the price"),
    column("expiry", "Expiry", "UTC"),
    column("quantity", "Quantity", "contracts, + is long"),
    column("side", "Side", "buy or sell"),
    column("contract_size", "Contract size", "units in one contract"),
    column("entry_price", "Entry price", "per unit, as quoted"),
    column("mark", "Mark", "per unit, as quoted"),
    column("spot", "Spot", "USD"),
    column("forward", "Forward", "USD"),
    column("iv", "Implied vol", "%"),
    column("rate", "Interest rate", "a year, 0.04 or 4%"),
    column("margin", "Settlement", "linear or inverse"),
    column("quote", "Currency of the price", ""),
    column("account", "Account", ""),
    column("venue", "Venue", ""),
    column("as_of", "Time of prices", "UTC"),
    column("id", "Row", ""),
    column("exercise", "Exercise", "european or american"),
    column("token", "Staking token", ""),
    column("conversion_rate", "Coins in one token", ""),
    column("unlock", "Can be sold", "UTC or days"),
    column("yearly_rate", "Rate of the loan", "a year, 0.04 or 4%"),
    column("liquidation_threshold", "Liquidation threshold", "0.8 or 80%"),
    column("pool_side", "Side of the pool", "base or quote"),
    column("liquidity", "Liquidity", "L of the pool"),
    column("lower", "Lowest price", "quote per base"),
    column("upper", "Highest price", "quote per base"),
    column("other_kind", "Kind by its file", ""),
    column("unrealized_pnl", "Unrealized P&L by the venue", ""),
    column("pnl_currency", "Currency of P&L and margins", ""),
    column("notional", "Notional by the venue", ""),
    column("notional_currency", "Currency of the notional", ""),
    column("initial_margin", "Initial margin by the venue", ""),
    column("maintenance_margin", "Maintenance margin by the venue", ""),
    column("liquidation_price", "Liquidation price by the venue", "as quoted"),
    column("stated_at", "Time of the venue’s figures", "UTC"),
    column("ex_date", "Ex-date", "UTC"),
    column("dividend", "Dividend", "USD a share"),
];

/// What a column of this name holds, with its unit: `Implied vol, %`; of a label `Strategy (label)`.
pub fn label(name: &str) -> String {
    match ALL.iter().find(|column| column.id == name) {
        Some(ColumnDef { label, unit: "", .. }) => (*label).to_owned(),
        Some(ColumnDef { label, unit, .. }) => format!("{label}, {unit}"),
        None => {
            let dimension = name.strip_prefix(TAG).unwrap_or(name);
            let mut signs = dimension.chars().map(|sign| if sign == '_' { ' ' } else { sign });
            let first: String = signs.next().into_iter().flat_map(char::to_uppercase).collect();
            format!("{first}{} (label)", signs.collect::<String>())
        }
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_the_field_that_its_name_is_read_as() {
        for (place, column) in ALL.iter().enumerate() {
            assert_eq!(SCHEMA.find(column.id), Some(place), "{}", column.id);
        }
    }

    #[test]
    fn people_read_words_and_units() {
        assert_eq!(label("iv"), "Implied vol, %");
        assert_eq!(label("instrument"), "Instrument");
        assert_eq!(label("tag:strategy"), "Strategy (label)");
        assert_eq!(label("tag:asset_class"), "Asset class (label)");
    }
}
