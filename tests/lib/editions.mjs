// Editions of one film: encoded again and again under the same names, so that an editor can replace one by another.
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fragmentsOfTrack } from './boxes.mjs';
import { indexes, millrace } from './cli.mjs';
import { withWorker } from './counted.mjs';
import { readFolder } from './folder.mjs';
import { servedFragments } from './fragments.mjs';
import { ffmpeg, h264, inputs, ismv, madeFolder, writeServerManifest } from './media.mjs';
import { withoutTfxd } from './rewrite.mjs';

export const FILM = 'films/film.ism';

const COUNT = 4;
const LOW = 100_000;
const SOUND = 64_000;
/** Each edition's server manifest has another bitrate here, which is how to tell them apart. */
const high = (number) => 200_000 + 1000 * number;

/**
 * @typedef {object} Edition
 * @property {number} number
 * @property {string} folder where its files lie
 * @property {Map<string, Buffer>} files by key, the server manifest first
 * @property {Map<string, Buffer>} values what belongs into KV when all of its files are in place
 * @property {Buffer} index the same as it is published
 * @property {Record<'low' | 'high' | 'sound', Level>} levels
 *
 * @typedef {object} Level
 * @property {string} stream
 * @property {number} bitrate
 * @property {{start: number, duration: number, bytes: Buffer, moof: Buffer, payload: Buffer}[]} fragments as they are to be served
 */

/** Made for streaming. @returns {Promise<Edition[]>} */
export const editions = () => made('editions', make, fragmentedLevels);

/**
 * The same in progressive MP4s, audio together with the video of one.
 * @returns {Promise<Edition[]>}
 */
export const progressiveEditions = () => made('plain-editions', makeProgressive, progressiveLevels);

async function made(name, make, levels) {
  const folder = await madeFolder(name, import.meta.filename, async (scratch) => {
    for (let number = 0; number < COUNT; number++) await make(path.join(scratch, String(number)), number);
  });
  return Promise.all([...Array(COUNT).keys()].map((number) => read(path.join(folder, String(number)), number, levels)));
}

/**
 * All editions are cut alike in their video, so that no level is in another's way while half of them are
 * replaced; audio is cut otherwise in each.
 */
async function make(root, number) {
  const levels = [
    { kind: 'video', src: 'film_low.ismv', bitrate: LOW },
    { kind: 'video', src: 'film_high.ismv', bitrate: high(number) },
    { kind: 'audio', src: 'film.isma', bitrate: SOUND },
  ];
  await writeServerManifest(path.join(root, FILM), levels);
  const films = path.dirname(path.join(root, FILM));
  const video = (bitrate, size, src) => [
    '-map',
    '0:v',
    '-vf',
    `hue=h=${90 * number}`,
    ...h264(bitrate, 25),
    '-s',
    size,
    ...ismv,
    src,
  ];
  const cut = ['-frag_duration', 1_000_000 + 300_000 * number, '-avoid_negative_ts', 'make_zero'];
  const sound = [
    '-map',
    '1:a',
    '-af',
    `volume=${1 - number / 8}`,
    '-c:a',
    'aac',
    '-b:a',
    SOUND,
    ...ismv,
    ...cut,
    'film.isma',
  ];
  await ffmpeg(
    films,
    ...inputs({ seconds: 8 }),
    ...video(LOW, '160x90', 'film_low.ismv'),
    ...video(200_000, '320x180', 'timed.ismv'),
    ...sound,
  );
  // Its fragments say nothing of their time, and are given it on the way: answers of two pieces.
  await writeFile(path.join(films, 'film_high.ismv'), withoutTfxd(await readFile(path.join(films, 'timed.ismv'))));
}

async function makeProgressive(root, number) {
  await writeServerManifest(path.join(root, FILM), [
    { kind: 'video', src: 'film_low.mp4', bitrate: LOW, trackId: 1 },
    { kind: 'video', src: 'film_high.mp4', bitrate: high(number), trackId: 1 },
    { kind: 'audio', src: 'film_low.mp4', bitrate: SOUND, trackId: 2 },
  ]);
  const films = path.dirname(path.join(root, FILM));
  const video = (bitrate, size) => ['-map', '0:v', '-vf', `hue=h=${90 * number}`, ...h264(bitrate, 25), '-s', size];
  const sound = ['-map', '1:a', '-af', `volume=${1 - number / 8}`, '-c:a', 'aac', '-b:a', SOUND];
  await ffmpeg(
    films,
    ...inputs({ seconds: 8 }),
    ...video(LOW, '160x90'),
    ...sound,
    'film_low.mp4',
    ...video(200_000, '320x180'),
    'film_high.mp4',
  );
}

async function read(root, number, levels) {
  const all = await readFolder(root);
  const bundle = `${root}.index`;
  const { code, stderr } = await millrace('index', path.join(root, FILM), '--root', root, '--output', bundle);
  if (code !== 0) throw new Error(`millrace index: ${stderr}`);
  const index = await readFile(bundle);
  await rm(bundle);
  const files = new Map([...all].filter(([key]) => key !== TIMED).sort(([key]) => (key === FILM ? -1 : 1)));
  return {
    number,
    folder: root,
    files,
    values: await indexes(root, [FILM]),
    index,
    levels: await levels(all, number, root),
  };
}

/** What the fragments of `film_high.ismv` become when they are given their times. */
const TIMED = 'films/timed.ismv';

function fragmentedLevels(files, number) {
  const level = (stream, bitrate, key) => ({ stream, bitrate, fragments: fragmentsOfTrack(files.get(key), 1) });
  return {
    low: level('video', LOW, 'films/film_low.ismv'),
    high: level('video', high(number), TIMED),
    sound: level('audio', SOUND, 'films/film.isma'),
  };
}

/** As a Worker makes them whom nobody disturbs: that they are right is shown elsewhere. */
async function progressiveLevels(_files, number, root) {
  const levels = {};
  await withWorker(root, {}, async (worker) => {
    const level = async (stream, bitrate, at) => {
      const fragments = (await servedFragments(worker, FILM, stream, at)).map(
        ({ chunk, body, fragment: { moof, payload } }) => ({ ...chunk, bytes: body, moof, payload }),
      );
      return { stream, bitrate, fragments };
    };
    levels.low = await level('video', LOW, 0);
    levels.high = await level('video', high(number), 1);
    levels.sound = await level('audio', SOUND, 0);
  });
  return levels;
}
