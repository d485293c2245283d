// `millrace publish --all`: the Worker lists its own bucket and indexes it through its queue. SWEEP=2000 for more of them.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { TOKEN } from '../lib/admin.mjs';
import { BRIEF, LEVELS, briefFolder } from '../lib/brief.mjs';
import { millrace } from '../lib/cli.mjs';
import { serverManifest } from '../lib/media.mjs';
import { startSwept } from '../lib/swept.mjs';

const COUNT = Number(process.env.SWEEP ?? 60);
const FOLDER = path.posix.dirname(BRIEF);
const [LEVEL] = LEVELS;
const BROKEN = `${FOLDER}/broken.ism`;
const LACKING = `${FOLDER}/lacking.ism`;
const keyOf = (at) => `${FOLDER}/${String(at).padStart(5, '0')}.ism`;

let edge;

before(async () => {
  edge = await startSwept();
  process.env.MILLRACE_TOKEN = TOKEN;
  const media = path.posix.join(FOLDER, LEVEL.src);
  await edge.MEDIA.put(media, await readFile(path.join(await briefFolder(), media)));
  const ism = Buffer.from(serverManifest([LEVEL]));
  for (let at = 0; at < COUNT; at += 1) await edge.MEDIA.put(keyOf(at), ism);
});

after(async () => {
  delete process.env.MILLRACE_TOKEN;
  await edge?.close();
});

const publish = (...args) =>
  millrace('publish', '--all', '--to', new URL(edge.url).origin, '--patience', '30', ...args);

/** What each index is, by its presentation. */
async function indexed() {
  const found = new Map();
  for (let cursor; ; ) {
    const { keys, list_complete, cursor: next } = await edge.INDEX.list({ prefix: 'index/', cursor });
    for (const { name, metadata } of keys) found.set(name, metadata.built_at);
    if (list_complete) return found;
    cursor = next;
  }
}

test('every presentation of the bucket is indexed, side by side', async (t) => {
  const begun = performance.now();
  const { code, stdout, stderr } = await publish();
  t.diagnostic(`${COUNT} presentations in ${Math.round(performance.now() - begun)} ms`);
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, new RegExp(`^${COUNT} presentations: ${COUNT} in place, 0 failed, 0 not heard of$`, 'm'));
  assert.equal((await indexed()).size, COUNT);
  assert.equal((await edge.get(`/${keyOf(COUNT - 1)}/Manifest`)).status, 200);
});

test('what is current is skipped, what is gone from KV is made, and what fails is told', async () => {
  await edge.INDEX.delete(`index/${keyOf(3)}`);
  await edge.MEDIA.put(BROKEN, Buffer.from('no manifest'));
  await edge.MEDIA.put(LACKING, Buffer.from(serverManifest([{ ...LEVEL, src: 'gone.ismv' }])));
  const built = await indexed();
  const { code, stdout, stderr } = await publish('--rate', '1000');
  assert.equal(code, 1, stdout);
  assert.match(stderr, new RegExp(`2 of ${COUNT + 2} presentations are not in place`));
  assert.match(stdout, new RegExp(`^${BROKEN} +failed: .*root element`, 'm'));
  assert.match(stdout, new RegExp(`^${LACKING} +failed: .*gone.ismv, which is not there`, 'm'));
  const now = await indexed();
  assert.equal(now.size, COUNT);
  for (const [key, at] of built) assert.equal(now.get(key), at, key);
});

test('arguments that go together', async () => {
  assert.equal((await publish('films')).code, 2);
  assert.equal((await publish('--from-storage')).code, 2);
  assert.equal((await publish('--rate', '0')).code, 2);
  assert.equal((await millrace('publish', '--to', edge.url)).code, 2, 'neither places nor all of them');
});
