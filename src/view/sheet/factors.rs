//! What the sheets of reverse stress and of what follows share: the choice of market, horizon and assumptions, and how factors are named.

use crate::engine::{Engine, FactorBook, FactorChoice, Past, PastChoice};
use crate::market::history::{BuiltIn, Estimator, Regime};
use crate::math::exp_m1;
use crate::session::Choices;
use crate::stress::factor::{Factor, FactorKind, Known, SPOT_VOL, VOL_OF_VOL, VolAssumptions};
use crate::view::format;
use crate::view::sheet::{Control, Tone, typed};

const REGIME: &str = "factors/regime";
const THETA: &str = "factors/theta";
const DAYS: &str = "factors/days";
const TIME: &str = "factors/time";
const OF_VOL: &str = "factors/vol-of-vol";
const SPOT_WITH_VOL: &str = "factors/spot-vol";

/// Units, as they stand behind the fields.
const THETA_UNIT: &str = "0 as it was, 1 all together";
const DAYS_UNIT: &str = "days";
const OF_VOL_UNIT: &str = "% a year";
const SPOT_WITH_VOL_UNIT: &str = "correlation";

/// θ, and the days of the horizon, that are meant without a choice.
const USUAL_THETA: f64 = 0.3;
const USUAL_DAYS: f64 = 1.0;
/// Longest horizon, days.
const MOST_DAYS: f64 = 365.0;
/// Assumptions of single underlyings that are listed.
const MOST_ISSUES: usize = 12;

/// What is chosen, as it can be used.
pub(super) struct Chosen {
    pub(super) choice: FactorChoice,
    /// Whether time goes on by the horizon, rather than all happening at once.
    pub(super) passes: bool,
    errors: Vec<(&'static str, String)>,
}

impl Chosen {
    /// From the choices; what is none is named, and the usual figure used.
    pub(super) fn of(choices: &Choices) -> Chosen {
        let mut errors = Vec::new();
        let mut number = |key: &'static str, unit: &str, usual: f64, scale: f64, is_good: fn(f64) -> bool, accepted: &str| {
            let Some(text) = choices.get(key).filter(|text| !text.trim().is_empty()) else { return usual };
            match typed::number(text, unit).map(|value| value / scale).filter(|value| is_good(*value)) {
                Some(value) => value,
                None => {
                    errors.push((key, format!("“{text}” cannot be used: {accepted}; {} is used", format::plain(usual * scale))));
                    usual
                }
            }
        };
        let theta = number(THETA, THETA_UNIT, USUAL_THETA, 1.0, |theta| (0.0..=1.0).contains(&theta), "a number from 0 to 1");
        let days = number(DAYS, DAYS_UNIT, USUAL_DAYS, 1.0, |days| days > 0.0 && days <= MOST_DAYS, "days above 0 and at most 365");
        let vol_of_vol =
            number(OF_VOL, OF_VOL_UNIT, VOL_OF_VOL, 100.0, |vol| (0.0..=10.0).contains(&vol), "percent a year from 0 to 1 000");
        let spot_vol = number(
            SPOT_WITH_VOL,
            SPOT_WITH_VOL_UNIT,
            SPOT_VOL,
            1.0,
            |with| with > -1.0 && with < 1.0,
            "a correlation above -1 and below 1",
        );
        let regime = match choices.get(REGIME).map(String::as_str) {
            Some("calm") => Regime::Calm,
            Some("stress") => Regime::Stress,
            _ => Regime::Recent,
        };
        let estimator = if regime == Regime::Recent { Estimator::Smoothed(0.94) } else { Estimator::Shrunk };
        let past = PastChoice { past: None, regime, theta, estimator, given: false };
        let choice = FactorChoice { past, vols: VolAssumptions { vol_of_vol, spot_vol }, days };
        Chosen { choice, passes: choices.get(TIME).is_some_and(|time| time == "passes"), errors }
    }

    /// Days that go by.
    pub(super) fn roll(&self) -> f64 {
        if self.passes { self.choice.days } else { 0.0 }
    }

    /// The controls of it.
    pub(super) fn controls(&self, choices: &Choices, book: &FactorBook) -> Vec<Control> {
        let list = |pairs: &[(&str, &str)]| pairs.iter().map(|(id, label)| ((*id).to_owned(), (*label).to_owned())).collect::<Vec<_>>();
        let field = |key: &'static str, label: &str, unit: &str, value: f64| {
            let error = self.errors.iter().find(|(known, _)| *known == key).map(|(_, error)| error.clone());
            let shown = choices.get(key).filter(|_| error.is_some()).cloned().unwrap_or_else(|| format::plain(value));
            Control::field(key, label, unit, &shown).refused(error.unwrap_or_default())
        };
        let regimes: &[(&str, &str)] = match book.past.past {
            Past::Files => &[("calm", "Calm"), ("recent", "Last 90 days"), ("stress", "Stress")],
            Past::BuiltIn => &[("calm", "Calm"), ("stress", "Stress")],
        };
        let regime = match book.past.regime {
            Regime::Calm => "calm",
            Regime::Recent => "recent",
            Regime::Stress => "stress",
        };
        let FactorChoice { past, vols, days } = self.choice;
        let mut controls = vec![Control::buttons(REGIME, "Market", list(regimes), regime)];
        if book.past.regime == Regime::Stress {
            controls.push(field(THETA, "θ", THETA_UNIT, past.theta));
        }
        controls.push(field(DAYS, "Horizon", DAYS_UNIT, days));
        let time = if self.passes { "passes" } else { "at-once" };
        controls.push(Control::buttons(TIME, "Time", list(&[("at-once", "All at once"), ("passes", "Goes on")]), time));
        controls.push(field(OF_VOL, "Vol of vol", OF_VOL_UNIT, vols.vol_of_vol * 100.0));
        controls.push(field(SPOT_WITH_VOL, "Spot with vol", SPOT_WITH_VOL_UNIT, vols.spot_vol));
        controls
    }

    /// What the figures are from, and what is assumed.
    pub(super) fn notes(&self, book: &FactorBook) -> Vec<(Tone, String)> {
        let FactorChoice { vols, days, .. } = self.choice;
        let from = match (book.past.past, book.past.estimate.is_some()) {
            (_, false) => "Nothing is known of the past of what the book holds: all vols and correlations are assumed.".to_owned(),
            (Past::Files, true) => {
                let last = book.past.last.map_or_else(String::new, |last| format!(", to {}", format::date(last)));
                format!("Vols and correlations of spots are from the closes of the files{last}.")
            }
            (Past::BuiltIn, true) => {
                let label = BuiltIn::of(book.past.regime).map_or("", |figures| figures.label);
                format!(
                    "Vols and correlations of spots are built-in figures of {label}: a price history of the book’s own assets says more of today."
                )
            }
        };
        let mut said = vec![(Tone::Plain, from)];
        said.push((
            Tone::Plain,
            format!(
                "Vols of an underlying move in parallel, in logarithms, and together as the spots do. Assumed: a vol of vol of {} a year and a correlation of {} with spot.",
                format::percent(vols.vol_of_vol),
                format::correlation(vols.spot_vol)
            ),
        ));
        let time = if self.passes { "time goes on as long" } else { "no time goes by" };
        said.push((
            Tone::Plain,
            format!("The horizon of {} sets how far things move; {time}. Forwards keep their basis.", format::duration(days)),
        ));
        if book.past.regime == Regime::Stress {
            let theta = format::plain(self.choice.past.theta);
            said.push((Tone::Plain, format!("Correlations between underlyings are drawn towards one by θ {theta}.")));
        }
        let issues = &book.factors.issues;
        said.extend(issues.iter().take(MOST_ISSUES).map(|issue| (Tone::Warning, typed::told(issue))));
        if issues.len() > MOST_ISSUES {
            said.push((Tone::Warning, format!("And {} more assumptions of this kind.", format::grouped(issues.len() - MOST_ISSUES))));
        }
        said
    }
}

/// `BTC`, `BTC vol`.
pub(super) fn name(factor: &Factor) -> String {
    match factor.kind {
        FactorKind::Spot => factor.underlying.clone(),
        FactorKind::Vol => format!("{} vol", factor.underlying),
    }
}

/// Where the size of a factor is from.
pub(super) fn known(known: Known) -> &'static str {
    match known {
        Known::Past => "past",
        Known::Implied => "implied",
        Known::Assumed => "assumed",
    }
}

/// A move as it is said: `BTC −12.0 %`, `BTC vol +9.0 pts`; vols in points where the vol at the money is known, else in percent of
/// themselves.
pub(super) fn said(engine: &Engine, factor: &Factor, size: f64) -> String {
    let part = exp_m1(size);
    let at_the_money = engine.at_the_money_vol(&factor.underlying).filter(|_| factor.kind == FactorKind::Vol);
    match at_the_money {
        Some(vol) => format!("{} {}", name(factor), format::points(vol * part)),
        None => format!("{} {}", name(factor), format::signed_percent(part)),
    }
}

/// Names in a row: `a, b and c`.
pub(super) fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}
