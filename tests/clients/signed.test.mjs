// Players of each protocol play a presentation that is closed to whoever has no token, and a filtered clip of it: those frames
// that the file has there, from the first to the last.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BRIEF, LEVELS, briefFolder, briefFragments } from '../lib/brief.mjs';
import { startBrowser } from '../lib/browser.mjs';
import { startEdge } from '../lib/edge.mjs';
import { numberOf, picturesOf } from '../lib/pictures.mjs';
import { PLAYERS, SCRIPTS, screened } from '../lib/screening.mjs';
import { CLOSED, token } from '../lib/signed.mjs';
import { count, withDownloads } from '../lib/yt-dlp.mjs';

const MANIFESTS = { hls: 'master.m3u8', dash: 'manifest.mpd', smooth: 'Manifest' };
const [LOW, , AUDIO] = LEVELS;
/** Neither bound lies between two chunks, which are of 50 frames, 25 a second. */
const [FROM, TO] = [3, 5.5];
const CLIP = new URLSearchParams({
  filter: `type!="video"||systemBitrate<=${LOW.bitrate}`,
  vbegin: String(FROM),
  vend: String(TO),
});
/** The frames that players show of it. HLS tells them where in the chunk to begin, which Shaka Player does a frame sooner. */
const SHOWN = {
  smooth: { first: [50, 50], last: 149 },
  hls: { first: [74, 75], last: 149 },
  dash: { first: [50, 50], last: 136 },
};

let folder;
let browser;
let edge;
let pictures;

before(async () => {
  folder = await briefFolder();
  browser = await startBrowser(SCRIPTS);
  edge = await startEdge(folder, { vars: CLOSED });
  pictures = await picturesOf(path.join(folder, 'films', LOW.src));
});

after(async () => {
  await edge?.close();
  await browser?.close();
});

/** The address of a manifest with a token in its path, or in its query, from where the viewer is sent on. */
const inPath = (protocol, query = '') =>
  new URL(`/hdntl=${token()}/${BRIEF}/${MANIFESTS[protocol]}?${query}`, edge.url).href;
const inQuery = (protocol, query) =>
  new URL(`/${BRIEF}/${MANIFESTS[protocol]}?hdnts=${token()}&${query}`, edge.url).href;

/**
 * What a player has shown: the numbers of its first frame and its last, and how many were decoded. A browser that drops frames, as
 * it does where a machine is too busy, does not count all that it decodes: then it is shown again, twice at most.
 */
async function framesOf(t, address, start, again = 2) {
  const { pictures: seen, ...more } = await screened(browser, address, start);
  assert.deepEqual(more.errors, []);
  const [first, last] = seen.map((picture) => numberOf(picture, pictures));
  t.diagnostic(JSON.stringify({ first, last, ...more }));
  if (more.dropped > 0 && again > 0) return framesOf(t, address, start, again - 1);
  return { first, last, decoded: more.frames, seeks: more.seeks };
}

// Each plays in a window of its own, and shows small frames.
describe('players', { concurrency: 2 }, () => {
  for (const { title, protocol, start } of PLAYERS) {
    test(`${title} plays all frames of a signed presentation`, async (t) => {
      const { first, last, decoded, seeks } = await framesOf(t, inPath(protocol), start);
      assert.equal(pictures.length, 250);
      assert.deepEqual([first, last], [0, pictures.length - 1]);
      // Where it ends dash.js may go back half a second, and has that decoded once more.
      assert.ok(
        seeks === 0 ? decoded === pictures.length : decoded > pictures.length,
        `${decoded}, with ${seeks} seeks`,
      );
    });

    test(`${title} is sent on from a token in the query, and plays a filtered clip`, async (t) => {
      const { first, last, decoded } = await framesOf(t, inQuery(protocol, CLIP), start);
      const shown = SHOWN[protocol];
      assert.ok(shown.first.includes(first), `it begins with frame ${first}`);
      assert.equal(last, shown.last);
      // After a seek, those are decoded twice that lie between a keyframe and where it led.
      assert.ok(decoded > last - first, `${decoded} frames are decoded`);
    });
  }
});

for (const protocol of Object.keys(MANIFESTS)) {
  test(`yt-dlp downloads a signed presentation and a filtered clip, as ${protocol}`, async () => {
    const counted = async (query) => {
      const counts = [];
      await withDownloads(inPath(protocol, query), async (formats) => {
        for (const { file } of formats.filter(({ file }) => !file.endsWith('_iframes'))) {
          const { codec_name: codec, width = 0, packets, frames } = await count(file);
          counts.push({ codec, width, packets, frames });
        }
      });
      return counts.sort((one, other) => one.width - other.width);
    };
    const whole = (await Promise.all(LEVELS.map(({ src }) => count(path.join(folder, 'films', src))))).map(
      ({ codec_name: codec, width = 0, packets, frames }) => ({ codec, width, packets, frames }),
    );
    assert.deepEqual(
      await counted(''),
      whole.sort((one, other) => one.width - other.width),
    );
    const within = ({ start, duration }) => start + duration > FROM * 1e7 && start < TO * 1e7;
    const samples = (level) =>
      briefFragments(folder, level)
        .filter(within)
        .reduce((sum, { samples }) => sum + samples, 0);
    const [audio, low] = [samples(AUDIO), samples(LOW)];
    assert.equal(low, 100);
    assert.deepEqual(await counted(CLIP), [
      { codec: 'aac', width: 0, packets: audio, frames: audio },
      { codec: 'h264', width: 320, packets: low, frames: low },
    ]);
  });
}
