//! What is said of the library.

use crate::method::Method;

/// How each is come by.
pub const METHODS: &[&Method] = &[&HISTORICAL, &ARRAYS, &REPLAY];

const HISTORICAL: Method = Method {
    id: "historical-scenario",
    label: "Historical scenarios",
    doc: "Moves of days and weeks that happened, on the book as it is now.",
    formula: "x = close(last day)/close(first day) − 1, in percent to two digits",
    unit: "percent of spot",
    convention: "All at once: no time goes by. A coin of which there was no close moves by the figure that the source says is assumed.",
    source: "daily closes of Yahoo Finance, of the smaller coins MiM0ulay/assets_risk_metrics; what else is in a scenario is told in its source, as is what is assumed",
    limits: "Vol moves are assumed throughout: no file here has the implied vols of those days. Closes hide what happened within a day.",
};

const ARRAYS: Method = Method {
    id: "risk-array",
    label: "Risk arrays",
    doc: "The scenarios that venues compute margin from, as scenarios of the whole book.",
    formula: "Deribit: 9 moves in quarters of the range by vol up, same, down; σ up = max(σ·(1 + v·(30/D)^p), 0.5), p = 0.3 below 30 days, else 0.13\n\
              extended moves count by range/|move|;  OKX MR6 counts one half;  SPAN-like extremes count 33 %",
    unit: "US dollars",
    convention: "All coins move together, and over all accounts: a venue sees its own account alone.",
    source: "Deribit private/pme/simulate; OKX notice of January 2025; CME SPAN",
    limits: "Not the margin: offsets, dampeners, add-ons and minimum charges are not in it.",
};

const REPLAY: Method = Method {
    id: "replay",
    label: "Replay and worst window",
    doc: "What the closes of a dropped history did over a window of 1 to 30 days, on the book as it is now.",
    formula: "x = close(to)/close(from) − 1;  worst: the least P&L of all windows; of a large book, of those with the least Σ Δ·S·x + ½·Γ·S²·x²",
    unit: "US dollars",
    convention: "Time goes by as it did. Every window is revalued in full; of a book so large that they would come to more than 4 million contracts \
                 as many as that allows, at least 50, those first that delta and gamma put first.",
    source: "our rule",
    limits: "Vols stay. Of a book too large for every window, whose delta and gamma say little of large moves, a worse one may stand behind those that are revalued.",
};
