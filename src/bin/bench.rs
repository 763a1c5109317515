//! The jobs of `tests/bench`: what is timed of ours beside its peers, natively and in wasm. No part of the page.
//!
//! A job takes its inputs and gives its answers as columns: their count, then each with its length in front, all as `f64`.

use plimsoll::book::{Book, Position};
use plimsoll::engine::{Block, Engine, Inputs, Settings};
use plimsoll::exposure::pivot::columns::{Columns as PivotColumns, Under};
use plimsoll::exposure::pivot::dimension::Dimension;
use plimsoll::exposure::pivot::{Cell, Pivot, Query, measure, property};
use plimsoll::instrument::{EuropeanOption, Instrument, OptionKind, Settlement};
use plimsoll::issue::Source;
use plimsoll::market::{BidAsk, Fact, FactValue, Market, Origin};
use plimsoll::math::american::AmericanInput;
use plimsoll::math::black::{BlackColumns, GreekColumns};
use plimsoll::math::implied_vol::{ImpliedVolColumns, NoVol};
use plimsoll::price::Plan;
use plimsoll::stress::GridSpec;
use plimsoll::stress::scenario::{Scenario, Selector, ShockItem, family};
use plimsoll::units::{Currency, Price, Quantity, Rate, Timestamp, Vol};
use std::collections::BTreeMap;

type Columns = Vec<Vec<f64>>;

/// A job with its inputs, ready to be done over and over.
enum Job {
    /// Undiscounted prices; of forward, strike, years, vol and sign. The columns that they are put into are kept.
    Price(Columns, Vec<f64>),
    /// Prices and every Greek of the same.
    Greeks(Columns, Box<GreekColumns>),
    /// Every cell of the grid, of a book that is loaded.
    Grid(Box<Engine>, Settings),
    /// Every cell of the grid on top of each of these scenarios, of the same book.
    Scenarios(Box<Engine>, Settings, Vec<Scenario>),
    /// Netting and laying out the same book.
    Net(Book, Market),
    /// Vols; of forward, strike, years, undiscounted price and sign.
    ImpliedVol(Columns, Vec<Result<f64, NoVol>>),
    /// Prices; of contracts that stand together by vol, rate, yield, years and kind.
    American(Vec<AmericanInput>),
    /// Net delta by strike and expiry of a book that is loaded, and what of it is kept from one pivot to the next.
    Pivot(Box<Engine>, Box<PivotColumns>, Option<Pivot>),
    /// The same position by position: place of the strike, place of the expiry, net delta.
    PivotRows(Box<Engine>),
}

impl Job {
    fn new(name: &str, columns: Columns) -> Result<Job, String> {
        Ok(match name {
            "price" => Job::Price(columns, Vec::new()),
            "greeks" => Job::Greeks(columns, Box::default()),
            "grid" => {
                let (engine, settings) = book(&columns).ok_or("not the columns of a book")?;
                Job::Grid(Box::new(engine), settings)
            }
            "scenarios" => {
                let (engine, settings) = book(&columns).ok_or("not the columns of a book")?;
                Job::Scenarios(Box::new(engine), settings, scenarios(&columns).ok_or("not the columns of scenarios")?)
            }
            "net" => {
                let (inputs, _) = inputs(&columns).ok_or("not the columns of a book")?;
                let (market, _) = Market::assemble(&inputs.facts, inputs.as_of.ok_or("no as-of time")?);
                Job::Net(Book { positions: inputs.positions }, market)
            }
            "implied-vol" => Job::ImpliedVol(columns, Vec::new()),
            "pivot" => Job::Pivot(Box::new(book(&columns).ok_or("not the columns of a book")?.0), Box::default(), None),
            "pivot-rows" => Job::PivotRows(Box::new(book(&columns).ok_or("not the columns of a book")?.0)),
            "american" => Job::American(rows(&columns).map(american).collect()),
            _ => return Err(format!("no job is called {name}")),
        })
    }

    /// Does the job; what is put into columns that are kept is not returned.
    fn run(&mut self) -> Columns {
        match self {
            Job::Price(columns, prices) => {
                options(columns).prices_into(prices);
                Vec::new()
            }
            Job::Greeks(columns, greeks) => {
                options(columns).greeks_into(greeks);
                Vec::new()
            }
            Job::Grid(engine, settings) => {
                vec![(0..settings.grid.vol_count).flat_map(|row| engine.block(settings, Block::GridRow(row))).collect()]
            }
            Job::Scenarios(engine, settings, scenarios) => {
                let grids = scenarios.iter().map(|scenario| engine.scenario_grid(scenario, settings));
                vec![grids.flat_map(|grid| grid.map(|grid| grid.pnl).unwrap_or_default()).collect()]
            }
            Job::Net(book, market) => {
                let (_, state, issues) = Plan::new(book, market);
                vec![vec![state.vols.len() as f64, issues.len() as f64]]
            }
            Job::ImpliedVol(columns, vols) => {
                let column = |at: usize| columns.get(at).map_or(&[][..], Vec::as_slice);
                let options =
                    ImpliedVolColumns { forwards: column(0), strikes: column(1), years: column(2), prices: column(3), signs: column(4) };
                options.solve_into(vols);
                Vec::new()
            }
            Job::Pivot(engine, columns, found) => {
                let (rows, by) = (Dimension::Known(&property::STRIKE), Dimension::Known(&property::EXPIRY));
                let query = Query { rows: &rows, columns: Some(&by), measure: &measure::NET_DELTA, under: Under::Now, within: &[] };
                *found = Some(columns.pivot(&engine.sources(None), &query));
                Vec::new()
            }
            Job::PivotRows(engine) => {
                let (sources, mut columns) = (engine.sources(None), PivotColumns::default());
                let codes = [&property::STRIKE, &property::EXPIRY].map(|def| {
                    let dimension = Dimension::Known(def);
                    columns.build(&sources, &dimension);
                    let codes = columns.dimension(&dimension).map_or(&[][..], |column| &column.codes);
                    codes.iter().copied().map(f64::from).collect::<Vec<f64>>()
                });
                let part = |index| sources.part(&measure::NET_DELTA, Under::Now, index).unwrap_or(f64::NAN);
                let values = (0..sources.count()).map(part).collect();
                let [rows, by] = codes;
                vec![rows, by, values]
            }
            Job::American(inputs) => {
                // One exercise boundary serves every strike of the same terms.
                let terms = |input: &AmericanInput| (input.vol, input.rate, input.carry_yield, input.years, input.kind);
                let sets = inputs.chunk_by(|a, b| terms(a) == terms(b));
                vec![
                    sets.filter_map(|set| Some((set, set.first()?.boundary())))
                        .flat_map(|(set, boundary)| set.iter().map(|input| input.price_within(&boundary)).collect::<Vec<f64>>())
                        .collect(),
                ]
            }
        }
    }
}

impl Job {
    /// Does the job; all that comes of it.
    fn answers(&mut self) -> Columns {
        let columns = self.run();
        match self {
            Job::Price(_, prices) => vec![prices.clone()],
            Job::Greeks(_, of) => [
                &of.price,
                &of.delta,
                &of.gamma,
                &of.vega,
                &of.theta,
                &of.vanna,
                &of.volga,
                &of.charm,
                &of.speed,
                &of.zomma,
                &of.color,
                &of.ultima,
                &of.exercise_probability,
            ]
            .map(Clone::clone)
            .to_vec(),
            Job::ImpliedVol(_, vols) => vec![vols.iter().map(|vol| vol.unwrap_or(f64::NAN)).collect()],
            Job::Pivot(_, _, Some(pivot)) => {
                let column = |of: fn(&Cell) -> f64| pivot.cells.iter().map(of).collect();
                vec![
                    column(|cell| f64::from(cell.row)),
                    column(|cell| f64::from(cell.column)),
                    column(|cell| cell.sum.sum),
                    column(|cell| f64::from(cell.sum.positions)),
                ]
            }
            _ => columns,
        }
    }
}

fn options(columns: &Columns) -> BlackColumns<'_> {
    let column = |at: usize| columns.get(at).map_or(&[][..], Vec::as_slice);
    BlackColumns { forwards: column(0), strikes: column(1), years: column(2), vols: column(3), signs: column(4) }
}

/// The columns row by row.
fn rows(columns: &Columns) -> impl Iterator<Item = Vec<f64>> + '_ {
    let count = columns.iter().map(Vec::len).min().unwrap_or(0);
    (0..count).map(|row| columns.iter().filter_map(|column| column.get(row).copied()).collect())
}

fn kind(sign: f64) -> OptionKind {
    if sign < 0.0 { OptionKind::Put } else { OptionKind::Call }
}

fn american(row: Vec<f64>) -> AmericanInput {
    let at = |place: usize| row.get(place).copied().unwrap_or(f64::NAN);
    AmericanInput { spot: at(0), strike: at(1), years: at(2), vol: at(3), rate: at(4), carry_yield: at(5), kind: kind(at(6)) }
}

fn book(columns: &Columns) -> Option<(Engine, Settings)> {
    let (inputs, settings) = inputs(columns)?;
    let as_of = inputs.as_of?;
    Some((Engine::load(inputs, as_of), settings))
}

/// A book of European options of one underlying, from eleven columns: as-of time, spot and rate; expiry times; their forwards;
/// of each contract its expiry's place, strike, vol and sign; of each position its contract's place and quantity; lowest, highest
/// and count of spot moves, and of vol shifts.
fn inputs(columns: &Columns) -> Option<(Inputs, Settings)> {
    let [world, expiries, forwards, places, strikes, vols, signs, contracts, quantities, spots, shifts, ..] = columns.as_slice() else {
        return None;
    };
    let [as_of, spot, rate] = *world.first_chunk()?;
    let underlying = || "BTC".to_owned();
    let instant = |ms: f64| Timestamp::from_ms(ms as i64);
    let mut values = vec![
        FactValue::Spot { underlying: underlying(), price: Price::new(spot).ok()? },
        FactValue::Rate { underlying: underlying(), rate: Rate::new(rate).ok()? },
    ];
    for (expiry, forward) in expiries.iter().zip(forwards) {
        values.push(FactValue::Forward { underlying: underlying(), expiry: instant(*expiry), price: Price::new(*forward).ok()? });
    }
    let mut listed = Vec::new();
    for (((place, strike), vol), sign) in places.iter().zip(strikes).zip(vols).zip(signs) {
        let option = EuropeanOption {
            underlying: underlying(),
            quote: Currency::usd(),
            settlement: Settlement::Linear,
            contract_size: 1.0,
            expiry: instant(*expiries.get(*place as usize)?),
            strike: Price::new(*strike).ok()?,
            kind: kind(*sign),
        };
        values.push(FactValue::Option {
            underlying: underlying(),
            expiry: option.expiry,
            strike: option.strike,
            kind: option.kind,
            settlement: option.settlement,
            mark_vol: Some(Vol::new(*vol).ok()?),
            mark_price: None,
            bid_ask: BidAsk::default(),
        });
        listed.push(option);
    }
    let mut positions = Vec::new();
    for (contract, quantity) in contracts.iter().zip(quantities) {
        positions.push(Position {
            name: String::new(),
            account: String::new(),
            venue: String::new(),
            instrument: Instrument::Option(listed.get(*contract as usize)?.clone()),
            quantity: Quantity::new(*quantity).ok()?,
            entry_price: None,
            mark: None,
            tags: BTreeMap::new(),
            stated: None,
            source: Source::default(),
        });
    }
    let facts = values.into_iter().map(|value| Fact { value, time: None, origin: Origin::Quote, source: Source::default() }).collect();
    let axis = |column: &Vec<f64>| Some(((*column.first()?, *column.get(1)?), *column.get(2)? as u32));
    let ((spot, spot_count), (vol, vol_count)) = (axis(spots)?, axis(shifts)?);
    let grid = GridSpec { spot, spot_count, vol, vol_count, underlying: None };
    Some((
        Inputs { positions, facts, accounts: Vec::new(), history: Default::default(), as_of: Some(instant(as_of)) },
        Settings { grid, ..Settings::default() },
    ))
}

/// Scenarios, from the last four columns: spot in percent, vol in points, days, rate in percentage points.
fn scenarios(columns: &Columns) -> Option<Vec<Scenario>> {
    let [spots, vols, days, rates] = columns.last_chunk()?;
    let moves = spots.iter().zip(vols).zip(days.iter().zip(rates));
    moves
        .map(|((spot, vol), (days, rate))| {
            let item = |id, field, value| Some(ShockItem::new(family(id)?, &[(field, value)], Selector::ALL));
            let shocks = vec![item("spot", "percent", *spot)?, item("vol", "points", *vol)?, item("rate", "points", *rate)?];
            Some(Scenario { shocks, days: *days, ..Scenario::default() })
        })
        .collect()
}

fn unpack(numbers: &[f64]) -> Option<Columns> {
    let (count, mut rest) = numbers.split_first()?;
    let mut columns = Vec::new();
    for _ in 0..*count as usize {
        let (length, after) = rest.split_first()?;
        let (column, after) = after.split_at_checked(*length as usize)?;
        columns.push(column.to_vec());
        rest = after;
    }
    Some(columns)
}

fn pack(columns: &Columns) -> Vec<f64> {
    let mut numbers = vec![columns.len() as f64];
    for column in columns {
        numbers.push(column.len() as f64);
        numbers.extend(column);
    }
    numbers
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use crate::{Job, pack, unpack};
    use wasm_bindgen::prelude::wasm_bindgen;

    /// A job for a script.
    #[wasm_bindgen]
    pub struct Bench(Job);

    #[wasm_bindgen]
    impl Bench {
        /// Makes it ready.
        ///
        /// # Errors
        /// No such job, or inputs of another form.
        #[wasm_bindgen(constructor)]
        pub fn new(job: &str, inputs: &[f64]) -> Result<Bench, String> {
            Job::new(job, unpack(inputs).ok_or("the inputs are cut off")?).map(Bench)
        }

        /// Does it.
        pub fn run(&mut self) {
            std::hint::black_box(self.0.run());
        }

        /// What comes out.
        pub fn answers(&mut self) -> Vec<f64> {
            pack(&self.0.answers())
        }
    }
}

#[cfg(target_arch = "wasm32")]
fn main() {}

/// Answers one line after another: `JOB INPUTS ANSWERS MILLISECONDS` does the job for so long, at least twice, writes its answers and
/// says how many milliseconds the fastest took; `-` for answers writes none.
#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::io::Result<()> {
    use std::io::{Write, stdin, stdout};
    let mut jobs: BTreeMap<(String, String), Job> = BTreeMap::new();
    for line in stdin().lines() {
        let line = line?;
        match native::turn(&mut jobs, &line) {
            Ok(took) => writeln!(stdout(), "{took}")?,
            Err(reason) => writeln!(stdout(), "error {reason}")?,
        }
    }
    Ok(())
}

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use crate::{Job, pack, unpack};
    use std::collections::BTreeMap;
    use std::collections::btree_map::Entry;
    use std::fs;

    pub(crate) fn turn(jobs: &mut BTreeMap<(String, String), Job>, line: &str) -> Result<f64, String> {
        let mut words = line.split(' ');
        let (Some(name), Some(inputs), Some(answers), Some(budget)) = (words.next(), words.next(), words.next(), words.next()) else {
            return Err("wants JOB INPUTS ANSWERS MILLISECONDS".to_owned());
        };
        let budget: f64 = budget.parse().map_err(|_| "not milliseconds".to_owned())?;
        let job = match jobs.entry((name.to_owned(), inputs.to_owned())) {
            Entry::Occupied(ready) => ready.into_mut(),
            Entry::Vacant(slot) => slot.insert(Job::new(name, unpack(&read(inputs)?).ok_or("the inputs are cut off")?)?),
        };
        if answers != "-" {
            let bytes: Vec<u8> = pack(&job.answers()).iter().flat_map(|number| number.to_le_bytes()).collect();
            fs::write(answers, bytes).map_err(|error| error.to_string())?;
        }
        let (mut fastest, mut spent, mut count) = (f64::INFINITY, 0.0, 0);
        while spent < budget || count < 2 {
            let took = time(job);
            fastest = fastest.min(took);
            spent += took;
            count += 1;
        }
        Ok(fastest)
    }

    /// Milliseconds that doing a job takes.
    #[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock, and this half of it is never compiled to wasm")]
    fn time(job: &mut Job) -> f64 {
        let from = std::time::Instant::now();
        let columns = std::hint::black_box(job.run());
        let took = from.elapsed().as_secs_f64() * 1e3;
        drop(columns);
        took
    }

    fn read(path: &str) -> Result<Vec<f64>, String> {
        let bytes = fs::read(path).map_err(|error| error.to_string())?;
        Ok(bytes.as_chunks::<8>().0.iter().map(|number| f64::from_le_bytes(*number)).collect())
    }
}
