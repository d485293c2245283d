// Builds the Worker into build/: `node scripts/build-worker.mjs`, which wrangler also calls by itself.
//
// Skipped when build/ was made from exactly these sources. WASM_OPT=1 (or --optimise) also runs
// wasm-opt, for what is deployed; a build that went through it does for development too.
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { CARGO_ENV, cargoProgress, isCargoNoise } from './lib/cargo.mjs';
import { isMain, local } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { digest, readStamp, writeStamp } from './lib/stamp.mjs';
import { step } from './lib/step.mjs';
import { runMain } from './lib/errors.mjs';
import { installWorkerTools, tool } from './tools.mjs';

const INPUTS = ['Cargo.toml', 'Cargo.lock', 'rust-toolchain.toml', 'src', 'scripts/build-worker.mjs'];
/** The Worker that is deployed. */
const DEPLOYED = {
  out: 'build',
  stamp: 'target/worker.stamp.json',
  title: 'Building the Worker',
  inputs: INPUTS,
  extra: [],
};
/** The Worker whose stores the tests hold to their contract: see tests/contract. */
const CONTRACT = {
  out: 'target/contract',
  stamp: 'target/contract.stamp.json',
  title: 'Building the Worker that holds its stores to their contract',
  inputs: [...INPUTS, 'tests/contract'],
  extra: ['--features', 'contract'],
};
const WASM_OPT = local('node_modules/binaryen/bin/wasm-opt');

/** @param {{optimise?: boolean}} [options] */
export const buildWorker = ({ optimise = false } = {}) => build(DEPLOYED, optimise);

/** Builds into `target/contract`. */
export const buildContractWorker = () => build(CONTRACT, false);

async function build({ out, stamp, title, inputs, extra }, optimise) {
  const sources = await digest(inputs);
  const made = await readStamp(local(stamp));
  const isThere = ['index.js', 'index_bg.wasm'].every((file) => existsSync(local(out, file)));
  if (isThere && made?.sources === sources && (made.optimised || !optimise)) return;
  await installWorkerTools();
  const args = ['--profile', 'worker', '--out-dir', out, ...(optimise ? [] : ['--no-opt']), '--locked', ...extra];
  await step(`${title}${optimise ? ' and its wasm, optimised for size' : ''}`, (report) =>
    run(tool('worker-build'), args, {
      title: 'worker-build',
      onLine: cargoProgress(report),
      isNoise: isCargoNoise,
      env: {
        ...CARGO_ENV,
        RUST_BACKTRACE: '0',
        WASM_BINDGEN_BIN: tool('wasm-bindgen'),
        WASM_OPT_BIN: WASM_OPT,
        ESBUILD_BIN: local('node_modules/esbuild/bin/esbuild'),
      },
    }),
  );
  await bundleEntry(out);
  if (optimise) await stripNames(local(out, 'index_bg.wasm'));
  await writeStamp(local(stamp), { sources, optimised: optimise });
}

/** Puts the entry in front of what worker-build has made, which it takes in. */
async function bundleEntry(out) {
  const { build: bundle } = await import('esbuild');
  const worker = local(out, 'worker.js');
  await rename(local(out, 'index.js'), worker);
  await bundle({
    entryPoints: [local('src/edge/entry.js')],
    outfile: local(out, 'index.js'),
    alias: { worker },
    external: ['./index_bg.wasm', 'cloudflare:*'],
    bundle: true,
    format: 'esm',
    minify: true,
    logLevel: 'silent',
  });
}

/**
 * Takes the names of functions out of the wasm: a thirteenth of what is deployed, for stack traces of panics
 * that there are none of. Cargo's own strip would take what wasm-bindgen needs, too.
 */
const stripNames = (wasm) =>
  run(WASM_OPT, ['--all-features', '--strip-debug', wasm, '-o', wasm], { title: 'wasm-opt' });

if (isMain(import.meta)) {
  await runMain((args) => buildWorker({ optimise: args.includes('--optimise') || process.env.WASM_OPT === '1' }));
}
