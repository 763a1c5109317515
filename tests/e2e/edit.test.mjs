// The book as a document: positions marked, labelled, split, closed, typed and edited, each in one step that can be undone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { coinsCsv, ownCsv } from './fixtures.mjs';
import { answerDryRun, download, dropFiles, openSample, settled, start, troubles, until } from './harness.mjs';

let site;
before(async () => { site = await start(); });
after(() => site.stop());

const report = async (page) => JSON.parse((await download(page, '[data-action=report-json]')).text);
const count = (page) => page.textContent('nav a[href="#book"] .navigation__count').then(Number);
const hasPositions = async (page, expected) => {
  await until(page, async () => (await count(page)) === expected, async () => `${await count(page)} positions, not ${expected}`);
  await settled(page);
};
const mark = async (page, name) => page.check(`.position-table input[aria-label="Select ${name}"]`);
const near = (actual, expected, what) => assert.ok(Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)), `${what}: ${actual}, expected ${expected}`);

async function openBook() {
  const opened = await site.open();
  await dropFiles(opened.page, [ownCsv, coinsCsv]);
  await hasPositions(opened.page, 3);
  return opened;
}

test('a position is split into lots that sum to it, closed into cash at its value, and both are undone', async () => {
  const { page, record, close } = await openBook();
  const before = await report(page);
  await mark(page, 'BTC');
  await page.fill('[data-input=lot]', '4');
  await page.click('[data-action=split-position]');
  await hasPositions(page, 4);
  const split = await report(page);
  assert.deepEqual(split.positions.filter(({ name }) => name === 'BTC').map(({ quantity }) => quantity), [4, 6]);
  near(split.base.equity, before.base.equity, 'equity');

  await page.locator('.position-table input[aria-label="Select BTC"]').first().check();
  await page.click('[data-action=close-positions]');
  await until(page, async () => (await report(page)).positions.filter(({ name }) => name === 'BTC').length === 1, () => 'one lot is left');
  const closed = await report(page);
  near(closed.base.equity, before.base.equity, 'equity after closing at the value');
  near(closed.positions.find(({ name }) => name === 'USD').quantity, 4 * 95_500, 'proceeds');

  await page.keyboard.press('Control+z');
  await until(page, async () => (await report(page)).positions.filter(({ name }) => name === 'BTC').length === 2, () => 'both lots are back');
  await page.keyboard.press('Control+z');
  await hasPositions(page, 3);
  assert.deepEqual((await report(page)).positions.map(({ quantity }) => quantity), before.positions.map(({ quantity }) => quantity));
  assert.deepEqual(troubles(record), []);
  await close();
});

test('labels group the table, and deleting leaves the value behind', async () => {
  const { page, record, close } = await openBook();
  await mark(page, 'BTC');
  await page.fill('[data-input=tag-value]', 'vault');
  await page.click('[data-action=tag-positions]');
  await page.waitForSelector('option[value="tag:strategy"]', { state: 'attached' });
  await page.selectOption('[data-option=grouping]', 'tag:strategy');
  await until(page, () => page.locator('.data-table__group th', { hasText: 'vault' }).count(), () => page.innerText('.position-table'));
  assert.deepEqual((await report(page)).positions.map(({ tags }) => tags.strategy), [undefined, undefined, 'vault']);

  const before = (await report(page)).base.equity;
  await mark(page, 'BTC');
  await page.click('[data-action=delete-positions]');
  await hasPositions(page, 2);
  near((await report(page)).base.equity, before - 955_000, 'ten coins less');
  assert.deepEqual(troubles(record), []);
  await close();
});

test('a position is typed, corrected where it is wrong, and edited', async () => {
  const { page, record, close } = await openBook();
  await page.click('[data-action=add-position]');
  await page.fill('dialog[open] [data-field=instrument]', 'BTC-PERPETUAL');
  await page.fill('dialog[open] [data-field=quantity]', 'many');
  await page.click('dialog[open] [data-choice=put]');
  await page.waitForSelector('dialog[open] .form__issues li');
  assert.match(await page.textContent('dialog[open] .form__issues'), /quantity.*many.*number/s);
  await page.fill('dialog[open] [data-field=quantity]', '-50000');
  await page.fill('dialog[open] [data-field=entry_price]', '95500');
  await page.click('dialog[open] [data-choice=put]');
  await page.waitForSelector('dialog[open]', { state: 'detached' });
  await hasPositions(page, 4);
  const typed = (await report(page)).positions.at(-1);
  assert.deepEqual([typed.name, typed.class, typed.settlement, typed.quantity, typed.entry_price], ['BTC-PERPETUAL', 'perpetual', 'inverse', -50_000, 95_500]);

  await mark(page, 'BTC-PERPETUAL');
  await page.click('[data-action=edit-position]');
  await page.waitForSelector('dialog[open] [data-field=quantity]');
  assert.equal(await page.inputValue('dialog[open] [data-field=quantity]'), '-50000');
  await page.fill('dialog[open] [data-field=quantity]', '-60000');
  await page.click('dialog[open] [data-choice=put]');
  await page.waitForSelector('dialog[open]', { state: 'detached' });
  await until(page, async () => (await report(page)).positions.at(-1).quantity === -60_000, () => 'the edited quantity');
  assert.equal(await count(page), 4);
  assert.deepEqual(troubles(record), []);
  await close();
});

const americanCsv = {
  name: 'american.csv',
  text: [
    'instrument,underlying,type,option_type,strike,expiry,quantity,contract_size,spot,iv,rate,as_of',
    'XYZ put,XYZ,american_option,put,105,2027-03-19T20:00:00Z,2,100,103,0.31,,2026-09-21T20:00:00Z',
    'XYZ share,XYZ,share,,,,10,,103,,,2026-09-21T20:00:00Z',
    ',USD,rate,,,,,,,,4.3%,',
    '',
  ].join('\n'),
};

test('an American option shows its exercise boundary, and nothing else does', async () => {
  const { page, record, close } = await site.open();
  await dropFiles(page, [americanCsv]);
  await hasPositions(page, 2);
  await mark(page, 'XYZ share');
  await page.waitForSelector('[data-action=edit-position]');
  assert.equal(await page.locator('[data-action=exercise-boundary]').count(), 0);
  await page.uncheck('.position-table input[aria-label="Select XYZ share"]');
  await mark(page, 'XYZ put');
  await page.click('[data-action=exercise-boundary]');
  const figure = page.locator('dialog[open] figure');
  await until(page, async () => (await figure.locator('.chart__title').textContent()).startsWith('Exercise boundary of XYZ put'), () => page.innerText('dialog[open]'));
  await figure.locator('.chart__stage').focus();
  await page.keyboard.press('End');
  await page.keyboard.press('End');
  const spoken = await figure.locator('.chart__spoken').textContent();
  assert.ok(spoken.includes('0.0 days to expiry') && spoken.includes('critical spot 105.00'), spoken);
  const { name, text } = await download(page, 'dialog[open] figure [title="Save the numbers"]');
  assert.equal(name, 'plimsoll-exercise-boundary.csv');
  const critical = text.trim().split('\r\n').slice(1).map((line) => Number(line.split(',').at(-1)));
  assert.ok(critical.length === 33 && critical.every((spot, place) => place === 0 || spot > critical[place - 1]), text);
  assert.ok(Math.abs(critical.at(-1) - 105) < 1e-6, 'the strike at expiry');
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog[open]', { state: 'detached' });
  assert.deepEqual(troubles(record), []);
  await close();
});

test('the book is saved as CSV, JSON and XLSX, each of which opens as the same book', async () => {
  const { page, record, close } = await site.open();
  await openSample(page);
  const before = await report(page);
  for (const format of ['csv', 'json', 'xlsx']) {
    const [file] = await Promise.all([page.waitForEvent('download'), page.click(`[data-export=${format}]`)]);
    assert.equal(file.suggestedFilename(), `Sample desk.${format}`);
    const other = await site.open();
    await other.page.setInputFiles('input[data-input=pick]', await file.path().then(async (path) => ({
      name: file.suggestedFilename(), mimeType: '', buffer: await import('node:fs').then(({ readFileSync }) => readFileSync(path)),
    })));
    await answerDryRun(other.page, 'add');
    await hasPositions(other.page, 40);
    const after = await report(other.page);
    const plain = ({ positions }) => positions.map(({ name, account, venue, quantity, entry_price }) => [name, account, venue, quantity, entry_price]);
    assert.deepEqual(plain(after), plain(before), format);
    // Only the document holds the market as well.
    if (format === 'json') assert.deepEqual(after.base, before.base);
    assert.deepEqual(troubles(other.record), []);
    await other.close();
  }
  assert.deepEqual(troubles(record), []);
  await close();
});
