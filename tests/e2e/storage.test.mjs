// Books are saved in the browser by themselves: what was saved comes back, nothing is written over silently, and where the browser
// keeps nothing the page says so and offers a file.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { coinsCsv, deribitPositions, largeBook, ownCsv } from './fixtures.mjs';
import { ROOT, download, dropFiles, goTo, headline, longTasks, openSample, settled, start, troubles, waitForText } from './harness.mjs';

let site;
before(async () => { site = await start(); });
after(() => site.stop());

const isSaved = (page) => page.waitForSelector('[data-save=saved]');
const name = (page) => page.inputValue('.top-bar__name');
const isNamed = (page, expected) => page.waitForFunction((expected) => document.querySelector('.top-bar__name')?.value === expected, expected);
const files = (page) => page.$$eval('.file-list__items b', (items) => items.map((item) => item.textContent));
const ready = (page) => page.waitForSelector('body[data-ready=true]');

async function rename(page, value) {
  await page.fill('.top-bar__name', value);
  await page.press('.top-bar__name', 'Enter');
}

async function shock(page, value) {
  await page.fill('input[data-dial=spot]', String(value));
  await page.press('input[data-dial=spot]', 'Enter');
}

/// A further tab of the same browser.
async function tab(page, url = site.url) {
  const other = await page.context().newPage();
  other.setDefaultTimeout(30_000);
  await other.goto(url);
  await ready(other);
  return other;
}

/// A tab with a book that is saved.
async function saved(file = coinsCsv, options = {}) {
  const opened = await site.open(site.url, options);
  await dropFiles(opened.page, [file]);
  await settled(opened.page);
  await isSaved(opened.page);
  return opened;
}

async function openMenu(page) {
  await page.click('[data-action=books]');
  await page.waitForSelector('dialog.book-menu[open]');
}

const listed = (page) => page.$$eval('[data-book]', (items) => items.map((item) => item.dataset.book));

/// Everything that the database holds, bytes as arrays.
const stored = (page) => page.evaluate(() => new Promise((done, fail) => {
  const opening = indexedDB.open('plimsoll');
  opening.onerror = () => fail(opening.error);
  opening.onsuccess = () => {
    const database = opening.result;
    const found = {};
    const transaction = database.transaction([...database.objectStoreNames]);
    for (const store of database.objectStoreNames) {
      found[store] = {};
      transaction.objectStore(store).openCursor().onsuccess = ({ target: { result: cursor } }) => {
        if (!cursor) return;
        found[store][cursor.key] = cursor.value instanceof Uint8Array ? [...cursor.value] : cursor.value;
        cursor.continue();
      };
    }
    transaction.oncomplete = () => { database.close(); done(found); };
  };
}));

/// Puts values into a store of the database.
const store = (page, entries) => page.evaluate((entries) => new Promise((done, fail) => {
  const opening = indexedDB.open('plimsoll');
  opening.onerror = () => fail(opening.error);
  opening.onsuccess = () => {
    const database = opening.result;
    const transaction = database.transaction(['slots', 'heads'], 'readwrite');
    for (const [store, key, value] of entries) transaction.objectStore(store).put(Array.isArray(value) ? new Uint8Array(value) : value, key);
    transaction.oncomplete = () => { database.close(); done(); };
  };
}), entries);

test('a reload shows the same screen, without a word', async () => {
  const { page, record, close } = await site.open();
  await openSample(page);
  for (const [dial, value] of [['spot', '-12.5'], ['vol', '8'], ['days', '3']]) {
    await page.fill(`input[data-dial=${dial}]`, value);
    await page.press(`input[data-dial=${dial}]`, 'Enter');
  }
  await rename(page, 'Desk, Friday');
  await waitForText(page, '[data-measure=equity] .headline__shocked', 'isNot');
  await settled(page);
  const shown = await headline(page);
  const listedFiles = await files(page);
  const issues = await page.locator('li.issue').count();
  await isSaved(page);
  await page.reload();
  await isSaved(page);
  await settled(page);
  await waitForText(page, '[data-measure=equity] .headline__shocked', 'isNot');
  assert.equal(await name(page), 'Desk, Friday');
  assert.deepEqual(await headline(page), shown);
  assert.deepEqual(await files(page), listedFiles);
  assert.equal(await page.locator('li.issue').count(), issues);
  assert.equal(await page.locator('.notice').count(), 0);
  const { url } = await download(page, '[data-action=report-json]').then(() => ({ url: page.url() }));
  assert.ok(!url.includes('v1.'));
  assert.deepEqual(troubles(record), []);
  await close();
});

test('a change is saved within two seconds, also while changes keep coming', async (t) => {
  const { page, close } = await saved();
  // One change, then quiet.
  const quiet = await page.evaluate(() => new Promise((done) => {
    const input = document.querySelector('.top-bar__name');
    const start = performance.now();
    input.value = 'once';
    input.dispatchEvent(new Event('change', { bubbles: true }));
    const look = () => (document.querySelector('[data-save=saved]') ? done(performance.now() - start) : setTimeout(look, 10));
    setTimeout(look, 20);
  }));
  // A drag of three seconds: storage is read from another connection to see when the first of it arrives.
  const drag = await page.evaluate(() => new Promise((done) => {
    const input = document.querySelector('.top-bar__name');
    const start = performance.now();
    let count = 0;
    let first = null;
    let texts = [];
    const opening = indexedDB.open('plimsoll');
    opening.onsuccess = () => {
      const heads = () => new Promise((read) => {
        const request = opening.result.transaction('heads').objectStore('heads').getAll();
        request.onsuccess = () => read(request.result.map((head) => new TextDecoder().decode(head)));
      });
      const step = setInterval(async () => {
        count += 1;
        input.value = `drag ${count}`;
        input.dispatchEvent(new Event('change', { bubbles: true }));
        texts = await heads();
        if (first === null && texts.some((text) => text.includes('drag '))) first = performance.now() - start;
        if (performance.now() - start > 3000) {
          clearInterval(step);
          opening.result.close();
          done(first);
        }
      }, 40);
    };
  }));
  t.diagnostic(`saved ${Math.round(quiet)} ms after a change, ${Math.round(drag)} ms into a series of changes`);
  assert.ok(quiet < 2000, `${quiet} ms`);
  assert.ok(drag !== null && drag < 2000, `${drag} ms`);
  await isSaved(page);
  await close();
});

test('two copies alternate, and neither is the work of two saves', async () => {
  const { page, close } = await saved();
  await isNamed(page, 'coins');
  for (const number of [1, 2, 3, 4]) {
    await rename(page, `turn ${number}`);
    await page.waitForSelector('[data-save=saving]').catch(() => {});
    await isSaved(page);
    const { slots, heads } = await stored(page);
    const names = Object.keys(slots).sort().map((key) => {
      assert.deepEqual(slots[key].slice(0, heads[key].length), heads[key], 'the list tells what the copy holds');
      return Buffer.from(heads[key]).toString('latin1').match(/turn \d|coins/)[0];
    });
    assert.equal(names.length, 2);
    assert.ok(names.includes(`turn ${number}`), String(names));
    assert.ok(names.includes(number === 1 ? 'coins' : `turn ${number - 1}`), String(names));
  }
  await close();
});

for (const file of ['autosave_future_schema.json', 'autosave_nan_text.json', 'autosave_truncated.json', 'autosave_wrong_types.json']) {
  for (const kind of ['text', 'bytes', 'object']) {
    test(`${file} as ${kind} in a slot: the other copy opens, the record is kept and named`, async () => {
      const text = readFileSync(path.join(ROOT, 'tests/fixtures/bad-input', file), 'utf8');
      let value = text;
      if (kind === 'bytes') value = [...Buffer.from(text)];
      if (kind === 'object') {
        try {
          value = JSON.parse(text);
        } catch {
          return; // Only a text can be cut off.
        }
      }
      const { page, record, close } = await saved();
      await rename(page, 'second');
      await page.waitForTimeout(50);
      await isSaved(page);
      const before = await stored(page);
      const newest = Object.keys(before.heads).find((key) => Buffer.from(before.heads[key]).includes('second'));
      await store(page, [['slots', newest, value]]);
      await page.reload();
      const banner = await page.waitForSelector('[data-notice=damaged]');
      assert.match(await banner.innerText(), /cannot be read.*It is kept/s);
      await isNamed(page, 'coins (recovered)');
      await isSaved(page);
      const after = await stored(page);
      assert.deepEqual(after.slots[newest], value, 'kept as it is');
      for (const [key, bytes] of Object.entries(before.slots)) if (key !== newest) assert.deepEqual(after.slots[key], bytes, 'nothing is written over');
      assert.equal(Object.keys(after.slots).length, 3, 'the recovered book has a place of its own');
      const copy = await download(page, '[data-notice=damaged] [data-action=download-copy]');
      assert.equal(copy.text, kind === 'object' ? JSON.stringify(value) : kind === 'text' ? JSON.stringify(text) : text);
      assert.deepEqual(troubles(record), []);
      await close();
    });
  }
}

test('records of which nothing can be read leave an empty page that says so', async () => {
  const { page, record, close } = await saved();
  const before = await stored(page);
  const [key] = Object.keys(before.slots);
  const newer = [...before.slots[key]];
  newer[8] = 0xff; // a schema of the future
  await store(page, [['slots', key, newer], ['heads', key, newer.slice(0, before.heads[key].length)], ['slots', 'strange/a', { schema: 1 }]]);
  await page.reload();
  await page.waitForFunction(() => document.querySelectorAll('[data-notice=damaged]').length === 2);
  const text = await page.$$eval('[data-notice=damaged]', (notes) => notes.map((note) => note.innerText).join('\n'));
  assert.match(text, /newer version of Plimsoll/);
  await page.waitForSelector('[data-action=sample]:not([disabled])');
  await dropFiles(page, [ownCsv]);
  await isSaved(page);
  const after = await stored(page);
  assert.deepEqual(after.slots[key], newer);
  assert.deepEqual(after.slots['strange/a'], { schema: 1 });
  assert.equal(Object.keys(after.slots).length, 3);
  assert.deepEqual(troubles(record), []);
  await close();
});

/// What a browser does that keeps nothing, or nothing more.
const stubs = {
  'a browser without storage': () => { Object.defineProperty(window, 'indexedDB', { value: undefined }); },
  'a private window that refuses': () => {
    Object.defineProperty(window, 'indexedDB', { get() { throw new DOMException('denied', 'SecurityError'); } });
  },
  'storage that refuses to open': () => {
    IDBFactory.prototype.open = () => { throw new DOMException('denied', 'SecurityError'); };
  },
  'a disk that is full': () => {
    IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); };
  },
  'a disk that is full at the end of the transaction': () => {
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (...values) {
      const request = put.apply(this, values);
      this.transaction.abort();
      return request;
    };
  },
};

for (const [what, stub] of Object.entries(stubs)) {
  test(`${what}: the page says so and offers the book as a file`, async () => {
    const opened = await site.open('about:blank', { isReady: false });
    const { page, record, close } = opened;
    await page.addInitScript(stub);
    await page.goto(site.url);
    await ready(page);
    await dropFiles(page, [coinsCsv]);
    await settled(page);
    await page.waitForSelector('[data-save=failed]');
    const text = await page.innerText('[data-notice=trouble] .notice__text');
    assert.ok(text.split(' ').length > 8, text);
    await rename(page, 'Kept as a file');
    const [file] = await Promise.all([page.waitForEvent('download'), page.click('[data-notice=trouble] [data-action=file]')]);
    assert.equal(file.suggestedFilename(), 'Kept as a file.plimsoll');
    const bytes = readFileSync(await file.path());
    assert.equal(bytes.subarray(1, 4).toString(), 'PLM');
    const shown = await headline(page);
    // Nobody leaves a book that is not saved by mistake.
    await openMenu(page);
    await page.click('[data-action=new-book]');
    await page.click('dialog[open] [data-action=stay]');
    assert.deepEqual(await headline(page), shown);
    assert.deepEqual(troubles(record), []);
    await close();

    const other = await site.open();
    await openMenu(other.page);
    await other.page.setInputFiles('input[data-input=document]', { name: 'any.name', mimeType: '', buffer: bytes });
    await settled(other.page);
    await isNamed(other.page, 'Kept as a file');
    assert.deepEqual(await headline(other.page), shown);
    await isSaved(other.page);
    assert.deepEqual(troubles(other.record), []);
    await other.close();
  });
}

test('a newer arrangement of the storage is left alone', async () => {
  const { page, record, close } = await saved();
  const before = await stored(page);
  // Another tab has loaded a newer version: this one makes way and says so.
  await page.evaluate(() => new Promise((done) => {
    const opening = indexedDB.open('plimsoll', 7);
    opening.onupgradeneeded = () => opening.result.createObjectStore('later');
    opening.onsuccess = () => { opening.result.close(); done(); };
  }));
  await page.waitForSelector('[data-save=failed]');
  assert.match(await page.innerText('[data-notice=trouble]'), /newer version of Plimsoll/);
  // And so does an old version that starts after it.
  await page.reload();
  await ready(page);
  await dropFiles(page, [ownCsv]);
  await page.waitForSelector('[data-save=failed]');
  assert.match(await page.innerText('[data-notice=trouble]'), /newer version of Plimsoll/);
  assert.deepEqual(await stored(page), { ...before, later: {} });
  assert.deepEqual(troubles(record), []);
  await close();
});

test('room that comes back is used', async () => {
  const { page, close } = await saved();
  await page.evaluate(() => {
    window.realPut = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); };
  });
  await rename(page, 'squeezed');
  await page.waitForSelector('[data-save=failed]');
  assert.match(await page.innerText('[data-notice=trouble]'), /no room left.*What was saved before is still there/s);
  await page.evaluate(() => { IDBObjectStore.prototype.put = window.realPut; });
  await page.click('[data-notice=trouble] [data-action=again]');
  await isSaved(page);
  assert.equal(await page.locator('[data-notice=trouble]').count(), 0);
  await page.reload();
  await isNamed(page, 'squeezed');
  await close();
});

test('of two tabs with one book one saves; the other says so, and nothing is written over', async () => {
  const { page, record, close } = await saved();
  await rename(page, 'shared');
  await page.waitForTimeout(50);
  await isSaved(page);
  const other = await tab(page);
  await isNamed(other, 'shared');
  await other.waitForSelector('[data-save=failed]');
  assert.match(await other.innerText('[data-notice=trouble]'), /open in another tab/);
  await shock(other, -7);
  await rename(page, 'of the first tab');
  await page.waitForTimeout(50);
  await isSaved(page);
  // A copy of its own.
  await other.click('[data-notice=trouble] [data-action=copy]');
  await isSaved(other);
  assert.equal(await name(other), 'shared (copy)');
  await openMenu(other);
  await other.waitForSelector('[data-book="of the first tab"]');
  assert.deepEqual((await listed(other)).sort(), ['of the first tab', 'shared (copy)']);
  await other.close();

  const third = await tab(page);
  await isSaved(third); // The last that was saved: the copy, whose tab is closed.
  await openMenu(third);
  await third.click('[data-book="of the first tab"] [data-action=open-book]');
  await third.waitForSelector('[data-save=failed]');
  // Continuing here takes the book from the first tab, which then says so.
  await third.click('[data-notice=trouble] [data-action=take]');
  await isSaved(third);
  await page.waitForSelector('[data-save=failed]');
  await shock(third, -9);
  await third.waitForTimeout(50);
  await isSaved(third);
  await third.close();
  // The first tab may go on, but what the other saved is not written over by it.
  await rename(page, 'late');
  await page.waitForFunction(() => document.querySelector('[data-notice=trouble]')?.innerText.includes('saved by another tab'));
  await page.click('[data-notice=trouble] [data-action=take]');
  await isSaved(page);
  assert.equal(await name(page), 'of the first tab');
  assert.equal((await page.inputValue('input[data-dial=spot]')).replace('−', '-'), '-9');
  assert.deepEqual(troubles(record), []);
  await close();
});

test('without locks a second tab still writes nothing over', async () => {
  const { page, close } = await site.open('about:blank', { isReady: false });
  await page.context().addInitScript(() => { Object.defineProperty(navigator, 'locks', { value: undefined }); });
  await page.goto(site.url);
  await ready(page);
  await dropFiles(page, [coinsCsv]);
  await isSaved(page);
  const other = await tab(page);
  await isNamed(other, 'coins');
  await isSaved(other);
  await rename(other, 'other');
  await other.waitForTimeout(50);
  await isSaved(other);
  await rename(page, 'mine');
  await page.waitForSelector('[data-save=failed]');
  assert.match(await page.innerText('[data-notice=trouble]'), /saved by another tab/);
  await page.click('[data-notice=trouble] [data-action=copy]');
  await isSaved(page);
  await openMenu(page);
  await page.waitForSelector('[data-book=other]');
  assert.deepEqual((await listed(page)).sort(), ['mine (copy)', 'other']);
  await close();
});

test('books are listed, opened, renamed and deleted', async () => {
  const { page, record, close } = await saved();
  await openMenu(page);
  await page.click('[data-action=new-book]');
  await page.waitForSelector('[data-action=sample]');
  await dropFiles(page, [deribitPositions]);
  await settled(page);
  await isSaved(page);
  await openMenu(page);
  assert.deepEqual((await listed(page)).sort(), ['coins', 'positions']);
  await page.fill('[data-book=coins] input', 'vault');
  await page.press('[data-book=coins] input', 'Enter');
  await page.waitForSelector('[data-book=vault]');
  assert.equal(await name(page), 'positions', 'the open book keeps its name');
  await page.click('[data-book=vault] [data-action=open-book]');
  await isNamed(page, 'vault');
  await settled(page);
  assert.deepEqual(await files(page), ['coins.csv']);
  await page.reload();
  await isNamed(page, 'vault');
  await openMenu(page);
  await page.click('[data-book=positions] [data-action=delete-book]');
  await page.click('dialog[open] [data-action=keep]');
  assert.deepEqual((await listed(page)).sort(), ['positions', 'vault']);
  await page.click('[data-book=positions] [data-action=delete-book]');
  await page.click('dialog[open] [data-action=delete]');
  await page.waitForSelector('[data-book=positions]', { state: 'detached' });
  await page.click('[data-book=vault] [data-action=delete-book]');
  await page.click('dialog[open] [data-action=delete]');
  await page.waitForSelector('[data-book]', { state: 'detached' });
  await page.waitForFunction(() => document.querySelector('[data-save=none]'));
  const { slots, heads } = await stored(page);
  assert.deepEqual([slots, heads], [{}, {}]);
  await page.reload();
  await page.waitForSelector('[data-action=sample]:not([disabled])');
  assert.deepEqual(troubles(record), []);
  await close();
});

test('closing a book leaves it among the saved ones, and the page empty', async () => {
  const { page, close } = await saved();
  await page.click('[data-action=close-book]');
  await page.waitForSelector('[data-action=sample]:not([disabled])');
  await page.reload();
  await page.waitForSelector('[data-action=sample]:not([disabled])');
  await openMenu(page);
  assert.deepEqual(await listed(page), ['coins']);
  await close();
});

test('a link never takes the place of a saved book', async () => {
  const sender = await saved(ownCsv);
  await sender.page.click('[data-action=share]');
  await sender.page.waitForFunction(() => document.querySelector('textarea[data-output=link]')?.value.includes('#v1.'));
  const link = await sender.page.inputValue('textarea[data-output=link]');
  await sender.close();

  const { page, record, close } = await saved();
  const before = await stored(page);
  await page.goto('about:blank');
  await page.goto(link);
  await ready(page);
  await settled(page);
  await page.waitForSelector('[data-save=link]');
  await shock(page, -5);
  await page.waitForTimeout(1000);
  assert.deepEqual(await stored(page), before, 'a link is not saved by itself');
  await openMenu(page);
  assert.deepEqual(await listed(page), ['coins']);
  await page.click('[data-book=coins] [data-action=open-book]');
  await page.click('dialog[open] [data-action=stay]');
  await openMenu(page);
  await page.click('[data-action=save-book]');
  await isSaved(page);
  const after = await stored(page);
  for (const [key, bytes] of Object.entries(before.slots)) assert.deepEqual(after.slots[key], bytes);
  await page.click('[data-action=close-books]');
  await page.reload();
  await isSaved(page);
  await settled(page);
  assert.equal((await page.inputValue('input[data-dial=spot]')).replace('−', '-'), '-5');
  assert.deepEqual(troubles(record), []);
  await close();
});

test('a file that is a damaged or newer book is refused in a sentence', async () => {
  const { page, record, close } = await saved();
  await openMenu(page);
  const [file] = await Promise.all([page.waitForEvent('download'), page.click('dialog[open] [data-action=file]')]);
  const bytes = readFileSync(await file.path());
  await page.click('[data-action=close-books]');
  const newer = Buffer.from(bytes);
  newer[8] = 9;
  for (const [what, buffer] of [['cut', bytes.subarray(0, bytes.length - 9)], ['changed', Buffer.from(bytes.map((byte, at) => (at === 60 ? byte ^ 4 : byte)))], ['newer', newer]]) {
    await page.setInputFiles('input[data-input=add]', { name: `${what}.plimsoll`, mimeType: '', buffer });
    const text = await waitForText(page, '.notice--error .notice__text', 'has', `${what}.plimsoll`);
    assert.match(text, what === 'newer' ? /newer version/ : /damaged or cut off/);
    assert.equal(await name(page), 'coins');
    await page.click('.notice--error button');
  }
  assert.deepEqual(troubles(record), []);
  await close();
});

test('delete everything leaves nothing', async () => {
  const { page, record, close } = await saved();
  await page.evaluate(async () => {
    localStorage.setItem('plimsoll-theme', 'light');
    sessionStorage.setItem('any', 'thing');
    await (await caches.open('plimsoll-test')).put('./x', new Response('cached'));
  });
  await openMenu(page);
  await page.click('[data-action=delete-everything]');
  await page.click('dialog[open] [data-action=delete]');
  await waitForText(page, '.notice__text', 'has', 'keeps nothing');
  const left = await page.evaluate(async () => ({
    databases: (await indexedDB.databases()).map(({ name }) => name),
    local: localStorage.length,
    session: sessionStorage.length,
    caches: await caches.keys(),
  }));
  assert.deepEqual(left, { databases: [], local: 0, session: 0, caches: [] });
  // The browser counts its bytes anew a moment later.
  await page.waitForFunction(async () => (await navigator.storage.estimate()).usage === 0);
  await page.waitForSelector('[data-action=sample]:not([disabled])');
  // The page goes on as on its first day.
  await dropFiles(page, [ownCsv]);
  await isSaved(page);
  assert.deepEqual(troubles(record), []);
  await close();
});

test('a tab whose books were deleted in another tab says so', async () => {
  const { page, close } = await saved();
  const other = await tab(page);
  await openMenu(other);
  await other.click('[data-action=delete-everything]');
  await other.click('dialog[open] [data-action=delete]');
  await waitForText(other, '.notice__text', 'has', 'keeps nothing');
  await page.waitForSelector('[data-save=failed]');
  assert.match(await page.innerText('[data-notice=trouble]'), /deleted in another tab/);
  await page.click('[data-notice=trouble] [data-action=copy]');
  await isSaved(page);
  await close();
});

test('ten thousand positions are saved and restored without a task over 50 ms', async (t) => {
  const { page, record, close } = await site.open();
  const book = largeBook(10_000);
  await dropFiles(page, [book]);
  await settled(page);
  await isSaved(page);
  const tasks = await longTasks(page);
  for (const value of [-3, -6]) {
    await shock(page, value);
    await page.waitForTimeout(50);
    await isSaved(page);
  }
  await settled(page);
  const saving = await tasks.read();
  const shown = await headline(page);
  await page.context().addInitScript(() => {
    window.plimsollTasks = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.plimsollTasks.push({ at: Math.round(entry.startTime), ms: Math.round(entry.duration) });
    }).observe({ type: 'longtask', buffered: true });
  });
  await page.reload();
  await isSaved(page);
  await settled(page);
  assert.deepEqual(await headline(page), shown);
  const restoring = await page.evaluate(() => window.plimsollTasks);
  const { slots } = await stored(page);
  t.diagnostic(`a copy takes ${Object.values(slots)[0].length} bytes; tasks over 50 ms while saving ${JSON.stringify(saving)}, while restoring ${JSON.stringify(restoring)}`);
  assert.deepEqual(saving, []);
  assert.deepEqual(troubles(record), []);
  await close();
});

test('the open page comes back with the book', async () => {
  const { page, close } = await saved();
  for (const id of ['stress', 'methods', 'book']) {
    await goTo(page, id);
    await isSaved(page);
    await page.goto('about:blank');
    await page.goto(site.url);
    await page.waitForSelector(`nav a[href="#${id}"][aria-current=page]`);
    await isSaved(page);
  }
  await close();
});
