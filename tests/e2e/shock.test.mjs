// The shock bar: typed, dragged, reset. What it shows is what the terminal computes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SAMPLE, download, headline, numberOf, openSample, settled, start, terminal, troubles, waitForText } from './harness.mjs';

let site;
before(async () => { site = await start(); });
after(() => site.stop());

const EQUITY = '[data-measure=equity] .headline__shocked';
const type = async (page, dial, value) => {
  await page.fill(`input[data-dial=${dial}]`, value);
  await page.press(`input[data-dial=${dial}]`, 'Enter');
};
const report = async (page) => JSON.parse((await download(page, '[data-action=report-json]')).text);

test('typed values change the shocked numbers to the terminal\'s; reset restores', async () => {
  const { page, record, close } = await site.open();
  await openSample(page);
  const before = await headline(page);
  assert.ok(Object.values(before).every(({ shocked }) => shocked === null));

  await type(page, 'spot', '-16');
  const first = await waitForText(page, EQUITY, 'isNot');
  await type(page, 'vol', '12');
  const second = await waitForText(page, EQUITY, 'isNot', first);
  await type(page, 'days', '7');
  await waitForText(page, EQUITY, 'isNot', second);
  await settled(page);
  assert.equal(Number(await page.inputValue('#shock-spot')), -16, 'the slider follows the field');

  const expected = JSON.parse(await terminal(['report', ...SAMPLE, '--spot-shock', '-16', '--vol-shock', '12', '--days', '7', '--json']));
  assert.deepEqual(await report(page), expected);
  const shown = await headline(page);
  for (const [text, value] of [[shown.equity.shocked, expected.shocked.equity], [shown.pnl.value, expected.pnl]]) {
    const number = numberOf(text);
    assert.ok(Math.abs(number - value) <= Math.abs(value) * 0.006, `${text} stands for ${value}`);
  }
  assert.equal(shown.equity.value, before.equity.value, 'the base does not move');

  await page.click('.shock-bar__reset');
  await waitForText(page, EQUITY, 'isGone');
  await settled(page);
  assert.deepEqual(await headline(page), before);
  assert.equal(Number(await page.inputValue('#shock-spot')), 0);
  assert.deepEqual(troubles(record), []);
  await close();
});

test('a drag ends on the numbers of where it ends', async () => {
  const { page, record, close } = await site.open();
  await openSample(page);
  const box = await page.locator('#shock-spot').boundingBox();
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width / 2, y);
  await page.mouse.down();
  for (let step = 0; step <= 40; step += 1) await page.mouse.move(box.x + box.width * (0.5 - 0.3 * Math.sin(step / 9)), y);
  await page.mouse.up();
  const value = Number(await page.inputValue('#shock-spot'));
  assert.notEqual(value, 0, 'the slider has moved');
  await waitForText(page, EQUITY, 'isNot');
  await settled(page);
  const dragged = await report(page);
  assert.equal(Math.round(dragged.settings.shock.all.spot * 1e6) / 1e4, value);
  const shown = await headline(page);

  await page.click('.shock-bar__reset');
  await waitForText(page, EQUITY, 'isGone');
  await type(page, 'spot', String(value));
  await waitForText(page, EQUITY, 'isNot');
  await settled(page);
  assert.deepEqual(await headline(page), shown);
  assert.deepEqual(await report(page), dragged);
  assert.deepEqual(troubles(record), []);
  await close();
});

test('the arrow keys move a slider, and text that is no number changes nothing', async () => {
  const { page, record, close } = await site.open();
  await openSample(page);
  await page.focus('#shock-spot');
  for (let press = 0; press < 4; press += 1) await page.keyboard.press('ArrowLeft');
  const moved = await waitForText(page, EQUITY, 'isNot');
  assert.equal(Number(await page.inputValue('#shock-spot')), -2);
  await settled(page);
  for (const text of ['much', '', '1e999', 'NaN']) {
    await type(page, 'spot', text);
    await settled(page);
    const spot = (await report(page)).settings.shock.all.spot;
    assert.equal(Math.round(spot * 1e6) / 1e4, -2, `after typing ${JSON.stringify(text)}`);
  }
  assert.ok(moved.includes('→'));
  assert.deepEqual(troubles(record), []);
  await close();
});
