//! Files and lines of a saved book's inputs. FROZEN, part of `document`, which describes it.

use crate::engine::Inputs;
use crate::issue::{Issue, Source};
use crate::share::dividend::is_dividend;
use crate::share::v1::wire::{Reader, Writer};
use crate::share::{damaged, history};
use smol_str::SmolStr;

/// Writes the sources of positions, facts and accounts.
pub(super) fn write<'a>(writer: &mut Writer<'a>, inputs: &'a Inputs) {
    let Inputs { positions, facts, accounts, history: _, as_of: _ } = inputs;
    write_each(writer, positions.iter().map(|position| &position.source).collect());
    write_each(writer, facts.iter().map(|fact| &fact.source).collect());
    write_each(writer, accounts.iter().map(|account| &account.source).collect());
}

/// Reads them into the inputs.
pub(super) fn read(reader: &mut Reader<'_>, inputs: &mut Inputs) -> Result<(), Issue> {
    let Inputs { positions, facts, accounts, history: _, as_of: _ } = inputs;
    let sources = read_each(reader, positions.len())?;
    positions.iter_mut().zip(sources).for_each(|(position, source)| position.source = source);
    let sources = read_each(reader, facts.len())?;
    facts.iter_mut().zip(sources).for_each(|(fact, source)| fact.source = source);
    let sources = read_each(reader, accounts.len())?;
    accounts.iter_mut().zip(sources).for_each(|(account, source)| account.source = source);
    Ok(())
}

/// Writes the sources of the dividends among the facts.
pub(super) fn write_dividends<'a>(writer: &mut Writer<'a>, inputs: &'a Inputs) {
    write_each(writer, inputs.facts.iter().filter(|fact| is_dividend(fact)).map(|fact| &fact.source).collect());
}

/// Reads them.
pub(super) fn read_dividends(reader: &mut Reader<'_>, inputs: &mut Inputs) -> Result<(), Issue> {
    let count = inputs.facts.iter().filter(|fact| is_dividend(fact)).count();
    let sources = read_each(reader, count)?;
    inputs.facts.iter_mut().filter(|fact| is_dividend(fact)).zip(sources).for_each(|(fact, source)| fact.source = source);
    Ok(())
}

/// Writes the sources of the history.
pub(super) fn write_history<'a>(writer: &mut Writer<'a>, inputs: &'a Inputs) {
    write_each(writer, history::sources(&inputs.history));
}

/// Reads them.
pub(super) fn read_history(reader: &mut Reader<'_>, inputs: &mut Inputs) -> Result<(), Issue> {
    let sources = read_each(reader, history::sources(&inputs.history).len())?;
    history::sources_mut(&mut inputs.history).into_iter().zip(sources).for_each(|(slot, source)| *slot = source);
    Ok(())
}

fn write_each<'a>(writer: &mut Writer<'a>, sources: Vec<&'a Source>) {
    let runs: Vec<&[&'a Source]> = sources.chunk_by(|one, other| one.file == other.file).collect();
    writer.count(runs.len());
    for run in runs {
        run.first().iter().for_each(|source| writer.text(&source.file));
        writer.count(run.len());
    }
    let mut before = 0_i64;
    for source in sources {
        let line = source.line.cast_signed();
        writer.signed(line.wrapping_sub(before));
        before = line;
    }
}

fn read_each(reader: &mut Reader<'_>, count: usize) -> Result<Vec<Source>, Issue> {
    let mut sources: Vec<Source> = Vec::with_capacity(count);
    for _ in 0..reader.count(2)? {
        let file: SmolStr = reader.text()?.into();
        let length = reader.count(1)?;
        if length == 0 || length > count - sources.len() {
            return Err(damaged());
        }
        reader.spell(length * file.len())?;
        sources.extend(std::iter::repeat_n(Source { file, line: 0 }, length));
    }
    if sources.len() != count {
        return Err(damaged());
    }
    let mut line = 0_i64;
    for source in &mut sources {
        line = line.wrapping_add(reader.signed()?);
        source.line = line.cast_unsigned();
    }
    Ok(sources)
}
