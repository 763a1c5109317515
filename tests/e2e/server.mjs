// Serves a folder of static files, as a plain web host does. `node server.mjs FOLDER [PORT] [PREFIX]`, or `serve` from a test.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/// The file for a path of the address, or null where it lies outside of the folder or cannot be read as one.
async function find(folder, address) {
  let name;
  try {
    name = decodeURIComponent(address);
  } catch {
    return null;
  }
  if (name.includes('\0')) return null;
  let file = path.join(folder, name);
  if (file !== folder && !file.startsWith(folder + path.sep)) return null;
  let found = await stat(file).catch(() => null);
  if (found?.isDirectory()) {
    if (!name.endsWith('/')) return null;
    file = path.join(file, 'index.html');
    found = await stat(file).catch(() => null);
  }
  return found?.isFile() ? { file, size: found.size } : null;
}

function listen(server, port, host) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/// Serves `folder` under `prefix`, on `port` or, where that is taken, on any free one.
export async function serve(folder, { port = 0, prefix = '/', host = '127.0.0.1' } = {}) {
  const root = path.resolve(folder);
  const base = `/${prefix}/`.replace(/\/+/g, '/');
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://host');
    const found = pathname.startsWith(base) ? await find(root, pathname.slice(base.length - 1)) : null;
    if (request.method !== 'GET' && request.method !== 'HEAD') return response.writeHead(405).end();
    if (!found) return response.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n');
    response.writeHead(200, {
      'cache-control': 'no-cache',
      'content-length': found.size,
      'content-type': TYPES[path.extname(found.file)] ?? 'application/octet-stream',
      'x-content-type-options': 'nosniff',
    });
    if (request.method === 'HEAD') return response.end();
    createReadStream(found.file).on('error', () => response.destroy()).pipe(response);
  });
  try {
    await listen(server, port, host);
  } catch (error) {
    if (error.code !== 'EADDRINUSE') throw error;
    await listen(server, 0, host);
  }
  const origin = `http://${host}:${server.address().port}`;
  return {
    origin,
    url: origin + base,
    close: () => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [folder = 'dist', port = '8080', prefix = '/'] = process.argv.slice(2);
  const { url } = await serve(folder, { port: Number(port), prefix });
  console.log(`Plimsoll is at ${url} (stop with Ctrl-C)`);
}
