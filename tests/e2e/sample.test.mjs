// One book, one report: whoever computes it, the bytes are the same.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SAMPLE, download, goTo, headline, numberOf, openSample, settled, start, terminal, troubles } from './harness.mjs';

let site;
before(async () => { site = await start(); });
after(() => site.stop());

for (const [count, engine] of [[1, 'workers:1'], [2, 'workers:2'], [4, 'workers:4'], [0, 'page']]) {
  test(`the sample's report with ?workers=${count} is the terminal's, byte for byte`, async () => {
    const { page, record, close } = await site.open(`${site.url}?workers=${count}`);
    await page.waitForSelector(`body[data-engine="${engine}"]`);
    await openSample(page);
    const { name, text } = await download(page, '[data-action=report-json]');
    assert.equal(name, 'plimsoll-report.json');
    assert.ok(text.length > 1000, 'the report is not empty');
    const expected = await terminal(['report', ...SAMPLE, '--json']);
    assert.deepEqual(JSON.parse(text), JSON.parse(expected));
    assert.ok(text === expected, `same values but other bytes: the page ends with ${JSON.stringify(text.slice(-20))}, the terminal with ${JSON.stringify(expected.slice(-20))}`);
    assert.deepEqual(troubles(record), []);
    await close();
  });
}

test('the headline numbers are the report, to the digits that they show', async () => {
  const { page, close } = await site.open();
  await openSample(page);
  const report = JSON.parse(await terminal(['report', ...SAMPLE, '--json']));
  const shown = await headline(page);
  const near = (text, value) => {
    const number = numberOf(text);
    assert.ok(number !== null && Math.abs(number - value) <= Math.abs(value) * 0.006, `${text} stands for ${value}`);
  };
  const base = report.base ?? report.valuation?.base;
  near(shown.equity.value, base.equity);
  near(shown['gross-notional'].value, base.gross_notional ?? base.measures?.gross_notional);
  assert.equal(shown.pnl.shocked, null);
  await close();
});

test('positions and issues are saved as CSV', async () => {
  const { page, close } = await site.open();
  await openSample(page);
  const positions = await download(page, '[data-action=positions-csv]');
  const count = Number(await page.textContent('nav a[href="#book"] .navigation__count'));
  assert.equal(count, 40);
  assert.equal(positions.name, 'plimsoll-positions.csv');
  assert.equal(positions.text.trimEnd().split(/\r?\n/).length, count + 1, 'a header and a line for each position');
  const issues = await download(page, '[data-action=issues-csv]');
  assert.match(issues.text, /^effect,kind,file,line,column,subject,value,message\r\n/);
  assert.equal(await page.locator('li.issue[data-effect=rejected]').count(), 0, 'the sample is read in full');
  await close();
});

test('every number survives the walk through the pages', async () => {
  const { page, close } = await site.open();
  await openSample(page);
  const first = await headline(page);
  for (const id of ['stress', 'exposure', 'book']) {
    await goTo(page, id);
    await settled(page);
    const here = await headline(page);
    for (const [measure, text] of Object.entries(here)) if (first[measure]) assert.deepEqual(text, first[measure], `${measure} on ${id}`);
  }
  await close();
});
