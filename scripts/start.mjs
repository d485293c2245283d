// `npm start`: from a fresh clone to a playing presentation.
import { createHash } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildPage } from './build-page.mjs';
import { buildWorker } from './build-worker.mjs';
import { installPackages } from './install.mjs';
import { SAMPLE_MEDIA, local, node } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { bold, dim, step } from './lib/step.mjs';
import { ScriptError, runMain } from './lib/errors.mjs';
import { checkPrerequisites } from './prerequisites.mjs';
import { makeSample } from './sample.mjs';
import { indexAll } from './seed/ask.mjs';
import { serverManifests } from './seed/media.mjs';
import { serve } from './serve.mjs';

const HELP = `
npm start                     serve a sample presentation, made here
npm start -- --media DIR      serve your own: every .ism below DIR, under its path in DIR
npm start -- --state DIR      keep the local stores in DIR
PORT=9000 npm start           on another port than 8787

Everything needed is installed, built and made on the way; a second start takes seconds.
What presentations are made of is copied into a local R2 below .wrangler/; what is unchanged, not again.
`;

async function main(args) {
  const { help, media, state: elsewhere } = parse(args);
  if (help) return console.log(HELP);
  const port = await freePort(process.env.PORT || '8787');
  const folder = media ? path.resolve(process.env.INIT_CWD ?? '.', media) : SAMPLE_MEDIA;
  const listed = media ? await presentationsBelow(folder) : ['sample/sample.ism'];

  await checkPrerequisites();
  await installPackages();
  await buildPage();
  await buildWorker();
  if (!media) await makeSample();
  const own = media ? `.wrangler/media-${nameFor(folder)}` : '.wrangler/state';
  const state = elsewhere ? path.resolve(process.env.INIT_CWD ?? '.', elsewhere) : local(own);
  // wrangler's cache outlives the Worker that filled it, and fragments in it live for ever.
  await rm(path.join(state, 'v3/cache'), { recursive: true, force: true });
  await run(node(), [local('scripts/seed.mjs'), folder, state], { show: true, title: 'Filling the local stores' });

  const page = `http://127.0.0.1:${port}/`;
  const manifests = listed.map((key) => `${page}${key.split('/').map(encodeURIComponent).join('/')}/Manifest`);
  const server = await step('Starting the Worker', () => serve({ port, state, probe: page }));
  await indexAll(manifests);
  for (const entry of server.logged()) console.error(entry);
  console.log(media ? ownMedia(page, folder, manifests) : sample(page, manifests[0]));
  server.show();
  await server.ended;
}

function parse(args) {
  try {
    return parseArgs({
      args,
      options: { media: { type: 'string' }, state: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    }).values;
  } catch (error) {
    throw new ScriptError(error.message, { hint: HELP.trim() });
  }
}

/** Every presentation below the folder, or an error that says what is missing. */
async function presentationsBelow(folder) {
  const about = await stat(folder).catch(() => null);
  if (!about?.isDirectory()) throw new ScriptError(`There is no folder ${folder}.`);
  const found = await serverManifests(folder);
  if (found.length > 0) return found;
  throw new ScriptError(`There is no .ism below ${folder}.`, {
    hint: 'A presentation is an .ism (server manifest) with the .ismv/.isma files it names beside it.',
  });
}

/** Fails early, before minutes of building. */
async function freePort(text) {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new ScriptError(`PORT is ${text}, which is no port.`);
  await new Promise((resolve, reject) => {
    const probe = net.createServer().listen(port, '127.0.0.1');
    probe.once('listening', () => probe.close(resolve));
    probe.once('error', (/** @type {NodeJS.ErrnoException} */ { code, message }) => {
      const what =
        code === 'EADDRINUSE' ? `Port ${port} is in use on 127.0.0.1.` : `Port ${port} cannot be used: ${message}`;
      reject(new ScriptError(what, { hint: `Take another: PORT=${port < 65_535 ? port + 1 : 8787} npm start` }));
    });
  });
  return port;
}

/** Each media folder has local stores of its own. */
const nameFor = (folder) => createHash('sha256').update(folder).digest('hex').slice(0, 12);

function sample(page, manifest) {
  const base = manifest.slice(0, -'/Manifest'.length);
  return `
Open this in a browser, to watch it play and see where its bytes come from:
${bold(page)}

Or look at what a player sees first, and fetch a fragment as it would:
  curl ${manifest}
  curl -o fragment.mp4 '${base}/QualityLevels(3000000)/Fragments(video=0)'
or play it from a terminal:
  vlc ${manifest}
  yt-dlp ${manifest}

The same as HLS and as DASH:
  ${base}/master.m3u8
  ${base}/manifest.mpd

Your own presentations: npm start -- --media DIR
${dim('Ctrl-C stops. A change in src/ or experience/ is built and served at once. Requests:')}`;
}

function ownMedia(page, folder, manifests) {
  const shown = manifests.slice(0, 30).map((manifest) => `  ${manifest}`);
  const more = manifests.length - shown.length;
  return `
Open this in a browser, to watch ${manifests.length > 1 ? 'them' : 'it'} play and see where the bytes come from:
${bold(page)}

${manifests.length} presentation${manifests.length > 1 ? 's' : ''} from ${folder}:
${shown.join('\n')}${more > 0 ? `\n  … and ${more} more` : ''}

Or from a terminal:
  vlc ${manifests[0]}
Each is HLS and DASH too: master.m3u8 and manifest.mpd in place of Manifest.

${dim('Ctrl-C stops. Start again after changing files in the folder. Requests:')}`;
}

await runMain(main);
