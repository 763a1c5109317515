//! Web Locks: which of several tabs of this page has a thing for itself. Older browsers and pages without https have none; there
//! everyone is granted everything at once, and whoever relies on it checks again when writing.

use js_sys::{Function, Object, Promise, Reflect};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// A lock that is held or waited for, until it is dropped.
pub struct TabLock {
    release: Rc<RefCell<Option<Function>>>,
    is_dropped: Rc<Cell<bool>>,
}

impl Drop for TabLock {
    fn drop(&mut self) {
        self.is_dropped.set(true);
        if let Some(release) = self.release.borrow_mut().take() {
            // A promise's own function does not fail.
            let _ = release.call0(&JsValue::NULL);
        }
    }
}

/// Waits for a lock, or takes it from whoever has it. `granted` is called once it is held, which may be at once or never; `lost`
/// once another tab has taken it.
pub fn request(name: &str, takes: bool, granted: impl FnOnce() + 'static, lost: impl FnOnce() + 'static) -> TabLock {
    let lock = TabLock { release: Rc::default(), is_dropped: Rc::default() };
    let (release, is_dropped) = (Rc::clone(&lock.release), Rc::clone(&lock.is_dropped));
    let Some((locks, ask)) = manager() else {
        crate::web::browser::clock::after_turn(granted);
        return lock;
    };
    let was_dropped = Rc::clone(&is_dropped);
    let on_grant = Closure::once_into_js(move |_lock: JsValue| -> JsValue {
        if is_dropped.get() {
            return JsValue::UNDEFINED;
        }
        let held = Promise::new(&mut |resolve: Function, _reject: Function| *release.borrow_mut() = Some(resolve));
        granted();
        held.into()
    });
    let options = Object::new();
    let asked = Reflect::set(&options, &"steal".into(), &takes.into()).and_then(|_| ask.call3(&locks, &name.into(), &options, &on_grant));
    let Some(asked) = asked.ok().and_then(|asked| asked.dyn_into::<Promise>().ok()) else { return lock };
    wasm_bindgen_futures::spawn_local(async move {
        if JsFuture::from(asked).await.is_err() && !was_dropped.get() {
            lost();
        }
    });
    lock
}

fn manager() -> Option<(JsValue, Function)> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok().filter(JsValue::is_object)?;
    let ask = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    Some((locks, ask))
}
