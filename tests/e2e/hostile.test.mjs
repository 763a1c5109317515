// Every hostile file of the corpus by drag and drop: the dry run gives the verdict of the manifest, and the page comes to no harm.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { ROOT, answerDryRun, openSample, start, troubles } from './harness.mjs';

const FOLDER = path.join(ROOT, 'tests/fixtures/bad-input');
const manifest = readFileSync(path.join(FOLDER, 'manifest.csv'), 'utf8')
  .trim().split('\n').slice(1)
  .map((line) => line.split(','))
  .map(([file, , format, verdict, rows]) => ({ file, format, verdict, rows: Number(rows) }))
  // Links and records of the browser's own storage are no dropped files; they have journeys of their own.
  .filter(({ format }) => !['share-link', 'indexeddb'].includes(format));

let site, page, record;
before(async () => {
  site = await start();
  ({ page, record } = await site.open());
  await openSample(page);
});
after(() => site.stop());

/// Drops a file from the disk, whatever its bytes are.
async function drop(name) {
  const bytes = readFileSync(path.join(FOLDER, name)).toString('base64');
  await page.evaluate(({ name, bytes }) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0))], name));
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }, { name, bytes });
  await page.waitForSelector('dialog[open].intake');
  return page.evaluate(() => ({
    rows: document.querySelector('dialog[open] [data-intake=rows]').textContent.match(/[\d\s]+(?= row| accepted| left)/g).map((text) => Number(text.replace(/\s/g, ''))),
    rejected: document.querySelectorAll('dialog[open] li.issue[data-effect=rejected]').length,
    noted: document.querySelectorAll('dialog[open] li.issue[data-effect=noted]').length,
    canEnter: document.querySelector('dialog[open] [data-choice=add]') !== null,
  }));
}

test('each dropped file gets the verdict of the manifest, and the open book stays as it is', async (t) => {
  assert.ok(manifest.length > 120, `${manifest.length} files`);
  const failures = [];
  for (const { file, verdict, rows } of manifest) {
    const { rows: [read, accepted, leftOut], rejected, noted, canEnter } = await drop(file);
    const holds = {
      accept: () => rejected === 0 && accepted === rows,
      accept_with_warning: () => noted + rejected > 0 && accepted === rows,
      reject_row: () => leftOut > 0 && rejected === leftOut && accepted === rows,
      reject_file: () => rejected > 0 && !canEnter,
    }[verdict];
    if (read !== accepted + leftOut || !holds()) failures.push(`${file} (${verdict}, ${rows}): ${JSON.stringify({ read, accepted, leftOut, rejected, noted, canEnter })}`);
    await answerDryRun(page, 'cancel');
  }
  t.diagnostic(`${manifest.length} files`);
  assert.deepEqual(failures, []);
  assert.equal(await page.textContent('nav a[href="#book"] .navigation__count'), '40');
  assert.equal(await page.evaluate(() => window.__xss), undefined);
  assert.deepEqual(await page.evaluate(() => Object.keys(Object.prototype)), []);
  assert.deepEqual(troubles(record), []);
});
