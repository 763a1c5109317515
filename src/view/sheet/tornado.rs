//! One factor at a time to either side, the widest first.

use crate::issue::Issue;
use crate::stress::tornado::TornadoSpec;
use crate::view::chart::tornado::{self, table, tornado};
use crate::view::format;
use crate::view::sheet::typed::Number;
use crate::view::sheet::{Part, Sheet, SheetDef, Subject, TableSheet};

/// This sheet.
pub const DEF: SheetDef = SheetDef { id: "tornado", build };

const SPOT: Number = Number { key: "tornado/spot", label: "Spot", unit: "± %", usual: 10.0, range: (0.01, 99.0) };
const VOL: Number = Number { key: "tornado/vol", label: "Vol", unit: "± points", usual: 10.0, range: (0.01, 1000.0) };
const DAYS: Number = Number { key: "tornado/days", label: "Time", unit: "+ days", usual: 1.0, range: (0.01, 3650.0) };
const RATE: Number = Number { key: "tornado/rate", label: "Rates", unit: "± % a year", usual: 1.0, range: (0.001, 100.0) };

fn build(subject: &mut Subject<'_>) -> Result<Sheet, Issue> {
    let [(spot, by_spot), (vol, by_vol), (days, by_days), (rate, by_rate)] =
        [SPOT, VOL, DAYS, RATE].map(|field| field.read(subject.choices));
    let spec = TornadoSpec { spot: spot / 100.0, vol: vol / 100.0, days, rate: rate / 100.0, ..TornadoSpec::default() };
    spec.check()?;
    let engine = subject.engine;
    let bars = engine.tornado(&spec);
    let beyond = engine.by_size().len().saturating_sub(spec.most);
    let mut notes = vec!["From the market as it stands, whatever the shock bar says.".to_owned()];
    if beyond > 0 {
        notes.push(format!("{} of less gross notional have no bars.", format::count(beyond, "underlying", "underlyings")));
    }
    let sheet = TableSheet {
        title: "Every factor".to_owned(),
        sub: "full revaluation, US dollars; time goes forward only".to_owned(),
        table: table(&bars),
        notes,
        ..TableSheet::default()
    };
    let mut parts = vec![Part::controls("tornado-choice", vec![by_spot, by_vol, by_days, by_rate])];
    parts.extend(tornado(&bars).map(|bars| Part::ranked(tornado::DEF.id, bars).wide()));
    parts.push(Part::table("tornado-table", sheet));
    Ok(Sheet { parts })
}
