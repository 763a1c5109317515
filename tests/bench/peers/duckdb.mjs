// npm @duckdb/duckdb-wasm, its blocking form in Node: sums and counts by two keys, of a table that is there.
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const dist = path.dirname(require.resolve('@duckdb/duckdb-wasm/dist/duckdb-node-blocking.cjs'));
const duckdb = require(path.join(dist, 'duckdb-node-blocking.cjs'));
const { tableFromArrays } = require('apache-arrow');
const bundle = (kind) => ({ mainModule: path.join(dist, `duckdb-${kind}.wasm`), mainWorker: path.join(dist, `duckdb-node-${kind}.worker.cjs`) });
const database = await duckdb.createDuckDB({ mvp: bundle('mvp'), eh: bundle('eh') }, new duckdb.VoidLogger(), duckdb.NODE_RUNTIME);
await database.instantiate();
const connection = database.connect();

export const pivot = (columns) => {
  const [rows, by, value] = columns.slice(-3);
  connection.insertArrowTable(tableFromArrays({ row: Uint32Array.from(rows), col: Uint32Array.from(by), value: Float64Array.from(value) }), { name: 'positions' });
  return () => {
    const found = connection.query('SELECT row, col, sum(value) AS value, count(*)::DOUBLE AS count FROM positions GROUP BY row, col');
    return ['row', 'col', 'value', 'count'].map((name) => Float64Array.from(found.getChild(name).toArray()));
  };
};
