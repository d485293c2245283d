// What the presentations of a soak are copies of: one of each way in which fragments are made, eight seconds long, and what
// an undisturbed Worker answers of it. That those answers are right is shown by other tests.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readMpd, readPlaylist } from '../lib/cmaf.mjs';
import { withWorker } from '../lib/counted.mjs';
import { readFolder } from '../lib/folder.mjs';
import { readManifest } from '../lib/manifest.mjs';
import { ffmpeg, h264, inputs, ismv, madeFolder, writeServerManifest } from '../lib/media.mjs';
import { boxesOf, withoutTfxd } from '../lib/rewrite.mjs';

const SECONDS = 8;
/** What captions say in place of a stamp. */
export const MARKER = 'Copy 000.';
/** Stands for the generation in texts and paths. */
export const GENERATION = '{generation}';

const LOW = { kind: 'video', bitrate: 40_000, size: '64x36', trackId: 1, name: 'video' };
const HIGH = { kind: 'video', bitrate: 90_000, size: '96x54', trackId: 1, name: 'video' };
const SOUND = { kind: 'audio', bitrate: 32_000, trackId: 1, name: 'audio' };
const TEXT = { kind: 'textstream', src: 'text.vtt', name: 'text', language: 'eng', subtype: 'CAPT' };

const video = ({ bitrate, size }) => ['-map', '0:v', ...h264(bitrate), '-s', size];
const sound = ['-map', '1:a', '-c:a', 'aac', '-b:a', SOUND.bitrate];
const aligned = ['-frag_duration', 2_000_000, '-avoid_negative_ts', 'make_zero'];
const encode = (folder, ...args) => ffmpeg(folder, ...inputs({ seconds: SECONDS, size: '96x54' }), ...args);

const RECIPES = {
  /** Handed on as they are stored. */
  async stored(folder) {
    await encode(
      folder,
      ...video(LOW),
      ...ismv,
      'low.ismv',
      ...video(HIGH),
      ...ismv,
      'high.ismv',
      ...sound,
      ...ismv,
      ...aligned,
      'sound.isma',
    );
    return [
      { ...LOW, src: 'low.ismv' },
      { ...HIGH, src: 'high.ismv' },
      { ...SOUND, src: 'sound.isma' },
    ];
  },
  /** Fragments that are given their times on the way, and captions. */
  async timed(folder) {
    await encode(folder, ...video(LOW), ...ismv, 'low.ismv', ...sound, ...ismv, ...aligned, 'sound.isma');
    await writeFile(path.join(folder, 'low.ismv'), withoutTfxd(await readFile(path.join(folder, 'low.ismv'))));
    await writeFile(path.join(folder, TEXT.src), captions());
    return [{ ...LOW, src: 'low.ismv' }, { ...SOUND, src: 'sound.isma' }, TEXT];
  },
  /** Fragments that are made of the samples of progressive MP4s. */
  async progressive(folder) {
    await encode(
      folder,
      ...video(LOW),
      ...sound,
      '-movflags',
      '+faststart',
      'low.mp4',
      ...video(HIGH),
      ...sound,
      'high.mp4',
    );
    return [
      { ...LOW, src: 'low.mp4' },
      { ...HIGH, src: 'high.mp4' },
      { ...SOUND, src: 'low.mp4', trackId: 2 },
    ];
  },
};

const captions = () => {
  const time = (seconds) => `00:00:0${seconds}.000`;
  const cues = Array.from(
    { length: SECONDS / 2 },
    (_, n) => `${time(2 * n)} --> ${time(2 * n + 1)}\n${MARKER} Line ${n}`,
  );
  return ['WEBVTT', ...cues].join('\n\n');
};

/**
 * @typedef {object} Resource something to ask of a presentation
 * @property {string} path below the presentation, with `GENERATION/` where it can stand
 * @property {'manifest' | 'media' | 'text' | 'boxes'} kind
 * @property {Buffer} bytes what an undisturbed Worker answers; of manifests with `GENERATION` in place of it
 * @property {[number, number][]} media which stretches of `bytes` are bytes of samples
 *
 * @typedef {object} Template
 * @property {Map<string, {bytes: Buffer, media: [number, number][]}>} files the server manifest, under its name, first
 * @property {Resource[]} resources
 */

/** @returns {Promise<Template[]>} */
export async function templates() {
  const folder = await madeFolder('soak', import.meta.filename, async (scratch) => {
    for (const [name, make] of Object.entries(RECIPES)) {
      await mkdir(path.join(scratch, name));
      await writeServerManifest(path.join(scratch, name, 'film.ism'), await make(path.join(scratch, name)));
    }
  });
  return Promise.all(Object.keys(RECIPES).map((name) => template(path.join(folder, name))));
}

async function template(folder) {
  const files = new Map();
  for (const [name, bytes] of await readFolder(folder))
    files.set(name, { bytes, media: /\.(ism[va]|mp4)$/.test(name) ? mediaOf(bytes) : [] });
  let resources;
  await withWorker(folder, { indexed: false }, async (worker) => {
    resources = await resourcesOf(async (name) => {
      const { status, body } = await worker.get(`/film.ism/${name}`);
      if (status !== 200) throw new Error(`${status} for ${name}: ${body}`);
      return body;
    });
  });
  return { files, resources };
}

/** Everything that the manifests of a presentation lead to. */
async function resourcesOf(get) {
  const smooth = readManifest(await get('Manifest'));
  const [, generation] = /^([0-9a-f]{16})\//.exec(smooth.streams[0].attributes.Url);
  const mpd = readMpd(String(await get('manifest.mpd')));
  const playlists = readPlaylist(String(await get('master.m3u8'))).map(({ url, attributes }) => url ?? attributes.URI);
  const fragments = smooth.streams.flatMap(({ attributes, levels, chunks, url }) =>
    levels.flatMap(({ Bitrate }) =>
      chunks.flatMap(({ start }) =>
        nounsOf(attributes.Type).map((noun) => url(Bitrate, start).replace('Fragments', noun)),
      ),
    ),
  );
  const segments = mpd.sets.flatMap(({ levels }) =>
    levels.flatMap(({ init, segments }) => [init, ...segments.map(({ url }) => url)]),
  );
  const manifests = ['Manifest', 'master.m3u8', 'manifest.mpd', ...playlists.filter(Boolean)];
  const texts = [];
  for (const name of manifests.slice(3)) {
    const lines = readPlaylist(String(await get(name)))
      .map(({ url }) => url)
      .filter((url) => /\.(web)?vtt/.test(url ?? ''));
    texts.push(...lines.map((url) => path.posix.join(path.posix.dirname(name), url)));
  }
  const resource = async (name, isManifest) => {
    const bytes = await get(name);
    const generalised = isManifest ? Buffer.from(String(bytes).replaceAll(generation, GENERATION)) : bytes;
    return { path: name.replace(generation, GENERATION), ...classified(generalised, isManifest, name) };
  };
  return Promise.all([
    ...manifests.map((name) => resource(name, true)),
    ...[...fragments, ...segments, ...texts].map((name) => resource(name, false)),
  ]);
}

const nounsOf = (type) =>
  ({ video: ['Fragments', 'FragmentInfo', 'RawFragments', 'KeyFrames'], audio: ['Fragments', 'RawFragments'] })[
    type
  ] ?? ['Fragments'];

function classified(bytes, isManifest, name) {
  if (isManifest) return { kind: 'manifest', bytes, media: [] };
  if (bytes.includes(MARKER)) return { kind: 'text', bytes, media: [] };
  if (name.includes('RawFragments')) return { kind: 'media', bytes, media: [[0, bytes.length]] };
  const media = isBoxes(bytes) ? mediaOf(bytes) : [];
  return { kind: media.length > 0 ? 'media' : 'boxes', bytes, media };
}

const isBoxes = (bytes) => /^(moof|ftyp|styp)$/.test(bytes.toString('latin1', 4, 8));

/** The contents of every `mdat`. */
const mediaOf = (bytes) =>
  [...boxesOf(bytes)]
    .filter(({ type }) => type === 'mdat')
    .map(({ start, bytes: box }) => [start + 8, start + box.length]);
