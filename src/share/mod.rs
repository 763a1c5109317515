//! Session and book ↔ the `#fragment` of a link; and the book as it is saved ([`document`]).
//!
//! Input: what the user chose and, unless only the scenario is shared, the inputs of her book. Output: `v1.<base64url>`, and back;
//! `v2.<base64url>` where the book holds what v1 has no word for, `v3.<base64url>` where neither has a word for what the user chose:
//! the first of them that can say it. A link carries inputs, never results, and neither files and lines nor the Greeks that venues
//! state. All are frozen: a link that was ever made opens for ever. Invariant: a link is read whole or refused whole, its size is
//! checked before anything is allocated, and [`encode`] hands out only what [`decode`] gives back to the bit.

mod bid_ask;
mod dividend;
pub mod document;
pub mod export;
mod history;
mod place;
mod stated;
mod v1;
mod v2;
mod v3;

use crate::engine::Inputs;
use crate::issue::{Issue, IssueKind, Source};
use crate::market::history::History;
use crate::session::Session;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use v1::wire::Reader;

/// Longest fragment that is written or read, characters.
pub const MAX_LINK_CHARS: usize = 64 * 1024;
/// Largest content after inflation, bytes.
pub const MAX_INFLATED: usize = 4 * 1024 * 1024;
/// Most positions in a link.
pub const MAX_POSITIONS: usize = 100_000;
/// Longest fragment that carries daily closes, characters.
pub const MAX_WITH_HISTORY_CHARS: usize = 16_000;
/// Most positions of a book whose link carries daily closes.
pub const MAX_POSITIONS_WITH_HISTORY: usize = 2000;
/// Longest name in a link, characters.
pub const MAX_TEXT_CHARS: usize = 256;
/// Whole addresses up to this length survive every chat and mail program.
pub const COMFORTABLE_CHARS: usize = 2000;
/// Whole addresses above this length are cut by some.
pub const WARN_CHARS: usize = 8000;

/// What is read at most.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// Bytes after inflation.
    inflated: usize,
    /// Positions.
    positions: usize,
    /// Statements about the market.
    facts: usize,
    /// Accounts.
    accounts: usize,
    /// Daily closes.
    observations: usize,
    /// Characters of one text.
    text_chars: usize,
    /// Bytes of text spelled out in all: a dictionary must not be a bomb either.
    spelled: usize,
}

impl Limits {
    const LINK: Limits = Limits {
        inflated: MAX_INFLATED,
        positions: MAX_POSITIONS,
        facts: 2 * MAX_POSITIONS,
        accounts: 10_000,
        observations: 50_000,
        text_chars: MAX_TEXT_CHARS,
        spelled: 16 * 1024 * 1024,
    };
}

/// What a link holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shared {
    /// The book and its market; `None` shares the scenario only.
    pub inputs: Option<Inputs>,
    /// The user's choices.
    pub session: Session,
}

/// The version whose words a book needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Base {
    V1 = 1,
    V2 = 2,
}

impl Base {
    fn of(shared: &Shared) -> Base {
        if shared.inputs.as_ref().is_some_and(v2::is_needed) { Base::V2 } else { Base::V1 }
    }

    /// The base that a v3 content names, and what follows it.
    fn split(content: &[u8]) -> Option<(Base, &[u8])> {
        match content.split_first()? {
            (1, rest) => Some((Base::V1, rest)),
            (2, rest) => Some((Base::V2, rest)),
            _ => None,
        }
    }
}

/// How far a whole address of some length travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkSize {
    /// Anywhere.
    Comfortable,
    /// Through most programs.
    Long,
    /// Some programs will cut it; a file is safer.
    Risky,
}

impl LinkSize {
    /// Class of an address of so many characters, the part before `#` included.
    pub fn of(chars: usize) -> LinkSize {
        if chars <= COMFORTABLE_CHARS {
            LinkSize::Comfortable
        } else if chars <= WARN_CHARS {
            LinkSize::Long
        } else {
            LinkSize::Risky
        }
    }
}

/// Whether a link carries the daily closes of these inputs: only where it stays at [`MAX_WITH_HISTORY_CHARS`] with them, before what the
/// user chose. Else whoever opens it has none.
pub fn carries_history(inputs: &Inputs) -> bool {
    // A book of so many positions is no short link, and takes long to be written.
    if inputs.history.is_empty() || inputs.positions.len() > MAX_POSITIONS_WITH_HISTORY {
        return false;
    }
    let shared = Shared { inputs: Some(inputs.clone()), session: Session::default() };
    fragment(&shared).len() <= MAX_WITH_HISTORY_CHARS
}

/// Writes the fragment, without `#`. Files and lines of the positions stay at home, and so do daily closes that would make it too
/// long ([`carries_history`]).
///
/// # Errors
/// One sentence: too large for a link, or holding something that a link cannot carry.
pub fn encode(shared: &Shared) -> Result<String, Issue> {
    let mut shared = carried(shared);
    if let Some(inputs) = shared.inputs.as_mut().filter(|inputs| !inputs.history.is_empty() && !carries_history(inputs)) {
        inputs.history = History::default();
    }
    let shared = &shared;
    let positions = shared.inputs.as_ref().map_or(0, |inputs| inputs.positions.len());
    if positions > MAX_POSITIONS {
        return Err(invalid(format!("the book has {positions} positions, a link carries at most {MAX_POSITIONS}: export a file instead")));
    }
    let fragment = fragment(shared);
    if fragment.len() > MAX_LINK_CHARS {
        let message =
            format!("the link would be {} characters long, at most {MAX_LINK_CHARS} can be shared: export a file instead", fragment.len());
        return Err(invalid(message));
    }
    // Nobody can see that a number got lost in a link, so it is read back before it is handed out.
    if decode(&fragment)? != *shared {
        return Err(invalid("the book holds something that this link format cannot carry: export a file instead".to_owned()));
    }
    Ok(fragment)
}

fn fragment(shared: &Shared) -> String {
    let base = Base::of(shared);
    let plain = shared.inputs.as_ref().map(dividend::without);
    let content = v2::content(&shared.session, plain.as_deref(), base);
    let sections = v3::sections(shared);
    let (prefix, content) = match base {
        _ if !sections.is_empty() => (v3::PREFIX, [&[base as u8], &content[..], &sections].concat()),
        Base::V1 => (v1::PREFIX, content),
        Base::V2 => (v2::PREFIX, content),
    };
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(v1::frame(prefix, &content, v1::DEFLATE_LEVEL)))
}

/// Reads a fragment, with or without `#`, or a whole address with one. Punctuation and blanks pasted behind it are dropped.
///
/// # Errors
/// One sentence: empty, not a Plimsoll link, cut off or damaged, made by a newer version, too large, or holding values that no
/// book may hold.
pub fn decode(text: &str) -> Result<Shared, Issue> {
    let fragment = isolate(text)?;
    if fragment.is_empty() {
        return Err(parse("the link is empty: it has nothing behind its #".to_owned()));
    }
    if fragment.len() > MAX_LINK_CHARS {
        return Err(invalid(format!("the link is too large: {} characters, at most {MAX_LINK_CHARS} are read", fragment.len())));
    }
    // The point behind a bare version may have been taken for punctuation.
    let (version, payload) = fragment.split_once('.').unwrap_or((fragment, ""));
    if !is_version(version) {
        return Err(parse("this is not a Plimsoll link, which ends with #v1., #v2. or #v3. and its content".to_owned())
            .with_value(&printable(fragment)));
    }
    let (prefix, base) = match version {
        "v1" => (v1::PREFIX, Some(Base::V1)),
        "v2" => (v2::PREFIX, Some(Base::V2)),
        "v3" => (v3::PREFIX, None),
        _ => return Err(newer().with_value(version)),
    };
    let bytes = bytes(payload)?;
    read(&v1::unframe(prefix, &bytes, Limits::LINK.inflated)?, base)
}

/// Reads the content of a link; without a base it is one of v3, and names its base first.
fn read(content: &[u8], base: Option<Base>) -> Result<Shared, Issue> {
    let (is_v3, (base, content)) = match base {
        Some(base) => (false, (base, content)),
        None => (true, Base::split(content).ok_or_else(damaged)?),
    };
    let mut reader = Reader::new(content, &Limits::LINK)?;
    let mut shared = v2::read(&mut reader, base)?;
    if Base::of(&shared) != base {
        return Err(damaged());
    }
    if is_v3 {
        v3::read_sections(&mut reader, &mut shared)?;
    }
    reader.finish()?;
    Ok(shared)
}

fn newer() -> Issue {
    let message = "the link was made by a newer version of Plimsoll: reload this page to update it, or ask for a v1 link".to_owned();
    invalid(message)
}

/// The part behind `#`, or everything where there is none.
fn isolate(text: &str) -> Result<&str, Issue> {
    let text = text.trim().trim_end_matches(|char: char| char.is_whitespace() || ").,;>\"'".contains(char));
    let Some((_, fragment)) = text.split_once('#') else { return Ok(text) };
    if fragment.contains('#') {
        return Err(parse("the link has more than one #: copy a single link".to_owned()));
    }
    Ok(fragment)
}

/// `v` and a number that some version of Plimsoll may have written.
fn is_version(text: &str) -> bool {
    text.strip_prefix('v')
        .is_some_and(|number| matches!(number.len(), 1..=3) && !number.starts_with('0') && number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn bytes(payload: &str) -> Result<Vec<u8>, Issue> {
    if payload.is_empty() {
        return Err(parse("the link is cut off: it ends behind its version".to_owned()));
    }
    if let Some(stray) = payload.chars().find(|char| !(char.is_ascii_alphanumeric() || matches!(char, '-' | '_'))) {
        let message =
            "the link is damaged: it has a character that no Plimsoll link has (letters, digits, - and _ only, in one line)".to_owned();
        return Err(parse(message).with_value(&printable(&stray.to_string())));
    }
    URL_SAFE_NO_PAD.decode(payload).map_err(|_| damaged())
}

/// The text with everything but visible ASCII written as `U+202E`, so that a hostile link cannot turn its own error message round.
fn printable(text: &str) -> String {
    text.chars()
        .take(40)
        .map(|char| if char.is_ascii_graphic() || char == ' ' { char.to_string() } else { format!("U+{:04X}", u32::from(char)) })
        .collect()
}

/// What a link carries of it: no files and lines.
fn carried(shared: &Shared) -> Shared {
    let mut shared = shared.clone();
    if let Some(inputs) = &mut shared.inputs {
        inputs.positions.iter_mut().for_each(|position| position.source = Source::default());
        inputs.facts.iter_mut().for_each(|fact| fact.source = Source::default());
        inputs.accounts.iter_mut().for_each(|account| account.source = Source::default());
        history::sources_mut(&mut inputs.history).into_iter().for_each(|source| *source = Source::default());
    }
    shared
}

fn damaged() -> Issue {
    parse("the link is damaged or cut off: copy it again as a whole".to_owned())
}

fn parse(message: String) -> Issue {
    Issue::rejected(IssueKind::Parse, message)
}

fn invalid(message: String) -> Issue {
    Issue::rejected(IssueKind::Invalid, message)
}
