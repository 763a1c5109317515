//! What the user chose, and nothing that follows from it.
//!
//! Invariant: a [`Session`] changes only through [`apply`]; everything else on the page is derived.

use crate::engine::Settings;
use crate::stress::{GridSpec, Move, Numeraire, PathRule, ProfileSpec, Shock};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The pages, in the order of the navigation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Page {
    /// Positions and files.
    #[default]
    Book,
    /// Greeks and sums.
    Exposure,
    /// Grid and profile.
    Stress,
    /// What the files say of the market: forwards, smiles, rates.
    Market,
    /// How every number is computed.
    Methods,
}

/// The user's choices.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// The open page.
    pub page: Page,
    /// The name that the user gave the book.
    pub name: String,
    /// Shock, ranges and numeraire.
    pub settings: Settings,
    /// What is chosen in analyses: only what differs from what they mean without a choice.
    pub choices: Choices,
}

/// Choices in analyses by their key, such as `pivot/rows`. What a key means and which values it takes, the analysis knows; a value
/// that it cannot use is said where it would be used.
pub type Choices = BTreeMap<String, String>;

/// Most choices that a session holds.
pub const MAX_CHOICES: usize = 512;
/// Longest key, bytes.
pub const MAX_CHOICE_KEY: usize = 300;
/// Longest value, bytes: a small file.
pub const MAX_CHOICE_VALUE: usize = 16 * 1024;

/// Something that the user did.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Opened a page.
    Open(Page),
    /// Named the book.
    Name(String),
    /// Moved all underlyings that have no move of their own.
    MoveAll(Move),
    /// Gave one underlying a move of its own, or took it back.
    MoveOne(String, Option<Move>),
    /// Chose the days forward.
    Days(f64),
    /// Chose the path rule.
    Path(PathRule),
    /// Took the whole shock back.
    ResetShock,
    /// Replaced the whole shock.
    SetShock(Shock),
    /// Changed the grid.
    Grid(GridSpec),
    /// Changed the profile.
    Profile(ProfileSpec),
    /// Chose dollars or a coin.
    Numeraire(Numeraire),
    /// Chose something in an analysis, or took choices back: all of it at once.
    Choose(Vec<(String, Option<String>)>),
    /// Took over a shared or saved session.
    Replace(Box<Session>),
}

/// A choice may be a form: lines of a name, `=` and what was typed, which stands as it was typed and may be empty.
pub fn line<'a>(form: &'a str, name: &str) -> Option<&'a str> {
    form.lines().find_map(|line| line.split_once('=').filter(|(known, _)| *known == name)).map(|(_, value)| value)
}

/// The form with this line in place of an earlier one of its name, else at the end.
pub fn with_line(form: &str, name: &str, value: &str) -> String {
    let own = format!("{name}={}", value.replace(['\n', '\r'], " "));
    let is_own = |line: &&str| line.split_once('=').is_some_and(|(known, _)| known == name);
    let known = form.lines().any(|line| is_own(&line));
    let lines = form.lines().map(|line| if is_own(&line) { own.as_str() } else { line });
    lines.chain((!known).then_some(own.as_str())).collect::<Vec<_>>().join("\n")
}

/// Applies an action. A choice out of range leaves the session as it was.
pub fn apply(session: &mut Session, action: Action) {
    let mut next = session.clone();
    match action {
        Action::Open(page) => next.page = page,
        Action::Name(name) => next.name = name,
        Action::MoveAll(all) => next.settings.shock.all = all,
        Action::MoveOne(underlying, Some(each)) => {
            next.settings.shock.per_underlying.insert(underlying, each);
        }
        Action::MoveOne(underlying, None) => {
            next.settings.shock.per_underlying.remove(&underlying);
        }
        Action::Days(days) => next.settings.shock.days = days,
        Action::Path(path) => next.settings.shock.path = path,
        Action::ResetShock => next.settings.shock = Shock { path: next.settings.shock.path, ..Shock::default() },
        Action::SetShock(shock) => next.settings.shock = shock,
        Action::Grid(grid) => next.settings.grid = grid,
        Action::Profile(profile) => next.settings.profile = profile,
        Action::Numeraire(numeraire) => next.settings.numeraire = numeraire,
        Action::Choose(chosen) => {
            for (key, value) in chosen {
                match value {
                    Some(value) => next.choices.insert(key, value),
                    None => next.choices.remove(&key),
                };
            }
        }
        Action::Replace(other) => next = *other,
    }
    if next.settings.check().is_ok() && can_be_held(&next.choices) {
        *session = next;
    }
}

/// Whether these are no more and no longer than a session holds.
pub fn can_be_held(choices: &Choices) -> bool {
    let fits = |(key, value): (&String, &String)| (1..=MAX_CHOICE_KEY).contains(&key.len()) && value.len() <= MAX_CHOICE_VALUE;
    choices.len() <= MAX_CHOICES && choices.iter().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stress::VolShift;

    #[test]
    fn a_choice_is_made_taken_back_and_refused_where_it_is_too_long() {
        let mut session = Session::default();
        let choose = |value: Option<&str>| Action::Choose(vec![("pivot/rows".to_owned(), value.map(str::to_owned))]);
        apply(&mut session, choose(Some("venue")));
        apply(&mut session, choose(Some(&"x".repeat(MAX_CHOICE_VALUE + 1))));
        assert_eq!(session.choices.get("pivot/rows").map(String::as_str), Some("venue"));
        apply(&mut session, choose(None));
        assert_eq!(session, Session::default());
    }

    #[test]
    fn choices_that_are_made_together_are_all_made_or_none() {
        let mut session = Session::default();
        let choose =
            |length: usize| Action::Choose(vec![("one".to_owned(), Some("x".to_owned())), ("other".to_owned(), Some("x".repeat(length)))]);
        apply(&mut session, choose(MAX_CHOICE_VALUE + 1));
        assert_eq!(session, Session::default());
        apply(&mut session, choose(1));
        assert_eq!(session.choices.len(), 2);
    }

    #[test]
    fn a_line_of_a_form_takes_the_place_of_the_earlier_one_and_may_be_empty() {
        let form = with_line(&with_line("", "name", "a = b"), "days", "3");
        assert_eq!(form, "name=a = b\ndays=3");
        let emptied = with_line(&form, "name", "");
        assert_eq!([line(&emptied, "name"), line(&emptied, "days"), line(&emptied, "day")], [Some(""), Some("3"), None]);
        assert_eq!(with_line("", "name", "two\nlines"), "name=two lines");
    }

    #[test]
    fn a_choice_out_of_range_changes_nothing() {
        let mut session = Session::default();
        apply(&mut session, Action::MoveAll(Move { spot: -1.0, vol: VolShift::Points(0.0) }));
        apply(&mut session, Action::Days(-1.0));
        assert_eq!(session, Session::default());
    }

    #[test]
    fn resetting_the_shock_keeps_the_path_rule() {
        let mut session = Session::default();
        apply(&mut session, Action::Path(PathRule::Line));
        apply(&mut session, Action::Days(7.0));
        apply(&mut session, Action::ResetShock);
        assert_eq!(session.settings.shock, Shock { path: PathRule::Line, ..Shock::default() });
    }
}
