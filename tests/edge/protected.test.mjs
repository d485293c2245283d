// A protected presentation: served as stored, with what a licence system has to be told. This ffmpeg encrypts samples,
// and writes `sinf`, but nothing in fragments that would say how: no player could show them.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { before, test } from 'node:test';
import { withWorker } from '../lib/counted.mjs';
import { fragmentsOfTrack } from '../lib/boxes.mjs';
import { servedFragments } from '../lib/fragments.mjs';
import { ffmpeg, h264, inputs, ismv, madeFolder, writeServerManifest } from '../lib/media.mjs';
import { withBoxInMoov } from '../lib/rewrite.mjs';
import { named, parseXml } from '../lib/xml.mjs';

const KEY = '76a6c65c5ea762046bd749a2e632ccbb';
const PLAYREADY = '9a04f07998404286ab92e65be0885f95';
const OBJECT = Buffer.from('<WRMHEADER version="4.0.0.0"/>', 'utf16le');

/** What PIFF has in place of a `pssh`. */
const piffHeader = () => {
  const fields = Buffer.concat([Buffer.alloc(4), Buffer.from(PLAYREADY, 'hex'), Buffer.alloc(4), OBJECT]);
  fields.writeUInt32BE(OBJECT.length, 20);
  const box = Buffer.concat([Buffer.alloc(8), Buffer.from('d08a4f1810f34a82b6c832d8aba183d3', 'hex'), fields]);
  box.writeUInt32BE(box.length);
  box.write('uuid', 4);
  return box;
};

let folder;

before(async () => {
  folder = await madeFolder('protected', import.meta.filename, async (scratch) => {
    await writeServerManifest(path.join(scratch, 'x.ism'), [{ kind: 'video', src: 'x.ismv', bitrate: 200_000, trackId: 1 }]);
    const encrypted = ['-encryption_scheme', 'cenc-aes-ctr', '-encryption_key', KEY, '-encryption_kid', 'a7e61c373e219033c21091fa607bf3b8'];
    await ffmpeg(scratch, ...inputs(), '-map', '0:v', ...h264(200_000), ...encrypted, ...ismv, 'x.ismv');
    const file = path.join(scratch, 'x.ismv');
    await writeFile(file, withBoxInMoov(await readFile(file), piffHeader()));
  });
});

test('the manifest tells PlayReady what the file does', () =>
  withWorker(folder, {}, async (worker) => {
    const [protection, ...more] = named(parseXml((await worker.get('/x.ism/Manifest')).text), 'Protection');
    assert.deepEqual(more, []);
    const [header, ...others] = named(protection, 'ProtectionHeader');
    assert.deepEqual(others, []);
    assert.equal(header.attributes.SystemID.replaceAll('-', ''), PLAYREADY);
    assert.deepEqual(Buffer.from(header.text, 'base64'), OBJECT);
  }));

test('fragments are as stored', () =>
  withWorker(folder, {}, async (worker) => {
    const stored = fragmentsOfTrack(path.join(folder, 'x.ismv'), 1);
    const served = await servedFragments(worker, 'x.ism', 'video');
    assert.equal(served.length, stored.length);
    for (const [at, { body }] of served.entries()) assert.ok(body.equals(stored[at].bytes), `fragment ${at}`);
  }));

test('HLS and DASH, which it is not told in: 501', () =>
  withWorker(folder, {}, async (worker) => {
    for (const name of ['master.m3u8', 'manifest.mpd']) assert.equal((await worker.get(`/x.ism/${name}`)).status, 501, name);
  }));
