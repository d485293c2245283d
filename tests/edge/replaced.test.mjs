// Files that are replaced under their index: the new bytes or none, and never a mixture.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { fragmentsOfTrack } from '../lib/boxes.mjs';
import { BRIEF, LEVELS, briefFolder, briefFragments } from '../lib/brief.mjs';
import { beside, eventually, looked, reads, withWorker } from '../lib/counted.mjs';
import { generationIn } from '../lib/generation.mjs';
import { replacement } from '../lib/replacement.mjs';

const [LEVEL, OTHER, AUDIO] = LEVELS;
const SOURCE = beside(BRIEF, LEVEL.src);
const KEY = `index/${BRIEF}`;
const pathOf = ({ start }, { bitrate, kind } = LEVEL) =>
  `/${BRIEF}/QualityLevels(${bitrate})/Fragments(${kind}=${start})`;

let folder;
let before_;
let after_;
let newBytes;

before(async () => {
  folder = await briefFolder();
  before_ = briefFragments(folder, LEVEL);
  newBytes = await replacement();
  after_ = fragmentsOfTrack(newBytes, 1);
  assert.equal(before_.length, after_.length);
  assert.ok(before_.every(({ bytes }, at) => !bytes.equals(after_[at].bytes)));
});

test('a replaced file is indexed once more, and served as it is now', () =>
  withWorker(folder, {}, async (worker, storage) => {
    assert.ok((await worker.get(pathOf(before_[0]))).body.equals(before_[0].bytes));
    const old = storage.values.get(KEY);
    storage.put(SOURCE, newBytes);
    storage.taken();

    const answer = await worker.get(pathOf(after_[1]));
    assert.equal(answer.status, 200);
    assert.ok(answer.body.equals(after_[1].bytes));
    const gets = reads(storage.calls, 'r2').filter(
      ({ key, start, end }) => key === SOURCE && end - start === after_[1].bytes.length && start === after_[1].offset,
    );
    assert.equal(gets.length, 1, 'the new fragment is read once');
    await looked(storage, BRIEF);
    assert.ok(!storage.values.get(KEY).equals(old));

    storage.taken();
    for (const fragment of after_) assert.ok((await worker.get(pathOf(fragment))).body.equals(fragment.bytes));
    assert.equal(storage.taken().length, after_.length, 'one read each: nothing is indexed again');
  }));

test('URLs of the generation before are gone, and those of the new one are there', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const old = generationIn(await worker.get(`/${BRIEF}/Manifest`));
    storage.put(SOURCE, newBytes);
    const stale = pathOf(before_[0]).replace('.ism/', `.ism/${old}/`);
    const answer = await worker.get(stale);
    assert.equal(answer.status, 404);
    assert.equal((await worker.get(stale)).status, 404);

    const manifest = await worker.get(`/${BRIEF}/Manifest`);
    const now = generationIn(manifest);
    assert.notEqual(now, old);
    const fresh = await worker.get(pathOf(after_[0]).replace('.ism/', `.ism/${now}/`));
    assert.ok(fresh.body.equals(after_[0].bytes));
    assert.match(fresh.headers['cache-control'], /immutable/);
  }));

test('while KV still has the index before, a replaced file is not indexed again and again', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const stale = pathOf(before_[0]).replace('.ism/', `.ism/${generationIn(await worker.get(`/${BRIEF}/Manifest`))}/`);
    storage.put(SOURCE, newBytes);
    storage.onCall = ({ method }) => (method === 'put' ? 'fail' : undefined);
    await worker.get(stale);
    await eventually('put that fails', () => storage.calls.some(({ method }) => method === 'put'));
    storage.taken();
    for (const path of [stale, stale, pathOf(after_[0])]) await worker.get(path);
    assert.deepEqual(
      storage.taken().map(({ store, method }) => `${store} ${method}`),
      ['r2 get'],
      'the one fragment that there is',
    );
  }));

test('another entity tag than before', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const { etag } = (await worker.get(pathOf(before_[0]))).headers;
    storage.put(SOURCE, newBytes);
    // The index in memory is of the file before: the client may be told that it has that still.
    await worker.get(pathOf(before_[1]));
    const answer = await worker.get(pathOf(before_[0]), { 'if-none-match': etag });
    assert.equal(answer.status, 200);
    assert.notEqual(answer.headers.etag, etag);
    assert.ok(answer.body.equals(after_[0].bytes));
  }));

test('many at once while a file is replaced: each has the bytes of one file', () =>
  withWorker(folder, {}, async (worker, storage) => {
    let asked = 0;
    storage.onCall = ({ key, method }) => {
      if (key === SOURCE && method === 'get' && ++asked === 5) storage.put(SOURCE, newBytes);
    };
    const wanted = [...before_.keys(), ...before_.keys(), ...before_.keys()];
    const answers = await Promise.all(wanted.map((at) => worker.get(pathOf(before_[at]))));
    for (const [n, { status, body }] of answers.entries()) {
      if (status === 503) continue;
      assert.equal(status, 200);
      const at = wanted[n];
      assert.ok(body.equals(before_[at].bytes) || body.equals(after_[at].bytes), `fragment ${at} is of neither file`);
    }
    assert.ok(
      answers.some(({ body }, n) => body.equals(after_[wanted[n]].bytes)),
      'the file was never seen to change',
    );
  }));

test('a file that is replaced at every read: 503, with a time to come back', () =>
  withWorker(folder, {}, async (worker, storage) => {
    let version = 0;
    const { bytes } = storage.objects.get(SOURCE);
    storage.onCall = ({ key, method }) => {
      if (key === SOURCE && method === 'get') storage.put(SOURCE, bytes, `version-${++version}`);
    };
    const answer = await worker.get(pathOf(before_[0]));
    assert.equal(answer.status, 503);
    assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
    assert.equal(answer.headers['cache-control'], 'no-store');
    assert.ok(version <= 3, `it tried ${version} times`);

    storage.onCall = () => undefined;
    assert.ok((await worker.get(pathOf(before_[0]))).body.equals(before_[0].bytes), 'and well again after');
  }));

test('a file that is taken away: no bytes of it, and the others go on', () =>
  withWorker(folder, {}, async (worker, storage) => {
    assert.equal((await worker.get(pathOf(before_[0]))).status, 200);
    storage.objects.delete(SOURCE);
    const answer = await worker.get(pathOf(before_[0]));
    assert.ok([404, 502, 503].includes(answer.status), `${answer.status}`);
    assert.ok(!answer.text.includes(LEVEL.src), answer.text);
  }));

test('the server manifest is taken away: 404 once its index is gone', () =>
  withWorker(folder, { indexed: false }, async (worker, storage) => {
    assert.equal((await worker.get(`/${BRIEF}/Manifest`)).status, 200);
    await eventually('value in KV', () => storage.values.has(KEY));
    storage.objects.delete(BRIEF);
    storage.put(SOURCE, newBytes);
    assert.equal((await worker.get(pathOf(before_[0]))).status, 404);
  }));

test('a level of another length: no fragment under a time that it does not have', () =>
  withWorker(folder, {}, async (worker, storage) => {
    assert.equal((await worker.get(pathOf(before_[0]))).status, 200);
    storage.put(beside(BRIEF, OTHER.src), storage.objects.get(beside(BRIEF, AUDIO.src)).bytes);
    const answer = await worker.get(pathOf(before_[0], OTHER));
    assert.ok([404, 502].includes(answer.status), `${answer.status}`);
  }));
