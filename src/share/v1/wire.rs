//! Bytes of the v1 link: integers, texts and instants. FROZEN, part of `v1`, which describes it.
//!
//! Invariant: a count is believed only if the bytes that remain could hold so many items.

use crate::issue::Issue;
use crate::share::{Limits, damaged, invalid};
use crate::units::{DAY_MS, Timestamp};
use std::collections::BTreeMap;

/// Texts that need no bytes in a link; their numbers are their places here.
const WELL_KNOWN: [&str; 16] =
    ["", "BTC", "ETH", "SOL", "XRP", "USD", "USDC", "USDT", "Deribit", "OKX", "Bybit", "Binance", "Main", "main", "Hedge", "hedge"];
/// Last millisecond of the year 9999.
const LAST_MS: i64 = 253_402_300_799_999;
/// Milliseconds between midnight and the hour at which crypto contracts expire.
const EIGHT_HOURS: i64 = 8 * 3_600_000;
/// (milliseconds per unit, offset) by unit code.
const TIME_UNITS: [(i64, i64); 4] = [(1, 0), (1000, 0), (60_000, 0), (DAY_MS, EIGHT_HOURS)];

/// Writes the body of a link; texts are collected, to be written before it.
#[derive(Default)]
pub(in crate::share) struct Writer<'a> {
    bytes: Vec<u8>,
    texts: Vec<&'a str>,
    numbers: BTreeMap<&'a str, usize>,
}

impl<'a> Writer<'a> {
    pub(in crate::share) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    pub(in crate::share) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(in crate::share) fn varint(&mut self, value: u64) {
        push_varint(&mut self.bytes, value);
    }

    pub(in crate::share) fn signed(&mut self, value: i64) {
        self.varint(zigzag(value));
    }

    pub(in crate::share) fn count(&mut self, count: usize) {
        self.varint(count as u64);
    }

    /// The number of a text in the dictionary.
    pub(in crate::share) fn text(&mut self, text: &'a str) {
        let known = WELL_KNOWN.iter().position(|known| *known == text);
        let number = known.unwrap_or_else(|| {
            *self.numbers.entry(text).or_insert_with(|| {
                self.texts.push(text);
                WELL_KNOWN.len() + self.texts.len() - 1
            })
        });
        self.count(number);
    }

    /// The coarsest unit that is exact, then each instant as the difference to the one before.
    pub(in crate::share) fn times(&mut self, times: &[Timestamp]) {
        let is_exact =
            |(unit, offset): &(i64, i64)| times.iter().all(|time| time.ms().checked_sub(*offset).is_some_and(|ms| ms % unit == 0));
        let code = TIME_UNITS.iter().rposition(is_exact).unwrap_or(0);
        self.byte(code as u8);
        let (unit, offset) = TIME_UNITS.get(code).copied().unwrap_or((1, 0));
        let mut before = 0;
        for time in times {
            let at = (time.ms() - offset) / unit;
            // Beyond the calendar this wraps, and the reader refuses it.
            self.signed(at.wrapping_sub(before));
            before = at;
        }
    }

    /// Which of the items are present: 0 none, 1 all, 2 a bit map.
    pub(in crate::share) fn presence(&mut self, present: &[bool]) {
        if present.iter().all(|is_present| !is_present) {
            self.byte(0);
        } else if present.iter().all(|is_present| *is_present) {
            self.byte(1);
        } else {
            self.byte(2);
            for eight in present.chunks(8) {
                self.byte(eight.iter().enumerate().fold(0, |byte, (bit, is_present)| byte | (u8::from(*is_present) << bit)));
            }
        }
    }

    /// The body alone.
    pub(in crate::share) fn body(self) -> Vec<u8> {
        self.bytes
    }

    /// The dictionary, then the body.
    pub(in crate::share) fn finish(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.bytes.len() + 64);
        push_varint(&mut bytes, self.texts.len() as u64);
        self.texts.iter().for_each(|text| push_varint(&mut bytes, text.len() as u64));
        self.texts.iter().for_each(|text| bytes.extend_from_slice(text.as_bytes()));
        bytes.extend_from_slice(&self.bytes);
        bytes
    }
}

fn push_varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// A varint and what follows it.
pub(in crate::share) fn leading_varint(bytes: &[u8]) -> Result<(u64, &[u8]), Issue> {
    let mut reader = Reader { bytes, texts: Vec::new(), spelled: 0, limits: &Limits::LINK };
    let value = reader.varint()?;
    Ok((value, reader.bytes))
}

/// 0, −1, 1, −2, … as 0, 1, 2, 3, …
pub(in crate::share) fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

pub(in crate::share) fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

/// Reads the body of a link.
pub(in crate::share) struct Reader<'a> {
    bytes: &'a [u8],
    texts: Vec<&'a str>,
    spelled: usize,
    pub(in crate::share) limits: &'static Limits,
}

impl<'a> Reader<'a> {
    /// Reads the dictionary. A copy of it in each of its callers, none of which is hot, would cost a first visit a kilobyte.
    #[inline(never)]
    pub(in crate::share) fn new(bytes: &'a [u8], limits: &'static Limits) -> Result<Reader<'a>, Issue> {
        let mut reader = Reader { bytes, texts: WELL_KNOWN.to_vec(), spelled: 0, limits };
        let count = reader.count(1)?;
        let mut lengths = Vec::with_capacity(count);
        for _ in 0..count {
            lengths.push(reader.count(1)?);
        }
        for length in lengths {
            let text = std::str::from_utf8(reader.take(length)?).map_err(|_| damaged())?;
            if text.chars().count() > limits.text_chars {
                return Err(invalid(format!("the link holds a name of more than {} characters", limits.text_chars)).with_value(text));
            }
            reader.texts.push(text);
        }
        Ok(reader)
    }

    /// The next bytes.
    pub(in crate::share) fn take(&mut self, count: usize) -> Result<&'a [u8], Issue> {
        let (taken, rest) = self.bytes.split_at_checked(count).ok_or_else(damaged)?;
        self.bytes = rest;
        Ok(taken)
    }

    pub(in crate::share) fn byte(&mut self) -> Result<u8, Issue> {
        self.take(1)?.first().copied().ok_or_else(damaged)
    }

    /// A varint, in its shortest form only.
    pub(in crate::share) fn varint(&mut self) -> Result<u64, Issue> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            if (shift == 63 && part > 1) || (byte == 0 && shift > 0) {
                return Err(damaged());
            }
            value |= part << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(damaged())
    }

    pub(in crate::share) fn signed(&mut self) -> Result<i64, Issue> {
        self.varint().map(unzigzag)
    }

    /// A count of items of at least `size` bytes each.
    pub(in crate::share) fn count(&mut self, size: usize) -> Result<usize, Issue> {
        let count = usize::try_from(self.varint()?).map_err(|_| damaged())?;
        if count > self.bytes.len() / size { Err(damaged()) } else { Ok(count) }
    }

    /// A place in a list of `length`.
    pub(in crate::share) fn index(&mut self, length: usize) -> Result<usize, Issue> {
        usize::try_from(self.varint()?).ok().filter(|index| *index < length).ok_or_else(damaged)
    }

    /// A text by its number in the dictionary.
    pub(in crate::share) fn text(&mut self) -> Result<String, Issue> {
        let number = self.index(self.texts.len())?;
        let text = self.texts.get(number).copied().ok_or_else(damaged)?;
        self.spell(text.len())?;
        Ok(text.to_owned())
    }

    pub(in crate::share) fn texts(&mut self, count: usize) -> Result<Vec<String>, Issue> {
        (0..count).map(|_| self.text()).collect()
    }

    /// 0 or 1.
    pub(in crate::share) fn flag(&mut self) -> Result<bool, Issue> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(damaged()),
        }
    }

    /// Accounts for text that is about to be allocated.
    pub(in crate::share) fn spell(&mut self, bytes: usize) -> Result<(), Issue> {
        self.spelled += bytes;
        if self.spelled > self.limits.spelled {
            return Err(invalid(format!("the link is too large: its names take more than {} bytes", self.limits.spelled)));
        }
        Ok(())
    }

    pub(in crate::share) fn times(&mut self, count: usize) -> Result<Vec<Timestamp>, Issue> {
        let code = usize::from(self.byte()?);
        let (unit, offset) = TIME_UNITS.get(code).copied().ok_or_else(damaged)?;
        let mut at = 0_i64;
        (0..count)
            .map(|_| {
                at = at.checked_add(self.signed()?).ok_or_else(damaged)?;
                let ms = at.checked_mul(unit).and_then(|ms| ms.checked_add(offset)).ok_or_else(damaged)?;
                if !(0..=LAST_MS).contains(&ms) {
                    return Err(invalid("the link holds a date outside of the years 1970 to 9999".to_owned()).with_value(&ms.to_string()));
                }
                Ok(Timestamp::from_ms(ms))
            })
            .collect()
    }

    pub(in crate::share) fn presence(&mut self, count: usize) -> Result<Vec<bool>, Issue> {
        match self.byte()? {
            0 => Ok(vec![false; count]),
            1 => Ok(vec![true; count]),
            2 => {
                let bits = self.take(count.div_ceil(8))?;
                Ok((0..count).map(|at| bits.get(at / 8).is_some_and(|byte| byte >> (at % 8) & 1 == 1)).collect())
            }
            _ => Err(damaged()),
        }
    }

    /// Whether nothing remains.
    pub(in crate::share) fn is_at_end(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Nothing may remain.
    pub(in crate::share) fn finish(self) -> Result<(), Issue> {
        if self.is_at_end() { Ok(()) } else { Err(damaged()) }
    }
}

/// The count, if so many are read.
pub(in crate::share) fn limited(count: usize, limit: usize, what: &str) -> Result<usize, Issue> {
    if count > limit { Err(invalid(format!("the link is too large: {count} {what}, at most {limit} are read"))) } else { Ok(count) }
}
