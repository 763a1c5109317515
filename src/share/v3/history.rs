//! Closes of what the book needs. FROZEN, part of `v3`, which describes it.

use crate::issue::Issue;
use crate::share::v1::wire::{Reader, Writer};
use crate::share::v3::SectionDef;
use crate::share::{Shared, damaged, history};

/// The section.
pub(super) const DEF: SectionDef = SectionDef { tag: 4, write, read };

fn write<'a>(writer: &mut Writer<'a>, shared: &'a Shared) -> bool {
    match &shared.inputs {
        Some(inputs) if !inputs.history.is_empty() => history::write(writer, &inputs.history),
        _ => return false,
    }
    true
}

fn read(reader: &mut Reader<'_>, shared: &mut Shared) -> Result<(), Issue> {
    let inputs = shared.inputs.as_mut().ok_or_else(damaged)?;
    inputs.history = history::read(reader)?;
    if inputs.history.is_empty() { Err(damaged()) } else { Ok(()) }
}
