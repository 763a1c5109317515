// What the page calls saved survives the browser's death: the process group is killed again and again, at random moments after an
// edit, also in the midst of a save, and the next start shows the state that was acknowledged or a later one, never a mix.
// KILLS sets their number, SEED repeats a run.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { coinsCsv } from './fixtures.mjs';
import { dropFiles, serveBuild, startOnProfile } from './harness.mjs';

const KILLS = Number(process.env.KILLS ?? 200);
const SEED = Number(process.env.SEED ?? 20261121);
const EDITS = 4; // at most, between two kills

const LANES = 3; // browsers side by side, each with a profile of its own

let site, folder;
before(async () => {
  site = await serveBuild();
  folder = mkdtempSync(path.join(tmpdir(), 'plimsoll-kill-'));
});
after(async () => {
  await site.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/// Numbers in [0, 1) that a seed repeats (mulberry32).
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/// What a save holds, as the page shows it: the book's name, the shock, the files behind the positions.
const shown = (page) => page.evaluate(() => ({
  name: document.querySelector('.top-bar__name')?.value ?? null,
  shock: Number(document.querySelector('input[data-dial=spot]')?.value.replace('−', '-')),
  files: [...document.querySelectorAll('.file-list__items b')].map((item) => item.textContent).join(),
}));

const isSaved = (page) => page.waitForSelector('[data-save=saved]', { timeout: 10_000 });

/// Changes an input as a user does; by the next look the page no longer says "Saved".
const change = (page, selector, value) => page.evaluate(([selector, value]) => {
  const input = document.querySelector(selector);
  input.value = value;
  for (const type of ['input', 'change']) input.dispatchEvent(new Event(type, { bubbles: true }));
}, [selector, value]);

/// One edit; returns the state that the page is in after it.
async function edit(page, state, number, chance) {
  if (chance < 0.15) {
    const name = `coins-${number}.csv`;
    await dropFiles(page, [{ name, text: coinsCsv.text }], 'replace');
    await page.waitForFunction((name) => [...document.querySelectorAll('.file-list__items b')].some((item) => item.textContent === name), name);
    return { ...state, files: name };
  }
  if (chance < 0.55) {
    const name = `Book ${number}`;
    await change(page, '.top-bar__name', name);
    return { ...state, name };
  }
  const shock = (number % 80) - 40 || 41;
  await change(page, 'input[data-dial=spot]', String(shock));
  return { ...state, shock };
}

/// One life of the browser: what it shows at its start is compared, some edits are made, and it is killed.
async function live(profile, memory, chance) {
  const { page, kill } = await startOnProfile(profile);
  try {
    const troubles = [];
    page.on('console', (message) => { if (message.type() === 'error') troubles.push(message.text()); });
    page.on('pageerror', (error) => troubles.push(String(error)));
    await page.goto(site.url);
    await page.waitForSelector('body[data-ready=true]');
    if (memory.states.length === 0) await dropFiles(page, [coinsCsv]);
    await isSaved(page);
    await page.waitForSelector('.file-list__items b');
    let state = await shown(page);
    const place = memory.states.findIndex((expected) => JSON.stringify(expected) === JSON.stringify(state));
    assert.ok(place >= 0 || memory.states.length === 0, `after kill ${memory.kills} the page shows ${JSON.stringify(state)}; acknowledged, and later: ${JSON.stringify(memory.states)}`);
    if (place > 0) memory.newer += 1;
    assert.equal(await page.locator('[data-notice]').count(), 0);
    memory.states = [state]; // the acknowledged state and every later one, in order
    const edits = 1 + Math.floor(chance() * EDITS);
    for (let index = 0; index < edits; index += 1) {
      memory.edits += 1;
      state = await edit(page, state, memory.edits, chance());
      memory.states.push(state);
      if (chance() < 0.3) {
        await isSaved(page);
        memory.states = [state];
      }
    }
    // The kill meets the last edit while it waits, is written, or has just been acknowledged.
    await new Promise((done) => setTimeout(done, chance() * 450));
    if (await page.getAttribute('[data-save]', 'data-save') === 'saved') memory.states = [state];
    else memory.unacknowledged += 1;
    assert.deepEqual(troubles, []);
  } finally {
    await kill();
  }
  memory.kills += 1;
}

test(`${KILLS} kills lose nothing that was said to be saved`, async (t) => {
  const start = performance.now();
  let isFailing = false;
  const ends = await Promise.allSettled(Array.from({ length: LANES }, async (_, lane) => {
    const memory = { states: [], kills: 0, edits: 0, newer: 0, unacknowledged: 0 };
    const chance = random(SEED + lane);
    const profile = path.join(folder, String(lane));
    while (memory.kills < Math.ceil(KILLS / LANES) && !isFailing) {
      await live(profile, memory, chance).catch((error) => {
        isFailing = true;
        throw new Error(`lane ${lane} of seed ${SEED}: ${error.message}`, { cause: error });
      });
    }
    return memory;
  }));
  for (const { reason } of ends) if (reason) throw reason;
  const lanes = ends.map(({ value }) => value);
  const sum = (key) => lanes.reduce((total, memory) => total + memory[key], 0);
  t.diagnostic(`${sum('kills')} kills in ${Math.round((performance.now() - start) / 1000)} s, ${sum('edits')} edits; ${sum('unacknowledged')} kills came before the last edit was acknowledged, ${sum('newer')} of these edits were saved all the same`);
  assert.ok(sum('unacknowledged') > KILLS / 10, 'some kills come before the acknowledgement');
});
