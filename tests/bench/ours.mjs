// Builds ours of a checkout: as WebAssembly, natively, and natively for processors with AVX2.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { CACHE, HERE } from './install.mjs';

const ARGUMENTS = ['build', '--release', '--locked', '--no-default-features', '--features', 'bench', '--bin', 'bench'];
const WASM = 'wasm32-unknown-unknown';

/// The files of a commit, beside the builds.
export function checkout(root, commit) {
  const folder = path.join(CACHE, 'ours', `source-${commit}`);
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true });
    const files = execFileSync('git', ['archive', commit], { cwd: root, maxBuffer: 1 << 28 });
    execFileSync('tar', ['-x', '-C', folder], { input: files });
  }
  return folder;
}

/// `root` is the checkout, `name` the folder below the cache that keeps what is built. Paths of the builds; the one for AVX2 is left out
/// where nobody asks for it.
export function build(root, name, log, { isWide = true } = {}) {
  const target = path.resolve(root, process.env.CARGO_TARGET_DIR ?? 'target');
  const folder = path.join(CACHE, 'ours', name);
  mkdirSync(folder, { recursive: true });
  const cargo = (kind, args, env) => {
    const into = path.join(target, kind);
    execFileSync('cargo', [...ARGUMENTS, ...args], { cwd: root, stdio: ['ignore', 2, 2], env: { ...process.env, ...env, CARGO_TARGET_DIR: into } });
    return into;
  };
  log(`ours (${name}): WebAssembly, native${isWide ? ' and native AVX2' : ''} (2 minutes from nothing)`);
  const built = path.join(cargo('bench', ['--target', WASM], {}), WASM, 'release/bench.wasm');
  execFileSync('wasm-bindgen', ['--target', 'web', '--no-typescript', '--out-dir', folder, '--out-name', 'bench', built], { stdio: ['ignore', 2, 2] });
  // As the page's worker is treated.
  const optimizer = path.join(HERE, '../e2e/node_modules/.bin/wasm-opt');
  const module = path.join(folder, 'bench_bg.wasm');
  execFileSync(optimizer, ['-O3', module, '-o', module], { stdio: ['ignore', 2, 2] });
  const keep = (from, to) => {
    copyFileSync(path.join(from, 'release/bench'), path.join(folder, to));
    return path.join(folder, to);
  };
  const native = keep(cargo('bench', [], {}), 'native');
  const avx2 = isWide && process.arch === 'x64' ? keep(cargo('bench-avx2', [], { RUSTFLAGS: '-C target-feature=+avx2' }), 'native-avx2') : null;
  return { folder, native, avx2 };
}
