//! What a shock is on: assets, classes, venues, chains, labels and days to expiry; and all but some of them.

use crate::book::Position;
use crate::instrument::Instrument;

/// The asset classes that contracts are told apart by.
pub const CLASSES: [&str; 9] = ["coin", "stablecoin", "cash", "share", "index", "rate", "currency", "commodity", "other"];

/// A selector; what is empty selects everything.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selector {
    /// Codes of underlyings, balances or staked tokens, in capital letters.
    pub assets: Vec<String>,
    /// Asset classes, of [`CLASSES`].
    pub classes: Vec<String>,
    /// Venues.
    pub venues: Vec<String>,
    /// Labels by dimension; `chain` and `protocol` among them.
    pub tags: Vec<(String, Vec<String>)>,
    /// Fewest days to expiry at the book's own time.
    pub from_days: Option<f64>,
    /// Most days to expiry at the book's own time.
    pub to_days: Option<f64>,
    /// What is not selected after all.
    pub but: Option<Box<Selector>>,
}

/// What is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// Code of the underlying, or of a balance.
    pub asset: &'a str,
    /// Another code that it goes by: the token of a stake.
    pub token: Option<&'a str>,
    /// Its asset class.
    pub class: &'a str,
    /// The position, where it is one and not a column of the market.
    pub position: Option<&'a Position>,
    /// Days to its expiry at the book's own time; `None` where it has none.
    pub days: Option<f64>,
}

impl<'a> Target<'a> {
    /// A position.
    pub fn of(position: &'a Position, days: Option<f64>) -> Target<'a> {
        let token = match &position.instrument {
            Instrument::Stake(stake) => Some(stake.token.as_str()),
            _ => None,
        };
        let class = crate::book::tag::asset_class(&position.instrument);
        Target { asset: position.instrument.underlying(), token, class, position: Some(position), days }
    }
}

fn names(list: &[String], name: &str) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(name))
}

impl Selector {
    /// Everything.
    pub const ALL: Selector = Selector {
        assets: Vec::new(),
        classes: Vec::new(),
        venues: Vec::new(),
        tags: Vec::new(),
        from_days: None,
        to_days: None,
        but: None,
    };

    /// One asset.
    pub fn asset(code: &str) -> Selector {
        Selector { assets: vec![code.to_owned()], ..Selector::ALL }
    }

    /// Whether it selects everything.
    pub fn is_all(&self) -> bool {
        *self == Selector::ALL
    }

    /// Whether it tells positions apart that share one market.
    pub fn is_by_position(&self) -> bool {
        !self.venues.is_empty() || !self.tags.is_empty() || self.but.as_ref().is_some_and(|but| but.is_by_position())
    }

    /// Whether it tells expiries apart.
    pub fn is_by_expiry(&self) -> bool {
        self.from_days.is_some() || self.to_days.is_some() || self.but.as_ref().is_some_and(|but| but.is_by_expiry())
    }

    /// Whether a column of the market is selected, by what a column can be told by: of a shock on some positions it is known already that
    /// the one at hand is among them.
    pub(super) fn holds_column(&self, target: &Target<'_>) -> bool {
        let is_but = self.but.as_ref().is_some_and(|but| !but.is_by_position() && but.holds_column(target));
        self.holds_market(target) && !is_but
    }

    /// Whether this is selected.
    pub fn holds(&self, target: &Target<'_>) -> bool {
        let label = |key: &str| target.position.and_then(|position| position.tags.get(key));
        let is_venue = self.venues.is_empty() || target.position.is_some_and(|position| names(&self.venues, &position.venue));
        let is_label = self.tags.iter().all(|(key, values)| label(key).is_some_and(|value| names(values, value)));
        self.holds_market(target) && is_venue && is_label && !self.but.as_ref().is_some_and(|but| but.holds(target))
    }

    /// By asset, class and days alone.
    fn holds_market(&self, target: &Target<'_>) -> bool {
        let is_asset =
            self.assets.is_empty() || names(&self.assets, target.asset) || target.token.is_some_and(|token| names(&self.assets, token));
        let is_class = self.classes.is_empty() || names(&self.classes, target.class);
        let is_from = self.from_days.is_none_or(|from| target.days.is_some_and(|days| days >= from));
        let is_to = self.to_days.is_none_or(|to| target.days.is_some_and(|days| days <= to));
        is_asset && is_class && is_from && is_to
    }

    /// In words, for a table: `BTC, ETH at Deribit`.
    pub fn words(&self) -> String {
        let mut words = Vec::new();
        if !self.assets.is_empty() {
            words.push(self.assets.join(", "));
        }
        if !self.classes.is_empty() {
            words.push(format!("class {}", self.classes.join(", ")));
        }
        if !self.venues.is_empty() {
            words.push(format!("at {}", self.venues.join(", ")));
        }
        words.extend(self.tags.iter().map(|(key, values)| format!("{key} {}", values.join(", "))));
        match (self.from_days, self.to_days) {
            (Some(from), Some(to)) => words.push(format!("{from} to {to} days")),
            (Some(from), None) => words.push(format!("from {from} days")),
            (None, Some(to)) => words.push(format!("up to {to} days")),
            (None, None) => {}
        }
        let all = if words.is_empty() { "everything".to_owned() } else { words.join(" ") };
        self.but.as_ref().map_or(all.clone(), |but| format!("{all} but {}", but.words()))
    }
}
