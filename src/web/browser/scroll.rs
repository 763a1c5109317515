//! What is scrolled without the user.

use leptos::prelude::request_animation_frame;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Scrolls the row that holds the element of this selector until it stands in its middle, once the page is laid out; the page itself
/// stays where it is.
pub fn into_sight(selector: &'static str) {
    request_animation_frame(move || {
        let found = web_sys::window().and_then(|window| window.document()).and_then(|document| document.query_selector(selector).ok()?);
        let Some(element) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) else { return };
        let Some(row) = element.parent_element() else { return };
        let (own, around) = (element.get_bounding_client_rect(), row.get_bounding_client_rect());
        let beside = own.left() + own.width() / 2.0 - around.left() - around.width() / 2.0;
        row.set_scroll_left(row.scroll_left() + beside as i32);
    });
}
