//! Sums by underlying or by expiry as a table, base and shocked, dollars and coins.

use crate::exposure::Slice;
use crate::units::Timestamp;
use crate::view::format;
use crate::view::measure;
use leptos::prelude::*;

/// The table.
#[component]
pub fn SliceTable(
    /// The sums.
    #[prop(into)]
    slices: Signal<Vec<Slice>>,
    /// What a key is.
    key_name: &'static str,
) -> impl IntoView {
    let columns = || measure::ALL.iter().copied().filter(|def| def.of_measures.is_some());
    view! {
        <div class="slice-table" tabindex="0">
            <table class="data-table">
                <thead>
                    <tr>
                        <th scope="col">{key_name}</th>
                        <th scope="col">"Positions"</th>
                        {columns().map(|def| view! { <th scope="col" title=def.doc>{if def.id == "equity" { "Value" } else { def.label }} <small>"USD"</small></th> }).collect_view()}
                    </tr>
                </thead>
                <tbody>
                    {move || slices.with(|slices| slices.iter().map(|slice| {
                        let cells: Vec<_> = columns().map(|def| {
                            let value = |measures| def.of_measures.map(|of| of(measures)).unwrap_or_default();
                            let base = value(&slice.base);
                            let shocked = slice.shocked.as_ref().map(|shocked| format::whole(value(shocked)));
                            let coin = def.coin_text(slice, false);
                            view! {
                                <td>
                                    {format::whole(base)}
                                    {shocked.map(|shocked| view! { <em class="data-table__shocked">"→ " {shocked}</em> })}
                                    {coin.map(|coin| view! { <small class="data-table__coin">{coin}</small> })}
                                </td>
                            }
                        }).collect();
                        view! {
                            <tr>
                                <th scope="row">{slice_label(&slice.key)}</th>
                                <td>{slice.positions.to_string()}</td>
                                {cells}
                            </tr>
                        }
                    }).collect_view())}
                </tbody>
            </table>
        </div>
    }
}

/// Name of a slice: the date of an expiry, the code of an underlying.
pub fn slice_label(key: &str) -> String {
    match Timestamp::parse_iso(key) {
        Some(expiry) => format::date(expiry),
        None if key == "none" => "no expiry".to_owned(),
        None => key.to_owned(),
    }
}
