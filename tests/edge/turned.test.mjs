// Video that its file says is to be turned: HLS and DASH say so too, out of fragmented and progressive files alike, and
// Smooth Streaming, which cannot, says what to use.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { ffprobePath } from '../../scripts/lib/ffmpeg.mjs';
import { run } from '../../scripts/lib/run.mjs';
import { readMedia } from '../lib/boxes.mjs';
import { startEdge } from '../lib/edge.mjs';
import { ffmpeg, h264, inputs, madeFolder, writeServerManifest } from '../lib/media.mjs';

/** How far each is to be turned, and whether its file has fragments. */
const FILMS = {
  'plain-90': [90, false],
  'plain-180': [180, false],
  'fragmented-90': [90, true],
  'fragmented-270': [270, true],
};
const FRAGMENTED = ['-movflags', 'frag_keyframe+empty_moov+default_base_moof'];

let folder;
let edge;

before(async () => {
  folder = await madeFolder('turned', import.meta.filename, async (scratch) => {
    await ffmpeg(scratch, ...inputs({ seconds: 5 }), ...h264(200_000), '-c:a', 'aac', 'upright.mp4');
    await mkdir(path.join(scratch, 'films'));
    for (const [name, [degrees, isFragmented]] of Object.entries(FILMS)) {
      await ffmpeg(
        scratch,
        '-i',
        'upright.mp4',
        '-map',
        '0:v',
        '-c',
        'copy',
        '-metadata:s:v',
        `rotate=${degrees}`,
        `${name}.mp4`,
      );
      await ffmpeg(
        scratch,
        '-i',
        `${name}.mp4`,
        '-c',
        'copy',
        ...(isFragmented ? FRAGMENTED : []),
        `films/${name}.mp4`,
      );
      await writeServerManifest(path.join(scratch, 'films', `${name}.ism`), [
        { kind: 'video', src: `${name}.mp4`, bitrate: 200_000, trackId: 1 },
      ]);
    }
  });
  edge = await startEdge(folder);
});

after(() => edge?.close());

const get = async (name, rest) => {
  const answer = await fetch(new URL(`/films/${name}.ism/${rest}`, edge.url));
  return { status: answer.status, text: await answer.text() };
};

/** By how many degrees ffprobe would turn the video at `place`; `undefined` if by none. */
const turnedBy = async (place) => {
  const said = await run(
    ffprobePath(),
    ['-v', 'error', '-select_streams', 'v', '-show_entries', 'stream_side_data=rotation', '-of', 'json', place],
    { title: 'ffprobe' },
  );
  return JSON.parse(said).streams[0].side_data_list?.[0].rotation;
};

for (const name of Object.keys(FILMS)) {
  test(`${name} is turned over HLS and DASH as its file is`, async () => {
    const expected = await turnedBy(path.join(folder, 'films', `${name}.mp4`));
    assert.notEqual(expected, undefined);
    assert.equal(await turnedBy(new URL(`/films/${name}.ism/master.m3u8`, edge.url).href), expected);
    const { text: mpd } = await get(name, 'manifest.mpd');
    const [, generation] = /initialization="([0-9a-f]{16})\//.exec(mpd);
    const init = new URL(`/films/${name}.ism/${generation}/video/200000/init.mp4`, edge.url).href;
    assert.equal(await turnedBy(init), expected);
    const size = name.endsWith('180') ? 'width="320" height="180"' : 'width="180" height="320"';
    assert.ok(mpd.includes(size), mpd);
  });

  test(`${name} is refused where nothing can say so`, async () => {
    for (const manifest of ['Manifest', 'Manifest(format=fmp4)']) {
      const { status, text } = await get(name, manifest);
      assert.equal(status, 501);
      assert.match(
        text,
        /its video is to be turned, which Smooth Streaming cannot say: play it by HLS \(master\.m3u8\) or DASH \(manifest\.mpd\)/,
      );
    }
  });
}

test('the files are what they are said to be', () => {
  for (const [name, [, isFragmented]] of Object.entries(FILMS)) {
    assert.equal(readMedia(path.join(folder, 'films', `${name}.mp4`)).fragments.length > 0, isFragmented, name);
  }
});
