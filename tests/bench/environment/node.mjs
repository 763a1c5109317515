// A JavaScript or WebAssembly participant in Node, as a program of its own. `node node.mjs ours FOLDER` or `node node.mjs peer FILE`.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { ours, participant, turn } from '../turn.mjs';

const [kind, where] = process.argv.slice(2);
const read = (file) => {
  const bytes = readFileSync(file);
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
};
const load = (file) => import(pathToFileURL(path.resolve(file)));
const made = kind === 'ours'
  ? ours(await load(path.join(where, 'bench.js')), readFileSync(path.join(where, 'bench_bg.wasm')))
  : participant(await load(where));
const jobs = new Map();
for await (const line of createInterface({ input: process.stdin })) {
  const [job, inputs, answers, budget] = line.split(' ');
  try {
    const key = `${job} ${inputs}`;
    if (!jobs.has(key)) jobs.set(key, made.prepare(job, read(inputs)));
    const { run, answers: all } = jobs.get(key);
    if (answers !== '-') writeFileSync(answers, new Uint8Array(all().buffer));
    console.log(turn(run, Number(budget)));
  } catch (error) {
    console.log(`error ${error.message.replaceAll('\n', ' ')}`);
  }
}
