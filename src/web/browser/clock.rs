//! The clock and the event loop, which only the shell may read.

use crate::units::Timestamp;
use wasm_bindgen::prelude::*;

/// The present instant.
pub fn now() -> Timestamp {
    Timestamp::from_ms(js_sys::Date::now() as i64)
}

/// Marks the time between two points for whoever measures the page: entries of the browser's performance timeline.
pub fn measure(name: &str, is_end: bool) {
    let Some(performance) = web_sys::window().and_then(|window| window.performance()) else { return };
    let start = format!("{name}-start");
    // A full timeline drops the entry; nothing depends on it.
    let _ = if is_end { performance.measure_with_start_mark(name, &start) } else { performance.mark(&start) };
}

/// A later turn of the event loop, so that the browser can paint and take input first.
pub async fn turn() {
    let turn = js_sys::Promise::new(&mut |resolve, _| after_turn(move || drop(resolve.call0(&JsValue::NULL))));
    // The promise is never rejected.
    let _ = wasm_bindgen_futures::JsFuture::from(turn).await;
}

/// Runs `work` in a later turn of the event loop.
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
