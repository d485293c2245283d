// Fragments that were planned with one beside them: their answers are those that each would have had by itself.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { forget, fromRow, remember } from '../../src/edge/rows.js';
import { BRIEF, LEVELS, briefFolder, briefFragments } from '../lib/brief.mjs';
import { EdgeCache } from '../lib/cache.mjs';
import { beside, eventually, withWorker } from '../lib/counted.mjs';
import { generationIn } from '../lib/generation.mjs';
import { request } from '../lib/http.mjs';
import { CLOSED, WRONG, token } from '../lib/signed.mjs';

const [LEVEL] = LEVELS;
const SOURCE = beside(BRIEF, LEVEL.src);

let folder;
let fragments;

before(async () => {
  folder = await briefFolder();
  fragments = briefFragments(folder, LEVEL);
});

/** The paths of all fragments of a level, in the generation that a Worker serves. */
async function pathsOf(worker, headers = {}) {
  const manifest = await worker.get(`/${BRIEF}/Manifest`, headers);
  const generation = generationIn(manifest);
  return fragments.map(
    ({ start }) => `/${BRIEF}/${generation}/QualityLevels(${LEVEL.bitrate})/Fragments(video=${start})`,
  );
}

/** What an answer says, whenever it is given. */
function told({ status, headers: all, body }) {
  const { date, connection, 'keep-alive': alive, ...headers } = all;
  const timing = headers['server-timing']?.replace(/dur=\d+/g, 'dur=');
  return { status, headers: { ...headers, 'server-timing': timing }, body: body.toString('hex') };
}

/** A query that decides nothing, and keeps a URL from being that of a row. */
const alone = (path) => `${path}?alone`;

test('GET, HEAD and 304 of each are the same as by itself', () =>
  withWorker(folder, {}, async (worker) => {
    const paths = await pathsOf(worker);
    await worker.get(paths[2]);
    for (const [at, path] of paths.entries()) {
      const answer = await worker.get(path);
      assert.equal(answer.status, 200);
      assert.ok(answer.body.equals(fragments[at].bytes), path);
      const { etag } = answer.headers;
      for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST'])
        for (const headers of [
          {},
          { 'if-none-match': etag },
          { 'if-none-match': '"other"' },
          { 'if-none-match': `"other", ${etag}` },
          { 'if-match': etag },
          { 'if-match': '"other"' },
          { range: 'bytes=5-9' },
          { range: 'bytes=5-9', 'if-range': '"other"' },
          { 'if-range': etag },
        ]) {
          const [one, other] = [
            await worker.send(method, path, headers),
            await worker.send(method, alone(path), headers),
          ];
          assert.deepEqual(told(one), told(other), `${method} ${path} ${JSON.stringify(headers)}`);
        }
    }
  }));

test('a file that is replaced or taken away, and a store in trouble: as by itself, and no bytes of two files', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const paths = await pathsOf(worker);
    for (const path of paths) assert.equal((await worker.get(path)).status, 200);
    storage.onCall = ({ store }) => (store === 'r2' ? 'fail' : undefined);
    assert.deepEqual(told(await worker.get(paths[1])), told(await worker.get(alone(paths[1]))));
    assert.equal((await worker.get(paths[1])).status, 503);
    storage.onCall = ({ store }) => (store === 'r2' ? 'hang' : undefined);
    const patient = (path) => request(worker.url, path, { patienceMs: 20_000 });
    for (const answer of await Promise.all([paths[1], alone(paths[1])].map(patient)))
      assert.equal(answer.status, 503, 'no answer is waited for without an end');
    storage.onCall = () => undefined;
    assert.ok((await worker.get(paths[1])).body.equals(fragments[1].bytes), 'it is well again');
    const { bytes } = storage.objects.get(SOURCE);
    storage.put(SOURCE, Buffer.from(bytes).fill(7, bytes.length - 2000));
    assert.deepEqual(told(await worker.get(paths[1])), told(await worker.get(alone(paths[1]))));
    storage.objects.delete(SOURCE);
    for (const path of paths) assert.notEqual((await worker.get(path)).status, 200, path);
  }));

test('who may watch is asked each time', () => {
  const vars = { ACCESS: JSON.stringify([{ prefix: 'films/', referrers: ['example.com'] }]) };
  return withWorker(folder, { vars }, async (worker) => {
    const headers = { referer: 'https://example.com/watch' };
    for (const path of await pathsOf(worker, headers)) {
      for (let n = 0; n < 3; n++) assert.equal((await worker.get(path, headers)).status, 200);
      assert.equal((await worker.get(path)).status, 403);
    }
  });
});

test('a token is checked each time, and answers are those of who asks by himself', () =>
  withWorker(folder, { vars: CLOSED }, async (worker) => {
    const [one, other] = [`/hdntl=${token()}`, `/hdntl=${token({ seconds: 700 })}`];
    const manifest = await worker.get(`${one}/${BRIEF}/Manifest`);
    const generation = generationIn(manifest);
    const all = fragments.map(({ start }) => `/${BRIEF}/${generation}/QualityLevels(200000)/Fragments(video=${start})`);
    for (const [at, path] of all.entries()) {
      for (const prefix of [one, other, one]) {
        const answer = await worker.get(prefix + path);
        assert.ok(answer.status === 200 && answer.body.equals(fragments[at].bytes), path);
        assert.match(answer.headers['cache-control'], /^private, /);
        const headers = { 'if-none-match': answer.headers.etag };
        for (const method of ['GET', 'HEAD'])
          for (const more of [{}, headers]) {
            const asked = [prefix + path, alone(prefix + path)];
            const [row, self] = await Promise.all(asked.map((path) => worker.send(method, path, more)));
            assert.deepEqual(told(row), told(self), `${method} ${path}`);
          }
      }
      for (const wrong of WRONG)
        for (const method of ['GET', 'HEAD'])
          assert.equal((await worker.send(method, wrong + path)).status, 403, `${method} ${wrong}${path}`);
    }
  }));

test('the Cache API is asked each time', async () => {
  const cache = await EdgeCache.start();
  try {
    await withWorker(folder, { cache }, async (worker, storage) => {
      const paths = await pathsOf(worker);
      for (const path of paths) assert.equal((await worker.get(path)).status, 200);
      await eventually('all in the cache, and the manifest', () => cache.kept.size === paths.length + 1);
      storage.taken();
      cache.taken();
      for (const [at, path] of [...paths.entries(), ...paths.entries()]) {
        const hit = await worker.get(path);
        assert.match(hit.headers['server-timing'], /^cache;desc="hit"/);
        assert.ok(hit.body.equals(fragments[at].bytes));
        const { etag } = hit.headers;
        assert.equal((await worker.get(path, { 'if-none-match': etag })).status, 304);
        const part = await worker.get(path, { range: 'bytes=5-9' });
        assert.ok(part.status === 206 && part.body.equals(hit.body.subarray(5, 10)));
        assert.deepEqual(cache.taken(), Array(3).fill(`get ${path}`), 'each time');
      }
      assert.deepEqual(storage.taken(), [], 'no store is asked');
    });
  } finally {
    await cache.close();
  }
});

test('the latest are remembered, so many and no more', () => {
  const object = { bucket: 'MEDIA', key: 'a', etag: 'e', patienceMs: 1000 };
  const row = (name) => ({
    before: `https://millrace.test/${name}=`,
    behind: ')',
    isBehindCache: false,
    isClosed: false,
    object,
    headers: { 'content-type': 'video/mp4' },
    unchanged: {},
    fragments: /** @type {[number, number, number, string][]} */ ([
      [0, 10, 20, '"a"'],
      [4, 30, 40, '"b"'],
    ]),
  });
  const ask = (name, start) => new Request(`https://millrace.test/${name}=${start})`);
  const plan = (name, start) => fromRow(ask(name, start), false, assert.fail);
  for (let n = 0; n <= 4096; n++) remember(row(n));
  assert.deepEqual([plan(0, 0), plan(0, 4)], [undefined, undefined]);
  const read = { object, offset: 30, length: 40 };
  const headers = { 'content-type': 'video/mp4', etag: '"b"', 'content-length': '40' };
  for (const n of [1, 4096]) assert.deepEqual(plan(n, 4), { status: 200, headers, read });
  forget('https://millrace.test/1=0)');
  assert.deepEqual([plan(1, 0), plan(1, 4)], [undefined, undefined]);
});
