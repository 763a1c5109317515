// What a run says: a table, or with `--json` the same rows as data.
import { median } from './rounds.mjs';

const digits = (value) => (value < 10 ? 2 : value < 100 ? 1 : 0);
const spread = (values) => {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `${low.toFixed(digits(high))}–${high.toFixed(digits(high))}`;
};

export function print(jobs, isJson) {
  const ratio = ({ ours, theirs }) => median(theirs) / median(ours);
  if (isJson) {
    const rows = jobs.map((row) => ({
      job: row.job, environment: row.environment, ours_ms: median(row.ours), peer: row.peer, peer_ms: median(row.theirs), ratio: ratio(row), goal: row.goal,
    }));
    console.log(JSON.stringify({ jobs: rows }));
    return;
  }
  const number = (values) => median(values).toFixed(digits(median(values)));
  const rows = jobs.map((row) => [
    row.job, row.environment, number(row.ours), spread(row.ours), row.peer, number(row.theirs), spread(row.theirs),
    `${ratio(row).toFixed(digits(ratio(row)))} ×`, row.goal === null ? '' : `${row.goal} ×${ratio(row) < row.goal ? ' missed' : ''}`,
  ]);
  const all = [['job', 'where', 'ours, ms', 'spread', 'peer', 'peer, ms', 'spread', 'ratio', 'goal'], ...rows];
  const widths = all[0].map((_, column) => Math.max(...all.map((row) => row[column].length)));
  for (const row of all) console.log(row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd());
}
