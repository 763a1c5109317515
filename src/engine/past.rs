//! The book beside the past: which closes there are for its underlyings, and what follows from them.

use crate::engine::Engine;
use crate::exposure::portfolio_vol::PortfolioVol;
use crate::market::history::{
    Beta, BuiltIn, Cone, CorrelationTable, Coverage, Estimate, Estimator, FACTORS, Forecast, History, Matched, PriceSeries, Regime,
};
use crate::order;
use crate::units::Timestamp;
use std::collections::BTreeSet;

/// Fewest days that a series must have to be matched with the others.
const FEWEST_DAYS: usize = 60;
/// By how many days a series may end before the newest of them and still be matched.
const STALE_DAYS: f64 = 30.0;
/// Days of closes that a teammate is given.
pub const NEEDED_DAYS: usize = 366;
/// Most codes of a matrix.
const MOST: usize = 40;

/// Where vols and correlations come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Past {
    /// The histories of the files.
    Files,
    /// The built-in figures.
    BuiltIn,
}

/// What the user chose of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PastChoice {
    /// Files or built-in; `None` takes the files where they know an underlying of the book.
    pub past: Option<Past>,
    /// The market that is assumed.
    pub regime: Regime,
    /// How far correlations are drawn towards one under stress, 0 to 1.
    pub theta: f64,
    /// How covariances are estimated.
    pub estimator: Estimator,
    /// Whether correlations that a file gives outright are used.
    pub given: bool,
}

/// Why an underlying is not in the figures.
#[derive(Clone, Debug, PartialEq)]
pub struct LeftOut {
    /// Its code.
    pub symbol: String,
    /// Net dollar delta, US dollars; 0 of a factor.
    pub delta: f64,
    /// One sentence.
    pub reason: String,
}

/// Vols and correlations of the book.
#[derive(Clone, Debug, PartialEq)]
pub struct PastBook {
    /// Where they come from.
    pub past: Past,
    /// The regime, which of the built-in figures is calm or stress.
    pub regime: Regime,
    /// Of the book's underlyings; `None` where too little is known.
    pub estimate: Option<Estimate>,
    /// The book's own vol.
    pub vol: Option<PortfolioVol>,
    /// Of underlyings and macro factors, on the days that all of them have; `None` where too little is known.
    pub wide: Option<Estimate>,
    /// What of each series is used in `wide`.
    pub coverage: Vec<Coverage>,
    /// What is not in the figures.
    pub left_out: Vec<LeftOut>,
    /// The last day of the closes; `None` of built-in figures.
    pub last: Option<Timestamp>,
    /// Correlations of a file lack one of the underlyings.
    pub given_lacks: bool,
}

/// Vols of one underlying.
#[derive(Clone, Debug, PartialEq)]
pub struct PastVol {
    /// Its code.
    pub symbol: String,
    /// Net dollar delta, US dollars.
    pub delta: f64,
    /// Implied at the money now, yearly; `None` where no file quotes it.
    pub implied: Option<f64>,
    /// How wide realized vol has been.
    pub cone: Vec<Cone>,
    /// What is to be expected; `None` where the series is too short.
    pub forecast: Option<Forecast>,
    /// Days of closes.
    pub days: usize,
    /// The last of them.
    pub last: Timestamp,
}

/// Betas of one underlying: by factor of [`FACTORS`].
#[derive(Clone, Debug, PartialEq)]
pub struct PastBetas {
    /// Its code; empty for the whole book.
    pub symbol: String,
    /// Net dollar delta, US dollars.
    pub delta: f64,
    /// By factor; `None` where either has no history.
    pub betas: Vec<Option<Beta>>,
}

impl Engine {
    /// Net dollar delta by underlying, the largest in size first; without currencies and what has none.
    pub fn dollar_deltas(&self) -> Vec<(String, f64)> {
        let slices = crate::exposure::by_underlying(&self.book, &self.base, None);
        let is_currency = |name: &str| self.plan.underlyings().iter().any(|known| known.name == name && known.is_currency);
        let mut deltas: Vec<(String, f64)> = slices
            .into_iter()
            .map(|slice| (slice.key, slice.base.cash_delta))
            .filter(|(name, delta)| *delta != 0.0 && delta.is_finite() && !is_currency(name))
            .collect();
        order::sort_by(&mut deltas, |one, other| other.1.abs().total_cmp(&one.1.abs()));
        deltas
    }

    /// What files say of the past.
    pub fn history(&self) -> &History {
        &self.inputs.history
    }

    /// What a teammate needs of it: the last [`NEEDED_DAYS`] days of what the book holds and of the macro factors, and the correlations
    /// between those.
    pub(super) fn needed_history(&self) -> History {
        let history = self.history();
        let held = self.plan.underlyings().iter().map(|underlying| underlying.name.as_str());
        let factors = FACTORS.iter().filter_map(|factor| factor.symbol(history));
        let needed: BTreeSet<&str> = held.chain(factors).collect();
        let mut kept = History::default();
        for series in history.series.iter().filter(|series| needed.contains(series.symbol.as_str())) {
            let from = series.observations.len().saturating_sub(NEEDED_DAYS);
            let observations = series.observations.get(from..).unwrap_or_default().to_vec();
            kept.series.push(PriceSeries { observations, ..series.clone() });
        }
        let needs = |table: &CorrelationTable| table.symbols.iter().all(|symbol| needed.contains(symbol.as_str()));
        kept.correlations = history.correlations.clone().filter(needs);
        kept
    }

    /// Vols, correlations and the book's own vol.
    pub fn past(&self, choice: &PastChoice) -> PastBook {
        self.past_of(&self.dollar_deltas(), choice)
    }

    /// The same of these underlyings, with their net dollar deltas.
    pub(super) fn past_of(&self, deltas: &[(String, f64)], choice: &PastChoice) -> PastBook {
        let history = self.history();
        let is_known = deltas.iter().any(|(name, _)| history.series(name).is_some());
        match choice.past.unwrap_or(if is_known { Past::Files } else { Past::BuiltIn }) {
            Past::Files => self.of_files(deltas, choice),
            Past::BuiltIn => of_built_in(deltas, choice, history),
        }
    }

    fn of_files(&self, deltas: &[(String, f64)], choice: &PastChoice) -> PastBook {
        let history = self.history();
        let mut left_out = Vec::new();
        let usable = usable(history, deltas.iter().map(|(name, delta)| (name.as_str(), *delta)), &mut left_out);
        let own = Matched::of(&usable);
        let of = |matched: &Option<Matched>| {
            Estimate::of(matched.as_ref()?, choice.regime, choice.theta, choice.estimator).map(Estimate::repaired)
        };
        let (estimate, given_lacks) = given(of(&own), choice, history);
        let factors: Vec<(&str, f64)> = FACTORS
            .iter()
            .filter_map(|factor| Some((factor.symbol(history)?, 0.0)))
            .filter(|(symbol, _)| !usable.iter().any(|series| series.symbol == *symbol))
            .collect();
        let mut all = usable.clone();
        let newest = all.iter().chain(&[]).filter_map(|series| last_day(series)).max();
        for series in self::usable(history, factors.into_iter(), &mut Vec::new()) {
            // A factor that ends early would cut the book's own days short.
            let is_fresh = newest.zip(last_day(series)).is_none_or(|(newest, last)| last.days_to(newest) <= STALE_DAYS);
            if is_fresh {
                all.push(series);
            }
        }
        let wide = Matched::of(&all);
        PastBook {
            past: Past::Files,
            regime: choice.regime,
            vol: book_vol(estimate.as_ref(), deltas),
            estimate,
            coverage: wide.as_ref().map_or_else(Vec::new, |wide| wide.coverage.clone()),
            wide: of(&wide),
            last: own.as_ref().and_then(|own| own.days.last().copied()),
            left_out,
            given_lacks,
        }
    }

    /// Vols of the underlyings that have a history, those with most delta first.
    pub fn past_vols(&self, most: usize) -> Vec<PastVol> {
        let of = |(symbol, delta): (String, f64)| {
            let series = self.history().series(&symbol)?;
            let matched = Matched::of(&[series])?;
            Some(PastVol {
                implied: self.market.at_the_money_vol(&symbol),
                cone: Cone::all(&matched),
                forecast: Forecast::of(&matched),
                days: series.observations.len(),
                last: *matched.days.last()?,
                symbol,
                delta,
            })
        };
        self.dollar_deltas().into_iter().filter_map(of).take(most).collect()
    }

    /// Betas of the underlyings that have a history to the factors that have one.
    pub fn past_betas(&self, most: usize) -> Vec<PastBetas> {
        let history = self.history();
        let of = |(symbol, delta): (String, f64)| {
            history.series(&symbol)?;
            let betas: Vec<Option<Beta>> =
                FACTORS.iter().map(|factor| Beta::of(history, &symbol, factor.symbol(history).filter(|known| *known != symbol)?)).collect();
            Some(PastBetas { symbol, delta, betas })
        };
        self.dollar_deltas().into_iter().filter_map(of).take(most).collect()
    }
}

fn last_day(series: &PriceSeries) -> Option<Timestamp> {
    series.observations.last().map(|last| last.day)
}

/// Series that can be matched, and why the others cannot.
fn usable<'a>(history: &'a History, wanted: impl Iterator<Item = (&'a str, f64)>, left_out: &mut Vec<LeftOut>) -> Vec<&'a PriceSeries> {
    let mut found: Vec<(&PriceSeries, f64)> = Vec::new();
    for (symbol, delta) in wanted {
        let reason = match history.series(symbol) {
            None => "no file has closes of it".to_owned(),
            Some(series) if series.observations.len() < FEWEST_DAYS => {
                format!("its history has {} days, at least {FEWEST_DAYS} are needed", series.observations.len())
            }
            Some(_) if found.len() >= MOST => format!("only the {MOST} largest deltas are matched"),
            Some(series) => {
                found.push((series, delta));
                continue;
            }
        };
        left_out.push(LeftOut { symbol: symbol.to_owned(), delta, reason });
    }
    let newest = found.iter().filter_map(|(series, _)| last_day(series)).max();
    found
        .into_iter()
        .filter_map(|(series, delta)| {
            let behind = newest.zip(last_day(series)).map_or(0.0, |(newest, last)| last.days_to(newest));
            if behind <= STALE_DAYS {
                return Some(series);
            }
            let reason = format!("its closes end {behind:.0} days before the newest of the others");
            left_out.push(LeftOut { symbol: series.symbol.clone(), delta, reason });
            None
        })
        .collect()
}

/// With the correlations of a file, where they are asked for and complete.
fn given(estimate: Option<Estimate>, choice: &PastChoice, history: &History) -> (Option<Estimate>, bool) {
    let Some(table) = history.correlations.as_ref().filter(|_| choice.given) else { return (estimate, false) };
    let Some(known) = estimate else { return (None, false) };
    match known.with_correlations(table) {
        Some(given) => (Some(if choice.regime == Regime::Stress { given.stressed(choice.theta) } else { given }), false),
        None => (Some(known), true),
    }
}

fn book_vol(estimate: Option<&Estimate>, deltas: &[(String, f64)]) -> Option<PortfolioVol> {
    let estimate = estimate?;
    let delta = |symbol: &String| deltas.iter().find(|(name, _)| name == symbol).map_or(0.0, |(_, delta)| *delta);
    Some(PortfolioVol::of(estimate, &estimate.symbols.iter().map(delta).collect::<Vec<f64>>()))
}

fn of_built_in(deltas: &[(String, f64)], choice: &PastChoice, history: &History) -> PastBook {
    let regime = if choice.regime == Regime::Stress { Regime::Stress } else { Regime::Calm };
    let wide = BuiltIn::of(regime).map(|built_in| built_in.estimate(choice.theta).repaired());
    let known: Vec<String> = deltas.iter().map(|(name, _)| name).filter(|name| BuiltIn::symbols().contains(name)).cloned().collect();
    let left_out = deltas
        .iter()
        .filter(|(name, _)| !known.contains(name))
        .map(|(name, delta)| LeftOut { symbol: name.clone(), delta: *delta, reason: "the built-in figures do not know it".to_owned() })
        .collect();
    let estimate = wide.as_ref().and_then(|wide| wide.of_symbols(&known)).filter(|_| !known.is_empty());
    let (estimate, given_lacks) = given(estimate, choice, history);
    PastBook {
        past: Past::BuiltIn,
        regime,
        vol: book_vol(estimate.as_ref(), deltas),
        estimate,
        wide,
        coverage: Vec::new(),
        left_out,
        last: None,
        given_lacks,
    }
}
