// Builds the Worker into build/: `node scripts/build-worker.mjs`, which wrangler also calls by itself. And what else is made of
// the same Rust for WebAssembly.
//
// Skipped when build/ was made from exactly these sources. WASM_OPT=1 (or --optimise) also runs
// wasm-opt, for what is deployed; a build that went through it does for development too.
import { existsSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CARGO_ENV, cargoProgress, isCargoNoise } from './lib/cargo.mjs';
import { isMain, local } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { digest, readStamp, writeStamp } from './lib/stamp.mjs';
import { step } from './lib/step.mjs';
import { runMain } from './lib/errors.mjs';
import { installWorkerTools, tool } from './tools.mjs';

const TARGET = 'wasm32-unknown-unknown';
const PROFILE = 'worker';
const ENTRY = 'src/edge/entry.js';
const INPUTS = ['Cargo.toml', 'Cargo.lock', 'rust-toolchain.toml', 'src', 'scripts/build-worker.mjs'];
/** The Worker that is deployed. */
const DEPLOYED = {
  out: 'build',
  stamp: 'target/worker.stamp.json',
  title: 'Building the Worker',
  inputs: INPUTS,
  features: [],
  glue: [],
  entry: ENTRY,
};
/** The Worker whose stores the tests hold to their contract: see tests/contract. */
const CONTRACT = {
  out: 'target/contract',
  stamp: 'target/contract.stamp.json',
  title: 'Building the Worker that holds its stores to their contract',
  inputs: [...INPUTS, 'tests/contract'],
  features: ['--features', 'contract'],
  glue: [],
  entry: ENTRY,
};
/** What the Experience page runs in a browser, as wasm-bindgen writes it. */
const EXPLAINER = {
  out: 'target/explainer',
  stamp: 'target/explainer.stamp.json',
  title: 'Building what explains files',
  inputs: INPUTS,
  features: ['--features', 'explain'],
  glue: ['--remove-name-section'],
  entry: null,
};
const GLUE = 'index.js';
const WASM = 'index_bg.wasm';

/** The library for the linker alone: where it is one for Rust, too, Cargo does nothing about `lto`. */
const LINKED = ['--lib', '--crate-type', 'cdylib', '--profile', PROFILE, '--target', TARGET, '--locked'];

/**
 * What LLVM is told: to put in place of a call what is a little larger than the call, which `opt-level = "z"` does not by
 * itself, and to move what takes more than two stores by one instruction. See docs/performance.md.
 */
const LLVM = ['-inline-threshold=30', '-max-store-memcpy=2', '-max-store-memmove=2', '-max-store-memset=2'].flatMap(
  (option) => ['-C', `llvm-args=${option}`],
);

/** What the compiler and wasm-bindgen make use of, and nothing that the runtime may not know yet. */
const WASM_FEATURES = [
  'bulk-memory',
  'exception-handling',
  'multivalue',
  'mutable-globals',
  'nontrapping-float-to-int',
  'reference-types',
  'sign-ext',
];

/** @param {{optimise?: boolean}} [options] */
export const buildWorker = ({ optimise = false } = {}) => build(DEPLOYED, optimise);

/** Builds into `target/contract`. */
export const buildContractWorker = () => build(CONTRACT, false);

/** Builds into `target/explainer`. */
export const buildExplainer = () => build(EXPLAINER, false);

async function build({ out, stamp, title, inputs, features, glue, entry }, optimise) {
  const sources = await digest(inputs);
  const made = await readStamp(local(stamp));
  const isThere = [GLUE, WASM].every((file) => existsSync(local(out, file)));
  if (isThere && made?.sources === sources && (made.optimised || !optimise)) return;
  await installWorkerTools();
  const parts = local(`${out}.part`);
  await rm(parts, { recursive: true, force: true });
  await step(`${title}${optimise ? ', optimised' : ''}`, async (report) => {
    await compile(features, report);
    await bind(parts, glue);
    if (optimise) await optimised(path.join(parts, WASM));
    if (entry) await bundle(entry, parts);
  });
  await rm(local(out), { recursive: true, force: true });
  await rename(parts, local(out));
  await writeStamp(local(stamp), { sources, optimised: optimise });
}

const compile = (features, report) =>
  run('cargo', ['rustc', ...LINKED, ...features, '--', ...LLVM], {
    title: 'cargo rustc',
    onLine: cargoProgress(report),
    isNoise: isCargoNoise,
    // Has wasm-bindgen's macros use the futures of js-sys, so that only one kind of them is in the script.
    env: { ...CARGO_ENV, RUST_BACKTRACE: '0', WASM_BINDGEN_USE_JS_SYS: '1' },
  });

/** Writes the wasm and the JavaScript around it. A panic or a trap ends an instance; the next call starts another. */
async function bind(out, more) {
  const recovery = ['--experimental-reset-state-function', '--force-enable-abort-handler'];
  const output = ['--target', 'module', '--no-typescript', '--out-dir', out, '--out-name', 'index'];
  const wasm = local('target', TARGET, PROFILE, 'millrace.wasm');
  await run(tool('wasm-bindgen'), [wasm, ...output, ...recovery, ...more], { title: 'wasm-bindgen' });
  const glue = path.join(out, GLUE);
  // The runtime imports a module of wasm as it is.
  await writeFile(glue, (await readFile(glue, 'utf8')).replace('import source ', 'import '));
}

/**
 * Makes what is sent of the wasm smaller, which is not what makes the wasm so: see docs/performance.md.
 *
 * Functions are put in the order of their names: what is alike stands together, and gzip sees more of it than in the
 * compiler's own order. Then the names go.
 */
const optimised = (wasm) =>
  run(
    local('node_modules/binaryen/bin/wasm-opt'),
    [
      ...['--duplicate-function-elimination', '--vacuum', '--optimize-instructions', '--remove-unused-brs'],
      ...['--merge-blocks', '--vacuum', '--reorder-locals', '--reorder-functions-by-name', '--strip-debug'],
      ...WASM_FEATURES.map((name) => `--enable-${name}`),
      ...[wasm, '-o', wasm],
    ],
    { title: 'wasm-opt' },
  );

/** Takes the modules that Rust imports from where they lie, and not wasm-bindgen's copies: each is in the script once. */
const originals = {
  name: 'originals',
  setup: (/** @type {import('esbuild').PluginBuild} */ build) =>
    build.onResolve({ filter: /^\.\/snippets\/[^/]+\/src\// }, ({ path: copy }) => ({
      path: local(copy.slice(copy.indexOf('/src/') + 1)),
    })),
};

/** Puts the entry in front of what wasm-bindgen has written, which it takes in. */
async function bundle(entry, out) {
  const { build: esbuild } = await import('esbuild');
  const worker = path.join(out, 'worker.js');
  await rename(path.join(out, GLUE), worker);
  await esbuild({
    entryPoints: [local(entry)],
    outfile: path.join(out, GLUE),
    alias: { worker },
    external: [`./${WASM}`, 'cloudflare:workers'],
    plugins: [originals],
    bundle: true,
    format: 'esm',
    minify: true,
    logLevel: 'silent',
  });
}

if (isMain(import.meta)) {
  await runMain((args) => buildWorker({ optimise: args.includes('--optimise') || process.env.WASM_OPT === '1' }));
}
