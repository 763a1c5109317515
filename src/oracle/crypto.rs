//! Coin-settled and linear contracts as crypto venues define them: settlements, gains, notionals and deltas in coin.
//!
//! An option's gain since it was bought, margin, liquidation, funding, lending and pools are in the set too; the engine has no word on them yet.

use crate::instrument::{EuropeanOption, Instrument, OptionKind, Perpetual, Point, Settlement, Spot};
use crate::math::black::{BlackInput, MertonInput};
use crate::math::ln;
use crate::oracle::{Judgement, OracleDef, Row, kind, verdict};
use crate::units::{Currency, Greeks, Price, Timestamp};
use serde_json::{Map, Value};

/// The format.
pub const DEF: OracleDef = OracleDef {
    id: "crypto",
    label: "Crypto contracts",
    doc: "Settlement, gain, notional and coin Greeks of inverse and linear options and futures.",
    columns: &["topic", "inputs", "quantity"],
    answer,
    judgement: Judgement { asked: "topic", expected: "expected", allowed: verdict::stated, doubted: &[] },
};

const COIN: &str = "COIN";

struct Inputs(Map<String, Value>);

impl Inputs {
    fn number(&self, name: &str) -> Option<f64> {
        self.0.get(name)?.as_f64()
    }

    fn kind(&self) -> Option<OptionKind> {
        kind(self.0.get("flag")?.as_str()?)
    }
}

fn answer(row: &Row) -> Option<f64> {
    let inputs = Inputs(row.json("inputs")?);
    match (row.text("topic")?, row.text("quantity")?) {
        ("inverse_option_expiry", "settlement_btc") => {
            settled(&inputs, Settlement::Inverse).map(|(greeks, spot)| greeks.in_coin(spot, 0.0).value)
        }
        ("linear_option_expiry", "settlement_usdc") => settled(&inputs, Settlement::Linear).map(|(greeks, _)| greeks.value),
        ("inverse_future_pnl", "pnl_btc") => inverse_gain(&inputs).map(|(greeks, spot)| greeks.in_coin(spot, 0.0).value),
        ("inverse_future_equity", "equity_usd") => inverse_equity(&inputs),
        ("linear_pnl", "pnl") => linear_gain(&inputs),
        ("liquidation_inverse_isolated", "position_value_btc") => notional_in_coin(1.0, inputs.number("qty")?, inputs.number("entry")?),
        ("maintenance_margin_inverse", "position_notional_btc") => {
            notional_in_coin(inputs.number("contract_usd")?, inputs.number("contracts")?, inputs.number("mark")?)
        }
        ("inverse_net_delta", "net_transaction_delta") => {
            let greeks = Greeks { value: inputs.number("mark_btc")?, delta: inputs.number("bs_delta")?, ..Greeks::default() };
            Some(greeks.in_coin(1.0, 0.0).delta)
        }
        ("inverse_option_greeks", quantity) => inverse_option(&inputs, quantity),
        ("fx_delta_Fwd" | "fx_delta_Spot" | "fx_delta_PaFwd" | "fx_delta_PaSpot", "delta") => currency_delta(&inputs, row.text("topic")?),
        _ => None,
    }
}

fn option(settlement: Settlement, contract_size: f64, strike: f64, kind: OptionKind) -> Option<Instrument> {
    Some(Instrument::Option(EuropeanOption {
        underlying: COIN.to_owned(),
        quote: Currency::usd(),
        settlement,
        contract_size,
        expiry: Timestamp::from_ms(0),
        strike: Price::new(strike).ok()?,
        kind,
    }))
}

fn perpetual(settlement: Settlement, contract_size: f64) -> Instrument {
    Instrument::Perpetual(Perpetual { underlying: COIN.to_owned(), quote: Currency::usd(), settlement, contract_size })
}

/// A market that stands at one price, with nothing left to live.
fn at(price: f64) -> Point<'static> {
    Point { spot: price, forward: price, years: 0.0, vol: 0.0, rate: 0.0, settled_at: price, other: 0.0, dividends: &[] }
}

/// The position at expiry, with the delivery price.
fn settled(inputs: &Inputs, settlement: Settlement) -> Option<(Greeks, f64)> {
    let delivery = inputs.number("delivery")?;
    let multiplier = if settlement == Settlement::Linear { inputs.number("multiplier")? } else { 1.0 };
    let option = option(settlement, multiplier, inputs.number("K")?, inputs.kind()?)?;
    Some((option.greeks(&at(delivery), None).scaled(inputs.number("qty")?), delivery))
}

fn inverse_gain(inputs: &Inputs) -> Option<(Greeks, f64)> {
    let exit = inputs.number("exit")?;
    let unit = perpetual(Settlement::Inverse, inputs.number("contract_usd")?).greeks(&at(exit), inputs.number("entry"));
    Some((unit.scaled(inputs.number("contracts")?), exit))
}

/// The coins of the wallet and the gain of the future, in dollars at the price of exit.
fn inverse_equity(inputs: &Inputs) -> Option<f64> {
    let (gain, exit) = inverse_gain(inputs)?;
    let wallet = Instrument::Spot(Spot { asset: COIN.to_owned() }).greeks(&at(exit), None).scaled(inputs.number("wallet_btc")?);
    Some(gain.value + wallet.value)
}

fn linear_gain(inputs: &Inputs) -> Option<f64> {
    let unit = perpetual(Settlement::Linear, 1.0).greeks(&at(inputs.number("exit")?), inputs.number("entry"));
    Some(unit.scaled(inputs.number("qty")?).value)
}

fn notional_in_coin(contract_size: f64, contracts: f64, mark: f64) -> Option<f64> {
    let dollars = contracts * perpetual(Settlement::Inverse, contract_size).unit_exposure(&at(mark));
    Some(Greeks { value: dollars, ..Greeks::default() }.in_coin(mark, 0.0).value)
}

fn inverse_option(inputs: &Inputs, quantity: &str) -> Option<f64> {
    // With a rate, the set discounts a coin price that no coin venue discounts.
    if inputs.number("r")? != 0.0 {
        return None;
    }
    let forward = inputs.number("F")?;
    let point = Point { years: inputs.number("T")?, vol: inputs.number("sigma")?, ..at(forward) };
    let greeks = option(Settlement::Inverse, 1.0, inputs.number("K")?, inputs.kind()?)?.greeks(&point, None);
    let coin = greeks.in_coin(forward, 0.0);
    Some(match quantity {
        "price_coin" => coin.value,
        "bs_delta" => greeks.delta,
        "net_transaction_delta" => coin.delta,
        "d_coin_price_d_S" => coin.delta / forward,
        "d2_coin_price_d_S2" => coin.gamma_1pct / 0.01 / (forward * forward),
        "vega_coin" => coin.vega_1pt / 0.01,
        _ => return None,
    })
}

/// Deltas as the currency market quotes them; the premium-adjusted ones are those of a coin-settled option.
fn currency_delta(inputs: &Inputs, topic: &str) -> Option<f64> {
    let (spot, strike, vol, kind) = (inputs.number("S")?, inputs.number("K")?, inputs.number("stddev")?, inputs.kind()?);
    let (domestic, foreign) = (inputs.number("df_dom")?, inputs.number("df_for")?);
    let forward = spot * foreign / domestic;
    let black = BlackInput { forward, strike, years: 1.0, vol, kind };
    let merton = MertonInput { spot, strike, years: 1.0, vol, rate: -ln(domestic), dividend_yield: -ln(foreign), kind };
    Some(match topic {
        "fx_delta_Fwd" => black.greeks().delta,
        "fx_delta_Spot" => merton.greeks().delta,
        "fx_delta_PaFwd" => {
            let point = Point { years: 1.0, vol, ..at(forward) };
            option(Settlement::Inverse, 1.0, strike, kind)?.greeks(&point, None).in_coin(forward, 0.0).delta
        }
        "fx_delta_PaSpot" => {
            let greeks = merton.greeks();
            Greeks { value: greeks.price, delta: greeks.delta, ..Greeks::default() }.in_coin(spot, 0.0).delta
        }
        _ => return None,
    })
}
