// Market: the surfaces that the terminal lists, on the page to the printed digit; read by keyboard, saved as CSV; the venues' rules.
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { SAMPLE, column, cutOf, download, dropFiles, goTo, longTasks, openSample, screenshot, settled, start, table, terminal, troubles, until } from './harness.mjs';
import { largeBook, ownCsv } from './fixtures.mjs';

let site;
let surface;
before(async () => {
  site = await start();
  surface = JSON.parse(await terminal(['surface', ...SAMPLE, '--json']));
});
after(() => site.stop());

/// A number as the page prints it.
const printed = (value, decimals, { sign = false } = {}) => {
  const [whole, fraction] = Math.abs(value).toFixed(decimals).split('.');
  const digits = whole.replace(/\B(?=(\d{3})+$)/g, '\u202f') + (fraction ? `.${fraction}` : '');
  if (Number(Math.abs(value).toFixed(decimals)) === 0) return digits;
  return (value < 0 ? '−' : sign ? '+' : '') + digits;
};
const price = (value) => { assert.ok(value >= 100); return printed(value, 2); };

const chainOf = async (page) => {
  const label = await page.$eval('[data-choice="market/chain"]', (select) => select.selectedOptions[0].textContent);
  const [, underlying, paid] = /^(\S+), paid in (coin|dollars)$/.exec(label);
  return surface.chains.find((chain) => chain.underlying === underlying && chain.settlement === (paid === 'coin' ? 'inverse' : 'linear'));
};

const smileTitle = (page) => page.textContent('figure:has([aria-label^="Smile"]) .chart__title');
const vol = ({ quotes, curve, years, forward }) => {
  if (!curve.svi) return null;
  const { a, b, rho, m, sigma } = curve.svi;
  const at = (k) => Math.sqrt((a + b * (rho * (k - m) + Math.hypot(k - m, sigma))) / years);
  return { at, money: at(0), quotes, forward };
};

async function openMarket(options, query = '') {
  const opened = await site.open(site.url + query, options);
  await openSample(opened.page);
  await goTo(opened.page, 'market');
  await opened.page.waitForSelector('[data-table=forwards] tbody tr');
  await opened.page.waitForSelector('[data-table=conventions] tbody tr');
  return opened;
}

for (const query of ['', '?workers=0']) {
  test(`forwards, fits and arbitrage of every chain are the terminal's${query && ' without workers'}`, async () => {
    const { page, record, close } = await openMarket({}, query);
    assert.equal(surface.chains.length, await page.locator('[data-choice="market/chain"] option').count());
    for (const place of surface.chains.keys()) {
      await page.selectOption('[data-choice="market/chain"]', { index: place });
      const first = surface.chains[place].smiles[0].forward.value;
      await until(page, async () => column(await table(page, 'forwards'), 'Forward used, USD')[0] === price(first), () => `the chain ${place}`);
      const chain = await chainOf(page);
      const { smiles } = chain;
      assert.deepEqual(column(await table(page, 'forwards'), 'Forward used, USD'), smiles.map(({ forward }) => price(forward.value)));
      const basis = smiles.map(({ forward, years }) => printed(Math.log(forward.value / chain.spot) / years * 100, 2, { sign: true }));
      assert.deepEqual(column(await table(page, 'forwards'), 'Basis a year, %'), basis);
      for (const [way, head] of [['future', 'By future, USD'], ['parity', 'By parity, USD'], ['basis', 'By basis, USD']]) {
        const values = smiles.map(({ forward }) => forward.candidates.find(({ method }) => method === way)?.value);
        if (values.some((value) => value !== undefined)) {
          assert.deepEqual(column(await table(page, 'forwards'), head), values.map((value) => (value === undefined ? '–' : price(value))));
        }
      }
      const fits = await table(page, 'fits');
      assert.deepEqual(column(fits, 'Quotes'), smiles.map(({ quotes }) => String(quotes.length)));
      assert.deepEqual(column(fits, 'RMS error, vol points'), smiles.map(({ fit }) => (fit ? printed(fit.rms * 100, 3) : '–')));
      for (const [row, smile] of smiles.entries()) {
        const fitted = vol(smile);
        if (fitted) assert.equal(column(fits, 'Vol at the money, %')[row], printed(fitted.money * 100, 2));
      }
      const found = chain.calendars.length + smiles.reduce((sum, { butterflies }) => sum + butterflies.length, 0);
      assert.equal(await page.locator('[data-table=arbitrage] tbody tr').count(), found);
    }
    assert.deepEqual(troubles(record), []);
    await close();
  });
}

test('the smile is read by keyboard, its table and its file are the quotes', async () => {
  const { page, record, close } = await openMarket();
  const { smiles } = await chainOf(page);
  const widest = smiles.reduce((best, smile, place) => (smile.quotes.length > smiles[best].quotes.length ? place : best), 0);
  const before = await smileTitle(page);
  await page.selectOption('[data-choice="market/expiry"]', { index: widest });
  if (widest !== await page.$eval('[data-choice="market/expiry"]', (select) => select.selectedIndex)) await until(page, async () => await smileTitle(page) !== before, () => before);
  const smile = smiles[widest];
  const figure = page.locator('figure:has([aria-label^="Smile"])');
  await figure.locator('.chart__stage').focus();
  // The first key begins at the forward.
  await page.keyboard.press('Home');
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  const spoken = await figure.locator('.chart__spoken').textContent();
  const second = smile.quotes[1];
  assert.ok(spoken.startsWith(`strike ${printed(second.strike, 0)}`), spoken);
  assert.ok(spoken.includes(`quotes ${printed(second.vol * 100, 2)}\u00a0%`), spoken);
  assert.ok(spoken.includes(`curve ${printed(second.fitted * 100, 2)}\u00a0%`), spoken);
  assert.equal(await figure.locator('.chart__tip').count(), 1);
  await figure.locator('[title="Show the numbers"]').click();
  const shown = await figure.locator('.chart__table tbody tr').evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent)));
  assert.deepEqual(shown.map(([strike]) => strike), smile.quotes.map(({ strike }) => price(strike)));
  assert.deepEqual(shown.map((row) => row[4]), smile.quotes.map(({ vol }) => printed(vol * 100, 2)));
  const { name, text } = await download(page, 'figure:has([aria-label^="Smile"]) [title="Save the numbers"]');
  assert.equal(name, 'plimsoll-smile.csv');
  const lines = text.trim().split('\r\n').slice(1).map((line) => line.split(','));
  assert.deepEqual(lines.map(([strike]) => Number(strike)), smile.quotes.map(({ strike }) => strike));
  for (const [row, quote] of smile.quotes.entries()) assert.ok(Math.abs(Number(lines[row][4]) - quote.vol * 100) < 1e-9);
  // The other charts choose the expiry.
  const term = page.locator('figure:has([aria-label^="Term"])');
  await term.locator('.chart__stage').focus();
  for (const key of ['End', 'End', 'Enter']) await page.keyboard.press(key);
  await until(page, async () => await page.$eval('[data-choice="market/expiry"]', (select) => select.selectedIndex) === smiles.length - 1, () => smileTitle(page));
  const forwards = await download(page, '[data-csv=forwards]');
  assert.equal(forwards.name, 'plimsoll-forwards.csv');
  assert.equal(forwards.text.trim().split('\r\n').length, smiles.length + 1);
  assert.deepEqual(troubles(record), []);
  await close();
});

test('the rule says what the smile would be after the shock, and moves no position', async () => {
  const { page, record, close } = await openMarket();
  const rule = () => page.textContent('.sheet__controls:has([data-choice="market/rule"]) .sheet__note');
  assert.match(await rule(), /stands still.*Positions are not valued by this/);
  await page.fill('input[data-dial=spot]', '-12');
  await page.press('input[data-dial=spot]', 'Enter');
  await until(page, async () => /−12\.0/.test(await rule()), rule);
  await settled(page);
  const shocked = await page.textContent('[data-measure=equity] .headline__shocked');
  const vols = async () => /at the money from ([\d.]+).*? to ([\d.]+)/.exec(await rule()).slice(1);
  const [now, byStrike] = await vols();
  await page.click('button:text-is("Sticky delta")');
  await until(page, async () => /By sticky delta/.test(await rule()), rule);
  const [still, byDelta] = await vols();
  assert.deepEqual([still, byDelta], [now, now]);
  assert.notEqual(byStrike, now);
  await page.click('button:text-is("Stickiness ratio")');
  await until(page, async () => /stickiness ratio 1\.5/.test(await rule()), rule);
  await page.fill('[data-choice="market/ratio"]', '1');
  await page.press('[data-choice="market/ratio"]', 'Enter');
  await until(page, async () => /stickiness ratio 1 /.test(await rule()), rule);
  assert.deepEqual(await vols(), [now, byStrike]);
  await page.fill('[data-choice="market/ratio"]', 'steep');
  await page.press('[data-choice="market/ratio"]', 'Enter');
  await page.waitForSelector('.sheet__error:has-text("“steep” is no ratio: a number from −5 to 5")');
  assert.match(await rule(), /stickiness ratio 1\.5/);
  assert.equal(await page.textContent('[data-measure=equity] .headline__shocked'), shocked);
  assert.deepEqual(troubles(record), []);
  await close();
});

test('every option by one venue\'s rule, or each by its own venue\'s', async () => {
  const { page, record, close } = await openMarket();
  const rules = async () => new Set(column(await table(page, 'conventions'), 'Rule'));
  assert.deepEqual([...await rules()].sort(), ['Deribit', 'OKX, Black–Scholes (BS)']);
  await page.selectOption('[data-choice="market/convention"]', { label: 'Bybit' });
  await until(page, async () => [...await rules()].join() === 'Bybit', async () => [...await rules()].join());
  assert.match(await page.textContent('[data-table=conventions] .data-panel__notes'), /Bybit: Black on the expiry’s own forward|Bybit: Black on the expiry's own forward/);
  const sums = await table(page, 'conventions');
  assert.ok(column(sums, 'Measure').includes('Theta') && column(sums, 'Difference in USD').every((text) => /^[−+]?[\d\u202f.]+$/.test(text)));
  assert.deepEqual(troubles(record), []);
  await close();
});

test('who stops the reading of files takes no question of the page along', async () => {
  const { page, record, close } = await openMarket();
  const { smiles } = await chainOf(page);
  const last = smiles.length - 1;
  await dropFiles(page, [largeBook(60_000)], null);
  await page.selectOption('[data-choice="market/expiry"]', { index: last });
  await page.click('[data-action=cancel-reading]');
  const expected = new Date(smiles[last].expiry);
  await until(page, async () => (await smileTitle(page)).includes(String(expected.getUTCDate())), () => smileTitle(page));
  assert.equal(await page.$eval('[data-choice="market/expiry"]', (select) => select.selectedIndex), last);
  assert.deepEqual(troubles(record), []);
  await close();
});

test('what is added to the book is in its surfaces at once', async () => {
  const { page, record, close } = await openMarket();
  const folder = mkdtempSync(path.join(tmpdir(), 'plimsoll-market-'));
  const file = path.join(folder, ownCsv.name);
  writeFileSync(file, ownCsv.text);
  const wanted = JSON.parse(await terminal(['surface', ...SAMPLE, file, '--json'])).chains.find(({ settlement }) => settlement === 'linear');
  assert.notEqual(wanted.smiles.length, surface.chains.find(({ settlement }) => settlement === 'linear').smiles.length);
  await dropFiles(page, [ownCsv]);
  await settled(page);
  await page.waitForSelector('[data-table=forwards] tbody tr');
  await page.selectOption('[data-choice="market/chain"]', { label: `${wanted.underlying}, paid in dollars` });
  const shown = async () => column(await table(page, 'fits'), 'Quotes').join();
  await until(page, async () => await shown() === wanted.smiles.map(({ quotes }) => quotes.length).join(), shown);
  assert.deepEqual(troubles(record), []);
  await close();
});

test('no task of the page takes long, and nothing is cut at 390 px', async () => {
  const { page, record, close } = await site.open(site.url, { width: 390, height: 844 });
  await openSample(page);
  const tasks = await longTasks(page);
  await goTo(page, 'market');
  await page.waitForSelector('[data-table=conventions] tbody tr');
  for (const scale of ['Delta', 'Log-moneyness', 'Strike']) await page.click(`button:text-is("${scale}")`);
  await page.fill('input[data-dial=spot]', '10');
  await page.press('input[data-dial=spot]', 'Enter');
  await settled(page);
  assert.deepEqual(await tasks.read(), []);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
  assert.deepEqual(await cutOf(page), []);
  await screenshot(page, 'market-390');
  assert.deepEqual(troubles(record), []);
  await close();
});

test('without option quotes the page says what to add', async () => {
  const { page, record, close } = await site.open();
  await dropFiles(page, [{ name: 'coins.csv', text: 'underlying,type,quantity,spot,as_of\nBTC,spot,2,95000,2026-01-16T12:30:00Z\n' }]);
  await settled(page);
  await goTo(page, 'market');
  await page.waitForSelector('text=No file of this book quotes options');
  assert.deepEqual(troubles(record), []);
  await close();
});
