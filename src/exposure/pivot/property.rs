//! The dimensions that every book has, each by a property of the position, of its contract, or by a usual label.

use crate::book::tag;
use crate::exposure::pivot::dimension::{DimensionDef, Reads};
use crate::exposure::pivot::key::Key;
use crate::instrument::{Instrument, OptionKind};
use crate::math::log_ratio;
use smol_str::SmolStr;

/// The limits of what rests on labels.
const LABELS: &str = "As good as the labels: a position without one stands under a key of its own.";

/// By underlying.
pub const UNDERLYING: DimensionDef = DimensionDef {
    id: "underlying",
    label: "Underlying",
    doc: "The coin, share or index that the contract is on; of a balance the currency itself.",
    missing: "no underlying",
    buckets: &[],
    reads: Reads::Property(|subject| Key::name(subject.position.instrument.underlying())),
    formula: "code of the underlying",
    convention: "A staked token stands under the coin that it is redeemed for, each side of a pool under its own asset.",
    limits: "Wrapped coins with codes of their own stand apart.",
};

/// By asset class.
pub const ASSET_CLASS: DimensionDef = DimensionDef {
    id: "asset-class",
    label: "Asset class",
    doc: "Coin, stablecoin, cash, share, index, rate, currency, commodity or other.",
    missing: "no class",
    buckets: &[],
    reads: Reads::Property(|subject| match subject.position.tags.get("asset_class") {
        Some(class) => Key::name(class),
        None => Key::name(tag::asset_class(&subject.position.instrument)),
    }),
    formula: "the label asset_class, else by contract and code of the underlying",
    convention: "The same classes as the rules that the Book page offers; a label that the user gave goes before them.",
    limits: "Codes of indices, rates, currencies and commodities count for dated contracts only, since coins share their letters.",
};

/// By venue.
pub const VENUE: DimensionDef = DimensionDef {
    id: "venue",
    label: "Venue",
    doc: "Where the position is held.",
    missing: "no venue",
    buckets: &[],
    reads: Reads::Property(|subject| Key::name(&subject.position.venue)),
    formula: "the position's venue",
    convention: "As the import named it or the user renamed it.",
    limits: "Rows of a table without a venue stand under no venue.",
};

/// By account.
pub const ACCOUNT: DimensionDef = DimensionDef {
    id: "account",
    label: "Account",
    doc: "The account or sub-account of its venue: accounts of one name at two venues are two.",
    missing: "no account",
    buckets: &[],
    reads: Reads::Property(|subject| account_key(&subject.position.venue, &subject.position.account)),
    formula: "venue and account",
    convention: "Venue and account together are the key.",
    limits: "Sub-accounts that a file does not tell apart are one.",
};

/// By counterparty.
pub const COUNTERPARTY: DimensionDef = DimensionDef {
    id: "counterparty",
    label: "Counterparty",
    doc: "Who owes the position: the venue, unless a label says otherwise.",
    missing: "no counterparty",
    buckets: &[],
    reads: Reads::Property(|subject| match subject.position.tags.get("counterparty") {
        Some(name) => Key::name(name),
        None => Key::name(&subject.position.venue),
    }),
    formula: "the label counterparty, else the venue",
    convention: "A custodian, a clearing house or a borrower is set by the label counterparty.",
    limits: "A venue that clears elsewhere is its own counterparty until a label says so.",
};

/// By settlement currency.
pub const SETTLEMENT: DimensionDef = DimensionDef {
    id: "settlement-currency",
    label: "Settlement currency",
    doc: "The currency that gains and proceeds are paid in: the coin of an inverse contract, else the quote currency.",
    missing: "no currency",
    buckets: &[],
    reads: Reads::Property(|subject| Key::name(subject.position.instrument.settlement_currency().code())),
    formula: "inverse: the underlying; else the quote currency",
    convention: "A coin, share or stake counts under its quote currency.",
    limits: "A venue that converts at once is not known.",
};

/// By time to expiry.
pub const EXPIRY_BUCKET: DimensionDef = DimensionDef {
    id: "expiry-bucket",
    label: "Time to expiry",
    doc: "How long it has to live.",
    missing: "no expiry",
    buckets: &["expired", "≤ 7 d", "7–30 d", "30–90 d", "90–180 d", "180 d–1 y", "> 1 y"],
    reads: Reads::Property(|subject| {
        let Some(expiry) = subject.position.instrument.expiry() else { return Key::Missing };
        let days = subject.as_of.days_to(expiry);
        let ends = [0.0, 7.0, 30.0, 90.0, 180.0, 365.0];
        Key::Bucket(ends.into_iter().map(|end| u8::from(days > end)).sum())
    }),
    formula: "days from the book's time to the expiry; a bucket holds its upper end",
    convention: "At the book's own time, also under a shock that moves time, so that before and after compare.",
    limits: "A contract of 7.01 days stands among those of 7–30 d.",
};

/// By expiry.
pub const EXPIRY: DimensionDef = DimensionDef {
    id: "expiry",
    label: "Expiry",
    doc: "The instant at which it runs out.",
    missing: "no expiry",
    buckets: &[],
    reads: Reads::Property(|subject| subject.position.instrument.expiry().map_or(Key::Missing, Key::Instant)),
    formula: "the contract's expiry",
    convention: "To the millisecond: 08:00 and 16:00 of one day are two.",
    limits: "Perpetuals, coins and balances have none.",
};

/// By strike.
pub const STRIKE: DimensionDef = DimensionDef {
    id: "strike",
    label: "Strike",
    doc: "The strike of an option.",
    missing: "no strike",
    buckets: &[],
    reads: Reads::Property(|subject| terms(&subject.position.instrument).map_or(Key::Missing, |(strike, _)| Key::Level(strike))),
    formula: "K, US dollars",
    convention: "By the number alone: strikes of two underlyings that are equal are one key.",
    limits: "Only options have one.",
};

/// By moneyness.
pub const MONEYNESS: DimensionDef = DimensionDef {
    id: "moneyness",
    label: "Moneyness",
    doc: "How far an option is in or out of the money, in standard deviations of the forward up to its expiry.",
    missing: "no option, or no vol",
    buckets: &["ITM > 2σ", "ITM 1–2σ", "ITM ¼–1σ", "ATM within ¼σ", "OTM ¼–1σ", "OTM 1–2σ", "OTM > 2σ"],
    reads: Reads::Property(|subject| {
        let (Some((strike, kind)), Some(valued)) = (terms(&subject.position.instrument), subject.valued) else { return Key::Missing };
        let (Some(vol), Some(years)) = (valued.vol, valued.years) else { return Key::Missing };
        let out_of_the_money = deviations(strike, valued.forward, vol, years, kind);
        let ends = [-2.0, -1.0, -0.25];
        let within = ends.into_iter().map(|end| u8::from(out_of_the_money >= end)).sum::<u8>();
        Key::Bucket(within + ends.into_iter().map(|end| u8::from(out_of_the_money > -end)).sum::<u8>())
    }),
    formula: "call: ln(K/F)/(σ√T);  put: −ln(K/F)/(σ√T)",
    convention: "By the standardized log-moneyness, not by delta, so that strikes compare over expiries and rates. F, σ and T without a shock.",
    limits: "An option that is left out has no vol and stands under its own key.",
};

/// By strategy.
pub const STRATEGY: DimensionDef = by_label("strategy", "Strategy", "The strategy that the position is labelled with.", "no strategy");

/// By trader.
pub const TRADER: DimensionDef = by_label("trader", "Trader", "The trader that the position is labelled with.", "no trader");

/// By side.
pub const SIDE: DimensionDef = DimensionDef {
    id: "side",
    label: "Side",
    doc: "Bought or sold, whatever the delta: a bought put is long.",
    missing: "no side",
    buckets: &["long", "short", "flat"],
    reads: Reads::Property(|subject| {
        let quantity = subject.position.quantity.get();
        Key::Bucket(if quantity > 0.0 { 0 } else { 1 + u8::from(quantity == 0.0) })
    }),
    formula: "sign of the quantity",
    convention: "What is lent or held is long, what is owed is short.",
    limits: "Says nothing of the direction of the risk; delta does.",
};

/// By kind of contract.
pub const KIND: DimensionDef = DimensionDef {
    id: "kind",
    label: "Contract",
    doc: "The kind of contract: call, put, future, perpetual, spot, cash, share, stake, loan, pool, other.",
    missing: "no kind",
    buckets: &[],
    reads: Reads::Property(|subject| Key::name(subject.position.instrument.class())),
    formula: "the contract's class",
    convention: "American options stand apart from European ones.",
    limits: "Linear and inverse contracts of one kind are together; the settlement currency tells them apart.",
};

/// By protocol.
pub const PROTOCOL: DimensionDef = by_label("protocol", "Protocol", "The protocol that the position is labelled with.", "no protocol");

/// By chain.
pub const CHAIN: DimensionDef = by_label("chain", "Chain", "The chain that the position is labelled with.", "no chain");

const fn by_label(id: &'static str, label: &'static str, doc: &'static str, missing: &'static str) -> DimensionDef {
    DimensionDef {
        id,
        label,
        doc,
        missing,
        buckets: &[],
        reads: Reads::Label(id),
        formula: "the position's label of that name",
        convention: "Any other label is a dimension of its own, by the name that it has in the book.",
        limits: LABELS,
    }
}

/// The key of an account of a venue.
pub fn account_key(venue: &str, account: &str) -> Key {
    match (venue, account) {
        ("", account) => Key::name(account),
        (venue, "") => Key::Name(SmolStr::from(format!("{venue} · unnamed"))),
        (venue, account) => Key::Name(SmolStr::from(format!("{venue} · {account}"))),
    }
}

/// Strike and kind of an option.
fn terms(instrument: &Instrument) -> Option<(f64, OptionKind)> {
    match instrument {
        Instrument::Option(option) => Some((option.strike.get(), option.kind)),
        Instrument::AmericanOption(option) => Some((option.strike.get(), option.kind)),
        _ => None,
    }
}

/// How far out of the money, in standard deviations up to expiry; in the money is negative.
fn deviations(strike: f64, forward: f64, vol: f64, years: f64, kind: OptionKind) -> f64 {
    let above = if strike > 0.0 && forward > 0.0 { log_ratio(strike, forward) } else { strike - forward };
    let spread = vol * years.max(0.0).sqrt();
    // Without a spread anything off the money is infinitely far from it.
    let above = if above == 0.0 { 0.0 } else { above / spread };
    if kind == OptionKind::Call { above } else { -above }
}
