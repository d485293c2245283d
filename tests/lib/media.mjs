// Makes small presentations for tests, with the pinned ffmpeg, once: they are kept in target/.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ffmpegPath } from '../../scripts/lib/ffmpeg.mjs';
import { local } from '../../scripts/lib/project.mjs';
import { run } from '../../scripts/lib/run.mjs';
import { digest, readStamp, writeStamp } from '../../scripts/lib/stamp.mjs';

/**
 * The folder of test media called `name`: made by `make(folder)`, unless it was by the same recipe. Whatever
 * stands in `tests/lib` belongs to every recipe: folders are made from each other.
 * @param {string} name
 * @param {string} recipe the file with the recipe, usually `import.meta.filename`
 * @param {(folder: string) => Promise<unknown>} make
 */
export async function madeFolder(name, recipe, make) {
  const folder = local('target/tests/media', name);
  const stamp = `${folder}.json`;
  const made = await digest([recipe, 'tests/lib', 'scripts/lib/ffmpeg.mjs']);
  if ((await readStamp(stamp))?.made === made) return folder;
  const scratch = `${folder}.making-${process.pid}`;
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  await make(scratch);
  await rm(folder, { recursive: true, force: true });
  await rename(scratch, folder);
  await writeStamp(stamp, { made });
  return folder;
}

/**
 * Runs the pinned ffmpeg in `folder`.
 * @param {string} folder
 * @param {...(string | number)} args
 */
export const ffmpeg = (folder, ...args) =>
  run(ffmpegPath(), ['-hide_banner', '-nostdin', '-loglevel', 'error', '-y', ...args.map(String)], {
    title: 'ffmpeg',
    cwd: folder,
  });

/**
 * A moving picture and a tone: ffmpeg's inputs 0 and 1.
 * @param {{seconds?: number, size?: string, rate?: number | string}} [of] `rate`: frames a second, or a fraction
 */
export const inputs = ({ seconds = 10, size = '320x180', rate = 25 } = {}) => [
  ...['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`],
  ...['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${seconds}`],
];

/** H.264 with a keyframe every `gop` frames, and B-frames. */
export const h264 = (bitrate, gop = 50) => [
  ...[
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-profile:v',
    'main',
    '-pix_fmt',
    'yuv420p',
    '-bf',
    2,
    '-b:v',
    bitrate,
  ],
  ...['-g', gop, '-keyint_min', gop, '-sc_threshold', 0],
];

/** The fragmented file that encoders for Smooth Streaming write. */
export const ismv = ['-map_metadata', '-1', '-use_editlist', 0, '-avoid_negative_ts', 'disabled', '-f', 'ismv'];

/**
 * @typedef {object} Track as a server manifest names it
 * @property {string} kind
 * @property {string} src
 * @property {number} [bitrate]
 * @property {number} [trackId]
 * @property {string} [name]
 * @property {string} [language]
 * @property {string} [subtype]
 *
 * @typedef {{client?: string, encoding?: 'utf8' | 'utf16le'}} Form of a server manifest; `client`: the `.ismc` that it names
 */

/**
 * Writes a server manifest.
 * @param {string} file
 * @param {Track[]} tracks
 * @param {Form} [form]
 */
export async function writeServerManifest(file, tracks, { client, encoding = 'utf8' } = {}) {
  const text = serverManifest(tracks, { client, encoding });
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, encoding === 'utf16le' ? Buffer.from(`\ufeff${text}`, 'utf16le') : text);
}

/**
 * @param {Track[]} tracks
 * @param {Form} [form]
 */
export function serverManifest(tracks, { client, encoding = 'utf8' } = {}) {
  const head = client ? `<head><meta name="clientManifestRelativePath" content="${client}"/></head>` : '';
  const param = (name, value) =>
    value === undefined ? '' : `<param name="${name}" value="${value}" valuetype="data"/>`;
  const attribute = (name, value) => (value === undefined ? '' : ` ${name}="${value}"`);
  const track = (/** @type {Track} */ { kind, src, bitrate, trackId, name, language, subtype }) =>
    `<${kind} src="${src}"${attribute('systemBitrate', bitrate)}${attribute('systemLanguage', language)}>${param('trackID', trackId)}${param('trackName', name)}${param('Subtype', subtype)}</${kind}>`;
  return `<?xml version="1.0" encoding="${encoding === 'utf16le' ? 'utf-16' : 'utf-8'}"?>
<smil xmlns="http://www.w3.org/2001/SMIL20/Language">${head}<body><switch>
${tracks.map(track).join('\n')}
</switch></body></smil>
`;
}
