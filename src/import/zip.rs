//! ZIP container → the bytes of one part, checked before they are allocated: declared size, ratio, real size, checksum.
//!
//! Source: PKWARE APPNOTE 6.3.10. Nothing is ever written out, so the names of entries are only compared, never followed.
//! Invariant: no part takes more than [`MAX_PART_BYTES`], and none is handed out whose checksum does not hold.

use crate::issue::{Issue, IssueKind};
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

/// Largest part after inflation, bytes.
pub(super) const MAX_PART_BYTES: u64 = 64 * 1024 * 1024;
/// Most times that a part may grow by inflation; XML of a sheet grows 10 to 50 times.
const MAX_RATIO: u64 = 200;
/// Parts up to this size may have any ratio: a short run of equal bytes is no bomb.
const SMALL_PART_BYTES: u64 = 64 * 1024;
/// Most entries of a container.
const MAX_ENTRIES: usize = 10_000;

/// The entries of a container.
pub(super) struct Archive<'a> {
    bytes: &'a [u8],
    entries: Vec<Entry<'a>>,
}

struct Entry<'a> {
    name: &'a [u8],
    method: u64,
    is_encrypted: bool,
    checksum: u32,
    packed: u64,
    size: u64,
    header: u64,
}

/// Whether the bytes start as a ZIP container does.
pub(super) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Lists the entries of a container by its central directory.
///
/// # Errors
/// A container that is damaged, cut off, or too large to be listed.
pub(super) fn open(bytes: &[u8]) -> Result<Archive<'_>, Issue> {
    let cut_off = || refused(IssueKind::Parse, "the ZIP container is damaged or cut off: download or save the file again");
    // The end record is 22 bytes and a comment of at most 65 535.
    let from = bytes.len().saturating_sub(22 + 0xFFFF);
    let tail = bytes.get(from..).unwrap_or_default();
    let at = tail.windows(4).rposition(|window| window == b"PK\x05\x06").ok_or_else(cut_off)?;
    let end = tail.get(at..).unwrap_or_default();
    let (count, mut at) = (number(end, 10, 2).ok_or_else(cut_off)? as usize, number(end, 16, 4).ok_or_else(cut_off)?);
    if count > MAX_ENTRIES {
        return Err(refused(IssueKind::Unsupported, format!("the ZIP container has {count} entries, at most {MAX_ENTRIES} are read")));
    }
    let mut entries = Vec::with_capacity(count);
    for _ in 0..count {
        let head = usize::try_from(at).ok().and_then(|at| bytes.get(at..)).filter(|head| head.starts_with(b"PK\x01\x02"));
        let (entry, length) = head.and_then(entry).ok_or_else(cut_off)?;
        entries.push(entry);
        at += length;
    }
    Ok(Archive { bytes, entries })
}

/// One record of the central directory, and its length.
fn entry(head: &[u8]) -> Option<(Entry<'_>, u64)> {
    let (name, extra, comment) = (number(head, 28, 2)?, number(head, 30, 2)?, number(head, 32, 2)?);
    let extra_at = 46 + name as usize;
    let mut entry = Entry {
        name: head.get(46..extra_at)?,
        method: number(head, 10, 2)?,
        is_encrypted: number(head, 8, 2)? & 1 == 1,
        checksum: u32::try_from(number(head, 16, 4)?).ok()?,
        packed: number(head, 20, 4)?,
        size: number(head, 24, 4)?,
        header: number(head, 42, 4)?,
    };
    // Numbers that do not fit in 32 bits stand in the extra field of tag 1, those that fit do not.
    let mut fields = head.get(extra_at..extra_at + extra as usize)?;
    while let (Some(tag), Some(length)) = (number(fields, 0, 2), number(fields, 2, 2)) {
        let field = fields.get(4..4 + length as usize)?;
        let mut at = 0;
        for value in [&mut entry.size, &mut entry.packed, &mut entry.header].into_iter().filter(|value| tag == 1 && **value == 0xFFFF_FFFF)
        {
            *value = number(field, at, 8)?;
            at += 8;
        }
        fields = fields.get(4 + length as usize..)?;
    }
    Some((entry, 46 + name + extra + comment))
}

/// A little-endian number of `length` bytes.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    let digits = bytes.get(at..at + length)?;
    Some(digits.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

impl Archive<'_> {
    /// Whether nothing is in it.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether a part of this name is in it; letters may be in either case.
    pub(super) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    fn find(&self, name: &str) -> Option<&Entry<'_>> {
        self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name.as_bytes()))
    }

    /// The text of a part; `None` where there is none of this name.
    ///
    /// # Errors
    /// A part that is too large, grows too much, is damaged, encrypted, packed in an unusual way, or not UTF-8.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Issue> {
        let Some(entry) = self.find(name) else { return Ok(None) };
        let bytes = self.inflate(entry, name)?;
        let text = String::from_utf8(bytes).map_err(|_| {
            refused(IssueKind::Parse, format!("the part {name} of the workbook is not UTF-8 text: save the workbook again"))
        })?;
        Ok(Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)))
    }

    fn inflate(&self, entry: &Entry<'_>, name: &str) -> Result<Vec<u8>, Issue> {
        let damaged = || refused(IssueKind::Parse, format!("the part {name} of the workbook is damaged: download or save the file again"));
        if entry.is_encrypted {
            return Err(refused(
                IssueKind::Unsupported,
                format!("the part {name} of the workbook is encrypted: save it without a password"),
            ));
        }
        if entry.size > MAX_PART_BYTES {
            let message = format!(
                "the part {name} of the workbook would have {} bytes unpacked, at most {MAX_PART_BYTES} are read: split it, or save the \
                 sheet as CSV",
                entry.size
            );
            return Err(refused(IssueKind::Unsupported, message));
        }
        if entry.size > SMALL_PART_BYTES && entry.size / MAX_RATIO > entry.packed {
            let message = format!(
                "the part {name} of the workbook would grow from {} to {} bytes, more than {MAX_RATIO} times: it is not unpacked, save the \
                 sheet as CSV",
                entry.packed, entry.size
            );
            return Err(refused(IssueKind::Unsupported, message));
        }
        let packed = self.packed(entry).ok_or_else(damaged)?;
        let size = usize::try_from(entry.size).map_err(|_| damaged())?;
        let bytes = match entry.method {
            0 if packed.len() == size => packed.to_vec(),
            8 => inflate_to(packed, size).ok_or_else(damaged)?,
            0 => return Err(damaged()),
            method => {
                let message = format!("the part {name} of the workbook is packed by method {method}, only deflate is read: save it again");
                return Err(refused(IssueKind::Unsupported, message));
            }
        };
        if crc32fast::hash(&bytes) == entry.checksum { Ok(bytes) } else { Err(damaged()) }
    }

    /// The packed bytes of an entry, behind its local header.
    fn packed(&self, entry: &Entry<'_>) -> Option<&[u8]> {
        let head = self.bytes.get(usize::try_from(entry.header).ok()?..)?;
        let names = number(head, 26, 2)? + number(head, 28, 2)?;
        let from = usize::try_from(30 + names).ok()?;
        let to = from.checked_add(usize::try_from(entry.packed).ok()?)?;
        head.get(from..to).filter(|_| head.starts_with(b"PK\x03\x04"))
    }
}

/// Inflates into exactly so many bytes: one more or fewer is damage, so nothing grows beyond what was checked.
fn inflate_to(packed: &[u8], size: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(size).ok()?;
    bytes.resize(size, 0);
    let mut state = Box::<DecompressorOxide>::default();
    let (status, _, written) = decompress(&mut state, packed, &mut bytes, 0, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF);
    (status == TINFLStatus::Done && written == size).then_some(bytes)
}

fn refused(kind: IssueKind, message: impl Into<String>) -> Issue {
    Issue::rejected(kind, message)
}
