// A link carries the screen: the same numbers in another browser, or a sentence that says why not.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { coinsCsv } from './fixtures.mjs';
import { download, dropFiles, goTo, headline, openSample, settled, start, terminal, troubles, waitForText } from './harness.mjs';

let site;
before(async () => { site = await start(); });
after(() => site.stop());

const EQUITY = '[data-measure=equity] .headline__shocked';
const report = async (page) => JSON.parse((await download(page, '[data-action=report-json]')).text);

/// The report without the places in files and the words about them, which a link leaves at home.
const numbers = (value) => {
  if (Array.isArray(value)) return value.map(numbers);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !['file', 'line', 'message'].includes(key)).map(([key, inner]) => [key, numbers(inner)]));
};

const setHash = (page, fragment) => page.evaluate((fragment) => { location.hash = fragment; }, fragment);

async function shareFrom(page) {
  await page.click('[data-action=share]');
  await page.waitForFunction(() => /#v\d\./.test(document.querySelector('textarea[data-output=link]')?.value ?? ''));
  return page.inputValue('textarea[data-output=link]');
}

/// The sample under a shock, its link, and what its page shows.
async function sender() {
  const { page, record, close } = await site.open();
  await openSample(page);
  for (const [dial, value] of [['spot', '-12.5'], ['vol', '8'], ['days', '3']]) {
    await page.fill(`input[data-dial=${dial}]`, value);
    await page.press(`input[data-dial=${dial}]`, 'Enter');
  }
  await waitForText(page, '[data-measure=pnl] .headline__value', 'isNot', 'no shock');
  await settled(page);
  const sent = await report(page);
  const shown = await headline(page);
  const link = await shareFrom(page);
  return { page, record, close, sent, shown, link };
}

test('a link opens in another browser with the same numbers', async () => {
  const { page, record, close, sent, shown, link } = await sender();
  assert.ok(link.startsWith(`${site.url}#v`), link.slice(0, 60));
  await page.click('[data-action=copy-link]');
  await waitForText(page, '.share-dialog__copied', 'is', 'Copied');
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link);

  const other = await site.open(link);
  await settled(other.page);
  await waitForText(other.page, EQUITY, 'isNot');
  assert.deepEqual(await headline(other.page), shown);
  assert.deepEqual(numbers(await report(other.page)), numbers(sent));
  assert.ok(!(await other.page.evaluate(() => location.hash)).match(/v\d\./), 'the book does not stay in the address');
  assert.ok(other.record.requests.every(({ url }) => !/#v\d\./.test(url) || url === link), 'the link is sent to no server');
  assert.equal(await other.page.locator('dialog[open]').count(), 0, 'an empty page does not ask');

  const again = await shareFrom(other.page);
  assert.equal(again, link, 'a link of the link is the link');
  assert.deepEqual(numbers(JSON.parse(await terminal(['report', '--link', link, '--json']))), numbers(sent), 'the terminal reads it too');
  assert.deepEqual([...troubles(record), ...troubles(other.record)], []);
  await other.close();
  await close();
});

test('over a book in progress a link asks first', async () => {
  const { close, shown, link } = await sender();
  await close();
  const { page, record, close: closeOther } = await site.open();
  await dropFiles(page, [coinsCsv]);
  await settled(page);
  const mine = await headline(page);
  const fragment = new URL(link).hash.slice(1);

  await setHash(page, fragment);
  await page.click('dialog[open] [data-choice=discard]');
  await page.waitForSelector('dialog[open]', { state: 'detached' });
  assert.deepEqual(await headline(page), mine);
  assert.equal(await page.textContent('nav a[href="#book"] .navigation__count'), '1');

  await setHash(page, fragment);
  await page.waitForSelector('dialog[open] [data-choice=open]');
  assert.match(await page.textContent('dialog[open] .dialog__text'), /40 positions/);
  assert.deepEqual(await headline(page), mine, 'nothing changes before the answer');
  await page.click('dialog[open] [data-choice=open]');
  await waitForText(page, 'nav a[href="#book"] .navigation__count', 'is', '40');
  await settled(page);
  await waitForText(page, EQUITY, 'is', shown.equity.shocked);
  assert.deepEqual(await headline(page), shown);
  assert.deepEqual(troubles(record), []);
  await closeOther();
});

test('a link without positions carries the shock and no more', async () => {
  const { page, close, link, shown } = await sender();
  await page.click('[data-option=with-positions]');
  await page.waitForFunction((whole) => {
    const value = document.querySelector('textarea[data-output=link]').value;
    return /#v\d\./.test(value) && value.length < whole / 4;
  }, link.length);
  const short = await page.inputValue('textarea[data-output=link]');
  await close();
  const other = await site.open();
  await openSample(other.page);
  await setHash(other.page, new URL(short).hash.slice(1));
  await other.page.click('dialog[open] [data-choice=open]');
  await waitForText(other.page, EQUITY, 'is', shown.equity.shocked);
  await settled(other.page);
  assert.deepEqual(await headline(other.page), shown);
  await other.close();
});

test('a damaged link is refused with a sentence, the open book stays', async () => {
  const { close, link } = await sender();
  await close();
  const fragment = new URL(link).hash.slice(1);
  const middle = Math.floor(fragment.length / 2);
  const damaged = {
    changed: fragment.slice(0, middle) + (fragment[middle] === 'A' ? 'B' : 'A') + fragment.slice(middle + 1),
    cut: fragment.slice(0, -40),
    lengthened: `${fragment}AAAA`,
    newer: fragment.replace(/^v\d\./, 'v9.'),
    foreign: 'v1.%3Cimg%20src=x%20onerror=alert(1)%3E',
    empty: 'v1.',
  };
  const { page, record, close: closeOther } = await site.open();
  await dropFiles(page, [coinsCsv]);
  await settled(page);
  const mine = await headline(page);
  for (const [kind, text] of Object.entries(damaged)) {
    await setHash(page, text);
    const sentence = await waitForText(page, '.notice--error .notice__text', 'isNot');
    assert.ok(sentence.trim().split(' ').length >= 4, `${kind}: ${sentence}`);
    assert.equal(await page.locator('dialog[open]').count(), 0, kind);
    assert.deepEqual(await headline(page), mine, kind);
    await page.click('.notice--error button');
    await page.waitForSelector('.notice--error', { state: 'detached' });
  }
  // In a browser that has no book yet.
  const fresh = await site.open(`${site.url}#${damaged.changed}`);
  await waitForText(fresh.page, '.notice--error .notice__text', 'isNot');
  await fresh.page.waitForSelector('[data-action=sample]:not([disabled])');
  assert.deepEqual([...troubles(record), ...troubles(fresh.record)], []);
  await fresh.close();
  await closeOther();
});

test('a link opens on the page that it was sent from', async () => {
  for (const id of ['stress', 'methods', 'market']) {
    const { page, close } = await site.open();
    await openSample(page);
    await goTo(page, id);
    const link = await shareFrom(page);
    // The sample holds Greeks that its venue states, for which v1 and v2 have no word.
    assert.match(link, /#v3\./);
    await close();
    const other = await site.open(link);
    await other.page.waitForSelector(`nav a[href="#${id}"][aria-current=page]`);
    await other.page.waitForFunction((id) => location.hash === `#${id}`, id);
    await goTo(other.page, 'book');
    await settled(other.page);
    await other.close();
  }
});
