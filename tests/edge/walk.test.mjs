// Every URL that is handed out is answered, and with bytes of the files: of every presentation that tests are made of.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startEdge } from '../lib/edge.mjs';
import { isPresentation } from '../lib/folder.mjs';
import { folders } from '../lib/folders.mjs';
import { progressiveFolder } from '../lib/progressive.mjs';
import { walk } from '../lib/walk.mjs';

for (const { title, make } of await folders()) {
  test(`of ${title}`, async (t) => {
    const edge = await startEdge(await make());
    try {
      const presentations = [...edge.files.keys()].filter(isPresentation);
      assert.notEqual(presentations.length, 0);
      const total = {};
      for (const key of presentations) {
        const { faults, counts } = await walk(edge.get, key, edge.files.values());
        assert.deepEqual(faults, [], key);
        // AV1, VP9, Opus and FLAC have no name in Smooth Streaming.
        const { manifest, untold = 0, fragment = 0, segment = 0 } = counts;
        assert.ok(
          manifest + untold === 3 && untold <= 1 && segment > 0 && fragment > 0 === (untold === 0),
          `${key}: ${JSON.stringify(counts)}`,
        );
        for (const [kind, count] of Object.entries(counts)) total[kind] = (total[kind] ?? 0) + count;
      }
      t.diagnostic(`${presentations.length} presentations: ${JSON.stringify(total)}`);
    } finally {
      await edge.close();
    }
  });
}

test('what is wrong is found', async () => {
  const edge = await startEdge(await progressiveFolder());
  try {
    const spoilt = (spoil) => async (path) => spoil(path, await edge.get(path));
    const files = () => edge.files.values();
    const faultsOf = async (get) => (await walk(get, 'films/plain.ism', files())).faults;
    const other = (is, change) => spoilt((path, answer) => (is.test(path) ? { ...answer, ...change(answer) } : answer));
    const flipped = ({ body }) => ({
      body: Buffer.concat([body.subarray(0, -9), body.subarray(-9).map((byte) => byte ^ 0xff)]),
    });
    for (const [get, wanted] of /** @type {[get: import('../lib/walk.mjs').Get, wanted: RegExp][]} */ ([
      [other(/Fragments\(video=0\)/, () => ({ status: 404, text: 'gone' })), /is 404: gone/],
      [other(/iframes\/index\.m3u8$/, () => ({ status: 501, text: '' })), /is 501/],
      [other(/init\.mp4$/, ({ body }) => ({ body: body.subarray(0, -1) })), /bytes/],
      [other(/\/0\.m4s$/, flipped), /is in none of the files/],
      [other(/KeyFrames\(/, flipped), /is in none of the files/],
    ]))
      assert.match((await faultsOf(get)).join('\n'), wanted);
  } finally {
    await edge.close();
  }
});
