//! Black (1976) in columns: many options at once, each with the bits that it has alone.

use crate::math::black::kernel::{self, Batch, Terms};
use crate::math::black::{BlackInput, OptionKind};
use crate::math::elementary::{LOGARITHM, ordinary_log_ratio};
use crate::math::lane::{BATCH, Column, Lane, Wide, in_memory};

/// Between these prices, and above this time, vol and deviation, no sensitivity overflows; what lies outside is computed alone.
struct Ordinary {
    least_price: f64,
    most_price: f64,
    least: f64,
}

static ORDINARY: Ordinary = Ordinary { least_price: 1e-60, most_price: 1e60, least: 1e-30 };

/// Undiscounted options, a number of each in every column.
#[derive(Clone, Copy, Debug)]
pub struct BlackColumns<'a> {
    /// Forwards of the expiries, quote currency per base unit.
    pub forwards: &'a [f64],
    /// Strikes, quote currency per base unit.
    pub strikes: &'a [f64],
    /// Years to expiry.
    pub years: &'a [f64],
    /// Annualized volatilities, 0.65 = 65 %.
    pub vols: &'a [f64],
    /// 1 for a call, −1 for a put.
    pub signs: &'a [f64],
}

/// Prices and sensitivities, a number of each option in every column; what they are is said at [`BlackGreeks`].
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of BlackGreeks")]
pub struct GreekColumns {
    pub price: Vec<f64>,
    pub delta: Vec<f64>,
    pub gamma: Vec<f64>,
    pub vega: Vec<f64>,
    pub theta: Vec<f64>,
    pub vanna: Vec<f64>,
    pub volga: Vec<f64>,
    pub charm: Vec<f64>,
    pub speed: Vec<f64>,
    pub zomma: Vec<f64>,
    pub color: Vec<f64>,
    pub ultima: Vec<f64>,
    pub exercise_probability: Vec<f64>,
}

/// What is read of a batch: forwards, strikes, years, vols and signs.
type Read<'a> = [&'a Column; 5];

/// What is computed of a batch before anything else.
struct Ready {
    /// F/K and √T.
    quotients: Column,
    roots: Column,
    batch: Batch,
}

impl<'a> BlackColumns<'a> {
    /// How many options there are: as many as the shortest column has.
    pub fn count(&self) -> usize {
        self.columns().map(<[f64]>::len).into_iter().min().unwrap_or(0)
    }

    /// Undiscounted prices, as [`BlackInput::price`].
    pub fn prices(&self) -> Vec<f64> {
        let mut prices = Vec::new();
        self.prices_into(&mut prices);
        prices
    }

    /// The same into a column that is kept from call to call.
    #[inline(never)]
    pub fn prices_into(&self, prices: &mut Vec<f64>) {
        prices.resize(self.count().next_multiple_of(BATCH), 0.0);
        let mut ready = Ready::new();
        self.each(|first, read| {
            let are_live = ready.fill(read);
            if let Some(out) = batch_of(prices, first) {
                for at in 0..BATCH / Wide::WIDTH {
                    price(read, &ready, at).put(out, at);
                }
                if !are_live {
                    self.each_alone(first, |place, one| {
                        if let Some(out) = out.get_mut(place) {
                            *out = one.price();
                        }
                    });
                }
            }
        });
        prices.truncate(self.count());
    }

    /// Prices and sensitivities, as [`BlackInput::greeks`].
    pub fn greeks(&self) -> GreekColumns {
        let mut greeks = GreekColumns::default();
        self.greeks_into(&mut greeks);
        greeks
    }

    /// The same into columns that are kept from call to call.
    #[inline(never)]
    pub fn greeks_into(&self, greeks: &mut GreekColumns) {
        let mut columns = greeks.columns();
        columns.iter_mut().for_each(|column| column.resize(self.count().next_multiple_of(BATCH), 0.0));
        let mut ready = Ready::new();
        self.each(|first, read| {
            let mut are_live = ready.fill(read);
            if let [
                Some(prices),
                Some(delta),
                Some(gamma),
                Some(vega),
                Some(theta),
                Some(vanna),
                Some(volga),
                Some(charm),
                Some(speed),
                Some(zomma),
                Some(color),
                Some(ultima),
                Some(probability),
            ] = columns.each_mut().map(|column| batch_of(column, first))
            {
                for at in 0..BATCH / Wide::WIDTH {
                    price(read, &ready, at).put(prices, at);
                }
                let factors = in_memory(&kernel::FACTORS);
                let mut least_vega = Wide::splat(1.0);
                for at in 0..BATCH / Wide::WIDTH {
                    let [forward, strike, _, vol, sign] = read.map(|column| Wide::part(column, at));
                    let (quotient, root_years) = (Wide::part(&ready.quotients, at), Wide::part(&ready.roots, at));
                    let terms = Terms { forward, strike, quotient, root_years, vol, sign };
                    let of = kernel::sensitivities(factors, terms, &ready.batch.distribution(at));
                    of.delta.put(delta, at);
                    of.gamma.put(gamma, at);
                    of.vega.put(vega, at);
                    of.theta.put(theta, at);
                    of.vanna.put(vanna, at);
                    of.volga.put(volga, at);
                    of.charm.put(charm, at);
                    of.speed.put(speed, at);
                    of.zomma.put(zomma, at);
                    of.color.put(color, at);
                    of.ultima.put(ultima, at);
                    of.exercise_probability.put(probability, at);
                    least_vega = of.vega.at_most(least_vega);
                }
                are_live &= Wide::is_all(Wide::splat(0.0).is_below(least_vega));
            }
            if !are_live {
                self.each_alone(first, |place, one| {
                    for (column, value) in columns.iter_mut().zip(one.greeks().values()) {
                        if let Some(out) = column.get_mut(first + place) {
                            *out = value;
                        }
                    }
                });
            }
        });
        columns.iter_mut().for_each(|column| column.truncate(self.count()));
    }

    /// Gives each batch with the place of its first option; the last is filled up with its last option.
    #[inline(always)]
    fn each(&self, mut take: impl FnMut(usize, Read<'_>)) {
        let mut filled = [[0.0; BATCH]; 5];
        for first in (0..self.count()).step_by(BATCH) {
            let whole = self.columns().map(|column| column.get(first..).and_then(|rest| rest.first_chunk()));
            let read = match whole {
                [Some(forwards), Some(strikes), Some(years), Some(vols), Some(signs)] => [forwards, strikes, years, vols, signs],
                _ => {
                    for (column, filled) in self.columns().into_iter().zip(&mut filled) {
                        let rest = column.get(first..self.count()).unwrap_or_default();
                        let last = rest.last().copied().unwrap_or(f64::NAN);
                        filled.iter_mut().zip(rest.iter().copied().chain(std::iter::repeat(last))).for_each(|(to, from)| *to = from);
                    }
                    filled.each_ref()
                }
            };
            take(first, read);
        }
    }

    /// Gives each option of a batch by itself, with its place in it: one of them meets a limit.
    #[cold]
    fn each_alone(&self, first: usize, mut take: impl FnMut(usize, BlackInput)) {
        for place in 0..BATCH {
            if let Some(one) = self.one(first + place) {
                take(place, one);
            }
        }
    }

    fn columns(&self) -> [&'a [f64]; 5] {
        [self.forwards, self.strikes, self.years, self.vols, self.signs]
    }

    fn one(&self, place: usize) -> Option<BlackInput> {
        Some(BlackInput {
            forward: *self.forwards.get(place)?,
            strike: *self.strikes.get(place)?,
            years: *self.years.get(place)?,
            vol: *self.vols.get(place)?,
            kind: if *self.signs.get(place)? < 0.0 { OptionKind::Put } else { OptionKind::Call },
        })
    }
}

impl Ready {
    fn new() -> Ready {
        let zero = [0.0; BATCH];
        Ready { quotients: zero, roots: zero, batch: Batch::new() }
    }

    /// Takes in a batch; false where one of its options meets a limit, of which the numbers then are none.
    #[inline(always)]
    fn fill(&mut self, read: Read<'_>) -> bool {
        let Ready { quotients, roots, batch } = self;
        let (logarithm, ordinary) = (in_memory(&LOGARITHM), in_memory(&ORDINARY));
        let is_price = |value: Wide| Wide::splat(ordinary.least_price).is_below(value) & value.is_below(Wide::splat(ordinary.most_price));
        let is_above = |value: Wide| Wide::splat(ordinary.least).is_below(value);
        let mut are_live = Wide::splat(0.0).is_below(Wide::splat(1.0));
        batch.fill((0..BATCH / Wide::WIDTH).map(|at| {
            let [forward, strike, years, vol, _] = read.map(|column| Wide::part(column, at));
            let (quotient, root) = (forward / strike, years.sqrt());
            quotient.put(quotients, at);
            root.put(roots, at);
            let deviation = vol * root;
            are_live = are_live & is_price(forward) & is_price(strike) & is_above(years) & is_above(vol) & is_above(deviation);
            (ordinary_log_ratio(logarithm, forward, strike, quotient), deviation)
        }));
        Wide::is_all(are_live)
    }
}

/// Prices of some options side by side.
#[inline(always)]
fn price([forwards, strikes, _, _, signs]: Read<'_>, ready: &Ready, at: usize) -> Wide {
    kernel::price(Wide::part(forwards, at), Wide::part(strikes, at), &ready.batch.distribution(at), Wide::part(signs, at))
}

/// The batch of a column that begins at a place.
#[inline(always)]
fn batch_of(column: &mut [f64], first: usize) -> Option<&mut Column> {
    column.get_mut(first..)?.first_chunk_mut()
}

impl GreekColumns {
    /// The columns, in the order of [`BlackGreeks::values`].
    fn columns(&mut self) -> [&mut Vec<f64>; 13] {
        [
            &mut self.price,
            &mut self.delta,
            &mut self.gamma,
            &mut self.vega,
            &mut self.theta,
            &mut self.vanna,
            &mut self.volga,
            &mut self.charm,
            &mut self.speed,
            &mut self.zomma,
            &mut self.color,
            &mut self.ultima,
            &mut self.exercise_probability,
        ]
    }
}
