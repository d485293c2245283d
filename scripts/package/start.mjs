// `npm start` of the package: serves from the Worker that is in it, with Node alone.
import { installPackages } from '../install.mjs';
import { runMain } from '../lib/errors.mjs';
import { makeSample } from '../sample.mjs';
import { serveMedia } from '../serve-media.mjs';

await runMain((args) =>
  serveMedia(args, async ({ sample }) => {
    await installPackages();
    if (sample) await makeSample();
  }),
);
