//! Leverage, concentration, what is locked, and how far each account is from its first trouble.

use crate::book_support::{
    AS_OF, cash, coin, day, forward_fact, generated, inputs, load, near, option, option_fact, perpetual, position, price, quantity,
    spot_fact,
};
use plimsoll::book::{Account, Position, Stated};
use plimsoll::engine::{Engine, Settings};
use plimsoll::exposure::concentration::{self, behind_several};
use plimsoll::exposure::leverage::{AccountLeverage, Standing, Trouble};
use plimsoll::exposure::pivot::columns::Columns;
use plimsoll::exposure::pivot::dimension::Dimension;
use plimsoll::exposure::pivot::{Key, measure};
use plimsoll::instrument::{Instrument, Loan, OptionKind, Settlement, Stake, Unlock};
use plimsoll::units::Currency;

fn in_account(account: &str, mut position: Position) -> Position {
    position.account = account.to_owned();
    position
}

fn at(venue: &str, mut position: Position) -> Position {
    position.venue = venue.to_owned();
    position
}

fn loan(asset: &str, threshold: Option<f64>) -> Instrument {
    Instrument::Loan(Loan { asset: Currency::new(asset), rate: None, threshold })
}

fn stake(unlock: Unlock) -> Instrument {
    Instrument::Stake(Stake { token: "STETH".to_owned(), underlying: "ETH".to_owned(), rate: 1.0, unlock })
}

fn linear(held: f64) -> Position {
    position("perp", perpetual("BTC", Settlement::Linear, 1.0), held, Some(100_000.0))
}

fn account<'a>(accounts: &'a [AccountLeverage], name: &str) -> &'a AccountLeverage {
    accounts.iter().find(|account| account.name == name).unwrap()
}

#[test]
fn leverage_of_a_book_is_that_of_its_report_and_of_each_account_that_of_its_positions() {
    for seed in [2, 71] {
        let engine = Engine::load(generated(seed, 60), AS_OF);
        let (all, valuation) = (engine.leverage(), engine.valuation(&Settings::default(), true));
        near("equity", all.whole.equity, valuation.base.equity, 1e-12);
        near("gross", all.whole.gross_notional, valuation.base.measures.gross_notional, 1e-12);
        near("net delta", all.whole.net_delta, valuation.base.measures.cash_delta, 1e-12);
        assert_eq!(all.whole.gross().is_some(), valuation.base.leverage.is_some());
        let deltas = valuation.positions.iter().filter_map(|row| row.base).map(|valued| valued.measures.cash_delta.abs());
        near("gross delta", all.whole.gross_delta, deltas.sum(), 1e-12);
        let sum = |of: fn(&AccountLeverage) -> f64| all.accounts.iter().map(of).sum::<f64>();
        near("by account", sum(|account| account.leverage.gross_delta), all.whole.gross_delta, 1e-12);
        near("equities", sum(|account| account.leverage.equity), all.whole.equity, 1e-10);
    }
}

#[test]
fn an_option_gains_in_percent_its_elasticity_times_the_percent_of_spot() {
    let call = option("BTC", Settlement::Linear, OptionKind::Call, 110_000.0, day(70));
    let at_spot = |spot: f64| {
        let facts = vec![spot_fact("BTC", spot), forward_fact("BTC", day(70), spot), option_fact(&call, Some(0.6), None)];
        load(vec![position("call", call.clone(), -3.0, None)], facts).leverage()
    };
    let (here, above) = (at_spot(100_000.0), at_spot(100_001.0));
    let elasticity = here.elasticities[0].elasticity.unwrap();
    let gain = (above.options.equity / here.options.equity - 1.0) / 1e-5;
    assert!((elasticity - gain).abs() < 1e-3 * elasticity && elasticity > 5.0, "{elasticity} against {gain}");
    // A book that is short options has no equity in them to be levered on.
    assert_eq!((here.whole.gross(), here.options.delta_adjusted()), (None, None));
}

#[test]
fn the_way_to_trouble_is_the_venue_s_price_the_debt_s_or_the_margin_s_and_unknown_where_none_is_stated() {
    let stated = |liquidation: f64| Some(Box::new(Stated { liquidation_price: Some(price(liquidation)), ..Stated::default() }));
    let positions = vec![
        in_account("price", Position { stated: stated(80_000.0), ..linear(1.0) }),
        in_account("price", Position { stated: stated(112_000.0), ..linear(-0.5) }),
        in_account("debt", position("c", loan("BTC", Some(0.8)), 1.0, None)),
        in_account("debt", position("d", loan("USDC", None), -50_000.0, None)),
        in_account("margin", linear(4.0)),
        in_account("margin", position("put", option("BTC", Settlement::Linear, OptionKind::Put, 70_000.0, day(70)), 2.0, None)),
        in_account("margin", position("usd", cash("USDC"), 100_000.0, None)),
        in_account("silent", linear(1.0)),
        in_account("silent", position("usd", cash("USDC"), 20_000.0, None)),
        in_account("coins", position("BTC", coin("BTC"), 2.0, None)),
    ];
    let put = positions[5].instrument.clone();
    let facts = vec![spot_fact("BTC", 100_000.0), forward_fact("BTC", day(70), 100_000.0), option_fact(&put, Some(0.5), None)];
    let margin = Account {
        venue: "Deribit".to_owned(),
        name: "margin".to_owned(),
        kind: "linear".to_owned(),
        currency: Some(Currency::new("USDC")),
        equity: Some(quantity(100_000.0)),
        maintenance_margin: Some(quantity(20_000.0)),
        ..Account::default()
    };
    let health =
        Account { health: Some(quantity(3.2)), equity: None, name: "silent".to_owned(), maintenance_margin: None, ..margin.clone() };
    let all = Engine::load(plimsoll::engine::Inputs { accounts: vec![margin, health], ..inputs(positions, facts) }, AS_OF).leverage();
    let of = |name: &str| account(&all.accounts, name);

    // The short's price is nearer than the long's.
    let distances: Vec<f64> = of("price").troubles.iter().map(|trouble| trouble.distance().unwrap()).collect();
    near("short", distances[0], 0.12, 1e-12);
    near("long", distances[1], -0.2, 1e-12);

    let Trouble::Lending { health, reach } = of("debt").troubles[0] else { panic!("{:?}", of("debt")) };
    near("health", health, 1.6, 1e-12);
    near("debt over collateral at its threshold", reach.unwrap(), 50_000.0 / 80_000.0 - 1.0, 1e-12);

    let Trouble::Margin { buffer, reach: (fall, rise), .. } = of("margin").troubles[0].clone() else { panic!("{:?}", of("margin")) };
    assert_eq!((buffer, rise), (Some(80_000.0), None));
    // Four coins alone lose it in a fall of 20 %; the puts push that out.
    let fall = fall.unwrap();
    assert!(fall < -0.2 && fall > -0.3, "{fall}");
    assert_eq!(of("margin").troubles[0].distance(), Some(fall));

    assert_eq!((of("silent").standing, of("silent").troubles.len()), (Standing::Unknown, 0));
    assert_eq!(of("silent").stated_health, [3.2], "a scale of its own is shown and not read as a distance");
    assert_eq!(of("coins").standing, Standing::Unlevered);
}

#[test]
fn a_margin_that_is_breached_is_no_way_off_and_parts_of_an_account_are_not_guessed_at() {
    let stated = |kind: &str, equity: f64| Account {
        venue: "Deribit".to_owned(),
        name: "main".to_owned(),
        kind: kind.to_owned(),
        equity: Some(quantity(equity)),
        maintenance_margin: Some(quantity(30_000.0)),
        ..Account::default()
    };
    let loaded = |accounts: Vec<Account>| {
        let inputs = plimsoll::engine::Inputs { accounts, ..inputs(vec![linear(1.0)], vec![spot_fact("BTC", 100_000.0)]) };
        Engine::load(inputs, AS_OF).leverage().accounts.remove(0)
    };
    assert_eq!(loaded(vec![stated("whole", 25_000.0)]).troubles[0].distance(), Some(0.0));
    let in_parts = loaded(vec![stated("one", 60_000.0), stated("other", 90_000.0)]);
    assert_eq!(in_parts.troubles.iter().map(Trouble::distance).collect::<Vec<_>>(), [None, None]);
}

#[test]
fn the_index_of_half_three_tenths_and_a_fifth_is_that_of_the_published_example() {
    let positions = vec![
        at("A", position("a", coin("BTC"), 5.0, None)),
        at("B", position("b", coin("BTC"), -3.0, None)),
        at("C", position("c", coin("BTC"), 2.0, None)),
        at("", position("nowhere", coin("BTC"), 7.0, None)),
    ];
    let engine = load(positions, vec![spot_fact("BTC", 100_000.0)]);
    let (mut columns, sources) = (Columns::default(), engine.sources(None));
    let venue = Dimension::by_id("venue").unwrap();
    for measure in [&measure::GROSS_NOTIONAL, &measure::NET_DELTA] {
        let found = concentration::concentration(&mut columns, &sources, &venue, measure);
        near("index", found.index.unwrap(), 0.38, 1e-14);
        near("effective number", found.effective.unwrap(), 2.631_578_947_368_421, 1e-14);
        let shares: Vec<f64> = found.top.iter().map(|share| share.share).collect();
        assert_eq!((shares, found.rest, found.keys), (vec![0.5, 0.3, 0.2], 0.0, 3));
        assert_eq!(found.missing, 700_000.0, "what no venue holds is told apart");
    }
    let all = concentration::concentrations(&mut columns, &sources, &measure::GROSS_NOTIONAL);
    assert_eq!(all.len(), Dimension::of(sources.book).len());
    // Nothing here expires: by expiry nothing is concentrated, and nothing is said to be.
    let expiry = all.iter().find(|row| row.dimension.id() == "expiry").unwrap();
    assert_eq!((expiry.index, expiry.effective, expiry.keys), (None, None, 0));
    assert!(matches!(all[0].top[0].key, Key::Name(ref name) if name == "BTC"));
}

#[test]
fn shares_and_the_rest_add_up_to_one_in_every_dimension_of_random_books() {
    for seed in 1..8 {
        let engine = Engine::load(generated(seed, 70), AS_OF);
        let (mut columns, sources) = (Columns::default(), engine.sources(None));
        for measure in measure::ALL.iter().copied() {
            for row in concentration::concentrations(&mut columns, &sources, measure) {
                let Some(index) = row.index else { continue };
                let label = format!("seed {seed}: {} by {}", measure.id, row.dimension.id());
                near(&label, row.top.iter().map(|share| share.share).sum::<f64>() + row.rest, 1.0, 1e-12);
                assert!(index <= 1.0 + 1e-12 && index * f64::from(row.keys) >= 1.0 - 1e-12, "{label}: {index}");
                assert!(row.top.is_sorted_by(|one, other| one.share >= other.share), "{label}");
            }
        }
    }
}

#[test]
fn what_is_locked_is_told_by_when_it_is_free() {
    let positions = vec![
        position("free", stake(Unlock::Free), 10.0, None),
        position("notice", stake(Unlock::Notice(9.0)), 20.0, None),
        position("dated", stake(Unlock::At(day(4))), 5.0, None),
        position("over", stake(Unlock::At(day(-4))), 1.0, None),
        in_account("aave", position("pledged", loan("ETH", Some(0.8)), 30.0, None)),
        in_account("aave", position("owed", loan("USDC", None), -25_000.0, None)),
        in_account("earn", position("lent", loan("USDT", Some(0.8)), 8_000.0, None)),
        in_account("margin", position("short coin", coin("ETH"), -2.0, None)),
    ];
    let engine = load(positions, vec![spot_fact("ETH", 2_500.0)]);
    let found = concentration::locked(&mut Columns::default(), &engine.sources(None));
    assert_eq!((found.staked, found.locked, found.lent), (90_000.0, 137_500.0, 83_000.0));
    assert_eq!((found.borrowed, found.equity), (30_000.0, 143_000.0));
    assert_eq!(found.share(found.borrowed), Some(30.0 / 143.0));
    let calendar: Vec<(&str, bool, f64)> = found.calendar.iter().map(|row| (row.name.as_str(), row.is_notice, row.cumulated)).collect();
    assert_eq!(calendar, [("dated", false, 12_500.0), ("notice", true, 62_500.0)]);
    assert_eq!(found.calendar[1].at, AS_OF.plus_days(9.0));
}

#[test]
fn one_venue_behind_the_hedges_of_several_underlyings_is_named_with_them() {
    let short = |underlying: &str, held: f64| position("short", perpetual(underlying, Settlement::Linear, 1.0), held, None);
    let positions = vec![
        at("cold wallet", position("BTC", coin("BTC"), 10.0, None)),
        at("cold wallet", position("ETH", coin("ETH"), 400.0, None)),
        at("cold wallet", position("SOL", coin("SOL"), 1_000.0, None)),
        at("Bybit", short("BTC", -10.0)),
        at("Bybit", short("ETH", -390.0)),
    ];
    let facts = vec![spot_fact("BTC", 100_000.0), spot_fact("ETH", 2_500.0), spot_fact("SOL", 100.0)];
    let engine = load(positions, facts);
    let shared = behind_several(&engine.failures(&mut Columns::default()));
    let bybit = shared.iter().find(|shared| shared.name == "Bybit").unwrap();
    assert_eq!(bybit.underlyings, ["BTC", "ETH"]);
}
