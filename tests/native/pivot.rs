//! Sums by two dimensions: they add up exactly in every direction, and what they say of a book survives what leaves the book alone.

use crate::book_support::{AS_OF, Draw, cash, coin, day, future, generated, option, perpetual, position, price, quantity, spot_fact};
use plimsoll::book::{Edit, Position, Stated, edit, tag};
use plimsoll::engine::{Engine, Inputs, Settings};
use plimsoll::exposure::pivot::columns::{Columns, Sources, Under};
use plimsoll::exposure::pivot::dimension::Dimension;
use plimsoll::exposure::pivot::measure::{self, MeasureDef};
use plimsoll::exposure::pivot::{Key, Pivot, Query, Step, Sum, property};
use plimsoll::instrument::{AmericanOption, Instrument, Loan, OptionKind, Other, Pool, Settlement, Share, Side, Stake, Unlock};
use plimsoll::stress::{Move, Shock, VolShift};
use plimsoll::units::{Currency, Rate};
use std::collections::BTreeMap;

const SEEDS: std::ops::Range<u64> = 0..6;

/// A book of every contract at three venues and at none, labelled here and there, with figures of the venues for some positions, some
/// positions that have expired and some that nothing is known of.
pub fn book(seed: u64) -> Inputs {
    let mut inputs = generated(seed, 120);
    let mut draw = Draw(seed + 1000);
    inputs.facts.push(spot_fact("SPY", 690.0));
    inputs.facts.push(spot_fact("BOND", 99.5));
    let american = AmericanOption {
        underlying: "SPY".to_owned(),
        quote: Currency::usd(),
        contract_size: 100.0,
        expiry: day(44),
        strike: price(700.0),
        kind: OptionKind::Put,
    };
    let eth = || Currency::new("ETH");
    let pool = |side| Pool { base: eth(), quote: Currency::new("USDC"), side, liquidity: 12.0, lower: 1000.0, upper: Some(9000.0) };
    for instrument in [
        Instrument::Share(Share { symbol: "SPY".to_owned() }),
        Instrument::Stake(Stake { token: "WSTETH".to_owned(), underlying: "ETH".to_owned(), rate: 1.2, unlock: Unlock::Free }),
        Instrument::Loan(Loan { asset: eth(), rate: Rate::new(0.03).ok(), threshold: Some(0.8) }),
        Instrument::Loan(Loan { asset: Currency::new("USDC"), rate: None, threshold: None }),
        Instrument::Pool(pool(Side::Base)),
        Instrument::Pool(pool(Side::Quote)),
        Instrument::Other(Other { symbol: "BOND".to_owned(), kind: "bond".to_owned(), contract_size: 10.0 }),
        Instrument::AmericanOption(american),
        // Nothing is known of the one, the other two are over.
        coin("DOGE"),
        future("BTC", Settlement::Linear, 1.0, day(-3)),
        option("ETH", Settlement::Inverse, OptionKind::Call, 3000.0, day(-40)),
        cash("USD"),
    ] {
        let is_pool = matches!(instrument, Instrument::Pool(_));
        let held = if is_pool { 2.0 } else { draw.between(-9.0, 9.0) };
        inputs.positions.push(position(instrument.class(), instrument, held, None));
    }
    for position in &mut inputs.positions {
        position.venue = ["Deribit", "OKX", "Aave", ""][draw.below(4)].to_owned();
        for (key, labels) in [("trader", ["Ada", "Grace", ""]), ("counterparty", ["Copper", "", ""]), ("desk", ["one", "two", ""])] {
            let label = labels[draw.below(3)];
            if !label.is_empty() {
                position.tags.insert(key.to_owned(), label.to_owned());
            }
        }
        if draw.below(3) == 0 {
            let currency = ["USD", "BTC", "DOGE"][draw.below(3)];
            position.stated = Some(Box::new(Stated {
                initial_margin: Some(quantity(draw.between(0.0, 5.0))),
                maintenance_margin: (draw.below(2) == 0).then(|| quantity(draw.between(0.0, 3.0))),
                currency: Some(Currency::new(currency)),
                ..Stated::default()
            }));
        }
    }
    inputs
}

fn shock() -> Settings {
    let all = Move { spot: -0.17, vol: VolShift::Points(0.09) };
    Settings { shock: Shock { all, days: 20.0, ..Shock::default() }, ..Settings::default() }
}

fn known(def: &'static plimsoll::exposure::pivot::dimension::DimensionDef) -> Dimension {
    Dimension::Known(def)
}

fn tag_of(key: &str) -> Dimension {
    Dimension::by_id(&format!("tag:{key}")).unwrap()
}

/// The numbers behind a pivot, and columns for it.
struct Desk<'a> {
    sources: Sources<'a>,
    columns: Columns,
}

impl<'a> Desk<'a> {
    fn new(sources: Sources<'a>) -> Desk<'a> {
        Desk { sources, columns: Columns::default() }
    }

    fn pivot(&mut self, rows: &Dimension, columns: Option<&Dimension>, measure: &'static MeasureDef, under: Under) -> Pivot {
        self.columns.pivot(&self.sources, &Query { rows, columns, measure, under, within: &[] })
    }

    fn within(&mut self, rows: &Dimension, columns: &Dimension, measure: &'static MeasureDef, within: &[Step]) -> Pivot {
        self.columns.pivot(&self.sources, &Query { rows, columns: Some(columns), measure, under: Under::Now, within })
    }
}

fn added(sums: impl IntoIterator<Item = Sum>) -> Sum {
    let mut total = Sum::default();
    sums.into_iter().for_each(|sum| total += sum);
    total
}

fn bits(sum: &Sum) -> (u64, u32, u32, u32) {
    (sum.sum.to_bits(), sum.positions, sum.summed, sum.left_out)
}

#[test]
fn cells_add_up_exactly_in_every_direction_for_every_pair_and_measure() {
    for seed in SEEDS {
        let engine = Engine::load(book(seed), AS_OF);
        let shocked = engine.under(&shock());
        let sources = engine.sources(shocked.as_ref());
        let mut desk = Desk::new(sources);
        let dimensions = Dimension::of(sources.book);
        assert!(dimensions.iter().any(|dimension| dimension.id() == "tag:desk"));
        assert_eq!(dimensions.iter().filter(|dimension| dimension.label().eq_ignore_ascii_case("strategy")).count(), 1);
        for under in [Under::Now, Under::Shock, Under::Change] {
            for measure in measure::ALL {
                let mut totals = Vec::new();
                for (place, rows) in dimensions.iter().enumerate() {
                    for columns in dimensions.iter().skip(place).map(Some).chain([None]) {
                        let pivot = desk.pivot(rows, columns, measure, under);
                        let name = format!("seed {seed}: {} by {} and {:?}", measure.id, rows.id(), columns.map(Dimension::id));
                        let count = u32::try_from(sources.count()).unwrap();
                        assert_eq!(pivot.total.positions, count, "{name}");
                        assert_eq!(bits(&added(pivot.cells.iter().map(|cell| cell.sum))), bits(&pivot.total), "{name}");
                        assert_eq!(bits(&added(pivot.cells.iter().rev().map(|cell| cell.sum))), bits(&pivot.total), "{name}");
                        assert_eq!(bits(&added(pivot.row_totals.iter().copied())), bits(&pivot.total), "{name}");
                        assert_eq!(bits(&added(pivot.column_totals.iter().copied())), bits(&pivot.total), "{name}");
                        for (row, total) in pivot.row_totals.iter().enumerate() {
                            assert_eq!(bits(&added(pivot.row(row).iter().map(|cell| cell.sum))), bits(total), "{name}");
                        }
                        for (column, total) in pivot.column_totals.iter().enumerate() {
                            let of_column = (0..pivot.rows.len()).filter_map(|row| pivot.cell(row, column)).copied();
                            assert_eq!(bits(&added(of_column)), bits(total), "{name}");
                        }
                        assert!(pivot.rows.is_sorted() && pivot.columns.is_sorted(), "{name}");
                        totals.push(bits(&pivot.total));
                    }
                }
                assert!(totals.windows(2).all(|pair| pair[0] == pair[1]), "seed {seed}: {} has one total", measure.id);
            }
        }
    }
}

#[test]
fn a_total_is_the_sum_of_the_positions_up_to_the_bound_that_is_named() {
    for seed in SEEDS {
        let engine = Engine::load(book(seed), AS_OF);
        let shocked = engine.under(&shock());
        let mut desk = Desk::new(engine.sources(shocked.as_ref()));
        let count = desk.sources.count();
        for (measure, under) in measure::ALL.iter().flat_map(|measure| [(*measure, Under::Now), (*measure, Under::Change)]) {
            let parts: Vec<f64> = (0..count).filter_map(|index| desk.sources.part(measure, under, index)).collect();
            let gross: f64 = parts.iter().map(|part| part.abs()).sum();
            let total = desk.pivot(&known(&property::SIDE), None, measure, under).total;
            assert_eq!(total.summed as usize, parts.len(), "{}", measure.id);
            // Once for our rounding and once for that of the naive sum beside it.
            let bound = 2.0 * count as f64 * f64::EPSILON * gross;
            let sum: f64 = parts.iter().sum();
            assert!((total.sum - sum).abs() <= bound, "seed {seed}: {} is {} and not {sum}", measure.id, total.sum);
        }
        // Numbers of the positions themselves, by another way.
        let valuation = engine.valuation(&Settings::default(), false);
        let near = |measure, expected: f64| {
            let sum = engine_total(&mut desk, measure);
            assert!((sum - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{}: {sum} is not {expected}", measure.id);
        };
        let measures = valuation.base.measures;
        let mut near = near;
        near(&measure::NET_DELTA, measures.cash_delta);
        near(&measure::GROSS_NOTIONAL, measures.gross_notional);
        near(&measure::NET_NOTIONAL, measures.net_notional);
        near(&measure::VANNA, measures.vanna_1pt);
        near(&measure::RHO, measures.rho_1bp);
        near(&measure::VALUE, measures.value);
    }
}

fn engine_total(desk: &mut Desk<'_>, measure: &'static MeasureDef) -> f64 {
    desk.pivot(&known(&property::VENUE), None, measure, Under::Now).total.sum
}

#[test]
fn every_position_has_one_key_in_each_dimension_and_the_positions_behind_a_cell_sum_to_it() {
    for seed in SEEDS {
        let engine = Engine::load(book(seed), AS_OF);
        let shocked = engine.under(&shock());
        let mut desk = Desk::new(engine.sources(shocked.as_ref()));
        let dimensions = Dimension::of(desk.sources.book);
        for dimension in &dimensions {
            desk.columns.build(&desk.sources, dimension);
            let column = desk.columns.dimension(dimension).unwrap().clone();
            assert_eq!(column.codes.len(), desk.sources.count());
            let mut met = vec![0; desk.sources.count()];
            for key in &column.keys {
                let of_key = desk.columns.positions(&desk.sources, &[(dimension.clone(), key.clone())]);
                assert!(!of_key.is_empty(), "{} has a key without a position", dimension.id());
                of_key.iter().for_each(|index| met[*index as usize] += 1);
            }
            assert!(met.iter().all(|count| *count == 1), "{}", dimension.id());
        }
        for (rows, columns) in [(0, 2), (6, 9), (8, 1), (12, dimensions.len() - 1)] {
            let (rows, columns) = (&dimensions[rows], &dimensions[columns]);
            for measure in [&measure::NET_DELTA, &measure::WEIGHTED_VEGA, &measure::INITIAL_MARGIN] {
                let pivot = desk.pivot(rows, Some(columns), measure, Under::Now);
                let values = desk.columns.measure(measure, Under::Now).unwrap().to_vec();
                for cell in &pivot.cells {
                    let steps = pivot.steps(&[], cell.row as usize, Some(cell.column as usize));
                    let behind = desk.columns.positions(&desk.sources, &steps);
                    assert_eq!(behind.len(), cell.sum.positions as usize);
                    let numbers = behind.iter().map(|index| values[*index as usize]).filter(|value| !value.is_nan());
                    assert_eq!((numbers.clone().sum::<f64>() + 0.0).to_bits(), cell.sum.sum.to_bits());
                    assert_eq!(numbers.count(), cell.sum.summed as usize);
                    // The same cell, cut further: one step down, its parts still add up to it.
                    let deeper = desk.within(&dimensions[3], &dimensions[11], measure, &steps);
                    assert_eq!(bits(&deeper.total), bits(&cell.sum));
                    assert_eq!(bits(&added(deeper.cells.iter().map(|cell| cell.sum))), bits(&cell.sum));
                }
            }
        }
        let nowhere = (known(&property::VENUE), Key::Level(7.0));
        assert_eq!(desk.columns.positions(&desk.sources, std::slice::from_ref(&nowhere)), [0_u32; 0]);
        let empty = desk.within(&dimensions[0], &dimensions[1], &measure::VALUE, &[nowhere]);
        assert_eq!((empty.cells.len(), empty.rows.len(), empty.total), (0, 0, Sum::default()));
    }
}

#[test]
fn a_venue_taken_away_and_brought_back_restores_every_bit_of_every_pivot() {
    for seed in SEEDS {
        let inputs = book(seed);
        let gone: Vec<Position> = inputs.positions.iter().filter(|position| position.venue == "OKX").cloned().collect();
        let rest: Vec<Position> = inputs.positions.iter().filter(|position| position.venue != "OKX").cloned().collect();
        assert!(gone.len() > 10 && rest.len() > 10);
        let pivots = |positions: Vec<Position>| -> Vec<Pivot> {
            let engine = Engine::load(Inputs { positions, ..inputs.clone() }, AS_OF);
            let shocked = engine.under(&shock());
            let mut desk = Desk::new(engine.sources(shocked.as_ref()));
            let dimensions = Dimension::of(desk.sources.book);
            let pairs = dimensions.iter().zip(dimensions.iter().skip(1));
            let mut pivots = Vec::new();
            for ((rows, columns), measure) in pairs.flat_map(|pair| measure::ALL.iter().map(move |measure| (pair, *measure))) {
                pivots.extend([Under::Now, Under::Change].map(|under| desk.pivot(rows, Some(columns), measure, under)));
            }
            pivots
        };
        let whole = pivots(inputs.positions.clone());
        let without = pivots(rest.clone());
        let back = pivots(rest.into_iter().chain(gone).collect());
        assert_eq!(whole.len(), back.len());
        for (before, after) in whole.iter().zip(&back) {
            assert_eq!((&before.rows, &before.columns), (&after.rows, &after.columns));
            let all = |pivot: &Pivot| -> Vec<_> {
                let cells = pivot.cells.iter().map(|cell| (cell.row, cell.column, bits(&cell.sum)));
                let totals = pivot.row_totals.iter().chain(&pivot.column_totals).chain([&pivot.total]);
                cells.chain(totals.map(|sum| (0, 0, bits(sum)))).collect()
            };
            assert_eq!(all(before), all(after), "seed {seed}: {} by {}", before.measure.id, before.rows_by.id());
        }
        assert!(whole.iter().zip(&without).any(|(before, after)| before.total.sum != after.total.sum), "a venue that is gone is missed");
    }
}

/// Labels lots of one contract, holder and labels, as netting puts them together; what is not among them is what netting adds.
fn label_lots(positions: &mut [Position]) -> BTreeMap<String, (f64, f64)> {
    let mut lots: Vec<(Position, String)> = Vec::new();
    let mut sides: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for position in positions {
        let same = |other: &Position| {
            let one = |position: &Position| (position.venue.clone(), position.account.clone(), position.tags.clone());
            other.instrument == position.instrument && one(other) == one(position)
        };
        let label = match lots.iter().find(|(other, _)| same(other)) {
            Some((_, label)) => label.clone(),
            None => format!("lot {}", lots.len()),
        };
        lots.push((position.clone(), label.clone()));
        position.tags.insert("lot".to_owned(), label.clone());
        let side = sides.entry(label).or_default();
        let held = position.quantity.get();
        if held > 0.0 { side.0 += held } else { side.1 -= held }
    }
    sides
}

#[test]
fn netting_changes_gross_only_where_opposite_signs_met_and_leaves_net_measures() {
    let mut met_somewhere = 0;
    for seed in SEEDS {
        let mut inputs = generated(seed, 160);
        let sides = label_lots(&mut inputs.positions);
        let mut netted = inputs.clone();
        edit::apply(&mut netted.positions, &Edit::NetByInstrument).unwrap();
        assert!(netted.positions.len() < inputs.positions.len());
        let engines = [inputs, netted].map(|inputs| Engine::load(inputs, AS_OF));
        let mut desks = engines.each_ref().map(|engine| Desk::new(engine.sources(None)));
        let lot = tag_of("lot");
        for measure in [&measure::GROSS_NOTIONAL, &measure::GROSS_DELTA] {
            // Each number is rounded by the gross of the book, once.
            let rounding = 1e-12 * engine_total(&mut desks[0], measure);
            let [before, after] = desks.each_mut().map(|desk| {
                let pivot = desk.pivot(&lot, None, measure, Under::Now);
                pivot.rows.into_iter().zip(pivot.row_totals).collect::<BTreeMap<Key, Sum>>()
            });
            for (key, sum) in &before {
                let Key::Name(name) = key else { panic!("{key:?}") };
                let (long, short) = sides[name.as_str()];
                let left = after.get(key).map_or(0.0, |sum| sum.sum);
                let tolerance = 1e-9 * sum.sum + rounding;
                if long > 0.0 && short > 0.0 {
                    let net = sum.sum * (long - short).abs() / (long + short);
                    // An inverse contract's delta depends on its entry, which netting changes; its size does not.
                    if measure.id == measure::GROSS_NOTIONAL.id {
                        assert!((left - net).abs() <= tolerance, "seed {seed} {name}: {left} of {}, not {net}", sum.sum);
                        met_somewhere += usize::from(sum.sum > 0.0);
                    }
                    assert!(left <= sum.sum + tolerance, "seed {seed} {name}: {left} of {}", sum.sum);
                } else {
                    assert!((left - sum.sum).abs() <= tolerance, "seed {seed} {name}: {left} is not {}", sum.sum);
                }
            }
        }
        // What netting pays out is a coin or cash of the same account, so that the net of underlying and account is what it was.
        for measure in measure::ALL.iter().copied().filter(|measure| {
            let kept = [&measure::NET_DELTA, &measure::GAMMA, &measure::WEIGHTED_VEGA, &measure::VEGA, &measure::VANNA, &measure::VOLGA];
            kept.iter().any(|kept| kept.id == measure.id)
        }) {
            let (rows, columns) = (known(&property::UNDERLYING), known(&property::ACCOUNT));
            let [before, after] = desks.each_mut().map(|desk| desk.pivot(&rows, Some(&columns), measure, Under::Now));
            let gross = before.cells.iter().map(|cell| cell.sum.sum.abs()).fold(1.0, f64::max);
            for cell in &before.cells {
                let (row, column) = (cell.row as usize, cell.column as usize);
                let found = after.rows.iter().position(|key| *key == before.rows[row]);
                let other = after.columns.iter().position(|key| *key == before.columns[column]);
                let left = found.zip(other).and_then(|(row, column)| after.cell(row, column)).map_or(0.0, |sum| sum.sum);
                let name = format!("seed {seed}: {} of {:?}", measure.id, before.rows[row]);
                assert!((left - cell.sum.sum).abs() <= 1e-9 * gross, "{name}: {left} is not {}", cell.sum.sum);
            }
        }
        let [before, after] = desks.each_mut().map(|desk| engine_total(desk, &measure::VALUE));
        assert!((before - after).abs() <= 1e-9 * before.abs().max(1.0), "seed {seed}: the value stays: {before}, {after}");
    }
    assert!(met_somewhere > 20, "opposite signs met in {met_somewhere} lots");
}

#[test]
fn what_has_no_number_is_counted_and_what_has_expired_counts_for_nothing() {
    let mut stated = position("perp", perpetual("BTC", Settlement::Linear, 1.0), 1.0, Some(90_000.0));
    let margin = |amount: f64, currency: &str| {
        let (initial_margin, currency) = (Some(quantity(amount)), Some(Currency::new(currency)));
        Some(Box::new(Stated { initial_margin, currency, ..Stated::default() }))
    };
    stated.stated = margin(0.5, "BTC");
    let mut unknown = stated.clone();
    unknown.stated = margin(3.0, "DOGE");
    let over = position("over", future("BTC", Settlement::Linear, 1.0, day(-1)), 1.0, Some(90_000.0));
    let positions = vec![stated, unknown, over, position("DOGE", coin("DOGE"), 5.0, None), position("USD", cash("USD"), 7.0, None)];
    let engine = Engine::load(crate::book_support::inputs(positions, vec![spot_fact("BTC", 100_000.0)]), AS_OF);
    let shocked = engine.under(&shock());
    let mut desk = Desk::new(engine.sources(shocked.as_ref()));
    let kind = known(&property::KIND);
    let margins = desk.pivot(&kind, None, &measure::INITIAL_MARGIN, Under::Now);
    assert_eq!(margins.total.value(), Some(50_000.0));
    assert_eq!((margins.total.summed, margins.total.left_out, margins.total.expired()), (1, 3, 1));
    assert_eq!(desk.pivot(&kind, None, &measure::INITIAL_MARGIN, Under::Shock).total.value(), None, "a venue says nothing of a shock");
    let values = desk.pivot(&kind, None, &measure::VALUE, Under::Now);
    let rows: Vec<(String, Option<f64>, u32, u32)> = values
        .rows
        .iter()
        .zip(&values.row_totals)
        .map(|(key, sum)| {
            let Key::Name(name) = key else { panic!("{key:?}") };
            (name.to_string(), sum.value(), sum.left_out, sum.expired())
        })
        .collect();
    let row = |name: &str, value, left_out, expired| (name.to_owned(), value, left_out, expired);
    let expected =
        [row("cash", Some(7.0), 0, 0), row("future", None, 0, 1), row("perpetual", Some(20_000.0), 0, 0), row("spot", None, 1, 0)];
    assert_eq!(rows, expected);
}

#[test]
fn buckets_of_expiry_and_moneyness_hold_what_their_names_say() {
    let on = |days: f64| AS_OF.plus_days(days);
    let call = |strike: f64, days: f64| option("BTC", Settlement::Linear, OptionKind::Call, strike, on(days));
    let put = |strike: f64, days: f64| option("BTC", Settlement::Linear, OptionKind::Put, strike, on(days));
    // At a vol of 50 % a quarter of a year of 365 days is a deviation of a quarter.
    let quarter = 365.0 / 4.0;
    let at = |deviations: f64| 100_000.0 * plimsoll::math::exp(deviations * 0.25);
    let cases = [
        (coin("BTC"), "no expiry", "no option, or no vol"),
        (call(at(0.2), quarter), "90–180 d", "ATM within ¼σ"),
        (call(at(0.9), quarter), "90–180 d", "OTM ¼–1σ"),
        (put(at(0.9), quarter), "90–180 d", "ITM ¼–1σ"),
        (put(at(-1.5), quarter), "90–180 d", "OTM 1–2σ"),
        (call(at(-1.5), quarter), "90–180 d", "ITM 1–2σ"),
        (call(at(2.1), quarter), "90–180 d", "OTM > 2σ"),
        (put(at(2.1), quarter), "90–180 d", "ITM > 2σ"),
        (future("BTC", Settlement::Linear, 1.0, on(7.0)), "≤ 7 d", "no option, or no vol"),
        (future("BTC", Settlement::Linear, 1.0, on(7.01)), "7–30 d", "no option, or no vol"),
        (future("BTC", Settlement::Linear, 1.0, on(30.0)), "7–30 d", "no option, or no vol"),
        (future("BTC", Settlement::Linear, 1.0, on(365.0)), "180 d–1 y", "no option, or no vol"),
        (future("BTC", Settlement::Linear, 1.0, on(366.0)), "> 1 y", "no option, or no vol"),
        (future("BTC", Settlement::Linear, 1.0, on(0.0)), "expired", "no option, or no vol"),
    ];
    let positions: Vec<Position> = cases.iter().map(|(instrument, ..)| position("one", instrument.clone(), 1.0, Some(1.0))).collect();
    let mut facts = vec![spot_fact("BTC", 100_000.0)];
    let options = cases.iter().filter(|(instrument, ..)| matches!(instrument, Instrument::Option(_)));
    facts.extend(options.map(|(instrument, ..)| crate::book_support::option_fact(instrument, Some(0.5), None)));
    let engine = Engine::load(crate::book_support::inputs(positions, facts), AS_OF);
    let sources = engine.sources(None);
    let name = |def: &'static plimsoll::exposure::pivot::dimension::DimensionDef, index: usize| {
        let dimension = known(def);
        match dimension.key(&sources.subject(index).unwrap()) {
            Key::Bucket(bucket) => def.buckets[usize::from(bucket)].to_owned(),
            Key::Missing => dimension.missing(),
            other => panic!("{other:?}"),
        }
    };
    for (index, (instrument, expiry, moneyness)) in cases.iter().enumerate() {
        assert_eq!(name(&property::EXPIRY_BUCKET, index), *expiry, "{instrument:?}");
        assert_eq!(name(&property::MONEYNESS, index), *moneyness, "{instrument:?}");
    }
}

#[test]
fn the_class_of_a_contract_is_the_one_that_the_rules_give() {
    let rules = tag::asset_class_rules();
    let codes = ["BTC", "USD", "USDC", "DAI", "SPX", "ES", "SR3", "6E", "GC", "DOGE", "SPY", "EUR"];
    for seed in SEEDS {
        for held in book(seed).positions {
            for code in codes {
                let mut held = held.clone();
                match &mut held.instrument {
                    Instrument::Cash(cash) => cash.currency = Currency::new(code),
                    Instrument::Spot(spot) => spot.asset = code.to_owned(),
                    Instrument::Future(future) => future.underlying = code.to_owned(),
                    Instrument::Perpetual(perpetual) => perpetual.underlying = code.to_owned(),
                    Instrument::Option(option) => option.underlying = code.to_owned(),
                    Instrument::AmericanOption(option) => option.underlying = code.to_owned(),
                    Instrument::Share(share) => share.symbol = code.to_owned(),
                    Instrument::Stake(stake) => stake.underlying = code.to_owned(),
                    Instrument::Loan(loan) => loan.asset = Currency::new(code),
                    Instrument::Pool(pool) => (pool.base, pool.quote) = (Currency::new(code), Currency::new(code)),
                    Instrument::Other(other) => other.symbol = code.to_owned(),
                }
                let class = tag::asset_class(&held.instrument);
                tag::apply(&rules, &mut held);
                assert_eq!(held.tags["asset_class"], class, "{:?}", held.instrument);
            }
        }
    }
}

#[test]
fn a_table_that_is_mostly_empty_adds_up_as_well() {
    // As many keys as positions on both sides: laid out side by side they would take 16 million cells.
    let count = 4000;
    let mut draw = Draw(5);
    let positions: Vec<Position> = (0..count)
        .map(|index| {
            let mut held = position("BTC", coin("BTC"), draw.between(-3.0, 3.0), None);
            held.tags.insert("one".to_owned(), format!("{index}"));
            held.tags.insert("other".to_owned(), format!("{}", (index * 7) % (count / 2)));
            held
        })
        .collect();
    let engine = Engine::load(crate::book_support::inputs(positions, vec![spot_fact("BTC", 95_000.0)]), AS_OF);
    let mut desk = Desk::new(engine.sources(None));
    let (one, other) = (tag_of("one"), tag_of("other"));
    let pivot = desk.pivot(&one, Some(&other), &measure::NET_DELTA, Under::Now);
    assert_eq!((pivot.rows.len(), pivot.columns.len(), pivot.cells.len()), (count, count / 2, count));
    assert_eq!(bits(&added(pivot.cells.iter().map(|cell| cell.sum))), bits(&pivot.total));
    let turned = desk.pivot(&other, Some(&one), &measure::NET_DELTA, Under::Now);
    for cell in &pivot.cells {
        assert_eq!(turned.cell(cell.column as usize, cell.row as usize), Some(&cell.sum));
    }
}
