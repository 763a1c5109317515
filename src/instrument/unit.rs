//! In what the quantity and the price of a contract are stated.

use crate::instrument::{Instrument, Settlement};

impl Instrument {
    /// Units of quantity and price: a coin, `USD`, or what is counted.
    pub fn units(&self) -> (String, String) {
        let coin = self.underlying().to_owned();
        let usd = "USD".to_owned();
        let counted = |size: f64, unit: String| if size == 1.0 { unit } else { "contracts".to_owned() };
        match self {
            Instrument::Cash(_) | Instrument::Spot(_) | Instrument::Loan(_) => (coin, usd),
            Instrument::Option(option) => {
                let price_unit = if option.settlement == Settlement::Inverse { coin.clone() } else { usd };
                (counted(option.contract_size, coin), price_unit)
            }
            Instrument::Future(future) if future.settlement == Settlement::Inverse => (counted(future.contract_size, usd.clone()), usd),
            Instrument::Future(future) => (counted(future.contract_size, coin), usd),
            Instrument::Perpetual(perpetual) if perpetual.settlement == Settlement::Inverse => {
                (counted(perpetual.contract_size, usd.clone()), usd)
            }
            Instrument::Perpetual(perpetual) => (counted(perpetual.contract_size, coin), usd),
            Instrument::AmericanOption(option) => (counted(option.contract_size, "shares".to_owned()), usd),
            Instrument::Share(_) => ("shares".to_owned(), usd),
            Instrument::Stake(stake) => (stake.token.clone(), usd),
            Instrument::Pool(_) => ("shares of the pool".to_owned(), usd),
            Instrument::Other(other) => (counted(other.contract_size, "units".to_owned()), usd),
        }
    }
}
