//! Where the files contradict themselves, each other or the model, each with its size.

use crate::check::{self, Finding, Severity};
use crate::view::format;
use crate::web::store::Store;
use leptos::prelude::*;

/// The panel; empty while everything fits.
#[component]
pub fn FindingList() -> impl IntoView {
    let store = expect_context::<Store>();
    let summary = move || {
        let [errors, warnings, notes] = store.finding_counts.get();
        let notes = format::count(notes as usize, "note", "notes");
        format!("{errors} wrong, {warnings} not fitting, {notes}; the gravest and largest first. No check changes a number.")
    };
    view! {
        <Show when=move || store.findings.with(|findings| !findings.is_empty())>
            <section class="panel finding-list" aria-label="Checks">
                <div class="panel__head">
                    <div>
                        <h2 class="panel__title">"Checks"</h2>
                        <p class="panel__sub">{summary} " " <a href="#methods/check">"How each is computed"</a></p>
                    </div>
                </div>
                <div class="finding-list__scroll" tabindex="0">
                    <table class="data-table">
                        <thead>
                            <tr>
                                <th scope="col">"Check"</th>
                                <th scope="col">"Position or market"</th>
                                <th scope="col">"Stated"</th>
                                <th scope="col">"Computed"</th>
                                <th scope="col">"Difference"</th>
                                <th scope="col">"Worth " <small>"USD"</small></th>
                            </tr>
                        </thead>
                        <tbody>{move || store.findings.with(|findings| findings.iter().map(finding_row).collect_view())}</tbody>
                    </table>
                    {move || {
                        let all: u32 = store.finding_counts.get().iter().sum();
                        let more = (all as usize).saturating_sub(store.findings.with(|findings| findings.len()));
                        (more > 0).then(|| view! { <p class="empty">{format!("and {} more", format::grouped(more))}</p> })
                    }}
                </div>
            </section>
        </Show>
    }
}

/// One finding.
pub fn finding_row(finding: &Finding) -> impl IntoView + use<> {
    let def = check::TEXTS.iter().find(|def| def.id == finding.check);
    // Ages have no sign, and what is stated needs no plus.
    let number = |value: f64, write: fn(f64, &str) -> String| match finding.unit.as_str() {
        "hours" => format::age(value),
        "days" => format::age(24.0 * value),
        unit => write(value, unit),
    };
    let value = |value: Option<f64>| value.map(|value| number(value, format::measured));
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    view! {
        <tr class="finding" data-severity=severity>
            <th scope="row" title=def.map(|def| def.doc)>
                {def.map_or_else(|| finding.check.clone(), |def| def.label.to_owned())} <span class="data-table__about">{finding.message.clone()}</span>
            </th>
            <td class="finding__subject">{finding.subject.clone()}</td>
            <td>{value(finding.stated)}</td>
            <td>{value(finding.computed)}</td>
            <td>{number(finding.difference, format::quantity)} <small>{finding.relative.map(format::signed_percent)}</small></td>
            <td>{finding.dollars.map(format::whole)}</td>
        </tr>
    }
}
