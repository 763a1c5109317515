//! The venue's own mark against the price that the book is valued at.

use crate::check::{CheckDef, Evidence, Finding, Severity, price_unit};
use crate::instrument::{Instrument, Settlement};
use crate::method::Method;

/// Least difference of an option, as a part of the forward: about a tick.
const OPTION_TICK: f64 = 1e-4;
/// Least difference of an option, as a part of its price.
const OPTION_PRICE: f64 = 5e-3;
/// Least difference of anything else, as a part of its price.
const PRICE: f64 = 1e-3;

/// The check.
pub const DEF: CheckDef = CheckDef {
    id: "model",
    label: "Mark against model",
    doc: "The venue's own mark less the price that the book is valued at: for an option the model's with the vol that was chosen, \
          else what the market data say. Tolerance of an option: a ten thousandth of the forward and half a percent of its price; of \
          anything else a tenth of a percent. The percentage is of the model's price.",
    run,
};

/// What else is said of it.
pub(super) const METHOD: Method = Method {
    id: DEF.id,
    label: DEF.label,
    doc: DEF.doc,
    formula: "mark − model price\n\
              tolerance of an option: the larger of 10⁻⁴·F and 0.5 % of the price; else 0.1 % of the price",
    unit: "the contract's own price unit: coins of an inverse option",
    convention: "The model's price is the one the book is valued at, with the vol that was chosen.",
    source: "Black 1976; see European option and American option",
    limits: "Where the vol was implied from the same mark, both agree by construction.",
};

fn run(evidence: &Evidence<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, position, valued) in evidence.positions() {
        let (Some(mark), Some(valued)) = (position.mark.map(|mark| mark.get()), valued) else { continue };
        let instrument = &position.instrument;
        if matches!(instrument, Instrument::Cash(_)) {
            continue;
        }
        let model = valued.unit_price;
        let is_option = instrument.option_terms().is_some();
        // An inverse option's price is a fraction of the coin, so that the forward's part is the price itself.
        let in_coin = is_option && instrument.settlement() == Settlement::Inverse;
        let reference = if in_coin { 1.0 } else { valued.forward };
        let difference = (mark - model).abs();
        let tolerance = if is_option { (OPTION_TICK * reference).max(OPTION_PRICE * model) } else { PRICE * model.abs() };
        if difference <= tolerance || reference <= 0.0 {
            continue;
        }
        let (warning, error) = if is_option { (2e-3, 2e-2) } else { (1e-2, 5e-2) };
        let severity = Severity::by(difference / if is_option { reference } else { model.abs().max(f64::MIN_POSITIVE) }, warning, error);
        let message = if is_option {
            "the venue's mark is not the model's price with the vol that was chosen"
        } else {
            "the venue's mark is not the price of the market data"
        };
        // An inverse future's dollars are its size times the relative move, everything else's its units times the difference.
        let units = (position.quantity.get() * instrument.contract_size()).abs();
        let dollars = match (in_coin, instrument.has_gain() && instrument.settlement() == Settlement::Inverse) {
            (true, _) => units * difference * valued.spot,
            (_, true) if mark > 0.0 && model > 0.0 => units * valued.spot * (1.0 / mark - 1.0 / model).abs(),
            _ => units * difference,
        };
        let finding = Finding::of_position(&DEF, index, position).comparing(mark, model, &price_unit(instrument), model);
        findings.push(Finding { severity, dollars: Some(dollars), message: message.to_owned(), ..finding });
    }
    findings
}
