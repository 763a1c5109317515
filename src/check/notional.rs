//! Size of a position as the venue states it, against quantity, contract size and price.

use crate::book::Position;
use crate::check::{CheckDef, Evidence, Finding, Severity};
use crate::instrument::{Instrument, Settlement};
use crate::method::Method;
use crate::price::ValuedPosition;
use crate::units::Currency;

/// Part of the notional that may be lost in printing.
const RELATIVE: f64 = 1e-5;
/// And a cent.
const ABSOLUTE: f64 = 0.01;
/// Part of it that may be lost where the venue's own price is not known.
const OTHER_PRICE: f64 = 5e-3;

/// The check.
pub const DEF: CheckDef = CheckDef {
    id: "notional",
    label: "Notional",
    doc: "Stated size without its sign less the one that follows from quantity, contract size and mark. Of an option venues state \
          the size of the underlying at spot, forward or strike, or the premium: the nearest of these counts. Tolerance: a hundred \
          thousandth and a cent; half a percent where the price is the market's and not the venue's own. The percentage is of the \
          computed size.",
    run,
};

/// What else is said of it.
pub(super) const METHOD: Method = Method {
    id: DEF.id,
    label: DEF.label,
    doc: DEF.doc,
    formula: "|stated| − |q·c·mark|, inverse |q·c|; of an option the nearest of q·c·S, q·c·F, q·c·K and the premium\n\
              tolerance: 10⁻⁵ and a cent; 0.5 % where the price is the market's",
    unit: "the currency that the venue states it in",
    convention: "Sizes without their sign.",
    source: "contract specifications of the venues",
    limits: "For options it says only that none of four readings fits.",
};

fn run(evidence: &Evidence<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, position, valued) in evidence.positions() {
        let Some(stated_figures) = position.stated.as_deref() else { continue };
        let Some(stated) = stated_figures.notional.map(|notional| notional.get().abs()) else { continue };
        let currency = stated_figures.notional_currency.clone().unwrap_or_else(Currency::usd);
        let mut nearest: Option<(f64, f64)> = None;
        for (size, is_own_price) in sizes(evidence, position, valued, &currency) {
            let tolerance = RELATIVE * size + ABSOLUTE.min(size) + if is_own_price { 0.0 } else { OTHER_PRICE * size };
            if nearest.is_none_or(|(best, best_tolerance)| (stated - size).abs() - tolerance < (stated - best).abs() - best_tolerance) {
                nearest = Some((size, tolerance));
            }
        }
        let Some((computed, tolerance)) = nearest else { continue };
        let difference = (stated - computed).abs();
        if difference <= tolerance {
            continue;
        }
        let severity = Severity::by(difference / computed.max(f64::MIN_POSITIVE), 1e-2, 1e-1);
        let finding = Finding::of_position(&DEF, index, position).comparing(stated, computed, currency.code(), computed);
        let dollars = evidence.dollars_of(&currency).map(|worth| difference * worth);
        let message = "the stated size does not follow from quantity, contract size and price".to_owned();
        findings.push(Finding { severity, dollars, message, ..finding });
    }
    findings
}

/// What a venue may mean by the size of a position, in a currency, and whether the price in it is the venue's own.
fn sizes(evidence: &Evidence<'_>, position: &Position, valued: Option<&ValuedPosition>, currency: &Currency) -> Vec<(f64, bool)> {
    let instrument = &position.instrument;
    let count = (position.quantity.get() * instrument.contract_size()).abs();
    let mark = position.mark.map(|mark| mark.get());
    let price = mark.map(|mark| (mark, true)).or(valued.map(|valued| (valued.unit_price, false))).filter(|(price, _)| *price > 0.0);
    let is_own_coin = currency.code() == instrument.underlying();
    let mut sizes = Vec::new();
    if let Some(option) = instrument.option_terms() {
        if is_own_coin {
            sizes.push((count, true));
            sizes.extend(price.map(|(price, is_own)| (count * price, is_own)));
            return sizes;
        }
        let Some(worth) = evidence.dollars_of(currency) else { return sizes };
        let prices = valued.into_iter().flat_map(|valued| [valued.spot, valued.forward]);
        sizes.extend(prices.map(|price| (count * price / worth, false)));
        sizes.push((count * option.strike.get() / worth, true));
        sizes.extend(price.and_then(|(price, is_own)| match option.settlement {
            Settlement::Linear => Some((count * price / worth, is_own)),
            Settlement::Inverse => valued.map(|valued| (count * price * valued.spot / worth, false)),
        }));
        return sizes;
    }
    let is_inverse = instrument.settlement() == Settlement::Inverse;
    let is_quote = currency.is_dollar_like();
    match (is_inverse, is_own_coin, is_quote) {
        (true, _, true) | (false, true, false) => sizes.push((count, true)),
        (true, true, false) => sizes.extend(price.map(|(price, is_own)| (count / price, is_own))),
        (false, _, true) if matches!(instrument, Instrument::Cash(_)) => sizes.push((count, true)),
        (false, _, true) => sizes.extend(price.map(|(price, is_own)| (count * price, is_own))),
        (_, false, false) => {
            let dollars = if is_inverse { Some(count) } else { price.map(|(price, _)| count * price) };
            sizes.extend(dollars.zip(evidence.dollars_of(currency)).map(|(dollars, worth)| (dollars / worth, false)));
        }
    }
    sizes
}
