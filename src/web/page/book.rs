//! Book: what is held, from which files, and what could not be read.

use crate::import::venue::VENUES;
use crate::session::Page;
use crate::share::export;
use crate::view::format;
use crate::web::browser::files;
use crate::web::component::{
    account_table::AccountTable,
    comparison::ComparisonPanel,
    explain::ExplainDialog,
    finding_list::FindingList,
    headline::Headline,
    issue_list::IssueList,
    part::{element, text, words},
    position_table::PositionTable,
    rule_dialog::RuleDialog,
    strategy_list::StrategyList,
};
use crate::web::page::PageDef;
use crate::web::store::{Notice, Store};
use leptos::prelude::*;

/// The page.
pub const DEF: PageDef = PageDef {
    page: Page::Book,
    id: "book",
    label: "Book",
    doc: "What is held, from which files, and what could not be read.",
    view: || view! { <BookPage/> }.into_any(),
};

/// Files of the sample book, one of the page's own folders.
const SAMPLE: [&str; 3] = ["./sample/deribit-positions.json", "./sample/second-account.csv", "./sample/market.json"];

#[component]
fn BookPage() -> impl IntoView {
    let store = expect_context::<Store>();
    provide_context(RwSignal::new(None::<crate::web::component::explain::ExplainTarget>));
    let has_book = Memo::new(move |_| store.valuation.with(Option::is_some));
    view! {
        <h1 class="visually-hidden">"Book"</h1>
        <Show when=move || has_book.get() fallback=move || view! { <Welcome/> }>
            <Headline ids=&["equity", "pnl", "gross-notional", "leverage", "net-delta", "theta-1d"]/>
            <ComparisonPanel/>
            <PositionTable/>
            <RuleDialog/>
            <AccountTable/>
            <StrategyList/>
            <FindingList/>
            <FileList/>
        </Show>
        <Show when=move || has_book.get() || store.files.with(Option::is_some)>
            <IssueList/>
        </Show>
        <ExplainDialog/>
    }
}

/// The empty page: what to drop, and a sample.
#[component]
fn Welcome() -> impl IntoView {
    let store = expect_context::<Store>();
    view! {
        <section class="welcome">
            <div class="welcome__text">
                <p class="welcome__lead">"Drop the files your venues export. See where the book stands, what each storm would do to it, and send the screen as a link."</p>
                <p class="welcome__promise">"Everything is computed in this browser. Nothing is uploaded."</p>
                <div class="welcome__actions">
                    <label class="button button--primary button--large" data-action="pick">
                        "Choose files"
                        <input class="visually-hidden" type="file" multiple data-input="pick" on:change=move |event| store.take_files(files::of_input(&event))/>
                    </label>
                    <button class="button button--large" data-action="sample" disabled=move || store.is_reading.get() on:click=move |_| open_sample(store)>"Open the sample book"</button>
                </div>
            </div>
            <div class="welcome__formats">
                <h2>"What it reads"</h2>
                <ul>
                    {VENUES.iter().map(|venue| element("li", &[], vec![words("b", "", venue.names.join(", ")), text(venue.reads)])).collect_view()}
                    <li><b>"Any venue"</b> " a table of positions, CSV or XLSX: " <a href="./template/positions.csv" download>"template"</a> ", or any other table, once you say what its columns are"</li>
                    <li><b>"Plimsoll"</b> " a book saved as a file, or its export"</li>
                </ul>
                <p>"Files as the venue exports them, CSV, XLSX, JSON or XML, several at once; the format is recognized from the content. Each row that cannot be read is listed with its line and what would be accepted."</p>
            </div>
        </section>
    }
}

/// Fetches the sample's files from beside the page and reads them like any other.
fn open_sample(store: Store) {
    store.is_reading.set(true);
    leptos::task::spawn_local(async move {
        let mut list = Vec::new();
        for path in SAMPLE {
            match files::fetch_own(path).await {
                Ok(file) => list.push(file),
                Err(text) => {
                    store.is_reading.set(false);
                    store.notice.set(Some(Notice { text, is_error: true }));
                    return;
                }
            }
        }
        store.act(crate::session::Action::Name("Sample desk".to_owned()));
        store.open_sample(list);
    });
}

/// The files behind the book.
#[component]
fn FileList() -> impl IntoView {
    let store = expect_context::<Store>();
    let files = move || {
        store.files.with(|files| {
            files.as_ref().map_or_else(Vec::new, |files| {
                files
                    .imported
                    .files
                    .iter()
                    .map(|file| {
                        let positions = format::count(file.positions, "position", "positions");
                        let facts = format::count(file.facts, "market fact", "market facts");
                        (file.name.clone(), file.label.clone(), format!("{positions}, {facts}"))
                    })
                    .collect::<Vec<_>>()
            })
        })
    };
    view! {
        <section class="panel file-list" aria-label="Files">
            <div class="panel__head">
                <h2 class="panel__title">"Files"</h2>
                <div class="file-list__actions">
                    {export::LABELS.iter().map(|(id, label)| view! { <button class="button button--quiet" data-export=*id on:click=move |_| store.export_book(id)>{*label}</button> }).collect_view()}
                    <button class="button button--quiet" data-action="report-json" on:click=move |_| store.export_report()>"Report as JSON"</button>
                    <button class="button button--quiet" data-action="close-book" on:click=move |_| store.close_book()>"Close the book"</button>
                </div>
            </div>
            <ul class="file-list__items">
                {move || files().into_iter().map(|(name, label, counts)| view! { <li><b>{name}</b> <span>{label}</span> <span>{counts}</span></li> }).collect_view()}
                <Show when=move || files().is_empty()>
                    <li><span>"This book came with a shared link."</span></li>
                </Show>
            </ul>
        </section>
    }
}
