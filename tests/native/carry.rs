//! Basis, funding and carry books, worked out by hand.

use crate::book_support::{
    AS_OF, cash, coin, day, forward_fact, future, generated, load, near, option, perpetual, perpetual_fact, position, quote, spot_fact,
};
use plimsoll::book::Position;
use plimsoll::engine::{Engine, Inputs};
use plimsoll::exposure::carry::{Carry, Leg, forward_vols};
use plimsoll::instrument::{Instrument, OptionKind, Settlement};
use plimsoll::market::{Fact, FactValue, Market};
use plimsoll::units::{Rate, Timestamp};

fn funding_fact(underlying: &str, rate: f64) -> Fact {
    quote(FactValue::Funding { underlying: underlying.to_owned(), rate: Rate::new(rate).unwrap() })
}

fn at(venue: &str, position: Position) -> Position {
    Position { venue: venue.to_owned(), ..position }
}

fn years(expiry: Timestamp) -> f64 {
    AS_OF.years_to(expiry)
}

fn facts() -> Vec<Fact> {
    vec![
        spot_fact("BTC", 100_000.0),
        perpetual_fact("BTC", Settlement::Linear, 100_100.0),
        perpetual_fact("BTC", Settlement::Inverse, 99_900.0),
        forward_fact("BTC", day(30), 101_000.0),
        forward_fact("BTC", day(90), 104_000.0),
        funding_fact("BTC", 0.12),
    ]
}

fn books(carry: &Carry) -> Vec<(Leg, Leg, f64)> {
    carry.books.iter().map(|book| (book.long, book.short, book.coins)).collect()
}

#[test]
fn the_basis_is_the_forward_over_spot_a_year() {
    let carry = load(vec![position("BTC", coin("BTC"), 1.0, None)], facts()).carry();
    let [near_row, far] = carry.basis.as_slice() else { panic!("{:?}", carry.basis) };
    assert_eq!((near_row.expiry, far.expiry, near_row.is_quoted), (day(30), day(90), true));
    near("basis", near_row.basis, 0.01, 1e-12);
    near("a year", near_row.yearly.unwrap(), 0.01 / years(day(30)), 1e-12);
    near("from spot", near_row.between.unwrap(), libm::log(1.01) / years(day(30)), 1e-12);
    near("between", far.between.unwrap(), libm::log(1.04 / 1.01) / (years(day(90)) - years(day(30))), 1e-12);
    near("days", far.days, years(day(90)) * 365.0, 1e-12);
    // Within its last day a basis is told, but not what it would be in a year.
    let today = Timestamp::from_ms(AS_OF.ms() + 3_600_000);
    let carry = load(Vec::new(), vec![spot_fact("BTC", 100_000.0), forward_fact("BTC", today, 100_050.0)]).carry();
    assert_eq!((carry.basis[0].yearly, carry.basis[0].between), (None, None));
    near("the last hour", carry.basis[0].basis, 0.0005, 1e-12);
}

#[test]
fn funding_is_paid_by_longs_at_the_mark_and_told_by_venue() {
    let carry = load(
        vec![
            at("Bybit", position("linear", perpetual("BTC", Settlement::Linear, 1.0), 2.0, Some(90_000.0))),
            at("Deribit", position("inverse", perpetual("BTC", Settlement::Inverse, 10.0), -9_990.0, Some(90_000.0))),
            at("Deribit", position("other", perpetual("ETH", Settlement::Linear, 1.0), 3.0, Some(3000.0))),
        ],
        facts().into_iter().chain([spot_fact("ETH", 3000.0)]).collect(),
    )
    .carry();
    let [bybit, deribit, other] = carry.funding.as_slice() else { panic!("{:?}", carry.funding) };
    assert_eq!((bybit.venue.as_str(), deribit.venue.as_str(), other.underlying.as_str()), ("Bybit", "Deribit", "ETH"));
    assert_eq!((bybit.notional, bybit.per_year), (200_200.0, Some(-0.12 * 200_200.0)));
    // 99 900 dollars are one coin at the mark, which is worth its spot.
    near("inverse", deribit.notional, -100_000.0, 1e-12);
    near("earned", deribit.per_year.unwrap(), 12_000.0, 1e-12);
    near("a day", deribit.per_day().unwrap(), 12_000.0 / 365.0, 1e-12);
    assert_eq!((other.rate, other.per_year, other.per_day()), (None, None, None));
    assert_eq!(carry.issues.len(), 1);
    assert_eq!(carry.issues[0].subject.as_deref(), Some("ETH funding"));
}

#[test]
fn coins_against_a_short_future_are_locked_in_and_against_a_perpetual_they_float() {
    let carry = load(
        vec![
            at("Coinbase", position("BTC", coin("BTC"), 5.0, None)),
            at("Deribit", position("future", future("BTC", Settlement::Inverse, 10.0, day(90)), -20_800.0, Some(103_000.0))),
            at("Bybit", position("perp", perpetual("BTC", Settlement::Linear, 1.0), -1.5, Some(99_000.0))),
        ],
        facts(),
    )
    .carry();
    assert_eq!(books(&carry), [(Leg::Held, Leg::Perpetual, 1.5), (Leg::Held, Leg::Future(day(90)), 2.0)]);
    let [floating, locked] = carry.books.as_slice() else { panic!() };
    assert!(!floating.is_locked && locked.is_locked);
    assert_eq!(locked.venues, ["Coinbase", "Deribit"]);
    near("funding", floating.per_year.unwrap(), 0.12 * 150_000.0, 1e-12);
    assert_eq!(floating.to_expiry, None);
    near("basis", locked.yearly.unwrap(), 0.04 / years(day(90)), 1e-12);
    near("a year", locked.per_year.unwrap(), 8000.0 / years(day(90)), 1e-12);
    near("held to expiry the forward comes to spot", locked.to_expiry.unwrap(), 2.0 * (104_000.0 - 100_000.0), 1e-12);
    let [left] = carry.unmatched.as_slice() else { panic!("{:?}", carry.unmatched) };
    assert_eq!((left.leg, left.coins, left.notional), (Leg::Held, 1.5, 150_000.0));
}

#[test]
fn a_long_perpetual_and_a_borrowed_coin_are_legs_too() {
    // The perpetual pays 12 % and the future earns its basis.
    let short = position("future", future("BTC", Settlement::Linear, 1.0, day(30)), -1.0, Some(101_000.0));
    let carry = load(vec![position("perp", perpetual("BTC", Settlement::Linear, 1.0), 3.0, Some(99_000.0)), short], facts()).carry();
    assert_eq!(books(&carry), [(Leg::Perpetual, Leg::Future(day(30)), 1.0)]);
    near("less funding", carry.books[0].yearly.unwrap(), 0.01 / years(day(30)) - 0.12, 1e-12);
    assert!(!carry.books[0].is_locked && carry.books[0].to_expiry.is_some());
    assert_eq!(carry.unmatched[0].coins, 2.0);
    // Borrowed coins sold against a future bought above spot lose the basis.
    let bought = position("future", future("BTC", Settlement::Linear, 1.0, day(30)), 1.0, Some(101_000.0));
    let carry = load(vec![position("BTC", coin("BTC"), -1.0, None), bought], facts()).carry();
    assert_eq!(books(&carry), [(Leg::Future(day(30)), Leg::Held, 1.0)]);
    near("paid", carry.books[0].to_expiry.unwrap(), -1000.0, 1e-12);
}

#[test]
fn what_has_no_yield_has_no_carry_and_options_and_cash_are_no_legs() {
    let unknown: Vec<Fact> = facts().into_iter().filter(|fact| !matches!(fact.value, FactValue::Funding { .. })).collect();
    let call = option("BTC", Settlement::Linear, OptionKind::Call, 100_000.0, day(30));
    let carry = load(
        vec![
            position("BTC", coin("BTC"), 1.0, None),
            position("perp", perpetual("BTC", Settlement::Linear, 1.0), -1.0, Some(99_000.0)),
            position("USD", cash("USD"), 1000.0, None),
            position("call", call, 1.0, None),
        ],
        unknown,
    )
    .carry();
    assert_eq!((carry.books.len(), carry.books[0].yearly, carry.books[0].per_year), (1, None, None));
    assert!(carry.unmatched.is_empty());
    // A forward that no file gives is said to be derived.
    let short = position("future", future("BTC", Settlement::Linear, 1.0, day(60)), -1.0, Some(101_000.0));
    let carry = load(vec![position("BTC", coin("BTC"), 1.0, None), short], facts()).carry();
    assert_eq!(carry.basis.iter().map(|row| row.is_quoted).collect::<Vec<_>>(), [true, false, true]);
    assert!(carry.issues.iter().any(|issue| issue.subject.as_deref().is_some_and(|subject| subject.starts_with("BTC forward"))));
}

#[test]
fn matched_and_unmatched_add_up_to_what_is_held() {
    for seed in 0..40 {
        let Inputs { positions, facts, .. } = generated(seed, 70);
        let (market, _) = Market::assemble(&facts, AS_OF);
        let engine = Engine::load(Inputs { positions: positions.clone(), facts, as_of: Some(AS_OF), ..Inputs::default() }, AS_OF);
        let carry = engine.carry();
        for underlying in ["BTC", "ETH"] {
            let net: f64 = positions
                .iter()
                .filter(|position| position.instrument.underlying() == underlying)
                .map(|position| {
                    let quantity = position.quantity.get();
                    let (settlement, size, price) = match &position.instrument {
                        Instrument::Spot(_) => return quantity,
                        Instrument::Perpetual(of) => {
                            (of.settlement, of.contract_size, market.perpetual(underlying, of.settlement).unwrap().value)
                        }
                        Instrument::Future(of) => (of.settlement, of.contract_size, market.forward(underlying, of.expiry).unwrap().value),
                        _ => return 0.0,
                    };
                    quantity * size / if settlement == Settlement::Inverse { price } else { 1.0 }
                })
                .sum();
            let left: f64 = carry.unmatched.iter().filter(|left| left.underlying == underlying).map(|left| left.coins).sum();
            near(&format!("seed {seed}, {underlying}"), left, net, 1e-9);
            let signs: Vec<bool> =
                carry.unmatched.iter().filter(|left| left.underlying == underlying).map(|left| left.coins > 0.0).collect();
            assert!(signs.windows(2).all(|pair| pair[0] == pair[1]), "seed {seed}: a long and a short are left over");
        }
        assert!(carry.books.iter().all(|book| book.coins > 0.0 && book.long != book.short), "seed {seed}");
    }
}

#[test]
fn a_later_expiry_that_costs_less_variance_is_impossible() {
    let found = forward_vols(&[(day(30), 0.1, 0.6), (day(60), 0.2, 0.5), (day(90), 0.3, 0.38)]);
    near("first", found[0].variance, (0.25 * 0.2 - 0.36 * 0.1) / 0.1, 1e-12);
    near("its vol", found[0].vol.unwrap(), 0.14_f64.sqrt(), 1e-12);
    near("second", found[1].variance, (0.1444 * 0.3 - 0.25 * 0.2) / 0.1, 1e-12);
    assert!(found[1].variance < 0.0 && found[1].vol.is_none());
    assert_eq!((found[1].from, found[1].until), (day(60), day(90)));
    assert!(forward_vols(&[(day(30), 0.1, 0.6)]).is_empty());
}
