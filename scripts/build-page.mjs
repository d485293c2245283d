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

export const PAGE = local('dist');
/** The path of the page's parts, where no presentation can lie. */
const PARTS = '/_millrace/experience';
const STAMP = local('target/page.stamp.json');
const INPUTS = ['experience', 'package-lock.json', 'scripts/build-page.mjs'];

/** Syntax that browsers of the last two years know. */
const TARGET = ['chrome120', 'firefox121', 'safari17.4'];

/** @returns {Promise<{file: string, isPlayer: boolean}[]>} the page's files, below `PAGE`; players are third-party code */
export async function buildPage() {
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
  const page = await esbuild({
    ...common,
    entryPoints: ['experience/main.js', 'experience/icon.svg'],
    loader: { '.svg': 'copy' },
    format: 'esm',
    splitting: true,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
  });
  // The service worker keeps its name: browsers take another name for another worker.
  const worker = await esbuild({ ...common, entryPoints: ['experience/line/pacer.js'], format: 'iife' });
  const outputs = { ...page.metafile.outputs, ...worker.metafile.outputs };
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
  const isPlayer = ({ inputs }) => Object.keys(inputs).some((input) => /node_modules\/(dashjs|hls\.js)\//.test(input));
  const parts = Object.entries(outputs).map(([file, made]) => ({
    file: path.relative('dist', file),
    isPlayer: isPlayer(made),
  }));
  return [{ file: 'index.html', isPlayer: false }, ...parts];
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
const kept = (name) => `${PARTS}/${name}\n  Cache-Control: public, max-age=31536000, immutable\n`;

if (isMain(import.meta)) await runMain(buildPage);
