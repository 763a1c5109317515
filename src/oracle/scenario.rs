//! P&L of small books under spot, vol and time shocks, in dollars and in coin: through market, plan and shock, as on the page.

use crate::book::{Book, Position};
use crate::instrument::{EuropeanOption, Instrument, Perpetual, Settlement};
use crate::market::{BidAsk, Fact, FactValue, Market};
use crate::oracle::{Judgement, OracleDef, Question, Row, fact, kind, position, verdict};
use crate::price::Plan;
use crate::stress::{Move, Numeraire, Shock, VolShift};
use crate::units::{Currency, Price, Timestamp, Vol, YEAR_MS};
use serde::{Deserialize, Serialize};

/// The format.
pub const DEF: OracleDef = OracleDef {
    id: "scenario",
    label: "Scenarios",
    doc: "P&L of a book of options on spot, a perpetual or an inverse future, fully revalued under a shock.",
    columns: &["legs", "unit", "spot0", "spot_shock", "vol_shift", "days"],
    samples: None,
    question,
    judgement: Judgement { asked: "unit", expected: "pnl", allowed: verdict::stated, doubted: &[] },
    by_annex: false,
};

const COIN: &str = "COIN";
/// Every book of the set is valued at the beginning of time, so that an expiry is its life in milliseconds.
const AS_OF: Timestamp = Timestamp::from_ms(0);

/// A book, its market, and what happens to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    positions: Vec<Position>,
    facts: Vec<Fact>,
    shock: Shock,
    numeraire: Numeraire,
}

/// A leg as the file writes it.
#[derive(Deserialize)]
#[serde(tag = "k")]
enum Leg {
    #[serde(rename = "opt")]
    Option {
        flag: String,
        #[serde(rename = "K")]
        strike: f64,
        #[serde(rename = "T")]
        years: f64,
        iv: f64,
        qty: f64,
    },
    #[serde(rename = "perp")]
    Perpetual { entry: f64, qty: f64 },
    #[serde(rename = "invfut")]
    InverseFuture { entry: f64, contracts_usd: f64 },
}

fn question(row: &Row) -> Option<Question> {
    let legs: Vec<Leg> = row.json("legs")?;
    let spot = Price::new(row.number("spot0")?).ok()?;
    let (settlement, numeraire) = match row.text("unit")? {
        "usd" => (Settlement::Linear, Numeraire::Usd),
        "coin" => (Settlement::Inverse, Numeraire::Coin(COIN.to_owned())),
        _ => return None,
    };
    let mut positions = Vec::new();
    let mut facts = vec![fact(FactValue::Spot { underlying: COIN.to_owned(), price: spot })];
    for leg in &legs {
        leg.add(settlement, spot, &mut positions, &mut facts)?;
    }
    let all = Move { spot: row.number("spot_shock")?, vol: VolShift::Points(row.number("vol_shift")?) };
    let shock = Shock { all, days: row.number("days")?, ..Shock::default() };
    Some(Question::Scenario(Asked { positions, facts, shock, numeraire }))
}

impl Asked {
    pub(super) fn answer(&self) -> f64 {
        let Asked { positions, facts, shock, numeraire } = self;
        let (market, _) = Market::assemble(facts, AS_OF);
        let (plan, base, _) = Plan::new(&Book { positions: positions.clone() }, &market);
        numeraire.total(&plan, &shock.apply(&plan, &base)) - numeraire.total(&plan, &base)
    }
}

impl Leg {
    fn add(&self, option_settlement: Settlement, spot: Price, positions: &mut Vec<Position>, facts: &mut Vec<Fact>) -> Option<()> {
        let underlying = COIN.to_owned();
        let quote = Currency::usd();
        let (instrument, quantity, entry) = match self {
            Leg::Option { flag, strike, years, iv, qty } => {
                let expiry = Timestamp::from_ms((years * YEAR_MS).round() as i64);
                let (strike, kind) = (Price::new(*strike).ok()?, kind(flag)?);
                facts.push(fact(FactValue::Forward { underlying: underlying.clone(), expiry, price: spot }));
                facts.push(fact(FactValue::Option {
                    underlying: underlying.clone(),
                    expiry,
                    strike,
                    kind,
                    settlement: option_settlement,
                    mark_vol: Some(Vol::new(*iv).ok()?),
                    mark_price: None,
                    bid_ask: BidAsk::default(),
                }));
                let option = EuropeanOption { underlying, quote, settlement: option_settlement, contract_size: 1.0, expiry, strike, kind };
                (Instrument::Option(option), *qty, None)
            }
            Leg::Perpetual { entry, qty } => (perpetual(Settlement::Linear), *qty, Some(*entry)),
            Leg::InverseFuture { entry, contracts_usd } => (perpetual(Settlement::Inverse), *contracts_usd, Some(*entry)),
        };
        if let Instrument::Perpetual(perpetual) = &instrument {
            facts.push(fact(FactValue::Perpetual { underlying: COIN.to_owned(), settlement: perpetual.settlement, price: spot }));
        }
        positions.push(position(instrument, quantity, entry)?);
        Some(())
    }
}

/// The set's futures have no expiry, which makes them perpetuals.
fn perpetual(settlement: Settlement) -> Instrument {
    Instrument::Perpetual(Perpetual { underlying: COIN.to_owned(), quote: Currency::usd(), settlement, contract_size: 1.0 })
}
