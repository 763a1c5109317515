//! Rules for labels: said one by one, counted before they are applied, applied together.

use crate::book::tag;
use crate::book::tag_rule::{Clause, FIELDS, How, RuleField};
use crate::view::rule;
use crate::web::component::part::{button, dialog, element, input, live, select, text, words};
use crate::web::store::Store;
use leptos::prelude::*;

/// A clause that is being said.
#[derive(Clone, Copy)]
struct Draft {
    field: RwSignal<String>,
    how: RwSignal<String>,
    what: RwSignal<String>,
}

/// How a text is compared, as it is chosen.
const HOWS: [(&str, &str); 2] = [("is", "is"), ("contains", "contains")];

impl Draft {
    fn new(field: &str) -> Draft {
        let signal = |text: &str| RwSignal::new(text.to_owned());
        Draft { field: signal(field), how: signal("is"), what: signal("") }
    }

    fn clause(self) -> Clause {
        let how = if self.how.get_untracked() == "is" { How::Is } else { How::Contains };
        Clause { field: self.field.get_untracked(), how, text: self.what.get_untracked() }
    }
}

/// The dialog.
#[component]
pub fn RuleDialog() -> impl IntoView {
    let store = expect_context::<Store>();
    let desk = store.rules;
    let (first, second) = (Draft::new("underlying"), Draft::new(""));
    let dimension = RwSignal::new("strategy".to_owned());
    let label = RwSignal::new(String::new());
    let add = move || {
        let clauses = [first.clause(), second.clause()];
        if store.add_rule(&clauses, &dimension.get_untracked(), &label.get_untracked()) {
            for signal in [first.what, second.what, second.field, label] {
                signal.set(String::new());
            }
        }
    };
    let summary = move || match (desk.rules.with(Vec::is_empty), desk.preview.get()) {
        (true, _) => text(""),
        (false, Some(preview)) => text(rule::summary(&preview)),
        (false, None) => text("Counting…"),
    };
    let apply = move || {
        let changes = desk.preview.with(|preview| preview.as_ref().is_some_and(|preview| preview.changed > 0));
        let disabled = if changes { "" } else { "disabled" };
        let attributes = [("class", "button button--primary"), ("data-action", "apply-rules"), ("disabled", disabled)];
        button(&attributes, "Apply to the book", move || store.apply_rules())
    };
    let label_row = vec![
        words("span", "rules__word", "label"),
        input(&field_named("dimension", "Dimension of the label", "strategy", "80"), dimension),
        text("="),
        input(&field_named("label", "Label", "hedge; blank takes it away", "80"), label),
        button(&[("class", "button"), ("data-action", "add-rule")], "Add rule", add),
    ];
    let form = vec![
        element("legend", &[], vec![text("A new rule")]),
        element("div", &[("class", "rules__row")], clause_row(first, None)),
        element("div", &[("class", "rules__row")], clause_row(second, Some(first.field))),
        element("div", &[("class", "rules__row")], label_row),
        element("p", &[("class", "rules__trouble"), ("role", "alert")], vec![live(move || text(desk.trouble.get()))]),
    ];
    let quiet = "button button--quiet rules__standard";
    let actions = vec![
        button(&[("class", quiet), ("data-action", "asset-classes")], "Add rules for asset classes", move || {
            store.change_rules(add_asset_classes);
        }),
        button(&[("class", "button"), ("data-action", "close-rules")], "Close", move || desk.is_open.set(false)),
        live(apply),
    ];
    let about = "Every position that meets a rule gets its label; where two rules give the same label, the later one counts. Commas \
                 stand between alternatives, * for any text. The rules are kept in this browser; the labels belong to the book.";
    let children = vec![
        element("h2", &[("id", "rules-title"), ("tabindex", "-1"), ("autofocus", "autofocus")], vec![text("Label by rules")]),
        words("p", "dialog__text", about),
        live(move || element("ol", &[("class", "rules__list")], list(store))),
        element("p", &[("class", "rules__summary"), ("role", "status")], vec![live(summary)]),
        element("fieldset", &[("class", "rules__form")], form),
        element("div", &[("class", "dialog__actions")], actions),
    ];
    dialog(&[("class", "dialog rules"), ("aria-labelledby", "rules-title")], desk.is_open, children)
}

/// Attributes of a field of the form.
fn field_named<'a>(id: &'a str, name: &'a str, example: &'a str, length: &'a str) -> [(&'static str, &'a str); 5] {
    [("class", "field rules__what"), ("data-rule", id), ("aria-label", name), ("placeholder", example), ("maxlength", length)]
}

/// The rules that are known already are not added again.
fn add_asset_classes(rules: &mut Vec<tag::Rule>) {
    let known = rules.clone();
    rules.extend(tag::asset_class_rules().into_iter().filter(|rule| !known.contains(rule)));
}

/// The rules and how many positions each is met by.
fn list(store: Store) -> Vec<AnyView> {
    let desk = store.rules;
    let item = |(place, rule): (usize, &tag::Rule)| {
        let condition = rule::condition(rule);
        let about = format!("Remove {condition}");
        let said = vec![text(condition), text(" → "), element("b", &[], vec![text(rule::label(rule))])];
        let met =
            move || text(desk.preview.with(|preview| preview.as_ref().map_or_else(|| "…".to_owned(), |preview| rule::met(preview, place))));
        let remove = move || {
            store.change_rules(|rules| {
                if place < rules.len() {
                    rules.remove(place);
                }
            });
        };
        let attributes = [("class", "button button--quiet"), ("data-action", "remove-rule"), ("aria-label", about.as_str())];
        let parts = vec![
            element("span", &[("class", "rules__words")], said),
            element("span", &[("class", "rules__met")], vec![live(met)]),
            button(&attributes, "Remove", remove),
        ];
        element("li", &[("class", "rules__rule")], parts)
    };
    desk.rules.with(|rules| rules.iter().enumerate().map(item).collect())
}

/// One clause: field, how, and what; `before` is the field of the clause before it.
fn clause_row(draft: Draft, before: Option<RwSignal<String>>) -> Vec<AnyView> {
    let word = move || match before {
        None => text("when"),
        Some(before) if before.get() == draft.field.get() => text("or"),
        Some(_) => text("and"),
    };
    let place = if before.is_some() { "1" } else { "0" };
    let id = |name: &str| format!("{name}-{place}");
    let mut fields = if before.is_some() { vec![("", "nothing else")] } else { Vec::new() };
    fields.extend(FIELDS.iter().map(|field| (field.id, field.label)));
    let (how_id, what_id) = (id("how"), id("what"));
    // Made anew for each field, not for each letter.
    let what = move || {
        let Some(known) = RuleField::by_id(&draft.field.get()) else { return text("") };
        let mut attributes = field_named(&what_id, known.label, known.example, "200").to_vec();
        attributes.push(("type", if known.is_date() { "date" } else { "text" }));
        if known.is_date() {
            return input(&attributes, draft.what);
        }
        let how = select(&[("data-rule", how_id.as_str()), ("aria-label", "How it is compared")], &HOWS, draft.how);
        vec![how, input(&attributes, draft.what)].into_any()
    };
    vec![
        element("span", &[("class", "rules__word")], vec![live(word)]),
        select(&[("data-rule", id("field").as_str()), ("aria-label", "Field")], &fields, draft.field),
        live(what),
    ]
}
