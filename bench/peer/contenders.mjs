// The two servers that are compared, and the URL of the same fragment on each.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { request } from 'undici';
import { CLI } from '../../scripts/build.mjs';
import { local } from '../../scripts/lib/project.mjs';
import { run } from '../../scripts/lib/run.mjs';
import { ScriptError } from '../../scripts/lib/errors.mjs';
import { readManifest } from '../../tests/lib/manifest.mjs';
import { built, serve } from '../workerd.mjs';
import { keyOf } from './media.mjs';

/** What the peer has to be configured for. */
export const EXPECTED = (storage) => `
It is expected to serve, below its address, the files of ${storage}/ by the same
paths, each read by ranges as it is needed, in fragments of two seconds (nginx-vod-module: a location
with \`vod mss\`, \`vod_mode remote\` and \`vod_segment_duration 2000\`, and an upstream with kept-alive
connections behind its \`vod_upstream_location\`):

  PREFIX/ten-minutes/ten-minutes-,3000,1500,800,400,.mp4.urlset/manifest
  PREFIX/two-hours/two-hours-,830,.mp4.urlset/manifest
  PREFIX/two-hours-in-four/two-hours-in-four-,830,500,300,180,.mp4.urlset/manifest

and the same below PREFIX/cold-…/, folders in which the storage has the same files, as often as it takes
to ask for what nobody has asked for yet. Give it the caches that its manual recommends. Measure it twice, with its
buffers as they come and with larger ones, for which one read does what three did:

  vod_cache_buffer_size 1m;
  vod_initial_read_size 512k;`;

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {string} origin
 * @property {number[]} pids of the processes whose CPU is its own; none if it is not known
 * @property {(show: import('./media.mjs').Show, place: string, options?: {cheapestFirst?: boolean}) => string} base the URL that its manifest is
 *   relative to; `place` is '' or `cold-…/`
 * @property {string} manifest its name there
 */

/** @returns {Contender} */
export function peerAt(address, pids) {
  const { origin, pathname } = new URL(address);
  const prefix = pathname.replace(/\/?$/, '/');
  /** @type {Contender['base']} */
  const base = ({ name, levels }, place, { cheapestFirst = false } = {}) => {
    const inOrder = cheapestFirst ? levels.toReversed() : levels;
    return `${prefix}${place}${name}/${name}-,${inOrder.map(({ kbps }) => kbps).join()},.mp4.urlset/`;
  };
  return { name: 'peer', origin, pids, base, manifest: 'manifest' };
}

/**
 * A Worker that has been asked for nothing, on the runtime as it is. Each chunk is a segment of its own.
 * @param {number} storage its port
 * @param {{isBucket?: boolean}} [options] whether it is read as an R2 bucket, instead of as a server that knows ranges
 * @returns {Promise<Contender & import('../process.mjs').Started>}
 */
export async function startMillrace(storage, { isBucket = false } = {}) {
  const stores = JSON.stringify([{ prefix: '', http: { url: `http://127.0.0.1:${storage}/` } }]);
  const { child, pid, origin } = await serve('peer-millrace', built(local('build')), {
    store: storage,
    port: 0,
    vars: { CACHE_API: 'off', SEGMENT_MS: '0', ...(isBucket ? {} : { STORES: stores }) },
    scratch: isBucket ? 'peer-bucket' : 'peer-millrace',
  });
  const base = (show, place) => `/${place}${keyOf(show)}/`;
  return { name: 'millrace', origin, pids: [pid], base, manifest: 'Manifest', child };
}

/**
 * Indexes shows at their places, by reading them from the storage, and has it keep the indexes in its KV.
 * @param {[show: import('./media.mjs').Show, place: string][]} wanted
 */
export async function publish(storage, port, wanted) {
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'millrace-bench-'));
  const bulk = path.join(scratch, 'bulk.json');
  const root = `http://127.0.0.1:${port}/`;
  try {
    const urls = wanted.map(([show, place]) => root + place + keyOf(show));
    await storage.ask({ delayMs: 0, kvDelayMs: 0 });
    await run(CLI, ['index', ...urls, '--root', root, '--bulk', bulk], { title: 'millrace index' });
    await storage.ask({ bulk });
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/**
 * What a contender's manifest says of the best level of one kind.
 * @param {Contender} contender
 * @param {{show: import('./media.mjs').Show, kind: string, options?: {cheapestFirst?: boolean}}} what
 * @returns {Promise<{count: number, fragment: (at: number) => string}>} `fragment`: the end of its URL
 */
export async function streamOf({ name, origin, base, manifest }, { show, kind, options }) {
  const url = origin + base(show, '', options) + manifest;
  const { statusCode, body } = await request(url).catch(({ message }) => {
    throw new ScriptError(`${name} does not answer at ${url}: ${message}`);
  });
  const text = await body.text();
  if (statusCode !== 200)
    throw new ScriptError(`${name} answers ${statusCode} for ${url}`, { output: text.slice(0, 1000) });
  const { levels, chunks } = readManifest(text).streams.find(({ attributes }) => attributes.Type === kind);
  const bitrate = Math.max(...levels.map((level) => Number(level.Bitrate)));
  return { count: chunks.length, fragment: (at) => `QualityLevels(${bitrate})/Fragments(${kind}=${chunks[at].start})` };
}
