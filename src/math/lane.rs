//! One number, or four side by side: a kernel is written once over [`Lane`].
//!
//! Invariant: each operation is the one that IEEE 754 defines, on each element by itself; nothing is fused, relaxed or reassociated.
//! Hence an element has the same bits alone and in company, natively and in wasm.

use std::ops::{Add, BitAnd, Div, Mul, Neg, Sub};
use wide::bytemuck::cast;
use wide::{Select, f64x4, u64x4};

/// Bits of the exponent of an `f64`.
const EXPONENT: u64 = 0x7FF0_0000_0000_0000;
/// Bits of 2^52, whose fraction counts in ones.
const COUNTER: u64 = 0x4330_0000_0000_0000;
/// 2^52.
const TWO_52: f64 = 4_503_599_627_370_496.0;
/// 2^52 and the bias of the exponent.
const COUNTED_BIAS: f64 = TWO_52 + 1023.0;

/// Numbers that are computed with in step.
pub trait Lane: Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self> {
    /// What a comparison says of each element.
    type Mask: Copy + BitAnd<Output = Self::Mask>;
    /// Elements.
    const WIDTH: usize;

    /// The same number everywhere.
    fn splat(value: f64) -> Self;

    /// The first elements of a slice; where it is too short its last number is repeated, so that no element is odd.
    fn load(from: &[f64]) -> Self;

    /// Writes as many elements as the slice holds.
    fn store(self, to: &mut [f64]);

    /// Magnitudes.
    fn abs(self) -> Self;

    /// Square roots, correctly rounded.
    fn sqrt(self) -> Self;

    /// Where this is less than `other`.
    fn is_below(self, other: Self) -> Self::Mask;

    /// `yes` where the mask holds, `no` elsewhere.
    fn choose(mask: Self::Mask, yes: Self, no: Self) -> Self;

    /// This where the mask holds, 0 elsewhere.
    fn keep(self, mask: Self::Mask) -> Self;

    /// Whether the mask holds anywhere.
    fn is_any(mask: Self::Mask) -> bool;

    /// Whether the mask holds everywhere.
    fn is_all(mask: Self::Mask) -> bool;

    /// Coefficients, where they are best taken from.
    fn coefficients<const N: usize>(table: &'static [f64; N]) -> &'static [f64; N];

    /// 2 to the power of these whole numbers from −1022 to 1023.
    fn power_of_two(self) -> Self;

    /// The power of two, as it is and as its exponent, that leaves of a normal positive number one from 1 up to 2.
    fn exponent(self) -> (Self, Self);

    /// The lesser; `self` where they do not compare.
    #[inline(always)]
    fn at_most(self, most: Self) -> Self {
        Self::choose(most.is_below(self), most, self)
    }

    /// The greater; `self` where they do not compare.
    #[inline(always)]
    fn at_least(self, least: Self) -> Self {
        Self::choose(self.is_below(least), least, self)
    }
}

impl Lane for f64 {
    type Mask = bool;
    const WIDTH: usize = 1;

    #[inline(always)]
    fn splat(value: f64) -> f64 {
        value
    }

    #[inline(always)]
    fn load(from: &[f64]) -> f64 {
        from.first().copied().unwrap_or(f64::NAN)
    }

    #[inline(always)]
    fn store(self, to: &mut [f64]) {
        if let Some(first) = to.first_mut() {
            *first = self;
        }
    }

    #[inline(always)]
    fn abs(self) -> f64 {
        f64::abs(self)
    }

    #[inline(always)]
    fn sqrt(self) -> f64 {
        f64::sqrt(self)
    }

    #[inline(always)]
    fn is_below(self, other: f64) -> bool {
        self < other
    }

    #[inline(always)]
    fn choose(mask: bool, yes: f64, no: f64) -> f64 {
        if mask { yes } else { no }
    }

    #[inline(always)]
    fn keep(self, mask: bool) -> f64 {
        if mask { self } else { 0.0 }
    }

    #[inline(always)]
    fn is_any(mask: bool) -> bool {
        mask
    }

    #[inline(always)]
    fn is_all(mask: bool) -> bool {
        mask
    }

    #[inline(always)]
    fn coefficients<const N: usize>(table: &'static [f64; N]) -> &'static [f64; N] {
        table
    }

    #[inline(always)]
    fn power_of_two(self) -> f64 {
        f64::from_bits((self + COUNTED_BIAS).to_bits() << 52)
    }

    #[inline(always)]
    fn exponent(self) -> (f64, f64) {
        let bits = self.to_bits();
        (f64::from_bits(bits & EXPONENT), f64::from_bits(bits >> 52 | COUNTER) - COUNTED_BIAS)
    }
}

impl Lane for f64x4 {
    type Mask = f64x4;
    const WIDTH: usize = 4;

    #[inline(always)]
    fn splat(value: f64) -> f64x4 {
        f64x4::splat(value)
    }

    #[inline(always)]
    fn load(from: &[f64]) -> f64x4 {
        if let Some(four) = from.first_chunk::<4>() {
            return f64x4::new(*four);
        }
        let last = from.last().copied().unwrap_or(f64::NAN);
        let at = |place: usize| from.get(place).copied().unwrap_or(last);
        f64x4::new([at(0), at(1), at(2), at(3)])
    }

    #[inline(always)]
    fn store(self, to: &mut [f64]) {
        let elements = self.to_array();
        match to.first_chunk_mut::<4>() {
            Some(four) => *four = elements,
            None => to.iter_mut().zip(elements).for_each(|(to, element)| *to = element),
        }
    }

    #[inline(always)]
    fn abs(self) -> f64x4 {
        f64x4::abs(self)
    }

    #[inline(always)]
    fn sqrt(self) -> f64x4 {
        f64x4::sqrt(self)
    }

    #[inline(always)]
    fn is_below(self, other: f64x4) -> f64x4 {
        self.simd_lt(other)
    }

    #[inline(always)]
    fn choose(mask: f64x4, yes: f64x4, no: f64x4) -> f64x4 {
        Select::select(mask, yes, no)
    }

    #[inline(always)]
    fn keep(self, mask: f64x4) -> f64x4 {
        self & mask
    }

    #[inline(always)]
    fn is_any(mask: f64x4) -> bool {
        mask.any()
    }

    #[inline(always)]
    fn is_all(mask: f64x4) -> bool {
        mask.all()
    }

    /// From memory in wasm: V8 makes a constant of both halves out of four instructions, and loads it with one.
    #[inline(always)]
    fn coefficients<const N: usize>(table: &'static [f64; N]) -> &'static [f64; N] {
        if cfg!(target_arch = "wasm32") { std::hint::black_box(table) } else { table }
    }

    // One instruction each, whose operands are put so that it is the comparison and choice of the trait.
    #[cfg(target_arch = "wasm32")]
    #[inline(always)]
    fn at_most(self, most: f64x4) -> f64x4 {
        self.fast_min(most)
    }

    #[cfg(target_arch = "wasm32")]
    #[inline(always)]
    fn at_least(self, least: f64x4) -> f64x4 {
        self.fast_max(least)
    }

    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    fn at_most(self, most: f64x4) -> f64x4 {
        most.fast_min(self)
    }

    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    fn at_least(self, least: f64x4) -> f64x4 {
        least.fast_max(self)
    }

    #[inline(always)]
    fn power_of_two(self) -> f64x4 {
        cast(cast::<f64x4, u64x4>(self + f64x4::splat(COUNTED_BIAS)) << 52_u32)
    }

    #[inline(always)]
    fn exponent(self) -> (f64x4, f64x4) {
        let bits: u64x4 = cast(self);
        let power: f64x4 = cast(bits & u64x4::splat(EXPONENT));
        let exponent: f64x4 = cast(bits >> 52_u32 | u64x4::splat(COUNTER));
        (power, exponent - f64x4::splat(COUNTED_BIAS))
    }
}

/// Four numbers of a column from a place on.
#[inline(always)]
pub(super) fn load(column: &[f64], from: usize) -> f64x4 {
    f64x4::load(column.get(from..).unwrap_or_default())
}

/// A polynomial, coefficients in ascending powers, in two chains that run side by side.
#[inline(always)]
pub(super) fn polynomial<L: Lane, const N: usize>(coefficients: &'static [f64; N], x: L) -> L {
    let coefficients = L::coefficients(coefficients);
    let square = x * x;
    let chain = |from: usize| {
        let mut terms = coefficients.iter().skip(from).step_by(2).rev();
        let last = L::splat(terms.next().copied().unwrap_or(0.0));
        terms.fold(last, |sum, coefficient| sum * square + L::splat(*coefficient))
    };
    chain(0) + x * chain(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_two_and_exponents_are_exact() {
        for power in [-1022, -1, 0, 1, 52, 1023] {
            let number = f64::from(power).power_of_two();
            assert_eq!(number, libm::exp2(f64::from(power)));
            assert_eq!((1.75 * number).exponent(), (number, f64::from(power)));
            assert_eq!(f64x4::splat(f64::from(power)).power_of_two().to_array(), [number; 4]);
            let (whole, exponent) = f64x4::splat(1.75 * number).exponent();
            assert_eq!((whole.to_array(), exponent.to_array()), ([number; 4], [f64::from(power); 4]));
        }
    }

    #[test]
    fn bounds_choose_alike_alone_and_in_company_among_zeros_and_what_is_no_number() {
        let odd = [0.0, -0.0, f64::NAN, 1.0, -1.0, f64::INFINITY];
        for (value, bound) in odd.iter().flat_map(|value| odd.map(|bound| (*value, bound))) {
            let four = (f64x4::splat(value), Lane::splat(bound));
            assert_eq!(four.0.at_most(four.1).to_array().map(f64::to_bits), [value.at_most(bound).to_bits(); 4], "{value} {bound}");
            assert_eq!(four.0.at_least(four.1).to_array().map(f64::to_bits), [value.at_least(bound).to_bits(); 4], "{value} {bound}");
        }
    }

    #[test]
    fn a_short_slice_repeats_its_last_number_and_takes_what_it_holds() {
        assert_eq!(f64x4::load(&[1.0, 2.0]).to_array(), [1.0, 2.0, 2.0, 2.0]);
        let mut two = [0.0; 2];
        f64x4::new([1.0, 2.0, 3.0, 4.0]).store(&mut two);
        assert_eq!(two, [1.0, 2.0]);
    }
}
