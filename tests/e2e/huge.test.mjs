// A hundred thousand positions and a hundred megabytes: the page stays smooth, a long read can be stopped.
import assert from 'node:assert/strict';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { largeBook } from './fixtures.mjs';
import { answerDryRun, longTasks, settled, start, troubles, until } from './harness.mjs';

const COUNT = 99_999;
const folder = mkdtempSync(path.join(tmpdir(), 'plimsoll-'));
let site;
before(async () => { site = await start(); });
after(async () => {
  await site.stop();
  rmSync(folder, { recursive: true });
});

const pick = (page, file) => page.setInputFiles('input[data-input=pick]', file);
const rowsText = (page) => page.textContent('dialog[open] [data-intake=rows]');

test('a hundred thousand positions are read, opened and scrolled from top to bottom without a task over 50 ms', async (t) => {
  const { page, record, close } = await site.open();
  const book = largeBook(COUNT);
  const file = path.join(folder, book.name);
  writeFileSync(file, book.text);
  const tasks = await longTasks(page);
  await pick(page, file);
  await page.waitForSelector('dialog[open].intake');
  assert.match(await rowsText(page), /^100.000 rows read, 100.000 accepted, 0 left out/);
  await answerDryRun(page, 'add');
  await settled(page);
  const box = page.locator('.position-table__scroll');
  await page.locator('.position-table tbody tr:not(.data-table__spacer) td').first().waitFor();
  const height = await box.evaluate((element) => element.scrollHeight);
  assert.ok(height > COUNT * 26, `${height} pixels for ${COUNT} rows`);
  const frames = await box.evaluate(async (element) => {
    const times = [];
    let last = performance.now();
    for (let step = 1; step <= 400; step += 1) {
      element.scrollTop = (element.scrollHeight - element.clientHeight) * step / 400;
      await new Promise((done) => requestAnimationFrame(done));
      times.push(performance.now() - last);
      last = performance.now();
    }
    return times;
  });
  await until(page, () => page.evaluate(() => {
    const rows = [...document.querySelectorAll('.position-table tbody tr:not(.data-table__spacer)')];
    return rows.length > 10 && !document.querySelector('.data-table__waiting') && rows.at(-1).getAttribute('aria-rowindex') === document.querySelector('.position-table table').getAttribute('aria-rowcount');
  }), () => page.evaluate(() => document.querySelector('.position-table tbody').innerText.slice(-200)));
  const sorted = [...frames].sort((a, b) => a - b);
  t.diagnostic(`frames: median ${sorted[200].toFixed(1)} ms, worst ${sorted.at(-1).toFixed(1)} ms; over 50 ms on the page thread: ${JSON.stringify(await tasks.read())}`);
  assert.deepEqual(await tasks.read(), []);
  assert.deepEqual(troubles(record), []);
  await close();
});

/// The most memory that the largest process of a page ever held, in words; the browser alone takes about 150 MB of it.
async function peakMemory(page) {
  const session = await page.context().browser().newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const peaks = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => {
    const status = `/proc/${id}/status`;
    return existsSync(status) ? Number(readFileSync(status, 'utf8').match(/VmHWM:\s*(\d+) kB/)?.[1]) / 1e3 : NaN;
  });
  const peak = Math.max(...peaks);
  return Number.isFinite(peak) ? `${peak.toFixed(0)} MB` : 'not told by this system';
}

/// A table of about a hundred megabytes with more positions than a book holds.
function hugeFile() {
  const file = path.join(folder, 'huge.csv');
  const handle = openSync(file, 'w');
  let size = writeSync(handle, 'instrument,underlying,type,option_type,strike,expiry,quantity,entry_price,spot,iv,margin\n');
  let rows = 0;
  while (size < 100_000_000) {
    let block = '';
    for (let index = 0; index < 5000; index += 1, rows += 1) {
      const strike = 20_000 + 500 * (rows % 400);
      block += `BTC-26MAR27-${strike}-C,BTC,option,call,${strike},2027-03-26,${(rows % 97) - 48.5},0.0${100 + (rows % 800)},95000,0.${4000 + (rows % 900)},inverse\n`;
    }
    size += writeSync(handle, block);
  }
  closeSync(handle);
  return { file, rows };
}

test('a hundred megabytes are read beside the page; cancel answers within 200 ms, and the refusal names the limit', async (t) => {
  const { page, record, close } = await site.open();
  const { file, rows } = hugeFile();
  const tasks = await longTasks(page);
  await pick(page, file);
  await page.waitForSelector('.notice [data-action=cancel-reading]');
  const took = await page.evaluate(async () => {
    const from = performance.now();
    document.querySelector('[data-action=cancel-reading]').click();
    while (document.querySelector('[data-action=cancel-reading]')) await new Promise((done) => requestAnimationFrame(done));
    return performance.now() - from;
  });
  assert.ok(took < 200, `cancel took ${took} ms`);
  assert.equal(await page.locator('dialog[open]').count(), 0, 'nothing came of it');

  await pick(page, file);
  await page.waitForSelector('dialog[open].intake');
  const text = await rowsText(page);
  const [read, accepted, leftOut] = text.match(/[\d\s]+(?= row| accepted| left)/g).map((part) => Number(part.replace(/\s/g, '')));
  assert.deepEqual([read, accepted, leftOut], [rows, 0, rows], text);
  assert.match(await page.textContent('dialog[open] [data-intake=issues]'), /more than 100000 positions/);
  const reading = await page.evaluate(() => performance.getEntriesByName('plimsoll-read').at(-1).duration);
  t.diagnostic(`cancel answered in ${took.toFixed(0)} ms; read in ${reading.toFixed(0)} ms; over 50 ms on the page thread: ${JSON.stringify(await tasks.read())}`);
  t.diagnostic(`peak memory of the page with its workers: ${await peakMemory(page)}`);
  assert.deepEqual(await tasks.read(), []);
  assert.deepEqual(troubles(record), []);
  await close();
});
