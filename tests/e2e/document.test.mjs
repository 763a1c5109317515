// The book as a document over time: compared with what it was, its lots netted, its positions labelled by rules; each in one step
// that can be undone.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { coinsCsv, ownCsv } from './fixtures.mjs';
import { download, dropFiles, openSample, screenshot, settled, start, troubles, until } from './harness.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/// The same book half a year on: two coins sold, the call expired, cash taken in.
const laterCsv = {
  name: 'later.csv',
  text: [
    'instrument,underlying,type,quantity,entry_price,spot,account,venue,as_of',
    ',USDC,cash,490000,,,main,Bybit,2026-07-17T12:30:00Z',
    ',BTC,spot,8,90000,120000,vault,,2026-07-17T12:30:00Z',
    '',
  ].join('\n'),
};

/// Five lots, of which three are one contract, and coins of another.
const lotsCsv = {
  name: 'lots.csv',
  text: [
    'instrument,underlying,type,quantity,entry_price,spot,account,venue,as_of',
    ',BTC,spot,1,80000,95500,main,Bybit,2026-01-16T12:30:00Z',
    ',ETH,spot,7,3000,3305,main,Bybit,2026-01-16T12:30:00Z',
    ',BTC,spot,2,86000,95500,main,Bybit,2026-01-16T12:30:00Z',
    ',BTC,spot,-0.5,90000,95500,main,Bybit,2026-01-16T12:30:00Z',
    ',USDC,cash,1000,,,main,Bybit,2026-01-16T12:30:00Z',
    '',
  ].join('\n'),
};

let site;
before(async () => { site = await start(); });
after(() => site.stop());

const report = async (page) => JSON.parse((await download(page, '[data-action=report-json]')).text);
const count = (page) => page.textContent('nav a[href="#book"] .navigation__count').then(Number);
const hasPositions = async (page, expected) => {
  await until(page, async () => (await count(page)) === expected, async () => `${await count(page)} positions, not ${expected}`);
  await settled(page);
};
const notice = (page, pattern) => until(page, async () => pattern.test(await page.innerText('.notice-area >> nth=0')), () => page.innerText('.notice-area >> nth=0'));
const near = (actual, expected, within, what) => assert.ok(Math.abs(actual - expected) <= within, `${what}: ${actual}, expected ${expected}`);

/// A text of whole dollars as a number.
const dollars = (text) => Number(text.replaceAll(/[\s$+]/g, '').replace('−', '-'));

/// The steps of the comparison on the page, by id, US dollars.
async function steps(page) {
  await page.waitForSelector('.comparison [data-step=change]');
  const texts = await page.$$eval('.comparison__step', (steps) => steps.map((step) => [step.dataset.step, step.querySelector('b').textContent]));
  for (const [id, text] of texts) assert.match(text, /^[−+]?\$\d/, `${id} has its unit`);
  return Object.fromEntries(texts.map(([id, text]) => [id, dollars(text)]));
}

/// Price, trade and expiry effect, and what is unexplained, lead from then to now, within the rounding of each.
function addsUp(shown) {
  const effects = shown.price + shown.trade + shown.expiry + (shown.unexplained ?? 0);
  near(effects, shown.now - shown.then, 3, 'the effects');
  near(shown.change, shown.now - shown.then, 2, 'the change');
}

async function compareWith(page, file) {
  await page.click('[data-action=compare]');
  await page.setInputFiles('dialog[open] input[data-input=earlier]', { name: file.name, mimeType: '', buffer: Buffer.from(file.text) });
  await page.waitForSelector('.comparison');
}

test('a book that was edited is compared with what was exported of it, and follows every edit and undo', async () => {
  const { page, record, close } = await site.open();
  await dropFiles(page, [ownCsv, coinsCsv]);
  await hasPositions(page, 3);
  const exported = await download(page, '[data-export=json]');
  const then = (await report(page)).base.equity;

  await page.check('.position-table input[aria-label="Select BTC"]');
  await page.click('[data-action=edit-position]');
  await page.waitForSelector('dialog[open] [data-field=quantity]');
  await page.fill('dialog[open] [data-field=quantity]', '7');
  await page.click('dialog[open] [data-choice=put]');
  await page.waitForSelector('dialog[open]', { state: 'detached' });
  await until(page, async () => (await report(page)).positions.some(({ quantity }) => quantity === 7), () => 'seven coins');
  await page.locator('.position-table input[aria-label^="Select BTC 2026"]').first().check();
  await page.click('[data-action=delete-positions]');
  await hasPositions(page, 2);
  const { base: { equity: now } } = await report(page);

  await compareWith(page, exported);
  const shown = await steps(page);
  near(shown.then, then, 1, 'value then');
  near(shown.now, now, 1, 'value now');
  assert.deepEqual([shown.price, shown.expiry, shown.unexplained], [0, 0, undefined], 'the market is the same');
  near(shown.trade, now - then, 2, 'all of it was traded');
  addsUp(shown);
  assert.match(await page.textContent('[data-comparison=about]'), new RegExp(`“${exported.name}” as of 16\\sJan\\s2026\\s12:30\\sUTC`));
  const rows = await page.$$eval('.comparison tbody tr', (rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent.trim())));
  assert.deepEqual([rows[0][0], rows[0].at(-2), rows[0].at(-1)].map((text) => text.replaceAll(/\s/g, ' ')), ['BTC vault', '+10 BTC', '+7 BTC'], 'most happened to the coins');
  near(dollars(rows[0][2]), -3 * 95_500, 1, 'trade effect of the coins');

  await page.keyboard.press('Control+z');
  await hasPositions(page, 3);
  await until(page, async () => Math.abs((await steps(page)).trade + 3 * 95_500) <= 1, async () => JSON.stringify(await steps(page)));
  await page.keyboard.press('Control+z');
  await until(page, async () => (await steps(page)).change === 0, async () => JSON.stringify(await steps(page)));
  await page.click('[data-action=close-comparison]');
  await page.waitForSelector('.comparison', { state: 'detached' });
  assert.deepEqual(troubles(record), []);
  await close();
});

test('a saved book and a file of then are compared with the open book by price, trade and expiry', async () => {
  const { page, record, close } = await site.open();
  await dropFiles(page, [ownCsv, coinsCsv]);
  await hasPositions(page, 3);
  const earlier = await report(page);
  const call = earlier.positions.find(({ class: name }) => name === 'call').base.measures.value;
  await page.waitForSelector('[data-save=saved]');
  await page.click('[data-action=books]');
  await page.click('[data-action=new-book]');
  await page.waitForSelector('.welcome');
  await dropFiles(page, [laterCsv]);
  await hasPositions(page, 2);

  const check = async () => {
    const shown = await steps(page);
    near(shown.then, earlier.base.equity, 1, 'value then');
    near(shown.now, 490_000 + 8 * 120_000, 1, 'value now');
    near(shown.price, 10 * (120_000 - 95_500), 1, 'the coins of then at the price of now');
    near(shown.expiry, -call, 1, 'the call expired at its strike');
    near(shown.trade, -2 * 120_000 + 240_000, 1, 'two coins sold for cash');
    addsUp(shown);
  };
  await page.click('[data-action=compare]');
  assert.equal(await page.locator('dialog[open] [data-book]').count(), 1, 'the open book is not compared with itself');
  await page.click('dialog[open] [data-book=second] [data-action=compare-book]');
  await check();
  assert.match(await page.textContent('[data-comparison=about]'), /“second” as of 16\sJan\s2026.*against the open book as of 17\sJul\s2026/);
  assert.match(await page.textContent('.comparison__notes'), /settlement/, 'whose settlement price was assumed is said');

  // What the venue exported then does as well, several files at once; a later book is refused.
  await page.click('[data-action=compare]');
  const file = ({ name, text }) => ({ name, mimeType: '', buffer: Buffer.from(text) });
  await page.setInputFiles('dialog[open] input[data-input=earlier]', [ownCsv, coinsCsv].map(file));
  await until(page, async () => /second\.csv, coins\.csv/.test(await page.textContent('[data-comparison=about]')), () => page.textContent('[data-comparison=about]'));
  await check();
  await page.click('[data-action=compare]');
  await page.setInputFiles('dialog[open] input[data-input=earlier]', file({ name: 'future.csv', text: laterCsv.text.replaceAll('2026-07', '2026-08') }));
  await notice(page, /must be of an earlier time/);
  await page.waitForSelector('.comparison', { state: 'detached' });
  assert.equal(await count(page), 2, 'the book stays as it is');
  assert.deepEqual(troubles(record), []);
  await close();
});

test('lots are netted in one step that says what it did, and can be undone', async () => {
  const { page, record, close } = await site.open();
  await dropFiles(page, [lotsCsv]);
  await hasPositions(page, 5);
  const before = await report(page);
  await page.click('[data-action=net]');
  await hasPositions(page, 3);
  await notice(page, /3 lots became 1 position/);
  const netted = await report(page);
  assert.deepEqual(netted.positions.map(({ name, quantity }) => [name, quantity]), [['BTC', 2.5], ['ETH', 7], ['USDC', 1000]]);
  near(netted.base.equity, before.base.equity, 1e-6, 'the value');
  await page.click('[data-action=net]');
  await notice(page, /nothing to net/);
  await page.click('[data-action=undo]');
  await hasPositions(page, 5);
  assert.deepEqual((await report(page)).positions.map(({ quantity }) => quantity), before.positions.map(({ quantity }) => quantity));
  assert.deepEqual(troubles(record), []);
  await close();
});

test('a rule is said, counted, applied, grouped by and undone; it is kept in the browser', async () => {
  const { page, record, close } = await site.open();
  await dropFiles(page, [ownCsv, coinsCsv]);
  await hasPositions(page, 3);
  await page.click('[data-action=rules]');
  await page.click('dialog[open] [data-action=add-rule]');
  await until(page, async () => /such as BTC/.test(await page.textContent('dialog[open] .rules__trouble')), () => page.textContent('dialog[open] .rules__trouble'));
  assert.equal(await page.$eval('[data-rule=field-1]', (field) => field.selectedOptions[0]?.text), 'nothing else');
  await page.fill('[data-rule=what-0]', 'BTC');
  await page.fill('[data-rule=label]', 'core');
  await page.click('[data-action=add-rule]');
  await page.waitForSelector('.rules__rule :text("2 of 3 positions")');
  await page.selectOption('[data-rule=field-0]', 'class');
  await page.selectOption('[data-rule=how-0]', 'contains');
  await page.fill('[data-rule=what-0]', 'cal');
  await page.selectOption('[data-rule=field-1]', 'expires_until');
  await page.fill('[data-rule=what-1]', '2026-06-26');
  await page.fill('[data-rule=label]', 'vol');
  await page.click('[data-action=add-rule]');
  await page.waitForSelector('.rules__rule :text("1 of 3 positions")');
  const rules = await page.$$eval('.rules__words', (words) => words.map((word) => word.textContent.replaceAll(/\s/g, ' ')));
  assert.deepEqual(rules, ['underlying is BTC → strategy = core', 'class contains cal and expires on or before 26 Jun 2026 → strategy = vol']);
  assert.match(await page.textContent('.rules__summary'), /^2 positions would get other labels/);
  await page.click('[data-action=apply-rules]');
  await page.waitForSelector('dialog[open]', { state: 'detached' });
  await page.waitForSelector('option[value="tag:strategy"]', { state: 'attached' });
  await notice(page, /2 positions have other labels/);
  assert.deepEqual((await report(page)).positions.map(({ tags }) => tags.strategy), [undefined, 'vol', 'core']);
  await page.selectOption('[data-option=grouping]', 'tag:strategy');
  await until(page, () => page.locator('.data-table__group th', { hasText: 'vol' }).count(), () => page.innerText('.position-table'));

  await page.click('[data-action=undo]');
  await until(page, async () => (await report(page)).positions.every(({ tags }) => tags.strategy === undefined), () => 'no label is left');
  await page.waitForSelector('[data-save=saved]');
  await page.reload();
  await settled(page);
  await page.click('[data-action=rules]');
  await page.waitForSelector('.rules__rule :text("2 of 3 positions")');
  await page.locator('[data-action=remove-rule]').first().click();
  await until(page, async () => (await page.locator('.rules__rule').count()) === 1, () => page.innerText('.rules__list'));
  await page.click('[data-action=asset-classes]');
  await until(page, async () => (await page.locator('.rules__rule').count()) === 11, () => page.innerText('.rules__list'));
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog[open]', { state: 'detached' });
  assert.deepEqual((await report(page)).positions.map(({ tags }) => Object.keys(tags).length), [0, 0, 0], 'nothing is labelled unasked');
  assert.deepEqual(troubles(record), []);
  await close();
});

/// What axe finds serious or critical within an element.
async function violations(page, selector) {
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(AXE);
  const { violations } = await page.evaluate((selector) => window.axe.run(document.querySelector(selector), { resultTypes: ['violations'] }), selector);
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes[0].target}`);
}

for (const theme of ['dark', 'light']) {
  for (const [width, height] of [[1440, 900], [390, 844]]) {
    test(`${theme} at ${width}×${height}: comparison, choice and rules stand within the screen and pass axe`, async () => {
      const { page, record, close } = await site.open(site.url, { width, height, theme });
      await openSample(page);
      const exported = await download(page, '[data-export=json]');
      await page.locator('.position-table__select').nth(3).check();
      await page.click('[data-action=delete-positions]');
      await hasPositions(page, 39);
      const name = (part) => `document-${part}-${width}x${height}-${theme}`;
      const isInside = (selector) => page.evaluate((selector) => {
        const element = document.querySelector(selector);
        return element.getBoundingClientRect().right <= innerWidth && document.documentElement.scrollWidth <= innerWidth;
      }, selector);
      await page.click('[data-action=compare]');
      await screenshot(page, name('choice'));
      assert.deepEqual(await violations(page, 'dialog[open]'), []);
      // A market of then with another spot: every effect has something to show.
      const earlier = JSON.parse(exported.text);
      const dayBefore = (time) => new Date(Date.parse(time) - 86_400_000).toISOString();
      earlier.as_of = dayBefore(earlier.as_of);
      for (const fact of earlier.market) {
        if (fact.time) fact.time = dayBefore(fact.time);
        if (fact.fact === 'spot') fact.price *= 0.97;
      }
      await page.setInputFiles('dialog[open] input[data-input=earlier]', { name: 'yesterday.json', mimeType: '', buffer: Buffer.from(JSON.stringify(earlier)) });
      addsUp(await steps(page));
      await page.evaluate(() => scrollTo(0, document.querySelector('.comparison').offsetTop - 140));
      await screenshot(page, name('comparison'));
      assert.ok(await isInside('.comparison'), 'the comparison');
      assert.deepEqual(await violations(page, '.comparison'), []);
      await page.click('[data-action=rules]');
      await page.click('[data-action=asset-classes]');
      await page.waitForSelector('.rules__rule :text("of 39 positions")');
      await screenshot(page, name('rules'));
      const fits = await page.evaluate(() => {
        const dialog = document.querySelector('dialog[open]');
        return dialog.scrollWidth <= dialog.clientWidth && dialog.getBoundingClientRect().right <= innerWidth;
      });
      assert.ok(fits, 'the rules');
      assert.deepEqual(await violations(page, 'dialog[open]'), []);
      assert.deepEqual(troubles(record), []);
      await close();
    });
  }
}
