// What is slow, short, late or twice: what a viewer gets meanwhile, and what is well again by itself.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { INDEXES, VARS, asOperator } from '../lib/admin.mjs';
import { ASSET, azureAssetFolder } from '../lib/azure-asset.mjs';
import { fragmentsOfTrack } from '../lib/boxes.mjs';
import { BRIEF, LEVELS, briefFolder, briefFragments, pathOf } from '../lib/brief.mjs';
import { indexes } from '../lib/cli.mjs';
import { beside, eventually, reads, withWorker } from '../lib/counted.mjs';
import { generationIn } from '../lib/generation.mjs';
import { replacement } from '../lib/replacement.mjs';
import { startWorkerd } from '../lib/workerd.mjs';

const [LEVEL] = LEVELS;
const SOURCE = beside(BRIEF, LEVEL.src);
const KEY = `index/${BRIEF}`;
const MANIFEST = `/${BRIEF}/Manifest`;

let folder;
let fragments;
let newBytes;
let newFragments;

before(async () => {
  folder = await briefFolder();
  fragments = briefFragments(folder, LEVEL);
  newBytes = await replacement();
  newFragments = fragmentsOfTrack(newBytes, 1);
});

/** Something that is waited for until it is said. */
function gate() {
  let open;
  const opened = new Promise((resolve) => (open = resolve));
  return { opened, open };
}

function assertTrouble({ status, headers, text }) {
  assert.equal(status, 503, text.slice(0, 200));
  assert.equal(headers['cache-control'], 'no-store');
  assert.match(headers['retry-after'], /^[1-9]\d*$/);
}

const assertIs = (answer, fragment) =>
  assert.ok(answer.status === 200 && answer.body.equals(fragment.bytes), `${answer.status}`);

for (const store of ['kv', 'r2']) {
  test(`${store.toUpperCase()} is slow: who asked waits, nobody else does, and the answer is right`, () =>
    withWorker(folder, {}, async (worker, storage) => {
      const { opened, open } = gate();
      let held = 0;
      storage.onCall = (call) => (call.store === store && ++held === 1 ? opened : undefined);
      const first = worker.get(pathOf(fragments[0]));
      await eventually('call that is held', () => held === 1);
      for (const fragment of fragments) assertIs(await worker.get(pathOf(fragment)), fragment);
      assert.equal(await Promise.race([first, 'waiting']), 'waiting');
      open();
      assertIs(await first, fragments[0]);
    }));
}

test('KV is down: an isolate that has the index goes on', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const generation = generationIn(await worker.get(MANIFEST));
    storage.onCall = ({ store }) => (store === 'kv' ? 'fail' : undefined);
    assert.equal((await worker.get(MANIFEST)).status, 200);
    for (const fragment of fragments) {
      assertIs(await worker.get(pathOf(fragment)), fragment);
      assertIs(await worker.get(pathOf(fragment).replace('.ism/', `.ism/${generation}/`)), fragment);
    }
  }));

test('KV is down while a file is replaced: the new bytes all the same', () =>
  withWorker(folder, {}, async (worker, storage) => {
    await worker.get(MANIFEST);
    storage.onCall = ({ store }) => (store === 'kv' ? 'fail' : undefined);
    storage.put(SOURCE, newBytes);
    for (const fragment of newFragments) assertIs(await worker.get(pathOf(fragment)), fragment);
  }));

test('KV breaks off in the middle of a value: 503, and well again after', () =>
  withWorker(folder, {}, async (worker, storage) => {
    storage.onCall = ({ store }) => (store === 'kv' ? 'cut' : undefined);
    for (const path of [MANIFEST, pathOf(fragments[0])]) assertTrouble(await worker.get(path));
    storage.onCall = () => undefined;
    assertIs(await worker.get(pathOf(fragments[0])), fragments[0]);
  }));

test('KV never says that it has a value: nobody waits for that', () =>
  withWorker(folder, { indexed: false }, async (worker, storage) => {
    storage.onCall = ({ method }) => (method === 'put' ? 'hang' : undefined);
    for (const fragment of fragments) assertIs(await worker.get(pathOf(fragment)), fragment);
  }));

test('R2 fails: each request asks it once, and has nothing built', () =>
  withWorker(folder, {}, async (worker, storage) => {
    await worker.get(MANIFEST);
    storage.taken();
    storage.onCall = () => 'fail';
    for (const fragment of fragments) assertTrouble(await worker.get(pathOf(fragment)));
    assert.equal(storage.taken().length, fragments.length);
  }));

test('R2 gives less than was asked for: what is put together here is 503', () =>
  withWorker(folder, {}, async (worker, storage) => {
    await worker.get(MANIFEST);
    storage.onCall = ({ store }) => (store === 'r2' ? 'short' : undefined);
    assertTrouble(await worker.get(pathOf(fragments[0], 'RawFragments')));
    storage.onCall = () => undefined;
    assert.ok((await worker.get(pathOf(fragments[0], 'RawFragments'))).body.equals(fragments[0].payload));
  }));

/** @type {import('../lib/storage.mjs').Fault[]} */
const BROKEN = ['fail', 'cut', 'short'];

test('R2 breaks off in segments that are made of what stored fragments begin with: never a part as if it were all', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const level = `/${BRIEF}/${generationIn(await worker.get(MANIFEST))}/video/${LEVELS[1].bitrate}`;
    // One that is read whole, and one that comes as a stream.
    for (const [path, isShort] of [
      [`${level}/0.m4s`, true],
      [`${level}/6000ms/0.m4s`, false],
    ]) {
      const whole = await worker.get(path);
      assert.equal(whole.status, 200);
      assert.equal(whole.body.length < 256 << 10, isShort, `${whole.body.length} bytes`);
      for (const fault of BROKEN) {
        storage.taken();
        storage.onCall = ({ store }) => (store === 'r2' ? fault : undefined);
        const broken = await worker.get(path).catch(() => undefined);
        if (isShort || fault === 'fail') assertTrouble(broken);
        else assert.ok(broken === undefined || broken.status === 503, `${fault}: ${broken?.status}`);
        assert.equal(reads(storage.taken(), 'r2').length, 1, 'it is read once');
        storage.onCall = () => undefined;
        assert.ok((await worker.get(path)).body.equals(whole.body), 'well again after');
      }
    }
  }));

test('R2 gives less than was asked for while an index is built: 503, and nothing kept', () =>
  withWorker(folder, { indexed: false }, async (worker, storage) => {
    storage.onCall = ({ store, method }) => (store === 'r2' && method === 'get' ? 'short' : undefined);
    assertTrouble(await worker.get(MANIFEST));
    assert.equal(storage.values.size, 0);
    storage.onCall = () => undefined;
    assert.equal((await worker.get(MANIFEST)).status, 200);
  }));

test('two isolates build an index at once: both answer, and make the same', () =>
  withWorker(folder, { indexed: false }, async (one, storage) => {
    const other = await startWorkerd(storage);
    try {
      const { opened, open } = gate();
      let begun = 0;
      storage.onCall = ({ method, key }) => {
        if (method !== 'get' || key !== BRIEF) return undefined;
        if (++begun === 2) open();
        return opened;
      };
      const [first, second] = await Promise.all([one.get(MANIFEST), other.get(MANIFEST)]);
      assert.equal(begun, 2, 'neither waited for the other');
      assert.equal(first.status, 200);
      assert.equal(first.text, second.text);
      const puts = () => storage.calls.filter(({ method, key }) => method === 'put' && key === KEY).length;
      await eventually('value of each', () => puts() === 2);
      assert.ok(storage.values.get(KEY).equals((await indexes(folder, [BRIEF])).get(KEY)));
      const generation = generationIn(first);
      for (const worker of [one, other]) {
        for (const fragment of fragments)
          assertIs(await worker.get(pathOf(fragment).replace('.ism/', `.ism/${generation}/`)), fragment);
      }
    } finally {
      await other.close();
    }
  }));

test('the slower of two isolates puts the index before over the one that is right: mended by the next read', () =>
  withWorker(folder, { indexed: false }, async (slow, storage) => {
    const quick = await startWorkerd(storage);
    const cold = await startWorkerd(storage);
    try {
      const { opened, open } = gate();
      let puts = 0;
      storage.onCall = ({ method, key }) => (method === 'put' && key === KEY && ++puts === 1 ? opened : undefined);
      const old = generationIn(await slow.get(MANIFEST));
      await eventually('put that is held', () => puts === 1);
      storage.put(SOURCE, newBytes);
      const now = generationIn(await quick.get(MANIFEST));
      assert.notEqual(now, old);
      await eventually('right value', () => storage.values.has(KEY));
      const right = storage.values.get(KEY);
      open();
      await eventually('value of before', () => !storage.values.get(KEY).equals(right));

      assert.equal(generationIn(await cold.get(MANIFEST)), old, 'for now');
      assert.equal((await cold.get(pathOf(fragments[0]).replace('.ism/', `.ism/${old}/`))).status, 404);
      await eventually('right value again', () => storage.values.get(KEY).equals(right));
      for (const worker of [cold, quick, slow]) {
        for (const fragment of newFragments) assertIs(await worker.get(pathOf(fragment)), fragment);
        assert.equal(generationIn(await worker.get(MANIFEST)), now);
      }
    } finally {
      await cold.close();
      await quick.close();
    }
  }));

test('published elsewhere: an isolate that has just built an index of its own serves the new one too', () =>
  withWorker(folder, { vars: VARS }, async (one, storage) => {
    const other = await startWorkerd(storage, VARS);
    try {
      const old = generationIn(await one.get(MANIFEST));
      storage.put(SOURCE, newBytes);
      assertIs(await one.get(pathOf(newFragments[0])), newFragments[0]);
      await eventually('value of its own', () => storage.calls.some(({ method }) => method === 'put'));
      const withoutSound = storage.objects
        .get(BRIEF)
        .bytes.toString('latin1')
        .replaceAll(/<audio .*\n/g, '');
      storage.put(BRIEF, Buffer.from(withoutSound, 'latin1'));
      assert.equal((await asOperator(other)('PUT', `${INDEXES}/${BRIEF}`)).status, 200);

      const [built, published] = [generationIn(await one.get(MANIFEST)), generationIn(await other.get(MANIFEST))];
      assert.notEqual(built, published);
      storage.taken();
      for (const fragment of newFragments) {
        assertIs(await one.get(pathOf(fragment).replace('.ism/', `.ism/${published}/`)), fragment);
        assertIs(await one.get(pathOf(fragment).replace('.ism/', `.ism/${built}/`)), fragment);
      }
      assert.ok(
        storage.taken().every(({ method }) => method === 'get'),
        'nothing is built for it',
      );
      assert.equal((await one.get(pathOf(fragments[0]).replace('.ism/', `.ism/${old}/`))).status, 404);
      assert.deepEqual(storage.taken(), []);
      assert.equal((await one.get(pathOf(fragments[0]).replace('.ism/', '.ism/0123456789abcdef/'))).status, 404);
    } finally {
      await other.close();
    }
  }));

test('a file is gone: 502 for its fragments, the other files go on, and well again once it is back', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const [, other] = LEVELS;
    const others = briefFragments(folder, other);
    const file = storage.objects.get(SOURCE);
    await worker.get(MANIFEST);
    storage.objects.delete(SOURCE);
    for (const fragment of others) {
      assert.equal((await worker.get(pathOf(fragments[0]))).status, 502);
      const path = `/${BRIEF}/QualityLevels(${other.bitrate})/Fragments(video=${fragment.start})`;
      assertIs(await worker.get(path), fragment);
    }
    storage.objects.set(SOURCE, file);
    assertIs(await worker.get(pathOf(fragments[0])), fragments[0]);
  }));

test('a server manifest replaced by itself: seen once it is published, and all plays until then', () =>
  withWorker(folder, { vars: VARS }, async (worker, storage) => {
    const before = await worker.get(MANIFEST);
    const withoutSound = storage.objects
      .get(BRIEF)
      .bytes.toString('latin1')
      .replaceAll(/<audio .*\n/g, '');
    storage.put(BRIEF, Buffer.from(withoutSound, 'latin1'));
    storage.taken();
    assert.equal((await worker.get(MANIFEST)).text, before.text);
    for (const fragment of fragments) assertIs(await worker.get(pathOf(fragment)), fragment);
    assert.ok(
      reads(storage.taken(), 'r2').every(({ key }) => key === SOURCE),
      'nobody looks at it',
    );
    assert.equal((await asOperator(worker)('PUT', `${INDEXES}/${BRIEF}`)).status, 200);
    assert.doesNotMatch((await worker.get(MANIFEST)).text, /Type="audio"/);
  }));

test('a client manifest replaced by itself: seen once it is published, and all plays until then', async () =>
  withWorker(await azureAssetFolder(), { vars: VARS }, async (worker, storage) => {
    const url = encodeURI(`/${ASSET}`);
    const before = await worker.get(`${url}/Manifest`);
    assert.equal(before.status, 200, before.text);
    const key = ASSET.replace(/ism$/, 'ismc');
    const { bytes } = storage.objects.get(key);
    storage.put(
      key,
      Buffer.from(bytes.toString().replace('<SmoothStreamingMedia ', '<SmoothStreamingMedia Edition="second" ')),
    );
    storage.taken();
    assert.equal((await worker.get(`${url}/Manifest`)).text, before.text);
    assert.equal((await worker.get(`${url}/QualityLevels(823000)/Fragments(video=0)`)).status, 200);
    assert.ok(
      reads(storage.taken(), 'r2').every((call) => call.key.endsWith('.mp4')),
      'nobody looks at it',
    );
    assert.equal((await asOperator(worker)('PUT', encodeURI(`${INDEXES}/${ASSET}`))).status, 200);
    assert.match((await worker.get(`${url}/Manifest`)).text, /Edition="second"/);
  }));

test('an isolate is taken away: the next one reads the index once, and builds nothing', () =>
  withWorker(folder, { indexed: false }, async (worker, storage) => {
    for (const fragment of fragments) assertIs(await worker.get(pathOf(fragment)), fragment);
    await eventually('value', () => storage.values.has(KEY));
    const next = await startWorkerd(storage);
    try {
      storage.taken();
      for (const fragment of fragments) assertIs(await next.get(pathOf(fragment)), fragment);
      const calls = storage.taken();
      assert.equal(reads(calls, 'kv').length, 1);
      assert.equal(reads(calls, 'r2').length, fragments.length, 'one for each fragment');
    } finally {
      await next.close();
    }
  }));
