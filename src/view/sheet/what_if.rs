//! What closing a leg, or a part of it, and further trades would make of the book: before, after, and the difference. The open book is not
//! changed.

use crate::engine::{Engine, Inputs, Trade, Valuation};
use crate::exposure::limit;
use crate::exposure::pivot::columns::Columns;
use crate::import::{File, Imported, import};
use crate::issue::{Effect, Issue};
use crate::order;
use crate::stress::CurveKind;
use crate::view::format;
use crate::view::measure;
use crate::view::sheet::typed::{Number, placed, told};
use crate::view::sheet::{Control, Part, Sheet, SheetDef, Subject, TableSheet, Tone, counterparties, limits};
use crate::view::table::alternative::{by_underlying, curve, measures, trades, troughs};

/// This sheet.
pub const DEF: SheetDef = SheetDef { id: "what-if", build };

const POSITION: &str = "what-if/position";
const TRADES: &str = "what-if/trades";
const PART: Number = Number { key: "what-if/part", label: "Part", unit: "% of it", usual: 100.0, range: (0.01, 100.0) };

const TITLE: &str = "What if";

/// Positions that can be chosen from, those of the most gross notional first; any other by its number in the book.
const MOST_POSITIONS: usize = 200;
/// Curves of the profile whose trough is looked for.
const MOST_CURVES: usize = 8;
/// A trade of more than so many times the gross notional of the book is doubted.
const MOST_OF_GROSS: f64 = 10.0;

fn build(subject: &mut Subject<'_>) -> Result<Sheet, Issue> {
    let engine = subject.engine;
    let (part, by_part) = PART.read(subject.choices);
    let mut names = vec![(String::new(), "no position".to_owned())];
    names.extend(choices(engine));
    let text = subject.chosen(POSITION, "");
    let index: Option<u32> = text.parse().ok();
    let held = index.and_then(|index| engine.inputs().positions.get(index as usize));
    if let Some(position) = held.filter(|_| names.iter().all(|(id, _)| id != text)) {
        names.push((text.to_owned(), position.name.clone()));
    }
    let error = if held.is_none() && !text.is_empty() {
        format!("“{text}” is no position of this book, which has {}", format::count(engine.inputs().positions.len(), "one", "of them"))
    } else {
        String::new()
    };
    let typed = subject.chosen(TRADES, "").to_owned();
    let (typed_trades, refused) = read(&typed);
    let controls = vec![
        Control::select(POSITION, "Close", names, if held.is_some() { text } else { "" }).refused(error),
        by_part,
        Control::document(TRADES, "Trades", "trades.csv", &typed).refused(refused),
    ];
    let mut parts = vec![Part::controls("what-if-choice", controls)];
    let closing = index.zip(held).map(|(index, _)| (index, part / 100.0));
    if closing.is_none() && typed_trades.positions.is_empty() {
        parts.push(Part::words("what-if-none", TITLE, help()));
        return Ok(Sheet { parts });
    }
    let (other, traded) = match edited(engine, closing, &typed_trades) {
        Ok(edited) => edited,
        Err(issue) => {
            parts.push(Part::words("what-if-refused", "It cannot be done", vec![(Tone::Warning, told(&issue))]));
            return Ok(Sheet { parts });
        }
    };
    let valuations = [engine, &other].map(|engine| engine.valuation(subject.settings, false));
    let curves: Vec<CurveKind> = engine.curves(subject.settings).into_iter().take(MOST_CURVES).collect();
    let found = [engine, &other].map(|engine| engine.troughs(subject.settings, &curves));
    let mut sentences = Vec::new();
    if let Some(position) = held {
        let part = format::percent(part / 100.0);
        sentences.push((Tone::Plain, format!("{part} of {} closed at the price that it is valued at.", position.name)));
    }
    if !traded.is_empty() {
        let count = format::count(traded.len(), "trade", "trades");
        sentences
            .push((Tone::Plain, format!("{count} at the price at which each is valued; what is paid leaves the cash of its account.")));
        sentences.extend(doubts(&traded, valuations.first().map_or(0.0, |before| before.base.measures.gross_notional)));
    }
    if let ([before, ..], [after, ..]) = (found[0].as_slice(), found[1].as_slice()) {
        sentences.push((
            Tone::Plain,
            format!(
                "The trough of the profile {}: {} at {} of spot before, {} at {} after.",
                curve(before),
                format::signed_money(before.pnl),
                format::signed_percent(before.spot),
                format::signed_money(after.pnl),
                format::signed_percent(after.spot)
            ),
        ));
    }
    parts.push(Part::words("what-if-said", TITLE, sentences));
    if !traded.is_empty() {
        parts.push(Part::table("what-if-trades", of_trades(&traded)).wide());
    }
    parts.extend(compared(&valuations));
    parts.extend(against_limits("what-if-limits", subject, &other));
    parts.push(Part::table(
        "what-if-troughs",
        TableSheet {
            title: "Trough of the profile".to_owned(),
            sub: "worst P&L over the profile’s spot moves, US dollars, from the value of the book at hand".to_owned(),
            table: troughs(&found[0], &found[1]),
            ..TableSheet::default()
        },
    ));
    Ok(Sheet { parts })
}

/// The trades that are typed, and why lines of them cannot be used.
fn read(text: &str) -> (Inputs, String) {
    if text.trim().is_empty() {
        return (Inputs::default(), String::new());
    }
    let Imported { positions, facts, issues, files, .. } = import(&[File::new("trades.csv", text)]);
    if files.iter().all(|file| file.format.is_none()) {
        return (Inputs::default(), "the first line names the columns, such as instrument,quantity,venue".to_owned());
    }
    let refused: Vec<String> = issues.iter().filter(|issue| issue.effect == Effect::Rejected).map(placed).collect();
    (Inputs { positions, facts, ..Inputs::default() }, refused.join("\n"))
}

/// The book after the closing and the trades, and each of those by itself.
fn edited(engine: &Engine, closing: Option<(u32, f64)>, trades: &Inputs) -> Result<(Engine, Vec<Trade>), Issue> {
    let closed = match closing {
        Some((index, part)) => Engine::load(engine.closed(index, part)?, engine.as_of()),
        None => engine.clone(),
    };
    match trades.positions.is_empty() {
        true => Ok((closed, Vec::new())),
        false => Ok((Engine::load(closed.traded(trades)?, engine.as_of()), closed.trades(trades)?)),
    }
}

/// What may be meant otherwise in trades: a quantity in another unit, an account.
fn doubts(traded: &[Trade], gross: f64) -> Vec<(Tone, String)> {
    let mut sentences = Vec::new();
    for Trade { row, holders, .. } in traded {
        let size = row.base.as_ref().and_then(|valued| measure::GROSS.of_position(valued)).unwrap_or(0.0);
        if gross > 0.0 && size > MOST_OF_GROSS * gross {
            let times = format::grouped((size / gross) as usize);
            let said = format!(
                "{} of {} has {times} times the gross notional of the whole book: check the unit of its quantity.",
                format::quantity(row.quantity, &row.quantity_unit),
                row.name
            );
            sentences.push((Tone::Warning, said));
        }
        if *holders > 1 {
            let said = format!(
                "{} is held in {}, and the trade stands beside them: to close what one of them holds, type its venue and account.",
                row.name,
                format::count(*holders, "account", "accounts")
            );
            sentences.push((Tone::Warning, said));
        }
    }
    sentences
}

fn of_trades(traded: &[Trade]) -> TableSheet {
    let mut notes = vec!["Of a future or perpetual nothing is paid but the gain of what it closes.".to_owned()];
    if traded.iter().any(|trade| !trade.is_carried) {
        notes.push(
            "A link carries the market of what is held: a column vol, and of an expiry that is not held a column forward, makes the trade the same there."
                .to_owned(),
        );
    }
    TableSheet {
        title: "Trades".to_owned(),
        sub: "each by itself, before it closes what is held".to_owned(),
        table: trades(traded),
        notes,
        ..TableSheet::default()
    }
}

/// The limits that are set, as the book is and as the other one would be.
pub fn against_limits(id: &str, subject: &mut Subject<'_>, other: &Engine) -> Option<Part> {
    let set = limit::read(subject.chosen(limits::SET, "")).value;
    if set.is_empty() {
        return None;
    }
    let rates = counterparties::rates(subject).rates;
    let (now, after) = (limits::used(subject, &set), other.limits(&mut Columns::default(), &set, &rates));
    let sub = "Breaches first; what venues state of accounts stays as it is".to_owned();
    Some(Part::table(id, TableSheet { sub, ..limits::after(&now, &after) }))
}

fn help() -> Vec<(Tone, String)> {
    [
        "Choose a position to close, or type trades: what the book would be stands here beside what it is.",
        "The first line of the trades names the columns: instrument,quantity,venue",
        "Example: BTC-27MAR26-80000-P,20,Deribit buys 20 puts by the venue’s own terms, and BTC-PERPETUAL,-500000,Deribit sells 500 000 USD of its perpetual; a quantity below 0 sells.",
        "Terms may stand in columns instead, underlying,type,expiry,strike,quantity,venue: those are linear and paid in dollars, and count coins, unless a column settlement says inverse.",
        "A trade against a position in the same account closes it; without venue and account it is taken to be in the one account that holds its instrument. Of an option nobody quotes a column vol says what it is priced at.",
    ]
    .map(|said| (Tone::Plain, said.to_owned()))
    .to_vec()
}

/// Headlines and underlyings before and after.
pub fn compared([before, after]: &[Valuation; 2]) -> Vec<Part> {
    let notes = if before.pnl.is_none() {
        vec!["No shock is set: with one in the bar above, its P&L and the numbers after it stand here too.".to_owned()]
    } else {
        Vec::new()
    };
    let headlines = TableSheet {
        title: "Headline numbers".to_owned(),
        sub: "US dollars; leverage a multiple of equity".to_owned(),
        table: measures(before, after),
        notes,
        ..TableSheet::default()
    };
    let underlyings = TableSheet {
        title: "By underlying".to_owned(),
        sub: "as the market stands, US dollars".to_owned(),
        table: by_underlying(before, after),
        empty: "Neither book holds anything that is valued.".to_owned(),
        ..TableSheet::default()
    };
    vec![Part::table("measures", headlines), Part::table("by-underlying", underlyings)]
}

fn choices(engine: &Engine) -> Vec<(String, String)> {
    let mut sized: Vec<(usize, f64)> = engine.gross_by_position().into_iter().enumerate().collect();
    order::sort_by(&mut sized, |one, other| other.1.total_cmp(&one.1));
    let positions = &engine.inputs().positions;
    let named = |(at, _): (usize, f64)| {
        let position = positions.get(at)?;
        let quantity = format::quantity(position.quantity.get(), &position.instrument.units().0);
        Some((at.to_string(), format::joined([&position.name, &quantity, &position.venue, &position.account])))
    };
    sized.into_iter().take(MOST_POSITIONS).filter_map(named).collect()
}
