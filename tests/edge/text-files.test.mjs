// Text files, and TTML in MP4, that were replaced or cannot be read; and what the command line says of them.
import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { before, test } from 'node:test';
import { fragmentsOfTrack } from '../lib/boxes.mjs';
import { CAPTIONS, DFXP, ENGLISH, FRENCH, GERMAN, STORED, captionsFolder, vtt } from '../lib/captions.mjs';
import { millrace } from '../lib/cli.mjs';
import { beside, etagOf, eventually, reads, withWorker } from '../lib/counted.mjs';
import { readManifest } from '../lib/manifest.mjs';
import { writeServerManifest } from '../lib/media.mjs';

let folder;

before(async () => {
  folder = await captionsFolder();
});

test('a replaced text file is another generation: the new cues or none', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const key = beside(CAPTIONS, ENGLISH.src);
    const urlOf = async (start) => {
      const { url, levels } = readManifest((await worker.get(`/${CAPTIONS}/Manifest`)).text).stream(ENGLISH.name);
      return `/${CAPTIONS}/${url(levels[0].Bitrate, start * 10_000_000)}`;
    };
    const old = await urlOf(4);
    assert.match((await worker.get(old)).text, /Number /);
    storage.put(key, Buffer.from(vtt().replaceAll('Number', 'Anzahl')));
    assert.equal((await worker.get(old)).status, 404, 'not a word of the other file under this name');
    await eventually('new index', () => reads(storage.calls, 'kv').length > 0);
    const now = await urlOf(4);
    assert.notEqual(now, old);
    assert.match((await worker.get(now)).text, /Anzahl /);
  }));

test('text files that are none are done without: the operator is told the file and the line, the viewer gets the film', async () => {
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'millrace-captions-'));
  const video = { kind: 'video', src: 'v.ismv', bitrate: 300_000, trackId: 1 };
  /** @type {[src: string, text: string | Buffer, wanted: RegExp][]} */
  const cases = [
    ['a.vtt', 'no header\n\n00:01.000 --> 00:02.000\na\n', /a\.vtt, line 1: WebVTT begins with WEBVTT/],
    ['b.vtt', Buffer.from('\ufeffWEBVTT\n', 'utf16le').subarray(0, -1), /b\.vtt, line 1: it has the byte order mark/],
    [
      'c.srt',
      Buffer.from('1\n00:00:01,000 --> 00:00:02,000\ncaf\xe9\0\n', 'latin1'),
      /c\.srt, line 3: it is not UTF-8; save/,
    ],
    ['d.srt', '\n<html>\n', /d\.srt, line 2: no cue/],
    ['e.ttml', '<tt>\n<body>\n<p>&nope;</p></body></tt>', /e\.ttml, line 3: &nope;/],
    ['e.vtt', '', /e\.vtt, line 1: it is empty/],
    ['e.srt', '\ufeff\r\n', /e\.srt, line 1: it is empty/],
    ['f.xml', '<!DOCTYPE tt [<!ENTITY a "b">]><tt/>', /f\.xml, the document has a document type/],
    ['f.ismt', '', /f\.ismt: has no 'moov' box/],
    ['g.vtt', `WEBVTT\n\n${'00:00.000 --> 00:09.000\nx\n\n'.repeat(1001)}`, /g\.vtt: more than 1000 cues/],
    ['h.vtt', `WEBVTT\n${' '.repeat(4 << 20)}`, /h\.vtt has 4194311 bytes/],
  ];
  try {
    await copyFile(path.join(folder, 'films', 'v.ismv'), path.join(scratch, 'v.ismv'));
    for (const [src, text, wanted] of cases) {
      await writeFile(path.join(scratch, src), text);
      await writeServerManifest(path.join(scratch, 'x.ism'), [video, { kind: 'textstream', src }]);
      const { code, stderr } = await millrace('index', path.join(scratch, 'x.ism'));
      assert.equal(code, 0);
      assert.match(stderr, wanted);
      await withWorker(undefined, {}, async (worker, storage) => {
        for (const name of ['x.ism', 'v.ismv', src]) storage.put(name, await readFile(path.join(scratch, name)));
        const answer = await worker.get('/x.ism/Manifest');
        assert.equal(answer.status, 200);
        assert.deepEqual(
          readManifest(answer.text).streams.map(({ attributes }) => attributes.Type),
          ['video'],
        );
        assert.match(worker.logged(), wanted, 'the operator is told the file and the line');
      });
    }
    await writeServerManifest(path.join(scratch, 'x.ism'), [{ kind: 'textstream', src: 'a.vtt' }]);
    await writeFile(path.join(scratch, 'a.vtt'), vtt());
    assert.match(
      (await millrace('index', path.join(scratch, 'x.ism'))).stderr,
      /a\.vtt is a text file, with no video or audio beside it/,
    );
  } finally {
    await rm(scratch, { recursive: true });
  }
});

test('a caption that does not say when it ends is shown until the film does, in each segment alike', async () => {
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'millrace-captions-'));
  try {
    await copyFile(path.join(folder, 'films', 'v.ismv'), path.join(scratch, 'v.ismv'));
    const ttml = '<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="1s">Open</p></div></body></tt>';
    await writeFile(path.join(scratch, 'a.ttml'), ttml);
    const video = { kind: 'video', src: 'v.ismv', bitrate: 300_000, trackId: 1 };
    await writeServerManifest(path.join(scratch, 'x.ism'), [
      video,
      { kind: 'textstream', src: 'a.ttml', name: 'text' },
    ]);
    await withWorker(scratch, {}, async (worker) => {
      const { chunks, levels, url } = readManifest((await worker.get('/x.ism/Manifest')).text).stream('text');
      const generation = url(levels[0].Bitrate, 0).split('/', 1)[0];
      for (const { start } of chunks) {
        const { status, text } = await worker.get(`/x.ism/${generation}/text/${levels[0].Bitrate}/${start}.vtt`);
        assert.equal(status, 200);
        assert.match(text, /\n00:00:01\.000 --> 00:00:20\.000\nOpen\n/);
      }
      assert.equal(chunks.length, 10);
    });
  } finally {
    await rm(scratch, { recursive: true });
  }
});

test('times of TTML that are those of a time code, in documents as broadcasters and converters write them', async () => {
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'millrace-captions-'));
  const document = (root, [begin, end]) =>
    `<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ${root}>` +
    `<body><div><p begin="${begin}" end="${end}">Said</p></div></body></tt>`;
  const ntsc = 'ttp:timeBase="smpte" ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001"';
  // 450 and 540 frames of 1001/30,000 s.
  const code = '00:00:15.015 --> 00:00:18.018';
  /** @type {[root: string, times: [string, string], shown: string][]} */
  const cases = [
    [`${ntsc} ttp:dropMode="nonDrop"`, ['00:00:15:00', '00:00:18:00'], code],
    [`${ntsc} ttp:dropMode="dropNTSC"`, ['00:00:15;00', '00:00:18;00'], code],
    ['', ['00:00:15;00', '00:00:18;00'], code],
    ['', ['00:00:15,250', '00:00:18,500'], '00:00:15.250 --> 00:00:18.500'],
  ];
  try {
    await copyFile(path.join(folder, 'films', 'v.ismv'), path.join(scratch, 'v.ismv'));
    for (const [at, [root, times]] of cases.entries())
      await writeFile(path.join(scratch, `${at}.ttml`), document(root, times));
    const text = (_, at) => ({ kind: 'textstream', src: `${at}.ttml`, name: `text_${at}` });
    const video = { kind: 'video', src: 'v.ismv', bitrate: 300_000, trackId: 1 };
    await writeServerManifest(path.join(scratch, 'x.ism'), [video, ...cases.map(text)]);
    await withWorker(scratch, {}, async (worker) => {
      const manifest = readManifest((await worker.get('/x.ism/Manifest')).text);
      for (const [at, [, , shown]] of cases.entries()) {
        const { chunks, levels, url } = manifest.stream(`text_${at}`);
        const generation = url(levels[0].Bitrate, 0).split('/', 1)[0];
        const { start } = chunks.find(({ start, duration }) => start + duration > 160_000_000);
        const answer = await worker.get(`/x.ism/${generation}/text_${at}/${levels[0].Bitrate}/${start}.vtt`);
        assert.ok(answer.text.includes(`\n${shown}\nSaid\n`), answer.text);
      }
    });
  } finally {
    await rm(scratch, { recursive: true });
  }
});

test('the command line has text files among the sources, and says what they are written in', async () => {
  const index = path.join(await mkdtemp(path.join(os.tmpdir(), 'millrace-captions-')), 'captions.index');
  try {
    assert.equal((await millrace('index', path.join(folder, CAPTIONS), '--root', folder, '--output', index)).code, 0);
    const { sources, streams } = JSON.parse((await millrace('show', index, '--json')).stdout);
    assert.deepEqual(
      sources.map(({ key }) => key),
      [CAPTIONS, ...['v.ismv', 'a.isma', ENGLISH.src, GERMAN.src, FRENCH.src].map((src) => beside(CAPTIONS, src))],
    );
    assert.deepEqual(
      streams.map(({ name }) => name),
      ['video', 'audio', ENGLISH.name, GERMAN.name, FRENCH.name],
    );
    const shown = (await millrace('show', index)).stdout;
    for (const { src, syntax } of [
      { ...ENGLISH, syntax: 'WebVTT' },
      { ...GERMAN, syntax: 'SubRip' },
      { ...FRENCH, syntax: 'TTML' },
    ])
      assert.ok(shown.includes(`TTML  track 1 of films/${src}, ${syntax}\n`), shown);
  } finally {
    await rm(path.dirname(index), { recursive: true });
  }
});

test('TTML in MP4 that cannot be read: 502 for what would be written anew, and what is stored is sent as it is', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const key = beside(STORED, DFXP.src);
    const bytes = Buffer.from(storage.objects.get(key).bytes);
    bytes.write('<//', bytes.indexOf('<body>', fragmentsOfTrack(bytes, 1)[2].offset));
    storage.put(key, bytes, etagOf(storage, key));
    const { url, levels } = readManifest((await worker.get(`/${STORED}/Manifest`)).text).stream(DFXP.name);
    const [generation] = /[0-9a-f]{16}/.exec(url(1, 0));
    const at = `/${STORED}/${generation}/${DFXP.name}/${levels[0].Bitrate}/`;
    assert.equal((await worker.get(`${at}20000000.vtt`)).status, 200);
    for (const file of ['40000000.vtt', '40000000.m4s']) {
      const answer = await worker.get(at + file);
      assert.deepEqual(
        [answer.status, answer.headers['cache-control'], answer.text],
        [502, 'public, max-age=5, stale-if-error=0', 'the stored media cannot be read\n'],
      );
    }
    assert.equal((await worker.get(`/${STORED}/${url(levels[0].Bitrate, 40_000_000)}`)).status, 200);
  }));
