// The Cache API as wrangler plays it, with what it makes of ranges and versions by itself.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { INDEXES, VARS, asOperator } from '../lib/admin.mjs';
import { BRIEF, LEVELS, briefFolder, briefFragments } from '../lib/brief.mjs';
import { startEdge } from '../lib/edge.mjs';

const MANIFEST = `/${BRIEF}/Manifest`;
const FRAGMENT = `/${BRIEF}/QualityLevels(${LEVELS[0].bitrate})/Fragments(video=0)`;

let edge;
let bodies;

before(async () => {
  const folder = await briefFolder();
  edge = await startEdge(folder, { vars: { ...VARS, CACHE_API: 'auto' } });
  const [{ bytes }] = briefFragments(folder, LEVELS[0]);
  bodies = new Map([
    [FRAGMENT, bytes],
    [MANIFEST, (await kept(MANIFEST)).body],
  ]);
  await kept(FRAGMENT);
});

after(() => edge?.close());

const isHit = ({ headers }) => headers['cf-cache-status'] === 'HIT';

/** Asks until the cache answers. */
async function kept(path) {
  for (const begun = Date.now(); Date.now() - begun < 5000; ) {
    const answer = await edge.get(path);
    if (isHit(answer)) return answer;
  }
  throw new Error(`${path} was not kept within 5 s`);
}

for (const path of [FRAGMENT, MANIFEST]) {
  test(`${path}: given from the cache as from the origin`, async () => {
    const whole = bodies.get(path);
    const hit = await edge.get(path);
    assert.ok(isHit(hit));
    assert.ok(hit.body.equals(whole));
    assert.equal(hit.headers['content-length'], String(whole.length));
    assert.match(hit.headers['server-timing'], /^cache;desc="hit"/);
    const origin = await edge.send('HEAD', path);
    for (const name of [
      'etag',
      'content-type',
      'content-length',
      'cache-control',
      'cache-tag',
      'access-control-allow-origin',
    ]) {
      assert.equal(hit.headers[name], origin.headers[name], name);
    }
  });

  test(`${path}: parts and versions`, async () => {
    const whole = bodies.get(path);
    const { etag } = (await edge.get(path)).headers;
    for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const answer = await edge.get(path, { 'if-none-match': tags });
      assert.deepEqual([answer.status, answer.body.length, answer.headers.etag], [304, 0, etag], tags);
    }
    for (const [range, from, to] of [
      ['bytes=0-', 0, whole.length],
      ['bytes=10-99', 10, 100],
      ['bytes=-7', whole.length - 7, whole.length],
    ]) {
      const answer = await edge.get(path, { range });
      assert.equal(answer.status, 206, range);
      assert.ok(isHit(answer));
      assert.equal(answer.headers['content-range'], `bytes ${from}-${to - 1}/${whole.length}`);
      assert.equal(answer.headers['content-length'], String(to - from));
      assert.ok(answer.body.equals(whole.subarray(from, to)), range);
    }
    for (const range of ['bytes=0-1,5-6', 'bytes=5-4', 'items=0-5']) {
      const answer = await edge.get(path, { range });
      assert.equal(answer.status, 200, range);
      assert.ok(answer.body.equals(whole), range);
    }
    for (const range of [`bytes=${whole.length}-`, 'bytes=-0', 'bytes=99999999999999999999-']) {
      const beyond = await edge.get(path, { range });
      assert.deepEqual([beyond.status, beyond.headers['content-range']], [416, `bytes */${whole.length}`], range);
    }
    for (const range of [`bytes=-${whole.length + 1000}`, 'bytes=0-99999999999999999999']) {
      const all = await edge.get(path, { range });
      assert.deepEqual(
        [all.status, all.headers['content-range']],
        [206, `bytes 0-${whole.length - 1}/${whole.length}`],
        range,
      );
      assert.ok(all.body.equals(whole), range);
    }
    const other = await edge.get(path, { 'if-match': '"other"' });
    assert.equal(other.status, 412);
  });
}

const { bitrate } = LEVELS[0];
const SPELLINGS = {
  [MANIFEST]: ['manifest', 'MANIFEST', '%6Danifest'],
  [FRAGMENT]: [
    `qualitylevels(000${bitrate})/FRAGMENTS(video=00)`,
    `QualityLevels(${bitrate})/Fragments(VIDEO=0)`,
    `QualityLevels%28${bitrate}%29/Fragments%28video%3D0%29`,
  ],
};

for (const [path, spellings] of Object.entries(SPELLINGS)) {
  test(`${path}: however it is spelt, it is one answer in the cache`, async () => {
    for (const spelling of spellings) {
      const hit = await edge.get(`/${BRIEF}/${spelling}`);
      assert.ok(isHit(hit), spelling);
      assert.ok(hit.body.equals(bodies.get(path)), spelling);
    }
  });
}

test('what the origin refuses is refused where the cache has what it would come to', async () => {
  const asFound = (path) => edge.get(path).then(({ status }) => status);
  for (const path of [
    `/${BRIEF}/x%2f..%2fManifest`,
    `/${BRIEF}/.%2fManifest`,
    `/${BRIEF}/%2fManifest`,
    `/${BRIEF}//Manifest`,
  ]) {
    assert.equal(await asFound(path), 400, path);
  }
});

test('a purge drops the manifest', async () => {
  const purged = await asOperator(edge)('DELETE', `${INDEXES}/${BRIEF}`);
  assert.equal(JSON.parse(purged.text).cache, 'manifests-here');
  const [manifest, fragment] = [await edge.get(MANIFEST), await edge.get(FRAGMENT)];
  assert.deepEqual([isHit(manifest), isHit(fragment)], [false, true]);
  assert.ok(manifest.body.equals(bodies.get(MANIFEST)));
});
