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

try {
  const [{ default: init }, response] = await Promise.all([import(glue), fetch(wasm, { integrity })]);
  if (!response.ok) throw new Error(`the server answered ${response.status} for ${wasm.pathname}`);
  await init({ module_or_path: response });
} catch (error) {
  const text = document.getElementById('boot-text');
  const old = typeof WebAssembly !== 'object';
  if (text) {
    text.textContent = old
      ? 'This browser has no WebAssembly. Plimsoll needs Chrome 91, Firefox 89, Safari 16.4 or later.'
      : `Plimsoll could not start: ${error.message}. Reload the page; if that does not help, the browser may be older than Chrome 91, Firefox 89 or Safari 16.4.`;
  }
  console.error(error);
}
