// How the pages look and whether everyone can use them: pictures under target/screenshots/, and axe on each page and theme.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { goTo, openSample, screenshot, settled, start, troubles } from './harness.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PAGES = ['book', 'exposure', 'stress', 'market', 'methods'];
/// What a page shows that has no headline to settle.
const SHOWN = { market: '.panel table', methods: 'article.method' };
const SIZES = [[1440, 900], [390, 844]];
const THEMES = ['dark', 'light'];

let site;
before(async () => { site = await start(); });
after(() => site.stop());

/// What axe finds serious or critical, one line each.
async function seriousViolations(page) {
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, impact, nodes }) => nodes.map(({ target, failureSummary }) => `${impact} ${id} at ${target.join(' ')}: ${failureSummary.replace(/\s+/g, ' ')}`));
}

const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

for (const theme of THEMES) {
  for (const [width, height] of SIZES) {
    test(`${theme} at ${width}×${height}: every page fits its width and passes axe`, async () => {
      const { page, record, close } = await site.open(site.url, { width, height, theme });
      const found = [];
      const look = async (id) => {
        assert.equal(await page.getAttribute('html', 'data-theme'), theme);
        await screenshot(page, `${id}-${width}x${height}-${theme}`);
        if (await overflow(page) > 0) found.push(`${id} is ${await overflow(page)} px wider than the screen`);
        found.push(...(await seriousViolations(page)).map((line) => `${id}: ${line}`));
      };
      await look('welcome');
      await openSample(page);
      await page.fill('input[data-dial=spot]', '-10');
      await page.press('input[data-dial=spot]', 'Enter');
      await page.waitForSelector('[data-measure=equity] .headline__shocked');
      for (const id of PAGES) {
        await goTo(page, id);
        await (SHOWN[id] ? page.waitForSelector(SHOWN[id]) : settled(page));
        await look(id);
      }
      assert.deepEqual(found, []);
      assert.deepEqual(troubles(record), []);
      await close();
    });
  }
}

test('the theme is switched by its button and kept over a reload', async () => {
  const { page, close } = await site.open(site.url, { theme: 'dark' });
  assert.equal(await page.getAttribute('html', 'data-theme'), 'dark');
  const dark = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.click('[data-action=theme]');
  assert.equal(await page.getAttribute('html', 'data-theme'), 'light');
  assert.notEqual(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), dark);
  await page.reload();
  await page.waitForSelector('body[data-ready=true]');
  assert.equal(await page.getAttribute('html', 'data-theme'), 'light');
  await close();
});
