//! Numbers that are typed into a field: what was typed, what is computed with, and why it cannot be used.

use crate::issue::Issue;
use crate::session::Choices;
use crate::view::format;
use crate::view::sheet::Control;

/// The choices that an answer depends on: those whose keys begin with one of these, but for what is only looked at.
pub fn bearing(choices: &Choices, prefixes: &[&str], besides: &[&str]) -> Choices {
    let bears = |key: &str| prefixes.iter().any(|prefix| key.starts_with(prefix)) && !besides.contains(&key);
    choices.iter().filter(|(key, _)| bears(key)).map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// What is wrong with a typed document, and where.
pub fn placed(issue: &Issue) -> String {
    let line =
        issue.line.map_or_else(String::new, |line| format!("line {}: ", format::grouped(usize::try_from(line).unwrap_or(usize::MAX))));
    let column = issue.column.as_ref().map_or_else(String::new, |column| format!("{column}: "));
    let value = issue.value.as_ref().map_or_else(String::new, |value| format!("“{value}” "));
    format!("{line}{column}{value}{}", issue.message)
}

/// A field for one number.
#[derive(Clone, Copy, Debug)]
pub struct Number {
    /// The choice.
    pub key: &'static str,
    /// Its name.
    pub label: &'static str,
    /// Its unit, as it stands behind the field.
    pub unit: &'static str,
    /// What is meant without a choice, as typed.
    pub usual: f64,
    /// Lowest and highest, as typed.
    pub range: (f64, f64),
}

impl Number {
    /// The number, in the unit of the field, and its control. What cannot be read, or is out of range, is said; the usual is used then.
    pub fn read(&self, choices: &Choices) -> (f64, Control) {
        let text = choices.get(self.key).map_or("", String::as_str);
        let plain = text.trim().trim_end_matches('%').trim_end().replace('−', "-");
        let value = plain.parse().ok().filter(|value: &f64| (self.range.0..=self.range.1).contains(value));
        let field = |shown: &str| Control::field(self.key, self.label, self.unit, shown);
        match value {
            Some(value) => (value, field(text)),
            None if text.trim().is_empty() => (self.usual, field(&format::plain(self.usual))),
            None => {
                let [low, high, usual] = [self.range.0, self.range.1, self.usual].map(format::plain);
                let error = format!("“{text}” is no number from {low} to {high}; {usual} is used");
                (self.usual, field(text).refused(error))
            }
        }
    }
}
