// Fragments that say nothing of their time, as Microsoft's own tools write them: they are given a tfxd.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { before, test } from 'node:test';
import { readFragment, readMedia } from '../lib/boxes.mjs';
import { BRIEF, LEVELS, briefFolder } from '../lib/brief.mjs';
import { beside, etagOf, eventually, reads, withWorker } from '../lib/counted.mjs';
import { dropTfxd } from '../lib/rewrite.mjs';
import { AUDIO, LEVEL, UNTIMED, WIDE, untimedFolder } from '../lib/untimed.mjs';

const TFXD_SIZE = 44;
const pathOf = ({ start }, { kind, bitrate } = LEVEL, noun = 'Fragments') =>
  `/${UNTIMED}/QualityLevels(${bitrate})/${noun}(${kind}=${start})`;

let folder;

before(async () => {
  folder = await untimedFolder();
});

const stored = async (level) => readMedia(await readFile(path.join(folder, beside(UNTIMED, level.src)))).fragments;

test('what the test is made of has no time of its own', async () => {
  for (const level of LEVELS) {
    for (const { tfxd, tfdt, tfra } of await stored(level))
      assert.deepEqual([tfxd, tfdt, typeof tfra], [undefined, undefined, 'number']);
  }
});

test('each is 44 bytes longer, says when it plays, and is otherwise as stored; for one read', () =>
  withWorker(folder, {}, async (worker, storage) => {
    await worker.get(`/${UNTIMED}/Manifest`);
    storage.taken();
    for (const level of LEVELS) {
      const key = beside(UNTIMED, level.src);
      for (const fragment of await stored(level)) {
        const answer = await worker.get(pathOf(fragment, level));
        assert.equal(answer.status, 200, answer.text.slice(0, 100));
        assert.equal(answer.body.length, fragment.bytes.length + TFXD_SIZE);
        assert.equal(answer.headers['content-length'], String(answer.body.length));
        assert.equal(answer.headers['content-type'], `${level.kind}/mp4`);

        const timed = readFragment(answer.body);
        assert.equal(timed.tfxd, fragment.start);
        assert.equal(timed.tfxdDuration, fragment.duration);
        assert.equal(timed.dataOffset, answer.body.length - fragment.payload.length, 'it points at the first sample');
        assert.ok(timed.payload.equals(fragment.payload), 'the media is as stored');
        assert.ok(dropTfxd(timed.moof).equals(fragment.moof), 'so is the rest of the moof');

        const { offset, bytes } = fragment;
        assert.deepEqual(storage.taken(), [
          { store: 'r2', method: 'get', key, start: offset, end: offset + bytes.length, etag: etagOf(storage, key) },
        ]);
      }
    }
  }));

test('an index that is replaced while what a fragment begins with is read: the fragment is made by the new one', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const [fragment] = await stored(LEVEL);
    const { body: expected } = await worker.get(pathOf(fragment));
    let open;
    const opened = new Promise((resolve) => (open = resolve));
    const key = beside(UNTIMED, LEVEL.src);
    const isOfIt = (call) => call.key === key && call.method === 'get';
    const readsOfIt = () => storage.calls.filter(isOfIt).length;
    storage.taken();
    storage.onCall = (call) => (isOfIt(call) && readsOfIt() === 1 ? opened : undefined);
    const first = worker.get(pathOf(fragment));
    await eventually('read that is held', () => readsOfIt() === 1);
    storage.put(beside(UNTIMED, WIDE.src), storage.objects.get(beside(UNTIMED, WIDE.src)).bytes, 'another-version');
    const [wide] = await stored(WIDE);
    assert.equal((await worker.get(pathOf(wide, WIDE))).status, 200, 'the index is built anew');
    const before = readsOfIt();
    open();
    const answer = await first;
    assert.ok(answer.status === 200 && answer.body.equals(expected), `${answer.status}`);
    assert.equal(readsOfIt() - before, 1, 'it is read once more, by the new index');
  }));

test('HEAD and FragmentInfo and RawFragments and parts agree with it', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const [, fragment] = await stored(LEVEL);
    const whole = await worker.get(pathOf(fragment));
    const { moof, payload } = readFragment(whole.body);
    assert.equal(moof.length, fragment.moof.length + TFXD_SIZE);

    storage.taken();
    const head = await worker.send('HEAD', pathOf(fragment));
    assert.equal(head.headers['content-length'], String(whole.body.length));
    assert.equal(head.headers.etag, whole.headers.etag);
    const again = await worker.get(pathOf(fragment), { 'if-none-match': whole.headers.etag });
    assert.equal(again.status, 304);
    assert.deepEqual(storage.taken(), [], 'neither costs a read');

    const info = await worker.get(pathOf(fragment, LEVEL, 'FragmentInfo'));
    assert.ok(info.body.equals(moof));
    const raw = await worker.get(pathOf(fragment, LEVEL, 'RawFragments'));
    assert.ok(raw.body.equals(payload));
    storage.taken();

    const size = whole.body.length;
    for (const [range, from, to] of /** @type {[range: string, from: number, to: number][]} */ ([
      ['bytes=0-', 0, size],
      ['bytes=4-11', 4, 12],
      [`bytes=${moof.length - 4}-${moof.length + 19}`, moof.length - 4, moof.length + 20],
      [`bytes=${moof.length + 100}-${moof.length + 299}`, moof.length + 100, moof.length + 300],
      ['bytes=-9', size - 9, size],
    ])) {
      const part = await worker.get(pathOf(fragment), { range });
      assert.equal(part.status, 206, range);
      assert.equal(part.headers['content-range'], `bytes ${from}-${to - 1}/${size}`);
      assert.ok(part.body.equals(whole.body.subarray(from, to)), range);
      assert.ok(reads(storage.taken(), 'r2').length <= 2, range);
    }
    assert.equal((await worker.get(pathOf(fragment), { range: `bytes=${size}-` })).status, 416);
  }));

test('TFXD=stored: handed on untouched', () =>
  withWorker(folder, { vars: { TFXD: 'stored' } }, async (worker) => {
    for (const level of [LEVEL, AUDIO]) {
      const [, fragment] = await stored(level);
      const answer = await worker.get(pathOf(fragment, level));
      assert.ok(answer.body.equals(fragment.bytes));
      const info = await worker.get(pathOf(fragment, level, 'FragmentInfo'));
      assert.ok(info.body.equals(fragment.moof));
    }
  }));

test('with and without are not mistaken for each other', async () => {
  const [fragment] = await stored(LEVEL);
  const tags = [];
  for (const TFXD of ['inject', 'stored']) {
    await withWorker(folder, { vars: { TFXD } }, async (worker) =>
      tags.push((await worker.get(pathOf(fragment))).headers.etag),
    );
  }
  assert.notEqual(tags[0], tags[1]);
});

test('storage that breaks off behind the moof is 503', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const [fragment] = await stored(LEVEL);
    storage.onCall = ({ store }) => (store === 'r2' ? 'cut' : undefined);
    assert.equal((await worker.get(pathOf(fragment))).status, 503);
  }));

test('a fragment that has a time keeps it', async () =>
  withWorker(await briefFolder(), {}, async (worker, storage) => {
    const { fragments } = readMedia(storage.objects.get(beside(BRIEF, LEVEL.src)).bytes);
    const answer = await worker.get(`/${BRIEF}/QualityLevels(${LEVEL.bitrate})/Fragments(video=0)`);
    assert.ok(answer.body.equals(fragments[0].bytes));
  }));
