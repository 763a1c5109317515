// Exposure: the pivot and what lies behind it, ladders, counterparties, limits above every page, a price history, the link.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { SAMPLE, amountOf, column, cutOf, download, dropFiles, goTo, linkOf, longTasks, openSample, openTab, screenshot, settled, start, table, terminal, troubles, until } from './harness.mjs';

let site;
let report;
before(async () => {
  site = await start();
  report = JSON.parse(await terminal(['report', ...SAMPLE, '--json']));
});
after(() => site.stop());

const TABS = ['overview', 'pivot', 'ladders', 'concentration', 'counterparties', 'correlation', 'volatility', 'leverage', 'limits', 'carry'];

async function openExposure(options) {
  const opened = await site.open(site.url, options);
  await openSample(opened.page);
  await settled(opened.page);
  await goTo(opened.page, 'exposure');
  return opened;
}

test('the pivot adds up to the report in every dimension, and leads to the positions', async () => {
  const { page, record, close } = await openExposure();
  await openTab(page, 'exposure', 'pivot');
  const total = Math.round(report.base.measures.cash_delta);
  for (const dimension of ['underlying', 'venue', 'account', 'expiry-bucket', 'side', 'kind', 'settlement-currency']) {
    await page.selectOption('[data-choice="pivot/rows"]', dimension);
    await until(page, async () => (await page.$eval('[data-choice="pivot/rows"]', (select) => select.value)) === dimension, () => dimension);
    await until(page, async () => amountOf(column(await table(page, 'pivot'), 'Total').at(-1)) === total, async () => JSON.stringify(await table(page, 'pivot')));
    const rows = column(await table(page, 'pivot'), 'Total').map(amountOf);
    const sum = rows.slice(0, -1).reduce((sum, value) => sum + value, 0);
    assert.ok(Math.abs(sum - total) <= rows.length, `${dimension}: ${sum} of ${total}`);
  }
  await page.selectOption('[data-choice="pivot/rows"]', 'underlying');
  await until(page, async () => (await table(page, 'pivot')).rows.some(([name]) => name === 'ETH'), () => 'ETH');
  await page.click('[data-table=pivot] .data-table__pick:text-is("ETH")');
  const positions = async () => (await table(page, 'pivot-positions')).rows.filter(([name]) => name !== 'Total');
  await until(page, async () => (await positions()).length === report.positions.filter(({ underlying }) => underlying === 'ETH').length, async () => String((await positions()).length));
  const { text } = await download(page, '[data-csv=pivot-positions]');
  assert.equal(text.trim().split('\r\n').length - 1, (await table(page, 'pivot-positions')).rows.length);
  assert.deepEqual(troubles(record), []);
  await close();
});

test('treemap, heatmap, ladder and matrix are read by keyboard and saved', async () => {
  const { page, record, close } = await openExposure();
  for (const [tab, least] of [['pivot', 2], ['ladders', 3], ['correlation', 1]]) {
    await openTab(page, 'exposure', tab);
    const stages = page.locator('.sheet .chart__stage');
    assert.ok(await stages.count() >= least, `${tab} has ${await stages.count()} charts`);
    for (let place = 0; place < await stages.count(); place += 1) {
      await stages.nth(place).focus();
      for (const key of ['Home', 'ArrowRight', 'ArrowDown', 'End']) await page.keyboard.press(key);
      const figure = page.locator('.sheet figure').nth(place);
      assert.match(await figure.locator('.chart__spoken').textContent(), /\d/, `${tab} ${place}`);
      await figure.locator('[title="Show the numbers"]').click();
      assert.ok(await figure.locator('.chart__table tbody tr').count() > 0);
      assert.ok(await figure.locator('.chart__unit').textContent() !== ', ', 'a unit');
      const rows = await figure.locator('.chart__table tbody tr').count();
      const save = async (title) => {
        const [file] = await Promise.all([page.waitForEvent('download'), figure.locator(`[title="${title}"]`).click()]);
        return readFileSync(await file.path());
      };
      assert.equal((await save('Save the numbers')).toString().trim().split('\r\n').length, rows + 1);
      assert.deepEqual([...(await save('Save as picture')).subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
    }
  }
  assert.deepEqual(troubles(record), []);
  await close();
});

test('a breached limit stands above every page, in the link, and goes with its limit', async () => {
  const { page, record, close } = await openExposure();
  await openTab(page, 'exposure', 'limits');
  await page.fill('[data-choice="limits/set"]', 'measure,dimension,key,soft,hard\nnet-delta,,,1000000,1500000\ngross-leverage,,,,50\n');
  await page.press('[data-choice="limits/set"]', 'Tab');
  await page.waitForSelector('.alerts >> text=/above its hard limit/');
  for (const other of ['book', 'stress', 'market', 'methods']) {
    await goTo(page, other);
    await page.waitForSelector('.alerts >> text=/above its hard limit/');
  }
  await goTo(page, 'exposure');
  const link = await linkOf(page);
  assert.match(link, /#v3\./);
  const other = await site.open(link);
  await other.page.waitForSelector('.alerts >> text=/above its hard limit/');
  await other.page.waitForSelector('.tabs__tab[aria-current][href="#exposure/limits"]');
  assert.deepEqual(troubles(other.record), []);
  await other.close();
  await openTab(page, 'exposure', 'limits');
  await page.fill('[data-choice="limits/set"]', 'measure,hard\nweather,7\n');
  await page.press('[data-choice="limits/set"]', 'Tab');
  await page.waitForSelector('.sheet__error:has-text("weather")');
  await until(page, async () => await page.locator('.alerts').count() === 0, () => page.textContent('.alerts'));
  assert.deepEqual(troubles(record), []);
  await close();
});

test('a probability of default is typed and taken back, and the page names what a failure lays bare', async () => {
  const { page, record, close } = await openExposure();
  await page.waitForSelector('text=/If USDC failed, the book’s net delta would go from/');
  await openTab(page, 'exposure', 'counterparties');
  const loss = async () => column(await table(page, 'counterparties'), 'Expected')[0];
  const before = await loss();
  const field = page.locator('.sheet input[data-choice^="counterparties/pd/"]').first();
  await field.fill('6');
  await field.press('Enter');
  await until(page, async () => Math.abs(amountOf(await loss()) - 2 * amountOf(before)) <= 2, loss);
  await field.fill('');
  await field.press('Enter');
  await until(page, async () => (await loss()) === before, loss);
  assert.deepEqual(troubles(record), []);
  await close();
});

test('a price history is dropped, matched and kept', async () => {
  const { page, record, close } = await openExposure();
  const day = (place) => new Date(Date.UTC(2025, 6, 1) + place * 86_400_000).toISOString().slice(0, 10);
  const rows = Array.from({ length: 190 }, (_, place) => `${day(place)},${100_000 + 900 * Math.sin(place * 1.7) + 40 * place},${place % 40 === 7 ? '' : 3000 + 41 * Math.sin(place * 1.7 + 0.3) + place}`);
  await dropFiles(page, [{ name: 'closes.csv', text: `date,BTC,ETH\n${rows.join('\n')}\n` }]);
  await settled(page);
  await openTab(page, 'exposure', 'correlation');
  await page.waitForSelector('text=/From the closes of the files/');
  const matched = await table(page, 'matching');
  assert.deepEqual(matched.rows.map(([name]) => name).slice(0, 2), ['BTC', 'ETH']);
  await openTab(page, 'exposure', 'volatility');
  await page.waitForSelector('text=/Vol cone of BTC/');
  assert.deepEqual(troubles(record), []);
  await close();
});

for (const [width, theme] of [[390, 'light'], [390, 'dark'], [1440, 'light'], [1440, 'dark']]) {
  test(`nothing is cut and no task is long at ${width} px, ${theme}`, async () => {
    const { page, record, close } = await openExposure({ width, height: 844, theme });
    const tasks = await longTasks(page);
    for (const tab of TABS) {
      await openTab(page, 'exposure', tab);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, tab);
      assert.deepEqual(await cutOf(page), [], tab);
      const text = await page.textContent('.main__page');
      assert.doesNotMatch(text, /NaN|Infinity|undefined|−0\.00(?!\d)/, tab);
      await screenshot(page, `exposure-${tab}-${width}-${theme}`);
    }
    assert.deepEqual(await tasks.read(), []);
    assert.deepEqual(troubles(record), []);
    await close();
  });
}
