//! What is typed or chosen: a number as it is computed with, why it or a document cannot be used, and which choices an answer depends on.

use crate::issue::Issue;
use crate::session::Choices;
use crate::view::format;
use crate::view::sheet::Control;

/// The choices that an answer depends on: those whose keys begin with one of these, but for what is only looked at.
pub fn bearing(choices: &Choices, prefixes: &[&str], besides: &[&str]) -> Choices {
    let bears = |key: &str| prefixes.iter().any(|prefix| key.starts_with(prefix)) && !besides.contains(&key);
    choices.iter().filter(|(key, _)| bears(key)).map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// An issue as a sentence, after what it is about.
pub fn told(issue: &Issue) -> String {
    let subject = issue.subject.as_ref().map_or_else(String::new, |subject| format!("{subject}: "));
    format!("{subject}{}.", issue.message)
}

/// What is wrong with a typed document, and where.
pub fn placed(issue: &Issue) -> String {
    let line =
        issue.line.map_or_else(String::new, |line| format!("line {}: ", format::grouped(usize::try_from(line).unwrap_or(usize::MAX))));
    let column = issue.column.as_ref().map_or_else(String::new, |column| format!("{column}: "));
    let value = issue.value.as_ref().map_or_else(String::new, |value| format!("“{value}” "));
    format!("{line}{column}{value}{}", issue.message)
}

/// A number as it is typed, or copied from the page: with either minus, its digits grouped by spaces, and a percent sign behind it only where
/// it counts in percent.
pub fn number(text: &str, unit: &str) -> Option<f64> {
    let plain = text.trim();
    let plain = if unit.contains('%') { plain.strip_suffix('%').unwrap_or(plain) } else { plain };
    plain.replace('−', "-").replace(['\u{202f}', '\u{a0}', ' '], "").parse().ok().filter(|value: &f64| value.is_finite())
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
        let value = number(text, self.unit).filter(|value| (self.range.0..=self.range.1).contains(value));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percent_sign_counts_only_where_the_unit_is_percent() {
        assert_eq!(["−12.5 %", "1\u{202f}200", "+3%"].map(|text| number(text, "± %")), [Some(-12.5), Some(1200.0), Some(3.0)]);
        assert_eq!(["50%", "5%%", "", "1,5", "inf", "NaN"].map(|text| number(text, "days")), [None; 6]);
        let scale = Number { key: "scale", label: "Scale", unit: "of its quantities", usual: 1.0, range: (-100.0, 100.0) };
        let (value, control) = scale.read(&Choices::from([("scale".to_owned(), "50%".to_owned())]));
        assert_eq!((value, control.error.as_str()), (1.0, "“50%” is no number from -100 to 100; 1 is used"));
    }
}
