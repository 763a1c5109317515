// One book of every kind of contract, under a shock: the report has the same SHA-256 from the terminal, from the page with 0, 1, 2
// and 4 workers, and from the page whose workers are Node's threads.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { everyContract } from './fixtures.mjs';
import { download, dropFiles, settled, start, terminal, troubles, waitForReport } from './harness.mjs';
import { bridge } from './node_engine.mjs';

const SHOCK = { spot: '-16', vol: '12', days: '7' };
const sha256 = (text) => createHash('sha256').update(text, 'utf8').digest('hex');

let site;
let expected;
before(async () => {
  site = await start();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'plimsoll-bits-'));
  const file = path.join(folder, everyContract.name);
  writeFileSync(file, everyContract.text);
  expected = await terminal(['report', file, '--spot-shock', SHOCK.spot, '--vol-shock', SHOCK.vol, '--days', SHOCK.days, '--json']);
  rmSync(folder, { recursive: true });
});
after(() => site.stop());

/// Opens the book, types the shock and saves the report.
async function reported(page) {
  await dropFiles(page, [everyContract]);
  await settled(page);
  for (const [dial, value] of Object.entries(SHOCK)) {
    await page.fill(`input[data-dial=${dial}]`, value);
    await page.press(`input[data-dial=${dial}]`, 'Enter');
  }
  await waitForReport(page, JSON.parse(expected));
  await settled(page);
  return (await download(page, '[data-action=report-json]')).text;
}

function same(text, who) {
  assert.deepEqual(JSON.parse(text), JSON.parse(expected), `${who}: other values`);
  assert.equal(sha256(text), sha256(expected), `${who}: the same values in other bytes`);
}

test('the book holds every kind of contract, and the report its full grid and profile', () => {
  const { positions, coverage, grid, profile, pnl } = JSON.parse(expected);
  const classes = new Set(positions.map(({ class: kind }) => kind));
  for (const kind of ['call', 'put', 'american call', 'american put', 'future', 'perpetual', 'spot', 'cash', 'share', 'stake', 'loan', 'pool', 'other']) {
    assert.ok(classes.has(kind), `${kind} among ${[...classes].join(', ')}`);
  }
  assert.equal(coverage.valued, positions.length);
  assert.ok(grid.pnl.length >= 100 && profile.curves.length >= 3 && profile.curves.every((curve) => curve.pnl.length >= 50));
  assert.notEqual(pnl, 0);
  const numbers = JSON.stringify({ grid: grid.pnl, curves: profile.curves.map((curve) => curve.pnl) });
  assert.ok(!numbers.includes('null'), 'every cell is a number');
});

for (const [count, engine] of [[0, 'page'], [1, 'workers:1'], [2, 'workers:2'], [4, 'workers:4']]) {
  test(`Chromium with ?workers=${count} has the terminal's hash`, async () => {
    const { page, record, close } = await site.open(`${site.url}?workers=${count}`);
    await page.waitForSelector(`body[data-engine="${engine}"]`);
    same(await reported(page), `Chromium, ${engine}`);
    assert.deepEqual(troubles(record), []);
    await close();
  });
}

for (const count of [1, 2, 4]) {
  test(`Node with ${count} of its threads has the terminal's hash`, async () => {
    const { page, record, close } = await site.open('about:blank', { isReady: false });
    const node = await bridge(page);
    try {
      await page.goto(`${site.url}?workers=${count}`);
      await page.waitForSelector(`body[data-ready=true][data-engine="workers:${count}"]`);
      same(await reported(page), `Node, ${count} threads`);
      const asked = node.asked();
      assert.equal(asked.length, count, 'every worker of the page is a thread of Node');
      assert.ok(asked.every((questions) => questions > 0), `each has worked: ${asked.join(', ')}`);
      assert.deepEqual(troubles(record), []);
    } finally {
      // Threads that are left alive would keep the test from ending.
      await close();
      await node.stop();
    }
  });
}
