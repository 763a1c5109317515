//! Saved books: all of a book comes back, and what was cut, changed or written by a newer version is refused in a sentence.

use crate::share::{AS_OF, any_text, any_time, legs, session, unsourced, varint};
use crate::share_v2::{any_history, any_inputs, wide};
use plimsoll::book::StatedGreeks;
use plimsoll::engine::{Engine, Inputs};
use plimsoll::import::{self, File, FileSummary, RowCount};
use plimsoll::issue::{Effect, Issue, IssueKind, Source};
use plimsoll::market::history::{Observation, PriceSeries, SeriesKind};
use plimsoll::market::{BidAsk, Fact, FactValue, Origin};
use plimsoll::protocol::{self, Desk, Imported, Request, Response};
use plimsoll::session::{Page, Session};
use plimsoll::share::document::slot::{self, Held, Obstacle, Slot};
use plimsoll::share::document::{self, Document, Head, SavedBook, decode, encode};
use plimsoll::units::{Price, Quantity, Timestamp, Vol};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn head() -> Head {
    Head { sequence: 41, saved: Some(AS_OF), positions: 23, name: "Desk, Friday €".to_owned() }
}

fn issue(kind: IssueKind, line: u64) -> Issue {
    Issue::noted(kind, "read as a fraction of one: 0.62 is 62 %")
        .in_file("positions.csv")
        .at_line(line)
        .in_column("iv")
        .about("BTC-27MAR26-100000-C")
        .with_value("0.62")
}

fn saved() -> Document {
    let file = FileSummary {
        name: "positions.csv".to_owned(),
        format: Some("plimsoll-csv".to_owned()),
        label: "Positions table".to_owned(),
        rows: RowCount { read: 25, accepted: 23, rejected: 2 },
        positions: 23,
        facts: 11,
        accounts: 2,
        kinds: BTreeMap::from([("spot balance".to_owned(), 3), ("margin account".to_owned(), 1)]),
        as_of: Some(AS_OF),
    };
    let unread = FileSummary { name: "poem.txt".to_owned(), label: "not recognized".to_owned(), ..FileSummary::default() };
    let kinds = [
        IssueKind::Invalid,
        IssueKind::Parse,
        IssueKind::MissingData,
        IssueKind::Unsupported,
        IssueKind::Conversion,
        IssueKind::Calculation,
    ];
    let mut issues: Vec<Issue> = kinds.into_iter().zip(2..).map(|(kind, line)| issue(kind, line)).collect();
    issues.push(Issue::rejected(IssueKind::Parse, "not recognized").in_file("poem.txt"));
    let rows = RowCount { read: 25, accepted: 23, rejected: 2 };
    Document { head: head(), session: session(), book: SavedBook { inputs: wide(), rows, files: vec![file, unread], issues } }
}

fn refused(bytes: &[u8]) -> Issue {
    let issue = decode(bytes).expect_err("a damaged document");
    assert_eq!(issue.effect, Effect::Rejected);
    assert!(!issue.message.is_empty() && !issue.message.ends_with('.') && !issue.message.contains("link"), "{}", issue.message);
    issue
}

#[test]
fn a_book_comes_back_with_its_sources_and_what_was_said_of_its_files() {
    for document in [saved(), Document::default(), Document { book: SavedBook { inputs: legs(40), ..SavedBook::default() }, ..saved() }] {
        let bytes = encode(&document).unwrap();
        assert_eq!(decode(&bytes).unwrap(), document);
        assert_eq!(document::head(&bytes).unwrap(), document.head);
        assert!(document::is_document(&bytes));
    }
    let inputs = decode(&encode(&saved()).unwrap()).unwrap().book.inputs;
    assert_eq!(inputs.positions[3].source, Source { file: "positions.csv".into(), line: 3 });
    assert_eq!(inputs.facts[0].source, Source { file: "market.json".into(), line: 7 });
    assert_eq!(inputs.accounts[0].source, Source { file: "account.json".into(), line: 1 });
}

#[test]
fn an_imported_sample_is_the_same_book_after_a_restart() {
    let files = ["deribit-positions.json", "second-account.csv", "market.json"].map(|name| {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("public/sample").join(name);
        File::new(name, std::fs::read(path).unwrap())
    });
    let imported = import::import(&files);
    let inputs = Inputs {
        positions: imported.positions,
        facts: imported.facts,
        accounts: imported.accounts,
        history: imported.history,
        as_of: None,
    };
    let book = SavedBook { inputs, rows: imported.rows, files: imported.files, issues: imported.issues };
    let document = Document { head: head(), session: session(), book };
    let back = decode(&encode(&document).unwrap()).unwrap();
    assert_eq!(back, document);
    let report =
        |document: Document| format!("{:?}", Engine::load(document.book.inputs, AS_OF).valuation(&document.session.settings, true));
    assert!(report(back) == report(document));
}

#[test]
fn a_session_is_joined_to_a_packed_book_without_reading_it() {
    let packed = document::pack(&saved().book).unwrap();
    let first = document::join(&head(), &session(), &packed).unwrap();
    assert_eq!(first, encode(&saved()).unwrap());
    assert_eq!(document::packed(&first).unwrap(), packed);
    let head = Head { sequence: 42, ..head() };
    let second = document::join(&head, &Session::default(), document::packed(&first).unwrap()).unwrap();
    assert_eq!(decode(&second).unwrap(), Document { head: head.clone(), session: Session::default(), ..saved() });
    let listed = document::head_bytes(&second).unwrap();
    assert!(listed.len() < 64, "{}", listed.len());
    assert_eq!(document::head(listed).unwrap(), head);
    assert!(decode(listed).is_err());
}

#[test]
fn two_documents_are_never_read_as_one() {
    // The first half of one save and the second half of another, as a torn write would leave them, at every place.
    let packed = document::pack(&saved().book).unwrap();
    let other = document::pack(&SavedBook { inputs: legs(7), ..SavedBook::default() }).unwrap();
    let one = encode(&saved()).unwrap();
    for next in [
        document::join(&Head { sequence: 42, ..head() }, &session(), &packed).unwrap(),
        document::join(&head(), &Session::default(), &packed).unwrap(),
        document::join(&head(), &session(), &other).unwrap(),
    ] {
        for at in 0..one.len().min(next.len()) {
            let torn = [&one[..at], &next[at..]].concat();
            if torn != one && torn != next {
                refused(&torn);
            }
        }
    }
}

#[test]
fn every_truncation_and_every_flipped_bit_is_refused() {
    let bytes = encode(&saved()).unwrap();
    for end in 0..bytes.len() {
        refused(&bytes[..end]);
    }
    refused(&[&bytes[..], &[0]].concat());
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << bit;
            refused(&flipped);
        }
    }
}

#[test]
fn a_document_of_a_newer_version_says_so() {
    let mut bytes = encode(&saved()).unwrap();
    for (schema, is_newer) in [([5, 0], true), ([0xff, 0xff], true), ([4, 0], false), ([3, 0], false), ([2, 0], false), ([0, 0], false)] {
        bytes[8..10].copy_from_slice(&schema);
        // Whatever a newer version may write behind it.
        for bytes in [&bytes[..], &bytes[..10], &bytes[..11]] {
            let issue = refused(bytes);
            assert_eq!(issue.kind == IssueKind::Unsupported && issue.message.contains("newer version"), is_newer, "{}", issue.message);
        }
    }
}

#[test]
fn the_records_of_the_corpus_are_no_saved_books() {
    for text in [
        r#"{"schema":999,"saved":"2026-01-01T00:00:00Z","doc":{}}"#,
        r#"{"schema":1,"doc":"string"}"#,
        r#"{"version": 1, "positions": [{"id": 1, "instrument": "BTC-27MAR27-100000-C", "iv": nu"#,
        "",
    ] {
        assert!(!document::is_document(text.as_bytes()));
        assert!(refused(text.as_bytes()).message.contains("not a saved book"));
        assert!(document::head(text.as_bytes()).is_err() && document::packed(text.as_bytes()).is_err());
    }
}

/// A document around arbitrary packed content, as the format frames it.
fn framed(data: &[u8]) -> Vec<u8> {
    let bytes = [&[0], data].concat();
    let check = crc32fast::hash(&[b"book", &bytes[..]].concat());
    document::join(&head(), &session(), &[&bytes[..], &check.to_le_bytes()].concat()).unwrap()
}

/// The unpacked content of a packed book.
fn unpacked(packed: &[u8]) -> Vec<u8> {
    let body = &packed[1..packed.len() - 4];
    let start = body.iter().position(|byte| *byte < 0x80).unwrap() + 1;
    miniz_oxide::inflate::decompress_to_vec(&body[start..]).unwrap()
}

#[test]
fn counts_that_nothing_backs_are_refused() {
    let content = unpacked(&document::pack(&saved().book).unwrap());
    for at in 0..content.len() {
        for count in [&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1][..], &[0x80, 0x80, 0x80, 0x80, 0x10], &[0xff, 0xff, 0x7f]]
        {
            let _ = decode(&framed(&[&content[..at], count, &content[at + 1..]].concat()));
        }
    }
    let zeros = miniz_oxide::deflate::compress_to_vec(&vec![0; 70_000_000], 1);
    let bytes = [&[1][..], &varint(70_000_000), &zeros].concat();
    let check = crc32fast::hash(&[b"book", &bytes[..]].concat());
    let bomb = document::join(&head(), &session(), &[&bytes[..], &check.to_le_bytes()].concat()).unwrap();
    assert!(refused(&bomb).message.contains("70000000 bytes, at most 67108864"), "{}", refused(&bomb).message);
}

#[test]
fn texts_of_any_length_in_the_words_about_files_are_saved() {
    let mut document = saved();
    document.book.issues[0].message = "€".repeat(5000);
    let back = decode(&encode(&document).unwrap()).unwrap();
    assert_eq!(back.book.issues[0].message, "€".repeat(4096));
    assert_eq!(back.book.inputs, document.book.inputs);
}

#[test]
fn what_cannot_be_saved_is_refused_by_the_writer() {
    let mut long = saved().book;
    long.inputs.positions[0].name = "x".repeat(4097);
    let far = SavedBook { inputs: Inputs { as_of: Some(Timestamp::from_ms(i64::MAX)), ..Inputs::default() }, ..SavedBook::default() };
    for (book, says) in [(long, "a name of more than 4096 characters"), (far, "a date outside")] {
        let issue = document::pack(&book).expect_err(says);
        assert!(issue.message.contains(says) && issue.message.contains("the saved book"), "{}", issue.message);
    }
    let mut wrong = session();
    wrong.settings.shock.days = f64::NAN;
    assert!(document::join(&head(), &wrong, &document::pack(&SavedBook::default()).unwrap()).is_err());
}

#[test]
fn saved_books_of_every_released_version_open_for_ever() {
    // Made by the first build that wrote schema 1, and never made anew.
    let bytes = include_bytes!("../fixtures/links/document-1.plimsoll");
    assert_eq!(decode(bytes).unwrap(), saved());
    // Made by the first build that wrote schema 2.
    let bytes = include_bytes!("../fixtures/links/document-2.plimsoll");
    assert_eq!(decode(bytes).unwrap(), on_methods());
    // Made by the first build that wrote schema 3.
    let bytes = include_bytes!("../fixtures/links/document-3.plimsoll");
    assert_eq!(decode(bytes).unwrap(), stating());
    // Made by the first build that wrote schema 4.
    let bytes = include_bytes!("../fixtures/links/document-4.plimsoll");
    assert_eq!(decode(bytes).unwrap(), quoting());
}

/// Cut off anywhere, and with a bit flipped anywhere.
fn every_damage_is_refused(bytes: &[u8]) {
    for at in 0..bytes.len() {
        refused(&bytes[..at]);
        let mut flipped = bytes.to_vec();
        flipped[at] ^= 1;
        refused(&flipped);
    }
}

/// The same with bids and asks of the options among the facts.
fn quoting() -> Document {
    let mut document = stating();
    let vol = |vol: f64| Some(Vol::new(vol).unwrap());
    let price = |price: f64| Some(Price::new(price).unwrap());
    let all = [
        BidAsk { bid_vol: vol(0.45), ask_vol: vol(1.306), bid: price(0.099), ask: price(0.101) },
        BidAsk { ask: price(0.0001), ..BidAsk::default() },
    ];
    let options = document.book.inputs.facts.iter_mut().filter_map(|fact| match &mut fact.value {
        FactValue::Option { bid_ask, .. } => Some(bid_ask),
        _ => None,
    });
    let quoted = options.zip(all).map(|(bid_ask, quoted)| *bid_ask = quoted).count();
    assert_eq!(quoted, all.len());
    document
}

#[test]
fn what_is_bid_and_asked_is_saved_and_goes_along_in_a_link_that_holds_it() {
    let document = quoting();
    let bytes = encode(&document).unwrap();
    assert_eq!((bytes[8], format!("{:?}", decode(&bytes).unwrap())), (4, format!("{document:?}")));
    every_damage_is_refused(&bytes);
    let shared = plimsoll::share::Shared { inputs: Some(unsourced(document.book.inputs.clone())), session: session() };
    let link = plimsoll::share::encode(&shared).unwrap();
    assert_eq!(format!("{:?}", plimsoll::share::decode(&link).unwrap()), format!("{shared:?}"));
    // Made by the first build that put them into a link.
    assert_eq!(plimsoll::share::decode(include_str!("../fixtures/links/v3-bids.txt")).unwrap(), shared);
}

/// The same with Greeks that the venue states, and dividends if so chosen.
fn stating() -> Document {
    let mut document = on_methods();
    let with = |rule: &str, of: [Option<f64>; 4]| {
        let [delta, gamma, vega, theta] = of.map(|figure| figure.map(|figure| Quantity::new(figure).unwrap()));
        StatedGreeks { rule: rule.into(), delta, gamma, vega, theta }
    };
    let positions = &mut document.book.inputs.positions;
    positions[0].stated.get_or_insert_default().greeks = vec![with("deribit", [Some(-0.0), Some(1e-300), None, Some(-1.5)])];
    positions[2].stated.get_or_insert_default().greeks =
        vec![with("okx-black-scholes", [Some(0.3), None, None, None]), with("okx-coin", [Some(0.1), Some(0.25), Some(3.0), Some(-7e9)])];
    document
}

#[test]
fn what_venues_state_of_sensitivities_is_saved_and_goes_along_in_the_link() {
    let document = stating();
    let bytes = encode(&document).unwrap();
    assert_eq!(bytes[8], 3);
    assert_eq!(format!("{:?}", decode(&bytes).unwrap()), format!("{document:?}"));
    assert_eq!(document::renamed(&bytes, "Other", Timestamp::from_ms(5)).unwrap()[8], 3);
    every_damage_is_refused(&bytes);
    let shared = plimsoll::share::Shared { inputs: Some(unsourced(document.book.inputs.clone())), session: session() };
    let link = plimsoll::share::encode(&shared).unwrap();
    assert_eq!(format!("{:?}", plimsoll::share::decode(&link).unwrap()), format!("{shared:?}"));
    // Made by the first build that put them into a link.
    assert_eq!(plimsoll::share::decode(include_str!("../fixtures/links/v3-greeks.txt")).unwrap(), shared);
}

#[test]
fn whatever_stands_beside_a_book_comes_back_under_the_oldest_schema_that_knows_it() {
    let day = |day: i64| Observation { day: Timestamp::from_ms(day * 86_400_000), value: 100.0 + day as f64 };
    let closes = PriceSeries::new("BTC".to_owned(), SeriesKind::Close, vec![day(20_000), day(20_001)], Source::default()).unwrap();
    let dividend = FactValue::Dividend { underlying: "AAPL".to_owned(), ex_date: AS_OF, amount: Price::new(0.25).unwrap() };
    let dividend = Fact { value: dividend, time: None, origin: Origin::Quote, source: Source { file: "paid.csv".into(), line: 3 } };
    for which in 0..16 {
        let mut document = match which & 12 {
            0 => on_methods(),
            4 => stating(),
            _ => quoting(),
        };
        document.book.inputs.facts.extend((which & 1 > 0).then(|| dividend.clone()));
        document.book.inputs.history.series.extend((which & 2 > 0).then(|| closes.clone()));
        let bytes = encode(&document).unwrap();
        assert_eq!(
            (bytes[8], decode(&bytes).unwrap()),
            (
                if which > 7 {
                    4
                } else if which > 1 {
                    3
                } else {
                    2
                },
                document
            ),
            "{which}"
        );
    }
}

/// The same, left on a page that schema 1 has no number for.
fn on_methods() -> Document {
    Document { session: Session { page: Page::Methods, ..session() }, ..saved() }
}

#[test]
fn a_document_is_of_the_oldest_schema_that_can_hold_it() {
    let plain = encode(&saved()).unwrap();
    let bytes = encode(&on_methods()).unwrap();
    assert_eq!((plain[8], bytes[8]), (1, 2));
    assert_eq!(decode(&bytes).unwrap(), on_methods());
    let renamed = document::renamed(&bytes, "Other", Timestamp::from_ms(5)).unwrap();
    assert_eq!((renamed[8], decode(&renamed).unwrap().session.page), (2, Page::Methods));
    every_damage_is_refused(&bytes);
}

fn any_greeks() -> impl Strategy<Value = Vec<StatedGreeks>> {
    let figure = || prop::option::of((-1e300..1e300).prop_map(|figure| Quantity::new(figure).unwrap()));
    let one = (any_text(), figure(), figure(), figure(), figure());
    prop::collection::vec(one, 0..3).prop_map(|all| {
        let of = |(rule, delta, gamma, vega, theta): (String, _, _, _, _)| StatedGreeks { rule: rule.into(), delta, gamma, vega, theta };
        all.into_iter().map(of).collect()
    })
}

#[test]
fn a_book_with_a_history_is_of_schema_3_and_whole() {
    let imported = import::import(&[File::new("closes.csv", "date,BTC,DGS10\n2026-01-02,95000.5,4.1\n2026-01-05,96000,4.15\n")]);
    let mut document = on_methods();
    document.book.inputs.history = imported.history;
    let bytes = encode(&document).unwrap();
    assert_eq!((bytes[8], decode(&bytes).unwrap()), (3, document.clone()));
    let series = &decode(&bytes).unwrap().book.inputs.history.series[1];
    assert_eq!((series.symbol.as_str(), series.source.file.as_str(), series.source.line), ("DGS10", "closes.csv", 2));
    every_damage_is_refused(&bytes);
    // Made by the first build that wrote schema 3, as the one with Greeks.
    assert_eq!(decode(include_bytes!("../fixtures/links/document-3-history.plimsoll")).unwrap(), document);
}

fn any_source() -> impl Strategy<Value = Source> {
    (any_text(), prop_oneof![0..9_u64, any::<u64>()]).prop_map(|(file, line)| Source { file: file.into(), line })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_book_round_trips(
        mut inputs in any_inputs().boxed(),
        history in any_history(),
        sources in prop::collection::vec(any_source(), 40),
        name in any_text(),
        saved in prop::option::of(any_time()),
        sequence in any::<u64>(),
        greeks in prop::collection::vec(any_greeks(), 1..9),
    ) {
        let mut greeks = greeks.into_iter().cycle();
        inputs.positions.iter_mut().filter_map(|position| position.stated.as_mut()).for_each(|stated| stated.greeks = greeks.next().unwrap());
        let mut sources = sources.into_iter().cycle();
        inputs.history = history;
        let Inputs { positions, facts, accounts, history, .. } = &mut inputs;
        positions.iter_mut().map(|position| &mut position.source)
            .chain(facts.iter_mut().map(|fact| &mut fact.source))
            .chain(accounts.iter_mut().map(|account| &mut account.source))
            .chain(history.series.iter_mut().map(|series| &mut series.source))
            .chain(history.correlations.iter_mut().map(|table| &mut table.source))
            .for_each(|source| *source = sources.next().unwrap());
        let head = Head { sequence, saved: saved.filter(|saved| saved.ms() != 0), positions: 7, name };
        let document = Document { head, session: session(), book: SavedBook { inputs, ..SavedBook::default() } };
        // Debug text shows the shortest digits of every number, and so tells all bits apart.
        prop_assert_eq!(format!("{:?}", decode(&encode(&document).unwrap()).unwrap()), format!("{:?}", document));
    }

    #[test]
    fn arbitrary_bytes_are_an_answer_or_an_issue(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = decode(&bytes);
        let _ = decode(&framed(&bytes));
        let _ = decode(&[&[0x89, b'P', b'L', b'M', b'\r', b'\n', 0x1a, b'\n', 1, 0][..], &bytes].concat());
    }

    #[test]
    fn tampered_content_is_an_answer_or_an_issue(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let mut content = unpacked(&document::pack(&saved().book).unwrap());
        let cut = decode(&framed(&content[..cut.index(content.len())])).is_err();
        prop_assert!(cut, "a part is not the whole");
        let at = at.index(content.len());
        content[at] = byte;
        if let Ok(document) = decode(&framed(&content)) {
            // Whatever came through can be valued without a panic.
            let _ = Engine::load(document.book.inputs, AS_OF).valuation(&document.session.settings, true);
        }
    }
}

#[test]
fn a_renamed_book_is_the_next_copy_of_the_same_book() {
    let bytes = encode(&saved()).unwrap();
    let renamed = decode(&document::renamed(&bytes, "Desk, Monday", Timestamp::from_ms(7)).unwrap()).unwrap();
    let head = Head { sequence: 42, saved: Some(Timestamp::from_ms(7)), name: "Desk, Monday".to_owned(), ..head() };
    let session = Session { name: "Desk, Monday".to_owned(), ..session() };
    assert_eq!(renamed, Document { head, session, ..saved() });
}

#[test]
fn the_worker_packs_and_restores_a_book() {
    let Document { session, book, .. } = saved();
    let SavedBook { inputs, rows, files, issues } = book;
    let inputs_packed = protocol::to_bytes(&inputs).unwrap();
    let (tables, mappings) = (Vec::new(), Vec::new());
    let imported = Imported { inputs: inputs_packed, rows, files, positions: 23, issues, preview: None, tables, mappings };
    let Response::Packed { ticket: 3, packed } =
        protocol::handle(&mut Desk::default(), Request::Pack { ticket: 3, imported: Box::new(imported.clone()) }, &mut |_| {})
    else {
        panic!("not packed");
    };
    let document = document::join(&head(), &session, &packed).unwrap();
    let restored = protocol::handle(&mut Desk::default(), Request::Restore { ticket: 4, document: document.clone() }, &mut |_| {});
    assert_eq!(restored, Response::Restored { ticket: 4, session, imported: Box::new(imported) });
    let refused = protocol::handle(&mut Desk::default(), Request::Restore { ticket: 5, document: document[1..].to_vec() }, &mut |_| {});
    assert!(matches!(refused, Response::NotSaved { ticket: 5, .. }));
    let imported = Box::new(Imported { inputs: vec![1, 2, 3], ..Imported::default() });
    assert!(matches!(
        protocol::handle(&mut Desk::default(), Request::Pack { ticket: 6, imported }, &mut |_| {}),
        Response::NotSaved { ticket: 6, .. }
    ));
}

/// What the page would find in a slot.
fn held(slot: Option<&Vec<u8>>) -> Held {
    match slot.map(|bytes| document::head(bytes)) {
        None => Held::Nothing,
        Some(Ok(head)) => Held::Copy(head),
        Some(Err(issue)) => Held::Unreadable(issue),
    }
}

#[test]
fn a_save_takes_the_older_slot_and_touches_nothing_that_is_not_its_own() {
    let copy = |sequence| Held::Copy(Head { sequence, ..head() });
    let bad = || Held::Unreadable(document::head(b"{}").unwrap_err());
    assert_eq!(slot::next(&[Held::Nothing, Held::Nothing], 0), Ok(Slot::A));
    assert_eq!(slot::next(&[copy(1), Held::Nothing], 1), Ok(Slot::B));
    assert_eq!(slot::next(&[copy(1), copy(2)], 2), Ok(Slot::A));
    assert_eq!(slot::next(&[copy(3), copy(2)], 3), Ok(Slot::B));
    assert_eq!(slot::next(&[copy(3), copy(2)], 2), Err(Obstacle::Changed), "another tab wrote the third");
    assert_eq!(slot::next(&[copy(1), Held::Nothing], 0), Err(Obstacle::Changed), "the name of another book");
    assert_eq!(slot::next(&[Held::Nothing, Held::Nothing], 2), Err(Obstacle::Gone));
    for slots in [[bad(), Held::Nothing], [copy(2), bad()], [bad(), copy(1)], [bad(), bad()]] {
        for last in 0..3 {
            assert!(matches!(slot::next(&slots, last), Err(Obstacle::Unreadable(_))));
        }
    }
    assert_eq!(slot::newest(&[copy(3), copy(4)]).map(|(slot, head)| (slot, head.sequence)), Some((Slot::B, 4)));
    assert_eq!(slot::newest(&[copy(3), bad()]).map(|(slot, head)| (slot, head.sequence)), Some((Slot::A, 3)));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_kill_at_any_moment_leaves_the_acknowledged_copy_or_a_newer_one(saves in prop::collection::vec((any::<bool>(), any::<bool>()), 1..30)) {
        let packed = document::pack(&SavedBook::default()).unwrap();
        let mut slots: [Option<Vec<u8>>; 2] = [None, None];
        let (mut last, mut acknowledged) = (0, 0);
        for (arrives, is_killed) in saves {
            let slot = slot::next(&[held(slots[0].as_ref()), held(slots[1].as_ref())], last).unwrap();
            let head = Head { sequence: last + 1, ..head() };
            let document = document::join(&head, &session(), &packed).unwrap();
            // A killed browser has written all of a transaction or nothing.
            if arrives || !is_killed {
                slots[slot as usize] = Some(document);
            }
            if !is_killed {
                acknowledged = last + 1;
            }
            // The page after it starts from what is there.
            let found = [held(slots[0].as_ref()), held(slots[1].as_ref())];
            let before = std::mem::replace(&mut last, slot::newest(&found).map_or(0, |(_, head)| head.sequence));
            prop_assert!(last >= acknowledged && (last == before || last == before + 1), "{before} {last} {acknowledged}");
        }
    }
}
