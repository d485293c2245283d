// One film, encoded again and again under the same names: what an editor replaces while people watch.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fragmentsOfTrack } from './boxes.mjs';
import { indexes } from './cli.mjs';
import { readFolder } from './folder.mjs';
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
 * @property {Buffer} index what belongs into KV when all of its files are in place
 * @property {Record<'low' | 'high' | 'sound', Level>} levels
 *
 * @typedef {object} Level
 * @property {string} stream
 * @property {number} bitrate
 * @property {import('./boxes.mjs').Fragment[]} fragments as they are to be served
 */

/** @returns {Promise<Edition[]>} */
export async function editions() {
  const folder = await madeFolder('editions', import.meta.filename, async (scratch) => {
    for (let number = 0; number < COUNT; number++) await make(path.join(scratch, String(number)), number);
  });
  return Promise.all([...Array(COUNT).keys()].map((number) => read(folder, number)));
}

/**
 * All editions are cut alike in their pictures, so that no level is in another's way while half of them are
 * replaced; sound is cut otherwise in each.
 */
async function make(root, number) {
  const levels = [
    { kind: 'video', src: 'film_low.ismv', bitrate: LOW },
    { kind: 'video', src: 'film_high.ismv', bitrate: high(number) },
    { kind: 'audio', src: 'film.isma', bitrate: SOUND },
  ];
  await writeServerManifest(path.join(root, FILM), levels);
  const films = path.dirname(path.join(root, FILM));
  const video = (bitrate, size, src) => ['-map', '0:v', '-vf', `hue=h=${90 * number}`, ...h264(bitrate, 25), '-s', size, ...ismv, src];
  const cut = ['-frag_duration', 1_000_000 + 300_000 * number, '-avoid_negative_ts', 'make_zero'];
  const sound = ['-map', '1:a', '-af', `volume=${1 - number / 8}`, '-c:a', 'aac', '-b:a', SOUND, ...ismv, ...cut, 'film.isma'];
  await ffmpeg(films, ...inputs({ seconds: 8 }), ...video(LOW, '160x90', 'film_low.ismv'), ...video(200_000, '320x180', 'timed.ismv'), ...sound);
  // Its fragments say nothing of their time, and are given it on the way: answers of two pieces.
  await writeFile(path.join(films, 'film_high.ismv'), withoutTfxd(await readFile(path.join(films, 'timed.ismv'))));
}

async function read(folder, number) {
  const root = path.join(folder, String(number));
  const all = await readFolder(root);
  const timed = all.get('films/timed.ismv');
  all.delete('films/timed.ismv');
  const files = new Map([...all].sort(([key]) => (key === FILM ? -1 : 1)));
  const level = (stream, bitrate, file) => ({ stream, bitrate, fragments: fragmentsOfTrack(file, 1) });
  return {
    number,
    folder: root,
    files,
    index: (await indexes(root, [FILM])).get(`index/${FILM}`),
    levels: {
      low: level('video', LOW, files.get('films/film_low.ismv')),
      high: level('video', high(number), timed),
      sound: level('audio', SOUND, files.get('films/film.isma')),
    },
  };
}
