// Changes in the bucket reach the Worker through a real queue: indexed, indexed again, forgotten.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { INDEXES, asOperator } from '../lib/admin.mjs';
import { fragmentsOfTrack } from '../lib/boxes.mjs';
import { BRIEF, LEVELS, briefFolder, pathOf } from '../lib/brief.mjs';
import { indexes } from '../lib/cli.mjs';
import { beside } from '../lib/counted.mjs';
import { MAX_RETRIES, awaited, startNotified, told } from '../lib/notifier.mjs';
import { replacement } from '../lib/replacement.mjs';

const KEY = `index/${BRIEF}`;
const MEDIA = LEVELS.map(({ src }) => beside(BRIEF, src));
const [SOURCE] = MEDIA;

let folder;
let expected;
let edge;

before(async () => {
  folder = await briefFolder();
  expected = (await indexes(folder, [BRIEF])).get(KEY);
  edge = await startNotified();
});

after(() => edge?.close());

/** Whatever a test left behind. */
beforeEach(async () => {
  const listed = await edge.MEDIA.list();
  await edge.MEDIA.delete(listed.objects.map(({ key }) => key));
  for (const { name } of (await edge.INDEX.list()).keys) await edge.INDEX.delete(name);
  edge.harness.clearLogs();
});

const stored = async () => Buffer.from((await edge.INDEX.get(KEY, 'arrayBuffer')) ?? []);
const isStored = async () => (await edge.INDEX.get(KEY)) !== null;
const isGone = async () => (await edge.INDEX.get(KEY)) === null;

/** Waits until the queue has been through everything that was sent before. */
let marks = 0;
async function settled(...bodies) {
  const mark = { 'a mark of this test': ++marks };
  await edge.tell(...bodies, mark);
  await awaited('end of the queue', async () =>
    (await edge.dead()).some((body) => body['a mark of this test'] === marks),
  );
}

async function uploaded() {
  await edge.put(folder, BRIEF, ...MEDIA);
  await edge.tell(...MEDIA.map((key) => told('CompleteMultipartUpload', key)), told('PutObject', BRIEF));
  await awaited('index', isStored);
}

test('an upload is indexed as the command line indexes it, and no request has to', async () => {
  await uploaded();
  assert.ok((await stored()).equals(expected));
  assert.deepEqual(edge.purges(), [], 'no cache knows of it yet');
  await edge.MEDIA.delete(MEDIA);
  const manifest = await edge.get(`/${BRIEF}/Manifest`);
  assert.equal(manifest.status, 200, 'with the media gone, it comes from the index alone');
});

test('a replaced file: another generation, and the cache is told', async () => {
  await uploaded();
  const bytes = await replacement();
  await edge.MEDIA.put(SOURCE, bytes);
  await edge.tell(told('CopyObject', SOURCE, { copySource: { bucket: 'millrace-media', object: 'other.ismv' } }));
  await awaited('new index', async () => !(await stored()).equals(expected));
  assert.deepEqual(edge.purges(), [[`/${BRIEF}/`]]);
  const [fragment] = fragmentsOfTrack(bytes, 1);
  assert.ok((await edge.get(pathOf(fragment))).body.equals(fragment.bytes));
});

test('messages twice, late and out of order: what storage has counts, and is written once', async () => {
  await uploaded();
  const { metadata } = await edge.INDEX.getWithMetadata(KEY);
  await settled(
    told('DeleteObject', BRIEF),
    told('PutObject', BRIEF),
    told('DeleteObject', SOURCE),
    told('PutObject', SOURCE),
    told('PutObject', BRIEF),
  );
  assert.ok((await stored()).equals(expected));
  assert.deepEqual((await edge.INDEX.getWithMetadata(KEY)).metadata, metadata, 'it is not written again');
  assert.deepEqual(edge.purges(), []);
});

test('a deleted presentation is forgotten', async () => {
  await uploaded();
  await edge.MEDIA.delete(BRIEF);
  await edge.tell(told('DeleteObject', BRIEF));
  await awaited('end of the index', isGone);
  assert.deepEqual(edge.purges(), [[`/${BRIEF}/`]]);
  assert.equal((await edge.get(`/${BRIEF}/Manifest`)).status, 404);
});

test('a deleted source: no index, a clear answer, and well again when it is back', async () => {
  await uploaded();
  await edge.MEDIA.delete(SOURCE);
  await edge.tell(told('LifecycleDeletion', SOURCE));
  await awaited('end of the index', isGone);
  const answer = await edge.get(`/${BRIEF}/Manifest`);
  assert.equal(answer.status, 502);
  assert.equal(answer.text, 'the stored media cannot be read\n');
  await edge.put(folder, SOURCE);
  await edge.tell(told('PutObject', SOURCE));
  await awaited('index', isStored);
  assert.ok((await stored()).equals(expected));
});

test('the .ism first, its media later', async () => {
  await edge.put(folder, BRIEF);
  await edge.tell(told('PutObject', BRIEF));
  const trouble = await awaited('word of it', () => edge.troubles()[0]);
  assert.equal(trouble.key, BRIEF);
  assert.match(trouble.error, /^films\/brief\.ism names films\/brief.+, which is not there$/);
  await edge.put(folder, ...MEDIA);
  await edge.tell(...MEDIA.map((key) => told('PutObject', key)));
  await awaited('index', isStored);
  assert.ok((await stored()).equals(expected));
  await settled();
});

test('a message that means nothing, and media that are broken: tried again, then put aside', async () => {
  await edge.put(folder, BRIEF, ...MEDIA);
  await edge.MEDIA.put(SOURCE, 'no boxes at all');
  const [poison, broken] = [{ hello: 'world' }, told('PutObject', BRIEF)];
  await edge.tell(poison, broken);
  const dead = await awaited('dead letters', async () => {
    const dead = (await edge.dead()).map((body) => JSON.stringify(body));
    return [poison, broken].every((body) => dead.includes(JSON.stringify(body))) && dead;
  });
  assert.ok(dead);
  const troubles = edge.troubles();
  const [meaningless, unreadable] = [
    troubles.filter(({ key }) => key === null),
    troubles.filter(({ key }) => key === BRIEF),
  ];
  for (const lines of [meaningless, unreadable]) assert.equal(lines.length, MAX_RETRIES + 1, 'one line each time');
  assert.ok(meaningless.every(({ error }) => error.startsWith('it is no notification of R2: ')));
  assert.ok(unreadable.every(({ presentation, error }) => presentation === BRIEF && error.startsWith(SOURCE)));
  assert.ok(await isGone());
});

test('lists know nothing of what lies beside the indexes', async () => {
  await uploaded();
  const names = (await edge.INDEX.list()).keys.map(({ name }) => name);
  assert.equal(names.length, 1 + MEDIA.length);
  const links = names.filter((name) => name !== KEY);
  for (const link of links) assert.match(link, /^source\/[0-9a-f]{16}\/films\/brief\.ism$/);
  const listed = JSON.parse((await asOperator(edge)('GET', INDEXES)).text);
  assert.deepEqual(
    listed.indexes.map(({ presentation }) => presentation),
    [BRIEF],
  );
});
