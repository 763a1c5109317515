// Runs ours and its peers on the same inputs, turn by turn in one run, and prints the medians and their ratio.
// `node bench.mjs [--json] [--against=COMMIT] [JOB…]`; a job that reads files wants a build in dist/. Against a commit the only peer
// is the build of that commit, so that a slower kernel is seen.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pack } from './columns.mjs';
import { chromium } from './environment/chromium.mjs';
import { program } from './environment/program.mjs';
import { HERE, install } from './install.mjs';
import * as csv from './jobs/csv.mjs';
import * as kernels from './jobs/kernels.mjs';
import { build, checkout } from './ours.mjs';
import { read, rounds } from './rounds.mjs';
import { print } from './table.mjs';

const TURNS = 7;
/// Every job of the kernels and the engine, in the order of the table.
const KERNELS = {
  price: kernels.price, greeks: kernels.greeks, 'implied-vol': kernels.impliedVol, american: kernels.american, grid: kernels.grid,
  scenarios: kernels.scenarios, pivot: kernels.pivot,
};

const log = (text) => console.error(`    ${text}`);
const words = process.argv.slice(2);
const wanted = words.filter((word) => !word.startsWith('--'));
const commit = words.find((word) => word.startsWith('--against='))?.slice('--against='.length);
const earlier = (environment) => `${environment}, ${commit}`;
const jobsThere = [...Object.keys(KERNELS), csv.id];
const unknown = words.filter((word) => (word.startsWith('--') ? word !== '--json' && !(word.startsWith('--against=') && commit) : !jobsThere.includes(word)));
if (unknown.length > 0) {
  console.error(`not understood: ${unknown.join(' ')}; there are --json, --against=COMMIT and the jobs ${jobsThere.join(', ')}`);
  process.exit(2);
}
const isWanted = (id) => wanted.length === 0 || wanted.includes(id);
const data = mkdtempSync(path.join(tmpdir(), 'plimsoll-bench-'));

/// Ours in every environment, and the peers of the jobs, each a process or a page of its own that lives through the run.
async function start(names) {
  const ours = build(path.resolve(HERE, '../..'), 'here', log, { isWide: !commit });
  const browser = await chromium({ tools: path.join(HERE, '../e2e'), data, here: HERE });
  const participants = new Map();
  participants.set('Chromium', await browser.ours(ours.folder));
  participants.set('Node', program('node', [path.join(HERE, 'environment/node.mjs'), 'ours', ours.folder]));
  participants.set('native', program(ours.native, []));
  if (ours.avx2) participants.set('native AVX2', program(ours.avx2, []));
  if (commit) {
    const then = build(checkout(path.resolve(HERE, '../..'), commit), `at-${commit}`, log, { isWide: false });
    participants.set(earlier('Chromium'), await browser.ours(then.folder));
    participants.set(earlier('native'), program(then.native, []));
    return { participants, stop: () => Promise.all([...participants.values()].map((each) => each.stop())).then(browser.stop) };
  }
  for (const [name, peer] of install(names, log)) {
    const env = { OMP_NUM_THREADS: '1', POLARS_MAX_THREADS: '1', ...peer.env };
    participants.set(name, peer.page ? await browser.peer(peer.page) : program(peer.command, peer.args, { env }));
  }
  return { participants, stop: () => Promise.all([...participants.values()].map((each) => each.stop())).then(browser.stop) };
}

async function kernel(id, job, participants) {
  console.error(`==> ${id}: ${job.title}`);
  const write = (name, columns) => {
    const file = path.join(data, name);
    writeFileSync(file, pack(columns));
    return file;
  };
  let { columns } = job;
  if (job.derive) {
    const answers = path.join(data, `${id}.derived`);
    await participants.get('native').turn(job.derive.job, write(`${id}.source`, columns), answers, 0);
    columns = job.derive.columns(columns, read(answers));
  }
  const file = write(`${id}.inputs`, columns);
  const peerFile = job.peerColumns ? write(`${id}.peer-inputs`, job.peerColumns) : file;
  const running = new Map();
  const environments = ['Chromium', 'Node', 'native', 'native AVX2'].filter((name) => participants.has(name));
  // Native bits are wasm bits; the tolerance only leaves room for a processor's own instructions.
  for (const name of environments) running.set(name, { turn: participants.get(name).turn, job: id, inputs: file, tolerance: 0, check: job.check });
  for (const { name, as, sample, ...how } of job.peers) {
    const timed = sample && { inputs: write(`${id}-${running.size}.sample-inputs`, sample.columns), scale: sample.scale };
    if (participants.has(name)) running.set(as, { turn: participants.get(name).turn, job: id, inputs: peerFile, timed, ...how });
  }
  if (commit) {
    for (const name of ['Chromium', 'native'].map(earlier)) {
      running.set(name, { turn: participants.get(name).turn, job: id, inputs: file, tolerance: 1e-9 });
    }
  }
  const times = await rounds(data, running, { turns: TURNS, log });
  const row = (environment, peer, goal) => ({ job: job.title, environment, ours: times.get(environment), peer, theirs: times.get(peer), goal });
  if (commit) return ['Chromium', 'native'].filter((name) => times.has(earlier(name))).map((name) => row(name, earlier(name), null));
  const peers = job.peers.filter(({ as }) => times.has(as));
  const rows = peers.map(({ as, goal }) => row('Chromium', as, goal));
  if (times.has('native AVX2')) rows.push({ ...row('Chromium', 'native AVX2', 0.33), peer: 'ours, native AVX2' });
  for (const name of ['Node', 'native', 'native AVX2']) if (times.has(name) && peers.length > 0) rows.push(row(name, peers[0].as, null));
  return rows;
}

const jobs = [];
try {
  const chosen = Object.entries(KERNELS).filter(([id]) => isWanted(id)).map(([id, make]) => [id, make()]);
  if (chosen.length > 0) {
    const { participants, stop } = await start(new Set(chosen.flatMap(([, { peers }]) => peers.map(({ name }) => name))));
    try {
      for (const [id, job] of chosen) jobs.push(...(await kernel(id, job, participants)));
    } finally {
      await stop();
    }
  }
  if (isWanted(csv.id) && !commit) jobs.push(...(await csv.run(data, TURNS)));
} finally {
  rmSync(data, { recursive: true });
}
print(jobs, words.includes('--json'));
