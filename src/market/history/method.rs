//! What is said of histories.

use crate::method::Method;

/// How each is computed.
pub const METHODS: &[&Method] = &[&MATCHING, &SMOOTHED, &SHRUNK, &REGIME, &REPAIR, &CLUSTERS, &CONE, &FORECAST, &LAMBDA, &BETA, &BUILT_IN];

/// Returns on common days.
const MATCHING: Method = Method {
    id: "matching",
    label: "Matching days",
    doc: "Which days of several price histories are used together.",
    formula: "r = ln(Cₜ/Cₜ₋₁) over the days on which every one of them has a close; of a yield yₜ − yₜ₋₁\n\
              yearly = daily·√N,  N = 365 where the days left are every day, 252 where they are days of business, else 365/mean distance",
    unit: "log returns; vols a year",
    convention: "Nothing is filled in: a return reaches over the days between, over a weekend too. Histories with fewer than 60 days, and \
                 those that end 30 days before the newest, are left out and named.",
    source: "our rule",
    limits: "Closes of venues are taken at different hours; correlations between coins and funds are therefore a little too low.",
};

/// Exponential weights.
const SMOOTHED: Method = Method {
    id: "ewma",
    label: "Exponentially weighted covariance",
    doc: "Vols and correlations in which the latest days weigh most.",
    formula: "Σ = Σₖ λᵏ·rₜ₋ₖ·rₜ₋ₖᵀ · (1 − λ)/(1 − λⁿ)\n\
              forecast σ²ₜ₊₁ = λσ²ₜ + (1 − λ)r²ₜ",
    unit: "vols a year, decimals; correlations −1 to 1",
    convention: "λ = 0.94 halves a weight in 11.2 returns, 0.97 in 22.8. Returns count from zero, not from their mean.",
    source: "RiskMetrics 1996, Technical document",
    limits: "With λ = 0.94 hardly more than fifty returns count: of more assets than that the matrix is singular.",
};

/// Shrinkage.
const SHRUNK: Method = Method {
    id: "ledoit-wolf",
    label: "Ledoit–Wolf covariance",
    doc: "The covariance of the sample, drawn towards equal correlations by as much as its own errors ask for.",
    formula: "Σ = δF + (1 − δ)S,  Fᵢⱼ = r̄·√(SᵢᵢSⱼⱼ),  r̄ the mean of all correlations\n\
              δ = (π − ρ)/(γT), kept within 0 and 1",
    unit: "vols a year; δ a part of 1",
    convention: "S over n, from the mean. Variances stay as they are. The target is that of equal correlations, not the identity: assets \
                 that are held together seldom are independent.",
    source: "Ledoit and Wolf 2004, Honey, I shrunk the sample covariance matrix, appendix B",
    limits: "Where one of the series does not move, the plain covariance of the sample is used.",
};

/// Regimes.
const REGIME: Method = Method {
    id: "regime",
    label: "Calm, last 90 days, stress",
    doc: "The stretch of the past that vols and correlations are taken from.",
    formula: "calm    the 180 days whose returns were least, each asset's squares over its own mean square\n\
              recent  the last 90 days\n\
              stress  the 90 days whose returns were most, and R' = (1 − θ)·R + θ·11ᵀ",
    unit: "θ from 0, correlations as they were, to 1, all of them one",
    convention: "By default exponentially weighted of the last 90 days, Ledoit–Wolf of the others.",
    source: "our rule; the mixture with equal correlations as in Rebonato 2010, Coherent stress testing",
    limits: "A history shorter than 180 or 90 days is taken whole. θ draws hedges towards one as well: what was meant to offset no longer \
             does, which is the point of it.",
};

/// Repair.
const REPAIR: Method = Method {
    id: "repair",
    label: "Repair of a correlation matrix",
    doc: "What is done to correlations that no market can have, because a file gives them so.",
    formula: "R = VΛVᵀ;  Λ' = max(Λ, 0);  B = V√Λ', rows scaled to length 1;  R' = BBᵀ",
    unit: "correlations",
    convention: "Only where the smallest eigenvalue is below −10⁻¹²; it and the largest change of a correlation are shown.",
    source: "Rebonato and Jäckel 1999, The most general methodology to create a valid correlation matrix; Jäckel 2002, chapter 6",
    limits: "Near the nearest one (Higham 2002) and not it: the largest change of a correlation may be a little larger.",
};

/// Clusters.
const CLUSTERS: Method = Method {
    id: "clusters",
    label: "Order of a correlation matrix",
    doc: "Assets that move together stand side by side.",
    formula: "d = √((1 − ρ)/2);  the two nearest groups are joined, their distance to a third is the mean over all pairs",
    unit: "d from 0 to 1",
    convention: "Of the ways to put two groups side by side, the one whose ends are nearest.",
    source: "Sokal and Michener 1958; Mantegna 1999, Hierarchical structure in financial markets",
    limits: "A group says that its members moved together in that stretch, not why.",
};

/// The vol cone.
const CONE: Method = Method {
    id: "vol-cone",
    label: "Vol cone",
    doc: "How wide realized vol has been over 7, 30, 90, 180 and 365 days, beside what is implied now.",
    formula: "σ = √(N/n·Σ r²) over every stretch of n returns; percentiles of all stretches",
    unit: "a year",
    convention: "Around zero; stretches overlap; percentiles straight between neighbors (Hyndman and Fan 1996, type 7).",
    source: "Burghardt and Lane 1990, How to tell if options are cheap",
    limits: "Overlapping stretches say the same thing many times over: the ends of the cone rest on few independent ones.",
};

/// GARCH.
const FORECAST: Method = Method {
    id: "garch",
    label: "GARCH(1,1) forecast",
    doc: "The vol to be expected, which returns from where it is to its long run.",
    formula: "σ²ₜ₊₁ = ω + αr²ₜ + βσ²ₜ,  ω = s²(1 − α − β)\n\
              over h returns: s² + (σ²ₜ₊₁ − s²)·(1 − φʰ)/(h(1 − φ)),  φ = α + β\n\
              α, β by the largest likelihood of normal returns",
    unit: "a year",
    convention: "s² is that of the whole history (variance targeting); a fixed grid and a simplex, no random numbers.",
    source: "Bollerslev 1986; Engle and Mezrich 1996 (targeting)",
    limits: "At least 250 returns. Falls and rises count alike.",
};

/// The curve that chooses λ.
const LAMBDA: Method = Method {
    id: "lambda",
    label: "Choice of λ",
    doc: "How well each λ would have forecast the returns that followed.",
    formula: "QLIKE(λ) = mean of ln σ²ₜ + r²ₜ/σ²ₜ;  λ from 0.80 to 0.995 by 0.005, the lowest is chosen",
    unit: "none; lower is better",
    convention: "After the first 60 returns, from which σ² starts.",
    source: "Patton 2011, Volatility forecast comparison using imperfect volatility proxies",
    limits: "The best of the past: neighbors are often as good, which the curve shows.",
};

/// Beta.
const BETA: Method = Method {
    id: "beta",
    label: "Beta",
    doc: "How much an asset moves when bitcoin, ether, equities, gold, bonds, yields or the dollar move by one.",
    formula: "β = ρ·σ/σ_f over the last 365 days that both have;  error = σ/σ_f·√((1 − ρ²)/(n − 2))",
    unit: "for one; of a yield for one percentage point, in percent",
    convention: "One factor at a time. Equities SPY, gold GLD, bonds IEF, the yield DGS10, the dollar DTWEXBGS, or what stands for them.",
    source: "ordinary least squares",
    limits: "Below twice its error it says little. At least 30 returns.",
};

/// Built-in figures.
const BUILT_IN: Method = Method {
    id: "built-in",
    label: "Built-in vols and correlations",
    doc: "What is used where no file has a price history: figures of two stretches of the past, for thirteen assets.",
    formula: "calm    3 April to 29 September 2023, 124 returns\n\
              stress  4 April to 29 July 2022 (Terra, Three Arrows, Celsius), 80 returns\n\
              both by Ledoit–Wolf on days of business, N = 252",
    unit: "vols a year; correlations",
    convention: "BTC, ETH, SOL, XRP, BNB, ADA, DOGE, AVAX, LINK, SPY, GLD, IEF and the broad dollar. No series is built in.",
    source: "closes of Yahoo Finance; Federal Reserve H.10",
    limits: "They are of those days and not of today: a price history of the book's own assets says more.",
};
