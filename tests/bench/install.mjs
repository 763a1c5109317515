// Installs the peers, each into a folder of its own below the cache, and says how to start them, or why one cannot be had.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const HERE = path.dirname(fileURLToPath(import.meta.url));
const TOOLS = process.env.PLIMSOLL_TOOLS ?? path.join(process.env.HOME, '.cache/plimsoll');
export const CACHE = path.join(TOOLS, 'bench');

/// Runs a command; its last line of complaint is the reason of a failure.
export function command(name, args, options = {}) {
  const { status, error, stderr } = spawnSync(name, args, { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'], maxBuffer: 1 << 28, ...options });
  if (error) throw new Error(error.message);
  if (status !== 0) throw new Error(`${name} ${args[0]}: ${stderr.trim().split('\n').at(-1)}`);
}

const isNewer = (file, than) => existsSync(file) && statSync(file).mtimeMs >= statSync(than).mtimeMs;

function compiled(source, libraries) {
  const output = path.join(CACHE, path.basename(source, '.cpp'));
  const from = path.join(HERE, 'peers', source);
  if (!isNewer(output, from)) command('g++', ['-O3', '-march=native', '-std=c++17', '-o', output, from, ...libraries]);
  return output;
}

function quantlibCpp(log) {
  if (!existsSync('/usr/include/ql/version.hpp')) {
    if (process.getuid?.() !== 0) throw new Error('libquantlib0-dev is not installed, and only root can');
    log('libquantlib0-dev from the distribution');
    command('apt-get', ['update', '-q']);
    command('apt-get', ['install', '-q', '-y', 'libquantlib0-dev', 'g++'], { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  }
  return { command: compiled('quantlib.cpp', ['-lQuantLib']), args: [] };
}

/// A Python of its own with these packages, checked by a line of code; the first of the interpreters that can have them is taken.
/// What `later` names is built from its source, without what it asks for itself.
function python(name, interpreters, packages, check, later = []) {
  const folder = path.join(CACHE, name);
  const interpreter = path.join(folder, 'bin/python');
  const stamp = path.join(folder, 'complete');
  const wanted = [packages.join(' '), later.join(' '), check].join('\n');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return interpreter;
  let reason = new Error('no Python');
  for (const base of interpreters) {
    try {
      rmSync(folder, { recursive: true, force: true });
      command(base, ['-m', 'venv', folder]);
      const pip = (...args) => command(interpreter, ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', ...args]);
      pip('--only-binary=:all:', ...packages);
      if (later.length > 0) pip('--no-deps', '--no-build-isolation', ...later);
      command(interpreter, ['-c', check]);
      writeFileSync(stamp, wanted);
      return interpreter;
    } catch (error) {
      reason = error;
    }
  }
  throw reason;
}

const script = (interpreter, file) => ({ command: interpreter, args: [path.join(HERE, 'peers', file)] });
const modern = (module) => python(`python-${module}`, ['python3'], PACKAGES[module], `import ${module.toLowerCase() === 'quantlib' ? 'QuantLib' : module}`);
const PACKAGES = { scipy: ['numpy', 'scipy'], numba: ['numpy', 'numba'], polars: ['numpy', 'polars'], QuantLib: ['numpy', 'QuantLib'] };

/// Its packages are of 2021 and want the numpy and the numba of their time, which Python 3.11 is the last to run.
function vollib() {
  const interpreters = ['python3.11', path.join(process.env.HOME, '.pyenv/versions/3.11.7/bin/python'), 'python3.10', 'python3.9'];
  const old = ['numpy<1.25', 'numba==0.57.1', 'scipy<1.12', 'pandas<2.2', 'simplejson', 'wheel', 'setuptools<70'];
  const later = ['py_lets_be_rational==1.0.1', 'py_vollib==1.0.1', 'py_vollib_vectorized==0.1.1'];
  return script(python('python-vollib', interpreters, old, 'import py_vollib_vectorized', later), 'vollib.py');
}

/// A crate of crates.io behind a program of ours, compiled for this processor.
function crate(source, dependency) {
  const folder = path.join(CACHE, `crate-${path.basename(source, '.rs')}`);
  const from = path.join(HERE, 'peers', source);
  mkdirSync(path.join(folder, 'src'), { recursive: true });
  const manifest = [
    '[package]', 'name = "peer"', 'version = "0.0.0"', 'edition = "2024"', '[[bin]]', 'name = "peer"', `path = ${JSON.stringify(from)}`,
    '[dependencies]', dependency, '[profile.release]', 'lto = "fat"', 'codegen-units = 1', 'panic = "abort"', '[workspace]', '',
  ].join('\n');
  writeFileSync(path.join(folder, 'Cargo.toml'), manifest);
  const env = { ...process.env, RUSTFLAGS: '-C target-cpu=native', CARGO_TARGET_DIR: path.join(folder, 'target') };
  command('cargo', ['build', '--release', '-q'], { cwd: folder, env });
  return { command: path.join(folder, 'target/release/peer'), args: [] };
}

function npm(log) {
  const folder = path.join(HERE, 'node_modules');
  if (!isNewer(path.join(folder, '.package-lock.json'), path.join(HERE, 'package-lock.json'))) {
    log('npm: the peers of tests/bench');
    command('npm', ['ci', '--no-audit', '--no-fund'], { cwd: HERE });
  }
  // A page imports modules only; this package is none.
  const source = readFileSync(path.join(folder, '@uqee/black-scholes/build/index.js'), 'utf8');
  mkdirSync(path.join(folder, '.modules'), { recursive: true });
  writeFileSync(path.join(folder, '.modules/uqee.mjs'), `const exports = {};\n(() => {${source}\n})();\nexport const { BlackScholes } = exports;\n`);
}

const page = (file) => (log) => {
  npm(log);
  return { page: path.join(HERE, 'peers', file) };
};

const numpy = () => script(modern('scipy'), 'numpy_scipy.py');

/// Each peer: how to install it; what comes back says how it is started, as a program or as a page.
const ALL = {
  'QuantLib C++': quantlibCpp,
  'QuantLib-Python': () => script(modern('QuantLib'), 'quantlib.py'),
  'numpy + scipy': numpy,
  // As in a program that freed larger blocks before: no memory is handed back to the system, and none has to be had again.
  'numpy + scipy, memory kept': () => ({ ...numpy(), env: { MALLOC_MMAP_THRESHOLD_: `${1 << 25}`, MALLOC_TRIM_THRESHOLD_: `${1 << 30}` } }),
  numba: () => script(modern('numba'), 'numba_loops.py'),
  py_vollib_vectorized: vollib,
  polars: () => script(modern('polars'), 'polars_groups.py'),
  'DuckDB-Wasm': (log) => {
    npm(log);
    return { command: 'node', args: [path.join(HERE, 'environment/node.mjs'), 'peer', path.join(HERE, 'peers/duckdb.mjs')] };
  },
  'implied-vol': () => crate('implied_vol.rs', 'implied-vol = { version = "=2.1.0", features = ["fma"] }'),
  '@uqee/black-scholes': page('uqee.mjs'),
  '@quantlib/ql': page('quantlib.mjs'),
};

/// The peers of these names that can be had; of the others it is said why not.
export function install(names, log) {
  mkdirSync(CACHE, { recursive: true });
  const peers = new Map();
  for (const name of names) {
    try {
      peers.set(name, ALL[name](log));
    } catch (error) {
      log(`${name}: left out, ${error.message}`);
    }
  }
  return peers;
}
