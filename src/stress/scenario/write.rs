//! Packs as JSON that reads well in a diff: a shock on each line, numbers in their shortest digits, nothing that is the default.

use crate::stress::PathRule;
use crate::stress::scenario::{Scenario, Selector, ShockItem, Stickiness, VERSION};
use std::fmt::Write;

/// The text of a pack; reading it gives the same pack.
pub fn write(pack: &[Scenario]) -> String {
    let mut text = format!("{{\n  \"version\": {VERSION},\n  \"scenarios\": [");
    for (place, scenario) in pack.iter().enumerate() {
        text.push_str(if place == 0 { "\n" } else { ",\n" });
        text.push_str(&one(scenario));
    }
    text.push_str(if pack.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" });
    text
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

fn one(scenario: &Scenario) -> String {
    let Scenario { id, name, source, shocks, days, path, smile, weight } = scenario;
    let mut fields = vec![format!("\"id\": {}", quoted(id)), format!("\"name\": {}", quoted(name))];
    if !source.is_empty() {
        fields.push(format!("\"source\": {}", quoted(source)));
    }
    if *days != 0.0 {
        fields.push(format!("\"days\": {days}"));
    }
    if *path == PathRule::Line {
        fields.push("\"path\": \"line\"".to_owned());
    }
    match smile {
        Stickiness::Strike => {}
        Stickiness::Moneyness => fields.push("\"smile\": \"sticky-delta\"".to_owned()),
        Stickiness::SkewRatio(ratio) => fields.push(format!("\"smile\": {ratio}")),
    }
    if *weight != 1.0 {
        fields.push(format!("\"weight\": {weight}"));
    }
    let shocks: Vec<String> = shocks.iter().map(|item| format!("        {}", shock(item))).collect();
    let shocks = if shocks.is_empty() { "[]".to_owned() } else { format!("[\n{}\n      ]", shocks.join(",\n")) };
    fields.push(format!("\"shocks\": {shocks}"));
    let mut text = String::from("    {\n");
    for (place, field) in fields.iter().enumerate() {
        let end = if place + 1 < fields.len() { "," } else { "" };
        let _ = writeln!(text, "      {field}{end}");
    }
    text.push_str("    }");
    text
}

fn shock(item: &ShockItem) -> String {
    let given = item.family.fields.iter().zip(&item.values);
    let numbers: Vec<String> = given.filter_map(|(field, value)| value.map(|value| format!("\"{}\": {value}", field.id))).collect();
    let on = if item.on.is_all() { String::new() } else { format!(", \"on\": {}", selector(&item.on)) };
    format!("{{\"{}\": {{{}}}{on}}}", item.family.id, numbers.join(", "))
}

fn words(texts: &[String]) -> String {
    match texts {
        [one] => quoted(one),
        all => format!("[{}]", all.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ")),
    }
}

fn selector(on: &Selector) -> String {
    let mut fields = Vec::new();
    for (key, texts) in [("asset", &on.assets), ("class", &on.classes), ("venue", &on.venues)] {
        if !texts.is_empty() {
            fields.push(format!("\"{key}\": {}", words(texts)));
        }
    }
    let tags: Vec<String> = on.tags.iter().map(|(key, values)| format!("{}: {}", quoted(key), words(values))).collect();
    if !tags.is_empty() {
        fields.push(format!("\"tag\": {{{}}}", tags.join(", ")));
    }
    for (key, days) in [("from_days", on.from_days), ("to_days", on.to_days)] {
        fields.extend(days.map(|days| format!("\"{key}\": {days}")));
    }
    fields.extend(on.but.as_ref().map(|but| format!("\"but\": {}", selector(but))));
    format!("{{{}}}", fields.join(", "))
}
