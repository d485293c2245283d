// Independent parsers find no fault in any box that is written: init segments, segments, keyframes, and the fragments that
// Smooth Streaming is sent of progressive MP4s.
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { readMpd } from '../lib/cmaf.mjs';
import { startEdge } from '../lib/edge.mjs';
import { KINDS } from '../lib/kinds.mjs';
import { readManifest } from '../lib/manifest.mjs';
import { PROGRESSIVE, progressiveFolder } from '../lib/progressive.mjs';
import { boxFaults } from '../lib/box-faults.mjs';

/** Sample entries are handed on as they are, and this ffmpeg writes a `dec3` that is a byte too long. */
const OF_THE_FILE = /'dec3' did not read the entire .* \(missing 1 bytes\)/;
const inside = (name, url) => `/${path.posix.dirname(name)}/${path.posix.basename(name)}/${url}`;

for (const { title, make, rates, progressive } of KINDS) {
  test(`of ${title}`, async (t) => {
    const edge = await startEdge(await make());
    let count = 0;
    const check = async (url, wanted) => {
      const { status, body, text } = await edge.get(url);
      assert.equal(status, 200, `${url}: ${text}`);
      assert.deepEqual(
        boxFaults(body).filter((fault) => !OF_THE_FILE.test(fault)),
        [],
        url,
      );
      assert.match(body.subarray(4, 8).toString('latin1'), wanted);
      count += 1;
    };
    try {
      for (const name of Object.keys(rates)) {
        const { sets, tricks } = readMpd((await edge.get(`/${name}/manifest.mpd`)).text);
        for (const { init, segments } of [...sets, ...tricks].flatMap(({ levels }) => levels)) {
          await check(inside(name, init), /ftyp/);
          for (const { url } of segments) await check(inside(name, url), /moof/);
        }
        if (!progressive?.test(name)) continue;
        for (const { chunks, levels, url } of readManifest((await edge.get(`/${name}/Manifest`)).text).streams) {
          for (const { level, start } of levels.flatMap((level) => chunks.map(({ start }) => ({ level, start })))) {
            for (const noun of ['Fragments', 'KeyFrames'])
              await check(inside(name, url(level.Bitrate, start).replace('Fragments', noun)), /moof/);
          }
        }
      }
      t.diagnostic(`${count} answers`);
    } finally {
      await edge.close();
    }
  });
}

test('a fault is seen', async () => {
  const edge = await startEdge(await progressiveFolder());
  try {
    const [
      {
        levels: [
          {
            init,
            segments: [{ url }],
          },
        ],
      },
    ] = readMpd((await edge.get(`/${PROGRESSIVE}/manifest.mpd`)).text).sets;
    const [front, segment] = await Promise.all(
      [init, url].map(async (one) => (await edge.get(inside(PROGRESSIVE, one))).body),
    );
    const broken = (bytes, type, at, value) => {
      const other = Buffer.from(bytes);
      other.writeUInt32BE(value, bytes.indexOf(type) + at);
      return boxFaults(other);
    };
    const size = (bytes, type) => bytes.readUInt32BE(bytes.indexOf(type) - 4);
    const count = segment.readUInt32BE(segment.indexOf('trun') + 8);
    for (const faults of [
      broken(front, 'avcC', -4, size(front, 'avcC') - 1),
      broken(front, 'vmhd', 0, 0x6e6f6e65),
      broken(front, 'stsd', -4, size(front, 'stsd') + 4),
      broken(segment, 'trun', 8, count - 1),
      broken(segment, 'trun', 12, 100),
      broken(segment, 'mdat', -4, size(segment, 'mdat') - 1),
      boxFaults(segment.subarray(0, -1)),
    ])
      assert.notEqual(faults.length, 0);
  } finally {
    await edge.close();
  }
});
