//! Structures of options alone. Each pattern starts from one contract, looks for the others near it, and says in which proportions.

use crate::book::strategy::board::{Board, Key, ROUNDING};
use crate::book::strategy::{Found, StrategyKind};
use crate::instrument::OptionKind;
use crate::instrument::OptionKind::{Call, Put};
use crate::order;

/// Contracts and how many of each make one structure.
struct Match {
    kind: StrategyKind,
    name: String,
    description: &'static str,
    legs: Vec<(Key, f64)>,
}

impl Match {
    fn new(kind: StrategyKind, name: impl Into<String>, description: &'static str, legs: &[Key]) -> Match {
        Match { kind, name: name.into(), description, legs: legs.iter().map(|key| (*key, 1.0)).collect() }
    }

    /// How many of it there are, units of the underlying, and whether that uses up every leg.
    fn size(&self, board: &Board) -> (f64, bool) {
        let mut sizes = self.legs.iter().map(|(key, each)| board.left(*key) / each);
        let first = sizes.next().unwrap_or(0.0);
        let (least, most) = sizes.fold((first, first), |(least, most), size| (least.min(size), most.max(size)));
        (least, most - least <= ROUNDING * most)
    }
}

/// The matches that start at a contract, the best first.
type Pattern<'p> = &'p dyn Fn(&Board, Key) -> Vec<Match>;

/// Structures of three and four legs: first those that use up their legs, then common parts.
pub(super) fn many_legs(board: &mut Board, found: &mut Vec<Found>) {
    for whole in [true, false] {
        let patterns: [Pattern<'_>; 4] =
            [&boxes, &|board, key| irons(board, key, whole), &butterflies, &|board, key| condors(board, key, whole)];
        for pattern in patterns {
            every(board, pattern, whole, found);
        }
    }
    every(board, &broken_butterflies, true, found);
}

/// Structures of two legs, likewise.
pub(super) fn two_legs(board: &mut Board, found: &mut Vec<Found>) {
    every(board, &ratios, true, found);
    for whole in [true, false] {
        let diagonals = |board: &Board, key| diagonals(board, key, whole);
        let patterns: [Pattern<'_>; 6] = [&verticals, &straddles, &strangles, &calendars, &risk_reversals, &diagonals];
        for pattern in patterns {
            every(board, pattern, whole, found);
        }
    }
}

/// Takes every match of a pattern off the board.
fn every(board: &mut Board, pattern: Pattern<'_>, whole: bool, found: &mut Vec<Found>) {
    for key in board.keys() {
        while board.has(key) {
            let sized = pattern(board, key).into_iter().map(|a_match| (a_match.size(board), a_match));
            let Some(((size, _), best)) = sized.into_iter().find(|((size, is_whole), _)| *size > 0.0 && (*is_whole || !whole)) else {
                break;
            };
            found.push(taken(board, best, size));
        }
    }
}

fn taken(board: &mut Board, best: Match, size: f64) -> Found {
    let legs = best.legs.iter().flat_map(|(key, each)| board.take(*key, size * each)).collect();
    let mut expiries: Vec<_> = best.legs.iter().map(|(key, _)| key.expiry).collect();
    let mut strikes: Vec<f64> = best.legs.iter().map(|(key, _)| key.strike()).collect();
    order::sort_by(&mut expiries, Ord::cmp);
    expiries.dedup();
    order::sort_by(&mut strikes, f64::total_cmp);
    strikes.dedup();
    let smallest = best.legs.iter().map(|(_, each)| *each).fold(f64::INFINITY, f64::min);
    Found { kind: best.kind, name: best.name, description: best.description, size: size * smallest, expiries, strikes, legs }
}

fn word(kind: OptionKind) -> &'static str {
    match kind {
        Call => "call",
        Put => "put",
    }
}

fn side(is_long: bool) -> &'static str {
    if is_long { "long" } else { "short" }
}

/// A synthetic forward at a low strike against one at a high strike; starts from the lower call.
fn boxes(board: &Board, low: Key) -> Vec<Match> {
    let low_put = low.turned(Put, !low.is_long);
    if low.kind != Call || !board.has(low_put) {
        return Vec::new();
    }
    let highs = board.above(low.opposite(), false);
    let pairs = highs.into_iter().map(|high| (high, high.turned(Put, low.is_long))).filter(|(_, put)| board.has(*put));
    let description = "pays the distance of its strikes whatever happens: a loan in disguise";
    pairs
        .map(|(high, high_put)| {
            Match::new(StrategyKind::Box, format!("{} box", side(low.is_long)), description, &[low, low_put, high, high_put])
        })
        .collect()
}

/// Contracts of which as much is left as of the first, where the match is to use up its legs: four legs have hundreds of
/// combinations, and nearly all of them fail at the second.
fn fitting(board: &Board, first: Key, whole: bool, keys: Vec<Key>) -> Vec<Key> {
    let left = if whole { board.left(first) } else { 0.0 };
    keys.into_iter().filter(|key| !whole || (board.left(*key) - left).abs() <= ROUNDING * left).collect()
}

/// A strangle or straddle inside a wider strangle of the opposite sign; starts from the inner put. Of common parts the first will do.
fn irons(board: &Board, put: Key, whole: bool) -> Vec<Match> {
    if put.kind != Put {
        return Vec::new();
    }
    let mut matches = Vec::new();
    let outer_puts = fitting(board, put, whole, board.below(put.opposite(), false));
    if outer_puts.is_empty() {
        return Vec::new();
    }
    for call in fitting(board, put, whole, board.above(put.turned(Call, put.is_long), true)) {
        let is_butterfly = call.strike() == put.strike();
        let (kind, name) = match (is_butterfly, put.is_long) {
            (true, false) => (StrategyKind::IronButterfly, "iron butterfly"),
            (true, true) => (StrategyKind::IronButterfly, "reverse iron butterfly"),
            (false, false) => (StrategyKind::IronCondor, "iron condor"),
            (false, true) => (StrategyKind::IronCondor, "reverse iron condor"),
        };
        let description = if put.is_long {
            "wins on a large move either way; gain and loss are limited"
        } else {
            "wins where little moves; gain and loss are limited"
        };
        for outer_call in fitting(board, put, whole, board.above(call.opposite(), false)) {
            for outer_put in &outer_puts {
                matches.push(Match::new(kind, name, description, &[*outer_put, put, call, outer_call]));
                if !whole {
                    return matches;
                }
            }
        }
    }
    matches
}

const LONG_BODY: &str = "wins away from its body; gain and loss are limited";
const SHORT_BODY: &str = "wins near its body; gain and loss are limited";

fn body(wings_are_long: bool) -> &'static str {
    if wings_are_long { SHORT_BODY } else { LONG_BODY }
}

fn butterfly(name: &str, low: Key, middle: Key, high: Key) -> Match {
    let name = format!("{} {} {name}", side(low.is_long), word(low.kind));
    Match { legs: vec![(low, 1.0), (middle, 2.0), (high, 1.0)], ..Match::new(StrategyKind::Butterfly, name, body(low.is_long), &[]) }
}

/// Wings at one distance from a body of twice their size; starts from the lower wing. Wings of unequal size are two verticals.
fn butterflies(board: &Board, low: Key) -> Vec<Match> {
    let middles = board.above(low.opposite(), false).into_iter();
    let triples = middles.filter_map(|middle| Some((middle, board.at(low, 2.0 * middle.strike() - low.strike())?)));
    let is_even = |high: &Key| (board.left(low) - board.left(*high)).abs() <= ROUNDING * board.left(low);
    triples.filter(|(_, high)| is_even(high)).map(|(middle, high)| butterfly("butterfly", low, middle, high)).collect()
}

/// The same with wings at unequal distances.
fn broken_butterflies(board: &Board, low: Key) -> Vec<Match> {
    let mut matches = Vec::new();
    for middle in board.above(low.opposite(), false) {
        let highs = fitting(board, low, true, board.above(middle.opposite(), false));
        matches.extend(highs.into_iter().map(|high| butterfly("broken-wing butterfly", low, middle, high)));
    }
    matches
}

/// Two verticals of one kind and width and of opposite direction; starts from the lowest strike. Of common parts the first will do.
fn condors(board: &Board, low: Key, whole: bool) -> Vec<Match> {
    let mut matches = Vec::new();
    for inner_low in fitting(board, low, whole, board.above(low.opposite(), false)) {
        for inner_high in fitting(board, low, whole, board.above(inner_low, false)) {
            let width = inner_low.strike() - low.strike();
            let Some(high) = board.at(low, inner_high.strike() + width) else { continue };
            let name = format!("{} {} condor", side(low.is_long), word(low.kind));
            matches.push(Match::new(StrategyKind::Condor, name, body(low.is_long), &[low, inner_low, inner_high, high]));
            if !whole {
                return matches;
            }
        }
    }
    matches
}

/// Two strikes in the proportion 1:2, 1:3 or 2:3, where no third strike of that kind and expiry is left to make them something
/// else; starts from either.
fn ratios(board: &Board, key: Key) -> Vec<Match> {
    if board.strikes_of(key) != 2 {
        return Vec::new();
    }
    let others = board.around(key.opposite()).into_iter().filter(|other| other.strike() != key.strike());
    let mut matches = Vec::new();
    for other in others {
        for (each, other_each) in [(1.0, 2.0), (1.0, 3.0), (2.0, 3.0)] {
            let more = if other.is_long { "backspread" } else { "ratio spread" };
            let description = if other.is_long {
                "has more bought than sold: wins without limit on a large move its way"
            } else {
                "has more sold than bought: loses without limit on a large move its way"
            };
            let name = format!("{} {more}", word(key.kind));
            matches.push(Match { legs: vec![(key, each), (other, other_each)], ..Match::new(StrategyKind::Ratio, name, description, &[]) });
        }
    }
    matches
}

/// Two strikes of one kind and expiry; starts from the long one.
fn verticals(board: &Board, long: Key) -> Vec<Match> {
    if !long.is_long {
        return Vec::new();
    }
    let shorts = board.around(long.opposite()).into_iter().filter(|short| short.strike() != long.strike());
    shorts
        .map(|short| {
            let is_bull = long.strike() < short.strike();
            let description = if is_bull {
                "wins when the underlying rises; gain and loss are limited"
            } else {
                "wins when the underlying falls; gain and loss are limited"
            };
            let name = format!("{} {} spread", if is_bull { "bull" } else { "bear" }, word(long.kind));
            Match::new(StrategyKind::Vertical, name, description, &[long, short])
        })
        .collect()
}

const LONG_VOL: &str = "wins on a large move either way or on rising vol; loses with time";
const SHORT_VOL: &str = "wins with time and falling vol; loses without limit on a large move";

fn vol(is_long: bool) -> &'static str {
    if is_long { LONG_VOL } else { SHORT_VOL }
}

/// Call and put of one strike and sign; starts from the call.
fn straddles(board: &Board, call: Key) -> Vec<Match> {
    let put = call.turned(Put, call.is_long);
    if call.kind != Call || !board.has(put) {
        return Vec::new();
    }
    vec![Match::new(StrategyKind::Straddle, format!("{} straddle", side(call.is_long)), vol(call.is_long), &[put, call])]
}

/// A put below a call of its sign; starts from the call.
fn strangles(board: &Board, call: Key) -> Vec<Match> {
    if call.kind != Call {
        return Vec::new();
    }
    let name = format!("{} strangle", side(call.is_long));
    let puts = board.below(call.turned(Put, call.is_long), false).into_iter();
    puts.map(|put| Match::new(StrategyKind::Strangle, name.clone(), vol(call.is_long), &[put, call])).collect()
}

/// The far leg's sign names it.
fn over_time(kind: StrategyKind, what: &str, one: Key, other: Key) -> Match {
    let (near, far) = if one.expiry < other.expiry { (one, other) } else { (other, one) };
    let description = if far.is_long {
        "wins with time near its strike and on rising vol of the later expiry"
    } else {
        "wins away from its strike and on falling vol of the later expiry"
    };
    Match::new(kind, format!("{} {} {what}", side(far.is_long), word(far.kind)), description, &[near, far])
}

/// One strike, two expiries; starts from the long leg.
fn calendars(board: &Board, long: Key) -> Vec<Match> {
    if !long.is_long {
        return Vec::new();
    }
    let shorts = board.other_expiries(long.opposite()).into_iter().filter(|short| board.has(*short));
    shorts.map(|short| over_time(StrategyKind::Calendar, "calendar", long, short)).collect()
}

/// Two strikes, two expiries, one kind; starts from the long leg. Of common parts the first will do.
fn diagonals(board: &Board, long: Key, whole: bool) -> Vec<Match> {
    if !long.is_long {
        return Vec::new();
    }
    let expiries = board.other_expiries(long.opposite()).into_iter();
    let shorts = expiries.flat_map(|expiry| fitting(board, long, whole, board.around(expiry)));
    let most = if whole { usize::MAX } else { 1 };
    shorts.take(most).map(|short| over_time(StrategyKind::Diagonal, "diagonal", long, short)).collect()
}

/// A call against a put of the same or a lower strike; starts from the call.
fn risk_reversals(board: &Board, call: Key) -> Vec<Match> {
    if call.kind != Call {
        return Vec::new();
    }
    let description = if call.is_long {
        "wins when the underlying rises, loses when it falls"
    } else {
        "wins when the underlying falls, loses when it rises"
    };
    let puts = board.below(call.turned(Put, !call.is_long), true).into_iter();
    puts.map(|put| {
        let what = if put.strike() == call.strike() { "synthetic forward" } else { "risk reversal" };
        Match::new(StrategyKind::RiskReversal, format!("{} {what}", side(call.is_long)), description, &[put, call])
    })
    .collect()
}
