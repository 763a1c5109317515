//! Issues: every row that was dropped and everything that was assumed, with its place; can be downloaded.

use crate::issue::{Effect, Issue, IssueKind};
use crate::order;
use crate::view::format::{self, csv_text};
use crate::web::browser::download;
use crate::web::store::Store;
use leptos::prelude::*;

/// Issues drawn at once; the rest is in the download.
const SHOWN: usize = 200;

/// The panel.
#[component]
pub fn IssueList() -> impl IntoView {
    let store = expect_context::<Store>();
    let all = Memo::new(move |_| {
        let mut issues: Vec<Issue> = store.files.with(|files| files.as_ref().map_or_else(Vec::new, |files| files.imported.issues.clone()));
        store.issues.with(|of_positions| issues.extend(of_positions.iter().cloned()));
        // What was left out stands first.
        order::sort_by_key(&mut issues, |issue| issue.effect);
        issues
    });
    let summary = move || {
        let (rejected, noted) = all.with(|issues| {
            let rejected = issues.iter().filter(|issue| issue.effect == Effect::Rejected).count();
            (rejected, issues.len() - rejected)
        });
        format!("{rejected} left out, {noted} assumptions and notes")
    };
    let rows = move || {
        store.files.with(|files| {
            files.as_ref().map_or_else(String::new, |files| {
                let rows = &files.imported.rows;
                if rows.read == 0 {
                    String::new()
                } else {
                    let [accepted, rejected] = [rows.accepted, rows.rejected].map(format::grouped);
                    format!("{} read: {accepted} accepted, {rejected} rejected.", format::count(rows.read, "row", "rows"))
                }
            })
        })
    };
    view! {
        <section class="panel issue-list" aria-label="Issues">
            <div class="panel__head">
                <div>
                    <h2 class="panel__title">"Issues"</h2>
                    <p class="panel__sub">{summary} ". " {rows}</p>
                </div>
                <button
                    class="button button--quiet"
                    data-action="issues-csv"
                    disabled=move || all.with(Vec::is_empty)
                    on:click=move |_| download::save_text("plimsoll-issues.csv", "text/csv", &all.with_untracked(|issues| csv(issues)))
                >
                    "Download CSV"
                </button>
            </div>
            <Show when=move || all.with(Vec::is_empty)>
                <p class="empty">"Nothing was dropped and nothing had to be assumed."</p>
            </Show>
            <div class="issue-list__scroll" tabindex="0">
                <ul class="issue-list__items">
                    {move || all.with(|issues| issues.iter().take(SHOWN).map(item).collect_view())}
                    {move || {
                        let more = all.with(Vec::len).saturating_sub(SHOWN);
                        (more > 0).then(|| view! { <li class="issue-list__more">{format!("{more} more are in the download")}</li> })
                    }}
                </ul>
            </div>
        </section>
    }
}

fn item(issue: &Issue) -> impl IntoView + use<> {
    let place = [issue.file.clone(), issue.line.map(|line| format!("line {line}")), issue.column.clone(), issue.subject.clone()];
    let place = place.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    let is_rejected = issue.effect == Effect::Rejected;
    view! {
        <li class="issue" class:issue--rejected=is_rejected data-effect=if is_rejected { "rejected" } else { "noted" }>
            <span class="issue__kind">{if is_rejected { "left out" } else { kind_text(issue.kind) }}</span>
            <span class="issue__place">{place}</span>
            {issue.value.clone().map(|value| view! { <code class="issue__value">{value}</code> })}
            <span class="issue__message">{issue.message.clone()}</span>
        </li>
    }
}

fn kind_text(kind: IssueKind) -> &'static str {
    match kind {
        IssueKind::Invalid => "out of range",
        IssueKind::Parse => "unreadable",
        IssueKind::MissingData => "assumed",
        IssueKind::Unsupported => "not handled",
        IssueKind::Conversion => "read as",
        IssueKind::Calculation => "no answer",
    }
}

/// The list as CSV.
fn csv(issues: &[Issue]) -> String {
    let mut text = String::from("effect,kind,file,line,column,subject,value,message\r\n");
    for issue in issues {
        let part = |part: &Option<String>| csv_text(part.as_deref().unwrap_or_default());
        let effect = if issue.effect == Effect::Rejected { "left out" } else { "noted" };
        let line = issue.line.map_or_else(String::new, |line| line.to_string());
        let cells = [
            effect.to_owned(),
            kind_text(issue.kind).to_owned(),
            part(&issue.file),
            line,
            part(&issue.column),
            part(&issue.subject),
            part(&issue.value),
            csv_text(&issue.message),
        ];
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}
