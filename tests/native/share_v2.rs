//! Version 2 of the link: everything that v1 has no word for comes out to the bit, everything else is refused in a sentence.

use crate::share::{
    AS_OF, any_fact, any_kind, any_number, any_position, any_price, any_text, any_time, changes_are_refused, content, date, desk,
    framed_as, legs, position, price, refusal, session, unsourced, varint,
};
use plimsoll::book::{Account, Position, Stated};
use plimsoll::engine::{Engine, Inputs, Settings};
use plimsoll::instrument::{AmericanOption, Instrument, Loan, OptionKind, Other, Pool, Share, Side, Stake, Unlock};
use plimsoll::issue::Source;
use plimsoll::market::history::{CorrelationTable, History, Observation, PriceSeries, SeriesKind};
use plimsoll::session::Session;
use plimsoll::share::{Shared, decode, encode};
use plimsoll::units::{Currency, DAY_MS, Price, Quantity, Rate, Timestamp};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn quantity(value: f64) -> Quantity {
    Quantity::new(value).unwrap()
}

fn currency(code: &str) -> Currency {
    Currency::new(code)
}

/// One position of every contract that v1 does not know, between two that it knows.
pub fn wide() -> Inputs {
    let american = |kind, strike| {
        Instrument::AmericanOption(AmericanOption {
            underlying: "AAPL".to_owned(),
            quote: currency("USD"),
            contract_size: 100.0,
            expiry: date(19, 6),
            strike: price(strike),
            kind,
        })
    };
    let pool = |side| {
        Instrument::Pool(Pool {
            base: currency("ETH"),
            quote: currency("USDC"),
            side,
            liquidity: 1234.5678,
            lower: 2500.0,
            upper: Some(4200.5),
        })
    };
    let stake =
        |token: &str, rate, unlock| Instrument::Stake(Stake { token: token.to_owned(), underlying: "ETH".to_owned(), rate, unlock });
    let mut inputs = desk();
    let more = vec![
        position("AAPL  260619C00200000", "IB", american(OptionKind::Call, 200.0), 3.0, Some(12.35), 2),
        position("AAPL  260619P00180000", "IB", american(OptionKind::Put, 180.0), -3.0, Some(4.1), 3),
        position("AAPL", "IB", Instrument::Share(Share { symbol: "AAPL".to_owned() }), 300.0, Some(191.42), 4),
        position("wstETH", "0x5a", stake("WSTETH", 1.198_234_567, Unlock::Free), 40.25, None, 5),
        position("SOL stake", "0x5a", stake("SOL", 1.0, Unlock::Notice(2.5)), 900.0, None, 6),
        position("ETH validator", "0x5a", stake("ETH", 1.0, Unlock::At(AS_OF)), 32.0, None, 7),
        position(
            "aEthWETH",
            "Aave",
            Instrument::Loan(Loan { asset: currency("ETH"), rate: Some(Rate::new(-0.0175).unwrap()), threshold: Some(0.83) }),
            50.0,
            None,
            8,
        ),
        position("USDC debt", "Aave", Instrument::Loan(Loan { asset: currency("USDC"), rate: None, threshold: None }), -60_000.0, None, 9),
        position("UNI-V3 1", "0x5a", pool(Side::Base), 1.0, None, 10),
        position("UNI-V3 1", "0x5a", pool(Side::Quote), 1.0, None, 10),
        position(
            "UNI-V2",
            "0x5a",
            Instrument::Pool(Pool {
                base: currency("ETH"),
                quote: currency("DAI"),
                side: Side::Base,
                liquidity: 5.0,
                lower: 0.0,
                upper: None,
            }),
            1.0,
            None,
            11,
        ),
        position(
            "US T 4.25 11/34",
            "IB",
            Instrument::Other(Other { symbol: "US91282CLW90".to_owned(), kind: "bond".to_owned(), contract_size: 1000.0 }),
            25.0,
            Some(0.9875),
            12,
        ),
    ];
    inputs.positions.splice(2..2, more);
    let tags = [("strategy", "carry"), ("trader", "Ana"), ("", "="), ("strategie €", "<b>")];
    for (index, position) in inputs.positions.iter_mut().enumerate() {
        for (dimension, label) in tags.iter().take(index % 5) {
            position.tags.insert((*dimension).to_owned(), (*label).to_owned());
        }
    }
    inputs.positions[4].stated = Some(Box::new(Stated {
        unrealized_pnl: Some(quantity(-1250.75)),
        notional: Some(quantity(57_426.0)),
        initial_margin: Some(quantity(28_713.0)),
        maintenance_margin: Some(quantity(14_356.5)),
        liquidation_price: Some(price(120.1)),
        currency: Some(currency("USD")),
        notional_currency: Some(currency("AAPL")),
        time: Some(AS_OF),
        greeks: Vec::new(),
    }));
    inputs.positions[6].stated = Some(Box::new(Stated::default()));
    inputs.positions[0].stated = Some(Box::new(Stated { liquidation_price: Some(price(0.0)), ..Stated::default() }));
    inputs.accounts = vec![
        Account {
            venue: "Binance".to_owned(),
            name: "main".to_owned(),
            kind: "portfolio margin".to_owned(),
            currency: Some(currency("USDT")),
            equity: Some(quantity(1_250_000.25)),
            balance: Some(quantity(1_200_000.0)),
            unrealized_pnl: Some(quantity(50_000.25)),
            initial_margin: Some(quantity(310_000.0)),
            maintenance_margin: Some(quantity(120_000.0)),
            health: Some(quantity(10.4166)),
            time: Some(AS_OF),
            source: Source { file: "account.json".into(), line: 1 },
        },
        Account { venue: "Aave".to_owned(), ..Account::default() },
    ];
    inputs
}

fn shared(inputs: Inputs) -> Shared {
    Shared { inputs: Some(inputs), session: session() }
}

fn link(inputs: Inputs) -> String {
    encode(&shared(inputs)).unwrap()
}

#[test]
fn every_contract_tag_figure_and_account_comes_back_as_it_was() {
    let text = link(wide());
    assert!(text.starts_with("v2."), "{text}");
    let back = decode(&text).unwrap();
    assert_eq!(back, shared(unsourced(wide())));
    assert_eq!(encode(&back).unwrap(), text, "the same content has the same link");
    assert!(text.len() < 1600, "{} characters", text.len());
}

#[test]
fn a_link_is_v1_whenever_v1_can_carry_it() {
    for inputs in [desk(), legs(20), Inputs::default()] {
        assert!(link(inputs).starts_with("v1."));
    }
    assert!(encode(&Shared::default()).unwrap().starts_with("v1."));
    let mut tagged = legs(1);
    tagged.positions[0].tags.insert("strategy".to_owned(), "carry".to_owned());
    let mut stated = legs(1);
    stated.positions[0].stated = Some(Box::default());
    let mut account = legs(1);
    account.accounts.push(Account::default());
    let mut share = legs(1);
    share.positions[0].instrument = Instrument::Share(Share { symbol: "AAPL".to_owned() });
    for inputs in [tagged, stated, account, share] {
        let text = link(inputs.clone());
        assert!(text.starts_with("v2."), "{text}");
        assert_eq!(decode(&text).unwrap().inputs, Some(unsourced(inputs)));
    }
}

#[test]
fn what_v1_carries_is_refused_as_v2() {
    // The content of a v1 link with an empty extension: two links must not say the same.
    let plain = content(&link(legs(3)));
    let contracts = [&[0, 0, 3][..], &[0, 3].repeat(3), &[0]].concat();
    let labels = [&[0, 0][..], &[0, 3].repeat(5), &[0, 0, 0, 3]].concat();
    let accounts = [&[0, 0][..], &[0, 3].repeat(6), &[0, 3]].concat();
    let before_accounts = [&plain[..], &contracts, &labels].concat();
    let with_account = content(&link(Inputs { accounts: vec![Account::default()], ..legs(3) }));
    assert!(with_account.starts_with(&before_accounts) && with_account.len() == before_accounts.len() + accounts.len() + 3);
    let empty = refusal(&framed_as("v2.", &[0], &[before_accounts, accounts].concat()));
    assert!(empty.message.contains("damaged"), "{}", empty.message);
}

#[test]
fn the_teammate_computes_the_same_bits() {
    let here = Engine::load(wide(), AS_OF).valuation(&Settings::default(), true);
    let sent = link(Engine::load(wide(), AS_OF).needed_inputs());
    let there = Engine::load(decode(&sent).unwrap().inputs.unwrap(), AS_OF).valuation(&Settings::default(), true);
    assert_eq!(format!("{:?}", here.base), format!("{:?}", there.base));
    assert_eq!(here.coverage.left_out, there.coverage.left_out);
}

#[test]
fn every_single_character_change_is_refused() {
    let text = link(wide());
    changes_are_refused(&text);
}

#[test]
fn bombs_are_refused_before_they_go_off() {
    // Counts that nothing backs, at every place of a real link's content.
    let content = content(&link(wide()));
    for at in 0..content.len() {
        for count in [u64::MAX, 1 << 62, 1 << 40, u64::from(u32::MAX), 4_000_000] {
            let tampered = [&content[..at], &varint(count)[..], &content[at + 1..]].concat();
            if let Ok(shared) = decode(&framed_as("v2.", &[0], &tampered)) {
                assert!(shared.inputs.is_none_or(|inputs| inputs.positions.len() + inputs.accounts.len() < 100));
            }
        }
    }
}

#[test]
fn values_that_no_contract_may_hold_are_refused() {
    let stake = |rate| Instrument::Stake(Stake { token: String::new(), underlying: "ETH".to_owned(), rate, unlock: Unlock::Free });
    let other = |contract_size| Instrument::Other(Other { symbol: "X".to_owned(), kind: "fund".to_owned(), contract_size });
    let loan = |threshold| Instrument::Loan(Loan { asset: currency("ETH"), rate: None, threshold });
    let pool = |liquidity, lower, upper| {
        Instrument::Pool(Pool { base: currency("ETH"), quote: currency("DAI"), side: Side::Base, liquidity, lower, upper })
    };
    for (instrument, says) in [
        (stake(0.0), "rate is not a number above 0"),
        (stake(f64::INFINITY), "rate is not a number above 0"),
        (other(f64::NAN), "size is not a number above 0"),
        (loan(Some(-0.5)), "threshold is not a number of 0 or more"),
        (pool(-1.0, 0.0, None), "liquidity is not a number above 0"),
        (pool(1.0, -1.0, None), "range is not a number of 0 or more"),
        (pool(1.0, 2.0, Some(1.0)), "range ends below its start"),
        (pool(1.0, 2.0, Some(f64::NAN)), "range ends below its start"),
    ] {
        let mut inputs = legs(1);
        inputs.positions[0].instrument = instrument;
        let issue = encode(&shared(inputs)).expect_err(says);
        assert!(issue.message.contains(says), "{}", issue.message);
    }
}

#[test]
fn links_of_every_released_version_open_for_ever() {
    // Made by the first build that wrote v2. The files are never made anew: a link in someone's mail is not either.
    let wide_link = decode(include_str!("../fixtures/links/v2-wide.txt")).unwrap();
    assert_eq!(wide_link, shared(unsourced(wide())));
    let inputs = wide_link.inputs.unwrap();
    assert_eq!(inputs.positions[13].instrument.class(), "other");
    assert_eq!(inputs.positions[8].instrument, unsourced(wide()).positions[8].instrument);
    assert_eq!(inputs.positions[4].stated.as_ref().unwrap().liquidation_price.map(Price::get), Some(120.1));
    assert_eq!(inputs.positions[4].tags.get("trader").map(String::as_str), Some("Ana"));
    assert_eq!((inputs.accounts.len(), inputs.accounts[0].health.map(Quantity::get)), (2, Some(10.4166)));

    let accounts = decode(include_str!("../fixtures/links/v2-account.txt")).unwrap();
    assert_eq!(accounts, Shared { inputs: Some(account_only()), session: Session::default() });
}

/// Nothing but an account.
fn account_only() -> Inputs {
    let account = Account { venue: "OKX".to_owned(), equity: Some(quantity(0.1 + 0.2)), ..Account::default() };
    Inputs { accounts: vec![account], as_of: Some(AS_OF), ..Inputs::default() }
}

fn any_size() -> impl Strategy<Value = f64> {
    any_number().prop_map(|size| if size == 0.0 { 1.0 } else { size.abs() })
}

fn any_currency() -> BoxedStrategy<Currency> {
    any_text().prop_map(|text| Currency::new(&text.chars().take(80).collect::<String>())).boxed()
}

fn any_new_instrument() -> BoxedStrategy<Instrument> {
    let american = (any_text(), any_currency(), any_size(), any_time(), any_price(), any_kind()).prop_map(
        |(underlying, quote, contract_size, expiry, strike, kind)| {
            Instrument::AmericanOption(AmericanOption { underlying, quote, contract_size, expiry, strike, kind })
        },
    );
    let unlock = prop_oneof![Just(Unlock::Free), any_number().prop_map(|days| Unlock::Notice(days.abs())), any_time().prop_map(Unlock::At)];
    let stake = (any_text(), any_text(), any_size(), unlock)
        .prop_map(|(token, underlying, rate, unlock)| Instrument::Stake(Stake { token, underlying, rate, unlock }));
    let loan = (any_currency(), prop::option::of(-1.0..10.0_f64), prop::option::of(0.0..=1.0_f64))
        .prop_map(|(asset, rate, threshold)| Instrument::Loan(Loan { asset, rate: rate.map(|rate| Rate::new(rate).unwrap()), threshold }));
    let pool = (any_currency(), any_currency(), any::<bool>(), any_size(), any_price(), prop::option::of(any_price())).prop_map(
        |(base, quote, is_base, liquidity, lower, upper)| {
            let side = if is_base { Side::Base } else { Side::Quote };
            let upper = upper.map(|upper| upper.get().max(lower.get()));
            Instrument::Pool(Pool { base, quote, side, liquidity, lower: lower.get(), upper })
        },
    );
    prop_oneof![
        american,
        any_text().prop_map(|symbol| Instrument::Share(Share { symbol })),
        stake,
        loan,
        pool,
        (any_text(), any_text(), any_size()).prop_map(|(symbol, kind, contract_size)| Instrument::Other(Other {
            symbol,
            kind,
            contract_size
        })),
    ]
    .boxed()
}

fn any_quantity() -> impl Strategy<Value = Option<Quantity>> {
    prop::option::of(any_number().prop_map(quantity))
}

fn any_stated() -> BoxedStrategy<Stated> {
    let figures = (any_quantity(), any_quantity(), any_quantity(), any_quantity(), prop::option::of(any_price()));
    (figures, prop::option::of(any_currency()), prop::option::of(any_currency()), prop::option::of(any_time()))
        .prop_map(
            |((unrealized_pnl, notional, initial_margin, maintenance_margin, liquidation_price), currency, notional_currency, time)| {
                Stated {
                    unrealized_pnl,
                    notional,
                    initial_margin,
                    maintenance_margin,
                    liquidation_price,
                    currency,
                    notional_currency,
                    time,
                    greeks: Vec::new(),
                }
            },
        )
        .boxed()
}

/// A position of any contract, with tags and the venue's figures.
fn any_wide_position() -> BoxedStrategy<Position> {
    let tags = prop::collection::btree_map(any_text(), any_text(), 0..4);
    let new = prop::option::of(any_new_instrument());
    (any_position(), new, tags, prop::option::of(any_stated()))
        .prop_map(|(position, instrument, tags, stated)| Position {
            instrument: instrument.unwrap_or(position.instrument),
            tags,
            stated: stated.map(Box::new),
            ..position
        })
        .boxed()
}

fn any_account() -> BoxedStrategy<Account> {
    let figures = (any_quantity(), any_quantity(), any_quantity(), any_quantity(), any_quantity(), any_quantity());
    (any_text(), any_text(), any_text(), prop::option::of(any_currency()), figures, prop::option::of(any_time()))
        .prop_map(|(venue, name, kind, currency, figures, time)| {
            let (equity, balance, unrealized_pnl, initial_margin, maintenance_margin, health) = figures;
            let source = Source::default();
            Account {
                venue,
                name,
                kind,
                currency,
                equity,
                balance,
                unrealized_pnl,
                initial_margin,
                maintenance_margin,
                health,
                time,
                source,
            }
        })
        .boxed()
}

/// A random history of whatever a saved book can hold.
pub fn any_history() -> impl Strategy<Value = History> {
    let observation = (1..40_i64, prop_oneof![0.0001..1e6, Just(1e-300), Just(0.1 + 0.2), Just(95_000.5)]);
    let kind = prop_oneof![Just(SeriesKind::Close), Just(SeriesKind::Return), Just(SeriesKind::Yield)];
    let series = ("[A-Z]{1,6}", kind, 0..30_000_i64, prop::collection::vec(observation, 0..20)).prop_map(|(symbol, kind, first, steps)| {
        let mut day = first;
        let observation = |(step, value): (i64, f64)| {
            day += step;
            let value = if kind == SeriesKind::Close { value } else { value / 1e6 - 0.5 };
            Observation { day: Timestamp::from_ms(day * DAY_MS), value }
        };
        PriceSeries::new(symbol, kind, steps.into_iter().map(observation).collect(), Source::default()).unwrap()
    });
    let table = prop::collection::vec(-1.0..=1.0_f64, 6).prop_map(|below| CorrelationTable {
        symbols: ["A", "B", "C", "D"].map(str::to_owned).to_vec(),
        below,
        source: Source::default(),
    });
    (prop::collection::vec(series, 0..4), prop::option::of(table)).prop_map(|(series, correlations)| {
        let mut history = History { series: Vec::new(), correlations };
        series.into_iter().for_each(|one| history.extend(History { series: vec![one], correlations: None }));
        history
    })
}

/// Random inputs of everything that a book can hold.
pub fn any_inputs() -> impl Strategy<Value = Inputs> {
    let positions = prop::collection::vec(any_wide_position(), 0..16);
    let facts = prop::collection::vec(any_fact(), 0..12);
    let accounts = prop::collection::vec(any_account(), 0..4);
    (positions, facts, accounts, prop::option::of(any_time())).prop_map(|(positions, facts, accounts, as_of)| Inputs {
        positions,
        facts,
        accounts,
        history: Default::default(),
        as_of,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_book_of_every_contract_round_trips(inputs in any_inputs()) {
        let shared = shared(inputs);
        let text = encode(&shared).unwrap();
        // Debug text shows the shortest digits of every number, and so tells all bits apart.
        prop_assert_eq!(format!("{:?}", decode(&text).unwrap()), format!("{:?}", shared));
    }

    #[test]
    fn arbitrary_content_is_an_answer_or_an_issue(bytes in prop::collection::vec(any::<u8>(), 0..400), flags in 0..3_u8) {
        let _ = decode(&framed_as("v2.", &[flags], &bytes));
    }

    #[test]
    fn tampered_content_is_an_answer_or_an_issue(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let mut content = content(&link(wide()));
        let cut = decode(&framed_as("v2.", &[0], &content[..cut.index(content.len())])).is_err();
        prop_assert!(cut, "a part is not the whole");
        let at = at.index(content.len());
        content[at] = byte;
        if let Ok(shared) = decode(&framed_as("v2.", &[0], &content)) {
            // Whatever came through can be valued without a panic.
            let _ = Engine::load(shared.inputs.unwrap_or_default(), AS_OF).valuation(&shared.session.settings, true);
        }
        content.push(0);
        let _ = decode(&framed_as("v2.", &[0], &content));
    }
}

#[test]
fn a_label_in_the_wrong_order_or_twice_is_refused() {
    let mut inputs = legs(1);
    inputs.positions[0].tags = BTreeMap::from([("aaaa".to_owned(), "x".to_owned()), ("bbbb".to_owned(), "y".to_owned())]);
    let good = content(&link(inputs));
    assert!(decode(&framed_as("v2.", &[0], &good)).is_ok());
    let text = String::from_utf8_lossy(&good).into_owned();
    assert!(text.contains("aaaa") && text.contains("bbbb"));
    for (from, to) in [("aaaa", "cccc"), ("aaaa", "bbbb")] {
        let at = good.windows(4).position(|window| window == from.as_bytes()).unwrap();
        let mut bad = good.clone();
        bad[at..at + 4].copy_from_slice(to.as_bytes());
        refusal(&framed_as("v2.", &[0], &bad));
    }
}
