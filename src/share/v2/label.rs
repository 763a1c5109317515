//! Tags and the venue's own figures of the positions in the v2 link. FROZEN, part of `v2`, which describes it.

use crate::book::{Position, Stated};
use crate::issue::Issue;
use crate::share::damaged;
use crate::share::v1::wire::{Reader, Writer};
use crate::share::v1::{column, refused};
use crate::units::{Currency, Price, Quantity, Timestamp};
use std::vec::IntoIter;

/// Writes them.
pub(super) fn write<'a>(writer: &mut Writer<'a>, positions: &'a [Position]) {
    writer.presence(&positions.iter().map(|position| !position.tags.is_empty()).collect::<Vec<bool>>());
    positions.iter().filter(|position| !position.tags.is_empty()).for_each(|position| writer.count(position.tags.len()));
    positions.iter().flat_map(|position| position.tags.keys()).for_each(|dimension| writer.text(dimension));
    positions.iter().flat_map(|position| position.tags.values()).for_each(|label| writer.text(label));

    writer.presence(&positions.iter().map(|position| position.stated.is_some()).collect::<Vec<bool>>());
    let stated: Vec<Columns<'a>> = positions.iter().filter_map(|position| position.stated.as_deref()).map(Columns::of).collect();
    for which in 0..FIGURES {
        column::write_some(writer, stated.iter().map(|each| each.figures.get(which).copied().flatten()));
    }
    write_texts(writer, stated.iter().map(|each| each.currency).collect());
    write_texts(writer, stated.iter().map(|each| each.notional_currency).collect());
    write_times(writer, stated.iter().map(|each| each.time).collect());
}

/// A figure that may be missing.
pub(super) fn quantity(figure: Option<f64>) -> Result<Option<Quantity>, Issue> {
    figure.map(Quantity::new).transpose().map_err(refused)
}

/// Reads them into the positions.
pub(super) fn read(reader: &mut Reader<'_>, positions: &mut [Position]) -> Result<(), Issue> {
    let mut counts = Vec::new();
    let is_tagged = reader.presence(positions.len())?;
    for _ in is_tagged.iter().filter(|is_tagged| **is_tagged) {
        counts.push(reader.count(2)?);
    }
    let mut dimensions = Vec::with_capacity(counts.len());
    for count in counts {
        dimensions.push(reader.texts(count)?);
    }
    let tagged = positions.iter_mut().zip(is_tagged).filter(|(_, is_tagged)| *is_tagged).map(|(position, _)| position);
    for (position, dimensions) in tagged.zip(dimensions) {
        if dimensions.is_empty() || !dimensions.is_sorted_by(|one, next| one < next) {
            return Err(damaged());
        }
        for dimension in dimensions {
            position.tags.insert(dimension, reader.text()?);
        }
    }

    let is_stated = reader.presence(positions.len())?;
    let count = is_stated.iter().filter(|is_stated| **is_stated).count();
    let mut columns = read_each(reader, count, FIGURES)?;
    let mut currencies = read_currencies(reader, count)?.into_iter();
    let mut notional_currencies = read_currencies(reader, count)?.into_iter();
    let mut times = read_times(reader, count)?.into_iter();
    for (position, _) in positions.iter_mut().zip(is_stated).filter(|(_, is_stated)| *is_stated) {
        let [unrealized_pnl, notional, initial_margin, maintenance_margin, liquidation_price] = next_of_each(&mut columns);
        position.stated = Some(Box::new(Stated {
            unrealized_pnl: quantity(unrealized_pnl)?,
            notional: quantity(notional)?,
            initial_margin: quantity(initial_margin)?,
            maintenance_margin: quantity(maintenance_margin)?,
            liquidation_price: liquidation_price.map(Price::new).transpose().map_err(refused)?,
            currency: currencies.next().flatten(),
            notional_currency: notional_currencies.next().flatten(),
            time: times.next().flatten(),
            greeks: Vec::new(),
        }));
    }
    Ok(())
}

const FIGURES: usize = 5;

struct Columns<'a> {
    figures: [Option<f64>; FIGURES],
    currency: Option<&'a Currency>,
    notional_currency: Option<&'a Currency>,
    time: Option<Timestamp>,
}

impl<'a> Columns<'a> {
    fn of(stated: &'a Stated) -> Columns<'a> {
        let Stated {
            unrealized_pnl,
            notional,
            initial_margin,
            maintenance_margin,
            liquidation_price,
            currency,
            notional_currency,
            time,
            // No word of a link: see `share::stated`.
            greeks: _,
        } = stated;
        let quantities = [unrealized_pnl, notional, initial_margin, maintenance_margin].map(|quantity| quantity.map(Quantity::get));
        let [unrealized_pnl, notional, initial_margin, maintenance_margin] = quantities;
        let figures = [unrealized_pnl, notional, initial_margin, maintenance_margin, liquidation_price.map(Price::get)];
        Columns { figures, currency: currency.as_ref(), notional_currency: notional_currency.as_ref(), time: *time }
    }
}

/// The columns of the next figures, each value present or not.
pub(super) fn read_each(reader: &mut Reader<'_>, count: usize, columns: usize) -> Result<Vec<IntoIter<Option<f64>>>, Issue> {
    let mut read = Vec::with_capacity(columns);
    for _ in 0..columns {
        read.push(column::read_some(reader, count, Ok)?.into_iter());
    }
    Ok(read)
}

/// The next of each column.
pub(super) fn next_of_each<const N: usize>(columns: &mut [IntoIter<Option<f64>>]) -> [Option<f64>; N] {
    let mut next = [None; N];
    for (value, column) in next.iter_mut().zip(columns) {
        *value = column.next().flatten();
    }
    next
}

pub(super) fn write_texts<'a>(writer: &mut Writer<'a>, currencies: Vec<Option<&'a Currency>>) {
    writer.presence(&currencies.iter().map(Option::is_some).collect::<Vec<bool>>());
    currencies.into_iter().flatten().for_each(|currency| writer.text(currency.code()));
}

pub(super) fn read_currencies(reader: &mut Reader<'_>, count: usize) -> Result<Vec<Option<Currency>>, Issue> {
    let present = reader.presence(count)?;
    column::read_where(&present, |count| Ok(reader.texts(count)?.iter().map(|code| Currency::new(code)).collect()))
}

pub(super) fn write_times(writer: &mut Writer<'_>, times: Vec<Option<Timestamp>>) {
    writer.presence(&times.iter().map(Option::is_some).collect::<Vec<bool>>());
    writer.times(&times.into_iter().flatten().collect::<Vec<Timestamp>>());
}

pub(super) fn read_times(reader: &mut Reader<'_>, count: usize) -> Result<Vec<Option<Timestamp>>, Issue> {
    let present = reader.presence(count)?;
    column::read_where(&present, |count| reader.times(count))
}
