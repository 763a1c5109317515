// How the pages look and whether everyone can use them: pictures under target/screenshots/, and axe on each page and theme.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { SAMPLE, dropFiles, goTo, openSample, screenshot, settled, start, troubles } from './harness.mjs';

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

/// Texts that no scrolling brings into sight: beyond the edges of the screen, or cut by a box that does not scroll. What has an
/// ellipsis says so, and what is only spoken is not looked at.
const cutTexts = (page) => page.evaluate(() => {
  const found = [];
  for (const element of document.querySelectorAll('body *')) {
    const text = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!text && !element.matches('input, select, button, svg')) continue;
    if (!element.checkVisibility({ visibilityProperty: true }) || element.closest('option, .visually-hidden, .skip-link, [class*=spoken], [class*=summary]')) continue;
    const { left, right, width } = element.getBoundingClientRect();
    if (width === 0) continue;
    let [from, to] = [0, innerWidth];
    for (let box = element.parentElement; box; box = box.parentElement) {
      const { overflowX, textOverflow } = getComputedStyle(box);
      if (/auto|scroll/.test(overflowX) || textOverflow === 'ellipsis') [from, to] = [-Infinity, Infinity];
      if (overflowX !== 'visible') break;
    }
    if (left < from - 1 || right > to + 1) found.push(`${element.className || element.tagName}: ${element.textContent.slice(0, 40)}`);
  }
  return found;
});

for (const theme of THEMES) {
  for (const [width, height] of SIZES) {
    test(`${theme} at ${width}×${height}: every page fits its width and passes axe`, async () => {
      const { page, record, close } = await site.open(site.url, { width, height, theme });
      const found = [];
      const look = async (id) => {
        assert.equal(await page.getAttribute('html', 'data-theme'), theme);
        await screenshot(page, `${id}-${width}x${height}-${theme}`);
        if (await overflow(page) > 0) found.push(`${id} is ${await overflow(page)} px wider than the screen`);
        found.push(...(await cutTexts(page)).map((line) => `${id} cuts ${line}`));
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

/// Elements, by selector, that are cut: out of their scrolling box at its left or right edge, or of no size at all.
const cut = (page, selectors) => page.evaluate((selectors) => selectors.flatMap((selector) => {
  const all = [...document.querySelectorAll(selector)];
  const isCut = (element) => {
    const { left, right, width } = element.getBoundingClientRect();
    const edge = (element.closest('[class$=__scroll]') ?? document.documentElement).getBoundingClientRect();
    return width === 0 || left < edge.left - 0.5 || right > edge.right + 0.5;
  };
  const names = all.filter(isCut).map((element) => `${selector}: ${element.textContent || element.outerHTML}`);
  return all.length === 0 ? [`${selector}: none there`] : names;
}), selectors);

const heads = (columns) => columns.map((column) => `.position-table th[data-column=${column}]`);

test('what a screen of 1440 pixels must show is in sight without scrolling', async () => {
  const { page, close } = await site.open(site.url, { width: 1440, height: 900 });
  await openSample(page);
  assert.deepEqual(await cut(page, [...heads(['instrument', 'account', 'quantity', 'value', 'pnl', 'delta', 'gamma', 'vega', 'theta']), '.strategy-list td:last-child']), []);
  await goTo(page, 'exposure');
  await settled(page);
  const coins = await page.$$eval('.data-table__coin', (all) => all.map(({ textContent }) => textContent));
  assert.ok(coins.length > 20 && coins.every((text) => /\u00a0(BTC|ETH)$/.test(text)), coins.join());
  await close();
});

test('a telephone cuts nothing that has no scrollbar of its own', async () => {
  const { page, close } = await site.open(site.url, { width: 390, height: 844 });
  await openSample(page);
  assert.deepEqual(await cut(page, ['.position-table__select', '.strategy-list .data-table__about', '.main__foot [data-action=self-test]']), []);
  const room = await page.$eval('[data-option=grouping]', (list) => {
    const pen = new OffscreenCanvas(1, 1).getContext('2d');
    pen.font = getComputedStyle(list).font;
    return list.clientWidth - pen.measureText(list.selectedOptions[0].textContent).width;
  });
  assert.ok(room > 30, `${room} px beside the grouping's name`);
  const bar = await page.$$eval('.top-bar :is(.top-bar__name, .button, .top-bar__unit)', (all) => all.filter((element) => !element.closest('dialog')).map((element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return { name: element.className, left, right, top, bottom };
  }));
  for (const [index, one] of bar.entries()) {
    assert.ok(one.right - one.left >= 30 && one.left >= 0 && one.right <= 390, JSON.stringify(one));
    for (const other of bar.slice(index + 1)) {
      assert.ok(one.right <= other.left + 1 || other.right <= one.left + 1 || one.bottom <= other.top + 1 || other.bottom <= one.top + 1, JSON.stringify([one, other]));
    }
  }
  await page.setInputFiles('input[data-input=add]', SAMPLE);
  await page.waitForSelector('dialog[open].intake');
  assert.deepEqual(await cut(page, ['.intake__files th', '.intake__files td']), []);
  assert.equal(await page.$eval('dialog[open].intake', ({ scrollTop }) => scrollTop), 0, 'the dialog starts at its head');
  await close();
});

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

test('at 1440 px the table of positions shows P&L and Greeks without scrolling', async () => {
  const { page, close } = await site.open();
  await openSample(page);
  const { edge, ends } = await page.evaluate(() => {
    const scroller = document.querySelector('.position-table__scroll');
    const heads = ['value', 'pnl', 'delta', 'gamma', 'vega', 'theta'].map((id) => scroller.querySelector(`th[data-column=${id}]`));
    return { edge: scroller.getBoundingClientRect().right, ends: heads.map((head) => head.getBoundingClientRect().right) };
  });
  assert.ok(ends.every((end) => end <= edge), `${ends} beyond ${edge}`);
  await close();
});

test('on a telephone nothing that is pressed lies beneath another thing or beyond the edge', async () => {
  const { page, close } = await site.open(site.url, { width: 390, height: 844 });
  await openSample(page);
  const hidden = await page.evaluate(() => {
    const all = ['.top-bar [data-action=books]', '.top-bar__name', '.top-bar [data-option=numeraire]', '.position-table [data-option=grouping]',
      '.position-table__select', '.main__foot [data-action=self-test]'];
    return all.filter((selector) => {
      const element = document.querySelector(selector);
      element.scrollIntoView({ block: 'center' });
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const points = [[left + 2, (top + bottom) / 2], [right - 2, (top + bottom) / 2]];
      return !points.every(([x, y]) => element.contains(document.elementFromPoint(x, y)));
    });
  });
  assert.deepEqual(hidden, []);
  await page.click('.main__foot [data-action=self-test]');
  await page.waitForSelector('dialog[open].self-test');
  await close();
});

test('messages of the dry run begin at the left, beneath each other, and its table fits a telephone', async () => {
  for (const width of [1440, 390]) {
    const { page, close } = await site.open(site.url, { width, height: 844 });
    await dropFiles(page, [{ name: 'table.csv', text: 'instrument,type,underlying,quantity,mark\nBTC,spot,BTC,1,95000\nETH,spot,ETH,many,3000\nA,B,C,D,E\n' }], null);
    await page.waitForSelector('dialog[open].intake .issue');
    const { starts, scrolls } = await page.evaluate(() => {
      const textStart = (element) => {
        const range = document.createRange();
        range.selectNodeContents(element);
        return Math.round(range.getBoundingClientRect().left);
      };
      const table = document.querySelector('.intake__scroll');
      return { starts: [...document.querySelectorAll('.intake .issue__message')].map(textStart), scrolls: table.scrollWidth - table.clientWidth };
    });
    assert.ok(starts.length > 1, 'several messages');
    assert.equal(new Set(starts).size, 1, `messages start at ${starts}`);
    assert.ok(starts[0] < 500, `messages start at ${starts[0]}`);
    assert.ok(scrolls <= 0, `the table is ${scrolls} px wider than its box at ${width}`);
    await close();
  }
});
