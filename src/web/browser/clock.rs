//! The clock and the event loop, which only the shell may read.

use crate::units::Timestamp;

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
    let turn = js_sys::Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            // A browser that refuses a timer has closed the page.
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, 0);
        }
    });
    // The promise is never rejected.
    let _ = wasm_bindgen_futures::JsFuture::from(turn).await;
}
