//! What is said of shocks and of what they do.

use crate::method::Method;
use crate::stress::{cube, explain, tornado, trough};

/// How each is computed.
pub const METHODS: &[&Method] = &[
    &PNL,
    &SHOCK,
    &PATH,
    &GRID,
    &PROFILE,
    &ORDINARY_DAY,
    &DECAY,
    &explain::METHOD,
    &tornado::METHOD,
    cube::METHODS[0],
    cube::METHODS[1],
    &trough::METHOD,
];

/// P&L of a shock.
pub const PNL: Method = Method {
    id: "pnl",
    label: "P&L under shock",
    doc: "Value of the book after the shock bar's shock less its value now, by full revaluation of every contract.",
    formula: "Σ q·V(shocked market) − Σ q·V(market now)\n\
              spot moves by the given fraction and forwards move with it; after the given days the annualized basis is unchanged, vols \
              are shifted contract by contract (sticky strike, no tenor scaling, never below zero), and a leg past its expiry is \
              settled at the path's price",
    unit: "US dollars",
    convention: "In a coin: value over the coin's spot, each in its own state of the market.",
    source: "our rule",
    limits: "No Taylor expansion, so no limit of size; but margin calls and liquidations on the way are not in it, and funding is \
              not paid.",
};

/// The shock.
const SHOCK: Method = Method {
    id: "shock",
    label: "Shock",
    doc: "What the shock bar does to the market.",
    formula: "S′ = S·(1 + x)\n\
              F′ = F·(1 + x)·e^(−b·t),  b = ln(F/S)/T,  T′ = T − t\n\
              σ′ = max(0, σ + p) or max(0, σ·(1 + p))",
    unit: "x a fraction; p a decimal, 0.10 is ten points; t years",
    convention: "The annualized basis is unchanged, so that forwards converge to spot. The vol of each contract stays with it (sticky \
              strike) and shifts alike for every tenor. Dollar balances do not move. A perpetual's mark moves with spot.",
    source: "our rule",
    limits: "x above −100 % and at most 10 000 %, 0 to 3 650 days; vols within ±1 000 points. One move for all, or one for each \
              underlying.",
};

/// The path.
const PATH: Method = Method {
    id: "path",
    label: "Path and expiry",
    doc: "At what price a leg that expires within the days is settled.",
    formula: "jump: P = S·(1 + x)\n\
              straight line: P = S·(1 + x)^(T/t)",
    unit: "US dollars for one",
    convention: "Jump is the default: the move comes at once and stays. What an inverse leg pays is a coin amount, counted at S′.",
    source: "our rule",
    limits: "Two paths of very many; barriers and averages have none.",
};

/// The grid.
const GRID: Method = Method {
    id: "grid",
    label: "Grid over spot and vol",
    doc: "P&L for every pair of a spot move and a vol shift, on the day of the shock bar.",
    formula: "P&L(xᵢ, pⱼ, t) in full revaluation; worst = the least of all cells",
    unit: "US dollars or coins",
    convention: "Spot and vol of the shock bar are replaced by those of the cell; its days and path stay.",
    source: "our rule",
    limits: "2 to 101 rows and columns; between two cells lies what was not computed.",
};

/// The profile.
const PROFILE: Method = Method {
    id: "profile",
    label: "Profile over spot",
    doc: "P&L over spot: today, on the day of the shock bar, and at every expiry of the book.",
    formula: "P&L(xᵢ, t) in full revaluation",
    unit: "US dollars or coins",
    convention: "Today's curve has no vol shift; the others have the shock bar's. At an expiry legs of earlier expiries are settled by \
              the path.",
    source: "our rule",
    limits: "2 to 1 001 points.",
};

/// The ordinary day.
const ORDINARY_DAY: Method = Method {
    id: "ordinary-day",
    label: "Ordinary day",
    doc: "The loss on a day on which every spot moves by one standard deviation, down or up, whichever is worse.",
    formula: "x = ±σ·√(1/365);  loss = max(0, −min(P&L(−x), P&L(+x)))",
    unit: "US dollars, ≥ 0",
    convention: "σ is the vol at the money of the first expiry at least a week away, else of the last one; 60 % a year, noted, where no \
              option gives one. All move together.",
    source: "our rule",
    limits: "Not a quantile: correlations below one, fat tails and moves of vol are not in it.",
};

/// The theta calendar.
const DECAY: Method = Method {
    id: "decay",
    label: "Theta calendar",
    doc: "What the passing of time makes of the book, day by day to its last expiry, by full revaluation.",
    formula: "change on day n = V(n days on) − V(now);  theta of the day = change(n) − change(n − 1)\n\
              on the forward path: S(n) = S·(F/S) read at n days, forwards stay where they are, a leg that expires is settled at its own forward\n\
              spot held: S stays, forwards come down to it at their annualized basis, a leg that expires is settled at spot",
    unit: "US dollars",
    convention: "Between two forwards the log of F/S is straight in time, beyond the last its annualized basis goes on. Vols stay. On the forward path \
                 coins and futures earn their carry, so options are shown by themselves as well.",
    source: "our rule",
    limits: "Ten years at most. The spot of a share with dividends to come is held either way. No funding is paid, no interest accrues.",
};
