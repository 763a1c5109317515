//! Series of several assets → returns over common days.
//!
//! A day counts where all of them have a number: an exchange that closes at weekends, matched with one that never does, leaves the
//! days on which both trade, and a return then reaches over the weekend. Nothing is filled in. How many returns make a year follows
//! from the days that are left.

use crate::market::history::{PriceSeries, SeriesKind};
use crate::units::Timestamp;

/// How far apart the days are, and so by how much a variance grows to a year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Spacing {
    /// Every day: 365 returns a year.
    Calendar,
    /// Days of business: 252 returns a year.
    Business,
    /// So many returns a year.
    Other(f64),
}

impl Spacing {
    /// Of so many returns over so many days.
    fn of(returns: usize, days: f64) -> Spacing {
        let apart = days / (returns as f64).max(1.0);
        match apart {
            _ if apart <= 1.1 => Spacing::Calendar,
            _ if (1.35..=1.6).contains(&apart) => Spacing::Business,
            _ => Spacing::Other(365.0 / apart),
        }
    }

    /// Returns of a year.
    pub fn per_year(self) -> f64 {
        match self {
            Spacing::Calendar => 365.0,
            Spacing::Business => 252.0,
            Spacing::Other(count) => count,
        }
    }

    /// Returns within so many calendar days, at least one.
    pub fn returns_in(self, days: f64) -> usize {
        ((days * self.per_year() / 365.0).round() as usize).max(1)
    }
}

/// What of one series is used, and what is not.
#[derive(Clone, Debug, PartialEq)]
pub struct Coverage {
    /// Its code.
    pub symbol: String,
    /// What its numbers are.
    pub kind: SeriesKind,
    /// Days that it has.
    pub days: usize,
    /// The first of them.
    pub first: Timestamp,
    /// The last of them.
    pub last: Timestamp,
    /// Days between its first and its last that others of the match have and it has not.
    pub missing: usize,
    /// Days of its own that are not used, because another series lacks them.
    pub unused: usize,
    /// Longest stretch between two of its days, days.
    pub longest_gap: f64,
}

/// Returns of several assets over common days.
#[derive(Clone, Debug, PartialEq)]
pub struct Matched {
    /// Codes.
    pub symbols: Vec<String>,
    /// The common days, one more than there are returns.
    pub days: Vec<Timestamp>,
    /// By asset, then by day, the oldest first: log returns; of a yield its change.
    pub returns: Vec<Vec<f64>>,
    /// How far apart the days are.
    pub spacing: Spacing,
    /// What of each series is used.
    pub coverage: Vec<Coverage>,
}

impl Matched {
    /// Matches series; `None` where there are none, or fewer than two common days.
    pub fn of(series: &[&PriceSeries]) -> Option<Matched> {
        let levels: Vec<Vec<(Timestamp, f64)>> = series.iter().map(|series| series.levels()).collect();
        let mut days: Vec<Timestamp> = levels.first()?.iter().map(|(day, _)| *day).collect();
        let mut all = days.clone();
        for levels in levels.iter().skip(1) {
            let has = |day: &Timestamp| levels.binary_search_by_key(day, |(day, _)| *day).is_ok();
            days.retain(has);
            all.extend(levels.iter().map(|(day, _)| *day));
        }
        all.sort_unstable();
        all.dedup();
        let (first, last) = (*days.first()?, *days.last()?);
        if days.len() < 2 {
            return None;
        }
        let returns = levels
            .iter()
            .map(|levels| {
                let at = |day: &Timestamp| levels.binary_search_by_key(day, |(day, _)| *day).ok().and_then(|at| levels.get(at));
                let used: Vec<f64> = days.iter().filter_map(at).map(|(_, level)| *level).collect();
                used.windows(2).map(|pair| if let [one, other] = pair { other - one } else { 0.0 }).collect()
            })
            .collect();
        let coverage = series.iter().zip(&levels).map(|(series, levels)| coverage(series, levels, &all, days.len())).collect();
        Some(Matched {
            symbols: series.iter().map(|series| series.symbol.clone()).collect(),
            spacing: Spacing::of(days.len() - 1, first.days_to(last)),
            days,
            returns,
            coverage,
        })
    }

    /// How many returns each asset has.
    pub fn count(&self) -> usize {
        self.days.len().saturating_sub(1)
    }

    /// The returns from one place up to another.
    #[must_use]
    pub fn within(&self, from: usize, to: usize) -> Matched {
        let to = to.min(self.count());
        let from = from.min(to);
        Matched {
            symbols: self.symbols.clone(),
            days: self.days.get(from..=to).unwrap_or_default().to_vec(),
            returns: self.returns.iter().map(|returns| returns.get(from..to).unwrap_or_default().to_vec()).collect(),
            spacing: self.spacing,
            coverage: self.coverage.clone(),
        }
    }

    /// The returns that end after the day `days` before the last one.
    #[must_use]
    pub fn last_days(&self, days: f64) -> Matched {
        let Some(last) = self.days.last() else { return self.clone() };
        let start = last.plus_days(-days);
        self.within(self.days.partition_point(|day| *day < start), self.count())
    }

    /// The returns that start and end between two days.
    #[must_use]
    pub fn between(&self, first: Timestamp, last: Timestamp) -> Matched {
        let from = self.days.partition_point(|day| *day < first);
        let to = self.days.partition_point(|day| *day <= last);
        self.within(from, to.saturating_sub(1))
    }

    /// Where the `length` returns start that moved least, and where those that moved most: by the mean, over the assets, of their
    /// squares as a part of the asset's mean square. The first of equals; `None` where there are not so many, or nothing moves.
    pub fn calmest_and_wildest(&self, length: usize) -> Option<(usize, usize)> {
        let starts = self.count().checked_sub(length)? + 1;
        let mut score = vec![0.0; starts];
        for returns in &self.returns {
            let total: f64 = returns.iter().map(|number| number * number).sum();
            if total <= 0.0 {
                continue;
            }
            for (start, score) in score.iter_mut().enumerate() {
                let window = returns.get(start..start + length).unwrap_or_default();
                *score += window.iter().map(|number| number * number).sum::<f64>() / total;
            }
        }
        let place = |is_better: fn(f64, f64) -> bool| {
            let mut best: Option<(usize, f64)> = None;
            for (start, score) in score.iter().enumerate() {
                if best.is_none_or(|(_, known)| is_better(*score, known)) {
                    best = Some((start, *score));
                }
            }
            best.map(|(start, _)| start)
        };
        let moves = score.iter().any(|score| *score > 0.0) && length > 0;
        moves.then_some(())?;
        Some((place(|one, other| one < other)?, place(|one, other| one > other)?))
    }
}

fn coverage(series: &PriceSeries, levels: &[(Timestamp, f64)], all: &[Timestamp], used: usize) -> Coverage {
    let epoch = Timestamp::from_ms(0);
    let (first, last) = match (series.observations.first(), series.observations.last()) {
        (Some(first), Some(last)) => (first.day, last.day),
        _ => (epoch, epoch),
    };
    let between = all.iter().filter(|day| **day >= first && **day <= last).count();
    let gap = |pair: &[(Timestamp, f64)]| if let [one, other] = pair { one.0.days_to(other.0) } else { 0.0 };
    Coverage {
        symbol: series.symbol.clone(),
        kind: series.kind,
        days: series.observations.len(),
        first,
        last,
        missing: between.saturating_sub(series.observations.len()),
        unused: levels.len().saturating_sub(used),
        longest_gap: levels.windows(2).map(gap).fold(0.0, f64::max),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issue::Source;
    use crate::market::history::Observation;
    use crate::math::ln;
    use crate::units::{DAY_MS, calendar};

    fn day(number: i64) -> Timestamp {
        // A Monday.
        Timestamp::parse_iso("2025-01-06").unwrap().plus_days(number as f64)
    }

    fn series(symbol: &str, days: impl Iterator<Item = i64>) -> PriceSeries {
        let value = |number: i64| 100.0 + ((number * 37) % 11) as f64;
        let observations = days.map(|number| Observation { day: day(number), value: value(number) }).collect();
        PriceSeries::new(symbol.to_owned(), SeriesKind::Close, observations, Source::default()).unwrap()
    }

    #[test]
    fn a_return_reaches_over_the_weekend_of_whoever_closes() {
        let coin = series("BTC", 0..70);
        let fund = series("SPY", (0..70).filter(|number| !matches!(calendar::weekday(day(*number)), 0 | 6)));
        let matched = Matched::of(&[&coin, &fund]).unwrap();
        assert_eq!((matched.count(), matched.spacing, matched.spacing.per_year()), (49, Spacing::Business, 252.0));
        // Friday 10 January to Monday 13 January.
        assert_eq!((matched.days[4], matched.days[5]), (day(4), day(7)));
        let value = |number: i64| coin.observations[number as usize].value;
        assert!((matched.returns[0][4] - ln(value(7) / value(4))).abs() < 1e-15);
        let [of_coin, of_fund] = [&matched.coverage[0], &matched.coverage[1]];
        assert_eq!((of_coin.missing, of_coin.unused, of_coin.longest_gap), (0, 20, 1.0));
        assert_eq!((of_fund.missing, of_fund.unused, of_fund.longest_gap, of_fund.days), (18, 0, 3.0, 50));
        assert_eq!(Matched::of(&[&coin]).unwrap().spacing, Spacing::Calendar);
        let weekly = Matched::of(&[&series("W", (0..70).step_by(7))]).unwrap().spacing;
        assert!((weekly.per_year() - 365.0 / 7.0).abs() < 1e-12 && weekly.returns_in(90.0) == 13);
    }

    #[test]
    fn windows_are_cut_by_days_and_by_places() {
        let matched = Matched::of(&[&series("BTC", 0..100)]).unwrap();
        let last = matched.last_days(30.0);
        assert_eq!((last.count(), last.days[0], last.returns[0][29]), (30, day(69), matched.returns[0][98]));
        let between = matched.between(day(10), day(20));
        assert_eq!((between.count(), between.days[0], *between.days.last().unwrap()), (10, day(10), day(20)));
        assert_eq!(
            (matched.within(50, 500).count(), matched.within(9, 3).count(), matched.between(day(500), day(600)).count()),
            (49, 0, 0)
        );
    }

    #[test]
    fn the_calmest_and_the_wildest_stretch_are_found() {
        let value = |number: i64| {
            if (30..40).contains(&number) {
                100.0 * (1.0 + 0.2 * (number % 2) as f64)
            } else {
                100.0 + (number % 2) as f64 * if number < 60 { 3.0 } else { 1.0 }
            }
        };
        let observations = (0..100).map(|number| Observation { day: Timestamp::from_ms(number * DAY_MS), value: value(number) }).collect();
        let matched =
            Matched::of(&[&PriceSeries::new("A".to_owned(), SeriesKind::Close, observations, Source::default()).unwrap()]).unwrap();
        let (calm, wild) = matched.calmest_and_wildest(10).unwrap();
        assert!(calm >= 60 && (28..=31).contains(&wild), "{calm} {wild}");
        assert_eq!(matched.calmest_and_wildest(100), None);
    }

    #[test]
    fn nothing_in_common_is_no_match() {
        assert_eq!(Matched::of(&[]), None);
        assert_eq!(Matched::of(&[&series("A", 0..5), &series("B", 4..9)]), None);
    }
}
