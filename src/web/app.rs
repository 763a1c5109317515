//! The shell around the pages: top bar, navigation, shock bar, the mark, and everything that may be dropped or opened.

use crate::session::{Action, Page};
use crate::web::browser::{files, location};
use crate::web::component::{
    book_menu::SaveNotice,
    choice_dialog::ChoiceDialog,
    intake_dialog::IntakeDialog,
    mapping_dialog::MappingDialog,
    mark::MarkPanel,
    navigation::{self, Navigation},
    notice::NoticeBar,
    self_test::SelfTestDialog,
    sheet,
    shock_bar::ShockBar,
    top_bar::TopBar,
};
use crate::web::page;
use crate::web::store::{Computer, Store};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

/// Mounts the page in place of the skeleton.
pub fn start() {
    console_error_panic_hook::set_once();
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    if let Some(skeleton) = document.get_element_by_id("boot") {
        skeleton.remove();
    }
    leptos::mount::mount_to_body(App);
}

/// Address of the worker's loader: versioned by the page's own hash, since the build does not version it by name.
fn worker_script() -> String {
    let version = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.query_selector("script[data-wasm]").ok().flatten())
        .and_then(|script| script.get_attribute("data-wasm"))
        .and_then(|path| path.rsplit('/').next().map(str::to_owned))
        .unwrap_or_default();
    format!("./worker-loader.js?v={version}")
}

/// The whole page.
#[component]
fn App() -> impl IntoView {
    let store = Store::start(&worker_script());
    provide_context(store);
    follow_address(store);
    let is_over = RwSignal::new(false);
    receive_drops(store, is_over);
    undo_by_keyboard(store);
    save_before_hiding(store);
    mark_ready(store);
    let current = move || {
        let open = store.session.with(|session| session.page);
        page::ALL.iter().find(|def| def.page == open).map(|def| (def.view)())
    };
    let page_key = Memo::new(move |_| store.session.with(|session| session.page));
    view! {
        <a class="skip-link" href="#main">"Skip to content"</a>
        <div class="app">
            <TopBar/>
            <Navigation/>
            <ShockBar/>
            <main class="main" id="main" tabindex="-1">
                <NoticeBar/>
                <SaveNotice/>
                {sheet::alerts(store)}
                <div class="main__page">{move || { page_key.get(); untrack(current) }}</div>
                <MarkPanel/>
                {navigation::foot("main__foot")}
            </main>
        </div>
        <IntakeDialog/>
        <MappingDialog/>
            <SelfTestDialog/>
        <ChoiceDialog/>
        <div class="drop-veil" class:drop-veil--shown=move || is_over.get() aria-hidden="true">
            <div class="drop-veil__text">"Drop the files anywhere"</div>
        </div>
    }
}

/// Pages and links arrive through the fragment, at the start and whenever it is edited.
fn follow_address(store: Store) {
    let read = move || {
        let fragment = location::fragment();
        if fragment == "main" {
            return;
        }
        match page::at(&fragment) {
            Some((def, place)) => {
                store.act(Action::Open(def.page));
                if !place.is_empty() {
                    location::replace_fragment(&fragment);
                    if def.page == Page::Methods {
                        store.methods.place.set(place.to_owned());
                    } else {
                        store.open_sheet(def.page, place);
                    }
                }
            }
            None => store.open_link(fragment),
        }
    };
    if !location::fragment().is_empty() {
        read();
    }
    let on_change = Closure::<dyn FnMut()>::new(read);
    if let Some(window) = web_sys::window() {
        window.set_onhashchange(Some(on_change.as_ref().unchecked_ref()));
    }
    // The listener lives as long as the page.
    on_change.forget();
}

/// A tab that is hidden may never be shown again.
fn save_before_hiding(store: Store) {
    let on_hide = window_event_listener_untyped("visibilitychange", move |_| {
        let is_hidden = web_sys::window().and_then(|window| window.document()).is_some_and(|document| document.hidden());
        if is_hidden {
            store.save();
        }
    });
    on_cleanup(move || on_hide.remove());
}

/// The whole window takes files.
fn receive_drops(store: Store, is_over: RwSignal<bool>) {
    let over = window_event_listener(leptos::ev::dragover, move |event| {
        event.prevent_default();
        is_over.set(true);
    });
    let leave = window_event_listener(leptos::ev::dragleave, move |event| {
        if event.related_target().is_none() {
            is_over.set(false);
        }
    });
    let drop = window_event_listener(leptos::ev::drop, move |event| {
        event.prevent_default();
        is_over.set(false);
        store.take_files(files::of_drag(&event));
    });
    on_cleanup(move || {
        over.remove();
        leave.remove();
        drop.remove();
    });
}

/// Ctrl+Z and Ctrl+Shift+Z (or Ctrl+Y), except within a text field, which has an undo of its own.
fn undo_by_keyboard(store: Store) {
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        let in_field = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok())
            .is_some_and(|field| matches!(field.type_().as_str(), "text" | "search" | "number"));
        if in_field || !(event.ctrl_key() || event.meta_key()) {
            return;
        }
        match (event.key().to_lowercase().as_str(), event.shift_key()) {
            ("z", false) => store.undo(),
            ("z", true) | ("y", false) => store.redo(),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || listener.remove());
}

/// Tells tests and tools, through attributes of the body, that the page can be used and who computes.
fn mark_ready(store: Store) {
    Effect::new(move |_| {
        let Some(body) = web_sys::window().and_then(|window| window.document()).and_then(|document| document.body()) else { return };
        let engine = match store.computer.get() {
            Computer::Starting => return,
            Computer::Workers(count) => format!("workers:{count}"),
            Computer::Page(_) => "page".to_owned(),
        };
        for (name, value) in [("data-engine", engine.as_str()), ("data-ready", "true")] {
            // Setting an attribute with a valid name cannot fail.
            let _ = body.set_attribute(name, value);
        }
    });
}
