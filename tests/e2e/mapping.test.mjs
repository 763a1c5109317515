// A table that no format knows: its columns are mapped once, on a screen that shows what comes of it, and never asked for again.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { answerDryRun, download, dropFiles, screenshot, settled, start, troubles, until } from './harness.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/// A broker's list with words and decimal commas of its own, and one row that cannot be read.
const depot = {
  name: 'depot.csv',
  text: [
    'Depot;Basiswert;Optionstyp;Basispreis;Fälligkeit;Stück;Kauf/Verkauf;Einstandskurs;Kurs;Vola;Kassakurs;Bemerkung',
    '4711;BTC;Call;100.000,00;26.03.2027;2;Kauf;4.100,50;4.300,00;62,5;95.500,00;',
    '4711;BTC;Put;80.000,00;26.03.2027;3;Verkauf;2.000,00;1.950,25;65;95.500,00;abgesichert',
    '4711;BTC;Put;niemals;26.03.2027;1;Kauf;2.000,00;1.950,25;65;95.500,00;',
    '',
  ].join('\n'),
};

let site;
before(async () => { site = await start(); });
after(() => site.stop());

const screen = 'dialog[open].mapping';
const counts = (page) => page.textContent(`${screen} [data-mapping=counts]`);
const hasCounts = (page, text) => until(page, async () => (await counts(page)) === text, () => counts(page));
const rows = (page) => page.$$eval(`${screen} .mapping__rows tr[data-row]`, (rows) =>
  rows.map((row) => [...row.cells].map((cell) => cell.innerText.replace(/\s+/g, ' ').trim())));
const kept = (page) => page.evaluate(() => JSON.parse(localStorage.getItem('plimsoll-mappings') ?? 'null'));
const positions = (page) => page.textContent('nav a[href="#book"] .navigation__count').then(Number);

async function openScreen(page, file = depot) {
  await dropFiles(page, [file], null);
  await page.click('dialog[open].intake [data-action=map-columns]');
  await page.waitForSelector(`${screen} [data-mapping=counts]`);
}

test('an unknown table is mapped, read, kept over a reload and read without questions the next time', async () => {
  const { page, record, close } = await site.open();
  await openScreen(page);
  await hasCounts(page, '2 of 3 rows are read, 1 left out.');
  assert.equal(await page.inputValue('[data-map=strike]'), ':Basispreis', 'guessed from the name');
  assert.equal(await page.inputValue('[data-constant=type]'), 'option', 'there is no column for it');
  assert.equal(await page.inputValue('[data-map=vols]'), '2', 'percent');
  assert.deepEqual(await rows(page), [
    ['2', 'BTC 2027-03-26 100000 call call on BTC, 100 000, 26 Mar 27, linear', '+2 BTC', '4 100.50', '4 300.00', '62.50'],
    ['3', 'BTC 2027-03-26 80000 put put on BTC, 80 000, 26 Mar 27, linear', '−3 BTC', '2 000.00', '1 950.25', '65.00'],
    ['4', 'Basispreis: “niemals” not a number; a number such as 1234.5 is accepted, or an empty cell where it is unknown'],
  ]);

  // Every change shows at once: a wrong column, a wrong unit, no quantity at all.
  await page.selectOption('[data-map=strike]', ':Kassakurs');
  await hasCounts(page, 'All of 3 rows are read.');
  await page.selectOption('[data-map=vols]', '1');
  await until(page, async () => (await rows(page))[0]?.[5] === '6 250.00', async () => JSON.stringify(await rows(page)));
  await page.selectOption('[data-map=vols]', '2');
  await page.selectOption('[data-map=signs]', '1');
  await until(page, async () => (await rows(page))[1]?.[2] === '+3 BTC', async () => JSON.stringify(await rows(page)));
  await page.selectOption('[data-map=signs]', '0');
  await page.selectOption('[data-map=quantity]', '');
  await hasCounts(page, 'No row can be read yet.');
  assert.match(await page.textContent(`${screen} .mapping__issues`), /the column quantity/);
  await page.selectOption('[data-map=quantity]', '=');
  await page.fill('[data-constant=quantity]', '7');
  await until(page, async () => (await rows(page))[0]?.[2] === '+7 BTC', async () => JSON.stringify(await rows(page)));
  await page.selectOption('[data-map=quantity]', ':Stück');
  await page.selectOption('[data-map=strike]', ':Basispreis');
  await hasCounts(page, '2 of 3 rows are read, 1 left out.');

  await page.fill('[data-mapping=name]', '');
  assert.equal(await page.isDisabled('[data-choice=use-mapping]'), true, 'a name is needed');
  await page.fill('[data-mapping=name]', 'My depot');
  await page.click('[data-choice=use-mapping]');
  await page.waitForSelector('dialog[open].intake :text("read by your mapping “My depot”")');
  assert.match(await page.textContent('dialog[open] [data-intake=rows]'), /^3 rows read, 2 accepted, 1 left out/);
  assert.equal(await positions(page).catch(() => 0), 0, 'nothing is in the book yet');
  await answerDryRun(page, 'add');
  await settled(page);
  assert.equal(await positions(page), 2);
  const report = JSON.parse((await download(page, '[data-action=report-json]')).text);
  assert.deepEqual(report.positions.map((row) => [row.strike, row.quantity, row.entry_price]), [[100_000, 2, 4100.5], [80_000, -3, 2000]]);
  assert.deepEqual((await kept(page)).mappings.map((mapping) => mapping.name), ['My depot']);

  await page.waitForSelector('[data-save=saved]');
  await page.reload();
  await page.waitForSelector('body[data-ready=true]');
  await dropFiles(page, [depot], null);
  await page.waitForSelector('dialog[open].intake :text("read by your mapping “My depot”")');
  const notes = await page.textContent('dialog[open] [data-intake=issues]');
  assert.match(notes, /read by the mapping “My depot”: .*Stück is quantity/, 'what was decided is said');
  await answerDryRun(page, 'replace');
  await settled(page);
  assert.equal(await positions(page), 2);
  assert.deepEqual(troubles(record), []);
  await close();
});

test('a mapping is changed, forgotten, and left without a trace', async () => {
  const { page, record, close } = await site.open();
  await openScreen(page);
  await page.keyboard.press('Escape');
  await page.waitForSelector(screen, { state: 'detached' });
  assert.equal(await page.locator('dialog[open].intake').count(), 1, 'only the screen is left, not the dry run');
  assert.equal(await kept(page), null);

  await page.click('[data-action=map-columns]');
  await page.click('[data-choice=use-mapping]');
  await page.waitForSelector('dialog[open].intake :text("read by your mapping “depot”")');
  await page.click('dialog[open].intake [data-action=map-columns]');
  await page.selectOption('[data-map=account]', '');
  await page.fill('[data-mapping=name]', 'no account');
  await page.click('[data-choice=use-mapping]');
  await page.waitForSelector('dialog[open].intake :text("read by your mapping “no account”")');
  const { mappings } = await kept(page);
  assert.deepEqual(mappings.map((mapping) => mapping.name), ['no account'], 'renamed, not doubled');
  assert.ok(!mappings[0].columns.some(([, field]) => field === 'account'));
  await page.click('[data-action=forget-mapping]');
  await page.waitForSelector('dialog[open].intake :text("not recognized")');
  assert.deepEqual((await kept(page)).mappings, []);
  await answerDryRun(page, 'cancel');
  assert.deepEqual(troubles(record), []);
  await close();
});

test('a file that is known is mapped only where the user asks for it', async () => {
  const { page, record, close } = await site.open();
  const known = { name: 'known.csv', text: 'underlying,type,quantity,other\nUSDC,cash,100,7\n' };
  await openScreen(page, known);
  await page.selectOption('[data-map=quantity]', ':other');
  await page.click('[data-choice=use-mapping]');
  await page.waitForSelector('dialog[open].intake :text("read by your mapping “known”")');
  await answerDryRun(page, 'cancel');
  await dropFiles(page, [known], null);
  await page.waitForSelector('dialog[open].intake :text("positions table")');
  await page.click('[data-action=choose-mapping]');
  await page.waitForSelector('dialog[open].intake :text("read by your mapping “known”")');
  await answerDryRun(page, 'add');
  await settled(page);
  assert.match(await page.textContent('.issue-list'), /other is quantity/);
  assert.equal(JSON.parse((await download(page, '[data-action=report-json]')).text).base.equity, 7);
  assert.deepEqual(troubles(record), []);
  await close();
});

for (const [width, height] of [[1440, 900], [390, 844]]) {
  for (const theme of ['dark', 'light']) {
    test(`the screen fits ${width} px in the ${theme} theme, by keyboard and for axe`, async () => {
      const { page, record, close } = await site.open(site.url, { width, height, theme });
      await openScreen(page);
      await hasCounts(page, '2 of 3 rows are read, 1 left out.');
      await screenshot(page, `mapping-${width}x${height}-${theme}`);
      const inside = await page.evaluate(() => {
        const dialog = document.querySelector('dialog[open].mapping');
        return dialog.scrollWidth <= dialog.clientWidth && dialog.getBoundingClientRect().right <= innerWidth;
      });
      assert.ok(inside, 'nothing stands outside of the screen');
      await page.evaluate(AXE);
      const { violations } = await page.evaluate(() => window.axe.run(document.querySelector('dialog[open].mapping'), { resultTypes: ['violations'] }));
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      assert.deepEqual(serious.map(({ id, nodes }) => `${id}: ${nodes[0].target}`), []);
      // From field to field with the keyboard alone: a column is chosen by its first letters.
      await page.focus('[data-map=quantity]');
      await page.keyboard.type('Bem');
      await hasCounts(page, '0 of 3 rows are read, 3 left out.');
      assert.deepEqual(troubles(record), []);
      await close();
    });
  }
}
