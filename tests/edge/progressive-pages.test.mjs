// Indexes of progressive MP4s and the pages of their sample tables: made when they are missing, made again when they are lost.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { readFragment } from '../lib/boxes.mjs';
import { eventually, reads, withWorker } from '../lib/counted.mjs';
import { startWorkerd } from '../lib/workerd.mjs';
import {
  LARGE,
  LEVELS,
  PROGRESSIVE,
  SMALL,
  progressiveFolder,
  samplesOf,
  twinSamples,
  manifestOf,
  pathOf,
} from '../lib/progressive.mjs';

let folder;

before(async () => {
  folder = await progressiveFolder();
});

/** What is read by viewers: whoever has stored an index lists its pages and looks again whether its files are there. */
const gets = (calls, store) => reads(calls, store).filter(({ method }) => method === 'get');

test('an index that is not there is made, with its pages, out of tables alone', () =>
  withWorker(folder, { indexed: false }, async (worker, storage) => {
    assert.equal((await worker.get(`/${PROGRESSIVE}/Manifest`)).status, 200);
    const indexed = gets(storage.taken(), 'r2');
    const bytes = indexed.reduce((sum, { start, end }) => sum + end - start, 0);
    const media = LEVELS.reduce((sum, { src }) => sum + storage.objects.get(`films/${src}`).bytes.length, 0);
    assert.ok(bytes < media / 50, `${bytes} bytes were read of ${media}`);
    await eventually('index in KV', () => storage.values.has(`index/${PROGRESSIVE}`));
    assert.ok([...storage.values.keys()].some((key) => key.startsWith(`page/${PROGRESSIVE}/`)));
    storage.taken();
    assert.equal((await worker.get(pathOf(LARGE, 20_000_000))).status, 200);
    assert.deepEqual(gets(storage.taken(), 'kv'), [], 'whoever built it holds its pages');
  }));

test('a fragment of what nobody has indexed: built once, and served out of that build', () =>
  withWorker(folder, { indexed: false }, async (worker, storage) => {
    await worker.get(`/${PROGRESSIVE}/Manifest`);
    await eventually('index in KV', () => storage.values.has(`index/${PROGRESSIVE}`));
    const build = gets(storage.taken(), 'r2').length;
    await withOther(storage, async (other) => {
      storage.values.clear();
      storage.taken();
      assert.equal((await other.get(pathOf(LARGE, 20_000_000))).status, 200);
      const calls = storage.taken();
      assert.equal(gets(calls, 'r2').length, build + 1);
      assert.equal(gets(calls, 'kv').length, 1);
    });
  }));

test('where a file is uploaded again as it was, none of the pages is written again', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const source = `films/${LARGE.src}`;
    storage.put(source, storage.objects.get(source).bytes, 'another');
    const before = storage.values.get(`index/${PROGRESSIVE}`);
    const pages = () => [...storage.values.keys()].filter((key) => key.startsWith('page/')).sort();
    const there = pages();
    storage.taken();
    assert.equal((await worker.get(pathOf(LARGE, 20_000_000))).status, 200);
    await eventually('the new index in KV', () => !storage.values.get(`index/${PROGRESSIVE}`).equals(before));
    const puts = storage
      .taken()
      .filter(({ store, method, key }) => store === 'kv' && method === 'put' && !key.startsWith('source/'));
    assert.deepEqual(
      puts.map(({ key }) => key),
      [`index/${PROGRESSIVE}`],
    );
    assert.deepEqual(pages(), there);
  }));

test('a page that is lost is made again', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const expected = (await worker.get(pathOf(LARGE, 20_000_000))).body;
    for (const key of [...storage.values.keys()].filter((key) => key.startsWith('page/')))
      storage.values.set(key, Buffer.from('no page'));
    await withOther(storage, async (other) => {
      const answer = await other.get(pathOf(LARGE, 20_000_000));
      assert.equal(answer.status, 200);
      assert.ok(answer.body.equals(expected));
      await eventually('pages in KV', () =>
        [...storage.values].every(([key, value]) => !key.startsWith('page/') || !value.equals(Buffer.from('no page'))),
      );
    });
  }));

async function withOther(storage, use) {
  const other = await startWorkerd(storage);
  try {
    await use(other);
  } finally {
    await other.close();
  }
}

test('a file that was replaced by another is indexed once more, and nothing is mixed', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const manifest = await manifestOf(worker);
    const { url } = manifest.stream('video');
    const old = `/${PROGRESSIVE}/${url(LARGE.bitrate, 0)}`;
    assert.equal((await worker.get(old)).status, 200);
    const { bytes } = storage.objects.get(`films/${SMALL.src}`);
    storage.put(`films/${LARGE.src}`, bytes);
    assert.equal((await worker.get(old)).status, 404, 'it is of a generation that is gone');
    const answer = await worker.get(pathOf(LARGE, 0));
    assert.equal(answer.status, 200);
    const expected = twinSamples(folder, SMALL)[0];
    assert.ok(samplesOf(readFragment(answer.body))[0].bytes.equals(expected.bytes));
  }));
