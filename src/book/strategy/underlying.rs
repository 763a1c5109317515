//! Structures with the underlying in them: carries, collars, covered calls, protective puts.

use crate::book::Position;
use crate::book::strategy::board::{Board, Key, ROUNDING};
use crate::book::strategy::{Found, Leg, StrategyKind};
use crate::instrument::{Instrument, OptionKind, Settlement};
use crate::order;
use crate::units::Timestamp;
use std::collections::BTreeMap;

/// What kind of holding of the underlying, in the order in which they are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    /// The coin or share itself, staked or not.
    Spot,
    /// A perpetual.
    Perpetual(Settlement),
    /// A dated future.
    Dated(Timestamp, Settlement),
}

impl Form {
    fn expiry(self) -> Option<Timestamp> {
        match self {
            Form::Dated(expiry, _) => Some(expiry),
            Form::Spot | Form::Perpetual(_) => None,
        }
    }

    fn is_inverse(self) -> bool {
        matches!(self, Form::Perpetual(Settlement::Inverse) | Form::Dated(_, Settlement::Inverse))
    }
}

/// What is left of one holding.
#[derive(Clone, Copy, Debug)]
struct Lot {
    index: u32,
    is_long: bool,
    /// In its own unit, > 0.
    left: f64,
    /// Units of the underlying per unit of its own; an inverse contract's need a price, its mark or its entry.
    units: Option<f64>,
    /// Dollars per unit of its own, of an inverse contract.
    dollars: Option<f64>,
}

/// In what two holdings are set against each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Measure {
    /// Units of the underlying.
    Units,
    /// Dollars of size, between two inverse contracts: they offset each other whatever their prices.
    Dollars,
}

impl Lot {
    fn per(&self, measure: Measure) -> Option<f64> {
        match measure {
            Measure::Units => self.units,
            Measure::Dollars => self.dollars,
        }
    }
}

/// The holdings of one underlying that are still in no structure, by form and whether they are long.
#[derive(Debug, Default)]
pub(super) struct Holdings {
    lots: BTreeMap<(Form, bool), Vec<Lot>>,
}

impl Holdings {
    /// Adds a position; one that is no holding of its underlying stays out.
    pub(super) fn add(&mut self, index: u32, position: &Position) {
        let (instrument, quantity) = (&position.instrument, position.quantity.get());
        let form = match instrument {
            Instrument::Spot(_) | Instrument::Share(_) | Instrument::Stake(_) => Form::Spot,
            Instrument::Perpetual(perpetual) => Form::Perpetual(perpetual.settlement),
            Instrument::Future(future) => Form::Dated(future.expiry, future.settlement),
            _ => return,
        };
        let size = instrument.contract_size();
        let is_inverse = form.is_inverse();
        let price = position.mark.or(position.entry_price).map(|price| price.get()).filter(|price| *price > 0.0);
        let units = match instrument {
            Instrument::Stake(stake) => Some(stake.rate),
            _ if is_inverse => price.map(|price| size / price),
            _ => Some(size),
        };
        let is_long = quantity > 0.0;
        let lot = Lot { index, is_long, left: quantity.abs(), units, dollars: is_inverse.then_some(size) };
        self.lots.entry((form, is_long)).or_default().push(lot);
    }

    fn forms(&self, is_long: bool) -> Vec<Form> {
        self.lots.keys().filter(|key| key.1 == is_long).map(|key| key.0).collect()
    }

    fn left(&self, key: (Form, bool), measure: Measure) -> f64 {
        self.lots.get(&key).into_iter().flatten().filter_map(|lot| Some(lot.left * lot.per(measure)?)).sum()
    }

    /// Takes an amount out, from the first position that has some on.
    fn take(&mut self, key: (Form, bool), amount: f64, measure: Measure) -> Vec<Leg> {
        let Some(lots) = self.lots.get_mut(&key) else { return Vec::new() };
        let (mut wanted, mut legs) = (amount, Vec::new());
        for lot in lots.iter_mut() {
            let Some(per) = lot.per(measure) else { continue };
            if wanted <= ROUNDING * amount {
                break;
            }
            let has = lot.left * per;
            let taken = if has <= wanted + ROUNDING * amount { lot.left } else { wanted / per };
            wanted -= has;
            lot.left -= taken;
            legs.push(Leg { index: lot.index, quantity: if lot.is_long { taken } else { -taken } });
        }
        lots.retain(|lot| lot.left > 0.0);
        if lots.is_empty() {
            self.lots.remove(&key);
        }
        legs
    }

    /// Units of the underlying that are held long.
    fn long_units(&self) -> f64 {
        self.forms(true).into_iter().map(|form| self.left((form, true), Measure::Units)).sum()
    }

    /// Takes long units out: of the coin itself first, then of perpetuals, then of futures.
    fn take_long(&mut self, units: f64) -> Vec<Leg> {
        let (mut wanted, mut legs) = (units, Vec::new());
        for form in self.forms(true) {
            let has = self.left((form, true), Measure::Units).min(wanted);
            if has > ROUNDING * units {
                legs.extend(self.take((form, true), has, Measure::Units));
                wanted -= has;
            }
        }
        legs
    }
}

/// One form of holding long, another short: first those of equal size, then common parts.
pub(super) fn carries(holdings: &mut Holdings, found: &mut Vec<Found>) {
    for whole in [true, false] {
        let amounts = |form: Form, is_long: bool| [Measure::Units, Measure::Dollars].map(|measure| holdings.left((form, is_long), measure));
        let sized = |is_long: bool| -> Vec<(Form, [f64; 2])> {
            holdings.forms(is_long).into_iter().map(|form| (form, amounts(form, is_long))).collect()
        };
        let (longs, mut shorts) = (sized(true), sized(false));
        for (long, mut has) in longs {
            for (short, owes) in shorts.iter_mut().filter(|(short, _)| *short != long) {
                let (measure, place) = if long.is_inverse() && short.is_inverse() { (Measure::Dollars, 1) } else { (Measure::Units, 0) };
                let (Some(one), Some(other)) = (has.get(place).copied(), owes.get(place).copied()) else { continue };
                let size = one.min(other);
                if size <= 0.0 || (whole && (one - other).abs() > ROUNDING * size) {
                    continue;
                }
                let mut legs = holdings.take((long, true), size, measure);
                legs.extend(holdings.take((*short, false), size, measure));
                has = [Measure::Units, Measure::Dollars].map(|measure| holdings.left((long, true), measure));
                *owes = [Measure::Units, Measure::Dollars].map(|measure| holdings.left((*short, false), measure));
                let (name, description) = carry_words(long, *short);
                let mut expiries: Vec<Timestamp> = [long, *short].into_iter().filter_map(Form::expiry).collect();
                order::sort_by(&mut expiries, Ord::cmp);
                expiries.dedup();
                found.push(Found {
                    kind: StrategyKind::Carry,
                    name: name.to_owned(),
                    description,
                    size,
                    expiries,
                    strikes: Vec::new(),
                    legs,
                });
            }
        }
    }
}

fn carry_words(long: Form, short: Form) -> (&'static str, &'static str) {
    match (long, short) {
        (Form::Spot, Form::Dated(..)) => ("cash and carry", "earns the future's premium over spot until it expires"),
        (Form::Dated(..), Form::Spot) => {
            ("reverse cash and carry", "earns the future's discount to spot, less what the borrowed coin costs")
        }
        (Form::Spot, Form::Perpetual(_)) => ("funding carry", "earns funding while longs pay it"),
        (Form::Perpetual(_), Form::Spot) => {
            ("reverse funding carry", "earns funding while shorts pay it, less what the borrowed coin costs")
        }
        (Form::Perpetual(_), Form::Dated(..)) => {
            ("perpetual against future", "earns the future's premium, less the funding that longs pay")
        }
        (Form::Dated(..), Form::Perpetual(_)) => {
            ("future against perpetual", "earns funding while longs pay it, less the future's premium")
        }
        (Form::Dated(..), Form::Dated(..)) => ("futures calendar spread", "wins or loses with the distance of two futures"),
        (Form::Perpetual(_), Form::Perpetual(_)) | (Form::Spot, Form::Spot) => {
            ("perpetual against perpetual", "earns the difference of two fundings")
        }
    }
}

/// Takes option legs and the holding that covers them.
fn covered(holdings: &mut Holdings, board: &mut Board, keys: &[Key], kind: StrategyKind, words: (&str, &'static str)) -> Option<Found> {
    let size = keys.iter().map(|key| board.left(*key)).fold(holdings.long_units(), f64::min);
    if size <= 0.0 || size.is_nan() {
        return None;
    }
    let mut legs = holdings.take_long(size);
    legs.extend(keys.iter().flat_map(|key| board.take(*key, size)));
    let mut strikes: Vec<f64> = keys.iter().map(|key| key.strike()).collect();
    order::sort_by(&mut strikes, f64::total_cmp);
    strikes.dedup();
    let mut expiries: Vec<Timestamp> = keys.iter().map(|key| key.expiry).collect();
    expiries.dedup();
    Some(Found { kind, name: words.0.to_owned(), description: words.1, size, expiries, strikes, legs })
}

/// A holding, a put bought and a call sold at the same or a higher strike, of one expiry.
pub(super) fn collars(holdings: &mut Holdings, board: &mut Board, found: &mut Vec<Found>) {
    let words = ("collar", "keeps the holding between its strikes: loss below and gain above are given away");
    for call in board.keys().into_iter().filter(|key| key.kind == OptionKind::Call && !key.is_long) {
        for put in board.below(call.turned(OptionKind::Put, true), true) {
            found.extend(covered(holdings, board, &[put, call], StrategyKind::Collar, words));
        }
    }
}

/// A holding with a call sold against it, then one with a put on it.
pub(super) fn covers(holdings: &mut Holdings, board: &mut Board, found: &mut Vec<Found>) {
    let call = (StrategyKind::CoveredCall, ("covered call", "earns the premium; gains above the strike are given away"));
    let put = (StrategyKind::ProtectivePut, ("protective put", "costs the premium; losses below the strike are insured"));
    for (kind, is_long, (strategy, words)) in [(OptionKind::Call, false, call), (OptionKind::Put, true, put)] {
        for key in board.keys().into_iter().filter(|key| key.kind == kind && key.is_long == is_long) {
            found.extend(covered(holdings, board, &[key], strategy, words));
        }
    }
}
