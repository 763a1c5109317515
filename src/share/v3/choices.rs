//! What is chosen in analyses. FROZEN, part of `v3`, which describes it.

use crate::issue::Issue;
use crate::session::{MAX_CHOICE_KEY, MAX_CHOICE_VALUE, MAX_CHOICES, can_be_held};
use crate::share::v1::wire::{Reader, Writer, limited};
use crate::share::v3::SectionDef;
use crate::share::{Shared, damaged};

/// The section.
pub(super) const DEF: SectionDef = SectionDef { tag: 3, write, read };

fn write<'a>(writer: &mut Writer<'a>, shared: &'a Shared) -> bool {
    let choices = &shared.session.choices;
    if choices.is_empty() {
        return false;
    }
    writer.count(choices.len());
    for text in choices.iter().flat_map(|(key, value)| [key, value]) {
        writer.count(text.len());
        writer.raw(text.as_bytes());
    }
    true
}

fn read(reader: &mut Reader<'_>, shared: &mut Shared) -> Result<(), Issue> {
    let count = limited(reader.count(2)?, MAX_CHOICES, "choices in analyses")?;
    let choices = &mut shared.session.choices;
    for _ in 0..count {
        let key = spelled(reader, MAX_CHOICE_KEY)?;
        let value = spelled(reader, MAX_CHOICE_VALUE)?;
        if choices.last_key_value().is_some_and(|(before, _)| *before >= key) {
            return Err(damaged());
        }
        choices.insert(key, value);
    }
    if choices.is_empty() || !can_be_held(choices) { Err(damaged()) } else { Ok(()) }
}

fn spelled(reader: &mut Reader<'_>, limit: usize) -> Result<String, Issue> {
    let length = limited(reader.count(1)?, limit, "bytes of a choice")?;
    reader.spell(length)?;
    std::str::from_utf8(reader.take(length)?).map(str::to_owned).map_err(|_| damaged())
}
