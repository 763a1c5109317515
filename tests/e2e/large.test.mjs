// Ten thousand positions: the page thread stays free while the workers compute.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { largeBook } from './fixtures.mjs';
import { dropFiles, goTo, headline, longTasks, settled, start, terminal, troubles, waitForReport, waitForText } from './harness.mjs';

const COUNT = 10_000;
const folder = mkdtempSync(path.join(tmpdir(), 'plimsoll-'));
const book = largeBook(COUNT);
const file = path.join(folder, book.name);
let site, page, record;
before(async () => {
  writeFileSync(file, book.text);
  site = await start();
  ({ page, record } = await site.open());
  await dropFiles(page, [book]);
  await page.waitForFunction((count) => document.querySelector('nav a[href="#book"] .navigation__count')?.textContent === count, String(COUNT + 1));
  await settled(page);
});
after(async () => {
  await site.stop();
  rmSync(folder, { recursive: true });
});

const EQUITY = '[data-measure=equity] .headline__shocked';

async function drag() {
  const box = await page.locator('#shock-spot').boundingBox();
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width / 2, y);
  await page.mouse.down();
  for (let step = 0; step <= 60; step += 1) await page.mouse.move(box.x + box.width * (0.5 + 0.35 * Math.sin(step / 7)), y);
  await page.mouse.up();
  return Number(await page.inputValue('#shock-spot'));
}

test('all rows are in the book, only those in sight in the document', async () => {
  assert.equal(await page.locator('li.issue[data-effect=rejected]').count(), 0);
  assert.ok(await page.locator('.position-table tbody tr').count() < 200);
  assert.equal(await page.getAttribute('.position-table table', 'aria-rowcount').then(Number) > COUNT, true);
});

/// The terminal's report of the same file under the same shock; the drags of all pages mostly end on one value.
const reports = new Map();
async function expected(spot) {
  if (!reports.has(spot)) reports.set(spot, JSON.parse(await terminal(['report', file, '--spot-shock', String(spot), '--json'])));
  return reports.get(spot);
}

for (const id of ['stress', 'exposure', 'book']) {
  test(`on the ${id} page a typed shock and a drag leave no task over 50 ms, and the last value wins`, async (t) => {
    await goTo(page, id);
    await settled(page);
    const tasks = await longTasks(page);
    await page.fill('input[data-dial=spot]', '-9');
    await page.press('input[data-dial=spot]', 'Enter');
    await waitForText(page, EQUITY, 'isNot');
    await settled(page);
    const typed = await tasks.read();
    const value = await drag();
    assert.ok(Math.abs(value) > 5, `the drag ends at ${value}`);
    const shown = await waitForReport(page, await expected(value));
    await settled(page);
    const all = await tasks.read();
    t.diagnostic(`over 50 ms on ${id}: ${JSON.stringify(typed)} after typing, ${JSON.stringify(all)} in all`);
    assert.deepEqual(await headline(page), shown, 'nothing comes after the last value');
    await page.click('.shock-bar__reset');
    await waitForText(page, EQUITY, 'isGone');
    await settled(page);
    assert.deepEqual(all, []);
  });
}

const worst = () => page.locator('.chart__sign--worst').locator('xpath=..').innerText();

test('while the whole grid is computed anew no task takes over 50 ms', async (t) => {
  await goTo(page, 'stress');
  await settled(page);
  const before = await worst();
  const tasks = await longTasks(page);
  await page.fill('input[data-dial=days]', '20');
  await page.press('input[data-dial=days]', 'Enter');
  await page.waitForFunction((text) => document.querySelector('.chart__sign--worst')?.parentElement.innerText !== text, before);
  await settled(page);
  const all = await tasks.read();
  t.diagnostic(`${before} became ${await worst()}; over 50 ms: ${JSON.stringify(all)}`);
  assert.deepEqual(all, []);
  await page.click('.shock-bar__reset');
  await page.waitForFunction((text) => document.querySelector('.chart__sign--worst')?.parentElement.innerText === text, before);
  await settled(page);
});

test('a long computation is stopped by its button and goes on by it', async () => {
  await page.click('.range-editor__summary');
  for (const place of [2, 5]) {
    await page.locator('.range-editor .field--number').nth(place).fill('101');
    await page.locator('.range-editor .field--number').nth(place).press('Enter');
  }
  await page.click('.progress .button');
  await page.waitForFunction(() => document.querySelector('.progress')?.innerText.includes('were stopped'));
  await page.click('.progress .button');
  await page.waitForFunction(() => document.querySelector('.progress__bar'));
  await settled(page);
});

test('nothing went wrong on the way', () => assert.deepEqual(troubles(record), []));
