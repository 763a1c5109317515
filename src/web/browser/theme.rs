//! Light and dark: the `data-theme` attribute of the root, kept in localStorage under `plimsoll-theme`; boot.js sets it before
//! the first paint.

/// The theme that is shown.
pub fn current() -> String {
    root().and_then(|root| root.get_attribute("data-theme")).unwrap_or_else(|| "dark".to_owned())
}

/// Switches to the other theme and remembers it.
pub fn toggle() -> String {
    let next = if current() == "dark" { "light" } else { "dark" };
    if let Some(root) = root() {
        // Setting an attribute with a valid name cannot fail.
        let _ = root.set_attribute("data-theme", next);
    }
    if let Some(storage) = web_sys::window().and_then(|window| window.local_storage().ok().flatten()) {
        // A browser that keeps nothing shows the theme until it is closed.
        let _ = storage.set_item("plimsoll-theme", next);
    }
    next.to_owned()
}

fn root() -> Option<web_sys::Element> {
    web_sys::window()?.document()?.document_element()
}
