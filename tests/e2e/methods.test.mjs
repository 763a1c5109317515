// The methods: every formula is found, linked to and printed, and the terminal says the same.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { goTo, openSample, start, terminal, troubles, waitForText } from './harness.mjs';

let site;
before(async () => { site = await start(); });
after(() => site.stop());

const entries = (page) => page.locator('article.method').count();
const loaded = (page) => page.waitForSelector('article.method');
const isInSight = (page, id) => page.waitForFunction((id) => {
  const box = document.getElementById(id)?.getBoundingClientRect();
  return box && box.top >= 0 && box.top < innerHeight / 2;
}, id);

for (const workers of ['', '?workers=0']) {
  test(`every entry of the terminal is on the page and found by its words${workers && ' without workers'}`, async () => {
    const { sections } = JSON.parse(await terminal(['methods', '--json']));
    const { page, record, close } = await site.open(site.url + workers);
    await goTo(page, 'methods');
    await loaded(page);
    const anchors = await page.$$eval('article.method', (items) => items.map((item) => item.id));
    assert.deepEqual(anchors, sections.flatMap(({ id, methods }) => methods.map((method) => `methods/${id}-${method.id}`)));
    const wanted = ['bergomi', 'skew'];
    const isWanted = (method) => wanted.every((word) => Object.values(method).join(' ').toLowerCase().includes(word));
    const holding = sections.flatMap(({ id, methods }) => methods.filter(isWanted).map((method) => `methods/${id}-${method.id}`));
    assert.ok(holding.includes('methods/market-skew-stickiness') && holding.length < 10, holding.join());
    await page.fill('[data-input=methods]', wanted.join(' '));
    await waitForText(page, '.methods__count', 'is', `${holding.length} of ${anchors.length} entries`);
    assert.deepEqual(await page.$$eval('article.method', (items) => items.map((item) => item.id)), holding);
    assert.match(await page.textContent('[id="methods/market-skew-stickiness"]'), /σ′\(k\) = σ\(k \+ R·x\)/);
    await page.fill('[data-input=methods]', 'nothing holds this');
    await waitForText(page, '.methods__count', 'is', `0 of ${anchors.length} entries`);
    await page.fill('[data-input=methods]', '');
    await waitForText(page, '.methods__count', 'is', `${anchors.length} of ${anchors.length} entries`);
    assert.deepEqual(troubles(record), []);
    await close();
  });
}

test('explain leads to the entry of its number, and back', async () => {
  const { page, record, close } = await site.open();
  await openSample(page);
  await page.click('[data-measure=net-delta]');
  const formula = await page.textContent('dialog[open] .explain__formula');
  await page.click('dialog[open] .explain__more');
  await page.waitForSelector('nav a[href="#methods"][aria-current=page]');
  await isInSight(page, 'methods/measure-net-delta');
  const lines = await page.$$eval('[id="methods/measure-net-delta"] .method__formula', (items) => items.map((item) => item.textContent));
  assert.equal(lines.join('\n'), formula);
  assert.equal(await page.locator('dialog[open]').count(), 0);
  await page.goBack();
  await page.waitForSelector('nav a[href="#book"][aria-current=page]');
  assert.deepEqual(troubles(record), []);
  await close();
});

test('an address of an entry opens there, in the same tab and in a new one', async () => {
  const { page, record, close } = await site.open(`${site.url}#methods/market-svi`);
  await loaded(page);
  await isInSight(page, 'methods/market-svi');
  await page.fill('[data-input=methods]', 'deribit');
  await page.evaluate(() => { location.hash = 'methods/stress-path'; });
  await isInSight(page, 'methods/stress-path');
  assert.equal(await page.inputValue('[data-input=methods]'), '', 'a search does not hide what the address names');
  assert.equal(await page.locator('.notice--error').count(), 0);
  assert.deepEqual(troubles(record), []);
  await close();
});

test('on paper the entries stand without the controls', async () => {
  const { page, close } = await site.open();
  await goTo(page, 'methods');
  await loaded(page);
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.isVisible('[data-input=methods]'), false);
  assert.equal(await page.isVisible('nav.navigation'), false);
  assert.equal(await page.isVisible('[id="methods/contract-option"] .method__formula'), true);
  assert.ok(await entries(page) > 60);
  await close();
});
