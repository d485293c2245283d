// Storage, KV and media in trouble: the status says whose fault it is, and the text gives nothing away.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { before, test } from 'node:test';
import { INDEXES, VARS, asOperator } from '../lib/admin.mjs';
import { BRIEF, LEVELS, briefFolder, briefFragments, pathOf } from '../lib/brief.mjs';
import { beside, eventually, reads, withWorker } from '../lib/counted.mjs';
import { request } from '../lib/http.mjs';

const [LEVEL, , AUDIO] = LEVELS;
const SOURCE = beside(BRIEF, LEVEL.src);
const KEY = `index/${BRIEF}`;
const MANIFEST = `/${BRIEF}/Manifest`;

let folder;
let fragments;

before(async () => {
  folder = await briefFolder();
  fragments = briefFragments(folder, LEVEL);
});

/** What every answer of 5xx must be. */
function assertTrouble(answer, status) {
  assert.equal(answer.status, status, answer.text.slice(0, 200));
  // What is wrong with the media stays so for a while: caches may break the force of a stampede.
  assert.equal(answer.headers['cache-control'], status === 502 ? 'public, max-age=5, stale-if-error=0' : 'no-store');
  assert.equal(answer.headers['access-control-allow-origin'], '*');
  assert.ok(answer.body.length > 0 && answer.body.length < 200, answer.text);
  assert.doesNotMatch(answer.text, /brief|\.ism|films|index\/|kv|r2|etag|workerd|rust|\.rs\b|at .*:\d+/i);
  if (status === 503) assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
}

test('R2 fails: 503, and well again after', () =>
  withWorker(folder, {}, async (worker, storage) => {
    storage.onCall = ({ store }) => (store === 'r2' ? 'fail' : undefined);
    for (const noun of ['Fragments', 'FragmentInfo', 'RawFragments'])
      assertTrouble(await worker.get(pathOf(fragments[0], noun)), 503);
    assert.match(worker.logged(), /brief_200k\.ismv/, 'the operator is told which file');
    storage.onCall = () => undefined;
    assert.ok((await worker.get(pathOf(fragments[0]))).body.equals(fragments[0].bytes));
  }));

test('KV fails: 503, and well again after', () =>
  withWorker(folder, {}, async (worker, storage) => {
    storage.onCall = ({ store }) => (store === 'kv' ? 'fail' : undefined);
    for (const path of [MANIFEST, pathOf(fragments[0])]) assertTrouble(await worker.get(path), 503);
    assert.deepEqual(reads(storage.taken(), 'r2'), [], 'and R2 is not asked to make up for it');
    storage.onCall = () => undefined;
    assert.equal((await worker.get(MANIFEST)).status, 200);
  }));

test('KV takes no value: answered all the same', () =>
  withWorker(folder, { indexed: false }, async (worker, storage) => {
    storage.onCall = ({ method }) => (method === 'put' ? 'fail' : undefined);
    assert.ok((await worker.get(pathOf(fragments[0]))).body.equals(fragments[0].bytes));
    assert.equal((await worker.get(MANIFEST)).status, 200);
  }));

test('R2 fails while an index is built: 503, nothing kept, and well again after', () =>
  withWorker(folder, { indexed: false }, async (worker, storage) => {
    storage.onCall = ({ key }) => (key === SOURCE ? 'fail' : undefined);
    assertTrouble(await worker.get(MANIFEST), 503);
    assert.equal(storage.values.size, 0);
    storage.onCall = () => undefined;
    assert.equal((await worker.get(MANIFEST)).status, 200);
  }));

test('R2 does not answer while an index is built: 503 after ten seconds, and well again after', () =>
  withWorker(folder, { indexed: false }, async (worker, storage) => {
    storage.onCall = ({ store }) => (store === 'r2' ? 'hang' : undefined);
    assertTrouble(await request(worker.url, MANIFEST, { patienceMs: 60_000 }), 503);
    assert.match(worker.logged(), /no answer came within 10000 ms/);
    storage.onCall = () => undefined;
    assert.equal((await worker.get(MANIFEST)).status, 200);
  }));

test('KV does not answer: 503 for all who ask, storage is not asked in its place, and well again after', () =>
  withWorker(folder, {}, async (worker, storage) => {
    storage.onCall = ({ store }) => (store === 'kv' ? 'hang' : undefined);
    const paths = [MANIFEST, `/${BRIEF}/master.m3u8`, ...fragments.map((fragment) => pathOf(fragment))];
    const answers = await Promise.all(paths.map((path) => request(worker.url, path, { patienceMs: 60_000 })));
    for (const answer of answers) assertTrouble(answer, 503);
    assert.match(worker.logged(), new RegExp(`storage failed to give ${KEY}: no answer came within 10000 ms`));
    assert.deepEqual(reads(storage.taken(), 'r2'), []);
    storage.onCall = () => undefined;
    for (const path of paths) assert.equal((await worker.get(path)).status, 200);
  }));

test('R2 breaks off in the middle of a fragment: the client can tell', () =>
  withWorker(folder, {}, async (worker, storage) => {
    storage.onCall = ({ store }) => (store === 'r2' ? 'cut' : undefined);
    await assert.rejects(worker.get(pathOf(fragments[0])), { code: 'ECONNRESET' });
    const info = await worker.get(pathOf(fragments[0], 'RawFragments')).then(
      ({ status }) => status,
      ({ code }) => code,
    );
    assert.ok(info === 'ECONNRESET' || info === 503, String(info));
    storage.onCall = () => undefined;
    assert.ok((await worker.get(pathOf(fragments[0]))).body.equals(fragments[0].bytes));
  }));

test('a request that hangs in storage holds up no other', () =>
  withWorker(folder, {}, async (worker, storage) => {
    let hung = 0;
    storage.onCall = ({ store }) => {
      if (hung > 0) return undefined;
      if (store === 'kv') hung += 1;
      return 'hang';
    };
    const first = worker.get(pathOf(fragments[0])).then(
      () => 'answered',
      () => 'broken off',
    );
    await eventually('call that hangs', () => hung === 1);
    for (const fragment of fragments) assert.ok((await worker.get(pathOf(fragment))).body.equals(fragment.bytes));
    assert.equal(await Promise.race([first, Promise.resolve('hanging')]), 'hanging');
    storage.server.closeAllConnections();
    await first;
  }));

for (const [what, spoil] of Object.entries({
  'no index': () => Buffer.from('what is this?'),
  empty: () => Buffer.alloc(0),
  'cut short': (value) => value.subarray(0, value.length - 3),
  'wrong in one bit': (value) => Buffer.from(value.map((byte, at) => (at === value.length >> 1 ? byte ^ 1 : byte))),
  'of a newer version': ofNewerVersion,
})) {
  test(`a value in KV that is ${what} is made anew`, () =>
    withWorker(folder, {}, async (worker, storage) => {
      const good = storage.values.get(KEY);
      storage.values = new Map([[KEY, spoil(good)]]);
      assert.ok((await worker.get(pathOf(fragments[2]))).body.equals(fragments[2].bytes));
      await eventually('good value in KV', () => storage.values.get(KEY).equals(good));
    }));
}

/** Whole and well, but for its version: docs/index-format.md. */
function ofNewerVersion(value) {
  const content = Buffer.concat([Buffer.from([255]), value.subarray(13)]);
  const digest = createHash('sha256').update(content).digest().subarray(0, 8);
  return Buffer.concat([value.subarray(0, 4), digest, content]);
}

const withoutSound = (bytes) => Buffer.from(bytes.toString('latin1').replaceAll(/<audio .*\n/g, ''), 'latin1');

for (const [what, key, spoil] of /** @type {[what: string, key: string, spoil: (bytes: Buffer) => Buffer][]} */ ([
  ['a media file that is no media', SOURCE, () => Buffer.alloc(70_000, 'no boxes here ')],
  ['an empty media file', SOURCE, () => Buffer.alloc(0)],
  ['a media file cut in its moov', SOURCE, (bytes) => bytes.subarray(0, 300)],
  ['a media file cut in a fragment', SOURCE, (bytes) => bytes.subarray(0, fragments[2].offset + 5000)],
  ['a box that claims 4 GiB', SOURCE, () => Buffer.from('ffffffff6d6f6f76'.padEnd(2048, '0'), 'hex')],
  [
    'a box of no size that never ends',
    SOURCE,
    (bytes) => Buffer.concat([bytes.subarray(0, 4), Buffer.from('free'), Buffer.alloc(5000)]),
  ],
  ['a server manifest that is no XML', BRIEF, () => Buffer.from('<smil><body>')],
  ['a server manifest that names no tracks', BRIEF, () => Buffer.from('<smil><body><switch/></body></smil>')],
  [
    'a server manifest that asks for everything',
    BRIEF,
    () =>
      Buffer.from(
        `<!DOCTYPE s [<!ENTITY a "${'a'.repeat(99)}">${'bcdefg'.replace(/./g, (b) => `<!ENTITY ${b} "${`&${String.fromCharCode(b.charCodeAt(0) - 1)};`.repeat(20)}">`)}]><smil>&g;</smil>`,
      ),
  ],
])) {
  test(`${what}: 502, and nothing kept`, () =>
    withWorker(folder, { indexed: false }, async (worker, storage) => {
      storage.put(key, spoil(storage.objects.get(key).bytes));
      for (const path of [MANIFEST, pathOf(fragments[0])]) assertTrouble(await worker.get(path, {}), 502);
      assert.equal(storage.values.size, 0);
      assert.ok(worker.logged().includes(key), 'the operator is told which file');
    }));
}

test('a file that the server manifest names is not there: 502, until somebody publishes it without', () =>
  withWorker(folder, { indexed: false, vars: VARS }, async (worker, storage) => {
    storage.objects.delete(beside(BRIEF, AUDIO.src));
    assertTrouble(await worker.get(MANIFEST), 502);
    assert.ok(worker.logged().includes(AUDIO.src), 'the operator is told which file');
    storage.put(BRIEF, withoutSound(storage.objects.get(BRIEF).bytes));
    assert.equal((await asOperator(worker)('PUT', `${INDEXES}/${BRIEF}`)).status, 200);
    assert.equal((await worker.get(MANIFEST)).status, 200);
  }));

test('a fragment that is not one, although its file has the right tag: 502', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const { bytes, etag } = storage.objects.get(SOURCE);
    const spoilt = Buffer.from(bytes);
    spoilt.write('junk', fragments[0].offset + 4);
    storage.put(SOURCE, spoilt, etag);
    for (const noun of ['FragmentInfo', 'RawFragments'])
      assertTrouble(await worker.get(pathOf(fragments[0], noun)), 502);
  }));
