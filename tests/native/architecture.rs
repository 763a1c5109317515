//! The shape of the source: who may use whom, how long a file may get, and that styles are linked and tokens defined.
//!
//! Everything is read from the text of `src/`, `style/` and `index.html`; a rule that has nothing to look at fails as well.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The modules in the order of the dependencies, as `src/lib.rs` declares them: each uses only itself and what stands above it.
///
/// It is one line without ties. `market` reads contracts, so `instrument` stands above it; `session` holds the engine's settings;
/// a link holds a session, so `share` stands below it; workers lay out the table, so `view` stands above `protocol`, which speaks for all
/// of them and stands last before the page's side.
const ORDER: [&str; 21] = [
    "issue",
    "method",
    "order",
    "units",
    "math",
    "instrument",
    "market",
    "book",
    "import",
    "price",
    "check",
    "exposure",
    "stress",
    "hedge",
    "engine",
    "oracle",
    "session",
    "share",
    "view",
    "protocol",
    "web",
];

/// Modules that use nothing of the crate but themselves.
const ALONE: [&str; 4] = ["issue", "method", "order", "math"];

/// Longest file of `src`, lines.
const MAX_LINES: usize = 400;

/// A page may use these of another page.
const PAGE_EXCEPTIONS: [&str; 0] = [];

/// Functions of the standard library whose last bits depend on the platform; `sqrt` is exact everywhere and allowed.
const PLATFORM_FUNCTIONS: [&str; 23] = [
    "exp", "exp2", "exp_m1", "ln", "ln_1p", "log", "log2", "log10", "powf", "powi", "cbrt", "hypot", "sin", "cos", "sin_cos", "tan",
    "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below `folder` with this extension, as path relative to the project → text.
fn files(folder: &str, extension: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.insert(relative(&path), fs::read_to_string(&path).unwrap());
            }
        }
    }
    assert!(!found.is_empty(), "no .{extension} file below {folder}");
    found
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/")
}

/// The code of a line: what stands before a line comment.
fn code(line: &str) -> &str {
    line.split_once("//").filter(|(before, _)| !before.ends_with(':')).map_or(line, |(before, _)| before)
}

/// The code of a file without comments, and without its unit tests if these may do more.
fn source(text: &str, with_tests: bool) -> Vec<(usize, &str)> {
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, code(line)));
    if with_tests { lines.collect() } else { lines.take_while(|(_, line)| line.trim() != "#[cfg(test)]").collect() }
}

/// The words that follow each `prefix` in a line.
fn words_after<'a>(line: &'a str, prefix: &'a str) -> impl Iterator<Item = &'a str> {
    line.match_indices(prefix).filter(|(at, _)| !line[..*at].ends_with(|char: char| char.is_alphanumeric() || char == '_')).map(
        |(at, _)| {
            let rest = &line[at + prefix.len()..];
            let end = rest.find(|char: char| !(char.is_alphanumeric() || char == '_')).unwrap_or(rest.len());
            &rest[..end]
        },
    )
}

/// `src/price/plan.rs` → `price`; `None` for the crate's roots.
fn module_of(path: &str) -> Option<&str> {
    let inside = path.strip_prefix("src/")?;
    let first = inside.split('/').next()?;
    let name = first.strip_suffix(".rs").unwrap_or(first);
    (!matches!(name, "lib" | "main" | "bin")).then_some(name)
}

/// Uses that point the wrong way, one text each.
fn wrong_ways(path: &str, text: &str) -> Vec<String> {
    let Some(module) = module_of(path) else { return Vec::new() };
    let Some(place) = ORDER.iter().position(|name| *name == module) else {
        return vec![format!("{path}: the module {module} has no place in the order")];
    };
    let mut wrong = Vec::new();
    for (number, line) in source(text, true) {
        for used in words_after(line, "crate::") {
            match ORDER.iter().position(|name| *name == used) {
                Some(other) if other < place && !ALONE.contains(&module) => {}
                Some(other) if other == place => {}
                Some(_) => wrong.push(format!("{path}:{number}: {module} uses {used}")),
                None => wrong.push(format!("{path}:{number}: crate::{used} names no module; write one path for each use")),
            }
        }
        if line.contains("super::super") {
            wrong.push(format!("{path}:{number}: write crate::… for super::super"));
        }
    }
    wrong
}

fn none(found: Vec<String>) {
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn the_order_is_the_one_of_the_library() {
    let text = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let declared: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let mut sorted = declared.clone();
    sorted.sort_by_key(|name| ORDER.iter().position(|other| other == name).unwrap_or(usize::MAX));
    let (mut ours, mut theirs) = (ORDER, declared.clone());
    ours.sort_unstable();
    theirs.sort_unstable();
    assert_eq!(ours.as_slice(), theirs.as_slice());
    // The library declares `market` before the contracts that it reads; nothing else may differ.
    let others = |names: &[&str]| {
        names.iter().filter(|name| !matches!(**name, "instrument" | "market")).map(|name| (*name).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(others(&declared), others(&sorted));
}

#[test]
fn a_module_uses_only_what_stands_above_it() {
    none(files("src", "rs").iter().flat_map(|(path, text)| wrong_ways(path, text)).collect());
}

#[test]
fn a_wrong_way_would_be_found() {
    for (path, text, expected) in [
        ("src/units/money.rs", "use crate::market::Market;", 1),
        ("src/math/black.rs", "use crate::issue::Issue;", 1),
        ("src/engine.rs", "fn a() -> crate::session::Page {", 1),
        ("src/price/plan.rs", "// crate::web::app is not used here", 0),
        ("src/price/plan.rs", "use crate::{market::Market, view::format};", 1),
        ("src/price/plan.rs", "use super::super::book::Book;", 1),
        ("src/helper.rs", "", 1),
        ("src/protocol.rs", "use crate::share::Shared; use crate::session::Session;", 0),
        ("src/market/mod.rs", "use crate::instrument::Settlement;", 0),
        ("src/bin/cli.rs", "crate::anything", 0),
    ] {
        assert_eq!(wrong_ways(path, text).len(), expected, "{path}: {text}");
    }
}

#[test]
fn the_engine_is_the_only_wiring_of_the_stages() {
    // The report reaches the page through `engine`; `import` makes inputs and never values them.
    let mut found = Vec::new();
    for (path, text) in files("src/import", "rs") {
        for (number, line) in source(&text, true) {
            found.extend(
                words_after(line, "crate::")
                    .filter(|used| matches!(*used, "math" | "price"))
                    .map(|used| format!("{path}:{number}: {used}")),
            );
        }
    }
    none(found);
}

/// The paths that a file takes from one module, `a::b` from `prefix::a::b` and from `prefix::{a::b, c}`, over line ends too.
fn paths_after(text: &str, prefix: &str) -> Vec<String> {
    let whole: String = source(text, true).into_iter().map(|(_, line)| line).collect::<Vec<_>>().join(" ");
    let is_path = |char: char| char.is_alphanumeric() || matches!(char, '_' | ':');
    let mut paths = Vec::new();
    for (at, _) in whole.match_indices(prefix).filter(|(at, _)| !whole[..*at].ends_with(is_path)) {
        let rest = &whole[at + prefix.len()..];
        let members = match rest.strip_prefix('{') {
            Some(group) => group.split(';').next().unwrap_or(group),
            None => rest.split(|char| !is_path(char)).next().unwrap_or(rest),
        };
        paths.extend(members.split(',').map(|member| member.trim().chars().take_while(|char| is_path(*char)).collect()));
    }
    paths
}

/// Uses of the siblings named, one text each, without those that are excepted.
fn sibling_uses(path: &str, text: &str, module: &str, siblings: &BTreeSet<String>, exceptions: &[&str]) -> Vec<String> {
    let paths = [module, "super::"].into_iter().flat_map(|prefix| paths_after(text, prefix));
    paths
        .filter(|used| used.split("::").next().is_some_and(|head| siblings.contains(head) && !path.ends_with(&format!("/{head}.rs"))))
        .filter(|used| !exceptions.contains(&used.as_str()))
        .map(|used| format!("{path}: {module}{used}"))
        .collect()
}

fn stem(path: &str) -> String {
    path.rsplit('/').next().unwrap().trim_end_matches(".rs").to_owned()
}

#[test]
fn formats_do_not_use_each_other() {
    let mut texts = files("src/import", "rs");
    texts.retain(|path, _| !path.ends_with("/mod.rs"));
    let formats: BTreeSet<String> = texts.iter().filter(|(_, text)| text.contains("DEF: ImportDef")).map(|(path, _)| stem(path)).collect();
    assert!(formats.len() >= 4, "{formats:?}");
    none(texts.iter().flat_map(|(path, text)| sibling_uses(path, text, "crate::import::", &formats, &[])).collect());
}

#[test]
fn pages_do_not_use_each_other() {
    let mut texts = files("src/web/page", "rs");
    texts.retain(|path, _| !path.ends_with("/mod.rs"));
    let pages: BTreeSet<String> = texts.keys().map(|path| stem(path)).collect();
    none(texts.iter().flat_map(|(path, text)| sibling_uses(path, text, "crate::web::page::", &pages, &PAGE_EXCEPTIONS)).collect());
}

#[test]
fn a_use_of_a_sibling_would_be_found() {
    let pages = BTreeSet::from(["book".to_owned(), "stress".to_owned()]);
    for (text, expected) in [
        ("use crate::web::page::book::Table;", 1),
        ("use crate::web::page::{PageDef,\n    book::{Table, Row}};", 1),
        ("use super::book;", 1),
        ("use crate::web::page::{PageDef, book::stamp};", 0),
        ("use crate::web::page::stress::own;", 0),
        ("// crate::web::page::book::Table", 0),
    ] {
        assert_eq!(sibling_uses("src/web/page/stress.rs", text, "crate::web::page::", &pages, &["book::stamp"]).len(), expected, "{text}");
    }
}

#[test]
fn no_file_is_too_long() {
    let lines = |text: &String| text.lines().count();
    let long = files("src", "rs").into_iter().filter(|(_, text)| lines(text) > MAX_LINES);
    none(long.map(|(path, text)| format!("{path}: {} lines, at most {MAX_LINES}", lines(&text))).collect());
}

#[test]
fn the_page_sets_no_inline_style() {
    // The content security policy refuses them at run time; this refuses them earlier.
    let mut found = Vec::new();
    for (path, text) in files("src/web", "rs") {
        let hits = text.lines().enumerate().filter(|(_, line)| line.contains(" style=\""));
        found.extend(hits.map(|(index, line)| format!("{path}:{}: {}", index + 1, line.trim())));
    }
    none(found);
}

#[test]
fn below_the_page_no_number_depends_on_the_platform() {
    let mut found = Vec::new();
    for (path, text) in files("src", "rs") {
        if path.starts_with("src/web/") {
            continue;
        }
        for (number, line) in source(&text, false) {
            for function in PLATFORM_FUNCTIONS {
                if line.contains(&format!(".{function}(")) || line.contains(&format!("f64::{function}")) {
                    found.push(format!("{path}:{number}: {function}; take the one of crate::math"));
                }
            }
        }
    }
    none(found);
}

#[test]
fn below_the_page_there_is_no_clock_and_no_chance() {
    let mut found = Vec::new();
    for (path, text) in files("src", "rs") {
        if path.starts_with("src/web/") || path.starts_with("src/bin/") {
            continue;
        }
        for (number, line) in source(&text, false) {
            for word in
                ["SystemTime", "Instant::", "HashMap", "HashSet", "RandomState", "static mut", "thread_local", ": f32", " as f32", "<f32>"]
            {
                if line.contains(word) {
                    found.push(format!("{path}:{number}: {word}"));
                }
            }
        }
    }
    none(found);
}

#[test]
fn every_style_sheet_is_linked_once() {
    let page = fs::read_to_string(root().join("index.html")).unwrap();
    let mut found = Vec::new();
    for path in files("style", "css").keys() {
        let links = page.matches(&format!("href=\"{path}\"")).count();
        if links != 1 {
            found.push(format!("{path} is linked {links} times"));
        }
    }
    let linked = page.match_indices("href=\"style/").filter_map(|(at, _)| page[at + 6..].split('"').next());
    found.extend(linked.filter(|path| !root().join(path).is_file()).map(|path| format!("{path} is linked and does not exist")));
    none(found);
}

#[test]
fn every_used_token_is_defined() {
    let sheets = files("style", "css");
    let tokens = defined(sheets.get("style/tokens.css").unwrap());
    assert!(tokens.len() > 20, "{tokens:?}");
    // A component sets some of its own at run time (`style:--from=…`), and a value given on the spot needs no definition.
    let page: String = files("src/web", "rs").into_values().collect();
    let mut found = Vec::new();
    for (path, text) in &sheets {
        let own = defined(text);
        for (at, _) in text.match_indices("var(--") {
            let name = property(&text[at + 4..]);
            let has_fallback = text[at + 4 + name.len()..].trim_start().starts_with(',');
            let is_set = page.contains(&format!("style:{name}="));
            if !tokens.contains(name) && !own.contains(name) && !has_fallback && !is_set {
                found.push(format!("{path}: {name}"));
            }
        }
    }
    none(found);
}

/// The custom property at the head of a text, `--ink-1: red` → `--ink-1`.
fn property(text: &str) -> &str {
    let end = text.find(|char: char| !(char.is_ascii_alphanumeric() || matches!(char, '-' | '_'))).unwrap_or(text.len());
    &text[..end]
}

/// Every custom property that a sheet gives a value.
fn defined(sheet: &str) -> BTreeSet<&str> {
    let names = sheet.match_indices("--").map(|(at, _)| property(&sheet[at..])).zip(sheet.match_indices("--").map(|(at, _)| at));
    names.filter(|(name, at)| name.len() > 2 && sheet[at + name.len()..].trim_start().starts_with(':')).map(|(name, _)| name).collect()
}
