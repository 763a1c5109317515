//! Cells of a price history: days, numbers, codes, and what they are numbers of.
//!
//! Invariant: the order of day and month, the decimal mark and the kind of the numbers are decided once for a file, by all of its
//! rows, and said where they are interpreted.

use crate::import::content::Content;
use crate::import::mapped_table;
use crate::import::mapping::DateOrder;
use crate::import::number::{self, DecimalMark};
use crate::import::{date, text};
use crate::market::history::SeriesKind;
use crate::units::{Currency, DAY_MS, Timestamp};
use std::ops::ControlFlow;

/// The part of the numbers of a file that must be below zero for them to be returns: one in so many.
const ONE_IN: usize = 5;

/// What a cell holds.
pub(super) enum Cell {
    /// Nothing: the day is missing.
    Blank,
    /// A word for nothing.
    Missing,
    /// A number.
    Number(f64),
    /// Neither, and why.
    Wrong(&'static str),
}

/// How a file writes its days and numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// Decimal mark.
    pub mark: DecimalMark,
    /// Order of day and month.
    pub order: DateOrder,
    /// Whether the numbers are daily returns.
    pub are_returns: bool,
    /// Whether days of a workbook count from 1904.
    pub is_1904: bool,
}

impl Style {
    /// Before anything is known of the file.
    pub(super) const PLAIN: Style = Style { mark: DecimalMark::Point, order: DateOrder::Auto, are_returns: false, is_1904: false };

    /// Of the days in one column and the numbers in others.
    pub(super) fn of(content: &Content, day: usize, numbers: &[usize]) -> Style {
        let Some(table) = content.table() else { return Style::PLAIN };
        let (mut points, mut commas) = (0_usize, 0_usize);
        let (mut first_is_day, mut second_is_day) = (false, false);
        table.each_row(&content.text, |_, record| {
            if let Ok(record) = record {
                for cell in numbers.iter().filter_map(|column| record.get(*column)) {
                    match number::decimal_mark_of(cell) {
                        Some(DecimalMark::Point) => points += 1,
                        Some(DecimalMark::Comma) => commas += 1,
                        None => {}
                    }
                }
                let parts: Vec<&str> = record.get(day).unwrap_or_default().trim().split(['/', '.', '-', ' ']).collect();
                if let [first, second, _, ..] = parts.as_slice() {
                    let is_day = |part: &str| part.len() <= 2 && part.parse::<u32>().is_ok_and(|number| (13..=31).contains(&number));
                    first_is_day |= is_day(first);
                    second_is_day |= is_day(second) && first.len() <= 2;
                }
            }
            ControlFlow::Continue(())
        });
        let mark = if table.delimiter != 0 && points == 0 && commas > 0 { DecimalMark::Comma } else { DecimalMark::Point };
        let order = match (first_is_day, second_is_day) {
            (true, false) => DateOrder::DayFirst,
            (false, true) => DateOrder::MonthFirst,
            _ => DateOrder::Auto,
        };
        let style = Style { mark, order, are_returns: false, is_1904: table.is_1904() };
        let (mut known, mut negative, mut is_small) = (0_usize, 0_usize, true);
        table.each_row(&content.text, |_, record| {
            for cell in record.iter().flat_map(|record| numbers.iter().filter_map(|column| record.get(*column))) {
                if let Cell::Number(value) = style.number(cell) {
                    known += 1;
                    negative += usize::from(value < 0.0);
                    is_small &= value.abs() < 1.0;
                }
            }
            if is_small { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        Style { are_returns: is_small && negative > 0 && negative * ONE_IN >= known, ..style }
    }

    /// The day of a cell, as midnight UTC, and what was interpreted.
    pub(super) fn day(&self, cell: &str) -> Option<(Timestamp, Option<String>)> {
        let cell = cell.trim();
        let ordered = mapped_table::in_order(cell, self.order);
        let cell = ordered.as_deref().unwrap_or(cell);
        let parsed = if self.is_1904 { date::parse_1904(cell) } else { None }.or_else(|| date::parse(cell, None))?;
        let day = Timestamp::from_ms(parsed.time.ms() - parsed.time.ms_of_day());
        let is_possible = day.ms() >= 0;
        is_possible.then_some((day, parsed.reading.map(|reading| reading.replace("T08:00:00Z", ""))))
    }

    /// The number of a cell.
    pub(super) fn number(&self, cell: &str) -> Cell {
        let cell = cell.trim();
        if cell.is_empty() {
            return Cell::Blank;
        }
        let is_word = matches!(cell.to_ascii_lowercase().as_str(), "nan" | "na" | "n/a" | "#n/a" | "null" | "none" | "-" | "." | "–");
        if is_word {
            return Cell::Missing;
        }
        match number::parse(cell, self.mark) {
            Ok(number) => Cell::Number(number.value),
            Err(why) => Cell::Wrong(why),
        }
    }

    /// What the numbers of a code are: yields are known by their names, returns by their signs.
    pub(super) fn kind(&self, symbol: &str) -> SeriesKind {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_yield = symbol.strip_prefix("DGS").is_some_and(|rest| digits(rest.strip_suffix("MO").unwrap_or(rest)))
            || symbol.strip_prefix("US").and_then(|rest| rest.strip_suffix('Y')).is_some_and(digits);
        match (is_yield, self.are_returns) {
            (true, _) => SeriesKind::Yield,
            (false, true) => SeriesKind::Return,
            (false, false) => SeriesKind::Close,
        }
    }
}

/// The code of a column or cell: in upper case, without what says that it is a close in dollars; `None` where it is no code.
pub(super) fn symbol(cell: &str) -> Option<(String, bool)> {
    const ENDINGS: [&str; 12] =
        [" ADJ CLOSE", "_ADJCLOSE", "_ADJ_CLOSE", " CLOSE", "_CLOSE", "-USDT", "/USDT", "_USDT", "-USD", "/USD", "_USD", "=X"];
    let code = Currency::new(&text::clean(cell).ok()?.text).code().to_owned();
    let mut plain = code.as_str();
    // Once for the close, once for the dollar.
    for _ in 0..2 {
        plain = ENDINGS.iter().find_map(|ending| plain.strip_suffix(ending)).unwrap_or(plain).trim();
    }
    let is_code = !plain.is_empty() && plain.chars().count() <= 40 && plain.chars().any(char::is_alphanumeric);
    is_code.then(|| (plain.to_owned(), plain.len() != code.len()))
}

/// Days between the earliest and the latest that a history may reach over: those of a man's life.
pub(super) const LONGEST_MS: i64 = 36_525 * DAY_MS;
