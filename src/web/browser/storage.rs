//! What else the browser keeps for the page: small settings and caches, and whether it may throw them away.

use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Asks the browser not to throw the page's storage away when the disk runs full. It may decline; nothing depends on it.
pub fn persist() {
    let Some(window) = web_sys::window() else { return };
    let storage = Reflect::get(&window.navigator(), &"storage".into());
    if storage.is_ok_and(|storage| storage.is_object())
        && let Ok(asked) = window.navigator().storage().persist()
    {
        wasm_bindgen_futures::spawn_local(async move {
            let _ = JsFuture::from(asked).await;
        });
    }
}

/// Empties the small settings and the caches; `false` where the browser refused something.
pub async fn clear() -> bool {
    let Some(window) = web_sys::window() else { return false };
    let mut is_clear = true;
    for storage in [window.local_storage(), window.session_storage()] {
        // A browser that has none keeps nothing.
        if let Ok(Some(storage)) = storage {
            is_clear &= storage.clear().is_ok();
        }
    }
    let has_caches = Reflect::get(&window, &"caches".into()).is_ok_and(|caches| caches.is_object());
    if let (true, Ok(caches)) = (has_caches, window.caches()) {
        match JsFuture::from(Promise::from(JsValue::from(caches.keys()))).await {
            Ok(keys) => {
                for key in Array::from(&keys).iter().filter_map(|key| key.as_string()) {
                    is_clear &= JsFuture::from(Promise::from(JsValue::from(caches.delete(&key)))).await.is_ok();
                }
            }
            Err(_) => is_clear = false,
        }
    }
    is_clear
}
