//! Version 1 of the link. FROZEN: its bytes mean for ever what is written here; what does not fit goes into a v2 beside it.
//!
//! A link is `v1.` and the canonical base64url (RFC 4648 §5, no padding, no stray bits) of
//!
//! ```text
//! flags     1 byte; bit 0: the content is deflated (RFC 1951); others 0
//! length    varint, bytes of the content; only if deflated
//! content   the rest
//! checksum  4 bytes, little endian: CRC-32 (IEEE 802.3) of "v1." and of everything before it
//! ```
//!
//! Within the content:
//!
//! ```text
//! varint    7 bits a byte, low first, high bit set on all but the last, shortest form only; `int` is a zigzag varint
//! text      varint: 0..15 a well-known text ("" BTC ETH SOL XRP USD USDC USDT Deribit OKX Bybit Binance Main main Hedge hedge),
//!           from 16 on the dictionary
//! times(n)  unit (0 ms, 1 s, 2 min, 3 day at 08:00 UTC), then n ints, each the difference in units to the one before, from 1970
//! some(n)   which of n items are present: 0 none, 1 all, 2 and a bit map of ⌈n/8⌉ bytes, low bit first
//! nums(n)   mode, then unless mode 3 an int exponent e, then n numbers m·10^e, correctly rounded:
//!           0 int m; 1 int difference of m to the one before; 2 varint 1 + zigzag(m), or 0 and 8 bytes; 3 8 bytes (little endian)
//! ```
//!
//! The content is
//!
//! ```text
//! dictionary  varint count, the byte lengths as varints, then the UTF-8 bytes of all
//! session     page (0 book, 1 exposure, 2 stress), text name,
//!             bits: 1 shock, 2 grid, 4 profile, 8 P&L in a coin, 16 book. What has no bit is: no shock and a jump; spot -0.5 to 0.5
//!             in 21 columns and vol -0.5 to 0.5 in 21 rows of all underlyings; spot -0.5 to 0.5 in 101 points of all; dollars
//! shock       bits (1 straight path, 2 relative vol), varint k, k × (text underlying, relative vol 0/1),
//!             nums(3 + 2k): spot, vol, days, then spot and vol of each
//! grid        bits (1 one underlying), varint columns, varint rows, nums(4) spot from, to, vol from, to, [text underlying]
//! profile     bits (1 one underlying), varint points, nums(2) spot from, to, [text underlying]
//! coin        text
//! book        bits (1 valued at a given time), [times(1)], contracts, positions, facts
//! contracts   varint n, n tags (0 cash, 1 spot, 2 perpetual, 3 future, 4 call, 5 put; + 8 inverse), n texts underlying,
//!             a text quote and then a nums contract size for each tag from 2, times for each from 3, nums strike for each from 4
//! positions   varint n, n int differences of the contract's place to the one before, some(n) and texts: names that differ from the
//!             contract's own (`own_name`), n texts account, n texts venue, nums(n) quantity, some(n) and nums entry price,
//!             some(n) and nums mark
//! facts       varint r, r × (tag, varint length): runs of 0 spot, 1 rate, 2 funding, 3 linear and 4 inverse perpetual, 5 forward,
//!             6 daily vol, 7 option; + 8 assumed by the sender, + 16 quoted by a market file; then over all runs together: a text
//!             underlying for each but options; times for the forwards; int differences of place in contracts for the options;
//!             a nums for each of the kinds 0 to 6 that occurs; if there are options some and nums vol, some and nums mark price;
//!             some and times of all facts
//! ```
//!
//! Files and lines are not shared. Nothing may follow. Every value is checked by its own unit, every count by what could hold it.

pub(super) mod book;
pub(super) mod column;
pub(super) mod contract;
mod fact;
pub(super) mod session;
pub(super) mod wire;

use crate::issue::Issue;
use crate::share::{Limits, Shared, damaged, invalid};
use contract::Table;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};
use std::borrow::Cow;
use wire::{Reader, Writer};

/// What every v1 fragment starts with.
pub(super) const PREFIX: &str = "v1.";

const DEFLATED: u8 = 1;
/// No deflate stream inflates to more than this many times its size.
const MAX_RATIO: usize = 1032;
pub(super) const DEFLATE_LEVEL: u8 = 10;

/// The bytes of a link.
pub(super) fn encode(shared: &Shared) -> Vec<u8> {
    frame(PREFIX, &content(shared), DEFLATE_LEVEL)
}

/// The content of a link.
pub(super) fn content(shared: &Shared) -> Vec<u8> {
    let mut table = Table::default();
    if let Some(inputs) = &shared.inputs {
        table.fill(inputs);
    }
    let mut writer = Writer::default();
    session::write(&mut writer, &shared.session, shared.inputs.is_some());
    if let Some(inputs) = &shared.inputs {
        book::write(&mut writer, inputs, &table);
    }
    writer.finish()
}

/// Puts content between flags and checksum.
pub(super) fn frame(prefix: &str, content: &[u8], deflate_level: u8) -> Vec<u8> {
    let deflated = miniz_oxide::deflate::compress_to_vec(content, deflate_level);
    let mut length = Writer::default();
    length.count(content.len());
    let length = length.body();
    let mut bytes = if length.len() + deflated.len() < content.len() {
        [&[DEFLATED][..], &length, &deflated].concat()
    } else {
        [&[0][..], content].concat()
    };
    let checksum = checksum(prefix, &bytes);
    bytes.extend_from_slice(&checksum);
    bytes
}

fn checksum(prefix: &str, bytes: &[u8]) -> [u8; 4] {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(prefix.as_bytes());
    hasher.update(bytes);
    hasher.finalize().to_le_bytes()
}

/// Reads the bytes of a link.
///
/// # Errors
/// As [`crate::share::decode`].
pub(super) fn decode(bytes: &[u8]) -> Result<Shared, Issue> {
    let content = unframe(PREFIX, bytes, Limits::LINK.inflated)?;
    let mut reader = Reader::new(&content, &Limits::LINK)?;
    let shared = read(&mut reader)?;
    reader.finish()?;
    Ok(shared)
}

/// The content between flags and checksum, at most so many bytes of it.
pub(super) fn unframe<'a>(prefix: &str, bytes: &'a [u8], most: usize) -> Result<Cow<'a, [u8]>, Issue> {
    let (body, check) = bytes.split_last_chunk::<4>().ok_or_else(damaged)?;
    if checksum(prefix, body) != *check {
        return Err(damaged());
    }
    match body.split_first() {
        Some((0, content)) => Ok(Cow::Borrowed(content)),
        Some((&DEFLATED, rest)) => {
            let (length, deflated) = wire::leading_varint(rest)?;
            inflate(deflated, length, most).map(Cow::Owned)
        }
        _ => Err(damaged()),
    }
}

fn inflate(deflated: &[u8], length: u64, most: usize) -> Result<Vec<u8>, Issue> {
    let length = usize::try_from(length)
        .ok()
        .filter(|length| *length <= most)
        .ok_or_else(|| invalid(format!("the link is too large: it unpacks to {length} bytes, at most {most} are read")))?;
    if length > deflated.len().saturating_mul(MAX_RATIO) {
        return Err(damaged());
    }
    let mut content = vec![0; length];
    let flags = inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let (status, read, written) = decompress(&mut DecompressorOxide::new(), deflated, &mut content, 0, flags);
    if status == TINFLStatus::Done && read == deflated.len() && written == length { Ok(content) } else { Err(damaged()) }
}

/// Reads the content.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<Shared, Issue> {
    let (session, has_book) = session::read(reader)?;
    let inputs = if has_book { Some(book::read(reader)?) } else { None };
    Ok(Shared { inputs, session })
}

pub(super) fn refused(issue: Issue) -> Issue {
    Issue { message: format!("the link holds a value that no book or scenario may hold: {}", issue.message), ..issue }
}
