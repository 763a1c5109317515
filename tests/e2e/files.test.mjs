// Files that are dropped: several at once, onto an open book, with rows that cannot be read.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { badRows, coinsCsv, deribitPositions, ownCsv } from './fixtures.mjs';
import { answerDryRun, download, dropFiles, settled, start, troubles } from './harness.mjs';

let site;
before(async () => { site = await start(); });
after(() => site.stop());

const report = async (page) => JSON.parse((await download(page, '[data-action=report-json]')).text);
const positions = (page) => page.textContent('nav a[href="#book"] .navigation__count').then(Number);
const hasPositions = (page, count) => page.waitForFunction(
  (count) => document.querySelector('nav a[href="#book"] .navigation__count')?.textContent === count,
  String(count),
);
const near = (actual, expected, what) => assert.ok(Math.abs(actual - expected) <= 1e-9 * Math.abs(expected), `${what}: ${actual}, expected ${expected}`);

test('two files at once make one book; a second drop shows what it holds before it adds or replaces', async () => {
  const { page, record, close } = await site.open();
  await dropFiles(page, [deribitPositions, ownCsv]);
  await hasPositions(page, 4);
  await settled(page);
  const names = await page.$$eval('.file-list__items b', (items) => items.map((item) => item.textContent));
  assert.deepEqual(names, ['positions.json', 'second.csv']);
  assert.equal(await page.locator('li.issue[data-effect=rejected]').count(), 0);
  const first = await report(page);

  await dropFiles(page, [coinsCsv], null);
  await page.waitForSelector('dialog[open] [data-choice=add]');
  assert.match(await page.textContent('dialog[open] [data-intake=rows]'), /^1 row read, 1 accepted, 0 left out/);
  assert.match(await page.textContent('dialog[open] .intake__totals'), /Equity\$955.k/, 'ten coins at 95,500');
  assert.equal(await positions(page), 4, 'nothing changes before the answer');
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog[open]', { state: 'detached' });
  assert.equal(await positions(page), 4, 'no answer leaves the book as it is');

  await dropFiles(page, [coinsCsv]);
  await hasPositions(page, 5);
  await settled(page);
  const added = await report(page);
  near(added.base.equity - first.base.equity, 955_000, 'ten coins at 95,500 more equity');
  assert.deepEqual(await page.$$eval('.file-list__items b', (items) => items.map((item) => item.textContent)), ['positions.json', 'second.csv', 'coins.csv']);

  await dropFiles(page, [coinsCsv], 'replace');
  await hasPositions(page, 1);
  await settled(page);
  near((await report(page)).base.equity, 955_000, 'the new book alone');

  await page.keyboard.press('Control+z');
  await hasPositions(page, 5);
  await settled(page);
  near((await report(page)).base.equity, added.base.equity, 'one step back');
  await page.click('[data-action=undo]');
  await hasPositions(page, 4);
  await page.click('[data-action=redo]');
  await page.click('[data-action=redo]');
  await hasPositions(page, 1);
  await settled(page);
  near((await report(page)).base.equity, 955_000, 'two steps forward');
  assert.deepEqual(troubles(record), []);
  await close();
});

test('the file picker reads what a drop reads', async () => {
  const { page, close } = await site.open();
  const files = [deribitPositions, ownCsv].map(({ name, text }) => ({ name, mimeType: '', buffer: Buffer.from(text) }));
  await page.setInputFiles('input[data-input=pick]', files);
  await answerDryRun(page, 'add');
  await hasPositions(page, 4);
  await close();
});

test('rows that cannot be read are named with line and value, the rest is kept', async () => {
  const { page, record, close } = await site.open();
  await dropFiles(page, [badRows]);
  await hasPositions(page, 2);
  await settled(page);
  const issues = await page.$$eval('li.issue[data-effect=rejected]', (items) => items.map((item) => ({
    place: item.querySelector('.issue__place').textContent,
    value: item.querySelector('.issue__value')?.textContent,
    message: item.querySelector('.issue__message').textContent,
  })));
  assert.equal(issues.length, badRows.bad.length, JSON.stringify(issues));
  for (const { line, value } of badRows.bad) {
    const issue = issues.find((issue) => issue.place.split(' · ').includes(`line ${line}`));
    assert.ok(issue, `an issue for line ${line}`);
    assert.ok(issue.place.includes('bad.csv'), issue.place);
    assert.ok(issue.value.includes(value), `line ${line} names ${value}, not ${issue.value}`);
    assert.ok(issue.message.length > 10, issue.message);
  }
  near((await report(page)).base.equity, 1_205_000, 'cash and ten coins remain');
  const saved = await download(page, '[data-action=issues-csv]');
  assert.ok(saved.text.split('\r\n').filter((line) => line.startsWith('left out,')).length === 3, saved.text);
  assert.deepEqual(troubles(record), []);
  await close();
});

const unreadable = [
  { name: 'poem.txt', text: 'roses are red' },
  { name: 'empty.csv', text: '' },
  { name: 'cut.json', text: '{"result": [{"instrument_name": "BTC-27' },
];

test('a file that is no book is named, and leaves the open book alone', async () => {
  const { page, record, close } = await site.open();
  await dropFiles(page, [coinsCsv]);
  await hasPositions(page, 1);
  await settled(page);
  for (const file of unreadable) {
    await dropFiles(page, [file], null);
    await page.waitForSelector(`dialog[open] li.issue[data-effect=rejected]:has(.issue__message:text("${file.name}"))`);
    assert.equal(await page.locator('dialog[open] [data-choice=add]').count(), 0, 'there is nothing to add');
    await answerDryRun(page, 'cancel');
    assert.equal(await positions(page), 1);
  }
  near((await report(page)).base.equity, 955_000, 'the open book');
  assert.deepEqual(troubles(record), []);
  await close();
});

test('with no book open, a file that is none is named in a sentence', async () => {
  const { page, record, close } = await site.open();
  for (const file of unreadable) {
    await dropFiles(page, [file], null);
    const handle = await page.waitForFunction((name) => {
      const text = document.querySelector('dialog[open] .issue__message')?.textContent ?? '';
      return text.includes(name) ? text : false;
    }, file.name);
    assert.ok((await handle.jsonValue()).split(' ').length >= 4);
    await answerDryRun(page, 'cancel');
    await page.waitForSelector('[data-action=sample]:not([disabled])');
  }
  assert.deepEqual(troubles(record), []);
  await close();
});
