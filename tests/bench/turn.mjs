// One turn of a JavaScript or WebAssembly participant, the same in Node and in the browser.
import { pack, unpack } from './columns.mjs';

/// Does what `prepare` made ready for so many milliseconds, at least twice; the milliseconds of the fastest.
export function turn(run, budget) {
  let [fastest, spent] = [Infinity, 0];
  for (let count = 0; spent < budget || count < 2; count += 1) {
    const from = performance.now();
    run();
    const took = performance.now() - from;
    fastest = Math.min(fastest, took);
    spent += took;
  }
  return fastest;
}

/// Jobs of a module that exports functions from columns to a function that does the work and returns columns.
export function participant(module) {
  return {
    prepare(job, numbers) {
      const name = job.replace(/-./g, ([, letter]) => letter.toUpperCase());
      if (!(name in module)) throw new Error(`no job is called ${job}`);
      const run = module[name](unpack(numbers));
      return { run, answers: () => pack(run()) };
    },
  };
}

/// Ours: the module that wasm-bindgen made, and its bytes.
export function ours(module, bytes) {
  module.initSync({ module: bytes });
  return {
    prepare(job, numbers) {
      const bench = new module.Bench(job, numbers);
      return { run: () => bench.run(), answers: () => bench.answers() };
    },
  };
}
