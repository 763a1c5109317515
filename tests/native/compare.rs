//! One book at two times: the parts of its change, worked out by hand, and their sum.

use crate::book_support::{
    AS_OF, Draw, cash, coin, day, desk, forward_fact, future, generated, inputs, load, near, option, option_fact, perpetual,
    perpetual_fact, position, price, quantity, quote, spot_fact,
};
use plimsoll::book::{Closing, Edit, Position, edit};
use plimsoll::engine::{Engine, Inputs, Settings};
use plimsoll::exposure::compare::{Change, Compared, Comparison};
use plimsoll::instrument::{Instrument, OptionKind, Settlement};
use plimsoll::issue::IssueKind;
use plimsoll::market::{Fact, FactValue};
use plimsoll::protocol::{Request, Response, from_bytes, handle, to_bytes};
use plimsoll::units::{DAY_MS, Timestamp};

fn later_by(days: i64) -> Timestamp {
    Timestamp::from_ms(AS_OF.ms() + days * DAY_MS)
}

fn at(time: Timestamp, positions: Vec<Position>, facts: Vec<Fact>) -> Engine {
    Engine::load(Inputs { as_of: Some(time), ..inputs(positions, facts) }, AS_OF)
}

fn equity(engine: &Engine) -> f64 {
    engine.valuation(&Settings::default(), false).base.equity
}

#[track_caller]
fn adds_up(comparison: &Comparison, scale: f64) {
    let sum = |of: fn(&Change) -> f64| comparison.positions.iter().map(|position| of(&position.change)).sum::<f64>();
    let total = &comparison.total;
    for (name, of) in [
        ("earlier", (|change| change.earlier) as fn(&Change) -> f64),
        ("later", |change| change.later),
        ("price", |change| change.price),
        ("trade", |change| change.trade),
        ("expiry", |change| change.expiry),
        ("unexplained", |change| change.unexplained),
    ] {
        assert!((sum(of) - of(total)).abs() <= 1e-12 * scale, "{name}: {} is not {}", sum(of), of(total));
    }
    for change in comparison.positions.iter().map(|position| &position.change).chain([total]) {
        let effects = change.price + change.trade + change.expiry + change.unexplained;
        assert!((effects - change.total()).abs() <= 1e-12 * scale, "{change:?}");
    }
}

fn row<'a>(comparison: &'a Comparison, name: &str) -> &'a Change {
    &comparison.positions.iter().find(|position| position.name == name).unwrap().change
}

#[test]
fn prices_trades_and_expiries_are_told_apart() {
    let call = || option("BTC", Settlement::Linear, OptionKind::Call, 80_000.0, day(1));
    let perp = || position("perp", perpetual("BTC", Settlement::Linear, 1.0), -1.0, Some(95_000.0));
    let earlier = load(
        vec![
            position("BTC", coin("BTC"), 2.0, None),
            perp(),
            position("call", call(), 3.0, None),
            position("USD", cash("USD"), 1000.0, None),
        ],
        vec![
            spot_fact("BTC", 90_000.0),
            perpetual_fact("BTC", Settlement::Linear, 90_000.0),
            forward_fact("BTC", day(1), 90_000.0),
            option_fact(&call(), Some(0.6), None),
        ],
    );
    let premium = equity(&earlier) - 2.0 * 90_000.0 - 5000.0 - 1000.0;
    assert!(premium > 30_000.0, "{premium}");
    // One coin was bought at 95 000, the perpetual bought back at 97 000, the calls paid 3 × 18 500.
    let balance = 1000.0 - 95_000.0 - 2000.0 + 3.0 * 18_500.0;
    let later = at(
        later_by(2),
        vec![
            position("BTC", coin("BTC"), 3.0, None),
            position("USD", cash("USD"), balance, None),
            position("new", perpetual("BTC", Settlement::Inverse, 10.0), 1000.0, Some(80_000.0)),
        ],
        vec![
            spot_fact("BTC", 100_000.0),
            perpetual_fact("BTC", Settlement::Linear, 100_000.0),
            perpetual_fact("BTC", Settlement::Inverse, 100_000.0),
            forward_fact("BTC", day(1), 98_500.0),
        ],
    );
    let comparison = later.since(&earlier, Compared::Value).unwrap();
    adds_up(&comparison, 1e6);
    assert_eq!((comparison.earlier, comparison.later), (AS_OF, later_by(2)));
    let total = comparison.total;
    near("then", total.earlier, equity(&earlier), 1e-15);
    near("now", total.later, equity(&later), 1e-15);

    let spot = row(&comparison, "BTC");
    assert_eq!((spot.price, spot.trade, spot.expiry), (20_000.0, 100_000.0, 0.0));
    let closed = row(&comparison, "perp");
    assert_eq!((closed.earlier, closed.later, closed.price, closed.trade), (5000.0, 0.0, -10_000.0, 5000.0));
    let expired = row(&comparison, "call");
    near("expiry effect", expired.expiry, 3.0 * 18_500.0 - premium, 1e-12);
    near("paid out", expired.trade, -3.0 * 18_500.0, 1e-12);
    let fresh = row(&comparison, "new");
    near("opened below the market", fresh.trade, 100_000.0 * (10_000.0 / 80_000.0 - 10_000.0 / 100_000.0), 1e-12);
    near("the balance took it all in", row(&comparison, "USD").trade, balance - 1000.0, 1e-12);
    near("prices", total.price, 10_000.0, 1e-12);
    near("unexplained", total.unexplained, 0.0, 1e-6);
    assert!(comparison.issues.iter().any(|issue| issue.subject.as_deref().is_some_and(|subject| subject.contains("settlement"))));
    let quantities = |name: &str| {
        let found = comparison.positions.iter().find(|position| position.name == name).unwrap();
        (found.quantity_earlier, found.quantity_later)
    };
    assert_eq!(quantities("BTC"), (Some(2.0), Some(3.0)));
    assert_eq!((quantities("perp"), quantities("new")), ((Some(-1.0), None), (None, Some(1000.0))));
}

#[test]
fn an_inverse_future_that_expired_pays_coins_that_are_worth_the_later_spot() {
    let held = position("future", future("BTC", Settlement::Inverse, 10.0, day(1)), 1000.0, Some(80_000.0));
    let earlier = load(vec![held.clone()], vec![spot_fact("BTC", 90_000.0), forward_fact("BTC", day(1), 90_000.0)]);
    // The file still lists it.
    let later = at(later_by(2), vec![held], vec![spot_fact("BTC", 110_000.0), forward_fact("BTC", day(1), 100_000.0)]);
    let comparison = later.since(&earlier, Compared::Value).unwrap();
    let change = row(&comparison, "future");
    let then = 90_000.0 * (10_000.0 / 80_000.0 - 10_000.0 / 90_000.0);
    near("expiry", change.expiry, 110_000.0 * 0.025 - then, 1e-12);
    near("paid out", change.trade, -110_000.0 * 0.025, 1e-12);
    assert_eq!((change.later, change.price), (0.0, 0.0));
}

#[test]
fn a_book_that_only_waits_has_neither_trades_nor_rests() {
    for seed in 0..12 {
        let before = generated(seed, 80);
        let earlier = Engine::load(before.clone(), AS_OF);
        let still = earlier.since(&earlier, Compared::Value).unwrap();
        assert_eq!(
            (still.total.price, still.total.trade, still.total.expiry, still.total.unexplained),
            (0.0, 0.0, 0.0, 0.0),
            "seed {seed}"
        );
        let later = Engine::load(Inputs { as_of: Some(later_by(3)), facts: moved(&before.facts, 1.04), ..before.clone() }, AS_OF);
        let comparison = later.since(&earlier, Compared::Value).unwrap();
        let scale = later.valuation(&Settings::default(), false).base.measures.gross_notional;
        adds_up(&comparison, scale);
        let total = comparison.total;
        assert!((total.price - (equity(&later) - equity(&earlier))).abs() <= 1e-11 * scale, "seed {seed}: {total:?}");
        assert!(
            total.trade.abs() <= 1e-11 * scale && total.unexplained.abs() <= 1e-11 * scale && total.expiry == 0.0,
            "seed {seed}: {total:?}"
        );
        assert!(total.price.abs() > 1.0, "seed {seed}: {total:?}");
    }
}

/// The facts with every price times a factor.
fn moved(facts: &[Fact], factor: f64) -> Vec<Fact> {
    let times = |at: &plimsoll::units::Price| price(at.get() * factor);
    let of = |value: &FactValue| match value.clone() {
        FactValue::Spot { underlying, price } => FactValue::Spot { underlying, price: times(&price) },
        FactValue::Perpetual { underlying, settlement, price } => FactValue::Perpetual { underlying, settlement, price: times(&price) },
        FactValue::Forward { underlying, expiry, price } => FactValue::Forward { underlying, expiry, price: times(&price) },
        other => other,
    };
    facts.iter().map(|fact| quote(of(&fact.value))).collect()
}

#[test]
fn whatever_was_traded_the_parts_add_up() {
    for seed in 0..24 {
        let mut draw = Draw(seed);
        let before = generated(seed, 60);
        let earlier = Engine::load(before.clone(), AS_OF);
        let mut positions = before.positions.clone();
        for _ in 0..12 {
            let index = u32::try_from(draw.below(positions.len())).unwrap();
            let change = match draw.below(4) {
                0 => Edit::Delete { indices: vec![index] },
                1 => Edit::SetQuantity { index, quantity: quantity(draw.between(-50.0, 50.0)) },
                2 => Edit::Add(Box::new(positions[index as usize].clone())),
                _ => Edit::NetByInstrument,
            };
            edit::apply(&mut positions, &change).unwrap();
        }
        // Eighteen days on, the first expiry is behind.
        let later = Engine::load(
            Inputs { as_of: Some(later_by(18)), facts: moved(&before.facts, draw.between(0.8, 1.2)), positions, ..before.clone() },
            AS_OF,
        );
        let comparison = later.since(&earlier, Compared::Value).unwrap();
        let scale = earlier.valuation(&Settings::default(), false).base.measures.gross_notional * 2.0;
        adds_up(&comparison, scale);
        assert!(comparison.total.expiry != 0.0 && comparison.total.trade != 0.0, "seed {seed}: {:?}", comparison.total);
        assert!(comparison.total.unexplained.abs() <= 1e-11 * scale, "seed {seed}: {:?}", comparison.total);
        near("then", comparison.total.earlier, equity(&earlier), 1e-12);
        near("now", comparison.total.later, equity(&later), 1e-12);
        for measure in Compared::ALL {
            let comparison = later.since(&earlier, measure).unwrap();
            adds_up(&comparison, scale);
            assert!(comparison.total.unexplained.abs() <= 1e-10 * scale, "seed {seed}, {measure:?}: {:?}", comparison.total);
        }
    }
}

#[test]
fn exposures_are_told_apart_by_the_same_three_effects() {
    let put = || option("BTC", Settlement::Linear, OptionKind::Put, 90_000.0, day(60));
    let facts = |spot: f64, vol: f64| {
        vec![
            spot_fact("BTC", spot),
            perpetual_fact("BTC", Settlement::Linear, spot),
            forward_fact("BTC", day(1), spot),
            forward_fact("BTC", day(60), spot),
            option_fact(&put(), Some(vol), None),
        ]
    };
    let old = || {
        vec![
            position("BTC", coin("BTC"), 2.0, None),
            position("perp", perpetual("BTC", Settlement::Linear, 1.0), -1.0, Some(95_000.0)),
            position("future", future("BTC", Settlement::Linear, 1.0, day(1)), 0.5, Some(90_000.0)),
            position("put", put(), 3.0, None),
        ]
    };
    let earlier = load(old(), facts(90_000.0, 0.6));
    let held = vec![position("BTC", coin("BTC"), 3.0, None), old().swap_remove(1), position("put", put(), 1.0, None)];
    let later = at(later_by(2), held, facts(100_000.0, 0.5));
    let compared = |measure| later.since(&earlier, measure).unwrap();
    for measure in Compared::ALL {
        let comparison = compared(measure);
        assert_eq!(comparison.measure, measure);
        adds_up(&comparison, 1e6);
        near("unexplained", comparison.total.unexplained, 0.0, 1e-6);
    }
    let delta = compared(Compared::NetDelta);
    let spot = row(&delta, "BTC");
    assert_eq!((spot.earlier, spot.price, spot.trade, spot.later), (180_000.0, 20_000.0, 100_000.0, 300_000.0));
    let perp = row(&delta, "perp");
    assert_eq!((perp.price, perp.trade), (-10_000.0, 0.0));
    let expired = row(&delta, "future");
    assert_eq!((expired.earlier, expired.expiry, expired.later, expired.price), (45_000.0, -45_000.0, 0.0, 0.0));
    let gross = compared(Compared::GrossNotional);
    let perp = row(&gross, "perp");
    assert_eq!((perp.earlier, perp.price, perp.later), (90_000.0, 10_000.0, 100_000.0));
    // Two of three puts were sold: at the market of now they had two thirds of the vega.
    let vega = compared(Compared::Vega);
    let of_put = row(&vega, "put");
    near("left", of_put.later, -0.5 * of_put.trade, 1e-12);
    near("moved", of_put.price, of_put.later * 3.0 - of_put.earlier, 1e-12);
    assert!(of_put.price < 0.0 && vega.total.expiry == 0.0, "{of_put:?}");
    let totals = |engine: &Engine| engine.valuation(&Settings::default(), false).base.measures;
    for (measure, of) in
        [(Compared::Gamma, (|all| all.gamma_1pct) as fn(plimsoll::units::Measures) -> f64), (Compared::Theta, |all| all.theta_1d)]
    {
        let total = compared(measure).total;
        near("then", total.earlier, of(totals(&earlier)), 1e-12);
        near("now", total.later, of(totals(&later)), 1e-12);
    }
}

#[test]
fn an_unknown_entry_hides_no_exposure_that_does_not_hang_on_it() {
    let perp = |settlement| vec![position("perp", perpetual("BTC", settlement, 100.0), 10.0, None)];
    let facts = |settlement, at: f64| vec![spot_fact("BTC", at), perpetual_fact("BTC", settlement, at)];
    let change = |settlement, measure| {
        let earlier = load(perp(settlement), facts(settlement, 90_000.0));
        at(later_by(1), perp(settlement), facts(settlement, 91_000.0)).since(&earlier, measure).unwrap().total
    };
    let linear = change(Settlement::Linear, Compared::NetDelta);
    assert_eq!((linear.price, linear.unexplained), (1_000_000.0, 0.0));
    // A gain that is paid in coins has a delta of its own, which begins anew.
    let inverse = change(Settlement::Inverse, Compared::NetDelta);
    assert!(inverse.trade == 0.0 && inverse.unexplained != 0.0, "{inverse:?}");
    assert_eq!(change(Settlement::Inverse, Compared::GrossNotional).unexplained, 0.0);
}

#[test]
fn closing_at_the_market_is_a_trade_of_nothing() {
    let before = generated(5, 60);
    let earlier = Engine::load(before.clone(), AS_OF);
    let tradable = before.positions.iter().enumerate().filter(|(_, position)| !matches!(position.instrument, Instrument::Cash(_)));
    let closings = tradable.map(|(index, _)| Closing { index: u32::try_from(index).unwrap(), price: None }).take(30).collect();
    let later = Engine::load(earlier.edited(&[Edit::Close { closings }]).unwrap(), AS_OF);
    let total = later.since(&earlier, Compared::Value).unwrap().total;
    let scale = earlier.valuation(&Settings::default(), false).base.measures.gross_notional;
    assert!(total.trade.abs() <= 1e-12 * scale && total.price == 0.0, "{total:?}");
}

#[test]
fn what_cannot_be_valued_on_one_side_is_a_rest_of_its_own() {
    let held = || vec![position("BTC", coin("BTC"), 2.0, None), position("DOGE", coin("DOGE"), 100.0, None)];
    let earlier = load(held(), vec![spot_fact("BTC", 90_000.0), spot_fact("DOGE", 0.2)]);
    let later = at(later_by(1), held(), vec![spot_fact("BTC", 91_000.0)]);
    let comparison = later.since(&earlier, Compared::Value).unwrap();
    adds_up(&comparison, 1e5);
    let lost = row(&comparison, "DOGE");
    assert_eq!((lost.earlier, lost.later, lost.price, lost.trade, lost.unexplained), (20.0, 0.0, 0.0, 0.0, -20.0));
    assert_eq!(comparison.total.price, 2000.0);
    // A perpetual of unknown entry gains from each loading anew: its price effect is known, its total is not.
    let perp = || vec![position("perp", perpetual("BTC", Settlement::Linear, 1.0), 1.0, None)];
    let facts = |at: f64| vec![spot_fact("BTC", at), perpetual_fact("BTC", Settlement::Linear, at)];
    let comparison = at(later_by(1), perp(), facts(91_000.0)).since(&load(perp(), facts(90_000.0)), Compared::Value).unwrap();
    let change = row(&comparison, "perp");
    assert_eq!((change.price, change.trade, change.unexplained), (1000.0, 0.0, -1000.0));
    assert!(comparison.issues.iter().any(|issue| issue.subject.as_deref() == Some("perp")));
}

#[test]
fn labels_and_accounts_are_compared_apart_and_time_runs_forward() {
    let facts = || vec![spot_fact("BTC", 90_000.0)];
    let mut labelled = position("BTC", coin("BTC"), 2.0, None);
    labelled.tags.insert("strategy".to_owned(), "hold".to_owned());
    let earlier = load(vec![labelled.clone(), position("BTC", coin("BTC"), 1.0, None)], facts());
    labelled.quantity = quantity(3.0);
    let later = at(later_by(1), vec![labelled, position("BTC", coin("BTC"), 1.0, None)], facts());
    let comparison = later.since(&earlier, Compared::Value).unwrap();
    let trades: Vec<(usize, f64)> = comparison.positions.iter().map(|row| (row.tags.len(), row.change.trade)).collect();
    assert_eq!(trades, [(0, 0.0), (1, 90_000.0)]);
    assert_eq!(earlier.since(&later, Compared::Value).unwrap_err().kind, IssueKind::Invalid);

    let request = Request::Compare { earlier: to_bytes(earlier.inputs()).unwrap(), now: AS_OF, limit: 10, measure: Compared::Value };
    let request: Request = from_bytes(&to_bytes(&request).unwrap()).unwrap();
    let answer: Response = from_bytes(&to_bytes(&handle(&mut desk(&later), request, &mut |_| {})).unwrap()).unwrap();
    let mut comparison = comparison;
    assert_eq!(comparison.condense(10), 1, "one contract of one account");
    assert_eq!(answer, Response::Compared { comparison, counts: [1, 0] });
}

#[test]
fn a_position_that_was_only_labelled_anew_is_no_trade() {
    let facts = || vec![spot_fact("BTC", 90_000.0), spot_fact("ETH", 3000.0)];
    let held = || vec![position("BTC", coin("BTC"), 2.0, None), position("ETH", coin("ETH"), 5.0, None)];
    let earlier = load(held(), facts());
    let mut positions = held();
    positions[0].tags.insert("strategy".to_owned(), "hold".to_owned());
    positions[1].quantity = quantity(4.0);
    let mut comparison = at(later_by(1), positions, facts()).since(&earlier, Compared::Value).unwrap();
    assert_eq!(comparison.positions.len(), 3, "labels are compared apart at first");
    assert_eq!(comparison.condense(10), 2);
    let rows: Vec<(&str, f64, Option<f64>, Option<f64>)> =
        comparison.positions.iter().map(|row| (row.name.as_str(), row.change.trade, row.quantity_earlier, row.quantity_later)).collect();
    assert_eq!(rows, [("ETH", -3000.0, Some(5.0), Some(4.0)), ("BTC", 0.0, Some(2.0), Some(2.0))], "most happened to the first");
    adds_up(&comparison, 1e5);
}

#[test]
fn an_earlier_book_without_a_time_is_taken_at_the_time_of_its_saving_and_that_is_said() {
    let facts = || vec![Fact { time: None, ..spot_fact("BTC", 90_000.0) }];
    let undated = |now| Engine::load(Inputs { as_of: None, ..inputs(vec![position("BTC", coin("BTC"), 1.0, None)], facts()) }, now);
    let comparison = undated(later_by(2)).since(&undated(later_by(1)), Compared::Value).unwrap();
    assert_eq!((comparison.earlier, comparison.later), (later_by(1), later_by(2)));
    let said: Vec<&str> = comparison.issues.iter().filter_map(|issue| issue.subject.as_deref()).collect();
    assert_eq!(said, ["as-of time", "as-of time"]);
    assert!(comparison.issues[0].message.contains("it was saved"), "{}", comparison.issues[0].message);
}
