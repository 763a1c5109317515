// Starts the page's wasm, checked against the hash that the build wrote beside it, or says in words why it cannot.
const script = document.querySelector('script[data-wasm]');
const glue = new URL(script.dataset.js, document.baseURI);
const wasm = new URL(script.dataset.wasm, document.baseURI);
const integrity = document.querySelector('link[rel=preload][as=fetch]')?.integrity || undefined;

// Where workers are refused, their modules are loaded into the page itself: the page's own wasm holds no engine.
const modules = new Map();
globalThis.plimsollModule = (name) => {
  if (!modules.has(name)) {
    const version = wasm.pathname.split('/').pop();
    modules.set(name, import(`./${name}.js?v=${version}`).then(async (module) => {
      await module.default({ module_or_path: new URL(`./${name}_bg.wasm?v=${version}`, document.baseURI) });
      return module.answer_here;
    }));
  }
  return modules.get(name);
};

// A function that returns a vector: every module here computes with them.
const vectors = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]);
const isOld = typeof WebAssembly !== 'object' || !WebAssembly.validate(vectors);

try {
  if (isOld) throw new Error('no WebAssembly, or none with vectors');
  const [{ default: init }, response] = await Promise.all([import(glue), fetch(wasm, { integrity })]);
  if (!response.ok) throw new Error(`the server answered ${response.status} for ${wasm.pathname}`);
  await init({ module_or_path: response });
} catch (error) {
  const text = document.getElementById('boot-text');
  if (text) {
    text.textContent = isOld
      ? 'This browser has no WebAssembly with vectors. Plimsoll needs Chrome 91, Firefox 89, Safari 16.4 or later.'
      : `Plimsoll could not start: ${error.message}. Reload the page; if that does not help, the browser may be older than Chrome 91, Firefox 89 or Safari 16.4.`;
  }
  console.error(error);
}
