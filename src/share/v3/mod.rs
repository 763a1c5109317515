//! Version 3 of the link. FROZEN, but for its list of sections, which grows: a new choice of the user is a new section, not a new
//! version.
//!
//! A link is `v3.` and the canonical base64url of flags, length, content and checksum, as in v1 ([`crate::share::v1`] describes
//! them and every word used here) but for the checksum, which covers "v3." in the place of "v1.". The content is
//!
//! ```text
//! base      1 byte: 1 or 2; then the content of a link of that version, byte for byte. Of two that say the same it is v1's
//! sections  varint n ≥ 1, n sections
//! section   varint tag, greater than the one before; varint length; as many bytes: a dictionary of its own, as that of v1, then by tag
//!           1 page: 1 byte, 3 market or 4 methods; the page of the base is then 0
//!           2 dividends: as [`crate::share::dividend`] describes, n ≥ 1; the base holds the book without them
//!           3 choices in analyses: varint n ≥ 1, n pairs of key and value by ascending key, each a varint of bytes and as many of
//!             UTF-8; a key has 1 to 300 bytes, a value up to 16 384, n is at most 512
//!           4 closes: as [`crate::share::history`] describes, at least one series or table; only in a link with a book
//!           5 Greeks that venues state: as [`crate::share::stated`] describes, n ≥ 1; only in a link with a book
//!           6 bids and asks of options: as [`crate::share::bid_ask`] describes, n ≥ 1; only in a link with a book
//! ```
//!
//! A section is there only if it says something that the base does not, so a v3 link without sections is refused, as is a section
//! that says what the base could have said. A tag that is not in the list was written by a later version and is refused by name:
//! half a link is no link. Nothing may follow. The session of a saved book of schema 2 ends with the same sections.

mod bid_ask;
mod choices;
mod dividend;
mod history;
mod page;
mod stated;

use crate::issue::Issue;
use crate::share::v1::wire::{Reader, Writer};
use crate::share::{Shared, damaged, invalid};

/// What every v3 fragment starts with.
pub(super) const PREFIX: &str = "v3.";

/// Something that neither v1 nor v2 has a word for.
struct SectionDef {
    /// Its number, never given to another.
    tag: u64,
    /// Writes what follows its dictionary; `false`, and nothing written, where the base says it all.
    write: for<'a> fn(&mut Writer<'a>, &'a Shared) -> bool,
    /// Reads what follows its dictionary into what the base and the sections before it gave.
    read: fn(&mut Reader<'_>, &mut Shared) -> Result<(), Issue>,
}

/// Every section, by ascending tag.
const ALL: &[&SectionDef] = &[&page::DEF, &dividend::DEF, &choices::DEF, &history::DEF, &stated::DEF, &bid_ask::DEF];

/// Tag and bytes of every section that is needed.
fn written(shared: &Shared) -> Vec<(u64, Vec<u8>)> {
    let each = |def: &&SectionDef| {
        let mut writer = Writer::default();
        (def.write)(&mut writer, shared).then(|| (def.tag, writer.finish()))
    };
    ALL.iter().filter_map(each).collect()
}

/// The sections of what is shared; nothing where none is needed.
pub(super) fn sections(shared: &Shared) -> Vec<u8> {
    let written = written(shared);
    let mut writer = Writer::default();
    if !written.is_empty() {
        writer.count(written.len());
    }
    for (tag, bytes) in &written {
        writer.varint(*tag);
        writer.count(bytes.len());
        writer.raw(bytes);
    }
    writer.body()
}

/// Reads the sections, of which there is at least one.
pub(super) fn read_sections(reader: &mut Reader<'_>, shared: &mut Shared) -> Result<(), Issue> {
    let count = reader.count(2)?;
    let mut before = 0;
    for _ in 0..count {
        let tag = reader.varint()?;
        let length = reader.count(1)?;
        let bytes = reader.take(length)?;
        if tag <= before {
            return Err(damaged());
        }
        before = tag;
        let def = ALL.iter().find(|def| def.tag == tag).ok_or_else(|| later(tag))?;
        let mut section = Reader::new(bytes, reader.limits)?;
        (def.read)(&mut section, shared)?;
        section.finish()?;
    }
    if count == 0 { Err(damaged()) } else { Ok(()) }
}

fn later(tag: u64) -> Issue {
    let message = "a later version of Plimsoll made the link and put into it what this one does not know: reload this page to update it";
    invalid(message.to_owned()).with_value(&format!("section {tag}"))
}
