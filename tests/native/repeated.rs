//! One holding in two files is found with its places and its worth, and nothing else is.

use crate::book_support::{cash, coin, day, generated, load, option, perpetual, perpetual_fact, position, spot_fact};
use crate::import_support::{dropped, fixture};
use plimsoll::book::Position;
use plimsoll::check::{Finding, Limits, Severity};
use plimsoll::engine::Engine;
use plimsoll::import::import;
use plimsoll::instrument::{OptionKind, Settlement};
use plimsoll::issue::Source;
use plimsoll::market::Fact;

fn repeated(positions: Vec<Position>) -> Vec<Finding> {
    let facts: Vec<Fact> = vec![spot_fact("BTC", 95_000.0), perpetual_fact("BTC", Settlement::Inverse, 95_000.0)];
    let mut found = load(positions, facts).findings(Limits::default());
    found.retain(|finding| finding.check == "repeated");
    found
}

fn of(mut position: Position, file: &str, line: u64, owner: (&str, &str)) -> Position {
    position.source = Source { file: file.into(), line };
    (position.venue, position.account) = (owner.0.to_owned(), owner.1.to_owned());
    position
}

const OWNER: (&str, &str) = ("Deribit", "main");

fn bitcoin(held: f64, file: &str, line: u64, owner: (&str, &str)) -> Position {
    of(position("BTC", coin("BTC"), held, None), file, line, owner)
}

#[test]
fn a_holding_in_two_files_is_found_with_its_places_and_what_it_is_worth() {
    let found = repeated(vec![
        bitcoin(2.0, "summary.json", 4, OWNER),
        of(position("USDC", cash("USDC"), 500.0, None), "summary.json", 5, OWNER),
        bitcoin(2.0, "log.csv", 9, OWNER),
    ]);
    let [finding] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((finding.severity, finding.position, finding.subject.as_str()), (Severity::Warning, Some(2), "BTC"));
    assert_eq!((finding.stated, finding.computed, finding.difference, finding.unit.as_str()), (Some(4.0), Some(2.0), 2.0, "BTC"));
    assert_eq!((finding.relative, finding.dollars), (Some(1.0), Some(190_000.0)));
    for part in ["summary.json line 4", "log.csv line 9", "2 times", "take one of the files out"] {
        assert!(finding.message.contains(part), "{}", finding.message);
    }
}

#[test]
fn what_is_worth_only_its_gain_is_counted_by_its_size() {
    let perp = |file, line| of(position("BTC-PERPETUAL", perpetual("BTC", Settlement::Inverse, 10.0), -950.0, None), file, line, OWNER);
    let found = repeated(vec![perp("a.json", 1), perp("b.json", 1), perp("c.json", 7)]);
    let [finding] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((finding.difference, finding.unit.as_str(), finding.dollars), (-1900.0, "contracts", Some(19_000.0)));
}

#[test]
fn lots_of_one_file_repeat_nothing_and_of_two_files_the_longer_list_counts() {
    let lots = vec![bitcoin(1.0, "a.csv", 2, OWNER), bitcoin(1.0, "a.csv", 3, OWNER), bitcoin(1.0, "a.csv", 2, OWNER)];
    assert_eq!(repeated(lots.clone()), []);
    let mut two = lots;
    two.extend([bitcoin(1.0, "b.csv", 2, OWNER), bitcoin(1.0, "b.csv", 3, OWNER)]);
    let found = repeated(two);
    assert_eq!((found.len(), found[0].stated, found[0].computed), (1, Some(5.0), Some(3.0)));
}

#[test]
fn another_contract_account_venue_sign_or_quantity_is_another_holding() {
    let call = |strike: f64, file: &str| {
        of(position("call", option("BTC", Settlement::Inverse, OptionKind::Call, strike, day(70)), 1.0, None), file, 2, OWNER)
    };
    assert_eq!(repeated(vec![call(1e5, "a.csv"), call(1.1e5, "b.csv")]), []);
    assert_eq!(repeated(vec![call(1e5, "a.csv"), call(1e5, "b.csv")]).len(), 1);
    for (held, owner) in [(2.0, ("Deribit", "sub")), (2.0, ("Bybit", "main")), (-2.0, OWNER), (2.001, OWNER)] {
        assert_eq!(repeated(vec![bitcoin(2.0, "a.csv", 2, OWNER), bitcoin(held, "b.csv", 2, owner)]), [], "{held} {owner:?}");
    }
    // The last digit of a printed sum, and the case of a venue's name, make no difference.
    assert_eq!(repeated(vec![bitcoin(0.3, "a.csv", 2, OWNER), bitcoin(0.1 + 0.2, "b.csv", 2, ("DERIBIT", "main"))]).len(), 1);
}

#[test]
fn a_file_that_names_no_account_or_venue_leaves_a_doubt_that_is_only_noted() {
    for owner in [("Deribit", ""), ("", "main"), ("", "")] {
        let found = repeated(vec![bitcoin(2.0, "a.csv", 2, OWNER), bitcoin(2.0, "b.csv", 2, owner)]);
        assert_eq!(found.iter().map(|finding| finding.severity).collect::<Vec<_>>(), [Severity::Note], "{owner:?}");
        assert!(found[0].message.contains("not each of them names"));
    }
    // Two files that name neither: a doubt; with an account of their own on both sides: none.
    assert_eq!(repeated(vec![bitcoin(2.0, "a.csv", 2, ("", "")), bitcoin(2.0, "b.csv", 2, ("", ""))])[0].severity, Severity::Note);
    let three = vec![bitcoin(2.0, "a.csv", 2, OWNER), bitcoin(2.0, "b.csv", 2, OWNER), bitcoin(2.0, "c.csv", 2, ("", ""))];
    let found = repeated(three);
    assert_eq!((found.len(), found[0].severity, found[0].difference), (1, Severity::Warning, 4.0));
}

#[test]
fn no_book_of_one_file_repeats_anything_and_a_second_copy_repeats_it_all() {
    for seed in 0..20 {
        let one = generated(seed, 60);
        let findings = |inputs| {
            let mut found = Engine::load(inputs, crate::book_support::AS_OF).findings(Limits::default());
            found.retain(|finding: &Finding| finding.check == "repeated");
            found
        };
        assert_eq!(findings(one.clone()), [], "seed {seed}");
        // Positions made by hand have no file.
        let mut by_hand = one.clone();
        by_hand.positions.extend(one.positions.iter().cloned().map(|held| Position { source: Source::default(), ..held }));
        assert_eq!(findings(by_hand), [], "seed {seed}");
        let mut two = one.clone();
        let copy = one.positions.iter().map(|held| of(held.clone(), "copy.csv", 7, (&held.venue, &held.account)));
        two.positions.extend(copy);
        let found = findings(two);
        let quantity: f64 = one.positions.iter().map(|held| held.quantity.get().abs()).sum();
        let again: f64 = found.iter().map(|finding| finding.difference.abs()).sum();
        assert!((again / quantity - 1.0).abs() < 1e-12, "seed {seed}: {again} of {quantity}");
        assert!(found.iter().all(|finding| finding.severity == Severity::Warning));
    }
}

#[test]
fn two_replies_of_one_account_in_two_files_are_found() {
    let text = String::from_utf8(fixture("venues/binance_portfolio.json")).unwrap();
    let whole = import(&[dropped("portfolio.json", text.clone())]);
    let risk = r#"[{"entryPrice":"95825.5","leverage":"10","markPrice":"95000.5","maxNotionalValue":"20000000","positionAmt":"0.500","notional":"47500.25","symbol":"BTCUSDT","unRealizedProfit":"-412.5","liquidationPrice":"61000.5","positionSide":"LONG","updateTime":1768560000000}]"#;
    let both = import(&[dropped("portfolio.json", text), dropped("risk.json", risk)]);
    assert_eq!(repeated(whole.positions), []);
    let found = repeated(both.positions);
    assert_eq!(found.iter().map(|finding| (finding.subject.as_str(), finding.difference)).collect::<Vec<_>>(), [("BTCUSDT", 0.5)]);
    assert_eq!(found[0].dollars, Some(47_500.0));
}
