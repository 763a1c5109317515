// What the journeys share: the served build, a browser, a page with a record of everything it did, and the terminal.
import { execFile, spawn } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { serve } from './server.mjs';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const TARGET = path.resolve(ROOT, process.env.CARGO_TARGET_DIR ?? 'target');
export const DIST = path.resolve(ROOT, process.env.PLIMSOLL_DIST ?? 'dist');

/// The files that "Open the sample book" reads, in its order.
export const SAMPLE = ['deribit-positions.json', 'second-account.csv', 'market.json'].map((name) => path.join(ROOT, 'public/sample', name));

/// Longest wait for any condition, ms: generous, since a wait ends as soon as its condition holds.
const PATIENCE = 30_000;

function chromiumPath() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    for (const folder of folders) {
      const file = path.join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // Not here.
      }
    }
  }
  throw new Error('no Chromium on PATH: run ./dev test, or set CHROMIUM');
}

const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/// Serves the build without a browser.
export async function serveBuild() {
  if (!existsSync(path.join(DIST, 'index.html'))) throw new Error(`${DIST} holds no build: run ./dev build`);
  return serve(DIST);
}

/// Starts a browser of its own process group on a profile, so that it can be killed with everything that it has started.
export async function startOnProfile(profile) {
  const browser = spawn(chromiumPath(), ['--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`, ...ARGUMENTS, 'about:blank'], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const gone = new Promise((resolve) => browser.once('exit', resolve));
  const address = await new Promise((resolve, reject) => {
    let text = '';
    browser.stderr.on('data', (data) => {
      text += data;
      const found = /DevTools listening on (ws:\S+)/.exec(text);
      if (found) resolve(found[1]);
    });
    gone.then(() => reject(new Error(`the browser ended at once: ${text}`)));
  });
  const client = await chromium.connectOverCDP(address);
  const [context] = client.contexts();
  return {
    page: context.pages()[0] ?? await context.newPage(),
    kill: async () => {
      process.kill(-browser.pid, 'SIGKILL');
      await gone;
      await client.close().catch(() => {});
    },
  };
}

/// Starts the browser and the server of the build; `stop` ends both.
export async function start({ prefix = '/' } = {}) {
  if (!existsSync(path.join(DIST, 'index.html'))) throw new Error(`${DIST} holds no build: run ./dev build`);
  const server = await serve(DIST, { prefix });
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    headless: true,
    args: ARGUMENTS,
  });
  return {
    url: server.url,
    origin: server.origin,
    browser,
    open: (url = server.url, options = {}) => open(browser, url, options),
    stop: async () => {
      await browser.close();
      await server.close();
    },
  };
}

/// Opens an address in a fresh profile and waits until the page can be used. Returns the page and what it does from its first
/// instant on: requests, console errors, page errors, violations of the security policy.
export async function open(browser, url, { width = 1440, height = 900, theme = 'dark', isReady = true } = {}) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: 'reduce',
    acceptDownloads: true,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const record = { requests: [], failures: [], consoleErrors: [], pageErrors: [], violations: [] };
  await context.exposeBinding('plimsollViolation', (_, violation) => record.violations.push(violation));
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      window.plimsollViolation({ directive: event.effectiveDirective, blocked: event.blockedURI, sample: event.sample });
    });
  });
  context.on('request', (request) => record.requests.push({ url: request.url(), method: request.method() }));
  context.on('requestfailed', (request) => record.failures.push(`${request.url()}: ${request.failure()?.errorText}`));
  context.on('response', (response) => {
    if (response.status() >= 400) record.failures.push(`${response.url()}: ${response.status()}`);
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.on('console', (message) => {
    if (message.type() === 'error') record.consoleErrors.push(message.text());
  });
  page.on('pageerror', (error) => record.pageErrors.push(String(error)));
  await page.goto(url);
  if (isReady) await page.waitForSelector('body[data-ready=true]');
  return { page, record, close: () => context.close() };
}

/// Everything that should not have happened, in one list.
export function troubles({ failures, consoleErrors, pageErrors, violations }) {
  return [...failures, ...consoleErrors, ...pageErrors, ...violations.map((violation) => `blocked by the policy: ${JSON.stringify(violation)}`)];
}

/// Drops files on the window, through the same events and the same kind of object as a real drop, and answers the dry run that
/// follows: `add`, `replace` or `cancel`; null leaves it open.
export async function dropFiles(page, files, choice = 'add') {
  await page.evaluate((files) => {
    const transfer = new DataTransfer();
    for (const { name, text } of files) transfer.items.add(new File([text], name));
    for (const type of ['dragenter', 'dragover', 'drop']) {
      document.body.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }
  }, files);
  if (choice) await answerDryRun(page, choice);
}

/// Waits for the dry run of dropped files and answers it.
export async function answerDryRun(page, choice) {
  await page.click(`dialog[open].intake [data-choice=${choice}]`);
  await page.waitForSelector('dialog[open].intake', { state: 'detached' });
}

/// Opens the sample book and waits until its charts are computed.
export async function openSample(page) {
  await page.click('[data-action=sample]');
  await settled(page);
}

/// Waits until a book is open and nothing is being read or computed.
export async function settled(page) {
  await page.waitForFunction(() => {
    const value = document.querySelector('[data-measure=equity] .headline__value')?.textContent;
    return value && value !== '–' && !document.querySelector('.progress') && !document.querySelector('.headline--stale');
  });
}

/// Opens one of the pages through the navigation.
export async function goTo(page, id) {
  await page.click(`nav a[href="#${id}"]`);
  await page.waitForSelector(`nav a[href="#${id}"][aria-current=page]`);
}

/// Texts of the headline cards of the open page: measure to base, and shocked where there is a shock.
export function headline(page) {
  return page.$$eval('.headline [data-measure]', (cards) =>
    Object.fromEntries(cards.map((card) => [
      card.dataset.measure,
      { value: card.querySelector('.headline__value')?.textContent ?? null, shocked: card.querySelector('.headline__shocked')?.textContent ?? null },
    ])));
}

/// Waits for a headline text to satisfy a condition and returns it.
export async function waitForText(page, selector, condition, argument) {
  const handle = await page.waitForFunction(
    ([selector, source, argument]) => {
      const text = document.querySelector(selector)?.textContent ?? null;
      // The page's policy forbids eval in the page; the condition is one of a few names.
      const holds = { is: () => text === argument, isNot: () => text !== null && text !== argument, isGone: () => text === null, has: () => text?.includes(argument) }[source]();
      return holds ? { text } : false;
    },
    [selector, condition, argument ?? null],
  );
  return (await handle.jsonValue()).text;
}

/// Looks once per frame until `look` returns something true, and returns it; fails with what `describe` says.
export async function until(page, look, describe) {
  for (const end = Date.now() + PATIENCE; ;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`waited in vain: ${await describe()}`);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
  }
}

/// Waits until the headline shows, within its rounding, the shocked numbers of a report, and returns its texts.
export async function waitForReport(page, report) {
  const { equity, leverage, measures } = report.shocked;
  const expected = {
    equity,
    leverage,
    'net-delta': measures.cash_delta,
    'gamma-1pct': measures.gamma_1pct,
    'vega-1pt': measures.vega_1pt,
    'theta-1d': measures.theta_1d,
    'gross-notional': measures.gross_notional,
  };
  const isNear = (text, value) => Math.abs(numberOf(text) - value) <= Math.abs(value) * 0.006;
  const shows = (shown) => Object.entries(shown).every(([measure, { value, shocked }]) => {
    if (measure === 'pnl') return isNear(value, report.pnl);
    return !(measure in expected) || (shocked !== null && isNear(shocked, expected[measure]));
  });
  return until(page, async () => {
    const shown = await headline(page);
    return shows(shown) && shown;
  }, async () => `${JSON.stringify(await headline(page))} is not ${JSON.stringify({ ...expected, pnl: report.pnl })}`);
}

/// Presses what starts a download and returns its text.
export async function download(page, selector) {
  const [file] = await Promise.all([page.waitForEvent('download'), page.click(selector)]);
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') };
}

/// Heads and rows of a table of the page; of a cell that is typed in, what stands in it.
export function table(page, file) {
  return page.$eval(`[data-table="${file}"] table`, (table) => {
    const texts = (cells) => [...cells].map((cell) => cell.querySelector('input')?.value ?? cell.textContent);
    return { heads: texts(table.tHead.rows[0].cells), rows: [...table.tBodies[0].rows].map((row) => texts(row.cells)) };
  });
}

/// The cells under the first head that starts so.
export function column({ heads, rows }, head) {
  const place = heads.findIndex((known) => known.startsWith(head));
  if (place < 0) throw new Error(`${head} is not among ${heads}`);
  return rows.map((row) => row[place]);
}

/// The number of a cell: NaN, which is near to nothing and adds up to nothing, where it has none.
export function amountOf(text) {
  return numberOf(text) ?? NaN;
}

/// The link that the page shares now.
export async function linkOf(page) {
  await page.click('[data-action=share]');
  await page.waitForFunction(() => /#v\d\./.test(document.querySelector('textarea[data-output=link]')?.value ?? ''));
  const link = await page.inputValue('textarea[data-output=link]');
  await page.keyboard.press('Escape');
  await page.waitForSelector('textarea[data-output=link]', { state: 'hidden' });
  return link;
}

/// Opens an analysis of the open page and waits until it is there.
export async function openTab(page, pageId, tab) {
  await page.click(`.tabs__tab[href="#${pageId}/${tab}"]`);
  await page.waitForSelector(`.tabs__tab[aria-current][href="#${pageId}/${tab}"]`);
  await page.waitForFunction(() => !document.querySelector('.chart__stage--stale')
    && ![...document.querySelectorAll('.sheet .empty')].some((part) => part.textContent === 'Computing…'));
}

/// What of an analysis lies beyond the edge of the window.
export function cutOf(page) {
  return page.$$eval('.sheet__controls *, .sheet .chart__title, .sheet .chart__sub, .sheet__sentence', (all) =>
    all.filter((part) => part.getBoundingClientRect().right > innerWidth + 1 || part.getBoundingClientRect().left < 0).map((part) => part.outerHTML.slice(0, 80)));
}

/// The first number of a text as the page prints it: "−$1.2\u00a0M" is -1200000, "12\u202f346" is 12346. Null for "n/a" and the like.
export function numberOf(text) {
  const match = /([−+]?)\$?(\d[\d\u202f]*(?:\.\d+)?)(?:\s([kMB])\b)?/.exec(text ?? '');
  if (!match) return null;
  const [, sign, digits, unit] = match;
  const scale = { k: 1e3, M: 1e6, B: 1e9 }[unit] ?? 1;
  return Number(digits.replaceAll('\u202f', '')) * scale * (sign === '−' ? -1 : 1);
}

/// A picture of the page under target/screenshots/.
export async function screenshot(page, name) {
  const folder = path.join(TARGET, 'screenshots');
  mkdirSync(folder, { recursive: true });
  await page.evaluate(() => document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))));
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
}

/// The browser whose tasks are being recorded: it records one set at a time.
let traced = null;

/// Records tasks of the page thread that take over 50 ms from now on; `read` returns them so far, as {at, ms, took}. What counts is
/// `ms`, the processor time: `took`, the time on the wall, also holds what other programs took away from the browser.
export async function longTasks(page) {
  const browser = page.context().browser();
  const begin = async () => {
    await browser.startTracing(undefined, { categories: ['toplevel', 'disabled-by-default-devtools.timeline', '__metadata'] });
    traced = browser;
  };
  if (traced === browser) await browser.stopTracing();
  await begin();
  const found = [];
  return {
    read: async () => {
      const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
      const names = new Map(traceEvents.filter(({ name }) => name === 'thread_name').map(({ pid, tid, args }) => [`${pid}:${tid}`, args.name]));
      const tasks = traceEvents.filter(({ ph, name, pid, tid }) => ph === 'X' && name.endsWith('RunTask') && names.get(`${pid}:${tid}`) === 'CrRendererMain');
      if (!tasks.some(({ tdur }) => tdur > 0)) throw new Error('the browser recorded no tasks of the page');
      const start = Math.min(...tasks.map(({ ts }) => ts));
      const [ms, whole] = [1e-3, Math.round];
      for (const { ts, dur, tdur } of tasks) if (tdur * ms > 50) found.push({ at: whole((ts - start) * ms), ms: whole(tdur * ms), took: whole(dur * ms) });
      await begin();
      return found;
    },
  };
}

/// Runs the terminal program; stdout, or an error that carries stderr.
export async function terminal(args) {
  const program = path.join(TARGET, 'debug', process.platform === 'win32' ? 'plimsoll.exe' : 'plimsoll');
  const { stdout } = await promisify(execFile)(program, args, { maxBuffer: 1 << 28 });
  return stdout;
}
