//! The columns of a file beside our fields: what is which, how its numbers are meant, and what its first rows come to.

use crate::import::mapping::{DateOrder, FieldSource, MAX_NAME, Mapping, MarkChoice, VolUnit};
use crate::import::mapping_field::{FIELDS, FieldGroup, GROUPS, MappedField, Need};
use crate::view::format;
use crate::web::component::choice_dialog::follow;
use crate::web::component::mapping_trial::{MappingCounts, MappingTrial};
use crate::web::store::Store;
use crate::web::store::mapping::OpenTable;
use leptos::html::Dialog;
use leptos::prelude::*;
use std::sync::Arc;

/// Value of the choice "the same in every row", which no column has: those have a colon in front.
const CONSTANT: &str = "=";

/// Choices in the order of their texts.
const VOLS: [VolUnit; 3] = [VolUnit::Auto, VolUnit::Decimal, VolUnit::Percent];
const MARKS: [MarkChoice; 3] = [MarkChoice::Auto, MarkChoice::Point, MarkChoice::Comma];
const ORDERS: [DateOrder; 3] = [DateOrder::Auto, DateOrder::DayFirst, DateOrder::MonthFirst];

/// The dialog.
#[component]
pub fn MappingDialog() -> impl IntoView {
    let store = expect_context::<Store>();
    let desk = store.mapping;
    let dialog = NodeRef::<Dialog>::new();
    follow(dialog, move || desk.table.with(Option::is_some));
    let title = move || desk.table.with(|table| table.as_ref().map(|table| format!("Map the columns of {}", table.file)));
    let is_named = move || desk.draft.with(|draft| !draft.name.trim().is_empty());
    let hint = move || {
        let name = desk.draft.with(|draft| draft.name.trim().to_owned());
        let changes = desk.table.with(|table| table.as_ref().map(|table| table.changes.clone()).unwrap_or_default());
        match (is_named(), name != changes && desk.kept.with(|kept| kept.iter().any(|known| known.name == name))) {
            (false, _) => "A name is needed.",
            (true, true) => "Replaces the mapping of this name.",
            (true, false) => "Kept in this browser, used for the next such file.",
        }
    };
    view! {
        <dialog class="dialog mapping" node_ref=dialog aria-labelledby="mapping-title" on:cancel=move |_: web_sys::Event| store.close_mapping()>
            <h2 id="mapping-title" tabindex="-1" autofocus>{title}</h2>
            <p class="dialog__text">"Say which column of the file is which of ours. What is filled in is a guess from names and cells; the rows beside it show what comes of it."</p>
            <div class="mapping__body">
                <div class="mapping__fields">{move || desk.table.get().map(|table| fields(store, &table))}</div>
                <div class="mapping__result">
                    {move || desk.table.get().map(|_| choices(store))}
                    <MappingTrial/>
                </div>
            </div>
            <MappingCounts/>
            <div class="dialog__actions mapping__actions">
                <label class="mapping__name">
                    <span>"Name of this mapping"</span>
                    <input
                        class="field"
                        type="text"
                        data-mapping="name"
                        maxlength=MAX_NAME.to_string()
                        prop:value=move || desk.draft.with(|draft| draft.name.clone())
                        on:input:target=move |event| desk.draft.update(|draft| draft.name = event.target().value())
                    />
                </label>
                <span class="mapping__hint" role="status">{hint}</span>
                <button class="button" data-choice="cancel" on:click=move |_| store.close_mapping()>"Back"</button>
                <button class="button button--primary" data-choice="use-mapping" disabled=move || !is_named() on:click=move |_| store.use_mapping()>"Use this mapping"</button>
            </div>
        </dialog>
    }
}

/// Our fields, each with a choice of the file's columns.
fn fields(store: Store, table: &Arc<OpenTable>) -> AnyView {
    let unlisted = table.sample.unlisted as usize;
    let listed = table.sample.columns.len();
    let more = format!("The first {} of the file's {} columns are listed.", format::grouped(listed), format::grouped(listed + unlisted));
    let group = |group: FieldGroup, name: &'static str| {
        let rows: Vec<AnyView> = FIELDS.iter().filter(|field| field.group == group).map(|field| field_row(store, table, field)).collect();
        view! {
            <fieldset class="mapping__group">
                <legend>{name}</legend>
                {rows}
            </fieldset>
        }
    };
    let groups: Vec<_> = GROUPS.iter().map(|(id, name)| group(*id, name)).collect();
    view! {
        {groups}
        <p class="mapping__hint">{(unlisted > 0).then_some(more)}</p>
    }
    .into_any()
}

fn field_row(store: Store, table: &Arc<OpenTable>, field: &'static MappedField) -> AnyView {
    let desk = store.mapping;
    let source = move || desk.draft.with(|draft| draft.source(field.id));
    let known = untrack(source);
    let fixed = [
        ("", "not in the file", known == FieldSource::Absent),
        (CONSTANT, "the same in every row…", matches!(known, FieldSource::Constant(_))),
    ];
    let mut choices: Vec<Choice> = fixed.map(|(value, text, is_chosen)| (value.to_owned(), text.to_owned(), is_chosen)).to_vec();
    let column = |column: &String| (format!(":{column}"), column.clone(), known == FieldSource::Column(column.clone()));
    choices.extend(table.sample.columns.iter().map(column));
    let table = table.clone();
    let example = move || match source() {
        FieldSource::Column(column) => {
            let place = table.sample.columns.iter().position(|name| *name == column)?;
            table.sample.rows.iter().filter_map(|row| row.get(place)).find(|cell| !cell.is_empty()).cloned()
        }
        FieldSource::Absent | FieldSource::Constant(_) => None,
    };
    // The input of a constant is made anew for each choice, not for each letter.
    let is_constant = Memo::new(move |_| matches!(source(), FieldSource::Constant(_)));
    let choose = move |value: String| {
        let source = match value.strip_prefix(':') {
            Some(column) => FieldSource::Column(column.to_owned()),
            None if value == CONSTANT => FieldSource::Constant(String::new()),
            None => FieldSource::Absent,
        };
        store.change_mapping(|draft| draft.set(field.id, source));
    };
    let need = match field.need {
        Need::Required => "required",
        Need::OneOf => "one of these two",
        Need::Optional => "",
    };
    view! {
        <div class="mapping__field" class:mapping__field--absent=move || source() == FieldSource::Absent>
            <label class="mapping__label" for=id_of(field.id)>
                {field.label}
                <em class="mapping__need">{need}</em>
                <small>{field.doc}</small>
            </label>
            <div class="mapping__source">
                {select(field.id, choices, Callback::new(choose))}
                {move || is_constant.get().then(|| constant_input(store, field))}
                <span class="mapping__example">{example}</span>
            </div>
        </div>
    }
    .into_any()
}

fn constant_input(store: Store, field: &'static MappedField) -> AnyView {
    let known = match store.mapping.draft.with_untracked(|draft| draft.source(field.id)) {
        FieldSource::Constant(text) => text,
        FieldSource::Absent | FieldSource::Column(_) => String::new(),
    };
    let list = format!("words-{}", field.id);
    let words: Vec<Choice> = field.words.iter().map(|word| ((*word).to_owned(), String::new(), false)).collect();
    view! {
        <input
            class="field"
            type="text"
            aria-label=format!("{}, the same in every row", field.label)
            placeholder=field.doc
            data-constant=field.id
            list=list.clone()
            prop:value=known
            on:input:target=move |event| store.change_mapping(|draft| draft.set(field.id, FieldSource::Constant(event.target().value())))
        />
        <datalist id=list>{options(words)}</datalist>
    }
    .into_any()
}

/// How the file means its numbers.
fn choices(store: Store) -> AnyView {
    let draft = store.mapping.draft.get_untracked();
    let place = |found: Option<usize>| found.unwrap_or(0);
    let all: [Convention; 4] = [
        ("Signs", "signs", ["+ is long", "− is long: turn them round", ""], usize::from(draft.flips_sign), |draft, chosen| {
            draft.flips_sign = chosen == 1;
        }),
        (
            "Volatility",
            "vols",
            ["decimal or percent by size", "0.62 is 62 %", "62 is 62 %"],
            place(VOLS.iter().position(|known| *known == draft.vol_unit)),
            |draft, chosen| draft.vol_unit = VOLS.get(chosen).copied().unwrap_or_default(),
        ),
        (
            "Fractions",
            "fractions",
            ["by the file's numbers", "with a point, 0.5", "with a comma, 0,5"],
            place(MARKS.iter().position(|known| *known == draft.decimal_mark)),
            |draft, chosen| draft.decimal_mark = MARKS.get(chosen).copied().unwrap_or_default(),
        ),
        (
            "Dates",
            "dates",
            ["by each date", "day first, 31/12/2027", "month first, 12/31/2027"],
            place(ORDERS.iter().position(|known| *known == draft.date_order)),
            |draft, chosen| draft.date_order = ORDERS.get(chosen).copied().unwrap_or_default(),
        ),
    ];
    let choice = |(label, id, texts, chosen, set): Convention| {
        let texts = (0..).zip(texts).filter(|(_, text)| !text.is_empty());
        let choices = texts.map(|(place, text)| (place.to_string(), text.to_owned(), place == chosen)).collect();
        let choose = move |value: String| store.change_mapping(|draft| set(draft, value.parse().unwrap_or(0)));
        view! {
            <div class="mapping__choice">
                <label for=id_of(id)>{label}</label>
                {select(id, choices, Callback::new(choose))}
            </div>
        }
    };
    let all: Vec<_> = all.into_iter().map(choice).collect();
    view! { <div class="mapping__choices">{all}</div> }.into_any()
}

/// Name, id, the texts to choose from, which is chosen, and what choosing does.
type Convention = (&'static str, &'static str, [&'static str; 3], usize, fn(&mut Mapping, usize));

/// Value and text of an option, and whether it is the one.
type Choice = (String, String, bool);

fn id_of(id: &str) -> String {
    format!("map-{id}")
}

fn select(id: &'static str, choices: Vec<Choice>, choose: Callback<String>) -> AnyView {
    view! {
        <select class="field" id=id_of(id) data-map=id on:change:target=move |event| choose.run(event.target().value())>{options(choices)}</select>
    }
    .into_any()
}

fn options(choices: Vec<Choice>) -> AnyView {
    choices
        .into_iter()
        .map(|(value, text, is_chosen)| view! { <option value=value selected=is_chosen>{text}</option> })
        .collect_view()
        .into_any()
}
