//! The smile of one expiry: its quotes, the curve that is fitted to them, what each quote misses it by, and what a rule for a moving
//! smile makes of it under the shock bar's spot.

use crate::instrument::OptionKind;
use crate::market::surface::{Chain, CurveKind, ExpirySmile, SmileQuote, Stickiness, VolOrigin, at_put_delta, put_delta};
use crate::math::svi::Svi;
use crate::math::{exp, log_ratio};
use crate::view::chart::plot::{Axis, Plot, PlotSeries, Shape, Stop, Upright, range};
use crate::view::chart::reading::{Dash, Pen};
use crate::view::chart::table::{Cell, DataTable};
use crate::view::chart::text::Measure;
use crate::view::chart::{ChartDef, text};
use crate::view::format;
use serde::{Deserialize, Serialize};

/// This chart.
pub const DEF: ChartDef = ChartDef {
    id: "smile",
    label: "Smile",
    doc: "The volatilities that one expiry is quoted at, the curve fitted to them, and what each quote misses it by.",
};

/// What a smile is drawn over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Across {
    /// Strikes.
    #[default]
    Strike,
    /// ln(K/F).
    LogMoneyness,
    /// Delta, from puts out of the money to calls out of the money.
    Delta,
}

/// Steps of a curve between its ends.
const STEPS: u32 = 120;
/// Put deltas that are labelled, the most important first.
const DELTAS: [f64; 9] = [0.5, 0.25, 0.75, 0.1, 0.9, 0.01, 0.99, 0.35, 0.65];

/// A smile as it is read over a scale: its forward, and volatility by log-moneyness to it.
struct View<'a> {
    across: Across,
    forward: f64,
    years: f64,
    vol: &'a dyn Fn(f64) -> f64,
}

impl View<'_> {
    /// Where a log-moneyness lies.
    fn x(&self, k: f64) -> f64 {
        match self.across {
            Across::Strike => self.forward * exp(k),
            Across::LogMoneyness => k,
            Across::Delta => put_delta(k, (self.vol)(k), self.years),
        }
    }

    /// The log-moneyness that lies there.
    fn k(&self, x: f64) -> Option<f64> {
        match self.across {
            Across::Strike => Some(log_ratio(x, self.forward)),
            Across::LogMoneyness => Some(x),
            Across::Delta => at_put_delta(x, self.years, self.vol),
        }
    }

    fn curve(&self, places: impl Iterator<Item = f64>) -> Vec<(f64, f64)> {
        places.filter_map(|x| Some((x, (self.vol)(self.k(x)?)))).collect()
    }
}

/// The chart of one expiry; the others stand in the background. `spot_move` is the shock bar's, a fraction.
pub fn smile(chain: &Chain, smile: &ExpirySmile, across: Across, rule: Stickiness, spot_move: f64) -> Plot {
    let vol = |k: f64| smile.vol_at(k);
    let view = View { across, forward: smile.forward.value, years: smile.years, vol: &vol };
    // A strike is where its quote says, to the bit.
    let at = |strike: f64, k: f64| if across == Across::Strike { strike } else { view.x(k) };
    let quoted: Vec<f64> = smile.quotes.iter().map(|quote| at(quote.strike, quote.log_moneyness)).collect();
    let (low, high) = (quoted.first().copied().unwrap_or(0.0), quoted.last().copied().unwrap_or(1.0));
    let places = || merged(&quoted, (low, high));
    let quotes = quoted.iter().zip(&smile.quotes);
    let on_quotes: Vec<(f64, f64)> = quotes.clone().map(|(x, quote)| (*x, quote.fitted)).collect();
    let fitted = view.curve(places().filter(|x| !quoted.contains(x))).into_iter().chain(on_quotes);
    let fitted = sorted(fitted.collect());
    let dots: Vec<(f64, f64)> = quotes.clone().map(|(x, quote)| (*x, quote.vol)).collect();
    let svi = unused_svi(smile);
    let residuals: Vec<(f64, f64)> = quotes.map(|(x, quote)| (*x, residual(smile, quote))).collect();

    let moved_to = smile.forward.value * (1.0 + spot_move);
    let moved_vol = |k: f64| smile.vol_after(rule, moved_to * exp(k), moved_to);
    let moved = View { across, forward: moved_to, years: smile.years, vol: &moved_vol };
    let after = if spot_move == 0.0 { Vec::new() } else { moved.curve(places()) };

    let pad = 0.02 * (high - low);
    let ends = if across == Across::Delta {
        (-0.02, 1.02)
    } else if high > low {
        (low - pad, high + pad)
    } else {
        (low - 1.0, high + 1.0)
    };
    let in_front = fitted.iter().chain(&dots).chain(&after).map(|(_, vol)| *vol);
    let y = Axis { title: "vol, % a year".to_owned(), measure: Measure::Vol, range: range(in_front), ticks: Vec::new() };
    let largest = residuals.iter().map(|(_, residual)| residual.abs()).fold(0.0, f64::max);
    let reach = if largest > 0.0 { 1.15 * largest } else { 0.001 };
    let against = if svi.is_some() { "SVI" } else { "curve" };
    let below =
        Axis { title: format!("quote less {against}, vol points"), measure: Measure::Residual, range: (-reach, reach), ticks: Vec::new() };

    let mut series: Vec<PlotSeries> =
        chain.smiles.iter().filter(|other| other.expiry != smile.expiry).map(|other| thin(other, across, ends)).collect();
    series.extend(svi.map(|svi| {
        let vol = |k: f64| (svi.total_variance(k).max(0.0) / smile.years).sqrt();
        let points = places().filter_map(|x| Some((x, vol(view.k(x)?)))).collect();
        line("SVI, which is not used", pen(3, Dash::Dotted), Shape::Line, false, points)
    }));
    series.extend([
        line(&format!("quotes less {against}"), pen(2, Dash::Solid), Shape::Bars, true, residuals),
        line("curve", Pen { is_thick: true, ..pen(0, Dash::Solid) }, Shape::Line, false, fitted),
        line("quotes", pen(2, Dash::Solid), Shape::Dots, false, dots),
    ]);
    let mut uprights = vec![Upright { at: view.x(0.0), label: format!("forward {}", text::price(smile.forward.value)), is_shock: false }];
    if !after.is_empty() {
        let name = format!("after {} by {}", text::spot_move(spot_move), rule_name(rule));
        series.push(line(&name, pen(1, Dash::Dashed), Shape::Line, false, after));
        if across == Across::Strike {
            uprights.push(Upright { at: moved_to, label: format!("shocked {}", text::price(moved_to)), is_shock: true });
        }
    }
    let stops = quoted.iter().zip(&smile.quotes).map(|(x, quote)| {
        let delta = format::delta(smile.put_delta(quote.log_moneyness));
        Stop { at: *x, head: format!("strike {}", text::price(quote.strike)), note: delta }
    });
    Plot {
        title: format!("Smile of {}, {}", chain.underlying, format::date(smile.expiry)),
        unit: "% a year".to_owned(),
        sub: sub(smile),
        x: axis(across, ends),
        y,
        below: Some(below),
        series,
        uprights,
        stops: stops.collect(),
        summary: summary(smile),
        table: table(smile, rule, (spot_move != 0.0).then_some(moved_to)),
    }
}

fn pen(colour: usize, dash: Dash) -> Pen {
    Pen { colour, dash, is_thick: false }
}

fn line(name: &str, pen: Pen, shape: Shape, is_below: bool, points: Vec<(f64, f64)>) -> PlotSeries {
    PlotSeries { name: name.to_owned(), pen, shape, is_below, points }
}

/// Another expiry, where it is quoted.
fn thin(smile: &ExpirySmile, across: Across, ends: (f64, f64)) -> PlotSeries {
    let vol = |k: f64| smile.vol_at(k);
    let view = View { across, forward: smile.forward.value, years: smile.years, vol: &vol };
    let (low, high) = smile.quoted_range().map_or((0.0, 0.0), |(low, high)| (view.x(low).max(ends.0), view.x(high).min(ends.1)));
    let points = if low < high { view.curve(steps((low, high))) } else { Vec::new() };
    line(&format::short_date(smile.expiry), pen(5, Dash::Solid), Shape::Thin, false, points)
}

fn steps((low, high): (f64, f64)) -> impl Iterator<Item = f64> {
    (0..=STEPS).map(move |step| low + (high - low) * (f64::from(step) / f64::from(STEPS)))
}

/// Even steps, and every quote among them.
fn merged(quoted: &[f64], ends: (f64, f64)) -> impl Iterator<Item = f64> {
    let mut all: Vec<f64> = steps(ends).chain(quoted.iter().copied()).collect();
    all.sort_by(f64::total_cmp);
    all.dedup();
    all.into_iter()
}

fn sorted(mut points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    points.sort_by(|one, other| one.0.total_cmp(&other.0));
    points
}

fn axis(across: Across, range: (f64, f64)) -> Axis {
    let (title, measure) = match across {
        Across::Strike => ("strike, USD", Measure::Price),
        Across::LogMoneyness => ("log-moneyness, ln(strike ÷ forward)", Measure::LogMoneyness),
        Across::Delta => ("delta on the forward, of the option out of the money", Measure::Delta),
    };
    let ticks = if across == Across::Delta { DELTAS.iter().map(|delta| (*delta, format::delta(*delta))).collect() } else { Vec::new() };
    Axis { title: title.to_owned(), measure, range, ticks }
}

/// The rule in two words.
pub fn rule_name(rule: Stickiness) -> String {
    match rule {
        Stickiness::Strike => "sticky strike".to_owned(),
        Stickiness::Moneyness => "sticky delta".to_owned(),
        Stickiness::SkewRatio(ratio) => format!("stickiness ratio {}", format::plain(ratio)),
    }
}

fn sub(smile: &ExpirySmile) -> String {
    let quotes = format::count(smile.quotes.len(), "quote", "quotes");
    match (smile.curve.kind, &smile.fit) {
        (CurveKind::Svi, fit) => {
            let by = if smile.quotes.iter().any(|quote| quote.spread.is_some()) { "vega and spread" } else { "vega" };
            let weighted = fit.as_ref().map_or_else(String::new, |fit| format!(", {} so weighted", format::vol_error(fit.weighted_rms)));
            format!(
                "{quotes}, SVI weighted by {by}, RMS error {} vol points{weighted}; thin: the other expiries",
                format::vol_error(smile.rms)
            )
        }
        (CurveKind::Interpolated, Some(fit)) => format!(
            "{quotes}; total variance in straight lines between them, since SVI predicts a quote that it has not seen worse (RMS error {} vol points); thin: the other expiries",
            format::vol_error(fit.rms)
        ),
        (CurveKind::Interpolated, None) => {
            format!("{quotes}, too few for SVI: total variance in straight lines between them; thin: the other expiries")
        }
    }
}

/// The fit where it does not answer: quotes are told from it all the same, since they all lie on the curve.
fn unused_svi(smile: &ExpirySmile) -> Option<Svi> {
    smile.fit.as_ref().filter(|_| smile.curve.kind == CurveKind::Interpolated).map(|fit| fit.svi)
}

/// Quote less the curve, or less the fit that is not used.
fn residual(smile: &ExpirySmile, quote: &SmileQuote) -> f64 {
    unused_svi(smile).map_or(quote.residual, |svi| quote.vol - (svi.total_variance(quote.log_moneyness).max(0.0) / smile.years).sqrt())
}

fn summary(smile: &ExpirySmile) -> String {
    let of = |quote: &SmileQuote| residual(smile, quote);
    let worst = smile.quotes.iter().max_by(|one, other| of(one).abs().total_cmp(&of(other).abs()));
    let against = if unused_svi(smile).is_some() { "SVI" } else { "the curve" };
    let at_the_money = format!("At the money {} %.", format::vol(smile.vol(smile.forward.value)));
    match worst.filter(|worst| of(worst) != 0.0) {
        Some(worst) => format!(
            "{at_the_money} The quote furthest from {against} is {} vol points off, at strike {}.",
            format::signed_vol_error(of(worst)),
            text::price(worst.strike)
        ),
        None => format!("{at_the_money} The curve meets every quote."),
    }
}

fn table(smile: &ExpirySmile, rule: Stickiness, moved_to: Option<f64>) -> DataTable {
    let mut heads = vec![
        "Strike, USD",
        "Option",
        "Log-moneyness",
        "Put delta",
        "Quote, vol %",
        "Curve, vol %",
        if unused_svi(smile).is_some() { "Quote less SVI, vol points" } else { "Quote less curve, vol points" },
        "Ask less bid, vol points",
        "Weight",
        "Quote is",
    ];
    heads.extend(moved_to.map(|_| "Curve after the spot move, vol %"));
    let mut table = DataTable::with_heads(heads);
    for quote in &smile.quotes {
        let delta = smile.put_delta(quote.log_moneyness);
        let mut row = vec![
            Cell::number(quote.strike, format::price(quote.strike, "USD")),
            Cell::text(if quote.kind == OptionKind::Call { "call" } else { "put" }),
            Cell::number(quote.log_moneyness, format::log_moneyness(quote.log_moneyness)),
            Cell::number(delta, format::share(delta)),
            Cell::number(quote.vol * 100.0, format::vol(quote.vol)),
            Cell::number(quote.fitted * 100.0, format::vol(quote.fitted)),
            Cell::number(residual(smile, quote) * 100.0, format::signed_vol_error(residual(smile, quote))),
            Cell::optional(quote.spread.map(|spread| spread * 100.0), |points| format::vol(points / 100.0)),
            Cell::number(quote.weight, format::share(quote.weight)),
            Cell::text(match quote.origin {
                VolOrigin::Quoted => "stated",
                VolOrigin::Implied => "implied from the mark",
            }),
        ];
        row.extend(
            moved_to.map(|moved_to| smile.vol_after(rule, quote.strike, moved_to)).map(|vol| Cell::number(vol * 100.0, format::vol(vol))),
        );
        table.rows.push(row);
    }
    table
}
