//! "Explain": formula, unit, the positions that make a number up with their source rows, what it leaves out, what was assumed.

use crate::engine::Valuation;
use crate::issue::{Effect as IssueEffect, Issue};
use crate::stress::PNL;
use crate::view::format;
use crate::view::measure::MeasureDef;
use crate::view::methods::MEASURE;
use crate::web::component::choice_dialog::follow;
use crate::web::component::navigation::gross;
use crate::web::component::part::{element, text};
use crate::web::store::{Store, in_one_line};
use leptos::html::Dialog;
use leptos::prelude::*;

/// Which number is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExplainTarget {
    /// A headline measure by id.
    Measure(&'static str),
    /// The P&L of the shock.
    Pnl,
}

/// The dialog.
#[component]
pub fn ExplainDialog() -> impl IntoView {
    let store = expect_context::<Store>();
    let target = expect_context::<RwSignal<Option<ExplainTarget>>>();
    let dialog = NodeRef::<Dialog>::new();
    follow(dialog, move || target.get().is_some());
    Effect::new(move |_| match target.get() {
        Some(ExplainTarget::Measure(id)) => store.explain(Some(id)),
        Some(ExplainTarget::Pnl) => store.explain(None),
        None => {}
    });
    let body = move || {
        let target = target.get()?;
        let valuation = store.valuation.get()?;
        let issues = store.issues.get();
        Some(view! { <Explanation target=target valuation=valuation issues=issues/> })
    };
    view! {
        <dialog class="dialog explain" node_ref=dialog aria-label="Explanation" on:cancel=move |_: web_sys::Event| target.set(None)>
            {body}
            <div class="dialog__actions">
                <button class="button button--primary" on:click=move |_| target.set(None)>"Close"</button>
            </div>
        </dialog>
    }
}

/// The contents for one number.
#[component]
fn Explanation(
    /// Which number.
    target: ExplainTarget,
    /// The totals.
    valuation: std::sync::Arc<Valuation>,
    /// What was left out and assumed.
    issues: std::sync::Arc<Vec<Issue>>,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let def = match target {
        ExplainTarget::Measure(id) => MeasureDef::by_id(id),
        ExplainTarget::Pnl => None,
    };
    // The page that opens takes the dialog away with this one.
    let place = def.map_or_else(|| format!("#methods/stress-{}", PNL.id), |def| format!("#methods/{MEASURE}-{}", def.id));
    let (title, unit, doc, formula) = match def {
        Some(def) => (def.label, def.unit, def.doc, def.formula),
        None => (PNL.label, PNL.unit, PNL.doc, PNL.formula),
    };
    let figures = match def {
        Some(def) => {
            let base = def.exact_text((def.of_totals)(&valuation.base));
            let shocked = valuation.shocked.as_ref().map(|totals| def.exact_text((def.of_totals)(totals)));
            view! {
                <dl class="explain__figures">
                    <div><dt>"Now"</dt><dd>{base}</dd></div>
                    {shocked.map(|shocked| view! { <div class="explain__shocked"><dt>"Under the shock"</dt><dd>{shocked}</dd></div> })}
                </dl>
            }
            .into_any()
        }
        None => {
            let pnl = valuation.pnl.map_or_else(|| "no shock is set".to_owned(), format::exact_money);
            view! { <dl class="explain__figures"><div><dt>"P&L"</dt><dd>{pnl}</dd></div></dl> }.into_any()
        }
    };
    let coverage = valuation.coverage;
    let left_out: Vec<Issue> = issues.iter().filter(|issue| issue.effect == IssueEffect::Rejected).cloned().collect();
    let assumptions: Vec<Issue> = issues.iter().filter(|issue| issue.effect == IssueEffect::Noted).cloned().collect();
    let coins = def.map(|def| {
        let lines = valuation
            .by_underlying
            .iter()
            .filter_map(|slice| Some((slice.key.clone(), def.coin_text(slice, false)?, def.coin_text(slice, true))));
        lines.collect::<Vec<_>>()
    });
    view! {
        <h2>{title}</h2>
        <p class="explain__doc">{doc}</p>
        {figures}
        {coins
            .filter(|coins| !coins.is_empty())
            .map(|coins| {
                view! {
                    <p class="explain__coins">
                        "In coin: "
                        {coins
                            .into_iter()
                            .map(|(_, base, shocked)| view! { <span>{base} {shocked.map(|shocked| view! { <em>" → " {shocked}</em> })}</span> })
                            .collect_view()}
                    </p>
                }
            })}
        <h3>"Formula"</h3>
        <p class="explain__formula">{formula}</p>
        {element("a", &[("class", "explain__more"), ("href", &place)], vec![text("How this is computed: convention, source, limits")])}
        <p class="explain__unit">"Unit: " {unit} ". As of " {format::instant(valuation.as_of)} "."</p>
        <Show when=move || store.contributions.with(|parts| !parts.is_empty())>
            <h3>"Made up of"</h3>
        </Show>
        <div class="explain__scroll">
            <table class="data-table">
                <tbody>
                    {move || store.contributions.with(|parts| parts.iter().cloned()
                        .map(|line| {
                            view! {
                                <tr>
                                    <td class="data-table__name">{line.name}</td>
                                    <td class="data-table__source">{line.source}</td>
                                    <td>{format::exact_money(line.amount)}</td>
                                </tr>
                            }
                        })
                        .collect_view())}
                </tbody>
            </table>
        </div>
        <h3>"Left out"</h3>
        <p>
            {match (coverage.left_out, coverage.expired) {
                (0, 0) => format!("Nothing: all {} positions are counted.", coverage.positions),
                (left_out, expired) => {
                    let gross = gross(coverage.left_out_gross);
                    format!("{left_out} of {} positions{gross} could not be valued and are not counted; {expired} had expired and count for nothing.", coverage.positions)
                }
            }}
        </p>
        <IssueLines issues=left_out/>
        <h3>"Assumed"</h3>
        <Show when={let is_empty = assumptions.is_empty(); move || is_empty}>
            <p>"Nothing beyond the formula: spot, forwards and vols are as the files give them."</p>
        </Show>
        <IssueLines issues=assumptions/>
    }
}

/// Issues, at most fifty of them.
#[component]
fn IssueLines(
    /// The issues.
    issues: Vec<Issue>,
) -> impl IntoView {
    let more = issues.len().saturating_sub(50);
    view! {
        <ul class="explain__issues">
            {issues
                .iter()
                .take(50)
                .map(|issue| {
                    let subject = issue.subject.clone().map(|subject| format!("{subject}: ")).unwrap_or_default();
                    view! { <li>{subject} {in_one_line(issue)}</li> }
                })
                .collect_view()}
            {(more > 0).then(|| view! { <li>{format!("and {more} more, see Issues on the Book page")}</li> })}
        </ul>
    }
}
