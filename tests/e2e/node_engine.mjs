// The worker's wasm in Node: threads that run dist/worker.js, and a page that is made to use them for its workers. The page speaks to
// them as to any worker; the large bytes of a message, which travel as a blob, are carried over as bytes.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { DIST } from './harness.mjs';

const HERE = fileURLToPath(import.meta.url);

/// Gives a page, before it is loaded, workers that are threads of Node; the annex stays a worker of the browser. `asked` counts
/// the questions that each was put.
export async function bridge(page) {
  // A name that Node takes for a module whatever its version.
  const folder = mkdtempSync(path.join(os.tmpdir(), 'plimsoll-node-'));
  const script = path.join(folder, 'worker.mjs');
  writeFileSync(script, readFileSync(path.join(DIST, 'worker.js')));
  const threads = [];
  const asked = [];
  await page.exposeFunction('plimsollThread', (index) => {
    const thread = new Worker(HERE, { workerData: { script, wasm: path.join(DIST, 'worker_bg.wasm') } });
    const hand = (message) => page.evaluate(([index, message]) => globalThis.plimsollHear(index, message), [index, message]).catch(() => {});
    thread.on('message', (message) => hand(message));
    thread.on('error', (error) => hand({ error: String(error) }));
    threads[index] = thread;
    asked[index] = 0;
  });
  await page.exposeFunction('plimsollAsk', (index, message) => {
    asked[index] += 1;
    threads[index].postMessage(message);
  });
  await page.addInitScript(standIn);
  return {
    asked: () => asked,
    stop: async () => {
      await Promise.all(threads.map((thread) => thread.terminate()));
      rmSync(folder, { recursive: true });
    },
  };
}

/// Runs in the page: workers of the engine are proxies of threads of Node.
function standIn() {
  const Browsers = globalThis.Worker;
  const proxies = [];
  const toText = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  const toBytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  class Proxy {
    constructor() {
      this.index = proxies.push(this) - 1;
      this.last = globalThis.plimsollThread(this.index);
    }

    // One after the other: a blob takes its time to be read.
    postMessage([bytes, blob]) {
      const message = { bytes: toText(bytes), payload: null };
      this.last = this.last.then(async () => {
        if (blob) message.payload = toText(new Uint8Array(await blob.arrayBuffer()));
        await globalThis.plimsollAsk(this.index, message);
      });
    }

    terminate() {}
  }
  globalThis.plimsollHear = (index, { bytes, payload, error }) => {
    if (error) return proxies[index].onerror(new ErrorEvent('error', { message: error, cancelable: true }));
    return proxies[index].onmessage(new MessageEvent('message', { data: [toBytes(bytes), payload === null ? null : new Blob([toBytes(payload)])] }));
  };
  globalThis.Worker = new globalThis.Proxy(Browsers, {
    construct: (target, [url, options]) => (new URL(url, location.href).searchParams.get('name') === 'annex' ? new target(url, options) : new Proxy()),
  });
}

/// A blob whose bytes can be had at once, as a worker of the browser reads them.
class Bytes {
  constructor(parts = []) {
    this.bytes = Buffer.concat(parts.map((part) => (part instanceof Bytes ? part.bytes : Buffer.from(part))));
  }
}

/// The thread: what the worker's wasm finds in a browser's worker, and no more.
async function run({ script, wasm }) {
  globalThis.self = globalThis;
  globalThis.Blob = Bytes;
  globalThis.FileReaderSync = class {
    readAsArrayBuffer({ bytes }) {
      return Uint8Array.from(bytes).buffer;
    }
  };
  globalThis.DedicatedWorkerGlobalScope = class {
    static [Symbol.hasInstance](scope) {
      return scope === globalThis;
    }
  };
  const toText = (bytes) => Buffer.from(bytes).toString('base64');
  globalThis.postMessage = ([bytes, blob]) => parentPort.postMessage({ bytes: toText(bytes), payload: blob ? toText(blob.bytes) : null });
  const module = await import(pathToFileURL(script));
  await module.default({ module_or_path: readFileSync(wasm) });
  parentPort.on('message', ({ bytes, payload }) => {
    const parts = [new Uint8Array(Buffer.from(bytes, 'base64')), payload === null ? null : new Bytes([Buffer.from(payload, 'base64')])];
    globalThis.onmessage({ data: parts });
  });
}

if (!isMainThread && workerData?.script) await run(workerData);
