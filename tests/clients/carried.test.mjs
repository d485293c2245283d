// hls.js, dash.js and Shaka Player, in a real browser, play fragmented files whose fragments are rewritten: from their first
// frame, which is shown when ffprobe says that it is, to the end.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startBrowser } from '../lib/browser.mjs';
import { carriedFolder } from '../lib/carried.mjs';
import { startEdge } from '../lib/edge.mjs';
import { PLAYERS, SCRIPTS, screened } from '../lib/screening.mjs';

/** Presentations, and when the first frame of each is shown. */
const FILMS = {
  'films/dash.ism': 0,
  'films/shaka.ism': 0,
  'films/shared.ism': 0.08,
  'films/both.ism': 0,
  'films/ladder.ism': 0,
};
const SECONDS = 7;
const FRAME = 0.04;

/** They are given the addresses that Azure's packager had. */
const MANIFESTS = {
  'hls.js': 'manifest(format=m3u8-aapl,audio-only=false)',
  'Shaka Player, as HLS,': 'manifest(format=m3u8-aapl-v3).m3u8',
};
const BY_PROTOCOL = { dash: 'manifest(format=mpd-time-csf)', smooth: 'Manifest' };

let browser;
let edge;

before(async () => {
  browser = await startBrowser(SCRIPTS);
  edge = await startEdge(await carriedFolder());
});

after(async () => {
  await edge?.close();
  await browser?.close();
});

// Each plays in a window of its own, and shows small frames.
describe('players', { concurrency: 3 }, () => {
  for (const { title, protocol, start } of PLAYERS) {
    const manifest = MANIFESTS[title] ?? BY_PROTOCOL[protocol];
    for (const [name, shown] of Object.entries(FILMS)) {
      test(`${title} plays ${name} from its first frame to the end`, async (t) => {
        const url = new URL(`/${name}/${manifest}`, edge.url).href;
        const { errors, first, time, buffered } = await screened(browser, url, start);
        assert.deepEqual(errors, []);
        assert.ok(Math.abs(first - shown) < FRAME / 2, `its first frame is shown at ${first} s`);
        assert.ok(Math.abs(time - SECONDS - shown) < 3 * FRAME, `it ended at ${time} s`);
        t.diagnostic(JSON.stringify({ first, time, buffered }));
      });
    }
  }
});
