//! The European options of a plan in columns: the hot path of grids and profiles.
//!
//! What is constant within an expiry is computed once for it. A call and a put of one strike share their time value; the rest of
//! both is intrinsic (put-call parity). Four strikes are priced side by side, and the sums run in a fixed order, so that they have
//! the same bits wherever they are computed.

use crate::instrument::{EuropeanOption, Instrument, OptionKind, Point, Settlement};
use crate::math::american::Boundaries;
use crate::math::black::Batch;
use crate::math::lane::{BATCH, Lane};
use crate::math::ln;
use crate::price::plan::{Contract, State};
use wide::f64x4;

/// Options of one underlying, expiry and settlement, by strike.
#[derive(Clone, Debug)]
pub(super) struct OptionBlock {
    underlying: usize,
    group: usize,
    settlement: Settlement,
    /// Of each strike; padded to a multiple of four with strikes of which nothing is held.
    strikes: Vec<f64>,
    log_strikes: Vec<f64>,
    /// Units of the underlying that are held in calls and in puts.
    calls: Vec<f64>,
    puts: Vec<f64>,
    /// Places of their vols in the state.
    call_vols: Vec<usize>,
    put_vols: Vec<usize>,
    /// Places of the contracts.
    contracts: Vec<usize>,
}

/// The options of a plan in blocks, and the places of the contracts that are in none. Contracts come sorted, so that a block's
/// stand together and its strikes ascend.
pub(super) fn blocks(contracts: &[Contract]) -> (Vec<OptionBlock>, Vec<usize>) {
    let (mut blocks, mut others): (Vec<OptionBlock>, Vec<usize>) = (Vec::new(), Vec::new());
    for (index, contract) in contracts.iter().enumerate() {
        match &contract.instrument {
            Instrument::Option(option) if option.strike.get() > 0.0 => {
                let fits = |block: &&mut OptionBlock| block.group == contract.group && block.settlement == option.settlement;
                match blocks.last_mut().filter(fits) {
                    Some(block) => block.add(index, contract, option),
                    None => {
                        let mut block = OptionBlock::new(contract, option.settlement);
                        block.add(index, contract, option);
                        blocks.push(block);
                    }
                }
            }
            _ => others.push(index),
        }
    }
    blocks.iter_mut().for_each(OptionBlock::pad);
    (blocks, others)
}

impl OptionBlock {
    fn new(contract: &Contract, settlement: Settlement) -> OptionBlock {
        OptionBlock {
            underlying: contract.underlying,
            group: contract.group,
            settlement,
            strikes: Vec::new(),
            log_strikes: Vec::new(),
            calls: Vec::new(),
            puts: Vec::new(),
            call_vols: Vec::new(),
            put_vols: Vec::new(),
            contracts: Vec::new(),
        }
    }

    fn add(&mut self, index: usize, contract: &Contract, option: &EuropeanOption) {
        let (strike, units) = (option.strike.get(), contract.quantity * option.contract_size);
        self.contracts.push(index);
        let (call, put) = match option.kind {
            OptionKind::Call => (units, 0.0),
            OptionKind::Put => (0.0, units),
        };
        // A second contract of a strike joins the first unless its side is taken: contracts of several sizes stand apart.
        if self.strikes.last() == Some(&strike)
            && let (Some(calls), Some(puts), Some(call_vol), Some(put_vol)) =
                (self.calls.last_mut(), self.puts.last_mut(), self.call_vols.last_mut(), self.put_vols.last_mut())
            && (if call == 0.0 { *puts == 0.0 } else { *calls == 0.0 })
        {
            *calls += call;
            *puts += put;
            *(if option.kind == OptionKind::Call { call_vol } else { put_vol }) = index;
            return;
        }
        self.strikes.push(strike);
        self.log_strikes.push(ln(strike));
        self.calls.push(call);
        self.puts.push(put);
        self.call_vols.push(index);
        self.put_vols.push(index);
    }

    fn pad(&mut self) {
        let count = self.strikes.len().next_multiple_of(f64x4::WIDTH);
        let repeat = |column: &mut Vec<f64>| column.resize(count, column.last().copied().unwrap_or(1.0));
        repeat(&mut self.strikes);
        repeat(&mut self.log_strikes);
        self.calls.resize(count, 0.0);
        self.puts.resize(count, 0.0);
        let last = self.contracts.last().copied().unwrap_or(0);
        self.call_vols.resize(count, last);
        self.put_vols.resize(count, last);
    }

    /// Value of all, US dollars.
    pub(super) fn value(&self, contracts: &[Contract], state: &State, scratch: &mut Scratch) -> f64 {
        let at = |column: &[f64], place: usize| column.get(place).copied().unwrap_or(0.0);
        let (forward, years) = (at(&state.forwards, self.group), at(&state.years, self.group));
        let spot = at(&state.spots, self.underlying);
        if !(years > 0.0 && forward > 0.0 && forward < f64::INFINITY) {
            let point = |index: usize| Point {
                spot,
                forward,
                years,
                vol: at(&state.vols, index),
                rate: at(&state.rates, self.underlying),
                settled_at: at(&state.settled, self.group),
                other: 0.0,
                dividends: &[],
            };
            let each =
                self.contracts.iter().filter_map(|index| Some(contracts.get(*index)?.value(&point(*index), &mut Boundaries::default())));
            return each.sum();
        }
        self.settlement.value_factor(spot, forward, at(&state.rates, self.underlying), years)
            * self.undiscounted(state, forward, years, scratch)
    }

    fn undiscounted(&self, state: &State, forward: f64, years: f64, scratch: &mut Scratch) -> f64 {
        let (log_forward, root_years) = (f64x4::splat(ln(forward)), f64x4::splat(years.sqrt()));
        let forward = f64x4::splat(forward);
        // A vol of 0 leaves no time value; the division by it must not be seen.
        let (zero, least) = (f64x4::splat(0.0), f64x4::splat(1e-100));
        let Scratch { batch, of_calls, of_puts } = scratch;
        let mut sum = zero;
        for from in (0..self.strikes.len()).step_by(BATCH) {
            let gather = |deviations: &mut [f64x4; FOURS], places: &[usize]| {
                for (deviation, places) in deviations.iter_mut().zip(fours(places, from)) {
                    *deviation = f64x4::new(places.map(|place| state.vols.get(place).copied().unwrap_or(0.0))) * root_years;
                }
            };
            gather(of_calls, &self.call_vols);
            gather(of_puts, &self.put_vols);
            let count = fours(&self.strikes, from).len().min(FOURS);
            let are_alike = of_calls.iter().zip(&*of_puts).take(count).all(|(call, put)| call == put);
            let mut add = |deviations: &[f64x4; FOURS], has_calls: bool, has_puts: bool| {
                let log_moneyness = fours(&self.log_strikes, from).iter().map(|logs| log_forward - f64x4::new(*logs));
                batch.fill(log_moneyness.zip(deviations.iter().map(|deviation| deviation.at_least(least))));
                let held = fours(&self.strikes, from).iter().zip(fours(&self.calls, from).iter().zip(fours(&self.puts, from)));
                for (((strike, (calls, puts)), deviation), distribution) in held.zip(deviations).zip(batch.distributions()) {
                    let strike = f64x4::new(*strike);
                    let worth = f64x4::choose(deviation.is_below(least), zero, distribution.time_value(forward.at_most(strike)));
                    let distance = forward - strike;
                    if has_calls {
                        sum += f64x4::new(*calls) * (distance.at_least(zero) + worth);
                    }
                    if has_puts {
                        sum += f64x4::new(*puts) * ((-distance).at_least(zero) + worth);
                    }
                }
            };
            add(of_calls, true, are_alike);
            if !are_alike {
                add(of_puts, false, true);
            }
        }
        let [first, second, third, fourth] = sum.to_array();
        (first + second) + (third + fourth)
    }
}

/// What is written while options are valued, kept from block to block.
pub(super) struct Scratch {
    batch: Batch,
    /// σ√T of the calls and of the puts.
    of_calls: [f64x4; FOURS],
    of_puts: [f64x4; FOURS],
}

impl Scratch {
    /// Nothing yet.
    pub(super) fn new() -> Scratch {
        let zero = [f64x4::splat(0.0); FOURS];
        Scratch { batch: Batch::new(), of_calls: zero, of_puts: zero }
    }
}

/// Options of a batch, in fours.
const FOURS: usize = BATCH / f64x4::WIDTH;

/// A column four by four, from a place on.
fn fours<T>(column: &[T], from: usize) -> &[[T; 4]] {
    column.get(from..).unwrap_or_default().as_chunks().0
}
