// `npm start`: from a fresh clone to a playing presentation.
import { buildPage } from './build-page.mjs';
import { buildWorker } from './build-worker.mjs';
import { installPackages } from './install.mjs';
import { runMain } from './lib/errors.mjs';
import { checkPrerequisites } from './prerequisites.mjs';
import { makeSample } from './sample.mjs';
import { serveMedia } from './serve-media.mjs';

await runMain((args) =>
  serveMedia(args, async ({ sample }) => {
    await checkPrerequisites();
    await installPackages();
    await buildWorker();
    await buildPage();
    if (sample) await makeSample();
  }),
);
