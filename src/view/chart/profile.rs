//! P&L over spot: profile → curves, breakevens and readings.

use crate::order;
use crate::stress::Profile;
use crate::view::chart::ChartDef;
use crate::view::chart::reading::{Line, Reading, Tone};
use crate::view::chart::scale::{LABEL, Rect, Scale, Tick, text_width, ticks, without_overlap};
use crate::view::chart::series::Series;
use crate::view::chart::table::{Cell, DataTable};
use crate::view::chart::text;
use std::sync::Arc;

/// This chart.
pub const DEF: ChartDef = ChartDef {
    id: "pnl-spot",
    label: "P&L over spot",
    doc: "What the whole book gains or loses if spot moves: today, on the shock's day, and at each expiry in the book.",
};

/// Room above the curves, CSS pixels.
const TOP: f64 = 26.0;

/// Where a curve crosses 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Breakeven {
    /// Spot move, fraction.
    pub spot: f64,
    /// Whether P&L turns from loss to gain as spot rises.
    pub is_rise: bool,
    /// Its price, or its move where there is no price.
    pub label: String,
}

/// A profile and what its reader needs.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfileChart {
    /// The profile.
    pub profile: Arc<Profile>,
    /// Unit of P&L.
    pub unit: String,
    /// Equity in the unit of P&L.
    pub equity: Option<f64>,
    /// Move of an ordinary day, fraction.
    pub band: Option<f64>,
    /// In the profile's order.
    pub series: Vec<Series>,
    /// Ends of the vertical axis: they hold 0 and every visible curve.
    pub range: (f64, f64),
}

/// Where everything lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    /// The curves.
    pub plot: Rect,
    /// Spot moves.
    pub x: Scale,
    /// P&L.
    pub y: Scale,
}

impl ProfileChart {
    /// Lays a profile out; `None` where it has no curve.
    pub fn new(profile: Arc<Profile>, series: Vec<Series>, unit: String, equity: Option<f64>, band: Option<f64>) -> Option<ProfileChart> {
        if profile.curves.is_empty() || profile.spots.len() < 2 || series.len() != profile.curves.len() {
            return None;
        }
        let visible = profile.curves.iter().zip(&series).filter(|(_, series)| series.is_visible);
        let values = visible.flat_map(|(curve, _)| curve.pnl.iter().copied()).filter(|value| value.is_finite());
        let (low, high) = values.fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
        let span = if high > low { high - low } else { 1.0 };
        let room = |end: f64| if end == 0.0 { 0.02 } else { 0.06 };
        let range = (low - span * room(low), high + span * room(high));
        Some(ProfileChart { profile, unit, equity, band: band.filter(|band| *band > 0.0), series, range })
    }

    /// Curves that are drawn, with their points: spot move and P&L.
    pub fn visible(&self) -> impl DoubleEndedIterator<Item = (&Series, &[f64])> {
        let curves = self.profile.curves.iter().map(|curve| curve.pnl.as_slice());
        self.series.iter().zip(curves).filter(|(series, _)| series.is_visible)
    }

    /// Where everything lies.
    pub fn layout(&self, width: f64, height: f64, density: f64) -> Layout {
        let labels = ticks(self.range.0, self.range.1, 9).into_iter().map(|value| text_width(&text::amount_tick(value), LABEL));
        let left = labels.fold(24.0, f64::max) + 12.0;
        let bottom = if self.profile.spot.is_some() { 52.0 } else { 38.0 };
        let last = self.profile.spots.last().copied().unwrap_or_default();
        let right = (text_width(&self.level_text(last), LABEL).max(text_width(&text::spot_move(last), LABEL)) / 2.0).max(12.0);
        let snap = |edge: f64| (edge * density).round() / density;
        let plot = Rect {
            left: snap(left),
            top: TOP,
            width: snap((width - left - right).max(40.0)),
            height: snap((height - TOP - bottom).max(40.0)),
        };
        let (low, high) = (self.profile.spots.first().copied().unwrap_or(0.0), self.profile.spots.last().copied().unwrap_or(1.0));
        let x = Scale { low, high, from: plot.left, to: plot.right() };
        let y = Scale { low: self.range.0, high: self.range.1, from: plot.bottom(), to: plot.top };
        Layout { plot, x, y }
    }

    /// Ticks of the spot axis, with price levels.
    pub fn spot_ticks(&self, layout: &Layout) -> Vec<Tick> {
        let most = ((layout.plot.width / 62.0) as usize).clamp(3, 11);
        let tick = |spot: f64| Tick { at: layout.x.at(spot), label: text::spot_move(spot), level: self.level_text(spot) };
        ticks(layout.x.low, layout.x.high, most).into_iter().map(tick).collect()
    }

    /// Ticks of P&L.
    pub fn pnl_ticks(&self, layout: &Layout) -> Vec<Tick> {
        let most = ((layout.plot.height / 26.0) as usize).clamp(3, 9);
        let tick = |value: f64| Tick { at: layout.y.at(value), label: text::amount_tick(value), level: String::new() };
        ticks(layout.y.low, layout.y.high, most).into_iter().map(tick).collect()
    }

    /// The ordinary day's band, from pixel to pixel.
    pub fn band_pixels(&self, layout: &Layout) -> Option<(f64, f64)> {
        let band = self.band?;
        Some((layout.x.at((-band).max(layout.x.low)), layout.x.at(band.min(layout.x.high))))
    }

    /// The last curve that is drawn, and where it crosses 0. The middle of a stretch at exactly 0 counts once.
    pub fn breakevens(&self) -> Option<(&Series, Vec<Breakeven>)> {
        let (series, pnl) = self.visible().next_back()?;
        let found = crossings(&self.profile.spots, pnl).into_iter().map(|(spot, is_rise)| {
            let label = if self.profile.spot.is_some() { self.level_text(spot) } else { text::spot_move(spot) };
            Breakeven { spot, is_rise, label }
        });
        Some((series, found.collect()))
    }

    /// Where the label of each breakeven has its middle, above the zero line and on the side away from its curve; `None` where
    /// there is no room. The nearer to today's spot goes first.
    pub fn breakeven_labels(&self, layout: &Layout, found: &[Breakeven]) -> Vec<Option<f64>> {
        let mut order: Vec<(usize, &Breakeven)> = found.iter().enumerate().collect();
        order::sort_by(&mut order, |(_, one), (_, other)| one.spot.abs().total_cmp(&other.spot.abs()));
        let place = |breakeven: &Breakeven| {
            let width = text_width(&breakeven.label, LABEL);
            let away = if breakeven.is_rise { -1.0 } else { 1.0 };
            let middle = layout.x.at(breakeven.spot) + away * (width / 2.0 + 4.0);
            (middle.clamp(layout.plot.left + width / 2.0, layout.plot.right() - width / 2.0), width)
        };
        let boxes: Vec<(f64, f64)> = order.iter().map(|(_, breakeven)| place(breakeven)).collect();
        let mut middles = vec![None; found.len()];
        for (((index, _), (middle, _)), is_free) in order.iter().zip(&boxes).zip(without_overlap(&boxes, 4.0)) {
            if let Some(slot) = middles.get_mut(*index) {
                *slot = is_free.then_some(*middle);
            }
        }
        middles
    }

    /// The box of a breakeven's label, from its middle: a strip that other lines leave free.
    pub fn label_box(&self, layout: &Layout, breakeven: &Breakeven, middle: f64) -> Rect {
        let width = text_width(&breakeven.label, LABEL) + 6.0;
        Rect { left: middle - width / 2.0, top: layout.y.at(0.0) - 19.0, width, height: 15.0 }
    }

    /// The upright line of the shock in pieces, from pixel to pixel, that leave the breakevens' labels free.
    pub fn cursor_pieces(&self, layout: &Layout, x: f64) -> Vec<(f64, f64)> {
        let (top, bottom) = (layout.plot.top, layout.plot.bottom());
        let found = self.breakevens().map_or_else(Vec::new, |(_, found)| found);
        let middles = self.breakeven_labels(layout, &found);
        let boxes = found.iter().zip(middles).filter_map(|(breakeven, middle)| Some(self.label_box(layout, breakeven, middle?)));
        match boxes.into_iter().find(|label| (label.left..=label.right()).contains(&x)) {
            Some(label) => vec![(top, label.top.max(top)), (label.bottom().min(bottom), bottom)],
            None => vec![(top, bottom)],
        }
    }

    /// The point of the profile nearest to a pixel.
    pub fn hit(&self, layout: &Layout, x: f64, y: f64) -> Option<usize> {
        layout.plot.holds(x, y).then(|| self.nearest(layout.x.value(x)))
    }

    /// The point of the profile nearest to a spot move.
    pub fn nearest(&self, spot: f64) -> usize {
        let distance = |(_, point): &(usize, &f64)| (**point - spot).abs();
        self.profile.spots.iter().enumerate().min_by(|one, other| distance(one).total_cmp(&distance(other))).map_or(0, |(index, _)| index)
    }

    /// What every visible curve says at a point.
    pub fn reading(&self, layout: &Layout, point: usize) -> Option<Reading> {
        let spot = *self.profile.spots.get(point)?;
        let lines = self.visible().map(|(series, pnl)| {
            let pnl = pnl.get(point).copied().filter(|pnl| pnl.is_finite());
            let value = pnl.map_or_else(|| "no value".to_owned(), |pnl| text::amount(pnl, &self.unit));
            Line { pen: Some(series.pen), label: series.name.clone(), value, tone: pnl.map(Tone::of).unwrap_or_default() }
        });
        // The tooltip takes the half that the curves leave free.
        let values = self.visible().filter_map(|(_, pnl)| pnl.get(point)).filter(|pnl| pnl.is_finite());
        let (sum, count) = values.fold((0.0, 0.0), |(sum, count), pnl| (sum + layout.y.at(*pnl), count + 1.0));
        let is_high = count > 0.0 && sum / count < layout.plot.top + layout.plot.height / 2.0;
        let y = if is_high { layout.plot.bottom() } else { layout.plot.top };
        Some(Reading { head: text::spot_move(spot), note: self.level(spot), lines: lines.collect(), at: (layout.x.at(spot), y) })
    }

    fn level_text(&self, spot: f64) -> String {
        self.profile.spot.map(|base| text::price(base * (1.0 + spot))).unwrap_or_default()
    }

    fn level(&self, spot: f64) -> String {
        let Some(base) = self.profile.spot else { return String::new() };
        let name = self.profile.underlying.as_deref().unwrap_or("spot");
        format!("{name} {}", text::price(base * (1.0 + spot)))
    }

    /// The shock's spot move, at its line.
    pub fn cursor_text(&self, spot: f64) -> String {
        text::spot_move(spot)
    }

    /// Title of the spot axis.
    pub fn spot_title(&self) -> String {
        let name = self.profile.underlying.as_deref().unwrap_or("spot");
        if self.profile.spot.is_some() { format!("{name} move, and its price in USD") } else { format!("{name} move") }
    }

    /// The picture in words.
    pub fn summary(&self) -> String {
        let say = |(series, pnl): (&Series, &[f64])| {
            let points = || self.profile.spots.iter().zip(pnl).filter(|(_, pnl)| pnl.is_finite());
            let low = points().min_by(|one, other| one.1.total_cmp(other.1))?;
            let high = points().max_by(|one, other| one.1.total_cmp(other.1))?;
            let at = |(spot, pnl): (&f64, &f64)| format!("{} at {}", text::amount(*pnl, &self.unit), text::spot_move(*spot));
            Some(format!("{}: from {} to {}.", series.name, at(low), at(high)))
        };
        let mut sentences: Vec<String> = self.visible().filter_map(say).collect();
        if let Some((series, found)) = self.breakevens() {
            let prices: Vec<String> = found.into_iter().map(|breakeven| breakeven.label).collect();
            let list = if prices.is_empty() { "none in range".to_owned() } else { prices.join(", ") };
            sentences.push(format!("Breakevens of {}: {list}.", series.name));
        }
        sentences.join(" ")
    }

    /// Every curve, visible or not, as a table and as a file.
    pub fn table(&self) -> DataTable {
        let mut heads = vec!["Spot move (fraction)".to_owned()];
        heads.extend(self.profile.spot.map(|_| "Spot (USD)".to_owned()));
        heads.extend(self.series.iter().map(|series| format!("P&L {} ({})", series.name, self.unit)));
        let row = |(point, spot): (usize, &f64)| {
            let mut row = vec![Cell::Number(Some(*spot), text::spot_move(*spot))];
            row.extend(self.profile.spot.map(|base| base * (1.0 + spot)).map(|price| Cell::Number(Some(price), text::price(price))));
            row.extend(self.profile.curves.iter().map(|curve| {
                let pnl = curve.pnl.get(point).copied();
                Cell::Number(pnl, pnl.map_or_else(|| "–".to_owned(), |pnl| text::amount(pnl, &self.unit)))
            }));
            row
        };
        DataTable { heads, rows: self.profile.spots.iter().enumerate().map(row).collect() }
    }
}

/// Where straight lines between the points cross 0, and whether upwards.
fn crossings(spots: &[f64], pnl: &[f64]) -> Vec<(f64, bool)> {
    let mut found = Vec::new();
    let mut before: Option<(f64, f64)> = None;
    let mut zero_since: Option<f64> = None;
    for (spot, value) in spots.iter().copied().zip(pnl.iter().copied()).filter(|(_, value)| value.is_finite()) {
        if value == 0.0 {
            zero_since = zero_since.or(Some(spot));
            continue;
        }
        if let Some((last, previous)) = before.filter(|(_, previous)| (*previous < 0.0) != (value < 0.0)) {
            found.push((zero_since.unwrap_or(last + (spot - last) * previous / (previous - value)), value > 0.0));
        }
        zero_since = None;
        before = Some((spot, value));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stress::{Curve, CurveKind};
    use crate::units::Timestamp;
    use crate::view::chart::series::series;

    #[test]
    fn crossings_lie_between_signs() {
        let spots = [-0.2, -0.1, 0.0, 0.1, 0.2];
        let check = |pnl: [f64; 5], expected: &[(f64, bool)]| {
            let found = crossings(&spots, &pnl);
            assert_eq!(found.len(), expected.len(), "{found:?}");
            for ((spot, is_rise), (at, rises)) in found.iter().zip(expected) {
                assert!((spot - at).abs() < 1e-12 && is_rise == rises, "{found:?}");
            }
        };
        check([-1.0, 1.0, 1.0, 1.0, -1.0], &[(-0.15, true), (0.15, false)]);
        check([-1.0, -1.0, 0.0, 1.0, 1.0], &[(0.0, true)]);
        check([1.0, 1.0, 0.0, 1.0, 1.0], &[]);
        check([1.0, f64::NAN, 1.0, 1.0, 1.0], &[]);
    }

    fn profile(expiries: i64) -> Arc<Profile> {
        let kinds = [CurveKind::Today, CurveKind::Chosen]
            .into_iter()
            .chain((0..expiries).map(|day| CurveKind::Expiry(Timestamp::from_ms(day * 86_400_000))));
        let curves = kinds.map(|kind| Curve { kind, days: 7.0, pnl: vec![-100.0, 50.0, -25.0] }).collect();
        Arc::new(Profile { spots: vec![-0.5, 0.0, 0.5], underlying: None, spot: Some(100.0), curves })
    }

    fn chart(expiries: i64, choice: &[(CurveKind, bool)]) -> ProfileChart {
        let profile = profile(expiries);
        let series = series(&profile, choice);
        ProfileChart::new(profile, series, "USD".to_owned(), None, Some(0.03)).unwrap()
    }

    #[test]
    fn a_book_of_twelve_expiries_shows_five_curves_told_apart_by_colour_and_dash() {
        let chart = chart(12, &[]);
        let shown: Vec<bool> = chart.series.iter().map(|series| series.is_visible).collect();
        assert_eq!(shown.iter().filter(|shown| **shown).count(), 5);
        assert!(shown[0] && shown[1] && shown[2] && shown[3] && shown[13]);
        for (index, one) in chart.series.iter().enumerate() {
            assert!(chart.series.iter().skip(index + 1).all(|other| other.pen != one.pen), "{}", one.name);
        }
    }

    #[test]
    fn the_user_may_choose_otherwise() {
        let chart = chart(2, &[(CurveKind::Today, false)]);
        assert_eq!(chart.visible().count(), 3);
    }

    #[test]
    fn labels_never_overlap_on_a_telephone() {
        let chart = chart(2, &[]);
        let layout = chart.layout(320.0, 300.0, 2.0);
        let ticks = chart.spot_ticks(&layout);
        let boxes: Vec<(f64, f64)> =
            ticks.iter().map(|tick| (tick.at, text_width(&tick.label, LABEL).max(text_width(&tick.level, LABEL)))).collect();
        assert!(boxes.len() >= 3 && without_overlap(&boxes, 2.0).iter().all(|free| *free), "{boxes:?}");
        assert!(boxes.iter().all(|(middle, width)| middle + width / 2.0 <= 320.0));
    }

    #[test]
    fn the_shock_s_line_leaves_the_labels_of_breakevens_free() {
        let chart = chart(1, &[]);
        let layout = chart.layout(480.0, 300.0, 2.0);
        let (_, found) = chart.breakevens().unwrap();
        let middle = chart.breakeven_labels(&layout, &found)[0].unwrap();
        let label = chart.label_box(&layout, &found[0], middle);
        assert_eq!(
            chart.cursor_pieces(&layout, middle),
            [(layout.plot.top, label.top), (label.bottom(), layout.plot.bottom())],
            "the line stops above and goes on below"
        );
        assert_eq!(chart.cursor_pieces(&layout, label.left - 1.0), [(layout.plot.top, layout.plot.bottom())]);
    }

    #[test]
    fn the_range_holds_zero_and_every_visible_curve() {
        let chart = chart(1, &[]);
        assert!(chart.range.0 < -100.0 && chart.range.1 > 50.0);
        assert_eq!(chart.summary().matches("from").count(), 3);
        assert_eq!(chart.table().rows.len(), 3);
        let (_, breakevens) = chart.breakevens().unwrap();
        assert_eq!(breakevens.iter().map(|breakeven| breakeven.is_rise).collect::<Vec<_>>(), [true, false]);
    }
}
