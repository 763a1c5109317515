//! What is bid and asked for options. FROZEN, part of `v3`, which describes it.

use crate::issue::Issue;
use crate::share::v1::wire::{Reader, Writer};
use crate::share::v3::SectionDef;
use crate::share::{Shared, bid_ask, damaged};

/// The section.
pub(super) const DEF: SectionDef = SectionDef { tag: 6, write, read };

fn write<'a>(writer: &mut Writer<'a>, shared: &'a Shared) -> bool {
    match &shared.inputs {
        Some(inputs) if bid_ask::is_needed(inputs) => bid_ask::write(writer, inputs),
        _ => return false,
    }
    true
}

fn read(reader: &mut Reader<'_>, shared: &mut Shared) -> Result<(), Issue> {
    let inputs = shared.inputs.as_mut().ok_or_else(damaged)?;
    bid_ask::read(reader, inputs)?;
    if bid_ask::is_needed(inputs) { Ok(()) } else { Err(damaged()) }
}
