//! What only a browser can show: that the wasm gives the bits of the native build, and that the browser APIs do as the page needs.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../native/bits.rs"]
mod bits;

use plimsoll::web::browser::{location, theme};
use wasm_bindgen_test::wasm_bindgen_test;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn wasm_gives_the_bits_of_the_native_build() {
    bits::check();
}

#[wasm_bindgen_test]
fn the_theme_switches_there_and_back() {
    let before = theme::current();
    let switched = theme::toggle();
    assert_ne!(switched, before);
    assert_eq!(theme::current(), switched);
    assert_eq!(theme::toggle(), before);
}

#[wasm_bindgen_test]
fn a_fragment_is_replaced_without_a_new_entry_in_the_history() {
    let history = web_sys::window().unwrap().history().unwrap();
    let entries = history.length().unwrap();
    location::replace_fragment("stress");
    assert_eq!(location::fragment(), "stress");
    assert_eq!(history.length().unwrap(), entries);
    assert!(!location::base().contains('#'));
}
