// What a first visit downloads: the page, everything that it names, what its scripts and style sheets name in turn, the workers.
// Prints each file raw, gzipped and brotli-compressed; fails over the budget. `node size.mjs FOLDER`
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const BUDGET = 1_000_000; // bytes, all files with brotli

// Fetched on request only.
const LATER = [/^annex/, /^accuracy\//, /^sample\//, /^template\//, /^fonts\/.*\.txt$/, /^\./];

const folder = process.argv[2] ?? 'dist';
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)).split(path.sep).join('/'))
  .filter((name) => !LATER.some((pattern) => pattern.test(name)))
  .sort();

for (const wanted of [/^index\.html$/, /\.css$/, /^app-.*\.js$/, /^app-.*\.wasm$/, /^worker\.js$/, /^worker_bg\.wasm$/, /\.woff2$/]) {
  if (!files.some((name) => wanted.test(name))) {
    console.error(`${folder} holds no file like ${wanted}: is the build complete?`);
    process.exit(1);
  }
}

const rows = files.map((name) => {
  const bytes = readFileSync(path.join(folder, name));
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
  // A host does not compress what compression would make larger.
  return [name, bytes.length, Math.min(bytes.length, gzipSync(bytes, { level: 9 }).length), Math.min(bytes.length, brotli.length)];
});
const sum = (column) => rows.reduce((total, row) => total + row[column], 0);
const total = ['all of a first visit', sum(1), sum(2), sum(3)];

const width = Math.max(...[...rows, total].map(([name]) => name.length));
const line = ([name, ...sizes]) => name.padEnd(width) + sizes.map((size) => size.toLocaleString('en-US').padStart(11)).join('');
console.log('file'.padEnd(width) + ['raw', 'gzip', 'brotli'].map((head) => head.padStart(11)).join(''));
for (const row of rows) console.log(line(row));
console.log(line(total));
if (total[3] > BUDGET) {
  console.error(`over the budget of ${BUDGET.toLocaleString('en-US')} bytes with brotli`);
  process.exit(1);
}
