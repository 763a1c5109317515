//! One named book as it is saved, in the browser's storage and as a `.plimsoll` file. FROZEN: a schema means for ever what is
//! written here; what does not fit gets a schema of its own.
//!
//! ```text
//! magic     8 bytes 89 50 4C 4D 0D 0A 1A 0A
//! schema    2 bytes, little endian: 1; 2 where the session needs sections or the market holds dividends; 3 where the book holds daily
//!           closes, correlations or Greeks that venues state; 4 where its market holds bids or asks
//! head      varint bytes; varint sequence, 8 bytes ms since 1970 at which it was saved (little endian), varint positions,
//!           varint bytes of the name, its UTF-8
//! check     4 bytes, little endian: CRC-32 (IEEE 802.3) of everything before. So far it stands alone as an entry of a list
//! session   varint bytes; the content of a v2 link without a book; from schema 2 on then the sections of a v3 link, if any
//! book      varint bytes of the packed book, and its last four bytes, which are its own checksum
//! check     4 bytes: CRC-32 of everything before
//! packed    flags, length, content and checksum as in a link, the checksum over "book" in the place of the version; with a byte 2
//!           before them where the book holds dividends, which wants schema 2, with a byte 3 where it holds a history or Greeks,
//!           which want schema 3, or with a byte 4 where it holds bids or asks, which want schema 4
//! ```
//!
//! The packed content is
//!
//! ```text
//! varint bytes; the content of a v2 link with the book under a session of defaults
//! dictionary  as in a link
//! sources     of the positions, of the facts, of the accounts: varint r, r × (text file, varint length): runs; an int line for
//!             each, the difference to the one before
//! imports     as `import` describes
//! dividends   where there are any: as [`crate::share::dividend`] describes; the facts and their sources are written without them
//!             and followed by the sources of the dividends, as runs and lines
//! In a book that starts with a byte 3 or 4 a byte of bits stands before the dividends: 1 dividends, 2 history, 4 Greeks, 8 bids and
//! asks; and behind them
//! history     where there is one: as [`crate::share::history`] describes, then the sources of its series and table, as runs and lines
//! greeks      where there are any: as [`crate::share::stated`] describes; the positions are written without them
//! bids        where there are any: as [`crate::share::bid_ask`] describes; the facts are written without them
//! ```
//!
//! Nothing may follow. A session changes often and a book rarely: [`pack`] does the heavy part once per book, on a worker, and
//! [`join`] the rest for each save. Invariant: [`pack`] hands out only what [`decode`] gives back to the bit.

mod beside;
mod import;
pub mod slot;
mod source;

use crate::engine::Inputs;
use crate::import::{FileSummary, RowCount};
use crate::issue::{Issue, IssueKind};
use crate::session::Session;
use crate::share::document::beside::Mark;
use crate::share::v1::wire::{Reader, Writer, leading_varint};
use crate::share::{Base, Limits, Shared, dividend, invalid, v1, v2, v3};
use crate::units::Timestamp;

/// The newest format that is read. The oldest that can hold a book is written.
pub const SCHEMA: u16 = 4;
const PLAIN: u16 = 1;
const WITH_SECTIONS: u16 = 2;
/// Ending of a file that holds a document, without the point.
pub const EXTENSION: &str = "plimsoll";

const MAGIC: [u8; 8] = [0x89, b'P', b'L', b'M', b'\r', b'\n', 0x1a, b'\n'];
const PACKED: &str = "book";
/// Fast rather than small: a book is packed after each import.
const DEFLATE_LEVEL: u8 = 6;
const LIMITS: Limits = Limits {
    inflated: 64 * 1024 * 1024,
    positions: 200_000,
    facts: 1_000_000,
    accounts: 100_000,
    observations: 2_000_000,
    text_chars: 4096,
    spelled: 128 * 1024 * 1024,
};

/// What a list of saved books shows of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Grows with each save of a book; of two copies the higher one is newer.
    pub sequence: u64,
    /// When it was saved; the epoch where no clock was asked.
    pub saved: Option<Timestamp>,
    /// Number of positions.
    pub positions: u64,
    /// Name of the book.
    pub name: String,
}

/// A book with what was made of its files: all that the page needs to show it as it was.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SavedBook {
    /// The inputs, with file and line of each.
    pub inputs: Inputs,
    /// Rows of all files.
    pub rows: RowCount,
    /// The files.
    pub files: Vec<FileSummary>,
    /// What was left out and assumed in reading them.
    pub issues: Vec<Issue>,
}

/// A saved book.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// Name and number.
    pub head: Head,
    /// The user's choices.
    pub session: Session,
    /// The book.
    pub book: SavedBook,
}

/// How many of the first bytes [`is_document`] looks at.
pub const HEAD_BYTES: i32 = MAGIC.len() as i32;

/// Whether the bytes claim to be a document, of whatever schema.
pub fn is_document(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC)
}

/// Writes a document.
///
/// # Errors
/// As [`pack`] and [`join`].
pub fn encode(document: &Document) -> Result<Vec<u8>, Issue> {
    join(&document.head, &document.session, &pack(&document.book)?)
}

/// The part of a document that does not depend on the session; takes as long as the book is large.
///
/// # Errors
/// One sentence: too large, or holding something that no saved book can hold.
pub fn pack(book: &SavedBook) -> Result<Vec<u8>, Issue> {
    let SavedBook { inputs, rows, files, issues } = book;
    let mark = beside::mark(inputs);
    let without = dividend::without(inputs);
    let plain = v2::content(&Session::default(), Some(&without), Base::V2);
    let mut length = Writer::default();
    length.count(plain.len());
    let mut writer = Writer::default();
    source::write(&mut writer, &without);
    import::write(&mut writer, *rows, files, issues);
    beside::write(&mut writer, inputs);
    let content = [length.body(), plain, writer.finish()].concat();
    if content.len() > LIMITS.inflated {
        return Err(invalid(format!("the book takes {} bytes, at most {} can be saved", content.len(), LIMITS.inflated)));
    }
    // Nobody can see that a number got lost in a saved book, so it is read back before it is handed out.
    if read_book(&content, mark)?.inputs != *inputs {
        return Err(invalid("the book holds something that cannot be saved".to_owned()));
    }
    Ok([mark.bytes(), &v1::frame(PACKED, &content, DEFLATE_LEVEL)].concat())
}

/// Puts a document together from a packed book; takes no longer than copying it.
///
/// # Errors
/// One sentence: a session that cannot be saved.
pub fn join(head: &Head, session: &Session, packed: &[u8]) -> Result<Vec<u8>, Issue> {
    let check = packed.last_chunk::<4>().ok_or_else(damaged)?;
    let mut writer = Writer::default();
    v1::session::write(&mut writer, session, false);
    let sections = v3::sections(&Shared { inputs: None, session: session.clone() });
    let schema = Mark::split(packed).0.schema().max(if sections.is_empty() { PLAIN } else { WITH_SECTIONS });
    let chosen = [writer.finish(), sections].concat();
    if read_session(&chosen, schema)? != *session {
        return Err(invalid("the settings hold something that cannot be saved".to_owned()));
    }
    let mut described = Writer::default();
    described.varint(head.sequence);
    described.raw(&head.saved.map_or(0, Timestamp::ms).to_le_bytes());
    described.varint(head.positions);
    described.count(head.name.len());
    described.raw(head.name.as_bytes());
    let described = described.body();

    let mut writer = Writer::default();
    writer.raw(&MAGIC);
    writer.raw(&schema.to_le_bytes());
    writer.count(described.len());
    writer.raw(&described);
    let mut bytes = writer.body();
    bytes.extend_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
    let mut writer = Writer::default();
    writer.count(chosen.len());
    writer.raw(&chosen);
    writer.count(packed.len());
    writer.raw(check);
    bytes.append(&mut writer.body());
    bytes.extend_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
    bytes.extend_from_slice(packed);
    Ok(bytes)
}

/// Reads a document.
///
/// # Errors
/// One sentence: not a saved book, of a newer version (`Unsupported`), cut off or damaged, too large, or holding values that no
/// book may hold.
pub fn decode(bytes: &[u8]) -> Result<Document, Issue> {
    let Parts { head, schema, session, packed } = Parts::of(bytes)?;
    let (mark, framed) = Mark::split(packed);
    let content = v1::unframe(PACKED, framed, LIMITS.inflated).map_err(of_book)?;
    Ok(Document { head, session: read_session(session, schema)?, book: read_book(&content, mark)? })
}

/// The head of a document, or of its first bytes up to and with the first check.
///
/// # Errors
/// As [`decode`].
pub fn head(bytes: &[u8]) -> Result<Head, Issue> {
    read_head(bytes).map(|(head, _, _)| head)
}

/// The first bytes of a document, which [`head`] reads.
///
/// # Errors
/// As [`decode`].
pub fn head_bytes(document: &[u8]) -> Result<&[u8], Issue> {
    let (_, _, rest) = read_head(document)?;
    document.get(..document.len() - rest.len()).ok_or_else(damaged)
}

/// The packed book of a document, as [`join`] takes it.
///
/// # Errors
/// As [`decode`].
pub fn packed(document: &[u8]) -> Result<&[u8], Issue> {
    Parts::of(document).map(|parts| parts.packed)
}

/// The same book under another name, as the copy that follows this one.
///
/// # Errors
/// As [`decode`], and as [`join`].
pub fn renamed(document: &[u8], name: &str, saved: Timestamp) -> Result<Vec<u8>, Issue> {
    let Parts { head, schema, session, packed } = Parts::of(document)?;
    let session = Session { name: name.to_owned(), ..read_session(session, schema)? };
    let head = Head { sequence: head.sequence + 1, saved: Some(saved), name: name.to_owned(), ..head };
    join(&head, &session, packed)
}

struct Parts<'a> {
    head: Head,
    schema: u16,
    session: &'a [u8],
    packed: &'a [u8],
}

impl<'a> Parts<'a> {
    fn of(bytes: &'a [u8]) -> Result<Parts<'a>, Issue> {
        let (head, schema, rest) = read_head(bytes)?;
        let (session, rest) = sized(rest)?;
        let (length, rest) = leading_varint(rest).map_err(of_book)?;
        let (check, rest) = rest.split_first_chunk::<4>().ok_or_else(damaged)?;
        let packed = checked(bytes, rest)?;
        if packed.len() as u64 != length || packed.last_chunk() != Some(check) {
            return Err(damaged());
        }
        Ok(Parts { head, schema, session, packed })
    }
}

/// The head, the schema and what follows the head's check.
fn read_head(bytes: &[u8]) -> Result<(Head, u16, &[u8]), Issue> {
    let rest = bytes.strip_prefix(&MAGIC).ok_or_else(|| {
        Issue::rejected(IssueKind::Parse, format!("this is not a saved book of Plimsoll, whose files end with .{EXTENSION}"))
    })?;
    let (schema, rest) = rest.split_first_chunk::<2>().ok_or_else(damaged)?;
    let schema = u16::from_le_bytes(*schema);
    if schema > SCHEMA {
        let message =
            "the book was saved by a newer version of Plimsoll: reload this page to update it, nothing of the book is lost".to_owned();
        return Err(Issue::rejected(IssueKind::Unsupported, message).with_value(&format!("schema {schema}")));
    }
    if schema < PLAIN {
        return Err(damaged());
    }
    let (described, rest) = sized(rest)?;
    let rest = checked(bytes, rest)?;
    let (sequence, described) = leading_varint(described).map_err(of_book)?;
    let (saved, described) = described.split_first_chunk::<8>().ok_or_else(damaged)?;
    let (positions, described) = leading_varint(described).map_err(of_book)?;
    let (name, described) = sized(described)?;
    let name = std::str::from_utf8(name).map_err(|_| damaged())?;
    if !described.is_empty() || name.chars().count() > LIMITS.text_chars {
        return Err(damaged());
    }
    let saved = Some(i64::from_le_bytes(*saved)).filter(|ms| *ms != 0).map(Timestamp::from_ms);
    Ok((Head { sequence, saved, positions, name: name.to_owned() }, schema, rest))
}

/// As many bytes as a varint announces, and what follows them.
fn sized(bytes: &[u8]) -> Result<(&[u8], &[u8]), Issue> {
    let (length, rest) = leading_varint(bytes).map_err(of_book)?;
    usize::try_from(length).ok().and_then(|length| rest.split_at_checked(length)).ok_or_else(damaged)
}

/// What follows the check that `rest` starts with, if it is the one of everything before it.
fn checked<'a>(whole: &[u8], rest: &'a [u8]) -> Result<&'a [u8], Issue> {
    let before = whole.get(..whole.len() - rest.len()).ok_or_else(damaged)?;
    let (check, rest) = rest.split_first_chunk::<4>().ok_or_else(damaged)?;
    if crc32fast::hash(before).to_le_bytes() == *check { Ok(rest) } else { Err(damaged()) }
}

fn read_session(content: &[u8], schema: u16) -> Result<Session, Issue> {
    let read = || {
        let mut reader = Reader::new(content, &LIMITS)?;
        let (session, has_book) = v1::session::read(&mut reader)?;
        let mut shared = Shared { inputs: None, session };
        if schema >= WITH_SECTIONS && !reader.is_at_end() {
            v3::read_sections(&mut reader, &mut shared)?;
        }
        reader.finish()?;
        if has_book { Err(damaged()) } else { Ok(shared.session) }
    };
    read().map_err(of_book)
}

fn read_book(content: &[u8], mark: Mark) -> Result<SavedBook, Issue> {
    let (plain, rest) = sized(content)?;
    let read_plain = || {
        let mut reader = Reader::new(plain, &LIMITS)?;
        let shared = v2::read(&mut reader, Base::V2)?;
        reader.finish()?;
        Ok(shared)
    };
    let Shared { inputs, session } = read_plain().map_err(of_book)?;
    let mut inputs = inputs.filter(|_| session == Session::default()).ok_or_else(damaged)?;
    let mut read = || {
        let mut reader = Reader::new(rest, &LIMITS)?;
        source::read(&mut reader, &mut inputs)?;
        let imports = import::read(&mut reader)?;
        beside::read(&mut reader, mark, &mut inputs)?;
        reader.finish()?;
        Ok(imports)
    };
    let (rows, files, issues) = read().map_err(of_book)?;
    Ok(SavedBook { inputs, rows, files, issues })
}

fn damaged() -> Issue {
    Issue::rejected(IssueKind::Parse, "the saved book is damaged or cut off")
}

/// The words of a link's reader about a saved book.
fn of_book(issue: Issue) -> Issue {
    if issue.kind == IssueKind::Parse {
        return damaged();
    }
    Issue { message: issue.message.replace("the link", "the saved book"), ..issue }
}
