// Loads a worker's wasm. The version comes from the page, so that a worker cached with an older page is not met by a newer one.
const asked = new URL(import.meta.url).searchParams;
const version = asked.get('v');
const name = asked.get('name') === 'annex' ? 'annex' : 'worker';
const { default: init } = await import(`./${name}.js?v=${version}`);
await init({ module_or_path: new URL(`./${name}_bg.wasm?v=${version}`, import.meta.url) });
