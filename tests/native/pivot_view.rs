//! What the pivot shows: drawings of the same sums, one selection in all of them, and the way to the positions.

use crate::book_support::{AS_OF, Draw, coin, generated, load, option, position, spot_fact};
use crate::pivot::book;
use crate::sheet_support::{self, body, controls, has, table as table_of, written};
use plimsoll::book::Position;
use plimsoll::engine::{Engine, Settings};
use plimsoll::exposure::pivot::columns::{Columns, Under};
use plimsoll::exposure::pivot::dimension::Dimension;
use plimsoll::exposure::pivot::{Key, Pivot, Query, Sum, measure, property};
use plimsoll::instrument::{OptionKind, Settlement};
use plimsoll::protocol::Desk;
use plimsoll::stress::{Move, Shock, VolShift};
use plimsoll::view::chart::scale::Rect;
use plimsoll::view::chart::table::{Cell, DataTable};
use plimsoll::view::chart::text::Measure;
use plimsoll::view::chart::tiles::Tiles;
use plimsoll::view::chart::treemap::{Group, Item, Treemap, squarified};
use plimsoll::view::sheet::{Body, ControlKind, Pick, Sheet};
use plimsoll::view::table::pivot::{label, labels, shown, summary, table, tiles, treemap};
use std::collections::BTreeSet;

fn pivot_of(engine: &Engine, rows: &str, columns: Option<&str>, measure: &'static measure::MeasureDef) -> Pivot {
    let dimension = |id: &str| Dimension::by_id(id).unwrap();
    let (rows, columns) = (dimension(rows), columns.map(dimension));
    let query = Query { rows: &rows, columns: columns.as_ref(), measure, under: Under::Now, within: &[] };
    Columns::default().pivot(&engine.sources(None), &query)
}

#[test]
fn areas_are_in_proportion_fill_the_whole_and_lie_beside_each_other() {
    let mut draw = Draw(11);
    for count in [1, 2, 3, 7, 60, 400] {
        let mut sizes: Vec<f64> = (0..count).map(|_| draw.between(0.001, 1.0) * draw.between(0.001, 1.0)).collect();
        sizes.sort_by(|one, other| other.total_cmp(one));
        for (width, height) in [(640.0, 360.0), (300.0, 500.0), (50.0, 2000.0)] {
            let within = Rect { left: 3.0, top: 5.0, width, height };
            let rects = squarified(&sizes, within);
            let total: f64 = sizes.iter().sum();
            for (size, rect) in sizes.iter().zip(&rects) {
                let share = rect.width * rect.height / (width * height);
                assert!((share - size / total).abs() < 1e-9, "{count}: {share} for {}", size / total);
                assert!(rect.left >= within.left - 1e-6 && rect.right() <= within.right() + 1e-6);
                assert!(rect.top >= within.top - 1e-6 && rect.bottom() <= within.bottom() + 1e-6);
            }
            for (at, one) in rects.iter().enumerate() {
                for other in &rects[at + 1..] {
                    let overlap = |low: f64, high: f64| (high - low).max(0.0);
                    let wide = overlap(one.left.max(other.left), one.right().min(other.right()));
                    let high = overlap(one.top.max(other.top), one.bottom().min(other.bottom()));
                    assert!(wide * high < 1e-6, "{one:?} and {other:?} lie on each other");
                }
            }
        }
    }
    // The example of the paper: 6, 6, 4, 3, 2, 2, 1 in 6 by 4, of which the first two stand above each other at the left.
    let rects = squarified(&[6.0, 6.0, 4.0, 3.0, 2.0, 2.0, 1.0], Rect { left: 0.0, top: 0.0, width: 6.0, height: 4.0 });
    assert_eq!((rects[0].width, rects[0].height, rects[1].top), (3.0, 2.0, 2.0));
    assert!((rects[2].width - 12.0 / 7.0).abs() < 1e-12 && (rects[2].height - 7.0 / 3.0).abs() < 1e-12);
    let worst = |rect: &Rect| (rect.width / rect.height).max(rect.height / rect.width);
    assert!(rects.iter().map(worst).fold(0.0, f64::max) < 2.8);
}

/// Groups with one large part and ever smaller ones.
fn map(groups: usize, items: usize) -> Treemap {
    let group = |place: usize| {
        let falling = |place: usize| 1.0 / ((1.0 + place as f64) * (1.0 + place as f64) * (1.0 + place as f64));
        let scale = 1e6 * falling(place);
        let item = |item: usize| Item {
            name: format!("part {item}"),
            value: if item.is_multiple_of(2) { scale } else { -scale } * falling(item),
            note: format!("{item} positions"),
        };
        let items: Vec<Item> = (0..items).map(item).collect();
        Group { name: format!("group {place}"), total: items.iter().map(|item| item.value).sum(), items }
    };
    Treemap {
        title: "Delta".to_owned(),
        unit: "US dollars".to_owned(),
        sub: String::new(),
        groups: (0..groups).map(group).collect(),
        measure: Measure::Change,
        summary: String::new(),
        table: DataTable::default(),
    }
}

#[test]
fn small_parts_are_put_together_and_nothing_is_left_out() {
    for (width, height) in [(900.0, 400.0), (330.0, 260.0)] {
        let map = map(40, 40);
        let layout = map.layout(width, height, 2.0);
        let (mut area, mut shown) = (0.0, 0);
        for block in &layout.blocks {
            area += block.rect.width * block.rect.height;
            shown += match (block.others, map.groups.get(block.place.1)) {
                (0, _) => 1,
                (others, Some(_)) => others,
                (others, None) => map.groups.iter().rev().take(others).map(|group| group.items.len()).sum(),
            };
        }
        assert_eq!(shown, 1600);
        assert!((area - layout.plot.width * layout.plot.height).abs() < 1e-6 * area);
        assert!(layout.blocks.len() < 200, "{} blocks", layout.blocks.len());
        let spoken = |place| map.reading(&layout, place).unwrap().spoken();
        let others = layout.blocks.iter().find(|block| block.others > 0 && block.place.1 == 0).unwrap();
        assert_eq!(map.hit(&layout, others.rect.left + 0.5, others.rect.top + 0.5), Some(others.place));
        assert!(
            spoken(others.place).starts_with(&format!("group 0, {} others, in the table one by one: ", others.others)),
            "{}",
            spoken(others.place)
        );
        // A part that was put together is still read one by one, where the others lie.
        let folded = map.groups[0].items.len() - 1;
        assert_eq!(map.block(&layout, (folded, 0)).unwrap().place, others.place);
        assert!(spoken((folded, 0)).starts_with("group 0, part 39, 39 positions: −$16, "), "{}", spoken((folded, 0)));
        assert_eq!(map.block(&layout, (3, 39)).unwrap().place, (0, 40));
        assert!(spoken((0, 40)).contains("others"));
        for block in layout.blocks.iter().filter(|block| block.others == 0) {
            assert_eq!(
                map.hit(&layout, block.rect.left + block.rect.width / 2.0, block.rect.top + block.rect.height / 2.0),
                Some(block.place)
            );
        }
    }
}

#[test]
fn the_keyboard_reaches_every_part_in_order_and_ends_at_the_last() {
    let map = map(5, 4);
    let mut place = (0, 0);
    let mut met = vec![map.order(place)];
    for _ in 0..19 {
        place = map.step(place, "ArrowRight").unwrap();
        met.push(map.order(place));
    }
    assert_eq!(met, (0..20).map(Some).collect::<Vec<_>>());
    assert_eq!((place, map.step(place, "ArrowRight")), ((3, 4), Some((3, 4))));
    assert_eq!(map.step((2, 3), "ArrowUp"), Some((0, 2)));
    assert_eq!(map.step((0, 2), "ArrowLeft"), Some((3, 1)));
    assert_eq!(map.step((0, 0), "End"), Some((3, 4)));
    // From what was put together the way leads back among the parts.
    assert_eq!(map.step((4, 1), "ArrowLeft"), Some((2, 1)));
    assert_eq!((map.step((0, 0), "x"), map.order((4, 1)), map.order((0, 9))), (None, None, None));
}

#[test]
fn a_label_is_whole_or_left_out_and_an_amount_has_its_sign() {
    let map = map(12, 9);
    let layout = map.layout(700.0, 420.0, 1.0);
    let lines: Vec<Vec<(String, bool)>> = layout.blocks.iter().map(|block| map.label(block)).collect();
    assert_eq!(lines[0], [("group 0".to_owned(), true), ("part 0".to_owned(), false), ("+$1.00\u{a0}M".to_owned(), false)]);
    assert!(lines.iter().any(Vec::is_empty) && lines.iter().filter(|lines| lines.len() > 1).count() > 3, "{lines:?}");
    assert!(lines.iter().flatten().any(|(text, _)| text.starts_with("−$")));
}

#[test]
fn lines_that_are_put_together_keep_the_totals_to_the_bit() {
    let engine = load(book(3).positions, book(3).facts);
    for (rows, columns) in [("strike", Some("expiry")), ("account", Some("tag:desk")), ("kind", None)] {
        for measure in measure::ALL {
            let pivot = pivot_of(&engine, rows, columns, measure);
            for (most_rows, most_columns) in [(3, 2), (1, 1), (100, 100)] {
                let shown = shown(&pivot, most_rows, most_columns);
                assert!(shown.rows.len() <= most_rows && shown.columns.len() <= most_columns);
                let add = |sums: &mut dyn Iterator<Item = Sum>| {
                    let mut total = Sum::default();
                    sums.for_each(|sum| total += sum);
                    total
                };
                assert_eq!(add(&mut shown.sums.iter().flatten().copied()), pivot.total);
                for (row, line) in shown.rows.iter().enumerate() {
                    let cells = &mut (0..shown.columns.len()).filter_map(|column| shown.sum(row, column).copied());
                    assert_eq!(add(cells), line.total, "{rows} {columns:?} {}", line.label);
                }
                let (map, places) = treemap(&pivot, &shown);
                assert_eq!(places.len(), map.groups.iter().map(|group| group.items.len()).sum::<usize>());
                for (order, place) in places.iter().enumerate() {
                    let of = map.groups.iter().flat_map(|group| &group.items).nth(order).unwrap();
                    assert_eq!(shown.sum(place.0, place.1).unwrap().value(), Some(of.value));
                }
                assert!(map.groups.windows(2).all(|pair| pair[0].size() >= pair[1].size() * (1.0 - 1e-12)));
            }
        }
    }
}

#[test]
fn the_table_has_units_in_its_heads_totals_on_both_sides_and_a_dash_for_no_number() {
    let engine = load(
        vec![
            position("BTC", coin("BTC"), 2.0, None),
            position("DOGE", coin("DOGE"), 5.0, None),
            position("call", option("BTC", Settlement::Linear, OptionKind::Call, 100_000.0, AS_OF.plus_days(3.0)), 0.0, None),
        ],
        vec![spot_fact("BTC", 100_000.0)],
    );
    let pivot = pivot_of(&engine, "underlying", Some("kind"), &measure::GROSS_NOTIONAL);
    let table = table(&pivot, &shown(&pivot, 10, 10));
    assert_eq!(table.heads, ["Underlying", "call, USD", "spot, USD", "Total, USD", "Positions", "Without a number"]);
    let rows: Vec<Vec<&str>> = table.rows.iter().map(|row| row.iter().map(Cell::shown).collect()).collect();
    assert_eq!(rows[0], ["BTC", "–", "200\u{202f}000", "200\u{202f}000", "2", "1"]);
    assert_eq!(rows[1], ["DOGE", "–", "–", "–", "1", "1"]);
    assert_eq!(rows[2], ["Total", "–", "200\u{202f}000", "200\u{202f}000", "3", "2"]);
    let tiles = tiles(&pivot, &shown(&pivot, 10, 10));
    assert_eq!(tiles.tile((0, 0)).unwrap().note, "no position here has a number 1 position, 1 without a number");
    assert_eq!(tiles.tile((0, 1)).unwrap().note, "nothing is held here");
    let text = summary(&pivot, &shown(&pivot, 10, 10));
    assert_eq!(text, "$200\u{a0}k in all over 3 positions, 2 without a number. The largest part is BTC, spot with $200\u{a0}k.");
}

#[test]
fn keys_are_told_in_words_and_two_instants_of_a_day_apart() {
    let of = |def: &'static plimsoll::exposure::pivot::dimension::DimensionDef| Dimension::Known(def);
    let at = |text: &str| Key::Instant(plimsoll::units::Timestamp::parse_iso(text).unwrap());
    assert_eq!(label(&of(&property::EXPIRY_BUCKET), &Key::Bucket(1)), "≤ 7 d");
    assert_eq!(label(&of(&property::STRIKE), &Key::Level(95_500.0)), "95\u{202f}500");
    assert_eq!(label(&of(&property::VENUE), &Key::Missing), "no venue");
    assert_eq!(label(&Dimension::by_id("tag:desk").unwrap(), &Key::Missing), "no desk");
    let keys = [at("2026-03-27T08:00:00Z"), at("2026-03-27T20:00:00Z"), at("2026-06-26T08:00:00Z"), Key::Missing];
    let told: Vec<String> = labels(&of(&property::EXPIRY), &keys).into_iter().map(|text| text.replace('\u{a0}', " ")).collect();
    assert_eq!(told, ["27 Mar 2026 08:00 UTC", "27 Mar 2026 20:00 UTC", "26 Jun 26", "no expiry"]);
}

// The sheet.

fn desk_of(positions: Vec<Position>, facts: Vec<plimsoll::market::Fact>) -> Desk {
    crate::book_support::desk(&load(positions, facts))
}

fn ask(desk: &mut Desk, shock: &Shock, choices: &[(&str, &str)]) -> Sheet {
    sheet_support::ask(desk, "pivot", &Settings { shock: shock.clone(), ..Settings::default() }, choices)
}

fn tiles_of(sheet: &Sheet) -> (&Tiles, &Pick) {
    let Body::Tiles(tiles, Some(pick)) = body(sheet, "pivot-heatmap") else { panic!() };
    (tiles, pick)
}

fn map_of(sheet: &Sheet) -> (&Treemap, &Pick) {
    let Body::Treemap(map, Some(pick)) = body(sheet, "treemap") else { panic!() };
    (map, pick)
}

#[test]
fn a_cell_taken_in_one_drawing_is_selected_in_all_and_leads_to_its_positions() {
    let inputs = generated(4, 120);
    let mut desk = desk_of(inputs.positions.clone(), inputs.facts);
    let none = Shock::default();
    let sheet = ask(&mut desk, &none, &[("pivot/rows", "account"), ("pivot/columns", "kind")]);
    let (tiles, pick) = tiles_of(&sheet);
    assert_eq!((pick.row, pick.column), (None, None));
    let of_account = |account: &str, class: &str| {
        inputs.positions.iter().filter(|held| held.account == account && held.instrument.class() == class).count()
    };
    let row = tiles.rows.iter().position(|row| row.ends_with("hedge")).unwrap();
    let column = tiles.columns.iter().position(|column| column == "put").unwrap();
    let cell = pick.values[row * tiles.columns.len() + column].clone();
    // The same cell of the treemap chooses the same.
    let (map, of_map) = map_of(&sheet);
    let group = map.groups.iter().position(|group| group.name.ends_with("hedge")).unwrap();
    let item = map.groups[group].items.iter().position(|item| item.name == "put").unwrap();
    assert_eq!(of_map.values[map.order((item, group)).unwrap()], cell);
    let chosen = [("pivot/rows", "account"), ("pivot/columns", "kind"), ("pivot/cell", &cell)];
    let sheet = ask(&mut desk, &none, &chosen);
    let (_, pick) = tiles_of(&sheet);
    assert_eq!((pick.row, pick.column), (Some(row as u32), Some(column as u32)));
    assert_eq!(pick.values[row * tiles.columns.len() + column], "none", "taken again, it is let go");
    let (_, of_map) = map_of(&sheet);
    assert_eq!((of_map.row, of_map.column), (Some(group as u32), Some(item as u32)));
    let positions = table_of(&sheet, "pivot-positions");
    assert_eq!(positions.table.rows.len(), of_account("hedge", "put") + 1);
    assert_eq!(positions.title, "Positions in Deribit · hedge, put");
    let number = |row: &[Cell]| if let Cell::Number(value, _) = &row[3] { value.unwrap() } else { panic!() };
    let (total, parts) = positions.table.rows.split_last().unwrap();
    assert_eq!(parts.iter().map(|row| number(row)).sum::<f64>().to_bits(), number(total).to_bits());
    assert_eq!(Some(number(total)), tiles.tile((column, row)).unwrap().value);
    // One step further in: the whole sheet is about these positions.
    let ways = controls(&sheet, "pivot-path");
    let ControlKind::Buttons(ways) = &ways[0].kind else { panic!() };
    assert_eq!(ways.iter().map(|way| way.1.as_str()).collect::<Vec<_>>(), ["the whole book", "only Deribit · hedge", "only put"]);
    let within = ways.last().unwrap().0.clone();
    let sheet = ask(&mut desk, &none, &[("pivot/rows", "strike"), ("pivot/columns", "underlying"), ("pivot/within", &within)]);
    let whole = table_of(&sheet, "pivot");
    let last = whole.table.rows.last().unwrap();
    let Cell::Number(Some(count), _) = last[last.len() - 2] else { panic!() };
    assert_eq!(count as usize, of_account("hedge", "put"));
    assert_eq!(table_of(&sheet, "pivot-positions").table.rows.len(), of_account("hedge", "put") + 1);
    // A selection of other dimensions is none, and says nothing of the positions.
    let sheet = ask(&mut desk, &none, &[("pivot/cell", &cell)]);
    assert_eq!(tiles_of(&sheet).1.row, None);
    assert_eq!(table_of(&sheet, "pivot-positions").title, "Positions");
    assert!(!has(&sheet, "pivot-path"));
}

#[test]
fn the_rest_of_a_long_list_is_one_row_and_the_list_adds_up() {
    let inputs = generated(9, 260);
    let mut desk = desk_of(inputs.positions, inputs.facts);
    let sheet = ask(&mut desk, &Shock::default(), &[("pivot/measure", "gross-notional")]);
    let table = &table_of(&sheet, "pivot-positions").table;
    assert_eq!(table.rows.len(), 102);
    assert_eq!(table.rows[100][0].shown(), "160 others");
    let numbers: Vec<f64> =
        table.rows.iter().map(|row| if let Cell::Number(value, _) = &row[3] { value.unwrap_or(0.0) } else { panic!() }).collect();
    assert!(numbers[..100].windows(2).all(|pair| pair[0].abs() >= pair[1].abs()));
    assert_eq!(numbers[..101].iter().sum::<f64>().to_bits(), numbers[101].to_bits());
}

#[test]
fn choices_that_a_book_or_a_version_does_not_know_are_said_and_replaced() {
    let inputs = generated(2, 60);
    let mut desk = desk_of(inputs.positions, inputs.facts);
    let choices = [("pivot/rows", "tag:gone"), ("pivot/measure", "weather"), ("pivot/columns", "none"), ("pivot/within", "[[\"venue\"")];
    let sheet = ask(&mut desk, &Shock::default(), &choices);
    let said: BTreeSet<&str> = controls(&sheet, "pivot-choice").iter().map(|control| control.error.as_str()).collect();
    assert!(said.contains("this book has no dimension “tag:gone”; Underlying is shown"), "{said:?}");
    assert!(said.contains("“weather” is no measure; $ delta, net is shown"), "{said:?}");
    assert_eq!(written(&sheet, "pivot-lost").sentences.len(), 1);
    let (tiles, _) = tiles_of(&sheet);
    assert_eq!((tiles.columns.len(), tiles.title.as_str()), (1, "$ delta, net by underlying"));
    assert_eq!(table_of(&sheet, "pivot").table.heads.len(), 4);
}

#[test]
fn under_a_shock_the_numbers_are_those_of_the_shock_and_another_shock_changes_them() {
    let inputs = generated(5, 80);
    let engine = load(inputs.positions.clone(), inputs.facts.clone());
    let mut desk = desk_of(inputs.positions, inputs.facts);
    let moved = |spot: f64| Shock { all: Move { spot, vol: VolShift::Points(0.0) }, ..Shock::default() };
    let total = |sheet: &Sheet| {
        let last = table_of(sheet, "pivot").table.rows.last().unwrap().clone();
        if let Cell::Number(Some(value), _) = last[last.len() - 3] { value } else { panic!() }
    };
    for spot in [-0.2, 0.1] {
        let expected = engine.valuation(&Settings { shock: moved(spot), ..Settings::default() }, false);
        let delta = expected.shocked.as_ref().unwrap().measures.cash_delta;
        let under = total(&ask(&mut desk, &moved(spot), &[("pivot/under", "shock")]));
        assert!((under - delta).abs() <= 1e-9 * delta.abs(), "{under} is not {delta}");
        let change = total(&ask(&mut desk, &moved(spot), &[("pivot/under", "change")]));
        assert!((change - (delta - expected.base.measures.cash_delta)).abs() <= 1e-9 * delta.abs());
        let now = total(&ask(&mut desk, &moved(spot), &[]));
        assert!((now - expected.base.measures.cash_delta).abs() <= 1e-9 * now.abs());
    }
    assert!(controls(&ask(&mut desk, &Shock::default(), &[]), "pivot-choice").iter().all(|control| control.key != "pivot/under"));
}
