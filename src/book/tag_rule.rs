//! Rules for labels as a user says them, and as they are kept.
//!
//! A rule is said in clauses: a field, whether it is something or contains it, and what. Of several clauses about one field one must
//! hold, and clauses about different fields must all hold. Invariant: what [`to_text`] writes, [`from_text`] reads back as the same
//! rules; a line that it cannot read is named and left out, the others stay.

use crate::book::tag::{Condition, Rule};
use crate::issue::{Issue, IssueKind, Partial};
use crate::units::{DAY_MS, Timestamp};

/// A field of a position that a rule may ask for.
pub struct RuleField {
    /// Stable id, as it is kept.
    pub id: &'static str,
    /// As the user reads it.
    pub label: &'static str,
    /// What could be asked for.
    pub example: &'static str,
    /// Where its patterns stand; `None` of a date.
    patterns: Option<fn(&mut Condition) -> &mut Vec<String>>,
}

impl RuleField {
    /// Whether it is asked for by a date.
    pub fn is_date(&self) -> bool {
        self.patterns.is_none()
    }

    /// The field of this id.
    pub fn by_id(id: &str) -> Option<&'static RuleField> {
        FIELDS.iter().find(|field| field.id == id)
    }
}

/// The fields in the order shown.
pub const FIELDS: [RuleField; 7] = [
    text_field("venue", "venue", "Deribit", |condition| &mut condition.venue),
    text_field("account", "account", "main", |condition| &mut condition.account),
    text_field("underlying", "underlying", "BTC, ETH", |condition| &mut condition.underlying),
    text_field("class", "class", "call, put, future, perpetual, spot, cash", |condition| &mut condition.class),
    text_field("name", "instrument", "BTC-*-C", |condition| &mut condition.name),
    RuleField { id: FROM, label: "expires on or after", example: "2027-03-26", patterns: None },
    RuleField { id: UNTIL, label: "expires on or before", example: "2027-03-26", patterns: None },
];

const FROM: &str = "expires_from";
const UNTIL: &str = "expires_until";

const fn text_field(
    id: &'static str,
    label: &'static str,
    example: &'static str,
    patterns: fn(&mut Condition) -> &mut Vec<String>,
) -> RuleField {
    RuleField { id, label, example, patterns: Some(patterns) }
}

/// How a text is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum How {
    /// The whole text.
    #[default]
    Is,
    /// Some part of it.
    Contains,
}

/// One clause of a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clause {
    /// [`RuleField::id`]; blank for a clause that is not said.
    pub field: String,
    /// How a text is compared; of no account for a date.
    pub how: How,
    /// What the field is compared with: alternatives between commas, or a date.
    pub text: String,
}

/// Makes a rule of clauses and a label; a blank label takes the dimension away.
///
/// # Errors
/// An `Invalid` or `Parse` issue that says what is missing.
pub fn rule(clauses: &[Clause], dimension: &str, label: &str) -> Result<Rule, Issue> {
    let refused = |kind, message: &str| Issue::rejected(kind, message);
    let mut matches = Condition::default();
    let said = clauses.iter().filter(|clause| !clause.field.is_empty());
    if said.clone().next().is_none() {
        return Err(refused(IssueKind::Invalid, "say at least once what a position must be"));
    }
    for clause in said {
        let unknown = || refused(IssueKind::Unsupported, "no such field of a position").with_value(&clause.field);
        let field = RuleField::by_id(&clause.field).ok_or_else(unknown)?;
        let Some(patterns) = field.patterns else {
            let date = Timestamp::parse_iso(&clause.text);
            let message = format!("{} a date such as {}", field.label, field.example);
            let date = date.ok_or_else(|| refused(IssueKind::Parse, &message).with_value(&clause.text))?;
            match field.id {
                FROM => matches.expires_from = Some(date),
                // The whole day counts.
                _ => matches.expires_until = Some(Timestamp::from_ms(date.ms() + DAY_MS - 1)),
            }
            continue;
        };
        let alternatives: Vec<String> = clause.text.split(',').map(clean).filter(|text| !text.is_empty()).collect();
        if alternatives.is_empty() {
            return Err(refused(IssueKind::Invalid, &format!("say which {}, such as {}", field.label, field.example)));
        }
        let pattern = |text: String| if clause.how == How::Contains { format!("*{text}*") } else { text };
        patterns(&mut matches).extend(alternatives.into_iter().map(pattern));
    }
    let dimension = clean(dimension);
    if dimension.is_empty() {
        return Err(refused(IssueKind::Invalid, "a label needs the name of its dimension, such as strategy"));
    }
    Ok(Rule::one(matches, &dimension, &clean(label)))
}

/// A text in one line, without blanks around it.
fn clean(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Begins what is kept, and names its form.
const HEAD: &str = "plimsoll rules 1";
/// Stands before the dimension of a label.
const SETS: &str = "=";

/// Rules as text, to be kept: a line for each, words and values in turn between tabs.
pub fn to_text(rules: &[Rule]) -> String {
    let mut text = HEAD.to_owned();
    for rule in rules {
        let mut matches = rule.matches.clone();
        let mut cells: Vec<String> = Vec::new();
        for field in &FIELDS {
            let patterns = field.patterns.map(|patterns| std::mem::take(patterns(&mut matches))).unwrap_or_default();
            cells.extend(patterns.iter().flat_map(|pattern| [field.id.to_owned(), clean(pattern)]));
        }
        let dates = [(FROM, rule.matches.expires_from), (UNTIL, rule.matches.expires_until)];
        cells.extend(dates.into_iter().filter_map(|(id, date)| Some([id.to_owned(), date?.to_string()])).flatten());
        cells.extend(rule.sets.iter().flat_map(|(key, value)| [format!("{SETS}{}", clean(key)), clean(value)]));
        text.push('\n');
        text.push_str(&cells.join("\t"));
    }
    text
}

/// Rules from the text that was kept, and an issue for each line that is none.
pub fn from_text(text: &str) -> Partial<Vec<Rule>> {
    let mut lines = (1..).zip(text.lines());
    let mut known = Partial { value: Vec::new(), issues: Vec::new() };
    let refused = |line: u64, message: &str, value: &str| {
        let issue = Issue::rejected(IssueKind::Parse, message).with_value(value);
        Issue { line: Some(line), ..issue }
    };
    match lines.next() {
        None => return known,
        Some((_, HEAD)) => {}
        Some((line, other)) => {
            known.issues.push(refused(line, &format!("the rules kept in this browser are of a form that is not known; {HEAD} is"), other));
            return known;
        }
    }
    for (line, text) in lines.filter(|(_, text)| !text.is_empty()) {
        match rule_of(text) {
            Some(rule) => known.value.push(rule),
            None => known.issues.push(refused(line, "a rule kept in this browser cannot be read and is left out", text)),
        }
    }
    known
}

fn rule_of(line: &str) -> Option<Rule> {
    let mut rule = Rule::default();
    let mut cells = line.split('\t');
    while let Some(word) = cells.next() {
        let value = cells.next()?.to_owned();
        if let Some(key) = word.strip_prefix(SETS) {
            rule.sets.insert(key.to_owned(), value);
            continue;
        }
        match (RuleField::by_id(word)?, Timestamp::parse_iso(&value)) {
            (RuleField { patterns: Some(patterns), .. }, _) => patterns(&mut rule.matches).push(value),
            (RuleField { id: FROM, .. }, Some(date)) => rule.matches.expires_from = Some(date),
            (RuleField { id: UNTIL, .. }, Some(date)) => rule.matches.expires_until = Some(date),
            _ => return None,
        }
    }
    (!rule.sets.is_empty()).then_some(rule)
}
