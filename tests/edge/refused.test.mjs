// Presentations that cannot be served rightly: the command line says which file, which track, which time.
import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { readMedia } from '../lib/boxes.mjs';
import { BRIEF, LEVELS, briefFolder } from '../lib/brief.mjs';
import { millrace } from '../lib/cli.mjs';
import { beside } from '../lib/counted.mjs';
import { ffmpeg, h264, inputs, ismv, madeFolder, writeServerManifest } from '../lib/media.mjs';

const ISM = 'x.ism';
const GOOD = { kind: 'video', src: 'good.ismv', bitrate: 200_000, trackId: 1 };

let scratch;
let otherCut;

before(async () => {
  scratch = await mkdtemp(path.join(os.tmpdir(), 'millrace-refused-'));
  await copyFile(path.join(await briefFolder(), beside(BRIEF, LEVELS[0].src)), path.join(scratch, 'good.ismv'));
  // A keyframe every 40 frames, where the other level has one every 50.
  const folder = await madeFolder('other-cut', import.meta.filename, (made) =>
    ffmpeg(made, ...inputs(), '-map', '0:v', ...h264(400_000, 40), ...ismv, 'other.ismv'),
  );
  otherCut = await readFile(path.join(folder, 'other.ismv'));
});

after(() => rm(scratch, { recursive: true }));

async function refusal(tracks) {
  await writeServerManifest(path.join(scratch, ISM), tracks);
  const { code, stdout, stderr } = await millrace('index', path.join(scratch, ISM));
  assert.equal(code, 1, `it was indexed: ${stdout}`);
  return stderr;
}

test('levels that are not cut at the same times', async () => {
  await writeFile(path.join(scratch, 'other.ismv'), otherCut);
  const said = await refusal([GOOD, { ...GOOD, src: 'other.ismv', bitrate: 400_000 }]);
  assert.match(said, /other\.ismv/);
  assert.match(said, /good\.ismv/);
  assert.match(said, /track 1\b/);
  assert.match(
    said,
    /has no keyframe at 2\.000 s \(20000000 ticks/,
    'nor do their keyframes line up, by which they could be cut',
  );
});

test('a file cut in the middle of a fragment', async () => {
  const whole = await readFile(path.join(scratch, 'good.ismv'));
  const { fragments } = readMedia(whole);
  await writeFile(path.join(scratch, 'cut.ismv'), whole.subarray(0, fragments[3].offset + 2000));
  const said = await refusal([{ ...GOOD, src: 'cut.ismv' }]);
  assert.match(said, /cut\.ismv/);
});

test('a track that its file does not have', async () => {
  const said = await refusal([{ ...GOOD, trackId: 7 }]);
  assert.match(said, /good\.ismv/);
  assert.match(said, /track 7\b/);
});

test('a track of another kind than said', async () => {
  const said = await refusal([{ ...GOOD, kind: 'audio' }]);
  assert.match(said, /good\.ismv/);
  assert.match(said, /audio/);
});

test('a file that is not there', async () => {
  assert.match(await refusal([GOOD, { ...GOOD, src: 'none.ismv' }]), /none\.ismv/);
});

test('an index that is not of these files: verify names the first difference', async () => {
  const ism = path.join(scratch, ISM);
  await writeServerManifest(ism, [GOOD]);
  assert.equal((await millrace('index', ism)).code, 0);
  assert.equal((await millrace('verify', ism)).code, 0);
  await writeFile(path.join(scratch, 'good.ismv'), otherCut);
  const { code, stderr } = await millrace('verify', ism);
  assert.equal(code, 1);
  assert.match(stderr, /good\.ismv/);
});
