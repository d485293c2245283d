// Builds the Worker into build/: `node scripts/build-worker.mjs`, which wrangler also calls by itself.
//
// Skipped when build/ was made from exactly these sources. WASM_OPT=1 (or --optimise) also runs
// wasm-opt, for what is deployed; a build that went through it does for development too.
import { existsSync } from 'node:fs';
import { CARGO_ENV, cargoProgress, isCargoNoise } from './lib/cargo.mjs';
import { isMain, local } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { digest, readStamp, writeStamp } from './lib/stamp.mjs';
import { step } from './lib/step.mjs';
import { runMain } from './lib/trouble.mjs';
import { installWorkerTools, tool } from './tools.mjs';

const STAMP = local('target/worker.stamp.json');
const INPUTS = ['Cargo.toml', 'Cargo.lock', 'rust-toolchain.toml', 'src', 'scripts/build-worker.mjs'];
const OUTPUTS = ['build/index.js', 'build/index_bg.wasm'];
const WASM = local('build/index_bg.wasm');
const WASM_OPT = local('node_modules/binaryen/bin/wasm-opt');

/** @param {{optimise?: boolean}} [options] */
export async function buildWorker({ optimise = false } = {}) {
  const sources = await digest(INPUTS);
  const made = await readStamp(STAMP);
  if (OUTPUTS.every((file) => existsSync(local(file))) && made?.sources === sources && (made.optimised || !optimise)) return;
  await installWorkerTools();
  const args = ['--profile', 'worker', ...(optimise ? [] : ['--no-opt']), '--locked'];
  await step(`Building the Worker${optimise ? ' and its wasm, optimised for size' : ''}`, (report) =>
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
  if (optimise) await stripNames();
  await writeStamp(STAMP, { sources, optimised: optimise });
}

/**
 * Takes the names of functions out of the wasm: a thirteenth of what is deployed, for stack traces of panics
 * that there are none of. Cargo's own strip would take what wasm-bindgen needs, too.
 */
const stripNames = () => run(WASM_OPT, ['--all-features', '--strip-debug', WASM, '-o', WASM], { title: 'wasm-opt' });

if (isMain(import.meta)) {
  await runMain((args) => buildWorker({ optimise: args.includes('--optimise') || process.env.WASM_OPT === '1' }));
}
