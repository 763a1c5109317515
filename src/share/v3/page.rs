//! The open page, where it is one that v1 has no number for. FROZEN, part of `v3`, which describes it.

use crate::issue::Issue;
use crate::session::Page;
use crate::share::v1::wire::{Reader, Writer};
use crate::share::v3::SectionDef;
use crate::share::{Shared, damaged};

/// The section.
pub(super) const DEF: SectionDef = SectionDef { tag: 1, write, read };

const MARKET: u8 = 3;
const METHODS: u8 = 4;

fn write<'a>(writer: &mut Writer<'a>, shared: &'a Shared) -> bool {
    match shared.session.page {
        Page::Book | Page::Exposure | Page::Stress => return false,
        Page::Market => writer.byte(MARKET),
        Page::Methods => writer.byte(METHODS),
    }
    true
}

fn read(reader: &mut Reader<'_>, shared: &mut Shared) -> Result<(), Issue> {
    let page = match reader.byte()? {
        MARKET => Page::Market,
        METHODS => Page::Methods,
        _ => return Err(damaged()),
    };
    if shared.session.page != Page::Book {
        return Err(damaged());
    }
    shared.session.page = page;
    Ok(())
}
