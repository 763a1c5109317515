//! What the Book page says of a comparison, of rules and of what it reads: texts whose numbers are known.

use crate::book_support::{AS_OF, cash, coin, day, future, load, perpetual_fact, position, spot_fact};
use plimsoll::engine::{Engine, Inputs};
use plimsoll::exposure::compare::Comparison;
use plimsoll::instrument::Settlement;
use plimsoll::units::{DAY_MS, Timestamp};
use plimsoll::view::table::comparison::{self, Row, Step};

/// Narrow and no-break spaces as plain ones.
fn plain(text: &str) -> String {
    text.replace(['\u{202f}', '\u{a0}'], " ")
}

/// Two coins of which one was sold, cash that took its price in, and a future that expired; two days and a half later.
fn sold_and_expired() -> Comparison {
    let dated = future("BTC", Settlement::Linear, 1.0, day(1));
    let earlier = load(
        vec![
            position("BTC", coin("BTC"), 2.0, None),
            position("USD", cash("USD"), 1000.0, None),
            position("BTC-dated", dated, 1.0, Some(89_000.0)),
        ],
        vec![spot_fact("BTC", 90_000.0), perpetual_fact("BTC", Settlement::Linear, 90_000.0)],
    );
    let later = Inputs {
        as_of: Some(Timestamp::from_ms(AS_OF.ms() + 5 * DAY_MS / 2)),
        facts: vec![spot_fact("BTC", 92_000.0)],
        positions: vec![position("BTC", coin("BTC"), 1.0, None), position("USD", cash("USD"), 1000.0 + 92_000.0 + 3000.0, None)],
        ..Inputs::default()
    };
    Engine::load(later, AS_OF).since(&earlier).unwrap()
}

#[test]
fn the_steps_of_a_comparison_lead_from_then_to_now() {
    let steps = comparison::steps(&sold_and_expired());
    let texts: Vec<(&str, String)> = steps.iter().map(|step| (step.id, plain(&step.amount.text))).collect();
    let expected = [
        // 2 × 90 000 + 1000, and a future bought at 89 000.
        ("then", "$182 000"),
        ("price", "+$4 000"),
        // Nothing but what the expired future has left: a coin for its price, 3000 paid out and 3000 taken in.
        ("trade", "$0"),
        ("expiry", "+$2 000"),
        ("now", "$188 000"),
        ("change", "+$6 000"),
    ];
    assert_eq!(texts, expected.map(|(id, text)| (id, text.to_owned())), "the unexplained rest is 0 and not shown");
    let of = |id: &str| steps.iter().find(|step: &&Step| step.id == id).unwrap();
    let effects: f64 = ["price", "trade", "expiry"].iter().map(|id| of(id).amount.value).sum();
    assert_eq!(of("then").amount.value + effects, of("now").amount.value);
    assert_eq!(plain(&of("then").about), "16 Jan 2026 12:31 UTC");
    assert_eq!(plain(&of("change").about), "Now less then, over 2.5 days.");
}

#[test]
fn rows_of_a_comparison_carry_quantities_with_units_and_sum_up_what_is_cut_off() {
    let mut whole = sold_and_expired();
    let count = whole.condense(10);
    let rows = comparison::rows(&whole, count);
    let text = |row: &Row| {
        let amounts = row.amounts.iter().map(|amount| plain(&amount.text)).collect::<Vec<_>>().join(" | ");
        format!("{} {} → {}: {amounts}", row.name, plain(&row.quantities[0]), plain(&row.quantities[1]))
    };
    assert_eq!(
        rows.iter().map(text).collect::<Vec<_>>(),
        [
            "BTC +2 BTC → +1 BTC: +4 000 | −92 000 | 0 | −88 000",
            "USD +1 000 USD → +96 000 USD: 0 | +95 000 | 0 | +95 000",
            "BTC-dated +1 BTC → –: 0 | −3 000 | +2 000 | −1 000",
        ]
    );
    let mut cut = sold_and_expired();
    let count = cut.condense(1);
    let rows = comparison::rows(&cut, count);
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[1].name, "2 other positions");
    let total: f64 = rows.iter().map(|row| row.amounts.last().unwrap().value).sum();
    assert_eq!(total, cut.total.total());
}

#[test]
fn what_is_unexplained_is_shown_where_there_is_such_a_thing() {
    let held = || vec![position("BTC", coin("BTC"), 2.0, None), position("DOGE", coin("DOGE"), 100.0, None)];
    let earlier = load(held(), vec![spot_fact("BTC", 90_000.0), spot_fact("DOGE", 0.2)]);
    let later = Inputs { as_of: Some(day(1)), facts: vec![spot_fact("BTC", 90_000.0)], positions: held(), ..Inputs::default() };
    let comparison = Engine::load(later, AS_OF).since(&earlier).unwrap();
    let ids: Vec<&str> = comparison::effects(&comparison).iter().map(|effect| effect.id).collect();
    assert_eq!(ids, ["price", "trade", "expiry", "unexplained"]);
    let steps = comparison::steps(&comparison);
    let rest = steps.iter().find(|step| step.id == "unexplained").unwrap();
    assert_eq!((rest.amount.value, plain(&rest.amount.text).as_str()), (-20.0, "−$20"));
    assert!(comparison::rows(&comparison, 2).iter().all(|row| row.amounts.len() == 5), "each effect and the change");
}
