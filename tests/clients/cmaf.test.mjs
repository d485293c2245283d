// hls.js, dash.js and Shaka Player, in a real browser, play HLS and DASH of both kinds of source from the local edge.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DURATION_SECONDS } from '../../scripts/sample/recipe.mjs';
import { startBrowser } from '../lib/browser.mjs';
import { FRAMES, bySamplesFolder } from '../lib/by-samples.mjs';
import { startEdge } from '../lib/edge.mjs';
import { PROGRESSIVE, SECONDS, progressiveFolder } from '../lib/progressive.mjs';
import { PLAYERS, SCRIPTS, prepare } from '../lib/players.mjs';
import { SAMPLE, sampleFolder } from '../lib/sample.mjs';

const SOURCES = [
  { title: 'fragmented files', folder: sampleFolder, name: SAMPLE, seconds: DURATION_SECONDS, heights: [360, 1080] },
  { title: 'progressive MP4s', folder: progressiveFolder, name: PROGRESSIVE, seconds: SECONDS, heights: [180, 360] },
  {
    title: 'files of a frame to a fragment',
    folder: bySamplesFolder,
    name: FRAMES,
    seconds: SECONDS,
    heights: [180, 360],
  },
];

let browser;
const closing = [];

before(async () => {
  browser = await startBrowser(SCRIPTS);
  closing.push(() => browser.close());
  for (const source of SOURCES) {
    source.edge = await startEdge(await source.folder(), { vars: { SEGMENT_MS: '6000' } });
    closing.push(() => source.edge.close());
  }
});

after(async () => {
  for (const close of closing.reverse()) await close();
});

// Each plays in a window of its own.
describe('players', { concurrency: 2 }, () => {
  for (const { title, manifest, start } of PLAYERS) {
    for (const source of SOURCES) {
      test(`${title} plays ${source.title}, switches its level, seeks, and comes to the end, without an error`, async (t) => {
        const { page, state, until, picture } = await browser.open();
        const urls = [];
        page.on('request', (request) => urls.push(request.url()));
        await prepare(page);
        await page.evaluate(start, new URL(`/${source.name}/${manifest}`, source.edge.url).href);

        const { heights, seconds } = source;
        await until('two seconds played', () => video.currentTime > 2 && state().frames > 40);
        assert.equal((await state()).height, heights[0]);
        const duration = await page.evaluate(() => video.duration);
        assert.ok(Math.abs(duration - seconds) < 0.1, `it lasts ${duration} s`);

        await page.evaluate(() => window.toTop());
        await until(`${heights[1]} lines`, (height) => video.videoHeight === height, heights[1]);
        const at = (await state()).time;
        await until('a second played of them', (from) => video.currentTime > from + 1, at);
        await picture(`${title} ${source.title}`.replaceAll(/\W+/g, '-'));

        const there = seconds * 0.6;
        await page.evaluate((to) => (video.currentTime = to), there);
        await until(
          'played on after a seek',
          (from) => !video.seeking && video.currentTime > from + 1 && video.currentTime < from + 8,
          there,
        );
        await page.evaluate((to) => (video.currentTime = to), seconds - 3);
        await until('the end', () => state().ended);
        const end = await state();
        const furthest = await page.evaluate(() => window.furthest());
        assert.ok(Math.abs(furthest - seconds) < 0.3, `it ended at ${furthest} s`);
        assert.deepEqual(end.errors, []);

        const media = urls.filter((url) => /\.(m4s|mp4)$/.test(url));
        assert.ok(
          media.length > 8 &&
            media.every((url) =>
              /\.ism\/[0-9a-f]{16}\/(video|audio|captions_\w+)\/\d+\/(6000ms\/|iframes\/)?(\d+\.m4s|init\.mp4)$/.test(
                url,
              ),
            ),
          'all under a generation',
        );
        const levels = new Set(media.map((url) => /\/video\/(\d+)\//.exec(url)?.[1]).filter(Boolean));
        assert.ok(levels.size >= 2, `levels asked for: ${[...levels]}`);
        t.diagnostic(`${end.frames} frames shown, ${media.length} segments and headers loaded`);
        await page.close();
      });
    }
  }
});
