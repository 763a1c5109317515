//! What the formats share: contract terms from a name, and what one row says about the market.

use crate::import::deribit_name::{self, Name};
use crate::import::intake::Intake;
use crate::import::record::Record;
use crate::import::row::Row;
use crate::instrument::Instrument;
use crate::issue::{Issue, IssueKind};
use crate::market::{BidAsk, FactValue, Origin};
use crate::units::{Currency, Price, Rate, Timestamp, Vol};

const COMBINATION: &str = "a combination of contracts; its legs are accepted, each in a row of its own";

/// The contract that a Deribit name stands for.
///
/// # Errors
/// A combination, or a name of no contract: the kind of issue, and what would be accepted.
pub(super) fn named(name: &str) -> Result<Instrument, (IssueKind, &'static str)> {
    let accepted = "not an instrument name; BTC-PERPETUAL, BTC-27MAR27, BTC-27MAR27-100000-C, SOL_USDC-PERPETUAL or BTC_USDT are accepted";
    match deribit_name::parse(name) {
        Some(Name::Contract(instrument)) => Ok(instrument),
        Some(Name::Combination) => Err((IssueKind::Unsupported, COMBINATION)),
        None if name.is_empty() => Err((IssueKind::MissingData, "the row names no instrument")),
        None => Err((IssueKind::Parse, accepted)),
    }
}

/// The same of a row's cell.
///
/// # Errors
/// As [`named`].
pub(super) fn contract<const N: usize>(row: &Row<'_, N>, field: usize) -> Result<Instrument, Issue> {
    named(row.raw(field)).map_err(|(kind, message)| row.refuse(field, kind, message))
}

/// The refusal of a combination.
pub(super) fn combination<const N: usize>(row: &Row<'_, N>, field: usize) -> Issue {
    row.refuse(field, IssueKind::Unsupported, COMBINATION)
}

/// What one row says about the market.
pub(super) struct Statement {
    /// Mark of the contract in its own price unit.
    pub mark: Option<Price>,
    /// Mark volatility, of an option.
    pub vol: Option<Vol>,
    /// Index of the underlying.
    pub spot: Option<Price>,
    /// Forward of the contract's expiry, where the mark is not one.
    pub forward: Option<Price>,
    /// Discount rate.
    pub rate: Option<Rate>,
    /// Funding, of a perpetual.
    pub funding: Option<Rate>,
    /// When it was so.
    pub time: Option<Timestamp>,
    /// Who says so.
    pub origin: Origin,
}

impl Statement {
    /// Whether nothing is stated at all.
    pub(super) fn is_empty(&self) -> bool {
        self.mark.is_none() && self.vol.is_none() && self.spot.is_none() && self.forward.is_none() && self.funding.is_none()
    }

    /// Hands the facts over. Prices of 0 say nothing about a spot or a forward and are passed over.
    pub(super) fn record(&self, instrument: &Instrument, line: u64, intake: &mut Intake<'_>) {
        self.record_quoted(instrument, BidAsk::default(), line, intake);
    }

    /// The same of an option for which something is bid or asked.
    pub(super) fn record_quoted(&self, instrument: &Instrument, bid_ask: BidAsk, line: u64, intake: &mut Intake<'_>) {
        let code = instrument.underlying();
        let positive = |price: Option<Price>| price.filter(|price| price.get() > 0.0);
        let mut put = |value: FactValue| intake.fact(value, self.time, self.origin, line);
        if instrument.is_currency() {
            // The rate of the dollar is that of whatever has none of its own.
            if let Some(rate) = self.rate.filter(|_| code == Currency::usd().code()) {
                put(FactValue::Rate { underlying: code.to_owned(), rate });
            }
            return;
        }
        if let Some(price) = positive(self.spot) {
            put(FactValue::Spot { underlying: code.to_owned(), price });
        }
        if let Some(rate) = self.rate {
            put(FactValue::Rate { underlying: code.to_owned(), rate });
        }
        if let Some(rate) = self.funding {
            put(FactValue::Funding { underlying: code.to_owned(), rate });
        }
        let underlying = code.to_owned();
        match instrument {
            Instrument::Cash(_) | Instrument::Loan(_) | Instrument::Stake(_) | Instrument::Pool(_) => {}
            Instrument::Spot(_) | Instrument::Share(_) | Instrument::Other(_) => {
                if let Some(price) = positive(self.mark).filter(|_| self.spot.is_none()) {
                    put(FactValue::Spot { underlying, price });
                }
            }
            Instrument::Perpetual(perpetual) => {
                if let Some(price) = positive(self.mark).or(positive(self.forward)) {
                    put(FactValue::Perpetual { underlying, settlement: perpetual.settlement, price });
                }
            }
            Instrument::Future(future) => {
                if let Some(price) = positive(self.mark).or(positive(self.forward)) {
                    put(FactValue::Forward { underlying, expiry: future.expiry, price });
                }
            }
            Instrument::Option(_) | Instrument::AmericanOption(_) => {
                let Some(option) = instrument.option_terms() else { return };
                if let Some(price) = positive(self.forward) {
                    put(FactValue::Forward { underlying: underlying.clone(), expiry: option.expiry, price });
                }
                if self.vol.is_some() || self.mark.is_some() || bid_ask != BidAsk::default() {
                    put(FactValue::Option {
                        underlying,
                        expiry: option.expiry,
                        strike: option.strike,
                        kind: option.kind,
                        settlement: option.settlement,
                        mark_vol: self.vol,
                        mark_price: self.mark,
                        bid_ask,
                    });
                }
            }
        }
    }
}

/// The volatilities that are bid and asked in a record, decimals; venues write 0 or −1 where there is none.
///
/// # Errors
/// A cell that is no number, or a volatility out of range.
pub(super) fn bid_ask_vols(record: &Record<'_, '_>, [bid, ask]: [&str; 2]) -> Result<BidAsk, Issue> {
    Ok(BidAsk { bid_vol: record.vol(bid, 1.0)?, ask_vol: record.vol(ask, 1.0)?, ..BidAsk::default() })
}

/// A volatility of a market file, whose unit its column tells: `unit` is 100 for percent. Zero and less mean that there is none.
///
/// # Errors
/// A cell that is no number, or a volatility out of range.
pub(super) fn quoted_vol<const N: usize>(row: &Row<'_, N>, field: usize, unit: f64, intake: &mut Intake<'_>) -> Result<Option<Vol>, Issue> {
    let Some(number) = row.amount(field, intake)? else { return Ok(None) };
    if number <= 0.0 {
        row.note(field, intake, "no volatility: only one above 0 is used, the mark price is kept");
        return Ok(None);
    }
    Vol::new(number / unit).map(Some).map_err(|issue| row.refuse(field, IssueKind::Invalid, issue.message))
}

/// Funding per year from a rate per 8 hours.
///
/// # Errors
/// A cell that is no number, or a rate out of range.
pub(super) fn funding<const N: usize>(row: &Row<'_, N>, field: usize, intake: &mut Intake<'_>) -> Result<Option<Rate>, Issue> {
    let rate = row.amount(field, intake)?.map(|per_8h| Rate::new(per_8h * 3.0 * 365.0)).transpose();
    rate.map_err(|issue| row.refuse(field, IssueKind::Invalid, issue.message))
}

/// Funding per year from a record's rate per payment. A rate that no year can hold is left out and noted: the rest of the record
/// stands.
///
/// # Errors
/// A field that is no number.
pub(super) fn record_funding(
    record: &Record<'_, '_>,
    key: &str,
    payments_per_year: f64,
    intake: &mut Intake<'_>,
) -> Result<Option<Rate>, Issue> {
    let Some(per_payment) = record.number(key)? else { return Ok(None) };
    let funding = Rate::new(per_payment * payments_per_year);
    if let Err(issue) = &funding {
        let percent = per_payment * payments_per_year * 100.0;
        record.note(key, intake, format!("funding of {percent:.1} % a year is left out: {}", issue.message));
    }
    Ok(funding.ok())
}
