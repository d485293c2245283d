// The Cache API in front of the origin: what it is asked, what it keeps, and that nobody is the worse for it.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { INDEXES, VARS, asOperator } from '../lib/admin.mjs';
import { fragmentsOfTrack } from '../lib/boxes.mjs';
import { BRIEF, LEVELS, briefFolder, briefFragments, pathOf } from '../lib/brief.mjs';
import { EdgeCache } from '../lib/cache.mjs';
import { generationIn } from '../lib/generation.mjs';
import { CACHE_OFF } from '../lib/workerd.mjs';
import { beside, eventually, withWorker } from '../lib/counted.mjs';
import { replacement } from '../lib/replacement.mjs';

const [LEVEL] = LEVELS;
const SOURCE = beside(BRIEF, LEVEL.src);
const MANIFEST = `/${BRIEF}/Manifest`;
const FIRST = `/${BRIEF}/QualityLevels(${LEVEL.bitrate})/Fragments(video=0)`;

let folder;
let fragments;

before(async () => {
  folder = await briefFolder();
  fragments = briefFragments(folder, LEVEL);
});

/** A Worker that has answered nothing, in front of a cache that holds nothing. */
async function withCache(use, options = {}) {
  const cache = await EdgeCache.start();
  try {
    await withWorker(folder, { cache, ...options }, (worker, storage) => use({ worker, storage, cache }));
  } finally {
    await cache.close();
  }
}

const isKept = (cache, count) =>
  eventually(`answer in the cache (${cache.kept.size})`, () => cache.kept.size === count);

/** Headers of an answer, but for those that say how it was made. */
function told({ headers }) {
  const {
    date,
    connection,
    'keep-alive': alive,
    'server-timing': timing,
    'cf-cache-status': status,
    ...rest
  } = headers;
  return rest;
}

test('an answer is kept whole, and given again without a store being asked', () =>
  withCache(async ({ worker, storage, cache }) => {
    const paths = [
      pathOf(fragments[0]),
      pathOf(fragments[1], 'FragmentInfo'),
      pathOf(fragments[1], 'RawFragments'),
      MANIFEST,
    ];
    for (const path of paths) {
      const miss = await worker.get(path);
      await isKept(cache, 1);
      assert.deepEqual(cache.taken(), [`get ${path}`, `put ${path}`]);
      assert.doesNotMatch(miss.headers['server-timing'], /cache/);
      storage.taken();

      const hit = await worker.get(path);
      assert.equal(hit.status, 200);
      assert.ok(hit.body.equals(miss.body), path);
      assert.deepEqual(told(hit), told(miss), path);
      assert.match(hit.headers['server-timing'], /^cache;desc="hit";dur=\d+$/);
      assert.deepEqual(storage.taken(), [], path);
      assert.deepEqual(cache.taken(), [`get ${path}`]);
      cache.kept.clear();
    }
  }));

test('under its own host and one spelling, without the query', () =>
  withCache(async ({ worker, storage, cache }) => {
    await worker.get(`${FIRST}?token=x`);
    await isKept(cache, 1);
    assert.deepEqual([...cache.kept.keys()], [new URL(FIRST, worker.url).href]);
    storage.taken();
    for (const spelt of [
      FIRST,
      FIRST.replaceAll('(', '%28').replaceAll(')', '%29').replaceAll('=', '%3d'),
      `${FIRST}?other`,
      FIRST.toUpperCase().replace(BRIEF.toUpperCase(), BRIEF),
      FIRST.replace(/\d+/g, '00$&'),
    ]) {
      assert.ok(
        (await worker.get(spelt, { 'cmcd-request': 'bl=100', authorization: 'Bearer x' })).body.equals(
          fragments[0].bytes,
        ),
      );
    }
    assert.deepEqual(storage.taken(), []);
  }));

test('a range that the cache does not have is answered directly, and leaves nothing in it', () =>
  withCache(async ({ worker, storage, cache }) => {
    const { offset, bytes } = fragments[0];
    const range = { range: 'bytes=100-199' };
    const part = await worker.get(FIRST, range);
    assert.equal(part.status, 206);
    assert.ok(part.body.equals(bytes.subarray(100, 200)));
    const [, read] = storage.taken();
    assert.deepEqual([read.start, read.end], [offset + 100, offset + 200]);
    assert.deepEqual(cache.taken(), [`get ${FIRST}`]);

    await worker.get(FIRST);
    await isKept(cache, 1);
    assert.deepEqual(
      [...cache.kept.values()].map(({ body }) => body.equals(bytes)),
      [true],
    );
    storage.taken();
    const again = await worker.get(FIRST, range);
    assert.equal(again.status, 206);
    assert.ok(again.body.equals(part.body));
    assert.deepEqual(told(again), told(part));
    assert.deepEqual(storage.taken(), []);
  }));

test('what the origin says of ranges and versions holds with the cache', () =>
  withCache(async ({ worker, storage, cache }) => {
    const { bytes } = fragments[0];
    const { etag } = (await worker.get(FIRST)).headers;
    await isKept(cache, 1);
    storage.taken();
    for (const tags of [etag, `"other", ${etag}`])
      assert.equal((await worker.get(FIRST, { 'if-none-match': tags })).status, 304);
    assert.deepEqual(storage.taken(), []);
    for (const range of ['bytes=0-1,5-6', 'bytes=5-4', 'items=0-5']) {
      const whole = await worker.get(FIRST, { range });
      assert.equal(whole.status, 200, range);
      assert.ok(whole.body.equals(bytes), range);
    }
    const beyond = await worker.get(FIRST, { range: 'bytes=99999999-' });
    assert.equal(beyond.status, 416);
    assert.equal(beyond.headers['content-range'], `bytes */${bytes.length}`);
    assert.equal(beyond.headers['access-control-allow-origin'], '*');
    for (const [tag, status] of [
      [etag, 206],
      ['"other"', 200],
    ]) {
      cache.taken();
      assert.equal((await worker.get(FIRST, { range: 'bytes=0-9', 'if-range': tag })).status, status);
      assert.deepEqual(cache.taken(), [], 'a cache may not know this condition');
    }
  }));

test('only what is whole and good is kept', () =>
  withCache(
    async ({ worker, cache }) => {
      for (const [status, method, path, question] of [
        [404, 'GET', '/films/none.ism/Manifest', true],
        [404, 'GET', pathOf({ start: 1 }), true],
        [302, 'GET', `/${BRIEF}`, true],
        [400, 'GET', `/${BRIEF}/Nonsense`, false],
        [400, 'GET', `/${BRIEF}/x%2f..%2fManifest`, false],
        [200, 'HEAD', FIRST, false],
        [204, 'OPTIONS', FIRST, false],
        [405, 'POST', FIRST, false],
        [200, 'GET', '/crossdomain.xml', false],
        [404, 'GET', '/favicon.ico', false],
        [200, 'GET', '/_millrace/health', false],
        [401, 'GET', `${INDEXES}/${BRIEF}`, false],
      ]) {
        assert.equal((await worker.send(method, path)).status, status, `${method} ${path}`);
        assert.deepEqual(cache.taken(), question ? [`get ${path}`] : [], `${method} ${path}`);
      }
    },
    { vars: VARS },
  ));

test('storage in trouble: what was kept is given, what was not is 503 and not kept', () =>
  withCache(async ({ worker, storage, cache }) => {
    await worker.get(pathOf(fragments[0]));
    await isKept(cache, 1);
    storage.onCall = () => 'fail';
    assert.ok((await worker.get(pathOf(fragments[0]))).body.equals(fragments[0].bytes));
    assert.equal((await worker.get(pathOf(fragments[1]))).status, 503);
    assert.equal(cache.kept.size, 1);
  }));

test('fragments that break off in the middle are not kept', () =>
  withCache(async ({ worker, storage, cache }) => {
    const path = pathOf(fragments[0]);
    storage.onCall = ({ store }) => (store === 'r2' ? 'cut' : undefined);
    await assert.rejects(worker.get(path), { code: 'ECONNRESET' });
    await eventually('broken off as well', () =>
      cache.questions.some(({ method, isWhole }) => method === 'put' && !isWhole),
    );
    assert.equal(cache.kept.size, 0);
    storage.onCall = () => undefined;
    await isServedAndKept(worker, cache, path, fragments[0].bytes);
  }));

test('what is put together here, of which storage breaks off in the middle, is 503 and not kept', () =>
  withCache(async ({ worker, storage, cache }) => {
    const path = pathOf(fragments[0], 'RawFragments');
    storage.onCall = ({ store }) => (store === 'r2' ? 'cut' : undefined);
    const { status, headers } = await worker.get(path);
    assert.deepEqual([status, headers['cache-control']], [503, 'no-store']);
    assert.ok(cache.questions.every(({ method }) => method !== 'put'));
    storage.onCall = () => undefined;
    await isServedAndKept(worker, cache, path, fragments[0].payload);
  }));

async function isServedAndKept(worker, cache, path, bytes) {
  for (const from of ['storage', 'cache']) {
    assert.ok((await worker.get(path)).body.equals(bytes), from);
    await isKept(cache, 1);
  }
}

test('a client that goes away leaves the answer whole in the cache, or not at all', () =>
  withCache(async ({ worker, cache }) => {
    await Promise.all(
      fragments.map((fragment) => fetch(new URL(pathOf(fragment), worker.url)).then((answer) => answer.body.cancel())),
    );
    await worker.get(MANIFEST);
    await eventually('manifest in the cache', () => cache.kept.has(new URL(MANIFEST, worker.url).href));
    for (const fragment of fragments) {
      const kept = cache.kept.get(new URL(pathOf(fragment), worker.url).href);
      assert.ok(!kept || kept.body.equals(fragment.bytes));
    }
  }));

test('a cache that takes nothing, or fails, holds up no answer', () =>
  withCache(async ({ worker, cache }) => {
    for (const fault of [({ method }) => method === 'put' && 'hang', () => 'fail', () => 'drop']) {
      cache.onQuestion = fault;
      for (const fragment of fragments) assert.ok((await worker.get(pathOf(fragment))).body.equals(fragment.bytes));
      assert.equal(cache.kept.size, 0);
    }
  }));

test('a file that is replaced: every answer is of one version, and manifests lead to what is kept of theirs', () =>
  withCache(async ({ worker, storage, cache }) => {
    const newBytes = await replacement();
    const after = fragmentsOfTrack(newBytes, 1);
    const under = (generation, fragment) => pathOf(fragment).replace('.ism/', `.ism/${generation}/`);
    const old = generationIn(await worker.get(MANIFEST));
    await worker.get(under(old, fragments[0]));
    await isKept(cache, 2);
    let asked = 0;
    storage.onCall = ({ key, method }) => {
      if (key === SOURCE && method === 'get' && ++asked === 5) storage.put(SOURCE, newBytes);
    };
    const wanted = [...fragments.keys(), ...fragments.keys(), ...fragments.keys()];
    for (const [n, { status, body }] of (
      await Promise.all(wanted.map((at) => worker.get(pathOf(fragments[at]))))
    ).entries()) {
      if (status === 503) continue;
      assert.equal(status, 200);
      assert.ok(body.equals(fragments[wanted[n]].bytes) || body.equals(after[wanted[n]].bytes), 'of neither file');
    }
    await worker.get(pathOf(after[0]), { 'if-range': '"x"' }); // past the cache: the change is noticed

    cache.kept.delete(new URL(MANIFEST, worker.url).href); // ten seconds later
    const now = generationIn(await worker.get(MANIFEST));
    assert.notEqual(now, old);
    for (const fragment of after) assert.ok((await worker.get(under(now, fragment))).body.equals(fragment.bytes));
    assert.ok((await worker.get(under(old, fragments[0]))).body.equals(fragments[0].bytes), 'it was kept');
    assert.equal((await worker.get(under(old, fragments[1]))).status, 404, 'those bytes are no more');
    for (const [url, { headers, body }] of cache.kept) {
      const at = fragments.findIndex((fragment) => url.endsWith(`=${fragment.start})`));
      if (at < 0) continue;
      const isOld = url.includes(old) || body.equals(fragments[at].bytes);
      assert.ok(body.equals((isOld ? fragments : after)[at].bytes), url);
      assert.equal(Object.fromEntries(headers)['content-length'], String(body.length));
    }
  }));

test('a purge drops the manifests that are kept here, and says so', () =>
  withCache(
    async ({ worker, cache }) => {
      const manifests = [
        MANIFEST,
        `/${BRIEF}/manifest`,
        `${MANIFEST}(format=fmp4)`,
        `/${BRIEF}/manifest(format=fmp4-v20)`,
      ];
      for (const path of [...manifests, FIRST]) await worker.get(path);
      // Spellings of one manifest are kept once, so that none is forgotten about.
      await isKept(cache, 4);
      cache.taken();
      const purged = await asOperator(worker)('DELETE', `${INDEXES}/${BRIEF}`);
      assert.deepEqual(JSON.parse(purged.text), { presentation: BRIEF, index: 'forgotten', cache: 'manifests-here' });
      assert.deepEqual([...cache.kept.keys()], [new URL(FIRST, worker.url).href]);
      assert.ok(cache.taken().every((question) => question.startsWith('purge ')));
    },
    { vars: VARS },
  ));

test('it is not asked where the deployment says so, or the runtime has something better', async () => {
  const workersCache = `
import Worker from './index.js';
export default {
  fetch(request, env, ctx) {
    Object.defineProperty(ctx, 'cache', { value: { purge: async () => ({ success: true }) } });
    return Worker.fetch(request, env, ctx);
  },
};`;
  for (const options of [{ vars: CACHE_OFF }, { front: workersCache }]) {
    await withCache(async ({ worker, cache }) => {
      for (const path of [MANIFEST, FIRST, FIRST]) assert.equal((await worker.get(path)).status, 200);
      assert.deepEqual(cache.taken(), []);
    }, options);
  }
});
