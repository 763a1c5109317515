//! The address: fragment for pages and links, query for the number of workers.

/// The fragment without `#`.
pub fn fragment() -> String {
    let hash = web_sys::window().and_then(|window| window.location().hash().ok()).unwrap_or_default();
    hash.strip_prefix('#').unwrap_or(&hash).to_owned()
}

/// Replaces the fragment without adding to the history, so that a link's contents do not stay in it.
pub fn replace_fragment(fragment: &str) {
    let Some(window) = web_sys::window() else { return };
    if let Ok(history) = window.history() {
        // Refused only in a sandboxed frame, where the address is not shown.
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&format!("#{fragment}")));
    }
}

/// The address of the page without query and fragment.
pub fn base() -> String {
    let href = web_sys::window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    href.split(['#', '?']).next().unwrap_or_default().to_owned()
}

/// The number after `name=` in the query, if it is one.
pub fn query_number(name: &str) -> Option<usize> {
    let query = web_sys::window()?.location().search().ok()?;
    let query = query.strip_prefix('?')?;
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')?.parse().ok())
}
