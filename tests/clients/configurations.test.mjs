// hls.js, dash.js and Shaka Player, in a real browser, play what they refuse by the name that its file gives it, and codecs
// that Smooth Streaming has no name for: with audio, to the end, and without an error.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startBrowser } from '../lib/browser.mjs';
import { SECONDS, configurationsFolder, keyOf } from '../lib/configurations.mjs';
import { startEdge } from '../lib/edge.mjs';
import { PLAYERS, SCRIPTS, prepare } from '../lib/players.mjs';

const PLAYED = [
  'mpeg-2-aac',
  'mpeg-2-aac-in-fragments',
  'quicktime-1',
  'quicktime-2',
  'no-size',
  'av1-opus',
  'av1-opus-in-fragments',
  'vp9-flac',
  'vp9-flac-in-fragments',
];

let browser;
let edge;

before(async () => {
  edge = await startEdge(await configurationsFolder());
  browser = await startBrowser(SCRIPTS);
});

after(async () => {
  await browser?.close();
  await edge?.close();
});

// Each plays in a window of its own, and shows small frames.
describe('players', { concurrency: 3 }, () => {
  for (const { title, manifest, start } of PLAYERS) {
    for (const name of PLAYED) {
      test(`${title} plays ${name}`, async (t) => {
        const { page, state, until } = await browser.open();
        await prepare(page);
        await page.evaluate(start, new URL(`/${keyOf(name)}/${manifest}`, edge.url).href);
        await until('two seconds played', () => video.currentTime > 2 && state().frames > 30);
        await until('the end', () => state().ended);
        const { errors, height, frames } = await state();
        const time = await page.evaluate(() => window.furthest());
        assert.deepEqual([errors, height], [[], 180]);
        assert.ok(Math.abs(time - SECONDS) < 0.3, `it ended at ${time} s`);
        // What a decoder put out is counted in bytes of either kind.
        const sound = await page.evaluate(() => video.webkitAudioDecodedByteCount);
        assert.ok(sound > 1000, `${sound} bytes of sound were decoded`);
        t.diagnostic(`${frames} frames, ${sound} bytes of sound`);
        await page.close();
      });
    }
  }
});
