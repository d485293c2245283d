// What encoders and packagers write, indexed by the command line and by the Worker, and served.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readFragment, readMedia } from '../lib/boxes.mjs';
import { indexes, millrace } from '../lib/cli.mjs';
import { beside, eventually, withWorker } from '../lib/counted.mjs';
import { startEdge } from '../lib/edge.mjs';
import { readManifest } from '../lib/manifest.mjs';
import { dropTfxd } from '../lib/rewrite.mjs';
import { VARIETY, varietyFolder, varietyKey } from '../lib/variety.mjs';

const unescaped = (name) => name.replaceAll('&amp;', '&');

describe('served', () => {
  let edge;
  let folder;

  before(async () => {
    folder = await varietyFolder();
    edge = await startEdge(folder);
  });

  after(() => edge?.close());

  for (const [at, [what, { tracks, timescale, times, fourCc, injected, rewritten }]] of Object.entries(
    VARIETY,
  ).entries()) {
    test(what, async () => {
      const key = varietyKey(at);
      const answer = await edge.get(`/${key}/Manifest`);
      assert.equal(answer.status, 200, answer.text);
      const manifest = readManifest(answer.text);
      const levels = manifest.streams.flatMap((stream) => stream.levels.map((level) => ({ stream, level })));
      assert.equal(levels.length, tracks.length);
      const urls = new Set();
      for (const [n, { stream, level }] of levels.entries()) {
        const { kind, src, trackId = 1 } = tracks[n];
        assert.equal(stream.attributes.Type, kind);
        if (fourCc) assert.match(level.FourCC, fourCc);
        if (timescale && kind === 'video') assert.equal(stream.attributes.TimeScale, String(timescale));
        assert.ok(Number(level.Bitrate) > 0);

        const { fragments } = readMedia(path.join(folder, beside(key, unescaped(src))));
        const own = fragments.filter((fragment) => fragment.trackId === trackId);
        assert.ok(own.length >= 4);
        assert.equal(stream.chunks.length, own.length);
        for (const [m, fragment] of own.entries()) {
          const { start, duration } = stream.chunks[m];
          const expected = times ? times(fragment, kind) : fragment.start;
          assert.equal(start, Math.max(expected, 0), `chunk ${m}`);
          assert.ok(duration > 0);

          const url = `/${key}/${stream.url(level.Bitrate, start)}`;
          assert.ok(!urls.has(url), `${url} means two fragments`);
          urls.add(url);
          const { status, body } = await edge.get(url);
          assert.equal(status, 200, `${url}: ${body}`);
          if (injected) assertInjected(body, fragment);
          else if (rewritten) assertRewritten(body, fragment, m);
          else assert.ok(body.equals(fragment.bytes), `${url}: other bytes than stored`);
        }
      }
    });
  }
});

function assertInjected(body, fragment) {
  const { tfxd, moof, payload } = readFragment(body);
  assert.equal(tfxd, fragment.start);
  assert.ok(dropTfxd(moof).equals(fragment.moof));
  assert.ok(payload.equals(fragment.payload));
}

/** Of audio, the first fragment lacks what is not shown. */
function assertRewritten(body, fragment, number) {
  const { payload } = readFragment(body);
  const stored = number === 0 ? fragment.payload.subarray(-payload.length) : fragment.payload;
  assert.ok(payload.equals(stored) && payload.length > 0.9 * fragment.payload.length);
}

test('the Worker makes the same indexes as the command line', async () => {
  const folder = await varietyFolder();
  const keys = Object.keys(VARIETY).map((_, at) => varietyKey(at));
  const made = await indexes(folder, keys);
  await withWorker(folder, { indexed: false }, async (worker, storage) => {
    for (const [at, what] of Object.keys(VARIETY).entries()) {
      const key = `index/${varietyKey(at)}`;
      const answer = await worker.get(`/${varietyKey(at)}/Manifest`);
      assert.equal(answer.status, 200, `${what}: ${worker.logged()}`);
      await eventually(`index of ${what}`, () => storage.values.has(key));
      assert.ok(storage.values.get(key).equals(made.get(key)), what);
    }
  });
});

test('verify finds every index right, by every box', async () => {
  const folder = await varietyFolder();
  for (const [at, what] of Object.keys(VARIETY).entries()) {
    const ism = path.join(folder, varietyKey(at));
    const index = `${path.dirname(folder)}/${at}.index`;
    const made = await millrace('index', ism, '--root', folder, '--output', index);
    assert.equal(made.code, 0, `${what}: ${made.stderr}`);
    const { code, stderr } = await millrace('verify', ism, '--root', folder, '--index', index);
    assert.equal(code, 0, `${what}: ${stderr}`);
  }
});
