//! Put–call parity of quoted pairs.
//!
//! `C − P = D·(F − K)` in dollars, `c − p = 1 − K/F` in coins of an inverse pair (Stoll, 1969). European exercise only: underlyings
//! that the book holds American options or shares of are not looked at.

use crate::check::{CheckDef, Evidence, Finding, Severity};
use crate::instrument::{OptionKind, Settlement};
use crate::market::{ListedOption, Origin};
use crate::math::black::BlackInput;
use crate::math::exp;
use crate::method::Method;
use crate::units::Timestamp;
use std::collections::BTreeMap;

/// Tolerance as a part of the larger of forward and strike: what two marks and a forward, rounded to a tick and taken a moment
/// apart, may miss.
const TOLERANCE: f64 = 5e-4;

/// The check.
pub const DEF: CheckDef = CheckDef {
    id: "parity",
    label: "Put–call parity",
    doc: "Call less put of one strike and expiry, quoted by price or else by vol, against forward less strike: the difference in \
          dollars of the forward's date (discounted where the pair is linear), the percentage of the forward; tolerance a twentieth \
          of a percent of the larger of forward and strike. Where no file gives the forward, the one that the pair nearest the money \
          implies is compared with the assumed one.",
    run,
};

/// What else is said of it.
pub(super) const METHOD: Method = Method {
    id: DEF.id,
    label: DEF.label,
    doc: DEF.doc,
    formula: "(C − P) − (F − K), discounted where the pair is linear; inverse (C − P) = 1 − K/F in coins\n\
              tolerance: max(F, K)/2000",
    unit: "US dollars of the forward's date",
    convention: "Quoted prices first, else vols turned into prices.",
    source: "Stoll 1969, The relationship between put and call option prices",
    limits: "Not for American options, for which parity is an inequality.",
};

/// Calls and puts by strike.
type Pairs<'a> = BTreeMap<u64, [Option<ListedOption<'a>>; 2]>;

fn run(evidence: &Evidence<'_>) -> Vec<Finding> {
    let american = evidence.book.american_underlyings();
    let mut expiries: BTreeMap<(&str, Timestamp, Settlement), Pairs<'_>> = BTreeMap::new();
    for listed in evidence.market.listed_options() {
        if listed.quote.origin == Origin::Assumed || listed.expiry <= evidence.market.as_of || american.contains(listed.underlying) {
            continue;
        }
        let pairs = expiries.entry((listed.underlying, listed.expiry, listed.settlement)).or_default();
        let [call, put] = pairs.entry(listed.strike.to_bits()).or_default();
        *(if listed.kind == OptionKind::Call { call } else { put }) = Some(listed);
    }
    let mut findings = Vec::new();
    for ((underlying, expiry, settlement), pairs) in &expiries {
        let Ok(forward) = evidence.market.forward(underlying, *expiry) else { continue };
        if forward.value <= 0.0 {
            continue;
        }
        let gaps = pairs.values().filter_map(|pair| gap(evidence, pair, forward.value));
        if forward.assumption.is_some() {
            let nearest = gaps.min_by(|a, b| (a.strike - forward.value).abs().total_cmp(&(b.strike - forward.value).abs()));
            let Some(gap) = nearest.filter(|gap| gap.is_open(forward.value)) else { continue };
            let blank = Finding::of_market(&DEF, &format!("{underlying} forward {expiry}"));
            let finding = blank.comparing(forward.value + gap.at_expiry, forward.value, "USD", forward.value);
            let message = "no file gives the forward, and parity of the pair nearest the money implies another than the one assumed";
            findings.push(Finding { severity: gap.severity(forward.value), message: message.to_owned(), ..finding });
            continue;
        }
        for gap in gaps.filter(|gap| gap.is_open(forward.value)) {
            let blank = Finding::of_market(&DEF, &format!("{underlying} {expiry} {}", gap.strike));
            let discount = if *settlement == Settlement::Linear { gap.discount } else { 1.0 };
            let expected = discount * (forward.value - gap.strike);
            let finding = blank.comparing(expected + discount * gap.at_expiry, expected, "USD", forward.value);
            let message = "call less put is not forward less strike".to_owned();
            findings.push(Finding { severity: gap.severity(forward.value), message, ..finding });
        }
    }
    findings
}

struct Gap {
    strike: f64,
    discount: f64,
    /// Call less put less (forward less strike), dollars of the expiry.
    at_expiry: f64,
}

impl Gap {
    fn is_open(&self, forward: f64) -> bool {
        self.at_expiry.abs() > TOLERANCE * forward.max(self.strike)
    }

    fn severity(&self, forward: f64) -> Severity {
        Severity::by(self.at_expiry.abs() / forward, 5e-3, 5e-2)
    }
}

fn gap(evidence: &Evidence<'_>, pair: &[Option<ListedOption<'_>>; 2], forward: f64) -> Option<Gap> {
    let [Some(call), Some(put)] = pair else { return None };
    let years = evidence.market.as_of.years_to(call.expiry);
    let discount = exp(-evidence.market.rate(call.underlying) * years);
    // Undiscounted dollars; both sides by price, or both by vol, since a vol may have been taken at another moment than a price.
    let by_price = |listed: &ListedOption<'_>| {
        let mark = listed.quote.mark_price?.get();
        Some(if listed.settlement == Settlement::Inverse { mark * forward } else { mark / discount })
    };
    let by_vol = |listed: &ListedOption<'_>| {
        let vol = listed.quote.mark_vol?.get();
        Some(BlackInput { forward, strike: listed.strike, years, vol, kind: listed.kind }.price())
    };
    let both = |price: &dyn Fn(&ListedOption<'_>) -> Option<f64>| price(call).zip(price(put));
    let (call_price, put_price) = both(&by_price).or_else(|| both(&by_vol))?;
    Some(Gap { strike: call.strike, discount, at_expiry: call_price - put_price - (forward - call.strike) })
}
