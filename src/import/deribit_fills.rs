//! The rows of one instrument of Deribit's log, in their order → its position and average entry price, as the venue keeps it.
//!
//! A fill on the side of the position moves the average: arithmetic in the contract's own price, harmonic for inverse futures and
//! perpetuals, `Σ|n| / Σ(|n|/p)`, since a dollar bought at `p` costs `1/p` coins. A fill against it leaves the average; one that goes
//! through zero starts anew at its price; a settlement changes neither. Invariant: an average that a missing row may have moved is
//! unknown until the position is flat again, and says why.

use crate::instrument::{Instrument, Settlement};

/// What a row does to a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A fill, or a position taken over from another account, at the row's price.
    Fill,
    /// Profit and funding are booked; the position stays.
    Settlement,
    /// The contract runs out.
    Delivery,
    /// Anything else.
    Other,
}

impl Event {
    /// Reads the `Type` of a row.
    pub(super) fn of(kind: &str) -> Event {
        match kind.trim().to_lowercase().replace('_', " ").as_str() {
            "trade" | "block trade" | "liquidation" | "position move" => Event::Fill,
            "settlement" => Event::Settlement,
            "delivery" => Event::Delivery,
            _ => Event::Other,
        }
    }
}

/// One row of an instrument.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// Its line, from 1.
    pub line: u64,
    /// What it does.
    pub event: Event,
    /// Position after it, signed, in the contract's own unit.
    pub after: f64,
    /// What was filled, by the columns that may state it, unsigned; one may be in coins and the other in dollars.
    pub amounts: [Option<f64>; 2],
    /// 1 for a purchase, −1 for a sale, where the row says.
    pub side: Option<f64>,
    /// Price of the fill.
    pub price: Option<f64>,
}

/// A position after some rows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Held {
    /// Signed.
    pub quantity: f64,
    /// Average entry price.
    pub entry: Option<f64>,
    /// Why there is none, and on which line it was lost; `None` of a flat position.
    pub unknown: Option<(u64, String)>,
}

const FLAT: Held = Held { quantity: 0.0, entry: None, unknown: None };

/// What is held after all rows; `None` without any.
pub(super) fn replay(instrument: &Instrument, steps: &[Step]) -> Option<Held> {
    let is_harmonic = instrument.has_gain() && instrument.settlement() == Settlement::Inverse;
    steps.iter().fold(None, |held, step| Some(after(held.as_ref(), step, is_harmonic)))
}

/// Part of an amount of coins that may be lost in printing it.
const COIN_ROUNDING: f64 = 1e-6;

/// Equal but for the rounding of printed sums.
fn is_near(one: f64, other: f64, scale: f64) -> bool {
    (one - other).abs() <= 1e-9 * scale.abs().max(one.abs()).max(other.abs())
}

fn after(held: Option<&Held>, step: &Step, is_harmonic: bool) -> Held {
    let lost = |why: String| Held { quantity: step.after, entry: None, unknown: Some((step.line, why)) };
    if step.after == 0.0 || step.event == Event::Delivery {
        return FLAT;
    }
    let before = match step.event {
        Event::Fill => match before_fill(held, step, is_harmonic) {
            Ok(before) => before,
            Err(why) => return lost(why),
        },
        _ => match held {
            Some(held) if is_near(held.quantity, step.after, 0.0) => return held.clone(),
            Some(held) => {
                return lost(format!("the position goes from {} to {} in a row that is no fill", held.quantity, step.after));
            }
            None => return lost("the position was there before the first row of it".to_owned()),
        },
    };
    let delta = step.after - before.quantity;
    if before.quantity * delta < 0.0 && before.quantity * step.after > 0.0 {
        // Reduced: what is left keeps its average.
        return Held { quantity: step.after, ..before };
    }
    let Some(price) = step.price.filter(|price| *price > 0.0) else {
        return lost("a fill has no price".to_owned());
    };
    let entry = match (before.quantity * step.after > 0.0, before.entry) {
        // Opened, or gone through zero.
        (false, _) => Some(price),
        (true, None) => None,
        (true, Some(entry)) if is_harmonic => Some(step.after / (before.quantity / entry + delta / price)),
        (true, Some(entry)) => Some((before.quantity * entry + delta * price) / step.after),
    };
    Held { quantity: step.after, entry, unknown: if entry.is_some() { None } else { before.unknown } }
}

/// The position before a fill: the one that the rows so far give, if the fill leads from it to the position after.
///
/// # Errors
/// Why that is not so.
fn before_fill(held: Option<&Held>, step: &Step, is_harmonic: bool) -> Result<Held, String> {
    let amounts = || step.amounts.iter().flatten().map(|amount| amount.abs());
    let signs = || step.side.map_or([1.0, -1.0].as_slice(), |side| if side > 0.0 { &[1.0] } else { &[-1.0] }).iter();
    // An amount in coins of a contract in dollars is a rounded number.
    let coins = |amount: f64| step.price.filter(|_| is_harmonic).map(|price| amount * price);
    let leads = |from: f64, amount: f64| {
        is_near(from + amount, step.after, amount)
            || coins(amount).is_some_and(|dollars| (from + dollars - step.after).abs() <= COIN_ROUNDING * dollars.abs())
    };
    let starts = |from: f64| signs().any(|sign| amounts().any(|amount| leads(from, sign * amount)));
    match held {
        Some(held) if starts(held.quantity) => Ok(held.clone()),
        // Whatever came before, this fill alone makes the whole position.
        _ if starts(0.0) => Ok(FLAT),
        Some(held) if amounts().next().is_none() => Ok(held.clone()),
        Some(held) => {
            let amount = amounts().next().unwrap_or_default();
            Err(format!("the position goes from {} to {} by a fill of {amount}: rows between are missing", held.quantity, step.after))
        }
        None => Err("the position was there before the first row of it".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instrument::{Future, Perpetual};
    use crate::units::{Currency, Timestamp};

    fn perpetual(settlement: Settlement) -> Instrument {
        Instrument::Perpetual(Perpetual { underlying: "BTC".to_owned(), quote: Currency::usd(), settlement, contract_size: 1.0 })
    }

    fn fill(after: f64, amount: f64, price: f64) -> Step {
        Step { line: 1, event: Event::Fill, after, amounts: [Some(amount), None], side: None, price: Some(price) }
    }

    fn entry(settlement: Settlement, steps: &[Step]) -> Option<f64> {
        replay(&perpetual(settlement), steps).and_then(|held| held.entry)
    }

    #[test]
    fn a_fill_on_the_same_side_moves_the_average_and_one_against_it_does_not() {
        let steps = [fill(40.0, 40.0, 150.0), fill(100.0, 60.0, 160.0), fill(25.0, 75.0, 10.0), fill(50.0, 25.0, 100.0)];
        assert_eq!(entry(Settlement::Linear, &steps[..2]), Some(156.0));
        assert_eq!(entry(Settlement::Linear, &steps[..3]), Some(156.0));
        assert_eq!(entry(Settlement::Linear, &steps), Some(128.0));
        let harmonic = [fill(-10_000.0, 10_000.0, 50_000.0), fill(-40_000.0, 30_000.0, 60_000.0)];
        let average = entry(Settlement::Inverse, &harmonic).unwrap();
        assert!((average - 40_000.0 / (0.2 + 0.5)).abs() < 1e-9, "{average}");
    }

    #[test]
    fn a_fill_through_zero_starts_anew_and_a_flat_position_has_no_entry() {
        for settlement in [Settlement::Linear, Settlement::Inverse] {
            let steps = [fill(10.0, 10.0, 100.0), fill(-5.0, 15.0, 120.0), fill(0.0, 5.0, 90.0), fill(3.0, 3.0, 80.0)];
            assert_eq!(entry(settlement, &steps[..2]), Some(120.0));
            assert_eq!(replay(&perpetual(settlement), &steps[..3]), Some(FLAT));
            assert_eq!(entry(settlement, &steps), Some(80.0));
        }
    }

    #[test]
    fn a_position_from_before_the_log_has_no_entry_until_it_is_flat() {
        let mut steps = vec![fill(30.0, 10.0, 100.0), fill(40.0, 10.0, 100.0), fill(15.0, 25.0, 100.0)];
        let held = replay(&perpetual(Settlement::Linear), &steps).unwrap();
        assert_eq!((held.quantity, held.entry), (15.0, None));
        assert_eq!(held.unknown, Some((1, "the position was there before the first row of it".to_owned())));
        // Through zero the rest is this fill's own, whatever the old entry was.
        steps.push(fill(-5.0, 20.0, 70.0));
        assert_eq!(entry(Settlement::Linear, &steps), Some(70.0));
    }

    #[test]
    fn a_missing_row_loses_the_entry_and_a_settlement_does_not() {
        let settled = |after: f64| Step { event: Event::Settlement, amounts: [None, None], price: Some(7.0), ..fill(after, 0.0, 7.0) };
        assert_eq!(entry(Settlement::Linear, &[fill(10.0, 10.0, 100.0), settled(10.0)]), Some(100.0));
        let gap = replay(&perpetual(Settlement::Linear), &[fill(10.0, 10.0, 100.0), fill(25.0, 5.0, 90.0)]).unwrap();
        assert_eq!(gap.entry, None);
        assert!(gap.unknown.unwrap().1.contains("from 10 to 25 by a fill of 5"));
        assert_eq!(entry(Settlement::Linear, &[fill(10.0, 10.0, 100.0), settled(12.0)]), None);
        assert_eq!(entry(Settlement::Linear, &[settled(12.0), fill(12.5, 0.5, 90.0)]), None);
        // The rows that closed the old position are missing, but this one says that it opens the whole of the new one.
        assert_eq!(entry(Settlement::Linear, &[fill(10.0, 10.0, 100.0), fill(4.0, 4.0, 90.0)]), Some(90.0));
    }

    #[test]
    fn the_amount_may_stand_in_the_other_column_and_the_side_says_which_way() {
        let in_dollars = Step { amounts: [Some(0.5), Some(30_000.0)], side: Some(-1.0), ..fill(-30_000.0, 0.0, 60_000.0) };
        assert_eq!(entry(Settlement::Inverse, &[in_dollars]), Some(60_000.0));
        let in_coins = Step { amounts: [None, Some(0.48387097)], ..fill(30_000.0, 0.0, 62_000.0) };
        assert_eq!(entry(Settlement::Inverse, &[in_coins]), Some(62_000.0));
        assert_eq!(entry(Settlement::Linear, &[in_coins]), None);
        // A sale that leaves a long position of its own amount was one of twice as much.
        let sold = Step { side: Some(-1.0), ..fill(5.0, 5.0, 60_000.0) };
        assert_eq!(entry(Settlement::Inverse, &[sold]), None);
    }

    #[test]
    fn a_delivery_closes_whatever_the_row_prints() {
        let expiry = Timestamp::from_ms(0);
        let (underlying, quote) = ("BTC".to_owned(), Currency::usd());
        let future = Instrument::Future(Future { underlying, quote, settlement: Settlement::Inverse, contract_size: 1.0, expiry });
        let delivered = Step { event: Event::Delivery, ..fill(10.0, 10.0, 95.0) };
        assert_eq!(replay(&future, &[fill(10.0, 10.0, 100.0), delivered]), Some(FLAT));
    }
}
