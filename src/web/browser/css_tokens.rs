//! The style sheet's custom properties as colours that a canvas understands; read once per redraw.

use crate::view::chart::colour::{Diverging, Rgb};
use web_sys::{CssStyleDeclaration, Element};

/// How many series tokens there are: `--series-1` and on.
pub const SERIES: usize = 6;

/// What a token that the style sheet does not define is drawn in.
const MISSING: Rgb = Rgb::new(128, 128, 128);

/// The tokens that charts draw with.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartTheme {
    /// The page.
    pub ink_0: Rgb,
    /// The panel that charts lie on.
    pub ink_1: Rgb,
    /// Raised.
    pub ink_2: Rgb,
    /// Hairlines.
    pub line: Rgb,
    /// Stronger hairlines.
    pub line_strong: Rgb,
    /// Text.
    pub text: Rgb,
    /// Labels.
    pub text_2: Rgb,
    /// Captions.
    pub text_3: Rgb,
    /// What the user has set.
    pub accent: Rgb,
    /// Gains.
    pub gain: Rgb,
    /// Losses.
    pub loss: Rgb,
    /// Series, in order.
    pub series: [Rgb; SERIES],
    /// Losses to gains.
    pub diverging: Diverging,
    /// Font families.
    pub sans: String,
}

impl ChartTheme {
    /// Reads the tokens as they hold for an element.
    pub fn of(element: &Element) -> ChartTheme {
        let style = web_sys::window().and_then(|window| window.get_computed_style(element).ok().flatten());
        let colour = |name: &str| property(style.as_ref(), name).and_then(|text| Rgb::parse(&text)).unwrap_or(MISSING);
        ChartTheme {
            ink_0: colour("--ink-0"),
            ink_1: colour("--ink-1"),
            ink_2: colour("--ink-2"),
            line: colour("--line"),
            line_strong: colour("--line-strong"),
            text: colour("--text"),
            text_2: colour("--text-2"),
            text_3: colour("--text-3"),
            accent: colour("--accent"),
            gain: colour("--gain"),
            loss: colour("--loss"),
            series: ["--series-1", "--series-2", "--series-3", "--series-4", "--series-5", "--series-6"].map(colour),
            diverging: Diverging::new(
                colour("--mid"),
                [colour("--loss"), colour("--loss-deep")],
                [colour("--gain"), colour("--gain-deep")],
            ),
            sans: property(style.as_ref(), "--sans").unwrap_or_else(|| "system-ui, sans-serif".to_owned()),
        }
    }

    /// The colour of a series, 0 for the first.
    pub fn series(&self, index: usize) -> Rgb {
        self.series.get(index % SERIES).copied().unwrap_or(self.text)
    }
}

fn property(style: Option<&CssStyleDeclaration>, name: &str) -> Option<String> {
    let value = style?.get_property_value(name).ok()?;
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}
