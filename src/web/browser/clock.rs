//! The clock and the event loop, which only the shell may read.

use crate::units::Timestamp;
use wasm_bindgen::prelude::*;

/// The present instant.
pub fn now() -> Timestamp {
    Timestamp::from_ms(js_sys::Date::now() as i64)
}

/// Runs `work` in a later turn of the event loop, so that the browser can paint and take input first.
pub fn after_turn(work: impl FnOnce() + 'static) {
    after(0, work);
}

/// Runs `work` so many milliseconds later.
pub fn after(ms: i32, work: impl FnOnce() + 'static) {
    let once = Closure::once_into_js(work);
    if let Some(window) = web_sys::window() {
        // A browser that refuses a timer has closed the page.
        let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(once.unchecked_ref(), ms);
    }
}
