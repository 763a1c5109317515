//! The exercise region of an American option and what it is worth to have it.
//!
//! Everything is said of a put on a strike of 1: a call is a put with spot and strike, and rate and yield, exchanged (McDonald and
//! Schroder 1998). The premium over the European option is what exercise earns in the region, `rK − qS` a year (Kim 1990), so it
//! and its derivatives are one integral over time once the region is known; the region depends on neither spot nor strike.

use crate::math::american::curve::{Curve, Dynamics, Side};
use crate::math::american::quadrature::{RULE_64, points};
use crate::math::black::{BlackInput, OptionKind};
use crate::math::exp;
use crate::math::normal::{INVERSE_ROOT_TWO_PI, cdf};

/// Standard deviations beyond which a crossing of the boundary is certain or out of the question.
const CERTAIN: f64 = 7.5;
/// How much longer each piece of time is than the one before, next to a boundary, and the shortest as a share of the life.
const STRETCH: f64 = 64.0;
const SOONEST: f64 = 1e-12;
/// Halvings of the search for the time at which two boundaries meet.
const MEETING_HALVINGS: usize = 12;
/// Growth of the spot to expiry, as a logarithm, from which on a solution is checked.
const FAST_GROWTH: f64 = 8.0;
/// A boundary that starts below this part of the strike is never met, and would be hard to solve for: so it is with the yield of 10⁻¹³
/// that rounding leaves of a forward that is carried at the rate.
const NEVER_MET: f64 = 1e-9;
/// Largest mismatch of a checked solution.
const TOLERATED: f64 = 1e-6;

/// The region of early exercise of all options with these terms, whatever their strike.
#[derive(Clone, Debug, PartialEq)]
pub struct Boundary {
    kind: OptionKind,
    dynamics: Dynamics,
    years: f64,
    /// Time to go up to which there is a region.
    horizon: f64,
    upper: Option<Curve>,
    lower: Option<Curve>,
}

/// Early exercise premium of a put on a strike of 1 and its derivatives by the spot.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Premium {
    /// Premium.
    pub value: f64,
    /// First derivative.
    pub slope: f64,
    /// Second derivative.
    pub curvature: f64,
    /// Third derivative.
    pub third: f64,
}

impl Boundary {
    /// Solves for the region. `vol` and `years` > 0; where either is not, there is no region to solve for and no premium.
    pub fn fit(vol: f64, rate: f64, carry_yield: f64, years: f64, kind: OptionKind) -> Boundary {
        let (rate, carry_yield) = match kind {
            OptionKind::Put => (rate, carry_yield),
            OptionKind::Call => (carry_yield, rate),
        };
        let dynamics = Dynamics { vol, rate, carry_yield };
        let mut boundary = Boundary { kind, dynamics, years, horizon: years, upper: None, lower: None };
        if !(vol > 0.0 && years > 0.0) {
            return boundary;
        }
        // Without rate or yield to gain, exercise waits for expiry.
        let is_early = if rate < 0.0 { carry_yield < rate } else { rate > 0.0 || carry_yield < 0.0 };
        if is_early && !(carry_yield > 0.0 && rate / carry_yield < NEVER_MET) {
            boundary.fit_curves();
        }
        boundary
    }

    /// Finds both ends of the region. Under negative rates they may meet, and no option is exercised with more time to go than
    /// that. Where an equation cannot be solved as far as expiry, which takes a growth by e⁸ and more, the region ends where it can.
    fn fit_curves(&mut self) {
        let (dynamics, kind) = (self.dynamics, self.kind);
        let region = |years: f64| {
            let upper = Curve::fit(dynamics, Side::Upper, years)?;
            let lower = if dynamics.rate < 0.0 { Some(Curve::fit(dynamics, Side::Lower, years)?) } else { None };
            let is_open = lower.is_none_or(|lower| upper.log_at(years) > lower.log_at(years));
            let region = Boundary { kind, dynamics, years, horizon: years, upper: Some(upper), lower };
            let is_safe = -dynamics.carry_yield * years < FAST_GROWTH;
            (is_open && (is_safe || region.mismatch().abs() < TOLERATED)).then_some(region)
        };
        let mut found = region(self.years);
        if found.is_none() {
            let (mut low, mut high) = (0.0, self.years);
            for _ in 0..MEETING_HALVINGS {
                let middle = if low > 0.0 { 0.5 * (low + high) } else { 0.125 * high };
                match region(middle) {
                    Some(region) => {
                        low = middle;
                        found = Some(region);
                    }
                    None => high = middle,
                }
            }
        }
        if let Some(found) = found {
            (self.horizon, self.upper, self.lower) = (found.horizon, found.upper, found.lower);
        }
    }

    /// The region of spots, as shares of the strike, in which exercise is due with `years` to go, or `None` where there is none;
    /// a call's has no upper end, which is infinite.
    pub fn region(&self, years: f64) -> Option<(f64, f64)> {
        let upper = self.upper?;
        if !(0.0..=self.horizon).contains(&years) {
            return None;
        }
        let high = exp(upper.log_at(years));
        let low = self.lower.map_or(0.0, |lower| exp(lower.log_at(years)));
        Some(match self.kind {
            OptionKind::Put => (low, high),
            OptionKind::Call => (1.0 / high, 1.0 / low),
        })
    }

    /// Whether a put with this ln(spot/strike) is exercised now.
    pub(super) fn is_exercised(&self, log_spot: f64) -> bool {
        let within = |upper: Curve| {
            self.horizon >= self.years
                && log_spot <= upper.log_at(self.years)
                && self.lower.is_none_or(|lower| log_spot >= lower.log_at(self.years))
        };
        self.upper.is_some_and(within)
    }

    /// The premium of a put with this ln(spot/strike) that is not exercised now.
    pub(super) fn premium(&self, log_spot: f64) -> Premium {
        let mut sum = Premium::default();
        // Farther out no double holds both the spot and the strike.
        if log_spot.abs() < 700.0 {
            for (curve, sign) in [(self.upper, 1.0), (self.lower, -1.0)] {
                if let Some(curve) = curve {
                    self.add(&mut sum, &curve, sign, log_spot);
                }
            }
        }
        let fields = [sum.value, sum.slope, sum.curvature, sum.third];
        if fields.iter().all(|field| field.is_finite()) { sum } else { Premium::default() }
    }

    /// Adds the integral over one boundary in pieces within which its integrand is smooth on the scale of the piece.
    fn add(&self, sum: &mut Premium, curve: &Curve, sign: f64, log_spot: f64) {
        let Dynamics { vol, rate, carry_yield } = self.dynamics;
        let (first, last) = (self.years - self.horizon, self.years);
        // A path without chance meets the boundary here; with little chance it does so at about that time.
        let drift = self.dynamics.log_drift();
        let meeting = (curve.log_at(self.years) - log_spot) / drift;
        let width = CERTAIN * vol * meeting.max(0.0).sqrt() / (rate - carry_yield).abs();
        let (early, late) = if meeting > first && width < 0.5 * meeting {
            (meeting - width, meeting + width)
        } else if rate >= 0.0 {
            // The time in which the boundary bends.
            let bent = first + 32.0 / self.dynamics.haste();
            (bent, bent)
        } else {
            (first, first)
        };
        let (early, late) = (early.clamp(first, last), late.clamp(first, last));
        let mut start = first;
        // Close to the boundary all is decided soon: pieces from that time on, each longer than all before it.
        let gap = (log_spot - curve.log_at(self.years)) / vol;
        if first == 0.0 && gap != 0.0 {
            let mut soon = STRETCH * (gap * gap).max(SOONEST * last);
            while soon * STRETCH < if early > first { early } else { last } {
                self.add_piece(sum, curve, sign, log_spot, (start, soon));
                start = soon;
                soon *= STRETCH;
            }
        }
        for (from, to) in [(start, early), (start.max(early), late), (start.max(late), last)] {
            if to > from {
                self.add_piece(sum, curve, sign, log_spot, (from, to));
            }
        }
    }

    fn add_piece(&self, sum: &mut Premium, curve: &Curve, sign: f64, log_spot: f64, span: (f64, f64)) {
        let Dynamics { vol, rate, carry_yield } = self.dynamics;
        let (drift, spot) = (self.dynamics.log_drift(), exp(log_spot));
        let length = span.1 - span.0;
        for (sine, cosine, weight) in points(&RULE_64) {
            let elapsed = span.0 + length * cosine * cosine;
            let to_go = (self.years - span.1) + length * sine * sine;
            let log_boundary = curve.log_at(to_go);
            let spread = vol * elapsed.sqrt();
            let d_minus = (log_spot - log_boundary + drift * elapsed) / spread;
            let weight = sign * weight * length;
            let (paid, kept) = (weight * rate * exp(-rate * elapsed), weight * carry_yield * exp(-carry_yield * elapsed));
            let kept_chance = cdf(-d_minus - spread);
            sum.value += paid * cdf(-d_minus) - kept * spot * kept_chance;
            let density = weight * INVERSE_ROOT_TWO_PI * exp(-rate * elapsed - 0.5 * d_minus * d_minus) / (spot * spread);
            if density == 0.0 {
                sum.slope -= kept * kept_chance;
                continue;
            }
            let gain = carry_yield * exp(log_boundary) - rate;
            let bend = rate - gain * d_minus / spread;
            sum.slope += gain * density - kept * kept_chance;
            sum.curvature += bend * density / spot;
            sum.third -= (gain / (spread * spread) + bend * (d_minus / spread + 2.0)) * density / (spot * spot);
        }
    }

    fn european_put(&self, spot: f64) -> f64 {
        let Dynamics { vol, rate, carry_yield } = self.dynamics;
        let forward = spot * exp((rate - carry_yield) * self.years);
        exp(-rate * self.years) * BlackInput { forward, strike: 1.0, years: self.years, vol, kind: OptionKind::Put }.price()
    }

    /// By how much the boundary misses its own price, per unit of strike: it is found by smooth pasting, so that this is how far
    /// off it is; 0 where there is none.
    pub fn mismatch(&self) -> f64 {
        let Some((curve, true)) = self.upper.map(|upper| (upper, self.horizon >= self.years)) else { return 0.0 };
        let log_spot = curve.log_at(self.years);
        let mut premium = Premium::default();
        self.add(&mut premium, &curve, 1.0, log_spot);
        let spot = exp(log_spot);
        self.european_put(spot) + premium.value - (1.0 - spot)
    }
}
