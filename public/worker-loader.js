// Loads a worker's wasm. The version comes from the page, so that a worker cached with an older page is not met by a newer one.
const version = new URL(import.meta.url).searchParams.get('v');
const { default: init } = await import(`./worker.js?v=${version}`);
await init({ module_or_path: new URL(`./worker_bg.wasm?v=${version}`, import.meta.url) });
