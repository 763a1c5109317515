// JavaScript and WebAssembly participants in Chromium, one page each. The page is isolated, so that its clock is fine.
import { createReadStream, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const TYPES = { '.mjs': 'text/javascript', '.js': 'text/javascript', '.wasm': 'application/wasm' };
const HEADERS = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp', 'Cache-Control': 'no-store' };

/// What a page's modules call by their bare names.
const IMPORTS = { '@uqee/black-scholes': '/modules/.modules/uqee.mjs', '@quantlib/ql': '/modules/@quantlib/ql/ql.mjs' };
const PAGE = `<!doctype html><title>bench</title><script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>`;

/// Serves folders, each under a name, and takes what is put below /answers.
function serve(folders) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    if (pathname === '/') return response.writeHead(200, { ...HEADERS, 'Content-Type': 'text/html' }).end(PAGE);
    const [, name, ...rest] = decodeURIComponent(pathname).split('/');
    const file = folders[name] && path.join(folders[name], ...rest);
    if (!file || rest.includes('..')) return response.writeHead(404).end();
    if (request.method === 'PUT') {
      const parts = [];
      request.on('data', (part) => parts.push(part));
      request.on('end', () => {
        writeFileSync(file, Buffer.concat(parts));
        response.writeHead(204, HEADERS).end();
      });
      return undefined;
    }
    const stream = createReadStream(file);
    stream.on('error', () => response.writeHead(404).end());
    stream.on('open', () => response.writeHead(200, { ...HEADERS, 'Content-Type': TYPES[path.extname(file)] ?? 'application/octet-stream' }));
    return stream.pipe(response);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({ address: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() }));
  });
}

/// Starts the browser. `ours(folder)` and `peer(file)` open a page each; `tools` is where the browser driver is installed.
export async function chromium({ tools, data, here }) {
  const { chromium: driver } = await import(pathToFileURL(path.join(tools, 'node_modules/playwright-core/index.mjs')));
  const folders = { data, bench: here, modules: path.join(here, 'node_modules') };
  const server = await serve(folders);
  const browser = await driver.launch({
    executablePath: process.env.CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update'],
  });
  const open = async (kind, folder, entry) => {
    const name = `folder${Object.keys(folders).length}`;
    folders[name] = folder;
    const page = await browser.newPage();
    page.setDefaultTimeout(600_000);
    await page.goto(server.address);
    await page.evaluate(async ([kind, name, entry]) => {
      const { ours, participant, turn } = await import('/bench/turn.mjs');
      const module = await import(`/${name}/${entry}`);
      const made = kind === 'ours' ? ours(module, await (await fetch(`/${name}/bench_bg.wasm`)).arrayBuffer()) : participant(module);
      const jobs = new Map();
      globalThis.turnOf = async (job, inputs, answers, budget) => {
        const key = `${job} ${inputs}`;
        if (!jobs.has(key)) jobs.set(key, made.prepare(job, new Float64Array(await (await fetch(`/data/${inputs}`)).arrayBuffer())));
        const { run, answers: all } = jobs.get(key);
        if (answers) await fetch(`/data/${answers}`, { method: 'PUT', body: all() });
        return turn(run, budget);
      };
    }, [kind, name, entry]);
    return {
      turn: (job, inputs, answers, budget) => page.evaluate(
        (args) => globalThis.turnOf(...args),
        [job, path.basename(inputs), answers ? path.basename(answers) : null, budget],
      ),
      stop: () => page.close(),
    };
  };
  return {
    version: browser.version(),
    ours: (folder) => open('ours', folder, 'bench.js'),
    peer: (file) => open('peer', path.dirname(file), path.basename(file)),
    stop: async () => {
      await browser.close();
      server.close();
    },
  };
}
