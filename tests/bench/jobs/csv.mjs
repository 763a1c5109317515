// Reading a CSV of 100 MB in Chromium: ours to checked positions and issues, PapaParse to rows of strings.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { start } from '../../e2e/harness.mjs';

export const id = 'csv';

const HEAD = 'instrument,underlying,type,option_type,strike,expiry,quantity,entry_price,spot,iv,rate,margin';

/// A table of options: of so many bytes, or of so many rows.
function table(file, bytes, rows) {
  const handle = openSync(file, 'w');
  let written = writeSync(handle, `${HEAD}\n`);
  let index = 0;
  while (written < bytes && index < rows) {
    let block = '';
    for (let row = 0; row < 2000; row += 1, index += 1) {
      const strike = 20_000 + 500 * (index % 400);
      const kind = index % 2 === 0 ? 'call' : 'put';
      const quantity = (((index * 7919) % 100_000) / 10_000 - 5).toFixed(4);
      block += `BTC-26MAR27-${strike}-${kind === 'call' ? 'C' : 'P'},BTC,option,${kind},${strike},2027-03-26,${quantity},0.0${100 + (index % 800)},95000,0.${3000 + (index % 5000)},0.04,inverse\n`;
    }
    written += writeSync(handle, block);
  }
  closeSync(handle);
  return index;
}

/// Milliseconds that the page took to read a file, by its own marks, the first time and once its module is warm, and what it says
/// of the rows.
async function ours(site, file) {
  const { page, close } = await site.open();
  const read = async () => {
    await page.setInputFiles('input[data-input=pick]', file);
    await page.waitForSelector('dialog[open].intake', { timeout: 120_000 });
    const result = await page.evaluate(() => ({
      took: performance.getEntriesByName('plimsoll-read').at(-1).duration,
      rows: document.querySelector('[data-intake=rows]').textContent,
    }));
    await page.click('dialog[open].intake [data-choice=cancel]');
    await page.waitForSelector('dialog[open].intake', { state: 'detached' });
    return result;
  };
  const cold = await read();
  const warm = await read();
  await close();
  return { cold: cold.took, warm: warm.took, rows: warm.rows };
}

async function theirs(site, file, script, options) {
  const context = await site.browser.newContext();
  const page = await context.newPage();
  await page.setContent('<input type="file">');
  await page.addScriptTag({ content: script });
  await page.setInputFiles('input', file);
  const read = () => page.evaluate((options) => new Promise((resolve, reject) => {
    const from = performance.now();
    let rows = 0;
    globalThis.Papa.parse(document.querySelector('input').files[0], {
      ...options,
      chunk: ({ data }) => { rows += data.length; },
      complete: () => resolve({ took: performance.now() - from, rows }),
      error: reject,
    });
  }), options);
  const cold = await read();
  const warm = await read();
  await context.close();
  return { cold: cold.took, warm: warm.took, rows: warm.rows };
}

export async function run(folder, turns) {
  const script = readFileSync(path.join(path.dirname(fileURLToPath(import.meta.url)), '../node_modules/papaparse/papaparse.min.js'), 'utf8');
  const files = [
    ['100 MB CSV, ten times the rows that a book holds', 100_000_000, Infinity, 3],
    ['CSV of 100 000 positions, every row read', Infinity, 100_000, null],
  ];
  const site = await start();
  const jobs = [];
  try {
    for (const [job, bytes, rows, goal] of files) {
      const file = path.join(folder, `${jobs.length}.csv`);
      const count = table(file, bytes, rows);
      const times = { ours: { cold: [], warm: [] }, default: { cold: [], warm: [] }, typed: { cold: [], warm: [] } };
      const keep = (kind, { cold, warm }) => {
        times[kind].cold.push(cold);
        times[kind].warm.push(warm);
      };
      for (let turn = 0; turn < turns; turn += 1) {
        const read = await ours(site, file);
        if (!read.rows.replace(/\D/g, '').startsWith(String(count))) throw new Error(`ours read ${read.rows} of ${count} rows`);
        keep('ours', read);
        for (const [kind, options] of [['default', {}], ['typed', { header: true, dynamicTyping: true }]]) {
          const parsed = await theirs(site, file, script, options);
          if (Math.abs(parsed.rows - count) > 2) throw new Error(`PapaParse read ${parsed.rows} of ${count} rows`);
          keep(kind, parsed);
        }
      }
      for (const state of ['warm', 'cold']) {
        for (const [kind, peer] of [['default', 'PapaParse 5, strings'], ['typed', 'PapaParse 5, typed']]) {
          const isGoal = state === 'warm' && kind === 'default';
          const environment = state === 'warm' ? 'Chromium' : 'Chromium, first time';
          jobs.push({ job, environment, ours: times.ours[state], peer, theirs: times[kind][state], goal: isGoal ? goal : null });
        }
      }
    }
  } finally {
    await site.stop();
  }
  return jobs;
}
