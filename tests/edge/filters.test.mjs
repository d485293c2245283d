// Filters and clips: the whole never answers out of the Cache API for a part, nor a part for the whole; and what a clip leads
// to keeps the rules of HLS and DASH, and decodes to those frames that the file has there.
import assert from 'node:assert/strict';
import path from 'node:path';
import { before, test } from 'node:test';
import { VARS, asOperator } from '../lib/admin.mjs';
import { BRIEF, LEVELS, briefFolder } from '../lib/brief.mjs';
import { EdgeCache } from '../lib/cache.mjs';
import { readPlaylist } from '../lib/cmaf.mjs';
import { eventually, withWorker } from '../lib/counted.mjs';
import { decoded } from '../lib/decoded.mjs';
import { startEdge } from '../lib/edge.mjs';
import { mediaFaults, multivariantFaults } from '../lib/hls-rules.mjs';
import { mpdFaults } from '../lib/mpd-rules.mjs';

const MANIFEST = `/${BRIEF}/Manifest`;
const LOW = `filter=${encodeURIComponent(`systemBitrate<=${LEVELS[0].bitrate}`)}`;

let folder;

before(async () => {
  folder = await briefFolder();
});

/** A Worker that has answered nothing, in front of a cache that holds nothing. */
async function withCache(use) {
  const cache = await EdgeCache.start();
  try {
    await withWorker(folder, { cache }, (worker) => use({ worker, cache }));
  } finally {
    await cache.close();
  }
}

const isKept = (cache, count) =>
  eventually(`answer in the cache (${cache.kept.size})`, () => cache.kept.size === count);

test('a warm cache of the whole gives nothing to who asks for a part', () =>
  withCache(async ({ worker, cache }) => {
    const whole = await worker.get(MANIFEST);
    await isKept(cache, 1);
    assert.deepEqual(cache.taken(), [`get ${MANIFEST}`, `put ${MANIFEST}`]);

    const etags = new Set([whole.headers.etag]);
    for (const query of [LOW, 't=1;2', `${LOW}&t=1;2`]) {
      const part = await worker.get(`${MANIFEST}?${query}`);
      assert.equal(part.status, 200, query);
      assert.ok(!part.body.equals(whole.body), query);
      etags.add(part.headers.etag);
    }
    assert.equal(etags.size, 4);
    for (const [query, status] of [
      ['filter=MaxHeight', 400],
      ['t=2;1', 400],
      ['vbegin=1&start=1', 400],
      ['filter=systemBitrate%3C1', 404],
      ['t=1000000;', 404],
    ]) {
      const refused = await worker.get(`${MANIFEST}?${query}`);
      assert.equal(refused.status, status, `${query}: ${refused.text}`);
    }
    assert.deepEqual(cache.taken(), [], 'nothing of it is looked for or kept');

    for (const query of ['utm_source=x', 'CMCD=sid%3D%221%22', 'vbegin=0']) {
      const same = await worker.get(`${MANIFEST}?${query}`);
      assert.ok(same.body.equals(whole.body), query);
      assert.match(same.headers['server-timing'], /^cache;desc="hit"/, query);
    }
    assert.equal(cache.kept.size, 1);
  }));

test('what a clip leads to is kept under its own URL', () =>
  withCache(async ({ worker, cache }) => {
    const master = await worker.get(`/${BRIEF}/master.m3u8?t=1;2`);
    const [playlist] = master.body.toString().match(/^[^#].*index-1-2\.m3u8$/m);
    const path = `/${BRIEF}/${playlist}`;
    const miss = await worker.get(path);
    await isKept(cache, 1);
    assert.deepEqual([...cache.kept.keys()], [new URL(path, worker.url).href]);
    const hit = await worker.get(`${path}?${LOW}`);
    assert.ok(hit.body.equals(miss.body));
    assert.match(hit.headers['server-timing'], /^cache;desc="hit"/);
    const [, segment] = miss.body.toString().match(/^(\d+\.m4s)$/m);
    assert.equal((await worker.get(path.replace(/[^/]*$/, segment))).status, 200);
  }));

test('a clip decodes to the frames of its chunks, and is told as the rules want it', async () => {
  const edge = await startEdge(folder);
  try {
    const query = `t=3;5.5&${LOW}`;
    const get = async (path) => {
      const answer = await edge.get(`/${BRIEF}/${path}`);
      assert.equal(answer.status, 200, path);
      return answer.body.toString();
    };
    assert.deepEqual(mpdFaults(await get(`manifest.mpd?${query}`), { isClip: true }), []);
    const master = await get(`master.m3u8?${query}`);
    assert.deepEqual(multivariantFaults(master), []);
    const playlists = readPlaylist(master).map(({ attributes, url }) => url ?? attributes?.URI);
    for (const playlist of playlists.filter((url) => url?.endsWith('.m3u8')))
      assert.deepEqual(mediaFaults(await get(playlist)), [], playlist);

    const frames = await decoded(path.join(folder, 'films', LEVELS[0].src), 'v:0');
    const digests = frames.map(({ digest }) => digest);
    for (const manifest of ['master.m3u8', 'manifest.mpd']) {
      const served = await decoded(new URL(`/${BRIEF}/${manifest}?${query}`, edge.url).href, 'v:0');
      const at = digests.indexOf(served[0].digest);
      const end = at + served.length;
      assert.deepEqual(
        served.map(({ digest }) => digest),
        digests.slice(at, end),
        manifest,
      );
      assert.ok(at > 0 && frames[at].time <= 3, `${manifest} begins with the frame at ${frames[at].time}`);
      assert.ok(end < frames.length && frames[end].time >= 5.5, `${manifest} ends before ${frames[end].time}`);
    }
  } finally {
    await edge.close();
  }
});

test('a filter that an operator has stored is heeded, and hidden by a presentation’s own', async () => {
  const edge = await startEdge(folder, { vars: VARS });
  try {
    const levels = async (name) => {
      const { status, text } = await edge.get(`/${BRIEF}/manifest(filter=${name})`);
      return status === 200 ? [...text.matchAll(/ Bitrate="(\d+)"/g)].map(([, bitrate]) => Number(bitrate)) : status;
    };
    const put = async (path, value) => {
      const trackSelections = [{ property: 'Bitrate', operation: 'Equal', value }];
      const definition = Buffer.from(JSON.stringify({ tracks: [{ trackSelections }] }));
      return (await asOperator(edge)('PUT', `/_millrace/filters/${path}`, definition)).status;
    };
    assert.equal(await levels('never'), 404);
    assert.equal(await put('wrong', 'low'), 400);
    const [low, high, audio] = LEVELS.map(({ bitrate }) => bitrate);
    assert.equal(await put('shared', `0-${low}`), 200);
    assert.deepEqual(await levels('shared'), [low, audio]);
    assert.equal(await put('both', `0-${low}`), 200);
    assert.equal(await put(`${BRIEF}/both`, `${high}`), 200);
    assert.deepEqual(await levels('both'), [high]);
    assert.equal(await levels('both;shared'), 404, 'nothing is in both');
  } finally {
    await edge.close();
  }
});
