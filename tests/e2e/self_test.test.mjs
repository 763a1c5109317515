// The self-test: the open page answers every accuracy set, and the table says what the native test says.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openSample, screenshot, start, troubles } from './harness.mjs';

let site;
before(async () => { site = await start(); });
after(() => site.stop());

const SETS = [
  ['American options', 364, 364],
  ['Correlation matrices', 5, 4],
  ['Crypto contracts', 109, 84],
  ['Distributions', 125, 125],
  ['European options', 1542, 1542],
  ['Implied volatility', 197, 175],
  ['NIST statistics', 18, 18],
  ['Scenarios', 110, 110],
  ['Returns and their tails', 169, 28],
];

for (const workers of ['', '?workers=0']) {
  test(`every set is answered within its tolerances${workers && ' without workers'}`, async () => {
    const { page, record, close } = await site.open(site.url + workers);
    await openSample(page);
    await page.click('[data-action=self-test]');
    await page.waitForSelector('dialog[open].self-test :text("in all, 0 outside of their tolerance")');
    const rows = await page.$$eval('dialog[open].self-test tbody tr', (rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));
    const number = (text) => Number(text.replace(/[^\d.]/g, ''));
    assert.deepEqual(rows.map(([set, asked, answered, outside]) => [set, number(asked), number(answered), number(outside)]), SETS.map((set) => [...set, 0]));
    for (const [set, , , , worst, largest] of rows) {
      assert.ok(number(worst) > 0 && number(worst) <= 100, `${set}: ${worst}`);
      assert.match(largest, /^\d·10⁻[²³⁴⁵⁶⁷⁸⁹¹⁰]+$/, `${set}: ${largest}`);
    }
    const place = workers ? 'in the page itself' : 'in a worker';
    assert.match(await page.textContent('.self-test__module'), new RegExp(`worker_bg\\.wasm, the module that values the book, ${place}; build \\S+`));
    assert.match(await page.textContent('dialog[open].self-test'), /AM0623: .* does not count: /);
    if (!workers) await screenshot(page, 'self-test');
    await page.click('[data-action=close-self-test]');
    await page.waitForSelector('dialog[open]', { state: 'detached' });
    assert.deepEqual(troubles(record), []);
    await close();
  });
}
