//! Edits of a book: what they change, what they leave alone, and what they refuse.

use crate::book_support::{
    AS_OF, Draw, cash, coin, day, future, generated, inputs, load, near, option, perpetual, perpetual_fact, position, price, quantity,
    spot_fact,
};
use plimsoll::book::tag::{Condition, Rule, asset_class_rules};
use plimsoll::book::{Account, Closing, Edit, Position, Stated, edit};
use plimsoll::engine::{Engine, Inputs, Settings};
use plimsoll::instrument::{Instrument, OptionKind, Settlement, Share};
use plimsoll::issue::IssueKind;
use plimsoll::protocol::{Desk, Request, Response, from_bytes, handle, to_bytes};
use std::collections::BTreeMap;

fn equity(inputs: &Inputs) -> f64 {
    Engine::load(inputs.clone(), AS_OF).valuation(&Settings::default(), false).base.equity
}

/// Size of what is added up, so that rounding is measured against it.
fn gross(inputs: &Inputs) -> f64 {
    Engine::load(inputs.clone(), AS_OF).valuation(&Settings::default(), false).base.measures.gross_notional.max(1.0)
}

fn apply(positions: &mut Vec<Position>, edit: &Edit) {
    // As it crosses from page to worker.
    let edit: Edit = from_bytes(&to_bytes(edit).unwrap()).unwrap();
    edit::apply(positions, &edit).unwrap();
}

fn refused(positions: &[Position], edit: &Edit) -> (IssueKind, String) {
    let mut edited = positions.to_vec();
    let issue = edit::apply(&mut edited, edit).unwrap_err();
    assert_eq!(edited, positions, "a refused edit changes nothing");
    (issue.kind, issue.subject.unwrap_or_default())
}

#[test]
fn lots_of_a_split_sum_to_the_whole_to_the_bit() {
    let mut draw = Draw(7);
    for _ in 0..20_000 {
        let whole = draw.between(-1.0, 1.0) * [1e-8, 0.3, 1.0, 12_345.0, 1e12][draw.below(5)];
        let part = whole * draw.between(1e-9, 1.0);
        let mut positions = vec![position("BTC", coin("BTC"), whole, None)];
        apply(&mut positions, &Edit::Split { index: 0, quantity: quantity(part) });
        let [first, second] = [0, 1].map(|index: usize| positions[index].quantity.get());
        assert_eq!((first + second).to_bits(), whole.to_bits(), "{first} + {second} is not {whole}");
        near("first lot", first / part, 1.0, 1e-6);
    }
    let mut positions = vec![position("BTC", coin("BTC"), 0.3, None), position("ETH", coin("ETH"), 1.0, None)];
    apply(&mut positions, &Edit::Split { index: 0, quantity: quantity(0.1) });
    assert_eq!(positions.iter().map(|position| position.name.as_str()).collect::<Vec<_>>(), ["BTC", "BTC", "ETH"]);
    assert_eq!(positions[0].quantity, quantity(0.1), "a lot is what was typed where the sum allows it");
}

#[test]
fn a_lot_is_a_part_of_its_position() {
    let positions = [position("BTC", coin("BTC"), 2.0, None)];
    for part in [0.0, -1.0, 2.0, 3.0] {
        let (kind, subject) = refused(&positions, &Edit::Split { index: 0, quantity: quantity(part) });
        assert_eq!((kind, subject.as_str()), (IssueKind::Invalid, "BTC"), "{part}");
    }
}

#[test]
fn linear_lots_are_averaged_by_quantity_and_inverse_lots_harmonically() {
    let perp = |settlement, held, entry| position("perp", perpetual("BTC", settlement, 1.0), held, Some(entry));
    let mut linear = vec![perp(Settlement::Linear, 1.0, 90_000.0), perp(Settlement::Linear, 3.0, 100_000.0)];
    apply(&mut linear, &Edit::NetByInstrument);
    assert_eq!(linear.len(), 1);
    assert_eq!((linear[0].quantity, linear[0].entry_price), (quantity(4.0), Some(price(97_500.0))));
    let mut inverse = vec![perp(Settlement::Inverse, 90_000.0, 90_000.0), perp(Settlement::Inverse, 300_000.0, 100_000.0)];
    apply(&mut inverse, &Edit::NetByInstrument);
    // 390 000 dollars over 1 + 3 coins.
    assert_eq!((inverse[0].quantity, inverse[0].entry_price), (quantity(390_000.0), Some(price(97_500.0))));
    let mut option_lots = vec![
        position("call", option("BTC", Settlement::Inverse, OptionKind::Call, 1e5, day(14)), 2.0, Some(0.03)),
        position("call", option("BTC", Settlement::Inverse, OptionKind::Call, 1e5, day(14)), 6.0, Some(0.05)),
    ];
    apply(&mut option_lots, &Edit::NetByInstrument);
    near("an option's premium is averaged in its own unit", option_lots[0].entry_price.unwrap().get(), 0.045, 1e-15);
}

#[test]
fn lots_that_cancel_leave_their_gain_in_cash() {
    for (settlement, entries, currency, paid) in [
        (Settlement::Linear, [90_000.0, 96_000.0], cash("USD"), 5.0 * 6000.0),
        (Settlement::Inverse, [80_000.0, 100_000.0], coin("BTC"), 5.0 * (1.0 / 80_000.0 - 1.0 / 100_000.0)),
    ] {
        let lots =
            [1.0, -1.0].iter().zip(entries).map(|(held, entry)| position("perp", perpetual("BTC", settlement, 5.0), *held, Some(entry)));
        let mut positions: Vec<Position> = lots.collect();
        apply(&mut positions, &Edit::NetByInstrument);
        assert_eq!(positions.len(), 1, "{positions:?}");
        assert_eq!(positions[0].instrument, currency);
        near("gain", positions[0].quantity.get() / paid, 1.0, 1e-12);
    }
    // 10 bought at 100 and 9 sold at 200: an entry that gives this gain would be −800. 1 stays at 100, and 900 are locked in.
    let perp = |held, entry| position("perp", perpetual("BTC", Settlement::Linear, 1.0), held, Some(entry));
    let mut positions = vec![perp(10.0, 100.0), perp(-9.0, 200.0)];
    apply(&mut positions, &Edit::NetByInstrument);
    assert_eq!((positions[0].quantity.get(), positions[0].entry_price.unwrap().get()), (1.0, 100.0));
    assert_eq!((positions[1].instrument.clone(), positions[1].quantity.get()), (cash("USD"), 900.0));
}

#[test]
fn lots_of_other_accounts_labels_or_unknown_entries_stay_apart() {
    let lot = |entry| position("perp", perpetual("BTC", Settlement::Linear, 1.0), 1.0, entry);
    let mut other_account = lot(Some(1e5));
    other_account.account = "hedge".to_owned();
    let mut labelled = lot(Some(1e5));
    labelled.tags.insert("strategy".to_owned(), "carry".to_owned());
    let mut positions = vec![lot(Some(1e5)), other_account, labelled, lot(None), lot(None)];
    apply(&mut positions, &Edit::NetByInstrument);
    assert_eq!(positions.iter().map(|position| position.quantity.get()).collect::<Vec<_>>(), [1.0, 1.0, 1.0, 2.0]);
}

#[test]
fn splitting_netting_labelling_and_renaming_leave_the_value_alone() {
    for seed in 0..24 {
        let before = generated(seed, 120);
        let mut draw = Draw(seed);
        let mut after = before.clone();
        for _ in 0..20 {
            let index = draw.below(after.positions.len());
            let part = after.positions[index].quantity.get() * draw.between(0.01, 0.99);
            if part != 0.0 {
                apply(&mut after.positions, &Edit::Split { index: u32::try_from(index).unwrap(), quantity: quantity(part) });
            }
        }
        let edits = [
            Edit::Tag { indices: vec![0, 3], key: "trader".to_owned(), value: "Ada".to_owned() },
            Edit::ApplyRules { rules: asset_class_rules() },
            Edit::RenameVenue { from: "Deribit".to_owned(), to: "Paradigm".to_owned() },
            Edit::RenameAccount { venue: "Paradigm".to_owned(), from: "hedge".to_owned(), to: "main".to_owned() },
            Edit::NetByInstrument,
        ];
        for edit in &edits {
            let lots = after.positions.len();
            apply(&mut after.positions, edit);
            let moved = (equity(&after) - equity(&before)).abs() / gross(&before);
            assert!(moved < 1e-12, "seed {seed}: {edit:?} moved the value by {moved} of the gross notional");
            if matches!(edit, Edit::NetByInstrument) {
                assert!(after.positions.len() < lots * 2 / 3, "seed {seed}: {} lots of {lots} are left", after.positions.len());
            }
        }
        let once = after.positions.clone();
        apply(&mut after.positions, &Edit::NetByInstrument);
        assert_eq!(once, after.positions, "seed {seed}: a netted book is netted");
    }
}

#[test]
fn a_gain_is_the_same_at_every_price_before_and_after_netting() {
    let gain = |positions: &[Position], at: f64| -> f64 {
        let facts = vec![
            spot_fact("BTC", at),
            perpetual_fact("BTC", Settlement::Linear, at * 1.0003),
            perpetual_fact("BTC", Settlement::Inverse, at * 0.9998),
        ];
        equity(&inputs(positions.to_vec(), facts))
    };
    for seed in 0..40 {
        let mut draw = Draw(seed);
        let settlement = [Settlement::Linear, Settlement::Inverse][draw.below(2)];
        let scale = if settlement == Settlement::Inverse { 95_000.0 } else { 1.0 };
        let lots: Vec<Position> = (0..6)
            .map(|_| position("perp", perpetual("BTC", settlement, 10.0), draw.between(-5.0, 9.0) * scale, Some(draw.between(6e4, 12e4))))
            .collect();
        let mut netted = lots.clone();
        apply(&mut netted, &Edit::NetByInstrument);
        for at in [50_000.0, 95_000.0, 140_000.0] {
            let scale = lots.iter().map(|lot| lot.quantity.get().abs()).sum::<f64>()
                * 10.0
                * if settlement == Settlement::Linear { at } else { 1.0 };
            let moved = (gain(&netted, at) - gain(&lots, at)).abs() / scale;
            assert!(moved < 1e-12, "seed {seed} at {at}: {moved}");
        }
    }
}

#[test]
fn closing_pays_each_contract_in_its_own_currency() {
    let mut positions = vec![
        position("linear perp", perpetual("BTC", Settlement::Linear, 0.1), -20.0, Some(100_000.0)),
        position("inverse future", future("BTC", Settlement::Inverse, 10.0, day(70)), 1000.0, Some(80_000.0)),
        position("inverse call", option("BTC", Settlement::Inverse, OptionKind::Call, 1e5, day(14)), -3.0, Some(0.03)),
        position("linear put", option("ETH", Settlement::Linear, OptionKind::Put, 3000.0, day(14)), 4.0, Some(100.0)),
        position("ETH", coin("ETH"), 2.0, Some(2000.0)),
        position("BTC", coin("BTC"), 1.5, None),
        position("USD", cash("USD"), 1000.0, None),
    ];
    positions[5].stated = Some(Box::new(Stated { notional: Some(quantity(1.5)), ..Stated::default() }));
    positions[2].mark = Some(price(0.05));
    let at = |index, value| Closing { index, price: Some(price(value)) };
    let closings = vec![at(0, 95_000.0), at(1, 100_000.0), Closing { index: 2, price: None }, at(3, 150.0), at(4, 3300.0)];
    apply(&mut positions, &Edit::Close { closings });
    assert_eq!(positions.iter().map(|position| position.name.as_str()).collect::<Vec<_>>(), ["BTC", "USD"]);
    // −2 coins fell by 5 000; 4 puts at 150; 2 ether at 3 300.
    near("dollars", positions[1].quantity.get(), 1000.0 + 10_000.0 + 600.0 + 6600.0, 1e-15);
    // 10 000 dollars from 80 000 to 100 000 are 0.025 coins; 3 calls bought back at 0.05.
    near("coins", positions[0].quantity.get(), 1.5 + 0.025 - 0.15, 1e-15);
    assert_eq!(positions[0].stated, None, "the venue's figure was of another amount");
}

#[test]
fn what_cannot_be_closed_is_refused_whole() {
    let positions = [
        position("perp", perpetual("BTC", Settlement::Inverse, 10.0), 5.0, Some(90_000.0)),
        position("USD", cash("USD"), 5.0, None),
        position("call", option("BTC", Settlement::Linear, OptionKind::Call, 1e5, day(14)), 1.0, None),
    ];
    let close = |closings: &[(u32, Option<f64>)]| Edit::Close {
        closings: closings.iter().map(|(index, at)| Closing { index: *index, price: at.map(price) }).collect(),
    };
    assert_eq!(refused(&positions, &close(&[(0, Some(1e5)), (2, None)])), (IssueKind::MissingData, "call".to_owned()));
    assert_eq!(refused(&positions, &close(&[(1, Some(1.0))])), (IssueKind::Invalid, "USD".to_owned()));
    assert_eq!(refused(&positions, &close(&[(0, Some(0.0))])), (IssueKind::Invalid, "perp".to_owned()));
    assert_eq!(refused(&positions, &close(&[(0, Some(1e5)), (0, Some(1e5))])), (IssueKind::Invalid, "perp".to_owned()));
    assert_eq!(refused(&positions, &close(&[(7, Some(1e5))])).0, IssueKind::Invalid);
    assert_eq!(refused(&positions, &Edit::Delete { indices: vec![0, 3] }).0, IssueKind::Invalid);
    assert_eq!(refused(&positions, &Edit::Tag { indices: vec![0], key: " ".to_owned(), value: "x".to_owned() }).0, IssueKind::Invalid);
}

#[test]
fn adding_replacing_deleting_and_resizing_move_the_value_by_what_they_name() {
    let engine = |positions: &[Position]| load(positions.to_vec(), vec![spot_fact("BTC", 95_000.0)]);
    let value = |positions: &[Position]| engine(positions).valuation(&Settings::default(), false).base.equity;
    let mut stated = position("BTC", coin("BTC"), 2.0, None);
    stated.stated = Some(Box::new(Stated::default()));
    let mut positions = vec![stated, position("USD", cash("USD"), 7.0, None)];
    apply(&mut positions, &Edit::Add(Box::new(position("more", coin("BTC"), 1.0, None))));
    assert_eq!(value(&positions), 3.0 * 95_000.0 + 7.0);
    apply(&mut positions, &Edit::SetQuantity { index: 0, quantity: quantity(-1.0) });
    assert_eq!(value(&positions), 7.0);
    assert_eq!(positions[0].stated, None);
    apply(&mut positions, &Edit::Replace { index: 1, position: Box::new(position("more", coin("BTC"), 4.0, None)) });
    assert_eq!(value(&positions), 4.0 * 95_000.0);
    apply(&mut positions, &Edit::Delete { indices: vec![2, 0] });
    assert_eq!((positions.len(), value(&positions)), (1, 4.0 * 95_000.0));
}

#[test]
fn a_renaming_reaches_the_accounts() {
    let account = |venue: &str, name: &str| Account { venue: venue.to_owned(), name: name.to_owned(), ..Account::default() };
    let mut accounts = vec![account("OKX", "main"), account("Bybit", "main"), account("OKX", "sub")];
    let renaming = Edit::RenameAccount { venue: "OKX".to_owned(), from: "main".to_owned(), to: "desk".to_owned() };
    edit::rename_accounts(&mut accounts, &renaming);
    edit::rename_accounts(&mut accounts, &Edit::RenameVenue { from: "Bybit".to_owned(), to: "Bybit EU".to_owned() });
    let names: Vec<(&str, &str)> = accounts.iter().map(|account| (account.venue.as_str(), account.name.as_str())).collect();
    assert_eq!(names, [("OKX", "desk"), ("Bybit EU", "main"), ("OKX", "sub")]);
}

#[test]
fn rules_run_in_their_order_and_an_empty_label_takes_one_away() {
    let label = |key: &str, value: &str| BTreeMap::from([(key.to_owned(), value.to_owned())]);
    let near_expiry = Condition { expires_from: Some(day(1)), expires_until: Some(day(20)), ..Condition::default() };
    let rules = vec![
        Rule { matches: Condition::default(), sets: label("book", "all") },
        Rule {
            matches: Condition { class: vec!["call".to_owned(), "put".to_owned()], ..Condition::default() },
            sets: label("book", "vol"),
        },
        Rule { matches: near_expiry, sets: label("book", "") },
        Rule {
            matches: Condition { name: vec!["*-PERP*".to_owned()], venue: vec!["DERIBIT".to_owned()], ..Condition::default() },
            sets: label("book", "basis"),
        },
    ];
    let mut positions = vec![
        position("BTC-PERPETUAL", perpetual("BTC", Settlement::Inverse, 10.0), 1.0, None),
        position("near", option("BTC", Settlement::Inverse, OptionKind::Call, 1e5, day(14)), 1.0, None),
        position("far", option("BTC", Settlement::Inverse, OptionKind::Call, 1e5, day(70)), 1.0, None),
        position("BTC", coin("BTC"), 1.0, None),
    ];
    apply(&mut positions, &Edit::ApplyRules { rules });
    let labels: Vec<Option<&str>> = positions.iter().map(|position| position.tags.get("book").map(String::as_str)).collect();
    assert_eq!(labels, [Some("basis"), None, Some("vol"), Some("all")]);
    apply(&mut positions, &Edit::Tag { indices: vec![3], key: "book".to_owned(), value: String::new() });
    assert!(positions[3].tags.is_empty());
}

#[test]
fn asset_classes_tell_a_share_from_a_coin_of_the_same_letters() {
    let mut positions = vec![
        position("BTC", coin("BTC"), 1.0, None),
        position("USDC", cash("USDC"), 1.0, None),
        position("USD", cash("USD"), 1.0, None),
        position("SPX perp", perpetual("SPX", Settlement::Linear, 1.0), 1.0, None),
        position("SPX call", option("SPX", Settlement::Linear, OptionKind::Call, 7000.0, day(14)), 1.0, None),
        position("SOFR", future("SR3", Settlement::Linear, 2500.0, day(70)), 1.0, None),
        position("BTC stock", Instrument::Share(Share { symbol: Share::code("BTC") }), 1.0, None),
    ];
    apply(&mut positions, &Edit::ApplyRules { rules: asset_class_rules() });
    let classes: Vec<&str> = positions.iter().map(|position| position.tags["asset_class"].as_str()).collect();
    assert_eq!(classes, ["coin", "stablecoin", "cash", "coin", "index", "rate", "share"]);
}

/// A question and its answer as bytes, as they cross to a worker and back.
fn ask(desk: &mut Desk, request: &Request) -> Response {
    let request: Request = from_bytes(&to_bytes(request).unwrap()).unwrap();
    from_bytes(&to_bytes(&handle(desk, request, &mut |_| {})).unwrap()).unwrap()
}

#[test]
fn the_whole_book_is_closed_into_balances_of_the_same_value() {
    for seed in 0..24 {
        let before = generated(seed, 60);
        let engine = Engine::load(before.clone(), AS_OF);
        let tradable = before.positions.iter().enumerate().filter(|(_, position)| !matches!(position.instrument, Instrument::Cash(_)));
        let closings = tradable.map(|(index, _)| Closing { index: u32::try_from(index).unwrap(), price: None }).collect();
        let after = engine.edited(&[Edit::Close { closings }]).unwrap();
        let moved = (equity(&after) - equity(&before)).abs() / gross(&before);
        assert!(moved < 1e-12, "seed {seed}: {moved}");
        let classes: Vec<&str> = after.positions.iter().map(|position| position.instrument.class()).collect();
        assert!(classes.iter().all(|class| matches!(*class, "cash" | "spot")), "{classes:?}");
        assert_eq!(engine.inputs(), &before, "the loaded book is as it was");
    }
}

#[test]
fn a_worker_answers_an_edit_with_inputs_and_keeps_its_own_book() {
    let book = load(vec![position("BTC", coin("BTC"), 2.0, None)], vec![spot_fact("BTC", 95_000.0)]);
    let mut desk = Desk::default();
    ask(&mut desk, &Request::Load { inputs: to_bytes(book.inputs()).unwrap(), now: AS_OF });
    let edits = vec![
        Edit::Split { index: 0, quantity: quantity(0.5) },
        Edit::SetQuantity { index: 1, quantity: quantity(1.0) },
        Edit::Close { closings: vec![Closing { index: 0, price: None }] },
    ];
    let Response::Merged { inputs, positions, .. } = ask(&mut desk, &Request::Edit { edits }) else { panic!("not edited") };
    assert_eq!(positions, 2);
    assert_eq!(desk.engine().unwrap().inputs().positions.len(), 1);
    assert_eq!(ask(&mut desk, &Request::Load { inputs, now: AS_OF }), Response::Loaded { as_of: AS_OF });
    let held: Vec<(String, f64)> =
        desk.engine().unwrap().inputs().positions.iter().map(|held| (held.name.clone(), held.quantity.get())).collect();
    assert_eq!(held, [("BTC".to_owned(), 1.0), ("USD".to_owned(), 47_500.0)]);
    let empty = ask(&mut Desk::default(), &Request::Edit { edits: Vec::new() });
    assert!(matches!(&empty, Response::Failed(issue) if issue.kind == IssueKind::MissingData), "{empty:?}");
}

#[test]
fn an_expired_position_is_deleted_and_not_closed() {
    let engine =
        load(vec![position("old", future("BTC", Settlement::Linear, 1.0, day(-1)), 1.0, Some(9e4))], vec![spot_fact("BTC", 95_000.0)]);
    let issue = engine.edited(&[Edit::Close { closings: vec![Closing { index: 0, price: None }] }]).unwrap_err();
    assert_eq!((issue.kind, issue.subject.as_deref()), (IssueKind::Invalid, Some("old")));
}

#[test]
fn a_typed_position_joins_the_book_or_takes_the_place_of_the_one_that_was_opened() {
    let book = load(vec![position("BTC", coin("BTC"), 2.0, None)], vec![spot_fact("BTC", 95_000.0)]);
    let mut desk = Desk::default();
    ask(&mut desk, &Request::Load { inputs: to_bytes(book.inputs()).unwrap(), now: AS_OF });
    let typed = load(vec![position("ETH", coin("ETH"), 5.0, None)], vec![spot_fact("ETH", 3_000.0)]);
    let mut names_after = |index| {
        let request = Request::Put { inputs: to_bytes(typed.inputs()).unwrap(), index };
        let Response::Merged { inputs, .. } = ask(&mut desk, &request) else { panic!("not taken") };
        let inputs: Inputs = from_bytes(&inputs).unwrap();
        assert_eq!(inputs.facts.len(), 2, "what was typed of the market comes along");
        inputs.positions.into_iter().map(|held| (held.name, held.quantity.get())).collect::<Vec<_>>()
    };
    assert_eq!(names_after(None), [("BTC".to_owned(), 2.0), ("ETH".to_owned(), 5.0)]);
    assert_eq!(names_after(Some(0)), [("ETH".to_owned(), 5.0)]);
}
