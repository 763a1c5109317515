//! What a reader of the Exposure page should know before any number, and the part of it that stands above every page.

use crate::issue::Issue;
use crate::view::sheet::{ALERTS, Part, Sheet, SheetDef, Subject, Tone, counterparties, limits};

/// This sheet.
pub const DEF: SheetDef = SheetDef { id: "overview", build };

/// The sentences above every page.
pub const ALERTS_DEF: SheetDef = SheetDef { id: ALERTS, build: alerts };

fn build(subject: &mut Subject<'_>) -> Result<Sheet, Issue> {
    let said = sentences(subject);
    let parts = if said.is_empty() { Vec::new() } else { vec![Part::words("to-know", "Worth knowing", said)] };
    Ok(Sheet { parts })
}

fn alerts(subject: &mut Subject<'_>) -> Result<Sheet, Issue> {
    let found = limits::readings(subject);
    let said: Vec<_> = limits::told(&found).into_iter().filter(|(tone, _)| *tone != Tone::Plain).collect();
    let parts = if said.is_empty() { Vec::new() } else { vec![Part::words("alerts", "", said)] };
    Ok(Sheet { parts })
}

/// Breaches of limits first, then what a failure would lay bare.
fn sentences(subject: &mut Subject<'_>) -> Vec<(Tone, String)> {
    let found = limits::readings(subject);
    let mut said: Vec<_> = limits::told(&found).into_iter().filter(|(tone, _)| *tone != Tone::Plain).collect();
    said.extend(counterparties::hidden(subject));
    said
}
