//! What is summed: the registry of measures.
//!
//! Input: a position and its numbers. Output: its part of the measure, US dollars, or `None` where there is no such number. Invariant:
//! measures are additive: that of a group is the sum of its positions', a gross one being the sum of their sizes.

use crate::book::Stated;
use crate::exposure::pivot::dimension::Subject;
use crate::market::Market;
use crate::method::Method;
use crate::price::ValuedPosition;
use crate::units::{Currency, Quantity};

/// How a measure is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// US dollars, never negative.
    Size,
    /// US dollars with a sign that matters.
    Signed,
}

/// Where a measure comes from.
#[derive(Clone, Copy, Debug)]
pub enum Of {
    /// From the valuation, with or without the shock.
    Valued(fn(&ValuedPosition) -> f64),
    /// From what the venue says of the position, in its own currency; a shock says nothing of it.
    Stated(fn(&Stated) -> Option<Quantity>),
}

/// One measure.
#[derive(Debug)]
pub struct MeasureDef {
    /// Stable id, kebab-case; the same as that of the headline measure where there is one.
    pub id: &'static str,
    /// Name as the page shows it.
    pub label: &'static str,
    /// Unit in words.
    pub unit: &'static str,
    /// What it says, one sentence.
    pub doc: &'static str,
    /// How it is computed for one position.
    pub formula: &'static str,
    /// How it is written.
    pub style: Style,
    /// Of a position.
    pub of: Of,
    /// What was chosen where others choose otherwise.
    pub convention: &'static str,
    /// Where it ceases to hold.
    pub limits: &'static str,
}

/// The measures in the order of the menus.
pub const ALL: &[&MeasureDef] = &[
    &NET_DELTA,
    &GROSS_DELTA,
    &GROSS_NOTIONAL,
    &NET_NOTIONAL,
    &GAMMA,
    &WEIGHTED_VEGA,
    &VEGA,
    &THETA,
    &RHO,
    &VANNA,
    &VOLGA,
    &CHARM,
    &VALUE,
    &INITIAL_MARGIN,
    &MAINTENANCE_MARGIN,
];

/// $delta.
pub const NET_DELTA: MeasureDef = MeasureDef {
    id: "net-delta",
    label: "$ delta, net",
    unit: "US dollars",
    doc: "The delta-equivalent net exposure: the size of the coin holding that would move alike.",
    formula: "Σ Δ·S",
    style: Style::Signed,
    of: Of::Valued(|valued| valued.measures.cash_delta),
    convention: "Of the value in dollars at F/S held: an inverse option's is N(d₁), not the coin delta that its venue may show.",
    limits: "To first order. Deltas of several underlyings add up to the gain if all of them rise by 100 %.",
};

/// $delta by size.
pub const GROSS_DELTA: MeasureDef = MeasureDef {
    id: "gross-delta",
    label: "$ delta, gross",
    unit: "US dollars",
    doc: "The delta-equivalent gross exposure: deltas of all positions by their size, whatever their direction.",
    formula: "Σ |Δ·S|",
    style: Style::Size,
    of: Of::Valued(|valued| valued.measures.cash_delta.abs()),
    convention: "Position by position, so that a hedge adds to it; netting lots of one contract lowers it where they offset.",
    limits: "An option at 50 deltas counts half, though its delta may yet be anything from none to all.",
};

/// Gross notional.
pub const GROSS_NOTIONAL: MeasureDef = MeasureDef {
    id: "gross-notional",
    label: "Gross notional",
    unit: "US dollars",
    doc: "The size of everything that moves with a price, long and short alike; dollar balances are not in it.",
    formula: "Σ |q·c·S|; an inverse future counts its dollar size",
    style: Style::Size,
    of: Of::Valued(|valued| valued.measures.gross_notional),
    convention: "At spot, options at full size whatever their delta.",
    limits: "Says nothing of risk: a box counts four times its size.",
};

/// Net notional.
pub const NET_NOTIONAL: MeasureDef = MeasureDef {
    id: "net-notional",
    label: "Net notional",
    unit: "US dollars",
    doc: "The same with shorts subtracted.",
    formula: "Σ q·c·S",
    style: Style::Signed,
    of: Of::Valued(|valued| valued.measures.net_notional),
    convention: "Bought contracts less sold ones, calls and puts alike.",
    limits: "A bought put counts as long; delta says what it does.",
};

/// Gamma for one percent.
pub const GAMMA: MeasureDef = MeasureDef {
    id: "gamma-1pct",
    label: "Gamma 1 %",
    unit: "US dollars of delta per 1 % of spot",
    doc: "How much the net delta changes when spot moves by 1 %.",
    formula: "Σ Γ·S² / 100",
    style: Style::Signed,
    of: Of::Valued(|valued| valued.measures.gamma_1pct),
    convention: "Per 1 % of each underlying's own spot.",
    limits: "To second order; near expiry it holds for moves smaller than the distance to the strike.",
};

/// Vega weighted by tenor.
pub const WEIGHTED_VEGA: MeasureDef = MeasureDef {
    id: "weighted-vega",
    label: "Vega, √-weighted",
    unit: "US dollars per point of 30-day vol",
    doc: "Dollars gained when 30-day vol rises by one point and every other vol by what the square-root rule makes of it.",
    formula: "Σ ν·√(30/days to expiry) / 100",
    style: Style::Signed,
    of: Of::Valued(weighted_vega),
    convention: "Days with their fraction, no floor: vega falls with the root of the time, so that the product stays finite.",
    limits: "Short vols move more than long ones by about this rule, not exactly so. Vols of two underlyings are taken to move alike.",
};

/// Vega for one vol point.
pub const VEGA: MeasureDef = MeasureDef {
    id: "vega-1pt",
    label: "Vega 1 pt",
    unit: "US dollars per vol point",
    doc: "Dollars gained when every vol rises by one point, 60 % to 61 %.",
    formula: "Σ ν / 100",
    style: Style::Signed,
    of: Of::Valued(|valued| valued.measures.vega_1pt),
    convention: "Every vol by one point alike, a week's as a year's.",
    limits: "Parallel and to first order; skew stays as it is.",
};

/// Theta for one day.
pub const THETA: MeasureDef = MeasureDef {
    id: "theta-1d",
    label: "Theta 1 d",
    unit: "US dollars per day",
    doc: "Dollars gained over one day in which spot, forwards and vols stand still.",
    formula: "Σ ∂V/∂t / 365; for an option with less than three days to live the full repricing one day on",
    style: Style::Signed,
    of: Of::Valued(|valued| valued.measures.theta_1d),
    convention: "365 days a year.",
    limits: "Funding of perpetuals and interest on loans are not in it.",
};

/// Rho for one basis point.
pub const RHO: MeasureDef = MeasureDef {
    id: "rho-1bp",
    label: "Rho 1 bp",
    unit: "US dollars per basis point",
    doc: "Dollars gained when rates rise by one basis point and forwards with them.",
    formula: "Σ ρ / 10 000",
    style: Style::Signed,
    of: Of::Valued(|valued| valued.measures.rho_1bp),
    convention: "Spot is held and the forward moves with the rate.",
    limits: "Rates of all tenors move alike; perpetuals have none.",
};

/// Vanna for one vol point.
pub const VANNA: MeasureDef = MeasureDef {
    id: "vanna-1pt",
    label: "Vanna 1 pt",
    unit: "US dollars of delta per vol point",
    doc: "How much the net delta changes when every vol rises by one point.",
    formula: "Σ ∂²V/∂S∂σ·S / 100",
    style: Style::Signed,
    of: Of::Valued(|valued| valued.measures.vanna_1pt),
    convention: "Also the change of vega for a rise of spot by 100 %.",
    limits: "To second order.",
};

/// Volga for one vol point.
pub const VOLGA: MeasureDef = MeasureDef {
    id: "volga-1pt",
    label: "Volga 1 pt",
    unit: "US dollars of vega per vol point",
    doc: "How much the vega of one point changes when every vol rises by one point.",
    formula: "Σ ∂²V/∂σ² / 10 000",
    style: Style::Signed,
    of: Of::Valued(|valued| valued.measures.volga_1pt),
    convention: "A parallel rise of all vols.",
    limits: "To second order.",
};

/// Charm for one day.
pub const CHARM: MeasureDef = MeasureDef {
    id: "charm-1d",
    label: "Charm 1 d",
    unit: "US dollars of delta per day",
    doc: "How much the net delta changes over one day in which spot, forwards and vols stand still.",
    formula: "Σ ∂Δ/∂t·S / 365",
    style: Style::Signed,
    of: Of::Valued(|valued| valued.measures.charm_1d),
    convention: "365 days a year.",
    limits: "To first order: in an option's last days its delta does not drift evenly.",
};

/// Value.
pub const VALUE: MeasureDef = MeasureDef {
    id: "value",
    label: "Value",
    unit: "US dollars",
    doc: "What the positions are worth: balances and coins, option values, gains of futures and perpetuals since entry.",
    formula: "Σ V",
    style: Style::Signed,
    of: Of::Valued(|valued| valued.measures.value),
    convention: "Gains of futures and perpetuals count as if they were paid today.",
    limits: "Only what the files hold.",
};

/// The venue's own initial margin.
pub const INITIAL_MARGIN: MeasureDef = MeasureDef {
    id: "stated-initial-margin",
    label: "Initial margin, as stated",
    unit: "US dollars",
    doc: "What the venue itself says that the position ties up.",
    formula: "Σ stated initial margin × spot of its currency",
    style: Style::Size,
    of: Of::Stated(|stated| stated.initial_margin),
    convention: STATED,
    limits: PORTFOLIO,
};

/// The venue's own maintenance margin.
pub const MAINTENANCE_MARGIN: MeasureDef = MeasureDef {
    id: "stated-maintenance-margin",
    label: "Maintenance margin, as stated",
    unit: "US dollars",
    doc: "What the venue itself says that the position must keep.",
    formula: "Σ stated maintenance margin × spot of its currency",
    style: Style::Size,
    of: Of::Stated(|stated| stated.maintenance_margin),
    convention: STATED,
    limits: PORTFOLIO,
};

const STATED: &str = "A position whose file states none is counted as left out, never as 0; under a shock no position has one.";
const PORTFOLIO: &str =
    "A venue that margins a portfolio as a whole states none for its positions, or parts that do not add up to its own total.";

/// What the methods page says of each of [`ALL`], in the same order.
pub const METHODS: &[&Method] = &[
    &method(&NET_DELTA),
    &method(&GROSS_DELTA),
    &method(&GROSS_NOTIONAL),
    &method(&NET_NOTIONAL),
    &method(&GAMMA),
    &method(&WEIGHTED_VEGA),
    &method(&VEGA),
    &method(&THETA),
    &method(&RHO),
    &method(&VANNA),
    &method(&VOLGA),
    &method(&CHARM),
    &method(&VALUE),
    &method(&INITIAL_MARGIN),
    &method(&MAINTENANCE_MARGIN),
];

const fn method(def: &MeasureDef) -> Method {
    let MeasureDef { id, label, doc, formula, unit, convention, limits, .. } = *def;
    let source = match def.of {
        Of::Valued(_) => "valuation of the position, see Measures and Contracts",
        Of::Stated(_) => "the venue's files",
    };
    Method { id, label, doc, formula, unit, convention, source, limits }
}

impl PartialEq for MeasureDef {
    fn eq(&self, other: &MeasureDef) -> bool {
        self.id == other.id
    }
}

impl MeasureDef {
    /// The measure of the given id.
    pub fn by_id(id: &str) -> Option<&'static MeasureDef> {
        ALL.iter().copied().find(|def| def.id == id)
    }

    /// The part of a position, US dollars; `None` where it has no such number.
    pub fn part(&self, subject: &Subject<'_>, market: &Market) -> Option<f64> {
        match self.of {
            Of::Valued(of) => subject.valued.map(of),
            Of::Stated(of) => {
                // Of an expired position, as of one that cannot be valued, nothing counts.
                subject.valued?;
                let stated = subject.position.stated.as_deref()?;
                Some(of(stated)?.get() * dollars(stated.currency.as_ref(), market)?)
            }
        }
    }
}

/// US dollars for one unit of a currency; `None` where no file gives its spot.
fn dollars(currency: Option<&Currency>, market: &Market) -> Option<f64> {
    match currency {
        None => Some(1.0),
        Some(currency) if currency.is_dollar_like() => Some(1.0),
        Some(currency) => market.spot(currency.code()).ok().map(|spot| spot.value),
    }
}

fn weighted_vega(valued: &ValuedPosition) -> f64 {
    match valued.years {
        Some(years) if years > 0.0 => valued.measures.vega_1pt * (30.0 / (365.0 * years)).sqrt(),
        _ => 0.0,
    }
}
