// Progressive MP4s by codec, muxer and layout: what is served are the samples that ffprobe finds in the file, and those of
// the same encode in fragments, at the same times.
import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { ffprobePath } from '../../scripts/lib/ffmpeg.mjs';
import { run } from '../../scripts/lib/run.mjs';
import { startEdge } from '../lib/edge.mjs';
import { samplesIn, servedFragments, servedStream } from '../lib/fragments.mjs';
import { ffmpeg } from '../lib/media.mjs';
import { endOf, framesOf, packetsOf, packetsOfSamples } from '../lib/packets.mjs';
import {
  PROGRESSIVE_VARIETY,
  UNEVEN_PIXELS,
  progressiveKey,
  progressiveVarietyFolder,
  twinKey,
} from '../lib/progressive-variety.mjs';

let edge;
let folder;

before(async () => {
  folder = await progressiveVarietyFolder();
  edge = await startEdge(folder);
});

after(() => edge?.close());

const STREAMS = { video: 1, audio: 2 };

for (const [at, [name, { twin }]] of Object.entries(PROGRESSIVE_VARIETY).entries()) {
  test(name, async () => {
    const file = path.join(folder, path.dirname(progressiveKey(at)), 'x.mp4');
    for (const [kind, trackId] of Object.entries(STREAMS)) {
      const served = await servedFragments(edge, progressiveKey(at), kind);
      for (const { chunk, fragment } of served)
        assert.deepEqual([fragment.start, fragment.duration], [chunk.start, chunk.duration]);
      const samples = samplesIn(served);
      const packets = await packetsOf(file, trackId);
      assert.ok(packets.length > 100);
      assert.deepEqual(packetsOfSamples(samples), packets);
      if (kind === 'video')
        assert.equal(Math.min(...samples.map(({ composed }) => composed)), 0, 'the first picture is shown at 0');
      const last = samples.at(-1);
      // Counted over all that came before: whatever drifts, drifts apart here.
      assert.equal(last.at + last.duration, await endOf(file, trackId), 'the end');
      if (kind === 'video') {
        const decoded = await decodedFrames(file, trackId, served);
        assert.deepEqual(decoded, await framesOf(file, trackId));
      }
      if (!twin) continue;
      const twins = samplesIn(await servedFragments(edge, twinKey(at), kind));
      assertAlike(packetsOfSamples(samples), packetsOfSamples(kind === 'video' ? twins : heard(twins)));
    }
  });
}

test('the shape of pixels reaches players, for whom there is no file but what the manifest and the samples say', async () => {
  const at = Object.keys(PROGRESSIVE_VARIETY).indexOf(UNEVEN_PIXELS);
  const { levels } = await servedStream(edge, progressiveKey(at), 'video');
  const [{ bytes }] = samplesIn(await servedFragments(edge, progressiveKey(at), 'video'));
  const stream = path.join(folder, `pixels-${process.pid}.h264`);
  try {
    await writeFile(stream, Buffer.concat([Buffer.from(levels[0].CodecPrivateData, 'hex'), annexB(bytes)]));
    const shape = await run(
      ffprobePath(),
      ['-v', 'error', '-show_entries', 'stream=sample_aspect_ratio', '-of', 'csv=p=0', stream],
      { title: 'ffprobe' },
    );
    assert.equal(shape.trim(), '4:3');
  } finally {
    await rm(stream, { force: true });
  }
});

/** A sample with start codes in the place of the lengths of its units. */
function annexB(sample) {
  const bytes = Buffer.from(sample);
  for (let at = 0, length; at < bytes.length; at += 4 + length) {
    length = bytes.readUInt32BE(at);
    bytes.writeUInt32BE(1, at);
  }
  return bytes;
}

/** What is left of audio from 0 on. */
const heard = (samples) =>
  samples
    .filter(({ at, duration }) => at + duration > 1)
    .map(({ at, composed, ...sample }) => ({ ...sample, at: Math.max(0, at), composed: Math.max(0, composed) }));

/** The same, but for a tick of 100 ns in their times: ffmpeg rounds those of its fragments as they count from before 0. */
function assertAlike(packets, twins) {
  const untimed = ({ at, composed, ...packet }) => packet;
  assert.deepEqual(packets.map(untimed), twins.map(untimed));
  for (const [n, packet] of packets.entries()) {
    for (const time of ['at', 'composed'])
      assert.ok(Math.abs(packet[time] - twins[n][time]) <= 1, `${time} of sample ${n}`);
  }
}

/** What a decoder makes of fragments behind the head of a file that ffmpeg fragments itself. */
async function decodedFrames(file, trackId, served) {
  const [head, whole] = ['head', 'served'].map((name) => path.join(folder, `${name}-${process.pid}.mp4`));
  try {
    await ffmpeg(
      folder,
      '-i',
      file,
      '-map',
      '0:v',
      '-map',
      '0:a',
      '-c',
      'copy',
      '-movflags',
      'empty_moov+delay_moov+frag_keyframe',
      head,
    );
    const bytes = await readFile(head);
    await writeFile(
      whole,
      Buffer.concat([bytes.subarray(0, bytes.indexOf('moof') - 4), ...served.map(({ body }) => body)]),
    );
    return await framesOf(whole, trackId);
  } finally {
    await Promise.all([head, whole].map((made) => rm(made, { force: true })));
  }
}
