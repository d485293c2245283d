// What a client already has, and what it wants of the rest: If-None-Match, Range, If-Range.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BRIEF, LEVELS, briefFolder, briefFragments } from '../lib/brief.mjs';
import { startEdge } from '../lib/edge.mjs';

let edge;
let bodies;

before(async () => {
  const folder = await briefFolder();
  edge = await startEdge(folder);
  const [fragment] = briefFragments(folder, LEVELS[1]);
  const manifest = await edge.get(`/${BRIEF}/Manifest`);
  bodies = {
    Fragments: fragment.bytes,
    FragmentInfo: fragment.moof,
    RawFragments: fragment.payload,
    Manifest: manifest.body,
  };
});

after(() => edge?.close());

const pathOf = (noun) =>
  noun === 'Manifest' ? `/${BRIEF}/Manifest` : `/${BRIEF}/QualityLevels(400000)/${noun}(video=0)`;

for (const noun of ['Fragments', 'FragmentInfo', 'RawFragments', 'Manifest']) {
  const path = pathOf(noun);

  test(`${noun}: what the client has is not sent again`, async () => {
    const { etag, 'cache-control': keep } = (await edge.get(path)).headers;
    for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      for (const method of ['GET', 'HEAD']) {
        const answer = await edge.send(method, path, { 'if-none-match': tags });
        assert.equal(answer.status, 304, `${method} ${tags}`);
        assert.equal(answer.body.length, 0);
        assert.equal(answer.headers.etag, etag);
        assert.equal(answer.headers['cache-control'], keep);
        assert.equal(answer.headers['access-control-allow-origin'], '*');
      }
    }
    const other = await edge.get(path, { 'if-none-match': '"other"' });
    assert.equal(other.status, 200);
    assert.ok(other.body.equals(bodies[noun]));
  });

  test(`${noun}: a part`, async () => {
    const whole = bodies[noun];
    const size = whole.length;
    for (const [range, from, to] of [
      ['bytes=0-', 0, size],
      ['bytes=0-0', 0, 1],
      ['bytes=10-99', 10, 100],
      [`bytes=${size - 5}-`, size - 5, size],
      [`bytes=${size - 5}-${size + 1000}`, size - 5, size],
      ['bytes=-7', size - 7, size],
      [`bytes=-${size + 1000}`, 0, size],
      ['bytes=0-99999999999999999999', 0, size],
    ]) {
      const answer = await edge.get(path, { range });
      assert.equal(answer.status, 206, range);
      assert.equal(answer.headers['content-range'], `bytes ${from}-${to - 1}/${size}`);
      assert.equal(answer.headers['content-length'], String(to - from), range);
      assert.ok(answer.body.equals(whole.subarray(from, to)), range);
    }
  });

  test(`${noun}: a part that is not there`, async () => {
    const size = bodies[noun].length;
    for (const range of [
      `bytes=${size}-`,
      `bytes=${size + 10}-${size + 20}`,
      'bytes=-0',
      'bytes=99999999999999999999-',
    ]) {
      const answer = await edge.get(path, { range });
      assert.equal(answer.status, 416, range);
      assert.equal(answer.headers['cache-control'], 'no-store');
      assert.equal(answer.headers['content-range'], `bytes */${size}`);
    }
  });

  test(`${noun}: what is no single part is answered whole`, async () => {
    for (const range of ['bytes=0-1,5-6', 'bytes=5-4', 'bytes=x-', 'items=0-5']) {
      const answer = await edge.get(path, { range });
      assert.equal(answer.status, 200, range);
      assert.ok(answer.body.equals(bodies[noun]), range);
    }
  });

  test(`${noun}: another version than the one that alone is wanted`, async () => {
    const { etag } = (await edge.get(path)).headers;
    const range = 'bytes=3-12';
    for (const tags of [etag, `"other", ${etag}`, '*']) {
      const same = await edge.get(path, { range, 'if-match': tags });
      assert.equal(same.status, 206, tags);
      assert.ok(same.body.equals(bodies[noun].subarray(3, 13)));
    }
    for (const method of ['GET', 'HEAD']) {
      for (const tags of ['"other"', `W/${etag}`]) {
        const answer = await edge.send(method, path, { range, 'if-match': tags, 'if-none-match': etag });
        assert.deepEqual([answer.status, answer.headers['cache-control']], [412, 'no-store'], `${method} ${tags}`);
      }
    }
  });

  test(`${noun}: a part only of the version that the client began with`, async () => {
    const { etag } = (await edge.get(path)).headers;
    const range = 'bytes=3-12';
    const same = await edge.get(path, { range, 'if-range': etag });
    assert.equal(same.status, 206);
    assert.ok(same.body.equals(bodies[noun].subarray(3, 13)));
    for (const tag of ['"other"', `W/${etag}`, 'Mon, 02 Nov 2026 10:00:00 GMT']) {
      const whole = await edge.get(path, { range, 'if-range': tag });
      assert.equal(whole.status, 200, tag);
      assert.ok(whole.body.equals(bodies[noun]), tag);
    }
  });
}
