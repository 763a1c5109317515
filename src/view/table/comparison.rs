//! Two books compared, as text: what the change of the value, or of an exposure, is made of, and the contracts in which most of it happened.
//!
//! Invariant: the steps from then to now add up, and so do the rows of the table with its last one.

use crate::exposure::compare::{Change, ComparedPosition, Comparison};
use crate::view::format;

/// A part of a change.
pub struct EffectDef {
    /// Stable id, kebab-case.
    pub id: &'static str,
    /// Head of a column.
    pub head: &'static str,
    /// Name.
    pub label: &'static str,
    /// What it means, one sentence.
    pub doc: &'static str,
    /// Its amount, US dollars.
    pub amount: fn(&Change) -> f64,
}

/// The parts in the order shown; together they are the change.
pub const EFFECTS: [&EffectDef; 4] = [&PRICE, &TRADE, &EXPIRY, &UNEXPLAINED];

const PRICE: EffectDef = EffectDef {
    id: "price",
    head: "Price",
    label: "Price effect",
    doc: "What the positions of then come to in the market of now, less what they came to then; the passing of time included.",
    amount: |change| change.price,
};
const TRADE: EffectDef = EffectDef {
    id: "trade",
    head: "Trade",
    label: "Trade effect",
    doc: "What was added, taken away or opened at another price since, at the market of now; deposits, funding and fees included. \
          What a trade takes from one position it gives to a balance.",
    amount: |change| change.trade,
};
const EXPIRY: EffectDef = EffectDef {
    id: "expiry",
    head: "Expiry",
    label: "Expiry effect",
    doc: "What has expired since, at its settlement, less what it came to then; its payment is a trade effect.",
    amount: |change| change.expiry,
};
const UNEXPLAINED: EffectDef = EffectDef {
    id: "unexplained",
    head: "Unexplained",
    label: "Unexplained",
    doc: "What cannot be valued in one of the two books: it is in the change and in no effect.",
    amount: |change| change.unexplained,
};

/// A sum of money with its sign, to be coloured by it.
#[derive(Clone, Debug, PartialEq)]
pub struct Amount {
    /// US dollars.
    pub value: f64,
    /// Its text.
    pub text: String,
}

/// A step from the value then to the value now.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// `then`, `now`, `change`, or the id of an effect.
    pub id: &'static str,
    /// Name.
    pub label: String,
    /// What it means, or the instant of a value.
    pub about: String,
    /// With the sign of the currency; a value has no plus.
    pub amount: Amount,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Instrument, or how many are summed up.
    pub name: String,
    /// Account and venue.
    pub holder: String,
    /// Quantities then and now, in their own unit.
    pub quantities: [String; 2],
    /// The effects shown, then the change; US dollars without the sign of the currency, which stands in the head.
    pub amounts: Vec<Amount>,
}

/// The effects that are shown: what is unexplained only where there is such a thing.
pub fn effects(comparison: &Comparison) -> Vec<&'static EffectDef> {
    let is_dollar = |change: &Change| change.unexplained.abs() >= 0.5;
    let has_rest = is_dollar(&comparison.total) || comparison.positions.iter().any(|row| is_dollar(&row.change));
    EFFECTS.into_iter().filter(|effect| effect.id != UNEXPLAINED.id || has_rest).collect()
}

/// The value then, the effects, the value now and the change.
pub fn steps(comparison: &Comparison) -> Vec<Step> {
    let Comparison { earlier, later, measure, total, .. } = comparison;
    let value = |id, when: &str, at, value| {
        let amount = Amount { value, text: format::dollars(value) };
        Step { id, label: format!("{} {when}", measure.label()), about: format::instant(at), amount }
    };
    let signed = |id, label: &str, about: &str, value| {
        let amount = Amount { value, text: format::exact_pnl(value, "USD") };
        Step { id, label: label.to_owned(), about: about.to_owned(), amount }
    };
    let mut steps = vec![value("then", "then", *earlier, total.earlier)];
    steps.extend(effects(comparison).into_iter().map(|effect| signed(effect.id, effect.label, effect.doc, (effect.amount)(total))));
    steps.push(value("now", "now", *later, total.later));
    let about = format!("Now less then, over {}.", format::duration(earlier.days_to(*later)));
    steps.push(signed("change", "Change", &about, total.total()));
    steps
}

/// The rows at hand, and one for those of `count` that are not.
pub fn rows(comparison: &Comparison, count: usize) -> Vec<Row> {
    let effects = effects(comparison);
    let amounts = |change: &Change| {
        let values = effects.iter().map(|effect| (effect.amount)(change)).chain([change.total()]);
        values.map(|value| Amount { value, text: format::signed_whole(value) }).collect::<Vec<_>>()
    };
    let mut rows: Vec<Row> = comparison.positions.iter().map(|row| row_of(row, amounts(&row.change))).collect();
    let more = count.saturating_sub(rows.len());
    if more > 0 {
        let mut rest = comparison.total;
        for row in &comparison.positions {
            rest -= row.change;
        }
        let name = format::count(more, "other position", "other positions");
        rows.push(Row { name, holder: String::new(), quantities: Default::default(), amounts: amounts(&rest) });
    }
    rows
}

fn row_of(row: &ComparedPosition, amounts: Vec<Amount>) -> Row {
    let quantity = |quantity: Option<f64>| quantity.map_or_else(|| "–".to_owned(), |held| format::quantity(held, &row.quantity_unit));
    Row {
        name: row.name.clone(),
        holder: format::joined([&row.account, &row.venue]),
        quantities: [quantity(row.quantity_earlier), quantity(row.quantity_later)],
        amounts,
    }
}
