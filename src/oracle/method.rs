//! What is said of accuracy.

use crate::method::Method;

/// How each is computed.
pub const METHODS: &[&Method] = &[&TOLERANCE, &BITS, &ELEMENTARY, &NORMAL, &STUDENT];

/// How an answer is judged.
const TOLERANCE: Method = Method {
    id: "tolerance",
    label: "Accuracy sets",
    doc: "Figures of third parties and recomputations with fifty digits, which the code that values books answers, in the tests \
              and under Self-test.",
    formula: "|ours − expected| ≤ max(abs_tol, rel_tol·|expected|)",
    unit: "of the row; “worst” is an error as a part of what is allowed",
    convention: "Every row states its tolerance and its source. A row whose own figure is shown to be wrong is listed and does not \
              count.",
    source: "Haug 2007; Hull; QuantLib; R; venues' own examples; mpmath",
    limits: "A set says nothing of the rows that it does not hold.",
};

/// The same bits everywhere.
const BITS: Method = Method {
    id: "bits",
    label: "The same bits everywhere",
    doc: "Page, workers and terminal compute the same number to the last bit, in every browser and on every machine.",
    formula: "IEEE 754 operations on 64 bits, in a fixed order; + − × ÷ √ and no other function of the platform",
    unit: "bits",
    convention: "Work is cut into blocks that do not depend on how many workers there are; nothing is fused or reassociated, also where \
              four numbers go side by side.",
    source: "IEEE 754-2019",
    limits: "The same bits are not the right bits: how far from right they may be is what the accuracy sets say.",
};

/// Exponential and logarithm.
const ELEMENTARY: Method = Method {
    id: "elementary",
    label: "Exponential and logarithm",
    doc: "e^x and ln, our own.",
    formula: "e^x = 2ⁿ·e^s, |s| ≤ ln 2/2;  ln by artanh;  polynomials by least squares on Chebyshev nodes with 60 digits",
    unit: "–",
    convention: "ln(a/b) keeps its digits however near a and b are.",
    source: "Cody and Waite 1980, Software manual for the elementary functions",
    limits: "Within 5·10⁻¹⁶ of themselves.",
};

/// The normal distribution.
const NORMAL: Method = Method {
    id: "normal",
    label: "Normal distribution",
    doc: "Density, cumulative distribution and quantile.",
    formula: "φ(x) = e^(−x²/2)/√(2π)\n\
              N(−x) = φ(x)·R(x), R(x) rational, least squares with 80 digits for all x ≥ 0\n\
              N⁻¹(p) by three rational functions: |p − ½| ≤ 0.425, and of √(−ln p) up to 5 and beyond",
    unit: "–",
    convention: "Tails are computed as tails and never as one less something, so that far options keep their digits.",
    source: "Mills 1926 (the ratio R); Wichura 1988, Algorithm AS 241 (the quantile)",
    limits: "Within 10⁻¹⁵ of themselves, tails included.",
};

/// Student's t.
const STUDENT: Method = Method {
    id: "student",
    label: "Student's t",
    doc: "Distribution, quantile and mean of a tail: what tail measures with fat tails are made of.",
    formula: "P(T ≤ −t) = ½·I_x(ν/2, ½),  x = ν/(ν + t²), by continued fraction\n\
              quantile: Newton on ln P over ln x, which is almost a straight line\n\
              E[T | T ≤ t_p] = −f(t_p)/p · (ν + t_p²)/(ν − 1)",
    unit: "–",
    convention: "Location 0 and scale 1; of unit variance divided by √(ν/(ν − 2)).",
    source: "NIST DLMF 8.17.22; Thompson and Barnett 1986; McNeil, Frey and Embrechts 2015, example 2.15",
    limits: "ν > 0; taken as normal above 10¹⁰. A tail of 10⁻⁴⁰ is within 2·10⁻¹⁴ of itself.",
};
