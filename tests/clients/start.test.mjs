// The newcomer's path: `npm start` as a child, for the sample and for presentations of one's own. Every URL that is handed
// out is answered, with bytes of the files.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { local } from '../../scripts/lib/project.mjs';
import { CAPTIONS, captionsFolder, vtt } from '../lib/captions.mjs';
import { readMpd, readPlaylist } from '../lib/cmaf.mjs';
import { isPresentation, readFolder } from '../lib/folder.mjs';
import { request } from '../lib/http.mjs';
import { readManifest } from '../lib/manifest.mjs';
import { madeFolder, writeServerManifest } from '../lib/media.mjs';
import { PROGRESSIVE, progressiveFolder } from '../lib/progressive.mjs';
import { SAMPLE, sampleFolder } from '../lib/sample.mjs';
import { freePort } from '../lib/server.mjs';
import { walk } from '../lib/walk.mjs';

const PATIENCE_MS = 300_000;
const SHOUTED = 'loud/FILM.ISM';
const TEXTS = ['SUBTITLES.SRT', 'Captions.XML', 'captions.Dfxp', 'captions.WebVTT'];

/**
 * Runs `use` while `npm start` serves, from stores of its own.
 * @param {string[]} args
 * @param {(served: {get: import('../lib/walk.mjs').Get, said: string, put: string[]}) => Promise<void>} use `put`: the keys in the bucket
 */
async function started(args, use) {
  const state = await mkdtemp(path.join(os.tmpdir(), 'millrace-start-'));
  const port = await freePort();
  const child = spawn(process.execPath, [local('scripts/start.mjs'), '--state', state, ...args], {
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  let said = '';
  try {
    await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`it does not serve: ${said}`)), PATIENCE_MS);
      const end = (act) => (value) => {
        clearTimeout(timer);
        act(value);
      };
      child.once(
        'close',
        end((code) => reject(new Error(`it ended with ${code}: ${said}`))),
      );
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text) => {
          said += text;
          if (said.includes('Ctrl-C stops')) end(resolve)();
        });
      }
    });
    const put = Object.keys(JSON.parse(await readFile(path.join(state, 'v3/seeded.json'), 'utf8')).files).sort();
    await use({ get: (at) => request(`http://127.0.0.1:${port}`, at, { patienceMs: 60_000 }), said, put });
  } finally {
    child.kill();
    await ended;
    await rm(state, { recursive: true, force: true });
  }
}

async function assertServed(get, folder, keys) {
  const files = await readFolder(folder);
  for (const key of keys) {
    const { faults, counts } = await walk(get, key, files.values());
    assert.deepEqual(faults, [], key);
    assert.ok(counts.manifest === 3 && counts.fragment > 0 && counts.segment > 0, `${key}: ${JSON.stringify(counts)}`);
  }
}

test('the sample', async () => {
  const folder = await sampleFolder();
  await started([], async ({ get, put }) => {
    assert.deepEqual(put, [...(await readFolder(folder)).keys()].sort());
    await assertServed(get, folder, [SAMPLE]);
    // Its German captions, in all three protocols.
    const [smooth, master, mpd] = await Promise.all(
      ['Manifest', 'master.m3u8', 'manifest.mpd'].map(async (file) => (await get(`/${SAMPLE}/${file}`)).text),
    );
    const { levels, chunks, url } = readManifest(smooth).stream('captions_de');
    const dash = readMpd(mpd).sets.find(
      ({ attributes }) => attributes.contentType === 'text' && attributes.lang === 'de',
    );
    const hls = readPlaylist(master).find(
      ({ attributes }) => attributes.TYPE === 'SUBTITLES' && attributes.LANGUAGE === 'de',
    );
    for (const one of [
      url(levels[0].Bitrate, chunks[1].start),
      dash.levels[0].segments[1].url,
      hls.attributes.URI.replace('index.m3u8', `${chunks[1].start}.vtt`),
    ]) {
      const { status, text } = await get(`/${SAMPLE}/${one}`);
      assert.equal(status, 200, `${one}: ${text}`);
      assert.match(text, /[a-zäöüß]{4}/, one);
    }
  });
});

const ownFolder = () =>
  madeFolder('own', import.meta.filename, async (scratch) => {
    await cp(await captionsFolder(), scratch, { recursive: true });
    await cp(await progressiveFolder(), scratch, { recursive: true });
    const films = path.join(await captionsFolder(), 'films');
    const text = (src, at) => ({
      kind: 'textstream',
      src,
      name: `text/${at}, loud`,
      language: ['deu', 'fra', 'ita', 'eng'][at],
      subtype: 'SUBT',
    });
    await writeServerManifest(path.join(scratch, SHOUTED), [
      { kind: 'video', src: 'V.ISMV', bitrate: 300_000 },
      ...TEXTS.map(text),
    ]);
    const loud = path.join(scratch, path.dirname(SHOUTED));
    await copyFile(path.join(films, 'v.ismv'), path.join(loud, 'V.ISMV'));
    const from = ['subtitles.de.srt', 'subtitles.fr.ttml', 'subtitles.fr.ttml'];
    for (const [at, name] of from.entries()) await copyFile(path.join(films, name), path.join(loud, TEXTS[at]));
    await writeFile(path.join(loud, TEXTS[3]), vtt());
    await writeFile(path.join(loud, 'notes.srt'), 'nobody names it');
  });

test("presentations of one's own, and nothing that none of them names", async () => {
  const folder = await ownFolder();
  const keys = [...(await readFolder(folder)).keys()];
  await started(['--media', folder], async ({ get, said, put }) => {
    const presentations = keys.filter(isPresentation);
    assert.ok([CAPTIONS, PROGRESSIVE, SHOUTED].every((key) => presentations.includes(key)));
    assert.match(said, new RegExp(`${presentations.length} presentations from `));
    assert.ok(put.includes('loud/SUBTITLES.SRT') && !put.includes('loud/notes.srt'), String(put));
    await assertServed(get, folder, presentations);
  });
});

test('one of them is broken: it is named, and the others are served', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'millrace-own-'));
  try {
    await cp(await progressiveFolder(), folder, { recursive: true });
    await writeServerManifest(path.join(folder, 'broken.ism'), [{ kind: 'video', src: 'lost.ismv' }]);
    await started(['--media', folder], async ({ get, said }) => {
      assert.match(said, /lost\.ismv/);
      assert.equal((await get('/broken.ism/Manifest')).status, 502);
      await assertServed(get, folder, [PROGRESSIVE]);
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a folder without an .ism: each file is a presentation by itself, and every address is served where that is asked for', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'millrace-own-'));
  try {
    const files = await readFolder(await progressiveFolder());
    const file = [...files.keys()].find((key) => key.endsWith('.mp4'));
    await writeFile(path.join(folder, "film (it's me).mp4"), files.get(file));
    await started(['--media', folder, '--host', '0.0.0.0'], async ({ get, said, put }) => {
      assert.deepEqual(put, ["film (it's me).mp4"]);
      assert.match(said, /1 presentation from /);
      assert.match(said, /Whoever reaches/);
      // What can be copied into a shell as it stands.
      assert.match(said, /^ {2}vlc http:\/\/\S+\/film%20%28it%27s%20me%29\.mp4\.ism\/Manifest$/m);
      await assertServed(get, folder, ["film (it's me).mp4.ism"]);
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
