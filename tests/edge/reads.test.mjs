// What an answer costs: reads of KV and of R2, counted where they arrive.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { INDEXES, VARS, asOperator } from '../lib/admin.mjs';
import { BRIEF, LEVELS, briefFolder, briefFragments, pathOf } from '../lib/brief.mjs';
import { beside, etagOf, looked, reads, withWorker } from '../lib/counted.mjs';
import { indexes } from '../lib/cli.mjs';
import { generationIn } from '../lib/generation.mjs';
import { SAMPLE, sampleFolder } from '../lib/sample.mjs';

const [LEVEL] = LEVELS;
const SOURCE = beside(BRIEF, LEVEL.src);

let folder;
let fragments;

before(async () => {
  folder = await briefFolder();
  fragments = briefFragments(folder, LEVEL);
});

/** The one read that a stored fragment costs. */
const readOf = (storage, { offset, bytes }, from = 0, to = bytes.length) => ({
  store: 'r2',
  method: 'get',
  key: SOURCE,
  start: offset + from,
  end: offset + to,
  etag: etagOf(storage, SOURCE),
});

test('a fragment: cold one read of KV, warm none; and one of R2, of exactly its bytes', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const [first, second, third] = fragments;
    const cold = await worker.get(pathOf(first));
    assert.ok(cold.body.equals(first.bytes));
    assert.deepEqual(storage.taken(), [{ store: 'kv', method: 'get', key: `index/${BRIEF}` }, readOf(storage, first)]);

    for (const fragment of [second, third, first]) {
      const warm = await worker.get(pathOf(fragment));
      assert.ok(warm.body.equals(fragment.bytes));
      assert.deepEqual(storage.taken(), [readOf(storage, fragment)]);
    }
  }));

test('a fragment under its generation costs the same', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const manifest = await worker.get(`/${BRIEF}/Manifest`);
    const generation = generationIn(manifest);
    storage.taken();
    const answer = await worker.get(pathOf(fragments[1]).replace('.ism/', `.ism/${generation}/`));
    assert.ok(answer.body.equals(fragments[1].bytes));
    assert.deepEqual(storage.taken(), [readOf(storage, fragments[1])]);
  }));

test('FragmentInfo and RawFragments: one read of R2', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const [fragment] = fragments;
    for (const [noun, bytes] of [
      ['FragmentInfo', fragment.moof],
      ['RawFragments', fragment.payload],
    ]) {
      const answer = await worker.get(pathOf(fragment, noun));
      assert.ok(answer.body.equals(bytes), noun);
      const calls = reads(storage.taken(), 'r2');
      assert.equal(calls.length, 1, noun);
      assert.ok(calls[0].start >= fragment.offset && calls[0].end <= fragment.offset + fragment.bytes.length);
    }
  }));

test('a part of a fragment: one read of R2, of that part', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const [, fragment] = fragments;
    for (const [range, from, to] of [
      ['bytes=100-199', 100, 200],
      ['bytes=-50', fragment.bytes.length - 50, fragment.bytes.length],
    ]) {
      const answer = await worker.get(pathOf(fragment), { range });
      assert.ok(answer.body.equals(fragment.bytes.subarray(from, to)));
      assert.deepEqual(reads(storage.taken(), 'r2'), [readOf(storage, fragment, from, to)]);
    }
  }));

test('a manifest: at most one read of KV, none of R2', () =>
  withWorker(folder, {}, async (worker, storage) => {
    for (const expected of [1, 0]) {
      assert.equal((await worker.get(`/${BRIEF}/Manifest`)).status, 200);
      const calls = storage.taken();
      assert.equal(reads(calls, 'kv').length, expected);
      assert.deepEqual(reads(calls, 'r2'), []);
    }
  }));

test('no read of R2: what the client has, headers alone, what is not there, what is refused', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const [fragment] = fragments;
    const { etag } = (await worker.get(pathOf(fragment))).headers;
    storage.taken();
    for (const [status, method, path, headers] of [
      [304, 'GET', pathOf(fragment), { 'if-none-match': etag }],
      [304, 'HEAD', pathOf(fragment), { 'if-none-match': etag }],
      [200, 'HEAD', pathOf(fragment)],
      [200, 'HEAD', `/${BRIEF}/Manifest`],
      [404, 'GET', pathOf({ start: 1 })],
      [404, 'GET', `/${BRIEF}/QualityLevels(1)/Fragments(video=0)`],
      [416, 'GET', pathOf(fragment), { range: 'bytes=9999999-' }],
      [204, 'OPTIONS', pathOf(fragment)],
      [405, 'POST', pathOf(fragment)],
      [400, 'GET', `/${BRIEF}/Nonsense`],
      [501, 'GET', `/${BRIEF}/Manifest(format=f4m-f4f)`],
      [302, 'GET', `/${BRIEF}`],
      [200, 'GET', '/crossdomain.xml'],
    ]) {
      const answer = await worker.send(method, path, headers);
      assert.equal(answer.status, status, `${method} ${path}`);
      assert.deepEqual(storage.taken(), [], `${method} ${path}`);
    }
  }));

test('a cold 304 costs one read of KV and none of R2', async () => {
  let etag;
  await withWorker(folder, {}, async (worker) => ({ etag } = (await worker.get(pathOf(fragments[0]))).headers));
  await withWorker(folder, {}, async (worker, storage) => {
    assert.equal((await worker.get(pathOf(fragments[0]), { 'if-none-match': etag })).status, 304);
    assert.deepEqual(storage.taken(), [{ store: 'kv', method: 'get', key: `index/${BRIEF}` }]);
  });
});

test('without an index: built from a handful of reads, answered, and kept as the command line makes it', async () => {
  const sample = await sampleFolder();
  const [[key, value]] = await indexes(sample, [SAMPLE]);
  await withWorker(sample, { indexed: false }, async (worker, storage) => {
    const answer = await worker.get(`/${SAMPLE}/Manifest`);
    assert.equal(answer.status, 200);
    await looked(storage, SAMPLE);
    assert.ok(storage.values.get(key).equals(value), 'the Worker and the command line make other bytes');

    const calls = storage.taken();
    const kv = calls.filter(({ store }) => store === 'kv');
    const [asked, listed] = [kv[0], kv.filter(({ method }) => method === 'list')];
    const stored = kv.slice(1).filter(({ method }) => method !== 'list');
    assert.deepEqual([asked.method, asked.key], ['get', key]);
    assert.deepEqual(
      listed.map(({ key }) => key),
      [`page/${SAMPLE}/`],
      'which pages are there, once',
    );
    assert.ok(stored.every(({ method }) => method === 'put'));
    assert.equal(stored.at(-1).key, key, 'the index comes last');
    const links = stored.slice(0, -1).map(({ key }) => key);
    assert.equal(new Set(links).size, storage.objects.size - 1, 'a link from every source but the server manifest');
    for (const link of links) assert.match(link, /^source\/[0-9a-f]{16}\/sample\/sample\.ism$/);
    const built = reads(calls, 'r2');
    const files = new Map([...storage.objects].map(([name, { bytes }]) => [name, bytes.length]));
    for (const [name, size] of files) {
      const ofFile = built.filter((call) => call.key === name);
      const bytes = ofFile.reduce(
        (sum, { method, start = 0, end = size }) => sum + (method === 'get' ? Math.min(end, size) - start : 0),
        0,
      );
      assert.ok(ofFile.length >= 1 && ofFile.length <= 8, `${name}: ${ofFile.length} reads`);
      if (/\.isma|\.ismv/.test(name)) assert.ok(bytes < 128 << 10, `${name}: ${bytes} of ${size} bytes`);
      const [first, ...others] = ofFile.filter(({ method }) => method === 'get');
      assert.deepEqual([first.start, first.etag], [0, undefined], `${name}: what its version is, it says`);
      for (const { etag } of others) assert.equal(etag, storage.objects.get(name).etag, name);
    }

    await worker.get(`/${SAMPLE}/QualityLevels(300000)/Fragments(video=0)`);
    assert.equal(storage.taken().length, 1, 'the index that was built is at hand');
  });
});

test('no such presentation: nothing is built, nothing kept', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const look = [
      { store: 'kv', method: 'get', key: 'index/films/none.ism' },
      { store: 'r2', method: 'get', key: 'films/none.ism', start: 0, end: 16 << 10 },
    ];
    for (const expected of [look, [], []]) {
      assert.equal((await worker.get('/films/none.ism/Manifest')).status, 404);
      assert.deepEqual(storage.taken(), expected);
    }
    assert.equal((await worker.get('/films/none.ism/QualityLevels(1)/Fragments(video=0)')).status, 404);
    assert.deepEqual(storage.taken(), [], 'whatever of it is asked for');
  }));

test('a generation that there is not: no read while KV was asked a moment ago', () =>
  withWorker(folder, {}, async (worker, storage) => {
    await worker.get(`/${BRIEF}/Manifest`);
    storage.taken();
    for (const generation of ['0123456789abcdef', '0123456789abcdef', 'fedcba9876543210']) {
      assert.equal((await worker.get(pathOf(fragments[0]).replace('.ism/', `.ism/${generation}/`))).status, 404);
      assert.deepEqual(storage.taken(), []);
    }
  }));

test('many names that are made up cost two reads each, and displace no index', () =>
  withWorker(folder, {}, async (worker, storage) => {
    await worker.get(pathOf(fragments[0]));
    storage.taken();
    const names = Array.from({ length: 1200 }, (_, n) => `/films/none-${n}.ism/Manifest`);
    while (names.length) await Promise.all(names.splice(-50).map((name) => worker.get(name)));
    assert.equal(storage.taken().length, 2400);
    await worker.get(pathOf(fragments[1]));
    assert.deepEqual(storage.taken(), [readOf(storage, fragments[1])]);
  }));

test('what is published is there at once where it was missed', () =>
  withWorker(folder, { indexed: false, vars: VARS }, async (worker, storage) => {
    const { bytes } = storage.objects.get(BRIEF);
    storage.objects.delete(BRIEF);
    assert.equal((await worker.get(`/${BRIEF}/Manifest`)).status, 404);
    storage.put(BRIEF, bytes);
    assert.equal((await worker.get(`/${BRIEF}/Manifest`)).status, 404, 'for a moment');
    assert.equal((await asOperator(worker)('PUT', `${INDEXES}/${BRIEF}`)).status, 200);
    assert.equal((await worker.get(`/${BRIEF}/Manifest`)).status, 200);
  }));

test('media that cannot be indexed are read once, and not again for a moment', () =>
  withWorker(folder, { indexed: false }, async (worker, storage) => {
    storage.put(SOURCE, Buffer.alloc(70_000, 'no boxes here '));
    assert.equal((await worker.get(`/${BRIEF}/Manifest`)).status, 502);
    assert.ok(storage.taken().length > 2);
    for (const path of [`/${BRIEF}/Manifest`, pathOf(fragments[0])]) {
      assert.equal((await worker.get(path)).status, 502);
      assert.deepEqual(storage.taken(), []);
    }
  }));
