// Text in all three protocols: text files beside the media, and TTML in MP4. Every cue, at its time.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { ffmpegPath, ffprobePath } from '../../scripts/lib/ffmpeg.mjs';
import { run } from '../../scripts/lib/run.mjs';
import { fragmentsOfTrack, parse, readFragment } from '../lib/boxes.mjs';
import {
  CAPTIONS,
  CHUNK_SECONDS,
  DFXP,
  ENGLISH,
  FRENCH,
  GERMAN,
  PROGRESSIVE_STPP,
  SAID,
  SECONDS,
  STORED,
  STPP,
  captionsFolder,
} from '../lib/captions.mjs';
import { readMpd, readPlaylist } from '../lib/cmaf.mjs';
import { startEdge } from '../lib/edge.mjs';
import { readManifest } from '../lib/manifest.mjs';
import { parseXml } from '../lib/xml.mjs';

/** @type {(typeof ENGLISH & {presentation: string, role: string, lines: (number: number) => string[], timescale?: number})[]} */
const TEXTS = [
  {
    ...ENGLISH,
    presentation: CAPTIONS,
    language: 'eng',
    role: 'caption',
    lines: (n) => [`Number ${n}`, '<second\u00a0line>'],
  },
  {
    ...GERMAN,
    presentation: CAPTIONS,
    language: 'deu',
    role: 'subtitle',
    lines: (n) => [`Nummer ${n}`, 'fünf < sechs'],
  },
  { ...FRENCH, presentation: CAPTIONS, language: 'fra', role: 'subtitle', lines: (n) => [`Numéro ${n}`] },
  { ...DFXP, presentation: STORED, language: 'eng', role: 'caption', lines: (n) => [`Number ${n}`, '<stored>'] },
  {
    ...PROGRESSIVE_STPP,
    presentation: STORED,
    language: 'fra',
    role: 'subtitle',
    lines: (n) => [`Number ${n}`, '<stored>'],
  },
  {
    ...STPP,
    presentation: STORED,
    language: 'deu',
    role: 'subtitle',
    lines: (n) => [`Number ${n}`, '<stored>'],
    timescale: 1000,
  },
];
const IMMUTABLE = 'public, max-age=31536000, immutable';

let folder;
let edge;

before(async () => {
  folder = await captionsFolder();
  edge = await startEdge(folder);
});

after(() => edge?.close());

/** What is said in the chunk that begins after so many seconds, each as far as it is in it. */
const saidIn = (start) =>
  SAID.map(({ begin, end, number }) => ({
    begin: Math.max(begin, start),
    end: Math.min(end, start + CHUNK_SECONDS),
    number,
  })).filter(({ begin, end }) => begin < end);

const seconds = (text) => {
  const metric = /^([\d.]+)s$/.exec(text);
  return metric ? Number(metric[1]) : text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
};

/** The paragraphs of a TTML document, by a parser that is not ours. */
function paragraphs(document) {
  const all = [];
  const walk = (element) => {
    if (element.name !== 'p') return element.children.forEach(walk);
    all.push({ begin: seconds(element.attributes.begin), end: seconds(element.attributes.end), text: texts(element) });
  };
  walk(parseXml(document));
  return all;
}
/** All characters in it; where lines end is not looked at. */
const texts = (element) => element.text + element.children.map(texts).join('');

/** The tag of BCP 47 that stands in HLS and DASH. */
const shortest = (language) => Intl.getCanonicalLocales(language)[0];

async function manifests(presentation) {
  const [smooth, master, mpd] = await Promise.all(
    ['Manifest(format=fmp4)', 'master.m3u8', 'manifest.mpd'].map((name) => edge.get(`/${presentation}/${name}`)),
  );
  return { smooth: readManifest(smooth.text), master: readPlaylist(master.text), mpd: readMpd(mpd.text) };
}

test('all three manifests tell every text: what it is for, its language, and the chunks of the video', async () => {
  for (const { presentation, name, subtype, language, role } of TEXTS) {
    const { smooth, master, mpd } = await manifests(presentation);
    const stream = smooth.stream(name);
    assert.deepEqual(
      [stream.attributes.Type, stream.attributes.Subtype, stream.attributes.Language],
      ['text', subtype, language],
    );
    assert.equal(stream.levels[0].FourCC, 'TTML');
    assert.equal(stream.chunks.length, SECONDS / CHUNK_SECONDS);

    const rendition = master.find(({ tag, attributes }) => tag === 'EXT-X-MEDIA' && attributes.NAME === name);
    assert.deepEqual(
      [rendition.attributes.TYPE, rendition.attributes.LANGUAGE, rendition.attributes.FORCED],
      ['SUBTITLES', shortest(language), 'NO'],
    );
    assert.ok(
      master
        .filter(({ tag }) => tag === 'EXT-X-STREAM-INF')
        .every(({ attributes }) => attributes.SUBTITLES === rendition.attributes['GROUP-ID']),
    );

    const set = mpd.sets.find(({ levels }) => levels[0].attributes.id.startsWith(`${name}/`));
    assert.deepEqual(
      [set.attributes.contentType, set.attributes.mimeType, set.attributes.lang],
      ['text', 'application/mp4', shortest(language)],
    );
    assert.equal(
      set.levels[0].attributes.codecs,
      [STPP.name, PROGRESSIVE_STPP.name].includes(name) ? 'stpp' : 'stpp.ttml.im1t',
    );
    const text = (await edge.get(`/${presentation}/manifest.mpd`)).text;
    assert.match(
      text,
      new RegExp(`<Label>${name}</Label>\\s*<Role schemeIdUri="urn:mpeg:dash:role:2011" value="${role}"/>`),
    );
  }
});

test('Smooth Streaming: a document a chunk, with times from its start', async () => {
  for (const { presentation, name, lines, timescale = 10_000_000 } of TEXTS) {
    const { chunks, levels, url } = (await manifests(presentation)).smooth.stream(name);
    for (const { start, duration } of chunks) {
      const answer = await edge.get(`/${presentation}/${url(levels[0].Bitrate, start)}`);
      assert.equal(answer.status, 200, answer.text);
      assert.deepEqual(
        [answer.headers['content-type'], answer.headers['cache-control'], answer.headers['content-length']],
        ['application/mp4', IMMUTABLE, String(answer.body.length)],
      );
      const fragment = readFragment(answer.body);
      assert.deepEqual([fragment.start, fragment.duration, fragment.samples], [start, duration, 1]);
      const from = start / timescale;
      const wanted = saidIn(from).map(({ begin, end, number }) => ({
        begin: begin - from,
        end: end - from,
        text: lines(number).join(''),
      }));
      assert.deepEqual(paragraphs(fragment.payload.toString()), wanted, `${name} at ${from} s`);
    }
  }
});

test('DASH: an init segment of stpp, and one document in each segment, with times from the start of the track', async () => {
  for (const { presentation, name, lines, timescale = 10_000_000 } of TEXTS) {
    const [level] = (await manifests(presentation)).mpd.sets.find(({ levels }) =>
      levels[0].attributes.id.startsWith(`${name}/`),
    ).levels;
    const init = await edge.get(`/films/${path.basename(presentation)}/${level.init}`);
    assert.equal(init.headers['content-type'], 'application/mp4');
    const parsed = parse(init.body);
    assert.deepEqual(
      parsed.fetch('stsd').entries.map(({ type }) => type),
      ['stpp'],
    );
    assert.equal(parsed.fetch('hdlr').handler_type, 'subt');
    for (const { start, duration, url } of level.segments) {
      const answer = await edge.get(`/films/${path.basename(presentation)}/${url}`);
      assert.equal(answer.status, 200, answer.text);
      assert.deepEqual(
        [answer.headers['content-type'], answer.headers['cache-control']],
        ['application/mp4', IMMUTABLE],
      );
      const fragment = readFragment(answer.body);
      assert.deepEqual([fragment.tfdt, fragment.duration, fragment.samples], [start, duration, 1]);
      const wanted = saidIn(start / timescale).map(({ begin, end, number }) => ({
        begin,
        end,
        text: lines(number).join(''),
      }));
      assert.deepEqual(paragraphs(fragment.payload.toString()), wanted, url);
    }
  }
});

test('HLS: segments of WebVTT without an init segment, which ffprobe reads; cues of text files with all of their time', async () => {
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'millrace-captions-'));
  try {
    for (const { presentation, name, lines, timescale = 10_000_000 } of TEXTS) {
      const { URI: uri } = (await manifests(presentation)).master.find(
        ({ attributes }) => attributes.NAME === name,
      ).attributes;
      const list = await edge.get(`/${presentation}/${uri}`);
      const segments = readPlaylist(list.text).filter(({ tag }) => tag === 'EXTINF');
      assert.ok(!list.text.includes('EXT-X-MAP'));
      assert.equal(segments.length, SECONDS / CHUNK_SECONDS);
      for (const [at, { url: file }] of segments.entries()) {
        const from = at * CHUNK_SECONDS;
        assert.equal(file, `${from * timescale}.vtt`);
        const answer = await edge.get(path.posix.join('/', presentation, path.posix.dirname(uri), file));
        assert.deepEqual(
          [answer.status, answer.headers['content-type'], answer.headers['cache-control']],
          [200, 'text/vtt; charset=utf-8', IMMUTABLE],
        );
        assert.match(answer.text, /^WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00\.000\n/);
        const whole = presentation === CAPTIONS;
        const wanted = saidIn(from).map(({ begin, end, number }) => {
          const time = whole ? SAID.find((one) => one.number === number) : { begin, end };
          return { pts: time.begin * 1000, duration: (time.end - time.begin) * 1000, lines: lines(number) };
        });
        const stored = path.join(scratch, file);
        await writeFile(stored, answer.body);
        const probed = await run(
          ffprobePath(),
          ['-v', 'error', '-f', 'webvtt', '-show_packets', '-show_data', '-of', 'json', stored],
          { title: 'ffprobe' },
        );
        const packets = JSON.parse(probed).packets ?? [];
        assert.deepEqual(
          packets.map(({ pts, duration }) => ({ pts, duration })),
          wanted.map(({ pts, duration }) => ({ pts, duration })),
          `${name}: ${answer.text}`,
        );
        const plain = answer.text
          .replaceAll(/<[^>]*>/g, '')
          .replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>')
          .replaceAll('&amp;', '&');
        for (const { lines: said } of wanted) assert.ok(plain.includes(`\n${said.join('\n')}\n`), plain);
      }
    }
  } finally {
    await rm(scratch, { recursive: true });
  }
});

test('ffmpeg reads the cues of a text file out of its playlist', async () => {
  for (const { name, presentation, lines } of TEXTS.filter((text) => text.presentation === CAPTIONS)) {
    const { URI: uri } = (await manifests(presentation)).master.find(
      ({ attributes }) => attributes.NAME === name,
    ).attributes;
    const url = new URL(`/${presentation}/${uri}`, edge.url).href;
    const read = await run(
      ffmpegPath(),
      ['-v', 'error', '-allowed_extensions', 'ALL', '-i', url, '-map', '0:s', '-f', 'srt', '-'],
      { title: 'ffmpeg' },
    );
    const cues = read
      .trim()
      .split(/\r?\n\r?\n/)
      .map((cue) =>
        cue
          .replaceAll(/<\/?[bi]>/g, '')
          .split(/\r?\n/)
          .slice(1),
      );
    const clock = (seconds) => `00:00:${String(seconds).padStart(2, '0')},000`;
    const wanted = SAID.map(({ begin, end, number }) =>
      [`${clock(begin)} --> ${clock(end)}`, ...lines(number)].join('\n'),
    );
    // What is shown in two segments stands in both.
    assert.deepEqual([...new Set(cues.map((cue) => cue.join('\n')))], wanted, name);
  }
});

test('what stands in the right time already is sent as it is stored', async () => {
  const { smooth, mpd } = await manifests(STORED);
  const ofFile = ({ src }) => fragmentsOfTrack(path.join(folder, 'films', src), 1);
  const { chunks, levels, url } = smooth.stream(DFXP.name);
  for (const [at, { start }] of chunks.entries())
    assert.ok((await edge.get(`/${STORED}/${url(levels[0].Bitrate, start)}`)).body.equals(ofFile(DFXP)[at].bytes));
  const [level] = mpd.sets.find(({ levels: [one] }) => one.attributes.id.startsWith(STPP.name)).levels;
  for (const [at, segment] of level.segments.entries())
    assert.ok(
      readFragment((await edge.get(`/films/stored.ism/${segment.url}`)).body).payload.equals(ofFile(STPP)[at].payload),
    );
});

test('parts of an answer, and none of what the client has', async () => {
  const { smooth } = await manifests(CAPTIONS);
  const { url, levels } = smooth.stream(ENGLISH.name);
  const at = `/${CAPTIONS}/${url(levels[0].Bitrate, 0)}`;
  const whole = await edge.get(at);
  const part = await edge.get(at, { range: 'bytes=10-29' });
  assert.deepEqual(
    [part.status, part.headers['content-range'], part.text],
    [206, `bytes 10-29/${whole.body.length}`, whole.body.subarray(10, 30).toString()],
  );
  assert.equal((await edge.get(at, { 'if-none-match': whole.headers.etag })).status, 304);
  const head = await edge.send('HEAD', at);
  assert.deepEqual(
    [head.status, head.headers['content-length'], head.body.length],
    [200, String(whole.body.length), 0],
  );
  const info = await edge.get(at.replace('Fragments', 'FragmentInfo'));
  const raw = await edge.get(at.replace('Fragments', 'RawFragments'));
  const { moof, payload } = readFragment(whole.body);
  assert.ok(info.body.equals(moof) && raw.body.equals(payload));
  for (const wrong of ['video/300000/0.vtt', `${ENGLISH.name}/${levels[0].Bitrate}/1.vtt`]) {
    const generation = /([0-9a-f]{16})/.exec(url(1, 0))[1];
    assert.equal((await edge.get(`/${CAPTIONS}/${generation}/${wrong}`)).status, 404, wrong);
  }
});
