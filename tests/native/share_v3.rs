//! Version 3 of the link: what neither v1 nor v2 has a word for comes out to the bit, everything else is refused in a sentence.

use crate::share::{changes_are_refused, content, framed_as, legs, refusal, session, unsourced, varint};
use crate::share_v2::wide;
use plimsoll::engine::Inputs;
use plimsoll::issue::IssueKind;
use plimsoll::session::{Choices, MAX_CHOICE_VALUE, Page, Session};
use plimsoll::share::{Shared, decode, encode};

const NEW_PAGES: [Page; 2] = [Page::Market, Page::Methods];

fn on(page: Page, inputs: Option<Inputs>) -> Shared {
    Shared { inputs: inputs.map(unsourced), session: Session { page, ..session() } }
}

fn link(page: Page, inputs: Option<Inputs>) -> String {
    encode(&on(page, inputs)).unwrap()
}

/// A v3 link around a base content and sections, as the format frames it.
fn framed(base: u8, plain: &[u8], sections: &[u8]) -> String {
    framed_as("v3.", &[0], &[&[base], plain, sections].concat())
}

#[test]
fn a_page_that_v1_has_no_number_for_comes_back_with_any_book() {
    for page in NEW_PAGES {
        for inputs in [None, Some(legs(20)), Some(wide()), Some(Inputs::default())] {
            let text = link(page, inputs.clone());
            assert!(text.starts_with("v3."), "{text}");
            let back = decode(&text).unwrap();
            assert_eq!(back, on(page, inputs));
            assert_eq!(encode(&back).unwrap(), text, "the same content has the same link");
        }
    }
    let (plain, longer) = (link(Page::Stress, Some(legs(20))), link(Page::Methods, Some(legs(20))));
    assert!(longer.len() < plain.len() + 16, "{} {}", longer.len(), plain.len());
}

#[test]
fn a_link_is_v1_or_v2_whenever_they_can_carry_it() {
    for page in [Page::Book, Page::Exposure, Page::Stress] {
        assert!(link(page, None).starts_with("v1."));
        assert!(link(page, Some(legs(2))).starts_with("v1."));
        assert!(link(page, Some(wide())).starts_with("v2."));
    }
}

#[test]
fn the_bytes_are_those_that_are_documented() {
    let session = Session { page: Page::Methods, ..Session::default() };
    let text = encode(&Shared { inputs: None, session }).unwrap();
    // Base v1: no dictionary, page 0, name "", no parts. One section: tag 1, two bytes, no dictionary, page 4.
    assert_eq!(content(&text), [1, 0, 0, 0, 0, 1, 1, 2, 0, 4]);
}

/// A session on a page that v1 knows, with choices in analyses.
fn choosing(choices: &[(&str, &str)]) -> Shared {
    let choices: Choices = choices.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Shared { inputs: Some(unsourced(legs(3))), session: Session { page: Page::Exposure, choices, ..session() } }
}

#[test]
fn what_is_chosen_in_analyses_comes_back_to_the_byte() {
    let long = "x".repeat(MAX_CHOICE_VALUE);
    for choices in
        [&[("exposure", "map")][..], &[("limits", "measure,soft\nvega,1\n"), ("pd/Börse „A“", "0.02")], &[("b", ""), ("c", &long)]]
    {
        let shared = choosing(choices);
        let text = encode(&shared).unwrap();
        assert!(text.starts_with("v3."), "{text}");
        let back = decode(&text).unwrap();
        assert_eq!(back, shared);
        assert_eq!(encode(&back).unwrap(), text);
    }
    let session = Session { choices: choosing(&[("a", "xy")]).session.choices, ..Session::default() };
    let text = encode(&Shared { inputs: None, session }).unwrap();
    // Base v1: no dictionary, page 0, name "", no parts. One section: tag 3, seven bytes, no dictionary, one pair of 1 and 2 bytes.
    assert_eq!(content(&text), [1, 0, 0, 0, 0, 1, 3, 7, 0, 1, 1, b'a', 2, b'x', b'y']);
}

#[test]
fn choices_that_nobody_could_have_made_are_refused() {
    let v1 = content(&link(Page::Book, Some(legs(3))));
    let section = |body: &[u8]| framed(1, &v1, &[&[1, 3][..], &varint(body.len() as u64), body].concat());
    let long = |of: usize| [&[0, 1, 1, b'a'][..], &varint(of as u64), &vec![b'x'; of]].concat();
    assert!(decode(&section(&[0, 1, 1, b'a', 1, b'x'])).is_ok());
    for body in [
        &[0, 0][..],
        &[0, 1, 0, 1, b'x'],
        &[0, 2, 1, b'b', 1, b'x', 1, b'a', 1, b'x'],
        &[0, 2, 1, b'a', 1, b'x', 1, b'a', 1, b'y'],
        &[0, 1, 1, 0xff, 1, b'x'],
        &[0, 1, 1, b'a', 2, b'x'],
        &long(MAX_CHOICE_VALUE + 1),
    ] {
        refusal(&section(body));
    }
}

#[test]
fn what_the_base_could_say_is_refused() {
    let v1 = content(&link(Page::Book, Some(legs(3))));
    let v2 = content(&link(Page::Book, Some(wide())));
    let on_stress = content(&link(Page::Stress, Some(legs(3))));
    let market = [1, 1, 2, 0, 3];
    assert_eq!(decode(&framed(1, &v1, &market)).unwrap(), on(Page::Market, Some(legs(3))));
    assert_eq!(decode(&framed(2, &v2, &market)).unwrap(), on(Page::Market, Some(wide())));
    let empty_extension =
        [&v1[..], &[0, 0, 3], &[0, 3].repeat(3), &[0, 0, 0], &[0, 3].repeat(5), &[0, 0, 0, 3, 0, 0], &[0, 3].repeat(6), &[0, 3]];
    for (what, text) in [
        ("no sections", framed(1, &v1, &[0])),
        ("no list of sections", framed(1, &v1, &[])),
        ("a page that v1 has a number for", framed(1, &v1, &[1, 1, 2, 0, 2])),
        ("a page that nobody has a number for", framed(1, &v1, &[1, 1, 2, 0, 5])),
        ("two pages", framed(1, &on_stress, &market)),
        ("the same section twice", framed(1, &v1, &[2, 1, 2, 0, 3, 1, 2, 0, 3])),
        ("an empty section", framed(1, &v1, &[1, 1, 0])),
        ("a section that goes on", framed(1, &v1, &[1, 1, 3, 0, 3, 0])),
        ("tag 0", framed(1, &v1, &[1, 0, 2, 0, 3])),
        ("a longer varint than needed", framed(1, &v1, &[1, 0x81, 0, 2, 0, 3])),
        ("something behind", framed(1, &v1, &[1, 1, 2, 0, 3, 0])),
        ("a base of v2 that v1 can say", framed(2, &empty_extension.concat(), &market)),
        ("a base of v1 read as v2", framed(2, &v1, &market)),
        ("a base of v2 read as v1", framed(1, &v2, &market)),
        ("a base of no version", framed(0, &v1, &market)),
        ("a base of itself", framed(3, &v1, &market)),
        ("nothing", framed_as("v3.", &[0], &[])),
    ] {
        assert!(refusal(&text).message.contains("damaged"), "{what}: {}", refusal(&text).message);
    }
}

#[test]
fn a_section_of_a_later_version_is_refused_by_name() {
    let v1 = content(&link(Page::Book, Some(legs(3))));
    for sections in [&[1, 9, 2, 0, 3][..], &[2, 1, 2, 0, 3, 9, 1, 0], &[2, 9, 0, 200, 1, 0]] {
        let issue = refusal(&framed(1, &v1, sections));
        assert!(
            issue.kind == IssueKind::Invalid && issue.message.contains("a later version of Plimsoll made the link"),
            "{}",
            issue.message
        );
        assert_eq!(issue.value.as_deref(), Some("section 9"));
    }
}

#[test]
fn every_single_character_change_is_refused() {
    let text = link(Page::Methods, Some(wide()));
    changes_are_refused(&text);
    // A link of one version is none of another.
    for version in ["v1", "v2"] {
        refusal(&text.replacen("v3", version, 1));
        refusal(&link(Page::Book, Some(wide())).replacen("v2", "v3", 1));
    }
}

#[test]
fn bombs_are_refused_before_they_go_off() {
    let content = content(&link(Page::Market, Some(wide())));
    for at in 0..content.len() {
        for count in [u64::MAX, 1 << 62, 1 << 40, u64::from(u32::MAX), 4_000_000] {
            let tampered = [&content[..at], &varint(count)[..], &content[at + 1..]].concat();
            if let Ok(shared) = decode(&framed_as("v3.", &[0], &tampered)) {
                assert!(shared.inputs.is_none_or(|inputs| inputs.positions.len() + inputs.accounts.len() < 100));
            }
        }
    }
    let zeros = miniz_oxide::deflate::compress_to_vec(&vec![0; 20_000_000], 10);
    let bomb = refusal(&framed_as("v3.", &[1], &[varint(20_000_000), zeros].concat()));
    assert!(bomb.message.contains("20000000 bytes, at most 4194304"), "{}", bomb.message);
}

#[test]
fn links_of_every_released_version_open_for_ever() {
    // Made by the first build that wrote v3. The files are never made anew: a link in someone's mail is not either.
    assert_eq!(decode(include_str!("../fixtures/links/v3-methods.txt")).unwrap(), on(Page::Methods, Some(wide())));
    assert_eq!(decode(include_str!("../fixtures/links/v3-market.txt")).unwrap(), on(Page::Market, Some(legs(3))));
    assert_eq!(decode(include_str!("../fixtures/links/v3-scenario.txt")).unwrap(), on(Page::Market, None));
    let choices = [("exposure", "map"), ("pivot/rows", "venue")];
    assert_eq!(decode(include_str!("../fixtures/links/v3-choices.txt")).unwrap(), choosing(&choices));
}
