//! What the Book page says of a comparison, of rules and of what it reads: texts whose numbers are known.

use crate::book_support::{AS_OF, cash, coin, day, desk, future, load, option, perpetual, perpetual_fact, position, spot_fact};
use plimsoll::book::tag_rule::{self, Clause, How};
use plimsoll::book::{Edit, Position, edit, tag};
use plimsoll::engine::{Engine, Inputs};
use plimsoll::exposure::compare::{Compared, Comparison};
use plimsoll::import;
use plimsoll::import::venue::{OF_ANY, VENUES};
use plimsoll::instrument::{OptionKind, Settlement};
use plimsoll::issue::Partial;
use plimsoll::protocol::{Request, Response, from_bytes, handle, to_bytes};
use plimsoll::units::{DAY_MS, Timestamp};
use plimsoll::view::table::comparison::{self, Row, Step};
use plimsoll::view::{edited, rule};

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
    Engine::load(later, AS_OF).since(&earlier, Compared::Value).unwrap()
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
    let comparison = Engine::load(later, AS_OF).since(&earlier, Compared::Value).unwrap();
    let ids: Vec<&str> = comparison::effects(&comparison).iter().map(|effect| effect.id).collect();
    assert_eq!(ids, ["price", "trade", "expiry", "unexplained"]);
    let steps = comparison::steps(&comparison);
    let rest = steps.iter().find(|step| step.id == "unexplained").unwrap();
    assert_eq!((rest.amount.value, plain(&rest.amount.text).as_str()), (-20.0, "−$20"));
    assert!(comparison::rows(&comparison, 2).iter().all(|row| row.amounts.len() == 5), "each effect and the change");
}

fn clause(field: &str, how: How, text: &str) -> Clause {
    Clause { field: field.to_owned(), how, text: text.to_owned() }
}

/// Two calls of which one expires later, a perpetual, and cash.
fn desk_of_four() -> Vec<Position> {
    let call = |days| option("BTC", Settlement::Linear, OptionKind::Call, 100_000.0, day(days));
    let mut positions = vec![
        position("BTC-near-C", call(10), 1.0, None),
        position("BTC-far-C", call(100), 1.0, None),
        position("ETH-PERPETUAL", perpetual("ETH", Settlement::Inverse, 1.0), 1.0, None),
        position("USDC", cash("USDC"), 1.0, None),
    ];
    positions[1].account = "Hedge desk".to_owned();
    positions[2].tags.insert("strategy".to_owned(), "carry".to_owned());
    positions
}

#[test]
fn a_rule_that_is_said_marks_what_it_says() {
    let positions = desk_of_four();
    let met = |clauses: &[Clause]| {
        let rule = tag_rule::rule(clauses, "strategy", "x").unwrap();
        let names = positions.iter().filter(|position| rule.matches.is_met(position)).map(|position| position.name.as_str());
        names.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(met(&[clause("class", How::Is, "call")]), "BTC-near-C BTC-far-C");
    assert_eq!(met(&[clause("class", How::Is, "CALL, perpetual")]), "BTC-near-C BTC-far-C ETH-PERPETUAL", "alternatives");
    assert_eq!(met(&[clause("account", How::Contains, "hedge")]), "BTC-far-C");
    assert_eq!(met(&[clause("account", How::Is, "hedge")]), "");
    assert_eq!(met(&[clause("name", How::Is, "BTC-*-C"), clause("account", How::Contains, "desk")]), "BTC-far-C", "and");
    assert_eq!(met(&[clause("class", How::Is, "call"), clause("class", How::Is, "cash")]), "BTC-near-C BTC-far-C USDC", "or");
    let expiry = day(10).to_string();
    let date = expiry.split('T').next().unwrap();
    assert_eq!(met(&[clause("expires_until", How::Is, date)]), "BTC-near-C", "the whole day counts, and cash never expires");
    assert_eq!(met(&[clause("expires_from", How::Is, date)]), "BTC-near-C BTC-far-C");
    assert_eq!(met(&[Clause::default(), clause("class", How::Is, "cash")]), "USDC", "a clause that is not said asks for nothing");
}

#[test]
fn a_rule_that_is_half_said_is_refused_with_what_is_missing() {
    let refused = |clauses: &[Clause], dimension: &str| tag_rule::rule(clauses, dimension, "x").unwrap_err().message;
    let whole = || clause("venue", How::Is, "Deribit");
    assert!(refused(&[], "strategy").contains("at least once"));
    assert!(refused(&[clause("venue", How::Is, " , ")], "strategy").contains("say which venue, such as Deribit"));
    assert!(refused(&[clause("expires_from", How::Is, "soon")], "strategy").contains("a date such as 2027-03-26"));
    assert!(refused(&[whole()], "  ").contains("dimension"));
    assert!(refused(&[clause("colour", How::Is, "red")], "strategy").contains("no such field"));
    assert_eq!(tag_rule::rule(&[whole()], "strategy", "").unwrap().sets, [("strategy".to_owned(), String::new())].into(), "takes it away");
}

#[test]
fn the_preview_of_rules_counts_what_applying_them_does() {
    let positions = desk_of_four();
    let rules = [
        tag_rule::rule(&[clause("class", How::Is, "*")], "strategy", "carry").unwrap(),
        tag_rule::rule(&[clause("underlying", How::Is, "BTC")], "strategy", "vol").unwrap(),
        tag_rule::rule(&[clause("class", How::Is, "cash")], "strategy", "").unwrap(),
    ];
    let preview = tag::preview(&rules, &positions);
    // The perpetual has the label already; the cash gets it and loses it again.
    assert_eq!(preview, tag::Preview { met: vec![4, 2, 1], changed: 2, positions: 4 });
    let mut applied = positions.clone();
    edit::apply(&mut applied, &Edit::ApplyRules { rules: rules.to_vec() }).unwrap();
    let strategies: Vec<Option<&str>> = applied.iter().map(|position| position.tags.get("strategy").map(String::as_str)).collect();
    assert_eq!(strategies, [Some("vol"), Some("vol"), Some("carry"), None]);
    assert_eq!(tag::preview(&rules, &applied).changed, 0, "a second time changes nothing");

    let request = Request::PreviewRules { rules: rules.to_vec() };
    let request: Request = from_bytes(&to_bytes(&request).unwrap()).unwrap();
    let engine = load(positions, vec![spot_fact("BTC", 90_000.0)]);
    assert_eq!(handle(&mut desk(&engine), request, &mut |_| {}), Response::RulesPreviewed { preview });
}

#[test]
fn rules_read_as_words() {
    let said = |clauses: &[Clause]| plain(&rule::condition(&tag_rule::rule(clauses, "strategy", "hedge").unwrap()));
    assert_eq!(
        said(&[clause("venue", How::Is, "Deribit"), clause("class", How::Contains, "put")]),
        "venue is Deribit and class contains put"
    );
    assert_eq!(said(&[clause("underlying", How::Is, "BTC,ETH")]), "underlying is BTC or ETH");
    assert_eq!(said(&[clause("name", How::Is, "BTC-*"), clause("name", How::Contains, "C")]), "instrument is BTC-* or contains C");
    assert_eq!(said(&[clause("expires_until", How::Is, "2027-03-26")]), "expires on or before 26 Mar 2027");
    let all = tag::asset_class_rules();
    assert_eq!((rule::condition(&all[0]).as_str(), rule::label(&all[0]).as_str()), ("every position", "asset_class = coin"));
    let away = tag_rule::rule(&[clause("class", How::Is, "cash")], "strategy", "").unwrap();
    assert_eq!(rule::label(&away), "no strategy");
    let preview = tag::Preview { met: vec![1200, 3], changed: 1, positions: 40_000 };
    assert_eq!(plain(&rule::met(&preview, 0)), "1 200 of 40 000 positions");
    assert_eq!(rule::summary(&preview), "1 position would get another label than it has.");
}

#[test]
fn rules_are_kept_as_text_and_read_back_the_same() {
    let mut rules = tag::asset_class_rules();
    rules.push(
        tag_rule::rule(
            &[
                clause("venue", How::Contains, "Inter\tactive"),
                clause("expires_from", How::Is, "2026-01-01"),
                clause("expires_until", How::Is, "2027-03-26"),
            ],
            "my =desk",
            "",
        )
        .unwrap(),
    );
    let kept = tag_rule::from_text(&tag_rule::to_text(&rules));
    assert_eq!((kept.value, kept.issues.len()), (rules, 0));
    assert_eq!(tag_rule::from_text(""), Partial { value: Vec::new(), issues: Vec::new() });
    let partly = tag_rule::from_text("plimsoll rules 1\nvenue\tOKX\t=desk\tA\ncolour\tred\t=desk\tB\nvenue\tBybit\n");
    assert_eq!(partly.value.len(), 1);
    assert_eq!(partly.issues.iter().map(|issue| issue.line).collect::<Vec<_>>(), [Some(3), Some(4)], "the others stay");
    let foreign = tag_rule::from_text("{\"rules\":[]}");
    assert_eq!((foreign.value.len(), foreign.issues.len()), (0, 1));
}

#[test]
fn netting_says_how_many_lots_became_how_many_positions() {
    let perp = |held, entry| position("BTC-PERPETUAL", perpetual("BTC", Settlement::Linear, 1.0), held, Some(entry));
    let positions = vec![
        position("BTC", coin("BTC"), 1.0, Some(80_000.0)),
        perp(2.0, 90_000.0),
        position("BTC", coin("BTC"), 2.0, Some(86_000.0)),
        position("ETH", coin("ETH"), 1.0, None),
        perp(-2.0, 91_000.0),
        position("BTC", coin("BTC"), -0.5, Some(90_000.0)),
    ];
    assert_eq!(edit::netting(&positions).unwrap(), [5, 1], "three coins' lots become one, two perpetuals cancel, one is alone");
    let engine = load(positions, vec![spot_fact("BTC", 90_000.0), perpetual_fact("BTC", Settlement::Linear, 90_000.0)]);
    let ask = |edits: Vec<Edit>, engine: &Engine| handle(&mut desk(engine), Request::Edit { edits }, &mut |_| {});
    let Response::Merged { inputs, positions, netted } = ask(vec![Edit::NetByInstrument], &engine) else { panic!("not netted") };
    assert_eq!((positions, netted), (3, Some([5, 1])), "one lot, one coin, and the cash that took the gain of 2 × 1000 in");
    let inputs: Inputs = from_bytes(&inputs).unwrap();
    let held: Vec<(&str, f64)> = inputs.positions.iter().map(|position| (position.name.as_str(), position.quantity.get())).collect();
    assert_eq!(held, [("BTC", 2.5), ("ETH", 1.0), ("USD", 2000.0)]);
    assert_eq!(edit::netting(&inputs.positions).unwrap(), [0, 0], "a second time there is nothing to net");
    let Response::Merged { netted, .. } = ask(vec![Edit::Delete { indices: vec![0] }], &engine) else { panic!("not deleted") };
    assert_eq!(netted, None, "said of nettings only");
    assert_eq!(plain(&edited::netted([1240, 1])), "1 240 lots became 1 position; the value is the same. Undo takes it back.");
    assert!(edited::netted([0, 0]).contains("nothing to net"));
    assert_eq!(edited::labelled(1), "1 position has other labels now. Undo takes it back.");
}

#[test]
fn the_empty_page_names_every_venue_whose_files_are_read() {
    let names: Vec<&str> = VENUES.iter().flat_map(|venue| venue.names.iter().copied()).collect();
    for def in import::ALL.iter().filter(|def| !OF_ANY.contains(&def.id)) {
        let is_named = names.iter().any(|name| def.label.starts_with(name));
        assert!(is_named, "{}: “{}” begins with no name of import::venue::VENUES", def.id, def.label);
    }
    for name in &names {
        assert!(import::ALL.iter().any(|def| def.label.starts_with(name)), "{name} is named and no format of it is read");
    }
    for id in OF_ANY {
        assert!(import::ALL.iter().any(|def| def.id == *id), "{id} is no format");
    }
}
