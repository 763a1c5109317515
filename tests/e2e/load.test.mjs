// The page loads from any folder of any host, from its own files only, under its own policy.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goTo, openSample, start, troubles } from './harness.mjs';

for (const prefix of ['/', '/sub/path/']) {
  test(`under ${prefix}: own static files only, nothing blocked, nothing in the console`, async (t) => {
    const site = await start({ prefix });
    t.after(site.stop);
    const { page, record } = await site.open();
    assert.equal(await page.title(), 'Plimsoll');
    assert.match(await page.getAttribute('body', 'data-engine'), /^workers:\d+$/);
    await openSample(page);
    for (const id of ['exposure', 'stress', 'book']) await goTo(page, id);
    assert.deepEqual(troubles(record), []);
    for (const { url, method } of record.requests) {
      assert.equal(method, 'GET', url);
      // The page's own files, and the report's blob on its way to the disk.
      assert.ok(url.startsWith(site.url) || url.startsWith(`blob:${site.origin}`) || url.startsWith('data:'), `${url} is outside of ${site.url}`);
      assert.ok(!new URL(url).search || /\.(js|wasm)$/.test(new URL(url).pathname), `${url} sends something in its query`);
    }
    const wasms = record.requests.filter(({ url }) => new URL(url).pathname.endsWith('.wasm')).map(({ url }) => url);
    assert.ok(wasms.some((url) => /app-.*\.wasm$/.test(url)), 'the page has its own wasm');
    assert.ok(wasms.some((url) => /worker_bg\.wasm\?v=./.test(url)), 'the workers have theirs, versioned');
  });
}

test('the number of workers follows the address', async (t) => {
  const site = await start();
  t.after(site.stop);
  for (const [count, engine] of [[0, 'page'], [1, 'workers:1'], [3, 'workers:3']]) {
    const { page, record, close } = await site.open(`${site.url}?workers=${count}`);
    await page.waitForSelector(`body[data-engine="${engine}"]`);
    assert.deepEqual(troubles(record), []);
    await close();
  }
});

test('a page is a link to itself', async (t) => {
  const site = await start();
  t.after(site.stop);
  const { page } = await site.open(`${site.url}#stress`);
  await page.waitForSelector('nav a[href="#stress"][aria-current=page]');
  await page.evaluate(() => { location.hash = 'exposure'; });
  await page.waitForSelector('nav a[href="#exposure"][aria-current=page]');
  assert.equal(await page.locator('nav [aria-current=page]').count(), 1);
});
