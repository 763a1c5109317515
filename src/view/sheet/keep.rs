//! Scenarios into the own pack: what the editor keeps, and storms that another sheet has found.
//!
//! Input: a scenario and the choices. Output: the text of the whole pack with it, as its reader reads it, and the button that writes it into
//! [`PACK`]. Invariant: what is kept reads back without an issue, and where it would not, or would be longer than a link holds, nothing
//! is kept and the sentence says why.

use crate::issue::Issue;
use crate::math::exp_m1;
use crate::session::{Choices, MAX_CHOICE_VALUE, can_be_held};
use crate::stress::factor::{Factor, FactorKind};
use crate::stress::library;
use crate::stress::scenario::{MAX_SCENARIOS, Pack, Scenario, Selector, ShockItem, family, read, write};
use crate::view::format;
use crate::view::sheet::editor::OF;
use crate::view::sheet::scenarios::PACK;
use crate::view::sheet::typed::placed;
use crate::view::sheet::{Control, Part, Subject};

/// Longest id that is made from a name, characters.
const MAX_ID: usize = 60;

/// The choice of the editor that a scenario of the own pack is.
pub(super) fn own(scenario: &Scenario) -> String {
    // Ids may hold anything, lines among it.
    format!("own/{}", scenario.id.escape_default())
}

/// The pack with the scenario in it, at its place or after the others, and what the editor has then; `None` where the pack is that already.
/// `done` is the form that is taken back with it.
pub(super) fn kept(
    choices: &Choices,
    (pack, issue): (&[Scenario], Option<&Issue>),
    (place, scenario): (Option<usize>, Scenario),
    done: Option<&str>,
) -> Result<Option<(String, String)>, String> {
    if let Some(issue) = issue {
        // The pack is written anew, and what of it cannot be read would be lost.
        return Err(format!("the own pack has an error that its document shows on the tab Scenarios: {}", placed(issue)));
    }
    let mut next: Pack = pack.to_vec();
    let scenario = match place {
        Some(_) => scenario,
        None => Scenario { id: id(&scenario.name, pack), ..scenario },
    };
    let is_full = next.len() >= MAX_SCENARIOS;
    match place.and_then(|place| next.get_mut(place)) {
        Some(slot) if *slot == scenario => return Ok(None),
        Some(slot) => *slot = scenario.clone(),
        None if is_full => return Err(format!("a pack holds at most {} scenarios.", format::grouped(MAX_SCENARIOS))),
        None => next.push(scenario.clone()),
    }
    let text = write(&next);
    let back = read(&text);
    if let Some(issue) = back.issues.first() {
        return Err(placed(issue));
    }
    if text.len() > MAX_CHOICE_VALUE {
        let [long, most] = [text.len(), MAX_CHOICE_VALUE].map(|bytes| format::bytes(bytes as u64));
        return Err(format!(
            "the pack would be {long} long, and at most {most} can be kept: shorten its sources, or take another scenario out."
        ));
    }
    let of = own(&scenario);
    let mut after = choices.clone();
    done.and_then(|form| after.remove(form));
    after.extend([(PACK.to_owned(), text.clone()), (OF.to_owned(), of.clone())]);
    if can_be_held(&after) { Ok(Some((text, of))) } else { Err("no more choices can be kept here: take some back.".to_owned()) }
}

/// An id from a name, kebab-case, that neither the pack nor the library has: an own id would hide the library's.
fn id(name: &str, pack: &[Scenario]) -> String {
    let mut words = String::new();
    for char in name.to_lowercase().chars() {
        match char {
            'a'..='z' | '0'..='9' => words.push(char),
            _ if !words.is_empty() && !words.ends_with('-') => words.push('-'),
            _ => {}
        }
    }
    let words: String = words.chars().take(MAX_ID).collect();
    let plain = match words.trim_matches('-') {
        "" => "scenario",
        plain => plain,
    };
    let mut taken: Vec<String> = pack.iter().map(|scenario| scenario.id.clone()).collect();
    taken.extend(library::ALL.iter().flat_map(|group| (group.pack)()).map(|scenario| scenario.id));
    let numbered = (2..).map(|number| format!("{plain}-{number}"));
    let mut candidates = std::iter::once(plain.to_owned()).chain(numbered);
    candidates.find(|id| !taken.contains(id)).unwrap_or_default()
}

/// Moves of factors, logarithms, as a scenario: per underlying a spot shock in percent and a vol shock in percent of itself.
pub(super) fn scenario(name: &str, source: &str, factors: (&[Factor], &[f64]), days: f64) -> Scenario {
    let item = |(factor, size): (&Factor, &f64)| {
        let id = match factor.kind {
            FactorKind::Spot => "spot",
            FactorKind::Vol => "vol",
        };
        let family = family(id).filter(|_| *size != 0.0)?;
        // The pack's reader has codes in capital letters; a selector finds them in any.
        let on = Selector::asset(&factor.underlying.to_uppercase());
        Some(ShockItem::new(family, &[("percent", exp_m1(*size) * 100.0)], on))
    };
    let shocks = factors.0.iter().zip(factors.1).filter_map(item).collect();
    Scenario { name: name.to_owned(), source: source.to_owned(), shocks, days, ..Scenario::default() }
}

/// The button that keeps a storm that was found, or why there is none.
pub(super) fn storm(subject: &Subject<'_>, id: &str, found: Scenario) -> Part {
    let own_pack = read(subject.chosen(PACK, ""));
    let is_same = |known: &&Scenario| known.name == found.name && known.shocks == found.shocks && known.days == found.days;
    let control = if let Some(known) = own_pack.value.iter().find(is_same) {
        Control::note("", &format!("The own pack holds it as “{}”: the tabs Scenarios and Editor have it.", known.name))
    } else {
        match kept(subject.choices, (&own_pack.value, own_pack.issues.first()), (None, found), None) {
            Ok(Some((text, of))) => {
                Control::buttons(PACK, "", vec![(text, "Keep as storm".to_owned())], "").with(vec![(OF.to_owned(), of)])
            }
            Ok(None) => Control::note("", "The own pack holds it."),
            Err(why) => Control::note("It cannot be kept as a storm:", &why),
        }
    };
    Part::controls(id, vec![control])
}
