//! Two storms or two books side by side.

use crate::book_support::{AS_OF, coin, desk, generated, load, near, position, spot_fact};
use crate::sheet_support::{ask, controls, errors, numbers, row, said, table};
use plimsoll::engine::{Engine, Settings, Yardsticks};
use plimsoll::session::Session;
use plimsoll::share::{self, Shared};
use plimsoll::stress::library;
use plimsoll::view::sheet::Sheet;

fn link(engine: &Engine) -> String {
    let shared = Shared { inputs: Some(engine.needed_inputs()), session: Session::default() };
    format!("https://example.org/plimsoll/#{}", share::encode(&shared).unwrap())
}

fn of(engine: &Engine, choices: &[(&str, &str)]) -> Sheet {
    ask(&mut desk(engine), "beside", &Settings::default(), choices)
}

#[test]
fn two_storms_stand_beside_each_other_with_the_numbers_that_each_has_alone() {
    let engine = Engine::load(generated(3, 60), AS_OF);
    let storms = (library::group("hypothetical").unwrap().pack)();
    let pnl = |id: &str| {
        let scenario = storms.iter().find(|scenario| scenario.id == id).unwrap();
        engine.scenario(0, scenario, Yardsticks::default()).row.pnl
    };
    let (left, right) = (storms[0].id.as_str(), storms[1].id.as_str());
    assert_ne!(pnl(left), pnl(right));
    let sheet = of(&engine, &[("beside/left", left), ("beside/right", right)]);
    let headlines = table(&sheet, "beside-headlines");
    assert_eq!(headlines.table.heads[1..], [storms[0].name.clone(), storms[1].name.clone(), "Difference".to_owned()]);
    assert_eq!(numbers(&headlines.table.rows[0]), [pnl(left), pnl(right), pnl(right) - pnl(left)]);
    for id in ["beside-by-underlying", "beside-by-venue"] {
        for (place, whole) in [pnl(left), pnl(right)].into_iter().enumerate() {
            let sum: f64 = table(&sheet, id).table.rows.iter().map(|row| numbers(row)[place]).sum();
            near(id, sum, whole, 1e-9);
        }
    }
    // Beside the market as it stands, where nothing is chosen.
    let alone = of(&engine, &[("beside/left", left)]);
    assert_eq!(numbers(&table(&alone, "beside-headlines").table.rows[0]), [pnl(left), 0.0, -pnl(left)]);
    assert!(said(&of(&engine, &[("beside/left", "-")]), "beside-none").contains("Choose a storm"));
    // The storm that is taken among the scenarios is the left one, without a choice.
    let taken = of(&engine, &[("scenarios/picked", right)]);
    assert_eq!(numbers(&table(&taken, "beside-headlines").table.rows[0])[0], pnl(right));
    assert_eq!(
        errors(&of(&engine, &[("beside/right", "gone")]), "beside-choice"),
        ["there is no scenario “gone”; the market as it stands is shown"]
    );
}

#[test]
fn a_second_book_stands_in_its_own_market_and_in_the_same_storm() {
    let own = load(vec![position("coin", coin("BTC"), 1.0, None)], vec![spot_fact("BTC", 50_000.0)]);
    let other = load(vec![position("coin", coin("BTC"), -3.0, None)], vec![spot_fact("BTC", 60_000.0)]);
    let pack = r#"{"version":1,"scenarios":[{"id":"fall","name":"Fall","shocks":[{"spot":{"percent":-10}}]}]}"#;
    let link = link(&other);
    let sheet = of(&own, &[("beside/left", "fall"), ("beside/link", &link), ("scenarios/pack", pack)]);
    let pnl = &table(&sheet, "beside-headlines").table.rows[0];
    for (found, wanted) in numbers(pnl).into_iter().zip([-5_000.0, 18_000.0, 23_000.0]) {
        near("P&L", found, wanted, 1e-12);
    }
    let all = table(&sheet, "beside-all");
    let place = all.pick.as_ref().unwrap().values.iter().position(|id| id == "fall").unwrap();
    assert_eq!(row(all, place)[..4], ["Fall", "−$5.00 k", "+$18.0 k", "+$23.0 k"]);
    // Three coins short against one long: they move against each other in every storm.
    assert!(all.notes[0].contains("storms: −"), "{:?}", all.notes);
    // As the market stands can be chosen for the one alone.
    let rest = of(&own, &[("beside/left", "fall"), ("beside/right", "-"), ("beside/link", &link), ("scenarios/pack", pack)]);
    assert_eq!(numbers(&table(&rest, "beside-headlines").table.rows[0])[1], 0.0);
    assert_eq!(controls(&rest, "beside-choice")[1].value, "-");
    let broken = of(&own, &[("beside/link", &link[..link.len() - 4])]);
    assert_eq!(errors(&broken, "beside-choice").len(), 1);
}
