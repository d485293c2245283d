// `npm run clients`: plays a presentation from a running origin with every player of this machine that speaks Smooth
// Streaming, and counts the frames that each decodes. By hand, not in `npm test`: docs/clients.md.
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { GSTREAMER, GSTREAMER_V2 } from './clients/gstreamer.mjs';
import { framesOf } from './clients/source.mjs';
import { VLC } from './clients/vlc.mjs';
import { SAMPLE_MEDIA } from './lib/project.mjs';
import { dim, duration, step } from './lib/step.mjs';
import { ScriptError, runMain } from './lib/errors.mjs';

const HELP = `
npm run clients                              the sample, from \`npm start\` in another terminal
npm run clients -- MANIFEST_URL --media DIR  another presentation, whose files lie below DIR; with a token, if it is closed
`;
const SAMPLE = 'http://127.0.0.1:8787/sample/sample.ism/Manifest';
const CLIENTS = [VLC, GSTREAMER, GSTREAMER_V2];

async function main(args) {
  const { help, manifest, media } = parse(args);
  if (help) return console.log(HELP);
  await expectManifest(manifest);
  const source = await step('Counting the frames of the sources', () => framesOf(media, keyOf(manifest)));
  const rows = [];
  for (const client of CLIENTS) {
    const missing = client.missing();
    if (missing.length > 0) rows.push({ name: client.name, result: `not installed: apt install ${missing.join(' ')}` });
    else for (const way of client.ways) rows.push(await play(client, way, manifest, source));
  }
  console.log(`\n${manifest}\n${dim(`in the sources: ${inWords(source)}`)}\n`);
  for (const { name, how = '', result } of rows) console.log(`${name.padEnd(26)} ${how.padEnd(24)} ${result}`);
  const short = rows.filter(({ passed }) => passed === false);
  if (short.length > 0)
    throw new ScriptError('Not every client played all of it.', { hint: short.map(({ hint }) => hint).join('\n') });
}

function parse(args) {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { media: { type: 'string', default: SAMPLE_MEDIA }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    const [manifest = SAMPLE] = positionals;
    return {
      help: values.help,
      manifest: new URL(manifest).href,
      media: path.resolve(process.env.INIT_CWD ?? '.', values.media),
    };
  } catch (error) {
    throw new ScriptError(error.message, { hint: HELP.trim() });
  }
}

async function expectManifest(url) {
  const answer = await fetch(url).catch(() => null);
  if (!answer) throw new ScriptError(`Nothing answers at ${url}.`, { hint: 'Run `npm start` in another terminal.' });
  if (!answer.ok) throw new ScriptError(`${url} answers ${answer.status}: ${(await answer.text()).trim()}`);
}

/** `http://host/films/tears.ism/Manifest` → `films/tears.ism`, and the same with a token in front. */
const keyOf = (manifest) =>
  decodeURIComponent(
    new URL(manifest).pathname.replace(/^\/(?:hdnt[ls]|jwt)=[^/]+/, '').replace(/^\/|\/manifest[^/]*$/gi, ''),
  );

/** Plays from beginning to end; passes when at most the frames are missing that this client always loses. */
async function play(client, { how, lacks = {}, run }, manifest, source) {
  const name = `${client.name} ${client.version()}`;
  const folder = await mkdtemp(path.join(tmpdir(), 'millrace-client-'));
  if (client.user) await chown(folder, client.user.uid, client.user.gid);
  const begun = performance.now();
  try {
    const counted = await step(`${name}, ${how}`, () => run(manifest, source, folder));
    const passed = Object.keys(source).every((kind) => fits(source[kind].frames - counted[kind], lacks[kind]));
    const result = `${passed ? '✓' : '✗'} ${inWords(source, counted)}  ${dim(duration(performance.now() - begun))}`;
    return { name, how, passed, result, hint: `${name}, ${how}: decoded ${inWords(source, counted)}.` };
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    return {
      name,
      how,
      passed: false,
      result: '✗ failed',
      hint: [`${name}, ${how}: ${error.message}`, error.output].join('\n'),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const fits = (short, lacks = 0) => short >= 0 && short <= lacks;

const inWords = (source, counted) =>
  Object.entries(source)
    .map(([kind, { frames }]) => `${counted ? `${counted[kind]} of ` : ''}${frames} ${kind}`)
    .join(', ');

await runMain(main);
