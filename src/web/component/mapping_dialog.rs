//! The columns of a file beside our fields: what is which, how its numbers are meant, and what its first rows come to.

use crate::import::mapping::{DateOrder, FieldSource, MAX_NAME, Mapping, MarkChoice, VolUnit};
use crate::import::mapping_field::{FIELDS, GROUPS, MappedField, Need};
use crate::view::format;
use crate::web::component::choice_dialog::follow;
use crate::web::component::mapping_trial::MappingTrial;
use crate::web::store::Store;
use crate::web::store::mapping::OpenTable;
use leptos::html::Dialog;
use leptos::prelude::*;
use std::sync::Arc;

/// Value of the choice "the same in every row", which no column has: those have a colon in front.
const CONSTANT: &str = "=";

/// Choices in the order of their texts.
const VOL: [VolUnit; 3] = [VolUnit::Auto, VolUnit::Decimal, VolUnit::Percent];
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
    let is_named = Memo::new(move |_| desk.draft.with(|draft| !draft.name.trim().is_empty()));
    let replaces = Memo::new(move |_| {
        let name = desk.draft.with(|draft| draft.name.trim().to_owned());
        let changes = desk.table.with(|table| table.as_ref().map(|table| table.changes.clone()).unwrap_or_default());
        name != changes && desk.kept.with(|kept| kept.iter().any(|known| known.name == name))
    });
    view! {
        <dialog class="dialog mapping" node_ref=dialog aria-labelledby="mapping-title" on:cancel=move |_: web_sys::Event| store.close_mapping()>
            <h2 id="mapping-title">{title}</h2>
            <p class="dialog__text">"Say which column of the file is which of ours. What is filled in is a guess from names and cells; the rows beside it show what comes of it."</p>
            <div class="mapping__body">
                <div class="mapping__fields">{move || desk.table.get().map(|table| fields(store, &table))}</div>
                <div class="mapping__result">
                    {move || desk.table.get().map(|_| choices(store))}
                    <MappingTrial/>
                </div>
            </div>
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
                <span class="mapping__hint" role="status">
                    {move || match (is_named.get(), replaces.get()) {
                        (false, _) => "A name is needed.",
                        (true, true) => "Replaces the mapping of this name.",
                        (true, false) => "Kept in this browser, used for the next such file.",
                    }}
                </span>
                <button class="button" data-choice="cancel" on:click=move |_| store.close_mapping()>"Back"</button>
                <button class="button button--primary" data-choice="use-mapping" disabled=move || !is_named.get() on:click=move |_| store.use_mapping()>"Use this mapping"</button>
            </div>
        </dialog>
    }
}

/// Our fields, each with a choice of the file's columns.
fn fields(store: Store, table: &Arc<OpenTable>) -> impl IntoView + use<> {
    let unlisted = table.sample.unlisted;
    let groups = GROUPS.iter().map(|(group, name)| {
        let of_group = FIELDS.iter().filter(|field| field.group == *group).map(|field| field_row(store, table, field)).collect_view();
        view! {
            <fieldset class="mapping__group">
                <legend>{*name}</legend>
                {of_group}
            </fieldset>
        }
    });
    view! {
        {groups.collect_view()}
        {(unlisted > 0).then(|| {
            let listed = table.sample.columns.len();
            view! { <p class="mapping__hint">{format!("The first {} of the file's {} columns are listed.", format::grouped(listed), format::grouped(listed + unlisted as usize))}</p> }
        })}
    }
}

fn field_row(store: Store, table: &Arc<OpenTable>, field: &'static MappedField) -> impl IntoView + use<> {
    let desk = store.mapping;
    let source = Memo::new(move |_| desk.draft.with(|draft| draft.source(field.id)));
    let known = source.get_untracked();
    let options: Vec<_> = table
        .sample
        .columns
        .iter()
        .map(|column| {
            let is_chosen = known == FieldSource::Column(column.clone());
            view! { <option value=format!(":{column}") selected=is_chosen>{column.clone()}</option> }
        })
        .collect();
    let sample = table.clone();
    let example = move || {
        source.with(|source| match source {
            FieldSource::Column(column) => {
                let place = sample.sample.columns.iter().position(|name| name == column)?;
                sample.sample.rows.iter().filter_map(|row| row.get(place)).find(|cell| !cell.is_empty()).cloned()
            }
            FieldSource::Absent | FieldSource::Constant(_) => None,
        })
    };
    let constant = Memo::new(move |_| matches!(source.get(), FieldSource::Constant(_)));
    let choose = move |value: String| {
        let source = match value.strip_prefix(':') {
            Some(column) => FieldSource::Column(column.to_owned()),
            None if value == CONSTANT => FieldSource::Constant(String::new()),
            None => FieldSource::Absent,
        };
        store.change_mapping(|draft| draft.set(field.id, source));
    };
    let need = match field.need {
        Need::Required => Some("required"),
        Need::OneOf => Some("this or the other"),
        Need::Optional => None,
    };
    view! {
        <div class="mapping__field" class:mapping__field--absent=move || source.get() == FieldSource::Absent>
            <label class="mapping__label" for=format!("map-{}", field.id)>
                {field.label} {need.map(|need| view! { <em class="mapping__need">{need}</em> })}
                <small>{field.doc}</small>
            </label>
            <div class="mapping__source">
                <select class="field" id=format!("map-{}", field.id) data-map=field.id on:change:target=move |event| choose(event.target().value())>
                    <option value="" selected=known == FieldSource::Absent>"not in the file"</option>
                    <option value=CONSTANT selected=matches!(known, FieldSource::Constant(_))>"the same in every row…"</option>
                    <optgroup label="Columns of the file">{options}</optgroup>
                </select>
                <Show when=move || constant.get()>{constant_input(store, field)}</Show>
                <span class="mapping__example">{example}</span>
            </div>
        </div>
    }
}

fn constant_input(store: Store, field: &'static MappedField) -> impl IntoView + use<> {
    let known = match store.mapping.draft.with_untracked(|draft| draft.source(field.id)) {
        FieldSource::Constant(text) => text,
        FieldSource::Absent | FieldSource::Column(_) => String::new(),
    };
    let list = format!("words-{}", field.id);
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
        <datalist id=list>{field.words.iter().map(|word| view! { <option value=*word></option> }).collect_view()}</datalist>
    }
}

/// How the file means its numbers.
fn choices(store: Store) -> impl IntoView + use<> {
    let draft = store.mapping.draft.get_untracked();
    let sign = if draft.flips_sign { 1 } else { 0 };
    let place = |found: Option<usize>| found.unwrap_or(0);
    view! {
        <div class="mapping__choices">
            {choice(store, "Signs", "sign", &["+ is long", "− is long: turn them round"], sign, |draft, chosen| draft.flips_sign = chosen == 1)}
            {choice(
                store,
                "Volatility",
                "vol",
                &["decimal or percent by size", "0.62 is 62 %", "62 is 62 %"],
                place(VOL.iter().position(|unit| *unit == draft.vol_unit)),
                |draft, chosen| draft.vol_unit = VOL.get(chosen).copied().unwrap_or_default(),
            )}
            {choice(
                store,
                "Fractions",
                "mark",
                &["by the file's numbers", "with a point, 0.5", "with a comma, 0,5"],
                place(MARKS.iter().position(|known| *known == draft.decimal_mark)),
                |draft, chosen| draft.decimal_mark = MARKS.get(chosen).copied().unwrap_or_default(),
            )}
            {choice(
                store,
                "Dates",
                "date",
                &["by each date", "day first, 31/12/2027", "month first, 12/31/2027"],
                place(ORDERS.iter().position(|known| *known == draft.date_order)),
                |draft, chosen| draft.date_order = ORDERS.get(chosen).copied().unwrap_or_default(),
            )}
        </div>
    }
}

fn choice(
    store: Store,
    label: &'static str,
    id: &'static str,
    texts: &'static [&'static str],
    chosen: usize,
    set: fn(&mut Mapping, usize),
) -> impl IntoView + use<> {
    let options =
        (0..).zip(texts).map(|(place, text)| view! { <option value=format!("{place}") selected=place == chosen>{*text}</option> });
    view! {
        <label class="mapping__choice">
            <span>{label}</span>
            <select
                class="field"
                data-mapping=id
                on:change:target=move |event| {
                    let chosen = event.target().value().parse().unwrap_or(0);
                    store.change_mapping(|draft| set(draft, chosen));
                }
            >
                {options.collect_view()}
            </select>
        </label>
    }
}
