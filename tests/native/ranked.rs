//! Where ranked bars lie, and what is left of a name that has no room.

use plimsoll::view::chart::ranked::{Bar, GAP, MOST, Ranked, Row, TEXT, shortened};
use plimsoll::view::chart::scale::text_width;
use plimsoll::view::chart::scenario_pnl::scenario_pnl;
use plimsoll::view::chart::waterfall::{Steps, waterfall};

/// Canvas widths of a phone, of half a page and of a whole one, CSS pixels.
const WIDTHS: [f64; 4] = [280.0, 330.0, 640.0, 1380.0];

fn row(name: &str, values: &[f64]) -> Row {
    Row { name: name.to_owned(), bars: values.iter().map(|value| Bar::of(*value)).collect(), ..Row::default() }
}

fn check(chart: &Ranked) {
    for width in WIDTHS {
        let layout = chart.layout(width, chart.height(width));
        let zero = layout.value.at(0.0);
        // A finger can take a row.
        assert!(layout.step >= 24.0, "{width}: {}", layout.step);
        for (place, row) in chart.rows.iter().enumerate() {
            let slot = chart.slot(&layout, place);
            assert_eq!(chart.hit(&layout, slot.top + slot.height / 2.0), Some(place));
            let mut taken: Vec<(f64, f64)> = Vec::new();
            for (index, bar) in row.bars.iter().enumerate() {
                let rect = chart.bar(&layout, place, index).unwrap();
                assert!(rect.top >= slot.top + layout.head && rect.bottom() <= slot.bottom(), "{width} {row:?}");
                // The amount at the end stays on the canvas and clear of a name that stands beside it.
                let text = text_width(&bar.text(), TEXT) + GAP;
                let (from, to) = if bar.value() < 0.0 { (rect.left - text, rect.right()) } else { (rect.left, rect.right() + text) };
                let names = if layout.head > 0.0 { 0.0 } else { layout.name + 2.0 };
                assert!(from >= names - 1e-9 && to <= width + 1e-9, "{width} {row:?}: {from} to {to}");
                if bar.from == 0.0 {
                    assert!((if bar.value() < 0.0 { rect.right() } else { rect.left } - zero).abs() < 1e-9);
                }
                // No bar hides another: they lie to either side, or one above the other.
                assert!(taken.iter().all(|(top, side)| *side * bar.value() < 0.0 || rect.top >= *top), "{width} {row:?}");
                taken.push((rect.bottom(), bar.value()));
            }
        }
        assert_eq!(chart.hit(&layout, chart.height(width) + 5.0), None);
    }
}

#[test]
fn bars_grow_from_zero_and_their_amounts_stay_in_sight() {
    check(&Ranked::new(vec![row("Only losses", &[-2e6]), row("Small", &[-1.0])]).unwrap());
    check(&Ranked::new(vec![row("Only gains", &[2e6]), row("Nothing", &[0.0])]).unwrap());
    check(&Ranked::new(vec![row("Nothing", &[0.0])]).unwrap());
    let long = "A storm whose name is far longer than the room that any telephone has for it";
    check(&Ranked::new(vec![row(long, &[-2e6, 1.5e6]), row("Both lose", &[-1e6, -9e5]), row("Both gain", &[1e3, 2e3])]).unwrap());
}

#[test]
fn names_stand_above_their_bars_only_where_they_would_leave_these_no_room() {
    let steps = Ranked::new(vec![row("Delta", &[-253e3]), row("Unexplained", &[55.5e3])]).unwrap();
    let storms = Ranked::new(vec![row("10 October 2025: tariffs and liquidations", &[-638e3]), row("Grind up", &[55.5e3])]).unwrap();
    let head = |chart: &Ranked, width: f64| chart.layout(width, chart.height(width)).head;
    assert_eq!([head(&steps, 336.0), head(&storms, 640.0)], [0.0; 2]);
    assert!(head(&storms, 336.0) > 0.0);
    assert_eq!(storms.name(&storms.layout(336.0, storms.height(336.0)), 0), "10 October 2025: tariffs and liquidations");
}

#[test]
fn a_row_says_both_ends_with_their_signs() {
    let half = |label: &str, sign: &str, value| Bar { label: label.to_owned(), sign: sign.to_owned(), ..Bar::of(value) };
    let both = Row { bars: vec![half("when it falls", "↓", -1e6), half("when it rises", "↑", 2e6)], ..row("Spot", &[]) };
    let chart = Ranked::new(vec![both]).unwrap();
    let reading = chart.reading(&chart.layout(640.0, chart.height(640.0)), 0).unwrap();
    assert_eq!(reading.spoken(), "Spot: when it falls −$1.00\u{a0}M, when it rises +$2.00\u{a0}M.");
    assert_eq!(chart.rows[0].bars[0].text(), "↓\u{a0}−$1.00\u{a0}M");
}

#[test]
fn a_name_without_room_ends_in_an_ellipsis_after_a_whole_letter() {
    assert_eq!(shortened("Spot", 200.0), "Spot");
    let short = shortened("Ausverkauf über Nacht — größte Verluste", 120.0);
    assert!(short.ends_with('…') && short.starts_with("Ausverkauf"), "{short}");
    assert!(text_width(&short, TEXT) <= 120.0, "{short}");
    assert_eq!(shortened("Spot", 0.0), "…");
}

#[test]
fn of_many_scenarios_the_worst_are_drawn_and_the_others_are_counted() {
    let named = |count: u32| (0..count).map(|index| (format!("Storm {index}"), f64::from(index) * 1e5 - 3e6)).collect::<Vec<_>>();
    let all = scenario_pnl(&named(40)).unwrap();
    assert_eq!((all.rows.len(), all.more, all.foot()), (40, 0, String::new()));
    let chart = scenario_pnl(&named(60)).unwrap();
    assert_eq!((chart.rows.len(), chart.table.rows.len()), (MOST, 60));
    assert_eq!(chart.foot(), "and 20 more in the table");
    assert!(chart.summary.starts_with("30 losses of 60 scenarios"), "{}", chart.summary);
    assert!(chart.height(330.0) > all.height(330.0));
    check(&chart);
    assert!(scenario_pnl(&[]).is_none());
}

#[test]
fn steps_follow_each_other_down_to_their_sum() {
    let steps = [("Delta", -3e5), ("Gamma", 1e5), ("Vega", -5e4)].map(|(name, value)| (name.to_owned(), value)).to_vec();
    let text = |text: &str| text.to_owned();
    let chart = waterfall(&Steps { title: text("By part"), sub: text(""), of: text("part"), steps, sum: -2.5e5 }).unwrap();
    let ends: Vec<(f64, f64)> = chart.rows.iter().map(|row| (row.bars[0].from, row.bars[0].to)).collect();
    assert_eq!(ends, [(0.0, -3e5), (-3e5, -2e5), (-2e5, -2.5e5), (0.0, -2.5e5)]);
    let reading = chart.reading(&chart.layout(330.0, chart.height(330.0)), 1).unwrap();
    assert_eq!(reading.spoken(), "Gamma, −$200\u{a0}k so far: +$100\u{a0}k.");
    check(&chart);
}
