// Serves a folder of presentations, or the sample, from the Worker on this machine: what `npm start` does once all is
// built, in a clone and in the package.
import { createHash } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { SAMPLE_MEDIA, local, node } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { bold, dim, step } from './lib/step.mjs';
import { ScriptError } from './lib/errors.mjs';
import { indexAll } from './seed/ask.mjs';
import { presentationsBelow } from './seed/media.mjs';
import { serve } from './serve.mjs';

const HELP = `
npm start                     serve a sample presentation, made here
npm start -- --media DIR      serve your own: every .ism below DIR, under its path in DIR; or, where there is
                              none, every media file by itself
npm start -- --host ADDRESS   for other machines too: 0.0.0.0, or one address of this one
npm start -- --state DIR      keep the local stores in DIR
PORT=9000 npm start           on another port than 8787

Everything needed is installed, built and made on the way; a second start takes seconds.
What presentations are made of is copied into a local R2 below .wrangler/; what is unchanged, not again.
`;
const HERE = '127.0.0.1';

/**
 * @param {string[]} args of the command line
 * @param {(needs: {sample: boolean}) => Promise<void>} prepare installs, builds and makes what is not there
 */
export async function serveMedia(args, prepare) {
  const { help, media, state: elsewhere, host } = parse(args);
  if (help) return console.log(HELP);
  const port = await freePort(process.env.PORT || '8787', host);
  const folder = media ? path.resolve(process.env.INIT_CWD ?? '.', media) : SAMPLE_MEDIA;
  const listed = media ? await presentationsIn(folder) : [{ key: 'sample/sample.ism' }];
  const isLone = listed.some(({ lone }) => lone);

  await prepare({ sample: !media });
  const own = media ? `.wrangler/media-${nameFor(folder)}` : '.wrangler/state';
  const state = elsewhere ? path.resolve(process.env.INIT_CWD ?? '.', elsewhere) : local(own);
  // wrangler's cache outlives the Worker that filled it, and fragments in it live for ever.
  await rm(path.join(state, 'v3/cache'), { recursive: true, force: true });
  await run(node(), [local('scripts/seed.mjs'), folder, state], { show: true, title: 'Filling the local bucket' });

  const page = `http://${host === '0.0.0.0' ? HERE : host}:${port}/`;
  const manifests = listed.map(({ key }) => `${page}${toPath(key)}/Manifest`);
  /** @type {Record<string, string>} */
  const vars = isLone ? { LONE: 'allow' } : {};
  const server = await step('Starting the Worker', () => serve({ host, port, state, vars, probe: page }));
  const failed = await indexAll(manifests);
  for (const entry of await server.logged(failed)) console.error(entry);
  console.log(media ? ownMedia(page, folder, manifests, isLone) : sample(page, manifests[0]));
  if (host !== HERE) console.log(abroad(host, port));
  console.log(dim('Ctrl-C stops. Requests:'));
  server.show();
  await server.ended;
}

function parse(args) {
  try {
    return parseArgs({
      args,
      options: {
        media: { type: 'string' },
        state: { type: 'string' },
        host: { type: 'string', default: HERE },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new ScriptError(error.message, { hint: HELP.trim() });
  }
}

/** Every presentation below the folder, or an error that says what is missing. */
async function presentationsIn(folder) {
  const about = await stat(folder).catch(() => null);
  if (!about?.isDirectory()) throw new ScriptError(`There is no folder ${folder}.`);
  const found = await presentationsBelow(folder);
  if (found.length > 0) return found;
  throw new ScriptError(`There is no .ism below ${folder}, and no media file.`, {
    hint: 'A presentation is an .ism (server manifest) with the files it names beside it, or an .mp4 by itself.',
  });
}

/** Fails early, before minutes of building. */
async function freePort(text, host) {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new ScriptError(`PORT is ${text}, which is no port.`);
  if (!net.isIPv4(host)) throw new ScriptError(`--host takes an IPv4 address, such as 0.0.0.0, and not ${host}.`);
  await new Promise((resolve, reject) => {
    const probe = net.createServer().listen(port, host);
    probe.once('listening', () => probe.close(resolve));
    probe.once('error', (/** @type {NodeJS.ErrnoException} */ { code, message }) => {
      if (code === 'EADDRNOTAVAIL')
        return reject(new ScriptError(`${host} is no address of this machine.`, { hint: 'Take --host 0.0.0.0.' }));
      const what =
        code === 'EADDRINUSE' ? `Port ${port} is in use on ${host}.` : `Port ${port} cannot be used: ${message}`;
      reject(new ScriptError(what, { hint: `Take another: PORT=${port < 65_535 ? port + 1 : 8787} npm start` }));
    });
  });
  return port;
}

/** A key as a path of which a shell takes nothing for its own. */
const toPath = (key) =>
  encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

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
`;
}

function ownMedia(page, folder, manifests, isLone) {
  const shown = manifests.slice(0, 30).map((manifest) => `  ${manifest}`);
  const more = manifests.length - shown.length;
  const lone = `There is no .ism, so each file is a presentation by itself (the variable LONE). One of several
quality levels is made by \`npm run build:cli\` and \`target/release/millrace compose\` (docs/media.md).\n`;
  return `
Open this in a browser, to watch ${manifests.length > 1 ? 'them' : 'it'} play and see where the bytes come from:
${bold(page)}

${manifests.length} presentation${manifests.length > 1 ? 's' : ''} from ${folder}:
${shown.join('\n')}${more > 0 ? `\n  … and ${more} more` : ''}
${isLone ? `\n${lone}` : ''}
Or from a terminal:
  vlc ${manifests[0]}
Each is HLS and DASH too: master.m3u8 and manifest.mpd in place of Manifest.

Start again after changing files in the folder.
`;
}

/** What other machines open, and what that means. */
function abroad(host, port) {
  const addresses = Object.values(os.networkInterfaces())
    .flat()
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
  const urls = (host === '0.0.0.0' ? addresses : [host]).map((address) => `  http://${address}:${port}/`);
  return `From other machines:
${urls.join('\n')}
${bold('Whoever reaches this address can list the library and watch it.')} Stop it when you are done. Without HTTPS, browsers
let the page on another machine simulate no line.
`;
}
