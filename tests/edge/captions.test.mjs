// Text in all three protocols: what players are sent, what it costs, and what becomes of files that are no text.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { before, test } from 'node:test';
import { ffmpegPath } from '../../scripts/lib/ffmpeg.mjs';
import { run } from '../../scripts/lib/run.mjs';
import { parse, readFragment } from '../lib/boxes.mjs';
import { CAPTIONS, CHUNK_SECONDS, DFXP, ENGLISH, FRENCH, GERMAN, SAID, SECONDS, STORED, STPP, captionsFolder, documents, vtt } from '../lib/captions.mjs';
import { millrace } from '../lib/cli.mjs';
import { readMpd, readPlaylist } from '../lib/cmaf.mjs';
import { beside, etagOf, eventually, reads, withWorker } from '../lib/counted.mjs';
import { readManifest } from '../lib/manifest.mjs';
import { parseXml } from '../lib/xml.mjs';

const IMMUTABLE = 'public, max-age=31536000, immutable';
const TICKS = 10_000_000;
const STARTS = Array.from({ length: SECONDS / CHUNK_SECONDS }, (_, n) => n * CHUNK_SECONDS);
const FILE = beside(CAPTIONS, ENGLISH.src);

/** Which of what is said is seen in the chunk that starts then. */
const during = (start) => SAID.filter(({ begin, end }) => begin < start + CHUNK_SECONDS && end > start);
const clock = (seconds) => `00:00:${String(seconds).padStart(2, '0')}.000`;

/** What each file says, as WebVTT. */
const IN_WEBVTT = {
  [ENGLISH.name]: { settings: ' line:85% align:center', lines: (n) => `Number <i>${n}</i>\n&lt;second\u00a0line&gt;` },
  [GERMAN.name]: { settings: '', lines: (n) => `<b>Nummer ${n}</b>\nfünf &lt; sechs` },
  [FRENCH.name]: { settings: '', lines: (n) => `Numéro ${n}` },
  [DFXP.name]: { settings: '', lines: (n) => `Number ${n}\n&lt;stored&gt;` },
  [STPP.name]: { settings: '', lines: (n) => `Number ${n}\n&lt;stored&gt;` },
};

/** The same as people see it, without line breaks. */
const plain = (name, number) =>
  IN_WEBVTT[name].lines(number).replaceAll(/<[^>]*>|\n/g, '').replaceAll('&lt;', '<').replaceAll('&gt;', '>');

/** All presentations, and the texts of each. */
const SOURCES = [
  { name: CAPTIONS, texts: [ENGLISH, GERMAN, FRENCH] },
  { name: STORED, texts: [DFXP, STPP] },
];

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

/** The subtitles of an HLS presentation, and the segments of each, by their names. */
async function renditions(worker, name) {
  const master = readPlaylist((await got(worker, name, 'master.m3u8')).text);
  const found = master.filter(({ tag, attributes }) => tag === 'EXT-X-MEDIA' && attributes.TYPE === 'SUBTITLES').map(({ attributes }) => attributes);
  for (const variant of master.filter(({ tag }) => tag === 'EXT-X-STREAM-INF')) assert.equal(variant.attributes.SUBTITLES, found[0]['GROUP-ID']);
  const all = await Promise.all(
    found.map(async (attributes) => {
      const answer = await got(worker, name, attributes.URI);
      const segments = readPlaylist(answer.text).filter(({ tag }) => tag === 'EXTINF');
      const inFolder = (url) => path.posix.join(path.posix.dirname(attributes.URI), url);
      return [attributes.NAME, { attributes, segments: segments.map(({ value, url }) => ({ seconds: Number.parseFloat(value), url: inFolder(url) })), text: answer.text }];
    }),
  );
  return new Map(all);
}

/** The paragraphs of a TTML document: times in seconds, and what is said. */
function paragraphs(document) {
  const seconds = (time) => (time.endsWith('s') ? Number(time.slice(0, -1)) : time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0));
  const all = (element, name) => element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...all(child, name)]);
  const text = (element) => element.text + element.children.map(text).join('');
  return all(parseXml(String(document)), 'p').map((p) => ({ begin: seconds(p.attributes.begin), end: seconds(p.attributes.end), said: text(p) }));
}

/** What a document has to say that is of the chunk from `start`, and counts from `zero`. */
const expected = (name, start, zero) =>
  during(start).map(({ begin, end, number }) => ({
    begin: Math.max(begin, start) - zero,
    end: Math.min(end, start + CHUNK_SECONDS) - zero,
    said: plain(name, number),
  }));

test('HLS has every text as WebVTT, each cue with all of its time in every segment that shows it', () =>
  withWorker(folder, {}, async (worker) => {
    for (const { name, texts } of SOURCES) {
      const found = await renditions(worker, name);
      assert.deepEqual([...found.keys()], texts.map((text) => text.name));
      for (const text of texts) {
        const { attributes, segments, text: playlist } = found.get(text.name);
        assert.equal(attributes.LANGUAGE, text.language);
        assert.equal('CHARACTERISTICS' in attributes, text.subtype === 'CAPT');
        assert.doesNotMatch(playlist, /EXT-X-MAP/, 'WebVTT has no header');
        assert.deepEqual(segments.map(({ seconds }) => seconds), STARTS.map(() => CHUNK_SECONDS));
        for (const [at, { url }] of segments.entries()) {
          const answer = await got(worker, name, url);
          assert.equal(answer.headers['content-type'], 'text/vtt; charset=utf-8');
          assert.equal(answer.headers['cache-control'], IMMUTABLE);
          const { settings, lines } = IN_WEBVTT[text.name];
          // Fragments that are stored have what is said in two of them twice, each with its half of the time.
          const cut = name === STORED ? expected(text.name, STARTS[at], 0) : during(STARTS[at]);
          const cues = during(STARTS[at]).map(({ number }, n) => `${clock(cut[n].begin)} --> ${clock(cut[n].end)}${settings}\n${lines(number)}\n\n`);
          assert.equal(answer.text, `WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n${cues.join('')}`, url);
        }
      }
    }
  }));

test('DASH has every text as TTML in segments of one sample, with times from the start of the track', () =>
  withWorker(folder, {}, async (worker) => {
    for (const { name, texts } of SOURCES) {
      const { sets } = readMpd((await got(worker, name, 'manifest.mpd')).text);
      const found = sets.filter(({ attributes }) => attributes.contentType === 'text');
      assert.equal(found.length, texts.length);
      for (const [at, { attributes, levels }] of found.entries()) {
        const text = texts[at];
        const timescale = Number(attributes.timescale);
        const [level] = levels;
        assert.deepEqual([levels.length, attributes.lang, attributes.mimeType], [1, text.language, 'application/mp4']);
        assert.equal(level.attributes.codecs ?? attributes.codecs, text === STPP ? 'stpp' : 'stpp.ttml.im1t');
        const header = (await got(worker, name, level.header)).body;
        assert.equal(parse(header).fetch('hdlr').handler_type, 'subt');
        assert.ok(header.includes('stpp\0\0\0\0\0\0\0\x01http://www.w3.org/ns/ttml\0'));
        assert.deepEqual(level.segments.map(({ start }) => start / timescale), STARTS);
        for (const { start, duration, url } of level.segments) {
          const answer = await got(worker, name, url);
          assert.equal(answer.headers['content-type'], 'application/mp4');
          assert.equal(answer.headers['cache-control'], IMMUTABLE);
          const fragment = readFragment(answer.body);
          assert.deepEqual([fragment.tfdt, fragment.tfxd, fragment.samples, fragment.duration], [start, undefined, 1, duration]);
          assert.equal(fragment.dataOffset, fragment.moof.length + 8);
          assert.deepEqual(paragraphs(fragment.payload), expected(text.name, start / timescale, 0), url);
        }
      }
    }
  }));

test('Smooth Streaming has every text as TTML, with times from the start of the fragment', () =>
  withWorker(folder, {}, async (worker) => {
    for (const { name, texts } of SOURCES) {
      const manifest = readManifest((await got(worker, name, 'Manifest')).text);
      for (const text of texts) {
        const { attributes, levels, chunks, url } = manifest.stream(text.name);
        assert.deepEqual([attributes.Type, attributes.Subtype, attributes.Language, attributes.Chunks], ['text', text.subtype, text.language, String(STARTS.length)]);
        const [{ Bitrate, FourCC }] = levels;
        assert.equal(FourCC, 'TTML');
        const ticks = Number(attributes.TimeScale);
        assert.deepEqual(chunks.map(({ start }) => start / ticks), STARTS);
        for (const { start, duration } of chunks) {
          const whole = await got(worker, name, url(Bitrate, start));
          const wanted = expected(text.name, start / ticks, start / ticks);
          const fragment = readFragment(whole.body);
          assert.deepEqual([fragment.start, fragment.samples], [start, 1]);
          // This one is as it is stored, with a tfdt.
          if (text !== DFXP) assert.deepEqual([fragment.tfxd, fragment.tfxdDuration], [start, duration]);
          assert.deepEqual(paragraphs(fragment.payload), wanted);
          const noun = (other) => url(Bitrate, start).replace('/Fragments(', `/${other}(`);
          const info = await got(worker, name, noun('FragmentInfo'));
          assert.ok(info.body.equals(fragment.moof));
          const raw = await got(worker, name, noun('RawFragments'));
          assert.ok(raw.body.equals(fragment.payload));
          assert.equal(raw.headers['content-type'], 'application/octet-stream');
        }
      }
    }
  }));

test('what is stored for the protocol that asks for it is sent as it is stored', () =>
  withWorker(folder, {}, async (worker) => {
    const manifest = readManifest((await got(worker, STORED, 'Manifest')).text);
    const { url, levels, chunks } = manifest.stream(DFXP.name);
    for (const [at, { start }] of chunks.entries()) {
      const { payload } = readFragment((await got(worker, STORED, url(levels[0].Bitrate, start))).body);
      assert.equal(String(payload), documents((zero) => zero)[at].document);
    }
    const { sets } = readMpd((await got(worker, STORED, 'manifest.mpd')).text);
    for (const [at, segment] of sets.at(-1).levels[0].segments.entries()) {
      const { payload } = readFragment((await got(worker, STORED, segment.url)).body);
      assert.equal(String(payload), documents(() => 0)[at].document);
    }
  }));

test('ffmpeg reads the cues of the file out of its playlist', () =>
  withWorker(folder, {}, async (worker) => {
    for (const text of [ENGLISH, GERMAN]) {
      const { attributes } = (await renditions(worker, CAPTIONS)).get(text.name);
      const url = new URL(`/${CAPTIONS}/${attributes.URI}`, worker.url).href;
      const srt = await run(ffmpegPath(), ['-v', 'error', '-allowed_extensions', 'ALL', '-i', url, '-map', '0:s', '-f', 'srt', '-'], { title: 'ffmpeg' });
      const cues = srt.trim().split(/\r?\n\r?\n/).map((block) => block.split(/\r?\n/));
      const found = cues.map(([, times, ...lines]) => `${times} ${lines.join(' ').replaceAll(/<\/?[bi]>/g, '')}`);
      const wanted = SAID.map(({ begin, end, number }) => {
        const times = [begin, end].map((at) => clock(at).replace('.', ',')).join(' --> ');
        const said = text === ENGLISH ? `Number ${number} <second\u00a0line>` : `Nummer ${number} fünf < sechs`;
        return `${times} ${said}`;
      });
      // What is shown in two segments is told in both.
      assert.deepEqual([...new Set(found)], wanted);
    }
  }));

test('a text file: cold one read of KV, warm none; and one of storage, of those cues alone', () =>
  withWorker(folder, {}, async (worker, storage) => {
    await got(worker, CAPTIONS, 'Manifest');
    const { segments } = (await renditions(worker, CAPTIONS)).get(ENGLISH.name);
    const bytes = Buffer.from(vtt());
    const stretch = (start) => {
      const blocks = during(start).map(({ begin, number }) => [bytes.indexOf(`${clock(begin)} -->`), bytes.indexOf('&gt;', bytes.indexOf(`<i>${number}</i>`)) + 4]);
      return { store: 'r2', method: 'get', key: FILE, start: blocks[0][0], end: blocks.at(-1)[1], etag: etagOf(storage, FILE) };
    };
    storage.taken();
    for (const [at, { url }] of segments.entries()) {
      for (const kind of ['vtt', 'm4s']) {
        await got(worker, CAPTIONS, url.replace(/vtt$/, kind));
        // Where nothing is said there is nothing to read.
        assert.deepEqual(storage.taken(), during(STARTS[at]).length > 0 ? [stretch(STARTS[at])] : [], url);
      }
    }
    await withWorker(folder, {}, async (cold, coldStorage) => {
      await got(cold, CAPTIONS, segments[0].url);
      assert.deepEqual(coldStorage.taken(), [{ store: 'kv', method: 'get', key: `index/${CAPTIONS}` }, stretch(0)]);
    });
  }));

test('text in fragments: one read of storage, whatever it is made into', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const found = await renditions(worker, STORED);
    storage.taken();
    for (const { name, src } of [DFXP, STPP]) {
      for (const { url } of found.get(name).segments) {
        await got(worker, STORED, url);
        const calls = storage.taken();
        assert.deepEqual(calls.map(({ store, method, key }) => [store, method, key]), [['r2', 'get', beside(STORED, src)]]);
      }
    }
  }));

test('HEAD, parts, and what the client has already', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const { segments } = (await renditions(worker, CAPTIONS)).get(ENGLISH.name);
    const tags = new Set();
    for (const kind of ['vtt', 'm4s']) {
      const url = segments[0].url.replace(/vtt$/, kind);
      const whole = await got(worker, CAPTIONS, url);
      const { etag } = whole.headers;
      tags.add(etag);
      const head = await worker.send('HEAD', `/${CAPTIONS}/${url}`);
      assert.deepEqual([head.status, head.body.length, head.headers['content-length'], head.headers.etag], [200, 0, String(whole.body.length), etag]);
      const part = await got(worker, CAPTIONS, url, { range: 'bytes=3-9' });
      assert.deepEqual([part.status, part.headers['content-range']], [206, `bytes 3-9/${whole.body.length}`]);
      assert.ok(part.body.equals(whole.body.subarray(3, 10)));
      assert.equal((await worker.get(`/${CAPTIONS}/${url}`, { range: `bytes=${whole.body.length}-` })).status, 416);
      storage.taken();
      const had = await worker.get(`/${CAPTIONS}/${url}`, { 'if-none-match': etag });
      assert.deepEqual([had.status, had.body.length, had.headers.etag], [304, 0, etag]);
      assert.deepEqual(storage.taken(), [], 'nothing is read for it');
    }
    assert.equal(tags.size, 2, 'other bytes have another tag');
  }));

test('pictures are not to be had as text, nor text as key frames, nor a chunk that there is not', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const { segments } = (await renditions(worker, CAPTIONS)).get(ENGLISH.name);
    const [generation] = segments[0].url.split('/');
    storage.taken();
    for (const [url, said] of [
      [`${generation}/video/300000/0.vtt`, /^stream video has no text\n$/],
      [segments[0].url.replace('/0.vtt', '/iframes/0.m4s'), /has no key frames/],
      [segments[0].url.replace('/0.vtt', '/1.vtt'), /^no chunk of stream captions_en starts at 1\n$/],
    ]) {
      const answer = await worker.get(`/${CAPTIONS}/${url}`);
      assert.equal(answer.status, 404, url);
      assert.match(answer.text, said);
    }
    assert.deepEqual(reads(storage.taken(), 'r2'), []);
  }));

for (const { what, src, bytes, said } of [
  { what: 'WebVTT without its first line', src: ENGLISH.src, bytes: vtt().replace('WEBVTT', 'WebVTT'), said: 'line 1: WebVTT begins with WEBVTT' },
  { what: 'an empty file', src: ENGLISH.src, bytes: '', said: 'line 1: WebVTT begins with WEBVTT' },
  { what: 'Latin-1', src: GERMAN.src, bytes: Buffer.from('1\n00:00:01,000 --> 00:00:02,000\nfünf\n', 'latin1'), said: 'line 3: it is not UTF-8' },
  { what: 'UTF-16', src: GERMAN.src, bytes: Buffer.from('\ufeff1\n00:00:01,000 --> 00:00:02,000\na\n', 'utf16le'), said: 'line 1: it is UTF-16, which only TTML may be; save it as UTF-8' },
  { what: 'a web page', src: GERMAN.src, bytes: '\n<html><body>Not found</body></html>\n', said: 'line 2: no cue is in this line or in any behind it' },
  { what: 'XML that breaks off', src: FRENCH.src, bytes: '<tt xmlns="http://www.w3.org/ns/ttml">\n<body><div>\n<p begin="0s"', said: /line [123]/ },
  { what: 'XML that is something else', src: FRENCH.src, bytes: '<?xml version="1.0"?>\n<rss/>', said: /line 2: / },
  { what: 'more than 4 MiB', src: ENGLISH.src, bytes: `${vtt()}\n\nNOTE ${'x'.repeat(4 << 20)}`, said: /has \d+ bytes, too many for what it is/ },
  { what: 'more cues at a time than anybody reads', src: GERMAN.src, bytes: Array(1001).fill('00:00:01,000 --> 00:00:02,000\nx\n').join('\n'), said: /more than 1000 cues are shown in the chunk at 0/ },
]) {
  test(`${what}: 502, and operators are told the file and the line`, async () => {
    const key = beside(CAPTIONS, src);
    await withWorker(folder, { indexed: false }, async (worker, storage) => {
      storage.put(key, Buffer.from(bytes));
      const answer = await worker.get(`/${CAPTIONS}/Manifest`);
      assert.deepEqual([answer.status, answer.text, answer.headers['cache-control']], [502, 'the stored media cannot be read\n', 'no-store']);
      assert.equal(storage.values.size, 0);
      const logged = worker.logged();
      assert.ok(logged.includes(key) && matches(logged, said), logged);
    });
    const scratch = await mkdtemp(path.join(os.tmpdir(), 'millrace-captions-'));
    try {
      for (const file of ['v.ismv', src]) await writeFile(path.join(scratch, file), file === src ? bytes : await readFile(path.join(folder, 'films', file)));
      await writeFile(path.join(scratch, 'x.ism'), `<smil><body><switch><video src="v.ismv" systemBitrate="300000"/><textstream src="${src}"/></switch></body></smil>`);
      const { code, stderr } = await millrace('index', path.join(scratch, 'x.ism'));
      assert.equal(code, 1);
      assert.ok(stderr.includes(src) && matches(stderr, said), stderr);
    } finally {
      await rm(scratch, { recursive: true });
    }
  });
}

const matches = (text, said) => (typeof said === 'string' ? text.includes(said) : said.test(text));

test('a text file that is replaced is another generation, and what is sent is of one file', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const old = (await renditions(worker, CAPTIONS)).get(ENGLISH.name).segments;
    await got(worker, CAPTIONS, old[0].url);
    // The same places, other words: only the tag tells.
    const replaced = vtt().replaceAll('Number', 'Second');
    storage.put(FILE, Buffer.from(replaced));
    const stale = await worker.get(`/${CAPTIONS}/${old[0].url}`);
    assert.equal(stale.status, 404, 'under the generation before');
    assert.doesNotMatch(stale.text, /Number|Second/);
    const fresh = (await renditions(worker, CAPTIONS)).get(ENGLISH.name).segments;
    assert.notEqual(fresh[0].url, old[0].url);
    for (const [at, { url }] of fresh.entries()) {
      const { text } = await got(worker, CAPTIONS, url);
      assert.equal(text.match(/Second/g)?.length ?? 0, during(STARTS[at]).length);
      assert.doesNotMatch(text, /Number/);
    }
    await eventually('index in KV', () => storage.taken().some(({ store, method, key }) => store === 'kv' && method === 'put' && key === `index/${CAPTIONS}`));
  }));

test('a text file that is replaced at every read: 503, with a time to come back', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const { url, levels } = readManifest((await got(worker, CAPTIONS, 'Manifest')).text).stream(ENGLISH.name);
    const unversioned = url(levels[0].Bitrate, 0).replace(/^[0-9a-f]{16}\//, '');
    const { bytes } = storage.objects.get(FILE);
    let version = 0;
    storage.onCall = ({ key, method }) => {
      if (key === FILE && method === 'get') storage.put(FILE, bytes, `version-${(version += 1)}`);
    };
    const answer = await worker.get(`/${CAPTIONS}/${unversioned}`);
    assert.equal(answer.status, 503);
    assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
    storage.onCall = () => undefined;
    await got(worker, CAPTIONS, unversioned);
  }));

test('the command line has text files among the sources, and says what is in them', async () => {
  const { code, stdout } = await millrace('index', path.join(folder, CAPTIONS), '--root', folder, '--output', path.join(folder, `captions-${process.pid}.index`));
  assert.equal(code, 0);
  const index = path.join(folder, `captions-${process.pid}.index`);
  try {
    assert.match(stdout, /captions_en/);
    const shown = (await millrace('show', index)).stdout;
    for (const [{ src }, syntax] of [[ENGLISH, 'WebVTT'], [GERMAN, 'SubRip'], [FRENCH, 'TTML']]) assert.match(shown, new RegExp(`TTML  track 1 of films/${src}, ${syntax}\n`));
    const { sources, streams } = JSON.parse((await millrace('show', index, '--json')).stdout);
    assert.deepEqual(sources.map(({ key }) => key), [CAPTIONS, ...['v.ismv', 'a.isma', ENGLISH.src, GERMAN.src, FRENCH.src].map((src) => beside(CAPTIONS, src))]);
    assert.deepEqual(streams.map(({ name }) => name), ['video', 'audio', ENGLISH.name, GERMAN.name, FRENCH.name]);
  } finally {
    await rm(index);
  }
});
