//! Page, name and settings in the v1 link. FROZEN, part of `v1`, which describes it.

use crate::engine::Settings;
use crate::issue::Issue;
use crate::session::{Choices, Page, Session};
use crate::share::damaged;
use crate::share::v1::wire::{Reader, Writer};
use crate::share::v1::{column, refused};
use crate::stress::{GridSpec, Move, Numeraire, PathRule, ProfileSpec, Shock, VolShift};
use std::collections::BTreeMap;

/// The shock of a link that states none.
fn v1_shock() -> Shock {
    Shock { all: Move { spot: 0.0, vol: VolShift::Points(0.0) }, per_underlying: BTreeMap::new(), days: 0.0, path: PathRule::Jump }
}

/// The grid of a link that states none.
fn v1_grid() -> GridSpec {
    GridSpec { spot: (-0.5, 0.5), spot_count: 21, vol: (-0.5, 0.5), vol_count: 21, underlying: None }
}

/// The profile of a link that states none.
fn v1_profile() -> ProfileSpec {
    ProfileSpec { spot: (-0.5, 0.5), count: 101, underlying: None }
}

const HAS_SHOCK: u8 = 1;
const HAS_GRID: u8 = 2;
const HAS_PROFILE: u8 = 4;
const HAS_COIN: u8 = 8;
const HAS_BOOK: u8 = 16;

/// Writes page, name and settings.
pub(in crate::share) fn write<'a>(writer: &mut Writer<'a>, session: &'a Session, has_book: bool) {
    let Session { page, name, settings: Settings { shock, grid, profile, numeraire }, choices: _ } = session;
    writer.byte(match page {
        // Of a page that v1 has no number for, a section of v3 tells.
        Page::Book | Page::Market | Page::Methods => 0,
        Page::Exposure => 1,
        Page::Stress => 2,
    });
    writer.text(name);
    let (has_shock, has_grid, has_profile) = (*shock != v1_shock(), *grid != v1_grid(), *profile != v1_profile());
    let has_coin = matches!(numeraire, Numeraire::Coin(_));
    let parts = [(has_shock, HAS_SHOCK), (has_grid, HAS_GRID), (has_profile, HAS_PROFILE), (has_coin, HAS_COIN), (has_book, HAS_BOOK)];
    writer.byte(bits(&parts));
    if has_shock {
        let Shock { all, per_underlying, days, path } = shock;
        writer.byte(bits(&[(*path == PathRule::Line, 1), (is_relative(all.vol), 2)]));
        writer.count(per_underlying.len());
        let mut numbers = vec![all.spot, size(all.vol), *days];
        for (underlying, each) in per_underlying {
            writer.text(underlying);
            writer.byte(u8::from(is_relative(each.vol)));
            numbers.extend([each.spot, size(each.vol)]);
        }
        column::write(writer, &numbers);
    }
    if has_grid {
        let GridSpec { spot, spot_count, vol, vol_count, underlying } = grid;
        writer.byte(u8::from(underlying.is_some()));
        writer.varint(u64::from(*spot_count));
        writer.varint(u64::from(*vol_count));
        column::write(writer, &[spot.0, spot.1, vol.0, vol.1]);
        underlying.iter().for_each(|underlying| writer.text(underlying));
    }
    if has_profile {
        let ProfileSpec { spot, count, underlying } = profile;
        writer.byte(u8::from(underlying.is_some()));
        writer.varint(u64::from(*count));
        column::write(writer, &[spot.0, spot.1]);
        underlying.iter().for_each(|underlying| writer.text(underlying));
    }
    if let Numeraire::Coin(coin) = numeraire {
        writer.text(coin);
    }
}

/// Reads them, and whether a book follows.
pub(in crate::share) fn read(reader: &mut Reader<'_>) -> Result<(Session, bool), Issue> {
    let page = match reader.byte()? {
        0 => Page::Book,
        1 => Page::Exposure,
        2 => Page::Stress,
        _ => return Err(damaged()),
    };
    let name = reader.text()?;
    let parts = reader.byte()?;
    if parts >= 2 * HAS_BOOK {
        return Err(damaged());
    }
    let shock = if parts & HAS_SHOCK != 0 { read_shock(reader)? } else { v1_shock() };
    let grid = if parts & HAS_GRID != 0 {
        let has_underlying = reader.flag()?;
        let (spot_count, vol_count) = (small(reader)?, small(reader)?);
        let [spot_from, spot_to, vol_from, vol_to] = numbers(reader)?;
        let underlying = if has_underlying { Some(reader.text()?) } else { None };
        GridSpec { spot: (spot_from, spot_to), spot_count, vol: (vol_from, vol_to), vol_count, underlying }
    } else {
        v1_grid()
    };
    let profile = if parts & HAS_PROFILE != 0 {
        let has_underlying = reader.flag()?;
        let count = small(reader)?;
        let [from, to] = numbers(reader)?;
        let underlying = if has_underlying { Some(reader.text()?) } else { None };
        ProfileSpec { spot: (from, to), count, underlying }
    } else {
        v1_profile()
    };
    let numeraire = if parts & HAS_COIN != 0 { Numeraire::Coin(reader.text()?) } else { Numeraire::Usd };
    let settings = Settings { shock, grid, profile, numeraire };
    settings.check().map_err(refused)?;
    Ok((Session { page, name, settings, choices: Choices::new() }, parts & HAS_BOOK != 0))
}

fn read_shock(reader: &mut Reader<'_>) -> Result<Shock, Issue> {
    let bits = reader.byte()?;
    if bits > 3 {
        return Err(damaged());
    }
    let path = if bits & 1 != 0 { PathRule::Line } else { PathRule::Jump };
    let count = reader.count(4)?;
    let mut names = Vec::with_capacity(count);
    for _ in 0..count {
        names.push((reader.text()?, reader.flag()?));
    }
    let mut numbers = column::read(reader, 3 + 2 * count)?.into_iter();
    let mut next = || numbers.next().ok_or_else(damaged);
    let all = Move { spot: next()?, vol: shift(bits & 2 != 0, next()?) };
    let days = next()?;
    let mut per_underlying = BTreeMap::new();
    for (name, is_relative) in names {
        per_underlying.insert(name, Move { spot: next()?, vol: shift(is_relative, next()?) });
    }
    Ok(Shock { all, per_underlying, days, path })
}

fn is_relative(vol: VolShift) -> bool {
    matches!(vol, VolShift::Relative(_))
}

fn size(vol: VolShift) -> f64 {
    let (VolShift::Points(size) | VolShift::Relative(size)) = vol;
    size
}

fn shift(is_relative: bool, size: f64) -> VolShift {
    if is_relative { VolShift::Relative(size) } else { VolShift::Points(size) }
}

fn bits(parts: &[(bool, u8)]) -> u8 {
    parts.iter().filter(|(is_set, _)| *is_set).fold(0, |bits, (_, bit)| bits | bit)
}

fn small(reader: &mut Reader<'_>) -> Result<u32, Issue> {
    u32::try_from(reader.varint()?).map_err(|_| damaged())
}

fn numbers<const N: usize>(reader: &mut Reader<'_>) -> Result<[f64; N], Issue> {
    column::read(reader, N)?.try_into().map_err(|_| damaged())
}
