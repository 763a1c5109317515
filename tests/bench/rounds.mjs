// Every participant of a job once per round, on the same inputs; answers are compared before anything is timed.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { unpack } from './columns.mjs';

/// Milliseconds of a turn: it repeats its job for so long, and its fastest run counts.
const TURN = 150;
/// Longer before the first round, so that nobody is timed while its code is still being compiled.
const WARM_UP = 600;

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

export function read(file) {
  const bytes = readFileSync(file);
  return unpack(new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)));
}

/// The largest difference of two columns, relative to the value or, where that is small, to a millionth of the column's largest.
function difference(ours, theirs) {
  if (ours.length !== theirs.length) return Infinity;
  const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let worst = 0;
  for (let at = 0; at < ours.length; at += 1) {
    const off = Math.abs(ours[at] - theirs[at]) / Math.max(Math.abs(theirs[at]), 1e-6 * largest, Number.MIN_VALUE);
    worst = Number.isNaN(off) ? Infinity : Math.max(worst, off);
  }
  return worst;
}

/// Runs a job. `participants`: name → { turn, job, inputs, answers, tolerance }, where `answers` makes our columns those of the
/// participant; who is slow is `timed` on other inputs, which are a part of the job, and its times are scaled. The first is the one that the others are compared with. Returns what each took in every round; who differs is not
/// timed.
export async function rounds(folder, participants, { turns, log }) {
  const times = new Map();
  let first = null;
  for (const [name, { turn, job, inputs, timed, answers = (columns) => columns, theirs = (columns) => columns, tolerance = 1e-6, check }] of participants) {
    const file = path.join(folder, `${times.size}-${job}.answers`);
    try {
      await turn(job, inputs, file, timed ? 0 : WARM_UP);
    } catch (error) {
      log(`${name}: not timed, ${error.message}`);
      continue;
    }
    const columns = read(file);
    first ??= columns;
    const verdict = check?.(columns);
    if (verdict) log(`${name}: ${verdict}`);
    const expected = answers(first);
    const worst = Math.max(...theirs(columns).map((column, at) => (expected[at] ? difference(expected[at], column) : 0)));
    if (times.size > 0 && tolerance !== null) log(`${name}: answers differ by ${worst.toExponential(1)} at most`);
    if (tolerance === null || worst <= tolerance) times.set(name, []);
    else log(`${name}: not timed, that is more than ${tolerance}`);
  }
  for (let round = 0; round < turns; round += 1) {
    for (const [name, taken] of times) {
      const { turn, job, inputs, timed } = participants.get(name);
      taken.push((await turn(job, timed?.inputs ?? inputs, null, TURN)) * (timed?.scale ?? 1));
    }
  }
  return times;
}
