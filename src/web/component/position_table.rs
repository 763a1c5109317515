//! The positions: sorted, filtered, grouped with subtotals; only the rows in sight are in the document.

use crate::book::Edit;
use crate::view::table::lines::{Grouping, ShownLine, TableChoice};
use crate::view::table::positions::{ALL, ColumnDef, Side};
use crate::web::browser::clock;
use crate::web::component::position_editor::PositionEditor;
use crate::web::store::Store;
use leptos::html::Div;
use leptos::prelude::*;

/// Height of a row, pixels; `--row` in tokens.css.
const ROW: f64 = 26.0;
/// Rows drawn beyond the edge of sight.
const SLACK: usize = 8;

/// The panel.
#[component]
pub fn PositionTable() -> impl IntoView {
    let store = expect_context::<Store>();
    let choice = RwSignal::new(TableChoice::default());
    let has_shock =
        Memo::new(move |_| store.valuation.with(|valuation| valuation.as_ref().is_some_and(|valuation| valuation.pnl.is_some())));
    let tag_keys = Memo::new(move |_| {
        store.valuation.with(|valuation| valuation.as_ref().map_or_else(Vec::new, |valuation| valuation.tag_keys.clone()))
    });
    let scroller = NodeRef::<Div>::new();
    let scroll = RwSignal::new((0.0_f64, 600.0_f64));
    // May run when the panel is gone: every access is a try.
    let measure = move || {
        if let Some(element) = scroller.try_get_untracked().flatten() {
            scroll.try_set((f64::from(element.scroll_top()), f64::from(element.client_height())));
        }
    };
    let window = Memo::new(move |_| {
        let (top, height) = scroll.get();
        let total = store.table.window.with(|window| window.total as usize);
        let first = ((top / ROW) as usize).saturating_sub(SLACK).min(total);
        let count = (height / ROW) as usize + 2 * SLACK;
        (first, (first + count).min(total), total)
    });
    Effect::new(move |_| {
        // The box grows with its rows, so it is measured again whenever their number changes: in a turn of its own, since it makes
        // the browser lay out the page.
        scroller.track();
        store.table.window.with(|window| window.total);
        clock::after_turn(measure);
    });
    let resized = window_event_listener(leptos::ev::resize, move |_| measure());
    Effect::new(move |_| {
        let (first, last, _) = window.get();
        // Before the first answer the length is not known: a screenful is asked for.
        store.show_table(choice.get(), first as u32, last.max(first + 60) as u32);
    });
    on_cleanup(move || {
        resized.remove();
        store.hide_table();
    });
    let sort_by = move |index: usize| {
        choice.update(|choice| {
            if choice.sort == index {
                choice.descends = !choice.descends;
            } else {
                choice.sort = index;
                choice.descends = ALL.get(index).is_some_and(|column| column.number.is_some());
            }
        });
    };
    let aria_sort = move |index: usize| {
        choice.with(|choice| match (choice.sort == index, choice.descends) {
            (true, true) => "descending",
            (true, false) => "ascending",
            (false, _) => "none",
        })
    };
    view! {
        <section class="panel position-table" aria-label="Positions">
            <div class="panel__head">
                <div>
                    <h2 class="panel__title">"Positions"</h2>
                    <p class="panel__sub">"Full values in USD; prices in the contract's own unit, coins for an inverse option"</p>
                </div>
                <div class="position-table__tools">
                    <input
                        class="field"
                        type="search"
                        placeholder="Filter: BTC put, OKX…"
                        aria-label="Filter positions"
                        data-input="filter"
                        on:input:target=move |event| choice.update(|choice| choice.filter = event.target().value())
                    />
                    <select class="field" aria-label="Group the positions by" data-option="grouping" on:change:target=move |event| choice.update(|choice| choice.grouping = grouping(&event.target().value()))>
                        <option value="expiry">"by underlying and expiry"</option>
                        <option value="account">"by venue and account"</option>
                        <option value="class">"by class and underlying"</option>
                        {move || tag_keys.get().into_iter().map(|key| view! { <option value=format!("tag:{key}")>{format!("by {key}")}</option> }).collect_view()}
                        <option value="none">"not grouped"</option>
                    </select>
                    <label class="check" class:check--off=move || !has_shock.get()>
                        <input
                            type="checkbox"
                            data-option="shocked"
                            disabled=move || !has_shock.get()
                            prop:checked=move || choice.with(|choice| choice.side == Side::Shocked)
                            on:change:target=move |event| {
                                let side = if event.target().checked() { Side::Shocked } else { Side::Base };
                                choice.update(|choice| choice.side = side);
                            }
                        />
                        "Under the shock"
                    </label>
                    {tools(store)}
                </div>
            </div>
            <PositionEditor/>
            <div class="position-table__scroll" node_ref=scroller tabindex="0" on:scroll=move |_| measure()>
                <table class="data-table" class:data-table--shocked=move || has_shock.get() && choice.with(|choice| choice.side == Side::Shocked) aria-rowcount=move || (window.get().2 + 1).to_string()>
                    <thead>
                        <tr aria-rowindex="1">
                            {ALL
                                .iter()
                                .enumerate()
                                .map(|(index, column)| {
                                    view! {
                                        <th scope="col" aria-sort=move || aria_sort(index) data-column=column.id title=column.doc>
                                            <button class="data-table__sort" on:click=move |_| sort_by(index)>
                                                {column.label}
                                                <small>{column.unit}</small>
                                            </button>
                                        </th>
                                    }
                                })
                                .collect_view()}
                        </tr>
                    </thead>
                    <tbody>
                        <tr class="data-table__spacer" style:height=move || format!("{}px", window.get().0 as f64 * ROW) aria-hidden="true"><td colspan=ALL.len().to_string()></td></tr>
                        {move || {
                            let (first, last, _) = window.get();
                            let side = choice.with(|choice| choice.side);
                            store.table.window.with(|at_hand| {
                                (first..last)
                                    .map(|index| {
                                        let line = index.checked_sub(at_hand.first as usize).and_then(|place| at_hand.lines.get(place));
                                        let aria_row = (index + 2).to_string();
                                        match line {
                                                Some(ShownLine::Group { level, label, count, sums }) => {
                                                    let cells: Vec<String> = ALL
                                                        .iter()
                                                        .skip(1)
                                                        .map(|column| column.sum.map_or_else(String::new, |sum| sum(sums, side)))
                                                        .collect();
                                                    view! {
                                                        <tr class="data-table__group" class:data-table__group--inner={*level > 0} aria-rowindex=aria_row>
                                                            <th scope="row">{label.clone()} <small>{format!("{count}")}</small></th>
                                                            {cells.into_iter().map(|text| view! { <td>{text}</td> }).collect_view()}
                                                        </tr>
                                                    }
                                                    .into_any()
                                                }
                                                Some(ShownLine::Row(row)) => {
                                                        let source = format!("{}: {}, line {}", row.name, row.file, row.line);
                                                        let place = row.index;
                                                        view! {
                                                            <tr
                                                                aria-rowindex=aria_row
                                                                title=source
                                                                data-status=row.status.clone()
                                                                class:data-table__selected=move || store.selected.with(|selected| selected.contains(&place))
                                                            >
                                                                {ALL.iter().map(|column| {
                                                                    let text = (column.text)(row, side);
                                                                    if column.id == "instrument" {
                                                                        let label = format!("Select {text}");
                                                                        view! {
                                                                            <td data-column=column.id>
                                                                                <input
                                                                                    type="checkbox"
                                                                                    class="position-table__select"
                                                                                    aria-label=label
                                                                                    prop:checked=move || store.selected.with(|selected| selected.contains(&place))
                                                                                    on:change=move |_| store.toggle_selected(place)
                                                                                />
                                                                                {text}
                                                                            </td>
                                                                        }.into_any()
                                                                    } else {
                                                                        view! { <td data-column=column.id class=cell_class(column, row, side)>{text}</td> }.into_any()
                                                                    }
                                                                }).collect_view()}
                                                            </tr>
                                                        }
                                                        .into_any()
                                                    }
                                                    None => view! { <tr class="data-table__waiting" aria-rowindex=aria_row><td colspan=ALL.len().to_string()>"…"</td></tr> }.into_any(),
                                            }
                                        })
                                        .collect_view()
                            })
                        }}
                        <tr class="data-table__spacer" style:height=move || { let (_, last, total) = window.get(); format!("{}px", (total - last) as f64 * ROW) } aria-hidden="true"><td colspan=ALL.len().to_string()></td></tr>
                    </tbody>
                </table>
            </div>
        </section>
    }
}

/// What can be done with the book as a whole.
fn tools(store: Store) -> Vec<AnyView> {
    let tool = |action: &str, label: &'static str, title: &str, does: fn(Store)| {
        crate::web::component::part::button(
            &[("class", "button button--quiet"), ("data-action", action), ("title", title)],
            label,
            move || does(store),
        )
    };
    let net = "Makes one position of all lots that share contract, account, venue and labels; the value stays the same";
    vec![
        tool("add-position", "Add position", "", |store| store.open_form(None)),
        tool("net", "Net lots", net, |store| store.edit(vec![Edit::NetByInstrument])),
        tool("rules", "Label by rules", "", |store| store.open_rules()),
        tool("compare", "Compare…", "With an earlier book", |store| store.choose_earlier()),
        tool("positions-csv", "CSV", "Every column in full precision, one row for each position", |store| store.export_table()),
    ]
}

/// Signed sensitivities and P&L are colored by sign, which is also printed.
fn cell_class(column: &ColumnDef, row: &crate::engine::PositionRow, side: Side) -> &'static str {
    if !matches!(column.id, "pnl" | "delta" | "gamma" | "vega" | "theta") {
        return "";
    }
    match column.number.and_then(|number| number(row, side)) {
        Some(value) if value > 0.0 => "gain",
        Some(value) if value < 0.0 => "loss",
        _ => "",
    }
}

/// The grouping that an option of the list stands for.
fn grouping(value: &str) -> Grouping {
    match value.split_once(':') {
        Some((_, key)) => Grouping::Tag(key.to_owned()),
        None if value == "account" => Grouping::Account,
        None if value == "class" => Grouping::Class,
        None if value == "none" => Grouping::None,
        None => Grouping::Expiry,
    }
}
