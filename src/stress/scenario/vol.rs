//! Vols: parallel or `(30/DTE)^p`, in points or relative, with twists of skew, wings and term.

use crate::math::{log_ratio, pow};
use crate::stress::scenario::{Act, FamilyDef, Needs, ShockItem, VolNow, field};

/// This family.
pub const DEF: FamilyDef = FamilyDef {
    id: "vol",
    label: "Implied vol",
    doc: "Moves implied vols: first relative, then in points, then the twists; never below zero.",
    fields: &[
        field("points", "pts", "vol points, 25 is 25 points up", -1000.0, 1000.0),
        field("percent", "%", "percent of the vol itself", -100.0, 10_000.0),
        field("power", "", "p of (30/days)^p, which scales points and percent; parallel without it", 0.0, 2.0),
        field("floor_days", "", "fewest days that the power and the term twist count, 1 without it", 0.01, 365.0),
        field("at_least", "pts", "vol points that the vol is lifted to where it is lower", 0.0, 1000.0),
        field("skew", "pts per 0.1", "vol points for each 0.1 of ln(K/F)", -100.0, 100.0),
        field("wings", "pts at 0.1", "vol points at 0.1 of ln(K/F), growing with its square", -100.0, 100.0),
        field(
            "term",
            "pts per halving",
            "vol points for each halving of the life from 30 days, as many less for each doubling",
            -100.0,
            100.0,
        ),
    ],
    needs: Needs::Any,
    by_expiry: true,
    act: Act::Vol(moved),
};

/// Log-moneyness beyond which the twists grow no further.
const WIDEST: f64 = 0.5;

fn moved(item: &ShockItem, now: &VolNow) -> f64 {
    let days = now.days.max(item.value("floor_days").unwrap_or(1.0));
    let scale = item.value("power").map_or(1.0, |power| pow(30.0 / days, power));
    let tenths = now.moneyness.clamp(-WIDEST, WIDEST) / 0.1;
    let halvings = log_ratio(30.0, days) / std::f64::consts::LN_2;
    let twists = item.fraction("skew") * tenths + item.fraction("wings") * tenths * tenths + item.fraction("term") * halvings;
    let vol = now.vol * (1.0 + item.fraction("percent") * scale) + item.fraction("points") * scale + twists;
    vol.max(item.fraction("at_least")).max(0.0)
}
