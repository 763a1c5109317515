//! The positions in the v1 link. FROZEN, part of `v1`, which describes it.

use crate::book::Position;
use crate::engine::Inputs;
use crate::issue::{Issue, Source};
use crate::share::damaged;
use crate::share::v1::contract::{Row, Table, own_name};
use crate::share::v1::wire::{Reader, Writer, limited};
use crate::share::v1::{column, contract, fact, refused};
use crate::units::{Price, Quantity};
use std::collections::BTreeMap;

/// Writes the book.
pub(in crate::share) fn write<'a>(writer: &mut Writer<'a>, inputs: &'a Inputs, table: &Table<'a>) {
    let Inputs { positions, facts, accounts: _, history: _, as_of } = inputs;
    writer.byte(u8::from(as_of.is_some()));
    as_of.iter().for_each(|as_of| writer.times(&[*as_of]));
    contract::write(writer, &table.rows);
    writer.count(positions.len());
    let mut before = 0;
    for position in positions {
        let place = table.places.get(&Row::new(&position.instrument)).map_or(0, |place| *place as i64);
        writer.signed(place - before);
        before = place;
    }
    let has_name: Vec<bool> = positions.iter().map(|position| position.name != own_name(&position.instrument)).collect();
    writer.presence(&has_name);
    positions.iter().zip(has_name).filter(|(_, has_name)| *has_name).for_each(|(position, _)| writer.text(&position.name));
    positions.iter().for_each(|position| writer.text(&position.account));
    positions.iter().for_each(|position| writer.text(&position.venue));
    column::write(writer, &positions.iter().map(|position| position.quantity.get()).collect::<Vec<f64>>());
    column::write_some(writer, positions.iter().map(|position| position.entry_price.map(Price::get)));
    column::write_some(writer, positions.iter().map(|position| position.mark.map(Price::get)));
    fact::write(writer, facts, table);
}

/// Reads it.
pub(in crate::share) fn read(reader: &mut Reader<'_>) -> Result<Inputs, Issue> {
    let as_of = if reader.flag()? { reader.times(1)?.pop() } else { None };
    let contracts = contract::read(reader)?;
    let count = limited(reader.count(4)?, reader.limits.positions, "positions")?;
    let mut instruments = Vec::with_capacity(count);
    let mut place = 0_i64;
    for _ in 0..count {
        place = place.checked_add(reader.signed()?).ok_or_else(damaged)?;
        let instrument = usize::try_from(place).ok().and_then(|place| contracts.get(place)).ok_or_else(damaged)?;
        reader.spell(2 * instrument.underlying().len())?;
        instruments.push(instrument.clone());
    }
    let has_name = reader.presence(count)?;
    let names = column::read_where(&has_name, |count| reader.texts(count))?;
    let accounts = reader.texts(count)?;
    let venues = reader.texts(count)?;
    let quantities = column::read(reader, count)?;
    let mut entries = column::read_some(reader, count, Price::new)?.into_iter();
    let mut marks = column::read_some(reader, count, Price::new)?.into_iter();
    let mut positions = Vec::with_capacity(count);
    for ((((instrument, name), account), venue), quantity) in instruments.into_iter().zip(names).zip(accounts).zip(venues).zip(quantities) {
        positions.push(Position {
            name: name.unwrap_or_else(|| own_name(&instrument)),
            account,
            venue,
            instrument,
            quantity: Quantity::new(quantity).map_err(refused)?,
            entry_price: entries.next().flatten(),
            mark: marks.next().flatten(),
            tags: BTreeMap::new(),
            stated: None,
            source: Source::default(),
        });
    }
    let facts = fact::read(reader, &contracts)?;
    Ok(Inputs { positions, facts, as_of, ..Inputs::default() })
}
