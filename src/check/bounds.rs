//! Marks within the bounds that hold whatever the vol, and vols within reason.
//!
//! With discount `D = e^{−rT}`: `D·max(F − K, 0) ≤ C ≤ D·F`, `D·max(K − F, 0) ≤ P ≤ D·K` (Merton, 1973); an American option is worth
//! at least its exercise now and at most `S` or `K`. An inverse option's price in coins is its undiscounted price over the forward.

use crate::check::{CheckDef, Evidence, Finding, Severity, price_unit};
use crate::instrument::{EuropeanOption, Instrument, OptionKind, Settlement};
use crate::market::Origin;
use crate::math::exp;
use crate::method::Method;
use crate::units::{Currency, Price};

/// Tolerance as a part of the larger of forward and strike: rounding to a tick, and a forward that was taken a moment apart, which
/// moves a put of a high strike by as many times its own move in coins.
const TOLERANCE: f64 = 2.5e-4;
/// Highest vol that is believed, 500 %.
const HIGHEST_VOL: f64 = 5.0;

/// The check.
pub const DEF: CheckDef = CheckDef {
    id: "bounds",
    label: "No-arbitrage bounds",
    doc: "Marks of options, of positions and of market data, against intrinsic value and the highest price that any vol gives \
          (tolerance: a fortieth of a percent of the larger of forward and strike; the percentage is of the forward); vols against 0 to 500 %.",
    run,
};

/// What else is said of it.
pub(super) const METHOD: Method = Method {
    id: DEF.id,
    label: DEF.label,
    doc: DEF.doc,
    formula: "max(±(F − K), 0) ≤ undiscounted price ≤ F (call) or K (put);  0 ≤ σ ≤ 5\n\
              tolerance: max(F, K)/4000",
    unit: "the contract's own price unit; vols in points",
    convention: "A mark below its bound is valued at intrinsic value and said to be; one above it implies no vol, and the position is left \
                 out.",
    source: "Merton 1973, Theory of rational option pricing, theorems 1 and 2",
    limits: "Bounds of single options only; between options see Arbitrage in a surface.",
};

fn run(evidence: &Evidence<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, position, valued) in evidence.positions() {
        let Some(option) = position.instrument.option_terms() else { continue };
        let is_american = matches!(position.instrument, Instrument::AmericanOption(_));
        let blank = || Finding::of_position(&DEF, index, position);
        if let Some(mark) = position.mark
            && let Some(finding) = outside(evidence, &option, is_american, mark.get(), blank())
        {
            let worth = if option.settlement == Settlement::Inverse { valued.map(|valued| valued.spot) } else { Some(1.0) };
            let units = (position.quantity.get() * option.contract_size).abs();
            findings.push(Finding { dollars: worth.map(|worth| units * finding.difference.abs() * worth), ..finding });
        }
        let vol = valued.filter(|valued| valued.years.is_some_and(|years| years > 0.0)).and_then(|valued| valued.vol);
        findings.extend(vol.and_then(|vol| unreasonable(vol, blank())));
    }
    let held = |listed: &crate::market::ListedOption<'_>| listed.quote.origin == Origin::Quote && listed.expiry > evidence.market.as_of;
    for listed in evidence.market.listed_options().filter(held) {
        let kind = match listed.kind {
            OptionKind::Call => "call",
            OptionKind::Put => "put",
        };
        let blank = || Finding::of_market(&DEF, &format!("{} {} {} {kind}", listed.underlying, listed.expiry, listed.strike));
        findings.extend(listed.quote.mark_vol.and_then(|vol| unreasonable(vol.get(), blank())));
        let (Some(mark), Ok(strike)) = (listed.quote.mark_price, Price::new(listed.strike)) else { continue };
        let option = EuropeanOption {
            underlying: listed.underlying.to_owned(),
            quote: Currency::usd(),
            settlement: listed.settlement,
            contract_size: 1.0,
            expiry: listed.expiry,
            strike,
            kind: listed.kind,
        };
        findings.extend(outside(evidence, &option, false, mark.get(), blank()));
    }
    findings
}

fn outside(evidence: &Evidence<'_>, option: &EuropeanOption, is_american: bool, mark: f64, blank: Finding) -> Option<Finding> {
    let years = evidence.market.as_of.years_to(option.expiry);
    let forward = evidence.market.forward(&option.underlying, option.expiry).ok()?;
    if years <= 0.0 || forward.value <= 0.0 {
        return None;
    }
    let strike = option.strike.get();
    let scale = match option.settlement {
        Settlement::Linear => exp(-evidence.market.rate(&option.underlying) * years),
        Settlement::Inverse => 1.0 / forward.value,
    };
    let highest_payoff = if option.kind == OptionKind::Call { forward.value } else { strike };
    let (mut lowest, mut highest) = (scale * option.kind.intrinsic(forward.value, strike), scale * highest_payoff);
    if is_american {
        let spot = evidence.market.spot(&option.underlying).ok()?.value;
        lowest = lowest.max(option.kind.intrinsic(spot, strike));
        highest = highest.max(if option.kind == OptionKind::Call { spot } else { strike });
    }
    let tolerance = TOLERANCE * forward.value.max(strike) * scale;
    let (bound, message) = if mark < lowest - tolerance {
        (lowest, "the mark is below the intrinsic value")
    } else if mark > highest + tolerance {
        (highest, "the mark is above what any vol could give")
    } else {
        return None;
    };
    let base = forward.value * scale;
    let finding = blank.comparing(mark, bound, &price_unit(&Instrument::Option(option.clone())), base);
    // An assumed forward may be what is wrong.
    let (severity, message) = match forward.assumption {
        Some(_) => (Severity::Note, format!("{message}; the forward itself is assumed")),
        None => (Severity::by((mark - bound).abs() / base, 1e-3, 1e-2), message.to_owned()),
    };
    Some(Finding { severity, message, ..finding })
}

fn unreasonable(vol: f64, blank: Finding) -> Option<Finding> {
    if vol > 0.0 && vol <= HIGHEST_VOL {
        return None;
    }
    let (bound, message) = if vol > HIGHEST_VOL { (HIGHEST_VOL, "the vol is above 500 %") } else { (0.0, "the vol is zero") };
    let finding = blank.comparing(vol, bound, "vol", 1.0);
    Some(Finding { severity: Severity::Warning, relative: None, message: message.to_owned(), ..finding })
}
