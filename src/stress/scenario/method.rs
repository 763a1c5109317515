//! What is said of scenarios.

use crate::method::Method;
use crate::stress::scenario::grid;

/// How each is computed.
pub const METHODS: &[&Method] = &[&SCENARIO, &SMILE, &VOL, &PEG, &VENUE, &grid::METHOD];

/// A scenario.
const SCENARIO: Method = Method {
    id: "scenario",
    label: "Scenario",
    doc: "A named list of shocks and what the book gains under all of them together, by full revaluation of every contract.",
    formula: "P&L = w·(Σ V(after) − Σ V(now))\n\
              spot: S′ = S·(1 + x), or a level, or S·e^(n·σ·√(1/365)); basis: F′ = F·e^(Δb·T); rates: r′ = r + Δr\n\
              unlock: S′ = S·(circulating/(circulating + unlock))^ε; funding: −size·f·days/365",
    unit: "US dollars; percent and points as the file has them",
    convention: "Families act in one order, shocks of a family in the order of the list, each on what the ones before have left. Spot, time and expiry on the \
                 way go as the shock bar has them. w is 1 unless a margin model counts a move in part.",
    source: "our rule; unlock as in the exposure section",
    limits: "Correlation, bid-ask, depth and haircuts are read and said to have no number here. Nobody is liquidated on the way.",
};

/// The smile rule.
const SMILE: Method = Method {
    id: "scenario-smile",
    label: "Smile rule of a scenario",
    doc: "What becomes of the vol of a strike when its forward moves, before vols are shocked.",
    formula: "σ′(K) = σ(K) + s(K·(F′/F)^(R − 1)) − s(K)\n\
              R = 1 sticky strike (the default), 0 sticky delta, else the skew stickiness ratio",
    unit: "a decimal vol; s is the quoted smile of the expiry",
    convention: "What the contract's own vol is beside the smile stays beside it.",
    source: "Bergomi 2009, Smile dynamics IV",
    limits: "An expiry whose smile no file quotes is held at sticky strike, which is noted. Beyond the quotes the smile is flat in variance.",
};

/// Vol shocks.
const VOL: Method = Method {
    id: "scenario-vol",
    label: "Vol shock of a scenario",
    doc: "Moves of the vol surface: parallel, by tenor, and its twists.",
    formula: "σ′ = max(least, σ·(1 + v·g) + p·g + skew·k + wings·k² + term·log₂(30/D)),  g = (30/D)^power\n\
              k = ln(K/F)/0.1, at most 5 in size; D days to expiry after the time roll, at least the floor",
    unit: "points of vol, percent of the vol",
    convention: "Without a power the shift is parallel. The floor is one day.",
    source: "the tenor form is that of Deribit's and Paradex's margin; twists are our rule",
    limits: "No arbitrage is looked for in what results.",
};

/// Pegs and stakes.
const PEG: Method = Method {
    id: "scenario-peg",
    label: "Pegs of a scenario",
    doc: "A dollar coin or a staked token that is worth less than what it stands for.",
    formula: "balances, loans: V′ = V·peg;  stakes of the coin and contracts on it: S′ = S·peg, F′ = F·peg;  linear contracts quoted in the coin: V′ = peg·V(S/peg, F/peg)\n\
              stakes: V′ = q·k·S·(1 + discount)·(1 − slashed)",
    unit: "US dollars; peg in dollars for one",
    convention: "Prices in a coin that falls rise against it; strikes and entries stay in the coin.",
    source: "by definition",
    limits: "What is borrowed in a coin that falls is owed in it, which is a gain. At a peg of 0 contracts \
             quoted in the coin pay nothing, gains and losses alike. A stake that is short is left as it is.",
};

/// One venue.
const VENUE: Method = Method {
    id: "scenario-venue",
    label: "Venues of a scenario",
    doc: "A mark or collateral that goes astray at one venue alone, and the failure of a venue or a protocol.",
    formula: "mark: V(m·S, m·F) of the venue's futures, perpetuals and options;  collateral: c·V of what it holds\n\
              failure: V′ = R·Σ V of each venue where the sum is positive, else Σ V; all Greeks 0",
    unit: "US dollars; R part that comes back",
    convention: "Failure comes last, after the market has moved. Gains and losses at one venue are netted. Shocks selected by venue or label move the \
                 market for those positions alone.",
    source: "our rule",
    limits: "When the money comes back is not said, and what the claim is worth meanwhile is not in it.",
};
