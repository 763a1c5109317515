//! One file per page; navigation and addresses iterate [`ALL`].

mod book;
mod exposure;
mod market;
mod methods;
mod stress;

use crate::session::Page;
use leptos::prelude::AnyView;

/// A page.
pub struct PageDef {
    /// Which.
    pub page: Page,
    /// Fragment of its address.
    pub id: &'static str,
    /// Name in the navigation.
    pub label: &'static str,
    /// What it answers, one sentence.
    pub doc: &'static str,
    /// Draws it.
    pub view: fn() -> AnyView,
}

/// The pages in the order of the navigation.
pub const ALL: &[&PageDef] = &[&book::DEF, &exposure::DEF, &stress::DEF, &market::DEF, &methods::DEF];

/// The page that a fragment names, and the place on it; without a fragment the first page, to which a way back leads.
pub fn at(fragment: &str) -> Option<(&'static PageDef, &str)> {
    let (id, place) = fragment.split_once('/').unwrap_or((fragment, ""));
    ALL.iter().find(|def| def.id == id || (fragment.is_empty() && def.page == Page::default())).map(|def| (*def, place))
}

/// What pages show before there is a book.
fn no_book() -> AnyView {
    use leptos::prelude::*;
    view! {
        <section class="panel empty-page">
            <p class="empty">"No book is open. Drop files anywhere on this page, or open the sample on the " <a href="#book">"Book page"</a> "."</p>
        </section>
    }
    .into_any()
}
