// Stress: every storm worst first, one of them explained, the likeliest one, a pack of one's own, a second book laid over, the link.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SAMPLE, amountOf, column, cutOf, download, goTo, linkOf, longTasks, openSample, openTab, screenshot, settled, start, table, terminal, troubles, until } from './harness.mjs';

let site;
before(async () => { site = await start(); });
after(() => site.stop());

const TABS = ['scenarios', 'editor', 'explain', 'tornado', 'cube', 'propagation', 'reverse', 'what-if', 'overlay', 'beside'];

async function openStress(options) {
  const opened = await site.open(site.url, options);
  await openSample(opened.page);
  await settled(opened.page);
  await goTo(opened.page, 'stress');
  return opened;
}

const shock = async (page, dial, value) => {
  await page.fill(`input[data-dial=${dial}]`, value);
  await page.press(`input[data-dial=${dial}]`, 'Enter');
};

test('every storm stands worst first, and the one that is taken is told apart', async () => {
  const { page, record, close } = await openStress();
  await openTab(page, 'stress', 'scenarios');
  const losses = column(await table(page, 'scenarios'), 'P&L').map(amountOf);
  assert.ok(losses.length >= 8);
  assert.deepEqual(losses, [...losses].sort((one, other) => one - other));
  const [name] = (await table(page, 'scenarios')).rows[0];
  await page.click('[data-table=scenarios] .data-table__pick');
  await page.waitForSelector(`.sheet h2:text-is(${JSON.stringify(name)})`);
  for (const split of ['scenario-by-underlying', 'scenario-by-venue']) {
    const parts = column(await table(page, split), 'P&L').map(amountOf);
    const sum = parts.reduce((sum, part) => sum + part, 0);
    // The page prints three digits.
    assert.ok(Math.abs(sum - losses[0]) <= 0.01 * Math.abs(losses[0]), `${split}: ${parts} of ${losses[0]}`);
  }
  // The bars are read by keys, and a chart that has the focus may go with its tab.
  await page.focus('.chart__stage');
  await page.keyboard.press('ArrowDown');
  await page.waitForFunction((name) => document.querySelector('.chart__spoken').textContent.startsWith(`${name}: `), name);
  await openTab(page, 'stress', 'cube');
  assert.deepEqual(troubles(record), []);
  await close();
});

for (const count of [0, 1, 2, 4]) {
  test(`every storm has the terminal's bits with ?workers=${count}`, async () => {
    const { parts } = JSON.parse(await terminal(['analysis', 'scenarios', ...SAMPLE, '--json']));
    const { rows } = parts.find(({ id }) => id === 'scenarios');
    const { page, record, close } = await site.open(`${site.url}?workers=${count}`);
    await openSample(page);
    await settled(page);
    await goTo(page, 'stress');
    await openTab(page, 'stress', 'scenarios');
    const { text } = await download(page, '[data-csv=scenarios]');
    // The first cell is a name, which may be quoted; the others are numbers in full.
    const numbers = (line) => line.replace(/^("[^"]*"|[^,]*),/, '').split(',').map((cell) => (cell === '' ? null : Number(cell)));
    assert.deepEqual(text.trimEnd().split('\r\n').slice(1).map(numbers), rows.map((row) => row.slice(1)));
    assert.deepEqual(troubles(record), []);
    await close();
  });
}

test('the parts of a shock and what they leave unexplained add up to the headline', async () => {
  const { page, record, close } = await openStress();
  await shock(page, 'spot', '-12');
  await shock(page, 'vol', '8');
  await shock(page, 'days', '3');
  await settled(page);
  await openTab(page, 'stress', 'explain');
  const told = await table(page, 'explain-by');
  const whole = told.rows.at(-1).slice(2).map(amountOf);
  assert.ok(Math.abs(whole.slice(1).reduce((sum, part) => sum + part, 0) - whole[0]) <= whole.length, String(whole));
  assert.equal(Math.round(whole[0] / 1000), Math.round(amountOf(await page.textContent('[data-measure=pnl] .headline__value')) / 1000));
  assert.deepEqual(troubles(record), []);
  await close();
});

test('the likeliest storm loses what was asked, in a link that another browser opens', async () => {
  const { page, record, close } = await openStress();
  await openTab(page, 'stress', 'reverse');
  const said = () => page.textContent('.sheet section:has(h2:text-is("The likeliest storm"))');
  assert.match(await said(), /The likeliest way to lose .* standard deviations over 1\sday/);
  const before = await said();
  await page.fill('[data-choice="reverse/part"]', '5');
  await page.press('[data-choice="reverse/part"]', 'Enter');
  await until(page, async () => await said() !== before && /5\.0/.test(await said()), said);
  const other = await site.open(await linkOf(page));
  await other.page.waitForSelector('.sheet h2:text-is("The likeliest storm")');
  assert.equal(await other.page.textContent('.sheet section:has(h2:text-is("The likeliest storm"))'), await said());
  assert.deepEqual(troubles(other.record), []);
  await other.close();
  assert.deepEqual(troubles(record), []);
  await close();
});

test('a pack of one\'s own is typed, refused with its place, and run', async () => {
  const { page, record, close } = await openStress();
  await openTab(page, 'stress', 'scenarios');
  const pack = '[data-choice="scenarios/pack"]';
  await page.fill(pack, '{"scenarios": [{');
  await page.press(pack, 'Tab');
  await page.waitForSelector('.sheet__error:has-text("line")');
  const dip = { version: 1, scenarios: [{ id: 'dip', name: 'A dip', shocks: [{ spot: { percent: -20 }, on: { asset: 'BTC' } }] }] };
  await page.fill(pack, JSON.stringify(dip));
  await page.press(pack, 'Tab');
  await page.click('[data-choice="scenarios/group"][data-value=own]');
  await until(page, async () => (await table(page, 'scenarios')).rows.map(([name]) => name).join() === 'A dip', async () => JSON.stringify(await table(page, 'scenarios')));
  assert.ok(amountOf(column(await table(page, 'scenarios'), 'P&L')[0]) < 0);
  assert.deepEqual(troubles(record), []);
  await close();
});

test('a storm that is built in cells is previewed, kept, found among the scenarios, and in the link', async () => {
  const { page, record, close } = await openStress();
  await openTab(page, 'stress', 'editor');
  const preview = () => page.textContent('.sheet section:has(h2:text-is("P&L now"))');
  const type = async (selector, text) => {
    await page.fill(selector, text);
    await page.press(selector, 'Enter');
  };
  const add = (kind) => page.selectOption('[data-line=added]', { label: kind });
  const option = (kind) => page.$$eval('[data-line=added] option', (options, kind) => options.map((option) => option.textContent).find((name) => name.startsWith(kind)), kind);
  await type('[data-line=name]', 'Weekend storm');
  await add(await option('Spot: '));
  await page.waitForSelector('[aria-label="Spot 1: Percent, %"]');
  // A shock without a number counts for nothing, and that is said.
  await until(page, async () => /not in it/.test(await preview()), preview);
  await type('[aria-label="Spot 1: Percent, %"]', '-200');
  await page.waitForSelector('[data-table=editor-spot] li:has-text("-99.99 to 10000")');
  assert.equal(await page.inputValue('[aria-label="Spot 1: Percent, %"]'), '-200');
  assert.equal(await page.locator('button:text-is("Keep in own pack")').count(), 0);
  await type('[aria-label="Spot 1: Percent, %"]', '-20');
  await type('[aria-label="Spot 1: Asset"]', 'btc');
  await add(await option('Implied vol: '));
  await page.waitForSelector('[aria-label="Implied vol 1: Points, pts"]');
  await type('[aria-label="Implied vol 1: Points, pts"]', '15');
  await type('[aria-label="Implied vol 1: All but"]', 'ETH');
  await until(page, async () => /P&L [+−]\$/.test(await preview()) && !/not in it/.test(await preview()), preview);
  const told = (await preview()).match(/P&L [+−]\$[^.]*\.?\d*\s\w+/)[0];
  const moved = await table(page, 'editor-moves');
  assert.match(moved.rows.find(([name]) => name === 'BTC')[3], /−20/);
  await page.click('button:text-is("Keep in own pack")');
  await page.waitForSelector('.sheet__note:text-is("The own pack holds it as it stands here.")');
  await openTab(page, 'stress', 'scenarios');
  const pack = JSON.parse(await page.inputValue('[data-choice="scenarios/pack"]'));
  assert.deepEqual(pack.scenarios, [{ id: 'weekend-storm', name: 'Weekend storm', shocks: [{ spot: { percent: -20 }, on: { asset: 'BTC' } }, { vol: { points: 15 }, on: { but: { asset: 'ETH' } } }] }]);
  await page.click('[data-choice="scenarios/group"][data-value=own]');
  await until(page, async () => (await table(page, 'scenarios')).rows.map(([name]) => name).join() === 'Weekend storm', async () => JSON.stringify(await table(page, 'scenarios')));
  assert.ok(told.includes(column(await table(page, 'scenarios'), 'P&L')[0]), told);
  await openTab(page, 'stress', 'editor');
  const other = await site.open(await linkOf(page));
  await other.page.waitForSelector('[aria-label="Spot 1: Asset"]');
  assert.deepEqual(await other.page.$$eval('[data-line=name], [aria-label="Spot 1: Asset"]', (fields) => fields.map((field) => field.value)), ['Weekend storm', 'BTC']);
  // Taking a shock out there leaves the other, and a step back brings it again.
  await other.page.click('[data-table=editor-vol] button:text-is("Remove")');
  await other.page.waitForSelector('[data-table=editor-vol]', { state: 'detached' });
  await other.page.click('[data-action=undo]');
  await other.page.waitForSelector('[data-table=editor-vol]');
  assert.deepEqual(troubles(other.record), []);
  await other.close();
  assert.deepEqual(troubles(record), []);
  await close();
});

test('a storm is built, run among all, the worst explained, broken down to its limit, sent, and a second book laid over', async () => {
  const { page, record, close } = await openStress();
  const tasks = await longTasks(page);
  const type = async (selector, text) => {
    await page.fill(selector, text);
    await page.press(selector, 'Enter');
  };
  // Built in the editor.
  await openTab(page, 'stress', 'editor');
  await type('[data-line=name]', 'Sixty down');
  const spot = await page.$$eval('[data-line=added] option', (options) => options.map((option) => option.textContent).find((name) => name.startsWith('Spot: ')));
  await page.selectOption('[data-line=added]', { label: spot });
  await page.waitForSelector('[aria-label="Spot 1: Percent, %"]');
  await type('[aria-label="Spot 1: Percent, %"]', '-60');
  await page.click('button:text-is("Keep in own pack")');
  await page.waitForSelector('.sheet__note:text-is("The own pack holds it as it stands here.")');
  // Limits are set, and every storm is run against them.
  await goTo(page, 'exposure');
  await openTab(page, 'exposure', 'limits');
  await page.fill('[data-choice="limits/set"]', 'measure,dimension,key,soft,hard\ngross-notional,,,,20000000\n');
  await page.press('[data-choice="limits/set"]', 'Tab');
  await goTo(page, 'stress');
  await openTab(page, 'stress', 'scenarios');
  await until(page, async () => (await table(page, 'scenarios')).heads.includes('Limits after'), async () => JSON.stringify((await table(page, 'scenarios')).heads));
  const all = await table(page, 'scenarios');
  assert.ok(all.rows.some(([name]) => name === 'Sixty down'));
  const [worst] = all.rows[0];
  await page.click('[data-table=scenarios] .data-table__pick');
  await page.waitForSelector(`.sheet h2:text-is(${JSON.stringify(worst)})`);
  // The worst is told apart without being chosen again.
  await openTab(page, 'stress', 'explain');
  await page.waitForSelector(`.sheet__sentence:has-text(${JSON.stringify(`${worst}: `)})`);
  const told = (await table(page, 'explain-by')).rows.at(-1).slice(2).map(amountOf);
  const loss = amountOf(column(all, 'P&L')[0]);
  assert.ok(Math.abs(told[0] - loss) <= 0.01 * Math.abs(loss), `${told[0]} ${loss}`);
  assert.ok(Math.abs(told.slice(1).reduce((sum, part) => sum + part, 0) - told[0]) <= told.length, String(told));
  // The likeliest storm that breaks the limit.
  await openTab(page, 'stress', 'reverse');
  await page.selectOption('[data-choice="reverse/of"]', '1');
  const storm = () => page.textContent('.sheet section:has(h2:text-is("The likeliest storm"))');
  await until(page, async () => /its hard limit of \$20\.0.M/.test(await storm()), storm);
  assert.deepEqual(await tasks.read(), []);
  const link = await linkOf(page);
  // Elsewhere: the same answer, and the sender's book at half its size laid over.
  const other = await site.open(link);
  await other.page.waitForSelector('.sheet h2:text-is("The likeliest storm")');
  assert.equal(await other.page.textContent('.sheet section:has(h2:text-is("The likeliest storm"))'), await storm());
  await openTab(other.page, 'stress', 'overlay');
  await other.page.fill('[data-choice="overlay/link"]', link);
  await other.page.press('[data-choice="overlay/link"]', 'Enter');
  await other.page.waitForSelector('[data-table=measures]');
  await other.page.fill('[data-choice="overlay/scale"]', '0.5');
  await other.page.press('[data-choice="overlay/scale"]', 'Enter');
  const equity = async (page) => ((await table(page, 'measures')).rows.find(([name]) => name === 'Gross notional') ?? []).slice(1).map(amountOf);
  await until(other.page, async () => {
    const [before, after] = await equity(other.page);
    return Math.abs(after / before - 1.5) < 0.01;
  }, async () => JSON.stringify(await equity(other.page)));
  // The comparison goes along in a link of its own, and the worst storm stands beside the mildest.
  const third = await site.open(await linkOf(other.page));
  await third.page.waitForSelector('[data-table=measures]');
  assert.deepEqual(await table(third.page, 'measures'), await table(other.page, 'measures'));
  await openTab(third.page, 'stress', 'beside');
  await third.page.selectOption('[data-choice="beside/left"]', { label: worst });
  await third.page.waitForSelector('[data-table=beside-headlines]');
  const [mildest] = all.rows.at(-1);
  await third.page.selectOption('[data-choice="beside/right"]', { label: mildest });
  const pnl = async () => (await table(third.page, 'beside-headlines')).rows[0].slice(1).map(amountOf);
  await until(third.page, async () => (await pnl()).slice(0, 2).every((value, side) => Math.abs(value - column(all, 'P&L').map(amountOf).at(-side)) <= 0.01 * Math.abs(value)), async () => JSON.stringify(await pnl()));
  for (const one of [third, other]) {
    assert.deepEqual(troubles(one.record), []);
    await one.close();
  }
  assert.deepEqual(troubles(record), []);
  await close();
});

for (const [width, theme] of [[390, 'light'], [1440, 'dark']]) {
  test(`nothing is cut and no task is long at ${width} px, ${theme}`, async () => {
    const { page, record, close } = await openStress({ width, height: 844, theme });
    await shock(page, 'spot', '-12');
    await settled(page);
    const tasks = await longTasks(page);
    for (const tab of TABS) {
      await openTab(page, 'stress', tab);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, tab);
      assert.deepEqual(await cutOf(page), [], tab);
      const hidden = () => page.evaluate(() => {
        const row = document.querySelector('.tabs').getBoundingClientRect();
        const tab = document.querySelector('.tabs [aria-current]').getBoundingClientRect();
        return Math.max(row.left - tab.left, tab.right - row.right);
      });
      await until(page, async () => await hidden() <= 1, async () => `${tab}: ${await hidden()} px beyond the row of tabs`);
      assert.doesNotMatch(await page.textContent('.main__page'), /NaN|Infinity|undefined|−0\.00(?!\d)/, tab);
      await screenshot(page, `stress-${tab}-${width}-${theme}`);
    }
    assert.deepEqual(await tasks.read(), []);
    assert.deepEqual(troubles(record), []);
    await close();
  });
}
