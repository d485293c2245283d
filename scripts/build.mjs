// `npm run build`: the Worker as it is deployed, its page, and the command line.
import { CARGO_ENV, cargoProgress, isCargoNoise } from './lib/cargo.mjs';
import { isMain, local } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { step } from './lib/step.mjs';
import { runMain } from './lib/errors.mjs';
import { buildPage } from './build-page.mjs';
import { buildWorker } from './build-worker.mjs';
import { installAllPackages } from './install.mjs';
import { checkPrerequisites } from './prerequisites.mjs';

/** The native command line, which `buildCli` builds. */
export const CLI = local('target/release/millrace');

export async function buildCli() {
  await step('Building the command line', (report) =>
    run('cargo', ['build', '--release', '--locked', '--bin', 'millrace'], {
      title: 'cargo build',
      onLine: cargoProgress(report),
      isNoise: isCargoNoise,
      env: CARGO_ENV,
    }),
  );
}

if (isMain(import.meta)) {
  await runMain(async ([only]) => {
    await checkPrerequisites();
    if (only === 'cli') return buildCli();
    await installAllPackages();
    if (only !== 'page') await buildWorker({ optimise: true });
    await buildPage();
    if (only === 'page') return;
    if (only !== 'worker') await buildCli();
  });
}
