// Bundles the Worker as for a deployment, into target/bundle: the tests run it, and `npm run size` weighs it.
import { readdir, rm } from 'node:fs/promises';
import { buildPage } from './build-page.mjs';
import { buildWorker } from './build-worker.mjs';
import { isMain, local, node } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { step } from './lib/step.mjs';
import { runMain } from './lib/errors.mjs';
import { QUIET, WRANGLER } from './lib/wrangler.mjs';

export const BUNDLE = local('target/bundle');

export async function bundleWorker() {
  await buildWorker({ optimise: true });
  await buildPage();
  await rm(BUNDLE, { recursive: true, force: true });
  await step('Bundling the Worker as for a deployment', () =>
    run(node(), [WRANGLER, 'deploy', '--dry-run', '--env', 'production', '--outdir', BUNDLE], {
      title: 'wrangler deploy --dry-run',
      env: QUIET,
    }),
  );
  return (await readdir(BUNDLE)).filter((name) => /\.(js|mjs|wasm)$/.test(name));
}

if (isMain(import.meta)) await runMain(bundleWorker);
