//! The accounts: what their positions come to, beside what the venue itself says.

use crate::book::Account;
use crate::exposure::AccountRow;
use crate::units::{Currency, Quantity};
use crate::view::format;
use crate::web::store::Store;
use leptos::prelude::*;

/// The panel; empty while no account has a name and no venue says anything.
#[component]
pub fn AccountTable() -> impl IntoView {
    let store = expect_context::<Store>();
    let rows = Memo::new(move |_| {
        store.valuation.with(|valuation| valuation.as_ref().map_or_else(Vec::new, |valuation| valuation.accounts.clone()))
    });
    let is_worth_showing =
        move || rows.with(|rows| rows.len() > 1 || rows.iter().any(|row| !row.stated.is_empty() || row.health.is_some()));
    view! {
        <Show when=is_worth_showing>
            <section class="panel account-table" aria-label="Accounts">
                <div class="panel__head">
                    <div>
                        <h2 class="panel__title">"Accounts"</h2>
                        <p class="panel__sub">"What the positions of each account come to in USD, beside the venue's own figures in its own unit"</p>
                    </div>
                </div>
                <div class="account-table__scroll" tabindex="0">
                    <table class="data-table">
                        <thead>
                            <tr>
                                <th scope="col">"Account"</th>
                                <th scope="col">"Positions"</th>
                                <th scope="col">"Value " <small>"USD"</small></th>
                                <th scope="col">"Gross notional " <small>"USD"</small></th>
                                <th scope="col">"Delta " <small>"USD"</small></th>
                                <th scope="col" title="Collateral times its liquidation threshold, over debt; liquidated below 1">"Health " <small>"×"</small></th>
                                <th scope="col">"Venue: equity"</th>
                                <th scope="col">"Venue: maintenance"</th>
                                <th scope="col" title="Margin level, health factor or uniMMR as the venue prints it">"Venue: health"</th>
                            </tr>
                        </thead>
                        <tbody>{move || rows.with(|rows| rows.iter().map(account_row).collect_view())}</tbody>
                    </table>
                </div>
            </section>
        </Show>
    }
}

fn account_row(row: &AccountRow) -> impl IntoView + use<> {
    let title = match (row.venue.as_str(), row.name.as_str()) {
        ("", "") => "no account named".to_owned(),
        (venue, "") => venue.to_owned(),
        ("", name) => name.to_owned(),
        (venue, name) => format!("{name} · {venue}"),
    };
    let shocked = |text: Option<String>| text.map(|text| view! { <em class="data-table__shocked">"→ " {text}</em> });
    let value = row.shocked.map(|shocked| format::whole(shocked.value));
    let delta = row.shocked.map(|shocked| format::signed_whole(shocked.cash_delta));
    let health = row.shocked_health.map(format::plain);
    let figures = |of: fn(&Account) -> Option<Quantity>| {
        row.stated
            .iter()
            .filter_map(|account| {
                let amount = of(account)?.get();
                let unit = account.currency.as_ref().map_or("USD", Currency::code);
                Some(view! { <span class="account-table__stated" title=account.kind.clone()>{format::measured(amount, unit)}</span> })
            })
            .collect_view()
    };
    let ratios = row
        .stated
        .iter()
        .filter_map(|account| account.health)
        .map(|health| view! { <span class="account-table__stated">{format::plain(health.get())}</span> });
    view! {
        <tr>
            <th scope="row">{title}</th>
            <td>{format::grouped(row.positions as usize)}</td>
            <td>{format::whole(row.base.value)} {shocked(value)}</td>
            <td>{format::whole(row.base.gross_notional)}</td>
            <td>{format::signed_whole(row.base.cash_delta)} {shocked(delta)}</td>
            <td class:loss=row.health.is_some_and(|health| health < 1.1)>{row.health.map(format::plain)} {shocked(health)}</td>
            <td>{figures(|account| account.equity.or(account.balance))}</td>
            <td>{figures(|account| account.maintenance_margin)}</td>
            <td>{ratios.collect_view()}</td>
        </tr>
    }
}
