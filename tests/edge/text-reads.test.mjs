// What text costs: reads of KV and of storage, counted where they arrive.
import assert from 'node:assert/strict';
import path from 'node:path';
import { before, test } from 'node:test';
import { readMedia } from '../lib/boxes.mjs';
import {
  CAPTIONS,
  CHUNK_SECONDS,
  DFXP,
  ENGLISH,
  FRENCH,
  PROGRESSIVE_STPP,
  SAID,
  SECONDS,
  STORED,
  STPP,
  captionsFolder,
  vtt,
} from '../lib/captions.mjs';
import { readPlaylist } from '../lib/cmaf.mjs';
import { beside, etagOf, reads, withWorker } from '../lib/counted.mjs';
import { readManifest } from '../lib/manifest.mjs';

const STARTS = Array.from({ length: SECONDS / CHUNK_SECONDS }, (_, n) => n * CHUNK_SECONDS);
const FILE = beside(CAPTIONS, ENGLISH.src);

/** Which of what is said is seen in the chunk that starts then. */
const during = (start) => SAID.filter(({ begin, end }) => begin < start + CHUNK_SECONDS && end > start);
const clock = (seconds) => `00:00:${String(seconds).padStart(2, '0')}.000`;

let folder;

before(async () => {
  folder = await captionsFolder();
});

/** Asks for what stands in a manifest of the presentation. */
async function got(worker, name, url, headers) {
  const answer = await worker.get(`/${name}/${url}`, headers);
  assert.ok(answer.status < 300, `${url}: ${answer.status} ${answer.text}`);
  return answer;
}

/** The URLs of all segments of a text, as HLS has them. */
async function segments(worker, name, text) {
  const master = readPlaylist((await got(worker, name, 'master.m3u8')).text);
  const { URI } = master.find(({ attributes }) => attributes.NAME === text.name).attributes;
  const tags = readPlaylist((await got(worker, name, URI)).text).filter(({ tag }) => tag === 'EXTINF');
  return tags.map(({ url }) => path.posix.join(path.posix.dirname(URI), url));
}

/** The read of the stretch of the file that has all cues of the chunk, if it has any. */
function stretch(storage, start) {
  const cues = during(start);
  if (cues.length === 0) return [];
  const bytes = Buffer.from(vtt());
  const end = bytes.indexOf('&gt;', bytes.indexOf(`<i>${cues.at(-1).number}</i>`)) + 4;
  return [
    {
      store: 'r2',
      method: 'get',
      key: FILE,
      start: bytes.indexOf(`${clock(cues[0].begin)} -->`),
      end,
      etag: etagOf(storage, FILE),
    },
  ];
}

test('a text file: cold one read of KV, warm none; and one of storage, of those cues alone', async () => {
  let urls;
  await withWorker(folder, {}, async (worker, storage) => {
    urls = await segments(worker, CAPTIONS, ENGLISH);
    assert.equal(urls.length, STARTS.length);
    storage.taken();
    for (const [at, url] of urls.entries()) {
      for (const kind of ['vtt', 'm4s']) {
        await got(worker, CAPTIONS, url.replace(/vtt$/, kind));
        assert.deepEqual(storage.taken(), stretch(storage, STARTS[at]), url);
      }
    }
  });
  await withWorker(folder, {}, async (worker, storage) => {
    await got(worker, CAPTIONS, urls[0]);
    assert.deepEqual(storage.taken(), [
      { store: 'kv', method: 'get', key: `index/${CAPTIONS}` },
      ...stretch(storage, 0),
    ]);
  });
});

test('a TTML file: one read of all of it, and none where nothing is said', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const key = beside(CAPTIONS, FRENCH.src);
    const whole = {
      store: 'r2',
      method: 'get',
      key,
      start: 0,
      end: storage.objects.get(key).bytes.length,
      etag: etagOf(storage, key),
    };
    const urls = await segments(worker, CAPTIONS, FRENCH);
    storage.taken();
    for (const [at, url] of urls.entries()) {
      await got(worker, CAPTIONS, url);
      assert.deepEqual(storage.taken(), during(STARTS[at]).length > 0 ? [whole] : [], url);
    }
  }));

test('text in MP4: one read of storage for each segment; of a progressive MP4 its page from KV once', () =>
  withWorker(folder, {}, async (worker, storage) => {
    for (const { name, src } of [DFXP, STPP, PROGRESSIVE_STPP]) {
      const urls = await segments(worker, STORED, { name });
      const key = beside(STORED, src);
      const { fragments } = readMedia(storage.objects.get(key).bytes);
      storage.taken();
      for (const [at, url] of urls.entries()) {
        await got(worker, STORED, url);
        const calls = storage.taken();
        assert.deepEqual(
          reads(calls, 'kv').map((call) => call.key.split('/')[0]),
          src === PROGRESSIVE_STPP.src && at === 0 ? ['page'] : [],
        );
        const [read, ...more] = reads(calls, 'r2');
        assert.deepEqual([read.key, read.etag, more], [key, etagOf(storage, key), []]);
        if (fragments.length > 0)
          assert.deepEqual(
            [read.start, read.end],
            [fragments[at].offset, fragments[at].offset + fragments[at].bytes.length],
          );
      }
    }
  }));

test('what the client has already costs nothing, and each form of a segment has a tag of its own', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const [first] = await segments(worker, CAPTIONS, ENGLISH);
    const tags = new Set();
    for (const kind of ['vtt', 'm4s']) {
      const url = first.replace(/vtt$/, kind);
      const whole = await got(worker, CAPTIONS, url);
      const { etag } = whole.headers;
      tags.add(etag);
      assert.equal((await worker.get(`/${CAPTIONS}/${url}`, { range: `bytes=${whole.body.length}-` })).status, 416);
      storage.taken();
      const had = await worker.get(`/${CAPTIONS}/${url}`, { 'if-none-match': etag });
      assert.deepEqual([had.status, had.body.length, had.headers.etag], [304, 0, etag]);
      assert.deepEqual(storage.taken(), [], 'nothing is read for it');
    }
    assert.equal(tags.size, 2, 'other bytes have another tag');
  }));

test('video is not served as text, nor text as keyframes, nor a chunk that does not exist', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const [first] = await segments(worker, CAPTIONS, ENGLISH);
    const [generation] = first.split('/');
    storage.taken();
    for (const [url, said] of /** @type {[url: string, said: RegExp][]} */ ([
      [`${generation}/video/300000/0.vtt`, /^stream video has no text\n$/],
      [first.replace('/0.vtt', '/iframes/0.m4s'), /has no keyframes/],
      [first.replace('/0.vtt', '/1.vtt'), /^no chunk of stream captions_en starts at 1\n$/],
    ])) {
      const answer = await worker.get(`/${CAPTIONS}/${url}`);
      assert.equal(answer.status, 404, url);
      assert.match(answer.text, said);
    }
    assert.deepEqual(reads(storage.taken(), 'r2'), []);
  }));

test('a text file that is replaced at every read: 503, with a time to come back', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const { url, levels } = readManifest((await got(worker, CAPTIONS, 'Manifest')).text).stream(ENGLISH.name);
    const unversioned = url(levels[0].Bitrate, 0).replace(/^[0-9a-f]{16}\//, '');
    const { bytes } = storage.objects.get(FILE);
    let version = 0;
    storage.onCall = ({ key, method }) => {
      if (key === FILE && method === 'get') storage.put(FILE, bytes, `version-${++version}`);
    };
    const answer = await worker.get(`/${CAPTIONS}/${unversioned}`);
    assert.equal(answer.status, 503);
    assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
    storage.onCall = () => undefined;
    await got(worker, CAPTIONS, unversioned);
  }));
