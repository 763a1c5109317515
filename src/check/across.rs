//! One contract, several venues or accounts: marks that stand apart from the others.
//!
//! The consensus is the median weighted by size; a mark is an outlier beyond `5·1.4826·MAD` of it and a tenth of a percent, with the
//! median absolute deviation weighted alike (1.4826 makes it a standard deviation where marks are normal).

use crate::book::Position;
use crate::check::{CheckDef, Evidence, Finding, Severity, price_unit};
use crate::instrument::{Instrument, OptionKind, Settlement};
use crate::method::Method;
use crate::order;
use crate::units::Timestamp;
use std::collections::BTreeMap;

/// Deviations beyond which a mark stands apart.
const DEVIATIONS: f64 = 5.0 * 1.4826;
/// And as a part of the consensus.
const LEAST: f64 = 1e-3;

/// The check.
pub const DEF: CheckDef = CheckDef {
    id: "across",
    label: "Marks across venues",
    doc: "Marks of the same contract on several venues or accounts, whatever its size and dollar coin, against their median weighted \
          by size: beyond five standard deviations, taken from the median absolute deviation, and a tenth of a percent. The percentage \
          is of the median.",
    run,
};

/// What else is said of it.
pub(super) const METHOD: Method = Method {
    id: DEF.id,
    label: DEF.label,
    doc: DEF.doc,
    formula: "|mark − m| > max(5·1.4826·MAD, 0.001·m),  m the median weighted by size",
    unit: "the contract's own price unit",
    convention: "The same contract, whatever its size and dollar coin; the median absolute deviation is weighted by size as well.",
    source: "Rousseeuw and Croux 1993, Alternatives to the median absolute deviation (the factor 1.4826)",
    limits: "Two venues that differ cannot tell which is wrong.",
};

/// What a mark is of.
type Contract<'a> = (&'static str, &'a str, Option<Timestamp>, Settlement, Option<(u64, OptionKind)>);

fn contract(instrument: &Instrument) -> Option<Contract<'_>> {
    match instrument {
        // What these are worth depends on more than their names.
        Instrument::Cash(_) | Instrument::Pool(_) | Instrument::Stake(_) | Instrument::Loan(_) => None,
        _ => {
            let option = instrument.option_terms().map(|option| (option.strike.get().to_bits(), option.kind));
            Some((instrument.class(), instrument.underlying(), instrument.expiry(), instrument.settlement(), option))
        }
    }
}

fn run(evidence: &Evidence<'_>) -> Vec<Finding> {
    let mut groups: BTreeMap<Contract<'_>, Vec<(usize, &Position, f64)>> = BTreeMap::new();
    for (index, position, _) in evidence.positions() {
        if let (Some(contract), Some(mark)) = (contract(&position.instrument), position.mark) {
            groups.entry(contract).or_default().push((index, position, mark.get()));
        }
    }
    let mut findings = Vec::new();
    for members in groups.values().filter(|members| members.len() > 1) {
        let weight = |position: &Position| (position.quantity.get() * position.instrument.contract_size()).abs();
        let Some(median) = weighted_median(members.iter().map(|(_, position, mark)| (*mark, weight(position))).collect()) else { continue };
        let deviations = members.iter().map(|(_, position, mark)| ((mark - median).abs(), weight(position))).collect();
        let Some(typical) = weighted_median(deviations) else { continue };
        for (index, position, mark) in members {
            let deviation = (mark - median).abs();
            if deviation <= DEVIATIONS * typical || deviation <= LEAST * median {
                continue;
            }
            let in_coin = position.instrument.option_terms().is_some() && position.instrument.settlement() == Settlement::Inverse;
            let spot = evidence.market.spot(position.instrument.underlying()).ok().map(|spot| spot.value);
            let dollars = match (in_coin, position.instrument.settlement()) {
                (true, _) => spot.map(|spot| weight(position) * deviation * spot),
                (false, Settlement::Linear) => Some(weight(position) * deviation),
                (false, Settlement::Inverse) => (median > 0.0).then(|| weight(position) * deviation / median),
            };
            let finding = Finding::of_position(&DEF, *index, position).comparing(*mark, median, &price_unit(&position.instrument), median);
            let severity = Severity::by(deviation / median.max(f64::MIN_POSITIVE), 1e-2, 5e-2);
            let message = "the mark stands apart from the same contract's other marks".to_owned();
            findings.push(Finding { severity, dollars, message, ..finding });
        }
    }
    findings
}

/// The least number at which half of the weight is reached; `None` without weight.
fn weighted_median(mut weighted: Vec<(f64, f64)>) -> Option<f64> {
    order::sort_by(&mut weighted, |a, b| a.0.total_cmp(&b.0));
    let half = weighted.iter().map(|(_, weight)| weight).sum::<f64>() / 2.0;
    let mut reached = 0.0;
    let median = weighted.iter().find(|(_, weight)| {
        reached += weight;
        reached >= half
    });
    median.filter(|_| half > 0.0).map(|(number, _)| *number)
}

#[cfg(test)]
mod tests {
    use super::weighted_median;

    #[test]
    fn the_heavier_half_decides() {
        assert_eq!(weighted_median(vec![(3.0, 1.0), (1.0, 1.0), (2.0, 1.0)]), Some(2.0));
        assert_eq!(weighted_median(vec![(1.0, 1.0), (2.0, 1.0), (9.0, 5.0)]), Some(9.0));
        assert_eq!(weighted_median(vec![(1.0, 0.0)]), None);
    }
}
