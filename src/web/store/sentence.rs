//! An issue as one sentence.

use crate::issue::Issue;

/// File, line, column, value and message in one line.
pub fn in_one_line(issue: &Issue) -> String {
    let mut text = String::new();
    for part in [issue.file.clone(), issue.line.map(|line| format!("line {line}")), issue.column.clone()].into_iter().flatten() {
        text.push_str(&part);
        text.push_str(", ");
    }
    if let Some(value) = &issue.value {
        text.push_str(&format!("{value:?}: "));
    }
    text.push_str(&issue.message);
    text
}
