// Runs ours and its peers on the same inputs, turn by turn in one run, and prints the medians and their ratio.
// `node bench.mjs [--json] [JOB]`; wants a build in dist/.
import { rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as csv from './jobs/csv.mjs';

/// Every job; each file exports `id` and `run(folder, turns)`, which gives one row for each peer.
const ALL = [csv];
const TURNS = 7;

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const spread = (values) => `${Math.min(...values).toFixed(0)}–${Math.max(...values).toFixed(0)}`;

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const folder = mkdtempSync(path.join(tmpdir(), 'plimsoll-bench-'));
const jobs = [];
try {
  for (const job of ALL.filter(({ id }) => wanted.length === 0 || wanted.includes(id))) jobs.push(...(await job.run(folder, TURNS)));
} finally {
  rmSync(folder, { recursive: true });
}

if (process.argv.includes('--json')) {
  console.log(JSON.stringify({
    jobs: jobs.map(({ job, environment, ours, peer, theirs, goal }) => ({
      job, environment, ours_ms: median(ours), peer, peer_ms: median(theirs), ratio: median(theirs) / median(ours), goal,
    })),
  }));
} else {
  const rows = jobs.map(({ job, environment, ours, peer, theirs, goal }) => [
    job, environment, median(ours).toFixed(0), spread(ours), peer, median(theirs).toFixed(0), spread(theirs),
    `${(median(theirs) / median(ours)).toFixed(1)} ×`, goal === null ? '' : `${goal} ×`,
  ]);
  const all = [['job', 'where', 'ours, ms', 'spread', 'peer', 'peer, ms', 'spread', 'ratio', 'goal'], ...rows];
  const widths = all[0].map((_, column) => Math.max(...all.map((row) => row[column].length)));
  for (const row of all) console.log(row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd());
}
