//! One number, or four side by side: a kernel is written once over [`Lane`].
//!
//! Invariant: each operation is the one that IEEE 754 defines, on each element by itself; nothing is fused, relaxed or reassociated.
//! Hence an element has the same bits alone and in company, natively and in wasm.

use std::ops::{Add, BitAnd, Div, Mul, Neg, Sub};
use wide::bytemuck::cast;
use wide::{Select, f64x2, f64x4, u64x2, u64x4};

/// 2^52, whose fraction counts in ones.
const TWO_52: f64 = 4_503_599_627_370_496.0;
/// 2^52 and the bias of the exponent.
const COUNTED_BIAS: f64 = TWO_52 + 1023.0;
/// What an exponent is counted with, see [`Lane::exponent`].
pub(super) const EXPONENT_COUNTER: [f64; 2] = [TWO_52, COUNTED_BIAS];

/// Numbers of a batch.
pub(crate) const BATCH: usize = 64;

/// A column of a batch.
pub(crate) type Column = [f64; BATCH];

/// How many numbers a loop over columns takes side by side: of four V8 does not hold what it needs in its registers.
#[cfg(target_arch = "wasm32")]
pub(crate) type Wide = f64x2;
#[cfg(not(target_arch = "wasm32"))]
pub(crate) type Wide = f64x4;

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

    /// The numbers of a column at a place that is counted in lanes.
    fn part(column: &Column, at: usize) -> Self;

    /// Writes them there.
    fn put(self, column: &mut Column, at: usize);

    /// Magnitudes.
    fn abs(self) -> Self;

    /// Square roots, correctly rounded.
    fn sqrt(self) -> Self;

    /// Where this is less than `other`.
    fn is_below(self, other: Self) -> Self::Mask;

    /// `yes` where the mask holds, `no` elsewhere.
    fn choose(mask: Self::Mask, yes: Self, no: Self) -> Self;

    /// Whether the mask holds anywhere.
    fn is_any(mask: Self::Mask) -> bool;

    /// Whether the mask holds everywhere.
    fn is_all(mask: Self::Mask) -> bool;

    /// The power of two whose biased exponent, from 1 to 2046, is counted in the ones of these numbers from 2^52 up to 2^53.
    fn counted_power_of_two(self) -> Self;

    /// 2 to the power of these whole numbers from −1022 to 1023.
    #[inline(always)]
    fn power_of_two(self) -> Self {
        (self + Self::splat(COUNTED_BIAS)).counted_power_of_two()
    }

    /// The power of two, as it is and as its exponent, that leaves of a normal positive number one from 1 up to 2; the numbers are
    /// [`EXPONENT_COUNTER`].
    fn exponent(self, counter: [Self; 2]) -> (Self, Self);

    /// The negative where the mask holds, this elsewhere.
    fn negated_where(self, mask: Self::Mask) -> Self;

    /// The two the other way round where the mask holds.
    fn swapped_where(mask: Self::Mask, pair: (Self, Self)) -> (Self, Self);

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
    fn part(column: &Column, at: usize) -> f64 {
        column.get(at).copied().unwrap_or_default()
    }

    #[inline(always)]
    fn put(self, column: &mut Column, at: usize) {
        if let Some(part) = column.get_mut(at) {
            *part = self;
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
    fn is_any(mask: bool) -> bool {
        mask
    }

    #[inline(always)]
    fn is_all(mask: bool) -> bool {
        mask
    }

    #[inline(always)]
    fn counted_power_of_two(self) -> f64 {
        f64::from_bits(self.to_bits() << 52)
    }

    #[inline(always)]
    fn exponent(self, [counter, bias]: [f64; 2]) -> (f64, f64) {
        let biased = self.to_bits() >> 52;
        (f64::from_bits(biased << 52), f64::from_bits(biased | counter.to_bits()) - bias)
    }

    #[inline(always)]
    fn negated_where(self, mask: bool) -> f64 {
        if mask { -self } else { self }
    }

    #[inline(always)]
    fn swapped_where(mask: bool, (first, second): (f64, f64)) -> (f64, f64) {
        if mask { (second, first) } else { (first, second) }
    }
}

/// [`Lane`] of the vectors of numbers.
macro_rules! lane {
    ($lane:ident, $bits:ident, $width:literal) => {
        impl Lane for $lane {
            type Mask = $lane;
            const WIDTH: usize = $width;

            #[inline(always)]
            fn splat(value: f64) -> $lane {
                $lane::splat(value)
            }

            #[inline(always)]
            fn load(from: &[f64]) -> $lane {
                if let Some(all) = from.first_chunk::<$width>() {
                    return $lane::new(*all);
                }
                let last = from.last().copied().unwrap_or(f64::NAN);
                $lane::new(std::array::from_fn(|place| from.get(place).copied().unwrap_or(last)))
            }

            #[inline(always)]
            fn part(column: &Column, at: usize) -> $lane {
                $lane::new(column.as_chunks().0.get(at).copied().unwrap_or_default())
            }

            #[inline(always)]
            fn put(self, column: &mut Column, at: usize) {
                if let Some(part) = column.as_chunks_mut().0.get_mut(at) {
                    *part = self.to_array();
                }
            }

            #[inline(always)]
            fn abs(self) -> $lane {
                $lane::abs(self)
            }

            #[inline(always)]
            fn sqrt(self) -> $lane {
                $lane::sqrt(self)
            }

            #[inline(always)]
            fn is_below(self, other: $lane) -> $lane {
                self.simd_lt(other)
            }

            #[inline(always)]
            fn choose(mask: $lane, yes: $lane, no: $lane) -> $lane {
                Select::select(mask, yes, no)
            }

            #[inline(always)]
            fn is_any(mask: $lane) -> bool {
                mask.any()
            }

            #[inline(always)]
            fn is_all(mask: $lane) -> bool {
                mask.all()
            }

            // One instruction each, whose operands are put so that it is the comparison and choice of the trait.
            #[cfg(target_arch = "wasm32")]
            #[inline(always)]
            fn at_most(self, most: $lane) -> $lane {
                self.fast_min(most)
            }

            #[cfg(target_arch = "wasm32")]
            #[inline(always)]
            fn at_least(self, least: $lane) -> $lane {
                self.fast_max(least)
            }

            #[cfg(target_arch = "x86_64")]
            #[inline(always)]
            fn at_most(self, most: $lane) -> $lane {
                most.fast_min(self)
            }

            #[cfg(target_arch = "x86_64")]
            #[inline(always)]
            fn at_least(self, least: $lane) -> $lane {
                least.fast_max(self)
            }

            #[inline(always)]
            fn counted_power_of_two(self) -> $lane {
                cast(cast::<$lane, $bits>(self) << 52_u32)
            }

            #[inline(always)]
            fn exponent(self, [counter, bias]: [$lane; 2]) -> ($lane, $lane) {
                let biased = cast::<$lane, $bits>(self) >> 52_u32;
                (cast(biased << 52_u32), (cast::<$bits, $lane>(biased) | counter) - bias)
            }

            #[inline(always)]
            fn negated_where(self, mask: $lane) -> $lane {
                self ^ (mask & $lane::splat(-0.0))
            }

            // Four operations, where two choices are six.
            #[inline(always)]
            fn swapped_where(mask: $lane, (first, second): ($lane, $lane)) -> ($lane, $lane) {
                let other = (first ^ second) & mask;
                (first ^ other, second ^ other)
            }
        }
    };
}

lane!(f64x2, u64x2, 2);
lane!(f64x4, u64x4, 4);

/// Four numbers of a column from a place on.
#[inline(always)]
pub(super) fn load(column: &[f64], from: usize) -> f64x4 {
    f64x4::load(column.get(from..).unwrap_or_default())
}

/// Constants, in wasm where the compiler does not see them: V8 makes a constant that it sees out of three instructions for each half of
/// four numbers, at every use, and loads one that it does not see with one. To be called before a loop, not in it.
#[inline(always)]
pub(super) fn in_memory<T>(constants: &'static T) -> &'static T {
    if cfg!(target_arch = "wasm32") { std::hint::black_box(constants) } else { constants }
}

/// A polynomial, coefficients in ascending powers, in two chains that run side by side.
#[inline(always)]
pub(super) fn polynomial<L: Lane, const N: usize>(coefficients: &[f64; N], x: L) -> L {
    let at = |power: usize| L::splat(coefficients.get(power).copied().unwrap_or(0.0));
    let square = x * x;
    // One loop of a length that the compiler knows, with a step of each chain at a turn: it is laid out without a branch.
    let (mut upper, mut lower) = (at(N - 1), at(N - 2));
    for turn in 1..N / 2 {
        upper = upper * square + at(N - 1 - 2 * turn);
        lower = lower * square + at(N - 2 - 2 * turn);
    }
    if N.is_multiple_of(2) { lower + x * upper } else { (upper * square + at(0)) + x * lower }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bits of every element.
    fn bits<L: Lane>(value: L) -> Vec<u64> {
        let mut column = [0.0; BATCH];
        value.put(&mut column, 0);
        column.into_iter().take(L::WIDTH).map(f64::to_bits).collect()
    }

    fn powers_are_exact<L: Lane>() {
        for power in [-1022, -1, 0, 1, 52, 1023] {
            let number = libm::exp2(f64::from(power));
            let all = |value: f64| vec![value.to_bits(); L::WIDTH];
            assert_eq!(bits(L::splat(f64::from(power)).power_of_two()), all(number));
            let (whole, exponent) = L::splat(1.75 * number).exponent(EXPONENT_COUNTER.map(L::splat));
            assert_eq!((bits(whole), bits(exponent)), (all(number), all(f64::from(power))));
        }
    }

    #[test]
    fn powers_of_two_and_exponents_are_exact() {
        powers_are_exact::<f64>();
        powers_are_exact::<f64x2>();
        powers_are_exact::<f64x4>();
    }

    fn choices_are_those_of_one<L: Lane>() {
        let odd = [0.0, -0.0, f64::NAN, 1.0, -1.0, f64::INFINITY];
        for (value, bound) in odd.iter().flat_map(|value| odd.map(|bound| (*value, bound))) {
            let (many, limit) = (L::splat(value), L::splat(bound));
            let (is_below, are_below) = (value.is_below(bound), many.is_below(limit));
            let (first, second) = L::swapped_where(are_below, (many, limit));
            let one = f64::swapped_where(is_below, (value, bound));
            for (found, expected) in [
                (many.at_most(limit), value.at_most(bound)),
                (many.at_least(limit), value.at_least(bound)),
                (many.negated_where(are_below), value.negated_where(is_below)),
                (first, one.0),
                (second, one.1),
            ] {
                assert_eq!(bits(found), vec![expected.to_bits(); L::WIDTH], "{value} {bound}");
            }
        }
    }

    #[test]
    fn bounds_choose_alike_alone_and_in_company_among_zeros_and_what_is_no_number() {
        choices_are_those_of_one::<f64x2>();
        choices_are_those_of_one::<f64x4>();
    }

    #[test]
    fn a_short_slice_repeats_its_last_number() {
        assert_eq!(f64x4::load(&[1.0, 2.0]).to_array(), [1.0, 2.0, 2.0, 2.0]);
    }
}
