//! Coin-settled and linear contracts as crypto venues define them: settlements, gains, notionals and deltas in coin; pool shares,
//! and the small books of [`book`].
//!
//! Margin, liquidation, funding to come and a perpetual's fair value are in the set too; the engine has no word on them.

mod book;

use crate::instrument::{EuropeanOption, Instrument, OptionKind, Perpetual, Point, Pool, Settlement, Side, Spot};
use crate::math::black::MertonInput;
use crate::math::ln;
use crate::oracle::{Judgement, OracleDef, Question, Row, kind, verdict};
use crate::units::{Currency, Greeks, Price, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The format.
pub const DEF: OracleDef = OracleDef {
    id: "crypto",
    label: "Crypto contracts",
    doc: "Settlement, gain, notional and coin Greeks of inverse and linear options and futures; average entries, loans and pools.",
    columns: &["topic", "inputs", "quantity"],
    samples: None,
    question,
    judgement: Judgement { asked: "topic", expected: "expected", allowed: verdict::stated, doubted: &[] },
    by_annex: false,
};

const COIN: &str = "COIN";
/// Of an option whose life the row gives beside it.
const EXPIRY: Timestamp = Timestamp::from_ms(0);

/// What a row asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked(About);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum About {
    /// One number of one position.
    Position { of: Of, quantity: Quantity },
    /// One figure of a book.
    Book(book::Asked),
    /// How much less a share that was opened at one price is worth at another than what was put in, percent.
    Share { pool: Pool, entry: f64, price: f64 },
}

/// What it is a number of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Of {
    /// A contract in a market that stands at one price.
    Contract {
        instrument: Instrument,
        price: f64,
        years: f64,
        vol: f64,
        entry: Option<f64>,
        /// Contracts, signed.
        count: f64,
        /// Coins beside them.
        wallet: f64,
    },
    /// An option whose price and delta are given, at a spot of 1.
    Given { value: f64, delta: f64 },
    /// An option on a currency, of one year.
    Currency { spot: f64, strike: f64, vol: f64, rate: f64, dividend_yield: f64, kind: OptionKind },
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Quantity {
    Value,
    Delta,
    CoinValue,
    CoinDelta,
    /// ∂c/∂S.
    CoinSlope,
    /// ∂²c/∂S².
    CoinCurvature,
    /// Per 1.00 of vol.
    CoinVega,
    /// Size in coin.
    CoinNotional,
}

/// The inputs of a row.
struct Cells(Map<String, Value>);

impl Cells {
    fn number(&self, name: &str) -> Option<f64> {
        self.0.get(name)?.as_f64()
    }

    fn read<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        T::deserialize(self.0.get(name)?).ok()
    }

    fn kind(&self) -> Option<OptionKind> {
        kind(self.0.get("flag")?.as_str()?)
    }
}

fn question(row: &Row) -> Option<Question> {
    let cells = Cells(row.json("inputs")?);
    let (topic, quantity) = (row.text("topic")?, row.text("quantity")?);
    let about = if (topic, quantity) == ("impermanent_loss", "loss_pct_vs_hodl") {
        About::Share { pool: pool(), entry: 1.0, price: cells.number("price_ratio")? }
    } else if let Some((of, quantity)) = position(&cells, topic, quantity) {
        About::Position { of, quantity }
    } else {
        About::Book(book::asked(&cells, topic, quantity)?)
    };
    Some(Question::Crypto(Asked(about)))
}

fn position(cells: &Cells, topic: &str, quantity: &str) -> Option<(Of, Quantity)> {
    Some(match (topic, quantity) {
        ("inverse_option_expiry", "settlement_btc") => (settled(cells)?, Quantity::CoinValue),
        ("inverse_future_pnl", "pnl_btc") => (inverse_gain(cells, 0.0)?, Quantity::CoinValue),
        // The coins of the wallet and the gain of the future, in dollars at the price of exit.
        ("inverse_future_equity", "equity_usd") => (inverse_gain(cells, cells.number("wallet_btc")?)?, Quantity::Value),
        ("linear_pnl", "pnl") => {
            let (exit, entry, count) = (cells.number("exit")?, cells.number("entry"), cells.number("qty")?);
            (contract(perpetual(Settlement::Linear, 1.0), exit, entry, count), Quantity::Value)
        }
        ("liquidation_inverse_isolated", "position_value_btc") => {
            (sized(1.0, cells.number("qty")?, cells.number("entry")?), Quantity::CoinNotional)
        }
        ("maintenance_margin_inverse", "position_notional_btc") => {
            (sized(cells.number("contract_usd")?, cells.number("contracts")?, cells.number("mark")?), Quantity::CoinNotional)
        }
        ("inverse_net_delta", "net_transaction_delta") => {
            (Of::Given { value: cells.number("mark_btc")?, delta: cells.number("bs_delta")? }, Quantity::CoinDelta)
        }
        ("inverse_option_greeks", quantity) => inverse_option(cells, quantity)?,
        (topic, "delta") => currency_delta(cells, topic)?,
        _ => return None,
    })
}

/// A share of a pool without range, where only the ratio of two prices matters.
fn pool() -> Pool {
    Pool { base: Currency::new(COIN), quote: Currency::usd(), side: Side::Base, liquidity: 1.0, lower: 0.0, upper: None }
}

fn option(settlement: Settlement, contract_size: f64, strike: f64, kind: OptionKind, expiry: Timestamp) -> Option<Instrument> {
    Some(Instrument::Option(EuropeanOption {
        underlying: COIN.to_owned(),
        quote: Currency::usd(),
        settlement,
        contract_size,
        expiry,
        strike: Price::new(strike).ok()?,
        kind,
    }))
}

fn perpetual(settlement: Settlement, contract_size: f64) -> Instrument {
    Instrument::Perpetual(Perpetual { underlying: COIN.to_owned(), quote: Currency::usd(), settlement, contract_size })
}

fn contract(instrument: Instrument, price: f64, entry: Option<f64>, count: f64) -> Of {
    Of::Contract { instrument, price, years: 0.0, vol: 0.0, entry, count, wallet: 0.0 }
}

/// The position at expiry, at the delivery price.
fn settled(cells: &Cells) -> Option<Of> {
    let option = option(Settlement::Inverse, 1.0, cells.number("K")?, cells.kind()?, EXPIRY)?;
    Some(contract(option, cells.number("delivery")?, None, cells.number("qty")?))
}

fn inverse_gain(cells: &Cells, wallet: f64) -> Option<Of> {
    Some(Of::Contract {
        instrument: perpetual(Settlement::Inverse, cells.number("contract_usd")?),
        price: cells.number("exit")?,
        years: 0.0,
        vol: 0.0,
        entry: cells.number("entry"),
        count: cells.number("contracts")?,
        wallet,
    })
}

fn sized(contract_size: f64, contracts: f64, mark: f64) -> Of {
    contract(perpetual(Settlement::Inverse, contract_size), mark, None, contracts)
}

fn inverse_option(cells: &Cells, quantity: &str) -> Option<(Of, Quantity)> {
    // With a rate, the set discounts a coin price that no coin venue discounts.
    if cells.number("r")? != 0.0 {
        return None;
    }
    let quantity = match quantity {
        "price_coin" => Quantity::CoinValue,
        "bs_delta" => Quantity::Delta,
        "net_transaction_delta" => Quantity::CoinDelta,
        "d_coin_price_d_S" => Quantity::CoinSlope,
        "d2_coin_price_d_S2" => Quantity::CoinCurvature,
        "vega_coin" => Quantity::CoinVega,
        _ => return None,
    };
    let instrument = option(Settlement::Inverse, 1.0, cells.number("K")?, cells.kind()?, EXPIRY)?;
    let (price, years, vol) = (cells.number("F")?, cells.number("T")?, cells.number("sigma")?);
    Some((Of::Contract { instrument, price, years, vol, entry: None, count: 1.0, wallet: 0.0 }, quantity))
}

/// Deltas as the currency market quotes them; the premium-adjusted ones are those of a coin-settled option.
fn currency_delta(cells: &Cells, topic: &str) -> Option<(Of, Quantity)> {
    let (settlement, quantity) = match topic {
        "fx_delta_Fwd" | "fx_delta_Spot" => (Settlement::Linear, Quantity::Delta),
        "fx_delta_PaFwd" | "fx_delta_PaSpot" => (Settlement::Inverse, Quantity::CoinDelta),
        _ => return None,
    };
    let (spot, strike, vol, kind) = (cells.number("S")?, cells.number("K")?, cells.number("stddev")?, cells.kind()?);
    let (domestic, foreign) = (cells.number("df_dom")?, cells.number("df_for")?);
    if topic.ends_with("Spot") {
        return Some((Of::Currency { spot, strike, vol, rate: -ln(domestic), dividend_yield: -ln(foreign), kind }, quantity));
    }
    let (instrument, price) = (option(settlement, 1.0, strike, kind, EXPIRY)?, spot * foreign / domestic);
    Some((Of::Contract { instrument, price, years: 1.0, vol, entry: None, count: 1.0, wallet: 0.0 }, quantity))
}

impl Asked {
    pub(super) fn answer(&self) -> Option<f64> {
        match &self.0 {
            About::Position { of, quantity } => Some(quantity.answer(of)),
            About::Book(asked) => asked.answer(),
            About::Share { pool, entry, price } => pool.impermanent_loss(*entry, *price).map(|part| -100.0 * part),
        }
    }
}

impl Quantity {
    fn answer(self, of: &Of) -> f64 {
        let (greeks, spot, exposure) = match of {
            Of::Contract { instrument, price, years, vol, entry, count, wallet } => {
                let (price, years, vol) = (*price, *years, *vol);
                let point = Point { spot: price, forward: price, years, vol, rate: 0.0, settled_at: price, other: 0.0, dividends: &[] };
                let mut greeks = instrument.greeks(&point, *entry).scaled(*count);
                greeks += Instrument::Spot(Spot { asset: COIN.to_owned() }).greeks(&point, None).scaled(*wallet);
                (greeks, price, count * instrument.unit_exposure(&point))
            }
            Of::Given { value, delta } => (Greeks { value: *value, delta: *delta, ..Greeks::default() }, 1.0, 0.0),
            Of::Currency { spot, strike, vol, rate, dividend_yield, kind } => {
                let (spot, strike, vol, rate, dividend_yield, kind) = (*spot, *strike, *vol, *rate, *dividend_yield, *kind);
                let merton = MertonInput { spot, strike, years: 1.0, vol, rate, dividend_yield, kind }.greeks();
                (Greeks { value: merton.price, delta: merton.delta, ..Greeks::default() }, spot, 0.0)
            }
        };
        let coin = greeks.in_coin(spot, 0.0);
        match self {
            Quantity::Value => greeks.value,
            Quantity::Delta => greeks.delta,
            Quantity::CoinValue => coin.value,
            Quantity::CoinDelta => coin.delta,
            Quantity::CoinSlope => coin.delta / spot,
            Quantity::CoinCurvature => coin.gamma_1pct / 0.01 / (spot * spot),
            Quantity::CoinVega => coin.vega_1pt / 0.01,
            Quantity::CoinNotional => Greeks { value: exposure, ..Greeks::default() }.in_coin(spot, 0.0).value,
        }
    }
}
