//! What reverse stress looks for: a loss, or a hard limit of the user's set; and what is told of a limit.

use crate::engine::{BEYOND, FactorBook};
use crate::exposure::limit::Limit;
use crate::stress::reverse::{Answer, FARTHEST, Reverse};
use crate::view::format;
use crate::view::sheet::{Control, Subject, Tone, limits};

const OF: &str = "reverse/of";
const LOSS: &str = "loss";

/// What is looked for.
pub(super) enum Target {
    /// A loss.
    Loss,
    /// A limit, by its place in the set.
    Limit(usize),
}

impl Target {
    /// The one that is chosen, and its control, where there is something to choose. A place that the set does not have is said.
    pub(super) fn read(subject: &Subject<'_>, set: &[Limit]) -> (Target, Option<Control>) {
        let text = subject.chosen(OF, LOSS);
        let place = text.parse::<usize>().ok().and_then(|line| line.checked_sub(1)).filter(|place| *place < set.len());
        let error = match (place, text) {
            (Some(_), _) | (None, LOSS) => String::new(),
            (None, _) => {
                format!("“{text}” is no limit of the set, which has {}; a loss is looked for", format::count(set.len(), "one", "of them"))
            }
        };
        if set.is_empty() && error.is_empty() {
            return (Target::Loss, None);
        }
        let named = |(place, limit): (usize, &Limit)| ((place + 1).to_string(), format!("limit: {}", limits::named(limit, None)));
        let choices = std::iter::once((LOSS.to_owned(), "a loss".to_owned())).chain(set.iter().enumerate().map(named)).collect();
        let shown = place.map_or_else(|| LOSS.to_owned(), |place| (place + 1).to_string());
        let control = Control::select(OF, "Storm that reaches", choices, &shown).refused(error);
        (place.map_or(Target::Loss, Target::Limit), Some(control))
    }
}

/// What was found for a limit. `moves` says moves by their weights, `loss` values the book after moves.
pub(super) fn words(
    (limit, horizon): (&Limit, &str),
    book: &FactorBook,
    found: &Reverse,
    moves: &dyn Fn(&[f64], &[f64]) -> String,
    loss: &mut dyn FnMut(&[f64]) -> f64,
) -> (Tone, String) {
    let (name, hard) = (limits::named(limit, None), limits::bound(limit.measure, limit.hard));
    match &found.answer {
        Answer::Already(used) if *used >= BEYOND => {
            (Tone::Alarm, format!("{name}: there is size and no equity to carry it without any move, beyond every limit."))
        }
        Answer::Already(used) => {
            (Tone::Alarm, format!("{name} is at {} of its hard limit of {hard} without any move.", format::whole_percent(*used)))
        }
        Answer::Found(storm) => {
            let tone = if storm.distance < 2.0 { Tone::Warning } else { Tone::Plain };
            (
                tone,
                format!(
                    "{name}: the likeliest way to its hard limit of {hard} is {}: {} standard deviations over {horizon}. The P&L there, with what follows, is {}.",
                    moves(&storm.moves, &storm.shares),
                    format::beta(storm.distance),
                    format::signed_money(-loss(&storm.moves))
                ),
            )
        }
        Answer::Nowhere { worst, .. } if *worst == f64::NEG_INFINITY => (
            Tone::Warning,
            format!("{name} has no number that could be held against its hard limit of {hard}, now or after any move that was looked at."),
        ),
        Answer::Nowhere { worst, moves: at } => {
            let sizes: Vec<f64> = at.iter().zip(&book.factors.deviations).map(|(size, deviation)| size / deviation).collect();
            let met = if *worst > 0.0 {
                format!(" Most of it is used at {}: {}.", moves(at, &sizes), format::whole_percent(*worst))
            } else {
                String::new()
            };
            let within = format::plain(FARTHEST);
            (
                Tone::Plain,
                format!(
                    "{name}: no moves within {within} standard deviations over {horizon} were found that reach its hard limit of {hard}.{met}"
                ),
            )
        }
    }
}
