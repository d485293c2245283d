// Audio that is read in four reads at once, of which one goes wrong: never part of a fragment as if it were all of it.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { readFragment } from '../lib/boxes.mjs';
import { reads, withWorker } from '../lib/counted.mjs';
import { samplesIn, servedFragments, servedStream } from '../lib/fragments.mjs';
import { request } from '../lib/http.mjs';
import { packetsOf, packetsOfSamples } from '../lib/packets.mjs';
import { SCATTERED, SOURCE, scatteredFolder } from '../lib/scattered.mjs';

const VIDEO = `/${SCATTERED}/QualityLevels(8000000)/Fragments(video=0)`;

let folder;
/** The second fragment of audio. */
let sound;

before(async () => {
  folder = await scatteredFolder();
  await withWorker(folder, {}, async (worker) => {
    const { chunks } = await servedStream(worker, SCATTERED, 'audio');
    sound = `/${SCATTERED}/QualityLevels(128000)/Fragments(audio=${chunks[1].start})`;
  });
});

/** The reads of media, in the order in which they lie. */
const media = (storage) => reads(storage.taken(), 'r2').sort((one, other) => one.start - other.start);

test('four reads are put together to what the file has', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const fragments = await servedFragments(worker, SCATTERED, 'audio');
    assert.deepEqual(packetsOfSamples(samplesIn(fragments)), await packetsOf(`${folder}/${SOURCE}`, 2));
    storage.taken();
    assert.equal((await worker.get(sound)).status, 200);
    assert.equal(media(storage).length, 4);
  }));

/** @type {import('../lib/storage.mjs').Fault[]} */
const FAULTS = ['fail', 'cut', 'short'];

for (const fault of FAULTS) {
  test(`one of four reads: ${fault}`, () =>
    withWorker(folder, {}, async (worker, storage) => {
      const whole = await worker.get(sound);
      const starts = media(storage).map(({ start }) => start);
      assert.equal(starts.length, 4);
      for (const bad of starts) {
        storage.onCall = ({ store, start }) => (store === 'r2' && start === bad ? fault : undefined);
        await assertNothingHalf(worker.get(sound), whole);
      }
      storage.onCall = () => undefined;
      assert.ok((await worker.get(sound)).body.equals(whole.body), 'well again after');
    }));
}

// A long read breaks off once the Worker has waited for long enough; a short one is read before the answer begins, which is a
// refusal then. Where not even the object is told of, nothing comes for as long as the client waits.
test('one of four reads: nothing more comes of it, and the answer has no end, or is a refusal', async () => {
  const stalled = (which, expected) =>
    withWorker(folder, {}, async (worker, storage) => {
      await worker.get(sound);
      const { start: bad } = media(storage)[which];
      storage.onCall = ({ store, start }) => (store === 'r2' && start === bad ? 'stall' : undefined);
      const answer = request(worker.url, sound, { patienceMs: 15_000 });
      assert.equal(await answer.then(({ status }) => status).catch(() => 'no end'), expected);
    });
  // Half of what storage sends of the first is no answer of a bucket's yet; the second is sent on as it comes.
  await Promise.all([503, 'no end', 503, 503].map((expected, which) => stalled(which, expected)));
});

/** Either all of it, or a status that says that it is not to be had, or a connection that breaks off. */
async function assertNothingHalf(answer, whole) {
  const got = await answer.catch(({ code, message }) => ({ broken: code ?? message }));
  if (got.broken) return;
  if (got.status === 200) assert.ok(got.body.equals(whole.body), 'part of a fragment, as if it were all of it');
  else assert.equal(got.status, 503);
}

test('keyframes out of a progressive MP4: a read that fails is no answer', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const keys = VIDEO.replace('Fragments', 'KeyFrames');
    const { body } = await worker.get(keys);
    assert.equal(readFragment(body).samples, 1);
    for (const fault of FAULTS) {
      storage.onCall = ({ store }) => (store === 'r2' ? fault : undefined);
      await assertNothingHalf(worker.get(keys), { body });
    }
    storage.onCall = () => undefined;
    assert.ok((await worker.get(keys)).body.equals(body));
  }));

test('a file that is replaced after its page was read gives no byte of the new one under the old name', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const { chunks, url } = await servedStream(worker, SCATTERED, 'audio');
    const other = Buffer.from(storage.objects.get(SOURCE).bytes);
    // Another file of the same size: only the entity tag tells them apart.
    for (let at = 4096; at < other.length / 2; at += 512) other[at] ^= 0xff;
    let hasRead = false;
    storage.onCall = ({ store, key }) => {
      if (hasRead || store !== 'kv' || !key.startsWith('page/')) return;
      hasRead = true;
      storage.put(SOURCE, other);
    };
    const { status } = await worker.get(`/${SCATTERED}/${url(128_000, chunks[0].start)}`);
    assert.ok(hasRead, 'a page was read');
    assert.equal(status, 404, 'its generation is gone');
  }));
