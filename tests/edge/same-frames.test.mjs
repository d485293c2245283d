// What is played over HLS and DASH is the file, frame by frame and at its times, whatever kind of file it is: ffmpeg
// decodes both and compares nothing but what it shows.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { decoded } from '../lib/decoded.mjs';
import { startEdge } from '../lib/edge.mjs';
import { TWINS, tracksOf, twinsFolder } from '../lib/twins.mjs';

let folder;
let edge;
/** What each track decodes to in its file, by presentation. */
const files = new Map();

before(async () => {
  folder = await twinsFolder();
  edge = await startEdge(folder);
  for (const name of TWINS)
    files.set(
      name,
      await Promise.all(tracksOf(name).map(({ src }) => decoded(path.join(folder, path.dirname(name), src), '0'))),
    );
});

after(() => edge?.close());

/** Times of audio in 48,000ths are rounded to ten-millionths. */
const rounded = (frames) => frames.map(({ time, digest }) => `${time.toFixed(6)} ${digest}`);

test('the files are of one encode, and have its times', () => {
  const [plain, fragmented, smooth] = TWINS.map((name) => files.get(name));
  assert.deepEqual(
    plain.map(({ length }) => length),
    [325, 611],
  );
  assert.deepEqual(plain.map(rounded), fragmented.map(rounded));
  assert.deepEqual(
    plain.map((frames) => frames.map(({ digest }) => digest)),
    smooth.map((frames) => frames.map(({ digest }) => digest)),
  );
});

for (const name of TWINS) {
  for (const manifest of ['master.m3u8', 'manifest.mpd']) {
    test(`${name} decodes over ${manifest} to what its files do`, async () => {
      const url = new URL(`/${name}/${manifest}`, edge.url).href;
      for (const [at, stream] of ['v:0', 'a:0'].entries()) {
        const served = await decoded(url, stream);
        assert.deepEqual(rounded(served), rounded(files.get(name)[at]), stream);
      }
    });
  }
}
