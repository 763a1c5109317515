//! What is said of time, of Greeks and of their units.

use crate::method::Method;

/// How each is computed.
pub const METHODS: &[&Method] = &[&TIME, &GREEKS, &COIN];

/// Time.
const TIME: Method = Method {
    id: "time",
    label: "Time",
    doc: "The day count of everything that lasts.",
    formula: "T = (expiry − the book's time) / (365 · 86 400 000 ms)",
    unit: "years of 365 days (ACT/365 fixed), from milliseconds in UTC",
    convention: "The book's time is the latest in its files unless it is set; the clock only where no file has one. A bare date of a \
              crypto contract is 08:00 UTC.",
    source: "our rule",
    limits: "No calendar of holidays: a night and a weekend pass as fast as a trading day.",
};

/// Raw Greeks.
const GREEKS: Method = Method {
    id: "greeks",
    label: "Greeks",
    doc: "Derivatives of a position's value in US dollars, so that linear and inverse contracts add up.",
    formula: "Δ = ∂V/∂S,  Γ = ∂²V/∂S²,  vega = ∂V/∂σ,  θ = ∂V/∂t,  ρ = ∂V/∂r\n\
              vanna = ∂²V/∂S∂σ,  volga = ∂²V/∂σ²,  charm = ∂Δ/∂t\n\
              Δ·S;  Γ·S²/100;  vega/100;  θ/365;  ρ/10 000;  vanna·S/100;  volga/10 000;  charm·S/365",
    unit: "raw: per dollar, per 1.00 of vol, per year, per 1.00 of rate; scaled: what their names say",
    convention: "Δ at F/S held, θ at S, F and σ held, ρ at S held with F moving along. A measure that is scaled names its bump: 1 %, 1 \
              pt, 1 d, 1 bp.",
    source: "Black 1976; Merton 1973; Haug 2007, The complete guide to option pricing formulas, chapter 2",
    limits: "Each is a derivative at a point: for moves see the profile.",
};

/// Greeks in coin.
const COIN: Method = Method {
    id: "coin-greeks",
    label: "Measures in coin",
    doc: "The same positions measured in their underlying's own coin.",
    formula: "c = V/S\n\
              Δ_coin = S·∂c/∂S = Δ − c\n\
              Γ_coin = S²·∂²c/∂S² / 100 = (S·Γ − 2·Δ_coin)/100\n\
              vega/(100·S),  θ_1d/S",
    unit: "coins; coins per 1 %, per vol point, per day",
    convention: "A coin that is held has no delta in coin. Δ − c is the net transaction delta. Dollar balances are not measured in coin.",
    source: "Alexander, Chen and Imeraj 2023, Crypto quanto and inverse options; Deribit's net transaction delta",
    limits: "A sum has one only where all of it shares one coin.",
};
