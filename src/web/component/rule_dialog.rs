//! Rules for labels: said one by one, counted before they are applied, applied together.

use crate::book::tag;
use crate::book::tag_rule::{Clause, FIELDS, How, RuleField};
use crate::view::rule;
use crate::web::component::book_menu::{PLAIN, QUIET, button};
use crate::web::component::choice_dialog::follow;
use crate::web::store::Store;
use leptos::html::Dialog;
use leptos::prelude::*;

/// What is being said.
#[derive(Clone, Copy)]
struct Draft {
    clauses: [RwSignal<Clause>; 2],
    dimension: RwSignal<String>,
    label: RwSignal<String>,
}

/// The dialog.
#[component]
pub fn RuleDialog() -> impl IntoView {
    let store = expect_context::<Store>();
    let desk = store.rules;
    let dialog = NodeRef::<Dialog>::new();
    follow(dialog, move || desk.is_open.get());
    let draft = Draft {
        clauses: [RwSignal::new(first_clause()), RwSignal::new(Clause::default())],
        dimension: RwSignal::new("strategy".to_owned()),
        label: RwSignal::new(String::new()),
    };
    let add = move || {
        let clauses = draft.clauses.map(|clause| clause.get_untracked());
        if store.add_rule(&clauses, &draft.dimension.get_untracked(), &draft.label.get_untracked()) {
            draft.clauses[0].update(|clause| clause.text.clear());
            draft.clauses[1].set(Clause::default());
            draft.label.set(String::new());
        }
    };
    let summary = move || match (desk.rules.with(Vec::is_empty), desk.preview.get()) {
        (true, _) => String::new(),
        (false, Some(preview)) => rule::summary(&preview),
        (false, None) => "Counting…".to_owned(),
    };
    let is_idle = move || desk.preview.with(|preview| preview.as_ref().is_none_or(|preview| preview.changed == 0));
    view! {
        <dialog class="dialog rules" node_ref=dialog aria-labelledby="rules-title" on:cancel=move |_: web_sys::Event| desk.is_open.set(false)>
            <h2 id="rules-title" tabindex="-1" autofocus>"Label by rules"</h2>
            <p class="dialog__text">"Every position that meets a rule gets its label; where two rules give the same label, the later one counts. Commas stand between alternatives, * for any text. The rules are kept in this browser; the labels belong to the book."</p>
            <ol class="rules__list">{move || list(store)}</ol>
            <p class="rules__summary" role="status">{summary}</p>
            <fieldset class="rules__form">
                <legend>"A new rule"</legend>
                {clause_row(draft, 0)}
                {clause_row(draft, 1)}
                <div class="rules__row">
                    <span class="rules__word">"label"</span>
                    {text_field("dimension", "Dimension of the label", "strategy", draft.dimension)}
                    <span class="rules__word">"="</span>
                    {text_field("label", "Label", "hedge; blank takes it away", draft.label)}
                    {button(PLAIN, "add-rule", "Add rule", String::new(), add)}
                </div>
                <datalist id="rule-dimensions">
                    {["strategy", "trader", "asset_class"].map(|name| view! { <option value=name></option> }).to_vec()}
                </datalist>
                <p class="rules__trouble" role="alert">{move || desk.trouble.get()}</p>
            </fieldset>
            <div class="dialog__actions">
                {button("button button--quiet rules__standard", "asset-classes", "Add rules for asset classes", String::new(), move || store.change_rules(add_asset_classes))}
                {button(PLAIN, "close-rules", "Close", String::new(), move || desk.is_open.set(false))}
                <button class="button button--primary" data-action="apply-rules" disabled=is_idle on:click=move |_| store.apply_rules()>"Apply to the book"</button>
            </div>
        </dialog>
    }
}

fn first_clause() -> Clause {
    Clause { field: "underlying".to_owned(), ..Clause::default() }
}

/// The rules that are known already are not added again.
fn add_asset_classes(rules: &mut Vec<tag::Rule>) {
    let known = rules.clone();
    rules.extend(tag::asset_class_rules().into_iter().filter(|rule| !known.contains(rule)));
}

/// The rules and how many positions each is met by.
fn list(store: Store) -> Vec<AnyView> {
    let preview = store.rules.preview.get();
    let rules = store.rules.rules.get();
    let item = |(place, rule): (usize, &tag::Rule)| {
        let words = rule::condition(rule);
        let met = preview.as_ref().map_or_else(|| "…".to_owned(), |preview| rule::met(preview, place));
        let remove = move || {
            store.change_rules(|rules| {
                if place < rules.len() {
                    rules.remove(place);
                }
            });
        };
        view! {
            <li class="rules__rule">
                <span class="rules__words">{words.clone()} " → " <b>{rule::label(rule)}</b></span>
                <span class="rules__met">{met}</span>
                {button(QUIET, "remove-rule", "Remove", words, remove)}
            </li>
        }
        .into_any()
    };
    rules.iter().enumerate().map(item).collect()
}

/// One clause: field, how, and what.
fn clause_row(draft: Draft, place: usize) -> AnyView {
    let [first, second] = draft.clauses;
    let clause = if place == 0 { first } else { second };
    let field = Memo::new(move |_| clause.with(|clause| clause.field.clone()));
    let word = move || match (place, field.get() == first.with(|first| first.field.clone())) {
        (0, _) => "when",
        (_, true) => "or",
        (_, false) => "and",
    };
    let fields = move || {
        let mut choices = if place == 0 { Vec::new() } else { vec![("", "nothing else")] };
        choices.extend(FIELDS.iter().map(|field| (field.id, field.label)));
        options(choices, &field.get())
    };
    let hows = vec![("is", "is"), ("contains", "contains")];
    // Made anew for each field, not for each letter.
    let what = move || {
        let known = RuleField::by_id(&field.get())?;
        let how = (!known.is_date()).then(|| {
            view! {
                <select class="field" aria-label="How it is compared" data-rule=format!("how-{place}") on:change:target=move |event| {
                    let how = if event.target().value() == "is" { How::Is } else { How::Contains };
                    clause.update(|clause| clause.how = how);
                }>{options(hows.clone(), if clause.with_untracked(|clause| clause.how) == How::Is { "is" } else { "contains" })}</select>
            }
            .into_any()
        });
        Some(view! {
            {how}
            <input
                class="field rules__what"
                type=if known.is_date() { "date" } else { "text" }
                maxlength="200"
                aria-label=known.label
                placeholder=known.example
                data-rule=format!("what-{place}")
                prop:value=move || clause.with(|clause| clause.text.clone())
                on:input:target=move |event| clause.update(|clause| clause.text = event.target().value())
            />
        })
    };
    view! {
        <div class="rules__row">
            <span class="rules__word">{word}</span>
            <select class="field" aria-label="Field" data-rule=format!("field-{place}") on:change:target=move |event| {
                let field = event.target().value();
                clause.set(Clause { field, ..Clause::default() });
            }>{fields}</select>
            {what}
        </div>
    }
    .into_any()
}

fn options(choices: Vec<(&'static str, &'static str)>, chosen: &str) -> Vec<AnyView> {
    choices.into_iter().map(|(value, text)| view! { <option value=value selected=value == chosen>{text}</option> }.into_any()).collect()
}

fn text_field(id: &'static str, name: &'static str, example: &'static str, text: RwSignal<String>) -> AnyView {
    view! {
        <input
            class="field rules__what"
            type="text"
            maxlength="80"
            aria-label=name
            placeholder=example
            list=(id == "dimension").then_some("rule-dimensions")
            data-rule=id
            prop:value=move || text.get()
            on:input:target=move |event| text.set(event.target().value())
        />
    }
    .into_any()
}
