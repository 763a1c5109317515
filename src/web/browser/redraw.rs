//! When to draw again: the element's size, the screen's density, the theme, the fonts, or the owner's own request; all requests of
//! one frame become one drawing.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Element, MediaQueryList, MutationObserver, MutationObserverInit, ResizeObserver, Window};

/// How much to draw; a larger scope holds the smaller ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// What moves with the pointer.
    Marks,
    /// Everything, if the size has changed.
    Size,
    /// Everything.
    All,
}

/// What the browser calls.
type Listener = Closure<dyn FnMut()>;

/// Watches an element; drop it to stop.
pub struct Redraw {
    inner: Rc<Inner>,
}

struct Inner {
    window: Window,
    paint: Box<dyn Fn(Scope)>,
    wanted: Cell<Option<Scope>>,
    frame: Cell<Option<i32>>,
    on_frame: RefCell<Option<Listener>>,
    on_density: RefCell<Option<Listener>>,
    density: RefCell<Option<MediaQueryList>>,
    sizes: RefCell<Option<(ResizeObserver, Listener)>>,
    themes: RefCell<Option<(MutationObserver, Listener)>>,
}

impl Redraw {
    /// Starts watching, with a first drawing of everything in the next frame.
    pub fn watch(element: &Element, paint: impl Fn(Scope) + 'static) -> Option<Redraw> {
        let window = web_sys::window()?;
        let inner = Rc::new(Inner {
            window,
            paint: Box::new(paint),
            wanted: Cell::new(None),
            frame: Cell::new(None),
            on_frame: RefCell::new(None),
            on_density: RefCell::new(None),
            density: RefCell::new(None),
            sizes: RefCell::new(None),
            themes: RefCell::new(None),
        });
        let weak = Rc::downgrade(&inner);
        *inner.on_frame.borrow_mut() = Some(Closure::new(move || {
            let Some(inner) = weak.upgrade() else { return };
            inner.frame.set(None);
            if let Some(scope) = inner.wanted.take() {
                (inner.paint)(scope);
            }
        }));
        let asks = |scope: Scope| {
            let weak = Rc::downgrade(&inner);
            Closure::<dyn FnMut()>::new(move || request(&weak, scope))
        };
        let on_size = asks(Scope::Size);
        if let Ok(observer) = ResizeObserver::new(on_size.as_ref().unchecked_ref()) {
            observer.observe(element);
            *inner.sizes.borrow_mut() = Some((observer, on_size));
        }
        let on_theme = asks(Scope::All);
        if let (Ok(observer), Some(root)) = (
            MutationObserver::new(on_theme.as_ref().unchecked_ref()),
            inner.window.document().and_then(|document| document.document_element()),
        ) {
            let options = MutationObserverInit::new();
            options.set_attributes(true);
            options.set_attribute_filter(&js_sys::Array::of2(&"data-theme".into(), &"class".into()));
            // The root is a node and the options are valid: this cannot be refused.
            let _ = observer.observe_with_options(&root, &options);
            *inner.themes.borrow_mut() = Some((observer, on_theme));
        }
        watch_density(&inner);
        redraw_with_fonts(&inner);
        inner.request(Scope::All);
        Some(Redraw { inner })
    }

    /// Asks for a drawing in the next frame.
    pub fn request(&self, scope: Scope) {
        self.inner.request(scope);
    }
}

impl Inner {
    fn request(&self, scope: Scope) {
        self.wanted.set(self.wanted.get().max(Some(scope)));
        if self.frame.get().is_none()
            && let Some(closure) = self.on_frame.borrow().as_ref()
        {
            self.frame.set(self.window.request_animation_frame(closure.as_ref().unchecked_ref()).ok());
        }
    }
}

fn request(inner: &Weak<Inner>, scope: Scope) {
    if let Some(inner) = inner.upgrade() {
        inner.request(scope);
    }
}

/// A media query holds for one density only: each change asks for the next.
fn watch_density(inner: &Rc<Inner>) {
    let query = format!("(resolution: {}dppx)", inner.window.device_pixel_ratio());
    let Ok(Some(list)) = inner.window.match_media(&query) else { return };
    let mut slot = inner.on_density.borrow_mut();
    if slot.is_none() {
        let weak = Rc::downgrade(inner);
        *slot = Some(Closure::new(move || {
            if let Some(inner) = weak.upgrade() {
                inner.request(Scope::All);
                watch_density(&inner);
            }
        }));
    }
    if let Some(closure) = slot.as_ref() {
        let callback = closure.as_ref().unchecked_ref();
        if let Some(before) = inner.density.borrow_mut().take() {
            // Both fail only for an event name that does not exist.
            let _ = before.remove_event_listener_with_callback("change", callback);
        }
        let _ = list.add_event_listener_with_callback("change", callback);
        *inner.density.borrow_mut() = Some(list);
    }
}

/// Labels drawn before the page's font has come are drawn again. `document.fonts` is reached by name: it is missing in web-sys'
/// features that the page otherwise needs.
fn redraw_with_fonts(inner: &Rc<Inner>) {
    let Some(document) = inner.window.document() else { return };
    let ready = js_sys::Reflect::get(&document, &"fonts".into()).and_then(|fonts| js_sys::Reflect::get(&fonts, &"ready".into()));
    let Ok(ready) = ready.and_then(|ready| ready.dyn_into::<js_sys::Promise>()) else { return };
    let weak = Rc::downgrade(inner);
    wasm_bindgen_futures::spawn_local(async move {
        // A font that fails to load leaves the fallback, which is drawn already.
        if wasm_bindgen_futures::JsFuture::from(ready).await.is_ok() {
            request(&weak, Scope::All);
        }
    });
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(frame) = self.frame.take() {
            // Cancelling a frame that has been drawn is allowed.
            let _ = self.window.cancel_animation_frame(frame);
        }
        if let Some((observer, _)) = self.sizes.borrow_mut().take() {
            observer.disconnect();
        }
        if let Some((observer, _)) = self.themes.borrow_mut().take() {
            observer.disconnect();
        }
        if let (Some(list), Some(closure)) = (self.density.borrow_mut().take(), self.on_density.borrow().as_ref()) {
            let _ = list.remove_event_listener_with_callback("change", closure.as_ref().unchecked_ref());
        }
    }
}
