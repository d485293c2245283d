// Keyframes by themselves, as players of HLS and DASH show them while they are wound through, and as single frames.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { before, test } from 'node:test';
import { earlyOf, find, parse, readFragment } from '../lib/boxes.mjs';
import { BRIEF, LEVELS as BRIEF_LEVELS, briefFolder, briefFragments } from '../lib/brief.mjs';
import { readMpd, readPlaylist } from '../lib/cmaf.mjs';
import { beside, etagOf, eventually, reads, withWorker } from '../lib/counted.mjs';
import { decoded } from '../lib/decoded.mjs';
import {
  LEVELS as PROGRESSIVE_LEVELS,
  PROGRESSIVE,
  progressiveFolder,
  samplesOf,
  twinSamples,
} from '../lib/progressive.mjs';

const NON_SYNC = 0x10000;
const isKey = ({ flags }) => (flags & NON_SYNC) === 0;

/** Both kinds of source, and the keyframes that each level of video has, in ticks of Smooth Streaming. */
const presentations = [];

before(async () => {
  const [brief, plain] = [await briefFolder(), await progressiveFolder()];
  const of = (levels, samples) =>
    levels.filter(({ kind }) => kind === 'video').map((level) => ({ ...level, keys: samples(level).filter(isKey) }));
  presentations.push({
    name: BRIEF,
    folder: brief,
    levels: of(BRIEF_LEVELS, (level) => briefFragments(brief, level).flatMap(samplesOf)),
  });
  presentations.push({
    name: PROGRESSIVE,
    folder: plain,
    levels: of(PROGRESSIVE_LEVELS, (level) => twinSamples(plain, level)),
  });
});

const inside = (name, url) => `/${path.posix.dirname(name)}/${path.posix.basename(name)}/${url}`;
const onEach = (use) => async () => {
  for (const presentation of presentations)
    await withWorker(presentation.folder, {}, (worker, storage) => use(worker, presentation, storage));
};

/** What an MPD says of the keyframes of a level. */
async function trickOf(worker, name, { bitrate }) {
  const { sets, tricks } = readMpd((await worker.get(`/${name}/manifest.mpd`)).text);
  const [trick] = tricks;
  return {
    trick,
    main: sets.find(({ attributes }) => attributes.id === trick.of),
    level: trick.levels.find(({ attributes }) => attributes.id === `video/${bitrate}/iframes`),
  };
}

test(
  'a playlist of keyframes has one for each segment, which lasts as long',
  onEach(async (worker, { name, levels }) => {
    const master = readPlaylist((await worker.get(`/${name}/master.m3u8`)).text);
    const lists = master.filter(({ tag }) => tag === 'EXT-X-I-FRAME-STREAM-INF');
    const variants = master.filter(({ tag }) => tag === 'EXT-X-STREAM-INF');
    assert.equal(lists.length, levels.length);
    for (const [at, { attributes }] of lists.entries()) {
      assert.deepEqual(Object.keys(attributes), ['BANDWIDTH', 'CODECS', 'RESOLUTION', 'URI']);
      assert.equal(attributes.CODECS, variants[at].attributes.CODECS.split(',')[0]);
      assert.equal(attributes.RESOLUTION, variants[at].attributes.RESOLUTION);
      assert.equal(attributes.URI, variants[at].url.replace('index.m3u8', 'iframes/index.m3u8'));
      const answer = await worker.get(inside(name, attributes.URI));
      assert.deepEqual([answer.status, answer.headers['content-type']], [200, 'application/vnd.apple.mpegurl']);
      const all = (await worker.get(inside(name, variants[at].url))).text;
      assert.equal(answer.text, all.replace('#EXT-X-INDEPENDENT-SEGMENTS', '#EXT-X-I-FRAMES-ONLY'));
    }
  }),
);

test(
  'an MPD has them in a set of their own, which stands in for that of all frames',
  onEach(async (worker, { name, levels }) => {
    for (const level of levels) {
      const { trick, main, level: keys } = await trickOf(worker, name, level);
      assert.deepEqual([trick.attributes.contentType, trick.attributes.codingDependency], ['video', 'false']);
      assert.equal(
        trick.attributes.maxPlayoutRate,
        String(
          Math.floor(
            (25 * main.levels[0].segments.reduce((sum, { duration }) => sum + duration, 0)) /
              1e7 /
              main.levels[0].segments.length,
          ),
        ),
      );
      const whole = main.levels.find(({ attributes }) => attributes.id === `video/${level.bitrate}`);
      const { id: _, bandwidth, frameRate, ...same } = whole.attributes;
      const { id: __, bandwidth: least, frameRate: seldom, ...stated } = keys.attributes;
      assert.deepEqual(stated, same);
      assert.equal(frameRate, '25');
      assert.match(seldom, /^\d+\/\d+$/, 'a whole number ranks it before fractions');
      assert.ok(Number(least) < Number(bandwidth), `${least}, and ${bandwidth} of all`);
      assert.deepEqual(
        keys.segments.map(({ start, duration }) => [start, duration]),
        whole.segments.map(({ start, duration }) => [start, duration]),
      );
    }
  }),
);

test(
  'each is the one keyframe of its segment, at its time, for one read of storage',
  onEach(async (worker, { name, levels }, storage) => {
    for (const level of levels) {
      const {
        level: { init, segments },
      } = await trickOf(worker, name, level);
      const answer = await worker.get(inside(name, init));
      assert.equal(answer.status, 200);
      const early = earlyOf(answer.body);
      assert.equal(segments.length, level.keys.length);
      for (const [at, { start, duration, url }] of segments.entries()) {
        storage.taken();
        const answer = await worker.get(inside(name, url));
        assert.equal(answer.status, 200, `${url}: ${answer.text}`);
        assert.deepEqual(
          [answer.headers['content-type'], answer.headers['content-length']],
          ['video/mp4', String(answer.body.length)],
        );
        const [read, ...more] = reads(storage.taken(), 'r2');
        assert.deepEqual(
          [read.key, read.etag, more],
          [beside(name, level.src), etagOf(storage, beside(name, level.src)), []],
          url,
        );
        const { boxes } = parse(answer.body);
        assert.deepEqual(
          boxes.map(({ type }) => type),
          ['moof', 'mdat'],
        );
        assert.deepEqual(
          find(boxes[0].boxes, 'traf').boxes.map(({ type }) => type),
          ['tfhd', 'tfdt', 'trun'],
        );
        const fragment = readFragment(answer.body);
        const [frame, ...others] = samplesOf(fragment);
        const key = level.keys[at];
        assert.deepEqual(
          [frame.at, frame.duration, frame.composed - early, isKey(frame), others],
          [start, duration, key.composed, true, []],
          url,
        );
        assert.ok(frame.bytes.equals(key.bytes) && fragment.payload.equals(key.bytes), `bytes of ${url}`);
      }
    }
  }),
);

test(
  'of audio there are none',
  onEach(async (worker, { name }) => {
    const { sets } = readMpd((await worker.get(`/${name}/manifest.mpd`)).text);
    const sound = sets.find(({ attributes }) => attributes.contentType === 'audio').levels[0].segments[0].url;
    for (const file of [path.posix.basename(sound), 'index.m3u8']) {
      const answer = await worker.get(inside(name, path.posix.join(path.posix.dirname(sound), 'iframes', file)));
      assert.equal(answer.status, 404, answer.text);
      assert.match(answer.text, /no keyframes/);
    }
  }),
);

test('the rest of a stored fragment is not waited for', async () => {
  const [
    {
      name,
      folder,
      levels: [level],
    },
  ] = presentations;
  const fragments = briefFragments(folder, level);
  const at = fragments.findIndex((fragment) => samplesOf(fragment)[0].size < fragment.bytes.length / 3);
  assert.ok(at >= 0, 'there is one whose keyframe lies in its first half');
  await withWorker(folder, {}, async (worker, storage) => {
    const {
      level: { segments },
    } = await trickOf(worker, name, level);
    let source;
    storage.server.on('request', (_, response) => (source = response));
    // Half of it is all that storage ever sends.
    storage.onCall = ({ store }) => (store === 'r2' ? 'stall' : undefined);
    const answer = await worker.get(inside(name, segments[at].url));
    assert.deepEqual([answer.status, answer.body.length], [200, Number(answer.headers['content-length'])]);
    await eventually('end of the read', () => source.closed || void source.write(Buffer.alloc(10_000)));
    assert.ok(!source.writableFinished);
  });
});

test(
  'an init segment and a keyframe decode to the frame of the film at that time',
  onEach(async (worker, { name, folder, levels }) => {
    const scratch = await mkdtemp(path.join(os.tmpdir(), 'millrace-picture-'));
    try {
      for (const level of levels) {
        const film = await decoded(path.join(folder, beside(name, level.src)), 'v:0');
        const {
          level: { init, segments },
        } = await trickOf(worker, name, level);
        for (const [at, { url }] of segments.entries()) {
          const file = path.join(scratch, 'picture.mp4');
          const both = await Promise.all([init, url].map((one) => worker.get(inside(name, one))));
          await writeFile(file, Buffer.concat(both.map(({ body }) => body)));
          const [picture, ...more] = await decoded(file, 'v:0');
          // ffmpeg counts from the first picture where some are shown before they are decoded.
          const since = (level.keys[at].composed - level.keys[0].composed) / 1e7;
          const shown = film.find(({ time }) => Math.abs(time - film[0].time - since) < 0.001);
          assert.deepEqual([picture.digest, more], [shown.digest, []], url);
        }
      }
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }),
);
