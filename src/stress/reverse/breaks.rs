//! One factor moves alone: where something breaks first.

use crate::stress::reverse::FARTHEST;

/// Step of the way, standard deviations.
pub const BREAK_STEP: f64 = 0.25;
/// Halvings of the step in which it breaks.
const HALVINGS: usize = 32;

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reach {
    /// It is broken without any move.
    Already,
    /// At so many standard deviations, above 0.
    At(f64),
    /// Not within [`FARTHEST`].
    Nowhere,
}

/// The first distance, in standard deviations, at which each of `count` things is broken; `broken` tells at a distance, in steps of `step`.
pub fn first_breaks(count: usize, step: f64, broken: &mut dyn FnMut(f64) -> Vec<bool>) -> Vec<Reach> {
    let is = |all: &[bool], place: usize| all.get(place).copied().unwrap_or(false);
    let at_rest = broken(0.0);
    let mut found: Vec<Option<Reach>> = (0..count).map(|place| is(&at_rest, place).then_some(Reach::Already)).collect();
    let mut near = 0.0;
    while near < FARTHEST && found.iter().any(Option::is_none) {
        let far = (near + step).min(FARTHEST);
        let there = broken(far);
        for (place, slot) in found.iter_mut().enumerate().filter(|(place, slot)| slot.is_none() && is(&there, *place)) {
            let (mut whole, mut past) = (near, far);
            for _ in 0..HALVINGS {
                let middle = 0.5 * (whole + past);
                *(if is(&broken(middle), place) { &mut past } else { &mut whole }) = middle;
            }
            *slot = Some(Reach::At(past));
        }
        near = far;
    }
    found.into_iter().map(|slot| slot.unwrap_or(Reach::Nowhere)).collect()
}
