//! Methods → text for the terminal.

use crate::view::methods::Section;

/// Longest line, characters; a formula's lines are not broken.
const WIDTH: usize = 110;
/// Where texts begin.
const INDENT: usize = 14;

/// Every section, entry by entry.
pub fn methods(sections: &[Section]) -> String {
    let mut text = String::new();
    for section in sections {
        text.push_str(&format!("{}{}\n", if text.is_empty() { "" } else { "\n" }, section.label.to_uppercase()));
        for entry in &section.entries {
            text.push_str(&format!("\n{}\n", entry.label));
            part(&mut text, "", &entry.doc);
            for (index, line) in entry.formula.lines().enumerate() {
                let name = if index == 0 { "Formula" } else { "" };
                text.push_str(&format!("  {name:<0$}{line}\n", INDENT - 2));
            }
            entry.parts.iter().for_each(|(name, of)| part(&mut text, name, of));
        }
    }
    text
}

/// A name and a text, broken between words.
fn part(text: &mut String, name: &str, of: &str) {
    let indent = if name.is_empty() { 2 } else { INDENT };
    let mut line = if name.is_empty() { " ".repeat(2) } else { format!("  {name:<0$}", INDENT - 2) };
    let mut length = indent;
    for word in of.split_whitespace() {
        let added = word.chars().count() + 1;
        if length + added > WIDTH && length > indent {
            text.push_str(line.trim_end());
            text.push('\n');
            (line, length) = (" ".repeat(indent), indent);
        }
        line.extend([word, " "]);
        length += added;
    }
    text.push_str(line.trim_end());
    text.push('\n');
}
