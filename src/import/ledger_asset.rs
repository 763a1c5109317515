//! What a row of a ledger moves: a coin, a currency, a share, a stake.

use crate::import::deribit_name;
use crate::instrument::{Instrument, Share, Stake, Unlock};
use crate::units::STATE_CURRENCIES;

/// What a row moves.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asset {
    /// Its name, one for each thing that is held apart.
    pub name: String,
    /// The contract.
    pub instrument: Instrument,
    /// Whether it is the currency of a state, which a ledger holds as cash.
    pub is_state_currency: bool,
}

impl Asset {
    /// A coin, a dollar coin or a currency, by its code.
    pub(super) fn coin(code: &str) -> Asset {
        let name = code.trim().to_uppercase();
        let is_state_currency = STATE_CURRENCIES.contains(&name.as_str());
        Asset { instrument: deribit_name::coin(&name), name, is_state_currency }
    }

    /// A share or fund, by its ticker or number.
    pub(super) fn share(symbol: &str) -> Asset {
        let symbol = Share::code(symbol);
        Asset::contract(&symbol.clone(), Instrument::Share(Share { symbol }))
    }

    /// The same coin, locked up as a token of this name.
    pub(super) fn stake(token: &str, coin: &str) -> Asset {
        let (token, underlying) = (token.trim().to_uppercase(), coin.trim().to_uppercase());
        let name = if token == underlying { format!("{token} staked") } else { token.clone() };
        Asset::contract(&name, Instrument::Stake(Stake { token, underlying, rate: 1.0, unlock: Unlock::Free }))
    }

    /// Any contract, by its name.
    pub(super) fn contract(name: &str, instrument: Instrument) -> Asset {
        Asset { name: name.to_owned(), instrument, is_state_currency: false }
    }

    /// Whether it is dollars or a coin meant to be worth one.
    pub(super) fn is_dollar(&self) -> bool {
        self.instrument.is_currency()
    }
}
