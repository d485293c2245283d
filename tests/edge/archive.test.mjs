// Archives of live channels play in three protocols, out of folders with an object for each fragment.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { CMAF, FMP4, TEXT, archiveFolder, originalsOf } from '../lib/archive.mjs';
import { decoded } from '../lib/decoded.mjs';
import { startEdge } from '../lib/edge.mjs';
import { samplesIn, servedFragments } from '../lib/fragments.mjs';
import { packetsOfSamples } from '../lib/packets.mjs';
import { samplesOf } from '../lib/progressive.mjs';
import { readMedia } from '../lib/boxes.mjs';
import { millrace } from '../lib/cli.mjs';

let folder;
/** With what the command line indexed, and with nothing. */
let indexed;
let bare;

before(async () => {
  folder = await archiveFolder();
  indexed = await startEdge(folder);
  bare = await startEdge(folder, { indexed: false });
});

after(() => Promise.all([indexed?.close(), bare?.close()]));

test('every fragment of Smooth Streaming is an object as it is stored', async () => {
  for (const edge of [indexed, bare]) {
    for (const [name, stored] of [
      ['video', 'pictures'],
      ['audio', 'sound'],
    ]) {
      const fragments = await servedFragments(edge, FMP4, name);
      const objects = [...edge.files.keys()].filter((key) => key.startsWith(`films/fmp4_${stored}/`));
      assert.equal(fragments.length, objects.length - 1, 'all but the header');
      for (const { chunk, body } of fragments) {
        const object = edge.files.get(`films/fmp4_${stored}/${chunk.start}`);
        assert.ok(object?.equals(body), `${name} at ${chunk.start}`);
      }
    }
  }
});

for (const name of [FMP4, CMAF]) {
  test(`${name} has every packet of what it was made of`, async () => {
    for (const { name: stream, src } of originalsOf(name)) {
      const served = packetsOfSamples(samplesIn(await servedFragments(indexed, name, stream)));
      assert.deepEqual(served, packetsIn(path.join(folder, src)), stream);
    }
  });

  for (const manifest of ['master.m3u8', 'manifest.mpd']) {
    test(`${name} decodes over ${manifest} to what it was made of`, async () => {
      const url = new URL(`/${name}/${manifest}`, indexed.url).href;
      for (const [at, { name: stream, src }] of originalsOf(name).entries()) {
        const kind = ['v:0', 'a:0'][at];
        const original = await decoded(path.join(folder, src), kind);
        assert.ok(original.length > 300);
        assert.deepEqual(rounded(await decoded(url, kind)), rounded(original), stream);
      }
    });
  }
}

/** Every packet of a fragmented file, in ticks of Smooth Streaming. */
function packetsIn(file) {
  const { tracks, fragments } = readMedia(file);
  const ticks = (time) => Math.round((time * 10_000_000) / tracks[0].timescale);
  return packetsOfSamples(fragments.flatMap(samplesOf)).map(({ at, composed, ...packet }) => ({
    at: ticks(at),
    composed: ticks(composed),
    ...packet,
  }));
}

const rounded = (frames) => frames.map(({ time, digest }) => `${time.toFixed(5)} ${digest}`);

test('captions are text in three protocols', async () => {
  for (const { start, document } of TEXT) {
    const [, line] = /(Line \d)/.exec(document);
    const smooth = await indexed.get(`/${FMP4}/QualityLevels(1000)/Fragments(captions=${start * 10_000_000})`);
    assert.ok(smooth.text.includes(line), smooth.text);
  }
  const master = await indexed.get(`/${FMP4}/master.m3u8`);
  assert.match(master.text, /TYPE=SUBTITLES/);
});

test('segments of several chunks are of several objects', async () => {
  const edge = await startEdge(folder, { vars: { SEGMENT_MS: '6000' } });
  try {
    for (const name of [FMP4, CMAF]) {
      const [{ src }] = originalsOf(name);
      const url = new URL(`/${name}/master.m3u8`, edge.url).href;
      assert.deepEqual(rounded(await decoded(url, 'v:0')), rounded(await decoded(path.join(folder, src), 'v:0')), name);
    }
  } finally {
    await edge.close();
  }
});

test('an object that goes missing is 404, and the rest plays', async () => {
  const key = 'films/fmp4_pictures/20000000';
  const path = (start) => `/${FMP4}/QualityLevels(400000)/Fragments(video=${start})`;
  assert.equal((await bare.get(path(20_000_000))).status, 200);
  await bare.MEDIA.delete(key);
  const { status, text } = await bare.get(path(20_000_000));
  assert.equal(status, 404, text);
  assert.match(text, /missing/);
  assert.equal((await bare.get(path(40_000_000))).status, 200);
  await bare.MEDIA.put(key, bare.files.get(key));
});

test('several moof in a chunk are indexed by the command line alone', async () => {
  const { status, text } = await bare.get(`/${CMAF}/manifest`);
  assert.equal(status, 503, text);
});

test('an index is verified against the folders that it is of', async () => {
  for (const name of [FMP4, CMAF]) {
    const manifest = path.join(folder, name);
    const index = path.join(folder, `${path.basename(name)}.idx`);
    const made = await millrace('index', manifest, '--root', folder, '--output', index);
    assert.equal(made.code, 0, made.stderr);
    const verified = await millrace('verify', manifest, '--root', folder, '--index', index);
    await rm(index);
    assert.equal(verified.code, 0, verified.stderr);
  }
});
