// Builds the Experience page into dist/: `node scripts/build-page.mjs`, which wrangler also runs by itself.
//
// Names of the page's parts hold digests, so browsers keep them for ever; they ask again only for the page and its
// service worker.
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isMain, local } from './lib/project.mjs';
import { digest, readStamp, writeStamp } from './lib/stamp.mjs';
import { step } from './lib/step.mjs';
import { runMain } from './lib/errors.mjs';
import { buildExplainer } from './build-worker.mjs';

export const PAGE = local('dist');
/** What is made of src/explain.rs, which the page runs on a visitor's own files. */
const CORE = { glue: 'target/explainer/index.js', wasm: 'target/explainer/index_bg.wasm' };
/** The path of the page's parts, where no presentation can lie. */
const PARTS = '/_millrace/experience';
const EXPLAINER = 'experience/explain/explainer.js';
const STAMP = local('target/page.stamp.json');
const INPUTS = ['experience', 'package-lock.json', 'scripts/build-page.mjs', ...Object.values(CORE)];

/** Syntax that browsers of the last two years know. */
const TARGET = ['chrome120', 'firefox121', 'safari17.4'];

/**
 * @typedef {'page' | 'player' | 'explainer' | 'part'} Kind of what the page is made of: what every visitor loads; what is
 *   loaded with a player, which is third-party code; what explains a visitor's own files; what else is loaded on demand
 */

/** @returns {Promise<{file: string, kind: Kind}[]>} the page's files, below `PAGE` */
export async function buildPage() {
  await buildExplainer();
  const sources = await digest(INPUTS);
  const made = await readStamp(STAMP);
  const isThere = await readFile(path.join(PAGE, 'index.html')).then(
    () => true,
    () => false,
  );
  if (isThere && made?.sources === sources) return made.files;
  const files = await step('Building the page', build);
  await writeStamp(STAMP, { sources, files });
  return files;
}

async function build() {
  // Imported late: it needs what `npm ci` brings.
  const { build: esbuild } = await import('esbuild');
  await rm(PAGE, { recursive: true, force: true });
  await mkdir(PAGE, { recursive: true });
  /** @type {import('esbuild').BuildOptions & {metafile: true}} */
  const common = {
    absWorkingDir: local(),
    bundle: true,
    minify: true,
    legalComments: 'eof',
    target: TARGET,
    metafile: true,
    outdir: `dist${PARTS}`,
    logLevel: 'error',
  };
  /** @type {typeof common} */
  const modules = {
    ...common,
    loader: { '.svg': 'copy', '.wasm': 'file' },
    publicPath: PARTS,
    format: 'esm',
    splitting: true,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
  };
  const page = await esbuild({
    ...modules,
    entryPoints: ['experience/main.js', 'experience/style/explain.css', 'experience/icon.svg'],
  });
  const explainer = await esbuild({ ...modules, entryPoints: [EXPLAINER], plugins: [core] });
  // The service worker keeps its name: browsers take another name for another worker.
  const worker = await esbuild({ ...common, entryPoints: ['experience/line/pacer.js'], format: 'iife' });
  const outputs = { ...page.metafile.outputs, ...explainer.metafile.outputs, ...worker.metafile.outputs };
  const names = Object.keys(outputs).map((file) => path.basename(file));
  const html = await readFile(local('experience/index.html'), 'utf8');
  const named = html.replaceAll(/\{\{(\w+)\.(\w+)\}\}/g, (_, stem, extension) =>
    names.find((name) => name.startsWith(`${stem}-`) && name.endsWith(`.${extension}`)),
  );
  await writeFile(path.join(PAGE, 'index.html'), named.replaceAll(/\n\s+/g, '\n'));
  await writeFile(
    path.join(PAGE, '_headers'),
    (await readFile(local('experience/_headers'), 'utf8')) + names.filter(isKept).map(kept).join(''),
  );
  await writeFile(
    path.join(PAGE, PARTS, 'licences.txt'),
    await licences(Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs))),
  );
  const kindOf = kinds(page.metafile.outputs, Object.keys(explainer.metafile.outputs));
  const parts = Object.keys(outputs).map((file) => ({ file: path.relative('dist', file), kind: kindOf(file) }));
  return [{ file: 'index.html', kind: /** @type {Kind} */ ('page') }, ...parts];
}

/** Puts what explains files where `core` is imported. */
const core = {
  name: 'core',
  /** @param {import('esbuild').PluginBuild} build */
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^core$/ }, () => ({ path: local(CORE.glue) }));
    onResolve({ filter: /^\.\/index_bg\.wasm$/ }, () => ({ path: local(CORE.wasm), namespace: 'compiled' }));
    onLoad({ filter: /./, namespace: 'compiled' }, ({ path: wasm }) => ({
      contents: `import url from ${JSON.stringify(wasm)};\nexport default await WebAssembly.compileStreaming(fetch(url));`,
      resolveDir: local(),
    }));
  },
};

/**
 * What each output is: of the page, and of what explains files.
 * @param {import('esbuild').Metafile['outputs']} outputs
 * @param {string[]} explaining
 * @returns {(file: string) => Kind}
 */
function kinds(outputs, explaining) {
  /** What is loaded with the page, and not when it is asked for. */
  const first = new Set(Object.keys(outputs).filter((file) => /\/(main|icon)-\w+\.\w+$/.test(file)));
  for (const file of first) {
    for (const { path: next, kind } of outputs[file].imports) if (kind === 'import-statement') first.add(next);
  }
  const isOfPlayer = ({ inputs }) =>
    Object.keys(inputs).some((input) => /node_modules\/(dashjs|hls\.js)\//.test(input));
  return (file) => {
    if (explaining.includes(file)) return 'explainer';
    if (first.has(file) || !outputs[file]) return 'page';
    return isOfPlayer(outputs[file]) ? 'player' : 'part';
  };
}

/** The licences of third-party code: of every package that a file is taken from, and of what a file itself bundles. */
async function licences(inputs) {
  const folders = new Set(inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? []));
  const texts = [];
  for (const folder of [...folders].sort()) {
    const own = (await readdir(local(folder))).filter((name) => /^licen[cs]e/i.test(name)).slice(0, 1);
    const bundled = inputs
      .filter((input) => input.startsWith(`${folder}/`))
      .map((input) => path.relative(folder, `${input}.LICENSE.txt`));
    for (const name of [...own, ...bundled]) {
      const text = await readFile(local(folder, name), 'utf8').catch(() => null);
      if (text) texts.push(`${path.basename(folder)}, ${name}\n\n${text}`);
    }
  }
  return texts.join(`\n${'─'.repeat(80)}\n\n`);
}

const isKept = (name) => name !== 'pacer.js';
/** The cache rule of one file. There is none for the folder, so that a 404 is not kept for ever. */
const kept = (name) => `${PARTS}/${name}\n  Cache-Control: public, max-age=31536000, immutable\n${policy(name)}`;
/** What explains files runs WebAssembly, which nothing else of the page may. */
const policy = (name) =>
  name.startsWith('explainer-')
    ? `  ! Content-Security-Policy\n  Content-Security-Policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'\n`
    : '';

if (isMain(import.meta)) await runMain(buildPage);
