// The URLs of the same chunk in each protocol, found in the manifests that clients of that protocol read.
import { request } from 'undici';
import { ScriptError } from '../../scripts/lib/errors.mjs';
import { readMpd, readPlaylist } from '../../tests/lib/cmaf.mjs';
import { readManifest } from '../../tests/lib/manifest.mjs';

/**
 * @typedef {object} Form
 * @property {string} title
 * @property {import('../peer/contenders.mjs').Contender} contender
 * @property {Record<string, string>} manifests paths by what they are called
 * @property {Record<'video' | 'audio', string[]>} segments paths of the best level, by what is in them
 */

/**
 * The two forms of a presentation of millrace's.
 * @returns {Promise<Form[]>}
 */
export async function ours(title, contender, show) {
  const base = contender.base(show, '');
  return [
    await smooth(`${title}: Smooth`, contender, base + contender.manifest),
    await cmaf(`${title}: HLS, DASH`, contender, { dash: `${base}manifest.mpd`, hls: `${base}master.m3u8` }),
  ];
}

/**
 * The two of a peer's, which has a prefix for each protocol.
 * @returns {Promise<Form[]>}
 */
export async function theirs(title, contender, show) {
  const base = (protocol) => contender.base(show, `${protocol}/`);
  return [
    await smooth(`${title}: Smooth`, contender, `${base('mss')}manifest`),
    await cmaf(`${title}: HLS, DASH`, contender, {
      dash: `${base('dash')}manifest.mpd`,
      hls: `${base('hls')}master.m3u8`,
    }),
  ];
}

async function smooth(title, contender, manifest) {
  const { streams } = readManifest(await get(contender, manifest));
  const of = (kind) => {
    const { levels, chunks, url } = streams.find(({ attributes }) => attributes.Type === kind);
    const bitrate = Math.max(...levels.map((level) => Number(level.Bitrate)));
    return chunks.map(({ start }) => beside(manifest, url(bitrate, start)));
  };
  return { title, contender, manifests: { Smooth: manifest }, segments: { video: of('video'), audio: of('audio') } };
}

async function cmaf(title, contender, { dash, hls }) {
  const { sets } = readMpd(await get(contender, dash));
  const of = (kind) => {
    // The first is the main one; others may be of keyframes alone.
    const { levels } = sets.find((set) =>
      [set, ...set.levels].some(({ attributes }) => attributes.mimeType === `${kind}/mp4`),
    );
    const [best] = levels.toSorted(
      (one, other) => Number(other.attributes.bandwidth) - Number(one.attributes.bandwidth),
    );
    return best.segments.map(({ url }, at) => beside(dash, url.replace('$Number$', String(at + 1))));
  };
  const variants = readPlaylist(await get(contender, hls)).filter(({ tag }) => tag === 'EXT-X-STREAM-INF');
  const [best] = variants.toSorted(
    (one, other) => Number(other.attributes.BANDWIDTH) - Number(one.attributes.BANDWIDTH),
  );
  const manifests = { 'HLS, all levels': hls, 'HLS, one level': beside(hls, best.url), DASH: dash };
  return { title, contender, manifests, segments: { video: of('video'), audio: of('audio') } };
}

const beside = (path, url) => new URL(url, new URL(path, 'http://any')).pathname;

async function get({ name, origin }, path) {
  const { statusCode, body } = await request(origin + path).catch(({ message }) => {
    throw new ScriptError(`${name} does not answer at ${origin}${path}: ${message}`);
  });
  const text = await body.text();
  if (statusCode !== 200)
    throw new ScriptError(`${name} answers ${statusCode} for ${path}`, { output: text.slice(0, 1000) });
  return text;
}
