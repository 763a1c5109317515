//! Unrealized profit as the venue states it, against quantity, entry price and the venue's own mark.

use crate::check::{CheckDef, Evidence, Finding, Severity};
use crate::method::Method;
use crate::units::Currency;

/// Part of the profit that may be lost in printing.
const RELATIVE: f64 = 1e-6;
/// Part of the notional that may be lost in printing.
const OF_NOTIONAL: f64 = 1e-8;
/// Part of the profit that may be lost where it is stated in another currency than it is paid in: at an index that no file gives.
const CONVERTED: f64 = 1e-2;

/// The check.
pub const DEF: CheckDef = CheckDef {
    id: "pnl",
    label: "Unrealized profit",
    doc: "Stated profit less the one that follows from quantity, entry price and the venue's own mark (linear and options: \
          quantity × size × (mark − entry); inverse futures and perpetuals: quantity × size × (1/entry − 1/mark) coins). Tolerance: \
          a millionth of the profit and a hundred millionth of the notional; a hundredth of the profit where it is stated in another \
          currency than it is paid in. The percentage is of the notional.",
    run,
};

/// What else is said of it.
pub(super) const METHOD: Method = Method {
    id: DEF.id,
    label: DEF.label,
    doc: DEF.doc,
    formula: "stated − q·c·(mark − entry), inverse futures and perpetuals stated − q·c·(1/entry − 1/mark)\n\
              tolerance: 10⁻⁶·|profit| + 10⁻⁸·notional; 10⁻²·|profit| if stated in another currency than paid",
    unit: "the currency that the venue states it in; coins of an inverse contract",
    convention: "The venue's own mark, not ours, so that only its arithmetic is tried.",
    source: "contract specifications of the venues",
    limits: "Silent where the file gives no profit, entry or mark; a venue that resets entries with each settlement states the gain \
              since then.",
};

fn run(evidence: &Evidence<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, position, valued) in evidence.positions() {
        let Some(stated_figures) = position.stated.as_deref() else { continue };
        let (Some(stated), Some(entry), Some(mark)) = (stated_figures.unrealized_pnl, position.entry_price, position.mark) else {
            continue;
        };
        let instrument = &position.instrument;
        let paid_in = instrument.settlement_currency();
        let stated_in = stated_figures.currency.clone().unwrap_or_else(Currency::usd);
        let Some(unit_gain) = instrument.unit_gain(entry.get(), mark.get()) else { continue };
        let is_one_currency = paid_in == stated_in || (paid_in.is_dollar_like() && stated_in.is_dollar_like());
        let rate = if is_one_currency {
            Some(1.0)
        } else {
            evidence.dollars_of(&paid_in).zip(evidence.dollars_of(&stated_in)).map(|(from, to)| from / to)
        };
        let Some(rate) = rate else { continue };
        let computed = position.quantity.get() * unit_gain * rate;
        let worth = evidence.dollars_of(&stated_in);
        let gross = valued.map(|valued| valued.measures.gross_notional).zip(worth).map(|(gross, worth)| gross / worth);
        let notional = gross.unwrap_or_else(|| (position.quantity.get() * instrument.contract_size() * mark.get()).abs());
        let tolerance = RELATIVE * computed.abs() + OF_NOTIONAL * notional + if is_one_currency { 0.0 } else { CONVERTED * computed.abs() };
        let stated = stated.get();
        let difference = (stated - computed).abs();
        if difference <= tolerance {
            continue;
        }
        let is_opposite = (stated + computed).abs() <= tolerance;
        let message = if is_opposite {
            "the stated profit is the computed one with the opposite sign: a side may have been read wrongly"
        } else if instrument.contract_size() != 1.0 && (stated - computed * instrument.contract_size()).abs() <= tolerance
            || (stated * instrument.contract_size() - computed).abs() <= tolerance
        {
            "the stated profit is off by the contract size: quantity may be in contracts here and in units there"
        } else {
            "the stated profit does not follow from quantity, entry price and mark"
        };
        let severity = if is_opposite { Severity::Error } else { Severity::by(difference / notional, 1e-4, 1e-2) };
        let finding = Finding::of_position(&DEF, index, position).comparing(stated, computed, stated_in.code(), notional);
        findings.push(Finding { severity, dollars: worth.map(|worth| difference * worth), message: message.to_owned(), ..finding });
    }
    findings
}
