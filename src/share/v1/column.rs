//! Columns of numbers in the v1 link: every `f64` comes back to the bit. FROZEN, part of `v1`, which describes it.
//!
//! A number is written as mantissa · 10^exponent, the shortest decimal that reads back as the same `f64`, with one exponent for
//! the whole column; a number that needs more room that way, or that no decimal names (−0), as its eight bytes.

use crate::issue::Issue;
use crate::order;
use crate::share::damaged;
use crate::share::v1::refused;
use crate::share::v1::wire::{Reader, Writer, unzigzag, zigzag};

/// Mantissas.
const PLAIN: u8 = 0;
/// Each mantissa as the difference to the one before.
const DELTA: u8 = 1;
/// Mantissas shifted by one; 0 announces eight bytes.
const MIXED: u8 = 2;
/// Eight bytes each.
const RAW: u8 = 3;

/// Writes the column in its shortest mode; the reader knows how many numbers it holds.
pub(in crate::share) fn write(writer: &mut Writer<'_>, values: &[f64]) {
    let decimals: Vec<Option<Decimal>> = values.iter().map(|value| Decimal::of(*value)).collect();
    let exponents = order::set(decimals.iter().flatten().map(|decimal| decimal.exponent));
    // A zero has no exponent of its own; a column of nothing else has exponent 0.
    let mut best = (RAW, 8 * values.len(), 0, Vec::new());
    for exponent in exponents {
        let mantissas: Vec<Option<i64>> = decimals.iter().map(|decimal| decimal.as_ref()?.at(exponent)).collect();
        let mixed = mantissas.iter().map(|mantissa| mantissa.map_or(9, |mantissa| length(zigzag(mantissa) + 1))).sum();
        let whole: Option<Vec<i64>> = mantissas.iter().copied().collect();
        let mut offer = |mode, size| {
            if size < best.1 {
                best = (mode, size, exponent, mantissas.clone());
            }
        };
        if let Some(whole) = whole {
            offer(PLAIN, whole.iter().map(|mantissa| length(zigzag(*mantissa))).sum());
            offer(DELTA, deltas(&whole).map(|delta| length(zigzag(delta))).sum());
        }
        offer(MIXED, mixed);
    }
    let (mode, _, exponent, mantissas) = best;
    writer.byte(mode);
    if mode != RAW {
        writer.signed(i64::from(exponent));
    }
    match mode {
        PLAIN => mantissas.iter().flatten().for_each(|mantissa| writer.signed(*mantissa)),
        DELTA => deltas(&mantissas.into_iter().flatten().collect::<Vec<i64>>()).for_each(|delta| writer.signed(delta)),
        MIXED => values.iter().zip(mantissas).for_each(|(value, mantissa)| match mantissa {
            Some(mantissa) => writer.varint(zigzag(mantissa) + 1),
            None => {
                writer.varint(0);
                writer.raw(&value.to_bits().to_le_bytes());
            }
        }),
        _ => values.iter().for_each(|value| writer.raw(&value.to_bits().to_le_bytes())),
    }
}

/// Reads a column of `count` numbers; they may be anything that an `f64` can be.
pub(in crate::share) fn read(reader: &mut Reader<'_>, count: usize) -> Result<Vec<f64>, Issue> {
    let mode = reader.byte()?;
    let exponent = if mode == RAW { 0 } else { i16::try_from(reader.signed()?).map_err(|_| damaged())? };
    let mut before = 0_i64;
    (0..count)
        .map(|_| match mode {
            PLAIN => value(reader.signed()?, exponent),
            DELTA => {
                before = before.checked_add(reader.signed()?).ok_or_else(damaged)?;
                value(before, exponent)
            }
            MIXED => match reader.varint()? {
                0 => raw(reader),
                shifted => value(unzigzag(shifted - 1), exponent),
            },
            RAW => raw(reader),
            _ => Err(damaged()),
        })
        .collect()
}

/// Writes which values are present, and those.
pub(in crate::share) fn write_some(writer: &mut Writer<'_>, values: impl Iterator<Item = Option<f64>>) {
    let values: Vec<Option<f64>> = values.collect();
    writer.presence(&values.iter().map(Option::is_some).collect::<Vec<bool>>());
    write(writer, &values.into_iter().flatten().collect::<Vec<f64>>());
}

/// Reads the like of [`write_some`], each value checked by its unit.
pub(in crate::share) fn read_some<T>(
    reader: &mut Reader<'_>,
    count: usize,
    check: impl Fn(f64) -> Result<T, Issue>,
) -> Result<Vec<Option<T>>, Issue> {
    let present = reader.presence(count)?;
    read_where(&present, |count| checked(read(reader, count)?, check))
}

/// Reads as many items as are present and puts them where they belong.
pub(in crate::share) fn read_where<T>(
    present: &[bool],
    read: impl FnOnce(usize) -> Result<Vec<T>, Issue>,
) -> Result<Vec<Option<T>>, Issue> {
    let mut values = read(present.iter().filter(|is_present| **is_present).count())?.into_iter();
    Ok(present.iter().map(|is_present| if *is_present { values.next() } else { None }).collect())
}

fn checked<T>(values: Vec<f64>, check: impl Fn(f64) -> Result<T, Issue>) -> Result<Vec<T>, Issue> {
    values.into_iter().map(|value| check(value).map_err(refused)).collect()
}

fn raw(reader: &mut Reader<'_>) -> Result<f64, Issue> {
    let bytes = reader.take(8)?.try_into().map_err(|_| damaged())?;
    Ok(f64::from_bits(u64::from_le_bytes(bytes)))
}

/// The `f64` nearest to the decimal; reading text is exact to the last bit everywhere, multiplying by a power of ten is not.
fn value(mantissa: i64, exponent: i16) -> Result<f64, Issue> {
    format!("{mantissa}e{exponent}").parse().map_err(|_| damaged())
}

fn deltas(mantissas: &[i64]) -> impl Iterator<Item = i64> {
    mantissas.iter().scan(0, |before, mantissa| Some(mantissa - std::mem::replace(before, *mantissa)))
}

/// Bytes of a varint.
fn length(value: u64) -> usize {
    (64 - (value | 1).leading_zeros() as usize).div_ceil(7)
}

/// Mantissa · 10^exponent.
struct Decimal {
    mantissa: i64,
    exponent: i32,
}

/// Mantissas stay below this, so that differences and shifts of two of them fit an `i64`.
const MAX_MANTISSA: i64 = 1 << 60;

impl Decimal {
    /// The shortest decimal that reads back as `value`; `None` for −0 and what is not finite.
    fn of(value: f64) -> Option<Decimal> {
        if !value.is_finite() || (value == 0.0 && value.is_sign_negative()) {
            return None;
        }
        let text = format!("{value:e}");
        let (digits, exponent) = text.split_once('e')?;
        let decimals = digits.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        let mantissa = digits.replace('.', "").parse().ok()?;
        Some(Decimal { mantissa, exponent: exponent.parse::<i32>().ok()? - i32::try_from(decimals).ok()? })
    }

    /// The mantissa at another exponent, where it is a whole number within bounds.
    fn at(&self, exponent: i32) -> Option<i64> {
        if self.mantissa == 0 {
            return Some(0);
        }
        let shift = u32::try_from(self.exponent - exponent).ok()?;
        let mantissa = self.mantissa.checked_mul(10_i64.checked_pow(shift)?)?;
        (mantissa.abs() < MAX_MANTISSA).then_some(mantissa)
    }
}
