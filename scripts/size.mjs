// `npm run size`: the bytes of a deployment, and those that a visitor of the Experience page loads. Fails when they exceed
// our limits.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { PAGE, buildPage } from './build-page.mjs';
import { BUNDLE, bundleWorker } from './bundle.mjs';
import { installAllPackages } from './install.mjs';
import { ScriptError, runMain } from './lib/errors.mjs';

const WORKER_KIB = 656;
/** The page itself, and the players that it loads on demand. */
const PAGE_KIB = 48;
const PLAYERS_KIB = 448;
/** What else it loads on demand: its own parts, and what explains files. */
const PARTS_KIB = 8;
const EXPLAINER_KIB = 384;
const kib = (count) => `${(count / 1024).toFixed(1)} KiB`;

await runMain(async () => {
  await installAllPackages();
  const script = (await bundleWorker()).sort().map((name) => path.join(BUNDLE, name));
  const worker = await weigh('the Worker', script);
  const parts = await buildPage();
  const of = (kind) => parts.filter((part) => part.kind === kind).map(({ file }) => path.join(PAGE, file));
  const page = await weigh('the page', of('page'));
  const more = await weigh('what few visitors need of it', of('part'));
  const players = await weigh('its players', of('player'));
  const explainer = await weigh('what explains files', of('explainer'));
  expect(
    worker,
    WORKER_KIB,
    'The deployed script',
    'See what grew: `cargo tree --target wasm32-unknown-unknown -e normal`, and opt-level under [profile.worker].',
  );
  expect(page, PAGE_KIB, 'The page', 'See what grew below experience/.');
  expect(more, PARTS_KIB, 'What the page loads when it is asked for', 'See what grew below experience/.');
  expect(explainer, EXPLAINER_KIB, 'What explains files', 'See what grew in src/check, and in what it stands on.');
  expect(players, PLAYERS_KIB, 'What the page loads of players', 'dash.js or hls.js has grown: see package.json.');
});

/** What files weigh together when they are gzipped, as a table says it too. */
async function weigh(title, files) {
  const total = { raw: 0, gzip: 0 };
  const line = (name, raw, gzip) =>
    console.log(`${name.padEnd(48)} ${kib(raw).padStart(10)} ${kib(gzip).padStart(10)} gzipped`);
  for (const file of files) {
    const content = await readFile(file);
    const gzip = gzipSync(content, { level: 9 }).length;
    line(path.basename(file), content.length, gzip);
    total.raw += content.length;
    total.gzip += gzip;
  }
  line(title, total.raw, total.gzip);
  console.log();
  return total.gzip;
}

function expect(gzip, limit, what, hint) {
  if (gzip > limit * 1024)
    throw new ScriptError(`${what}: ${kib(gzip)} gzipped, where ${limit} KiB are the limit.`, { hint });
}
