// Every fragment of the sample: each byte of it, compared with the file it lies in.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startEdge } from '../lib/edge.mjs';
import { readManifest } from '../lib/manifest.mjs';
import { SAMPLE, sampleFolder, sampleLevels } from '../lib/sample.mjs';

let edge;
let manifest;
let levels;

before(async () => {
  edge = await startEdge(await sampleFolder());
  levels = sampleLevels();
  manifest = readManifest((await edge.get(`/${SAMPLE}/Manifest`)).text);
});

after(() => edge?.close());

const IMMUTABLE = 'public, max-age=31536000, immutable';
const BRIEF = 'public, max-age=30, stale-if-error=0';
const plain = ({ bitrate, stream }, { start }, noun = 'Fragments') =>
  `/${SAMPLE}/QualityLevels(${bitrate})/${noun}(${stream}=${start})`;

test('the manifest leads to every fragment of every level, for ever', async () => {
  let count = 0;
  for (const level of levels) {
    const { url, chunks } = manifest.stream(level.stream);
    assert.equal(chunks.length, level.fragments.length);
    for (const [at, fragment] of level.fragments.entries()) {
      const path = `/${SAMPLE}/${url(level.bitrate, chunks[at].start)}`;
      const answer = await edge.get(path);
      assert.equal(answer.status, 200, `${path}: ${answer.status}`);
      assert.ok(answer.body.equals(fragment.bytes), `${path}: other bytes than in the file`);
      assert.equal(answer.headers['content-length'], String(fragment.bytes.length));
      assert.equal(answer.headers['content-type'], `${level.stream}/mp4`);
      assert.equal(answer.headers['cache-control'], IMMUTABLE);
      assert.match(answer.headers.etag, /^"[^"]+"$/);
      count += 1;
    }
  }
  assert.equal(count, 5 * 31);
});

test('a URL without a generation leads to the same bytes, for a short time', async () => {
  for (const level of levels) {
    for (const fragment of level.fragments.filter((_, at) => at % 7 === 0)) {
      const answer = await edge.get(plain(level, fragment));
      assert.equal(answer.status, 200);
      assert.ok(answer.body.equals(fragment.bytes), plain(level, fragment));
      assert.equal(answer.headers['content-length'], String(fragment.bytes.length));
      assert.equal(answer.headers['cache-control'], BRIEF);
    }
  }
});

test('FragmentInfo is the moof', async () => {
  for (const level of levels) {
    for (const fragment of [level.fragments[0], level.fragments.at(-1)]) {
      const answer = await edge.get(plain(level, fragment, 'FragmentInfo'));
      assert.equal(answer.status, 200);
      assert.ok(answer.body.equals(fragment.moof), plain(level, fragment, 'FragmentInfo'));
      assert.equal(answer.headers['content-length'], String(fragment.moof.length));
    }
  }
});

test('RawFragments is what the mdat holds', async () => {
  for (const level of levels) {
    for (const fragment of [level.fragments[0], level.fragments.at(-1)]) {
      const answer = await edge.get(plain(level, fragment, 'RawFragments'));
      assert.equal(answer.status, 200);
      assert.ok(answer.body.equals(fragment.payload), plain(level, fragment, 'RawFragments'));
      assert.equal(answer.headers['content-length'], String(fragment.payload.length));
    }
  }
});

test('no two different bodies share an entity tag', async () => {
  const tags = new Map();
  for (const level of levels) {
    for (const fragment of level.fragments.slice(0, 2)) {
      for (const noun of ['Fragments', 'FragmentInfo', 'RawFragments']) {
        const path = plain(level, fragment, noun);
        const { headers } = await edge.send('HEAD', path);
        assert.ok(!tags.has(headers.etag), `${path} and ${tags.get(headers.etag)} have the tag ${headers.etag}`);
        tags.set(headers.etag, path);
      }
    }
  }
});

test('many at once are each their own', async () => {
  const wanted = levels.flatMap((level) => level.fragments.slice(0, 6).map((fragment) => ({ level, fragment })));
  const answers = await Promise.all(wanted.map(({ level, fragment }) => edge.get(plain(level, fragment))));
  for (const [at, { level, fragment }] of wanted.entries()) {
    assert.ok(answers[at].body.equals(fragment.bytes), plain(level, fragment));
  }
});
